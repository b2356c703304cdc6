"""The switch for a light display: fewer rows and no htmx, for a slow line or an old telephone.

It must not know what a page shows.
"""

from flask import Blueprint, current_app, redirect, request

from views.once import page_of

bp = Blueprint("light", __name__)

YEAR = 365 * 24 * 3600


@bp.post("/weergave")
def switch():
    response = redirect(page_of(request.referrer or "/"), 303)  # the page the switch stood on
    response.set_cookie(
        current_app.config["LIGHT_COOKIE_NAME"],
        "1" if request.form.get("light") == "1" else "0",
        max_age=YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
