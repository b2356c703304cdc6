"""The agreements of one employer, a thousand and a hundred thousand: list, filter, search, page 1,000 and the export.

A page must ask as many statements and take at most twice as long; the export must stream in under 200 MB. Pages are
measured in processor time, the register's own included, so that whatever else the machine does decides nothing.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from peewee import chunked
from playhouse.migrations import Runner

from app import create_app
from models import Agreement, AgreementWord, db
from models.words import words_in
from tests import build
from views.answers import PAGE_LENGTH
from views.commands import load_reference_data
from views.demo_agreements import make

FEW, MANY, TIMES = 1_000, 100_000, 11
TODAY = date(2026, 11, 24)
MEGABYTES = 200
FIRST = ("Fatima", "Wout", "Zoë", "Mats", "Noor", "Ilias", "Lotte", "Emre", "Amber", "Daan", "Elif", "Kobe")
LAST = ("El Idrissi", "D'hondt", "Çelik", "Van den Broeck", "Benali", "Peeters", "Yıldız", "Claes", "Nowak")
PATHS = {
    "list": "/overeenkomsten",
    "running": "/overeenkomsten?overzicht=loopt",
    "running on a day": "/overeenkomsten?loopt=2023-03-15",
    "ends within 90 days": "/overeenkomsten?eindigt=90",
    "school year": "/overeenkomsten?schooljaar=2024-2025",
    "ended": "/overeenkomsten?overzicht=afgelopen",
    "ended early": "/overeenkomsten?overzicht=vroegtijdig",
    "kind": "/overeenkomsten?soort=OAO",
    "kind, none": "/overeenkomsten?soort=DA",
    "place": "/overeenkomsten?vestiging={place}",
    "training, none": "/overeenkomsten?opleiding=999999",
    "mentor": "/overeenkomsten?mentor={mentor}",
    "mentor, none": "/overeenkomsten?mentor=999999",
    "premium data missing": "/overeenkomsten?premie=onvolledig",
    "search, common": "/overeenkomsten?zoek=fatima",
    "search, rare": "/overeenkomsten?zoek=zeldzaam",
    "search, number": "/overeenkomsten?zoek=000777",
    "nothing found": "/overeenkomsten?zoek=niemand",
    "dashboard": "/",
}


def counter(folder, rows):
    """An app on a register with that many agreements of one employer, and a client signed in for it."""
    app = create_app(
        {
            "LOKET_DEMO": "1",
            "LOKET_SECRET_KEY": "geheim-voor-de-meting-0123456789-0123456789",
            "LOKET_DATABASE_URL": f"sqlite:///{folder}/{rows}.db",
            "LOKET_TODAY": TODAY.isoformat(),
        }
    )
    if not (Path(folder) / f"{rows}.db").exists():
        with db.connection_context():
            db.execute_sql("PRAGMA synchronous = 0")
            Runner(db.obj, "migrations").up()
            load_reference_data()
            with db.atomic():
                fill(rows)
    client = app.test_client()
    client.post("/aanmelden/demo", data={"persona": "zaakvoerder"})
    return client


def fill(rows):
    """Agreements over ten years of school, as they would have been made: the newest last."""
    world = build.World()
    world.today = TODAY
    first = make(world, "mega", world.ending_in(1700, training="Haarverzorging duaal"), 0, "registered")
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number")}
    made = (facts | row(number, rows) for number in range(rows))
    insert(Agreement, made)
    found = Agreement.select(Agreement.id, Agreement.number, Agreement.first_name, Agreement.last_name)
    found = found.where(Agreement.id > first.id).tuples()
    common = words_in(f"{first.recognition.training.name} {first.recognition.establishment.name}")
    insert(
        AgreementWord,
        (
            {"agreement": identity, "organisation": first.organisation_id, "word": word.encode()}
            for identity, *texts in found
            for word in sorted(words_in(" ".join(texts)) | common)
        ),
    )


def row(number, rows):
    year = 2017 + number * 10 // rows
    starts_on = date(year, 9, 1) + timedelta(days=number % 60)
    complete = number % 50 != 0
    return {
        "number": f"O/{year}0901/{number:06d}",
        "first_name": "Zeldzaam" if number == rows // 2 else FIRST[number % len(FIRST)],
        "last_name": LAST[number % len(LAST)],
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=290),
        "registered_on": starts_on,
        "ended_on": starts_on + timedelta(days=100) if number % 20 == 0 and year < 2026 else None,
        "end_checked": '["dimona", "documents", "school", "learner"]',
        "wants_premium": complete,
        "account_number": "BE68539007547034" if complete else "",
        "learner_account_number": "BE62510007547061",
        "declaration": None if number % 50 == 1 else 1,
    }


def insert(model, rows):
    for batch in chunked(rows, 300):
        model.insert_many(batch).execute()


def measure(client, path):
    """(median milliseconds, statements) of a page."""
    took, asked, original = [], [], db.obj.execute_sql
    for _ in range(TIMES):
        ran = []
        db.obj.execute_sql = lambda sql, *rest, ran=ran, **named: ran.append(sql) or original(sql, *rest, **named)
        start = time.process_time()
        answer = client.get(path)
        took.append((time.process_time() - start) * 1000)
        assert answer.status_code == 200, answer.status_code
        asked.append(sum(sql.lstrip().upper().startswith(("SELECT", "WITH")) for sql in ran))
        del db.obj.execute_sql
    return statistics.median(took), asked[-1]


def cursor(page):
    """The address of a page by keyset, as its links have it."""
    with db.connection_context():
        found = Agreement.select(Agreement.id).order_by(Agreement.id.desc())
        last = found.offset(min((page - 1) * PAGE_LENGTH, found.count() - 2)).limit(1).scalar()
    return f"/overeenkomsten?na={last}"


def somewhere():
    """The place and the mentor that all of them share."""
    with db.connection_context():
        one = Agreement.joined().order_by(Agreement.id).first()
        return {"place": one.recognition.establishment_id, "mentor": one.mentor_id}


def own_memory():
    """Megabytes of this process itself; the pages of the database file that are mapped belong to the system."""
    told = Path("/proc/self/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", told)[1]) / 1024


def export(folder, name):
    """In a process of its own: seconds, seconds to the first byte, megabytes at most, bytes sent."""
    client = counter(folder, MANY)
    start, size, first = time.perf_counter(), 0, None
    peak = 0
    answer = client.get(f"/overeenkomsten/{name}")
    for piece in answer.iter_encoded():
        first = first or time.perf_counter() - start
        size += len(piece)
        peak = max(peak, own_memory()) if size // 500_000 != (size - len(piece)) // 500_000 or not peak else peak
    peak = max(peak, own_memory())
    took = time.perf_counter() - start
    print(json.dumps({"seconds": took, "first": first, "peak_mb": peak, "bytes": size}))


def main():
    results, wrong = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for rows in (FEW, MANY):
            client = counter(folder, rows)
            pages = {name: path.format(**somewhere()) for name, path in PATHS.items()} | {"page 1,000": cursor(1000)}
            results[rows] = {name: measure(client, path) for name, path in pages.items()}
            db.obj.close_all()
        print(f"{'page':22} {'1,000 rows':>14} {'100,000 rows':>14} {'ratio':>7} {'statements':>12}")
        for name, (many, asked) in results[MANY].items():
            few, before = results[FEW][name]
            print(f"{name:22} {few:11.1f} ms {many:11.1f} ms {many / few:7.2f} {before:>7} {asked:>4}")
            facts = {"few_ms": few, "many_ms": many, "ratio": many / few, "statements": [before, asked]}
            print(json.dumps({"bench": "agreements", "page": name, **facts}))
            wrong += [name] if many > 2 * few or asked != before else []
        for name in ("csv", "xlsx"):
            command = [sys.executable, "-m", "tests.bench.agreements", "export", folder, name]
            told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            print(f"export of 100,000 rows as {name}: {told['seconds']:.1f} s, at most {told['peak_mb']:.0f} MB")
            print(json.dumps({"bench": "agreements", "export": name, **told}))
            wrong += [f"export {name}"] if told["peak_mb"] > MEGABYTES else []
    if wrong:
        sys.exit(f"slower than promised: {', '.join(wrong)}")


if __name__ == "__main__":
    export(*sys.argv[2:]) if sys.argv[1:2] == ["export"] else main()
