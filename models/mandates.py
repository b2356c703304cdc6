"""Mandates: who may act for an employer on its behalf, for what and until when, and what waits for its approval.

It must not know what an address leads to; the views say what each one is for.
"""

import json

from peewee import (
    JOIN,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    Value,
    fn,
)
from playhouse.hybrid import hybrid_method

import rules
from models import contents
from models.base import Record, db, lock
from models.people import Actor, Event, Membership, Organisation, User
from rules import RuleBroken

PURPOSES = {"recognitions": "Erkenningen", "mentors": "Mentoren", "agreements": "Overeenkomsten"}
EXTENTS = {"no": "Nee", "yes": "Ja", "approval": "Ja, na mijn goedkeuring"}
OVERTAKEN = "De onderneming deed dit zelf, op haar manier."
NOBODY_YET = "Wacht op de eerste aanmelding"
NOT_YOURS = "Alleen wie de toegang van uw organisatie beheert, kan een machtiging geven of beëindigen."


def extent_field():
    return CharField(default="no", max_length=8)


def allowed(extents):
    """What extents by purpose allow, as people read it: "Erkenningen, Mentoren (na goedkeuring)"."""
    words = {"yes": "", "approval": " (na goedkeuring)"}
    return ", ".join(PURPOSES[purpose] + words[extent] for purpose, extent in extents.items() if extent != "no")


