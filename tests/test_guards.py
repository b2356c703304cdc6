"""What holds whatever the view: who is refused, how long a sign-in lasts, what a failed request leaves behind."""

import io
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import peewee
import pytest
from flask import abort
from flask.testing import FlaskClient

from app import create_app, read_settings
from models import (
    Document,
    Establishment,
    Invitation,
    JointCommittee,
    Membership,
    Mentor,
    Organisation,
    Partnership,
    Recognition,
    SignIn,
    Training,
    User,
    db,
)
from tests import build
from tests.browser import Browser
from tests.conftest import SECRET
from tests.test_users import mailed_path
from views import guards
from views.check import limiter
from views.guards import FOR_VIEWERS, OPENS_ITS_OWN, UNBOUND, WITHOUT_STAMP, access_of
from views.headers import HEADERS

MEGA, OVERAL_NAME = "0417390703", "Grootwarenhuis Overal NV"
CHANGED = "Gewijzigd door een test"
EVIL = "https://kwaad.example"
BEYOND = 2**31


on_one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # for what never reaches the register


def doors(app, method):
    """[(endpoint, path)] of every route that takes the method; numbers and texts in it are 1."""
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if method in rule.methods and rule.endpoint != "static"]
    return [(one.endpoint, adapter.build(one.endpoint, dict.fromkeys(one.arguments, 1), method)) for one in rules]


def write(**_arguments):
    """A view that writes, whatever it was asked."""
    Organisation.update(name=CHANGED).execute()
    return "gelukt"


def was_changed():
    return Organisation.select().where(Organisation.name == CHANGED).exists()


def name_of(answer):
    return answer.page.h1.text


def at(monkeypatch, later):
    """Let the guards believe it is that much later."""

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + later

    monkeypatch.setattr(guards, "datetime", Later)


def sent_to_sign_in(answer):
    return answer.status_code == 303 and answer.headers["Location"].startswith("/aanmelden?next=")


def stolen(app, client):
    """Another browser with the same cookie."""
    thief = app.test_client()
    thief.set_cookie("loket", client.get_cookie("loket").value)
    return thief


def in_session(client):
    with client.session_transaction() as session:
        return dict(session)


@pytest.fixture
def live(app, world):
    """The counter as it runs outside the demo, on the register of the test."""
    settings = LIVE | {"DATABASE_URL": "sqlite:///:memory:"}
    nothing = dict.fromkeys(("LOKET_DEMO", "LOKET_TODAY", "LOKET_OIDC_ISSUER"), "")
    live = create_app(nothing | {f"LOKET_{name}": value for name, value in settings.items()})
    db.initialize(app.database)
    live.test_client_class = Browser
    live.config["PREFERRED_URL_SCHEME"] = "https"
    return live


def signed_in_live(live, persona):
    client = live.test_client()
    user = User.get(User.subject == f"demo:{persona}")
    with client.session_transaction() as session:
        session["_user_id"] = SignIn.start(user, datetime.now(UTC).replace(tzinfo=None))
    return client


# --- reading never writes, a refusal leaves nothing -------------------------------------------------------------------


def test_reading_never_writes_whatever_the_view_does(app, signed_in, unread, monkeypatch):
    for endpoint, _ in doors(app, "GET"):
        monkeypatch.setitem(app.view_functions, endpoint, write)
    readers = [signed_in(persona) for persona in ("zaakvoerder", "behandelaar", "beheerder")]
    for endpoint, path in doors(app, "GET"):
        if endpoint in OPENS_ITS_OWN:
            continue
        answers = {reader.open(path, method="GET").status_code for reader in readers}
        broke = {503 if endpoint == "health.show" else 500}  # that one says so in its own way
        assert broke <= answers <= broke | {403}, f"{endpoint} wrote during a GET: {answers}"
    assert readers[0].head("/").status_code == 500
    assert not was_changed()


@pytest.mark.parametrize("statement", ["DELETE FROM vote", "CREATE TABLE extra (id INTEGER)", "DROP TABLE vote"])
def test_reading_never_writes_by_any_statement(app, browser, monkeypatch, statement):
    monkeypatch.setitem(app.view_functions, "organisation.privacy", lambda: db.execute_sql(statement) and "gelukt")
    assert browser.get("/privacy").status_code == 500
    assert "vote" in db.get_tables() and "extra" not in db.get_tables()


def raising(problem):
    def fail():
        write()
        raise problem

    return fail


@pytest.mark.parametrize(
    "end",
    [
        *(lambda status=status: (write(), status) for status in (400, 404, 409, 422, 429, 500, 503)),
        *(lambda status=status: write() and abort(status) for status in (400, 403, 404, 409)),
        raising(RuntimeError("kapot")),
        raising(peewee.OperationalError("weg")),
        lambda: Organisation.create(number=MEGA, name="dubbel", kind="employer"),
    ],
)
def test_a_refused_write_leaves_nothing_behind(app, signed_in, unread, monkeypatch, end):
    browser = signed_in("zaakvoerder")
    monkeypatch.setitem(app.view_functions, "application.start", end)
    assert browser.post("/erkenningen/nieuw", data={"organisation": MEGA}).status_code >= 400
    assert not was_changed()
    assert browser.get("/").status_code == 200, "the register is usable again"


@pytest.mark.parametrize("status", [200, 303])
def test_a_write_that_succeeded_is_kept(app, browser, monkeypatch, status):
    monkeypatch.setitem(app.view_functions, "application.start", lambda: (write() and "", status))
    assert browser.post("/erkenningen/nieuw", data={"organisation": MEGA}).status_code == status
    assert was_changed()


def test_our_own_fault_is_told_in_dutch_without_a_word_of_the_inside(app, browser, monkeypatch):
    for endpoint in ("dashboard.index", "application.start"):
        monkeypatch.setitem(app.view_functions, endpoint, raising(RuntimeError(f"{SECRET} in {__file__}")))
    for answer in (browser.get("/"), browser.post("/erkenningen/nieuw", data={"organisation": MEGA})):
        assert answer.status_code == 500 and name_of(answer) == "Er ging iets mis bij ons"
        for word in (SECRET, __file__, "Traceback", "RuntimeError", "kapot"):
            assert word not in answer.text
    assert not was_changed()


