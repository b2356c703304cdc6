"""Mentors after the first application: added to a running recognition, stopping for a while, leaving for good."""

import io
from datetime import timedelta

import pytest

import rules
from models import (
    AccessLog,
    Document,
    DocumentUse,
    Event,
    Mentor,
    MentorApplication,
    Partnership,
    Recognition,
    RecognitionMentor,
    clocks,
    leave,
    mentoring,
)
from models.steps import NOT_YOURS
from rules import RuleBroken
from tests import build
from tests.browser import text
from tests.test_queries import counted
from tests.test_steps import people, undone
from views.demo_mentors import fresh

MEGA = "0417390703"
FORM = {"organisation": MEGA}
INSZ = "85.07.30-033.28"

TAKE = {  # each step as a page takes it
    "submit": lambda file, actor: file.submit(actor),
    "complete_file": lambda file, actor: file.complete_file(actor, "Bij ons."),
    "withdraw": lambda file, actor: file.withdraw(actor),
    "read_decision": lambda file, actor: file.read_decision(actor),
    "assign": lambda file, actor: file.assign(actor),
    "ask": lambda file, actor: file.ask(actor, "Sinds wanneer?"),
    "resume": lambda file, actor: file.resume(actor),
    "approve": lambda file, actor: file.decide(actor, True),
    "refuse": lambda file, actor: file.decide(actor, False, "Ander beroep."),
}


def ago(world, days):
    return world.today - timedelta(days=days)


def added(state, days=0):
    return lambda world: world.added_mentor(world.granted(), state, on=ago(world, days))


SITUATIONS = {  # how it can stand: how it came there, and who may do what then
    "draft": (lambda world: world.ready_mentor(world.granted()), {"employer": "submit withdraw"}),
    "submitted": (added("submitted"), {"employer": "withdraw", "handler": "assign ask approve refuse"}),
    "incomplete": (added("incomplete"), {"employer": "complete_file withdraw", "handler": "assign"}),
    "unanswered": (added("incomplete", 15), {"employer": "complete_file withdraw", "handler": "assign resume"}),
    "approved": (added("approved"), {"employer": "read_decision"}),
    "approved, read": (lambda world: after(world, added("approved")(world), "read_decision"), {}),
    "refused": (added("refused"), {"employer": "read_decision"}),
    "withdrawn": (added("withdrawn"), {}),
}


def after(world, application, step):
    TAKE[step](application, world.actor("mega", world.today))
    return fresh(application)


def everything():
    models = (MentorApplication, RecognitionMentor, DocumentUse, Event)
    return [list(model.select().order_by(model.id).dicts()) for model in models]


def test_every_step_is_tried_here():
    assert set(TAKE) == set(MentorApplication.STEPS)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_step_is_for_who_may_take_it_from_there_and_for_nobody_else(world, situation):
    make, allowed = SITUATIONS[situation]
    original, actors = make(world), people(world)
    before = everything()
    for step, edge in MentorApplication.STEPS.items():
        for who, actor in actors.items():
            may = step in allowed.get(who, "").split()
            assert original.can(step, actor) == may, f"{who} can {step}"
            if may:
                with undone():
                    found = fresh(original)
                    TAKE[step](found, actor)
                    assert found.state == fresh(original).state == (edge.target or original.state)
                    assert edge.event in [event.name for event in Event.of(found)]
                continue
            with pytest.raises(RuleBroken) as broken:
                TAKE[step](fresh(original), actor)
            assert str(broken.value) == (edge.refusal if who == edge.who else NOT_YOURS), f"{who}: {step}"
    assert everything() == before, "a refused step changed something"


# --- what is asked of a mentor application ----------------------------------------------------------------------------


def test_a_submission_freezes_what_people_read_and_brings_the_proofs_into_the_file(world):
    recognition = world.granted()
    application = world.ready_mentor(recognition)
    application.submit(world.actor("mega", world.today))
    assert application.number == "M/20220123/000001" and application.clock_from == world.today
    [content] = application.submissions()
    assert content["Mentor"] == "Bé Smet" and "afgeleverd op 03/01/2022" in content["Documenten"]
    assert application.mentor_id in {document.mentor_id for document in world.reload(recognition).documents}


