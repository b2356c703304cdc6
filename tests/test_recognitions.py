"""Following up, and renewing: the overviews, one recognition, its papers, and the choice at the end of its term."""

from datetime import date, timedelta

import pytest

import rules
from models import Event, Recognition, RecognitionMentor
from rules import RuleBroken
from tests import build

MEGA = "0417390703"


def numbers(page):
    return [link.contents[0].strip() for link in page.select("#recognitions-list tbody th a")]


def found(client, **filters):
    return numbers(client.get("/erkenningen", query_string=filters).page)


# --- the overviews ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overview", "states"),
    [
        ("werkversie", {"draft"}),
        ("ingediend", {"submitted", "incomplete"}),
        ("dossier-volledig", {"complete"}),
        ("in-behandeling", {"in_treatment"}),
        ("behandeld", {"approved", "refused", "withdrawn"}),
        ("alle", {"draft", "submitted", "incomplete", "complete", "in_treatment", "approved", "refused", "withdrawn"}),
    ],
)
def test_each_overview_holds_its_states_and_counts_them(browser, world, overview, states):
    trainings = iter(["Winkelbediende", "Logistiek duaal", "Slagerij duaal", "Chocolatier duaal", "Zorgkundige duaal"])
    world.open_draft()
    world.handed_in(next(trainings))
    world.asked(next(trainings))
    world.complete(next(trainings))
    world.in_treatment(next(trainings))
    world.granted(next(trainings))
    world.denied()
    world.taken_back()
    page = browser.get("/erkenningen", query_string={"overzicht": overview}).page
    expected = Recognition.select().where(Recognition.state.in_(states)).count()
    assert len(numbers(page)) == expected
    assert page.select_one("[aria-current=true] .count").text == str(expected)
    word = "erkenning" if expected == 1 else "erkenningen"
    assert page.select_one("#status").text == f"{expected} {word} gevonden"


def test_filters_narrow_and_go_together(browser, world):
    soon = world.ending_in(80)
    later = world.ending_in(200, training="Winkelbediende")
    elsewhere = world.ending_in(300, training="Winkelbediende", place=1)
    places = {"vestiging": str(elsewhere.establishment_id), "opleiding": str(later.training_id)}
    assert found(browser, vestiging=places["vestiging"]) == [elsewhere.number]
    assert found(browser, opleiding=places["opleiding"]) == [elsewhere.number, later.number]
    assert found(browser, eindigt="3") == [soon.number]
    assert found(browser, eindigt="12") == [soon.number, later.number, elsewhere.number]
    assert found(browser, eindigt="12", opleiding=places["opleiding"]) == [later.number, elsewhere.number]
    assert found(browser, mentor=str(soon.mentor_links[0].mentor_id), eindigt="6") == [soon.number]
    assert found(browser, actie="ja") == [soon.number]


@pytest.mark.parametrize("typed", ["winkelb", "WINKELBEDIENDE", "marktplein", "leen briain", "E/2017", "mega winkelb"])
def test_free_text_finds_by_number_place_training_and_mentor(browser, world, typed):
    world.ending_in(148, training="Winkelbediende", place=1)
    expected = 0 if typed == "marktplein" else 1  # streets are not searched
    assert len(found(browser, zoek=typed)) == expected


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"', "%%%", "1=1", "x" * 5000, "a b c d e f g h i j"])
def test_what_means_something_to_a_database_is_plain_text(browser, world, typed):
    world.granted()
    answer = browser.get("/erkenningen", query_string={"zoek": typed})
    assert answer.status_code == 200 and not numbers(answer.page)


@pytest.mark.parametrize(
    "forged",
    [
        {"na": "x"},
        {"na": "99999999999999999999"},
        {"na": "1_2_3"},
        {"voor": "-1"},
        {"eindigt": "3", "na": "2022-13-45_1"},
        {"vestiging": "1 OR 1=1"},
        {"opleiding": "9" * 30},
        {"overzicht": "bestaat-niet"},
        {"eindigt": "99"},
    ],
)
def test_a_forged_address_is_harmless(browser, world, forged):
    world.granted()
    assert browser.get("/erkenningen", query_string=forged).status_code == 200


