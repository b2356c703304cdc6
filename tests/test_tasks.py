"""Tasks: what waits for an organisation, from when until when, in which order, and where each one leads."""

from datetime import date, timedelta

import pytest

import rules
from models import Recognition, User, tasks, tasks_of_all
from tests.browser import text

MEGA = "0417390703"
FORM = {"organisation": MEGA}


def days(count):
    return timedelta(days=count)


def waiting(world, on=None, key="mega"):
    return [(task.title, task.days_left) for task in tasks(world.organisations[key], on or world.today)]


def idle(world, training="Winkelbediende", days_ago=7):
    return world.draft("mega", training, world.today - days(days_ago), establishment=world.establishment("mega"))


def renewing(world, left):
    return world.ending_in(left).renew(world.actor("mega", world.today))


def one_of_each(world):
    """Five tasks: lost soonest first, they are a question, a decision, a renewal, a decision and a draft."""
    idle(world, "Logistiek duaal")
    world.granted("Slagerij duaal", is_read=False)
    world.ending_in(14)
    world.denied("Winkelbediende")
    asked = world.handed_in("Chocolatier duaal")
    asked.ask(world.handler_of(asked, world.today), {"mentors": "Sinds wanneer?"}, world.today + days(10))


def cards(page):
    return page.select("li.task")


def facts_of(card):
    return {line.dt.text.strip(" :"): line.dd.text for line in card.select("dl > div")}


# --- the kinds --------------------------------------------------------------------------------------------------------

LAPSES = "Daarna vervalt de erkenning."
TOO_LATE = "Daarna kan hernieuwen niet meer."
KINDS = [  # (what happened, title, days left, what is lost then, where to go on)
    (lambda world: world.ending_in(148), "Beslissen hernieuwing erkenning", "148", LAPSES, "/hernieuwen"),
    (lambda world: world.ending_in(-20), "Beslissen laattijdige hernieuwing", "70", TOO_LATE, "/hernieuwen"),
    (lambda world: renewing(world, 90), "Hernieuwing erkenning indienen", "90", LAPSES, "/overzicht"),
    (lambda world: renewing(world, -20), "Laattijdige hernieuwing indienen", "70", TOO_LATE, "/overzicht"),
    (
        lambda world: world.asked(),
        "Vraag van de behandelaar beantwoorden",
        "14",
        "Daarna beslist de behandelaar zonder uw antwoord.",
        "",
    ),
    (lambda world: world.denied(), "Afkeuring ontvangen", "10", "Daarna kunt u niet meer in beroep gaan.", ""),
    (
        lambda world: world.denied(on=world.today - days(11)),
        "Afkeuring ontvangen",
        None,
        "De termijn voor beroep is voorbij.",
        "",
    ),
    (
        lambda world: world.granted(is_read=False),
        "Goedkeuring ontvangen",
        "30",
        "Daarna verdwijnt dit bericht uit uw taken.",
        "",
    ),
    (idle, "Werkversie ligt stil", None, "Zolang u niet indient, is er geen aanvraag.", "/overzicht"),
]


@pytest.mark.parametrize(
    ("make", "title", "left", "at_zero", "place"), KINDS, ids=[f"{kind[1]} {kind[2]}" for kind in KINDS]
)
def test_a_task_says_what_it_is_about_and_leads_to_where_it_is_done(browser, world, make, title, left, at_zero, place):
    recognition = world.reload(make(world))
    [card] = cards(browser.get("/").page)
    shown = {
        "Erkenning": recognition.number or "Werkversie",
        "Vestiging": str(recognition.establishment),
        "Opleiding": recognition.training.name,
    }
    assert card.h3.text == title and facts_of(card) == shown | ({"Dagen resterend": left} if left else {})
    assert card.select_one(".hint").text == at_zero
    assert card.a.text.startswith("Verdergaan") and card.a["href"] == f"/erkenningen/{recognition.id}{place}"


def test_a_draft_without_anything_is_a_task_too(browser, world):
    Recognition.draft(world.actor("mega", world.today - days(8)))
    [card] = cards(browser.get("/").page)
    assert facts_of(card)["Vestiging"] == "nog niet gekozen"
    assert facts_of(card)["Opleiding"] == "Nog geen opleiding gekozen"


