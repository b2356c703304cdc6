"""Uploaded documents, given only to who may see them, always as an attachment.

It must not know how a file was stored.
"""

from flask import Blueprint, Response, abort, g
from peewee import JOIN

from models import Document, DocumentContent, DocumentUse, Recognition

bp = Blueprint("documents", __name__, url_prefix="/documenten")


@bp.get("/<int:document_id>")
def show(document_id):
    document = visible_to(g.actor).where(Document.id == document_id).first()
    if not document:
        abort(404)
    content = DocumentContent.get_by_id(document.id).content
    response = Response(bytes(content), mimetype=document.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=document.filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def visible_to(actor):
    """The organisation's own documents; for a handler, those of files submitted to the own partnership."""
    if not actor.is_handler:
        return Document.select().where(Document.organisation == actor.organisation)
    return (
        Document.select()
        .join(DocumentUse, JOIN.INNER)
        .join(Recognition)
        .where(
            Recognition.partnership == actor.organisation.partnership_id,
            Recognition.submitted_on.is_null(False),
        )
        .distinct()
    )
