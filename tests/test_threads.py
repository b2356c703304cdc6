"""Messages inside a file: who reads and writes them, what is unread, and a mail that says no more than that."""

from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from playhouse.migrations import Runner

from models import Agreement, Event, Membership, Message, Organisation, Talk, Thread, User
from rules import RuleBroken
from tests.test_agreements import frozen
from tests.test_notices import actor_of
from views.demo_agreements import current, make

MEGA = "0417390703"


def unread(world, key):
    return Thread.unread(world.organisations[key]).count()


def test_a_message_is_unread_for_the_other_side_until_it_is_read(world):
    file, mega, handel = world.handed_in(), world.actor("mega", world.today), actor_of(world, "behandelaar", "handel")
    Talk.write(mega, file, "Wanneer komt u langs?")
    assert (unread(world, "mega"), unread(world, "handel"), unread(world, "bakkerij")) == (0, 1, 0)
    Talk.write(handel, file, "Dinsdag.")
    assert (unread(world, "mega"), unread(world, "handel")) == (1, 0), "who answers has read"
    Talk.mark_read(mega, file)
    Talk.mark_read(mega, file)
    assert unread(world, "mega") == 0
    Talk.write(handel, file, "Om tien uur.")
    assert unread(world, "mega") == 1
    assert [event.name for event in Event.of(file)].count("message_written") == 3


def test_unread_in_one_file_says_nothing_of_another(world):
    first, second = world.handed_in(), world.handed_in("Winkelbediende")
    handel = actor_of(world, "behandelaar", "handel")
    Talk.write(handel, first, "Een.")
    Talk.write(handel, second, "Twee.")
    Talk.mark_read(world.actor("mega", world.today), first)
    assert [one.recognition_id for one in Thread.unread(world.mega)] == [second.id]


def test_in_an_agreement_employer_and_school_talk(world):
    agreement = frozen(world, world.granted())
    Talk.write(world.actor("mega", world.today), agreement, "Klopt het uurrooster?")
    assert (unread(world, "school"), unread(world, "handel")) == (1, 0)
    Talk.write(world.actor("school", world.today), agreement, "Ja.")
    assert unread(world, "mega") == 1


def test_without_a_number_an_agreement_is_told_by_its_learner(browser, world):
    agreement = frozen(world, world.granted())
    Talk.write(world.actor("school", world.today), agreement, "Klopt het uurrooster?")
    link = browser.get("/berichten").page.select_one(f"a[href='/overeenkomsten/{agreement.id}/berichten']")
    assert link.text == f"Overeenkomst – {agreement.learner}"
    assert browser.get(link["href"]).page.h1.text == f"Berichten over Overeenkomst – {agreement.learner}"
    told = browser.get("/organisatie/historiek").page.select_one("#history-events").text
    assert "Overeenkomst zonder nummer:" in told and agreement.learner not in told


def test_a_mail_says_that_there_is_a_message_and_not_what(world):
    file = world.handed_in()
    Message.delete().execute()
    Talk.write(world.actor("mega", world.today), file, "Zeer geheim")
    found = list(Message.select())
    assert {one.organisation.name for one in found} == {"Sectoraal Partnerschap Handel"}
    assert not any("geheim" in one.subject + one.text for one in found)
    assert all(file.number in one.subject for one in found)


@pytest.mark.parametrize("typed", ["", "   ", "x" * 4001, "Haar nummer is 85.07.30-033.28"])
def test_what_cannot_be_sent_is_refused_and_comes_back(browser, world, typed):
    file = world.handed_in()
    page = browser.get(f"/erkenningen/{file.id}/berichten").page
    answer = browser.submit(page, "form:has(textarea)", text=typed)
    assert answer.status_code == 422 and answer.page.select_one("#text-wrong")
    assert answer.page.select_one("textarea").text.strip() == typed.strip()
    assert not Talk.select().exists()


def test_a_draft_has_nobody_to_talk_to(browser, world):
    draft = world.ready()
    assert "nog niemand anders" in browser.get(f"/erkenningen/{draft.id}/berichten").text
    with pytest.raises(RuleBroken):
        Talk.write(world.actor("mega", world.today), draft, "Hallo?")


def test_both_sides_read_the_same_page_and_the_dashboard_counts(browser, handler, world):
    file = world.handed_in()
    page = browser.get(f"/erkenningen/{file.id}/berichten").page
    page = browser.submit(page, "form:has(textarea)", text="Dag <b>Inge</b>").page
    assert "Dag <b>Inge</b>" in page.text and "Marleen Verdonck" in page.text
    assert "1 ongelezen" in handler.get("/").page.select_one("#threads-unread").text
    index = handler.get("/berichten").page
    assert "Ongelezen" in index.text and f"{file} – {file.label}" in index.select_one("main ul a").text
    theirs = handler.get(index.select_one("main ul a")["href"]).page
    assert "Dag <b>Inge</b>" in theirs.text and theirs.h1.text == f"Berichten over {file} – {file.label}"
    after = handler.submit(theirs, "form[action$='/gelezen']").page
    assert "Ongelezen" not in after.text
    assert "ongelezen" not in handler.get("/").page.select_one("#threads-unread").text


def test_who_may_only_look_reads_and_does_not_write(signed_in, world):
    file = world.handed_in()
    Talk.write(actor_of(world, "behandelaar", "handel"), file, "Dag.")
    viewer = signed_in("raadpleger")
    page = viewer.get(f"/erkenningen/{file.id}/berichten").page
    assert "Dag." in page.text and not page.select("main form")
    with pytest.raises(RuleBroken):
        Talk.write(actor_of(world, "raadpleger")._replace(role="viewer"), file, "Dag.")


