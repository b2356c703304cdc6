"""A draft that goes to the other party and back, a copy of an earlier agreement, and several learners from one base.

It must not decide who may; the record does.
"""

from flask import abort, flash, g, request, url_for
from werkzeug.datastructures import ImmutableMultiDict

from models import Agreement, Organisation, choose_registrar, db
from rules import RuleBroken
from views.agreement_forms import SEVERAL, LearnerForm, LearnersForm, MessageForm
from views.agreement_parts import overview_page
from views.agreements import agreement_page, bp, mine
from views.answers import go_to, load, render
from views.forms import one_line


@bp.post("/<int:agreement_id>/doorgeven")
def pass_on(agreement_id):
    """Give the draft to the school, or back to the enterprise."""
    agreement, form = load(mine(), agreement_id), MessageForm(request.form)
    try:
        if not form.validate():
            return overview_page(agreement, 422, form=form)
        agreement.pass_on(g.actor, form.message.data or "")
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return overview_page(load(mine(), agreement_id), 422, form=form)
    flash(f"De werkversie ligt nu bij {agreement.organisation_of(agreement.holder)}.")
    return go_to(url_for("agreements.overview", agreement_id=agreement_id))


@bp.post("/<int:agreement_id>/terugnemen")
def take_back(agreement_id):
    agreement = load(mine(), agreement_id)
    try:
        agreement.take_back(g.actor)
    except RuleBroken as broken:
        return overview_page(load(mine(), agreement_id), 422, str(broken))
    flash("De werkversie ligt weer bij u.")
    return go_to(url_for("agreements.overview", agreement_id=agreement_id))


@bp.post("/<int:agreement_id>/kopieren")
def copy(agreement_id):
    """A new draft for the same learner, as for the next school year."""
    agreement = load(mine(), agreement_id)
    try:
        draft = agreement.copy(g.actor)
    except RuleBroken as broken:
        return agreement_page(agreement, 422, str(broken))
    flash("Alles is overgenomen, behalve de datums en de bijlagen. Kijk elke stap na.")
    return go_to(url_for("agreements.period", agreement_id=draft.id))


@bp.get("/instellingen")
def registrar():
    return registrar_page()


def registrar_page(status=200, problem=None):
    if not g.actor.is_employer:
        abort(403, "De onderneming kiest wie haar overeenkomsten registreert.")
    organisation = Organisation.get_by_id(g.actor.organisation.id)
    return render(
        "agreements/registrar.html", None, status, registers=organisation.registers_agreements, problem=problem
    )


@bp.post("/instellingen")
def choose_who_registers():
    """Whether the enterprise registers its agreements itself, or leaves that to the school."""
    chosen = request.form.get("registers", "")
    if not g.actor.is_employer:
        abort(403, "De onderneming kiest wie haar overeenkomsten registreert.")
    if chosen not in ("ja", "nee"):
        return registrar_page(422, "Kies wie registreert.")
    try:
        choose_registrar(g.actor, chosen == "ja")
    except RuleBroken as broken:
        return registrar_page(422, str(broken))
    flash("Uw keuze is bewaard.")
    return go_to(url_for("agreements.registrar"))


@bp.get("/<int:agreement_id>/meer-leerlingen")
def several(agreement_id):
    return several_page(load(mine(), agreement_id), LearnersForm())


def several_page(agreement, form, status=200, wrong=()):
    return render(
        "agreements/several.html",
        "agreements/_several.html",
        status,
        agreement=agreement,
        form=form,
        wrong=wrong,
        most=SEVERAL,
    )


@bp.post("/<int:agreement_id>/meer-leerlingen")
def start_several(agreement_id):
    """A draft for every learner in the list, or for none when one line is wrong."""
    agreement, form = load(mine(), agreement_id), LearnersForm(request.form)
    if not form.validate():
        return several_page(agreement, form, 422)
    learners, wrong = read_learners(form.learners.data)
    if wrong:
        return several_page(agreement, form, 422, wrong)
    try:
        with db.atomic():
            for learner in learners:
                agreement.copy(g.actor, learner)
    except RuleBroken as broken:
        return several_page(agreement, form, 422, [(0, str(broken))])
    flash(f"{len(learners)} werkversies gemaakt. Vul per leerling adres, ouder of voogd en opleidingsplan aan.")
    return go_to(url_for("agreements.index", overzicht="werkversie"))


def read_learners(text):
    """([columns of each learner], [(number of the line, Dutch sentence)]) of lines pasted from anywhere."""
    learners, wrong, seen = [], [], set()
    lines = [(number, raw) for number, raw in enumerate(text.splitlines(), 1) if raw.strip()]
    if not lines:
        return [], [(1, "Vul minstens één leerling in.")]
    if len(lines) > SEVERAL:
        return [], [(SEVERAL + 1, f"Hoogstens {SEVERAL} leerlingen tegelijk: verdeel de lijst.")]
    for number, raw in lines:
        try:
            learner = read_learner(raw)
            if learner["insz_fingerprint"] in seen:
                raise ValueError("Dit rijksregisternummer staat al hoger in de lijst.")
            seen.add(learner["insz_fingerprint"])
            learners.append(learner)
        except (ValueError, RuleBroken) as problem:
            wrong.append((number, str(problem)))
    return learners, wrong


def read_learner(raw):
    """One line as columns. Raises ValueError or RuleBroken with a Dutch sentence."""
    cells = [one_line(cell) for cell in raw.replace("\t", ";").split(";")]
    if not 3 <= len(cells) <= 4 or not (cells[1] and cells[2]):
        raise ValueError("Schrijf: rijksregisternummer; voornaam; naam; e-mail.")
    names = {"insz": cells[0], "first_name": cells[1], "last_name": cells[2], "email": (*cells, "")[3]}
    form = LearnerForm(ImmutableMultiDict(names))
    if not form.validate():
        raise ValueError(next(field.errors[0] for field in form if field.errors))
    facts = {name: form[name].data for name in ("first_name", "last_name", "email")}
    return Agreement.sealed(form.insz.data) | facts
