"""What htmx leaves on the page is what a fresh load shows: every part, after every interaction there is."""

import io
import re
from pathlib import Path

import pytest

from models import Agreement, Recognition
from tests import build
from tests.browser import choose, text, type_in
from tests.test_agreements import filled, grid

TEMPLATES = Path(__file__).parent.parent / "templates"
MEGA = "0417390703"


def many(world, count=30):
    """One granted recognition and copies of it, so that lists have a second page."""
    first = world.granted("Winkelmedewerker duaal")
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number", "code")}
    Recognition.insert_many([facts | {"number": f"E/20220101/8{number:05d}"} for number in range(count)]).execute()
    return first


# Lists and look-ups: (template that holds it, persona, page, what is typed first, element, what it then shows)
SEARCHES = [
    (
        "recognitions/index.html",
        "zaakvoerder",
        "/erkenningen",
        {"#zoek": "winkel"},
        "#filters",
        "/erkenningen?zoek=winkel",
    ),
    (
        "recognitions/index.html",
        "zaakvoerder",
        "/erkenningen",
        {"#eindigt": "12"},
        "#filters",
        "/erkenningen?eindigt=12",
    ),
    ("handling/index.html", "behandelaar", "/behandeling", {"#zoek": "mega"}, "#filters", "/behandeling?zoek=mega"),
    ("agreements/index.html", "zaakvoerder", "/overeenkomsten", {"#zoek": "x"}, "#filters", "/overeenkomsten?zoek=x"),
    ("documents/index.html", "zaakvoerder", "/documenten", {"#zoek": "leen"}, "#filters", "/documenten?zoek=leen"),
    (
        "workplaces/index.html",
        "zaakvoerder",
        "/werkplekken",
        {"#zoek": "winkelm"},
        "main form[role=search]",
        "/werkplekken?zoek=winkelm",
    ),
    (
        "mentors/index.html",
        "zaakvoerder",
        "/mentoren",
        {"#zoek": "leen"},
        "main form[role=search]",
        "/mentoren?zoek=leen",
    ),
    (
        "organisation/choose.html",
        "boekhouder",
        "/organisatie/wissel",
        {"#zoek": "mega"},
        "main form[role=search]",
        "/organisatie/wissel?zoek=mega",
    ),
    ("components/paging.html", "zaakvoerder", "/erkenningen", {}, "a[rel=next]", None),
    (
        "dashboard/_clocks.html",
        "zaakvoerder",
        "/taken/klokken",
        {},
        "a[href$='soort=term']",
        "/taken/klokken?soort=term",
    ),
    ("dashboard/_tasks.html", "zaakvoerder", "/taken", {}, "a[href$='soort=draft']", "/taken?soort=draft"),
]


@pytest.mark.parametrize(("template", "persona", "path", "typed", "element", "shown"), SEARCHES)
def test_a_list_swapped_is_a_list_loaded(signed_in, world, template, persona, path, typed, element, shown):
    many(world)
    world.handed_in("Logistiek duaal")
    world.handed_in("Verkoper", place=1, on=world.today.replace(day=2))
    world.draft("mega", "Winkelbediende", world.today.replace(day=1))
    client = signed_in(persona)
    page = client.get(path).page
    for field, value in typed.items():
        choose(page, field, value) if page.select_one(field).name == "select" else type_in(page, field, value)
    shown = shown or page.select_one(element)["href"]
    assert text(client.act(page, element)) == text(client.get(shown).page)


def test_a_previous_page_swapped_is_a_previous_page_loaded(browser, world):
    many(world)
    second = browser.get("/erkenningen").page.select_one("a[rel=next]")["href"]
    page = browser.get(second).page
    place = page.select_one("a[rel=prev]")["href"]
    assert text(browser.act(page, "a[rel=prev]")) == text(browser.get(place).page)


