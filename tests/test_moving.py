"""`flask move`: from SQLite to PostgreSQL with every row, date and byte, or not at all."""

import shutil
import sqlite3
from contextlib import closing

import psycopg
import pytest
from playhouse.migrations import Runner

import adapters.moving as moving
from app import create_app
from models import ContactPerson, DocumentContent, Message, database_at, db
from tests.conftest import SECRET, TODAY, Unread, new_database
from tests.e2e.conftest import demo_world  # noqa: F401 - a fixture; made once for all who want it
from tests.machines import MEGA, PATIENCE, ROOT, command, filled, opened


@pytest.fixture
def target(postgresql_url):
    return new_database(postgresql_url)


def moved(path, target):
    """(exit code, what it said) of the command."""
    running = command(f"sqlite:///{path}", "move", target)
    said = running.communicate(timeout=PATIENCE)[0]
    return running.returncode, said


def shape(url):
    """Every constraint and index of a database."""
    asked = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
    )
    with psycopg.connect(url) as connection:
        return {row for one in asked for row in connection.execute(one)}


def test_the_whole_demo_world_moves_and_the_counter_goes_on_there(demo_world, postgresql_url, target, tmp_path):  # noqa: F811
    path = shutil.copy(demo_world, tmp_path / "loket.db")
    code, said = moved(path, target)
    assert code == 0 and "elke rij is vergeleken" in said, said
    with closing(sqlite3.connect(path)) as source:
        for line in said.splitlines():
            if line.startswith("  "):
                table, count = line.removesuffix(" rijen").strip().split(": ")
                assert source.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (int(count),)
        documents = dict(source.execute("SELECT document_id, content FROM document_content"))
        assert source.execute("UPDATE training SET name = name").rowcount > 0, "nobody holds the old one any more"
    look = command(target, "check")
    assert look.communicate(timeout=PATIENCE)[0].strip().endswith("Alles klopt.") and look.returncode == 0
    plain = new_database(postgresql_url)
    with opened(plain):
        Runner(db.obj, str(ROOT / "migrations")).up()
    assert shape(target) == shape(plain)
    with opened(target):
        assert len(documents) > 5
        assert {one.document_id: one.content for one in DocumentContent.select()} == documents
    works_on(target)


