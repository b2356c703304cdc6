"""What the counter's register tells a test: whose words stand where, and which rows a request touched.

Every text of every file gets a tag of its own, so that an answer tells by itself whose words it carries; triggers note
every row that is written. It must not know who may do what: see rights.py.
"""

import io
import re
import zipfile

import peewee
from peewee import ForeignKeyField

from models import (
    RECORDS,
    Agreement,
    Appeal,
    MentorApplication,
    Message,
    Note,
    Organisation,
    Partnership,
    Preference,
    Proposal,
    ReasonTemplate,
    Recognition,
    Sanction,
    User,
    Vote,
    db,
)
from models.base import only_read
from tests.fuzz.rights import NOTE
from tests.test_borders import STRUCTURED, texts

THINGS = {Recognition: "R", Agreement: "A", MentorApplication: "M", Sanction: "S", Appeal: "P"}
KINDS = {record._meta.table_name: letter for record, letter in THINGS.items()}
# By which field a row belongs to something larger: the first that it has.
LEADS = (
    *("recognition", "agreement", "sanction", "appeal", "addendum", "membership", "mentor", "document"),
    *("organisation", "user"),
)
OF_PEOPLE = {"mentor", "document"}  # what every file of an employer may show
SHOWN = {"workplace", "establishment", "partnership"}  # what others read too: see `shown` in rights.py
# Texts that are a choice, have a shape, or are made by the counter: a tag there would only stop the story.
SHAPED = re.compile(
    r"kind|state|category|holidays|insz|hash|sha256|media_type|decision$|way|party|role|source|duty|subject|holder|"
    r"initiative|rhythm|language|postcode|number|nationality|section|criterion|recognitions|mentors|agreements|model|"
    r"follows|code|host|asked_by|about|path|extra_document"
)
TAG = re.compile(rb"zQ([A-Z]\d+[a-z]*)Qz")


def tag(name):
    return f"zQ{name}Qz"


def tags_in(answer):
    """The tags an answer carries: in its body, its headers, and in what is packed in a spreadsheet."""
    said = answer.data + str(answer.headers).encode()
    if answer.data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            said += b"".join(packed.read(name) for name in packed.namelist())
    return {found.decode() for found in TAG.findall(said)}


def lead(record):
    """The field by which a row belongs to something larger, or None."""
    fields = {field.name: field for field in record._meta.sorted_fields if isinstance(field, ForeignKeyField)}
    return next((fields[name] for name in LEADS if name in fields), None)


def chain(record, row, what):
    """SQL for the "owner" of a row, or for the "thing" it is part of."""
    own, field = record._meta.fields.get("organisation"), lead(record)
    if what == "thing" and record in THINGS:
        return f"'{THINGS[record]}' || {row}.id"
    if what == "owner" and record in (Organisation, User):
        return f"{row}.id"
    if what == "owner" and record is Preference:
        return f"(SELECT user_id FROM membership WHERE id = {row}.membership_id)"
    if what == "owner" and own is not None:
        return f"{row}.{own.column_name}"
    if what == "owner" and record in (ReasonTemplate, Partnership):
        key = "id" if record is Partnership else "partnership_id"
        return f"(SELECT id FROM organisation WHERE partnership_id = {row}.{key})"
    if field is None:
        return "NULL"
    inner = f"above_{row}"
    above = chain(field.rel_model, inner, what)
    return (
        f"(SELECT {above} FROM {field.rel_model._meta.table_name} {inner} WHERE {inner}.id = {row}.{field.column_name})"
    )


def watch():
    """Let the register note every row that is touched, before and after."""
    db.execute_sql("CREATE TEMP TABLE touched (op, name, id, owner, thing, was, now)")
    for record in RECORDS:
        if "id" not in record._meta.columns:
            continue
        table = record._meta.table_name
        for op, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            owner, thing = chain(record, row, "owner"), chain(record, row, "thing")
            was, now = ("NULL" if op == "INSERT" else "OLD.state"), ("NULL" if op == "DELETE" else "NEW.state")
            states = f"{was}, {now}" if record in THINGS else "NULL, NULL"
            noted = f"INSERT INTO touched VALUES ('{op}', '{table}', {row}.id, {owner}, {thing}, {states})"
            db.execute_sql(f"CREATE TEMP TRIGGER w_{op}_{row}_{table} AFTER {op} ON main.{table} BEGIN {noted}; END")


def touched():
    """[(op, table, id, owner, thing, state before, state after)] since it was asked last."""
    only_read(False)  # the connection is the page's
    rows = db.execute_sql("SELECT op, name, id, owner, thing, was, now FROM touched").fetchall()
    if rows:
        db.execute_sql("DELETE FROM touched")
    return rows


def rows_of(record):
    """[(id, owner, thing)] of all there is."""
    own, thing = chain(record, "t", "owner"), chain(record, "t", "thing")
    return db.execute_sql(f"SELECT id, {own}, {thing} FROM {record._meta.table_name} t").fetchall()


def sow():
    """The tag of its thing, or of its owner, in every text of every row; returns which fields took one."""
    sown = set()
    for record in RECORDS:
        if "id" not in record._meta.columns or record in (User, Message):
            continue
        fields = [one for one in texts(record) if not SHAPED.search(one.name) and one.name not in STRUCTURED]
        for number, owner, thing in rows_of(record):
            name = name_of(record, number, owner, thing)
            for field in fields if name else ():
                value = f"{tag(name)}@voorbeeld.be" if "email" in field.name else tag(name)
                try:
                    with db.atomic():
                        record.update({field: value}).where(record.id == number).execute()
                        sown.add(f"{record.__name__}.{field.name}")
                except peewee.DatabaseError:  # a constraint: no free text there
                    continue
    return sown


def name_of(record, number, owner, thing):
    """Under which name the words of a row may be read; None for what is nobody's."""
    table = record._meta.table_name
    if record in (Note, Vote):
        return thing.replace("R", NOTE)
    if record is Organisation:
        return f"O{number}name"
    if record is Proposal:
        return f"D{Proposal.get_by_id(number).mandate_id}"  # both sides of a mandate see what was proposed by it
    if table in SHOWN:
        return f"O{owner}name"
    return thing or (owner and f"O{owner}{'people' if table in OF_PEOPLE else 'own'}")
