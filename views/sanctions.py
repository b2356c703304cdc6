"""Sanctions as a partnership handles them: the list, preparing one from a file, what it would touch, imposing it.

It must not know when a sanction works or what it ends; models/sanctions.py does.
"""

from collections import Counter

from flask import Blueprint, flash, g, request, url_for

import rules
from models import SANCTION_KINDS, SANCTION_STATES, Appeal, Event, Recognition, RecognitionMentor, Sanction
from models.sanctions import EXCLUSIONS
from rules import RuleBroken
from views.answers import Page, go_to, load, numbered, remember_list, render
from views.handling import ours as our_files
from views.sanction_forms import ALL, SanctionForm
from views.statuses import explained

bp = Blueprint("sanctions", __name__, url_prefix="/behandeling")

MOST = 60  # recognitions to choose from on one page; more is "all of them"


def ours():
    return Sanction.handled_by(g.actor.organisation.partnership_id)


@bp.get("/sancties")
def index():
    """What the partnership prepared or imposed, the newest first; ?stand= narrows it."""
    remember_list()
    state = request.args.get("stand", "")
    state = state if state in SANCTION_STATES else ""
    found = ours().where(Sanction.state == state) if state else ours()
    return render(
        "sanctions/index.html",
        "sanctions/_list.html",
        page=Page(found, [(Sanction.id, "desc")], request.args.get("na"), request.args.get("voor")),
        counts=Sanction.counts(g.actor.organisation.partnership_id),
        states=SANCTION_STATES,
        state=state,
    )


@bp.get("/<int:recognition_id>/sanctie")
def new(recognition_id):
    """First which sanction, then its form: ?soort= and, for a mentor, ?mentor=."""
    return new_page(load(our_files(), recognition_id), request.args)


def new_page(recognition, chosen, form=None, status=200):
    kind, link = chosen.get("soort", ""), mentor_link(recognition, chosen.get("mentor", ""))
    if kind not in SANCTION_KINDS or (kind == "mentor") != bool(link):
        kind = ""
    touchable, total = ([], 0) if not kind or kind in EXCLUSIONS else choices(recognition, link)
    return render(
        "sanctions/new.html",
        None,
        status,
        recognition=recognition,
        kinds=SANCTION_KINDS,
        kind=kind,
        links=sanctionable(recognition),
        link=link,
        form=form or SanctionForm(recognitions=[str(recognition.id)]),
        touchable=touchable,
        total=total,
        everything=ALL,
        is_running=recognition.state == "approved" and g.on <= recognition.last_day,
    )


def sanctionable(recognition):
    """The mentors who stand on it and whom no sanction bars yet."""
    return [link for link in recognition.mentor_links if link.decision == "approved" and link.end_kind is None]


def mentor_link(recognition, typed):
    return next((link for link in sanctionable(recognition) if str(link.mentor_id) == typed), None)


def candidates(recognition, link):
    """The employer's running recognitions with this partnership that such a sanction can touch, this one first."""
    found = our_files().where(Recognition.organisation == recognition.organisation_id, Recognition.running(g.on))
    if link:
        links = RecognitionMentor.select(RecognitionMentor.recognition).where(
            RecognitionMentor.mentor == link.mentor_id,
            RecognitionMentor.decision == "approved",
            RecognitionMentor.end_kind.is_null(),
        )
        found = found.where(Recognition.id.in_(links))
    else:
        found = found.where(Recognition.end_kind.is_null())
    return found.order_by(
        (Recognition.id == recognition.id).desc(),
        (Recognition.establishment == recognition.establishment_id).desc(),
        Recognition.id,
    )


def choices(recognition, link):
    """(the first ones to choose from, how many there are in all)."""
    found = candidates(recognition, link)
    return list(found.limit(MOST)), found.count()


@bp.post("/<int:recognition_id>/sanctie")
def prepare(recognition_id):
    """Write the sanction down; nothing happens to anybody yet."""
    recognition, form = load(our_files(), recognition_id), SanctionForm(request.form)
    kind, link = request.form.get("soort", ""), mentor_link(recognition, request.form.get("mentor", ""))
    if not form.validate():
        return new_page(recognition, request.form, form, 422)
    if kind in EXCLUSIONS:
        chosen = [recognition]
    else:
        typed = set(form.recognitions.data or [])
        chosen = [one for one in candidates(recognition, link) if ALL in typed or str(one.id) in typed]
    try:
        sanction = Sanction.prepare(
            g.actor,
            kind,
            chosen,
            form.grounds.data or "",
            establishment=None if form.scope.data == "enterprise" else recognition.establishment,
            mentor=link and link.mentor,
            until=form.until.data,
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return new_page(recognition, request.form, form, 422)
    flash("De sanctie is voorbereid. Kijk na wat ze raakt voor ze opgelegd wordt.")
    return go_to(url_for("sanctions.show", sanction_id=sanction.id))


@bp.get("/sancties/<int:sanction_id>")
def show(sanction_id):
    """One sanction: what it touches, from when, and what became of it."""
    return sanction_page(load(ours(), sanction_id))


def sanction_page(sanction, status=200, problem=None):
    preview = sanction.preview(g.on)
    rows, number, pages = numbered(preview.recognitions, request.args.get("pagina", "1"))
    return render(
        "sanctions/show.html",
        None,
        status,
        sanction=sanction,
        preview=preview,
        rows=rows,
        number=number,
        pages=pages,
        mentors=RecognitionMentor.names(rows),
        agreements=Counter(one.recognition_id for one in preview.agreements),
        appeal_until=sanction.appeal_until() if sanction.decided_on else rules.last_appeal_day(g.on),
        appeals=list(Appeal.against(sanction).where(Appeal.lodged_on.is_null(False))),
        explanation=explained(sanction, g.actor, g.on),
        events=list(Event.of(sanction)),
        problem=problem,
    )


@bp.post("/sancties/<int:sanction_id>/opleggen")
def impose(sanction_id):
    """Confirm what the page showed; refused when it would touch something else by now."""
    sanction = load(ours(), sanction_id)
    try:
        sanction.impose(g.actor, request.form.get("seen", ""))
    except RuleBroken as broken:
        return sanction_page(load(ours(), sanction_id), 422, str(broken))
    flash(f"De sanctie is opgelegd. De werkgever kan {rules.APPEAL_DAYS} dagen in beroep gaan.")
    return go_to(url_for("sanctions.show", sanction_id=sanction.id))


@bp.post("/sancties/<int:sanction_id>/schrappen")
def drop(sanction_id):
    sanction = load(ours(), sanction_id)
    try:
        sanction.drop(g.actor)
    except RuleBroken as broken:
        return sanction_page(load(ours(), sanction_id), 422, str(broken))
    flash("De voorbereide sanctie is geschrapt.")
    return go_to(url_for("sanctions.show", sanction_id=sanction.id))
