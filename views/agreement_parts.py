"""Filling in an agreement: learner, enterprise, period, terms, and putting it up for signing.

Each step saves what is there and demands nothing; putting it up for signing does. The timetable and the annexes have
their own module.
"""

import json

from flask import flash, g, request, url_for

import rules_agreements as law
from models import HOLDERS, PARTS, READING, Agreement, Mentor, Organisation, RecognitionMentor
from models.profile import Seal
from rules import RuleBroken
from views.agreement_forms import CompanyForm, LearnerForm, MessageForm, PeriodForm, TermsForm
from views.agreements import bp, mine
from views.answers import go_to, load, render


def part_page(part, agreement, status=200, piece=None, /, **context):
    """A step: the page with the progress list, or only its form."""
    findings = agreement.findings(g.on)
    return render(
        f"agreements/{part}.html",
        piece or f"agreements/_{part}.html",
        status,
        agreement=agreement,
        part=part,
        parts=PARTS,
        findings=findings,
        problems=agreement.problems(findings),
        to_fill=agreement.to_fill(findings),
        may_edit=agreement.may_edit(g.actor),
        **context,
    )


def after(part, agreement_id):
    order = [*PARTS, "overview"]
    return go_to(url_for(f"agreements.{order[order.index(part) + 1]}", agreement_id=agreement_id))


def revision_seen():
    """The revision the form was drawn on; None where it does not say, and a forged one fits nothing."""
    typed = request.form.get("revision")
    if typed is None:
        return None
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else -1


def keep(part, agreement, form, redraw, **facts):
    """Save a part and go to the next; refused, the form comes back with what was typed."""
    try:
        agreement.edit(g.actor, revision_seen(), **facts)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return redraw(agreement, form, 422)
    return after(part, agreement.id)


def learner_page(agreement, form, status=200):
    return part_page("learner", agreement, status, form=form)


@bp.get("/<int:agreement_id>/leerling")
def learner(agreement_id):
    agreement = load(mine(), agreement_id)
    return learner_page(agreement, LearnerForm(obj=agreement, insz="", guardian_insz=""))


@bp.post("/<int:agreement_id>/leerling")
def save_learner(agreement_id):
    agreement, form = load(mine(), agreement_id), LearnerForm(request.form)
    if not form.validate():
        return learner_page(agreement, form, 422)
    facts = {name: form[name].data or "" for name in LearnerForm.KEPT}
    try:
        facts |= Agreement.sealed(form.insz.data) if form.insz.data else {}
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return learner_page(agreement, form, 422)
    if number := form.guardian_insz.data:
        facts |= {"guardian_insz_sealed": Seal.close(number), "guardian_insz_tail": number[-2:]}
    if not facts["guardian_kind"]:
        facts |= {"guardian_insz_sealed": "", "guardian_insz_tail": ""}
    return keep("learner", agreement, form, learner_page, **facts)


def company_page(agreement, form, status=200):
    return part_page("company", agreement, status, form=form)


@bp.get("/<int:agreement_id>/onderneming")
def company(agreement_id):
    agreement = load(mine(), agreement_id)
    return company_page(agreement, CompanyForm(obj=agreement))


@bp.post("/<int:agreement_id>/onderneming")
def save_company(agreement_id):
    agreement, form = load(mine(), agreement_id), CompanyForm(request.form)
    if not form.validate():
        return company_page(agreement, form, 422)
    return keep("company", agreement, form, company_page, **{field.name: field.data or "" for field in form})


def period_form(agreement, typed=None):
    kept = agreement.__data__  # its own ids: a form takes a choice as text, and would ask the record for a record
    kept = kept | {name: str(kept[name] or "") for name in ("mentor", "deputy", "provider")}
    form = PeriodForm(typed, data=None if typed else kept)
    links = RecognitionMentor.valid_on(agreement.recognition, agreement.starts_on or g.on)
    form.mentor.choices = [(str(link.mentor_id), str(link.mentor)) for link in links]
    others = [(str(one.id), str(one)) for one in Mentor.choosable(agreement.organisation)]
    form.deputy.choices = [("", "Niemand"), *others]
    schools = Organisation.select().where(Organisation.kind == "provider").order_by(Organisation.name)
    form.provider.choices = [("", "Kies een school"), *((str(one.id), one.name) for one in schools)]
    return form


def period_page(agreement, form, status=200):
    return part_page("period", agreement, status, form=form)


@bp.get("/<int:agreement_id>/looptijd")
def period(agreement_id):
    agreement = load(mine(), agreement_id)
    return period_page(agreement, period_form(agreement))


@bp.post("/<int:agreement_id>/looptijd")
def save_period(agreement_id):
    agreement = load(mine(), agreement_id)
    form = period_form(agreement, request.form)
    valid = form.validate()
    if not (form.check_choices() and valid):
        return period_page(agreement, form, 422)
    facts = {name: form[name].data or None for name in ("starts_on", "ends_on", "mentor", "deputy", "provider")}
    facts |= {name: form[name].data or "" for name in PeriodForm.KEPT}
    return keep("period", agreement, form, period_page, **facts)


def terms_page(agreement, form, status=200):
    return part_page(
        "terms",
        agreement,
        status,
        form=form,
        declared=declared_in_form() if request.method == "POST" else agreement.declarations,
        declarations=law.DECLARATIONS,
        derived=agreement.derived_kind(),
        paid=agreement.derived_allowance(),
        kinds=law.KINDS,
    )


def declared_in_form():
    return [key for key in law.DECLARATIONS if request.form.get(f"declared_{key}")]


@bp.get("/<int:agreement_id>/afspraken")
def terms(agreement_id):
    agreement = load(mine(), agreement_id)
    return terms_page(agreement, TermsForm(obj=agreement))


@bp.post("/<int:agreement_id>/afspraken")
def save_terms(agreement_id):
    agreement, form = load(mine(), agreement_id), TermsForm(request.form)
    if not form.validate():
        return terms_page(agreement, form, 422)
    facts = {name: form[name].data for name in form._fields} | {"declared": json.dumps(declared_in_form())}
    return keep("terms", agreement, form, terms_page, **facts)


@bp.get("/<int:agreement_id>/overzicht")
def overview(agreement_id):
    return overview_page(load(mine(), agreement_id))


def overview_page(agreement, status=200, problem=None, form=None):
    return part_page(
        "overview",
        agreement,
        status,
        content=agreement.readable(g.on),
        titles=READING,
        holders=HOLDERS,
        form=form or MessageForm(),
        problem=problem,
    )


@bp.post("/<int:agreement_id>/klaarzetten")
def freeze(agreement_id):
    """Put it up for signing."""
    agreement = load(mine(), agreement_id)
    try:
        agreement.freeze(g.actor)
    except RuleBroken as broken:
        agreement = load(mine(), agreement_id)
        blocked = agreement.may_edit(g.actor) and any(one.blocks for one in agreement.findings(g.on))
        said = "Nog niet alles is in orde. Kijk na wat hieronder staat." if blocked else str(broken)
        return overview_page(agreement, 422, said)
    flash("De overeenkomst ligt klaar om te tekenen, eerst door de leerling.")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))
