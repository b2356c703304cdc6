"""Messages to people: written in the transaction of the step they tell about, sent later.

It must not know how a message is delivered. A message never carries a national register number.
"""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.base import Record
from models.people import Organisation


class Message(Record):
    """One mail, waiting or sent."""

    organisation = ForeignKeyField(Organisation, null=True)  # on whose behalf
    to = CharField()
    subject = CharField()
    text = TextField()
    written_at = DateTimeField()  # UTC
    sent_at = DateTimeField(null=True, index=True)  # UTC
    tries = IntegerField(default=0)

    @classmethod
    def write(cls, actor, to, subject, text):
        """Put a message in the queue; it goes out only when the step it belongs to is kept."""
        return cls.create(organisation=actor.organisation, to=to, subject=subject, text=text, written_at=actor.at)

    @classmethod
    def waiting(cls):
        """What still has to be sent, the oldest first."""
        return cls.select().where(cls.sent_at.is_null()).order_by(cls.id)
