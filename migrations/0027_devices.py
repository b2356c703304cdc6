"""On what somebody signed in, in words, for their own list of sign-ins."""


def up(migrator, db):
    db.execute_sql("""ALTER TABLE "sign_in" ADD COLUMN "device" VARCHAR(60) DEFAULT '' NOT NULL""")
