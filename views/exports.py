"""Exactly the filtered list of agreements as a file: CSV as it is read, or a workbook; never all of it in memory.

It must not decide which rows those are; agreement_filters.py does.
"""

import csv
import io
import tempfile
from typing import NamedTuple

from flask import Response, g
from peewee import JOIN

import rules_agreements as law
from models import Addendum, Agreement, Establishment, Mentor, Organisation, Recognition, Training, db
from models.registering import missing_words
from views.agreement_filters import chosen_filters, conditions, order_of
from views.agreements import bp
from views.answers import Page
from views.check import account, limiter

BATCH = 1000  # rows read at a time
PIECE = 64 * 1024  # bytes of a workbook sent at a time
HEADS = (
    *("Nummer", "Voornaam", "Naam", "Geboortejaar", "Soort", "Opleiding", "Onderneming", "Vestiging", "Gemeente"),
    *("Mentor", "School", "Eerste dag", "Laatste dag", "Status", "Geregistreerd op", "Ontbreekt voor de premie"),
)
WIDTHS = (18, 14, 18, 8, 7, 30, 26, 26, 16, 22, 28, 12, 12, 20, 12, 40)
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")  # a spreadsheet takes what begins like this for a formula


class Row(NamedTuple):
    """What of one agreement is read for a line, in the order it is selected."""

    number: str
    first_name: str
    last_name: str
    born_on: object
    kind: str
    training: str
    employer: str
    place: str
    municipality: str
    mentor_first: str
    mentor_last: str
    school: str
    starts_on: object
    ends_on: object
    ended_on: object
    state: str
    registered_on: object
    wants_premium: bool
    account_number: str
    learner_account_number: str
    declaration: int
    premium_waived_on: object


def selected(holds, on):
    """The columns of Row, for agreements of which `holds` is true."""
    school = Organisation.alias()
    columns = (Agreement.number, Agreement.first_name, Agreement.last_name, Agreement.born_on, Agreement.kind)
    columns += (Training.name, Organisation.name, Establishment.name, Establishment.municipality)
    columns += (Mentor.first_name, Mentor.last_name, school.name, Agreement.starts_on, Agreement.ends_on)
    columns += (Agreement.ended_on, Agreement.state, Agreement.registered_on, Agreement.wants_premium)
    columns += (Agreement.account_number, Agreement.learner_account_number, Agreement.declaration)
    return (
        Agreement.select(*columns, Agreement.premium_waived_on)
        .join(Recognition)
        .join(Training)
        .switch(Recognition)
        .join(Establishment)
        .switch(Agreement)
        .join(Organisation, on=(Agreement.organisation == Organisation.id))
        .switch(Agreement)
        .join(Mentor, JOIN.LEFT_OUTER, on=(Mentor.id == Addendum.mentor_on(on)))
        .switch(Agreement)
        .join(school, JOIN.LEFT_OUTER, on=(Agreement.provider == school.id))
        .where(*holds)
    )


def lines(holds, order, on):
    """The cells of every row, in order; opens the register for itself, for the request is over by then."""
    opened = db.connect(reuse_if_open=True)
    try:
        found, fields, cursor = selected(holds, on), [field for field, _ in order], None
        found = found.select_extend(*fields).order_by(*(getattr(field, way)() for field, way in order)).limit(BATCH)
        while True:
            rows = list((found.where(Page.beyond(order, cursor)) if cursor else found).tuples())
            for row in rows:
                yield cells(Row(*row[: -len(fields)]), on)
            if len(rows) < BATCH:
                return
            cursor = rows[-1][-len(fields) :]
    finally:
        if opened:
            db.close()


def cells(row, on):
    """A row as people read it: texts, numbers and dates."""
    standing = Agreement(state=row.state, starts_on=row.starts_on, ends_on=row.ends_on, ended_on=row.ended_on).status(
        on
    )[1]
    missing = missing_words(row.wants_premium, row.account_number, row.learner_account_number, row.declaration)
    asked = row.state == "registered" and not row.premium_waived_on and row.starts_on >= law.PREMIUM_SINCE
    return (
        row.number or "",
        row.first_name,
        row.last_name,
        row.born_on.year if row.born_on else "",
        row.kind,
        row.training,
        row.employer,
        row.place,
        row.municipality,
        f"{row.mentor_first or ''} {row.mentor_last or ''}".strip(),
        row.school or "",
        row.starts_on or "",
        row.ended_on or row.ends_on or "",
        standing,
        row.registered_on or "",
        ", ".join(missing) if asked else "",
    )


def harmless(cell):
    """A text a spreadsheet cannot take for a formula: with an apostrophe before it where it looks like one."""
    text = cell if isinstance(cell, str) else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def as_csv(rows):
    """CSV as a Belgian Excel opens it: semicolons, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    text.write("\ufeff")
    writer.writerow(HEADS)
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) for cell in row])
        if number % 200 == 0:
            yield emptied(text)
    yield emptied(text)


def emptied(text):
    content = text.getvalue()
    text.seek(0)
    text.truncate()
    return content.encode()


def as_xlsx(rows):
    """A workbook, written row by row to disk and sent in pieces; texts are texts, never formulas or links."""
    import xlsxwriter  # here, as few workers are ever asked: it takes 2 MB

    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            fill(book, rows)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def fill(book, rows):
    sheet, bold = book.add_worksheet("Overeenkomsten"), book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(HEADS):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_datetime(number, column, cell, day)


def file_of(pieces, media_type, extension):
    chosen = chosen_filters()
    rows = lines(conditions(chosen), order_of(chosen), g.on)
    response = Response(pieces(rows), mimetype=media_type)
    name = f"overeenkomsten-{g.on:%Y-%m-%d}.{extension}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/csv")
@limiter.limit("30/minute", key_func=account)
def export_csv():
    return file_of(as_csv, "text/csv", "csv")


@bp.get("/xlsx")
@limiter.limit("30/minute", key_func=account)
def export_xlsx():
    return file_of(as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
