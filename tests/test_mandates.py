"""Mandates: bounded in purpose and time, felt at the next request, and never more than the employer said."""

from datetime import datetime, timedelta

import pytest

import rules
from models import AccessLog, Agreement, Event, Mandate, Membership, Proposal, Recognition, User
from rules import RuleBroken
from tests.browser import text
from tests.test_organisation import words
from views import mandated
from views.demo_agreements import make

MEGA = "0417390703"
STAMP = {"organisation": MEGA}


def give(world, holder="school", **options):
    return world.give(holder, **options)


def acting(client, number=MEGA):
    answer = client.post("/organisatie/wissel", data={"organisation": number})
    assert answer.status_code == 303, answer.status_code
    return client


@pytest.fixture
def coach(signed_in):
    """A function: the coach of the school, acting for Mega World."""
    return lambda: acting(signed_in("trajectbegeleider"))


def test_an_employer_gives_a_mandate_and_reads_it_back(browser, world):
    page = browser.get("/organisatie/machtigingen/nieuw").page
    typed = {"holder": world.organisations["school"].number, "recognitions": "approval", "mentors": "yes"}
    shown = browser.submit(page, "#mandates-form", **typed).page
    assert "Technisch Atheneum De Brug" in shown.h1.text and "Ja, na mijn goedkeuring" in shown.text
    mandate = Mandate.get()
    assert mandate.allowed() == "Erkenningen (na goedkeuring), Mentoren"
    assert mandate.covers("mentors", world.today) and not mandate.covers("agreements", world.today)
    assert "Technisch Atheneum" in browser.get("/organisatie/machtigingen").page.select_one("#mandates-given").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"holder": "0417.390.703"}, "holder"),
        ({"holder": "0999.999.999"}, "holder"),
        ({"holder": ""}, "holder"),
        ({"valid_from": "2022-01-22"}, "valid_from"),
        ({"valid_until": "2022-01-22"}, "valid_until"),
        ({"valid_until": "2024-01-24"}, "valid_until"),
        ({"valid_until": "ooit"}, "valid_until"),
        ({"recognitions": "no"}, "recognitions"),
        ({"mentors": "misschien"}, "mentors"),
    ],
)
def test_a_mandate_that_is_wrong_is_refused_at_its_field_and_kept_as_typed(browser, world, typed, field):
    sound = {"holder": world.organisations["school"].number, "recognitions": "yes", "mentors": "no"}
    answer = browser.submit(browser.get("/organisatie/machtigingen/nieuw").page, "#mandates-form", **sound | typed)
    assert answer.status_code == 422 and not Mandate.select().exists()
    assert answer.page.select_one(f".field-wrong [name={field}]")
    if field.startswith("valid"):
        assert answer.page.select_one(f"[name={field}]")["value"] == typed[field]


def test_who_looks_after_recognitions_and_mentors_does_not_learn_who_the_learners_are(coach, world):
    recognition = world.ending_in(1500)
    make(world, "mega", recognition, 0, "registered")
    agreement = recognition.agreements.get()
    stop, mentor = f"/erkenningen/{recognition.id}/stopzetten", f"/mentoren/{agreement.mentor_id}"

    def told():
        client = coach()
        refused = client.post(stop, data=STAMP | {"reason": "We sluiten."})
        assert refused.status_code == 422
        return [client.get(stop).page.text, refused.page.text, client.get(mentor).page.text]

    give(world, recognitions="yes", mentors="yes")
    for page in told():
        assert agreement.last_name not in page and agreement.number not in page
    assert "Er lopen nog overeenkomsten: 1." in told()[1]
    Mandate.update(agreements="yes").execute()
    assert all(agreement.last_name in page for page in told())


def test_two_mandates_for_the_same_holder_never_overlap(world):
    give(world)
    with pytest.raises(RuleBroken) as refused:
        give(world, since=300)
    assert "holder" in refused.value.problems
    give(world, since=366)


@pytest.mark.parametrize("role", ["user", "viewer"])
def test_only_who_manages_access_gives_or_ends_a_mandate(world, role):
    mandate, actor = give(world), world.actor("mega", world.today, role=role)
    for step in (lambda: mandate.end(actor), lambda: Mandate.give(actor, None, None, None)):
        with pytest.raises(RuleBroken):
            step()