APPLIED = [  # (how the application stands, title, days left, what happens then)
    ("incomplete", "Vraag over een mentor beantwoorden", 14, "Daarna beslist de behandelaar zonder uw antwoord."),
    ("approved", "Mentor goedgekeurd", 30, "Daarna verdwijnt dit bericht uit uw taken."),
    ("refused", "Mentor afgekeurd", 30, "Daarna verdwijnt dit bericht uit uw taken."),
]


@pytest.mark.parametrize(("state", "title", "left", "at_zero"), APPLIED, ids=[kind[0] for kind in APPLIED])
def test_a_mentor_application_asks_for_an_answer_and_to_be_read(signed_in, world, state, title, left, at_zero):
    recognition = world.granted()
    application = world.added_mentor(recognition, state)
    for persona, goes_on in (("zaakvoerder", "Verdergaan"), ("raadpleger", "Bekijken")):
        [card] = cards(signed_in(persona).get("/").page)
        shown = {"Mentor": "Bé Smet", "Vestiging": str(recognition.establishment), "Opleiding": "Verkoper"}
        assert card.h3.text == title and facts_of(card) == shown | {"Dagen resterend": str(left)}
        assert card.select_one(".hint").text == at_zero
        assert card.a.text == f"{goes_on} met {title}, Bé Smet"
        assert card.a["href"] == f"/mentoraanvragen/{application.id}"
    assert not tasks(world.organisations["fiets"], world.today)


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_a_mentor_application_that_asks_nothing_is_no_task(world, state):
    world.added_mentor(world.granted(), state)
    assert waiting(world) == []


def test_an_answered_question_and_a_decision_that_was_read_are_done(browser, world):
    recognition = world.granted()
    asked = world.added_mentor(recognition, "incomplete")
    world.added_mentor(recognition, "refused", world.mentor("mega", "Cas", "Bos"))
    assert [title for title, _ in waiting(world)] == ["Vraag over een mentor beantwoorden", "Mentor afgekeurd"]
    asked.complete_file(world.actor("mega", world.today), "In de winkel van Mechelen.")
    page = browser.get(browser.get("/").page.select_one(".task a.button")["href"]).page
    browser.submit(page, "form[action$='/gelezen']")
    assert waiting(world) == []


@pytest.mark.parametrize(("state", "last"), [("incomplete", 400), ("approved", 29), ("refused", 29)])
def test_news_of_a_mentor_fades_and_a_question_does_not(world, state, last):
    world.added_mentor(world.granted(), state)
    assert [len(found) for found in later(world, 0, last, last + 1)] == [1, 1, int(state == "incomplete")]


# --- from when until when ---------------------------------------------------------------------------------------------


def later(world, *counts):
    """What waits that many days from now, as the days left of each task."""
    return [[left for _, left in waiting(world, world.today + days(count))] for count in counts]


def test_a_renewal_is_to_be_decided_from_180_days_before_the_end(world):
    world.ending_in(181)
    assert later(world, 0, 1, 180, 181) == [[], [180], [1], [0]]
    assert waiting(world, world.today + days(1)) == [("Beslissen hernieuwing erkenning", 180)]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        (date(2021, 10, 23), date(2022, 1, 23)),
        (date(2022, 2, 28), date(2022, 5, 28)),
        (date(2021, 11, 30), date(2022, 2, 28)),
    ],
)
def test_a_late_renewal_can_be_decided_until_three_months_after_the_end(world, until, last):
    recognition = world.granted(until=until)
    assert waiting(world, until + days(1)) == [("Beslissen laattijdige hernieuwing", (last - until).days - 1)]
    assert waiting(world, last) == [("Beslissen laattijdige hernieuwing", 0)]
    for day in (last + days(count) for count in range(1, 5)):
        assert waiting(world, day) == [] and not recognition.may_be_renewed(day)


def test_a_renewal_draft_is_a_task_until_it_is_too_late(world):
    renewing(world, 0)
    last = rules.add_months(world.today, rules.LATE_RENEWAL_MONTHS)
    assert waiting(world, world.today) == [("Hernieuwing erkenning indienen", 0)]
    assert waiting(world, last) == [("Laattijdige hernieuwing indienen", 0)]
    assert waiting(world, last + days(1)) == []


