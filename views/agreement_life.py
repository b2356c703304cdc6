"""An agreement from its last signature on: registered, completed for the premiums, put right, ended, cancelled.

What is allowed, the record decides; changes by addendum and suspensions are agreement_changes.py's.
"""

from flask import flash, g, request, url_for

from models import AGREEMENT_ENDINGS, CORRECTABLE, INITIATIVES
from rules import RuleBroken
from views.agreement_file import premium_of
from views.agreements import agreement_page, bp, mine, step
from views.answers import go_to, load, render
from views.forms import ReasonForm
from views.life_forms import CorrectionForm, EndForm, PremiumForm, RegisterForm
from views.uploads import chosen_file


def back_to(agreement, anchor=None):
    return go_to(url_for("agreements.show", agreement_id=agreement.id, _anchor=anchor))


@bp.post("/<int:agreement_id>/registreren")
def register(agreement_id):
    agreement, form = load(mine(), agreement_id), RegisterForm(request.form)
    try:
        if not form.validate():
            return agreement_page(agreement, 422, register=form)
        agreement.register(g.actor, **form.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, register=form)
    flash(f"Geregistreerd: de overeenkomst heeft nummer {agreement.number}.")
    return back_to(agreement)


@bp.get("/<int:agreement_id>/premie")
def premium(agreement_id):
    """What the premiums ask, what is there, and what can be added."""
    agreement = load(mine(), agreement_id)
    return premium_page(agreement, PremiumForm(obj=agreement))


def premium_page(agreement, form, status=200, problem=None):
    return render(
        "agreements/premium.html",
        None,
        status,
        agreement=agreement,
        form=form,
        problem=problem,
        seen=request.form.get("seen") or agreement.premium_mark(g.actor),
        **premium_of(agreement),
    )


@bp.post("/<int:agreement_id>/premie")
def complete_premium(agreement_id):
    agreement, form = load(mine(), agreement_id), PremiumForm(request.form)
    try:
        if not form.validate():
            return premium_page(agreement, form, 422)
        agreement.complete_premium(g.actor, form.data, *chosen_file(), seen=request.form.get("seen"))
    except RuleBroken as broken:
        form.add_problems({name: text for name, text in broken.problems.items() if name != "file"})
        return premium_page(load(mine(), agreement_id), form, 422, broken.problems.get("file"))
    missing = agreement.missing_premium
    if agreement.premium_waived_on:
        flash("Bewaard. De onderneming vraagt geen premie.")
    else:
        flash(f"Bewaard. Nog nodig: {', '.join(missing)}." if missing else "Alles voor de premies is er.")
    return back_to(agreement, "premie")


@bp.post("/<int:agreement_id>/geen-premie")
def waive_premium(agreement_id):
    return step(agreement_id, lambda one: one.waive_premium(g.actor), "Genoteerd: u vraagt geen premie.")


# --- put right --------------------------------------------------------------------------------------------------------


@bp.get("/<int:agreement_id>/verbeteren")
def correction(agreement_id):
    """What may be put right without anybody signing again."""
    agreement = load(mine(), agreement_id)
    return render("agreements/correct.html", agreement=agreement, form=CorrectionForm(obj=agreement))


@bp.post("/<int:agreement_id>/verbeteren")
def correct(agreement_id):
    agreement, form = load(mine(), agreement_id), CorrectionForm(request.form)
    try:
        if not form.validate():
            return render("agreements/correct.html", None, 422, agreement=agreement, form=form)
        agreement.correct(g.actor, {name: form[name].data or "" for name in CORRECTABLE})
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return render("agreements/correct.html", None, 422, agreement=load(mine(), agreement_id), form=form)
    flash("Verbeterd. Niemand hoeft opnieuw te tekenen; de historiek toont wat wijzigde.")
    return back_to(agreement)


# --- the end ----------------------------------------------------------------------------------------------------------


@bp.get("/<int:agreement_id>/einde")
def ask_end(agreement_id):
    """From initiative to reason and day, and then what follows from it; only the last page can be sent."""
    agreement, form = load(mine(), agreement_id), EndForm(request.args)
    is_sent = "last_day" in request.args and "anew" not in request.args
    return end_page(agreement, form, is_complete=form.validate() and is_sent)


def end_page(agreement, form, status=200, is_complete=False):
    initiative = form.initiative.data if form.initiative.data in INITIATIVES else None
    if initiative:
        form.offer(initiative)
    told, may_end = [], agreement.can("end", g.actor)
    if is_complete and may_end:  # a draft may have no first or last day to hold it to
        broken = agreement.end_problems(g.on, form.last_day.data, form.kind.data, initiative)
        form.add_problems(broken)
        told = [] if broken else list(agreement.consequences(form.last_day.data))
    return render(
        "agreements/end.html",
        None,
        status,
        agreement=agreement,
        form=form,
        initiative=initiative,
        initiatives=INITIATIVES,
        reason=AGREEMENT_ENDINGS.get(form.kind.data),
        told=told,
        may_end=may_end,
    )


@bp.post("/<int:agreement_id>/beeindigen")
def end(agreement_id):
    """Only after the consequences were shown: `told` comes from that page."""
    agreement, form = load(mine(), agreement_id), EndForm(request.form)
    try:
        if not form.validate() or not request.form.get("told"):
            return end_page(agreement, form, 422, is_complete=not form.errors)
        agreement.end(g.actor, form.last_day.data, form.kind.data, form.note.data, form.initiative.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return end_page(load(mine(), agreement_id), form, 422)
    flash("Het einde is genoteerd. U kunt het nog tien minuten terugdraaien.")
    return back_to(agreement, "einde")


@bp.post("/<int:agreement_id>/einde-terugdraaien")
def undo_end(agreement_id):
    return step(agreement_id, lambda one: one.undo_end(g.actor), "Teruggedraaid: de overeenkomst loopt gewoon door.")


@bp.post("/<int:agreement_id>/einde-afvinken")
def check_off(agreement_id):
    return step(agreement_id, lambda one: one.check_off(g.actor, request.form.getlist("done")), "Afgevinkt.")


@bp.post("/<int:agreement_id>/annuleren")
def cancel(agreement_id):
    agreement, form = load(mine(), agreement_id), ReasonForm(request.form)
    try:
        if not form.validate():
            return agreement_page(agreement, 422, cancel=form)
        agreement.cancel(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, cancel=form)
    flash("De overeenkomst is geannuleerd.")
    return back_to(agreement)