def test_the_one_who_acts_sees_on_every_page_for_whom(signed_in, world):
    give(world)
    client = signed_in("trajectbegeleider")
    choices = client.get("/organisatie/wissel").page.select_one("#organisation-choices")
    assert "Met een machtiging" in choices.text and "Mega World NV" in choices.text
    acting(client)
    for path in ("/", "/erkenningen", "/mentoren", "/overeenkomsten", "/organisatie"):
        box = words(client.get(path).page.select_one(".actor"))
        assert "Gemachtigde 0417.390.703" in box and "namens Mega World NV" in box, path
        assert "Technisch Atheneum De Brug" in box


PLACES = {"recognitions": "/erkenningen", "mentors": "/mentoren", "agreements": "/overeenkomsten"}


@pytest.mark.parametrize("purpose", PLACES)
def test_a_mandate_opens_what_it_is_for_and_nothing_else(coach, world, purpose):
    give(world, **{purpose: "yes"})
    client = coach()
    for other, path in PLACES.items():
        assert client.get(path).status_code == (200 if other == purpose else 403), path
    tabs = words(client.get("/").page.select_one(".tabs"))
    assert ("Overeenkomsten" in tabs) == (purpose == "agreements")
    for path in ("/organisatie/machtigingen", "/organisatie/machtigingen/nieuw"):
        assert client.get(path).status_code == 403


def test_every_route_is_closed_to_a_mandate_unless_somebody_opened_it(app):
    opened = {rule.endpoint for rule in app.url_map.iter_rules() if mandated.purposes_of(rule.endpoint) is not None}
    rooms = {endpoint.partition(".")[0] for endpoint in opened}
    assert not rooms & {"mandates", "handling", "mentor_handling"}
    assert set(mandated.BINDING) <= opened, "what waits for approval must be open to a mandate first"


def test_a_mandate_counts_from_its_first_day_to_its_last(world):
    mandate, user = give(world, since=10, days=5), User.get(User.subject == "demo:trajectbegeleider")
    for day, expected in ((9, 0), (10, 1), (15, 1), (16, 0)):
        on = world.today + timedelta(days=day)
        assert Mandate.usable_by(user, on).count() == expected
        assert mandate.covers("mentors", on) == bool(expected)


def test_an_ended_mandate_is_felt_at_the_next_request(browser, coach, world):
    mandate, client = give(world), coach()
    assert client.get("/erkenningen").status_code == 200
    page = browser.get(f"/organisatie/machtigingen/{mandate.id}").page
    assert browser.submit(page, "form[action$='/beeindigen']").status_code == 200
    answer = client.get("/erkenningen")
    assert answer.status_code == 403 and "Mega World" not in answer.page.select_one(".actor").text
    draft = {"organisation": MEGA}
    assert client.post("/erkenningen/nieuw", data=draft).status_code == 403
    assert client.post("/organisatie/wissel", data=draft).status_code == 404
    again = browser.post(f"/organisatie/machtigingen/{mandate.id}/beeindigen", data=STAMP)
    assert again.status_code == 422 and "al beëindigd" in again.page.text


def test_a_blocked_person_has_no_mandate_either(coach, world):
    give(world)
    client = coach()
    school = Membership.organisation == world.organisations["school"]
    Membership.update(is_blocked=True).where(school).execute()
    assert client.get("/erkenningen").status_code == 303


def test_who_is_blocked_at_the_employer_does_not_come_back_by_a_mandate(signed_in, world):
    give(world)
    user = User.get(User.subject == "demo:trajectbegeleider")
    Membership.create(user=user, organisation=world.mega, role="user", is_blocked=True)
    assert signed_in("trajectbegeleider").post("/organisatie/wissel", data=STAMP).status_code == 404


def test_a_viewer_at_the_holder_only_looks(coach, world):
    give(world)
    Membership.update(role="viewer").where(Membership.organisation == world.organisations["school"]).execute()
    client = coach()
    assert client.get("/erkenningen").status_code == 200
    assert client.post("/erkenningen/nieuw", data=STAMP).status_code == 403


def test_what_was_done_by_it_stands_in_its_log_with_who_and_for_whom(browser, coach, world):
    mandate, draft = give(world), world.ready()
    client = coach()
    page = client.get(f"/erkenningen/{draft.id}/overzicht").page
    client.submit(page, "form[action$='/indienen']", is_true="y")
    assert world.reload(draft).state == "submitted"
    mentor = draft.mentor_links[0].mentor_id
    assert client.post(f"/mentoren/{mentor}/rijksregisternummer", data=STAMP).status_code == 200
    log = words(browser.get(f"/organisatie/machtigingen/{mandate.id}").page.main)
    number = world.reload(draft).number
    assert f"Erkenning {number}: Jan Wouters (Technisch Atheneum De Brug, met machtiging) diende de aanvraag in." in log
    assert "zag het rijksregisternummer van Mentor Leen Ó Briain" in log
    assert Event.get(Event.name == "submitted").through == world.organisations["school"]
    assert AccessLog.get().through == world.organisations["school"]
    history = words(browser.get(f"/erkenningen/{draft.id}").page.select_one("#recognitions-history"))
    assert "Jan Wouters (Technisch Atheneum De Brug, met machtiging) diende" in history


