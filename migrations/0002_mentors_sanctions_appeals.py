"""Mentors with a life of their own, casework, sanctions and appeals: frozen statements per engine."""

import peewee

SQLITE = [
    """
    ALTER TABLE "organisation" ADD COLUMN "excluded_from" DATE
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "excluded_until" DATE
    """,
    """
    ALTER TABLE "membership" ADD COLUMN "duty" VARCHAR(8) DEFAULT 'officer' NOT NULL CHECK (duty IN ('manager',
    'officer', 'voter'))
    """,
    """
    ALTER TABLE "partnership" ADD COLUMN "decision_mode" VARCHAR(13) DEFAULT 'single' NOT NULL CHECK
    (decision_mode IN ('single', 'second_reader', 'vote'))
    """,
    """
    ALTER TABLE "partnership" ADD COLUMN "votes_needed" INTEGER DEFAULT 3 NOT NULL
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "excluded_from" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "excluded_until" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "moved_to" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "mentor" ADD COLUMN "inactive_from" DATE
    """,
    """
    ALTER TABLE "mentor" ADD COLUMN "inactive_reason" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "document" ADD COLUMN "expires_on" DATE
    """,
    """
    ALTER TABLE "recognition" ADD COLUMN "end_kind" VARCHAR(8) CHECK (end_kind IN ('stopped', 'revoked',
    'excluded'))
    """,
    """
    ALTER TABLE "recognition" ADD COLUMN "ended_on" DATE
    """,
    """
    ALTER TABLE "recognition" ADD COLUMN "end_reason" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "recognition_mentor" ADD COLUMN "end_kind" VARCHAR(6) CHECK (end_kind IN ('left', 'barred'))
    """,
    """
    ALTER TABLE "recognition_mentor" ADD COLUMN "ended_on" DATE
    """,
    """
    CREATE TABLE "sanction" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(20) NOT NULL, "kind" VARCHAR(10)
    NOT NULL CHECK (kind IN ('mentor', 'revocation', 'temporary', 'definite')), "organisation_id" INTEGER NOT
    NULL, "establishment_id" INTEGER, "mentor_id" INTEGER, "partnership_id" INTEGER NOT NULL, "grounds" TEXT NOT
    NULL, "until" DATE, "state" VARCHAR(10) NOT NULL CHECK (state IN ('prepared', 'decided', 'appealed', 'upheld',
    'overturned', 'dropped')), "prepared_by_id" INTEGER NOT NULL, "prepared_on" DATE NOT NULL, "decided_on" DATE,
    "effective_on" DATE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("establishment_id") REFERENCES "establishment" ("id"), FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"),
    FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id"), FOREIGN KEY ("prepared_by_id") REFERENCES
    "user" ("id"), CHECK (kind <> 'mentor' OR mentor_id IS NOT NULL), CHECK ((kind = 'temporary') = (until IS NOT
    NULL)), CHECK (state IN ('prepared', 'dropped') OR decided_on IS NOT NULL))
    """,
    """
    CREATE UNIQUE INDEX "sanction_number" ON "sanction" ("number")
    """,
    """
    CREATE INDEX "sanction_organisation_id" ON "sanction" ("organisation_id")
    """,
    """
    CREATE INDEX "sanction_establishment_id" ON "sanction" ("establishment_id")
    """,
    """
    CREATE INDEX "sanction_mentor_id" ON "sanction" ("mentor_id")
    """,
    """
    CREATE INDEX "sanction_partnership_id" ON "sanction" ("partnership_id")
    """,
    """
    CREATE INDEX "sanction_prepared_by_id" ON "sanction" ("prepared_by_id")
    """,
    """
    CREATE INDEX "sanction_partnership_id_state" ON "sanction" ("partnership_id", "state")
    """,
    """
    CREATE TABLE "appeal" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(20), "organisation_id" INTEGER NOT
    NULL, "recognition_id" INTEGER, "sanction_id" INTEGER, "decided_on" DATE NOT NULL, "grounds" TEXT NOT NULL,
    "state" VARCHAR(12) NOT NULL CHECK (state IN ('draft', 'lodged', 'admissible', 'inadmissible', 'granted',
    'rejected', 'withdrawn')), "created_by_id" INTEGER NOT NULL, "lodged_on" DATE, "checked_on" DATE, "ruled_on"
    DATE, "reason" TEXT NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("recognition_id") REFERENCES "recognition" ("id"), FOREIGN KEY ("sanction_id") REFERENCES "sanction" ("id"),
    FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), CHECK ((recognition_id IS NULL) <> (sanction_id IS
    NULL)), CHECK (state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND lodged_on IS NOT NULL)))
    """,
    """
    CREATE UNIQUE INDEX "appeal_number" ON "appeal" ("number")
    """,
    """
    CREATE INDEX "appeal_organisation_id" ON "appeal" ("organisation_id")
    """,
    """
    CREATE INDEX "appeal_recognition_id" ON "appeal" ("recognition_id")
    """,
    """
    CREATE INDEX "appeal_sanction_id" ON "appeal" ("sanction_id")
    """,
    """
    CREATE INDEX "appeal_created_by_id" ON "appeal" ("created_by_id")
    """,
    """
    CREATE INDEX "appeal_state_lodged_on" ON "appeal" ("state", "lodged_on")
    """,
    """
    CREATE UNIQUE INDEX "appeal_one_per_decision" ON "appeal" ("recognition_id", "decided_on") WHERE ("state" !=
    'withdrawn')
    """,
    """
    CREATE UNIQUE INDEX "appeal_one_per_sanction" ON "appeal" ("sanction_id") WHERE ("state" != 'withdrawn')
    """,
    """
    CREATE TABLE "appeal_document" ("id" INTEGER NOT NULL PRIMARY KEY, "appeal_id" INTEGER NOT NULL, "document_id"
    INTEGER NOT NULL, FOREIGN KEY ("appeal_id") REFERENCES "appeal" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("document_id") REFERENCES "document" ("id"))
    """,
    """
    CREATE INDEX "appeal_document_appeal_id" ON "appeal_document" ("appeal_id")
    """,
    """
    CREATE INDEX "appeal_document_document_id" ON "appeal_document" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "appeal_document_appeal_id_document_id" ON "appeal_document" ("appeal_id", "document_id")
    """,
    """
    CREATE TABLE "mentor_application" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(20), "recognition_id"
    INTEGER NOT NULL, "mentor_id" INTEGER NOT NULL, "replaces_id" INTEGER, "profession" VARCHAR(255) NOT NULL,
    "experience" INTEGER CHECK (experience >= 0), "has_prior_education" INTEGER NOT NULL, "state" VARCHAR(10) NOT
    NULL CHECK (state IN ('draft', 'submitted', 'incomplete', 'approved', 'refused', 'withdrawn')),
    "created_by_id" INTEGER NOT NULL, "touched_on" DATE NOT NULL, "submitted_on" DATE, "clock_from" DATE,
    "paused_on" DATE, "answer_by" DATE, "question" TEXT NOT NULL, "reply" TEXT NOT NULL, "handler_id" INTEGER,
    "decided_on" DATE, "decision_reason" TEXT NOT NULL, "decision_read_on" DATE, FOREIGN KEY ("recognition_id")
    REFERENCES "recognition" ("id"), FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"), FOREIGN KEY
    ("replaces_id") REFERENCES "mentor" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), FOREIGN
    KEY ("handler_id") REFERENCES "user" ("id"), CHECK (state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND
    submitted_on IS NOT NULL)), CHECK ((state = 'incomplete') = (paused_on IS NOT NULL)))
    """,
    """
    CREATE UNIQUE INDEX "mentor_application_number" ON "mentor_application" ("number")
    """,
    """
    CREATE INDEX "mentor_application_recognition_id" ON "mentor_application" ("recognition_id")
    """,
    """
    CREATE INDEX "mentor_application_mentor_id" ON "mentor_application" ("mentor_id")
    """,
    """
    CREATE INDEX "mentor_application_replaces_id" ON "mentor_application" ("replaces_id")
    """,
    """
    CREATE INDEX "mentor_application_created_by_id" ON "mentor_application" ("created_by_id")
    """,
    """
    CREATE INDEX "mentor_application_handler_id" ON "mentor_application" ("handler_id")
    """,
    """
    CREATE INDEX "mentor_application_recognition_id_state" ON "mentor_application" ("recognition_id", "state")
    """,
    """
    CREATE UNIQUE INDEX "mentor_application_one_pending" ON "mentor_application" ("recognition_id", "mentor_id")
    WHERE ("state" IN ('draft', 'submitted', 'incomplete'))
    """,
    """
    CREATE TABLE "note" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "text" TEXT NOT
    NULL, "author_id" INTEGER NOT NULL, "at" DATETIME NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES
    "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("author_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "note_recognition_id" ON "note" ("recognition_id")
    """,
    """
    CREATE INDEX "note_author_id" ON "note" ("author_id")
    """,
    """
    CREATE TABLE "reason_template" ("id" INTEGER NOT NULL PRIMARY KEY, "partnership_id" INTEGER NOT NULL, "kind"
    VARCHAR(7) NOT NULL CHECK (kind IN ('approve', 'refuse', 'ask')), "title" VARCHAR(100) NOT NULL, "text" TEXT
    NOT NULL, FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "reason_template_partnership_id" ON "reason_template" ("partnership_id")
    """,
    """
    CREATE UNIQUE INDEX "reason_template_partnership_id_kind_title" ON "reason_template" ("partnership_id",
    "kind", "title")
    """,
    """
    CREATE TABLE "sanction_target" ("id" INTEGER NOT NULL PRIMARY KEY, "sanction_id" INTEGER NOT NULL,
    "recognition_id" INTEGER NOT NULL, FOREIGN KEY ("sanction_id") REFERENCES "sanction" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id"))
    """,
    """
    CREATE INDEX "sanction_target_sanction_id" ON "sanction_target" ("sanction_id")
    """,
    """
    CREATE INDEX "sanction_target_recognition_id" ON "sanction_target" ("recognition_id")
    """,
    """
    CREATE UNIQUE INDEX "sanction_target_sanction_id_recognition_id" ON "sanction_target" ("sanction_id",
    "recognition_id")
    """,
    """
    CREATE TABLE "visit" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "planned_on" DATE
    NOT NULL, "planned_at" VARCHAR(5) NOT NULL, "planned_by_id" INTEGER NOT NULL, "is_cancelled" INTEGER NOT NULL,
    "checklist" TEXT NOT NULL, "report" TEXT NOT NULL, "reported_on" DATE, FOREIGN KEY ("recognition_id")
    REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("planned_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "visit_recognition_id" ON "visit" ("recognition_id")
    """,
    """
    CREATE INDEX "visit_planned_by_id" ON "visit" ("planned_by_id")
    """,
    """
    CREATE TABLE "vote" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "user_id" INTEGER
    NOT NULL, "approves" INTEGER NOT NULL, "reason" TEXT NOT NULL, "at" DATETIME NOT NULL, FOREIGN KEY
    ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES
    "user" ("id"))
    """,
    """
    CREATE INDEX "vote_recognition_id" ON "vote" ("recognition_id")
    """,
    """
    CREATE INDEX "vote_user_id" ON "vote" ("user_id")
    """,
    """
    CREATE UNIQUE INDEX "vote_recognition_id_user_id" ON "vote" ("recognition_id", "user_id")
    """,
]

