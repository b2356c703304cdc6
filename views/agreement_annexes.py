"""The annexes of an agreement: documents uploaded or chosen from the vault, and read by everybody who signs.

It must not know how a document is kept.
"""

from flask import abort, flash, g, request, url_for

import rules_agreements as law
from models import Annex, Document
from rules import RuleBroken
from views.agreement_forms import AnnexForm
from views.agreement_parts import part_page
from views.agreements import bp, mine
from views.answers import go_to, load
from views.documents import sent
from views.uploads import uploaded

CHOICES = 50  # documents of the vault to choose from


@bp.get("/<int:agreement_id>/bijlagen")
def annexes(agreement_id):
    return annexes_page(load(mine(), agreement_id))


def annexes_page(agreement, status=200, form=None, kind="", problem=None):
    added = list(agreement.files())
    known = {annex.document_id for annex in added}
    vault = Document.of(g.actor.organisation).where(Document.kind == "other").order_by(Document.id.desc())
    return part_page(
        "annexes",
        agreement,
        status,
        kinds=law.ANNEXES,
        added=added,
        vault=[document for document in vault.limit(CHOICES) if document.id not in known],
        form=form,
        form_kind=kind,
        problem=problem,
    )


@bp.post("/<int:agreement_id>/bijlagen")
def add_annex(agreement_id):
    """A file of one's own, or a document that is already in the vault."""
    agreement, kind, form = load(mine(), agreement_id), request.form.get("kind", ""), AnnexForm(request.form)
    if kind not in law.ANNEXES:
        return annexes_page(agreement, 422, problem="Kies wat voor bijlage dit is.")
    if not agreement.may_edit(g.actor):
        return annexes_page(agreement, 422, problem=agreement.why_not_edited(g.actor))
    chosen = request.form.get("document", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
        document = load(Document.of(g.actor.organisation).where(Document.kind == "other"), int(chosen))
    else:
        document = uploaded(form, "other")
    if not document:
        return annexes_page(agreement, 422, form, kind)
    try:
        Annex.add(g.actor, agreement, kind, document)
    except RuleBroken as broken:
        return annexes_page(agreement, 422, problem=str(broken))
    flash(f"Toegevoegd: {law.ANNEXES[kind].lower()}.")
    return go_to(url_for("agreements.annexes", agreement_id=agreement_id))


def load_annex(agreement, annex_id):
    return next((annex for annex in agreement.files() if annex.id == annex_id), None) or abort(404)


@bp.get("/<int:agreement_id>/bijlagen/<int:annex_id>")
def annex(agreement_id, annex_id):
    """The file itself, for both parties, whoever added it."""
    return sent(load_annex(load(mine(), agreement_id), annex_id).document)


@bp.post("/<int:agreement_id>/bijlagen/<int:annex_id>/verwijderen")
def remove_annex(agreement_id, annex_id):
    agreement = load(mine(), agreement_id)
    annex = load_annex(agreement, annex_id)
    annex.agreement = agreement
    try:
        annex.remove(g.actor)
    except RuleBroken as broken:
        return annexes_page(agreement, 422, problem=str(broken))
    flash("De bijlage is van de overeenkomst gehaald. Het document ligt nog in de kluis.")
    return go_to(url_for("agreements.annexes", agreement_id=agreement_id))
