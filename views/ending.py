"""How a recognition ends or goes on by the employer's own choice: withdrawn, stopped, renewed, or left to run out.

It must not know when that is allowed; the record decides.
"""

from flask import flash, g, request, url_for

from rules import RuleBroken
from views.answers import go_to, list_place, load, render
from views.forms import ReasonForm
from views.recognitions import bp, mine


@bp.get("/<int:recognition_id>/intrekken")
def ask_withdraw(recognition_id):
    return render("recognitions/withdraw.html", recognition=load(mine(), recognition_id), problem=None)


@bp.post("/<int:recognition_id>/intrekken")
def withdraw(recognition_id):
    recognition = load(mine(), recognition_id)
    try:
        recognition.withdraw(g.actor)
    except RuleBroken as broken:
        return render("recognitions/withdraw.html", None, 422, recognition=recognition, problem=str(broken))
    flash("De aanvraag is ingetrokken.")
    return go_to(list_place("recognitions"))


@bp.get("/<int:recognition_id>/stopzetten")
def ask_stop(recognition_id):
    """What stopping it means, and which agreements stand in the way."""
    return stop_page(load(mine(), recognition_id), ReasonForm())


def stop_page(recognition, form, status=200):
    may_stop = recognition.can("stop", g.actor)
    return render(
        "recognitions/stop.html",
        None,
        status,
        recognition=recognition,
        form=form,
        may_stop=may_stop,
        agreements=recognition.lasting_agreements(g.on) if may_stop else [],
    )


@bp.post("/<int:recognition_id>/stopzetten")
def stop(recognition_id):
    recognition, form = load(mine(), recognition_id), ReasonForm(request.form)
    try:
        if not form.validate():
            return stop_page(recognition, form, 422)
        recognition.stop(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return stop_page(load(mine(), recognition_id), form, 422)
    flash("De erkenning stopt: vanaf morgen is ze niet meer geldig.")
    return go_to(url_for("recognitions.show", recognition_id=recognition.id))


@bp.get("/<int:recognition_id>/hernieuwen")
def ask_renewal(recognition_id):
    """The choice: renew, or let it end."""
    return renewal_page(load(mine(), recognition_id), ReasonForm())


def renewal_page(recognition, form, status=200):
    return render(
        "recognitions/renewal.html",
        "recognitions/_renewal.html",
        status,
        recognition=recognition,
        form=form,
        is_renewable=recognition.is_renewable(g.on),
    )


@bp.post("/<int:recognition_id>/hernieuwen")
def renew(recognition_id):
    recognition = load(mine(), recognition_id)
    try:
        draft = recognition.renew(g.actor)
    except RuleBroken as broken:
        form = ReasonForm()
        form.add_problems(broken.problems)
        return renewal_page(recognition, form, 422)
    flash("We vulden de hernieuwing in met uw vorige antwoorden. Kijk elk onderdeel na.")
    return go_to(url_for("application.overview", recognition_id=draft.id))


@bp.post("/<int:recognition_id>/niet-hernieuwen")
def let_lapse(recognition_id):
    recognition = load(mine(), recognition_id)
    form = ReasonForm(request.form)
    try:
        if not form.validate():
            return renewal_page(recognition, form, 422)
        recognition.let_lapse(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return renewal_page(recognition, form, 422)
    flash("U koos om niet te hernieuwen. Tot de einddatum kunt u daarop terugkomen.")
    return go_to(url_for("recognitions.show", recognition_id=recognition.id))


@bp.post("/<int:recognition_id>/toch-hernieuwen")
def reconsider(recognition_id):
    recognition = load(mine(), recognition_id)
    try:
        recognition.reconsider(g.actor)
    except RuleBroken as broken:
        flash(str(broken))
    return go_to(url_for("recognitions.ask_renewal", recognition_id=recognition.id))
