"""Between two organisations nothing passes: every route is tried by one with everything there is of the other.

What belongs to whom, and which texts it holds, is read from the records themselves, so that a new one is watched too.
"""

import re
from pathlib import Path

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import CharField, ForeignKeyField, TextField

from models import RECORDS, AccessLog, Agreement, Event, Mandate, Organisation, Recognition, db
from tests.test_access import CANARY, MAY_TELL, NOBODYS, ROUTES, arguments, method_of, neighbours, person, records
from views.check import limiter
from views.guards import access_of

_ = neighbours, person  # fixtures
TEMPLATES = Path(__file__).parent.parent / "templates"
MODELS = "".join(path.read_text(encoding="utf-8") for path in (TEMPLATES.parent / "models").glob("*.py"))
# Texts that are data, or addresses: what json.loads reads in models/, and where a proposal leads.
STRUCTURED = {*re.findall(r"json\.loads\(\w+\.(\w+)", MODELS), "vouched", "path", "place"}
LEADS = ("organisation", "recognition", "agreement", "mentor", "mandate", "sanction", "appeal", "document", "workplace")


def owner_of(record):
    """The field by which a record belongs to an organisation, its own or through another record; or None."""
    fields = {name: field for name, field in record._meta.fields.items() if isinstance(field, ForeignKeyField)}
    return next((fields[name] for name in LEADS if name in fields), None)


def owned_by(record, organisation):
    """A condition: the rows of this record that are that organisation's; None where it belongs to nobody."""
    field = owner_of(record)
    if field is None:
        return None
    if field.rel_model is Organisation:
        return field == organisation
    theirs = owned_by(field.rel_model, organisation)
    return None if theirs is None else field.in_(field.rel_model.select(field.rel_model.id).where(theirs))


OWNED = [one for one in RECORDS if owner_of(one) is not None and one not in (Event, AccessLog)]


def texts(record):
    """The fields somebody may have typed in."""
    kinds = (CharField, TextField)
    fields = [field for field in record._meta.sorted_fields if type(field) in kinds and not field.unique]
    return [field for field in fields if field.name not in STRUCTURED and not field.primary_key]


def plant(organisation):
    """The canary in every text of everything that is this organisation's; returns which fields took it."""
    sown = set()
    for record in [*OWNED, Organisation]:
        mine = Organisation.id == organisation.id if record is Organisation else owned_by(record, organisation)
        for field in texts(record):
            try:
                with db.atomic():
                    if record.update({field: CANARY}).where(mine).execute():
                        sown.add(f"{record.__name__}.{field.name}")
            except peewee.DatabaseError:  # a constraint: no free text there
                continue
    return sown


def everything_of(organisation):
    """All rows that are this organisation's, as one comparable value."""
    found = {one.__name__: list(one.select().where(owned_by(one, organisation)).tuples()) for one in OWNED}
    return found | {"own": list(Organisation.select().where(Organisation.id == organisation.id).tuples())}


def names_of_fields():
    """Every name a form or a filter on any page has, and every one a route has in its address."""
    source = " ".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    source += " ".join(path.read_text(encoding="utf-8") for path in (TEMPLATES.parent / "views").glob("*.py"))
    written = re.findall(r"\bname=\"([a-z_]+)\"", source)
    read = re.findall(r"(?:args|form|values)(?:\.get\(|\.getlist\(|\[)\"([a-z_]+)\"", source)
    fields = re.findall(r"^    ([a-z_]+) = (?:line|text|day|RadioField|SelectField|WholeNumberField)\(", source, re.M)
    return sorted({*written, *read, *fields} - {"organisation", "switch_back", "once"})


def values_of(found, organisation):
    """What the other organisation's things are called: ids, numbers, and the number of the organisation itself."""
    ids = {str(record.id) for record in found.values()}
    keys = {f"{kind}-{number}" for kind in ("mentor", "agreement") for number in ids}
    numbers = {str(getattr(record, "number", "") or "") for record in found.values()} - {""}
    return sorted(ids | keys | numbers | {organisation.number, str(NOBODYS)})


