"""Who: organisations, people, what they may do for whom, their sign-ins, and the journal of what they did.

It must not know files or their steps.
"""

import hashlib
import json
import secrets
from datetime import date, datetime, timedelta
from typing import NamedTuple

import peewee
from peewee import (
    JOIN,
    OP,
    SQL,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    Expression,
    ForeignKeyField,
    IntegerField,
    TextField,
    Value,
    fn,
)

import rules
from models.base import Record, db, kept
from models.chains import Chain, digest_of
from models.reference import JointCommittee, Partnership

ROLES = {
    "legal_representative": "Beheerder",
    "head_access_manager": "Hoofdtoegangsbeheerder",
    "access_manager": "Toegangsbeheerder",
    "user": "Gebruiker",
    "viewer": "Raadpleger",
}

DUTIES = {  # inside a partnership
    "manager": "Beheerder",
    "officer": "Medewerker",
    "voter": "Stemgerechtigde",
}

TARGET_GROUPS = {
    "employer": "Economische Actor",
    "provider": "Onderwijs en vorming",
    "partnership": "Vlaamse Entiteit",
}

LANGUAGES = {"nl": "Nederlands", "fr": "Frans", "de": "Duits", "en": "Engels"}  # of the note in a mail

ACCESS_MANAGERS = ("legal_representative", "head_access_manager", "access_manager")  # who gives and ends rights

EVERYTHING = "*"  # of a sign-in: it speaks for every organisation its person has a right at
SESSION_LIFETIME = timedelta(hours=2)  # as long as a sign-in at ACM lasts
TOUCH_EVERY = timedelta(minutes=5)  # how exactly it is known when a sign-in was last used


class Organisation(Record):
    number = CharField(unique=True, max_length=10)  # enterprise number: ten digits, no dots
    name = CharField(index=True)
    kind = CharField(max_length=12, constraints=[Check("kind IN ('employer', 'provider', 'partnership')")])
    joint_committee = ForeignKeyField(JointCommittee, null=True)
    partnership = ForeignKeyField(Partnership, null=True)  # for those who handle files of one
    ceased_on = DateField(null=True)  # the extract in which the KBO had it no longer
    ceased_noted_at = DateTimeField(null=True)  # UTC; when the partnership took note of that
    users_confirmed_on = DateField(null=True)  # somebody looked over who has a right here
    # What it says of itself, beside what the KBO says.
    email = CharField(default="")
    phone = CharField(default="")
    website = CharField(default="")
    account_number = CharField(default="", max_length=34)  # IBAN
    language = CharField(default="nl", max_length=2, constraints=[Check(f"language IN {tuple(LANGUAGES)!r}")])
    excluded_from = DateField(null=True)  # by a sanction: no new applications from that day on
    excluded_until = DateField(null=True)  # inclusive; null with excluded_from: for good
    registers_agreements = BooleanField(default=True)  # an employer: itself, or does it leave that to the school
    is_blocked = BooleanField(default=False)  # an emergency: nobody acts for it, whatever ACM says

    class Meta:
        indexes = ((("kind", "name"), False),)

    @classmethod
    def matches(cls, search):
        """A condition: the name or the number holds every typed word."""
        fits = cls.id.is_null(False)
        for word in rules.sought(search):
            number, named = rules.digits(word), cls.name.contains(word)
            fits &= (named | cls.number.contains(number)) if number else named
        return fits

    @classmethod
    def has_ceased_unseen(cls):
        """A condition: the KBO no longer has it, and its partnership took no note of that yet."""
        return cls.ceased_on.is_null(False) & cls.ceased_noted_at.is_null()

    def is_excluded(self, on):
        """True when a sanction bars this organisation from new applications on that day."""
        return rules.is_excluded(self.excluded_from, self.excluded_until, on)

    def __str__(self):
        return self.name


Organisation.add_index(  # of the few a partnership has to take note of
    Organisation.index(
        Organisation.name,
        Organisation.id,
        where=SQL("ceased_on IS NOT NULL AND ceased_noted_at IS NULL"),
        name="organisation_ceased_unseen",
    )
)


class User(Record):
    subject = CharField(unique=True)  # what the identity provider calls this person
    first_name = CharField()
    last_name = CharField()
    email = CharField(default="")  # where mail goes; empty: none goes
    insz_hash = CharField(null=True, index=True, max_length=64)  # to recognise who was invited by national number
    is_blocked = BooleanField(default=False)

    vouched = EVERYTHING  # what this sign-in speaks for, see SignIn
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self):
        return not self.is_blocked

    @property
    def name(self):
        return f"{self.first_name} {self.last_name}"