POSTGRESQL = [
    """
    ALTER TABLE "organisation" ADD COLUMN "excluded_from" DATE
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "excluded_until" DATE
    """,
    """
    ALTER TABLE "membership" ADD COLUMN "duty" VARCHAR(8) DEFAULT 'officer' NOT NULL CHECK (duty IN ('manager',
    'officer', 'voter'))
    """,
    """
    ALTER TABLE "partnership" ADD COLUMN "decision_mode" VARCHAR(13) DEFAULT 'single' NOT NULL CHECK
    (decision_mode IN ('single', 'second_reader', 'vote'))
    """,
    """
    ALTER TABLE "partnership" ADD COLUMN "votes_needed" INTEGER DEFAULT 3 NOT NULL
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "excluded_from" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "excluded_until" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "moved_to" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "mentor" ADD COLUMN "inactive_from" DATE
    """,
    """
    ALTER TABLE "mentor" ADD COLUMN "inactive_reason" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "document" ADD COLUMN "expires_on" DATE
    """,
    """
    ALTER TABLE "recognition" ADD COLUMN "end_kind" VARCHAR(8) CHECK (end_kind IN ('stopped', 'revoked',
    'excluded'))
    """,
    """
    ALTER TABLE "recognition" ADD COLUMN "ended_on" DATE
    """,
    """
    ALTER TABLE "recognition" ADD COLUMN "end_reason" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "recognition_mentor" ADD COLUMN "end_kind" VARCHAR(6) CHECK (end_kind IN ('left', 'barred'))
    """,
    """
    ALTER TABLE "recognition_mentor" ADD COLUMN "ended_on" DATE
    """,
    """
    CREATE TABLE "sanction" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(20) NOT NULL, "kind" VARCHAR(10)
    NOT NULL CHECK (kind IN ('mentor', 'revocation', 'temporary', 'definite')), "organisation_id" INTEGER NOT
    NULL, "establishment_id" INTEGER, "mentor_id" INTEGER, "partnership_id" INTEGER NOT NULL, "grounds" TEXT NOT
    NULL, "until" DATE, "state" VARCHAR(10) NOT NULL CHECK (state IN ('prepared', 'decided', 'appealed', 'upheld',
    'overturned', 'dropped')), "prepared_by_id" INTEGER NOT NULL, "prepared_on" DATE NOT NULL, "decided_on" DATE,
    "effective_on" DATE, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("establishment_id") REFERENCES "establishment" ("id"), FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"),
    FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id"), FOREIGN KEY ("prepared_by_id") REFERENCES
    "user" ("id"), CHECK (kind <> 'mentor' OR mentor_id IS NOT NULL), CHECK ((kind = 'temporary') = (until IS NOT
    NULL)), CHECK (state IN ('prepared', 'dropped') OR decided_on IS NOT NULL))
    """,
    """
    CREATE UNIQUE INDEX "sanction_number" ON "sanction" ("number")
    """,
    """
    CREATE INDEX "sanction_organisation_id" ON "sanction" ("organisation_id")
    """,
    """
    CREATE INDEX "sanction_establishment_id" ON "sanction" ("establishment_id")
    """,
    """
    CREATE INDEX "sanction_mentor_id" ON "sanction" ("mentor_id")
    """,
    """
    CREATE INDEX "sanction_partnership_id" ON "sanction" ("partnership_id")
    """,
    """
    CREATE INDEX "sanction_prepared_by_id" ON "sanction" ("prepared_by_id")
    """,
    """
    CREATE INDEX "sanction_partnership_id_state" ON "sanction" ("partnership_id", "state")
    """,
    """
    CREATE TABLE "appeal" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(20), "organisation_id" INTEGER NOT
    NULL, "recognition_id" INTEGER, "sanction_id" INTEGER, "decided_on" DATE NOT NULL, "grounds" TEXT NOT NULL,
    "state" VARCHAR(12) NOT NULL CHECK (state IN ('draft', 'lodged', 'admissible', 'inadmissible', 'granted',
    'rejected', 'withdrawn')), "created_by_id" INTEGER NOT NULL, "lodged_on" DATE, "checked_on" DATE, "ruled_on"
    DATE, "reason" TEXT NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("recognition_id") REFERENCES "recognition" ("id"), FOREIGN KEY ("sanction_id") REFERENCES "sanction" ("id"),
    FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), CHECK ((recognition_id IS NULL) <> (sanction_id IS
    NULL)), CHECK (state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND lodged_on IS NOT NULL)))
    """,
    """
    CREATE UNIQUE INDEX "appeal_number" ON "appeal" ("number")
    """,
    """
    CREATE INDEX "appeal_organisation_id" ON "appeal" ("organisation_id")
    """,
    """
    CREATE INDEX "appeal_recognition_id" ON "appeal" ("recognition_id")
    """,
    """
    CREATE INDEX "appeal_sanction_id" ON "appeal" ("sanction_id")
    """,
    """
    CREATE INDEX "appeal_created_by_id" ON "appeal" ("created_by_id")
    """,
    """
    CREATE INDEX "appeal_state_lodged_on" ON "appeal" ("state", "lodged_on")
    """,
    """
    CREATE UNIQUE INDEX "appeal_one_per_decision" ON "appeal" ("recognition_id", "decided_on") WHERE ("state" !=
    'withdrawn')
    """,
    """
    CREATE UNIQUE INDEX "appeal_one_per_sanction" ON "appeal" ("sanction_id") WHERE ("state" != 'withdrawn')
    """,
    """
    CREATE TABLE "appeal_document" ("id" SERIAL NOT NULL PRIMARY KEY, "appeal_id" INTEGER NOT NULL, "document_id"
    INTEGER NOT NULL, FOREIGN KEY ("appeal_id") REFERENCES "appeal" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("document_id") REFERENCES "document" ("id"))
    """,
    """
    CREATE INDEX "appeal_document_appeal_id" ON "appeal_document" ("appeal_id")
    """,
    """
    CREATE INDEX "appeal_document_document_id" ON "appeal_document" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "appeal_document_appeal_id_document_id" ON "appeal_document" ("appeal_id", "document_id")
    """,
    """
    CREATE TABLE "mentor_application" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(20), "recognition_id"
    INTEGER NOT NULL, "mentor_id" INTEGER NOT NULL, "replaces_id" INTEGER, "profession" VARCHAR(255) NOT NULL,
    "experience" INTEGER CHECK (experience >= 0), "has_prior_education" BOOLEAN NOT NULL, "state" VARCHAR(10) NOT
    NULL CHECK (state IN ('draft', 'submitted', 'incomplete', 'approved', 'refused', 'withdrawn')),
    "created_by_id" INTEGER NOT NULL, "touched_on" DATE NOT NULL, "submitted_on" DATE, "clock_from" DATE,
    "paused_on" DATE, "answer_by" DATE, "question" TEXT NOT NULL, "reply" TEXT NOT NULL, "handler_id" INTEGER,
    "decided_on" DATE, "decision_reason" TEXT NOT NULL, "decision_read_on" DATE, FOREIGN KEY ("recognition_id")
    REFERENCES "recognition" ("id"), FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"), FOREIGN KEY
    ("replaces_id") REFERENCES "mentor" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), FOREIGN
    KEY ("handler_id") REFERENCES "user" ("id"), CHECK (state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND
    submitted_on IS NOT NULL)), CHECK ((state = 'incomplete') = (paused_on IS NOT NULL)))
    """,
    """
    CREATE UNIQUE INDEX "mentor_application_number" ON "mentor_application" ("number")
    """,
    """
    CREATE INDEX "mentor_application_recognition_id" ON "mentor_application" ("recognition_id")
    """,
    """
    CREATE INDEX "mentor_application_mentor_id" ON "mentor_application" ("mentor_id")
    """,
    """
    CREATE INDEX "mentor_application_replaces_id" ON "mentor_application" ("replaces_id")
    """,
    """
    CREATE INDEX "mentor_application_created_by_id" ON "mentor_application" ("created_by_id")
    """,
    """
    CREATE INDEX "mentor_application_handler_id" ON "mentor_application" ("handler_id")
    """,
    """
    CREATE INDEX "mentor_application_recognition_id_state" ON "mentor_application" ("recognition_id", "state")
    """,
    """
    CREATE UNIQUE INDEX "mentor_application_one_pending" ON "mentor_application" ("recognition_id", "mentor_id")
    WHERE ("state" IN ('draft', 'submitted', 'incomplete'))
    """,
    """
    CREATE TABLE "note" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "text" TEXT NOT
    NULL, "author_id" INTEGER NOT NULL, "at" TIMESTAMP NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES
    "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("author_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "note_recognition_id" ON "note" ("recognition_id")
    """,
    """
    CREATE INDEX "note_author_id" ON "note" ("author_id")
    """,
    """
    CREATE TABLE "reason_template" ("id" SERIAL NOT NULL PRIMARY KEY, "partnership_id" INTEGER NOT NULL, "kind"
    VARCHAR(7) NOT NULL CHECK (kind IN ('approve', 'refuse', 'ask')), "title" VARCHAR(100) NOT NULL, "text" TEXT
    NOT NULL, FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "reason_template_partnership_id" ON "reason_template" ("partnership_id")
    """,
    """
    CREATE UNIQUE INDEX "reason_template_partnership_id_kind_title" ON "reason_template" ("partnership_id",
    "kind", "title")
    """,
    """
    CREATE TABLE "sanction_target" ("id" SERIAL NOT NULL PRIMARY KEY, "sanction_id" INTEGER NOT NULL,
    "recognition_id" INTEGER NOT NULL, FOREIGN KEY ("sanction_id") REFERENCES "sanction" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id"))
    """,
    """
    CREATE INDEX "sanction_target_sanction_id" ON "sanction_target" ("sanction_id")
    """,
    """
    CREATE INDEX "sanction_target_recognition_id" ON "sanction_target" ("recognition_id")
    """,
    """
    CREATE UNIQUE INDEX "sanction_target_sanction_id_recognition_id" ON "sanction_target" ("sanction_id",
    "recognition_id")
    """,
    """
    CREATE TABLE "visit" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "planned_on" DATE
    NOT NULL, "planned_at" VARCHAR(5) NOT NULL, "planned_by_id" INTEGER NOT NULL, "is_cancelled" BOOLEAN NOT NULL,
    "checklist" TEXT NOT NULL, "report" TEXT NOT NULL, "reported_on" DATE, FOREIGN KEY ("recognition_id")
    REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("planned_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "visit_recognition_id" ON "visit" ("recognition_id")
    """,
    """
    CREATE INDEX "visit_planned_by_id" ON "visit" ("planned_by_id")
    """,
    """
    CREATE TABLE "vote" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "user_id" INTEGER
    NOT NULL, "approves" BOOLEAN NOT NULL, "reason" TEXT NOT NULL, "at" TIMESTAMP NOT NULL, FOREIGN KEY
    ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES
    "user" ("id"))
    """,
    """
    CREATE INDEX "vote_recognition_id" ON "vote" ("recognition_id")
    """,
    """
    CREATE INDEX "vote_user_id" ON "vote" ("user_id")
    """,
    """
    CREATE UNIQUE INDEX "vote_recognition_id_user_id" ON "vote" ("recognition_id", "user_id")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
