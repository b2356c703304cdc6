"""Chores: what an organisation has to look after about itself, beside its files; queries, never rows of their own.

It must not change anything.
"""

from typing import NamedTuple

import rules
from models.base import Record, kept
from models.profile import Establishment
from models.users import users_due

CHORE_KINDS = {
    "users": "Gebruikers na te kijken",
    "enterprise": "Onderneming niet meer in de KBO",
    "establishment": "Vestiging niet meer in de KBO",
}
MOST = 20  # of one kind at once


class Chore(NamedTuple):
    kind: str
    title: str
    about: str
    hint: str
    record: Record
    days_left: int | None = None


def chores(organisation, on):
    """What waits for who looks after this employer; what waits for approval is a task. One query."""
    return [*_ceased(organisation), *_users(organisation, on)]


def _users(organisation, on):
    due = users_due(organisation)
    if due and (due - on).days > rules.USERS_WARNING_DAYS:
        return
    hint = "Kijk na wie voor u mag werken. Wie weg is, hoort er niet meer bij."
    left = max((due - on).days, 0) if due else None
    yield Chore("users", "Kloppen deze gebruikers nog?", str(organisation), hint, organisation, left)


def _ceased(organisation):
    if organisation.ceased_on:
        hint = "Klopt dat niet? Neem contact op met een ondernemingsloket. Uw dossiers blijven staan."
        yield Chore("enterprise", "Uw onderneming staat niet meer in de KBO", str(organisation), hint, organisation)
    for place in _gone(organisation):
        hint = "Is ze gesloten? Deactiveer ze. Klopt het niet? Ga langs bij een ondernemingsloket."
        yield Chore("establishment", "Vestiging staat niet meer in de KBO", f"{place}, {place.address}", hint, place)


@kept
def _gone(organisation):
    found = Establishment.of(organisation).where(
        Establishment.ceased_on.is_null(False), Establishment.inactive_from.is_null()
    )
    return found.order_by(Establishment.name, Establishment.id).limit(MOST)
