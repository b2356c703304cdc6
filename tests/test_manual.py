"""The manual: every subject readable, found by its words on both engines, linked from the pages it is about."""

import re
from pathlib import Path

import pytest

from models import ManualPage, Message, User
from tests.browser import text
from tests.test_agreements import registered
from views.access import PERSONAS
from views.manual import HELP, NO_HELP, PAGES, TEMPLATES, picture, text_of

STATIC = Path(__file__).parent.parent / "static" / "manual"
MEGA = "0417390703"
INSZ = "85.07.30-033.28"
QUESTION = {"organisation": MEGA, "question": "Hoe lang duurt dit nog?", "email": "marleen@voorbeeld.be"}


@pytest.mark.parametrize("slug", PAGES)
def test_every_subject_can_be_read_by_anyone(visitor, slug):
    page = visitor.get(f"/handleiding/{slug}").page
    assert page.h1.text == PAGES[slug].title and len(page.select_one(".manual").text.split()) > 60
    for image in page.select("img"):
        assert image["loading"] == "lazy" and len(image["alt"]) > 20 and int(image["width"]) > 200
        assert visitor.get(image["src"]).status_code == 200


@pytest.mark.parametrize("slug", PAGES)
def test_the_manual_is_written_for_everybody(slug):
    sentences = re.split(r"(?<=[.!?:;])\s", text_of(PAGES[slug]))
    long = [sentence for sentence in sentences if len(sentence.split()) > 24]
    assert not long, f"say this in shorter sentences: {long}"


def test_every_picture_is_there_and_every_picture_is_used(app):
    named = {
        name
        for page in PAGES.values()
        for name in re.findall(r'\bscreen\("([a-z-]+)"', (TEMPLATES / page.template).read_text(encoding="utf-8"))
    }
    assert named == {path.stem for path in STATIC.glob("*.webp")}, "run tests/e2e/test_manual.py, it makes them"
    with app.test_request_context():
        assert all(picture(name)[1] > 200 < picture(name)[2] or picture(name)[1] > 200 for name in named)
    assert all(path.stat().st_size < 30_000 for path in STATIC.glob("*.webp"))


def test_the_subjects_lead_to_each_other_from_the_first_to_the_last(visitor):
    place, seen = f"/handleiding/{next(iter(PAGES))}", []
    while place:
        page = visitor.get(place).page
        seen.append(place.rpartition("/")[2])
        following = page.select_one("a[rel=next]")
        place = following and following["href"]
    assert seen == list(PAGES)
    assert visitor.get("/handleiding/niets").status_code == 404


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hernieuwen", "erkenning-hernieuwen"),
        ("Werkplekken", "werkplekken-beheren"),
        ("gebruikersrecht", "toegang"),
        ("beeindigen", "overeenkomst-beeindigen"),
        ("link code ouder", "overeenkomst-tekenen"),
        ("paritair comité loonbrief", "gegevensbeheer"),
        ("uittreksel 596.2 bruikbaar", "documenten"),
        ("SAO", "woordenlijst"),
    ],
)
def test_the_manual_is_found_by_its_words(world, typed, first):
    assert first in [slug for slug, _, _ in ManualPage.search(typed)[:2]], ManualPage.search(typed)


@pytest.mark.parametrize("typed", ["", " ", "zzzzqq", '"', "a AND", "NEAR(", "*", "' OR 1=1 --", "&|!()", "x" * 3000])
def test_whatever_is_typed_finds_something_or_nothing_but_never_breaks(visitor, typed):
    assert visitor.get("/handleiding", query_string={"zoek": typed}).status_code == 200


def test_some_words_are_better_than_none(world):
    assert ManualPage.search("hernieuwen zzzzqq")[0][0] == "erkenning-hernieuwen"


def test_a_search_shows_a_piece_of_the_page_and_swaps_as_it_loads(visitor):
    page = visitor.get("/handleiding").page
    page.select_one("#zoek")["value"] = "mentor"
    swapped = visitor.act(page, "form[role=search]", zoek="mentor")
    fresh = visitor.get("/handleiding?zoek=mentor").page
    assert text(swapped.select_one("#manual-found")) == text(fresh.select_one("#manual-found"))
    assert fresh.select("#manual-found a[href='/handleiding/mentors']")
    assert "Niets gevonden" in visitor.get("/handleiding?zoek=zzzzqq").page.text


def test_loading_the_manual_again_changes_nothing(world):
    before = ManualPage.search("mentor")
    ManualPage.keep([(row.slug, row.title, row.text) for row in ManualPage.select().order_by(ManualPage.id)])
    assert [slug for slug, _, _ in ManualPage.search("mentor")] == [slug for slug, _, _ in before]


# --- help on the spot -------------------------------------------------------------------------------------------------


