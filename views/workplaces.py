"""The organisation's workplaces: what it offers learners on each approved recognition, shown to everybody or not.

It must not know how the public finds them; finder.py does.
"""

from flask import Blueprint, abort, flash, g, request, url_for

from models import WORKPLACE_STATES, Event, Workplace
from rules import RuleBroken
from views.answers import Page, go_to, remember_list, render
from views.forms import WorkplaceForm

bp = Blueprint("workplaces", __name__, url_prefix="/werkplekken")

GROUPS = {"gepubliceerd": "published", "niet-gepubliceerd": "hidden", "volzet": "full", "verlopen": "expired"}


def mine():
    return Workplace.of(g.actor.organisation, g.on)


@bp.get("")
def index():
    """All workplaces, or those that stand in one way; ?zoek= narrows by training, establishment or number."""
    remember_list()
    shown = request.args.get("toon", "")
    shown = shown if shown in GROUPS else ""
    search = request.args.get("zoek", "")
    found = mine().where(Workplace.in_state(GROUPS[shown], g.on)) if shown else mine()
    by_state = Workplace.counts(g.actor.organisation, g.on)
    return render(
        "workplaces/index.html",
        "workplaces/_list.html",
        page=Page(
            Workplace.search(found, search),
            [(Workplace.id, "desc")],
            request.args.get("na"),
            request.args.get("voor"),
        ),
        pills=[("", "Alle", sum(by_state.values()))]
        + [(key, WORKPLACE_STATES[state], by_state.get(state, 0)) for key, state in GROUPS.items()],
        shown=shown,
        search=search,
        chosen={name: value for name, value in (("toon", shown), ("zoek", search)) if value},
    )


def find(recognition_id):
    return mine().where(Workplace.recognition == recognition_id).first() or abort(404)


@bp.get("/<int:recognition_id>")
def show(recognition_id):
    return workplace_page(find(recognition_id))


def workplace_page(workplace, status=200, form=None):
    return render(
        "workplaces/show.html",
        None,
        status,
        workplace=workplace,
        recognition=workplace.recognition,
        why=workplace.why(g.on),
        may_edit=workplace.may_edit(g.actor),
        form=form or WorkplaceForm(obj=workplace),
        events=list(Event.of(workplace)),
    )


@bp.post("/<int:recognition_id>")
def save(recognition_id):
    """Keep what is offered; whoever saves it, says at once that it is right."""
    workplace, form = find(recognition_id), WorkplaceForm(request.form)
    try:
        if not form.validate():
            return workplace_page(workplace, 422, form)
        workplace.edit(g.actor, **form.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return workplace_page(workplace, 422, form)
    return saved(recognition_id, "bewaard")


@bp.post("/<int:recognition_id>/bevestigen")
def confirm(recognition_id):
    """All is right still: shown for another half year."""
    workplace, form = find(recognition_id), None
    try:
        workplace.confirm(g.actor)
    except RuleBroken as broken:
        form = WorkplaceForm(obj=workplace)
        form.add_problems(broken.problems)
        return workplace_page(workplace, 422, form)
    return saved(recognition_id, "bevestigd")


def saved(recognition_id, done):
    workplace = find(recognition_id)
    why = workplace.why(g.on)
    flash(f"De werkplek is {done}. " + (f"Niemand vindt ze nu. {why}" if why else "Iedereen vindt ze in de zoeker."))
    return go_to(url_for("workplaces.show", recognition_id=recognition_id))
