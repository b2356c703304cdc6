"""What an agreement must meet before anybody signs: each rule with where it is filled in, by whom, and its source.

It knows no database, no web and no clock; whether a rule is met, the record finds out.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """One thing an agreement must meet: where it is filled in, who knows it, what is said, and whose rule it is."""

    blocks: bool
    part: str
    field: str  # id of the field on the page of that part
    party: str  # who fills it in: employer or provider
    sentence: str
    source: str


class Finding(NamedTuple):
    """A rule that is not met, in words."""

    key: str
    blocks: bool
    part: str
    field: str
    party: str
    sentence: str
    source: str


DECREE = "Decreet alternerende opleidingen, art. "
PREMIUM = "Premie kwalificerend werkplekleren"

# What must be filled in before anybody signs: {attribute of the agreement: rule}.
REQUIRED = {
    "insz_tail": Rule(
        True, "learner", "insz", "provider", "Vul het rijksregisternummer van de leerling in.", DECREE + "10, 4°"
    ),
    "first_name": Rule(
        True, "learner", "first_name", "provider", "Vul de voornaam van de leerling in.", DECREE + "10, 4°"
    ),
    "last_name": Rule(True, "learner", "last_name", "provider", "Vul de naam van de leerling in.", DECREE + "10, 4°"),
    "address": Rule(True, "learner", "address", "provider", "Vul het adres van de leerling in.", DECREE + "10, 4°"),
    "representative": Rule(
        True, "company", "representative", "employer", "Vul in wie voor de onderneming tekent.", DECREE + "10, 2°"
    ),
    "starts_on": Rule(True, "period", "starts_on", "provider", "Vul de eerste dag in.", DECREE + "10, 1°"),
    "ends_on": Rule(True, "period", "ends_on", "provider", "Vul de laatste dag in.", DECREE + "10, 1°"),
    "mentor_id": Rule(True, "period", "mentor", "employer", "Kies een mentor.", DECREE + "10, 3°"),
    "provider_id": Rule(True, "period", "provider", "employer", "Kies de school.", DECREE + "10, 5°"),
    "coach_name": Rule(True, "period", "coach_name", "provider", "Vul de trajectbegeleider in.", DECREE + "10, 5°"),
    "full_time": Rule(
        True, "timetable", "full_time", "employer", "Vul de voltijdse week van uw onderneming in.", DECREE + "3"
    ),
    "joint_committee": Rule(
        False, "company", "joint_committee", "employer", "Vul het paritair comité in.", DECREE + "10, 9°"
    ),
    "insurer": Rule(
        False, "company", "insurer", "employer", "Vul de verzekeraar van arbeidsongevallen in.", DECREE + "10, 9°"
    ),
    "prevention_service": Rule(
        False, "company", "prevention_service", "employer", "Vul de externe preventiedienst in.", "Welzijnswet"
    ),
}

RULES = {
    "too_young": Rule(True, "learner", "insz", "provider", "{problem}", DECREE + "4"),
    "too_old": Rule(False, "learner", "insz", "provider", "{problem}", DECREE + "4"),
    "still_at_school": Rule(
        False,
        "learner",
        "insz",
        "provider",
        "De leerling is 15 jaar: dat kan alleen na de eerste twee jaren van het secundair onderwijs.",
        "Leerplichtwet van 29 juni 1983",
    ),
    "guardian": Rule(
        True,
        "learner",
        "guardian_name",
        "provider",
        "De leerling is jonger dan 18 jaar: vul in welke ouder of voogd mee tekent.",
        "Oud Burgerlijk Wetboek, ouderlijk gezag",
    ),
    "too_long": Rule(
        True, "period", "ends_on", "provider", "Een overeenkomst duurt hoogstens drie jaar.", DECREE + "10, 1°"
    ),
    "legacy": Rule(
        False,
        "period",
        "starts_on",
        "provider",
        "Leren en werken gaat op in duaal leren: kijk na of een start na 31 augustus 2025 nog kan.",
        "Decreet leren en werken, uitdoving",
    ),
    "recognition": Rule(
        True, "period", "starts_on", "employer", "Erkenning {number} is op de eerste dag niet geldig.", DECREE + "7"
    ),
    "recognition_ends": Rule(
        False,
        "period",
        "ends_on",
        "employer",
        "De erkenning eindigt op {until}, vóór deze overeenkomst: hernieuw op tijd.",
        DECREE + "7",
    ),
    "mentor": Rule(
        True,
        "period",
        "mentor",
        "employer",
        "Kies een mentor die op de eerste dag op deze erkenning goedgekeurd is.",
        "Erkenningsvoorwaarden duale werkplek, mentor",
    ),
    "mentor_full": Rule(
        True,
        "period",
        "mentor",
        "employer",
        "{mentor} begeleidt dan {count} leerlingen; in uw sector is dat hoogstens {most}.",
        "Afspraak van het partnerschap",
    ),
    "mentor_untrained": Rule(
        False,
        "period",
        "mentor",
        "employer",
        "{mentor} moet de mentoropleiding nog volgen: zonder is er geen premie.",
        PREMIUM,
    ),
    "overlap_same": Rule(
        True,
        "period",
        "starts_on",
        "employer",
        "Voor deze leerling en deze opleiding loopt bij u in die periode al een overeenkomst.",
        "Eén overeenkomst per opleiding",
    ),
    "overlap_other": Rule(
        False,
        "period",
        "starts_on",
        "provider",
        "Deze leerling heeft in die periode nog een andere overeenkomst: kijk de uren na.",
        "Arbeidswet: uren bij meer werkgevers tellen samen",
    ),
    "past_start": Rule(
        False,
        "period",
        "starts_on",
        "employer",
        "De eerste dag is voorbij: teken ten laatste bij de start.",
        DECREE + "8",
    ),
    "premium_short": Rule(
        False,
        "period",
        "ends_on",
        "employer",
        "Minder dan vier maanden in het schooljaar: dan is er geen premie.",
        PREMIUM,
    ),
    "premium_region": Rule(
        False,
        "company",
        "place",
        "employer",
        "De vestiging ligt niet in het Vlaams Gewest: dan is er geen premie.",
        PREMIUM,
    ),
    "premium_half": Rule(
        False,
        "timetable",
        "A_week",
        "employer",
        "Minder dan de helft van de uren is op de werkplek: kijk na of er een premie is.",
        PREMIUM,
    ),
    "no_hours": Rule(True, "timetable", "A_week", "provider", "Vul het uurrooster in.", DECREE + "10, 7°"),
    "crossed": Rule(
        True,
        "timetable",
        "{field}",
        "provider",
        "Op {day} lopen twee tijden door elkaar.",
        DECREE + "10, 7°",
    ),
    "hours": Rule(True, "timetable", "full_time", "employer", "{problem}", DECREE + "3"),
    "minor": Rule(True, "timetable", "{field}", "employer", "{problem}", "{source}"),
    "blocks_untold": Rule(
        True,
        "timetable",
        "blocks",
        "provider",
        "Vul de blokken in: van wanneer tot wanneer week A, en wanneer week B.",
        DECREE + "10, 7°",
    ),
    "blocks_crossed": Rule(
        True, "timetable", "blocks", "provider", "Twee blokken lopen door elkaar vanaf {day}.", DECREE + "10, 7°"
    ),
    "blocks_one_kind": Rule(
        True,
        "timetable",
        "blocks",
        "provider",
        "Er is geen enkel blok voor een van de twee soorten weken.",
        DECREE + "10, 7°",
    ),
    "blocks_outside": Rule(
        False,
        "timetable",
        "blocks",
        "provider",
        "Een blok begint voor de eerste dag of eindigt na de laatste dag van de overeenkomst.",
        DECREE + "10, 7°",
    ),
    "declarations": Rule(
        True,
        "terms",
        "declared",
        "employer",
        "Bevestig alle verklaringen.",
        "Engagementen van de leeronderneming",
    ),
    "no_income": Rule(
        True,
        "period",
        "starts_on",
        "provider",
        "Voor deze eerste dag kennen we het minimuminkomen niet: de vergoeding kan niet berekend worden.",
        DECREE + "17",
    ),
    "no_plan": Rule(
        True, "annexes", "file-plan", "provider", "Voeg het opleidingsplan toe.", DECREE + "10; " + PREMIUM
    ),
    "no_deviation": Rule(
        True,
        "annexes",
        "file-holiday",
        "employer",
        "Voeg de goedkeuring van de afwijking van de schoolvakanties toe.",
        "Besluit alternerende opleidingen, vakantieregeling",
    ),
}


def finding(key, **facts):
    """A rule that is not met, with its facts filled in."""
    rule = REQUIRED.get(key) or RULES[key]
    return Finding(
        key,
        rule.blocks,
        rule.part,
        rule.field.format(**facts),
        rule.party,
        rule.sentence.format(**facts),
        rule.source.format(**facts),
    )
