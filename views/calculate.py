"""The public calculator: hours, birth date, start and training in; kind, allowance, premium and last day out.

It must not store anything, nor know who asks.
"""

from fractions import Fraction

from flask import Blueprint, g, request

import rules
import rules_agreements as law
from models import MinimumIncome, Training
from views.answers import render
from views.forms import CalculatorForm

bp = Blueprint("calculate", __name__)


@bp.get("/bereken")
def show():
    """The form; once something is filled in, the outcome below it. A GET, so that an outcome can be shared."""
    trainings = list(Training.select().where(Training.is_active).order_by(Training.name))
    form = CalculatorForm(request.args if request.args else None)
    form.training.choices = [("", "Een andere opleiding"), *((str(one.id), one.name) for one in trainings)]
    asked = bool(request.args)
    valid = asked and form.validate()
    outcome = (
        reckon(form, next((one for one in trainings if str(one.id) == form.training.data), None)) if valid else None
    )
    return render(
        "calculate/show.html",
        "calculate/_calculator.html",
        422 if asked and not valid else 200,
        form=form,
        outcome=outcome,
    )


def reckon(form, training):
    """{name: what the page shows} for a form that was filled in well."""
    starts_on, is_adult = form.starts_on.data, bool(training and training.kind == "volwassenenonderwijs")
    situation = law.Situation(
        Fraction(form.hours.data),
        is_adult_education=is_adult,
        is_simulated_only=form.is_simulated_only.data,
        is_social_maribel=form.is_social_maribel.data,
        is_own_employee=is_adult and form.is_own_employee.data,
        is_legacy=bool(training and training.kind == "leren en werken"),
    )
    kind, why = law.kind_of(situation)
    income = law.minimum_income(MinimumIncome.table(), starts_on)
    years = rules.age(form.born_on.data, starts_on)
    return {
        "kind": kind,
        "name": law.KINDS[kind],
        "why": why,
        "paid": law.allowance(kind, form.category.data, income.amount) if income else None,
        "income": income,
        "premium": law.premium(kind, form.region.data, starts_on),
        "register_until": law.register_until(starts_on),
        "is_past": law.register_until(starts_on) < g.on,
        "latest_end": law.latest_end(starts_on),
        "needs_guardian": years < rules.ADULT,
        "age_problem": None if is_adult else law.age_problem(years),
    }
