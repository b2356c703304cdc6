"""The worker as a process: it delivers, stops when told, and a crash at the worst moment loses nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from playhouse.migrations import Runner

import adapters.mail as mail
from models import Actor, Message, connect, db
from models.messages import CLAIM
from tests.conftest import SECRET, free_port
from tests.test_mail import HOME, SENDER, Letterbox, Server

ROOT = Path(__file__).parent.parent


@pytest.fixture
def register(tmp_path):
    """A register of its own, in a file that another process can open."""
    url = f"sqlite:///{tmp_path}/loket.db"
    database = connect(url)
    Runner(database, str(ROOT / "migrations")).up()
    database.close()
    yield url
    database.close_all()


@pytest.fixture
def start(register):
    """A function: start `flask work` against a mail server on that port."""
    started = []

    def run(port, *options):
        settings = {"DATABASE_URL": register, "SECRET_KEY": SECRET, "DEMO": "1", "SMTP_URL": f"smtp://127.0.0.1:{port}"}
        settings["MAIL_FROM"] = "loket@voorbeeld.be"
        environment = os.environ | {f"LOKET_{name}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "flask", "--app", "app", "work", *options]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=-2))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def write(subject):
    with db.connection_context():
        actor = Actor(None, None, "user", utc_now(), utc_now().date())
        return Message.write(actor, "ann@voorbeeld.be", subject, "Beste")


def utc_now():
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def left():
    with db.connection_context():
        return Message.select().where(Message.sent_at.is_null()).count()


def test_each_day_sqlite_sees_how_the_tables_are_filled(start, register):
    write("Dag")
    assert start(free_port(), "--een-keer").wait(60) == 0
    with db.connection_context():
        assert db.execute_sql("SELECT 1 FROM sqlite_stat1 WHERE tbl = 'message'").fetchone()


def test_it_delivers_what_comes_and_stops_when_told(start):
    letterbox = Letterbox()
    server = Server(letterbox)
    server.start()
    try:
        write("Eerst")
        process = start(server.port)
        assert until(lambda: left() == 0)
        write("Later")
        assert until(lambda: left() == 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert [one["Subject"] for one in letterbox.mails] == ["Eerst", "Later"]
    finally:
        server.stop()


def test_two_workers_send_everything_once(start):
    letterbox = Letterbox()
    server = Server(letterbox)
    for number in range(60):
        write(str(number))
    server.start()
    try:
        for process in [start(server.port, "--een-keer") for _ in range(2)]:
            assert process.wait(60) == 0
        assert left() == 0
        assert sorted(int(one["Subject"]) for one in letterbox.mails) == list(range(60))
    finally:
        server.stop()


def test_a_server_that_is_away_is_waited_for(start):
    write("Geduld")
    process = start(free_port(), "--een-keer")
    assert process.wait(60) == 0
    assert b"Even wachten" in process.stdout.read() and left() == 1


def test_a_worker_killed_between_accepted_and_noted_sends_it_again_under_the_same_name(start):
    """The worst moment: the server has the mail, the register does not know it."""

    class Killing(Letterbox):
        async def handle_DATA(self, server, session, envelope):
            answer = await super().handle_DATA(server, session, envelope)
            if len(self.mails) == 1:
                os.kill(process.pid, signal.SIGKILL)
            return answer

    letterbox = Killing()
    server = Server(letterbox)
    server.start()
    try:
        write("Eens en nog eens")
        process = start(server.port)
        assert process.wait(60) == -signal.SIGKILL and left() == 1
        sender, later = mail.Sender(f"smtp://127.0.0.1:{server.port}", SENDER, HOME), utc_now() + CLAIM
        with db.connection_context():
            assert mail.deliver(Message.waiting(utc_now()), sender, lambda _: (), utc_now) == (0, 0)
            assert mail.deliver(Message.waiting(later), sender, lambda _: (), lambda: later) == (1, 0)
        first, again = letterbox.mails
        assert first["Message-ID"] == again["Message-ID"] and left() == 0
    finally:
        server.stop()


@pytest.mark.parametrize("moment", ["before the mail", "in the middle of it"])
def test_a_worker_killed_while_the_mail_server_listens_loses_nothing(start, moment):
    """The server had not said yes: after a restart, and ten minutes, the mail comes; those before it do not again."""

    class Slow(SMTP):
        killed = False

        async def smtp_DATA(self, arg):
            if letterbox.mails and not Slow.killed:
                Slow.killed = True
                if moment == "in the middle of it":
                    await self.push("354 Go on")
                    await self._reader.readline()
                os.kill(process.pid, signal.SIGKILL)
                self.transport.abort()
                return
            await super().smtp_DATA(arg)

    letterbox = Letterbox()
    server = Server(letterbox, Slow)
    server.start()
    try:
        for number in range(3):
            write(str(number))
        process = start(server.port)
        assert process.wait(60) == -signal.SIGKILL and left() == 2
        process = start(server.port)
        assert until(lambda: left() == 1), "what was not claimed goes at once"
        assert [one["Subject"] for one in letterbox.mails] == ["0", "2"]
        with db.connection_context():  # ten minutes later
            Message.update(due_at=Message.written_at).where(Message.sent_at.is_null()).execute()
        assert until(lambda: left() == 0)
        assert [one["Subject"] for one in letterbox.mails] == ["0", "2", "1"]
        assert len({one["Message-ID"] for one in letterbox.mails}) == 3
    finally:
        server.stop()


def test_mails_wait_for_a_server_that_is_down_and_come_when_it_is_back(start):
    letterbox, port = Letterbox(), free_port()
    for number in range(3):
        write(str(number))
    process = start(port)
    assert b"Even wachten, 4 s" in process.stdout.readline()
    server = Server(letterbox, port=port)
    server.start()
    try:
        assert until(lambda: left() == 0)
        assert sorted(one["Subject"] for one in letterbox.mails) == ["0", "1", "2"]
        with db.connection_context():
            assert {one.tries for one in Message.select()} == {1}, "waiting is no try"
    finally:
        server.stop()


def test_a_worker_waits_for_a_register_it_cannot_write_to(start, register, tmp_path):
    """As at a read-only disk: it says so, and goes on when that is over."""
    write("Wacht")
    letterbox = Letterbox()
    server = Server(letterbox)
    server.start()
    other = sqlite3.connect(tmp_path / "loket.db", isolation_level=None)
    other.execute("CREATE TRIGGER stuck BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'x'); END")
    try:
        assert start(server.port).wait(60) == 1, "what is a mistake of ours is not waited for"
        other.execute("DROP TRIGGER stuck")
        other.execute("BEGIN IMMEDIATE")
        process = start(server.port)
        assert b"Even wachten" in process.stdout.readline() and left() == 1 and not letterbox.mails
        other.execute("ROLLBACK")
        assert until(lambda: left() == 0) and len(letterbox.mails) == 1
    finally:
        other.close()
        server.stop()
