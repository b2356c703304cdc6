"""Workplaces, one for each recognition approved before there were any, and where postcodes lie; frozen per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "workplace" ("id" INTEGER NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "places" INTEGER
    NOT NULL CHECK (places BETWEEN 0 AND 99), "open_from" DATE, "open_until" DATE, "description" TEXT NOT NULL,
    "contact_name" VARCHAR(255) NOT NULL, "contact_email" VARCHAR(255) NOT NULL, "contact_phone" VARCHAR(255) NOT
    NULL, "is_visible" INTEGER NOT NULL, "confirmed_on" DATE NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES
    "recognition" ("id"), CHECK (open_from IS NULL OR open_until IS NULL OR open_until >= open_from))
    """,
    """
    CREATE TABLE "postcode_centre" ("postcode" VARCHAR(4) NOT NULL PRIMARY KEY, "latitude" REAL NOT NULL, "longitude"
    REAL NOT NULL)
    """,
]
POSTGRESQL = [
    """
    CREATE TABLE "workplace" ("id" SERIAL NOT NULL PRIMARY KEY, "recognition_id" INTEGER NOT NULL, "places" INTEGER
    NOT NULL CHECK (places BETWEEN 0 AND 99), "open_from" DATE, "open_until" DATE, "description" TEXT NOT NULL,
    "contact_name" VARCHAR(255) NOT NULL, "contact_email" VARCHAR(255) NOT NULL, "contact_phone" VARCHAR(255) NOT
    NULL, "is_visible" BOOLEAN NOT NULL, "confirmed_on" DATE NOT NULL, FOREIGN KEY ("recognition_id") REFERENCES
    "recognition" ("id"), CHECK (open_from IS NULL OR open_until IS NULL OR open_until >= open_from))
    """,
    SQLITE[1],
]
BOTH = [
    """
    CREATE UNIQUE INDEX "workplace_recognition_id" ON "workplace" ("recognition_id")
    """,
    """
    CREATE INDEX "workplace_is_visible_confirmed_on_id" ON "workplace" ("is_visible", "confirmed_on", "id")
    """,
    """
    CREATE INDEX "establishment_postcode" ON "establishment" ("postcode")
    """,
]
FOR_EACH_APPROVED = """
    INSERT INTO workplace (recognition_id, places, description, contact_name, contact_email, contact_phone, is_visible,
    confirmed_on) SELECT id, 1, '', contact_name, contact_email, contact_phone, {no}, decided_on FROM recognition
    WHERE state = 'approved'
"""


def up(migrator, db):
    is_sqlite = isinstance(db, peewee.SqliteDatabase)
    for statement in (SQLITE if is_sqlite else POSTGRESQL) + BOTH:
        db.execute_sql(statement)
    db.execute_sql(FOR_EACH_APPROVED.format(no="0" if is_sqlite else "FALSE"))
