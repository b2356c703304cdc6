"""Whatever a page asks, an index answers: no page reads a large table from end to end, on either engine."""

import json
import re

from models import db
from tests.test_access import doors, records
from tests.test_queries import counted
from views.check import limiter

# What stays small, however many employers there are: reference data, what the handlers and the operator keep.
SMALL = {
    *("training", "partnership", "joint_committee", "postcode", "postcode_centre", "minimum_income", "legal_form"),
    "appeal",  # some hundreds a year, and the committee counts them all
    *("reason_template", "manual_page", "schema_migration", "destruction", "kbo_extract"),
}
# A partnership looks through all its files, and PostgreSQL through the names of their mentors at once.
WALKED = ("/zoeken?zoek=mega for behandelaar",)
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
    """The large tables that SQLite would go through."""
    plan = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", parameters or ()).fetchall()]
    scanned = [found[1] for line in plan if (found := re.match(r"SCAN (\w+)(?! VIRTUAL)", line))]
    return {tables(sql).get(name, name) for name in scanned}


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


def test_no_page_reads_a_large_table_from_end_to_end(app, signed_in, world, unread):
    found = asked(app, signed_in, world)
    assert len(found) > 200
    nothing = r"WHERE \(*0 = 1\)"  # among no rows at all
    found = {sql: one for sql, one in found.items() if not (re.search(nothing, sql) or one[1] in WALKED)}
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
