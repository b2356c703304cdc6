"""The forms of an agreement read: learner, enterprise, period, terms, and what follows. The record decides.

It must not query.
"""

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

import rules
import rules_agreements as law
from models import GUARDIANS
from views.forms import EMAIL, NAME, PHONE, DutchForm, day, line, one_line, text

SEVERAL = 30  # learners at once; a class is no larger


def read_number(field):
    """A national register number as eleven digits; ValidationError with a Dutch sentence."""
    if field.data:
        try:
            field.data = rules.read_insz(field.data)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None


class LearnerForm(DutchForm):
    KEPT = (
        *("first_name", "last_name", "address", "email", "phone", "nationality", "study_year"),
        *("guardian_kind", "guardian_name", "guardian_email", "guardian_phone"),
    )

    insz = line(
        "Rijksregisternummer", 20, description="11 cijfers, bv. 05.06.15-001.12. We leiden de leeftijd eruit af."
    )
    first_name = line("Voornaam", checks=[NAME])
    last_name = line("Naam", checks=[NAME])
    address = line("Adres", description="Straat, nummer, postcode en gemeente.")
    email = line("E-mail", checks=[Optional(), EMAIL], description="Daar komt de link om te tekenen.")
    phone = line("Telefoon", checks=[Optional(), PHONE])
    nationality = line("Nationaliteit")
    study_year = line("Leerjaar", description="Bv. eerste jaar van de derde graad.")
    guardian_kind = RadioField(
        "Wie tekent mee voor een minderjarige leerling?",
        [Optional()],
        choices=[
            SelectChoice("", "Niemand: de leerling is meerderjarig"),
            *(SelectChoice(*one) for one in GUARDIANS.items()),
        ],
        default="",
    )
    guardian_name = line("Naam van de ouder of voogd", checks=[NAME])
    guardian_insz = line("Rijksregisternummer van de ouder of voogd", 20)
    guardian_email = line("E-mail van de ouder of voogd", checks=[Optional(), EMAIL])
    guardian_phone = line("Telefoon van de ouder of voogd", checks=[Optional(), PHONE])

    def validate_insz(self, field):
        read_number(field)

    def validate_guardian_insz(self, field):
        read_number(field)


class CompanyForm(DutchForm):
    representative = line("Wie tekent voor de onderneming?", checks=[NAME], description="Voornaam en naam.")
    representative_role = line("Functie", description="Bv. zaakvoerder.")
    joint_committee = line(
        "Paritair comité", 6, description="Het nummer, bv. 201 of 302. Bepaalt mee wat een minderjarige mag."
    )
    rsz_number = line("RSZ-nummer", 20)
    social_secretariat = line("Sociaal secretariaat")
    insurer = line("Verzekeraar van arbeidsongevallen")
    policy_number = line("Polisnummer", 40)
    prevention_service = line("Externe preventiedienst")
    contact_name = line("Contactpersoon op de vestiging")
    contact_phone = line("Telefoon van de contactpersoon", checks=[Optional(), PHONE])
    contact_email = line("E-mail van de contactpersoon", checks=[Optional(), EMAIL])
    other_places = text(
        "Andere werkplekken", 1000, description="Adressen waar de leerling ook leert, buiten de vestiging."
    )


class PeriodForm(DutchForm):
    KEPT = ("coach_name", "coach_email", "coach_phone", "provider_place", "provider_number")

    starts_on = day("Eerste dag")
    ends_on = day("Laatste dag")
    mentor = RadioField("Mentor", choices=[], validate_choice=False, filters=[one_line])
    deputy = SelectField("Plaatsvervanger van de mentor", choices=[], validate_choice=False, filters=[one_line])
    provider = SelectField("School", choices=[], validate_choice=False, filters=[one_line])
    provider_place = line("Vestigingsplaats van de school")
    provider_number = line("Instellingsnummer van de school", 20)
    coach_name = line("Trajectbegeleider", checks=[NAME], description="De persoon bij de school die de leerling volgt.")
    coach_email = line("E-mail van de trajectbegeleider", checks=[Optional(), EMAIL])
    coach_phone = line("Telefoon van de trajectbegeleider", checks=[Optional(), PHONE])

    def validate_ends_on(self, field):
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise ValidationError("De laatste dag moet na de eerste dag liggen.")

    def validate_deputy(self, field):
        if field.data and field.data == self.mentor.data:
            raise ValidationError("De plaatsvervanger moet iemand anders zijn dan de mentor.")

    def check_choices(self):
        """True when every choice is one that was offered; the sentences stand at the fields otherwise."""
        wrong = {
            name: f"Kies een {what} uit de lijst."
            for name, what in (("mentor", "mentor"), ("deputy", "plaatsvervanger"), ("provider", "school"))
            if self[name].data and self[name].data not in {value for value, _ in self[name].choices}
        }
        self.add_problems(wrong)
        return not wrong


class TermsForm(DutchForm):
    category = RadioField(
        "Hoever staat de leerling?",
        choices=[SelectChoice(key, label) for key, (_, label) in law.CATEGORIES.items()],
        default="first",
    )
    holidays = RadioField("Vakantie", choices=[SelectChoice(*one) for one in law.HOLIDAYS.items()], default="school")
    transport = line("Verplaatsing", description="Wat betaalt de onderneming voor het woon-werkverkeer?")
    is_social_maribel = BooleanField("Onze onderneming is een non-profit met sociale Maribel")
    is_simulated_only = BooleanField("De leerling leert alleen op een gesimuleerde werkplek")
    is_own_employee = BooleanField("Volwassenenonderwijs: de cursist werkt al bij ons")


class AnnexForm(DutchForm):
    file = line("Bestand")


class MessageForm(DutchForm):
    message = text("Bericht", 2000, description="Wat moet de ander nog invullen of nakijken?")


class LearnersForm(DutchForm):
    learners = text(
        "Leerlingen",
        10000,
        description="Eén per regel: rijksregisternummer; voornaam; naam; e-mail. U kunt ze uit een rekenblad plakken.",
    )


class PaperForm(DutchForm):
    version = SelectField("Welke versie is getekend?", choices=[], validate_choice=False, filters=[one_line])
    parties = SelectMultipleField("Wie tekende op dit papier?", choices=[], validate_choice=False)
    signed_on = day("Datum bij de handtekening")
    file = line("Scan van het getekende papier")


class SignForm(DutchForm):
    name = line("Uw voornaam en naam", checks=[InputRequired(message="Schrijf uw naam: dat is uw handtekening.")])
