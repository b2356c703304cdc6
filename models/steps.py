"""How every file moves: a table of steps, one guarded UPDATE per step, and its event in the same transaction.

It must not know any particular file.
"""

from typing import NamedTuple

import peewee

from models.base import db, kept
from models.people import Event
from rules import RuleBroken

# What each duty in a partnership may do. The committee is the Vlaams Partnerschap, for appeals against others too.
DUTY_ALLOWS = {
    "manager": ("handler", "manager", "voter"),
    "officer": ("handler", "voter"),
    "voter": ("voter",),
}


NOT_YOURS = "Dit kunt u niet doen met de rechten die u nu hebt."


class Step(NamedTuple):
    sources: tuple
    target: str | None  # None: the state stays
    who: str  # employer, or of the partnership: voter, handler, manager; or committee
    event: str
    refusal: str


class Stepping:
    """For a record with STEPS and a state; says with `employer_id` and `partnership_id` whose file it is."""

    STEPS = {}
    PURPOSE = "recognitions"  # what a mandate must be for, to act on it for the employer
    TAKEN = "Iemand anders was u net voor. Laad de pagina opnieuw."

    @property
    def employer_id(self):
        return self.organisation_id

    def can(self, step, actor):
        """True when the step's button may be offered; taking it checks again, in the register itself."""
        edge = self.STEPS[step]
        return self.state in edge.sources and self._is_for(edge, actor)

    def check_can(self, step, actor):
        """Raises RuleBroken where `can` says no: for a step whose form is held to what the file has in that state."""
        if not self.can(step, actor):
            edge = self.STEPS[step]
            raise RuleBroken(state=edge.refusal if self._is_for(edge, actor) else NOT_YOURS)

    @classmethod
    def led_to(cls, event, states):
        """The states a file can be in after that event, when before it was in one of these; none: it could not be."""
        edges = [edge for edge in cls.STEPS.values() if edge.event == event]
        if not edges:  # told of the file, but no step
            return states
        return {edge.target or state for edge in edges for state in states if state in edge.sources}

    def _is_for(self, edge, actor):
        if edge.who == "employer":
            own = actor.may_act and actor.is_employer and actor.organisation.id == self.employer_id
            return own and actor.covers(self.PURPOSE)
        if edge.who == "committee":
            return actor.may_act and actor.is_committee
        return self.may_handle(actor, edge.who)

    def may_handle(self, actor, duty="handler"):
        """True for people of the file's own partnership whose duty allows it."""
        partnership_id = actor.organisation.partnership_id if actor.is_handler and actor.may_act else None
        return partnership_id is not None and partnership_id == self.partnership_id and duty in DUTY_ALLOWS[actor.duty]

    def afresh(self):
        """As the register holds it now, with what every list shows of it; for who takes step after step."""
        return _joined(self.id, record=type(self))[0]

    def check_duty(self, actor, duty="handler"):
        """Raises RuleBroken unless `may_handle`."""
        if not self.may_handle(actor, duty):
            raise RuleBroken(state=NOT_YOURS)

    def holds(self, step, on):
        """What a step asks of the register beside the state: conditions, for the steps that keep the state."""
        return ()

    def take(self, step, actor, details=None, **changes):
        """Move along one edge of STEPS. Raises RuleBroken when the actor may not, or when somebody moved first."""
        edge, model = self.STEPS[step], type(self)
        if not self._is_for(edge, actor):
            raise RuleBroken(state=NOT_YOURS)
        with db.atomic():
            try:
                moved = (
                    model.update(state=edge.target or model.state, **changes)
                    # Two tabs may act at once: only the first UPDATE finds the old state.
                    .where(model.id == self.id, model.state.in_(list(edge.sources)), *self.holds(step, actor.on))
                    .execute()
                )
            except peewee.IntegrityError:  # a unique index: a colleague did the same just before
                raise RuleBroken(state=self.TAKEN) from None
            if not moved:
                raise RuleBroken(state=edge.refusal)
            Event.record(self, edge.event, actor, **(details or {}))
        if edge.target:
            self.state = edge.target
        for name, value in changes.items():
            setattr(self, name, value)
        self._dirty.clear()


@kept
def _joined(number, *, record):
    return record.joined().where(record.id == number)
