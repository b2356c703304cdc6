"""Addenda: what changes in a registered agreement from a day on, signed by the same parties and kept beside it.

An addendum never overwrites what was signed: `as_of` reads agreement and addenda together. It must not know HTTP or
the clock.
"""

import hashlib
import json
from copy import copy
from datetime import timedelta

import peewee
from peewee import Case, CharField, Check, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField, fn

import rules_agreements as law
from models.agreements import PARTIES, Agreement, Signature
from models.base import Record, db, lock
from models.people import Event, Organisation, User
from models.profile import Document, Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.steps import NOT_YOURS, Step, Stepping
from rules import RuleBroken

ADDENDUM_STATES = {"to_sign": "Te ondertekenen", "signed": "Getekend", "withdrawn": "Ingetrokken"}

ADDENDUM_KINDS = {
    "timetable": "Nieuw uurrooster",
    "mentor": "Andere mentor",
    "holidays": "Afwijking van de schoolvakantie",
    "extension": "Verlenging",
}

OVER = "De overeenkomst is intussen geëindigd: verlengen kan niet meer."
FITS_NO_MORE = "Deze bijlage kan niet meer getekend worden zoals ze is."
WITHDRAW = "De onderneming kan ze intrekken en een nieuwe maken."


class Addendum(Stepping, Record):
    """One change, frozen when it is drawn up and in force from its effective day once everybody signed."""

    STEPS = {
        "withdraw": Step(
            ("to_sign",), "withdrawn", "employer", "addendum_withdrawn", "Deze bijlage is al getekend of ingetrokken."
        ),
        "all_signed": Step(("to_sign",), "signed", "anyone", "addendum_signed_all", "Deze bijlage is al getekend."),
    }

    agreement = ForeignKeyField(Agreement, backref="addenda", on_delete="CASCADE")
    organisation = ForeignKeyField(Organisation)  # the agreement's, for what every page asks for its tasks
    ordinal = IntegerField()  # within the agreement, from 1
    kind = CharField(max_length=9, constraints=[Check(f"kind IN {tuple(ADDENDUM_KINDS)!r}")])
    state = CharField(default="to_sign", max_length=9, constraints=[Check(f"state IN {tuple(ADDENDUM_STATES)!r}")])
    effective_on = DateField()
    reason = TextField(default="")
    mentor = ForeignKeyField(Mentor, null=True)  # of kind mentor
    ends_on = DateField(null=True)  # of kind extension
    facts = TextField(default="{}")  # JSON, of the other kinds: the columns that change
    content = TextField()  # JSON: {label: [old, new]} as people read it, frozen
    content_hash = CharField(max_length=64)
    created_by = ForeignKeyField(User)
    created_on = DateField()
    signed_on = DateField(null=True)

    class Meta:
        indexes = ((("agreement", "ordinal"), True),)
        constraints = [
            Check("(kind = 'mentor') = (mentor_id IS NOT NULL)"),
            Check("(kind = 'extension') = (ends_on IS NOT NULL)"),
            Check("(state = 'signed') = (signed_on IS NOT NULL)"),
        ]

    TAKEN = "Er ligt al zo'n bijlage klaar om te tekenen. Trek die eerst in."

    def __str__(self):
        return f"Bijlage {self.ordinal}"

    @property
    def filename(self):
        return f"{self}-bij-{self.agreement}.pdf".replace(" ", "-").lower()

    @property
    def kind_name(self):
        return ADDENDUM_KINDS[self.kind]

    @property
    def state_name(self):
        return ADDENDUM_STATES[self.state]

    @property
    def changes(self):
        return json.loads(self.content)

    @property
    def employer_id(self):
        return self.agreement.organisation_id

    partnership_id = None

    def _is_for(self, edge, actor):
        return edge.who == "anyone" or super()._is_for(edge, actor)

    @property
    def is_open(self):
        """True while it can be signed: nobody withdrew it, and nobody ended or cancelled what it changes."""
        lasts = self.agreement.state == "registered" and self.agreement.ended_on is None
        return self.state == "to_sign" and lasts

    @classmethod
    def of(cls, agreement):
        """The addenda of one agreement, in the order they were drawn up, each knowing its agreement."""
        found = cls.select(cls, Mentor).join(Mentor, peewee.JOIN.LEFT_OUTER).where(cls.agreement == agreement)
        for one in found.order_by(cls.ordinal):
            one.agreement = agreement
            yield one

    @classmethod
    def history(cls, agreement):
        """What happened to an agreement and its addenda, the oldest first."""
        own = (Event.subject == "agreement") & (Event.subject_id == agreement.id)
        theirs = (Event.subject == "addendum") & Event.subject_id.in_(
            cls.select(cls.id).where(cls.agreement == agreement)
        )
        return Event.told().where(own | theirs)

    # what is in force

    @classmethod
    def in_force(cls, agreement, on):
        """The signed addenda that work on that day, the oldest first."""
        found = (
            cls.select(cls, Mentor)
            .join(Mentor, peewee.JOIN.LEFT_OUTER)
            .where(cls.agreement == agreement, cls.state == "signed", cls.effective_on <= on)
        )
        return list(found.order_by(cls.effective_on, cls.id))

    @classmethod
    def as_of(cls, agreement, on):
        """The agreement as it reads on that day: a copy, to show and reckon with, never to save."""
        seen = _copy(agreement)
        for one in cls.in_force(agreement, on):
            _put(seen, json.loads(one.facts))
            if one.mentor_id:
                seen.mentor = one.mentor
        return seen

    @classmethod
    def mentor_on(cls, on):
        """An expression: the mentor of an Agreement on that day."""
        newest = (
            cls.select(cls.mentor)
            .where(cls.agreement == Agreement.id, cls.kind == "mentor", cls.state == "signed", cls.effective_on <= on)
            .order_by(cls.effective_on.desc(), cls.id.desc())
            .limit(1)
        )
        return fn.COALESCE(newest, Agreement.mentor)

    @classmethod
    def guides(cls, mentor, first, last=None):
        """A condition: this mentor, by number, guides an Agreement on one of its days from `first` on, until `last`.

        By the agreement itself or by an addendum that was signed.
        """
        begins = Case(None, [(Agreement.starts_on > first, Agreement.starts_on)], first)
        own = Agreement.alias()
        given = cls.select(cls.agreement).where(cls.mentor == mentor, cls.state == "signed")
        meant = own.select(own.id).where(own.mentor == mentor).union(given)  # few; the rest is then not looked at
        in_days = cls.effective_on <= fn.COALESCE(Agreement.ended_on, Agreement.ends_on)
        if last:
            in_days &= cls.effective_on <= last
        later = given.where(cls.agreement == Agreement.id, cls.effective_on > first, in_days)
        return Agreement.id.in_(meant) & ((cls.mentor_on(begins) == mentor) | fn.EXISTS(later))

    # drawing up

    @classmethod
    def draw_up(cls, agreement, actor, kind, effective_on, reason="", **changed):
        """Freeze a change, ready to be signed. `changed`: mentor, ends_on, or the columns. Raises RuleBroken."""
        agreement.check_can("change", actor)
        before = cls.as_of(agreement, max(effective_on or actor.on, actor.on))
        broken = DRAWN[kind](_copy(before), actor.on, effective_on, changed)
        if kind != "extension" and not (effective_on and actor.on <= effective_on <= agreement.last_day):
            last = f"{agreement.last_day:%d/%m/%Y}"
            broken["effective_on"] = f"Kies een ingangsdatum van vandaag tot en met {last}."
        if broken:
            raise RuleBroken(**broken)
        if kind == "extension":
            effective_on = agreement.ends_on
        content = described(kind, before, changed) | {"Reden": ["", reason.strip()]}
        with db.atomic():
            lock(agreement)
            agreement.take("change", actor, {"kind": ADDENDUM_KINDS[kind].lower()})
            try:
                return cls._freeze(agreement, actor, kind, effective_on, reason.strip(), changed, content)
            except peewee.IntegrityError:  # addendum_one_waiting
                raise RuleBroken(state=cls.TAKEN) from None

    @classmethod
    def _freeze(cls, agreement, actor, kind, effective_on, reason, changed, content):
        columns = {name: value for name, value in changed.items() if name not in ("mentor", "ends_on")}
        last = cls.select(fn.MAX(cls.ordinal)).where(cls.agreement == agreement).scalar() or 0
        frozen = json.dumps({"ingang": f"{effective_on:%d/%m/%Y}", **content}, sort_keys=True)
        with db.atomic():
            return cls.create(
                agreement=agreement,
                organisation=agreement.organisation_id,
                ordinal=last + 1,
                kind=kind,
                effective_on=effective_on,
                reason=reason,
                mentor=changed.get("mentor"),
                ends_on=changed.get("ends_on"),
                facts=json.dumps(columns),
                content=json.dumps(content),
                content_hash=hashlib.sha256(frozen.encode()).hexdigest(),
                created_by=actor.user,
                created_on=actor.on,
            )

    # signing

    def needed_parties(self):
        """Who signs, in order; a guardian for who was a minor the day it was drawn up."""
        minor = self.agreement.is_minor(self.created_on) and self.agreement.guardian_name
        return [key for key in PARTIES if key != "guardian" or minor]

    def signatures(self):
        """{party: AddendumSignature}; read anew each time."""
        return {one.party: one for one in AddendumSignature.select().where(AddendumSignature.addendum == self)}

    def next_party(self):
        if not self.is_open:
            return None
        signed = self.signatures()
        return next((party for party in self.needed_parties() if party not in signed), None)

    def name_of(self, party):
        return {"learner": self.agreement.learner, "guardian": self.agreement.guardian_name}.get(party, "")

    def sign(self, actor, party, name, content=None, filename="", way="counter"):
        """Put one signature, in the order of PARTIES: in the counter for one's own organisation, or with a scan.

        `way`: "link" where the signer proved who they are. Raises RuleBroken out of turn, without a scan where one is
        needed, or when a colleague was first.
        """
        if way != "link":
            self._check_signer(actor, party, content)
        with db.atomic():
            lock(self.agreement.organisation)  # as who puts another agreement up for signing does
            lock(self.agreement.recognition)  # and who stops or revokes it
            lock(self.agreement)  # or it could be ended between the look and the signature
            lock(self)
            seen = Addendum.get_by_id(self.id)
            if seen.state == "to_sign" and not seen.is_open:
                raise RuleBroken(state="De overeenkomst is intussen geëindigd: een bijlage tekenen kan niet meer.")
            if not seen.is_open or self.next_party() != party:
                raise RuleBroken(state=f"Nu is het niet de beurt aan: {PARTIES[party].lower()}.")
            self._check_fit(actor.on)
            scan = content and Document.store(actor, content, filename, "other", issued_on=actor.on)
            way = "paper" if scan else way
            AddendumSignature.create(addendum=self, party=party, name=name, way=way, at=actor.at, document=scan)
            details = {"party": PARTIES[party].lower(), "signer": name, "ordinal": self.ordinal}
            Event.record(self.agreement, "addendum_signed", actor, **details)
            if self.next_party() is None:
                self._work(actor)

    def _check_signer(self, actor, party, content):
        owner = {"employer": self.agreement.organisation_id, "provider": self.agreement.provider_id}.get(party)
        if not (actor.may_act and actor.organisation.id == (owner or self.agreement.organisation_id)):
            raise RuleBroken(state=NOT_YOURS)
        if owner is None and not content:
            raise RuleBroken(file="Voeg de scan van de getekende bijlage toe.")

    def _check_fit(self, on):
        """Raises RuleBroken where it could not be drawn up any more: weeks may have gone by since."""
        agreement = self.agreement.afresh()
        if self.kind == "extension" and on > agreement.ends_on:
            raise RuleBroken(state=OVER)
        before = Addendum.as_of(agreement, max(self.effective_on, on))
        new = {"mentor": {"mentor": self.mentor}, "extension": {"ends_on": self.ends_on}}
        if broken := DRAWN[self.kind](before, on, self.effective_on, new.get(self.kind) or json.loads(self.facts)):
            raise RuleBroken(state=f"{FITS_NO_MORE} {' '.join(broken.values())} {WITHDRAW}")

    def _work(self, actor):
        """Everybody signed: it works from its day on; a later last day is written at once."""
        self.take("all_signed", actor, signed_on=actor.on)
        if self.kind == "extension":
            still = (
                (Agreement.state == "registered") & Agreement.ended_on.is_null() & (Agreement.ends_on < self.ends_on)
            )
            if not Agreement.update(ends_on=self.ends_on).where(Agreement.id == self.agreement_id, still).execute():
                raise RuleBroken(state=OVER)

    def withdraw(self, actor):
        self.take("withdraw", actor)


