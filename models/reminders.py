"""What the calendar asks to be told: terms that run out, what nobody looked at, the weekly mail; each of it once.

Every reminder has a key that is kept, so that a job may run any number of times a day, or miss some. It must not know
the clock: the day comes in as an argument.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

import peewee
from peewee import CharField, DateField, fn

import rules
from models.addenda import Addendum
from models.agreements import Agreement
from models.audience import audience
from models.base import Record, db
from models.mandates import Mandate
from models.mentoring import MentorApplication
from models.messages import Message
from models.notices import file_of, write_to
from models.people import Actor, Membership, Organisation, User
from models.recognitions import Recognition
from models.reference import Partnership
from models.sanctions import Appeal, Sanction
from models.threads import Talk, Thread
from models.workplaces import Workplace

RENEWAL_DAYS = (180, 90, 30)  # [setting] before the end of a recognition
ANSWER_DAYS = 3  # [setting] before a question must be answered
REGISTER_DAYS = 7  # [setting] before an agreement must be registered
APPEAL_DAYS = 3  # [setting] before the last day on which somebody can go into appeal, or an appeal must be answered
UNSEEN_DAYS = 10  # [setting] after which colleagues hear of what nobody did
UNSEEN_UNTIL = 40  # after that it is history: a worker that starts late does not dig it up
AT_ONCE = 20  # lines in one mail; the rest is counted


class Told(Record):
    """What has been told already."""

    key = CharField(primary_key=True, max_length=80)
    on = DateField(index=True)

    @classmethod
    def new(cls, keys, on):
        """Those of the keys that were not told before; they count as told from now on."""
        keys = list(dict.fromkeys(keys))
        known = cls._known(keys)
        fresh = [key for key in keys if key not in known]
        for chunk in peewee.chunked(fresh, 200):
            cls.insert_many([{"key": key, "on": on} for key in chunk]).execute()
        return set(fresh)

    @classmethod
    def _known(cls, keys):
        return {row.key for some in peewee.chunked(keys, 500) for row in cls.select(cls.key).where(cls.key.in_(some))}


class Reminder(NamedTuple):
    key: str
    record: object
    kind: str  # of MESSAGE_KINDS
    sentence: str
    side: str = "employer"  # or partnership, committee, provider
    everyone: bool = False  # colleagues too, whatever they chose


def write_reminders(at, on):
    """Write every mail the day asks for; how many. `at`: UTC, `on`: the day in Belgium.

    Two workers may do this at once: the second one finds the keys taken, writes nothing, and that is as it should be.
    """
    try:
        with db.atomic():
            return _write(_due(on), at, on) + bundle_weekly(at, on)
    except peewee.IntegrityError:
        return 0


def _due(on):
    yield from _renewals(on)
    yield from _answers(on)
    yield from _registrations(on)
    yield from _appeals(on)
    yield from _workplaces(on)
    yield from _unseen(on)
    yield from _unsigned(on)
    yield from _unread(on)


def _renewals(on):
    """A term that nears its end counts for the nearest threshold only; one that ended says what can still be done."""
    rows = Recognition.joined().where(Recognition.renewable(on))
    for row in rows:
        left = (row.valid_until - on).days
        key, until = f"renewal:{row.id}:{row.valid_until}", f"{row.valid_until:%d/%m/%Y}"
        if left < 0:
            last = rules.add_months(row.valid_until, rules.LATE_RENEWAL_MONTHS)
            sentence = f"liep af op {until}. Laattijdig hernieuwen kan tot en met {last:%d/%m/%Y}."
            yield Reminder(f"{key}:over", row, "deadline", sentence)
            continue
        passed = [days for days in RENEWAL_DAYS if left <= days]
        if passed:
            sentence = f"loopt af op {until}, over {left} dagen. Beslis of u hernieuwt."
            yield Reminder(f"{key}:{min(passed)}", row, "deadline", sentence)


def _answers(on):
    soon = on + timedelta(days=ANSWER_DAYS)
    for model in (Recognition, MentorApplication):
        for row in model.select().where(model.state == "incomplete", model.answer_by.between(on, soon)):
            sentence = f"wacht op uw antwoord, ten laatste op {row.answer_by:%d/%m/%Y}."
            yield Reminder(f"answer:{row._meta.table_name}:{row.id}:{row.paused_on}", row, "deadline", sentence)


def _registrations(on):
    """What is signed and must be registered soon, or should have been."""
    found = Agreement.select(Agreement, Organisation).join(Organisation, on=Agreement.organisation, attr="organisation")
    for row in found.where(Agreement.state == "signed", Agreement.starts_on.is_null(False)):
        if row.register_until and row.register_until - timedelta(days=REGISTER_DAYS) <= on:
            must = "moet" if row.register_until >= on else "moest"
            sentence = f"{must} geregistreerd zijn op {row.register_until:%d/%m/%Y}."
            yield Reminder(f"register:{row.id}:{row.version}", row, "deadline", sentence, row.registrar)


def _appeals(on):
    """A sanction that can still be fought for some days, and an appeal whose first answer is due."""
    soon = on + timedelta(days=APPEAL_DAYS)
    since = on - timedelta(days=rules.APPEAL_DAYS)
    for row in Sanction.select().where(Sanction.state == "decided", Sanction.decided_on >= since):
        if on <= row.appeal_until() <= soon:
            sentence = f"geldt straks: in beroep gaan kan tot en met {row.appeal_until():%d/%m/%Y}."
            yield Reminder(f"appeal:sanction:{row.id}", row, "deadline", sentence, everyone=True)
    for row in Appeal.select().where(Appeal.state == "lodged"):
        if row.check_due() <= soon:
            sentence = f"vraagt een eerste antwoord, ten laatste op {row.check_due():%d/%m/%Y}."
            yield Reminder(f"appeal:{row.id}", row, "deadline", sentence, side="committee", everyone=True)


def _workplaces(on):
    """A workplace in the finder that goes stale soon."""
    for row in Workplace.to_confirm(on):
        if row.confirmed_until >= on:
            sentence = f"heeft een werkplek om te bevestigen. Na {row.confirmed_until:%d/%m/%Y} vindt niemand ze nog."
            yield Reminder(f"workplace:{row.id}:{row.confirmed_on}", row.recognition, "deadline", sentence)


def _unseen(on):
    """What stayed unread or undone for ten days: colleagues hear of it once."""
    since, until = on - timedelta(days=UNSEEN_UNTIL), on - timedelta(days=UNSEEN_DAYS)
    for model in (Recognition, MentorApplication):
        table = model._meta.table_name
        for row in model.select().where(model.state == "incomplete", model.paused_on.between(since, until)):
            sentence = f"wacht al sinds {row.paused_on:%d/%m/%Y} op een antwoord."
            yield Reminder(f"unseen:{table}:{row.id}:{row.paused_on}", row, "question", sentence, everyone=True)
        unread = model.state.in_(("approved", "refused")) & model.decision_read_on.is_null()
        for row in model.select().where(unread, model.decided_on.between(since, until)):
            sentence = f"werd beslist op {row.decided_on:%d/%m/%Y}, en niemand las dat al."
            yield Reminder(f"unseen:{table}:{row.id}:{row.decided_on}", row, "decision", sentence, everyone=True)
        untaken = (model.state == "submitted") & model.handler.is_null()
        for row in model.select().where(untaken, model.submitted_on.between(since, until)):
            sentence = f"werd ingediend op {row.submitted_on:%d/%m/%Y}, en niemand nam het op."
            key = f"untaken:{table}:{row.id}:{row.submitted_on}"
            yield Reminder(key, row, "deadline", sentence, side="partnership", everyone=True)
    for row in Sanction.select().where(Sanction.state == "prepared", Sanction.prepared_on.between(since, until)):
        sentence = f"werd voorbereid op {row.prepared_on:%d/%m/%Y}, en niemand besliste erover."
        yield Reminder(f"prepared:{row.id}", row, "deadline", sentence, side="partnership", everyone=True)


def _unsigned(on):
    """What was put up for signing, or passed on, ten days ago: the colleagues of who must do something."""
    since, until = on - timedelta(days=UNSEEN_UNTIL), on - timedelta(days=UNSEEN_DAYS)
    waiting = Addendum.select(Addendum, Agreement).join(Agreement).where(Addendum.state == "to_sign")
    waiting = waiting.where(Agreement.state == "registered", Agreement.ended_on.is_null())
    for row in waiting.where(Addendum.created_on.between(since, until)):
        sentence = f"heeft een bijlage die al sinds {row.created_on:%d/%m/%Y} op een handtekening wacht."
        for side in ("employer", "provider"):
            yield Reminder(f"addendum:{row.id}:{side}", row.agreement, "signing", sentence, side, everyone=True)
    passed = Agreement.select().where(Agreement.state == "draft", Agreement.held_since.between(since, until))
    for row in passed:
        sentence = f"ligt al sinds {row.held_since:%d/%m/%Y} bij u om in te vullen."
        yield Reminder(f"held:{row.id}:{row.held_since}", row, "signing", sentence, row.holder, everyone=True)


def _unread(on):
    """A message in a file that nobody of the other side read for ten days."""
    since, until = on - timedelta(days=UNSEEN_UNTIL), on - timedelta(days=UNSEEN_DAYS)
    first, last = (datetime.combine(day, time()) for day in (since, until + timedelta(days=1)))
    found = Thread.select(Thread, Talk, Organisation).join(Talk).switch(Thread).join(Organisation)
    for row in found.where(Thread.read < Thread.last, Talk.at >= first, Talk.at < last):
        if Thread.unread(row.organisation).where(Thread.id == row.id).exists():
            sentence = f"heeft een bericht van {rules.day_of(row.last.at):%d/%m/%Y} dat niemand bij u las."
            key, side = f"talk:{row.id}:{row.last_id}", row.organisation.kind
            yield Reminder(key, row.file, "message", sentence, side, everyone=True)


def _write(due, at, on):
    """One mail per person and organisation, with a line for each new reminder."""
    due = list(due)
    fresh, inboxes, found = Told.new([one.key for one in due], on), {}, {}
    for reminder in due:
        if reminder.key not in fresh:
            continue
        file = file_of(reminder.record)
        for organisation in _whom(reminder, file):
            own = file.workers if reminder.side == "employer" else file.handlers
            place = file.establishment and file.establishment.id
            duty = reminder.side == "committee" and "manager"
            asked = (organisation.id, reminder.kind, own, reminder.everyone, file.purpose, place, file.contact, duty)
            if asked not in found:
                told = {"everyone": reminder.everyone, "duty": duty}
                found[asked] = audience(file, organisation, reminder.kind, own, on, **told)
            for reader in found[asked]:
                inboxes.setdefault((organisation.id, reader.to.lower()), (organisation, reader, []))[2].append(
                    (reminder.record, file.name, f"{file.name} {reminder.sentence}")
                )
    for organisation, reader, lines in inboxes.values():
        _write_one(Actor(None, organisation, "viewer", at, on), organisation, reader, lines)
    return len(inboxes)


def _whom(reminder, file):
    if reminder.side in ("employer", "provider"):
        own = file.employer if reminder.side == "employer" else file.provider
        return [own] if own else []
    wanted = file.partnership if reminder.side == "partnership" else Partnership.get(Partnership.is_default)
    return list(Organisation.select().where(Organisation.partnership == wanted, Organisation.kind == "partnership"))


def _write_one(actor, organisation, reader, lines):
    if len(lines) == 1:
        [(record, name, sentence)] = lines
        write_to(actor, organisation, reader, f"Denk eraan: {name}", sentence[:1].upper() + sentence[1:], record)
        return
    told = [f"- {sentence}" for _, _, sentence in lines[:AT_ONCE]]
    if len(lines) > AT_ONCE:
        told.append(f"- en nog {len(lines) - AT_ONCE} andere")
    text = "\n".join(["Dit vraagt uw aandacht:", *told])
    write_to(actor, organisation, reader, f"{organisation.name}: {len(lines)} dingen vragen uw aandacht", text)


def _still_theirs(on):
    """A condition on messages with their user: a right at the organisation, or at one with a mandate of it."""
    right = Membership.select(1).where(Membership.user == Message.user, ~Membership.is_blocked)
    running = Mandate.select(Mandate.holder).where(Mandate.organisation == Message.organisation, Mandate.runs(on))
    running = running.where(Mandate.for_person(Message.user))
    here = right.where(Membership.organisation == Message.organisation)
    return fn.EXISTS(here) | fn.EXISTS(right.where(Membership.organisation.in_(running)))


def bundle_weekly(at, on):
    """Once a week everything that waited for it goes in one mail per person and organisation; how many mails."""
    year, week, _ = on.isocalendar()
    if not Told.new([f"weekly:{year}-{week}"], on):
        return 0
    waiting = (
        Message.select(Message, User, Organisation)
        .join(User)
        .switch(Message)
        .join(Organisation)
        .where(Message.is_weekly, Message.bundle.is_null(), ~User.is_blocked, _still_theirs(on))
        .order_by(Message.id)
    )
    bundles = {}
    for message in waiting:
        bundles.setdefault((message.user_id, message.organisation_id, message.to), []).append(message)
    for messages in bundles.values():
        first = messages[0]
        told = "\n".join(f"- {one.subject}" for one in messages)
        actor = Actor(None, first.organisation, "viewer", at, on)
        subject = f"{first.organisation.name}: wat er deze week gebeurde"
        text = f"Beste {first.user.first_name}\n\nSinds de vorige weekmail:\n{told}"
        bundle = Message.write(actor, first.to, subject, text, organisation=first.organisation, user=first.user)
        Message.update(bundle=bundle).where(Message.id.in_([one.id for one in messages])).execute()
    return len(bundles)
