"""Forms about mentors and documents, read as forms.py reads: a reply, a question, a verdict, a farewell, an upload.

It must not query, and it must not know what an answer leads to.
"""

from wtforms import BooleanField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

import rules
from views.forms import EMAIL, NAME, PHONE, DocumentForm, DutchForm, WholeNumberField, day, line, required, text

NOBODY = "niemand"  # the answer "Nog geen opvolger"


class ReplyForm(DutchForm):
    reply = text("Uw antwoord", 2000)


class QuestionForm(DutchForm):
    question = text("Wat moet de werkgever aanvullen?", 2000)
    answer_by = day("Te beantwoorden tegen")


class VerdictForm(DutchForm):
    decision = RadioField(
        "Beslissing",
        [required("Kies goedkeuren of afkeuren.")],
        choices=[SelectChoice("approve", "Goedkeuren"), SelectChoice("refuse", "Afkeuren")],
    )
    reason = text("Motivering", 4000, description="Verplicht bij een afkeuring. De werkgever leest dit.")


class VaultForm(DocumentForm):
    """A document for the vault: what it is, of whom, and how long it holds."""

    kind = SelectField("Soort document", choices=[], validate_choice=False)
    mentor = SelectField(
        "Mentor", choices=[], validate_choice=False, description="Alleen voor bewijzen van één mentor."
    )
    expires_on = day(
        "Geldig tot", description="Alleen als dat op het document staat. Een uittreksel 596.2 geldt een jaar."
    )

    def __init__(self, typed=None, mentors=(), **known):
        super().__init__(typed, **known)
        self.kind.choices = [SelectChoice("", "Kies"), *(SelectChoice(*pair) for pair in rules.DOCUMENT_KINDS.items())]
        self.mentor.choices = [SelectChoice("", "Geen"), *(SelectChoice(str(one.id), str(one)) for one in mentors)]


def leaving_form(rows, typed=None, **known):
    """The reason, and for each (link, stand-ins, others) of `rows` who takes over on that recognition."""
    fields = {"reason": text("Waarom vertrekt deze mentor?", 2000)}
    for link, stand_ins, others in rows:
        choices = [SelectChoice(str(one.id), f"{one} blijft mentor") for one in stand_ins]
        choices += [SelectChoice(str(one.id), f"{one} volgt op, met een mentoraanvraag") for one in others]
        fields[f"recognition_{link.recognition_id}"] = RadioField(
            f"{link.recognition} – {link.recognition.label}",
            [Optional()],
            choices=[*choices, SelectChoice(NOBODY, "Nog geen opvolger")],
            validate_choice=False,
        )
    return type("LeavingForm", (DutchForm,), fields)(typed, **known)


class NameForm(DutchForm):
    """What a mentor is called, and how to reach them."""

    first_name = line("Voornaam", checks=[required("Vul de voornaam in."), NAME])
    last_name = line("Naam", checks=[required("Vul de familienaam in."), NAME])
    email = line("E-mail", checks=[Optional(), EMAIL])
    phone = line("Telefoon", checks=[Optional(), PHONE])


class PersonForm(NameForm):
    """Who a new mentor is."""

    insz = line(
        "Rijksregisternummer", 20, description="11 cijfers, bv. 85.07.30-033.28. We leiden de geboortedatum eruit af."
    )

    def validate_insz(self, field):
        try:
            field.data = rules.read_insz(field.data or "")
        except ValueError as problem:
            raise ValidationError(str(problem)) from None


class KnownMentorForm(DutchForm):
    """The part a known mentor plays in one application."""

    profession = line("Beroep van de mentor", checks=[required("Vul het beroep in waarin de mentor ervaring heeft.")])
    experience = WholeNumberField(
        "Jaren praktijkervaring in dit beroep",
        [
            InputRequired(message="Vul het aantal jaren in, bv. 7."),
            NumberRange(0, rules.MAX_EXPERIENCE, message=f"Vul een aantal jaren in, van 0 tot {rules.MAX_EXPERIENCE}."),
        ],
    )
    has_prior_education = BooleanField(
        "De mentor heeft een bewijs van vooropleiding (afwijking op leeftijd of ervaring)"
    )
    trained_on = day("Mentoropleiding gevolgd op", description="Laat leeg als dat nog moet gebeuren.")


class NewMentorForm(PersonForm, KnownMentorForm):
    """Somebody new, with the part in the application."""


class CorrectedMentorForm(NameForm, KnownMentorForm):
    """Somebody whom no file that was handed in names yet, with the part in the application."""
