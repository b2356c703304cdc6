"""Every status in plain words: what it means, whose turn it is, how long that takes, and what can be done now.

It must not decide what may be done; it asks the record.
"""

from typing import NamedTuple

from flask import url_for

import rules
from models import MentorApplication, Recognition


class Meaning(NamedTuple):
    means: str
    turn: str  # a key of TURNS


TURNS = {  # {whose: (read by themselves, read by others)}
    "employer": ("U bent aan zet.", "De werkgever is aan zet."),
    "partnership": ("Uw partnerschap is aan zet.", "Het partnerschap is aan zet."),
    "committee": ("Uw beroepscommissie is aan zet.", "De beroepscommissie van het Vlaams Partnerschap is aan zet."),
    "nobody": ("Niemand moet nu iets doen.", "Niemand moet nu iets doen."),
}

RECOGNITIONS = {
    "draft": Meaning("Een werkversie: nog niet ingediend. Zolang dat niet gebeurt, is er geen aanvraag.", "employer"),
    "submitted": Meaning(
        "De aanvraag is binnen. Het partnerschap kijkt eerst na of het dossier volledig is.", "partnership"
    ),
    "incomplete": Meaning(
        "Het partnerschap vroeg een aanvulling. Tot het antwoord er is, staat de klok van 14 dagen stil.", "employer"
    ),
    "complete": Meaning("Alles is er. De aanvraag wacht tot een behandelaar ze inhoudelijk bekijkt.", "partnership"),
    "in_treatment": Meaning(
        "Een behandelaar kijkt of de onderneming en de mentors aan de voorwaarden voldoen, en beslist dan.",
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
        "Ingediend. De beroepscommissie bevestigt binnen 10 kalenderdagen de ontvangst en of het ontvankelijk is.",
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


class Explanation(NamedTuple):
    """What `Leg deze status uit` shows."""

    means: str
    turn: str
    pace: str  # empty when nobody waits for a decision
    doable: list  # [(label, address)]: what this person may really do now


def explained(record, actor, on):
    """The status of a file in plain words for who reads it."""
    table, doable = {
        "recognition": (RECOGNITIONS, recognition_steps),
        "mentor_application": (MENTOR_APPLICATIONS, mentor_steps),
        "sanction": (SANCTIONS, sanction_steps),
        "appeal": (APPEALS, appeal_steps),
    }[record._meta.table_name]
    meaning = table[key_of(record, on)]
    own = {
        "employer": actor.is_employer,
        "partnership": actor.is_handler and record.partnership_id == actor.organisation.partnership_id,
        "committee": actor.is_committee,
        "nobody": True,
    }
    turn = TURNS[meaning.turn][0 if own[meaning.turn] else 1]
    return Explanation(meaning.means, turn, pace(record, on), doable(record, actor) if actor.may_act else [])


def key_of(record, on):
    """The key of the status under which its meaning stands."""
    if not isinstance(record, Recognition):
        return record.state
    if record.is_ending(on):
        return "ending" if record.ended_on else "held_off"
    return record.status(on)[0]


def pace(record, on):
    """How long the partnership takes, honestly; only where a decision is waited for."""
    if not isinstance(record, Recognition | MentorApplication) or record.due_on(on) is None:
        return ""
    days = type(record).median_days(record.partnership_id, on)
    lately = f"De laatste {rules.MEDIAN_DAYS} dagen"
    if days is None:
        return f"{lately}: te weinig dossiers bij dit partnerschap om iets over de duur te zeggen."
    within = {0: "dezelfde dag", 1: "binnen 1 dag"}.get(days, f"binnen {days} dagen")
    return f"{lately}: de helft van de dossiers bij dit partnerschap was {within} beslist."


def allowed(record, actor, steps):
    """[(label, address)] of the steps that may be taken now."""
    return [(label, address) for step, label, address in steps if record.can(step, actor)]


def recognition_steps(recognition, actor):
    number = {"recognition_id": recognition.id}
    if actor.is_handler:
        steps = (
            ("declare_complete", "Volledig verklaren", "#handling-steps"),
            ("start", "De behandeling starten", "#handling-steps"),
            ("resume", "Hervatten zonder antwoord", "#handling-steps"),
            ("ask", "Een aanvulling vragen", "#handling-ask"),
            ("approve", "Beslissen", "#beslissen"),
        )
        found = allowed(recognition, actor, steps)
        if may_sanction(recognition, actor):
            found.append(("Een sanctie voorbereiden", url_for("sanctions.new", **number)))
        return found
    found = [("Verder invullen", url_for("application.overview", **number))] if recognition.state == "draft" else []
    steps = (
        ("complete_file", "De vragen beantwoorden", "#vragen"),
        ("withdraw", "Intrekken", url_for("recognitions.ask_withdraw", **number)),
    )
    found += allowed(recognition, actor, steps)
    if recognition.may_be_renewed(actor.on) and recognition.is_renewable(actor.on):
        found.insert(0, ("Beslissen over de hernieuwing", url_for("recognitions.ask_renewal", **number)))
    if recognition.accepts_mentors(actor.on):
        found.append(("Een mentor toevoegen", url_for("mentor_applications.new", **number)))
    if recognition.state == "refused" and actor.on <= rules.last_appeal_day(recognition.decided_on):
        found.append(("In beroep gaan", "#beroep"))
    return found


def may_sanction(recognition, actor):
    """True for a case handler of its partnership while the recognition runs."""
    runs = recognition.state == "approved" and actor.on <= recognition.last_day
    return runs and recognition.may_handle(actor)


def mentor_steps(application, actor):
    if actor.is_handler:
        steps = (
            ("ask", "Een aanvulling vragen", "#aanvulling"),
            ("resume", "Hervatten zonder antwoord", "#mentor-handling-steps"),
            ("approve", "Beslissen", "#beslissen"),
        )
        return allowed(application, actor, steps)
    steps = (
        ("submit", "Aanvullen en indienen", "#gegevens"),
        ("complete_file", "De vraag beantwoorden", "#vraag"),
        ("withdraw", "Intrekken", "#intrekken"),
    )
    return allowed(application, actor, steps)


def sanction_steps(sanction, actor):
    steps = (("impose", "Opleggen", "#opleggen"), ("drop", "Schrappen", "#opleggen"))
    found = allowed(sanction, actor, steps)
    if sanction.can("suspend", actor) and actor.on <= sanction.appeal_until():
        found.append(("In beroep gaan", "#beroep"))
    return found


def appeal_steps(appeal, actor):
    steps = (
        ("admit", "De ontvankelijkheid beoordelen", "#ontvankelijkheid"),
        ("grant", "Uitspraak doen", "#uitspraak"),
    )
    found = allowed(appeal, actor, steps)
    if appeal.can("lodge", actor) and actor.on <= appeal.lodge_by:
        found.append(("De motivering schrijven en indienen", "#motivering"))
    return found + allowed(appeal, actor, (("withdraw", "Intrekken", "#intrekken"),))


def appealable(recognition, actor, lodged):
    """True where the button to appeal against a refusal belongs; `lodged`: the appeals against this recognition."""
    is_refused = recognition.state == "refused" and actor.on <= rules.last_appeal_day(recognition.decided_on)
    fought = any(one.decided_on == recognition.decided_on for one in lodged)
    return is_refused and not fought and actor.may_act and actor.organisation.id == recognition.organisation_id
