"""What whoever runs the counter is told of each request: figures.

It must not know what was asked or by whom: an endpoint, a status and a duration are all there is.
"""

from time import perf_counter

from flask import current_app, g, request

from adapters.metrics import meter


def install(app):
    """Before everything else: what comes after is timed too, and a refusal of the first guard is counted."""
    app.extensions["meter"] = meter(app.config["METRICS_DIR"])
    app.before_request(begin)
    app.after_request(note)  # of those the last to run


def begin():
    g.began = perf_counter()


def note(response):
    """Count it. What no route answers is one endpoint, or every typing error would be a line of its own for ever."""
    current_app.extensions["meter"].request(request.endpoint or "none", response.status_code, perf_counter() - g.began)
    return response
