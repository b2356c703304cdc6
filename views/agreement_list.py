"""The overview of agreements: its filters, counters and order, all of them in the address.

It must not know how a row is exported, nor change anything.
"""

from datetime import date, timedelta

import peewee
from flask import g, request

import rules
import rules_agreements as law
import rules_premiums as premiums
from models import (
    ALERTS,
    STATUSES,
    Addendum,
    Agreement,
    AgreementWord,
    Establishment,
    Recognition,
    RecognitionMentor,
    Training,
    alerts,
    db,
    mentors_on,
)
from views.agreements import bp
from views.answers import Page, remember_list, render

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
ENDING = {"14": "14 dagen", "30": "30 dagen", "90": "90 dagen", "180": "180 dagen"}
TERM = {"7": "7 dagen", "14": "14 dagen", "30": "30 dagen", "90": "90 dagen", "voorbij": "Al voorbij"}
COUNTED = 1000  # a counter goes no further: nobody counts on


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


def seen_by(organisation):
    """Whose agreements these are: the employer's own, or those that name a provider."""
    if organisation.kind == "employer":
        return (Agreement.organisation == organisation) & (Agreement.state != "discarded")
    return (Agreement.provider == organisation) & Agreement.state.not_in(("draft", "discarded"))


def conditions(chosen):
    """What holds for the rows with these filters, the organisation's own right included."""
    own = g.actor.organisation if g.actor.is_employer else None
    found = [seen_by(g.actor.organisation), *AgreementWord.conditions(chosen.get("zoek", ""), own)]
    if status := OVERVIEWS[chosen.get("overzicht", "alle")][1]:
        found.append(Agreement.standing(g.on)[status])
    return found + [meant(name, value) for name, value in chosen.items() if name in MEANINGS or name in COLUMNS]


def meant(name, value):
    return MEANINGS[name](value) if name in MEANINGS else COLUMNS[name] == int(value)


def on_recognition(condition):
    return Agreement.recognition.in_(Recognition.select(Recognition.id).where(condition))


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
    return Agreement.lacking_premium(g.on, (lambda field: field == own) if g.actor.is_employer else None)


COLUMNS = {"school": Agreement.provider}
MEANINGS = {
    "soort": lambda value: Agreement.kind == value,
    "vestiging": lambda value: on_recognition(Recognition.establishment == int(value)),
    "opleiding": lambda value: on_recognition(Recognition.training == int(value)),
    "mentor": lambda value: Addendum.mentor_on(g.on) == int(value),
    "schooljaar": in_school_year,
    "loopt": lambda value: Agreement.standing(day_of(value))["running"],
    "eindigt": ending_within,
    "termijn": in_term,
    "premie": lambda value: lacking_premium(),
}
BY_START = {"loopt", "start-nog"}


def order_of(chosen):
    """What stands on top: what is lost first where a term is asked for, else the newest."""
    if "eindigt" in chosen:
        return [(Agreement.ends_on, "asc"), (Agreement.id, "asc")]
    if "termijn" in chosen or "premie" in chosen:
        return [(Agreement.starts_on, "asc"), (Agreement.id, "asc")]
    if "loopt" in chosen or "schooljaar" in chosen or chosen.get("overzicht") in BY_START:
        return [(Agreement.starts_on, "desc"), (Agreement.id, "desc")]
    return [(Agreement.id, "desc")]


# --- the page ---------------------------------------------------------------------------------------------------------


@bp.get("")
def index():
    """The overview, narrowed by what the address says."""
    remember_list()
    chosen = chosen_filters()
    holds, order = conditions(chosen), order_of(chosen)
    each, total = counts(holds, "loopt" in (*chosen, chosen.get("overzicht")))
    page = Page(Agreement.joined().where(*holds), order, request.args.get("na"), request.args.get("voor"))
    return render(
        "agreements/index.html",
        "agreements/_list.html",
        page=page,
        total=total,
        most_counted=COUNTED,
        counts=each,
        signs=alerts(page.rows, g.on),
        guides=mentors_on(page.rows, g.on),
        alert_names=ALERTS,
        chosen=chosen,
        overview=chosen.get("overzicht", "alle"),
        overviews=OVERVIEWS,
        choices=choices(),
    )


def counted(holds, is_running):
    """A select of how many hold, up to COUNTED and one."""
    rows = Agreement.select(peewee.SQL("1")).where(*holds)
    if is_running:  # from the newest on: those of years ago are over
        rows = rows.order_by(Agreement.starts_on.desc())
    return peewee.Select([rows.limit(COUNTED + 1)], [peewee.fn.COUNT(peewee.SQL("*"))])


def counts(holds, is_running):
    """({overview: how many}, how many the list has), each up to COUNTED and one, in one query."""
    mine, standing = seen_by(g.actor.organisation), Agreement.standing(g.on)
    found = [
        counted([mine, *([standing[status]] if status else [])], status == "running").alias(f"n{place}")
        for place, (_, status) in enumerate(OVERVIEWS.values())
    ]
    *each, total = db.execute(peewee.Select(columns=[*found, counted(holds, is_running)])).fetchone()
    return dict(zip(OVERVIEWS, each, strict=True)), total


def choices():
    """What the filters offer: only what this organisation's agreements can hold."""
    own = g.actor.organisation
    if g.actor.is_employer:
        used = Recognition.select().where(Recognition.organisation == own)
        schools = Agreement.schools_of(own)
        mentors = RecognitionMentor.mentors_of(own)
    else:
        named = Agreement.select(Agreement.recognition).where(seen_by(own)).distinct()
        used, schools, mentors = Recognition.select().where(Recognition.id.in_(named)), [], []
    places = Establishment.select().where(Establishment.id.in_(used.select(Recognition.establishment)))
    trainings = Training.select().where(Training.id.in_(used.select(Recognition.training)))
    return {
        "vestiging": ("Vestiging", [(one.id, one) for one in places.order_by(Establishment.name, Establishment.id)]),
        "opleiding": ("Opleiding", [(one.id, one.name) for one in trainings.order_by(Training.name)]),
        "mentor": ("Mentor", [(one.id, one) for one in mentors]),
        "school": ("School", [(one.id, one.name) for one in schools]),
        "soort": ("Soort", [(key, f"{key} – {name}") for key, name in law.KINDS.items()]),
        "schooljaar": ("Schooljaar", [(year, year) for year in school_years()]),
        "eindigt": ("Loopt af binnen", list(ENDING.items())),
        "termijn": ("Registratietermijn binnen", list(TERM.items())),
    }


def school_years():
    """Next year's and the five before it."""
    first = law.school_year(rules.add_years(g.on, 1))[0].year
    return [f"{year}-{year + 1}" for year in range(first, first - 6, -1)]
