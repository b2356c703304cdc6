"""Messages inside a file: between the employer, the school and the partnership, whoever may see the file.

It must not know how people hear of one; notices.py tells them, without the content.
"""

from datetime import datetime

from peewee import JOIN, Check, DateTimeField, ForeignKeyField, IntegerField, TextField, fn

import rules
from models.agreements import Agreement
from models.base import Record, db, kept
from models.people import Event, Organisation, User
from models.recognitions import Recognition
from models.reference import Training
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
    def of(cls, file, organisation):
        """What was written in a file, with who wrote it; for a school since the agreement came to it."""
        found = cls.select(cls, User, Organisation).join(User).switch(cls).join(Organisation).where(_key(cls, file))
        since = _came_to(file, organisation) if isinstance(file, Agreement) else None
        return found.where(cls.at >= since) if since else found

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
            message = cls.create(user=actor.user, organisation=actor.organisation, text=text, at=actor.at, **facts)
            Event.record(file, "message_written", actor)
            Thread.add(message)

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
        if actor.may_act:
            Thread.update(read=Thread.last).where(
                Thread.about(file), Thread.organisation == actor.organisation
            ).execute()


Talk.add_index(Talk.recognition, Talk.id)
Talk.add_index(Talk.agreement, Talk.id)


class Thread(Record):
    """What was said in one file, as one organisation has it: the last message, and how far its people have read.

    One row for each side, made by the first message: what is unread is found without a look at the messages.
    """

    organisation = ForeignKeyField(Organisation, on_delete="CASCADE")
    recognition = ForeignKeyField(Recognition, null=True, on_delete="CASCADE")
    agreement = ForeignKeyField(Agreement, null=True, on_delete="CASCADE")
    last = ForeignKeyField(Talk, on_delete="CASCADE")
    read = IntegerField(default=0)  # id of the last message read

    class Meta:
        indexes = (
            (("organisation", "recognition"), True),
            (("organisation", "agreement"), True),
            (("organisation", "last"), False),
        )

    @classmethod
    def of(cls, organisation):
        """The files with messages this organisation sees, each with its last message and who wrote it."""
        found = (
            cls.select(cls, Talk, User, Organisation, Recognition, Training, Agreement)
            .join(Talk)
            .join(User)
            .switch(Talk)
            .join(Organisation)
            .switch(cls)
            .join(Recognition, JOIN.LEFT_OUTER)
            .join(Training, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Agreement, JOIN.LEFT_OUTER, on=(cls.agreement == Agreement.id))
        )
        return found.where(cls.organisation == organisation, cls.seen_by(organisation))

    @classmethod
    def unread(cls, organisation):
        """Those of them with something nobody there has read."""
        return cls.select().where(cls.organisation == organisation, cls.read < cls.last, cls.seen_by(organisation))

    @classmethod
    def count_unread(cls, organisation):
        """How many those are; mostly there is nothing, which one look tells."""
        return cls.unread(organisation).count() if _behind(organisation) else 0

    @classmethod
    def seen_by(cls, organisation):
        """A condition: its people may still see the file; a school that is named no more does not."""
        if organisation.kind == "partnership":
            recognitions = Recognition.handled_by(organisation.partnership)
        else:
            recognitions = Recognition.of(organisation)
        of_recognition = recognitions.where(Recognition.id == cls.recognition).select(1)
        of_agreement = Agreement.of(organisation).where(Agreement.id == cls.agreement).select(1)
        return fn.EXISTS(of_recognition) | fn.EXISTS(of_agreement)

    @classmethod
    def about(cls, file):
        """A condition: of that file."""
        return _key(cls, file)

    @classmethod
    def add(cls, message):
        """A message came in: the last one for every side, and read by the side that wrote it."""
        table, file_id = message.file_key
        for organisation in sides(message.file):
            found, _ = cls.get_or_create(organisation=organisation, **{table: file_id}, defaults={"last": message})
            read = message.id if organisation.id == message.organisation_id else cls.read
            cls.update(last=message, read=read).where(cls.id == found.id, cls.last <= message.id).execute()

    @property
    def file(self):
        return self.recognition or self.agreement


@kept
def _behind(organisation):
    """A row when some file has a message its people did not read, whether they still see that file or not."""
    return Thread.select(Thread.id).where(Thread.organisation == organisation, Thread.read < Thread.last).limit(1)


def sides(file):
    """The organisations that talk in a file."""
    if isinstance(file, Recognition):
        return [file.organisation, *Organisation.select().where(Organisation.partnership == file.partnership)]
    return [file.organisation, file.provider]


def _came_to(agreement, school):
    """Since when a school has an agreement that another one had before; None for a first school, and an employer."""
    if school.id == agreement.organisation_id:
        return None
    since, texts = None, None
    shown = Event.select().where(Event.subject == "agreement", Event.subject_id == agreement.id)
    for event in shown.where(Event.name.in_(("passed_on", "frozen"))).order_by(Event.id):
        if event.name == "passed_on":
            # Before the school's id was kept: who gave it to whom.
            named = event.organisation_id == school.id or event.facts["to"] == str(school)
            is_theirs = event.facts["school"] == school.id if "school" in event.facts else named
        else:
            texts = texts or {one.version: one.content for one in agreement.versions}
            number = rules.format_enterprise_number(school.number)
            is_theirs = any(word in texts[event.facts["version"]] for word in (str(school), number))
        if not is_theirs:
            since = datetime.max
        elif since == datetime.max:
            since = event.at
    return since


def _key(model, file):
    return getattr(model, file._meta.table_name) == file
