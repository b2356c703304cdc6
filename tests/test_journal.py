"""The journal: chained, sealed and walked; whoever touches it behind the counter's back is found."""

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import peewee
import pytest
from playhouse.migrations import Runner

from models import (
    Chain,
    Event,
    JournalSeal,
    Recognition,
    Seal,
    connect,
    db,
    findings,
    journal,
    purge,
    rotate,
    seal,
    trouble_of,
    waiting_for_seal,
)
from models.journal import SEAL_EVERY, broken
from tests.bench.crashes import prepare
from tests.conftest import SECRET, TODAY, new_database
from tests.tampering import open_up, remove_all, remove_the_last, tamper
from tests.test_agreements import frozen
from tests.test_serving import environment

NOW = datetime(2022, 1, 23, 9)
ROOT = Path(__file__).parent.parent


@pytest.fixture
def lived(world):
    """A register in which things happened, sealed; what happened last is not."""
    world.handed_in()
    world.denied("Slagerij duaal")
    frozen(world, world.granted("Kinderbegeleider duaal"))
    seal(NOW)
    world.asked("Logistiek duaal")
    seal(NOW + SEAL_EVERY)
    return world


def test_of_60_ways_to_tamper_each_is_found(lived):
    chance = random.Random(20220123)
    assert list(broken()) == []
    for _ in range(60):
        with db.atomic() as undo:
            done = tamper(chance)
            assert list(broken()), done
            undo.rollback(begin=False)
    assert list(broken()) == []


@pytest.mark.parametrize("way", [remove_the_last, remove_all])
def test_what_only_a_seal_can_tell(lived, way):
    open_up()
    event = Event.select().order_by(Event.id).first()
    way(None, event)
    assert [one for one in broken() if "past niet: tussen" in one]


def test_a_chain_that_was_made_anew_does_not_belong_to_a_seal_kept_elsewhere(lived):
    """Whoever has the whole database can chain and seal again; not what the log took away."""
    kept = [one.digest for one in JournalSeal.select()]
    assert list(broken(kept)) == []
    open_up()
    remove_the_last(None, Event.select().order_by(Event.id).first())
    with db.atomic():
        drop_seals()
        seal(NOW)
    assert list(broken()) == [], "nothing here tells of it"
    assert [one[:30] for one in broken(kept)] == [f"Bij het zegel {digest[:16]}" for digest in kept]


def drop_seals():
    if isinstance(db.obj, peewee.SqliteDatabase):
        db.execute_sql("DROP TRIGGER journal_seal_DELETE")
    JournalSeal.delete().execute()


def test_a_seal_is_made_once_an_hour_and_only_when_something_happened(world):
    assert seal(NOW) is None and world.handed_in()
    first = seal(NOW)
    assert first and seal(NOW + timedelta(days=1)) is None
    world.handed_in("Winkelbediende")
    assert seal(NOW + SEAL_EVERY - timedelta(seconds=1)) is None
    second = seal(NOW + SEAL_EVERY)
    assert second.last > first.last and list(broken([first.digest, second.digest])) == []


def test_what_waits_for_a_seal_is_known(world):
    assert waiting_for_seal() == (None, None) and world.handed_in()
    first = Event.select().order_by(Event.id).first()
    assert waiting_for_seal() == (None, first.at)
    seal(NOW)
    assert waiting_for_seal() == (NOW, None), "however long ago: nothing happened since"
    world.handed_in("Winkelbediende")
    assert waiting_for_seal() == (NOW, Event.select().where(Event.id > JournalSeal.newest().last).first().at)


def test_a_step_that_could_not_follow_is_found(world):
    """The state fits the last step; the way there does not."""
    recognition = world.handed_in()
    Event.record(recognition, "started", world.actor("mega", world.today))
    Recognition.update(state="in_treatment").where(Recognition.id == recognition.id).execute()
    found = [one for one in findings() if "kon niet na submitted" in one]
    assert len(found) == 1 and "(started)" in found[0] and list(broken()) == []


def test_what_was_undone_leaves_the_chain_as_it_was(world):
    recognition, actor = world.handed_in(), world.actor("mega", world.today)
    before = Chain.get(Chain.subject == "recognition", Chain.subject_id == recognition.id).digest
    with db.atomic() as undo:
        Event.record(recognition, "assigned", actor)
        undo.rollback(begin=False)
    assert Chain.get(Chain.subject == "recognition", Chain.subject_id == recognition.id).digest == before
    assert list(broken()) == []