def test_a_register_that_is_away_is_our_own_fault_too(app, browser, monkeypatch):
    def away(*_arguments, **_options):
        raise peewee.OperationalError("no route to postgresql://loket:geheim@db")

    monkeypatch.setattr(app, "test_client_class", FlaskClient)
    client = stolen(app, browser)
    with monkeypatch.context() as patch:
        patch.setattr(app.database, "connect", away)
        patch.setattr(app.database, "execute_sql", away)
        answer = client.get("/")
    assert answer.status_code == 500 and "Er ging iets mis bij ons" in answer.text and "geheim" not in answer.text
    assert browser.get("/").status_code == 200


# --- signing in and out -----------------------------------------------------------------------------------------------


def test_a_sign_in_ends_after_two_hours_however_busy(browser, monkeypatch):
    for minutes in (60, 119):
        at(monkeypatch, timedelta(minutes=minutes))
        assert browser.get("/erkenningen").status_code == 200
    at(monkeypatch, timedelta(hours=2))
    assert sent_to_sign_in(browser.get("/erkenningen"))


def test_who_is_signed_out_meanwhile_is_led_back_after_signing_in(app, visitor):
    answer = visitor.get("/erkenningen?zoek=a+b")
    assert answer.status_code == 303
    step = visitor.get(answer.headers["Location"]).page
    fields = {"persona": "zaakvoerder", "next": step.select_one("[name=next]")["value"]}
    assert visitor.post("/aanmelden/demo", data=fields).headers["Location"] == "/erkenningen?zoek=a+b"


def test_signing_out_ends_a_stolen_cookie_too(app, browser):
    thief = stolen(app, browser)
    assert thief.get("/").status_code == 200
    answer = browser.post("/afmelden")
    assert answer.headers["Location"] == "/aanmelden" and answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get_cookie("loket") is None
    assert thief.get("/").status_code == 303


def test_signing_in_again_ends_the_sign_in_before(app, browser):
    thief = stolen(app, browser)
    browser.post("/aanmelden/demo", data={"persona": "medewerker"})
    assert thief.get("/").status_code == 303 and browser.get("/").status_code == 200


def test_signing_out_needs_no_sign_in_but_a_post(visitor):
    assert visitor.get("/afmelden").status_code == 405
    assert visitor.post("/afmelden").status_code == 303


def test_nothing_planted_before_signing_in_survives_it(app, visitor):
    planted = {"_user_id": "gekozen", "organisation": "0000000000", "list.recognitions": "//kwaad.example", "x": "y"}
    with visitor.session_transaction() as session:
        session.update(planted)
    visitor.post("/aanmelden/demo", data={"persona": "zaakvoerder"})
    session = in_session(visitor)
    assert set(session) == {"_user_id", "_fresh", "organisation"} and session["organisation"] == MEGA
    assert session["_user_id"] != "gekozen"


def test_the_register_keeps_no_token_that_a_cookie_could_carry(browser):
    token = in_session(browser)["_user_id"]
    for values in SignIn.select().tuples():
        assert token not in values
    assert SignIn.select().where(SignIn.token_hash == SignIn.hashed(token)).exists()


@on_one_engine
@pytest.mark.parametrize("cookie", ["onzin", "eyJfdXNlcl9pZCI6IjEifQ.x.y", "." * 50, "é", "{}", "a" * 1900])
def test_a_forged_cookie_is_no_cookie(app, world, cookie):
    client = app.test_client()
    client.set_cookie("loket", cookie)
    client.set_cookie("remember_token", f"{cookie}|{cookie}")
    assert client.get("/").status_code == 303


def test_a_blocked_user_is_out_at_once_and_cannot_come_back(app, browser):
    User.update(is_blocked=True).where(User.subject == "demo:zaakvoerder").execute()
    assert browser.get("/").status_code == 303
    answer = browser.post("/aanmelden/demo", data={"persona": "zaakvoerder"})
    assert answer.status_code == 403 and "geblokkeerd" in answer.text


def test_a_blocked_right_ends_at_once(app, browser, signed_in):
    accountant = signed_in("boekhouder")
    accountant.post("/organisatie/wissel", data={"organisation": MEGA})
    assert "Mega World NV" in accountant.get("/").text
    Membership.update(is_blocked=True).where(
        Membership.organisation == Organisation.get(Organisation.number == MEGA)
    ).execute()
    assert browser.get("/").headers["Location"] == "/aanmelden/geen-recht"
    assert browser.get("/aanmelden/geen-recht").status_code == 403
    page = accountant.get("/").page
    assert "Mega World NV" not in page.text and "Bakkerij" in page.text
    assert accountant.post("/organisatie/wissel", data={"organisation": MEGA}).status_code == 404


def test_an_organisation_in_the_session_is_a_wish_and_no_right(app, browser):
    with browser.session_transaction() as session:
        session["organisation"] = Organisation.get(Organisation.name == OVERAL_NAME).number
    page = browser.get("/").page
    assert "Mega World NV" in page.text and OVERAL_NAME not in page.text


def test_a_page_nobody_gave_access_to_is_refused(app, live):
    live.add_url_rule("/vergeten", "forgotten.show", lambda: "open")
    assert live.test_client().get("/vergeten").status_code == 303
    for persona in ("zaakvoerder", "behandelaar", "trajectbegeleider"):
        assert signed_in_live(live, persona).get("/vergeten").status_code == 403


# --- from our own page ------------------------------------------------------------------------------------------------


@on_one_engine
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://localhost.kwaad.example"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://["},
        {"Origin": "localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": EVIL},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_no_form_of_another_website_is_taken(app, signed_in, unread, headers):
    for client, path in ((app.test_client(), "/aanmelden/demo"), (signed_in("zaakvoerder"), "/erkenningen/nieuw")):
        answer = client.post(path, data={"organisation": MEGA, "persona": "zaakvoerder"}, headers=headers)
        assert answer.status_code == 403 and "andere website" in answer.text
    assert not Recognition.select().exists()


@on_one_engine
def test_no_route_at_all_takes_a_form_of_another_website(app, signed_in, unread, monkeypatch):
    clients = [app.test_client(), signed_in("zaakvoerder"), signed_in("behandelaar")]
    for endpoint, path in doors(app, "POST"):
        monkeypatch.setitem(app.view_functions, endpoint, write)
        for client in clients:
            answer = client.post(path, data={"organisation": MEGA}, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403 and "andere website" in answer.text, f"{endpoint} took it"
    assert not was_changed()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    ],
)
def test_our_own_forms_are_taken_and_those_of_old_browsers(browser, headers):
    answer = browser.post("/erkenningen/nieuw", data={"organisation": MEGA}, headers=headers)
    assert answer.status_code == 303 and Recognition.select().count() == 1


