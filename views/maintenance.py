"""While a file stands there the counter is closed: one page that asks the register nothing, for whoever comes.

It must not know why; what is in the file is shown to people.
"""

from pathlib import Path

from flask import current_app, g, make_response, render_template, request

from views.answers import is_fragment

OPEN = {"static"}  # the page wants its style
RETRY_AFTER = 600  # [setting] seconds
TITLE = "Het loket is even dicht"
SENTENCE = "We werken eraan. Wat u net verstuurde, is niet aangekomen. Probeer het over tien minuten opnieuw."
LONGEST = 200  # characters of the file


def install(app):
    """Before the guards, so that the register may be away."""
    if app.config["MAINTENANCE_FILE"]:
        app.before_request(closed)


def closed():
    words = notice(Path(current_app.config["MAINTENANCE_FILE"]))
    if words is None or request.endpoint in OPEN:
        return None
    g.actor = None
    if request.endpoint == "health.show":  # 200: who takes this machine out shows nobody the page
        return {"status": "maintenance", "parts": {}}, 200, {"Cache-Control": "no-store"}
    told = {"title": TITLE, "sentence": f"{SENTENCE} {words}".strip(), "number": g.request_number, "again": None}
    part = is_fragment()
    response = make_response(render_template("errors/_closed.html" if part else "errors/mishap.html", **told), 503)
    response.headers.update({"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"})
    if part:  # beside the form, which keeps what was typed
        response.headers.update({"HX-Retarget": "#beside", "HX-Reswap": "innerHTML"})
    return response


def notice(file):
    """What is in the file, or None when it is not there."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")[:LONGEST].strip()
    except FileNotFoundError:
        return None