def test_the_holder_sees_the_mandate_but_not_the_log_of_the_employer(signed_in, world):
    mandate = give(world)
    page = signed_in("trajectbegeleider").get(f"/organisatie/machtigingen/{mandate.id}").page
    assert "Mega World" in page.h1.text and not page.select("#mandates-deeds")
    assert signed_in("behandelaar").get(f"/organisatie/machtigingen/{mandate.id}").status_code == 404


def proposed(world, coach):
    """An application that waits for approval: the draft, the client that handed it in, its answer."""
    give(world, recognitions="approval")
    draft, client = world.ready(), coach()
    page = client.get(f"/erkenningen/{draft.id}/overzicht").page
    return draft, client, client.submit(page, "form[action$='/indienen']", is_true="y")


def test_what_needs_approval_is_tried_undone_and_put_to_the_employer(browser, coach, world):
    draft, _client, answer = proposed(world, coach)
    assert "wacht nu op de goedkeuring van Mega World NV" in answer.page.select_one("[role=status]").text
    assert world.reload(draft).state == "draft" and not Event.select().where(Event.name == "submitted").exists()
    page = browser.get("/organisatie/machtigingen/voorstellen").page
    assert "Aanvraag indienen" in page.text and "Jan Wouters" in page.text
    browser.submit(page, "form.actions")
    assert world.reload(draft).state == "submitted"
    event = Event.get(Event.name == "submitted")
    assert event.through is None and event.user.subject == "demo:zaakvoerder"
    assert Proposal.get().is_approved and not Proposal.open(world.mega, world.today).exists()


def test_what_is_not_ready_is_refused_at_once_and_never_reaches_the_employer(coach, world):
    give(world, recognitions="approval")
    draft, client = world.open_draft(), coach()
    answer = client.post(f"/erkenningen/{draft.id}/indienen", data=STAMP | {"is_true": "y"})
    assert answer.status_code == 422 and not Proposal.select().exists()


def test_handing_in_twice_asks_for_approval_once(coach, world):
    draft, client, _answer = proposed(world, coach)
    client.post(f"/erkenningen/{draft.id}/indienen", data=STAMP | {"is_true": "y"})
    assert Proposal.select().count() == 1


def test_the_employer_refuses_with_a_reason_that_the_holder_reads(browser, signed_in, coach, world):
    draft, _client, _answer = proposed(world, coach)
    proposal = Proposal.get()
    path = f"/organisatie/machtigingen/voorstellen/{proposal.id}/weigeren"
    empty = browser.post(path, data=STAMP | {"reason": " "})
    assert empty.status_code == 422 and "Zeg kort waarom" in empty.page.text
    browser.post(path, data=STAMP | {"reason": "De mentor klopt niet."})
    assert browser.post(path, data=STAMP | {"reason": "Nog eens."}).status_code == 404
    assert world.reload(draft).state == "draft"
    page = signed_in("trajectbegeleider").get(f"/organisatie/machtigingen/{proposal.mandate_id}").page
    assert "De mentor klopt niet." in page.text and "Niet goedgekeurd" in page.text


def test_nobody_approves_what_they_propose(coach, world):
    draft, client, _answer = proposed(world, coach)
    assert client.get("/organisatie/machtigingen/voorstellen").status_code == 403
    client.post(f"/erkenningen/{draft.id}/indienen", data=STAMP | {"is_true": "y"})
    assert world.reload(draft).state == "draft"
    mandate = Mandate.get()
    user = User.get(User.subject == "demo:trajectbegeleider")
    with pytest.raises(RuleBroken):
        Proposal.get().refuse(mandate.actor(user, datetime(2022, 1, 23), world.today), "Toch niet.")


def test_what_waited_lapses_with_the_mandate(browser, coach, world):
    proposed(world, coach)
    browser.post(f"/organisatie/machtigingen/{Mandate.get().id}/beeindigen", data=STAMP)
    assert not browser.get("/organisatie/machtigingen/voorstellen").page.select("form.actions")