# Steps of an application: (template, place, element, what is sent); refused or not, the same page either way
REFUSED = [
    ("application/_establishment.html", "vestiging", "main form[method=post]", {"contact_email": "x"}),
    ("application/_training.html", "opleiding", "main form[method=post]", {"training": "999999"}),
    ("application/_mentors.html", "mentors?mentor=nieuw", "form.panel", {"insz": "x", "first_name": "A"}),
    ("application/_criteria.html", "criteria", "form[action$='/criteria']", {"finances_explanation": "x" * 2001}),
]


@pytest.mark.parametrize(("template", "place", "element", "typed"), REFUSED)
def test_a_refusal_swapped_is_a_refusal_loaded(browser, world, template, place, element, typed):
    draft = world.ready()
    page = browser.get(f"/erkenningen/{draft.id}/{place}").page
    form = page.select_one(element)
    plain = browser.submit(browser.get(f"/erkenningen/{draft.id}/{place}").page, element, **typed)
    assert plain.status_code == 422
    swapped = browser.act(page, element, **typed)
    target = form["hx-target"]
    assert text(swapped.select_one(target)) == text(plain.page.select_one(target))


@pytest.mark.parametrize(
    ("template", "place", "element", "typed"),
    [
        ("application/_establishment.html", "vestiging", "#joint_committee", {"joint_committee": "302"}),
        ("application/_training.html", "opleiding", "form.search", {"zoek": "winkelm"}),
    ],
)
def test_a_lookup_swapped_is_what_the_page_would_show(browser, world, template, place, element, typed):
    draft = world.open_draft()
    page = browser.get(f"/erkenningen/{draft.id}/{place}").page
    target = page.select_one(element)["hx-target"]
    swapped = browser.act(page, element, **typed)
    if "zoek" in typed:
        fresh = browser.get(f"/erkenningen/{draft.id}/{place}?zoek=winkelm").page
        assert text(swapped.select_one(target)) == text(fresh.select_one(target))
    else:
        assert "Horeca" in swapped.select_one(target).text


def test_establishments_swapped_are_establishments_loaded(signed_in, world):
    client = signed_in("boekhouder")
    overal = world.organisations["overal"].number
    client.post("/organisatie/wissel", data={"organisation": overal})
    client.post("/erkenningen/nieuw", data={"organisation": overal})
    place = f"/erkenningen/{Recognition.get().id}/vestiging"
    for number in range(25):
        build.keep_place(int(overal), number)
    page = client.act(client.get(place).page, "form.search", zoek="gent")
    fresh = client.get(f"{place}?zoek=gent").page
    assert text(page.select_one("#application-establishments")) == text(fresh.select_one("#application-establishments"))


def test_a_document_swapped_is_a_document_loaded(browser, world):
    draft = world.ready()
    place, mentor = f"/erkenningen/{draft.id}/criteria", draft.mentor_links[0].mentor_id
    page = browser.get(place).page
    form = f"form:has(input[name=mentor][value='{mentor}']):has(input[type=file])"
    sent = {"issued_on": "2022-01-10", "file": (io.BytesIO(build.PDF), "nieuw.pdf")}
    page = browser.act(page, form, **sent)
    assert "nieuw.pdf" in page.text and text(page) == text(browser.get(place).page)
    page = browser.act(page, "form[hx-post$='/verwijderen']")
    assert text(page) == text(browser.get(place).page)


def test_answers_typed_before_a_document_is_added_stay_typed(browser, world):
    draft = world.ready()
    place, mentor = f"/erkenningen/{draft.id}/criteria", draft.mentor_links[0].mentor_id
    page = browser.get(place).page
    assert not page.select("[hx-preserve]"), "answers that are refused come back with what is wrong"
    page.select_one("#antwoorden textarea").string = "Nog niet bewaard."
    form = f"form:has(input[name=mentor][value='{mentor}']):has(input[type=file])"
    for day, told in (("", "wanneer"), ("2022-01-10", "nieuw.pdf")):
        page = browser.act(page, form, issued_on=day, file=(io.BytesIO(build.PDF), "nieuw.pdf"))
        assert told in page.select_one("#application-documents").text
        assert page.select_one("#antwoorden textarea").text == "Nog niet bewaard."


