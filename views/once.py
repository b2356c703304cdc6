"""A form that arrives twice is done once: it carries a key, and the second time leads where the first one led.

It must not know what any form does.
"""

import hashlib
from urllib.parse import urlsplit

from flask import flash, g, request

from models import Once
from views.answers import go_to, is_fragment, local_path
from views.guards import WITHOUT_STAMP


def install(app):
    """After the guards, so that nobody learns where a form led who may not send it."""
    app.before_request(lead_to_first_answer)
    app.after_request(keep_answer)


def lead_to_first_answer():
    """The answer to a form that was done before; else remember it, in the transaction of what it does."""
    key = request.method == "POST" and request.form.get("once")
    if not key or request.endpoint in WITHOUT_STAMP:
        return None
    first = Once.claim(fingerprint(key), g.at)
    if first is None:
        g.once = fingerprint(key)
        return None
    flash("Dit was al goed aangekomen. Het is één keer verwerkt.")
    return go_to(first)


def fingerprint(key):
    """Whose form, where, and all that is in it: whoever changes a word sends something new."""
    who = g.actor.user.id if g.actor else None
    sent = hashlib.sha256(repr((key, who, request.path)).encode())
    sent.update(repr(sorted(request.form.items(multi=True))).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        sent.update(repr((name, file.filename)).encode() + hashlib.file_digest(file.stream, "sha256").digest())
        file.stream.seek(0)
    return sent.hexdigest()


def keep_answer(response):
    """Remember where the form led. A page that showed something is made again; a refusal leaves no trace."""
    if key := g.pop("once", None):
        place = response.headers.get("HX-Redirect") or response.headers.get("Location")
        if not place and is_fragment():
            place = page_of(request.headers.get("HX-Current-URL", ""))
        if place and response.status_code < 400:
            Once.lead_to(key, place)
        else:
            Once.forget(key)
    return response


def page_of(url):
    """The page of ours a fragment was asked from; the dashboard for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:  # half an IPv6 address, for one
        return local_path("")
    return local_path(parts.path + ("?" + parts.query if parts.query else ""))
