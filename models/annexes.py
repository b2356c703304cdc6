"""What is added to an agreement: documents of either party, fixed with the version that is signed.

It must not know how a document comes in; profile.py keeps it.
"""

from peewee import CharField, Check, ForeignKeyField

import rules_agreements as law
from models.agreements import CHANGED_MEANWHILE, Agreement
from models.base import Record, db
from models.people import Event
from models.profile import Document
from rules import RuleBroken

MOST = 12  # annexes of one agreement


class Annex(Record):
    """One document that belongs to an agreement."""

    agreement = ForeignKeyField(Agreement, backref="annexes", on_delete="CASCADE")
    kind = CharField(max_length=11, constraints=[Check(f"kind IN {tuple(law.ANNEXES)!r}")])
    document = ForeignKeyField(Document)

    class Meta:
        indexes = ((("agreement", "kind", "document"), True),)

    @classmethod
    def add(cls, actor, agreement, kind, document):
        """Add a document of the actor's own organisation to a draft. Raises RuleBroken."""
        if kind not in law.ANNEXES or document.organisation_id != actor.organisation.id:
            raise RuleBroken(kind="Kies wat voor bijlage dit is.")
        if agreement.annexes.count() >= MOST:
            raise RuleBroken(file=f"Een overeenkomst heeft hoogstens {MOST} bijlagen.")
        with db.atomic():
            agreement.edit(actor)
            annex, is_new = cls.get_or_create(agreement=agreement, kind=kind, document=document)
            if is_new:
                Event.record(agreement, "annex_added", actor, annex=document.filename)
        return annex

    def remove(self, actor):
        """Take it off the draft; the document itself stays where it is kept."""
        with db.atomic():
            self.agreement.edit(actor)
            if not Annex.delete().where(Annex.id == self.id).execute():
                raise RuleBroken(state=CHANGED_MEANWHILE)
            Event.record(self.agreement, "annex_removed", actor, annex=self.document.filename)

    @property
    def kind_name(self):
        return law.ANNEXES[self.kind]

    @property
    def words(self):
        """What identifies the very document, in print too."""
        return f"{self.document.filename}, kenmerk van het bestand (sha256): {self.document.sha256}"
