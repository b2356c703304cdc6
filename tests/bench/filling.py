"""What stands in a register of the benchmarks: 20,000 employers and as many agreements as asked. The database is open.

The employer that is measured has as much in each size; all else grows. A register is made anew when this file changed.
"""

from datetime import date, timedelta

from models import PostcodeCentre, Recognition, Training, db
from models.words import words_in
from tests import build
from views.demo_agreements import make
from views.demo_sanctions import sanctioned

TODAY = date(2026, 11, 24)
EMPLOYERS, OWN, BEGIN = 20_000, 400, 1_000_000  # employers, agreements of the one measured, first id of what is copied
FIRST = ("Fatima", "Wout", "Zoë", "Mats", "Noor", "Ilias", "Lotte", "Emre", "Amber", "Daan", "Elif", "Kobe")
LAST = ("El Idrissi", "D'hondt", "Çelik", "Van den Broeck", "Benali", "Peeters", "Yıldız", "Claes", "Nowak")


def people(agreements):
    """Who is measured first, as the steps make it; then the others, as copies of it."""
    world = build.World()
    world.today = TODAY
    shown = make(world, "mega", world.ending_in(1700, training="Haarverzorging duaal"), 0, "registered")
    renewed = world.ending_in(100, training="Winkelmedewerker duaal")
    handed_in = world.handed_in("Logistiek duaal")
    workplace = world.offered(Recognition.get_by_id(shown.recognition_id))
    applied = world.added_mentor(workplace.recognition, "approved", on=day(30))
    world.open_draft()
    imposed = sanctioned(world, world.ending_in(1700, training="Slagerij duaal"))
    trainings = [one.id for one in Training.select(Training.id).order_by(Training.id)]
    for number in range(9):
        copy(
            "recognition", renewed.id, [(BEGIN - 9 + number, f"E/20170101/{number:06d}", None)], "id", "number", "code"
        )
    files, employers = max(agreements // 10, EMPLOYERS), range(EMPLOYERS)
    flemish = ~PostcodeCentre.postcode.between("4000", "7999")
    places = [row.postcode for row in PostcodeCentre.select().where(flemish).order_by(PostcodeCentre.postcode)]
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
        ((BEGIN + i, f"29{i:08d}", BEGIN + i, places[i // 10 % len(places)]) for i in employers),
        "id",
        "number",
        "organisation_id",
        "postcode",
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
        ((BEGIN + i, BEGIN + i, BEGIN + i % EMPLOYERS, *left(i)) for i in range(files)),
        "id",
        "recognition_id",
        "mentor_id",
        "end_kind",
        "ended_on",
    )
    succeed(shown.mentor_id, link.id, files)
    copy(
        "workplace",
        workplace.id,
        ((BEGIN + i, BEGIN + i, day(i % 100), i % 10 == 0) for i in range(files)),  # a tenth of them for everybody
        "id",
        "recognition_id",
        "confirmed_on",
        "is_visible",
    )
    copy("mentor_application", applied.id, (applied_for(i) for i in range(files // 4)), *APPLIED)
    sanctions = ((BEGIN + i, f"S/20210101/{i:06d}", BEGIN + i * 17 % EMPLOYERS) for i in range(files // 100))
    copy("sanction", imposed.id, sanctions, "id", "number", "organisation_id")
    copy("agreement", shown.id, (agreed(i, agreements, files, shown) for i in range(agreements)), *AGREED)
    insert("agreement_word", word_rows(agreements, shown), "agreement_id", "organisation_id", "word")
    if not is_sqlite():
        for table in db.obj.get_tables():
            if any(column.name == "id" for column in db.obj.get_columns(table)):
                db.execute_sql(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) FROM \"{table}\"")


def day(ago):
    return TODAY - timedelta(days=ago)


def left(i):
    """Of one in fifty files the mentor left."""
    return ("left", day(300)) if i % 50 == 0 else (None, None)


def succeed(mentor_id, link_id, files):
    """Somebody else came on them, but for one in twenty."""
    others = range(0, EMPLOYERS, 50)
    rows = ((BEGIN + EMPLOYERS + i, BEGIN + i, f"5{i:063d}") for i in others)
    copy("mentor", mentor_id, rows, "id", "organisation_id", "insz_fingerprint")
    links = ((BEGIN + files + i, BEGIN + i, BEGIN + EMPLOYERS + i % EMPLOYERS) for i in range(0, files, 50) if i % 1000)
    copy("recognition_mentor", link_id, links, "id", "recognition_id", "mentor_id")


APPLIED = ("id", "number", "recognition_id", "mentor_id", "state", "submitted_on", "clock_from", "decided_on")


def applied_for(i):
    """A mentor application on one in four files: one in a hundred waits, the others were decided on over five years."""
    state = "submitted" if i % 100 == 0 else ("approved", "approved", "approved", "refused", "withdrawn")[i % 5]
    on = day(i // 100 % 30) if state == "submitted" else day(10 + i % 1700)
    decided_on = on + timedelta(days=5) if state in ("approved", "refused") else None
    employer = BEGIN + 4 * i % EMPLOYERS
    return BEGIN + i, f"M/20210101/{i:06d}", BEGIN + 4 * i, employer, state, on, on, decided_on


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