def test_a_link_on_another_website_may_lead_here(browser):
    assert browser.get("/", headers={"Sec-Fetch-Site": "cross-site", "Origin": EVIL}).status_code == 200


ELSEWHERE = [
    *("//kwaad.example", "///kwaad.example", "/\\kwaad.example", "\\\\kwaad.example", f"{EVIL}/", "http:kwaad.example"),
    *("javascript:alert(1)", "kwaad.example", " //kwaad.example", "/\t/kwaad.example", "/\n/kwaad.example"),
    *(
        "/\x00/kwaad.example",
        "/\x0b\\kwaad.example",
        "\r\nLocation: https://kwaad.example",
        "/\u2028kwaad",
        "\ufeff//a",
    ),
]


@on_one_engine
@pytest.mark.parametrize("place", ELSEWHERE)
def test_nothing_leads_away_after_signing_in_or_switching(app, visitor, place):
    fields = {"persona": "boekhouder", "next": place}
    assert visitor.post("/aanmelden/demo", data=fields).headers["Location"] == "/"
    own = visitor.get("/").page.select_one("body")["hx-headers:inherited"].split('"')[3]
    answer = visitor.post("/organisatie/wissel", data={"organisation": own, "next": place})
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
    for path in ("/aanmelden", "/organisatie/wissel"):
        assert visitor.get(path, query_string={"next": place}).page.select_one("[name=next]")["value"] == "/"


@on_one_engine
@pytest.mark.parametrize("place", ["/", "/erkenningen", "/erkenningen?zoek=%2F%2Fkwaad.example&overzicht=alle"])
def test_a_place_of_our_own_is_kept(visitor, place):
    answer = visitor.post("/aanmelden/demo", data={"persona": "zaakvoerder", "next": place})
    assert answer.headers["Location"] == place
    answer = visitor.post("/organisatie/wissel", data={"organisation": MEGA, "next": place})
    assert answer.headers["Location"] == place


@on_one_engine
@pytest.mark.parametrize("path", ["//kwaad.example/x", "/\\kwaad.example", "//kwaad.example/../erkenningen"])
def test_no_address_that_looks_like_another_host_leads_there(browser, visitor, path):
    for client in (browser, visitor):
        answer = client.get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code == 404 or answer.headers["Location"].startswith(("/aanmelden", "http://localhost/"))


# --- two tabs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tabs(signed_in):
    """An accountant whose other tab has meanwhile switched from Mega World to the bakery."""
    accountant = signed_in("boekhouder")
    assert "Bakkerij" in accountant.get("/").text
    return accountant


def test_a_form_for_another_organisation_keeps_what_was_typed_and_sends_nothing(tabs, world):
    draft = world.open_draft()
    typed = {"organisation": MEGA, "contact_name": "Ann <b>", "contact_phone": "", "empty": "", "once": "17-0.5"}
    answer = tabs.post(f"/erkenningen/{draft.id}/vestiging", data=typed)
    assert answer.status_code == 409 and "Er is niets verzonden" in answer.text and "Ann &lt;b&gt;" in answer.text
    assert "Mega World NV" in answer.page.main.text and answer.headers["Cache-Control"] == "no-store"
    assert [one.text for one in answer.page.select("details li")] == ["Ann <b>"], "no key that nobody typed"
    assert world.reload(draft).contact_name == "Leen Ó Briain"


def test_one_button_switches_back_and_sends(tabs, world):
    draft = world.open_draft()
    typed = {"organisation": MEGA, "contact_name": "Ann <b>", "contact_email": "a@b.be"}
    page = tabs.post(f"/erkenningen/{draft.id}/vestiging", data=typed).page
    done = tabs.submit(page, "form:has([name=switch_back])")
    assert done.status_code == 200 and "teruggewisseld naar Mega World NV" in done.text
    assert world.reload(draft).contact_name == "Ann <b>"
    assert "Mega World NV" in tabs.get("/").page.header.text


def test_switching_back_with_a_file_asks_for_the_file_again(tabs, world):
    draft = world.ready()
    data = {"organisation": MEGA, "kind": "other", "file": (io.BytesIO(build.PDF), "plan.pdf")}
    page = tabs.post(f"/erkenningen/{draft.id}/documenten", data=data).page
    form = page.select_one("form:has([name=switch_back])")
    assert form["enctype"] == "multipart/form-data" and form.select_one("input[type=file][name=file]")
    assert Document.select().count() == 1


def test_a_form_without_organisation_is_refused(browser, world):
    draft = world.open_draft()
    answer = browser.post(f"/erkenningen/{draft.id}/vestiging", data={"contact_name": "Ann"})
    assert answer.status_code == 400 and "ontbreekt de organisatie" in answer.text
    assert world.reload(draft).contact_name != "Ann"


def not_mine():
    return Organisation.get(Organisation.name == OVERAL_NAME).number


@pytest.mark.parametrize("stamp", [not_mine, lambda: "9999999999", lambda: "%", lambda: "' OR 1=1 --"])
def test_the_organisation_of_somebody_else_is_neither_named_nor_offered(browser, stamp):
    typed = {"organisation": stamp(), "contact_name": "Ann", "switch_back": "1"}
    answer = browser.post("/erkenningen/nieuw", data=typed)
    assert answer.status_code == 409 and "geen rechten" in answer.text
    assert OVERAL_NAME not in answer.text and not answer.page.select("[name=switch_back]")
    assert not Recognition.select().exists()
    answer = browser.get("/erkenningen", htmx=True, headers={"X-Organisation": stamp()})
    assert answer.status_code == 409 and OVERAL_NAME not in answer.text and not answer.page.select("form")


def test_a_blocked_right_is_no_way_back(tabs):
    Membership.update(is_blocked=True).where(Membership.role == "user").execute()
    Membership.update(is_blocked=False).where(
        Membership.organisation == Organisation.get(Organisation.name.startswith("Bakkerij"))
    ).execute()
    answer = tabs.post("/erkenningen/nieuw", data={"organisation": MEGA, "switch_back": "1"})
    assert answer.status_code == 409 and "Mega World" not in answer.text


