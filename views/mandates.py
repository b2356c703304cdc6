"""Mandates: given by the employer, held by others, what was done by them, and what waits for approval.

It must not know what a mandate opens; views/mandated.py does.
"""

from flask import Blueprint, abort, flash, g, request, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

import rules
from models import (
    EXTENTS,
    PURPOSES,
    AccessLog,
    Event,
    Mandate,
    MandateOffer,
    Organisation,
    Proposal,
    admit_holder,
    by_mandate,
    named,
)
from rules import RuleBroken
from views.answers import Page, go_to, load, render
from views.check import MAILING, account, limiter
from views.forms import EMAIL, DutchForm, ReasonForm, day, line, required
from views.links import outside
from views.published import published

bp = Blueprint("mandates", __name__, url_prefix="/organisatie/machtigingen")


def extent(label):
    choices = [SelectChoice(key, words) for key, words in EXTENTS.items()]
    return RadioField(label, [required("Kies ja of nee.")], choices=choices, default="no")


class MandateForm(DutchForm):
    who = RadioField(
        "Wie mag ermee werken?",
        [required("Kies wie ermee mag werken.")],
        choices=[
            SelectChoice("organisation", "Iedereen van een organisatie, bv. uw sociaal secretariaat"),
            SelectChoice("person", "Eén persoon, bv. een trajectbegeleider of een medewerker van de sector"),
        ],
        default="organisation",
    )
    holder = line(
        "Ondernemingsnummer van de organisatie",
        20,
        description="Bv. 0417.390.703. Kent het loket ze nog niet? Dan wacht de machtiging tot iemand zich aanmeldt.",
    )
    email = line(
        "Of nodig uit per e-mail",
        checks=[Optional(), EMAIL],
        description="Voor één persoon moet dat. We sturen een link die één keer werkt.",
    )
    recognitions = extent("Erkenningen aanvragen en opvolgen")
    mentors = extent("Mentoren beheren")
    agreements = extent("Overeenkomsten opmaken en registreren")
    valid_from = day("Van", checks=[required("Vul deze datum in.")])
    valid_until = day("Tot en met", checks=[required("Vul deze datum in.")])


@bp.get("")
def index():
    """What this organisation gave, and what others gave it."""
    return listing()


def listing(status=200, problem=""):
    page = Page(
        Mandate.given(g.actor.organisation), [(Mandate.id, "desc")], request.args.get("na"), request.args.get("voor")
    )
    return render(
        "mandates/index.html",
        "mandates/_given.html" if status == 200 else None,
        status,
        page=page,
        problem=problem,
        held=list(Mandate.held(g.actor.organisation, g.on).where(Mandate.for_person(g.actor.user)).limit(200)),
        offers=list(MandateOffer.open(g.actor.organisation, g.at).limit(100)),
        waiting=Proposal.open(g.actor.organisation, g.on).count(),
    )


@bp.get("/nieuw")
def new():
    if not g.actor.is_employer:
        abort(403, "Alleen een onderneming geeft een machtiging.")
    return giving(MandateForm(valid_from=g.on, valid_until=rules.add_years(g.on, 1)))


def giving(form, status=200):
    known = (
        Organisation.select()
        .where(Organisation.kind.in_(("provider", "partnership")))
        .order_by(Organisation.name)
        .limit(200)
    )
    return render("mandates/new.html", "mandates/_form.html", status, form=form, known=list(known))


@bp.post("")
@limiter.limit(MAILING, key_func=account)
def give():
    """Let another organisation act for this employer."""
    form = MandateForm(request.form)
    try:
        if not form.validate():
            return giving(form, 422)
        mandate = given(form)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return giving(form, 422)
    if isinstance(mandate, MandateOffer):
        flash(f"{mandate.email} krijgt een mail met een link om te aanvaarden.")
        return go_to(url_for("mandates.index"))
    flash(f"{mandate.whose} kan nu voor u werken, tot en met {mandate.valid_until:%d/%m/%Y}.")
    return go_to(url_for("mandates.show", mandate_id=mandate.id))


def given(form):
    """The mandate, or the offer of one that waits for who gets the mail."""
    holder, email = None, form.email.data
    if form.holder.data:
        holder = admit_holder(as_kept(form.holder.data), published)
    if form.who.data == "person" and not email:
        raise RuleBroken(email="Vul het e-mailadres van die persoon in. Alleen wie de link krijgt, mag ermee werken.")
    if not (form.holder.data or email):
        raise RuleBroken(holder="Vul een ondernemingsnummer in, of een e-mailadres om uit te nodigen.")
    facts = {purpose: form[purpose].data for purpose in PURPOSES}
    days = form.valid_from.data, form.valid_until.data
    if not email or (form.holder.data and holder is None):
        return Mandate.give(g.actor, holder, *days, **facts)
    is_personal = form.who.data == "person"
    return MandateOffer.by_mail(g.actor, email, offer_address, *days, holder=holder, is_personal=is_personal, **facts)


def offer_address(token):
    return outside(url_for("mandate_offers.show", token=token))


def as_kept(number):
    """A typed number as the register has it; schools and entities have codes of their own, letters included."""
    return "".join(character for character in number if character.isalnum()).upper()[:20]


def mine():
    """The mandates of this organisation, on either side; those for one person are theirs alone on the other."""
    return Mandate.seen_by(g.actor.user, g.actor.organisation)


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
    flash(f"De machtiging van {mandate.whose} is beëindigd.")
    return go_to(url_for("mandates.show", mandate_id=mandate.id))


@bp.post("/aanbod/<int:offer_id>/intrekken")
def withdraw(offer_id):
    """Nobody takes it up any more."""
    offer = load(MandateOffer.open(g.actor.organisation, g.at), offer_id)
    try:
        offer.withdraw(g.actor)
    except RuleBroken as broken:
        return listing(422, str(broken))
    flash(f"De machtiging voor {offer.email} is ingetrokken.")
    return go_to(url_for("mandates.index"))


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
