"""Who may work for an organisation, felt at the next request; what was done and seen, also for who is concerned."""

import re
from datetime import datetime, timedelta

import pytest

import rules
from models import (
    RECORDS,
    ROLES,
    AccessLog,
    Event,
    InsightLink,
    Invitation,
    Membership,
    Mentor,
    Message,
    Organisation,
    Seal,
    User,
    chores,
    users,
)
from models.history import ABOUT
from rules import RuleBroken
from tests.browser import choose, text
from tests.test_house import LABELS
from tests.test_organisation import words

HERE = "/organisatie/gebruikers"
STAMP = {"organisation": "0417390703"}
INSZ = "85.07.30-033.28"


def right_of(persona, organisation=None):
    found = Membership.select().join(User).where(User.subject == f"demo:{persona}")
    return found.where(Membership.organisation == organisation).get() if organisation else found.get()


def acting(world, role):
    return world.actor("mega", world.today, role=role)


def invite(browser, **typed):
    page = browser.get(f"{HERE}/nieuw").page
    return browser.submit(page, "#users-form", **{"role": "user"} | typed)


def mailed_path(part):
    return re.search(rf"/{part}/\S+", Message.select().order_by(Message.id.desc()).get().text)[0]


# --- giving -----------------------------------------------------------------------------------------------------------


def test_somebody_without_any_right_takes_up_an_invitation_once(browser, signed_in, world):
    assert "krijgt een mail" in invite(browser, email="sofie@voorbeeld.be").page.text
    path, guest = mailed_path("uitnodiging"), signed_in("zonderrecht")
    page = guest.get(path).page
    assert "Mega World NV" in page.text and "gebruiker" in page.main.text
    assert "U werkt nu voor Mega World NV" in guest.submit(page, "form.actions").page.text
    right = right_of("zonderrecht")
    assert (right.role, right.source) == ("user", "local") and right.organisation == world.mega
    assert guest.get("/erkenningen").status_code == 200
    other = signed_in("trajectbegeleider")
    assert other.get(path).status_code == other.post(path).status_code == 404
    assert "Sofie Peeters aanvaardde" in browser.get("/organisatie/historiek").page.text


def test_an_invitation_waits_for_a_sign_in_and_dies_of_age_or_when_withdrawn(browser, visitor, signed_in, world):
    invite(browser, email="a@voorbeeld.be")
    path, invitation = mailed_path("uitnodiging"), Invitation.get()
    assert visitor.get(path).location.startswith("/aanmelden?next=/uitnodiging/")
    assert invitation.token_hash not in path
    assert Invitation.usable(path.rpartition("/")[2], invitation.expires_at - timedelta(seconds=1))
    assert not Invitation.usable(path.rpartition("/")[2], invitation.expires_at)
    page = browser.get(HERE).page
    assert "ingetrokken" in browser.submit(page, "details form[action$='/intrekken']").page.text
    assert signed_in("zonderrecht").post(path).status_code == 404
    assert browser.post(f"{HERE}/uitnodigingen/{invitation.id}/intrekken", data=STAMP).status_code == 404


def test_a_right_given_by_national_number_begins_now_or_at_the_first_sign_in(browser, signed_in, app, world):
    stored = Seal.fingerprint(rules.read_insz(INSZ))
    invite(browser, insz=INSZ, note="Sofie van de boekhouding")
    assert Invitation.get().insz_hash == stored and not Membership.select().where(Membership.source == "local").exists()
    shown = browser.get(HERE).page.text
    assert "Sofie van de boekhouding" in shown and INSZ not in shown and "85073003328" not in shown
    User.update(insz_hash=stored).where(User.subject == "demo:zonderrecht").execute()
    assert signed_in("zonderrecht").get("/erkenningen").status_code == 200
    assert right_of("zonderrecht").source == "local"
    again = invite(browser, insz=INSZ)
    assert again.status_code == 422 and "heeft al een recht" in again.page.text
    Membership.delete().where(Membership.id == right_of("zonderrecht").id).execute()
    assert "kan vanaf nu" in invite(browser, insz=INSZ, role="viewer").page.text
    assert right_of("zonderrecht").role == "viewer"


