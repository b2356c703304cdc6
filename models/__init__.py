"""The register: every record, the steps it can take, its finders and its journal; one module per chapter.

It knows rules.py and peewee; it must not know HTTP, templates or what day it is (dates come in as arguments).
"""

from models import contents
from models.addenda import ADDENDUM_KINDS, ADDENDUM_STATES, Addendum, AddendumSignature
from models.admission import Published, Unknown, admit, admit_holder, admit_partnership, set_block
from models.agreement_calendar import Day, days, running_clocks
from models.agreement_text import GUARDIANS
from models.agreements import (
    AGREEMENT_STATES,
    PARTIES,
    PARTS,
    READING,
    STATUSES,
    Agreement,
    AgreementVersion,
    Signature,
)
from models.alerts import ALERTS, alerts, mentors_on
from models.annexes import Annex
from models.base import Record, connect, database_at, db, only_read, snapshot, take_stock, unhurried
from models.calendars import CalendarFeed
from models.casework import TEMPLATE_KINDS, Note, ReasonTemplate, Visit
from models.chains import Chain
from models.chores import CHORE_KINDS, Chore, chores
from models.clocks import CLOCK_KINDS, Clock, clocks
from models.comparing import ceased_employers, running_at, to_process
from models.consistency import findings
from models.contacts import SUBJECTS, ContactPerson, describe
from models.desk import BEREFT, DUTY_KINDS, Duty, duties
from models.endings import AGREEMENT_ENDINGS, CHECKLIST, INITIATIVES
from models.frames import Pairing, PortalKey
from models.granting import Unfit, grant_serving
from models.handover import HOLDERS, choose_registrar
from models.history import by_mandate, events, looks, named
from models.insight import InsightLink, seen_of
from models.journal import JournalSeal, seal, waiting_for_seal
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
from models.mandates import EXTENTS, PURPOSES, Mandate, Proposal
from models.manual import ManualPage
from models.mentoring import MENTOR_STATES, MentorApplication, leave, may_be_corrected, stand_ins, touched_by_leaving
from models.messages import Message
from models.notices import NOTICES, file_of
from models.offers import MandateOffer
from models.people import (
    ACCESS_MANAGERS,
    DUTIES,
    LANGUAGES,
    ROLES,
    TARGET_GROUPS,
    AccessLog,
    Actor,
    Counter,
    Event,
    Membership,
    Once,
    Organisation,
    SignIn,
    User,
)
from models.preferences import FOLLOWS, MESSAGE_KINDS, WAYS, Preference, kinds_of
from models.profile import Document, DocumentContent, Establishment, InszInUse, Mentor, Seal
from models.recognitions import (
    ENDINGS,
    OPEN_STATES,
    OVERVIEWS,
    SECTIONS,
    STATES,
    Answer,
    DocumentUse,
    Question,
    Recognition,
    RecognitionMentor,
    Vote,
)
from models.reference import (
    JointCommittee,
    LegalForm,
    MinimumIncome,
    Partnership,
    Postcode,
    PostcodeCentre,
    Training,
)
from models.registering import CORRECTABLE
from models.reminders import Told, write_reminders
from models.retention import TERMS, Destruction, purge
from models.rotation import rotate
from models.sanctions import (
    APPEAL_STATES,
    SANCTION_KINDS,
    SANCTION_STATES,
    Appeal,
    AppealDocument,
    Sanction,
    SanctionTarget,
)
from models.service import DECIDED, ServicePace, first_day, keep_paces, service_clock
from models.signing import COPY_DAYS, SigningLink, last_asked, remind
from models.suspensions import SUSPENSION_REASONS, Suspension
from models.threads import Talk, Thread
from models.troubles import trouble_of
from models.upgrading import Occupied, one_at_a_time, upgrade
from models.users import Invitation, may_change, may_give, people_of, users_due
from models.words import FEW, AgreementWord, MentorApplicationWord, RecognitionWord, catch_up_words
from models.worklist import TASK_KINDS, Task, tasks, tasks_of_all
from models.workplaces import WORKPLACE_STATES, Workplace

RECORDS = tuple(Record.__subclasses__())  # every table, for migrations, checks and tests

__all__ = [name for name in dir() if not name.startswith("_")]