def test_a_part_of_another_organisation_is_not_drawn_into_the_page(tabs):
    answer = tabs.get("/erkenningen?zoek=x", htmx=True, headers={"X-Organisation": MEGA})
    assert answer.status_code == 409
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#main", "innerHTML")
    fields = {field["name"]: field.get("value") for field in answer.page.select("form [name]")}
    assert fields == {"next": "/erkenningen?zoek=x", "organisation": MEGA}
    assert tabs.get("/erkenningen", headers={"X-Organisation": MEGA}).status_code == 200, "a whole page is drawn anew"


def give_right(persona, name, role="user"):
    Membership.create(
        user=User.get(User.subject == f"demo:{persona}"),
        organisation=Organisation.get(Organisation.name.startswith(name)),
        role=role,
    )


@pytest.mark.parametrize(("name", "role"), [("Café", "viewer"), ("Technisch", "user"), ("Vlaams", "user")])
def test_switching_back_gives_no_right_that_the_other_organisation_does_not_have(tabs, name, role):
    give_right("boekhouder", name, role)
    stamp = Organisation.get(Organisation.name.startswith(name)).number
    answer = tabs.post("/erkenningen/nieuw", data={"organisation": stamp, "switch_back": "1"})
    assert answer.status_code == 403 and not Recognition.select().exists()


def test_a_viewer_can_change_nothing(app, signed_in, unread, monkeypatch):
    viewers = {
        "employer": signed_in("raadpleger"),
        "handler": signed_in("collega"),
        "committee": signed_in("beheerder"),
    }
    colleagues = User.select(User.id).where(User.subject.in_(["demo:collega", "demo:beheerder"]))
    Membership.update(role="viewer").where(Membership.user.in_(colleagues)).execute()
    stamps = {"employer": MEGA, "handler": Organisation.get(Organisation.name.startswith("Sectoraal")).number}
    stamps["committee"] = Organisation.get(Organisation.name.startswith("Vlaams Partnerschap")).number
    for endpoint, path in doors(app, "POST"):
        kind = access_of(endpoint)
        if kind in UNBOUND or endpoint in WITHOUT_STAMP | FOR_VIEWERS:
            continue
        monkeypatch.setitem(app.view_functions, endpoint, write)
        who = kind if kind in viewers else "employer"
        answer = viewers[who].post(path, data={"organisation": stamps[who]})
        assert answer.status_code == 403 and "leesrechten" in answer.text, endpoint
    assert not was_changed()


def test_what_asks_only_a_sign_in_and_writes_is_named_here(app, world):
    """A viewer, and who has no right at all, may do these: no role is looked at, the view itself must see to it."""
    asked = {endpoint for endpoint, _ in doors(app, "POST") if access_of(endpoint) == "signed_in"}
    assert asked == {"access.sign_out", "invitations.accept", "sign_ins.end", "sign_ins.end_others"}


def test_a_viewer_takes_up_a_right_elsewhere_but_raises_none_of_their_own(app, signed_in, world):
    viewer, at = signed_in("raadpleger"), datetime.now(UTC).replace(tzinfo=None)
    mine = Membership.user == User.get(User.subject == "demo:raadpleger")
    for inviter, status in (("mega", 422), ("bakkerij", 303)):
        manager = world.actor(inviter, world.today, role="access_manager")._replace(at=at)
        right = {"user": manager.user, "organisation": manager.organisation}
        right = Membership.get_or_none(**right) or Membership(**right, source="local")
        right.role = "access_manager"
        right.save()
        Invitation.by_mail(manager, "ik@voorbeeld.be", "user", "/uitnodiging/{}".format)
        assert viewer.post(mailed_path("uitnodiging")).status_code == status
    found = {right.organisation.name: right.role for right in Membership.select().where(mine)}
    assert found == {"Mega World NV": "viewer", world.organisations["bakkerij"].name: "user"}


# --- odd requests -----------------------------------------------------------------------------------------------------

SENTENCE = "Deze browser wordt niet ondersteund! Kies een andere browser"


@on_one_engine
@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    ],
)
def test_internet_explorer_is_sent_to_another_browser(browser, visitor, agent):
    for answer in (
        browser.get("/", headers={"User-Agent": agent}),
        visitor.get("/aanmelden", headers={"User-Agent": agent}),
        browser.post("/erkenningen/nieuw", data={"organisation": MEGA}, headers={"User-Agent": agent}),
    ):
        assert answer.status_code == 403 and SENTENCE in " ".join(answer.page.main.text.split())
    assert not Recognition.select().exists()
    assert visitor.get("/static/loket.css", headers={"User-Agent": agent}).status_code == 200


@on_one_engine
@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/58.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/46.0 Safari/537.36 Edge/13.10586",
        "Mozilla/5.0 (X11; Linux x86_64; rv:52.0) Gecko/20100101 Firefox/52.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 9_1 like Mac OS X) AppleWebKit/601.1 Version/9.0 Mobile/13B143 Safari/601",
        *("Opera/9.80 (Windows NT 6.1) Presto/2.12", "Lynx/2.8.9rel.1", "w3m/0.5.3", "curl/7.0", "NoMSIE", ""),
    ],
)
def test_no_other_browser_is_refused(browser, agent):
    answer = browser.get("/", headers={"User-Agent": agent})
    assert answer.status_code == 200 and "niet ondersteund" not in answer.text


def asked_names():
    """Every name a view reads from an address."""
    sources = "".join(path.read_text() for path in Path(guards.__file__).parent.glob("*.py"))
    return set(re.findall(r'request\.(?:args|values)\.get\(\s*"(\w+)"', sources)) | {"hours", "starts_on", "training"}


ODD = ["9" * 30, "2147483648_2147483648", "-1_2022-02-30", "\x00\x1b%_\\'\"🙂\u202e" + "a" * 2000]


@pytest.mark.sweep
def test_no_odd_address_breaks_a_page(app, world, signed_in, unread):
    recognition, names = world.handed_in(), asked_names()
    assert {"zoek", "na", "voor", "pagina", "next"} <= names
    numbers = {"recognition_id": recognition.id, "mentor_id": Mentor.get().id, "document_id": Document.get().id}
    readers = {"handler": signed_in("behandelaar"), "committee": signed_in("beheerder")}
    readers |= dict.fromkeys(("public", "frame", "signed_in", "member", "employer"), signed_in("zaakvoerder"))
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static" or rule.endpoint.endswith("receipt"):
            continue
        for value in ODD[-1:] if rule.arguments else ODD:
            filled = {
                name: numbers.get(name, 1 if name.endswith(("_id", "ordinal")) else value) for name in rule.arguments
            }
            path = adapter.build(rule.endpoint, filled)
            answer = readers[access_of(rule.endpoint)].get(path, query_string=dict.fromkeys(names, value))
            assert answer.status_code < 500, f"{answer.status_code} for {path} with {value!r}"
        limiter.reset()


