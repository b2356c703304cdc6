"""Sanctions and appeals as the employer sees them: what was imposed, and going against it or against a refusal.

It must not know when an appeal is too late or what it holds off; models/sanctions.py does.
"""

from collections import Counter

from flask import Blueprint, flash, g, request, url_for

import adapters.pdf as pdf
import rules
from models import Appeal, Document, Event, Recognition, RecognitionMentor, Sanction, vault
from rules import RuleBroken
from views.answers import Page, attachment, go_to, load, numbered, remember_list, render
from views.forms import DocumentForm
from views.sanction_forms import GroundsForm
from views.statuses import explained
from views.uploads import uploaded

bp = Blueprint("appeals", __name__)


def mine():
    return Appeal.of(g.actor.organisation)


def imposed():
    return Sanction.of(g.actor.organisation)


# --- what was imposed -------------------------------------------------------------------------------------------------


@bp.get("/sancties")
def sanctions():
    """Every sanction against the own organisation, the newest first."""
    page = Page(imposed(), [(Sanction.id, "desc")], request.args.get("na"), request.args.get("voor"))
    return render("appeals/sanctions.html", "appeals/_sanctions.html", page=page)


@bp.get("/sancties/<int:sanction_id>")
def sanction(sanction_id):
    return sanction_page(load(imposed(), sanction_id))


def sanction_page(found, status=200, problem=None):
    preview = found.preview(g.on)
    rows, number, pages = numbered(preview.recognitions, request.args.get("pagina", "1"))
    appeals = list(Appeal.against(found))
    return render(
        "appeals/sanction.html",
        None,
        status,
        sanction=found,
        preview=preview,
        rows=rows,
        number=number,
        pages=pages,
        mentors=RecognitionMentor.names(rows),
        agreements=Counter(one.recognition_id for one in preview.agreements),
        appeals=[one for one in appeals if one.lodged_on],
        draft=next((one for one in appeals if one.state == "draft"), None),
        may_appeal=found.can("suspend", g.actor) and g.on <= found.appeal_until(),
        explanation=explained(found, g.actor, g.on),
        problem=problem,
    )


# --- going into appeal ------------------------------------------------------------------------------------------------


@bp.get("/beroepen")
def index():
    """Every appeal of the own organisation, the newest first."""
    remember_list()
    page = Page(mine(), [(Appeal.id, "desc")], request.args.get("na"), request.args.get("voor"))
    return render("appeals/index.html", "appeals/_list.html", page=page)


@bp.post("/sancties/<int:sanction_id>/beroep")
def against_sanction(sanction_id):
    """Begin an appeal, or go on with the one that was begun."""
    found = load(imposed(), sanction_id)
    try:
        appeal = Appeal.draft(g.actor, found)
    except RuleBroken as broken:
        return sanction_page(found, 422, str(broken))
    return back(appeal)


@bp.post("/erkenningen/<int:recognition_id>/beroep")
def against_refusal(recognition_id):
    """Begin an appeal against a refused application, or go on with the one that was begun."""
    recognition = load(Recognition.of(g.actor.organisation), recognition_id)
    try:
        appeal = Appeal.draft(g.actor, recognition)
    except RuleBroken as broken:
        flash(str(broken))
        return go_to(url_for("recognitions.show", recognition_id=recognition.id))
    return back(appeal)


def back(appeal, anchor=None):
    return go_to(url_for("appeals.show", appeal_id=appeal.id, _anchor=anchor))


@bp.get("/beroepen/<int:appeal_id>")
def show(appeal_id):
    return appeal_page(load(mine(), appeal_id))


def appeal_page(appeal, status=200, form=None, upload=None, problem=None):
    documents = appeal.documents
    used = {document.id for document in documents}
    kept = Document.of(g.actor.organisation).where(Document.id.not_in(used)).order_by(Document.id.desc())
    return render(
        "appeals/show.html",
        None,
        status,
        appeal=appeal,
        may_edit=appeal.may_edit(g.actor),
        is_in_time=g.on <= appeal.lodge_by,
        form=form or GroundsForm(obj=appeal),
        upload=upload or DocumentForm(),
        refused=upload is not None,
        documents=documents,
        kept=list(kept.limit(vault.CHOICES)) if appeal.state == "draft" else [],
        explanation=explained(appeal, g.actor, g.on),
        events=list(Event.of(appeal)),
        problem=problem,
    )


