"""The pages of the manual, and on SQLite the index of their words; PostgreSQL reads the few there are."""

import peewee

SQLITE = [
    """
    CREATE TABLE "manual_page" ("id" INTEGER NOT NULL PRIMARY KEY, "slug" VARCHAR(40) NOT NULL, "title" VARCHAR(255)
    NOT NULL, "text" TEXT NOT NULL)
    """,
    """
    CREATE VIRTUAL TABLE manual_search USING fts5(title, text, content='manual_page', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2')
    """,
]
POSTGRESQL = [
    """
    CREATE TABLE "manual_page" ("id" SERIAL NOT NULL PRIMARY KEY, "slug" VARCHAR(40) NOT NULL, "title" VARCHAR(255)
    NOT NULL, "text" TEXT NOT NULL)
    """,
]
BOTH = ['CREATE UNIQUE INDEX "manual_page_slug" ON "manual_page" ("slug")']


def up(migrator, db):
    for statement in (SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL) + BOTH:
        db.execute_sql(statement)
