"""What every record stands on: the one database, how to open it, the record all others inherit from, kept queries.

It must not know any particular record.
"""

import functools
import re
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

import peewee
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase
from psycopg.conninfo import conninfo_to_dict

from models.rows import reader

db = peewee.DatabaseProxy()

# [setting] On PostgreSQL nobody waits for ever, nor holds others up: for a row, for an answer, in the middle of a step.
PATIENCE = {"lock_timeout": "10s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "5min"}
# [setting] A machine that is gone does not say so: nobody waits for it longer than this, unless the address says so.
LINE = {
    "connect_timeout": 3,  # seconds, for each machine in the address
    "tcp_user_timeout": 5000,  # milliseconds in which what was sent must be received
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


class Record(peewee.Model):
    """What every record shares: the one database, and table names in plain snake case."""

    class Meta:
        database = db
        legacy_table_names = False
        only_save_dirty = True

    @classmethod
    def get(cls, *query, **filters):
        """As peewee does; by a key alone, which is how records lead to each other, with SQL that was made once."""
        is_plain = len(query) == 1 and not filters and cls._meta.database is db
        key = key_asked(cls, query[0]) if is_plain else None
        if key is None:
            return super().get(*query, **filters)
        found = by_key(type(db.obj), cls).rows((key,))
        if not found:
            raise cls.DoesNotExist(f"no {cls._meta.table_name} has the key {key}")
        return found[0]


def connect(url):
    """Point the register at "sqlite:///file" or "postgresql://…"; opens nothing yet."""
    database = database_at(url)
    db.initialize(database)
    return database


def database_at(url):
    """The database of that address, with a pool of connections of its own; opens nothing yet."""
    if url.startswith("sqlite:///"):
        return PooledSqliteDatabase(
            url.removeprefix("sqlite:///"),
            # WAL lets readers go on while somebody writes; FULL survives a power cut. Who writes waits ten seconds.
            pragmas={"busy_timeout": 10_000, "journal_mode": "wal", "synchronous": "full", "foreign_keys": 1}
            | {"mmap_size": 268435456},
            lock_type="IMMEDIATE",  # a deferred BEGIN that must upgrade fails at once under other writers
            max_connections=None,
            check_same_thread=False,
            stale_timeout=3600,  # seconds: one that is opened anew knows what `take_stock` saw
        )
    if url.startswith("postgresql://"):
        # A list joins eight tables; with what it is narrowed by PostgreSQL must weigh more than those at once.
        told = {"join_collapse_limit": 11, "from_collapse_limit": 11} | PATIENCE
        # A register lies in memory or on a disk without a head: a row here and there costs hardly more than in a row.
        told["random_page_cost"] = 1.1
        options = " ".join(f"-c {name}={value}" for name, value in told.items())
        said = conninfo_to_dict(url)
        line = {name: value for name, value in LINE.items() if name not in said}
        # Taken from the pool, a connection is asked a question first: one that broke is replaced.
        return PooledPostgresqlDatabase(url, max_connections=20, timeout=10, stale_timeout=300, options=options, **line)
    raise ValueError("LOKET_DATABASE_URL begint met sqlite:/// of postgresql://.")


def only_read(wanted):
    """Whether SQLite refuses to write. Said only where that changes: saying it makes every prepared statement void."""
    if db.execute_sql("PRAGMA query_only").fetchone()[0] != wanted:
        db.execute_sql(f"PRAGMA query_only = {int(wanted)}")


@contextmanager
def snapshot():
    """All that is read in it is as it stood at one moment, while others go on writing."""
    if isinstance(db.obj, peewee.SqliteDatabase):
        with db.atomic("DEFERRED"):
            yield
        return
    with db.atomic():
        if db.transaction_depth() == 1:
            db.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def take_stock():
    """Let SQLite see how its tables are filled, or it cannot tell which index narrows most; PostgreSQL looks by itself.

    Of each index it sees no more than a thousand rows. That is soon done, for who writes waits meanwhile; and no index
    is taken for one that narrows nothing, where one partnership or one school has nearly all there is.
    """
    if isinstance(db.obj, peewee.SqliteDatabase):
        db.execute_sql("PRAGMA analysis_limit = 1000")
        for table in db.get_tables():
            db.execute_sql(f'ANALYZE "{table}"')


def unhurried():
    """For a command that works long over one statement, such as a migration: it may."""
    if isinstance(db.obj, peewee.PostgresqlDatabase):
        for name in ("lock_timeout", "statement_timeout"):
            db.execute_sql(f"SET {name} = 0")


# --- kept queries -----------------------------------------------------------------------------------------------------


class Slot(peewee.Node):
    """In a kept query, the place of a value that comes later."""

    def __init__(self, position):
        self.position = position

    def __sql__(self, ctx):
        ctx._values.append(Waiting(self.position, ctx.state.converter))
        return ctx.literal(ctx.state.param or "?")


class Waiting(NamedTuple):
    """Among the parameters of a kept query: which value goes here, and how its field writes it."""

    position: int
    converter: object

    def filled(self, values):
        value = values[self.position]
        return self.converter(value) if self.converter else value


class Kept:
    """A select with its SQL and, once a row came, how a row becomes what it selects."""

    def __init__(self, query):
        self.query = query
        self.sql, self.parameters = written_out(*db.obj.get_sql_context().sql(query).query(), db.obj.param)
        self.made = None

    def rows(self, values):
        filled = [one.filled(values) if isinstance(one, Waiting) else one for one in self.parameters]
        cursor = db.execute_sql(self.sql, filled)
        found = cursor.fetchall()
        if found and not self.made:
            self.made = reader(self.query, cursor)
        return [self.made(row) for row in found]


def kept(build):
    """A finder whose SQL is made once, as building a select costs many times what running it does.

    `build` returns a select. Its positional arguments are values that stand for themselves in it: compared with a
    field, never reckoned with. Its keyword-only arguments may be anything hashable, such as a day: each makes a query
    of its own. The finder takes the same arguments and returns a list of rows.
    """

    @functools.lru_cache(maxsize=32)
    def made(_engine, count, **fixed):
        return Kept(build(*map(Slot, range(count)), **fixed))

    @functools.wraps(build)
    def rows(*values, **fixed):
        return made(type(db.obj), len(values), **fixed).rows(values)

    return rows


def how_many(*selects):
    """A select of one row: of each of these selects, how many rows it has."""
    columns = [peewee.Select([one], [peewee.fn.COUNT(peewee.SQL("*"))]) for one in selects]
    return peewee.Select(columns=[one.alias(f"n{place}") for place, one in enumerate(columns)]).tuples()


@functools.cache
def by_key(_engine, record):
    return Kept(record.select().where(record._meta.primary_key == Slot(0)))


def key_asked(record, asked):
    """The number of the record, where that is all that is asked; else None."""
    key = record._meta.primary_key
    if type(asked) is int:
        return asked
    is_key = type(asked) is peewee.Expression and asked.lhs is key and asked.op == peewee.OP.EQ
    return asked.rhs if is_key and type(asked.rhs) is int else None


def written_out(sql, parameters, mark):
    """The same with its plain words, days and numbers in the SQL itself, such as the name of a state.

    SQLite would else prepare anew, each time, whatever asks for a state that an index is limited to. And PostgreSQL
    keeps one plan for whatever comes only where that is as good as a plan made anew: what it knows beforehand counts.
    """
    first, *pieces = sql.split(mark)
    written, left = [first], []
    for one, piece in zip(parameters, pieces, strict=True):
        literal = literally(one)
        written += [literal or mark, piece]
        left += [] if literal else [one]
    return "".join(written), left


def literally(value):
    """How SQL writes a plain word, a day or a whole number; None for what else it may be."""
    if (type(value) is str and re.fullmatch("[a-z_]*", value)) or type(value) is date:
        return f"'{value}'"
    return str(value) if type(value) is int and value >= 0 else None


def lock(record):
    """Hold a row until the transaction ends, so that what is read of it stays true; SQLite has one writer anyway."""
    if db.obj.for_update:
        type(record).select(type(record).id).where(type(record).id == record.id).for_update().execute()


def as_day(value):
    """SQLite gives the least and the greatest of dates as text, PostgreSQL as a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value
