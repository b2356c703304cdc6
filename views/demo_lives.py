"""Agreements of the demo world after their signing: late, suspended, changed, ended and the rest, by the same steps.

It must not write a state itself.
"""

import json
from datetime import timedelta

from models import AGREEMENT_ENDINGS, CHECKLIST, Addendum, Sanction, Suspension
from views.demo_agreements import PREMIUM, SCAN, current, make, sign_all, timetable

KEY = "bakkerij"  # for the bookkeeper, so that the dashboard of Mega World keeps the two tasks everybody knows


def make_lives(world):
    """One agreement for each thing that can happen, and one whose recognition is revoked."""
    decided = world.today - timedelta(days=400)
    recognition = world.approved(KEY, "Restaurant en keuken duaal", decided)
    for index, live in enumerate(LIVES):
        live(world, recognition, index)
    mentor_leaves(world, world.approved(KEY, "Hotelreceptionist duaal", decided, mentor=helper(world)), len(LIVES))
    revoked(world, world.approved(KEY, "Logistiek duaal", decided), len(LIVES) + 1)


def helper(world):
    return world.mentor(KEY, "Bart", "Van Hoof")


def actor(world, days_ago=0):
    return world.actor(KEY, world.today - timedelta(days=days_ago))


def begun(world, recognition, index, days_ago, state="registered"):
    """An agreement that started so many days ago, as its record."""
    return make(world, KEY, recognition, index, state, starts_on=world.today - timedelta(days=days_ago))


def signed_late(world, recognition, index):
    begun(world, recognition, index, 110, "signed")


def to_register(world, recognition, index):
    begun(world, recognition, index, 80, "signed")


def lacking_premium(world, recognition, index):
    begun(world, recognition, index, 30)


def with_premium(world, recognition, index):
    agreement = begun(world, recognition, index, 45)
    agreement.complete_premium(actor(world, 40), PREMIUM, SCAN, "verklaring.pdf")


def suspended(world, recognition, index):
    agreement = begun(world, recognition, index, 60)
    since = world.today - timedelta(days=12)
    Suspension.start(agreement, actor(world, 12), "illness", since, keeps_allowance=True, note="Gebroken pols.")


def suspended_before(world, recognition, index):
    agreement = begun(world, recognition, index, 90)
    first, last = world.today - timedelta(days=50), world.today - timedelta(days=30)
    Suspension.start(agreement, actor(world, 50), "unemployment", first, last)
    for one in Suspension.of(agreement):
        one.agreement = agreement
        one.report(actor(world, 40))


def addendum_waiting(world, recognition, index):
    agreement = begun(world, recognition, index, 50)
    weeks, full_time, _ = timetable(start="7:45", end="13:15")
    Addendum.draw_up(
        agreement,
        actor(world, 1),
        "timetable",
        world.today + timedelta(days=9),
        "De werkplek opent vroeger.",
        timetable=json.dumps(weeks),
        full_time=full_time,
    )


def extended(world, recognition, index):
    agreement = begun(world, recognition, index, 55)
    later = agreement.ends_on + timedelta(days=60)
    drawn = Addendum.draw_up(agreement, actor(world, 20), "extension", None, "Nog niet alles geleerd.", ends_on=later)
    sign_all(world, drawn, KEY, world.today - timedelta(days=15))


def corrected(world, recognition, index):
    agreement = begun(world, recognition, index, 65)
    agreement.correct(actor(world, 3), {"address": "Nieuwstraat 8 bus 2, 2800 Mechelen"})


def ended_early(world, recognition, index):
    agreement = begun(world, recognition, index, 70)
    last_day = world.today - timedelta(days=4)
    agreement.end(actor(world, 6), last_day, "training", f"{AGREEMENT_ENDINGS['training']}.", "learner")
    current(agreement).check_off(actor(world, 3), list(CHECKLIST)[:1])


def cancelled(world, recognition, index):
    agreement = begun(world, recognition, index, -30)
    agreement.cancel(actor(world, 2), "De leerling koos toch een andere werkplek.")


def to_start(world, recognition, index):
    begun(world, recognition, index, -12)


LIVES = (
    to_start,
    signed_late,
    to_register,
    lacking_premium,
    with_premium,
    suspended,
    suspended_before,
    addendum_waiting,
    extended,
    corrected,
    ended_early,
    cancelled,
)


def mentor_leaves(world, recognition, index):
    begun(world, recognition, index, 40)
    helper(world).deactivate(actor(world, 5), "Werkt niet meer bij ons.")


def revoked(world, recognition, index):
    """A sanction of which the appeal term is over."""
    begun(world, recognition, index, 75)
    imposed_on = world.today - timedelta(days=20)
    handler = world.handler_of(recognition, imposed_on)._replace(duty="manager")
    sanction = Sanction.prepare(handler, "revocation", [recognition], "De leerlingen kregen geen begeleiding.")
    sanction.impose(handler)
