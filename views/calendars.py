"""The calendar of deadlines: making and revoking its secret address, and what a calendar programme gets there.

It must not name a person in what it hands out: whoever has the address can read it.
"""

from flask import Blueprint, Response, abort, flash, g, url_for

import adapters.calendar as ics
from models import CLOCK_KINDS, Agreement, Appeal, CalendarFeed, MentorApplication, Recognition, Sanction, clocks
from views.answers import go_to
from views.check import limiter
from views.links import outside, place_of, way_to
from views.preferences import preferences_page

bp = Blueprint("calendars", __name__)


@bp.post("/organisatie/meldingen/agenda")
def make():
    """A new address, shown this once."""
    token = CalendarFeed.make(g.actor.user, g.at)
    response = preferences_page(feed=outside(url_for("calendars.fetch", token=token)))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/organisatie/meldingen/agenda/intrekken")
def revoke():
    CalendarFeed.revoke(g.actor.user)
    flash("Ingetrokken. De agenda is niet meer te lezen op dat adres.")
    return go_to(url_for("preferences.show"))


@bp.get("/agenda/<string:token>.ics")
@limiter.limit("60/minute")
def fetch(token):
    """Every deadline of the employers this person may see now; by a mandate, of what it is for."""
    user = CalendarFeed.reader(token) or abort(404)
    mine = CalendarFeed.employers(user, g.on)
    running = clocks([one.id for one in mine], g.on) if mine else []
    shown = [one for one in running if mine[one.organisation] is None or one.purpose in mine[one.organisation]]
    content = ics.calendar([entry(clock, user, len(mine) > 1) for clock in shown], g.on)
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "inline; filename=loket-duaal-leren.ics"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def entry(clock, user, names_organisation):
    """(key, day, title, what is lost, address) of a clock, without anybody's name."""
    record, table = clock.record, clock.record._meta.table_name
    numbered = isinstance(record, Recognition | MentorApplication | Sanction | Appeal | Agreement)
    title = f"{CLOCK_KINDS[clock.kind]}: {record}" if numbered else CLOCK_KINDS[clock.kind]
    if isinstance(record, Recognition):
        title = f"{title} {record.label}"
    if names_organisation:
        title = f"{title} ({clock.organisation})"
    lost = f"{clock.organisation}. Daarna {clock.at_zero}.{' De klok staat nu stil.' if clock.is_paused else ''}"
    place = place_of(table, record.id, clock.organisation) if numbered else url_for("dashboard.all_clocks")
    address = way_to(user, clock.organisation, place)
    return f"{clock.kind}-{table}-{record.id}-{clock.ends_on:%Y%m%d}", clock.ends_on, title, lost, address
