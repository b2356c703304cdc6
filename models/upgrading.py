"""Bringing the tables up to date while people work: one machine at a time, and nobody waits long for it.

It must not know what any migration changes.
"""

import time
from contextlib import contextmanager

import peewee
from playhouse.migrations import Runner

from models.base import db

KEY = 20251125  # of our advisory lock: any number, as long as it stays the same
HOLD = "2s"  # whoever waits for a table makes all who come after wait too, so nobody waits longer than this
BREATH = 1  # seconds in which these may go on
TRIES = 300  # a copy of the whole register may hold its tables for minutes


class Occupied(Exception):
    """A table stayed in use; what was not done yet can be done another time."""


@contextmanager
def one_at_a_time():
    """Whoever comes second waits until the first is done: every machine may start the same upgrade."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        yield
        return
    db.execute_sql("SELECT pg_advisory_lock(%s)", (KEY,))
    try:
        yield
    finally:
        db.execute_sql("SELECT pg_advisory_unlock(%s)", (KEY,))


def upgrade(folder):
    """Run the migrations in that folder that did not run yet; how many. Raises Occupied."""
    runner = Runner(db.obj, str(folder))
    before = len(runner.applied())
    if isinstance(db.obj, peewee.SqliteDatabase):
        runner.up()
    else:
        db.execute_sql(f"SET lock_timeout = '{HOLD}'")
        try:
            _insist(runner)
        finally:
            db.execute_sql("RESET lock_timeout")
    return len(runner.applied()) - before


def _insist(runner):
    """Each migration is a transaction of its own: what was done stays done when the next one must try again."""
    for _ in range(TRIES):
        try:
            runner.up()
            return
        except peewee.OperationalError as problem:
            said = getattr(problem, "orig", None)
            if getattr(said, "sqlstate", None) not in ("55P03", "40P01"):  # no lock in time, or a deadlock
                raise
        time.sleep(BREATH)
    raise Occupied
