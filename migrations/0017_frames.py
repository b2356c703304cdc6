"""Frames on other websites with a session of their own, and keys for a portal: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "pairing" ("id" INTEGER NOT NULL PRIMARY KEY, "asked_by" VARCHAR(64) NOT NULL, "link_hash"
    VARCHAR(64) NOT NULL, "code" VARCHAR(6) NOT NULL, "host" VARCHAR(255) NOT NULL, "expires_at" DATETIME NOT
    NULL, "sign_in_id" INTEGER, "organisation_id" INTEGER, "secret_hash" VARCHAR(64), "secret_until" DATETIME,
    "tries" INTEGER NOT NULL, "session_hash" VARCHAR(64), FOREIGN KEY ("sign_in_id") REFERENCES "sign_in"
    ("id") ON DELETE CASCADE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE UNIQUE INDEX "pairing_link_hash" ON "pairing" ("link_hash")
    """,
    """
    CREATE INDEX "pairing_expires_at" ON "pairing" ("expires_at")
    """,
    """
    CREATE INDEX "pairing_sign_in_id" ON "pairing" ("sign_in_id")
    """,
    """
    CREATE INDEX "pairing_organisation_id" ON "pairing" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "pairing_session_hash" ON "pairing" ("session_hash")
    """,
    """
    CREATE TABLE "portal_key" ("id" INTEGER NOT NULL PRIMARY KEY, "label" VARCHAR(60) NOT NULL, "user_id"
    INTEGER NOT NULL, "organisation_id" INTEGER NOT NULL, "key_hash" VARCHAR(64) NOT NULL, "made_at" DATETIME
    NOT NULL, "ended_at" DATETIME, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE, FOREIGN
    KEY ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "portal_key_user_id" ON "portal_key" ("user_id")
    """,
    """
    CREATE INDEX "portal_key_organisation_id" ON "portal_key" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "portal_key_key_hash" ON "portal_key" ("key_hash")
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "pairing" ("id" SERIAL NOT NULL PRIMARY KEY, "asked_by" VARCHAR(64) NOT NULL, "link_hash"
    VARCHAR(64) NOT NULL, "code" VARCHAR(6) NOT NULL, "host" VARCHAR(255) NOT NULL, "expires_at" TIMESTAMP NOT
    NULL, "sign_in_id" INTEGER, "organisation_id" INTEGER, "secret_hash" VARCHAR(64), "secret_until"
    TIMESTAMP, "tries" INTEGER NOT NULL, "session_hash" VARCHAR(64), FOREIGN KEY ("sign_in_id") REFERENCES
    "sign_in" ("id") ON DELETE CASCADE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE UNIQUE INDEX "pairing_link_hash" ON "pairing" ("link_hash")
    """,
    """
    CREATE INDEX "pairing_expires_at" ON "pairing" ("expires_at")
    """,
    """
    CREATE INDEX "pairing_sign_in_id" ON "pairing" ("sign_in_id")
    """,
    """
    CREATE INDEX "pairing_organisation_id" ON "pairing" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "pairing_session_hash" ON "pairing" ("session_hash")
    """,
    """
    CREATE TABLE "portal_key" ("id" SERIAL NOT NULL PRIMARY KEY, "label" VARCHAR(60) NOT NULL, "user_id"
    INTEGER NOT NULL, "organisation_id" INTEGER NOT NULL, "key_hash" VARCHAR(64) NOT NULL, "made_at" TIMESTAMP
    NOT NULL, "ended_at" TIMESTAMP, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "portal_key_user_id" ON "portal_key" ("user_id")
    """,
    """
    CREATE INDEX "portal_key_organisation_id" ON "portal_key" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "portal_key_key_hash" ON "portal_key" ("key_hash")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
