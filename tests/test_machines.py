"""When one machine is not enough: two servers and two workers on one PostgreSQL act as one counter."""

import asyncio
import secrets
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import psycopg
import pytest
import redis

from models import Actor, Document, Membership, Message, Recognition, Told, User, db, upgrade, write_reminders
from tests import build
from tests.conftest import TODAY, free_port, new_database
from tests.machines import MEGA, PATIENCE, Person, command, filled, opened, serving
from tests.test_mail import Letterbox, Server

REDIS = "/usr/bin/redis-server"  # of Debian; `make test` installs it


@pytest.fixture(scope="module")
def limits(tmp_path_factory):
    """A Redis that can be stopped and started again on the same port."""
    shared = Redis(tmp_path_factory.mktemp("redis"))
    shared.start()
    yield shared
    shared.stop()


class Redis:
    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.address = f"redis://127.0.0.1:{self.port}"

    def start(self):
        own = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder))
        self.process = subprocess.Popen([REDIS, *own], stdout=subprocess.DEVNULL)
        until(self.answers)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def answers(self):
        with suppress(redis.ConnectionError), redis.from_url(self.address) as asked:
            return asked.ping()

    def counts(self, look):
        """True when that look is counted here."""
        with redis.from_url(self.address) as asked:
            before = asked.dbsize() and asked.llen(*asked.keys())
            look()
            return asked.dbsize() == 1 and asked.llen(*asked.keys()) == before + 1


@pytest.fixture(scope="module")
def url(postgresql_url):
    """The address of a register that all machines here share."""
    url = new_database(postgresql_url)
    filled(url)
    return url


@pytest.fixture(scope="module")
def machines(url, limits, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("machines"), url, RATELIMIT_STORAGE_URI=limits.address) as two:
        yield two


@pytest.fixture
def register(url):
    with opened(url):
        yield db


# --- who is signed in, and for whom -----------------------------------------------------------------------------------


def test_who_signed_in_at_one_machine_works_at_the_other_until_signing_out_at_either(machines):
    one, other = machines
    person, kept = Person("zaakvoerder", one), Person()
    assert person.get(other, "/taken").status_code == 200
    kept.session.cookies.update(person.session.cookies)  # a copy somebody made of the cookie
    assert kept.get(other, "/taken").status_code == 200
    assert person.post(other, "/afmelden").status_code == 303
    for machine in machines:
        answer = kept.get(machine, "/taken")
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/aanmelden"), machine.port


def test_a_right_that_is_taken_away_at_one_is_gone_at_both(machines, register):
    one, other = machines
    user = User.get(User.subject == "demo:medewerker")
    own = Membership.get(Membership.user == user)
    worker, manager = Person("medewerker", one), Person("zaakvoerder", other)
    assert [worker.get(machine, "/erkenningen").status_code for machine in machines] == [200, 200]
    path = f"/organisatie/gebruikers/{own.id}"
    assert manager.post(one, f"{path}/blokkeren").status_code == 303
    for machine in machines:
        answer = worker.get(machine, "/erkenningen")
        assert answer.status_code == 303 and answer.headers["Location"] == "/aanmelden/geen-recht", machine.port
    assert manager.post(other, f"{path}/deblokkeren").status_code == 303
    assert [worker.get(machine, "/erkenningen").status_code for machine in machines] == [200, 200]


def test_the_organisation_chosen_at_one_is_the_one_at_the_other(machines):
    one, other = machines
    accountant = Person("boekhouder", one)
    stamp = f'"X-Organisation": "{MEGA}"'
    assert stamp not in accountant.get(other, "/").text
    assert accountant.post(one, "/organisatie/wissel").status_code == 303
    assert stamp in accountant.get(other, "/").text and stamp in accountant.get(one, "/").text


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_a_document_added_at_one_is_fetched_at_the_other_to_the_byte(machines, register):
    one, other = machines
    person, content = Person("zaakvoerder", one), build.PDF + bytes(range(256)) * 4000
    answer = person.post(one, "/documenten", {"file": ("plan.pdf", content)}, kind="other", once="document")
    assert answer.status_code == 303
    assert person.get(other, f"{answer.headers['Location']}/bestand").content == content
    document = Document.get_by_id(int(answer.headers["Location"].rpartition("/")[2]))
    assert document.size == len(content)


