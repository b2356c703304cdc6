"""Sanctions and appeals: what a partnership imposes, what it touches, and how the employer goes against it.

A sanction works from the day after the appeal term; an appeal holds that off until the ruling. It must not know HTTP.
"""

from datetime import timedelta

import peewee
from peewee import CharField, Check, DateField, ForeignKeyField, TextField

import rules
from models.base import Record, db
from models.people import Counter, Event, Organisation, User
from models.profile import Document, Establishment, Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.reference import Partnership
from models.steps import Step, Stepping
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

APPEAL_STATES = {
    "draft": "Werkversie",
    "lodged": "Ingediend",
    "admissible": "Ontvankelijk",
    "inadmissible": "Niet ontvankelijk",
    "granted": "Gegrond",
    "rejected": "Ongegrond",
    "withdrawn": "Ingetrokken",
}


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
    effective_on = DateField(null=True)  # the first day it works; null while an appeal holds it off

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
        return str(self.mentor or self.establishment or self.organisation)

    def appeal_until(self):
        return rules.last_appeal_day(self.decided_on)

    def impact(self, on):
        """The recognitions it touches, or touched once imposed; nothing that already ends by another sanction."""
        chosen = SanctionTarget.select(SanctionTarget.recognition).where(SanctionTarget.sanction == self)
        if self.state != "prepared" or self.kind in ("mentor", "revocation"):
            return list(Recognition.joined().where(Recognition.id.in_(chosen)).order_by(Recognition.id))
        found = Recognition.of(self.organisation).where(
            Recognition.state == "approved", Recognition.valid_until >= on, Recognition.end_kind.is_null()
        )
        if self.establishment_id:
            found = found.where(Recognition.establishment == self.establishment_id)
        return list(found.order_by(Recognition.id))

    def left_without_mentor(self, on):
        """Of a barred mentor: the touched recognitions on which nobody else may guide a learner."""
        if self.kind != "mentor":
            return []
        links = RecognitionMentor.select(RecognitionMentor.recognition).join(Mentor)
        others = links.where(RecognitionMentor.is_valid_on(on), RecognitionMentor.mentor != self.mentor_id)
        served = {link.recognition_id for link in others.where(RecognitionMentor.recognition.in_(self.impact(on)))}
        return [one for one in self.impact(on) if one.id not in served]

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
        for recognition in recognitions:
            recognition.check_duty(actor)
            if recognition.state != "approved" or recognition.end_kind or actor.on > recognition.valid_until:
                raise RuleBroken(recognitions=f"{recognition} loopt niet meer, of er is al een einde voor bepaald.")
        with db.atomic():
            sanction = cls.create(
                number=Counter.next("S", actor.on),
                kind=kind,
                organisation=recognitions[0].organisation_id,
                establishment=establishment if kind in ("temporary", "definite") else None,
                mentor=mentor if kind == "mentor" else None,
                partnership=actor.organisation.partnership_id,
                grounds=grounds.strip(),
                until=until if kind == "temporary" else None,
                prepared_by=actor.user,
                prepared_on=actor.on,
            )
            Event.record(sanction, "prepared", actor)
            if kind in ("mentor", "revocation"):
                for recognition in recognitions:
                    SanctionTarget.create(sanction=sanction, recognition=recognition)
        return sanction

    def impose(self, actor):
        """Decide: from the day after the appeal term it works. Raises RuleBroken when nothing is left to touch."""
        touched = self.impact(actor.on)
        if self.kind in ("mentor", "revocation"):
            touched = [one for one in touched if one.state == "approved" and one.end_kind is None]
            if not touched:
                raise RuleBroken(state="Er is geen lopende erkenning meer waarop deze sanctie werkt.")
        starts = rules.sanction_starts(actor.on)
        with db.atomic():
            self.take("impose", actor, decided_on=actor.on, effective_on=starts)
            for recognition in touched:
                SanctionTarget.get_or_create(sanction=self, recognition=recognition)
                Event.record(recognition, "sanctioned", actor, sanction=self.number, kind=self.kind_name)
            self._set_effect(starts)

    def drop(self, actor):
        """Forget a prepared sanction."""
        self.take("drop", actor)

    def _set_effect(self, starts):
        """Make what it touches end on that day; None holds it off during an appeal."""
        touched = SanctionTarget.select(SanctionTarget.recognition).where(SanctionTarget.sanction == self)
        if self.kind == "mentor":
            RecognitionMentor.update(end_kind="barred", ended_on=starts).where(
                RecognitionMentor.recognition.in_(touched), RecognitionMentor.mentor == self.mentor_id
            ).execute()
            return
        kind = "revoked" if self.kind == "revocation" else "excluded"
        Recognition.update(end_kind=kind, ended_on=starts, end_reason=self.grounds).where(
            Recognition.id.in_(touched)
        ).execute()
        self._exclude(starts, self.until)

    def _exclude(self, since, until):
        if self.kind not in ("temporary", "definite"):
            return
        excluded, record_id = (
            (Establishment, self.establishment_id) if self.establishment_id else (Organisation, self.organisation_id)
        )
        excluded.update(excluded_from=since, excluded_until=until).where(excluded.id == record_id).execute()

    def _undo_effect(self):
        touched = SanctionTarget.select(SanctionTarget.recognition).where(SanctionTarget.sanction == self)
        if self.kind == "mentor":
            RecognitionMentor.update(end_kind=None, ended_on=None).where(
                RecognitionMentor.recognition.in_(touched), RecognitionMentor.mentor == self.mentor_id
            ).execute()
            return
        Recognition.update(end_kind=None, ended_on=None, end_reason="").where(Recognition.id.in_(touched)).execute()
        self._exclude(None, None)

    def suspend(self, actor):
        """An appeal holds it off: what runs goes on, nothing new can be built on it."""
        self.take("suspend", actor, effective_on=None)
        self._set_effect(None)

    def uphold(self, actor, step="uphold"):
        """The appeal failed: it works from tomorrow on, or from the end of the appeal term when that is later."""
        starts = max(actor.on + timedelta(days=1), rules.sanction_starts(self.decided_on))
        self.take(step, actor, effective_on=starts)
        self._set_effect(starts)

    def overturn(self, actor):
        """The appeal succeeded: as if it had never been imposed."""
        self.take("overturn", actor, effective_on=None)
        self._undo_effect()


