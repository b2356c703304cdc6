"""What every status means in plain words, and whose turn it is.

It must not know a record: views/statuses.py picks the words that fit one.
"""

from typing import NamedTuple

import rules


class Meaning(NamedTuple):
    means: str
    turn: str  # a key of TURNS


TURNS = {  # {whose: (read by themselves, read by others)}
    "employer": ("U bent aan zet.", "De werkgever is aan zet."),
    "partnership": ("Uw partnerschap is aan zet.", "Het partnerschap is aan zet."),
    "committee": ("Uw beroepscommissie is aan zet.", "De beroepscommissie van het Vlaams Partnerschap is aan zet."),
    "parties": ("Wie nog niet tekende, is aan zet.", "Wie nog niet tekende, is aan zet."),
    "nobody": ("Niemand moet nu iets doen.", "Niemand moet nu iets doen."),
}

RECOGNITIONS = {
    "draft": Meaning("Een werkversie: nog niet ingediend. Zolang dat niet gebeurt, is er geen aanvraag.", "employer"),
    "submitted": Meaning(
        "De aanvraag is binnen. Het partnerschap kijkt eerst na of het dossier volledig is.", "partnership"
    ),
    "incomplete": Meaning(
        "Het partnerschap vroeg een aanvulling. Tot het antwoord er is, staat de klok stil.", "employer"
    ),
    "complete": Meaning("Alles is er. De aanvraag wacht tot een behandelaar ze inhoudelijk bekijkt.", "partnership"),
    "in_treatment": Meaning(
        "Een behandelaar kijkt of de onderneming en de mentoren aan de voorwaarden voldoen, en beslist dan.",
        "partnership",
    ),
    "approved": Meaning("De erkenning is geldig: op deze vestiging mag voor deze opleiding opgeleid worden.", "nobody"),
    "upcoming": Meaning("Goedgekeurd, maar de geldigheid begint later. Tot dan geldt ze nog niet.", "nobody"),
    "ending": Meaning(
        "De erkenning is nu nog geldig, maar stopt vroeger dan voorzien. Nieuwe overeenkomsten kunnen niet meer.",
        "nobody",
    ),
    "held_off": Meaning(
        "Er is beroep tegen een sanctie. Wat loopt, loopt voorlopig door; nieuwe overeenkomsten kunnen niet.",
        "committee",
    ),
    "ended": Meaning("De termijn van de erkenning is voorbij. Ze is niet meer geldig.", "nobody"),
    "lifted": Meaning("De erkenning is gestopt voor haar einddatum. Ze is niet meer geldig.", "nobody"),
    "refused": Meaning("De aanvraag is afgekeurd. De motivering staat bij de beslissing.", "nobody"),
    "withdrawn": Meaning("De werkgever trok de aanvraag in. Ze wordt niet verder behandeld.", "nobody"),
}

MENTOR_APPLICATIONS = {
    "draft": RECOGNITIONS["draft"],
    "submitted": Meaning("De mentoraanvraag is binnen. Het partnerschap kijkt ze na en beslist.", "partnership"),
    "incomplete": RECOGNITIONS["incomplete"],
    "approved": Meaning("Goedgekeurd: deze mentor mag leerlingen begeleiden op deze erkenning.", "nobody"),
    "refused": Meaning("Afgekeurd: deze mentor mag geen leerlingen begeleiden op deze erkenning.", "nobody"),
    "withdrawn": Meaning("De mentoraanvraag is ingetrokken en wordt niet verder behandeld.", "nobody"),
}

SANCTIONS = {
    "prepared": Meaning("Opgeschreven, maar nog niet opgelegd. De werkgever weet er nog niets van.", "partnership"),
    "decided": Meaning(
        "Opgelegd. De sanctie werkt vanaf de dag na de beroepstermijn, tenzij de werkgever in beroep gaat.", "employer"
    ),
    "appealed": Meaning(
        "De werkgever is in beroep. Tot de uitspraak werkt de sanctie niet, maar nieuwe overeenkomsten kunnen niet.",
        "committee",
    ),
    "upheld": Meaning("Het beroep is afgelopen en de sanctie blijft: ze werkt vanaf de dag die hier staat.", "nobody"),
    "overturned": Meaning(
        "De beroepscommissie vernietigde de sanctie. Alles is zoals het was voor ze opgelegd werd.", "nobody"
    ),
    "dropped": Meaning("Voorbereid, maar nooit opgelegd. Er verandert niets.", "nobody"),
}

APPEALS = {
    "draft": Meaning("Nog niet ingediend: de beroepscommissie weet er nog niets van.", "employer"),
    "lodged": Meaning(
        f"Ingediend. De beroepscommissie bevestigt binnen {rules.APPEAL_CHECK_DAYS} kalenderdagen de ontvangst "
        "en of het ontvankelijk is.",
        "committee",
    ),
    "admissible": Meaning("Ontvankelijk. De beroepscommissie kijkt naar de grond van de zaak en beslist.", "committee"),
    "inadmissible": Meaning(
        "Niet ontvankelijk: het beroep is niet inhoudelijk bekeken. De beslissing blijft.", "nobody"
    ),
    "granted": Meaning("Gegrond: de beroepscommissie gaf de werkgever gelijk.", "nobody"),
    "rejected": Meaning("Ongegrond: de beslissing waartegen het beroep ging, blijft.", "nobody"),
    "withdrawn": Meaning("Het beroep is ingetrokken. De beslissing blijft.", "nobody"),
}

AGREEMENTS = {
    "draft": Meaning(
        "Een werkversie: nog niet klaar om te tekenen. Zolang niemand tekent, bindt ze niemand.", "employer"
    ),
    "to_sign": Meaning("De tekst ligt vast. Iedereen die partij is, tekent dezelfde versie.", "parties"),
    "signed": Meaning("Alle partijen tekenden. De onderneming moet de overeenkomst nog registreren.", "employer"),
    "upcoming": Meaning("Geregistreerd. De eerste dag moet nog komen.", "nobody"),
    "running": Meaning("Geregistreerd. De leerling is in opleiding op de werkplek.", "nobody"),
    "ended": Meaning("De laatste dag van de overeenkomst is voorbij.", "nobody"),
    "ended_early": Meaning("De overeenkomst stopte voor haar laatste dag. De reden staat in de historiek.", "nobody"),
    "cancelled": Meaning("Geannuleerd: de overeenkomst ging niet door.", "nobody"),
    "discarded": Meaning("Een werkversie die weggegooid werd.", "nobody"),
}

WORKPLACES = {
    "published": Meaning("Leerlingen en scholen vinden deze werkplek.", "nobody"),
    "hidden": Meaning("Niemand buiten uw organisatie ziet deze werkplek.", "employer"),
    "full": Meaning("Alle plaatsen zijn ingevuld. Komt er een vrij, dan is de werkplek weer te vinden.", "nobody"),
    "expired": Meaning(
        "Niet meer te vinden: de erkenning of de periode liep af, of u bevestigde de gegevens te lang niet.", "employer"
    ),
}
