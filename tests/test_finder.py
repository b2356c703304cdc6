"""The public finder: what is published and nothing else, near first, the same for everybody, without a person in it."""

import re
from datetime import timedelta

import pytest

import rules
from models import Establishment, Mentor, Postcode, PostcodeCentre, Recognition, Training, Workplace, db
from tests.test_queries import copies, counted
from views.check import limiter

MECHELEN, HEIST = "2800", "2220"
CANARY = "KANARIE-4471"


def shown(page):
    return [link.text.partition(" bij ")[0] for link in page.select(".offers a")]


def offered(world, training="Verkoper", place=0, days=0, **facts):
    return world.offered(world.granted(training, place=place, until=world.today + timedelta(days=900)), days, **facts)


def many(world, count, place=0):
    """A published workplace, and copies of it."""
    first = offered(world, "Winkelmedewerker duaal", place)
    copies(first.recognition, count, number=lambda number: f"E/20210101/7{number:05d}", code=lambda number: None)
    ids = [row.id for row in Recognition.select(Recognition.id).where(Recognition.number.startswith("E/20210101/7"))]
    copies(first, count, recognition=lambda number: ids[number])


def test_only_what_is_published_is_found(visitor, world):
    offered(world)
    offered(world, "Winkelbediende", is_visible=False)
    offered(world, "Logistiek duaal", places=0)
    offered(world, "Slagerij duaal", days=300)
    lifted = offered(world, "Chocolatier duaal").recognition
    lifted.stop(world.actor("mega", world.today), "We stoppen.")
    world.ending_in(-3, training="Kinderbegeleider duaal")
    assert shown(visitor.get("/zoek-werkplek").page) == ["Verkoper"]
    for workplace in Workplace.select():
        published = workplace.recognition.training.name == "Verkoper"
        assert visitor.get(f"/zoek-werkplek/{workplace.id}").status_code == (200 if published else 404)


def test_a_training_and_a_place_narrow_the_list_and_near_comes_first(visitor, world):
    offered(world, "Verkoper", place=1)  # Mechelen
    offered(world, "Winkelbediende", place=0)  # Heist-op-den-Berg
    offered(world, "Logistiek duaal", place=2)  # Antwerpen
    found = visitor.get(f"/zoek-werkplek?plaats={HEIST}&straal=50").page
    assert shown(found) == ["Winkelbediende", "Verkoper", "Logistiek duaal"]
    words = found.select_one(".offers").text
    assert "in de buurt" in words and re.search(r"± 1[5-9] km", words), words
    assert shown(visitor.get(f"/zoek-werkplek?plaats={HEIST}&straal=20").page) == ["Winkelbediende", "Verkoper"]
    assert shown(visitor.get("/zoek-werkplek?plaats=mechelen&straal=5").page) == ["Verkoper"]
    training = Training.get(Training.name == "Logistiek duaal").id
    assert shown(visitor.get(f"/zoek-werkplek?opleiding={training}").page) == ["Logistiek duaal"]
    assert shown(visitor.get(f"/zoek-werkplek?opleiding={training}&plaats={MECHELEN}&straal=5").page) == []


def test_without_a_place_what_was_confirmed_last_comes_first(visitor, world):
    for days, training in ((20, "Verkoper"), (2, "Winkelbediende"), (9, "Logistiek duaal")):
        offered(world, training, days=days)
        Workplace.update(confirmed_on=world.today - timedelta(days=days)).where(
            Workplace.id == Workplace.select().order_by(Workplace.id.desc()).get().id
        ).execute()
    assert shown(visitor.get("/zoek-werkplek").page) == ["Winkelbediende", "Logistiek duaal", "Verkoper"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Nergenshuizen", "We kennen deze plaats niet"),
        ("9999", "We kennen deze plaats niet"),
        ("%", "kennen deze plaats niet"),
    ],
)
def test_an_unknown_place_is_said_at_the_field(visitor, world, typed, sentence):
    answer = visitor.get("/zoek-werkplek", query_string={"plaats": typed})
    assert answer.status_code == 422 and sentence in answer.page.select_one("#plaats-wrong").text
    assert answer.page.select_one("#plaats")["value"] == typed and "public" not in answer.headers["Cache-Control"]


