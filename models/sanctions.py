"""Sanctions and appeals: what a partnership imposes, what it touches, and how the employer goes against it.

A sanction works from the day after the appeal term; an appeal holds that off until the ruling. It must not know HTTP.
"""

import hashlib
from datetime import date, timedelta
from typing import NamedTuple

import peewee
from peewee import CharField, Check, DateField, ForeignKeyField, TextField, fn

import rules
from models.addenda import Addendum
from models.agreements import Agreement
from models.base import Record, db, lock
from models.people import Counter, Event, Organisation, User
from models.profile import Document, Establishment, Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.reference import Partnership
from models.steps import NOT_YOURS, Step, Stepping
from models.workplaces import Workplace
from rules import RuleBroken

SANCTION_KINDS = {
    "mentor": "De mentor mag niet langer optreden",
    "revocation": "Opheffing van de erkenning",
    "temporary": "Tijdelijke uitsluiting",
    "definite": "Definitieve uitsluiting",
}

SANCTION_STATES = {
    "prepared": "Voorbereid",
    "decided": "Opgelegd",
    "appealed": "In beroep",
    "upheld": "Bevestigd in beroep",
    "overturned": "Vernietigd in beroep",
    "dropped": "Niet opgelegd",
}

IN_FORCE = ("decided", "appealed", "upheld")
EXCLUSIONS = ("temporary", "definite")

APPEAL_STATES = {
    "draft": "Werkversie",
    "lodged": "Ingediend",
    "admissible": "Ontvankelijk",
    "inadmissible": "Niet ontvankelijk",
    "granted": "Gegrond",
    "rejected": "Ongegrond",
    "withdrawn": "Ingetrokken",
}


APPEALING = "appeal"  # no mandate is ever for this: only the enterprise itself may appeal
PENDING = ("lodged", "admissible")
UNLODGED = ("draft", "withdrawn")
TOO_LATE = f"De termijn van {rules.APPEAL_DAYS} dagen om in beroep te gaan is voorbij."


class Preview(NamedTuple):
    """What a sanction touches on a day, before or after it was imposed."""

    recognitions: list
    agreements: list  # registered, and lasting longer than that day
    workplaces: list  # of these recognitions, offered now: nobody finds them once it is imposed
    bereft: set  # ids of recognitions left without anybody who may guide a learner
    starts_on: date | None  # None while an appeal holds it off
    mark: str  # changes with the rest: who confirms says by it what was seen


