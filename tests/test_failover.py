"""PostgreSQL that restarts or dies under load: people are told, nothing acknowledged is lost, nothing is done twice."""

import os
import secrets
import socket
import tempfile
import threading
import time
from collections import Counter

import psycopg
import pytest

from models import ContactPerson
from models.base import database_at
from tests.machines import PATIENCE, Person, filled, opened, serving
from tests.postgresql import Postgres
from views.errors import TROUBLES

PROMISE = 10  # seconds from the promotion of the standby to the first answer
TITLE = TROUBLES["away"][0]


class Writer(threading.Thread):
    """Adds people to reach, one after the other; who is not acknowledged is sent again until they are."""

    def __init__(self, machine, name):
        super().__init__(name=name)
        self.machine, self.person, self.stop = machine, Person("zaakvoerder", machine), threading.Event()
        self.acknowledged, self.came, self.turned_away, self.problem = [], Counter(), None, None

    def run(self):
        while not self.stop.is_set():
            name = f"{self.name} {len(self.acknowledged)}"
            if self.insist(
                {"subject": "general", "name": name, "email": "a@voorbeeld.be", "once": secrets.token_hex(8)}
            ):
                self.acknowledged.append((time.monotonic(), name))

    def insist(self, typed):
        while not self.stop.is_set():
            answer = self.person.post(self.machine, "/organisatie/contactpersonen", **typed)
            self.came[answer.status_code] += 1
            if answer.status_code == 303:
                return True
            self.turned_away = answer if answer.status_code == 503 else self.turned_away
            time.sleep(0.05)
        return False


@pytest.fixture
def primary():
    """A server with a register, of this test's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # it may run as another user than root
        primary = Postgres(folder)
        try:
            primary.make()
            filled(primary.address)
            yield primary
        finally:
            primary.kill()


@pytest.fixture
def standby(primary):
    """The server that follows it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        standby = Postgres(folder)
        try:
            yield standby.follow(primary)
        finally:
            standby.kill()


@pytest.fixture
def url(request, primary):
    """Where the counter finds them: the server alone, or whichever of the two may be written to."""
    pair = [primary]
    if "standby" in request.fixturenames:
        pair.append(request.getfixturevalue("standby"))
    places = ",".join(f"127.0.0.1:{one.port}" for one in pair)
    return f"postgresql://postgres@{places}/postgres?target_session_attrs=read-write"


@pytest.fixture
def busy(url, tmp_path):
    """Two machines, and at each of them two people who write all the time."""
    with serving(tmp_path, url) as machines:
        writers = [Writer(machine, f"Schrijver {number}") for number, machine in enumerate(machines * 2)]
        for writer in writers:
            writer.start()
        try:
            until(lambda: all(len(writer.acknowledged) > 5 for writer in writers))
            yield machines, writers
        finally:
            for writer in writers:
                writer.stop.set()
            for writer in writers:
                writer.join(PATIENCE)


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def written_since(writers, moment):
    return [at for writer in writers for at, _ in writer.acknowledged if at > moment]


def kept(url):
    with opened(url):
        return Counter(name for (name,) in ContactPerson.select(ContactPerson.name).tuples())


def test_when_the_primary_dies_the_standby_takes_over_and_nothing_is_lost(primary, standby, url, busy):
    machines, writers = busy
    primary.kill()
    until(lambda: all(writer.turned_away is not None for writer in writers))
    for writer in writers:
        assert TITLE in writer.turned_away.text and int(writer.turned_away.headers["Retry-After"]) > 0
        assert writer.name in writer.turned_away.text, "what was typed is on the page"
    for machine in machines:
        answer = Person().get(machine, "/controle/AAAA-AAAA-AAAA-AAAA")
        assert answer.status_code == 503 and TITLE in answer.text
        assert Person().get(machine, "/healthz?deel=database").status_code == 503
    standby.control("promote")
    promoted = time.monotonic()
    until(lambda: all(written_since([writer], promoted + 1) for writer in writers))
    assert min(written_since(writers, promoted)) - promoted < PROMISE
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(PATIENCE)
    assert set(sum((writer.came for writer in writers), Counter())) == {303, 503}
    names = kept(url)
    assert {name for writer in writers for _, name in writer.acknowledged} <= set(names)
    assert set(names.values()) == {1}, "what was sent again was done once"


def test_after_a_restart_under_load_every_machine_goes_on(primary, url, busy):
    machines, writers = busy
    primary.restart()
    restarted = time.monotonic()
    until(lambda: all(written_since([writer], restarted + 1) for writer in writers))
    before = [Counter(writer.came) for writer in writers]
    more = [len(writer.acknowledged) + 10 for writer in writers]
    until(lambda: all(len(writer.acknowledged) > count for writer, count in zip(writers, more, strict=True)))
    for writer, came in zip(writers, before, strict=True):
        assert set(writer.came - came) == {303}, "no connection of before is met any more"
        assert set(writer.came) <= {303, 503}
    assert set(kept(url).values()) == {1}


# --- where it is ------------------------------------------------------------------------------------------------------


def test_an_address_with_several_machines_goes_through_as_it_is():
    url = "postgresql://loket@een:5432,twee:5433/loket?target_session_attrs=read-write&connect_timeout=9"
    found = database_at(url)
    assert found.database == url and "connect_timeout" not in found.connect_params, "what it says goes before"
    assert found.connect_params["tcp_user_timeout"] == 5000 and found.connect_params["keepalives_idle"] == 10
    assert database_at("postgresql://een/loket").connect_params["connect_timeout"] == 3


def test_a_machine_that_says_nothing_is_passed_by(postgresql_url):
    """It takes the connection and never answers: as one that hangs, or whose power went."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        folder = psycopg.conninfo.conninfo_to_dict(postgresql_url)["host"]
        query = f"host=127.0.0.1,{folder}&port={silent.getsockname()[1]},5432&target_session_attrs=read-write"
        found = database_at(f"postgresql://postgres@/postgres?{query}")
        with found.connection_context():
            assert found.execute_sql("SELECT 1").fetchone() == (1,)
        found.close_all()
