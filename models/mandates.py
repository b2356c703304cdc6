"""Mandates: who may act for an employer on its behalf, for what and until when, and what waits for its approval.

It must not know what an address leads to; the views say what each one is for.
"""

import json

from peewee import (
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    Value,
)
from playhouse.hybrid import hybrid_method

import rules
from models import contents
from models.base import Record, db
from models.people import Actor, Event, Membership, Organisation, User
from rules import RuleBroken

PURPOSES = {"recognitions": "Erkenningen", "mentors": "Mentoren", "agreements": "Overeenkomsten"}
EXTENTS = {"no": "Nee", "yes": "Ja", "approval": "Ja, na mijn goedkeuring"}
OVERTAKEN = "De onderneming deed dit zelf, op haar manier."
NOT_YOURS = "Alleen wie de toegang van uw organisatie beheert, kan een machtiging geven of beëindigen."


def extent_field():
    return CharField(default="no", max_length=8)


class Mandate(Record):
    """An employer lets the people of another organisation act for it, bounded in purpose and time."""

    organisation = ForeignKeyField(Organisation, backref="mandates_given")  # the employer
    holder = ForeignKeyField(Organisation, backref="mandates_held")  # whose people may act
    recognitions, mentors, agreements = extent_field(), extent_field(), extent_field()
    valid_from = DateField()
    valid_until = DateField()  # inclusive
    given_by = ForeignKeyField(User)
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
        """Mandates with both organisations and who gave them."""
        return (
            cls.select(cls, Organisation, Holder, User)
            .join(Organisation, on=(cls.organisation == Organisation.id), attr="organisation")
            .switch(cls)
            .join(Holder, on=(cls.holder == Holder.id), attr="holder")
            .switch(cls)
            .join(User, on=(cls.given_by == User.id), attr="given_by")
        )

    @classmethod
    def given(cls, organisation):
        """What this employer gave, the newest first."""
        return cls.joined().where(cls.organisation == organisation).order_by(cls.id.desc())

    @classmethod
    def held(cls, organisation, on):
        """What this organisation may do for others today, in order of their names."""
        return cls.joined().where(cls.holder == organisation, cls.runs(on)).order_by(Organisation.name, cls.id.desc())

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
            .order_by(Organisation.name, cls.id.desc())
        )
        return found.where(Organisation.matches(search)) if search.split() else found

    @classmethod
    def between(cls, organisation, holder, on):
        """The mandate by which the holder's people act for this employer on that day, or None."""
        return (
            cls.select()
            .where(cls.organisation == organisation, cls.holder == holder, cls.runs(on))
            .order_by(cls.id.desc())
            .first()
        )

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
        return ("approved", "Loopt") if on >= self.valid_from else ("upcoming", "Nog niet gestart")

    def allowed(self):
        """What it allows as people read it: "Erkenningen, Mentoren (na goedkeuring)"."""
        words = {"yes": "", "approval": " (na goedkeuring)"}
        return ", ".join(
            label + words[self.extent(purpose)] for purpose, label in PURPOSES.items() if self.extent(purpose) != "no"
        )

    def actor(self, user, at, on):
        """This person as they act by it."""
        seat = getattr(self, "seat", None)  # known where usable_by found it; whoever only looks there, looks here
        role = "viewer" if seat and seat.role == "viewer" else "user"
        return Actor(user, self.organisation, role, at, on, mandate=self)

    # steps

    @classmethod
    def give(cls, actor, holder, valid_from, valid_until, **extents):
        """Let the people of `holder` act for the actor's organisation. Raises RuleBroken by field."""
        if not (actor.manages_access and actor.is_employer):
            raise RuleBroken(state=NOT_YOURS)
        broken = rules.mandate_problems(valid_from, valid_until, actor.on)
        if all(extents.get(purpose, "no") == "no" for purpose in PURPOSES):
            broken["recognitions"] = "Kies minstens één onderwerp waarvoor de machtiging geldt."
        if holder is None:
            broken["holder"] = "Deze organisatie kennen we niet. Kijk het nummer na."
        elif holder.id == actor.organisation.id:
            broken["holder"] = "U hoeft uw eigen organisatie niet te machtigen."
        elif not broken and cls._overlapping(actor.organisation, holder, valid_from, valid_until):
            broken["holder"] = f"{holder} heeft in die periode al een machtiging. Beëindig eerst de vorige."
        if broken:
            raise RuleBroken(**broken)
        with db.atomic():
            mandate = cls.create(
                organisation=actor.organisation,
                holder=holder,
                valid_from=valid_from,
                valid_until=valid_until,
                given_by=actor.user,
                given_at=actor.at,
                **extents,
            )
            Event.record(mandate, "mandate_given", actor, holder=str(holder), until=f"{valid_until:%d/%m/%Y}")
        return mandate

    @classmethod
    def _overlapping(cls, organisation, holder, valid_from, valid_until):
        others = cls.select().where(cls.organisation == organisation, cls.holder == holder, cls.ended_at.is_null())
        return others.where(cls.valid_from <= valid_until, cls.valid_until >= valid_from).exists()

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
            Event.record(self, "mandate_ended", actor, holder=str(self.holder))
        self.ended_at, self.ended_by = actor.at, actor.user


Holder = Organisation.alias()


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
        """What waits for this employer, the oldest first; what came by a mandate that ended no longer does."""
        return (
            cls.select(cls, Mandate, Holder, User)
            .join(Mandate)
            .join(Holder, on=(Mandate.holder == Holder.id), attr="holder")
            .switch(cls)
            .join(User, on=(cls.user == User.id), attr="user")
            .where(cls.organisation == organisation, cls.decided_at.is_null(), Mandate.runs(on))
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