def doors_of(app, found):
    """[(endpoint, method, path)] of every route that is not public, with the other's ids in the address."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if access_of(rule.endpoint) == "public" or rule.endpoint in (*MAY_TELL, "access.sign_out"):
            continue
        method = method_of(rule)
        filled = arguments(rule, found.get(ROUTES[rule.endpoint][1]))
        yield rule.endpoint, method, adapter.build(rule.endpoint, filled, method)


def said(answer):
    return answer.data + str(answer.headers).encode()


@pytest.fixture
def other(world, person):
    """(what Mega World has, which texts hold the canary): the accountant of the bakery is the one who tries."""
    found = records(world)
    Mandate.update(holder=world.organisations["fiets"]).where(Mandate.organisation == world.mega).execute()
    Agreement.update(provider=None).where(Agreement.organisation == world.mega).execute()  # the school is a stranger
    return found, plant(world.mega)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_the_canary_sits_in_every_text_and_sings_for_its_own(app, world, other, person):
    found, sown = other
    assert len(sown) > 60, sorted(sown)
    own, heard = person("user"), set()
    for endpoint, method, path in doors_of(app, found):
        if method == "GET" and CANARY.encode() in own.get(path).data:
            heard.add(endpoint)
    assert len(heard) > 40, sorted(heard)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["stranger", "school", "elsewhere", "nobody"])
@pytest.mark.sweep
def test_no_route_reads_or_changes_anything_of_another_organisation(app, world, other, person, who):
    """Every route, every field, every id of the other: twice, all fields alike."""
    found, _sown = other
    client, names, before = person(who), names_of_fields(), everything_of(world.mega)
    stamps = {"stranger": "bakkerij", "school": "school", "elsewhere": None, "nobody": None}
    own = world.organisations[stamps[who]].number if stamps[who] else "0199999999"
    alike = [str(found["submitted"].id), world.mega.number]
    for endpoint, method, path in doors_of(app, found):
        for value in alike:
            fields = dict.fromkeys(names, value)
            for stamp in (own, world.mega.number) if method == "POST" else (None,):
                sent = {"data": fields | {"organisation": stamp}} if stamp else {"query_string": fields}
                with db.atomic() as undo:
                    answer = client.open(path, method=method, **sent)
                    assert answer.status_code < 500, f"{endpoint}: {answer.status_code}"
                    assert CANARY.encode() not in said(answer), f"{who} reads at {endpoint} with {value}"
                    if method == "POST" and answer.status_code < 400:
                        assert everything_of(world.mega) == before, f"{who} changes something at {endpoint}"
                    undo.rollback(begin=False)
        limiter.reset()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_no_mix_of_forged_fields_passes_the_border(app, world, other, person):
    """As above, but each field gets an id, key or number of its own choice."""
    found, _sown = other
    client, before = person("stranger"), everything_of(world.mega)
    routes, values = list(doors_of(app, found)), values_of(found, world.mega)
    own = world.organisations["bakkerij"].number
    fields = st.dictionaries(st.sampled_from(names_of_fields()), st.sampled_from(values), max_size=12)

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(routes), fields, st.sampled_from([own, own, world.mega.number]), st.booleans())
    def forge(route, typed, stamp, htmx):
        endpoint, method, path = route
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {}
        sent = {"data": typed | {"organisation": stamp}} if method == "POST" else {"query_string": typed}
        with db.atomic() as undo:
            answer = client.open(path, method=method, headers=headers, **sent)
            assert answer.status_code < 500, f"{endpoint}: {answer.status_code}"
            assert CANARY.encode() not in said(answer), f"read at {endpoint} with {typed}"
            if answer.status_code < 400 and method == "POST":
                assert everything_of(world.mega) == before, f"changed at {endpoint} with {typed}"
            undo.rollback(begin=False)

    forge()


def test_everything_that_leads_to_an_organisation_is_watched():
    """A new record with an owner is planted and compared without being named here; one without is named here."""
    nobodys = {one.__name__ for one in RECORDS if owner_of(one) is None}
    watched = {one.__name__ for one in OWNED}
    assert {"Recognition", "Mentor", "Agreement", "ContactPerson", "Proposal", "Invitation", "Membership"} <= watched
    assert not {one for one in nobodys if hasattr(models_by_name()[one], "organisation")}, nobodys
    assert owned_by(Recognition, 1) is not None


def models_by_name():
    return {one.__name__: one for one in RECORDS}
