"""What an organisation says of itself, and what the KBO says differently: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "contact_person" ("id" INTEGER NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL,
    "establishment_id" INTEGER, "subject" VARCHAR(12) NOT NULL CHECK (subject IN ('general', 'recognitions',
    'mentors', 'agreements', 'invoicing')), "name" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "phone"
    VARCHAR(255) NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("establishment_id") REFERENCES "establishment" ("id"))
    """,
    """
    CREATE INDEX "contact_person_organisation_id" ON "contact_person" ("organisation_id")
    """,
    """
    CREATE INDEX "contact_person_establishment_id" ON "contact_person" ("establishment_id")
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "inactive_from" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "ceased_on" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "is_provisional" INTEGER DEFAULT 0 NOT NULL
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "ceased_noted_at" DATETIME
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "ceased_on" DATE
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "ceased_noted_at" DATETIME
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "email" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "website" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "account_number" VARCHAR(34) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "language" VARCHAR(2) DEFAULT 'nl' NOT NULL CHECK (language IN ('nl',
    'fr', 'de', 'en'))
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "contact_person" ("id" SERIAL NOT NULL PRIMARY KEY, "organisation_id" INTEGER NOT NULL,
    "establishment_id" INTEGER, "subject" VARCHAR(12) NOT NULL CHECK (subject IN ('general', 'recognitions',
    'mentors', 'agreements', 'invoicing')), "name" VARCHAR(255) NOT NULL, "email" VARCHAR(255) NOT NULL, "phone"
    VARCHAR(255) NOT NULL, FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("establishment_id") REFERENCES "establishment" ("id"))
    """,
    """
    CREATE INDEX "contact_person_organisation_id" ON "contact_person" ("organisation_id")
    """,
    """
    CREATE INDEX "contact_person_establishment_id" ON "contact_person" ("establishment_id")
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "inactive_from" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "ceased_on" DATE
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "is_provisional" BOOLEAN DEFAULT FALSE NOT NULL
    """,
    """
    ALTER TABLE "establishment" ADD COLUMN "ceased_noted_at" TIMESTAMP
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "ceased_on" DATE
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "ceased_noted_at" TIMESTAMP
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "email" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "phone" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "website" VARCHAR(255) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "account_number" VARCHAR(34) DEFAULT '' NOT NULL
    """,
    """
    ALTER TABLE "organisation" ADD COLUMN "language" VARCHAR(2) DEFAULT 'nl' NOT NULL CHECK (language IN ('nl',
    'fr', 'de', 'en'))
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