def test_new_keys_and_old_drafts_thrown_away_leave_the_journal_whole(lived):
    lived.ready("Winkelbediende")
    Recognition.update(touched_on=date(2001, 1, 1)).where(Recognition.state == "draft").execute()
    lived.open_draft("Chocolatier duaal")
    kept = [one.digest for one in JournalSeal.select()]
    try:
        Seal.use("nieuwe-sleutel-0123456789-abcdefghij", SECRET)
        assert sum(rotate().values()) and dict(purge(lived.today))["drafts"] == 1
        assert list(findings(kept)) == []
    finally:
        Seal.use(SECRET)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["event", "access_log", "journal_seal"])
def test_nor_can_it_be_emptied_at_once(lived, table):
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.atomic():
        db.execute_sql(f"TRUNCATE {table}")


# --- at once, and before there were chains ----------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """A function: an empty register, migrated as far as wanted."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/loket.db"
    else:
        url = new_database(request.getfixturevalue("postgresql_url"))
    database = connect(url)

    def migrated(until=None):
        runner = Runner(database, str(ROOT / "migrations"))
        names = sorted(path.stem for path in (ROOT / "migrations").glob("0*.py"))
        with db.connection_context():
            runner.up(next(one for one in names if one.endswith(until)) if until else None)

    yield migrated
    database.close_all()


class Nobody:
    """Whose act it is does not matter here."""

    user = organisation = mandate = None
    at = NOW


class Subject:
    def __init__(self, table, number):
        self.id, self._meta = number, type("Meta", (), {"table_name": table})


def test_who_writes_in_one_journal_at_once_makes_one_chain(fresh, monkeypatch):
    monkeypatch.setattr(Event, "listeners", [])
    fresh()
    raised = []

    def write(own):
        try:
            with db.connection_context():
                for number in range(15):
                    with db.atomic():
                        Event.record(Subject("organisation", 1), f"w{own}", Nobody, number=number)
        except Exception as problem:
            raised.append(problem)

    people = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    with db.connection_context():
        assert not raised and Event.select().count() == 60 and list(broken()) == []


def test_who_cross_each_other_do_not_wait_for_ever(fresh, monkeypatch):
    """Two steps that write in the same two journals, each in another order: at most one is asked to come back."""
    monkeypatch.setattr(Event, "listeners", [])
    fresh()
    told, both, is_sqlite = [], threading.Barrier(2), isinstance(db.obj, peewee.SqliteDatabase)

    def write(first, second):
        try:
            with db.connection_context(), db.atomic():
                Event.record(Subject("organisation", first), "crossed", Nobody)
                with suppress(threading.BrokenBarrierError):
                    both.wait(0.5 if is_sqlite else 30)  # on SQLite the second one cannot come here yet
                Event.record(Subject("organisation", second), "crossed", Nobody)
            told.append("kept")
        except peewee.OperationalError as problem:
            told.append(trouble_of(problem))

    people = [threading.Thread(target=write, args=order) for order in ((1, 2), (2, 1))]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    assert sorted(told) == (["kept", "kept"] if is_sqlite else ["busy", "kept"])
    with db.connection_context():
        assert Event.select().count() == 2 * told.count("kept") and list(broken()) == []


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
def test_no_event_slips_in_below_a_seal_and_nobody_waits_for_it(fresh, monkeypatch):
    """One writes and does not end; another, who came later, is done. The older id is there only afterwards."""
    monkeypatch.setattr(Event, "listeners", [])
    monkeypatch.setattr("models.journal.SETTLE", 0.2)
    fresh()
    written, go_on, look = threading.Event(), threading.Event(), journal._writing

    def write_slowly():
        with db.connection_context(), db.atomic():
            Event.record(Subject("organisation", 1), "slow", Nobody)
            written.set()
            go_on.wait(30)

    slow = threading.Thread(target=write_slowly)
    slow.start()
    try:
        assert written.wait(30)
        with db.connection_context():
            with db.atomic():
                Event.record(Subject("organisation", 2), "quick", Nobody)
            assert seal(NOW) is None, "an older event may still come"
            monkeypatch.setattr("models.journal.SETTLE", 30)
            marked, sealing = threading.Event(), threading.Thread(target=sealed)
            monkeypatch.setattr("models.journal._writing", lambda: marked.set() or look())
            sealing.start()
            assert marked.wait(30)
            began = time.monotonic()
            with db.atomic():
                Event.record(Subject("organisation", 2), "quick", Nobody)
            assert time.monotonic() - began < 15 and sealing.is_alive(), "who writes does not wait for the seal"
    finally:
        go_on.set()
        slow.join(30)
    sealing.join(30)
    with db.connection_context():
        assert [one.last for one in JournalSeal.select()] == [2], "what came after the mark is for the next"
        seal(NOW + SEAL_EVERY)
        assert list(broken()) == [] and JournalSeal.newest().last == 3


