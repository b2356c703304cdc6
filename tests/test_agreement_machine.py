"""No sequence of steps yields a registered agreement without a valid recognition on its first day."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from models import Addendum, Agreement, Event, Mentor, Recognition, Sanction, db, tasks
from rules import RuleBroken
from views.demo_agreements import current, make, sign_all

DAY = timedelta(days=1)
TOLD = {"registered": 0, "lifted": 0}  # over all stories: one in which nothing happens proves nothing
MOST = 3  # agreements in one story


class Story(RuleBasedStateMachine):
    """People who do whatever they can to a few agreements on one recognition, while days pass."""

    def __init__(self, world):
        super().__init__()
        self.world, self.point = world, db.atomic()
        self.point.__enter__()

    def teardown(self):
        self.point.__exit__(RuntimeError, None, None)
        self.world.mentors.clear()

    @initialize(days=st.integers(5, 900))
    def recognised(self, days):
        self.on = self.world.today
        self.recognition = self.world.ending_in(days, training="Haarverzorging duaal")
        self.agreements, self.registered = [], set()

    @property
    def actor(self):
        return self.world.actor("mega", self.on)

    def attempt(self, act):
        with suppress(RuleBroken), db.atomic():
            act()

    def each(self, index):
        return current(self.agreements[index % len(self.agreements)]) if self.agreements else None

    # what people do

    @rule(state=st.sampled_from(["draft", "to_sign", "signed", "registered"]), days=st.integers(-30, 1000))
    def makes(self, state, days):
        if len(self.agreements) < MOST:
            index = len(self.agreements)

            def act():
                made = make(self.world, "mega", self.recognition, index, state, starts_on=self.on + days * DAY)
                self.agreements.append(made)

            self.attempt(act)

    @rule(days=st.integers(1, 400))
    def days_pass(self, days):
        self.on += days * DAY

    @rule(index=st.integers(0, MOST), step=st.sampled_from(["freeze", "reopen", "discard", "register", "sign"]))
    def moves(self, index, step):
        if one := self.each(index):
            steps = {
                "freeze": lambda: one.freeze(self.actor),
                "reopen": lambda: one.reopen(self.actor),
                "discard": lambda: one.discard(self.actor),
                "register": lambda: one.register(self.actor, False),
                "sign": lambda: self.all_sign(one),
            }
            self.attempt(steps[step])

    def all_sign(self, one):
        for party in one.needed_parties():
            signer = self.world.actor("school", self.on) if party == "provider" else self.actor
            way = "link" if party in ("learner", "guardian") else "counter"
            one.sign(signer, party, one.version, "Naam", way)

    @rule(index=st.integers(0, MOST), days=st.integers(-400, 1100))
    def moves_the_first_day(self, index, days):
        if one := self.each(index):
            starts_on = self.on + days * DAY
            self.attempt(lambda: one.edit(self.actor, starts_on=starts_on, ends_on=starts_on + 280 * DAY))

    @rule(index=st.integers(0, MOST), how=st.sampled_from(["end", "cancel", "undo", "extend"]))
    def ends(self, index, how):
        if one := self.each(index):
            steps = {
                "end": lambda: one.end(self.actor, self.on, "mutual"),
                "cancel": lambda: one.cancel(self.actor, "Toch niet."),
                "undo": lambda: one.undo_end(self.actor),
                "extend": lambda: self.extend(one),
            }
            self.attempt(steps[how])

    def extend(self, one):
        drawn = Addendum.draw_up(one, self.actor, "extension", None, ends_on=one.ends_on + 30 * DAY)
        sign_all(self.world, drawn, "mega", self.on)

    @rule(how=st.sampled_from(["stop", "revoke", "renounce"]))
    def the_recognition_ends(self, how):
        recognition = Recognition.get_by_id(self.recognition.id)
        steps = {
            "stop": lambda: recognition.stop(self.actor, "We sluiten."),
            "revoke": lambda: self.revoke(recognition),
            "renounce": lambda: recognition.let_lapse(self.actor, "Niet meer."),
        }
        self.attempt(steps[how])

    def revoke(self, recognition):
        handler = self.world.handler_of(recognition, self.on)._replace(duty="manager")
        Sanction.prepare(handler, "revocation", [recognition], "Geen begeleiding.").impose(handler)

    @rule()
    def the_mentor_leaves(self):
        self.attempt(lambda: Mentor.get().deactivate(self.actor, "Weg."))

    # what always holds

    @invariant()
    def was_valid_when_it_was_registered(self):
        recognition = Recognition.get_by_id(self.recognition.id)
        for one in Agreement.select().where(Agreement.registered_on.is_null(False)):
            if one.id not in self.registered:
                self.registered.add(one.id)
                TOLD["registered"] += 1
                assert recognition.is_valid(one.starts_on) and recognition.end_kind is None, "registered on nothing"
            told = Event.select().where(Event.name == "registered", Event.subject_id == one.id).count()
            assert told == 1 and one.number and one.version and len(one.signatures()) == len(one.needed_parties())

    @invariant()
    def what_lost_its_recognition_since_is_a_task(self):
        recognition = Recognition.get_by_id(self.recognition.id)
        TOLD["lifted"] += recognition.end_kind is not None
        lifted = {task.agreement.id for task in tasks(self.world.mega, self.on) if task.kind == "lifted"}
        lasting = (Agreement.state == "registered") & Agreement.ended_on.is_null() & (Agreement.ends_on >= self.on)
        for one in Agreement.select().where(lasting):
            assert recognition.is_valid(one.starts_on) or one.id in lifted, "nobody is told"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_no_sequence_of_steps_registers_without_a_valid_recognition(app, world):
    careful = settings(max_examples=25, stateful_step_count=15, deadline=None, database=None)
    quiet = settings(careful, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Story(world), settings=quiet)
    assert all(TOLD.values()), TOLD
