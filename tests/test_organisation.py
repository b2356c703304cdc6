"""For whom somebody acts: the grey box, the switch, the profile, and the way in."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from models import TERMS, Membership, Organisation, User
from tests.e2e.inspector import NO_PAGE

MEGA = "0417390703"


def words(tag):
    return " ".join(tag.text.split())


@pytest.mark.parametrize(
    ("persona", "line"),
    [
        ("zaakvoerder", "ACM Economische Actor: Beheerder 0417.390.703"),
        ("medewerker", "ACM Economische Actor: Gebruiker 0417.390.703"),
        ("raadpleger", "ACM Economische Actor: Raadpleger 0417.390.703"),
    ],
)
def test_the_grey_box_says_who_acts_for_whom(signed_in, world, persona, line):
    box = signed_in(persona).get("/").page.select_one(".actor")
    assert words(box.p).startswith(line)
    links = [words(item) for item in box.select("li")]
    assert links == ["Mijn werkplekken", "Mijn organisatie", "Wissel van organisatie", "Afmelden"]


def test_tabs_and_tiles_speak_the_words_people_know(browser):
    page = browser.get("/").page
    assert [words(tab).split()[0] for tab in page.select(".tabs li")] == ["Dashboard", "Erkenningen", "Overeenkomsten"]
    tiles = {words(tile.a): words(tile.p) for tile in page.select(".tiles li")}
    assert list(tiles) == ["Erkenningen", "Overeenkomsten", "Beheerscherm", "Handleiding"]
    assert tiles["Erkenningen"].startswith("Hier kunt u erkenningen aanvragen")


def test_one_post_switches_and_leads_back(signed_in, world):
    client = signed_in("boekhouder")
    bakery = world.organisations["bakkerij"]
    answer = client.post("/organisatie/wissel", data={"organisation": bakery.number, "next": "/erkenningen"})
    assert answer.status_code == 303 and answer.location == "/erkenningen"
    assert "Zoete Broodje" in client.get("/").page.select_one(".actor").text


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("/erkenningen/{}", "/erkenningen"),
        ("/erkenningen/{}/mentors", "/"),
        ("/taken", "/taken"),
        ("/behandeling", "/"),
        ("//kwaad.example/", "/"),
        ("https://kwaad.example/", "/"),
    ],
)
def test_a_page_the_other_organisation_does_not_have_leads_to_one_it_has(signed_in, world, back, place):
    recognition, client = world.granted(), signed_in("boekhouder")
    data = {"organisation": world.organisations["bakkerij"].number, "next": back.format(recognition.id)}
    assert client.post("/organisatie/wissel", data=data).location == place


def test_nobody_switches_to_an_organisation_that_is_not_theirs(signed_in, world):
    client = signed_in("boekhouder")
    answer = client.post("/organisatie/wissel", data={"organisation": world.organisations["fiets"].number})
    assert answer.status_code == 404
    assert client.post("/organisatie/wissel", data={}).status_code == 400


def test_how_lists_stood_is_forgotten_with_the_switch(signed_in, world):
    client = signed_in("boekhouder")
    client.get("/erkenningen?zoek=geheim")
    client.post("/organisatie/wissel", data={"organisation": world.organisations["overal"].number})
    recognition = world.granted(key="overal")
    assert client.get(f"/erkenningen/{recognition.id}").page.select_one(".back a")["href"] == "/erkenningen"


def test_one_of_five_hundred_is_found_by_typing(signed_in, world):
    person = User.get(User.subject == "demo:zaakvoerder")
    rows = [{"number": f"03{number:08d}", "name": f"Firma {number:03d}", "kind": "employer"} for number in range(500)]
    Organisation.insert_many(rows).execute()
    made = Organisation.select().where(Organisation.name.startswith("Firma "))
    Membership.insert_many([{"user": person, "organisation": one.id, "role": "user"} for one in made]).execute()
    client = signed_in("zaakvoerder")
    page = client.get("/organisatie/wissel").page
    assert len(page.select("button[name=organisation]")) == 49  # fifty in all; the one acted for now has no button
    found = client.get("/organisatie/wissel?zoek=firma 321").page.select("button[name=organisation]")
    assert [button["value"] for button in found] == ["0300000321"]
    by_number = client.get("/organisatie/wissel?zoek=0417.390").page.select("button[name=organisation]")
    assert [button["value"] for button in by_number] == [MEGA]


def test_the_profile_shows_what_the_kbo_says(browser):
    page = browser.get("/organisatie").page
    assert "Mega World NV" in page.text and "0417.390.703" in page.text and "Marktplein 5" in page.text


def test_the_way_in_is_explained_in_order(visitor):
    text = words(visitor.get("/aanmelden").page.main)
    parts = ("Wettelijke vertegenwoordiger", "1700", "KBO", "eerste keer", "e-ID of token", "Personeelsleden")
    parts += ("Hoofdtoegangs", "Gebruikers Hoofd", "DWSE - werkplekduaal gebruiker")
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)


def test_somebody_without_a_right_is_told_who_can_give_it(signed_in):
    client = signed_in("zonderrecht")
    answer = client.get("/", follow_redirects=True)
    assert answer.status_code == 403
    assert "DWSE - werkplekduaal gebruiker" in answer.page.text and "1700" in answer.page.text
    assert not answer.page.select(".tabs")


def test_the_statement_on_accessibility_tells_of_the_last_test_of_every_page_there_is(visitor, app):
    run = json.loads((Path(app.root_path) / "data" / "accessibility.json").read_text(encoding="utf-8"))
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods} - NO_PAGE
    assert pages == set(run["pages"]), "make statement: some pages were not there at the last test, or are gone"
    told = " ".join(visitor.get("/toegankelijkheid").page.select_one("main").get_text(" ").split())
    assert f"{date.fromisoformat(run['on']):%d/%m/%Y}" in told
    assert f"Gevonden fouten {len(run['faults'])}" in told
    assert all(fault in told for fault in run["faults"])
    for duty in ("Bestuursdecreet", "2016/2102", "gedeeltelijk", "Ombudsdienst", "1700"):
        assert duty in told


ASKED_BY_LAW = {  # what each of the two pages must say; the first article 13 and 14 of the GDPR, the second the decree
    "/privacy": (
        *("Wie is verantwoordelijk", "Waarom gebruiken we gegevens", "Welke gegevens", "Wie ziet de gegevens"),
        *("Aan wie geven we gegevens door", "Hoelang bewaren we ze", "Cookies", "Uw rechten", "Klacht"),
    ),
    "/toegankelijkheid": (
        *("Nalevingsstatus", "Niet-toegankelijke inhoud", "Niet-naleving", "Onevenredige last"),
        *("Buiten de werkingssfeer", "Opstelling van deze verklaring", "Feedback en contact", "Handhaving"),
    ),
}


@pytest.mark.parametrize("path", ASKED_BY_LAW)
def test_the_pages_the_law_asks_have_the_sections_it_asks(visitor, path):
    headings = [words(one).rstrip("?") for one in visitor.get(path).page.select("main :is(h2, h3)")]
    assert [one for one in ASKED_BY_LAW[path] if one not in headings] == []


def test_the_privacy_page_names_every_cookie_the_counter_sets(app, visitor):
    root = Path(app.root_path)
    source = "".join(path.read_text(encoding="utf-8") for path in (*root.glob("views/*.py"), root / "app.py"))
    kinds = ["SESSION_COOKIE_NAME", "FRAME_COOKIE_NAME", "LIGHT_COOKIE_NAME"]
    assert set(re.findall(r"\w+_COOKIE_NAME", source)) - {"REMEMBER_COOKIE_NAME"} == set(kinds)
    assert source.count("set_cookie(") == 2, "name the new one on the privacy page"
    shown = [words(one) for one in visitor.get("/privacy").page.select("#cookies + div tbody th")]
    assert shown == [app.config[name] for name in kinds]
    scripts = "".join(
        path.read_text(encoding="utf-8") for path in (root / "static").glob("*.js") if "htmx" not in path.name
    )
    assert not re.search("localStorage|sessionStorage|document.cookie|indexedDB", scripts), (
        "it says there is nothing else"
    )


def test_the_privacy_page_says_what_is_thrown_away_and_when(visitor):
    page = visitor.get("/privacy").page
    assert all(f"na {term.days} dagen" in page.text and term.what in page.text for term in TERMS.values())
