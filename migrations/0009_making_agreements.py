"""All an agreement says, its frozen versions, its annexes, and who has the draft: frozen statements per engine."""

import peewee

SQLITE = [
    """
    ALTER TABLE "agreement" ADD COLUMN "holder" VARCHAR(8) DEFAULT 'employer' NOT NULL CHECK (holder IN ('employer',
    'provider'))
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "held_since" DATE
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "pass_message" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "revision" INTEGER DEFAULT 0 NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "nationality" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "study_year" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "guardian_phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "guardian_insz_sealed" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "guardian_insz_tail" VARCHAR(2) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "representative_role" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "joint_committee" VARCHAR(6) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "social_secretariat" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "rsz_number" VARCHAR(20) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "insurer" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "policy_number" VARCHAR(40) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "prevention_service" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "contact_name" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "contact_email" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "contact_phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "other_places" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "deputy_id" INTEGER REFERENCES "mentor" ("id")
    """,
    """
    CREATE INDEX "agreement_deputy_id" ON "agreement" ("deputy_id")
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "provider_place" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "provider_number" VARCHAR(20) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "coach_phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "rhythm" VARCHAR(11) DEFAULT 'same' NOT NULL CHECK (rhythm IN ('same',
    'alternating', 'blocks'))
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "blocks" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "transport" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "registers_agreements" INTEGER DEFAULT 1 NOT NULL
    """,
    """
    ALTER TABLE "signature" ADD COLUMN "signed_on" DATE
    """,
    """
    CREATE TABLE "agreement_version" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "version"
    INTEGER NOT NULL, "model" VARCHAR(10) NOT NULL, "content" TEXT NOT NULL, "content_hash" VARCHAR(64) NOT NULL,
    "frozen_at" DATETIME NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "agreement_version_agreement_id" ON "agreement_version" ("agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "agreement_version_agreement_id_version" ON "agreement_version" ("agreement_id", "version")
    """,
    """
    CREATE TABLE "annex" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "kind" VARCHAR(11) NOT
    NULL CHECK (kind IN ('plan', 'declaration', 'holiday', 'other')), "document_id" INTEGER NOT NULL, FOREIGN KEY
    ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY ("document_id") REFERENCES
    "document" ("id"))
    """,
    """
    CREATE INDEX "annex_agreement_id" ON "annex" ("agreement_id")
    """,
    """
    CREATE INDEX "annex_document_id" ON "annex" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "annex_agreement_id_kind_document_id" ON "annex" ("agreement_id", "kind", "document_id")
    """,
]

POSTGRESQL = [
    """
    ALTER TABLE "agreement" ADD COLUMN "holder" VARCHAR(8) DEFAULT 'employer' NOT NULL CHECK (holder IN ('employer',
    'provider'))
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "held_since" DATE
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "pass_message" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "revision" INTEGER DEFAULT 0 NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "nationality" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "study_year" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "guardian_phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "guardian_insz_sealed" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "guardian_insz_tail" VARCHAR(2) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "representative_role" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "joint_committee" VARCHAR(6) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "social_secretariat" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "rsz_number" VARCHAR(20) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "insurer" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "policy_number" VARCHAR(40) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "prevention_service" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "contact_name" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "contact_email" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "contact_phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "other_places" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "deputy_id" INTEGER REFERENCES "mentor" ("id")
    """,
    """
    CREATE INDEX "agreement_deputy_id" ON "agreement" ("deputy_id")
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "provider_place" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "provider_number" VARCHAR(20) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "coach_phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "rhythm" VARCHAR(11) DEFAULT 'same' NOT NULL CHECK (rhythm IN ('same',
    'alternating', 'blocks'))
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "blocks" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "transport" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "registers_agreements" BOOLEAN DEFAULT TRUE NOT NULL
    """,
    """
    ALTER TABLE "signature" ADD COLUMN "signed_on" DATE
    """,
    """
    CREATE TABLE "agreement_version" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "version"
    INTEGER NOT NULL, "model" VARCHAR(10) NOT NULL, "content" TEXT NOT NULL, "content_hash" VARCHAR(64) NOT NULL,
    "frozen_at" TIMESTAMP NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "agreement_version_agreement_id" ON "agreement_version" ("agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "agreement_version_agreement_id_version" ON "agreement_version" ("agreement_id", "version")
    """,
    """
    CREATE TABLE "annex" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "kind" VARCHAR(11) NOT
    NULL CHECK (kind IN ('plan', 'declaration', 'holiday', 'other')), "document_id" INTEGER NOT NULL, FOREIGN KEY
    ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY ("document_id") REFERENCES
    "document" ("id"))
    """,
    """
    CREATE INDEX "annex_agreement_id" ON "annex" ("agreement_id")
    """,
    """
    CREATE INDEX "annex_document_id" ON "annex" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "annex_agreement_id_kind_document_id" ON "annex" ("agreement_id", "kind", "document_id")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
