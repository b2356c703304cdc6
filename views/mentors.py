"""The organisation's mentors: the register, and each mentor's passport.

It must not know how a mentor comes on an application; proving.py does.
"""

from datetime import date

from flask import Blueprint, g, request

import rules
from models import AccessLog, Document, Mentor, RecognitionMentor
from views.answers import load, render

bp = Blueprint("mentors", __name__, url_prefix="/mentoren")


@bp.get("")
def index():
    """Every mentor with what asks attention first seen."""
    search = request.args.get("zoek", "")
    extracts = Document.newest_extracts(g.actor.organisation)
    return render(
        "mentors/index.html",
        "mentors/_list.html",
        mentors=list(Mentor.search(g.actor.organisation, search)),
        search=search,
        valid=RecognitionMentor.valid_counts(g.actor.organisation, g.on),
        usable_until={mentor: rules.add_months(as_day(day), rules.EXTRACT_MONTHS) for mentor, day in extracts.items()},
    )


def as_day(value):
    """SQLite gives the greatest of dates as text, PostgreSQL as a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@bp.get("/<int:mentor_id>")
def show(mentor_id):
    return passport(load(Mentor.of(g.actor.organisation), mentor_id))


def passport(mentor, insz=None):
    links = list(RecognitionMentor.of_mentor(mentor))
    return render(
        "mentors/show.html",
        mentor=mentor,
        links=links,
        documents=list(mentor.documents.order_by(Document.id.desc())),
        age=rules.age(mentor.born_on, g.on),
        due=RecognitionMentor.training_due(mentor, links),
        insz=insz,
    )


@bp.post("/<int:mentor_id>/rijksregisternummer")
def reveal(mentor_id):
    """Show the national register number once, and note who saw it."""
    mentor = load(Mentor.of(g.actor.organisation), mentor_id)
    AccessLog.note(mentor, "insz", g.actor)
    response = passport(mentor, mentor.insz)
    response.headers["Cache-Control"] = "no-store"
    return response
