"""The service clock: how long a decision takes at each partnership, for anyone, to read or to reckon with.

It must not know who asks: no cookie is read or set, and what it answers may be kept by anyone.
"""

import csv
import io

from flask import Blueprint, Response, g, request

import rules
from models import DECIDED, first_day, service_clock
from views.answers import render
from views.check import limiter

bp = Blueprint("service", __name__)

LABELS = {"erkenningen": "Erkenningen", "mentoraanvragen": "Mentoraanvragen"}
OFTEN = "60/minute"  # for one address; it changes in the night
HEADS = ("partnerschap", "soort", "van", "tot", "beslissingen", "mediaan_dagen")


@bp.get("/dienstverlening")
@limiter.limit(OFTEN)
def index():
    kind = request.args.get("soort", "")
    kind = kind if kind in DECIDED else "erkenningen"
    until, rows = service_clock(kind, g.on)
    response = render(
        "service/index.html",
        "service/_table.html",
        kind=kind,
        labels=LABELS,
        rows=rows,
        since=first_day(until),
        until=until,
        fewest=rules.PUBLIC_FEWEST,
        term=rules.DECISION_DAYS,
    )
    response.vary.update(("HX-Request", "HX-Request-Type"))  # whoever keeps it keeps page and part apart
    return response


@bp.get("/dienstverlening.csv")
@limiter.limit(OFTEN)
def as_csv():
    """Open data: every kind at once, as a Belgian Excel opens it. What may not be shown is left empty."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADS)
    for kind in DECIDED:
        until, rows = service_clock(kind, g.on)
        for pace in rows:
            writer.writerow([pace.partnership, kind, first_day(until), until, pace.decisions, pace.days])
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="dienstverlening.csv")
    return response
