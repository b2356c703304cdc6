"""An application from start to submission: the first page, the frame of every step, the overview, handing in.

The steps themselves are in choosing.py (establishment, training) and proving.py (mentors, criteria, documents).
Each step saves what is there and demands nothing; submitting does.
"""

from flask import Blueprint, abort, flash, g, request, url_for

from models import SECTIONS, Recognition
from rules import RuleBroken
from views.answers import go_to, load, render
from views.statuses import WHAT_NOW

bp = Blueprint("application", __name__, url_prefix="/erkenningen")


def mine():
    return Recognition.of(g.actor.organisation)


@bp.get("/nieuw")
def new():
    """What to have at hand, and the drafts that already lie there."""
    drafts = mine().where(Recognition.state == "draft").order_by(Recognition.id.desc()).limit(10)
    return render("application/new.html", drafts=list(drafts))


@bp.post("/nieuw")
def start():
    draft = Recognition.draft(g.actor)
    return go_to(url_for("application.establishment", recognition_id=draft.id))


def after(section, recognition):
    """Where a saved step leads: the next one in a new draft, the overview or file where only a part is changed."""
    if request.form.get("then") == "stay":
        return go_to(request.path)
    if recognition.state == "incomplete":
        return go_to(url_for("recognitions.show", recognition_id=recognition.id))
    order = [*SECTIONS, "overview"]
    following = "overview" if recognition.renews_id else order[order.index(section) + 1]
    return go_to(url_for(f"application.{following}", recognition_id=recognition.id))


def step_page(section, recognition, status=200, part=None, **context):
    """A step: the page with the progress list, or only its form."""
    return render(
        f"application/{section}.html",
        part or f"application/_{section}.html",
        status,
        recognition=recognition,
        section=section,
        problems=recognition.problems(g.on),
        may_edit=recognition.may_edit(section, g.actor),
        **context,
    )


@bp.get("/<int:recognition_id>/overzicht")
def overview(recognition_id):
    return overview_page(load(mine(), recognition_id))


def overview_page(recognition, status=200, problem=None):
    return step_page(
        "overview",
        recognition,
        status,
        content=recognition.content(),
        changed={change.section for change in recognition.changed()},
        competent=recognition.competent_partnership(),
        problem=problem,
    )


@bp.post("/<int:recognition_id>/bevestigen")
def confirm(recognition_id):
    """ "Klopt dit nog?" Yes: one section of a renewal is right still."""
    recognition = load(mine(), recognition_id)
    section = request.form.get("section")
    if section not in SECTIONS:
        abort(404)
    try:
        recognition.confirm(section, g.actor)
    except RuleBroken as broken:
        return overview_page(recognition, 422, str(broken))
    return go_to(url_for("application.overview", recognition_id=recognition.id, _anchor=section))


@bp.post("/<int:recognition_id>/indienen")
def submit(recognition_id):
    recognition = load(mine(), recognition_id)
    if not request.form.get("is_true"):
        return overview_page(recognition, 422, "Vink aan dat uw gegevens juist zijn.")
    try:
        recognition.submit(g.actor)
    except RuleBroken as broken:
        unfinished = any(recognition.problems(g.on).values())
        return overview_page(recognition, 422, "Kijk deze onderdelen nog na." if unfinished else str(broken))
    flash(f"Ingediend: uw aanvraag heeft nummer {recognition.number}. {WHAT_NOW}")
    return go_to(url_for("recognitions.show", recognition_id=recognition.id))
