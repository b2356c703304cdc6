"""Suspensions: periods in which an agreement stands still, with a reason and with or without the allowance.

It must not know HTTP or the clock.
"""

from datetime import timedelta

import peewee
from peewee import BooleanField, CharField, Check, DateField, ForeignKeyField, TextField, fn

from models.agreements import Agreement
from models.base import Record, db, lock
from models.messages import Message
from models.people import Organisation, User
from rules import RuleBroken

SUSPENSION_REASONS = {  # label, and whether the allowance usually goes on
    "illness": ("Ziekte of ongeval", True),
    "work_accident": ("Arbeidsongeval of beroepsziekte", False),
    "birth": ("Moederschapsrust of geboorteverlof", False),
    "short_leave": ("Klein verlet", True),
    "compelling": ("Dwingende reden (hoogstens 10 dagen per kalenderjaar)", False),
    "unemployment": ("Tijdelijke werkloosheid", False),
    "student_job": ("Studentenjob in juli of augustus", False),
    "discipline": ("Tuchtmaatregel van de school", False),
    "other": ("Andere reden", False),
}

REPORT_DAYS = 14  # [attested] longer than this, the coach must be told
WARN_DAYS = 4  # [setting] so many days before, it becomes a task

MAIL = """Beste {coach},

{organisation} meldt een schorsing die langer dan {longest} dagen duurt: overeenkomst {number}.
Meer leest u in het loket, of vraag het aan {organisation}.

Loket duaal leren
"""


