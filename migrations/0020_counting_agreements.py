"""Indexes in which the overview of agreements counts without reading a row, and by which tasks find a recognition's."""

STATEMENTS = [
    'DROP INDEX "agreement_organisation_id_id"',
    'DROP INDEX "agreement_organisation_id_starts_on_id"',
    'DROP INDEX "agreement_organisation_id_ends_on_id"',
    'DROP INDEX "agreement_ended"',
    'DROP INDEX "agreement_lacking_premium"',
    'CREATE INDEX "agreement_recognition_id_ends_on" ON "agreement" ("recognition_id", "ends_on")',
    'CREATE INDEX "agreement_by_id" ON "agreement" ("organisation_id", "id", "state")',
    """
    CREATE INDEX "agreement_by_start" ON "agreement" ("organisation_id", "starts_on", "id", "ends_on", "ended_on",
    "registered_on", "state")
    """,
    """
    CREATE INDEX "agreement_by_end" ON "agreement" ("organisation_id", "ends_on", "id", "ended_on", "registered_on",
    "state")
    """,
    """
    CREATE INDEX "agreement_ended_early" ON "agreement" ("organisation_id", "ended_on", "registered_on", "state")
    WHERE ended_on IS NOT NULL
    """,
    """
    CREATE INDEX "agreement_lacks_premium" ON "agreement" ("organisation_id", "starts_on", "id", "recognition_id",
    "ended_on", "state") WHERE state = 'registered' AND ended_on IS NULL AND premium_waived_on IS NULL AND
    (wants_premium = FALSE OR account_number = '' OR learner_account_number = '' OR declaration_id IS NULL)
    """,
]


def up(migrator, db):
    for statement in STATEMENTS:
        db.execute_sql(statement)
