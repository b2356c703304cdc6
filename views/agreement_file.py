"""What the page of one agreement shows around its content: calendar, clocks, documents, suspensions, addenda, premium.

It must not change anything.
"""

from flask import g

import rules_premiums as premiums
from models import (
    ADDENDUM_KINDS,
    ALERTS,
    CHECKLIST,
    CORRECTABLE,
    PARTIES,
    Addendum,
    Event,
    Suspension,
    alerts,
    days,
    last_asked,
    mentors_on,
    running_clocks,
)
from views.life_forms import ResumeForm, SuspensionForm


def file_of(agreement, suspend=None, resume=None, wrong_suspension=None):
    """{name: value} for agreements/show.html, beside the agreement itself."""
    suspensions = list(Suspension.of(agreement))
    addenda = list(Addendum.of(agreement))
    dated = days(agreement, suspensions, addenda)
    return {
        "seen": Addendum.as_of(agreement, g.on),
        "party_names": PARTIES,
        "alert_names": ALERTS,
        "addendum_kinds": ADDENDUM_KINDS,
        "signs": alerts([agreement], g.on, mentors_on([agreement], g.on))[agreement.id],
        "days": dated,
        "clocks": list(running_clocks(agreement, dated, g.on)),
        "suspensions": suspensions,
        "suspend": suspend or SuspensionForm(),
        "resume": resume or ResumeForm(),
        "wrong_suspension": wrong_suspension,
        "addenda": [signing_of(one) for one in addenda],
        "checklist": CHECKLIST,
        "corrections": [event for event in Event.of(agreement) if event.name == "corrected"],
        "correctable": CORRECTABLE,
        "events": list(Addendum.history(agreement)),
        "may_undo": agreement.can("undo_end", g.actor),
        **premium_of(agreement),
    }


def signing_of(addendum):
    """(an addendum, who signed it, whose turn it is, how that one was last asked)."""
    turn = addendum.next_party()
    return addendum, addendum.signatures(), turn, last_asked(addendum, turn) if turn else None


def premium_of(agreement):
    """The premium check and its estimate; nothing before there is an agreement to reckon with, or a premium at all."""
    reckoned = agreement.state in ("to_sign", "signed", "registered") and agreement.kind
    if not reckoned:
        return {"premium_checks": [], "premium_estimate": None}
    facts = agreement.premium_facts()
    return {
        "premium_checks": premiums.checks(facts, g.on),
        "premium_estimate": premiums.estimate(facts),
    }
