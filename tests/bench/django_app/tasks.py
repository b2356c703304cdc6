"""What waits for an employer, as the counter finds it: the same kinds, each a query of the ORM."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from tests.bench.django_app.models import (
    Addendum,
    Agreement,
    Appeal,
    Establishment,
    Proposal,
    Recognition,
    RecognitionMentor,
    Sanction,
    Suspension,
    Workplace,
)

NAMES = {
    "renewal": "Hernieuwing te beslissen",
    "premium": "Premiegegevens aan te vullen",
    "draft": "Werkversie ligt stil",
}


class Task(NamedTuple):
    kind: str
    title: str
    recognition: Recognition
    days_left: int | None
    at_zero: str
    agreement: Agreement | None = None
    count: int = 1

    @property
    def kind_name(self):
        return NAMES.get(self.kind, self.title)


def months_later(day, months):
    return day + timedelta(days=months * 30)


def agreements_of(organisation):
    related = ("recognition__establishment", "recognition__training", "recognition__partnership")
    found = Agreement.objects.select_related(*related, "mentor", "provider", "organisation")
    return found.filter(organisation=organisation)


def waiting(organisation, on):
    """The recognitions that may ask something."""
    renewal = Recognition.objects.filter(renews=OuterRef("pk")).exclude(state__in=("refused", "withdrawn"))
    fought = Appeal.objects.filter(recognition=OuterRef("pk"), decided_on=OuterRef("decided_on"))
    fought = fought.exclude(state__in=("draft", "withdrawn"))
    undecided = Q(
        state="approved",
        valid_until__range=(months_later(on, -3), on + timedelta(days=180)),
        lapse_reason__isnull=True,
        end_kind__isnull=True,
        is_renewed=False,
    )
    news = Q(
        state__in=("approved", "refused"),
        decision_read_on__isnull=True,
        decided_on__gt=on - timedelta(days=30),
        is_fought=False,
    )
    drafts = Q(state="draft") & (
        Q(renews__isnull=False) | Q(touched_on__range=(months_later(on, -12), on - timedelta(days=7)))
    )
    found = Recognition.objects.filter(organisation=organisation)
    found = found.annotate(is_renewed=Exists(renewal), is_fought=Exists(fought))
    found = found.filter(undecided | Q(state="incomplete") | news | drafts)
    return found.select_related("establishment", "training", "partnership", "renews")


def recognition_tasks(organisation, on):
    for row in waiting(organisation, on):
        if row.state == "draft":
            hint = "Zolang u niet indient, is er geen aanvraag."
            yield Task("draft", "Werkversie ligt stil", row, None, hint)
        elif row.state == "incomplete":
            left = max((row.answer_by - on).days, 0)
            yield Task(
                "question",
                "Vraag van de behandelaar beantwoorden",
                row,
                left,
                "beslist de behandelaar zonder uw antwoord",
            )
        elif row.decision_read_on is None and (on - row.decided_on).days <= 30:
            yield Task("decision", "Beslissing ontvangen", row, 30, "verdwijnt dit bericht uit uw taken")
        else:
            left = (row.valid_until - on).days
            yield Task("renewal", "Beslissen hernieuwing erkenning", row, left, "vervalt de erkenning")


def imposed(organisation, on):
    since = on - timedelta(days=30)
    found = Sanction.objects.filter(organisation=organisation, state="decided", decided_on__gte=since)
    return [Task("sanction", "Sanctie ontvangen", one, None, "") for one in found.select_related("partnership")]


def fading(organisation, on):
    found = Workplace.objects.filter(
        Q(open_until__isnull=True) | Q(open_until__gte=on),
        recognition__organisation=organisation,
        recognition__state="approved",
        recognition__valid_until__gte=on,
        recognition__end_kind__isnull=True,
        is_visible=True,
        confirmed_on__lt=months_later(on, -6) + timedelta(days=14),
    ).select_related("recognition__establishment", "recognition__training", "recognition__partnership")
    hint = "verdwijnt ze uit de zoeker voor werkplekken"
    return [Task("workplace", "Werkplek bevestigen", one.recognition, 0, hint) for one in found]


def agreement_tasks(organisation, on):
    mine = agreements_of(organisation)
    lasting = mine.filter(state="registered", ended_on__isnull=True, ends_on__gte=on)
    lost = RecognitionMentor.objects.filter(
        Q(end_kind__isnull=False, ended_on__isnull=False) | Q(mentor__inactive_from__isnull=False),
        recognition=OuterRef("recognition"),
        mentor=OuterRef("mentor"),
    )
    kinds = {
        "lifted": lasting.filter(recognition__end_kind__isnull=False, ends_on__gte=F("recognition__ended_on")),
        "mentor_lost": lasting.filter(Exists(lost)),
        "suspension": mine.filter(
            Exists(Suspension.objects.filter(agreement=OuterRef("pk"), reported_on__isnull=True)), state="registered"
        ),
        "unregistered": mine.filter(state__in=("draft", "to_sign", "signed")),
        "addendum": mine.filter(Exists(Addendum.objects.filter(agreement=OuterRef("pk"), state="to_sign"))),
        "ending": mine.filter(ended_on__gte=on - timedelta(days=60), state="registered").exclude(
            end_checked='["dimona", "documents", "school", "learner"]'
        ),
    }
    for kind, found in kinds.items():
        for row in found[:100]:
            yield Task(kind, kind, row.recognition, None, "", row)


def premium_task(organisation, on):
    lacks = (
        Q(wants_premium=False) | Q(account_number="") | Q(learner_account_number="") | Q(declaration_id__isnull=True)
    )
    found = Agreement.objects.filter(
        lacks,
        organisation=organisation,
        state="registered",
        ended_on__isnull=True,
        premium_waived_on__isnull=True,
        starts_on__gte=months_later(on, -3),
    )
    told = found.aggregate(many=Count("id"), first=Min("id"), earliest=Min("starts_on"))
    if told["many"]:
        first = agreements_of(organisation).get(pk=told["first"])
        left, hint = (months_later(told["earliest"], 3) - on).days, "kan de premie niet meer gevraagd worden"
        yield Task("premium", "Premiegegevens aanvullen", first.recognition, left, hint, first, told["many"])


def approvals(organisation, on):
    found = Proposal.objects.filter(organisation=organisation, decided_at__isnull=True, mandate__valid_until__gte=on)
    return [Task("approval", one.what, None, None, "") for one in found.select_related("mandate__holder", "user")[:100]]


def tasks_of(organisation, on):
    found = [
        *recognition_tasks(organisation, on),
        *imposed(organisation, on),
        *fading(organisation, on),
        *agreement_tasks(organisation, on),
        *premium_task(organisation, on),
        *approvals(organisation, on),
    ]
    return sorted(found, key=lambda task: 10**6 if task.days_left is None else task.days_left)


def ceased(organisation):
    gone = Establishment.objects.filter(organisation=organisation, ceased_on__isnull=False, inactive_from__isnull=True)
    return list(gone.order_by("name", "id")[:20])
