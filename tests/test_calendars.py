"""The calendar of deadlines: read back as a calendar programme would, secret, revocable, and about nobody."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from models import CLOCK_KINDS, CalendarFeed, Membership, User, clocks
from tests import build
from tests.test_agreements import signed


@pytest.fixture
def address(browser, world):
    """The address Mega World's legal representative just made, as a path."""
    page = browser.get("/organisatie/meldingen").page
    shown = browser.submit(page, "form[action$='/agenda#agenda']").page.select_one(".note-good strong").text
    assert shown.startswith("http") and shown.endswith(".ics")
    return "/agenda/" + shown.rpartition("/")[2]


def read(visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_every_clock_is_a_day_in_the_calendar(visitor, address, world):
    world.ending_in(148)
    world.handed_in("Winkelbediende")
    world.asked("Logistiek duaal")
    wanted = clocks([world.mega.id], world.today)
    found = read(visitor, address)
    assert sorted(one.decoded("dtstart") for one in found) == sorted(clock.ends_on for clock in wanted)
    assert all(one.decoded("dtend") - one.decoded("dtstart") == timedelta(days=1) for one in found)
    assert len({str(one["uid"]) for one in found}) == len(found)
    [term] = [one for one in found if str(one["summary"]).startswith(CLOCK_KINDS["term"])]
    assert "E/" in term["summary"] and "Verkoper" in term["summary"]
    assert term.decoded("dtstart") == world.today + timedelta(days=148)
    assert "/erkenningen/" in term["url"] and "niet meer geldig" in term["description"]


def test_the_same_day_reads_the_same_so_that_nothing_looks_new(visitor, address, world):
    world.ending_in(148)
    first = visitor.get(address)
    assert first.data == visitor.get(address).data
    assert visitor.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_no_person_is_named(visitor, address, world):
    world.granted()
    world.added_mentor(world.granted("Winkelbediende"), "submitted")
    world.mentor("mega", "Ongetraind", "Iemand")
    text = visitor.get(address).get_data(as_text=True)
    for name in ("Ó Briain", "Smet", "Ongetraind", "Verdonck", "85.07", "@demo", "leen@"):
        assert name not in text
    assert "Uittreksel" in text


def test_it_needs_and_leaves_no_cookie(visitor, address):
    answer = visitor.get(address)
    assert "Set-Cookie" not in answer.headers and answer.status_code == 200


def test_a_right_that_ended_ends_at_the_next_fetch(visitor, address, world):
    world.ending_in(148)
    assert read(visitor, address)
    Membership.update(is_blocked=True).where(Membership.organisation == world.mega).execute()
    assert not read(visitor, address)
    User.update(is_blocked=True).where(User.subject == "demo:zaakvoerder").execute()
    assert visitor.get(address).status_code == 404


def test_a_new_address_ends_the_old_one_and_revoking_ends_all(browser, visitor, address):
    page = browser.get("/organisatie/meldingen").page
    assert address not in page.text, "shown once"
    newer = browser.submit(page, "details form[action$='/agenda#agenda']").page.select_one(".note-good strong").text
    newer = "/agenda/" + newer.rpartition("/")[2]
    assert visitor.get(address).status_code == 404 and visitor.get(newer).status_code == 200
    page = browser.get("/organisatie/meldingen").page
    assert "Ingetrokken" in browser.submit(page, "details form[action$='/intrekken']").page.text
    assert visitor.get(newer).status_code == 404


def test_the_register_does_not_know_the_secret(address):
    token = address.removeprefix("/agenda/").removesuffix(".ics")
    assert token not in str(list(CalendarFeed.select().tuples()))


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "..", "é"])
def test_a_forged_address_leads_nowhere(visitor, token):
    assert visitor.get(f"/agenda/{token}.ics").status_code == 404


def test_who_acts_for_several_sees_which_one_it_is_about(signed_in, visitor, world):
    world.ending_in(148)
    world.granted("Brood- en banketbakkerij duaal", "bakkerij")
    token = CalendarFeed.make(User.get(User.subject == "demo:boekhouder"), world.actor("mega", world.today).at)
    titles = [str(one["summary"]) for one in read(visitor, f"/agenda/{token}.ics")]
    assert any("(Mega World NV)" in one for one in titles) and any("Zoete Broodje" in one for one in titles)
    assert world.today == build.TODAY


def test_a_mandate_shows_the_days_it_is_for_and_no_others(browser, visitor, world):
    world.ending_in(148)
    signed(world, world.granted("Winkelbediende"))
    world.added_mentor(world.granted("Logistiek duaal"), "submitted")
    coach = User.get(User.subject == "demo:trajectbegeleider")
    address = f"/agenda/{CalendarFeed.make(coach, world.actor('mega', world.today).at)}.ics"
    assert not read(visitor, address)
    everything = {clock.purpose: 0 for clock in clocks([world.mega.id], world.today)}
    assert set(everything) == {"recognitions", "mentors", "agreements"}
    for purpose in everything:
        mandate = world.give(**{purpose: "yes"})
        wanted = [one for one in clocks([world.mega.id], world.today) if one.purpose == purpose]
        found = read(visitor, address)
        assert wanted and sorted(one.decoded("dtstart") for one in found) == sorted(one.ends_on for one in wanted)
        assert all("/organisatie/wissel?zoek=0417390703" in one["url"] for one in found), "by the switch"
        mandate.end(world.actor("mega", world.today, role="legal_representative"))
        assert not read(visitor, address), "over at the next fetch"
