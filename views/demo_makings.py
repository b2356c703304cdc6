"""Agreements of the demo world that are still being made: passed on, returned, half signed, thrown away.

Made by the same steps the pages take; it must not write a state itself.
"""

from datetime import timedelta

from models import PARTIES, Document, SigningLink
from views.demo_agreements import SCAN, current, make

KEY = "bakkerij"  # for the bookkeeper, so that the dashboard of Mega World keeps the two tasks everybody knows


def make_makings(world):
    """One agreement for each way to wait for somebody."""
    recognition = world.approved(KEY, "Winkelmedewerker duaal", world.today - timedelta(days=200))
    for index, made in enumerate(MAKINGS):
        made(world, recognition, index)


def actor(world, days_ago=0):
    return world.actor(KEY, world.today - timedelta(days=days_ago))


def school(world, days_ago=0):
    return world.actor("school", world.today - timedelta(days=days_ago))


def with_the_school(world, recognition, index):
    draft = make(world, KEY, recognition, index, "draft")
    draft.edit(actor(world, 9), coach_name="", insurer="")
    draft.pass_on(actor(world, 9), "Wilt u de trajectbegeleider en het uurrooster aanvullen?")


def returned_by_the_school(world, recognition, index):
    draft = make(world, KEY, recognition, index, "passed_on")
    draft.edit(school(world, 4), declared="[]", insurer="")
    draft.pass_on(school(world, 4), "Het uurrooster staat erin. De verklaringen zijn aan u.")


def with_a_link(world, recognition, index):
    agreement = make(world, KEY, recognition, index, "to_sign")
    SigningLink.send(actor(world, 2), agreement, "learner", lambda token: f"{world.url}/tekenen/{token}")


def for_the_employer(world, recognition, index):
    signed_until(make(world, KEY, recognition, index, "to_sign"), world, "employer")


def for_the_school(world, recognition, index):
    signed_until(make(world, KEY, recognition, index, "to_sign"), world, "provider")


def signed_until(agreement, world, turn):
    """Signed on one paper by everybody before whose turn it then is."""
    before = list(PARTIES)[: list(PARTIES).index(turn)]
    scan = Document.store(actor(world), SCAN, "getekend.pdf", "other")
    agreement.sign_on_paper(actor(world), before, agreement.version, scan, world.today)


def reopened(world, recognition, index):
    agreement = make(world, KEY, recognition, index, "to_sign")
    agreement.reopen(actor(world))


def thrown_away(world, recognition, index):
    current(make(world, KEY, recognition, index, "draft")).discard(actor(world))


MAKINGS = (
    with_the_school,
    returned_by_the_school,
    with_a_link,
    for_the_employer,
    for_the_school,
    reopened,
    thrown_away,
)
