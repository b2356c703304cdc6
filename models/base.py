"""What every record stands on: the one database, how to open it, and the record all others inherit from.

It must not know any particular record.
"""

import peewee
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

db = peewee.DatabaseProxy()


class Record(peewee.Model):
    """What every record shares: the one database, and table names in plain snake case."""

    class Meta:
        database = db
        legacy_table_names = False
        only_save_dirty = True


def connect(url):
    """Point the register at "sqlite:///file" or "postgresql://…"; opens nothing yet."""
    if url.startswith("sqlite:///"):
        database = PooledSqliteDatabase(
            url.removeprefix("sqlite:///"),
            # WAL lets readers go on while somebody writes; FULL survives a power cut.
            pragmas={"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "mmap_size": 268435456},
            lock_type="IMMEDIATE",  # a deferred BEGIN that must upgrade fails at once under other writers
            timeout=10,
            max_connections=None,
            check_same_thread=False,
        )
    elif url.startswith("postgresql://"):
        database = PooledPostgresqlDatabase(url, max_connections=20, timeout=10, stale_timeout=300)
    else:
        raise ValueError("LOKET_DATABASE_URL begint met sqlite:/// of postgresql://.")
    db.initialize(database)
    return database
