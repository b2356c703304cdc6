"""Every clock that runs for an employer: what ends when, and what is lost then; derived, never stored.

It must not change anything, nor know which button stops a clock.
"""

from datetime import date, timedelta
from typing import NamedTuple

from peewee import fn

import rules
from models.agreements import Agreement
from models.base import as_day
from models.mentoring import MentorApplication, approvals
from models.people import Organisation
from models.profile import Document, Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.reference import Partnership
from models.sanctions import Appeal, Sanction
from models.suspensions import Suspension
from models.workplaces import Workplace

CLOCK_KINDS = {
    "term": f"Erkenning van {rules.RECOGNITION_YEARS} jaar",
    "late": "Laattijdig hernieuwen",
    "decision": "Beslissing van het partnerschap",
    "answer": "Antwoord op een vraag",
    "training": "Mentoropleiding",
    "extract": "Uittreksel strafregister",
    "appeal": "Beroep",
    "workplace": "Werkplek bevestigen",
    "registration": "Overeenkomst registreren",
    "premium": "Premiegegevens",
    "report": "Schorsing melden",
    "closing": "Einde van een overeenkomst",
}

MOST = 500  # agreements a kind of clock shows; the list of agreements shows the rest
CLOSING_DAYS = 60  # [setting] an end that lies further ahead is no clock yet


class Clock(NamedTuple):
    kind: str
    record: object  # Recognition, MentorApplication, Mentor, Sanction, Appeal or Workplace
    organisation: Organisation
    title: str
    ends_on: date  # the last day, inclusive
    days_left: int  # negative: that many days late
    at_zero: str
    is_paused: bool = False

    @property
    def purpose(self):
        """What a mandate must be for to see it."""
        by_record = {Agreement: "agreements", Mentor: "mentors", MentorApplication: "mentors"}
        return by_record.get(type(self.record), "recognitions")


def clocks(organisations, on):
    """Every clock of these organisations (a select or a list), the first to run out on top; fifteen queries."""
    whose = {one.id: one for one in Organisation.select().where(Organisation.id.in_(organisations))}
    found = [
        *_terms(whose, on),
        *_decisions(whose, on),
        *_mentor_decisions(whose, on),
        *_trainings(whose, on),
        *_extracts(whose, on),
        *_appeals(whose, on),
        *_workplaces(whose, on),
        *_registrations(whose, on),
        *_premiums(whose, on),
        *_suspensions(whose, on),
        *_closings(whose, on),
    ]
    return sorted(found, key=lambda clock: (clock.ends_on, clock.kind, clock.title, clock.record.id))


def _clock(kind, record, organisation, title, ends_on, on, at_zero, is_paused=False):
    return Clock(kind, record, organisation, title, ends_on, (ends_on - on).days, at_zero, is_paused)


def _named(recognition):
    return f"{recognition} {recognition.label}"


def _terms(whose, on):
    renewable_until = rules.add_months(on, -rules.LATE_RENEWAL_MONTHS)
    rows = Recognition.joined().where(
        Recognition.organisation.in_(list(whose)),
        Recognition.state == "approved",
        Recognition.valid_until >= renewable_until,
        Recognition.ended_on.is_null() | (Recognition.ended_on > on),
    )
    open_choice = rows.select(Recognition.id).where(Recognition.renewable(on), Recognition.valid_until < on)
    late = {row.id for row in open_choice}
    for row in rows:
        owner = whose[row.organisation_id]
        if row.valid_until >= on:
            last = min(row.valid_until, row.ended_on - timedelta(days=1)) if row.ended_on else row.valid_until
            yield _clock("term", row, owner, _named(row), last, on, "is deze erkenning niet meer geldig")
        elif row.id in late:
            last = rules.add_months(row.valid_until, rules.LATE_RENEWAL_MONTHS)
            yield _clock("late", row, owner, _named(row), last, on, "kunt u niet meer hernieuwen")


def _decisions(whose, on):
    open_states = ("submitted", "incomplete", "complete", "in_treatment")
    rows = Recognition.joined().where(Recognition.organisation.in_(list(whose)), Recognition.state.in_(open_states))
    for row in rows:
        owner, due = whose[row.organisation_id], row.due_on(on)
        if row.state == "incomplete":
            lost = "kan het partnerschap zonder uw antwoord beslissen"
            yield _clock("answer", row, owner, _named(row), row.answer_by, on, lost)
        yield _clock("decision", row, owner, _named(row), due, on, "is de beslissing te laat", bool(row.paused_on))


def _mentor_decisions(whose, on):
    rows = MentorApplication.joined().where(
        Recognition.organisation.in_(list(whose)), MentorApplication.state.in_(("submitted", "incomplete"))
    )
    for row in rows:
        owner, title = whose[row.recognition.organisation_id], f"{row} {row.mentor}"
        if row.state == "incomplete":
            lost = "kan het partnerschap zonder uw antwoord beslissen"
            yield _clock("answer", row, owner, title, row.answer_by, on, lost)
        yield _clock("decision", row, owner, title, row.due_on(on), on, "is de beslissing te laat", bool(row.paused_on))


