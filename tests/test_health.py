"""What an operator watches: /healthz on the public port, figures on a port of their own, counted over all processes."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import peewee
import pytest
from playhouse.migrations import Runner

from models import Message, connect, db
from tests.conftest import SECRET, free_port
from views import health

ROOT = Path(__file__).parent.parent
WELL = {"status": "ok", "parts": {"database": "ok", "queue": "ok", "disk": "ok"}}


# --- healthz ----------------------------------------------------------------------------------------------------------


def test_a_counter_that_works_says_so(visitor):
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json) == (200, WELL)
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers


def waiting(app, monkeypatch, world, seconds, **facts):
    """A mail that has waited so long, with a mail server set."""
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://localhost")
    then = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(seconds=seconds)
    actor = world.actor("mega", world.today)._replace(at=then)
    return Message.write(actor, "ann@voorbeeld.be", "Onderwerp", "Tekst", **facts)


def test_a_queue_that_stands_still_is_told_and_a_balancer_may_ask_the_database_alone(app, monkeypatch, visitor, world):
    waiting(app, monkeypatch, world, health.LONGEST_LAG + 60)
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (503, "fail")
    assert answer.json["parts"] == WELL["parts"] | {"queue": "fail"}
    alone = visitor.get("/healthz?deel=database")
    assert (alone.status_code, alone.json["parts"]) == (200, {"database": "ok"})
    assert visitor.get("/healthz?deel=queue").status_code == 503
    assert visitor.get("/healthz?deel=niets").status_code == 404
    monkeypatch.setitem(app.config, "SMTP_URL", None)
    assert visitor.get("/healthz").status_code == 200, "without a mail server nothing is behind"


def test_a_queue_that_moves_is_well(app, monkeypatch, visitor, world):
    waiting(app, monkeypatch, world, health.LONGEST_LAG - 60)
    waiting(app, monkeypatch, world, 86400, tries=3)  # the other side is slow, not our worker
    waiting(app, monkeypatch, world, 86400, due_at=None, is_weekly=True)
    assert visitor.get("/healthz").status_code == 200


def test_a_full_disk_is_told(visitor, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(health.LEAST_FREE - 1))
    answer = visitor.get("/healthz")
    assert answer.status_code == 503 and answer.json["parts"] == WELL["parts"] | {"disk": "fail"}


def test_a_register_that_cannot_be_opened_is_told_and_is_not_a_page(visitor, monkeypatch):
    def gone(**_):
        raise peewee.OperationalError("connection refused by db.intern for loket with geheim")

    monkeypatch.setattr(db.obj, "connect", gone)
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "fail", "parts": {"database": "fail"}})
    assert "geheim" not in answer.text


def test_a_register_without_tables_is_told(visitor, app, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://localhost")

    def missing(at):
        raise peewee.OperationalError("no such table: message")

    monkeypatch.setattr(Message, "lag", missing)
    assert visitor.get("/healthz").status_code == 503


def test_it_can_be_asked_all_day(visitor):
    assert {visitor.get("/healthz").status_code for _ in range(200)} == {200}


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path):
    """The environment of a counter with a register in a file and a folder for figures."""
    url = f"sqlite:///{tmp_path}/loket.db"
    database = connect(url)
    Runner(database, str(ROOT / "migrations")).up()
    database.close()
    own = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "DEMO": "1", "METRICS_DIR": str(tmp_path / "figures")}
    yield os.environ | {f"LOKET_{name}": value for name, value in own.items()}
    database.close_all()


@pytest.fixture
def start(settings):
    """A function: start a process of this counter, ended with the test."""
    started = []

    def run(*command, **more):
        environment = settings | {f"LOKET_{name}": value for name, value in more.items()}
        started.append(subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment))
        return started[-1]

    yield run
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(60)


def fetch(url, seconds=60):
    """(status, text) of an address, as soon as somebody listens there."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urlopen(url, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as problem:
            return problem.code, problem.read().decode()
        except URLError:
            assert time.monotonic() < end, f"nobody listens at {url}"
            time.sleep(0.1)


def figure(text, name, **labels):
    """The figure on the line with that name and those labels, or None."""
    for line in text.splitlines():
        found = re.fullmatch(rf"{name}(?:{{(.*)}})? (\S+)", line)
        if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
            return float(found[2])
    return None


def test_figures_count_every_process_and_stand_on_no_public_port(start, settings):
    web, figures = free_port(), free_port()
    granian = ("granian", "--interface", "wsgi", "--factory", "app:create_app", "--log-level", "warning")
    start(*granian, "--port", str(web), "--workers", "2", "--blocking-threads", "1")
    start("flask", "--app", "app", "metrics", "--port", str(figures))
    assert fetch(f"http://127.0.0.1:{web}/healthz")[0] == 200
    start("flask", "--app", "app", "work", "--een-keer").wait(60)
    assert figure(fetch(f"http://127.0.0.1:{figures}/metrics")[1], "loket_check_findings") is None, "not yet"
    start("flask", "--app", "app", "check").wait(60)
    asked = 40
    for _ in range(asked):  # a connection each: both workers get some
        fetch(f"http://127.0.0.1:{web}/privacy")
    secret = "/controle/85073003328?code=ann@voorbeeld.be"
    assert fetch(f"http://127.0.0.1:{web}{secret}")[0] == 404
    assert fetch(f"http://127.0.0.1:{web}/85073003328")[0] == 404
    assert fetch(f"http://127.0.0.1:{web}/metrics")[0] == 404
    status, text = fetch(f"http://127.0.0.1:{figures}/metrics")
    assert status == 200
    assert figure(text, "loket_requests_total", endpoint="organisation.privacy", status="200") == asked
    assert figure(text, "loket_request_seconds_count", endpoint="organisation.privacy") == asked
    assert figure(text, "loket_requests_total", endpoint="none", status="404") == 2
    assert figure(text, "loket_jobs_total", job="reminders", outcome="written") == 0
    assert time.time() - figure(text, "loket_worker_last_round_timestamp_seconds") < 60
    assert figure(text, "loket_register_up") == 1 and figure(text, "loket_disk_free_bytes") > 0
    assert figure(text, "loket_check_findings") == figure(text, "loket_journal_unsealed_seconds") == 0
    assert time.time() - figure(text, "loket_check_timestamp_seconds") < 60
    assert "loket_journal_seal_age_seconds" not in text, "nothing happened, nothing is sealed"
    assert figure(text, "loket_queue_waiting") == figure(text, "loket_queue_lag_seconds") == 0
    assert "85073003328" not in text and "voorbeeld.be" not in text
    files = {path.name for path in Path(settings["LOKET_METRICS_DIR"]).glob("counter_*.db")}
    assert len(files) >= 3, "two servers and a worker counted"


def test_without_a_folder_there_is_nothing_to_show(app):
    done = app.test_cli_runner().invoke(args=["metrics"])
    assert done.exit_code == 1 and "LOKET_METRICS_DIR" in done.output
