"""An agreement from a valid recognition to registered: made, checked, signed in order, registered, ended."""

import io
import json
import re
from datetime import date, timedelta

import pytest

import rules_agreements as law
from models import Agreement, Message, Organisation, Signature, SigningLink
from rules import RuleBroken
from tests import build
from views.agreement_grid import read_timetable
from views.demo_agreements import add_plan

MEGA = "0417390703"
MINOR, ADULT = "05.06.15-001.16", "85.07.30-033.28"
START, END = date(2022, 9, 1), date(2023, 6, 30)


def grid(**changed):
    """20 hours of work and 18 of lessons a week."""
    typed = {"full_time": "38", "A_weeks": "40", "A_4_lessons_1_from": "8:30", "A_4_lessons_1_to": "16:30"}
    for number in range(4):
        typed |= {f"A_{number}_work_1_from": "8:00", f"A_{number}_work_1_to": "13:30", f"A_{number}_pause": "30"}
        typed |= {f"A_{number}_lessons_1_from": "14:00", f"A_{number}_lessons_1_to": "16:30"}
    return typed | changed


def filled(world, recognition, insz=MINOR, **changed):
    """A draft that can be put up for signing."""
    actor = world.actor("mega", world.today)
    draft = Agreement.draft(actor, recognition)
    weeks, full_time, _ = read_timetable(grid())
    facts = {
        "first_name": "Fatima",
        "last_name": "O'Neill <b>",
        "address": "Kerkstraat 1, 2800 Mechelen",
        "email": "fatima@voorbeeld.be",
        "guardian_name": "Nora Amrani",
        "guardian_kind": "mother",
        "guardian_email": "nora@voorbeeld.be",
        "starts_on": START,
        "ends_on": END,
        "mentor": world.mentor("mega"),
        "provider": Organisation.get(Organisation.kind == "provider"),
        "coach_name": "Jan Wouters",
        "timetable": json.dumps(weeks),
        "full_time": full_time,
        "representative": "Marleen Verdonck, zaakvoerder",
        "declared": json.dumps(list(law.DECLARATIONS)),
    }
    draft.edit(actor, **Agreement.sealed(insz.replace(".", "").replace("-", "")), **(facts | changed))
    add_plan(actor, draft)
    return Agreement.joined().where(Agreement.id == draft.id).get()


def fresh(agreement):
    return Agreement.joined().where(Agreement.id == agreement.id).get()


def frozen(world, recognition, **changed):
    agreement = filled(world, recognition, **changed)
    agreement.freeze(world.actor("mega", world.today))
    return fresh(agreement)


def school(world):
    return world.actor("school", world.today)


def signed(world, recognition, **changed):
    agreement = frozen(world, recognition, **changed)
    actor = world.actor("mega", world.today)
    for party in agreement.needed_parties():
        way = "link" if party in ("learner", "guardian") else "counter"
        agreement.sign(school(world) if party == "provider" else actor, party, agreement.version, "Naam", way)
    return fresh(agreement)


def registered(world, recognition, **changed):
    agreement = signed(world, recognition, **changed)
    agreement.register(world.actor("mega", world.today), False)
    return fresh(agreement)


def blocking(agreement, on=date(2022, 1, 23)):
    return " ".join(one.sentence for one in agreement.findings(on) if one.blocks)


# --- the journey ------------------------------------------------------------------------------------------------------


