"""Messages inside a file: between the employer, the school and the partnership, whoever may see the file.

It must not know how people hear of one; notices.py tells them, without the content.
"""

from peewee import JOIN, Check, DateTimeField, ForeignKeyField, IntegerField, TextField, fn

import rules
from models.agreements import Agreement
from models.base import Record, db
from models.people import Event, Organisation, User
from models.recognitions import Recognition
from models.steps import NOT_YOURS
from rules import RuleBroken

LONGEST = 4000  # characters in one message


class Talk(Record):
    """One message in a file."""

    recognition = ForeignKeyField(Recognition, null=True, backref="talk", on_delete="CASCADE")
    agreement = ForeignKeyField(Agreement, null=True, backref="talk", on_delete="CASCADE")
    user = ForeignKeyField(User)
    organisation = ForeignKeyField(Organisation)  # the one written for
    text = TextField()
    at = DateTimeField()  # UTC

    class Meta:
        constraints = [Check("(recognition_id IS NULL) <> (agreement_id IS NULL)")]

    @classmethod
    def of(cls, file):
        """What was written in a file, with who wrote it."""
        found = cls.select(cls, User, Organisation).join(User).switch(cls).join(Organisation)
        return found.where(_key(cls, file))

    @classmethod
    def write(cls, actor, file, text):
        """Say something to the others around a file; what they wrote before counts as read. May raise RuleBroken."""
        text = text.strip()
        if not (actor.may_act and cls.partners(file, actor.organisation)):
            raise RuleBroken(text=NOT_YOURS)
        if not text:
            raise RuleBroken(text="Schrijf eerst uw bericht.")
        if len(text) > LONGEST:
            raise RuleBroken(text=f"Gebruik hoogstens {LONGEST} tekens.")
        if rules.holds_insz(text):
            raise RuleBroken(text="Schrijf geen rijksregisternummer in een bericht: de naam volstaat.")
        with db.atomic():
            facts = {"recognition": None, "agreement": None} | {file._meta.table_name: file}
            cls.create(user=actor.user, organisation=actor.organisation, text=text, at=actor.at, **facts)
            Event.record(file, "message_written", actor)
            cls.mark_read(actor, file)

    @classmethod
    def about(cls, file):
        """A condition: in that file."""
        return _key(cls, file)

    @property
    def file(self):
        return self.recognition or self.agreement

    @property
    def file_key(self):
        """(table, id) of the file it stands in."""
        return ("recognition", self.recognition_id) if self.recognition_id else ("agreement", self.agreement_id)

    @staticmethod
    def partners(file, organisation):
        """With whom somebody of that organisation talks in this file, by name; empty while nobody else sees it."""
        if isinstance(file, Recognition):
            if not file.submitted_on:
                return ""
            return file.partnership.name if organisation.id == file.organisation_id else file.organisation.name
        seen = file.provider_id and file.id and Agreement.of(file.provider).where(Agreement.id == file.id).exists()
        if not seen:
            return ""
        return file.provider.name if organisation.id == file.organisation_id else file.organisation.name

    @classmethod
    def mark_read(cls, actor, file):
        """Everything so far was read for this organisation."""
        last = cls.select(fn.MAX(cls.id)).where(_key(cls, file)).scalar()
        if not (last and actor.may_act):
            return
        facts = {"recognition": None, "agreement": None} | {file._meta.table_name: file}
        with db.atomic():
            seen, _ = TalkRead.get_or_create(
                organisation=actor.organisation, defaults={"last": last, **facts}, **{file._meta.table_name: file}
            )
            TalkRead.update(last=last).where(TalkRead.id == seen.id, TalkRead.last < last).execute()

    @classmethod
    def unread(cls, organisation):
        """A select of what others wrote in files this organisation sees, and nobody here read."""
        mine, theirs = visible(organisation)
        seen = TalkRead.select(1).where(
            TalkRead.organisation == organisation,
            (TalkRead.recognition == cls.recognition) | (TalkRead.agreement == cls.agreement),
            TalkRead.last >= cls.id,
        )
        return cls.select().where(
            cls.recognition.in_(mine) | cls.agreement.in_(theirs), cls.organisation != organisation, ~fn.EXISTS(seen)
        )

    @classmethod
    def newest(cls, organisation):
        """The last message of each file this organisation sees."""
        mine, theirs = visible(organisation)
        other = cls.alias()
        last = other.select(fn.MAX(other.id)).group_by(other.recognition, other.agreement)
        found = (
            cls.select(cls, User, Organisation, Recognition, Agreement)
            .join(User)
            .switch(cls)
            .join(Organisation)
            .switch(cls)
            .join(Recognition, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Agreement, JOIN.LEFT_OUTER, on=(cls.agreement == Agreement.id))
        )
        return found.where(cls.id.in_(last), cls.recognition.in_(mine) | cls.agreement.in_(theirs))


Talk.add_index(Talk.recognition, Talk.id)
Talk.add_index(Talk.agreement, Talk.id)


class TalkRead(Record):
    """How far an organisation has read in a file."""

    organisation = ForeignKeyField(Organisation, on_delete="CASCADE")
    recognition = ForeignKeyField(Recognition, null=True, on_delete="CASCADE")
    agreement = ForeignKeyField(Agreement, null=True, on_delete="CASCADE")
    last = IntegerField()  # id of the last message read

    class Meta:
        indexes = ((("organisation", "recognition"), True), (("organisation", "agreement"), True))


def visible(organisation):
    """Two selects of ids, for the messages of a query: the recognitions and agreements an organisation's people see.

    Each looks at the file of one message, for an organisation may see a hundred thousand.
    """
    if organisation.kind == "partnership":
        recognitions = Recognition.handled_by(organisation.partnership)
    else:
        recognitions = Recognition.of(organisation)
    agreements = Agreement.of(organisation).where(Agreement.id == Talk.agreement)
    return recognitions.where(Recognition.id == Talk.recognition).select(Recognition.id), agreements.select(
        Agreement.id
    )


def _key(model, file):
    return getattr(model, file._meta.table_name) == file