class Mandate(Record):
    """An employer lets the people of another organisation act for it, bounded in purpose and time."""

    organisation = ForeignKeyField(Organisation, backref="mandates_given")  # the employer
    holder = ForeignKeyField(Organisation, backref="mandates_held")  # whose people may act
    person = ForeignKeyField(User, null=True, backref="mandates")  # the only one of them who may; null: all
    recognitions, mentors, agreements = extent_field(), extent_field(), extent_field()
    valid_from = DateField()
    valid_until = DateField()  # inclusive
    given_by = ForeignKeyField(User, backref="mandates_given")
    given_at = DateTimeField()  # UTC
    ended_by = ForeignKeyField(User, null=True, backref="mandates_ended")
    ended_at = DateTimeField(null=True)  # UTC; from that moment on it counts for nothing

    class Meta:
        constraints = [
            *(Check(f"{purpose} IN {tuple(EXTENTS)!r}") for purpose in PURPOSES),
            Check("organisation_id <> holder_id"),
            Check("valid_until >= valid_from"),
            Check("recognitions <> 'no' OR mentors <> 'no' OR agreements <> 'no'"),
        ]

    # finding

    @hybrid_method
    def runs(self, on):
        """True on the days it counts; as a condition too."""
        return (self.ended_at is None) and (self.valid_from <= on <= self.valid_until)

    @runs.expression
    def runs(cls, on):
        return cls.ended_at.is_null() & (cls.valid_from <= on) & (cls.valid_until >= on)

    @classmethod
    def joined(cls):
        """Mandates with both organisations, who gave them, and whether somebody of the holder ever signed in."""
        someone = Membership.select(1).where(Membership.organisation == cls.holder)
        return (
            cls.select(cls, Organisation, Holder, User, Person, fn.EXISTS(someone).alias("has_people"))
            .join(Organisation, on=(cls.organisation == Organisation.id), attr="organisation")
            .switch(cls)
            .join(Holder, on=(cls.holder == Holder.id), attr="holder")
            .switch(cls)
            .join(User, on=(cls.given_by == User.id), attr="given_by")
            .switch(cls)
            .join(Person, JOIN.LEFT_OUTER, on=(cls.person == Person.id), attr="person")
        )

    @classmethod
    def for_person(cls, user):
        """A condition: those that everybody of the holder may use, or that are this person's own."""
        return cls.person.is_null() | (cls.person == user)

    @classmethod
    def given(cls, organisation):
        """What this employer gave, the newest first."""
        return cls.joined().where(cls.organisation == organisation).order_by(cls.id.desc())

    @classmethod
    def held(cls, organisation, on):
        """What people of this organisation may do for others today, in order of their names."""
        return cls.joined().where(cls.holder == organisation, cls.runs(on)).order_by(Organisation.name, cls.id.desc())

    @classmethod
    def seen_by(cls, user, organisation):
        """The mandates this person of an organisation may know of: given by it, or held by it and not for another."""
        return cls.joined().where(
            (cls.organisation == organisation) | ((cls.holder == organisation) & cls.for_person(user))
        )

    @classmethod
    def usable_by(cls, user, on, search=""):
        """The running mandates by which this person may act, with the role they have where they work.

        Who has a right of their own at the employer, even a blocked one, uses that right and no mandate.
        """
        own = Membership.select(Membership.organisation).where(Membership.user == user)
        found = (
            cls.select(cls, Organisation, Holder, Membership)
            .join(Organisation, on=(cls.organisation == Organisation.id), attr="organisation")
            .switch(cls)
            .join(Holder, on=(cls.holder == Holder.id), attr="holder")
            .switch(cls)
            .join(Membership, on=(Membership.organisation == cls.holder), attr="seat")
            .where(Membership.user == user, ~Membership.is_blocked, cls.runs(on), cls.organisation.not_in(own))
            .where(Membership.named_by(Value(user.vouched)), ~Organisation.is_blocked, ~Holder.is_blocked)
            .where(cls.for_person(user))
            .order_by(Organisation.name, cls.id.desc())
        )
        return found.where(Organisation.matches(search)) if search.split() else found

    # reading

    def extent(self, purpose):
        """ "yes", "approval" or "no", whatever day it is."""
        return getattr(self, purpose) if purpose in PURPOSES else "no"

    def covers(self, purpose, on):
        """True when it may be used for that on that day."""
        return self.runs(on) and self.extent(purpose) != "no"

    def awaits_approval(self, purpose, on):
        """True when what is handed in for that waits for the employer."""
        return self.runs(on) and self.extent(purpose) == "approval"

    def status(self, on):
        """(key, Dutch label) of where it stands on that day."""
        if self.ended_at:
            return "ended", "Beëindigd"
        if on > self.valid_until:
            return "ended", "Verlopen"
        if not getattr(self, "has_people", True):  # known where `joined` found it
            return "upcoming", NOBODY_YET
        return ("approved", "Loopt") if on >= self.valid_from else ("upcoming", "Nog niet gestart")

    def allowed(self):
        return allowed({purpose: self.extent(purpose) for purpose in PURPOSES})

    @property
    def whose(self):
        """Who may use it: "Sofie Peeters, Technisch Atheneum", or the holder; one without a name by its number."""
        name = self.holder.name
        name = rules.format_enterprise_number(name) if name == self.holder.number else name
        return f"{self.person.name}, {name}" if self.person else name

    def actor(self, user, at, on):
        """This person as they act by it."""
        seat = getattr(self, "seat", None)  # known where usable_by found it; whoever only looks there, looks here
        role = "viewer" if seat and seat.role == "viewer" else "user"
        return Actor(user, self.organisation, role, at, on, mandate=self)

    # steps

    @classmethod
    def problems(cls, actor, valid_from, valid_until, extents):
        """{field: Dutch sentence} of what is wrong with a mandate to whomever. Raises RuleBroken for who gives none."""
        if not (actor.manages_access and actor.is_employer):
            raise RuleBroken(state=NOT_YOURS)
        broken = rules.mandate_problems(valid_from, valid_until, actor.on)
        if all(extents.get(purpose, "no") == "no" for purpose in PURPOSES):
            broken["recognitions"] = "Kies minstens één onderwerp waarvoor de machtiging geldt."
        return broken

    @classmethod
    def give(cls, actor, holder, valid_from, valid_until, **extents):
        """Let the people of `holder` act for the actor's organisation. Raises RuleBroken by field."""
        broken = cls.problems(actor, valid_from, valid_until, extents)
        with db.atomic():
            lock(actor.organisation)  # two colleagues at once: the second sees what the first gave
            if holder is None:
                broken["holder"] = "Dit nummer klopt niet, en het is van geen school die we kennen. Kijk het na."
            elif holder.id == actor.organisation.id:
                broken["holder"] = "U hoeft uw eigen organisatie niet te machtigen."
            elif not broken and cls.overlapping(actor.organisation, holder, None, (valid_from, valid_until)):
                broken["holder"] = f"{holder} heeft in die periode al een machtiging. Beëindig eerst de vorige."
            if broken:
                raise RuleBroken(**broken)
            days = valid_from, valid_until
            mandate = cls.begin(actor.organisation, holder, days, actor.user, actor.at, **extents)
            Event.record(mandate, "mandate_given", actor, holder=str(holder), until=f"{valid_until:%d/%m/%Y}")
        return mandate

    @classmethod
    def begin(cls, organisation, holder, days, given_by, at, person=None, **extents):
        facts = {"valid_from": days[0], "valid_until": days[1], "given_by": given_by, "given_at": at}
        return cls.create(organisation=organisation, holder=holder, person=person, **facts, **extents)

    @classmethod
    def overlapping(cls, organisation, holder, person, days):
        """True when the holder has one in those days that would do the same: with both it is unclear by which one acts.

        Two persons of one holder may each have their own; beside one for everybody there is no room for another.
        """
        others = cls.select().where(cls.organisation == organisation, cls.holder == holder, cls.ended_at.is_null())
        if person is not None:
            others = others.where(cls.for_person(person))
        return others.where(cls.valid_from <= days[1], cls.valid_until >= days[0]).exists()

    def can_end(self, actor):
        """True for who manages the access of the employer, while there is something to end."""
        own = actor.manages_access and actor.organisation.id == self.organisation_id
        return own and self.ended_at is None and actor.on <= self.valid_until

    def end(self, actor):
        """Over, at once; what still waited for approval lapses. Raises RuleBroken when it was over already."""
        if not (actor.manages_access and actor.organisation.id == self.organisation_id):
            raise RuleBroken(state=NOT_YOURS)
        with db.atomic():
            query = Mandate.update(ended_at=actor.at, ended_by=actor.user)
            if not query.where(Mandate.id == self.id, Mandate.ended_at.is_null()).execute():
                raise RuleBroken(state="Deze machtiging was al beëindigd.")
            Event.record(self, "mandate_ended", actor, holder=self.whose)
        self.ended_at, self.ended_by = actor.at, actor.user


