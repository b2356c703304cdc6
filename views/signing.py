"""Signing by who has no account: read what lies behind a personal link, sign it with a code, keep a copy.

It must not show anything but that one agreement or addendum, nor anything at all for a dead link.
"""

from flask import Blueprint, abort, g, request

import adapters.pdf as pdf
from models import PARTIES, READING, Actor, Addendum, Agreement, SigningLink
from rules import RuleBroken
from views.agreement_annexes import load_annex
from views.agreement_forms import SignForm
from views.agreements import printed
from views.answers import attachment, load, render
from views.check import limiter
from views.documents import sent
from views.forms import line, required

bp = Blueprint("signing", __name__, url_prefix="/tekenen")


class LinkForm(SignForm):
    code = line("Code van zes cijfers", 20, checks=[required("Vul de code van zes cijfers in.")])


@bp.get("/<string:token>")
@limiter.limit("30/minute")
def read(token):
    return page(token, LinkForm())


def page(token, form, status=200, problem=None):
    link = SigningLink.readable(token, g.at)
    if not link:
        return dead(token)
    agreement, addendum = files_of(link)
    response = render(
        "signing/read.html",
        None,
        status,
        token=token,
        form=form,
        link=link,
        agreement=agreement,
        addendum=addendum,
        content=agreement.readable(g.on),
        parts=READING,
        party_name=PARTIES[link.party],
        is_turn=(addendum or agreement).next_party() == link.party,
        signatures=[(PARTIES[key], one) for key, one in (addendum or agreement).signatures().items()],
        problem=problem,
    )
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response


def dead(token):
    return render("signing/dead.html", None, 404, is_blocked=SigningLink.blocked(token, g.at))


def files_of(link):
    """(the agreement with all that is shown of it, the addendum the link is for or None)."""
    agreement = load(Agreement.joined(), link.agreement_id)
    return agreement, next((one for one in Addendum.of(agreement) if one.id == link.addendum_id), None)


def readable(token):
    """As above, behind a link that still works; or 404."""
    link = SigningLink.readable(token, g.at)
    return files_of(link) if link else abort(404)


@bp.get("/<string:token>/pdf")
@limiter.limit("30/minute")
def download(token):
    """What there is to sign or was signed, to keep or to read on paper; with the signatures so far."""
    agreement, addendum = readable(token)
    if addendum:
        return attachment(pdf.addendum(addendum, PARTIES), addendum.filename)
    return printed(agreement, agreement.readable(g.on))


@bp.get("/<string:token>/bijlagen/<int:annex_id>")
@limiter.limit("30/minute")
def annex(token, annex_id):
    agreement, addendum = readable(token)
    return sent(load_annex(agreement, annex_id).document) if not addendum else abort(404)


@bp.post("/<string:token>")
@limiter.limit("10/minute")
def sign(token):
    """One signature with the right code; a wrong code is counted, also when nothing else is kept."""
    form, link = LinkForm(request.form), SigningLink.usable(token, g.at)
    if not link:
        return dead(token)
    if not form.validate():
        return page(token, form, 422)
    if not link.fits(token, form.code.data):
        g.keep = True
        return page(
            token, form, 422, "Deze code klopt niet. Vraag ze na bij de onderneming; na vijf keer stopt de link."
        )
    try:
        link.sign(Actor(None, link.agreement.organisation, "viewer", g.at, g.on), form.name.data)
    except RuleBroken as broken:
        return page(token, form, 422, str(broken))
    agreement, addendum = files_of(link)
    return render("signing/done.html", agreement=agreement, addendum=addendum, token=token)
