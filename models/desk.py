"""What waits for the people of a partnership, by kind of work and how much of it; queries, never rows of their own.

It must not know which page shows them.
"""

from typing import NamedTuple

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


BEREFT = 20  # files without a mentor that are counted: each takes a look at many that have one


class Duty(NamedTuple):
    kind: str
    count: int  # one more than its most stands for more

    @property
    def told(self):
        """The number as people read it."""
        most = BEREFT if self.kind == "bereft" else COUNTED
        return f"{min(self.count, most):,}".replace(",", ".") + "+" * (self.count > most)

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
        found |= _of_files(partnership, actor.on) | _of_mentors(partnership, actor.on)
        found |= _of_places(actor.organisation.partnership)
        found["sanction"] = Sanction.counts(partnership).get("prepared", 0)
    if actor.organisation.partnership.decision_mode != "single":
        mine = Recognition.select(Recognition.id).where(Recognition.partnership == partnership)
        found["vote"] = _up_to(mine.where(Vote.awaited(actor.user)))
    if actor.is_committee:
        states = Appeal.counts(Appeal.lodged())
        found |= {"admit": states.get("lodged", 0), "rule": states.get("admissible", 0)}
    return [Duty(kind, found[kind]) for kind in DUTY_KINDS if found.get(kind)]


def _up_to(query, most=COUNTED):
    return query.limit(most + 1).count()


def _of_files(partnership, on):
    states = Recognition.counts(partnership=partnership)
    waiting = Recognition.select(Recognition.id).where(Recognition.partnership == partnership)
    return {
        "check": states.get("submitted", 0),
        "start": states.get("complete", 0),
        "decide": states.get("in_treatment", 0),
        "resume": _up_to(waiting.where(Recognition.unanswered(on))),
        "bereft": _up_to(waiting.where(Recognition.without_mentor(on)), BEREFT),
    }


def _of_places(partnership):
    """Moved establishments, and the others the KBO tells differently."""
    moved = Establishment.moved_to != ""
    waiting = to_process(partnership)
    return {"moved": _up_to(waiting.where(moved)), "places": _up_to(waiting.where(~moved))}


def _of_mentors(partnership, on):
    found = MentorApplication.select(MentorApplication.id).where(MentorApplication.is_for(partnership))
    return {
        "mentors": _up_to(found.where(MentorApplication.state == "submitted")),
        "mentors_resume": _up_to(found.where(MentorApplication.unanswered(on))),
    }