def test_an_employer_makes_signs_and_registers_an_agreement_without_javascript(browser, signed_in, visitor, world):
    recognition = world.granted("Winkelmedewerker duaal")
    start = browser.get("/overeenkomsten/nieuw").page
    step = browser.submit(start, "#agreements-recognitions form", recognition=str(recognition.id)).page
    assert step.h1.text == "Leerling"
    step = browser.submit(
        step,
        "form[action$='/leerling']",
        insz=MINOR,
        first_name="Fatima",
        last_name="Amrani",
        address="Kerkstraat 1, 2800 Mechelen",
        email="fatima@voorbeeld.be",
        guardian_kind="mother",
        guardian_name="Nora Amrani",
        guardian_email="nora@voorbeeld.be",
    ).page
    assert step.h1.text == "Onderneming" and step.select_one("#joint_committee")["value"] == "201"
    step = browser.submit(step, "form[action$='/onderneming']", representative="Marleen Verdonck").page
    assert step.h1.text == "Looptijd en begeleiding"
    provider = step.select_one("#provider option:not([value=''])")["value"]
    step = browser.submit(
        step,
        "form[action$='/looptijd']",
        starts_on="2022-09-01",
        ends_on="2023-06-30",
        mentor=step.select_one("input[name=mentor]")["value"],
        provider=provider,
        coach_name="Jan Wouters",
    ).page
    assert step.h1.text == "Uurrooster"
    step = browser.submit(step, "form[action$='/uurrooster']", **grid()).page
    assert step.h1.text == "Afspraken" and "Overeenkomst van alternerende opleiding" in step.text
    declared = {f"declared_{key}": "y" for key in law.DECLARATIONS}
    step = browser.submit(step, "form[action$='/afspraken']", **declared).page
    assert step.h1.text == "Bijlagen"
    sent = {"organisation": MEGA, "kind": "plan", "file": (io.BytesIO(build.PDF), "plan.pdf")}
    step = browser.post(step.select_one("form.upload")["action"], data=sent, follow_redirects=True).page
    assert "plan.pdf" in step.text
    step = browser.get(step.select_one("a.button.primary")["href"]).page
    assert step.h1.text == "Nakijken en klaarzetten" and "Dit moet nog in orde" not in step.text
    page = browser.submit(step, "form[action$='/klaarzetten']").page
    assert "Te ondertekenen" in page.text
    for _ in ("learner", "guardian"):
        page = sign_by_link(browser, visitor, page)
    page = browser.submit(page, "form[action$='/tekenen']", has_read="y").page
    assert "U tekende de overeenkomst. Nu is de opleidingsverstrekker aan de beurt." in page.text
    coach = signed_in("trajectbegeleider")
    agreement = Agreement.get()
    theirs = coach.get(f"/overeenkomsten/{agreement.id}").page
    theirs = coach.submit(theirs, "form[action$='/tekenen']", has_read="y").page
    assert "Ondertekend" in theirs.text and "Iedereen tekende: registreren kan nu." in theirs.text
    page = browser.get(f"/overeenkomsten/{agreement.id}").page
    page = browser.submit(
        page, "form[action$='/registreren']", wants_premium="y", account_number="BE68 5390 0754 7034"
    ).page
    assert "O/20220123/000001" in page.h1.text and "Start nog" in page.text
    assert browser.get(f"/overeenkomsten/{agreement.id}/pdf").data.startswith(b"%PDF")


def sign_by_link(browser, visitor, page):
    form = page.select_one("form[action$='/link']")
    party = form.select_one("button[name=party]")["value"]
    place = form["action"].removesuffix("/link")
    answer = browser.post(form["action"], data={"organisation": MEGA, "party": party})
    code = answer.page.select_one(".code").text
    message = Message.select().order_by(Message.id.desc()).get()
    assert code not in message.text and "05061500116" not in message.text
    path = re.search(r"/tekenen/\S+", message.text).group()
    assert visitor.post(path, data={"name": "Wie dan ook", "code": "x"}).status_code == 422
    answer = visitor.post(path, data={"name": "Fatima Amrani", "code": code})
    assert answer.status_code == 200 and "U tekende" in answer.page.h1.text
    assert visitor.post(path, data={"name": "Fatima Amrani", "code": code}).status_code == 404, "a link signs once"
    return browser.get(place).page


# --- making -----------------------------------------------------------------------------------------------------------


def test_an_agreement_stands_on_a_valid_recognition(browser, world):
    ended, other = world.ending_in(-5), world.granted(key="bakkerij", training="Slagerij duaal")
    for recognition, status in ((ended, 422), (other, 404)):
        answer = browser.post("/overeenkomsten/nieuw", data={"organisation": MEGA, "recognition": str(recognition.id)})
        assert answer.status_code == status
    assert not Agreement.select().exists()


