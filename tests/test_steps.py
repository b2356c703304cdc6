"""Every step of a recognition: who takes it from where and what it writes, and that nothing else ever happens."""

from contextlib import contextmanager
from datetime import date, timedelta

import peewee
import pytest

import rules
from models import (
    AccessLog,
    Answer,
    DocumentUse,
    Establishment,
    Event,
    Membership,
    Mentor,
    Question,
    Recognition,
    RecognitionMentor,
    User,
    db,
)
from models.steps import NOT_YOURS
from rules import Change, RuleBroken

EXPERIENCE = "Leen Ó Briain: praktijkervaring"

TAKE = {  # each step as a page takes it
    "submit": lambda file, actor: file.submit(actor),
    "complete_file": lambda file, actor: file.complete_file(actor, {"mentors": "Nu staat het er."}),
    "withdraw": lambda file, actor: file.withdraw(actor),
    "let_lapse": lambda file, actor: file.let_lapse(actor, "We stoppen."),
    "reconsider": lambda file, actor: file.reconsider(actor),
    "read_decision": lambda file, actor: file.read_decision(actor),
    "stop": lambda file, actor: file.stop(actor, "We sluiten."),
    "assign": lambda file, actor: file.assign(actor),
    "hand_over": lambda file, actor: file.hand_over(actor, User.get(User.subject == "demo:collega")),
    "declare_complete": lambda file, actor: file.declare_complete(actor),
    "ask": lambda file, actor: file.ask(actor, {"mentors": "Sinds wanneer?"}),
    "resume": lambda file, actor: file.resume(actor),
    "start": lambda file, actor: file.start(actor),
    "approve": lambda file, actor: file.decide(actor, True),
    "refuse": lambda file, actor: file.decide(actor, False, "Te weinig werk."),
    "reopen": lambda file, actor: file.reopen(actor),
}

SITUATIONS = {  # how a file can stand: how it came there, and who may do what then
    "draft": (lambda world: world.ready(), {"employer": "submit withdraw"}),
    "submitted": (
        lambda world: world.handed_in(),
        {"employer": "withdraw", "handler": "assign hand_over declare_complete ask"},
    ),
    "incomplete": (
        lambda world: world.asked(),
        {"employer": "complete_file withdraw", "handler": "assign hand_over"},
    ),
    "incomplete, too long": (
        lambda world: world.asked(on=world.today - timedelta(days=rules.ANSWER_DAYS + 1)),
        {"employer": "complete_file withdraw", "handler": "assign hand_over resume"},
    ),
    "complete": (lambda world: world.complete(), {"employer": "withdraw", "handler": "assign hand_over ask start"}),
    "in_treatment": (
        lambda world: world.in_treatment(),
        {"employer": "withdraw", "handler": "assign hand_over ask approve refuse"},
    ),
    "approved": (lambda world: world.granted(), {"employer": "let_lapse stop"}),
    "approved, unread": (
        lambda world: world.granted(is_read=False),
        {"employer": "read_decision let_lapse stop"},
    ),
    "approved, lapsing": (lambda world: after(world, world.granted(), "let_lapse"), {"employer": "reconsider stop"}),
    "approved, stopped": (lambda world: after(world, world.granted(), "stop"), {}),
    "approved, ended": (lambda world: world.ending_in(-1), {}),
    "refused": (lambda world: world.denied(), {"employer": "read_decision", "committee": "reopen"}),
    "withdrawn": (lambda world: world.taken_back(), {}),
}


def after(world, recognition, step):
    TAKE[step](recognition, world.actor("mega", world.today))
    return world.reload(recognition)


def people(world):
    """Everybody who could try: two of the organisation, and strangers of every kind."""
    handel, vlaams = world.actor("handel", world.today), world.actor("vlaams", world.today)
    return {
        "employer": world.actor("mega", world.today),
        "viewer": world.actor("mega", world.today, User.get(User.subject == "demo:raadpleger"), "viewer"),
        "other employer": world.actor("fiets", world.today),
        "handler": handel,
        "other handler": vlaams,
        "committee": vlaams._replace(duty="manager"),
    }


def everything(recognition):
    """All the register holds of a file, to compare field for field."""
    of_it = [
        list(model.select().where(model.recognition == recognition).order_by(model.id).dicts())
        for model in (RecognitionMentor, Answer, DocumentUse, Question)
    ]
    events = list(Event.select().order_by(Event.id).dicts())
    return Recognition.select().where(Recognition.id == recognition.id).dicts().get(), of_it, events


@contextmanager
def undone():
    """Whatever happens inside did not happen."""
    with db.atomic() as point:
        yield
        point.rollback(begin=False)


