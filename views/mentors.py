"""The organisation's mentors: the register, each mentor's passport, stopping for a while and starting again.

It must not know how a mentor comes on an application or leaves for good; proving.py and leaving.py do.
"""

from datetime import date

from flask import Blueprint, flash, g, request, url_for

import rules
from models import AccessLog, Agreement, Document, Event, Mentor, MentorApplication, RecognitionMentor, mentoring
from rules import RuleBroken
from views.answers import go_to, load, numbered, render
from views.forms import DocumentForm, ReasonForm
from views.uploads import uploaded

bp = Blueprint("mentors", __name__, url_prefix="/mentoren")

SHOWN = {"actief": "Actief", "gedeactiveerd": "Gedeactiveerd", "alle": "Alle"}


def mine():
    return Mentor.of(g.actor.organisation)


@bp.get("")
def index():
    """Who is mentor, was deactivated, or both; ?zoek= narrows by name."""
    search, shown = request.args.get("zoek", ""), request.args.get("toon", "actief")
    shown = shown if shown in SHOWN else "actief"
    found = list(Mentor.search(g.actor.organisation, search))
    groups = {
        "actief": [mentor for mentor in found if not mentor.inactive_from],
        "gedeactiveerd": [mentor for mentor in found if mentor.inactive_from],
        "alle": found,
    }
    extracts = Document.newest_extracts(g.actor.organisation)
    rows, number, pages = numbered(groups[shown], request.args.get("pagina", "1"))
    return render(
        "mentors/index.html",
        "mentors/_list.html",
        mentors=rows,
        number=number,
        pages=pages,
        counts={key: len(rows) for key, rows in groups.items()},
        groups=SHOWN,
        shown=shown,
        search=search,
        valid=RecognitionMentor.valid_counts(g.actor.organisation, g.on),
        usable_until={mentor: rules.add_months(as_day(day), rules.EXTRACT_MONTHS) for mentor, day in extracts.items()},
    )


def as_day(value):
    """SQLite gives the greatest of dates as text, PostgreSQL as a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@bp.get("/<int:mentor_id>")
def show(mentor_id):
    return passport(load(mine(), mentor_id))


def passport(mentor, status=200, insz=None, upload=None, reason=None):
    links = list(RecognitionMentor.of_mentor(mentor))
    for link in links:
        link.mentor = mentor
    documents = list(mentor.documents.order_by(Document.id.desc()))
    applications = MentorApplication.of(g.actor.organisation).order_by(MentorApplication.id.desc())
    return render(
        "mentors/show.html",
        None,
        status,
        mentor=mentor,
        links=links,
        touched=mentoring.touched_by_leaving(mentor, g.on),
        conditions=mentoring.conditions(mentor, links, documents, g.on),
        documents=documents,
        guided=Agreement.guided_by(mentor, g.on),
        most=fewest_learners(links),
        applications=list(applications.where(MentorApplication.mentor == mentor)),
        successors=list(applications.where(MentorApplication.replaces == mentor)),
        age=rules.age(mentor.born_on, g.on),
        due=RecognitionMentor.training_due(mentor, links, mentoring.approvals([mentor])),
        insz=insz,
        upload=upload or DocumentForm(),
        reason=reason or ReasonForm(),
        events=list(Event.of(mentor)),
    )


def fewest_learners(links):
    """The partnership with the lowest maximum of learners per mentor among those of valid recognitions; or None."""
    valid = [link.recognition.partnership for link in links if link.recognition.is_valid(g.on)]
    limited = [partnership for partnership in valid if partnership.learners_per_mentor]
    return min(limited, key=lambda partnership: partnership.learners_per_mentor, default=None)


@bp.post("/<int:mentor_id>/rijksregisternummer")
def reveal(mentor_id):
    """Show the national register number once, and note who saw it."""
    mentor = load(mine(), mentor_id)
    AccessLog.note(mentor, "insz", g.actor)
    response = passport(mentor, insz=mentor.insz)
    response.headers["Cache-Control"] = "no-store"
    return response


def back(mentor, told):
    flash(told)
    return go_to(url_for("mentors.show", mentor_id=mentor.id))


@bp.post("/<int:mentor_id>/uittreksel")
def renew_extract(mentor_id):
    """A new extract 596.2 for the vault."""
    mentor, form = load(mine(), mentor_id), DocumentForm(request.form)
    document = uploaded(form, "extract", mentor)
    if not document:
        return passport(mentor, 422, upload=form)
    return back(mentor, f"Het nieuwe uittreksel is bruikbaar tot {document.usable_until:%d/%m/%Y}.")


@bp.post("/<int:mentor_id>/deactiveren")
def deactivate(mentor_id):
    """No mentor for a while: the recognitions stay as they are, but nobody counts on this one."""
    mentor, form = load(mine(), mentor_id), ReasonForm(request.form)
    try:
        if not form.validate():
            return passport(mentor, 422, reason=form)
        mentor.deactivate(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return passport(load(mine(), mentor_id), 422, reason=form)
    return back(mentor, f"{mentor} is gedeactiveerd als mentor.")


@bp.post("/<int:mentor_id>/activeren")
def reactivate(mentor_id):
    mentor, form = load(mine(), mentor_id), ReasonForm()
    try:
        mentor.reactivate(g.actor)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return passport(load(mine(), mentor_id), 422, reason=form)
    return back(mentor, f"{mentor} is opnieuw actief als mentor.")
