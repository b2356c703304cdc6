"""Around the organisations of the demo world: users, mandates, contacts, and what the KBO tells differently.

By the same steps the pages take. Mega World itself has nothing to look after: its first screen is the one people know.
"""

from dataclasses import replace
from datetime import timedelta

import rules
from models import (
    ContactPerson,
    Establishment,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    Proposal,
    User,
    describe,
    users,
)

PEOPLE = (  # (organisation, first name, last name, role, source)
    ("mega", "Dirk", "Van Acker", "head_access_manager", "acm"),
    ("mega", "Fatima", "Ouali", "access_manager", "local"),
    ("mega", "Tom", "Vertrokken", "user", "local"),
    ("bakkerij", "Lies", "Bakelants", "legal_representative", "acm"),
    ("bakkerij", "Omar", "Haddad", "viewer", "local"),
    ("school", "Katrien", "Smets", "access_manager", "local"),
)


PROVISIONAL = f"{88812345 * 100 + 97 - 88812345 % 97:010d}"  # sound, and not in the demo's KBO


def make_organisations(world):
    """Users of each role and source, mandates in every situation, and establishments that differ from the KBO."""
    for key, first_name, last_name, role, source in PEOPLE:
        person = User.create(subject=f"demo-{key}:{last_name}", first_name=first_name, last_name=last_name)
        Membership.create(user=person, organisation=world.organisations[key], role=role, source=source)
    mandated(world)
    looked_after(world)
    told_differently(world)


def manager_of(world, key, days=0):
    """Somebody who manages the access of that organisation, as they acted so many days ago."""
    right = users.people_of(world.organisations[key]).where(Membership.role == "legal_representative").get()
    return world.actor(key, world.today - timedelta(days=days), right.user, right.role)


def looked_after(world):
    """Mega World's own house is in order: one user blocked, one invited, everybody looked over."""
    manager = manager_of(world, "mega", 20)
    gone = users.people_of(world.organisations["mega"]).where(User.last_name == "Vertrokken").get()
    users.block(gone, manager)
    users.confirm_users(manager)
    committee = manager.organisation.joint_committee
    own = {"email": "info@megaworld.example", "phone": "015 24 00 00", "website": "https://megaworld.example"}
    describe(manager, **own, account_number="BE68539007547034", language="nl", joint_committee=committee)
    reach = {"email": "leen@megaworld.example", "phone": "", "name": "Leen Ó Briain"}
    ContactPerson.add(manager, subject="recognitions", **reach)
    ContactPerson.add(
        manager, subject="agreements", **reach | {"name": "Yassin El Amrani", "email": "yassin@megaworld.example"}
    )
    colleague = "nieuwe.collega@megaworld.example"
    Invitation.by_mail(
        manager_of(world, "mega", 2), colleague, "user", lambda token: f"{world.url}/uitnodiging/{token}"
    )
    for key in ("overal", "fiets", "hout", "cafe"):
        Organisation.update(users_confirmed_on=world.today - timedelta(days=30)).where(
            Organisation.id == world.organisations[key].id
        ).execute()


def mandated(world):
    """The school works for Mega World, and for the bakery after approval: one proposal waits. An old one ended."""
    give(world, "mega", "school", 40, agreements="yes", mentors="yes")
    give(world, "fiets", "handel", 100, recognitions="yes").end(manager_of(world, "fiets", 50))
    mandate = give(world, "bakkerij", "school", 10, recognitions="approval", agreements="yes")
    draft = world.filled("bakkerij", "Medewerker fastfood duaal", world.today - timedelta(days=1))
    person = User.get(User.subject == "demo:trajectbegeleider")
    coach = mandate.actor(person, world.actor("bakkerij", world.today - timedelta(days=1)).at, world.today)
    place, form = f"/erkenningen/{draft.id}", [("is_true", "y")]
    about = f"{draft} – {draft.label}"
    Proposal.hold(coach, f"{place}/indienen", form, "Aanvraag indienen", about, f"{place}/overzicht", draft)


def give(world, key, holder, days, **extents):
    manager = manager_of(world, key, days)
    return Mandate.give(manager, world.organisations[holder], manager.on, rules.add_years(manager.on, 1), **extents)


def told_differently(world):
    """The bakery typed a place in that the KBO does not have yet, and asked something there."""
    manager = manager_of(world, "bakkerij", 3)
    place = Establishment.add_provisional(
        manager,
        PROVISIONAL,
        name="Bakkerij in het station",
        street="Stationsplein 4",
        postcode="2800",
        municipality="Mechelen",
    )
    world.submitted("bakkerij", "Winkelmedewerker duaal", world.today - timedelta(days=2), establishment=place)


def tell_the_news(enterprises):
    """The next KBO extract: of the bicycle shop one place moved, of the department store one closed."""
    fiets, overal = (next(one for one in enterprises if one.name.startswith(name)) for name in ("Fietsen", "Groot"))
    moved = replace(fiets.establishments[0], street="Nieuwe Dreef", house_number="12")
    changed = {
        fiets.number: replace(fiets, establishments=[moved, *fiets.establishments[1:]]),
        overal.number: replace(overal, establishments=overal.establishments[:-1]),
    }
    return [changed.get(one.number, one) for one in enterprises]
