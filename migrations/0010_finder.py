"""The public list of workplaces has an index of what is shown alone; the same statements on both engines."""

STATEMENTS = [
    'DROP INDEX "workplace_is_visible_confirmed_on_id"',
    'CREATE INDEX "workplace_confirmed_on_id" ON "workplace" ("confirmed_on", "id") WHERE "is_visible"',
]


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)