Holder = Organisation.alias()
Person = User.alias()


class Proposal(Record):
    """What somebody with a mandate wants to hand in, and the employer still has to approve.

    It keeps the form as it was sent: approving sends it again, by somebody of the employer, and everything is checked
    as it stands then.
    """

    mandate = ForeignKeyField(Mandate, backref="proposals")
    organisation = ForeignKeyField(Organisation)  # the employer
    user = ForeignKeyField(User)
    path = CharField()  # where the form goes
    form = TextField()  # JSON: [[name, value], …]
    what = CharField()  # in Dutch: "Aanvraag indienen"
    about = CharField()  # the file, as people call it
    subject = CharField(default="", max_length=20)  # the table the file is in
    subject_id = IntegerField(default=0)
    marks = TextField(default="{}")  # JSON: what the file said when this was proposed, see contents.py
    place = CharField()  # where to look at it
    made_at = DateTimeField()  # UTC
    decided_at = DateTimeField(null=True)  # UTC
    decided_by = ForeignKeyField(User, null=True, backref="proposals_decided")
    is_approved = BooleanField(null=True)  # null: still open
    reason = TextField(default="")

    @classmethod
    def open(cls, organisation, on):
        """What waits for this employer, the oldest first."""
        return cls.waiting(on).where(cls.organisation == organisation)

    @classmethod
    def waiting(cls, on):
        """What waits for any employer, the oldest first; what came by a mandate that ended no longer does."""
        return (
            cls.select(cls, Mandate, Holder, User, Organisation)
            .join(Mandate)
            .join(Holder, on=(Mandate.holder == Holder.id), attr="holder")
            .switch(cls)
            .join(User, on=(cls.user == User.id), attr="user")
            .switch(cls)
            .join(Organisation, on=(cls.organisation == Organisation.id), attr="organisation")
            .where(cls.decided_at.is_null(), Mandate.runs(on))
            .order_by(cls.id)
        )

    @classmethod
    def of(cls, mandate):
        """What was put to the employer by this mandate, the newest first."""
        return (
            cls.select(cls, User)
            .join(User, on=(cls.user == User.id), attr="user")
            .where(cls.mandate == mandate)
            .order_by(cls.id.desc())
        )

    @property
    def status(self):
        """(key, Dutch label) of what became of it."""
        if self.is_approved is None:
            return "submitted", "Wacht op goedkeuring"
        return ("approved", "Goedgekeurd") if self.is_approved else ("refused", "Niet goedgekeurd")

    @property
    def fields(self):
        """[(name, value)] of the form that waits."""
        return [tuple(pair) for pair in json.loads(self.form)]

    @classmethod
    def as_they_stand(cls, found):
        """Proposals with what their files say now; a few queries, however many there are."""
        proposals = list(found)
        for table in {one.subject for one in proposals}:
            of_one = [one for one in proposals if one.subject == table]
            now = contents.marks(table, [one.subject_id for one in of_one])
            for one in of_one:
                one.now = now[one.subject_id]
        return proposals

    @property
    def as_shown(self):
        """One mark of the file as it stands; call `as_they_stand` first."""
        return contents.as_one(self.now)

    @property
    def changed(self):
        """The parts of the file that say something else than when this was proposed."""
        before = json.loads(self.marks)
        return [part for part, mark in self.now.items() if before.get(part) != mark]

    def check_shown(self, as_shown, form):
        """Raises RuleBroken unless this form, on the file as it stands, is what the page showed."""
        [proposal] = self.as_they_stand([self])
        if proposal.as_shown != as_shown:
            raise RuleBroken(state=f"{self.about} is intussen gewijzigd. Er is niets goedgekeurd: kijk het eerst na.")
        if sorted(self.fields) != sorted(tuple(pair) for pair in form):
            raise RuleBroken(state="Dit is niet wat voorgesteld werd. Er is niets goedgekeurd.")

    @classmethod
    def hold(cls, actor, path, form, what, about, place, record=None):
        """Keep what was sent about a file until the employer approves; sent again, the newest counts."""
        with db.atomic():
            changed = {"mandate": actor.mandate, "user": actor.user, "form": json.dumps(form), "made_at": actor.at}
            if record is not None:
                table = record._meta.table_name
                said = contents.marks(table, [record.id])[record.id]
                changed |= {"subject": table, "subject_id": record.id, "marks": json.dumps(said)}
            same = (cls.organisation == actor.organisation) & (cls.path == path) & cls.decided_at.is_null()
            if not cls.update(**changed).where(same).execute():
                facts = {"path": path, "what": what, "about": about, "place": place}
                cls.create(organisation=actor.organisation, **changed, **facts)
            proposal = cls.get(same)
            Event.record(proposal, "proposed", actor, what=what, about=about)
        return proposal

    @classmethod
    def settle(cls, actor, path, form):
        """The employer did it: what waited there is approved, or overtaken where they did something else."""
        same = (cls.organisation == actor.organisation) & (cls.path == path) & cls.decided_at.is_null()
        for proposal in cls.select().where(same):
            facts = {"what": proposal.what, "about": proposal.about}
            with db.atomic():
                if sorted(proposal.fields) == sorted(tuple(pair) for pair in form):
                    proposal._decide(actor, True, "")
                    Event.record(proposal, "proposal_approved", actor, **facts)
                else:
                    proposal._decide(actor, False, OVERTAKEN)
                    Event.record(proposal, "proposal_overtaken", actor, **facts)

    def refuse(self, actor, reason):
        """Not like this, says the employer. Raises RuleBroken without a reason or when it was decided already."""
        if actor.mandate or not actor.may_act or actor.organisation.id != self.organisation_id:
            raise RuleBroken(state="Alleen uw eigen organisatie beslist hierover.")
        if not reason.strip():
            raise RuleBroken(reason="Zeg kort waarom u dit niet goedkeurt.")
        with db.atomic():
            self._decide(actor, False, reason.strip())
            Event.record(self, "proposal_refused", actor, what=self.what, about=self.about, reason=reason.strip())

    def _decide(self, actor, is_approved, reason):
        changed = {"decided_at": actor.at, "decided_by": actor.user, "is_approved": is_approved, "reason": reason}
        if not Proposal.update(**changed).where(Proposal.id == self.id, Proposal.decided_at.is_null()).execute():
            raise RuleBroken(state="Hierover is al beslist.")
