"""What agreements ask of an employer or a school, as queries: one per kind, by an index, for every page counts them.

Putting them into words is worklist.py's. It must not change anything.
"""

import json
from datetime import timedelta

from peewee import Case, fn

from models.addenda import Addendum
from models.agreements import Agreement, Signature
from models.base import kept
from models.endings import CHECKLIST
from models.people import Membership, Organisation
from models.profile import Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.suspensions import Suspension

MOST = 100  # agreements a kind of task names one by one; nobody reads further
UNREGISTERED = ("draft", "to_sign", "signed")
COUNTED = 1000  # agreements lacking premium data that are counted
ENDING_DAYS = 60  # [setting] so long after the last day the checklist of an early end is asked for


def acted_for(user, vouched):
    """A select of the organisations this person may act for by a sign-in that vouches for that."""
    mine = Membership.of(user, vouched=vouched).where(Membership.role != "viewer")
    return mine.select(Membership.organisation).order_by()


# Each takes `own`, a function from a field with an organisation to a condition, and the day.


def _lasting(recognitions, on):
    """Registered, not ended early, and not over, on one of those recognitions: few have to be looked at.

    Not by organisation too: SQLite would walk all that lasts instead.
    """
    found = Agreement.joined().where(Agreement.recognition.in_(recognitions), Agreement.state == "registered")
    return found.where(Agreement.ended_on.is_null(), Agreement.ends_on >= on).limit(MOST)


def _signed():
    """A condition: how many signed the version that is up for signing."""
    signed = Signature.select(fn.COUNT(Signature.id))
    return signed.where(Signature.agreement == Agreement.id, Signature.version == Agreement.version)


def _awaited_of(party, before):
    """A condition: the draft was passed to that party, or it is its turn to sign after so many beside a guardian."""
    passed = (Agreement.state == "draft") & Agreement.held_since.is_null(False) & (Agreement.holder == party)
    guardian = Case(None, [(Agreement.guardian_name != "", 1)], 0)
    return passed | ((Agreement.state == "to_sign") & (_signed() == guardian + before))


def _unregistered(own, on):
    """Drafts that were passed to the employer, what is up for its signature, and what it has to register."""
    found = Agreement.joined().where(own(Agreement.organisation), Agreement.state.in_(UNREGISTERED))
    signed = (Agreement.state == "signed") & Organisation.registers_agreements & (Agreement.ends_on >= on)
    return found.where(_awaited_of("employer", 1) | signed).limit(MOST)  # no order: it would walk them all


def _unregistered_of_school(own, on):
    """The same for a provider: it registers for an employer that leaves that to it."""
    found = Agreement.joined().where(own(Agreement.provider), Agreement.state.in_(UNREGISTERED))
    signed = (Agreement.state == "signed") & ~Organisation.registers_agreements & (Agreement.ends_on >= on)
    return found.where(_awaited_of("provider", 2) | signed).limit(MOST)  # no order: it would walk them all


def _without_premium(own, on):
    """Per organisation the first agreement that lacks premium data, with `how_many` and the `earliest` first day."""
    lacking = Agreement.lacking(on, own, COUNTED + 1).alias("lacking")
    totals = (
        Agreement.select(
            fn.MIN(lacking.c.id).alias("first"),
            fn.MIN(lacking.c.starts_on).alias("earliest"),
            fn.COUNT(lacking.c.id).alias("how_many"),
        )
        .from_(lacking)
        .group_by(lacking.c.organisation_id)
        .alias("totals")
    )
    facts = totals.c.earliest.bind_to(Agreement), totals.c.how_many.bind_to(Agreement)
    return Agreement.joined(totals).select_extend(*facts)


def _lifted(own, on):
    """Agreements that outlast their recognition, which ends early."""
    ended = Recognition.alias()
    ending = ended.select(ended.id).where(
        own(ended.organisation), ended.end_kind.is_null(False), ended.ended_on.is_null(False)
    )
    return _lasting(ending, on).where(Agreement.ends_on >= Recognition.ended_on)


def _without_mentor(own, on):
    """Agreements of which the mentor was barred, left or was made inactive."""
    left = RecognitionMentor.end_kind.is_null(False) & RecognitionMentor.ended_on.is_null(False)
    links = RecognitionMentor.select().join(Mentor).where(left | Mentor.inactive_from.is_null(False))
    touched = links.select(RecognitionMentor.recognition).where(own(Mentor.organisation))
    guiding = links.select(1).where(
        RecognitionMentor.recognition == Agreement.recognition, RecognitionMentor.mentor == Addendum.mentor_on(on)
    )
    return _lasting(touched, on).where(fn.EXISTS(guiding))


def _unreported(own, on):
    """Suspensions of which the coach must hear, each with its agreement."""
    found = Agreement.joined().select_extend(Suspension)
    found = found.join(Suspension, on=(Suspension.agreement == Agreement.id), attr="suspension")
    return found.where(own(Suspension.organisation), Suspension.to_report(on)).limit(MOST)


def _waiting_addenda(own, on):
    """Addenda that somebody still has to sign, each with its agreement, which nobody ended."""
    found = Agreement.joined().select_extend(Addendum)
    found = found.join(Addendum, on=(Addendum.agreement == Agreement.id), attr="addendum")
    lasts = (Agreement.state == "registered") & Agreement.ended_on.is_null()
    return found.where(own(Addendum.organisation), Addendum.state == "to_sign", lasts).limit(MOST)


def _unfinished(own, on):
    """Early ends with a checklist that is not ticked off."""
    since, all_of_it = on - timedelta(days=ENDING_DAYS), json.dumps(list(CHECKLIST))
    found = Agreement.joined().where(own(Agreement.organisation), Agreement.ended_on >= since)
    return found.where(Agreement.end_checked != all_of_it, Agreement.state == "registered").limit(MOST)


def for_one(build):
    """The query for one organisation, built once a day."""

    @kept
    def found(organisation, *, on):
        return build(lambda field: field == organisation, on)

    return found


def for_all(build):
    """The query for every organisation somebody acts for."""

    @kept
    def found(user, vouched, *, on):
        return build(lambda field: field.in_(acted_for(user, vouched)), on)

    return found


def both(*builds):
    """{name: (the query for one organisation, that for all of somebody)}."""
    return {build.__name__.removeprefix("_"): (for_one(build), for_all(build)) for build in builds}


ASKED_OF_SCHOOL = both(_unregistered_of_school)
ASKED = both(
    _lifted,
    _without_mentor,
    _unreported,
    _unregistered,
    _without_premium,
    _waiting_addenda,
    _unfinished,
)
