"""The document vault: what the organisation keeps, one document with the files that use it, adding and throwing away.

It must not know how a file was stored. A case handler opens documents within a file; handling_documents.py does that.
"""

from flask import Blueprint, Response, flash, g, request, url_for

import rules
from models import Document, DocumentContent, Mentor, vault
from rules import RuleBroken
from views.answers import Page, go_to, load, remember_list, render
from views.mentor_forms import VaultForm
from views.proving import known_mentor
from views.uploads import uploaded

bp = Blueprint("documents", __name__, url_prefix="/documenten")


def mine():
    return vault.opened_to(g.actor, Document.of(g.actor.organisation))


@bp.get("")
def index():
    """Everything in the vault, the newest first, narrowed by what the address says."""
    remember_list()
    return vault_page(VaultForm(mentors=own_mentors()))


def own_mentors():
    return list(Mentor.of(g.actor.organisation))


def vault_page(form, status=200):
    chosen = {name: request.args.get(name, "") for name in ("zoek", "soort", "mentor")}
    kind = chosen["soort"] if chosen["soort"] in rules.DOCUMENT_KINDS else ""
    found = Document.search(g.actor.organisation, chosen["zoek"], kind, known_mentor(chosen["mentor"]))
    found = vault.opened_to(g.actor, found)
    page = Page(found, [(Document.id, "desc")], request.args.get("na"), request.args.get("voor"))
    used = vault.uses(page.rows)
    return render(
        "documents/index.html",
        "documents/_list.html",
        status,
        rows=[(one, used[one.id], vault.warning(one, used[one.id], g.on)) for one in page.rows],
        page=page,
        total=found.limit(1001).count(),
        chosen={name: value for name, value in chosen.items() if value},
        kinds=rules.DOCUMENT_KINDS,
        mentors=form.mentor.choices[1:],
        form=form,
    )


@bp.post("")
def add():
    """Put a document in the vault."""
    form = VaultForm(request.form, mentors=own_mentors())
    document = uploaded(form, form.kind.data or "", known_mentor(form.mentor.data or ""))
    if not document:
        return vault_page(form, 422)
    flash(f"{document.filename} ligt in de kluis.")
    return go_to(url_for("documents.show", document_id=document.id))


@bp.get("/<int:document_id>")
def show(document_id):
    return document_page(load(mine(), document_id))


def document_page(document, status=200, problem=None):
    used = vault.uses([document])[document.id]
    return render(
        "documents/show.html",
        None,
        status,
        document=document,
        used=[use for use in used if use.kind != "Agreement" or vault.may_see_agreements(g.actor)],
        is_held=any(use.is_handed_in for use in used),
        warning=vault.warning(document, used, g.on),
        problem=problem,
    )


@bp.get("/<int:document_id>/bestand")
def download(document_id):
    return sent(load(mine(), document_id))


def sent(document):
    """The file itself, always as an attachment."""
    content = DocumentContent.get_by_id(document.id).content
    response = Response(bytes(content), mimetype=document.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=document.filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<int:document_id>/verwijderen")
def throw_away(document_id):
    document = load(mine(), document_id)
    try:
        vault.throw_away(document, g.actor)
    except RuleBroken as broken:
        return document_page(document, 422, str(broken))
    flash(f"{document.filename} is verwijderd.")
    return go_to(url_for("documents.index"))
