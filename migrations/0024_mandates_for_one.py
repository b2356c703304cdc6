"""A mandate for one person, and mandates that wait for who has the mailed link: frozen statements per engine."""

import peewee

TABLE = """
    CREATE TABLE "mandate_offer" ("id" {key} NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL, "holder_id"
    INTEGER, "email" VARCHAR(255) NOT NULL, "is_personal" {flag} NOT NULL, "recognitions" VARCHAR(8) NOT NULL,
    "mentors" VARCHAR(8) NOT NULL, "agreements" VARCHAR(8) NOT NULL, "valid_from" DATE NOT NULL, "valid_until" DATE
    NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "made_by_id" INTEGER NOT NULL, "made_at" {moment} NOT NULL,
    "expires_at" {moment} NOT NULL, "closed_at" {moment}, "mandate_id" INTEGER, FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id"), FOREIGN KEY ("holder_id") REFERENCES "organisation" ("id"), FOREIGN KEY
    ("made_by_id") REFERENCES "user" ("id"), FOREIGN KEY ("mandate_id") REFERENCES "mandate" ("id"), CHECK
    (recognitions IN ('no', 'yes', 'approval')), CHECK (mentors IN ('no', 'yes', 'approval')), CHECK (agreements
    IN ('no', 'yes', 'approval')))
"""
OTHERS = [
    'CREATE INDEX "mandate_offer_organisation_id" ON "mandate_offer" ("organisation_id")',
    'CREATE INDEX "mandate_offer_holder_id" ON "mandate_offer" ("holder_id")',
    'CREATE UNIQUE INDEX "mandate_offer_token_hash" ON "mandate_offer" ("token_hash")',
    'CREATE INDEX "mandate_offer_made_by_id" ON "mandate_offer" ("made_by_id")',
    'CREATE INDEX "mandate_offer_mandate_id" ON "mandate_offer" ("mandate_id")',
    'ALTER TABLE "mandate" ADD COLUMN "person_id" INTEGER REFERENCES "user" ("id")',
    'CREATE INDEX "mandate_person_id" ON "mandate" ("person_id")',
]
WORDS = {
    True: {"key": "INTEGER", "flag": "INTEGER", "moment": "DATETIME"},
    False: {"key": "SERIAL", "flag": "BOOLEAN", "moment": "TIMESTAMP"},
}


def up(migrator, db):
    for statement in (TABLE.format(**WORDS[isinstance(db, peewee.SqliteDatabase)]), *OTHERS):
        db.execute_sql(statement)