def test_a_renewal_under_way_or_approved_leaves_nothing_to_decide(world):
    renewal = world.renewal(world.ending_in(90))
    assert waiting(world) == []
    world.decided(renewal, world.today).read_decision(world.actor("mega", world.today))
    assert waiting(world) == []


@pytest.mark.parametrize("end", ["withdrawn", "refused"])
def test_a_renewal_that_came_to_nothing_asks_for_a_choice_again(world, end):
    renewal, actor = world.renewal(world.ending_in(90)), world.actor("mega", world.today)
    if end == "withdrawn":
        renewal.withdraw(actor)
    else:
        world.decided(renewal, world.today, False, "Te weinig werk.").read_decision(actor)
    assert waiting(world) == [("Beslissen hernieuwing erkenning", 90)]


def test_a_choice_not_to_renew_is_no_task_until_it_is_reconsidered(browser, world):
    recognition = world.ending_in(90)
    page = browser.get(f"/erkenningen/{recognition.id}/hernieuwen").page
    page = browser.submit(page, "form[action$='/niet-hernieuwen']", reason="We stoppen ermee.").page
    assert waiting(world) == [] and "Wordt niet hernieuwd" in page.text
    browser.submit(page, "form[action$='/toch-hernieuwen']")
    assert waiting(world) == [("Beslissen hernieuwing erkenning", 90)]


def test_a_draft_is_a_task_from_a_week_until_a_year_of_silence(world):
    idle(world, days_ago=0)
    assert later(world, 0, 6, 7, 365, 366) == [[], [], [None], [None], []]


def test_a_draft_that_is_worked_on_is_no_task(world):
    draft = idle(world)
    draft.edit("establishment", world.actor("mega", world.today), contact_phone="015 12 34 56")
    assert waiting(world) == []


def test_a_question_is_a_task_until_it_is_answered(world):
    recognition = world.asked()
    assert later(world, 0, 14, 20) == [[14], [0], [0]]
    recognition.complete_file(world.actor("mega", world.today), {"mentors": "Sinds 2010."})
    assert waiting(world) == []


def test_a_refusal_is_news_for_a_month_and_can_be_appealed_for_ten_days(world):
    world.denied()
    assert later(world, 0, 10, 11, 29, 30) == [[10], [0], [None], [None], []]


def test_an_approval_is_news_for_a_month(world):
    world.granted(is_read=False)
    assert later(world, 0, 29, 30) == [[30], [1], []]


# --- order ------------------------------------------------------------------------------------------------------------


def test_what_is_lost_first_stands_on_top_and_the_worst_loss_before_a_lesser_one(world):
    one_of_each(world)
    assert waiting(world) == [
        ("Vraag van de behandelaar beantwoorden", 10),
        ("Afkeuring ontvangen", 10),
        ("Beslissen hernieuwing erkenning", 14),
        ("Goedkeuring ontvangen", 30),
        ("Werkversie ligt stil", None),
    ]


def test_equal_tasks_stand_in_the_order_of_their_numbers(world):
    first, second = world.ending_in(30), world.ending_in(30, training="Winkelbediende")
    found = tasks(world.mega, world.today)
    assert [task.recognition.number for task in found] == [first.number, second.number]


# --- whose ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["zaakvoerder", "medewerker", "boekhouder"])
def test_a_task_reaches_everybody_who_may_do_it(signed_in, world, persona):
    world.ending_in(148)
    client = signed_in(persona)
    client.post("/organisatie/wissel", data=FORM)
    [card] = cards(client.get("/").page)
    assert "Verdergaan" in card.a.text


def test_a_viewer_sees_the_tasks_and_only_looks(signed_in, world):
    one_of_each(world)
    client = signed_in("raadpleger")
    found = cards(client.get("/").page)
    assert len(found) == 5
    for card in found:
        assert card.a.text.startswith("Bekijken") and not card.select("form")
        assert card.a["href"].removeprefix("/erkenningen/").isdecimal()


