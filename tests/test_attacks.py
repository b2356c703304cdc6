"""One test per attack, named after it: what an attacker tries, and that nothing comes of it.

Attacks that already have a test beside their subject are not here; docs/ASVS.md says where those are.
"""

import io
import json
import logging
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from werkzeug.datastructures import MultiDict

import adapters.acm as acm
from adapters.logs import Line
from models import ContactPerson, Document, Message, Recognition, SigningLink
from tests import build, test_borders
from tests.test_access import CANARY, neighbours, person, records
from tests.test_agreements import frozen
from tests.test_borders import doors_of, plant, said
from tests.test_guards import MEGA, all_answers, in_session, live
from views.check import limiter
from views.demo_agreements import make
from views.demo_mentors import apply_for
from views.headers import HEADERS
from views.profile import OwnForm

_ = live, neighbours, person  # fixtures
on_one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
EVIL = "kwaad.example"


# --- who somebody says to be ------------------------------------------------------------------------------------------


def under_another_name(app, client):
    """The same sign-in, through a request that names another host."""
    other = app.test_client()
    other.set_cookie("loket", client.get_cookie("loket").value, domain=EVIL)
    return other


@on_one_engine
def test_host_header_injection(app, world, browser, unread):
    """Neither a mail nor a page nor a calendar takes over the host that a request names."""
    agreement = frozen(world, world.granted())
    client, base = under_another_name(app, browser), f"http://{EVIL}"
    place = f"/overeenkomsten/{agreement.id}"
    sent = client.post(f"{place}/link", data={"organisation": MEGA, "party": "learner"}, base_url=base)
    assert sent.status_code == 200 and SigningLink.select().exists()
    assert f"{app.config['PUBLIC_URL']}/tekenen/" in Message.select().order_by(Message.id.desc()).get().text
    feed = client.post("/organisatie/meldingen/agenda", data={"organisation": MEGA}, base_url=base)
    assert f"{app.config['PUBLIC_URL']}/agenda/" in feed.text
    for path in ("/", place, f"{place}/agenda", "/aanmelden", "/niets", "/insluiten", "/insluiten/bereken", "/healthz"):
        answer = client.get(path, base_url=base)
        assert EVIL.encode() not in said(answer), path
    assert EVIL not in "".join(one.text for one in Message.select())


def test_cookie_theft_over_http(live):
    """The cookie of the light display is bound to https and this host too; it is the only other one there is."""
    visitor = live.test_client()
    cookie = visitor.post("/weergave", data={"light": "1"}, base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-loket-licht=1; ")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")) and "Domain" not in cookie
    page = visitor.get("/bereken", base_url="https://localhost").page
    assert not page.select("script[src*=htmx]"), "the counter reads it under the name it gave it"


def test_reading_a_signed_out_screen(browser):
    """After signing out, the back button finds nothing: the browser is told to forget what it kept of us."""
    assert set(browser.post("/afmelden").headers["Clear-Site-Data"].split(", ")) == {'"cache"', '"storage"'}


@pytest.mark.parametrize("aud", ["een-ander", ["een-ander"], ["een-ander", "loket-2"], None])
def test_token_meant_for_somebody_else(monkeypatch, aud):
    """An id_token of our own provider for another client is no sign-in here, not even when its azp names us."""
    provider, told = acm.Provider("https://acm.example", "loket", "geheim"), {"sub": "x", "azp": "loket"}
    monkeypatch.setattr(provider, "fetch_access_token", lambda *_, **_more: {})
    monkeypatch.setattr(provider, "load_server_metadata", dict)
    for own in ("loket", ["loket"], ["een-ander", "loket"]):
        monkeypatch.setattr(provider, "parse_id_token", lambda *_, aud=own, **_more: told | {"aud": aud})
        assert provider.arrival("code", "state", "https://loket.example/terug")["sub"] == "x"
    monkeypatch.setattr(provider, "parse_id_token", lambda *_, **_more: told | {"aud": aud})
    with pytest.raises(acm.Refused, match="somebody else"):
        provider.arrival("code", "state", "https://loket.example/terug")