def test_everything_that_is_missing_is_said_at_once(world):
    application = world.added_mentor(world.granted())
    with pytest.raises(RuleBroken) as broken:
        application.submit(world.actor("mega", world.today))
    assert "beroep en de jaren" in str(broken.value) and "596.2 van Bé Smet" in str(broken.value)
    assert fresh(application).number is None


def test_an_extract_that_was_good_when_handed_in_is_good_enough_for_the_answer(world):
    application = world.ready_mentor(world.granted(until=world.today + timedelta(days=900)))
    Document.update(issued_on=rules.add_years(world.today, -1)).where(Document.mentor == application.mentor).execute()
    application.submit(world.actor("mega", world.today))
    application.ask(world.handler_of(application.recognition, world.today), "Sinds wanneer?")
    later = world.actor("mega", world.today + timedelta(days=9))
    fresh(application).complete_file(later, "Sinds 2010.")
    found = fresh(application)
    assert found.state == "submitted" and found.clock_from == world.today + timedelta(days=9)


def test_the_approved_mentor_stands_on_the_recognition_and_the_replaced_one_has_left(world):
    recognition, actor = world.granted(), world.actor("mega", world.today)
    gone = recognition.mentor_links[0].mentor
    successor = world.mentor("mega", "Bé", "Smet")
    [draft] = leave(gone, actor, "Met pensioen.", {recognition.id: successor})
    assert draft.replaces == gone and draft.state == "draft"
    world.extract(actor, successor, world.today)
    fresh(draft).edit(actor, profession="Verkoper", experience=8)
    fresh(draft).submit(actor)
    fresh(draft).decide(world.handler_of(recognition, world.today), True)
    valid = [link.mentor for link in RecognitionMentor.valid_on(recognition, world.today)]
    assert valid == [successor]
    labels = {str(link.mentor): link.label_on(world.today) for link in world.reload(recognition).mentor_links}
    assert labels == {"Leen Ó Briain": "Vertrokken", "Bé Smet": "Goedgekeurd"}


def test_a_mentor_who_may_not_act_any_more_cannot_be_approved(world):
    application = world.added_mentor(world.granted(), "submitted")
    application.mentor.deactivate(world.actor("mega", world.today), "Ziek.")
    with pytest.raises(RuleBroken, match="gedeactiveerd"):
        fresh(application).decide(world.handler_of(application.recognition, world.today), True)
    assert fresh(application).state == "submitted"


def test_a_bar_by_a_sanction_outlives_leaving_and_a_new_application(world):
    recognition, actor = world.granted(), world.actor("mega", world.today)
    [link] = recognition.mentor_links
    soon = world.today + timedelta(days=5)
    RecognitionMentor.update(end_kind="barred", ended_on=soon).where(RecognitionMentor.id == link.id).execute()
    leave(link.mentor, actor, "Gestopt.", {recognition.id: None})
    found = RecognitionMentor.get_by_id(link.id)
    assert (found.end_kind, found.ended_on) == ("barred", soon)


@pytest.mark.parametrize("why", ["on it", "running", "inactive", "other organisation", "ended"])
def test_a_draft_is_refused_for_who_cannot_come_on_it(world, why):
    recognition, actor = world.granted(), world.actor("mega", world.today)
    person = recognition.mentor_links[0].mentor if why == "on it" else world.mentor("mega", "Bé", "Smet")
    if why == "running":
        world.added_mentor(recognition, "submitted", person)
    elif why == "inactive":
        person.deactivate(actor, "Ziek.")
    elif why == "other organisation":
        person = world.mentor("fiets", "Zo", "Maar")
    elif why == "ended":
        recognition.stop(actor, "We stoppen.")
    before = everything()
    with pytest.raises(RuleBroken):
        MentorApplication.draft(actor, world.reload(recognition), person)
    assert everything() == before