@pytest.mark.parametrize("persona", ["boekhouder", "trajectbegeleider", "behandelaar"])
def test_a_task_of_another_organisation_is_nowhere(signed_in, world, persona):
    world.ending_in(148, key="fiets")
    client = signed_in(persona)
    for place in ("/", "/taken?organisaties=alle"):
        assert not cards(client.get(place).page)


def test_a_decision_that_was_read_leaves_the_tasks_of_everybody(signed_in, world):
    recognition = world.granted(is_read=False)
    colleague, owner = signed_in("medewerker"), signed_in("zaakvoerder")
    assert len(cards(owner.get("/").page)) == 1
    page = colleague.get(f"/erkenningen/{recognition.id}").page
    page = colleague.submit(page, "form[action$='/gelezen']").page
    assert not page.select("form[action$='/gelezen']")
    assert not cards(owner.get("/").page) and not cards(signed_in("raadpleger").get("/").page)


# --- the pages --------------------------------------------------------------------------------------------------------


def test_every_counter_on_the_page_equals_the_list_it_leads_to(browser, world):
    one_of_each(world)
    world.handed_in("Onthaal, organisatie en sales duaal")
    page = browser.get("/").page
    counters = page.select("#organisation-tabs a.count, #dashboard-tasks .pills a")
    assert len(counters) == 7
    for link in counters:
        found = browser.get(link["href"], htmx=True).page.select("li.task, tbody tr")
        count = link.select_one(".count") or link
        assert len(found) == int(count.find(string=True)), link["href"]


def test_without_a_task_nothing_is_counted(browser, world):
    page = browser.get("/").page
    assert "Er wacht niets op u" in page.text and not page.select(".count")


def test_a_kind_chosen_by_htmx_gives_the_same_page_as_by_its_address(browser, world):
    one_of_each(world)
    page = browser.get("/taken").page
    page = browser.act(page, "a[href$='soort=decision']")
    assert len(cards(page)) == 2 and page.select_one("#status").text == "2 taken"
    assert text(page) == text(browser.get("/taken?soort=decision").page)
    page = browser.act(page, ".pills a[href='/taken']")
    assert text(page) == text(browser.get("/taken").page)


def test_a_kind_nobody_knows_shows_nothing_but_the_way_back(browser, world):
    world.ending_in(148)
    page = browser.get("/taken?soort=onbekend").page
    assert not cards(page) and page.select_one(".pills a[href='/taken'] .count").text == "1"


def test_somebody_who_acts_for_several_sees_the_tasks_of_all_and_switches_through_them(signed_in, world):
    mine, other = world.ending_in(30, key="bakkerij", training="Slagerij duaal"), world.ending_in(20)
    world.ending_in(10, key="fiets")
    client = signed_in("boekhouder")
    page = client.get("/taken").page
    assert len(cards(page)) == 1
    page = client.get(page.select_one("a[href*='organisaties=alle']")["href"]).page
    theirs, own = cards(page)
    assert [facts_of(card)["Organisatie"] for card in (theirs, own)] == ["Mega World NV", mine.organisation.name]
    assert own.a["href"] == f"/erkenningen/{mine.id}/hernieuwen" and not theirs.a
    answer = client.submit(theirs, "form", "button")
    assert answer.request.path == f"/erkenningen/{other.id}/hernieuwen"
    assert "U werkt nu voor Mega World NV" in answer.page.text


def test_the_tasks_of_all_are_counted_and_narrowed_alike(signed_in, world):
    world.ending_in(30, key="bakkerij", training="Slagerij duaal")
    world.ending_in(20)
    world.denied("Winkelbediende")
    client = signed_in("boekhouder")
    page = client.get("/taken?organisaties=alle").page
    assert [link.select_one(".count").text for link in page.select(".pills a")] == ["3", "2", "1"]
    page = client.act(page, "a[href*='soort=renewal'][href*='organisaties=alle']")
    assert len(cards(page)) == 2
    assert text(page) == text(client.get("/taken?soort=renewal&organisaties=alle").page)


def test_where_somebody_may_only_look_no_task_of_all_waits(world):
    world.ending_in(30)
    viewer = User.get(User.subject == "demo:raadpleger")
    assert tasks(world.mega, world.today) and not tasks_of_all(viewer, world.today)
