"""The document vault: what is kept, where it is used, when it ages out, who opens it, and what may be thrown away."""

import io
from datetime import timedelta

import pytest

from models import (
    AccessLog,
    Addendum,
    Appeal,
    Document,
    DocumentContent,
    DocumentUse,
    Event,
    Mentor,
    Recognition,
    RecognitionMentor,
    Signature,
    db,
    vault,
)
from rules import RuleBroken, add_years
from tests import build
from tests.browser import text
from tests.test_queries import counted
from views.demo_agreements import PREMIUM, SCAN, current, make

MEGA = "0417390703"
FORM = {"organisation": MEGA}


def kept(world, kind="other", mentor=None, content=b"", name="stuk.pdf", key="mega", **dates):
    return Document.store(world.actor(key, world.today), build.PDF + content, name, kind, mentor, **dates)


def add(client, content=build.PDF, name="stuk.pdf", **typed):
    file = {"file": (io.BytesIO(content), name)} if name else {}
    return client.post("/documenten", data=FORM | typed | file)


# --- the vault --------------------------------------------------------------------------------------------------------


def test_everything_of_the_organisation_is_there_and_nothing_else(browser, world):
    draft = world.ready()
    kept(world, name="attest.pdf", expires_on=world.today)
    kept(world, key="fiets", name="vreemd.pdf")
    rows = [" ".join(row.get_text(" ").split()) for row in browser.get("/documenten").page.select("tbody tr")]
    assert rows == [
        "attest.pdf Ander document – – 23/01/2022 Na 23/01/2022 te oud voor een nieuwe aanvraag: vandaag is de laatste "
        "dag. 0 dossiers 1 kB",
        "uittreksel 596.2.pdf Uittreksel uit het strafregister, model 596.2 Leen Ó Briain 03/01/2022 03/01/2023 "
        "1 dossier 1 kB",
    ]
    assert draft.documents


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("soort=other", ["los.pdf"]),
        ("mentor={leen}", ["uittreksel 596.2.pdf"]),
        ("zoek=leen+uittreksel", ["uittreksel 596.2.pdf"]),
        ("zoek=los", ["los.pdf"]),
        ("soort=onzin&mentor=x", ["los.pdf", "uittreksel 596.2.pdf"]),
        ("zoek=nergens", []),
    ],
)
def test_a_filter_narrows(browser, world, query, found):
    world.ready()
    kept(world, name="los.pdf")
    query = query.format(leen=Mentor.get(Mentor.last_name == "Ó Briain").id)
    page = browser.get(f"/documenten?{query}").page
    assert [row.a.text for row in page.select("tbody tr")] == found


def test_a_long_vault_turns_its_pages_with_as_many_queries(browser, world):
    asked = []
    for number in range(60):
        document = kept(world, content=str(number).encode(), name=f"stuk {number}.pdf")
        if number in (5, 59):
            DocumentUse.create(recognition=world.ready(), document=document)
            with counted() as ran:
                page = browser.get("/documenten").page
            asked.append(len(ran))
    assert asked[0] == asked[1] <= 22
    assert len(page.select("tbody tr")) == 25
    following = page.select_one("a[rel=next]")["href"]
    assert text(browser.act(page, "a[rel=next]")) == text(browser.get(following).page)


def test_a_document_is_added_once(browser, world):
    mentor = world.mentor("mega")
    typed = {"kind": "extract", "mentor": str(mentor.id), "issued_on": "2022-01-10"}
    answer = add(browser, name="../map/uittreksel.exe", **typed)
    document = Document.get()
    assert answer.headers["Location"] == f"/documenten/{document.id}" and document.filename == "uittreksel.pdf"
    again = add(browser, name="zelfde.pdf", **typed)
    assert again.headers["Location"] == f"/documenten/{document.id}" and Document.select().count() == 1
    assert [event.name for event in Event.of(mentor)] == ["document_added"]


