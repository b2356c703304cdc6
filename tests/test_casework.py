"""What a partnership does around a file: handing over, notes, votes, visits, and how it decides."""

from datetime import date, datetime, time, timedelta

import pytest

from models import Event, Membership, Note, Partnership, User, Visit, Vote
from rules import RuleBroken

CHECKED = {f"check_{key}": "ja" for key in ("work", "equipment", "mentor", "safety")} | {"check_record": "nee"}


def place(recognition, path=""):
    return f"/behandeling/{recognition.id}{path}"


def stamp(client):
    return {"organisation": client.get("/").page.select_one("body")["hx-headers:inherited"].split('"')[3]}


def person(name):
    return User.get(User.subject == f"demo:{name}")


def handler_of(world, name, duty="officer"):
    afternoon = datetime.combine(world.today, time(15))  # after the treatment started
    return world.actor("handel", world.today, person(name))._replace(duty=duty, at=afternoon)


def decides(mode, votes_needed=3):
    Partnership.update(decision_mode=mode, votes_needed=votes_needed).execute()


def test_a_file_is_handed_over_to_a_colleague(handler, world):
    recognition = world.handed_in()
    page = handler.get(place(recognition)).page
    page = handler.submit(page, "form[action$='/overdragen']", colleague=str(person("collega").id)).page
    assert world.reload(recognition).handler == person("collega")
    assert "gaf het dossier door aan Bram Janssens" in page.text


@pytest.mark.parametrize("typed", ["", "x", "999999", "zaakvoerder"])
def test_nobody_outside_the_partnership_gets_a_file(handler, world, typed):
    recognition = world.handed_in()
    colleague = str(person("zaakvoerder").id) if typed == "zaakvoerder" else typed
    answer = handler.post(place(recognition, "/overdragen"), data=stamp(handler) | {"colleague": colleague})
    assert answer.status_code == 422 and "collega van uw partnerschap" in answer.text
    assert world.reload(recognition).handler is None


def test_a_note_is_for_the_partnership_alone(handler, browser, world):
    recognition = world.handed_in()
    page = handler.get(place(recognition)).page
    page = handler.submit(page, "form[action$='/notities']", note="Eerst bellen met <b>Leen</b>.").page
    assert "Eerst bellen met <b>Leen</b>." in page.select_one("#handling-notes").text
    assert "Eerst bellen" not in browser.get(f"/erkenningen/{recognition.id}").text
    assert handler.post(place(recognition, "/notities"), data=stamp(handler) | {"note": " "}).status_code == 422
    long = handler.post(place(recognition, "/notities"), data=stamp(handler) | {"note": "a" * 4001})
    assert long.status_code == 422 and long.page.select_one("#note").text.strip() == "a" * 4001
    assert Note.select().count() == 1


def test_a_second_reader_must_agree(world):
    decides("second_reader")
    recognition, first = world.in_treatment(), handler_of(world, "behandelaar")
    with pytest.raises(RuleBroken, match="tweede lezer"):
        recognition.decide(first, True)
    Vote.cast(recognition, first, True)
    with pytest.raises(RuleBroken, match="tweede lezer"):
        recognition.decide(first, True)
    Vote.cast(recognition, handler_of(world, "collega"), False, "Ik twijfel.")
    with pytest.raises(RuleBroken, match="tweede lezer"):
        recognition.decide(first, True)
    Vote.cast(recognition, handler_of(world, "collega"), True)
    recognition.decide(first, True)
    assert world.reload(recognition).state == "approved"


@pytest.mark.parametrize(
    ("votes", "approved", "refusal"),
    [
        ([True], True, "1 van de 2 nodige stemmen"),
        ([True, False], True, "liggen anders"),
        ([False, False], True, "liggen anders"),
        ([True, True], True, None),
        ([False, False], False, None),
    ],
)
def test_a_majority_of_enough_votes_decides(world, votes, approved, refusal):
    decides("vote", 2)
    recognition = world.in_treatment()
    for name, choice in zip(("stemgerechtigde", "collega"), votes, strict=False):
        Vote.cast(recognition, handler_of(world, name, "voter"), choice, "Daarom.")
    decide = lambda: recognition.decide(handler_of(world, "behandelaar"), approved, "Motivering.")  # noqa: E731
    if refusal:
        with pytest.raises(RuleBroken, match=refusal):
            decide()
        assert world.reload(recognition).state == "in_treatment"
    else:
        decide()
        assert world.reload(recognition).state == ("approved" if approved else "refused")


