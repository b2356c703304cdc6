"""The overview of agreements: every filter, the counters, the order, and exactly the same rows as a file."""

import csv
import io
from datetime import date, timedelta
from urllib.parse import urlencode

import openpyxl
import pytest

from models import Addendum, Agreement, AgreementWord, Organisation, Suspension
from models.words import words_in
from tests.browser import text
from tests.test_agreement_steps import Maker
from tests.test_queries import counted
from views import exports
from views.demo_agreements import current, sign_all
from views.exports import harmless

MEGA = "0417390703"
DAY = timedelta(days=1)
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =1", '=HYPERLINK("http://evil.example")')


@pytest.fixture
def made(world):
    return Maker(world)


def listed(browser, **chosen):
    """The learners on the page with these filters, top first."""
    page = browser.get(f"/overeenkomsten?{urlencode(chosen)}").page
    return [row.select_one("td[data-label=Leerling]").text.split("°")[0].strip() for row in page.select("tbody tr")]


def named(agreement, name, **columns):
    Agreement.update(first_name=name, last_name="Test", **columns).where(Agreement.id == agreement.id).execute()
    agreement = current(agreement)
    agreement.note_words()
    return agreement


@pytest.fixture
def several(world, made):
    """Four agreements, one in each corner of the filters."""
    return {
        "now": named(made("registered", -60), "Nu"),
        "later": named(made("registered", 40), "Later"),
        "signed": named(made("signed", 10), "Getekend"),
        "over": named(made("registered", -300), "Voorbij"),
    }


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, ["Voorbij Test", "Getekend Test", "Later Test", "Nu Test"]),
        ({"overzicht": "loopt"}, ["Nu Test"]),
        ({"overzicht": "start-nog"}, ["Later Test"]),
        ({"overzicht": "registreren"}, ["Getekend Test"]),
        ({"overzicht": "afgelopen"}, ["Voorbij Test"]),
        ({"overzicht": "geannuleerd"}, []),
        ({"overzicht": "vroegtijdig"}, []),
        ({"loopt": "2022-01-23"}, ["Nu Test"]),
        ({"loopt": "2021-06-01"}, ["Voorbij Test"]),
        ({"loopt": "2022-03-10"}, ["Later Test", "Nu Test"]),
        ({"zoek": "nu"}, ["Nu Test"]),
        ({"zoek": "TEST voorb"}, ["Voorbij Test"]),
        ({"zoek": "haarverzorging later"}, ["Later Test"]),
        ({"zoek": "niemand"}, []),
        ({"soort": "OAO"}, ["Voorbij Test", "Getekend Test", "Later Test", "Nu Test"]),
        ({"soort": "SAO"}, []),
        ({"schooljaar": "2020-2021"}, ["Voorbij Test"]),
        ({"schooljaar": "2021-2022"}, ["Later Test", "Getekend Test", "Nu Test"]),
        ({"termijn": "voorbij"}, []),
        ({"termijn": "90"}, []),
        ({"eindigt": "180"}, []),
        ({"eindigt": "x", "loopt": "31/12/2021", "schooljaar": "2021", "soort": "?", "overzicht": "?"}, None),
    ],
)
def test_every_filter_finds_what_it_says(browser, several, chosen, found):
    found = ["Voorbij Test", "Getekend Test", "Later Test", "Nu Test"] if found is None else found
    assert listed(browser, **chosen) == found


def test_the_term_to_register_is_a_filter(browser, world, made):
    late, soon = named(made("signed", -100), "Laat"), named(made("signed", -75), "Bijna")
    assert (late.register_until - world.today).days < 0 < (soon.register_until - world.today).days < 30
    assert listed(browser, termijn="voorbij") == ["Laat Test"]
    assert listed(browser, termijn="30") == ["Bijna Test"]
    assert listed(browser, termijn="7") == []


@pytest.mark.parametrize(("days", "found"), [(14, 1), (13, 0)])
def test_what_ends_within_so_many_days_is_a_filter(browser, world, made, days, found):
    agreement = made("registered", -60)
    Agreement.update(ends_on=world.today + 14 * DAY).where(Agreement.id == agreement.id).execute()
    assert len(listed(browser, eindigt="14")) == 1
    Agreement.update(ends_on=world.today + (28 - days) * DAY).where(Agreement.id == agreement.id).execute()
    assert len(listed(browser, eindigt="14")) == found


def test_choices_narrow_to_one_place_training_mentor_or_school(browser, world, several):
    page = browser.get("/overeenkomsten").page
    for name in ("vestiging", "opleiding", "mentor", "school"):
        [option] = [one for one in page.select(f"#{name} option") if one["value"]]
        assert len(listed(browser, **{name: option["value"]})) == 4
        assert listed(browser, **{name: "999999"}) == []


def test_a_mentor_is_found_by_who_guides_now(browser, world, made):
    agreement, other = made("registered", -60), world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    drawn = Addendum.draw_up(agreement, made.actor, "mentor", world.today, mentor=other)
    assert listed(browser, mentor=other.id) == []
    sign_all(world, drawn, "mega", world.today)
    assert len(listed(browser, mentor=other.id)) == 1 and listed(browser, mentor=agreement.mentor_id) == []
    assert "Bé Smet" in browser.get("/overeenkomsten").page.select_one("tbody").text


