"""What an organisation brings to its files: establishments, mentors and documents.

It must not know which files use them.
"""

import base64
import hashlib
import hmac
import json
from datetime import date

import peewee
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from peewee import (
    SQL,
    BlobField,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

import rules
from models.base import Record, db
from models.people import Event, Organisation, User
from models.reference import JointCommittee, Postcode
from rules import RuleBroken


def published_address(found):
    """The address of a KBO row, as the register keeps it."""
    return {name: getattr(found, name) or "" for name in ("street", "postcode", "municipality")}


def check_own(actor, organisation_id):
    """Raises RuleBroken unless the actor may change what this organisation says of itself."""
    if not actor.may_act or actor.mandate or actor.organisation.id != organisation_id:
        raise RuleBroken(state="Dit kunt u niet doen met de rechten die u nu hebt.")


def address_line(street, postcode, municipality):
    return ", ".join(part for part in (street, f"{postcode} {municipality}".strip()) if part)


ASKED = {"name": "de naam", "street": "straat en nummer", "postcode": "de postcode", "municipality": "de gemeente"}


class Establishment(Record):
    """A place of work the counter knows: taken over from the KBO when it is first used."""

    number = CharField(unique=True, max_length=10)
    organisation = ForeignKeyField(Organisation, backref="establishments")
    name = CharField(max_length=320)
    street = CharField(default="")
    postcode = CharField(default="", max_length=10, index=True)
    municipality = CharField(default="")
    joint_committee = ForeignKeyField(JointCommittee, null=True)  # null: that of the organisation
    excluded_from = DateField(null=True)  # by a sanction: no new applications from that day on
    excluded_until = DateField(null=True)  # inclusive; null with excluded_from: for good
    moved_to = TextField(default="")  # JSON: the address the KBO gives now, until a case handler took note of it
    is_provisional = BooleanField(default=False)  # typed in: the KBO extract did not have it yet
    inactive_from = DateField(null=True)  # no new files from that day on; never deleted
    ceased_on = DateField(null=True)  # the extract in which the KBO had it no longer
    ceased_noted_at = DateTimeField(null=True)  # UTC; when the partnership took note of that

    def is_excluded(self, on):
        """True when a sanction bars this establishment from new applications on that day."""
        return rules.is_excluded(self.excluded_from, self.excluded_until, on)

    @classmethod
    def of(cls, organisation):
        return cls.select().where(cls.organisation == organisation)

    @classmethod
    def differs(cls):
        """A condition: the KBO tells something else of it, and nobody of a partnership settled that yet."""
        ceased = cls.ceased_on.is_null(False) & cls.ceased_noted_at.is_null()
        return (cls.moved_to != "") | ceased | cls.is_provisional

    @classmethod
    def search(cls, organisation, text):
        """This organisation's establishments whose name, address or number holds every typed word."""
        found = cls.of(organisation).order_by(cls.name, cls.id)
        for word in rules.sought(text):
            named = cls.name.contains(word) | cls.municipality.contains(word) | cls.street.contains(word)
            number = rules.digits(word)
            found = found.where(named | cls.number.contains(number) if number else named)
        return found

    @property
    def new_address(self):
        """The address in the KBO while it differs from the one files were made with; or None."""
        if not self.moved_to:
            return None
        new = json.loads(self.moved_to)
        return address_line(new["street"], new["postcode"], new["municipality"])

    def accept_move(self, actor):
        """Take over the address of the KBO. Raises RuleBroken when a colleague did so just before."""
        new = json.loads(self.moved_to or "null")
        query = Establishment.update(moved_to="", **(new or {}))
        with db.atomic():
            if (
                not new
                or not query.where(Establishment.id == self.id, Establishment.moved_to == self.moved_to).execute()
            ):
                raise RuleBroken(state="Deze adreswijziging is al verwerkt.")
            Event.record(self, "moved", actor, **{"from": self.address, "to": self.new_address})

    def __str__(self):
        return f"{self.name} ({self.municipality})" if self.municipality else self.name

    @property
    def address(self):
        return address_line(self.street, self.postcode, self.municipality)

    @classmethod
    def add(cls, actor, found):
        """Take over an establishment from a KBO row, as a choice of the actor's own. May raise RuleBroken."""
        check_own(actor, actor.organisation.id)
        with db.atomic():
            before = cls.of(actor.organisation).where(cls.number == f"{found.number:010d}").exists()
            place = cls.take_over(actor.organisation, found)
            if before:
                raise RuleBroken(number=f"{place} staat al in uw lijst.")
            Event.record(place, "establishment_added", actor, called=str(place))
        return place

    @classmethod
    def add_provisional(cls, actor, number, name, street, postcode, municipality):
        """Add one that the KBO extract does not have yet; the partnership checks it. Raises RuleBroken by field."""
        check_own(actor, actor.organisation.id)
        broken = {} if rules.valid_establishment_number(number) else {"number": rules.WRONG_ESTABLISHMENT}
        facts = {"name": name, "street": street, "postcode": postcode, "municipality": municipality}
        broken |= {field: f"Vul {ASKED[field]} in." for field, value in facts.items() if not (value or "").strip()}
        if postcode and not Postcode.select().where(Postcode.postcode == postcode).exists():
            broken["postcode"] = "Deze postcode kennen we niet."
        if broken:
            raise RuleBroken(**broken)
        try:
            with db.atomic():
                place = cls.create(
                    number=rules.digits(number), organisation=actor.organisation, is_provisional=True, **facts
                )
                Event.record(place, "establishment_typed", actor, called=str(place))
        except peewee.IntegrityError:
            own = cls.of(actor.organisation).where(cls.number == rules.digits(number)).exists()
            raise RuleBroken(
                number="Deze vestiging staat al in uw lijst."
                if own
                else "Dit nummer is al in gebruik. Kijk het na, of bel 1700."
            ) from None
        return place

    def deactivate(self, actor):
        """No new files here from today on; what runs, runs on. Raises RuleBroken when already so."""
        self._turn(actor, "establishment_deactivated", Establishment.inactive_from.is_null(), actor.on)

    def reactivate(self, actor):
        self._turn(actor, "establishment_reactivated", Establishment.inactive_from.is_null(False), None)

    def _turn(self, actor, event, expected, inactive_from):
        check_own(actor, self.organisation_id)
        with db.atomic():
            query = Establishment.update(inactive_from=inactive_from)
            if not query.where(Establishment.id == self.id, expected).execute():
                raise RuleBroken(state="Dat was al gebeurd. Laad de pagina opnieuw.")
            Event.record(self, event, actor, reason=str(self))

    def assign_committee(self, actor, committee):
        """Another joint committee than that of the organisation, or None for the same again."""
        check_own(actor, self.organisation_id)
        with db.atomic():
            Establishment.update(joint_committee=committee).where(Establishment.id == self.id).execute()
            Event.record(self, "committee_changed", actor, committee=str(committee or "dat van de onderneming"))

    def choose_committee(self, actor, committee):
        """The joint committee an application at this place says, None for nothing. Raises RuleBroken by field.

        It leads other files of the place too: by a mandate it is only filled in where nobody knows it yet.
        """
        known = self.joint_committee or self.organisation.joint_committee
        if committee is None or committee == self.joint_committee or (actor.mandate and committee == known):
            return
        if not actor.may_act or actor.organisation.id != self.organisation_id or (actor.mandate and known):
            told = f"Het paritair comité van {self} is {known}. Alleen de onderneming zelf kan dat wijzigen."
            raise RuleBroken(joint_committee=told)
        with db.atomic():
            Establishment.update(joint_committee=committee).where(Establishment.id == self.id).execute()
            Event.record(self, "committee_changed", actor, committee=str(committee))

    @classmethod
    def take_over(cls, organisation, found):
        """The establishment as the counter knows it, made from a KBO row on first use.

        Raises RuleBroken when another organisation still holds the number.
        """
        number = f"{found.number:010d}"
        try:
            with db.atomic():
                return cls.create(
                    number=number,
                    organisation=organisation,
                    name=found.name,
                    **published_address(found),
                )
        except peewee.IntegrityError:
            known = cls.get(cls.number == number)
        if known.organisation_id != organisation.id:
            raise RuleBroken(establishment="Deze vestiging staat nog op naam van een andere onderneming.")
        return known

    def region(self):
        """The region by postcode, or None where the postcode is unknown."""
        row = Postcode.get_or_none(Postcode.postcode == self.postcode)
        return row and row.region


Establishment.add_index(  # of the few a partnership has to look at
    Establishment.index(
        Establishment.id,
        where=SQL("moved_to <> '' OR (ceased_on IS NOT NULL AND ceased_noted_at IS NULL) OR is_provisional"),
        name="establishment_differs",
    )
)


class Seal:
    """National register numbers at rest: encrypted to read back, hashed with a key to find again.

    The first key is in use; those before it still open and find what was made with them, until `rotate` has run.
    """

    _fernet = None
    _current = None
    _keys = ()

    @classmethod
    def use(cls, *secrets):
        cls._keys = [hashlib.sha256(b"insz-hash:" + one.encode()).digest() for one in secrets]
        derived = [hashlib.sha256(b"insz-seal:" + one.encode()).digest() for one in secrets]
        fernets = [Fernet(base64.urlsafe_b64encode(one)) for one in derived]
        cls._fernet, cls._current = MultiFernet(fernets), fernets[0]

    @classmethod
    def close(cls, text):
        return cls._fernet.encrypt(text.encode()).decode()

    @classmethod
    def open(cls, sealed):
        return cls._fernet.decrypt(sealed.encode()).decode()

    @classmethod
    def is_current(cls, sealed):
        """True when it was sealed with the key in use."""
        try:
            cls._current.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    @classmethod
    def fingerprint(cls, text):
        return cls.fingerprints(text)[0]

    @classmethod
    def fingerprints(cls, text):
        """Under which it may be found: with the key in use, and with those before it."""
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in cls._keys]


