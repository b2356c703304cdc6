"""Establishments and what an organisation says of itself: added strictly, never deleted, and compared with the KBO."""

from datetime import date, datetime

import pytest

import adapters.kbo as kbo
from models import (
    ContactPerson,
    Establishment,
    Event,
    KboAddress,
    KboEnterprise,
    KboEstablishment,
    Message,
    Organisation,
    chores,
    comparing,
    to_process,
)
from rules import RuleBroken
from tests.browser import text
from tests.test_organisation import words
from views import demo

MEGA = "0417390703"
STAMP = {"organisation": MEGA}
UNKNOWN = f"{demo.checked(77700001):010d}"  # a sound number that the extract does not have
AT = datetime(2022, 1, 23, 3)
HERE = "/organisatie/vestigingen"
ADDRESS = {"name": "Depot", "street": "Kaai 1", "postcode": "2000", "municipality": "Antwerpen"}


def add(client, **typed):
    return client.post(f"{HERE}/toevoegen", data=STAMP | typed, follow_redirects=True)


def test_an_establishment_is_added_from_the_kbo_with_one_click(browser, world):
    page = browser.get(f"{HERE}/toevoegen").page
    button = page.select_one("#establishments-found button[name=number]")
    shown = add(browser, number=button["value"]).page
    place = Establishment.get()
    assert place.number == f"{int(button['value']):010d}" and not place.is_provisional
    assert words(shown.h1) == f"Vestiging {place}"
    offered = browser.get(f"{HERE}/toevoegen").page.select("#establishments-found button[name=number]")
    assert button["value"] not in [one["value"] for one in offered]
    assert str(place) in browser.get(HERE).page.select_one("#establishments-list").text


@pytest.mark.parametrize("number", ["", "x", "2.147.812.700", "0417.390.703", "9" * 40, "21478127"])
def test_a_number_that_is_no_establishment_number_is_refused(browser, world, number):
    answer = add(browser, number=number)
    assert answer.status_code == 422 and not Establishment.select().exists()
    assert answer.page.select_one(".field-wrong #number")["value"] == number


def test_a_number_the_extract_does_not_have_is_added_provisionally_with_an_address(browser, world):
    asked = add(browser, number=UNKNOWN)
    assert asked.status_code == 422 and "Is de vestiging nieuw?" in asked.page.text
    assert "Voorlopig, te controleren" in browser.submit(asked.page, "#by-number", **ADDRESS).page.text
    place = Establishment.get(Establishment.number == UNKNOWN)
    assert place.is_provisional and place.organisation == world.mega
    draft = world.open_draft()
    page = browser.get(f"/erkenningen/{draft.id}/vestiging").page
    assert "voorlopig" in page.select_one(f"input[value='{UNKNOWN}']").find_parent("label").text
    browser.submit(page, "main form[method=post]", establishment=UNKNOWN)
    assert world.reload(draft).establishment == place


def test_a_provisional_address_is_asked_for_field_by_field(browser, world):
    answer = add(browser, number=UNKNOWN, **ADDRESS | {"postcode": "0000", "name": " "})
    assert answer.status_code == 422
    assert {one["name"] for one in answer.page.select(".field-wrong input")} == {"postcode", "name"}
    assert answer.page.select_one("#street")["value"] == "Kaai 1"


def test_an_establishment_of_somebody_else_is_never_taken(browser, world):
    theirs = KboEstablishment.get(KboEstablishment.enterprise == int(world.organisations["bakkerij"].number))
    answer = add(browser, number=f"{theirs.number}", **ADDRESS)
    assert answer.status_code == 422 and "op een andere onderneming" in answer.page.text
    Establishment.create(number=UNKNOWN, organisation=world.organisations["fiets"], name="Van hen")
    answer = add(browser, number=UNKNOWN, **ADDRESS)
    assert answer.status_code == 422 and "al in gebruik" in answer.page.text and "Van hen" not in answer.page.text


def test_outside_the_region_warns_and_adds(browser, world):
    shown = add(browser, number=UNKNOWN, **ADDRESS | {"postcode": "4000", "municipality": "Luik"}).page
    assert "niet in Vlaanderen of Brussel" in shown.main.text and Establishment.select().exists()


