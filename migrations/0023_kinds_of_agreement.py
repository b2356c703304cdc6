"""An index by which the overview of agreements finds those of one kind, however many there are."""


def up(migrator, db):
    db.execute_sql('CREATE INDEX "agreement_by_kind" ON "agreement" ("organisation_id", "kind", "id")')
