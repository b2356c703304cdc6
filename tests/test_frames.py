"""A frame with a session of its own: let in by a secret, once, soon, by who asked; and one number behind a key."""

from datetime import timedelta

import pytest

from models import Event, Membership, Organisation, Pairing, PortalKey, SignIn, User, db
from models.frames import ASK_LIFETIME, MOST_KEYS, SECRET_LIFETIME, SECRET_TRIES
from rules import RuleBroken
from tests.fuzz.test_forms import HOSTILE
from tests.test_guards import at
from views.demo_agreements import make
from views.headers import HEADERS

PORTAL, STAMP = "https://portaal.example", {"organisation": "0417390703"}
COOKIE = "loket-kader"


@pytest.fixture(autouse=True)
def hosts(app, monkeypatch):
    monkeypatch.setitem(app.config, "FRAME_ANCESTORS", [PORTAL])


@pytest.fixture
def frame(app, world):
    """A frame on the portal that asked to be signed in: it has its cookie, and waits."""
    return asked(app.test_client())


def asked(client, place="taken"):
    page = client.get(f"/insluiten/{place}", headers={"Referer": f"{PORTAL}/"}).page
    answer = client.submit(page, "main form")
    client.page, client.token = answer.page, answer.request.path.rpartition("/")[2]
    return client


def confirmed(client, token):
    page = client.get(f"/koppelen/{token}").page
    return client.submit(page, "main form").page


def secret_of(page):
    return page.select_one("#secret")["data-secret"]


def claim(frame, secret, token=None):
    return frame.post(f"/insluiten/koppelen/{token or frame.token}?naar=taken", data={"secret": secret})


def is_in(frame):
    return "Mega World NV" in frame.get("/insluiten/taken").text


def paired(frame, browser):
    assert claim(frame, secret_of(confirmed(browser, frame.token))).status_code == 303
    return frame


# --- the pairing ------------------------------------------------------------------------------------------------------


def test_a_frame_is_let_in_and_shows_what_is_theirs_to_look_at(frame, browser, world):
    world.ending_in(100)
    assert not is_in(frame) and not frame.get("/insluiten/taken").page.select(".task")
    code = frame.page.h1.text.removeprefix("Code ")
    page = browser.get(f"/koppelen/{frame.token}").page
    assert page.select_one(".code").text == code, "the same code stands in both windows"
    for words in (PORTAL, "Mega World NV", User.get(User.subject == "demo:zaakvoerder").name):
        assert words in page.main.text
    paired(frame, browser)
    assert is_in(frame) and len(frame.get("/insluiten/taken").page.select(".task")) == 1
    assert "Verkoper" in frame.get("/insluiten/erkenningen").text
    for path in ("/insluiten/taken", "/insluiten/erkenningen"):
        page = frame.get(path).page
        assert not page.select("form, button, [hx-get], [hx-post]"), "nothing in the frame changes anything"
        assert all(link.get("target") == "_blank" for link in page.select("a"))


def test_the_counter_itself_never_looks_at_the_cookie_of_a_frame(frame, browser):
    paired(frame, browser)
    assert frame.get("/").status_code == 303 and frame.get("/erkenningen").status_code == 303
    assert frame.post("/erkenningen/nieuw", data=STAMP).status_code == 401


def test_where_the_sites_are_the_same_the_sign_in_of_the_counter_will_do(browser):
    assert "Mega World NV" in browser.get("/insluiten/taken").text


def test_the_cookie_of_a_frame_is_its_own_and_partitioned(app, visitor, monkeypatch):
    monkeypatch.setitem(app.config, "FRAME_COOKIE_NAME", "__Host-loket-kader")
    answer = visitor.get("/insluiten/taken")
    [cookie] = answer.headers.getlist("Set-Cookie")
    flags = set(cookie.split("; ")[1:])
    assert cookie.startswith("__Host-loket-kader=") and not any(flag.startswith("Domain") for flag in flags)
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/", "Max-Age=7200"} <= flags
    assert "private" in answer.headers["Cache-Control"] and "Cookie" in answer.vary
    assert "Set-Cookie" not in visitor.get("/insluiten/taken").headers, "once is enough"


