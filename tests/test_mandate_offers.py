"""A mandate for one person, for who never signed in, and by mail: it waits, and then it is exactly theirs."""

import re
from datetime import datetime, timedelta

import pytest

from models import (
    Event,
    KboDenomination,
    KboEnterprise,
    Mandate,
    MandateOffer,
    Membership,
    Message,
    Organisation,
    User,
    admit,
    by_mandate,
)
from models.audience import audience
from models.notices import file_of
from rules import RuleBroken
from tests.browser import text
from tests.test_acm import identity, valid
from tests.test_mandates import MEGA, STAMP, acting
from tests.test_organisation import words

HERE = "/organisatie/machtigingen"
YES = {"recognitions": "yes", "mentors": "no", "agreements": "no"}
UNKNOWN = valid(9011)  # a sound enterprise number nobody here has


def give(browser, who="organisation", **typed):
    return browser.submit(browser.get(f"{HERE}/nieuw").page, "#mandates-form", who=who, **YES | typed)


def offered(browser, who="person", **typed):
    """The path in the mail of an offer."""
    assert "krijgt een mail" in give(browser, who, email="jan@voorbeeld.be", **typed).page.text
    return mailed()


def mailed():
    mail = Message.select().where(Message.to == "jan@voorbeeld.be").order_by(Message.id.desc()).get()
    return re.search(r"/machtiging/\S+", mail.text)[0]


def accept(client, path):
    return client.submit(client.get(path).page, "form.actions")


@pytest.fixture
def colleague(signed_in, world):
    """A client of somebody else who works for the school."""
    person = User.get(User.subject == "demo:zonderrecht")
    Membership.create(user=person, organisation=world.organisations["school"], role="user")
    return signed_in("zonderrecht")


# --- one person -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("persona", "holder"), [("trajectbegeleider", "school"), ("behandelaar", "handel")])
def test_one_coach_or_sector_employee_takes_it_up_and_works_by_it(browser, signed_in, world, persona, holder):
    path, client = offered(browser), signed_in(persona)
    page = client.get(path).page
    assert "Mega World NV" in page.text and "Voor u alleen" in page.text and "Erkenningen" in page.text
    shown = client.submit(page, "form.actions").page
    assert "U kunt nu werken voor Mega World NV" in shown.text
    mandate = Mandate.get()
    assert (mandate.person.subject, mandate.holder) == (f"demo:{persona}", world.organisations[holder])
    assert acting(client).get("/erkenningen").status_code == 200
    assert client.get("/overeenkomsten").status_code == 403
    listed = words(browser.get(HERE).page.select_one("#mandates-given"))
    assert f"{mandate.person.name}, {mandate.holder.name}" in listed
    told = words(browser.get("/organisatie/historiek").page.main)
    assert "bood jan@voorbeeld.be een machtiging aan" in told and "aanvaardde de machtiging" in told


def test_only_that_person_may_use_see_or_hear_of_it(browser, signed_in, colleague, world):
    User.update(email="zonder@voorbeeld.be").where(User.subject == "demo:zonderrecht").execute()
    User.update(email="coach@voorbeeld.be").where(User.subject == "demo:trajectbegeleider").execute()
    client = signed_in("trajectbegeleider")
    accept(client, offered(browser))
    mandate = Mandate.get()
    assert colleague.post("/organisatie/wissel", data=STAMP).status_code == 404
    assert "Mega World" not in colleague.get("/organisatie/wissel").page.main.text
    assert "Mega World" not in colleague.get(HERE).page.main.text
    assert colleague.get(f"{HERE}/{mandate.id}").status_code == 404
    assert client.get(f"{HERE}/{mandate.id}").status_code == 200
    Message.delete().execute()
    mandate.end(world.actor("mega", world.today, role="legal_representative"))
    told = [one.to for one in Message.select().where(Message.organisation == world.organisations["school"])]
    assert told == ["coach@voorbeeld.be"]


def test_mails_about_the_files_go_to_that_person_alone(browser, signed_in, colleague, world):
    User.update(email="zonder@voorbeeld.be").where(User.subject == "demo:zonderrecht").execute()
    User.update(email="coach@voorbeeld.be").where(User.subject == "demo:trajectbegeleider").execute()
    accept(signed_in("trajectbegeleider"), offered(browser))
    person, other = Mandate.get().person, User.get(User.subject == "demo:zonderrecht")
    file = file_of(world.ready())
    own = (person.id, other.id)
    heard = {one.to for one in audience(file, world.mega, "question", own, world.today)}
    assert "coach@voorbeeld.be" in heard and "zonder@voorbeeld.be" not in heard
    Mandate.update(person=None).execute()
    heard = {one.to for one in audience(file, world.mega, "question", own, world.today)}
    assert {"coach@voorbeeld.be", "zonder@voorbeeld.be"} <= heard