Sanction.add_index(Sanction.partnership, Sanction.state)


class SanctionTarget(Record):
    """A recognition that a sanction touches."""

    sanction = ForeignKeyField(Sanction, backref="targets", on_delete="CASCADE")
    recognition = ForeignKeyField(Recognition, backref="sanction_targets")

    class Meta:
        indexes = ((("sanction", "recognition"), True),)


class Appeal(Stepping, Record):
    """An employer's appeal to the committee of the Vlaams Partnerschap, against a refusal or a sanction."""

    STEPS = {
        "lodge": Step(("draft",), "lodged", "employer", "lodged", "Dit beroep is al ingediend."),
        "withdraw": Step(
            ("draft", "lodged", "admissible"), "withdrawn", "employer", "withdrawn", "Er is al uitspraak gedaan."
        ),
        "admit": Step(("lodged",), "admissible", "committee", "admitted", "De ontvankelijkheid is al beoordeeld."),
        "declare_inadmissible": Step(
            ("lodged",), "inadmissible", "committee", "inadmissible", "De ontvankelijkheid is al beoordeeld."
        ),
        "grant": Step(("admissible",), "granted", "committee", "granted", "Er kan nu geen uitspraak gedaan worden."),
        "reject": Step(("admissible",), "rejected", "committee", "rejected", "Er kan nu geen uitspraak gedaan worden."),
    }
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
        """{recognition id: Appeal} lodged and not ruled on, against the recognition itself or a sanction on it."""
        waiting = cls.joined().where(cls.state.in_(("lodged", "admissible")))
        found = {one.recognition_id: one for one in waiting.where(cls.recognition.in_(recognition_ids))}
        targets = SanctionTarget.select(SanctionTarget.recognition, SanctionTarget.sanction)
        touched = targets.where(SanctionTarget.recognition.in_(recognition_ids))
        by_sanction = {one.sanction_id: one for one in waiting.where(cls.sanction.is_null(False))} if touched else {}
        for target in touched:
            if target.sanction_id in by_sanction:
                found[target.recognition_id] = by_sanction[target.sanction_id]
        return found

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
        return actor.may_act and actor.organisation.id == self.organisation_id and self.state == "draft"

    # steps

    @classmethod
    def draft(cls, actor, subject):
        """Begin an appeal against a refused recognition or a decided sanction; the running draft when there is one.

        Raises RuleBroken when the term is over, or there is nothing to appeal against.
        """
        against = "recognition" if isinstance(subject, Recognition) else "sanction"
        appealable = subject.state == ("refused" if against == "recognition" else "decided")
        if not (actor.may_act and actor.organisation.id == subject.organisation_id):
            raise RuleBroken(state="Dit kunt u niet doen met de rechten die u nu hebt.")
        if not appealable:
            raise RuleBroken(state="Hiertegen kan nu geen beroep.")
        if actor.on > rules.last_appeal_day(subject.decided_on):
            raise RuleBroken(state="De termijn van 10 dagen om in beroep te gaan is voorbij.")
        field = getattr(cls, against)
        known = cls.select().where(field == subject, cls.decided_on == subject.decided_on, cls.state != "withdrawn")
        if found := known.first():
            return found
        with db.atomic():
            appeal = cls.create(
                organisation=actor.organisation,
                decided_on=subject.decided_on,
                created_by=actor.user,
                **{against: subject},
            )
            Event.record(appeal, "drafted", actor)
        return appeal

    def edit(self, actor, grounds):
        """Keep the grounds so far. Raises RuleBroken when it was handed in already."""
        query = Appeal.update(grounds=grounds.strip()).where(Appeal.id == self.id, Appeal.state == "draft")
        if not (self.may_edit(actor) and query.execute()):
            raise RuleBroken(state="Dit beroep is al ingediend en kan niet meer gewijzigd worden.")

    def attach(self, actor, document):
        if not self.may_edit(actor):
            raise RuleBroken(state="Dit beroep is al ingediend en kan niet meer gewijzigd worden.")
        AppealDocument.get_or_create(appeal=self, document=document)

    def detach(self, actor, document):
        if not self.may_edit(actor):
            raise RuleBroken(state="Dit beroep is al ingediend en kan niet meer gewijzigd worden.")
        AppealDocument.delete().where(AppealDocument.appeal == self, AppealDocument.document == document).execute()

    def lodge(self, actor, grounds):
        """Hand in, on the last day at the latest. Raises RuleBroken."""
        if not grounds.strip():
            raise RuleBroken(grounds="Zeg waarom u het niet eens bent met de beslissing.")
        if actor.on > self.lodge_by:
            raise RuleBroken(state="De termijn van 10 dagen om in beroep te gaan is voorbij.")
        with db.atomic():
            number = Counter.next("B", actor.on)
            self.take("lodge", actor, number=number, lodged_on=actor.on, grounds=grounds.strip())
            if self.sanction_id:
                self.sanction.suspend(actor)
            else:
                Event.record(self.recognition, "appealed", actor, number=number)

    def withdraw(self, actor):
        """Give the appeal up: a sanction it held off works after all."""
        was_lodged = self.state != "draft"
        with db.atomic():
            self.take("withdraw", actor)
            if self.sanction_id and was_lodged:
                self.sanction.uphold(actor, "resume")

    def admit(self, actor):
        self.take("admit", actor, checked_on=actor.on)

    def declare_inadmissible(self, actor, reason):
        """Refuse to look into it. Raises RuleBroken without a reason."""
        self._rule(actor, "declare_inadmissible", reason, checked_on=actor.on)

    def rule(self, actor, granted, reason):
        """Grant or reject. A granted appeal reopens the refused file, or undoes the sanction."""
        self._rule(actor, "grant" if granted else "reject", reason, ruled_on=actor.on)

    def _rule(self, actor, step, reason, **dates):
        if not reason.strip():
            raise RuleBroken(reason="Motiveer de uitspraak: de werkgever en het partnerschap moeten weten waarom.")
        with db.atomic():
            self.take(step, actor, {"reason": reason.strip()}, reason=reason.strip(), **dates)
            if self.sanction_id:
                self.sanction.overturn(actor) if step == "grant" else self.sanction.uphold(actor)
            elif step == "grant":
                self.recognition.reopen(actor)


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
