"""Deciding on several files at once, and the partnership's own wording for reasons.

It must not soften a rule: each file is decided by its own step, all of them or none.
"""

from flask import flash, g, request, url_for

from models import ReasonTemplate, Recognition, Vote, db
from rules import RuleBroken
from views.answers import go_to, load, render
from views.casework import preferences_page
from views.forms import ReasonForm
from views.handling import bp, ours

MOST = 50  # files decided at once


@bp.get("/samen")
def together():
    """What is about to be decided, file by file, before it is final."""
    return together_page(ReasonForm())


def together_page(form, status=200, problem=None):
    files = chosen_files()
    approved = request.values.get("decision") != "refuse"
    obstacles = {one.id: Vote.obstacle(one, g.actor, approved) for one in files}
    return render(
        "handling/together.html",
        None,
        status,
        files=files,
        problems={one.id: [text for found in one.problems(g.on).values() for text in found] for one in files},
        obstacles=obstacles,
        decision="approve" if approved else "refuse",
        form=form,
        problem=problem,
    )


def chosen_files():
    """The files of the own partnership that the address or the form names, in treatment, fifty at most."""
    typed = request.values.getlist("file")[:MOST]
    numbers = [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 10]
    found = ours().where(Recognition.id.in_(numbers), Recognition.state == "in_treatment")
    return list(found.order_by(Recognition.clock_from, Recognition.id))


@bp.post("/samen")
def decide_together():
    """All or nothing: a file that changed in between stops the whole."""
    form, files = ReasonForm(request.form), chosen_files()
    approved = request.form.get("decision") == "approve"
    if request.form.get("decision") not in ("approve", "refuse"):
        return together_page(form, 422, "Kies goedkeuren of afkeuren.")
    if not form.validate():
        return together_page(form, 422)
    if not files or len(files) != len(set(request.form.getlist("file"))):
        return together_page(form, 422, "Een van de dossiers is intussen veranderd. Er is nog niets beslist.")
    try:
        with db.atomic():
            for one in files:
                decide_one(one, approved, form.reason.data)
    except RuleBroken as broken:
        return together_page(form, 422, f"Er is nog niets beslist. {broken}")
    flash(f"{len(files)} {'dossier' if len(files) == 1 else 'dossiers'} {'goedgekeurd' if approved else 'afgekeurd'}.")
    return go_to(url_for("handling.index", wachtrij="in-behandeling"))


def decide_one(recognition, approved, reason):
    try:
        recognition.decide(g.actor, approved, reason)
    except RuleBroken as broken:
        raise RuleBroken(file=f"{recognition.number}: {broken}") from None


@bp.post("/sjablonen")
def add_template():
    """Keep a wording for later."""
    typed = {name: request.form.get(name, "").strip() for name in ("kind", "title", "text")}
    try:
        ReasonTemplate.add(g.actor, **typed)
    except RuleBroken as broken:
        return preferences_page(422, str(broken), typed)
    flash("Het sjabloon is bewaard.")
    return go_to(url_for("handling.preferences"))


@bp.post("/sjablonen/<int:template_id>/verwijderen")
def remove_template(template_id):
    template = load(ReasonTemplate.of(g.actor.organisation.partnership), template_id)
    try:
        template.remove(g.actor)
    except RuleBroken as broken:
        return preferences_page(422, str(broken))
    flash("Het sjabloon is weg.")
    return go_to(url_for("handling.preferences"))
