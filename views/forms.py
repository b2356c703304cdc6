"""Forms read: text becomes values, or a Dutch sentence at the field. What is allowed, the records decide.

It must not query, and it must not know what a field is for.
"""

import re

from werkzeug.datastructures import ImmutableMultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, Regexp, StopValidation

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
WRONG_DATE = "Schrijf een datum als 31/12/2026."


# Turns the words after it around, or takes no room at all: a name could look like another one, or like nothing.
UNSEEN = "\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
JOINERS = "\u200c\u200d"  # some scripts need them between letters; by themselves they are nothing
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + UNSEEN
    + "".join(chr(plane + end) for plane in range(0x10000, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)


def cleaned(typed):
    """The same values without what cannot be seen or kept, and without nameless ones."""
    return ImmutableMultiDict(
        (UNSHOWABLE.sub("", name), UNSHOWABLE.sub("", value)) for name, value in typed.items(multi=True) if name
    )


def one_line(text):
    """Trimmed, single-spaced; empty when nothing in it can be seen."""
    text = " ".join((text or "").split())
    return text if text.strip(JOINERS + " ") else ""


def many_lines(text):
    return (text or "").replace("\r\n", "\n").strip()


class DutchForm(Form):
    class Meta:
        locales = ["nl"]

    def __init__(self, typed=None, **known):
        self.general = []
        super().__init__(typed, **known)

    def add_problems(self, problems):
        """Put the sentences of a refused step at their fields, the rest above the form."""
        for name, sentence in problems.items():
            if name in self._fields:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.general.append(sentence)


class AtMost(Length):
    """The first check: what is longer is looked at no further, or its shape would be sought in half a megabyte."""

    def __call__(self, form, field):
        try:
            super().__call__(form, field)
        except ValidationError as problem:
            raise StopValidation(str(problem)) from None


def line(label, length=255, **options):
    checks = [AtMost(max=length, message=f"Gebruik hoogstens {length} tekens."), *options.pop("checks", [])]
    return StringField(label, checks, filters=[one_line], **options)


def text(label, length=4000, **options):
    checks = [AtMost(max=length, message=f"Gebruik hoogstens {length} tekens."), *options.pop("checks", [])]
    return TextAreaField(label, checks, filters=[many_lines], **options)


def required(sentence):
    return DataRequired(message=sentence)


def plausible_date(form, field):
    if field.data and not 1900 <= field.data.year <= 2200:
        raise ValidationError(WRONG_DATE)


class DutchDateField(DateField):
    def process_formdata(self, values):
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError(WRONG_DATE) from None


class WholeNumberField(IntegerField):
    def process_formdata(self, values):
        try:
            super().process_formdata([value.strip() for value in values])
        except ValueError:
            raise ValueError("Schrijf een getal in cijfers, bv. 7.") from None


def day(label, **options):
    checks = options.pop("checks", [Optional()])
    return DutchDateField(label, [*checks, plausible_date], format=DATE_FORMATS, **options)


EMAIL = Email(message="Dit e-mailadres klopt niet. Schrijf het als naam@voorbeeld.be.")
PHONE = Regexp(r"^\+?[0-9 ./()-]{8,25}$", message="Schrijf een telefoonnummer als 015 12 34 56.")
NAME = Regexp(r"(?i)(?!.*(://|www\.))", message="Schrijf een naam, en geen adres van een website.")  # it goes in mails


class EstablishmentForm(DutchForm):
    establishment = RadioField("Vestiging", choices=[], validate_choice=False, filters=[one_line])
    joint_committee = line(
        "Paritair comité", 120, description="Het nummer, bv. 201 of 202.01. U vindt het op een loonbrief."
    )
    contact_name = line("Naam", description="Wie kan het partnerschap bellen over deze aanvraag?")
    contact_email = line("E-mail", checks=[Optional(), EMAIL])
    contact_phone = line("Telefoon", checks=[Optional(), PHONE])


class TrainingForm(DutchForm):
    training = RadioField("Opleiding", choices=[], validate_choice=False, filters=[one_line])


def criteria_form(criteria, typed=None, answers=None):
    """A form with yes/no and an explanation for each criterion; `answers`: {key: Answer} known so far."""
    fields = {}
    for criterion in criteria:
        fields[criterion.key] = RadioField(
            criterion.label,
            [Optional()],
            choices=[SelectChoice("ja", "Ja"), SelectChoice("nee", "Nee")],
            description=criterion.help,
        )
        fields[f"{criterion.key}_explanation"] = text("Toelichting", 2000)
    known = {}
    for key, answer in (answers or {}).items():
        known[key] = "ja" if answer.met else "nee"
        known[f"{key}_explanation"] = answer.explanation
    return type("CriteriaForm", (DutchForm,), fields)(typed, **known)


class DocumentForm(DutchForm):
    file = StringField("Bestand", description="PDF, JPEG of PNG, hoogstens 10 MB.")
    issued_on = day("Afgeleverd op")


class WorkplaceForm(DutchForm):
    """What an employer offers learners on one recognition."""

    is_visible = BooleanField("Toon deze werkplek aan iedereen in de zoeker")
    places = WholeNumberField("Aantal plaatsen voor leerlingen", [InputRequired(message="Vul een aantal in, bv. 2.")])
    open_from = day("Beschikbaar vanaf")
    open_until = day("Beschikbaar tot en met")
    description = text(
        "Omschrijving", 2000, description="Openbaar. Wat doet een leerling bij u? Schrijf geen namen of nummers."
    )
    contact_name = line("Contactpersoon", description="Alleen scholen die aangemeld zijn, zien wie dat is.")
    contact_email = line("E-mail", checks=[Optional(), EMAIL])
    contact_phone = line("Telefoon", checks=[Optional(), PHONE])


class VisitForm(DutchForm):
    planned_on = day("Datum")
    planned_at = line(
        "Uur", 5, checks=[Optional(), Regexp(r"^([01]?\d|2[0-3]):[0-5]\d$", message="Schrijf een uur als 14:30.")]
    )


class ReasonForm(DutchForm):
    reason = text("Waarom?", 2000)


def questions_form(sections, typed=None):
    """A text per section that the handler may reopen, and the day it is asked for."""
    fields = {f"question_{key}": text(label, 2000) for key, label in sections.items()}
    fields["answer_by"] = day("Te beantwoorden tegen")
    return type("QuestionsForm", (DutchForm,), fields)(typed)


def replies_form(sections, typed=None):
    """An optional reply per section that was asked about."""
    return type("RepliesForm", (DutchForm,), {f"reply_{key}": text("Uw antwoord", 2000) for key in sections})(typed)


def decision_form(links, typed=None):
    """Yes or no with a reason, and for each mentor too."""
    fields = {
        "decision": RadioField(
            "Beslissing",
            [required("Kies goedkeuren of afkeuren.")],
            choices=[SelectChoice("approve", "Goedkeuren"), SelectChoice("refuse", "Afkeuren")],
        ),
        "reason": text("Motivering", 4000, description="Verplicht bij een afkeuring. De werkgever leest dit."),
    }
    for link in links:
        fields[f"mentor_{link.id}"] = RadioField(
            str(link.mentor),
            [Optional()],
            choices=[SelectChoice("approve", "Aanvaarden als mentor"), SelectChoice("refuse", "Niet aanvaarden")],
            default="approve",
        )
        fields[f"mentor_{link.id}_reason"] = line("Waarom niet?", 1000)
    return type("DecisionForm", (DutchForm,), fields)(typed)
