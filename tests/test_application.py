"""Filling in and handing in an application, by plain forms and by htmx."""

import io

import pytest

from models import Document, Establishment, Event, Mentor, Organisation, Recognition
from rules import RuleBroken
from tests import build

MEGA = "0417390703"
INSZ = "85.07.30-033.28"


def place(world, index=1):
    return world.establishment("mega", index).number


def only_draft():
    return Recognition.get(Recognition.state == "draft")


def upload(client, draft, kind="extract", content=build.PDF, name="uittreksel.pdf", issued_on="2022-01-10", **more):
    data = {"organisation": MEGA, "kind": kind, "issued_on": issued_on, "file": (io.BytesIO(content), name), **more}
    return client.post(f"/erkenningen/{draft.id}/documenten", data=data, follow_redirects=True)


def test_an_employer_applies_from_nothing_to_submitted(browser, world):
    start = browser.get("/erkenningen/nieuw").page
    step = browser.submit(start, "form[action='/erkenningen/nieuw']").page
    step = browser.submit(
        step,
        "form[method=post]#nope, main form[action$='/vestiging'][method=post]",
        establishment=place(world),
        joint_committee="201",
        contact_name="Marleen",
        contact_email="m@voorbeeld.be",
    ).page
    assert step.h1.text == "Opleiding"
    found = browser.submit(step, "form.search", zoek="winkelm").page
    number = found.select_one("input[name=training]")["value"]
    step = browser.submit(found, "form[method=post][action$='/opleiding']", training=number).page
    assert step.h1.text == "Mentoren"
    step = browser.submit(
        step, "form.panel", insz=INSZ, first_name="Ann", last_name="Peeters", profession="Verkoper", experience="7"
    ).page
    assert "Ann Peeters staat als mentor" in step.text
    draft = only_draft()
    step = upload(browser, draft, mentor=str(Mentor.get(Mentor.first_name == "Ann").id)).page
    assert "uittreksel.pdf" in step.text
    answers = dict.fromkeys(("equipment", "finances", "convictions"), "ja")
    step = browser.submit(step, "form[action$='/criteria']", **answers).page
    assert step.h1.text == "Overzicht en indienen"
    done = browser.submit(step, "form[action$='/indienen']", is_true="y").page
    draft = world.reload(draft)
    assert draft.number == "E/20220123/000001" and draft.state == "submitted"
    assert draft.partnership.name == "Sectoraal Partnerschap Handel"
    assert draft.number in done.h1.text
    receipt = browser.get(f"/erkenningen/{draft.id}/ontvangstbewijs")
    assert receipt.data.startswith(b"%PDF") and "attachment" in receipt.headers["Content-Disposition"]


def test_saving_demands_nothing_and_what_was_saved_is_there_again(browser, world):
    browser.post("/erkenningen/nieuw", data={"organisation": MEGA})
    draft = only_draft()
    answer = browser.post(f"/erkenningen/{draft.id}/vestiging", data={"organisation": MEGA, "contact_name": "Marleen"})
    assert answer.status_code == 303
    page = browser.get(f"/erkenningen/{draft.id}/vestiging").page
    assert page.select_one("#contact_name")["value"] == "Marleen"
    assert "Nog te doen" in page.select_one("#application-progress").text


@pytest.mark.parametrize("htmx", [False, True])
def test_bad_input_comes_back_with_a_sentence_at_the_field_and_what_was_typed(browser, world, htmx):
    draft = world.open_draft()
    typed = {
        "organisation": MEGA,
        "joint_committee": "999",
        "contact_email": "geen adres",
        "contact_name": "Marleen <b>",
    }
    answer = browser.post(f"/erkenningen/{draft.id}/vestiging", data=typed, htmx=htmx)
    assert answer.status_code == 422
    assert "kennen we niet" in answer.page.select_one("#joint_committee-wrong").text
    assert "klopt niet" in answer.page.select_one("#contact_email-wrong").text
    assert answer.page.select_one("#contact_email")["value"] == "geen adres"
    assert answer.page.select_one("#contact_name")["value"] == "Marleen <b>"
    assert world.reload(draft).contact_name == "Leen Ó Briain"


def test_an_establishment_of_another_enterprise_is_refused(browser, world):
    draft = world.open_draft()
    stranger = world.establishment("bakkerij").number
    answer = browser.post(f"/erkenningen/{draft.id}/vestiging", data={"organisation": MEGA, "establishment": stranger})
    assert answer.status_code == 422 and "niet op uw onderneming" in answer.text


