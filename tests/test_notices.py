"""Who is told what: every event, every side, the right people, once; and never more than the mail may say."""

import json
from datetime import datetime, timedelta

import pytest

import models
from models import (
    MESSAGE_KINDS,
    NOTICES,
    WAYS,
    Addendum,
    Appeal,
    ContactPerson,
    Membership,
    Message,
    Organisation,
    Preference,
    Recognition,
    Sanction,
    User,
    write_reminders,
)
from models.people import Actor
from rules import RuleBroken
from tests.test_agreements import frozen, registered
from tests.test_house import events
from views.demo_agreements import current, make, sign_all
from views.demo_sanctions import appealed, sanctioned
from views.links import PLACES, link_of, place_of

HOME = "http://127.0.0.1:8000"  # PUBLIC_URL where nothing else is said


def test_every_event_says_who_is_told():
    silent, idle = sorted(set(events()) - set(NOTICES)), sorted(set(NOTICES) - set(events()))
    assert not silent, f"say in NOTICES of models/notices.py who is told of these, or () for nobody: {silent}"
    assert not idle, f"nothing records these events any more: {idle}"


def test_every_notice_can_be_read_and_chosen():
    sides = {"employer", "partnership", "committee", "provider", "others", "next", "learner", "holder"}
    sides |= {"registrar", "besides"}
    for name, notices in NOTICES.items():
        for notice in notices:
            assert notice.side in sides and notice.kind in MESSAGE_KINDS, name
            assert notice.text.endswith(".") and not notice.subject.endswith("."), name
            assert notice.subject.format(file="x", who="y") and notice.text.format(file="x", who="y")
            longest = max(len(sentence.split()) for sentence in notice.text.split("."))
            assert longest <= 20, f"{name}: write shorter sentences"


def test_every_side_of_every_file_has_a_place():
    for table in ("recognition", "mentor_application", "sanction", "appeal"):
        assert {kind for one, kind in PLACES if one == table} == {"employer", "partnership"}
    assert {kind for one, kind in PLACES if one == "agreement"} == {"employer", "provider"}


@pytest.fixture
def mails():
    """A function: [(to, subject)] written since the last time it was asked."""
    Message.update(bundle=None).execute()
    Message.delete().execute()

    def read():
        found = [(one.to, one.subject) for one in Message.select().order_by(Message.id)]
        Message.delete().execute()
        return found

    return read


def users(*personas):
    return sorted(f"{persona}@demo.voorbeeld.be" for persona in personas)


def to(found):
    return sorted(address for address, _ in found)


def test_a_recognition_tells_whoever_is_next(world, mails):
    draft = world.ready()
    assert mails() == []
    draft.submit(world.actor("mega", world.today))
    assert to(mails()) == users("zaakvoerder", "behandelaar", "collega"), "a confirmation, and the queue"
    draft = world.fresh(draft)
    handler = actor_of(world, "behandelaar", "handel")
    draft.assign(handler)
    assert to(mails()) == users("zaakvoerder")
    draft.ask(handler, {"mentors": "Wie?"})
    [asked, contact] = mails()
    assert asked[0] == "zaakvoerder@demo.voorbeeld.be" and asked[1].startswith("Een vraag over aanvraag E/")
    assert contact == ("leen@voorbeeld.be", asked[1]), "the contact person of the file hears it too"
    world.fresh(draft).complete_file(world.actor("mega", world.today), {"mentors": "Leen."})
    assert to(mails()) == users("behandelaar"), "who took it, nobody else"


def test_a_decision_is_told_as_what_it_became(world, mails):
    recognition = world.in_treatment()
    mails()
    recognition.decide(world.handler_of(recognition, world.today), False, "Te weinig werk.")
    found = mails()
    assert {subject.partition(":")[0] for _, subject in found} == {"Afgekeurd"}
    assert not any("Te weinig" in text for (text,) in Message.select(Message.text).tuples())


def test_the_steps_of_a_mentor_application_are_told(world, mails):
    application = world.ready_mentor(world.granted())
    mails()
    application.submit(world.actor("mega", world.today))
    found = mails()
    assert "zaakvoerder@demo.voorbeeld.be" in to(found) and any("M/" in subject for _, subject in found)


