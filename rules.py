"""The law: numbers, terms and conditions as pure functions and constants, each with where it comes from.

It knows no database, no web and no clock: what day it is comes in as an argument. Dates are inclusive on both sides.

Certainty is said per rule: [attested] in a public source, [setting] chosen here because no source settles it.
"""

import re
import secrets
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from math import asin, cos, pi, radians, sin, sqrt
from statistics import median_low
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stdnum.be import bis, nn
from stdnum.exceptions import ValidationError

BELGIUM = ZoneInfo("Europe/Brussels")  # a day of the law is a Belgian day; moments are kept in UTC, without zone

# --- what is measured against -----------------------------------------------------------------------------------------

RECOGNITION_YEARS = 5  # [attested] "Goedgekeurde erkenningen zijn 5 jaar geldig"
DECISION_DAYS = 14  # [attested] 14 days; [setting] calendar days, from submission, standing still during a question
APPEAL_DAYS = 10  # [attested] 10 days after receipt of the written decision
ADULT = 18  # years; below, a legal representative signs too
MENTOR_AGE = 25  # [attested] years
MENTOR_AGE_WITH_PROOF = 23  # [attested] years, on a "bewijs van vooropleiding", if the partnership agrees
MENTOR_EXPERIENCE = 5  # [attested] years of practice in the occupation
EXTRACT_MONTHS = 12  # [attested] an extract 596.2 is at most one year old
MENTOR_TRAINING_MONTHS = 12  # [attested] after recognition, unless the partnership sets another term
TRAINING_EXEMPTIONS = {  # [attested] what a sector accepts instead of a mentor training of its own
    "Constructiv": "een pedagogisch attest, of een mentoropleiding van minstens 8 uur",
    "Fonds PC 314": "een pedagogisch diploma, of een bachelor of master LO of kinesitherapie",
}
APPEAL_CHECK_DAYS = 10  # [attested] receipt and admissibility are confirmed within 10 calendar days
EXPIRY_WARNING_DAYS = 30  # [setting] how long before a document ages out somebody is warned
SERVICE_MONTHS = 12  # [setting] the public service clock is about the decisions of this many months
MEDIAN_DAYS = 90  # [setting] the median time to decide is taken over the decisions of this many days
VISIT_MONTHS = 12  # [setting] how far ahead a visit can be planned; further is a typing error
MAX_EXPERIENCE = 60  # years; more is a typing error
RENEWAL_TASK_DAYS = 180  # [setting] the source shows 148 days; the threshold itself was not found
LATE_RENEWAL_MONTHS = 3  # [setting] a renewal may still be asked this long after the end
DRAFT_IDLE_DAYS = 7  # [setting] a draft untouched this long becomes a task
DRAFT_QUIET_MONTHS = 12  # [setting] a draft untouched this long is no longer a task; it stays in the overview
ANSWER_DAYS = 14  # [setting] how long an employer gets to complete a file
DECISION_NEWS_DAYS = 30  # [setting] a good decision stands among the tasks this long, unless marked as read
MANDATE_MONTHS = 24  # [setting] the longest a mandate may run; sources know no end date at all
INVITATION_DAYS = 14  # [setting] how long an invitation, or a personal link, can be used
USERS_MONTHS = 12  # [setting] how often somebody looks over who has a right
USERS_WARNING_DAYS = 30  # [setting] how long before that it becomes a chore
MAY_GIVE = {  # [attested] as in the BTB of CSAM: who appoints whom; a legal representative is one by the KBO
    "legal_representative": ("head_access_manager", "access_manager", "user", "viewer"),
    "head_access_manager": ("head_access_manager", "access_manager", "user", "viewer"),
    "access_manager": ("user", "viewer"),
}
PUBLIC_FEWEST = 5  # [setting] of fewer decisions the public is told nothing: somebody could be recognised
MEDIAN_FEWEST = 3  # [setting] fewer decisions say nothing about how long one takes
CONFIRMATION_MONTHS = 6  # [setting] how long what an employer says of a workplace is believed without saying it again
CONFIRMATION_WARNING_DAYS = 30  # [setting] how long before that ends the employer is asked
MOST_PLACES = 99  # [setting] places for learners on one workplace; more is a typing error

DECISION_MODES = {  # [setting] how a partnership decides
    "single": "Eén behandelaar beslist",
    "second_reader": "Een tweede lezer leest mee",
    "vote": "De stemgerechtigden stemmen",
}