def test_a_deactivated_establishment_stays_but_takes_no_new_files(browser, world):
    granted, draft = world.granted(), world.ready("Slagerij duaal", place=1)
    place = draft.establishment
    page = browser.get(f"{HERE}/{place.id}").page
    assert "Gedeactiveerd" in browser.submit(page, "details form[action$='/deactiveren']").page.text
    again = browser.post(f"{HERE}/{place.id}/deactiveren", data=STAMP)
    assert again.status_code == 422 and "al gebeurd" in again.page.text
    with pytest.raises(RuleBroken) as refused:
        world.reload(draft).submit(world.actor("mega", world.today))
    assert "gedeactiveerd" in str(refused.value)
    offered = browser.get(f"/erkenningen/{world.open_draft('Chocolatier duaal').id}/vestiging").page
    assert not offered.select(f"input[value='{place.number}']")
    assert world.reload(granted).is_valid(world.today)
    browser.post(f"{HERE}/{place.id}/activeren", data=STAMP)
    world.reload(draft).submit(world.actor("mega", world.today))


def test_an_establishment_may_have_a_committee_of_its_own(browser, world):
    place = world.establishment("mega")
    page = browser.get(f"{HERE}/{place.id}").page
    assert browser.submit(page, "#committee", joint_committee="302").status_code == 200
    assert Establishment.get().joint_committee.code == "302"
    wrong = browser.submit(page, "#committee", joint_committee="999")
    assert wrong.status_code == 422 and wrong.page.select_one("#joint_committee")["value"] == "999"
    browser.submit(page, "#committee", joint_committee="")
    assert Establishment.get().joint_committee is None


# --- the KBO says otherwise -------------------------------------------------------------------------------------------


def move(place, street="Nieuwe Dreef"):
    KboAddress.update(street=street).where(KboAddress.entity == int(place.number)).execute()
    return kbo.compare_with_register(date(2022, 1, 23), AT)


def test_another_address_becomes_the_handler_s_task_and_is_processed_once(browser, handler, world):
    recognition = world.handed_in()
    place = recognition.establishment
    old = place.address
    assert move(place) == 1 and kbo.compare_with_register(date(2022, 1, 23), AT) == 0
    assert "ander adres" in browser.get(f"{HERE}/{place.id}").page.text
    page = handler.get("/behandeling/vestigingen").page
    assert "Adreswijziging vestiging verwerken" in page.text and old in page.text
    stamp = {"organisation": world.organisations["handel"].number}
    done = handler.post(f"/behandeling/vestigingen/{place.id}/adres", data=stamp, follow_redirects=True)
    assert "De adreswijziging is verwerkt." in done.page.text
    assert "Nieuwe Dreef" in Establishment.get_by_id(place.id).address
    assert Event.get(Event.name == "moved").facts == {"from": old, "to": Establishment.get_by_id(place.id).address}
    assert handler.post(f"/behandeling/vestigingen/{place.id}/adres", data=stamp).status_code == 404


def test_an_address_that_came_back_is_no_task_any_more(world):
    place = world.handed_in().establishment
    before = KboAddress.get(KboAddress.entity == int(place.number)).street
    move(place)
    assert move(place, before) == 0 and Establishment.get_by_id(place.id).new_address is None


@pytest.mark.parametrize("who", ["voter", "viewer", "elsewhere", "employer"])
def test_only_who_handles_its_files_processes_a_difference(world, who):
    recognition = world.handed_in()
    place = recognition.establishment
    move(place)
    place = Establishment.get_by_id(place.id)
    actor = world.handler_of(recognition, world.today)
    actor = {
        "voter": actor._replace(duty="voter"),
        "viewer": actor._replace(role="viewer"),
        "elsewhere": actor._replace(organisation=world.organisations["vlaams"]),
        "employer": world.actor("mega", world.today),
    }[who]
    with pytest.raises(RuleBroken):
        comparing.accept_move(place, actor)
    assert Establishment.get_by_id(place.id).moved_to


