"""The counter as an operator runs it: it refuses what is unsafe in one sentence, and a reload loses no request."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.request import urlopen

import pytest

from app import create_app
from models import db
from tests.conftest import SECRET, Unread, free_port

ROOT = Path(__file__).parent.parent
OTHER = "een-andere-sleutel-9876543210-9876543210"
LIVE = {"SECRET_KEY": SECRET, "INSZ_KEY": OTHER, "PUBLIC_URL": "https://loket.example"}


def environment(**settings):
    """This process's environment with those settings and no others of ours."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    return plain | {f"LOKET_{name}": str(value) for name, value in settings.items()}


def started(settings, *options):
    """What came of starting it with those settings."""
    command = [sys.executable, "app.py", *options]
    return subprocess.run(command, cwd=ROOT, env=environment(**settings), capture_output=True, text=True)


@pytest.mark.processes
@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "LOKET_SECRET_KEY"),
        (LIVE | {"INSZ_KEY": "a" * 64}, "LOKET_INSZ_KEY"),
        (LIVE | {"WORKERS": "veel"}, "LOKET_WORKERS"),
    ],
)
def test_it_refuses_to_start_in_one_clear_sentence(settings, name):
    done = started(settings)
    assert done.returncode == 1 and done.stdout == ""
    [sentence] = done.stderr.splitlines()
    assert name in sentence and sentence.endswith(".")


@pytest.mark.processes
def test_what_is_fit_to_start_says_nothing(tmp_path):
    fits = LIVE | {"DATABASE_URL": f"sqlite:///{tmp_path}/loket.db"}
    done = started(fits, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# --- a reload under load ----------------------------------------------------------------------------------------------


class Asking(threading.Thread):
    """Asks the same page all the time, and counts what came of it.

    A connection that is closed before a byte of the answer came is tried again once, as browsers and proxies do.
    """

    def __init__(self, port, keeps):
        super().__init__()
        self.port, self.keeps, self.stop, self.came = port, keeps, threading.Event(), Counter()

    def run(self):
        connection = None
        while not self.stop.is_set():
            for attempt in ("first", "second"):
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                try:
                    connection.request("GET", "/privacy")
                    answer = connection.getresponse()
                    answer.read()
                    self.came[answer.status] += 1
                    break
                except http.client.RemoteDisconnected:
                    self.came[f"closed, {attempt} time"] += 1
                except OSError as problem:
                    self.came[type(problem).__name__] += 1
                connection.close()
                connection = None
            if not self.keeps and connection:
                connection.close()
                connection = None
            time.sleep(0.05)  # not so often that nothing else gets a turn
        if connection:
            connection.close()


def until(said, words, seconds=150):
    """Wait until the log holds those words."""
    end = time.monotonic() + seconds
    while words not in said.read_text():
        assert time.monotonic() < end, f"{words!r} never came:\n{said.read_text()}"
        time.sleep(0.1)


@pytest.mark.processes
def test_a_reload_under_load_loses_no_request(tmp_path):
    port, said = free_port(), tmp_path / "log"
    own = {"DEMO": 1, "SECRET_KEY": SECRET, "DATABASE_URL": f"sqlite:///{tmp_path}/loket.db", "WORKERS": 2}
    with open(said, "wb") as log:
        settings = environment(**own, LISTEN=f"127.0.0.1:{port}")
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=settings, stdout=log, stderr=log)
    people = [Asking(port, keeps) for keeps in (True, False, False)]
    try:
        until(said, "Listening at")
        wait_for(port)
        for one in people:
            one.start()
        time.sleep(1)
        server.send_signal(signal.SIGHUP)
        until(said, "Stopped old worker-2")
        time.sleep(1)
    finally:
        for one in people:
            one.stop.set()
            one.join(30) if one.ident else None
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    came = sum((one.came for one in people), Counter())
    assert came[200] > 100
    assert set(came) <= {200, "closed, first time"}, came
    for line in said.read_text().splitlines():
        assert json.loads(line)["logger"].startswith("_granian"), "every line is JSON"


def wait_for(port):
    end = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except OSError:
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.1)


# --- behind a proxy ---------------------------------------------------------------------------------------------------


def behind(app, **settings):
    """A visitor of a counter with those settings, on the register of the test."""
    live = create_app(
        {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET, "LOKET_DATABASE_URL": "sqlite:///:memory:"}
        | {f"LOKET_{name}": value for name, value in settings.items()}
    )
    db.initialize(app.database)
    live.test_client_class = Unread
    return live.test_client()


def asked_by(visitor, *addresses):
    """How many of 31 looks at the check each of these is let."""
    return [
        [visitor.get("/controle", headers={"X-Forwarded-For": one}).status_code for _ in range(31)].count(200)
        for one in addresses
    ]


def test_limits_are_for_each_visitor_and_not_for_the_proxy(app, world):
    assert asked_by(behind(app, PROXIES="1"), "192.0.2.1", "192.0.2.2") == [30, 30]


def test_without_a_proxy_nobody_says_who_they_are(app, world):
    assert asked_by(behind(app), "192.0.2.3", "192.0.2.4") == [30, 0]


# --- keys that change -------------------------------------------------------------------------------------------------


def test_a_cookie_of_the_key_before_is_still_good(app, world):
    before = behind(app)
    assert before.post("/aanmelden/demo", data={"persona": "zaakvoerder"}).status_code == 303
    cookie = before.get_cookie("loket").value
    for settings, status in (({"SECRET_KEY_FALLBACKS": f"{OTHER} {SECRET}"}, 200), ({}, 303)):
        after = behind(app, SECRET_KEY="nieuw-" + OTHER, INSZ_KEY=SECRET, **settings)
        after.set_cookie("loket", cookie)
        assert after.get("/taken").status_code == status