VISIT_CHECKLIST = {  # [setting] what a visit looks at; sectors use lists of their own beside it
    "work": "Er is werk voor alle activiteiten van de opleiding",
    "equipment": "Machines, materiaal en werkkledij zijn er en in orde",
    "mentor": "De mentor kent het opleidingsplan en heeft tijd",
    "safety": "Het onthaal en de veiligheid zijn geregeld",
    "record": "Er is iemand bereikbaar voor de leerling en de school",
}


class RuleBroken(Exception):
    """A refused step. `problems` maps a field name to one Dutch sentence that says what can be done."""

    def __init__(self, **problems):
        super().__init__(" ".join(problems.values()))
        self.problems = problems


# --- numbers ----------------------------------------------------------------------------------------------------------


def digits(text):
    """Only the digits of what was typed."""
    return "".join(character for character in text if character in "0123456789")


def sought(text):
    """The words somebody searches by: six, of each the first hundred letters; SQLite takes no pattern of 50 kB."""
    return [word[:100] for word in text.split()[:6]]


def valid_enterprise_number(text):
    """True for ten digits (dots allowed), starting with 0 or 1, whose last two are 97 - (first eight mod 97)."""
    return _ten_digits_with_check(text, "01")


WRONG_ESTABLISHMENT = "Dit nummer klopt niet. Een vestigingsnummer heeft 10 cijfers, bv. 2.147.812.701."


def valid_establishment_number(text):
    """As an enterprise number, but starting with 2 to 8. Source: the numbering rule of the KBO."""
    return _ten_digits_with_check(text, "2345678")


def _ten_digits_with_check(text, first):
    number = digits(text)
    if len(number) != 10 or number[0] not in first:
        return False
    return int(number[8:]) == 97 - int(number[:8]) % 97


def format_enterprise_number(number):
    """417390703 or "0417390703" -> "0417.390.703"; the code of a school or government entity stays as it is."""
    if not valid_enterprise_number(f"{number:0>10}"):
        return str(number)
    number = f"{int(number):010d}"
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


def format_establishment_number(number):
    """2147812701 -> "2.147.812.701"."""
    number = f"{int(number):010d}"
    return f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"


def read_insz(text):
    """What was typed -> eleven digits. Raises ValueError with a Dutch sentence; accepts a BIS number too."""
    number = digits(text)
    if len(number) != 11:
        raise ValueError("Een rijksregisternummer heeft 11 cijfers, bv. 85.07.30-033.28.")
    for kind in (nn, bis):
        try:
            return kind.validate(number)
        except ValidationError:
            continue
    raise ValueError("Dit rijksregisternummer klopt niet: de controlecijfers passen niet. Kijk het na op de eID.")


def holds_insz(text):
    """True when a national register number stands anywhere in the text, however it is written."""
    for found in re.finditer(r"(?<!\d)\d{2}[ ./-]?\d{2}[ ./-]?\d{2}[ ./-]{0,3}\d{3}[ ./-]{0,3}\d{2}(?!\d)", text):
        try:
            read_insz(found[0])
        except ValueError:
            continue
        return True
    return False


def birth_date(insz):
    """The date of birth in an INSZ, or None where the number does not hold one."""
    for kind in (nn, bis):
        try:
            return kind.get_birth_date(insz)
        except ValidationError:
            continue
    return None


def format_insz(number):
    """Eleven digits -> "85.07.30-033.28"."""
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def mask_insz(tail):
    """The last two digits -> enough to recognise, too little to use: "••.••.••-•••.28"."""
    return f"••.••.••-•••.{tail}"


CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to mistake
CODE_LENGTH = 16  # 80 bits


def new_code():
    """A code for a certificate that nobody can guess: sixteen letters of five random bits each."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def plain_code(typed):
    """A typed code without what people put between, and with the letters they meant."""
    return typed.upper().translate(str.maketrans({"-": None, " ": None, "O": "0", "I": "1", "L": "1"}))


def read_code(typed):
    """What was typed -> the sixteen letters, or None; a typed O, I or L is read as what it was."""
    code = plain_code(typed)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else None


def format_code(code):
    """ "ABCDEFGHJKMNPQRS" -> "ABCD-EFGH-JKMN-PQRS"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


# --- the calendar -----------------------------------------------------------------------------------------------------


def day_of(at):
    """The Belgian day on which a moment (UTC) falls."""
    return at.replace(tzinfo=UTC).astimezone(BELGIUM).date()


def midnight(day):
    """The moment (UTC) at which a Belgian day begins."""
    return datetime.combine(day, time(), BELGIUM).astimezone(UTC).replace(tzinfo=None)


