"""What an organisation says of itself beside the KBO: how to reach it, by whom per subject, its account and language.

It must not know what is mailed to whom.
"""

from peewee import JOIN, CharField, Check, ForeignKeyField

import rules
import rules_agreements as agreements
from models.base import Record, db
from models.people import LANGUAGES, Event, Organisation
from models.profile import Establishment, check_own
from rules import RuleBroken

SUBJECTS = {
    "general": "Algemeen",
    "recognitions": "Erkenningen",
    "mentors": "Mentoren",
    "agreements": "Overeenkomsten",
    "invoicing": "Premies en betalingen",
}
OWN = {  # what may be changed, as people call it
    "email": "e-mail",
    "phone": "telefoon",
    "website": "website",
    "account_number": "rekeningnummer",
    "language": "taal",
    "joint_committee": "paritair comité",
}


def describe(actor, **facts):
    """Change what the actor's organisation says of itself. Raises RuleBroken by field."""
    organisation = actor.organisation
    check_own(actor, organisation.id)
    number = "".join(facts["account_number"].split()).upper()
    if number and not agreements.valid_account_number(number):
        raise RuleBroken(account_number="Dit rekeningnummer klopt niet. Schrijf het als BE68 5390 0754 7034.")
    if facts["language"] not in LANGUAGES:
        raise RuleBroken(language="Kies een taal uit de lijst.")
    facts["account_number"] = number
    changed = [label for name, label in OWN.items() if getattr(organisation, name) != facts[name]]
    if not changed:
        return
    with db.atomic():
        Organisation.update(**facts).where(Organisation.id == organisation.id).execute()
        Event.record(organisation, "described", actor, changed=", ".join(changed))
    for name, value in facts.items():
        setattr(organisation, name, value)


class ContactPerson(Record):
    """Somebody to reach for one subject, at the whole organisation or at one establishment."""

    organisation = ForeignKeyField(Organisation, backref="contacts", on_delete="CASCADE")
    establishment = ForeignKeyField(Establishment, null=True, backref="contacts")  # null: for all of them
    subject = CharField(max_length=12, constraints=[Check(f"subject IN {tuple(SUBJECTS)!r}")])
    name = CharField()
    email = CharField(default="")
    phone = CharField(default="")

    @classmethod
    def of(cls, organisation):
        """Who can be reached, by subject and name."""
        return (
            cls.select(cls, Establishment)
            .join(Establishment, JOIN.LEFT_OUTER)
            .where(cls.organisation == organisation)
            .order_by(cls.subject, cls.name, cls.id)
        )

    @classmethod
    def search(cls, organisation, text):
        """Those whose name holds every typed word."""
        found = cls.of(organisation)
        for word in rules.sought(text):
            found = found.where(cls.name.contains(word))
        return found

    @classmethod
    def reach(cls, organisation, subject, establishment=None):
        """Who to write to about a subject: those of the establishment, else of the organisation, else in general."""
        found = [one for one in cls.of(organisation) if one.email]
        for wanted in (subject, "general"):
            about = [one for one in found if one.subject == wanted]
            near = [one for one in about if establishment and one.establishment_id == establishment.id]
            if people := near or [one for one in about if one.establishment_id is None]:
                return people
        return []

    @classmethod
    def add(cls, actor, **facts):
        """Somebody new to reach. Raises RuleBroken by field."""
        check_own(actor, actor.organisation.id)
        cls._check(actor, facts)
        with db.atomic():
            person = cls.create(organisation=actor.organisation, **facts)
            Event.record(actor.organisation, "contact_added", actor, called=person.name, about=person.label.lower())
        return person

    def edit(self, actor, **facts):
        check_own(actor, self.organisation_id)
        self._check(actor, facts)
        with db.atomic():
            ContactPerson.update(**facts).where(ContactPerson.id == self.id).execute()
            Event.record(self.organisation, "contact_changed", actor, called=facts["name"])

    def remove(self, actor):
        check_own(actor, self.organisation_id)
        with db.atomic():
            if not ContactPerson.delete().where(ContactPerson.id == self.id).execute():
                raise RuleBroken(state="Deze contactpersoon was al verwijderd.")
            Event.record(self.organisation, "contact_removed", actor, called=self.name)

    @staticmethod
    def _check(actor, facts):
        place = facts.get("establishment")
        if facts["subject"] not in SUBJECTS:
            raise RuleBroken(subject="Kies een onderwerp uit de lijst.")
        if place and place.organisation_id != actor.organisation.id:
            raise RuleBroken(establishment="Kies een vestiging uit de lijst.")
        if not (facts["email"] or facts["phone"]):
            raise RuleBroken(email="Vul een e-mailadres of een telefoonnummer in.")

    @property
    def label(self):
        return SUBJECTS[self.subject]