def _trainings(whose, on):
    """The first term of each mentor who still has to follow the training and stands on something valid."""
    links = (
        RecognitionMentor.select(RecognitionMentor, Mentor, Recognition, Partnership)
        .join(Mentor)
        .switch(RecognitionMentor)
        .join(Recognition)
        .join(Partnership)
        .where(
            Mentor.organisation.in_(list(whose)),
            Mentor.trained_on.is_null(),
            RecognitionMentor.is_valid_on(on),
            Recognition.valid(on),
        )
    )
    by_mentor = {}
    for link in links:
        by_mentor.setdefault(link.mentor, []).append(link)
    later = approvals(list(by_mentor))
    for mentor, own in by_mentor.items():
        last, _recognition = RecognitionMentor.training_due(mentor, own, later)
        lost = "voldoet deze mentor niet meer aan de voorwaarden"
        yield _clock("training", mentor, whose[mentor.organisation_id], str(mentor), last, on, lost)


def _extracts(whose, on):
    """The newest extract of each active mentor, as long as it can still be used."""
    newest = (
        Document.select(Document.mentor, fn.MAX(Document.issued_on))
        .where(Document.organisation.in_(list(whose)), Document.kind == "extract", Document.mentor.is_null(False))
        .group_by(Document.mentor)
    )
    issued = {mentor_id: as_day(day) for mentor_id, day in newest.tuples()}
    for mentor in Mentor.select().where(Mentor.organisation.in_(list(whose)), Mentor.inactive_from.is_null()):
        last = mentor.id in issued and rules.add_months(issued[mentor.id], rules.EXTRACT_MONTHS)
        if last and last >= on:
            lost = "is voor een nieuwe aanvraag een recent uittreksel nodig"
            yield _clock("extract", mentor, whose[mentor.organisation_id], str(mentor), last, on, lost)


def _appeals(whose, on):
    """The term to go into appeal, and the term in which an appeal is looked at."""
    since = on - timedelta(days=rules.APPEAL_DAYS)
    lodged = Appeal.joined().where(Appeal.organisation.in_(list(whose)), Appeal.state != "withdrawn")
    running = [one for one in lodged if one.state in ("lodged", "draft")]
    fought = {(one.recognition_id, one.decided_on) for one in lodged if one.state != "draft"}
    refused = Recognition.joined().where(
        Recognition.organisation.in_(list(whose)), Recognition.state == "refused", Recognition.decided_on >= since
    )
    for row in refused:
        if (row.id, row.decided_on) not in fought:
            last = rules.last_appeal_day(row.decided_on)
            yield _clock(
                "appeal", row, whose[row.organisation_id], _named(row), last, on, "kunt u niet meer in beroep gaan"
            )
    imposed = Sanction.joined().where(
        Sanction.organisation.in_(list(whose)), Sanction.state == "decided", Sanction.decided_on >= since
    )
    for row in imposed:
        last = rules.last_appeal_day(row.decided_on)
        lost = "kunt u niet meer in beroep gaan, en begint de sanctie te werken"
        yield _clock("appeal", row, whose[row.organisation_id], f"{row} {row.kind_name}", last, on, lost)
    for row in running:
        if row.state == "lodged":
            due = row.check_due()
            yield _clock(
                "appeal", row, whose[row.organisation_id], str(row), due, on, "is het antwoord op uw beroep te laat"
            )


def _workplaces(whose, on):
    """Until when each workplace that everybody can find is believed."""
    for row in Workplace.joined(on).where(Recognition.organisation.in_(list(whose)), Workplace.published(on)):
        owner, lost = whose[row.recognition.organisation_id], "verdwijnt deze werkplek uit de zoeker"
        yield _clock("workplace", row, owner, str(row), row.confirmed_until, on, lost)


def _agreements(whose):
    return Agreement.joined().where(Agreement.organisation.in_(list(whose))).limit(MOST)


def _learner_of(agreement):
    return f"{agreement} {agreement.learner}"


def _registrations(whose, on):
    """The three months after the start, of what is not registered yet."""
    unregistered = Agreement.state.in_(("to_sign", "signed")) & (Agreement.ends_on >= on)
    for row in _agreements(whose).where(unregistered).order_by(Agreement.starts_on):
        lost = "verliezen de onderneming en de leerling de premie"
        owner = whose[row.organisation_id]
        yield _clock("registration", row, owner, _learner_of(row), row.register_until, on, lost)


def _premiums(whose, on):
    """The same three months, of what is registered but lacks something for the premiums."""
    lacking = Agreement.lacking_premium(on, lambda field: field.in_(list(whose)))
    for row in _agreements(whose).where(lacking).order_by(Agreement.starts_on):
        lost = "kan de premie niet meer gevraagd worden"
        yield _clock("premium", row, whose[row.organisation_id], _learner_of(row), row.register_until, on, lost)


def _suspensions(whose, on):
    rows = (
        _agreements(whose)
        .select_extend(Suspension)
        .join(Suspension, on=(Suspension.agreement == Agreement.id), attr="suspension")
        .where(Suspension.organisation.in_(list(whose)), Suspension.unreported())
    )
    for row in rows.where(Suspension.starts_on <= on):
        lost = "moet de trajectbegeleider het weten"
        yield _clock("report", row, whose[row.organisation_id], _learner_of(row), row.suspension.report_by, on, lost)


def _closings(whose, on):
    """The last day of what ends soon, by itself."""
    soon = Agreement.ends_on.between(on, on + timedelta(days=CLOSING_DAYS))
    rows = _agreements(whose).where(soon, Agreement.state == "registered", Agreement.ended_on.is_null())
    for row in rows.order_by(Agreement.ends_on):
        lost = "is de overeenkomst afgelopen; verlengen kan tot dan"
        yield _clock("closing", row, whose[row.organisation_id], _learner_of(row), row.ends_on, on, lost)
