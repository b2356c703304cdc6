"""A calendar of deadlines that somebody's own calendar programme fetches: behind a secret address, until revoked.

It must not know what a calendar looks like.
"""

import secrets

from peewee import CharField, DateTimeField, ForeignKeyField

from models.base import Record, db
from models.mandates import PURPOSES, Mandate
from models.people import Membership, Organisation, User
from models.signing import hashed


class CalendarFeed(Record):
    """One secret address per person; the register keeps its hash."""

    user = ForeignKeyField(User, unique=True, on_delete="CASCADE")
    token_hash = CharField(unique=True, max_length=64)
    made_at = DateTimeField()  # UTC

    @classmethod
    def make(cls, user, at):
        """A new secret, shown this once; an older one stops working."""
        token = secrets.token_urlsafe(32)
        with db.atomic():
            cls.revoke(user)
            cls.create(user=user, token_hash=hashed(token), made_at=at)
        return token

    @classmethod
    def revoke(cls, user):
        """From now on the address leads nowhere."""
        cls.delete().where(cls.user == user).execute()

    @classmethod
    def reader(cls, token):
        """Whose address it is; None for a secret that is unknown or revoked, and for who is blocked."""
        found = cls.select(cls, User).join(User).where(cls.token_hash == hashed(token), ~User.is_blocked).first()
        return found and found.user

    @staticmethod
    def employers(user, on):
        """{employer: what for} this person may see now, None for everything: what ended has an end here too."""
        found = {one.organisation: None for one in Membership.of(user).where(Organisation.kind == "employer")}
        for mandate in Mandate.usable_by(user, on):
            purposes = {purpose for purpose in PURPOSES if mandate.covers(purpose, on)}
            found[mandate.organisation] = found.get(mandate.organisation, set()) | purposes
        return found
