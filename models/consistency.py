"""What must be true of the register as a whole, beyond what its constraints hold; looked at, never mended.

It must not change anything, nor know who asks.
"""

import hashlib

import peewee
from cryptography.fernet import InvalidToken

from models.agreements import Agreement
from models.base import Record, db
from models.journal import ID, NAME, SUBJECT, SUBJECT_ID, broken, in_order
from models.mentoring import MentorApplication
from models.messages import Message
from models.people import Counter
from models.profile import Document, DocumentContent, Mentor, Seal
from models.recognitions import DocumentUse, Recognition, RecognitionMentor
from models.steps import Stepping


def findings(kept_seals=()):
    """Everything that is not as it should be, as Dutch sentences; nothing when all is well.

    `kept_seals`: digests of seals of the journal that were kept elsewhere.
    """
    yield from _engine()
    yield from broken(kept_seals)
    for look in (_steps, _numbers, _owners, _mentors, _documents, _seals, _mails):
        yield from look()


def _engine():
    """The file itself; PostgreSQL sees to its own."""
    if not isinstance(db.obj, peewee.SqliteDatabase):
        return
    for (told,) in db.execute_sql("PRAGMA integrity_check").fetchall():
        if told != "ok":
            yield f"Het databasebestand is beschadigd: {told}"
    for table, row, other, _ in db.execute_sql("PRAGMA foreign_key_check").fetchall():
        yield f"{table} {row} verwijst naar iets in {other} dat er niet is."


def _steps():
    """Every file is in the state to which the steps in its journal lead, one after the other."""
    files = {one._meta.table_name: one for one in Record.__subclasses__() if issubclass(one, Stepping)}
    reached, astray = {}, set()
    for row in in_order():
        key = row[SUBJECT], row[SUBJECT_ID]
        if key[0] not in files or key in astray:
            continue
        model = files[key[0]]
        before = reached.get(key, {model.state.default})
        reached[key] = model.led_to(row[NAME], before)
        if not reached[key]:
            astray.add(key)
            yield f"{key[0]} {key[1]}: gebeurtenis {row[ID]} ({row[NAME]}) kon niet na {' of '.join(sorted(before))}."
    for table, model in files.items():
        for record_id, state in model.select(model.id, model.state).tuples():
            wanted = reached.get((table, record_id), {model.state.default})
            if state not in wanted and (table, record_id) not in astray:
                yield f"{table} {record_id} staat op {state}, het journaal leidt naar {' of '.join(sorted(wanted))}."


def _numbers():
    """A number that was given is behind us: the counter never gives it again."""
    last = dict(Counter.select(Counter.kind, Counter.last).tuples())
    numbered = (one for one in Record.__subclasses__() if isinstance(one._meta.fields.get("number"), peewee.CharField))
    for model in (one for one in numbered if issubclass(one, Stepping)):
        for (number,) in model.select(model.number).where(model.number.is_null(False)).tuples():
            kind, serial = number.split("/")[0], number.split("/")[-1]
            if int(serial) > last.get(kind, 0):
                yield f"Nummer {number} is verder dan de teller {kind} ({last.get(kind, 0)})."


def _owners():
    """What belongs together is of one organisation."""
    wrong = (
        RecognitionMentor.select(RecognitionMentor, Recognition, Mentor)
        .join(Recognition)
        .switch(RecognitionMentor)
        .join(Mentor)
        .where(Recognition.organisation != Mentor.organisation)
    )
    for link in wrong:
        yield f"Mentor {link.mentor_id} op erkenning {link.recognition_id} is van een andere organisatie."
    wrong = (
        DocumentUse.select(DocumentUse, Recognition, Document)
        .join(Recognition)
        .switch(DocumentUse)
        .join(Document)
        .where(Recognition.organisation != Document.organisation)
    )
    for use in wrong:
        yield f"Document {use.document_id} in erkenning {use.recognition_id} is van een andere organisatie."
    wrong = Agreement.select(Agreement, Recognition).join(Recognition)
    for agreement in wrong.where(Recognition.organisation != Agreement.organisation):
        yield f"Overeenkomst {agreement.id} steunt op een erkenning van een andere organisatie."


def _mentors():
    """An approved recognition was approved with somebody to guide learners."""
    approved = RecognitionMentor.select(RecognitionMentor.recognition).where(RecognitionMentor.decision == "approved")
    for recognition in Recognition.select().where(Recognition.state == "approved", Recognition.id.not_in(approved)):
        yield f"Erkenning {recognition.number} is goedgekeurd zonder goedgekeurde mentor."
    unfinished = MentorApplication.select().where(MentorApplication.state == "approved")
    for one in unfinished.where(MentorApplication.decided_on.is_null()):
        yield f"Mentoraanvraag {one.number} is goedgekeurd zonder datum."


def _documents():
    """Every document has its content, and it is the one that was added."""
    for document in Document.select(Document.id, Document.sha256, Document.size).iterator():
        kept = DocumentContent.get_or_none(DocumentContent.document == document.id)
        if kept is None:
            yield f"Van document {document.id} ontbreekt de inhoud."
        elif hashlib.sha256(kept.content).hexdigest() != document.sha256:
            yield f"De inhoud van document {document.id} is niet meer wat toegevoegd werd."


def _seals():
    """Every national register number can be opened with the key in use, and is found under its fingerprint."""
    for model in (Mentor, Agreement):
        for row in model.select(model.id, model.insz_sealed, model.insz_fingerprint).where(model.insz_sealed != ""):
            try:
                fits = row.insz_fingerprint in Seal.fingerprints(Seal.open(row.insz_sealed))
            except InvalidToken:
                fits = False
            if not fits:
                yield f"Het rijksregisternummer van {model._meta.table_name} {row.id} gaat met deze sleutel niet open."


def _mails():
    """Dead letters wait for somebody."""
    lost = Message.given_up().count()
    if lost:
        yield f"{lost} mails kwamen niet aan. Ze staan bij Meldingen van de organisatie die ze aangaan."
