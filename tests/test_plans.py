"""Whatever a page asks, an index answers: no page reads a large table from end to end, on either engine."""

import json
import re
from datetime import timedelta

import pytest

import models.mentoring as mentoring
import models.words as words
import rules
from models import (
    Establishment,
    Mentor,
    MentorApplication,
    PostcodeCentre,
    Recognition,
    RecognitionMentor,
    Workplace,
    db,
)
from models.recognitions import COUNTED
from tests import build
from tests.test_access import doors, records
from tests.test_queries import copies, counted
from views.check import limiter

# What stays small, however many employers there are: reference data, what the handlers and the operator keep.
SMALL = {
    *("training", "partnership", "joint_committee", "postcode", "postcode_centre", "minimum_income", "legal_form"),
    "appeal",  # some hundreds a year, and the committee counts them all
    *("reason_template", "manual_page", "schema_migration", "destruction", "kbo_extract"),
}
PEOPLE = ("zaakvoerder", "behandelaar", "beheerder", "trajectbegeleider")
FILTERED = {
    "/overeenkomsten": (
        *("overzicht=loopt", "overzicht=afgelopen", "overzicht=vroegtijdig", "overzicht=registreren", "zoek=fatima"),
        *("soort=OAO", "vestiging=1", "opleiding=1", "mentor=1", "school=1", "schooljaar=2021-2022"),
        *("loopt=2022-01-01", "eindigt=30", "termijn=voorbij", "termijn=30", "premie=onvolledig"),
    ),
    "/erkenningen": ("zoek=winkel", "eindigt=12", "actie=ja"),
    "/behandeling": ("wachtrij=alle", "klok=te-laat", "behandelaar=niemand", "streek=Antwerpen", "zoek=mega"),
    "/zoek-werkplek": ("opleiding=1", "plaats=2800&straal=20"),
    "/zoeken": ("zoek=mega", "zoek=fatima", "zoek=E/2022", "zoek=0417390703"),
    "/taken": ("organisaties=alle",),
    "/taken/klokken": ("organisaties=alle",),
    "/dienstverlening": ("soort=mentoraanvragen",),
}

OVER_ALL = {  # what looks over all files of a partnership, or all that anybody may find: page of whom
    "/": "behandelaar",
    "/behandeling": "behandelaar",
    "/behandeling?wachtrij=alle&zoek=mega": "behandelaar",
    "/behandeling?wachtrij=alle&zoek=lambrechts": "behandelaar",
    "/behandeling/mentors": "behandelaar",
    "/behandeling/mentors?wachtrij=alle": "behandelaar",
    "/behandeling/sancties": "behandelaar",
    "/behandeling/vestigingen": "behandelaar",
    "/zoeken?zoek=mega": "behandelaar",
    "/zoeken?zoek=lambrechts": "behandelaar",
    "/zoeken?zoek=niemand": "behandelaar",
    "/zoek-werkplek": None,
    "/zoek-werkplek?plaats=2800": None,
    "/dienstverlening": None,
}
NOTHING = r"WHERE \(*0 = 1\)|AND \(0 = 1\)\)*( ORDER BY| LIMIT|$)"  # among no rows at all
FEW, MANY, MOST = 1_100, 3_300, 1.2
ENDED = ("approved",) * 8 + ("refused", "withdrawn")  # how mentor applications end


def addresses(app, found):
    """Every page but that of the demo, and the lists as their filters narrow them."""
    plain = [path for rule, path, method in doors(app, found) if method == "GET" and rule.endpoint != "outbox.index"]
    return [*dict.fromkeys(plain), *(f"{path}?{query}" for path, queries in FILTERED.items() for query in queries)]


def asked(app, signed_in, world):
    """{a statement: (its parameters, the page that asked it)} of every page, for everybody who has pages."""
    found = {}
    paths = addresses(app, records(world))
    for persona in PEOPLE:
        client = signed_in(persona)
        for path in paths:
            with counted() as ran:
                client.get(path)
            for sql, parameters in ran:
                found.setdefault(sql, (parameters, f"{path} for {persona}"))
        limiter.reset()
    return found


def tables(sql):
    """{what the statement calls it: the table}."""
    return {alias: table for table, alias in re.findall(r'"(\w+)" AS "(\w+)"', sql)}


