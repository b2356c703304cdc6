"""What waits for the employer's approval: everything that binds, and only as it was shown to who approves."""

import io

import pytest

from models import (
    Addendum,
    Agreement,
    Appeal,
    DocumentUse,
    Event,
    Mentor,
    MentorApplication,
    Proposal,
    Recognition,
    RecognitionMentor,
    Sanction,
    Signature,
    Suspension,
    User,
    Workplace,
    contents,
    db,
)
from tests import build
from tests.browser import text
from tests.test_access import doors, neighbours, person, records, sent
from tests.test_mandates import STAMP, coach, give, proposed
from tests.test_queries import copies, counted
from views import mandated
from views.check import limiter
from views.demo_agreements import make

_ = coach, neighbours, person  # fixtures
HERE = "/organisatie/machtigingen/voorstellen"


# --- what waits -------------------------------------------------------------------------------------------------------


def opened(app, method):
    """The endpoints that a mandate opens for a purpose, and that answer this method."""
    rules = (rule for rule in app.url_map.iter_rules() if method in rule.methods)
    return {rule.endpoint for rule in rules if mandated.purposes_of(rule.endpoint)}


def test_of_every_form_a_mandate_opens_it_is_said_whether_it_binds(app):
    forms, said = opened(app, "POST"), set(mandated.BINDING) | mandated.PREPARES
    assert not forms - said, f"say in BINDING or PREPARES of views/mandated.py: {sorted(forms - said)}"
    assert not said - forms, f"no mandate opens these any more: {sorted(said - forms)}"
    assert not set(mandated.BINDING) & mandated.PREPARES


# What a step of the employer leaves behind, whatever the route: where a file stands, and what others hold it to.
STANDS = {
    Recognition: ("state", "end_kind", "ended_on", "lapse_reason", "decision_reason"),
    MentorApplication: ("state", "reply"),
    Mentor: ("inactive_from",),
    RecognitionMentor: ("end_kind", "ended_on"),
    Agreement: ("state", "version", "ended_on", "registered_on", "premium_waived_on", "learner_account_number"),
    Addendum: ("state",),
    Suspension: ("ends_on", "reported_on"),
    Signature: ("party", "version"),
    Workplace: ("places", "is_visible", "confirmed_on"),
    Appeal: ("state",),
    Sanction: ("state",),
}
BEGINS = {  # what only prepares may add: a draft, a copy of one, its mentors
    Recognition: "draft",
    Agreement: "draft",
    MentorApplication: "draft",
}


def standing():
    """{(record, id): where it stands}; drafts apart, for those are what preparing is about."""
    found = {}
    for record, names in STANDS.items():
        assert set(names) <= set(record._meta.fields), record
        for row in record.select().dicts():
            key = row[record._meta.primary_key.name]
            if record is RecognitionMentor and Recognition.get_by_id(row["recognition"]).state == "draft":
                continue
            if row.get("state") != BEGINS.get(record, ""):
                found[record.__name__, key] = [row[name] for name in names]
    return found


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_with_approval_no_form_moves_a_file_before_the_employer_does(app, world, person):
    """Every form there is, filled in well by who has a mandate "after approval": it waits, or it binds nobody."""
    found = records(world)
    mandate = world.give("bakkerij", **dict.fromkeys(("recognitions", "mentors", "agreements"), "approval"))
    client = person("stranger")
    assert client.post("/organisatie/wissel", data=STAMP).status_code == 303
    before, waited = standing(), set()
    for rule, path, method in doors(app, found):
        if method != "POST" or not mandated.purposes_of(rule.endpoint):
            continue
        with db.atomic() as undo:
            answer = client.post(path, data=sent(rule, world.mega.number, found))
            assert answer.status_code < 500, rule.endpoint
            after = {key: value for key, value in standing().items() if key in before or key[0] != "Mentor"}
            assert after == before, f"{rule.endpoint} binds the employer: name it in BINDING"
            if Proposal.select().where(Proposal.mandate == mandate).exists():
                waited.add(rule.endpoint)
            undo.rollback(begin=False)
        limiter.reset()
    assert waited == set(mandated.BINDING), sorted(waited ^ set(mandated.BINDING))


