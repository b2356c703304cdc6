"""Reference data: loaded from data/*.csv, added to but never silently emptied.

It must not know who uses it.
"""

from peewee import (
    BooleanField,
    CharField,
    Check,
    DateField,
    DecimalField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

import rules
from models.base import Record
from rules import RuleBroken


class Partnership(Record):
    """A sectoral partnership, or the Vlaams Partnerschap that handles what no sector does."""

    name = CharField(unique=True)
    short_name = CharField()  # the sector organisation behind it, e.g. Constructiv
    extra_document = TextField(default="")  # what this partnership asks on top, in its own words
    learners_per_mentor = IntegerField(null=True)  # null: no maximum
    mentor_training_months = IntegerField(default=rules.MENTOR_TRAINING_MONTHS)
    is_default = BooleanField(default=False)
    # How it decides: a handler alone, with a second reader, or by vote. Its own manager chooses.
    decision_mode = CharField(
        default="single", max_length=13, constraints=[Check(f"decision_mode IN {tuple(rules.DECISION_MODES)!r}")]
    )
    votes_needed = IntegerField(default=3)  # only where it votes

    @property
    def training_exemption(self):
        """What it accepts instead of a mentor training, in words; empty where nothing is known."""
        return rules.TRAINING_EXEMPTIONS.get(self.short_name, "")

    @classmethod
    def default(cls):
        """The Vlaams Partnerschap Duaal Leren."""
        return cls.get(cls.is_default)

    @classmethod
    def set_decision_mode(cls, actor, mode, votes_needed):
        """How the actor's own partnership decides from now on; `votes_needed` None leaves that number as it is.

        Raises RuleBroken by field, or for who is no manager of it.
        """
        if not (actor.is_manager and actor.may_act and actor.organisation.partnership_id):
            raise RuleBroken(state="Alleen een beheerder van het partnerschap kan dit wijzigen.")
        if mode not in rules.DECISION_MODES:
            raise RuleBroken(decision_mode="Kies hoe uw partnerschap beslist.")
        if (mode == "vote" or votes_needed is not None) and not 1 <= (votes_needed or 0) <= 15:
            raise RuleBroken(votes_needed="Vul in hoeveel stemmen er nodig zijn, van 1 tot 15.")
        changes = {"decision_mode": mode} | ({"votes_needed": votes_needed} if votes_needed else {})
        cls.update(**changes).where(cls.id == actor.organisation.partnership_id).execute()


class JointCommittee(Record):
    code = CharField(unique=True, max_length=6)  # NNN or NNN.NN
    name = CharField()
    partnership = ForeignKeyField(Partnership, null=True)  # null: the Vlaams Partnerschap

    def __str__(self):
        return f"{self.code} {self.name}"

    def competent(self):
        """The partnership that handles this committee's applications."""
        return self.partnership or Partnership.default()


class Training(Record):
    name = CharField(unique=True)
    grade = CharField(default="")
    form = CharField(default="")
    sector = CharField(default="")
    kind = CharField(default="duaal")
    is_active = BooleanField(default=True)

    @classmethod
    def search(cls, text):
        """Active trainings whose name holds every typed word, in order of name."""
        found = cls.select().where(cls.is_active)
        for word in rules.sought(text):
            found = found.where(cls.name.contains(word))
        return found.order_by(cls.name)


class Postcode(Record):
    postcode = CharField(max_length=4)
    municipality = CharField()
    province = CharField(default="")
    region = CharField()

    class Meta:
        indexes = ((("postcode", "municipality"), True),)

    @classmethod
    def in_province(cls, name):
        """A select of the postcodes of a province; "" for Brussels, which lies in none."""
        return cls.select(cls.postcode).where(cls.province == name)

    @classmethod
    def find(cls, typed):
        """The places of that postcode, or else whose municipality begins with what was typed, in order of name."""
        text = typed.strip()
        if text[:4].isdecimal():
            return list(cls.select().where(cls.postcode == text[:4]).order_by(cls.municipality))
        name = text.casefold()
        rows = list(cls.select().order_by(cls.municipality, cls.postcode))  # folded here: SQLite folds only a to z
        exact = [row for row in rows if row.municipality.casefold() == name]
        return exact or [row for row in rows if name and row.municipality.casefold().startswith(name)]


class PostcodeCentre(Record):
    """About where the middle of a postcode lies, to reckon distances with."""

    postcode = CharField(primary_key=True, max_length=4)
    latitude = FloatField()
    longitude = FloatField()

    @classmethod
    def around(cls, postcodes, metres):
        """((latitude, longitude) of the middle of these postcodes, [(postcode, latitude, longitude)] so near to it).

        (None, []) where it is not known where they lie. One look at all of them.
        """
        rows = list(cls.select(cls.postcode, cls.latitude, cls.longitude).tuples())
        found = [row[1:] for row in rows if row[0] in postcodes]
        if not found:
            return None, []
        point = tuple(sum(values) / len(found) for values in zip(*found, strict=True))
        return point, [row for row in rows if rules.distance(point, row[1:]) <= metres]


class LegalForm(Record):
    code = CharField(unique=True, max_length=3)
    name = CharField()


class MinimumIncome(Record):
    """The guaranteed average minimum monthly income, from a day on: learning allowances follow from it."""

    valid_from = DateField(unique=True)
    amount = DecimalField(max_digits=8, decimal_places=2)

    @classmethod
    def table(cls):
        """All rows, the oldest first."""
        return list(cls.select().order_by(cls.valid_from))
