"""How somebody wants to be told, for the organisation acted for; and the mails of it that did not arrive.

It must not know who is told what; models/notices.py and models/preferences.py do.
"""

from flask import Blueprint, abort, flash, g, request, url_for
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from models import FOLLOWS, WAYS, CalendarFeed, Mandate, Message, Preference, User, kinds_of
from rules import RuleBroken
from views.answers import Page, go_to, load, render
from views.forms import EMAIL, DutchForm, day, line, required

bp = Blueprint("preferences", __name__, url_prefix="/organisatie/meldingen")


class AwayForm(DutchForm):
    away_from = day("Eerste dag")
    away_until = day("Laatste dag")
    deputy = SelectField("Wie krijgt uw mails?", choices=[], validate_choice=False)


def choices_form(kinds, typed=None, **known):
    """The address, and for every kind that is a choice: at once, weekly or not."""
    fields = {
        "email": line("E-mailadres", checks=[required("Vul het adres in waarop u mails krijgt."), EMAIL]),
        "follows": RadioField(
            "Van welke dossiers?", [Optional()], choices=[SelectChoice(*pair) for pair in FOLLOWS.items()]
        ),
    }
    for key, kind in kinds.items():
        fields[key] = RadioField(kind.label, [Optional()], choices=[SelectChoice(*pair) for pair in WAYS.items()])
    return type("ChoicesForm", (DutchForm,), fields)(typed, **known)


def kinds_here():
    """(mandatory, free): the kinds the people of this organisation hear of."""
    here = kinds_of(g.actor.organisation, g.on)
    free = {key: kind for key, kind in here.items() if not kind.is_mandatory}
    return [kind for key, kind in here.items() if key not in free], free


@bp.get("")
def show():
    return preferences_page()


def preferences_page(status=200, form=None, away=None, feed=None):
    preference = Preference.of(g.actor) or abort(404)
    mandatory, free = kinds_here()
    known = {key: preference.way(key) for key in free} | {"follows": preference.follows, "email": g.actor.user.email}
    deputies = list(Preference.deputies(g.actor))
    away = away or AwayForm(
        away_from=preference.away_from, away_until=preference.away_until, deputy=str(preference.deputy_id or "")
    )
    away.deputy.choices = [
        SelectChoice("", "Kies een collega"),
        *(SelectChoice(str(one.user_id), one.user.name) for one in deputies),
    ]
    given_up = Message.given_up().where(Message.organisation == g.actor.organisation)
    return render(
        "preferences/show.html",
        None,
        status,
        preference=preference,
        works_for_others=Mandate.held(g.actor.organisation, g.on).exists(),
        mandatory=mandatory,
        free=list(free),
        form=form or choices_form(free, **known),
        away=away,
        deputies=deputies,
        feed=feed,
        has_feed=CalendarFeed.select().where(CalendarFeed.user == g.actor.user).exists(),
        is_away=preference.away_until is not None and preference.away_until >= g.on,
        page=Page(given_up, [(Message.id, "desc")], request.args.get("na"), request.args.get("voor")),
    )


@bp.post("")
def choose():
    """Keep the address and the choices."""
    _, free = kinds_here()
    form = choices_form(free, request.form)
    try:
        if not form.validate():
            return preferences_page(422, form)
        Preference.choose(g.actor, {key: form[key].data for key in free}, form.follows.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return preferences_page(422, form)
    User.update(email=form.email.data).where(User.id == g.actor.user.id).execute()
    flash("Bewaard. Dit geldt vanaf de volgende mail.")
    return go_to(url_for("preferences.show"))


@bp.post("/afwezig")
def go_away():
    """Be away for some days, with a colleague who gets the mails."""
    form = AwayForm(request.form)
    typed = form.deputy.data or ""
    deputy = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
    try:
        if not form.validate():
            return preferences_page(422, away=form)
        Preference.go_away(g.actor, form.away_from.data, form.away_until.data, deputy)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return preferences_page(422, away=form)
    flash("Genoteerd. Uw collega krijgt in die dagen uw mails.")
    return go_to(url_for("preferences.show"))


@bp.post("/terug")
def come_back():
    try:
        Preference.come_back(g.actor)
    except RuleBroken:
        abort(404)
    flash("Welkom terug. U krijgt uw mails weer zelf.")
    return go_to(url_for("preferences.show"))


@bp.post("/<int:message_id>/opnieuw")
def retry(message_id):
    """Give a mail of this organisation that did not arrive another chance."""
    message = load(Message.given_up().where(Message.organisation == g.actor.organisation), message_id)
    message.retry(g.at)
    flash("De mail wordt opnieuw verstuurd.")
    return go_to(url_for("preferences.show"))
