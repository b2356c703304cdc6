"""Invitations, personal links to the access log, and when users were looked over: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "invitation" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "role"
    VARCHAR(24) NOT NULL CHECK (role IN ('legal_representative', 'head_access_manager', 'access_manager',
    'user', 'viewer')), "email" VARCHAR(255) NOT NULL, "insz_hash" VARCHAR(64), "token_hash" VARCHAR(64),
    "invited_by_id" INTEGER NOT NULL, "made_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL, "closed_at"
    DATETIME, "accepted_by_id" INTEGER, "note" TEXT NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES
    "organisation" ("id") ON DELETE CASCADE, FOREIGN KEY ("invited_by_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("accepted_by_id") REFERENCES "user" ("id"), CHECK (insz_hash IS NOT NULL OR token_hash IS NOT NULL))
    """,
    """
    CREATE INDEX "invitation_organisation_id" ON "invitation" ("organisation_id")
    """,
    """
    CREATE INDEX "invitation_insz_hash" ON "invitation" ("insz_hash")
    """,
    """
    CREATE UNIQUE INDEX "invitation_token_hash" ON "invitation" ("token_hash")
    """,
    """
    CREATE INDEX "invitation_invited_by_id" ON "invitation" ("invited_by_id")
    """,
    """
    CREATE INDEX "invitation_accepted_by_id" ON "invitation" ("accepted_by_id")
    """,
    """
    CREATE TABLE "insight_link" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL,
    "subject" VARCHAR(20) NOT NULL CHECK (subject IN ('mentor', 'agreement')), "subject_id" INTEGER NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL, "sent_by_id" INTEGER NOT NULL, "sent_at" DATETIME NOT NULL, "expires_at"
    DATETIME NOT NULL, "used_at" DATETIME, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("sent_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "insight_link_organisation_id" ON "insight_link" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "insight_link_token_hash" ON "insight_link" ("token_hash")
    """,
    """
    CREATE INDEX "insight_link_sent_by_id" ON "insight_link" ("sent_by_id")
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "users_confirmed_on" DATE
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "invitation" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "role"
    VARCHAR(24) NOT NULL CHECK (role IN ('legal_representative', 'head_access_manager', 'access_manager',
    'user', 'viewer')), "email" VARCHAR(255) NOT NULL, "insz_hash" VARCHAR(64), "token_hash" VARCHAR(64),
    "invited_by_id" INTEGER NOT NULL, "made_at" TIMESTAMP NOT NULL, "expires_at" TIMESTAMP NOT NULL, "closed_at"
    TIMESTAMP, "accepted_by_id" INTEGER, "note" TEXT NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES
    "organisation" ("id") ON DELETE CASCADE, FOREIGN KEY ("invited_by_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("accepted_by_id") REFERENCES "user" ("id"), CHECK (insz_hash IS NOT NULL OR token_hash IS NOT NULL))
    """,
    """
    CREATE INDEX "invitation_organisation_id" ON "invitation" ("organisation_id")
    """,
    """
    CREATE INDEX "invitation_insz_hash" ON "invitation" ("insz_hash")
    """,
    """
    CREATE UNIQUE INDEX "invitation_token_hash" ON "invitation" ("token_hash")
    """,
    """
    CREATE INDEX "invitation_invited_by_id" ON "invitation" ("invited_by_id")
    """,
    """
    CREATE INDEX "invitation_accepted_by_id" ON "invitation" ("accepted_by_id")
    """,
    """
    CREATE TABLE "insight_link" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "subject"
    VARCHAR(20) NOT NULL CHECK (subject IN ('mentor', 'agreement')), "subject_id" INTEGER NOT NULL, "token_hash"
    VARCHAR(64) NOT NULL, "sent_by_id" INTEGER NOT NULL, "sent_at" TIMESTAMP NOT NULL, "expires_at" TIMESTAMP
    NOT NULL, "used_at" TIMESTAMP, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("sent_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "insight_link_organisation_id" ON "insight_link" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "insight_link_token_hash" ON "insight_link" ("token_hash")
    """,
    """
    CREATE INDEX "insight_link_sent_by_id" ON "insight_link" ("sent_by_id")
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "users_confirmed_on" DATE
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
