"""A row for each side of a file with messages, so that what is unread is found without a look at every message."""

import peewee

TABLE = """
    CREATE TABLE "thread" ("id" {key} NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL,
    "recognition_id" INTEGER, "agreement_id" INTEGER, "last_id" INTEGER NOT NULL, "read" INTEGER NOT NULL,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE, FOREIGN KEY
    ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("agreement_id")
    REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY ("last_id") REFERENCES "talk" ("id") ON DELETE
    CASCADE)
"""
INDEXES = [
    'CREATE INDEX "thread_organisation_id" ON "thread" ("organisation_id")',
    'CREATE INDEX "thread_recognition_id" ON "thread" ("recognition_id")',
    'CREATE INDEX "thread_agreement_id" ON "thread" ("agreement_id")',
    'CREATE INDEX "thread_last_id" ON "thread" ("last_id")',
    'CREATE UNIQUE INDEX "thread_organisation_id_recognition_id" ON "thread" ("organisation_id", "recognition_id")',
    'CREATE UNIQUE INDEX "thread_organisation_id_agreement_id" ON "thread" ("organisation_id", "agreement_id")',
    'CREATE INDEX "thread_organisation_id_last_id" ON "thread" ("organisation_id", "last_id")',
]
SIDES = [  # of each kind of file: the organisations that talk in it
    ("recognition", 'SELECT "organisation_id" AS "side", "id" FROM "recognition"'),
    (
        "recognition",
        'SELECT "organisation"."id" AS "side", "recognition"."id" FROM "recognition" JOIN "organisation"'
        ' ON "organisation"."partnership_id" = "recognition"."partnership_id"',
    ),
    ("agreement", 'SELECT "organisation_id" AS "side", "id" FROM "agreement"'),
    ("agreement", 'SELECT "provider_id" AS "side", "id" FROM "agreement" WHERE "provider_id" IS NOT NULL'),
]
FILL = """
    INSERT INTO "thread" ("organisation_id", "{kind}_id", "last_id", "read")
    SELECT "file"."side", "file"."id", MAX("talk"."id"), COALESCE(MAX("talk_read"."last"), 0)
    FROM ({sides}) AS "file" JOIN "talk" ON "talk"."{kind}_id" = "file"."id"
    LEFT JOIN "talk_read"
    ON "talk_read"."{kind}_id" = "file"."id" AND "talk_read"."organisation_id" = "file"."side"
    GROUP BY "file"."side", "file"."id"
"""


def up(migrator, db):
    db.execute_sql(TABLE.format(key="INTEGER" if isinstance(db, peewee.SqliteDatabase) else "SERIAL"))
    for statement in INDEXES:
        db.execute_sql(statement)
    for kind, sides in SIDES:
        db.execute_sql(FILL.format(kind=kind, sides=sides))
    db.execute_sql('DROP TABLE "talk_read"')
