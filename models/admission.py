"""What the register takes over when somebody signs in at ACM: the person, their organisations and rights.

It must not know how an identity was proven, nor what was in a token beyond what is handed to it.
"""

from typing import NamedTuple

from peewee import chunked

import rules
from models.base import db
from models.people import DUTIES, ROLES, Event, Membership, Organisation, User
from models.profile import Establishment, Seal, published_address
from models.reference import Postcode
from models.users import Invitation
from models.words import note_words_of

# Target group → the kind of organisation somebody of it acts for. Citizens and loose associations act for none here.
KINDS = {"EA": "employer", "LB": "employer", "OV": "provider", "GID": "partnership"}
STRONGEST = (*ROLES, *DUTIES)  # of two rights for one organisation the first here counts


class Published(NamedTuple):
    """What the KBO publishes of an enterprise, as far as the register keeps it; the rest is read there when shown."""

    name: str
    email: str = ""
    phone: str = ""
    website: str = ""
    establishments: tuple = ()


def admit(identity, level, published):
    """(user, ids of the organisations their sign-in speaks for), the register brought in line with the identity.

    `level`: "group" when a token names all organisations of a target group, "organisation" when only the chosen one.
    `published`: a function that gives what the KBO has of an enterprise by its number, or None.
    """
    with db.atomic():
        user = known_user(identity)
        rights = granted(identity)
        organisations = {code: organisation_of(code, identity, published) for code in rights}
        mine = {one.id: rights[code] for code, one in organisations.items() if one}
        end_rights(user, identity, level, mine)
        for organisation_id, meaning in mine.items():
            give_right(user, organisation_id, meaning)
    return user, sorted(mine)


def known_user(identity):
    """The person by what ACM calls them, with today's name. Of the national number only a fingerprint is kept.

    An address for mail is taken over once: what somebody changes here stays.
    """
    facts = {"first_name": identity.first_name, "last_name": identity.last_name}
    if identity.insz:
        facts["insz_hash"], *before = Seal.fingerprints(identity.insz)
        if before:  # the key changed: what waits for this person is found by the new mark from now on
            Invitation.update(insz_hash=facts["insz_hash"]).where(Invitation.insz_hash.in_(before)).execute()
    user, is_new = User.get_or_create(subject=f"acm:{identity.subject}", defaults=facts | {"email": identity.email})
    if not is_new:
        User.update(**facts).where(User.id == user.id).execute()
    return User.get_by_id(user.id)


def granted(identity):
    """{organisation code: what they may do there}, the strongest right first."""
    rights = {code: min(meanings, key=STRONGEST.index) for code, meanings in identity.rights.items()}
    if identity.represents and KINDS.get(identity.group, "employer") == "employer":
        rights[identity.represents] = "legal_representative"
    return {code: meaning for code, meaning in rights.items() if fits(code, identity.group)}


def fits(code, group):
    """True when the code is one by which this target group names its organisations."""
    if KINDS.get(group) == "employer":
        return rules.valid_enterprise_number(code)
    return group in KINDS and len(code) <= 10


def organisation_of(code, identity, published):
    """The organisation with that code; an employer or school the counter did not know is made. None: not for us."""
    kind = KINDS[identity.group]
    known = Organisation.get_or_none(Organisation.number == code)
    if not known and kind == "partnership":
        return None  # who handles files is named here, with `flask partnership`
    if not known or known.name == code or is_unvisited(known):  # made for a mandate, or without a name
        found = published(code) if kind == "employer" else None
        name = (found.name if found else "") or (identity.name if code == identity.code else "")
        known, _ = Organisation.get_or_create(number=code, defaults={"name": name or code, "kind": kind})
        if name not in ("", known.name):
            Organisation.update(name=name).where(Organisation.id == known.id).execute()
            note_words_of(known)
        if found:
            fill(known, found)
    # Handling files takes a right that was given; being the legal representative of a sector fund is not enough.
    if known.kind == "partnership" and code not in identity.rights:
        return None
    return known if kind in (known.kind, "employer") else None  # a sector fund or school may sign in as an enterprise


def is_unvisited(organisation):
    """True when nobody ever had a right there."""
    return not Membership.select().where(Membership.organisation == organisation).exists()