def test_the_session_of_a_frame_is_new_and_the_register_keeps_only_its_hash(frame, browser):
    before = frame.get_cookie(COOKIE).value
    paired(frame, browser)
    after = frame.get_cookie(COOKIE).value
    assert after != before
    kept = str(list(Pairing.select().dicts()))
    assert not any(secret in kept for secret in (before, after, frame.token))
    frame.set_cookie(COOKIE, before)
    assert not is_in(frame), "the cookie it asked with is dead"


def test_a_browser_without_cookies_is_told_so_with_a_way_out(app, visitor):
    answer = visitor.post("/insluiten/koppelen", data={"naar": "taken"})
    assert answer.status_code == 403 and "geen cookies" in answer.page.main.text
    assert answer.page.select_one("main a[href='/'][target=_blank]") and not Pairing.select().exists()


def test_a_secret_works_once(app, frame, browser):
    secret = secret_of(confirmed(browser, frame.token))
    asking = frame.get_cookie(COOKIE).value
    assert claim(frame, secret).status_code == 303
    frame.set_cookie(COOKIE, asking)
    assert claim(frame, secret).status_code == 404


def test_of_several_claims_at_once_the_register_grants_one(world, browser, frame):
    secret, cookie = secret_of(confirmed(browser, frame.token)), frame.get_cookie(COOKIE).value
    now = SignIn.get().started_at
    granted = 0
    for _ in range(5):  # each finds the pairing as it was before: the UPDATE decides, not what was read
        try:
            Pairing.claim(cookie, frame.token, secret, now)
            granted += 1
        except RuleBroken:
            pass
    assert granted == 1


def test_only_the_frame_that_asked_can_use_the_secret(app, frame, browser):
    """A stranger mails the link of a pairing; the victim confirms. Another browser or host is another cookie."""
    secret = secret_of(confirmed(browser, frame.token))
    stranger = asked(app.test_client())
    assert claim(stranger, secret, frame.token).status_code == 404
    assert claim(stranger, secret).status_code == 422, "nor does the secret open a pairing of one's own"
    assert claim(app.test_client(), secret, frame.token).status_code == 404
    assert claim(browser, secret, frame.token).status_code == 404
    assert not is_in(stranger)


def test_a_yes_without_the_secret_lets_nobody_in(frame, browser):
    confirmed(browser, frame.token)
    for typed in ("", "00000000", frame.token, frame.page.h1.text):
        assert claim(frame, typed).status_code == 422
    assert not is_in(frame)


def test_a_secret_before_the_yes_is_no_secret(frame):
    assert claim(frame, "").status_code == 422 and not is_in(frame)


def test_wrong_codes_are_counted_and_kept_and_the_pairing_dies(frame, browser):
    secret = secret_of(confirmed(browser, frame.token))
    for _ in range(SECRET_TRIES):
        answer = claim(frame, "AAAA-AAAA")
        assert answer.status_code == 422 and answer.page.select_one("details[open] #secret[aria-invalid=true]")
    assert claim(frame, secret).status_code == 404 and not is_in(frame)


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}"])
def test_a_secret_is_read_however_it_is_typed(frame, browser, write):
    secret = secret_of(confirmed(browser, frame.token))
    assert claim(frame, write(secret)).status_code == 303 and is_in(frame)


def test_a_secret_is_good_for_a_minute_and_another_may_be_asked(frame, browser, monkeypatch):
    first = confirmed(browser, frame.token)
    at(monkeypatch, SECRET_LIFETIME + timedelta(seconds=1))
    assert claim(frame, secret_of(first)).status_code == 422
    second = browser.submit(first, "main form").page
    assert claim(frame, secret_of(second)).status_code == 303 and is_in(frame)