class Mentor(Record):
    organisation = ForeignKeyField(Organisation, backref="mentors")
    first_name = CharField()
    last_name = CharField()
    insz_sealed = TextField()
    insz_fingerprint = CharField(max_length=64)
    insz_tail = CharField(max_length=2)  # enough to recognise, without opening the seal
    born_on = DateField()
    email = CharField(default="")
    phone = CharField(default="")
    trained_on = DateField(null=True)  # mentor training followed
    inactive_from = DateField(null=True)  # no longer a mentor from that day on
    inactive_reason = TextField(default="")

    class Meta:
        indexes = ((("organisation", "insz_fingerprint"), True),)

    def __str__(self):
        return f"{self.first_name} {self.last_name}"

    @property
    def insz(self):
        """The number itself; whoever shows it notes that in the access log."""
        return Seal.open(self.insz_sealed)

    @property
    def masked_insz(self):
        return rules.mask_insz(self.insz_tail)

    @classmethod
    def of(cls, organisation):
        return cls.select().where(cls.organisation == organisation).order_by(cls.last_name, cls.first_name, cls.id)

    @classmethod
    def choosable(cls, organisation):
        """Those who can be put on a file."""
        return cls.of(organisation).where(cls.inactive_from.is_null())

    @classmethod
    def search(cls, organisation, text):
        """This organisation's mentors whose name holds every typed word."""
        found = cls.of(organisation)
        for word in rules.sought(text):
            found = found.where(cls.first_name.contains(word) | cls.last_name.contains(word))
        return found

    @staticmethod
    def check_training(trained_on, on):
        """Raises RuleBroken where the mentor training would be followed on a day to come."""
        if trained_on and trained_on > on:
            raise RuleBroken(trained_on="Vul de dag in waarop de opleiding gevolgd is, ten laatste vandaag.")

    @classmethod
    def enter(cls, organisation, insz, **facts):
        """Add a mentor. Raises RuleBroken when the INSZ already belongs to one of this organisation's mentors."""
        born_on = rules.birth_date(insz)
        if not born_on:
            raise RuleBroken(
                insz="Uit dit nummer kunnen we geen geboortedatum afleiden. Neem contact op met het partnerschap."
            )
        mine = (cls.organisation == organisation) & cls.insz_fingerprint.in_(Seal.fingerprints(insz))
        if known := cls.get_or_none(mine):
            raise InszInUse(known)
        try:
            with db.atomic():
                return cls.create(
                    organisation=organisation,
                    insz_sealed=Seal.close(insz),
                    insz_fingerprint=Seal.fingerprint(insz),
                    insz_tail=insz[-2:],
                    born_on=born_on,
                    **facts,
                )
        except peewee.IntegrityError:
            raise InszInUse(cls.get(mine)) from None  # somebody else was first

    def deactivate(self, actor, reason, anew=False):
        """No longer a mentor from today on. Raises RuleBroken without a reason, or, unless `anew`, when already so."""
        if not reason.strip():
            raise RuleBroken(reason="Zeg kort waarom deze persoon geen mentor meer is.")
        expected = (Mentor.inactive_from == self.inactive_from) if anew else Mentor.inactive_from.is_null()
        since = self.inactive_from if anew and self.inactive_from else actor.on
        self._turn(actor, "mentor_deactivated", expected, since, reason.strip())

    def reactivate(self, actor):
        """A mentor again. Raises RuleBroken when already so."""
        self._turn(actor, "mentor_reactivated", Mentor.inactive_from.is_null(False), None, "")

    def _turn(self, actor, event, expected, inactive_from, reason):
        if not actor.may_act or actor.organisation.id != self.organisation_id:
            raise RuleBroken(state="Dit kunt u niet doen met de rechten die u nu hebt.")
        with db.atomic():
            query = Mentor.update(inactive_from=inactive_from, inactive_reason=reason)
            if not query.where(Mentor.id == self.id, expected).execute():
                raise RuleBroken(state="Dat was al gebeurd. Laad de pagina opnieuw.")
            Event.record(self, event, actor, reason=reason)
        self.inactive_from, self.inactive_reason = inactive_from, reason


