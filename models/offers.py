"""Mandates that wait: mailed to who may take one up, for the organisation they work for or for themselves alone.

It must not know how somebody signs in, nor the address a link leads to.
"""

import hashlib
import secrets

from peewee import BooleanField, CharField, Check, DateField, DateTimeField, ForeignKeyField

import rules
from models.base import Record, db, lock
from models.mandates import EXTENTS, NOT_YOURS, PURPOSES, Mandate, allowed, extent_field
from models.messages import Message
from models.people import Event, Membership, Organisation, User
from rules import RuleBroken

MAIL = """Beste,

{who} vraagt u om in het loket duaal leren te werken voor {organisation}, tot en met {until}.

Meld u aan en aanvaard op {url}

De link werkt tot en met {expires} en kan één keer gebruikt worden. Verwachtte u dit niet? Dan hoeft u niets te doen.

Loket duaal leren
"""


class MandateOffer(Record):
    """What a mandate will be, once somebody who has the mailed link takes it up."""

    organisation = ForeignKeyField(Organisation, backref="mandates_offered")  # the employer
    holder = ForeignKeyField(Organisation, null=True, backref="offers")  # whose people alone may take it up; null: any
    email = CharField()
    is_personal = BooleanField()  # whoever takes it up is the only one who may use it
    recognitions, mentors, agreements = extent_field(), extent_field(), extent_field()
    valid_from = DateField()
    valid_until = DateField()  # inclusive
    token_hash = CharField(unique=True, max_length=64)
    made_by = ForeignKeyField(User)
    made_at = DateTimeField()  # UTC
    expires_at = DateTimeField()  # UTC
    closed_at = DateTimeField(null=True)  # UTC; taken up or withdrawn
    mandate = ForeignKeyField(Mandate, null=True, backref="offers")  # what it became

    class Meta:
        constraints = [*(Check(f"{purpose} IN {tuple(EXTENTS)!r}") for purpose in PURPOSES)]

    def __str__(self):
        return self.email

    @property
    def extents(self):
        return {purpose: getattr(self, purpose) for purpose in PURPOSES}

    def allowed(self):
        return allowed(self.extents)

    @classmethod
    def stands(cls, at):
        """A condition: not taken up, withdrawn or too old, and from who may still give mandates."""
        return cls.closed_at.is_null() & (cls.expires_at > at) & Membership.vouching(cls.made_by, cls.organisation)

    @classmethod
    def open(cls, organisation, at):
        """What nobody took up yet, the newest first."""
        return cls.select().where(cls.organisation == organisation, cls.stands(at)).order_by(cls.id.desc())

    @classmethod
    def usable(cls, token, at):
        """The offer behind a mailed link, with its employer; None when used, withdrawn or too old."""
        return (
            cls.select(cls, Organisation)
            .join(Organisation, on=(cls.organisation == Organisation.id), attr="organisation")
            .where(cls.token_hash == _hashed(token), cls.stands(at))
            .where(~Organisation.is_blocked)
            .first()
        )

    @classmethod
    def by_mail(cls, actor, email, address_of, valid_from, valid_until, holder=None, is_personal=False, **extents):
        """Mail somebody a link to take up a mandate once. `address_of`: token -> the address. May raise RuleBroken."""
        broken = Mandate.problems(actor, valid_from, valid_until, extents)
        if holder and holder.id == actor.organisation.id:
            broken["holder"] = "U hoeft uw eigen organisatie niet te machtigen."
        if cls.open(actor.organisation, actor.at).where(cls.email == email).exists():
            broken["email"] = "Voor dit adres loopt al een uitnodiging. Trek die eerst in."
        if broken:
            raise RuleBroken(**broken)
        token, expires_at = secrets.token_urlsafe(32), rules.last_moment(actor.at, rules.INVITATION_DAYS)
        with db.atomic():
            offer = cls.create(
                organisation=actor.organisation,
                holder=holder,
                email=email,
                is_personal=is_personal,
                valid_from=valid_from,
                valid_until=valid_until,
                token_hash=_hashed(token),
                made_by=actor.user,
                made_at=actor.at,
                expires_at=expires_at,
                **extents,
            )
            days = {"until": f"{valid_until:%d/%m/%Y}", "expires": f"{expires_at:%d/%m/%Y}"}
            whose = {"who": actor.user.name, "organisation": actor.organisation.name}
            text = MAIL.format(url=address_of(token), **whose, **days)
            Message.write(actor, email, f"Een machtiging van {actor.organisation.name}", text)
            Event.record(offer, "mandate_offered", actor, called=email, until=days["until"])
        return offer

    def why_not(self, actor):
        """Why this person cannot take it up as they act now: a Dutch sentence, or ""."""
        if actor.mandate or not actor.may_act:
            return "Met de rechten die u nu hebt, kunt u geen machtiging aanvaarden."
        if actor.organisation.id == self.organisation_id:
            return f"U werkt nu zelf voor {self.organisation}. Wissel eerst naar uw andere organisatie."
        if self.holder_id and self.holder_id != actor.organisation.id:
            return f"Deze machtiging is voor {self.holder}. Wissel eerst naar die organisatie."
        if actor.on > self.valid_until:
            return "Deze machtiging is intussen voorbij. Vraag een nieuwe."
        if Mandate.overlapping(self.organisation, actor.organisation, self._person(actor), self._days(actor)):
            told = f"{actor.organisation} heeft in die periode al een machtiging."
            return f"{told} Vraag {self.organisation} om die eerst te beëindigen."
        return ""

    def _person(self, actor):
        return actor.user if self.is_personal else None

    def _days(self, actor):
        """A mandate begins when it is taken up, at the earliest."""
        return max(self.valid_from, actor.on), self.valid_until

    def accept(self, actor):
        """Take it up, once, for the actor's organisation. Raises RuleBroken; returns the mandate."""
        with db.atomic():
            lock(self.organisation)  # as who gives one does: of two at once, the second sees the first
            closed = MandateOffer.update(closed_at=actor.at)
            unused = MandateOffer.closed_at.is_null() & (MandateOffer.expires_at > actor.at)
            if not closed.where(MandateOffer.id == self.id, unused).execute():
                raise RuleBroken(state="Deze uitnodiging werd al gebruikt of is ingetrokken.")
            if reason := self.why_not(actor):
                raise RuleBroken(state=reason)
            mandate = Mandate.begin(
                self.organisation,
                actor.organisation,
                self._days(actor),
                self.made_by,
                actor.at,
                person=self._person(actor),
                **self.extents,
            )
            MandateOffer.update(mandate=mandate).where(MandateOffer.id == self.id).execute()
            by_it = mandate.actor(actor.user, actor.at, actor.on)
            Event.record(mandate, "mandate_taken_up", by_it, until=f"{self.valid_until:%d/%m/%Y}")
        return mandate

    def withdraw(self, actor):
        """Nobody can take it up any more."""
        if not (actor.manages_access and actor.organisation.id == self.organisation_id):
            raise RuleBroken(state=NOT_YOURS)
        with db.atomic():
            query = MandateOffer.update(closed_at=actor.at)
            if not query.where(MandateOffer.id == self.id, MandateOffer.closed_at.is_null()).execute():
                raise RuleBroken(state="Deze uitnodiging werd al gebruikt of was al ingetrokken.")
            Event.record(self, "offer_withdrawn", actor, called=self.email)


def _hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()
