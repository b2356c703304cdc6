"""Signing without an account: a link that comes by e-mail and a code that comes from somebody they know.

Neither is enough alone; both die with what they are for: a version of an agreement, or an addendum to it. Who signed
keeps the link to read a copy. It must not know HTTP.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import JOIN, CharField, DateTimeField, ForeignKeyField, IntegerField

import rules
from models.addenda import Addendum
from models.agreements import PARTIES, Agreement
from models.base import Record, db, lock
from models.messages import Message
from models.people import Event
from models.steps import NOT_YOURS
from rules import RuleBroken

LINK_DAYS = 14  # [setting] how long a link can be used
COPY_DAYS = 60  # [setting] how long after signing the same link gives a copy
CODE_TRIES = 5  # [setting] wrong codes before a link is dead
REMIND_AFTER = timedelta(hours=24)  # [setting] between two mails to the same person
WITHOUT_ACCOUNT = ("learner", "guardian")

MAIL = """Beste {name},

{organisation} vraagt u om {what} te lezen en te ondertekenen.

Lees alles op {url}
U hebt ook een code van zes cijfers nodig. Die krijgt u van {organisation} zelf.

De link werkt tot en met {until}. U kunt er één keer mee tekenen.
Bewaar de link: na het tekenen haalt u er nog {days} dagen uw kopie mee op.

Loket duaal leren
"""


REMINDER = """Beste {name},

{organisation} herinnert u eraan: u bent aan de beurt om {what} van {learner} te ondertekenen.

Meld u aan op {url}

Loket duaal leren
"""


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()


def agreement_of(file):
    """The agreement behind what is signed: itself, or that of an addendum."""
    return file.agreement if isinstance(file, Addendum) else file


def called(file):
    """What somebody is asked to sign, in a sentence."""
    if isinstance(file, Addendum):
        return f"een bijlage bij de overeenkomst ({file.kind_name.lower()})"
    return "de overeenkomst"


class SigningLink(Record):
    """One invitation to sign, for one party and one version, or for one addendum."""

    agreement = ForeignKeyField(Agreement, on_delete="CASCADE")
    addendum = ForeignKeyField(Addendum, null=True, on_delete="CASCADE")
    version = IntegerField()
    party = CharField(max_length=8)
    email = CharField()
    token_hash = CharField(unique=True, max_length=64)
    code_hash = CharField(max_length=64)
    sent_at = DateTimeField()  # UTC
    expires_at = DateTimeField()  # UTC
    used_at = DateTimeField(null=True)  # UTC
    tries = IntegerField(default=0)  # wrong codes so far

    class Meta:
        indexes = ((("agreement", "version", "party"), False),)

    @property
    def file(self):
        """What it is for: an agreement or an addendum."""
        return self.addendum if self.addendum_id else self.agreement

    @classmethod
    def of(cls, file, party):
        """A select of the links that went to one party for what is up for signing."""
        agreement = agreement_of(file)
        same = cls.addendum == file if file is not agreement else cls.addendum.is_null()
        return cls.select().where(
            cls.agreement == agreement, cls.version == agreement.version, cls.party == party, same
        )

    @classmethod
    def send(cls, actor, file, party, address_of, is_lost=False):
        """Mail a fresh link to learner or guardian; returns the code, to be handed over in person.

        `file`: an agreement or an addendum; `address_of`: token -> the address in the mail; `is_lost`: the code of the
        one before is. Raises RuleBroken without an e-mail address, or within a day of one that still works. Older
        links of the same party stop working.
        """
        agreement = agreement_of(file)
        own = actor.organisation.id in (agreement.organisation_id, agreement.provider_id)
        if not (own and actor.may_act):
            raise RuleBroken(state=NOT_YOURS)
        if party not in WITHOUT_ACCOUNT:
            raise RuleBroken(state="Kies of de link naar de leerling gaat of naar de ouder of voogd.")
        if not file.next_party() or party not in file.needed_parties() or party in file.signatures():
            raise RuleBroken(state=f"Voor {PARTIES[party].lower()} is er nu niets te ondertekenen.")
        email = agreement.email if party == "learner" else agreement.guardian_email
        if not email:
            raise RuleBroken(state=f"Er is geen e-mailadres van de {PARTIES[party].lower()}. Laat op papier tekenen.")
        if not is_lost:
            _check_cool_down(actor, file, party)
        with db.atomic():
            earlier = [one.id for one in cls.of(file, party)]
            cls.update(expires_at=actor.at).where(cls.id.in_(earlier)).execute()
            token, code = cls._make(actor, file, party, email)
            _write_invitation(actor, file, party, email, address_of(token))
            Event.record(file, "link_sent", actor, party=PARTIES[party].lower())
        return code

    @classmethod
    def _make(cls, actor, file, party, email):
        """(token, code) of a new one; only their hashes are kept."""
        token, code, agreement = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}", agreement_of(file)
        cls.create(
            agreement=agreement,
            addendum=file if file is not agreement else None,
            version=agreement.version,
            party=party,
            email=email,
            token_hash=hashed(token),
            code_hash=hashed(token + code),
            sent_at=actor.at,
            expires_at=rules.last_moment(actor.at, LINK_DAYS),
        )
        return token, code

    @property
    def is_blocked(self):
        """True once too many wrong codes were tried."""
        return self.tries >= CODE_TRIES

    @classmethod
    def readable(cls, token, at):
        """The link behind this token with what it is for, or None: unknown, expired, blocked, or of what was replaced.

        One that was used still gives its copy.
        """
        found = cls._behind(token, at)
        return found if found and not found.is_blocked else None

    @classmethod
    def blocked(cls, token, at):
        """True where wrong codes, and nothing else, stand between this token and what it is for."""
        found = cls._behind(token, at)
        return bool(found) and found.is_blocked

    @classmethod
    def _behind(cls, token, at):
        """The same, blocked or not."""
        found = (
            cls.select(cls, Agreement, Addendum)
            .join(Agreement)
            .switch(cls)
            .join(Addendum, JOIN.LEFT_OUTER, on=(cls.addendum == Addendum.id))
            .where(cls.token_hash == hashed(token), cls.expires_at > at)
            .first()
        )
        if not found or found.version != found.agreement.version:
            return None
        if found.addendum_id:
            found.addendum.agreement = found.agreement
        if found.used_at:
            return found if found.file.state not in ("draft", "discarded", "withdrawn") else None
        return found if found.file.is_open else None

    @classmethod
    def usable(cls, token, at):
        """The same, as long as it can be signed with."""
        found = cls.readable(token, at)
        return found if found and not found.used_at else None

    def fits(self, token, code):
        """True for the right code; a wrong one counts, and the count is kept by the caller's transaction."""
        lock(self)  # several may be tried at once: each sees how many went before
        if SigningLink.get_by_id(self.id).is_blocked:
            return False
        if secrets.compare_digest(self.code_hash, hashed(token + "".join(code.split()))):
            return True
        SigningLink.update(tries=SigningLink.tries + 1).where(SigningLink.id == self.id).execute()
        return False

    def sign(self, signer, name):
        """Spend it on a signature; from then on it gives a copy. Raises RuleBroken when it was spent just before."""
        kept = {"used_at": signer.at, "expires_at": rules.last_moment(signer.at, COPY_DAYS)}
        with db.atomic():
            unused = SigningLink.used_at.is_null()
            if not SigningLink.update(**kept).where(SigningLink.id == self.id, unused).execute():
                raise RuleBroken(state="Deze link is al gebruikt.")
            if self.addendum_id:
                self.addendum.agreement = self.agreement
                self.addendum.sign(signer, self.party, name, way="link")
            else:
                self.agreement.sign(signer, self.party, self.version, name, "link")


