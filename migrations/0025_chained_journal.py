"""Every event gets a digest over itself and the event before it, every record the end of its chain; then seals.

What is there already is chained as it stands. The digest is frozen here as it was then.
"""

import hashlib
import json

import peewee

TABLES = [
    'ALTER TABLE "event" ADD COLUMN "digest" VARCHAR(64) NOT NULL DEFAULT \'\'',
    'CREATE TABLE "chain" ("subject" VARCHAR(20) NOT NULL, "subject_id" INTEGER NOT NULL, "last" INTEGER NOT NULL, '
    '"digest" VARCHAR(64) NOT NULL, PRIMARY KEY ("subject", "subject_id"))',
    'CREATE TABLE "journal_seal" ("id" {key} NOT NULL PRIMARY KEY, "at" {moment} NOT NULL, "last" INTEGER NOT NULL, '
    '"digest" VARCHAR(64) NOT NULL)',
    'CREATE UNIQUE INDEX "journal_seal_last" ON "journal_seal" ("last")',
]
WORDS = {True: {"key": "INTEGER", "moment": "DATETIME"}, False: {"key": "SERIAL", "moment": "TIMESTAMP"}}
SQLITE_OPEN = ["DROP TRIGGER event_UPDATE"]
SQLITE_CLOSE = [
    f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table, verb in (("event", "UPDATE"), ("journal_seal", "UPDATE"), ("journal_seal", "DELETE"))
]
POSTGRESQL_OPEN = ["ALTER TABLE event DISABLE TRIGGER event_append_only"]
POSTGRESQL_CLOSE = [
    "ALTER TABLE event ENABLE TRIGGER event_append_only",
    "CREATE TRIGGER journal_seal_append_only BEFORE UPDATE OR DELETE ON journal_seal "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
] + [
    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()"
    for table in ("event", "access_log", "journal_seal")
]
TOLD = '"subject", "subject_id", "name", "user_id", "organisation_id", "through_id", "at", "details"'
BATCH = 5000


def up(migrator, db):
    on_sqlite = isinstance(db, peewee.SqliteDatabase)
    opening, closing = (SQLITE_OPEN, SQLITE_CLOSE) if on_sqlite else (POSTGRESQL_OPEN, POSTGRESQL_CLOSE)
    for statement in (*TABLES, *opening):
        db.execute_sql(statement.format(**WORDS[on_sqlite]))
    chain(db)
    for statement in closing:
        db.execute_sql(statement)


def chain(db):
    ends, since, mark = {}, 0, db.param
    page = f'SELECT "id", {TOLD} FROM "event" WHERE "id" > {mark} ORDER BY "id" LIMIT {BATCH}'
    while rows := db.execute_sql(page, (since,)).fetchall():
        for number, *told in rows:
            key = tuple(told[:2])
            told[6] = str(told[6])
            said = json.dumps([*ends.get(key, (0, "")), *told], ensure_ascii=False)
            ends[key] = number, hashlib.sha256(said.encode()).hexdigest()
            db.execute_sql(f'UPDATE "event" SET "digest" = {mark} WHERE "id" = {mark}', (ends[key][1], number))
        since = rows[-1][0]
    for key, end in ends.items():
        db.execute_sql(f'INSERT INTO "chain" VALUES ({mark}, {mark}, {mark}, {mark})', (*key, *end))
