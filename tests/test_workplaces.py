"""Workplaces: made by the approval, published by the employer, full, stale and expired by themselves."""

from datetime import date, timedelta

import pytest

import rules
from models import Event, Organisation, Workplace, clocks, tasks
from models.workplaces import OFFERED
from rules import RuleBroken
from tests.browser import text
from views.demo_agreements import make

MEGA = "0417390703"
OFFER = {
    "organisation": MEGA,
    "is_visible": "y",
    "places": "2",
    "open_from": "2022-02-01",
    "open_until": "",
    "description": "U leert klanten helpen.",
    "contact_name": "Leen",
    "contact_email": "leen@voorbeeld.be",
    "contact_phone": "",
}


def standing(world, recognition, on=None):
    workplace, on = world.workplace(recognition, on), on or world.today
    found = Workplace.joined(on).where(Workplace.published(on), Workplace.id == workplace.id).exists()
    assert found == (workplace.state == "published"), "the finder shows what is published and nothing else"
    return workplace.state, workplace.why(on)


def test_an_approval_makes_a_workplace_that_nobody_sees_yet(world):
    recognition = world.granted()
    workplace = world.workplace(recognition)
    assert (workplace.places, workplace.contact_name, workplace.confirmed_on) == (1, "Leen Ó Briain", world.today)
    assert standing(world, recognition) == ("hidden", "U toont ze niet in de zoeker.")


def test_nobody_is_said_to_have_chosen_or_confirmed_what_an_approval_made(browser, world):
    recognition = world.granted()
    page = browser.get(f"/werkplekken/{recognition.id}").page
    assert "U toont ze niet" in page.main.text and "Laatst bevestigd" not in page.main.text
    world.offered(recognition)
    assert "Laatst bevestigd" in browser.get(f"/werkplekken/{recognition.id}").page.main.text


def test_a_refusal_makes_none(world):
    world.denied()
    assert not Workplace.select().exists()


def test_a_renewal_goes_on_with_what_was_offered(world):
    recognition = world.ending_in(30)
    offered = world.offered(recognition, places=3, description="Kassa en rekken.")
    renewal = world.decided(world.renewal(recognition), world.today)
    workplace, day = world.workplace(renewal), renewal.valid_from
    assert workplace.why(world.today) == f"De erkenning begint op {day:%d/%m/%Y}." and workplace.state == "hidden"
    on = day + timedelta(days=1)
    taken_over = ("places", "description", "is_visible", "contact_email", "confirmed_on")
    assert [getattr(workplace, name) for name in taken_over] == [getattr(offered, name) for name in taken_over]
    assert standing(world, renewal, on) == ("published", "")
    assert standing(world, recognition, on) == ("expired", "De erkenning is niet meer geldig.")


def test_what_is_said_before_a_renewal_begins_goes_on_too_unless_it_says_otherwise_itself(world):
    recognition, actor = world.ending_in(30), world.actor("mega", world.today)
    offered = world.offered(recognition, places=3, description="Kassa en rekken.")
    renewal = world.decided(world.renewal(recognition), world.today)
    facts = {name: getattr(offered, name) for name in OFFERED}
    offered.edit(actor, **facts | {"is_visible": False})
    on = renewal.valid_from + timedelta(days=1)
    assert standing(world, renewal, on)[0] == "hidden"
    world.workplace(renewal).edit(actor, **facts | {"description": "Vanaf volgend jaar ook de toog."})
    world.workplace(recognition).edit(actor, **facts | {"is_visible": True})
    assert world.workplace(renewal).description == "Vanaf volgend jaar ook de toog."


def test_learners_who_began_under_the_old_recognition_keep_their_place(world):
    recognition = world.ending_in(30, training="Winkelmedewerker duaal")
    world.offered(recognition, places=1)
    make(world, "mega", recognition, 3, "registered")
    renewal = world.decided(world.renewal(recognition), world.today)
    on = renewal.valid_from + timedelta(days=1)
    assert world.workplace(renewal, on).taken == 1 and standing(world, renewal, on)[0] == "full"


