"""Who may act for an organisation: invited, given, ended, blocked, and looked over once a year.

It must not know how somebody signs in, nor the address an invitation leads to.
"""

import hashlib
import secrets
from contextlib import suppress

import peewee
from peewee import CharField, Check, DateTimeField, ForeignKeyField, TextField

import rules
from models.base import Record, db
from models.messages import Message
from models.people import ACCESS_MANAGERS, ROLES, Event, Membership, Organisation, User
from models.profile import Seal
from rules import RuleBroken

NOT_YOURS = "Alleen wie de toegang beheert, kan dit. Vraag het aan een toegangsbeheerder van uw organisatie."
MAIL = """Beste,

{inviter} nodigt u uit om in het loket duaal leren te werken voor {organisation}, als {role}.

Meld u aan en aanvaard op {url}

De link werkt tot en met {until} en kan één keer gebruikt worden. Verwachtte u dit niet? Dan hoeft u niets te doen.

Loket duaal leren
"""


def may_give(actor, role):
    """True when the actor may give or end that role in their own organisation."""
    return actor.manages_access and role in rules.MAY_GIVE.get(actor.role, ())


class Invitation(Record):
    """A right that waits for somebody: for who has the mailed link, or who signs in with that national number."""

    organisation = ForeignKeyField(Organisation, backref="invitations", on_delete="CASCADE")
    role = CharField(max_length=24, constraints=[Check(f"role IN {tuple(ROLES)!r}")])
    email = CharField(default="")
    insz_hash = CharField(null=True, index=True, max_length=64)
    token_hash = CharField(null=True, unique=True, max_length=64)
    invited_by = ForeignKeyField(User)
    made_at = DateTimeField()  # UTC
    expires_at = DateTimeField()  # UTC
    closed_at = DateTimeField(null=True)  # UTC; accepted or withdrawn
    accepted_by = ForeignKeyField(User, null=True, backref="invitations_accepted")
    note = TextField(default="")  # who it is for, as the manager calls them

    class Meta:
        constraints = [Check("insz_hash IS NOT NULL OR token_hash IS NOT NULL")]

    @classmethod
    def stands(cls, at):
        """A condition: not taken up, withdrawn or too old, and from who may still give rights."""
        return cls.closed_at.is_null() & (cls.expires_at > at) & Membership.vouching(cls.invited_by, cls.organisation)

    @classmethod
    def open(cls, organisation, at):
        """What nobody took up yet, the newest first."""
        return (
            cls.select(cls, User)
            .join(User, on=(cls.invited_by == User.id), attr="invited_by")
            .where(cls.organisation == organisation, cls.stands(at))
            .order_by(cls.id.desc())
        )

    @classmethod
    def usable(cls, token, at):
        """The invitation behind a mailed link, with its organisation; None when used, withdrawn or too old."""
        return (
            cls.select(cls, Organisation)
            .join(Organisation)
            .where(cls.token_hash == _hashed(token), cls.stands(at))
            .where(~Organisation.is_blocked)
            .first()
        )

    @property
    def role_name(self):
        return ROLES[self.role]

    @classmethod
    def by_mail(cls, actor, email, role, address_of):
        """Mail somebody a link that gives that role once. `address_of`: token -> the address. May raise RuleBroken."""
        _check_giving(actor, role)
        if not email:
            raise RuleBroken(email="Vul het e-mailadres in.")
        if cls.open(actor.organisation, actor.at).where(cls.email == email).exists():
            raise RuleBroken(email="Voor dit adres loopt al een uitnodiging. Trek die eerst in.")
        token = secrets.token_urlsafe(32)
        expires_at = rules.last_moment(actor.at, rules.INVITATION_DAYS)
        with db.atomic():
            invitation = cls._make(actor, role, expires_at, email=email, token_hash=_hashed(token), note=email)
            words = {"inviter": actor.user.name, "organisation": actor.organisation.name, "role": ROLES[role].lower()}
            text = MAIL.format(url=address_of(token), until=f"{expires_at:%d/%m/%Y}", **words)
            Message.write(actor, email, f"Werken voor {actor.organisation.name} in het loket", text)
        return invitation

    @classmethod
    def by_number(cls, actor, insz, role, note):
        """Give the role to who has that national number: now if they ever signed in, else at their first sign-in.

        Returns the membership, or the invitation that waits.
        """
        _check_giving(actor, role)
        marks = Seal.fingerprints(insz)
        known = User.get_or_none(User.insz_hash.in_(marks))
        with db.atomic():
            if known:
                right = join(actor.organisation, known, role, {"insz": "Deze persoon heeft al een recht bij u."})
                Event.record(right.organisation, "user_given", actor, called=known.name, role=right.role_name.lower())
                return right
            if cls.open(actor.organisation, actor.at).where(cls.insz_hash.in_(marks)).exists():
                raise RuleBroken(insz="Voor deze persoon staat al een recht klaar.")
            expires_at = rules.last_moment(actor.at, rules.INVITATION_DAYS)
            return cls._make(
                actor, role, expires_at, insz_hash=marks[0], note=note or "iemand met een rijksregisternummer"
            )

    @classmethod
    def _make(cls, actor, role, expires_at, **facts):
        made = {"organisation": actor.organisation, "invited_by": actor.user, "made_at": actor.at}
        invitation = cls.create(role=role, expires_at=expires_at, **made, **facts)
        Event.record(actor.organisation, "user_invited", actor, called=facts["note"], role=ROLES[role].lower())
        return invitation

    def accept(self, user, actor_of):
        """Take it up, once. `actor_of`: membership -> actor. Raises RuleBroken when somebody already did."""
        actor = actor_of(Membership(user=user, organisation=self.organisation, role=self.role, source="local"))
        with db.atomic():
            closed = Invitation.update(closed_at=actor.at, accepted_by=user)
            unused = (Invitation.id == self.id) & Invitation.closed_at.is_null() & (Invitation.expires_at > actor.at)
            if not closed.where(unused).execute():
                raise RuleBroken(state="Deze uitnodiging werd al gebruikt of is ingetrokken.")
            right = join(self.organisation, user, self.role, {"state": "U hebt al een recht bij deze organisatie."})
            Event.record(right.organisation, "user_joined", actor, called=user.name, role=right.role_name.lower())
        return right

    @classmethod
    def take_up(cls, user, actor_of, at):
        """At a sign-in: what waits for this national number becomes a right."""
        if not user.insz_hash:
            return
        waiting = cls.select(cls, Organisation).join(Organisation)
        waiting = waiting.where(cls.insz_hash == user.insz_hash, cls.stands(at))
        for invitation in waiting:
            held = Membership.select().where(
                Membership.user == user, Membership.organisation == invitation.organisation
            )
            if not held.exists():
                with suppress(RuleBroken):  # another sign-in of theirs, at the same moment, took it up
                    invitation.accept(user, actor_of)

    def withdraw(self, actor):
        _check_giving(actor, self.role)
        with db.atomic():
            query = Invitation.update(closed_at=actor.at)
            if not query.where(Invitation.id == self.id, Invitation.closed_at.is_null()).execute():
                raise RuleBroken(state="Deze uitnodiging werd al gebruikt of was al ingetrokken.")
            Event.record(actor.organisation, "invitation_withdrawn", actor, called=self.note)


