"""The register: every record, the steps it can take, its finders and its journal; one module per chapter.

It knows rules.py and peewee; it must not know HTTP, templates or what day it is (dates come in as arguments).
"""

from models.base import Record, connect, db
from models.kbo import (
    KboActivity,
    KboAddress,
    KboBranch,
    KboCode,
    KboContact,
    KboDenomination,
    KboEnterprise,
    KboEstablishment,
    KboExtract,
)
from models.people import (
    ROLES,
    TARGET_GROUPS,
    AccessLog,
    Actor,
    Counter,
    Event,
    Membership,
    Organisation,
    SignIn,
    User,
)
from models.profile import Document, DocumentContent, Establishment, Mentor, Seal
from models.recognitions import (
    OPEN_STATES,
    OVERVIEWS,
    SECTIONS,
    STATES,
    Answer,
    DocumentUse,
    Question,
    Recognition,
    RecognitionMentor,
)
from models.reference import JointCommittee, LegalForm, Partnership, Postcode, Training
from models.worklist import TASK_KINDS, Task, tasks, tasks_of_all

RECORDS = tuple(Record.__subclasses__())  # every table, for migrations, checks and tests

__all__ = [name for name in dir() if not name.startswith("_")]
