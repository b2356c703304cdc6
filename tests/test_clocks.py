"""Every clock of an organisation: when it runs out, what is lost then, and where it can be stopped."""

from datetime import date, timedelta

import pytest

import rules
from models import Mentor, Recognition, clocks
from tests.browser import text
from views.filters import left


def running(world, key="mega", on=None):
    return clocks([world.organisations[key].id], on or world.today)


def of_kind(world, kind, **options):
    return [clock for clock in running(world, **options) if clock.kind == kind]


def test_a_recognition_counts_down_to_its_last_day(world):
    recognition = world.ending_in(148)
    [clock] = of_kind(world, "term")
    assert (clock.ends_on, clock.days_left) == (recognition.valid_until, 148)
    assert recognition.number in clock.title and "niet meer geldig" in clock.at_zero


def test_an_ended_recognition_counts_down_the_late_renewal(world):
    recognition = world.ending_in(-20)
    [clock] = of_kind(world, "late")
    assert clock.ends_on == rules.add_months(recognition.valid_until, 3)
    assert not of_kind(world, "term")


def test_a_late_renewal_of_another_organisation_is_not_shown(world):
    world.ending_in(-20, key="fiets")
    assert not of_kind(world, "late")


@pytest.mark.parametrize("days", [0, 14, 15])
def test_a_decision_is_due_fourteen_days_after_submission(world, days):
    world.handed_in(on=world.today - timedelta(days=days))
    [clock] = of_kind(world, "decision")
    assert clock.days_left == 14 - days and not clock.is_paused


def test_a_question_stops_the_decision_and_starts_a_clock_of_its_own(world):
    asked = world.asked()
    [answer] = of_kind(world, "answer")
    [decision] = of_kind(world, "decision")
    assert answer.ends_on == asked.answer_by and answer.days_left == rules.ANSWER_DAYS
    assert decision.is_paused


def test_a_mentor_without_training_has_a_year_and_in_construction_half_a_year(world):
    recognition = world.granted()
    Mentor.update(trained_on=None).execute()
    [clock] = of_kind(world, "training")
    assert clock.ends_on == date(2023, 1, 23)
    partnership = recognition.partnership
    type(partnership).update(mentor_training_months=6).where(type(partnership).id == partnership.id).execute()
    [clock] = of_kind(world, "training")
    assert clock.ends_on == date(2022, 7, 23)


def test_a_trained_mentor_has_no_training_clock(world):
    world.granted()
    assert not of_kind(world, "training")


def test_an_extract_runs_for_a_year(world):
    world.granted()
    [clock] = of_kind(world, "extract")
    assert clock.ends_on == rules.add_months(world.today - timedelta(days=20), 12)
    assert not of_kind(world, "extract", on=clock.ends_on + timedelta(days=1))


@pytest.mark.parametrize(("days", "found"), [(0, 1), (10, 1), (11, 0)])
def test_the_appeal_term_runs_ten_days_after_a_refusal(world, days, found):
    world.denied(on=world.today - timedelta(days=days))
    assert len(of_kind(world, "appeal")) == found


def test_what_runs_out_first_stands_on_top(world):
    world.ending_in(148)
    world.denied("Winkelbediende")
    world.handed_in("Logistiek duaal")
    days = [clock.days_left for clock in running(world)]
    assert days == sorted(days) and len(days) >= 4


def test_the_page_shows_them_by_kind_with_a_count(browser, world):
    world.ending_in(148)
    world.handed_in("Logistiek duaal")
    page = browser.get("/taken/klokken").page
    assert "nog 148 dagen" in page.text and "nog 14 dagen" in page.text
    only = browser.act(page, "a[href$='soort=term']")
    assert text(only) == text(browser.get("/taken/klokken?soort=term").page)
    assert "nog 14 dagen" not in only.select_one("tbody").text


@pytest.mark.parametrize("typed", ["0", "999", "-1", "x", "99999999999"])
def test_a_page_that_does_not_exist_is_the_nearest_one(browser, world, typed):
    world.ending_in(148)
    assert "nog 148 dagen" in browser.get(f"/taken/klokken?pagina={typed}").page.text


def test_somebody_who_acts_for_several_sees_all_of_them(signed_in, world):
    world.ending_in(148)
    world.ending_in(30, key="bakkerij", training="Slagerij duaal")
    client = signed_in("boekhouder")
    page = client.get("/taken/klokken?organisaties=alle").page
    assert "Mega World" in page.text and "Bakkerij" in page.text
    assert "nog 30 dagen" in page.text and "nog 148 dagen" in page.text
    assert [left(days) for days in (0, 1, 2)] == ["vandaag", "nog 1 dag", "nog 2 dagen"]
    assert "Mega World" not in signed_in("behandelaar").get("/taken/klokken?organisaties=alle").page.text


def test_a_long_list_is_cut_in_pages(browser, world, register):
    first = world.ending_in(148)
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number", "code")}
    rows = [facts | {"number": f"E/20170620/9{number:05d}"} for number in range(59)]
    Recognition.insert_many(rows).execute()
    page = browser.get("/taken/klokken?soort=term").page
    assert len(page.select("tbody tr")) == 25
    last = browser.get("/taken/klokken?soort=term&pagina=3").page
    assert len(last.select("tbody tr")) == 10 and not last.select_one("a[rel=next]")