def test_the_term_of_the_mentor_training_runs_from_when_the_mentor_was_added(world):
    recognition = world.granted(until=world.today + timedelta(days=400))
    person = world.mentor("mega", "Bé", "Smet")
    Mentor.update(trained_on=None).where(Mentor.id == person.id).execute()
    world.added_mentor(recognition, "approved", person)
    [clock] = [one for one in clocks([world.mega], world.today) if one.kind == "training"]
    assert clock.ends_on == rules.add_years(world.today, 1)


# --- the employer's pages ---------------------------------------------------------------------------------------------


def test_an_employer_adds_somebody_new_to_a_running_recognition(browser, handler, world):
    recognition = world.granted()
    page = browser.get(f"/erkenningen/{recognition.id}").page
    page = browser.get(page.find("a", string="Mentor toevoegen")["href"]).page
    new = {"insz": INSZ, "first_name": "Ann", "last_name": "Peeters"}
    page = browser.submit(page, "form:has(#insz)", **new).page
    assert page.h1.text == "Werkversie mentoraanvraag – Ann Peeters" and "Wat nog in de weg staat" in page.text
    ahead = browser.submit(page, "form[action$='/gegevens']", trained_on="24/01/2022", profession="X", experience="8")
    assert ahead.status_code == 422 and "ten laatste vandaag" in ahead.page.select_one("#trained_on-wrong").text
    page = browser.submit(page, "form[action$='/gegevens']", profession="Verkoper", experience="8").page
    application = MentorApplication.get()
    file = {"file": (io.BytesIO(build.PDF), "596.pdf"), "kind": "extract", "issued_on": "2022-01-10"}
    page = browser.post(page.select_one("form.upload")["action"], data=FORM | file, follow_redirects=True).page
    assert "Wat nog in de weg staat" not in page.text and "596.pdf" in page.text
    refused = browser.submit(page, "form[action$='/indienen']")
    assert refused.status_code == 422 and "juist" in refused.text
    page = browser.submit(page, "form[action$='/indienen']", is_true="y").page
    assert "M/20220123/000001" in page.h1.text

    place = f"/behandeling/mentors/{application.id}"
    queue = handler.get("/behandeling/mentors").page
    assert [row.th.text for row in queue.select("tbody tr")] == ["M/20220123/000001"]
    page = handler.get(place).page
    page = handler.submit(page, "form[action$='/nemen']").page
    page = handler.submit(page, "form[action$='/vragen']", question="Sinds wanneer?").page
    assert "Nog niet beantwoord" in page.text

    page = browser.get(f"/mentoraanvragen/{application.id}").page
    page = browser.submit(page, "form[action$='/gegevens']", profession="Winkelier", experience="8").page
    page = browser.submit(page, "form[action$='/aanvullen']", reply="Sinds 2010.").page
    assert "Sinds 2010." in page.text

    page = handler.get(place).page
    assert [tag.text for tag in page.select(".changes del, .changes ins")] == ["Verkoper", "Winkelier"]
    assert handler.submit(page, "form[action$='/beslissen']").status_code == 422
    assert handler.submit(page, "form[action$='/beslissen']", decision="refuse").status_code == 422
    page = handler.submit(page, "form[action$='/beslissen']", decision="approve").page
    assert "Goedgekeurd op 23/01/2022" in page.text
    page = browser.get(f"/mentoraanvragen/{application.id}").page
    page = browser.submit(page, "form[action$='/gelezen']").page
    assert not page.select("form[action$='/gelezen']")
    assert "Ann Peeters" in browser.get(f"/erkenningen/{recognition.id}").page.select_one("section:has(#mentors)").text


