"""What costs a partnership or the public as much in a large register as in a small one: indexes, a kept figure."""

import peewee

PACE = """
    CREATE TABLE "service_pace" ("id" {key} NOT NULL PRIMARY KEY, "kind" VARCHAR(15) NOT NULL CHECK (kind IN
    ('erkenningen', 'mentoraanvragen')), "partnership_id" INTEGER NOT NULL, "until" DATE NOT NULL, "decisions" INTEGER,
    "days" INTEGER, FOREIGN KEY ("partnership_id") REFERENCES "partnership" ("id"))
"""
STATEMENTS = [
    'DROP INDEX "recognition_partnership_id_state_clock_from"',
    """
    CREATE INDEX "recognition_partnership_id_state_clock_from_id" ON "recognition" ("partnership_id", "state",
    "clock_from", "id")
    """,
    'CREATE UNIQUE INDEX "service_pace_kind_partnership_id" ON "service_pace" ("kind", "partnership_id")',
    'CREATE INDEX "mentor_application_state_clock_from" ON "mentor_application" ("state", "clock_from")',
    """
    CREATE INDEX "recognition_mentor_left" ON "recognition_mentor" ("recognition_id", "ended_on") WHERE ("ended_on" IS
    NOT NULL)
    """,
    'CREATE INDEX "mentor_inactive" ON "mentor" ("id") WHERE ("inactive_from" IS NOT NULL)',
    """
    CREATE INDEX "establishment_differs" ON "establishment" ("id") WHERE moved_to <> '' OR (ceased_on IS NOT NULL AND
    ceased_noted_at IS NULL) OR is_provisional
    """,
    """
    CREATE INDEX "organisation_ceased_unseen" ON "organisation" ("name", "id") WHERE ceased_on IS NOT NULL AND
    ceased_noted_at IS NULL
    """,
]


def up(migrator, db):
    db.execute_sql(PACE.format(key="INTEGER" if isinstance(db, peewee.SqliteDatabase) else "SERIAL"))
    for statement in STATEMENTS:
        db.execute_sql(statement)