def test_request_forgery_by_a_redirect():
    """A provider that leads on, to our own network for instance, is one that does not answer."""
    asked = []

    class Leading(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/binnen")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Leading) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        provider = acm.Provider(f"http://127.0.0.1:{server.server_port}", "loket", "geheim")
        with pytest.raises(acm.Down):
            provider.departure("state", "https://loket.example/terug")
        server.shutdown()
    assert asked == ["/.well-known/openid-configuration"]


# --- asking too often -------------------------------------------------------------------------------------------------


def refused(answer):
    """True when it was one too many; refused as carefully as anything else."""
    if answer.status_code != 429:
        return False
    wanted = {name: value for name, value in HEADERS.items() if name != "Cross-Origin-Opener-Policy"}
    assert wanted.items() <= dict(answer.headers).items()
    assert "Te veel pogingen" in answer.text and "public" not in answer.headers["Cache-Control"]
    return True


@on_one_engine
def test_export_flood(signed_in, unread):
    """Counted by account, so that a whole school behind one address is not stopped with one of its people."""
    flooding, neighbour, path = signed_in("zaakvoerder"), signed_in("medewerker"), "/overeenkomsten/csv"
    assert not any(refused(flooding.get(path)) for _ in range(30))
    assert refused(flooding.get(path)) and not refused(neighbour.get(path))
    assert not refused(flooding.get("/"))


@on_one_engine
@pytest.mark.parametrize(
    ("path", "method", "times"),
    [
        ("/aanmelden/acm", "GET", 60),
        ("/aanmelden/terug?state=x&code=y", "GET", 60),
        ("/inzage/geraden", "GET", 30),
        ("/inzage/geraden", "POST", 10),
        ("/tekenen/geraden", "GET", 30),
        ("/tekenen/geraden", "POST", 10),
        ("/tekenen/geraden/pdf", "GET", 30),
        ("/agenda/geraden.ics", "GET", 60),
    ],
)
def test_guessing_a_sign_in_or_a_personal_link(visitor, unread, app, path, method, times):
    client = app.test_client()
    assert {client.open(path, method=method).status_code for _ in range(times)} == {404}
    assert refused(client.open(path, method=method))


@on_one_engine
@pytest.mark.parametrize(
    "path", ["organisatie/gebruikers", "organisatie/machtigingen", "organisatie/toegangslog/link", "hulp"]
)
def test_mail_flood(signed_in, unread, path):
    """Neither mailing the world nor trying which national numbers are known here goes on and on."""
    flooding, typed = signed_in("zaakvoerder"), {"organisation": MEGA}
    assert not any(refused(flooding.post(f"/{path}", data=typed)) for _ in range(20))
    assert refused(flooding.post(f"/{path}", data=typed))
    assert not refused(flooding.get("/"))


@on_one_engine
def test_changing_ones_address_within_ones_own_network(app, unread):
    """Of IPv6 everybody has more addresses than there are requests: the network they come from is counted."""

    def asks(address):
        return app.test_client().get("/controle", environ_base={"REMOTE_ADDR": address}).status_code

    assert {asks(f"2001:db8:0:1:{n:x}::1") for n in range(30)} == {200} and asks("2001:db8:0:1::2") == 429
    assert asks("2001:db8:0:2::1") == asks("::ffff:192.0.2.1") == asks("::ffff:192.0.2.2") == asks("unknown") == 200
    for _ in range(29):
        assert asks("::ffff:192.0.2.1") == 200
    assert asks("192.0.2.1") == 429


# --- files ------------------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n"
POLYGLOTS = {
    "pdf that is html": (build.PDF + b"<html><script>alert(1)</script>", "application/pdf"),
    "pdf that is a zip": (build.PDF + b"PK\x03\x04" + b"PK\x05\x06" + bytes(18), "application/pdf"),
    "jpeg that is php": (b"\xff\xd8\xff\xfe\x00\x20<?php system($_GET[0]) ?>\xff\xd9", "image/jpeg"),
    "png that is javascript": (PNG + b"*/=1;alert(1)//", "image/png"),
}


@on_one_engine
@pytest.mark.parametrize("kind", POLYGLOTS)
@pytest.mark.parametrize("name", ["foto.html", "x.php.svg", "../../static/loket.js"])
def test_polyglot_upload(browser, world, kind, name):
    """Whatever else a file is too, it is only ever given back as what its first bytes say, and only to keep."""
    content, media_type = POLYGLOTS[kind]
    sent = {"organisation": MEGA, "kind": "other", "file": (io.BytesIO(content), name, "text/html")}
    assert browser.post("/documenten", data=sent).status_code == 303
    answer = browser.get(f"/documenten/{Document.get().id}/bestand")
    assert answer.data == content and answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r"[\w.-]+\.(pdf|jpg|png)", Document.get().filename)


