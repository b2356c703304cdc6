"""Who saw somebody's personal data: for the organisation, and for the person concerned by a link of their own.

It must not know how an entry becomes a sentence.
"""

import hashlib
import secrets

from peewee import JOIN, CharField, Check, DateTimeField, ForeignKeyField, IntegerField

import rules
from models.agreements import Agreement
from models.base import Record, db
from models.history import ABOUT
from models.messages import Message
from models.people import AccessLog, Event, Organisation, User
from models.profile import Document, Mentor, check_own
from rules import RuleBroken

CONCERNED = {"mentor": Mentor, "agreement": Agreement}  # whose data may have been seen: a mentor, or a learner
MAIL = """Beste {name},

U vroeg aan {organisation} wie uw persoonsgegevens in het loket duaal leren inzag.

U leest het op {url}

De link werkt tot en met {until} en kan één keer gebruikt worden.

Loket duaal leren
"""


def seen_of(organisation):
    """Who opened personal data that this organisation keeps, and what its own people opened elsewhere."""
    own = AccessLog.organisation == organisation
    for table, record in (("mentor", Mentor), ("document", Document), ("agreement", Agreement)):
        theirs = record.select(record.id).where(record.organisation == organisation)
        own |= (AccessLog.subject == table) & AccessLog.subject_id.in_(theirs)
    return _entries().where(own)


def seen_about(table, record):
    """Who opened what of this person: the record itself, and the documents about a mentor."""
    about = (AccessLog.subject == table) & (AccessLog.subject_id == record.id)
    if table == "mentor":
        papers = Document.select(Document.id).where(Document.mentor == record)
        about |= (AccessLog.subject == "document") & AccessLog.subject_id.in_(papers)
    return _entries().where(about).order_by(AccessLog.id.desc())


def _entries():
    holder = Organisation.alias()
    return (
        AccessLog.select(AccessLog, User, Organisation, holder)
        .join(User, on=(AccessLog.user == User.id), attr="user")
        .switch(AccessLog)
        .join(Organisation, on=(AccessLog.organisation == Organisation.id), attr="organisation")
        .switch(AccessLog)
        .join(holder, JOIN.LEFT_OUTER, on=(AccessLog.through == holder.id), attr="through")
    )


class InsightLink(Record):
    """One personal link by which a mentor or learner reads, once and without an account, who saw their data."""

    organisation = ForeignKeyField(Organisation)
    subject = CharField(max_length=20, constraints=[Check(f"subject IN {tuple(CONCERNED)!r}")])
    subject_id = IntegerField()
    token_hash = CharField(unique=True, max_length=64)
    sent_by = ForeignKeyField(User)
    sent_at = DateTimeField()  # UTC
    expires_at = DateTimeField()  # UTC
    used_at = DateTimeField(null=True)  # UTC

    @classmethod
    def reachable(cls, organisation):
        """[(key, name)] of the mentors and learners of this organisation who can be mailed; by name."""
        found = [
            (f"{table}-{row.id}", row)
            for table, record in CONCERNED.items()
            for row in record.select().where(record.organisation == organisation, record.email != "").limit(500)
        ]
        people = [(key, f"{row.first_name} {row.last_name}, {ROLE_OF[key.partition('-')[0]]}") for key, row in found]
        return sorted(people, key=lambda pair: (pair[1].casefold(), pair[0]))

    @classmethod
    def send(cls, actor, key, address_of):
        """Mail the person behind `key` their link; returns their name. `address_of`: token -> the address."""
        check_own(actor, actor.organisation.id)
        table, _, number = key.partition("-")
        record = CONCERNED.get(table)
        sound = record is not None and number.isascii() and number.isdecimal() and len(number) < 10
        person = sound and record.get_or_none(record.id == int(number), record.organisation == actor.organisation)
        if not person or not person.email:
            raise RuleBroken(person="Kies iemand uit de lijst.")
        token = secrets.token_urlsafe(32)
        expires_at = rules.last_moment(actor.at, rules.INVITATION_DAYS)
        name = f"{person.first_name} {person.last_name}"
        with db.atomic():
            made = {"sent_by": actor.user, "sent_at": actor.at, "expires_at": expires_at, "token_hash": _hashed(token)}
            cls.create(organisation=actor.organisation, subject=table, subject_id=person.id, **made)
            words = {"name": name, "organisation": actor.organisation.name, "until": f"{expires_at:%d/%m/%Y}"}
            text = MAIL.format(url=address_of(token), **words)
            Message.write(actor, person.email, "Wie zag uw persoonsgegevens?", text)
            Event.record(person, "insight_sent", actor, kind=ABOUT[table][0].lower())
        return name

    @classmethod
    def usable(cls, token, at):
        found = cls.select(cls, Organisation).join(Organisation)
        return found.where(cls.token_hash == _hashed(token), cls.used_at.is_null(), cls.expires_at > at).first()

    def use(self, at):
        """(name, entries) of the person it is for, once. Raises RuleBroken when it was used just before."""
        query = InsightLink.update(used_at=at)
        if not query.where(InsightLink.id == self.id, InsightLink.used_at.is_null()).execute():
            raise RuleBroken(state="Deze link is al gebruikt.")
        person = CONCERNED[self.subject].get_by_id(self.subject_id)
        return f"{person.first_name} {person.last_name}", list(seen_about(self.subject, person).limit(500))


ROLE_OF = {"mentor": "mentor", "agreement": "leerling"}


def _hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()
