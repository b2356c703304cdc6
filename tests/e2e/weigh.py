"""What pages and parts weigh over the wire, headers included, in brotli and gzip: one table, measured by real Chromium.

The test holds every row to its budget, `make bench` prints them.
"""

import sqlite3
import time
from contextlib import closing
from typing import NamedTuple

from tests.e2e.conftest import PATIENCE

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
    path: str  # {draft}, {agreement} … stand for records of the demo world: see RECORDS
    budget: int  # bytes, in brotli
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
    Load(what, who, path, 6000)
    for what, who, path in [
        ("erkenningen, 25 rijen", "chain", "/erkenningen"),
        ("werkplekken", "chain", "/werkplekken"),
        ("mentors", "chain", "/mentoren"),
        ("overeenkomsten", "employer", "/overeenkomsten"),
        ("documenten", "chain", "/documenten"),
        ("wachtrij", "handler", "/behandeling"),
        ("mentoraanvragen, behandeling", "handler", "/behandeling/mentors"),
        ("mentoraanvragen", "employer", "/mentoraanvragen"),
        ("taken", "chain", "/taken"),
        ("klokken", "chain", "/taken/klokken"),
        ("werkplek zoeken", "anyone", "/zoek-werkplek"),
        ("zoeken in heel het loket", "chain", "/zoeken?zoek=winkel"),
        ("vestigingen", "chain", "/organisatie/vestigingen"),
        ("gebruikers", "employer", "/organisatie/gebruikers"),
        ("machtigingen", "employer", "/organisatie/machtigingen"),
        ("historiek", "employer", "/organisatie/historiek"),
        ("toegangslog", "employer", "/organisatie/toegangslog"),
        ("berichten", "employer", "/berichten"),
        ("sancties", "employer", "/sancties"),
        ("sancties, behandeling", "handler", "/behandeling/sancties"),
        ("beroepen", "employer", "/beroepen"),
        ("handleiding", "employer", "/handleiding"),
    ]
]
PAGES = [
    Load(what, who, path, 5000)
    for what, who, path in [
        ("dashboard", "employer", "/"),
        ("erkenning", "employer", "/erkenningen/{recognition}"),
        ("dossier in behandeling", "handler", "/behandeling/{filed}"),
        ("mentor", "employer", "/mentoren/{mentor}"),
        ("werkplek", "employer", "/werkplekken/{recognition}"),
        ("berichten bij een erkenning", "employer", "/erkenningen/{recognition}/berichten"),
        ("machtiging", "employer", "/organisatie/machtigingen/{mandate}"),
        ("sanctie", "handler", "/behandeling/sancties/{sanction}"),
        ("document", "employer", "/documenten/{document}"),
        ("overeenkomst: rechten en plichten", "employer", "/overeenkomsten/{registered}/rechten-en-plichten"),
        ("gegevens", "employer", "/organisatie"),
        ("een bladzijde van de handleiding", "employer", "/handleiding/overeenkomst-maken"),
        ("statussen", "employer", "/statussen"),
        ("privacy", "anyone", "/privacy"),
    ]
]
# Parties, days, premium, changes, content and history: as many rows as a list has, and its limit.
PAGES.append(Load("overeenkomst", "employer", "/overeenkomsten/{registered}", 6000))
STEPS = [
    *(
        Load(f"aanvraag: {step}", "applicant", f"/erkenningen/{{draft}}/{step}", 5000)
        for step in ("vestiging", "opleiding", "mentors", "criteria", "overzicht")
    ),
    *(
        Load(f"overeenkomst: {step}", "employer", f"/overeenkomsten/{{agreement}}/{step}", 5000)
        for step in ("leerling", "onderneming", "looptijd", "uurrooster", "afspraken", "bijlagen", "overzicht")
    ),
    *(
        Load(what, who, path, 5000)
        for what, who, path in [
            ("bijlage: verlenging", "employer", "/overeenkomsten/{registered}/wijzigen/extension"),
            ("einde van een overeenkomst", "employer", "/overeenkomsten/{registered}/einde"),
            ("hernieuwen", "employer", "/erkenningen/{recognition}/hernieuwen"),
            ("gebruiker uitnodigen", "employer", "/organisatie/gebruikers/nieuw"),
            ("machtiging geven", "employer", "/organisatie/machtigingen/nieuw"),
            ("sanctie voorbereiden", "handler", "/behandeling/{decided}/sanctie"),
            ("meldingen", "employer", "/organisatie/meldingen"),
            ("bereken", "anyone", "/bereken"),
            ("aanmelden", "anyone", "/aanmelden"),
        ]
    ),
]
PARTS = [
    Load(f"deel {what}", who, path, 2500, kind="part")
    for what, who, path in [
        ("erkenningen, 25 rijen", "chain", "/erkenningen"),
        ("werkplekken", "chain", "/werkplekken"),
        ("mentors", "chain", "/mentoren"),
        ("overeenkomsten", "employer", "/overeenkomsten"),
        ("documenten", "chain", "/documenten"),
        ("wachtrij", "handler", "/behandeling"),
        ("taken", "chain", "/taken"),
        ("zoeken in heel het loket", "chain", "/zoeken?zoek=winkel"),
        ("gebruikers", "employer", "/organisatie/gebruikers"),
        ("machtigingen", "employer", "/organisatie/machtigingen"),
        ("historiek", "employer", "/organisatie/historiek"),
        ("sancties", "employer", "/sancties"),
        ("sancties, behandeling", "handler", "/behandeling/sancties"),
        ("handleiding", "employer", "/handleiding?zoek=mentor"),
        ("vestigingen", "applicant", "/erkenningen/{draft}/vestigingen?zoek=mega"),
        ("opleidingen", "applicant", "/erkenningen/{draft}/opleidingen?zoek=winkel"),
    ]
]
FIELDS = [
    Load(
        "veld paritair comité", "applicant", "/erkenningen/{draft}/paritair-comite?joint_committee=201", 1000, 1, "part"
    ),
    Load("kaart niets gevonden", "employer", "/zoeken?zoek=xyzzy", 1000, 1, "part"),
]
LOADS = FIRST + OVERVIEWS + PAGES + STEPS + PARTS + FIELDS
UNCHANGED = 400  # bytes of a page or part that is asked again and is the same
GZIP = 1.2  # times the budget: repetitive tables cost a fifth more for a browser without brotli

