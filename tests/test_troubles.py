"""The register is full, read-only, locked or gone: what people see, what they keep, and that nothing is half written.

On a register of its own that other connections can reach; each trouble is the engine's own, none is played.
"""

import io
import sqlite3
from contextlib import contextmanager
from urllib.parse import urlsplit

import peewee
import psycopg
import pytest
from playhouse.migrations import Runner
from playhouse.pool import MaxConnectionsExceeded

from app import create_app
from models import Event, Once, Recognition, db, findings, trouble_of, unhurried
from tests import build
from tests.browser import Browser, values_of
from tests.conftest import SECRET, TODAY, new_database
from tests.test_guards import MEGA
from views.commands import load_reference_data

FORM = {"organisation": MEGA, "once": "1"}
TYPED = FORM | {"contact_name": "Ann <&> Ó", "contact_email": "ann@mega.example", "contact_phone": "03 123 45 67"}


class Place:
    """A counter on a register of its own, with somebody of Mega World signed in, who has a draft."""

    def __init__(self, url):
        self.url, self.is_sqlite = url, url.startswith("sqlite")
        own = {"DEMO": "1", "SECRET_KEY": SECRET, "DATABASE_URL": url, "TODAY": TODAY.isoformat()}
        self.app = create_app({f"LOKET_{name}": value for name, value in own.items()})
        self.app.test_client_class = Browser
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        self.database = db.obj
        with db.connection_context():
            Runner(db.obj, "migrations").up()
            load_reference_data()
            with db.atomic():
                world = build.World()
                self.draft, self.file = world.ready().id, world.handed_in("Winkelbediende").id
        self.person = self.app.test_client()
        assert self.person.post("/aanmelden/demo", data={"persona": "zaakvoerder"}).status_code == 303
        self.path = f"/erkenningen/{self.draft}/vestiging"

    def start_afresh(self):
        """Connections kept in the pool are closed."""
        db.close()
        self.database.close_all()

    def send(self, **options):
        return self.person.post(self.path, data=TYPED, **options)

    def state(self):
        """What a step could change, as it stands for everybody."""
        db.close()
        with db.connection_context():
            assert list(findings()) == []
            rows = [list(model.select().order_by(model._meta.primary_key).dicts()) for model in (Event, Once)]
            return Recognition.get_by_id(self.draft).contact_name, rows

    @contextmanager
    def elsewhere(self):
        """A connection of somebody else, who may do anything."""
        if self.is_sqlite:
            other = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
        else:
            other = psycopg.connect(self.url, autocommit=True)
        try:
            yield other
        finally:
            other.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def built(request, tmp_path_factory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('troubled')}/loket.db"
    else:
        url = new_database(request.getfixturevalue("postgresql_url"))
    place = Place(url)
    yield place
    place.database.close_all()


@pytest.fixture
def place(built):
    db.initialize(built.database)
    built.start_afresh()
    with db.connection_context():
        Recognition.update(contact_name="Wie ooit").execute()
        Once.delete().execute()
    yield built
    built.start_afresh()


# --- the troubles themselves ------------------------------------------------------------------------------------------


@contextmanager
def full(place):
    """No page can be added any more; on PostgreSQL the server is made to say so, as its disk does not fill up here."""
    if not place.is_sqlite:
        with trigger(place, "RAISE EXCEPTION USING ERRCODE = 'disk_full'"):
            yield place.path, TYPED
        return
    with place.elsewhere() as other:
        other.execute("VACUUM")
        pages = other.execute("PRAGMA page_count").fetchone()[0]
    with opened_with(place, _pragmas=[*place.database._pragmas, ("max_page_count", pages)]):
        yield f"/erkenningen/{place.file}/berichten", FORM | {"text": "Één vraag. " + "é" * 3900}


@contextmanager
def read_only(place):
    if place.is_sqlite:
        path = place.database.database
        with opened_with(place, {"uri": True}, database=f"file:{path}?mode=ro"):
            yield place.path, TYPED
        return
    name = urlsplit(place.url).path.removeprefix("/")
    with place.elsewhere() as other:
        other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            place.start_afresh()
            yield place.path, TYPED
        finally:
            other.execute("SET default_transaction_read_only = off")
            other.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
            place.start_afresh()


@contextmanager
def locked(place):
    """Somebody else writes, and does not stop for as long as anybody waits."""
    impatient = (
        {"_pragmas": [("busy_timeout", 200)]} if place.is_sqlite else {"asked": {"options": "-c lock_timeout=200ms"}}
    )
    with place.elsewhere() as other, opened_with(place, **impatient):
        other.execute("BEGIN IMMEDIATE" if place.is_sqlite else "BEGIN")
        if not place.is_sqlite:
            other.execute("LOCK TABLE recognition, document IN EXCLUSIVE MODE")
        try:
            yield place.path, TYPED
        finally:
            other.execute("ROLLBACK")


@contextmanager
def opened_with(place, asked=None, **options):
    """The register, each connection to it made with other options."""
    database = place.database
    kept = {name: getattr(database, name) for name in options} | {"connect_params": dict(database.connect_params)}
    try:
        for name, value in options.items():
            setattr(database, name, value)
        database.connect_params.update(asked or {})
        place.start_afresh()
        yield
    finally:
        for name, value in kept.items():
            setattr(database, name, value)
        place.start_afresh()


