"""The law on the premiums for learning at work: who may count on one, how much, and what is still missing.

It knows no database, no web and no clock. Amounts are Decimal euros; dates inclusive on both sides.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import rules
import rules_agreements as agreements

LEARNER_PREMIUM = Decimal(500)  # [attested] per school year, through the provider's upload
MOST_YEARS = 3  # [attested] times per learner, older bonuses included
LEAST_SHARE = 50  # [attested] per cent of the training on the workplace, with exceptions
SOURCE = "Premie kwalificerend werkplekleren"
LEARNER_SOURCE = "Leerlingenpremie alternerende opleiding"


class Facts(NamedTuple):
    """What the premiums for one agreement depend on."""

    kind: str
    region: str | None
    starts_on: date
    last_day: date
    work: object  # average minutes a week on the workplace
    lessons: object
    mentor_trained_on: date | None
    registered_on: date | None
    has_consent: bool  # of the enterprise, with an account number
    has_learner_account: bool
    has_declaration: bool  # signed by the learner


class Check(NamedTuple):
    """One condition: fulfilled (True), not (False), or still to come (None)."""

    label: str
    fulfilled: bool | None
    words: str
    source: str = SOURCE


def estimate(facts):
    """(for the enterprise, for the learner): the most both can receive over all school years, zero where nothing."""
    amount, _ = agreements.premium(facts.kind, facts.region, facts.starts_on)
    years = min(len(agreements.school_years(facts.starts_on, facts.last_day)), MOST_YEARS)
    learner = LEARNER_PREMIUM if facts.starts_on >= agreements.PREMIUM_SINCE else Decimal(0)
    return (amount or Decimal(0)) * years, learner * years


def checks(facts, on):
    """Every condition with how it stands on that day; sources in each."""
    years, until = agreements.school_years(facts.starts_on, facts.last_day), agreements.register_until(facts.starts_on)
    total = facts.work + facts.lessons
    share = facts.work * 100 / total if total else 0
    return [
        Check("Vestiging in het Vlaams Gewest", facts.region == "Vlaams Gewest", facts.region or "Niet gekend"),
        Check(
            "Minstens vier maanden in een schooljaar",
            bool(years),
            ", ".join(f"{first.year}-{last.year}" for first, last in years) or "In geen enkel schooljaar",
        ),
        Check("Minstens de helft op de werkplek", share >= LEAST_SHARE, f"{float(share):.0f} %"),
        Check(
            "Mentor met mentoropleiding",
            True if facts.mentor_trained_on else None,
            f"Gevolgd op {facts.mentor_trained_on:%d/%m/%Y}" if facts.mentor_trained_on else "Nog te volgen",
        ),
        _registration(facts, until, on),
        Check(
            "Toestemming en rekeningnummer van de onderneming",
            facts.has_consent or None,
            "Gegeven" if facts.has_consent else "Nog niet allebei gegeven",
        ),
        Check(
            "Rekeningnummer van de leerling",
            facts.has_learner_account or None,
            "Gegeven" if facts.has_learner_account else "Ontbreekt nog",
            LEARNER_SOURCE,
        ),
        Check(
            "Getekende verklaring van de leerling",
            facts.has_declaration or None,
            "Toegevoegd" if facts.has_declaration else "Ontbreekt nog",
            LEARNER_SOURCE,
        ),
    ]


def _registration(facts, until, on):
    label = "Geregistreerd binnen drie maanden na de start"
    if facts.registered_on:
        return Check(label, facts.registered_on <= until, f"Op {facts.registered_on:%d/%m/%Y}")
    if on <= until:
        return Check(label, None, f"Kan tot en met {until:%d/%m/%Y}")
    return Check(label, False, f"Kon tot en met {until:%d/%m/%Y}")


def first_start_in_term(on):
    """The earliest first day of which the three months to register are not over on that day."""
    day = rules.add_months(on, -agreements.REGISTER_MONTHS) - timedelta(days=4)
    while agreements.register_until(day) < on:
        day += timedelta(days=1)
    return day
