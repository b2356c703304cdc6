"""How long a decision takes, per partnership over the last year: public, so never of so few that it tells of one.

It must not know who asked for what, nor how it is shown.
"""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

import rules
from models.mentoring import MentorApplication
from models.recognitions import Recognition
from models.reference import Partnership

DECIDED = {"erkenningen": Recognition, "mentoraanvragen": MentorApplication}  # {what is decided on: its record}


class Pace(NamedTuple):
    """Of one partnership. Both figures are None where there are too few decisions to show any."""

    partnership: str
    decisions: int | None
    days: int | None  # within so many days half of them were taken

    @classmethod
    def of(cls, partnership, taken):
        days = rules.median_days(taken, rules.PUBLIC_FEWEST)
        return cls(partnership, None if days is None else len(taken), days)


def first_day(on):
    """The first of the twelve months that end on that day."""
    return rules.add_months(on, -rules.SERVICE_MONTHS) + timedelta(days=1)


def service_clock(record, on):
    """[Pace] of every partnership, in order of name; the days a file waited for the employer do not count.

    Two queries, however many decisions there are.
    """
    taken = defaultdict(list)
    for partnership, since, decided_on in record.decisions(first_day(on), on).tuples():
        taken[partnership].append((decided_on - since).days)
    return [Pace.of(one.name, taken[one.id]) for one in Partnership.select().order_by(Partnership.name)]
