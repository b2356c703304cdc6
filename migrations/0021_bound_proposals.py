"""What a file said when somebody proposed a step on it, so that approving can be bound to that."""

COLUMNS = [
    ("subject", "VARCHAR(20) DEFAULT '' NOT NULL"),
    ("subject_id", "INTEGER DEFAULT 0 NOT NULL"),
    ("marks", "TEXT DEFAULT '{}' NOT NULL"),
]


def up(migrator, db):
    for name, kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "proposal" ADD COLUMN "{name}" {kind}')
