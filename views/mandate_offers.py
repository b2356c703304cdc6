"""Taking up a mandate that was mailed: for the organisation somebody works for now, or for themselves alone.

It must not know who may give a mandate, nor what one opens.
"""

from flask import Blueprint, flash, g, url_for

from models import PURPOSES, MandateOffer
from rules import RuleBroken
from views.answers import go_to, render

bp = Blueprint("mandate_offers", __name__, url_prefix="/machtiging")


@bp.get("/<string:token>")
def show(token):
    return one(token)


def one(token, status=200, problem=""):
    offer = MandateOffer.usable(token, g.at)
    if not offer:
        return render("users/dead.html", None, 404)
    problem = problem or offer.why_not(g.actor)
    return render("mandates/take_up.html", None, status, token=token, offer=offer, purposes=PURPOSES, problem=problem)


@bp.post("/<string:token>")
def accept(token):
    """It is theirs, once; the employer is then among those they can switch to."""
    offer = MandateOffer.usable(token, g.at)
    if not offer:
        return render("users/dead.html", None, 404)
    try:
        mandate = offer.accept(g.actor)
    except RuleBroken as broken:
        return one(token, 422, str(broken))
    flash(f"U kunt nu werken voor {mandate.organisation}, tot en met {mandate.valid_until:%d/%m/%Y}.")
    return go_to(url_for("mandates.show", mandate_id=mandate.id))