def test_an_insz_in_use_leads_to_that_mentor(browser, world):
    recognition, known = world.granted(), world.mentor("mega", "Bé", "Smet")
    typed = FORM | {"insz": known.insz, "first_name": "Bo", "last_name": "Anders"}
    answer = browser.post(f"/erkenningen/{recognition.id}/mentoraanvraag", data=typed)
    assert answer.status_code == 422 and "Rijksregisternummer reeds in gebruik" in answer.text
    assert answer.page.select_one(f"main a[href='/mentoren/{known.id}']")
    assert answer.page.select_one("#first_name")["value"] == "Bo"
    draft = world.open_draft("Winkelbediende")
    answer = browser.post(f"/erkenningen/{draft.id}/mentors", data=typed | {"profession": "x", "experience": "7"})
    assert answer.status_code == 422 and answer.page.select_one(f"main a[href='/mentoren/{known.id}']")
    assert answer.page.select_one(f"a[href$='/mentors?mentor={known.id}']")


def test_a_known_mentor_is_chosen_from_the_list(browser, world):
    recognition, known = world.granted(), world.mentor("mega", "Bé", "Smet")
    page = browser.get(f"/erkenningen/{recognition.id}/mentoraanvraag").page
    assert [label.text.split("geboren")[0].strip() for label in page.select(".choice")] == ["Bé Smet"]
    page = browser.submit(page, "form:has([name=mentor])").page
    assert page.h1.text.endswith("Bé Smet") and MentorApplication.get().mentor == known
    answer = browser.post(f"/erkenningen/{recognition.id}/mentoraanvraag", data=FORM | {"mentor": str(known.id)})
    assert answer.status_code == 422 and "loopt op deze erkenning al een aanvraag" in answer.text


def test_a_forged_mentor_or_kind_changes_nothing(browser, world):
    recognition, stranger = world.granted(), world.mentor("fiets", "Zo", "Maar")
    answer = browser.post(f"/erkenningen/{recognition.id}/mentoraanvraag", data=FORM | {"mentor": str(stranger.id)})
    assert answer.status_code == 422 and not MentorApplication.select().exists()
    application = world.added_mentor(recognition)
    sent = FORM | {"kind": "sector", "file": (io.BytesIO(build.PDF), "a.pdf")}
    answer = browser.post(f"/mentoraanvragen/{application.id}/documenten", data=sent)
    assert answer.status_code == 422 and not Document.select().where(Document.kind == "sector").exists()


@pytest.mark.parametrize(
    ("changed", "field", "word"),
    [({"issued_on": "2020-01-01"}, "issued", "ouder dan een jaar"), ({"file": None}, "file", "Kies eerst")],
)
def test_a_refused_upload_says_so_at_its_field(browser, world, changed, field, word):
    application = world.added_mentor(world.granted())
    sent = FORM | {"kind": "extract", "issued_on": "2022-01-10", "file": (io.BytesIO(build.PDF), "a.pdf")} | changed
    sent = {name: value for name, value in sent.items() if value}
    answer = browser.post(f"/mentoraanvragen/{application.id}/documenten", data=sent)
    assert answer.status_code == 422 and word in answer.page.select_one(f"#{field}-extract-wrong").text


def test_a_submitted_application_cannot_be_changed(browser, world):
    application = world.added_mentor(world.granted(), "submitted")
    answer = browser.post(
        f"/mentoraanvragen/{application.id}/gegevens", data=FORM | {"profession": "Anders", "experience": "3"}
    )
    assert answer.status_code == 422 and fresh(application).profession == "Winkelier"
    page = browser.get(f"/mentoraanvragen/{application.id}").page
    page = browser.submit(page, "form[action$='/intrekken']").page
    assert fresh(application).state == "withdrawn" and "Ingetrokken" in page.text


def test_the_list_shows_state_and_clock(browser, world):
    recognition = world.granted()
    world.added_mentor(recognition, "submitted", on=ago(world, 16))
    world.added_mentor(recognition, "incomplete", world.mentor("mega", "An", "Pauze"))
    page = browser.get("/mentoraanvragen").page
    clocks_shown = [" ".join(row.select_one("[data-label=Klok]").text.split()) for row in page.select("tbody tr")]
    assert clocks_shown == ["De klok staat stil sinds 23/01/2022", "2 dagen te laat (tegen 21/01/2022)"]
    assert len(browser.get("/mentoraanvragen?overzicht=werkversie").page.select("tbody tr")) == 0