@pytest.mark.parametrize(
    ("part", "typed", "field"),
    [
        ("leerling", {"insz": "05.06.15-001.17"}, "insz"),
        ("leerling", {"email": "x"}, "email"),
        ("looptijd", {"starts_on": "gisteren"}, "starts_on"),
        ("looptijd", {"starts_on": "2022-09-01", "ends_on": "2022-09-01"}, "ends_on"),
        ("looptijd", {"provider": "999999"}, "provider"),
        ("uurrooster", {"A_0_work_1_from": "8"}, "A_0_work_1_to"),
        ("uurrooster", {"A_0_work_1_from": "12:00", "A_0_work_1_to": "8:00"}, "A_0_work_1_to"),
        ("uurrooster", {"A_0_work_1_from": "acht", "A_0_work_1_to": "9"}, "A_0_work_1_from"),
        ("uurrooster", {"A_0_work_1_from": "8:00", "A_0_work_1_to": "25:00"}, "A_0_work_1_to"),
        ("uurrooster", {"A_0_pause": "999"}, "A_0_pause"),
        ("uurrooster", {"A_weeks": "53"}, "A_weeks"),
        ("uurrooster", {"full_time": "veel"}, "full_time"),
        ("afspraken", {"category": "vierde"}, "category"),
    ],
)
def test_bad_input_is_said_at_the_field_and_kept(browser, world, recognition, part, typed, field):
    draft = Agreement.draft(world.actor("mega", world.today), recognition)
    answer = browser.post(f"/overeenkomsten/{draft.id}/{part}", data={"organisation": MEGA, **typed})
    assert answer.status_code == 422
    assert answer.page.select_one(f"#{field}-wrong").text.strip()
    for name, value in typed.items():
        kept = answer.page.select_one(f"input[name={name}]:not([type=radio]):not([type=date])")
        assert kept is None or kept["value"] == value


@pytest.fixture
def recognition(world):
    return world.granted("Winkelmedewerker duaal")


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, ""),
        ({"ends_on": date(2025, 9, 1)}, "hoogstens drie jaar"),
        ({"starts_on": date(2030, 9, 1), "ends_on": date(2031, 6, 30)}, "niet geldig"),
        ({"mentor": None}, "Kies een mentor"),
        ({"provider": None}, "Kies de school"),
        ({"guardian_name": ""}, "ouder of voogd"),
        ({"insz": "85.07.30-033.28", "guardian_name": ""}, ""),
        ({"full_time": 39 * 60}, "voltijdse week"),
        ({"timetable": "[]"}, "Vul het uurrooster in"),
        ({"declared": '["privacy"]'}, "alle verklaringen"),
        ({"representative": ""}, "wie voor de onderneming tekent"),
        ({"starts_on": date(2020, 9, 1), "ends_on": date(2021, 6, 30)}, "minimuminkomen niet"),
    ],
)
def test_what_blocks_is_named(world, recognition, changed, word):
    found = blocking(filled(world, recognition, **changed))
    assert (word in found) if word else not found


def test_an_unpaid_traineeship_asks_28_hours(world, recognition):
    weeks, full_time, _ = read_timetable(grid(A_0_work_1_to="13:29"))
    agreement = filled(world, recognition, timetable=json.dumps(weeks), full_time=full_time)
    assert agreement.derived_kind()[0] == "SAO" and not blocking(agreement)
    weeks, full_time, _ = read_timetable(
        grid() | dict.fromkeys([f"A_{n}_work_1_{e}" for n in range(4) for e in ("from", "to")], "")
    )
    agreement.edit(world.actor("mega", world.today), timetable=json.dumps(weeks))
    assert "minstens 28 uur" in blocking(fresh(agreement))


def test_a_minor_is_protected_and_an_adult_is_not(world, recognition):
    weeks, full_time, _ = read_timetable(grid(A_0_work_1_from="5:30", A_0_work_1_to="11:00"))
    facts = {"timetable": json.dumps(weeks), "full_time": full_time}
    assert "vóór 6 uur" in blocking(filled(world, recognition, **facts))
    assert not blocking(filled(world, recognition, insz=ADULT, last_name="Anders", **facts))


def test_the_same_learner_and_training_cannot_overlap(world, recognition):
    registered(world, recognition)
    assert "loopt bij u in die periode al een overeenkomst" in blocking(filled(world, recognition))


def test_a_mentor_guides_no_more_learners_than_the_partnership_allows(world, recognition):
    partnership = recognition.partnership
    type(partnership).update(learners_per_mentor=1).where(type(partnership).id == partnership.id).execute()
    registered(world, recognition)
    assert "hoogstens 1" in blocking(filled(world, recognition, insz=ADULT, guardian_name=""))


def test_the_totals_are_counted_while_typing(browser, world, recognition):
    draft = filled(world, recognition)
    answer = browser.post(
        f"/overeenkomsten/{draft.id}/uurrooster/totalen", data={"organisation": MEGA, **grid()}, htmx=True
    )
    assert "20 uur werkplek" in answer.text and "18 uur les" in answer.text and "OAO" in answer.text
    plain = browser.post(
        f"/overeenkomsten/{draft.id}/uurrooster/totalen", data={"organisation": MEGA, **grid(A_weeks="7")}
    )
    assert plain.page.select_one("[name=A_weeks]")["value"] == "7"
    assert json.loads(fresh(draft).timetable)[0]["weeks"] == 40


