"""Every route gets requests that no browser makes: none breaks it, none takes long, each answer is protected."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from zlib import crc32

import pytest
from flask.testing import FlaskClient
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from models import Agreement, MentorApplication, Organisation, Recognition, db
from tests import build
from tests.conftest import SECRET, free_port
from tests.fuzz.odd import Odd
from tests.test_access import ROUTES, arguments, records
from tests.test_borders import names_of_fields
from tests.test_guards import asked_names
from tests.test_serving import ROOT, environment, wait_for
from views.check import limiter
from views.guards import access_of
from views.headers import HEADERS

TIMES = int(os.environ.get("ODD_REQUESTS", "25"))  # at each route; `make bench` takes 5,000
GROUPS = 8  # so that the cores can share the work
SLOW = 1  # second of processor time
SEATS = {"zaakvoerder": "mega", "behandelaar": "handel", "beheerder": "vlaams", "trajectbegeleider": "school"}
READERS = {"handler": "behandelaar", "committee": "beheerder"}  # by access; the others are an employer's
FILES = {"recognition_id": Recognition, "agreement_id": Agreement, "application_id": MentorApplication}
RELAXED = ("/insluiten", "/aanmelden", "/afmelden", "/koppelen")  # may open another window, or be opened by one
on_one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


class Counter:
    """The counter with everything in it, and who sits where."""

    def __init__(self, app):
        self.app, world = app, build.World(app.world.organisations)
        self.found = records(world)
        actor = world.actor("mega", world.today)
        Recognition.draft(actor)  # in which nothing was filled in yet
        Agreement.draft(actor, self.found["lasting"])
        self.files = {name: [row[0] for row in record.select(record.id).tuples()] for name, record in FILES.items()}
        self.seats = {persona: self.sit(persona, world.organisations[key]) for persona, key in SEATS.items()}
        self.names = sorted({*names_of_fields(), *asked_names(), "organisation", "once", "proposal", "switch_back"})
        self.ids = [str(one.id) for one in self.found.values()] + [one.number for one in Organisation.select()]

    def sit(self, persona, organisation):
        client = FlaskClient(self.app, use_cookies=True)
        assert client.post("/aanmelden/demo", data={"persona": persona}).status_code == 303
        return client.get_cookie("loket").value, organisation.number

    def path(self, rule, chance):
        """The address of a route, for the record it is made for or another of its kind."""
        filled = arguments(rule, self.found.get(ROUTES[rule.endpoint][1]))
        if chance.random() < 0.5:
            filled |= {name: chance.choice(ids) for name, ids in self.files.items() if name in filled}
        return self.app.url_map.bind("localhost").build(
            rule.endpoint, filled, "POST" if "POST" in rule.methods else "GET"
        )

    def ask(self, rule, seed):
        """(what was asked, answer, seconds of processor time) of an odd request to that route."""
        odd = Odd(seed, self.names, self.ids)
        persona = odd.chance.choice([READERS.get(access_of(rule.endpoint), "zaakvoerder")] * 6 + [*SEATS, None])
        cookie, number = self.seats.get(persona, ("", "0417390703"))
        method, environ = odd.request(self.path(rule, odd.chance), cookie, number)
        with db.atomic() as undo:
            begun = time.thread_time()
            answer = Response(*run_wsgi_app(self.app, environ, buffered=True))
            took = time.thread_time() - begun
            undo.rollback(begin=False)
        return f"{persona} at {method} {environ['PATH_INFO']!a} (seed {seed} of {rule.endpoint})", answer, took


@pytest.fixture(scope="module")
def counter(app):
    """Undone when all was asked."""
    db.initialize(app.database)
    db.connect(reuse_if_open=True)
    db.execute_sql("PRAGMA query_only = 0")
    outermost = db.atomic()
    outermost.__enter__()
    limiter.enabled = False
    yield Counter(app)
    limiter.enabled = True
    outermost.__exit__(RuntimeError, None, None)
    db.close()


def unprotected(answer, path):
    """Which of the headers that protect an answer are not as they should be."""
    if answer.status_code == 304:  # the browser keeps those it has
        return []
    wanted, heads = dict(HEADERS), answer.headers
    policy = heads.get("Content-Security-Policy", "")
    missing = (
        [] if policy.startswith("default-src 'none'; script-src 'self'") and "unsafe" not in policy else ["policy"]
    )
    wanted.pop("Content-Security-Policy")
    if path.startswith(RELAXED):
        wanted.pop("Cross-Origin-Opener-Policy")
        wanted.pop("Cross-Origin-Resource-Policy")
    if path.startswith("/tekenen") and heads.get("Referrer-Policy") == "no-referrer":  # stricter yet
        wanted.pop("Referrer-Policy")
    missing += [name for name, value in wanted.items() if heads.getlist(name) != [value]]
    return missing + [name for name in ("Server", "X-Powered-By") if name in heads]


def problems(counter, rule, times):
    """What goes wrong in so many odd requests to one route, and the statuses of the answers."""
    found, statuses = [], set()
    for number in range(times):
        asked, answer, took = counter.ask(rule, crc32(rule.endpoint.encode()) + number)
        statuses.add(answer.status_code)
        if answer.status_code >= 500 and answer.status_code != 501:
            found.append(f"{answer.status_code} for {asked}")
        if took > SLOW:
            found.append(f"{took:.1f} s for {asked}")
        if missing := unprotected(answer, rule.rule):
            found.append(f"{missing} missing for {asked}: {answer.status_code}")
    return found, statuses


@on_one_engine
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # half an upload is not closed at once
@pytest.mark.parametrize("group", range(GROUPS))
def test_no_odd_request_breaks_a_route(group, app, counter):
    rules = sorted((one for one in app.url_map.iter_rules() if one.endpoint in ROUTES), key=lambda one: one.rule)
    found, seen = [], set()
    for rule in rules[group::GROUPS]:
        wrong, statuses = problems(counter, rule, TIMES)
        found += wrong
        seen |= statuses
    assert not found, "\n".join(found[:20])
    assert {200, 400, 404, 405} <= seen, seen


# --- over a socket, where no client of ours puts things right ---------------------------------------------------------

HOST = b"Host: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
RAW = {
    "nothing that is HTTP": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"\x00" * 60,
    "no host": b"GET /privacy HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /privacy HTTP/1.1\r\n" + HOST * 2 + b"\r\n",
    "an old version": b"GET /privacy HTTP/0.9\r\n\r\n",
    "a version to come": b"GET /privacy HTTP/9.9\r\n" + HOST + b"\r\n",
    "a NUL in a header": b"GET /privacy HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "a header without a name": b"GET /privacy HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "a folded header": b"GET /privacy HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "a bare line feed": b"GET /privacy HTTP/1.1\n" + HOST + b"\n",
    "too many headers": b"GET /privacy HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 5000 + b"\r\n",
    "a header without end": b"GET /privacy HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 900_000,
    "bytes in the address": b"GET /\xff\xc0\xaf\x01 HTTP/1.1\r\n" + HOST + b"\r\n",
    "broken quoting": b"GET /%ff%c0%af%00%ed%a0%80%zz?zoek=%ff%00&%&=%f HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address of elsewhere": b"GET http://kwaad.example/privacy HTTP/1.1\r\n" + HOST + b"\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT kwaad.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a negative length": b"POST /weergave HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: -5\r\n\r\nlight=1",
    "no number as length": b"POST /weergave HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: x\r\n\r\nlight=1",
    "two lengths": b"POST /weergave HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 7\r\nContent-Length: 3\r\n\r\nlight=1",
    "a length and pieces": b"POST /weergave HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nlight=1\r\n0\r\n\r\n",
    "pieces": b"POST /weergave HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n\r\n7\r\nlight=1\r\n0\r\n\r\n",
    "a piece of no size": b"POST /weergave HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nlight=1\r\n",
    "a piece too large": b"POST /weergave HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nlight=1\r\n",
    "half a body": b"POST /weergave HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 700\r\n\r\nlight=1",
    "a cookie of bytes": b"GET /privacy HTTP/1.1\r\n" + HOST + b"Cookie: loket=\xff\xfe; loket=\x7f; =;;\r\n\r\n",
}


MEANT = {"broken quoting", "pieces"}  # the server has something to say to these: it is waited for


def say(port, words, patience=3):
    """The first line of what the server says to that; "" where it hangs up, or waits until we do."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        with suppress(OSError):  # it may hang up before all is said
            line.sendall(words)
        try:
            return line.recv(4096).partition(b"\r\n")[0].decode("latin1")
        except OSError:
            return ""


