"""The tasks and recognitions of who is signed in, in a frame: to look at; and how such a frame gets its session.

It must not change anything of an organisation: whatever acts opens the counter in its own window.
"""

import secrets

from flask import Blueprint, current_app, g, make_response, redirect, request, url_for

from models import Pairing, Recognition, RecognitionMentor
from models.people import SESSION_LIFETIME
from rules import RuleBroken
from views.answers import Page, numbered, render
from views.check import limiter
from views.filters import my_tasks

bp = Blueprint("frame", __name__, url_prefix="/insluiten")

PLACES = {"taken": "frame.tasks", "erkenningen": "frame.recognitions"}


@bp.get("/taken")
def tasks():
    if not g.actor:
        return connect("taken")
    found, number, pages = numbered(my_tasks(), request.args.get("pagina", "1"))
    return render("frame/tasks.html", found=found, total=len(my_tasks()), number=number, pages=pages)


@bp.get("/erkenningen")
def recognitions():
    if not g.actor:
        return connect("erkenningen")
    found = Recognition.of(g.actor.organisation)
    page = Page(found, [(Recognition.id, "desc")], request.args.get("na"), request.args.get("voor"))
    return render("frame/recognitions.html", page=page, mentors=RecognitionMentor.names(page.rows))


# --- getting a session ------------------------------------------------------------------------------------------------


def connect(place, status=200):
    """The page that offers to sign in, with a cookie by which this frame is known; a redirect would leave the frame."""
    host = request.headers.get("Referer", "").rstrip("/")  # a site name at most, as browsers send it
    host = host if host in current_app.config["FRAME_ANCESTORS"] else ""
    response = make_response(render("frame/connect.html", None, status, place=place, host=host))
    if not own_cookie():
        keep(response, secrets.token_urlsafe(32))
    return response


def own_cookie():
    return request.cookies.get(current_app.config["FRAME_COOKIE_NAME"], "")


def keep(response, value):
    """The one cookie that lives in a frame on another site; the counter itself never looks at it."""
    response.set_cookie(
        current_app.config["FRAME_COOKIE_NAME"],
        value,
        max_age=SESSION_LIFETIME,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


@bp.post("/koppelen")
@limiter.limit("20/minute")
def ask():
    """Begin a pairing. A browser that gave no cookie back keeps none here, and no frame can be signed in."""
    if not own_cookie():
        return render("frame/blocked.html", None, 403)
    host = request.form.get("host", "")
    host = host if host in current_app.config["FRAME_ANCESTORS"] else ""
    _, token = Pairing.ask(own_cookie(), host, g.at)
    place = request.form.get("naar")
    return redirect(url_for("frame.wait", token=token, kleur=request.args.get("kleur"), naar=place), 303)


def place_asked():
    place = request.args.get("naar")
    return place if place in PLACES else "taken"


def find_pairing(token):
    """The pairing this very frame asked for and can still use, or None."""
    pairing = Pairing.waiting(token, g.at)
    return pairing if pairing and pairing.is_asked_by(own_cookie()) else None


@bp.get("/koppelen/<string:token>")
def wait(token):
    """The code to compare, the way to the window, and a field for what that window shows."""
    pairing = find_pairing(token)
    if not pairing:
        return connect(place_asked(), 404)
    return render("frame/wait.html", pairing=pairing, token=token, place=place_asked(), wrong="")


@bp.post("/koppelen/<string:token>")
@limiter.limit("20/minute")
def claim(token):
    pairing = find_pairing(token)
    if not pairing:
        return connect(place_asked(), 404)
    try:
        session = Pairing.claim(own_cookie(), token, request.form.get("secret", ""), g.at)
    except RuleBroken as broken:
        g.keep = True  # a wrong code counts
        return render(
            "frame/wait.html",
            None,
            422,
            pairing=pairing,
            token=token,
            place=place_asked(),
            wrong=broken.problems["secret"],
        )
    response = redirect(url_for(PLACES[place_asked()], kleur=request.args.get("kleur")), 303)
    keep(response, session)
    return response