@pytest.mark.parametrize("number", [BEYOND, 10**25])
def test_a_number_no_record_can_have_is_not_found(app, signed_in, unread, number):
    clients = {
        "handler": (signed_in("behandelaar"), Organisation.get(Organisation.name.startswith("Sectoraal")).number)
    }
    clients |= dict.fromkeys(("public", "signed_in", "employer", "member"), (signed_in("zaakvoerder"), MEGA))
    committee = Organisation.get(Organisation.name.startswith("Vlaams Partnerschap")).number
    clients["committee"] = (signed_in("beheerder"), committee)
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if not any(rule.endpoint and name.endswith("_id") for name in rule.arguments):
            continue
        client, stamp = clients[access_of(rule.endpoint)]
        for method in rule.methods & {"GET", "POST"}:
            path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, number), method)
            answer = client.open(path, method=method, data={"organisation": stamp} if method == "POST" else None)
            assert answer.status_code == 404 and "Niet gevonden" in answer.text, f"{method} {path}"


@on_one_engine
def test_a_method_no_route_takes_is_a_dutch_405(app, signed_in, unread):
    browser = signed_in("zaakvoerder")
    paths = {path for method in ("GET", "POST") for _, path in doors(app, method)}
    for path in paths:
        allowed = app.url_map.bind("localhost").allowed_methods(path)
        for method in {"DELETE", "GET", "POST"} - set(allowed):
            answer = browser.open(path, method=method)
            assert answer.status_code == 405 and "Dit kan hier niet" in answer.text, f"{method} {path}"
            assert set(answer.headers["Allow"].split(", ")) == set(allowed)


@on_one_engine
@pytest.mark.parametrize(
    "path",
    [
        *("/bestaat-niet", "/erkenningen/", "/erkenningen/abc", "/erkenningen/-1", "/erkenningen/1.5", "/%00", "/%ff"),
        *("/erkenningen/%00", "/..%2f..%2fetc/passwd", "/.git/config", "/static/", "/static/nee.css", "/README.md"),
        *("/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%00", "/controle/%00"),
        *("/koppelen/naar/%00", "/koppelen/a%0b", "/handleiding/toegang%00", "/uitnodiging/%ef%bf%bf"),
        *("/wp-login.php", "/documenten/1;x", "/" + "a" * 3000),
    ],
)
def test_an_unknown_place_is_a_dutch_404_for_everyone(browser, visitor, path):
    for client in (browser, visitor):
        answer = client.get(path)
        assert answer.status_code == 404
        assert name_of(answer) == "Niet gevonden" if "controle" not in path else name_of(answer)


@on_one_engine
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("organisation=0417390703&contact_name=" + "x" * 600_000, "application/x-www-form-urlencoded", 413),
        ("x=1&" * 200_000, "application/x-www-form-urlencoded", 413),
        (
            "--a\r\n" + 'Content-Disposition: form-data; name="x"\r\n\r\ny\r\n--a\r\n' * 1100,
            "multipart/form-data; boundary=a",
            413,
        ),
        ("--a\r\nonzin", "multipart/form-data; boundary=a", 400),
        ("--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--", "multipart/form-data; boundary=a", 400),
        ("onzin", "multipart/form-data", 400),
        ("onzin", "multipart/form-data; boundary=" + "b" * 500, 400),
        ('{"organisation": "0417390703"}', "application/json", 400),
        ("organisation=0417390703", "text/plain", 400),
        ("%00%ff%=&=&&=x", "application/x-www-form-urlencoded", 400),
        ("organisation=%000417390703%00", "application/x-www-form-urlencoded; charset=utf-16", 303),
        (b"\xff\xfe\x00", "application/octet-stream", 400),
        ("", "", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused_in_dutch(browser, body, kind, status):
    answer = browser.post("/erkenningen/nieuw", data=body, content_type=kind)
    assert answer.status_code == status
    if status >= 400:
        assert name_of(answer) == {400: "Dit verzoek klopt niet", 413: "Bestand te groot"}[status]
        assert not Recognition.select().exists()


def test_a_body_over_the_limit_is_not_read(browser, world):
    draft = world.ready()
    data = {"organisation": MEGA, "file": (io.BytesIO(b"x" * 13 * 1024 * 1024), "groot.pdf")}
    answer = browser.post(f"/erkenningen/{draft.id}/documenten", data=data)
    assert answer.status_code == 413 and name_of(answer) == "Bestand te groot"


@on_one_engine
@pytest.mark.parametrize("place", ["/controle?code=x", "/controle/0000-0000-0000-0000"])
def test_asking_the_public_check_too_often_is_refused_in_dutch(visitor, place):
    try:
        for _ in range(30):
            assert visitor.get(place).status_code in (404, 422)
        answer = visitor.get(place)
        assert answer.status_code == 429 and name_of(answer) == "Te veel pogingen"
        assert visitor.get("/bereken").status_code == 200
    finally:
        limiter.reset()


# --- what every answer carries ----------------------------------------------------------------------------------------


def all_answers(client, world, stamp=MEGA):
    """{what: answer} with every kind of status and content there is."""
    recognition = world.handed_in()
    page = client.get("/erkenningen")
    style = re.search(r"/static/loket\.css\?v=\w+", page.text)[0]
    posted = {"organisation": stamp}
    answers = {
        "page": page,
        "unchanged": client.get("/erkenningen", headers={"If-None-Match": page.headers["ETag"]}),
        "part": client.get("/erkenningen", htmx=True),
        "redirect": client.post("/erkenningen/nieuw", data=posted),
        "no form": client.post("/erkenningen/nieuw"),
        "refused": client.get("/behandeling"),
        "unknown": client.get("/niets"),
        "wrong method": client.delete("/erkenningen"),
        "switched": client.post("/erkenningen/nieuw", data={"organisation": "1"}),
        "too large": client.post("/erkenningen/nieuw", data={"x": "x" * 600_000}),
        "problems": client.post(f"/erkenningen/{recognition.id}/indienen", data=posted),
        "old browser": client.get("/", headers={"User-Agent": "MSIE 9"}),
        "document": client.get(f"/documenten/{Document.get().id}/bestand"),
        "receipt": client.get(f"/erkenningen/{recognition.id}/ontvangstbewijs"),
        "static": client.get(style),
        "unknown static": client.get("/static/niets.css"),
        "options": client.open("/erkenningen", method="OPTIONS"),
        "health": client.get("/healthz"),
    }
    static = {"If-None-Match": answers["static"].headers["ETag"]}
    return answers | {"unchanged static": client.get(style, headers=static)}


STATUSES = {"page": 200, "unchanged": 304, "part": 200, "redirect": 303, "no form": 400, "refused": 403, "unknown": 404}
STATUSES |= {
    "wrong method": 405,
    "switched": 409,
    "too large": 413,
    "problems": 422,
    "old browser": 403,
    "options": 200,
}
STATUSES |= {
    "document": 200,
    "receipt": 200,
    "static": 200,
    "unchanged static": 304,
    "unknown static": 404,
    "health": 200,
}
BY_ITSELF = {"script-src": "'self'", "style-src": "'self'", "default-src": "'none'", "frame-ancestors": "'none'"}


def test_every_answer_carries_the_headers_that_protect_it(app, browser, world, monkeypatch):
    answers = all_answers(browser, world)
    assert {what: answer.status_code for what, answer in answers.items()} == STATUSES
    monkeypatch.setitem(app.view_functions, "dashboard.index", raising(RuntimeError("kapot")))
    for what, answer in (answers | {"mishap": browser.get("/")}).items():
        wanted = {} if answer.status_code == 304 else HEADERS  # the browser keeps those it has, see test_budgets
        for name, value in HEADERS.items():
            assert answer.headers.getlist(name) == ([value] if wanted else []), f"{name} of {what}"
        assert "Strict-Transport-Security" not in answer.headers, "a demo on loopback must not promise https"
        assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy | BY_ITSELF == policy and policy["base-uri"] == "'none'" and policy["form-action"] == "'self'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"] and "*" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["X-Content-Type-Options"] == "nosniff"


