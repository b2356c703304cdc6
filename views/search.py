"""One box over everything the active organisation has: recognitions, mentors, agreements, establishments, people.

It must not know how a list is searched; each record knows that, and only ever within the organisation acted for.
"""

from typing import NamedTuple

from flask import Blueprint, g, request, url_for

import rules
from models import ROLES, Agreement, AgreementWord, ContactPerson, Establishment, Membership, Mentor, Recognition
from views.answers import render
from views.mandated import opens

bp = Blueprint("search", __name__, url_prefix="/zoeken")

FIRST = 5  # of each group; the overview behind it has the rest
SHORTEST = 2  # letters; less finds everything


class Group(NamedTuple):
    """What one kind of record gives: at most FIRST hits, and the list that holds them all where there is one."""

    key: str
    label: str
    hits: list  # (words, more words, address)
    all_at: str | None


@bp.get("")
def index():
    """The groups that hold something; the header asks for the part while somebody types."""
    search = " ".join(request.args.get("zoek", "").split())[:100]
    refused = rules.holds_insz(search)
    found = [] if refused or len(search) < SHORTEST else [group for group in groups(search) if group.hits]
    return render(
        "search/index.html",
        "search/_list.html",
        search="" if refused else search,
        refused=refused,
        too_short=0 < len(search) < SHORTEST,
        groups=found,
        total=sum(len(group.hits) for group in found),
    )


def groups(search):
    """Every group this organisation and this right have; one query each, two for people."""
    organisation = g.actor.organisation
    if g.actor.is_handler:
        yield files(search)
    if g.actor.is_employer:
        yield from (one for one in (recognitions(search), mentors(search), places(search)) if one)
    if organisation.kind in ("employer", "provider") and may_open("agreements.index"):
        yield agreements(search)
    if not g.actor.mandate:
        yield people(search)


def may_open(endpoint):
    """False for who acts by a mandate that is not for this."""
    return not g.actor.mandate or opens(g.actor.mandate, endpoint, g.on)


def listed(key, label, rows, overview, search, shown):
    """A group of rows, one more asked than is shown: only then there is a list to go on with."""
    rows = list(rows)
    more = url_for(overview, zoek=search) if len(rows) > FIRST else None
    return Group(key, label, [shown(row) for row in rows[:FIRST]], more)


def recognitions(search):
    if not may_open("recognitions.index"):
        return None
    rows = Recognition.search(Recognition.of(g.actor.organisation), search)

    def shown(row):
        url = url_for("recognitions.show", recognition_id=row.id)
        return f"{row} {row.label}", f"{row.establishment or ''} · {row.status(g.on)[1]}".strip(" ·"), url

    rows = rows.order_by(Recognition.id.desc()).limit(FIRST + 1)
    return listed("erkenningen", "Erkenningen", rows, "recognitions.index", search, shown)


def files(search):
    rows = Recognition.search(Recognition.handled_by(g.actor.organisation.partnership_id), search)

    def shown(row):
        url = url_for("handling.show", recognition_id=row.id)
        return f"{row} {row.label}", f"{row.organisation} · {row.status(g.on)[1]}", url

    rows = rows.order_by(Recognition.id.desc()).limit(FIRST + 1)
    return listed("dossiers", "Dossiers", rows, "handling.index", search, shown)


def mentors(search):
    if not may_open("mentors.index"):
        return None
    rows = Mentor.search(g.actor.organisation, search).limit(FIRST + 1)

    def shown(row):
        return str(row), "Gedeactiveerd" if row.inactive_from else "", url_for("mentors.show", mentor_id=row.id)

    return listed("mentors", "Mentors", rows, "mentors.index", search, shown)


def agreements(search):
    organisation = g.actor.organisation
    meant = AgreementWord.conditions(search, organisation if g.actor.is_employer else None)
    if not meant:  # nothing in it is a word
        return Group("overeenkomsten", "Overeenkomsten", [], None)
    rows = Agreement.of(organisation).where(*meant).order_by(Agreement.id.desc())

    def shown(row):
        url = url_for("agreements.show", agreement_id=row.id)
        words = f"{row.recognition.training.name} · {row.status(g.on)[1]}"
        return f"{row} {row.learner}", words, url

    return listed("overeenkomsten", "Overeenkomsten", rows.limit(FIRST + 1), "agreements.index", search, shown)


def places(search):
    if not may_open("establishments.index"):
        return None
    rows = Establishment.search(g.actor.organisation, search).limit(FIRST + 1)

    def shown(row):
        return row.name, row.address, url_for("establishments.show", establishment_id=row.id)

    return listed("vestigingen", "Vestigingen", rows, "establishments.index", search, shown)


def people(search):
    """Who may act for the organisation and whom to reach there, by name."""
    home, users, organisation = url_for("organisation.profile"), url_for("users.index"), g.actor.organisation
    staff = Membership.people(organisation, search).limit(FIRST)
    hits = [(row.user.name, ROLES[row.role], users) for row in staff]
    reached = ContactPerson.search(organisation, search).limit(FIRST)
    hits += [(row.name, f"Contactpersoon: {row.label.lower()}", home) for row in reached]
    return Group("mensen", "Mensen", hits[:FIRST], home if len(hits) > FIRST else None)