def test_the_main_pages_lead_to_the_subject_that_helps(browser, world):
    recognition = world.ending_in(100)
    world.offered(recognition)
    for path, slug in {
        "/": "dashboard-en-taken",
        "/erkenningen": "erkenning-opvolgen",
        f"/erkenningen/{recognition.id}/hernieuwen": "erkenning-hernieuwen",
        "/erkenningen/nieuw": "erkenning-aanvragen",
        "/mentoren": "mentors",
        "/documenten": "documenten",
        f"/werkplekken/{recognition.id}": "werkplekken-beheren",
        "/overeenkomsten": "overeenkomst-maken",
        "/organisatie": "gegevensbeheer",
        "/organisatie/wissel": "wissel-van-organisatie",
    }.items():
        link = browser.get(path).page.select_one(".help a")
        assert link and link["href"] == f"/handleiding/{slug}", path
    assert not browser.get("/privacy").page.select(".help a")


def test_after_registering_each_page_leads_to_its_own_subject(browser, world):
    agreement = registered(world, world.granted("Winkelmedewerker duaal"))
    for path, slug in {
        "premie": "overeenkomst-registreren",
        "wijzigen/mentor": "overeenkomst-wijzigen",
        "wijzigen/extension": "overeenkomst-wijzigen",
        "verbeteren": "overeenkomst-wijzigen",
        "einde": "overeenkomst-beeindigen",
    }.items():
        link = browser.get(f"/overeenkomsten/{agreement.id}/{path}").page.select_one(".help a")
        assert link["href"] == f"/handleiding/{slug}", path


def test_help_names_only_what_is_there(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    known = endpoints | {endpoint.partition(".")[0] for endpoint in endpoints}
    assert set(HELP) | NO_HELP <= known and set(HELP.values()) <= set(PAGES)


# --- asking -----------------------------------------------------------------------------------------------------------


def asked_of_the_help_desk():
    return list(Message.select().where(Message.to == "hulp@voorbeeld.be"))


def test_an_address_that_is_known_is_filled_in(browser, world):
    User.update(email="marleen@voorbeeld.be").where(User.subject == "demo:zaakvoerder").execute()
    assert browser.get("/hulp").page.select_one("#email")["value"] == "marleen@voorbeeld.be"


def test_a_question_goes_along_with_the_page_the_organisation_and_the_file(browser, world):
    recognition = world.handed_in()
    page = browser.get(f"/erkenningen/{recognition.id}").page
    asked = browser.get(page.select_one(".foot a[href^='/hulp']")["href"]).page
    assert recognition.number in asked.select_one("#mee + dl").text
    answer = browser.submit(asked, "main form", question="Hoe lang nog?", email="marleen@voorbeeld.be")
    assert "Uw vraag is verstuurd" in answer.page.text and answer.page.h1.text.startswith(recognition.number)
    [message] = asked_of_the_help_desk()
    assert message.organisation.number == MEGA
    for words in ("Hoe lang nog?", recognition.number, "0417.390.703", f"/erkenningen/{recognition.id}", "Marleen"):
        assert words in message.text, words
    assert recognition.number in message.subject


@pytest.mark.parametrize("typed", [INSZ, "85073003328", f"de mentor heeft {INSZ}, klopt dat?", "97 06 15 001 76"])
def test_a_national_register_number_never_goes_along(browser, world, typed):
    answer = browser.post("/hulp", data=QUESTION | {"question": typed})
    assert (
        answer.status_code == 422
        and "Schrijf geen rijksregisternummer" in answer.page.select_one("#question-wrong").text
    )
    assert typed in answer.page.select_one("#question").text and not asked_of_the_help_desk()


@pytest.mark.parametrize(
    ("typed", "field"), [({"question": " "}, "question"), ({"email": "x"}, "email"), ({"email": ""}, "email")]
)
def test_what_misses_is_said_at_the_field(browser, world, typed, field):
    answer = browser.post("/hulp", data=QUESTION | typed)
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong") and not asked_of_the_help_desk()


def test_a_file_of_somebody_else_is_never_named(browser, world):
    theirs = world.handed_in("Slagerij duaal", "bakkerij")
    for place in (f"/erkenningen/{theirs.id}", "//evil.example", "/nergens", f"/behandeling/{theirs.id}", "x"):
        answer = browser.get("/hulp", query_string={"van": place})
        assert answer.status_code == 200 and theirs.number not in answer.text
        browser.post("/hulp", data=QUESTION | {"van": place})
    assert asked_of_the_help_desk() and all(
        theirs.number not in row.text + row.subject for row in asked_of_the_help_desk()
    )


@pytest.mark.parametrize("persona", [one for one in PERSONAS if one != "zonderrecht"])
def test_everybody_may_ask_even_who_only_looks(signed_in, world, persona):
    client = signed_in(persona)
    page = client.get("/hulp?van=/").page
    client.submit(page, "main form", question="Hoe werkt dit?", email="a@voorbeeld.be")
    assert len(asked_of_the_help_desk()) == 1


def test_without_a_help_desk_there_is_a_telephone(app, browser, world, monkeypatch):
    monkeypatch.setitem(app.config, "HELP_EMAIL", None)
    page = browser.get("/hulp?van=/").page
    assert "1700" in page.select_one("main").text and not page.select("main form")
    assert browser.post("/hulp", data=QUESTION).status_code == 422 and not asked_of_the_help_desk()