def test_what_becomes_of_an_addendum_is_told_of_its_agreement(world, mails):
    agreement = make(world, "mega", world.ending_in(1500), 3, "registered")
    actor, days = world.actor("mega", world.today), timedelta(days=9)
    drawn = Addendum.draw_up(current(agreement), actor, "extension", None, ends_on=agreement.ends_on + days)
    mails()
    drawn.withdraw(actor)
    name = f"overeenkomst {agreement.number} voor {agreement.recognition.training.name}"
    assert ("trajectbegeleider@demo.voorbeeld.be", f"Geen bijlage: {name}") in told_of(agreement, "school", mails)
    drawn = Addendum.draw_up(current(agreement), actor, "extension", None, ends_on=agreement.ends_on + days)
    mails()
    sign_all(world, drawn, "mega", world.today)
    whole = [one for one in told_of(agreement, "mega", mails) if one[1].startswith("Bijlage getekend")]
    assert whole == [("zaakvoerder@demo.voorbeeld.be", f"Bijlage getekend: {name}")], "who works on it, nobody else"


@pytest.mark.parametrize(("is_own", "registrar"), [(True, "mega"), (False, "school")])
def test_who_registers_is_told_that_it_can_be_done(world, mails, is_own, registrar):
    Organisation.update(registers_agreements=is_own).where(Organisation.id == world.mega.id).execute()
    recognition = world.ending_in(1500)
    mails()
    agreement = make(world, "mega", recognition, 3, "signed")
    found = {(to, subject.partition(":")[0]) for to, subject in mails()}
    # The coach signed last, and hears of that as who must register only.
    people = {"mega": "zaakvoerder@demo.voorbeeld.be", "school": "trajectbegeleider@demo.voorbeeld.be"}
    may = {key for key in people if current(agreement).can("register", world.actor(key, world.today))}
    assert may == {registrar}
    assert {to for to, what in found if what == "Te registreren"} == {people.pop(registrar)}
    assert {to for to, what in found if what == "Getekend"} == set(people.values()) - {people.get("school")}


def told_of(agreement, key, mails):
    """What was told about an agreement to somebody of that organisation; each mail leads to the agreement."""
    about = [
        one for one in Message.select() if one.organisation.kind == ("provider" if key == "school" else "employer")
    ]
    assert about and {(one.about, one.about_id) for one in about} == {("agreement", agreement.id)}
    mails()
    return [(one.to, one.subject) for one in about]


def test_a_sanction_and_an_appeal_are_told(world, mails):
    recognition = world.granted(is_read=True)
    handler = world.handler_of(recognition, world.today)._replace(duty="manager")
    sanction = Sanction.prepare(handler, "revocation", [recognition], "Geen begeleiding.")
    assert not [subject for _, subject in mails() if "sanctie" in subject.lower()], "what is only prepared is not told"
    Sanction.get_by_id(sanction.id).impose(handler)
    found = mails()
    assert users("zaakvoerder", "medewerker", "boekhouder") == [one for one in to(found) if "demo" in one]
    appeal = Appeal.draft(world.actor("mega", world.today), Sanction.get_by_id(sanction.id))
    appeal.lodge(world.actor("mega", world.today), "Wij zijn het niet eens.")
    found = mails()
    assert ("beheerder@demo.voorbeeld.be", f"Nieuw: beroep {appeal.number}") in found
    committee = world.actor("vlaams", world.today)._replace(duty="manager")
    Appeal.get_by_id(appeal.id).admit(committee)
    Appeal.get_by_id(appeal.id).rule(committee, True, "Gelijk.")
    subjects = [subject for _, subject in mails()]
    assert f"Gegrond: beroep {appeal.number}" in subjects and f"Vernietigd: sanctie {sanction.number}" in subjects


@pytest.mark.parametrize("duty", ["officer", "voter"])
def test_of_an_appeal_only_who_may_open_it_is_told(world, mails, duty):
    Membership.update(duty=duty).where(Membership.organisation == world.organisations["vlaams"]).execute()
    mails()
    appeal = appealed(world, "mega", sanctioned(world, world.granted()), "lodged")
    assert not [one for one in mails() if one[0].startswith("beheerder")]
    write_reminders(datetime(2022, 2, 1), appeal.check_due())
    assert not [one for one in mails() if one[0].startswith("beheerder")]


def test_an_agreement_tells_whose_turn_it_is(world, mails):
    agreement = frozen(world, world.granted())
    mails()
    actor = world.actor("mega", world.today)
    nobody = Actor(None, world.mega, "viewer", actor.at, actor.on)
    agreement.sign(nobody, "learner", 1, "Fatima", "link")
    assert mails() == []
    agreement.sign(nobody, "guardian", 1, "Nora", "link")
    assert mails() == [("zaakvoerder@demo.voorbeeld.be", "Uw handtekening: de overeenkomst voor Verkoper")]
    agreement.sign(actor, "employer", 1, "Marleen")
    assert to(mails()) == users("trajectbegeleider")
    agreement.sign(world.actor("school", world.today), "provider", 1, "Jan")
    assert to(mails()) == users("zaakvoerder"), "who signed last knows"


