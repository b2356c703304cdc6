"""The days of one agreement: what begins, ends or runs out when; derived from the agreement and what changed in it.

It must not change anything, nor know how a day is shown.
"""

from datetime import date
from typing import NamedTuple

import rules_agreements as law
from models.clocks import Clock


class Day(NamedTuple):
    """Something on a day, or on the days from `on` to `until` (inclusive)."""

    key: str  # the same each time, for who keeps a calendar
    on: date
    words: str
    until: date | None = None


def days(agreement, suspensions, addenda):
    """Everything with a date, in order."""
    found = [*_term(agreement), *_registration(agreement), *_standing_still(suspensions)]
    for one in addenda:
        if one.state == "signed":
            found.append(Day(f"addendum-{one.id}", one.effective_on, f"{one}: {one.kind_name.lower()}"))
    return sorted(found, key=lambda day: (day.on, day.key))


def _term(agreement):
    if not agreement.ends_on or agreement.state in ("cancelled", "discarded"):
        return
    yield Day("start", agreement.starts_on or agreement.ends_on, "Eerste dag")
    if agreement.ended_on:
        yield Day("ended", agreement.ended_on, "Laatste dag, vroeger dan afgesproken")
        until = law.training_day_after(agreement.ended_on, agreement.weeks, law.NEW_PLACE_DAYS)
        yield Day("place", until, "Ongeveer dan moet de leerling een nieuwe plaats hebben")
    else:
        yield Day("end", agreement.ends_on, "Laatste dag")
    last = agreement.recognition.last_day
    if last and last < agreement.last_day:
        yield Day("recognition", last, f"Erkenning {agreement.recognition.number} loopt af")


def _registration(agreement):
    if agreement.state in ("to_sign", "signed"):
        yield Day("register", agreement.register_until, "Ten laatste registreren")
    if agreement.state == "registered":
        yield Day("registered", agreement.registered_on, "Geregistreerd")
        if agreement.missing_premium and not agreement.ended_on and agreement.starts_on >= law.PREMIUM_SINCE:
            yield Day("premium", agreement.register_until, "Ten laatste de premiegegevens aanvullen")


def _standing_still(suspensions):
    for one in suspensions:
        yield Day(f"suspension-{one.id}", one.starts_on, f"Schorsing: {one.reason_name.lower()}", one.last_day)
        if one.reported_on is None and one.lasts_long():
            yield Day(f"report-{one.id}", one.report_by, "Ten laatste de schorsing melden")


LOST = {  # of the days that can be missed: the kind of clock, and what is lost at zero
    "register": ("registration", "verliezen de onderneming en de leerling de premie"),
    "premium": ("premium", "kan de premie niet meer gevraagd worden"),
    "end": ("closing", "is de overeenkomst afgelopen; verlengen kan tot dan"),
    "report": ("report", "moet de trajectbegeleider het weten"),
    "place": ("closing", "moet de leerling de opleiding stopzetten"),
    "recognition": ("term", "mag er op deze erkenning niemand meer opgeleid worden"),
}


def running_clocks(agreement, found, on):
    """A clock for each of the `found` days that can be missed; of what is over, only what is still to do."""
    for day in found:
        kind, lost = LOST.get(day.key.partition("-")[0], (None, ""))
        left = (day.on - on).days
        if kind and (left >= 0 or kind in ("registration", "report")):
            yield Clock(kind, agreement, agreement.organisation, day.words, day.on, left, lost)