# --- signing ----------------------------------------------------------------------------------------------------------


def test_parties_sign_in_order_and_only_once(world, recognition):
    agreement, actor = frozen(world, recognition), world.actor("mega", world.today)
    with pytest.raises(RuleBroken, match="niet de beurt aan: onderneming"):
        agreement.sign(actor, "employer", 1, "M")
    agreement.sign(actor, "learner", 1, "F", "link")
    with pytest.raises(RuleBroken, match="niet de beurt aan: leerling"):
        agreement.sign(actor, "learner", 1, "F", "link")


def test_nobody_signs_for_another_party(world, recognition):
    agreement, actor = frozen(world, recognition, insz=ADULT, guardian_name=""), world.actor("mega", world.today)
    with pytest.raises(RuleBroken, match="rechten"):
        agreement.sign(actor, "learner", 1, "F")
    agreement.sign(actor, "learner", 1, "F", "link")
    with pytest.raises(RuleBroken, match="rechten"):
        agreement.sign(school(world), "employer", 1, "F")
    assert Signature.select().count() == 1


def test_an_older_version_cannot_be_signed(world, recognition):
    agreement, actor = frozen(world, recognition), world.actor("mega", world.today)
    agreement.sign(actor, "learner", 1, "F", "link")
    agreement.reopen(actor)
    fresh(agreement).freeze(actor)
    again = fresh(agreement)
    assert again.version == 2 and not again.signatures()
    with pytest.raises(RuleBroken, match="Deze versie"):
        again.sign(actor, "learner", 1, "F", "link")


def test_what_is_frozen_cannot_be_edited(browser, world, recognition):
    agreement = frozen(world, recognition)
    answer = browser.post(
        f"/overeenkomsten/{agreement.id}/leerling", data={"organisation": MEGA, "first_name": "Ander"}
    )
    assert answer.status_code == 422 and "Maak er eerst weer een werkversie van" in answer.text
    assert fresh(agreement).first_name == "Fatima"


def test_a_scan_signs_for_the_learner(browser, world, recognition):
    agreement = frozen(world, recognition)
    data = {"organisation": MEGA, "parties": "learner", "version": "1", "signed_on": "2022-01-23"}
    place = f"/overeenkomsten/{agreement.id}/papier"
    assert browser.post(place, data=data).status_code == 422
    assert browser.post(place, data=data | {"file": (io.BytesIO(b"geen pdf"), "x.pdf")}).status_code == 422
    assert browser.post(place, data=data | {"file": (io.BytesIO(build.PDF), "scan.pdf")}).status_code == 303
    assert agreement.signatures()["learner"].document.sha256


@pytest.mark.parametrize("party", ["", "employer", "provider", "iedereen"])
def test_a_link_goes_to_learner_or_guardian_only(browser, world, recognition, party):
    agreement = frozen(world, recognition)
    answer = browser.post(f"/overeenkomsten/{agreement.id}/link", data={"organisation": MEGA, "party": party})
    sent = Message.select().where(Message.text.contains("/tekenen/"))
    assert answer.status_code == 422 and not sent.exists()


def test_a_link_dies_after_five_wrong_codes(visitor, world, recognition):
    agreement, actor, kept = frozen(world, recognition), world.actor("mega", world.today), []
    code = SigningLink.send(actor, agreement, "learner", lambda token: kept.append(token) or "x")
    SigningLink.update(expires_at=actor.at + timedelta(days=9999)).execute()
    path = f"/tekenen/{kept[0]}"
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        assert visitor.post(path, data={"name": "F", "code": wrong}).status_code == 422
    for typed in (wrong, code):
        assert visitor.post(path, data={"name": "F", "code": typed}).status_code == 404
    assert not agreement.signatures()


def test_a_reminder_waits_a_day_and_ends_the_link_before(world, recognition):
    agreement, actor, tokens = frozen(world, recognition), world.actor("mega", world.today), []
    send = lambda one: SigningLink.send(one, agreement, "learner", lambda token: tokens.append(token) or "x")  # noqa: E731
    send(actor)
    with pytest.raises(RuleBroken, match="24 uur"):
        send(actor)
    later = actor._replace(at=actor.at + timedelta(hours=25))
    send(later)
    assert SigningLink.usable(tokens[0], later.at) is None
    assert SigningLink.usable(tokens[-1], later.at)
    assert SigningLink.usable(tokens[-1], later.at + timedelta(days=15)) is None


