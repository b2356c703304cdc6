"""Bringing the published register of enterprises (KBO Open Data) in, and finding enterprises and establishments in it.

It knows the published files and the Kbo tables; it must not know the counter's own records, the web, or the clock.
"""

import csv
import io
import lzma
import sqlite3
import sys
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import peewee
import psycopg
from tqdm import tqdm

import rules
from models import (
    KboActivity,
    KboAddress,
    KboBranch,
    KboCode,
    KboContact,
    KboDenomination,
    KboEnterprise,
    KboEstablishment,
    KboExtract,
    Organisation,
    db,
)
from models.comparing import compare

MAX_MEMBER_BYTES = 6 * 1024**3  # [setting] unpacked; the largest published file is 1.6 GB
BATCH_ROWS = 20_000  # [setting] per transaction: some tenths of a second at most, so that other writers get in between
DELETE_ROWS = 5_000  # [setting] keys per DELETE; SQLite takes at most 32 766 parameters
META_ROWS = 100  # meta.csv has five
IMPORT_LOCK = 5_243_215  # any number, the same for every import

DUTCH = "2"  # the KBO's code; not the usual order of languages
OFFICIAL_NAME, COMMERCIAL_NAME = "001", "003"
NOTHING_CHANGED = "Er is niets ingelezen."

# What reading a bad zip raises; RuntimeError is a password, NotImplementedError an unknown way of packing.
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, NotImplementedError)


class ExtractRefused(Exception):
    """The file cannot be taken in: one Dutch sentence why, and the database is as it was."""


class Summary(NamedTuple):
    number: int
    kind: str  # full or update
    snapshot_on: date
    rows: dict  # how many were read in, per published file
    seconds: float
    swap_seconds: float  # how long the one transaction in which everything becomes visible took


class Extract(NamedTuple):
    """What meta.csv says of the file it lies in."""

    number: int
    kind: str
    snapshot_on: date


# --- the published files ----------------------------------------------------------------------------------------------


def read_number(text):
    """A number with or without dots as an integer: "0123.456.749" -> 123456749."""
    digits = text.replace(".", "")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"“{text[:40]}” is geen nummer van tien cijfers")
    return int(digits)


@lru_cache(maxsize=100_000)  # the same days come back by the thousands
def read_day(text):
    """A day dd-mm-yyyy as ISO text, which both engines take; nothing stays nothing."""
    if not text:
        return None
    try:
        if len(text) != 10 or text[2] != "-" or text[5] != "-":
            raise ValueError
        return date.fromisoformat(f"{text[6:]}-{text[3:5]}-{text[:2]}").isoformat()
    except ValueError:
        raise ValueError(f"“{text[:40]}” is geen datum dd-mm-jjjj") from None


def _enterprise(number, status, situation, kind, form, form_cac, started_on):
    return read_number(number), status, situation, kind, form or None, form_cac or None, read_day(started_on)


def _establishment(number, started_on, enterprise):
    return read_number(number), read_number(enterprise), read_day(started_on)


def _denomination(entity, language, kind, name):
    return read_number(entity), language, kind, name


def _address(
    entity, kind, country, country_fr, postcode, town, town_fr, street, street_fr, house_number, box, extra, struck_off
):
    return (
        read_number(entity),
        kind,
        country or country_fr or None,
        postcode or None,
        town or town_fr or None,
        street or street_fr or None,
        house_number or None,
        box or None,
        extra or None,
        read_day(struck_off),
    )


def _contact(entity, entity_kind, kind, value):
    return read_number(entity), entity_kind, kind, value


def _activity(entity, group, nace_version, nace_code, classification):
    return read_number(entity), group, nace_version, nace_code, classification


def _code(category, code, language, description):
    return category, code, language, description


class File(NamedTuple):
    """A published file: its columns as spelled there, its table, and how its row becomes one of that table."""

    name: str
    columns: str
    model: type
    read: Callable

    @property
    def header(self):
        return self.columns.split()

    @property
    def is_keyed_by_entity(self):
        return self.model is not KboCode


