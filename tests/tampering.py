"""Ways to tamper with the journal behind the counter's back, as somebody with the database could; each of them once.

`tamper(random)` does one at random and says which. The register must be inside a transaction that is undone.
"""

from peewee import SqliteDatabase

from models import Chain, Event, db
from models.chains import digest_of

COLUMNS = ("subject", "subject_id", "name", "user_id", "organisation_id", "through_id", "at", "details", "digest", "id")


def open_up():
    """What keeps the journal append-only is switched off, for this transaction alone."""
    if isinstance(db.obj, SqliteDatabase):
        for trigger in ("event_UPDATE", "event_DELETE"):
            db.execute_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        db.execute_sql("PRAGMA defer_foreign_keys = 1")
    else:
        db.execute_sql("SET LOCAL session_replication_role = replica")


def tamper(random):
    open_up()
    way = random.choice([alter, alter_and_mend, remove, remove_the_last, remove_all, insert, insert_more, reorder])
    event = random.choice(list(Event.select().order_by(Event.id)))
    return f"{way.__name__} {event.id} {way(random, event) or ''}"


def told(event):
    return (event.subject, event.subject_id, event.name, event.user_id, event.organisation_id, event.through_id)


def before(event):
    own = (Event.subject == event.subject) & (Event.subject_id == event.subject_id) & (Event.id < event.id)
    found = Event.select().where(own).order_by(Event.id.desc()).first()
    return (found.id, found.digest) if found else (0, "")


def alter(random, event):
    column = random.choice(COLUMNS)
    old = event.__data__.get(column.removesuffix("_id") if column not in ("subject_id",) else column)
    if column == "at":
        value = old.replace(year=old.year - 1)
    elif column == "id":
        value = Event.select().order_by(Event.id.desc()).get().id + 1
    elif column.endswith("_id"):
        value = (old or 0) + 1
    else:
        value = f"{old[:-1]}{'x' if old[-1:] != 'x' else 'y'}"
    mark = db.obj.param
    db.execute_sql(f'UPDATE "event" SET "{column}" = {mark} WHERE "id" = {mark}', (value, event.id))
    return column


def alter_and_mend(random, event):
    """With a digest that fits: only what comes after, or the end of the chain, can tell."""
    event.details += " "
    digest = digest_of(before(event), (*told(event), event.at, event.details))
    Event.update(details=event.details, digest=digest).where(Event.id == event.id).execute()


def remove(random, event):
    Event.delete().where(Event.id == event.id).execute()


def remove_the_last(random, event):
    """With its chain set back to the one before it: only a seal can tell."""
    own = (Event.subject == event.subject) & (Event.subject_id == event.subject_id)
    last = Event.select().where(own).order_by(Event.id.desc()).get()
    Event.delete().where(Event.id == last.id).execute()
    Chain.grow(event.subject, event.subject_id, *before(last))


def remove_all(random, event):
    """A whole record's journal, with its chain: only a seal can tell."""
    for table in (Event, Chain):
        table.delete().where(table.subject == event.subject, table.subject_id == event.subject_id).execute()


def insert(random, event):
    facts = {name: value for name, value in event.__data__.items() if name != "id"}
    Event.insert(facts).execute()


def insert_more(random, event):
    """With a digest that fits after the newest of its chain, which does not know of it."""
    at = event.at.replace(year=event.at.year - 1)
    own = Chain.get(Chain.subject == event.subject, Chain.subject_id == event.subject_id)
    digest = digest_of((own.last, own.digest), (*told(event), at, event.details))
    facts = {name: value for name, value in event.__data__.items() if name != "id"}
    Event.insert(facts | {"at": at, "digest": digest}).execute()


def reorder(random, event):
    """Two events change places, each with all that is in it."""
    other = random.choice(list(Event.select().where(Event.id != event.id)))
    mark = db.obj.param
    for old, new in ((event.id, 0), (other.id, event.id), (0, other.id)):
        db.execute_sql(f'UPDATE "event" SET "id" = {mark} WHERE "id" = {mark}', (new, old))
    return f"and {other.id}"
