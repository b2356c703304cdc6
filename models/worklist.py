"""Tasks: what waits for an organisation, as queries over the register; never rows of their own.

It must not change anything.
"""

from datetime import timedelta
from typing import NamedTuple

from peewee import JOIN, fn

import rules
import rules_agreements as law
from models.agreement_tasks import ASKED, ASKED_OF_SCHOOL, MOST, acted_for
from models.agreements import Agreement
from models.base import as_day, kept
from models.mandates import Proposal
from models.mentoring import MentorApplication
from models.people import Organisation
from models.recognitions import Recognition
from models.sanctions import Appeal, Sanction, SanctionTarget
from models.workplaces import Workplace


class Task(NamedTuple):
    kind: str
    title: str
    recognition: Recognition | None  # None for what waits for approval
    days_left: int | None  # None: nothing runs out
    at_zero: str
    severity: int  # with equal days left, the worst loss first
    sanction: Sanction | None = None  # `recognition` is then the first one it touches
    agreement: Agreement | None = None  # `recognition` is then the one it stands on
    record: object = None  # what of the agreement it is about, when that is not the agreement itself
    count: int = 1  # more: a list of agreements, `agreement` the first
    whose: Organisation | None = None  # where it does not wait for the employer
    proposal: Proposal | None = None  # what somebody with a mandate wants to hand in
    application: MentorApplication | None = None  # `recognition` is then the one its mentor is meant for
    is_late: bool = False  # its last day went by: `at_zero` says so

    @property
    def organisation(self):
        return self.whose or (self.agreement or self.proposal or self.recognition).organisation

    @property
    def purpose(self):
        """What a mandate must be for to see it."""
        if self.proposal:
            return ""  # nobody approves by a mandate
        if self.application:
            return "mentors"
        return "agreements" if self.agreement else "recognitions"

    @property
    def about(self):
        """What it is about, in a few words."""
        if self.application:
            return str(self.application.mentor)
        return self.proposal.about if self.proposal else self.recognition.label

    @property
    def key(self):
        about = self.record or self.agreement or self.sanction or self.proposal or self.application or self.recognition
        return f"{self.kind}-{about.id}"


TASK_KINDS = {
    "approval": "Goed te keuren",
    "renewal": "Hernieuwing te beslissen",
    "renewal_draft": "Hernieuwing in te dienen",
    "question": "Vraag te beantwoorden",
    "decision": "Beslissing ontvangen",
    "mentor_question": "Vraag over een mentor",
    "mentor_decision": "Beslissing over een mentor",
    "sanction": "Sanctie ontvangen",
    "workplace": "Werkplek te bevestigen",
    "draft": "Werkversie ligt stil",
    "lifted": "Erkenning van een overeenkomst vervalt",
    "mentor_lost": "Mentor te vervangen",
    "suspension": "Schorsing te melden",
    "registration": "Overeenkomst te registreren",
    "premium": "Premiegegevens aan te vullen",
    "addendum": "Bijlage te ondertekenen",
    "ending": "Einde af te ronden",
    "fill": "Overeenkomst in te vullen",
    "sign": "Overeenkomst te ondertekenen",
}


def tasks(organisation, on):
    """Everything that waits for this organisation, what is lost first on top; twelve queries for an employer."""
    if organisation.kind == "provider":
        return sorted(_school_tasks(0, (organisation,), on), key=_urgency)
    found = _waiting_for(organisation, on=on), _imposed_on(organisation, on=on), _fading_for(organisation, on=on)
    others = _agreement_tasks(0, (organisation,), on) + _approvals(_proposed_to(organisation, on=on))
    others += _mentor_tasks(_mentors_of(organisation, on=on), on)
    return _sorted_tasks(*found, others, on)


def tasks_of_all(user, on):
    """The same over every organisation this person may act for, in as many queries."""
    whose = user, user.vouched
    found = _waiting_for_all_of(*whose, on=on), _imposed_on_all_of(*whose, on=on), _fading_for_all_of(*whose, on=on)
    others = _agreement_tasks(1, whose, on) + _school_tasks(1, whose, on) + _approvals(_proposed_to_all(*whose, on=on))
    others += _mentor_tasks(_mentors_of_all(*whose, on=on), on)
    return _sorted_tasks(*found, others, on)


