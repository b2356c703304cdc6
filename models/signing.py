"""Signing without an account: a link that comes by e-mail and a code that comes from somebody they know.

Neither is enough alone; both die with the version they are for. It must not know HTTP.
"""

import hashlib
import secrets
from datetime import timedelta

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, fn

from models.agreements import PARTIES, Agreement
from models.base import Record, db
from models.messages import Message
from models.people import Event
from models.steps import NOT_YOURS
from rules import RuleBroken

LINK_DAYS = 14  # [setting] how long a link can be used
CODE_TRIES = 5  # [setting] wrong codes before a link is dead
REMIND_AFTER = timedelta(hours=24)  # [setting] between two mails to the same person

MAIL = """Beste {name},

{organisation} vraagt u om een overeenkomst te lezen en te ondertekenen.

Lees ze op {url}
U hebt ook een code van zes cijfers nodig. Die krijgt u van {organisation} zelf.

De link werkt tot en met {until} en kan één keer gebruikt worden.

Loket duaal leren
"""


REMINDER = """Beste {name},

{organisation} herinnert u eraan: u bent aan de beurt om de overeenkomst van {learner} te ondertekenen.

Meld u aan op {url}

Loket duaal leren
"""


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()


class SigningLink(Record):
    """One invitation to sign, for one party and one version."""

    agreement = ForeignKeyField(Agreement, on_delete="CASCADE")
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

    @classmethod
    def send(cls, actor, agreement, party, address_of):
        """Mail a fresh link to learner or guardian; returns the code, to be handed over in person.

        `address_of`: token -> the address in the mail. Raises RuleBroken without an e-mail address, or within a day
        of the one before. Older links of the same party stop working.
        """
        own = actor.organisation.id in (agreement.organisation_id, agreement.provider_id)
        if not (own and actor.may_act):
            raise RuleBroken(state=NOT_YOURS)
        if party not in ("learner", "guardian"):
            raise RuleBroken(state="Kies of de link naar de leerling gaat of naar de ouder of voogd.")
        if agreement.state != "to_sign" or party not in agreement.needed_parties() or party in agreement.signatures():
            raise RuleBroken(state=f"Voor {PARTIES[party].lower()} is er nu niets te ondertekenen.")
        email = agreement.email if party == "learner" else agreement.guardian_email
        if not email:
            raise RuleBroken(state=f"Er is geen e-mailadres van de {PARTIES[party].lower()}. Laat op papier tekenen.")
        earlier = cls.select().where(cls.agreement == agreement, cls.party == party, cls.version == agreement.version)
        _check_cool_down(actor, agreement, party)
        token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}"
        expires_at = actor.at + timedelta(days=LINK_DAYS)
        with db.atomic():
            cls.update(expires_at=actor.at).where(cls.id.in_([one.id for one in earlier])).execute()
            cls.create(
                agreement=agreement,
                version=agreement.version,
                party=party,
                email=email,
                token_hash=hashed(token),
                code_hash=hashed(token + code),
                sent_at=actor.at,
                expires_at=expires_at,
            )
            Message.write(
                actor,
                email,
                f"{agreement.organisation.name}: een overeenkomst om te ondertekenen",
                MAIL.format(
                    name=agreement.learner if party == "learner" else agreement.guardian_name,
                    organisation=agreement.organisation.name,
                    url=address_of(token),
                    until=f"{expires_at:%d/%m/%Y}",
                ),
            )
            Event.record(agreement, "link_sent", actor, party=PARTIES[party].lower())
        return code

    @classmethod
    def usable(cls, token, at):
        """The link behind this token with its agreement, or None: unknown, used, expired, or for an older version."""
        found = (
            cls.select(cls, Agreement)
            .join(Agreement)
            .where(cls.token_hash == hashed(token), cls.used_at.is_null(), cls.expires_at > at, cls.tries < CODE_TRIES)
            .first()
        )
        return (
            found if found and found.agreement.state == "to_sign" and found.version == found.agreement.version else None
        )

    def fits(self, token, code):
        """True for the right code; a wrong one counts, and the count is kept by the caller's transaction."""
        if secrets.compare_digest(self.code_hash, hashed(token + "".join(code.split()))):
            return True
        SigningLink.update(tries=SigningLink.tries + 1).where(SigningLink.id == self.id).execute()
        return False

    def use(self, at):
        """Spend it. Raises RuleBroken when it was spent just before."""
        if not SigningLink.update(used_at=at).where(SigningLink.id == self.id, SigningLink.used_at.is_null()).execute():
            raise RuleBroken(state="Deze link is al gebruikt.")


# --- asking again -----------------------------------------------------------------------------------------------------


def asked_at(agreement, party):
    """When this party was last asked to sign the version that is up for signing; None if never."""
    if party in ("learner", "guardian"):
        sent = SigningLink.select(fn.MAX(SigningLink.sent_at)).where(
            SigningLink.agreement == agreement,
            SigningLink.version == agreement.version,
            SigningLink.party == party,
        )
        return sent.scalar()
    reminders = Event.of(agreement).where(Event.name == "reminded")
    return max((one.at for one in reminders if one.facts["party"] == PARTIES[party].lower()), default=None)


def again_at(agreement, party):
    """From when on this party can be asked again; None if it was never asked."""
    last = asked_at(agreement, party)
    return last and last + REMIND_AFTER


def _check_cool_down(actor, agreement, party):
    again = again_at(agreement, party)
    if again and actor.at < again:
        raise RuleBroken(state="U vroeg dit minder dan 24 uur geleden al. Wacht even met een herinnering.")


def remind(actor, agreement, url):
    """Mail the enterprise or the school that it is their turn. Raises RuleBroken without an address, or too soon."""
    party = agreement.next_party()
    if not (actor.may_act and agreement.party_of(actor)) or party not in ("employer", "provider"):
        raise RuleBroken(state=NOT_YOURS)
    if agreement.party_of(actor) == party:
        raise RuleBroken(state="U bent zelf aan de beurt: onderteken hier.")
    email = agreement.contact_email if party == "employer" else agreement.coach_email
    if not email:
        raise RuleBroken(state=f"Er is geen e-mailadres van de {PARTIES[party].lower()}. Bel even.")
    _check_cool_down(actor, agreement, party)
    words = {"name": agreement.signer(party), "organisation": actor.organisation.name, "learner": agreement.learner}
    with db.atomic():
        Message.write(actor, email, "Herinnering: een overeenkomst te ondertekenen", REMINDER.format(url=url, **words))
        Event.record(agreement, "reminded", actor, party=PARTIES[party].lower())