@pytest.mark.parametrize(
    ("facts", "days", "expected"),
    [
        ({}, 0, ("published", "")),
        ({"open_from": date(2022, 9, 1)}, 0, ("published", "")),
        ({"is_visible": False}, 0, ("hidden", "U toont ze niet in de zoeker.")),
        ({"places": 0}, 0, ("full", "Alle plaatsen zijn ingevuld.")),
        ({"open_until": date(2022, 1, 22)}, 5, ("expired", "De periode die u opgaf, is voorbij.")),
        ({}, 200, ("expired", "U bevestigde dit het laatst op 07/07/2021.")),
    ],
)
def test_how_a_workplace_stands_follows_from_what_was_said(world, facts, days, expected):
    assert standing(world, world.offered(world.ending_in(900), days, **facts).recognition) == expected


def test_a_workplace_is_full_while_learners_work_there(world):
    recognition = world.ending_in(900, training="Winkelmedewerker duaal")
    world.offered(recognition, places=1)
    make(world, "mega", recognition, 3, "to_sign")
    assert standing(world, recognition)[0] == "published", "only an agreement that runs takes a place"
    make(world, "mega", recognition, 1, "registered")
    assert (world.workplace(recognition).taken, world.workplace(recognition).free) == (1, 0)
    assert standing(world, recognition)[0] == "full"


def test_nothing_is_offered_once_an_end_is_decided(world):
    recognition = world.ending_in(900)
    world.offered(recognition)
    recognition.stop(world.actor("mega", world.today), "We stoppen.")
    assert standing(world, recognition) == ("hidden", "Voor de erkenning is een einde bepaald.")
    assert not tasks(world.mega, world.today) and "workplace" not in kinds_of_clocks(world)


@pytest.mark.parametrize("day", [date(2021, 2, 28), date(2021, 8, 31), date(2021, 8, 29), date(2020, 8, 30)])
def test_half_a_year_is_the_same_half_year_in_a_list_and_on_a_page(day):
    until = rules.add_months(day, rules.CONFIRMATION_MONTHS)
    assert rules.oldest_confirmation(until) <= day < rules.oldest_confirmation(until + timedelta(days=1))


# --- confirming -------------------------------------------------------------------------------------------------------


def kinds_of_clocks(world):
    return [clock.kind for clock in clocks([world.mega.id], world.today)]


def warned(world):
    return [(task.kind, task.days_left) for task in tasks(world.mega, world.today) if task.kind == "workplace"]


def test_a_task_warns_before_a_workplace_goes_stale_and_stays_after(world):
    recognition = world.ending_in(900)
    said = rules.oldest_confirmation(world.today)
    days = (world.today - said).days
    for ago, expected in ((days - 31, []), (days - 29, [("workplace", 29)]), (days + 3, [("workplace", None)])):
        world.offered(recognition, ago)
        assert warned(world) == expected, ago
    world.workplace(recognition).confirm(world.actor("mega", world.today))
    assert warned(world) == [] and kinds_of_clocks(world).count("workplace") == 1


def test_a_task_leads_to_the_workplace_and_confirming_ends_it(browser, world):
    recognition = world.ending_in(900)
    world.offered(recognition, 170)
    task = browser.get("/taken").page.select_one(".task-workplace")
    assert task.select_one("a.button")["href"] == f"/werkplekken/{recognition.id}"
    page = browser.get(f"/werkplekken/{recognition.id}").page
    answer = browser.submit(page, "form[action$='/bevestigen']")
    assert "De werkplek is bevestigd. Iedereen vindt ze in de zoeker." in answer.page.text
    assert not browser.get("/taken").page.select(".task-workplace")
    assert [event.name for event in Event.of(world.workplace(recognition))][-1] == "workplace_confirmed"


# --- the pages --------------------------------------------------------------------------------------------------------


