"""Agreements: a new one, the page of one, its PDF, and taking a step.

Filling one in is agreement_parts.py's, the overview agreement_list.py's, what comes after signing agreement_life.py's.
"""

from flask import Blueprint, Response, abort, flash, g, request, url_for

import adapters.pdf_agreement as pdf_agreement
from models import (
    PARTIES,
    PARTS,
    READING,
    AccessLog,
    Agreement,
    AgreementVersion,
    Recognition,
    last_asked,
)
from rules import RuleBroken
from views.agreement_file import file_of
from views.agreement_forms import PaperForm
from views.answers import go_to, load, render
from views.filters import moment
from views.forms import ReasonForm
from views.life_forms import RegisterForm
from views.statuses import explained

bp = Blueprint("agreements", __name__, url_prefix="/overeenkomsten")

NOT_STARTED_HERE = (
    "Een onderneming begint de overeenkomst. Hebt u een machtiging? Wissel dan eerst naar die onderneming."
)


def mine():
    return Agreement.of(g.actor.organisation)


@bp.get("/nieuw")
def new():
    """The valid recognitions a new agreement can be built on, and the drafts that already lie there."""
    if not g.actor.is_employer:
        abort(403, NOT_STARTED_HERE)
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
        abort(403, NOT_STARTED_HERE)
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


def agreement_page(agreement, status=200, problem=None, register=None, cancel=None, code=None, paper=None, **wrong):
    """`wrong`: the forms of agreement_file.py that come back refused."""
    turn, file = agreement.next_party(), file_of(agreement, **wrong)
    return render(
        "agreements/show.html",
        None,
        status,
        agreement=agreement,
        content=agreement.readable(g.on),
        parts=READING if agreement.state == "to_sign" else PARTS,  # who signs has all of it before them
        signing=signing_of(agreement, turn, paper),
        is_mine=g.actor.organisation.id == agreement.organisation_id,
        explanation=explained(agreement, g.actor, g.on, file["signs"]),
        problem=problem,
        register=register or RegisterForm(),
        cancel=cancel or ReasonForm(),
        code=code,
        **file,
    )


@bp.get("/<int:agreement_id>/rechten-en-plichten")
def articles(agreement_id):
    """The articles by themselves: most of the text, and nothing that still changes."""
    agreement = load(mine(), agreement_id)
    return render("agreements/articles.html", agreement=agreement, articles=agreement.readable(g.on)["articles"])


def signing_of(agreement, turn, paper):
    """What the block of signatures shows: who signed, whose turn it is, when they can be asked again, and the paper."""
    parties = [(key, PARTIES[key]) for key in agreement.needed_parties()]
    signatures = agreement.signatures()
    return {
        "parties": parties,
        "signatures": signatures,
        "turn": turn,
        "may_sign": bool(turn) and agreement.may_sign(g.actor, turn),
        "asked": last_asked(agreement, turn) if turn else None,
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