FILES = (
    File("code", "Category Code Language Description", KboCode, _code),
    File(
        "enterprise",
        "EnterpriseNumber Status JuridicalSituation TypeOfEnterprise JuridicalForm JuridicalFormCAC StartDate",
        KboEnterprise,
        _enterprise,
    ),
    File("establishment", "EstablishmentNumber StartDate EnterpriseNumber", KboEstablishment, _establishment),
    File("branch", "Id StartDate EnterpriseNumber", KboBranch, _establishment),
    File("denomination", "EntityNumber Language TypeOfDenomination Denomination", KboDenomination, _denomination),
    File(
        "address",
        "EntityNumber TypeOfAddress CountryNL CountryFR Zipcode MunicipalityNL MunicipalityFR StreetNL StreetFR"
        " HouseNumber Box ExtraAddressInfo DateStrikingOff",
        KboAddress,
        _address,
    ),
    File("contact", "EntityNumber EntityContact ContactType Value", KboContact, _contact),
    File("activity", "EntityNumber ActivityGroup NaceVersion NaceCode Classification", KboActivity, _activity),
)


def _shadow(model):
    """The same table under another name, with the same columns, keys and indexes: peewee makes it from the model."""
    names = type("Meta", (), {"table_name": f"{model._meta.table_name}_new"})
    return type(f"{model.__name__}New", (model,), {"Meta": names})


SHADOWS = {file.model: _shadow(file.model) for file in FILES}


# --- taking a file in -------------------------------------------------------------------------------------------------


def import_extract(path, *, with_activities=False, now, progress=False):
    """Read a published zip, full or update, into the register; `now` (UTC) becomes its moment of import.

    Raises ExtractRefused, and then nothing has changed. Opens its own transactions: call it outside any other.
    """
    started = time.perf_counter()
    with opened(path) as archive, alone():
        extract = read_meta(archive)
        check_follows(extract)
        with_activities = wants_activities(extract, with_activities)
        files = [file for file in FILES if with_activities or file.model is not KboActivity]
        check_members(archive, extract, files)
        with progress_bar(archive, extract, files, progress) as bar:
            take_in = take_in_full if extract.kind == "full" else take_in_update
            rows, swap_seconds = take_in(archive, extract, files, now, bar)
    return Summary(*extract, rows, time.perf_counter() - started, swap_seconds)


def take_in_full(archive, extract, files, now, bar):
    """Load next to the tables in use and change places at the end: until then nobody sees or waits for anything."""
    clean_up()  # an import that was killed could not do so itself
    try:
        for shadow in SHADOWS.values():
            shadow._schema.create_table(safe=False)
        rows = {file.name: load(archive, file.name, file, SHADOWS[file.model], bar) for file in files}
        for shadow in SHADOWS.values():
            shadow._schema.create_indexes(safe=False)
            if on_postgresql():
                db.execute_sql(f'ANALYZE "{shadow._meta.table_name}"')  # or its first queries are planned blindly
        started = time.perf_counter()
        swap(extract, now)
        return rows, time.perf_counter() - started
    finally:
        clean_up()


def take_in_update(archive, extract, files, now, bar):
    """Per table: all rows of the entities in the delete file go, then the rows of the insert file come."""
    rows = {}
    started = time.perf_counter()
    with db.atomic():
        for file in files:
            if file.is_keyed_by_entity:
                remove(archive, file, bar)
                rows[file.name] = load(archive, f"{file.name}_insert", file, file.model, bar)
            else:  # the codes are always complete
                file.model.delete().execute()
                rows[file.name] = load(archive, file.name, file, file.model, bar)
        note(extract, now)
    return rows, time.perf_counter() - started


def load(archive, name, file, model, bar):
    """All rows of one published file into the model's table, a batch per transaction; returns how many."""
    count = 0
    for first, last, rows in batches(archive, name, file.header, file.read, bar):
        place = f"{name}.csv, regels {first}-{last}"
        check_lengths(model, rows, place)
        try:
            with db.atomic():
                write(model, rows)
        except (sqlite3.IntegrityError, psycopg.IntegrityError) as problem:
            raise ExtractRefused(
                f"{place}: een nummer of code staat er dubbel in, of staat al in het register. "
                f"{NOTHING_CHANGED} Importeer een volledig bestand."
            ) from problem
        except psycopg.DataError as problem:
            raise ExtractRefused(f"{place}: een waarde past niet in het register. {NOTHING_CHANGED}") from problem
        count += len(rows)
    return count