def many(world, count=27, key="mega"):
    recognition = world.granted()
    for number in range(count):
        world.added_mentor(recognition, "submitted", world.mentor(key, "Bé", f"Nummer{number:02}"))
    return recognition


def test_a_long_list_turns_its_pages_alike_with_and_without_htmx(browser, handler, world):
    many(world)
    for client, place in ((browser, "/mentoraanvragen"), (handler, "/behandeling/mentors")):
        page = client.get(place).page
        following = page.select_one("a[rel=next]")["href"]
        fresh_page = client.get(following).page
        assert len(fresh_page.select("tbody tr")) == 2
        assert text(client.act(page, "a[rel=next]")) == text(fresh_page)


def test_a_list_asks_as_much_for_many_as_for_few(browser, handler, world):
    recognition, asked = many(world, 3), {}
    for number in range(2):
        for client, place in ((browser, "/mentoraanvragen"), (handler, "/behandeling/mentors")):
            with counted() as ran:
                client.get(place)
            asked.setdefault(place, []).append(len(ran))
        for extra in range(15):
            person = world.mentor("mega", "An", f"Extra{number}{extra}")
            world.added_mentor(recognition, "submitted", person).assign(world.handler_of(recognition, world.today))
    assert all(few == lots <= 16 for few, lots in asked.values()), asked


def test_a_passport_and_leaving_ask_as_much_for_many_recognitions_as_for_few(browser, world):
    asked = []
    for trainings in (["Verkoper", "Winkelbediende"], ["Logistiek duaal", "Slagerij duaal", "Chocolatier duaal"]):
        for training in trainings:
            mentor = world.granted(training).mentor_links[0].mentor
        with counted() as ran:
            browser.get(f"/mentoren/{mentor.id}")
            browser.get(f"/mentoren/{mentor.id}/vertrek")
        asked.append(len(ran))
    assert asked[0] == asked[1] <= 44, asked


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_somebody_elses_records_do_not_exist(signed_in, world):
    application = world.added_mentor(world.granted("Brood- en banketbakkerij duaal", "bakkerij"), key="bakkerij")
    stranger, mentor, recognition = signed_in("medewerker"), application.mentor, application.recognition
    for place in (
        f"/mentoraanvragen/{application.id}",
        f"/erkenningen/{recognition.id}/mentoraanvraag",
        f"/mentoren/{mentor.id}",
        f"/mentoren/{mentor.id}/vertrek",
    ):
        assert stranger.get(place).status_code == 404, place
    steps = ["gegevens", "documenten", "indienen", "aanvullen", "intrekken", "gelezen"]
    places = [f"/mentoraanvragen/{application.id}/{step}" for step in steps]
    places += [f"/mentoren/{mentor.id}/{step}" for step in ("vertrek", "deactiveren", "activeren", "uittreksel")]
    before = everything()
    for place in places:
        assert stranger.post(place, data=FORM | {"is_true": "y", "reason": "x"}).status_code == 404, place
    assert everything() == before


def test_another_partnership_does_not_see_it_nor_does_anybody_see_a_draft(signed_in, handler, world):
    recognition = world.granted()
    draft = world.added_mentor(recognition)
    application = world.added_mentor(recognition, "submitted", world.mentor("mega", "An", "Pauze"))
    assert handler.get(f"/behandeling/mentors/{draft.id}").status_code == 404
    elsewhere = signed_in("beheerder")
    assert elsewhere.get(f"/behandeling/mentors/{application.id}").status_code == 404
    number = world.organisations["vlaams"].number
    for step in ("nemen", "vragen", "beslissen", "hervatten", "rijksregisternummer"):
        answer = elsewhere.post(f"/behandeling/mentors/{application.id}/{step}", data={"organisation": number})
        assert answer.status_code == 404, step
    assert not elsewhere.get("/behandeling/mentors?wachtrij=alle").page.select("tbody tr")


