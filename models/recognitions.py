"""Recognitions: the application, the steps it can take, and what became of it.

Dates and the acting person come in as arguments; it must not know HTTP, nor the clock.
"""

import json
from datetime import timedelta

import peewee
from peewee import (
    JOIN,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

import rules
from models.base import Record, db, how_many, kept, lock
from models.people import Counter, Event, Membership, Organisation, User
from models.profile import Document, Establishment, Mentor
from models.reference import Partnership, Training
from models.steps import Step, Stepping
from rules import RuleBroken

STATES = {
    "draft": "Werkversie",
    "submitted": "Ingediend",
    "incomplete": "Aanvulling gevraagd",
    "complete": "Dossier volledig",
    "in_treatment": "In behandeling",
    "approved": "Goedgekeurd",
    "refused": "Afgekeurd",
    "withdrawn": "Ingetrokken",
}

OVERVIEWS = {  # the overviews of the counter, in its words and order
    "werkversie": ("Werkversie", ("draft",)),
    "ingediend": ("Ingediend", ("submitted", "incomplete")),
    "dossier-volledig": ("Dossier volledig", ("complete",)),
    "in-behandeling": ("In behandeling", ("in_treatment",)),
    "behandeld": ("Behandeld", ("approved", "refused", "withdrawn")),
    "alle": ("Alle erkenningen", tuple(STATES)),
}

SECTIONS = {  # the steps of an application, in order
    "establishment": "Vestiging",
    "training": "Opleiding",
    "mentors": "Mentoren",
    "criteria": "Criteria en documenten",
}

OPEN_STATES = ("submitted", "incomplete", "complete", "in_treatment")
COUNTED = 1000  # of a state; nobody counts on
CHANGED_MEANWHILE = "Iemand wijzigde deze aanvraag net. Er is nog niets ingediend: kijk ze eerst na."


ENDINGS = {  # why an approved recognition ends before its date
    "stopped": "Stopgezet",
    "revoked": "Opgeheven",
    "excluded": "Opgeheven door uitsluiting",
}


class Recognition(Stepping, Record):
    """A workplace for one training in one establishment: first an application, then what was decided."""

    STEPS = {
        "submit": Step(("draft",), "submitted", "employer", "submitted", "Deze aanvraag is al ingediend."),
        "complete_file": Step(
            ("incomplete",), "submitted", "employer", "completed", "Er is geen aanvulling meer gevraagd."
        ),
        "withdraw": Step(
            ("draft", *OPEN_STATES), "withdrawn", "employer", "withdrawn", "Over deze aanvraag is al beslist."
        ),
        "let_lapse": Step(
            ("approved",), None, "employer", "let_lapse", "Hier valt niets (meer) te kiezen. Laad de pagina opnieuw."
        ),
        "reconsider": Step(("approved",), None, "employer", "reconsidered", "Hier valt niets (meer) terug te draaien."),
        "read_decision": Step(
            ("approved", "refused"), None, "employer", "decision_read", "Er is geen ongelezen beslissing."
        ),
        "stop": Step(
            ("approved",), None, "employer", "stopped", "U kunt alleen een erkenning stopzetten die nog loopt."
        ),
        "assign": Step(OPEN_STATES, None, "handler", "assigned", "Over dit dossier is al beslist."),
        "hand_over": Step(OPEN_STATES, None, "handler", "handed_over", "Over dit dossier is al beslist."),
        "declare_complete": Step(
            ("submitted",), "complete", "handler", "declared_complete", "De volledigheid is al beoordeeld."
        ),
        "ask": Step(
            ("submitted", "complete", "in_treatment"),
            "incomplete",
            "handler",
            "asked",
            "U kunt nu geen aanvulling vragen: de werkgever is aan zet, of er is al beslist.",
        ),
        "resume": Step(
            ("incomplete",), "submitted", "handler", "resumed", "De werkgever heeft nog tijd om te antwoorden."
        ),
        "start": Step(("complete",), "in_treatment", "handler", "started", "De behandeling is al gestart."),
        "approve": Step(
            ("in_treatment",), "approved", "handler", "approved", "Dit dossier is niet (meer) in behandeling."
        ),
        "refuse": Step(
            ("in_treatment",), "refused", "handler", "refused", "Dit dossier is niet (meer) in behandeling."
        ),
        "reopen": Step(("refused",), "in_treatment", "committee", "reopened", "Deze aanvraag is niet afgekeurd."),
    }

    number = CharField(unique=True, null=True, max_length=20)  # given at submission
    organisation = ForeignKeyField(Organisation, backref="recognitions")
    state = CharField(default="draft", max_length=12, constraints=[Check(f"state IN {tuple(STATES)!r}")])
    establishment = ForeignKeyField(Establishment, null=True)
    training = ForeignKeyField(Training, null=True)
    contact_name = CharField(default="")
    contact_email = CharField(default="")
    contact_phone = CharField(default="")
    renews = ForeignKeyField("self", null=True, backref="renewals", index=False)
    confirmed = TextField(default="[]")  # JSON: the sections of a renewal that were said to be right still
    created_by = ForeignKeyField(User)
    touched_on = DateField()  # last day somebody worked on the draft
    partnership = ForeignKeyField(Partnership, null=True)  # the competent one, fixed at submission
    submitted_on = DateField(null=True)
    clock_from = DateField(null=True)  # the submission, moved on by the days the clock stood still before
    is_late = BooleanField(default=False)  # a renewal handed in after the old term ended
    paused_on = DateField(null=True)  # since when the clock stands still
    answer_by = DateField(null=True)  # the day asked for
    handler = ForeignKeyField(User, null=True)
    decided_on = DateField(null=True)
    decision_reason = TextField(default="")
    decision_read_on = DateField(null=True)
    valid_from = DateField(null=True)
    valid_until = DateField(null=True)  # inclusive
    code = CharField(unique=True, null=True, max_length=16)  # on the certificate; given at approval
    lapse_reason = TextField(null=True)  # not null: the employer decided not to renew
    # An end before its date. Until the appeal against a sanction is ruled on, `ended_on` stays open: still valid, but
    # nothing new can be built on it.
    end_kind = CharField(null=True, max_length=8, constraints=[Check(f"end_kind IN {tuple(ENDINGS)!r}")])
    ended_on = DateField(null=True)  # the first day it no longer holds; may lie ahead
    end_reason = TextField(default="")

    class Meta:
        constraints = [
            Check("state = 'draft' OR state = 'withdrawn' OR (number IS NOT NULL AND submitted_on IS NOT NULL)"),
            Check("state <> 'approved' OR (valid_from IS NOT NULL AND valid_until >= valid_from)"),
            Check("state NOT IN ('approved', 'refused') OR decided_on IS NOT NULL"),
            Check("(state = 'incomplete') = (paused_on IS NOT NULL)"),
        ]

    TAKEN = "Voor deze opleiding in deze vestiging loopt al een aanvraag."  # recognition_one_pending

    # finders: selects that start from what somebody may see

    @classmethod
    def joined(cls):
        """Recognitions with what every list shows of them."""
        return (
            cls.select(cls, Establishment, Training, Partnership)
            .join(Establishment, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Training, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Partnership, JOIN.LEFT_OUTER)
            .switch(cls)
        )

    @classmethod
    def of(cls, organisation):
        """Everything this employer's organisation has, drafts included."""
        return cls.joined().where(cls.organisation == organisation)

    @classmethod
    def handled_by(cls, partnership):
        """What was submitted to this partnership; a draft is nobody's business yet."""
        return (
            cls.joined()
            .select_extend(Organisation, User)
            .join(Organisation)
            .switch(cls)
            .join(User, JOIN.LEFT_OUTER, on=(cls.handler == User.id), attr="handler")
            .switch(cls)
            .where(cls.partnership == partnership, cls.submitted_on.is_null(False))
        )

    @classmethod
    def certified(cls, typed):
        """The recognition whose certificate carries this code, dashes and case aside; or None."""
        code = rules.read_code(typed)
        found = cls.joined().select_extend(Organisation).join(Organisation)
        return found.where(cls.code == code).first() if code else None

    @classmethod
    def search(cls, found, text, organisation=None):
        """Narrow a finder to rows in which number, establishment, training or a mentor holds every typed word.

        `organisation`: whose rows these are, where they are of one: then its own mentors alone are looked at.
        """
        for word in rules.sought(text):
            called = Mentor.first_name.contains(word) | Mentor.last_name.contains(word)
            links = RecognitionMentor.select(RecognitionMentor.recognition).join(Mentor).where(called)
            if organisation:
                named = cls.id.in_(links.where(Mentor.organisation == organisation))
            else:
                named = fn.EXISTS(links.where(RecognitionMentor.recognition == cls.id))
            found = found.where(
                cls.number.contains(word)
                | Establishment.name.contains(word)
                | Establishment.municipality.contains(word)
                | Training.name.contains(word)
                | named
            )
        return found

    @classmethod
    def ending(cls, on, months):
        """A condition: not over on that day, and its last day within that many months."""
        limit, tomorrow = rules.add_months(on, months), on + timedelta(days=1)
        soon = (cls.valid_until <= limit) | cls.ended_on.between(tomorrow, limit + timedelta(days=1))
        return cls.running(on) & soon

    @classmethod
    def _not_ended(cls, on):
        return cls.ended_on.is_null() | (cls.ended_on > on)

    @classmethod
    def valid(cls, on):
        """A condition: valid on that day; the calendar is derived, never stored."""
        return cls.running(on) & (cls.valid_from <= on)

    @classmethod
    def running(cls, on):
        """A condition: approved and not over on that day, begun or not."""
        return (cls.state == "approved") & (cls.valid_until >= on) & cls._not_ended(on)

    @classmethod
    def _renewed(cls):
        """A condition: a renewal is under way or approved."""
        renewal = cls.alias()
        return fn.EXISTS(
            renewal.select(1).where(renewal.renews == cls.id, renewal.state.not_in(("refused", "withdrawn")))
        )

    @classmethod
    def renewable(cls, on):
        """A condition: the choice to renew stands open on that day, the months after the end included."""
        first = rules.first_renewable_end(on)
        last = on + timedelta(days=rules.RENEWAL_TASK_DAYS)
        return (
            (cls.state == "approved")
            & cls.valid_until.between(first, last)
            & cls.lapse_reason.is_null()
            & cls.end_kind.is_null()
            & ~cls._renewed()
        )

    @classmethod
    def counts(cls, organisation=None, partnership=None):
        """{state: how many, up to COUNTED and one} of an organisation, or of what was submitted to a partnership."""
        whose, field = (organisation, "organisation") if organisation else (partnership, "partnership")
        return dict(zip(STATES, _counts(whose, field=field)[0], strict=True))

    @classmethod
    def overdue(cls, on):
        """A condition: the decision is late on that day; while the employer is asked something, the clock stands."""
        late = cls.clock_from < on - timedelta(days=rules.DECISION_DAYS)
        return cls.state.in_(("submitted", "complete", "in_treatment")) & late

    @classmethod
    def due_within(cls, on, days):
        """A condition: not late on that day, and to be decided within that many days."""
        first = on - timedelta(days=rules.DECISION_DAYS)
        running = cls.state.in_(("submitted", "complete", "in_treatment"))
        return running & cls.clock_from.between(first, first + timedelta(days=days))

    @classmethod
    def unanswered(cls, on):
        """A condition: the day to answer has passed, so that a handler may go on without."""
        return (cls.state == "incomplete") & (cls.answer_by < on)

    @classmethod
    def rival(cls, establishment, training, on, besides):
        """A running or pending recognition for the same establishment and training, other than those ids; or None."""
        return (
            cls.select()
            .where(
                cls.establishment == establishment,
                cls.training == training,
                cls.state.in_(OPEN_STATES) | cls.running(on),
                cls.id.not_in([number for number in besides if number]),
            )
            .first()
        )

    @classmethod
    def decisions(cls, first, last):
        """(partnership, from when its clock ran, decided on) of every decision of those days.

        The days a file waited for the employer have moved the clock on, so they do not count.
        """
        taken = cls.state.in_(("approved", "refused")) & cls.decided_on.between(first, last)
        return cls.select(cls.partnership, cls.clock_from, cls.decided_on).where(taken)

    @classmethod
    def median_days(cls, partnership, on):
        """In how many days half of this partnership's decisions of late were taken; None when too few to say."""
        found = cls.decisions(on - timedelta(days=rules.MEDIAN_DAYS), on).where(cls.partnership == partnership)
        return rules.median_days([(decided_on - since).days for _, since, decided_on in found.tuples()])

    @classmethod
    def without_mentor(cls, on):
        """A condition: valid on that day, but nobody on it may guide a learner.

        Whoever was approved with it could: so it is among the few of which a mentor left, or guides nobody any more.
        """
        links = RecognitionMentor.select(RecognitionMentor.recognition)
        left = links.where(RecognitionMentor.ended_on.is_null(False))
        stopped = links.where(
            RecognitionMentor.mentor.in_(Mentor.select(Mentor.id).where(Mentor.inactive_from.is_null(False)))
        )
        guide = RecognitionMentor.select(1).join(Mentor)
        guide = guide.where(RecognitionMentor.recognition == cls.id, RecognitionMentor.is_valid_on(on))
        return cls.id.in_(left | stopped) & cls.valid(on) & ~fn.EXISTS(guide)

    # reading

    def __str__(self):
        return self.number or "Werkversie"

    @property
    def label(self):
        """The training, or what to call a draft that has none yet."""
        return self.training.name if self.training else "Nog geen opleiding gekozen"

    def status(self, on):
        """(key, Dutch label) of where it stands on that day; the calendar is derived, never stored."""
        if self.state != "approved":
            return self.state, STATES[self.state]
        if on > self.last_day:
            return ("lifted", ENDINGS[self.end_kind]) if self.last_day < self.valid_until else ("ended", "Verlopen")
        if on < self.valid_from:
            return "upcoming", "Goedgekeurd, nog niet gestart"
        return "approved", "Goedgekeurd"

    @property
    def last_day(self):
        """The last day it holds, as decided so far: its term, or an earlier end; None before the decision."""
        if self.ended_on is None or self.valid_until is None:
            return self.valid_until
        return min(self.valid_until, self.ended_on - timedelta(days=1))

    def is_valid(self, on):
        return self.state == "approved" and self.valid_from <= on <= self.last_day

    def is_ending(self, on):
        """True while an end before its date is decided or under appeal, and it still runs."""
        return self.end_kind is not None and self.state == "approved" and on <= self.last_day

    def accepts_learners(self, on):
        """True when new agreements may be built on it: valid, and no end decided or under appeal."""
        return self.is_valid(on) and self.end_kind is None

    def accepts_mentors(self, on):
        """True when a mentor may still come on it: approved and not over, begun or not, and no end decided."""
        return self.state == "approved" and self.end_kind is None and on <= self.valid_until

    def is_renewable(self, on):
        return Recognition.select().where(Recognition.id == self.id, Recognition.renewable(on)).exists()

    def may_be_renewed(self, on):
        """As is_renewable, from the row alone: true where only a renewal under way could still stand in the way."""
        first = rules.first_renewable_end(on)
        last = on + timedelta(days=rules.RENEWAL_TASK_DAYS)
        is_open = self.state == "approved" and self.lapse_reason is None and self.end_kind is None
        return is_open and first <= self.valid_until <= last

    def due_on(self, on):
        """The last day to decide, as it stands today; None when no decision is waited for."""
        if self.state not in OPEN_STATES:
            return None
        return rules.decision_due(self.clock_from, self.paused_on, on)

    @property
    def mentor_links(self):
        """Its mentors with their part in it; read once per request."""
        if not hasattr(self, "_mentor_links"):
            self._mentor_links = _links_of(self)
        return self._mentor_links

    @property
    def answers(self):
        """{criterion key: Answer}; read once per request."""
        if not hasattr(self, "_answers"):
            self._answers = {row.criterion: row for row in Answer.select().where(Answer.recognition == self)}
        return self._answers

    @property
    def documents(self):
        """Its documents, oldest first; read once per request."""
        if not hasattr(self, "_documents"):
            self._documents = _documents_of(self)
        return self._documents

    @property
    def questions(self):
        """What the case handler asked, oldest first; read once per request."""
        if not hasattr(self, "_questions"):
            self._questions = list(Question.select().where(Question.recognition == self).order_by(Question.id))
        return self._questions

    @property
    def open_questions(self):
        """{section: Question} the employer may answer now."""
        if self.state != "incomplete":
            return {}
        return {question.section: question for question in self.questions if not question.answered_at}

    @property
    def confirmed_sections(self):
        return json.loads(self.confirmed)

    def documents_of(self, kind, mentor=None):
        mentor_id = mentor.id if mentor else None
        return [document for document in self.documents if document.kind == kind and document.mentor_id == mentor_id]

    @property
    def joint_committee(self):
        """That of the establishment, or else of the organisation; None while unknown."""
        place = self.establishment
        return place and (place.joint_committee or place.organisation.joint_committee)

    def competent_partnership(self):
        """The partnership the joint committee leads to, fixed at submission; None while unknown."""
        if self.partnership_id:
            return self.partnership
        return self.joint_committee.competent() if self.joint_committee else None

    def content(self):
        """The whole application as people read it, {section: {label: text}}: what a submission freezes."""
        described = {section: {} for section in SECTIONS}
        described["establishment"] = {
            "Vestiging": f"{self.establishment.name}, {self.establishment.address}" if self.establishment else "",
            "Paritair comité": str(self.joint_committee or ""),
            "Contactpersoon": self.contact_name,
            "E-mail": self.contact_email,
            "Telefoon": self.contact_phone,
        }
        described["training"] = {"Opleiding": self.training.name if self.training else ""}
        for link in self.mentor_links:
            described["mentors"] |= link.content(described["mentors"])
        for criterion in rules.ENTERPRISE_CRITERIA:
            answer = self.answers.get(criterion.key)
            described["criteria"][criterion.label] = str(answer or "")
        names = {link.mentor_id: f" van {link.mentor}" for link in self.mentor_links}
        for document in self.documents:
            issued = f", afgeleverd op {document.issued_on:%d/%m/%Y}" if document.issued_on else ""
            label = document.kind_name + names.get(document.mentor_id, "")
            already = described["criteria"].get(label)
            described["criteria"][label] = "; ".join(filter(None, (already, document.filename + issued)))
        return described

    def submissions(self):
        """The frozen contents of every submission, oldest first."""
        return [event.facts["content"] for event in Event.of(self) if event.name in ("submitted", "completed")]

    def changed(self):
        """What differs from what was read before: since the last submission, or else from the recognition it renews."""
        versions = self.submissions()
        if len(versions) > 1:
            return rules.changes(versions[-2], versions[-1])
        if self.renews_id:
            before = self.renews.submissions()
            return rules.changes(
                before[-1] if before else self.renews.content(), versions[-1] if versions else self.content()
            )
        return []

    # may and must

    def may_edit(self, section, actor):
        """True while the employer can change that section: in a draft, or where completion was asked.

        What is asked about mentors opens their proofs too: those stand in the section of the criteria.
        """
        if not (actor.may_act and actor.organisation.id == self.organisation_id):
            return False
        asked = {*self.open_questions, *(["criteria"] if "mentors" in self.open_questions else [])}
        return self.state == "draft" or section in asked

    def can(self, step, actor):
        if not super().can(step, actor):
            return False
        if step == "let_lapse":
            return self.lapse_reason is None and self.end_kind is None and actor.on <= self.valid_until
        if step == "reconsider":
            return self.lapse_reason is not None and self.end_kind is None and actor.on <= self.valid_until
        if step == "read_decision":
            return self.decision_read_on is None
        if step == "stop":
            return self.end_kind is None and actor.on <= self.valid_until
        if step == "resume":
            return actor.on > self.answer_by
        return True

    def holds(self, step, on):
        """As `can`, in the register: two tabs may make the same choice."""
        running = Recognition.valid_until >= on
        return {
            "let_lapse": (
                running,
                Recognition.end_kind.is_null(),
                Recognition.lapse_reason.is_null(),
                ~Recognition._renewed(),
            ),
            "reconsider": (running, Recognition.end_kind.is_null(), Recognition.lapse_reason.is_null(False)),
            "read_decision": (Recognition.decision_read_on.is_null(),),
            "stop": (running, Recognition.end_kind.is_null(), ~fn.EXISTS(self.lasting_agreements(on))),
            "resume": (Recognition.answer_by < on,),
        }.get(step, ())

    def problems(self, on):
        """What still stands in the way of submitting, {section: [Dutch sentences]}; empty lists where all is well."""
        found = {
            "establishment": self._establishment_problems(on),
            "training": self._training_problems(on),
            "mentors": self._mentor_problems(on),
            "criteria": self._criteria_problems(on),
        }
        if self.renews_id and self.state == "draft":
            for section in SECTIONS:
                if section not in self.confirmed_sections and not found[section]:
                    found[section].append("Bevestig dat dit nog klopt.")
        return found

    def _establishment_problems(self, on):
        problems = []
        if not self.establishment:
            return ["Kies de vestiging waar de leerling opgeleid wordt."]
        if self.establishment.inactive_from and self.state == "draft":
            return ["Deze vestiging is gedeactiveerd. Kies een andere, of activeer ze opnieuw."]
        if self.organisation.is_excluded(on) or self.establishment.is_excluded(on):
            return ["Door een uitsluiting kunt u voor deze vestiging nu geen erkenning aanvragen."]
        if not self.competent_partnership():
            problems.append("Kies het paritair comité: dat bepaalt welk partnerschap uw aanvraag behandelt.")
        if not (self.contact_name and self.contact_email):
            problems.append("Vul de contactpersoon in: naam en e-mailadres.")
        return problems

    def _training_problems(self, on):
        if not self.training:
            return ["Kies de opleiding."]
        if self.state in ("draft", *OPEN_STATES) and self.renews_id and self.renews.end_kind:
            return [f"Voor {self.renews} is een einde bepaald: hernieuwen kan niet. Vraag een nieuwe erkenning aan."]
        if not self.establishment:
            return []
        rival = Recognition.rival(self.establishment, self.training, on, (self.id, self.renews_id))
        if rival:
            return [f"Voor deze opleiding in deze vestiging loopt al een erkenning of aanvraag: {rival.number}."]
        return []

    def mentor_checks(self, link, on, extract=None):
        """What each mentor criterion shows on that day, [(criterion, fulfilled, Dutch words)].

        `extract`: the one to go by where it is not (yet) among this file's own documents.
        """
        mentor, proof, years = link.mentor, link.has_prior_education, link.experience or 0
        extract = extract or next((one for one in self._valid_extracts(mentor, on)), None)
        words = {
            "conduct": f"Uittreksel van {extract.issued_on:%d/%m/%Y}." if extract else "Nog geen geldig uittreksel.",
            "age": rules.mentor_age_problem(mentor.born_on, on, proof) or f"{rules.age(mentor.born_on, on)} jaar.",
            "experience": rules.mentor_experience_problem(years, proof) or f"{years} jaar.",
            "training": f"Gevolgd op {mentor.trained_on:%d/%m/%Y}." if mentor.trained_on else self._training_term(),
        }
        fulfilled = {
            "conduct": bool(extract),
            "age": not rules.mentor_age_problem(mentor.born_on, on, proof),
            "experience": not rules.mentor_experience_problem(years, proof),
            "training": True,  # a term, not a condition beforehand
        }
        return [(one, fulfilled[one.key], words[one.key]) for one in rules.MENTOR_CRITERIA]

    def _training_term(self):
        partnership = self.competent_partnership()
        months = partnership.mentor_training_months if partnership else rules.MENTOR_TRAINING_MONTHS
        return f"Nog te volgen, binnen {months} maanden na de erkenning."

    def _valid_extracts(self, mentor, on):
        """What was recent enough when it was handed in stays so while the partnership looks into it."""
        days = {on, self.submitted_on or on}
        return [
            one
            for one in self.documents_of("extract", mentor)
            if any(rules.extract_valid(one.issued_on, day) for day in days)
        ]

    def _mentor_problems(self, on):
        if not self.mentor_links:
            return ["Duid minstens één mentor aan."]
        found = []
        barred = {link.mentor_id for link in RecognitionMentor.barred(self.training, on)}
        for link in self.mentor_links:
            if link.mentor.inactive_from:
                found.append(f"{link.mentor} is gedeactiveerd als mentor. Kies iemand anders.")
            elif link.mentor_id in barred:
                found.append(f"{link.mentor} mag voor deze opleiding niet langer als mentor optreden.")
            for problem in (
                rules.mentor_age_problem(link.mentor.born_on, on, link.has_prior_education),
                rules.mentor_experience_problem(link.experience, link.has_prior_education),
            ):
                if problem:
                    found.append(f"{link.mentor}: {problem}")
        return found

    def _criteria_problems(self, on):
        found = []
        for criterion in rules.ENTERPRISE_CRITERIA:
            answer = self.answers.get(criterion.key)
            if not answer:
                found.append(f"Beantwoord: {criterion.label}.")
            elif not answer.met and not answer.explanation:
                found.append(f"U antwoordde nee. Licht toe: {criterion.label}.")
        for link in self.mentor_links:
            extracts = self.documents_of("extract", link.mentor)
            if not extracts:
                found.append(f"Voeg het uittreksel 596.2 van {link.mentor} toe.")
            elif not self._valid_extracts(link.mentor, on):
                found.append(f"Het uittreksel 596.2 van {link.mentor} is ouder dan een jaar. Voeg een recent toe.")
            if link.has_prior_education and not self.documents_of("prior_education", link.mentor):
                found.append(f"Voeg het bewijs van vooropleiding van {link.mentor} toe.")
        partnership = self.competent_partnership()
        if partnership and partnership.extra_document and not self.documents_of("sector"):
            found.append(f"Voeg toe wat het partnerschap vraagt: {partnership.extra_document}.")
        return found

    # steps: one guarded UPDATE and its event, in one transaction

    @classmethod
    def draft(cls, actor, **facts):
        """Open a draft for the actor's organisation."""
        with db.atomic():
            draft = cls.create(organisation=actor.organisation, created_by=actor.user, touched_on=actor.on, **facts)
            Event.record(draft, "drafted", actor)
        return draft

    @classmethod
    def drafts_like(cls, organisation, establishment, training, besides=None):
        """Other drafts for the same establishment and training: offered before a second one is opened."""
        return cls.of(organisation).where(
            cls.state == "draft", cls.establishment == establishment, cls.training == training, cls.id != besides
        )

    def edit(self, section, actor, **changes):
        """Change a section. Raises RuleBroken when it cannot be changed (any more)."""
        if not self.may_edit(section, actor):
            raise RuleBroken(state="Dit onderdeel kan nu niet gewijzigd worden. Uw aanvraag is ongewijzigd gebleven.")
        confirmed = sorted({*self.confirmed_sections, section})
        try:
            with db.atomic():
                changed = (
                    Recognition.update(touched_on=actor.on, confirmed=json.dumps(confirmed), **changes)
                    .where(Recognition.id == self.id, Recognition.state == self.state)
                    .execute()
                )
                if changed and {"establishment", "training"} & {*changes}:
                    self.note_words()
        except peewee.IntegrityError:  # recognition_one_pending: a submitted file that is asked something moves here
            raise RuleBroken(**{key: self.TAKEN for key in ("establishment", "training") if key in changes}) from None
        if not changed:
            raise RuleBroken(state="Iemand anders was u net voor. Laad de pagina opnieuw.")

    def note_words(self):
        """Write down anew what its handlers find it by, once it was handed in; words.py stands on this module."""
        if self.submitted_on:
            type(self).words.rel_model.note([self.id])

    def confirm(self, section, actor):
        """Say of a renewal's section that it is right still."""
        self.edit(section, actor)

    def add_mentor(self, actor, mentor, **facts):
        """Put a mentor on the application, extract and all, or change that mentor's part in it."""
        with db.atomic():
            self.edit("mentors", actor)
            link, is_new = RecognitionMentor.get_or_create(recognition=self, mentor=mentor, defaults=facts)
            if is_new:
                self._bring_extract(mentor, actor.on)
                self.note_words()
            else:
                RecognitionMentor.update(**facts).where(RecognitionMentor.id == link.id).execute()

    def _bring_extract(self, mentor, on):
        """The newest extract that is still good comes out of the vault by itself."""
        if extract := Document.newest_usable(mentor, on).get("extract"):
            DocumentUse.get_or_create(recognition=self, document=extract)

    def remove_mentor(self, actor, mentor):
        """Take a mentor off the application, with that mentor's documents in it; the register keeps both."""
        with db.atomic():
            self.edit("mentors", actor)
            theirs = Document.select(Document.id).where(Document.mentor == mentor)
            DocumentUse.delete().where(DocumentUse.recognition == self, DocumentUse.document.in_(theirs)).execute()
            RecognitionMentor.delete().where(
                RecognitionMentor.recognition == self, RecognitionMentor.mentor == mentor
            ).execute()
            self.note_words()

    def answer_criteria(self, actor, answers):
        """Keep the answers, {criterion key: (met, explanation)}; a draft may leave some out."""
        with db.atomic():
            self.edit("criteria", actor)
            Answer.delete().where(Answer.recognition == self).execute()
            for key, (met, explanation) in answers.items():
                Answer.create(recognition=self, criterion=key, met=met, explanation=explanation)

    def attach(self, actor, document):
        """Use a document of the vault in the application; nothing happens when it is used there already."""
        with db.atomic():
            self.edit("criteria", actor)
            DocumentUse.get_or_create(recognition=self, document=document)

    def detach(self, actor, document):
        """Take a document off the application; the vault keeps it."""
        with db.atomic():
            self.edit("criteria", actor)
            DocumentUse.delete().where(DocumentUse.recognition == self, DocumentUse.document == document).execute()

    def _hold(self):
        """Hold the file until it is handed in: what somebody changes in another tab is waited for, and then seen.

        Raises RuleBroken where it says something else than when it was looked at.
        """
        lock(self)
        now = Recognition.get_by_id(self.id)
        own = ("establishment_id", "training_id", "contact_name", "contact_email", "contact_phone")
        if any(getattr(now, name) != getattr(self, name) for name in own):
            raise RuleBroken(state=CHANGED_MEANWHILE)
        for name in ("_mentor_links", "_answers", "_documents", "_questions"):
            self.__dict__.pop(name, None)  # read before, perhaps

    def _check_submittable(self, step, actor):
        if not self.can(step, actor):
            return  # taking the step says why
        if broken := {section: " ".join(found) for section, found in self.problems(actor.on).items() if found}:
            raise RuleBroken(**broken)

    def submit(self, actor):
        """Hand in: number, route to the competent partnership, start the clock. Raises RuleBroken by section."""
        with db.atomic():
            self._hold()
            self._check_submittable("submit", actor)
            number = self.number or Counter.next("E", actor.on)
            self.take(
                "submit",
                actor,
                {"content": self.content()},
                number=number,
                partnership=self.competent_partnership(),
                submitted_on=actor.on,
                clock_from=actor.on,
                is_late=bool(self.renews_id) and actor.on > self.renews.valid_until,
            )
            self.note_words()

    def resume(self, actor):
        """Go on without the employer's answer, once the day asked for has passed: the clock goes on."""
        self.take("resume", actor, paused_on=None, answer_by=None, clock_from=self._clock_after_pause(actor.on))

    def _clock_after_pause(self, on):
        return (
            self.clock_from + timedelta(days=max((on - self.paused_on).days, 0)) if self.paused_on else self.clock_from
        )

    def complete_file(self, actor, replies):
        """Answer the questions, {section: reply}, and hand in again: the clock goes on. May raise RuleBroken."""
        with db.atomic():
            self._hold()
            self._check_submittable("complete_file", actor)
            asked = self.open_questions
            self.take(
                "complete_file",
                actor,
                {"content": self.content()},
                paused_on=None,
                clock_from=self._clock_after_pause(actor.on),
                answer_by=None,
            )
            for section, question in asked.items():
                Question.update(reply=replies.get(section, ""), answered_at=actor.at).where(
                    Question.id == question.id
                ).execute()

    def ask(self, actor, questions, answer_by=None):
        """Ask for completion, {section: text}: those sections reopen and the clock stands still."""
        questions = {section: text.strip() for section, text in questions.items() if text.strip()}
        if not questions:
            raise RuleBroken(questions="Schrijf bij minstens één onderdeel wat de werkgever moet aanvullen.")
        answer_by = answer_by or actor.on + timedelta(days=rules.ANSWER_DAYS)
        if answer_by < actor.on:
            raise RuleBroken(answer_by="Kies een datum die nog moet komen.")
        with db.atomic():
            self.take(
                "ask",
                actor,
                {"sections": list(questions)},
                paused_on=actor.on,
                answer_by=answer_by,
                handler=actor.user,
            )
            for section, text in questions.items():
                Question.create(recognition=self, section=section, text=text, asked_by=actor.user, asked_at=actor.at)

    def assign(self, actor):
        """Take the file: from now on it is this handler's."""
        self.take("assign", actor, handler=actor.user)

    def hand_over(self, actor, colleague):
        """Give the file to a colleague of the same partnership. Raises RuleBroken for anybody else."""
        self.check_duty(actor)
        if not Membership.colleagues(actor.organisation).where(Membership.user == colleague).exists():
            raise RuleBroken(colleague="Kies een collega van uw partnerschap.")
        self.take("hand_over", actor, {"colleague": colleague.name}, handler=colleague)

    def declare_complete(self, actor):
        self.take("declare_complete", actor, handler=actor.user)

    def start(self, actor):
        self.take("start", actor, handler=actor.user)

    def decide(self, actor, approved, reason="", mentors=None):
        """Approve or refuse. `mentors`: {link id: (approved, reason)}; who is not named follows the decision.

        Raises RuleBroken when a refusal has no reason, or an approval leaves no mentor.
        """
        self.check_duty(actor)
        if self.state != "in_treatment":
            raise RuleBroken(state=self.STEPS["approve"].refusal)
        verdicts = {
            link: (mentors or {}).get(link.id, (approved, "")) if approved else (False, reason)
            for link in self.mentor_links
        }
        if not approved and not reason.strip():
            raise RuleBroken(reason="Motiveer de afkeuring: de werkgever moet weten waarom, en kan in beroep gaan.")
        accepted = [link.mentor for link, (good, _) in verdicts.items() if good]
        if obstacle := Vote.obstacle(self, actor, approved) or self._sanction_obstacle(accepted, actor.on):
            raise RuleBroken(decision=obstacle)
        if approved and not accepted:
            raise RuleBroken(
                mentors="Een erkenning heeft minstens één goedgekeurde mentor nodig. Keur er een goed, of keur de "
                "aanvraag af."
            )
        for link, (good, why) in verdicts.items():
            if not good and not why.strip():
                raise RuleBroken(mentors=f"Motiveer waarom {link.mentor} niet als mentor aanvaard wordt.")
        changes = {"decided_on": actor.on, "decision_reason": reason.strip(), "handler": actor.user}
        if approved:
            changes["code"] = rules.new_code()
            changes["valid_from"], changes["valid_until"] = rules.term(
                actor.on, self.renews.valid_until if self.renews_id else None
            )
        with db.atomic():
            if approved:
                self._check_renews()
            self.take("approve" if approved else "refuse", actor, {"reason": reason.strip()}, **changes)
            self._settle(actor, approved, verdicts)

    def _check_renews(self):
        """Raises RuleBroken where what it renews was given an end since it was handed in: that is not renewed."""
        if self.renews_id:
            lock(self.renews)  # who stops or revokes it at this moment is waited for, and then seen
            if Recognition.get_by_id(self.renews_id).end_kind:
                raise RuleBroken(
                    decision=f"Voor {self.renews} is een einde bepaald: deze hernieuwing goedkeuren kan niet."
                )

    def _settle(self, actor, approved, verdicts):
        """What a decision brings along: a verdict on each mentor, and a workplace on what was approved."""
        for link, (good, why) in verdicts.items():
            RecognitionMentor.update(decision="approved" if good else "refused", decision_reason=why.strip()).where(
                RecognitionMentor.id == link.id
            ).execute()
        if approved:
            type(self).workplaces.rel_model.open(self, actor)  # workplaces.py stands on this module

    def _sanction_obstacle(self, mentors, on):
        """Why a sanction stands in the way of approving with these mentors; None when none does, or without any."""
        if not mentors:
            return None
        for excluded in (self.establishment, self.organisation):
            # An exclusion that is imposed but does not work yet counts: it would end this recognition again.
            if excluded.excluded_from and excluded.is_excluded(max(on, excluded.excluded_from)):
                return f"{excluded} is uitgesloten, of wordt dat: goedkeuren kan nu niet."
        barred = {link.mentor_id for link in RecognitionMentor.barred(self.training, on)}
        names = [str(mentor) for mentor in mentors if mentor.id in barred]
        return f"Voor deze opleiding niet langer als mentor te aanvaarden: {', '.join(names)}." if names else None

    def withdraw(self, actor):
        self.take("withdraw", actor, paused_on=None)

    def read_decision(self, actor):
        self.take("read_decision", actor, decision_read_on=actor.on)

    def let_lapse(self, actor, reason):
        """Decide not to renew; can be reconsidered until the end."""
        if not reason.strip():
            raise RuleBroken(reason="Zeg kort waarom u niet hernieuwt.")
        self.take("let_lapse", actor, {"reason": reason.strip()}, lapse_reason=reason.strip())

    def lasting_agreements(self, on):
        """The registered agreements on it that last longer than that day; agreements.py stands on this module."""
        model = type(self).agreements.rel_model
        return model.select().where(model.recognition == self.id, model.lasting(on)).order_by(model.number)

    def stop_obstacle(self, actor):
        """Why it cannot be stopped yet: the agreements that still run, by name for who may see them; None: it can."""
        names = [f"{one.number} ({one.learner})" for one in self.lasting_agreements(actor.on)]
        if not names:
            return None
        if not actor.covers("agreements"):
            return f"Er lopen nog overeenkomsten: {len(names)}. Vraag de onderneming om die eerst te beëindigen."
        more = f" en {len(names) - 10} meer" if len(names) > 10 else ""
        return f"Er lopen nog overeenkomsten: {', '.join(names[:10])}{more}. Beëindig of annuleer die eerst."

    def stop(self, actor, reason):
        """End it at the employer's own wish, from tomorrow on. Raises RuleBroken, naming the agreements that run."""
        if not reason.strip():
            raise RuleBroken(reason="Zeg kort waarom u de erkenning stopzet.")
        tomorrow = actor.on + timedelta(days=1)
        changes = {"end_kind": "stopped", "ended_on": tomorrow, "end_reason": reason.strip()}
        with db.atomic():
            lock(self)  # an agreement that is being registered on it is waited for, and then seen
            if self.can("stop", actor) and (obstacle := self.stop_obstacle(actor)):
                raise RuleBroken(state=obstacle)
            self.take("stop", actor, {"reason": reason.strip()}, **changes)

    def reopen(self, actor):
        """Take up a refused application again after an appeal: new decisions, with a clock from today."""
        with db.atomic():
            self.take("reopen", actor, clock_from=actor.on, decided_on=None, decision_reason="", decision_read_on=None)
            RecognitionMentor.update(decision=None, decision_reason="").where(
                RecognitionMentor.recognition == self
            ).execute()

    def reconsider(self, actor):
        self.take("reconsider", actor, lapse_reason=None)

    def renew(self, actor):
        """Open a draft filled with the last answers. Raises RuleBroken when it is not (or no longer) to be renewed."""
        if not self._is_for(self.STEPS["let_lapse"], actor):
            raise RuleBroken(state="Dit kunt u niet doen met de rechten die u nu hebt.")
        if not self.is_renewable(actor.on):
            raise RuleBroken(
                state="Deze erkenning kan nu niet hernieuwd worden: te vroeg, te laat, of er loopt al een hernieuwing."
            )
        with db.atomic():
            draft, kept, passed = self._renewal_draft(actor), {None}, rules.age(self.decided_on, actor.on)
            for link in self.mentor_links:
                if link.may_go_on(actor.on):
                    kept.add(link.mentor_id)
                    RecognitionMentor.create(
                        recognition=draft,
                        mentor=link.mentor,
                        profession=link.profession,
                        experience=min(link.experience + passed, rules.MAX_EXPERIENCE),
                        has_prior_education=link.has_prior_education,
                    )
                    draft._bring_extract(link.mentor, actor.on)
            for answer in self.answers.values():
                Answer.create(
                    recognition=draft, criterion=answer.criterion, met=answer.met, explanation=answer.explanation
                )
            for document in self.documents:
                if document.kind != "extract" and document.mentor_id in kept:
                    DocumentUse.create(recognition=draft, document=document)
            Event.record(self, "renewing", actor, draft=draft.id)
        return draft

    def _renewal_draft(self, actor):
        try:
            with db.atomic():
                return Recognition.draft(
                    actor,
                    renews=self,
                    establishment=self.establishment,
                    training=self.training,
                    contact_name=self.contact_name,
                    contact_email=self.contact_email,
                    contact_phone=self.contact_phone,
                )
        except peewee.IntegrityError:  # recognition_one_renewal
            raise RuleBroken(state="Een collega begon net aan deze hernieuwing.") from None


Recognition.add_index(Recognition.organisation, Recognition.state, Recognition.id)
Recognition.add_index(Recognition.organisation, Recognition.valid_until)
Recognition.add_index(Recognition.partnership, Recognition.state, Recognition.clock_from, Recognition.id)
Recognition.add_index(Recognition.decided_on, Recognition.partnership, Recognition.clock_from, Recognition.state)
Recognition.add_index(  # of those that renew another alone: where hardly any does, SQLite else takes it for useless
    Recognition.index(Recognition.renews, where=Recognition.renews.is_null(False), name="recognition_renews")
)
Recognition.add_index(  # of a partnership with many files SQLite would else read the whole table
    Recognition.index(
        Recognition.partnership,
        Recognition.answer_by,
        where=Recognition.answer_by.is_null(False),
        name="recognition_answer_by",
    )
)
Recognition.add_index(  # one application at a time for a training in an establishment, whoever submits first
    Recognition.index(
        Recognition.establishment,
        Recognition.training,
        unique=True,
        where=Recognition.state.in_(OPEN_STATES),
        name="recognition_one_pending",
    )
)
Recognition.add_index(  # one renewal under way or approved per recognition
    Recognition.index(
        Recognition.renews,
        unique=True,
        where=Recognition.state.in_(("draft", *OPEN_STATES, "approved")),
        name="recognition_one_renewal",
    )
)


@kept
def _counts(whose, *, field):
    """One row: of each state how many, up to COUNTED and one."""
    mine = [(getattr(Recognition, field) == whose) & (Recognition.state == state) for state in STATES]
    return how_many(*(Recognition.select(peewee.SQL("1")).where(one).limit(COUNTED + 1) for one in mine))


class RecognitionMentor(Record):
    """A mentor's part in one recognition, with its own decision."""

    recognition = ForeignKeyField(Recognition, on_delete="CASCADE")
    mentor = ForeignKeyField(Mentor, backref="links")
    profession = CharField()
    experience = IntegerField(constraints=[Check("experience >= 0")])  # years of practice
    has_prior_education = BooleanField(default=False)  # derogation invoked
    decision = CharField(null=True, max_length=8, constraints=[Check("decision IN ('approved', 'refused')")])
    decision_reason = TextField(default="")
    end_kind = CharField(null=True, max_length=6, constraints=[Check("end_kind IN ('left', 'barred')")])
    ended_on = DateField(null=True)  # the first day this mentor no longer stands on it; may lie ahead

    class Meta:
        indexes = ((("recognition", "mentor"), True),)

    DECISIONS = {None: "Aangevraagd", "approved": "Goedgekeurd", "refused": "Afgekeurd"}

    @property
    def decision_label(self):
        return self.DECISIONS[self.decision]

    def label_on(self, on):
        """How this mentor stands on the recognition on that day, in Dutch."""
        if self.ended_on and self.ended_on <= on:
            return "Mag niet meer optreden" if self.end_kind == "barred" else "Vertrokken"
        if self.end_kind == "barred":
            return f"Mag niet meer optreden vanaf {self.ended_on:%d/%m/%Y}" if self.ended_on else "Sanctie in beroep"
        if self.decision == "approved" and self.mentor.inactive_from and self.mentor.inactive_from <= on:
            return "Gedeactiveerd"
        return self.decision_label

    def may_go_on(self, on):
        """True for who comes along when the recognition is renewed: not refused, still on it and still a mentor."""
        ended = self.ended_on is not None and self.ended_on <= on
        return self.decision != "refused" and not ended and self.mentor.inactive_from is None

    @classmethod
    def is_valid_on(cls, on):
        """A condition on links joined with Mentor: approved, still on it, and still a mentor on that day."""
        still = cls.ended_on.is_null() | (cls.ended_on > on)
        active = Mentor.inactive_from.is_null() | (Mentor.inactive_from > on)
        return (cls.decision == "approved") & still & active

    @classmethod
    def valid_on(cls, recognition, on):
        """The mentors who may guide learners under this recognition on that day."""
        return cls.select(cls, Mentor).join(Mentor).where(cls.recognition == recognition, cls.is_valid_on(on))

    @classmethod
    def barred(cls, training, on):
        """A select of the mentors whom a sanction keeps from this training on that day."""
        found = cls.select(cls.mentor).join(Recognition).where(Recognition.training == training)
        return found.where(cls.end_kind == "barred", cls.ended_on <= on)

    @classmethod
    def mentors_of(cls, organisation):
        """The mentors on any of the organisation's recognitions, in order of name."""
        used = cls.select(cls.mentor).join(Recognition).where(Recognition.organisation == organisation)
        return Mentor.of(organisation).where(Mentor.id.in_(used))

    @classmethod
    def of_mentor(cls, mentor):
        """Every recognition this mentor stands on, drafts included, the newest first."""
        return (
            cls.select(cls, Recognition, Establishment, Training, Partnership)
            .join(Recognition)
            .join(Establishment, JOIN.LEFT_OUTER)
            .switch(Recognition)
            .join(Training, JOIN.LEFT_OUTER)
            .switch(Recognition)
            .join(Partnership, JOIN.LEFT_OUTER)
            .where(cls.mentor == mentor, Recognition.state != "withdrawn")
            .order_by(Recognition.id.desc())
        )

    @classmethod
    def training_due(cls, mentor, links, approvals=None):
        """(last day to follow the mentor training, the recognition that sets it), or None: followed or not needed.

        `links`: the mentor's own, as of_mentor gives them. The term runs from each approval; the first one counts.
        `approvals`: {(recognition id, mentor id): day} of who came on it later than the recognition itself.
        """
        if mentor.trained_on:
            return None
        terms, later = [], approvals or {}
        for link in links:
            if link.decision == "approved" and link.recognition.state == "approved":
                since = later.get((link.recognition_id, mentor.id), link.recognition.decided_on)
                last = rules.add_months(since, link.recognition.partnership.mentor_training_months)
                terms.append((last, link.recognition))
        return min(terms, key=lambda pair: pair[0], default=None)

    @classmethod
    def valid_counts(cls, organisation, on):
        """{mentor id: on how many recognitions valid that day this mentor stands as approved}, one query."""
        found = (
            cls.select(cls.mentor, fn.COUNT(cls.id))
            .join(Recognition)
            .switch(cls)
            .join(Mentor)
            .where(Recognition.organisation == organisation, Recognition.valid(on), cls.is_valid_on(on))
            .group_by(cls.mentor)
        )
        return dict(found.tuples())

    @classmethod
    def names(cls, recognitions):
        """{recognition id: [mentor names]} for a page of rows, in one query."""
        found = {}
        ids = [recognition.id for recognition in recognitions]
        still = cls.end_kind.is_null() | (cls.end_kind != "left")
        for link in cls.select(cls, Mentor).join(Mentor).where(cls.recognition.in_(ids), still).order_by(cls.id):
            found.setdefault(link.recognition_id, []).append(str(link.mentor))
        return found

    def content(self, others):
        """{label: text}; a namesake among the `others` described before is told apart by the end of the number."""
        who = str(self.mentor)
        if f"{who}: beroep" in others:
            who = f"{who} ({self.mentor.masked_insz})"
        return {
            f"{who}: rijksregisternummer": self.mentor.masked_insz,
            f"{who}: beroep": self.profession,
            f"{who}: praktijkervaring": f"{self.experience} jaar",
            f"{who}: bewijs van vooropleiding": "ja" if self.has_prior_education else "nee",
            f"{who}: mentoropleiding": f"{self.mentor.trained_on:%d/%m/%Y}"
            if self.mentor.trained_on
            else "nog niet gevolgd",
            f"{who}: contact": " ".join(part for part in (self.mentor.email, self.mentor.phone) if part),
        }


RecognitionMentor.add_index(  # of the few that somebody left
    RecognitionMentor.index(
        RecognitionMentor.recognition,
        RecognitionMentor.ended_on,
        where=RecognitionMentor.ended_on.is_null(False),
        name="recognition_mentor_left",
    )
)


class Answer(Record):
    """Whether a criterion is met, in the employer's own words where it is not."""

    recognition = ForeignKeyField(Recognition, on_delete="CASCADE")
    criterion = CharField(max_length=20)
    met = BooleanField()
    explanation = TextField(default="")

    class Meta:
        indexes = ((("recognition", "criterion"), True),)

    def __str__(self):
        return " – ".join(part for part in ("ja" if self.met else "nee", self.explanation) if part)


class DocumentUse(Record):
    recognition = ForeignKeyField(Recognition, on_delete="CASCADE")
    document = ForeignKeyField(Document, on_delete="CASCADE")

    class Meta:
        indexes = ((("recognition", "document"), True),)


@kept
def _links_of(recognition):
    found = RecognitionMentor.select(RecognitionMentor, Mentor).join(Mentor)
    return found.where(RecognitionMentor.recognition == recognition).order_by(RecognitionMentor.id)


@kept
def _documents_of(recognition):
    found = Document.select(Document, Mentor).join(Mentor, JOIN.LEFT_OUTER).switch(Document).join(DocumentUse)
    return found.where(DocumentUse.recognition == recognition).order_by(Document.id)


class Question(Record):
    """What a case handler asks about one section, and the employer's reply."""

    recognition = ForeignKeyField(Recognition, on_delete="CASCADE")
    section = CharField(max_length=20, constraints=[Check(f"section IN {tuple(SECTIONS)!r}")])
    text = TextField()
    asked_by = ForeignKeyField(User)
    asked_at = DateTimeField()  # UTC
    reply = TextField(default="")
    answered_at = DateTimeField(null=True)  # UTC


class Vote(Record):
    """What a second reader or a voter thinks of a file in treatment; one each, until the file changes."""

    recognition = ForeignKeyField(Recognition, backref="votes", on_delete="CASCADE")
    user = ForeignKeyField(User)
    approves = BooleanField()
    reason = TextField(default="")
    at = DateTimeField()  # UTC

    class Meta:
        indexes = ((("recognition", "user"), True),)

    @classmethod
    def cast(cls, recognition, actor, approves, reason=""):
        """Vote, or change one's vote. Raises RuleBroken when there is nothing to vote on, or a no has no reason."""
        recognition.check_duty(actor, "voter")
        if recognition.state != "in_treatment":
            raise RuleBroken(state="Stemmen kan alleen terwijl het dossier in behandeling is.")
        if not approves and not reason.strip():
            raise RuleBroken(vote_reason="Zeg waarom u tegen bent.")
        if len(reason) > 2000:
            raise RuleBroken(vote_reason="Gebruik hoogstens 2000 tekens.")
        said = {cls.approves: approves, cls.reason: reason.strip(), cls.at: actor.at}
        voted = cls.insert({cls.recognition: recognition, cls.user: actor.user} | said)
        voted.on_conflict(conflict_target=[cls.recognition, cls.user], update=said).execute()

    @classmethod
    def awaited(cls, user):
        """A condition on recognitions: in treatment, and this person said nothing about it since that (re)started."""
        started = Event.select(fn.MAX(Event.at)).where(
            Event.subject == "recognition",
            Event.subject_id == Recognition.id,
            Event.name.in_(("started", "reopened")),
        )
        said = cls.select(1).where(cls.recognition == Recognition.id, cls.user == user, cls.at >= started)
        return (Recognition.state == "in_treatment") & ~fn.EXISTS(said)

    @classmethod
    def of(cls, recognition):
        """The votes since the treatment (re)started: what was changed in between makes older ones stale."""
        started = Event.select(fn.MAX(Event.at)).where(
            Event.subject == "recognition", Event.subject_id == recognition.id, Event.name.in_(("started", "reopened"))
        )
        found = cls.select(cls, User).join(User).where(cls.recognition == recognition, cls.at >= started)
        return found.order_by(cls.id)

    @classmethod
    def obstacle(cls, recognition, actor, approved):
        """Why this decision cannot be taken yet under the partnership's way of deciding; None when it can."""
        mode, votes = recognition.partnership.decision_mode, list(cls.of(recognition))
        if mode == "second_reader":
            if any(vote.user_id != actor.user.id and vote.approves == approved for vote in votes):
                return None
            return "Uw partnerschap werkt met een tweede lezer. Een collega moet dit dossier lezen en hetzelfde vinden."
        if mode == "vote":
            needed, agree = recognition.partnership.votes_needed, sum(vote.approves == approved for vote in votes)
            if len(votes) < needed:
                return f"Uw partnerschap stemt: er zijn {len(votes)} van de {needed} nodige stemmen."
            if agree * 2 <= len(votes):
                return f"De stemmen liggen anders: {agree} van de {len(votes)} zijn het met deze beslissing eens."
        return None
