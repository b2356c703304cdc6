"""Every step of an agreement and of what changes in it: who takes it from where, and that nothing else ever happens."""

from datetime import timedelta

import pytest

from models import Addendum, Agreement, Event, Signature, Suspension, User, db
from models.steps import NOT_YOURS
from rules import RuleBroken
from views.demo_agreements import SCAN, current, make, sign_all

PREMIUM = {"wants_premium": True, "account_number": "BE68539007547034", "learner_account_number": ""}
DAY = timedelta(days=1)


def with_suspension(act):
    """A step on the first suspension; refused where there is none."""

    def take(agreement, actor):
        found = Suspension.of(agreement).first()
        if not found:
            raise RuleBroken(state=NOT_YOURS)
        found.agreement = agreement
        act(found, actor)

    return take


TAKE = {  # each step as a page takes it
    "freeze": lambda one, actor: one.freeze(actor),
    "pass_on": lambda one, actor: one.pass_on(actor, "Kijkt u na?"),
    "reopen": lambda one, actor: one.reopen(actor),
    "discard": lambda one, actor: one.discard(actor),
    "register": lambda one, actor: one.register(actor, False),
    "cancel": lambda one, actor: one.cancel(actor, "Gaat niet door."),
    "end": lambda one, actor: one.end(actor, actor.on, "mutual"),
    "undo_end": lambda one, actor: one.undo_end(actor),
    "check_off": lambda one, actor: one.check_off(actor, ["school"]),
    "complete_premium": lambda one, actor: one.complete_premium(actor, PREMIUM),
    "waive_premium": lambda one, actor: one.waive_premium(actor),
    "correct": lambda one, actor: one.correct(actor, {"address": "Elders 1, 9000 Gent"}),
    "change": lambda one, actor: Addendum.draw_up(one, actor, "extension", None, ends_on=one.ends_on + 9 * DAY),
    "suspend": lambda one, actor: Suspension.start(one, actor, "illness", max(one.starts_on, actor.on)),
    "resume": with_suspension(lambda found, actor: found.resume(actor, actor.on)),
    "report_suspension": with_suspension(lambda found, actor: found.report(actor)),
}
APART = {"all_signed", "take_back"}  # the last signature takes the first; tests of the hand-over take the second

AFTER = "complete_premium correct"
LASTING = f"{AFTER} waive_premium change suspend"
SITUATIONS = {  # how an agreement can stand: how it came there, and who may do what then
    "draft": (lambda made: made("draft"), {"employer": "freeze pass_on discard"}),
    "to sign": (lambda made: made("to_sign"), {"employer": "reopen", "school": "reopen"}),
    "signed": (lambda made: made("signed"), {"employer": "register cancel reopen", "school": "reopen"}),
    "upcoming": (lambda made: made("registered", 30), {"employer": f"{LASTING} cancel", "school": AFTER}),
    "running": (lambda made: made("registered", -60), {"employer": f"{LASTING} end", "school": AFTER}),
    "suspended": (
        lambda made: after(made("registered", -60), "suspend", made.actor),
        {"employer": f"{AFTER} waive_premium change end resume report_suspension", "school": AFTER},
    ),
    "ended just now": (
        lambda made: after(made("registered", -60), "end", made.actor),
        {"employer": f"{AFTER} waive_premium undo_end check_off", "school": AFTER},
    ),
    "ended before": (
        lambda made: after(made("registered", -60), "end", made.earlier),
        {"employer": f"{AFTER} waive_premium check_off", "school": AFTER},
    ),
    "over": (lambda made: made("registered", -300), {"employer": f"{AFTER} waive_premium", "school": AFTER}),
    "cancelled": (lambda made: after(made("signed"), "cancel", made.actor), {}),
    "discarded": (lambda made: after(made("draft"), "discard", made.actor), {}),
}


class Maker:
    """Makes agreements of Mega World on one recognition."""

    def __init__(self, world):
        self.world, self.actor = world, world.actor("mega", world.today)
        self.earlier = self.actor._replace(at=self.actor.at - timedelta(minutes=11))
        self.recognition, self.count = world.ending_in(1200, training="Haarverzorging duaal"), 0

    def __call__(self, state, days=21):
        """One for the next learner, that starts so many days from now; over when that is long ago."""
        is_over, index = days < -200, self.count
        self.count += 1
        starts_on = self.world.today + (-60 if is_over else days) * DAY
        agreement = make(self.world, "mega", self.recognition, index, state, starts_on=starts_on)
        if is_over:  # nobody knows the minimum income of that year; what counts here is that it is past
            first = {"starts_on": starts_on - 300 * DAY, "ends_on": self.world.today - 9 * DAY}
            Agreement.update(**first).where(Agreement.id == agreement.id).execute()
        return current(agreement)


