"""The words agreements and files are found by: searching costs as much among a hundred thousand as among a hundred.

It must not know how one of them moves, only what it is called.
"""

import re
import unicodedata

from peewee import BlobField, ForeignKeyField, chunked, fn

from models.agreements import Agreement
from models.base import Record, db
from models.mentoring import MentorApplication
from models.people import Organisation
from models.profile import Establishment, Mentor
from models.recognitions import Recognition, RecognitionMentor
from models.reference import Partnership, Training

HANDFUL = 25  # up to so many rows a word's are fetched: who looks for a name or a number finds no more
FEW = 10_000  # up to so many rows a word is looked up; beyond, the list is walked, for it then holds many
LONGEST = 40
BEYOND = b"\xff"  # no text holds this byte: the end of what begins with a word
AT_ONCE = 500  # files whose words are written in one transaction


def words_in(text):
    """{"o", "neill"} of "O'Neill": small letters and digits, accents gone."""
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return {word[:LONGEST] for word in re.findall(r"[^\W_]+", plain)}


class AgreementWord(Record):
    """One word of one agreement: of its number, learner, training or establishment."""

    agreement = ForeignKeyField(Agreement, backref="words", index=False, on_delete="CASCADE")
    organisation = ForeignKeyField(Organisation, index=False)
    word = BlobField()  # UTF-8: bytes are in the same order on every engine, letters are not

    class Meta:
        indexes = (
            (("organisation", "word", "agreement"), False),
            (("agreement", "word"), True),
        )

    @classmethod
    def note(cls, agreement):
        """Write down anew what it is found by."""
        recognition = agreement.recognition
        text = (
            f"{agreement.number or ''} {agreement.first_name} {agreement.last_name} "
            f"{recognition.training.name} {recognition.establishment.name}"
        )
        cls.delete().where(cls.agreement == agreement.id).execute()
        rows = [
            {"agreement": agreement.id, "organisation": agreement.organisation_id, "word": word.encode()}
            for word in sorted(words_in(text))
        ]
        cls.insert_many(rows).execute()

    @classmethod
    def conditions(cls, text, organisation):
        """What holds for an Agreement when, for every typed word, some word of it begins with that; a look per word.

        `organisation`: whose words may be looked up, or None to walk the list.
        """
        mine = cls.organisation == organisation if organisation else None
        return _beginning(words_in(text), Agreement, cls, cls.agreement, mine)


def _beginning(typed, record, noted, called, mine):
    """A condition on `record` for each typed word: one of its words, which are in `noted`, begins with that.

    `called`: the field of those that says whose they are. `mine`: which may be looked up, or None to walk the list.
    """
    begins = [noted.word.between(word.encode(), word.encode() + BEYOND) for word in sorted(typed)[:6]]
    # OFFSET 0: asked of each row that is looked at; PostgreSQL may otherwise gather all that hold the word beforehand
    found = [fn.EXISTS(noted.select(1).where(called == record.id, one).limit(1).offset(0)) for one in begins]
    if mine is not None and begins:  # what the rarest finds is gone through, and asked for the others
        looked_up = [noted.select(called).where(mine, one) for one in begins]
        for place, one in enumerate(looked_up):
            rows = list(one.limit(HANDFUL + 1).tuples())
            if len(rows) <= HANDFUL:
                found[place] = record.id.in_(sorted({number for (number,) in rows}))
                return found if rows else [found[place]]
        counts = [one.limit(FEW + 1).count() for one in looked_up]
        rarest = counts.index(min(counts))
        if counts[rarest] <= FEW:
            found[rarest] = record.id.in_(looked_up[rarest])
    return found


# --- of files, for who handles them -----------------------------------------------------------------------------------


def words_of_file(text):
    """As words_in, and a number is one word, with dots or without: {"0417390703"} of "0417.390.703"."""
    return words_in(re.sub(r"(?<=\d)\.(?=\d)", "", text))


