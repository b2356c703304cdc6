"""What is told of a request: enough to find it again, and nothing about anybody."""

import json
import logging

import pytest

from adapters.logs import Line
from models import Mentor
from views.forms import UNSHOWABLE

MEGA = "0417390703"
INSZ, PLAIN_INSZ, MAIL, TOKEN, NAME = (
    "85.07.30-033.28",
    "85073003328",
    "ann@voorbeeld.be",
    "t0k3n-van-iemand",
    "Vandenpersoon",
)
PERSONAL = (INSZ, PLAIN_INSZ, MAIL, TOKEN, NAME)
assert not UNSHOWABLE.search("".join(PERSONAL))


@pytest.fixture
def lines():
    """Every line that is written, as it is written, at the most talkative level there is."""
    said = []

    class Keeping(logging.Handler):
        def emit(self, record):
            said.append(self.format(record))

    keeper, root, own = Keeping(), logging.getLogger(), logging.getLogger("loket")
    keeper.setFormatter(Line())
    before = root.level, own.level
    root.addHandler(keeper)
    root.setLevel("INFO")
    own.setLevel("INFO")
    yield said
    root.removeHandler(keeper)
    root.setLevel(before[0])
    own.setLevel(before[1])


def requests(lines):
    return [one for one in map(json.loads, lines) if one["logger"] == "loket.request"]


def test_a_request_is_one_line_that_can_be_found_again(browser, lines):
    answer = browser.get("/erkenningen?zoek=x")
    [told] = requests(lines)
    assert told.pop("ms") > 0 and told.pop("at").endswith("+00:00")
    assert told == {
        "level": "info",
        "logger": "loket.request",
        "message": "request",
        "request": answer.headers["X-Request-ID"],
        "method": "GET",
        "endpoint": "recognitions.index",
        "route": "/erkenningen",
        "status": 200,
    }
    assert len(answer.headers["X-Request-ID"]) == 8
    assert browser.get("/erkenningen").headers["X-Request-ID"] != answer.headers["X-Request-ID"]


def odd(client):
    """Requests that carry something personal wherever a request can carry it."""
    data = {"organisation": MEGA, "insz": INSZ, "email": MAIL, "first_name": NAME, "persona": TOKEN, "once": TOKEN}
    query = f"?zoek={PLAIN_INSZ}&code={TOKEN}&next=/x?mail={MAIL}&na={NAME}"
    headers = {"Referer": f"https://x.example/{MAIL}", "User-Agent": NAME, "X-Request-ID": PLAIN_INSZ}
    headers |= {"Sec-Fetch-Site": "same-origin", "HX-Current-URL": f"/{TOKEN}"}
    paths = (
        "/tekenen/",
        "/agenda/",
        "/inzage/",
        "/uitnodiging/",
        "/controle/",
        "/koppelen/",
        "/",
        "/erkenningen/",
        "/static/",
    )
    for path in paths:
        for secret in (TOKEN, PLAIN_INSZ, MAIL, NAME):
            suffix = ".ics" if path == "/agenda/" else ""
            client.get(f"{path}{secret}{suffix}{query}", headers=headers)
            client.post(f"{path}{secret}{suffix}{query}", data=data, headers=headers)
    for path in (
        "/mentoren",
        "/zoeken",
        "/behandeling",
        "/organisatie/gebruikers/nieuw",
        "/aanmelden/demo",
        "/hulp",
        "/bereken",
    ):
        client.get(path + query, headers=headers)
        client.post(path + query, data=data, headers=headers)
    client.open(f"/{TOKEN}", method=NAME.upper(), headers=headers)
    client.post("/hulp" + query, data=data | {"x": MAIL * 60_000}, headers=headers)


def test_nothing_of_what_somebody_sent_is_in_the_log(app, browser, lines, monkeypatch):
    odd(browser)
    told = requests(lines)
    assert len(told) > 80 and {one["status"] for one in told} >= {200, 403, 404, 405, 413, 422}
    assert {one["route"] for one in told} >= {"/tekenen/<string:token>", "/inzage/<string:token>", None}
    nothing_personal(lines)


def nothing_personal(lines):
    text = "\n".join(lines)
    for secret in PERSONAL:
        assert secret.lower() not in text.lower(), f"the log tells {secret}"


def test_a_mishap_tells_its_kind_and_place_but_not_its_words(app, browser, world, lines, monkeypatch):
    def fail():
        try:
            Mentor.create(first_name=NAME, email=MAIL, insz_sealed=INSZ)  # the database repeats what it refuses
        except Exception as problem:
            raise ValueError(f"{INSZ} {MAIL} {TOKEN}") from problem

    monkeypatch.setitem(app.view_functions, "help.send", fail)
    answer = browser.post(f"/hulp?zoek={MAIL}", data={"organisation": MEGA, "question": NAME})
    assert answer.status_code == 500
    number = answer.headers["X-Request-ID"]
    assert number in answer.page.main.text
    mishap = next(one for one in map(json.loads, lines) if "mishaps" in one)
    assert mishap["request"] == number and mishap["route"] == "/hulp"
    first, behind = mishap["mishaps"][:2]
    assert first["kind"] == "ValueError" and any(one.startswith("tests/test_watching.py:") for one in first["where"])
    assert behind["kind"] == "IntegrityError"
    assert any(one["code"] for one in mishap["mishaps"]), "the database's own code says what it was"
    assert requests(lines)[-1]["status"] == 500
    nothing_personal(lines)


def test_what_a_library_fills_in_is_left_out(lines):
    log = logging.getLogger("urllib3.connectionpool")
    log.warning("retrying %s for %s", f"/x?token={TOKEN}", MAIL)
    log.warning(f"retrying for {MAIL}")
    log.warning(f"retrying for {INSZ}")
    log.warning(ValueError(NAME))
    assert [json.loads(one)["message"] for one in lines] == [
        "retrying %s for %s",
        "(not told)",
        "(not told)",
        "ValueError",
    ]
    nothing_personal(lines)


@pytest.mark.parametrize(("path", "status"), [("/niets", 404), ("/behandeling", 403), ("/insluiten/niets", 404)])
def test_an_error_page_shows_the_number_to_ask_help_with(browser, path, status):
    answer = browser.get(path)
    assert answer.status_code == status
    assert answer.headers["X-Request-ID"] in answer.page.main.text
    part = browser.get(path, htmx=True)
    assert part.headers["X-Request-ID"] in part.text


def test_a_page_carries_its_number_in_a_header_only(browser):
    """Or no page would ever be the same as before, and nothing would be kept."""
    first = browser.get("/erkenningen")
    assert first.headers["X-Request-ID"] not in first.text
    again = browser.get("/erkenningen", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and "X-Request-ID" not in again.headers