def last_moment(at, days):
    """The last second (UTC) of the Belgian day so many days after a moment: what works "tot en met" that day."""
    return midnight(day_of(at) + timedelta(days=days + 1)) - timedelta(seconds=1)


def add_months(day, months):
    """The same day that many months on; the last day of the month where that day does not exist."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day, years):
    """The same day that many years on; 28 February for a 29 February that does not exist."""
    return add_months(day, 12 * years)


def term(decided_on, previous_until=None):
    """(first day, last day) of an approved recognition.

    Five years from the decision, whose own day does not count: decided on 20/06/2017 is valid until 20/06/2022.
    A renewal approved in time starts the day after the old term ends; a late one starts on its decision.
    """
    if previous_until and decided_on <= previous_until:
        return previous_until + timedelta(days=1), add_years(previous_until, RECOGNITION_YEARS)
    return decided_on, add_years(decided_on, RECOGNITION_YEARS)


def first_renewable_end(on):
    """The earliest last day of a recognition that can still be renewed, late, on that day."""
    first = add_months(on, -LATE_RENEWAL_MONTHS)
    # A shorter month: 28 February plus three months is 28 May, so on 31 May it is too late.
    return first if add_months(first, LATE_RENEWAL_MONTHS) >= on else first + timedelta(days=1)


def oldest_confirmation(on):
    """The earliest day on which a workplace can have been confirmed to be believed still on that day."""
    first = add_months(on, -CONFIRMATION_MONTHS)
    return first if add_months(first, CONFIRMATION_MONTHS) >= on else first + timedelta(days=1)


def decision_due(clock_from, paused_since=None, on=None):
    """The last day to decide: 14 calendar days from where the clock started, plus the days it stands still now.

    `clock_from` is the day of submission, moved on by every day the file waited for the employer before.
    """
    waiting = (on - paused_since).days if paused_since and on else 0
    return clock_from + timedelta(days=DECISION_DAYS + max(waiting, 0))


def median_days(counts, fewest=MEDIAN_FEWEST):
    """The least number of days within which at least half were done; None when there are too few to say anything."""
    return median_low(counts) if len(counts) >= fewest else None


def is_excluded(since, until, on):
    """True on a day within an exclusion; `since` None: not excluded, `until` None: for good. Both inclusive."""
    return since is not None and since <= on and (until is None or on <= until)


def last_appeal_day(decided_on):
    """The last day to appeal: ten days after the written decision, which stands in the counter the same day."""
    return decided_on + timedelta(days=APPEAL_DAYS)


def sanction_starts(decided_on):
    """The first day a sanction works when nobody appeals: the day after the appeal term."""
    return last_appeal_day(decided_on) + timedelta(days=1)


def age(born, on):
    """Completed years on that day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# --- the conditions ---------------------------------------------------------------------------------------------------


class Criterion(NamedTuple):
    """A condition for recognition: the statement people answer, what it means, and where it comes from."""

    key: str
    label: str
    help: str
    source: str


ENTERPRISE_CRITERIA = (
    Criterion(
        "equipment",  # not "organisation": that is the stamp every form carries
        "De onderneming heeft de organisatie en de bedrijfsuitrusting om de opleiding op de werkplek te geven",
        "Er is voldoende werk, materiaal en begeleiding om alles uit het opleidingsplan aan te leren.",
        "Erkenningsvoorwaarden duale werkplek, voorwaarde 1",
    ),
    Criterion(
        "finances",
        "De onderneming heeft voldoende financiële draagkracht om de continuïteit van de onderneming te waarborgen",
        "De leerling moet de opleiding bij u kunnen afmaken. Achterstallen bij de belastingen of de RSZ tellen mee; "
        "schulden waarvoor u een afbetalingsplan volgt niet.",
        "Erkenningsvoorwaarden duale werkplek, voorwaarde 2",
    ),
    Criterion(
        "convictions",
        "De onderneming heeft geen veroordelingen opgelopen die een goede opleiding in de weg staan",
        "Denk aan veroordelingen voor inbreuken op het arbeidsrecht of de sociale zekerheid.",
        "Erkenningsvoorwaarden duale werkplek, voorwaarde 3",
    ),
)