def test_a_registered_agreement_is_told_to_learner_guardian_and_school(world, mails):
    agreement = registered(world, world.granted())
    found = [pair for pair in mails() if pair[1].startswith("Geregistreerd")]
    assert to(found) == sorted(["fatima@voorbeeld.be", "nora@voorbeeld.be", *users("zaakvoerder", "trajectbegeleider")])
    agreement.end(world.actor("mega", agreement.starts_on), agreement.starts_on, "mutual")
    assert to(mails()) == sorted(["fatima@voorbeeld.be", "nora@voorbeeld.be", *users("trajectbegeleider")])


def test_no_mail_names_a_learner_to_who_has_an_account(world, mails):
    registered(world, world.granted())
    for message in Message.select().where(Message.user.is_null(False)):
        assert "Fatima" not in message.subject + message.text


def test_a_mail_belongs_to_its_step(world, mails):
    from models import db

    draft = world.ready()
    with pytest.raises(ZeroDivisionError), db.atomic():
        draft.submit(world.actor("mega", world.today))
        raise ZeroDivisionError
    assert mails() == []


# --- whom the organisation named, and who works for it ---------------------------------------------------------------


def named(world, subject, address, place=None):
    actor = world.actor("mega", world.today)
    return ContactPerson.add(actor, subject=subject, name="An", email=address, phone="", establishment=place)


def asked_about(world, recognition, mails):
    mails()
    recognition.ask(world.handler_of(recognition, world.today), {"mentors": "Wie?"})
    return to(mails())


def test_the_contact_person_for_a_subject_hears_what_must_be_known(world, mails):
    named(world, "recognitions", "an@voorbeeld.be")
    named(world, "mentors", "mentor@voorbeeld.be")
    sent = world.handed_in()
    expected = ["an@voorbeeld.be", "leen@voorbeeld.be", *users("zaakvoerder")]
    assert asked_about(world, sent, mails) == sorted(expected)
    Message.delete().execute()
    world.fresh(sent).complete_file(world.actor("mega", world.today), {"mentors": "Leen."})
    assert "an@voorbeeld.be" not in to(mails()), "how it goes on is for who works on it"


def test_the_one_of_the_establishment_goes_before_and_the_general_one_comes_last(world, mails):
    sent = world.handed_in()
    named(world, "general", "algemeen@voorbeeld.be")
    assert "algemeen@voorbeeld.be" in asked_about(world, sent, mails)
    second = world.handed_in("Winkelbediende")
    named(world, "recognitions", "vestiging@voorbeeld.be", second.establishment)
    named(world, "recognitions", "zetel@voorbeeld.be")
    found = asked_about(world, second, mails)
    assert "vestiging@voorbeeld.be" in found and not {"zetel@voorbeeld.be", "algemeen@voorbeeld.be"} & set(found)


def test_a_contact_person_is_told_once_and_not_when_blocked(world, mails):
    named(world, "recognitions", "Leen@voorbeeld.be")
    named(world, "recognitions", "medewerker@demo.voorbeeld.be")
    Membership.update(is_blocked=True).where(Membership.user == actor_of(world, "medewerker").user).execute()
    found = asked_about(world, world.handed_in(), mails)
    assert [one.lower() for one in found].count("leen@voorbeeld.be") == 1
    assert "medewerker@demo.voorbeeld.be" not in found


def test_the_contact_person_for_agreements_hears_what_is_to_be_signed(world, mails):
    named(world, "agreements", "an@voorbeeld.be")
    agreement = frozen(world, world.granted())
    mails()
    nobody = world.actor("mega", world.today)._replace(user=None, role="viewer")
    for party, name in (("learner", "Fatima"), ("guardian", "Nora")):
        agreement.sign(nobody, party, 1, name, "link")
    found = list(Message.select().where(Message.to == "an@voorbeeld.be"))
    assert [one.subject for one in found] == ["Uw handtekening: de overeenkomst voor Verkoper"]
    assert found[0].text.startswith("Beste An\n") and "contactpersoon bent van Mega World NV" in found[0].text