class Membership(Record):
    """A person's right to act for an organisation."""

    user = ForeignKeyField(User, backref="memberships", on_delete="CASCADE")
    organisation = ForeignKeyField(Organisation, backref="memberships", on_delete="CASCADE")
    role = CharField(max_length=24, constraints=[Check(f"role IN {tuple(ROLES)!r}")])
    source = CharField(max_length=5, default="acm", constraints=[Check("source IN ('acm', 'local')")])
    is_blocked = BooleanField(default=False)
    # What somebody does in a partnership; means nothing elsewhere.
    duty = CharField(default="officer", max_length=8, constraints=[Check(f"duty IN {tuple(DUTIES)!r}")])

    class Meta:
        indexes = ((("user", "organisation"), True),)

    @property
    def role_name(self):
        return ROLES[self.role]

    def actor(self, user, at, on):
        """This person as they act by this right."""
        return Actor(user, self.organisation, self.role, at, on, self.duty)

    @classmethod
    def colleagues(cls, organisation):
        """The unblocked people of an organisation who may do more than look, in order of name."""
        return (
            cls.select(cls, User)
            .join(User)
            .where(cls.organisation == organisation, ~cls.is_blocked, ~User.is_blocked, cls.role != "viewer")
            .order_by(User.last_name, User.first_name, User.id)
        )

    @classmethod
    def named_by(cls, vouched):
        """A condition: a right that is local, or that the token behind a sign-in named; `vouched`: see SignIn."""
        mine = Value("%,").concat(cls.organisation.cast("TEXT")).concat(",%")
        return (cls.source == "local") | Expression(vouched, OP.EQ, EVERYTHING) | Expression(vouched, OP.ILIKE, mine)

    @classmethod
    def vouching(cls, user, organisation):
        """A condition on two fields: that person still manages access there, so that what they offered stands."""
        manager, person = cls.alias(), User.alias()
        found = manager.select(1).join(person, on=(manager.user == person.id))
        still = manager.role.in_(ACCESS_MANAGERS) & ~manager.is_blocked & ~person.is_blocked
        return fn.EXISTS(found.where(manager.user == user, manager.organisation == organisation, still))

    @classmethod
    def people(cls, organisation, text):
        """The unblocked people of an organisation whose name holds every typed word, in order of name."""
        found = cls.select(cls, User).join(User).where(cls.organisation == organisation, ~cls.is_blocked)
        for word in rules.sought(text):
            found = found.where(User.first_name.contains(word) | User.last_name.contains(word))
        return found.order_by(User.last_name, User.first_name, User.id)

    @classmethod
    def of(cls, user, search="", vouched=None):
        """What this person may do now, with the organisations in order of name; `search`: name or number.

        A right from ACM counts in the sign-in that named it: another one may have ended since.
        """
        found = (
            cls.select(cls, Organisation)
            .join(Organisation)
            .where(cls.user == user, ~cls.is_blocked, ~Organisation.is_blocked)
            .where(cls.named_by(Value(user.vouched) if vouched is None else vouched))
            .order_by(Organisation.name, Organisation.id)
        )
        return found.where(Organisation.matches(search)) if search.split() else found

    @classmethod
    def elsewhere(cls, user, search=""):
        """Rights of this person that another sign-in at ACM would have to name, in order of name."""
        every, now = cls.of(user, search, Value(EVERYTHING)), cls.named_by(Value(user.vouched))
        return every.where(~now)

    @classmethod
    def preferred(cls, user, number):
        """This person's membership of the organisation with that number, else the first one; None without any."""
        found = _membership_of(user, user.vouched, number or "") or _first_membership(user, user.vouched)
        return next(iter(found), None)


@kept
def _membership_of(user, vouched, number):
    return Membership.of(user, vouched=vouched).where(Organisation.number == number)


@kept
def _first_membership(user, vouched):
    return Membership.of(user, vouched=vouched).limit(1)


