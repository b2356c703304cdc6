"""What pages and parts weigh over the wire, headers included: one table, measured by real Chromium.

The test holds every row to its budget, `make bench` prints them.
"""

import sqlite3
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlsplit

WHO = {  # the persona, and the organisation they act for
    "employer": ("zaakvoerder", "0417390703"),
    "chain": ("boekhouder", "1999000249"),  # with four hundred recognitions
    "applicant": ("boekhouder", "1999000150"),
    "handler": ("behandelaar", None),
    "anyone": (None, None),
}
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Load(NamedTuple):
    """Something to weigh, for whom, and how much it may weigh."""

    what: str
    who: str
    path: str  # {draft} and {agreement} stand for records of the demo world
    budget: int  # bytes
    requests: int = 1
    kind: str = "page"  # page: its own answer, styles and scripts are there; first: everything; part: over htmx


FIRST = [
    Load("dashboard, eerste bezoek", "employer", "/", 20_000, 4, "first"),
    *(
        Load(f"kader {name}, eerste bezoek", "anyone", f"/insluiten/{name}", 12_000, 3, "first")
        for name in ("zelfscan", "bereken", "controle", "taken")
    ),
]
OVERVIEWS = [
    Load("erkenningen, 25 rijen", "chain", "/erkenningen", 6000),
    Load("werkplekken", "chain", "/werkplekken", 6000),
    Load("mentors", "chain", "/mentoren", 6000),
    Load("overeenkomsten", "employer", "/overeenkomsten", 6000),
    Load("documenten", "chain", "/documenten", 6000),
    Load("wachtrij", "handler", "/behandeling", 6000),
    Load("mentoraanvragen", "handler", "/behandeling/mentors", 6000),
    Load("taken", "chain", "/taken", 6000),
    Load("klokken", "chain", "/taken/klokken", 6000),
    Load("werkplek zoeken", "anyone", "/zoek-werkplek", 6000),
    Load("dashboard", "employer", "/", 5000),
]
STEPS = [
    *(
        Load(f"aanvraag: {step}", "applicant", f"/erkenningen/{{draft}}/{step}", 5000)
        for step in ("vestiging", "opleiding", "mentors", "criteria", "overzicht")
    ),
    *(
        Load(f"overeenkomst: {step}", "employer", f"/overeenkomsten/{{agreement}}/{step}", 5000)
        for step in ("leerling", "looptijd", "uurrooster", "afspraken", "overzicht")
    ),
    Load("bereken", "anyone", "/bereken", 5000),
]
PARTS = [
    Load("deel erkenningen, 25 rijen", "chain", "/erkenningen", 2500, kind="part"),
    Load("deel mentors", "chain", "/mentoren", 2500, kind="part"),
    Load("deel overeenkomsten", "employer", "/overeenkomsten", 2500, kind="part"),
    Load("deel wachtrij", "handler", "/behandeling", 2500, kind="part"),
    Load("deel vestigingen", "applicant", "/erkenningen/{draft}/vestigingen?zoek=mega", 2500, kind="part"),
    Load("deel opleidingen", "applicant", "/erkenningen/{draft}/opleidingen?zoek=winkel", 2500, kind="part"),
]
LOADS = FIRST + OVERVIEWS + STEPS + PARTS
UNCHANGED = 400  # bytes of a page or part that is asked again and is the same


def records(database):
    """The records of the demo world the addresses speak of."""
    mine = "organisation_id = (SELECT id FROM organisation WHERE number = ?) AND state = 'draft' ORDER BY id"
    with closing(sqlite3.connect(database)) as register:
        draft = register.execute(f"SELECT id FROM recognition WHERE {mine}", (WHO["applicant"][1],)).fetchone()
        agreement = register.execute(f"SELECT id FROM agreement WHERE {mine}", (WHO["employer"][1],)).fetchone()
    return {"draft": draft[0], "agreement": agreement[0]}


class Scale:
    """A page in Chromium that knows what came over the wire."""

    def __init__(self, context):
        self.page = context.new_page()
        self.session = context.new_cdp_session(self.page)
        self.session.send("Network.enable")
        self.session.on("Network.responseReceived", self._received)
        self.session.on("Network.loadingFinished", self._finished)
        self.came, self.bytes = {}, {}

    def _received(self, event):
        answer = event["response"]
        if not answer.get("fromDiskCache") and not answer["url"].startswith("data:"):
            self.came[event["requestId"]] = answer["url"]

    def _finished(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    def weigh(self, load, path):
        """(bytes, requests) of a visit to that path."""
        self.came.clear()
        self.bytes.clear()
        if load.kind == "part":
            ask = "([path, headers]) => fetch(path, {headers}).then(answer => answer.text())"
            self.page.evaluate(ask, [path, PART])
        else:
            self.page.goto(path, wait_until="networkidle")
        self.page.wait_for_timeout(50)
        own = [
            key for key, url in self.came.items() if load.kind == "first" or urlsplit(url)[2:4] == urlsplit(path)[2:4]
        ]
        return int(sum(self.bytes.get(key, 0) for key in own)), len(own)


def weigh_all(browser, url, database):
    """{load: (bytes, requests, bytes when asked again unchanged)} of everything in LOADS."""
    found, known = {}, records(database)
    for who in WHO:
        context = visitor(browser, url, who)
        scale = Scale(context)
        for load in (load for load in LOADS if load.who == who):
            path = load.path.format(**known)
            if load.kind == "first":
                cold = visitor(browser, url, who)
                found[load] = (*Scale(cold).weigh(load, path), 0)
                cold.close()
            else:
                scale.page.goto("/toegankelijkheid")  # styles and scripts are there; a part is asked from a page
                first = scale.weigh(load, path)
                scale.page.goto("/toegankelijkheid")
                found[load] = (*first, scale.weigh(load, path)[0])
        context.close()
    return found


def visitor(browser, url, who):
    context = browser.new_context(base_url=url, ignore_https_errors=True)
    persona, organisation = WHO[who]
    if persona:
        context.request.post("/aanmelden/demo", form={"persona": persona})
    if organisation:
        context.request.post("/organisatie/wissel", form={"organisation": organisation})
        context.request.get("/")  # the notice of the switch is shown once
    return context
