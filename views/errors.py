"""What people see when something is wrong: a title and a sentence that says what they can do.

It must not ask the register anything when the fault is ours.
"""

from flask import g, render_template
from werkzeug.exceptions import HTTPException

from views.answers import render
from views.guards import end_transaction
from views.headers import is_framable
from views.watching import log, whereabouts

ERRORS = {
    400: ("Dit verzoek klopt niet", "Laad de pagina opnieuw en probeer het nog eens."),
    403: ("Geen toegang", "U hebt geen toegang tot dit onderdeel."),
    404: ("Niet gevonden", "Deze pagina bestaat niet, of ze hoort bij een organisatie waarvoor u niet aangemeld bent."),
    405: ("Dit kan hier niet", "Ga terug en gebruik de knoppen op de pagina."),
    413: ("Bestand te groot", "Een bestand mag hoogstens 10 MB groot zijn."),
    429: ("Te veel pogingen", "Wacht een minuut en probeer het dan opnieuw."),
    500: ("Er ging iets mis bij ons", "Er is niets gewijzigd. Probeer het over enkele minuten opnieuw."),
}


def install(app):
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(Exception, show_mishap)


def show_error(problem):
    if problem.response or problem.code is None or problem.code < 400:  # a redirect of the router itself
        return problem
    title, sentence = ERRORS.get(problem.code, ERRORS[400 if problem.code < 500 else 500])
    own_words = problem.description if problem.code in (400, 403) and "." in (problem.description or "") else None
    if own_words and own_words == type(problem).description:
        own_words = None
    g.setdefault("actor", None)
    page = "embed/error.html" if is_framable() else "errors/error.html"
    told = {"title": title, "sentence": own_words or sentence, "number": g.request_number}
    response = render(page, "errors/_error.html", problem.code, **told)
    response.headers.update({"HX-Retarget": "#main", "HX-Reswap": "innerHTML"})
    for name, value in problem.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def show_mishap(problem):
    """Our own fault: undo, note it, and answer with a page that asks the register nothing."""
    log.error("mishap", exc_info=problem, extra={"facts": whereabouts()})
    end_transaction(keep=False)
    title, sentence = ERRORS[500]
    return render_template("errors/mishap.html", title=title, sentence=sentence, number=g.request_number), 500
