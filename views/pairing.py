"""The window beside a frame: who is signed in confirms that the frame may show what is theirs.

It must not know what the frame shows, and no page of it may be shown in a frame.
"""

from flask import Blueprint, g, redirect, request, session

import rules
from models import Pairing
from rules import RuleBroken
from views.answers import local_path, render
from views.guards import find_mine

bp = Blueprint("pairing", __name__, url_prefix="/koppelen")


@bp.get("/<string:token>")
def show(token):
    """The code to compare, whose data it is about, and one button."""
    return page(Pairing.waiting(token, g.at), token)


def page(pairing, token, status=200, secret="", wrong=""):
    status = status if pairing else 404
    response = render("pairing/show.html", None, status, pairing=pairing, token=token, secret=secret, wrong=wrong)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<string:token>")
def confirm(token):
    """Not a redirect: the secret is shown once, here, and handed to the frame that opened this window."""
    pairing = Pairing.waiting(token, g.at)
    if not pairing:
        return page(None, token)
    try:
        secret = pairing.confirm(g.actor, session["_user_id"])
    except RuleBroken as broken:
        return page(pairing, token, 422, wrong=broken.problems["state"])
    return page(pairing, token, secret=rules.format_code(secret))


@bp.get("/naar/<string:number>")
def lead(number):
    """From a frame to where something can be done, for the organisation the frame showed."""
    place = local_path(request.args.get("naar", ""))
    if number == g.actor.organisation.number:
        return redirect(place, 303)
    theirs = find_mine(number)
    return render("pairing/lead.html", None, 200 if theirs else 404, theirs=theirs and theirs.organisation, place=place)
