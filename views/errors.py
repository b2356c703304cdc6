"""What people see when something is wrong: a title and a sentence that says what they can do.

It must not ask the register anything when the fault is ours.
"""

from contextlib import suppress

import peewee
from flask import g, make_response, render_template, request, session
from werkzeug.exceptions import HTTPException

from models import trouble_of
from views.answers import is_fragment, render
from views.forms import cleaned
from views.guards import OPENS_ITS_OWN, READING, end_transaction
from views.headers import is_framable
from views.watching import log, whereabouts

ERRORS = {
    400: ("Dit verzoek klopt niet", "Laad de pagina opnieuw en probeer het nog eens."),
    403: ("Geen toegang", "U hebt geen toegang tot dit onderdeel."),
    404: ("Niet gevonden", "Deze pagina bestaat niet, of ze hoort bij een organisatie waarvoor u niet aangemeld bent."),
    405: ("Dit kan hier niet", "Ga terug en gebruik de knoppen op de pagina."),
    413: ("Bestand te groot", "Een bestand mag hoogstens 10 MB groot zijn."),
    429: (
        "Te veel pogingen",
        "Wacht een minuut en probeer het dan opnieuw. Lukt het dan nog niet, wacht dan tot morgen.",
    ),
    500: ("Er ging iets mis bij ons", "Probeer het over enkele minuten opnieuw."),
}
TROUBLES = {  # of the register, see models/troubles.py
    "busy": ("Het is even te druk", "Anderen zijn net aan het bewaren. Probeer het over een halve minuut opnieuw."),
    "full": ("Bewaren lukt nu niet", "Bij ons is er geen plaats meer. Lezen kan nog wel. Probeer het later opnieuw."),
    "read_only": ("Bewaren lukt nu niet", "U kunt nu alleen lezen. Probeer het later opnieuw."),
    "away": ("Het loket kan niet bij zijn gegevens", "Probeer het over enkele minuten opnieuw."),
}
RETRY_AFTER = {"busy": 30, "full": 600, "read_only": 600, "away": 120}  # [setting] seconds
NOT_KEPT = "Er is niets gewijzigd. Wat u typte, blijft staan."
KEPT_ONCE = "Misschien is het toch bewaard. Verstuur het gerust opnieuw: het gebeurt nooit twee keer."
PERHAPS_KEPT = "Misschien is het toch bewaard. Kijk dat eerst na."


def install(app):
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(Exception, show_mishap)


def show_error(problem):
    if behind := getattr(problem, "original_exception", None):  # it went wrong after the page was made
        return show_mishap(behind)
    if problem.response or problem.code is None or problem.code < 400:  # a redirect of the router itself
        return problem
    title, sentence = ERRORS.get(problem.code, ERRORS[400 if problem.code < 500 else 500])
    own_words = problem.description if problem.code in (400, 403) and "." in (problem.description or "") else None
    if own_words and own_words == type(problem).description:
        own_words = None
    g.setdefault("actor", None)
    g.setdefault(
        "tasks", []
    )  # to count them asks fifteen questions of the register, and wrong addresses come in floods
    page = "embed/error.html" if is_framable() else "errors/error.html"
    told = {"title": title, "sentence": own_words or sentence, "number": g.request_number}
    response = render(page, "errors/_error.html", problem.code, **told)
    response.headers.update({"HX-Retarget": "#main", "HX-Reswap": "innerHTML"})
    for name, value in problem.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def show_mishap(problem):
    """Our own fault: undo, note it, and answer without asking the register anything. What was typed is kept."""
    log.error("mishap", exc_info=problem, extra={"facts": whereabouts()})
    undo()
    trouble = trouble_of(problem)
    if trouble == "read_only" and request.method in READING and request.endpoint not in OPENS_ITS_OWN:
        trouble = None  # it tried to write where it must not: no disk is to blame
    title, sentence = TROUBLES.get(trouble, ERRORS[500])
    became = outcome(trouble)
    told = {"title": title, "sentence": f"{sentence} {became}".strip(), "number": g.request_number}
    if is_fragment():  # beside the form, which stays as it was
        response = make_response(render_template("errors/_closed.html", **told))
        response.headers.update({"HX-Retarget": "#beside", "HX-Reswap": "innerHTML"})
    else:
        told |= {"again": what_was_sent(), "is_safe": became != PERHAPS_KEPT}  # to send again
        response = make_response(render_template("errors/mishap.html", **told))
    response.status_code = 503 if trouble else 500
    response.headers.update({"Cache-Control": "no-store"} | ({"Retry-After": RETRY_AFTER[trouble]} if trouble else {}))
    return response


def undo():
    """Nothing of this request stays: not in the register, and no word of success in the session."""
    with suppress(peewee.PeeweeException):  # the line to the register is gone, and its transaction with it
        end_transaction(keep=False)
    session.pop("_flashes", None)


def outcome(trouble):
    """What became of what was sent, as far as we know."""
    if request.method in READING:
        return ""
    if trouble == "away" and g.get("keeping"):  # it was being kept at the very moment the register went
        return KEPT_ONCE if request.form.get("once") else PERHAPS_KEPT
    return NOT_KEPT


def what_was_sent():
    """What a form held, to be sent again: its fields and the names of its files; None when it was no form."""
    if request.method in READING:
        return None
    try:
        return {"typed": list(cleaned(request.form).items(multi=True)), "files": list(request.files)}
    except (OSError, HTTPException):  # it could not be read to begin with
        return None
