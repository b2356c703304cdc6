"""Mandates: given by the employer, held by others, what was done by them, and what waits for approval.

It must not know what a mandate opens; views/mandated.py does.
"""

from flask import Blueprint, abort, flash, g, request, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

import rules
from models import (
    EXTENTS,
    PURPOSES,
    AccessLog,
    Event,
    Mandate,
    Organisation,
    Proposal,
    by_mandate,
    named,
)
from rules import RuleBroken
from views.answers import Page, go_to, load, render
from views.forms import DutchForm, ReasonForm, day, line, required

bp = Blueprint("mandates", __name__, url_prefix="/organisatie/machtigingen")


def extent(label):
    choices = [SelectChoice(key, words) for key, words in EXTENTS.items()]
    return RadioField(label, [required("Kies ja of nee.")], choices=choices, default="no")


class MandateForm(DutchForm):
    holder = line(
        "Ondernemingsnummer van wie u machtigt",
        20,
        checks=[required("Vul het nummer in van de school, het partnerschap of het sociaal secretariaat.")],
        description="Een school, een partnerschap of een sociaal secretariaat, bv. 0417.390.703.",
    )
    recognitions = extent("Erkenningen aanvragen en opvolgen")
    mentors = extent("Mentors beheren")
    agreements = extent("Overeenkomsten opmaken en registreren")
    valid_from = day("Van", checks=[required("Vul deze datum in.")])
    valid_until = day("Tot en met", checks=[required("Vul deze datum in.")])


@bp.get("")
def index():
    """What this organisation gave, and what others gave it."""
    given = Mandate.given(g.actor.organisation) if g.actor.is_employer else Mandate.given(None)
    page = Page(given, [(Mandate.id, "desc")], request.args.get("na"), request.args.get("voor"))
    return render(
        "mandates/index.html",
        "mandates/_given.html",
        page=page,
        held=list(Mandate.held(g.actor.organisation, g.on).limit(200)),
        waiting=Proposal.open(g.actor.organisation, g.on).count(),
    )


@bp.get("/nieuw")
def new():
    if not g.actor.is_employer:
        abort(403, "Alleen een onderneming geeft een machtiging.")
    return giving(MandateForm(valid_from=g.on, valid_until=rules.add_years(g.on, 1)))


def giving(form, status=200):
    known = Organisation.select().where(Organisation.kind != "employer").order_by(Organisation.name).limit(200)
    return render("mandates/new.html", "mandates/_form.html", status, form=form, known=list(known))


@bp.post("")
def give():
    """Let another organisation act for this employer."""
    form = MandateForm(request.form)
    try:
        if not form.validate():
            return giving(form, 422)
        mandate = Mandate.give(
            g.actor,
            Organisation.get_or_none(Organisation.number == as_kept(form.holder.data)),
            form.valid_from.data,
            form.valid_until.data,
            **{purpose: form[purpose].data for purpose in PURPOSES},
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return giving(form, 422)
    flash(f"{mandate.holder} kan nu voor u werken, tot en met {mandate.valid_until:%d/%m/%Y}.")
    return go_to(url_for("mandates.show", mandate_id=mandate.id))


def as_kept(number):
    """A typed number as the register has it; schools and entities have codes of their own, letters included."""
    return "".join(character for character in number if character.isalnum()).upper()[:20]


def mine():
    """The mandates of this organisation, on either side."""
    organisation = g.actor.organisation
    return Mandate.joined().where((Mandate.organisation == organisation) | (Mandate.holder == organisation))


@bp.get("/<int:mandate_id>")
def show(mandate_id):
    """One mandate, with everything that was done by it and every number that was looked at."""
    return one(load(mine(), mandate_id))


def one(mandate, status=200, problem=""):
    page, looks = None, []
    if mandate.organisation == g.actor.organisation:  # what was done there is the business of the employer alone
        page = Page(by_mandate(mandate), [(Event.id, "desc")], request.args.get("na"), request.args.get("voor"))
        looks = list(by_mandate(mandate, AccessLog).order_by(AccessLog.id.desc()).limit(100))
    return render(
        "mandates/show.html",
        "mandates/_deeds.html" if page else None,
        status,
        mandate=mandate,
        page=page,
        looks=looks,
        about=named([*page.rows, *looks]) if page else {},
        proposals=list(Proposal.of(mandate).limit(50)),
        purposes=PURPOSES,
        extents=EXTENTS,
        problem=problem,
    )


@bp.post("/<int:mandate_id>/beeindigen")
def end(mandate_id):
    """One click: over, at once."""
    mandate = load(mine(), mandate_id)
    try:
        mandate.end(g.actor)
    except RuleBroken as broken:
        return one(load(mine(), mandate_id), 422, str(broken))
    flash(f"De machtiging van {mandate.holder} is beëindigd.")
    return go_to(url_for("mandates.show", mandate_id=mandate.id))


@bp.get("/voorstellen")
def proposals():
    """What waits for the employer's approval."""
    return waiting()


def waiting(status=200, refused=None, form=None, problem=""):
    found = Proposal.as_they_stand(Proposal.open(g.actor.organisation, g.on).limit(50))
    return render(
        "mandates/proposals.html",
        None,
        status,
        proposals=found,
        refused=refused,
        form=form or ReasonForm(),
        problem=problem,
    )


@bp.post("/voorstellen/<int:proposal_id>/weigeren")
def refuse(proposal_id):
    """Not like this: back to who proposed it, with a reason."""
    proposal = load(Proposal.open(g.actor.organisation, g.on), proposal_id)
    form = ReasonForm(request.form)
    try:
        if not form.validate():
            return waiting(422, proposal, form)
        proposal.refuse(g.actor, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return waiting(422, proposal, form)
    flash("U keurde dit niet goed. Wie het voorstelde, leest waarom.")
    return go_to(url_for("mandates.proposals"))