def _hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()


def _check_giving(actor, role):
    if not may_give(actor, role):
        raise RuleBroken(role=NOT_YOURS if not actor.manages_access else "Deze rol kunt u niet geven of beëindigen.")


def join(organisation, user, role, refusal):
    """The new local right. Raises RuleBroken(**refusal) where one stands already, blocked ones included."""
    try:
        with db.atomic():
            return Membership.create(user=user, organisation=organisation, role=role, source="local")
    except peewee.IntegrityError:
        raise RuleBroken(**refusal) from None


def people_of(organisation):
    """Everybody with a right here, blocked ones too."""
    return Membership.select(Membership, User).join(User).where(Membership.organisation == organisation)


def end_right(right, actor):
    """This person no longer works here. Raises RuleBroken for a right of ACM, the last manager, or oneself."""
    _check_change(right, actor)
    if right.source == "acm":
        raise RuleBroken(
            state="Dit recht komt van ACM/IDM. Beëindig het in het gebruikersbeheer, of blokkeer het hier."
        )
    with db.atomic():
        _keep_a_manager(right, actor)
        if not Membership.delete().where(Membership.id == right.id).execute():
            raise RuleBroken(state="Dit recht was al beëindigd.")
        Event.record(right.organisation, "user_ended", actor, called=right.user.name, role=right.role_name.lower())