class Sanction(Stepping, Record):
    """What a partnership imposes on a mentor, a recognition, an establishment or an enterprise."""

    STEPS = {
        "impose": Step(("prepared",), "decided", "manager", "imposed", "Deze sanctie is al opgelegd of geschrapt."),
        "drop": Step(("prepared",), "dropped", "handler", "dropped", "Deze sanctie is al opgelegd of geschrapt."),
        "suspend": Step(("decided",), "appealed", "employer", "appealed", "Tegen deze sanctie kan geen beroep (meer)."),
        "uphold": Step(("appealed",), "upheld", "committee", "upheld", "Er loopt geen beroep tegen deze sanctie."),
        "overturn": Step(
            ("appealed",), "overturned", "committee", "overturned", "Er loopt geen beroep tegen deze sanctie."
        ),
        "resume": Step(("appealed",), "upheld", "employer", "upheld", "Er loopt geen beroep tegen deze sanctie."),
    }

    PURPOSE = APPEALING

    number = CharField(unique=True, max_length=20)
    kind = CharField(max_length=10, constraints=[Check(f"kind IN {tuple(SANCTION_KINDS)!r}")])
    organisation = ForeignKeyField(Organisation, backref="sanctions")
    establishment = ForeignKeyField(Establishment, null=True)  # null: the whole enterprise
    mentor = ForeignKeyField(Mentor, null=True)
    partnership = ForeignKeyField(Partnership)
    grounds = TextField()
    until = DateField(null=True)  # inclusive; of a temporary exclusion
    state = CharField(default="prepared", max_length=10, constraints=[Check(f"state IN {tuple(SANCTION_STATES)!r}")])
    prepared_by = ForeignKeyField(User)
    prepared_on = DateField()
    decided_on = DateField(null=True)
    # the first day it works; null while an appeal holds it off, and where it was over by the ruling
    effective_on = DateField(null=True)

    class Meta:
        constraints = [
            Check("kind <> 'mentor' OR mentor_id IS NOT NULL"),
            Check("(kind = 'temporary') = (until IS NOT NULL)"),
            Check("state IN ('prepared', 'dropped') OR decided_on IS NOT NULL"),
        ]

    # finders and reading

    @classmethod
    def joined(cls):
        return (
            cls.select(cls, Organisation, Establishment, Mentor, Partnership)
            .join(Organisation)
            .switch(cls)
            .join(Establishment, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Mentor, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Partnership, on=(cls.partnership == Partnership.id))
            .switch(cls)
        )

    @classmethod
    def of(cls, organisation):
        """What was imposed on this employer's organisation; what is only prepared is not told."""
        return cls.joined().where(cls.organisation == organisation, cls.decided_on.is_null(False))

    @classmethod
    def handled_by(cls, partnership):
        return cls.joined().where(cls.partnership == partnership)

    @classmethod
    def counts(cls, partnership):
        """{state: how many} of this partnership; one query."""
        found = cls.select(cls.state, fn.COUNT(cls.id)).where(cls.partnership == partnership).group_by(cls.state)
        return dict(found.tuples())

    def __str__(self):
        return self.number

    @property
    def label(self):
        return SANCTION_STATES[self.state]

    @property
    def kind_name(self):
        return SANCTION_KINDS[self.kind]

    @property
    def target(self):
        """Whom or what it is about, in words."""
        if self.kind == "revocation":
            return f"erkenningen van {self.organisation}"
        return str(self.mentor or self.establishment or self.organisation)

    def appeal_until(self):
        return rules.last_appeal_day(self.decided_on)

    def starts_on(self, on):
        """The first day it works; before it is imposed, as if that happened on that day; None while held off."""
        return rules.sanction_starts(on) if self.state == "prepared" else self.effective_on

    def impact(self, on):
        """The recognitions it touches: what it would touch when imposed on that day, or touched once it was."""
        if self.state == "prepared":
            return list(self._reach(on))
        chosen = SanctionTarget.select(SanctionTarget.recognition).where(SanctionTarget.sanction == self)
        return list(self._found().where(Recognition.id.in_(chosen)))

    def _found(self):
        return Recognition.joined().where(Recognition.organisation == self.organisation_id).order_by(Recognition.id)

    def _reach(self, on):
        """What can be touched on that day. An exclusion also takes along what another sanction ends already."""
        found = self._found().where(Recognition.running(on))
        if self.kind in EXCLUSIONS:
            is_stopped = Recognition.end_kind == "stopped"
            found = found.where(Recognition.end_kind.is_null() | ~is_stopped)
            return found.where(Recognition.establishment == self.establishment_id) if self.establishment_id else found
        chosen = SanctionTarget.select(SanctionTarget.recognition).where(SanctionTarget.sanction == self)
        found = found.where(Recognition.id.in_(chosen))
        if self.kind == "revocation":
            return found.where(Recognition.end_kind.is_null())
        links = RecognitionMentor.select(RecognitionMentor.recognition).where(
            RecognitionMentor.mentor == self.mentor_id,
            RecognitionMentor.decision == "approved",
            RecognitionMentor.end_kind.is_null(),
        )
        return found.where(Recognition.id.in_(links))

    def left_without_mentor(self, touched, on):
        """{id} of the `touched` recognitions on which nobody else may guide a learner; only of a barred mentor."""
        if self.kind != "mentor":
            return set()
        links = RecognitionMentor.select(RecognitionMentor.recognition).join(Mentor)
        others = links.where(
            RecognitionMentor.is_valid_on(on),
            RecognitionMentor.mentor != self.mentor_id,
            RecognitionMentor.recognition.in_(touched),
        )
        return {one.id for one in touched} - {link.recognition_id for link in others}

    def preview(self, on):
        touched, starts = self.impact(on), self.starts_on(on)
        agreements, workplaces = self.agreements(touched, on), self.workplaces(touched, on)
        seen = repr(([one.id for one in touched], [one.id for one in agreements], starts))
        mark = hashlib.sha256(seen.encode()).hexdigest()[:16]
        return Preview(touched, agreements, workplaces, self.left_without_mentor(touched, starts or on), starts, mark)

    def agreements(self, touched, on):
        """The registered agreements on the `touched` recognitions that last longer than that day, by their number."""
        found = Agreement.joined().where(Agreement.recognition.in_(touched), Agreement.lasting(on))
        if self.kind == "mentor":
            found = found.where(Addendum.guides(self.mentor_id, on))
        return list(found.order_by(Agreement.number))

    def workplaces(self, touched, on):
        """The workplaces on the `touched` recognitions that can be found on that day; a barred mentor hides none."""
        if self.kind == "mentor":
            return []
        offered = Workplace.in_state("published", on) | Workplace.in_state("full", on)
        return list(Workplace.joined(on).where(Workplace.recognition.in_(touched), offered).order_by(Workplace.id))

    @classmethod
    def touching(cls, recognition):
        """What was imposed on this recognition, the oldest first."""
        touched = SanctionTarget.select(SanctionTarget.sanction).where(SanctionTarget.recognition == recognition)
        return list(cls.joined().where(cls.id.in_(touched), cls.decided_on.is_null(False)).order_by(cls.id))

    # steps

    @classmethod
    def prepare(cls, actor, kind, recognitions, grounds, establishment=None, mentor=None, until=None):
        """Write a sanction down without any effect yet. Raises RuleBroken by field.

        `recognitions`: of one employer, at least one; for an exclusion it only says which employer.
        """
        broken = {
            "kind": kind not in SANCTION_KINDS and "Kies een sanctie.",
            "grounds": not grounds.strip()
            and "Motiveer de sanctie: de werkgever moet weten waarom, en kan in beroep gaan.",
            "until": kind == "temporary"
            and not (until and until > rules.sanction_starts(actor.on))
            and "Kies tot wanneer de uitsluiting loopt: een datum na de beroepstermijn.",
            "mentor": kind == "mentor" and not mentor and "Kies de mentor.",
            "recognitions": not recognitions and "Kies minstens één erkenning.",
        }
        if broken := {name: sentence for name, sentence in broken.items() if sentence}:
            raise RuleBroken(**broken)
        owner = recognitions[0].organisation_id
        for recognition in recognitions:
            recognition.check_duty(actor)
            if recognition.organisation_id != owner:
                raise RuleBroken(recognitions="Kies erkenningen van één onderneming.")
            over = recognition.state != "approved" or actor.on > recognition.last_day
            if over or (kind == "revocation" and recognition.end_kind):
                raise RuleBroken(recognitions=f"{recognition} loopt niet meer, of er is al een einde voor bepaald.")
        if establishment and establishment.organisation_id != owner:
            raise RuleBroken(establishment="Deze vestiging is niet van deze onderneming.")
        with db.atomic():
            sanction = cls.create(
                number=Counter.next("S", actor.on),
                kind=kind,
                organisation=owner,
                establishment=establishment if kind in EXCLUSIONS else None,
                mentor=mentor if kind == "mentor" else None,
                partnership=actor.organisation.partnership_id,
                grounds=grounds.strip(),
                until=until if kind == "temporary" else None,
                prepared_by=actor.user,
                prepared_on=actor.on,
            )
            Event.record(sanction, "prepared", actor)
            if kind not in EXCLUSIONS:
                SanctionTarget.add(sanction, recognitions)
                if len(sanction.impact(actor.on)) < len(set(recognitions)):
                    raise RuleBroken(recognitions="Deze mentor staat niet (meer) op elk van deze erkenningen.")
        return sanction

    def impose(self, actor, seen=None):
        """Decide: from the day after the appeal term it works. Raises RuleBroken when nothing is left to touch.

        `seen`: the mark of the preview that is confirmed; refused when it touches something else by now.
        """
        with db.atomic():
            lock(self.organisation)  # of two sanctions at once, the second sees what the first left to touch
            preview = self.preview(actor.on)
            touched, starts = preview.recognitions, rules.sanction_starts(actor.on)
            if self.can("impose", actor):
                if seen not in (None, preview.mark):
                    raise RuleBroken(state="Wat deze sanctie raakt, is intussen veranderd. Kijk het opnieuw na.")
                if not touched:
                    raise RuleBroken(state="Er is geen lopende erkenning meer waarop deze sanctie werkt.")
                if self.until and self.until <= starts:
                    raise RuleBroken(
                        state="Deze uitsluiting zou eindigen voor ze begint. Schrap ze en bereid een nieuwe voor."
                    )
            self.take("impose", actor, decided_on=actor.on, effective_on=starts)
            SanctionTarget.delete().where(SanctionTarget.sanction == self).execute()
            self._touch(touched, actor)
            self._settle(actor.on)

    def drop(self, actor):
        """Forget a prepared sanction."""
        self.take("drop", actor)

    def suspend(self, actor):
        """An appeal holds it off: what runs goes on, nothing new can be built on it."""
        with db.atomic():
            self.take("suspend", actor, effective_on=None)
            self._settle(actor.on)

    def uphold(self, actor, step="uphold"):
        """The appeal failed: it works from tomorrow on, or from the end of the appeal term when that is later."""
        starts = max(actor.on + timedelta(days=1), rules.sanction_starts(self.decided_on or actor.on))
        if self.until and self.until <= starts:  # over before it could begin, as `impose` would not have it
            starts = None
        with db.atomic():
            self.take(step, actor, effective_on=starts)
            if self.kind in EXCLUSIONS and starts:  # what was approved while it was held off, it ends too
                self._touch(self._reach(actor.on), actor)
            self._settle(actor.on)

    def overturn(self, actor):
        """The appeal succeeded: as if it had never been imposed."""
        with db.atomic():
            self.take("overturn", actor, effective_on=None)
            for recognition in self.impact(actor.on):
                Event.record(recognition, "sanction_overturned", actor, sanction=self.number)
            self._settle(actor.on)

    # effects: reckoned again at every step, from all sanctions in force together

    def _touch(self, recognitions, actor):
        """Let it touch these too, and write that in their history."""
        for recognition in SanctionTarget.add(self, recognitions):
            Event.record(recognition, "sanctioned", actor, sanction=self.number, kind=self.kind_name)

    def _settle(self, on):
        """What it touches ends as all sanctions in force say together; where none is left, as if there never was one.

        During an appeal the end stays open: what runs goes on, nothing new can be built on it.
        """
        if self.kind == "mentor":
            self._settle_mentor()
            return
        for sanction, ids in self._ends(Sanction.kind != "mentor").items():
            how = {"end_kind": None, "ended_on": None, "end_reason": ""}
            if sanction:
                kind = "revoked" if sanction.kind == "revocation" else "excluded"
                how = {"end_kind": kind, "ended_on": sanction.effective_on, "end_reason": sanction.grounds}
            by_sanction = Recognition.end_kind.is_null() | Recognition.end_kind.in_(("revoked", "excluded"))
            Recognition.update(**how).where(Recognition.id.in_(ids), by_sanction).execute()
        if self.kind in EXCLUSIONS:
            self._settle_exclusion(on)

    def _ends(self, condition):
        """{the sanction that ends them first, or None: [ids of recognitions this one touches]}."""
        mine = SanctionTarget.alias()
        touched = mine.select(mine.recognition).where(mine.sanction == self)
        rows = (
            SanctionTarget.select(SanctionTarget, Sanction)
            .join(Sanction)
            .where(SanctionTarget.recognition.in_(touched), Sanction.state.in_(IN_FORCE), condition)
            .where((Sanction.state != "upheld") | Sanction.effective_on.is_null(False))  # over before it could begin
        )
        first = dict.fromkeys((row.recognition_id for row in touched), None)
        # One that is held off comes last.
        order = sorted((row.sanction.effective_on or date.max, row.sanction_id, row.id, row) for row in rows)
        for *_, row in reversed(order):
            first[row.recognition_id] = row.sanction
        found = {}
        for recognition_id, sanction in first.items():
            found.setdefault(sanction, []).append(recognition_id)
        return found

    def _settle_mentor(self):
        since = Mentor.get_by_id(self.mentor_id).inactive_from
        for sanction, ids in self._ends(Sanction.mentor == self.mentor_id).items():
            links = RecognitionMentor.recognition.in_(ids) & (RecognitionMentor.mentor == self.mentor_id)
            how = {"end_kind": None, "ended_on": None}
            if sanction:
                how = {"end_kind": "barred", "ended_on": sanction.effective_on}
            by_sanction = RecognitionMentor.end_kind.is_null() | (RecognitionMentor.end_kind == "barred")
            RecognitionMentor.update(**how).where(links, by_sanction).execute()
            if since and not sanction:  # left while it was in force
                links &= RecognitionMentor.recognition.in_(self._left(ids)) & RecognitionMentor.end_kind.is_null()
                RecognitionMentor.update(end_kind="left", ended_on=since).where(links).execute()

    def _left(self, ids):
        """A select of those recognitions that the mentor was taken off, instead of only pausing as a mentor.

        While it is barred a link cannot say so. Leaving makes the mentor inactive at that same moment.
        """
        stopped = Event.select(fn.MAX(Event.at)).where(
            Event.subject == "mentor", Event.subject_id == self.mentor_id, Event.name == "mentor_deactivated"
        )
        found = Event.select(Event.subject_id).where(Event.subject == "recognition", Event.subject_id.in_(ids))
        return found.where(Event.name == "mentor_left", Event.at == stopped)

    def _settle_exclusion(self, on):
        """Whoever it excludes is so from the first until the last day of the exclusions that work or will."""
        excluded, record_id = (
            (Establishment, self.establishment_id) if self.establishment_id else (Organisation, self.organisation_id)
        )
        lasting = Sanction.select().where(
            Sanction.organisation == self.organisation_id,
            Sanction.establishment == self.establishment_id,
            Sanction.kind.in_(EXCLUSIONS),
            Sanction.state.in_(IN_FORCE),
            Sanction.effective_on.is_null(False),
            Sanction.until.is_null() | (Sanction.until >= on),
        )
        since = min((one.effective_on for one in lasting), default=None)
        is_temporary = bool(lasting) and all(one.until for one in lasting)
        until = max(one.until for one in lasting) if is_temporary else None
        excluded.update(excluded_from=since, excluded_until=until).where(excluded.id == record_id).execute()