def test_a_ceased_establishment_is_a_task_for_both_and_nothing_disappears(browser, handler, world):
    granted = world.granted()
    place = granted.establishment
    KboEstablishment.delete().where(KboEstablishment.number == int(place.number)).execute()
    noticed = [kbo.compare_with_register(date(2022, 1, day), AT) for day in (23, 24)]
    assert noticed == [1, 0]
    assert "Vestiging staat niet meer in de KBO" in browser.get("/").page.select_one("#dashboard-chores").text
    assert world.reload(granted).is_valid(world.today)
    assert "Niet meer in de KBO" in browser.get(HERE).page.text
    stamp = {"organisation": world.organisations["handel"].number}
    assert "Kennis genomen" in handler.get("/behandeling/vestigingen").page.text
    handler.post(f"/behandeling/vestigingen/{place.id}/stopzetting", data=stamp)
    assert not to_process(granted.partnership).exists()
    browser.post(f"{HERE}/{place.id}/deactiveren", data=STAMP)
    assert "establishment" not in {chore.kind for chore in chores(world.mega, world.today)}


def test_a_ceased_enterprise_is_a_task_for_both(browser, handler, world):
    world.granted()
    KboEnterprise.delete().where(KboEnterprise.number == int(MEGA)).execute()
    kbo.compare_with_register(date(2022, 1, 23), AT)
    assert "Uw onderneming staat niet meer in de KBO" in browser.get("/taken").page.text
    assert "staat deze onderneming niet meer" in browser.get("/organisatie").page.text
    stamp = {"organisation": world.organisations["handel"].number}
    path = f"/behandeling/vestigingen/ondernemingen/{world.mega.id}/stopzetting"
    assert handler.post(path, data=stamp).status_code == 303
    assert handler.post(path, data=stamp).status_code == 404
    KboEnterprise.insert(number=int(MEGA), status="AC", juridical_situation="000", type_of_enterprise="2").execute()
    kbo.compare_with_register(date(2022, 2, 1), AT)
    assert Organisation.get_by_id(world.mega.id).ceased_on is None


def test_a_provisional_establishment_is_confirmed_by_the_kbo_or_by_the_partnership(world):
    actor = world.actor("mega", world.today)
    places = [
        Establishment.add_provisional(actor, f"{demo.checked(77700010 + number):010d}", **ADDRESS) for number in (0, 1)
    ]
    KboEstablishment.insert(number=int(places[0].number), enterprise=int(MEGA)).execute()
    facts = {"type": "BAET", "postcode": "2000", "municipality": "Antwerpen", "street": "Kaai", "house_number": "1"}
    KboAddress.create(entity=int(places[0].number), **facts)
    assert kbo.compare_with_register(date(2022, 1, 23), AT) == 1
    assert [Establishment.get_by_id(place.id).is_provisional for place in places] == [False, True]
    recognition = world.submitted("mega", "Verkoper", world.today, establishment=places[1])
    assert [place.id for place in to_process(recognition.partnership)] == [places[1].id]
    comparing.accept_provisional(places[1], world.handler_of(recognition, world.today))
    assert not to_process(recognition.partnership).exists()


def test_an_import_compares_the_register_with_what_it_took_in(app, world, tmp_path):
    place = world.handed_in().establishment
    Establishment.update(street="Oude Weg 9").where(Establishment.id == place.id).execute()
    assert kbo.is_active(int(MEGA)) and kbo.enterprise_of(int(place.number)) == int(MEGA)
    assert kbo.compare_with_register(date(2022, 1, 23), AT) == 1
    assert Establishment.get_by_id(place.id).new_address


# --- what it says of itself -------------------------------------------------------------------------------------------

OWN = {"email": "hr@megaworld.be", "phone": "015 12 34 56", "website": "https://megaworld.be", "joint_committee": "202"}
OWN |= {"account_number": "be68 5390 0754 7034", "language": "fr"}


def test_own_data_stand_beside_those_of_the_kbo(browser, world):
    browser.submit(browser.get("/organisatie/gegevens").page, "#profile-own", **OWN)
    page = browser.get("/organisatie").page
    assert "BE68 5390 0754 7034" in page.text and "Frans" in page.text and "hr@megaworld.be" in page.text
    assert page.select_one("a[href*='ondernemingsnummer=0417390703']")
    assert "ondernemingsloket" in words(page.select_one("#kbo").parent.details)
    assert Organisation.get_by_id(world.mega.id).joint_committee.code == "202"
    assert "rekeningnummer" in Event.get(Event.name == "described").facts["changed"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "x"),
        ("phone", "bel mij"),
        ("website", "javascript:alert(1)"),
        ("joint_committee", "999"),
        ("account_number", "BE68 5390 0754 7035"),
        ("language", "xx"),
    ],
)
def test_own_data_that_are_wrong_are_refused_at_their_field_and_swapped_as_loaded(browser, world, field, typed):
    page = browser.get("/organisatie/gegevens").page
    plain = browser.submit(page, "#profile-own", **OWN | {field: typed})
    assert plain.status_code == 422 and plain.page.select_one(f".field-wrong [name={field}]")
    swapped = browser.act(browser.get("/organisatie/gegevens").page, "#profile-own", **OWN | {field: typed})
    assert text(swapped.select_one("#profile-own")) == text(plain.page.select_one("#profile-own"))
    assert Organisation.get_by_id(world.mega.id).email == ""


