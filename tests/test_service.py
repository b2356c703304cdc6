"""The service clock: honest about how long a decision takes, silent about anybody, and kept by anyone."""

import csv
import io
from datetime import timedelta

import pytest

import rules
from models import (
    DECIDED,
    MentorApplication,
    Partnership,
    Recognition,
    ServicePace,
    first_day,
    keep_paces,
    service_clock,
)
from tests.browser import text
from tests.test_queries import copies, counted
from views import working

FEWEST = rules.PUBLIC_FEWEST


def yesterday(world):
    return world.today - timedelta(days=1)


def decided(world, *days, kind="refused", on=None):
    """So many decisions of Sectoraal Partnerschap Handel, each after that many days; taken yesterday."""
    on = on or yesterday(world)
    file = world.decided(world.handed_in("Verkoper", on=on - timedelta(days=days[0])), on)
    facts = {"clock_from": lambda number: on - timedelta(days=days[number + 1]), "code": lambda number: None}
    copies(file, len(days) - 1, number=lambda number: f"E/20210101/{on:%m}{days[0]:02d}{number:02d}", **facts)
    return file


def pace_of(world, file, kind="erkenningen", on=None):
    name = Partnership.get_by_id(file.partnership_id).name
    [found] = [one for one in service_clock(kind, on or world.today)[1] if one.partnership == name]
    return found


def row_of(page, file):
    name = Partnership.get_by_id(file.partnership_id).name
    return next(
        row.get_text(" ", strip=True) for row in page.select("#service-table :is(tbody tr, li)") if name in row.text
    )


def test_half_of_the_decisions_were_taken_within_the_days_it_says(visitor, world):
    file = decided(world, 2, 4, 9, 30, 31)
    assert pace_of(world, file)[1:] == (5, 9)
    answer = visitor.get("/dienstverlening")
    assert "9 dagen 5" in row_of(answer.page, file)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "public, max-age=3600"


def test_of_so_few_that_somebody_could_be_recognised_nothing_is_told(visitor, world):
    file = decided(world, *range(1, FEWEST))
    assert pace_of(world, file)[1:] == (None, None)
    name, table = Partnership.get_by_id(file.partnership_id).name, visitor.get("/dienstverlening").page
    table = table.select_one("#service-table")
    assert f"Minder dan {FEWEST} beslissingen, en dus te weinig om te tonen" in table.text
    assert name in [one.text.strip() for one in table.select("li")] and not table.select("tbody tr")
    mine = [row for row in rows_of(visitor) if row["partnerschap"] == name and row["soort"] == "erkenningen"]
    assert [(row["beslissingen"], row["mediaan_dagen"]) for row in mine] == [("", "")]


def test_only_the_last_twelve_months_count_both_days_in(world):
    file = decided(world, *[3] * FEWEST)
    assert pace_of(world, file).decisions == FEWEST
    last = rules.add_months(yesterday(world), rules.SERVICE_MONTHS) - timedelta(days=1)
    assert first_day(last) == yesterday(world)
    assert pace_of(world, file, on=last + timedelta(days=1)).decisions == FEWEST, "counted in the night after it"
    assert pace_of(world, file, on=last + timedelta(days=2)).decisions is None
    assert pace_of(world, file, on=yesterday(world)).decisions is None, "a day that is not over does not count yet"


def test_days_of_waiting_for_the_employer_do_not_count(world):
    file = decided(world, *[5] * (FEWEST - 1))
    start = yesterday(world) - timedelta(days=20)
    asked = world.asked("Winkelbediende", on=start)
    asked.complete_file(world.actor("mega", start + timedelta(days=12)), {"mentors": "Hier is het."})
    world.decided(world.fresh(asked), yesterday(world))
    taken = [(row.decided_on - row.clock_from).days for row in Recognition.select().where(Recognition.id == asked.id)]
    assert taken == [8] and pace_of(world, file).decisions == FEWEST


def test_what_is_not_decided_on_and_other_partnerships_do_not_count(world):
    file = decided(world, *[1] * FEWEST)
    world.handed_in("Winkelbediende")
    others = [one for one in service_clock("erkenningen", world.today)[1] if one != pace_of(world, file)]
    assert len(others) == Partnership.select().count() - 1 and {one.decisions for one in others} == {None}
    assert pace_of(world, file).decisions == FEWEST


def test_mentor_applications_have_a_clock_of_their_own(visitor, world):
    recognition = world.ending_in(1500)
    one = world.added_mentor(recognition, "approved", on=yesterday(world))
    day = MentorApplication.get_by_id(one.id).decided_on
    copies(
        MentorApplication.get_by_id(one.id),
        FEWEST - 1,
        number=lambda number: f"M/20210101/{number:06d}",
        clock_from=lambda number: day - timedelta(days=2),
    )
    assert pace_of(world, recognition, "mentoraanvragen")[1:] == (FEWEST, 2)
    assert "2 dagen" in row_of(visitor.get("/dienstverlening?soort=mentoraanvragen").page, recognition)
    other = visitor.get("/dienstverlening?soort=onzin").page
    assert row_of(other, recognition) == Partnership.get_by_id(recognition.partnership_id).name
    assert other.select_one("#service-kind").text == "Erkenningen"