def test_what_comes_with_a_file_cannot_wait(coach, world):
    give(world, agreements="approval")
    make(world, "mega", world.ending_in(1500), 0, "registered")
    agreement = Agreement.select().order_by(Agreement.id.desc()).get()
    typed = STAMP | {"learner_account_number": "BE68539007547034", "file": (io.BytesIO(build.PDF), "scan.pdf")}
    answer = coach().post(f"/overeenkomsten/{agreement.id}/premie", data=typed)
    assert answer.status_code == 403 and "kan niet wachten" in answer.page.text and not Proposal.select().exists()


# --- who must know ----------------------------------------------------------------------------------------------------


def test_what_waits_is_the_first_task_is_counted_and_leads_to_where_it_is_approved(browser, coach, world):
    world.ending_in(14, training="Winkelbediende")
    draft, client, _answer = proposed(world, coach)
    page = browser.get("/").page
    assert page.select_one("#organisation-tabs a.count").find(string=True) == "2"
    first, second = page.select("#dashboard-tasks li.task")
    assert "Goedkeuren: aanvraag indienen" in first.text and "Werkversie – Verkoper" in first.text
    assert "Jan Wouters (Technisch Atheneum De Brug) bereidde dit voor." in first.text
    assert second.h3.text == "Beslissen hernieuwing erkenning"
    place = first.a["href"]
    assert browser.get(place.partition("#")[0]).page.find(id=place.partition("#")[2]).text.startswith("Aanvraag")
    assert page.select_one(".pills a[href$='soort=approval'] .count").text == "1"
    assert len(browser.get("/taken?soort=approval").page.select("li.task")) == 1
    assert not browser.get("/erkenningen?actie=ja").page.select(f"a[href='/erkenningen/{draft.id}']")
    assert "Goedkeuren" not in client.get("/").page.main.text, "nobody approves what they propose"
    approve(browser, browser.get(HERE).page)
    assert "Goedkeuren" not in browser.get("/taken").page.main.text


def test_who_acts_for_several_sees_it_among_all_and_a_viewer_only_looks(signed_in, coach, world):
    proposed(world, coach)
    several = signed_in("boekhouder").get("/taken?organisaties=alle").page
    [card] = [one for one in several.select("li.task") if "Goedkeuren" in one.h3.text]
    assert "Mega World NV" in card.text
    viewer = signed_in("raadpleger").get("/").page.select_one("#dashboard-tasks li.task")
    assert viewer.a.text.startswith("Bekijken") and not viewer.select("form")
    assert "Goedkeuren" not in signed_in("behandelaar").get("/taken?organisaties=alle").page.main.text


# --- what is approved is what was shown -------------------------------------------------------------------------------


def approve(browser, page):
    return browser.submit(page, "form.actions")


def test_what_changed_after_it_was_proposed_is_said_and_approved_as_it_is_now(browser, coach, world):
    draft, _client, _answer = proposed(world, coach)
    assert "Gewijzigd" not in browser.get(HERE).page.text
    world.second_mentor(draft)
    page = browser.get(HERE).page
    assert "Gewijzigd na het voorstel: de mentoren, de documenten." in page.text
    assert "zoals het nu is" in page.select_one("form.actions button").text
    approve(browser, page)
    assert world.reload(draft).state == "submitted" and Proposal.get().is_approved


def test_what_changed_after_the_page_was_opened_is_not_approved_but_shown_anew(browser, coach, world):
    draft, _client, _answer = proposed(world, coach)
    page = browser.get(HERE).page
    draft.edit("establishment", world.actor("mega", world.today), contact_phone="015 99 99 99")
    answer = approve(browser, page)
    assert answer.status_code == 422 and "is intussen gewijzigd" in answer.page.select_one("[role=alert]").text
    assert "Gewijzigd na het voorstel: de gegevens." in answer.page.text
    assert world.reload(draft).state == "draft" and Proposal.get().is_approved is None
    assert text(answer.page.select_one("form.actions")) == text(browser.get(HERE).page.select_one("form.actions"))
    approve(browser, answer.page)
    assert world.reload(draft).state == "submitted"


def test_looking_at_it_and_messages_about_it_change_nothing(browser, coach, world):
    draft, client, _answer = proposed(world, coach)
    browser.get(f"/erkenningen/{draft.id}/overzicht")
    Recognition.update(touched_on=world.today, handler=User.get()).where(Recognition.id == draft.id).execute()
    assert "Gewijzigd" not in browser.get(HERE).page.text