def coach_of(world, **extents):
    """The coach of the school, as they act for Mega World by a mandate."""
    mandate = world.give(**extents)
    return mandate.actor(
        User.get(User.subject == "demo:trajectbegeleider"), world.actor("mega", world.today).at, world.today
    )


def test_who_works_by_a_mandate_hears_of_the_own_files_and_says_how(world, mails):
    coach = coach_of(world, recognitions="yes")
    mine, theirs = world.ready(), world.handed_in("Winkelbediende")
    Recognition.update(created_by=coach.user).where(Recognition.id == mine.id).execute()
    mails()
    world.fresh(mine).submit(coach)
    assert "trajectbegeleider@demo.voorbeeld.be" in to(mails()), "a confirmation"
    assert "trajectbegeleider@demo.voorbeeld.be" in asked_about(world, world.fresh(mine), mails)
    assert "trajectbegeleider@demo.voorbeeld.be" not in asked_about(world, theirs, mails)
    Preference.choose(actor_of(world, "trajectbegeleider", "school"), everything("now"), "all")
    mails()
    theirs = world.fresh(theirs)
    theirs.complete_file(world.actor("mega", world.today), {"mentors": "Leen."})
    world.fresh(theirs).assign(world.handler_of(world.fresh(theirs), world.today))
    [opened] = Message.select().where(Message.to == "trajectbegeleider@demo.voorbeeld.be")
    assert opened.organisation == world.mega and "met een machtiging werkt voor Mega World NV" in opened.text


@pytest.mark.parametrize("why", ["another purpose", "ended", "blocked", "own right"])
def test_a_mandate_that_does_not_hold_brings_no_mail(world, mails, why):
    coach = coach_of(world, **{"agreements" if why == "another purpose" else "recognitions": "yes"})
    sent = world.handed_in()
    Recognition.update(created_by=coach.user).where(Recognition.id == sent.id).execute()
    if why == "ended":
        coach.mandate.end(world.actor("mega", world.today, role="legal_representative"))
    if why == "blocked":
        Organisation.update(is_blocked=True).where(Organisation.id == coach.mandate.holder_id).execute()
    if why == "own right":
        Membership.create(user=coach.user, organisation=world.mega, role="user", is_blocked=True)
    assert "trajectbegeleider@demo.voorbeeld.be" not in asked_about(world, world.fresh(sent), mails)


def test_who_holds_a_mandate_chooses_for_what_an_employer_hears_too(signed_in, world):
    school = signed_in("trajectbegeleider")
    assert not school.get("/organisatie/meldingen").page.select("input[name=progress]")
    coach = coach_of(world, recognitions="yes")
    page = school.get("/organisatie/meldingen").page
    assert "voor wie u met een machtiging werkt" in page.text
    answer = school.submit(page, "form[action$='/meldingen']", progress="weekly")
    assert "Bewaard" in answer.page.text
    draft = world.ready()
    Recognition.update(created_by=coach.user).where(Recognition.id == draft.id).execute()
    world.fresh(draft).submit(coach)
    waiting = Message.get(Message.user == coach.user, Message.is_weekly)
    write_reminders(coach.at, coach.on)
    assert Message.get_by_id(waiting.id).bundle_id, "the weekly mail carries it"
    again = Message.write(coach, "x@demo.voorbeeld.be", "X", "x", user=coach.user, is_weekly=True, due_at=None)
    coach.mandate.end(world.actor("mega", world.today, role="legal_representative"))
    write_reminders(coach.at + timedelta(days=7), coach.on + timedelta(days=7))
    assert not Message.get_by_id(again.id).bundle_id, "no more once the mandate ended"


# --- what people chose ------------------------------------------------------------------------------------------------


def actor_of(world, persona, key="mega"):
    return world.actor(key, world.today, User.get(User.subject == f"demo:{persona}"))


def everything(way):
    return {key: way for key, kind in MESSAGE_KINDS.items() if not kind.is_mandatory}


def test_somebody_follows_all_files_or_only_the_own_ones(world, mails):
    Preference.choose(actor_of(world, "medewerker"), everything("now"), "all")
    draft = world.ready()
    draft.submit(world.actor("mega", world.today))
    world.fresh(draft).assign(world.handler_of(world.fresh(draft), world.today))
    opened = [address for address, subject in mails() if subject.startswith("Opgenomen")]
    assert sorted(opened) == users("medewerker", "zaakvoerder")