def _write_invitation(actor, file, party, email, url):
    agreement = agreement_of(file)
    Message.write(
        actor,
        email,
        f"{agreement.organisation.name}: {called(file)} ondertekenen",
        MAIL.format(
            name=agreement.learner if party == "learner" else agreement.guardian_name,
            organisation=agreement.organisation.name,
            what=called(file),
            url=url,
            until=f"{rules.last_moment(actor.at, LINK_DAYS):%d/%m/%Y}",
            days=COPY_DAYS,
        ),
    )


# --- asking again -----------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """The last time a party was asked to sign."""

    at: datetime  # UTC
    again_at: datetime  # UTC; from when on it can be asked again
    is_blocked: bool = False  # by wrong codes


def last_asked(file, party):
    """How this party was last asked to sign what is up for signing, as Asked; None if never.

    Whose link is blocked cannot sign: that one is asked anew at once.
    """
    if party in WITHOUT_ACCOUNT:
        link = SigningLink.of(file, party).order_by(SigningLink.sent_at.desc(), SigningLink.id.desc()).first()
        return link and Asked(link.sent_at, link.sent_at + REMIND_AFTER * (not link.is_blocked), link.is_blocked)
    reminders = Event.of(file).where(Event.name == "reminded")
    last = max((one.at for one in reminders if one.facts["party"] == PARTIES[party].lower()), default=None)
    return last and Asked(last, last + REMIND_AFTER)


def _check_cool_down(actor, file, party):
    last = last_asked(file, party)
    if last and actor.at < last.again_at:
        raise RuleBroken(state="U vroeg dit minder dan 24 uur geleden al. Wacht even met een herinnering.")


def remind(actor, file, url):
    """Mail the enterprise or the school that it is their turn. Raises RuleBroken without an address, or too soon."""
    party, agreement = file.next_party(), agreement_of(file)
    if not (actor.may_act and agreement.party_of(actor)) or party not in ("employer", "provider"):
        raise RuleBroken(state=NOT_YOURS)
    if agreement.party_of(actor) == party:
        raise RuleBroken(state="U bent zelf aan de beurt: onderteken hier.")
    email = agreement.contact_email if party == "employer" else agreement.coach_email
    if not email:
        raise RuleBroken(state=f"Er is geen e-mailadres van de {PARTIES[party].lower()}. Bel even.")
    _check_cool_down(actor, file, party)
    words = {"name": agreement.signer(party), "organisation": actor.organisation.name, "learner": agreement.learner}
    text = REMINDER.format(url=url, what=called(file), **words)
    with db.atomic():
        Message.write(actor, email, f"Herinnering: {called(file)} ondertekenen", text)
        Event.record(file, "reminded", actor, party=PARTIES[party].lower())
