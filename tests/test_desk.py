"""What waits for the people of a partnership: every kind of work, counted as the page it leads to counts it."""

from datetime import timedelta

import pytest

from models import DUTY_KINDS, Establishment, Organisation, Partnership, RecognitionMentor, Vote, duties
from models.desk import BEREFT, Duty
from models.recognitions import COUNTED
from views.demo_sanctions import appealed, sanctioned

MOVED = '{"street": "Dreef 1", "postcode": "2220", "municipality": "Heist-op-den-Berg"}'


def busy(world):
    """Something of every kind of work at Handel, and at the committee."""
    long_ago = world.today - timedelta(days=40)
    world.handed_in("Verkoper")
    world.complete("Winkelbediende")
    world.in_treatment("Logistiek duaal")
    world.in_treatment("Chocolatier duaal")
    world.asked("Slagerij duaal", on=long_ago)
    world.asked("Dakwerker duaal")
    recognition = world.granted("Hotelreceptionist duaal")
    for name, state, on in (("Bo", "submitted", None), ("An", "incomplete", long_ago), ("Jo", "incomplete", None)):
        world.added_mentor(recognition, state, world.mentor("mega", name, "Smet"), on)
    bereft = world.granted("Kapper-stylist duaal")
    RecognitionMentor.update(ended_on=world.today, end_kind="left").where(
        RecognitionMentor.recognition == bereft
    ).execute()
    Establishment.update(moved_to=MOVED).where(Establishment.id == recognition.establishment_id).execute()
    away = world.handed_in("Zorgkundige duaal", place=1)
    Establishment.update(ceased_on=world.today).where(Establishment.id == away.establishment_id).execute()
    sanctioned(world, recognition, state="prepared")
    for index, state in enumerate(("draft", "lodged", "admissible")):
        appealed(
            world,
            "mega",
            sanctioned(
                world,
                world.granted(("Kinderbegeleider duaal", "Haarverzorging duaal", "Fitnessbegeleider duaal")[index]),
            ),
            state,
        )


def of(world, key, duty):
    actor = world.actor(key, world.today)
    organisation = Organisation.get_by_id(actor.organisation.id)
    return {one.kind: one.count for one in duties(actor._replace(duty=duty, organisation=organisation))}


def test_every_kind_of_work_is_counted(world):
    busy(world)
    Partnership.update(decision_mode="vote").execute()
    handled = {"check": 2, "start": 1, "decide": 2, "resume": 1, "vote": 2, "mentors": 1, "mentors_resume": 1}
    handled |= {"bereft": 1, "moved": 1, "places": 1, "sanction": 1}
    assert of(world, "handel", "officer") == handled
    assert of(world, "handel", "voter") == {"vote": 2}
    assert of(world, "vlaams", "manager") == {"admit": 1, "rule": 1}
    assert set(handled) | {"admit", "rule"} == set(DUTY_KINDS)
    assert not duties(world.actor("mega", world.today))
    assert not duties(world.actor("handel", world.today, role="viewer"))


def test_of_very_many_it_is_said_that_there_are_more():
    assert [Duty("check", count).told for count in (3, COUNTED, COUNTED + 1)] == ["3", "1.000", "1.000+"]
    assert [Duty("bereft", count).told for count in (3, BEREFT, BEREFT + 1)] == ["3", "20", "20+"]


@pytest.mark.parametrize("persona", ["behandelaar", "stemgerechtigde", "beheerder"])
def test_every_count_is_that_of_the_list_it_leads_to(signed_in, world, persona):
    busy(world)
    Partnership.update(decision_mode="vote").execute()
    client = signed_in(persona)
    links = client.get("/").page.select("#dashboard-duties a")
    assert links
    for link in links:
        page = client.get(link["href"]).page
        if "vestigingen" in link["href"]:
            assert len(page.select("main .rows > li")) == 2, "moved and ceased stand on one page"
            continue
        assert len(page.select("tbody tr")) == int(link.select_one(".count").text), link["href"]


def test_a_vote_is_no_longer_awaited_once_it_was_cast(signed_in, world):
    Partnership.update(decision_mode="second_reader").execute()
    file = world.in_treatment()
    client = signed_in("stemgerechtigde")
    assert "Stemmen of meelezen" in client.get("/").page.text
    client.submit(client.get(f"/behandeling/{file.id}").page, "#handling-votes form", vote="approve")
    assert Vote.select().count() == 1
    assert "Er wacht niets op u." in client.get("/").page.text


def test_where_one_handler_decides_no_vote_is_awaited(signed_in, world):
    world.in_treatment()
    told = signed_in("stemgerechtigde").get("/").page.text
    assert "Er wacht niets op u." in told and "Wacht op u" not in told, "no list says the opposite"


@pytest.mark.parametrize(
    ("query", "days", "found"),
    [("te-laat", 15, True), ("te-laat", 14, False), ("bijna", 14, True), ("bijna", 11, True), ("bijna", 10, False)],
)
def test_the_queue_is_narrowed_by_what_the_clock_says(handler, world, query, days, found):
    file = world.handed_in(on=world.today - timedelta(days=days))
    assert (file.number in handler.get(f"/behandeling?klok={query}").page.text) is found


def test_the_queue_is_narrowed_by_region(handler, world):
    here, there = world.handed_in(), world.handed_in("Winkelbediende", place=2)
    assert (here.establishment.postcode, there.establishment.postcode) == ("2220", "2000")
    file = world.handed_in("Logistiek duaal", "fiets")  # Gent
    assert [
        file.number in handler.get(f"/behandeling?streek={name}").text for name in ("Antwerpen", "Oost-Vlaanderen")
    ] == [False, True]
    assert here.number in handler.get("/behandeling?streek=Antwerpen").text
    assert file.number in handler.get("/behandeling?streek=x").text, "what is no region narrows nothing"
    assert file.number not in handler.get("/behandeling?streek=Brussel").text
