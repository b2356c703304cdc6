"""The register in which people.py begins its stories: four organisations with a file in each room, and who may what.

It must not know what anybody does with it.
"""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

from flask.testing import FlaskClient

from models import (
    RECORDS,
    Agreement,
    ContactPerson,
    Document,
    Mandate,
    Membership,
    Organisation,
    Partnership,
    Recognition,
    SigningLink,
    User,
    Workplace,
)
from rules import RuleBroken
from tests import build
from tests.fuzz.rights import Given, Rights, Seat, Thing
from tests.fuzz.watching import THINGS, rows_of, sow, touched, watch
from tests.test_access import ROUTES, method_of, records
from tests.test_borders import names_of_fields
from views.demo_agreements import make
from views.demo_mentors import apply_for

PERSONAS = (
    *("zaakvoerder", "medewerker", "raadpleger", "boekhouder", "zonderrecht", "trajectbegeleider"),
    *("behandelaar", "collega", "stemgerechtigde", "beheerder"),
)
WITHOUT = {  # a rule of its own, or in the demo everybody's
    *("outbox.index", "static", "health.show", "access.sign_in_demo", "access.sign_out", "organisation.switch"),
    *("invitations.show", "invitations.accept", "mandate_offers.show", "mandate_offers.accept"),
    *("insight.ask", "insight.show"),
}
TOLD = Counter()  # over all stories: those in which nothing happens prove nothing


def furnish(organisations):
    """({name: record} for the forms, {path: (owner, thing)} of what was mailed, {path: the code to sign with})."""
    world = build.World(organisations)
    settle(world)
    found = records(world)
    for key, training in (("bakkerij", "Haarverzorging duaal"), ("fiets", "Zorgkundige duaal")):
        some_of(world, key, training)
    links, codes = dict.fromkeys(world.unlinked, (world.mega.id, None)), {}
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    keys = {one.id: key for key, one in world.organisations.items()}
    for one in Agreement.select().where(Agreement.state == "to_sign"):
        paths = []
        actor = world.actor(keys[one.organisation_id], world.today)._replace(at=now)  # or the link is long dead
        with suppress(RuleBroken):  # who signed already gets none
            code = SigningLink.send(actor, one, "learner", lambda token, kept=paths: kept.append(token) or "")
            codes[f"/tekenen/{paths[0]}"] = code
        links |= {f"/tekenen/{token}": (one.organisation_id, f"A{one.id}") for token in paths}
    TOLD["fields with a tag"] = len(sow())
    return found, links, codes


def settle(world):
    """Nobody in two places at once, but the accountant, who acts for two and manages one of them."""
    person = {persona: User.get(User.subject == f"demo:{persona}") for persona in PERSONAS}
    Membership.delete().where(Membership.user == person["boekhouder"]).execute()
    for key, role in (("bakkerij", "user"), ("fiets", "legal_representative")):
        Membership.create(user=person["boekhouder"], organisation=world.organisations[key], role=role, source="local")
    other = Partnership.get(Partnership.name == "Sectoraal Partnerschap Horeca")
    horeca = Organisation.create(number="0199999999", name=other.name, kind="partnership", partnership=other)
    Membership.update(organisation=horeca).where(Membership.user == person["collega"]).execute()


def some_of(world, key, training):
    """A file in each room of an employer; of its agreements the school is named in all but the draft."""
    actor, granted = world.actor(key, world.today), world.ending_in(1500, training=training, key=key)
    world.handed_in("Verkoper", key)
    world.ready("Winkelbediende", key)
    for index, state in enumerate(("draft", "to_sign", "registered")):
        make(world, key, granted, index, state)
    drafts = Agreement.organisation == actor.organisation, Agreement.state == "draft"
    Agreement.update(provider=None).where(*drafts).execute()
    apply_for(world, key, granted, world.mentor(key, "Bé", "Smet"), "submitted", world.today)
    ContactPerson.add(actor, subject="general", name="Ann", email="a@voorbeeld.be", phone="")
    Document.store(actor, build.PDF + key.encode(), f"van {key}.pdf", "other")


def thing_of(kind, number):
    """What the model wants to know of a file."""
    record = next(one for one, letter in THINGS.items() if letter == kind)
    one = record.get_or_none(record.id == number)
    if one is None:
        return None
    file = one.recognition if kind in "MP" else one
    if kind == "P":
        file = file or one.sanction
        about = f"{'R' if one.recognition_id else 'S'}{file.id}"
        return Thing(one.organisation_id, one.state, bool(one.lodged_on), file.partnership_id, None, about)
    if kind == "A":
        is_told = one.state != "draft" or one.held_since is not None
        return Thing(one.organisation_id, one.state, is_told, None, one.provider_id)
    is_told = bool(one.decided_on if kind == "S" else one.submitted_on)
    return Thing(file.organisation_id, one.state, is_told, file.partnership_id)


def mandate_of(number, on):
    one = Mandate.get_by_id(number)
    purposes = frozenset(name for name in ("recognitions", "mentors", "agreements") if getattr(one, name) != "no")
    return Given(one.organisation_id, one.holder_id, one.person_id, purposes, one.runs(on))


class World:
    """The register as the stories begin, read once: the model, which rows there are, and the doors."""

    def __init__(self, app):
        watch()
        self.app, self.on = app, app.config["TODAY"]
        self.found, self.links, self.codes = furnish(app.world.organisations)
        self.people = {persona: User.get(User.subject == f"demo:{persona}").id for persona in PERSONAS}
        self.numbers = dict(Organisation.select(Organisation.id, Organisation.number).tuples())
        self.rows = {one._meta.table_name: {} for one in RECORDS}
        for record in RECORDS:
            if "id" in record._meta.columns and not record._meta.table_name.startswith("kbo_"):
                self.rows[record._meta.table_name] = {number: owner for number, owner, _ in rows_of(record)}
        self.fields = names_of_fields()
        self.doors = [one for one in app.url_map.iter_rules() if one.endpoint in ROUTES and one.endpoint not in WITHOUT]
        self.posts = [one for one in self.doors if method_of(one) == "POST"]
        self.rights = self.read()
        self.cookies = {who: self.enter(who) for who in PERSONAS}
        touched()

    def enter(self, who):
        """Sign in as a story finds them; returns the cookie."""
        client, user = FlaskClient(self.app, use_cookies=True), self.people[who]
        assert client.post("/aanmelden/demo", data={"persona": who}).status_code == 303
        self.rights.signed_in.add(user)
        self.rights.wishes[user] = next(iter(self.rights.seats_of(user)), None)
        return client.get_cookie("loket").value

    def read(self):
        rights = Rights()
        for one in Organisation.select():
            rights.kinds[one.id], rights.names[one.id] = one.kind, one.name
            rights.partnerships[one.id] = one.partnership_id
        rights.default = Partnership.get(Partnership.is_default).id
        rights.seats = {(one.user_id, one.organisation_id): seat_of(one) for one in Membership.select()}
        rights.mandates = {one.id: mandate_of(one.id, self.on) for one in Mandate.select(Mandate.id)}
        for record, kind in THINGS.items():
            for (number,) in record.select(record.id).tuples():
                rights.things[f"{kind}{number}"] = thing_of(kind, number)
        rights.shown = shown()
        return rights


def seat_of(membership):
    return Seat(membership.role, membership.duty, membership.is_blocked)


def shown():
    """Employers of whom anyone may find a workplace."""
    found = Workplace.select(Recognition.organisation).join(Recognition).where(Workplace.is_visible)
    return {one for (one,) in found.tuples()}
