"""How people want to be told, and what was told already: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "preference" ("id" INTEGER NOT NULL PRIMARY KEY, "membership_id" INTEGER NOT NULL, "ways" TEXT
    NOT NULL, "follows" VARCHAR(3) NOT NULL CHECK (follows IN ('own', 'all')), "away_from" DATE, "away_until"
    DATE, "deputy_id" INTEGER, FOREIGN KEY ("membership_id") REFERENCES "membership" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("deputy_id") REFERENCES "user" ("id"), CHECK (away_until >= away_from), CHECK ((away_from IS
    NULL) = (deputy_id IS NULL)))
    """,
    """
    CREATE UNIQUE INDEX "preference_membership_id" ON "preference" ("membership_id")
    """,
    """
    CREATE INDEX "preference_deputy_id" ON "preference" ("deputy_id")
    """,
    """
    CREATE TABLE "told" ("key" VARCHAR(80) NOT NULL PRIMARY KEY, "on" DATE NOT NULL)
    """,
    """
    CREATE INDEX "told_on" ON "told" ("on")
    """,
]
POSTGRESQL = [
    """
    CREATE TABLE "preference" ("id" SERIAL NOT NULL PRIMARY KEY, "membership_id" INTEGER NOT NULL, "ways" TEXT NOT
    NULL, "follows" VARCHAR(3) NOT NULL CHECK (follows IN ('own', 'all')), "away_from" DATE, "away_until" DATE,
    "deputy_id" INTEGER, FOREIGN KEY ("membership_id") REFERENCES "membership" ("id") ON DELETE CASCADE, FOREIGN
    KEY ("deputy_id") REFERENCES "user" ("id"), CHECK (away_until >= away_from), CHECK ((away_from IS NULL) =
    (deputy_id IS NULL)))
    """,
    """
    CREATE UNIQUE INDEX "preference_membership_id" ON "preference" ("membership_id")
    """,
    """
    CREATE INDEX "preference_deputy_id" ON "preference" ("deputy_id")
    """,
    """
    CREATE TABLE "told" ("key" VARCHAR(80) NOT NULL PRIMARY KEY, "on" DATE NOT NULL)
    """,
    """
    CREATE INDEX "told_on" ON "told" ("on")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
