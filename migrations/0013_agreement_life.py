"""What happens to an agreement once it is registered, and the words it is found by: frozen statements per engine."""

import re
import unicodedata

import peewee

SQLITE = [
    """
    ALTER TABLE "agreement" ADD COLUMN "learner_account_number" VARCHAR(34) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "declaration_id" INTEGER REFERENCES "document" ("id")
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "premium_waived_on" DATE
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "end_initiative" VARCHAR(9)
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "ended_at" DATETIME
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "end_checked" TEXT DEFAULT '[]' NOT NULL
    """,
    """
    CREATE INDEX "agreement_declaration_id" ON "agreement" ("declaration_id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_id" ON "agreement" ("organisation_id", "id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_ends_on_id" ON "agreement" ("organisation_id", "ends_on", "id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_provider_id_id" ON "agreement" ("organisation_id", "provider_id", "id")
    """,
    """
    CREATE INDEX "agreement_ended" ON "agreement" ("organisation_id", "ended_on") WHERE ended_on IS NOT NULL
    """,
    """
    CREATE INDEX "agreement_lacking_premium" ON "agreement" ("organisation_id", "starts_on") WHERE state =
    'registered' AND ended_on IS NULL AND premium_waived_on IS NULL AND (wants_premium = FALSE OR account_number =
    '' OR learner_account_number = '' OR declaration_id IS NULL)
    """,
    """
    CREATE TABLE "suspension" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "reason" VARCHAR(13) NOT NULL CHECK (reason IN ('illness', 'work_accident', 'birth',
    'short_leave', 'compelling', 'unemployment', 'student_job', 'discipline', 'other')), "starts_on" DATE NOT NULL,
    "ends_on" DATE, "keeps_allowance" INTEGER NOT NULL, "note" TEXT NOT NULL, "reported_on" DATE, "created_by_id"
    INTEGER NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"),
    CHECK (ends_on IS NULL OR ends_on >= starts_on))
    """,
    """
    CREATE INDEX "suspension_agreement_id" ON "suspension" ("agreement_id")
    """,
    """
    CREATE INDEX "suspension_organisation_id" ON "suspension" ("organisation_id")
    """,
    """
    CREATE INDEX "suspension_created_by_id" ON "suspension" ("created_by_id")
    """,
    """
    CREATE UNIQUE INDEX "suspension_one_open" ON "suspension" ("agreement_id") WHERE ("ends_on" IS NULL)
    """,
    """
    CREATE INDEX "suspension_agreement_id_starts_on" ON "suspension" ("agreement_id", "starts_on")
    """,
    """
    CREATE INDEX "suspension_organisation_id_reported_on_starts_on" ON "suspension" ("organisation_id",
    "reported_on", "starts_on")
    """,
    """
    CREATE TABLE "addendum" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "ordinal" INTEGER NOT NULL, "kind" VARCHAR(9) NOT NULL CHECK (kind IN ('timetable', 'mentor',
    'holidays', 'extension')), "state" VARCHAR(9) NOT NULL CHECK (state IN ('to_sign', 'signed', 'withdrawn')),
    "effective_on" DATE NOT NULL, "reason" TEXT NOT NULL, "mentor_id" INTEGER, "ends_on" DATE, "facts" TEXT NOT
    NULL, "content" TEXT NOT NULL, "content_hash" VARCHAR(64) NOT NULL, "created_by_id" INTEGER NOT NULL,
    "created_on" DATE NOT NULL, "signed_on" DATE, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON
    DELETE CASCADE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("mentor_id")
    REFERENCES "mentor" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), CHECK ((kind = 'mentor') =
    (mentor_id IS NOT NULL)), CHECK ((kind = 'extension') = (ends_on IS NOT NULL)), CHECK ((state = 'signed') =
    (signed_on IS NOT NULL)))
    """,
    """
    CREATE INDEX "addendum_agreement_id" ON "addendum" ("agreement_id")
    """,
    """
    CREATE INDEX "addendum_organisation_id" ON "addendum" ("organisation_id")
    """,
    """
    CREATE INDEX "addendum_mentor_id" ON "addendum" ("mentor_id")
    """,
    """
    CREATE INDEX "addendum_created_by_id" ON "addendum" ("created_by_id")
    """,
    """
    CREATE UNIQUE INDEX "addendum_agreement_id_ordinal" ON "addendum" ("agreement_id", "ordinal")
    """,
    """
    CREATE UNIQUE INDEX "addendum_one_waiting" ON "addendum" ("agreement_id", "kind") WHERE ("state" = 'to_sign')
    """,
    """
    CREATE INDEX "addendum_organisation_id_state" ON "addendum" ("organisation_id", "state")
    """,
    """
    CREATE TABLE "addendum_signature" ("id" INTEGER NOT NULL PRIMARY KEY, "addendum_id" INTEGER NOT NULL, "party"
    VARCHAR(8) NOT NULL CHECK (party IN ('learner', 'guardian', 'employer', 'provider')), "name" VARCHAR(255) NOT
    NULL, "way" VARCHAR(7) NOT NULL CHECK (way IN ('counter', 'paper')), "at" DATETIME NOT NULL, "document_id"
    INTEGER, FOREIGN KEY ("addendum_id") REFERENCES "addendum" ("id") ON DELETE CASCADE, FOREIGN KEY ("document_id")
    REFERENCES "document" ("id"))
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
    """
    CREATE TABLE "agreement_word" ("id" INTEGER NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL, "word" BLOB NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement"
    ("id") ON DELETE CASCADE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "agreement_word_organisation_id_word_agreement_id" ON "agreement_word" ("organisation_id", "word",
    "agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "agreement_word_agreement_id_word" ON "agreement_word" ("agreement_id", "word")
    """,
]

POSTGRESQL = [
    """
    ALTER TABLE "agreement" ADD COLUMN "learner_account_number" VARCHAR(34) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "declaration_id" INTEGER REFERENCES "document" ("id")
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "premium_waived_on" DATE
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "end_initiative" VARCHAR(9)
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "ended_at" TIMESTAMP
    """,
    """
    ALTER TABLE "agreement" ADD COLUMN "end_checked" TEXT DEFAULT '[]' NOT NULL
    """,
    """
    CREATE INDEX "agreement_declaration_id" ON "agreement" ("declaration_id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_id" ON "agreement" ("organisation_id", "id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_ends_on_id" ON "agreement" ("organisation_id", "ends_on", "id")
    """,
    """
    CREATE INDEX "agreement_organisation_id_provider_id_id" ON "agreement" ("organisation_id", "provider_id", "id")
    """,
    """
    CREATE INDEX "agreement_ended" ON "agreement" ("organisation_id", "ended_on") WHERE ended_on IS NOT NULL
    """,
    """
    CREATE INDEX "agreement_lacking_premium" ON "agreement" ("organisation_id", "starts_on") WHERE state =
    'registered' AND ended_on IS NULL AND premium_waived_on IS NULL AND (wants_premium = FALSE OR account_number =
    '' OR learner_account_number = '' OR declaration_id IS NULL)
    """,
    """
    CREATE TABLE "suspension" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "reason" VARCHAR(13) NOT NULL CHECK (reason IN ('illness', 'work_accident', 'birth',
    'short_leave', 'compelling', 'unemployment', 'student_job', 'discipline', 'other')), "starts_on" DATE NOT NULL,
    "ends_on" DATE, "keeps_allowance" BOOLEAN NOT NULL, "note" TEXT NOT NULL, "reported_on" DATE, "created_by_id"
    INTEGER NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"),
    CHECK (ends_on IS NULL OR ends_on >= starts_on))
    """,
    """
    CREATE INDEX "suspension_agreement_id" ON "suspension" ("agreement_id")
    """,
    """
    CREATE INDEX "suspension_organisation_id" ON "suspension" ("organisation_id")
    """,
    """
    CREATE INDEX "suspension_created_by_id" ON "suspension" ("created_by_id")
    """,
    """
    CREATE UNIQUE INDEX "suspension_one_open" ON "suspension" ("agreement_id") WHERE ("ends_on" IS NULL)
    """,
    """
    CREATE INDEX "suspension_agreement_id_starts_on" ON "suspension" ("agreement_id", "starts_on")
    """,
    """
    CREATE INDEX "suspension_organisation_id_reported_on_starts_on" ON "suspension" ("organisation_id",
    "reported_on", "starts_on")
    """,
    """
    CREATE TABLE "addendum" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "ordinal" INTEGER NOT NULL, "kind" VARCHAR(9) NOT NULL CHECK (kind IN ('timetable', 'mentor',
    'holidays', 'extension')), "state" VARCHAR(9) NOT NULL CHECK (state IN ('to_sign', 'signed', 'withdrawn')),
    "effective_on" DATE NOT NULL, "reason" TEXT NOT NULL, "mentor_id" INTEGER, "ends_on" DATE, "facts" TEXT NOT
    NULL, "content" TEXT NOT NULL, "content_hash" VARCHAR(64) NOT NULL, "created_by_id" INTEGER NOT NULL,
    "created_on" DATE NOT NULL, "signed_on" DATE, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON
    DELETE CASCADE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("mentor_id")
    REFERENCES "mentor" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), CHECK ((kind = 'mentor') =
    (mentor_id IS NOT NULL)), CHECK ((kind = 'extension') = (ends_on IS NOT NULL)), CHECK ((state = 'signed') =
    (signed_on IS NOT NULL)))
    """,
    """
    CREATE INDEX "addendum_agreement_id" ON "addendum" ("agreement_id")
    """,
    """
    CREATE INDEX "addendum_organisation_id" ON "addendum" ("organisation_id")
    """,
    """
    CREATE INDEX "addendum_mentor_id" ON "addendum" ("mentor_id")
    """,
    """
    CREATE INDEX "addendum_created_by_id" ON "addendum" ("created_by_id")
    """,
    """
    CREATE UNIQUE INDEX "addendum_agreement_id_ordinal" ON "addendum" ("agreement_id", "ordinal")
    """,
    """
    CREATE UNIQUE INDEX "addendum_one_waiting" ON "addendum" ("agreement_id", "kind") WHERE ("state" = 'to_sign')
    """,
    """
    CREATE INDEX "addendum_organisation_id_state" ON "addendum" ("organisation_id", "state")
    """,
    """
    CREATE TABLE "addendum_signature" ("id" SERIAL NOT NULL PRIMARY KEY, "addendum_id" INTEGER NOT NULL, "party"
    VARCHAR(8) NOT NULL CHECK (party IN ('learner', 'guardian', 'employer', 'provider')), "name" VARCHAR(255) NOT
    NULL, "way" VARCHAR(7) NOT NULL CHECK (way IN ('counter', 'paper')), "at" TIMESTAMP NOT NULL, "document_id"
    INTEGER, FOREIGN KEY ("addendum_id") REFERENCES "addendum" ("id") ON DELETE CASCADE, FOREIGN KEY ("document_id")
    REFERENCES "document" ("id"))
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
    """
    CREATE TABLE "agreement_word" ("id" SERIAL NOT NULL PRIMARY KEY, "agreement_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL, "word" BYTEA NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement"
    ("id") ON DELETE CASCADE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "agreement_word_organisation_id_word_agreement_id" ON "agreement_word" ("organisation_id", "word",
    "agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "agreement_word_agreement_id_word" ON "agreement_word" ("agreement_id", "word")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
    mark = "?" if isinstance(db, peewee.SqliteDatabase) else "%s"
    rows = db.execute_sql(
        "SELECT agreement.id, agreement.organisation_id, number_, first_name, last_name, training.name, "
        "establishment.name FROM (SELECT *, COALESCE(number, '') AS number_ FROM agreement) AS agreement "
        "JOIN (SELECT id, training_id, establishment_id FROM recognition) AS recognition "
        "ON recognition.id = agreement.recognition_id JOIN training ON training.id = recognition.training_id "
        "JOIN establishment ON establishment.id = recognition.establishment_id"
    ).fetchall()
    for agreement, organisation, *texts in rows:
        for word in sorted(words_in(" ".join(texts))):
            db.execute_sql(
                f"INSERT INTO agreement_word (agreement_id, organisation_id, word) VALUES ({mark}, {mark}, {mark})",
                (agreement, organisation, word.encode()),
            )


def words_in(text):
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return {word[:40] for word in re.findall(r"[^\W_]+", plain)}