def change_role(right, actor, role):
    """Another role from now on. The same refusals as ending, and for a role that is not theirs to give."""
    _check_change(right, actor)
    if role not in ROLES or not may_give(actor, role):
        raise RuleBroken(state="Deze rol kunt u niet geven. Kies een andere.")
    if right.source == "acm":
        raise RuleBroken(state="Dit recht komt van ACM/IDM. Wijzig het in het gebruikersbeheer.")
    if role == right.role:
        raise RuleBroken(state=f"{right.user.name} heeft die rol al.")
    with db.atomic():
        if role not in ACCESS_MANAGERS:
            _keep_a_manager(right, actor)
        query = Membership.update(role=role)
        if not query.where(Membership.id == right.id, Membership.role == right.role).execute():
            raise RuleBroken(state="Iemand wijzigde deze rol net. Kijk ze opnieuw na.")
        facts = {"called": right.user.name, "role": ROLES[role].lower(), "before": right.role_name.lower()}
        Event.record(right.organisation, "user_role_changed", actor, **facts)


def block(right, actor):
    """Not for now, whatever ACM says. The same refusals as ending."""
    _check_change(right, actor)
    with db.atomic():
        _keep_a_manager(right, actor)
        query = Membership.update(is_blocked=True)
        if not query.where(Membership.id == right.id, ~Membership.is_blocked).execute():
            raise RuleBroken(state="Deze gebruiker was al geblokkeerd.")
        Event.record(right.organisation, "user_blocked", actor, called=right.user.name, role=right.role_name.lower())


def unblock(right, actor):
    _check_change(right, actor)
    with db.atomic():
        query = Membership.update(is_blocked=False)
        if not query.where(Membership.id == right.id, Membership.is_blocked).execute():
            raise RuleBroken(state="Deze gebruiker was niet geblokkeerd.")
        Event.record(right.organisation, "user_unblocked", actor, called=right.user.name, role=right.role_name.lower())


def may_change(right, actor):
    """True when the buttons may be offered; taking the step checks again."""
    own = actor.organisation.id == right.organisation_id and right.user_id != actor.user.id
    return own and may_give(actor, right.role)


def _check_change(right, actor):
    if right.user_id == actor.user.id:
        raise RuleBroken(state="Uw eigen recht kunt u niet wijzigen. Vraag het aan een andere toegangsbeheerder.")
    if not may_change(right, actor):
        raise RuleBroken(state=NOT_YOURS if not actor.manages_access else "Deze rol kunt u niet geven of beëindigen.")


def _keep_a_manager(right, actor):
    """Raises RuleBroken when nobody would be left to manage access. Locks the organisation: two may end each other."""
    Organisation.update(name=Organisation.name).where(Organisation.id == right.organisation_id).execute()
    others = people_of(actor.organisation).where(
        Membership.id != right.id, Membership.role.in_(ACCESS_MANAGERS), ~Membership.is_blocked, ~User.is_blocked
    )
    if right.role in ACCESS_MANAGERS and not others.exists():
        raise RuleBroken(state="Dit is de laatste die de toegang beheert. Stel eerst iemand anders aan.")


# --- kloppen deze gebruikers nog? -------------------------------------------------------------------------------------


def users_due(organisation):
    """The day by which somebody looks over who has a right; None while nobody ever did."""
    seen = organisation.users_confirmed_on
    return seen and rules.add_months(seen, rules.USERS_MONTHS)


def confirm_users(actor):
    """Everybody in the list still belongs there."""
    if not actor.manages_access:
        raise RuleBroken(state=NOT_YOURS)
    with db.atomic():
        Organisation.update(users_confirmed_on=actor.on).where(Organisation.id == actor.organisation.id).execute()
        Event.record(actor.organisation, "users_confirmed", actor)
