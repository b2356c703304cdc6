"""Everybody at once, for hours: 200,000 steps of the stories of tests/fuzz/people.py (PEOPLE_STEPS: another number)."""

import json
import os
import tempfile
import time
from datetime import date

import hypothesis
from playhouse.migrations import Runner

from app import create_app
from models import db
from tests import build
from tests.fuzz.test_people import tell
from tests.fuzz.world import TOLD, World
from views.commands import load_reference_data

STEPS, AT_ONCE = int(os.environ.get("PEOPLE_STEPS", "200000")), 10_000
TODAY = date(2022, 1, 23)


def counter(folder):
    """The counter on a register of its own, with the people of the demo."""
    settings = {
        "LOKET_DEMO": "1",
        "LOKET_SECRET_KEY": "geheim-voor-de-meting-0123456789-0123456789",
        "LOKET_DATABASE_URL": f"sqlite:///{folder}/people.db",
        "LOKET_TODAY": TODAY.isoformat(),
    }
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db.connect(reuse_if_open=True)
    db.execute_sql("PRAGMA synchronous = 0")
    Runner(db.obj, "migrations").up()
    load_reference_data()
    with db.atomic():
        app.world = build.World()
    return app


def main():
    hypothesis.settings.register_profile("bench", derandomize=False)
    hypothesis.settings.load_profile("bench")
    with tempfile.TemporaryDirectory() as folder:
        world, begun, turn = World(counter(folder)), time.perf_counter(), 0
        TOLD.clear()
        while TOLD["steps"] < STEPS:  # raises at the first thing that is not as it should be
            turn += 1
            tell(world, min(AT_ONCE, STEPS - TOLD["steps"] + 100), turn)
            took = time.perf_counter() - begun
            print(f"{TOLD['steps']:8,} steps {took:7.0f} s: nothing read or changed that is not theirs", flush=True)
        db.close()
    for what, times in sorted(TOLD.items()):
        print(f"{what:44} {times:9,}")
    print(json.dumps({"bench": "people", "seconds": round(took), "steps": TOLD["steps"], "leaks": 0, "mishaps": 0}))


if __name__ == "__main__":
    main()
