"""The dashboard and the overview, as a Django programmer would write them from the same screens."""

import hashlib
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.shortcuts import render

from tests.bench.django_app.models import (
    Addendum,
    Agreement,
    Establishment,
    Membership,
    Mentor,
    Organisation,
    RecognitionMentor,
    SignIn,
    Suspension,
    Thread,
    Training,
)
from tests.bench.django_app.tasks import agreements_of, ceased, tasks_of

KINDS = {"OAO": "Overeenkomst alternerende opleiding", "SAO": "Stageovereenkomst", "DA": "Deeltijdse arbeid"}


class SignedIn:
    """Who asks, and for which organisation: a row of the register each, as at the counter."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = hashlib.sha256(request.COOKIES.get("loket", "").encode()).hexdigest()
        running = SignIn.objects.select_related("user").filter(token_hash=token, ends_at__gt=datetime.now())
        sign_in = running.filter(user__is_blocked=False).first()
        if sign_in is None:
            return HttpResponseRedirect("/aanmelden")
        request.sign_in, request.today = sign_in, date.fromisoformat(settings.TODAY)
        mine = Membership.objects.select_related("organisation").filter(user=sign_in.user, is_blocked=False)
        request.membership = mine.filter(organisation__is_blocked=False).order_by("organisation__name").first()
        request.organisation = request.membership.organisation
        return self.get_response(request)


def on_every_page(request):
    tasks = getattr(request, "tasks", None)
    if tasks is None:
        tasks = request.tasks = tasks_of(request.organisation, request.today)
    about = {task.recognition.id for task in tasks if task.recognition and not task.agreement}
    return {
        "organisation": request.organisation,
        "membership": request.membership,
        "signed_in_until": request.sign_in.ends_at,
        "today": request.today,
        "tasks": tasks,
        "recognitions_asking": len(about),
    }


def dashboard(request):
    tasks = request.tasks = tasks_of(request.organisation, request.today)
    unread = Thread.objects.filter(organisation=request.organisation, read__lt=F("last_id")).count()
    kinds = {}
    for task in tasks:
        kinds.setdefault(task.kind_name, []).append(task)
    told = {name: len(some) for name, some in kinds.items()}
    context = {"found": tasks[:10], "kinds": told, "unread": unread, "ceased": ceased(request.organisation)}
    return render(request, "dashboard.html", context)


def standing(on):
    """{status: condition}, as the counter has them."""
    kept = Q(registered_on__isnull=False) & ~Q(state="cancelled")
    whole = kept & Q(ended_on__isnull=True)
    return {
        "alle": Q(),
        "werkversie": Q(state="draft"),
        "tekenen": Q(state="to_sign"),
        "registreren": Q(state="signed"),
        "start-nog": whole & Q(starts_on__gt=on),
        "loopt": kept & Q(starts_on__lte=on, ends_on__gte=on) & (Q(ended_on__isnull=True) | Q(ended_on__gte=on)),
        "afgelopen": whole & Q(ends_on__lt=on),
        "vroegtijdig": kept & Q(ended_on__lt=on),
        "geannuleerd": Q(state="cancelled"),
    }


LABELS = {
    "alle": "Alle",
    "werkversie": "Werkversie",
    "tekenen": "Te ondertekenen",
    "registreren": "Te registreren",
    "start-nog": "Nog niet gestart",
    "loopt": "Lopend",
    "afgelopen": "Afgelopen",
    "vroegtijdig": "Vroegtijdig beëindigd",
    "geannuleerd": "Geannuleerd",
}


def overview(request):
    on, chosen = request.today, request.GET.get("overzicht", "alle")
    mine = Agreement.objects.filter(organisation=request.organisation).exclude(state="discarded")
    counts = {key: mine.filter(condition).count() for key, condition in standing(on).items()}
    found = agreements_of(request.organisation).exclude(state="discarded").filter(standing(on)[chosen])
    found = found.annotate(last_day=Coalesce("ended_on", "ends_on")).order_by("-starts_on", "-id")
    page = Paginator(found, 25).get_page(request.GET.get("pagina"))
    rows = list(page)
    mark(rows, on)
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "pills": [(key, label, counts[key]) for key, label in LABELS.items()],
        "choices": choices(request.organisation, on),
    }
    return render(request, "overview.html", context)


def mark(rows, on):
    """What draws attention to each row, and who guides it that day."""
    still = Suspension.objects.filter(agreement__in=rows, starts_on__lte=on).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
    suspended = {one.agreement_id for one in still}
    changing = set(Addendum.objects.filter(agreement__in=rows, state="to_sign").values_list("agreement_id", flat=True))
    changed = Addendum.objects.filter(agreement__in=rows, kind="mentor", state="signed", effective_on__lte=on)
    guides = {one.agreement_id: one.mentor for one in changed.select_related("mentor").order_by("effective_on", "id")}
    valid = RecognitionMentor.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=on),
        Q(mentor__inactive_from__isnull=True) | Q(mentor__inactive_from__gt=on),
        recognition__in=[row.recognition_id for row in rows],
        decision="approved",
    )
    valid = set(valid.values_list("recognition_id", "mentor_id"))
    for row in rows:
        row.guide = guides.get(row.id, row.mentor)
        signs = {
            "Staat stil": row.id in suspended,
            "Bijlage te tekenen": row.id in changing,
            "Mentor te vervangen": (row.recognition_id, row.guide.id) not in valid,
            "Premiegegevens ontbreken": row.starts_on > on - timedelta(days=90) and not row.account_number,
            "Eindigt binnen 30 dagen": row.starts_on <= on and (row.ends_on - on).days <= 30,
        }
        row.signs = [words for words, holds in signs.items() if holds]
        row.status = "running" if row.last_day >= on else "ended"


def choices(organisation, on):
    """What the filters offer."""
    places = Establishment.objects.filter(recognition__organisation=organisation).distinct().order_by("name", "id")
    trainings = Training.objects.filter(recognition__organisation=organisation).distinct().order_by("name")
    mentors = Mentor.objects.filter(recognitionmentor__recognition__organisation=organisation).distinct()
    schools = Organisation.objects.filter(agreement_provider_set__organisation=organisation).distinct().order_by("name")
    years = [f"{year}-{year + 1}" for year in range(on.year + 1, on.year - 5, -1)]
    return [
        ("vestiging", "Vestiging", [(one.id, f"{one.name} ({one.municipality})") for one in places]),
        ("opleiding", "Opleiding", [(one.id, one.name) for one in trainings]),
        ("mentor", "Mentor", [(one.id, f"{one.first_name} {one.last_name}") for one in mentors.order_by("last_name")]),
        ("school", "School", [(one.id, one.name) for one in schools]),
        ("soort", "Soort", [(key, f"{key} – {name}") for key, name in KINDS.items()]),
        ("schooljaar", "Schooljaar", [(year, year) for year in years]),
        ("eindigt", "Loopt af binnen", [(days, f"{days} dagen") for days in (14, 30, 90, 180)]),
        ("termijn", "Te registreren binnen", [(days, f"{days} dagen") for days in (7, 14, 30, 90)]),
    ]