def test_a_pairing_that_nobody_confirmed_in_time_is_gone(frame, browser, monkeypatch):
    at(monkeypatch, ASK_LIFETIME + timedelta(seconds=1))
    assert browser.get(f"/koppelen/{frame.token}").status_code == 404
    assert browser.post(f"/koppelen/{frame.token}", data=STAMP).status_code == 404
    answer = frame.get(f"/insluiten/koppelen/{frame.token}")
    assert answer.status_code == 404 and answer.page.select_one("form[action='/insluiten/koppelen']")
    asked(frame)
    assert Pairing.select().count() == 1, "what nobody confirmed is swept"


def test_what_one_person_confirmed_another_cannot(frame, browser, signed_in):
    confirmed(browser, frame.token)
    accountant = signed_in("boekhouder")
    stamp = {
        "organisation": accountant.get("/")
        .page.select_one("[name=organisation], body")["hx-headers:inherited"]
        .split('"')[3]
    }
    answer = accountant.post(f"/koppelen/{frame.token}", data=stamp)
    assert answer.status_code == 422 and not answer.page.select("#secret")


# --- how it ends ------------------------------------------------------------------------------------------------------


def test_signing_out_at_the_counter_ends_the_frame_at_its_next_request(frame, browser):
    paired(frame, browser)
    assert is_in(frame)
    browser.post("/afmelden")
    answer = frame.get("/insluiten/taken")
    assert "Mega World" not in answer.text and answer.page.select_one("form[action='/insluiten/koppelen']")


def test_a_frame_lasts_no_longer_than_the_sign_in(frame, browser, monkeypatch):
    paired(frame, browser)
    at(monkeypatch, timedelta(hours=2, seconds=1))
    assert not is_in(frame)


def test_a_right_that_is_gone_is_gone_in_the_frame_too(frame, browser):
    paired(frame, browser)
    user = User.get(User.subject == "demo:zaakvoerder")
    Membership.update(is_blocked=True).where(Membership.user == user).execute()
    assert not is_in(frame)
    Membership.update(is_blocked=False).where(Membership.user == user).execute()
    assert is_in(frame)
    User.update(is_blocked=True).where(User.id == user.id).execute()
    assert not is_in(frame)


def test_a_frame_keeps_showing_the_organisation_it_was_let_in_for(app, signed_in, world):
    accountant = signed_in("boekhouder")
    accountant.post("/organisatie/wissel", data=STAMP)
    frame = paired(asked(app.test_client()), accountant)
    assert is_in(frame)
    other = Membership.of(User.get(User.subject == "demo:boekhouder")).where(
        Organisation.number != STAMP["organisation"]
    )
    accountant.post("/organisatie/wissel", data={"organisation": other.first().organisation.number})
    assert is_in(frame)


def test_letting_a_frame_in_is_written_in_the_journal(frame, browser):
    paired(frame, browser)
    event = Event.get(Event.name == "frame_paired")
    assert event.facts == {"host": PORTAL} and event.user.subject == "demo:zaakvoerder"


# --- around it --------------------------------------------------------------------------------------------------------


def test_a_viewer_may_let_a_frame_in(frame, signed_in):
    paired(frame, signed_in("raadpleger"))
    assert is_in(frame)


def test_a_site_that_is_not_on_the_list_is_not_named(app, visitor):
    page = visitor.get("/insluiten/taken", headers={"Referer": "https://kwaad.example/"}).page
    assert page.select_one("[name=host]")["value"] == ""
    answer = visitor.post("/insluiten/koppelen", data={"host": "https://kwaad.example"})
    assert answer.status_code == 303 and Pairing.get().host == ""