def write(model, rows):
    """The rows into the model's table by the quickest way each engine has; peewee's own insert takes far longer."""
    fields = model._meta.sorted_fields
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    target = f'"{model._meta.table_name}" ({columns})'
    if not on_postgresql():
        marks = ", ".join("?" for _ in fields)
        # Names of our own records; the values go in as marks.
        insert = f"INSERT INTO {target} VALUES ({marks})"  # nosec
        db.connection().executemany(insert, rows)
        return
    with db.connection().cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def remove(archive, file, bar):
    """Delete all rows of the entities in the delete file."""
    key = file.model._meta.sorted_fields[0]
    for _first, _last, numbers in batches(archive, f"{file.name}_delete", file.header[:1], read_number, bar):
        for start in range(0, len(numbers), DELETE_ROWS):
            file.model.delete().where(key.in_(numbers[start : start + DELETE_ROWS])).execute()


def swap(extract, now):
    """Put the loaded tables in the place of the old ones, all in one go: names change, no row moves."""
    with db.atomic():
        if on_postgresql():  # all at once and in a fixed order, so as not to wait halfway
            tables = ", ".join(f'"{model._meta.table_name}"' for model in SHADOWS)
            db.execute_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        for model, shadow in SHADOWS.items():
            table, loaded = model._meta.table_name, shadow._meta.table_name
            if on_postgresql():
                db.execute_sql(f'DROP TABLE "{table}"')
                rename_parts(loaded, table)
            else:  # dropping takes SQLite as long as the table is big: clean_up() does that afterwards
                db.execute_sql(f'ALTER TABLE "{table}" RENAME TO "{table}_old"')
            db.execute_sql(f'ALTER TABLE "{loaded}" RENAME TO "{table}"')
        note(extract, now)


def rename_parts(loaded, table):
    """PostgreSQL names keys, constraints and indexes after the table they were made for; take that along."""
    constraints = db.execute_sql("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", (loaded,))
    for (name,) in constraints.fetchall():  # a key's index goes along with the key
        renamed = name.replace(loaded, table, 1)
        db.execute_sql(f'ALTER TABLE "{loaded}" RENAME CONSTRAINT "{name}" TO "{renamed}"')
    for index in db.get_indexes(loaded):
        if index.name.startswith(loaded):
            db.execute_sql(f'ALTER INDEX "{index.name}" RENAME TO "{index.name.replace(loaded, table, 1)}"')


def clean_up():
    """Drop whatever an import leaves behind, also one that was killed; does nothing where nothing is left.

    SQLite cannot rename an index. Each is therefore built again under its own name before the one that came along
    with the loaded table goes: no moment without an index, and every statement its own transaction.
    """
    for model, shadow in SHADOWS.items():
        db.execute_sql(f'DROP TABLE IF EXISTS "{shadow._meta.table_name}"')
        db.execute_sql(f'DROP TABLE IF EXISTS "{model._meta.table_name}_old"')
        model._schema.create_indexes(safe=True)
        shadow._schema.drop_indexes(safe=True)


def note(extract, now):
    KboExtract.create(imported_at=now, **extract._asdict())


# --- reading and checking the zip -------------------------------------------------------------------------------------


def opened(path):
    """The zip, or a refusal when it is none."""
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise ExtractRefused(f"Het bestand {path} bestaat niet.") from None
    except DAMAGE as problem:
        raise ExtractRefused(
            f"Dit is geen zip-bestand, of het is beschadigd. {NOTHING_CHANGED} Download het opnieuw."
        ) from problem


