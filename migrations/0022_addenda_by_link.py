"""Learner and guardian sign an addendum by a mailed link too: frozen statements per engine."""

import peewee

SQLITE = [
    """
    ALTER TABLE "signing_link" ADD COLUMN "addendum_id" INTEGER REFERENCES "addendum" ("id") ON DELETE CASCADE
    """,
    """
    CREATE INDEX "signing_link_addendum_id" ON "signing_link" ("addendum_id")
    """,
    # SQLite changes no check: the table is made anew around what it holds.
    """
    CREATE TABLE "addendum_signature_new" ("id" INTEGER NOT NULL PRIMARY KEY, "addendum_id" INTEGER NOT NULL, "party"
    VARCHAR(8) NOT NULL CHECK (party IN ('learner', 'guardian', 'employer', 'provider')), "name" VARCHAR(255) NOT
    NULL, "way" VARCHAR(7) NOT NULL CHECK (way IN ('counter', 'link', 'paper')), "at" DATETIME NOT NULL,
    "document_id" INTEGER, FOREIGN KEY ("addendum_id") REFERENCES "addendum" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("document_id") REFERENCES "document" ("id"))
    """,
    """
    INSERT INTO "addendum_signature_new" SELECT "id", "addendum_id", "party", "name", "way", "at", "document_id"
    FROM "addendum_signature"
    """,
    """
    DROP TABLE "addendum_signature"
    """,
    """
    ALTER TABLE "addendum_signature_new" RENAME TO "addendum_signature"
    """,
    """
    CREATE INDEX "addendum_signature_addendum_id" ON "addendum_signature" ("addendum_id")
    """,
    """
    CREATE INDEX "addendum_signature_document_id" ON "addendum_signature" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "addendum_signature_addendum_id_party" ON "addendum_signature" ("addendum_id", "party")
    """,
]

POSTGRESQL = [
    """
    ALTER TABLE "signing_link" ADD COLUMN "addendum_id" INTEGER REFERENCES "addendum" ("id") ON DELETE CASCADE
    """,
    """
    CREATE INDEX "signing_link_addendum_id" ON "signing_link" ("addendum_id")
    """,
    """
    ALTER TABLE "addendum_signature" DROP CONSTRAINT "addendum_signature_way_check"
    """,
    """
    ALTER TABLE "addendum_signature" ADD CONSTRAINT "addendum_signature_way_check" CHECK (way IN ('counter', 'link',
    'paper'))
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
