"""A form that arrives twice is done once, and a form filled in while the sign-in ended is not lost."""

import io
from datetime import timedelta

import pytest

from models import Once, Recognition
from tests import build
from tests.browser import values_of
from tests.test_guards import MEGA, at

FIRST = {"organisation": MEGA, "once": "1"}


def drafts():
    return Recognition.select().count()


def begin(client, htmx=False, **fields):
    return client.post("/erkenningen/nieuw", data=FIRST | fields, htmx=htmx)


def uploaded(client, content=build.PDF, name="plan.pdf"):
    data = FIRST | {"kind": "other", "file": (io.BytesIO(content), name)}
    return client.post("/documenten", data=data)


def test_a_form_that_arrives_twice_is_done_once_and_leads_to_the_same_place(browser):
    first, second = begin(browser), begin(browser)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"] and drafts() == 1
    assert "Dit was al goed aangekomen" in browser.get(second.headers["Location"]).page.main.text


def test_htmx_is_led_there_too(browser):
    place = begin(browser).headers["Location"]
    again = begin(browser, htmx=True)
    assert again.status_code == 200 and again.headers["HX-Redirect"] == place and drafts() == 1


def test_another_key_or_none_is_another_form(browser):
    for key in ("2", "3", "", ""):
        begin(browser, once=key)
    assert Once.select().count() == 2


def test_the_same_key_with_another_word_in_it_is_another_form(browser):
    for file in ((build.PDF, "plan.pdf"), (build.PDF + b"%", "plan.pdf"), (build.PDF, "ander.pdf")):
        assert uploaded(browser, *file).status_code == uploaded(browser, *file).status_code == 303
    assert Once.select().count() == 3


def test_a_key_is_of_one_person(browser, signed_in):
    mine = begin(browser).headers["Location"]
    other = signed_in("medewerker")
    assert "Dit was al" not in other.get(begin(other).headers["Location"]).text
    assert Once.select().count() == 2 and begin(browser).headers["Location"] == mine


def test_a_refusal_leaves_no_trace_so_that_the_same_form_may_succeed_later(browser, world):
    path = f"/erkenningen/{world.ready().id}/indienen"
    Recognition.update(contact_name="").execute()
    assert browser.post(path, data=FIRST | {"is_true": "y"}).status_code == 422 and not Once.select().exists()
    Recognition.update(contact_name="Ann").execute()
    assert browser.post(path, data=FIRST | {"is_true": "y"}).status_code == 303


def test_a_part_that_was_drawn_before_is_not_done_again_but_the_page_is(browser, world):
    draft = world.ready()
    path = f"/erkenningen/{draft.id}/documenten"
    headers = {"HX-Current-URL": f"http://localhost/erkenningen/{draft.id}/criteria?a=b#c"}
    answers = []
    for _ in range(2):
        data = FIRST | {"kind": "other", "file": (io.BytesIO(build.PDF + b"nieuw"), "plan.pdf")}
        answers.append(browser.post(path, data=data, htmx=True, headers=headers))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["HX-Redirect"] == f"/erkenningen/{draft.id}/criteria?a=b"


@pytest.mark.parametrize(
    "url", ["https://kwaad.example//kwaad.example/x", "//kwaad.example", "javascript:x", "\\\\x", ""]
)
def test_a_forged_page_address_leads_home(app, url):
    from views.once import page_of

    assert page_of(url) == "/"


def test_a_page_that_was_shown_is_shown_again(browser, world):
    mentor = world.ready().mentor_links[0].mentor
    for _ in range(2):
        answer = browser.post(f"/mentoren/{mentor.id}/rijksregisternummer", data=FIRST)
        assert answer.status_code == 200 and not Once.select().exists()


def test_nobody_learns_where_a_form_led_who_may_no_longer_send_it(browser, signed_in):
    begin(browser)
    browser.post("/afmelden")
    assert begin(browser).status_code == 401


def test_old_keys_are_forgotten(browser, signed_in):
    begin(browser)
    Once.update(at=Once.get().at - timedelta(hours=5)).execute()
    signed_in("medewerker")
    assert not Once.select().exists()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pages_carry_no_key_so_that_they_stay_the_same(browser):
    assert "once" not in browser.get("/documenten").text


# --- the sign-in ends in the middle of a form -------------------------------------------------------------------------


@pytest.fixture
def late(browser, world, monkeypatch):
    """Somebody whose sign-in ended while typing."""
    browser.draft = world.open_draft()
    at(monkeypatch, timedelta(hours=2, minutes=1))
    return browser


def test_a_part_stays_as_typed_and_signing_in_opens_beside_it(late):
    path = f"/erkenningen/{late.draft.id}/vestiging"
    for answer in (late.post(path, data=FIRST | {"contact_name": "Ann"}, htmx=True), late.get(path, htmx=True)):
        assert answer.status_code == 401 and answer.headers["HX-Retarget"] == "#beside"
        link = answer.page.select_one("a[target=_blank]")
        assert link["href"] == "/aanmelden?next=/aanmelden/klaar" and "HX-Redirect" not in answer.headers
    assert Recognition.get().contact_name != "Ann"


def test_without_javascript_the_form_waits_beside_the_sign_in_with_all_that_was_typed(app, late):
    typed = FIRST | {"contact_name": "Ann <&> Ó", "contact_email": "ann@mega.example", "contact_phone": "03 123 45 67"}
    answer = late.post(f"/erkenningen/{late.draft.id}/vestiging", data=typed)
    assert answer.status_code == 401 and answer.headers["Cache-Control"] == "no-store"
    form = answer.page.select_one("form#again")
    assert values_of(form) == typed
    assert late.post(form["action"], data=values_of(form)).status_code == 401
    back = late.post("/aanmelden/demo", data={"persona": "zaakvoerder", "next": "/aanmelden/klaar"})
    assert late.get(back.headers["Location"]).page.select_one("#signed-in")
    answers = [late.post(form["action"], data=values_of(form)) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert Recognition.get().contact_name == "Ann <&> Ó"


def test_a_file_has_to_be_chosen_again_and_is_not_sent_by_itself(late):
    page = uploaded(late).page
    assert not page.select_one("#again") and page.select_one("main form input[type=file][name=file]")


def test_who_signs_in_as_somebody_else_sends_nothing_by_itself(late):
    late.post("/aanmelden/demo", data={"persona": "medewerker"})
    assert not late.get("/aanmelden/klaar").page.select_one("#signed-in")


def test_the_organisation_is_still_the_one_of_the_open_form(signed_in, world, monkeypatch):
    accountant = signed_in("boekhouder")
    first = accountant.get("/").page.body["hx-headers:inherited"]
    accountant.post("/organisatie/wissel", data={"organisation": MEGA})
    at(monkeypatch, timedelta(hours=3))
    accountant.post("/aanmelden/demo", data={"persona": "boekhouder"})
    assert MEGA in accountant.get("/").page.body["hx-headers:inherited"] and MEGA not in first


def test_a_post_without_a_form_is_simply_led_to_the_sign_in(visitor):
    assert visitor.post("/erkenningen/nieuw").headers["Location"] == "/aanmelden"
