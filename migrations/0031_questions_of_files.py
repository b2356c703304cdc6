"""Whose question is still open is found by its day: in a large register SQLite read all recognitions for it."""

STATEMENT = """
    CREATE INDEX "recognition_answer_by" ON "recognition" ("partnership_id", "answer_by") WHERE ("answer_by" IS NOT
    NULL)
"""


def up(migrator, db):
    db.execute_sql(STATEMENT)