def test_one_form_sent_to_both_machines_at_the_same_moment_is_done_once(machines, register):
    person = Person("zaakvoerder", machines[0])
    before, start = Recognition.select().count(), threading.Barrier(6)

    def send(number):
        twin = Person()
        twin.session.cookies.update(person.session.cookies)
        start.wait(PATIENCE)
        return twin.post(machines[number % 2], "/erkenningen/nieuw", once="tegelijk")

    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(send, range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Recognition.select().count() == before + 1


# --- limits -----------------------------------------------------------------------------------------------------------


def looks(machines, count):
    """What came of that many looks at the check, by turns at either machine."""
    visitor = Person()
    return Counter(visitor.get(machines[number % 2], "/controle").status_code for number in range(count))


def test_limits_count_over_all_machines_and_without_redis_nobody_is_turned_away(machines, limits):
    assert looks(machines, 40) == {200: 30, 429: 10}
    said = [machine.log.read_text() for machine in machines]
    limits.stop()
    try:
        assert looks(machines, 20) == {200: 20}, "each machine counts by itself meanwhile"
        for machine, before in zip(machines, said, strict=True):
            assert "falling back to in-memory" in machine.log.read_text()[len(before) :], "who runs it is told"
    finally:
        limits.start()
    for machine in machines:
        until(lambda machine=machine: limits.counts(lambda: Person().get(machine, "/controle")))


# --- workers ----------------------------------------------------------------------------------------------------------


class Together(Letterbox):
    """Lets nobody's first mail in before both workers came with one."""

    def __init__(self):
        super().__init__()
        self.lines = set()

    async def handle_DATA(self, server, session, envelope):
        self.lines.add(session.peer)
        for _ in range(PATIENCE * 100):
            if len(self.lines) > 1:
                break
            await asyncio.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


def much_to_tell(world):
    """Two hundred mails that wait, and recognitions that end: reminders are to be written."""
    for training in ("Verkoper", "Winkelbediende", "Slagerij duaal"):
        world.ending_in(20, training=training)
    actor = Actor(None, world.mega, "user", datetime(2022, 1, 1), TODAY)
    for number in range(200):
        Message.write(actor, "ann@voorbeeld.be", f"Bericht {number}", "Beste Ann")


def waiting_for_a_lock(connection):
    asked = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND datname = %s"
    return connection.execute(asked, (connection.info.dbname,)).fetchone()[0]


def test_two_workers_send_every_mail_and_write_every_reminder_once(postgresql_url):
    url, letterbox = new_database(postgresql_url), Together()
    server, now = Server(letterbox), datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    filled(url, much_to_tell)
    with opened(url), db.atomic() as transaction:
        reminders = write_reminders(now, TODAY)
        total = Message.select().count()
        transaction.rollback()
    assert reminders > 0 and total > 200
    server.start()
    workers = []
    try:
        with psycopg.connect(url) as gate:  # both know what to remind of before either can note that it did
            gate.execute("LOCK TABLE told IN EXCLUSIVE MODE")
            address = f"smtp://127.0.0.1:{server.port}"
            workers += [command(url, "work", "--een-keer", SMTP_URL=address) for _ in range(2)]
            until(lambda: waiting_for_a_lock(gate) == 2)
        told = [worker.communicate(timeout=PATIENCE)[0] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], told
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        server.stop()
    assert sum("herinneringen geschreven" in words for words in told) == 1, told
    assert all("verstuurd" in words for words in told), "both had their share"
    sent = Counter(mail["Message-ID"] for mail in letterbox.mails)
    with opened(url):
        assert Message.select().count() == total and Message.waiting(now).count() == 0
        assert set(sent.values()) == {1} and len(sent) == Message.select().where(Message.sent_at.is_null(False)).count()
        assert not Message.select().where(Message.sent_at.is_null(), ~Message.is_weekly).exists()
        assert Told.select().count() > 0


# --- upgrades ---------------------------------------------------------------------------------------------------------

NEXT = """from peewee import BooleanField, CharField, Model


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("recognition", "colour", CharField(default="groen")),
        migrator.add_index("recognition", ("colour",)),
        migrator.add_column("recognition", "is_loud", BooleanField(default=False)),
        migrator.add_column("membership", "remark", CharField(null=True)),
    )

    class Parking(Model):
        name = CharField(unique=True)

        class Meta:
            database = db

    db.create_tables([Parking])
"""


def test_an_upgrade_while_the_version_before_serves_turns_nobody_away(url, machines, tmp_path):
    """A copy is being made meanwhile: it holds every table, so that the upgrade has to wait for it."""
    (tmp_path / "9001_next.py").write_text(NEXT)
    stop, came = threading.Event(), Counter()

    def visit(machine):
        person = Person("zaakvoerder", machine)
        while not stop.is_set():
            came[person.get(machine, "/erkenningen").status_code] += 1
            came[person.post(machine, "/erkenningen/nieuw", once=secrets.token_hex(8)).status_code] += 1
            time.sleep(0.05)

    def run():
        with opened(url):
            return upgrade(tmp_path)

    with ThreadPoolExecutor(5) as people:
        work = [people.submit(visit, machine) for machine in machines * 2]
        try:
            with psycopg.connect(url) as copy:
                copy.execute("LOCK TABLE recognition IN ACCESS SHARE MODE")
                upgraded = people.submit(run)
                until(lambda: waiting_for_a_lock(copy), *work, upgraded)
                before = came[200]
                until(lambda: came[200] > before + 20, *work, upgraded)
                assert not upgraded.done(), "it waits for the copy, and the others do not wait for it"
            assert upgraded.result(PATIENCE) == 1
            before = came[303]
            until(lambda: came[303] > before + 10, *work)
        finally:
            stop.set()
        for one in work:
            one.result(PATIENCE)
    said = "".join(machine.log.read_text() for machine in machines)
    assert set(came) == {200, 303}, (came, [line for line in said.splitlines() if "mishap" in line])


def test_two_machines_may_start_the_same_upgrade(postgresql_url):
    url = new_database(postgresql_url)
    both = [command(url, "init") for _ in range(2)]
    told = [one.communicate(timeout=PATIENCE)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert sum("(0 migraties" in words for words in told) == 1, told
    with opened(url):
        assert build.demo.JointCommittee.select().exists()


def until(condition, *work):
    """Wait for it; whoever of `work` breaks off meanwhile says why it will not come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        for one in work:
            assert not one.done() or one.result() is None, "it came to an end"
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