def works_on(url):
    """New rows of every kind find a number that is free, and what was there is shown."""
    before, settings = db.obj, {"DEMO": "1", "SECRET_KEY": SECRET, "DATABASE_URL": url, "TODAY": TODAY.isoformat()}
    app = create_app({f"LOKET_{name}": value for name, value in settings.items()})
    app.test_client_class = Unread
    own, person = db.obj, app.test_client()
    try:
        assert person.post("/aanmelden/demo", data={"persona": "zaakvoerder"}).status_code == 303
        assert person.get("/").text.count("Beslissen hernieuwing erkenning") >= 2
        typed = {"organisation": MEGA, "subject": "general", "name": "Nieuw", "email": "a@voorbeeld.be", "phone": ""}
        assert person.post("/organisatie/contactpersonen", data=typed).status_code == 303
        assert person.post("/erkenningen/nieuw", data={"organisation": MEGA}).status_code == 303
        with db.connection_context():
            assert ContactPerson.select().order_by(ContactPerson.id.desc()).get().name == "Nieuw"
    finally:
        own.close_all()
        if before is not None:
            db.initialize(before)


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A register with people and one file."""
    path = tmp_path_factory.mktemp("small") / "loket.db"
    filled(f"sqlite:///{path}", lambda world: world.granted())
    return path


@pytest.fixture
def path(small, tmp_path):
    return shutil.copy(small, tmp_path / "loket.db")


def changed(path, *statements):
    with closing(sqlite3.connect(path)) as source:
        for statement in statements:
            source.execute(statement)
        source.commit()


WRONG = {
    "too long": (["UPDATE recognition SET number = printf('%.500c', 'x')"], "PostgreSQL weigert: value too long"),
    "no day": (["UPDATE recognition SET submitted_on = 'morgen'"], "In recognition 1 past een waarde niet"),
    "no such record": (["DELETE FROM organisation WHERE number = '0417390703'"], "violates foreign key"),
    "older than the code": (["ALTER TABLE recognition DROP COLUMN contact_name"], "Voer eerst `flask init` uit"),
    "newer than the code": (["CREATE TABLE later (id INTEGER PRIMARY KEY)"], "Voer eerst `flask init` uit"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_moves_nothing_at_all(path, target, what):
    statements, told = WRONG[what]
    changed(path, *statements)
    with pytest.raises(moving.MoveRefused) as refused:
        move(path, target)
    assert told in str(refused.value)
    assert shape(target) == set()


def move(path, target):
    register = database_at(target)
    try:
        return moving.move(str(path), register, Runner(register, str(ROOT / "migrations")).up)
    finally:
        register.close_all()


def test_a_target_that_is_not_empty_is_left_alone(path, target):
    with psycopg.connect(target) as connection:
        connection.execute("CREATE TABLE precious (id int)")
    code, said = moved(path, target)
    assert code == 1 and said.strip() == "Het doel is niet leeg. Maak een nieuwe database en probeer opnieuw."
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_while_somebody_writes_nothing_is_moved(path, target, monkeypatch):
    monkeypatch.setattr(moving, "WAIT", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(moving.MoveRefused, match="Iemand schrijft in de database"):
            move(path, target)


def test_while_it_is_moved_nobody_writes(path, target):
    def try_to_write():
        with closing(sqlite3.connect(path, timeout=0)) as writer:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                writer.execute("UPDATE training SET name = name")
            assert writer.execute("SELECT count(*) FROM training").fetchone()[0] > 20, "reading goes on"
        tried.append(True)
        return Runner(register, str(ROOT / "migrations")).up()

    register, tried = database_at(target), []
    try:
        moving.move(str(path), register, try_to_write)
    finally:
        register.close_all()
    assert tried


def test_other_ways_are_no_way(path, target, tmp_path):
    for source, goal in ((target, target), (f"sqlite:///{path}", f"sqlite:///{tmp_path}/x.db")):
        running = command(source, "move", goal)
        assert "Verplaatsen gaat van sqlite" in running.communicate(timeout=PATIENCE)[0] and running.returncode == 2
    with pytest.raises(moving.MoveRefused, match="Er is geen database"):
        move(tmp_path / "weg.db", target)


# --- compared ---------------------------------------------------------------------------------------------------------

TAMPERED = {
    "UPDATE membership SET is_blocked = true WHERE id = 2": ["membership 2: is_blocked verschilt."],
    "UPDATE document_content SET content = content || '\\x00'::bytea": ["document_content"],
    "UPDATE recognition SET valid_from = valid_from + 1": ["recognition 1: valid_from verschilt."],
    "UPDATE message SET written_at = written_at + interval '1 microsecond' WHERE id = 1": ["message 1: written_at"],
    "UPDATE minimum_income SET amount = amount + 0.01 WHERE id = 1": ["minimum_income 1: amount verschilt."],
    "UPDATE \"user\" SET first_name = first_name || ' ' WHERE id = 1": ["user 1: first_name verschilt."],
    "DELETE FROM postcode_centre": ["postcode_centre: een rij te weinig."],
    "INSERT INTO told VALUES ('x', '2022-01-01')": ["told: een rij te veel."],
}


def test_every_difference_is_found_and_said(path, target):
    """A copy that is not the same would never be kept; here it is changed afterwards."""
    with opened(f"sqlite:///{path}"):
        assert Message.select().exists()
    assert sum(move(path, target).values()) > 1000
    with closing(sqlite3.connect(path)) as source, psycopg.connect(target) as there:
        tables = list(moving.tables_of(there))
        assert [told for table in tables for told in moving.compare(source, there, table)] == []
        for statement, expected in TAMPERED.items():
            with there.transaction(force_rollback=True):
                assert there.execute(statement).rowcount > 0, statement
                found = [told for table in tables for told in moving.compare(source, there, table)]
                assert len(found) >= 1 and found[0].startswith(expected[0]), (statement, found)
