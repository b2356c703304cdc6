"""The register as it first stood: frozen statements per engine, independent of today's records."""

import peewee

SQLITE = [
    """
    CREATE TABLE "user" ("id" INTEGER NOT NULL PRIMARY KEY, "subject" VARCHAR(255) NOT NULL, "first_name"
    VARCHAR(255) NOT NULL, "last_name" VARCHAR(255) NOT NULL, "is_blocked" INTEGER NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "user_subject" ON "user" ("subject")
    """,
    """
    CREATE TABLE "partnership" ("id" INTEGER NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "short_name"
    VARCHAR(255) NOT NULL, "extra_document" TEXT NOT NULL, "learners_per_mentor" INTEGER, "mentor_training_months"
    INTEGER NOT NULL, "is_default" INTEGER NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "partnership_name" ON "partnership" ("name")
    """,
    """
    CREATE TABLE "joint_committee" ("id" INTEGER NOT NULL PRIMARY KEY, "code" VARCHAR(6) NOT NULL, "name"
    VARCHAR(255) NOT NULL, "partnership_id" INTEGER, FOREIGN KEY ("partnership_id") REFERENCES "partnership"
    ("id"))
    """,
    """
    CREATE UNIQUE INDEX "joint_committee_code" ON "joint_committee" ("code")
    """,
    """
    CREATE INDEX "joint_committee_partnership_id" ON "joint_committee" ("partnership_id")
    """,
    """
    CREATE TABLE "organisation" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(10) NOT NULL, "name"
    VARCHAR(255) NOT NULL, "kind" VARCHAR(12) NOT NULL CHECK (kind IN ('employer', 'provider', 'partnership')),
    "joint_committee_id" INTEGER, "partnership_id" INTEGER, FOREIGN KEY ("joint_committee_id") REFERENCES
    "joint_committee" ("id"), FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id"))
    """,
    """
    CREATE UNIQUE INDEX "organisation_number" ON "organisation" ("number")
    """,
    """
    CREATE INDEX "organisation_name" ON "organisation" ("name")
    """,
    """
    CREATE INDEX "organisation_joint_committee_id" ON "organisation" ("joint_committee_id")
    """,
    """
    CREATE INDEX "organisation_partnership_id" ON "organisation" ("partnership_id")
    """,
    """
    CREATE TABLE "access_log" ("id" INTEGER NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "subject" VARCHAR(20) NOT NULL, "subject_id" INTEGER NOT NULL, "field" VARCHAR(30) NOT NULL,
    "reason" TEXT NOT NULL, "at" DATETIME NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "access_log_user_id" ON "access_log" ("user_id")
    """,
    """
    CREATE INDEX "access_log_organisation_id" ON "access_log" ("organisation_id")
    """,
    """
    CREATE INDEX "access_log_subject_subject_id_id" ON "access_log" ("subject", "subject_id", "id")
    """,
    """
    CREATE TABLE "establishment" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(10) NOT NULL,
    "organisation_id" INTEGER NOT NULL, "name" VARCHAR(320) NOT NULL, "street" VARCHAR(255) NOT NULL, "postcode"
    VARCHAR(10) NOT NULL, "municipality" VARCHAR(255) NOT NULL, "joint_committee_id" INTEGER, FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("joint_committee_id") REFERENCES
    "joint_committee" ("id"))
    """,
    """
    CREATE UNIQUE INDEX "establishment_number" ON "establishment" ("number")
    """,
    """
    CREATE INDEX "establishment_organisation_id" ON "establishment" ("organisation_id")
    """,
    """
    CREATE INDEX "establishment_joint_committee_id" ON "establishment" ("joint_committee_id")
    """,
    """
    CREATE TABLE "training" ("id" INTEGER NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "grade" VARCHAR(255)
    NOT NULL, "form" VARCHAR(255) NOT NULL, "sector" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL,
    "is_active" INTEGER NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "training_name" ON "training" ("name")
    """,
    """
    CREATE TABLE "recognition" ("id" INTEGER NOT NULL PRIMARY KEY, "number" VARCHAR(20), "organisation_id" INTEGER
    NOT NULL, "state" VARCHAR(12) NOT NULL CHECK (state IN ('draft', 'submitted', 'incomplete', 'complete',
    'in_treatment', 'approved', 'refused', 'withdrawn')), "establishment_id" INTEGER, "training_id" INTEGER,
    "contact_name" VARCHAR(255) NOT NULL, "contact_email" VARCHAR(255) NOT NULL, "contact_phone" VARCHAR(255) NOT
    NULL, "renews_id" INTEGER, "confirmed" TEXT NOT NULL, "created_by_id" INTEGER NOT NULL, "touched_on" DATE NOT
    NULL, "partnership_id" INTEGER, "submitted_on" DATE, "clock_from" DATE, "is_late" INTEGER NOT NULL,
    "paused_on" DATE, "answer_by" DATE, "handler_id" INTEGER, "decided_on" DATE, "decision_reason" TEXT NOT NULL,
    "decision_read_on" DATE, "valid_from" DATE, "valid_until" DATE, "code" VARCHAR(16), "lapse_reason" TEXT,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("establishment_id") REFERENCES
    "establishment" ("id"), FOREIGN KEY ("training_id") REFERENCES "training" ("id"), FOREIGN KEY ("renews_id")
    REFERENCES "recognition" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("partnership_id") REFERENCES "partnership" ("id"), FOREIGN KEY ("handler_id") REFERENCES "user" ("id"), CHECK
    (state = 'draft' OR state = 'withdrawn' OR (number IS NOT NULL AND submitted_on IS NOT NULL)), CHECK (state <>
    'approved' OR (valid_from IS NOT NULL AND valid_until >= valid_from)), CHECK (state NOT IN ('approved',
    'refused') OR decided_on IS NOT NULL), CHECK ((state = 'incomplete') = (paused_on IS NOT NULL)))
    """,
    """
    CREATE UNIQUE INDEX "recognition_number" ON "recognition" ("number")
    """,
    """
    CREATE INDEX "recognition_organisation_id" ON "recognition" ("organisation_id")
    """,
    """
    CREATE INDEX "recognition_establishment_id" ON "recognition" ("establishment_id")
    """,
    """
    CREATE INDEX "recognition_training_id" ON "recognition" ("training_id")
    """,
    """
    CREATE INDEX "recognition_renews_id" ON "recognition" ("renews_id")
    """,
    """
    CREATE INDEX "recognition_created_by_id" ON "recognition" ("created_by_id")
    """,
    """
    CREATE INDEX "recognition_partnership_id" ON "recognition" ("partnership_id")
    """,
    """
    CREATE INDEX "recognition_handler_id" ON "recognition" ("handler_id")
    """,
    """
    CREATE UNIQUE INDEX "recognition_code" ON "recognition" ("code")
    """,
    """
    CREATE INDEX "recognition_organisation_id_state_id" ON "recognition" ("organisation_id", "state", "id")
    """,
    """
    CREATE INDEX "recognition_organisation_id_valid_until" ON "recognition" ("organisation_id", "valid_until")
    """,
    """
    CREATE INDEX "recognition_partnership_id_state_clock_from" ON "recognition" ("partnership_id", "state",
    "clock_from")
    """,
    """
    CREATE UNIQUE INDEX "recognition_one_pending" ON "recognition" ("establishment_id", "training_id") WHERE
    ("state" IN ('submitted', 'incomplete', 'complete', 'in_treatment'))
    """,
    """
    CREATE UNIQUE INDEX "recognition_one_renewal" ON "recognition" ("renews_id") WHERE ("state" IN ('draft',
    'submitted', 'incomplete', 'complete', 'in_treatment', 'approved'))
    """,
    """
    CREATE TABLE "answer" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "criterion"
    VARCHAR(20) NOT NULL, "met" INTEGER NOT NULL, "explanation" TEXT NOT NULL, FOREIGN KEY ("recognition_id")
    REFERENCES "recognition" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "answer_recognition_id" ON "answer" ("recognition_id")
    """,
    """
    CREATE UNIQUE INDEX "answer_recognition_id_criterion" ON "answer" ("recognition_id", "criterion")
    """,
    """
    CREATE TABLE "counter" ("kind" VARCHAR(1) NOT NULL PRIMARY KEY, "last" INTEGER NOT NULL)
    """,
    """
    CREATE TABLE "mentor" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "first_name"
    VARCHAR(255) NOT NULL, "last_name" VARCHAR(255) NOT NULL, "insz_sealed" TEXT NOT NULL, "insz_fingerprint"
    VARCHAR(64) NOT NULL, "insz_tail" VARCHAR(2) NOT NULL, "born_on" DATE NOT NULL, "email" VARCHAR(255) NOT NULL,
    "phone" VARCHAR(255) NOT NULL, "trained_on" DATE, FOREIGN KEY ("organisation_id") REFERENCES "organisation"
    ("id"))
    """,
    """
    CREATE INDEX "mentor_organisation_id" ON "mentor" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "mentor_organisation_id_insz_fingerprint" ON "mentor" ("organisation_id",
    "insz_fingerprint")
    """,
    """
    CREATE TABLE "document" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "kind"
    VARCHAR(20) NOT NULL CHECK (kind IN ('extract', 'prior_education', 'mentor_training', 'sector', 'other')),
    "mentor_id" INTEGER, "filename" VARCHAR(200) NOT NULL, "media_type" VARCHAR(40) NOT NULL, "size" INTEGER NOT
    NULL, "sha256" VARCHAR(64) NOT NULL, "issued_on" DATE, "uploaded_by_id" INTEGER NOT NULL, "uploaded_at"
    DATETIME NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("mentor_id")
    REFERENCES "mentor" ("id"), FOREIGN KEY ("uploaded_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "document_organisation_id" ON "document" ("organisation_id")
    """,
    """
    CREATE INDEX "document_mentor_id" ON "document" ("mentor_id")
    """,
    """
    CREATE INDEX "document_uploaded_by_id" ON "document" ("uploaded_by_id")
    """,
    """
    CREATE TABLE "document_content" ("document_id" INTEGER NOT NULL PRIMARY KEY, "content" BLOB NOT NULL, FOREIGN
    KEY ("document_id") REFERENCES "document" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE TABLE "document_use" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL,
    "document_id" INTEGER NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id") ON DELETE
    CASCADE, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "document_use_recognition_id" ON "document_use" ("recognition_id")
    """,
    """
    CREATE INDEX "document_use_document_id" ON "document_use" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "document_use_recognition_id_document_id" ON "document_use" ("recognition_id",
    "document_id")
    """,
    """
    CREATE TABLE "event" ("id" INTEGER NOT NULL PRIMARY KEY, "subject" VARCHAR(20) NOT NULL, "subject_id" INTEGER
    NOT NULL, "name" VARCHAR(30) NOT NULL, "user_id" INTEGER, "organisation_id" INTEGER, "at" DATETIME NOT NULL,
    "details" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "event_user_id" ON "event" ("user_id")
    """,
    """
    CREATE INDEX "event_organisation_id" ON "event" ("organisation_id")
    """,
    """
    CREATE INDEX "event_subject_subject_id_id" ON "event" ("subject", "subject_id", "id")
    """,
    """
    CREATE TABLE "kbo_activity" ("entity" INTEGER NOT NULL, "group" VARCHAR(3) NOT NULL, "nace_version" VARCHAR(4)
    NOT NULL, "nace_code" VARCHAR(7) NOT NULL, "classification" VARCHAR(4) NOT NULL)
    """,
    """
    CREATE INDEX "kbo_activity_entity" ON "kbo_activity" ("entity")
    """,
    """
    CREATE TABLE "kbo_address" ("entity" INTEGER NOT NULL, "type" VARCHAR(4) NOT NULL, "country" TEXT, "postcode"
    TEXT, "municipality" TEXT, "street" TEXT, "house_number" TEXT, "box" TEXT, "extra" TEXT, "struck_off_on" DATE)
    """,
    """
    CREATE INDEX "kbo_address_entity" ON "kbo_address" ("entity")
    """,
    """
    CREATE TABLE "kbo_branch" ("number" INTEGER NOT NULL PRIMARY KEY, "enterprise" INTEGER NOT NULL, "started_on"
    DATE)
    """,
    """
    CREATE INDEX "kbo_branch_enterprise" ON "kbo_branch" ("enterprise")
    """,
    """
    CREATE TABLE "kbo_code" ("category" VARCHAR(40) NOT NULL, "code" VARCHAR(20) NOT NULL, "language" VARCHAR(2)
    NOT NULL, "description" TEXT NOT NULL, PRIMARY KEY ("category", "code", "language"))
    """,
    """
    CREATE TABLE "kbo_contact" ("entity" INTEGER NOT NULL, "entity_kind" VARCHAR(3) NOT NULL, "type" VARCHAR(5)
    NOT NULL, "value" TEXT NOT NULL)
    """,
    """
    CREATE INDEX "kbo_contact_entity" ON "kbo_contact" ("entity")
    """,
    """
    CREATE TABLE "kbo_denomination" ("entity" INTEGER NOT NULL, "language" VARCHAR(1) NOT NULL, "type" VARCHAR(3)
    NOT NULL, "name" VARCHAR(320) NOT NULL)
    """,
    """
    CREATE INDEX "kbo_denomination_entity" ON "kbo_denomination" ("entity")
    """,
    """
    CREATE TABLE "kbo_enterprise" ("number" INTEGER NOT NULL PRIMARY KEY, "status" VARCHAR(2) NOT NULL,
    "juridical_situation" VARCHAR(3) NOT NULL, "type_of_enterprise" VARCHAR(1) NOT NULL, "juridical_form"
    VARCHAR(3), "juridical_form_cac" VARCHAR(3), "started_on" DATE)
    """,
    """
    CREATE TABLE "kbo_establishment" ("number" INTEGER NOT NULL PRIMARY KEY, "enterprise" INTEGER NOT NULL,
    "started_on" DATE)
    """,
    """
    CREATE INDEX "kbo_establishment_enterprise" ON "kbo_establishment" ("enterprise")
    """,
    """
    CREATE TABLE "kbo_extract" ("id" INTEGER NOT NULL PRIMARY KEY, "number" INTEGER NOT NULL, "kind" VARCHAR(10)
    NOT NULL, "snapshot_on" DATE NOT NULL, "imported_at" DATETIME NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "kbo_extract_number" ON "kbo_extract" ("number")
    """,
    """
    CREATE TABLE "legal_form" ("id" INTEGER NOT NULL PRIMARY KEY, "code" VARCHAR(3) NOT NULL, "name" VARCHAR(255)
    NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "legal_form_code" ON "legal_form" ("code")
    """,
    """
    CREATE TABLE "membership" ("id" INTEGER NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "role" VARCHAR(24) NOT NULL CHECK (role IN ('legal_representative', 'head_access_manager',
    'access_manager', 'user', 'viewer')), "source" VARCHAR(5) NOT NULL CHECK (source IN ('acm', 'local')),
    "is_blocked" INTEGER NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "membership_user_id" ON "membership" ("user_id")
    """,
    """
    CREATE INDEX "membership_organisation_id" ON "membership" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "membership_user_id_organisation_id" ON "membership" ("user_id", "organisation_id")
    """,
    """
    CREATE TABLE "postcode" ("id" INTEGER NOT NULL PRIMARY KEY, "postcode" VARCHAR(4) NOT NULL, "municipality"
    VARCHAR(255) NOT NULL, "province" VARCHAR(255) NOT NULL, "region" VARCHAR(255) NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "postcode_postcode_municipality" ON "postcode" ("postcode", "municipality")
    """,
    """
    CREATE TABLE "question" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "section"
    VARCHAR(20) NOT NULL CHECK (section IN ('establishment', 'training', 'mentors', 'criteria')), "text" TEXT NOT
    NULL, "asked_by_id" INTEGER NOT NULL, "asked_at" DATETIME NOT NULL, "reply" TEXT NOT NULL, "answered_at"
    DATETIME, FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("asked_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "question_recognition_id" ON "question" ("recognition_id")
    """,
    """
    CREATE INDEX "question_asked_by_id" ON "question" ("asked_by_id")
    """,
    """
    CREATE TABLE "recognition_mentor" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL,
    "mentor_id" INTEGER NOT NULL, "profession" VARCHAR(255) NOT NULL, "experience" INTEGER NOT NULL CHECK
    (experience >= 0), "has_prior_education" INTEGER NOT NULL, "decision" VARCHAR(8) CHECK (decision IN
    ('approved', 'refused')), "decision_reason" TEXT NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES
    "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"))
    """,
    """
    CREATE INDEX "recognition_mentor_recognition_id" ON "recognition_mentor" ("recognition_id")
    """,
    """
    CREATE INDEX "recognition_mentor_mentor_id" ON "recognition_mentor" ("mentor_id")
    """,
    """
    CREATE UNIQUE INDEX "recognition_mentor_recognition_id_mentor_id" ON "recognition_mentor" ("recognition_id",
    "mentor_id")
    """,
    """
    CREATE TABLE "sign_in" ("id" INTEGER NOT NULL PRIMARY KEY, "token_hash" VARCHAR(64) NOT NULL, "user_id"
    INTEGER NOT NULL, "started_at" DATETIME NOT NULL, "ends_at" DATETIME NOT NULL, FOREIGN KEY ("user_id")
    REFERENCES "user" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE UNIQUE INDEX "sign_in_token_hash" ON "sign_in" ("token_hash")
    """,
    """
    CREATE INDEX "sign_in_user_id" ON "sign_in" ("user_id")
    """,
    """
    CREATE INDEX "sign_in_ends_at" ON "sign_in" ("ends_at")
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "user" ("id" SERIAL NOT NULL PRIMARY KEY, "subject" VARCHAR(255) NOT NULL, "first_name"
    VARCHAR(255) NOT NULL, "last_name" VARCHAR(255) NOT NULL, "is_blocked" BOOLEAN NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "user_subject" ON "user" ("subject")
    """,
    """
    CREATE TABLE "partnership" ("id" SERIAL NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "short_name"
    VARCHAR(255) NOT NULL, "extra_document" TEXT NOT NULL, "learners_per_mentor" INTEGER, "mentor_training_months"
    INTEGER NOT NULL, "is_default" BOOLEAN NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "partnership_name" ON "partnership" ("name")
    """,
    """
    CREATE TABLE "joint_committee" ("id" SERIAL NOT NULL PRIMARY KEY, "code" VARCHAR(6) NOT NULL, "name"
    VARCHAR(255) NOT NULL, "partnership_id" INTEGER, FOREIGN KEY ("partnership_id") REFERENCES "partnership"
    ("id"))
    """,
    """
    CREATE UNIQUE INDEX "joint_committee_code" ON "joint_committee" ("code")
    """,
    """
    CREATE INDEX "joint_committee_partnership_id" ON "joint_committee" ("partnership_id")
    """,
    """
    CREATE TABLE "organisation" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(10) NOT NULL, "name"
    VARCHAR(255) NOT NULL, "kind" VARCHAR(12) NOT NULL CHECK (kind IN ('employer', 'provider', 'partnership')),
    "joint_committee_id" INTEGER, "partnership_id" INTEGER, FOREIGN KEY ("joint_committee_id") REFERENCES
    "joint_committee" ("id"), FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id"))
    """,
    """
    CREATE UNIQUE INDEX "organisation_number" ON "organisation" ("number")
    """,
    """
    CREATE INDEX "organisation_name" ON "organisation" ("name")
    """,
    """
    CREATE INDEX "organisation_joint_committee_id" ON "organisation" ("joint_committee_id")
    """,
    """
    CREATE INDEX "organisation_partnership_id" ON "organisation" ("partnership_id")
    """,
    """
    CREATE TABLE "access_log" ("id" SERIAL NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "subject" VARCHAR(20) NOT NULL, "subject_id" INTEGER NOT NULL, "field" VARCHAR(30) NOT NULL,
    "reason" TEXT NOT NULL, "at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "access_log_user_id" ON "access_log" ("user_id")
    """,
    """
    CREATE INDEX "access_log_organisation_id" ON "access_log" ("organisation_id")
    """,
    """
    CREATE INDEX "access_log_subject_subject_id_id" ON "access_log" ("subject", "subject_id", "id")
    """,
    """
    CREATE TABLE "establishment" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(10) NOT NULL,
    "organisation_id" INTEGER NOT NULL, "name" VARCHAR(320) NOT NULL, "street" VARCHAR(255) NOT NULL, "postcode"
    VARCHAR(10) NOT NULL, "municipality" VARCHAR(255) NOT NULL, "joint_committee_id" INTEGER, FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("joint_committee_id") REFERENCES
    "joint_committee" ("id"))
    """,
    """
    CREATE UNIQUE INDEX "establishment_number" ON "establishment" ("number")
    """,
    """
    CREATE INDEX "establishment_organisation_id" ON "establishment" ("organisation_id")
    """,
    """
    CREATE INDEX "establishment_joint_committee_id" ON "establishment" ("joint_committee_id")
    """,
    """
    CREATE TABLE "training" ("id" SERIAL NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "grade" VARCHAR(255)
    NOT NULL, "form" VARCHAR(255) NOT NULL, "sector" VARCHAR(255) NOT NULL, "kind" VARCHAR(255) NOT NULL,
    "is_active" BOOLEAN NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "training_name" ON "training" ("name")
    """,
    """
    CREATE TABLE "recognition" ("id" SERIAL NOT NULL PRIMARY KEY, "number" VARCHAR(20), "organisation_id" INTEGER
    NOT NULL, "state" VARCHAR(12) NOT NULL CHECK (state IN ('draft', 'submitted', 'incomplete', 'complete',
    'in_treatment', 'approved', 'refused', 'withdrawn')), "establishment_id" INTEGER, "training_id" INTEGER,
    "contact_name" VARCHAR(255) NOT NULL, "contact_email" VARCHAR(255) NOT NULL, "contact_phone" VARCHAR(255) NOT
    NULL, "renews_id" INTEGER, "confirmed" TEXT NOT NULL, "created_by_id" INTEGER NOT NULL, "touched_on" DATE NOT
    NULL, "partnership_id" INTEGER, "submitted_on" DATE, "clock_from" DATE, "is_late" BOOLEAN NOT NULL,
    "paused_on" DATE, "answer_by" DATE, "handler_id" INTEGER, "decided_on" DATE, "decision_reason" TEXT NOT NULL,
    "decision_read_on" DATE, "valid_from" DATE, "valid_until" DATE, "code" VARCHAR(16), "lapse_reason" TEXT,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY ("establishment_id") REFERENCES
    "establishment" ("id"), FOREIGN KEY ("training_id") REFERENCES "training" ("id"), FOREIGN KEY ("renews_id")
    REFERENCES "recognition" ("id"), FOREIGN KEY ("created_by_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("partnership_id") REFERENCES "partnership" ("id"), FOREIGN KEY ("handler_id") REFERENCES "user" ("id"), CHECK
    (state = 'draft' OR state = 'withdrawn' OR (number IS NOT NULL AND submitted_on IS NOT NULL)), CHECK (state <>
    'approved' OR (valid_from IS NOT NULL AND valid_until >= valid_from)), CHECK (state NOT IN ('approved',
    'refused') OR decided_on IS NOT NULL), CHECK ((state = 'incomplete') = (paused_on IS NOT NULL)))
    """,
    """
    CREATE UNIQUE INDEX "recognition_number" ON "recognition" ("number")
    """,
    """
    CREATE INDEX "recognition_organisation_id" ON "recognition" ("organisation_id")
    """,
    """
    CREATE INDEX "recognition_establishment_id" ON "recognition" ("establishment_id")
    """,
    """
    CREATE INDEX "recognition_training_id" ON "recognition" ("training_id")
    """,
    """
    CREATE INDEX "recognition_renews_id" ON "recognition" ("renews_id")
    """,
    """
    CREATE INDEX "recognition_created_by_id" ON "recognition" ("created_by_id")
    """,
    """
    CREATE INDEX "recognition_partnership_id" ON "recognition" ("partnership_id")
    """,
    """
    CREATE INDEX "recognition_handler_id" ON "recognition" ("handler_id")
    """,
    """
    CREATE UNIQUE INDEX "recognition_code" ON "recognition" ("code")
    """,
    """
    CREATE INDEX "recognition_organisation_id_state_id" ON "recognition" ("organisation_id", "state", "id")
    """,
    """
    CREATE INDEX "recognition_organisation_id_valid_until" ON "recognition" ("organisation_id", "valid_until")
    """,
    """
    CREATE INDEX "recognition_partnership_id_state_clock_from" ON "recognition" ("partnership_id", "state",
    "clock_from")
    """,
    """
    CREATE UNIQUE INDEX "recognition_one_pending" ON "recognition" ("establishment_id", "training_id") WHERE
    ("state" IN ('submitted', 'incomplete', 'complete', 'in_treatment'))
    """,
    """
    CREATE UNIQUE INDEX "recognition_one_renewal" ON "recognition" ("renews_id") WHERE ("state" IN ('draft',
    'submitted', 'incomplete', 'complete', 'in_treatment', 'approved'))
    """,
    """
    CREATE TABLE "answer" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "criterion"
    VARCHAR(20) NOT NULL, "met" BOOLEAN NOT NULL, "explanation" TEXT NOT NULL, FOREIGN KEY ("recognition_id")
    REFERENCES "recognition" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "answer_recognition_id" ON "answer" ("recognition_id")
    """,
    """
    CREATE UNIQUE INDEX "answer_recognition_id_criterion" ON "answer" ("recognition_id", "criterion")
    """,
    """
    CREATE TABLE "counter" ("kind" VARCHAR(1) NOT NULL PRIMARY KEY, "last" INTEGER NOT NULL)
    """,
    """
    CREATE TABLE "mentor" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "first_name"
    VARCHAR(255) NOT NULL, "last_name" VARCHAR(255) NOT NULL, "insz_sealed" TEXT NOT NULL, "insz_fingerprint"
    VARCHAR(64) NOT NULL, "insz_tail" VARCHAR(2) NOT NULL, "born_on" DATE NOT NULL, "email" VARCHAR(255) NOT NULL,
    "phone" VARCHAR(255) NOT NULL, "trained_on" DATE, FOREIGN KEY ("organisation_id") REFERENCES "organisation"
    ("id"))
    """,
    """
    CREATE INDEX "mentor_organisation_id" ON "mentor" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "mentor_organisation_id_insz_fingerprint" ON "mentor" ("organisation_id",
    "insz_fingerprint")
    """,
    """
    CREATE TABLE "document" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "kind"
    VARCHAR(20) NOT NULL CHECK (kind IN ('extract', 'prior_education', 'mentor_training', 'sector', 'other')),
    "mentor_id" INTEGER, "filename" VARCHAR(200) NOT NULL, "media_type" VARCHAR(40) NOT NULL, "size" INTEGER NOT
    NULL, "sha256" VARCHAR(64) NOT NULL, "issued_on" DATE, "uploaded_by_id" INTEGER NOT NULL, "uploaded_at"
    TIMESTAMP NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("mentor_id") REFERENCES "mentor" ("id"), FOREIGN KEY ("uploaded_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "document_organisation_id" ON "document" ("organisation_id")
    """,
    """
    CREATE INDEX "document_mentor_id" ON "document" ("mentor_id")
    """,
    """
    CREATE INDEX "document_uploaded_by_id" ON "document" ("uploaded_by_id")
    """,
    """
    CREATE TABLE "document_content" ("document_id" INTEGER NOT NULL PRIMARY KEY, "content" BYTEA NOT NULL, FOREIGN
    KEY ("document_id") REFERENCES "document" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE TABLE "document_use" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL,
    "document_id" INTEGER NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id") ON DELETE
    CASCADE, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "document_use_recognition_id" ON "document_use" ("recognition_id")
    """,
    """
    CREATE INDEX "document_use_document_id" ON "document_use" ("document_id")
    """,
    """
    CREATE UNIQUE INDEX "document_use_recognition_id_document_id" ON "document_use" ("recognition_id",
    "document_id")
    """,
    """
    CREATE TABLE "event" ("id" SERIAL NOT NULL PRIMARY KEY, "subject" VARCHAR(20) NOT NULL, "subject_id" INTEGER
    NOT NULL, "name" VARCHAR(30) NOT NULL, "user_id" INTEGER, "organisation_id" INTEGER, "at" TIMESTAMP NOT NULL,
    "details" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id"))
    """,
    """
    CREATE INDEX "event_user_id" ON "event" ("user_id")
    """,
    """
    CREATE INDEX "event_organisation_id" ON "event" ("organisation_id")
    """,
    """
    CREATE INDEX "event_subject_subject_id_id" ON "event" ("subject", "subject_id", "id")
    """,
    """
    CREATE TABLE "kbo_activity" ("entity" BIGINT NOT NULL, "group" VARCHAR(3) NOT NULL, "nace_version" VARCHAR(4)
    NOT NULL, "nace_code" VARCHAR(7) NOT NULL, "classification" VARCHAR(4) NOT NULL)
    """,
    """
    CREATE INDEX "kbo_activity_entity" ON "kbo_activity" ("entity")
    """,
    """
    CREATE TABLE "kbo_address" ("entity" BIGINT NOT NULL, "type" VARCHAR(4) NOT NULL, "country" TEXT, "postcode"
    TEXT, "municipality" TEXT, "street" TEXT, "house_number" TEXT, "box" TEXT, "extra" TEXT, "struck_off_on" DATE)
    """,
    """
    CREATE INDEX "kbo_address_entity" ON "kbo_address" ("entity")
    """,
    """
    CREATE TABLE "kbo_branch" ("number" BIGINT NOT NULL PRIMARY KEY, "enterprise" BIGINT NOT NULL, "started_on"
    DATE)
    """,
    """
    CREATE INDEX "kbo_branch_enterprise" ON "kbo_branch" ("enterprise")
    """,
    """
    CREATE TABLE "kbo_code" ("category" VARCHAR(40) NOT NULL, "code" VARCHAR(20) NOT NULL, "language" VARCHAR(2)
    NOT NULL, "description" TEXT NOT NULL, PRIMARY KEY ("category", "code", "language"))
    """,
    """
    CREATE TABLE "kbo_contact" ("entity" BIGINT NOT NULL, "entity_kind" VARCHAR(3) NOT NULL, "type" VARCHAR(5) NOT
    NULL, "value" TEXT NOT NULL)
    """,
    """
    CREATE INDEX "kbo_contact_entity" ON "kbo_contact" ("entity")
    """,
    """
    CREATE TABLE "kbo_denomination" ("entity" BIGINT NOT NULL, "language" VARCHAR(1) NOT NULL, "type" VARCHAR(3)
    NOT NULL, "name" VARCHAR(320) NOT NULL)
    """,
    """
    CREATE INDEX "kbo_denomination_entity" ON "kbo_denomination" ("entity")
    """,
    """
    CREATE TABLE "kbo_enterprise" ("number" BIGINT NOT NULL PRIMARY KEY, "status" VARCHAR(2) NOT NULL,
    "juridical_situation" VARCHAR(3) NOT NULL, "type_of_enterprise" VARCHAR(1) NOT NULL, "juridical_form"
    VARCHAR(3), "juridical_form_cac" VARCHAR(3), "started_on" DATE)
    """,
    """
    CREATE TABLE "kbo_establishment" ("number" BIGINT NOT NULL PRIMARY KEY, "enterprise" BIGINT NOT NULL,
    "started_on" DATE)
    """,
    """
    CREATE INDEX "kbo_establishment_enterprise" ON "kbo_establishment" ("enterprise")
    """,
    """
    CREATE TABLE "kbo_extract" ("id" SERIAL NOT NULL PRIMARY KEY, "number" INTEGER NOT NULL, "kind" VARCHAR(10)
    NOT NULL, "snapshot_on" DATE NOT NULL, "imported_at" TIMESTAMP NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "kbo_extract_number" ON "kbo_extract" ("number")
    """,
    """
    CREATE TABLE "legal_form" ("id" SERIAL NOT NULL PRIMARY KEY, "code" VARCHAR(3) NOT NULL, "name" VARCHAR(255)
    NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "legal_form_code" ON "legal_form" ("code")
    """,
    """
    CREATE TABLE "membership" ("id" SERIAL NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "organisation_id"
    INTEGER NOT NULL, "role" VARCHAR(24) NOT NULL CHECK (role IN ('legal_representative', 'head_access_manager',
    'access_manager', 'user', 'viewer')), "source" VARCHAR(5) NOT NULL CHECK (source IN ('acm', 'local')),
    "is_blocked" BOOLEAN NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "membership_user_id" ON "membership" ("user_id")
    """,
    """
    CREATE INDEX "membership_organisation_id" ON "membership" ("organisation_id")
    """,
    """
    CREATE UNIQUE INDEX "membership_user_id_organisation_id" ON "membership" ("user_id", "organisation_id")
    """,
    """
    CREATE TABLE "postcode" ("id" SERIAL NOT NULL PRIMARY KEY, "postcode" VARCHAR(4) NOT NULL, "municipality"
    VARCHAR(255) NOT NULL, "province" VARCHAR(255) NOT NULL, "region" VARCHAR(255) NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "postcode_postcode_municipality" ON "postcode" ("postcode", "municipality")
    """,
    """
    CREATE TABLE "question" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "section"
    VARCHAR(20) NOT NULL CHECK (section IN ('establishment', 'training', 'mentors', 'criteria')), "text" TEXT NOT
    NULL, "asked_by_id" INTEGER NOT NULL, "asked_at" TIMESTAMP NOT NULL, "reply" TEXT NOT NULL, "answered_at"
    TIMESTAMP, FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("asked_by_id") REFERENCES "user" ("id"))
    """,
    """
    CREATE INDEX "question_recognition_id" ON "question" ("recognition_id")
    """,
    """
    CREATE INDEX "question_asked_by_id" ON "question" ("asked_by_id")
    """,
    """
    CREATE TABLE "recognition_mentor" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL,
    "mentor_id" INTEGER NOT NULL, "profession" VARCHAR(255) NOT NULL, "experience" INTEGER NOT NULL CHECK
    (experience >= 0), "has_prior_education" BOOLEAN NOT NULL, "decision" VARCHAR(8) CHECK (decision IN
    ('approved', 'refused')), "decision_reason" TEXT NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES
    "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("mentor_id") REFERENCES "mentor" ("id"))
    """,
    """
    CREATE INDEX "recognition_mentor_recognition_id" ON "recognition_mentor" ("recognition_id")
    """,
    """
    CREATE INDEX "recognition_mentor_mentor_id" ON "recognition_mentor" ("mentor_id")
    """,
    """
    CREATE UNIQUE INDEX "recognition_mentor_recognition_id_mentor_id" ON "recognition_mentor" ("recognition_id",
    "mentor_id")
    """,
    """
    CREATE TABLE "sign_in" ("id" SERIAL NOT NULL PRIMARY KEY, "token_hash" VARCHAR(64) NOT NULL, "user_id" INTEGER
    NOT NULL, "started_at" TIMESTAMP NOT NULL, "ends_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES
    "user" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE UNIQUE INDEX "sign_in_token_hash" ON "sign_in" ("token_hash")
    """,
    """
    CREATE INDEX "sign_in_user_id" ON "sign_in" ("user_id")
    """,
    """
    CREATE INDEX "sign_in_ends_at" ON "sign_in" ("ends_at")
    """,
]

APPEND_ONLY = ("event", "access_log")  # the journal and the access log are written once

SQLITE += [
    f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in APPEND_ONLY
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL += [
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END$$"
] + [
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    for table in APPEND_ONLY
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
