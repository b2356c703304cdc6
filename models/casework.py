"""What a partnership writes around a file: notes, visits, and its own wording for reasons.

It must not decide about the file itself; recognitions.py does.
"""

import json

import peewee
from peewee import BooleanField, CharField, Check, DateField, DateTimeField, ForeignKeyField, TextField

import rules
from models.base import Record, db
from models.people import Event, User
from models.recognitions import OPEN_STATES, Recognition
from models.reference import Partnership
from models.steps import NOT_YOURS
from rules import RuleBroken

LONGEST = 4000  # characters of a note or a report
TEMPLATE_KINDS = {"approve": "Goedkeuring", "refuse": "Afkeuring", "ask": "Vraag om aanvulling"}


class Note(Record):
    """An internal note on a file; the employer never sees it."""

    recognition = ForeignKeyField(Recognition, backref="notes", on_delete="CASCADE")
    text = TextField()
    author = ForeignKeyField(User)
    at = DateTimeField()  # UTC

    @classmethod
    def write(cls, recognition, actor, text):
        """Add a note. Raises RuleBroken when it is empty, or not this partnership's file."""
        recognition.check_duty(actor, "voter")
        if not 0 < len(text.strip()) <= LONGEST:
            raise RuleBroken(note=f"Schrijf een notitie van hoogstens {LONGEST} tekens.")
        return cls.create(recognition=recognition, text=text.strip(), author=actor.user, at=actor.at)

    @classmethod
    def of(cls, recognition):
        return cls.select(cls, User).join(User).where(cls.recognition == recognition).order_by(cls.id)


class Visit(Record):
    """A visit to the workplace: planned, and reported on with a checklist."""

    recognition = ForeignKeyField(Recognition, backref="visits", on_delete="CASCADE")
    planned_on = DateField()
    planned_at = CharField(default="", max_length=5)  # hour as typed, "14:30"
    planned_by = ForeignKeyField(User)
    is_cancelled = BooleanField(default=False)
    checklist = TextField(default="{}")  # JSON: {key of rules.VISIT_CHECKLIST: true or false}
    report = TextField(default="")
    reported_on = DateField(null=True)

    @classmethod
    def plan(cls, recognition, actor, planned_on, planned_at=""):
        """Plan a visit; the employer sees it. Raises RuleBroken when it lies in the past or the file is closed."""
        recognition.check_duty(actor)
        if recognition.state not in OPEN_STATES:
            raise RuleBroken(state="Over dit dossier is al beslist.")
        if not planned_on:
            raise RuleBroken(planned_on="Kies een datum voor het bezoek.")
        if planned_on < actor.on:
            raise RuleBroken(planned_on="Kies een datum die nog moet komen.")
        if planned_on > rules.add_months(actor.on, rules.VISIT_MONTHS):
            raise RuleBroken(planned_on=f"Dat is te ver. Kies een datum binnen {rules.VISIT_MONTHS} maanden.")
        with db.atomic():
            visit = cls.create(
                recognition=recognition, planned_on=planned_on, planned_at=planned_at, planned_by=actor.user
            )
            Event.record(recognition, "visit_planned", actor, day=f"{planned_on:%d/%m/%Y}", hour=planned_at)
        return visit

    def write_report(self, actor, checklist, report):
        """Report on it, {key: True or False}. Raises RuleBroken when something of the checklist has no answer."""
        self.recognition.check_duty(actor)
        if self.is_cancelled or self.reported_on:
            raise RuleBroken(state="Over dit bezoek is al een verslag gemaakt, of het ging niet door.")
        if self.planned_on > actor.on:
            raise RuleBroken(state="Dit bezoek moet nog komen.")
        broken = {key: "Kruis ja of nee aan." for key in rules.VISIT_CHECKLIST if checklist.get(key) is None}
        if not 0 < len(report.strip()) <= LONGEST:
            broken["report"] = f"Schrijf kort wat u zag, in hoogstens {LONGEST} tekens."
        if broken:
            raise RuleBroken(**broken)
        with db.atomic():
            written = (
                Visit.update(checklist=json.dumps(checklist), report=report.strip(), reported_on=actor.on)
                .where(Visit.id == self.id, Visit.reported_on.is_null(), ~Visit.is_cancelled)
                .execute()
            )
            if not written:
                raise RuleBroken(state="Een collega was u net voor.")
            Event.record(self.recognition, "visit_reported", actor)

    def cancel(self, actor):
        self.recognition.check_duty(actor)
        with db.atomic():
            query = Visit.update(is_cancelled=True).where(Visit.id == self.id, Visit.reported_on.is_null())
            if not query.where(~Visit.is_cancelled).execute():
                raise RuleBroken(state="Dit bezoek kan niet meer geannuleerd worden.")
            Event.record(self.recognition, "visit_cancelled", actor)

    @property
    def answers(self):
        """[(label, True or False)] of the checklist."""
        given = json.loads(self.checklist)
        return [(label, given[key]) for key, label in rules.VISIT_CHECKLIST.items() if key in given]

    @classmethod
    def of(cls, recognition):
        return cls.select(cls, User).join(User).where(cls.recognition == recognition).order_by(cls.id)


class ReasonTemplate(Record):
    """A partnership's own wording for a reason or a question, to start from."""

    partnership = ForeignKeyField(Partnership, on_delete="CASCADE")
    kind = CharField(max_length=7, constraints=[Check(f"kind IN {tuple(TEMPLATE_KINDS)!r}")])
    title = CharField(max_length=100)
    text = TextField()

    class Meta:
        indexes = ((("partnership", "kind", "title"), True),)

    @classmethod
    def of(cls, partnership, kind=None):
        found = cls.select().where(cls.partnership == partnership).order_by(cls.kind, cls.title)
        return found.where(cls.kind == kind) if kind else found

    @classmethod
    def add(cls, actor, kind, title, text):
        """Keep a wording for the actor's own partnership. Raises RuleBroken by field."""
        if not (actor.is_handler and actor.may_act and actor.duty != "voter" and actor.organisation.partnership_id):
            raise RuleBroken(state=NOT_YOURS)
        if kind not in TEMPLATE_KINDS:
            raise RuleBroken(kind="Kies waarvoor het sjabloon dient.")
        if not title or not text or len(title) > 100 or len(text) > LONGEST:
            raise RuleBroken(title="Geef het sjabloon een korte titel en een tekst.")
        try:
            with db.atomic():
                return cls.create(partnership=actor.organisation.partnership_id, kind=kind, title=title, text=text)
        except peewee.IntegrityError:
            raise RuleBroken(title="Er is al een sjabloon met die titel.") from None

    def remove(self, actor):
        """Forget it. Raises RuleBroken for people of another partnership, or who only vote."""
        own = actor.is_handler and actor.may_act and actor.organisation.partnership_id == self.partnership_id
        if not own or actor.duty == "voter":
            raise RuleBroken(state=NOT_YOURS)
        self.delete_instance()
