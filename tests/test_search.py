"""One search box: every kind of record, of the active organisation alone, as much asked for many rows as for few."""

import pytest

from models import (
    Agreement,
    AgreementWord,
    ContactPerson,
    Document,
    Establishment,
    Mandate,
    Membership,
    Mentor,
    Organisation,
    Recognition,
    User,
    db,
)
from tests.browser import text, type_in
from tests.test_mandates import coach, give  # noqa: F401 (a fixture)
from tests.test_queries import agreements as many_agreements
from tests.test_queries import counted, mentors, recognitions
from views.check import limiter

CANARY = "Kanariegeel"


def found(page):
    """{group: [what it lists]} of a page or part."""
    groups = {}
    for heading in page.select("#search-list h2"):
        groups[heading.text] = [link.text for link in heading.find_next("ul").select("a")]
    return groups


@pytest.fixture
def furnished(world):
    """Something of every kind that carries the canary, for Mega World and for the bakery."""
    for key, training in (("mega", "Verkoper"), ("bakkerij", "Slagerij duaal")):
        world.handed_in(training, key)
    person = Membership.get(Membership.organisation == world.mega).user
    User.update(last_name=CANARY).where(User.id == person.id).execute()
    Mentor.update(last_name=CANARY).execute()
    Establishment.update(name=CANARY).execute()
    return world


def test_every_kind_of_record_is_found_in_its_own_group(browser, furnished):
    many_agreements(furnished, 1)
    recognition = furnished.ending_in(900, training="Logistiek duaal")
    furnished.added_mentor(recognition, "submitted")
    Mentor.update(last_name=CANARY).execute()
    Agreement.update(last_name=CANARY).execute()
    for agreement in Agreement.joined():
        AgreementWord.note(agreement)
    groups = found(browser.get(f"/zoeken?zoek={CANARY}").page)
    assert list(groups) == [
        *("Erkenningen", "Mentoren", "Mentoraanvragen", "Vestigingen", "Werkplekken"),
        *("Overeenkomsten", "Documenten", "Mensen"),
    ]
    number = found(browser.get(f"/zoeken?zoek={recognition.number}").page)
    shown = {"Erkenningen": [f"{recognition.number} Logistiek duaal"], "Werkplekken": ["Logistiek duaal"]}
    assert number == shown


def test_a_hit_leads_to_what_it_names(browser, furnished):
    ContactPerson.add(
        furnished.actor("mega", furnished.today), subject="general", name=CANARY, email="a@voorbeeld.be", phone=""
    )
    furnished.added_mentor(furnished.ending_in(900, training="Logistiek duaal"), "submitted")
    page = browser.get(f"/zoeken?zoek={CANARY}").page
    assert len(found(page)) == 6 and "Contactpersoon: algemeen" in page.text
    for link in page.select("#search-list a"):
        answer = browser.get(link["href"])
        assert answer.status_code == 200, link["href"]
        assert CANARY in str(answer.page.main) or link.text.split()[0] in answer.page.main.text, link["href"]


def test_a_person_beyond_the_first_page_of_users_is_shown_first_there(browser, world):
    for number in range(40):
        world.right_at("mega", f"Vlaeminck{number}")
    page = browser.get("/zoeken?zoek=Vlaeminck39").page
    shown = browser.get(page.select_one("#search-list a")["href"]).page
    assert "Vlaeminck39" in shown.select_one("#users-list li strong").text
    assert "Er zijn er meer" in browser.get("/zoeken?zoek=vlaeminck").page.select_one("#search-list").text


def test_documents_and_mentor_applications_are_found_by_who_may_see_them(signed_in, handler, furnished):
    furnished.added_mentor(furnished.ending_in(900, training="Logistiek duaal"), "submitted")
    Mentor.update(last_name=CANARY).execute()
    Document.update(filename=f"{CANARY}.pdf").execute()
    mine = found(signed_in("zaakvoerder").get(f"/zoeken?zoek={CANARY}").page)
    assert len(mine["Documenten"]) == Document.of(furnished.mega).count() and len(mine["Mentoraanvragen"]) == 1
    assert len(found(handler.get(f"/zoeken?zoek={CANARY}").page)["Mentoraanvragen"]) == 1
    for persona in ("beheerder", "trajectbegeleider"):
        assert not {"Documenten", "Mentoraanvragen"} & set(
            found(signed_in(persona).get(f"/zoeken?zoek={CANARY}").page)
        ), persona


def test_who_searches_on_and_on_waits_a_minute_and_nobody_else_does(browser, handler, world, unread):
    limiter.reset()
    answers = [browser.get("/zoeken?zoek=x").status_code for _ in range(121)]
    assert set(answers[:120]) == {200} and answers[120] == 429
    told = browser.get("/zoeken?zoek=x", htmx=True)
    assert told.status_code == 429 and "Wacht een minuut" in told.text
    assert handler.get("/zoeken?zoek=x").status_code == 200, "from the same address"
    limiter.reset()


