"""Mails that are delivered: whom they are for, when the next try is due; people get an address: frozen statements."""

import peewee

COMMON = [
    """
    ALTER TABLE "user" ADD COLUMN "email" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "message" ADD COLUMN "user_id" INTEGER REFERENCES "user" ("id")
    """,
    """
    ALTER TABLE "message" ADD COLUMN "about" VARCHAR(20) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "message" ADD COLUMN "about_id" INTEGER
    """,
    """
    ALTER TABLE "message" ADD COLUMN "mail_id" VARCHAR(32) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "message" ADD COLUMN "problem" TEXT DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "message" ADD COLUMN "bundle_id" INTEGER REFERENCES "message" ("id")
    """,
]

SQLITE = [
    *COMMON,
    """
    ALTER TABLE "message" ADD COLUMN "is_weekly" INTEGER DEFAULT 0 NOT NULL
    """,
    """
    ALTER TABLE "message" ADD COLUMN "due_at" DATETIME CHECK (sent_at IS NULL OR due_at IS NULL)
    """,
    """
    UPDATE "message" SET "mail_id" = lower(hex(randomblob(16)))
    """,
]

POSTGRESQL = [
    *COMMON,
    """
    ALTER TABLE "message" ADD COLUMN "is_weekly" BOOLEAN DEFAULT false NOT NULL
    """,
    """
    ALTER TABLE "message" ADD COLUMN "due_at" TIMESTAMP CHECK (sent_at IS NULL OR due_at IS NULL)
    """,
    """
    UPDATE "message" SET "mail_id" = md5(random()::text || "id"::text)
    """,
]

AFTER = [
    """
    UPDATE "message" SET "due_at" = "written_at" WHERE "sent_at" IS NULL
    """,
    """
    CREATE INDEX "message_user_id" ON "message" ("user_id")
    """,
    """
    CREATE UNIQUE INDEX "message_mail_id" ON "message" ("mail_id")
    """,
    """
    CREATE INDEX "message_bundle_id" ON "message" ("bundle_id")
    """,
    """
    CREATE INDEX "message_due_at_id" ON "message" ("due_at", "id")
    """,
]


def up(migrator, db):
    for statement in [*(SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL), *AFTER]:
        db.execute_sql(statement)