def read_meta(archive):
    """Number, kind and snapshot date, from meta.csv alone: the file's name is only a hint."""
    check_presence(archive, ["meta"])
    check_undamaged(archive, "meta")
    with reading(archive, "meta") as (_member, reader):
        check_header(reader, "meta", ["Variable", "Value"])
        try:
            values = dict(row for row in islice(reader, META_ROWS) if row)
            extract = Extract(
                int(values["ExtractNumber"]),
                values["ExtractType"].lower(),
                datetime.strptime(values["SnapshotDate"], "%d-%m-%Y").date(),
            )
        except KeyError as missing:
            raise ExtractRefused(f"meta.csv zegt niets over {missing.args[0]}. {NOTHING_CHANGED}") from missing
        except (ValueError, csv.Error) as problem:
            raise ExtractRefused(f"meta.csv is niet leesbaar. {NOTHING_CHANGED}") from problem
    if extract.kind not in ("full", "update"):
        raise ExtractRefused(f"meta.csv noemt een onbekende soort: “{extract.kind[:40]}”. {NOTHING_CHANGED}")
    return extract


def check_follows(extract):
    """Never back in time, and an update only on top of a full file."""
    held = snapshot()
    if held and extract.number <= held.number:
        raise ExtractRefused(
            f"Bestand {extract.number} is niet nieuwer dan bestand {held.number}, dat al is ingelezen. "
            f"{NOTHING_CHANGED}"
        )
    if extract.kind == "update" and not KboExtract.select().where(KboExtract.kind == "full").exists():
        raise ExtractRefused(
            f"Dit is een update, en er is nog geen volledig bestand ingelezen. {NOTHING_CHANGED} "
            "Importeer eerst een volledig bestand."
        )


def wants_activities(extract, asked):
    """A full file brings them when asked; after that updates must keep them in step, and cannot start in the middle."""
    if extract.kind == "full":
        return asked
    held = KboActivity.select().exists()
    if asked and not held:
        raise ExtractRefused(
            f"Het register heeft nog geen activiteiten. {NOTHING_CHANGED} "
            "Importeer eerst een volledig bestand met activiteiten."
        )
    return held


def members(extract, files):
    """The names and headers of the published files an extract of this kind holds for these tables."""
    for file in files:
        if extract.kind == "full" or not file.is_keyed_by_entity:
            yield file.name, file.header
        else:
            yield f"{file.name}_delete", file.header[:1]
            yield f"{file.name}_insert", file.header


def check_members(archive, extract, files):
    """All files present with the right header; those that will be read whole and undamaged."""
    present = dict(members(extract, FILES))
    check_presence(archive, present)
    for name, _header in members(extract, files):
        check_undamaged(archive, name)
    for name, header in present.items():
        with whole(name), reading(archive, name) as (_member, reader):
            check_header(reader, name, header)


def check_presence(archive, names):
    """Every name is there, once, and of a size that a published file can have."""
    sizes = {member.filename: member.file_size for member in archive.infolist()}
    for name in names:
        if f"{name}.csv" not in sizes:
            raise ExtractRefused(f"{name}.csv ontbreekt in dit bestand. {NOTHING_CHANGED}")
        if sizes[f"{name}.csv"] > MAX_MEMBER_BYTES:
            raise ExtractRefused(f"{name}.csv is uitgepakt te groot om echt te zijn. {NOTHING_CHANGED}")


def check_undamaged(archive, name):
    """Read it to its end, where zipfile compares the checksum; a megabyte at a time."""
    with whole(name), archive.open(f"{name}.csv") as member:
        while member.read(1 << 20):
            pass


@contextmanager
def whole(name):
    """Tell damage as a refusal."""
    try:
        yield
    except DAMAGE as problem:
        raise ExtractRefused(f"{name}.csv is beschadigd. {NOTHING_CHANGED} Download het bestand opnieuw.") from problem


def check_header(reader, name, header):
    try:
        found = next(reader, [])
    except UnicodeDecodeError as problem:
        raise ExtractRefused(f"{name}.csv is geen UTF-8. {NOTHING_CHANGED}") from problem
    except csv.Error:
        found = []
    if found != header:
        raise ExtractRefused(
            f"{name}.csv heeft een andere kopregel dan afgesproken: verwacht was {', '.join(header)}. {NOTHING_CHANGED}"
        )


def check_lengths(model, rows, place):
    """PostgreSQL refuses what is too long and SQLite keeps it: refuse in both. Column by column is quickest."""
    for field, values in zip(model._meta.sorted_fields, zip(*rows, strict=True), strict=True):
        limit = getattr(field, "max_length", None)
        if limit and max(map(len, filter(None, values)), default=0) > limit:
            raise ExtractRefused(
                f"{place}: een waarde ({field.column_name}) is langer dan {limit} tekens. {NOTHING_CHANGED}"
            )