def test_the_counters_count_each_status_and_the_status_says_how_many(browser, several):
    page = browser.get("/overeenkomsten?zoek=test&overzicht=loopt").page
    pills = {pill.text.split()[0]: pill.select_one(".count").text for pill in page.select(".pills a")}
    assert pills == {"Alle": "4", "Te": "1", "Start": "1", "Loopt": "1", "Afgelopen": "1"}
    assert page.select_one("#status").text == "1 overeenkomst gevonden"
    for pill in page.select(".pills a"):
        assert "zoek=test" in pill["href"], "the other filters stay"


def test_filters_survive_an_action(browser, several):
    browser.get("/overeenkomsten?zoek=test&overzicht=registreren")
    page = browser.get(f"/overeenkomsten/{several['signed'].id}").page
    done = browser.submit(page, "form[action$='/registreren']").page
    back = browser.get(done.select_one(".back a")["href"])
    assert back.request.query_string == b"zoek=test&overzicht=registreren"


def test_a_status_and_what_draws_attention_stand_apart(browser, world, several):
    Suspension.start(several["now"], world.actor("mega", world.today), "illness", world.today - 12 * DAY)
    row = browser.get("/overeenkomsten?overzicht=loopt").page.select_one("tbody tr")
    assert [one.text for one in row.select(".state")] == ["Loopt", "Staat stil", "Schorsing te melden"]


def test_paging_keeps_the_filters_and_walks_both_ways(browser, world, made):
    agreement = named(made("registered", -60), "Nu")
    facts = {name: value for name, value in agreement.__data__.items() if name not in ("id", "number")}
    rows = [facts | {"number": f"O/20210101/{number:06d}"} for number in range(59)]
    Agreement.insert_many(rows).execute()
    seen, place = [], "/overeenkomsten?loopt=2022-01-23"
    while place:
        page = browser.get(place).page
        seen += [row.select_one("th a")["href"] for row in page.select("tbody tr")]
        link = page.select_one("a[rel=next]")
        last, place = place, link and link["href"]
    assert len(seen) == len(set(seen)) == 60 and "loopt=2022-01-23" in last
    back = browser.get(page.select_one("a[rel=prev]")["href"]).page
    assert [row.select_one("th a")["href"] for row in back.select("tbody tr")] == seen[25:50]


def test_words_are_found_without_accents_from_their_beginning(world, made):
    agreement = named(made("registered", -60), "Zoë Ó'Súilleabháin")
    holds = lambda typed: Agreement.select().where(*AgreementWord.conditions(typed, world.mega)).exists()  # noqa: E731
    assert all(holds(typed) for typed in ("zoe", "ZOË", "suil", "o suilleabhain", agreement.number, "haar zoe"))
    assert not any(holds(typed) for typed in ("oe", "uilleab", "zoe niet"))
    assert words_in("Ø ﬁets'm") == {"ø", "fiets", "m"} and words_in("") == set()


def test_a_common_word_is_walked_and_a_rare_one_looked_up(world, made, monkeypatch):
    named(made("registered", -60), "Nu")
    for few in (0, 2000):
        monkeypatch.setattr("models.words.FEW", few)
        [condition] = AgreementWord.conditions("nu", world.mega)
        assert Agreement.select().where(condition).count() == 1
    assert not Agreement.select().where(*AgreementWord.conditions("nu", world.organisations["fiets"])).exists()


# --- the file ---------------------------------------------------------------------------------------------------------


def rows_of_csv(answer):
    assert answer.mimetype == "text/csv" and answer.is_streamed
    content = answer.data.decode("utf-8")
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:], newline=""), delimiter=";"))


