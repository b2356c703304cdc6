"""How long a decision takes, per partnership over a year: public, so never of so few that it tells of one.

It must not know who asked for what, nor how it is shown.
"""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from peewee import JOIN, CharField, Check, DateField, ForeignKeyField, IntegerField

import rules
from models.base import Record, db
from models.mentoring import MentorApplication
from models.recognitions import Recognition
from models.reference import Partnership

DECIDED = {"erkenningen": Recognition, "mentoraanvragen": MentorApplication}  # {what is decided on: its record}


class Pace(NamedTuple):
    """Of one partnership. Both figures are None where there are too few decisions to show any."""

    partnership: str
    decisions: int | None
    days: int | None  # within so many days half of them were taken


class ServicePace(Record):
    """What was counted in the night after its last day; the job of the day alone writes it, in `keep_paces`."""

    kind = CharField(max_length=15, constraints=[Check(f"kind IN {tuple(DECIDED)!r}")])
    partnership = ForeignKeyField(Partnership, index=False)
    until = DateField()  # the last day that counts
    decisions = IntegerField(null=True)  # both null where there are too few to show any
    days = IntegerField(null=True)

    class Meta:
        indexes = ((("kind", "partnership"), True),)


def first_day(until):
    """The first of the twelve months that end on that day."""
    return rules.add_months(until, -rules.SERVICE_MONTHS) + timedelta(days=1)


def service_clock(kind, on):
    """(the last day that counts, [Pace] of every partnership in order of name), as it was counted last before that day.

    Where nothing was counted yet, it is now. Two queries at most, however many decisions there are.
    """
    pace = (ServicePace.partnership == Partnership.id) & (ServicePace.kind == kind) & (ServicePace.until < on)
    found = (
        Partnership.select(Partnership.id, Partnership.name, ServicePace.until, ServicePace.decisions, ServicePace.days)
        .join(ServicePace, JOIN.LEFT_OUTER, on=pace)
        .order_by(Partnership.name)
        .tuples()
    )
    if kept := [until for _, _, until, _, _ in found if until]:
        return max(kept), [Pace(name, decisions, days) for _, name, _, decisions, days in found]
    until = on - timedelta(days=1)  # a day that is over: what is decided today changes no figure
    counted = _counted(kind, until)
    return until, [Pace(name, *counted[partnership]) for partnership, name, *_ in found]


def keep_paces(on):
    """The job of the day: count up to the day before, so that the page need not go through a year of decisions."""
    until = on - timedelta(days=1)
    for kind in DECIDED:
        counted = _counted(kind, until)
        rows = [
            {"kind": kind, "partnership": one.id, "until": until}
            | dict(zip(("decisions", "days"), counted[one.id], strict=True))
            for one in Partnership.select(Partnership.id).order_by(Partnership.id)
        ]
        with db.atomic():
            ServicePace.insert_many(rows).on_conflict(
                conflict_target=[ServicePace.kind, ServicePace.partnership],
                preserve=[ServicePace.until, ServicePace.decisions, ServicePace.days],
            ).execute()


def _counted(kind, until):
    """{partnership id: (decisions, days)}; the days a file waited for the employer do not count."""
    taken = defaultdict(list)
    for partnership, since, decided_on in DECIDED[kind].decisions(first_day(until), until).tuples():
        taken[partnership].append((decided_on - since).days)
    told = defaultdict(lambda: (None, None))
    for partnership, days in taken.items():
        if len(days) >= rules.PUBLIC_FEWEST:
            told[partnership] = len(days), rules.median_days(days)
    return told
