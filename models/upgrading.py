"""Bringing the tables up to date while people work: one machine at a time, and nobody waits long for it.

It must not know what any migration changes.
"""

import time
from contextlib import contextmanager

import peewee
from playhouse.migrate import PostgresqlMigrator, operation
from playhouse.migrations import Runner
from psycopg.sql import Literal

from models.base import db, unhurried

KEY = 20251125  # of our advisory lock: any number, as long as it stays the same
# Whoever waits for a table makes all who come after wait too. So this is the longest anybody waits; and as it is less
# than the second after which PostgreSQL looks for a deadlock, it is never a visitor who is thrown out.
HOLD = "700ms"
BREATH = 1  # seconds in which the others may go on
TRIES = 300  # a copy of the whole register may hold its tables for minutes
IN_USE = {"57014", "55P03", "40P01"}  # too long, no lock, a deadlock


class Occupied(Exception):
    """A table stayed in use; what was not done yet can be done another time."""


class LastingDefaults(PostgresqlMigrator):
    """Leaves the default of a new column with the table: the version before goes on adding rows without that column."""

    @operation
    def add_column(self, table, column_name, field, allow_not_null=False):
        steps = [super().add_column(table, column_name, field, allow_not_null)]
        default = field.default() if callable(field.default) else field.default
        if default is not None:
            written = peewee.SQL(Literal(field.db_value(default)).as_string())
            steps.append(self.add_column_default(table, column_name, written))
        return steps


@contextmanager
def one_at_a_time():
    """Whoever comes second waits until the first is done: every machine may start the same upgrade."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        yield
        return
    unhurried()
    db.execute_sql("SELECT pg_advisory_lock(%s)", (KEY,))
    try:
        yield
    finally:
        db.execute_sql("SELECT pg_advisory_unlock(%s)", (KEY,))


def upgrade(folder):
    """Run the migrations in that folder that did not run yet; how many. Raises Occupied."""
    runner = Runner(db.obj, str(folder))
    if isinstance(db.obj, peewee.SqliteDatabase):
        return len(runner.up())
    runner.migrator = LastingDefaults(db.obj)
    waiting = [one.name for one in runner.status() if one.path and not one.applied]
    for name in waiting:
        _insist(runner, name)
    return len(waiting)


def _insist(runner, name):
    for _ in range(TRIES):
        try:
            with db.atomic():
                _hold_everything()
                runner.up(name)
            return
        except peewee.OperationalError as problem:
            if getattr(getattr(problem, "orig", None), "sqlstate", None) not in IN_USE:
                raise
        time.sleep(BREATH)
    raise Occupied


def _hold_everything():
    """All tables at once: who takes them one by one, and then waits for the next, ends up across somebody's way."""
    if tables := db.obj.get_tables():
        db.execute_sql(f"SET LOCAL statement_timeout = '{HOLD}'")
        db.execute_sql(f"LOCK TABLE {', '.join(map(_quoted, tables))} IN ACCESS EXCLUSIVE MODE")
        db.execute_sql("SET LOCAL statement_timeout = 0")


def _quoted(name):
    return '"{}"'.format(name.replace('"', '""'))
