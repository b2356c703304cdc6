"""Agreements: the overview, one agreement, a new one, and its steps from signing to the end.

Filling one in is agreement_parts.py's; what is allowed, the record decides.
"""

from flask import Blueprint, Response, abort, flash, g, request, url_for

import adapters.pdf as pdf
from models import AGREEMENT_STATES, PARTIES, PARTS, Agreement, Document, Event, Recognition, SigningLink
from rules import RuleBroken
from views.agreement_forms import EndForm, RegisterForm
from views.answers import Page, go_to, list_place, load, remember_list, render
from views.forms import ReasonForm, one_line

bp = Blueprint("agreements", __name__, url_prefix="/overeenkomsten")

OVERVIEWS = {
    "alle": ("Alle overeenkomsten", tuple(AGREEMENT_STATES)),
    "werkversie": ("Werkversie", ("draft",)),
    "tekenen": ("Te ondertekenen", ("to_sign",)),
    "registreren": ("Te registreren", ("signed",)),
    "geregistreerd": ("Geregistreerd", ("registered",)),
}


def mine():
    return Agreement.of(g.actor.organisation)


@bp.get("")
def index():
    """The overview, narrowed by what the address says."""
    remember_list()
    overview = request.args.get("overzicht", "alle")
    overview = overview if overview in OVERVIEWS else "alle"
    search, running = request.args.get("zoek", ""), request.args.get("loopt", "")
    found = Agreement.search(mine().where(Agreement.state.in_(OVERVIEWS[overview][1])), search)
    if running:
        found = found.where(Agreement.running(g.on))
    page = Page(found, [(Agreement.id, "desc")], request.args.get("na"), request.args.get("voor"))
    chosen = {"overzicht": overview if overview != "alle" else "", "zoek": search, "loopt": "ja" if running else ""}
    return render(
        "agreements/index.html",
        "agreements/_list.html",
        page=page,
        total=found.limit(1001).count(),
        chosen={name: value for name, value in chosen.items() if value},
        overview=overview,
        overviews=OVERVIEWS,
    )


@bp.get("/nieuw")
def new():
    """The valid recognitions a new agreement can be built on, and the drafts that already lie there."""
    if not g.actor.is_employer:
        abort(403, "Een onderneming begint de overeenkomst; daarna kunt u meelezen en tekenen.")
    return new_page()


def new_page(status=200, problem=None):
    search = request.values.get("zoek", "")
    recognitions = Recognition.of(g.actor.organisation).where(
        Recognition.state == "approved", Recognition.valid_until >= g.on, Recognition.end_kind.is_null()
    )
    found = list(Recognition.search(recognitions, search).order_by(Recognition.id.desc()).limit(21))
    drafts = mine().where(Agreement.state == "draft").order_by(Agreement.id.desc()).limit(10)
    return render(
        "agreements/new.html",
        "agreements/_recognitions.html",
        status,
        found=found[:20],
        more=len(found) > 20,
        search=search,
        drafts=list(drafts),
        problem=problem,
    )


@bp.post("/nieuw")
def start():
    chosen = request.form.get("recognition", "")
    if not g.actor.is_employer:
        abort(403, "Een onderneming begint de overeenkomst; daarna kunt u meelezen en tekenen.")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 10):
        return new_page(422, "Kies de erkenning waarop de overeenkomst steunt.")
    try:
        draft = Agreement.draft(g.actor, load(Recognition.of(g.actor.organisation), int(chosen)))
    except RuleBroken as broken:
        return new_page(422, str(broken))
    return go_to(url_for("agreements.learner", agreement_id=draft.id))


@bp.get("/<int:agreement_id>")
def show(agreement_id):
    return agreement_page(load(mine(), agreement_id))


def agreement_page(agreement, status=200, problem=None, register=None, end=None, cancel=None, code=None):
    turn = agreement.next_party()
    return render(
        "agreements/show.html",
        None,
        status,
        agreement=agreement,
        content=agreement.content(),
        parts=PARTS,
        parties=[(key, PARTIES[key]) for key in agreement.needed_parties()],
        signatures=agreement.signatures(),
        turn=turn,
        may_sign=bool(turn) and agreement.may_sign(g.actor, turn),
        is_mine=g.actor.organisation.id == agreement.organisation_id,
        events=list(Event.of(agreement)),
        problem=problem,
        register=register or RegisterForm(),
        end=end or EndForm(),
        cancel=cancel or ReasonForm(),
        code=code,
    )


