"""What a file says, as a short mark for each of its parts: whether it still says the same, and which part does not.

It must not know who compares, nor why.
"""

import hashlib
import json
from typing import NamedTuple

from peewee import Field

from models.addenda import Addendum
from models.agreements import Agreement
from models.annexes import Annex
from models.mentoring import MentorApplication
from models.profile import Document, Mentor
from models.recognitions import Answer, DocumentUse, Question, Recognition, RecognitionMentor
from models.suspensions import Suspension

# Columns that say who looked or worked at it, and when; not what it says.
ASIDE = {"touched_on", "decision_read_on", "handler", "revision", "insz_sealed", "guardian_insz_sealed"}


class Part(NamedTuple):
    name: str  # as people call it, after "gewijzigd:"
    record: type
    leads: Field  # to the id of the file


def _own(record):
    return Part("de gegevens", record, record.id)


PARTS = {
    "recognition": (
        _own(Recognition),
        Part("de criteria", Answer, Answer.recognition),
        Part("de mentoren", RecognitionMentor, RecognitionMentor.recognition),
        Part("de documenten", DocumentUse, DocumentUse.recognition),
        Part("de vragen van de behandelaar", Question, Question.recognition),
    ),
    "mentor_application": (_own(MentorApplication),),
    "mentor": (
        _own(Mentor),
        Part("de bewijzen", Document, Document.mentor),
        Part("de erkenningen", RecognitionMentor, RecognitionMentor.mentor),
    ),
    "agreement": (
        _own(Agreement),
        Part("de bijlagen", Annex, Annex.agreement),
        Part("de wijzigingen", Addendum, Addendum.agreement),
        Part("de schorsingen", Suspension, Suspension.agreement),
    ),
}


def marks(table, ids):
    """{id: {part: mark}} of the files of one table; a query for each part, however many files."""
    found = {number: {} for number in ids}
    for part in PARTS.get(table, ()):
        rows = {number: [] for number in ids}
        for row in part.record.select().where(part.leads.in_(list(ids))).dicts():
            said = {name: value for name, value in row.items() if name not in ASIDE}
            rows[row[part.leads.name]].append(json.dumps(said, sort_keys=True, default=str))
        for number, lines in rows.items():
            found[number][part.name] = _mark("\n".join(sorted(lines)))
    return found


def as_one(parts):
    """One mark for all parts together."""
    return _mark(json.dumps(parts, sort_keys=True))


def _mark(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]