Mentor.add_index(  # of those who guide nobody any more, or soon
    Mentor.index(Mentor.id, where=Mentor.inactive_from.is_null(False), name="mentor_inactive")
)


class InszInUse(RuleBroken):
    """This national register number is already that of `mentor`, of the same organisation."""

    def __init__(self, mentor):
        super().__init__(
            insz=f"Rijksregisternummer reeds in gebruik: het is dat van {mentor}. Kies die mentor uit de lijst."
        )
        self.mentor = mentor


class Document(Record):
    """An uploaded file's description; its content lies apart, so that lists stay light."""

    organisation = ForeignKeyField(Organisation, backref="documents")
    kind = CharField(max_length=20, constraints=[Check(f"kind IN {tuple(rules.DOCUMENT_KINDS)!r}")])
    mentor = ForeignKeyField(Mentor, null=True, backref="documents")
    filename = CharField(max_length=200)
    media_type = CharField(max_length=40)
    size = IntegerField()
    sha256 = CharField(max_length=64)
    issued_on = DateField(null=True)
    expires_on = DateField(null=True)  # inclusive, where the paper itself says so
    uploaded_by = ForeignKeyField(User)
    uploaded_at = DateTimeField()  # UTC

    @classmethod
    def of(cls, organisation):
        return cls.select(cls, Mentor).join(Mentor, peewee.JOIN.LEFT_OUTER).where(cls.organisation == organisation)

    @classmethod
    def search(cls, organisation, text="", kind="", mentor=None):
        """This organisation's documents whose file name or mentor holds every typed word, of one kind or mentor."""
        found = cls.of(organisation)
        for word in rules.sought(text):
            found = found.where(
                cls.filename.contains(word) | Mentor.first_name.contains(word) | Mentor.last_name.contains(word)
            )
        if kind:
            found = found.where(cls.kind == kind)
        return found.where(cls.mentor == mentor) if mentor else found

    @classmethod
    def newest_usable(cls, mentor, on):
        """{kind: the newest document of that kind about this mentor that may be used on that day}."""
        about = cls.select().where(cls.mentor == mentor, cls.organisation == mentor.organisation_id)
        usable = [document for document in about if document.is_usable(on)]
        usable.sort(key=lambda document: (document.issued_on or date.min, document.id))
        return {document.kind: document for document in usable}

    @classmethod
    def upload(cls, actor, content, filename, kind, mentor=None, issued_on=None, expires_on=None):
        """Store what somebody adds now; `content` None: no file was chosen. Raises RuleBroken by field."""
        broken = rules.document_problems(kind, mentor is not None, issued_on, expires_on, actor.on)
        if content is None:
            broken["file"] = "Kies eerst een bestand."
        if broken:
            raise RuleBroken(**broken)
        with db.atomic():
            before = cls.select(peewee.fn.MAX(cls.id)).scalar() or 0
            document = cls.store(actor, content, filename, kind, mentor, issued_on, expires_on)
            if mentor and document.id > before:
                Event.record(mentor, "document_added", actor, kind=document.kind_name)
        return document

    @classmethod
    def store(cls, actor, content, filename, kind, mentor=None, issued_on=None, expires_on=None):
        """Keep an upload of the actor's organisation; the very same file for the same purpose is kept once.

        Raises RuleBroken when it is no PDF, JPEG or PNG up to 10 MB.
        """
        try:
            media_type, extension = rules.media_type(content)
        except ValueError as problem:
            raise RuleBroken(file=str(problem)) from None
        facts = {
            "organisation": actor.organisation,
            "kind": kind,
            "mentor": mentor,
            "sha256": hashlib.sha256(content).hexdigest(),
            "issued_on": issued_on,
            "expires_on": expires_on,
        }
        if known := cls.filter(**facts).first():
            return known
        stem = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        stem = "".join(character for character in stem if character.isprintable()).strip()[:180] or "document"
        with db.atomic():
            document = cls.create(
                filename=f"{stem}.{extension}",
                media_type=media_type,
                size=len(content),
                uploaded_by=actor.user,
                uploaded_at=actor.at,
                **facts,
            )
            DocumentContent.create(document=document, content=content)
        return document

    @property
    def kind_name(self):
        return rules.DOCUMENT_KINDS[self.kind]

    @property
    def usable_until(self):
        """The last day it may be used for a new file; None for what does not age."""
        if self.kind == "extract":
            return rules.add_months(self.issued_on, rules.EXTRACT_MONTHS)
        return self.expires_on

    def is_usable(self, on):
        return self.usable_until is None or (self.issued_on or on) <= on <= self.usable_until

    @property
    def is_sensitive(self):
        return self.kind in rules.SENSITIVE_KINDS

    @classmethod
    def newest_extracts(cls, organisation):
        """{mentor id: day the newest extract was issued}, one query."""
        found = (
            cls.select(cls.mentor, peewee.fn.MAX(cls.issued_on))
            .where(cls.organisation == organisation, cls.kind == "extract", cls.mentor.is_null(False))
            .group_by(cls.mentor)
        )
        return dict(found.tuples())


class DocumentContent(Record):
    document = ForeignKeyField(Document, primary_key=True, on_delete="CASCADE")
    content = BlobField()