class Suspension(Record):
    """One period; `ends_on` stays open until somebody knows it.

    It lasts no longer than its agreement: what was ended, or cancelled, before a suspension began, never knew it. The
    row stays as it was noted, for an end can be taken back.
    """

    agreement = ForeignKeyField(Agreement, backref="suspensions", on_delete="CASCADE")
    organisation = ForeignKeyField(Organisation)  # the agreement's, for what every page asks for its tasks
    reason = CharField(max_length=13, constraints=[Check(f"reason IN {tuple(SUSPENSION_REASONS)!r}")])
    starts_on = DateField()
    ends_on = DateField(null=True)  # inclusive
    keeps_allowance = BooleanField()
    note = TextField(default="")
    reported_on = DateField(null=True)  # the day the coach was told
    created_by = ForeignKeyField(User)

    class Meta:
        constraints = [Check("ends_on IS NULL OR ends_on >= starts_on")]

    @classmethod
    def of(cls, agreement):
        """The periods in which one agreement stood or stands still, or will; the oldest first."""
        found = cls.select(cls, Agreement).join(Agreement).where(cls.agreement == agreement)
        known = (Agreement.state == "registered") & (cls.starts_on <= cls._last_of_agreement())
        return found.where(known).order_by(cls.starts_on, cls.id)

    @property
    def reason_name(self):
        return SUSPENSION_REASONS[self.reason][0]

    @property
    def report_by(self):
        """The fourteenth day: lasting longer, the coach must have been told."""
        return self.starts_on + timedelta(days=REPORT_DAYS)

    @property
    def last_day(self):
        """The last day it stands still, inclusive; None as long as nobody knows it."""
        known = [day for day in (self.ends_on, self.agreement.ended_on) if day]
        return min(known, default=None)

    @property
    def period(self):
        return (
            f"{self.starts_on:%d/%m/%Y} – {self.last_day:%d/%m/%Y}"
            if self.last_day
            else f"sinds {self.starts_on:%d/%m/%Y}"
        )

    def lasts_long(self):
        """True when it lasts longer than fourteen days, as far as anybody knows."""
        return (self.last_day or self.agreement.ends_on) >= self.report_by

    def must_be_reported(self, on):
        """True when it lasts, or is going to last, longer than fourteen days, and the coach does not know yet."""
        return self.reported_on is None and self.lasts_long() and on >= self.report_by - timedelta(days=WARN_DAYS)

    # conditions, on suspensions joined with their agreement

    @classmethod
    def to_report(cls, on):
        """The same as `must_be_reported`."""
        return cls.unreported() & (cls.starts_on <= on - timedelta(days=REPORT_DAYS - WARN_DAYS))

    @classmethod
    def unreported(cls):
        """Longer than fourteen days, as far as anybody knows, and the coach was not told."""
        after = cls._days_after_start()
        lasts_long = (cls.ends_on.is_null() | (cls.ends_on >= after)) & (cls._last_of_agreement() >= after)
        return cls.reported_on.is_null() & lasts_long & (Agreement.state == "registered")

    @classmethod
    def on_day(cls, on):
        """It stands still on that day."""
        lasts = (cls.ends_on.is_null() | (cls.ends_on >= on)) & (cls._last_of_agreement() >= on)
        return (cls.starts_on <= on) & lasts & (Agreement.state == "registered")

    @classmethod
    def _last_of_agreement(cls):
        return fn.COALESCE(Agreement.ended_on, Agreement.ends_on)

    @classmethod
    def _days_after_start(cls):
        if isinstance(db.obj, peewee.SqliteDatabase):
            return fn.DATE(cls.starts_on, f"+{REPORT_DAYS} days")
        return cls.starts_on + REPORT_DAYS

    # steps, of the agreement: its journal tells them

    @classmethod
    def start(cls, agreement, actor, reason, starts_on, ends_on=None, keeps_allowance=False, note=""):
        """Let it stand still. Raises RuleBroken by field, and where another suspension runs on one of the days."""
        agreement.check_can("suspend", actor)
        broken = {}
        if reason not in SUSPENSION_REASONS:
            broken["ground"] = "Kies waarom de overeenkomst stilstaat."
        last = agreement.last_day
        if not starts_on or not agreement.starts_on <= starts_on <= last:
            broken["starts_on"] = f"Kies een dag van {agreement.starts_on:%d/%m/%Y} tot en met {last:%d/%m/%Y}."
        elif ends_on and not starts_on <= ends_on <= last:
            broken["ends_on"] = f"De laatste dag ligt op of na de eerste, en niet na {last:%d/%m/%Y}."
        if broken:
            raise RuleBroken(**broken)
        with db.atomic():
            lock(agreement)  # two colleagues at once: the second sees what the first noted
            if cls.overlapping(agreement, starts_on, ends_on).exists():
                raise RuleBroken(starts_on="In die dagen staat de overeenkomst al stil. Vul eerst daar het einde in.")
            agreement.take("suspend", actor, {"reason": SUSPENSION_REASONS[reason][0].lower()})
            return cls.create(
                agreement=agreement,
                organisation=agreement.organisation_id,
                reason=reason,
                starts_on=starts_on,
                ends_on=ends_on,
                keeps_allowance=keeps_allowance,
                note=note.strip(),
                created_by=actor.user,
            )

    @classmethod
    def overlapping(cls, agreement, starts_on, ends_on):
        found = cls.select().where(cls.agreement == agreement, cls.ends_on.is_null() | (cls.ends_on >= starts_on))
        return found.where(cls.starts_on <= ends_on) if ends_on else found

    def _hold(self):
        """Its agreement as it stands, held until the transaction ends: who ends that meanwhile waits, or is seen.

        Raises RuleBroken where the agreement was over before this began.
        """
        lock(self.agreement)
        agreement = self.agreement.afresh()
        if self.starts_on > agreement.last_day:
            raise RuleBroken(state=f"De overeenkomst liep tot {agreement.last_day:%d/%m/%Y}: deze schorsing vervalt.")
        return agreement

    def resume(self, actor, ends_on):
        """Say which day was (or will be) the last. Raises RuleBroken when a colleague said so just before."""
        with db.atomic():
            agreement = self._hold()
            if not ends_on or not self.starts_on <= ends_on <= agreement.last_day:
                days = f"{self.starts_on:%d/%m/%Y} tot en met {agreement.last_day:%d/%m/%Y}"
                raise RuleBroken(ends_on=f"Kies een dag van {days}.")
            mine = (Suspension.id == self.id) & Suspension.ends_on.is_null()
            if not Suspension.update(ends_on=ends_on).where(mine).execute():
                raise RuleBroken(ends_on="Het einde van deze schorsing is al ingevuld.")
            agreement.take("resume", actor, {"day": f"{ends_on:%d/%m/%Y}"})

    def report(self, actor):
        """Tell the coach, by mail where the address is known. Raises RuleBroken when that was done before."""
        with db.atomic():
            agreement = self._hold()
            mine = (Suspension.id == self.id) & Suspension.reported_on.is_null()
            if not Suspension.update(reported_on=actor.on).where(mine).execute():
                raise RuleBroken(state="Deze schorsing is al gemeld.")
            agreement.take("report_suspension", actor, {"coach": agreement.coach_name})
            if agreement.coach_email:
                words = {"coach": agreement.coach_name, "number": agreement.number, "longest": REPORT_DAYS}
                text = MAIL.format(organisation=agreement.organisation.name, **words)
                place = {"organisation": agreement.provider, "about": "agreement", "about_id": agreement.id}
                subject = f"Schorsing: overeenkomst {agreement.number}"
                Message.write(actor, agreement.coach_email, subject, text, **place)


Suspension.add_index(  # one that is open at a time
    Suspension.index(Suspension.agreement, unique=True, where=Suspension.ends_on.is_null(), name="suspension_one_open")
)
Suspension.add_index(Suspension.agreement, Suspension.starts_on)
Suspension.add_index(Suspension.organisation, Suspension.reported_on, Suspension.starts_on)
