"""Appeals as the committee of the Vlaams Partnerschap handles them: the list, admissibility, the ruling.

It must not show what was not lodged; what a ruling undoes, the record decides.
"""

from flask import Blueprint, flash, g, request, url_for

from models import APPEAL_STATES, Appeal, AppealDocument, Document, Event, vault
from models.sanctions import PENDING
from rules import RuleBroken
from views.answers import Page, go_to, load, remember_list, render
from views.documents import sent
from views.forms import ReasonForm
from views.sanction_forms import AdmissibilityForm, RulingForm
from views.statuses import explained

bp = Blueprint("appeal_handling", __name__, url_prefix="/behandeling/beroepen")

QUEUES = {
    "open": ("Te doen", PENDING),
    "ontvankelijkheid": ("Ontvankelijkheid beoordelen", ("lodged",)),
    "uitspraak": ("Uitspraak doen", ("admissible",)),
    "alle": ("Alle beroepen", tuple(state for state in APPEAL_STATES if state != "draft")),
}


@bp.get("")
def index():
    """What came to the committee, what waits longest on top; ?wachtrij= narrows it."""
    remember_list()
    queue = request.args.get("wachtrij", "open")
    queue = queue if queue in QUEUES else "open"
    by_state = Appeal.counts(Appeal.lodged())
    found = Appeal.lodged().where(Appeal.state.in_(QUEUES[queue][1]))
    order = [(Appeal.lodged_on, "asc"), (Appeal.id, "asc")]
    return render(
        "appeal_handling/index.html",
        "appeal_handling/_list.html",
        page=Page(found, order, request.args.get("na"), request.args.get("voor")),
        queue=queue,
        queues=QUEUES,
        counts={key: sum(by_state.get(state, 0) for state in states) for key, (_, states) in QUEUES.items()},
    )


@bp.get("/<int:appeal_id>")
def show(appeal_id):
    return appeal_page(load(Appeal.lodged(), appeal_id))


def appeal_page(appeal, status=200, admissibility=None, ruling=None):
    file = appeal.recognition
    frozen = file.submissions() if file else []
    return render(
        "appeal_handling/show.html",
        None,
        status,
        appeal=appeal,
        content=frozen[-1] if frozen else {},
        touched=appeal.sanction.impact(g.on) if appeal.sanction_id else [],
        newer=appeal.newer_file(g.on) if appeal.state == "admissible" else None,
        documents=appeal.documents,
        admissibility=admissibility or AdmissibilityForm(),
        ruling=ruling or RulingForm(),
        explanation=explained(appeal, g.actor, g.on),
        events=list(Event.of(appeal)),
    )


def back(appeal, told):
    flash(told)
    return go_to(url_for("appeal_handling.show", appeal_id=appeal.id))


@bp.post("/<int:appeal_id>/ontvankelijkheid")
def admit(appeal_id):
    """Confirm the receipt, and say whether it will be looked into."""
    appeal, form = load(Appeal.lodged(), appeal_id), AdmissibilityForm(request.form)
    try:
        if not form.validate():
            return appeal_page(appeal, 422, admissibility=form)
        if form.admissible.data == "ja":
            appeal.admit(g.actor)
        else:
            appeal.declare_inadmissible(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return appeal_page(load(Appeal.lodged(), appeal_id), 422, admissibility=form)
    return back(appeal, f"{appeal.number}: {appeal.label.lower()}. De werkgever en het partnerschap zien het meteen.")


@bp.post("/<int:appeal_id>/uitspraak")
def rule(appeal_id):
    appeal, form = load(Appeal.lodged(), appeal_id), RulingForm(request.form)
    try:
        if not form.validate():
            return appeal_page(appeal, 422, ruling=form)
        appeal.rule(g.actor, form.granted.data == "ja", form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return appeal_page(load(Appeal.lodged(), appeal_id), 422, ruling=form)
    return back(appeal, f"{appeal.number}: {appeal.label.lower()}.")


# --- documents, for sensitive ones with a reason ----------------------------------------------------------------------


def found_in(appeal_id, document_id):
    appeal = load(Appeal.lodged(), appeal_id)
    used = AppealDocument.select(AppealDocument.document).where(AppealDocument.appeal == appeal)
    return appeal, load(Document.of(appeal.organisation).where(Document.id.in_(used)), document_id)


@bp.get("/<int:appeal_id>/documenten/<int:document_id>")
def document(appeal_id, document_id):
    """The document itself, or first the question why."""
    appeal, wanted = found_in(appeal_id, document_id)
    return why_page(appeal, wanted, ReasonForm()) if wanted.is_sensitive else sent(wanted)


def why_page(appeal, wanted, form, status=200):
    return render("appeal_handling/document.html", None, status, appeal=appeal, document=wanted, form=form)


@bp.post("/<int:appeal_id>/documenten/<int:document_id>")
def open_document(appeal_id, document_id):
    """The document, once it is noted who opens it and why."""
    appeal, wanted = found_in(appeal_id, document_id)
    form = ReasonForm(request.form)
    try:
        if not form.validate():
            return why_page(appeal, wanted, form, 422)
        vault.disclose(wanted, g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return why_page(appeal, wanted, form, 422)
    return sent(wanted)
