"""Who hears of a file: the people of an organisation, who works for it by a mandate, and whom it named to reach.

It must not know what happened, nor in which words it is told.
"""

from models.base import kept
from models.contacts import ContactPerson
from models.mandates import PURPOSES, Mandate
from models.people import Membership, Organisation, User
from models.preferences import MESSAGE_KINDS, Reader, readers

AS_CONTACT = "U krijgt deze mail omdat u contactpersoon bent van {organisation}."
BY_MANDATE = "U krijgt deze mail omdat u met een machtiging werkt voor {organisation}."
FILE_CONTACT = ("question", "decision")  # what the contact person of an application hears too


def audience(file, organisation, kind, own, on, besides=None, everyone=False, is_own_business=False, duty=None):
    """Everybody of one side of a file who is told of that kind now; see `readers` for the rest.

    `besides`: the person who did it. `is_own_business`: for nobody with a mandate, such as signing.
    """
    found = readers(organisation, kind, own, on, besides, everyone, duty=duty)
    if organisation != file.employer or file.purpose not in PURPOSES:
        return found
    if not is_own_business:
        found += _by_mandate(file, kind, own, on, besides, everyone)
    return found + _contacts(file, kind, {one.to.lower() for one in found}, besides)


def _by_mandate(file, kind, own, on, besides, everyone):
    """Those who work for the employer by a mandate for this, as they chose where they work themselves.

    Who has a right of their own at the employer, even a blocked one, uses that right and no mandate.
    """
    employer = file.employer
    persons = {}  # by holder: who may use one; None among them: everybody
    for holder_id, person_id in _running(employer, on, purpose=file.purpose):
        persons.setdefault(holder_id, set()).add(person_id)
    holders = list(Organisation.select().where(Organisation.id.in_(list(persons)), ~Organisation.is_blocked))
    if not holders:
        return []
    at_home = {one for (one,) in Membership.select(Membership.user).where(Membership.organisation == employer).tuples()}
    note = BY_MANDATE.format(organisation=employer)
    found = {}
    for holder in holders:
        for reader in readers(holder, kind, own, on, besides, everyone, is_guest=True):
            if reader.user.id not in at_home and {reader.user.id, None} & persons[holder.id]:
                found.setdefault(reader.user.id, reader._replace(note=note))
    return list(found.values())


@kept
def _running(employer, on, *, purpose):
    covered = getattr(Mandate, purpose) != "no"
    found = Mandate.select(Mandate.holder, Mandate.person)
    return found.where(Mandate.organisation == employer, Mandate.runs(on), covered).tuples()


def _contacts(file, kind, known, besides):
    """Who was named to reach about this, with an account or without: of what must be known, and not yet told."""
    about = MESSAGE_KINDS[kind]
    if not about.is_mandatory:
        return []
    note = AS_CONTACT.format(organisation=file.employer)
    named = [(file.contact, "")] if file.contact and kind in FILE_CONTACT else []
    named += [(one.email, one.name) for one in ContactPerson.reach(file.employer, file.purpose, file.establishment)]
    knows = {besides.email.lower()} if besides else set()
    found = {}
    for address, name in named:
        if address.lower() not in known | knows:
            found.setdefault(address.lower(), Reader(None, "now", address=address, name=name, note=note))
    for address in _barred(file.employer, list(found)) if found else ():
        found.pop(address.lower(), None)
    return list(found.values())


def _barred(organisation, addresses):
    """Of these addresses those of somebody who is blocked there, or everywhere."""
    blocked = (
        Membership.select(User.email)
        .join(User)
        .where(Membership.organisation == organisation, Membership.is_blocked | User.is_blocked)
    )
    return [address for (address,) in blocked.tuples() if address.lower() in addresses]