def test_a_choice_not_to_renew_without_reason_is_swapped_as_it_is_loaded(browser, world):
    place = f"/erkenningen/{world.ending_in(100).id}/hernieuwen"
    plain = browser.submit(browser.get(place).page, "form[action$='/niet-hernieuwen']")
    swapped = browser.act(browser.get(place).page, "form[action$='/niet-hernieuwen']")
    assert text(swapped.select_one("#recognitions-renewal")) == text(plain.page.select_one("#recognitions-renewal"))


PARTS = [
    ("agreements/_learner.html", "leerling", "form[action$='/leerling']", {"insz": "x"}),
    ("agreements/_company.html", "onderneming", "form[action$='/onderneming']", {"contact_email": "x"}),
    ("agreements/_several.html", "meer-leerlingen", "main form", {"learners": "x"}),
    ("agreements/_period.html", "looptijd", "form[action$='/looptijd']", {"starts_on": "x"}),
    ("agreements/_timetable.html", "uurrooster", "#timetable", {"A_0_work_1_from": "x"}),
    ("agreements/_terms.html", "afspraken", "form[action$='/afspraken']", {"category": "x"}),
]


@pytest.mark.parametrize(("template", "place", "element", "typed"), PARTS)
def test_a_refused_part_of_an_agreement_is_swapped_as_it_is_loaded(browser, world, template, place, element, typed):
    draft = filled(world, world.granted("Winkelmedewerker duaal"))
    path = f"/overeenkomsten/{draft.id}/{place}"
    page = browser.get(path).page
    target = page.select_one(element)["hx-target"]
    plain = browser.submit(browser.get(path).page, element, **typed).page
    swapped = browser.act(page, element, **typed)
    assert text(swapped.select_one(target)) == text(plain.select_one(target))


def test_totals_swapped_are_totals_loaded(browser, world):
    draft = filled(world, world.granted("Winkelmedewerker duaal"))
    page = browser.get(f"/overeenkomsten/{draft.id}/uurrooster").page
    swapped = browser.act(page, "input[hx-post$='/totalen?typend=1']", organisation=MEGA, **grid(A_weeks="7"))
    fresh = browser.post(
        f"/overeenkomsten/{draft.id}/uurrooster/totalen", data={"organisation": MEGA, **grid(A_weeks="7")}
    )
    assert text(swapped.select_one("#agreements-totals")) == text(fresh.page.select_one("#agreements-totals"))


def test_recognitions_to_choose_from_are_swapped_as_they_are_loaded(browser, world):
    many(world)
    page = browser.act(browser.get("/overeenkomsten/nieuw").page, "form.search", zoek="winkel")
    fresh = browser.get("/overeenkomsten/nieuw?zoek=winkel").page
    assert text(page.select_one("#agreements-recognitions")) == text(fresh.select_one("#agreements-recognitions"))
    assert not Agreement.select().exists()


CASES_ELSEWHERE = {  # a template whose interaction has its own test above or in another file
    "application/_documents.html",
    "recognitions/_renewal.html",
    "agreements/new.html",
    "manual/index.html",  # test_manual
    "search/_box.html",  # test_search
    "calculate/_calculator.html",  # test_calculate
    "mandates/_form.html",  # test_mandates
    "establishments/add.html",  # test_establishments, and the next two
    "profile/_contact.html",
    "history/index.html",  # test_users, and the next two
    "history/looks.html",
    "users/_form.html",
    "profile/_own.html",
}


def test_every_interaction_has_a_case():
    with_htmx = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"hx-(get|post)=", path.read_text())
    }
    cases = {case[0] for case in (*SEARCHES, *REFUSED, *PARTS)} | CASES_ELSEWHERE
    assert not with_htmx - cases, f"give these a swap test: {sorted(with_htmx - cases)}"
    assert not cases - with_htmx, f"these no longer use htmx: {sorted(cases - with_htmx)}"
