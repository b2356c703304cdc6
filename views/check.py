"""The public check of a certificate: does this recognition still hold? For anyone with the code, on a phone.

It must not show a person, and never say more than the paper itself.
"""

from ipaddress import ip_address

from flask import Blueprint, g, redirect, request, url_for
from flask_limiter import Limiter

import rules
from models import Recognition
from views.answers import render

bp = Blueprint("check", __name__, url_prefix="/controle")
MAILING = "20/minute;200/day"  # [setting] what an account has mailed to others: invitations, mandates, links, questions


def address():
    """From where somebody asks. Of an IPv6 address the first half: a home has the other half to choose from."""
    told = request.remote_addr or "127.0.0.1"
    try:
        found = ip_address(told)
    except ValueError:  # what a proxy says of somebody it does not know
        return told
    if found.version == 4 or found.ipv4_mapped:
        return str(found if found.version == 4 else found.ipv4_mapped)
    return f"{int(found) >> 64:x}::/64"


# Guessing 80 bits is hopeless; asking often is rude. While the shared storage is away each process counts by itself.
limiter = Limiter(address, strategy="moving-window", in_memory_fallback_enabled=True)


def account():
    """Whom to count where people are signed in: a whole school may share one address."""
    return f"user {g.actor.user.id}" if g.get("actor") else address()


@bp.get("")
@limiter.limit("30/minute")
def ask():
    """The form for a code; with ?code= it leads to the answer."""
    typed = request.args.get("code", "")
    if code := rules.read_code(typed):
        return redirect(url_for("check.show", code=rules.format_code(code)), 303)
    return render("check/ask.html", None, 422 if typed else 200, typed=typed)


@bp.get("/<string:code>")
@limiter.limit("30/minute")
def show(code):
    found = Recognition.certified(code)
    status = found.status(g.on) if found else None
    return render("check/show.html", None, 200 if found else 404, recognition=found, status=status)