def test_what_is_somebody_s_is_asked_anew_each_time_and_never_shared(browser, world):
    for what, answer in all_answers(browser, world).items():
        kept = set(answer.headers.get("Cache-Control", "").split(", "))
        if what in ("static", "unchanged static"):
            assert {"public", "max-age=31536000"} <= kept
            assert "Cookie" not in answer.vary, "a new cookie must not cost every static file again"
        elif what != "unknown static":
            assert {"private", "no-cache"} == kept or "no-store" in kept, f"{what}: {kept}"
            assert {"Cookie", "HX-Request", "HX-Request-Type", "Accept-Encoding"} <= set(answer.vary), what


def test_a_revealed_number_and_a_document_are_kept_nowhere(browser, handler, world):
    recognition = world.handed_in()
    mentor, document = Mentor.get(), Document.get()
    theirs = Organisation.get(Organisation.name.startswith("Sectoraal")).number
    for answer in (
        browser.get(f"/documenten/{document.id}/bestand"),
        browser.post(f"/mentoren/{mentor.id}/rijksregisternummer", data={"organisation": MEGA}),
        handler.post(
            f"/behandeling/{recognition.id}/mentors/{mentor.id}/rijksregisternummer", data={"organisation": theirs}
        ),
    ):
        assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_an_unchanged_page_is_not_sent_again(signed_in, unread, world, encoding, monkeypatch):
    browser = signed_in("zaakvoerder")
    headers = {"Accept-Encoding": encoding}
    first = browser.get("/erkenningen", headers=headers)
    assert first.headers.get("Content-Encoding", "") == encoding
    headers["If-None-Match"] = first.headers["ETag"]
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 60)  # gzip writes down when it was made
    again = browser.get("/erkenningen", headers=headers)
    assert again.status_code == 304 and not again.data and again.headers["ETag"] == first.headers["ETag"]
    world.handed_in()
    assert browser.get("/erkenningen", headers=headers).status_code == 200


def test_somebody_else_s_page_is_never_taken_for_the_own(signed_in):
    seen = set()
    accountant = signed_in("boekhouder")
    for client in (signed_in("zaakvoerder"), signed_in("medewerker"), signed_in("behandelaar"), accountant):
        seen.add(client.get("/").headers["ETag"])
    tag = accountant.get("/").headers["ETag"]
    accountant.post("/organisatie/wissel", data={"organisation": MEGA})
    accountant.get("/")  # shows the notice of the switch, once
    answer = accountant.get("/", headers={"If-None-Match": tag})
    assert answer.status_code == 200 and "Mega World NV" in answer.text
    assert len(seen) == 4
    part = accountant.get("/erkenningen", htmx=True).headers["ETag"]
    assert accountant.get("/erkenningen", headers={"If-None-Match": part}).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app, visitor):
    cookie = visitor.post("/aanmelden/demo", data={"persona": "zaakvoerder"}).headers["Set-Cookie"]
    flags = set(cookie.split("; ")[1:])
    assert cookie.startswith("loket=") and flags == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_reading_a_page_sets_no_cookie_for_who_has_none(visitor):
    for path in ("/aanmelden", "/toegankelijkheid", "/bereken", "/controle", "/healthz", "/static/loket.css", "/"):
        assert "Set-Cookie" not in visitor.get(path).headers, path


# --- outside the demo -------------------------------------------------------------------------------------------------


def test_outside_the_demo_every_answer_promises_https(live, world):
    browser = signed_in_live(live, "zaakvoerder")
    for what, answer in all_answers(browser, world).items():
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", what


def test_outside_the_demo_the_cookie_is_bound_to_https_and_this_host(live):
    browser = signed_in_live(live, "boekhouder")
    answer = browser.post("/organisatie/wissel", data={"organisation": MEGA})
    assert answer.status_code == 303
    for cookie in (answer.headers["Set-Cookie"], browser.post("/afmelden").headers["Set-Cookie"]):
        flags = {flag for flag in cookie.split("; ")[1:] if not flag.startswith(("Expires", "Max-Age"))}
        assert cookie.startswith("__Host-loket=") and flags == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_outside_the_demo_nobody_chooses_who_to_be(live):
    visitor = live.test_client()
    for persona in ("zaakvoerder", "behandelaar", "", "bestaat-niet"):
        answer = visitor.post("/aanmelden/demo", data={"persona": persona})
        assert answer.status_code == 404 and "Set-Cookie" not in answer.headers
    page = visitor.get("/aanmelden").page
    assert not page.select("[name=persona]") and not page.select(".demo-band")