def test_it_is_gone_at_the_next_request_with_its_end_and_with_the_place_at_the_school(browser, signed_in, world):
    client = signed_in("trajectbegeleider")
    accept(client, offered(browser))
    acting(client)
    assert client.get("/erkenningen").status_code == 200
    seat = Membership.organisation == world.organisations["school"]
    Membership.update(is_blocked=True).where(seat).execute()
    assert client.get("/erkenningen").status_code == 303
    Membership.update(is_blocked=False).where(seat).execute()
    assert client.get("/erkenningen").status_code == 200
    page = browser.get(f"{HERE}/{Mandate.get().id}").page
    browser.submit(page, "form[action$='/beeindigen']")
    assert client.get("/erkenningen").status_code == 403


def test_its_log_holds_what_that_person_did_and_nobody_else(browser, signed_in, world):
    accept(signed_in("trajectbegeleider"), offered(browser))
    mandate, at = Mandate.get(), datetime(2100, 1, 1)
    mine = mandate.actor(mandate.person, at, world.today)
    Event.record(world.ready(), "submitted", mine)
    Event.record(world.ready("Winkelbediende"), "submitted", mine._replace(user=User.get_by_id(1)))
    assert {one.user for one in by_mandate(mandate)} == {mandate.person}
    assert by_mandate(mandate).count() == 2  # the taking up too


def test_beside_one_for_everybody_there_is_no_room_but_two_persons_each_have_their_own(world, browser, signed_in):
    accept(signed_in("trajectbegeleider"), offered(browser))
    with pytest.raises(RuleBroken, match="al een machtiging"):
        world.give("school")
    person = User.create(subject="x", first_name="An", last_name="Tweede")
    days = world.today, world.today + timedelta(days=9)
    assert not Mandate.overlapping(world.mega, world.organisations["school"], person, days)
    Mandate.update(person=None).execute()
    assert Mandate.overlapping(world.mega, world.organisations["school"], person, days)


# --- who never signed in ----------------------------------------------------------------------------------------------


def test_a_number_nobody_knows_waits_until_somebody_of_it_signs_in(browser, world):
    assert "kan nu voor u werken" in give(browser, holder=UNKNOWN).page.text
    made, mandate = Organisation.get(Organisation.number == UNKNOWN), Mandate.get()
    assert (made.kind, made.name) == ("employer", UNKNOWN) and mandate.holder == made
    listed = browser.get(HERE).page.select_one("#mandates-given").text
    assert "Wacht op de eerste aanmelding" in listed and UNKNOWN not in listed, "the number has its dots"
    user, _ = admit(
        identity(code=UNKNOWN, rights=[UNKNOWN], name="Sociaal Secretariaat"), "organisation", lambda _: None
    )
    assert [one.organisation for one in Mandate.usable_by(user, world.today)] == [world.mega]
    listed = browser.get(HERE).page.select_one("#mandates-given").text
    assert "Sociaal Secretariaat" in listed and "Loopt" in listed


