"""What waits for the people of a partnership, by kind of work and how much of it; queries, never rows of their own.

It must not know which page shows them.
"""

from typing import NamedTuple

from peewee import SQL

from models.base import how_many, kept
from models.comparing import to_process
from models.mentoring import MentorApplication
from models.profile import Establishment
from models.recognitions import COUNTED, Recognition, Vote
from models.sanctions import Appeal, Sanction

DUTY_KINDS = {  # in the order in which they are done, in the words of the counter
    "check": "Volledigheid controleren",
    "start": "Behandeling starten",
    "decide": "Behandelen en beslissen",
    "resume": "Hervatten",
    "vote": "Stemmen of meelezen",
    "mentors": "Mentoren controleren",
    "mentors_resume": "Mentoraanvraag hervatten",
    "bereft": "Erkenning zonder geldige mentor behandelen",
    "moved": "Adreswijziging vestiging verwerken",
    "places": "Vestiging nakijken",
    "sanction": "Sanctioneren",
    "admit": "Beroep: ontvankelijkheid beoordelen",
    "rule": "Beroep: uitspraak doen",
}


WAITING = ("resume", "bereft", "mentors", "mentors_resume", "moved", "places")  # what is counted in one statement
BEREFT = 20  # files without a mentor that are counted: each takes a look at many that have one


def most(kind):
    """Up to how many of a kind are counted."""
    return BEREFT if kind == "bereft" else COUNTED


class Duty(NamedTuple):
    kind: str
    count: int  # one more than its most stands for more

    @property
    def told(self):
        """The number as people read it."""
        limit = most(self.kind)
        return f"{min(self.count, limit):,}".replace(",", ".") + "+" * (self.count > limit)

    @property
    def title(self):
        return DUTY_KINDS[self.kind]


def duties(actor):
    """[Duty] of what this person may do something about now; what has nothing waiting is left out."""
    partnership = actor.organisation.partnership_id
    if not (actor.is_handler and actor.may_act and partnership):
        return []
    found = {}
    if actor.duty != "voter":
        found |= _of_files(partnership)
        found |= zip(WAITING, _how_many(partnership, on=actor.on)[0], strict=True)
        found["sanction"] = Sanction.counts(partnership).get("prepared", 0)
    if actor.organisation.partnership.decision_mode != "single":
        mine = Recognition.select(Recognition.id).where(Recognition.partnership == partnership)
        found["vote"] = mine.where(Vote.awaited(actor.user)).limit(COUNTED + 1).count()
    if actor.is_committee:
        states = Appeal.counts(Appeal.lodged())
        found |= {"admit": states.get("lodged", 0), "rule": states.get("admissible", 0)}
    return [Duty(kind, found[kind]) for kind in DUTY_KINDS if found.get(kind)]


@kept
def _how_many(partnership, *, on):
    """One row: of each kind in WAITING how many, up to its most and one."""
    one = SQL("1")
    files = Recognition.select(one).where(Recognition.partnership == partnership)
    mentors = MentorApplication.select(one).where(MentorApplication.is_for(partnership))
    places = to_process(partnership).select(one).order_by()
    moved = Establishment.moved_to != ""
    waiting = {
        "resume": files.where(Recognition.unanswered(on)),
        "bereft": files.where(Recognition.without_mentor(on)),
        "mentors": mentors.where(MentorApplication.state == "submitted"),
        "mentors_resume": mentors.where(MentorApplication.unanswered(on)),
        "moved": places.where(moved),
        "places": places.where(~moved),
    }
    return how_many(*(waiting[kind].limit(most(kind) + 1) for kind in WAITING))


def _of_files(partnership):
    states = Recognition.counts(partnership=partnership)
    steps = {"check": "submitted", "start": "complete", "decide": "in_treatment"}
    return {kind: states.get(state, 0) for kind, state in steps.items()}