@contextmanager
def trigger(place, does, deferred=False):
    """On PostgreSQL: what happens when a file changes, or when that is kept."""
    with place.elsewhere() as other:
        other.execute(
            f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {does}; RETURN NULL; END$$"
        )
        kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
        later = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
        other.execute(
            f"CREATE {kind} trouble AFTER INSERT OR UPDATE ON recognition {later} "
            "FOR EACH ROW EXECUTE FUNCTION trouble()"
        )
        try:
            yield
        finally:
            other.execute("DROP TRIGGER trouble ON recognition")
            other.execute("DROP FUNCTION trouble")


TROUBLES = {
    "full": (full, "Bewaren lukt nu niet", "geen plaats meer"),
    "read_only": (read_only, "Bewaren lukt nu niet", "U kunt nu alleen lezen"),
    "locked": (locked, "Het is even te druk", "Anderen zijn net aan het bewaren"),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_what_cannot_be_kept_is_told_and_comes_back_to_be_sent_again(place, what):
    trouble, title, sentence = TROUBLES[what]
    before = place.state()
    with trouble(place) as (path, typed):
        answer = place.person.post(path, data=typed)
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 30
        assert answer.headers["Cache-Control"] == "no-store" and answer.page.h1.text == title
        assert sentence in answer.page.main.text and "Er is niets gewijzigd." in answer.page.main.text
        assert values_of(answer.page.select_one("form")) == typed
        part = place.person.post(path, data=typed, htmx=True)
        assert part.status_code == 503 and part.headers["HX-Retarget"] == "#beside", "the form itself is left alone"
        assert "blijft staan" in part.page.text
        assert place.person.get(path).status_code == 200, "reading goes on"
    assert place.state() == before
    form = answer.page.select_one("form")
    assert place.person.post(form["action"], data=values_of(form)).status_code == 303
    assert place.state() != before


def test_a_file_is_chosen_again(place):
    data = FORM | {"kind": "other", "file": (io.BytesIO(build.PDF), "plan.pdf")}
    with locked(place):
        answer = place.person.post("/documenten", data=data)
    assert answer.status_code == 503
    form = answer.page.select_one("form[enctype='multipart/form-data']")
    assert form.select_one("input[type=file][name=file]") and values_of(form) == FORM | {"kind": "other"}


@pytest.mark.parametrize("built", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("key", "told"), [("1", "Verstuur het gerust opnieuw: het gebeurt nooit twee keer."), ("", "Kijk dat eerst na.")]
)
def test_a_register_that_goes_while_keeping_leaves_nobody_with_a_false_word(place, key, told):
    """Only whoever asks again can know; with the key of the form that is safe, without it people look first."""
    typed = TYPED | {"once": key}
    gone = "PERFORM pg_terminate_backend(pg_backend_pid())"
    with trigger(place, gone, deferred=True):
        answer = place.person.post(place.path, data=typed)
    assert answer.status_code == 503 and answer.page.h1.text == "Het loket kan niet bij zijn gegevens"
    assert f"Misschien is het toch bewaard. {told}" in answer.page.main.text
    assert "Er is niets gewijzigd" not in answer.page.main.text
    assert bool(answer.page.select("button")) == bool(key), "no button for what may then happen twice"
    assert answer.page.select_one("details li"), "and all that was typed is there to see"
    assert place.person.post(place.path, data=typed).status_code == 303, "the next request gets another connection"


@pytest.mark.parametrize("built", ["postgresql"], indirect=True)
def test_a_register_that_goes_in_the_middle_of_a_step_undoes_it(place):
    before = place.state()
    with trigger(place, "PERFORM pg_terminate_backend(pg_backend_pid())"):
        answer = place.send()
    assert answer.status_code == 503 and "Er is niets gewijzigd." in answer.page.main.text
    assert place.state() == before and place.send().status_code == 303


def test_no_word_of_success_stays_when_keeping_fails(place, monkeypatch):
    """Pages tell of a step at the next page; that word must go with the step."""

    def fail():
        raise peewee.OperationalError("the disk went while keeping")

    with monkeypatch.context() as patched:
        patched.setattr(db.obj, "commit", fail)
        answer = place.person.post(f"/erkenningen/{place.draft}/indienen", data=FORM | {"is_true": "y"})
        assert answer.status_code in (500, 503)
    with place.person.session_transaction() as session:
        assert "_flashes" not in session
    assert place.state()


# --- the engine, as it is set -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("built", ["sqlite"], indirect=True)
def test_sqlite_keeps_what_it_promised_through_a_power_cut(place):
    with db.connection_context():
        told = {
            name: db.execute_sql(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
        with db.atomic(), place.elsewhere() as other:
            other.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")  # a write holds the register from its first moment


@pytest.mark.parametrize("built", ["postgresql"], indirect=True)
def test_on_postgresql_nobody_waits_for_ever(place):
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "synchronous_commit")
    with db.connection_context():
        told = {name: db.execute_sql(f"SHOW {name}").fetchone()[0] for name in names}
        assert told == dict(zip(names, ("10s", "30s", "5min", "on"), strict=True))
        unhurried()
        assert db.execute_sql("SHOW statement_timeout").fetchone()[0] == "0"


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (MaxConnectionsExceeded(), "busy"),
        (psycopg.errors.DeadlockDetected(), "busy"),
        (psycopg.errors.QueryCanceled(), "busy"),
        (psycopg.errors.DiskFull(), "full"),
        (OSError(28, "No space left on device"), "full"),
        (psycopg.errors.AdminShutdown(), "away"),
        (psycopg.OperationalError("connection refused"), "away"),
        (psycopg.errors.UniqueViolation(), None),
        (ValueError(), None),
    ],
)
def test_a_trouble_is_told_by_its_code(problem, kind):
    assert trouble_of(problem) == kind
