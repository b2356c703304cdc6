"""What the calendar asks to be told, on days that move: each of it once, whatever day the worker runs."""

from datetime import datetime, time, timedelta

import pytest

from models import (
    Addendum,
    Agreement,
    ContactPerson,
    MentorApplication,
    Message,
    Organisation,
    Preference,
    Talk,
    Told,
    User,
    write_reminders,
)
from models.reminders import REGISTER_DAYS
from tests.test_agreements import frozen, registered, signed
from tests.test_notices import actor_of, everything, users
from views.demo_agreements import make
from views.demo_sanctions import appealed, sanctioned


@pytest.fixture
def run(world):
    """A function: the jobs of the day that many days on; [(to, subject and text)] written then."""
    Message.update(bundle=None).execute()
    Message.delete().execute()

    def on_day(days):
        on = world.today + timedelta(days=days)
        before = {one.id for one in Message.select(Message.id)}
        write_reminders(datetime.combine(on, time(7)), on)
        found = Message.select().where(Message.id.not_in(before)).order_by(Message.id)
        return [(one.to, f"{one.subject}\n{one.text}") for one in found]

    return on_day


def test_a_renewal_is_told_at_180_90_and_30_days_each_once(world, run):
    world.ending_in(200)
    Message.delete().execute()
    told = {days: run(days) for days in (0, 19, 20, 21, 60, 109, 110, 111, 169, 170, 171, 200)}
    assert {days for days, found in told.items() if found} == {20, 110, 170}
    [(to, subject)] = told[110]
    assert to == "zaakvoerder@demo.voorbeeld.be" and "over 90 dagen" in subject and "11/08/2022" in subject


def test_a_worker_that_was_away_tells_the_nearest_term_only(world, run):
    world.ending_in(200)
    Message.delete().execute()
    [(_, subject)] = run(175)
    assert "over 25 dagen" in subject
    assert not run(176)


def test_a_lapsed_recognition_is_told_once_with_what_can_still_be_done(world, run):
    recognition = world.ending_in(2)
    Message.delete().execute()
    run(0)
    [(_, subject)] = run(3)
    assert "liep af" in subject and not run(4)
    assert "Laattijdig hernieuwen kan tot en met" in Message.select().order_by(Message.id.desc()).get().text
    assert Message.select().order_by(Message.id.desc()).get().about_id == recognition.id


def test_who_decided_is_left_in_peace(world, run):
    world.ending_in(100).let_lapse(world.actor("mega", world.today), "Gedaan.")
    world.ending_in(100, training="Winkelbediende").renew(world.actor("mega", world.today))
    Message.delete().execute()
    assert not run(0) and not run(20) and not run(80)


def test_many_terms_make_one_mail_per_person(world, run):
    for training in ("Verkoper", "Winkelbediende", "Logistiek duaal"):
        world.ending_in(90, training=training)
    Message.delete().execute()
    [(to, subject)] = run(0)
    assert subject.startswith("Mega World NV: 3 dingen vragen uw aandacht\n")
    assert Message.get().text.count("loopt af op") == 3


def test_running_twice_or_together_tells_nothing_twice(world, run, monkeypatch):
    world.ending_in(100)
    Message.delete().execute()
    assert run(0) and not run(0)
    monkeypatch.setattr(Told, "_known", lambda keys: set())  # as who looked just before the other one wrote
    assert not run(0)


def test_a_question_is_recalled_before_its_day_and_colleagues_hear_after_ten(world, run):
    sent = world.asked(sections=("mentors",))
    Message.delete().execute()
    left = (sent.answer_by - world.today).days
    told = {days: run(days) for days in range(left + 1)}
    when = sorted(days for days, found in told.items() if found)
    assert when == sorted({10, left - 3})
    assert len(told[left - 3]) == 1, "who works on it"
    everybody = users("boekhouder", "medewerker", "zaakvoerder")
    assert sorted(to for to, _ in told[10]) == sorted([*everybody, "leen@voorbeeld.be"]), "and then everybody"