def test_two_sign_ins_at_once_take_up_one_right(browser, world, monkeypatch):
    """What waits is looked for, and then taken up: by then another sign-in may have done so."""
    stored = Seal.fingerprint(rules.read_insz(INSZ))
    invite(browser, insz=INSZ)
    guest = User.get(User.subject == "demo:zonderrecht")
    User.update(insz_hash=stored).where(User.id == guest.id).execute()
    guest = User.get_by_id(guest.id)
    invitation, accept = Invitation.get(), Invitation.accept
    actor_of = lambda right: right.actor(guest, invitation.made_at, world.today)  # noqa: E731

    def first_the_other(waiting, user, how):
        accept(Invitation.get_by_id(invitation.id), user, how)
        return accept(waiting, user, how)

    monkeypatch.setattr(Invitation, "accept", first_the_other)
    Invitation.take_up(guest, actor_of, invitation.made_at)
    assert Membership.select().where(Membership.user == guest).count() == 1


GONE = {  # how somebody who invited may be gone meanwhile
    "ended": lambda right: right.delete_instance(),
    "blocked here": lambda right: Membership.update(is_blocked=True).where(Membership.id == right.id).execute(),
    "blocked": lambda right: User.update(is_blocked=True).where(User.id == right.user_id).execute(),
    "another role": lambda right: Membership.update(role="user").where(Membership.id == right.id).execute(),
}


@pytest.mark.parametrize("how", GONE)
def test_who_manages_access_no_more_lets_nobody_in_by_what_they_sent_before(browser, signed_in, world, how):
    """Or somebody whose right ends would come back with the invitation they sent themselves."""
    stored = Seal.fingerprint(rules.read_insz(INSZ))
    invite(browser, insz=INSZ, note="Een vriend")
    invite(browser, email="een.vriend@voorbeeld.be", role="access_manager")
    path, guest = mailed_path("uitnodiging"), signed_in("zonderrecht")
    assert guest.get(path).status_code == 200
    GONE[how](right_of("zaakvoerder"))
    assert guest.get(path).status_code == guest.post(path).status_code == 404
    User.update(insz_hash=stored).where(User.subject == "demo:zonderrecht").execute()
    signed_in("zonderrecht")
    assert not Membership.select().join(User).where(User.subject == "demo:zonderrecht").exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "email"),
        ({"email": "x"}, "email"),
        ({"insz": "85.07.30-033.29"}, "insz"),
        ({"email": "a@b.be", "role": "legal_representative"}, "role"),
        ({"email": "a@b.be", "role": "keizer"}, "role"),
    ],
)
def test_an_invitation_that_is_wrong_is_refused_at_its_field_and_swapped_as_loaded(browser, world, typed, field):
    plain = invite(browser, **typed)
    assert plain.status_code == 422 and plain.page.select_one(f".field-wrong [name={field}]")
    swapped = browser.act(browser.get(f"{HERE}/nieuw").page, "#users-form", **{"role": "user"} | typed)
    assert text(swapped.select_one("#users-form")) == text(plain.page.select_one("#users-form"))
    assert not Invitation.select().exists()


@pytest.mark.parametrize("giver", ROLES)
@pytest.mark.parametrize("given", ROLES)
def test_who_may_give_which_role(world, giver, given):
    actor = acting(world, giver)
    assert users.may_give(actor, given) == (given in rules.MAY_GIVE.get(giver, ()))
    assert not users.may_give(actor, "legal_representative"), "the KBO says who that is"
    if not users.may_give(actor, given):
        with pytest.raises(RuleBroken):
            Invitation.by_mail(actor, "a@b.be", given, lambda token: token)
    assert not world.give().actor(actor.user, actor.at, actor.on).manages_access


# --- ending and blocking ----------------------------------------------------------------------------------------------


@pytest.fixture
def local(world):
    """A colleague with a right of the counter itself."""
    person = User.get(User.subject == "demo:zonderrecht")
    return Membership.create(user=person, organisation=world.mega, role="access_manager", source="local")


def test_an_ended_right_is_felt_at_the_next_request(browser, signed_in, local, world):
    client = signed_in("zonderrecht")
    assert client.get("/erkenningen").status_code == 200
    page = browser.get(HERE).page
    assert page.select_one(f"details:not([open]) form[action$='/{local.id}/beeindigen'] .danger"), (
        "asked once more first"
    )
    browser.submit(page, f"form[action$='/{local.id}/beeindigen']")
    assert client.get("/erkenningen").location == "/aanmelden/geen-recht"
    assert browser.post(f"{HERE}/{local.id}/beeindigen", data=STAMP).status_code == 404


