"""What agreements ask of an employer, as queries: one per kind, each by an index, for every page counts them.

Putting them into words is worklist.py's. It must not change anything.
"""

import json
from datetime import timedelta

from peewee import fn

from models.addenda import Addendum
from models.agreements import Agreement
from models.base import kept
from models.endings import CHECKLIST
from models.people import Membership
from models.profile import Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.suspensions import Suspension

MOST = 100  # agreements a kind of task names one by one; nobody reads further
COUNTED = 1000  # agreements lacking premium data that are counted
ENDING_DAYS = 60  # [setting] so long after the last day the checklist of an early end is asked for


def acted_for(user):
    """A select of the organisations this person may act for."""
    mine = Membership.of(user).where(Membership.role != "viewer")
    return mine.select(Membership.organisation).order_by()


# Each takes `own`, a function from a field with an organisation to a condition, and the day.


def _lasting(own, on):
    """Registered, not ended early, and not over."""
    found = Agreement.joined().where(own(Agreement.organisation), Agreement.state == "registered")
    return found.where(Agreement.ended_on.is_null(), Agreement.ends_on >= on).limit(MOST)


def _unregistered(own, on):
    """Signed by all, but without a number yet."""
    found = Agreement.joined().where(own(Agreement.organisation), Agreement.state == "signed", Agreement.ends_on >= on)
    return found.order_by(Agreement.starts_on).limit(MOST)


def _without_premium(own, on):
    """Per organisation the first agreement that lacks premium data, with `how_many` and the `earliest` first day."""
    lacking = (
        Agreement.select(Agreement.id, Agreement.organisation, Agreement.starts_on)
        .where(own(Agreement.organisation), Agreement.lacking_premium(on, own))
        .order_by(Agreement.starts_on)
        .limit(COUNTED + 1)
        .alias("lacking")
    )
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
    found = Agreement.joined().select_extend(totals.c.earliest, totals.c.how_many)
    return found.join(totals, on=(Agreement.id == totals.c.first)).objects()


def _lifted(own, on):
    """Agreements that outlast their recognition, which ends early."""
    ended = Recognition.alias()
    ending = ended.select(ended.id).where(
        own(ended.organisation), ended.end_kind.is_null(False), ended.ended_on.is_null(False)
    )
    return _lasting(own, on).where(Agreement.recognition.in_(ending), Agreement.ends_on >= Recognition.ended_on)


def _without_mentor(own, on):
    """Agreements of which the mentor was barred, left or was made inactive."""
    left = RecognitionMentor.end_kind.is_null(False) & RecognitionMentor.ended_on.is_null(False)
    links = RecognitionMentor.select().join(Mentor).where(left | Mentor.inactive_from.is_null(False))
    touched = links.select(RecognitionMentor.recognition).where(own(Mentor.organisation))
    guiding = links.select(1).where(
        RecognitionMentor.recognition == Agreement.recognition, RecognitionMentor.mentor == Addendum.mentor_on(on)
    )
    return _lasting(own, on).where(Agreement.recognition.in_(touched), fn.EXISTS(guiding))


def _unreported(own, on):
    """Suspensions of which the coach must hear, each with its agreement."""
    found = Agreement.joined().select_extend(Suspension).where(Agreement.state == "registered")
    found = found.join(Suspension, on=(Suspension.agreement == Agreement.id), attr="suspension")
    return found.where(own(Suspension.organisation), Suspension.to_report(on)).limit(MOST)


def _waiting_addenda(own, on):
    """Addenda that somebody still has to sign, each with its agreement."""
    found = Agreement.joined().select_extend(Addendum)
    found = found.join(Addendum, on=(Addendum.agreement == Agreement.id), attr="addendum")
    return found.where(own(Addendum.organisation), Addendum.state == "to_sign").limit(MOST)


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
    def found(user, *, on):
        return build(lambda field: field.in_(acted_for(user)), on)

    return found


ASKED = {  # what is asked: (for one organisation, for all of somebody)
    build.__name__.removeprefix("_"): (for_one(build), for_all(build))
    for build in (
        _lifted,
        _without_mentor,
        _unreported,
        _unregistered,
        _without_premium,
        _waiting_addenda,
        _unfinished,
    )
}