def test_a_reader_sees_no_buttons(signed_in, world):
    recognition = world.granted()
    application = world.added_mentor(recognition)
    reader = signed_in("raadpleger")
    mentor = recognition.mentor_links[0].mentor_id
    for place in (f"/mentoraanvragen/{application.id}", f"/mentoren/{mentor}", f"/mentoren/{mentor}/vertrek"):
        page = reader.get(place).page
        assert not page.select("main button"), place
    assert "Mentor toevoegen" not in reader.get(f"/erkenningen/{recognition.id}").page.text


def test_a_handler_sees_the_number_once_and_that_is_noted(handler, world):
    application = world.added_mentor(world.granted(), "submitted")
    page = handler.get(f"/behandeling/mentors/{application.id}").page
    answer = handler.submit(page, "form[action$='/rijksregisternummer#ingediend']")
    assert rules.format_insz(application.mentor.insz) in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert AccessLog.get().reason == application.number


def test_the_handler_goes_on_without_an_answer_once_the_day_has_passed(handler, world):
    application = world.added_mentor(world.granted(), "incomplete", on=ago(world, 20))
    page = handler.get(f"/behandeling/mentors/{application.id}").page
    handler.submit(page, "form[action$='/hervatten']")
    found = fresh(application)
    assert found.state == "submitted" and found.clock_from == world.today


# --- the register and the passport ------------------------------------------------------------------------------------


def test_the_register_shows_who_is_active_unless_asked_otherwise(browser, world):
    world.mentor("mega", "An", "Actief")
    world.mentor("mega", "Rik", "Maes").deactivate(world.actor("mega", world.today), "Ziek.")
    for shown, names in (("", ["An Actief"]), ("gedeactiveerd", ["Rik Maes"]), ("alle", ["An Actief", "Rik Maes"])):
        page = browser.get(f"/mentoren?toon={shown}").page
        assert [row.a.text for row in page.select("tbody tr")] == names
    page = browser.get("/mentoren?toon=alle").page
    page.select_one("#zoek")["value"] = "maes"
    assert text(browser.act(page, "form.search")) == text(browser.get("/mentoren?toon=alle&zoek=maes").page)


def test_a_mentor_stops_for_a_while_and_starts_again(browser, world):
    recognition = world.granted()
    mentor = recognition.mentor_links[0].mentor
    place = f"/mentoren/{mentor.id}"
    page = browser.get(place).page
    refused = browser.submit(page, "form[action$='/deactiveren']")
    assert refused.status_code == 422 and "waarom" in refused.page.select_one("#reason-wrong").text
    page = browser.submit(page, "form[action$='/deactiveren']", reason="Een jaar weg.").page
    assert "Gedeactiveerd sinds 23/01/2022" in page.text and "deactiveerde deze mentor: Een jaar weg." in page.text
    assert "geen geldige mentor" in browser.get(f"/erkenningen/{recognition.id}").text
    again = browser.post(f"{place}/deactiveren", data=FORM | {"reason": "Nog eens."})
    assert again.status_code == 422 and "al gebeurd" in again.text
    page = browser.submit(page, "form[action$='/activeren']").page
    assert "opnieuw actief" in page.text and Mentor.get_by_id(mentor.id).inactive_from is None
    assert browser.post(f"{place}/activeren", data=FORM).status_code == 422
    assert not browser.get(f"/erkenningen/{recognition.id}").page.find(
        string=lambda said: "geen geldige mentor" in said
    )