def after(agreement, step, actor):
    TAKE[step](agreement, actor)
    return current(agreement)


def people(world):
    viewer = User.get(User.subject == "demo:raadpleger")
    return {
        "employer": world.actor("mega", world.today),
        "viewer": world.actor("mega", world.today, viewer, "viewer"),
        "school": world.actor("school", world.today),
        "other employer": world.actor("fiets", world.today),
        "handler": world.actor("handel", world.today),
    }


def everything():
    """All the register holds about agreements, to compare field for field."""
    return [
        list(model.select().order_by(model.id).dicts()) for model in (Agreement, Addendum, Suspension, Signature, Event)
    ]


def test_every_step_is_tried():
    assert set(TAKE) | APART == set(Agreement.STEPS), "say in TAKE how each step is taken"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_step_by_everybody(world, situation):
    come, allowed = SITUATIONS[situation]
    agreement = come(Maker(world))
    for who, actor in people(world).items():
        for step in TAKE:
            before = everything()
            with db.atomic() as undo:
                one = current(agreement)
                if step in allowed.get(who, "").split():
                    TAKE[step](one, actor)
                    names = [event.name for event in Event.select().order_by(Event.id.desc()).limit(3)]
                    assert Agreement.STEPS[step].event in names, f"{step} by {who} is not told"
                    target = Agreement.STEPS[step].target
                    assert current(agreement).state == (target or agreement.state)
                else:
                    with pytest.raises(RuleBroken) as broken:
                        TAKE[step](one, actor)
                        pytest.fail(f"{who} could {step}")
                    assert str(broken.value).endswith("."), f"{step} by {who} is refused without a sentence"
                    assert everything() == before, f"{step} by {who} was refused, and left something behind"
                undo.rollback(begin=False)


# --- addenda ----------------------------------------------------------------------------------------------------------


def drawn_up(world):
    made = Maker(world)
    agreement = made("registered", -60)
    return Addendum.draw_up(agreement, made.actor, "extension", None, ends_on=agreement.ends_on + 9 * DAY)


def reload(addendum):
    found = Addendum.get_by_id(addendum.id)
    found.agreement = current(addendum.agreement)
    return found


@pytest.mark.parametrize("state", ["to_sign", "signed", "withdrawn"])
def test_an_addendum_is_withdrawn_by_the_employer_alone_and_only_before_all_signed(world, state):
    addendum, actors = drawn_up(world), people(world)
    if state == "signed":
        sign_all(world, addendum, "mega", world.today)
    elif state == "withdrawn":
        addendum.withdraw(actors["employer"])
    for who, actor in actors.items():
        with db.atomic() as undo:
            if state == "to_sign" and who == "employer":
                reload(addendum).withdraw(actor)
                assert reload(addendum).state == "withdrawn"
            else:
                before = everything()
                with pytest.raises(RuleBroken):
                    reload(addendum).withdraw(actor)
                assert everything() == before
            undo.rollback(begin=False)


def test_an_addendum_is_signed_in_order_each_for_itself(world):
    addendum, actors = drawn_up(world), people(world)
    order = ["learner", "guardian", "employer", "provider"]
    assert addendum.needed_parties() == order
    right = {"learner": "employer", "guardian": "employer", "employer": "employer", "provider": "school"}
    for party in order:
        scan = SCAN if party in ("learner", "guardian") else None
        for who, actor in actors.items():
            for tried in order:
                if (who, tried) == (right[party], party):
                    continue
                before = everything()
                with pytest.raises(RuleBroken):
                    reload(addendum).sign(actor, tried, "Naam", SCAN if tried in ("learner", "guardian") else None)
                assert everything() == before, f"{who} signed for {tried} while {party} was next"
        reload(addendum).sign(actors[right[party]], party, "Naam", scan, "scan.pdf")
    assert reload(addendum).state == "signed"
    assert current(addendum.agreement).ends_on == addendum.ends_on


def test_a_scan_is_needed_for_who_has_no_account(world):
    addendum = drawn_up(world)
    with pytest.raises(RuleBroken, match="scan"):
        addendum.sign(people(world)["employer"], "learner", "Naam")


def test_an_extension_signed_after_an_early_end_changes_nothing(world):
    addendum, actor = drawn_up(world), world.actor("mega", world.today)
    current(addendum.agreement).end(actor, world.today, "mutual")
    with pytest.raises(RuleBroken, match="intussen geëindigd"):
        sign_all(world, reload(addendum), "mega", world.today)
    assert reload(addendum).state == "to_sign"
