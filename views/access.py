"""Signing in and out, and what somebody without a right is told.

It must not know how an identity was proven: whatever proves one calls `sign_in_user`.
"""

from flask import Blueprint, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user

import adapters.acm as acm
from models import Invitation, Membership, Organisation, SignIn, User
from views.answers import local_path, render
from views.sign_ins import this_device

bp = Blueprint("access", __name__)

PERSONAS = {  # demo only: the people of the demo world
    "zaakvoerder": "Zaakvoerder van Mega World NV",
    "medewerker": "Medewerker van Mega World NV",
    "boekhouder": "Boekhouder met drie ondernemingen",
    "raadpleger": "Raadpleger van Mega World NV (kijkt alleen)",
    "zonderrecht": "Iemand zonder recht",
    "trajectbegeleider": "Trajectbegeleider van een school",
    "behandelaar": "Behandelaar, Sectoraal Partnerschap Handel",
    "collega": "Collega van de behandelaar, Sectoraal Partnerschap Handel",
    "stemgerechtigde": "Stemgerechtigde, Sectoraal Partnerschap Handel",
    "beheerder": "Beheerder, Vlaams Partnerschap Duaal Leren",
}


def is_acm():
    """True when people sign in at ACM/IDM; else in the demo, or not at all."""
    return "acm" in current_app.extensions


@bp.get("/aanmelden")
def sign_in():
    return render(
        "access/sign_in.html",
        personas=PERSONAS,
        is_acm=is_acm(),
        next=local_path(request.args.get("next", "")),
    )


@bp.post("/aanmelden/demo")
def sign_in_demo():
    """Sign in as somebody of the demo world; exists in the demo alone."""
    if not current_app.config["DEMO"] or request.form.get("persona") not in PERSONAS:
        abort(404)
    user = User.get_or_none(User.subject == f"demo:{request.form['persona']}")
    if not user:
        abort(404)
    sign_in_user(user)
    return redirect(local_path(request.form.get("next", "")), 303)


@bp.get("/aanmelden/klaar")
def signed_in():
    """Where signing in beside an open form ends: the page with the form hears it and sends the form again."""
    return render("access/signed_in.html", is_same=session.get("is_same", False))


@bp.get("/aanmelden/geen-recht")
def no_right():
    """Signed in, but for no organisation: who can give the right, and where."""
    if g.actor:
        return redirect(url_for("dashboard.index"), 303)
    return render("access/no_right.html", None, 403, person=current_user, is_acm=is_acm())


@bp.post("/afmelden")
def sign_out():
    """Out here first, whatever happens next; then at ACM, where it would otherwise go on for two hours."""
    SignIn.end(session.get("_user_id", ""), g.at)
    session.clear()
    response = redirect(farewell(), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def farewell():
    """Where signing out goes on: at ACM, or at our own sign-in page when there is none or it does not answer."""
    here, provider = url_for("access.sign_in"), current_app.extensions.get("acm")
    try:
        return provider.farewell(current_app.config["PUBLIC_URL"].rstrip("/") + here) if provider else here
    except acm.Down:
        return here


def sign_in_user(user, vouched=None, wanted=None, means=""):
    """Begin a session for this person: a fresh one, so that nothing planted before it survives.

    `vouched`, `means`: see SignIn; `wanted`: the number of the organisation to act for, where they may.
    """
    if user.is_blocked:
        abort(403, "Deze gebruiker is geblokkeerd. Neem contact op met 1700.")
    before = session.get("_user_id", "")
    is_same = SignIn.latest_user(before) == user.id
    wanted = wanted or (session.get("organisation") if is_same else None)
    SignIn.end(before, g.at)
    session.clear()
    token = SignIn.start(user, g.at, vouched, this_device(), means)
    session["_user_id"] = token  # Flask-Login's own key: user_of_token reads it
    session["_fresh"] = True
    Invitation.take_up(user, lambda right: right.actor(user, g.at, g.on), g.at)
    mine = Membership.of(user).where(Organisation.number == wanted).first() or Membership.of(user).first()
    if is_same:  # a form left open before is theirs to send
        session["is_same"] = True
    if mine:
        session["organisation"] = mine.organisation.number
