"""Five claims of one pairing at the same moment, over HTTP at a server of its own, on both engines: one is let in."""

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
import requests
from playhouse.migrations import Runner

from models import db
from tests import build
from tests.conftest import new_database
from tests.e2e.conftest import ROOT, serve
from tests.test_agreement_races import opened
from views.commands import load_reference_data

AT_ONCE, ROUNDS, PATIENCE = 5, 4, 60
STAMP = {"organisation": "0417390703"}

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request, tmp_path_factory):
    """(address of a counter, a function that asks its register something)."""
    folder = tmp_path_factory.mktemp("at-once")
    small = folder / "small.db"
    if request.param == "sqlite":
        url = f"sqlite:///{small}"
    else:
        sqlite3.connect(small).close()  # what the server is given to copy, and does not use
        url = new_database(request.getfixturevalue("postgresql_url"))
    fill(url)
    more = {} if request.param == "sqlite" else {"LOKET_DATABASE_URL": url}
    copy = folder / "served"
    copy.mkdir()

    def ask(statement):
        register = sqlite3.connect(copy / "loket.db") if request.param == "sqlite" else psycopg.connect(url)
        with closing(register):
            return register.execute(statement).fetchone()[0]

    with serve(small, copy, options=("--blocking-threads", "8"), more=more) as address:
        yield address, ask


def fill(url):
    """A register with the organisations and people of the demo."""
    before = db.obj
    opened(url)
    with db.connection_context():
        Runner(db.obj, str(ROOT / "migrations")).up()
        load_reference_data()
        with db.atomic():
            build.World()
    db.obj.close_all()
    if before is not None:
        db.initialize(before)


def confirmed(url):
    """(cookie, token, secret) of a frame that may be let in."""
    asked = requests.get(f"{url}/insluiten/taken", timeout=PATIENCE)
    cookie = {"Cookie": "loket-kader=" + re.search(r"loket-kader=([^;]+)", asked.headers["Set-Cookie"])[1]}
    place = f"{url}/insluiten/koppelen"
    sent = requests.post(place, data={"naar": "taken"}, headers=cookie, allow_redirects=False, timeout=PATIENCE)
    token = re.search(r"koppelen/([\w-]+)", sent.headers["Location"])[1]
    with requests.Session() as person:
        person.post(f"{url}/aanmelden/demo", data={"persona": "zaakvoerder"}, timeout=PATIENCE)
        window = person.post(f"{url}/koppelen/{token}", data=STAMP, timeout=PATIENCE)
    return cookie, token, re.search(r'data-secret="([^"]+)"', window.text)[1]


def test_of_five_claims_at_the_same_moment_one_is_let_in(served):
    url, ask = served
    for done in range(1, ROUNDS + 1):
        cookie, token, secret = confirmed(url)
        ready = threading.Barrier(AT_ONCE)

        def claim(_, ready=ready, cookie=cookie, token=token, secret=secret):
            form = {"Content-Type": "application/x-www-form-urlencoded"} | cookie
            with closing(HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)) as line:
                line.connect()  # so that only the claim itself is still to be sent
                ready.wait(PATIENCE)
                line.request("POST", f"/insluiten/koppelen/{token}?naar=taken", urlencode({"secret": secret}), form)
                answer = line.getresponse()
                answer.read()
            session = re.search(r"loket-kader=([^;]+)", answer.headers.get("Set-Cookie", ""))
            return answer.status, session and session[1]

        with ThreadPoolExecutor(AT_ONCE) as frames:
            answers = list(frames.map(claim, range(AT_ONCE)))
        assert sorted(status for status, _ in answers)[0] == 303, answers
        assert [status in (404, 422) for status, _ in answers].count(True) == AT_ONCE - 1, answers
        [session] = [given for status, given in answers if status == 303]
        shown = requests.get(f"{url}/insluiten/taken", headers={"Cookie": f"loket-kader={session}"}, timeout=PATIENCE)
        assert "Mega World NV" in shown.text, "the one who was told so is in"
        assert ask("SELECT count(*) FROM pairing WHERE session_hash IS NOT NULL") == done