def rows_of_xlsx(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [list(row) for row in book.active.iter_rows(values_only=True)], book.active


@pytest.mark.parametrize("chosen", [{}, {"overzicht": "loopt"}, {"zoek": "later"}, {"loopt": "2022-03-10"}])
def test_the_file_holds_exactly_the_list(browser, several, chosen):
    page = browser.get(f"/overeenkomsten?{urlencode(chosen)}").page
    wanted = listed(browser, **chosen)
    for name, read in (("csv", rows_of_csv), ("xlsx", lambda answer: rows_of_xlsx(answer)[0])):
        button = page.select_one(f"a[href^='/overeenkomsten/{name}']")
        assert button.text.startswith(f"{len(wanted)} naar ")
        head, *rows = read(browser.get(button["href"]))
        assert head == list(exports.HEADS)
        assert [f"{row[1]} {row[2]}" for row in rows] == wanted


def test_a_cell_says_what_the_list_says(browser, world, several):
    [_, row] = rows_of_csv(browser.get("/overeenkomsten/csv?overzicht=loopt"))
    cells = dict(zip(exports.HEADS, row, strict=True))
    one = several["now"]
    assert cells["Nummer"] == one.number and cells["Geboortejaar"] == str(one.born_on.year)
    assert (cells["Mentor"], cells["School"]) == ("Leen Ó Briain", "Technisch Atheneum De Brug")
    assert (cells["Eerste dag"], cells["Status"]) == (f"{one.starts_on}", "Loopt")
    assert cells["Ontbreekt voor de premie"] == ""  # there is a premium since September 2023
    _, sheet = rows_of_xlsx(browser.get("/overeenkomsten/xlsx?overzicht=loopt"))
    first_day = sheet.cell(2, exports.HEADS.index("Eerste dag") + 1)
    assert first_day.value.date() == one.starts_on and first_day.number_format == "dd/mm/yyyy"


@pytest.mark.parametrize("name", DANGEROUS)
def test_no_cell_can_run_as_a_formula(browser, made, name):
    agreement = made("registered", -60)
    Agreement.update(last_name=name).where(Agreement.id == agreement.id).execute()
    [_, row] = rows_of_csv(browser.get("/overeenkomsten/csv"))
    assert row[2] == f"'{name}" == harmless(name)
    _, sheet = rows_of_xlsx(browser.get("/overeenkomsten/xlsx"))
    assert sheet.cell(2, 3).data_type == "s" and sheet.cell(2, 3).hyperlink is None


@pytest.mark.parametrize("name", ["Jan", "O'Neill", "1-2", "a=b", ""])
def test_a_harmless_cell_stays_as_it_is(name):
    assert harmless(name) == name


def test_more_than_one_batch_is_read_whole_and_once(browser, world, made, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 7)
    agreement = named(made("registered", -60), "Nu")
    facts = {name: value for name, value in agreement.__data__.items() if name not in ("id", "number")}
    rows = [facts | {"number": f"O/20210101/{number:06d}"} for number in range(27)]
    Agreement.insert_many(rows).execute()
    for chosen in ({}, {"loopt": "2022-01-23"}):
        _, *found = rows_of_csv(browser.get(f"/overeenkomsten/csv?{urlencode(chosen)}"))
        assert len(found) == len({row[0] for row in found}) == 28


def test_a_school_exports_what_it_may_see_and_nobody_else_s(signed_in, world, several):
    Agreement.update(provider=None).where(Agreement.id == several["over"].id).execute()
    _, *rows = rows_of_csv(signed_in("trajectbegeleider").get("/overeenkomsten/csv"))
    assert {row[1] for row in rows} == {"Nu", "Later", "Getekend"}
    _, *rows = rows_of_csv(signed_in("behandelaar").get("/overeenkomsten/csv"))
    assert not rows


def test_an_export_asks_no_more_for_each_row(browser, world, made):
    agreement = named(made("registered", -60), "Nu")
    facts = {name: value for name, value in agreement.__data__.items() if name not in ("id", "number")}
    asked = []
    for count in (5, 60):
        rows = [facts | {"number": f"O/2021010{count % 9}/{number:06d}"} for number in range(count)]
        Agreement.insert_many(rows).execute()
        with counted() as ran:
            rows_of_csv(browser.get("/overeenkomsten/csv"))
        asked.append(len(ran))
    assert asked[0] == asked[1]


def test_swapped_filters_are_filters_loaded(browser, several):
    page = browser.get("/overeenkomsten").page
    page.select_one("#loopt")["value"] = "2022-01-23"
    swapped = browser.act(page, "#filters")
    fresh = browser.get("/overeenkomsten?loopt=2022-01-23").page
    assert text(swapped.select_one("#agreements-list")) == text(fresh.select_one("#agreements-list"))
    assert text(swapped.select_one("#status")) == text(fresh.select_one("#status"))


def test_a_school_lists_a_draft_while_it_may_open_it(signed_in, made):
    draft = named(made("draft", 10), "Half")
    school = signed_in("trajectbegeleider")
    for step, is_there in (("pass_on", True), ("take_back", True), ("edit", False)):
        facts = {"provider": None} if step == "edit" else {}
        getattr(current(draft), step)(made.actor, **facts)
        assert listed(school, overzicht="werkversie") == (["Half Test"] if is_there else []), step
        assert (school.get(f"/overeenkomsten/{draft.id}").status_code == 200) is is_there
        assert len(rows_of_csv(school.get("/overeenkomsten/csv"))) == 1 + is_there


def test_a_school_has_no_filters_for_what_it_does_not_choose(signed_in, several):
    page = signed_in("trajectbegeleider").get("/overeenkomsten").page
    assert page.select_one("#opleiding") and not page.select_one("#mentor") and not page.select_one("#school")
    assert Organisation.get(Organisation.kind == "provider").name in page.text


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2022, 9, 1)])
def test_standing_agrees_with_status_on_any_day(world, made, day):
    for state, days in (("draft", 21), ("signed", 21), ("registered", -60), ("registered", 40), ("registered", -300)):
        made(state, days)
    made("registered", -90).end(made.actor, world.today, "mutual")
    for status, condition in Agreement.standing(day).items():
        found = {one.id for one in Agreement.select().where(condition)}
        assert found == {one.id for one in Agreement.select() if one.status(day)[0] == status}, status
