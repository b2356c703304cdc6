"""The manual: a page per subject, searched as a whole, and which page helps where in the counter.

It must not know who asks: everybody reads the same words.
"""

import html
import re
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, abort, current_app, request

from models import ManualPage
from views.answers import render
from views.statics import static_url

bp = Blueprint("manual", __name__, url_prefix="/handleiding")

TEMPLATES = Path(__file__).parent.parent / "templates"


class Page(NamedTuple):
    """One subject of the manual."""

    title: str
    intro: str
    template: str
    group: str


BEGIN, RECOGNITIONS, AGREEMENTS, MORE = "Beginnen", "Erkenningen en werkplekken", "Overeenkomsten", "En verder"
PAGES = {
    "toegang": Page("Toegang", "Wie mag in het loket, en hoe meldt u zich aan?", "manual/access.html", BEGIN),
    "dashboard-en-taken": Page("Dashboard en taken", "Wat wacht er op u?", "manual/dashboard.html", BEGIN),
    "wissel-van-organisatie": Page("Wissel van organisatie", "U werkt voor meer dan één.", "manual/switch.html", BEGIN),
    "gegevensbeheer": Page("Gegevensbeheer", "Uw onderneming en vestigingen.", "manual/organisation.html", BEGIN),
    "gebruikers": Page("Gebruikers", "Wie mag voor u werken?", "manual/users.html", BEGIN),
    "machtigingen": Page("Machtigingen", "Een ander werkt voor u.", "manual/mandates.html", BEGIN),
    "erkenning-aanvragen": Page("Erkenning aanvragen", "In vijf stappen.", "manual/applying.html", RECOGNITIONS),
    "erkenning-opvolgen": Page("Erkenning opvolgen", "Waar staat uw aanvraag?", "manual/following.html", RECOGNITIONS),
    "erkenning-hernieuwen": Page(
        "Erkenning hernieuwen", "Op tijd verdergaan, of niet.", "manual/renewing.html", RECOGNITIONS
    ),
    "mentors": Page("Mentoren", "Wie leerlingen opleidt.", "manual/mentors.html", RECOGNITIONS),
    "documenten": Page("Documenten", "De kluis met uw bewijzen.", "manual/documents.html", RECOGNITIONS),
    "werkplekken-beheren": Page(
        "Werkplekken beheren", "Plaatsen tonen aan leerlingen.", "manual/workplaces.html", RECOGNITIONS
    ),
    "sancties-en-beroep": Page("Sancties en beroep", "Als u het niet eens bent.", "manual/appeals.html", RECOGNITIONS),
    "overeenkomst-maken": Page("Overeenkomst maken", "Van leerling tot uurrooster.", "manual/making.html", AGREEMENTS),
    "overeenkomst-tekenen": Page("Overeenkomst tekenen", "Wie tekent, en hoe?", "manual/signing.html", AGREEMENTS),
    "overeenkomst-registreren": Page(
        "Overeenkomst registreren", "Binnen de termijn.", "manual/registering.html", AGREEMENTS
    ),
    "overeenkomst-wijzigen": Page("Overeenkomst wijzigen", "Iets klopt niet meer.", "manual/changing.html", AGREEMENTS),
    "overeenkomst-beeindigen": Page(
        "Overeenkomst beëindigen", "Stoppen vóór de einddatum.", "manual/ending.html", AGREEMENTS
    ),
    "berichten": Page("Berichten", "Welke e-mails krijgt u?", "manual/messages.html", MORE),
    "zoeken-en-hulp": Page("Zoeken en hulp", "Iets vinden, iets vragen.", "manual/help.html", MORE),
    "woordenlijst": Page("Woordenlijst", "OAO, SAO, ODO en andere woorden.", "manual/glossary.html", MORE),
}

HELP = {  # which page helps where: by endpoint, else by blueprint
    "dashboard": "dashboard-en-taken",
    "organisation.choose": "wissel-van-organisatie",
    "organisation": "gegevensbeheer",
    "profile": "gegevensbeheer",
    "establishments": "gegevensbeheer",
    "preferences": "berichten",
    "users": "gebruikers",
    "insight": "gebruikers",
    "mandates": "machtigingen",
    "application": "erkenning-aanvragen",
    "recognitions": "erkenning-opvolgen",
    "recognitions.ask_renewal": "erkenning-hernieuwen",
    "mentors": "mentors",
    "mentor_applications": "mentors",
    "documents": "documenten",
    "workplaces": "werkplekken-beheren",
    "appeals": "sancties-en-beroep",
    "agreements": "overeenkomst-maken",
    "agreements.show": "overeenkomst-tekenen",
    **dict.fromkeys(
        ("agreements.register", "agreements.premium", "agreements.complete_premium"), "overeenkomst-registreren"
    ),
    **dict.fromkeys(
        ("agreements.change", "agreements.draw_up", "agreements.correction", "agreements.correct"),
        "overeenkomst-wijzigen",
    ),
    **dict.fromkeys(("agreements.ask_end", "agreements.end"), "overeenkomst-beeindigen"),
    "access.sign_in": "toegang",
    "access.no_right": "toegang",
    "signing": "overeenkomst-tekenen",
}
NO_HELP = {"organisation.privacy", "organisation.accessibility"}


@bp.get("")
def index():
    """Every subject; with ?zoek= the pages that speak of it."""
    search = request.args.get("zoek", "")
    found = [(slug, title, piece) for slug, title, piece in ManualPage.search(search) if slug in PAGES]
    groups = {}
    for slug, page in PAGES.items():
        groups.setdefault(page.group, {})[slug] = page
    return render("manual/index.html", "manual/_found.html", search=search, found=found, groups=groups)


@bp.get("/<string:slug>")
def show(slug):
    """One subject, with the ones before and after it."""
    if slug not in PAGES:
        abort(404)
    slugs = list(PAGES)
    place = slugs.index(slug)
    around = {"before": slugs[place - 1] if place else None, "after": (slugs + [None])[place + 1]}
    return render(PAGES[slug].template, page=PAGES[slug], pages=PAGES, **around)


@bp.app_context_processor
def help_here():
    """`help_page`: the subject that helps on this page; None where there is none."""
    endpoint = request.endpoint or ""
    slug = HELP.get(endpoint, HELP.get(endpoint.partition(".")[0]))
    return {"help_page": None if endpoint in NO_HELP else slug}


@bp.app_template_global()
def picture(name):
    """(address, width, height) of a picture of the screen, as the test run made it."""
    head = (Path(current_app.static_folder) / "manual" / f"{name}.webp").read_bytes()[:30]
    return static_url(f"manual/{name}.webp"), *size_of(head)


def size_of(head):
    """(width, height) of a WebP by its first thirty bytes."""
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def words():
    """[(slug, title, text)] of every page, for the search; read from the templates themselves."""
    return [(slug, page.title, text_of(page)) for slug, page in PAGES.items()]


def text_of(page):
    """The plain words of a page, without what Jinja and HTML put around them."""
    source = (TEMPLATES / page.template).read_text(encoding="utf-8")
    shown = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}|<[^>]+>", " ", source, flags=re.DOTALL)
    return " ".join([page.intro, *html.unescape(shown).split()])