def test_the_joint_committee_of_a_place_is_chosen_in_an_application_and_the_history_says_so(browser, world):
    draft = world.open_draft()
    form = {"organisation": MEGA, "establishment": draft.establishment.number, "contact_name": "Marleen"}
    for number in ("302", "302", ""):
        browser.post(f"/erkenningen/{draft.id}/vestiging", data=form | {"joint_committee": number})
        assert Establishment.get_by_id(draft.establishment_id).joint_committee.code == "302"
    [event] = Event.select().where(Event.name == "committee_changed")
    assert (event.subject_id, event.organisation_id) == (draft.establishment_id, world.mega.id)


@pytest.mark.parametrize("extent", ["yes", "approval"])
def test_by_a_mandate_a_joint_committee_that_is_known_stays_what_it_is(signed_in, world, extent):
    draft, mega = world.open_draft(), Organisation.id == world.mega.id
    known = Organisation.get(mega).joint_committee
    world.give(recognitions=extent)
    holder = signed_in("trajectbegeleider")
    holder.post("/organisatie/wissel", data={"organisation": MEGA})
    form = {"organisation": MEGA, "establishment": draft.establishment.number, "contact_name": "Jan"}

    def save(number):
        answer = holder.post(f"/erkenningen/{draft.id}/vestiging", data=form | {"joint_committee": number})
        committee = Establishment.get_by_id(draft.establishment_id).joint_committee
        return answer, committee and committee.code

    assert known.code != "302"
    refused, code = save("302")
    assert refused.status_code == 422 and code is None and world.reload(draft).contact_name != "Jan"
    assert "Alleen de onderneming zelf" in refused.page.select_one("#joint_committee-wrong").text
    for number in (known.code, ""):
        answer, code = save(number)
        assert answer.status_code == 303 and code is None
    assert world.reload(draft).contact_name == "Jan" and not Event.select().where(Event.name == "committee_changed")
    Organisation.update(joint_committee=None).where(mega).execute()
    answer, code = save("302")
    assert answer.status_code == 303 and code == "302", "nobody knew it, and without it nothing can be handed in"
    assert Event.get(Event.name == "committee_changed").through == world.organisations["school"]
    answer, code = save("201")
    assert answer.status_code == 422 and code == "302"


def test_a_joint_committee_says_which_partnership_is_competent(browser, world):
    draft = world.open_draft()
    part = browser.get(f"/erkenningen/{draft.id}/paritair-comite?joint_committee=302", htmx=True)
    assert "Sectoraal Partnerschap Horeca" in part.text
    part = browser.get(f"/erkenningen/{draft.id}/paritair-comite?joint_committee=999", htmx=True)
    assert "kennen we niet" in part.text
    part = browser.get(f"/erkenningen/{draft.id}/paritair-comite?joint_committee=100", htmx=True)
    assert "Vlaams Partnerschap Duaal Leren" in part.text


def test_a_second_draft_for_the_same_is_first_offered_the_first(browser, world):
    first = world.open_draft()
    second = world.open_draft("Winkelbediende")
    verkoper = str(first.training_id)
    answer = browser.post(f"/erkenningen/{second.id}/opleiding", data={"organisation": MEGA, "training": verkoper})
    assert answer.status_code == 422
    assert f"/erkenningen/{first.id}/overzicht" in answer.text
    again = browser.submit(answer.page, "form:has([name=second_draft])")
    assert again.status_code == 200 and world.reload(second).training_id == first.training_id


def test_a_training_that_is_already_applied_for_is_refused(browser, world):
    world.handed_in()
    draft = world.ready()
    answer = browser.post(f"/erkenningen/{draft.id}/indienen", data={"organisation": MEGA, "is_true": "y"})
    assert answer.status_code == 422
    assert "loopt al een erkenning of aanvraag" in answer.text
    assert world.reload(draft).state == "draft"


# --- mentors ----------------------------------------------------------------------------------------------------------


def new_mentor(client, draft, **changed):
    typed = {"insz": INSZ, "first_name": "Ann", "last_name": "Peeters", "profession": "Verkoper", "experience": "7"}
    return client.post(f"/erkenningen/{draft.id}/mentors", data={"organisation": MEGA, **typed, **changed})


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("insz", "85.07.30-033.29", "controlecijfers"),
        ("insz", "", "11 cijfers"),
        ("first_name", "", "voornaam"),
        ("experience", "veel", "cijfers"),
        ("experience", "-1", "van 0 tot 60"),
        ("experience", "", "aantal jaren"),
        ("profession", " ", "beroep"),
        ("email", "x", "e-mailadres"),
        ("trained_on", "31/02/2021", "31/12/2026"),
        ("trained_on", "24/01/2022", "ten laatste vandaag"),
    ],
)
def test_a_mentor_is_refused_at_the_field_with_everything_typed_kept(browser, world, field, typed, word):
    draft = world.open_draft()
    answer = new_mentor(browser, draft, **{field: typed})
    assert answer.status_code == 422
    assert word in answer.page.select_one(f"#{field}-wrong").text
    assert answer.page.select_one("#last_name")["value"] == "Peeters"
    assert not Mentor.select().exists()


