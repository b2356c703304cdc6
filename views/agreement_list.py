"""The overview of agreements: one page of what its filters leave, its counters, and what the filters offer.

It must not know how a row is exported, nor change anything.
"""

import peewee
from flask import g, request

import rules
import rules_agreements as law
from models import (
    ALERTS,
    Agreement,
    Establishment,
    Recognition,
    RecognitionMentor,
    Training,
    alerts,
    db,
    mentors_on,
)
from views.agreement_filters import ENDING, OVERVIEWS, TERM, chosen_filters, conditions, order_of, seen_by
from views.agreements import bp
from views.answers import Page, remember_list, render

COUNTED = 1000  # a counter goes no further: nobody counts on


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
