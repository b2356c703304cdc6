"""The public calculator: hours, birth date, start and training in; kind, allowance, premium and last day out.

It must not store anything, nor know who asks.
"""

from fractions import Fraction

from flask import Blueprint, g, request
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

import rules
import rules_agreements as law
from models import MinimumIncome, Training
from views.answers import render
from views.forms import DutchForm, day, one_line

bp = Blueprint("calculate", __name__)


class HoursField(StringField):
    """A number of hours a week, read as minutes; what was typed stays what is shown."""

    def process_formdata(self, values):
        self.typed = values[0] if values else ""
        self.data = law.read_hours(self.typed)

    def _value(self):
        return getattr(self, "typed", "")


class CalculatorForm(DutchForm):
    """Everything the kind, the allowance and the terms of an agreement follow from."""

    hours = HoursField(
        "Uren per week op de werkplek",
        [InputRequired(message="Vul het gemiddelde aantal uren in, bv. 20.")],
        description="Gemiddeld over het jaar, zonder feestdagen en vakanties. Schrijf 20, 19,5 of 19:30.",
    )
    starts_on = day("Eerste dag", checks=[InputRequired(message="Vul de eerste dag van de overeenkomst in.")])
    born_on = day("Geboortedatum van de leerling", checks=[InputRequired(message="Vul de geboortedatum in.")])
    training = SelectField("Opleiding", choices=[], validate_choice=False, filters=[one_line])
    category = RadioField(
        "Hoever staat de leerling?",
        choices=[SelectChoice(key, label) for key, (_, label) in law.CATEGORIES.items()],
        default="first",
    )
    region = RadioField(
        "Waar ligt de werkplek?",
        choices=[SelectChoice(name, name) for name in ("Vlaams Gewest", "Brussels Hoofdstedelijk Gewest")],
        default="Vlaams Gewest",
    )
    is_simulated_only = BooleanField("De leerling leert alleen op een gesimuleerde werkplek")
    is_social_maribel = BooleanField("De onderneming is een non-profit met sociale Maribel")
    is_own_employee = BooleanField("Volwassenenonderwijs: de cursist werkt al bij deze onderneming")

    def validate_born_on(self, field):
        if field.data and self.starts_on.data and field.data >= self.starts_on.data:
            raise ValidationError("De geboortedatum ligt vóór de eerste dag. Kijk de twee datums na.")


@bp.get("/bereken")
def show():
    """The form; once something is filled in, the outcome below it. A GET, so that an outcome can be shared."""
    form, outcome, status = answered()
    return render("calculate/show.html", "calculate/_calculator.html", status, form=form, outcome=outcome)


def answered():
    """(form, outcome or None, status) of what the address says was filled in."""
    trainings = list(Training.select().where(Training.is_active).order_by(Training.name))
    asked = any(field in request.args for field in ("hours", "starts_on", "born_on"))
    form = CalculatorForm(request.args if asked else None)
    form.training.choices = [("", "Een andere opleiding"), *((str(one.id), one.name) for one in trainings)]
    if not asked:
        form.training.data = request.args.get("opleiding")
        return form, None, 200
    if not form.validate():
        return form, None, 422
    training = next((one for one in trainings if str(one.id) == form.training.data), None)
    return form, reckon(form, training), 200


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
