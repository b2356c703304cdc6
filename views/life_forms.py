"""The forms of an agreement once it is signed: register, premium, change, suspend, correct, end.

What is allowed, the record decides. It must not query.
"""

from wtforms import BooleanField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

import rules_agreements as law
from models import AGREEMENT_ENDINGS, INITIATIVES, SUSPENSION_REASONS
from views.forms import EMAIL, NAME, DutchForm, day, line, text

IBAN_HINT = "Bv. BE68 5390 0754 7034."
CONSENT = "Wij vragen de premie kwalificerend werkplekleren aan en geven daarvoor toestemming"


def account(label):
    return line(label, 42, checks=[fitting_account], description=IBAN_HINT)


def fitting_account(form, field):
    number = "".join(field.data.split()).upper() if field.data else ""
    if number and not law.valid_account_number(number):
        raise ValidationError("Dit rekeningnummer klopt niet: kijk het na, bv. BE68 5390 0754 7034.")
    field.data = number


class RegisterForm(DutchForm):
    wants_premium = BooleanField(CONSENT)
    account_number = account("Rekeningnummer van de onderneming")
    learner_account_number = account("Rekeningnummer van de leerling")


class PremiumForm(RegisterForm):
    """The same, afterwards; the learner's declaration comes as a file beside it."""


class EndForm(DutchForm):
    last_day = day("Laatste dag")
    initiative = RadioField(
        "Van wie komt het initiatief?",
        [Optional()],
        choices=[SelectChoice(key, label) for key, (label, _) in INITIATIVES.items()],
    )
    kind = RadioField(
        "Waarom eindigt ze?", [Optional()], choices=[SelectChoice(*one) for one in AGREEMENT_ENDINGS.items()]
    )
    note = text("Toelichting", 2000)

    def offer(self, initiative):
        """Only the reasons that go with who takes the initiative."""
        self.kind.choices = [SelectChoice(key, AGREEMENT_ENDINGS[key]) for key in INITIATIVES[initiative][1]]


class SuspensionForm(DutchForm):
    ground = RadioField(
        "Waarom staat de overeenkomst stil?",
        [Optional()],
        choices=[SelectChoice(key, label) for key, (label, _) in SUSPENSION_REASONS.items()],
    )
    starts_on = day("Eerste dag zonder opleiding")
    ends_on = day("Laatste dag zonder opleiding", description="Laat leeg zolang u het niet weet.")
    keeps_allowance = BooleanField("De vergoeding loopt door")
    suspension_note = text("Toelichting", 1000)


class ResumeForm(DutchForm):
    ends_on = day("Laatste dag zonder opleiding")


class CorrectionForm(DutchForm):
    address = line("Adres van de leerling", description="Straat, nummer, postcode en gemeente.")
    email = line("E-mail van de leerling", checks=[Optional(), EMAIL])
    guardian_email = line("E-mail van de ouder of voogd", checks=[Optional(), EMAIL])
    coach_name = line("Trajectbegeleider", checks=[NAME])
    coach_email = line("E-mail van de trajectbegeleider", checks=[Optional(), EMAIL])

    def validate_address(self, field):
        if not field.data:
            raise ValidationError("Vul het adres van de leerling in.")

    def validate_coach_name(self, field):
        if not field.data:
            raise ValidationError("Vul in wie de leerling volgt.")


class ChangeForm(DutchForm):
    """What every change asks."""

    effective_on = day("Gaat in op")
    reason = text("Waarom?", 1000)


class MentorChangeForm(ChangeForm):
    mentor = RadioField("Nieuwe mentor", [Optional()], choices=[], validate_choice=False)


class HolidayForm(ChangeForm):
    worked = text("Welke vakantiedagen werkt de leerling?", 1000, description="Bv. 2 tot en met 6 januari 2023.")
    recovered = text("Wanneer is de leerling daarvoor vrij?", 1000, description="In lesweken van hetzelfde schooljaar.")


class ExtensionForm(DutchForm):
    ends_on = day("Nieuwe laatste dag")
    reason = text("Waarom?", 1000)


CHANGE_FORMS = {
    "timetable": ChangeForm,
    "mentor": MentorChangeForm,
    "holidays": HolidayForm,
    "extension": ExtensionForm,
}