def test_a_vote_against_says_why_and_can_be_changed(world):
    recognition, voter = world.in_treatment(), handler_of(world, "stemgerechtigde", "voter")
    with pytest.raises(RuleBroken, match="waarom u tegen bent"):
        Vote.cast(recognition, voter, False)
    Vote.cast(recognition, voter, False, "Te klein.")
    Vote.cast(recognition, voter, True)
    assert [vote.approves for vote in Vote.of(recognition)] == [True]


def test_votes_from_before_a_question_count_no_more(world):
    decides("vote", 1)
    recognition, voter = world.in_treatment(), handler_of(world, "stemgerechtigde", "voter")
    Vote.cast(recognition, voter, True)
    Vote.update(at=voter.at - timedelta(hours=9)).execute()
    assert not list(Vote.of(recognition))


def test_a_voter_reads_votes_and_notes_and_does_nothing_else(signed_in, world):
    decides("vote", 1)
    recognition, client = world.in_treatment(), signed_in("stemgerechtigde")
    page = client.get(place(recognition)).page
    assert "Stemgerechtigde" in page.select_one(".actor").text
    actions = {form["action"].rpartition("/")[2] for form in page.select("main form")}
    assert actions == {"stem", "notities"}
    client.submit(page, "form[action$='/stem']", vote="approve")
    assert Vote.select().count() == 1
    events = Event.select().count()
    for path in ("nemen", "volledig", "starten", "vragen", "beslissen", "overdragen", "bezoeken"):
        assert client.post(place(recognition, f"/{path}"), data=stamp(client)).status_code in (403, 422)
    assert Event.select().count() == events


def test_a_visit_is_planned_told_and_reported_on(handler, browser, world):
    recognition = world.handed_in()
    page = handler.get(place(recognition)).page
    page = handler.submit(page, "form[action$='/bezoeken']", planned_on="2022-01-23", planned_at="14:30").page
    assert "23/01/2022 14:30" in browser.get(f"/erkenningen/{recognition.id}").text
    assert "mail" in page.select_one("#handling-visits details:has(form[action$='/annuleren'])").text
    refused = handler.submit(page, "form[action$='/verslag']", report="Alles gezien.")
    assert refused.status_code == 422 and "ja of nee" in refused.text
    page = handler.submit(page, "form[action$='/verslag']", report="Alles gezien.", **CHECKED).page
    assert "Alles gezien." in page.text and len(page.select("#handling-visits .unmet")) == 1
    assert "Alles gezien." not in browser.get(f"/erkenningen/{recognition.id}").text


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({}, "Kies een datum"),
        ({"planned_on": "2022-01-22"}, "nog moet komen"),
        ({"planned_on": "x"}, "31/12/2026"),
        ({"planned_on": "2023-01-24"}, "binnen 12 maanden"),
        ({"planned_on": "2122-02-01"}, "binnen 12 maanden"),
        ({"planned_on": "2022-02-01", "planned_at": "25:00"}, "14:30"),
    ],
)
def test_a_visit_needs_a_day_to_come(handler, world, typed, word):
    recognition = world.handed_in()
    answer = handler.post(place(recognition, "/bezoeken"), data=stamp(handler) | typed)
    assert answer.status_code == 422 and word in answer.text and not Visit.select().exists()


def test_a_report_waits_for_the_visit_and_comes_once(world):
    recognition, actor = world.handed_in(), handler_of(world, "behandelaar")
    visit = Visit.plan(recognition, actor, date(2022, 2, 1))
    answers = dict.fromkeys(("work", "equipment", "mentor", "safety", "record"), True)
    with pytest.raises(RuleBroken, match="nog komen"):
        visit.write_report(actor, answers, "Gezien.")
    later = actor._replace(on=date(2022, 2, 1))
    visit.write_report(later, answers, "Gezien.")
    with pytest.raises(RuleBroken):
        Visit.get().write_report(later, answers, "Nog eens.")
    with pytest.raises(RuleBroken, match="niet meer"):
        Visit.get().cancel(later)