@on_one_engine
@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a/*<svg/onload=alert(1)>*/=alert(1)//",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"\xef\xbb\xbf" + build.PDF,
        b"<script>alert(1)</script>" + build.PDF,
        b"PK\x03\x04" + bytes(26),
        b"%!PS-Adobe-3.0 (%pipe%id) (w) file",
    ],
)
def test_disguised_upload(browser, world, content):
    sent = {"organisation": MEGA, "kind": "other", "file": (io.BytesIO(content), "uittreksel.pdf", "application/pdf")}
    assert browser.post("/documenten", data=sent).status_code == 422
    assert not Document.select().exists()


@on_one_engine
def test_guessing_a_charset(browser, world):
    """Every text says which letters it is in, so that no browser guesses others."""
    answers = all_answers(browser, world) | {"csv": browser.get("/overeenkomsten/csv")}
    texts = {what: one for what, one in answers.items() if one.data and one.mimetype.startswith("text/")}
    assert {"page", "part", "unknown", "static", "csv"} <= set(texts)
    assert not [what for what, one in texts.items() if one.mimetype_params.get("charset") != "utf-8"]


# --- words that want to be more ---------------------------------------------------------------------------------------

CHOSEN = {"kind", "category", "holidays", "guardian_kind", "end_kind", "end_initiative"}  # of a table, never typed
SEALED = {"insz_sealed", "guardian_insz_sealed"}  # what only the key makes
MARKUP = """"'><script>alert(7)</script>{{7*7}}#panic("kwaad")$x$\\"""


@on_one_engine
@pytest.mark.sweep
def test_markup_in_every_stored_field(app, world, person, monkeypatch):
    """Every text the records can hold is markup of HTML, Jinja and typst; no page runs it, every PDF is still made."""
    found = records(world)
    monkeypatch.setattr(test_borders, "CANARY", MARKUP)
    monkeypatch.setattr(test_borders, "STRUCTURED", test_borders.STRUCTURED | CHOSEN | SEALED)
    sown = plant(world.mega)
    assert len(sown) > 60, sorted(sown)
    shown, papers, broken = 0, 0, []
    for who in ("user", "handler", "school", "committee"):
        client = person(who)
        for endpoint, method, path in doors_of(app, found):
            if method != "GET":
                continue
            answer = client.get(path)
            broken += [endpoint] * (answer.status_code >= 500)
            if answer.mimetype == "text/html":
                assert "<script>alert" not in answer.text and "'><script" not in answer.text, endpoint
                shown += "&lt;script&gt;alert(7)" in answer.text
            elif answer.mimetype == "application/pdf" and answer.status_code == 200:
                papers += answer.data.startswith(b"%PDF-")
        limiter.reset()
    assert not broken, sorted(set(broken))
    assert shown > 40 and papers > 5, (shown, papers)


def test_log_forging():
    """A line break in a message does not begin a line of its own; what looks personal is not told."""
    formatted = [
        Line().format(logging.makeLogRecord({"name": "x", "msg": text, "levelname": "INFO"}))
        for text in ('goed\n{"level": "info", "message": "vals"}', "van\r\nann@voorbeeld.be", "\x1b[2J\u2028weg")
    ]
    assert all("\n" not in line and "\r" not in line and "\x1b" not in line for line in formatted)
    assert [json.loads(line)["message"] for line in formatted][1] == "(not told)"


# --- more than a form has ---------------------------------------------------------------------------------------------


@on_one_engine
def test_mass_assignment(browser, world):
    """A form with every column of the record in it changes only what that form asks."""
    draft = world.ready()
    before = Recognition.select().where(Recognition.id == draft.id).dicts().get()
    forged = dict.fromkeys(before, "1") | {"state": "approved", "code": "A" * 16, "number": "E/1", "decided_by": "1"}
    typed = {"organisation": MEGA, "contact_name": "Nieuw", "contact_email": "n@voorbeeld.be", "contact_phone": ""}
    browser.post(f"/erkenningen/{draft.id}/vestiging", data=forged | typed)
    after = Recognition.select().where(Recognition.id == draft.id).dicts().get()
    own = {"contact_name", "contact_email", "contact_phone", "establishment", "joint_committee", "partnership"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= own | {"changed_at", "touched_on", "edited_at", "updated_at"}, changed


@on_one_engine
def test_parameter_pollution(browser, world):
    """Of a name that comes twice the first counts, for the guard and for what is done alike; the address never."""
    other = world.organisations["bakkerij"].number
    count = Recognition.select().count
    assert browser.post("/erkenningen/nieuw", data={"organisation": [other, MEGA]}).status_code == 409
    assert browser.post(f"/erkenningen/nieuw?organisation={MEGA}").status_code == 400 and count() == 0
    assert (
        browser.post(f"/erkenningen/nieuw?organisation={other}", data={"organisation": [MEGA, other]}).status_code
        == 303
    )
    assert Recognition.get().organisation == world.mega and count() == 1
    assert in_session(browser)["organisation"] == MEGA


@on_one_engine
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "PUT", "PATCH", "DELETE"])
def test_odd_methods(browser, method):
    answer = browser.open("/erkenningen", method=method, headers={"X-Secret": "verraad"})
    assert answer.status_code == 405 and "verraad" not in answer.text


