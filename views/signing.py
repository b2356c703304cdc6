"""Signing by who has no account: read the agreement behind a personal link, and sign it with a code.

It must not show anything but that one agreement, nor anything at all for a dead link.
"""

from flask import Blueprint, abort, g, request

from models import PARTIES, READING, Actor, Agreement, SigningLink
from rules import RuleBroken
from views.agreement_annexes import load_annex
from views.agreement_forms import SignForm
from views.agreements import printed
from views.answers import load, render
from views.check import limiter
from views.documents import sent

bp = Blueprint("signing", __name__, url_prefix="/tekenen")


@bp.get("/<string:token>")
@limiter.limit("30/minute")
def read(token):
    return page(token, SignForm())


def page(token, form, status=200, problem=None):
    link = SigningLink.usable(token, g.at)
    if not link:
        return render("signing/dead.html", None, 404)
    agreement = load(Agreement.joined(), link.agreement_id)
    response = render(
        "signing/read.html",
        None,
        status,
        token=token,
        form=form,
        agreement=agreement,
        content=agreement.readable(g.on),
        parts=READING,
        party=link.party,
        party_name=PARTIES[link.party],
        is_turn=agreement.next_party() == link.party,
        problem=problem,
    )
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response


def readable(token):
    """The agreement behind a link that still works, or 404."""
    link = SigningLink.usable(token, g.at)
    return load(Agreement.joined(), link.agreement_id) if link else abort(404)


@bp.get("/<string:token>/pdf")
@limiter.limit("30/minute")
def download(token):
    """What there is to sign, to keep or to read on paper."""
    agreement = readable(token)
    return printed(agreement, agreement.readable(g.on))


@bp.get("/<string:token>/bijlagen/<int:annex_id>")
@limiter.limit("30/minute")
def annex(token, annex_id):
    return sent(load_annex(readable(token), annex_id).document)


@bp.post("/<string:token>")
@limiter.limit("10/minute")
def sign(token):
    """One signature with the right code; a wrong code is counted, also when nothing else is kept."""
    form, link = SignForm(request.form), SigningLink.usable(token, g.at)
    if not link:
        return render("signing/dead.html", None, 404)
    if not form.validate():
        return page(token, form, 422)
    if not link.fits(token, request.form.get("code", "")[:20]):
        g.keep = True
        return page(
            token, form, 422, "Deze code klopt niet. Vraag ze na bij de onderneming; na vijf keer stopt de link."
        )
    agreement = load(Agreement.joined(), link.agreement_id)
    signer = Actor(None, agreement.organisation, "viewer", g.at, g.on)
    try:
        link.use(g.at)
        agreement.sign(signer, link.party, link.version, form.name.data, "link")
    except RuleBroken as broken:
        return page(token, form, 422, str(broken))
    return render("signing/done.html", agreement=agreement, version=link.version)
