"""Mentors after the first application: added to a running recognition, replaced, and leaving.

It must not know how somebody becomes a mentor in the register; profile.py does.
"""

from datetime import timedelta

import peewee
from peewee import (
    JOIN,
    BooleanField,
    CharField,
    Check,
    DateField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

import rules
from models.base import Record, db
from models.people import Counter, Event, Organisation, User
from models.profile import Document, Establishment, Mentor
from models.recognitions import COUNTED, DocumentUse, Recognition, RecognitionMentor
from models.reference import Partnership, Training
from models.steps import NOT_YOURS, Step, Stepping
from rules import RuleBroken

MENTOR_STATES = {
    "draft": "Werkversie",
    "submitted": "Ingediend",
    "incomplete": "Aanvulling gevraagd",
    "approved": "Goedgekeurd",
    "refused": "Afgekeurd",
    "withdrawn": "Ingetrokken",
}


class MentorApplication(Stepping, Record):
    """An application to add a mentor to a running recognition: M/…, with a decision and a clock of its own."""

    PURPOSE = "mentors"
    STEPS = {
        "submit": Step(("draft",), "submitted", "employer", "submitted", "Deze mentoraanvraag is al ingediend."),
        "complete_file": Step(
            ("incomplete",), "submitted", "employer", "completed", "Er is geen aanvulling meer gevraagd."
        ),
        "withdraw": Step(
            ("draft", "submitted", "incomplete"), "withdrawn", "employer", "withdrawn", "Hierover is al beslist."
        ),
        "read_decision": Step(
            ("approved", "refused"), None, "employer", "decision_read", "Er is geen ongelezen beslissing."
        ),
        "assign": Step(("submitted", "incomplete"), None, "handler", "assigned", "Hierover is al beslist."),
        "ask": Step(
            ("submitted",), "incomplete", "handler", "questioned", "De werkgever is al aan zet, of er is al beslist."
        ),
        "resume": Step(
            ("incomplete",), "submitted", "handler", "resumed", "De werkgever heeft nog tijd om te antwoorden."
        ),
        "approve": Step(("submitted",), "approved", "handler", "approved", "Hierover kan nu niet beslist worden."),
        "refuse": Step(("submitted",), "refused", "handler", "refused", "Hierover kan nu niet beslist worden."),
    }
    TAKEN = "Voor deze mentor loopt op deze erkenning al een aanvraag."

    number = CharField(unique=True, null=True, max_length=20)  # given at submission
    recognition = ForeignKeyField(Recognition, backref="mentor_applications")
    mentor = ForeignKeyField(Mentor, backref="applications")
    replaces = ForeignKeyField(Mentor, null=True, backref="successors")  # who leaves the recognition
    profession = CharField(default="")
    experience = IntegerField(null=True, constraints=[Check("experience >= 0")])  # years of practice
    has_prior_education = BooleanField(default=False)
    state = CharField(default="draft", max_length=10, constraints=[Check(f"state IN {tuple(MENTOR_STATES)!r}")])
    created_by = ForeignKeyField(User)
    touched_on = DateField()
    submitted_on = DateField(null=True)
    clock_from = DateField(null=True)  # the submission, moved on by the days the clock stood still before
    paused_on = DateField(null=True)
    answer_by = DateField(null=True)
    question = TextField(default="")
    reply = TextField(default="")
    handler = ForeignKeyField(User, null=True)
    decided_on = DateField(null=True)
    decision_reason = TextField(default="")
    decision_read_on = DateField(null=True)

    class Meta:
        constraints = [
            Check("state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND submitted_on IS NOT NULL)"),
            Check("(state = 'incomplete') = (paused_on IS NOT NULL)"),
        ]

    # finders

    @classmethod
    def joined(cls):
        """With what every page shows of them; all is there, but joined so that no engine begins a search elsewhere."""
        return (
            cls.select(cls, Recognition, Establishment, Training, Partnership, Organisation, Mentor)
            .join(Recognition, JOIN.LEFT_OUTER)
            .join(Establishment, JOIN.LEFT_OUTER)
            .switch(Recognition)
            .join(Training, JOIN.LEFT_OUTER)
            .switch(Recognition)
            .join(Partnership, JOIN.LEFT_OUTER)
            .switch(Recognition)
            .join(Organisation, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Mentor, JOIN.LEFT_OUTER, on=(cls.mentor == Mentor.id))
        )

    @classmethod
    def of(cls, organisation):
        """Everything this employer's organisation has, drafts included."""
        return cls.joined().where(Recognition.organisation == organisation)

    @classmethod
    def handled_by(cls, partnership):
        """What was submitted to this partnership."""
        found = cls.joined().select_extend(User).switch(cls)
        found = found.join(User, JOIN.LEFT_OUTER, on=(cls.handler == User.id), attr="handler").switch(cls)
        return found.where(cls.is_for(partnership))

    @classmethod
    def is_for(cls, partnership):
        """A condition: submitted to this partnership. Said so that no engine begins with all its recognitions."""
        file = Recognition.alias()
        theirs = file.select(1).where(file.id == cls.recognition, file.partnership == partnership)
        return cls.submitted_on.is_null(False) & fn.EXISTS(theirs)

    @classmethod
    def search(cls, found, text):
        """Narrow a finder to rows in which number, mentor, training or enterprise holds every typed word."""
        for word in rules.sought(text):
            found = found.where(
                cls.number.contains(word)
                | Mentor.first_name.contains(word)
                | Mentor.last_name.contains(word)
                | Training.name.contains(word)
                | Organisation.name.contains(word)
            )
        return found

    @classmethod
    def counts(cls, found):
        """{state: how many, up to COUNTED and one} of a finder; one query."""
        rows = [found.select(peewee.SQL("1")).where(cls.state == state).limit(COUNTED + 1) for state in MENTOR_STATES]
        one = [peewee.Select([row], [fn.COUNT(peewee.SQL("*"))]).alias(f"n{place}") for place, row in enumerate(rows)]
        [numbers] = cls.select(*one).from_(peewee.Select(columns=[peewee.SQL("1")])).tuples()
        return dict(zip(MENTOR_STATES, numbers, strict=True))

    @classmethod
    def candidates(cls, recognition, on):
        """The mentors for whom an application can be opened on this recognition, in order of name."""
        links, running = RecognitionMentor.valid_on(recognition, on), cls.pending_on(recognition)
        return Mentor.choosable(recognition.organisation_id).where(
            Mentor.id.not_in(links.select(RecognitionMentor.mentor)), Mentor.id.not_in(running.select(cls.mentor))
        )

    @classmethod
    def decisions(cls, first, last):
        """As Recognition.decisions, of the decisions on mentor applications."""
        taken = cls.state.in_(("approved", "refused")) & cls.decided_on.between(first, last)
        return cls.select(Recognition.partnership, cls.clock_from, cls.decided_on).join(Recognition).where(taken)

    @classmethod
    def median_days(cls, partnership, on):
        """As Recognition.median_days, of the decisions on mentor applications."""
        found = cls.decisions(on - timedelta(days=rules.MEDIAN_DAYS), on).where(Recognition.partnership == partnership)
        return rules.median_days([(decided_on - since).days for _, since, decided_on in found.tuples()])

    @classmethod
    def overdue(cls, on):
        """A condition: the decision is late on that day."""
        return (cls.state == "submitted") & (cls.clock_from < on - timedelta(days=rules.DECISION_DAYS))

    @classmethod
    def unanswered(cls, on):
        """A condition: the day to answer has passed, so that a handler may go on without."""
        return (cls.state == "incomplete") & (cls.answer_by < on)

    @classmethod
    def pending_on(cls, recognition):
        """What is not decided yet on this recognition, with the mentors."""
        return (
            cls.select(cls, Mentor)
            .join(Mentor, on=(cls.mentor == Mentor.id))
            .where(cls.recognition == recognition, cls.is_pending())
        )

    # reading

    def __str__(self):
        return self.number or "Werkversie mentoraanvraag"

    @property
    def employer_id(self):
        return self.recognition.organisation_id

    @property
    def partnership_id(self):
        return self.recognition.partnership_id

    @property
    def label(self):
        return MENTOR_STATES[self.state]

    def due_on(self, on):
        """The last day to decide; None when no decision is waited for."""
        if self.state not in ("submitted", "incomplete"):
            return None
        return rules.decision_due(self.clock_from, self.paused_on, on)

    @property
    def is_open(self):
        """True while the employer is at it: a draft, or while something is asked."""
        return self.state in ("draft", "incomplete")

    def may_edit(self, actor):
        """True while the employer can change it."""
        return self.is_open and actor.may_act and actor.organisation.id == self.employer_id

    def documents(self, on):
        """{kind: the newest document of that kind about this mentor that may be used on that day}.

        What was recent enough when it was handed in stays so while the partnership looks into it.
        """
        handed_in = Document.newest_usable(self.mentor, self.submitted_on) if self.submitted_on else {}
        return handed_in | Document.newest_usable(self.mentor, on)

    @property
    def proofs(self):
        """What was handed in about this mentor, oldest first."""
        return [document for document in self.recognition.documents if document.mentor_id == self.mentor_id]

    def checks(self, on, documents):
        """What each mentor criterion shows on that day by these documents, [(criterion, fulfilled, Dutch words)]."""
        extracts = [one for one in documents if one.kind == "extract"]
        usable = [one for one in extracts if one.is_usable(on) or one.is_usable(self.submitted_on or on)]
        return self.recognition.mentor_checks(self, on, usable[-1] if usable else None)

    def submissions(self):
        """The frozen contents of every submission, oldest first."""
        return [event.facts["content"] for event in Event.of(self) if event.name in ("submitted", "completed")]

    def changed(self):
        """What differs between the last two submissions."""
        versions = self.submissions()
        return rules.changes({"": versions[-2]}, {"": versions[-1]}) if len(versions) > 1 else []

    def obstacles(self, on):
        """Why this mentor cannot come on this recognition, whatever the file says, as Dutch sentences."""
        found, links = [], RecognitionMentor.select().where(RecognitionMentor.mentor == self.mentor)
        if not self.recognition.accepts_mentors(on):
            found.append("Deze erkenning is niet (meer) geldig: er kan geen mentor bij.")
        if self.mentor.inactive_from:
            found.append(f"{self.mentor} is gedeactiveerd als mentor. Activeer de mentor eerst opnieuw.")
        barred = RecognitionMentor.barred(self.recognition.training, on).where(RecognitionMentor.mentor == self.mentor)
        here = links.where(RecognitionMentor.recognition == self.recognition, RecognitionMentor.end_kind == "barred")
        if barred.exists() or here.exists():
            found.append(f"{self.mentor} mag voor deze opleiding niet langer als mentor optreden.")
        return found

    def problems(self, on):
        """What stands in the way of submitting, as Dutch sentences."""
        found, documents = self.obstacles(on), self.documents(on)
        if not self.profession or self.experience is None:
            found.append("Vul het beroep en de jaren ervaring in.")
        problem = rules.mentor_age_problem(self.mentor.born_on, on, self.has_prior_education)
        if not problem and self.experience is not None:
            problem = rules.mentor_experience_problem(self.experience, self.has_prior_education)
        if problem:
            found.append(problem)
        if "extract" not in documents:
            found.append(f"Voeg een uittreksel 596.2 van {self.mentor} toe, hoogstens één jaar oud.")
        if self.has_prior_education and "prior_education" not in documents:
            found.append(f"Voeg het bewijs van vooropleiding van {self.mentor} toe.")
        return found

    def content(self, on):
        """The application as people read it, {label: text}: what a submission freezes."""
        trained_on = self.mentor.trained_on
        return {
            "Mentor": str(self.mentor),
            "Rijksregisternummer": self.mentor.masked_insz,
            "Beroep": self.profession,
            "Praktijkervaring": "" if self.experience is None else f"{self.experience} jaar",
            "Bewijs van vooropleiding": "ja" if self.has_prior_education else "nee",
            "Mentoropleiding": f"{trained_on:%d/%m/%Y}" if trained_on else "nog niet gevolgd",
            **({"Volgt op": str(self.replaces)} if self.replaces_id else {}),
            "Documenten": "; ".join(sorted(map(_described, self.documents(on).values()))),
        }

    # steps

    @classmethod
    def draft(cls, actor, recognition, mentor, replaces=None, **facts):
        """Open a draft on a recognition that holds. Raises RuleBroken when this mentor cannot come on it (again)."""
        owners = {recognition.organisation_id, mentor.organisation_id}
        if not (actor.may_act and owners == {actor.organisation.id}):
            raise RuleBroken(state=NOT_YOURS)
        if not recognition.accepts_mentors(actor.on):
            raise RuleBroken(state="Deze erkenning is niet (meer) geldig: er kan geen mentor bij.")
        if mentor.inactive_from:
            raise RuleBroken(mentor=f"{mentor} is gedeactiveerd als mentor. Activeer de mentor eerst opnieuw.")
        if RecognitionMentor.valid_on(recognition, actor.on).where(RecognitionMentor.mentor == mentor).exists():
            raise RuleBroken(mentor=f"{mentor} is al mentor op deze erkenning.")
        facts |= {"recognition": recognition, "mentor": mentor, "replaces": replaces}
        try:
            with db.atomic():
                draft = cls.create(created_by=actor.user, touched_on=actor.on, **facts)
                Event.record(draft, "drafted", actor)
        except peewee.IntegrityError:  # mentor_application_one_pending
            raise RuleBroken(mentor=f"Voor {mentor} loopt op deze erkenning al een aanvraag.") from None
        return draft

    @classmethod
    def is_pending(cls):
        """A condition: not decided yet."""
        return cls.state.in_(("draft", "submitted", "incomplete"))

    def edit(self, actor, **facts):
        """Change the mentor's part. Raises RuleBroken when it cannot be changed (any more)."""
        if not self.may_edit(actor):
            raise RuleBroken(state="Deze mentoraanvraag kan nu niet gewijzigd worden.")
        model = MentorApplication
        query = model.update(touched_on=actor.on, **facts).where(model.id == self.id, model.state == self.state)
        if not query.execute():
            raise RuleBroken(state="Iemand anders was u net voor. Laad de pagina opnieuw.")
        for name, value in facts.items():
            setattr(self, name, value)
        self._dirty.clear()

    def submit(self, actor):
        """Hand in: number and clock. Raises RuleBroken with everything that is still missing."""
        self._check_submittable("submit", actor)
        with db.atomic():
            number = self.number or Counter.next("M", actor.on)
            details = {"content": self.content(actor.on)}
            self.take("submit", actor, details, number=number, submitted_on=actor.on, clock_from=actor.on)
            self._attach(actor)
            type(self).words.rel_model.note([self.id])  # words.py stands on this module

    def complete_file(self, actor, reply):
        """Answer the question and hand in again: the clock goes on. Raises RuleBroken as submit does."""
        self._check_submittable("complete_file", actor)
        waited = max((actor.on - self.paused_on).days, 0) if self.paused_on else 0
        with db.atomic():
            self.take(
                "complete_file",
                actor,
                {"content": self.content(actor.on)},
                paused_on=None,
                answer_by=None,
                clock_from=self.clock_from and self.clock_from + timedelta(days=waited),
                reply=reply.strip(),
            )
            self._attach(actor)

    def _check_submittable(self, step, actor):
        if not self.can(step, actor):
            return  # taking the step says why
        if found := self.problems(actor.on):
            raise RuleBroken(state=" ".join(found))

    def _attach(self, actor):
        """The proofs belong to the recognition's file from now on."""
        for document in self.documents(actor.on).values():
            DocumentUse.get_or_create(recognition=self.recognition, document=document)

    def withdraw(self, actor):
        self.take("withdraw", actor, paused_on=None)

    def read_decision(self, actor):
        self.take("read_decision", actor, decision_read_on=actor.on)

    def assign(self, actor):
        self.take("assign", actor, handler=actor.user)

    def ask(self, actor, question, answer_by=None):
        """Ask for completion: it reopens for the employer and the clock stands still."""
        answer_by = answer_by or actor.on + timedelta(days=rules.ANSWER_DAYS)
        if not question.strip():
            raise RuleBroken(question="Schrijf wat de werkgever moet aanvullen.")
        if answer_by < actor.on:
            raise RuleBroken(answer_by="Kies een datum die nog moet komen.")
        facts = {"question": question.strip(), "reply": "", "handler": actor.user}
        self.take("ask", actor, {"reason": question.strip()}, paused_on=actor.on, answer_by=answer_by, **facts)

    def resume(self, actor):
        """Go on without the employer's answer, once the day asked for has passed: the clock goes on."""
        waited = max((actor.on - self.paused_on).days, 0) if self.paused_on else 0
        clock_from = self.clock_from and self.clock_from + timedelta(days=waited)
        self.take("resume", actor, paused_on=None, answer_by=None, clock_from=clock_from)

    def holds(self, step, on):
        """As `can`, in the register: two tabs may make the same choice."""
        return {
            "resume": (MentorApplication.answer_by < on,),
            "read_decision": (MentorApplication.decision_read_on.is_null(),),
        }.get(step, ())

    def can(self, step, actor):
        if not super().can(step, actor):
            return False
        if step == "resume":
            return actor.on > self.answer_by
        return step != "read_decision" or self.decision_read_on is None

    def decide(self, actor, approved, reason=""):
        """Approve: the mentor stands on the recognition from now on, and who is replaced leaves it. Or refuse.

        Raises RuleBroken when a refusal has no reason, or when this mentor cannot come on it any more.
        """
        self.check_duty(actor)
        if not approved and not reason.strip():
            raise RuleBroken(reason="Motiveer de afkeuring: de werkgever moet weten waarom.")
        if approved and self.can("approve", actor) and (found := self.obstacles(actor.on)):
            raise RuleBroken(decision=" ".join(found))
        facts = {"decided_on": actor.on, "decision_reason": reason.strip(), "handler": actor.user}
        with db.atomic():
            self.take("approve" if approved else "refuse", actor, {"reason": reason.strip()}, **facts)
            if approved:
                self._put_on(actor)

    def _put_on(self, actor):
        part = {
            "profession": self.profession,
            "experience": self.experience,
            "has_prior_education": self.has_prior_education,
            "decision": "approved",
            "decision_reason": "",
            "end_kind": None,
            "ended_on": None,
        }
        link, is_new = RecognitionMentor.get_or_create(recognition=self.recognition, mentor=self.mentor, defaults=part)
        if not is_new:
            RecognitionMentor.update(**part).where(RecognitionMentor.id == link.id).execute()
        self.recognition.note_words()
        if self.replaces_id:
            RecognitionMentor.update(end_kind="left", ended_on=actor.on).where(
                RecognitionMentor.recognition == self.recognition,
                RecognitionMentor.mentor == self.replaces_id,
                RecognitionMentor.end_kind.is_null(),  # whom a sanction bars goes by that sanction
            ).execute()
        Event.record(self.recognition, "mentor_added", actor, mentor=str(self.mentor), number=self.number)


def _described(document):
    issued = f", afgeleverd op {document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    return f"{document.kind_name}: {document.filename}{issued}"


MentorApplication.add_index(MentorApplication.recognition, MentorApplication.state)
MentorApplication.add_index(MentorApplication.decided_on)
MentorApplication.add_index(MentorApplication.state, MentorApplication.clock_from, MentorApplication.id)
MentorApplication.add_index(
    MentorApplication.index(
        MentorApplication.recognition,
        MentorApplication.mentor,
        unique=True,
        where=MentorApplication.state.in_(("draft", "submitted", "incomplete")),
        name="mentor_application_one_pending",
    )
)


# --- the person -------------------------------------------------------------------------------------------------------


def approvals(mentors):
    """{(recognition id, mentor id): the day a mentor application put that mentor on it}, one query."""
    model = MentorApplication
    found = model.select(model.recognition, model.mentor, model.decided_on).where(
        model.mentor.in_(mentors), model.state == "approved"
    )
    return {(recognition, mentor): decided_on for recognition, mentor, decided_on in found.tuples()}


def conditions(mentor, links, documents, on):
    """What each condition for mentors shows of this person on that day, [(criterion, fulfilled, Dutch words)].

    `links`, `documents`: the mentor's own.
    """
    usable = [document for document in documents if document.is_usable(on)]
    extracts = [document for document in usable if document.kind == "extract"]
    has_proof = any(document.kind == "prior_education" for document in usable)
    best = max(links, key=lambda link: link.experience, default=None)
    due = RecognitionMentor.training_due(mentor, links, approvals([mentor]))
    age_problem = rules.mentor_age_problem(mentor.born_on, on, has_proof)
    shown = {
        "conduct": (bool(extracts), "Geen uittreksel van hoogstens een jaar oud."),
        "age": (not age_problem, age_problem or f"{rules.age(mentor.born_on, on)} jaar."),
        "experience": (False, "Nog niet opgegeven: dat gebeurt per erkenning."),
        "training": (True, "Te volgen na de eerste erkenning."),
    }
    if extracts:
        newest = max(extracts, key=lambda document: document.issued_on)
        shown["conduct"] = (True, f"Uittreksel van {newest.issued_on:%d/%m/%Y}.")
    if best:
        problem = rules.mentor_experience_problem(best.experience, has_proof)
        shown["experience"] = (not problem, problem or f"{best.experience} jaar als {best.profession}.")
    if mentor.trained_on:
        shown["training"] = (True, f"Gevolgd op {mentor.trained_on:%d/%m/%Y}.")
    elif due:
        shown["training"] = (on <= due[0], f"Te volgen tegen {due[0]:%d/%m/%Y}.")
    return [(criterion, *shown[criterion.key]) for criterion in rules.MENTOR_CRITERIA]


# --- leaving ----------------------------------------------------------------------------------------------------------


def touched_by_leaving(mentor, on):
    """The mentor's links on recognitions that are valid on that day or will be, with what a page shows of them."""
    return [
        link
        for link in RecognitionMentor.of_mentor(mentor)
        if link.decision == "approved"
        and not (link.ended_on and link.ended_on <= on)
        and link.recognition.state == "approved"
        and link.recognition.valid_until >= on
        and not (link.recognition.ended_on and link.recognition.ended_on <= on)
    ]


def stand_ins(links, on):
    """{recognition id: [other mentors already valid on it]} for the links of who leaves, in one query."""
    found = {link.recognition_id: [] for link in links}
    others = (
        RecognitionMentor.select(RecognitionMentor, Mentor)
        .join(Mentor)
        .where(RecognitionMentor.recognition.in_(list(found)), RecognitionMentor.is_valid_on(on))
        .order_by(RecognitionMentor.id)
    )
    leaving = {link.mentor_id for link in links}
    for other in others:
        if other.mentor_id not in leaving:
            found[other.recognition_id].append(other.mentor)
    return found


def leave(mentor, actor, reason, choices):
    """Take a mentor off everything at once, {recognition id: successor Mentor, or None for nobody}.

    A successor who already stands on the recognition simply stays; anybody else gets a mentor application to fill in.
    Running mentor applications of who leaves are withdrawn. Returns the drafts to fill in. Raises RuleBroken, and
    changes nothing, when a recognition has no answer or one is refused.
    """
    links = touched_by_leaving(mentor, actor.on)
    broken = {
        f"recognition_{link.recognition_id}": "Kies een opvolger, of zeg dat er nog geen is."
        for link in links
        if choices.get(link.recognition_id, mentor) == mentor
    }
    if not reason.strip():
        broken["reason"] = "Zeg kort waarom deze persoon vertrekt."
    if broken:
        raise RuleBroken(**broken)
    already, drafts = stand_ins(links, actor.on), []
    with db.atomic():
        mentor.deactivate(actor, reason, anew=bool(links))
        for running in MentorApplication.joined().where(
            MentorApplication.mentor == mentor, MentorApplication.is_pending()
        ):
            running.withdraw(actor)
        for link in links:
            successor = choices[link.recognition_id]
            if successor and successor not in already[link.recognition_id]:
                drafts += _succeed(link, successor, actor)
            # A bar by a sanction outlives the mentor's leaving.
            RecognitionMentor.update(end_kind="left", ended_on=actor.on).where(
                RecognitionMentor.id == link.id, RecognitionMentor.end_kind.is_null()
            ).execute()
            words = {"mentor": str(mentor), "successor": str(successor or "nog niemand")}
            Event.record(link.recognition, "mentor_left", actor, **words)
    return drafts


def _succeed(link, successor, actor):
    """[the draft to fill in for who takes over]; none when the successor's application is with the partnership."""
    running = MentorApplication.pending_on(link.recognition).where(MentorApplication.mentor == successor).first()
    try:
        if running and running.state == "draft":
            running = MentorApplication.joined().where(MentorApplication.id == running.id).get()
            running.edit(actor, replaces=link.mentor_id)
        running = running or MentorApplication.draft(actor, link.recognition, successor, replaces=link.mentor_id)
    except RuleBroken as broken:
        raise RuleBroken(**{f"recognition_{link.recognition_id}": str(broken)}) from None
    return [running] if running.state == "draft" else []


def may_be_corrected(mentor):
    """True while no file that was handed in names this mentor: a typing error in the name can be put right."""
    named = RecognitionMentor.select().join(Recognition)
    named = named.where(RecognitionMentor.mentor == mentor, Recognition.submitted_on.is_null(False))
    asked = MentorApplication.select()
    asked = asked.where(MentorApplication.mentor == mentor, MentorApplication.submitted_on.is_null(False))
    return not named.exists() and not asked.exists()
