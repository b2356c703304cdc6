"""The dated minimum income, from which learning allowances follow: frozen statements per engine."""

import peewee

SQLITE = [
    """
    CREATE TABLE "minimum_income" ("id" INTEGER NOT NULL PRIMARY KEY, "valid_from" DATE NOT NULL, "amount"
    DECIMAL(8, 2) NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "minimum_income_valid_from" ON "minimum_income" ("valid_from")
    """,
]

POSTGRESQL = [
    """
    CREATE TABLE "minimum_income" ("id" SERIAL NOT NULL PRIMARY KEY, "valid_from" DATE NOT NULL, "amount"
    NUMERIC(8, 2) NOT NULL)
    """,
    """
    CREATE UNIQUE INDEX "minimum_income_valid_from" ON "minimum_income" ("valid_from")
    """,
]


def up(migrator, db):
    for statement in SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)