@pytest.mark.parametrize(
    ("typed", "field", "word"),
    [
        ({"kind": "onzin"}, "kind", "Kies wat voor"),
        ({"kind": "extract", "issued_on": "2022-01-10"}, "mentor", "van welke mentor"),
        ({"kind": "other", "mentor": "{leen}"}, "mentor", "niet bij één mentor"),
        ({"kind": "extract", "mentor": "{leen}"}, "issued_on", "wanneer"),
        ({"kind": "extract", "mentor": "{leen}", "issued_on": "2020-01-01"}, "issued_on", "ouder dan een jaar"),
        ({"kind": "other", "issued_on": "2022-01-24"}, "issued_on", "moet nog komen"),
        ({"kind": "other", "expires_on": "2022-01-22"}, "expires_on", "vervallen"),
        ({"kind": "other", "expires_on": "morgen"}, "expires_on", "31/12/2026"),
        ({"kind": "other", "content": b"geen pdf"}, "file", "PDF, JPEG of PNG"),
        ({"kind": "other", "name": ""}, "file", "Kies eerst een bestand"),
        ({"kind": "extract", "mentor": "{vreemd}", "issued_on": "2022-01-10"}, "mentor", "van welke mentor"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field_with_what_was_typed(browser, world, typed, field, word):
    known = {"leen": world.mentor("mega").id, "vreemd": world.mentor("fiets", "Zo", "Maar").id}
    typed = {name: value.format(**known) if isinstance(value, str) else value for name, value in typed.items()}
    answer = add(browser, **typed)
    assert answer.status_code == 422 and word in answer.page.select_one(f"#{field}-wrong").text
    if typed["kind"] == "extract":
        assert answer.page.select_one("#kind option[selected]")["value"] == "extract"
    assert not Document.select().exists()


# --- one document -----------------------------------------------------------------------------------------------------


def test_a_document_says_which_files_use_it(browser, world):
    recognition = world.granted()
    application = world.added_mentor(recognition, "submitted")
    [document] = application.proofs
    page = browser.get(f"/documenten/{document.id}").page
    links = [link["href"] for link in page.select("section:has(#gebruikt) a")]
    assert links == [f"/erkenningen/{recognition.id}", f"/mentoraanvragen/{application.id}"]
    answer = browser.get(page.find("a", string="Downloaden")["href"])
    assert answer.data == build.PDF and answer.headers["Content-Disposition"].startswith("attachment")


def test_what_was_handed_in_is_kept_and_the_refusal_says_by_which_file(browser, world):
    recognition = world.handed_in()
    [document] = recognition.documents
    answer = browser.post(f"/documenten/{document.id}/verwijderen", data=FORM)
    assert answer.status_code == 422 and recognition.number in answer.page.select_one("main .note-bad").text
    assert "form" not in [tag.name for tag in browser.get(f"/documenten/{document.id}").page.select("main form")]
    recognition.withdraw(world.actor("mega", world.today))
    assert browser.post(f"/documenten/{document.id}/verwijderen", data=FORM).status_code == 422


def test_a_document_of_drafts_alone_can_be_thrown_away(browser, world):
    draft = world.ready()
    [document] = draft.documents
    page = browser.get(f"/documenten/{document.id}").page
    page = browser.submit(page, "form[action$='/verwijderen']").page
    assert page.h1.text == "Documentenkluis" and "is verwijderd" in page.text
    assert not Document.select().exists() and not DocumentContent.select().exists()
    assert not world.reload(draft).documents
    assert "verwijderde: Uittreksel" in browser.get(f"/mentoren/{document.mentor_id}").text
    assert browser.post(f"/documenten/{document.id}/verwijderen", data=FORM).status_code == 404


def test_an_appeal_holds_on_to_its_documents(world):
    actor = world.actor("mega", world.today)
    appeal = Appeal.draft(actor, world.denied())
    document = kept(world)
    appeal.attach(actor, document)
    with pytest.raises(RuleBroken, match="beroep"):
        vault.throw_away(document, actor)
    assert Document.get_by_id(document.id)


def test_a_document_that_was_used_meanwhile_is_not_thrown_away(world, monkeypatch):
    recognition, actor = world.handed_in(), world.actor("mega", world.today)
    [document] = recognition.documents
    monkeypatch.setattr(vault, "uses", lambda documents: {document.id: []})
    with pytest.raises(RuleBroken, match="net gebruikt"):
        vault.throw_away(document, actor)
    assert Document.get_by_id(document.id)


def test_somebody_elses_document_does_not_exist(signed_in, world):
    document = kept(world, key="bakkerij")
    client = signed_in("medewerker")
    for place in (f"/documenten/{document.id}", f"/documenten/{document.id}/bestand"):
        assert client.get(place).status_code == 404
    assert client.post(f"/documenten/{document.id}/verwijderen", data=FORM).status_code == 404
    with pytest.raises(RuleBroken), db.atomic():
        vault.throw_away(document, world.actor("mega", world.today))


def papers_of_agreement(world):
    """Every document that a running agreement of Mega World is the only one to use, one of each kind of use."""
    agreement = make(world, "mega", world.ending_in(1500), 7, "registered")
    actor = world.actor("mega", world.today)
    agreement.complete_premium(actor, PREMIUM, SCAN + b"d", "verklaring.pdf")
    drawn = Addendum.draw_up(
        current(agreement), actor, "extension", None, ends_on=agreement.ends_on + timedelta(days=9)
    )
    drawn.sign(actor, "learner", drawn.name_of("learner"), SCAN + b"a", "bijlage.pdf")
    signed = kept(world, content=b"s", name="handtekening.pdf")
    Signature.update(document=signed).where(Signature.agreement == agreement, Signature.party == "learner").execute()
    return agreement, list(Document.of(world.mega).where(Document.kind == "other"))


def test_a_mandate_opens_no_document_of_an_agreement_it_is_not_for(signed_in, world):
    agreement, papers = papers_of_agreement(world)
    names = {document.filename for document in papers}
    assert names == {"opleidingsplan.pdf", "verklaring.pdf", "bijlage.pdf", "handtekening.pdf"}
    own = kept(world, content=b"los", name="los.pdf")
    for extents, sees in (({"mentors": "yes"}, False), ({"recognitions": "yes", "agreements": "yes"}, True)):
        mandate = world.give(**extents)
        client = signed_in("trajectbegeleider")
        client.post("/organisatie/wissel", data=FORM)
        listed = client.get("/documenten").page.select_one("#documents-list").text
        found = client.get("/zoeken?zoek=pdf").page.select_one("#search-list").text
        for document in papers:
            assert (document.filename in listed, document.filename in found) == (sees, sees)
            for place in (f"/documenten/{document.id}", f"/documenten/{document.id}/bestand"):
                assert client.get(place).status_code == (200 if sees else 404), place
            if not sees:
                assert client.post(f"/documenten/{document.id}/verwijderen", data=FORM).status_code == 404
        assert own.filename in listed and client.get(f"/documenten/{own.id}").status_code == 200
        mandate.end(world.actor("mega", world.today, role="legal_representative"))
    assert Document.select().where(Document.id.in_(papers)).count() == len(papers)


def test_what_a_file_uses_too_is_opened_for_that_file_alone(signed_in, world):
    agreement, [plan, *_] = papers_of_agreement(world)
    draft = world.ready()
    world.give(recognitions="yes")
    client = signed_in("trajectbegeleider")
    client.post("/organisatie/wissel", data=FORM)
    step = f"/erkenningen/{draft.id}/criteria"
    assert plan.filename not in client.get(step).page.text, "a way around the vault"
    DocumentUse.create(recognition=draft, document=plan)
    shown = client.get(f"/documenten/{plan.id}")
    assert shown.status_code == 200 and str(draft) in shown.page.text and agreement.number not in shown.page.text


# --- ageing out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "used", "word"),
    [
        (0, None, "vandaag is de laatste dag"),
        (1, None, "nog 1 dag."),
        (30, None, "nog 30 dagen"),
        (31, None, None),
        (-1, None, None),
        (-1, "approved", None),
        (-1, "draft", "nog nodig in Werkversie"),
        (-1, "submitted", "nog nodig in E/"),
    ],
)
def test_somebody_is_warned_before_and_where_it_still_matters(world, days, used, word):
    document = kept(world, expires_on=world.today + timedelta(days=days))
    if used:
        DocumentUse.create(recognition=world.in_state(used), document=document)
    said = vault.warning(document, vault.uses([document])[document.id], world.today)
    assert said is None if word is None else word in said


def test_an_extract_ages_out_after_a_year(browser, world):
    draft = world.ready()
    Document.update(issued_on=add_years(world.today, -1) - timedelta(days=1)).execute()
    assert "nog nodig in Werkversie" in browser.get("/documenten").text
    assert "nog nodig in Werkversie" in browser.get(f"/documenten/{draft.documents[0].id}").text


# --- in an application ------------------------------------------------------------------------------------------------


def test_the_newest_extract_comes_along_with_its_mentor(browser, world):
    mentor = world.mentor("mega")
    kept(world, "extract", mentor, b"nieuw", "nieuw.pdf", issued_on=world.today - timedelta(days=2))
    kept(world, "extract", mentor, b"oud", "oud.pdf", issued_on=world.today - timedelta(days=90))
    kept(world, "extract", mentor, b"te oud", "te oud.pdf", issued_on=world.today - timedelta(days=400))
    draft = world.open_draft()
    typed = {"mentor": str(mentor.id), "profession": "Verkoper", "experience": "9"}
    typed |= {"first_name": mentor.first_name, "last_name": mentor.last_name}
    browser.post(f"/erkenningen/{draft.id}/mentors", data=FORM | typed)
    assert [document.filename for document in world.reload(draft).documents] == ["nieuw.pdf"]
    browser.post(f"/erkenningen/{draft.id}/mentors/{mentor.id}/verwijderen", data=FORM)
    assert not world.reload(draft).documents and Document.select().count() == 3


def test_a_kept_document_is_used_without_uploading_it_again(browser, world):
    draft = world.ready()
    plan = kept(world, name="plan.pdf")
    kept(world, name="vervallen.pdf", content=b"x", expires_on=world.today - timedelta(days=1))
    place = f"/erkenningen/{draft.id}/criteria"
    page = browser.get(place).page
    choices = [option.text for option in page.select("select[name=document] option")]
    assert choices == [f"plan.pdf, toegevoegd op {world.today:%d/%m/%Y}"], "of two with one name, one tells them apart"
    page = browser.submit(page, "form[action$='/documenten/kiezen']").page
    assert "plan.pdf" in page.select_one("#slot-other-0 .rows").text and not page.select("select[name=document]")
    assert DocumentUse.select().where(DocumentUse.document == plan).count() == 1
    taken_off = browser.act(page, f"form[hx-post$='/documenten/{plan.id}/verwijderen']")
    assert text(browser.act(taken_off, "form[hx-post$='/kiezen']")) == text(browser.get(place).page)


@pytest.mark.parametrize("what", ["stranger", "other mentor", "too old", "nonsense"])
def test_only_what_fits_can_be_used(browser, world, what):
    draft = world.ready()
    document = {
        "stranger": lambda: kept(world, key="fiets"),
        "other mentor": lambda: kept(world, "extract", world.mentor("mega", "An", "Der"), issued_on=world.today),
        "too old": lambda: kept(world, expires_on=world.today - timedelta(days=1)),
        "nonsense": lambda: None,
    }[what]()
    typed = str(document.id) if document else "x"
    before = DocumentUse.select().count()
    answer = browser.post(f"/erkenningen/{draft.id}/documenten/kiezen", data=FORM | {"document": typed})
    assert answer.status_code == 422 and "Kies een document" in answer.text
    assert DocumentUse.select().count() == before


def test_adding_the_same_file_twice_changes_nothing(browser, world):
    draft = world.ready()
    [document] = draft.documents
    draft.attach(world.actor("mega", world.today), document)
    assert [one.id for one in world.reload(draft).documents] == [document.id]


# --- a case handler ---------------------------------------------------------------------------------------------------


def open_file(world, kind="other"):
    draft, actor = world.ready(), world.actor("mega", world.today)
    draft.attach(actor, kept(world, kind, content=b"%"))
    draft.submit(actor)
    return world.reload(draft)


def test_a_handler_opens_an_ordinary_document_at_once(handler, world):
    recognition = open_file(world)
    answer = handler.get(f"/behandeling/{recognition.id}/documenten/{recognition.documents[-1].id}")
    assert answer.data.startswith(build.PDF) and not AccessLog.select().exists()


def test_a_sensitive_document_opens_with_a_reason_that_is_noted(handler, world):
    recognition = open_file(world)
    place = f"/behandeling/{recognition.id}/documenten/{recognition.documents[0].id}"
    page = handler.get(place).page
    assert page.h1.text == "Waarom opent u dit document?"
    refused = handler.submit(page, "main form", reason=" ")
    assert refused.status_code == 422 and "genoteerd" in refused.page.select_one("#reason-wrong").text
    assert not AccessLog.select().exists()
    answer = handler.submit(page, "main form", reason="Ik kijk de datum na.")
    assert answer.data == build.PDF and answer.headers["Cache-Control"] == "private, no-store"
    note = AccessLog.get()
    assert (note.subject, note.subject_id, note.field, note.reason) == (
        "document",
        recognition.documents[0].id,
        "document",
        "Ik kijk de datum na.",
    )


def test_a_voter_opens_ordinary_documents_and_no_sensitive_one(signed_in, world):
    recognition, voter = open_file(world), signed_in("stemgerechtigde")
    at = f"/behandeling/{recognition.id}/documenten"
    ordinary = kept(world, name="plan.pdf", content=b"plan")
    DocumentUse.create(recognition=recognition, document=ordinary)
    [extract] = [one for one in recognition.documents if one.is_sensitive]
    why = voter.get(f"{at}/{extract.id}").page
    assert not why.select("main form") and "Alleen wie dossiers behandelt" in why.main.text
    form = {"organisation": world.organisations["handel"].number, "reason": "Ik stem."}
    refused = voter.post(f"{at}/{extract.id}", data=form)
    assert refused.status_code == 422 and refused.page.select_one("main [role=alert]")
    assert not AccessLog.select().exists()
    assert voter.get(f"{at}/{ordinary.id}").data == build.PDF + b"plan"


def test_a_handler_opens_nothing_that_the_file_does_not_use(signed_in, handler, world):
    recognition, loose = open_file(world), kept(world, name="los.pdf", content=b"los")
    elsewhere, draft = world.handed_in(key="cafe"), world.ready("Logistiek duaal")
    for file, document in (
        (recognition, loose),
        (recognition, elsewhere.documents[0]),
        (elsewhere, elsewhere.documents[0]),
        (draft, draft.documents[0]),
    ):
        assert handler.get(f"/behandeling/{file.id}/documenten/{document.id}").status_code == 404
    place = f"/behandeling/{recognition.id}/documenten/{recognition.documents[-1].id}"
    other, number = signed_in("beheerder"), world.organisations["vlaams"].number
    assert other.get(place).status_code == 404
    assert other.post(place, data={"organisation": number, "reason": "x"}).status_code == 404
    assert handler.get(f"/documenten/{recognition.documents[0].id}").status_code == 403


def test_a_renewal_brings_the_newest_extract_and_the_other_papers(world):
    recognition, actor = world.ending_in(100), world.actor("mega", world.today)
    mentor = recognition.mentor_links[0].mentor
    newest = kept(world, "extract", mentor, b"nieuw", issued_on=world.today)
    DocumentUse.create(recognition=recognition, document=kept(world, name="plan.pdf"))
    draft = recognition.renew(actor)
    assert {document.filename for document in draft.documents} == {"stuk.pdf", "plan.pdf"}
    assert newest in draft.documents and Recognition.select().count() == 2 and RecognitionMentor.select().count() == 2