def _files_of(user, vouched):
    found = Recognition.joined().select_extend(Organisation).join(Organisation).switch(Recognition)
    return found.where(Recognition.organisation.in_(acted_for(user, vouched)))


# Every page counts the tasks: what is asked for one organisation is built once a day.


@kept
def _waiting_for(organisation, *, on):
    return _waiting(Recognition.of(organisation), on)


@kept
def _waiting_for_all_of(user, vouched, *, on):
    return _waiting(_files_of(user, vouched), on)


@kept
def _imposed_on(organisation, *, on):
    return _imposed(Recognition.of(organisation), on)


@kept
def _imposed_on_all_of(user, vouched, *, on):
    return _imposed(_files_of(user, vouched), on)


@kept
def _fading_for(organisation, *, on):
    return Workplace.to_confirm(on).where(Recognition.organisation == organisation)


@kept
def _fading_for_all_of(user, vouched, *, on):
    return Workplace.to_confirm(on).where(Recognition.organisation.in_(acted_for(user, vouched)))


@kept
def _mentors_of(organisation, *, on):
    return _applied(MentorApplication.of(organisation), on)


@kept
def _mentors_of_all(user, vouched, *, on):
    theirs = Recognition.organisation.in_(acted_for(user, vouched))
    return _applied(MentorApplication.joined().where(theirs), on)


@kept
def _proposed_to(organisation, *, on):
    return Proposal.open(organisation, on).limit(MOST)


@kept
def _proposed_to_all(user, vouched, *, on):
    return Proposal.waiting(on).where(Proposal.organisation.in_(acted_for(user, vouched))).limit(MOST)


def _approvals(proposals):
    """What somebody waits for the employer to approve."""
    found = []
    for one in proposals:
        hint = f"{one.user.name} ({one.mandate.holder}) bereidde dit voor. Pas na uw goedkeuring vertrekt het."
        found.append(Task("approval", f"Goedkeuren: {one.what.lower()}", None, None, hint, 0, proposal=one))
    return found


def _waiting(found, on):
    """The recognitions of a finder that may ask something of the employer."""
    undecided = Recognition.renewable(on)
    waiting = Recognition.state == "incomplete"
    news = (
        Recognition.state.in_(("approved", "refused"))
        & Recognition.decision_read_on.is_null()
        & (Recognition.decided_on > on - timedelta(days=rules.DECISION_NEWS_DAYS))
        & ~Appeal.fought()
    )
    drafts = (Recognition.state == "draft") & (
        Recognition.renews.is_null(False)
        | Recognition.touched_on.between(
            rules.add_months(on, -rules.DRAFT_QUIET_MONTHS), on - timedelta(days=rules.DRAFT_IDLE_DAYS)
        )
    )
    renewed = Recognition.alias()
    return (
        found.select_extend(renewed, undecided.alias("is_undecided"))
        .join(renewed, JOIN.LEFT_OUTER, on=(Recognition.renews == renewed.id), attr="renews")
        .where(undecided | waiting | news | drafts)
    )


def _applied(found, on):
    """The mentor applications of a finder that ask something of the employer, or were decided and not read yet."""
    news = (
        MentorApplication.state.in_(("approved", "refused"))
        & MentorApplication.decision_read_on.is_null()
        & (MentorApplication.decided_on > on - timedelta(days=rules.DECISION_NEWS_DAYS))
    )
    return found.where((MentorApplication.state == "incomplete") | news)


def _imposed(found, on):
    """Every sanction that can still be appealed against, with the first recognition of the finder it touches."""
    first = SanctionTarget.select(fn.MIN(SanctionTarget.recognition)).where(SanctionTarget.sanction == Sanction.id)
    return (
        found.select_extend(Sanction)
        .join(Sanction, on=(Sanction.organisation == Recognition.organisation), attr="sanction")
        .where(
            Sanction.state == "decided",
            Sanction.decided_on >= on - timedelta(days=rules.APPEAL_DAYS),
            Recognition.id == first,
        )
    )


def _sorted_tasks(waiting, imposed, fading, agreed, on):
    found = [task for row in waiting for task in _tasks_of(row, on)] + agreed
    found += _sanction_tasks(imposed, on) + _workplace_tasks(fading, on)
    return sorted(found, key=_urgency)


def _urgency(task):
    """Somebody who waits for an answer comes first, then what is lost first; what never is, last."""
    forever = 10**6
    left = -1 if task.is_late else forever if task.days_left is None else task.days_left
    number = task.recognition.number if task.recognition else None
    return task.proposal is None, left, task.severity, number or "", (task.proposal or task.recognition).id


