"""Forms about mentors and documents, read as forms.py reads: a reply, a question, a verdict, a farewell, an upload.

It must not query, and it must not know what an answer leads to.
"""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice, SelectField
from wtforms.validators import Optional

import rules
from views.forms import DocumentForm, DutchForm, day, required, text

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
