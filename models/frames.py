"""Frames on other websites: how one gets a session of its own, and what a portal may ask with a key.

It must not know HTTP, nor which cookie carries what.
"""

import secrets
from datetime import timedelta

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

import rules
from models.base import Record, db
from models.people import Event, Membership, Organisation, SignIn, User
from rules import RuleBroken

ASK_LIFETIME = timedelta(minutes=10)  # [setting] to sign in within, in the window beside the frame
SECRET_LIFETIME = timedelta(seconds=60)  # from confirming in the window to the session in the frame
SECRET_TRIES = 5  # [setting] wrong codes before a pairing is dead
SECRET_LENGTH = 8  # forty bits, five tries
MOST_KEYS = 10  # [setting] of one person for one organisation
hashed = SignIn.hashed


class Pairing(Record):
    """One frame that asked to be signed in, what was confirmed beside it, and the session that came of it.

    A stranger may start one and mail its link: so the frame gets its session only with the secret that the confirming
    window got, and only the frame that asked can use it.
    """

    asked_by = CharField(max_length=64)  # hash of the frame's cookie when it asked
    link_hash = CharField(unique=True, max_length=64)  # of the token in the address of the window
    code = CharField(max_length=6)  # the same in both windows, for human eyes
    host = CharField(default="")  # the website around the frame; empty where the browser did not say
    expires_at = DateTimeField(index=True)  # UTC
    sign_in = ForeignKeyField(SignIn, null=True, on_delete="CASCADE")  # of who confirmed; ends with it
    organisation = ForeignKeyField(Organisation, null=True)
    secret_hash = CharField(null=True, max_length=64)
    secret_until = DateTimeField(null=True)  # UTC
    tries = IntegerField(default=0)  # wrong codes so far
    session_hash = CharField(null=True, unique=True, max_length=64)  # of the frame's new cookie: used, once

    @classmethod
    def ask(cls, cookie, host, at):
        """A fresh pairing for the frame with this cookie, and the token for the window's address."""
        cls.delete().where(cls.expires_at < at, cls.sign_in.is_null()).execute()  # what nobody confirmed
        token = secrets.token_urlsafe(32)
        pairing = cls.create(
            asked_by=hashed(cookie),
            link_hash=hashed(token),
            code=f"{secrets.randbelow(10**6):06d}",
            host=host,
            expires_at=at + ASK_LIFETIME,
        )
        return pairing, token

    @classmethod
    def waiting(cls, token, at):
        """The pairing a window or a frame holds the token of, or None: unknown, used or expired."""
        return cls.get_or_none(cls.link_hash == hashed(token), *cls._usable(at))

    @classmethod
    def _usable(cls, at):
        return cls.expires_at > at, cls.session_hash.is_null(), cls.tries < SECRET_TRIES

    def is_asked_by(self, cookie):
        return secrets.compare_digest(self.asked_by, hashed(cookie))

    def confirm(self, actor, sign_in_token):
        """Let the frame in for the actor's organisation; returns the secret that proves it, good for a minute.

        Raises RuleBroken when somebody else confirmed it, or when it was used or expired meanwhile.
        """
        secret = "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(SECRET_LENGTH))
        sign_in = SignIn.get(SignIn.token_hash == hashed(sign_in_token))
        with db.atomic():
            moved = (
                Pairing.update(
                    sign_in=sign_in,
                    organisation=actor.organisation,
                    secret_hash=hashed(secret),
                    secret_until=actor.at + SECRET_LIFETIME,
                )
                .where(
                    Pairing.id == self.id,
                    Pairing.sign_in.is_null() | (Pairing.sign_in == sign_in),
                    *self._usable(actor.at),
                )
                .execute()
            )
            if not moved:
                raise RuleBroken(state="Deze koppeling is niet meer te gebruiken. Begin opnieuw in het kader.")
            Event.record(self, "frame_paired", actor, host=self.host or "een andere website")
        return secret

    @classmethod
    def claim(cls, cookie, token, typed, at):
        """The token of the frame's new session. Raises RuleBroken; a wrong code counts, where the caller keeps that."""
        session = secrets.token_urlsafe(32)
        own = (cls.link_hash == hashed(token)) & (cls.asked_by == hashed(cookie))
        # Several tries may come at once: only the first UPDATE finds it unused.
        moved = (
            cls.update(session_hash=hashed(session))
            .where(own, cls.secret_hash == hashed(rules.plain_code(typed)), cls.secret_until > at, *cls._usable(at))
            .execute()
        )
        if moved:
            return session
        cls.update(tries=cls.tries + 1).where(own, cls.session_hash.is_null()).execute()
        raise RuleBroken(secret="Deze code klopt niet of is ouder dan een minuut. Vraag in het venster een nieuwe.")

    @classmethod
    def running(cls, session, at):
        """The pairing behind a frame's cookie with who and for what, or None: unknown, signed out or blocked."""
        found = (
            cls.select(cls, SignIn, User, Organisation)
            .join(SignIn)
            .join(User)
            .switch(cls)
            .join(Organisation)
            .where(cls.session_hash == hashed(session), SignIn.ends_at > at, ~User.is_blocked)
            .first()
        )
        if found:  # no more than what that sign-in speaks for
            found.sign_in.user.vouched = found.sign_in.vouched
        return found


class PortalKey(Record):
    """A key with which one portal asks one number: how many tasks wait for this person at this organisation."""

    label = CharField(max_length=60)  # for which website, in the words of who made it
    user = ForeignKeyField(User, on_delete="CASCADE")
    organisation = ForeignKeyField(Organisation, on_delete="CASCADE")
    key_hash = CharField(unique=True, max_length=64)
    made_at = DateTimeField()  # UTC
    ended_at = DateTimeField(null=True)  # UTC

    @classmethod
    def make(cls, actor, label):
        """A fresh key, shown once. Raises RuleBroken without a label, or with too many keys."""
        if not label:
            raise RuleBroken(label="Schrijf voor welke website deze sleutel is.")
        if len(label) > 60:
            raise RuleBroken(label="Gebruik hoogstens 60 tekens.")
        if cls.of(actor).count() >= MOST_KEYS:
            raise RuleBroken(label=f"U hebt al {MOST_KEYS} sleutels. Trek er eerst een in.")
        key = secrets.token_urlsafe(32)
        with db.atomic():
            made = cls.create(
                label=label, user=actor.user, organisation=actor.organisation, key_hash=hashed(key), made_at=actor.at
            )
            Event.record(made, "portal_key_made", actor, label=label)
        return key

    @classmethod
    def of(cls, actor):
        """The keys this person made for this organisation that still work, the newest first."""
        own = (cls.user == actor.user) & (cls.organisation == actor.organisation)
        return cls.select().where(own, cls.ended_at.is_null()).order_by(cls.id.desc())

    def end(self, actor):
        """It works no more from now on."""
        with db.atomic():
            if (
                PortalKey.update(ended_at=actor.at)
                .where(PortalKey.id == self.id, PortalKey.ended_at.is_null())
                .execute()
            ):
                Event.record(self, "portal_key_ended", actor, label=self.label)

    @classmethod
    def working(cls, key):
        """The membership behind a key, or None: unknown, ended, or a right that is gone."""
        usable = (cls.key_hash == hashed(key)) & cls.ended_at.is_null() & ~User.is_blocked
        found = cls.select(cls, User).join(User).where(usable).first()
        return found and Membership.of(found.user).where(Membership.organisation == found.organisation_id).first()