def test_another_partnership_reaches_nothing(signed_in, world):
    recognition, client = world.handed_in(), signed_in("beheerder")
    for path in ("overdragen", "notities", "stem", "bezoeken"):
        assert client.post(place(recognition, f"/{path}"), data=stamp(client)).status_code == 404


def test_only_a_manager_sets_how_the_partnership_decides(handler, signed_in, world):
    page = handler.get("/behandeling/instellingen").page
    handler.submit(page, "form[action$='/instellingen']", decision_mode="vote", votes_needed="2")
    partnership = Partnership.get(Partnership.name == "Sectoraal Partnerschap Handel")
    assert (partnership.decision_mode, partnership.votes_needed) == ("vote", 2)
    for typed in (
        {"decision_mode": "x"},
        {"decision_mode": "vote", "votes_needed": "99"},
        {"decision_mode": "single", "votes_needed": "x"},
    ):
        assert handler.post("/behandeling/instellingen", data=stamp(handler) | typed).status_code == 422
    colleague = signed_in("collega")
    assert not colleague.get("/behandeling/instellingen").page.select("form[action='/behandeling/instellingen']")
    forged = colleague.post("/behandeling/instellingen", data=stamp(colleague) | {"decision_mode": "single"})
    assert forged.status_code == 422
    assert Membership.select().where(Membership.duty == "manager").exists()


# --- several at once, and templates -----------------------------------------------------------------------------------


def two_in_treatment(world):
    return [world.in_treatment(), world.in_treatment("Logistiek duaal")]


def test_several_files_are_decided_after_a_summary(handler, world):
    files = two_in_treatment(world)
    page = handler.get("/behandeling?wachtrij=in-behandeling").page
    assert len(page.select("#together input[name=file]")) == 2
    summary = handler.get("/behandeling/samen", query_string={"file": [str(one.id) for one in files]}).page
    assert all(one.number in summary.text for one in files)
    data = stamp(handler) | {"file": [str(one.id) for one in files], "decision": "approve", "reason": ""}
    assert handler.post("/behandeling/samen", data=data).status_code == 303
    assert {world.reload(one).state for one in files} == {"approved"}


def test_it_is_all_or_nothing(handler, world):
    files = two_in_treatment(world)
    data = stamp(handler) | {"file": [str(one.id) for one in files], "decision": "refuse", "reason": " "}
    answer = handler.post("/behandeling/samen", data=data)
    assert answer.status_code == 422 and "nog niets beslist" in answer.text
    files[1].withdraw(world.actor("mega", world.today))
    answer = handler.post("/behandeling/samen", data=data | {"decision": "approve"})
    assert answer.status_code == 422 and "intussen veranderd" in answer.text
    assert world.reload(files[0]).state == "in_treatment"


def test_a_file_of_another_partnership_is_never_among_them(signed_in, world):
    recognition, client = world.in_treatment(), signed_in("beheerder")
    data = stamp(client) | {"file": str(recognition.id), "decision": "approve", "reason": ""}
    assert client.post("/behandeling/samen", data=data).status_code == 422
    assert world.reload(recognition).state == "in_treatment"


def test_a_template_starts_a_reason(handler, world):
    recognition = world.in_treatment()
    page = handler.get("/behandeling/instellingen").page
    form = "form[action$='/sjablonen']"
    page = handler.submit(page, form, kind="refuse", title="Te weinig werk", text="Er is te weinig werk.").page
    assert "Er is te weinig werk." in page.text
    again = handler.submit(page, form, kind="refuse", title="Te weinig werk", text="Anders.")
    assert again.status_code == 422 and again.page.select_one("#text").text.strip() == "Anders."
    link = handler.get(place(recognition)).page.select_one("#handling-decide a[href*='sjabloon=']")
    started = handler.get(link["href"].partition("#")[0]).page
    assert started.select_one("#reason").text.strip() == "Er is te weinig werk."
    assert started.select_one("input[name=decision][value=refuse]").has_attr("checked")
    handler.submit(page, "form[action$='/verwijderen']")
    assert "Er zijn nog geen sjablonen" in handler.get("/behandeling/instellingen").page.text
