"""What draws attention to an agreement besides its status: signs beside it in a list, each with its own words.

It must not change anything, nor know HTTP.
"""

import rules_agreements as law
from models.addenda import Addendum
from models.base import kept
from models.recognitions import RecognitionMentor
from models.suspensions import Suspension

ENDS_SOON = 30  # [setting] days
ALERTS = {
    "suspended": "Staat stil",
    "report": "Schorsing te melden",
    "late": "Registratie te laat",
    "register": "Registreer",
    "premium": "Premiegegevens ontbreken",
    "lifted": "Erkenning vervalt",
    "mentor_lost": "Mentor te vervangen",
    "addendum": "Bijlage te tekenen",
    "closing": f"Eindigt binnen {ENDS_SOON} dagen",
    "ending": "Einde af te ronden",
}


def alerts(agreements, on, guides):
    """{agreement id: [keys of ALERTS]} for a page of rows with their `mentors_on` that day; three queries."""
    ids = [one.id for one in agreements]
    found = {number: [] for number in ids}
    for one in agreements:
        found[one.id] += _own(one, on)
    for one in _suspended(*ids, on=on):
        found[one.agreement_id].append("suspended")
        if one.must_be_reported(on):
            found[one.agreement_id].append("report")
    for one in _changing(*ids):
        found[one.agreement_id].append("addendum")
    lasting = [one for one in agreements if _lasts(one, on)]
    valid = _valid_mentors(lasting, on)
    for one in lasting:
        if (one.recognition_id, guides[one.id].id if guides[one.id] else None) not in valid:
            found[one.id].append("mentor_lost")
    return {number: list(dict.fromkeys(keys)) for number, keys in found.items()}


def _lasts(agreement, on):
    return agreement.state == "registered" and agreement.ended_on is None and agreement.ends_on >= on


def _own(agreement, on):
    """What the row itself tells."""
    if agreement.state == "signed":
        yield "register" if on <= agreement.register_until else "late"
    if agreement.left_to_do:
        yield "ending"
    if not _lasts(agreement, on):
        return
    in_term = on <= agreement.register_until and agreement.starts_on >= law.PREMIUM_SINCE
    if in_term and agreement.missing_premium:
        yield "premium"
    recognition = agreement.recognition
    if recognition.ended_on and recognition.ended_on <= agreement.ends_on:
        yield "lifted"
    if agreement.starts_on <= on and (agreement.ends_on - on).days <= ENDS_SOON:
        yield "closing"


def mentors_on(agreements, on):
    """{agreement id: the Mentor on that day}: that of the newest addendum in force, else the first one; one query."""
    found = {one.id: one.mentor for one in agreements}
    for one in _mentors_changed(*found, on=on):
        found[one.agreement_id] = one.mentor
    return found


def _valid_mentors(agreements, on):
    """{(recognition id, mentor id)} of who may guide learners there on that day."""
    return set(_links(*sorted({one.recognition_id for one in agreements}), on=on))


# For each number of rows a query of its own; a page has at most 25.


@kept
def _suspended(*ids, on):
    found = Suspension.select(Suspension, Suspension.agreement.rel_model).join(Suspension.agreement.rel_model)
    return found.where(Suspension.agreement.in_(ids), Suspension.on_day(on))


@kept
def _changing(*ids):
    return Addendum.select(Addendum.agreement).where(Addendum.agreement.in_(ids), Addendum.state == "to_sign")


@kept
def _mentors_changed(*ids, on):
    changed = Addendum.select(Addendum, Addendum.mentor.rel_model).join(Addendum.mentor.rel_model)
    in_force = (Addendum.kind == "mentor") & (Addendum.state == "signed") & (Addendum.effective_on <= on)
    return changed.where(Addendum.agreement.in_(ids), in_force).order_by(Addendum.effective_on, Addendum.id)


@kept
def _links(*recognitions, on):
    links = RecognitionMentor.select(RecognitionMentor.recognition, RecognitionMentor.mentor)
    links = links.join(RecognitionMentor.mentor.rel_model)
    return links.where(RecognitionMentor.recognition.in_(recognitions), RecognitionMentor.is_valid_on(on)).tuples()