def test_in_the_demo_every_page_says_so(visitor, browser):
    for answer in (visitor.get("/aanmelden"), browser.get("/"), browser.get("/niets")):
        assert "verzonnen" in answer.page.select_one(".demo-band").text


@pytest.mark.parametrize("persona", ["", "bestaat-niet", "demo:zaakvoerder", "zaakvoerder\x00x", "%"])
def test_only_a_known_persona_can_be_chosen(visitor, persona):
    assert visitor.post("/aanmelden/demo", data={"persona": persona}).status_code == 404


ACM = {"OIDC_ISSUER": "https://acm.example/op", "OIDC_CLIENT_ID": "loket", "OIDC_CLIENT_SECRET": "geheim"}
LIVE = {"SECRET_KEY": SECRET, "INSZ_KEY": SECRET, "PUBLIC_URL": "https://loket.example"}


def settings_of(**settings):
    return read_settings({f"LOKET_{name}": value for name, value in settings.items()})


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "LOKET_SECRET_KEY"),
        ({**LIVE, "SECRET_KEY": ""}, "LOKET_SECRET_KEY"),
        ({**LIVE, "SECRET_KEY": "x" * 31}, "LOKET_SECRET_KEY"),
        ({**LIVE, "SECRET_KEY": "x" * 64}, "LOKET_SECRET_KEY"),
        ({**LIVE, "INSZ_KEY": ""}, "LOKET_INSZ_KEY"),
        ({**LIVE, "INSZ_KEY": "0123456789abcdef" + "0" * 15}, "LOKET_INSZ_KEY"),
        ({**LIVE, "INSZ_KEY": "ab" * 32}, "LOKET_INSZ_KEY"),
        ({**LIVE, "SECRET_KEY_FALLBACKS": f"{SECRET} geheim"}, "LOKET_SECRET_KEY_FALLBACKS"),
        ({**LIVE, "INSZ_KEY_FALLBACKS": "x" * 64}, "LOKET_INSZ_KEY_FALLBACKS"),
        ({**LIVE, "PUBLIC_URL": "https://"}, "LOKET_PUBLIC_URL"),
        ({**LIVE, "PUBLIC_URL": "https://loket.example/duaal"}, "LOKET_PUBLIC_URL"),
        ({**LIVE, "WORKERS": "0"}, "LOKET_WORKERS"),
        ({**LIVE, "PROXIES": "-1"}, "LOKET_PROXIES"),
        ({**LIVE, "LOG_LEVEL": "veel"}, "LOKET_LOG_LEVEL"),
        ({**LIVE, "DEMO": "1", "OIDC_ISSUER": "https://acm.example"}, "LOKET_OIDC_ISSUER"),
        ({**LIVE, "TODAY": "2022-01-23"}, "LOKET_TODAY"),
        ({**LIVE, **ACM, "OIDC_ISSUER": "http://acm.example"}, "LOKET_OIDC_ISSUER"),
        ({**LIVE, **ACM, "OIDC_ISSUER": "http://localhost.kwaad.example"}, "LOKET_OIDC_ISSUER"),
        ({**LIVE, **ACM, "OIDC_CLIENT_ID": ""}, "LOKET_OIDC_CLIENT_ID"),
        ({**LIVE, **ACM, "OIDC_CLIENT_SECRET": ""}, "LOKET_OIDC_PRIVATE_KEY"),
        ({**LIVE, **ACM, "OIDC_LEVEL": "both"}, "LOKET_OIDC_LEVEL"),
        ({**LIVE, **ACM, "OIDC_RIGHTS": "Recht=baas"}, "LOKET_OIDC_RIGHTS"),
        ({**LIVE, **ACM, "OIDC_RIGHTS": "Recht"}, "LOKET_OIDC_RIGHTS"),
        ({"SECRET_KEY": SECRET}, "LOKET_PUBLIC_URL"),
        ({**LIVE, "PUBLIC_URL": "http://loket.example"}, "LOKET_PUBLIC_URL"),
        ({**LIVE, "DEMO": "yes", "PUBLIC_URL": "http://loket.example"}, "LOKET_PUBLIC_URL"),
    ],
)
def test_the_counter_refuses_to_start_with_settings_that_clash(settings, name):
    with pytest.raises(RuntimeError, match=name):
        settings_of(**settings)


def test_what_the_dossier_of_acm_says_is_a_setting():
    plain = settings_of(**LIVE, **ACM)
    assert plain["OIDC_SCOPE"].endswith(" dwse_werkplekduaal") and plain["OIDC_LEVEL"] == "organisation"
    named = settings_of(**LIVE, **ACM, OIDC_ROLE_CLAIM="x_rol_3d", OIDC_RIGHTS="A=user A-b=manager")
    assert named["OIDC_SCOPE"].endswith(" x") and named["OIDC_RIGHTS"] == {"A": "user", "A-b": "manager"}


def test_the_counter_starts_with_settings_that_fit():
    assert settings_of(**LIVE)["SESSION_COOKIE_NAME"] == "__Host-loket"
    assert settings_of(**LIVE, SECRET_KEY_FALLBACKS=SECRET)["SECRET_KEY_FALLBACKS"] == [SECRET]
    assert settings_of(**LIVE | {"PUBLIC_URL": "https://loket.example:8443/"})
    demo = settings_of(SECRET_KEY="x" * 32, DEMO="1", TODAY="2022-01-23")
    assert demo["TODAY"] == date(2022, 1, 23) and demo["SESSION_COOKIE_NAME"] == "loket"
    assert demo["MAX_CONTENT_LENGTH"] < 13 * 1024 * 1024 and demo["SESSION_COOKIE_HTTPONLY"]


@pytest.mark.parametrize("today", ["gisteren", "2022-02-30", "22-01-23"])
def test_a_day_that_is_no_day_is_refused(today):
    with pytest.raises(ValueError):
        settings_of(SECRET_KEY=SECRET, DEMO="1", TODAY=today)


# --- what people type is never markup ---------------------------------------------------------------------------------


def hostile(word):
    return f"""<script>alert("{word}")</script>' onload='x' " onerror="x" <b>{word}</b>&amp;{{{{7*7}}}}"""