def copies(first, count):
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number", "code")}
    Recognition.insert_many([facts | {"number": f"E/20170101/{number:06d}"} for number in range(count)]).execute()


@pytest.mark.parametrize("filters", ["", "?eindigt=12"])  # with the filter they are ordered by an end they all share
def test_walking_the_pages_shows_each_row_once_both_ways(browser, world, filters):
    copies(world.ending_in(100), 59)
    seen, page = [], browser.get(f"/erkenningen{filters}").page
    while True:
        seen.append(numbers(page))
        following = page.select_one("a[rel=next]")
        if not following:
            break
        page = browser.get(following["href"]).page
    assert [len(rows) for rows in seen] == [25, 25, 10]
    assert len({number for rows in seen for number in rows}) == 60
    back = []
    while previous := page.select_one("a[rel=prev]"):
        page = browser.get(previous["href"]).page
        back.insert(0, numbers(page))
    assert back == seen[:-1]


def test_rows_that_come_in_between_shift_nothing(browser, world):
    first = world.ending_in(100)
    copies(first, 40)
    page = browser.get("/erkenningen").page
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number", "code")}
    Recognition.insert_many([facts | {"number": f"E/20180101/{number:06d}"} for number in range(5)]).execute()
    following = numbers(browser.get(page.select_one("a[rel=next]")["href"]).page)
    assert not set(following) & set(numbers(page)) and len(following) == 16


def test_a_list_is_found_back_as_it_was(browser, world):
    recognition = world.ending_in(100)
    browser.get("/erkenningen?eindigt=6&zoek=verk")
    place = f"/erkenningen/{recognition.id}"
    browser.post(f"{place}/niet-hernieuwen", data={"organisation": MEGA, "reason": "Gedaan."})
    assert browser.get(place).page.select_one(".back a")["href"] == "/erkenningen?eindigt=6&zoek=verk"


# --- one recognition --------------------------------------------------------------------------------------------------


def test_a_recognition_tells_its_whole_story(browser, world):
    recognition = world.asked(on=world.today - timedelta(days=3))
    page = browser.get(f"/erkenningen/{recognition.id}").page
    assert page.select_one("[aria-current=step]").text.startswith("Ingediend")
    assert "De klok staat stil" in page.text and "Licht mentors toe." in page.text
    assert "Leen Ó Briain" in page.text and "uittreksel 596.2.pdf" in page.text
    history = [" ".join(line.text.split()) for line in page.select(".history li")]
    assert "begon aan deze aanvraag." in history[0] and "vroeg aanvulling: mentoren." in history[-1]


@pytest.mark.parametrize("paper", ["ontvangstbewijs", "attest"])
@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "refused"])
def test_papers_exist_only_for_what_they_prove(browser, world, paper, state):
    recognition = world.in_state(state)
    answer = browser.get(f"/erkenningen/{recognition.id}/{paper}")
    allowed = state != "draft" if paper == "ontvangstbewijs" else state == "approved"
    assert answer.status_code == (200 if allowed else 404)
    if allowed:
        assert answer.data.startswith(b"%PDF") and b"/MarkInfo" in answer.data
        assert "attachment" in answer.headers["Content-Disposition"]


def test_an_application_can_be_withdrawn_after_asking(browser, world):
    recognition = world.handed_in()
    page = browser.get(f"/erkenningen/{recognition.id}/intrekken").page
    browser.submit(page, "form[action$='/intrekken']")
    assert world.reload(recognition).state == "withdrawn"


# --- the choice at the end --------------------------------------------------------------------------------------------


def test_not_renewing_asks_a_reason_and_can_be_taken_back(browser, world):
    recognition = world.ending_in(100)
    place = f"/erkenningen/{recognition.id}"
    refused = browser.post(f"{place}/niet-hernieuwen", data={"organisation": MEGA, "reason": " "})
    assert refused.status_code == 422 and refused.page.select_one("#reason-wrong")
    browser.post(f"{place}/niet-hernieuwen", data={"organisation": MEGA, "reason": "We stoppen ermee."})
    assert "Wordt niet hernieuwd" in browser.get(place).page.text
    browser.submit(browser.get(place).page, "form[action$='/toch-hernieuwen']")
    assert world.reload(recognition).lapse_reason is None


