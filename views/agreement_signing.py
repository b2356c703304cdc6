"""Signing an agreement by who has an account, on paper, and asking the others; back to a draft, or thrown away.

It must not decide whose turn it is; the record does.
"""

from flask import flash, g, redirect, request, url_for

from models import PARTIES, SigningLink, remind
from rules import RuleBroken
from views.agreements import agreement_page, bp, mine, paper_form, step
from views.answers import go_to, list_place, load
from views.check import MAILING, account, limiter
from views.links import outside
from views.uploads import uploaded


@bp.post("/<int:agreement_id>/heropenen")
def reopen(agreement_id):
    return step(
        agreement_id, lambda one: one.reopen(g.actor), "De overeenkomst is weer een werkversie. Niemand tekende ze nog."
    )


@bp.post("/<int:agreement_id>/weggooien")
def discard(agreement_id):
    agreement = load(mine(), agreement_id)
    try:
        agreement.discard(g.actor)
    except RuleBroken as broken:
        return agreement_page(agreement, 422, str(broken))
    flash("De werkversie is weggegooid.")
    return go_to(list_place("agreements"))


def number_seen(typed):
    """The version somebody read before signing; a forged one fits no agreement."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1


@bp.post("/<int:agreement_id>/tekenen")
def sign(agreement_id):
    """Sign for the own organisation; who did, hears whose turn it is now."""
    agreement, version = load(mine(), agreement_id), number_seen(request.form.get("version", ""))
    if not request.form.get("has_read"):
        return agreement_page(agreement, 422, "Vink aan dat u de overeenkomst gelezen hebt.")
    try:
        agreement.sign(g.actor, agreement.party_of(g.actor), version, g.actor.user.name)
    except RuleBroken as broken:
        return agreement_page(load(mine(), agreement_id), 422, str(broken))
    turn = agreement.next_party()
    now = f"Nu is de {PARTIES[turn].lower()} aan de beurt." if turn else "Iedereen tekende: registreren kan nu."
    flash(f"U tekende de overeenkomst. {now}")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))


@bp.post("/<int:agreement_id>/papier")
def sign_on_paper(agreement_id):
    """A scan of the signed version, for who cannot sign on a screen."""
    agreement = load(mine(), agreement_id)
    signed = agreement.signatures()
    missing = [(key, PARTIES[key]) for key in agreement.needed_parties() if key not in signed]
    form = paper_form(agreement, missing, request.form)
    scan = uploaded(form, "other")
    if not scan:
        return agreement_page(agreement, 422, paper=form)
    try:
        version = number_seen(form.version.data or "")
        agreement.sign_on_paper(g.actor, form.parties.data or [], version, scan, form.signed_on.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, paper=form)
    flash("De handtekening op papier is toegevoegd.")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))


@bp.post("/<int:agreement_id>/link")
def send_link(agreement_id):
    """Mail a link to learner or guardian."""
    agreement = load(mine(), agreement_id)
    return link_sent(agreement, agreement)


@bp.get("/<int:agreement_id>/link")
@bp.get("/<int:agreement_id>/bijlagen/<int:ordinal>/link")
def after_link(agreement_id, ordinal=None):
    """Where the code was shown once: a browser that opens that page again finds the agreement."""
    return redirect(url_for("agreements.show", agreement_id=load(mine(), agreement_id).id), 303)


@limiter.limit(MAILING, key_func=account)
def link_sent(agreement, file):
    """Mail a link for an agreement or an addendum; the code appears once, to hand over in person."""
    party = request.form.get("party", "")
    try:
        address = lambda token: outside(url_for("signing.read", token=token))  # noqa: E731
        code = SigningLink.send(g.actor, file, party, address, is_lost="lost" in request.form)
    except RuleBroken as broken:
        return agreement_page(agreement, 422, str(broken))
    response = agreement_page(agreement, code=(PARTIES[party].lower(), code))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<int:agreement_id>/herinneren")
def send_reminder(agreement_id):
    """Mail the enterprise or the school whose turn it is."""
    place = outside(url_for("agreements.show", agreement_id=agreement_id))
    return step(agreement_id, lambda one: remind(g.actor, one, place), "De herinnering is verstuurd.")
