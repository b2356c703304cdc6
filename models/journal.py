"""The journal as a whole: walked from its first event to its last, and sealed now and then.

A seal binds all events since the one before it. Whoever keeps one elsewhere, as the log does, can tell for good
whether anything before it was touched. It must not change an event, nor know who asks.
"""

import hashlib
import time
from datetime import timedelta

import peewee
from peewee import CharField, DateTimeField, IntegerField

from models.base import Record, db
from models.chains import Chain, digest_of
from models.people import Event

SEAL_EVERY = timedelta(hours=1)  # [setting]
SETTLE = 5  # seconds to wait for who writes; the next round of the worker tries again
BATCH = 5000  # events in memory at once
ID, SUBJECT, SUBJECT_ID, NAME, DIGEST = 0, 1, 2, 3, -1  # places in a row of `in_order`

WRITING = """
    SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'event'::regclass
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
"""


class JournalSeal(Record):
    at = DateTimeField()  # UTC
    last = IntegerField(unique=True)  # the newest event it binds
    digest = CharField(max_length=64)

    @classmethod
    def newest(cls):
        return cls.select().order_by(cls.id.desc()).first()


def seal(at):
    """Bind what happened since the last seal, at most once in SEAL_EVERY; the seal, or None: no need, or not yet."""
    newest = JournalSeal.newest()
    if newest and at < newest.at + SEAL_EVERY:
        return None
    since, before = (newest.last, newest.digest) if newest else (0, "")
    last, binding = _settled(), _binding(before)
    if last is None or last <= since:
        return None
    for row in in_order(since, last):
        _bind(binding, row)
    try:
        with db.atomic():
            return JournalSeal.create(at=at, last=last, digest=binding.hexdigest())
    except peewee.IntegrityError:  # another worker was first
        return None


def waiting_for_seal():
    """(when the last seal was made, when the oldest event happened that none binds yet); None for what is not there."""
    newest = JournalSeal.newest()
    loose = Event.select(Event.at).where(Event.id > (newest.last if newest else 0)).order_by(Event.id).first()
    return newest and newest.at, loose and loose.at


def _settled():
    """The id of the newest event before which nothing can appear any more; None while somebody keeps us waiting.

    An event has its id before others see it: who is writing now may still bring an older one than the newest. SQLite
    has one writer. On PostgreSQL they are known by the lock that writing takes, and waited for; nobody waits for us.
    """
    newest = Event.select(peewee.fn.MAX(Event.id)).scalar() or 0
    waiting_for, until = _writing(), time.monotonic() + SETTLE
    while waiting_for & _writing():
        if time.monotonic() > until:
            return None
        time.sleep(0.05)
    return newest


def _writing():
    """The transactions of others that write events at this moment; anybody may ask that."""
    return {one for (one,) in db.execute_sql(WRITING).fetchall()} if db.obj.for_update else set()


def _binding(before):
    return hashlib.sha256(before.encode())


def _bind(binding, row):
    binding.update(f"\n{row[ID]} {row[DIGEST]}".encode())


def in_order(since=0, until=None):
    """Every event as a row: its id, what its digest is over in that order, and its digest. In batches."""
    told = (Event.subject, Event.subject_id, Event.name, Event.user, Event.organisation, Event.through, Event.at)
    rows = Event.select(Event.id, *told, Event.details, Event.digest).order_by(Event.id).limit(BATCH).tuples()
    if until:
        rows = rows.where(Event.id <= until)
    while batch := list(rows.where(Event.id > since)):
        yield from batch
        since = batch[-1][ID]


def broken(kept=()):
    """Where the journal is no longer what was written, as Dutch sentences. `kept`: digests of seals kept elsewhere."""
    reached, told, binding, first = {}, set(), _binding(""), 1
    seals = list(JournalSeal.select().order_by(JournalSeal.id))
    waiting, proven = iter(seals), set()
    seal = next(waiting, None)
    for row in in_order():
        while seal and row[ID] > seal.last:
            yield from _look_at(seal, binding, first, proven)
            binding, first, seal = _binding(seal.digest), seal.last + 1, next(waiting, None)
        _bind(binding, row)
        key = row[SUBJECT], row[SUBJECT_ID]
        if row[DIGEST] != digest_of(reached.get(key, (0, "")), row[1:-1]) and key not in told:
            told.add(key)
            yield f"Het journaal van {key[0]} {key[1]} klopt niet vanaf gebeurtenis {row[ID]}."
        reached[key] = row[ID], row[DIGEST]
    while seal:
        yield from _look_at(seal, binding, first, proven)
        binding, first, seal = _binding(seal.digest), seal.last + 1, next(waiting, None)
    yield from _ends(reached)
    for digest in kept:
        if digest not in proven:
            yield f"Bij het zegel {digest[:16]}… dat u bewaarde, hoort dit journaal niet."


def _look_at(seal, binding, first, proven):
    if binding.hexdigest() == seal.digest:
        proven.add(seal.digest)
    else:
        yield f"Zegel {seal.id} past niet: tussen gebeurtenis {first} en {seal.last} is het journaal veranderd."


def _ends(reached):
    """Every chain ends where the journal ends."""
    ends = {(one.subject, one.subject_id): (one.last, one.digest) for one in Chain.select()}
    for key in sorted(reached.keys() | ends.keys()):
        if reached.get(key) != ends.get(key):
            yield f"Het journaal van {key[0]} {key[1]} eindigt niet waar het hoort."
