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
from models.base import kept
from views.agreement_filters import ENDING, OVERVIEWS, TERM, chosen_filters, conditions, order_of, seen_by
from views.agreements import bp
from views.answers import Page, remember_list, render

COUNTED = 1000  # a counter goes no further: nobody counts on


@bp.get("")
def index():
    """The overview, narrowed by what the address says."""
    remember_list()
    chosen = chosen_filters()
    overview = chosen.get("overzicht", "alle")
    each, found = counts(), plain_list if chosen.keys() <= {"overzicht"} else None
    total = each[overview]
    if not found:
        holds = conditions(chosen)
        found, total = Agreement.joined().where(*holds), count(holds, "loopt" in (*chosen, overview))
    page = Page(found, order_of(chosen), request.args.get("na"), request.args.get("voor"))
    guides = mentors_on(page.rows, g.on)
    return render(
        "agreements/index.html",
        "agreements/_list.html",
        page=page,
        total=total,
        most_counted=COUNTED,
        counts=each,
        signs=alerts(page.rows, g.on, guides),
        guides=guides,
        alert_names=ALERTS,
        chosen=chosen,
        overview=overview,
        overviews=OVERVIEWS,
        choices=choices,
    )


def plain_list(limit, backwards, cursor):
    """The rows of an overview that is narrowed no further, as Page asks for them."""
    own, overview = g.actor.organisation, chosen_filters().get("overzicht", "alle")
    facts = {"kind": own.kind, "overview": overview, "on": g.on, "limit": limit, "backwards": backwards}
    return _overview(own, *cursor, **facts)


@kept
def _overview(organisation, *cursor, kind, overview, on, limit, backwards):
    status = OVERVIEWS[overview][1]
    holds = [seen_by(organisation, kind), *([Agreement.standing(on)[status]] if status else [])]
    found = Agreement.joined().where(*holds)
    return Page.narrowed(found, order_of({"overzicht": overview}), backwards, cursor).limit(limit)


def counted(holds, is_running):
    """A select of how many hold, up to COUNTED and one."""
    rows = Agreement.select(peewee.SQL("1")).where(*holds)
    if is_running:  # from the newest on: those of years ago are over
        rows = rows.order_by(Agreement.starts_on.desc())
    return peewee.Select([rows.limit(COUNTED + 1)], [peewee.fn.COUNT(peewee.SQL("*"))])


def count(holds, is_running):
    """How many the list has, up to COUNTED and one."""
    return db.execute(counted(holds, is_running)).fetchone()[0]


def counts():
    """{overview: how many}, each up to COUNTED and one, in one query."""
    own = g.actor.organisation
    return dict(zip(OVERVIEWS, _counts(own, kind=own.kind, on=g.on)[0], strict=True))


@kept
def _counts(organisation, *, kind, on):
    mine, standing = seen_by(organisation, kind), Agreement.standing(on)
    found = [
        counted([mine, *([standing[status]] if status else [])], status == "running").alias(f"n{place}")
        for place, (_, status) in enumerate(OVERVIEWS.values())
    ]
    return peewee.Select(columns=found).tuples()


def choices():
    """What the filters offer: only what this organisation's agreements can hold."""
    own = g.actor.organisation
    schools, mentors = (_schools(own), _mentors(own)) if g.actor.is_employer else ([], [])
    return {
        "vestiging": ("Vestiging", [(one.id, one) for one in _places(own, kind=own.kind)]),
        "opleiding": ("Opleiding", [(one.id, one.name) for one in _trainings(own, kind=own.kind)]),
        "mentor": ("Mentor", [(one.id, one) for one in mentors]),
        "school": ("School", [(one.id, one.name) for one in schools]),
        "soort": ("Soort", [(key, f"{key} – {name}") for key, name in law.KINDS.items()]),
        "schooljaar": ("Schooljaar", [(year, year) for year in school_years()]),
        "eindigt": ("Loopt af binnen", list(ENDING.items())),
        "termijn": ("Te registreren binnen", list(TERM.items())),
    }


def used_by(organisation, kind):
    """The recognitions its agreements stand on."""
    if kind == "employer":
        return Recognition.select().where(Recognition.organisation == organisation)
    named = Agreement.select(Agreement.recognition).where(seen_by(organisation, kind)).distinct()
    return Recognition.select().where(Recognition.id.in_(named))


@kept
def _places(organisation, *, kind):
    used = used_by(organisation, kind).select(Recognition.establishment)
    return Establishment.select().where(Establishment.id.in_(used)).order_by(Establishment.name, Establishment.id)


@kept
def _trainings(organisation, *, kind):
    used = used_by(organisation, kind).select(Recognition.training)
    return Training.select().where(Training.id.in_(used)).order_by(Training.name)


_schools, _mentors = kept(Agreement.schools_of), kept(RecognitionMentor.mentors_of)


def school_years():
    """Next year's and the five before it."""
    first = law.school_year(rules.add_years(g.on, 1))[0].year
    return [f"{year}-{year + 1}" for year in range(first, first - 6, -1)]