def sealed():
    with db.connection_context():
        seal(NOW)


@pytest.mark.sweep
def test_seals_made_while_many_write_stay_true(fresh, monkeypatch):
    monkeypatch.setattr(Event, "listeners", [])
    fresh()
    stop, raised = threading.Event(), []

    def write(own):
        chance = random.Random(own)
        try:
            with db.connection_context():
                while not stop.is_set():
                    with db.atomic():
                        Event.record(Subject("organisation", own), "written", Nobody)
                        time.sleep(chance.random() / 50)  # the one who came later is done first
                    time.sleep(0.002)
        except Exception as problem:
            raised.append(problem)

    people = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in people:
        one.start()
    with db.connection_context():
        for number in range(12):
            seal(NOW + number * SEAL_EVERY)
            time.sleep(0.03)
        stop.set()
        for one in people:
            one.join(30)
        assert not raised and JournalSeal.select().count() > 5 and list(broken()) == []


def test_a_journal_from_before_is_chained_as_it_stands(fresh):
    fresh("mandates_for_one")
    with db.connection_context():
        for number in range(7):
            db.execute_sql(
                "INSERT INTO event (subject, subject_id, name, at, details) VALUES "
                f"('{'mentor' if number % 2 else 'recognition'}', {number // 4}, 'oud', '2021-12-31 23:59:5{number}', "
                '\'{"reason": "é – ☃"}\')'
            )
    fresh()
    with db.connection_context():
        assert list(broken()) == [] and Chain.select().count() == 4
        with pytest.raises(peewee.DatabaseError, match="append-only"), db.atomic():
            db.execute_sql("UPDATE event SET name = 'x'")


# --- as an operator meets it ------------------------------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_worker_logs_each_seal_and_check_compares_it(app, tmp_path):
    """Two processes and the log between them; whatever the level, for these lines are what proves it."""
    url = f"sqlite:///{tmp_path}/loket.db"
    file, _ = prepare(url)
    settings = environment(DEMO=1, SECRET_KEY=SECRET, DATABASE_URL=url, TODAY=TODAY.isoformat(), LOG_LEVEL="ERROR")
    command, ran = [sys.executable, "-m", "flask", "--app", "app"], {"cwd": ROOT, "env": settings, "text": True}
    done = subprocess.run([*command, "work", "--een-keer"], capture_output=True, check=True, **ran)
    [line] = [json.loads(one) for one in done.stderr.splitlines() if "journal sealed" in one]
    for digest, code in ((line["digest"], 0), ("0" * 64, 1)):
        looked = subprocess.run([*command, "check", "--zegel", digest], capture_output=True, check=False, **ran)
        assert looked.returncode == code, looked.stdout
        assert ("hoort dit journaal niet" in looked.stdout) == bool(code)
    assert file and "contact" not in json.dumps(line)


def test_an_event_costs_three_statements(world):
    recognition, actor = world.handed_in(), world.actor("mega", world.today)
    with written() as ran:
        Event.record(recognition, "assigned", actor)
    about = [sql.split()[0] for sql in ran if '"chain"' in sql or '"event"' in sql]
    assert about == ["INSERT", "INSERT", "UPDATE"], "the end is held, the event is kept, the end moves"


@contextmanager
def written():
    """A list that holds the statements run inside."""
    ran, original = [], db.obj.execute_sql

    def note(sql, *arguments, **options):
        ran.append(sql)
        return original(sql, *arguments, **options)

    db.obj.execute_sql = note
    try:
        yield ran
    finally:
        del db.obj.execute_sql
