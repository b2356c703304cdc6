"""What is kept for how long, and throwing away what need not be kept; each time with a declaration of what and why.

Files themselves (recognitions, agreements, the journal, the access log) are never thrown away here: the law asks a
published term for that, and none is known. It must not know the clock.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from peewee import CharField, DateField, IntegerField, fn

from models.base import Record, db
from models.messages import Message
from models.people import SignIn
from models.recognitions import Recognition
from models.reminders import Told
from models.signing import SigningLink


class Term(NamedTuple):
    what: str
    days: int  # [setting] kept for so many days
    why: str


TERMS = {  # [setting] the defaults; `flask purge --dagen` sets another number of days for one of them
    "drafts": Term("werkversies van erkenningen die nooit ingediend werden", 730, "Twee jaar niet aangeraakt."),
    "sign_ins": Term("aanmeldingen die voorbij zijn", 30, "Ze geven geen toegang meer."),
    "links": Term("links om te tekenen die gebruikt of verlopen zijn", 90, "Ze openen niets meer."),
    "messages": Term("mails die verstuurd zijn", 365, "Wat ze zeggen, staat in het dossier."),
    "told": Term("geheugen van de herinneringen", 730, "Ze gaan over termijnen die voorbij zijn."),
}


class Destruction(Record):
    """The declaration: what was thrown away, how much, since when it was not needed, and why."""

    on = DateField(index=True)
    what = CharField(max_length=20)
    count = IntegerField()
    before = DateField()  # everything older than this day
    why = CharField()


def purge(on, days=None, only_count=False):
    """[(key, how many)] thrown away on that day, or that would be. `days`: {key: another number of days}."""
    found = []
    with db.atomic():
        for key, term in TERMS.items():
            before = on - timedelta(days=(days or {}).get(key, term.days))
            count = _old(key, before).count() if only_count else _throw_away(key, before)
            found.append((key, count))
            if count and not only_count:
                Destruction.create(on=on, what=key, count=count, before=before, why=term.why)
    return found


def _old(key, before):
    """A select of what is older than that day and no longer needed."""
    moment = datetime.combine(before, time())
    if key == "drafts":
        # What was submitted once keeps its number. The newest stays: SQLite would give its id, and so the journal of
        # who made it, to the next one.
        newest = Recognition.select(fn.MAX(Recognition.id))
        old = (Recognition.touched_on < before) & (Recognition.id < newest)
        return Recognition.select().where(Recognition.state == "draft", Recognition.number.is_null(), old)
    if key == "sign_ins":
        return SignIn.select().where(SignIn.ends_at < moment)
    if key == "links":
        return SigningLink.select().where((SigningLink.expires_at < moment) | (SigningLink.used_at < moment))
    if key == "messages":
        kept = Message.select(Message.bundle).where(Message.bundle.is_null(False), Message.written_at >= moment)
        done = Message.sent_at.is_null(False) | Message.bundle.is_null(False)
        return Message.select().where(done, Message.written_at < moment, Message.id.not_in(kept))
    return Told.select().where(Told.on < before)


def _throw_away(key, before):
    old = _old(key, before)
    model, primary = old.model, old.model._meta.primary_key
    old = old.select(primary)  # asked within the statement: there may be more than PostgreSQL takes as parameters
    parts = 0
    if key == "messages":  # what was bundled before what bundled it
        parts = Message.delete().where(Message.id.in_(old), Message.bundle.is_null(False)).execute()
    return parts + model.delete().where(primary.in_(old)).execute()
