"""The forms of an agreement read: learner, period, timetable, terms. What is allowed, the record decides.

It must not query.
"""

from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

import rules
import rules_agreements as law
from models import AGREEMENT_ENDINGS, GUARDIANS
from views.forms import EMAIL, DutchForm, day, line, one_line, text

WEEKS = ("A", "B")
SPANS = ("work_1", "work_2", "lessons_1", "lessons_2")


class LearnerForm(DutchForm):
    KEPT = ("first_name", "last_name", "address", "email", "guardian_kind", "guardian_name", "guardian_email")

    insz = line(
        "Rijksregisternummer", 20, description="11 cijfers, bv. 05.06.15-001.12. We leiden de leeftijd eruit af."
    )
    first_name = line("Voornaam")
    last_name = line("Naam")
    address = line("Adres", description="Straat, nummer, postcode en gemeente.")
    email = line("E-mail", checks=[Optional(), EMAIL], description="Daar komt de link om te tekenen.")
    guardian_kind = RadioField(
        "Wie tekent mee voor een minderjarige leerling?",
        [Optional()],
        choices=[
            SelectChoice("", "Niemand: de leerling is meerderjarig"),
            *(SelectChoice(*one) for one in GUARDIANS.items()),
        ],
        default="",
    )
    guardian_name = line("Naam van de ouder of voogd")
    guardian_email = line("E-mail van de ouder of voogd", checks=[Optional(), EMAIL])

    def validate_insz(self, field):
        if field.data:
            try:
                field.data = rules.read_insz(field.data)
            except ValueError as problem:
                raise ValidationError(str(problem)) from None


class PeriodForm(DutchForm):
    starts_on = day("Eerste dag")
    ends_on = day("Laatste dag")
    mentor = RadioField("Mentor", choices=[], validate_choice=False, filters=[one_line])
    provider = SelectField("School", choices=[], validate_choice=False, filters=[one_line])
    coach_name = line("Trajectbegeleider", description="De persoon bij de school die de leerling volgt.")
    coach_email = line("E-mail van de trajectbegeleider", checks=[Optional(), EMAIL])

    def validate_ends_on(self, field):
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise ValidationError("De laatste dag ligt na de eerste dag.")


class TermsForm(DutchForm):
    category = RadioField(
        "Hoever staat de leerling?",
        choices=[SelectChoice(key, label) for key, (_, label) in law.CATEGORIES.items()],
        default="first",
    )
    holidays = RadioField("Vakantie", choices=[SelectChoice(*one) for one in law.HOLIDAYS.items()], default="school")
    is_social_maribel = BooleanField("Onze onderneming is een non-profit met sociale Maribel")
    is_simulated_only = BooleanField("De leerling leert alleen op een gesimuleerde werkplek")
    is_own_employee = BooleanField("Volwassenenonderwijs: de cursist werkt al bij ons")
    representative = line("Wie tekent voor de onderneming?", description="Voornaam, naam en functie.")


class EndForm(DutchForm):
    last_day = day("Laatste dag")
    kind = RadioField(
        "Waarom eindigt ze?", [Optional()], choices=[SelectChoice(*one) for one in AGREEMENT_ENDINGS.items()]
    )
    note = text("Toelichting", 2000)


class RegisterForm(DutchForm):
    wants_premium = BooleanField("Wij vragen de premie kwalificerend werkplekleren aan en geven daarvoor toestemming")
    account_number = line("Rekeningnummer van de onderneming", 42, description="Bv. BE68 5390 0754 7034.")

    def validate_account_number(self, field):
        number = "".join(field.data.split()).upper() if field.data else ""
        if number and not law.valid_account_number(number):
            raise ValidationError("Dit rekeningnummer klopt niet: kijk het na, bv. BE68 5390 0754 7034.")
        field.data = number


class SignForm(DutchForm):
    name = line("Uw voornaam en naam", checks=[InputRequired(message="Schrijf uw naam: dat is uw handtekening.")])


# --- the timetable: a grid, so read by hand ---------------------------------------------------------------------------


def timetable_names():
    """Every field of the grid, week by week and day by day."""
    for week in WEEKS:
        for number in range(7):
            for span in SPANS:
                yield week, number, span


def typed_timetable(agreement):
    """{field name: text} as the record has it, for a form that was not sent yet."""
    typed = {"full_time": law.hours(agreement.full_time) if agreement.full_time else ""}
    for week, label in zip(agreement.weeks, WEEKS, strict=False):
        typed[f"{label}_weeks"] = str(week.weeks)
        for number, one in enumerate(week.days):
            typed[f"{label}_{number}_pause"] = str(one.pause or "")
            for name, spans in (("work", one.work), ("lessons", one.lessons)):
                for place, (start, end) in enumerate(spans, 1):
                    typed[f"{label}_{number}_{name}_{place}_from"] = law.write_time(start)
                    typed[f"{label}_{number}_{name}_{place}_to"] = law.write_time(end)
    return typed


def read_timetable(typed):
    """(weeks as they are stored, minutes of a full-time week or None, {field name: Dutch sentence})."""
    wrong, weeks = {}, []
    for label in WEEKS:
        days = [_read_day(label, number, typed, wrong) for number in range(7)]
        if label == "A" or any(one["work"] or one["lessons"] for one in days):
            weeks.append({"weeks": _read_weeks(label, typed, wrong), "days": days})
    full_time = None
    if typed.get("full_time", "").strip():
        try:
            full_time = law.read_hours(typed["full_time"])
        except ValueError as problem:
            wrong["full_time"] = str(problem)
    return weeks, full_time, wrong


def _read_weeks(label, typed, wrong):
    name = f"{label}_weeks"
    count = typed.get(name, "").strip() or "1"
    if count.isascii() and count.isdecimal() and 1 <= int(count[:3]) <= 52 and len(count) <= 2:
        return int(count)
    wrong[name] = "Vul een aantal weken in, van 1 tot 52."
    return 1


def _read_day(label, number, typed, wrong):
    one = {"work": [], "lessons": [], "pause": 0}
    for span in SPANS:
        names = [f"{label}_{number}_{span}_{side}" for side in ("from", "to")]
        texts = [typed.get(name, "").strip() for name in names]
        if not any(texts):
            continue
        if not all(texts):
            wrong[names[not texts[1]]] = "Vul zowel het begin als het einde in."
            continue
        try:
            start, end = (law.read_time(value) for value in texts)
        except ValueError as problem:
            wrong[names[0]] = str(problem)
            continue
        if end <= start:
            wrong[names[1]] = "Het einde ligt na het begin."
        else:
            one[span[:-2]].append([start, end])
    pause = typed.get(f"{label}_{number}_pause", "").strip()
    if pause and not (pause.isascii() and pause.isdecimal() and len(pause) <= 3 and int(pause) <= 240):
        wrong[f"{label}_{number}_pause"] = "Vul de pauze in minuten in, bv. 30."
    elif pause:
        one["pause"] = int(pause)
    return one