def test_a_block_is_felt_at_the_next_request_and_lifted_again(browser, signed_in, world):
    client, right = signed_in("medewerker"), right_of("medewerker")
    page, block = browser.get(HERE).page, f"form[action$='/{right.id}/blokkeren']"
    assert page.select_one(f"details:not([open]) {block} .danger"), "asked once more first"
    browser.submit(page, block)
    assert client.get("/erkenningen").location == "/aanmelden/geen-recht"
    assert "Geblokkeerd" in browser.get(HERE).page.select_one("#users-list").text
    again = browser.post(f"{HERE}/{right.id}/blokkeren", data=STAMP)
    assert again.status_code == 422 and "al geblokkeerd" in again.page.text
    browser.submit(browser.get(HERE).page, f"form[action$='/{right.id}/deblokkeren']")
    assert client.get("/erkenningen").status_code == 200


def test_a_right_of_acm_is_not_ended_here_but_its_source_is_said(browser, world):
    right = right_of("medewerker")
    answer = browser.post(f"{HERE}/{right.id}/beeindigen", data=STAMP)
    assert answer.status_code == 422 and "komt van ACM/IDM" in answer.page.text
    assert "Recht van ACM/IDM" in answer.page.select_one("#users-list").text


def test_the_last_who_manages_access_stays(local, world):
    """The legal representative left: the only manager can be ended nor blocked, by nobody."""
    Membership.update(is_blocked=True).where(Membership.role == "legal_representative").execute()
    head = acting(world, "head_access_manager")
    for step in (users.end_right, users.block):
        with pytest.raises(RuleBroken) as refused:
            step(local, head)
        assert "laatste" in str(refused.value)
    person = User.create(subject="x", first_name="An", last_name="Tweede")
    Membership.create(user=person, organisation=world.mega, role="head_access_manager", source="local")
    users.end_right(local, head)


@pytest.mark.parametrize("role", ["viewer", "user", "head_access_manager"])
def test_another_role_is_given_in_one_step_and_felt_at_the_next_request(browser, signed_in, local, world, role):
    client = signed_in("zonderrecht")
    before = client.get(f"{HERE}/nieuw").page
    assert before.select("#users-form")
    browser.submit(browser.get(HERE).page, f"form[action$='/{local.id}/rol']", role=role)
    assert right_of("zonderrecht").role == role and right_of("zonderrecht").id == local.id
    assert bool(client.get(f"{HERE}/nieuw").page.select("#users-form")) == (role == "head_access_manager")
    assert client.post("/erkenningen/nieuw", data=STAMP).status_code == (403 if role == "viewer" else 303)
    told = words(browser.get("/organisatie/historiek").page.main)
    assert f"gaf Sofie Peeters een andere rol: {ROLES[role].lower()}, voordien toegangsbeheerder." in told


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("access_manager", "heeft die rol al"),
        ("legal_representative", "kunt u niet geven"),
        ("keizer", "kunt u niet geven"),
        ("", "kunt u niet geven"),
    ],
)
def test_a_role_that_is_not_theirs_to_give_changes_nothing(browser, local, role, told):
    answer = browser.post(f"{HERE}/{local.id}/rol", data=STAMP | {"role": role})
    assert answer.status_code == 422 and told in answer.page.select_one("[role=alert]").text
    assert right_of("zonderrecht").role == "access_manager"


def test_a_role_of_acm_above_ones_own_or_of_oneself_is_not_changed_here(browser, signed_in, local, world):
    theirs, own = right_of("medewerker"), right_of("zaakvoerder")
    answer = browser.post(f"{HERE}/{theirs.id}/rol", data=STAMP | {"role": "viewer"})
    assert answer.status_code == 422 and "komt van ACM/IDM" in answer.page.text
    assert browser.post(f"{HERE}/{own.id}/rol", data=STAMP | {"role": "viewer"}).status_code == 422
    manager, local_user = signed_in("zonderrecht"), world.right_at("mega", "Gewoon")
    assert manager.post(f"{HERE}/{own.id}/rol", data=STAMP | {"role": "viewer"}).status_code == 422
    upwards = manager.post(f"{HERE}/{local_user.id}/rol", data=STAMP | {"role": "access_manager"})
    assert upwards.status_code == 422 and Membership.get_by_id(local_user.id).role == "user"
    assert not manager.get(HERE).page.select(f"form[action$='/{theirs.id}/rol']")


def test_the_last_manager_keeps_a_role_that_manages_and_two_tabs_change_it_once(local, world):
    Membership.update(is_blocked=True).where(Membership.role == "legal_representative").execute()
    head = acting(world, "head_access_manager")
    with pytest.raises(RuleBroken, match="laatste"):
        users.change_role(local, head, "user")
    world.right_at("mega", "Tweede", "head_access_manager")
    users.change_role(Membership.get_by_id(local.id), head, "head_access_manager")
    with pytest.raises(RuleBroken, match="wijzigde deze rol net"):
        users.change_role(local, head, "user")
    assert right_of("zonderrecht").role == "head_access_manager"