MENTOR_CRITERIA = (
    Criterion(
        "conduct",
        "De mentor is van onberispelijk gedrag",
        "Blijkt uit een uittreksel uit het strafregister, model 596.2, van hoogstens één jaar oud. "
        "De mentor vraagt het zelf aan bij zijn gemeente.",
        "Erkenningsvoorwaarden duale werkplek, mentor",
    ),
    Criterion(
        "age",
        f"De mentor is minstens {MENTOR_AGE} jaar",
        f"Met een bewijs van vooropleiding kan het vanaf {MENTOR_AGE_WITH_PROOF} jaar, als het partnerschap ja zegt.",
        "Erkenningsvoorwaarden duale werkplek, mentor",
    ),
    Criterion(
        "experience",
        f"De mentor heeft minstens {MENTOR_EXPERIENCE} jaar praktijkervaring in het beroep",
        "Met een bewijs van vooropleiding kan een kortere ervaring volstaan.",
        "Erkenningsvoorwaarden duale werkplek, mentor",
    ),
    Criterion(
        "training",
        "De mentor volgde een mentoropleiding of volgt ze binnen de termijn",
        "Verplicht in alle sectoren sinds 1 september 2019. Het partnerschap bepaalt de termijn en de vrijstellingen.",
        "Nieuwe regelgeving voor mentoren, 2019",
    ),
)


PREPARATION = (  # what an application asks for, so that nobody has to stop halfway
    "Het ondernemingsnummer, en het adres van de vestiging waar de leerling zal werken.",
    "Het nummer van uw paritair comité. U vindt het op een loonbrief.",
    "Per mentor: rijksregisternummer, beroep en jaren ervaring in dat beroep.",
    "Per mentor: een uittreksel uit het strafregister, model 596.2, van hoogstens één jaar oud.",
    "Per mentor: het attest van de mentoropleiding, of wanneer die gevolgd wordt.",
)


class Scan(NamedTuple):
    """What a self-scan says: the conditions met, those not met, and those somebody does not know yet."""

    met: list
    unmet: list
    unknown: list


def self_scan(answers):
    """The outcome of `answers`: {key of a criterion: "ja", "nee" or something else for not known}."""
    found = Scan([], [], [])
    places = {"ja": found.met, "nee": found.unmet}
    for criterion in ENTERPRISE_CRITERIA + MENTOR_CRITERIA:
        places.get(answers.get(criterion.key), found.unknown).append(criterion)
    return found


def extract_valid(issued_on, on):
    """True when an extract 596.2 issued that day may still be used: at most one year old, not from the future."""
    return issued_on <= on <= add_months(issued_on, EXTRACT_MONTHS)


def mandate_problems(valid_from, valid_until, on):
    """{field: Dutch sentence} of what is wrong with the period of a mandate given that day; empty when it holds."""
    if not valid_from or not valid_until:
        missing = {"valid_from": valid_from, "valid_until": valid_until}
        return {name: "Vul deze datum in." for name, day in missing.items() if not day}
    if valid_from < on:
        return {"valid_from": "Een machtiging begint vandaag of later."}
    if valid_until < valid_from:
        return {"valid_until": "De einddatum moet na de begindatum liggen."}
    if valid_until > add_months(valid_from, MANDATE_MONTHS):
        return {"valid_until": f"Een machtiging duurt hoogstens {MANDATE_MONTHS} maanden. Daarna geeft u ze opnieuw."}
    return {}


def mentor_age_problem(born, on, has_proof):
    """One Dutch sentence, or None. `has_proof`: a "bewijs van vooropleiding" is invoked."""
    years = age(born, on)
    if years >= MENTOR_AGE or (has_proof and years >= MENTOR_AGE_WITH_PROOF):
        return None
    if years >= MENTOR_AGE_WITH_PROOF:
        return (
            f"Deze mentor is {years} jaar. Vanaf {MENTOR_AGE_WITH_PROOF} jaar kan het alleen met een bewijs van "
            "vooropleiding: vink dat aan en voeg het bewijs toe."
        )
    return (
        f"Deze mentor is {years} jaar. Een mentor is minstens {MENTOR_AGE} jaar, of {MENTOR_AGE_WITH_PROOF} jaar met "
        "een bewijs van vooropleiding. Kies iemand anders."
    )


def mentor_experience_problem(years, has_proof):
    """One Dutch sentence, or None; `years` of practice in the occupation."""
    if years >= MENTOR_EXPERIENCE or has_proof:
        return None
    return (
        f"Een mentor heeft minstens {MENTOR_EXPERIENCE} jaar praktijkervaring in het beroep. Minder kan alleen met een "
        "bewijs van vooropleiding: vink dat aan en voeg het bewijs toe."
    )


