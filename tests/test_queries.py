"""How much a page asks of the register: the same for few rows and for many, and never without an index."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from peewee import EXCLUDED, JOIN, SQL, Field, chunked, fn

from models import (
    RECORDS,
    AccessLog,
    Agreement,
    Chain,
    Document,
    DocumentUse,
    Establishment,
    Event,
    Mandate,
    Membership,
    Mentor,
    Organisation,
    Partnership,
    Question,
    Recognition,
    RecognitionMentor,
    Sanction,
    Training,
    User,
    Workplace,
    db,
)
from models.base import kept
from tests import build
from tests.test_agreements import registered
from views.demo_sanctions import appealed, sanctioned

FEW, MANY = 20, 400


@contextmanager
def counted():
    """A list that holds the statements run inside; what the guards run for every request counts too."""
    ran = []
    original = db.obj.execute_sql

    def note(sql, *arguments, **options):
        if sql.lstrip().upper().startswith("SELECT"):
            ran.append((sql, arguments[0] if arguments else options.get("params")))
        return original(sql, *arguments, **options)

    db.obj.execute_sql = note
    try:
        yield ran
    finally:
        del db.obj.execute_sql


def copies(record, count, **varied):
    """Rows like this one, with what must differ made to differ: {field: function of the row's number}."""
    facts = {name: value for name, value in record.__data__.items() if name != "id"}
    rows = [facts | {name: vary(number) for name, vary in varied.items()} for number in range(count)]
    for some in chunked(rows, 500):  # PostgreSQL takes so many parameters and no more
        type(record).insert_many(some).execute()


def recognitions(world, count, state="approved"):
    first = world.granted("Winkelmedewerker duaal") if state == "approved" else world.in_treatment("Logistiek duaal")
    numbered = {"number": lambda number: f"E/20210101/{state[:1]}{number:05d}", "code": lambda number: None}
    if state != "approved":  # one pending application per establishment and training
        numbered["state"] = lambda number: "refused"
        numbered["decided_on"] = lambda number: world.today
        numbered["decision_read_on"] = lambda number: world.today
    copies(first, count, **numbered)
    links = [
        {
            "recognition": row.id,
            "mentor": world.mentor("mega").id,
            "profession": "x",
            "experience": 9,
            "decision": "approved",
        }
        for row in Recognition.select(Recognition.id).where(Recognition.number.startswith("E/20210101/"))
        if not RecognitionMentor.select().where(RecognitionMentor.recognition == row.id).exists()
    ]
    RecognitionMentor.insert_many(links).execute()
    return first


def renewable(world, count):
    first = world.ending_in(100, training="Winkelmedewerker duaal")
    copies(first, count, number=lambda number: f"E/20170101/{number:06d}", code=lambda number: None)
    return first


def mentors(world, count):
    copies(
        world.mentor("mega"),
        count,
        insz_fingerprint=lambda number: f"{number:064d}",
        last_name=lambda number: f"N{number}",
    )


def memberships(world, count):
    person = User.get(User.subject == "demo:zaakvoerder")
    base = [
        {"number": f"02{number:08d}", "name": f"Onderneming {number}", "kind": "employer"} for number in range(count)
    ]
    Organisation.insert_many(base).execute()
    made = Organisation.select().where(Organisation.name.startswith("Onderneming "))
    Membership.insert_many([{"user": person, "organisation": one.id, "role": "user"} for one in made]).execute()


def of_one_file(world, count, state):
    """One recognition with that many mentors, documents, questions and events."""
    recognition = world.granted("Winkelmedewerker duaal") if state == "approved" else world.asked("Logistiek duaal")
    mentors(world, count)
    added = Mentor.select().where(Mentor.last_name.startswith("N"))
    link = recognition.mentor_links[0]
    copies(link, count, mentor=lambda number: added[number].id)
    document = recognition.documents[0]
    copies(document, count, mentor=lambda number: added[number].id)
    uses = Document.select(Document.id).where(Document.mentor.in_([one.id for one in added]))
    DocumentUse.insert_many([{"recognition": recognition.id, "document": one.id} for one in uses]).execute()
    actor = world.actor("mega", world.today)
    for _ in range(count):
        Event.record(recognition, "assigned", actor)
    questions = [
        {"recognition": recognition.id, "section": "mentors", "text": "?", "asked_by": actor.user, "asked_at": actor.at}
        | {"answered_at": actor.at}
        for _ in range(count)
    ]
    Question.insert_many(questions).execute()
    return recognition


def workplaces(world, count):
    """As many recognitions, each with a published workplace."""
    first = world.offered(recognitions(world, count))
    others = Recognition.select(Recognition.id).where(Recognition.number.startswith("E/20210101/"))
    ids = [one.id for one in others]
    copies(first, count, recognition=lambda number: ids[number])


def agreements(world, count):
    first = registered(world, world.granted("Winkelmedewerker duaal"))
    copies(first, count, number=lambda number: f"O/20210101/{number:06d}")


def disputes(world, count):
    """That many sanctions with an appeal each, copied from one that was really made."""
    appeal = appealed(world, "mega", sanctioned(world, world.granted()))
    copies(appeal.sanction, count, number=lambda number: f"S/20210101/{number:06d}")
    others = list(Sanction.select(Sanction.id).where(Sanction.number.startswith("S/20210101/")))
    copies(appeal, count, number=lambda number: f"B/20210101/{number:06d}", sanction=lambda number: others[number].id)


def own_house(world, count):
    """Users, what they did and saw, establishments that differ, mandates: so many of each."""
    actor, file = world.actor("mega", world.today), world.handed_in()
    person = User.create(subject="x", first_name="An", last_name="Nummer")
    copies(person, count, subject=lambda number: f"x{number}")
    people = list(User.select().where(User.subject.startswith("x")).order_by(User.id))
    right = Membership.create(user=people.pop(), organisation=world.mega, role="user", source="local")
    copies(right, count, user=lambda number: people[number].id)
    place = file.establishment
    Establishment.update(ceased_on=world.today).where(Establishment.id == place.id).execute()
    place = Establishment.get_by_id(place.id)
    copies(place, count, number=lambda number: f"77{number:08d}")
    copies(Event.get(Event.subject == "recognition"), count)
    copies(AccessLog.note(file.mentor_links[0].mentor, "insz", actor), count)
    copies(world.give(), count, valid_from=lambda number: world.today + timedelta(days=number // 2))
    copies(
        file,
        count,
        establishment=lambda number: place.id + 1 + number,
        number=lambda number: f"E/20220101/7{number:05d}",
    )


# (persona, page, what fills it, most statements it may ask): a higher number is a decision, not an accident
PAGES = [
    ("zaakvoerder", "/", renewable, 16),
    ("zaakvoerder", "/taken", renewable, 16),
    ("zaakvoerder", "/taken/klokken", recognitions, 32),
    ("boekhouder", "/taken?organisaties=alle", renewable, 29),
    ("boekhouder", "/taken/klokken?organisaties=alle", recognitions, 32),
    ("zaakvoerder", "/erkenningen", recognitions, 22),
    ("zaakvoerder", "/erkenningen?zoek=winkel&eindigt=12", recognitions, 22),
    ("behandelaar", "/behandeling?wachtrij=alle", lambda world, count: recognitions(world, count, "treated"), 20),
    ("zaakvoerder", "/mentoren", mentors, 17),
    ("zaakvoerder", "/werkplekken", workplaces, 16),
    ("zaakvoerder", "/taken/klokken?soort=workplace", workplaces, 32),
    ("zaakvoerder", "/organisatie/wissel", memberships, 17),
    ("zaakvoerder", "/overeenkomsten", agreements, 29),
    ("zaakvoerder", "/overeenkomsten?zoek=fatima&overzicht=start-nog&schooljaar=2022-2023", agreements, 30),
    ("zaakvoerder", "/overeenkomsten/nieuw", recognitions, 16),
    ("zaakvoerder", "/sancties", disputes, 15),
    ("zaakvoerder", "/beroepen", disputes, 15),
    ("zaakvoerder", "/organisatie/gebruikers", own_house, 16),
    ("zaakvoerder", "/organisatie/historiek", own_house, 17),
    ("zaakvoerder", "/organisatie/toegangslog", own_house, 18),
    ("zaakvoerder", "/organisatie/vestigingen", own_house, 16),
    ("zaakvoerder", "/organisatie/machtigingen", own_house, 18),
    ("behandelaar", "/behandeling/vestigingen", own_house, 6),
    ("behandelaar", "/behandeling/sancties", disputes, 7),
    ("beheerder", "/behandeling/beroepen", disputes, 7),
]


@pytest.mark.parametrize(
    ("persona", "path", "fill", "most"), PAGES, ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.sweep
def test_a_list_asks_as_much_for_400_rows_as_for_20(app, signed_in, world, persona, path, fill, most):
    client = signed_in(persona)
    asked = []
    for count in (FEW, MANY):
        with db.atomic() as undo:
            fill(world, count)
            client.get(path)  # what is made once per process
            with counted() as ran:
                assert client.get(path).status_code == 200
            asked.append(len(ran))
            world.mentors.clear()
            undo.rollback(begin=False)
    assert asked[0] == asked[1], f"{asked[0]} statements for {FEW} rows, {asked[1]} for {MANY}"
    assert asked[1] <= most, f"{asked[1]} statements, {most} were decided on"


FILES = [
    ("zaakvoerder", "approved", "/erkenningen/{}", 30),
    ("zaakvoerder", "asked", "/erkenningen/{}/mentors", 29),
    ("zaakvoerder", "asked", "/erkenningen/{}/criteria", 29),
    ("zaakvoerder", "asked", "/erkenningen/{}/overzicht", 29),
    ("behandelaar", "asked", "/behandeling/{}", 24),
]


@pytest.mark.parametrize(("persona", "state", "path", "most"), FILES)
def test_a_file_asks_as_much_with_12_mentors_and_documents_as_with_2(signed_in, world, persona, state, path, most):
    client = signed_in(persona)
    asked = []
    for count in (2, 12):
        with db.atomic() as undo:
            place = path.format(of_one_file(world, count, state).id)
            with counted() as ran:
                assert client.get(place).status_code == 200
            asked.append(len(ran))
            world.mentors.clear()
            undo.rollback(begin=False)
    assert asked[0] == asked[1], f"{asked[0]} statements for 2, {asked[1]} for 12"
    assert asked[1] <= most, f"{asked[1]} statements, {most} were decided on"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("persona", "path"),
    [
        ("zaakvoerder", "/"),
        ("zaakvoerder", "/erkenningen"),
        ("zaakvoerder", "/erkenningen?eindigt=12"),
        ("behandelaar", "/behandeling"),
        ("zaakvoerder", "/overeenkomsten"),
        ("zaakvoerder", "/werkplekken"),
    ],
)
def test_no_list_reads_the_whole_table(app, signed_in, world, persona, path):
    client = signed_in(persona)
    with counted() as ran:
        client.get(path)
    about_files = [(sql, params) for sql, params in ran if '"recognition" AS' in sql or '"agreement" AS' in sql]
    assert about_files
    for sql, params in about_files:
        plan = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params or ()).fetchall()]
        whole = [line for line in plan if re.fullmatch(r"SCAN (recognition|agreement|t1)", line)]
        assert not whole, f"{whole} in {sql}"


def test_a_growing_journal_does_not_slow_the_first_page(browser, world):
    recognition = world.granted()
    with counted() as before:
        browser.get("/erkenningen")
    for _ in range(50):
        Event.record(recognition, "assigned", world.actor("mega", world.today + timedelta(days=1)))
    with counted() as after:
        browser.get("/erkenningen")
    assert len(before) == len(after)
    assert world.today == build.TODAY and Agreement.select().count() == 0


def test_a_wrong_address_asks_who_asks_and_no_more(browser, world):
    """They come in floods."""
    assert world.open_draft("Verkoper")
    with counted() as ran:
        assert browser.get("/bestaat-niet").status_code == 404
    assert 0 < len(ran) <= 4, [sql for sql, _ in ran]


def test_a_kept_query_is_built_once_and_asks_anew_each_time(world):
    built = []

    @kept
    def with_training(organisation, training, *, state):
        built.append(state)
        return Recognition.of(organisation).where(Recognition.training == training, Recognition.state == state)

    mega, draft = world.organisations["mega"], world.ready("Verkoper")
    assert with_training(mega, draft.training, state="draft") == [draft]
    assert with_training(mega, draft.training, state="draft")[0].establishment.name == draft.establishment.name
    assert with_training(mega, 0, state="draft") == []
    assert with_training(world.organisations["bakkerij"], draft.training_id, state="draft") == []
    assert with_training(mega, draft.training, state="submitted") == []
    assert built == ["draft", "submitted"]


def told(record):
    """All that a record holds, and the records it holds, as plain values."""
    related = {name: told(one) if one is not None else None for name, one in record.__rel__.items()}
    more = {name: value for name, value in vars(record).items() if name not in ("__data__", "__rel__", "_dirty")}
    more = {name: told(value) if hasattr(value, "__rel__") else value for name, value in more.items()}
    return type(record), record.__data__, related, more, record._dirty


def test_a_kept_query_makes_the_records_peewee_makes(world):
    mega = world.organisations["mega"]
    agreement, renewed = registered(world, world.granted("Winkelmedewerker duaal")), world.ending_in(100)
    Agreement.update(provider=None).where(Agreement.id == agreement.id).execute()
    registered(world, world.granted("Logistiek duaal"))
    renewed.renew(world.actor("mega", world.today))
    world.open_draft("Verkoper")
    predecessor = Recognition.alias()
    with_predecessor = (
        Recognition.of(mega)
        .select_extend(predecessor, Recognition.state.alias("standing"), Training.name.bind_to(predecessor))
        .join(predecessor, JOIN.LEFT_OUTER, on=(Recognition.renews == predecessor.id), attr="renews")
        .order_by(Recognition.id)
    )
    for query in (Agreement.of(mega), with_predecessor, Establishment.of(mega), Recognition.of(mega).tuples()):
        found, again = kept(lambda query=query: query.clone())(), list(query)
        assert len(found) == len(again) > 0
        if query._row_type is None:
            found, again = [told(one) for one in found], [told(one) for one in again]
        assert found == again


def test_a_record_by_its_key_is_as_peewee_makes_it_and_only_that_one(world):
    registered(world, world.granted("Winkelmedewerker duaal"))
    seen = set()
    for record in RECORDS:
        key = record._meta.columns.get("id")
        newest = key and record.select().order_by(key.desc()).first()
        if not newest:
            continue
        assert told(record.get_by_id(newest.id)) == told(record.select().where(key == newest.id).get()) == told(newest)
        assert record.get_or_none(key == newest.id + 1) is None and record.get(key < newest.id + 1)
        with pytest.raises(record.DoesNotExist):
            record[newest.id + 1]
        seen.add(record)
    assert {Agreement, Recognition, Document, Mentor, Organisation, User} <= seen
    link = RecognitionMentor.get()
    assert told(link.mentor) == told(Mentor.select().where(Mentor.id == link.mentor_id).get())
    assert Mentor.get_or_none(Mentor.id == link.mentor_id, Mentor.last_name == "Niemand") is None
    assert Mentor.get_or_none(Mentor.id == link.mentor_id, last_name="Niemand") is None
    assert Mentor.get_or_none(Mentor.id != link.mentor_id) != link.mentor


def peewees_own(field, context):
    return context.sql(field.column)


def test_a_column_is_named_in_sql_as_peewee_names_it(world, monkeypatch):
    mega, on, other = world.organisations["mega"], world.today, Recognition.alias()
    queries = [
        *(Agreement.of(mega), Recognition.of(mega), Establishment.of(mega), Mandate.joined(), Event.told()),
        Workplace.to_confirm(on),
        Recognition.select(other.id, fn.MAX(Recognition.id)).join(other, on=other.renews).group_by(Recognition.state),
        Recognition.update(state=Recognition.state, end_reason="x").where(Recognition.renewable(on)),
        Mentor.delete().where(Mentor.id.in_(RecognitionMentor.select(RecognitionMentor.mentor))),
        Chain.insert(subject="a", subject_id=1).on_conflict(
            conflict_target=[Chain.subject, Chain.subject_id], update={Chain.last: Chain.last + EXCLUDED.last}
        ),
        Training.select(Training.name.alias("what")).order_by(SQL("what")) | Partnership.select(Partnership.name),
    ]
    ours = [query.sql() for query in queries]
    monkeypatch.setattr(Field, "__sql__", peewees_own)
    assert ours == [query.sql() for query in queries]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_sqlite_keeps_what_it_prepared_for_the_first_screen(app, signed_in, world, monkeypatch):
    renewable(world, 3)
    monkeypatch.setattr(app, "test_client_class", FlaskClient)  # the others make the register writable after each page
    client = signed_in("zaakvoerder")
    if ("ENABLE_STMTVTAB",) not in db.execute_sql("PRAGMA compile_options").fetchall():
        pytest.skip("this SQLite does not tell what it prepared")
    for _ in range(3):
        client.get("/")
    before = prepared()
    client.get("/")
    after = prepared()
    db.execute_sql("PRAGMA query_only = 0")
    asked = [sql for sql in after if after[sql][0] > before.get(sql, (0, 0))[0]]
    assert len(asked) > 10
    assert not [sql for sql in asked if sql not in before or after[sql][1] > before[sql][1]], "prepared once more"


def prepared():
    """{a select: (how often it ran, how often it was prepared again)} of this connection."""
    found = db.execute_sql("SELECT sql, run, reprep FROM sqlite_stmt WHERE sql LIKE 'SELECT%t1%'").fetchall()
    return {sql: (run, again) for sql, run, again in found}
