"""A registered agreement that changes: addenda drawn up, signed, withdrawn, downloaded.

What is allowed, the records decide.
"""

import json

from flask import abort, flash, g, request, url_for
from wtforms.fields.choices import SelectChoice

import adapters.pdf as pdf
import rules_agreements as law
from models import ADDENDUM_KINDS, PARTIES, Addendum, Mentor, RecognitionMentor, remind
from rules import RuleBroken
from views.agreement_grid import (
    CHOSEN_RHYTHMS,
    WEEKS,
    kinds_of,
    read_rhythm,
    read_timetable,
    rows_of_blocks,
    typed_timetable,
)
from views.agreement_life import back_to
from views.agreement_signing import link_sent
from views.agreements import agreement_page, bp, mine, step
from views.answers import attachment, load, render
from views.life_forms import CHANGE_FORMS
from views.links import outside
from views.uploads import chosen_file

# --- addenda ----------------------------------------------------------------------------------------------------------


def change_form(agreement, kind, typed=None):
    form = CHANGE_FORMS[kind](typed)
    if kind == "mentor":
        valid = RecognitionMentor.valid_on(agreement.recognition, g.on)
        form.mentor.choices = [SelectChoice(str(link.mentor_id), str(link.mentor)) for link in valid]
    return form


def change_page(agreement, kind, form, status=200, typed=None, wrong=None):
    seen = Addendum.as_of(agreement, g.on)
    typed = typed or typed_timetable(seen)
    if kind == "mentor" and Addendum.as_of(agreement, agreement.ends_on).mentor_id == seen.mentor_id:
        # the mentor of now follows up nobody; unless another was appointed for later
        form.mentor.choices = [choice for choice in form.mentor.choices if choice.value != str(seen.mentor_id)]
    return render(
        "agreements/change.html",
        None,
        status,
        agreement=agreement,
        kind=kind,
        kinds=ADDENDUM_KINDS,
        form=form,
        seen=seen,
        typed=typed,
        wrong=wrong or {},
        labels=WEEKS,
        weekdays=law.WEEKDAYS,
        rhythms=CHOSEN_RHYTHMS,
        rows=rows_of_blocks(typed),
        week_kinds=kinds_of(seen.weeks),
        may_change=agreement.can("change", g.actor),
    )


@bp.get("/<int:agreement_id>/wijzigen/<string:kind>")
def change(agreement_id, kind):
    """Draw up an addendum of that kind."""
    if kind not in ADDENDUM_KINDS:
        abort(404)
    agreement = load(mine(), agreement_id)
    return change_page(agreement, kind, change_form(agreement, kind))


@bp.post("/<int:agreement_id>/wijzigen/<string:kind>")
def draw_up(agreement_id, kind):
    if kind not in ADDENDUM_KINDS:
        abort(404)
    agreement, typed = load(mine(), agreement_id), request.form.to_dict()
    form = change_form(agreement, kind, request.form)
    changed, wrong = read_change(kind, form, typed)
    try:
        if not form.validate() or wrong:
            return change_page(agreement, kind, form, 422, typed, wrong)
        effective_on = form.effective_on.data if "effective_on" in form else None
        addendum = Addendum.draw_up(agreement, g.actor, kind, effective_on, form.reason.data, **changed)
    except RuleBroken as broken:
        form.add_problems({name: text for name, text in broken.problems.items() if name != "timetable"})
        wrong = {"full_time": broken.problems["timetable"]} if "timetable" in broken.problems else {}
        return change_page(load(mine(), agreement_id), kind, form, 422, typed, wrong)
    flash(f"{addendum} ligt klaar om te tekenen, eerst door de leerling.")
    return back_to(agreement, "bijlagen")


def read_change(kind, form, typed):
    """({what changes: value} as the record wants it, {field of the timetable: Dutch sentence})."""
    if kind == "timetable":
        weeks, full_time, wrong = read_timetable(typed)
        rhythm, blocks, wrong_rhythm = read_rhythm(typed, weeks)
        columns = {"timetable": json.dumps(weeks), "full_time": full_time, "rhythm": rhythm, "blocks": blocks}
        return columns, wrong | wrong_rhythm
    if kind == "mentor":
        offered = {choice.value for choice in form.mentor.choices}
        chosen = form.mentor.data
        return {"mentor": Mentor.get_by_id(int(chosen)) if chosen in offered else None}, {}
    if kind == "extension":
        return {"ends_on": form.ends_on.data}, {}
    return {"deviation": {"worked": form.worked.data or "", "recovered": form.recovered.data or ""}}, {}


def load_addendum(agreement, ordinal):
    return next((one for one in Addendum.of(agreement) if one.ordinal == ordinal), None) or abort(404)


@bp.get("/<int:agreement_id>/bijlagen/<int:ordinal>/pdf")
def download_addendum(agreement_id, ordinal):
    addendum = load_addendum(load(mine(), agreement_id), ordinal)
    return attachment(pdf.addendum(addendum, PARTIES), addendum.filename)


@bp.post("/<int:agreement_id>/bijlagen/<int:ordinal>/tekenen")
def sign_addendum(agreement_id, ordinal):
    """Sign for the own organisation, or add the scan of what learner or guardian signed."""
    agreement = load(mine(), agreement_id)
    addendum, party = load_addendum(agreement, ordinal), request.form.get("party", "")
    try:
        if party not in PARTIES:
            raise RuleBroken(state="Kies wie tekent.")
        if party in ("employer", "provider") and not request.form.get("has_read"):
            raise RuleBroken(state="Vink aan dat u de bijlage gelezen hebt.")
        name = addendum.name_of(party) or g.actor.user.name
        addendum.sign(g.actor, party, name, *chosen_file())
    except RuleBroken as broken:
        return agreement_page(load(mine(), agreement_id), 422, str(broken))
    following = addendum.next_party()
    flash(
        f"De handtekening staat erbij. Nu is de {PARTIES[following].lower()} aan de beurt."
        if following
        else "Alle partijen tekenden: de bijlage geldt."
    )
    return back_to(agreement, "bijlagen")


@bp.post("/<int:agreement_id>/bijlagen/<int:ordinal>/link")
def send_addendum_link(agreement_id, ordinal):
    """Mail a link to learner or guardian, to sign this addendum."""
    agreement = load(mine(), agreement_id)
    return link_sent(agreement, load_addendum(agreement, ordinal))


@bp.post("/<int:agreement_id>/bijlagen/<int:ordinal>/herinneren")
def remind_of_addendum(agreement_id, ordinal):
    """Mail the enterprise or the school whose turn it is."""
    place = outside(url_for("agreements.show", agreement_id=agreement_id))
    return step(
        agreement_id, lambda one: remind(g.actor, load_addendum(one, ordinal), place), "De herinnering is verstuurd."
    )


@bp.post("/<int:agreement_id>/bijlagen/<int:ordinal>/intrekken")
def withdraw_addendum(agreement_id, ordinal):
    agreement = load(mine(), agreement_id)
    try:
        load_addendum(agreement, ordinal).withdraw(g.actor)
    except RuleBroken as broken:
        return agreement_page(load(mine(), agreement_id), 422, str(broken))
    flash("De bijlage is ingetrokken. Er verandert niets.")
    return back_to(agreement, "bijlagen")
