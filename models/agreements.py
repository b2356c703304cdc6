"""Agreements between learner, employer and provider: made, checked, signed in order, registered, ended.

Dates and the acting person come in as arguments; it must not know HTTP, nor the clock.
"""

import hashlib
import json
from datetime import timedelta
from typing import NamedTuple

import peewee
from peewee import (
    JOIN,
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
from models.base import Record, db
from models.people import Counter, Event, Organisation, User
from models.profile import Document, Establishment, Mentor, Seal
from models.recognitions import Recognition, RecognitionMentor
from models.reference import MinimumIncome, Partnership, Training
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

PARTS = {  # the steps of making one, in order
    "learner": "Leerling",
    "period": "Looptijd en begeleiding",
    "timetable": "Uurrooster",
    "terms": "Afspraken",
}

PARTIES = {  # who signs, in order
    "learner": "Leerling",
    "guardian": "Ouder of voogd",
    "employer": "Onderneming",
    "provider": "Opleidingsverstrekker",
}

GUARDIANS = {"father": "Vader", "mother": "Moeder", "guardian": "Voogd"}

AGREEMENT_ENDINGS = {
    "passed": "De leerling slaagde in de opleiding",
    "mutual": "Onderling akkoord",
    "learner": "De leerling stopt",
    "employer": "De onderneming stopt",
    "training": "De leerling stopt of verandert van opleiding",
    "excluded": "De school sluit de leerling definitief uit",
    "force_majeure": "Overmacht",
    "business": "De onderneming stopt of is failliet",
    "revoked": "De erkenning is opgeheven",
    "mentor": "Er is geen geldige mentor meer",
}


class Finding(NamedTuple):
    """What a check found."""

    blocks: bool
    part: str
    sentence: str
    source: str


class Agreement(Stepping, Record):
    """One agreement for one learner on one recognised workplace."""

    PURPOSE = "agreements"
    STEPS = {
        "freeze": Step(("draft",), "to_sign", "party", "frozen", "Deze overeenkomst ligt al klaar om te tekenen."),
        "reopen": Step(
            ("to_sign", "signed"),
            "draft",
            "party",
            "reopened_draft",
            "Deze overeenkomst kan niet meer gewijzigd worden.",
        ),
        "all_signed": Step(("to_sign",), "signed", "anyone", "all_signed", "Deze overeenkomst is al getekend."),
        "register": Step(
            ("signed",), "registered", "employer", "registered", "Alleen wat getekend is, kan geregistreerd worden."
        ),
        "cancel": Step(
            ("signed", "registered"),
            "cancelled",
            "employer",
            "cancelled",
            "Deze overeenkomst kan niet geannuleerd worden.",
        ),
        "discard": Step(("draft",), "discarded", "party", "discarded", "Alleen een werkversie kan weg."),
        "end": Step(("registered",), None, "employer", "ended", "Alleen een geregistreerde overeenkomst kan eindigen."),
    }

    number = CharField(unique=True, null=True, max_length=20)  # given at registration
    organisation = ForeignKeyField(Organisation, backref="agreements")
    recognition = ForeignKeyField(Recognition, backref="agreements")
    state = CharField(default="draft", max_length=10, constraints=[Check(f"state IN {tuple(AGREEMENT_STATES)!r}")])
    created_by = ForeignKeyField(User)
    touched_on = DateField()
    # the learner
    first_name = CharField(default="")
    last_name = CharField(default="")
    insz_sealed = TextField(default="")
    insz_fingerprint = CharField(default="", max_length=64, index=True)
    insz_tail = CharField(default="", max_length=2)
    born_on = DateField(null=True)
    email = CharField(default="")
    address = CharField(default="")
    guardian_name = CharField(default="")
    guardian_kind = CharField(default="", max_length=8)
    guardian_email = CharField(default="")
    # period and guidance
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)  # inclusive
    mentor = ForeignKeyField(Mentor, null=True, backref="agreements")
    provider = ForeignKeyField(Organisation, null=True, backref="provided_agreements")
    coach_name = CharField(default="")
    coach_email = CharField(default="")
    # hours
    timetable = TextField(default="[]")  # JSON: see law_weeks
    full_time = IntegerField(null=True)  # minutes of the enterprise's average full-time week
    # terms
    category = CharField(default="first", max_length=6)
    is_social_maribel = BooleanField(default=False)
    is_simulated_only = BooleanField(default=False)
    is_own_employee = BooleanField(default=False)
    holidays = CharField(default="school", max_length=12)
    representative = CharField(default="")
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
    # an end before its date
    ended_on = DateField(null=True)  # last day
    end_kind = CharField(null=True, max_length=13)
    end_note = TextField(default="")

    class Meta:
        constraints = [
            Check("state <> 'registered' OR (number IS NOT NULL AND registered_on IS NOT NULL)"),
            Check("ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on"),
        ]

    # finders

    @classmethod
    def joined(cls):
        """Agreements with what every list shows of them."""
        provider = Organisation.alias()
        return (
            cls.select(cls, Recognition, Establishment, Training, Partnership, Mentor, provider, Organisation)
            .join(Recognition)
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
        """What an employer has, or what names a provider once it was put up for signing or handed over."""
        if organisation.kind == "employer":
            return cls.joined().where(cls.organisation == organisation, cls.state != "discarded")
        return cls.joined().where(cls.provider == organisation, cls.state.not_in(("draft", "discarded")))

    @classmethod
    def search(cls, found, text):
        """Narrow a finder to rows in which number, learner, training or establishment holds every typed word."""
        for word in text.split()[:6]:
            found = found.where(
                cls.number.contains(word)
                | cls.first_name.contains(word)
                | cls.last_name.contains(word)
                | Training.name.contains(word)
                | Establishment.name.contains(word)
            )
        return found

    @classmethod
    def running(cls, on):
        """A condition: registered and running on that day."""
        last = peewee.fn.COALESCE(cls.ended_on, cls.ends_on)
        return (cls.state == "registered") & (cls.starts_on <= on) & (last >= on)

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
            return "ended_early", "Vroegtijdig beëindigd"
        if on > self.ends_on:
            return "ended", "Afgelopen"
        return ("upcoming", "Start nog") if on < self.starts_on else ("running", "Loopt")

    @property
    def weeks(self):
        """The timetable as the law reckons with it."""
        return tuple(
            law.Week(
                tuple(
                    law.Day(tuple(map(tuple, day["work"])), tuple(map(tuple, day["lessons"])), day["pause"])
                    for day in week["days"]
                ),
                week["weeks"],
            )
            for week in json.loads(self.timetable)
        )

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

    def derived_allowance(self):
        """(amount, per, why), or None before the first known minimum income or without a start."""
        income = self.starts_on and law.minimum_income(MinimumIncome.table(), self.starts_on)
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

    def next_party(self):
        """Whose turn it is; None when nobody's."""
        if self.state != "to_sign":
            return None
        signed = self.signatures()
        return next((party for party in self.needed_parties() if party not in signed), None)

    @property
    def register_until(self):
        return self.starts_on and law.register_until(self.starts_on)

    def may_edit(self, actor):
        return self.state == "draft" and self._is_for(self.STEPS["discard"], actor)

    def _is_for(self, edge, actor):
        if edge.who == "anyone":
            return True
        if edge.who == "party":
            own = actor.may_act and actor.organisation.id in (self.organisation_id, self.provider_id)
            return own and actor.covers(self.PURPOSE)
        return super()._is_for(edge, actor)

    partnership_id = None  # partnerships look, they do not act

    def can(self, step, actor):
        if not super().can(step, actor):
            return False
        if step == "cancel":
            return actor.on < self.starts_on
        if step == "end":
            return self.ended_on is None and self.starts_on <= actor.on <= self.ends_on
        return True

    # checks

    def findings(self, on):
        """Everything that is wrong or worth a warning on that day, what blocks first."""
        found = [
            *self._learner_findings(on),
            *self._period_findings(on),
            *self._hours_findings(on),
            *self._term_findings(),
        ]
        return sorted(found, key=lambda one: not one.blocks)

    def problems(self, on):
        """{part: [sentences that block]}, for the progress list."""
        found = {part: [] for part in PARTS}
        for one in self.findings(on):
            if one.blocks:
                found[one.part].append(one.sentence)
        return found

    def _learner_findings(self, on):
        if not (self.first_name and self.last_name and self.insz_sealed and self.address):
            yield Finding(
                True, "learner", "Vul naam, rijksregisternummer en adres van de leerling in.", "Decreet, art. 10, 4°"
            )
            return
        is_adult = self.recognition.training.kind == "volwassenenonderwijs"
        problem = law.age_problem(rules.age(self.born_on, self.starts_on or on))
        if problem and not is_adult:
            yield Finding(
                rules.age(self.born_on, self.starts_on or on) < law.YOUNGEST, "learner", problem, "Decreet, art. 4"
            )
        if self.is_minor(on) and not (self.guardian_name and self.guardian_kind):
            sentence = "De leerling is jonger dan 18 jaar: vul in welke ouder of voogd mee tekent."
            yield Finding(True, "learner", sentence, "Oud Burgerlijk Wetboek, ouderlijk gezag")

    def _period_findings(self, on):
        source = "Decreet, art. 10, 1° tot 5°"
        if not (self.starts_on and self.ends_on):
            yield Finding(True, "period", "Vul de eerste en de laatste dag in.", source)
            return
        if self.ends_on > law.latest_end(self.starts_on):
            yield Finding(True, "period", "Een overeenkomst duurt hoogstens drie jaar.", source)
        if not (self.provider_id and self.coach_name):
            yield Finding(True, "period", "Kies de school en vul de trajectbegeleider in.", source)
        yield from self._recognition_findings(on)
        yield from self._mentor_findings()
        yield from self._overlap_findings()
        if self.starts_on < on:
            yield Finding(
                False, "period", "De eerste dag is voorbij: teken ten laatste bij de start.", "Decreet, art. 8"
            )
        if not law.lasts_for_premium(self.starts_on, self.ends_on):
            sentence = "Minder dan vier maanden in het schooljaar: dan is er geen premie."
            yield Finding(False, "period", sentence, "Premie kwalificerend werkplekleren")

    def _recognition_findings(self, on):
        recognition, source = self.recognition, "Decreet, art. 7"
        if not (recognition.is_valid(self.starts_on) and recognition.end_kind is None):
            yield Finding(True, "period", f"Erkenning {recognition.number} is op de eerste dag niet geldig.", source)
        elif recognition.valid_until < self.ends_on:
            sentence = (
                f"De erkenning eindigt op {recognition.valid_until:%d/%m/%Y}, vóór deze overeenkomst: hernieuw op tijd."
            )
            yield Finding(False, "period", sentence, source)

    def _mentor_findings(self):
        source = "Erkenningsvoorwaarden duale werkplek, mentor"
        valid = RecognitionMentor.valid_on(self.recognition, self.starts_on)
        if not self.mentor_id or not valid.where(RecognitionMentor.mentor == self.mentor_id).exists():
            yield Finding(True, "period", "Kies een mentor die op deze erkenning goedgekeurd is.", source)
            return
        most = self.recognition.partnership.learners_per_mentor
        others = Agreement.select().where(
            Agreement.mentor == self.mentor_id,
            Agreement.id != self.id,
            Agreement._overlapping(self),
            Agreement._binding(),
        )
        guided = others.count()
        if most and guided >= most:
            sentence = f"{self.mentor} begeleidt dan {guided + 1} leerlingen; in uw sector is dat hoogstens {most}."
            yield Finding(True, "period", sentence, "Afspraak van het partnerschap")
        if not self.mentor.trained_on:
            yield Finding(False, "period", f"{self.mentor} moet de mentoropleiding nog volgen.", "Mentorregels 2019")

    @classmethod
    def _binding(cls):
        return cls.state.in_(("to_sign", "signed", "registered"))

    @classmethod
    def _overlapping(cls, other):
        last = peewee.fn.COALESCE(cls.ended_on, cls.ends_on)
        return (cls.starts_on <= other.ends_on) & (last >= other.starts_on)

    def _overlap_findings(self):
        if not self.insz_fingerprint:
            return
        others = (
            Agreement.select(Agreement, Recognition)
            .join(Recognition)
            .where(
                Agreement.insz_fingerprint == self.insz_fingerprint,
                Agreement.id != self.id,
                Agreement._binding(),
                Agreement._overlapping(self),
            )
        )
        same = [one for one in others if one.organisation_id == self.organisation_id]
        if any(one.recognition.training_id == self.recognition.training_id for one in same):
            sentence = "Voor deze leerling en deze opleiding loopt bij u in die periode al een overeenkomst."
            yield Finding(True, "period", sentence, "Eén overeenkomst per opleiding")
        elif others:
            sentence = "Deze leerling heeft in die periode nog een andere overeenkomst: kijk de uren na."
            yield Finding(False, "period", sentence, "Arbeidswet: uren bij meer werkgevers tellen samen")

    def _hours_findings(self, on):
        weeks, source = self.weeks, "Decreet, art. 10, 7°"
        if not any(day.span() for week in weeks for day in week.days):
            yield Finding(True, "timetable", "Vul het uurrooster in.", source)
            return
        if any(law.overlaps(day) for week in weeks for day in week.days):
            yield Finding(True, "timetable", "Twee tijden van dezelfde dag lopen door elkaar.", source)
        if not self.full_time:
            yield Finding(True, "timetable", "Vul de voltijdse week van uw onderneming in.", source)
        else:
            work, lessons = law.average_minutes(weeks)
            if problem := law.hours_problem(self.derived_kind()[0], work, lessons, self.full_time):
                yield Finding(True, "timetable", problem, "Decreet, art. 3")
        if self.is_minor(self.starts_on or on):
            for one in law.minor_problems(weeks):
                yield Finding(True, "timetable", one.sentence, one.source)

    def _term_findings(self):
        if not self.representative:
            yield Finding(True, "terms", "Vul in wie voor de onderneming tekent.", "Decreet, art. 10, 2°")
        if set(self.declarations) != set(law.DECLARATIONS):
            yield Finding(True, "terms", "Bevestig alle verklaringen.", "Engagementen van de leeronderneming")
        if self.starts_on and self.derived_allowance() is None:
            sentence = "Voor deze eerste dag kennen we het minimuminkomen niet: de vergoeding kan niet berekend worden."
            yield Finding(True, "terms", sentence, "Decreet, art. 17")

    def content(self):
        """The whole agreement as people read it, {part: {label: text}}: what is put up for signing."""
        kind, why = self.derived_kind()
        paid = self.derived_allowance()
        work, lessons = law.average_minutes(self.weeks)
        amount = f"{law.euro(paid[0])} per {paid[1]}. " if paid and paid[0] is not None else ""
        return {
            "learner": {
                "Leerling": self.learner,
                "Rijksregisternummer": self.masked_insz,
                "Geboren op": f"{self.born_on:%d/%m/%Y}" if self.born_on else "",
                "Adres": self.address,
                "E-mail": self.email,
                "Ouder of voogd": " – ".join(filter(None, (self.guardian_name, GUARDIANS.get(self.guardian_kind)))),
            },
            "period": {
                "Onderneming": f"{self.organisation.name} ({rules.format_enterprise_number(self.organisation.number)})",
                "Plaats": f"{self.recognition.establishment.name}, {self.recognition.establishment.address}",
                "Opleiding": self.recognition.training.name,
                "Erkenning": self.recognition.number,
                "Van": f"{self.starts_on:%d/%m/%Y}" if self.starts_on else "",
                "Tot en met": f"{self.ends_on:%d/%m/%Y}" if self.ends_on else "",
                "Mentor": str(self.mentor or ""),
                "School": str(self.provider or ""),
                "Trajectbegeleider": " ".join(filter(None, (self.coach_name, self.coach_email))),
            },
            "timetable": {
                "Gemiddeld op de werkplek": f"{law.hours(work)} uur per week",
                "Gemiddeld les": f"{law.hours(lessons)} uur per week",
                "Voltijdse week van de onderneming": f"{law.hours(self.full_time)} uur" if self.full_time else "",
                **law.describe(self.weeks),
            },
            "terms": {
                "Soort overeenkomst": f"{law.KINDS[kind]} ({kind}). {' '.join(why)}",
                "Vergoeding": amount + (paid[2] if paid else ""),
                "Vakantie": law.HOLIDAYS[self.holidays],
                "Tekent voor de onderneming": self.representative,
                "Verklaringen": "; ".join(law.DECLARATIONS[key] for key in self.declarations),
                "Regels": law.APPLICABLE,
            },
        }

    def frozen(self):
        """The content of the version up for signing, as it was frozen; None in a first draft."""
        return next(
            (event.facts["content"] for event in reversed(list(Event.of(self))) if event.name == "frozen"), None
        )

    # steps

    @classmethod
    def draft(cls, actor, recognition, **facts):
        """Open a draft on a valid recognition. Raises RuleBroken when nothing can be built on it."""
        if not (actor.may_act and actor.organisation.id == recognition.organisation_id):
            raise RuleBroken(state=NOT_YOURS)
        if not recognition.accepts_learners(actor.on) and recognition.status(actor.on)[0] != "upcoming":
            raise RuleBroken(recognition="Kies een erkenning die geldig is.")
        with db.atomic():
            draft = cls.create(
                organisation=actor.organisation,
                recognition=recognition,
                created_by=actor.user,
                touched_on=actor.on,
                **facts,
            )
            Event.record(draft, "drafted_agreement", actor)
        return draft

    def edit(self, actor, **facts):
        """Change a draft. Raises RuleBroken when it cannot be changed (any more)."""
        if not self.may_edit(actor):
            raise RuleBroken(state="Deze overeenkomst kan nu niet gewijzigd worden.")
        query = Agreement.update(touched_on=actor.on, **facts)
        if not query.where(Agreement.id == self.id, Agreement.state == "draft").execute():
            raise RuleBroken(state="Iemand anders was u net voor. Laad de pagina opnieuw.")

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
        blocking = [one.sentence for one in self.findings(actor.on) if one.blocks]
        if blocking:
            raise RuleBroken(state=" ".join(blocking))
        content, paid = self.content(), self.derived_allowance()
        self.take(
            "freeze",
            actor,
            {"content": content, "version": self.version + 1},
            version=self.version + 1,
            content_hash=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            kind=self.derived_kind()[0],
            allowance=paid[0],
        )

    def reopen(self, actor):
        """Back to a draft; what was signed counts no more."""
        self.take("reopen", actor, signed_on=None)

    def discard(self, actor):
        self.take("discard", actor)

    def sign(self, actor, party, version, name, way="counter", document=None):
        """Put one signature, in the order of PARTIES. Raises RuleBroken out of turn or for another version.

        `way`: counter (the actor's own organisation), link (the signer proved who they are), paper (with a scan).
        """
        if self.state != "to_sign" or version != self.version:
            raise RuleBroken(state="Deze versie is niet (meer) die om te tekenen. Lees de overeenkomst opnieuw.")
        if way == "counter" and not self.may_sign(actor, party):
            raise RuleBroken(state=NOT_YOURS)
        if way == "paper" and not (document and actor.may_act and actor.organisation.id == self.organisation_id):
            raise RuleBroken(file="Voeg de scan van de getekende versie toe.")
        with db.atomic():
            if self.next_party() != party:
                raise RuleBroken(state=f"Nu is het niet de beurt aan: {PARTIES[party].lower()}.")
            try:
                Signature.create(
                    agreement=self, version=version, party=party, name=name, way=way, at=actor.at, document=document
                )
            except peewee.IntegrityError:
                raise RuleBroken(state="Deze partij tekende al.") from None
            Event.record(self, "signed", actor, party=PARTIES[party].lower(), signer=name)
            if self.next_party() is None:
                self.take("all_signed", actor, signed_on=actor.on)

    def may_sign(self, actor, party):
        """True when this person's own organisation is that party."""
        owner = {"employer": self.organisation_id, "provider": self.provider_id}.get(party)
        # Signing is for the enterprise itself: nobody does that by mandate.
        return owner is not None and actor.may_act and actor.organisation.id == owner and not actor.mandate

    def register(self, actor, wants_premium, account_number=""):
        """Lock it and give it its number. Raises RuleBroken when the recognition does not cover the start any more."""
        recognition = Recognition.get_by_id(self.recognition_id)
        if not (recognition.is_valid(self.starts_on) and recognition.end_kind is None):
            raise RuleBroken(state=f"Erkenning {recognition.number} is op de eerste dag niet geldig.")
        if wants_premium and not account_number:
            raise RuleBroken(account_number="Vul het rekeningnummer in waarop de premie mag komen.")
        with db.atomic():
            self.take(
                "register",
                actor,
                number=Counter.next("O", actor.on),
                registered_on=actor.on,
                wants_premium=wants_premium,
                account_number=account_number,
            )

    def cancel(self, actor, reason):
        """Before the first day: as if it had never been agreed."""
        if not reason.strip():
            raise RuleBroken(reason="Zeg kort waarom de overeenkomst niet doorgaat.")
        if actor.on >= self.starts_on:
            raise RuleBroken(state="De overeenkomst is al begonnen: beëindig ze in plaats van ze te annuleren.")
        self.take("cancel", actor, {"reason": reason.strip()}, end_note=reason.strip())

    def end(self, actor, last_day, kind, note=""):
        """End it early. Raises RuleBroken by field."""
        broken = {}
        if kind not in AGREEMENT_ENDINGS:
            broken["kind"] = "Kies waarom de overeenkomst eindigt."
        if not last_day or not self.starts_on <= last_day <= min(self.ends_on, actor.on + timedelta(days=31)):
            broken["last_day"] = "Kies de laatste dag: tussen de eerste dag en hoogstens een maand vooruit."
        if broken:
            raise RuleBroken(**broken)
        if self.ended_on:
            raise RuleBroken(state="Deze overeenkomst is al beëindigd.")
        details = {"reason": AGREEMENT_ENDINGS[kind]}
        self.take("end", actor, details, ended_on=last_day, end_kind=kind, end_note=note.strip())


Agreement.add_index(Agreement.organisation, Agreement.state, Agreement.id)
Agreement.add_index(Agreement.organisation, Agreement.starts_on, Agreement.id)
Agreement.add_index(Agreement.provider, Agreement.state, Agreement.id)


class Signature(Record):
    """One party's signature under one version."""

    agreement = ForeignKeyField(Agreement, on_delete="CASCADE")
    version = IntegerField()
    party = CharField(max_length=8, constraints=[Check(f"party IN {tuple(PARTIES)!r}")])
    name = CharField()
    way = CharField(max_length=7, constraints=[Check("way IN ('counter', 'link', 'paper')")])
    at = DateTimeField()  # UTC
    document = ForeignKeyField(Document, null=True)  # the scan, when on paper

    class Meta:
        indexes = ((("agreement", "version", "party"), True),)

    WAYS = {"counter": "in het loket", "link": "met een persoonlijke link", "paper": "op papier"}

    @property
    def way_name(self):
        return self.WAYS[self.way]