def plant(world):
    """Hostile words in everything somebody can type, or a file can bring, of Mega World."""
    asked, granted = world.asked(), world.granted("Winkelbediende", place=1)
    lapsing = world.ending_in(90, training="Logistiek duaal", place=2)
    lapsing.let_lapse(world.actor("mega", world.today), hostile("stoppen"))
    refused = world.handed_in("Slagerij duaal")
    world.decided(refused, world.today, False, hostile("weigeren"))
    world.ready("Chocolatier duaal")
    world.asked("Kinderbegeleider duaal")
    for model, fields in {
        Organisation: ("name",),
        Establishment: ("name", "street", "municipality"),
        Training: ("name",),
        Mentor: ("first_name", "last_name", "email", "phone"),
        User: ("first_name", "last_name"),
        Partnership: ("name", "extra_document"),
        JointCommittee: ("name",),
        Document: ("filename",),
        Recognition: ("contact_name", "contact_email", "contact_phone"),
    }.items():
        for field in fields:
            value = hostile(f"{model.__name__}-{field}")
            if model in (Training, Partnership) and field == "name":
                for row in model.select():
                    model.update(name=f"{row.id} {value}").where(model.id == row.id).execute()
            else:
                model.update({field: value}).execute()
    question = asked.questions[0]
    type(question).update(text=hostile("vraag"), reply=hostile("antwoord")).execute()
    link = granted.mentor_links[0]
    type(link).update(profession=hostile("beroep"), decision_reason=hostile("mentorreden")).execute()
    answers = type(next(iter(granted.answers.values())))
    answers.update(explanation=hostile("toelichting"), met=False).execute()


def crawl(client, start):
    """These pages, and one of every other kind that links lead to: [(path, answer)]."""
    ahead, seen = list(start), set()
    while ahead:
        path = ahead.pop(0)
        kind = re.sub(r"\d+", "0", path.partition("?")[0])
        if path in seen or (kind in seen and path not in start):
            continue
        seen |= {path, kind}
        answer = client.get(path)
        if page := getattr(answer, "page", None):
            yield path, answer
            ahead += [link["href"].partition("#")[0] for link in page.select("a[href^='/']")]


SHOWN = (
    *("Organisation-name", "Establishment-name", "Establishment-municipality", "Training-name", "Mentor-first_name"),
    *("Mentor-last_name", "Mentor-email", "User-first_name", "Partnership-name", "JointCommittee-name"),
    *("Document-filename", "Recognition-contact_name", "Recognition-contact_email", "vraag", "beroep", "toelichting"),
    *("weigeren", "stoppen"),
)


@on_one_engine
@pytest.mark.sweep
def test_hostile_names_are_shown_as_they_were_typed_and_never_run(world, signed_in):
    plant(world)
    ids = [one.id for one in Recognition.select().where(Recognition.organisation == world.mega)]
    starts = {
        "zaakvoerder": ["/", "/organisatie/wissel", *(f"/erkenningen/{number}" for number in ids)],
        "behandelaar": ["/behandeling?wachtrij=alle", *(f"/behandeling/{number}" for number in ids)],
    }
    shown = ""
    for persona, start in starts.items():
        for path, answer in crawl(signed_in(persona), start):  # the browser itself refuses stray scripts
            assert answer.status_code < 500, path
            assert "<script>alert" not in answer.text and "<b>" not in answer.text, path
            assert not answer.page.select("[onload], [onerror]") and "49" not in answer.text.split("{{7*7}}")[0][-9:]
            shown += answer.page.text
    missing = [word for word in SHOWN if f"<b>{word}</b>" not in shown]
    assert not missing, f"shown nowhere, so nothing is proven: {missing}"


@on_one_engine
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.sweep
def test_hostile_words_come_back_as_typed_in_every_search_and_form(app, browser, handler, visitor, world, htmx):
    draft, word = world.open_draft(), hostile("getypt")
    echoes = 0
    for client in (visitor, browser, handler):
        for endpoint, path in doors(app, "GET"):
            if not ("/1" not in path or endpoint.startswith("application.")):
                continue
            path = path.replace("/1", f"/{draft.id}")
            answer = client.get(path, query_string=dict.fromkeys(asked_names(), word), htmx=htmx)
            assert "<script>alert" not in answer.text if answer.mimetype == "text/html" else True, endpoint
            echoes += "&lt;script&gt;alert" in answer.text if answer.mimetype == "text/html" else 0
    assert echoes > 5
    fields = dict.fromkeys(("contact_name", "contact_email", "contact_phone", "joint_committee", "establishment"), word)
    answer = browser.post(f"/erkenningen/{draft.id}/vestiging", data={"organisation": MEGA} | fields, htmx=htmx)
    assert answer.status_code == 422 and answer.page.select_one("#contact_email")["value"] == word
    switched = browser.post("/erkenningen/nieuw", data={"organisation": "1", "typed": word, word: "naam"}, htmx=htmx)
    assert switched.status_code == 409 and "&lt;script&gt;alert" in switched.text


def test_a_hostile_name_cannot_end_the_header_of_a_download(browser, world):
    recognition = world.granted()
    name = 'x";\r\nSet-Cookie: kwaad=1; filename="y.pdf'
    document = Document.store(world.actor("mega", world.today), build.PDF + b"1", name, "other")
    Organisation.update(name=hostile("organisatie")).where(Organisation.number == MEGA).execute()
    Mentor.update(last_name='#panic("kwaad") $x$ #read("app.py") \\').execute()
    for path in (
        f"/documenten/{document.id}/bestand",
        f"/erkenningen/{recognition.id}/ontvangstbewijs",
        f"/erkenningen/{recognition.id}/attest",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200 and "kwaad" not in answer.headers.get("Set-Cookie", "")
        assert answer.headers["Content-Disposition"].startswith("attachment") and answer.data.startswith(b"%PDF")


def test_who_is_about_to_be_signed_out_is_told_when_and_can_stay(browser, app):
    page = browser.get("/").page
    ends = datetime.fromisoformat(page.select_one("#ending")["data-ends"])
    left = ends - datetime.now(UTC)
    assert timedelta(minutes=119) < left <= timedelta(hours=2)
    told = f"{ends.astimezone(ZoneInfo('Europe/Brussels')):%H:%M}"
    assert told in page.select_one("#ending").text and told in page.select_one("footer").text
    assert page.select_one("#ending").has_attr("hidden"), "the script shows it ten minutes before"
    assert page.select_one("#ending a")["href"] == "/aanmelden?next=/aanmelden/klaar"
    assert not app.test_client().get("/aanmelden").page.select("#ending")