def test_the_enterprise_signs_itself(coach, world):
    for endpoint in mandated.NEVER:
        assert mandated.purposes_of(endpoint) is None
    actor = give(world).actor(User.get(User.subject == "demo:trajectbegeleider"), datetime(2022, 1, 23), world.today)
    assert not actor.manages_access
    recognition = world.granted()
    assert recognition.can("withdraw", actor) == recognition.can("withdraw", world.actor("mega", world.today))


def test_a_step_asks_for_the_right_purpose_whatever_the_door_let_in(world):
    draft = world.ready()
    user = User.get(User.subject == "demo:trajectbegeleider")
    actor = give(world, mentors="yes").actor(user, datetime(2022, 1, 23), world.today)
    with pytest.raises(RuleBroken):
        Recognition.get_by_id(draft.id).submit(actor)


def test_the_longest_mandate_is_two_years(world):
    start = world.today
    assert not rules.mandate_problems(start, rules.add_months(start, 24), start)
    assert rules.mandate_problems(start, rules.add_months(start, 24) + timedelta(days=1), start)


def test_a_refused_mandate_is_swapped_as_it_is_loaded(browser, world):
    page, typed = browser.get("/organisatie/machtigingen/nieuw").page, {"holder": "0417.390.703"}
    plain = browser.submit(page, "#mandates-form", **typed).page
    swapped = browser.act(browser.get("/organisatie/machtigingen/nieuw").page, "#mandates-form", **typed)
    assert text(swapped.select_one("#mandates-form")) == text(plain.select_one("#mandates-form"))


@pytest.mark.parametrize("part", ["#mandates-given", "#mandates-deeds"])
def test_the_next_page_swapped_is_the_next_page_loaded(browser, world, part):
    mandate = give(world)
    user = User.get(User.subject == "demo:trajectbegeleider")
    for number in range(30):
        give(world, since=400 * (number + 1), days=9)
        Event.record(mandate, "mandate_given", mandate.actor(user, datetime(2022, 1, 23), world.today))
    path = "/organisatie/machtigingen" + (f"/{mandate.id}" if part == "#mandates-deeds" else "")
    page = browser.get(path).page
    place = page.select_one(f"{part} a[rel=next]")["href"]
    assert text(browser.act(page, f"{part} a[rel=next]")) == text(browser.get(place).page)


def test_what_changes_an_agreement_waits_too_and_is_shown_where_it_is(browser, coach, world):
    give(world, agreements="approval")
    make(world, "mega", world.ending_in(1500), 0, "signed")
    agreement, client = Agreement.select().order_by(Agreement.id.desc()).get(), coach()
    answer = client.post(f"/overeenkomsten/{agreement.id}/annuleren", data=STAMP | {"reason": "De leerling stopt."})
    assert answer.status_code == 303 and answer.location == f"/overeenkomsten/{agreement.id}"
    assert Agreement.get_by_id(agreement.id).state == "signed"
    page = browser.get("/organisatie/machtigingen/voorstellen").page
    assert page.select_one("[name=reason][type=hidden]")["value"] == "De leerling stopt."
    browser.submit(page, "form.actions")
    assert Agreement.get_by_id(agreement.id).state == "cancelled"


def test_every_step_that_binds_has_a_page_to_look_at_first(app):
    pages = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    posts = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    for endpoint, (what, shown_at) in mandated.BINDING.items():
        assert pages[shown_at] <= posts[endpoint], f"{what}: {shown_at} needs more than {endpoint} knows"
        assert any(name in mandated.RECORDS for name in posts[endpoint]), f"{what}: about what?"
    assert set(posts) >= mandated.NEVER


def test_tasks_and_clocks_are_those_the_mandate_is_for(coach, world):
    from tests.test_agreements import signed

    world.ending_in(100)
    agreement = signed(world, world.granted("Winkelbediende"))
    for purpose, shown in (("agreements", True), ("recognitions", False)):
        mandate = give(world, **{purpose: "yes"})
        client = coach()
        page = client.get("/taken").page.select_one("main").text
        assert ("Overeenkomst registreren" in page, "Beslissen hernieuwing" in page) == (shown, not shown)
        if purpose == "recognitions":
            clocks = client.get("/taken/klokken").page.select_one("main").text
            assert str(agreement.learner) not in clocks and "Erkenning van 5 jaar" in clocks
        mandate.end(world.actor("mega", world.today, role="legal_representative"))
