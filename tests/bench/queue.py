"""The queue of a partnership with 50,000 open files: what its first, tenth, five hundredth and last page cost."""

import json
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from peewee import chunked
from playhouse.migrations import Runner

from app import create_app
from models import Establishment, Recognition, Training, db
from tests import build
from views.answers import PAGE_LENGTH
from views.commands import load_reference_data

FEW, MANY, TIMES = 500, 50_000, 9
TODAY = date(2022, 1, 23)


def counter(folder, files):
    """An app on a register with that many open files of one partnership, and a client signed in for it."""
    app = create_app(
        {
            "LOKET_DEMO": "1",
            "LOKET_SECRET_KEY": "geheim-voor-de-meting-0123456789-0123456789",
            "LOKET_DATABASE_URL": f"sqlite:///{folder}/{files}.db",
            "LOKET_TODAY": TODAY.isoformat(),
        }
    )
    with db.connection_context():
        db.execute_sql("PRAGMA synchronous = 0")
        Runner(db.obj, "migrations").up()
        load_reference_data()
        with db.atomic():
            fill(files)
        build.pass_a_night(TODAY)
    client = app.test_client()
    client.post("/aanmelden/demo", data={"persona": "behandelaar"})
    return client


def fill(files):
    """Open files over as many places as the trainings need: one pending application per place and training."""
    world = build.World()
    first = world.handed_in()
    trainings = [training.id for training in Training.select(Training.id)]
    place = {name: value for name, value in first.establishment.__data__.items() if name not in ("id", "number")}
    places = range(files // len(trainings) + 1)
    insert(Establishment, (place | {"number": f"29{number:08d}"} for number in places))
    ids = [one.id for one in Establishment.select(Establishment.id).where(Establishment.number.startswith("29"))]
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number")}
    rows = (
        {
            "number": f"E/20210101/{number:06d}",
            "clock_from": TODAY - timedelta(days=number % 400),
            "establishment": ids[number // len(trainings)],
            "training": trainings[number % len(trainings)],
        }
        for number in range(files)
    )
    insert(Recognition, (facts | row for row in rows))


def insert(model, rows):
    for batch in chunked(rows, 300):
        model.insert_many(batch).execute()


def measure(client, path):
    """(median milliseconds, bytes) of a page."""
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.status_code
    return statistics.median(took), len(answer.data)


def cursor(page):
    """The address of a page by keyset, as its links have it, found without walking there."""
    order = (Recognition.clock_from, Recognition.id)
    with db.connection_context():
        row = (
            Recognition.select(*order)
            .where(Recognition.state.in_(("submitted", "complete", "in_treatment")))
            .order_by(*order)
            .offset((page - 1) * PAGE_LENGTH - 1)
            .limit(1)
            .get()
        )
    return f"/behandeling?na={row.clock_from}_{row.id}"


def main():
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for files in (FEW, MANY):
            client = counter(Path(folder), files)
            last = files // PAGE_LENGTH
            pages = {"first": "/behandeling", "tenth": cursor(10), "last": cursor(last)}
            pages |= {"late": "/behandeling?klok=te-laat", "nobody's": "/behandeling?behandelaar=niemand"}
            pages |= {"region": "/behandeling?streek=Antwerpen", "dashboard": "/"}
            if files == MANY:
                pages["500th"] = cursor(500)
            results[files] = {name: measure(client, path) for name, path in pages.items()}
            db.obj.close_all()
    print(f"{'page':8} {'500 files':>12} {'50,000 files':>14} {'ratio':>7}")
    for name, (many, _size) in results[MANY].items():
        few = results[FEW].get(name, results[FEW]["last"])[0]
        print(f"{name:8} {few:9.1f} ms {many:11.1f} ms {many / few:7.2f}")
        print(json.dumps({"bench": "queue", "page": name, "few_ms": few, "many_ms": many, "ratio": many / few}))


if __name__ == "__main__":
    main()