def read_whole_by_sqlite(sql, parameters):
    """The large tables that SQLite would go through; an index of some of the rows is no table."""
    of_some = {
        row[0] for row in db.execute_sql("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE INDEX% WHERE %'")
    }
    plan = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", parameters or ()).fetchall()]
    scanned = [found for line in plan if (found := re.match(r"SCAN (\w+)(?! VIRTUAL)(?:.* INDEX (\w+))?", line))]
    return {tables(sql).get(found[1], found[1]) for found in scanned if found[2] not in of_some}


def read_whole_by_postgresql(sql, parameters):
    """The same, when PostgreSQL is asked to use an index wherever there is one."""
    ((plan,),) = db.execute_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters or ()).fetchall()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return {node["Relation Name"] for node in nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"}


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def read_whole(statements, large):
    """{statement: the large tables that are read from end to end}."""
    way = read_whole_by_sqlite if db.obj.param == "?" else read_whole_by_postgresql
    found = {sql: way(sql, parameters) & large for sql, parameters in statements.items()}
    return {sql: whole for sql, whole in found.items() if whole}


@pytest.mark.sweep
def test_no_page_reads_a_large_table_from_end_to_end(app, signed_in, world, unread):
    found = asked(app, signed_in, world)
    assert len(found) > 200
    found = {sql: one for sql, one in found.items() if not re.search(NOTHING, sql)}
    statements = {sql: parameters for sql, (parameters, _) in found.items()}
    large = set(db.obj.get_tables()) - SMALL
    if db.obj.param != "?":  # what is left finds rows by a condition on an index, or reads the table because it must
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            db.execute_sql(f"SET LOCAL enable_{way} = off")
    wrong = read_whole(statements, large)
    if (
        wrong and db.obj.param != "?"
    ):  # a subquery is done once for all where there are few rows: a million on each page
        db.execute_sql("UPDATE pg_class SET relpages = 1, reltuples = 1000000 WHERE relname = ANY(%s)", [list(large)])
        wrong = read_whole({sql: statements[sql] for sql in wrong}, large)
    told = [
        f"{found[sql][1]} reads all of {', '.join(sorted(whole))}:\n    {short(sql)}" for sql, whole in wrong.items()
    ]
    assert not wrong, f"{len(wrong)} of {len(statements)}; add an index, or ask otherwise\n" + "\n".join(told)


def short(sql):
    """Without the columns it selects."""
    return re.sub(r'^SELECT .*? FROM|((, )?"t\d+"."\w+"){3,}', "…", sql)


# --- as much in a large register as in a small one --------------------------------------------------------------------


def grow(world, count, places):
    """So many approved files of as many establishments: decided, with a mentor and an application for one.

    Of each third the workplace is offered to everybody. More wait than anybody counts. `places`: their postcodes.
    """
    shown = world.offered(world.granted("Winkelmedewerker duaal"))
    applied = world.added_mentor(world.ending_in(900, training="Logistiek duaal"), "approved")
    waiting, before = world.handed_in("Verkoper"), Recognition.select().count()
    at = {"postcode": lambda number: places[number % len(places)]}
    copies(shown.recognition.establishment, count, number=lambda number: f"77{number:08d}", **at)
    where = [row.id for row in Establishment.select(Establishment.id).where(Establishment.number.startswith("77"))]
    copies(
        shown.recognition,
        count,
        number=lambda number: f"E/20200101/{number:06d}",
        code=lambda number: None,
        establishment=lambda number: where[number],
        decided_on=lambda number: world.today - timedelta(days=number % 300 + 1),
    )
    files = [row.id for row in Recognition.select(Recognition.id).where(Recognition.number.startswith("E/20200101/"))]
    link = shown.recognition.mentor_links[0]
    copies(link.mentor, count // 4, insz_fingerprint=lambda number: f"77{number:062d}")
    guides = [row.id for row in Mentor.select(Mentor.id).where(Mentor.insz_fingerprint.startswith("77"))]
    part = {"recognition": lambda number: files[number], "mentor": lambda number: guides[number % len(guides)]}
    copies(link, count, **part)
    offered = {"is_visible": lambda number: number // len(places) % 3 == 0}
    copies(shown, count, recognition=lambda number: files[number], **offered)
    part |= {"number": lambda number: f"M/20200101/{number:06d}", "state": lambda number: ENDED[number % len(ENDED)]}
    copies(MentorApplication.get_by_id(applied.id), count, **part)
    numbered = {"number": lambda number: f"E/20200102/{number:06d}", "establishment": lambda number: where[number]}
    waits = max(count // 4, COUNTED + 100)
    copies(waiting, waits, **numbered)
    assert Recognition.select().count() == before + count + waits
    assert RecognitionMentor.select().count() > count < Workplace.select().count()
    build.pass_a_night(world.today)


def work_of_sqlite(client, path):
    """How many steps SQLite takes for a page, in hundreds."""
    taken = []
    db.connection().set_progress_handler(lambda: taken.append(1), 100)
    assert client.get(path).status_code == 200
    db.connection().set_progress_handler(None, 0)
    return len(taken)


def work_of_postgresql(client, path):
    """How many rows PostgreSQL reads for a page, kept or not."""
    with counted() as ran:
        assert client.get(path).status_code == 200
    read = 0
    for sql, parameters in ran:
        ((plan,),) = db.execute_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters or ()).fetchall()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        for node in nodes(plan[0]["Plan"]):
            passed_over = sum(value for name, value in node.items() if name.startswith("Rows Removed"))
            read += (node["Actual Rows"] + passed_over) * node["Actual Loops"] if "Relation Name" in node else 0
    return read


@pytest.fixture
def tidy(app):
    """What other tests left lies nowhere: PostgreSQL weighs its ways by how many pages a table has."""
    if db.obj.param != "?":
        with db.connection_context():
            db.connection().execute("VACUUM FULL")


@pytest.mark.sweep
def test_what_looks_over_everything_reads_no_more_among_three_times_as_many_files(
    tidy, app, signed_in, visitor, world, monkeypatch
):
    # In both are more than anybody counts, and a common word is beyond what is looked up.
    monkeypatch.setattr(mentoring, "COUNTED", 100)
    monkeypatch.setattr(words, "FEW", 1000)
    work = work_of_sqlite if db.obj.param == "?" else work_of_postgresql
    point, centres = PostcodeCentre.around({"2800"}, 60_000)
    nearest = [row[0] for row in sorted(centres, key=lambda row: rules.distance(point, row[1:]))]
    read = {}
    for count in (FEW, MANY):
        with db.atomic() as undo:
            if db.obj.param != "?":  # every row is looked at, not some by chance: it chooses the same way each time
                db.execute_sql("SET LOCAL default_statistics_target = 1000")
            grow(world, count, nearest[: count // 20])
            handler = signed_in("behandelaar")
            if db.obj.param != "?":
                for way in ("seqscan", "hashjoin", "mergejoin"):  # no sin in a table of a few pages, as these are
                    db.execute_sql(f"SET LOCAL enable_{way} = off")
            for path, who in OVER_ALL.items():
                work(handler if who else visitor, path)
                read.setdefault(path, []).append(work(handler if who else visitor, path))
            limiter.reset()
            world.mentors.clear()
            undo.rollback(begin=False)
    wrong = {path: found for path, found in read.items() if found[1] > found[0] * MOST + 2}
    assert not wrong, read


@pytest.mark.sweep
def test_where_one_partnership_has_nearly_all_files_none_of_its_pages_reads_them_all(app, signed_in, world):
    """SQLite knows how many rows a partnership has on average: where that is nearly all, it would skip the index."""
    if db.obj.param != "?":
        return  # PostgreSQL knows them one by one
    grow(world, MANY, ["2800"])
    handler, found = signed_in("behandelaar"), {}
    filtered = [f"{path}?{query}" for path in ("/behandeling", "/zoeken") for query in FILTERED[path]]
    paths = [
        *(path for path, who in OVER_ALL.items() if who),
        *filtered,
        "/behandeling?wachtrij=wacht&klok=onbeantwoord",
    ]
    for path in paths:
        with counted() as ran:
            assert handler.get(path).status_code == 200
        found |= {sql: parameters for sql, parameters in ran if not re.search(NOTHING, sql)}
    many = {table for table in db.obj.get_tables() if len(db.execute_sql(f'SELECT 1 FROM "{table}"').fetchall()) > FEW}
    wrong = read_whole(found, many)
    assert not wrong, "\n".join(f"{', '.join(whole)}: {short(sql)}" for sql, whole in wrong.items())