PARTNERSHIP = "(SELECT id FROM partnership WHERE name = 'Sectoraal Partnerschap Handel')"  # the handler's
RECORDS = {  # what an address speaks of, of whom (see WHO)
    "draft": ("recognition WHERE organisation_id = {mine} AND state = 'draft'", "applicant"),
    "agreement": ("agreement WHERE organisation_id = {mine} AND state = 'draft'", "employer"),
    "registered": ("agreement WHERE organisation_id = {mine} AND state = 'registered'", "employer"),
    "recognition": ("recognition WHERE organisation_id = {mine} AND state = 'approved'", "employer"),
    "mentor": ("mentor WHERE organisation_id = {mine}", "employer"),
    "document": ("document WHERE organisation_id = {mine}", "employer"),
    "mandate": ("mandate WHERE organisation_id = {mine}", "employer"),
    "filed": ("recognition WHERE state = 'submitted' AND partnership_id = {partnership}", "handler"),
    "decided": ("recognition WHERE state = 'approved' AND partnership_id = {partnership}", "handler"),
    "sanction": ("sanction WHERE partnership_id = {partnership}", "handler"),
}


def records(database):
    """The records of the demo world the addresses speak of."""
    found = {}
    with closing(sqlite3.connect(database)) as register:
        for name, (where, who) in RECORDS.items():
            mine = f"(SELECT id FROM organisation WHERE number = '{WHO[who][1]}')"
            where = where.format(mine=mine, partnership=PARTNERSHIP)
            found[name] = register.execute(f"SELECT id FROM {where} ORDER BY id").fetchone()[0]
    return found