def test_the_passport_renews_the_extract(browser, world):
    mentor = world.granted().mentor_links[0].mentor
    place = f"/mentoren/{mentor.id}/uittreksel"
    old = browser.post(place, data=FORM | {"issued_on": "2020-01-01", "file": (io.BytesIO(build.PDF), "a.pdf")})
    assert old.status_code == 422 and "ouder dan een jaar" in old.page.select_one("#issued-extract-wrong").text
    sent = FORM | {"issued_on": "2022-01-20", "file": (io.BytesIO(build.PDF), "nieuw.pdf")}
    page = browser.post(place, data=sent, follow_redirects=True).page
    assert "bruikbaar tot 20/01/2023" in page.text and "nieuw.pdf" in page.select_one("#mentors-proofs").text
    assert "voegde toe" in page.select_one("#recognitions-history").text


def test_the_passport_says_what_is_met_and_how_many_learners_at_most(browser, world):
    Partnership.update(learners_per_mentor=1).execute()
    recognition = world.granted()
    page = browser.get(f"/mentoren/{recognition.mentor_links[0].mentor_id}").page
    assert [line.strong.text for line in page.select(".checks li.met")] == [
        "Uittreksel van 03/01/2022.",
        "42 jaar.",
        "12 jaar als Winkelier.",
        "Gevolgd op 10/03/2016.",
    ]
    assert "hoogstens 1 leerling per mentor" in page.text


# --- leaving ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(world):
    """Leen on three recognitions, on the first of which Bé is mentor too; An is known."""
    found = [world.granted(), world.granted("Winkelbediende"), world.granted("Logistiek duaal")]
    world.added_mentor(found[0], "approved")
    world.mentor("mega", "An", "Actief")
    return found


def leaving(client, mentor, **typed):
    return client.submit(client.get(f"/mentoren/{mentor.id}/vertrek").page, "main form[method=post]", **typed)


def test_leaving_asks_an_answer_for_every_recognition_and_changes_nothing_before(browser, world, three):
    mentor, before = three[0].mentor_links[0].mentor, everything()
    page = browser.get(f"/mentoren/{mentor.id}/vertrek").page
    assert len(page.select("fieldset")) == 3 and "vervalt niet vanzelf" in page.text
    offered = [label.text.strip() for label in page.select(f"#recognition_{three[0].id} .choice")]
    assert offered == ["Bé Smet blijft mentor", "An Actief volgt op, met een mentoraanvraag", "Nog geen opvolger"]
    answer = leaving(browser, mentor, **{f"recognition_{three[0].id}": "niemand", "reason": "Met pensioen."})
    assert answer.status_code == 422 and everything() == before
    assert len(answer.page.select("fieldset.field-wrong")) == 2
    kept = answer.page.select_one(f"#recognition_{three[0].id} input[checked]")
    assert kept["value"] == "niemand" and "Met pensioen." in answer.page.select_one("#reason").text


def test_leaving_settles_every_recognition_at_once(browser, handler, world, three, monkeypatch):
    mentor, stays = [link.mentor for link in world.reload(three[0]).mentor_links]
    follows = Mentor.get(Mentor.last_name == "Actief")
    answers = {three[0].id: stays.id, three[1].id: follows.id, three[2].id: "niemand"}
    typed = {f"recognition_{number}": str(answer) for number, answer in answers.items()}
    page = leaving(browser, mentor, reason="Met pensioen.", **typed).page
    assert page.h1.text.startswith("Mentorpaspoort van Leen") and "Gedeactiveerd sinds" in page.text
    [draft] = page.select("#mentors-successors a")
    assert browser.get(draft["href"]).page.h1.text.endswith("An Actief")
    valid = [[str(link.mentor) for link in RecognitionMentor.valid_on(one, world.today)] for one in three]
    assert valid == [["Bé Smet"], [], []]
    history = browser.get(f"/erkenningen/{three[2].id}").page.select_one("#recognitions-history").text
    assert "geen mentor meer op deze erkenning. Opvolger: nog niemand" in history
    assert "2 geldige erkenningen hebben" in handler.get("/behandeling/mentors").text
    monkeypatch.setattr("views.mentor_handling.BEREFT", 1)
    assert "Meer dan 1 geldige erkenningen hebben" in handler.get("/behandeling/mentors").text
    missing = handler.get("/behandeling/mentors/ontbrekend").page
    assert [row.th.text for row in missing.select("tbody tr")] == [three[1].number, three[2].number]


