"""Forms that were done, so that one that arrives twice is done once: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "once" ("fingerprint" VARCHAR(64) NOT NULL PRIMARY KEY, "place" TEXT NOT NULL, "at" DATETIME NOT
    NULL)
    """,
    """
    CREATE INDEX "once_at" ON "once" ("at")
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "once" ("fingerprint" VARCHAR(64) NOT NULL PRIMARY KEY, "place" TEXT NOT NULL, "at" TIMESTAMP NOT
    NULL)
    """,
    """
    CREATE INDEX "once_at" ON "once" ("at")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