@bp.post("/beroepen/<int:appeal_id>/motivering")
def save(appeal_id):
    """Keep the grounds so far."""
    appeal, form = load(mine(), appeal_id), GroundsForm(request.form)
    try:
        if not form.validate():
            return appeal_page(appeal, 422, form)
        appeal.edit(g.actor, form.grounds.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return appeal_page(load(mine(), appeal_id), 422, form)
    flash("Bewaard. Uw beroep is nog niet ingediend.")
    return back(appeal)


@bp.post("/beroepen/<int:appeal_id>/indienen")
def lodge(appeal_id):
    """Hand in with the grounds as they stand in the form."""
    appeal, form = load(mine(), appeal_id), GroundsForm(request.form)
    try:
        if not form.validate():
            return appeal_page(appeal, 422, form)
        appeal.lodge(g.actor, form.grounds.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return appeal_page(load(mine(), appeal_id), 422, form)
    told = f"De ontvangst wordt binnen {rules.APPEAL_CHECK_DAYS} dagen bevestigd."
    flash(f"Ingediend: uw beroep heeft nummer {appeal.number}. {told}")
    return back(appeal)


@bp.post("/beroepen/<int:appeal_id>/documenten")
def upload(appeal_id):
    """A new document, for the vault and for this appeal."""
    appeal, form = load(mine(), appeal_id), DocumentForm(request.form)
    if not appeal.may_edit(g.actor):
        return appeal_page(appeal, 422, problem="Bij dit beroep kan geen document meer.")
    if not (document := uploaded(form, "other")):
        return appeal_page(appeal, 422, upload=form)
    appeal.attach(g.actor, document)
    return back(appeal, "documenten")


@bp.post("/beroepen/<int:appeal_id>/documenten/kiezen")
def choose_document(appeal_id):
    """A document that the vault keeps already."""
    appeal, typed = load(mine(), appeal_id), request.form.get("document", "")
    plain = typed.isascii() and typed.isdecimal() and len(typed) < 10
    document = plain and Document.of(g.actor.organisation).where(Document.id == int(typed)).first()
    if not document:
        return appeal_page(appeal, 422, problem="Kies een document uit de lijst.")
    return change_documents(appeal, appeal.attach, document)


@bp.post("/beroepen/<int:appeal_id>/documenten/<int:document_id>/verwijderen")
def remove_document(appeal_id, document_id):
    """Take it off the appeal; the vault keeps it."""
    appeal = load(mine(), appeal_id)
    used = [document.id for document in appeal.documents]
    document = load(Document.select().where(Document.id.in_(used)), document_id)
    return change_documents(appeal, appeal.detach, document)


def change_documents(appeal, change, document):
    try:
        change(g.actor, document)
    except RuleBroken as broken:
        return appeal_page(load(mine(), appeal.id), 422, problem=str(broken))
    return back(appeal, "documenten")


@bp.post("/beroepen/<int:appeal_id>/intrekken")
def withdraw(appeal_id):
    appeal = load(mine(), appeal_id)
    try:
        appeal.withdraw(g.actor)
    except RuleBroken as broken:
        return appeal_page(load(mine(), appeal_id), 422, problem=str(broken))
    flash("Het beroep is ingetrokken.")
    return back(appeal)


@bp.get("/beroepen/<int:appeal_id>/ontvangstbewijs")
def receipt(appeal_id):
    """The receipt of what was handed in, as a PDF."""
    appeal = load(mine().where(Appeal.number.is_null(False)), appeal_id)
    return attachment(pdf.appeal(appeal, appeal.documents), f"ontvangstbewijs-{appeal.number}.pdf")
