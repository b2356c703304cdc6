"""Workplaces: what an employer offers learners on each approved recognition, and whether everybody may find it.

Whether one is published, full or expired is derived, never stored. It must not know HTTP, nor what day it is.
"""

from datetime import timedelta
from math import cos, radians, sqrt

from peewee import BooleanField, Case, CharField, Check, DateField, ForeignKeyField, IntegerField, TextField, fn

import rules
from models.agreements import Agreement
from models.base import Record, db
from models.people import Event, Organisation
from models.profile import Establishment
from models.recognitions import Recognition
from models.reference import PostcodeCentre, Training
from models.steps import NOT_YOURS
from rules import RuleBroken

WORKPLACE_STATES = {
    "published": "Gepubliceerd",
    "hidden": "Niet gepubliceerd",
    "full": "Volzet",
    "expired": "Verlopen",
}


CONTACT = ("contact_name", "contact_email", "contact_phone")
OFFERED = (*CONTACT, "places", "open_from", "open_until", "description", "is_visible")  # what a renewal goes on with


class Workplace(Record):
    """What an employer offers on one approved recognition; made by the step that approves."""

    recognition = ForeignKeyField(Recognition, unique=True, backref="workplaces")
    places = IntegerField(default=1, constraints=[Check(f"places BETWEEN 0 AND {rules.MOST_PLACES}")])
    open_from = DateField(null=True)  # null: at once
    open_until = DateField(null=True)  # inclusive; null: as long as the recognition holds
    description = TextField(default="")  # public
    contact_name = CharField(default="")  # for schools that are signed in, never public
    contact_email = CharField(default="")
    contact_phone = CharField(default="")
    is_visible = BooleanField(default=False)  # publishing is the employer's own choice
    confirmed_on = DateField()  # last day the employer said that all this is right

    class Meta:
        constraints = [Check("open_from IS NULL OR open_until IS NULL OR open_until >= open_from")]

    # finders

    @classmethod
    def joined(cls, on):
        """Workplaces with what every list shows of them on that day: `taken` places and the derived `state`."""
        taken = cls.taken_on(on)
        return (
            cls.select(
                cls, Recognition, Establishment, Training, Organisation, taken.alias("taken"), cls._state(on, taken)
            )
            .join(Recognition)
            .join(Establishment)
            .switch(Recognition)
            .join(Training)
            .switch(Recognition)
            .join(Organisation)
            .switch(cls)
        )

    @classmethod
    def of(cls, organisation, on):
        """Every workplace of this employer's organisation."""
        return cls.joined(on).where(Recognition.organisation == organisation)

    @classmethod
    def in_state(cls, state, on):
        """A condition on `joined`: in that derived state on that day."""
        return cls._derived(on, cls.taken_on(on)) == state

    @classmethod
    def published(cls, on, is_near=False):
        """A condition on `joined`: everybody may find it on that day. As `in_state`, in words an engine can weigh.

        `is_near`: for who begins with some postcodes. SQLite then does not see the index of all that are shown, which
        it else begins with as soon as the postcodes are more than a few.
        """
        return (
            (cls.is_visible.in_([True]) if is_near else cls.is_visible)
            & (cls.confirmed_on >= rules.oldest_confirmation(on))
            & (cls.open_until.is_null() | (cls.open_until >= on))
            & Recognition.valid(on)
            & Recognition.end_kind.is_null()
            & (cls.taken_on(on) < cls.places)
        )

    @classmethod
    def search(cls, found, text):
        """Narrow a finder to rows in which training, establishment or number holds every typed word."""
        for word in rules.sought(text):
            found = found.where(
                Training.name.contains(word)
                | Establishment.name.contains(word)
                | Establishment.municipality.contains(word)
                | Recognition.number.contains(word)
            )
        return found

    @classmethod
    def around(cls, found, point, centres):
        """Narrow a finder to what lies in these places; `point` and `centres` as PostcodeCentre.around has them.

        Returns it with the square of the distance, in hundreds of metres, as expression and as `squared` on each row:
        squares put rows in the same order, and no engine needs a root. Flat is exact enough over fifty kilometres.
        And with [(that square, postcode)], nearest first: who wants the first page looks at the first few of those.
        """
        latitude, longitude = point
        to_north, to_east = rules.DEGREE / 100, rules.DEGREE / 100 * cos(radians(latitude))
        north = (PostcodeCentre.latitude - latitude) * to_north
        east = (PostcodeCentre.longitude - longitude) * to_east
        squared = (north * north + east * east).cast("INTEGER")
        places = sorted(
            (((lat - latitude) * to_north) ** 2 + ((long - longitude) * to_east) ** 2, postcode)
            for postcode, lat, long in centres
        )
        found = found.select_extend(squared.alias("squared")).switch(Establishment)
        found = found.join(PostcodeCentre, on=(Establishment.postcode == PostcodeCentre.postcode))
        return found, squared, places

    @classmethod
    def to_confirm(cls, on):
        """Those meant to be found that go stale soon, or did, of any organisation."""
        soon = rules.oldest_confirmation(on + timedelta(days=rules.CONFIRMATION_WARNING_DAYS))
        return cls.joined(on).where(
            Recognition.valid(on),
            Recognition.end_kind.is_null(),
            cls.is_visible,
            cls.confirmed_on < soon,
            cls.open_until.is_null() | (cls.open_until >= on),
        )

    @classmethod
    def counts(cls, organisation, on):
        """{state: how many} of an organisation on that day; one query."""
        state = cls._derived(on, cls.taken_on(on)).alias("state")
        rows = cls.select(state).join(Recognition).where(Recognition.organisation == organisation)
        return dict(cls.select(rows.c.state, fn.COUNT(1)).from_(rows).group_by(rows.c.state).tuples())

    @classmethod
    def taken_on(cls, on):
        """How many learners work there on that day; those who began under the recognition it renews stay."""
        there = Agreement.recognition.in_((Recognition.id, Recognition.renews))
        lasting = Agreement.ends_on >= on  # said so that those of years ago are passed over in the index
        return Agreement.select(fn.COUNT(Agreement.id)).where(there, lasting, Agreement.running(on))

    @classmethod
    def _derived(cls, on, taken):
        over = (Recognition.state != "approved") | ~Recognition.running(on)
        withheld = ~cls.is_visible | Recognition.end_kind.is_null(False) | (Recognition.valid_from > on)
        past = (cls.open_until < on) | (cls.confirmed_on < rules.oldest_confirmation(on))
        return Case(
            None,
            [(over, "expired"), (withheld, "hidden"), (past, "expired"), (taken >= cls.places, "full")],
            "published",
        )

    @classmethod
    def _state(cls, on, taken):
        return cls._derived(on, taken).alias("state")

    # reading; `taken` and `state` come with `joined`

    def __str__(self):
        return f"{self.recognition.training.name}, {self.recognition.establishment}"

    @property
    def label(self):
        return WORKPLACE_STATES[self.state]

    @property
    def free(self):
        return max(self.places - self.taken, 0)

    @property
    def kilometres(self):
        """How far it lies, in whole kilometres; only for what `around` found."""
        return round(sqrt(self.squared) / 10)

    @property
    def confirmed_until(self):
        """The last day this is believed without being confirmed again."""
        return rules.add_months(self.confirmed_on, rules.CONFIRMATION_MONTHS)

    def is_over(self, on):
        """True when its recognition no longer holds: then nothing can be offered on it."""
        return self.recognition.state != "approved" or on > self.recognition.last_day

    def why(self, on):
        """One Dutch sentence on why it is not to be found; empty where it is."""
        recognition = self.recognition
        if self.is_over(on):
            return "De erkenning is niet meer geldig."
        if recognition.end_kind:
            return "Voor de erkenning is een einde bepaald."
        if on < recognition.valid_from:
            return f"De erkenning begint op {recognition.valid_from:%d/%m/%Y}."
        if not self.is_visible:
            return "U toont ze niet in de zoeker."
        if self.open_until and self.open_until < on:
            return "De periode die u opgaf, is voorbij."
        if self.confirmed_until < on:
            return f"U bevestigde dit het laatst op {self.confirmed_on:%d/%m/%Y}."
        if not self.free:
            return "Alle plaatsen zijn ingevuld."
        return ""

    def may_edit(self, actor):
        own = actor.may_act and actor.is_employer and actor.organisation.id == self.recognition.organisation_id
        return own and not self.is_over(actor.on)

    # steps

    @classmethod
    def open(cls, recognition, actor):
        """The workplace of a recognition that was just approved; a renewal goes on with what was offered before."""
        before = recognition.renews_id and cls.get_or_none(cls.recognition == recognition.renews_id)
        names = (*OFFERED, "confirmed_on") if before else CONTACT
        facts = {name: getattr(before or recognition, name) for name in names}
        return cls.create(**{"confirmed_on": actor.on} | facts, recognition=recognition)

    def edit(self, actor, **facts):
        """Say what is offered; that confirms it too. Raises RuleBroken by field."""
        self._check(actor)
        if broken := self.problems(facts, actor.on, self.recognition.last_day):
            raise RuleBroken(**broken)
        with db.atomic():
            self._write(actor, **facts)
            Event.record(self, "workplace_changed", actor)

    def confirm(self, actor):
        """Say that all is right still: believed for another half year. Raises RuleBroken when it would not show."""
        self._check(actor)
        with db.atomic():
            self._write(actor)
            Event.record(self, "workplace_confirmed", actor)

    def _check(self, actor):
        if self.is_over(actor.on):
            raise RuleBroken(state="De erkenning is niet meer geldig: aan deze werkplek kan niets meer wijzigen.")
        if not self.may_edit(actor):
            raise RuleBroken(state=NOT_YOURS)

    def _write(self, actor, **facts):
        still = Recognition.select(1).where(Recognition.id == self.recognition_id, Recognition.running(actor.on))
        query = Workplace.update(confirmed_on=actor.on, **facts)
        if not query.where(Workplace.id == self.id, fn.EXISTS(still)).execute():
            raise RuleBroken(state="De erkenning is intussen niet meer geldig. Laad de pagina opnieuw.")
        # What a renewal took over and nobody said otherwise there: hidden today is not shown again when it begins.
        coming = Recognition.select(Recognition.id).where(
            Recognition.renews == self.recognition_id,
            Recognition.state == "approved",
            Recognition.valid_from > actor.on,
        )
        same = [getattr(Workplace, name) == getattr(self, name) for name in OFFERED]
        Workplace.update(confirmed_on=actor.on, **facts).where(Workplace.recognition.in_(coming), *same).execute()

    @staticmethod
    def problems(facts, on, last_day):
        """What is wrong with what would be offered, {field: Dutch sentence}; `last_day`: of the recognition."""
        broken = {}
        if not 0 <= facts["places"] <= rules.MOST_PLACES:
            broken["places"] = f"Vul een aantal plaatsen in, van 0 tot {rules.MOST_PLACES}."
        if facts["open_from"] and facts["open_until"] and facts["open_until"] < facts["open_from"]:
            broken["open_until"] = "De laatste dag ligt vóór de eerste. Kijk de twee datums na."
        if facts["is_visible"] and facts["open_until"] and facts["open_until"] < on:
            broken["open_until"] = "Deze dag is voorbij: niemand zou de werkplek vinden. Kies een latere dag."
        if facts["open_until"] and facts["open_until"] > last_day:
            broken["open_until"] = (
                f"De erkenning geldt tot en met {last_day:%d/%m/%Y}. Kies een dag tot dan, of laat dit leeg."
            )
        if problem := rules.personal_data_problem(facts["description"]):
            broken["description"] = problem
        if facts["is_visible"] and not (facts["contact_name"] and facts["contact_email"]):
            broken["contact_name"] = "Vul naam en e-mailadres in: anders kan geen school u bereiken."
        return broken


Workplace.add_index(  # the public list, freshest first
    Workplace.index(Workplace.confirmed_on, Workplace.id, where=Workplace.is_visible, name="workplace_confirmed_on_id")
)