def test_a_school_that_is_named_no_more_sees_nothing(world):
    agreement = frozen(world, world.granted())
    Talk.write(world.actor("mega", world.today), agreement, "Dag.")
    Agreement.update(provider=None).where(Agreement.id == agreement.id).execute()
    assert unread(world, "school") == 0 and not list(Thread.of(world.organisations["school"]))


def later(actor, hours):
    return actor._replace(at=actor.at + timedelta(hours=hours))


def shown(draft, actor, is_frozen):
    """The draft as its school sees it for the first time: put up for signing, or passed on."""
    one = current(draft)
    one.freeze(actor) if is_frozen else one.pass_on(actor)
    return current(draft)


def other_school(world):
    """A school of its own, where the demo's coach now works."""
    other = Organisation.create(number="0200000031", name="Andere school", kind="provider")
    coach = User.get(User.subject == "demo:trajectbegeleider")
    Membership.update(organisation=other).where(Membership.user == coach).execute()
    return other


@pytest.mark.parametrize("was_frozen", [False, True])
@pytest.mark.parametrize("is_frozen", [False, True])
def test_the_next_school_reads_nothing_of_what_was_said_with_the_one_before(world, signed_in, was_frozen, is_frozen):
    mega, coach = world.actor("mega", world.today), world.actor("school", world.today)
    draft = make(world, "mega", world.ending_in(1500), 3, "draft")
    Talk.write(later(coach, 1), shown(draft, mega, was_frozen), "Vertrouwelijk, van ons.")
    Talk.write(later(mega, 2), current(draft), "Vertrouwelijk, aan u.")
    (current(draft).reopen if was_frozen else current(draft).take_back)(later(mega, 3))
    other = other_school(world)
    current(draft).edit(later(mega, 4), provider=other)
    shown(draft, later(mega, 5), is_frozen)
    Talk.write(later(mega, 6), current(draft), "Dag, nieuwe school.")
    client = signed_in("trajectbegeleider")
    page = client.get(f"/overeenkomsten/{draft.id}/berichten").page
    assert "Dag, nieuwe school." in page.main.text and "Vertrouwelijk" not in page.main.text
    own = [one.text for one in Talk.of(current(draft), world.mega).order_by(Talk.id)]
    assert own == ["Vertrouwelijk, van ons.", "Vertrouwelijk, aan u.", "Dag, nieuwe school."]


def test_a_school_keeps_what_was_said_through_every_hand_over_to_it(world):
    mega, coach = world.actor("mega", world.today), world.actor("school", world.today)
    draft = make(world, "mega", world.ending_in(1500), 3, "draft")
    current(draft).pass_on(mega)
    Talk.write(later(mega, 1), current(draft), "Een.")
    current(draft).pass_on(later(coach, 2))
    current(draft).pass_on(later(mega, 3))
    Organisation.update(name="Brugschool").where(Organisation.id == coach.organisation.id).execute()
    current(draft).pass_on(later(coach, 4))
    current(draft).freeze(later(mega, 5))
    school = Organisation.get_by_id(coach.organisation.id)
    assert [one.text for one in Talk.of(current(draft), school)] == ["Een."]


def test_a_long_talk_goes_by_pages(browser, world):
    file, actor = world.handed_in(), actor_of(world, "behandelaar", "handel")
    for number in range(30):
        Talk.create(
            recognition=file, user=actor.user, organisation=actor.organisation, text=f"Nr {number}.", at=actor.at
        )
    page = browser.get(f"/erkenningen/{file.id}/berichten").page
    assert "Nr 29." in page.text and "Nr 4." not in page.text
    assert "Nr 4." in browser.get(page.select_one("a[rel=next]")["href"]).text


def test_messages_of_before_are_read_and_unread_as_they_were():
    database = peewee.SqliteDatabase(":memory:")
    runner = Runner(database, str(Path(__file__).parent.parent / "migrations"))
    runner.up("0018_threads")
    for table, columns, row in [
        ("organisation", "id, number, name, kind", "1, '0417390703', 'Mega', 'employer'"),
        ("organisation", "id, number, name, kind", "2, '0207500519', 'School', 'provider'"),
        ("talk", "id, agreement_id, user_id, organisation_id, text, at", "1, 1, 1, 1, 'Dag.', '2026-01-01'"),
        ("talk", "id, agreement_id, user_id, organisation_id, text, at", "2, 1, 1, 2, 'Ja.', '2026-01-02'"),
        ("talk_read", "organisation_id, agreement_id, last", "2, 1, 2"),
        ("talk_read", "organisation_id, agreement_id, last", "1, 1, 1"),
    ]:
        database.execute_sql(f"INSERT INTO {table} ({columns}) VALUES ({row})")
    required = [c.name for c in database.get_columns("agreement") if not c.null and c.default is None]
    values = dict.fromkeys(required, "'x'") | {"id": 1, "organisation_id": 1, "provider_id": 2, "state": "'draft'"}
    database.execute_sql(f"INSERT INTO agreement ({', '.join(values)}) VALUES ({', '.join(map(str, values.values()))})")
    runner.up()
    kept = database.execute_sql("SELECT organisation_id, agreement_id, last_id, read FROM thread ORDER BY 1").fetchall()
    assert kept == [(1, 1, 2, 1), (2, 1, 2, 2)]
    database.close()