def rows_of(visitor):
    answer = visitor.get("/dienstverlening.csv")
    assert answer.mimetype == "text/csv" and answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_the_open_data_say_the_same_as_the_page(visitor, world):
    file = decided(world, 2, 4, 9, 30, 31)
    page, found = visitor.get("/dienstverlening").page, rows_of(visitor)
    assert len(found) == 2 * len(page.select("#service-table :is(tbody tr, li)"))
    mine = next(row for row in found if row["beslissingen"])
    assert mine["partnerschap"] in row_of(page, file)
    assert (mine["soort"], mine["beslissingen"], mine["mediaan_dagen"]) == ("erkenningen", "5", "9")
    assert (mine["van"], mine["tot"]) == (first_day(yesterday(world)).isoformat(), yesterday(world).isoformat())


# --- what the night keeps ---------------------------------------------------------------------------------------------


def everything(on):
    return {kind: service_clock(kind, on) for kind in DECIDED}


def test_what_is_kept_is_what_would_be_counted(world):
    decided(world, 2, 4, 9, 30, 31)
    counted_now = everything(world.today)
    keep_paces(world.today)
    assert everything(world.today) == counted_now
    assert ServicePace.select().count() == len(DECIDED) * Partnership.select().count()
    keep_paces(world.today)
    assert everything(world.today) == counted_now, "done again it says the same"


def test_what_is_kept_stands_until_the_next_night_and_the_page_says_so(visitor, world):
    file = decided(world, 2, 4, 9, 30, 31)
    keep_paces(world.today)
    today = {"decided_on": lambda number: world.today, "clock_from": lambda number: world.today - timedelta(days=8)}
    copies(file, 1, number=lambda number: "E/20220101/000099", code=lambda number: None, **today)
    page = visitor.get("/dienstverlening").page
    assert "9 dagen 5" in row_of(page, file) and f"tot en met {yesterday(world):%d/%m/%Y}" in page.text
    later = world.today + timedelta(days=3)
    assert service_clock("erkenningen", later)[0] == yesterday(world), (
        "the nights after did nothing: it says until when"
    )
    keep_paces(later)
    until, _ = service_clock("erkenningen", later)
    assert until == later - timedelta(days=1) and pace_of(world, file, on=later)[1:] == (6, 8)


def test_the_job_of_the_day_keeps_them(app, world):
    decided(world, 2, 4, 9, 30, 31)
    with app.app_context():
        working.one_pass(working.utc_now(), world.today, [])
    assert {row.until for row in ServicePace.select()} == {yesterday(world)}
    assert ServicePace.select().where(ServicePace.days == 9).count() == 1


def test_of_so_few_nothing_is_kept_either(world):
    decided(world, *range(1, FEWEST))
    keep_paces(world.today)
    assert {(row.decisions, row.days) for row in ServicePace.select()} == {(None, None)}


def test_a_partnership_that_came_since_is_shown_without_figures(world):
    file = decided(world, *[3] * FEWEST)
    keep_paces(world.today)
    new = Partnership.create(name="Sectoraal Partnerschap Nieuw", short_name="Nieuw")
    assert pace_of(world, file)[1:] == (FEWEST, 3)
    assert [one[1:] for one in service_clock("erkenningen", world.today)[1] if one.partnership == new.name] == [
        (None, None)
    ]


def test_kept_it_is_one_statement(visitor, world):
    decided(world, *[2] * FEWEST)
    keep_paces(world.today)
    with counted() as ran:
        assert visitor.get("/dienstverlening").status_code == 200
    assert len(ran) == 1


def test_the_part_is_what_the_page_shows_and_whoever_keeps_them_keeps_them_apart(visitor, world):
    decided(world, 2, 4, 9, 30, 31)
    path = "/dienstverlening?soort=erkenningen"
    page, part = visitor.get(path), visitor.get(path, htmx=True)
    assert text(part.page.select_one("#service-table")) == text(page.page.select_one("#service-table"))
    assert not part.page.select_one("h1") and not page.page.select("[hx-get]"), "what anyone may keep loads no htmx"
    for answer in (page, part):
        assert {"HX-Request", "HX-Request-Type"} <= set(answer.vary) and "Cookie" not in answer.vary


def test_it_is_the_same_for_everybody(visitor, browser, world):
    assert visitor.get("/dienstverlening").data == browser.get("/dienstverlening").data


def test_it_asks_as_much_for_400_decisions_as_for_20(visitor, world):
    asked = []
    for days in (20, 400):
        decided(world, *[days % 7 + 1] * days, on=yesterday(world) - timedelta(days=days % 60))
        with counted() as ran:
            assert visitor.get("/dienstverlening").status_code == 200
        asked.append(len(ran))
        Recognition.update(state="refused").where(Recognition.number.startswith("E/2021")).execute()
    assert asked == [2, 2]


@pytest.mark.parametrize("path", ["/handleiding/erkenning-opvolgen", "/statussen"])
def test_it_can_be_found(browser, path):
    assert browser.get(path).page.select_one("a[href='/dienstverlening']")


def test_who_waits_can_compare(browser, world):
    page = browser.get(f"/erkenningen/{world.handed_in().id}").page
    assert page.find("summary", string="Leg deze status uit").parent.select_one("a[href='/dienstverlening']")