@contextmanager
def reading(archive, name):
    """A published file as csv rows, straight from the zip."""
    with archive.open(f"{name}.csv") as member, io.TextIOWrapper(member, "utf-8-sig", newline="") as text:
        yield member, csv.reader(text, strict=True)


def batches(archive, name, header, read, bar):
    """Yield (first line, last line, rows as the table wants them). Refuses what cannot be read, naming the line."""
    with reading(archive, name) as (member, reader):
        check_header(reader, name, header)
        width, filled, position = len(header), filter(None, reader), 0
        first = reader.line_num + 1
        try:
            while rows := [read(*of_width(row, width)) for row in islice(filled, BATCH_ROWS)]:
                yield first, reader.line_num, rows
                first = reader.line_num + 1
                bar.update(member.tell() - position)
                position = member.tell()
        except UnicodeDecodeError as problem:
            message = f"{name}.csv, na regel {reader.line_num}: dit is geen UTF-8. {NOTHING_CHANGED}"
            raise ExtractRefused(message) from problem
        except csv.Error as problem:
            message = f"{name}.csv, regel {reader.line_num}: de aanhalingstekens kloppen niet. {NOTHING_CHANGED}"
            raise ExtractRefused(message) from problem
        except ValueError as problem:
            raise ExtractRefused(f"{name}.csv, regel {reader.line_num}: {problem}. {NOTHING_CHANGED}") from problem


def of_width(row, width):
    if len(row) != width:
        raise ValueError(f"{len(row)} kolommen in plaats van {width}")
    return row


def progress_bar(archive, extract, files, wanted):
    """A bar for a person at a terminal; logs and cron mails stay clean."""
    size = sum(archive.getinfo(f"{name}.csv").file_size for name, _header in members(extract, files))
    shown = wanted and sys.stderr.isatty()
    return tqdm(total=size, unit="B", unit_scale=True, desc=f"KBO {extract.number}", disable=not shown)


# --- the engines ------------------------------------------------------------------------------------------------------


def on_postgresql():
    return isinstance(db.obj, peewee.PostgresqlDatabase)


