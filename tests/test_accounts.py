"""Two accounts on PostgreSQL: one owns the tables, one serves, and the latter cannot do what no page does."""

import subprocess
import sys
from datetime import datetime
from urllib.parse import urlsplit

import psycopg
import pytest

from models import (
    Actor,
    Chain,
    Event,
    JournalSeal,
    Organisation,
    Record,
    Seal,
    Unfit,
    db,
    findings,
    grant_serving,
    seal,
)
from models.granting import GIVEN_UP, KEPT, READ
from models.journal import broken
from tests import build
from tests.conftest import SECRET, SERVING, make_account, new_database
from tests.machines import MEGA, PATIENCE, ROOT, Person, command, opened, serving, settings
from tests.test_kbo import bakery, write_full
from tests.test_operating import with_programs
from tests.test_serving import environment

OWNER = "loket_owner"
REFUSED = "permission denied|must be owner"


def of(account, url):
    parts = urlsplit(url)
    return parts._replace(netloc=f"{account}:@{parts.netloc.rpartition('@')[2]}").geturl()


@pytest.fixture(scope="module")
def urls(postgresql_url):
    """(of the owner, of who serves, of the superuser): a register that had one account and then got two."""
    url = new_database(postgresql_url)
    with psycopg.connect(url, autocommit=True) as connection:
        for name in (OWNER, SERVING):
            make_account(connection.execute, name)
        connection.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} OWNER TO {SERVING}")
    owner, serves = of(OWNER, url), of(SERVING, url)
    run(serves, "init")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"REASSIGN OWNED BY {SERVING} TO {OWNER}")
    assert f"De account {SERVING} kan nu bedienen" in run(serves, "init", OWNER_URL=owner)
    Seal.use(SECRET)
    with opened(owner), db.atomic():
        build.World()
    return owner, serves, url


def run(url, *words, **more):
    """What a command of the counter says; it must succeed."""
    ran = command(url, *words, **more)
    said = ran.communicate(timeout=PATIENCE * 3)[0]
    assert ran.returncode == 0, said
    return said


def test_everyday_s_work_asks_no_more(urls, tmp_path):
    """By the account that serves: pages, forms, a document there and gone, the worker with its seal, and the check."""
    _, serves, _ = urls
    with serving(tmp_path, serves, count=1) as (machine,):
        person, handler = Person("zaakvoerder", machine), Person("behandelaar", machine)
        for path in (
            "/",
            "/erkenningen",
            "/mentoren",
            "/overeenkomsten",
            "/documenten",
            "/werkplekken",
            "/organisatie",
        ):
            assert person.get(machine, path).status_code == 200, path
        draft = person.post(machine, "/erkenningen/nieuw", once="een").headers["Location"]
        assert person.post(machine, draft.rpartition("/")[0] + "/intrekken").status_code == 303
        file = ("plan.pdf", b"%PDF-1.7\n" + b"x" * 2000)
        kept = person.post(machine, "/documenten", {"file": file}, kind="other", once="twee").headers["Location"]
        assert person.get(machine, f"{kept}/bestand").content == file[1]
        assert person.post(machine, f"{kept}/verwijderen").status_code == 303
        assert handler.get(machine, "/behandeling").status_code == 200
        assert person.post(machine, "/afmelden").status_code == 303
    run(serves, "work", "--een-keer")
    with opened(serves):
        assert JournalSeal.select().exists() and list(findings()) == []


@pytest.mark.parametrize(
    "statement",
    [f"{what} {table}" for table in sorted(KEPT - {"document_content"}) for what in ("DELETE FROM", "TRUNCATE")]
    + [f"UPDATE {table} SET id = id" for table in sorted(KEPT - {"document_content"})]
    + [
        "DROP TRIGGER event_append_only ON event",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE event",
        "CREATE TABLE extra (id int)",
        "CREATE INDEX extra ON event (at)",
        "DELETE FROM recognition",
        "DELETE FROM signature",
        "DELETE FROM chain",
        "UPDATE kbo_enterprise SET number = 1",
        "INSERT INTO training (name) VALUES ('x')",
        "UPDATE schema_migration SET name = 'x'",
        f"SET ROLE {OWNER}",
    ],
)
def test_what_no_page_does_is_refused_to_it(urls, statement):
    with psycopg.connect(urls[1]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match=REFUSED):
        connection.execute(statement)


def test_it_seals_beside_who_writes(urls):
    """With nothing but reading and adding: no lock on the table is asked."""
    _, serves, _ = urls
    with opened(serves):
        at = datetime(2100, 1, 1)
        mega = Organisation.get(Organisation.number == MEGA)
        with db.atomic():
            Event.record(mega, "users_confirmed", Actor(None, mega, "user", at, at.date()))
        assert seal(at).last == Event.select().order_by(Event.id.desc()).get().id
        assert Chain.select().exists() and list(broken()) == []


def test_what_an_import_makes_anew_is_read_still(urls, tmp_path):
    owner, serves, _ = urls
    path = write_full(tmp_path, 100, [bakery()])
    assert "ingelezen" in run(serves, "import-kbo", str(path), OWNER_URL=owner)
    with psycopg.connect(serves) as connection:
        assert connection.execute("SELECT count(*) FROM kbo_enterprise").fetchone()[0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM kbo_enterprise")


def test_the_owner_throws_away_and_seals_anew_and_who_serves_makes_copies(urls, tmp_path, monkeypatch):
    owner, serves, _ = urls
    assert "vernietigd" in run(serves, "purge", OWNER_URL=owner)
    assert "opnieuw verzegeld" in run(serves, "rotate", OWNER_URL=owner)
    with_programs(monkeypatch)
    assert "De back-up staat in" in run(serves, "backup", str(tmp_path / "kopie"))


def test_an_account_that_may_do_everything_is_no_account_to_serve_with(urls):
    owner, _, above = urls
    with opened(owner):
        for url, words in ((owner, "mag alles"), (above, "mag alles"), (of("niemand", owner), "is er niet")):
            with pytest.raises(Unfit, match=words):
                grant_serving(url)
        with psycopg.connect(above, autocommit=True) as connection:
            connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")  # as it was before PostgreSQL 15
            try:
                with pytest.raises(Unfit, match="tabellen maken"):
                    grant_serving(of(SERVING, owner))
            finally:
                connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def test_the_server_does_not_start_with_the_address_of_the_owner(urls):
    owner, serves, _ = urls
    own = environment(**settings(serves, OWNER_URL=owner))
    line = [sys.executable, "app.py", "--check"]
    ran = subprocess.run(line, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert ran.returncode == 1 and "LOKET_OWNER_URL is voor wie beheert" in ran.stderr


def test_every_table_that_is_named_is_there(app):
    assert {one._meta.table_name for one in Record.__subclasses__()} >= KEPT | READ | GIVEN_UP
    assert not (READ & GIVEN_UP or READ & KEPT or KEPT & GIVEN_UP)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_in_these_tests_every_page_is_served_with_those_rights_alone(app, signed_in):
    """So that a page that asks more is found by the test of that page."""
    client, seen = signed_in("zaakvoerder"), []
    app.before_request_funcs[None].append(lambda: seen.append(who()))
    try:
        assert client.get("/taken").status_code == 200
    finally:
        app.before_request_funcs[None].pop()
    assert seen == [SERVING] and who() != SERVING


def who():
    return db.connection().execute("SELECT current_user").fetchone()[0]
