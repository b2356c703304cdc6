"""The workplaces of the demo world: published, hidden, full and stale, made by the same steps the pages take.

It must not write a state itself.
"""

from datetime import timedelta

import rules
from models import Recognition, Workplace

STORIES = (
    "U leert klanten helpen, rekken aanvullen en afrekenen. We werken in een team van acht.",
    "Van magazijn tot winkelvloer: u ziet elke afdeling. Werkkledij krijgt u van ons.",
    "Een klein team, veel klanten die we kennen. U mag snel zelf aan de slag.",
)


def make_workplaces(world):
    """Mega World shows two and keeps one for itself; the department store shows most of its four hundred."""
    for index, workplace in enumerate(usable(world, "mega")):
        if index:
            offer(world, "mega", workplace, 30, places=index, description=STORIES[index % 3])
    stale = rules.CONFIRMATION_MONTHS * 31
    for index, workplace in enumerate(usable(world, "fiets")):
        # The first fades away within a month, the second is forgotten already.
        days = {0: stale - 20, 1: stale + 20}.get(index, 10)
        offer(world, "fiets", workplace, days, places=1 + index, description=STORIES[index % 3])
    for index, workplace in enumerate(usable(world, "overal")):
        if index % 5:
            offer(world, "overal", workplace, index % 150, places=index % 4, description=STORIES[index % 3])
    for key in ("bakkerij", "kapper"):
        for workplace in usable(world, key):
            until = min(world.today + timedelta(days=300), workplace.recognition.last_day)
            offer(world, key, workplace, 0, places=2, open_until=until)


def usable(world, key):
    found = Workplace.of(world.organisations[key], world.today)
    return list(found.where(Recognition.valid(world.today), Recognition.end_kind.is_null()).order_by(Workplace.id))


def offer(world, key, workplace, days, **facts):
    """Publish it as it was said that many days ago, or on the day it was recognised."""
    on = max(world.today - timedelta(days=days), workplace.recognition.valid_from)
    offered = {
        "is_visible": True,
        "open_from": None,
        "open_until": None,
        "description": "",
        "contact_name": "Leen Ó Briain",
        "contact_email": "leen@voorbeeld.be",
        "contact_phone": "015 12 34 56",
    }
    workplace.edit(world.actor(key, on), **offered | facts)
