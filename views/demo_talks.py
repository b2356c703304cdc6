"""Conversations of the demo world: in recognitions and in agreements, some with an answer that nobody read yet.

It must not write a message itself: Talk.write does, as the page does.
"""

from datetime import timedelta

from models import Agreement, CalendarFeed, Organisation, Recognition, Talk, Training

ABOUT_A_VISIT = (
    ("fiets", 6, "Dag, wij verhuizen volgende maand de balie naar de voorkant. Moet dat in de aanvraag staan?"),
    ("handel", 5, "Dag Lou, neen. De vestiging blijft dezelfde. Stuur wel een foto zodra de balie er staat."),
    ("fiets", 2, "Dat doen we. Kan het bezoek na de middag? Voor de middag is de winkel dicht."),
)
ABOUT_A_SECOND_LEARNER = (
    ("mega", 30, "Wij willen in september een tweede leerling opleiden. Is daar een nieuwe erkenning voor nodig?"),
    ("handel", 29, "Neen, uw erkenning volstaat. Let erop dat één mentor niet te veel leerlingen tegelijk begeleidt."),
    ("mega", 29, "Duidelijk, bedankt."),
)
ABOUT_THE_HOURS = (
    ("bakkerij", 9, "Dag Jan, kan de leerling op woensdag om 6 uur beginnen? Dan staan de ovens al warm."),
    ("school", 8, "Dag Greet, 6 uur is voor een minderjarige te vroeg. Vanaf 7 uur kan wel."),
    ("school", 1, "Ik zette 7 uur in het uurrooster. Kijkt u het na?"),
)
ABOUT_A_TEST = (
    ("school", 4, "Op vrijdag is er een praktijkproef op school. De leerling komt die dag niet naar de winkel."),
    ("mega", 3, "In orde, dat is genoteerd. Veel succes!"),
)


def make_talks(world):
    """A few, each in a file of its own, the oldest first; and a calendar, to see what an address in use looks like."""
    _talk(world, _recognition(world, "mega", "Logistiek duaal"), ABOUT_A_SECOND_LEARNER, read_by=("handel",))
    _talk(world, _agreement(world, "mega", Agreement.of(world.organisations["school"])), ABOUT_A_TEST)
    passed_on = Agreement.of(world.organisations["school"]).where(Agreement.state == "draft")
    _talk(world, _agreement(world, "bakkerij", passed_on), ABOUT_THE_HOURS)
    _talk(world, _recognition(world, "fiets", "Onthaal, organisatie en sales duaal"), ABOUT_A_VISIT)
    bookkeeper = world.actor("bakkerij", world.today)
    CalendarFeed.make(bookkeeper.user, bookkeeper.at)


def _recognition(world, key, training):
    found = Recognition.of(world.organisations[key]).where(
        Training.name == training, Recognition.submitted_on.is_null(False)
    )
    return found.order_by(Recognition.id).first()


def _agreement(world, key, found):
    return found.where(Organisation.id == world.organisations[key].id).order_by(Agreement.id).first()


def _talk(world, file, lines, read_by=()):
    for key, days_ago, text in lines:
        Talk.write(world.actor(key, world.today - timedelta(days=days_ago)), file, text)
    for key in read_by:
        Talk.mark_read(world.actor(key, world.today), file)