Sanction.add_index(Sanction.partnership, Sanction.state)


class SanctionTarget(Record):
    """A recognition that a sanction touches."""

    sanction = ForeignKeyField(Sanction, backref="targets", on_delete="CASCADE")
    recognition = ForeignKeyField(Recognition, backref="sanction_targets")

    class Meta:
        indexes = ((("sanction", "recognition"), True),)

    @classmethod
    def add(cls, sanction, recognitions):
        """Let the sanction touch these too; those of them it did not touch before."""
        already = {row.recognition_id for row in cls.select().where(cls.sanction == sanction)}
        added = [one for one in dict.fromkeys(recognitions) if one.id not in already]
        cls.insert_many([{"sanction": sanction, "recognition": one} for one in added]).execute() if added else None
        return added


class Appeal(Stepping, Record):
    """An employer's appeal to the committee of the Vlaams Partnerschap, against a refusal or a sanction."""

    STEPS = {
        "lodge": Step(("draft",), "lodged", "employer", "lodged", "Dit beroep is al ingediend."),
        "withdraw": Step(
            ("draft", "lodged", "admissible"),
            "withdrawn",
            "employer",
            "appeal_withdrawn",
            "Dit beroep is al ingetrokken, of er is al uitspraak gedaan.",
        ),
        "admit": Step(("lodged",), "admissible", "committee", "admitted", "De ontvankelijkheid is al beoordeeld."),
        "declare_inadmissible": Step(
            ("lodged",), "inadmissible", "committee", "inadmissible", "De ontvankelijkheid is al beoordeeld."
        ),
        "grant": Step(("admissible",), "granted", "committee", "granted", "Er kan nu geen uitspraak gedaan worden."),
        "reject": Step(("admissible",), "rejected", "committee", "rejected", "Er kan nu geen uitspraak gedaan worden."),
    }
    PURPOSE = APPEALING
    TAKEN = "Tegen deze beslissing loopt al een beroep."

    number = CharField(unique=True, null=True, max_length=20)
    organisation = ForeignKeyField(Organisation, backref="appeals")
    recognition = ForeignKeyField(Recognition, null=True, backref="appeals")  # against its refusal
    sanction = ForeignKeyField(Sanction, null=True, backref="appeals")
    decided_on = DateField()  # the day of the decision it goes against
    grounds = TextField(default="")
    state = CharField(default="draft", max_length=12, constraints=[Check(f"state IN {tuple(APPEAL_STATES)!r}")])
    created_by = ForeignKeyField(User)
    lodged_on = DateField(null=True)
    checked_on = DateField(null=True)  # admissibility
    ruled_on = DateField(null=True)
    reason = TextField(default="")  # of the committee

    class Meta:
        constraints = [
            Check("(recognition_id IS NULL) <> (sanction_id IS NULL)"),
            Check("state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND lodged_on IS NOT NULL)"),
        ]

    partnership_id = None  # the committee handles it, no partnership does

    @classmethod
    def joined(cls):
        return (
            cls.select(cls, Organisation, Recognition, Sanction)
            .join(Organisation)
            .switch(cls)
            .join(Recognition, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Sanction, peewee.JOIN.LEFT_OUTER, on=(cls.sanction == Sanction.id))
            .switch(cls)
        )

    @classmethod
    def of(cls, organisation):
        return cls.joined().where(cls.organisation == organisation)

    @classmethod
    def lodged(cls):
        """What came to the committee."""
        return cls.joined().where(cls.lodged_on.is_null(False))

    @classmethod
    def pending(cls, recognition_ids):
        """{recognition id: Appeal} lodged and not ruled on, against the recognition itself or a sanction on it.

        One query for a page of rows.
        """
        touched = fn.COALESCE(cls.recognition, SanctionTarget.recognition)
        rows = (
            cls.joined()
            .select_extend(touched.alias("touched"))
            .join(SanctionTarget, peewee.JOIN.LEFT_OUTER, on=(SanctionTarget.sanction == cls.sanction), attr="target")
            .where(cls.state.in_(PENDING), touched.in_(list(recognition_ids)))
            .order_by(cls.id)
        )
        return {row.touched: row for row in rows}

    @classmethod
    def about(cls, recognition, sanctions=()):
        """What was lodged against this recognition's refusal or against one of these sanctions, the newest first."""
        against = cls.recognition == recognition
        if sanctions := list(sanctions):
            against |= cls.sanction.in_(sanctions)
        return list(cls.lodged().where(against, cls.state != "withdrawn").order_by(cls.id.desc()))

    @classmethod
    def counts(cls, found):
        """{state: how many} of a finder; one query."""
        ids = found.select(cls.id)
        return dict(cls.select(cls.state, fn.COUNT(cls.id)).where(cls.id.in_(ids)).group_by(cls.state).tuples())

    @classmethod
    def fought(cls):
        """A condition on recognitions: an appeal was lodged against the decision as it stands."""
        lodged = cls.select(1).where(
            cls.recognition == Recognition.id, cls.decided_on == Recognition.decided_on, cls.state.not_in(UNLODGED)
        )
        return fn.EXISTS(lodged)

    @classmethod
    def against(cls, subject):
        """The appeals against a recognition's refusal or against a sanction, drafts included, the newest first."""
        field = cls.recognition if isinstance(subject, Recognition) else cls.sanction
        return cls.joined().where(field == subject.id, cls.state != "withdrawn").order_by(cls.id.desc())

    def __str__(self):
        return self.number or "Werkversie beroep"

    @property
    def label(self):
        return APPEAL_STATES[self.state]

    @property
    def subject(self):
        """The record appealed against."""
        return self.recognition or self.sanction

    @property
    def lodge_by(self):
        """The last day to lodge it."""
        return rules.last_appeal_day(self.decided_on)

    def check_due(self):
        """The last day to confirm receipt and admissibility; None when that is not waited for."""
        if self.state != "lodged":
            return None
        return self.lodged_on + timedelta(days=rules.APPEAL_CHECK_DAYS)

    @property
    def documents(self):
        """What was added to it, oldest first."""
        used = AppealDocument.select(AppealDocument.document).where(AppealDocument.appeal == self)
        return list(Document.select().where(Document.id.in_(used)).order_by(Document.id))

    def may_edit(self, actor):
        own = actor.may_act and actor.organisation.id == self.organisation_id and actor.covers(APPEALING)
        return own and self.state == "draft"

    # steps

    @classmethod
    def draft(cls, actor, subject):
        """Begin an appeal against a refused recognition or a decided sanction; the running draft when there is one.

        Raises RuleBroken when the term is over, or there is nothing to appeal against.
        """
        against = "recognition" if isinstance(subject, Recognition) else "sanction"
        appealable = subject.state == ("refused" if against == "recognition" else "decided")
        if not (actor.may_act and actor.organisation.id == subject.organisation_id and actor.covers(APPEALING)):
            raise RuleBroken(state=NOT_YOURS)
        if not appealable:
            raise RuleBroken(state="Hiertegen kan nu geen beroep.")
        if actor.on > rules.last_appeal_day(subject.decided_on):
            raise RuleBroken(state=TOO_LATE)
        field = getattr(cls, against)
        known = cls.select().where(field == subject, cls.decided_on == subject.decided_on, cls.state != "withdrawn")
        if found := known.first():
            return found
        try:
            with db.atomic():
                facts = {"organisation": actor.organisation, "decided_on": subject.decided_on, against: subject}
                appeal = cls.create(created_by=actor.user, **facts)
                Event.record(appeal, "appeal_drafted", actor)
        except peewee.IntegrityError:  # a colleague began just before
            return known.get()
        return appeal

    def edit(self, actor, grounds):
        """Keep the grounds so far. Raises RuleBroken when it was handed in already."""
        self._change(actor, grounds=grounds.strip())

    def attach(self, actor, document):
        """Add a document of the own organisation; nothing happens when it is there already."""
        if document.organisation_id != self.organisation_id:
            raise RuleBroken(document="Kies een document van uw eigen organisatie.")
        with db.atomic():
            self._change(actor)
            AppealDocument.get_or_create(appeal=self, document=document)

    def detach(self, actor, document):
        """Take a document off it; the vault keeps it."""
        with db.atomic():
            self._change(actor)
            AppealDocument.delete().where(AppealDocument.appeal == self, AppealDocument.document == document).execute()

    def _change(self, actor, **facts):
        """Writes even without facts: who lodges it in another tab has to wait, or is seen."""
        query = Appeal.update(**(facts or {"grounds": Appeal.grounds}))
        if not (self.may_edit(actor) and query.where(Appeal.id == self.id, Appeal.state == "draft").execute()):
            raise RuleBroken(state="Dit beroep is al ingediend of ingetrokken, en kan niet meer gewijzigd worden.")

    def lodge(self, actor, grounds):
        """Hand in, on the last day at the latest. Raises RuleBroken."""
        if not grounds.strip():
            raise RuleBroken(grounds="Zeg waarom u het niet eens bent met de beslissing.")
        if actor.on > self.lodge_by:
            raise RuleBroken(state=TOO_LATE)
        with db.atomic():
            number = Counter.next("B", actor.on)
            self.take("lodge", actor, number=number, lodged_on=actor.on, grounds=grounds.strip())
            if self.sanction_id:
                self.sanction.suspend(actor)
            else:
                Event.record(self.recognition, "appealed", actor, number=number)

    def withdraw(self, actor):
        """Give the appeal up: a sanction it held off works after all."""
        with db.atomic():
            self.take("withdraw", actor)
            lodged = Appeal.lodged().where(Appeal.id == self.id)  # it may have been lodged in another tab
            if self.sanction_id and lodged.exists():
                self.sanction.uphold(actor, "resume")

    def admit(self, actor):
        self.take("admit", actor, checked_on=actor.on)

    def declare_inadmissible(self, actor, reason):
        """Refuse to look into it. Raises RuleBroken without a reason."""
        self._rule(actor, "declare_inadmissible", reason, checked_on=actor.on)

    def rule(self, actor, granted, reason):
        """Grant or reject. Granted, it undoes the sanction, or reopens the refused file unless a newer one runs."""
        self._rule(actor, "grant" if granted else "reject", reason, ruled_on=actor.on)

    def _rule(self, actor, step, reason, **dates):
        if not reason.strip():
            raise RuleBroken(reason="Motiveer de uitspraak: de werkgever en het partnerschap moeten weten waarom.")
        with db.atomic():
            self.take(step, actor, {"reason": reason.strip()}, reason=reason.strip(), **dates)
            if self.sanction_id:
                self.sanction.overturn(actor) if step == "grant" else self.sanction.uphold(actor)
            elif step == "grant" and not self.newer_file(actor.on):
                self.recognition.reopen(actor)

    def newer_file(self, on):
        """What came in the place of the refused file since, so that reopening it has no sense; or None."""
        file = self.recognition
        if file is None:
            return None
        other = Recognition.select().where(
            Recognition.renews == file.renews_id,
            Recognition.renews.is_null(False),
            Recognition.id != file.id,
            Recognition.state.not_in(("refused", "withdrawn")),
        )
        rival = Recognition.rival(file.establishment, file.training, on, (file.id, file.renews_id))
        return rival or other.first()


Appeal.add_index(Appeal.state, Appeal.lodged_on)
Appeal.add_index(  # one appeal per decision; a withdrawn one may be begun again within the term
    Appeal.index(
        Appeal.recognition,
        Appeal.decided_on,
        unique=True,
        where=Appeal.state != "withdrawn",
        name="appeal_one_per_decision",
    )
)
Appeal.add_index(
    Appeal.index(Appeal.sanction, unique=True, where=Appeal.state != "withdrawn", name="appeal_one_per_sanction")
)


class AppealDocument(Record):
    appeal = ForeignKeyField(Appeal, on_delete="CASCADE")
    document = ForeignKeyField(Document)

    class Meta:
        indexes = ((("appeal", "document"), True),)