@bp.get("/<int:agreement_id>/pdf")
def download(agreement_id):
    """The agreement as PDF, with its version and hash; a draft says so on the page."""
    agreement = load(mine(), agreement_id)
    response = Response(pdf.agreement(agreement, agreement.content(), PARTS, PARTIES), mimetype="application/pdf")
    name = f"overeenkomst-{agreement.number or agreement.id}-versie-{agreement.version}.pdf".replace("/", "-")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def step(agreement_id, act, told):
    """Take one step; refused, the page says why."""
    agreement = load(mine(), agreement_id)
    try:
        act(agreement)
    except RuleBroken as broken:
        return agreement_page(load(mine(), agreement_id), 422, str(broken))
    flash(told)
    return go_to(url_for("agreements.show", agreement_id=agreement_id))


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


def version_seen():
    """The version somebody read before signing; a forged one fits no agreement."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1


@bp.post("/<int:agreement_id>/tekenen")
def sign(agreement_id):
    """Sign for the own organisation."""

    def act(agreement):
        party = "employer" if g.actor.organisation.id == agreement.organisation_id else "provider"
        agreement.sign(g.actor, party, version_seen(), g.actor.user.name)

    if not request.form.get("has_read"):
        return agreement_page(load(mine(), agreement_id), 422, "Vink aan dat u de overeenkomst gelezen hebt.")
    return step(agreement_id, act, "U tekende de overeenkomst.")


@bp.post("/<int:agreement_id>/papier")
def sign_on_paper(agreement_id):
    """A scan of the signed version, for who cannot sign on a screen."""
    party, file = request.form.get("party", ""), request.files.get("file")
    if party not in ("learner", "guardian"):
        abort(404)

    def act(agreement):
        if not file or not file.filename:
            raise RuleBroken(file="Kies eerst de scan.")
        scan = Document.store(g.actor, file.read(12_000_000), one_line(file.filename), "other", issued_on=g.on)
        name = agreement.learner if party == "learner" else agreement.guardian_name
        agreement.sign(g.actor, party, version_seen(), name, "paper", scan)

    return step(agreement_id, act, "De handtekening op papier is toegevoegd.")


@bp.post("/<int:agreement_id>/link")
def send_link(agreement_id):
    """Mail a link to learner or guardian; the code appears once, to hand over in person."""
    agreement, party = load(mine(), agreement_id), request.form.get("party", "")
    try:
        code = SigningLink.send(
            g.actor, agreement, party, lambda token: url_for("signing.read", token=token, _external=True)
        )
    except RuleBroken as broken:
        return agreement_page(agreement, 422, str(broken))
    response = agreement_page(agreement, code=(PARTIES[party].lower(), code))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<int:agreement_id>/registreren")
def register(agreement_id):
    agreement = load(mine(), agreement_id)
    form = RegisterForm(request.form)
    try:
        if not form.validate():
            return agreement_page(agreement, 422, register=form)
        agreement.register(g.actor, form.wants_premium.data, form.account_number.data or "")
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, register=form)
    flash(f"Geregistreerd: de overeenkomst heeft nummer {agreement.number}.")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))


@bp.post("/<int:agreement_id>/annuleren")
def cancel(agreement_id):
    agreement, form = load(mine(), agreement_id), ReasonForm(request.form)
    try:
        if not form.validate():
            return agreement_page(agreement, 422, cancel=form)
        agreement.cancel(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, cancel=form)
    flash("De overeenkomst is geannuleerd.")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))


@bp.post("/<int:agreement_id>/beeindigen")
def end(agreement_id):
    agreement, form = load(mine(), agreement_id), EndForm(request.form)
    try:
        if not form.validate():
            return agreement_page(agreement, 422, end=form)
        agreement.end(g.actor, form.last_day.data, form.kind.data, form.note.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return agreement_page(load(mine(), agreement_id), 422, end=form)
    flash("Het einde is genoteerd. Breng ook de trajectbegeleider op de hoogte en doe de Dimona OUT.")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))
