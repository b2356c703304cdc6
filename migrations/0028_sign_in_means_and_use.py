"""With what somebody signed in, in words, and when that sign-in was last used."""

import peewee


def up(migrator, db):
    moment = "DATETIME" if isinstance(db, peewee.SqliteDatabase) else "TIMESTAMP"
    db.execute_sql("""ALTER TABLE "sign_in" ADD COLUMN "means" VARCHAR(30) DEFAULT '' NOT NULL""")
    db.execute_sql(f'ALTER TABLE "sign_in" ADD COLUMN "used_at" {moment}')