Addendum.add_index(  # one of a kind waits at a time
    Addendum.index(
        Addendum.agreement, Addendum.kind, unique=True, where=Addendum.state == "to_sign", name="addendum_one_waiting"
    )
)
Addendum.add_index(Addendum.organisation, Addendum.state)


class AddendumSignature(Record):
    """One party's signature under one addendum."""

    addendum = ForeignKeyField(Addendum, on_delete="CASCADE")
    party = CharField(max_length=8, constraints=[Check(f"party IN {tuple(PARTIES)!r}")])
    name = CharField()
    way = CharField(max_length=7, constraints=[Check("way IN ('counter', 'link', 'paper')")])
    at = DateTimeField()  # UTC
    document = ForeignKeyField(Document, null=True)  # the scan, when on paper

    class Meta:
        indexes = ((("addendum", "party"), True),)

    @property
    def way_name(self):
        return Signature.WAYS[self.way]


# --- what each kind asks ----------------------------------------------------------------------------------------------


def _timetable_problems(seen, on, effective_on, changed):
    kind, seen.starts_on = seen.kind, effective_on or on  # who came of age meanwhile is protected no more
    _put(seen, changed)
    found = [one.sentence for one in seen._hours_findings(seen.starts_on) if one.blocks]
    if not seen.full_time:
        found.append("Vul de voltijdse week van uw onderneming in.")
    if seen.derived_kind()[0] != kind:
        other = seen.derived_kind()[0]
        found.append(f"Met deze uren wordt het een {other} in plaats van een {kind}: maak een nieuwe overeenkomst.")
    return {"timetable": " ".join(found)} if found else {}


