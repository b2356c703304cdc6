"""The words agreements are found by, so that searching costs as much among a hundred thousand as among a hundred.

It must not know how an agreement moves, only what it is called.
"""

import re
import unicodedata

from peewee import BlobField, ForeignKeyField, fn

from models.agreements import Agreement
from models.base import Record
from models.people import Organisation

FEW = 10_000  # up to so many rows a word is looked up; beyond, the list is walked, for it then holds many
LONGEST = 40
BEYOND = b"\xff"  # no text holds this byte: the end of what begins with a word


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
    def beginning_with(cls, word):
        """A condition."""
        return cls.word.between(word.encode(), word.encode() + BEYOND)

    @classmethod
    def conditions(cls, text, organisation):
        """What holds for an Agreement when, for every typed word, some word of it begins with that; a look per word.

        `organisation`: whose words may be looked up, or None to walk the list.
        """
        found = []
        for word in sorted(words_in(text))[:6]:
            mine = cls.select(cls.agreement).where(cls.organisation == organisation, cls.beginning_with(word))
            if organisation and mine.limit(FEW + 1).count() <= FEW:
                found.append(Agreement.id.in_(mine))
            else:
                same = cls.select(1).where(cls.agreement == Agreement.id, cls.beginning_with(word))
                found.append(fn.EXISTS(same))
        return found