@on_one_engine
@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.env", "/app.py", "/instance/secret_key", "/loket.db", "/requirements.txt", "/metrics"),
        *(
            "/static/",
            "/static/.git/config",
            "/static/..%5capp.py",
            "/console",
            "/?__debugger__=yes",
        ),
    ],
)
def test_looking_for_what_lies_about(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 404 or answer.headers["Location"] == "/aanmelden?next=/?__debugger__%3Dyes"
    assert "import" not in answer.text and "Werkzeug" not in str(answer.headers)


# --- from one tenant to another ---------------------------------------------------------------------------------------


@pytest.fixture
def bakery(world):
    """Of the bakery too there is a file, a mentor, an agreement, a document and a contact."""
    actor, granted = (
        world.actor("bakkerij", world.today),
        world.ending_in(1500, training="Haarverzorging duaal", key="bakkerij"),
    )
    world.handed_in("Verkoper", "bakkerij")
    world.ready("Winkelbediende", "bakkerij")
    for index, state in enumerate(("draft", "to_sign", "registered")):
        make(world, "bakkerij", granted, index, state)
    apply_for(world, "bakkerij", granted, world.mentor("bakkerij", "Bé", "Smet"), "submitted", world.today)
    ContactPerson.add(actor, subject="general", name="Ann", email="a@voorbeeld.be", phone="")
    Document.store(actor, build.PDF + b"van de bakker", "van de bakker.pdf", "other")
    return world.organisations["bakkerij"]


@on_one_engine
@pytest.mark.sweep
def test_reading_a_neighbour_through_ones_own_pages(app, world, person, bakery):
    """Every page, list, search and export of Mega World's own records, while the bakery sings in every text it has."""
    found = records(world)
    sown = plant(bakery)
    assert len(sown) > 40, sorted(sown)
    own, theirs, heard, opened = person("user"), person("stranger"), set(), 0
    for endpoint, method, path in doors_of(app, found):
        if method != "GET":
            continue
        for query in ({}, {"zoek": CANARY[1:], "mentor": CANARY[1:], "opleiding": CANARY[1:]}):
            answer = own.get(path, query_string=query)
            opened += answer.status_code == 200
            assert CANARY.encode() not in said(answer), f"Mega World reads of the bakery at {path}"
        if CANARY.encode() in theirs.get(path).data:
            heard.add(endpoint)
        limiter.reset()
    assert opened > 100 and len(heard) > 10, (opened, sorted(heard))


# --- more than fits ---------------------------------------------------------------------------------------------------


def test_a_shape_sought_in_half_a_megabyte():
    """What is too long is looked at no further: a shape took four times as long to seek in twice the text."""
    form = OwnForm(MultiDict({"website": "https://" + "a." * 150 + " b"}))
    assert not form.validate() and form.website.errors == ["Gebruik hoogstens 255 tekens."]


LISTS = ("erkenningen", "mentoren", "documenten", "werkplekken", "overeenkomsten", "overeenkomsten/nieuw")


@on_one_engine
@pytest.mark.parametrize("place", [*LISTS, "organisatie/wissel", "organisatie/vestigingen", "zoeken", "handleiding"])
def test_a_word_of_sixty_thousand_letters(world, unread, browser, place):
    assert browser.get(f"/{place}", query_string={"zoek": "a" * 60_000}).status_code == 200


def test_letters_no_font_can_draw(browser, world):
    """A name in another script is a box on the paper, and the paper is still made."""
    agreement = frozen(world, world.granted("Winkelmedewerker duaal"), first_name="漢\U00012000")
    answer = browser.get(f"/overeenkomsten/{agreement.id}/pdf")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")