def in_region(region):
    """True where a workplace surely can be recognised: the Flemish Region or Brussels."""
    return region in ("Vlaams Gewest", "Brussels Hoofdstedelijk Gewest")


# --- workplaces -------------------------------------------------------------------------------------------------------

CONTACT = re.compile(r"\S+@\S+|(?<!\d)\+?\d(?:[ ./()-]{0,2}\d){8,}")  # an e-mail address, or nine digits: a telephone


def personal_data_problem(text):
    """One Dutch sentence where a text meant for everybody holds a way to reach or to name a person, or None.

    [setting] An employer describes a workplace, not the people on it; a public list must not carry their data.
    """
    if CONTACT.search(text):
        return (
            "Deze tekst is openbaar: laat e-mailadressen, telefoonnummers en andere nummers van personen weg. "
            "De contactpersoon vult u hieronder in."
        )
    return None


EARTH = 6_371_000  # metres
DEGREE = EARTH * pi / 180  # metres of one degree north


def distance(one, other):
    """Metres as the crow flies between two (latitude, longitude), on a sphere."""
    (north, east), (other_north, other_east) = (map(radians, place) for place in (one, other))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return round(2 * EARTH * asin(sqrt(half)))


# --- documents --------------------------------------------------------------------------------------------------------

DOCUMENT_KINDS = {
    "extract": "Uittreksel uit het strafregister, model 596.2",
    "prior_education": "Bewijs van vooropleiding",
    "mentor_training": "Attest van de mentoropleiding",
    "sector": "Document gevraagd door het partnerschap",
    "other": "Ander document",
}

SENSITIVE_KINDS = ("extract",)  # a case handler says why before opening one

MENTOR_KINDS = ("extract", "prior_education", "mentor_training")  # these prove something of one mentor

MAX_UPLOAD_BYTES = 10 * 1024 * 1024

SIGNATURES = (  # the first bytes decide, never the name
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)


def media_type(content):
    """(media type, extension) by the content's first bytes. Raises ValueError with a Dutch sentence."""
    if not content:
        raise ValueError("Dit bestand is leeg. Kies een ander bestand.")
    if len(content) > MAX_UPLOAD_BYTES:
        raise ValueError("Dit bestand is groter dan 10 MB. Maak het kleiner: scan bijvoorbeeld minder scherp.")
    for start, name, extension in SIGNATURES:
        if content.startswith(start):
            return name, extension
    raise ValueError("Kies een PDF, JPEG of PNG. Andere soorten bestanden kunnen we niet aanvaarden.")


def document_problems(kind, has_mentor, issued_on, expires_on, on):
    """{field: Dutch sentence} for a document that cannot be added like this on that day; empty when it can."""
    found = {"issued_on": _issue_problem(kind, issued_on, on)}
    if kind not in DOCUMENT_KINDS:
        found["kind"] = "Kies wat voor document dit is."
    elif kind in MENTOR_KINDS and not has_mentor:
        found["mentor"] = "Kies van welke mentor dit document is."
    elif kind not in MENTOR_KINDS and has_mentor:
        found["mentor"] = "Dit soort document hoort niet bij één mentor. Kies geen mentor."
    if expires_on and expires_on < on:
        found["expires_on"] = "Dit document is al vervallen. Voeg een document toe dat nog geldt."
    return {name: sentence for name, sentence in found.items() if sentence}


def _issue_problem(kind, issued_on, on):
    if kind == "extract" and not issued_on:
        return "Vul in wanneer het uittreksel afgeleverd is. De datum staat op het uittreksel."
    if issued_on and issued_on > on:
        return "Deze datum moet nog komen. Kijk de datum op het document na."
    if kind == "extract" and not extract_valid(issued_on, on):
        return "Dit uittreksel is ouder dan een jaar. Vraag een recent aan bij de gemeente."
    return None


# --- what changed between two versions of an application --------------------------------------------------------------


class Change(NamedTuple):
    """One line that reads differently in two versions; empty where a version does not have it."""

    section: str
    label: str
    before: str
    after: str


def changes(before, after):
    """The lines that differ between two contents, each `{section: {label: text}}`, in the order of the newer one."""
    found = []
    for section in list(after) + [name for name in before if name not in after]:
        old, new = before.get(section, {}), after.get(section, {})
        for label in list(new) + [name for name in old if name not in new]:
            if old.get(label, "") != new.get(label, ""):
                found.append(Change(section, label, old.get(label, ""), new.get(label, "")))
    return found
