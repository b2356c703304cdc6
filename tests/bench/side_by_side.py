"""The counter beside the least that could be and beside Django: `python -m tests.bench.side_by_side`, two minutes.

Everyone serves the same pages from the same register in a process of their own, and is asked by turns, so that
whatever else the machine does hits all alike. Processor time is compared, that of the database server included.
"""

import json
import statistics
import subprocess
import sys
from datetime import UTC, datetime

from models import SignIn, User, db
from tests.bench import registers

ROUNDS, EACH = 40, 8  # of each round the first request finds cold caches, as after somebody else's
AGREEMENTS = 10_000
DJANGO = registers.ROOT / ".venv" / "bench-django" / "bin" / "python"
# (page, the counter on, beside whom, at most so many times its processor time). The floor decides nothing and makes no
# record: it replays. What stands beside it is what was reached, so that no change makes it dearer unseen.
TARGETS = [
    ("dashboard", "sqlite", "floor", 3.0),
    ("overview", "sqlite", "floor", 2.5),
    ("form step", "sqlite", "floor", 6.5),
    ("part", "sqlite", "floor", 3.3),
    ("304", "sqlite", "floor", 4.2),
    ("dashboard", "sqlite", "django", 1 / 8),
    ("overview", "sqlite", "django", 1 / 6),
    ("dashboard", "postgresql", "django on postgresql", 1 / 4),
    ("overview", "postgresql", "django on postgresql", 1 / 3),
    ("dashboard", "postgresql", "sqlite", 1 / 0.4),
    ("overview", "postgresql", "sqlite", 1 / 0.4),
    ("form step", "postgresql", "sqlite", 1 / 0.4),
    ("part", "postgresql", "sqlite", 1 / 0.4),
    ("304", "postgresql", "sqlite", 1 / 0.4),
]
PAGES = ("dashboard", "overview", "form step", "part", "304")


class Contender:
    """A process that serves pages when asked."""

    def __init__(self, name, command, pages):
        self.name, self.pages, self.took = name, pages, {page: [] for page in pages}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.strip() == "ready":
                return
        sys.exit(f"{name} did not start")

    def ask(self, page):
        print(page, EACH, file=self.process.stdin, flush=True)
        self.took[page] += json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def token_for(url):
    """What a cookie of somebody who is signed in says, for Django."""
    registers.counter(url)
    with db.connection_context():
        person = User.get(User.subject == "demo:zaakvoerder")
        token = SignIn.start(person, datetime.now(UTC).replace(tzinfo=None))
    db.obj.close_all()
    return token


def contenders(sqlite, postgresql):
    own = [sys.executable, "-m", "tests.bench.contender"]
    other = [str(DJANGO), "-m", "tests.bench.django_app.contender"]
    both = PAGES[:2]
    return [
        Contender("sqlite", [*own, "counter", sqlite], PAGES),
        Contender("postgresql", [*own, "counter", postgresql], PAGES),
        Contender("floor", [*own, "floor", sqlite], PAGES),
        Contender("django", [*other, sqlite, f"loket={token_for(sqlite)}", str(registers.TODAY)], both),
        Contender(
            "django on postgresql", [*other, postgresql, f"loket={token_for(postgresql)}", str(registers.TODAY)], both
        ),
    ]


def figures(took):
    """(median, 99th percentile) in milliseconds."""
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def main():
    server = registers.server()  # held on to until all have stopped
    sqlite, postgresql = (registers.register(engine, AGREEMENTS) for engine in ("sqlite", "postgresql"))
    everyone = contenders(sqlite, postgresql)
    for _ in range(ROUNDS):
        for page in PAGES:
            for one in everyone:
                if page in one.pages:
                    one.ask(page)
    for one in everyone:
        one.stop()
    measured = {(one.name, page): figures(one.took[page]) for one in everyone for page in one.pages}
    del server
    sys.exit(tell(measured))


def tell(measured):
    """A table of ratios; what to say where a target is missed, else None."""
    missed = []
    print(f"\n{'page':10} {'the counter on':14} {'beside':22} {'median':>8} {'p99':>8} {'at most':>8}")
    for page, engine, beside, most in TARGETS:
        (median, worst), (other, other_worst) = measured[engine, page], measured[beside, page]
        ratio = median / other
        print(f"{page:10} {engine:14} {beside:22} {ratio:8.2f} {worst / other_worst:8.2f} {most:8.2f}")
        facts = {"page": page, "engine": engine, "beside": beside, "ratio": ratio, "p99": worst / other_worst}
        print(json.dumps({"bench": "side_by_side", **facts, "most": most, "ms": median, "other_ms": other}))
        missed += (
            [f"the {page} on {engine} costs {ratio:.2f} times {beside}, at most {most:.2f}"] if ratio > most else []
        )
    return "missed: " + "; ".join(missed) if missed else None


if __name__ == "__main__":
    main()