@pytest.mark.parametrize("forged", ["as_shown", "form", "proposal", "other"])
def test_something_else_than_what_waits_is_never_approved_under_its_name(browser, coach, world, forged):
    draft, _client, _answer = proposed(world, coach)
    form = {field["name"]: field["value"] for field in browser.get(HERE).page.select("form.actions [name]")}
    changed = {"as_shown": "0" * 16, "proposal": "999999999", "form": None, "other": "٣"}[forged]
    if forged == "form":
        form["contact_name"] = "Iemand anders"
    else:
        form["proposal" if forged == "other" else forged] = changed
    answer = browser.post(f"/erkenningen/{draft.id}/indienen", data=form)
    assert answer.status_code == 422 and "niets goedgekeurd" in answer.page.text.lower()
    assert world.reload(draft).state == "draft" and Proposal.get().is_approved is None


def test_what_lapsed_with_its_mandate_is_not_approved_from_an_old_page(browser, coach, world):
    draft, _client, _answer = proposed(world, coach)
    page = browser.get(HERE).page
    Proposal.get().mandate.end(world.actor("mega", world.today, role="legal_representative"))
    answer = approve(browser, page)
    assert answer.status_code == 422 and "wacht niet meer op u" in answer.page.text
    assert world.reload(draft).state == "draft"


def test_an_employer_who_does_it_otherwise_did_not_approve_what_was_proposed(browser, coach, world):
    give(world, agreements="approval")
    make(world, "mega", world.ending_in(1500), 0, "signed")
    agreement, client = Agreement.select().order_by(Agreement.id.desc()).get(), coach()
    path = f"/overeenkomsten/{agreement.id}/annuleren"
    client.post(path, data=STAMP | {"reason": "De leerling stopt."})
    browser.post(path, data=STAMP | {"reason": "De school stopt ermee."})
    assert Agreement.get_by_id(agreement.id).state == "cancelled"
    proposal = Proposal.get()
    assert proposal.is_approved is False and "deed dit zelf" in proposal.reason
    assert Event.select().where(Event.name == "proposal_overtaken").exists()
    mandate = proposal.mandate_id
    assert "deed dit zelf" in browser.get(f"/organisatie/machtigingen/{mandate}").page.text


def test_handed_in_again_it_counts_as_it_is_then(browser, coach, world):
    draft, client, _answer = proposed(world, coach)
    world.second_mentor(draft)
    client.post(f"/erkenningen/{draft.id}/indienen", data=STAMP | {"is_true": "y"})
    assert "Gewijzigd" not in browser.get(HERE).page.text and Proposal.select().count() == 1


# --- marks ------------------------------------------------------------------------------------------------------------


def test_every_part_of_a_file_has_its_mark(world):
    """Whatever somebody may fill in belongs to a part; what does not is named here, with why."""
    apart = {
        *("talk", "thread", "signature", "agreement_version", "signing_link"),  # of others
        *("agreement_word", "recognition_word", "mentor_application_word"),  # follow from what is filled in
        *("vote", "visit", "note", "sanction_target", "appeal", "sanction"),  # of the partnership
        *("recognition", "mentor_application", "agreement", "workplace"),  # files of their own
    }
    for table, parts in contents.PARTS.items():
        [own] = [part.record for part in parts if part.record._meta.table_name == table]
        around = {field.model._meta.table_name for field in own._meta.backrefs} - apart
        named = {part.record._meta.table_name for part in parts}
        assert around <= named | {"addendum"}, f"{table}: {sorted(around - named)}"
        assert set(contents.marks(table, [1, 2])) == {1, 2}


def test_marks_are_the_same_on_a_second_look_and_differ_by_part(world):
    draft, other = world.ready("Verkoper"), world.ready("Winkelbediende")
    before = contents.marks("recognition", [draft.id, other.id])
    assert contents.marks("recognition", [other.id, draft.id]) == before
    DocumentUse.delete().where(DocumentUse.recognition == draft).execute()
    after = contents.marks("recognition", [draft.id, other.id])
    assert [part for part in after[draft.id] if after[draft.id][part] != before[draft.id][part]] == ["de documenten"]
    assert after[other.id] == before[other.id] and contents.as_one(after[draft.id]) != contents.as_one(before[draft.id])


def test_many_proposals_ask_as_much_as_one(browser, coach, world):
    proposed(world, coach)
    with counted() as few:
        browser.get(HERE)
    copies(Proposal.get(), 30, path=lambda number: f"/erkenningen/{number}/indienen")
    with counted() as many:
        assert len(browser.get(HERE).page.select("form.actions")) == 31
    assert len(few) == len(many)
