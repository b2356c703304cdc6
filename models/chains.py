"""Chains: every event of a record holds a digest over itself and the event before it, so that none can go unseen.

It must not know what an event tells, nor who walks along a chain; journal.py does.
"""

import hashlib
import json

from peewee import CharField, CompositeKey, IntegerField

from models.base import Record


class Chain(Record):
    """The end of one record's journal. Its row is also what makes two who write there at once wait for each other."""

    subject = CharField(max_length=20)
    subject_id = IntegerField()
    last = IntegerField(default=0)  # the id of the newest event
    digest = CharField(default="", max_length=64)  # and its digest

    class Meta:
        primary_key = CompositeKey("subject", "subject_id")

    @classmethod
    def hold(cls, subject, subject_id):
        """(id, digest) of the newest event of that record; nobody else adds one until the transaction ends."""
        found = (
            cls.insert(subject=subject, subject_id=subject_id)
            .on_conflict(conflict_target=[cls.subject, cls.subject_id], update={cls.subject: subject})  # only a lock
            .returning(cls.last, cls.digest)
            .tuples()
            .execute()
        )
        return next(iter(found))

    @classmethod
    def grow(cls, subject, subject_id, last, digest):
        own = (cls.subject == subject) & (cls.subject_id == subject_id)
        cls.update(last=last, digest=digest).where(own).execute()


def digest_of(before, facts):
    """`before`: (id, digest) of the event before it, (0, "") for the first; `facts`: what it tells, in their order."""
    said = json.dumps([*before, *facts], ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
