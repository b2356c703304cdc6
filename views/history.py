"""Who did what for the organisation, and who saw which personal data.

It must not know which sentence an event becomes.
"""

from datetime import timedelta

from flask import Blueprint, flash, g, request, url_for
from wtforms.validators import Optional as Empty

import rules
from models import AccessLog, Event, InsightLink, User, events, named, people_of, seen_of
from models.history import ABOUT
from rules import RuleBroken
from views.answers import Page, go_to, render
from views.check import MAILING, account, limiter
from views.forms import DutchForm, day
from views.links import outside

bp = Blueprint("history", __name__, url_prefix="/organisatie")

KINDS = {kind: [table for table, (name, _) in ABOUT.items() if name == kind] for kind, _ in ABOUT.values()}


class PeriodForm(DutchForm):
    since = day("Van", checks=[Empty()])
    until = day("Tot en met", checks=[Empty()])


def chosen():
    """(the filters as the address has them, the period form); what is no filter is no filter."""
    names = ("soort", "wie", "since", "until")
    return {name: request.args[name] for name in names if request.args.get(name)}, PeriodForm(request.args)


def narrowed(log, found, filters, period):
    """The entries of a log that fit the filters."""
    if tables := KINDS.get(filters.get("soort")):
        found = found.where(log.subject.in_(tables))
    who = filters.get("wie", "")
    if who.isascii() and who.isdecimal() and len(who) < 10:
        found = found.where(log.user == int(who))
    if period.validate():
        if period.since.data:
            found = found.where(log.at >= rules.midnight(period.since.data))
        if period.until.data:
            found = found.where(log.at < rules.midnight(period.until.data + timedelta(days=1)))
    return found


@bp.get("/historiek")
def index():
    """What was done for this organisation, by whom, newest first."""
    filters, period = chosen()
    found = narrowed(Event, events(g.actor), filters, period)
    page = Page(found, [(Event.id, "desc")], request.args.get("na"), request.args.get("voor"))
    return render(
        "history/index.html",
        "history/_events.html",
        page=page,
        about=named(page.rows),
        people=known_people(),
        kinds=KINDS,
        filters=filters,
        period=period,
    )


def known_people():
    """[(id, name)] of who has a right here, to choose from."""
    rows = people_of(g.actor.organisation).order_by(User.last_name, User.first_name, User.id).limit(200)
    return [(str(right.user_id), right.user.name) for right in rows]


@bp.get("/toegangslog")
def looks():
    """Who saw which personal data, and why."""
    return log_page()


def log_page(status=200, problem="", typed=""):
    filters, period = chosen()
    found = narrowed(AccessLog, seen_of(g.actor.organisation), filters, period)
    page = Page(found, [(AccessLog.id, "desc")], request.args.get("na"), request.args.get("voor"))
    return render(
        "history/looks.html",
        "history/_looks.html" if status == 200 else None,
        status,
        page=page,
        about=named(page.rows),
        filters=filters,
        period=period,
        reachable=InsightLink.reachable(g.actor.organisation) if g.actor.may_act else [],
        problem=problem,
        typed=typed,
    )


@bp.post("/toegangslog/link")
@limiter.limit(MAILING, key_func=account)
def send_link():
    """Mail a mentor or learner a link by which they read, once, who saw their data."""
    key = request.form.get("person", "")
    try:
        name = InsightLink.send(g.actor, key, address_of)
    except RuleBroken as broken:
        return log_page(422, str(broken), key)
    flash(f"{name} krijgt een mail met een persoonlijke link.")
    return go_to(url_for("history.looks"))


def address_of(token):
    return outside(url_for("insight.ask", token=token))
