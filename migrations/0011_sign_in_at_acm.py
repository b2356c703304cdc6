"""Sign-in at ACM/IDM: what it vouched for, blocks on organisations, who was invited: frozen statements per engine."""

import peewee

SQLITE = [
    """
    ALTER TABLE "sign_in" ADD COLUMN "vouched" TEXT DEFAULT '*' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "is_blocked" INTEGER DEFAULT 0 NOT NULL
    """,
    """
    ALTER TABLE "user" ADD COLUMN "insz_hash" VARCHAR(64)
    """,
    """
    CREATE INDEX "user_insz_hash" ON "user" ("insz_hash")
    """,
]

POSTGRESQL = [
    """
    ALTER TABLE "sign_in" ADD COLUMN "vouched" TEXT DEFAULT '*' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "is_blocked" BOOLEAN NOT NULL DEFAULT FALSE
    """,
    """
    ALTER TABLE "organisation" ALTER COLUMN "is_blocked" DROP DEFAULT
    """,
    """
    ALTER TABLE "user" ADD COLUMN "insz_hash" VARCHAR(64)
    """,
    """
    CREATE INDEX "user_insz_hash" ON "user" ("insz_hash")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