class SignIn(Record):
    """One sign-in. The cookie holds the token, the register its hash and its end: signing out ends it everywhere."""

    token_hash = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE")
    started_at = DateTimeField()  # UTC
    ends_at = DateTimeField(index=True)  # UTC; moved to now by signing out
    vouched = TextField(default=EVERYTHING)  # ids of the organisations ACM named, as ",1,2,"; or EVERYTHING
    device = CharField(default="", max_length=60)  # in words for its own person: "Firefox op Windows"
    means = CharField(default="", max_length=30)  # with what they proved who they are, in words: "itsme"
    used_at = DateTimeField(null=True)  # UTC; when a form was last sent with it, see `touch`

    @classmethod
    def start(cls, user, at, named=None, device="", means=""):
        """Remember a sign-in and return its token, for the cookie alone; `named`: ids of organisations, None: all."""
        token = secrets.token_urlsafe(32)
        Once.forget_old(at)
        user.vouched = EVERYTHING if named is None else "".join(f",{one}" for one in named) + ","
        times = {"started_at": at, "ends_at": at + SESSION_LIFETIME}
        said = {"vouched": user.vouched, "device": device, "means": means}
        cls.create(token_hash=cls.hashed(token), user=user, **said, **times)
        return token

    @classmethod
    def running(cls, token, at):
        """Whose sign-in this token is, with what it speaks for and until when; None when ended, unknown or blocked."""
        found = next(iter(_running_sign_in(cls.hashed(token), at)), None)
        if found:
            found.user.vouched = found.vouched
            found.user.signed_in_until, found.user.sign_in_used_at = found.ends_at, found.used_at
        return found and found.user

    @classmethod
    def latest_user(cls, token):
        """Who the sign-in behind this token was for, ended or not."""
        found = cls.get_or_none(cls.token_hash == cls.hashed(token))
        return found and found.user_id

    @classmethod
    def end(cls, token, at):
        cls.update(ends_at=at).where(cls.token_hash == cls.hashed(token), cls.ends_at > at).execute()

    @classmethod
    def touch(cls, user, token, at):
        """Note that this sign-in was used to change something; `user`: as `running` gave it. Reading notes nothing."""
        before = getattr(user, "sign_in_used_at", at)
        if before is None or before + TOUCH_EVERY <= at:
            cls.update(used_at=at).where(cls.token_hash == cls.hashed(token), cls.ends_at > at).execute()

    @classmethod
    def of(cls, user, at):
        """The sign-ins of this person that last still, the newest first."""
        return cls.select().where(cls.user == user, cls.ends_at > at).order_by(cls.id.desc())

    @classmethod
    def end_others(cls, user, token, at, on, only=None):
        """End this person's other sign-ins, or `only` that one; returns how many. The one behind the token stays."""
        others = (cls.user == user.id) & (cls.ends_at > at) & (cls.token_hash != cls.hashed(token))
        if only is not None:
            others &= cls.id == only
        ended = [one.device for one in cls.update(ends_at=at).where(others).returning(cls.device).execute()]
        actor = Actor(user, None, "", at, on)  # as themselves: for which organisation they work now has no part in it
        for device in sorted(ended):
            Event.record(user, "sign_in_ended", actor, device=device or "een onbekend toestel")
        return len(ended)

    @staticmethod
    def hashed(token):
        return hashlib.sha256(token.encode()).hexdigest()


@kept
def _running_sign_in(token_hash, at):
    running = SignIn.select(SignIn, User).join(User)
    return running.where(SignIn.token_hash == token_hash, SignIn.ends_at > at, ~User.is_blocked)


class Once(Record):
    """A form that was done, by the fingerprint of its key and content, and where it led."""

    fingerprint = CharField(primary_key=True, max_length=64)
    place = TextField(default="")
    at = DateTimeField(index=True)  # UTC

    @classmethod
    def claim(cls, fingerprint, at):
        """None for the first to come with it; for who comes later the place the first was led to."""
        try:
            with db.atomic():  # where two come at once, the second waits here until the first is done
                cls.create(fingerprint=fingerprint, at=at)
        except peewee.IntegrityError:
            return cls.get_by_id(fingerprint).place
        return None

    @classmethod
    def lead_to(cls, fingerprint, place):
        cls.update(place=place).where(cls.fingerprint == fingerprint).execute()

    @classmethod
    def forget(cls, fingerprint):
        cls.delete().where(cls.fingerprint == fingerprint).execute()

    @classmethod
    def forget_old(cls, at):
        """Nobody sends a form again after the sign-in it was filled in with."""
        cls.delete().where(cls.at < at - 2 * SESSION_LIFETIME).execute()


