"""What an organisation brings to its files: establishments, mentors and documents.

It must not know which files use them.
"""

import base64
import hashlib
import hmac

import peewee
from cryptography.fernet import Fernet
from peewee import BlobField, CharField, Check, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

import rules
from models.base import Record, db
from models.people import Organisation, User
from models.reference import JointCommittee, Postcode
from rules import RuleBroken


class Establishment(Record):
    """A place of work the counter knows: taken over from the KBO when it is first used."""

    number = CharField(unique=True, max_length=10)
    organisation = ForeignKeyField(Organisation, backref="establishments")
    name = CharField(max_length=320)
    street = CharField(default="")
    postcode = CharField(default="", max_length=10)
    municipality = CharField(default="")
    joint_committee = ForeignKeyField(JointCommittee, null=True)  # null: that of the organisation

    def __str__(self):
        return f"{self.name} ({self.municipality})" if self.municipality else self.name

    @property
    def address(self):
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.municipality}".strip()) if part)

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
                    street=found.street or "",
                    postcode=found.postcode or "",
                    municipality=found.municipality or "",
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


class Seal:
    """National register numbers at rest: encrypted to read back, hashed with a key to find again."""

    _fernet = None
    _key = b""

    @classmethod
    def use(cls, secret):
        cls._key = hashlib.sha256(b"insz-hash:" + secret.encode()).digest()
        derived = hashlib.sha256(b"insz-seal:" + secret.encode()).digest()
        cls._fernet = Fernet(base64.urlsafe_b64encode(derived))

    @classmethod
    def close(cls, text):
        return cls._fernet.encrypt(text.encode()).decode()

    @classmethod
    def open(cls, sealed):
        return cls._fernet.decrypt(sealed.encode()).decode()

    @classmethod
    def fingerprint(cls, text):
        return hmac.new(cls._key, text.encode(), hashlib.sha256).hexdigest()


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
    def search(cls, organisation, text):
        """This organisation's mentors whose name holds every typed word."""
        found = cls.of(organisation)
        for word in text.split()[:6]:
            found = found.where(cls.first_name.contains(word) | cls.last_name.contains(word))
        return found

    @classmethod
    def enter(cls, organisation, insz, **facts):
        """Add a mentor. Raises RuleBroken when the INSZ already belongs to one of this organisation's mentors."""
        born_on = rules.birth_date(insz)
        if not born_on:
            raise RuleBroken(
                insz="Uit dit nummer kunnen we geen geboortedatum afleiden. Neem contact op met het partnerschap."
            )
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
            other = cls.get(cls.organisation == organisation, cls.insz_fingerprint == Seal.fingerprint(insz))
            raise RuleBroken(
                insz=f"Rijksregisternummer reeds in gebruik: het is dat van {other}. Kies die mentor uit de lijst."
            ) from None


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
    uploaded_by = ForeignKeyField(User)
    uploaded_at = DateTimeField()  # UTC

    @classmethod
    def store(cls, actor, content, filename, kind, mentor=None, issued_on=None):
        """Keep an upload of the actor's organisation. Raises RuleBroken when it is no PDF, JPEG or PNG up to 10 MB."""
        try:
            media_type, extension = rules.media_type(content)
        except ValueError as problem:
            raise RuleBroken(file=str(problem)) from None
        stem = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0].strip() or "document"
        stem = "".join(character for character in stem if character.isprintable())[:180]
        document = cls.create(
            organisation=actor.organisation,
            kind=kind,
            mentor=mentor,
            filename=f"{stem}.{extension}",
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            issued_on=issued_on,
            uploaded_by=actor.user,
            uploaded_at=actor.at,
        )
        DocumentContent.create(document=document, content=content)
        return document

    @property
    def kind_name(self):
        return rules.DOCUMENT_KINDS[self.kind]

    @property
    def usable_until(self):
        """The last day an extract 596.2 may be used for a new file; None for what does not age."""
        return rules.add_months(self.issued_on, rules.EXTRACT_MONTHS) if self.kind == "extract" else None

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