class Scale:
    """A page in Chromium that knows what came over the wire."""

    def __init__(self, context, encoding="br"):
        self.page = context.new_page()
        self.session = context.new_cdp_session(self.page)
        self.session.send("Network.enable")
        self.session.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": encoding}})
        self.session.on("Network.responseReceived", self._received)
        self.session.on("Network.loadingFinished", self._finished)
        self.encoding, self.came, self.bytes = encoding, {}, {}

    def _received(self, event):
        answer = event["response"]
        if not answer.get("fromDiskCache") and not answer["url"].startswith("data:"):
            assert answer["status"] < 400, f"{answer['status']} of {answer['url']}"
            packed = {name.lower(): value for name, value in answer["headers"].items()}.get("content-encoding")
            assert packed in (None, self.encoding), f"{answer['url']} came in {packed}"
            self.came[event["requestId"]] = answer["url"]

    def _finished(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    def weigh(self, load, path):
        """(bytes, requests) of a visit to that path."""
        self.came.clear()
        self.bytes.clear()
        if load.kind == "first":
            self.page.goto(path, wait_until="networkidle")
        else:  # the same bytes as when it is opened, and nothing to draw
            ask = "([path, headers]) => fetch(path, {headers}).then(answer => answer.text())"
            self.page.evaluate(ask, [path, PART if load.kind == "part" else {}])
        until = time.monotonic() + PATIENCE / 1000
        while set(self.came) - set(self.bytes) and time.monotonic() < until:
            self.page.wait_for_timeout(5)
        return int(sum(self.bytes[key] for key in self.came)), len(self.came)


class Weight(NamedTuple):
    brotli: int
    gzip: int
    requests: int
    unchanged: int  # bytes, asked once more; none of a first visit

    def excess(self, load):
        """What is wrong with it, in words."""
        asked = {
            "bytes of brotli": (self.brotli, load.budget),
            "bytes of gzip": (self.gzip, int(load.budget * GZIP)),
            "requests": (self.requests, load.requests),
            "bytes while it did not change": (self.unchanged, UNCHANGED),
        }
        wrong = [f"{load.what}: {now} {what}, {most} at most" for what, (now, most) in asked.items() if now > most]
        return wrong if self.brotli and self.gzip and self.requests else [*wrong, f"{load.what}: nothing came"]


def weigh_all(browser, url, database):
    """{load: Weight} of everything in LOADS."""
    found, known = {}, records(database)
    for who in WHO:
        context, other = visitor(browser, url, who), visitor(browser, url, who)
        scale, gzip = Scale(context), Scale(other, "gzip")
        for one in (scale, gzip):
            one.page.goto("/toegankelijkheid")
        for load in (load for load in LOADS if load.who == who):
            path = load.path.format(**known)
            if load.kind == "first":
                first, zipped = (weigh_cold(browser, url, load, path, encoding) for encoding in ("br", "gzip"))
                found[load] = Weight(first[0], zipped[0], first[1], 0)
            else:
                first, zipped = scale.weigh(load, path), gzip.weigh(load, path)
                found[load] = Weight(first[0], zipped[0], first[1], scale.weigh(load, path)[0])
        context.close()
        other.close()
    return found


def weigh_cold(browser, url, load, path, encoding):
    cold = visitor(browser, url, load.who)
    weighed = Scale(cold, encoding).weigh(load, path)
    cold.close()
    return weighed


def visitor(browser, url, who):
    context = browser.new_context(base_url=url, ignore_https_errors=True)
    persona, organisation = WHO[who]
    if persona:
        context.request.post("/aanmelden/demo", form={"persona": persona})
    if organisation:
        context.request.post("/organisatie/wissel", form={"organisation": organisation})
        context.request.get("/")  # the notice of the switch is shown once
    return context
