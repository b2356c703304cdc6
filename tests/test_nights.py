"""The nights on which the clock changes, New Year's Eve and 29 February: nothing comes twice, too late, or not at all.

The register keeps UTC; a day is a day in Belgium. In 2022 the clock went on at 27 March and back at 30 October, both
at one o'clock UTC.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

import rules
import rules_agreements
from models import Event, Message, Recognition, Told
from models.messages import CLAIM, RETRY_AFTER
from models.people import Actor
from tests.test_guards import MEGA
from views import guards, working
from views.filters import clock, moment
from views.filters import date as day_told

NIGHTS = {"spring": datetime(2022, 3, 27, 1), "autumn": datetime(2022, 10, 30, 1)}  # UTC: then the clock changes
FORM = {"organisation": MEGA}


@pytest.fixture(params=NIGHTS)
def night(request):
    return NIGHTS[request.param]


@pytest.fixture
def it_is(app, monkeypatch):
    """A function: from now on it is that moment (UTC), for whoever asks a page and for the worker."""
    monkeypatch.setitem(app.config, "TODAY", None)

    def set_to(at):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                assert tz is not None, "say in which zone"
                return at.replace(tzinfo=UTC).astimezone(tz)

        for module in (guards, working):
            monkeypatch.setattr(module, "datetime", Clock)

    return set_to


# --- the clock goes on, the clock goes back ---------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-119, -60, -1, 0, 30])
def test_a_sign_in_lasts_two_hours_that_night_too(app, world, it_is, night, minutes):
    began = night + timedelta(minutes=minutes)
    it_is(began)
    person = app.test_client()
    assert person.post("/aanmelden/demo", data={"persona": "zaakvoerder"}).status_code == 303
    it_is(began + timedelta(hours=1, minutes=59, seconds=59))
    ending = person.get("/erkenningen/nieuw").page.select_one("#ending")
    assert ending["data-ends"] == f"{(began + timedelta(hours=2)).isoformat()}Z", "browsers read that without a doubt"
    it_is(began + timedelta(hours=2))
    assert person.get("/taken").status_code == 303


def test_people_read_the_time_that_hangs_on_their_wall():
    assert [clock(NIGHTS["spring"] + timedelta(seconds=some)) for some in (-1, 0)] == ["01:59", "03:00"]
    assert [clock(NIGHTS["autumn"] + timedelta(seconds=some)) for some in (-1, 0)] == ["02:59", "02:00"]
    assert moment(datetime(2022, 12, 31, 23, 30)) == "01/01/2023 om 00:30"


def test_a_day_begins_at_midnight_in_belgium_and_a_link_works_to_the_end_of_it():
    assert rules.midnight(date(2022, 1, 23)) == datetime(2022, 1, 22, 23)
    assert rules.midnight(date(2022, 3, 28)) == datetime(2022, 3, 27, 22)
    assert rules.day_of(datetime(2022, 6, 9, 22, 30)) == date(2022, 6, 10)
    assert rules.last_moment(datetime(2022, 3, 13, 8), 14) == datetime(2022, 3, 27, 21, 59, 59)
    assert rules.last_moment(datetime(2022, 3, 13, 23, 30), 14) == datetime(2022, 3, 28, 21, 59, 59)


def test_what_was_done_after_midnight_stands_under_that_day(browser, world):
    draft = world.ready()
    draft.submit(world.actor("mega", world.today)._replace(at=datetime(2022, 6, 9, 22, 30)))
    told = "diende de aanvraag in"
    assert told in browser.get("/organisatie/historiek?since=2022-06-10&until=2022-06-10").page.text
    assert told not in browser.get("/organisatie/historiek?until=2022-06-09").page.text
    assert day_told(datetime(2022, 6, 9, 22, 30)) == "10/06/2022" == day_told(date(2022, 6, 10))


def test_the_queue_runs_on_as_on_any_night(world, night):
    Message.delete().execute()
    written = night - timedelta(minutes=1)
    message = Message.write(Actor(None, None, "user", written, world.today), "a@b.be", "x", "x")
    assert Message.lag(night + timedelta(minutes=1)) == 120
    assert message.claim(night) and not Message.waiting(night + CLAIM - timedelta(seconds=1)).exists()
    assert message.failed(night, "later") and message.due_at == night + timedelta(minutes=RETRY_AFTER[0])


def test_a_worker_that_looks_every_hour_tells_each_thing_once_and_on_its_day(app, world, it_is, night):
    """Ninety days before the end of a term falls on that very Sunday."""
    world.granted(until=night.date() + timedelta(days=90))
    Message.delete().execute()
    Told.delete().execute()
    told, done = [], []
    start = datetime.combine(night.date() - timedelta(days=1), datetime.min.time())
    for hours in range(24 * 3):
        it_is(start + timedelta(hours=hours))
        before = Message.select().count()
        with app.app_context():
            working.one_pass(working.utc_now(), working.today(), done)
        if Message.select().count() > before:
            told.append(working_day(start + timedelta(hours=hours)))
    assert done == sorted(set(done)) and night.date() in done, "each day once"
    renewals = [one for one in Message.select() if "over 90 dagen" in f"{one.subject}{one.text}"]
    assert len(renewals) == 1 and told.count(night.date()) == 1


def working_day(at):
    return at.replace(tzinfo=UTC).astimezone(rules.BELGIUM).date()


# --- midnight, and the last one of the year ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2022, 3, 26, 22, 59), date(2022, 3, 26)),  # winter time, one minute to twelve
        (datetime(2022, 3, 26, 23, 0), date(2022, 3, 27)),
        (datetime(2022, 3, 27, 21, 59), date(2022, 3, 27)),  # that Sunday has 23 hours
        (datetime(2022, 3, 27, 22, 0), date(2022, 3, 28)),
        (datetime(2022, 10, 29, 22, 0), date(2022, 10, 30)),
        (datetime(2022, 10, 30, 22, 59), date(2022, 10, 30)),  # and that one 25
        (datetime(2022, 12, 31, 22, 59), date(2022, 12, 31)),
        (datetime(2022, 12, 31, 23, 0), date(2023, 1, 1)),
        (datetime(2024, 2, 28, 23, 0), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 23, 0), date(2024, 3, 1)),
    ],
)
def test_what_is_handed_in_around_midnight_is_of_the_day_in_belgium(app, world, it_is, at, on):
    draft = world.filled("mega", "Verkoper", on, establishment=world.establishment("mega", 0))
    it_is(at)
    person = app.test_client()
    person.post("/aanmelden/demo", data={"persona": "zaakvoerder"})
    answer = person.post(f"/erkenningen/{draft.id}/indienen", data=FORM | {"is_true": "y"})
    assert answer.status_code == 303
    kept = Recognition.get_by_id(draft.id)
    assert kept.submitted_on == on and kept.number.startswith(f"E/{on:%Y%m%d}/")
    assert Event.get(Event.name == "submitted").at == at, "the journal keeps the moment itself"
    assert kept.clock_from == on


def test_numbers_go_on_over_new_year(world):
    first = world.handed_in("Verkoper", on=date(2021, 12, 31))
    second = world.handed_in("Winkelbediende", on=date(2022, 1, 1))
    assert first.number[:11] + second.number[:11] == "E/20211231/E/20220101/"
    assert int(second.number[-6:]) == int(first.number[-6:]) + 1


# --- 29 February ------------------------------------------------------------------------------------------------------


LEAP = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("years", "last"),
    [(1, (2025, 2, 28)), (3, (2027, 2, 28)), (4, (2028, 2, 29)), (5, (2029, 2, 28)), (6, (2030, 2, 28))],
)
def test_so_many_years_after_29_february(years, last):
    assert rules.add_years(LEAP, years) == date(*last)


def test_a_recognition_decided_on_29_february_runs_and_is_renewed_like_any_other():
    first = rules.term(LEAP)
    assert first == (LEAP, date(2029, 2, 28))
    renewed = rules.term(date(2029, 1, 5), first[1])
    assert renewed == (date(2029, 3, 1), date(2034, 2, 28)), "no day twice, none left out"
    assert rules.term(date(2023, 6, 1), date(2024, 2, 29))[0] == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("on", "years"), [((2023, 2, 28), 14), ((2023, 3, 1), 15), ((2024, 2, 28), 15), ((2024, 2, 29), 16)]
)
def test_who_was_born_on_29_february_is_a_year_older_when_february_is_over(on, years):
    assert rules.age(date(2008, 2, 29), date(*on)) == years


def test_a_school_year_holds_29_february():
    first, last = rules_agreements.school_year(LEAP)
    assert (first, last) == (date(2023, 9, 1), date(2024, 8, 31)) and (last - first).days == 365


def test_an_extract_of_29_february_is_good_for_a_year():
    last = rules.add_months(LEAP, rules.EXTRACT_MONTHS)
    assert rules.extract_valid(LEAP, last) and not rules.extract_valid(LEAP, last + timedelta(days=1))
    assert rules.extract_valid(date(2023, 2, 28), date(2024, 2, 28)) is (rules.EXTRACT_MONTHS >= 12)


@pytest.mark.parametrize("days", [180, 90, 30])
def test_a_reminder_that_falls_on_29_february_is_written_that_day_once(app, world, it_is, days):
    world.granted(until=LEAP + timedelta(days=days))
    Message.delete().execute()
    written = {}
    for day in (28, 29, 30):
        on = date(2024, 2, 1) + timedelta(days=day - 1)
        it_is(datetime.combine(on, datetime.min.time()) + timedelta(hours=6))
        with app.app_context():
            working.one_pass(working.utc_now(), working.today(), [])
            working.one_pass(working.utc_now(), working.today(), [])
        written[on] = [one for one in Message.select() if f"over {days} dagen" in f"{one.subject}{one.text}"]
    assert [len(written[on]) for on in sorted(written)] == [0, 1, 1]


@pytest.mark.parametrize("day", [28, 29])
def test_the_pages_of_that_day_are_shown(app, world, it_is, day):
    world.ending_in(100)
    it_is(datetime(2024, 2, day, 12))
    person = app.test_client()
    person.post("/aanmelden/demo", data={"persona": "zaakvoerder"})
    for path in ("/", "/taken/klokken", "/erkenningen", "/overeenkomsten", "/werkplekken"):
        assert person.get(path).status_code == 200