def test_an_unread_decision_goes_to_colleagues_after_ten_days_once(world, run):
    world.granted(is_read=False)
    Message.delete().execute()
    assert not run(9)
    assert len(run(10)) == 4 and not run(11), "three colleagues, and the contact person of the file"


def test_a_decision_that_was_read_does_not(world, run):
    world.granted(is_read=True)
    Message.delete().execute()
    assert not run(10) and not run(30)


def test_a_mentor_application_nobody_answers_escalates_too(world, run):
    world.added_mentor(world.granted(), "incomplete")
    Message.delete().execute()
    assert MentorApplication.get().state == "incomplete"
    found = run(10)
    assert found and all(subject.startswith("Denk eraan: mentoraanvraag M/") for _, subject in found)


def test_a_file_nobody_took_goes_to_the_whole_partnership(world, run):
    world.handed_in()
    Message.delete().execute()
    assert not run(9)
    assert sorted(to for to, _ in run(10)) == ["behandelaar@demo.voorbeeld.be", "collega@demo.voorbeeld.be"]
    assert not run(12)


def test_what_is_old_is_not_dug_up_by_a_first_run(world, run):
    world.granted(is_read=False)
    Message.delete().execute()
    assert not run(60)


def test_a_signed_agreement_is_recalled_before_it_must_be_registered(world, run):
    agreement = signed(world, world.granted())
    Message.delete().execute()
    left = (agreement.register_until - world.today).days
    assert not run(left - 8)
    [(_, subject)] = run(left - 7)
    assert f"{agreement.register_until:%d/%m/%Y}" in subject and not run(left - 6)


def test_the_weekly_mail_gathers_what_waited_once_a_week(world, run):
    Preference.choose(actor_of(world, "zaakvoerder"), everything("weekly"), "own")
    run(0)  # Sunday 23 January: this week's is done
    for training in ("Verkoper", "Winkelbediende"):
        world.handed_in(training)
    assert not run(0)
    weekly = [pair for pair in run(1) if pair[0] == "zaakvoerder@demo.voorbeeld.be"]
    assert len(weekly) == 1 and weekly[0][1].startswith("Mega World NV: wat er deze week gebeurde\n")
    bundle = Message.get(Message.to == "zaakvoerder@demo.voorbeeld.be", Message.due_at.is_null(False))
    assert bundle.text.count("Ingediend: aanvraag") == 2 and bundle.bundled.count() == 2
    assert not run(2) and not run(8)


def test_who_lost_the_right_gets_no_weekly_mail(world, run):
    Preference.choose(actor_of(world, "zaakvoerder"), everything("weekly"), "own")
    run(0)
    world.handed_in("Verkoper")
    user = User.get(User.subject == "demo:zaakvoerder")
    user.memberships.get().delete_instance()
    assert "zaakvoerder@demo.voorbeeld.be" not in [to for to, _ in run(1)]


# --- what lies still is everybody's, on every side --------------------------------------------------------------------

MEGA = users("boekhouder", "medewerker", "zaakvoerder")
HANDEL = users("behandelaar", "collega")


def told_from(run, days):
    """{address: the sentence} of what was told first on that day, and not the day before."""
    assert not run(days - 1)
    return dict(run(days))


def test_a_sanction_is_recalled_before_its_appeal_term_ends_and_an_appeal_ends_that(world, run):
    fought, other = (sanctioned(world, world.granted(one)) for one in ("Verkoper", "Winkelbediende"))
    appealed(world, "mega", fought, "lodged")
    Message.delete().execute()
    left = (other.appeal_until() - world.today).days
    told = told_from(run, left - 3)
    everybody = {to: text for to, text in told.items() if to in MEGA}
    assert sorted(everybody) == MEGA and all(other.number in text for text in everybody.values())
    assert not any(fought.number in text for text in everybody.values())


def test_a_prepared_sanction_nobody_decides_about_goes_to_the_partnership(world, run):
    sanction = sanctioned(world, world.granted(), state="prepared")
    Message.delete().execute()
    told = told_from(run, 10)
    assert sorted(told) == HANDEL and sanction.number in told[HANDEL[0]] and not run(11)


