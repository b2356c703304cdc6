"""What the overview of agreements is narrowed by: its filters as the address has them, what each means, and the order.

It must not know how a page is drawn.
"""

from datetime import date, timedelta

from flask import g, request

import rules_agreements as law
import rules_premiums as premiums
from models import FEW, STATUSES, Addendum, Agreement, AgreementWord, Recognition

OVERVIEWS = {  # in the address: (label, status)
    "alle": ("Alle", None),
    "werkversie": ("Werkversie", "draft"),
    "tekenen": ("Te ondertekenen", "to_sign"),
    "registreren": ("Te registreren", "signed"),
    "start-nog": (STATUSES["upcoming"], "upcoming"),
    "loopt": (STATUSES["running"], "running"),
    "afgelopen": (STATUSES["ended"], "ended"),
    "vroegtijdig": (STATUSES["ended_early"], "ended_early"),
    "geannuleerd": ("Geannuleerd", "cancelled"),
}
FILTERS = (
    *("overzicht", "zoek", "soort", "vestiging", "opleiding", "mentor", "school"),
    *("schooljaar", "loopt", "eindigt", "termijn", "premie"),
)
ENDING = {str(most): f"{most} dagen" for most in (14, 30, 90, 180)}
TERM = {str(most): f"{most} dagen" for most in (7, 14, 30, 90)} | {"voorbij": "Al voorbij"}


def chosen_filters():
    """{name: value} of the filters in the address that mean something."""
    typed = {name: request.args.get(name, "").strip() for name in FILTERS}
    means = {
        "overzicht": typed["overzicht"] in OVERVIEWS and typed["overzicht"] != "alle",
        "soort": typed["soort"] in law.KINDS,
        "schooljaar": year_of(typed["schooljaar"]) is not None,
        "loopt": day_of(typed["loopt"]) is not None,
        "eindigt": typed["eindigt"] in ENDING,
        "termijn": typed["termijn"] in TERM,
        "premie": typed["premie"] == "onvolledig",
    }
    means |= {name: is_number(typed[name]) for name in ("vestiging", "opleiding", "mentor", "school")}
    return {name: value for name, value in typed.items() if value and means.get(name, True)}


def is_number(text):
    return text.isascii() and text.isdecimal() and len(text) < 10


def day_of(text):
    try:
        return date.fromisoformat(text) if len(text) == 10 and 1900 <= int(text[:4]) <= 2200 else None
    except ValueError:
        return None


def year_of(text):
    """2022 of "2022-2023"."""
    first, _, second = text.partition("-")
    plain = len(text) == 9 and is_number(first) and is_number(second)
    return int(first) if plain and int(second) == int(first) + 1 and 1900 <= int(first) <= 2200 else None


# --- conditions -------------------------------------------------------------------------------------------------------


def seen_by(organisation, kind):
    """Whose agreements these are: the employer's own, or those that name a provider, as `Agreement.of` opens them."""
    if kind == "employer":
        return (Agreement.organisation == organisation) & (Agreement.state != "discarded")
    shown = (Agreement.state != "draft") | Agreement.held_since.is_null(False)
    return (Agreement.provider == organisation) & (Agreement.state != "discarded") & shown


def conditions(chosen):
    """What holds for the rows with these filters, the organisation's own right included."""
    own = g.actor.organisation if g.actor.is_employer else None
    found = [
        seen_by(g.actor.organisation, g.actor.organisation.kind),
        *AgreementWord.conditions(chosen.get("zoek", ""), own),
    ]
    if status := OVERVIEWS[chosen.get("overzicht", "alle")][1]:
        found.append(Agreement.standing(g.on)[status])
    return found + [meant(name, value) for name, value in chosen.items() if name in MEANINGS or name in COLUMNS]


def meant(name, value):
    return MEANINGS[name](value) if name in MEANINGS else COLUMNS[name] == int(value)


def looked_up(holds, found):
    """The same, by what an index finds where that is little: else the whole list is walked for a page that is not full.

    `holds`: the condition; `found`: one that an index answers, true for at least the same rows.
    """
    ids = Agreement.select(Agreement.id).where(found)
    return holds & Agreement.id.in_(ids) if ids.limit(FEW + 1).count() <= FEW else holds


def of_kind(value):
    if not g.actor.is_employer:
        return Agreement.kind == value
    return looked_up(
        Agreement.kind == value, (Agreement.organisation == g.actor.organisation) & (Agreement.kind == value)
    )


def on_recognition(condition):
    condition = Agreement.recognition.in_(Recognition.select(Recognition.id).where(condition))
    return looked_up(condition, condition)


def guided_by(mentor):
    """By the agreement itself, or by an addendum on this day."""
    first = Agreement.select(Agreement.id).where(Agreement.mentor == mentor)  # not with OR: PostgreSQL reads all then
    later = Addendum.select(Addendum.agreement).where(Addendum.mentor == mentor)
    return looked_up(Addendum.mentor_on(g.on) == mentor, Agreement.id.in_(first.union(later)))


def in_school_year(value):
    first, last = law.school_year(date(year_of(value), 9, 1))
    return Agreement.starts_on.between(first, last)


def ending_within(value):
    soon = Agreement.ends_on.between(g.on, g.on + timedelta(days=int(value)))
    return soon & Agreement.ended_on.is_null() & (Agreement.state == "registered")


def in_term(value):
    """Not registered yet, and the three months end within so many days, or are over."""
    waiting = Agreement.state.in_(("to_sign", "signed"))
    first = premiums.first_start_in_term(g.on)
    if value == "voorbij":
        return waiting & (Agreement.starts_on < first)
    beyond = premiums.first_start_in_term(g.on + timedelta(days=int(value) + 1))
    return waiting & (Agreement.starts_on >= first) & (Agreement.starts_on < beyond)


def lacking_premium():
    own = g.actor.organisation
    whose = "organisation" if g.actor.is_employer else "provider"
    return Agreement.lacking_premium(g.on, lambda field: field == own, whose)


COLUMNS = {"school": Agreement.provider}
MEANINGS = {
    "soort": of_kind,
    "vestiging": lambda value: on_recognition(Recognition.establishment == int(value)),
    "opleiding": lambda value: on_recognition(Recognition.training == int(value)),
    "mentor": lambda value: guided_by(int(value)),
    "schooljaar": in_school_year,
    "loopt": lambda value: Agreement.standing(day_of(value))["running"],
    "eindigt": ending_within,
    "termijn": in_term,
    "premie": lambda value: lacking_premium(),
}
BY_START = {"loopt", "start-nog"}
BY_END = {"afgelopen": Agreement.ends_on, "vroegtijdig": Agreement.ended_on}


def order_of(chosen):
    """What stands on top: what is lost first where a term is asked for, else the newest."""
    if "eindigt" in chosen:
        return [(Agreement.ends_on, "asc"), (Agreement.id, "asc")]
    if "termijn" in chosen or "premie" in chosen:
        return [(Agreement.starts_on, "asc"), (Agreement.id, "asc")]
    if "loopt" in chosen or "schooljaar" in chosen or chosen.get("overzicht") in BY_START:
        return [(Agreement.starts_on, "desc"), (Agreement.id, "desc")]
    if field := BY_END.get(chosen.get("overzicht")):
        return [(field, "desc"), (Agreement.id, "desc")]
    return [(Agreement.id, "desc")]
