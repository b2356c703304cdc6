"""`/healthz`: can this machine do its work? For a load balancer and for whoever watches; nobody's and nothing personal.

It must not say how much or how many on the public port: figures are for `flask metrics`.
"""

import shutil
from pathlib import Path

import peewee
from flask import Blueprint, abort, current_app, g, request
from playhouse.pool import MaxConnectionsExceeded

from models import Message, db
from views.watching import log, whereabouts

bp = Blueprint("health", __name__)

LONGEST_LAG = 15 * 60  # [setting] seconds the queue may be behind
LEAST_FREE = 200 * 1024 * 1024  # [setting] bytes; an upload is 10 MB


@bp.get("/healthz")
def show():
    """Every part, or one with ?deel=: a balancer asks for the database, or late mail would stop the counter."""
    asked = request.args.get("deel")
    if asked not in (None, *PARTS):
        abort(404)
    return answer({part: is_well() for part, is_well in PARTS.items() if asked in (None, part)})


def answer(parts):
    """200 when every part is well, 503 with the parts that are not."""
    is_well = all(parts.values())
    told = {part: "ok" if one else "fail" for part, one in parts.items()}
    return (
        {"status": "ok" if is_well else "fail", "parts": told},
        200 if is_well else 503,
        {"Cache-Control": "no-store"},
    )


@bp.errorhandler(peewee.PeeweeException)
@bp.errorhandler(MaxConnectionsExceeded)
def without_register(problem):
    """The guard that opens the register came no further, or a question to it failed."""
    log.error("the register does not answer", exc_info=problem, extra={"facts": whereabouts()})
    return answer({"database": False})


def database_answers():
    db.execute_sql("SELECT 1")
    return True


def queue_moves():
    """True while nothing waits too long for the worker; without a mail server everything waits and nobody minds."""
    return not current_app.config["SMTP_URL"] or Message.lag(g.at) <= LONGEST_LAG


def disk_has_room():
    return free_bytes() >= LEAST_FREE


def free_bytes():
    """What is free where the register lies; where that is another machine, here."""
    url = current_app.config["DATABASE_URL"]
    folder = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path()
    return shutil.disk_usage(folder).free


PARTS = {"database": database_answers, "queue": queue_moves, "disk": disk_has_room}