def fill(organisation, found):
    """Take over from the KBO how to reach an enterprise, and its establishments where this counter works.

    What it says of itself, or has already, stays. Name, form and seat are read from the KBO whenever they are shown.
    """
    reach = {name: getattr(found, name) for name in ("email", "phone", "website")}
    reach = {name: value for name, value in reach.items() if value and not getattr(organisation, name)}
    if reach:
        Organisation.update(**reach).where(Organisation.id == organisation.id).execute()
    regions = dict(Postcode.select(Postcode.postcode, Postcode.region).tuples())
    near = {f"{one.number:010d}": one for one in found.establishments if rules.in_region(regions.get(one.postcode))}
    for some in chunked(sorted(near), 100):
        held = Establishment.select(Establishment.number).where(Establishment.number.in_(some))
        new = set(some) - {number for (number,) in held.tuples()}
        facts = {number: {"name": near[number].name} | published_address(near[number]) for number in sorted(new)}
        if facts:
            rows = [{"number": number, "organisation": organisation} | one for number, one in facts.items()]
            Establishment.insert_many(rows).execute()


def admit_holder(number, published):
    """Who gets a mandate without ever having signed in: the enterprise with that number, known or made. May be None.

    Without a name in the KBO it is called by its number, until somebody of it signs in.
    """
    known = Organisation.get_or_none(Organisation.number == number)
    if known or not rules.valid_enterprise_number(number):
        return known
    found = published(number)
    facts = {"name": (found.name if found else "") or number, "kind": "employer"}
    organisation, _ = Organisation.get_or_create(number=number, defaults=facts)
    return organisation


def end_rights(user, identity, level, mine):
    """What the token no longer names is gone; what it does not speak of, what is local and what is blocked stays."""
    own = Membership.select(Membership.id).join(Organisation).where(Membership.user == user)
    if level == "organisation":
        own = own.where(Organisation.number == (identity.code or identity.represents))
    else:
        own = own.where(spoken_of(identity.group))
    gone = own.where(
        Membership.source == "acm", ~Membership.is_blocked, Membership.organisation.not_in(list(mine) or [0])
    )
    Membership.delete().where(Membership.id.in_(gone)).execute()


def spoken_of(group):
    """A condition: the organisations a token for this target group says everything about."""
    by_entity = Organisation.number.startswith("OVO")
    return {
        "employer": (Organisation.kind != "provider") & ~by_entity,
        "provider": Organisation.kind == "provider",
        "partnership": by_entity,
    }.get(KINDS.get(group), Organisation.id.is_null())


def give_right(user, organisation_id, meaning):
    """The membership as the token has it. A local right and a block are not ACM's to change."""
    facts = {"role": "user", "duty": meaning} if meaning in DUTIES else {"role": meaning}
    right, is_new = Membership.get_or_create(
        user=user, organisation=organisation_id, defaults={**facts, "source": "acm"}
    )
    if not is_new and right.source == "acm":
        Membership.update(**facts).where(Membership.id == right.id).execute()


# --- the counter's own list -------------------------------------------------------------------------------------------


class Unknown(Exception):
    """Nobody here is called that."""


def set_block(subject, number, is_blocked, actor, reason=""):
    """Block, or no longer, a person, an organisation or a person at an organisation; returns what that is called.

    Raises Unknown for who the counter does not know.
    """
    user = subject and found(User, subject, User.subject == subject)
    organisation = number and found(Organisation, number, Organisation.number == number)
    whose = user or organisation
    if user and organisation:
        at_both = (Membership.user == user) & (Membership.organisation == organisation)
        whose = found(Membership, f"{subject} bij {number}", at_both)
    model = type(whose)
    with db.atomic():
        model.update(is_blocked=is_blocked).where(model.id == whose.id).execute()
        for_whom = actor._replace(organisation=organisation or None)
        if is_blocked:
            Event.record(whose, "blocked", for_whom, reason=reason)
        else:
            Event.record(whose, "unblocked", for_whom, reason=reason)
    return " bij ".join(one.name for one in (user, organisation) if one)


def found(model, asked, condition):
    record = model.get_or_none(condition)
    if not record:
        raise Unknown(asked)
    return record


def admit_partnership(number, partnership):
    """The organisation whose people handle the files of that partnership, made or moved there."""
    facts = {"name": partnership.name, "kind": "partnership", "partnership": partnership}
    organisation, is_new = Organisation.get_or_create(number=number, defaults=facts)
    if not is_new:
        Organisation.update(**facts).where(Organisation.id == organisation.id).execute()
    return organisation