def test_what_is_mandatory_cannot_be_chosen_away(world, mails):
    recognition, actor = world.in_treatment(), actor_of(world, "zaakvoerder")
    Preference.choose(actor, everything("never"), "own")
    kept = Preference.of(actor)
    Preference.update(ways=json.dumps(dict.fromkeys(MESSAGE_KINDS, "never"))).where(Preference.id == kept.id).execute()
    mails()
    recognition.decide(world.handler_of(recognition, world.today), False, "Te weinig werk.")
    assert "zaakvoerder@demo.voorbeeld.be" in to(mails())


@pytest.mark.parametrize("way", WAYS)
def test_a_choice_is_kept_to(world, way):
    draft, actor = world.ready(), actor_of(world, "zaakvoerder")
    Preference.choose(actor, everything(way), "own")
    draft.submit(world.actor("mega", world.today))
    found = Message.select().where(Message.user == actor.user).first()
    if way == "never":
        assert found is None
    else:
        assert found.is_weekly == (way == "weekly") and (found.due_at is None) == (way == "weekly")


def test_nobody_is_told_who_may_only_look_is_blocked_or_gone(world, mails):
    people = Membership.select().where(Membership.organisation == world.mega)
    sent = world.handed_in()
    Membership.update(is_blocked=True).where(Membership.id.in_([one.id for one in people])).execute()
    mails()
    sent.ask(world.handler_of(sent, world.today), {"mentors": "Wie?"})
    assert to(mails()) == ["leen@voorbeeld.be"]


def test_a_file_whose_worker_left_is_everybody_s(world, mails):
    sent = world.handed_in()
    Membership.delete().where(Membership.user == sent.created_by, Membership.organisation == world.mega).execute()
    mails()
    sent.ask(world.handler_of(sent, world.today), {"mentors": "Wie?"})
    assert to(mails()) == sorted(["leen@voorbeeld.be", *users("medewerker", "boekhouder")])


def test_a_deputy_gets_the_mails_as_long_as_somebody_is_away(world):
    actor, deputy = actor_of(world, "zaakvoerder"), actor_of(world, "medewerker")
    Preference.go_away(actor, world.today, world.today + timedelta(days=3), deputy.user.id)
    for days, expected in ((-1, "zaakvoerder"), (0, "medewerker"), (3, "medewerker"), (4, "zaakvoerder")):
        on = world.today + timedelta(days=days)
        [reader] = models.preferences.readers(world.mega, "question", (actor.user.id,), on)
        assert reader.user.subject == f"demo:{expected}", days
    Preference.come_back(actor)
    [reader] = models.preferences.readers(world.mega, "question", (actor.user.id,), world.today)
    assert reader.user == actor.user


def test_a_deputy_who_left_is_no_deputy(world):
    actor, deputy = actor_of(world, "zaakvoerder"), actor_of(world, "medewerker")
    Preference.go_away(actor, world.today, world.today, deputy.user.id)
    Membership.update(is_blocked=True).where(Membership.user == deputy.user).execute()
    [reader] = models.preferences.readers(world.mega, "question", (actor.user.id,), world.today)
    assert reader.user == actor.user


