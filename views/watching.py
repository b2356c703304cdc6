"""What whoever runs the counter is told of each request: one line and figures; and the number by which to find it.

It must not know what was asked or by whom: no path, query, form, address or name is in it, only the route.
"""

import logging
from base64 import b32encode
from secrets import token_bytes
from time import perf_counter

from flask import current_app, g, request

import adapters.logs as logs
from adapters.metrics import meter

log = logging.getLogger("loket.request")
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}  # others are somebody's own words


def install(app):
    """Before everything else: what comes after is timed too, and a refusal of the first guard is told."""
    logs.install(app.config["LOG_LEVEL"])
    app.extensions["meter"] = meter(app.config["METRICS_DIR"])
    app.before_request(begin)
    app.after_request(note)  # of those the last to run


def begin():
    g.began = perf_counter()
    g.request_number = b32encode(token_bytes(5)).decode().lower()  # eight letters and digits, to be read out


def note(response):
    """Tell of it. What no route answers is one endpoint, or every typing error would be a line of its own for ever."""
    seconds = perf_counter() - g.began
    current_app.extensions["meter"].request(request.endpoint or "none", response.status_code, seconds)
    if log.isEnabledFor(logging.INFO):
        facts = {"status": response.status_code, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={"facts": whereabouts() | facts})
    if response.status_code != 304 and request.endpoint != "static":  # these are counted in bytes
        response.headers["X-Request-ID"] = g.request_number
    return response


def whereabouts():
    """Which request this is, for a line about it."""
    return {
        "request": g.request_number,
        "method": request.method if request.method in METHODS else "other",
        "endpoint": request.endpoint,
        "route": request.url_rule and request.url_rule.rule,
    }