def _sanction_tasks(rows, on):
    lost = "kunt u niet meer in beroep gaan, en begint de sanctie te werken"
    return [
        Task("sanction", "Sanctie ontvangen", row, (row.sanction.appeal_until() - on).days, lost, 0, row.sanction)
        for row in rows
    ]


def _workplace_tasks(rows, on):
    """One for each published workplace that goes stale soon, or went stale already."""
    found = []
    for row in rows:
        left = (row.confirmed_until - on).days
        stale = "Niemand vindt deze werkplek nu in de zoeker."
        lost = "verdwijnt ze uit de zoeker voor werkplekken" if left >= 0 else stale
        found.append(Task("workplace", "Werkplek bevestigen", row.recognition, left if left >= 0 else None, lost, 5))
    return found


def _tasks_of(row, on):
    if row.state == "draft" and row.renews_id:
        if row.renews.end_kind:
            return  # an end was decided meanwhile: there is nothing left to renew
        left = (row.renews.valid_until - on).days
        late = (rules.add_months(row.renews.valid_until, rules.LATE_RENEWAL_MONTHS) - on).days
        if left >= 0:
            yield Task("renewal_draft", "Hernieuwing erkenning indienen", row, left, "vervalt de erkenning", 1)
        elif late >= 0:
            yield Task("renewal_draft", "Laattijdige hernieuwing indienen", row, late, "kan hernieuwen niet meer", 1)
    elif row.state == "draft":
        yield Task("draft", "Werkversie ligt stil", row, None, "Zolang u niet indient, is er geen aanvraag.", 5)
    elif row.state == "incomplete":
        left = max((row.answer_by - on).days, 0)
        yield Task(
            "question",
            "Vraag van de behandelaar beantwoorden",
            row,
            left,
            "beslist de behandelaar zonder uw antwoord",
            2,
        )
    else:
        yield from _tasks_of_decided(row, on)


def _tasks_of_decided(row, on):
    since = (on - row.decided_on).days
    is_news = row.decision_read_on is None
    if is_news and row.state == "refused" and since <= rules.DECISION_NEWS_DAYS:
        left = rules.APPEAL_DAYS - since
        if left >= 0:
            yield Task("decision", "Afkeuring ontvangen", row, left, "kunt u niet meer in beroep gaan", 3)
        else:
            yield Task("decision", "Afkeuring ontvangen", row, None, "De termijn voor beroep is voorbij.", 3)
    elif is_news and row.state == "approved" and since < rules.DECISION_NEWS_DAYS:
        left = rules.DECISION_NEWS_DAYS - since
        yield Task("decision", "Goedkeuring ontvangen", row, left, "verdwijnt dit bericht uit uw taken", 4)
    if row.is_undecided:
        left = (row.valid_until - on).days
        late = (rules.add_months(row.valid_until, rules.LATE_RENEWAL_MONTHS) - on).days
        if left >= 0:
            yield Task("renewal", "Beslissen hernieuwing erkenning", row, left, "vervalt de erkenning", 1)
        else:
            yield Task("renewal", "Beslissen laattijdige hernieuwing", row, late, "kan hernieuwen niet meer", 1)


def _mentor_tasks(rows, on):
    found = []
    for row in rows:
        facts = {"application": row}
        if row.state == "incomplete":
            title, left = "Vraag over een mentor beantwoorden", max((row.answer_by - on).days, 0)
            lost = "beslist de behandelaar zonder uw antwoord"
            found.append(Task("mentor_question", title, row.recognition, left, lost, 2, **facts))
            continue
        left = rules.DECISION_NEWS_DAYS - (on - row.decided_on).days
        title = "Mentor goedgekeurd" if row.state == "approved" else "Mentor afgekeurd"
        lost = "verdwijnt dit bericht uit uw taken"
        found.append(Task("mentor_decision", title, row.recognition, left, lost, 4, **facts))
    return found


# --- agreements -------------------------------------------------------------------------------------------------------


def _agreement_tasks(which, whose, on):
    """Every task about agreements. `which`: 0 for one organisation, 1 for all of a user, as in ASKED."""
    return [IN_WORDS[name](row, on) for name, queries in ASKED.items() for row in queries[which](*whose, on=on)]