@pytest.mark.parametrize(
    ("first", "last", "who", "field"),
    [
        (None, 3, "medewerker", "away_from"),
        (0, None, "medewerker", "away_until"),
        (3, 1, "medewerker", "away_until"),
        (-9, -1, "medewerker", "away_until"),
        (0, 3, "raadpleger", "deputy"),
        (0, 3, "behandelaar", "deputy"),
        (0, 3, "zaakvoerder", "deputy"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_at_its_field(world, first, last, who, field):
    days = [None if one is None else world.today + timedelta(days=one) for one in (first, last)]
    with pytest.raises(RuleBroken) as refused:
        Preference.go_away(actor_of(world, "zaakvoerder"), *days, User.get(User.subject == f"demo:{who}").id)
    assert list(refused.value.problems) == [field]


# --- where a mail leads -----------------------------------------------------------------------------------------------


def test_a_mail_leads_to_the_place_through_the_switch_for_who_has_several(app, world):
    recognition = world.handed_in()
    with app.test_request_context(base_url="https://kwaad.example"):
        for persona, expected in (
            ("zaakvoerder", f"{HOME}/erkenningen/{recognition.id}"),
            (
                "boekhouder",
                f"{HOME}/organisatie/wissel?zoek=0417390703&next=/erkenningen/{recognition.id}",
            ),
        ):
            user = User.get(User.subject == f"demo:{persona}")
            message = Message(organisation=world.mega, user=user, about="recognition", about_id=recognition.id)
            assert link_of(message)[0][1] == expected
            assert link_of(message)[1][1] == f"{HOME}/organisatie/meldingen"


def test_who_works_by_a_mandate_comes_there_and_to_the_own_choices_by_the_switch(app, signed_in, world):
    recognition, school = world.handed_in(), signed_in("trajectbegeleider")
    world.give(recognitions="yes")
    message = Message(
        organisation=world.mega,
        user=User.get(User.subject == "demo:trajectbegeleider"),
        about="recognition",
        about_id=recognition.id,
    )
    with app.test_request_context():
        (_, place), (_, choices) = link_of(message)
    switch = school.get(place.removeprefix(HOME)).page
    page = school.submit(switch, "#organisation-choices", "button[value='0417390703']").page
    assert recognition.number in page.h1.text
    page = school.get(choices.removeprefix(HOME)).page
    home = f"button[value='{world.organisations['school'].number}']"
    assert school.submit(page, "#organisation-choices", home).page.h1.text == "Meldingen"


@pytest.mark.parametrize("kind", ["agreement", "mentor_application", "sanction", "appeal"])
def test_the_switch_leads_on_to_every_kind_of_file(app, signed_in, world, kind):
    recognition = world.granted()
    made = {
        "agreement": lambda: registered(world, recognition),
        "mentor_application": lambda: world.added_mentor(recognition, "submitted"),
        "sanction": lambda: sanctioned(world, recognition),
        "appeal": lambda: appealed(world, "mega", sanctioned(world, recognition), "lodged"),
    }[kind]()
    message = Message(
        organisation=world.mega, user=User.get(User.subject == "demo:boekhouder"), about=kind, about_id=made.id
    )
    with app.test_request_context():
        place = link_of(message)[0][1].removeprefix(HOME)
    client = signed_in("boekhouder")
    answer = client.submit(client.get(place).page, "#organisation-choices", "button[value='0417390703']")
    with app.test_request_context():
        assert answer.request.path == place_of(kind, made.id, world.mega)


def test_the_page_keeps_what_somebody_chose(browser, world):
    page = browser.get("/organisatie/meldingen").page
    assert "Verplicht" in page.text and not page.select("input[name=question]")
    answer = browser.submit(
        page, "form[action$='/meldingen']", email="nieuw@voorbeeld.be", progress="never", follows="all"
    )
    assert "Bewaard" in answer.page.text
    page = browser.get("/organisatie/meldingen").page
    assert page.select_one("input[name=progress][value=never]").has_attr("checked")
    assert page.select_one("#email")["value"] == "nieuw@voorbeeld.be"


def test_a_wrong_address_comes_back_with_a_sentence(browser, world):
    page = browser.get("/organisatie/meldingen").page
    answer = browser.submit(page, "form[action$='/meldingen']", email="geen adres", progress="never")
    assert answer.status_code == 422 and "klopt niet" in answer.page.text
    assert answer.page.select_one("#email")["value"] == "geen adres"
    assert answer.page.select_one("input[name=progress][value=never]").has_attr("checked")


def test_somebody_goes_away_and_comes_back(browser, world):
    page = browser.get("/organisatie/meldingen").page
    deputy = page.select_one("#deputy").find("option", string="Yassin El Amrani")["value"]
    typed = {"away_from": "2022-01-24", "away_until": "2022-01-30", "deputy": deputy}
    page = browser.submit(page, "form[action$='/afwezig']", **typed).page
    assert "krijgt Yassin El Amrani uw mails" in page.text
    page = browser.submit(page, "form[action$='/terug']").page
    assert "krijgt Yassin" not in page.text
    refused = browser.submit(page, "form[action$='/afwezig']", **typed | {"deputy": "999999", "away_from": "x"})
    assert refused.status_code == 422 and refused.page.select_one("#away_from")["value"] == "x"


def test_what_did_not_arrive_is_shown_and_sent_again(browser, signed_in, world):
    actor = world.actor("mega", world.today)
    lost = Message.write(actor, "weg@voorbeeld.be", "Weg", "Beste", due_at=None, problem="550 Onbekend")
    page = browser.get("/organisatie/meldingen").page
    assert "550 Onbekend" in page.text
    assert "550 Onbekend" not in signed_in("behandelaar").get("/organisatie/meldingen").text
    page = browser.submit(page, f"form[action$='/{lost.id}/opnieuw']").page
    assert "550 Onbekend" not in page.text and Message.get_by_id(lost.id).due_at
