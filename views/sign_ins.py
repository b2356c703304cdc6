"""Where somebody is signed in now, and ending that from somewhere else.

It must not know how an identity was proven.
"""

from flask import Blueprint, abort, flash, g, redirect, request, session, url_for
from flask_login import current_user

from models import Event, SignIn
from views.answers import PAGE_LENGTH, render

bp = Blueprint("sign_ins", __name__, url_prefix="/aanmeldingen")

SHOWN = 5  # of what was ended before
# What a browser says of itself: of the words that fit, the first counts.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "een iPhone",
    "iPad": "een iPad",
    "Android": "een Android-toestel",
    "CrOS": "een Chromebook",
    "Windows": "Windows",
    "Mac OS X": "een Mac",
    "Linux": "Linux",
}


def device(agent):
    """ "Firefox op Windows": all that is kept of what a browser says of itself."""
    browser = next((name for word, name in BROWSERS.items() if word in agent), "Een andere browser")
    system = next((name for word, name in SYSTEMS.items() if word in agent), "een ander toestel")
    return f"{browser} op {system}"


@bp.get("")
def index():
    mine = list(SignIn.of(current_user.id, g.at).limit(PAGE_LENGTH))
    ended = list(Event.of(current_user).where(Event.name == "sign_in_ended").order_by(Event.id.desc()).limit(SHOWN))
    return render("access/sign_ins.html", mine=mine, ended=ended, here=SignIn.hashed(token()))


@bp.post("/<int:sign_in_id>/beeindigen")
def end(sign_in_id):
    """That one must be signed in anew before it does anything more; this one is ended by signing out."""
    if not SignIn.end_others(current_user._get_current_object(), token(), g.at, g.on, sign_in_id):
        abort(404)
    flash("Die aanmelding is beëindigd.")
    return redirect(url_for("sign_ins.index"), 303)


@bp.post("/andere")
def end_others():
    ended = SignIn.end_others(current_user._get_current_object(), token(), g.at, g.on)
    flash("Al uw andere aanmeldingen zijn beëindigd." if ended else "U was nergens anders aangemeld.")
    return redirect(url_for("sign_ins.index"), 303)


def note_use():
    """Something is about to be kept by who is signed in here."""
    if current_user.is_authenticated:
        SignIn.touch(current_user, token(), g.at)


def token():
    return session.get("_user_id", "")


def this_device():
    return device(request.headers.get("User-Agent", ""))
