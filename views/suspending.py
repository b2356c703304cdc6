"""An agreement that stands still: suspensions noted, ended and reported; and its days, for other calendars.

What is allowed, the records decide.
"""

from urllib.parse import urlsplit

from flask import Response, flash, g, request, url_for

import adapters.ics as ics
from models import Addendum, Suspension, days
from models.suspensions import REPORT_DAYS
from rules import RuleBroken
from views.agreement_life import back_to
from views.agreements import agreement_page, bp, mine
from views.answers import load
from views.life_forms import ResumeForm, SuspensionForm
from views.links import outside


@bp.post("/<int:agreement_id>/schorsen")
def suspend(agreement_id):
    agreement, form = load(mine(), agreement_id), SuspensionForm(request.form)
    try:
        if not form.validate():
            return agreement_page(agreement, 422, suspend=form)
        facts = {name: form[name].data for name in ("starts_on", "ends_on", "keeps_allowance")}
        Suspension.start(agreement, g.actor, form.ground.data, note=form.suspension_note.data or "", **facts)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, suspend=form)
    flash(f"De schorsing is genoteerd. Duurt ze langer dan {REPORT_DAYS} dagen, dan vragen we u om ze te melden.")
    return back_to(agreement, "schorsing")


def load_suspension(agreement, suspension_id):
    return load(Suspension.of(agreement), suspension_id)


@bp.post("/<int:agreement_id>/schorsingen/<int:suspension_id>/einde")
def resume(agreement_id, suspension_id):
    agreement, form = load(mine(), agreement_id), ResumeForm(request.form)
    suspension = load_suspension(agreement, suspension_id)
    suspension.agreement = agreement
    try:
        if not form.validate():
            return agreement_page(agreement, 422, resume=form, wrong_suspension=suspension_id)
        suspension.resume(g.actor, form.ends_on.data)
    except RuleBroken as broken:
        form.add_problems({name: text for name, text in broken.problems.items() if name != "state"})
        problem, wrong = broken.problems.get("state"), {"resume": form, "wrong_suspension": suspension_id}
        return agreement_page(load(mine(), agreement_id), 422, problem, **({} if problem else wrong))
    flash("De laatste dag van de schorsing is ingevuld.")
    return back_to(agreement, "schorsing")


@bp.post("/<int:agreement_id>/schorsingen/<int:suspension_id>/melden")
def report_suspension(agreement_id, suspension_id):
    agreement = load(mine(), agreement_id)
    suspension = load_suspension(agreement, suspension_id)
    suspension.agreement = agreement
    try:
        suspension.report(g.actor)
    except RuleBroken as broken:
        return agreement_page(load(mine(), agreement_id), 422, str(broken))
    way = "We mailden" if agreement.coach_email else "Genoteerd. Verwittig zelf nog"
    flash(f"{way} {agreement.coach_name}.")
    return back_to(agreement, "schorsing")


# --- calendar ---------------------------------------------------------------------------------------------------------


@bp.get("/<int:agreement_id>/agenda")
def calendar(agreement_id):
    """Its days, for a calendar of one's own."""
    agreement = load(mine(), agreement_id)
    dated = days(agreement, list(Suspension.of(agreement)), list(Addendum.of(agreement)))
    address = outside(url_for("agreements.show", agreement_id=agreement.id))
    host = urlsplit(address).hostname
    content = ics.calendar(
        f"Overeenkomst {agreement.learner}", dated, lambda key: f"agreement-{agreement.id}-{key}@{host}", g.at, address
    )
    response = Response(content, mimetype="text/calendar")
    name = f"overeenkomst-{agreement.number or agreement.id}.ics".replace("/", "-")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