class Actor(NamedTuple):
    """Who acts, for which organisation, in which role, and when: what every step wants to know."""

    user: User
    organisation: Organisation
    role: str
    at: datetime  # UTC, for the journal
    on: date  # the day in Belgium, for the law
    duty: str = "officer"  # counts in a partnership only
    mandate: Record | None = None  # by which this organisation let them act; None: a right of their own

    @property
    def may_act(self):
        return self.role != "viewer"

    @property
    def is_employer(self):
        return self.organisation.kind == "employer"

    @property
    def manages_access(self):
        """True for who may say what others may do for this organisation; a mandate never goes that far."""
        return self.mandate is None and self.role in ACCESS_MANAGERS

    def covers(self, purpose):
        """True for somebody of the organisation itself, and for a mandate that holds for this purpose today."""
        return self.mandate is None or self.mandate.covers(purpose, self.on)

    @property
    def is_handler(self):
        return self.organisation.kind == "partnership"

    @property
    def is_manager(self):
        return self.is_handler and self.duty == "manager"

    @property
    def is_committee(self):
        """True for the managers of the Vlaams Partnerschap: appeals come to them."""
        partnership = self.is_manager and self.organisation.partnership
        return bool(partnership and partnership.is_default)


class Event(Record):
    """What happened, in the past tense; the history of a record is its events in order of id."""

    subject = CharField(max_length=20)
    subject_id = IntegerField()
    name = CharField(max_length=30)
    user = ForeignKeyField(User, null=True)
    organisation = ForeignKeyField(Organisation, null=True)  # the one acted for
    through = ForeignKeyField(Organisation, null=True, backref="deeds_through")  # whose mandate was used, if any
    at = DateTimeField()  # UTC
    details = TextField(default="{}")  # JSON
    digest = CharField(max_length=64)  # over all of it and the event before it, see chains.py

    listeners = []  # called with (record, name, actor) for every event, inside the transaction of its step

    class Meta:
        indexes = ((("subject", "subject_id", "id"), False),)

    @classmethod
    def record(cls, subject, name, actor, **details):
        event = cls(
            subject=subject._meta.table_name,
            subject_id=subject.id,
            name=name,
            user=actor.user,
            organisation=actor.organisation,
            through=actor.mandate and actor.mandate.holder,
            at=actor.at,
            details=json.dumps(details, ensure_ascii=False, default=str),
        )
        event._chained()
        for told in cls.listeners:
            told(subject, name, actor)
        return event

    def _chained(self):
        """Keep it as the newest of its record's chain."""
        before = Chain.hold(self.subject, self.subject_id)
        told = (self.subject, self.subject_id, self.name, self.user_id, self.organisation_id, self.through_id, self.at)
        self.digest = digest_of(before, (*told, self.details))
        self.save(force_insert=True)
        Chain.grow(self.subject, self.subject_id, self.id, self.digest)

    @classmethod
    def of(cls, subject):
        """The record's history, oldest first, with who did it."""
        return cls.told().where(cls.subject == subject._meta.table_name, cls.subject_id == subject.id)

    @classmethod
    def told(cls):
        """All that happened, oldest first, with who did it for whom."""
        holder = Organisation.alias()
        return (
            cls.select(cls, User, Organisation, holder)
            .join(User, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Organisation, JOIN.LEFT_OUTER, on=(cls.organisation == Organisation.id), attr="organisation")
            .switch(cls)
            .join(holder, JOIN.LEFT_OUTER, on=(cls.through == holder.id), attr="through")
            .order_by(cls.id)
        )

    @property
    def facts(self):
        return json.loads(self.details)


class AccessLog(Record):
    """Who saw which personal data, and why."""

    user = ForeignKeyField(User)
    organisation = ForeignKeyField(Organisation)
    through = ForeignKeyField(Organisation, null=True, backref="looks_through")  # whose mandate was used, if any
    subject = CharField(max_length=20)
    subject_id = IntegerField()
    field = CharField(max_length=30)
    reason = TextField(default="")
    at = DateTimeField()  # UTC

    class Meta:
        indexes = ((("subject", "subject_id", "id"), False),)

    @classmethod
    def note(cls, subject, field, actor, reason=""):
        return cls.create(
            user=actor.user,
            organisation=actor.organisation,
            through=actor.mandate and actor.mandate.holder,
            subject=subject._meta.table_name,
            subject_id=subject.id,
            field=field,
            reason=reason,
            at=actor.at,
        )


class Counter(Record):
    """One running number per kind of file; a number is never given twice."""

    kind = CharField(primary_key=True, max_length=1)
    last = IntegerField(default=0)

    @classmethod
    def next(cls, kind, on):
        """The next number of that kind: "E/YYYYMMDD/NNNNNN". Call it within the transaction that uses it."""
        cls.update(last=cls.last + 1).where(cls.kind == kind).execute()
        return f"{kind}/{on:%Y%m%d}/{cls.get_by_id(kind).last:06d}"
