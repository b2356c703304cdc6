"""One search box: every kind of record, of the active organisation alone, as much asked for many rows as for few."""

import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

import models.admission as admission
import models.comparing as comparing
import models.words as models_words
import views.working as working
from models import (
    Agreement,
    AgreementWord,
    ContactPerson,
    Document,
    Establishment,
    Mandate,
    Membership,
    Mentor,
    MentorApplicationWord,
    Organisation,
    Recognition,
    RecognitionMentor,
    RecognitionWord,
    Training,
    User,
    catch_up_words,
    db,
)
from models.words import words_in
from tests.browser import text, type_in
from tests.e2e.conftest import demo_world  # noqa: F401 - a fixture; made once for all who want it
from tests.machines import PATIENCE, command
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


def noted():
    """Names never change by a page; where a test changes one, the words of all files are written anew."""
    for words in (RecognitionWord, MentorApplicationWord):
        words.delete().execute()
    catch_up_words()


@pytest.fixture
def furnished(world):
    """Something of every kind that carries the canary, for Mega World and for the bakery."""
    for key, training in (("mega", "Verkoper"), ("bakkerij", "Slagerij duaal")):
        world.handed_in(training, key)
    person = Membership.get(Membership.organisation == world.mega).user
    User.update(last_name=CANARY).where(User.id == person.id).execute()
    Mentor.update(last_name=CANARY).execute()
    Establishment.update(name=CANARY).execute()
    noted()
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
    noted()
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


def hits(handler, typed):
    """[the files a handler finds], in the box over everything and in the queue."""
    boxed = found(handler.get("/zoeken", query_string={"zoek": typed}).page).get("Dossiers", [])
    queue = handler.get("/behandeling", query_string={"zoek": typed, "wachtrij": "alle"}).page
    listed = [link.text for link in queue.select("#handling-list tbody th a")]
    assert [words.split()[0] for words in boxed] == sorted(listed, reverse=True), typed
    return sorted(listed)


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("{number}", True),
        ("{serial}", True),
        ("0417390703", True),
        ("0417.390.703", True),
        ("0417.39", True),
        ("MEGA", True),
        ("verk", True),
        ("{municipality}", True),
        ("Briain verkoper", True),
        ("Lambrechts verkoper", False),  # of another file
        ("briain", True),
        ("world slagerij", False),
        ("erkoper", False),  # a word is found by its beginning
        ("0417.390.704", False),
        ("%", False),
        ("' -", False),
    ],
)
def test_a_file_is_found_by_the_beginnings_of_what_it_is_called(handler, world, typed, is_found):
    ours, _other = world.handed_in("Verkoper"), world.handed_in("Slagerij duaal", "bakkerij")
    where = ours.establishment.municipality
    typed = typed.format(number=ours.number, serial=ours.number.split("/")[-1], municipality=where)
    assert (ours.number in hits(handler, typed)) is is_found


def words_of(record, words=RecognitionWord):
    return {
        row.word.decode() if isinstance(row.word, bytes) else bytes(row.word).decode()
        for row in words.select().where(words.file == record.id)
    }


def as_noted_anew(record, words=RecognitionWord):
    """What it is found by, after a check that writing it anew changes nothing."""
    before = words_of(record, words)
    words.note([record.id])
    assert words_of(record, words) == before
    return before


def test_what_changes_a_file_changes_what_it_is_found_by(handler, world):
    draft = world.ready("Verkoper")
    assert not as_noted_anew(draft)
    file = world.asked("Verkoper", sections=("establishment", "training", "mentors"))
    first = file.mentor_links[0].mentor
    assert {"verkoper", "mega", "e", "0417390703"} | words_in(str(first)) <= as_noted_anew(file)
    actor = world.actor("mega", world.today)
    file.edit("training", actor, training=Training.get(Training.name == "Winkelbediende"))
    assert "winkelbediende" in as_noted_anew(file) and "verkoper" not in words_of(file)
    added = world.mentor("mega", 1)
    file.add_mentor(actor, added, profession="x", experience=9)
    assert {*words_in(str(added)), *words_in(str(first))} <= as_noted_anew(file)
    file.remove_mentor(actor, added)
    assert not words_in(str(added)) <= as_noted_anew(file)


def test_a_mentor_application_is_found_and_puts_its_mentor_among_the_words_of_the_file(handler, world):
    recognition = world.ending_in(900, training="Logistiek duaal")
    applied = world.added_mentor(recognition, "submitted")
    named = words_in(applied.mentor.last_name)
    assert named <= as_noted_anew(applied, MentorApplicationWord) and not named <= as_noted_anew(recognition)
    typed = f"{applied.mentor.last_name} logis"
    assert len(found(handler.get("/zoeken", query_string={"zoek": typed}).page)["Mentoraanvragen"]) == 1
    assert found(handler.get("/zoeken", query_string={"zoek": applied.number}).page)["Mentoraanvragen"]
    applied.decide(world.handler_of(recognition, world.today), True)
    assert named <= as_noted_anew(recognition)


