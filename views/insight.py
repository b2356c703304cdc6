"""Who saw my data? For the person concerned: no account, a personal link, one look.

It must not show anything of anybody else.
"""

from flask import Blueprint, g

from models import InsightLink
from rules import RuleBroken
from views.answers import render
from views.check import limiter

bp = Blueprint("insight", __name__, url_prefix="/inzage")


@bp.get("/<string:token>")
@limiter.limit("30/minute")
def ask(token):
    """A button: following a link must not use it up, a mail scanner does that too."""
    link = InsightLink.usable(token, g.at)
    if not link:
        return render("users/dead.html", None, 404)
    return render("history/ask.html", token=token, link=link)


@bp.post("/<string:token>")
@limiter.limit("10/minute")
def show(token):
    link = InsightLink.usable(token, g.at)
    if not link:
        return render("users/dead.html", None, 404)
    try:
        name, entries = link.use(g.at)
    except RuleBroken:
        return render("users/dead.html", None, 404)
    answer = render("history/own.html", name=name, entries=entries, link=link)
    answer.headers["Cache-Control"] = "no-store"
    return answer