def refusal(recognition, step, actor):
    """Try a step that must be refused; the sentence."""
    with pytest.raises(RuleBroken) as broken:
        TAKE[step](recognition, actor)
    return str(broken.value)


def taken(recognition, step, actor):
    """Take a step that must be allowed; the file as it is afterwards."""
    edge, events = Recognition.STEPS[step], Event.select().count()
    TAKE[step](recognition, actor)
    found = Recognition.get_by_id(recognition.id)
    assert recognition.state == found.state == (edge.target or found.state)
    *_, event = Event.of(found)
    assert (event.name, event.user, event.organisation) == (edge.event, actor.user, actor.organisation)
    assert Event.select().count() == events + 1, f"{step} writes one event"
    return found


def test_every_step_is_tried_here():
    assert set(TAKE) == set(Recognition.STEPS)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_step_is_for_who_may_take_it_from_there_and_for_nobody_else(world, situation):
    make, allowed = SITUATIONS[situation]
    original, actors = make(world), people(world)
    before = everything(original)
    for step, edge in Recognition.STEPS.items():
        for who, actor in actors.items():
            may = step in allowed.get(who, "").split()
            assert original.can(step, actor) == may, f"{who} can {step}"
            if may:
                with undone():
                    taken(world.reload(original), step, actor)
            else:
                is_theirs = who == edge.who and (who != "handler" or original.partnership)
                assert refusal(original, step, actor) == (edge.refusal if is_theirs else NOT_YOURS), f"{who}: {step}"
    assert everything(original) == before, "a refused step changed something"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_of_two_tabs_only_the_first_moves_a_file(world, situation):
    make, allowed = SITUATIONS[situation]
    original, actors = make(world), people(world)
    steps = [(step, actors[who]) for who, names in allowed.items() for step in names.split()]
    for first, one in steps:
        tabs = [(world.reload(original), second, other) for second, other in steps]
        with undone():
            moved = taken(world.reload(original), first, one)
            before = everything(moved)
            for tab, second, other in tabs:
                if not moved.can(second, other):
                    assert refusal(tab, second, other) == Recognition.STEPS[second].refusal, f"{second} after {first}"
            assert everything(moved) == before, f"after {first}"


# --- the journal ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Event, AccessLog])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_journal_is_only_ever_added_to(world, model, change):
    AccessLog.note(world.handed_in(), "insz", world.actor("handel", world.today))
    before = list(model.select().order_by(model.id).dicts())
    query = model.update(at=model.at) if change == "update" else model.delete()
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.atomic():
        query.where(model.id == before[-1]["id"]).execute()
    assert list(model.select().order_by(model.id).dicts()) == before


# --- numbers and doubles ----------------------------------------------------------------------------------------------


def test_numbers_follow_each_other_and_are_never_given_twice(world):
    first = world.handed_in()
    first.withdraw(world.actor("mega", world.today))
    numbers = [first.number, world.handed_in().number, world.handed_in("Winkelbediende", "fiets").number]
    assert numbers == [f"E/20220123/00000{step}" for step in (1, 2, 3)]


def test_a_refused_submission_uses_no_number(world):
    world.handed_in()
    refusal(world.ready(), "submit", world.actor("mega", world.today))
    assert world.handed_in("Winkelbediende").number.endswith("000002")


def test_of_two_drafts_that_both_passed_the_check_one_is_submitted(world, monkeypatch):
    first, second = world.ready(), world.ready()
    monkeypatch.setattr(Recognition, "rival", lambda *_: None)
    taken(first, "submit", world.actor("mega", world.today))
    before = everything(second)
    assert refusal(second, "submit", world.actor("mega", world.today)) == Recognition.TAKEN
    assert everything(second) == before


def test_a_recognition_has_one_renewal_under_way(world, monkeypatch):
    recognition, actor = world.ending_in(90), world.actor("mega", world.today)
    first = recognition.renew(actor)
    with pytest.raises(RuleBroken, match="loopt al een hernieuwing"):
        recognition.renew(actor)
    monkeypatch.setattr(Recognition, "is_renewable", lambda *_: True)
    with pytest.raises(RuleBroken, match="collega begon net"):
        recognition.renew(actor)
    assert list(recognition.renewals) == [first]


def test_a_renewal_thrown_away_makes_room_for_another(world):
    recognition, actor = world.ending_in(90), world.actor("mega", world.today)
    recognition.renew(actor).withdraw(actor)
    assert recognition.renew(actor).state == "draft"


