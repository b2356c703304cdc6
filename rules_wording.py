"""What an agreement says around its facts: our own wording of the mandatory content, per kind, each with its date.

It knows no database, no web and no clock. A model that was ever signed never changes: a new wording is a new model.
"""

from datetime import date
from typing import NamedTuple


class Model(NamedTuple):
    """One wording: its name, since when it is used, for which kinds, and its articles as {title: text}."""

    name: str
    valid_from: date
    kinds: tuple
    articles: dict


# Mandatory content: decree of 10 June 2016, art. 10, with the duty to register and the right of access since 2018; for
# adult education the decree of 25 March 2022. The official models could not be read, so the words are ours.

_COMPANY = (
    "De onderneming leert de leerling de competenties van het opleidingsplan die op de werkplek aan bod komen. "
    "Zij wijst een mentor aan, onthaalt de leerling, en zorgt altijd voor een aanspreekpunt. "
    "Zij geeft hulp, gereedschap, kledij en beschermingsmiddelen, en zorgt voor het welzijn op het werk. "
    "Zij laat de leerling alle lessen volgen, volgt de vorderingen op en neemt deel aan de evaluatie. "
    "Zij brengt de trajectbegeleider op de hoogte van wat die moet weten."
)
_LEARNER = (
    "De leerling leert en werkt zo goed mogelijk en volgt de lessen. "
    "De leerling houdt zich aan het arbeidsreglement en aan de afspraken over veiligheid. "
    "De leerling gaat zorgvuldig om met materiaal, en zwijgt over wat vertrouwelijk is."
)
_PROVIDER = (
    "De opleidingsverstrekker geeft de lessen, en maakt het opleidingsplan met de onderneming en de leerling. "
    "Hij wijst een trajectbegeleider aan, begeleidt de leerling op de werkplek en evalueert de opleiding."
)
_LIABILITY = (
    "De leerling is alleen aansprakelijk voor bedrog en voor een zware fout. Voor een lichte fout is hij dat alleen "
    "als die eerder gewoonlijk dan toevallig voorkomt."
)
_RULES = (
    "Op deze overeenkomst zijn de sociale zekerheid, de arbeidswet en de welzijnswet van toepassing. "
    "Ook de verzekering tegen arbeidsongevallen geldt, en het arbeidsreglement van de onderneming. "
    "De afspraken van het paritair comité van de onderneming gelden mee."
)
_PRIVACY = (
    "De onderneming registreert deze overeenkomst in het loket. De gegevens worden alleen voor deze "
    "overeenkomst en de premies gebruikt. De leerling kan de eigen gegevens inkijken en laten verbeteren."
)
_PLAN = (
    "Het opleidingsplan en het uurrooster zijn bijlagen. Ze horen bij deze overeenkomst en worden mee "
    "ondertekend. Een wijziging is er pas als alle partijen ze ondertekenen."
)
_END = (
    "De overeenkomst eindigt op de laatste dag, of vroeger als de leerling slaagt. Wie vroeger wil stoppen, "
    "verwittigt eerst de trajectbegeleider."
)
_HOLIDAYS = (
    "De leerling is vrij tijdens de schoolvakanties, behalve wat hierboven bij Vakantie staat. Een afwijking wordt "
    "altijd in een bijlage vastgelegd, en de dagen worden ingehaald. In juli en augustus zijn er minstens vier "
    "weken vrij."
)


def _articles(subject, pay, **more):
    return {
        "Voorwerp": subject,
        "Onderneming": _COMPANY,
        "Leerling": _LEARNER,
        "Opleidingsverstrekker": _PROVIDER,
        "Vergoeding": pay,
        "Aansprakelijkheid": _LIABILITY,
        "Regels die gelden": _RULES,
        **more,
        "Bijlagen": _PLAN,
        "Gegevens": _PRIVACY,
        "Einde": _END,
    }


_SECONDARY = "De leerling volgt een alternerende opleiding: een deel bij de opleidingsverstrekker en een deel "
_ADULT = (
    "De cursist volgt een duale opleiding: een deel bij het centrum en een deel op de werkplek van de onderneming. "
)

MODELS = (
    Model(
        "OAO-1",
        date(2018, 7, 1),
        ("OAO",),
        _articles(
            _SECONDARY
            + "op de werkplek van de onderneming, gemiddeld minstens 20 uur per week. Samen is dat voltijds.",
            "De onderneming betaalt elke maand de leervergoeding die hierboven staat. Ze volgt het "
            "minimuminkomen. Tijdens een schorsing blijft ze verschuldigd zoals loon, behalve bij een schorsing "
            "om tucht. Voor een dag onwettige afwezigheid daalt ze naar verhouding.",
        ),
    ),
    Model(
        "OAO-2",
        date(2019, 9, 1),
        ("OAO",),
        _articles(
            _SECONDARY
            + "op de werkplek van de onderneming, gemiddeld minstens 20 uur per week. Samen is dat voltijds.",
            "De onderneming betaalt elke maand de leervergoeding die hierboven staat. Ze volgt het "
            "minimuminkomen. Tijdens een schorsing blijft ze verschuldigd zoals loon, behalve bij een schorsing "
            "om tucht. Voor een dag onwettige afwezigheid daalt ze naar verhouding.",
            Vakantie=_HOLIDAYS,
        ),
    ),
    Model(
        "SAO-1",
        date(2018, 7, 1),
        ("SAO",),
        _articles(
            _SECONDARY + "op een werkplek. Dat is gemiddeld minder dan 20 uur per week, of alleen gesimuleerd.",
            "De stage is onbetaald. Onkosten kunnen vergoed worden.",
        ),
    ),
    Model(
        "SAO-2",
        date(2019, 9, 1),
        ("SAO",),
        _articles(
            _SECONDARY + "op een werkplek. Dat is gemiddeld minder dan 20 uur per week, of alleen gesimuleerd.",
            "De stage is onbetaald. Onkosten kunnen vergoed worden.",
            Vakantie=_HOLIDAYS,
        ),
    ),
    Model(
        "DA-1",
        date(2018, 7, 1),
        ("DA",),
        _articles(
            "De leerling werkt deeltijds bij de onderneming en volgt daarnaast lessen bij de opleidingsverstrekker.",
            "De onderneming betaalt voor de uren op de werkplek het loon van haar paritair comité.",
        ),
    ),
    Model(
        "ODO-1",
        date(2022, 9, 1),
        ("ODOS", "ODO"),
        _articles(
            _ADULT + "Samen is dat niet meer dan een voltijdse week.",
            "De onderneming betaalt minstens de vergoeding per uur die hierboven staat. Ze geldt voor de "
            "uren op de werkplek. Met het statuut van leerling geldt ze ook voor de lesuren.",
        ),
    ),
    Model(
        "ODOW-1",
        date(2022, 9, 1),
        ("ODOW",),
        _articles(
            _ADULT + "De cursist is er al werknemer.",
            "De arbeidsovereenkomst loopt door en het loon ook. Er is geen aparte leervergoeding.",
        ),
    ),
)


def model_for(kind, on):
    """The wording for a kind of agreement that is put up for signing on that day; before the first one, the first."""
    own = [model for model in MODELS if kind in model.kinds]
    return max((model for model in own if model.valid_from <= on), key=lambda one: one.valid_from, default=own[0])
