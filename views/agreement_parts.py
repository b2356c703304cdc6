"""Filling in an agreement: learner, period, timetable, terms, and putting it up for signing.

Each step saves what is there and demands nothing; putting it up for signing does.
"""

import json

from flask import flash, g, request, url_for

import rules_agreements as law
from models import PARTS, Agreement, Organisation, RecognitionMentor
from rules import RuleBroken
from views.agreement_forms import (
    WEEKS,
    LearnerForm,
    PeriodForm,
    TermsForm,
    read_timetable,
    typed_timetable,
)
from views.agreements import bp, mine
from views.answers import go_to, load, render


def part_page(part, agreement, status=200, piece=None, **context):
    """A step: the page with the progress list, or only its form."""
    return render(
        f"agreements/{part}.html",
        piece or f"agreements/_{part}.html",
        status,
        agreement=agreement,
        part=part,
        parts=PARTS,
        problems=agreement.problems(g.on),
        may_edit=agreement.may_edit(g.actor),
        **context,
    )


def after(part, agreement_id):
    order = [*PARTS, "overview"]
    return go_to(url_for(f"agreements.{order[order.index(part) + 1]}", agreement_id=agreement_id))


@bp.get("/<int:agreement_id>/leerling")
def learner(agreement_id):
    agreement = load(mine(), agreement_id)
    return part_page("learner", agreement, form=LearnerForm(obj=agreement, insz=""))


@bp.post("/<int:agreement_id>/leerling")
def save_learner(agreement_id):
    agreement, form = load(mine(), agreement_id), LearnerForm(request.form)
    try:
        if not form.validate():
            return part_page("learner", agreement, 422, form=form)
        facts = {name: form[name].data or "" for name in LearnerForm.KEPT}
        sealed = Agreement.sealed(form.insz.data) if form.insz.data else {}
        agreement.edit(g.actor, **facts, **sealed)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return part_page("learner", agreement, 422, form=form)
    return after("learner", agreement_id)


def period_form(agreement, typed=None):
    known = {} if typed else {"mentor": str(agreement.mentor_id or ""), "provider": str(agreement.provider_id or "")}
    form = PeriodForm(typed, obj=None if typed else agreement, **known)
    mentors = RecognitionMentor.valid_on(agreement.recognition, agreement.starts_on or g.on)
    form.mentor.choices = [(str(link.mentor_id), str(link.mentor)) for link in mentors]
    schools = Organisation.select().where(Organisation.kind == "provider").order_by(Organisation.name)
    form.provider.choices = [("", "Kies een school"), *((str(one.id), one.name) for one in schools)]
    return form


@bp.get("/<int:agreement_id>/looptijd")
def period(agreement_id):
    agreement = load(mine(), agreement_id)
    return part_page("period", agreement, form=period_form(agreement))


@bp.post("/<int:agreement_id>/looptijd")
def save_period(agreement_id):
    agreement = load(mine(), agreement_id)
    form = period_form(agreement, request.form)
    valid = form.validate()
    for field, sentence in (("mentor", "Kies een mentor uit de lijst."), ("provider", "Kies een school uit de lijst.")):
        if form[field].data and form[field].data not in dict(form[field].choices):
            form.add_problems({field: sentence})
            valid = False
    try:
        if not valid:
            return part_page("period", agreement, 422, form=form)
        agreement.edit(
            g.actor,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            mentor=form.mentor.data or None,
            provider=form.provider.data or None,
            coach_name=form.coach_name.data or "",
            coach_email=form.coach_email.data or "",
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return part_page("period", agreement, 422, form=form)
    return after("period", agreement_id)


@bp.get("/<int:agreement_id>/uurrooster")
def timetable(agreement_id):
    agreement = load(mine(), agreement_id)
    return timetable_page(agreement, typed_timetable(agreement), {})


def timetable_page(agreement, typed, wrong, status=200, piece=None):
    weeks, full_time, _ = read_timetable(typed)
    agreement.timetable, agreement.full_time = json.dumps(weeks), full_time  # shown, not saved
    work, lessons = law.average_minutes(agreement.weeks)
    return part_page(
        "timetable",
        agreement,
        status,
        piece,
        typed=typed,
        wrong=wrong,
        labels=WEEKS,
        totals=[law.week_minutes(week) for week in agreement.weeks],
        average=(work, lessons, work + lessons),
        derived=agreement.derived_kind(),
        broken=[one for one in agreement.findings(g.on) if one.part == "timetable"],
        protected=law.minor_problems(agreement.weeks) if agreement.is_minor(agreement.starts_on or g.on) else [],
        weekdays=law.WEEKDAYS,
    )


@bp.post("/<int:agreement_id>/uurrooster/totalen")
def totals(agreement_id):
    """The totals of what is typed so far; keeps nothing."""
    agreement = load(mine(), agreement_id)
    return timetable_page(agreement, request.form.to_dict(), {}, piece="agreements/_totals.html")


@bp.post("/<int:agreement_id>/uurrooster")
def save_timetable(agreement_id):
    agreement, typed = load(mine(), agreement_id), request.form.to_dict()
    weeks, full_time, wrong = read_timetable(typed)
    try:
        if wrong:
            return timetable_page(agreement, typed, wrong, 422)
        agreement.edit(g.actor, timetable=json.dumps(weeks), full_time=full_time)
    except RuleBroken as broken:
        return timetable_page(agreement, typed, {"full_time": str(broken)}, 422)
    return after("timetable", agreement_id)


@bp.get("/<int:agreement_id>/afspraken")
def terms(agreement_id):
    agreement = load(mine(), agreement_id)
    return terms_page(agreement, TermsForm(obj=agreement), agreement.declarations)


def terms_page(agreement, form, declared, status=200):
    return part_page(
        "terms",
        agreement,
        status,
        form=form,
        declared=declared,
        declarations=law.DECLARATIONS,
        derived=agreement.derived_kind(),
        paid=agreement.derived_allowance(),
        kinds=law.KINDS,
    )


@bp.post("/<int:agreement_id>/afspraken")
def save_terms(agreement_id):
    agreement, form = load(mine(), agreement_id), TermsForm(request.form)
    declared = [key for key in law.DECLARATIONS if request.form.get(f"declared_{key}")]
    try:
        if not form.validate():
            return terms_page(agreement, form, declared, 422)
        agreement.edit(g.actor, declared=json.dumps(declared), **{name: form[name].data for name in form._fields})
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return terms_page(agreement, form, declared, 422)
    return after("terms", agreement_id)


@bp.get("/<int:agreement_id>/overzicht")
def overview(agreement_id):
    return overview_page(load(mine(), agreement_id))


def overview_page(agreement, status=200, problem=None):
    return part_page(
        "overview",
        agreement,
        status,
        content=agreement.content(),
        findings=agreement.findings(g.on),
        problem=problem,
    )


@bp.post("/<int:agreement_id>/klaarzetten")
def freeze(agreement_id):
    """Put it up for signing."""
    agreement = load(mine(), agreement_id)
    try:
        agreement.freeze(g.actor)
    except RuleBroken:
        return overview_page(load(mine(), agreement_id), 422, "Nog niet alles is in orde. Kijk na wat hieronder staat.")
    flash("De overeenkomst ligt klaar om te tekenen, eerst door de leerling.")
    return go_to(url_for("agreements.show", agreement_id=agreement_id))
