"""Agreements between learner, employer and provider: made, checked, signed in order, registered, ended.

Dates and the acting person come in as arguments; it must not know HTTP, nor the clock.
"""

import hashlib
import json
from datetime import date

import peewee
from peewee import (
    JOIN,
    SQL,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

import rules
import rules_agreements as law
from models.agreement_checks import Checked
from models.agreement_text import Worded
from models.base import Record, db, lock
from models.endings import Ending
from models.handover import HOLDERS, HandedOver
from models.people import Event, Organisation, User
from models.profile import Document, Establishment, Mentor, Seal
from models.recognitions import Recognition
from models.reference import MinimumIncome, Partnership, Training
from models.registering import CORRECTABLE, LACKING, Registering
from models.steps import NOT_YOURS, Step, Stepping
from rules import RuleBroken

AGREEMENT_STATES = {
    "draft": "Werkversie",
    "to_sign": "Te ondertekenen",
    "signed": "Ondertekend, nog te registreren",
    "registered": "Geregistreerd",
    "cancelled": "Geannuleerd",
    "discarded": "Weggegooid",
}

STATUSES = {  # of a registered one, on a day
    "upcoming": "Start nog",
    "running": "Loopt",
    "ended": "Afgelopen",
    "ended_early": "Vroegtijdig beëindigd",
}

PARTS = {  # the steps of making one, in order
    "learner": "Leerling",
    "company": "Onderneming",
    "period": "Looptijd en begeleiding",
    "timetable": "Uurrooster",
    "terms": "Afspraken",
    "annexes": "Bijlagen",
}

READING = PARTS | {"articles": "Rechten en plichten"}  # what people read of one before they sign

PARTIES = {  # who signs, in order
    "learner": "Leerling",
    "guardian": "Ouder of voogd",
    "employer": "Onderneming",
    "provider": "Opleidingsverstrekker",
}

# What the enterprise says of itself; its next agreement starts from the last one.
COMPANY_FACTS = (
    *("representative", "representative_role", "joint_committee", "social_secretariat", "rsz_number"),
    *("insurer", "policy_number", "prevention_service", "contact_name", "contact_email", "contact_phone"),
    *("transport", "is_social_maribel"),
)
# What another learner's agreement starts from, beside that.
SHARED_FACTS = (
    *("starts_on", "ends_on", "mentor", "deputy", "provider", "provider_place", "provider_number"),
    *("coach_name", "coach_email", "coach_phone", "timetable", "rhythm", "blocks", "full_time", "category", "holidays"),
    *("is_simulated_only", "other_places"),
)
LEARNER_FACTS = (
    *("first_name", "last_name", "insz_sealed", "insz_fingerprint", "insz_tail", "born_on", "email", "phone"),
    *("address", "nationality", "study_year", "guardian_name", "guardian_kind", "guardian_email", "guardian_phone"),
    *("guardian_insz_sealed", "guardian_insz_tail", "is_own_employee"),
)


CHANGED_MEANWHILE = (
    "Iemand anders wijzigde deze werkversie intussen. Wat u typte, staat er nog. Open de stap opnieuw en kijk na."
)

PARTY_DUTIES = {  # who of the two parties may take a step, as (agreement, party, actor) -> bool
    "party": lambda one, party, actor: True,
    "holder": lambda one, party, actor: one.holder == party,
    "waiter": lambda one, party, actor: one.holder != party and one.held_since is not None,
    "registrar": lambda one, party, actor: one.registrar == party,
}


def _id(record):
    """The id behind what a form or a record gives: a record, a number, digits, or nothing."""
    return int(getattr(record, "id", record)) if record else None


class Agreement(Checked, Worded, HandedOver, Registering, Ending, Stepping, Record):
    """One agreement for one learner on one recognised workplace."""

    PURPOSE = "agreements"
    PARTS = PARTS
    STEPS = {
        "freeze": Step(("draft",), "to_sign", "holder", "frozen", "Deze overeenkomst ligt al klaar om te tekenen."),
        "pass_on": Step(("draft",), None, "holder", "passed_on", "Deze werkversie ligt al bij de andere partij."),
        "take_back": Step(("draft",), None, "waiter", "taken_back", "Deze werkversie ligt al bij u."),
        "reopen": Step(
            ("to_sign", "signed"),
            "draft",
            "party",
            "reopened_draft",
            "Deze overeenkomst kan niet meer gewijzigd worden.",
        ),
        "all_signed": Step(("to_sign",), "signed", "anyone", "all_signed", "Deze overeenkomst is al getekend."),
        "register": Step(
            ("signed",), "registered", "registrar", "registered", "Alleen wat getekend is, kan geregistreerd worden."
        ),
        "cancel": Step(
            ("signed", "registered"),
            "cancelled",
            "employer",
            "cancelled",
            "Deze overeenkomst kan niet geannuleerd worden.",
        ),
        "discard": Step(("draft",), "discarded", "employer", "discarded", "Alleen een werkversie kan weg."),
        "end": Step(("registered",), None, "employer", "ended", "Deze overeenkomst loopt niet, of is al beëindigd."),
        "undo_end": Step(
            ("registered",), None, "employer", "end_undone", "Terugdraaien kon tot tien minuten na het beëindigen."
        ),
        "check_off": Step(("registered",), None, "employer", "checked_off", "Iemand vinkte dit net voor u af."),
        "complete_premium": Step(
            ("registered",),
            None,
            "party",
            "premium_completed",
            "Premiegegevens horen bij een geregistreerde overeenkomst.",
        ),
        "waive_premium": Step(
            ("registered",),
            None,
            "employer",
            "premium_waived",
            "Premiegegevens horen bij een geregistreerde overeenkomst.",
        ),
        "correct": Step(("registered",), None, "party", "corrected", "Iemand anders was u net voor. Kijk eerst na."),
        "change": Step(
            ("registered",),
            None,
            "employer",
            "addendum_drawn_up",
            "Alleen een overeenkomst die nog loopt, kan wijzigen.",
        ),
        "suspend": Step(
            ("registered",), None, "employer", "suspended", "Alleen een overeenkomst die nog loopt, kan stilstaan."
        ),
        "resume": Step(
            ("registered",), None, "employer", "suspension_ended", "Deze overeenkomst is niet geregistreerd."
        ),
        "report_suspension": Step(
            ("registered",), None, "employer", "suspension_reported", "Deze overeenkomst is niet geregistreerd."
        ),
    }

    number = CharField(unique=True, null=True, max_length=20)  # given at registration
    organisation = ForeignKeyField(Organisation, backref="agreements")
    recognition = ForeignKeyField(Recognition, backref="agreements")
    state = CharField(default="draft", max_length=10, constraints=[Check(f"state IN {tuple(AGREEMENT_STATES)!r}")])
    created_by = ForeignKeyField(User)
    touched_on = DateField()
    # who has the draft
    holder = CharField(default="employer", max_length=8, constraints=[Check(f"holder IN {tuple(HOLDERS)!r}")])
    held_since = DateField(null=True)  # when it was passed on last; null: the other party never had it
    pass_message = TextField(default="")
    revision = IntegerField(default=0)  # goes up with each change: two people who edit at once notice
    # the learner
    first_name = CharField(default="")
    last_name = CharField(default="")
    insz_sealed = TextField(default="")
    insz_fingerprint = CharField(default="", max_length=64, index=True)
    insz_tail = CharField(default="", max_length=2)
    born_on = DateField(null=True)
    email = CharField(default="")
    phone = CharField(default="")
    address = CharField(default="")
    nationality = CharField(default="")
    study_year = CharField(default="")
    guardian_name = CharField(default="")
    guardian_kind = CharField(default="", max_length=8)
    guardian_email = CharField(default="")
    guardian_phone = CharField(default="")
    guardian_insz_sealed = TextField(default="")
    guardian_insz_tail = CharField(default="", max_length=2)
    # the enterprise
    representative = CharField(default="")
    representative_role = CharField(default="")
    joint_committee = CharField(default="", max_length=6)
    social_secretariat = CharField(default="")
    rsz_number = CharField(default="", max_length=20)
    insurer = CharField(default="")
    policy_number = CharField(default="", max_length=40)
    prevention_service = CharField(default="")
    contact_name = CharField(default="")
    contact_email = CharField(default="")
    contact_phone = CharField(default="")
    other_places = TextField(default="")
    # period and guidance
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)  # inclusive
    mentor = ForeignKeyField(Mentor, null=True, backref="agreements")
    deputy = ForeignKeyField(Mentor, null=True, backref="deputed_agreements")
    provider = ForeignKeyField(Organisation, null=True, backref="provided_agreements")
    provider_place = CharField(default="")
    provider_number = CharField(default="", max_length=20)  # that of the school; else its enterprise number
    coach_name = CharField(default="")
    coach_email = CharField(default="")
    coach_phone = CharField(default="")
    # hours
    timetable = TextField(default="[]")  # JSON: see `weeks`
    rhythm = CharField(default="same", max_length=11, constraints=[Check(f"rhythm IN {tuple(law.RHYTHMS)!r}")])
    blocks = TextField(default="")  # JSON: see `periods`; before that was asked, words
    full_time = IntegerField(null=True)  # minutes of the enterprise's average full-time week
    # terms
    category = CharField(default="first", max_length=6)
    is_social_maribel = BooleanField(default=False)
    is_simulated_only = BooleanField(default=False)
    is_own_employee = BooleanField(default=False)
    holidays = CharField(default="school", max_length=12)
    transport = CharField(default="")
    declared = TextField(default="[]")  # JSON: keys of law.DECLARATIONS
    # signing and registering
    version = IntegerField(default=0)  # of the content put up for signing
    content_hash = CharField(default="", max_length=64)
    kind = CharField(default="", max_length=4)  # fixed when frozen
    allowance = DecimalField(null=True, max_digits=8, decimal_places=2)  # fixed when frozen
    signed_on = DateField(null=True)
    registered_on = DateField(null=True)
    account_number = CharField(default="", max_length=34)  # IBAN of the enterprise, for the premium
    wants_premium = BooleanField(default=False)
    learner_account_number = CharField(default="", max_length=34)  # IBAN of the learner
    declaration = ForeignKeyField(Document, null=True)  # the scan of what the learner signed for the premium
    premium_waived_on = DateField(null=True)  # nobody wants a premium
    # an end before its date
    ended_on = DateField(null=True)  # last day
    end_kind = CharField(null=True, max_length=13)
    end_note = TextField(default="")
    end_initiative = CharField(null=True, max_length=9)
    ended_at = DateTimeField(null=True)  # UTC, when that was noted
    end_checked = TextField(default="[]")  # JSON: keys of CHECKLIST

    class Meta:
        constraints = [
            Check("state <> 'registered' OR (number IS NOT NULL AND registered_on IS NOT NULL)"),
            Check("ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on"),
        ]

    # finders

    @classmethod
    def joined(cls, only=None):
        """Agreements with what every list shows of them.

        `only`: a subquery whose `first` names the few that are meant. It is joined before all else, for PostgreSQL
        weighs no more than eight tables at once.
        """
        provider = Organisation.alias()
        found = cls.select(cls, Recognition, Establishment, Training, Partnership, Mentor, provider, Organisation)
        if only is not None:
            found = found.join(only, on=(cls.id == only.c.first)).switch(cls)
        return (
            found.join(Recognition)
            .join(Establishment)
            .switch(Recognition)
            .join(Training)
            .switch(Recognition)
            .join(Partnership)
            .switch(cls)
            .join(Organisation, on=(cls.organisation == Organisation.id))
            .switch(cls)
            .join(Mentor, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(provider, JOIN.LEFT_OUTER, on=(cls.provider == provider.id), attr="provider")
            .switch(cls)
        )

    @classmethod
    def of(cls, organisation):
        """What an employer has, or what names a provider once it was put up for signing or passed on."""
        if organisation.kind == "employer":
            return cls.joined().where(cls.organisation == organisation, cls.state != "discarded")
        seen = (cls.state != "draft") | cls.held_since.is_null(False)
        return cls.joined().where(cls.provider == organisation, cls.state != "discarded", seen)

    @classmethod
    def schools_of(cls, organisation):
        """The providers named in this employer's agreements, in order of name.

        Each is found from the one before by an index, however many agreements name it.
        """
        own, following = cls.alias(), cls.alias()
        first = own.select(peewee.fn.MIN(own.provider)).where(own.organisation == organisation)
        found = first.cte("schools", recursive=True, columns=("id",))
        after = following.select(peewee.fn.MIN(following.provider))
        after = after.where(following.organisation == organisation, following.provider > found.c.id)
        found = found.union_all(peewee.Select([found], [after]).where(found.c.id.is_null(False)))
        named = Organisation.select().join(found, on=(Organisation.id == found.c.id)).with_cte(found)
        return named.order_by(Organisation.name)

    @classmethod
    def running(cls, on):
        """A condition: registered and running on that day."""
        last = peewee.fn.COALESCE(cls.ended_on, cls.ends_on)
        return (cls.state == "registered") & (cls.starts_on <= on) & (last >= on)

    @classmethod
    def guided_by(cls, mentor, on):
        """The agreements by which this mentor guides a learner on that day, over all establishments.

        Also by an addendum; addenda.py stands on this module.
        """
        found = cls.joined().where(cls.addenda.rel_model.guides(mentor.id, on, on), cls.running(on))
        return list(found.order_by(Establishment.name, cls.first_name, cls.id))

    @classmethod
    def standing(cls, on):
        """{status: a condition} for every status an agreement can have on that day; each can follow an index."""
        # Not `state = 'registered'`: SQLite would walk every registered agreement instead of those of the days meant.
        kept = cls.registered_on.is_null(False) & (cls.state != "cancelled")
        whole = kept & cls.ended_on.is_null()
        longest = rules.add_years(on, -law.MAX_YEARS)
        stands = {state: cls.state == state for state in AGREEMENT_STATES if state not in ("registered", "discarded")}
        return stands | {
            "upcoming": whole & (cls.starts_on > on),
            "running": kept
            & cls.starts_on.between(longest, on)
            & (cls.ended_on.is_null() | (cls.ended_on >= on))
            & (cls.ends_on >= on),
            "ended": whole & (cls.ends_on < on),
            "ended_early": kept & (cls.ended_on < on),
        }

    @classmethod
    def lasting(cls, on):
        """A condition: registered and still to last after that day, begun or not."""
        return (cls.state == "registered") & (peewee.fn.COALESCE(cls.ended_on, cls.ends_on) > on)

    # reading

    def __str__(self):
        return self.number or ("Werkversie" if self.state == "draft" else "Overeenkomst")

    @property
    def learner(self):
        return f"{self.first_name} {self.last_name}".strip() or "Nog geen leerling"

    @property
    def masked_insz(self):
        return rules.mask_insz(self.insz_tail) if self.insz_tail else ""

    @property
    def last_day(self):
        return self.ended_on or self.ends_on

    def status(self, on):
        """(key, Dutch label) of where it stands on that day."""
        if self.state != "registered":
            return self.state, AGREEMENT_STATES[self.state]
        if self.ended_on and on > self.ended_on:
            return "ended_early", STATUSES["ended_early"]
        if on > self.ends_on:
            return "ended", STATUSES["ended"]
        key = "upcoming" if on < self.starts_on else "running"
        return key, STATUSES[key]

    @property
    def periods(self):
        """The dated blocks of the timetable; none where weeks alternate, or where blocks were told in words."""
        if self.rhythm != "blocks" or not self.blocks.startswith("["):
            return ()
        days = [(*map(date.fromisoformat, one[:2]), one[2]) for one in json.loads(self.blocks)]
        return tuple(law.Block(*one) for one in days)

    @property
    def weeks(self):
        """The timetable as the law reckons with it: the kinds of week, and how many weeks are like that."""
        weeks = tuple(
            law.Week(
                tuple(
                    law.Day(
                        tuple(map(tuple, day["work"])),
                        tuple(map(tuple, day["lessons"])),
                        day["pause"],
                        day.get("lessons_pause", 0),
                    )
                    for day in week["days"]
                ),
                week["weeks"],
            )
            for week in json.loads(self.timetable)
        )
        return law.weighed(weeks, self.periods)

    @property
    def declarations(self):
        return json.loads(self.declared)

    def situation(self):
        training = self.recognition.training
        return law.Situation(
            law.average_minutes(self.weeks)[0],
            is_adult_education=training.kind == "volwassenenonderwijs",
            is_simulated_only=self.is_simulated_only,
            is_social_maribel=self.is_social_maribel,
            is_own_employee=self.is_own_employee,
            is_legacy=training.kind == "leren en werken",
        )

    def derived_kind(self):
        """(kind, why) as it follows from the content now."""
        return law.kind_of(self.situation())

    def income(self):
        """The row of the minimum income that holds on the first day, or None."""
        return self.starts_on and law.minimum_income(MinimumIncome.table(), self.starts_on)

    def derived_allowance(self):
        """(amount, per, why), or None before the first known minimum income or without a start."""
        income = self.income()
        return income and law.allowance(self.derived_kind()[0], self.category, income.amount)

    def is_minor(self, on):
        return bool(self.born_on) and rules.age(self.born_on, on) < rules.ADULT

    def needed_parties(self):
        """The parties that sign, in order; a guardian for who was a minor when it was put up for signing."""
        return [key for key in PARTIES if key != "guardian" or self.guardian_name]

    def signatures(self):
        """{party: Signature} of the version now up for signing."""
        found = Signature.select().where(Signature.agreement == self, Signature.version == self.version)
        return {one.party: one for one in found}

    @property
    def is_open(self):
        """True while it can be signed."""
        return self.state == "to_sign"

    def next_party(self):
        """Whose turn it is; None when nobody's."""
        if not self.is_open:
            return None
        signed = self.signatures()
        return next((party for party in self.needed_parties() if party not in signed), None)

    @property
    def register_until(self):
        return self.starts_on and law.register_until(self.starts_on)

    def may_edit(self, actor):
        return self.state == "draft" and self._is_for(self.STEPS["freeze"], actor)

    def _is_for(self, edge, actor):
        if edge.who == "anyone":
            return True
        if edge.who in PARTY_DUTIES:
            return self.is_party(actor) and PARTY_DUTIES[edge.who](self, self.party_of(actor), actor)
        return super()._is_for(edge, actor)

    def is_party(self, actor):
        """True for who may act for one of the two parties."""
        return actor.may_act and self.party_of(actor) is not None and actor.covers(self.PURPOSE)

    def holds(self, step, on):
        """As `can`, in the register: two people may act at once."""
        not_ended = Agreement.ended_on.is_null()
        return {
            "freeze": (Agreement.holder == self.holder, Agreement.revision == self.revision),
            "pass_on": (Agreement.holder == self.holder,),
            "take_back": (Agreement.holder == self.holder,),
            "all_signed": (Agreement.version == self.version,),
            "register": self._stands(),
            "cancel": (Agreement.starts_on > on, not_ended),
            "end": (not_ended, Agreement.starts_on <= on, Agreement.ends_on > on),
            "undo_end": (Agreement.ended_at == self.ended_at,),
            "check_off": (Agreement.end_checked == self.end_checked, Agreement.ended_on.is_null(False)),
            "change": (not_ended, Agreement.ends_on >= on),
            "suspend": (not_ended, Agreement.ends_on >= on),
            "correct": tuple(getattr(Agreement, name) == getattr(self, name) for name in CORRECTABLE),
        }.get(step, ())

    partnership_id = None  # partnerships look, they do not act

    def can(self, step, actor):
        if not super().can(step, actor):
            return False
        asked = {
            "cancel": lambda: actor.on < self.starts_on and self.ended_on is None,
            "end": lambda: self.ended_on is None and self.starts_on <= actor.on < self.ends_on,
            "undo_end": lambda: self.ended_at is not None and actor.at <= self.undo_until(),
            "check_off": lambda: bool(self.left_to_do),
            "change": lambda: actor.on <= self.last_day and self.ended_on is None,
            "suspend": lambda: actor.on <= self.last_day and self.ended_on is None,
        }
        return asked[step]() if step in asked else True

    def frozen(self):
        """The version now up for signing or signed, as it was frozen; None in a first draft."""
        return AgreementVersion.get_or_none(agreement=self, version=self.version)

    def readable(self, on):
        """{part: {label: text}} with the articles: frozen once it is up for signing, else as it would be today."""
        version = None if self.state == "draft" else self.frozen()
        return version.words if version else self.content() | {"articles": self.model(on).articles}

    @classmethod
    def is_binding(cls):
        """A condition: somebody may sign it, or everybody did."""
        return cls.state.in_(("to_sign", "signed", "registered"))

    @classmethod
    def shares_a_day(cls, other):
        """A condition: it runs on a day that `other` runs too."""
        last = peewee.fn.COALESCE(cls.ended_on, cls.ends_on)
        return (cls.starts_on <= other.ends_on) & (last >= other.starts_on)

    # steps

    @classmethod
    def draft(cls, actor, recognition, **facts):
        """Open a draft on a valid recognition, as the employer or by its mandate.

        Raises RuleBroken when nothing can be built on it.
        """
        is_own = actor.organisation.id == recognition.organisation_id and actor.covers(cls.PURPOSE)
        if not (actor.may_act and is_own):
            raise RuleBroken(state=NOT_YOURS)
        if not recognition.accepts_learners(actor.on) and recognition.status(actor.on)[0] != "upcoming":
            raise RuleBroken(recognition="Kies een erkenning die geldig is.")
        with db.atomic():
            draft = cls.create(
                organisation=actor.organisation,
                recognition=recognition,
                created_by=actor.user,
                touched_on=actor.on,
                **(cls.known_of_company(recognition) | facts),
            )
            Event.record(draft, "drafted_agreement", actor)
            draft.note_words()
        return draft

    @classmethod
    def known_of_company(cls, recognition):
        """What the enterprise said of itself in its last agreement; the joint committee at least."""
        earlier = cls.select().where(cls.organisation == recognition.organisation_id, cls.representative != "")
        if last := earlier.order_by(cls.id.desc()).first():
            return {name: getattr(last, name) for name in COMPANY_FACTS}
        committee = recognition.establishment.joint_committee or recognition.organisation.joint_committee
        return {"joint_committee": committee.code} if committee else {}

    def copy(self, actor, learner=None):
        """A new draft from this one on the newest recognition; without any date for the same learner.

        `learner`: what is known of another one, as columns; the first day is kept, so the recognition that is valid
        on it comes first. Raises RuleBroken when there is no valid recognition.
        """
        names = COMPANY_FACTS + SHARED_FACTS + (LEARNER_FACTS if learner is None else ())
        facts = {name: getattr(self, name) for name in names}
        if learner is None:
            facts |= {"starts_on": None, "ends_on": None, "blocks": ""}
        same = Recognition.of(self.organisation).where(
            Recognition.establishment == self.recognition.establishment_id,
            Recognition.training == self.recognition.training_id,
            Recognition.state == "approved",
            Recognition.end_kind.is_null(),
        )
        first = facts["starts_on"]
        fitting = same  # a draft can be made on it as well
        if first:
            fitting = same.where(Recognition.valid_from <= first, Recognition.valid_until >= max(first, actor.on))
        newest = Recognition.valid_until.desc()
        recognition = fitting.order_by(newest).first() or same.order_by(newest).first() or self.recognition
        return Agreement.draft(actor, recognition, **(facts | (learner or {})))

    def note_words(self):
        """Write down anew what searching finds it by; words.py stands on this module."""
        type(self).words.rel_model.note(self)

    def edit(self, actor, seen=None, **facts):
        """Change a draft. Raises RuleBroken when it cannot be changed (any more).

        `seen`: the revision the change was made on; somebody else's change in between is never overwritten.
        """
        if not self.may_edit(actor):
            raise RuleBroken(state=self.why_not_edited(actor))
        if "provider" in facts and _id(facts["provider"]) != self.provider_id:
            if self.party_of(actor) == "provider":
                raise RuleBroken(provider="Een andere school kiest de onderneming. Geef de werkversie eerst terug.")
            facts |= {"held_since": None, "pass_message": ""}  # the school before sees it no more
        query = Agreement.update(touched_on=actor.on, revision=Agreement.revision + 1, **facts)
        unchanged = Agreement.revision == (self.revision if seen is None else seen)
        mine = (Agreement.id == self.id, Agreement.state == "draft", Agreement.holder == self.holder, unchanged)
        if not query.where(*mine).execute():
            raise RuleBroken(state=CHANGED_MEANWHILE)
        if "first_name" in facts or "last_name" in facts:
            Agreement.joined().where(Agreement.id == self.id).get().note_words()
        self.revision += 1

    @staticmethod
    def sealed(insz):
        """The columns that keep a learner's number. `insz`: eleven digits. Raises RuleBroken without a birth date."""
        born_on = rules.birth_date(insz)
        if not born_on:
            raise RuleBroken(insz="Uit dit nummer kunnen we geen geboortedatum afleiden.")
        return {
            "insz_sealed": Seal.close(insz),
            "insz_fingerprint": Seal.fingerprint(insz),
            "insz_tail": insz[-2:],
            "born_on": born_on,
        }

    def freeze(self, actor):
        """Put it up for signing: a version nobody can change. Raises RuleBroken with what still blocks."""
        with db.atomic():
            lock(self.organisation)  # two learners at once for one mentor: the second waits, and then sees the first
            blocking = [one.sentence for one in self.findings(actor.on) if one.blocks]
            if blocking:
                raise RuleBroken(state=" ".join(blocking))
            version = AgreementVersion.of(self, self.version + 1, actor)
            self.take(
                "freeze",
                actor,
                {"version": version.version, "model": version.model},
                version=version.version,
                content_hash=version.content_hash,
                kind=self.derived_kind()[0],
                allowance=self.derived_allowance()[0],
            )
            version.save(force_insert=True)

    def reopen(self, actor):
        """Back to a draft; what was signed counts no more."""
        self.take("reopen", actor, signed_on=None)

    def discard(self, actor):
        self.take("discard", actor)

    def sign(self, actor, party, version, name, way="counter", document=None, on_paper=None):
        """Put one signature, in the order of PARTIES. Raises RuleBroken out of turn or for another version.

        `way`: counter (the actor's own organisation), link (the signer proved who they are), paper (with a scan, and
        `on_paper` the day that stands on it).
        """
        if self.state != "to_sign" or version != self.version:
            raise RuleBroken(state="Deze versie is niet (meer) die om te tekenen. Lees de overeenkomst opnieuw.")
        if way == "counter" and not self.may_sign(actor, party):
            raise RuleBroken(state=NOT_YOURS)
        if way == "paper" and not (document and actor.may_act and self.party_of(actor)):
            raise RuleBroken(file="Voeg de scan van de getekende versie toe.")
        with db.atomic():
            if self.next_party() != party:
                raise RuleBroken(state=f"Nu is het niet de beurt aan: {PARTIES[party].lower()}.")
            facts = {"name": name, "way": way, "at": actor.at, "document": document, "signed_on": on_paper or actor.on}
            try:
                with db.atomic():
                    Signature.create(agreement=self, version=version, party=party, **facts)
            except peewee.IntegrityError:
                raise RuleBroken(state="Deze partij tekende al.") from None
            Event.record(self, "signed", actor, party=PARTIES[party].lower(), signer=name)
            if self.next_party() is None:
                self.take("all_signed", actor, signed_on=actor.on)

    def sign_on_paper(self, actor, parties, version, scan, on_paper):
        """One scan with the signatures of one or more parties, those whose turn it is first. Raises RuleBroken."""
        broken = {}
        if not parties:
            broken["parties"] = "Duid aan wie er op het papier getekend heeft."
        if version != self.version:
            broken["version"] = (
                f"Alleen versie {self.version} kan nog getekend worden. Kijk na wat op het papier staat."
            )
        if not on_paper or on_paper > actor.on:
            broken["signed_on"] = "Vul de datum in die bij de handtekening staat, ten laatste vandaag."
        if broken:
            raise RuleBroken(**broken)
        with db.atomic():
            for party in [party for party in self.needed_parties() if party in parties]:
                self.sign(actor, party, version, self.signer(party), "paper", scan, on_paper)

    def signer(self, party):
        """Whose name stands under the version for that party, as far as it is known."""
        known = {
            "learner": self.learner,
            "guardian": self.guardian_name,
            "employer": self.representative,
            "provider": self.coach_name,
        }
        return known[party]

    def may_sign(self, actor, party):
        """True when this person's own organisation is that party."""
        owner = {"employer": self.organisation_id, "provider": self.provider_id}.get(party)
        # Signing is for the enterprise itself: nobody does that by mandate.
        return owner is not None and actor.may_act and actor.organisation.id == owner and not actor.mandate


Agreement.add_index(Agreement.organisation, Agreement.state, Agreement.id)
Agreement.add_index(Agreement.organisation, Agreement.provider, Agreement.id)
Agreement.add_index(Agreement.provider, Agreement.state, Agreement.id)
Agreement.add_index(Agreement.recognition, Agreement.ends_on)
# The overview's order, and beside it what its counters compare: they count in the index, without reading a row.
COMPARED = (Agreement.ended_on, Agreement.registered_on, Agreement.state)
COUNTED_BY = {
    "agreement_by_id": (Agreement.id, Agreement.state),
    "agreement_by_start": (Agreement.starts_on, Agreement.id, Agreement.ends_on, *COMPARED),
    "agreement_by_end": (Agreement.ends_on, Agreement.id, *COMPARED),
    "agreement_by_kind": (Agreement.kind, Agreement.id),
}
for name, fields in COUNTED_BY.items():
    Agreement.add_index(Agreement.index(Agreement.organisation, *fields, name=name))
Agreement.add_index(
    Agreement.index(Agreement.organisation, *COMPARED, where=SQL("ended_on IS NOT NULL"), name="agreement_ended_early")
)
Agreement.add_index(  # what every page asks for its tasks, however many agreements there are
    Agreement.index(
        Agreement.organisation,
        Agreement.starts_on,
        Agreement.id,
        Agreement.recognition,
        Agreement.ended_on,
        Agreement.state,
        where=SQL(LACKING),
        name="agreement_lacks_premium",
    )
)


class AgreementVersion(Record):
    """What was put up for signing, word for word; never changed, also when a later version replaces it."""

    agreement = ForeignKeyField(Agreement, backref="versions", on_delete="CASCADE")
    version = IntegerField()
    model = CharField(max_length=10)  # of rules_wording.MODELS
    content = TextField()  # JSON: {part: {label: text}} and the articles
    content_hash = CharField(max_length=64)  # sha256 of that and of what it stands for but does not show
    frozen_at = DateTimeField()  # UTC

    class Meta:
        indexes = ((("agreement", "version"), True),)

    @classmethod
    def of(cls, agreement, number, actor):
        """The version an agreement would be frozen as now; not yet kept."""
        model = agreement.model(actor.on)
        content = json.dumps(agreement.content() | {"articles": model.articles}, ensure_ascii=False)
        bound = "\n".join([content, agreement.insz_fingerprint, model.name, str(number)])
        return cls(
            agreement=agreement,
            version=number,
            model=model.name,
            content=content,
            content_hash=hashlib.sha256(bound.encode()).hexdigest(),
            frozen_at=actor.at,
        )

    @property
    def words(self):
        """{part: {label: text}} in the order people read it."""
        kept = json.loads(self.content)
        return {part: kept[part] for part in READING}


class Signature(Record):
    """One party's signature under one version."""

    agreement = ForeignKeyField(Agreement, on_delete="CASCADE")
    version = IntegerField()
    party = CharField(max_length=8, constraints=[Check(f"party IN {tuple(PARTIES)!r}")])
    name = CharField()
    way = CharField(max_length=7, constraints=[Check("way IN ('counter', 'link', 'paper')")])
    at = DateTimeField()  # UTC
    document = ForeignKeyField(Document, null=True)  # the scan, when on paper
    signed_on = DateField(null=True)  # the day that stands beside the signature; null: before that was asked

    class Meta:
        indexes = ((("agreement", "version", "party"), True),)

    WAYS = {"counter": "in het loket", "link": "met een persoonlijke link", "paper": "op papier"}

    @property
    def day(self):
        """The day that stands beside it."""
        return self.signed_on or self.at.date()

    @property
    def way_name(self):
        return self.WAYS[self.way]
