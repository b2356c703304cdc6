"""Indexes for what pages ask over all organisations; the same statements on both engines."""

STATEMENTS = [
    'DROP INDEX "recognition_renews_id"',
    'CREATE INDEX "recognition_renews" ON "recognition" ("renews_id") WHERE ("renews_id" IS NOT NULL)',
    """
    CREATE INDEX "recognition_decided_on_partnership_id_clock_from_state" ON "recognition" ("decided_on",
    "partnership_id", "clock_from", "state")
    """,
    'CREATE INDEX "mentor_application_decided_on" ON "mentor_application" ("decided_on")',
    'CREATE INDEX "organisation_kind_name" ON "organisation" ("kind", "name")',
]


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)