def test_nothing_of_another_organisation_is_found(signed_in, furnished):
    baker = signed_in("boekhouder")
    baker.post("/organisatie/wissel", data={"organisation": furnished.organisations["bakkerij"].number})
    groups = found(baker.get(f"/zoeken?zoek={CANARY}").page)
    assert [words for words in groups["Erkenningen"] if "Slagerij" not in words] == []
    assert len(groups["Vestigingen"]) == len(groups["Mentoren"]) == 1 and "Mensen" not in groups
    for persona in ("trajectbegeleider", "beheerder", "collega"):
        groups = found(signed_in(persona).get(f"/zoeken?zoek={CANARY}").page)
        assert not {"Mentoren", "Vestigingen", "Erkenningen", "Overeenkomsten", "Mensen"} & set(groups), persona


def test_a_partnership_finds_the_files_it_handles(handler, world):
    ours, draft = world.handed_in("Verkoper"), world.ready("Winkelbediende")
    groups = found(handler.get("/zoeken?zoek=Mega").page)
    assert groups == {"Dossiers": [f"{ours.number} Verkoper"]}
    assert not found(handler.get("/zoeken?zoek=Winkelbediende").page)
    assert draft.state == "draft" and "Lambrechts" in str(found(handler.get("/zoeken?zoek=lambr").page))


@pytest.mark.parametrize(
    ("purpose", "groups"), [("agreements", []), ("mentors", ["Mentoren", "Documenten"]), ("recognitions", None)]
)
def test_a_mandate_finds_what_it_is_for(coach, furnished, purpose, groups):  # noqa: F811
    give(furnished, **{purpose: "yes"})
    shown = list(found(coach().get(f"/zoeken?zoek={CANARY}").page))
    assert shown == (["Erkenningen", "Documenten"] if groups is None else groups)
    assert Mandate.select().exists()


def test_no_more_than_five_of_a_kind_and_a_way_to_the_rest(browser, world):
    recognitions(world, 20)
    page = browser.get("/zoeken?zoek=winkelmedewerker").page
    *shown, rest = found(page)["Erkenningen"]
    assert len(shown) == 5 and rest == "Alle erkenningen met “winkelmedewerker”"
    assert browser.get(page.select("#search-list a")[5]["href"]).page.select("#recognitions-list tbody tr")


@pytest.mark.parametrize("typed", ["85.07.30-033.28", "85073003328", "Ann 85.07.30-033.28"])
def test_a_national_register_number_is_not_searched_nor_repeated(browser, world, typed):
    page = browser.get("/zoeken", query_string={"zoek": typed}).page
    assert "Zoek niet op een rijksregisternummer" in page.text and "033" not in str(page)


@pytest.mark.parametrize("typed", ["", " ", "a", "%", "_", "'", "<b>", "x" * 3000, "\ud7ff", "a b c d e f g h i j"])
def test_whatever_is_typed_breaks_nothing(browser, world, typed):
    assert browser.get("/zoeken", query_string={"zoek": typed}).status_code == 200


def test_first_results_come_while_typing_and_are_those_of_the_page(browser, furnished):
    page = browser.get("/").page
    type_in(page, "#alles", CANARY)
    dropped = browser.act(page, "#search-box", zoek=CANARY)
    fresh = browser.get(f"/zoeken?zoek={CANARY}").page
    assert text(dropped.select_one("#search-list")) == text(fresh.select_one("#search-list"))
    assert len(dropped.select("#search-list")) == 1 and "gevonden" in dropped.select_one("#status").text
    again = browser.get("/zoeken").page
    type_in(again, "#alles", CANARY)
    assert text(browser.act(again, "#search-box", zoek=CANARY).select_one("main")) == text(fresh.select_one("main"))


def test_without_javascript_the_box_leads_to_the_page(browser, furnished):
    answer = browser.submit(browser.get("/erkenningen").page, "#search-box", zoek=CANARY)
    assert answer.page.h1.text == "Zoeken" and answer.page.select_one("#alles")["value"] == CANARY


def test_who_is_signed_out_has_no_box(visitor):
    assert not visitor.get("/aanmelden").page.select("#search-box")
    assert visitor.get("/zoeken?zoek=mega").status_code == 303


def test_searching_asks_as_much_for_400_rows_as_for_20(browser, world):
    asked = []
    for count in (20, 400):
        with db.atomic() as undo:
            recognitions(world, count)
            mentors(world, count)
            browser.get("/zoeken?zoek=winkel")
            with counted() as ran:
                browser.get("/zoeken?zoek=winkel")
            asked.append(len(ran))
            world.mentors.clear()
            undo.rollback()
    assert asked[0] == asked[1] <= 24, asked  # what the tabs count is in it
    assert Organisation.select().exists() and not Recognition.select().exists()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("persona", ["zaakvoerder", "trajectbegeleider", "behandelaar"])
def test_searching_never_reads_a_whole_table(app, signed_in, furnished, persona):
    client = signed_in(persona)
    with counted() as ran:
        client.get(f"/zoeken?zoek={CANARY}")
    sought = [(sql, params) for sql, params in ran if f"%{CANARY}%" in str(params) or CANARY.lower() in str(params)]
    assert len(sought) >= 3 or persona == "trajectbegeleider"
    for sql, params in sought:
        plan = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params or ()).fetchall()]
        if persona == "behandelaar" and 'FROM "mentor_application" AS "t1"' in sql:
            plan.remove("SCAN t1")  # newest first, without a sort, until there are enough to show
            assert "USE TEMP B-TREE FOR ORDER BY" not in plan
        assert not [line for line in plan if line.startswith("SCAN")], (sql, plan)