def test_half_a_name_offers_the_places_that_begin_so(visitor, world):
    answer = visitor.get("/zoek-werkplek?plaats=Heist&straal=10")
    assert answer.status_code == 200, "only one municipality begins like this"
    answer = visitor.get("/zoek-werkplek?plaats=he&straal=10")
    links = answer.page.select("ul[aria-label='Bedoelt u'] a")
    assert answer.status_code == 422 and 1 < len(links) <= 8
    assert visitor.get(links[0]["href"]).status_code == 200 and "straal=10" in links[0]["href"]


@pytest.mark.parametrize("query", ["", f"?plaats={HEIST}&straal=30"])
def test_every_workplace_stands_on_exactly_one_page(visitor, world, query):
    many(world, 60)
    seen, place, back = [], f"/zoek-werkplek{query}", []
    while place:
        page = visitor.get(place).page
        seen += [link["href"] for link in page.select(".offers a")]
        back += [link["href"] for link in page.select("a[rel=prev]")]
        following = page.select_one("a[rel=next]")
        place = following and following["href"]
    assert len(seen) == len(set(seen)) == 61
    before = [link["href"] for link in visitor.get(back[-1]).page.select(".offers a")]
    assert before == seen[25:50]


def test_what_is_near_is_read_in_parts_and_stands_in_one_order(app, visitor, world):
    point, centres = PostcodeCentre.around({MECHELEN}, 20_000)
    many(world, 90)
    files = list(Recognition.select().where(Recognition.number.startswith("E/20210101/7")).order_by(Recognition.id))
    place = files[0].establishment
    copies(place, 30, number=lambda number: f"77{number:08d}", postcode=lambda number: centres[number * 2][0])
    spread = [one.id for one in Establishment.select().where(Establishment.number.startswith("77"))]
    for number, file in enumerate(files):
        Recognition.update(establishment=spread[number * 7 % 30]).where(Recognition.id == file.id).execute()
    found, squared, _ = Workplace.around(Workplace.joined(world.today), point, centres)
    wanted = [f"/zoek-werkplek/{row.id}" for row in found.order_by(squared, Workplace.id)]
    assert len({row.squared for row in found}) > 25
    seen, place = [], f"/zoek-werkplek?plaats={MECHELEN}"
    while place:
        page = visitor.get(place).page
        seen += [link["href"] for link in page.select(".offers a")]
        place = (page.select_one("a[rel=next]") or {}).get("href")
    assert seen == wanted and len(seen) > 80
    while place := (page.select_one("a[rel=prev]") or {}).get("href"):
        page = visitor.get(place).page
        shown_now = [link["href"] for link in page.select(".offers a")]
        first = wanted.index(shown_now[0])
        assert shown_now == wanted[first : first + 25]
    assert first == 0


def test_forged_cursors_and_filters_are_no_error(visitor, world):
    many(world, 3)
    for query in (
        "na=x",
        "na=1_2",
        "na=99999999999999_1",
        "voor=-1_1",
        "opleiding=x",
        "opleiding=999999",
        "straal=9999",
    ):
        for place in ("", f"&plaats={HEIST}"):
            assert visitor.get(f"/zoek-werkplek?{query}{place}").status_code == 200, query


# --- the same for everybody -------------------------------------------------------------------------------------------


def test_the_finder_is_nobodys_and_may_be_kept_by_anyone(browser, visitor, world):
    workplace = offered(world)
    browser.post("/organisatie/wissel", data={"organisation": "0417390703"})  # leaves words for the next page
    for path in ("/zoek-werkplek", f"/zoek-werkplek/{workplace.id}"):
        ours, theirs = browser.get(path), visitor.get(path)
        for answer in (ours, theirs):
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert (
                "Set-Cookie" not in answer.headers and "Cookie" not in answer.vary and "HX-Request" not in answer.vary
            )
            assert "U werkt nu voor" not in answer.text and "Verdonck" not in answer.text
        assert ours.data == theirs.data and ours.headers["ETag"] == theirs.headers["ETag"]
        again = visitor.get(path, headers={"If-None-Match": theirs.headers["ETag"]})
        assert again.status_code == 304 and not again.data
    assert "U werkt nu voor Mega World NV" in browser.get("/").text, "the words wait for a page of the counter"