def test_the_birth_date_is_derived_and_the_number_is_sealed(browser, world):
    new_mentor(browser, world.open_draft())
    mentor = Mentor.get()
    assert mentor.born_on.isoformat() == "1985-07-30"
    assert "85073003328" not in mentor.insz_sealed and mentor.insz == "85073003328"
    page = browser.get(f"/mentoren/{mentor.id}")
    assert "033" not in page.page.select_one("main").text and "••.••.••-•••.28" in page.text


def test_an_insz_in_use_leads_to_that_mentor(browser, world):
    draft = world.open_draft()
    new_mentor(browser, draft)
    answer = new_mentor(browser, world.open_draft("Winkelbediende"), first_name="Bo")
    assert answer.status_code == 422
    assert "Rijksregisternummer reeds in gebruik" in answer.text and "Ann Peeters" in answer.text


def test_a_young_mentor_needs_a_proof_of_prior_education(browser, world):
    draft = world.open_draft()
    new_mentor(browser, draft, insz="97.06.15-001.76", experience="3")  # 24 years old
    page = browser.get(f"/erkenningen/{draft.id}/mentors").page
    assert "24 jaar" in page.text and "bewijs van vooropleiding" in page.text
    mentor = Mentor.get()
    changed = {"mentor": str(mentor.id), "has_prior_education": "y", "profession": "Verkoper", "experience": "3"}
    changed |= {"first_name": "Ann", "last_name": "Peeters"}
    browser.post(f"/erkenningen/{draft.id}/mentors", data={"organisation": MEGA, **changed})
    assert not world.reload(draft).problems(world.today)["mentors"]
    assert "bewijs van vooropleiding" in " ".join(world.reload(draft).problems(world.today)["criteria"])


def test_a_typing_error_in_a_name_is_put_right_until_the_file_is_handed_in(browser, world):
    draft = world.open_draft()
    new_mentor(browser, draft, first_name="Amn")
    mentor = Mentor.get()
    step = f"/erkenningen/{draft.id}/mentors?mentor={mentor.id}"
    page = browser.get(step).page
    assert page.select_one("#first_name")["value"] == "Amn" and not page.select_one("#insz")
    browser.submit(page, "form.panel", first_name="Ann", phone="015 12 34 56")
    mentor = Mentor.get()
    assert (str(mentor), mentor.phone, mentor.insz) == ("Ann Peeters", "015 12 34 56", "85073003328")
    other = world.open_draft("Logistiek duaal")
    assert browser.get(f"/erkenningen/{other.id}/mentors?mentor={mentor.id}").page.select_one("#first_name")
    handed = world.handed_in().mentor_links[0].mentor
    again = browser.get(f"/erkenningen/{other.id}/mentors?mentor={handed.id}").page
    assert again.select_one("#profession") and not again.select_one("#first_name")
    browser.submit(again, "form.panel", first_name="Iemand", profession="Verkoper", experience="9")
    assert str(Mentor.get_by_id(handed.id)) == str(handed)


def test_a_mentor_can_be_taken_off_again(browser, world):
    draft = world.ready()
    mentor = draft.mentor_links[0].mentor
    browser.post(f"/erkenningen/{draft.id}/mentors/{mentor.id}/verwijderen", data={"organisation": MEGA})
    draft = world.reload(draft)
    assert not draft.mentor_links and not draft.documents_of("extract", mentor)


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field", "word"),
    [
        ({"content": b"geen pdf"}, "file", "PDF, JPEG of PNG"),
        ({"content": b""}, "file", "leeg"),
        ({"content": b"%PDF-" + b"x" * 10 * 1024 * 1024}, "file", "10 MB"),
        ({"issued_on": ""}, "issued", "wanneer"),
        ({"issued_on": "2021-01-22"}, "issued", "ouder dan een jaar"),
        ({"issued_on": "2022-01-24"}, "issued", "moet nog komen"),
        ({"issued_on": "gisteren"}, "issued", "31/12/2026"),
        ({"name": ""}, "file", "Kies eerst een bestand"),
    ],
)
def test_an_upload_is_refused_at_its_field(browser, world, changed, field, word):
    draft = world.ready()
    mentor = draft.mentor_links[0].mentor_id
    answer = upload(browser, draft, mentor=str(mentor), **changed)
    assert answer.status_code == 422
    assert word in answer.page.select_one(f"#{field}-extract-{mentor}-wrong").text
    assert Document.select().count() == 1


