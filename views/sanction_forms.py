"""Forms about sanctions and appeals, read as forms.py reads: a sanction to prepare, grounds, admissibility, a ruling.

It must not query, and it must not know what an answer leads to.
"""

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from views.forms import DutchForm, day, required, text

ALL = "alle"  # the answer "every one of them"


class SanctionForm(DutchForm):
    """One kind of sanction; what does not belong to that kind stays empty."""

    recognitions = SelectMultipleField("Voor welke erkenningen?", choices=[], validate_choice=False)
    scope = RadioField(
        "Wat wordt uitgesloten?",
        [Optional()],
        choices=[
            SelectChoice("establishment", "Alleen deze vestiging"),
            SelectChoice("enterprise", "De hele onderneming"),
        ],
        default="establishment",
    )
    until = day("Uitgesloten tot en met")
    grounds = text(
        "Motivering", 4000, description="De werkgever leest dit, en de beroepscommissie als hij in beroep gaat."
    )


class GroundsForm(DutchForm):
    grounds = text(
        "Waarom bent u het niet eens met de beslissing?",
        8000,
        description="Zeg wat er volgens u niet klopt of niet meegeteld werd. Dit is wat de beroepscommissie leest.",
    )


class AdmissibilityForm(DutchForm):
    admissible = RadioField(
        "Is dit beroep ontvankelijk?",
        [required("Kies ontvankelijk of niet ontvankelijk.")],
        choices=[SelectChoice("ja", "Ontvankelijk"), SelectChoice("nee", "Niet ontvankelijk")],
    )
    reason = text("Motivering", 4000, description="Verplicht als het beroep niet ontvankelijk is.")


class RulingForm(DutchForm):
    granted = RadioField(
        "Het beroep is",
        [required("Kies gegrond of ongegrond.")],
        choices=[SelectChoice("ja", "Gegrond"), SelectChoice("nee", "Ongegrond")],
    )
    reason = text("Motivering", 4000, description="Altijd verplicht: de werkgever en het partnerschap lezen dit.")