def answers(port, words, is_cut_off=True, patience=5):
    """The statuses of all that the server says to those words, after which we say no more."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        line.sendall(words)
        if is_cut_off:
            line.shutdown(socket.SHUT_WR)
        said = b""
        with suppress(OSError):
            while more := line.recv(65536):
                said += more
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", said)]


ASKED = b"POST /weergave HTTP/1.1\r\n" + HOST + FORM
NEXT = b"GET /privacy HTTP/1.1\r\n" + HOST + b"\r\n"
HALF = {  # forms whose line was lost, or that say in no way how long they are
    "less than was promised": (ASKED + b"Content-Length: 700\r\n\r\nlight=1", 400),
    "nothing of what was promised": (ASKED + b"Content-Length: 7\r\n\r\n", 400),
    "pieces without an end": (ASKED + b"Transfer-Encoding: chunked\r\n\r\n7\r\nlight=1\r\n", 411),
    "pieces with an end": (ASKED + b"Transfer-Encoding: chunked\r\n\r\n7\r\nlight=1\r\n0\r\n\r\n", 411),
    "a piece of no size, then a request": (ASKED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nlight=1\r\n" + NEXT, 411),
}


def test_no_odd_words_break_the_real_server(tmp_path):
    """Nothing answers 500, and after each of them the counter still answers as before."""
    port, url = free_port(), f"sqlite:///{tmp_path}/loket.db"
    settings = environment(DEMO=1, SECRET_KEY=SECRET, DATABASE_URL=url, LISTEN=f"127.0.0.1:{port}", WORKERS=1)
    init = [sys.executable, "-m", "flask", "--app", "app", "init"]
    subprocess.run(init, cwd=ROOT, env=settings, capture_output=True, check=True)
    server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=settings, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        whole = ASKED + b"Connection: close\r\nContent-Length: 7\r\n\r\nlight=1"
        assert answers(port, whole, is_cut_off=False, patience=20) == [303], "a whole one is done"
        for what, (words, status) in HALF.items():
            assert answers(port, words) in ([status], []), (  # to who is gone the server may say nothing
                f"{what}: it is not done, and nothing after it is taken for a request"
            )
        said = {}
        for what, words in RAW.items():
            said[what] = say(port, words, 20 if what in MEANT else 3)
            assert say(port, b"GET /privacy HTTP/1.1\r\n" + HOST + b"\r\n", 20) == "HTTP/1.1 200 OK", f"after {what}"
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    assert not {what: line for what, line in said.items() if line.startswith("HTTP/1.1 5")}, said
    refused = {what for what, line in said.items() if not line or line.startswith("HTTP/1.1 4")}
    assert {"a negative length", "no number as length", "an old version", "a NUL in a header"} <= refused, said
    assert said["broken quoting"].startswith("HTTP/1.1 404") and said["pieces"].startswith("HTTP/1.1 411"), said
