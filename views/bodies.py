"""The body of a request: no larger than it may be, and whole. Of a form whose line was lost on the way nothing is done.

It must not know what is in it.
"""

from flask import abort, g, request
from werkzeug.exceptions import HTTPException


def install(app):
    """Before the guards: the first of them opens the register."""
    app.before_request(receive)


def receive():
    """Take in the whole form before the register is opened: a slow line takes minutes, and others write meanwhile.

    What is wrong with it is kept for `refuse`.
    """
    try:
        hold_to_its_length()
        _ = request.form  # Werkzeug reads it when it is asked for, files too
    except HTTPException as refusal:
        g.refusal = refusal


def refuse():
    """Say what is wrong with the form, now that the register is open: the page of a refusal shows who is signed in."""
    if refusal := g.pop("refusal", None):
        raise refusal


def hold_to_its_length():
    """Before anything reads it. Who promises a length gets it counted; who promises none is asked for one.

    The server hands over what came and calls it all there was, also where the line broke off: then Werkzeug is content
    with less than was promised. Browsers always say how long a form is, and so does a proxy for them.
    """
    request.environ.pop("wsgi.input_terminated", None)
    if "Transfer-Encoding" in request.headers and request.content_length is None:
        abort(411)
    if request.mimetype != "multipart/form-data":  # the limit on forms does not reach those without files by itself
        request.max_content_length = request.max_form_memory_size
