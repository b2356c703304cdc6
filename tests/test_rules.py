"""The law, without a record or a page: numbers, terms, conditions and what changed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules


@pytest.mark.parametrize("number", ["0417.390.703", "0417390703", "0353.456.320", "0428.315.871", "0200.065.765"])
def test_real_enterprise_numbers_are_accepted(number):
    assert rules.valid_enterprise_number(number)


@pytest.mark.parametrize(
    "number", ["0456.765.432", "0417.390.704", "2147812701", "417390703", "", "abc", "0400.0084.00"]
)
def test_other_enterprise_numbers_are_refused(number):
    assert not rules.valid_enterprise_number(number)


def test_tails_that_a_lenient_check_would_accept_are_refused():
    tails = [tail for tail in range(100) if rules.valid_enterprise_number(f"04000084{tail:02d}")]
    assert len(tails) == 1 and 1 <= tails[0] <= 97


@pytest.mark.parametrize("number", ["2.147.812.701", "2147812897"])
def test_establishment_numbers_follow_the_same_rule(number):
    assert rules.valid_establishment_number(number)
    assert not rules.valid_enterprise_number(number)


@given(st.integers(0, 19_999_999))
def test_exactly_one_pair_of_check_digits_is_right(first_eight):
    right = [tail for tail in range(100) if rules.valid_enterprise_number(f"{first_eight:08d}{tail:02d}")]
    assert right == [97 - first_eight % 97]


def test_numbers_are_shown_as_people_know_them():
    assert rules.format_enterprise_number(417390703) == "0417.390.703"
    assert rules.format_establishment_number("2147812701") == "2.147.812.701"
    assert rules.format_insz("85073003328") == "85.07.30-033.28"


def test_an_insz_gives_its_birth_date():
    assert rules.read_insz("85.07.30-033.28") == "85073003328"
    assert rules.birth_date("85073003328") == date(1985, 7, 30)


@pytest.mark.parametrize(
    ("typed", "word"), [("85.07.30-033.29", "controlecijfers"), ("123", "11 cijfers"), ("", "11 cijfers")]
)
def test_a_wrong_insz_is_refused_in_words(typed, word):
    with pytest.raises(ValueError, match=word):
        rules.read_insz(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_as_insz_is_read_or_refused(typed):
    try:
        assert len(rules.read_insz(typed)) == 11
    except ValueError as problem:
        assert str(problem).endswith(".")


def test_a_masked_number_shows_only_its_end():
    assert rules.mask_insz("28") == "••.••.••-•••.28"


# --- terms ------------------------------------------------------------------------------------------------------------


def test_a_recognition_is_valid_five_years_and_the_day_of_decision_does_not_count():
    assert rules.term(date(2017, 6, 20)) == (date(2017, 6, 20), date(2022, 6, 20))
    assert (date(2022, 6, 20) - date(2022, 1, 23)).days == 148


def test_a_renewal_in_time_starts_the_day_after():
    assert rules.term(date(2022, 2, 1), date(2022, 6, 20)) == (date(2022, 6, 21), date(2027, 6, 20))


def test_a_renewal_approved_on_the_last_day_is_still_in_time():
    assert rules.term(date(2022, 6, 20), date(2022, 6, 20))[0] == date(2022, 6, 21)


def test_a_late_renewal_starts_on_its_decision():
    assert rules.term(date(2022, 6, 21), date(2022, 6, 20)) == (date(2022, 6, 21), date(2027, 6, 21))


def test_a_leap_day_ends_on_the_28th():
    assert rules.term(date(2024, 2, 29)) == (date(2024, 2, 29), date(2029, 2, 28))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-36, 120))
def test_adding_months_lands_in_the_right_month(day, months):
    moved = rules.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


def test_the_decision_is_due_fourteen_days_after_submission():
    assert rules.decision_due(date(2022, 1, 10)) == date(2022, 1, 24)


@given(st.integers(0, 400))
def test_the_clock_stands_still_while_the_employer_is_asked_something(days):
    asked = date(2022, 1, 15)
    due = rules.decision_due(date(2022, 1, 10), asked, asked + timedelta(days=days))
    assert due == date(2022, 1, 24) + timedelta(days=days)


# --- conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "has_proof", "fine"),
    [
        (date(1997, 1, 23), False, True),  # 25 today
        (date(1997, 1, 24), False, False),  # 25 tomorrow
        (date(1997, 1, 24), True, True),
        (date(1999, 1, 23), True, True),  # 23 today
        (date(1999, 1, 24), True, False),
    ],
)
def test_a_mentor_is_25_or_23_with_proof(born, has_proof, fine):
    problem = rules.mentor_age_problem(born, date(2022, 1, 23), has_proof)
    assert (problem is None) == fine


def test_who_is_old_enough_for_the_derogation_is_told_so():
    assert "bewijs van vooropleiding" in rules.mentor_age_problem(date(1998, 1, 1), date(2022, 1, 23), False)
    assert "Kies iemand anders" in rules.mentor_age_problem(date(2003, 1, 1), date(2022, 1, 23), False)


@pytest.mark.parametrize(("years", "has_proof", "fine"), [(5, False, True), (4, False, False), (4, True, True)])
def test_a_mentor_has_five_years_of_practice_or_proof(years, has_proof, fine):
    assert (rules.mentor_experience_problem(years, has_proof) is None) == fine


@pytest.mark.parametrize(
    ("issued_on", "valid"),
    [
        (date(2022, 1, 23), True),
        (date(2021, 1, 23), True),  # a year old to the day
        (date(2021, 1, 22), False),
        (date(2022, 1, 24), False),  # from the future
    ],
)
def test_an_extract_is_at_most_a_year_old(issued_on, valid):
    assert rules.extract_valid(issued_on, date(2022, 1, 23)) is valid


def test_flanders_and_brussels_are_in_region():
    assert rules.in_region("Vlaams Gewest") and rules.in_region("Brussels Hoofdstedelijk Gewest")
    assert not rules.in_region("Waals Gewest") and not rules.in_region(None)


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7 x", "application/pdf"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")],
)
def test_a_document_is_known_by_its_content(content, kind):
    assert rules.media_type(content)[0] == kind


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "leeg"),
        (b"<html>", "PDF, JPEG of PNG"),
        (b"MZ\x90", "PDF, JPEG of PNG"),
        (b"GIF89a", "PDF, JPEG of PNG"),
        (b"%PDF-" + b"x" * rules.MAX_UPLOAD_BYTES, "10 MB"),
    ],
)
def test_other_documents_are_refused_in_words(content, word):
    with pytest.raises(ValueError, match=word):
        rules.media_type(content)


# --- changes ----------------------------------------------------------------------------------------------------------


def test_changes_name_section_label_before_and_after():
    before = {"training": {"Opleiding": "Verkoper"}, "mentors": {"An: beroep": "Bakker"}}
    after = {"training": {"Opleiding": "Verkoper"}, "mentors": {"Bo: beroep": "Slager"}}
    assert rules.changes(before, after) == [
        ("mentors", "Bo: beroep", "", "Slager"),
        ("mentors", "An: beroep", "Bakker", ""),
    ]


CONTENT = st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), st.text(max_size=3)))


@given(CONTENT, CONTENT)
def test_applying_the_changes_to_the_old_gives_the_new(before, after):
    rebuilt = {(section, label): text for section, lines in before.items() for label, text in lines.items() if text}
    for change in rules.changes(before, after):
        assert rebuilt.get((change.section, change.label), "") == change.before
        rebuilt[change.section, change.label] = change.after
    wanted = {(section, label): text for section, lines in after.items() for label, text in lines.items() if text}
    assert {place: text for place, text in rebuilt.items() if text} == wanted


@given(CONTENT)
def test_nothing_changed_gives_nothing(content):
    assert rules.changes(content, content) == []
