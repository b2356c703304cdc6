"""Every status in plain words: what it means, whose turn it is, how long that takes, and what can be done now.

It must not decide what may be done; it asks the record.
"""

from typing import NamedTuple

from flask import Blueprint, url_for

import rules
from models import (
    AGREEMENT_STATES,
    APPEAL_STATES,
    ENDINGS,
    MENTOR_STATES,
    SANCTION_STATES,
    STATES,
    WORKPLACE_STATES,
    Appeal,
    MentorApplication,
    Recognition,
)
from views.answers import render
from views.meanings import (
    AGREEMENTS,
    APPEALS,
    MENTOR_APPLICATIONS,
    RECOGNITIONS,
    SANCTIONS,
    TURNS,
    WORKPLACES,
)

bp = Blueprint("statuses", __name__)

WHAT_NOW = "Het partnerschap kijkt ze nu na. Een vraag of de beslissing krijgt u in een mail."  # after handing in
# Words for what is derived from the calendar; the rest is named by the records.
DERIVED = {
    "upcoming": "Goedgekeurd, nog niet gestart",
    "ending": "Goedgekeurd, met een einde",
    "held_off": "Goedgekeurd, sanctie in beroep",
    "ended": "Verlopen",
    "lifted": ", ".join(ENDINGS.values()),
}
OF_AGREEMENTS = {
    "upcoming": "Start nog",
    "running": "Loopt",
    "ended": "Afgelopen",
    "ended_early": "Vroegtijdig beëindigd",
}
LEGEND = {  # {kind of file: (its statuses by name, what each means)}
    "Erkenningen": (STATES | DERIVED, RECOGNITIONS),
    "Mentoraanvragen": (MENTOR_STATES, MENTOR_APPLICATIONS),
    "Werkplekken": (WORKPLACE_STATES, WORKPLACES),
    "Overeenkomsten": (AGREEMENT_STATES | OF_AGREEMENTS, AGREEMENTS),
    "Sancties": (SANCTION_STATES, SANCTIONS),
    "Beroepen": (APPEAL_STATES, APPEALS),
}


@bp.get("/statussen")
def legend():
    """Every status there is, by kind of file."""
    rows = {
        kind: [(names[key], meaning.means, TURNS[meaning.turn][1]) for key, meaning in meanings.items()]
        for kind, (names, meanings) in LEGEND.items()
    }
    return render("statuses/index.html", legend=rows)


class Explanation(NamedTuple):
    """What `Leg deze status uit` shows."""

    means: str
    turn: str
    pace: str  # empty when nobody waits for a decision
    doable: list  # [(label, address)]: what this person may really do now


def explained(record, actor, on, signs=()):
    """The status of a file in plain words for who reads it. `signs`: what an agreement asks now, keys of ALERTS."""
    table, doable = {
        "recognition": (RECOGNITIONS, recognition_steps),
        "mentor_application": (MENTOR_APPLICATIONS, mentor_steps),
        "agreement": (AGREEMENTS, agreement_steps),
        "sanction": (SANCTIONS, sanction_steps),
        "appeal": (APPEALS, appeal_steps),
    }[record._meta.table_name]
    meaning = table[key_of(record, on)]
    own = {
        "employer": actor.is_employer,
        "partnership": actor.is_handler,
        "committee": actor.is_committee,
        "parties": True,
        "nobody": True,
    }
    if isinstance(record, Recognition) and record.may_be_renewed(on) and record.is_renewable(on):
        signs = ("renewal",)
    whose = next((WHOSE[sign] for sign in WHOSE if sign in signs), meaning.turn)
    turn = TURNS[whose][0 if own[whose] else 1]
    steps = open_tasks(record, actor, signs) + doable(record, actor) if actor.may_act else []
    return Explanation(meaning.means, turn, pace(record, on), steps)


WHOSE = {  # {what a file asks, whatever its status: whose turn that makes it}; the first one counts
    **dict.fromkeys(("renewal", "lifted", "mentor_lost", "report", "premium", "ending"), "employer"),
    "addendum": "parties",
}


def open_tasks(record, actor, signs):
    """[(label, address)]: what is done about what a file asks now, by who may."""
    if not signs:
        return []
    if isinstance(record, Recognition):
        renew = url_for("recognitions.ask_renewal", recognition_id=record.id)
        return [("Beslissen over de hernieuwing", renew)] if not actor.is_handler else []
    number, own = {"agreement_id": record.id}, record.party_of(actor)
    mentor = url_for("agreements.change", kind="mentor", **number)
    ways = {
        "mentor_lost": (record.can("change", actor), "Een andere mentor aanduiden", mentor),
        "report": (own == "employer", "De schorsing melden", "#schorsing"),
        "premium": (
            record.can("complete_premium", actor),
            "De premiegegevens aanvullen",
            url_for("agreements.premium", **number),
        ),
        "addendum": (own, "De bijlage laten ondertekenen", "#bijlagen"),
        "ending": (record.can("check_off", actor), "Het einde afronden", "#einde"),
    }
    return [(label, place) for sign, (may, label, place) in ways.items() if may and sign in signs]


def key_of(record, on):
    """The key of the status under which its meaning stands."""
    if not isinstance(record, Recognition):
        return record.status(on)[0] if hasattr(record, "status") else record.state
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
        ("stop", "De erkenning stopzetten", url_for("recognitions.ask_stop", **number)),
    )
    found += allowed(recognition, actor, steps)
    if recognition.accepts_mentors(actor.on):
        found.append(("Een mentor toevoegen", url_for("mentor_applications.new", **number)))
    if appealable(recognition, actor):
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


def agreement_steps(agreement, actor):
    overview = url_for("agreements.overview", agreement_id=agreement.id)
    steps = (
        ("freeze", "Verder invullen en klaarzetten", overview),
        ("register", "Registreren", "#agreements-register"),
        ("end", "Vroegtijdig beëindigen", "#agreements-end"),
        ("cancel", "Annuleren", "#agreements-end"),
    )
    return signing_steps(agreement, actor) + allowed(agreement, actor, steps)


def signing_steps(agreement, actor):
    """Sign in turn; who waits for somebody else asks that one, on a screen or on paper."""
    turn, own = agreement.next_party(), agreement.party_of(actor)
    if not turn or not own:
        return []
    if turn == own:
        return [("Tekenen", "#agreements-signing")] if agreement.may_sign(actor, turn) else []
    way = "De link mailen" if turn in ("learner", "guardian") else "Herinneren"
    return [(f"{way}, of op papier laten tekenen", "#agreements-signing")]


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


def appealable(recognition, actor):
    """True where the button to appeal against a refusal belongs: in time, by the enterprise itself, not yet done."""
    own = actor.may_act and actor.mandate is None and actor.organisation.id == recognition.organisation_id
    if not own or recognition.state != "refused" or actor.on > rules.last_appeal_day(recognition.decided_on):
        return False
    return not any(one.lodged_on and one.decided_on == recognition.decided_on for one in Appeal.against(recognition))
