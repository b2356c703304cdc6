"""The public calculator: a page and a part, for anyone, storing nothing."""

import pytest

from models import Training
from tests.browser import text, type_in

FILLED = {
    "hours": "20",
    "starts_on": "2024-02-01",
    "born_on": "2007-06-15",
    "category": "second",
    "region": "Vlaams Gewest",
}


def outcome(client, **changed):
    return client.get("/bereken", query_string=FILLED | changed)


def test_anyone_gets_kind_allowance_premium_and_last_day(visitor):
    page = outcome(visitor).page
    shown = " ".join(page.select_one(".outcome").text.split())
    assert "Overeenkomst van alternerende opleiding" in shown and "gemiddeld 20 uur" in shown
    assert "€ 625,60 per maand" in shown  # 32 % of the income of December 2022
    assert "€ 1.000,00 per schooljaar" in shown
    assert "1 mei 2024" in shown and "31 januari 2027" in shown
    assert "ouder of voogd" in shown


def test_a_minute_less_is_an_unpaid_traineeship(visitor):
    shown = outcome(visitor, hours="19:59").page.select_one(".outcome").text
    assert "Stageovereenkomst" in shown and "€\N{NO-BREAK SPACE}600,00" in shown


def test_an_adult_in_adult_education_is_paid_by_the_hour(visitor):
    training = Training.get(Training.kind == "volwassenenonderwijs")
    shown = outcome(visitor, training=str(training.id), born_on="1990-01-01").page.select_one(".outcome").text
    assert "ODOS" in shown and "€\N{NO-BREAK SPACE}4,11 per uur" in shown and "tekent zelf" in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"hours": ""}, "hours"),
        ({"hours": "veel"}, "hours"),
        ({"starts_on": ""}, "starts_on"),
        ({"born_on": "31/02/2005"}, "born_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"category": "x"}, "category"),
        ({"region": "Mars"}, "region"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_field(visitor, changed, field):
    answer = outcome(visitor, **changed)
    assert answer.status_code == 422 and not answer.page.select_one(".outcome")
    assert answer.page.select_one(f"#{field}-wrong")


@pytest.mark.parametrize(("born_on", "word"), [("2009-02-02", "minstens 15 jaar"), ("1990-01-01", "tot 25 jaar")])
def test_too_young_or_too_old_is_said(visitor, born_on, word):
    assert word in outcome(visitor, born_on=born_on).text


def test_a_birthday_after_the_start_is_refused(visitor):
    answer = outcome(visitor, born_on="2025-01-01")
    assert answer.status_code == 422 and "vóór de eerste dag" in answer.page.select_one("#born_on-wrong").text


def test_before_the_first_known_income_it_says_so(visitor):
    assert "kennen we het minimuminkomen niet" in outcome(visitor, starts_on="2020-01-01").text


def test_the_part_is_the_page(visitor):
    page = visitor.get("/bereken").page
    for name in ("hours", "starts_on", "born_on"):
        type_in(page, f"#{name}", FILLED[name])
    acted = visitor.act(page, "form.calculator")
    typed = {name: FILLED[name] for name in ("hours", "starts_on", "born_on")}
    fresh = visitor.get(
        "/bereken", query_string={**typed, "training": "", "category": "first", "region": "Vlaams Gewest"}
    )
    assert text(acted) == text(fresh.page)
