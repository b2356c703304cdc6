"""The document vault: which files use a document, what ages out where it is still needed, opening and throwing away.

It must not know how a document comes in; profile.py keeps it.
"""

from collections import defaultdict
from typing import NamedTuple

import peewee

import rules
from models.addenda import AddendumSignature
from models.agreements import Agreement, Signature
from models.annexes import Annex
from models.base import db
from models.mentoring import MentorApplication
from models.people import AccessLog, Event
from models.profile import Document
from models.recognitions import OPEN_STATES, DocumentUse, Recognition
from models.sanctions import Appeal, AppealDocument
from models.steps import NOT_YOURS
from rules import RuleBroken

CHOICES = 300  # more documents than anybody looks through


# What keeps a document for an agreement; its learner is nobody's business but of who works on agreements.
OF_AGREEMENTS = (Annex.document, Signature.document, AddendumSignature.document, Agreement.declaration)


class Use(NamedTuple):
    """One file that uses a document."""

    record: object  # Recognition, MentorApplication, Appeal or Agreement
    is_handed_in: bool
    is_undecided: bool  # a draft, or waiting for a decision

    @property
    def kind(self):
        return type(self.record).__name__


def may_see_agreements(actor):
    return not actor.mandate or actor.mandate.covers("agreements", actor.on)


def opened_to(actor, found):
    """Of these documents those the actor may open: by a mandate none that are kept for agreements it is not for."""
    if may_see_agreements(actor):
        return found
    in_agreement = [field.model.select(1).where(field == Document.id) for field in OF_AGREEMENTS]
    in_file = [use.select(1).where(use.document == Document.id) for use in (DocumentUse, AppealDocument)]
    kept_elsewhere = peewee.fn.EXISTS(in_file[0]) | peewee.fn.EXISTS(in_file[1])
    for one in in_agreement:
        found = found.where(~peewee.fn.EXISTS(one) | kept_elsewhere)
    return found


def uses(documents):
    """{document id: [Use]} in order of the files, five queries however many documents."""
    found, ids = defaultdict(list), [document.id for document in documents]
    rows = (
        DocumentUse.select(DocumentUse, Recognition)
        .join(Recognition)
        .where(DocumentUse.document.in_(ids))
        .order_by(Recognition.id)
    )
    for row in rows:
        file = row.recognition
        waits = file.state == "draft" or file.state in OPEN_STATES
        found[row.document_id].append(Use(file, file.submitted_on is not None, waits))
    for application in _added_mentors(ids):
        found[application.proof].append(Use(application, True, application.state in ("submitted", "incomplete")))
    appealed = AppealDocument.select(AppealDocument, Appeal).join(Appeal).where(AppealDocument.document.in_(ids))
    for row in appealed.order_by(AppealDocument.id):
        waits = row.appeal.state in ("draft", "lodged", "admissible")
        found[row.document_id].append(Use(row.appeal, True, waits))
    added = Annex.select(Annex, Agreement).join(Agreement).where(Annex.document.in_(ids))
    for row in added.order_by(Annex.id):
        found[row.document_id].append(Use(row.agreement, True, row.agreement.state == "draft"))
    signed = Signature.select(Signature, Agreement).join(Agreement).where(Signature.document.in_(ids))
    for row in signed.order_by(Signature.id):
        found[row.document_id].append(Use(row.agreement, True, False))
    return found


def _added_mentors(ids):
    """The submitted mentor applications of which one of these documents is the `proof`."""
    return (
        MentorApplication.select(MentorApplication, Document.id.alias("proof"))
        .join(DocumentUse, on=(DocumentUse.recognition == MentorApplication.recognition))
        .join(Document, on=(DocumentUse.document == Document.id) & (Document.mentor == MentorApplication.mentor))
        .where(Document.id.in_(ids), MentorApplication.submitted_on.is_null(False))
        .order_by(MentorApplication.id)
        .objects()
    )


def warning(document, used, on):
    """One Dutch sentence when it ages out soon, or is too old where it is still needed; or None. `used`: its Uses."""
    last = document.usable_until
    if last is None:
        return None
    if last < on:
        waiting = [str(use.record) for use in used if use.is_undecided]
        return f"Te oud, en nog nodig in {', '.join(waiting)}. Voeg een recent document toe." if waiting else None
    left = (last - on).days
    if left > rules.EXPIRY_WARNING_DAYS:
        return None
    words = {0: "vandaag is de laatste dag", 1: "nog 1 dag"}.get(left, f"nog {left} dagen")
    return f"Na {last:%d/%m/%Y} te oud voor een nieuwe aanvraag: {words}."


def usable(actor):
    """{(kind, mentor id or None): [documents the actor may use now, the newest first]}, one query."""
    found = defaultdict(list)
    kept = opened_to(actor, Document.of(actor.organisation))
    for document in kept.order_by(Document.id.desc()).limit(CHOICES):
        if document.is_usable(actor.on):
            found[document.kind, document.mentor_id].append(document)
    return found


def throw_away(document, actor):
    """Delete a document for good, out of drafts too. Raises RuleBroken, naming the file, once it was handed in."""
    if not actor.may_act or actor.organisation.id != document.organisation_id:
        raise RuleBroken(state=NOT_YOURS)
    held = [str(use.record) for use in uses([document])[document.id] if use.is_handed_in]
    if held:
        names = ", ".join(dict.fromkeys(held))
        raise RuleBroken(state=f"Dit document hoort bij {names} en blijft daarom bewaard.")
    handed_in = (
        DocumentUse.select(DocumentUse.document).join(Recognition).where(Recognition.submitted_on.is_null(False))
    )
    unused = Document.delete().where(Document.id == document.id, Document.id.not_in(handed_in))
    try:
        with db.atomic():
            if not unused.execute():
                raise RuleBroken(state="Dit document werd net gebruikt in een aanvraag, of was al weg.")
            if document.mentor_id:
                Event.record(document.mentor, "document_deleted", actor, kind=document.kind_name)
    except peewee.IntegrityError:  # an appeal or an agreement took it just now
        raise RuleBroken(state="Dit document werd net gebruikt in een aanvraag, of was al weg.") from None


def disclose(document, actor, reason):
    """Note that a case handler opens a sensitive document, and why. Raises RuleBroken without a reason."""
    if not document.is_sensitive:
        return
    if not reason.strip():
        raise RuleBroken(reason="Schrijf waarom u dit document opent. Dat wordt genoteerd.")
    AccessLog.note(document, "document", actor, reason.strip())
