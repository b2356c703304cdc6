"""Sanctions and appeals of the demo world: each state there is, at the department store, and an appeal on a refusal.

Made by the same steps the pages take; it must not write a state itself.
"""

from datetime import timedelta

from models import Appeal, Recognition, Sanction

GROUNDS = "Bij ons bezoek stond de leerling alleen aan de kassa. De mentor was er die week niet."
OBJECTION = "De mentor was die week ziek. Een collega met dezelfde ervaring nam de begeleiding over."
SANCTIONS = (  # (kind, how far it got, days ago, how far the appeal against it got)
    ("revocation", "prepared", 1, ""),
    ("revocation", "dropped", 30, ""),
    ("mentor", "decided", 3, ""),
    ("revocation", "decided", 4, "draft"),
    ("temporary", "decided", 5, "lodged"),
    ("revocation", "decided", 40, "admissible"),
    ("revocation", "decided", 60, "inadmissible"),
    ("revocation", "decided", 70, "granted"),
    ("definite", "decided", 80, "rejected"),
    ("mentor", "decided", 20, "withdrawn"),
)


def make_sanctions(world, key="overal", refused="fiets"):
    """One of everything, each at an establishment of its own."""
    for index, (kind, state, ago, appeal) in enumerate(SANCTIONS):
        place = world.establishment(key, 10 + index)
        found = Recognition.of(world.organisations[key]).where(Recognition.establishment == place)
        recognition = found.where(Recognition.valid(world.today)).order_by(Recognition.id.desc()).first()
        on = world.today - timedelta(days=ago)
        sanction = sanctioned(world, recognition, kind, state, on)
        if appeal:
            appealed(world, key, sanction, appeal, on + timedelta(days=2))
    quiet = Recognition.of(world.organisations["mega"]).where(Recognition.valid(world.today))
    on = world.today - timedelta(days=100)  # settled long ago: nothing waits for Mega World
    appealed(world, "mega", sanctioned(world, quiet.order_by(Recognition.id.desc()).first(), on=on), "granted", on)
    begun = Recognition.of(world.organisations["bakkerij"]).where(Recognition.state == "refused").first()
    appealed(world, "bakkerij", begun, "draft", world.today - timedelta(days=1))
    fought = Recognition.of(world.organisations[refused]).where(Recognition.state == "refused").first()
    appealed(world, refused, fought, "lodged", world.today - timedelta(days=1))


def sanctioned(world, recognition, kind="revocation", state="decided", on=None):
    """A sanction on that recognition, prepared by a manager of its partnership and taken as far as `state`."""
    boss = world.handler_of(recognition, on or world.today)._replace(duty="manager")
    sanction = Sanction.prepare(
        boss,
        kind,
        [recognition],
        GROUNDS,
        establishment=recognition.establishment,
        mentor=recognition.mentor_links[0].mentor if kind == "mentor" else None,
        until=boss.on + timedelta(days=365) if kind == "temporary" else None,
    )
    if state == "decided":
        sanction.impose(boss)
    elif state == "dropped":
        sanction.drop(boss)
    return fresh(sanction)


def appealed(world, key, subject, state="lodged", on=None):
    """An appeal of that employer against a refusal or a sanction, begun that day and taken as far as `state`."""
    actor = world.actor(key, on or world.today)
    appeal = Appeal.draft(actor, subject)
    if state == "draft":
        appeal.edit(actor, OBJECTION)
        return fresh(appeal)
    appeal.lodge(actor, OBJECTION)
    chair = world.actor("vlaams", actor.on)._replace(duty="manager")
    if state == "withdrawn":
        appeal.withdraw(actor)
    elif state == "inadmissible":
        appeal.declare_inadmissible(chair, "Het beroep is niet ingediend door de onderneming zelf.")
    elif state != "lodged":
        appeal.admit(chair)
    if state in ("granted", "rejected"):
        appeal.rule(chair, state == "granted", "De commissie hoorde beide partijen en las het bezoekverslag.")
    return fresh(appeal)


def fresh(record):
    return record.afresh()
