"""Signing in at ACM/IDM: leaving for it, coming back, and what somebody is told when that fails.

It must not know what is in a token, nor what a right allows.
"""

import secrets

from flask import abort, current_app, g, redirect, request, session, url_for

import adapters.acm as acm
from models import Organisation, admit, db
from views.access import bp, sign_in_user
from views.answers import local_path, render
from views.check import limiter
from views.published import published
from views.watching import log, whereabouts

OFTEN = "60/minute"  # from one address: each may have us wait for ACM
KEPT = 3  # sign-ins under way in one browser; of more the oldest is forgotten

PROBLEMS = {
    "down": "ACM/IDM, de aanmelddienst van de Vlaamse overheid, antwoordt nu niet. Probeer het over enkele minuten.",
    "refused": "ACM/IDM kon niet bevestigen wie u bent. Meld u opnieuw aan. Lukt het niet? Bel gratis 1700.",
    "broken off": "U hebt het aanmelden afgebroken. U bent niet aangemeld.",
    "weak": "U meldde zich aan met een middel dat hier niet sterk genoeg is. "
    "Meld u opnieuw aan met uw eID, met itsme of met een code via app of sms. Lukt het niet? Bel gratis 1700.",
    "used": "Deze aanmelding is al gebruikt of duurde te lang. Meld u opnieuw aan.",
}


def install(app):
    """The provider of the settings; in the demo there is none, and these addresses do not exist."""
    config = app.config
    if config["OIDC_ISSUER"]:
        app.extensions["acm"] = acm.Provider(
            config["OIDC_ISSUER"],
            config["OIDC_CLIENT_ID"],
            config["OIDC_CLIENT_SECRET"],
            config["OIDC_PRIVATE_KEY"],
            config["OIDC_SCOPE"],
            seed=config["SECRET_KEY"].encode(),
            least=config["OIDC_STRENGTH"],
        )


def provider():
    return current_app.extensions.get("acm") or abort(404)


@bp.get("/aanmelden/acm")
@limiter.limit(OFTEN)
def leave():
    """Off to ACM, with a hint about the organisation or capacity that is meant."""
    wanted, state = acm.plain(request.args.get("organisatie"))[:10], secrets.token_urlsafe(24)
    try:
        place = provider().departure(state, back_here(), hint(wanted, "wissel" in request.args))
    except acm.Down as problem:
        return tell("down", 503, problem)
    errand = [state, local_path(request.args.get("next", "")), wanted]
    session["acm"] = [*session.get("acm", []), errand][-KEPT:]
    response = redirect(place, 303)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/aanmelden/terug")
@limiter.limit(OFTEN)
def come_back():
    """Back from ACM. The one GET that writes, for so the protocol has it; its state and code count once."""
    acm_provider, state = provider(), request.args.get("state", "")
    errands = {one[0]: one for one in session.get("acm", [])}
    if state not in errands:
        return tell("used", 400)
    _, place, wanted = errands.pop(state)
    session["acm"] = list(errands.values())
    if "code" not in request.args:
        is_own_choice = request.args.get("error") == "access_denied"
        return tell("broken off" if is_own_choice else "refused", 400)
    try:
        claims = acm_provider.arrival(request.args["code"], state, back_here())
    except acm.Down as problem:
        return tell("down", 503, problem)
    except acm.Refused as problem:
        return tell("refused", 400, problem)
    config = current_app.config
    if not acm.is_strong_enough(claims, config["OIDC_STRENGTH"]):
        return tell("weak", 403)
    identity = acm.read_claims(claims, config["OIDC_ROLE_CLAIM"], config["OIDC_RIGHTS"])
    with db.atomic():
        user, vouched = admit(identity, config["OIDC_LEVEL"], published)
        sign_in_user(user, vouched, wanted or identity.code or identity.represents, identity.means)
    return redirect(place, 303)


def back_here():
    return current_app.config["PUBLIC_URL"].rstrip("/") + url_for("access.come_back")


def hint(number, is_switch):
    """The login_hint for this organisation, as the level of the dossier asks; or for choosing another capacity."""
    if is_switch:
        return acm.login_hint(**acm.SWITCH)
    if not number:
        return None
    known = Organisation.get_or_none(Organisation.number == number)
    group = {"provider": "OV", "partnership": "GID" if number.startswith("OVO") else "EA"}.get(
        known and known.kind, "EA"
    )
    wishes = {"cap_hint": group}
    if current_app.config["OIDC_LEVEL"] == "organisation":
        wishes["code_hint"] = number
    return acm.login_hint(**wishes)


def tell(what, status, cause=None):
    """Why signing in did not work, and a way to try again. The log says where it broke, and nothing personal."""
    if what != "broken off":
        log.warning("no sign-in", exc_info=cause, extra={"facts": whereabouts() | {"because": what}})
    g.actor = None
    response = render("access/problem.html", None, status, sentence=PROBLEMS[what])
    response.headers["Cache-Control"] = "no-store"
    return response
