"""Mentors of the demo world: applications in every state, one who stopped for a while and one who left.

Made by the same steps the pages take; it must not write a state itself.
"""

from datetime import date, timedelta

from models import MentorApplication, Recognition, leave

PEOPLE = (  # invented; one per state of an application
    ("draft", "Tom", "De Smedt", date(1981, 4, 2)),
    ("submitted", "Hélène", "Ó Dálaigh", date(1990, 9, 17)),
    ("incomplete", "Said", "Bouzidi", date(1984, 1, 30)),
    ("approved", "An", "Van <i>Goethem</i>", date(1975, 6, 11)),
    ("refused", "Kobe", "Claeys", date(1996, 12, 5)),
    ("withdrawn", "Marie-Ange", "D'Hondt", date(1968, 8, 24)),
)


def make_mentors(world, key="fiets"):
    """Everything a mentor can go through, at an employer whose files Handel handles."""
    found = Recognition.of(world.organisations[key]).where(Recognition.valid(world.today))
    recognition = found.order_by(Recognition.id).first()
    for index, (state, *names, born) in enumerate(PEOPLE):
        person = world.mentor(key, *names, born=born)
        apply_for(world, key, recognition, person, state, world.today - timedelta(days=17 - 3 * index))
    actor = world.actor(key, world.today - timedelta(days=1))
    world.mentor(key, "Rik", "Maes", born=date(1971, 2, 3)).deactivate(actor, "Werkt een jaar in onze Franse zaak.")
    alone = world.mentor(key, "Zita", "Lemmens", born=date(1963, 5, 19))
    orphan = world.approved(key, "Kapper-stylist duaal", world.today - timedelta(days=300), mentor=alone)
    leave(alone, actor, "Gaat met pensioen.", {orphan.id: None})


def apply_for(world, key, recognition, person, state, on):
    """A mentor application, taken as far as `state` by who may do that."""
    actor, handler = world.actor(key, on), world.handler_of(recognition, on)
    draft = MentorApplication.draft(actor, recognition, person)
    if state == "draft":
        return fresh(draft)
    world.extract(actor, person, on - timedelta(days=20))
    fresh(draft).edit(actor, profession="Winkelier", experience=9)
    fresh(draft).submit(actor)
    take = {
        "incomplete": lambda application: application.ask(handler, "In welke winkel deed deze mentor ervaring op?"),
        "approved": lambda application: application.decide(handler, True),
        "refused": lambda application: application.decide(handler, False, "De ervaring is in een ander beroep."),
        "withdrawn": lambda application: application.withdraw(actor),
    }
    if state in take:
        take[state](fresh(draft))
    return fresh(draft)


def fresh(application):
    return application.afresh()