@contextmanager
def alone():
    """One import at a time. The lock ends with the process that holds it, also when that one is killed."""
    running = ExtractRefused("Er loopt al een import van KBO-gegevens. Wacht tot die klaar is.")
    if on_postgresql():
        if not db.execute_sql("SELECT pg_try_advisory_lock(%s)", (IMPORT_LOCK,)).fetchone()[0]:
            raise running
        try:
            yield
        finally:
            db.execute_sql("SELECT pg_advisory_unlock(%s)", (IMPORT_LOCK,))
        return
    path = db.obj.database
    # An empty database next to the register: its lock does not stop the counter's own writers.
    lock_path = path if path == ":memory:" else f"{path}-kbo-import"
    with closing(sqlite3.connect(lock_path, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise running from None
        yield


# --- finding ----------------------------------------------------------------------------------------------------------


class FoundEnterprise(NamedTuple):
    number: int
    name: str
    is_natural_person: bool
    form: str  # in words; empty for a natural person
    situation: str  # in words
    started_on: date | None
    street: str  # of the seat, with house number and box; empty where there is none
    postcode: str
    municipality: str


class Reach(NamedTuple):
    """How an enterprise can be reached, as published; "" where it is not."""

    email: str
    phone: str
    website: str


class FoundEstablishment(NamedTuple):
    number: int
    name: str
    street: str  # with house number and box
    postcode: str
    municipality: str


def snapshot():
    """The newest extract taken in, or None."""
    return KboExtract.select().order_by(KboExtract.number.desc()).first()


def is_active(number):
    """True when the extract has this enterprise; it holds active ones alone."""
    return KboEnterprise.select().where(KboEnterprise.number == number).exists()


def enterprise_of(establishment_number):
    """The number of the enterprise an establishment belongs to, or None when the extract does not have it."""
    found = KboEstablishment.get_or_none(KboEstablishment.number == establishment_number)
    return found and found.enterprise


def enterprise(number):
    """The enterprise with its name, form, situation and seat in words, or None. Four queries."""
    found = KboEnterprise.get_or_none(KboEnterprise.number == number)
    if not found:
        return None
    names = KboDenomination.select().where(KboDenomination.entity == number)
    seat = KboAddress.select().where(
        KboAddress.entity == number, KboAddress.type == "REGO", KboAddress.struck_off_on.is_null()
    )
    words = in_words(JuridicalForm=found.juridical_form, JuridicalSituation=found.juridical_situation)
    return FoundEnterprise(
        found.number,
        best_name(names, OFFICIAL_NAME, COMMERCIAL_NAME),
        found.type_of_enterprise == "1",
        words["JuridicalForm"],
        words["JuridicalSituation"],
        found.started_on,
        *place(seat.first()),
    )


def establishments(enterprise_number, search="", limit=100):
    """The enterprise's establishments by municipality and name; `search`: words from name, address or number.

    Three queries, however many there are. Words are compared here and not in SQL: a name may be the enterprise's, and
    an accent or capital should not matter on either engine.
    """
    own = KboEstablishment.select(KboEstablishment.number).where(KboEstablishment.enterprise == enterprise_number)
    numbers = [row.number for row in own]
    addresses = KboAddress.select().where(
        KboAddress.entity.in_(numbers), KboAddress.type == "BAET", KboAddress.struck_off_on.is_null()
    )
    places = {address.entity: place(address) for address in addresses}
    names = {enterprise_number: []}
    for name in KboDenomination.select().where(KboDenomination.entity.in_([*numbers, enterprise_number])):
        names.setdefault(name.entity, []).append(name)
    fallback = best_name(names[enterprise_number], OFFICIAL_NAME, COMMERCIAL_NAME)
    found = [
        FoundEstablishment(
            number,
            best_name(names.get(number, ()), COMMERCIAL_NAME, OFFICIAL_NAME) or fallback,
            *places.get(number, place(None)),
        )
        for number in numbers
    ]
    words = folded(search).split()
    found = [one for one in found if all(word in searchable(one) for word in words)] if words else found
    return sorted(found, key=lambda one: (folded(one.municipality), folded(one.name), one.number))[:limit]


def reach(number):
    """How an enterprise, not one of its establishments, can be reached. One query."""
    found = KboContact.select().where(KboContact.entity == number, KboContact.entity_kind == "ENT")
    values = {one.type: one.value.strip() for one in found.order_by(KboContact.value.desc())}
    return Reach(*(values.get(kind, "") for kind in ("EMAIL", "TEL", "WEB")))


def in_words(**codes):
    """{category: Dutch description} for these codes; an unknown code says itself, no code says nothing."""
    words = {category: code or "" for category, code in codes.items()}
    wanted = KboCode.category.in_(list(codes)) & KboCode.code.in_([code for code in codes.values() if code])
    for row in KboCode.select().where(wanted, KboCode.language == "NL"):
        if codes[row.category] == row.code:
            words[row.category] = row.description
    return words


def best_name(denominations, *types):
    """The name of the first of these types that has one, in Dutch rather than another language; "" without any."""
    ranked = [
        (types.index(one.type), one.language != DUTCH, one.language, one.name)
        for one in denominations
        if one.type in types
    ]
    return min(ranked)[-1] if ranked else ""


def place(address):
    """(street line, postcode, municipality) to show; the published street may run over two lines."""
    if not address:
        return "", "", ""
    box = f"bus {address.box}" if address.box else ""
    line = " ".join(f"{address.street or ''} {address.house_number or ''} {box}".split())
    return line, address.postcode or "", address.municipality or ""


def searchable(found):
    return folded(" ".join([*map(str, found), rules.format_establishment_number(found.number)]))


def folded(text):
    """Without capitals and accents, to compare and to order by."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


# --- comparing --------------------------------------------------------------------------------------------------------


def compare_with_register(snapshot_on, at):
    """Hold every employer beside the extract just taken in; how many differences were new."""
    noticed = 0
    for organisation in Organisation.select().where(Organisation.kind == "employer"):
        number = int(organisation.number)
        noticed += compare(organisation, is_active(number), establishments(number, limit=None), snapshot_on, at)
    return noticed
