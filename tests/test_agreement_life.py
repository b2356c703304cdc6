"""An agreement from its registration on: premiums, calendar, corrections, addenda, suspensions, the end, its tasks."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

import rules_agreements as law
import rules_premiums as premiums
from models import (
    CHECKLIST,
    Addendum,
    Agreement,
    Event,
    Mentor,
    Message,
    Organisation,
    Partnership,
    Recognition,
    RecognitionMentor,
    Sanction,
    Suspension,
    alerts,
    clocks,
    mentors_on,
    tasks,
    tasks_of_all,
)
from rules import RuleBroken
from tests import build
from tests.test_agreement_steps import Maker
from views.demo_agreements import PREMIUM, SCAN, add_plan, current, make, sign_all

MEGA = "0417390703"
FORM = {"organisation": MEGA}
DAY = timedelta(days=1)
LATER = date(2026, 11, 24)  # there is a premium then


@pytest.fixture
def made(world):
    return Maker(world)


@pytest.fixture
def running(made):
    return made("registered", -60)


def waiting(world, kind, on=None):
    return [task for task in tasks(world.mega, on or world.today) if task.kind == kind]


# --- registering ------------------------------------------------------------------------------------------------------


def test_the_three_months_run_down_as_task_and_clock_and_say_what_is_lost(browser, world, made):
    agreement = made("signed", -75)
    left = (agreement.register_until - world.today).days
    [task] = waiting(world, "registration")
    assert (task.days_left, task.title) == (left, "Overeenkomst registreren") and "premie" in task.at_zero
    [clock] = [one for one in clocks([world.mega.id], world.today) if one.kind == "registration"]
    assert (clock.ends_on, clock.days_left) == (agreement.register_until, left) and "premie" in clock.at_zero
    for path in ("/taken", "/taken/klokken", f"/overeenkomsten/{agreement.id}"):
        page = browser.get(path).page
        assert str(left) in page.text and "verliezen de onderneming en de leerling de premie" in page.text
    page = browser.get("/taken").page
    place = page.select_one(".task-registration a")["href"]
    assert place == f"/overeenkomsten/{agreement.id}"


def test_after_the_three_months_it_is_a_task_without_days(world, made):
    made("signed", -110)
    [task] = waiting(world, "registration")
    assert task.title == "Laattijdig registreren" and task.days_left is None and "verloren" in task.at_zero


@pytest.mark.parametrize("number", ["BE68 5390 0754 7035", "x", "BE"])
def test_an_account_number_that_is_wrong_is_said_at_its_field_and_kept(browser, made, number):
    agreement = made("signed", -10)
    for field in ("account_number", "learner_account_number"):
        data = FORM | {"wants_premium": "y", field: number}
        answer = browser.post(f"/overeenkomsten/{agreement.id}/registreren", data=data)
        assert answer.status_code == 422 and "klopt niet" in answer.page.select_one(f"#{field}-wrong").text
    assert current(agreement).state == "signed"


# --- premiums ---------------------------------------------------------------------------------------------------------


def facts(**changed):
    known = {
        "kind": "OAO",
        "region": "Vlaams Gewest",
        "starts_on": date(2026, 9, 1),
        "last_day": date(2027, 6, 30),
        "work": 1200,
        "lessons": 1080,
        "mentor_trained_on": date(2020, 1, 1),
        "registered_on": date(2026, 9, 10),
        "has_consent": True,
        "has_learner_account": True,
        "has_declaration": True,
    }
    return premiums.Facts(**(known | changed))


def test_every_condition_of_the_premium_is_checked():
    assert all(one.fulfilled for one in premiums.checks(facts(), LATER))
    assert premiums.estimate(facts()) == (Decimal(1000), Decimal(500))


@pytest.mark.parametrize(
    ("changed", "label", "fulfilled"),
    [
        ({"region": "Brussels Hoofdstedelijk Gewest"}, "Vlaams Gewest", False),
        ({"region": None}, "Vlaams Gewest", False),
        ({"last_day": date(2026, 12, 30)}, "vier maanden", False),
        ({"last_day": date(2026, 12, 31)}, "vier maanden", True),
        ({"work": 1079, "lessons": 1081}, "helft", False),
        ({"work": 1080}, "helft", True),
        ({"mentor_trained_on": None}, "mentoropleiding", None),
        ({"registered_on": date(2026, 12, 1)}, "drie maanden", True),
        ({"registered_on": date(2026, 12, 2)}, "drie maanden", False),
        ({"registered_on": None}, "drie maanden", None),
        ({"registered_on": None, "starts_on": date(2026, 8, 1)}, "drie maanden", False),
        ({"has_consent": False}, "Toestemming", None),
        ({"has_learner_account": False}, "leerling", None),
        ({"has_declaration": False}, "verklaring", None),
    ],
)
def test_a_condition_that_is_not_met_is_named(changed, label, fulfilled):
    [found] = [one for one in premiums.checks(facts(**changed), LATER) if label in one.label][:1]
    assert found.fulfilled is fulfilled and found.source
    assert not found.words[0].islower(), "the words follow a full stop"


@pytest.mark.parametrize(
    ("changed", "amounts"),
    [
        ({"kind": "SAO"}, (600, 500)),
        ({"region": "Waals Gewest"}, (0, 500)),
        ({"last_day": date(2028, 6, 30)}, (2000, 1000)),
        ({"starts_on": date(2026, 3, 1), "last_day": date(2030, 8, 31)}, (3000, 1500)),
        ({"last_day": date(2026, 11, 1)}, (0, 0)),
        ({"starts_on": date(2022, 9, 1), "last_day": date(2023, 6, 30)}, (0, 0)),
    ],
)
def test_the_premiums_are_estimated_per_school_year(changed, amounts):
    assert premiums.estimate(facts(**changed)) == tuple(map(Decimal, amounts))


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_first_start_within_the_term_is_the_first(on):
    first = premiums.first_start_in_term(on)
    assert law.register_until(first) >= on > law.register_until(first - DAY)


def test_consent_and_account_of_the_enterprise_are_asked_apart(browser, running):
    place = f"/overeenkomsten/{running.id}/premie"
    browser.post(place, data=FORM | {"account_number": "BE68539007547034"})
    missing = current(running).missing_premium
    assert "toestemming van de onderneming" in missing and "rekeningnummer van de onderneming" not in missing
    assert "Nog niet allebei gegeven" in browser.get(place).page.main.text
    browser.post(place, data=FORM | {"account_number": "BE68539007547034", "wants_premium": "y"})
    assert not [one for one in current(running).missing_premium if "onderneming" in one]


def test_premium_data_that_is_missing_is_one_task_that_leads_to_the_list(app, signed_in, world):
    on = world.today = LATER
    app.config["TODAY"] = on
    try:
        made = Maker(world)
        for index in (1, 2):
            made("registered", -20 * index)
        [task] = waiting(world, "premium", on)
        assert task.count == 2 and task.days_left == (law.register_until(on - 40 * DAY) - on).days
        browser = signed_in("zaakvoerder")
        page = browser.get("/taken").page
        found = browser.get(page.select_one(".task-premium a")["href"]).page
        assert found.select_one("#status").text == "2 overeenkomsten gevonden"
        assert [one.text for one in found.select("tbody .state-alert")] == ["Premiegegevens ontbreken"] * 2
        one = Agreement.select().order_by(Agreement.id.desc()).get()
        place = f"/overeenkomsten/{one.id}/premie"
        sent = FORM | {"wants_premium": "y", "account_number": "BE68539007547034"}
        sent |= {"learner_account_number": "BE62510007547061", "file": (io.BytesIO(build.PDF), "verklaring.pdf")}
        assert browser.post(place, data=sent).status_code == 303
        assert not current(one).missing_premium and waiting(world, "premium", on)[0].count == 1
        other = Agreement.select().where(Agreement.id != one.id).get()
        browser.post(f"/overeenkomsten/{other.id}/geen-premie", data=FORM)
        assert not waiting(world, "premium", on)
    finally:
        app.config["TODAY"] = build.TODAY


def test_a_premium_file_that_is_no_scan_is_refused_and_what_was_typed_stays(browser, running):
    sent = FORM | {"learner_account_number": "BE62510007547061", "file": (io.BytesIO(b"geen pdf"), "x.pdf")}
    answer = browser.post(f"/overeenkomsten/{running.id}/premie", data=sent)
    assert answer.status_code == 422 and "PDF, JPEG of PNG" in answer.page.text
    assert answer.page.select_one("#learner_account_number")["value"] == "BE62510007547061"
    assert not current(running).learner_account_number


def test_a_declaration_stays_in_the_vault(browser, world, running):
    running.complete_premium(world.actor("mega", world.today), PREMIUM, SCAN, "verklaring.pdf")
    place = f"/documenten/{current(running).declaration_id}/verwijderen"
    assert browser.post(place, data=FORM).status_code == 422


def test_a_school_adds_only_what_is_of_the_learner(signed_in, world, made, running):
    running.waive_premium(made.actor)
    school, number = signed_in("trajectbegeleider"), world.organisations["school"].number
    place = f"/overeenkomsten/{running.id}/premie"
    page = school.get(place).page
    assert not page.select("[name=wants_premium], [name=account_number]")
    sent = {"organisation": number, "wants_premium": "y", "account_number": "BE62510007547061"}
    sent["learner_account_number"] = "BE68539007547034"
    assert school.post(place, data=sent).status_code == 303
    one = current(running)
    assert (one.wants_premium, one.account_number, one.learner_account_number) == (False, "", "BE68539007547034")
    assert one.premium_waived_on == made.actor.on
    one.complete_premium(made.actor, PREMIUM)
    assert current(one).wants_premium and current(one).premium_waived_on is None, "the enterprise may think again"


def test_a_school_that_registers_gives_no_consent_for_the_enterprise(signed_in, world, made):
    agreement = made("signed")
    Organisation.update(registers_agreements=False).where(Organisation.id == world.mega.id).execute()
    school, number = signed_in("trajectbegeleider"), world.organisations["school"].number
    page = school.get(f"/overeenkomsten/{agreement.id}").page
    assert page.select("#agreements-register form") and not page.select("#agreements-register [name=wants_premium]")
    sent = {"organisation": number, "wants_premium": "y", "account_number": "BE62510007547061"}
    assert school.post(f"/overeenkomsten/{agreement.id}/registreren", data=sent).status_code == 303
    one = current(agreement)
    assert one.state == "registered" and not one.wants_premium and not one.account_number


def test_premium_data_of_somebody_else_is_never_overwritten_unseen(browser, signed_in, world, made, running):
    place = f"/overeenkomsten/{running.id}/premie"
    mine, schools = browser.get(place).page, signed_in("trajectbegeleider").get(place).page
    seen = {"seen": mine.select_one("[name=seen]")["value"]}
    running.complete_premium(made.actor, PREMIUM)
    answer = browser.post(place, data=FORM | seen | {"learner_account_number": "BE68539007547034"})
    assert answer.status_code == 422 and "Iemand anders wijzigde deze gegevens" in answer.page.text
    assert answer.page.select_one("#learner_account_number")["value"] == "BE68539007547034"
    assert browser.post(place, data=FORM | seen).status_code == 422, "the page has to be opened anew"
    one = current(running)
    assert {name: getattr(one, name) for name in PREMIUM} == PREMIUM
    assert schools.select_one("[name=seen]")["value"] != one.premium_mark(world.actor("school", world.today))
    seen = {"seen": browser.get(place).page.select_one("[name=seen]")["value"]}
    assert browser.post(place, data=FORM | seen | {"wants_premium": "y"} | PREMIUM).status_code == 303


# --- one agreement ----------------------------------------------------------------------------------------------------


def test_its_page_tells_who_when_and_what_is_left(browser, world, running):
    page = browser.get(f"/overeenkomsten/{running.id}").page
    words = page.select_one("#agreements-parties").text
    assert all(name in words for name in ("Fatima", "Mega World", "Leen Ó Briain", "Technisch Atheneum", "Jan Wouters"))
    assert "Eerste dag" in page.select_one("#agreements-calendar").text
    assert page.select_one("#agreements-documents a[href$='/pdf']")
    assert "registreerde de overeenkomst" in page.select_one("#recognitions-history").text


def test_its_days_can_be_read_back_from_a_calendar_file(browser, world, running):
    Suspension.start(running, world.actor("mega", world.today), "illness", world.today - 9 * DAY, world.today)
    answer = browser.get(f"/overeenkomsten/{running.id}/agenda")
    assert answer.mimetype == "text/calendar"
    read = Calendar.from_ical(answer.data)
    events = {str(one["uid"]).partition("@")[0]: one for one in read.walk("VEVENT")}
    start, still = (
        events[f"agreement-{running.id}-start"],
        next(one for uid, one in events.items() if "suspension" in uid),
    )
    assert start["dtstart"].dt == running.starts_on and start["dtend"].dt == running.starts_on + DAY
    assert (still["dtstart"].dt, still["dtend"].dt) == (world.today - 9 * DAY, world.today + DAY)
    assert events[f"agreement-{running.id}-end"]["dtstart"].dt == running.ends_on
    again = Calendar.from_ical(browser.get(f"/overeenkomsten/{running.id}/agenda").data)
    assert {str(one["uid"]) for one in again.walk("VEVENT")} == {str(one["uid"]) for one in events.values()}


def test_an_address_is_corrected_at_once_and_labelled(browser, world, running):
    form = browser.get(f"/overeenkomsten/{running.id}/verbeteren").page
    page = browser.submit(form, "form[action$='/verbeteren']", address="Elders 1, 9000 Gent").page
    assert current(running).address == "Elders 1, 9000 Gent"
    assert "Verbeterd" in page.select_one("#agreements-addenda").text
    assert "Elders 1, 9000 Gent" in page.select_one("#recognitions-history").text
    assert current(running).version == running.version and not Addendum.select().exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"address": ""}, "address"), ({"email": "x"}, "email"), ({"coach_name": " "}, "coach_name")],
)
def test_a_wrong_correction_is_said_at_its_field(browser, running, typed, field):
    sent = FORM | {"address": "Hier 1", "coach_name": "Jan"} | typed
    answer = browser.post(f"/overeenkomsten/{running.id}/verbeteren", data=sent)
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong")


# --- addenda ----------------------------------------------------------------------------------------------------------


def test_a_new_mentor_guides_from_the_day_it_says_and_the_old_one_until_then(world, made, running):
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    on = world.today + 10 * DAY
    drawn = Addendum.draw_up(running, made.actor, "mentor", on, "Pensioen.", mentor=other)
    assert Addendum.as_of(running, on).mentor_id == running.mentor_id
    sign_all(world, drawn, "mega", world.today)
    assert Addendum.as_of(running, on - DAY).mentor_id == running.mentor_id
    assert Addendum.as_of(running, on).mentor_id == other.id
    assert current(running).mentor_id == running.mentor_id, "what was signed stays as it was"


def test_where_nobody_else_may_follow_up_the_page_leads_to_who_can(browser, world, made, running):
    place = f"/overeenkomsten/{running.id}/wijzigen/mentor"
    page = browser.get(place).page  # only the mentor of now is approved
    link = page.select_one("main p.note a")
    assert "niemand anders goedgekeurd" in page.main.text and not page.select("input[name=mentor]")
    assert browser.get(link["href"]).page.h1.text == "Mentor toevoegen"
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    page = browser.get(place).page
    assert [field["value"] for field in page.select("input[name=mentor]")] == [str(other.id)]
    assert page.select_one("main p.quiet a")["href"] == link["href"] and "niemand anders" not in page.main.text


def test_who_guides_now_can_come_back_after_who_follows_up(browser, world, made, running):
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    drawn = Addendum.draw_up(running, made.actor, "mentor", world.today + 10 * DAY, "Verlof.", mentor=other)
    sign_all(world, drawn, "mega", world.today)
    offered = browser.get(f"/overeenkomsten/{running.id}/wijzigen/mentor").page.select("input[name=mentor]")
    assert {field["value"] for field in offered} == {str(other.id), str(running.mentor_id)}


def test_a_timetable_is_drawn_up_signed_and_kept_beside_the_old_one(browser, world, made, running):
    page = browser.get(f"/overeenkomsten/{running.id}/wijzigen/timetable").page
    moved = {f"A_{day}_work_1_from": "7:45" for day in range(4)} | {f"A_{day}_work_1_to": "13:15" for day in range(4)}
    page = browser.submit(page, "#timetable", effective_on="2022-02-01", reason="Vroeger open.", **moved).page
    assert "07:45" in page.select_one("#agreements-addenda").text
    drawn = Addendum.get()
    paper = browser.get(f"/overeenkomsten/{running.id}/bijlagen/1/pdf")
    assert paper.data.startswith(b"%PDF") and drawn.content_hash
    found = next(Addendum.of(running))
    sign_all(world, found, "mega", world.today)
    after = Addendum.as_of(running, date(2022, 2, 1))
    assert after.weeks[0].days[0].work == ((465, 795),) and running.weeks[0].days[0].work == ((480, 810),)


def test_hours_that_make_another_kind_of_agreement_need_a_new_one(world, made, running):
    weeks = [
        {
            "weeks": 40,
            "days": [{"work": [[480, 720]], "lessons": [[780, 1020]], "pause": 0}] * 4
            + [{"work": [], "lessons": [], "pause": 0}] * 3,
        }
    ]
    import json

    with pytest.raises(RuleBroken, match="SAO in plaats van een OAO"):
        Addendum.draw_up(
            running, made.actor, "timetable", world.today, timetable=json.dumps(weeks), full_time=38 * 60, rhythm="same"
        )


@pytest.mark.parametrize(
    ("kind", "sent", "field"),
    [
        ("mentor", {"effective_on": "2022-02-01"}, "mentor"),
        ("mentor", {"effective_on": "2022-02-01", "mentor": "999999"}, "mentor"),
        ("mentor", {"effective_on": "2022-01-22"}, "effective_on"),
        ("holidays", {"effective_on": "2022-02-01", "recovered": "x"}, "worked"),
        ("holidays", {"effective_on": "2022-02-01", "worked": "x"}, "recovered"),
        ("holidays", {"effective_on": "2030-01-01", "worked": "x", "recovered": "y"}, "effective_on"),
        ("extension", {"ends_on": "2022-02-01"}, "ends_on"),
        ("extension", {"ends_on": "2025-09-01"}, "ends_on"),
        ("extension", {"ends_on": "morgen"}, "ends_on"),
        ("timetable", {"effective_on": "2022-02-01", "A_0_work_1_from": "8"}, "A_0_work_1_to"),
        ("timetable", {"effective_on": "2022-02-01"}, "full_time"),
    ],
)
def test_a_change_that_cannot_be_is_said_at_its_field(browser, running, kind, sent, field):
    answer = browser.post(f"/overeenkomsten/{running.id}/wijzigen/{kind}", data=FORM | sent)
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong").text.strip()
    assert not Addendum.select().exists()


def test_an_unknown_kind_of_change_is_not_found(browser, running):
    assert browser.get(f"/overeenkomsten/{running.id}/wijzigen/alles").status_code == 404
    assert browser.post(f"/overeenkomsten/{running.id}/wijzigen/alles", data=FORM).status_code == 404


def test_an_addendum_that_waits_is_a_task_and_a_second_of_its_kind_is_refused(world, made, running):
    Addendum.draw_up(running, made.actor, "extension", None, ends_on=running.ends_on + 9 * DAY)
    [task] = waiting(world, "addendum")
    assert task.title == "Verlenging: laten ondertekenen"
    with pytest.raises(RuleBroken, match="ligt al zo'n bijlage"):
        Addendum.draw_up(running, made.actor, "extension", None, ends_on=running.ends_on + 8 * DAY)


def _begins_again(made, running):
    """The same learner and training, agreed anew from the day after."""
    again = current(running).copy(made.actor)
    days = {"starts_on": running.ends_on + DAY, "ends_on": running.ends_on + 200 * DAY}
    current(again).edit(made.actor, declared=running.declared, **days)
    add_plan(made.actor, current(again))
    current(again).freeze(made.actor)


def _is_revoked(made, running):
    handler = made.world.handler_of(made.recognition, made.actor.on)._replace(duty="manager")
    Sanction.prepare(handler, "revocation", [made.recognition], "Geen begeleiding.").impose(handler)


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [(_begins_again, "loopt bij u in die periode al een overeenkomst"), (_is_revoked, "loopt niet zo lang")],
)
def test_an_extension_is_signed_only_while_it_could_still_be_drawn_up(made, running, meanwhile, sentence):
    Addendum.draw_up(running, made.actor, "extension", None, ends_on=running.ends_on + 60 * DAY)
    [drawn] = Addendum.of(current(running))
    school = made.world.actor("school", made.actor.on)
    *first, last = drawn.needed_parties()
    for party in first:
        drawn.sign(made.actor, party, "Naam", SCAN if party in ("learner", "guardian") else None, f"{party}.pdf")
    meanwhile(made, running)
    with pytest.raises(RuleBroken, match=f"{sentence}.* De onderneming kan ze intrekken"):
        drawn.sign(school, last, "Jan")
    [kept] = Addendum.of(current(running))
    assert current(running).ends_on == running.ends_on and set(kept.signatures()) == set(first)
    kept.withdraw(made.actor)


@pytest.mark.parametrize(
    ("meanwhile", "extended"), [({}, True), ({"end_kind": "stopped"}, False), ({"state": "in_treatment"}, False)]
)
def test_an_extension_goes_on_under_the_renewal_of_its_recognition(world, made, meanwhile, extended):
    old = world.ending_in(100, training="Verkoper")
    one = make(world, "mega", old, 3, "registered", world.today - 60 * DAY)
    Agreement.update(ends_on=old.valid_until).where(Agreement.id == one.id).execute()
    renewal = world.decided(world.renewal(old), world.today, True, "")
    Recognition.update(**{"end_kind": None} | meanwhile).where(Recognition.id == renewal.id).execute()
    until = {"ends_on": old.valid_until + 30 * DAY}
    if extended:
        sign_all(world, Addendum.draw_up(current(one), made.actor, "extension", None, **until), "mega", world.today)
        assert current(one).ends_on == until["ends_on"]
    else:
        with pytest.raises(RuleBroken, match="loopt niet zo lang"):
            Addendum.draw_up(current(one), made.actor, "extension", None, **until)


def test_an_extension_is_signed_no_more_after_the_last_day(world, made, running):
    drawn = Addendum.draw_up(running, made.actor, "extension", None, ends_on=running.ends_on + 60 * DAY)
    late = running.ends_on + DAY
    with pytest.raises(RuleBroken, match="verlengen kan niet meer"):
        sign_all(world, drawn, "mega", late)
    assert current(running).status(late)[0] == "ended"
    sign_all(world, drawn, "mega", running.ends_on)
    assert current(running).status(late)[0] == "running"


def test_a_new_mentor_who_left_before_all_signed_does_not_begin(browser, signed_in, world, made, running):
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    drawn = Addendum.draw_up(running, made.actor, "mentor", world.today, mentor=other)
    for party in ("learner", "guardian"):
        if party in drawn.needed_parties():
            drawn.sign(made.actor, party, "Naam", SCAN, f"{party}.pdf")
    drawn.sign(made.actor, "employer", "Marleen")
    Mentor.get_by_id(other.id).deactivate(made.actor, "Weg.")
    school, number = signed_in("trajectbegeleider"), world.organisations["school"].number
    sent = {"organisation": number, "party": "provider", "has_read": "ja"}
    answer = school.post(f"/overeenkomsten/{running.id}/bijlagen/1/tekenen", data=sent)
    assert answer.status_code == 422 and "Bé Smet is op deze erkenning" in answer.page.main.text
    assert Addendum.get_by_id(drawn.id).state == "to_sign" and "provider" not in drawn.signatures()


def test_two_addenda_do_not_give_one_mentor_more_learners_than_the_sector_allows(world, made, running):
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    second = make(world, "mega", made.recognition, 5, "registered", world.today - 50 * DAY)
    Partnership.update(learners_per_mentor=1).execute()
    drawn = [
        Addendum.draw_up(current(one), made.actor, "mentor", world.today, mentor=other) for one in (running, second)
    ]
    sign_all(world, drawn[0], "mega", world.today)
    with pytest.raises(RuleBroken, match="begeleidt dan 2 leerlingen"):
        sign_all(world, drawn[1], "mega", world.today)
    assert Addendum.get_by_id(drawn[1].id).state == "to_sign"


@pytest.fixture
def moved(world, made, running):
    """(who guided it first, who guides it now by an addendum), where nobody may guide more than one."""
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    Partnership.update(learners_per_mentor=1).execute()
    sign_all(
        world, Addendum.draw_up(running, made.actor, "mentor", world.today + 9 * DAY, mentor=other), "mega", world.today
    )
    return running.mentor, other


@pytest.mark.parametrize(
    ("begins", "ends", "full"),
    [(5, None, {"first", "other"}), (9, None, {"other"}), (5, 8, {"first"}), (30, None, {"other"})],
)
def test_who_guides_by_an_addendum_is_counted_and_who_guided_before_no_more(world, made, moved, begins, ends, full):
    draft, found = made("draft", begins), set()
    if ends:
        Agreement.update(ends_on=world.today + ends * DAY).where(Agreement.id == draft.id).execute()
    for name, mentor in zip(("first", "other"), moved, strict=True):
        current(draft).edit(made.actor, mentor=mentor)
        found |= {name for one in current(draft).findings(world.today) if one.key == "mentor_full"}
    assert found == full


def test_who_guides_by_an_addendum_is_told_beside_the_mentor(world, running, moved):
    first, other = moved
    for on, guiding in ((world.today + 8 * DAY, first), (world.today + 9 * DAY, other)):
        assert Agreement.guided_by(guiding, on) == [running]
        assert not Agreement.guided_by(first if guiding == other else other, on)


def test_a_sanction_against_a_mentor_touches_whom_an_addendum_gives_that_mentor(world, made, running, moved):
    handler = world.handler_of(made.recognition, world.today)._replace(duty="manager")
    first, other = moved
    for mentor, on in ((first, world.today), (other, world.today), (other, world.today + 20 * DAY)):
        sanction = Sanction.prepare(handler, "mentor", [made.recognition], "Geen begeleiding.", mentor=mentor)
        assert sanction.preview(on).agreements == [running], (mentor, on)
    sanction = Sanction.prepare(handler, "mentor", [made.recognition], "Geen begeleiding.", mentor=first)
    assert sanction.preview(world.today + 20 * DAY).agreements == []


def test_an_end_is_not_taken_back_where_the_mentor_guides_somebody_else_by_then(world, made, running):
    Partnership.update(learners_per_mentor=1).execute()
    running.end(made.actor, made.actor.on, "mutual")
    made("to_sign", 1)
    with pytest.raises(RuleBroken, match="begeleidt dan 2 leerlingen"):
        current(running).undo_end(made.actor)
    assert current(running).ended_on


def test_an_addendum_gives_no_mentor_whom_an_agreement_up_for_signing_already_has(world, made, running):
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    draft = made("draft", 30)
    draft.edit(made.actor, mentor=other)
    current(draft).freeze(made.actor)
    Partnership.update(learners_per_mentor=1).execute()
    with pytest.raises(RuleBroken, match="Bé Smet begeleidt dan 2 leerlingen"):
        Addendum.draw_up(current(running), made.actor, "mentor", world.today, mentor=other)


# --- suspensions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "found"), [(9, 0), (10, 1), (14, 1), (30, 1)])
def test_a_suspension_becomes_a_task_before_the_fourteenth_day(world, made, running, days, found):
    Suspension.start(running, made.actor, "illness", world.today - days * DAY)
    assert len(waiting(world, "suspension")) == found
    if found:
        assert waiting(world, "suspension")[0].days_left == (14 - days if days <= 14 else None)


def test_what_is_too_late_says_since_when_and_stands_on_top(browser, world, made, running):
    started = world.today - 30 * DAY
    suspension = Suspension.start(running, made.actor, "illness", started)
    first = tasks(world.mega, world.today)[0]
    assert first.kind == "suspension" and first.is_late
    shown = browser.get("/taken").page.select_one(".task-suspension")
    assert f"moest het weten op {suspension.report_by:%d/%m/%Y}" in shown.text and "Dagen resterend" not in shown.text
    Recognition.update(end_kind="revoked", ended_on=world.today - DAY).where(
        Recognition.id == running.recognition_id
    ).execute()
    (task,) = waiting(world, "lifted")
    assert task.is_late and f"verviel op {world.today - DAY:%d/%m/%Y}" in task.at_zero
    assert not waiting(world, "lifted", world.today - DAY)[0].is_late


@pytest.mark.parametrize(("lasts", "found"), [(13, 0), (14, 1)])
def test_a_suspension_of_fourteen_days_or_less_need_not_be_reported(world, made, running, lasts, found):
    first = world.today - 20 * DAY
    Suspension.start(running, made.actor, "unemployment", first, first + lasts * DAY)
    assert len(waiting(world, "suspension")) == found


def test_reporting_mails_the_coach_once_and_ends_the_task(browser, world, made, running):
    suspension = Suspension.start(running, made.actor, "illness", world.today - 20 * DAY)
    place = f"/overeenkomsten/{running.id}/schorsingen/{suspension.id}/melden"
    assert browser.post(place, data=FORM).status_code == 303
    message = Message.select().where(Message.subject.contains("Schorsing")).get()
    assert message.to == "jan.wouters@voorbeeld.be" and current(running).number in message.subject
    for inside in (running.learner, running.first_name, "Ziekte", "ziekte", f"{suspension.starts_on:%d/%m/%Y}"):
        assert inside not in message.subject + message.text, "a mail names the file, never what is in it"
    assert (message.about, message.about_id, message.organisation) == ("agreement", running.id, running.provider)
    assert not waiting(world, "suspension")
    assert browser.post(place, data=FORM).status_code == 422


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"starts_on": "2022-01-10"}, "ground"),
        ({"ground": "illness"}, "starts_on"),
        ({"ground": "illness", "starts_on": "2020-01-10"}, "starts_on"),
        ({"ground": "illness", "starts_on": "2022-01-10", "ends_on": "2022-01-09"}, "ends_on"),
        ({"ground": "illness", "starts_on": "gisteren"}, "starts_on"),
    ],
)
def test_a_wrong_suspension_is_said_at_its_field(browser, running, sent, field):
    answer = browser.post(f"/overeenkomsten/{running.id}/schorsen", data=FORM | sent)
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong")
    assert not Suspension.select().exists()


def test_two_suspensions_never_share_a_day(world, made, running):
    first = Suspension.start(running, made.actor, "illness", world.today - 10 * DAY)
    with pytest.raises(RuleBroken, match="staat de overeenkomst al stil"):
        Suspension.start(running, made.actor, "illness", world.today)
    first.resume(made.actor, world.today - 5 * DAY)
    with pytest.raises(RuleBroken, match="staat de overeenkomst al stil"):
        Suspension.start(running, made.actor, "illness", world.today - 5 * DAY)
    Suspension.start(running, made.actor, "illness", world.today - 4 * DAY)


def test_a_wrong_last_day_comes_back_at_the_suspension_it_is_for(browser, world, made, running):
    suspension = Suspension.start(running, made.actor, "illness", world.today - 10 * DAY)
    place = f"/overeenkomsten/{running.id}/schorsingen/{suspension.id}/einde"
    answer = browser.post(place, data=FORM | {"ends_on": "2021-01-01"})
    assert answer.status_code == 422 and answer.page.select_one(f"#resume-{suspension.id}-wrong")
    assert browser.post(place, data=FORM | {"ends_on": "2022-01-20"}).status_code == 303


@pytest.mark.parametrize(
    ("starts", "ends", "reported_by"),
    [(60, None, None), (-3, None, None), (-3, 30, None), (-20, None, -6), (-20, 30, -6)],
)
def test_a_suspension_lasts_no_longer_than_its_agreement(browser, world, made, running, starts, ends, reported_by):
    """Planned for later it is void, and what did not last fourteen days need not be told; until the end is undone."""
    days = [world.today + shift * DAY if shift is not None else None for shift in (starts, ends)]
    suspension = Suspension.start(running, made.actor, "illness", *days)
    current(running).end(made.actor, world.today, "mutual")
    later = world.today + 75 * DAY
    found = [one.ends_on - world.today for one in clocks([world.mega.id], later) if one.kind == "report"]
    assert found == ([] if reported_by is None else [reported_by * DAY])
    assert len(waiting(world, "suspension", later)) == len(found)
    page = browser.get(f"/overeenkomsten/{running.id}").page
    shown, actor = page.select_one("#agreements-suspensions").text, world.actor("mega", later)
    place = f"/overeenkomsten/{running.id}/schorsingen/{suspension.id}"
    if starts > 0:
        assert f"{days[0]:%d/%m/%Y}" not in page.text.partition("Historiek")[0]
        suspension.agreement = current(running)
        for step in (lambda: suspension.resume(actor, later), lambda: suspension.report(actor)):
            with pytest.raises(RuleBroken, match="vervalt"):
                step()
        assert browser.post(f"{place}/melden", data=FORM).status_code == 404
    else:
        assert f"{days[0]:%d/%m/%Y} – {world.today:%d/%m/%Y}" in shown
    current(running).undo_end(made.actor)
    assert [one.last_day for one in Suspension.of(current(running))] == [days[1]]


def test_once_the_agreement_is_over_nothing_stands_still(world, made, running):
    Suspension.start(running, made.actor, "illness", world.today - 20 * DAY)
    current(running).end(made.actor, world.today, "mutual")
    over = current(running)
    signs = [alerts([over], world.today + shift * DAY, mentors_on([over], world.today))[over.id] for shift in (0, 1)]
    assert ["suspended" in one for one in signs] == [True, False]


def test_of_a_cancelled_agreement_no_suspension_is_asked_for(browser, world, made):
    upcoming = made("registered", 20)
    Suspension.start(upcoming, made.actor, "illness", upcoming.starts_on)
    current(upcoming).cancel(made.actor, "Gaat niet door.")
    later = upcoming.starts_on + 30 * DAY
    assert not [one for one in clocks([world.mega.id], later) if one.kind == "report"]
    assert not waiting(world, "suspension", later) and not list(Suspension.of(current(upcoming)))


def test_who_fills_in_the_last_day_sees_that_a_colleague_ended_the_agreement(world, made, running):
    suspension = Suspension.start(running, made.actor, "illness", world.today - 3 * DAY)
    suspension.agreement = current(running)  # as it was drawn on the page
    current(running).end(made.actor, world.today, "mutual")
    with pytest.raises(RuleBroken, match="tot en met 23/01/2022"):
        suspension.resume(made.actor, world.today + 30 * DAY)


# --- the end ----------------------------------------------------------------------------------------------------------


def test_ending_goes_by_initiative_reason_and_consequences_without_javascript(browser, world, running):
    page = browser.get(f"/overeenkomsten/{running.id}").page
    page = browser.get(page.select_one("#agreements-end a[href$='/einde']")["href"]).page
    page = browser.get(page.select_one("a[href$='initiative=learner']")["href"]).page
    assert {one["value"] for one in page.select("input[name=kind]")} == {"learner", "training"}
    empty = browser.submit(page, "main form:has([name=kind])").page
    assert "Kies waarom" in empty.select_one(".problems").text and "Kies een laatste dag" in empty.text
    answer = browser.submit(page, "main form:has([name=kind])", kind="training", last_day="2022-01-23", note="Kok.")
    told = answer.page.select_one(".panel ul").text
    assert "20 opleidingsdagen" in told and "Dimona OUT" in told and "trajectbegeleider" in told
    assert not current(running).ended_on, "nothing is ended before the consequences were read"
    again = browser.get(answer.page.select_one("a[href*='anew']")["href"]).page
    assert again.select_one("textarea[name=note]").text.strip() == "Kok."
    assert again.select_one("[name=last_day]")["value"] == "2022-01-23" and not again.select(".problems")
    done = browser.submit(answer.page, "form[action$='/beeindigen']", "button[name=told]").page
    assert "Vroegtijdig beëindigd" in done.text and current(running).end_initiative == "learner"


def test_an_end_without_its_consequences_read_is_not_taken(browser, world, running):
    sent = FORM | {"initiative": "both", "kind": "mutual", "last_day": "2022-01-23"}
    answer = browser.post(f"/overeenkomsten/{running.id}/beeindigen", data=sent)
    assert answer.status_code == 422 and "Dit volgt eruit" in answer.text and not current(running).ended_on


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"initiative": "iemand"}, "initiative"),
        ({"kind": "zomaar"}, "kind"),
        ({"kind": "business"}, "kind"),
        ({"last_day": ""}, "last_day"),
        ({"last_day": "2021-01-01"}, "last_day"),
        ({"last_day": "2022-03-01"}, "last_day"),
    ],
)
def test_a_wrong_end_is_refused_with_a_sentence(browser, running, changed, field):
    sent = FORM | {"initiative": "both", "kind": "mutual", "last_day": "2022-01-23", "told": "ja"} | changed
    answer = browser.post(f"/overeenkomsten/{running.id}/beeindigen", data=sent)
    assert answer.status_code == 422 and answer.page.select_one(".problems") and not current(running).ended_on


@pytest.mark.parametrize(("minutes", "undone"), [(0, True), (10, True), (11, False)])
def test_an_end_can_be_taken_back_within_ten_minutes(made, running, minutes, undone):
    running.end(made.actor, made.actor.on, "mutual")
    later = made.actor._replace(at=made.actor.at + timedelta(minutes=minutes))
    one = current(running)
    assert one.can("undo_end", later) is undone
    if undone:
        one.undo_end(later)
        assert current(running).ended_on is None and current(running).status(later.on)[0] == "running"


def test_too_late_to_take_back_is_refused_in_the_register_too(made, running):
    running.end(made.actor, made.actor.on, "mutual")
    with pytest.raises(RuleBroken, match="tien minuten"):
        current(running).undo_end(made.actor._replace(at=made.actor.at + timedelta(minutes=11)))
    assert current(running).ended_on


def test_an_end_is_not_taken_back_onto_a_recognition_that_was_stopped_meanwhile(made, running):
    running.end(made.actor, made.actor.on, "mutual")
    Recognition.get_by_id(running.recognition_id).stop(made.actor, "We sluiten.")
    with pytest.raises(RuleBroken, match="intussen stop"):
        current(running).undo_end(made.actor)
    assert current(running).ended_on


def test_an_end_is_not_taken_back_beside_what_came_in_its_place(made, running):
    running.end(made.actor, made.actor.on, "mutual")
    again = current(running).copy(made.actor)
    Agreement.update(
        state="to_sign",
        starts_on=made.actor.on + DAY,
        ends_on=running.ends_on,
        insz_fingerprint=running.insz_fingerprint,
    ).where(Agreement.id == again.id).execute()
    with pytest.raises(RuleBroken, match="loopt bij u in die periode al een overeenkomst"):
        current(running).undo_end(made.actor)
    assert current(running).ended_on


def test_the_checklist_is_a_task_until_all_is_ticked_off(browser, world, made, running):
    running.end(made.actor, made.actor.on, "mutual")
    place = f"/overeenkomsten/{running.id}/einde-afvinken"
    assert browser.post(place, data=FORM).status_code == 422
    for key in CHECKLIST:
        [task] = waiting(world, "ending")
        assert CHECKLIST[key] in task.at_zero
        assert browser.post(place, data=FORM | {"done": key}).status_code == 303
    assert not waiting(world, "ending")


def test_twenty_training_days_follow_the_timetable():
    nobody = ()
    assert law.training_day_after(date(2022, 1, 21), nobody, 20) == date(2022, 2, 18)
    free = law.Day()
    monday = law.Week((law.Day(((480, 720),)), *(free,) * 6))
    assert law.training_day_after(date(2022, 1, 23), (monday,), 2) == date(2022, 1, 31)


# --- what reaches it from elsewhere -----------------------------------------------------------------------------------


def test_a_revocation_reaches_its_agreements_as_tasks(browser, world, made, running):
    upcoming = made("registered", 40)
    handler = world.handler_of(made.recognition, world.today)._replace(duty="manager")
    Sanction.prepare(handler, "revocation", [made.recognition], "Geen begeleiding.").impose(handler)
    found = waiting(world, "lifted")
    assert {task.agreement.id for task in found} == {running.id, upcoming.id}
    assert all(task.days_left > 0 and "beëindig of annuleer" in task.at_zero for task in found)
    assert "Erkenning vervalt" in browser.get("/overeenkomsten").page.select_one("tbody").text
    assert browser.get("/taken").page.select(".task-lifted a")[0]["href"].startswith("/overeenkomsten/")
    running.end(made.actor, world.today, "revoked", initiative="authority")
    upcoming.cancel(made.actor, "De erkenning vervalt.")
    assert not waiting(world, "lifted")


@pytest.mark.parametrize("how", ["barred", "left", "inactive"])
def test_a_mentor_who_is_gone_reaches_the_agreements_as_tasks(world, made, running, how):
    link = RecognitionMentor.get(RecognitionMentor.recognition == made.recognition)
    if how == "barred":
        handler = world.handler_of(made.recognition, world.today)._replace(duty="manager")
        sanction = Sanction.prepare(handler, "mentor", [made.recognition], "Gedrag.", mentor=link.mentor)
        sanction.impose(handler)
    elif how == "left":
        gone = RecognitionMentor.update(end_kind="left", ended_on=world.today)
        gone.where(RecognitionMentor.id == link.id).execute()
    else:
        Mentor.get_by_id(link.mentor_id).deactivate(made.actor, "Weg.")
    [task] = waiting(world, "mentor_lost")
    assert task.agreement.id == running.id and "andere mentor" in task.at_zero
    other = world.mentor("mega", "Bé", "Smet")
    world.added_mentor(made.recognition, "approved", other)
    drawn = Addendum.draw_up(running, made.actor, "mentor", world.today, mentor=other)
    sign_all(world, drawn, "mega", world.today)
    assert not waiting(world, "mentor_lost")


def test_who_acts_for_several_sees_the_tasks_of_all(signed_in, world, made):
    made("signed", -75)
    client = signed_in("boekhouder")
    client.post("/organisatie/wissel", data={"organisation": world.organisations["bakkerij"].number})
    page = client.get("/taken?organisaties=alle").page
    assert "Overeenkomst registreren" in page.text and "Mega World" in page.select_one(".task-registration").text
    user = Event.select().order_by(Event.id.desc()).get().user
    assert isinstance(tasks_of_all(user, world.today), list)
