"""One box over everything the active organisation has: files, mentors, places, agreements, documents and people.

It must not know how a list is searched; each record knows that, and only ever within the organisation acted for.
"""

from typing import NamedTuple

from flask import Blueprint, g, request, url_for
from flask_login import current_user

import rules
from models import (
    ROLES,
    Agreement,
    AgreementWord,
    ContactPerson,
    Document,
    Establishment,
    Membership,
    Mentor,
    MentorApplication,
    MentorApplicationWord,
    Recognition,
    RecognitionWord,
    Workplace,
    vault,
)
from views.answers import render
from views.check import limiter
from views.mandated import opens

bp = Blueprint("search", __name__, url_prefix="/zoeken")

FIRST = 5  # of each group; the overview behind it has the rest
SHORTEST = 2  # letters; less finds everything
OFTEN = "120/minute"  # for one person; nobody types faster


class Group(NamedTuple):
    """What one kind of record gives: at most FIRST hits, and the list that holds them all where there is one."""

    key: str
    label: str
    hits: list  # (words, more words, address)
    all_at: str | None = None
    has_more: bool = False  # and no list that can be searched


@bp.get("")
@limiter.limit(OFTEN, key_func=lambda: f"search-{current_user.id}")
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
    if g.actor.is_handler:
        yield files(search)
        yield applications_handled(search)
    if g.actor.is_employer:
        yield from (group(search) for overview, group in OF_EMPLOYERS.items() if may_open(overview))
    if not g.actor.is_handler and may_open("agreements.index"):
        yield agreements(search)
    if g.actor.is_employer and may_open("documents.index"):
        yield documents(search)
    if not g.actor.mandate:
        yield people(search)


def may_open(endpoint):
    """False for who acts by a mandate that is not for this."""
    return not g.actor.mandate or opens(g.actor.mandate, endpoint, g.on)


def listed(key, label, rows, overview, search, shown):
    """A group of rows, one more asked than is shown: only then there is a list to go on with."""
    rows = list(rows)
    has_more = len(rows) > FIRST
    all_at = url_for(overview, zoek=search) if has_more and overview else None
    return Group(key, label, [shown(row) for row in rows[:FIRST]], all_at, has_more)


def recognitions(search):
    rows = Recognition.search(Recognition.of(g.actor.organisation), search, g.actor.organisation)

    def shown(row):
        url = url_for("recognitions.show", recognition_id=row.id)
        return f"{row} {row.label}", f"{row.establishment or ''} · {row.status(g.on)[1]}".strip(" ·"), url

    rows = rows.order_by(Recognition.id.desc()).limit(FIRST + 1)
    return listed("erkenningen", "Erkenningen", rows, "recognitions.index", search, shown)


def files(search):
    partnership = g.actor.organisation.partnership_id
    rows = RecognitionWord.narrow(Recognition.handled_by(partnership), search, partnership)

    def shown(row):
        url = url_for("handling.show", recognition_id=row.id)
        return f"{row} {row.label}", f"{row.organisation} · {row.status(g.on)[1]}", url

    rows = rows.order_by(Recognition.id.desc()).limit(FIRST + 1)
    return listed("dossiers", "Dossiers", rows, "handling.index", search, shown)


def mentors(search):
    rows = Mentor.search(g.actor.organisation, search).limit(FIRST + 1)

    def shown(row):
        return str(row), "Gedeactiveerd" if row.inactive_from else "", url_for("mentors.show", mentor_id=row.id)

    return listed("mentors", "Mentoren", rows, "mentors.index", search, shown)


def applications(search):
    """By the number, the training or the mentor; a draft has no number yet."""
    found = MentorApplication.search(MentorApplication.of(g.actor.organisation), search)
    return applied(found, search, "mentor_applications")


def applications_handled(search):
    partnership = g.actor.organisation.partnership_id
    # Found first, joined then: of ten tables at once PostgreSQL weighs every order, longer than it reads.
    theirs = MentorApplication.select(MentorApplication.id).where(MentorApplication.is_for(partnership))
    first = MentorApplicationWord.narrow(theirs, search, partnership)
    first = [number for (number,) in first.order_by(MentorApplication.id.desc()).limit(FIRST + 1).tuples()]
    found = MentorApplication.joined().where(MentorApplication.id.in_(first))
    return applied(found, search, "mentor_handling")


def applied(found, search, place):
    rows = found.order_by(MentorApplication.id.desc()).limit(FIRST + 1)

    def shown(row):
        url = url_for(f"{place}.show", application_id=row.id)
        return f"{row} {row.mentor}", f"{row.recognition.label} · {row.label}", url

    return listed("mentoraanvragen", "Mentoraanvragen", rows, None, search, shown)


def workplaces(search):
    found = Workplace.search(Workplace.of(g.actor.organisation, g.on), search)
    rows = found.order_by(Workplace.id.desc()).limit(FIRST + 1)

    def shown(row):
        words = f"{row.recognition.establishment} · {row.label}"
        return row.recognition.training.name, words, url_for("workplaces.show", recognition_id=row.recognition_id)

    return listed("werkplekken", "Werkplekken", rows, "workplaces.index", search, shown)


def documents(search):
    rows = vault.opened_to(g.actor, Document.search(g.actor.organisation, search))
    rows = rows.order_by(Document.id.desc()).limit(FIRST + 1)

    def shown(row):
        about = f" · {row.mentor}" if row.mentor_id else ""
        return row.filename, f"{row.kind_name}{about}", url_for("documents.show", document_id=row.id)

    return listed("documenten", "Documenten", rows, "documents.index", search, shown)


def agreements(search):
    organisation = g.actor.organisation
    meant = AgreementWord.conditions(search, organisation if g.actor.is_employer else None)
    if not meant:  # nothing in it is a word
        return Group("overeenkomsten", "Overeenkomsten", [])
    rows = Agreement.of(organisation).where(*meant).order_by(Agreement.id.desc())

    def shown(row):
        url = url_for("agreements.show", agreement_id=row.id)
        words = f"{row.recognition.training.name} · {row.status(g.on)[1]}"
        return f"{row} {row.learner}", words, url

    return listed("overeenkomsten", "Overeenkomsten", rows.limit(FIRST + 1), "agreements.index", search, shown)


def places(search):
    rows = Establishment.search(g.actor.organisation, search).limit(FIRST + 1)

    def shown(row):
        return row.name, row.address, url_for("establishments.show", establishment_id=row.id)

    return listed("vestigingen", "Vestigingen", rows, "establishments.index", search, shown)


def people(search):
    """Who may act for the organisation and whom to reach there, by name; of each group its own share at least."""
    organisation = g.actor.organisation
    staff = [
        # The list of users goes by pages: this one begins with who was found.
        (row.user.name, ROLES[row.role], url_for("users.index", na=row.id - 1))
        for row in Membership.people(organisation, search).limit(FIRST + 1)
    ]
    reached = [
        (row.name, f"Contactpersoon: {row.label.lower()}", url_for("profile.contact", person_id=row.id))
        for row in ContactPerson.search(organisation, search).limit(FIRST + 1)
    ]
    hits = staff[: max(FIRST - len(reached), FIRST // 2 + 1)]
    hits += reached[: FIRST - len(hits)]
    return Group("mensen", "Mensen", hits, has_more=len(staff) + len(reached) > FIRST)


OF_EMPLOYERS = {  # by the overview a mandate must open
    "recognitions.index": recognitions,
    "mentors.index": mentors,
    "mentor_applications.index": applications,
    "establishments.index": places,
    "workplaces.index": workplaces,
}