def test_a_file_of_a_place_that_moved_is_found_by_where_it_is_now(handler, world):
    place = world.establishment("mega")
    draft, file = world.open_draft("Winkelbediende"), world.handed_in()
    moved = '{"street": "Dorp 1", "postcode": "9000", "municipality": "Gent"}'
    Establishment.update(moved_to=moved).where(Establishment.id == place.id).execute()
    assert not hits(handler, "gent")
    comparing.accept_move(Establishment.get_by_id(place.id), world.handler_of(file, world.today))
    assert hits(handler, "gent") == [file.number] and not words_of(draft)
    as_noted_anew(file)


def test_an_employer_that_gets_its_name_at_the_first_sign_in_is_found_by_it(world):
    """Others may have worked for it before, when only its number was known."""
    mega = world.mega
    Organisation.update(name=mega.number).where(Organisation.id == mega.id).execute()
    file = world.handed_in()
    applied = world.added_mentor(world.ending_in(900, training="Logistiek duaal"), "submitted")
    identity = SimpleNamespace(group="EA", code=mega.number, name="Echte Naam NV")
    assert admission.organisation_of(mega.number, identity, lambda _number: None).id == mega.id
    assert "echte" in words_of(file) and "echte" in words_of(applied, MentorApplicationWord)


def test_what_an_older_version_hands_in_is_found_from_the_next_night_on(app, handler, world):
    recognition = world.ending_in(900, training="Logistiek duaal")
    world.added_mentor(recognition, "submitted")
    before = [
        [row.word for row in words.select().order_by(words.file, words.word)]
        for words in (RecognitionWord, MentorApplicationWord)
    ]
    for words in (RecognitionWord, MentorApplicationWord):
        words.delete().execute()
    world.ready("Verkoper")
    assert not hits(handler, "logistiek")
    with app.app_context():
        working.one_pass(working.utc_now(), world.today, [])
    assert hits(handler, "logistiek") == [recognition.number] and catch_up_words() == 0
    assert before == [
        [row.word for row in words.select().order_by(words.file, words.word)]
        for words in (RecognitionWord, MentorApplicationWord)
    ]


def test_words_are_caught_up_some_at_a_time_and_go_with_their_file(world, monkeypatch):
    monkeypatch.setattr(models_words, "AT_ONCE", 3)
    recognitions(world, 10)
    with counted() as ran:
        assert catch_up_words() == 10
    assert len([sql for sql, _ in ran if "NOT EXISTS" in sql and '"recognition"' in sql]) == 5, "four with something"
    newest = Recognition.select().order_by(Recognition.id.desc()).get()
    RecognitionMentor.delete().where(RecognitionMentor.recognition == newest).execute()
    Recognition.delete().where(Recognition.id == newest.id).execute()
    assert not words_of(newest) and RecognitionWord.select().exists()


def test_a_common_word_is_walked_and_gives_the_same(handler, world, monkeypatch):
    ours, theirs = world.handed_in("Verkoper"), world.handed_in("Slagerij duaal", "bakkerij")
    typed = ("verkoper", "mega verk", ours.number, "slager", "e/")
    rare = [hits(handler, one) for one in typed]
    monkeypatch.setattr(models_words, "FEW", 0)
    assert [hits(handler, one) for one in typed] == rare and rare[0] == [ours.number] != [theirs.number]


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
            undo.rollback(begin=False)
    assert asked[0] == asked[1] <= 24, asked  # what the tabs count is in it
    assert Organisation.select().exists() and not Recognition.select().exists()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("persona", ["zaakvoerder", "trajectbegeleider", "behandelaar"])
def test_searching_never_reads_a_whole_table(app, signed_in, furnished, persona):
    client = signed_in(persona)
    with counted() as ran:
        client.get(f"/zoeken?zoek={CANARY}")
    typed = {f"%{CANARY}%", CANARY.lower().encode()}
    sought = [
        (sql, params) for sql, params in ran if typed & {bytes(p) if type(p) is memoryview else p for p in params or ()}
    ]
    assert len(sought) >= 3 or persona == "trajectbegeleider"
    for sql, params in sought:
        plan = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params or ()).fetchall()]
        counted_up = "SCAN _wrapped"  # what was found, so far
        assert not [line for line in plan if line.startswith("SCAN") and line != counted_up], (sql, plan)


def test_an_upgrade_writes_the_words_of_every_file_after_its_migrations(demo_world, tmp_path):  # noqa: F811
    path = shutil.copy(demo_world, tmp_path / "loket.db")
    asked = "SELECT file_id, word FROM recognition_word ORDER BY 1, 2"
    with closing(sqlite3.connect(path)) as register:
        before = register.execute(asked).fetchall()
        with register:
            for table in ("recognition_word", "mentor_application_word"):
                register.execute(f"DELETE FROM {table}")
    upgrade = command(f"sqlite:///{path}", "init")
    assert "klaar" in upgrade.communicate(timeout=PATIENCE)[0] and upgrade.returncode == 0
    with closing(sqlite3.connect(path)) as register:
        assert register.execute(asked).fetchall() == before != []