def test_what_the_kbo_has_of_it_is_its_name(browser, world):
    KboEnterprise.insert(number=int(UNKNOWN), status="AC", juridical_situation="000", type_of_enterprise="2").execute()
    KboDenomination.create(entity=int(UNKNOWN), language="2", type="001", name="Loon en Co")
    assert (
        "Loon en Co kan nu voor u werken"
        in give(browser, holder=f" {UNKNOWN[:4]}.{UNKNOWN[4:7]}.{UNKNOWN[7:]}").page.text
    )
    assert Organisation.get(Organisation.number == UNKNOWN).name == "Loon en Co"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"holder": "0999.999.999"}, "holder"),
        ({"holder": "2147812701"}, "holder"),
        ({"holder": "123"}, "holder"),
        ({"holder": "", "email": ""}, "holder"),
        ({"who": "person", "holder": UNKNOWN}, "email"),
        ({"who": "person", "email": "jan"}, "email"),
        ({"who": "iedereen"}, "who"),
        ({"email": "jan@voorbeeld.be", "holder": MEGA}, "holder"),
        ({"email": "jan@voorbeeld.be", "holder": "123"}, "holder"),
        ({"email": "jan@voorbeeld.be", "recognitions": "no"}, "recognitions"),
        ({"email": "jan@voorbeeld.be", "valid_until": "2021-01-01"}, "valid_until"),
        ({"holder": UNKNOWN, "recognitions": "no"}, "recognitions"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_leaves_nothing_behind(browser, world, typed, field):
    before = Organisation.select().count()
    answer = give(browser, **{"who": "organisation"} | typed)
    assert answer.status_code == 422 and answer.page.select_one(f".field-wrong [name={field}]")
    assert not Mandate.select().exists() and not MandateOffer.select().exists() and not Message.select().exists()
    assert Organisation.select().count() == before
    swapped = browser.act(browser.get(f"{HERE}/nieuw").page, "#mandates-form", **{"who": "organisation"} | YES | typed)
    assert text(swapped.select_one("#mandates-form")) == text(answer.page.select_one("#mandates-form"))


# --- by mail ----------------------------------------------------------------------------------------------------------


def test_by_mail_everybody_of_who_accepts_may_use_it(browser, signed_in, colleague, world):
    accept(signed_in("trajectbegeleider"), offered(browser, "organisation"))
    assert Mandate.get().person is None
    assert acting(colleague).get("/erkenningen").status_code == 200


def test_a_mail_for_one_organisation_is_taken_up_there_alone(browser, signed_in, world):
    path = offered(browser, holder=world.organisations["school"].number)
    stranger = signed_in("behandelaar")
    page = stranger.get(path).page
    assert "is voor Technisch Atheneum De Brug" in page.text and not page.select("form.actions")
    stamp = {"organisation": world.organisations["handel"].number}
    assert stranger.post(path, data=stamp).status_code == 422 and not Mandate.select().exists()
    accept(signed_in("trajectbegeleider"), path)
    assert Mandate.get().holder == world.organisations["school"]


def test_a_link_counts_once_waits_for_a_sign_in_and_dies_of_age_or_when_withdrawn(browser, visitor, signed_in, world):
    path, token = offered(browser), mailed().rpartition("/")[2]
    assert visitor.get(path).location.startswith("/aanmelden?next=/machtiging/")
    assert token not in MandateOffer.get().token_hash
    offer, client = MandateOffer.get(), signed_in("trajectbegeleider")
    assert MandateOffer.usable(token, offer.expires_at - timedelta(seconds=1))
    assert not MandateOffer.usable(token, offer.expires_at)
    accept(client, path)
    stamp = {"organisation": world.organisations["school"].number}
    assert client.get(path).status_code == client.post(path, data=stamp).status_code == 404
    second = offered(browser, holder=world.organisations["handel"].number)
    page = browser.get(HERE).page
    assert "is ingetrokken" in browser.submit(page, "details form[action$='/intrekken']").page.text
    assert signed_in("behandelaar").get(second).status_code == 404
    assert browser.post(f"{HERE}/aanbod/{offer.id}/intrekken", data=STAMP).status_code == 404


def test_an_offer_of_who_manages_access_no_more_is_none(browser, signed_in, world):
    path, client = offered(browser), signed_in("trajectbegeleider")
    assert client.get(path).status_code == 200
    Membership.update(role="user").where(Membership.organisation == world.mega).execute()
    stamp = {"organisation": world.organisations["school"].number}
    assert client.get(path).status_code == client.post(path, data=stamp).status_code == 404
    assert not Mandate.select().exists()


def test_two_who_accept_at_once_make_one_mandate(browser, world):
    token = offered(browser).rpartition("/")[2]
    first, second = (MandateOffer.usable(token, datetime(2022, 1, 23)) for _ in range(2))
    first.accept(world.actor("school", world.today))
    with pytest.raises(RuleBroken, match="al gebruikt"):
        second.accept(world.actor("handel", world.today))
    assert Mandate.select().count() == 1


def test_the_employer_itself_a_viewer_and_who_acts_by_a_mandate_take_nothing_up(browser, signed_in, world):
    path = offered(browser)
    assert "Wissel eerst" in browser.get(path).page.text
    assert browser.post(path, data=STAMP).status_code == 422
    school = world.organisations["school"]
    Membership.update(role="viewer").where(Membership.organisation == school).execute()
    client = signed_in("trajectbegeleider")
    assert "geen machtiging aanvaarden" in client.get(path).page.text
    assert client.post(path, data={"organisation": school.number}).status_code == 403
    Membership.update(role="user").where(Membership.organisation == school).execute()
    world.give()
    assert acting(client).get(path).status_code == 403 and MandateOffer.get().closed_at is None


@pytest.mark.parametrize("role", ["user", "viewer"])
def test_only_who_manages_access_offers_or_withdraws(browser, world, role):
    offered(browser)
    actor, days = world.actor("mega", world.today, role=role), (world.today, world.today)
    for step in (
        lambda: MandateOffer.get().withdraw(actor),
        lambda: MandateOffer.by_mail(actor, "a@b.be", lambda token: token, *days, **YES),
    ):
        with pytest.raises(RuleBroken):
            step()


def test_an_address_is_invited_once_at_a_time(browser, world):
    offered(browser)
    answer = give(browser, "person", email="jan@voorbeeld.be")
    assert answer.status_code == 422 and "loopt al een uitnodiging" in answer.page.text
