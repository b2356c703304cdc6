"""Each page and each rightly filled form, for a file in whatever state: an old page, or somebody who was quicker."""

import pytest

from models import Agreement, Appeal, MentorApplication, Recognition, Sanction, db
from tests.test_access import ROUTES, arguments, method_of, records, sent
from views.check import limiter
from views.guards import access_of

FILES = {
    "recognition_id": Recognition,
    "agreement_id": Agreement,
    "application_id": MentorApplication,
    "sanction_id": Sanction,
    "appeal_id": Appeal,
}
SENDERS = {"handler": ("behandelaar", "handel"), "committee": ("beheerder", "vlaams")}  # by access; else the employer


def rooms(app):
    """(rule, the part of its address that says which file) of every page and form about a file."""
    for rule in app.url_map.iter_rules():
        about = [name for name in FILES if name in rule.arguments]
        if rule.endpoint in ROUTES and about:
            yield rule, about[0]


FILLINGS = {  # which of what a form asks is filled in
    "whole": lambda names: names,
    "nothing": lambda names: ["organisation"],
    "the last thing forgotten": lambda names: names[:-1],
}


@pytest.mark.sweep
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # what breaks there breaks on the other
@pytest.mark.usefixtures("unread")
def test_no_page_or_form_breaks_on_a_file_in_another_state(app, world, signed_in, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", False)
    found = records(world)
    actor = world.actor("mega", world.today)
    Recognition.draft(actor)  # in which nothing was filled in yet
    Agreement.draft(actor, found["lasting"])
    numbers = {name: [row[0] for row in kind.select(kind.id).tuples()] for name, kind in FILES.items()}
    senders = {who: signed_in(who) for who in ("zaakvoerder", "behandelaar", "beheerder")}
    adapter, broken, answered = app.url_map.bind("localhost"), [], set()
    for rule, field in rooms(app):
        who, key = SENDERS.get(access_of(rule.endpoint), ("zaakvoerder", "mega"))
        own = arguments(rule, found.get(ROUTES[rule.endpoint][1]))
        for number in numbers[field]:
            path, method = adapter.build(rule.endpoint, own | {field: number}, method_of(rule)), method_of(rule)
            for how, choose in FILLINGS.items() if method == "POST" else [("", lambda names: [])]:
                data = sent(rule, world.organisations[key].number, found)  # its files are read but once
                data = {name: data[name] for name in choose(list(data))}
                with db.atomic() as undo:
                    answer = senders[who].open(path, method=method, data=data or None)
                    answered.add(answer.status_code)
                    if answer.status_code >= 500:
                        broken.append(f"{answer.status_code} at {path} ({rule.endpoint}), filled in: {how}")
                    undo.rollback(begin=False)
    assert not broken, "\n".join(broken)
    assert answered >= {200, 303, 404, 422}
