"""What a page costs as the register grows: 10,000, 100,000 and 1,000,000 agreements of 20,000 employers.

`python -m tests.bench.growth [sqlite|postgresql] [SIZE …]`; both engines unless one is named. The registers take some
minutes to make, the largest five to fifteen, and stay in instance/bench/. A page may cost at most 1.2 times as much in
the largest as in the smallest: the employer has as much in each, a partnership five times as many files.
"""

import json
import sys

import rules
from models import Recognition, db
from tests.bench import registers
from tests.bench.backends import backends
from tests.bench.listening import asked, listen

SIZES, MOST, ROUNDS = (10_000, 100_000, 1_000_000), 1.2, 12
PAGES = {  # (who, address)
    "dashboard": ("zaakvoerder", "/"),
    "tasks": ("zaakvoerder", "/taken"),
    "clocks": ("zaakvoerder", "/taken/klokken"),
    "overview": ("zaakvoerder", "/overeenkomsten?overzicht=loopt"),
    "overview, ended": ("zaakvoerder", "/overeenkomsten?overzicht=afgelopen"),
    "search, common": ("zaakvoerder", "/overeenkomsten?zoek=fatima"),
    "mentor, none": ("zaakvoerder", "/overeenkomsten?mentor=999999"),
    "recognitions": ("zaakvoerder", "/erkenningen"),
    "mentors": ("zaakvoerder", "/mentoren"),
    "everything": ("zaakvoerder", "/zoeken?zoek=fatima"),
    "queue": ("behandelaar", "/behandeling"),
    "queue, all": ("behandelaar", "/behandeling?wachtrij=alle"),
    "queue, common": ("behandelaar", "/behandeling?wachtrij=alle&zoek=mega"),
    "queue, rare": ("behandelaar", "/behandeling?wachtrij=alle&zoek=0300000077"),
    "mentors asked": ("behandelaar", "/behandeling/mentors"),
    "mentors asked, all": ("behandelaar", "/behandeling/mentors?wachtrij=alle"),
    "without mentor": ("behandelaar", "/behandeling/mentors/ontbrekend"),
    "places to look at": ("behandelaar", "/behandeling/vestigingen"),
    "sanctions": ("behandelaar", "/behandeling/sancties"),
    "handler's dashboard": ("behandelaar", "/"),
    "finder": (None, "/zoek-werkplek"),
    "finder, near": (None, "/zoek-werkplek?plaats=2800"),
    "check": (None, "/controle/{code}"),
    "files, common": ("behandelaar", "/zoeken?zoek=mega"),
    "files, rare": ("behandelaar", "/zoeken?zoek=0300000077"),
    "files, two words": ("behandelaar", "/zoeken?zoek=mega+benali"),
    "files, none": ("behandelaar", "/zoeken?zoek=ladida"),
    "all decisions": (None, "/dienstverlening"),
}


def serve(url):
    """One register, in a process of its own, asked as side_by_side asks."""
    from views.check import limiter

    server = url.startswith("postgresql") and registers.server()
    app = registers.counter(url)
    limiter.enabled = False
    cookies = {None: ""}
    for persona in ("zaakvoerder", "behandelaar"):
        client = registers.client_of(app, persona)
        cookies[persona] = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
    with db.connection_context():
        oldest = Recognition.select().where(Recognition.code.is_null(False)).order_by(Recognition.id).get()
        code = rules.format_code(oldest.code)
    environs = {name: asked(path.format(code=code), {}, cookies[who]) for name, (who, path) in PAGES.items()}
    listen(app, environs, backends() if server else lambda: 0)


def measure(engine, sizes):
    """{page: [milliseconds for each size]}, asked by turns."""
    from tests.bench.side_by_side import Contender, figures

    urls = [registers.register(engine, size) for size in sizes]
    command = [sys.executable, "-m", "tests.bench.growth", "serve"]
    served = [Contender(url, [*command, url], PAGES) for url in urls]
    for _ in range(ROUNDS):
        for page in PAGES:
            for one in served:
                one.ask(page)
    for one in served:
        one.stop()
    return {page: [figures(one.took[page])[0] for one in served] for page in PAGES}


def tell(engine, sizes, measured):
    """A table; [what grew]."""
    grew = []
    print(f"\n{engine:20} " + " ".join(f"{size:>12,}" for size in sizes) + f" {'ratio':>8}")
    for page, took in measured.items():
        ratio = took[-1] / took[0]
        print(f"{page:20} " + " ".join(f"{one:9.2f} ms" for one in took) + f" {ratio:8.2f}")
        print(
            json.dumps({"bench": "growth", "engine": engine, "page": page, "sizes": sizes, "ms": took, "ratio": ratio})
        )
        grew += [f"{page} on {engine} costs {ratio:.2f} times as much"] if ratio > MOST else []
    return grew


def main():
    if sys.argv[1:2] == ["serve"]:
        return serve(sys.argv[2])
    engines = [one for one in sys.argv[1:] if not one.isdecimal()] or ["sqlite", "postgresql"]
    sizes = [int(one) for one in sys.argv[1:] if one.isdecimal()] or SIZES
    server, grew = registers.server() if "postgresql" in engines else None, []
    for engine in engines:
        grew += tell(engine, sizes, measure(engine, sizes))
    del server
    sys.exit(f"missed: {'; '.join(grew)}" if grew else None)


if __name__ == "__main__":
    main()
