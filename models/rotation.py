"""Keys that change: every sealed national register number is sealed again with the key in use.

It must not know where keys come from.
"""

from models.agreements import Agreement
from models.base import db
from models.profile import Mentor, Seal

BATCH = 200  # rows in one transaction: nobody else waits long for the register
SEALED = (  # (record, sealed field, field with its fingerprint or None)
    (Mentor, "insz_sealed", "insz_fingerprint"),
    (Agreement, "insz_sealed", "insz_fingerprint"),
    (Agreement, "guardian_insz_sealed", None),
)


def rotate():
    """{table: how many numbers were sealed again}. May be broken off, and run again: what is done is left alone."""
    done = {}
    for record, sealed, fingerprint in SEALED:
        table = record._meta.table_name
        done[table] = done.get(table, 0) + sum(_batches(record, sealed, fingerprint))
    return done


def _batches(record, sealed, fingerprint):
    """How many of each batch were sealed again."""
    last = 0
    while True:
        with db.atomic():
            field = getattr(record, sealed)
            rows = record.select(record.id, field).where(record.id > last, field != "").order_by(record.id)
            rows = list(rows.limit(BATCH).tuples())
            stale = [(number, text) for number, text in rows if not Seal.is_current(text)]
            for number, text in stale:
                insz = Seal.open(text)
                facts = {sealed: Seal.close(insz)} | ({fingerprint: Seal.fingerprint(insz)} if fingerprint else {})
                # Guarded: whoever wrote another number meanwhile sealed it with the key in use.
                record.update(**facts).where(record.id == number, field == text).execute()
        if not rows:
            return
        last = rows[-1][0]
        yield len(stale)
