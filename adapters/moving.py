"""The whole register from SQLite to PostgreSQL: in one transaction, row by row, and then looked at row by row.

It must not know what is in the register: what to move stands in the two catalogues.
"""

import sqlite3
import struct
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, zip_longest
from pathlib import Path
from typing import NamedTuple

import peewee
import psycopg
from psycopg.sql import SQL, Identifier, Literal

WAIT = 5  # seconds for somebody who is writing
AT_ONCE = 1000  # rows fetched at once; of documents one
SHOWN = 20  # differences told of one table


class MoveRefused(Exception):
    """Nothing was moved; the sentence says why."""


class Table(NamedTuple):
    name: str
    columns: dict  # {name: how the other database says what SQLite holds}
    key: list  # the names of its primary key; none: as the rows were written
    is_heavy: bool  # it holds documents


def single(value):
    """As precise as PostgreSQL keeps it."""
    return struct.unpack("f", struct.pack("f", value))[0]


def plain(value):
    return value


def text(value):
    return value


KINDS = {
    "integer": plain,
    "bigint": plain,
    "text": text,
    "character varying": text,
    "boolean": bool,
    "bytea": bytes,
    "date": date.fromisoformat,
    "timestamp without time zone": datetime.fromisoformat,
    "numeric": lambda value: Decimal(str(value)),
    "real": single,
}


def move(path, target, make_tables):
    """Everything in the SQLite file `path` to the empty PostgreSQL database `target`; {table: how many rows}.

    Nobody writes in the file meanwhile. `make_tables` makes the tables there. Raises MoveRefused, and leaves it empty.
    """
    try:
        with locked(path) as source, target.connection_context(), target.atomic():
            connection = target.connection()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(f"SET LOCAL {name} = 0")
            if not is_empty(connection):
                raise MoveRefused("Het doel is niet leeg. Maak een nieuwe database en probeer opnieuw.")
            make_tables()
            tables = list(tables_of(connection))
            check_columns(source, tables)
            with without_references(connection):
                moved = {table.name: copy(source, connection, table) for table in tables}
            if found := [told for table in tables for told in compare(source, connection, table)]:
                raise MoveRefused("\n".join(["De kopie is niet gelijk. Er is niets verplaatst.", *found]))
            go_on_counting(connection)
            connection.execute("ANALYZE")
            return moved
    except (peewee.PeeweeException, psycopg.Error) as problem:
        said = getattr(problem, "orig", problem)
        words = getattr(getattr(said, "diag", None), "message_primary", None) or said
        raise MoveRefused(f"PostgreSQL weigert: {words} Er is niets verplaatst.") from problem


@contextmanager
def locked(path):
    """The file, in which nobody else writes until the block ends; reading goes on."""
    if not Path(path).exists():
        raise MoveRefused(f"Er is geen database in {path}.")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT)) as source:
        try:
            source.execute("BEGIN IMMEDIATE")
            yield source
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorname != "SQLITE_BUSY":
                raise MoveRefused(f"Lezen lukt niet: {problem}") from None
            raise MoveRefused("Iemand schrijft in de database. Sluit eerst het loket en de worker.") from None


# --- what there is ----------------------------------------------------------------------------------------------------


def is_empty(connection):
    asked = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    return connection.execute(asked).fetchone() == (0,)


def tables_of(connection):
    """Every table of the target, as its catalogue has them."""
    kinds, keys = {}, {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    ):
        kinds.setdefault(table, {})[column] = kind
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM information_schema.key_column_usage "
        "JOIN information_schema.table_constraints USING (constraint_schema, constraint_name, table_name) "
        "WHERE constraint_schema = current_schema() AND constraint_type = 'PRIMARY KEY' ORDER BY ordinal_position"
    ):
        keys.setdefault(table, []).append(column)
    for name, columns in kinds.items():
        made = {column: KINDS[kind] for column, kind in columns.items()}
        yield Table(name, made, keys.get(name, []), "bytea" in columns.values())


def check_columns(source, tables):
    """Both must be as new as the code; the indexes by which SQLite searches words are no tables of ours."""
    here = source.execute(
        "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    if set(here) != {(table.name, column) for table in tables for column in table.columns}:
        raise MoveRefused("Deze database is niet zo nieuw als het programma. Voer eerst `flask init` uit.")


# --- over -------------------------------------------------------------------------------------------------------------


@contextmanager
def without_references(connection):
    """Rows may come before what they refer to; afterwards every reference is looked at."""
    asked = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    references = connection.execute(asked).fetchall()
    for table, name, _ in references:
        connection.execute(SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(SQL(table), Identifier(name)))
    yield
    for table, name, words in references:
        connection.execute(SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(SQL(table), Identifier(name), SQL(words)))


def copy(source, connection, table):
    """Fill one table; how many rows."""
    name, columns = Identifier(table.name), SQL(", ").join(map(Identifier, table.columns))
    if connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(name)).fetchone():
        connection.execute(SQL("DELETE FROM {}").format(name))  # what migrations put there comes along too
    count = 0
    with connection.cursor() as cursor, cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as sink:
        for row in rows_here(source, table):
            sink.write_row(row)
            count += 1
    return count


def rows_here(source, table):
    """The rows in SQLite, as PostgreSQL would say them, in the order of the key."""
    asked = question(table, map(Identifier, table.columns), [Identifier(name) for name in table.key] or [SQL("rowid")])
    for row in source.execute(asked.as_string()):
        try:
            yield tuple(
                value if value is None else say(value) for say, value in zip(table.columns.values(), row, strict=True)
            )
        except (TypeError, ValueError):
            raise MoveRefused(f"In {table.name} {row[0]} past een waarde niet. Er is niets verplaatst.") from None


def rows_there(connection, table):
    """The rows in PostgreSQL in the same order; text is ordered there by its bytes, as in SQLite."""
    said = {text: '{} COLLATE "C"'}
    order = [SQL(said.get(table.columns[name], "{}")).format(Identifier(name)) for name in table.key] or [SQL("ctid")]
    exact = {single: "{}::double precision"}
    columns = [SQL(exact.get(kind, "{}")).format(Identifier(name)) for name, kind in table.columns.items()]
    with connection.cursor(name="moved") as cursor:
        cursor.itersize = 1 if table.is_heavy else AT_ONCE
        yield from cursor.execute(question(table, columns, order))


def question(table, columns, order):
    """Both engines quote names alike."""
    listed = [SQL(", ").join(one) for one in (columns, order)]
    return SQL("SELECT {} FROM {} ORDER BY {}").format(listed[0], Identifier(table.name), listed[1])


# --- and the same -----------------------------------------------------------------------------------------------------


def compare(source, connection, table):
    """What is not the same on both sides, as Dutch sentences; some of it, where it is much."""
    return list(islice(differences(source, connection, table), SHOWN))


def differences(source, connection, table):
    for here, there in zip_longest(rows_here(source, table), rows_there(connection, table)):
        if here == there:
            continue
        if here is None or there is None:
            yield f"{table.name}: {'een rij te veel' if here is None else 'een rij te weinig'}."
            return
        names = [name for name, one, other in zip(table.columns, here, there, strict=True) if one != other]
        yield f"{table.name} {here[0]}: {', '.join(names)} verschilt."


def go_on_counting(connection):
    """New rows get the number after the highest one."""
    asked = (
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
    )
    for table, column in connection.execute(asked).fetchall():
        place = Identifier(table)
        connection.execute(
            SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {} HAVING max({}) IS NOT NULL").format(
                Literal(place.as_string()), Literal(column), Identifier(column), place, Identifier(column)
            )
        )
