"""The words by which who handles files finds them; `init` fills them in afterwards, some at a time. Lists in order."""

import peewee

TABLE = """
    CREATE TABLE "{name}_word" ("id" {key} NOT NULL PRIMARY KEY, "file_id" INTEGER NOT NULL, "partnership_id" INTEGER
    NOT NULL, "word" {bytes} NOT NULL, FOREIGN KEY ("file_id") REFERENCES "{name}" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id"))
"""
INDEXES = [
    'CREATE INDEX "{name}_word_partnership_id_word_file_id" ON "{name}_word" ("partnership_id", "word", "file_id")',
    'CREATE UNIQUE INDEX "{name}_word_file_id_word" ON "{name}_word" ("file_id", "word")',
]
ORDER = [
    'DROP INDEX "mentor_application_state_clock_from"',
    """
    CREATE INDEX "mentor_application_state_clock_from_id" ON "mentor_application" ("state", "clock_from", "id")
    """,
]


def up(migrator, db):
    key, kind = ("INTEGER", "BLOB") if isinstance(db, peewee.SqliteDatabase) else ("SERIAL", "BYTEA")
    for name in ("recognition", "mentor_application"):
        for statement in (TABLE, *INDEXES):
            db.execute_sql(statement.format(name=name, key=key, bytes=kind))
    for statement in ORDER:
        db.execute_sql(statement)