def test_nobody_changes_their_own_right_or_one_above_theirs(browser, signed_in, local, world):
    own = right_of("zaakvoerder")
    assert browser.post(f"{HERE}/{own.id}/blokkeren", data=STAMP).status_code == 422
    manager = signed_in("zonderrecht")
    for step in ("blokkeren", "beeindigen"):
        assert manager.post(f"{HERE}/{own.id}/{step}", data=STAMP).status_code == 422
    assert not manager.get(HERE).page.select(f"form[action$='/{own.id}/blokkeren']")


def test_somebody_without_that_task_sees_the_list_and_no_button(signed_in, world):
    page = signed_in("medewerker").get(HERE).page
    assert "Marleen Verdonck" in page.text and not page.select("main form")
    assert signed_in("medewerker").post(f"{HERE}/bevestigen", data=STAMP).status_code == 422


# --- once a year ------------------------------------------------------------------------------------------------------


def test_once_a_year_somebody_looks_over_who_has_a_right(browser, world):
    def waits(on):
        mega = Organisation.get_by_id(world.mega.id)
        return [chore.days_left for chore in chores(mega, on) if chore.kind == "users"]

    Organisation.update(users_confirmed_on=None).where(Organisation.id == world.mega.id).execute()
    assert waits(world.today) == [None] and "Kloppen deze gebruikers nog?" in browser.get("/").page.text
    browser.submit(browser.get(HERE).page, "form[action$='/bevestigen']")
    due = rules.add_months(world.today, 12)
    assert waits(world.today) == [] and waits(due - timedelta(days=31)) == []
    assert waits(due - timedelta(days=30)) == [30] and waits(due + timedelta(days=5)) == [0]


# --- what was done, what was seen -------------------------------------------------------------------------------------


def test_the_history_is_narrowed_by_what_who_and_when_and_swapped_as_loaded(browser, world):
    draft = world.ready()
    draft.submit(world.actor("mega", world.today))
    world.give()
    page = browser.get("/organisatie/historiek").page
    assert "diende de aanvraag in" in page.text and "gaf een machtiging" in page.text
    page = choose(page, "#soort", "Erkenning")
    shown = browser.act(page, "#filters", soort="Erkenning")
    fresh = browser.get("/organisatie/historiek?soort=Erkenning").page
    assert text(shown.select_one("#history-events")) == text(fresh.select_one("#history-events"))
    assert "gaf een machtiging" not in fresh.select_one("#history-events").text
    assert "Niets gevonden" in browser.get("/organisatie/historiek?since=2022-01-25").page.text
    assert "diende de aanvraag in" in browser.get("/organisatie/historiek?since=2022-01-23&until=2022-01-23").page.text
    other = User.get(User.subject == "demo:beheerder").id
    assert "Niets gevonden" in browser.get(f"/organisatie/historiek?wie={other}").page.text
    for odd in ("?since=ooit&wie=x&soort=y", "?wie=999999999999", "?na=x_y&voor=1"):
        assert browser.get(f"/organisatie/historiek{odd}").status_code == 200


def test_an_event_about_something_new_breaks_no_page(browser, world):
    Event.record(world.organisations["school"], "users_confirmed", world.actor("mega", world.today))
    Event.record(User.get(), "users_confirmed", world.actor("mega", world.today))
    actor = world.actor("mega", world.today)
    Event.record(AccessLog.note(world.mega, "insz", actor), "users_confirmed", actor)
    assert "Loket:" in words(browser.get("/organisatie/historiek").page.main)


def looked_at(world, handler, signed_in):
    """A mentor whose number a handler and a colleague revealed."""
    file = world.handed_in()
    mentor = file.mentor_links[0].mentor
    Mentor.update(email="leen@voorbeeld.be").where(Mentor.id == mentor.id).execute()
    stamp = {"organisation": world.organisations["handel"].number}
    path = f"/behandeling/{file.id}/mentors/{mentor.id}/rijksregisternummer"
    assert handler.post(path, data=stamp).status_code == 200
    assert signed_in("medewerker").post(f"/mentoren/{mentor.id}/rijksregisternummer", data=STAMP).status_code == 200
    return mentor