def test_an_appeal_that_waits_for_a_first_answer_goes_to_the_committee(world, run):
    appeal = appealed(world, "mega", sanctioned(world, world.granted()), "lodged")
    Message.delete().execute()
    told = told_from(run, (appeal.check_due() - world.today).days - 3)
    assert "beheerder@demo.voorbeeld.be" in told and appeal.number in told["beheerder@demo.voorbeeld.be"]


@pytest.mark.parametrize("is_own", [True, False])
def test_a_registration_that_is_due_is_recalled_to_who_registers(world, run, is_own):
    Organisation.update(registers_agreements=is_own).where(Organisation.id == world.mega.id).execute()
    agreement = make(world, "mega", world.ending_in(1500), 3, "signed", world.today - timedelta(days=60))
    Message.delete().execute()
    left = (agreement.register_until - world.today).days - REGISTER_DAYS
    told = [to for to, text in run(left) if "moet geregistreerd zijn" in text]
    assert told == users("zaakvoerder" if is_own else "trajectbegeleider")


def test_an_addendum_nobody_signs_goes_to_both_sides_after_ten_days(world, run):
    agreement = registered(world, world.granted())
    actor = world.actor("mega", world.today)
    Addendum.draw_up(agreement, actor, "extension", None, ends_on=agreement.ends_on + timedelta(days=9))
    Message.delete().execute()
    told = told_from(run, 10)
    assert sorted(told) == sorted([*MEGA, *users("trajectbegeleider")]) and not run(11)
    assert all("heeft een bijlage die al sinds 23/01/2022" in text for text in told.values())


def test_a_draft_that_was_passed_on_is_recalled_where_it_lies(world, run):
    agreement = frozen(world, world.granted()).reopen(world.actor("mega", world.today))
    agreement = Agreement.select().get() if agreement is None else agreement
    Agreement.get_by_id(agreement.id).pass_on(world.actor("mega", world.today), "Vult u aan?")
    Message.delete().execute()
    assert sorted(told_from(run, 10)) == users("trajectbegeleider")


def test_a_message_nobody_read_for_ten_days_goes_to_everybody_of_that_side(world, run):
    file = world.handed_in()
    handler = world.handler_of(file, world.today)
    file.ask(handler, {"mentors": "Wie?"})
    file.complete_file(world.actor("mega", world.today), {"mentors": "Leen."})
    Talk.write(actor_of(world, "collega", "handel"), world.fresh(file), "Kijkt u even?")
    Message.delete().execute()
    told = dict(run(10))
    assert {to for to, text in told.items() if "heeft een bericht van 23/01/2022" in text} == set(MEGA)
    assert not [text for _, text in run(11) if "bericht" in text]


def test_a_message_that_was_read_does_not(world, run):
    file = world.handed_in()
    Talk.write(actor_of(world, "collega", "handel"), file, "Kijkt u even?")
    Talk.mark_read(world.actor("mega", world.today), file)
    Message.delete().execute()
    assert not [text for _, text in run(10) if "bericht van" in text]


def test_a_workplace_is_recalled_before_it_goes_stale_once(world, run):
    recognition = world.granted()
    workplace = world.offered(recognition)
    Message.delete().execute()
    left = (workplace.confirmed_until - world.today).days
    told = told_from(run, left - 29)
    assert list(told) == users("zaakvoerder") and f"{workplace.confirmed_until:%d/%m/%Y}" in next(iter(told.values()))
    assert not run(left - 5)


def test_a_contact_person_for_the_subject_is_recalled_too(world, run):
    agreement = signed(world, world.granted())
    ContactPerson.add(
        world.actor("mega", world.today), subject="agreements", name="An", email="an@voorbeeld.be", phone=""
    )
    Message.delete().execute()
    told = told_from(run, (agreement.register_until - world.today).days - 7)
    assert "an@voorbeeld.be" in told and "contactpersoon bent van Mega World NV" in told["an@voorbeeld.be"]
