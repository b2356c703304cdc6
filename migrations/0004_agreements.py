"""Agreements, their signatures, and messages to people: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "agreement" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(20), "organisation_id" INTEGER
    NOT NULL, "recognition_id" INTEGER NOT NULL, "state" VARCHAR(10) NOT NULL CHECK (state IN ('draft', 'to_sign',
    'signed', 'registered', 'cancelled', 'discarded')), "created_by_id" INTEGER NOT NULL, "touched_on" DATE NOT
    NULL, "first_name" VARCHAR(255) NOT NULL, "last_name" VARCHAR(255) NOT NULL, "insz_sealed" TEXT NOT NULL,
    "insz_fingerprint" VARCHAR(64) NOT NULL, "insz_tail" VARCHAR(2) NOT NULL, "born_on" DATE, "email" VARCHAR(255)
    NOT NULL, "address" VARCHAR(255) NOT NULL, "guardian_name" VARCHAR(255) NOT NULL, "guardian_kind" VARCHAR(8)
    NOT NULL, "guardian_email" VARCHAR(255) NOT NULL, "starts_on" DATE, "ends_on" DATE, "mentor_id" INTEGER,
    "provider_id" INTEGER, "coach_name" VARCHAR(255) NOT NULL, "coach_email" VARCHAR(255) NOT NULL, "timetable"
    TEXT NOT NULL, "full_time" INTEGER, "category" VARCHAR(6) NOT NULL, "is_social_maribel" INTEGER NOT NULL,
    "is_simulated_only" INTEGER NOT NULL, "is_own_employee" INTEGER NOT NULL, "holidays" VARCHAR(12) NOT NULL,
    "representative" VARCHAR(255) NOT NULL, "declared" TEXT NOT NULL, "version" INTEGER NOT NULL, "content_hash"
    VARCHAR(64) NOT NULL, "kind" VARCHAR(4) NOT NULL, "allowance" DECIMAL(8, 2), "signed_on" DATE, "registered_on"
    DATE, "account_number" VARCHAR(34) NOT NULL, "wants_premium" INTEGER NOT NULL, "ended_on" DATE, "end_kind"
    VARCHAR(13), "end_note" TEXT NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id"), FOREIGN KEY ("created_by_id") REFERENCES
    "user" ("id"), FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"), FOREIGN KEY ("provider_id") REFERENCES
    "organisation" ("id"), CHECK (state <> 'registered' OR (number IS NOT NULL AND registered_on IS NOT NULL)),
    CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on))
    """,
    """
    CREATE UNIQUE INDEX "agreement_number" ON "agreement" ("number")
    """,
    """
    CREATE INDEX "agreement_organisation_id" ON "agreement" ("organisation_id")
    """,
    """
    CREATE INDEX "agreement_recognition_id" ON "agreement" ("recognition_id")
    """,
    """
    CREATE INDEX "agreement_created_by_id" ON "agreement" ("created_by_id")
    """,
    """
    CREATE INDEX "agreement_insz_fingerprint" ON "agreement" ("insz_fingerprint")
    """,
    """
    CREATE INDEX "agreement_mentor_id" ON "agreement" ("mentor_id")
    """,
    """
    CREATE INDEX "agreement_provider_id" ON "agreement" ("provider_id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_state_id" ON "agreement" ("organisation_id", "state", "id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_starts_on_id" ON "agreement" ("organisation_id", "starts_on", "id")
    """,
    """
    CREATE INDEX "agreement_provider_id_state_id" ON "agreement" ("provider_id", "state", "id")
    """,
    """
    CREATE TABLE "message" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER, "to" VARCHAR(255) NOT
    NULL, "subject" VARCHAR(255) NOT NULL, "text" TEXT NOT NULL, "written_at" DATETIME NOT NULL, "sent_at"
    DATETIME, "tries" INTEGER NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "message_organisation_id" ON "message" ("organisation_id")
    """,
    """
    CREATE INDEX "message_sent_at" ON "message" ("sent_at")
    """,
    """
    CREATE TABLE "signature" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "version"
    INTEGER NOT NULL, "party" VARCHAR(8) NOT NULL CHECK (party IN ('learner', 'guardian', 'employer',
    'provider')), "name" VARCHAR(255) NOT NULL, "way" VARCHAR(7) NOT NULL CHECK (way IN ('counter', 'link',
    'paper')), "at" DATETIME NOT NULL, "document_id" INTEGER, FOREIGN KEY ("agreement_id") REFERENCES "agreement"
    ("id") ON DELETE CASCADE, FOREIGN KEY ("document_id") REFERENCES "document" ("id"))
    """,
    """
    CREATE INDEX "signature_agreement_id" ON "signature" ("agreement_id")
    """,
    """
    CREATE INDEX "signature_document_id" ON "signature" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "signature_agreement_id_version_party" ON "signature" ("agreement_id", "version", "party")
    """,
    """
    CREATE TABLE "signing_link" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "version"
    INTEGER NOT NULL, "party" VARCHAR(8) NOT NULL, "email" VARCHAR(255) NOT NULL, "token_hash" VARCHAR(64) NOT
    NULL, "code_hash" VARCHAR(64) NOT NULL, "sent_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL, "used_at"
    DATETIME, "tries" INTEGER NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE
    CASCADE)
    """,
    """
    CREATE INDEX "signing_link_agreement_id" ON "signing_link" ("agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "signing_link_token_hash" ON "signing_link" ("token_hash")
    """,
    """
    CREATE INDEX "signing_link_agreement_id_version_party" ON "signing_link" ("agreement_id", "version", "party")
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "agreement" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(20), "organisation_id" INTEGER
    NOT NULL, "recognition_id" INTEGER NOT NULL, "state" VARCHAR(10) NOT NULL CHECK (state IN ('draft', 'to_sign',
    'signed', 'registered', 'cancelled', 'discarded')), "created_by_id" INTEGER NOT NULL, "touched_on" DATE NOT
    NULL, "first_name" VARCHAR(255) NOT NULL, "last_name" VARCHAR(255) NOT NULL, "insz_sealed" TEXT NOT NULL,
    "insz_fingerprint" VARCHAR(64) NOT NULL, "insz_tail" VARCHAR(2) NOT NULL, "born_on" DATE, "email" VARCHAR(255)
    NOT NULL, "address" VARCHAR(255) NOT NULL, "guardian_name" VARCHAR(255) NOT NULL, "guardian_kind" VARCHAR(8)
    NOT NULL, "guardian_email" VARCHAR(255) NOT NULL, "starts_on" DATE, "ends_on" DATE, "mentor_id" INTEGER,
    "provider_id" INTEGER, "coach_name" VARCHAR(255) NOT NULL, "coach_email" VARCHAR(255) NOT NULL, "timetable"
    TEXT NOT NULL, "full_time" INTEGER, "category" VARCHAR(6) NOT NULL, "is_social_maribel" BOOLEAN NOT NULL,
    "is_simulated_only" BOOLEAN NOT NULL, "is_own_employee" BOOLEAN NOT NULL, "holidays" VARCHAR(12) NOT NULL,
    "representative" VARCHAR(255) NOT NULL, "declared" TEXT NOT NULL, "version" INTEGER NOT NULL, "content_hash"
    VARCHAR(64) NOT NULL, "kind" VARCHAR(4) NOT NULL, "allowance" NUMERIC(8, 2), "signed_on" DATE, "registered_on"
    DATE, "account_number" VARCHAR(34) NOT NULL, "wants_premium" BOOLEAN NOT NULL, "ended_on" DATE, "end_kind"
    VARCHAR(13), "end_note" TEXT NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id"), FOREIGN KEY ("created_by_id") REFERENCES
    "user" ("id"), FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"), FOREIGN KEY ("provider_id") REFERENCES
    "organisation" ("id"), CHECK (state <> 'registered' OR (number IS NOT NULL AND registered_on IS NOT NULL)),
    CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on > starts_on))
    """,
    """
    CREATE UNIQUE INDEX "agreement_number" ON "agreement" ("number")
    """,
    """
    CREATE INDEX "agreement_organisation_id" ON "agreement" ("organisation_id")
    """,
    """
    CREATE INDEX "agreement_recognition_id" ON "agreement" ("recognition_id")
    """,
    """
    CREATE INDEX "agreement_created_by_id" ON "agreement" ("created_by_id")
    """,
    """
    CREATE INDEX "agreement_insz_fingerprint" ON "agreement" ("insz_fingerprint")
    """,
    """
    CREATE INDEX "agreement_mentor_id" ON "agreement" ("mentor_id")
    """,
    """
    CREATE INDEX "agreement_provider_id" ON "agreement" ("provider_id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_state_id" ON "agreement" ("organisation_id", "state", "id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_starts_on_id" ON "agreement" ("organisation_id", "starts_on", "id")
    """,
    """
    CREATE INDEX "agreement_provider_id_state_id" ON "agreement" ("provider_id", "state", "id")
    """,
    """
    CREATE TABLE "message" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER, "to" VARCHAR(255) NOT
    NULL, "subject" VARCHAR(255) NOT NULL, "text" TEXT NOT NULL, "written_at" TIMESTAMP NOT NULL, "sent_at"
    TIMESTAMP, "tries" INTEGER NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "message_organisation_id" ON "message" ("organisation_id")
    """,
    """
    CREATE INDEX "message_sent_at" ON "message" ("sent_at")
    """,
    """
    CREATE TABLE "signature" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "version" INTEGER
    NOT NULL, "party" VARCHAR(8) NOT NULL CHECK (party IN ('learner', 'guardian', 'employer', 'provider')), "name"
    VARCHAR(255) NOT NULL, "way" VARCHAR(7) NOT NULL CHECK (way IN ('counter', 'link', 'paper')), "at" TIMESTAMP
    NOT NULL, "document_id" INTEGER, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"))
    """,
    """
    CREATE INDEX "signature_agreement_id" ON "signature" ("agreement_id")
    """,
    """
    CREATE INDEX "signature_document_id" ON "signature" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "signature_agreement_id_version_party" ON "signature" ("agreement_id", "version", "party")
    """,
    """
    CREATE TABLE "signing_link" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "version"
    INTEGER NOT NULL, "party" VARCHAR(8) NOT NULL, "email" VARCHAR(255) NOT NULL, "token_hash" VARCHAR(64) NOT
    NULL, "code_hash" VARCHAR(64) NOT NULL, "sent_at" TIMESTAMP NOT NULL, "expires_at" TIMESTAMP NOT NULL,
    "used_at" TIMESTAMP, "tries" INTEGER NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON
    DELETE CASCADE)
    """,
    """
    CREATE INDEX "signing_link_agreement_id" ON "signing_link" ("agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "signing_link_token_hash" ON "signing_link" ("token_hash")
    """,
    """
    CREATE INDEX "signing_link_agreement_id_version_party" ON "signing_link" ("agreement_id", "version", "party")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
