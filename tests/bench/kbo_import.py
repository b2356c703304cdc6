"""How fast and in how much memory a KBO file comes in: `python -m tests.bench.kbo_import [--enterprises 200000]`.

Writes an invented file, takes it in in a process of its own, and prints a table and one line of JSON.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import models
from adapters import kbo, kbo_zip

STREETS = ("Kerkstraat", "Molenweg", "Stationsplein", "Nieuwe Steenweg op de Oude Baan", "Dorpsstraat")
TOWNS = (("9000", "Gent"), ("2000", "Antwerpen"), ("3500", "Hasselt"), ("8500", "Kortrijk"), ("1800", "Vilvoorde"))
FIRST_DAY = date(1970, 1, 1)


def checked(stem):
    """Eight digits with their two check digits."""
    return stem * 100 + 97 - stem % 97


def enterprises(count):
    """Much like the country: of every ten, four are natural persons; some have no establishment, some have three."""
    for i in range(count):
        natural_person = i % 10 < 4
        name = f"Voorbeeld {i} {'Winkel' if natural_person else 'Bouw en Onderhoud'}"
        started_on = FIRST_DAY + timedelta(days=i % 19_000)
        yield kbo_zip.Enterprise(
            checked(2_000_000 + i),
            name,
            started_on=started_on,
            natural_person=natural_person,
            address=None if natural_person else address(i),
            names=[("2", "002", f"VB{i}")] if i % 4 == 0 else [],
            email=f"info@bedrijf{i}.example" if i % 3 == 0 else None,
            phone=f"0{i % 100:02d} 00 00 00" if i % 5 == 0 else None,
            establishments=[establishment(i, nth, started_on) for nth in range((1, 1, 0, 1, 3, 1, 0, 1, 0, 1)[i % 10])],
        )


def address(i):
    postcode, town = TOWNS[i % len(TOWNS)]
    return kbo_zip.Address(STREETS[i % len(STREETS)], str(i % 300), postcode, town, box=str(i % 9 or ""))


def establishment(i, nth, started_on):
    at = address(i + nth)
    name = f"Vestiging {i}-{nth}" if i % 2 else None
    number = checked(20_000_000 + 3 * i + nth)
    return kbo_zip.Establishment(
        number, name, at.street, at.house_number, at.postcode, at.municipality, started_on=started_on
    )


def take_in(path, url):
    """In the process that is measured: import, while another thread writes as the counter would."""
    models.connect(url)
    models.db.create_tables(models.RECORDS)
    models.Counter.create(kind="B")
    stop, waits = threading.Event(), []
    writer = threading.Thread(target=hand_out_numbers, args=(stop, waits))
    writer.start()
    try:
        summary = kbo.import_extract(path, now=datetime.now(UTC).replace(tzinfo=None), progress=True)
    finally:
        stop.set()
        writer.join()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = sum(summary.rows.values())
    print(
        json.dumps(
            {
                "rows": rows,
                "seconds": round(summary.seconds, 1),
                "rows_per_second": round(rows / summary.seconds),
                "peak_rss_mb": round(peak),
                "swap_seconds": round(summary.swap_seconds, 4),
                "other_writer_waited_at_most": round(max(waits), 2),
                "other_writer_waited_median": round(sorted(waits)[len(waits) // 2], 4),
                "tables": summary.rows,
            }
        )
    )


def hand_out_numbers(stop, waits):
    while True:
        started = time.perf_counter()
        with models.db.atomic():
            models.Counter.next("B", FIRST_DAY)
        waits.append(time.perf_counter() - started)
        if stop.wait(0.05):
            break
    models.db.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=200_000)
    parser.add_argument("--database", help="instead of a fresh SQLite file: the url of an empty database")
    parser.add_argument("--take-in", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.take_in:
        return take_in(*chosen.take_in)
    with tempfile.TemporaryDirectory(prefix="kbo-bench-") as folder:
        path = Path(folder) / "KboOpenData_0001_2026_01_Full.zip"
        kbo_zip.write_full(path, number=1, snapshot_on=date(2026, 1, 2), enterprises=enterprises(chosen.enterprises))
        size = path.stat().st_size / 1024**2
        url = chosen.database or f"sqlite:///{folder}/register.db"
        command = [sys.executable, "-m", "tests.bench.kbo_import", "--take-in", os.fspath(path), url]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    measured = json.loads(answer.splitlines()[-1])
    print(f"{'enterprises':<30}{chosen.enterprises:>12}")
    print(f"{'zip (MB)':<30}{size:>12.1f}")
    for name, value in {**measured.pop("tables"), **measured}.items():
        print(f"{name:<30}{value:>12}")
    print(json.dumps({"enterprises": chosen.enterprises, **measured}))


if __name__ == "__main__":
    main()
