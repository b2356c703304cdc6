"""Messages to people: written in the transaction of the step they tell about, delivered later, each once.

It must not know how a message is delivered. A message never carries a national register number.
"""

import re
import secrets
from datetime import timedelta

from peewee import JOIN, BooleanField, CharField, Check, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.base import Record
from models.people import Organisation, User

CLAIM = timedelta(minutes=10)  # longer than any delivery takes: after it, whoever claimed a message is gone
FOREIGN = {  # under a mail to an organisation that reads another language; the authorities write Dutch
    "fr": "Ce message officiel est rédigé en néerlandais. Besoin d'aide ? Appelez gratuitement le 1700.",
    "de": "Diese amtliche Nachricht ist auf Niederländisch. Brauchen Sie Hilfe? Rufen Sie kostenlos 1700 an.",
    "en": "This official message is in Dutch. Need help? Call 1700, free of charge.",
}
SECRET = re.compile(r"/[\w-]{43}(?![\w-])")  # in an address: 256 bits, as token_urlsafe writes them
RETRY_AFTER = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)  # [setting] minutes between tries; three days in all


class Message(Record):
    """One mail. It waits as long as `due_at` is set; else it was sent, given up with a problem, or is for a digest."""

    organisation = ForeignKeyField(Organisation, null=True)  # the one it concerns
    user = ForeignKeyField(User, null=True)  # whose account it concerns; null: somebody without one
    about = CharField(default="", max_length=20)  # the table of the record it leads to
    about_id = IntegerField(null=True)
    mail_id = CharField(unique=True, max_length=32)  # the same at every try: who gets it twice can tell
    to = CharField()
    subject = CharField()
    text = TextField()
    written_at = DateTimeField()  # UTC
    due_at = DateTimeField(null=True)  # UTC; the next try, or the end of a claim
    sent_at = DateTimeField(null=True, index=True)  # UTC
    tries = IntegerField(default=0)
    problem = TextField(default="")  # why the last try failed
    is_weekly = BooleanField(default=False)  # waits for the weekly digest instead of going out by itself
    bundle = ForeignKeyField("self", null=True, backref="bundled")  # the digest that carried it

    class Meta:
        constraints = [Check("sent_at IS NULL OR due_at IS NULL")]

    @classmethod
    def write(cls, actor, to, subject, text, **facts):
        """Put a message in the queue; it goes out only when the step it belongs to is kept."""
        facts = {"organisation": actor.organisation, "due_at": actor.at} | facts
        if note := facts["organisation"] and FOREIGN.get(facts["organisation"].language):
            text = f"{text}\n\n{note}"
        return cls.create(
            mail_id=secrets.token_hex(16), to=to, subject=subject[:255], text=text, written_at=actor.at, **facts
        )

    @property
    def label(self):
        """Where it stands, in Dutch."""
        if self.sent_at:
            return "Verstuurd"
        if self.is_weekly:
            return "In de weekmail" if self.bundle_id else "Voor de weekmail"
        return "Wacht" if self.due_at else "Niet aangekomen"

    # delivering: a claim is one guarded UPDATE that moves the next try away, so that nobody else takes it meanwhile

    @classmethod
    def waiting(cls, at):
        """What can be tried now, what waited longest first."""
        return cls.joined().where(cls.due_at <= at).order_by(cls.due_at, cls.id)

    @classmethod
    def lag(cls, at):
        """How many seconds the message waits that waits longest for its first try."""
        first = cls.select(cls.written_at).where(cls.due_at <= at, cls.tries == 0).order_by(cls.due_at, cls.id).first()
        return max((at - first.written_at).total_seconds(), 0) if first else 0

    @classmethod
    def joined(cls):
        """Messages with whom and what they concern."""
        found = cls.select(cls, Organisation, User).join(Organisation, JOIN.LEFT_OUTER)
        return found.switch(cls).join(User, JOIN.LEFT_OUTER)

    @classmethod
    def given_up(cls):
        """Dead letters: what will not be tried again by itself."""
        return (
            cls.select()
            .where(cls.due_at.is_null(), cls.sent_at.is_null(), cls.problem != "", cls.bundle.is_null())
            .order_by(cls.id.desc())
        )

    def claim(self, at):
        """True for exactly one who asks; after CLAIM it can be taken again."""
        return self._settle(self.due_at, due_at=at + CLAIM, tries=self.tries + 1)

    def sent(self, at):
        """It was accepted; false when the claim had run out and somebody else is at it.

        The secret in a link was theirs alone: from now on the register keeps no more than its hash.
        """
        return self._settle(self.due_at, due_at=None, sent_at=at, problem="", text=SECRET.sub("/…", self.text))

    def failed(self, at, problem, for_good=False):
        """This try did not work: again later, or given up and visible."""
        over = for_good or self.tries > len(RETRY_AFTER)
        later = None if over else at + timedelta(minutes=RETRY_AFTER[self.tries - 1])
        return self._settle(self.due_at, due_at=later, problem=problem[:1000])

    def put_back(self, at):
        """It was not tried after all: nobody was there to take it, and that counts as no try."""
        return self._settle(self.due_at, due_at=at, tries=self.tries - 1)

    def retry(self, at):
        """Give a dead letter another chance; false when it is none (any more)."""
        changes = {"due_at": at, "tries": 0, "problem": ""}
        return bool(
            Message.update(**changes)
            .where(Message.id == self.id, Message.id.in_(Message.given_up().select(Message.id).order_by()))
            .execute()
        )

    def _settle(self, seen, **changes):
        """One guarded UPDATE: only who still holds the claim finds the moment it was seen with."""
        moved = Message.update(**changes).where(Message.id == self.id, Message.due_at == seen).execute()
        for name, value in changes.items() if moved else ():
            setattr(self, name, value)
        self._dirty.clear()
        return bool(moved)


Message.add_index(Message.due_at, Message.id)
