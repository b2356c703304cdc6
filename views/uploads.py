"""Uploads read: one chosen file and the days on it become a document in the vault, or a sentence at the field.

It must not know which file wants the document; what may be added, the record decides.
"""

from flask import current_app, g, request

import rules
from adapters.scanner import ScannerAway, is_clean
from models import Document
from rules import RuleBroken
from views.forms import one_line
from views.watching import log


def uploaded(form, kind, mentor=None):
    """The document as the vault keeps it, or None with what is wrong in the form."""
    if not form.validate():
        return None
    issued_on, expires_on = (form[name].data if name in form else None for name in ("issued_on", "expires_on"))
    try:
        content, filename = chosen_file()
        return Document.upload(g.actor, content, filename, kind, mentor, issued_on, expires_on)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return None


def chosen_file():
    """(content, name) of the file that came along, past the scanner; (None, "") without one. Raises RuleBroken.

    The only place where a file is read: nothing comes in around the scanner.
    """
    file = request.files.get("file")
    if file is None or not file.filename:
        return None, ""
    content = file.read(rules.MAX_UPLOAD_BYTES + 1)
    check_for_viruses(content)
    return content, one_line(file.filename)


def check_for_viruses(content):
    """Refuses what the scanner finds something in; when it is away nothing comes in either. Without one, all may."""
    scanner = current_app.config["CLAMD"]
    if not (scanner and content and len(content) <= rules.MAX_UPLOAD_BYTES):
        return
    try:
        clean = is_clean(scanner, content)
    except ScannerAway as problem:
        log.error("the virus scanner does not answer", exc_info=problem)
        raise RuleBroken(
            file="We kunnen het bestand nu niet op virussen nakijken. Probeer het later opnieuw."
        ) from None
    if not clean:
        raise RuleBroken(file="In dit bestand zit een virus. Het is niet bewaard.")