def test_an_employer_publishes_a_workplace(browser, world):
    recognition = world.granted()
    page = browser.get(f"/erkenningen/{recognition.id}").page
    place = page.select_one("#recognitions-actions a[href^='/werkplekken/']")["href"]
    answer = browser.post(place, data=OFFER, follow_redirects=True)
    assert "De werkplek is bewaard. Iedereen vindt ze" in answer.page.text
    workplace = world.workplace(recognition)
    assert (workplace.state, workplace.places, workplace.open_from) == ("published", 2, date(2022, 2, 1))
    assert "paste deze werkplek aan" in answer.page.select_one("#recognitions-history").text
    listed = browser.get("/werkplekken?toon=gepubliceerd").page
    assert "0 van 2 ingevuld" in listed.select_one("#workplaces-list").text
    assert not browser.get("/werkplekken?toon=volzet").page.select("#workplaces-list tbody")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"places": "x"}, "places", "Schrijf een getal in cijfers"),
        ({"places": "100"}, "places", "van 0 tot 99"),
        ({"places": "-1"}, "places", "van 0 tot 99"),
        ({"open_until": "2022-01-31"}, "open_until", "ligt vóór de eerste"),
        ({"open_from": "", "open_until": "2022-01-22"}, "open_until", "Deze dag is voorbij"),
        ({"open_until": "2099-01-01"}, "open_until", "De erkenning geldt tot en met"),
        ({"description": "Bel Leen op 0470/12.34.56"}, "description", "Deze tekst is openbaar"),
        ({"description": "leen@voorbeeld.be"}, "description", "Deze tekst is openbaar"),
        ({"description": "85.07.30-033.28"}, "description", "Deze tekst is openbaar"),
        ({"contact_email": ""}, "contact_name", "kan geen school u bereiken"),
        ({"contact_email": "x"}, "contact_email", "e-mailadres klopt niet"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(browser, world, typed, field, sentence):
    recognition = world.granted()
    answer = browser.post(f"/werkplekken/{recognition.id}", data=OFFER | typed)
    assert answer.status_code == 422
    assert sentence in answer.page.select_one(f"#{field}-wrong").text
    for name, value in (OFFER | typed).items():
        control = answer.page.select_one(f"main [name={name}]:not([type=hidden], [type=checkbox])")
        assert control is None or value in (control.get("value"), control.text.strip()), name
    assert world.workplace(recognition).state == "hidden"


def test_a_school_year_is_no_telephone_number():
    for words in ("Schooljaar 2022-2023", "van 01/09/2022 tot 30/06/2023", "2 x 4 uur, 8 tot 12"):
        assert rules.personal_data_problem(words) is None, words


def test_who_only_looks_sees_it_all_and_changes_nothing(signed_in, world):
    recognition = world.offered(world.ending_in(900)).recognition
    viewer = signed_in("raadpleger")
    page = viewer.get(f"/werkplekken/{recognition.id}").page
    assert "leen@voorbeeld.be" in page.text and not page.select("main form")
    assert viewer.post(f"/werkplekken/{recognition.id}", data=OFFER).status_code == 403


def test_a_workplace_of_a_recognition_that_ended_cannot_be_changed(browser, world):
    recognition = world.ending_in(-3)
    workplace, actor = world.workplace(recognition), world.actor("mega", world.today)
    page = browser.get(f"/werkplekken/{recognition.id}").page
    assert "De erkenning is niet meer geldig." in page.text and not page.select("main form")
    for path in ("", "/bevestigen"):
        answer = browser.post(f"/werkplekken/{recognition.id}{path}", data=OFFER)
        assert answer.status_code == 422 and not world.workplace(recognition).is_visible
    with pytest.raises(RuleBroken):
        workplace.confirm(actor)


def test_an_end_that_comes_between_is_seen(world):
    """Two people at once: the register itself refuses what no longer holds."""
    recognition = world.ending_in(900)
    workplace, actor = world.workplace(recognition), world.actor("mega", world.today + timedelta(days=1))
    recognition.stop(world.actor("mega", world.today), "We stoppen.")
    with pytest.raises(RuleBroken, match="intussen niet meer geldig"):
        workplace.confirm(actor)


def test_only_the_own_people_change_it(world):
    workplace = world.workplace(world.granted())
    for key, role in (("bakkerij", "user"), ("handel", "user"), ("mega", "viewer")):
        with pytest.raises(RuleBroken):
            workplace.confirm(world.actor(key, world.today, role=role))


def test_the_counters_are_those_of_the_list(browser, world):
    world.offered(world.ending_in(900))
    world.granted("Winkelbediende")
    world.ending_in(-3, training="Logistiek duaal")
    world.granted("Brood- en banketbakkerij duaal", "bakkerij")
    page = browser.get("/werkplekken").page
    pills = {link.text.split()[0]: link.select_one(".count").text for link in page.select(".pills a")}
    assert pills == {"Alle": "3", "Gepubliceerd": "1", "Niet": "1", "Volzet": "0", "Verlopen": "1"}
    assert Organisation.select().count() > 3 and len(page.select("#workplaces-list tbody tr")) == 3
    assert text(page.select_one("#workplaces-list")) != text(browser.get("/werkplekken?toon=x&zoek=zzz").page)
