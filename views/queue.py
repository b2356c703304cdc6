"""The queue of a partnership: its files by how far they are, narrowed by what the address says.

It must not know what is done with a file; handling.py does.
"""

from flask import g, request

from models import Appeal, Establishment, Postcode, Recognition, RecognitionWord, Training, Vote
from views.answers import Page, remember_list, render
from views.handling import bp, ours

QUEUES = {
    "open": ("Te doen", ("submitted", "complete", "in_treatment")),
    "ingediend": ("Volledigheid controleren", ("submitted",)),
    "volledig": ("Te behandelen", ("complete",)),
    "in-behandeling": ("In behandeling", ("in_treatment",)),
    "wacht": ("Wacht op de werkgever", ("incomplete",)),
    "behandeld": ("Behandeld", ("approved", "refused", "withdrawn")),
    "alle": (
        "Alle dossiers",
        ("submitted", "incomplete", "complete", "in_treatment", "approved", "refused", "withdrawn"),
    ),
}

SOON = 3  # days
CLOCKS = {
    "te-laat": "Te laat",
    "bijna": f"Nog hoogstens {SOON} dagen",
    "stil": "Staat stil",
    "onbeantwoord": "Antwoord te laat",
}
WHOSE = {"ik": "Ik", "niemand": "Nog niemand", "stem": "Mijn stem ontbreekt"}
PROVINCES = {  # {as an address and a page say it: as the postcodes have it}
    "Antwerpen": "Antwerpen",
    "Brussel": "",
    "Limburg": "Limburg",
    "Oost-Vlaanderen": "Oost-Vlaanderen",
    "Vlaams-Brabant": "Vlaams-Brabant",
    "West-Vlaanderen": "West-Vlaanderen",
}


FIRST = 10  # files on the first screen


def in_order(files, queue, after=None, before=None):
    """A page of a queue, what waits longest on top; each state is read by itself, as the index has it."""
    order = [(Recognition.clock_from, "asc"), (Recognition.id, "asc")]
    apart = [Recognition.state == state for state in QUEUES[queue][1]]
    return Page(files, order, after, before, apart)


def waiting_files(actor):
    """The first files a handler must do something with, for the dashboard."""
    return in_order(Recognition.handled_by(actor.organisation.partnership_id), "open").rows[:FIRST]


@bp.get("")
def index():
    """The queue, the oldest submission first."""
    remember_list()
    chosen = {name: request.args.get(name, "") for name in ("zoek", "opleiding", "behandelaar", "klok", "streek")}
    queue = request.args.get("wachtrij", "open")
    queue = queue if queue in QUEUES else "open"
    files = narrowed(ours(), chosen)
    found = files.where(Recognition.state.in_(QUEUES[queue][1]))
    page = in_order(files, queue, request.args.get("na"), request.args.get("voor"))
    waiting = counts()
    return render(
        "handling/index.html",
        "handling/_list.html",
        page=page,
        total=found.limit(1001).count() if any(chosen.values()) else waiting[queue],
        appeals=Appeal.pending([row.id for row in page.rows]),
        chosen={name: value for name, value in chosen.items() if value}
        | ({"wachtrij": queue} if queue != "open" else {}),
        queue=queue,
        queues=QUEUES,
        counts=waiting,
        selects=[
            ("behandelaar", "Behandelaar", "Iedereen", WHOSE),
            ("klok", "Klok", "Alle", CLOCKS),
            ("streek", "Streek", "Overal", dict.fromkeys(PROVINCES)),
        ],
        trainings=list(Training.search("")),  # all: looking up which are in use reads every file
    )


def narrowed(found, chosen):
    if chosen["opleiding"].isdecimal() and len(chosen["opleiding"]) < 10:
        found = found.where(Recognition.training == int(chosen["opleiding"]))
    if chosen["behandelaar"] == "ik":
        found = found.where(Recognition.handler == g.actor.user)
    elif chosen["behandelaar"] == "niemand":
        found = found.where(Recognition.handler.is_null())
    elif chosen["behandelaar"] == "stem":
        found = found.where(Vote.awaited(g.actor.user))
    clock = {
        "te-laat": Recognition.overdue(g.on),
        "bijna": Recognition.due_within(g.on, SOON),
        "stil": Recognition.state == "incomplete",
        "onbeantwoord": Recognition.unanswered(g.on),
    }.get(chosen["klok"])
    if clock is not None:
        found = found.where(clock)
    if chosen["streek"] in PROVINCES:
        place = Postcode.in_province(PROVINCES[chosen["streek"]])
        found = found.where(Establishment.postcode.in_(place))
    return RecognitionWord.narrow(found, chosen["zoek"], g.actor.organisation.partnership_id)


def counts():
    by_state = Recognition.counts(partnership=g.actor.organisation.partnership_id)
    return {key: sum(by_state.get(state, 0) for state in states) for key, (_, states) in QUEUES.items()}