def _mentor_problems(seen, on, effective_on, changed):
    mentor, day = changed.get("mentor"), max(effective_on or on, on)
    valid = RecognitionMentor.valid_on(seen.recognition, day)
    if not mentor:
        return {"mentor": "Kies een mentor die op deze erkenning goedgekeurd is."}
    if not valid.where(RecognitionMentor.mentor == mentor).exists():
        return {"mentor": f"{mentor} is op deze erkenning op {day:%d/%m/%Y} geen goedgekeurde mentor."}
    if mentor.id == seen.mentor_id:
        return {"mentor": "Dat is de mentor van nu. Kies iemand anders."}
    seen.starts_on, seen.mentor = max(day, seen.starts_on), mentor
    return {"mentor": full[0].sentence} if (full := list(seen._capacity_findings())) else {}


def _holiday_problems(seen, on, effective_on, changed):
    if not seen.starts_on <= on <= seen.last_day:
        return {"state": "Afwijken van de schoolvakantie kan alleen voor een overeenkomst die loopt."}
    deviation = changed["deviation"]
    names = {
        "worked": "Schrijf welke vakantiedagen de leerling werkt.",
        "recovered": "Schrijf wanneer die dagen vrij zijn.",
    }
    return {name: sentence for name, sentence in names.items() if not deviation.get(name)}


