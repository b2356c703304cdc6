"""How many tasks wait, for a portal's header: one number behind a key that a person makes and takes back.

It must not tell a portal anything else.
"""

from flask import Blueprint, current_app, flash, g, jsonify, make_response, request, url_for

from models import PortalKey, tasks
from rules import RuleBroken
from views.answers import go_to, load, render
from views.forms import DutchForm, line

bp = Blueprint("counting", __name__)


class KeyForm(DutchForm):
    label = line("Voor welke website?", 60, description="Bijvoorbeeld het intranet van uw onderneming.")


@bp.get("/insluiten/aantal")
def count():
    """The number as JSON or as a fragment, whichever is asked for; the portal's own server asks, with the key."""
    membership = PortalKey.working(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if not membership:
        return make_response("Deze sleutel werkt niet (meer).\n", 401, {"WWW-Authenticate": "Bearer"})
    organisation = membership.organisation
    number = len(tasks(organisation, g.on)) if organisation.kind != "partnership" else 0
    place = current_app.config["PUBLIC_URL"].rstrip("/") + url_for("dashboard.tasks")
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        response = jsonify(taken=number, adres=place)
    else:
        response = render("counting/_count.html", None, number=number, place=place)
    response.headers["Cache-Control"] = "private, max-age=60"
    response.vary.update(("Authorization", "Accept"))
    return response


@bp.get("/organisatie/sleutels")
def keys():
    return page(KeyForm())


def page(form, status=200, key=""):
    response = render("counting/keys.html", None, status, form=form, keys=list(PortalKey.of(g.actor)), key=key)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/organisatie/sleutels")
def make():
    """Not a redirect: the key is shown once, here."""
    form = KeyForm(request.form)
    if not form.validate():
        return page(form, 422)
    try:
        return page(KeyForm(), key=PortalKey.make(g.actor, form.label.data))
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return page(form, 422)


@bp.post("/organisatie/sleutels/<int:key_id>/intrekken")
def end(key_id):
    key = load(PortalKey.of(g.actor), key_id)
    key.end(g.actor)
    flash(f"De sleutel voor {key.label} werkt niet meer.")
    return go_to(url_for("counting.keys"))
