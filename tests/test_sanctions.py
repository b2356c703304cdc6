"""Sanctions and appeals: what may be done to whom, what it ends and when, and what everybody sees of it meanwhile."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from models import (
    Appeal,
    Establishment,
    Event,
    Mandate,
    Membership,
    Mentor,
    Organisation,
    Recognition,
    RecognitionMentor,
    Sanction,
    SanctionTarget,
    clocks,
    leave,
)
from models.steps import NOT_YOURS
from rules import RuleBroken
from tests import build
from tests.test_queries import disputes
from tests.test_steps import people, undone
from views.demo_agreements import make
from views.demo_sanctions import appealed, fresh, sanctioned

STAMP = {"organisation": "0417390703"}
STEPS_OF = {  # which steps are for whom: (their duty in the partnership decides what more they may)
    "employer": {"employer"},
    "handler": {"handler"},
    "manager": {"handler", "manager"},
    "committee": {"committee"},
}

TAKE = {
    Sanction: {
        "impose": lambda file, actor: file.impose(actor),
        "drop": lambda file, actor: file.drop(actor),
        "suspend": lambda file, actor: file.suspend(actor),
        "uphold": lambda file, actor: file.uphold(actor),
        "overturn": lambda file, actor: file.overturn(actor),
        "resume": lambda file, actor: file.uphold(actor, "resume"),
    },
    Appeal: {
        "lodge": lambda file, actor: file.lodge(actor, "Dat klopt niet."),
        "withdraw": lambda file, actor: file.withdraw(actor),
        "admit": lambda file, actor: file.admit(actor),
        "declare_inadmissible": lambda file, actor: file.declare_inadmissible(actor, "Niet van de onderneming."),
        "grant": lambda file, actor: file.rule(actor, True, "Terecht."),
        "reject": lambda file, actor: file.rule(actor, False, "Onterecht."),
    },
}


def boss(world, days=0):
    return world.actor("handel", day(world, days))._replace(duty="manager")


def chair(world, days=0):
    return world.actor("vlaams", day(world, days))._replace(duty="manager")


def employer(world, days=0):
    return world.actor("mega", day(world, days))


def day(world, days):
    return world.today + timedelta(days=days)


def against(state, appeal=""):
    """A function that makes a revocation in that state, by an appeal that got that far."""

    def made(world):
        sanction = sanctioned(world, world.granted(), state="decided" if appeal else state)
        if appeal:
            appealed(world, "mega", sanction, appeal)
        return fresh(sanction)

    return made


def appeal_in(state, refusal=False):
    return lambda world: appealed(world, "mega", world.denied() if refusal else against("decided")(world), state)


SITUATIONS = {  # how it can stand: how it came there, and who may do what then
    "prepared": (against("prepared"), {"handler": "drop", "manager": "impose drop"}),
    "decided": (against("decided"), {"employer": "suspend"}),
    "appealed": (against("appealed", "lodged"), {"employer": "resume", "committee": "uphold overturn"}),
    "upheld": (against("upheld", "rejected"), {}),
    "overturned": (against("overturned", "granted"), {}),
    "dropped": (against("dropped"), {}),
    "appeal, draft": (appeal_in("draft"), {"employer": "lodge withdraw"}),
    "appeal, lodged": (appeal_in("lodged"), {"employer": "withdraw", "committee": "admit declare_inadmissible"}),
    "appeal, admissible": (appeal_in("admissible"), {"employer": "withdraw", "committee": "grant reject"}),
    "appeal, inadmissible": (appeal_in("inadmissible"), {}),
    "appeal, granted": (appeal_in("granted"), {}),
    "appeal, rejected": (appeal_in("rejected"), {}),
    "appeal, withdrawn": (appeal_in("withdrawn"), {}),
    "refusal, draft": (appeal_in("draft", True), {"employer": "lodge withdraw"}),
    "refusal, lodged": (appeal_in("lodged", True), {"employer": "withdraw", "committee": "admit declare_inadmissible"}),
    "refusal, admissible": (appeal_in("admissible", True), {"employer": "withdraw", "committee": "grant reject"}),
    "refusal, granted": (appeal_in("granted", True), {}),
}


def everybody(world):
    handel = world.actor("handel", world.today)
    return people(world) | {"manager": boss(world), "voter": handel._replace(duty="voter")}


def everything():
    models = (Sanction, SanctionTarget, Appeal, Recognition, RecognitionMentor, Organisation, Establishment, Event)
    return [list(model.select().order_by(model.id).dicts()) for model in models]


@pytest.mark.parametrize("model", TAKE)
def test_every_step_is_tried_here(model):
    assert set(TAKE[model]) == set(model.STEPS)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_step_is_for_who_may_take_it_from_there_and_for_nobody_else(world, situation):
    make_it, allowed = SITUATIONS[situation]
    original = make_it(world)
    before, model = everything(), type(original)
    for step, edge in model.STEPS.items():
        for who, actor in everybody(world).items():
            may = step in allowed.get(who, "").split()
            assert original.can(step, actor) == may, f"{who} can {step}"
            if may:
                with undone():
                    file = fresh(original)
                    TAKE[model][step](file, actor)
                    assert file.state == fresh(original).state == edge.target
                    assert edge.event in [event.name for event in Event.of(file)]
                continue
            with pytest.raises(RuleBroken) as broken:
                TAKE[model][step](fresh(original), actor)
            theirs = edge.who in STEPS_OF.get(who, ())
            assert str(broken.value) == (edge.refusal if theirs else NOT_YOURS), f"{who}: {step}"
    assert everything() == before, "a refused step changed something"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_of_two_tabs_only_the_first_moves_it(world, situation):
    make_it, allowed = SITUATIONS[situation]
    original, actors = make_it(world), everybody(world)
    steps = [(step, actors[who]) for who, names in allowed.items() for step in names.split()]
    for first, one in steps:
        tabs = [(fresh(original), second, other) for second, other in steps]
        with undone():
            TAKE[type(original)][first](fresh(original), one)
            before = everything()
            for tab, second, other in tabs:
                if not fresh(original).can(second, other):
                    with pytest.raises(RuleBroken):
                        TAKE[type(original)][second](tab, other)
            assert everything() == before, f"after {first}"


# --- preparing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "field"),
    [
        ("x", {}, "kind"),
        ("revocation", {"grounds": " "}, "grounds"),
        ("temporary", {}, "until"),
        ("temporary", {"until": 11}, "until"),
        ("mentor", {}, "mentor"),
        ("revocation", {"recognitions": []}, "recognitions"),
    ],
)
def test_what_is_missing_is_said_at_its_field(world, kind, options, field):
    recognition = world.granted()
    facts = {"recognitions": [recognition], "grounds": "Geen begeleiding."} | options
    if "until" in facts:
        facts["until"] = day(world, facts["until"])
    with pytest.raises(RuleBroken) as broken:
        Sanction.prepare(boss(world), kind, **facts)
    assert list(broken.value.problems) == [field]
    assert not Sanction.select().exists()


@pytest.mark.parametrize("why", ["other partnership", "two owners", "ended", "not its place", "mentor not on it"])
def test_what_cannot_be_touched_is_refused(world, why):
    recognition, options, actor, kind = world.granted(), {}, boss(world), "revocation"
    chosen = [recognition]
    if why == "other partnership":
        actor = chair(world)
    elif why == "two owners":
        chosen = [recognition, world.granted(key="fiets")]
    elif why == "ended":
        chosen = [world.ending_in(-1, training="Winkelbediende")]
    elif why == "not its place":
        kind, options = "definite", {"establishment": world.establishment("fiets")}
    else:
        kind, options = "mentor", {"mentor": world.mentor("mega", "Bé", "Smet")}
    with pytest.raises(RuleBroken):
        Sanction.prepare(actor, kind, chosen, "Geen begeleiding.", **options)
    assert not Sanction.select().exists()


def test_who_imposes_confirms_what_was_shown(handler, world):
    sanction = sanctioned(world, world.granted(), "definite", "prepared")
    place = f"/behandeling/sancties/{sanction.id}"
    page = handler.get(place).page
    world.granted("Winkelbediende")
    answer = handler.submit(page, "form[action$='/opleggen']")
    assert answer.status_code == 422 and "intussen veranderd" in answer.page.text
    assert "2 erkenningen" in answer.page.select_one("#sanctions-impact").text
    assert handler.submit(answer.page, "form[action$='/opleggen']").status_code == 200
    assert fresh(sanction).state == "decided"


def test_the_preview_names_recognitions_agreements_and_who_stays_without_mentor(handler, world):
    recognition = world.ending_in(1500)
    make(world, "mega", recognition, 0, "registered")
    sanction = sanctioned(world, recognition, "mentor", "prepared")
    shown = handler.get(f"/behandeling/sancties/{sanction.id}").page.select_one("#sanctions-impact").text
    assert recognition.number in shown and "1 lopende overeenkomst" in shown and "Geen andere mentor" in shown
    assert sanction.preview(world.today).agreements[0].number in shown


@pytest.mark.parametrize("typed", [{}, {"soort": "x"}, {"soort": "mentor", "mentor": "999999"}, {"soort": "temporary"}])
def test_a_sanction_that_cannot_be_prepared_comes_back_with_what_was_typed(handler, world, typed):
    recognition = world.granted()
    data = {"organisation": world.organisations["handel"].number, "grounds": "Kort."} | typed
    answer = handler.post(f"/behandeling/{recognition.id}/sanctie", data=data)
    assert answer.status_code == 422
    if "temporary" in typed.values():
        assert "Kort." in answer.page.select_one("textarea").text and answer.page.select_one("#until-wrong")
    assert not Sanction.select().exists()


# --- what it does, and when -------------------------------------------------------------------------------------------


def test_what_is_only_prepared_touches_nobody(browser, world):
    recognition = world.granted()
    sanction = sanctioned(world, recognition, state="prepared")
    assert world.reload(recognition).accepts_learners(world.today)
    assert sanction.number not in browser.get(f"/erkenningen/{recognition.id}").text
    assert browser.get(f"/sancties/{sanction.id}").status_code == 404


def test_a_revocation_stops_new_agreements_at_once_and_the_rest_after_the_appeal_term(world):
    recognition = world.granted()
    sanctioned(world, recognition)
    recognition = world.reload(recognition)
    assert not recognition.accepts_learners(world.today)
    assert recognition.is_valid(day(world, 10)) and not recognition.is_valid(day(world, 11))
    assert recognition.status(day(world, 11)) == ("lifted", "Opgeheven")


def test_an_appeal_holds_it_off_until_the_ruling(world):
    recognition = world.granted()
    appeal = appealed(world, "mega", sanctioned(world, recognition))
    recognition = world.reload(recognition)
    assert recognition.is_valid(day(world, 300)) and not recognition.accepts_learners(world.today)
    appeal.admit(chair(world, 9))
    appeal.rule(chair(world, 40), False, "Onterecht.")
    assert world.reload(recognition).last_day == day(world, 40)


def test_what_the_committee_said_stands_in_the_history_of_the_committee_alone(world, signed_in):
    appealed(world, "mega", sanctioned(world, world.granted()), "rejected")
    colleague = Membership.get(Membership.organisation == world.organisations["vlaams"])
    ruling = "verklaarde het beroep ongegrond"
    assert ruling in signed_in("beheerder").get("/organisatie/historiek").page.text
    for duty in ("officer", "voter"):  # who may not open an appeal
        Membership.update(duty=duty).where(Membership.id == colleague.id).execute()
        assert ruling not in signed_in("beheerder").get("/organisatie/historiek").page.text
    assert "diende het beroep in" in signed_in("zaakvoerder").get("/organisatie/historiek").page.text


def test_a_ruling_within_the_term_waits_for_its_end(world):
    recognition = world.granted()
    appealed(world, "mega", sanctioned(world, recognition), "rejected")
    assert world.reload(recognition).last_day == day(world, 10)


@pytest.mark.parametrize("kind", ["revocation", "mentor", "temporary", "definite"])
def test_a_sanction_that_is_overturned_leaves_nothing(world, kind):
    recognition = world.granted()
    untouched = (Recognition, RecognitionMentor, Organisation, Establishment)
    before = [list(model.select().order_by(model.id).dicts()) for model in untouched]
    appealed(world, "mega", sanctioned(world, recognition, kind), "granted")
    assert [list(model.select().order_by(model.id).dicts()) for model in untouched] == before


@pytest.mark.parametrize(
    ("kind", "days", "may"), [("temporary", 365, False), ("temporary", 366, True), ("definite", 3000, False)]
)
def test_an_exclusion_lifts_everything_there_and_bars_new_applications(world, kind, days, may):
    here, there = world.granted(), world.granted("Winkelbediende", place=1)
    sanctioned(world, here, kind)
    assert world.reload(here).status(day(world, 11)) == ("lifted", "Opgeheven door uitsluiting")
    assert world.reload(there).is_valid(day(world, 11))
    place = Establishment.get_by_id(here.establishment_id)
    assert place.is_excluded(day(world, 10)) is False and place.is_excluded(day(world, 11))
    assert place.is_excluded(day(world, days)) is not may
    draft = world.ready("Logistiek duaal")
    assert ["uitsluiting" in " ".join(draft.problems(day(world, n))["establishment"]) for n in (10, 11)] == [
        False,
        True,
    ]


def test_an_exclusion_of_the_enterprise_reaches_other_partnerships_too(handler, world):
    here, elsewhere = world.granted(), world.granted("Restaurant en keuken duaal", place=1)
    Recognition.update(partnership=chair(world).organisation.partnership_id).where(
        Recognition.id == elsewhere.id
    ).execute()
    sanction = Sanction.prepare(boss(world), "definite", [here], "Geen begeleiding.")
    page = handler.get(f"/behandeling/sancties/{sanction.id}").page
    assert elsewhere.number in page.text and not page.select(f"a[href='/behandeling/{elsewhere.id}']")
    sanction.impose(boss(world))
    assert world.reload(elsewhere).end_kind == "excluded"


def test_of_two_sanctions_the_first_to_work_counts_and_the_other_remains(world):
    recognition = world.granted()
    first, second = sanctioned(world, recognition, "definite"), None
    second = Sanction.prepare(
        boss(world, 2), "temporary", [recognition], "Weer.", recognition.establishment, None, day(world, 400)
    )
    second.impose(boss(world, 2))
    assert world.reload(recognition).ended_on == day(world, 11)
    appeal = appealed(world, "mega", first)
    assert world.reload(recognition).ended_on == day(world, 13)
    appeal.admit(chair(world))
    appeal.rule(chair(world), True, "Terecht.")
    assert world.reload(recognition).end_kind == "excluded"


def test_a_barred_mentor_guides_nobody_for_that_training_and_the_recognition_stays(handler, world):
    recognition = world.granted()
    sanctioned(world, recognition, "mentor")
    link = world.reload(recognition).mentor_links[0]
    assert (
        "vanaf 03/02/2022" in link.label_on(world.today) and link.label_on(day(world, 11)) == "Mag niet meer optreden"
    )
    assert world.reload(recognition).is_valid(day(world, 11))
    assert not RecognitionMentor.valid_on(recognition, day(world, 11)).exists()
    assert "geen geldige mentor" not in handler.get("/behandeling/mentors").text, "not yet"


def stopped(world, recognition):
    world.reload(recognition).stop(employer(world), "We sluiten.")


@pytest.mark.parametrize("ended", [sanctioned, stopped], ids=["revoked", "stopped"])
def test_what_was_given_an_end_is_not_renewed_by_what_was_handed_in_before(handler, world, ended):
    recognition, other = world.ending_in(100), world.ending_in(100, training="Winkelbediende")
    renewal, asked = world.renewal(recognition), world.renewal(other)
    asked.ask(world.handler_of(asked, world.today), {"mentors": "Licht toe."})
    for one in (recognition, other):
        ended(world, one)
    by = world.handler_of(renewal, world.today)
    renewal.declare_complete(by)
    world.fresh(renewal).start(by)
    page = handler.get(f"/behandeling/{renewal.id}").page
    refused = handler.submit(page, f"form[action$='/{renewal.id}/beslissen']", decision="approve")
    assert refused.status_code == 422 and "een einde bepaald" in refused.text
    with pytest.raises(RuleBroken, match="hernieuwen kan niet"):
        world.fresh(asked).complete_file(employer(world), {})
    world.fresh(renewal).decide(by, False, "De erkenning is beëindigd.")
    assert world.reload(renewal).state == "refused"


@pytest.mark.parametrize("ruled", [True, False], ids=["rejected", "given up"])
def test_an_exclusion_that_is_over_by_the_ruling_ends_nothing(browser, handler, world, ruled):
    recognition, until = world.granted(), day(world, 20)
    place = recognition.establishment
    sanction = Sanction.prepare(boss(world), "temporary", [recognition], "Geen begeleiding.", place, None, until)
    sanction.impose(boss(world))
    appeal = appealed(world, "mega", sanction, "admissible")
    if ruled:
        appeal.rule(chair(world, 60), False, "Onterecht.")
    else:
        appeal.withdraw(employer(world, 60))
    assert fresh(sanction).state == "upheld" and fresh(sanction).effective_on is None
    assert world.reload(recognition).end_kind is None and world.reload(recognition).is_valid(day(world, 61))
    assert not Establishment.get_by_id(place.id).is_excluded(day(world, 61))
    for page in (browser.get(f"/sancties/{sanction.id}"), handler.get(f"/behandeling/sancties/{sanction.id}")):
        assert "pas na haar laatste dag (12/02/2022)" in page.text and "Werkt vanaf 2" not in page.text


@pytest.mark.parametrize("left", [False, True], ids=["paused", "left"])
def test_a_mentor_who_only_paused_during_the_appeal_guides_again(world, left):
    recognition, here = world.granted(), employer(world)
    sanction = sanctioned(world, recognition, "mentor")
    appeal, mentor = appealed(world, "mega", sanction, "admissible"), sanction.mentor
    if left:
        leave(mentor, here, "Andere baan.", {recognition.id: None})
    else:
        mentor.deactivate(here, "Even pauze.")
    appeal.rule(chair(world), True, "Terecht.")
    Mentor.get_by_id(mentor.id).reactivate(here)
    assert RecognitionMentor.valid_on(recognition, world.today).exists() is not left
    assert world.reload(recognition).mentor_links[0].end_kind == ("left" if left else None)


# --- appeals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "may"), [(10, True), (11, False)])
def test_an_appeal_is_lodged_within_ten_days(world, days, may):
    sanction = sanctioned(world, world.granted())
    draft = appealed(world, "mega", sanction, "draft")
    if may:
        draft.lodge(employer(world, days), "Dat klopt niet.")
        assert fresh(draft).check_due() == day(world, days + 10)
        return
    with pytest.raises(RuleBroken, match="voorbij"):
        draft.lodge(employer(world, days), "Dat klopt niet.")
    with pytest.raises(RuleBroken, match="voorbij"):
        Appeal.draft(employer(world, days), world.denied("Winkelbediende"))


def test_an_appeal_says_why(browser, world):
    draft = appealed(world, "mega", sanctioned(world, world.granted()), "draft")
    page = browser.get(f"/beroepen/{draft.id}").page
    answer = browser.submit(page, "#motivering form", grounds="  ")
    assert answer.status_code == 422 and answer.page.select_one("#grounds-wrong")
    answer = browser.submit(page, "#motivering form", grounds="x" * 8001)
    assert answer.status_code == 422 and "x" * 8001 in answer.page.select_one("#grounds").text
    assert fresh(draft).state == "draft"


def test_there_is_one_appeal_per_decision(browser, world):
    recognition = world.denied()
    for _ in range(2):
        assert browser.post(f"/erkenningen/{recognition.id}/beroep", data=STAMP).status_code == 303
    assert Appeal.select().count() == 1
    page = browser.get(f"/erkenningen/{recognition.id}").page
    assert page.select_one("#beroep button"), "who began goes on from there"
    Appeal.get().lodge(employer(world), "Dat klopt niet.")
    assert not browser.get(f"/erkenningen/{recognition.id}").page.select("#beroep")


def test_documents_come_from_the_vault_or_from_the_disk(browser, world):
    actor = employer(world)
    draft = appealed(world, "mega", sanctioned(world, world.granted()), "draft")
    place = f"/beroepen/{draft.id}"
    kept = build.Document.store(actor, build.PDF + b"k", "kluis.pdf", "other")
    page = browser.get(place).page
    browser.submit(page, "form.search", document=str(kept.id))
    sent = STAMP | {"file": (io.BytesIO(build.PDF + b"n"), "nieuw.pdf")}
    browser.post(f"{place}/documenten", data=sent)
    assert [one.filename for one in draft.documents] == ["kluis.pdf", "nieuw.pdf"]
    browser.post(f"{place}/documenten/{kept.id}/verwijderen", data=STAMP)
    assert [one.filename for one in draft.documents] == ["nieuw.pdf"]
    for wrong in ({"document": "x"}, {"document": str(2**31 - 1)}):
        assert browser.post(f"{place}/documenten/kiezen", data=STAMP | wrong).status_code == 422
    assert browser.post(f"{place}/documenten", data=STAMP).status_code == 422
    draft.lodge(actor, "Dat klopt niet.")
    for path, data in (("documenten/kiezen", {"document": str(kept.id)}), ("documenten", dict(sent))):
        data = data | ({"file": (io.BytesIO(build.PDF), "te laat.pdf")} if "file" in data else {})
        assert browser.post(f"{place}/{path}", data=STAMP | data).status_code == 422
    assert [one.filename for one in draft.documents] == ["nieuw.pdf"]


def test_a_granted_appeal_reopens_the_refused_application(browser, handler, world):
    recognition = world.denied()
    appealed(world, "mega", recognition, "granted")
    recognition = world.reload(recognition)
    assert (recognition.state, recognition.clock_from) == ("in_treatment", world.today)
    assert "heropende het dossier na beroep" in handler.get(f"/behandeling/{recognition.id}").page.text
    assert "gegrond" in browser.get(f"/erkenningen/{recognition.id}").page.text.lower()


def test_an_application_that_was_replaced_stays_as_it_is(signed_in, world):
    recognition = world.denied()
    appeal = appealed(world, "mega", recognition, "admissible")
    newer = world.handed_in()
    assert newer.number in signed_in("beheerder").get(f"/behandeling/beroepen/{appeal.id}").page.text
    appeal.rule(chair(world), True, "Terecht.")
    assert world.reload(recognition).state == "refused"


@pytest.mark.parametrize(
    ("state", "place", "typed", "field"),
    [
        ("lodged", "ontvankelijkheid", {}, "admissible"),
        ("lodged", "ontvankelijkheid", {"admissible": "nee"}, "reason"),
        ("admissible", "uitspraak", {"reason": "Zo is het."}, "granted"),
        ("admissible", "uitspraak", {"granted": "ja"}, "reason"),
    ],
)
def test_a_ruling_says_what_and_why(signed_in, world, state, place, typed, field):
    appeal = appealed(world, "mega", sanctioned(world, world.granted()), state)
    committee = signed_in("beheerder")
    data = {"organisation": world.organisations["vlaams"].number} | typed
    answer = committee.post(f"/behandeling/beroepen/{appeal.id}/{place}", data=data)
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong"), answer.page.text
    assert typed.get("reason", "") in answer.page.select_one("#reason").text
    assert fresh(appeal).state == state


@pytest.mark.parametrize(
    ("state", "place", "typed"),
    [
        ("admissible", "ontvankelijkheid", {"admissible": "ja"}),
        ("lodged", "uitspraak", {"granted": "ja", "reason": "Terecht."}),
        ("granted", "uitspraak", {"granted": "nee", "reason": "Toch niet."}),
    ],
)
def test_a_ruling_out_of_turn_is_refused_in_words(signed_in, world, state, place, typed):
    appeal = appealed(world, "mega", sanctioned(world, world.granted()), state)
    data = {"organisation": world.organisations["vlaams"].number} | typed
    answer = signed_in("beheerder").post(f"/behandeling/beroepen/{appeal.id}/{place}", data=data)
    assert answer.status_code == 422 and answer.page.select_one(".note-bad.problems")
    assert fresh(appeal).state == state


def test_a_sensitive_document_asks_the_committee_why(signed_in, world):
    actor = employer(world)
    draft = appealed(world, "mega", sanctioned(world, world.granted()), "draft")
    draft.attach(actor, world.extract(actor, world.mentor("mega"), world.today))
    draft.lodge(actor, "Dat klopt niet.")
    committee, place = signed_in("beheerder"), f"/behandeling/beroepen/{draft.id}/documenten/{draft.documents[0].id}"
    page = committee.get(place).page
    assert committee.submit(page, "main form", reason="").status_code == 422
    assert committee.submit(page, "main form", reason="Voor de uitspraak.").data.startswith(b"%PDF")


# --- what everybody sees ----------------------------------------------------------------------------------------------


def test_a_sanction_is_imposed_fought_and_ruled_on(browser, handler, signed_in, world):
    recognition = world.granted()
    page = handler.get(f"/behandeling/{recognition.id}").page
    page = handler.get(page.find("a", string="Sanctie voorbereiden")["href"]).page
    page = handler.get(page.find("a", string="Opheffing van de erkenning")["href"]).page
    page = handler.submit(page, "main form[method=post]", grounds="De leerling stond er alleen voor.").page
    assert "1 erkenning" in page.select_one("#sanctions-impact").text
    assert browser.get("/sancties").page.select_one("td") is None, "what is only prepared is not told"
    handler.submit(page, "form[action$='/opleggen']")
    sanction = Sanction.get()
    assert (sanction.state, sanction.effective_on) == ("decided", day(world, 11))

    task = browser.get("/").page.select_one(".task-sanction")
    page = browser.get(task.select_one("a")["href"]).page
    assert "De leerling stond er alleen voor." in page.text
    page = browser.submit(page, "#beroep form").page
    page = browser.submit(page, "#motivering form", grounds="Dat klopt niet.").page
    appeal = Appeal.get()
    assert appeal.state == "lodged" and appeal.number in page.text
    assert browser.get(page.select_one("a[href$='/ontvangstbewijs']")["href"]).data.startswith(b"%PDF")

    committee, place = signed_in("beheerder"), f"/behandeling/beroepen/{appeal.id}"
    assert place in str(committee.get("/behandeling/beroepen").page)
    committee.submit(committee.get(place).page, "#ontvankelijkheid form", admissible="ja")
    committee.submit(committee.get(place).page, "#uitspraak form", granted="ja", reason="De begeleiding was in orde.")
    assert (Appeal.get().state, Sanction.get().state) == ("granted", "overturned")
    assert world.reload(recognition).end_kind is None
    for client, place in ((browser, "/sancties"), (handler, "/behandeling/sancties")):
        page = client.get(f"{place}/{sanction.id}").page
        told = page.select_one("#sanctions-impact").text
        assert "Waarover deze sanctie ging" in told and "verandert nu niets meer" in told
        assert not page.select("p.note-bad"), "good news is not told in red"
    assert "De begeleiding was in orde." in browser.get(f"/erkenningen/{recognition.id}").page.text
    assert "De begeleiding was in orde." in handler.get(f"/behandeling/sancties/{sanction.id}").page.text


def test_a_pending_appeal_stands_wherever_the_decision_stands(browser, handler, world):
    recognition, refused = world.granted(), world.denied("Winkelbediende")
    fought = sanctioned(world, recognition)
    appeals = [appealed(world, "mega", fought), appealed(world, "mega", refused)]
    for file, appeal in zip((recognition, refused), appeals, strict=True):
        for client, start in ((browser, "/erkenningen"), (handler, "/behandeling")):
            assert f"Beroep {appeal.number} loopt" in client.get(f"{start}?wachtrij=alle").page.text
            assert f"Er loopt beroep {appeal.number}" in client.get(f"{start}/{file.id}").page.text
    for client, place in ((browser, "/sancties"), (handler, "/behandeling/sancties")):
        assert "In beroep" in client.get(place).page.text
        assert appeals[0].number in client.get(f"{place}/{fought.id}").page.text
    assert "Beroep" in browser.get("/taken/klokken?soort=appeal").page.select_one("tbody").text


def test_every_clock_of_an_appeal_leads_somewhere(browser, world):
    sanction = sanctioned(world, world.granted())
    world.denied("Winkelbediende")
    appealed(world, "mega", sanctioned(world, world.granted("Logistiek duaal")))
    found = [clock for clock in clocks([world.mega.id], world.today) if clock.kind == "appeal"]
    assert len(found) == 3 and sanction in [clock.record for clock in found]
    links = browser.get("/taken/klokken?soort=appeal").page.select("tbody a")
    assert len(links) == 3 and {browser.get(link["href"]).status_code for link in links} == {200}


def test_a_long_list_turns_its_pages_alike_with_and_without_htmx(browser, handler, signed_in, world):
    disputes(world, 30)
    for client, place in (
        (browser, "/sancties"),
        (browser, "/beroepen"),
        (handler, "/behandeling/sancties"),
        (signed_in("beheerder"), "/behandeling/beroepen"),
    ):
        page = client.get(place).page
        second = page.select_one("a[rel=next]")["href"]
        assert str(client.act(page, "a[rel=next]").select_one("main")) == str(
            client.get(second).page.select_one("main")
        )


def test_somebody_else_s_sanctions_and_appeals_do_not_exist(signed_in, handler, world):
    sanction = sanctioned(world, world.granted("Logistiek duaal", "fiets"))
    appeal = appealed(world, "fiets", sanction)
    stranger = signed_in("zaakvoerder")
    for path in (f"/sancties/{sanction.id}", f"/beroepen/{appeal.id}", f"/beroepen/{appeal.id}/ontvangstbewijs"):
        assert stranger.get(path).status_code == 404
    assert signed_in("beheerder").get(f"/behandeling/sancties/{sanction.id}").status_code == 404
    assert handler.get(f"/behandeling/beroepen/{appeal.id}").status_code == 403


def test_the_receipt_is_a_tagged_pdf(browser, world):
    draft = appealed(world, "mega", sanctioned(world, world.granted()), "draft")
    assert browser.get(f"/beroepen/{draft.id}/ontvangstbewijs").status_code == 404
    draft.lodge(employer(world), "Met *opmaak* en #haken en <tekens>.")
    content = browser.get(f"/beroepen/{draft.id}/ontvangstbewijs").data
    root = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "pdfuaid" in root["/Metadata"].get_data().decode()
    assert "Met *opmaak* en #haken en <tekens>." in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_who_acts_by_a_mandate_reads_and_does_not_appeal(world):
    recognition = world.denied()
    helper = employer(world)._replace(
        mandate=Mandate(recognitions="yes", valid_from=world.today, valid_until=world.today)
    )
    with pytest.raises(RuleBroken, match=NOT_YOURS):
        Appeal.draft(helper, recognition)
    draft = appealed(world, "mega", recognition, "draft")
    assert not draft.may_edit(helper) and not draft.can("lodge", helper)
