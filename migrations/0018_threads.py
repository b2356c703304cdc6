"""Messages inside a file, the calendar of deadlines, declarations of what was thrown away: frozen statements."""

import peewee

SQLITE = [
    """
    CREATE TABLE "calendar_feed" ("id" INTEGER NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "token_hash"
    VARCHAR(64) NOT NULL, "made_at" DATETIME NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE
    CASCADE)
    """,
    """
    CREATE UNIQUE INDEX "calendar_feed_user_id" ON "calendar_feed" ("user_id")
    """,
    """
    CREATE UNIQUE INDEX "calendar_feed_token_hash" ON "calendar_feed" ("token_hash")
    """,
    """
    CREATE TABLE "destruction" ("id" INTEGER NOT NULL PRIMARY KEY, "on" DATE NOT NULL, "what" VARCHAR(20) NOT
    NULL, "count" INTEGER NOT NULL, "before" DATE NOT NULL, "why" VARCHAR(255) NOT NULL)
    """,
    """
    CREATE INDEX "destruction_on" ON "destruction" ("on")
    """,
    """
    CREATE TABLE "talk" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER, "agreement_id" INTEGER,
    "user_id" INTEGER NOT NULL, "organisation_id" INTEGER NOT NULL, "text" TEXT NOT NULL, "at" DATETIME NOT NULL,
    FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("agreement_id")
    REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"), CHECK ((recognition_id IS NULL) <> (agreement_id IS
    NULL)))
    """,
    """
    CREATE INDEX "talk_recognition_id" ON "talk" ("recognition_id")
    """,
    """
    CREATE INDEX "talk_agreement_id" ON "talk" ("agreement_id")
    """,
    """
    CREATE INDEX "talk_user_id" ON "talk" ("user_id")
    """,
    """
    CREATE INDEX "talk_organisation_id" ON "talk" ("organisation_id")
    """,
    """
    CREATE INDEX "talk_recognition_id_id" ON "talk" ("recognition_id", "id")
    """,
    """
    CREATE INDEX "talk_agreement_id_id" ON "talk" ("agreement_id", "id")
    """,
    """
    CREATE TABLE "talk_read" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL,
    "recognition_id" INTEGER, "agreement_id" INTEGER, "last" INTEGER NOT NULL, FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id") ON DELETE CASCADE, FOREIGN KEY ("recognition_id") REFERENCES "recognition"
    ("id") ON DELETE CASCADE, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "talk_read_organisation_id" ON "talk_read" ("organisation_id")
    """,
    """
    CREATE INDEX "talk_read_recognition_id" ON "talk_read" ("recognition_id")
    """,
    """
    CREATE INDEX "talk_read_agreement_id" ON "talk_read" ("agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "talk_read_organisation_id_recognition_id" ON "talk_read" ("organisation_id",
    "recognition_id")
    """,
    """
    CREATE UNIQUE INDEX "talk_read_organisation_id_agreement_id" ON "talk_read" ("organisation_id",
    "agreement_id")
    """,
]
POSTGRESQL = [
    """
    CREATE TABLE "calendar_feed" ("id" SERIAL NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "token_hash"
    VARCHAR(64) NOT NULL, "made_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE
    CASCADE)
    """,
    """
    CREATE UNIQUE INDEX "calendar_feed_user_id" ON "calendar_feed" ("user_id")
    """,
    """
    CREATE UNIQUE INDEX "calendar_feed_token_hash" ON "calendar_feed" ("token_hash")
    """,
    """
    CREATE TABLE "destruction" ("id" SERIAL NOT NULL PRIMARY KEY, "on" DATE NOT NULL, "what" VARCHAR(20) NOT NULL,
    "count" INTEGER NOT NULL, "before" DATE NOT NULL, "why" VARCHAR(255) NOT NULL)
    """,
    """
    CREATE INDEX "destruction_on" ON "destruction" ("on")
    """,
    """
    CREATE TABLE "talk" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER, "agreement_id" INTEGER,
    "user_id" INTEGER NOT NULL, "organisation_id" INTEGER NOT NULL, "text" TEXT NOT NULL, "at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("recognition_id") REFERENCES "recognition" ("id") ON DELETE CASCADE, FOREIGN KEY ("agreement_id")
    REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "user" ("id"), FOREIGN KEY
    ("organisation_id") REFERENCES "organisation" ("id"), CHECK ((recognition_id IS NULL) <> (agreement_id IS
    NULL)))
    """,
    """
    CREATE INDEX "talk_recognition_id" ON "talk" ("recognition_id")
    """,
    """
    CREATE INDEX "talk_agreement_id" ON "talk" ("agreement_id")
    """,
    """
    CREATE INDEX "talk_user_id" ON "talk" ("user_id")
    """,
    """
    CREATE INDEX "talk_organisation_id" ON "talk" ("organisation_id")
    """,
    """
    CREATE INDEX "talk_recognition_id_id" ON "talk" ("recognition_id", "id")
    """,
    """
    CREATE INDEX "talk_agreement_id_id" ON "talk" ("agreement_id", "id")
    """,
    """
    CREATE TABLE "talk_read" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL,
    "recognition_id" INTEGER, "agreement_id" INTEGER, "last" INTEGER NOT NULL, FOREIGN KEY ("organisation_id")
    REFERENCES "organisation" ("id") ON DELETE CASCADE, FOREIGN KEY ("recognition_id") REFERENCES "recognition"
    ("id") ON DELETE CASCADE, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE)
    """,
    """
    CREATE INDEX "talk_read_organisation_id" ON "talk_read" ("organisation_id")
    """,
    """
    CREATE INDEX "talk_read_recognition_id" ON "talk_read" ("recognition_id")
    """,
    """
    CREATE INDEX "talk_read_agreement_id" ON "talk_read" ("agreement_id")
    """,
    """
    CREATE UNIQUE INDEX "talk_read_organisation_id_recognition_id" ON "talk_read" ("organisation_id",
    "recognition_id")
    """,
    """
    CREATE UNIQUE INDEX "talk_read_organisation_id_agreement_id" ON "talk_read" ("organisation_id",
    "agreement_id")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