class Noted:
    """What the words of both kinds of files share; a draft has none, for it is nobody's business yet."""

    @classmethod
    def note(cls, ids):
        """Write down anew what these files are found by; four statements for some hundreds."""
        rows = [
            {"file": number, "partnership": partnership, "word": word.encode()}
            for number, partnership, text in cls.texts(ids)
            for word in sorted(words_of_file(text))
        ]
        with db.atomic():
            cls.delete().where(cls.file.in_(ids)).execute()
            for some in chunked(rows, 5000):  # PostgreSQL takes so many parameters and no more
                cls.insert_many(some).on_conflict_ignore().execute()  # a colleague may be at it as well

    @classmethod
    def catch_up(cls):
        """Note the files without words, as an older version of the program hands them in; how many. A night's job."""
        record, done, last = cls.file.rel_model, 0, 0
        while True:
            lacking = record.submitted_on.is_null(False) & ~fn.EXISTS(cls.select(1).where(cls.file == record.id))
            found = record.select(record.id).where(record.id > last, lacking).order_by(record.id).limit(AT_ONCE)
            ids = [number for (number,) in found.tuples()]
            if not ids:
                return done
            cls.note(ids)
            done, last = done + len(ids), ids[-1]

    @classmethod
    def narrow(cls, found, text, partnership):
        """Those of a finder of this partnership's files in which, for every typed word, some word begins with that."""
        record, typed = cls.file.rel_model, words_of_file(text)
        if text.strip() and not typed:  # nothing in it is a word
            return found.where(record.id.in_([]))
        return found.where(*_beginning(typed, record, cls, cls.file, cls.partnership == partnership))


class RecognitionWord(Noted, Record):
    """One word of a recognition that was handed in: of its number, employer, establishment, training or mentors."""

    file = ForeignKeyField(Recognition, backref="words", index=False, on_delete="CASCADE")
    partnership = ForeignKeyField(Partnership, index=False)
    word = BlobField()

    class Meta:
        indexes = ((("partnership", "word", "file"), False), (("file", "word"), True))

    @classmethod
    def texts(cls, ids):
        """[(recognition id, partnership id, all it is called)]."""
        mentors = RecognitionMentor.select(RecognitionMentor.recognition, Mentor.first_name, Mentor.last_name)
        called = {}
        for number, *name in mentors.join(Mentor).where(RecognitionMentor.recognition.in_(ids)).tuples():
            called.setdefault(number, []).extend(name)
        found = Recognition.select(
            *(Recognition.id, Recognition.partnership, Recognition.number, Organisation.name, Organisation.number),
            *(Establishment.name, Establishment.municipality, Training.name),
        )
        found = found.join(Organisation).switch(Recognition).join(Establishment).switch(Recognition).join(Training)
        found = found.where(Recognition.id.in_(ids), Recognition.submitted_on.is_null(False))
        return [
            (number, theirs, " ".join([*told, *called.get(number, ())])) for number, theirs, *told in found.tuples()
        ]


class MentorApplicationWord(Noted, Record):
    """One word of a mentor application that was handed in: of its number, mentor, employer or training."""

    file = ForeignKeyField(MentorApplication, backref="words", index=False, on_delete="CASCADE")
    partnership = ForeignKeyField(Partnership, index=False)
    word = BlobField()

    class Meta:
        indexes = ((("partnership", "word", "file"), False), (("file", "word"), True))

    @classmethod
    def texts(cls, ids):
        """[(application id, partnership id, all it is called)]."""
        model = MentorApplication
        found = model.select(
            *(model.id, Recognition.partnership, model.number, Mentor.first_name, Mentor.last_name),
            *(Organisation.name, Organisation.number, Training.name),
        )
        found = found.join(Mentor, on=(model.mentor == Mentor.id)).switch(model).join(Recognition).join(Organisation)
        found = found.switch(Recognition).join(Training)
        found = found.where(model.id.in_(ids), model.submitted_on.is_null(False))
        return [(number, theirs, " ".join(told)) for number, theirs, *told in found.tuples()]


def note_words_of(organisation):
    """Its files are found by its new name too; for an employer that signs in after others worked for it."""
    own = Recognition.select(Recognition.id).where(
        Recognition.organisation == organisation, Recognition.submitted_on.is_null(False)
    )
    asked = MentorApplication.select(MentorApplication.id).where(
        MentorApplication.recognition.in_(own), MentorApplication.submitted_on.is_null(False)
    )
    for noted, files in ((RecognitionWord, own), (MentorApplicationWord, asked)):
        for some in chunked([number for (number,) in files.tuples()], AT_ONCE):
            noted.note(some)


def catch_up_words():
    """The job of the day, and the last of an upgrade; how many files had no words."""
    return RecognitionWord.catch_up() + MentorApplicationWord.catch_up()
