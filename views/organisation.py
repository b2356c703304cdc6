"""For whom somebody acts: the switch, and the pages about the organisation, help and this site.

It must not know what can be done with a recognition.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, g, redirect, request, url_for
from flask_login import current_user

import adapters.kbo as kbo
import rules
from models import LANGUAGES, TERMS, ContactPerson, Mandate, Membership
from views.access import is_acm
from views.answers import leads_to, local_path, render
from views.guards import access_of, act_for, find_mine
from views.links import stands_with
from views.mandated import opens

bp = Blueprint("organisation", __name__)

SHOWN = 50  # organisations in one list; searching finds the rest


@bp.get("/organisatie/wissel")
def choose():
    """The organisations this person may act for, found by name or number."""
    search = request.args.get("zoek", "")
    found = list(Membership.of(current_user, search).limit(SHOWN + 1))
    mandates = list(Mandate.usable_by(current_user, g.on, search).limit(SHOWN + 1))
    return render(
        "organisation/choose.html",
        "organisation/_choices.html",
        memberships=found[:SHOWN],
        mandates=mandates[:SHOWN],
        elsewhere=list(Membership.elsewhere(current_user, search).limit(SHOWN)),
        is_acm=is_acm(),
        more=max(len(found), len(mandates)) > SHOWN,
        search=search,
        next=local_path(request.args.get("next", "")),
    )


@bp.post("/organisatie/wissel")
def switch():
    """Act for another organisation from now on, and go back to where that makes sense; ACM says for which others."""
    if "organisation" not in request.form:
        abort(400, "Kies de organisatie waarvoor u wilt werken.")
    number, place = request.form["organisation"], local_path(request.form.get("next", ""))
    chosen = find_mine(number)
    if not chosen and is_acm():
        return redirect(url_for("access.leave", organisatie=number, next=place), 303)
    if not chosen:
        abort(404)
    act_for(chosen.organisation)
    flash(f"U werkt nu voor {chosen.organisation}.")
    return redirect(back_for(chosen, place), 303)


def back_for(right, path):
    """The same page when the other organisation has it too, else the overview it belongs to, else the dashboard."""
    organisation, (endpoint, arguments) = right.organisation, leads_to(path)
    if isinstance(right, Mandate) and not opens(right, endpoint, g.on):
        return url_for("dashboard.index")
    allowed = {"public": True, "member": True, "employer": organisation.kind == "employer"}
    allowed["handler"] = organisation.kind == "partnership"
    if not endpoint or not allowed.get(access_of(endpoint)):
        return url_for("dashboard.index")
    if arguments and not stands_with(organisation, arguments):
        overview = f"{endpoint.partition('.')[0]}.index"
        return url_for(overview if overview in ("recognitions.index", "handling.index") else "dashboard.index")
    return path


@bp.get("/organisatie")
def profile():
    """What the KBO says of the active organisation, read-only and with its date, and what it says of itself."""
    number = int(rules.digits(g.actor.organisation.number) or 0)  # schools and entities have numbers of their own
    found = kbo.establishments(number, limit=SHOWN + 1)
    return render(
        "organisation/profile.html",
        enterprise=kbo.enterprise(number),
        establishments=found[:SHOWN],
        more=len(found) > SHOWN,
        snapshot=kbo.snapshot(),
        contacts=list(ContactPerson.of(g.actor.organisation).limit(200)),
        languages=LANGUAGES,
        may_edit=g.actor.may_act and not g.actor.mandate,
    )


@bp.get("/toegankelijkheid")
def accessibility():
    return render("organisation/accessibility.html", run=accessibility_run())


@cache
def accessibility_run():
    """What the last test of every page found: a day, the kinds of pages, how they were looked at, and the faults."""
    run = json.loads((Path(current_app.root_path) / "data" / "accessibility.json").read_text(encoding="utf-8"))
    return run | {"on": date.fromisoformat(run["on"])}


@bp.get("/privacy")
def privacy():
    names = {"session": "SESSION_COOKIE_NAME", "frame": "FRAME_COOKIE_NAME", "light": "LIGHT_COOKIE_NAME"}
    cookies = {key: current_app.config[name] for key, name in names.items()}
    return render("organisation/privacy.html", cookies=cookies, terms=list(TERMS.values()))
