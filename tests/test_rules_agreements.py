"""The law on agreements: kinds, allowances, terms and timetables."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
import rules_agreements as law
import rules_wording as wording

HOUR = law.HOUR
PUBLISHED = list(csv.DictReader((Path(__file__).parent.parent / "data" / "minimum_income.csv").open(encoding="utf-8")))


def situation(hours, **facts):
    return law.Situation(Fraction(hours) * HOUR, **facts)


@pytest.mark.parametrize(
    ("given_situation", "kind"),
    [
        (situation(20), "OAO"),
        (situation(Fraction(1999, 100)), "SAO"),
        (situation(38), "OAO"),
        (situation(0), "SAO"),
        (situation(30, is_simulated_only=True), "SAO"),
        (situation(20, is_social_maribel=True), "DA"),
        (situation(19, is_social_maribel=True), "SAO"),
        (situation(19, is_legacy=True), "DA"),
        (situation(20, is_legacy=True), "OAO"),
        (situation(20, is_adult_education=True), "ODOS"),
        (situation(Fraction(199, 10), is_adult_education=True), "ODO"),
        (situation(20, is_adult_education=True, is_social_maribel=True), "DA"),
        (situation(5, is_adult_education=True, is_own_employee=True), "ODOW"),
    ],
)
def test_the_kind_follows_from_the_situation(given_situation, kind):
    found, why = law.kind_of(given_situation)
    assert found == kind and found in law.KINDS
    assert len(why) == 2 and all(sentence.endswith(".") for sentence in why)


@given(
    st.builds(
        law.Situation,
        workplace=st.fractions(0, 60 * HOUR),
        is_adult_education=st.booleans(),
        is_simulated_only=st.booleans(),
        is_social_maribel=st.booleans(),
        is_own_employee=st.booleans(),
        is_legacy=st.booleans(),
    )
)
def test_every_situation_has_exactly_one_kind(one):
    kind, why = law.kind_of(one)
    assert kind in law.KINDS and len(why) == 2
    assert law.kind_of(one)[0] == kind
    assert (kind in ("ODOS", "ODO", "ODOW")) <= one.is_adult_education


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["valid_from"])
def test_the_published_allowances_come_out_to_the_cent(row):
    income = Decimal(row["ggmmi"])
    found = [str(law.monthly_allowance(category, income)) for category in ("first", "second", "third")]
    assert found == [row["pct_29"], row["pct_32"], row["pct_34_5"]]


def test_an_adult_is_paid_by_the_hour():
    assert law.hourly_allowance(Decimal("2029.88")) == Decimal("4.27")


@given(st.decimals("1000", "5000", places=2), st.sampled_from(list(law.CATEGORIES)))
def test_an_allowance_is_never_below_its_share_and_less_than_a_dime_above(income, category):
    amount, share = law.monthly_allowance(category, income), law.CATEGORIES[category][0] * income
    assert share <= amount < share + law.DIME and amount % law.DIME == 0


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        (date(2021, 8, 31), None),
        (date(2021, 9, 1), "1658.23"),
        (date(2025, 1, 31), "2029.88"),
        (date(2030, 1, 1), "2111.89"),
    ],
)
def test_the_minimum_income_is_that_of_the_day(on, amount):
    table = [
        SimpleNamespace(valid_from=date.fromisoformat(row["valid_from"]), amount=row["ggmmi"]) for row in PUBLISHED
    ]
    found = law.minimum_income(table, on)
    assert (found and found.amount) == amount


@pytest.mark.parametrize("kind", law.KINDS)
def test_every_kind_says_what_the_learner_is_paid(kind):
    amount, per, why = law.allowance(kind, "first", Decimal("2111.89"))
    assert (amount is None) == (per is None) and why.endswith(".")
    assert (amount is not None) == (kind in ("OAO", "ODOS", "ODO"))


@given(
    st.dates(date(1990, 1, 1), date(2012, 12, 31)),
    st.dates(date(2022, 9, 1), date(2030, 12, 31)),  # adult education has agreements since then
    st.fractions(0, 60 * HOUR),
    st.booleans(),
    st.booleans(),
)
def test_any_learner_date_and_hours_have_one_kind_one_wording_and_one_allowance(born, start, worked, adult, maribel):
    kind, _ = law.kind_of(law.Situation(worked, is_adult_education=adult, is_social_maribel=maribel))
    assert [name for name in law.KINDS if name == kind] == [kind]
    model = wording.model_for(kind, start)
    assert kind in model.kinds and model.valid_from <= start
    income = law.minimum_income([SimpleNamespace(valid_from=date(2021, 9, 1), amount=Decimal("2029.88"))], start)
    amount, per, _ = law.allowance(kind, "first", income.amount)
    assert (amount is None) == (kind in ("SAO", "DA", "ODOW")) and (per is None) == (amount is None)
    if not (adult or maribel):
        assert kind == ("OAO" if worked >= 20 * HOUR else "SAO")
    assert law.age_problem(rules.age(born, start)) is None or not 15 <= rules.age(born, start) <= 25


@pytest.mark.parametrize(("work", "lessons", "enough"), [(1200, 1200, True), (1199, 1200, False), (0, 0, True)])
def test_the_premium_asks_half_on_the_workplace(work, lessons, enough):
    assert law.is_half_workplace(Fraction(work), Fraction(lessons)) == enough


def test_registration_is_open_for_three_months():
    assert law.register_until(date(2022, 9, 1)) == date(2022, 12, 1)
    assert law.register_until(date(2022, 11, 30)) == date(2023, 2, 28)


def test_an_agreement_lasts_three_years_at_most():
    assert law.latest_end(date(2022, 9, 1)) == date(2025, 8, 31)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "enough"),
    [
        (date(2022, 9, 1), date(2022, 12, 31), True),
        (date(2022, 9, 1), date(2022, 12, 30), False),
        (date(2023, 5, 1), date(2024, 6, 30), True),
        (date(2023, 5, 2), date(2023, 12, 30), False),  # too short in either
        (date(2023, 5, 2), date(2024, 6, 30), True),  # too short in the first, long enough in the second
    ],
)
def test_the_premium_asks_four_months_within_a_school_year(starts_on, ends_on, enough):
    assert bool(law.school_years(starts_on, ends_on)) == enough


def test_the_premium_is_for_flanders_and_since_2023():
    start = law.PREMIUM_SINCE
    assert law.premium("OAO", "Brussels Hoofdstedelijk Gewest", start)[0] is None
    assert law.premium("OAO", "Vlaams Gewest", start)[0] == 1000
    assert law.premium("SAO", "Vlaams Gewest", start)[0] == 600
    assert law.premium("OAO", "Vlaams Gewest", start - timedelta(days=1))[0] is None


# --- the timetable ----------------------------------------------------------------------------------------------------

OFF = law.Day()


def week(*days, weeks=1):
    return law.Week((*days, *[OFF] * (7 - len(days))), weeks)


def clock(text):
    hour, minute = text.split(":")
    return int(hour) * HOUR + int(minute)


def work(*spans, pause=0):
    return law.Day(work=tuple((clock(start), clock(end)) for start, end in spans), pause=pause)


@st.composite
def days(draw):
    marks = sorted(draw(st.lists(st.integers(0, 24 * HOUR), min_size=8, max_size=8, unique=True)))
    pairs = [(marks[0], marks[1]), (marks[2], marks[3]), (marks[4], marks[5]), (marks[6], marks[7])]
    kinds = [draw(st.sampled_from(["work", "lessons", None])) for _ in pairs]
    chosen = {
        name: tuple(pair for pair, kind in zip(pairs, kinds, strict=True) if kind == name)
        for name in ("work", "lessons")
    }
    totals = [sum(end - start for start, end in chosen[name]) for name in ("work", "lessons")]
    return law.Day(chosen["work"], chosen["lessons"], *(draw(st.integers(0, total)) for total in totals))


weeks_of = st.lists(st.builds(law.Week, st.tuples(*[days()] * 7), st.integers(1, 40)), min_size=1, max_size=3)


def minutes_of(spans):
    return {minute for start, end in spans for minute in range(start, end)}


@given(weeks_of)
def test_totals_equal_a_count_minute_by_minute(weeks):
    for one in weeks:
        worked = sum(len(minutes_of(day.work)) - day.pause for day in one.days)
        learned = sum(len(minutes_of(day.lessons)) - day.lessons_pause for day in one.days)
        assert law.week_minutes(one) == (worked, learned)
    total = sum(one.weeks for one in weeks)
    average = [Fraction(sum(law.week_minutes(one)[part] * one.weeks for one in weeks), total) for part in (0, 1)]
    assert list(law.average_minutes(weeks)) == average


@given(days())
def test_breaks_and_hours_fill_the_day_between_its_first_and_last_minute(day):
    span = day.span()
    if span:
        assert sum(day.rests()) + day.minutes() == span[1] - span[0]
    else:
        assert not day.rests() and not day.minutes()


@given(weeks_of, st.sampled_from(list(law.RHYTHMS)))
def test_the_protection_of_minors_equals_a_look_at_every_minute(weeks, rhythm):
    """Eight hours, six to twenty, and twelve hours of rest within the week, counted without the code of the law."""
    found = {(one.week, one.day, one.source) for one in law.minor_problems(weeks, rhythm=rhythm)}
    for index, one in enumerate(weeks):
        busy = [minutes_of((*day.work, *day.lessons)) for day in one.days]
        for number, day in enumerate(one.days):
            counted = len(busy[number]) - day.pause - day.lessons_pause
            assert ((index, number, "Arbeidswet, art. 31") in found) == (counted > 8 * HOUR)
            early_or_late = any(minute < 6 * HOUR or minute >= 20 * HOUR for minute in busy[number])
            assert ((index, number, "Arbeidswet, art. 34bis") in found) == early_or_late
        for number in range(1, 7):
            today, yesterday = busy[number], busy[number - 1]
            short = today and yesterday and 24 * HOUR + min(today) - (max(yesterday) + 1) < 12 * HOUR
            assert ((index, number, "Arbeidswet, art. 34ter") in found) >= bool(short)


two_kinds = st.lists(st.builds(law.Week, st.tuples(*[days()] * 7)), min_size=2, max_size=2)


@st.composite
def blocks_of(draw):
    """Blocks after each other, of any length, with days between them or none."""
    day, found = draw(st.dates(date(2020, 1, 1), date(2035, 1, 1))), []
    for _ in range(draw(st.integers(1, 6))):
        day += timedelta(days=draw(st.integers(0, 20)))
        last = day + timedelta(days=draw(st.integers(0, 90)))
        found.append(law.Block(day, last, draw(st.sampled_from([0, 1]))))
        day = last + timedelta(days=1)
    return draw(st.permutations(found))


def dates_of(block):
    return [block.first + timedelta(days=number) for number in range((block.last - block.first).days + 1)]


@given(two_kinds, blocks_of())
def test_the_hours_of_blocks_equal_a_count_day_by_day_and_minute_by_minute(weeks, blocks):
    worked = learned = 0
    lasts = [0, 0]
    for block in blocks:
        for day in dates_of(block):
            here = weeks[block.week].days[day.weekday()]
            worked += len(minutes_of(here.work)) - here.pause
            learned += len(minutes_of(here.lessons)) - here.lessons_pause
            lasts[block.week] += day.isoweekday() < 6
    assert law.block_minutes(weeks, blocks) == (worked, learned)
    weighed = law.weighed(weeks, blocks)
    assert [one.weeks * 5 for one in weighed] == lasts
    for part in (0, 1):
        total = sum(law.week_minutes(week)[part] * days for week, days in zip(weeks, lasts, strict=True))
        assert law.average_minutes(weighed)[part] == (Fraction(total, sum(lasts)) if any(lasts) else 0)
    assert law.crossing(blocks) is None
    assert law.crossing([*blocks, law.Block(blocks[0].last, blocks[0].last, 1)]) is not None


lasting_weeks = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([0, 1]), st.booleans()), min_size=1, max_size=6)


@given(two_kinds, lasting_weeks)
def test_blocks_of_whole_weeks_average_as_their_weeks_do_with_or_without_the_last_weekend(weeks, lasting):
    monday, blocks, counted = date(2026, 8, 31), [], [0, 0]
    for number, kind, with_weekend in lasting:
        blocks.append(law.Block(monday, monday + timedelta(days=7 * number - (1 if with_weekend else 3)), kind))
        counted[kind] += number
        monday += timedelta(days=7 * number)
    wanted = law.average_minutes([week._replace(weeks=count) for week, count in zip(weeks, counted, strict=True)])
    assert law.average_minutes(law.weighed(weeks, blocks)) == wanted


def test_blocks_say_in_words_what_they_are():
    weeks = (week(work(("8:00", "16:00"))), week(law.Day(lessons=((480, 960),))))
    blocks = [law.Block(date(2026, 11, 2), date(2026, 11, 6), 1), law.Block(date(2026, 9, 1), date(2026, 10, 30), 0)]
    assert law.describe_blocks(weeks, blocks) == (
        "Week A (werkplek) van 01/09/2026 tot en met 30/10/2026. Week B (les) van 02/11/2026 tot en met 06/11/2026."
    )
    assert law.weighed(weeks, ()) == weeks


def test_no_weeks_have_no_hours():
    assert law.average_minutes([]) == (0, 0)


def test_weeks_a_and_b_are_averaged_by_how_often_they_come():
    long, short = week(work(("8:00", "16:00"))), week(work(("8:00", "12:00")))
    assert law.average_minutes([long._replace(weeks=3), short._replace(weeks=1)])[0] == 7 * HOUR


@pytest.mark.parametrize(
    ("day", "number", "word"),
    [
        (work(("8:00", "17:01"), pause=60), 0, "hoogstens 8 uur"),
        (work(("5:59", "10:00")), 0, "vóór 6 uur"),
        (work(("15:00", "20:01"), pause=30), 0, "na 20 uur"),
        (work(("8:00", "12:31")), 0, "30 minuten pauze"),
        (work(("8:00", "15:00"), pause=59), 0, "60 minuten pauze"),
        (work(("8:00", "12:00")), 6, "Zondagwerk"),
    ],
)
def test_a_minor_is_protected_on_the_day_that_breaks_the_rule(day, number, word):
    table = [week(*[OFF] * number, day)]
    found = law.minor_problems(table)
    assert [problem.day for problem in found] == [number]
    assert word in found[0].sentence and "Arbeidswet" in found[0].source


@pytest.mark.parametrize(
    "day",
    [
        work(("8:00", "17:00"), pause=60),
        work(("6:00", "10:00")),
        work(("16:00", "20:00")),
        work(("8:00", "12:30")),
        law.Day(lessons=((8 * HOUR, 16 * HOUR),)),
    ],
)
def test_what_is_just_allowed_is_allowed(day):
    assert law.minor_problems([week(day)]) == []


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (law.Day(((480, 720),), ((750, 900),)), "60 minuten pauze"),  # four hours, a gap of thirty, two and a half
        (law.Day(((480, 720),), ((780, 900),)), None),  # a gap of an hour is a break
        (law.Day(((480, 780),), ((780, 840),), 30, 0), None),  # five and a half hours, half an hour
        (law.Day(((480, 870),), (), 20, 0), "60 minuten pauze"),
        (law.Day(((480, 600), (625, 750)), ((775, 890),), 20, 0), "een half uur aan één stuk"),
        (law.Day((), ((480, 960),)), None),  # a day at school alone
    ],
)
def test_a_break_is_what_lies_between_or_within(day, word):
    found = [one.sentence for one in law.minor_problems([week(day)])]
    assert (word in " ".join(found)) if word else not found


@pytest.mark.parametrize(
    ("committee", "years", "sundays", "latest"),
    [
        ("201", 16, False, 20),
        ("302", 15, True, 20),
        ("302", 16, True, 23),
        ("118.03", 17, True, 20),
        ("", 17, False, 20),
    ],
)
def test_some_sectors_have_an_exception(committee, years, sundays, latest):
    assert law.protection(committee, years) == (sundays, latest * HOUR)


def test_a_minor_works_one_sunday_in_two_where_the_sector_may():
    free, busy = week(), week(*[OFF] * 6, work(("8:00", "12:00")))
    allowed = law.Protection(sundays=True)
    assert law.minor_problems([busy, free._replace(weeks=1)], allowed) == []
    [problem] = law.minor_problems([busy._replace(weeks=2), free], allowed)
    assert (problem.week, problem.day) == (0, 6) and "één zondag op twee" in problem.sentence
    assert "Zondagwerk mag niet" in law.minor_problems([busy, free])[0].sentence


def test_rest_is_kept_from_one_kind_of_week_to_the_other():
    late = week(*[OFF] * 6, law.Day(lessons=((15 * HOUR, 20 * HOUR),)))
    early = week(work(("6:00", "10:00")))
    found = [(one.week, one.day) for one in law.minor_problems([late, early], rhythm="alternating")]
    assert found == [(0, 6)]
    assert law.minor_problems([late, week(work(("8:00", "10:00")))], rhythm="alternating") == []


@pytest.mark.parametrize(("rhythm", "broken"), [("alternating", False), ("blocks", True)])
def test_a_free_day_beside_the_sunday_depends_on_the_week_that_follows(rhythm, broken):
    six = week(work(("8:00", "12:00")), OFF, OFF, OFF, OFF, work(("8:00", "12:00")))
    free_monday = week(OFF, work(("8:00", "12:00")))
    found = law.minor_problems([six, free_monday], rhythm=rhythm)
    assert bool(found) == broken


def test_a_minor_rests_twelve_hours():
    late, early = work(("16:00", "19:00")), work(("6:30", "10:00"))
    [problem] = law.minor_problems([week(late, early)])
    assert problem.day == 1 and "12 uur rust" in problem.sentence
    assert law.minor_problems([week(late, work(("7:00", "10:00")))]) == []


def test_a_minor_works_and_learns_forty_hours_a_week():
    full = [work(("8:00", "17:00"), pause=60)] * 5
    assert law.minor_problems([week(*full)]) == []
    found = law.minor_problems([week(*full, work(("8:00", "9:00")))])
    assert [problem.day for problem in found] == [5, None]  # no free day beside the sunday either
    assert "40 uur" in found[1].sentence


def test_spans_that_run_through_each_other_are_seen():
    assert law.overlaps(work(("8:00", "12:00"), ("11:00", "13:00")))
    assert law.overlaps(work(("12:00", "8:00")))
    assert not law.overlaps(work(("8:00", "12:00"), ("12:00", "13:00")))


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("20", 1200), ("19,5", 1170), ("19.5", 1170), ("19:30", 1170), ("19u30", 1170), ("20u", 1200), ("19,99", 1199)],
)
def test_hours_are_read_as_people_write_them(typed, minutes):
    assert law.read_hours(typed) == minutes


@pytest.mark.parametrize("typed", ["", "x", "-1", "19:60", "1,234", "100", "19,", "٣", "1:2:3", "½"])
def test_what_is_no_number_of_hours_is_refused(typed):
    with pytest.raises(ValueError, match="Schrijf een aantal uren"):
        law.read_hours(typed)


def test_hours_and_amounts_are_written_the_belgian_way():
    assert law.hours(1170) == "19,5" and law.hours(1200) == "20" and law.hours(Fraction(1199)) == "19,98"
    assert law.euro(Decimal("2111.89")) == "€\N{NO-BREAK SPACE}2.111,89"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_its_school_year(on):
    first, last = law.school_year(on)
    assert first <= on <= last and last - first >= timedelta(days=364)