def test_a_mail_in_dutch_says_so_to_who_reads_another_language(world):
    actor = world.actor("mega", world.today)
    Message.write(actor, "a@b.be", "Test", "Goed nieuws.")
    Organisation.update(language="fr").where(Organisation.id == world.mega.id).execute()
    Message.write(actor._replace(organisation=Organisation.get_by_id(world.mega.id)), "a@b.be", "Test", "Goed nieuws.")
    plain, french = Message.select().order_by(Message.id)
    assert plain.text == "Goed nieuws." and french.text.endswith("Appelez gratuitement le 1700.")


def test_people_to_reach_are_kept_per_subject_and_place(browser, world):
    place = world.establishment("mega")
    page = browser.get("/organisatie/contactpersonen/nieuw").page
    facts = {"subject": "mentors", "name": "Leen", "email": "leen@a.be", "establishment": str(place.id)}
    browser.submit(page, "#profile-contact", **facts)
    browser.submit(page, "#profile-contact", subject="general", name="Bo", email="bo@a.be", establishment="")
    assert [one.name for one in ContactPerson.reach(world.mega, "mentors", place)] == ["Leen"]
    assert [one.name for one in ContactPerson.reach(world.mega, "mentors")] == ["Bo"]
    assert [one.name for one in ContactPerson.reach(world.mega, "agreements", place)] == ["Bo"]
    assert "Leen" in browser.get(f"{HERE}/{place.id}").page.text
    person = ContactPerson.get(ContactPerson.name == "Leen")
    path = f"/organisatie/contactpersonen/{person.id}"
    browser.submit(browser.get(path).page, "#profile-contact", name="Leen Maes")
    page = browser.get(path).page
    assert page.select_one("details:not([open]) form[action$='/verwijderen'] .danger"), "asked once more first"
    browser.submit(page, "form[action$='/verwijderen']")
    assert browser.get(path).status_code == 404
    assert [one.name for one in Event.select().where(Event.subject == "organisation")] == [
        "contact_added",
        "contact_added",
        "contact_changed",
        "contact_removed",
    ]


def test_a_contact_person_that_cannot_be_reached_is_refused_and_swapped_as_loaded(browser, world):
    theirs = world.establishment("fiets")
    for typed, field in (
        ({"name": "Bo"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "Bo", "email": "b@a.be", "subject": "x"}, "subject"),
        ({"name": "Bo", "email": "b@a.be", "establishment": str(theirs.id)}, "establishment"),
    ):
        page = browser.get("/organisatie/contactpersonen/nieuw").page
        plain = browser.submit(page, "#profile-contact", **typed)
        assert plain.status_code == 422 and plain.page.select_one(f".field-wrong [name={field}]"), field
        swapped = browser.act(browser.get("/organisatie/contactpersonen/nieuw").page, "#profile-contact", **typed)
        assert text(swapped.select_one("#profile-contact")) == text(plain.page.select_one("#profile-contact"))


def test_establishments_to_add_and_in_the_list_are_swapped_as_loaded(signed_in, world):
    client = signed_in("boekhouder")
    overal = world.organisations["overal"]
    client.post("/organisatie/wissel", data={"organisation": overal.number})
    page = client.act(client.get(f"{HERE}/toevoegen").page, "form.search", zoek="gent")
    fresh = client.get(f"{HERE}/toevoegen?zoek=gent").page
    assert text(page.select_one("#establishments-found")) == text(fresh.select_one("#establishments-found"))
    rows = [{"number": f"77{number:08d}", "organisation": overal, "name": f"Filiaal {number}"} for number in range(30)]
    Establishment.insert_many(rows).execute()
    page = client.get(HERE).page
    place = page.select_one("a[rel=next]")["href"]
    assert text(client.act(page, "a[rel=next]")) == text(client.get(place).page)