def test_the_access_log_tells_who_saw_what_of_whom_and_of_others_the_organisation(browser, handler, signed_in, world):
    looked_at(world, handler, signed_in)
    log = words(browser.get("/organisatie/toegangslog").page.select_one("#history-looks"))
    assert "Yassin El Amrani zag het rijksregisternummer van Mentor Leen Ó Briain" in log
    assert "Iemand van Sectoraal Partnerschap Handel zag" in log and "Inge Lambrechts" not in log
    theirs = words(handler.get("/organisatie/toegangslog").page.select_one("#history-looks"))
    assert "Inge Lambrechts zag" in theirs and "Yassin" not in theirs
    assert "Leen" not in signed_in("trajectbegeleider").get("/organisatie/toegangslog").page.text
    page = browser.act(browser.get("/organisatie/toegangslog").page, "#filters", since="2022-01-24")
    fresh = browser.get("/organisatie/toegangslog?since=2022-01-24").page
    assert text(page.select_one("#history-looks")) == text(fresh.select_one("#history-looks"))


def test_who_is_concerned_reads_it_once_by_a_link_without_an_account(browser, handler, signed_in, visitor, world):
    mentor = looked_at(world, handler, signed_in)
    other = world.mentor("mega", "Bo", "Smet")
    AccessLog.note(other, "insz", world.actor("mega", world.today), "niet over Leen")
    page = browser.get("/organisatie/toegangslog").page
    assert [one["value"] for one in page.select("#person option")] == ["", f"mentor-{mentor.id}"], "nobody yet"
    browser.submit(page, "form[action$='/link']", person=f"mentor-{mentor.id}")
    path = mailed_path("inzage")
    assert path.rpartition("/")[2] not in InsightLink.get().token_hash
    asked = visitor.get(path).page
    assert visitor.get(path).status_code == 200, "reading a link does not use it up"
    shown = visitor.submit(asked, "form.actions")
    log = words(shown.page.main)
    assert "Iemand van Sectoraal Partnerschap Handel zag" in log and "Iemand van Mega World NV zag" in log
    assert "niet over Leen" not in log and "Yassin" not in log
    assert shown.headers["Cache-Control"] == "no-store"
    assert visitor.get(path).status_code == visitor.post(path).status_code == 404


def test_an_old_link_shows_nothing(browser, handler, signed_in, visitor, world):
    mentor = looked_at(world, handler, signed_in)
    page = browser.get("/organisatie/toegangslog").page
    browser.submit(page, "form[action$='/link']", person=f"mentor-{mentor.id}")
    InsightLink.update(expires_at=datetime(2020, 1, 1)).execute()
    assert visitor.get(mailed_path("inzage")).status_code == 404


@pytest.mark.parametrize("key", ["", "mentor-", "mentor-999999999", "user-1", "mentor-1e3", "agreement-٣", "x" * 300])
def test_a_link_goes_only_to_an_own_mentor_or_learner(browser, world, key):
    theirs = world.mentor("fiets", "Bo", "Smet")
    Mentor.update(email="b@a.be").where(Mentor.id == theirs.id).execute()
    for wanted in (key, f"mentor-{theirs.id}"):
        answer = browser.post("/organisatie/toegangslog/link", data=STAMP | {"person": wanted})
        assert answer.status_code == 422 and "Kies iemand uit de lijst" in answer.page.text
    assert not Message.select().exists()


@pytest.mark.parametrize("path", [HERE, "/organisatie/historiek", "/organisatie/toegangslog"])
def test_the_next_page_swapped_is_the_next_page_loaded(browser, world, path):
    actor, mentor = world.actor("mega", world.today), world.mentor("mega")
    for number in range(30):
        person = User.create(subject=f"x{number}", first_name="An", last_name=f"Nummer {number}")
        Membership.create(user=person, organisation=world.mega, role="user")
        Event.record(world.mega, "users_confirmed", actor)
        AccessLog.note(mentor, "insz", actor)
    page = browser.get(path).page
    place = page.select_one("a[rel=next]")["href"]
    assert text(browser.act(page, "a[rel=next]")) == text(browser.get(place).page)


def test_the_history_has_a_word_for_whatever_an_event_is_about():
    """What is recorded is a record with a history page or a line in one; each has a Dutch name."""
    told = {table for table in ABOUT if table in {one._meta.table_name for one in RECORDS}}
    assert told == set(ABOUT), "these are no records (any more)"
    assert all(kind[:1].isupper() for kind, _ in ABOUT.values())
    assert {record._meta.table_name for record in LABELS} <= told