@pytest.mark.parametrize("who", ["viewer", "other employer", "handler"])
def test_nobody_else_renews(world, who):
    recognition = world.ending_in(90)
    with pytest.raises(RuleBroken, match="met de rechten die u nu hebt"):
        recognition.renew(people(world)[who])
    assert not recognition.renewals.exists()


# --- terms ------------------------------------------------------------------------------------------------------------


def test_an_approval_is_valid_for_five_years_from_the_decision(world):
    recognition = world.granted()
    assert (recognition.valid_from, recognition.valid_until) == (date(2022, 1, 23), date(2027, 1, 23))
    assert not recognition.is_late


@pytest.mark.parametrize(
    ("submitted", "decided", "starts", "until", "is_late"),
    [
        (0, 0, 1, date(2027, 1, 23), False),
        (0, 1, 1, date(2027, 1, 24), False),
        (-2, 9, 9, date(2027, 2, 1), False),
        (1, 9, 9, date(2027, 2, 1), True),
    ],
)
def test_a_renewal_in_time_follows_the_old_term_and_a_late_one_its_decision(
    world, submitted, decided, starts, until, is_late
):
    old = world.ending_in(0)  # days are counted from its last one
    handed_in = world.renewal(old, world.today + timedelta(days=submitted))
    renewal = world.decided(handed_in, world.today + timedelta(days=decided))
    assert renewal.valid_from == old.valid_until + timedelta(days=starts)
    assert (renewal.valid_until, renewal.is_late) == (until, is_late)


# --- the clock --------------------------------------------------------------------------------------------------------


def asked_and_answered(world, asked, answered):
    """Handed in today, asked and answered that many days later."""
    recognition = world.handed_in()
    recognition.ask(world.handler_of(recognition, world.today + timedelta(days=asked)), {"mentors": "Sinds wanneer?"})
    recognition = world.reload(recognition)
    recognition.complete_file(world.actor("mega", world.today + timedelta(days=answered)), {})
    return world.reload(recognition)


def test_a_decision_is_due_fourteen_days_after_submission(world):
    recognition = world.handed_in()
    assert {recognition.due_on(world.today + timedelta(days=days)) for days in range(30)} == {date(2022, 2, 6)}


def test_the_clock_stands_still_while_the_employer_is_asked(world):
    recognition = world.asked(on=world.today)
    assert [recognition.due_on(world.today + timedelta(days=days)).day for days in range(5)] == [6, 7, 8, 9, 10]


@pytest.mark.parametrize(("asked", "answered"), [(0, 0), (0, 7), (5, 12), (20, 21)])
def test_an_answer_moves_the_due_date_by_the_days_waited(world, asked, answered):
    recognition = asked_and_answered(world, asked, answered)
    waited = timedelta(days=answered - asked)
    assert recognition.clock_from == world.today + waited
    assert recognition.due_on(world.today) == date(2022, 2, 6) + waited
    assert recognition.paused_on is recognition.answer_by is None


@pytest.mark.parametrize(
    "make",
    [
        *(lambda world, state=state: world.in_state(state) for state in ("submitted", "complete", "in_treatment")),
        *(lambda world, days=days: asked_and_answered(world, *days) for days in ((3, 9), (16, 20))),
    ],
    ids=["submitted", "complete", "in treatment", "answered", "answered late"],
)
def test_the_register_and_the_page_agree_on_what_is_late(world, make):
    recognition = make(world)
    for day in (world.today + timedelta(days=days) for days in range(25)):
        found = Recognition.select().where(Recognition.overdue(day)).exists()
        assert found == (recognition.due_on(day) < day), day


@pytest.mark.parametrize("state", ["draft", "incomplete", "approved", "refused", "withdrawn"])
def test_what_no_decision_is_waited_for_is_never_late(world, state):
    recognition = world.in_state(state)
    assert state == "incomplete" or recognition.due_on(world.today) is None
    assert not Recognition.select().where(Recognition.overdue(world.today + timedelta(days=99))).exists()


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("questions", "days", "field"),
    [({}, 3, "questions"), ({"mentors": " "}, 3, "questions"), ({"mentors": "?"}, -1, "answer_by")],
)
def test_a_question_needs_words_and_time(world, questions, days, field):
    recognition = world.handed_in()
    before, handler = everything(recognition), world.handler_of(recognition, world.today)
    with pytest.raises(RuleBroken) as broken:
        recognition.ask(handler, questions, world.today + timedelta(days=days))
    assert set(broken.value.problems) == {field} and everything(recognition) == before


# --- the decision -----------------------------------------------------------------------------------------------------


def decided(recognition):
    return [(str(link.mentor), link.decision, link.decision_reason) for link in recognition.mentor_links]