@pytest.mark.parametrize("forged", ["leaver", "stranger", "inactive", "nonsense"])
def test_a_forged_successor_is_no_answer(browser, world, forged):
    recognition = world.granted()
    mentor = recognition.mentor_links[0].mentor
    inactive = world.mentor("mega", "Rik", "Maes")
    inactive.deactivate(world.actor("mega", world.today), "Ziek.")
    stranger = world.mentor("fiets", "Zo", "Maar")
    answer = {"leaver": mentor.id, "stranger": stranger.id, "inactive": inactive.id, "nonsense": "x"}[forged]
    typed = FORM | {"reason": "Weg.", f"recognition_{recognition.id}": str(answer)}
    refused = browser.post(f"/mentoren/{mentor.id}/vertrek", data=typed)
    assert refused.status_code == 422 and Mentor.get_by_id(mentor.id).inactive_from is None


def test_a_mentor_without_recognitions_only_says_why(browser, world):
    mentor = world.mentor("mega", "An", "Actief")
    assert leaving(browser, mentor).status_code == 422
    page = leaving(browser, mentor, reason="Verhuisd.").page
    assert "Verhuisd." in page.text and Mentor.get_by_id(mentor.id).inactive_from == world.today
    assert leaving(browser, mentor, reason="Nog eens.").status_code == 422


def test_a_deactivated_mentor_can_still_leave_for_good(browser, world):
    recognition = world.granted()
    mentor = recognition.mentor_links[0].mentor
    mentor.deactivate(world.actor("mega", ago(world, 3)), "Ziek.")
    leaving(browser, mentor, reason="Komt niet terug.", **{f"recognition_{recognition.id}": "niemand"})
    found = Mentor.get_by_id(mentor.id)
    assert (found.inactive_from, found.inactive_reason) == (ago(world, 3), "Komt niet terug.")
    assert not mentoring.touched_by_leaving(found, world.today)


def test_leaving_withdraws_the_running_mentor_applications_of_who_leaves(browser, world):
    application = world.added_mentor(world.granted(), "submitted")
    leaving(browser, application.mentor, reason="Weg.")
    assert fresh(application).state == "withdrawn"


def test_the_same_answer_can_be_filled_in_everywhere(browser, world):
    for training in ("Verkoper", "Winkelbediende", "Logistiek duaal", "Slagerij duaal"):
        recognition = world.granted(training)
    mentor = recognition.mentor_links[0].mentor
    page = browser.get(f"/mentoren/{mentor.id}/vertrek").page
    page = browser.submit(page, "form.search", alles="niemand").page
    assert len(page.select("input[value=niemand][checked]")) == 4


def test_who_left_does_not_come_along_when_a_recognition_is_renewed(world):
    recognition, actor = world.ending_in(100), world.actor("mega", world.today)
    world.added_mentor(recognition, "approved")
    gone = recognition.mentor_links[0].mentor
    leave(gone, actor, "Weg.", {recognition.id: world.mentor("mega", "Bé", "Smet")})
    draft = world.reload(recognition).renew(actor)
    assert [str(link.mentor) for link in draft.mentor_links] == ["Bé Smet"]
    assert {document.mentor_id for document in draft.documents} == {draft.mentor_links[0].mentor_id}


def test_an_upcoming_renewal_gets_a_successor_too(world):
    recognition, actor = world.ending_in(100), world.actor("mega", world.today)
    renewal = world.renewal(recognition)
    renewal = world.decided(renewal, world.today)
    gone, successor = renewal.mentor_links[0].mentor, world.mentor("mega", "Bé", "Smet")
    drafts = leave(gone, actor, "Weg.", {recognition.id: successor, renewal.id: successor})
    assert {draft.recognition_id for draft in drafts} == {recognition.id, renewal.id}
    assert Recognition.select().where(Recognition.without_mentor(world.today)).get() == recognition