def _last_renewal(recognition):
    """The recognition that carries on where this one stops: its renewal, or that one's; itself when there is none."""
    while not recognition.end_kind:
        day_after = recognition.valid_until + timedelta(days=1)
        goes_on = Recognition.renews == recognition.id, Recognition.state == "approved", Recognition.end_kind.is_null()
        renewal = Recognition.select().where(*goes_on, Recognition.valid_from <= day_after).first()
        if not renewal:
            break
        recognition = renewal
    return recognition


def _extension_problems(seen, on, effective_on, changed):
    ends_on, latest = changed.get("ends_on"), law.latest_end(seen.starts_on)
    if not ends_on or not seen.ends_on < ends_on <= latest:
        return {
            "ends_on": f"Kies een dag na {seen.ends_on:%d/%m/%Y}, en hoogstens {latest:%d/%m/%Y}: {law.MAX_YEARS} jaar."
        }
    recognition = _last_renewal(seen.recognition)
    if recognition.end_kind or recognition.valid_until < ends_on:
        return {"ends_on": f"Erkenning {recognition.number} loopt niet zo lang. Hernieuw ze eerst."}
    seen.ends_on = ends_on
    overlaps = [one.sentence for one in seen._overlap_findings() if one.blocks]
    return {"ends_on": overlaps[0]} if overlaps else {}


DRAWN = {
    "timetable": _timetable_problems,
    "mentor": _mentor_problems,
    "holidays": _holiday_problems,
    "extension": _extension_problems,
}


def described(kind, before, changed):
    """{label: [old, new]} of what changes, as people read it. `before`: the agreement as it reads until then."""
    if kind == "mentor":
        return {"Mentor": [str(before.mentor or ""), str(changed["mentor"])]}
    if kind == "extension":
        return {"Laatste dag": [f"{before.ends_on:%d/%m/%Y}", f"{changed['ends_on']:%d/%m/%Y}"]}
    if kind == "holidays":
        return {
            "De leerling werkt op": ["", changed["deviation"]["worked"]],
            "En is vrij op": ["", changed["deviation"]["recovered"]],
            "Blijft gelden": ["", "Minstens vier weken vrij in juli en augustus."],
        }
    after = _copy(before)
    _put(after, changed)
    old, new = _hours(before), _hours(after)
    return {
        label: [old.get(label, ""), new.get(label, "")]
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    }


def _put(agreement, columns):
    for name, value in columns.items():
        setattr(agreement, name, value)


def _hours(agreement):
    return agreement.content()["timetable"]


def _copy(agreement):
    """A copy that can be changed without touching the agreement itself."""
    other = copy(agreement)
    other.__data__, other.__rel__ = dict(agreement.__data__), dict(agreement.__rel__)
    return other
