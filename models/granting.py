"""What the account that serves may do on PostgreSQL: read, write what people write, and never touch what is kept.

It must not know how accounts are made; who runs PostgreSQL makes them.
"""

from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import Identifier

from models.base import Record, db

# Written once: nobody who serves changes these, whatever a trigger says.
KEPT = {
    "event",
    "access_log",
    "journal_seal",
    "agreement_version",
    "signature",
    "addendum_signature",
    "document_content",
}
# Only read: `init` and `import-kbo` fill them, `purge` declares in the last.
READ = {"training", "joint_committee", "legal_form", "minimum_income", "postcode", "postcode_centre", "manual_page"}
READ |= {"destruction"}
# Where rows go again by what people do. What `purge` throws away is not among them.
GIVEN_UP = {"membership", "contact_person", "annex", "document", "document_use", "reason_template", "once", "pairing"}
GIVEN_UP |= {"recognition_mentor", "answer", "vote", "sanction_target", "appeal_document", "calendar_feed"}
GIVEN_UP |= {"agreement_word", "recognition_word", "mentor_application_word"}


class Unfit(Exception):
    """The account cannot be the one that serves, in a Dutch sentence."""


def grant_serving(url):
    """Give the account in that address what serving asks and no more, on every table; its name. Raises Unfit.

    It is done anew after each migration: a table that is not named above may be read, added to and changed.
    """
    account = conninfo_to_dict(url).get("user")
    _look_at(account)
    name = Identifier(account).as_string()
    tables = {one._meta.table_name for one in Record.__subclasses__()} - READ
    tables = {one for one in tables if not one.startswith("kbo_")}
    verbs = {"INSERT": tables, "UPDATE": tables - KEPT, "DELETE": tables & GIVEN_UP}
    with db.atomic():
        for kind in ("TABLES", "SEQUENCES"):
            db.execute_sql(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {name}")
        db.execute_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
        db.execute_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        db.execute_sql(f"GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for verb, on in verbs.items():
            db.execute_sql(f"GRANT {verb} ON {', '.join(Identifier(one).as_string() for one in sorted(on))} TO {name}")
        # `import-kbo` makes tables anew.
        db.execute_sql(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {name}")
    return account


def _look_at(account):
    """It is there, it is not the owner under another name, and it cannot make tables of its own."""
    asked = """
        SELECT rolsuper OR pg_has_role(rolname, current_user, 'MEMBER'),
        has_schema_privilege(rolname, 'public', 'CREATE')
        FROM pg_roles WHERE rolname = %s
    """
    found = db.execute_sql(asked, (account,)).fetchone()
    if not found:
        raise Unfit(f"De account {account} van LOKET_DATABASE_URL is er niet: maak hem eerst in PostgreSQL.")
    owns, makes_tables = found
    if owns:
        raise Unfit(f"De account {account} van LOKET_DATABASE_URL mag alles. Geef daar een andere dan de eigenaar.")
    if makes_tables:
        raise Unfit(f"De account {account} mag tabellen maken. Doe eerst: REVOKE CREATE ON SCHEMA public FROM PUBLIC")