# --- registering and ending -------------------------------------------------------------------------------------------


def test_only_what_everyone_signed_is_registered(world, recognition):
    agreement = frozen(world, recognition)
    with pytest.raises(RuleBroken, match="getekend"):
        agreement.register(world.actor("mega", world.today), False)


def test_a_recognition_lifted_in_between_stops_the_registration(world, recognition):
    agreement = signed(world, recognition)
    type(recognition).update(end_kind="revoked", ended_on=date(2022, 3, 1)).execute()
    with pytest.raises(RuleBroken, match="niet geldig"):
        agreement.register(world.actor("mega", world.today), False)
    assert fresh(agreement).state == "signed"


@pytest.mark.parametrize(("number", "status"), [("", 422), ("BE68 5390 0754 7035", 422), ("BE68539007547034", 303)])
def test_the_premium_asks_a_valid_account_number(browser, world, recognition, number, status):
    agreement = signed(world, recognition)
    data = {"organisation": MEGA, "wants_premium": "y", "account_number": number}
    assert browser.post(f"/overeenkomsten/{agreement.id}/registreren", data=data).status_code == status


def test_an_agreement_ends_early_with_a_reason(world, recognition):
    agreement = registered(world, recognition)
    running = world.actor("mega", date(2022, 10, 3))
    with pytest.raises(RuleBroken, match="Kies waarom"):
        agreement.end(running, date(2022, 10, 7), "zomaar")
    with pytest.raises(RuleBroken, match="laatste dag"):
        agreement.end(running, date(2022, 8, 31), "mutual")
    agreement.end(running, date(2022, 10, 7), "mutual")
    again = fresh(agreement)
    assert again.status(date(2022, 10, 7))[0] == "running" and again.status(date(2022, 10, 8))[0] == "ended_early"
    assert Agreement.select().where(Agreement.running(date(2022, 10, 7))).exists()
    assert not Agreement.select().where(Agreement.running(date(2022, 10, 8))).exists()


def test_cancelling_is_possible_until_the_first_day(world, recognition):
    agreement = registered(world, recognition)
    with pytest.raises(RuleBroken, match="al begonnen"):
        agreement.cancel(world.actor("mega", START), "Toch niet.")
    agreement.cancel(world.actor("mega", START - timedelta(days=1)), "Toch niet.")
    assert fresh(agreement).state == "cancelled"


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_a_school_sees_what_names_it_once_it_is_up_for_signing(signed_in, world, recognition):
    coach, draft = signed_in("trajectbegeleider"), filled(world, recognition)
    assert coach.get(f"/overeenkomsten/{draft.id}").status_code == 404
    draft.freeze(world.actor("mega", world.today))
    page = coach.get(f"/overeenkomsten/{draft.id}").page
    assert "05.06" not in page.text and "O'Neill <b>" in page.text
    assert not page.select_one("form[action$='/registreren']")


@pytest.mark.parametrize("persona", ["behandelaar", "boekhouder"])
def test_others_see_nothing(signed_in, world, persona):
    recognition = world.granted(key="fiets")
    agreement = Agreement.draft(world.actor("fiets", world.today), recognition)
    client = signed_in(persona)
    for path in ("", "/leerling", "/overzicht", "/pdf"):
        assert client.get(f"/overeenkomsten/{agreement.id}{path}").status_code == 404
    assert "Werkversie" not in client.get("/overeenkomsten").page.select_one("#agreements-list").text.replace(
        "Werkversie", "", 1
    )


def test_the_list_is_searched_and_filtered(browser, world, recognition):
    registered(world, recognition)
    assert "Fatima" in browser.get("/overeenkomsten?zoek=o'neill").page.select_one("tbody").text
    assert not browser.get("/overeenkomsten?loopt=2022-08-31").page.select("tbody")
    assert browser.get("/overeenkomsten?loopt=2022-09-01").page.select("tbody tr")
    assert not browser.get("/overeenkomsten?overzicht=tekenen").page.select("tbody")
    assert browser.get("/overeenkomsten?overzicht=start-nog").page.select("tbody tr")
