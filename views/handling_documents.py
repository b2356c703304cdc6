"""Documents as a case handler opens them: within a file of the own partnership, and for sensitive ones with a reason.

It must not show a document that the file does not use.
"""

from flask import g, request

from models import Document, DocumentUse, vault
from rules import RuleBroken
from views.answers import load, render
from views.documents import sent
from views.forms import ReasonForm
from views.handling import bp, ours


def found_in(recognition_id, document_id):
    """(the file, its document with that id); 404 when it is not there or not ours."""
    recognition = load(ours(), recognition_id)
    used = DocumentUse.select(DocumentUse.document).where(DocumentUse.recognition == recognition)
    return recognition, load(Document.of(recognition.organisation).where(Document.id.in_(used)), document_id)


@bp.get("/<int:recognition_id>/documenten/<int:document_id>")
def document(recognition_id, document_id):
    """The document itself, or first the question why."""
    recognition, wanted = found_in(recognition_id, document_id)
    if wanted.is_sensitive:
        return why_page(recognition, wanted, ReasonForm())
    return sent(wanted)


def why_page(recognition, wanted, form, status=200):
    return render("handling/document.html", None, status, recognition=recognition, document=wanted, form=form)


@bp.post("/<int:recognition_id>/documenten/<int:document_id>")
def open_document(recognition_id, document_id):
    """The document; a sensitive one for who handles the file, once it is noted who opens it and why."""
    recognition, wanted = found_in(recognition_id, document_id)
    form = ReasonForm(request.form)
    if not form.validate():
        return why_page(recognition, wanted, form, 422)
    try:
        if wanted.is_sensitive:
            recognition.check_duty(g.actor)  # a voter has no need of somebody's criminal record
        vault.disclose(wanted, g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return why_page(recognition, wanted, form, 422)
    return sent(wanted)
