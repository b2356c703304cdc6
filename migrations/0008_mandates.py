"""Mandates, what waits for approval, and through whom something was done: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "mandate" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "holder_id"
    INTEGER NOT NULL, "recognitions" VARCHAR(8) NOT NULL, "mentors" VARCHAR(8) NOT NULL, "agreements" VARCHAR(8)
    NOT NULL, "valid_from" DATE NOT NULL, "valid_until" DATE NOT NULL, "given_by_id" INTEGER NOT NULL,
    "given_at" DATETIME NOT NULL, "ended_by_id" INTEGER, "ended_at" DATETIME, FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id"), FOREIGN KEY ("holder_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("given_by_id") REFERENCES "user" ("id"), FOREIGN KEY ("ended_by_id") REFERENCES "user" ("id"), CHECK
    (recognitions IN ('no', 'yes', 'approval')), CHECK (mentors IN ('no', 'yes', 'approval')), CHECK (agreements
    IN ('no', 'yes', 'approval')), CHECK (organisation_id <> holder_id), CHECK (valid_until >= valid_from),
    CHECK (recognitions <> 'no' OR mentors <> 'no' OR agreements <> 'no'))
    """,
    """
    CREATE INDEX "mandate_organisation_id" ON "mandate" ("organisation_id")
    """,
    """
    CREATE INDEX "mandate_holder_id" ON "mandate" ("holder_id")
    """,
    """
    CREATE INDEX "mandate_given_by_id" ON "mandate" ("given_by_id")
    """,
    """
    CREATE INDEX "mandate_ended_by_id" ON "mandate" ("ended_by_id")
    """,
    """
    CREATE TABLE "proposal" ("id" INTEGER NOT NULL PRIMARY KEY, "mandate_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "user_id" INTEGER NOT NULL, "path" VARCHAR(255) NOT NULL, "form" TEXT NOT NULL, "what"
    VARCHAR(255) NOT NULL, "about" VARCHAR(255) NOT NULL, "place" VARCHAR(255) NOT NULL, "made_at" DATETIME NOT
    NULL, "decided_at" DATETIME, "decided_by_id" INTEGER, "is_approved" INTEGER, "reason" TEXT NOT NULL, FOREIGN
    KEY ("mandate_id") REFERENCES "mandate" ("id"), FOREIGN KEY ("organisation_id") REFERENCES "organisation"
    ("id"), FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY ("decided_by_id") REFERENCES "user"
    ("id"))
    """,
    """
    CREATE INDEX "proposal_mandate_id" ON "proposal" ("mandate_id")
    """,
    """
    CREATE INDEX "proposal_organisation_id" ON "proposal" ("organisation_id")
    """,
    """
    CREATE INDEX "proposal_user_id" ON "proposal" ("user_id")
    """,
    """
    CREATE INDEX "proposal_decided_by_id" ON "proposal" ("decided_by_id")
    """,
    """
    ALTER TABLE "event" ADD COLUMN "through_id" INTEGER REFERENCES "organisation" ("id")
    """,
    """
    CREATE INDEX "event_through_id" ON "event" ("through_id")
    """,
    """
    ALTER TABLE "access_log" ADD COLUMN "through_id" INTEGER REFERENCES "organisation" ("id")
    """,
    """
    CREATE INDEX "access_log_through_id" ON "access_log" ("through_id")
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "mandate" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "holder_id"
    INTEGER NOT NULL, "recognitions" VARCHAR(8) NOT NULL, "mentors" VARCHAR(8) NOT NULL, "agreements" VARCHAR(8)
    NOT NULL, "valid_from" DATE NOT NULL, "valid_until" DATE NOT NULL, "given_by_id" INTEGER NOT NULL,
    "given_at" TIMESTAMP NOT NULL, "ended_by_id" INTEGER, "ended_at" TIMESTAMP, FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id"), FOREIGN KEY ("holder_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("given_by_id") REFERENCES "user" ("id"), FOREIGN KEY ("ended_by_id") REFERENCES "user" ("id"), CHECK
    (recognitions IN ('no', 'yes', 'approval')), CHECK (mentors IN ('no', 'yes', 'approval')), CHECK (agreements
    IN ('no', 'yes', 'approval')), CHECK (organisation_id <> holder_id), CHECK (valid_until >= valid_from),
    CHECK (recognitions <> 'no' OR mentors <> 'no' OR agreements <> 'no'))
    """,
    """
    CREATE INDEX "mandate_organisation_id" ON "mandate" ("organisation_id")
    """,
    """
    CREATE INDEX "mandate_holder_id" ON "mandate" ("holder_id")
    """,
    """
    CREATE INDEX "mandate_given_by_id" ON "mandate" ("given_by_id")
    """,
    """
    CREATE INDEX "mandate_ended_by_id" ON "mandate" ("ended_by_id")
    """,
    """
    CREATE TABLE "proposal" ("id" SERIAL NOT NULL PRIMARY KEY, "mandate_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "user_id" INTEGER NOT NULL, "path" VARCHAR(255) NOT NULL, "form" TEXT NOT NULL, "what"
    VARCHAR(255) NOT NULL, "about" VARCHAR(255) NOT NULL, "place" VARCHAR(255) NOT NULL, "made_at" TIMESTAMP NOT
    NULL, "decided_at" TIMESTAMP, "decided_by_id" INTEGER, "is_approved" BOOLEAN, "reason" TEXT NOT NULL,
    FOREIGN KEY ("mandate_id") REFERENCES "mandate" ("id"), FOREIGN KEY ("organisation_id") REFERENCES
    "organisation" ("id"), FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY ("decided_by_id")
    REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "proposal_mandate_id" ON "proposal" ("mandate_id")
    """,
    """
    CREATE INDEX "proposal_organisation_id" ON "proposal" ("organisation_id")
    """,
    """
    CREATE INDEX "proposal_user_id" ON "proposal" ("user_id")
    """,
    """
    CREATE INDEX "proposal_decided_by_id" ON "proposal" ("decided_by_id")
    """,
    """
    ALTER TABLE "event" ADD COLUMN "through_id" INTEGER REFERENCES "organisation" ("id")
    """,
    """
    CREATE INDEX "event_through_id" ON "event" ("through_id")
    """,
    """
    ALTER TABLE "access_log" ADD COLUMN "through_id" INTEGER REFERENCES "organisation" ("id")
    """,
    """
    CREATE INDEX "access_log_through_id" ON "access_log" ("through_id")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