def test_a_name_is_no_content_and_a_path_no_name(browser, world):
    draft = world.ready()
    mentor = str(draft.mentor_links[0].mentor_id)
    upload(browser, draft, mentor=mentor, name="../../boze\tnaam.exe")
    document = Document.select().order_by(Document.id.desc()).get()
    assert document.filename == "boze naam.pdf" and document.media_type == "application/pdf"
    answer = browser.get(f"/documenten/{document.id}/bestand")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.data == build.PDF


def test_a_document_that_was_not_asked_for_is_refused(browser, world):
    draft = world.ready()
    answer = upload(browser, draft, kind="sector")
    assert answer.status_code == 422


def test_a_document_of_a_draft_can_be_taken_off_and_stays_in_the_vault(browser, world):
    draft = world.ready()
    document = draft.documents[0]
    browser.post(f"/erkenningen/{draft.id}/documenten/{document.id}/verwijderen", data={"organisation": MEGA})
    assert not world.reload(draft).documents and Document.get_by_id(document.id)


def test_what_a_partnership_asks_on_top_is_asked(browser, world):
    draft = world.open_draft("Restaurant en keuken duaal", "cafe")
    problems = draft.problems(world.today)["criteria"]
    assert any("RSZ-schuldenattest" in sentence for sentence in problems)


def test_a_no_asks_for_an_explanation(browser, world):
    draft = world.ready()
    answers = {"equipment": "ja", "finances": "nee", "convictions": "ja"}
    browser.post(f"/erkenningen/{draft.id}/criteria", data={"organisation": MEGA, **answers})
    assert any("Licht toe" in sentence for sentence in world.reload(draft).problems(world.today)["criteria"])


def test_what_is_handed_in_is_what_the_file_says_at_that_moment(world):
    """In another tab it changed after this one read it: on PostgreSQL both can be at it at the same time."""
    draft, actor = world.ready(), world.actor("mega", world.today)
    here, mentor = world.reload(draft), draft.mentor_links[0].mentor
    assert here.mentor_links and here.answers and here.documents  # read, and kept for this request
    world.reload(draft).remove_mentor(actor, mentor)
    with pytest.raises(RuleBroken, match="minstens één mentor"):
        here.submit(actor)
    other = world.ready("Slagerij duaal")
    here = world.reload(other)
    world.reload(other).edit("establishment", actor, contact_name="Iemand anders")
    with pytest.raises(RuleBroken, match="net"):
        here.submit(actor)
    world.reload(other).submit(actor)
    assert {one.state for one in (world.reload(draft), world.reload(other))} == {"draft", "submitted"}


def test_submitting_without_the_declaration_is_refused(browser, world):
    draft = world.ready()
    answer = browser.post(f"/erkenningen/{draft.id}/indienen", data={"organisation": MEGA})
    assert answer.status_code == 422 and "juist" in answer.text


def test_an_extract_that_aged_while_the_draft_lay_still_stops_the_submission(world):
    draft = world.ready()
    assert not any(draft.problems(world.today).values())
    later = world.today.replace(year=2023, month=1, day=4)
    assert "ouder dan een jaar" in " ".join(draft.problems(later)["criteria"])


def test_a_file_that_is_asked_about_its_training_cannot_move_to_one_that_is_asked_for_already(browser, world):
    asked = world.asked("Verkoper", sections=("training", "establishment"))
    other = world.handed_in("Winkelmedewerker duaal")
    elsewhere = world.handed_in("Verkoper", place=1)
    answer = browser.post(
        f"/erkenningen/{asked.id}/opleiding", data={"organisation": MEGA, "training": other.training_id}
    )
    assert answer.status_code == 422 and Recognition.TAKEN in answer.page.select_one(".problems").text
    answer = browser.post(
        f"/erkenningen/{asked.id}/vestiging",
        data={"organisation": MEGA, "establishment": elsewhere.establishment.number, "contact_name": "Marleen"},
    )
    assert answer.status_code == 422 and Recognition.TAKEN in answer.page.select_one(".problems").text
    kept = world.fresh(asked)
    assert (kept.training_id, kept.establishment_id) == (asked.training_id, asked.establishment_id)
