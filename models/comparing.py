"""The register beside a fresh KBO extract: what moved, ceased, or turned out to exist; each noticed once.

It must not read the extract itself; whoever took it in says what it holds.
"""

import json

from peewee import fn

from models.base import db
from models.people import Actor, Event, Organisation
from models.profile import Establishment, published_address
from models.recognitions import Recognition
from models.steps import DUTY_ALLOWS
from rules import RuleBroken

NOT_YOURS = "Alleen het partnerschap dat deze vestiging erkende, verwerkt dit."


def compare(organisation, is_active, published, snapshot_on, at):
    """Hold one employer beside what the KBO publishes of it; returns how many things were noticed.

    `published`: the KBO rows of its establishments. Nothing disappears: what ceased is marked, and waits as a task.
    """
    counter = Actor(None, organisation, "user", at, snapshot_on)  # the counter itself noticed it
    noticed = _ceased(organisation, is_active, counter)
    rows = {f"{row.number:010d}": row for row in published}
    for place in Establishment.select().where(Establishment.organisation == organisation):
        row = rows.get(place.number)
        if row is None and place.is_provisional:
            continue  # it was not there before either; the partnership looks into it
        noticed += _ceased(place, row is not None, counter)
        if row is not None:
            noticed += _confirmed(place, counter) + _moved(place, row)
    return noticed


def _ceased(record, is_active, counter):
    """Mark that the KBO no longer has it, or has it again."""
    if is_active == (record.ceased_on is None):
        return 0
    changed = {"ceased_on": None if is_active else counter.on, "ceased_noted_at": None}
    with db.atomic():
        type(record).update(**changed).where(type(record).id == record.id).execute()
        if is_active:
            Event.record(record, "kbo_returned", counter, called=str(record))
        else:
            Event.record(record, "kbo_ceased", counter, called=str(record))
    return 1


def _confirmed(place, counter):
    """A provisional establishment that the KBO has after all is provisional no more."""
    if not place.is_provisional:
        return 0
    with db.atomic():
        Establishment.update(is_provisional=False).where(Establishment.id == place.id).execute()
        Event.record(place, "kbo_confirmed", counter, called=str(place))
    return 1


def _moved(place, row):
    """Keep the address the KBO gives now, as long as it differs from the one files were made with."""
    new = published_address(row)
    same = new == {name: getattr(place, name) for name in new}
    moved_to = "" if same else json.dumps(new, ensure_ascii=False)
    if moved_to == place.moved_to:
        return 0
    Establishment.update(moved_to=moved_to).where(Establishment.id == place.id).execute()
    return int(bool(moved_to))


# --- what a partnership has to look at --------------------------------------------------------------------------------


def to_process(partnership):
    """The establishments this partnership has to look at: moved, ceased or provisional; in order of employer and name.

    Of those that a file handed in at this partnership names.
    """
    named = Recognition.select(1).where(
        Recognition.establishment == Establishment.id,
        Recognition.partnership == partnership,
        Recognition.submitted_on.is_null(False),
    )
    return (
        Establishment.select(Establishment, Organisation)
        .join(Organisation)
        .where(Establishment.differs(), fn.EXISTS(named))
        .order_by(Organisation.name, Establishment.name, Establishment.id)
    )


def ceased_employers(partnership):
    """The employers of this partnership's recognitions that the KBO no longer has, until somebody took note."""
    named = Recognition.select(1).where(
        Recognition.organisation == Organisation.id, Recognition.partnership == partnership
    )
    found = Organisation.select().where(Organisation.has_ceased_unseen(), fn.EXISTS(named))
    return found.order_by(Organisation.name, Organisation.id)


def check_handler(record, actor):
    """Raises RuleBroken unless the actor handles files for a partnership, and one is of this place or employer."""
    named = Recognition.establishment if isinstance(record, Establishment) else Recognition.organisation
    partnership = actor.organisation.partnership_id if actor.is_handler and actor.may_act else None
    handles = partnership is not None and "handler" in DUTY_ALLOWS[actor.duty]
    if not (handles and Recognition.select().where(named == record, Recognition.partnership == partnership).exists()):
        raise RuleBroken(state=NOT_YOURS)


def accept_move(place, actor):
    """The step "adreswijziging vestiging verwerken": take over the address of the KBO. May raise RuleBroken."""
    check_handler(place, actor)
    files = Recognition.select(Recognition.id).where(
        Recognition.establishment == place, Recognition.submitted_on.is_null(False)
    )
    with db.atomic():
        place.accept_move(actor)
        Recognition.words.rel_model.note([one.id for one in files])  # words.py stands on that module


def take_note(record, actor):
    """The partnership knows that this establishment or employer ceased. May raise RuleBroken."""
    check_handler(record, actor)
    model = type(record)
    unseen = (model.id == record.id) & model.ceased_on.is_null(False) & model.ceased_noted_at.is_null()
    with db.atomic():
        if not model.update(ceased_noted_at=actor.at).where(unseen).execute():
            raise RuleBroken(state="Hiervan was al kennis genomen.")
        Event.record(record, "cessation_noted", actor, called=str(record))


def accept_provisional(place, actor):
    """The partnership checked that the establishment exists, although the extract does not have it yet."""
    check_handler(place, actor)
    query = Establishment.update(is_provisional=False)
    with db.atomic():
        if not query.where(Establishment.id == place.id, Establishment.is_provisional).execute():
            raise RuleBroken(state="Deze vestiging was al nagekeken.")
        Event.record(place, "establishment_checked", actor, called=str(place))


def running_at(place, on):
    """How many recognitions hold there on that day."""
    return Recognition.select().where(Recognition.establishment == place, Recognition.valid(on)).count()