def _school_tasks(which, whose, on):
    """The same for providers."""
    found = ASKED_OF_SCHOOL["unregistered_of_school"][which](*whose, on=on)
    return [_unregistered(row, on)._replace(whose=row.provider) for row in found]


def _awaited(row, on):
    """Filling in a draft that was passed on, or signing: best before the learner begins."""
    left = (row.starts_on - on).days if row.starts_on else None
    left = left if left is not None and left >= 0 else None
    facts = {"agreement": row}
    if row.state == "draft":
        waited = (on - row.held_since).days
        since = f"ligt bij u sinds {row.held_since:%d/%m/%Y}, {_days(waited)}" if waited else "ligt bij u sinds vandaag"
        lost = (
            f"begint de leerling zonder overeenkomst; ze {since}" if left is not None else f"Deze werkversie {since}."
        )
        return Task("fill", "Overeenkomst verder invullen", row.recognition, left, lost, 4, **facts)
    lost = "is de eerste dag voorbij zonder handtekening" if left is not None else "Teken zo snel mogelijk."
    return Task("sign", "Overeenkomst ondertekenen", row.recognition, left, lost, 3, **facts)


def _days(count):
    return "1 dag" if count == 1 else f"{count} dagen"


def _lifted(row, on):
    left, lost = (row.recognition.ended_on - on).days, "mag deze overeenkomst niet meer lopen: beëindig of annuleer ze"
    if left < 0:
        late = f"De erkenning verviel op {row.recognition.ended_on:%d/%m/%Y}: beëindig of annuleer deze overeenkomst."
        title = "Erkenning vervallen: beëindigen"
        return Task("lifted", title, row.recognition, None, late, 0, agreement=row, is_late=True)
    return Task("lifted", "Erkenning vervalt: beëindigen", row.recognition, left, lost, 0, agreement=row)


def _without_mentor(row, on):
    lost = "is er niemand die de leerling mag begeleiden: kies een andere mentor, of beëindig"
    return Task("mentor_lost", "Andere mentor aanduiden", row.recognition, 0, lost, 0, agreement=row)


def _unreported(row, on):
    left, lost = (row.suspension.report_by - on).days, "moet de trajectbegeleider het weten"
    facts = {"agreement": row, "record": row.suspension}
    if left < 0:
        late = f"De trajectbegeleider moest het weten op {row.suspension.report_by:%d/%m/%Y}. Meld het nu."
        return Task("suspension", "Schorsing melden", row.recognition, None, late, 1, is_late=True, **facts)
    return Task("suspension", "Schorsing melden", row.recognition, left, lost, 1, **facts)


def _unregistered(row, on):
    """What stands before its registration: filling in, signing, or registering itself."""
    if row.state != "signed":
        return _awaited(row, on)
    left = (row.register_until - on).days
    if left < 0:
        late = "De premie is verloren. Registreren moet nog."
        return Task("registration", "Laattijdig registreren", row.recognition, None, late, 2, agreement=row)
    lost = "verliezen de onderneming en de leerling de premie"
    return Task("registration", "Overeenkomst registreren", row.recognition, left, lost, 1, agreement=row)


def _without_premium(row, on):
    """One for the whole list."""
    left, lost = (law.register_until(as_day(row.earliest)) - on).days, "kan de premie niet meer gevraagd worden"
    facts = {"agreement": row, "count": row.how_many}
    return Task("premium", "Premiegegevens aanvullen", row.recognition, left, lost, 2, **facts)


def _waiting_addenda(row, on):
    left, title = (row.addendum.effective_on - on).days, f"{row.addendum.kind_name}: laten ondertekenen"
    facts = {"agreement": row, "record": row.addendum}
    if left < 0:
        return Task("addendum", title, row.recognition, None, "Ze had al moeten ingaan.", 3, **facts)
    return Task("addendum", title, row.recognition, left, "gaat de wijziging in", 3, **facts)


def _unfinished(row, on):
    words = "Nog te doen: " + "; ".join(row.left_to_do.values()) + "."
    return Task("ending", "Einde afronden", row.recognition, None, words, 3, agreement=row)


IN_WORDS = {
    "lifted": _lifted,
    "without_mentor": _without_mentor,
    "unreported": _unreported,
    "unregistered": _unregistered,
    "without_premium": _without_premium,
    "waiting_addenda": _waiting_addenda,
    "unfinished": _unfinished,
}