def test_the_choice_stands_open_until_the_last_day(world):
    recognition = world.ending_in(10)
    recognition.let_lapse(world.actor("mega", world.today), "Gedaan.")
    recognition = world.reload(recognition)
    after = world.actor("mega", recognition.valid_until + timedelta(days=1))
    with pytest.raises(RuleBroken):
        recognition.reconsider(after)
    recognition.reconsider(world.actor("mega", recognition.valid_until))


def test_a_renewal_starts_from_the_last_answers_and_asks_whether_they_hold(browser, world):
    recognition = world.ending_in(100)
    browser.post(f"/erkenningen/{recognition.id}/hernieuwen", data={"organisation": MEGA})
    draft = Recognition.get(Recognition.renews == recognition)
    assert (draft.training_id, draft.establishment_id) == (recognition.training_id, recognition.establishment_id)
    assert [link.mentor_id for link in draft.mentor_links] == [link.mentor_id for link in recognition.mentor_links]
    assert {key: answer.met for key, answer in draft.answers.items()} == dict.fromkeys(
        ("equipment", "finances", "convictions"), True
    )
    assert not draft.documents_of("extract", draft.mentor_links[0].mentor)  # five years old
    page = browser.get(f"/erkenningen/{draft.id}/overzicht").page
    assert page.text.count("Klopt dit nog?") >= 3
    answer = browser.post(f"/erkenningen/{draft.id}/indienen", data={"organisation": MEGA, "is_true": "y"})
    assert answer.status_code == 422 and world.reload(draft).state == "draft"


def renewed(world, recognition, on):
    """A renewal of it, handed in that day."""
    actor = world.actor("mega", on)
    draft = world.fresh(recognition.renew(actor))
    extract = build.demo.Document.store(
        actor, build.PDF + str(on).encode(), "nieuw.pdf", "extract", draft.mentor_links[0].mentor, on
    )
    draft.attach(actor, extract)
    for section in ("establishment", "training", "mentors", "criteria"):
        world.fresh(draft).confirm(section, actor)
    draft = world.fresh(draft)
    draft.submit(actor)
    return world.fresh(draft)


def test_a_renewal_in_time_starts_the_day_after(world):
    recognition = world.ending_in(30)
    new = world.decided(renewed(world, recognition, world.today), world.today)
    assert new.valid_from == recognition.valid_until + timedelta(days=1)
    assert new.valid_until == rules.add_years(recognition.valid_until, 5) and not new.is_late


def test_a_late_renewal_is_said_to_be_late_and_starts_with_its_decision(browser, world):
    recognition = world.ending_in(-20)
    new = world.decided(renewed(world, recognition, world.today), world.today)
    assert new.is_late and new.valid_from == world.today
    assert "Laattijdige hernieuwing" in browser.get(f"/erkenningen/{new.id}").page.text


def test_three_months_after_the_end_it_is_over(browser, world):
    recognition = world.granted(until=date(2021, 10, 22))
    answer = browser.post(f"/erkenningen/{recognition.id}/hernieuwen", data={"organisation": MEGA})
    assert answer.status_code == 422 and "kan nu niet hernieuwd worden" in answer.text


def test_two_colleagues_begin_one_renewal(world):
    recognition = world.ending_in(100)
    first, second = world.reload(recognition), world.reload(recognition)
    first.renew(world.actor("mega", world.today))
    with pytest.raises(RuleBroken):
        second.renew(world.actor("mega", world.today))
    assert Recognition.select().where(Recognition.renews == recognition).count() == 1


def test_nothing_of_another_organisation_is_shown_or_done(browser, world):
    other = world.ending_in(100, key="fiets")
    for path in ("", "/hernieuwen", "/intrekken", "/ontvangstbewijs", "/attest", "/overzicht", "/mentors"):
        assert browser.get(f"/erkenningen/{other.id}{path}").status_code == 404
    events = Event.select().count()
    for path in ("/hernieuwen", "/niet-hernieuwen", "/intrekken", "/gelezen", "/indienen", "/vestiging"):
        assert browser.post(f"/erkenningen/{other.id}{path}", data={"organisation": MEGA}).status_code == 404
    assert Event.select().count() == events and RecognitionMentor.select().count() == 1
