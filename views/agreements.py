"""Agreements: the overview, one agreement, a new one, and its steps from signing to the end.

Filling one in is agreement_parts.py's; what is allowed, the record decides.
"""

from flask import Blueprint, Response, abort, flash, g, request, url_for

import adapters.pdf_agreement as pdf_agreement
from models import (
    AGREEMENT_STATES,
    PARTIES,
    READING,
    AccessLog,
    Agreement,
    AgreementVersion,
    Event,
    Recognition,
    again_at,
    asked_at,
)
from rules import RuleBroken
from views.agreement_forms import EndForm, PaperForm, RegisterForm
from views.answers import Page, go_to, load, remember_list, render
from views.filters import moment
from views.forms import ReasonForm

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


def agreement_page(agreement, status=200, problem=None, register=None, end=None, cancel=None, code=None, paper=None):
    turn = agreement.next_party()
    return render(
        "agreements/show.html",
        None,
        status,
        agreement=agreement,
        content=agreement.readable(g.on),
        parts=READING,
        signing=signing_of(agreement, turn, paper),
        is_mine=g.actor.organisation.id == agreement.organisation_id,
        events=list(Event.of(agreement)),
        problem=problem,
        register=register or RegisterForm(),
        end=end or EndForm(),
        cancel=cancel or ReasonForm(),
        code=code,
    )


def signing_of(agreement, turn, paper):
    """What the block of signatures shows: who signed, whose turn it is, when they can be asked again, and the paper."""
    parties = [(key, PARTIES[key]) for key in agreement.needed_parties()]
    signatures = agreement.signatures()
    return {
        "parties": parties,
        "signatures": signatures,
        "turn": turn,
        "may_sign": bool(turn) and agreement.may_sign(g.actor, turn),
        "asked_at": asked_at(agreement, turn) if turn else None,
        "again_at": again_at(agreement, turn) if turn else None,
        "is_late": bool(turn) and agreement.starts_on < g.on,
        "paper": paper or paper_form(agreement, [(key, label) for key, label in parties if key not in signatures]),
    }


def paper_form(agreement, parties, typed=None):
    """The form for a scan: which version, who signed on it, and when."""
    form = PaperForm(typed, version=str(agreement.version) if typed is None else None)
    form.version.choices = [
        (str(one.version), f"Versie {one.version} van {moment(one.frozen_at)}")
        for one in agreement.versions.order_by(AgreementVersion.version.desc())
    ]
    form.parties.choices = parties
    return form


@bp.get("/<int:agreement_id>/pdf")
def download(agreement_id):
    """The agreement as PDF, with its version and hash; national register numbers are masked."""
    agreement = load(mine(), agreement_id)
    return printed(agreement, agreement.readable(g.on))


@bp.post("/<int:agreement_id>/pdf")
def download_whole(agreement_id):
    """The same with whole national register numbers, as the paper must have them; noted."""
    agreement = load(mine(), agreement_id)
    AccessLog.note(agreement, "insz", g.actor, "PDF met rijksregisternummers")
    response = printed(agreement, agreement.unmasked(agreement.readable(g.on)))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def printed(agreement, content):
    paper = pdf_agreement.agreement(agreement, content, READING, PARTIES)
    response = Response(paper, mimetype="application/pdf")
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