def test_no_person_stands_in_it(visitor, signed_in, world):
    workplace = offered(world, contact_name=CANARY, contact_email=f"{CANARY}@a.be", contact_phone="015 12 34 56")
    Mentor.update(first_name=CANARY, last_name=CANARY).execute()
    Recognition.update(contact_name=CANARY, contact_email=CANARY).execute()
    for path in ("/zoek-werkplek", f"/zoek-werkplek?plaats={HEIST}", f"/zoek-werkplek/{workplace.id}"):
        answer = visitor.get(path)
        assert CANARY not in answer.text and "015 12 34 56" not in answer.text
    school = signed_in("trajectbegeleider").get(f"/zoek-werkplek/{workplace.id}/contact")
    assert f"{CANARY}@a.be" in school.text and school.headers["Cache-Control"].startswith("private")
    for persona in ("behandelaar", "beheerder"):
        told = signed_in(persona).get(f"/zoek-werkplek/{workplace.id}/contact")
        assert "Alleen scholen" in told.text and CANARY not in told.text
    to_sign_in = visitor.get(f"/zoek-werkplek/{workplace.id}/contact")
    assert to_sign_in.status_code == 303 and "contact" in to_sign_in.headers["Location"]


def test_asking_too_often_is_refused_politely(visitor, world):
    limiter.reset()
    answers = [visitor.get("/zoek-werkplek").status_code for _ in range(61)]
    assert answers[:60] == [200] * 60 and answers[60] == 429
    limiter.reset()


# --- quick on both engines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", f"?plaats={HEIST}"])
def test_the_finder_asks_as_much_for_400_as_for_20(visitor, world, query):
    asked = []
    for count in (20, 400):
        with db.atomic() as undo:
            many(world, count)
            visitor.get(f"/zoek-werkplek{query}")
            with counted() as ran:
                visitor.get(f"/zoek-werkplek{query}")
            asked.append(len(ran))
            world.mentors.clear()
            undo.rollback(begin=False)
    assert asked[1] <= asked[0] <= 6, "where the nearest places fill a page, those further off are not looked at"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("query", ["", "?opleiding=6", f"?plaats={HEIST}"])
def test_the_finder_never_reads_a_whole_table(app, visitor, world, query):
    with counted() as ran:
        visitor.get(f"/zoek-werkplek{query}")
    found = [(sql, params) for sql, params in ran if '"workplace" AS' in sql]
    assert len(found) == (3 if "plaats" in query else 1), "nothing near: then what lies further off"
    for sql, params in found:
        plan = [row[3] for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params or ()).fetchall()]
        assert not [line for line in plan if line.startswith("SCAN")], plan


# --- where places lie -------------------------------------------------------------------------------------------------


def test_every_postcode_has_a_middle_that_lies_among_its_neighbours(world):
    centres = {row.postcode: (row.latitude, row.longitude) for row in PostcodeCentre.select()}
    assert {row.postcode for row in Postcode.select()} == set(centres)
    by_municipality = {}
    for row in Postcode.select().where(Postcode.region != "Waals Gewest"):
        by_municipality.setdefault(row.municipality, []).append(centres[row.postcode])
    for name, points in by_municipality.items():
        assert max(rules.distance(points[0], one) for one in points) < 30_000, name


def test_distances_are_those_of_the_map(world):
    def between(one, other):
        return rules.distance(*(PostcodeCentre.around({code}, 0)[0] for code in (one, other))) / 1000

    assert 15 < between(HEIST, MECHELEN) < 21
    assert 45 < between("9000", "1000") < 55
    assert between("8400", "3600") > 180


def test_an_establishment_without_known_postcode_is_found_by_training_only(visitor, world):
    workplace = offered(world)
    place = workplace.recognition.establishment
    Establishment.update(postcode="").where(Establishment.id == place.id).execute()
    assert shown(visitor.get("/zoek-werkplek").page) == ["Verkoper"]
    assert shown(visitor.get(f"/zoek-werkplek?plaats={HEIST}&straal=50").page) == []
