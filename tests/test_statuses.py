"""Every status explained: in words for everybody, and with what this person can really do now."""

from datetime import timedelta

import pytest

import rules
from models import (
    AGREEMENT_STATES,
    APPEAL_STATES,
    MENTOR_STATES,
    SANCTION_STATES,
    STATES,
    WORKPLACE_STATES,
    Addendum,
    Agreement,
    Partnership,
    RecognitionMentor,
    Suspension,
)
from tests import build
from views.demo_agreements import PREMIUM, SCAN, make
from views.demo_sanctions import sanctioned
from views.meanings import AGREEMENTS, APPEALS, MENTOR_APPLICATIONS, RECOGNITIONS, SANCTIONS, TURNS, WORKPLACES
from views.statuses import LEGEND, key_of, pace

TABLES = {
    "recognition": (RECOGNITIONS, STATES, {"upcoming", "ending", "held_off", "ended", "lifted"}),
    "mentor application": (MENTOR_APPLICATIONS, MENTOR_STATES, set()),
    "sanction": (SANCTIONS, SANCTION_STATES, set()),
    "appeal": (APPEALS, APPEAL_STATES, set()),
    "workplace": (WORKPLACES, WORKPLACE_STATES, set()),
    # A registered agreement starts still, runs, or is over.
    "agreement": (AGREEMENTS, set(AGREEMENT_STATES) - {"registered"}, {"upcoming", "running", "ended", "ended_early"}),
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_status_is_explained_in_short_sentences(kind):
    meanings, states, derived = TABLES[kind]
    assert set(meanings) == set(states) | derived
    for meaning in meanings.values():
        assert meaning.turn in TURNS
        for sentence in meaning.means.split(". "):
            assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize("state", STATES)
def test_what_can_be_done_now_leads_to_where_it_is_done(browser, handler, world, state):
    recognition = world.in_state(state)
    for client, start in ((browser, "/erkenningen"), (handler, "/behandeling")):
        place = f"{start}/{recognition.id}"
        answer = client.get(place)
        if answer.status_code == 404:
            continue  # a draft is nobody's business yet
        page = answer.page
        told = page.find("summary", string="Leg deze status uit").parent
        assert RECOGNITIONS[state].means in told.text
        for link in told.select("a"):
            if link["href"].startswith("#"):
                assert page.select_one(link["href"]), f"nothing at {link['href']}"
            else:
                assert client.get(link["href"]).status_code == 200


def test_it_says_whose_turn_it_is_to_each(browser, handler, world):
    recognition = world.asked()
    assert "U bent aan zet." in browser.get(f"/erkenningen/{recognition.id}").page.text
    assert "De werkgever is aan zet." in handler.get(f"/behandeling/{recognition.id}").page.text


def test_the_pace_is_the_median_of_this_partnership_of_late(browser, world):
    waiting = world.handed_in("Chocolatier duaal")
    place = f"/erkenningen/{waiting.id}"
    assert "te weinig dossiers" in browser.get(place).page.text
    for index, name in enumerate(("Verkoper", "Winkelbediende", "Logistiek duaal")):
        file = world.handed_in(name, on=world.today - timedelta(days=3 + index * 4))
        world.decided(file, world.today)
    assert "binnen 7 dagen beslist" in browser.get(place).page.text
    old = world.today + timedelta(days=rules.MEDIAN_DAYS + 1)
    assert "te weinig" in pace(waiting, old)


def test_a_viewer_is_told_nothing_to_do(signed_in, world):
    page = signed_in("raadpleger").get(f"/erkenningen/{world.granted().id}").page
    assert "U kunt nu niets doen." in page.find("summary", string="Leg deze status uit").parent.text


def test_an_end_that_lies_ahead_has_words_of_its_own(world):
    recognition = world.granted()
    sanction = sanctioned(world, recognition)
    assert key_of(world.reload(recognition), world.today) == "ending"
    sanction.suspend(world.actor("mega", world.today))
    assert key_of(world.reload(recognition), world.today) == "held_off"
    assert key_of(world.ending_in(-1, training="Winkelbediende"), world.today) == "ended"


def test_agreements_and_mentor_applications_are_explained_too(browser, handler, world):
    recognition = world.ending_in(1500)
    make(world, "mega", recognition, 0, "signed")
    application = world.added_mentor(recognition, "submitted")
    found = browser.get("/overeenkomsten").page.select_one("tbody a")["href"]
    assert AGREEMENTS["signed"].means in browser.get(found).page.text
    assert MENTOR_APPLICATIONS["submitted"].means in browser.get(f"/mentoraanvragen/{application.id}").page.text
    assert "Uw partnerschap is aan zet." in handler.get(f"/behandeling/mentors/{application.id}").page.text


def told_at(client, agreement):
    return client.get(f"/overeenkomsten/{agreement.id}").page.find("summary", string="Leg deze status uit").parent


def test_who_waits_for_a_signature_reads_how_to_ask_for_it(browser, signed_in, world):
    agreement, me = make(world, "mega", world.ending_in(1500), 0, "to_sign"), world.actor("mega", world.today)
    clients = {"employer": browser, "provider": signed_in("trajectbegeleider")}
    for party in agreement.needed_parties():
        asked = "De link mailen" if party in ("learner", "guardian") else "Herinneren"
        for own, client in clients.items():
            told = told_at(client, agreement)
            link = told.find("a", string="Tekenen" if party == own else f"{asked}, of op papier laten tekenen")
            assert link["href"] == "#agreements-signing" and "niets doen" not in told.text
        signer = world.actor("school", world.today) if party == "provider" else me
        agreement.sign(signer, party, 1, "Naam", "counter" if party in clients else "link")
    assert "niets doen" in told_at(signed_in("raadpleger"), agreement).text


def test_what_an_agreement_asks_is_whose_turn_it_is_and_what_can_be_done(browser, signed_in, world):
    me = world.actor("mega", world.today)
    recognition = world.ending_in(1500)
    agreement = make(world, "mega", recognition, 0, "registered")
    agreement.complete_premium(me, PREMIUM, SCAN, "verklaring.pdf")

    def told(label, place, whose="U bent aan zet."):
        found = told_at(browser, agreement)
        assert whose in found.text and "Niemand moet nu" not in found.text
        assert place in found.find("a", string=label)["href"]
        assert "niets doen" in told_at(signed_in("raadpleger"), agreement).text

    assert "Niemand moet nu iets doen." in told_at(browser, agreement).text
    Suspension.start(agreement, me, "illness", world.today - timedelta(days=20))
    told("De schorsing melden", "#schorsing")
    school = told_at(signed_in("trajectbegeleider"), agreement)
    assert "De werkgever is aan zet." in school.text and not school.find("a", string="De schorsing melden")
    Suspension.update(reported_on=world.today).execute()
    drawn = Addendum.draw_up(agreement, me, "extension", None, ends_on=agreement.ends_on + timedelta(days=1))
    told("De bijlage laten ondertekenen", "#bijlagen", "Wie nog niet tekende, is aan zet.")
    drawn.withdraw(me)
    RecognitionMentor.update(end_kind="left", ended_on=world.today).execute()
    told("Een andere mentor aanduiden", "/wijzigen/mentor")
    Agreement.get_by_id(agreement.id).end(me, world.today, "mutual", "Het ging niet.")
    told("Het einde afronden", "#einde")


def test_a_renewal_to_decide_is_the_employer_s_turn(browser, handler, world):
    soon, later = world.ending_in(30), world.ending_in(1500, training="Winkelbediende")
    told = {
        one: browser.get(f"/erkenningen/{one.id}").page.find("summary", string="Leg deze status uit").parent
        for one in (soon, later)
    }
    assert "U bent aan zet." in told[soon].text and told[soon].find("a", string="Beslissen over de hernieuwing")
    assert "Niemand moet nu iets doen." in told[later].text and "hernieuwing" not in told[later].text
    assert "De werkgever is aan zet." in handler.get(f"/behandeling/{soon.id}").page.text


def test_all_of_them_stand_on_one_page(browser):
    page = browser.get("/statussen").page
    assert len(page.select("tbody tr")) == sum(len(meanings) for _, meanings in LEGEND.values())
    for place in ("/erkenningen", "/overeenkomsten", "/mentoraanvragen", "/werkplekken", "/sancties", "/beroepen"):
        link = browser.get(place).page.find("a", string="Wat elke status betekent")["href"]
        assert page.select_one(f"#{link.partition('#')[2]}"), link


def test_an_employer_stops_a_recognition_on_which_nothing_runs(browser, world):
    recognition = world.granted()
    page = browser.get(f"/erkenningen/{recognition.id}").page
    page = browser.get(page.find("a", class_="button", string="Erkenning stopzetten")["href"]).page
    assert browser.submit(page, "main form[method=post]").status_code == 422
    browser.submit(page, "main form[method=post]", reason="We sluiten.")
    assert world.reload(recognition).last_day == build.TODAY


def test_running_agreements_stand_in_the_way_of_stopping_by_name(browser, world):
    recognition = world.ending_in(1500)
    make(world, "mega", recognition, 0, "registered")
    page = browser.get(f"/erkenningen/{recognition.id}/stopzetten").page
    agreement = recognition.agreements.get()
    assert agreement.number in page.text and not page.select("main form[method=post]")
    data = {"organisation": world.mega.number, "reason": "We sluiten."}
    answer = browser.post(f"/erkenningen/{recognition.id}/stopzetten", data=data)
    assert answer.status_code == 422 and agreement.number in answer.page.select_one(".problems").text
    assert world.reload(recognition).end_kind is None


def test_the_certificate_is_a_page_to_print_too(browser, world):
    recognition = world.granted()
    page = browser.get(f"/erkenningen/{recognition.id}").page
    page = browser.get(page.find("a", string="om af te drukken")["href"]).page
    assert rules.format_code(recognition.code) in page.text and page.select_one("img[alt]")["src"].startswith("data:")
    assert browser.get(f"/erkenningen/{world.denied('Winkelbediende').id}/attest/afdruk").status_code == 404


def test_a_passport_counts_the_learners_of_all_establishments_against_the_maximum(browser, world):
    here, there = world.ending_in(1500), world.ending_in(1500, place=1)
    for index, recognition in enumerate((here, there)):
        make(world, "mega", recognition, index, "registered")
    mentor = here.mentor_links[0].mentor
    Partnership.update(learners_per_mentor=1).where(Partnership.id == here.partnership_id).execute()
    told = browser.get(f"/mentoren/{mentor.id}").page.select_one("#mentors-guided")
    assert "2 leerlingen" in told.text and "hoogstens 1" in told.text and told.select_one(".note-bad")
    assert len(told.select("li a")) == 2
    Partnership.update(learners_per_mentor=None).execute()
    told = browser.get(f"/mentoren/{mentor.id}").page.select_one("#mentors-guided")
    assert "hoogstens" not in told.text and not told.select_one(".note-bad")
