"""Taking up an invitation: somebody signed in, perhaps for no organisation yet, gets the right that was mailed to them.

It must not know who may give a right.
"""

from flask import Blueprint, flash, g, redirect, url_for
from flask_login import current_user

from models import Invitation
from rules import RuleBroken
from views.answers import render
from views.guards import act_for

bp = Blueprint("invitations", __name__, url_prefix="/uitnodiging")


@bp.get("/<string:token>")
def show(token):
    invitation = Invitation.usable(token, g.at)
    if not invitation:
        return render("users/dead.html", None, 404)
    return render("users/accept.html", token=token, invitation=invitation, problem="")


@bp.post("/<string:token>")
def accept(token):
    """The right is theirs, once; from now on they act for that organisation."""
    invitation = Invitation.usable(token, g.at)
    if not invitation:
        return render("users/dead.html", None, 404)
    user = current_user._get_current_object()
    try:
        right = invitation.accept(user, lambda membership: membership.actor(user, g.at, g.on))
    except RuleBroken as broken:
        return render("users/accept.html", None, 422, token=token, invitation=invitation, problem=str(broken))
    act_for(right.organisation)
    flash(f"U werkt nu voor {right.organisation}.")
    return redirect(url_for("dashboard.index"), 303)