def two_mentors(world):
    """In treatment, with two mentors; the file and the ids of their parts in it."""
    draft = world.ready()
    world.second_mentor(draft)
    draft = world.reload(draft)
    draft.submit(world.actor("mega", world.today))
    handler = world.handler_of(draft, world.today)
    draft.declare_complete(handler)
    draft.start(handler)
    recognition = world.reload(draft)
    return recognition, handler, [link.id for link in recognition.mentor_links]


@pytest.mark.parametrize(
    ("approved", "reason", "verdicts", "field", "word"),
    [
        (False, "", {}, "reason", "Motiveer de afkeuring"),
        (False, " \n", {}, "reason", "Motiveer de afkeuring"),
        (True, "", {0: (False, "Te jong."), 1: (False, "Te jong.")}, "mentors", "minstens één goedgekeurde mentor"),
        (True, "", {0: (True, ""), 1: (False, " ")}, "mentors", "Motiveer waarom Bé Smet"),
    ],
)
def test_a_decision_says_why_and_leaves_a_mentor(world, approved, reason, verdicts, field, word):
    recognition, handler, links = two_mentors(world)
    before = everything(recognition)
    with pytest.raises(RuleBroken) as broken:
        recognition.decide(handler, approved, reason, {links[place]: verdict for place, verdict in verdicts.items()})
    assert word in broken.value.problems[field] and everything(recognition) == before


def test_every_mentor_gets_a_decision(world):
    recognition, handler, links = two_mentors(world)
    recognition.decide(handler, True, "", {links[1]: (False, " Te weinig ervaring. ")})
    found = world.reload(recognition)
    assert decided(found) == [("Leen Ó Briain", "approved", ""), ("Bé Smet", "refused", "Te weinig ervaring.")]
    assert (found.handler, found.decided_on) == (handler.user, world.today) and len(found.code) == 16


def test_a_refusal_holds_for_every_mentor(world):
    recognition, handler, links = two_mentors(world)
    recognition.decide(handler, False, "Te weinig werk.", {links[0]: (True, "")})
    found = world.reload(recognition)
    assert decided(found) == [(name, "refused", "Te weinig werk.") for name in ("Leen Ó Briain", "Bé Smet")]
    assert found.code is found.valid_from is found.valid_until is None


def test_a_file_is_handed_over_within_the_partnership_only(world):
    recognition = world.handed_in()
    handler, stranger = world.actor("handel", world.today), world.actor("vlaams", world.today).user
    before = everything(recognition)
    with pytest.raises(RuleBroken, match="collega van uw partnerschap"):
        recognition.hand_over(handler, stranger)
    assert everything(recognition) == before
    colleague = Membership.colleagues(handler.organisation).where(Membership.user != handler.user)[0].user
    recognition.hand_over(handler, colleague)
    assert world.reload(recognition).handler == colleague


# --- what was handed in -----------------------------------------------------------------------------------------------


def test_what_was_handed_in_stays_as_it_was(world):
    recognition = world.handed_in()
    [frozen] = recognition.submissions()
    Mentor.update(first_name="Iemand", last_name="Anders", phone="015 12 34 56").execute()
    Establishment.update(name="Winkel Nieuw", street="Elders 9").execute()
    found = world.reload(recognition)
    assert found.submissions() == [frozen] != [found.content()]
    assert "Mega World" in frozen["establishment"]["Vestiging"] and EXPERIENCE in frozen["mentors"]


@pytest.mark.parametrize(
    ("experience", "changed"), [(12, []), (13, [Change("mentors", EXPERIENCE, "12 jaar", "13 jaar")])]
)
def test_an_answer_shows_exactly_what_changed(world, experience, changed):
    recognition, actor = world.asked(), world.actor("mega", world.today)
    mentor = recognition.mentor_links[0].mentor
    recognition.add_mentor(actor, mentor, profession="Winkelier", experience=experience, has_prior_education=False)
    assert recognition.submissions()[-1]["mentors"][EXPERIENCE] == "12 jaar"
    world.reload(recognition).complete_file(actor, {"mentors": "Nagekeken."})
    assert world.reload(recognition).changed() == changed


def test_a_first_application_has_nothing_to_compare_with(world):
    assert world.handed_in().changed() == []


def test_a_renewal_shows_what_differs_from_the_recognition_it_renews(world):
    """The mentor gained the whole years that passed: four, and nearly five."""
    renewal = world.renewal(world.ending_in(90))
    label = f"{rules.DOCUMENT_KINDS['extract']} van Leen Ó Briain"
    changed = {change.label: change.after for change in renewal.changed()}
    assert changed == {EXPERIENCE: "16 jaar", label: "nieuw uittreksel.pdf, afgeleverd op 23/01/2022"}