EVIL = [
    {"Origin": "https://portaal.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", EVIL, ids=str)
def test_a_host_page_cannot_post_into_the_frame(frame, browser, headers):
    secret = secret_of(confirmed(browser, frame.token))
    for path in ("/insluiten/koppelen", f"/insluiten/koppelen/{frame.token}"):
        assert frame.post(path, data={"secret": secret}, headers=headers).status_code == 403
    assert Pairing.select().count() == 1 and not is_in(frame)


def test_the_window_beside_the_frame_may_not_be_framed_and_is_kept_nowhere(frame, browser):
    for answer in (browser.get(f"/koppelen/{frame.token}"), browser.post(f"/koppelen/{frame.token}", data=STAMP)):
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_no_page_on_the_way_of_the_window_cuts_it_off_from_the_frame(frame, visitor, browser):
    """COOP on one page of the path, the sign-in included, and window.opener is gone for good."""
    path = [f"/koppelen/{frame.token}", f"/aanmelden?next=/koppelen/{frame.token}", "/aanmelden/klaar"]
    answers = [visitor.get(place) for place in path] + [browser.get(path[0]), browser.post(path[0], data=STAMP)]
    answers.append(visitor.post("/aanmelden/demo", data={"persona": "zaakvoerder", "next": path[0]}))
    assert answers[0].headers["Location"].startswith("/aanmelden?next=") and answers[-1].headers["Location"] == path[0]
    for answer in [*answers, frame.get("/insluiten/taken")]:
        assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none", answer.request.path
    assert browser.get("/").headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("odd", HOSTILE)
def test_odd_input_breaks_no_pairing(frame, odd):
    for path, data in (
        ("/insluiten/koppelen", {"naar": odd, "host": odd}),
        (f"/insluiten/koppelen/{frame.token}", {"secret": odd}),
    ):
        answer = frame.post(path, query_string={"kleur": odd, "naar": odd}, data=data)
        assert answer.status_code in (303, 422, 404), answer.status_code
        if answer.status_code == 303:
            assert frame.get(answer.headers["Location"]).status_code in (200, 404)


def test_the_frame_leads_to_the_counter_for_the_organisation_it_showed(signed_in, world):
    accountant = signed_in("boekhouder")
    recognition = world.ending_in(100)
    place = f"/koppelen/naar/0417390703?naar=/erkenningen/{recognition.id}"
    accountant.post("/organisatie/wissel", data=STAMP)
    assert accountant.get(place).headers["Location"] == f"/erkenningen/{recognition.id}"
    theirs = (
        Membership.of(User.get(User.subject == "demo:boekhouder")).where(Organisation.number != "0417390703").first()
    )
    accountant.post("/organisatie/wissel", data={"organisation": theirs.organisation.number})
    page = accountant.get(place).page
    assert "Mega World NV" in page.h1.text
    answer = accountant.submit(page, "main form", "button")
    assert answer.request.path == f"/erkenningen/{recognition.id}" and answer.status_code == 200


@pytest.mark.parametrize("place", ["//kwaad.example", "https://kwaad.example", "/\\kwaad.example", ""])
def test_the_frame_leads_nowhere_else(browser, place):
    assert browser.get("/koppelen/naar/0417390703", query_string={"naar": place}).headers["Location"] == "/"


def test_a_frame_asks_as_much_of_the_register_for_many_as_for_few(frame, browser, world):
    from tests.test_queries import counted, recognitions

    paired(frame, browser)
    asked_for = []
    for count in (20, 400):
        recognitions(world, count) if count == 20 else recognitions_more(world)
        with counted() as ran:
            assert frame.get("/insluiten/erkenningen").status_code == 200
            assert frame.get("/insluiten/taken").status_code == 200
        asked_for.append(len(ran))
    assert asked_for[0] == asked_for[1], asked_for
    assert len(frame.get("/insluiten/erkenningen").page.select("tbody tr")) == 25


def recognitions_more(world):
    from models import Recognition
    from tests.test_queries import copies

    copies(
        Recognition.select().first(), 380, number=lambda number: f"E/20210101/m{number:05d}", code=lambda number: None
    )


# --- one number behind a key ------------------------------------------------------------------------------------------


def made(browser, label="Intranet"):
    page = browser.submit(
        browser.get("/organisatie/sleutels").page, "form[action='/organisatie/sleutels']", label=label
    )
    return page.page.select_one("#key").text


def number(visitor, key, accept="application/json"):
    return visitor.get("/insluiten/aantal", headers={"Authorization": f"Bearer {key}", "Accept": accept})


def test_a_portal_with_a_key_learns_the_number_and_nothing_else(app, browser, visitor, world):
    world.ending_in(100)
    key = made(browser)
    answer = number(visitor, key)
    assert answer.json == {"taken": 1, "adres": f"{app.config['PUBLIC_URL']}/taken"}
    part = number(visitor, key, "text/html")
    assert part.text.strip() == f'<a id="counting-count" href="{app.config["PUBLIC_URL"]}/taken">1 taak</a>'
    for one in (answer, part):
        assert "Set-Cookie" not in one.headers and {"Authorization", "Accept"} <= set(one.vary)
        assert one.headers["Cache-Control"] == "private, max-age=60"
    for path in ("/", "/insluiten/taken", "/erkenningen"):
        assert "Mega World" not in visitor.get(path, headers={"Authorization": f"Bearer {key}"}).text


def test_a_school_s_portal_learns_the_number_of_its_own_tasks(signed_in, visitor, world):
    school = signed_in("trajectbegeleider")
    key = made(school)
    assert number(visitor, key).json["taken"] == 0
    make(world, "mega", world.ending_in(1500), 3, "passed_on")
    assert number(visitor, key).json["taken"] == 1 == len(school.get("/taken").page.select("#dashboard-tasks .task"))


@pytest.mark.parametrize("key", ["", "x", "' OR 1=1 --", "é", "a" * 5000])
def test_without_a_key_there_is_no_number(visitor, browser, key):
    for client in (visitor, browser):
        answer = number(client, key)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_taken_back_works_no_more(browser, visitor):
    key = made(browser)
    assert number(visitor, key).status_code == 200
    page = browser.get("/organisatie/sleutels").page
    assert page.select_one("details:not([open]) form[action$=intrekken] .danger"), "asked once more first"
    browser.submit(page, "form[action$=intrekken]")
    assert number(visitor, key).status_code == 401
    assert [event.name for event in Event.select().where(Event.subject == "portal_key").order_by(Event.id)] == [
        "portal_key_made",
        "portal_key_ended",
    ]


def test_a_key_dies_with_the_right_it_stands_for(browser, visitor):
    key = made(browser)
    user = User.get(User.subject == "demo:zaakvoerder")
    Membership.update(is_blocked=True).where(Membership.user == user).execute()
    assert number(visitor, key).status_code == 401


def test_a_key_is_shown_once_and_kept_as_a_hash(browser):
    key = made(browser)
    assert key not in browser.get("/organisatie/sleutels").text
    assert key not in str(list(PortalKey.select().dicts()))


def test_a_key_of_somebody_else_cannot_be_taken_back(browser, signed_in, visitor):
    key = made(browser)
    other = signed_in("medewerker")
    assert other.post(f"/organisatie/sleutels/{PortalKey.get().id}/intrekken", data=STAMP).status_code == 404
    assert number(visitor, key).status_code == 200
    assert "Intranet" not in other.get("/organisatie/sleutels").text


def test_a_key_says_for_what_it_is_and_there_are_not_too_many(browser):
    page = browser.get("/organisatie/sleutels").page
    for label in ("", "x" * 61):
        answer = browser.submit(page, "form[action='/organisatie/sleutels']", label=label)
        assert answer.status_code == 422 and answer.page.select_one("#label[aria-invalid=true]")
    for _ in range(MOST_KEYS):
        made(browser)
    answer = browser.submit(page, "form[action='/organisatie/sleutels']", label="Nog een")
    assert answer.status_code == 422 and PortalKey.select().count() == MOST_KEYS
    assert db.transaction_depth() == 1
