"""Making an agreement: mandatory items, timetable, annexes, copies, and a draft that goes from hand to hand."""

import io
import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from bs4 import BeautifulSoup

import rules_agreements as law
import rules_checks
from models import (
    PARTS,
    AccessLog,
    Agreement,
    AgreementVersion,
    Annex,
    Document,
    Event,
    Membership,
    Organisation,
    RecognitionMentor,
    User,
    tasks,
    vault,
)
from rules import RuleBroken
from tests import build
from tests.test_agreements import (
    ADULT,
    END,
    MEGA,
    START,
    blocking,
    filled,
    fresh,
    frozen,
    grid,
    registered,
    school,
    signed,
)
from tests.test_queries import counted
from views.agreement_grid import read_rhythm, read_timetable
from views.agreement_handover import read_learners
from views.demo import insz

ANN, BO = "85.07.30-033.28", "05.06.15-003.14"


@pytest.fixture
def recognition(world):
    return world.granted("Winkelmedewerker duaal")


@pytest.fixture
def coach(signed_in):
    return signed_in("trajectbegeleider")


def post(client, agreement, place, **typed):
    number = MEGA if "organisation" not in typed else typed.pop("organisation")
    return client.post(f"/overeenkomsten/{agreement.id}/{place}", data={"organisation": number, **typed})


def of_school(**typed):
    return {"organisation": Organisation.get(Organisation.kind == "provider").number, **typed}


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*rules_checks.REQUIRED, *rules_checks.RULES])
def test_every_rule_has_words_a_source_and_a_party(key):
    rule = rules_checks.REQUIRED.get(key) or rules_checks.RULES[key]
    assert rule.part in PARTS and rule.party in ("employer", "provider") and rule.source
    assert rule.sentence.endswith(".") or rule.sentence == "{problem}"


def test_every_finding_leads_to_a_field_of_its_page(browser, world, recognition):
    draft = filled(world, recognition)
    pages = {part: browser.get(place).page for part, place in addresses(draft).items()}
    for rule in (*rules_checks.REQUIRED.values(), *rules_checks.RULES.values()):
        field = rule.field.format(field="A_0")
        assert pages[rule.part].select_one(f"#{field}"), f"nothing on the page of {rule.part} has id {field}"


def addresses(agreement):
    names = {"learner": "leerling", "company": "onderneming", "period": "looptijd", "timetable": "uurrooster"}
    names |= {"terms": "afspraken", "annexes": "bijlagen"}
    return {part: f"/overeenkomsten/{agreement.id}/{name}" for part, name in names.items()}


@pytest.mark.parametrize("part", [part for part in PARTS if part != "annexes"])
def test_a_step_that_is_sent_as_it_stands_changes_nothing(browser, world, recognition, part):
    draft = filled(world, recognition)
    deputy = world.mentor("mega", "Ann", "Tweede", date(1985, 7, 30))
    Agreement.update(deputy=deputy).where(Agreement.id == draft.id).execute()
    before = as_kept(draft)
    answer = browser.submit(browser.get(addresses(draft)[part]).page, f"form[action='{addresses(draft)[part]}']")
    assert answer.status_code == 200
    assert as_kept(draft) == before and before["mentor"] and before["deputy"] and before["provider"]


def as_kept(agreement):
    return {name: value for name, value in fresh(agreement).__data__.items() if name not in ("revision", "changed_at")}


@pytest.mark.parametrize("typed", ["\u200b", "\u2060\ufeff", "\u200d\u200c", "\u3164", "\u202e \u2066"])
def test_a_name_nobody_can_see_is_no_name(browser, world, recognition, typed):
    draft = filled(world, recognition)
    post(browser, draft, "leerling", first_name=typed, last_name="El \u202eIdrissi\u200b")
    assert (fresh(draft).first_name, fresh(draft).last_name) == ("", "El Idrissi")


def test_a_draft_is_thrown_away_after_a_second_look(browser, world, recognition):
    draft = Agreement.draft(world.actor("mega", world.today), recognition)
    page = browser.get(f"/overeenkomsten/{draft.id}/overzicht").page
    form = page.select_one("details:not([open]) form[action$='/weggooien']")
    assert form.select_one(".danger") and "Terugdraaien kan niet" in form.find_parent("details").text
    assert "weggegooid" in browser.submit(page, "form[action$='/weggooien']").page.text
    assert fresh(draft).state == "discarded"


def test_an_empty_draft_says_everything_at_once_what_blocks_first(browser, world, recognition):
    draft = Agreement.draft(world.actor("mega", world.today), recognition)
    page = browser.get(f"/overeenkomsten/{draft.id}/overzicht").page
    said = page.select("ul.checks li")
    classes = [item["class"][0] for item in said]
    assert classes == sorted(classes, key=lambda name: name != "unmet") and {"unmet", "warned"} == set(classes)
    for words in ("rijksregisternummer", "Kies een mentor", "uurrooster", "verklaringen", "opleidingsplan"):
        assert any(words in item.text for item in said), words
    assert all("#" in item.a["href"] for item in said)
    answer = post(browser, draft, "klaarzetten")
    assert answer.status_code == 422 and fresh(draft).state == "draft"


@pytest.mark.parametrize(
    ("changed", "key", "blocks"),
    [
        ({"insz": insz(date(2008, 3, 14), 101)}, "too_young", True),
        ({"insz": ANN, "guardian_name": ""}, "too_old", False),
        ({"insz": insz(date(2006, 12, 14), 101)}, "still_at_school", False),
        ({"guardian_name": ""}, "guardian", True),
        ({"ends_on": date(2025, 9, 1)}, "too_long", True),
        ({"starts_on": date(2021, 9, 1)}, "recognition", True),
        ({"ends_on": date(2027, 8, 31)}, "recognition_ends", False),
        ({"starts_on": date(2022, 1, 22)}, "past_start", False),
        ({"ends_on": date(2022, 12, 1)}, "premium_short", False),
        ({"starts_on": date(2020, 9, 1), "ends_on": date(2021, 6, 30)}, "no_income", True),
        ({"rhythm": "blocks", "blocks": ""}, "blocks_untold", True),
        ({"declared": '["privacy"]'}, "declarations", True),
        ({"holidays": "structural"}, "no_deviation", True),
        ({"insurer": ""}, "insurer", False),
        ({"prevention_service": ""}, "prevention_service", False),
        ({"joint_committee": ""}, "joint_committee", False),
        ({"full_time": 39 * 60}, "hours", True),
    ],
)
def test_a_rule_that_is_broken_is_found(world, recognition, changed, key, blocks):
    agreement = filled(world, recognition, **changed)
    found = {one.key: one for one in agreement.findings(world.today)}
    assert key in found and found[key].blocks == blocks and found[key].source
    assert (
        key not in {one.key for one in filled(world, recognition, last_name="Vlot").findings(world.today)} or not blocks
    )


def test_a_place_outside_flanders_and_a_mentor_without_training_mean_no_premium(world, recognition):
    place, mentor = recognition.establishment, world.mentor("mega")
    type(place).update(postcode="1000").where(type(place).id == place.id).execute()
    type(mentor).update(trained_on=None).where(type(mentor).id == mentor.id).execute()
    keys = {one.key: one for one in filled(world, recognition).findings(world.today)}
    assert not keys["premium_region"].blocks and not keys["mentor_untrained"].blocks


def test_a_mentor_who_left_the_recognition_is_not_accepted(world, recognition):
    agreement = filled(world, recognition)
    RecognitionMentor.update(end_kind="left", ended_on=date(2022, 8, 1)).execute()
    assert "Kies een mentor die op de eerste dag" in blocking(fresh(agreement))


def test_the_system_that_ended_is_warned_about(world):
    training = world.granted("Winkelmedewerker duaal", until=date(2026, 11, 1)).training
    type(training).update(kind="leren en werken").where(type(training).id == training.id).execute()
    recognition = world.granted("Winkelmedewerker duaal", place=1)
    agreement = filled(world, recognition, starts_on=date(2025, 9, 1), ends_on=date(2026, 6, 30))
    assert "legacy" in {one.key for one in agreement.findings(date(2025, 8, 1))}


# --- every item -------------------------------------------------------------------------------------------------------


def test_what_is_signed_holds_every_mandatory_item(world, recognition):
    agreement = frozen(
        world,
        recognition,
        insurer="Verzekeringen De Haven",
        policy_number="P-77",
        prevention_service="Preventie Dijle",
        social_secretariat="Bureau Nete",
        rsz_number="123-456",
        nationality="Belg",
        study_year="eerste jaar",
        transport="Treinabonnement",
        other_places="Depot, Kaai 3",
        contact_name="Leen",
        provider_place="Campus Zuid",
        provider_number="043211",
        deputy=world.mentor("mega", "Bé", "Smet"),
        representative_role="zaakvoerder",
    )
    words = agreement.frozen().words
    text = json.dumps(words, ensure_ascii=False)
    for wanted in (
        *("01/09/2022", "30/06/2023", "Mega World NV", "0417.390.703", "zaakvoerder", "Leen Ó Briain", "Fatima"),
        *("••.••.••-•••.16", "Technisch Atheneum De Brug (043211), Campus Zuid", "Jan Wouters", "20 uur per week"),
        *("Verzekeringen De Haven, polis P-77", "Preventie Dijle", "Bureau Nete", "123-456", "Belg", "eerste jaar"),
        *("Treinabonnement", "Depot, Kaai 3", "Bé Smet", "201", "E/20220123", "Naamloze", "OAO", "523,80 per maand"),
        *("bedrog", "sociale zekerheid", "arbeidswet", "verzekering tegen arbeidsongevallen", "opleidingsplan.pdf"),
        *("risicoanalyse", "arbeidsreglement", "Nora Amrani, Moeder", "Gevolgd op 10/03/2016"),
    ):
        assert wanted in text, wanted
    assert list(words) == [*PARTS, "articles"] and "Voorwerp" in words["articles"]
    assert "05061500116" not in text and agreement.frozen().model == "OAO-2"


def test_what_is_frozen_stays_as_it_was_signed(browser, world, recognition):
    agreement = frozen(world, recognition)
    Organisation.update(name="Anders NV").where(Organisation.id == world.mega.id).execute()
    words = fresh(agreement).readable(world.today)
    assert "Mega World NV" in words["company"]["Onderneming"]
    assert "Mega World NV" in browser.get(f"/overeenkomsten/{agreement.id}").page.text


@pytest.mark.parametrize(
    "changed", [{"first_name": "Anders"}, {"ends_on": END - timedelta(days=1)}, {"insz": "05.06.15-003.14"}]
)
def test_the_hash_is_that_of_the_very_content(world, recognition, changed):
    actor = world.actor("mega", world.today)
    one, other = filled(world, recognition), filled(world, recognition, **changed)
    Annex.update(document=one.annexes[0].document).where(Annex.agreement == other).execute()
    first, second = (AgreementVersion.of(fresh(agreement), 1, actor) for agreement in (one, other))
    assert first.content_hash != second.content_hash
    assert AgreementVersion.of(fresh(one), 1, actor).content_hash == first.content_hash
    assert AgreementVersion.of(fresh(one), 2, actor).content_hash != first.content_hash


def test_what_the_enterprise_said_of_itself_is_known_the_next_time(world, recognition):
    filled(world, recognition, insurer="De Haven", contact_name="Leen", coach_name="Jan")
    again = Agreement.draft(world.actor("mega", world.today), recognition)
    assert (again.insurer, again.contact_name, again.representative) == (
        "De Haven",
        "Leen",
        "Marleen Verdonck, zaakvoerder",
    )
    assert (again.coach_name, again.first_name, again.insz_tail) == ("", "", "")


def test_a_guardian_s_number_is_sealed_and_goes_with_the_guardian(browser, world, recognition):
    draft = filled(world, recognition)
    typed = {"first_name": "F", "last_name": "A", "guardian_kind": "mother", "guardian_name": "Nora"}
    assert post(browser, draft, "leerling", guardian_insz="85.07.30-033.29", **typed).status_code == 422
    assert post(browser, draft, "leerling", guardian_insz=ANN, **typed).status_code == 303
    kept = fresh(draft)
    assert "8507" not in kept.guardian_insz_sealed and kept.guardian_insz_tail == "28"
    assert post(browser, draft, "leerling", **typed | {"guardian_kind": ""}).status_code == 303
    assert not fresh(draft).guardian_insz_sealed


BLOCKY = {"B_0_work_1_from": "8", "B_0_work_1_to": "9", "rhythm": "blocks", "block_1_week": "A", "block_2_week": "B"}


@pytest.mark.parametrize(
    ("part", "typed", "field"),
    [
        ("leerling", {"phone": "bel mij"}, "phone"),
        ("leerling", {"guardian_insz": "1"}, "guardian_insz"),
        ("onderneming", {"contact_email": "x"}, "contact_email"),
        ("onderneming", {"joint_committee": "x" * 7}, "joint_committee"),
        ("looptijd", {"deputy": "999999"}, "deputy"),
        ("looptijd", {"mentor": "999999"}, "mentor"),
        ("uurrooster", {"A_0_lessons_pause": "30"}, "A_0_lessons_pause"),
        ("uurrooster", BLOCKY | {"block_1_from": "2022-09-01"}, "block_1_to"),
        ("uurrooster", BLOCKY | {"block_2_to": "morgen", "block_2_from": "2022-09-01"}, "block_2_to"),
        ("uurrooster", BLOCKY | {"block_1_from": "2022-09-02", "block_1_to": "2022-09-01"}, "block_1_to"),
        ("uurrooster", BLOCKY | {"block_1_from": "0001-01-01", "block_1_to": "2022-09-01"}, "block_1_from"),
        (
            "uurrooster",
            BLOCKY | {"block_1_from": "1/9/2022", "block_1_to": "2/9/2022", "block_1_week": "C"},
            "block_1_week",
        ),
        ("afspraken", {"holidays": "altijd"}, "holidays"),
    ],
)
def test_what_is_wrong_in_the_new_fields_is_said_there(browser, world, recognition, part, typed, field):
    draft = Agreement.draft(world.actor("mega", world.today), recognition)
    answer = post(browser, draft, part, **typed)
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong").text.strip()


def test_two_people_who_edit_at_once_do_not_overwrite_each_other(browser, world, recognition):
    draft = filled(world, recognition)
    page = browser.get(f"/overeenkomsten/{draft.id}/onderneming").page
    other = browser.get(f"/overeenkomsten/{draft.id}/onderneming").page
    assert browser.submit(page, "form[action$='/onderneming']", insurer="De Eerste").status_code == 200
    answer = browser.submit(other, "form[action$='/onderneming']", insurer="De Tweede")
    assert answer.status_code == 422 and "intussen" in answer.text and fresh(draft).insurer == "De Eerste"
    assert answer.page.select_one("#insurer")["value"] == "De Tweede"
    assert browser.submit(answer.page, "form[action$='/onderneming']").status_code == 200
    assert fresh(draft).insurer == "De Tweede"


def test_the_name_of_a_guardian_is_said_to_be_required_for_a_minor(browser, world, recognition):
    page = browser.get(f"/overeenkomsten/{filled(world, recognition).id}/leerling").page
    told = page.select_one("label[for=guardian_name]").text
    assert told == "Naam van de ouder of voogd (verplicht voor een minderjarige)"


def test_who_stands_in_for_the_mentor_is_somebody_else_and_the_period_has_an_end(browser, world, recognition):
    draft, mentor = filled(world, recognition), str(world.mentor("mega").id)
    page = post(browser, draft, "looptijd", mentor=mentor, deputy=mentor, starts_on=START, ends_on=START).page
    told = {link["href"]: link.text for link in page.select(".problems a")}
    assert told == {
        "#ends_on": "De laatste dag moet na de eerste dag liggen.",
        "#deputy": "De plaatsvervanger moet iemand anders zijn dan de mentor.",
    }
    field = page.select_one("#deputy[aria-invalid=true]")
    assert field["aria-describedby"] == "deputy-hint deputy-wrong"


# --- the timetable ----------------------------------------------------------------------------------------------------


def test_the_rule_of_minors_stands_at_the_day_that_breaks_it_while_typing(browser, world, recognition):
    draft = filled(world, recognition)
    page = browser.get(f"/overeenkomsten/{draft.id}/uurrooster").page
    typed = grid(A_2_work_1_to="15:30", A_2_lessons_1_from="", A_2_lessons_1_to="")
    page = browser.act(page, "input[hx-post$='/totalen?typend=1']", organisation=MEGA, **typed)
    assert "60 minuten pauze" in page.select_one("#day-A-2").text and "7 u werk" in page.select_one("#day-A-2").text
    assert not page.select("#day-A-1 .wrong") and "5 u werk, 2,5 u les" in page.select_one("#day-A-1").text
    assert page.select_one("#A_2")["aria-describedby"] == "day-A-2"
    plain = browser.post(f"/overeenkomsten/{draft.id}/uurrooster/totalen", data={"organisation": MEGA, **typed}).page
    assert plain.select_one("#day-A-2").text == page.select_one("#day-A-2").text


def test_a_wrong_time_is_told_at_itself_and_names_its_day(browser, world, recognition):
    draft = filled(world, recognition)
    typed = grid(
        A_0_work_1_from="8:00",
        A_0_work_1_to="25:00",
        A_0_pause="30",
        A_0_work_2_from="14:00",
        A_2_lessons_1_from="9",
        A_2_lessons_1_to="abc",
        B_4_work_1_from="x",
        B_4_work_1_to="y",
        B_3_work_1_from="8",
        B_3_work_1_to="9",
        rhythm="blocks",
        block_3_from="2022-09-05",
        block_3_to="2022-09-04",
        block_3_week="A",
    )
    page = post(browser, draft, "uurrooster", **typed).page
    told = {link["href"]: link.text for link in page.select(".problems a")}
    assert told == {
        "#A_0_work_1_to": "Maandag: schrijf een uur als 8:30.",
        "#A_0_work_2_to": "Maandag: vul zowel het begin als het einde in.",
        "#A_2_lessons_1_to": "Woensdag: schrijf een uur als 8:30.",
        "#B_4_work_1_from": "Week B, vrijdag: schrijf een uur als 8:30.",
        "#B_4_work_1_to": "Week B, vrijdag: schrijf een uur als 8:30.",
        "#block_3_to": "Blok 3: de laatste dag mag niet voor de eerste liggen.",
    }
    assert {f"#{field['id']}" for field in page.select("[aria-invalid=true]")} == set(told)


def test_counting_takes_away_the_red_of_what_is_right_now_and_still_tells_what_another_saved(
    browser, world, recognition
):
    draft = filled(world, recognition)
    page = post(browser, draft, "uurrooster", **grid(A_0_work_1_to="25:00", A_1_work_1_to="x")).page
    seen = page.select_one("[name=revision]")["value"]
    draft.edit(world.actor("mega", world.today), insurer="Een ander")
    sent = {"organisation": MEGA, "revision": seen}
    page = browser.act(page, "button[hx-post$='/totalen']", **sent, **grid(A_1_work_1_to="x"))
    assert [field["id"] for field in page.select("[aria-invalid=true]")] == ["A_1_work_1_to"]
    page = browser.act(page, "button[hx-post$='/totalen']", **sent, **grid())
    assert not page.select("[aria-invalid=true], .problems, .day > .wrong")
    assert "20 uur werkplek" in page.select_one("#agreements-totals").text
    assert page.select_one("[name=revision]")["value"] == seen
    page = browser.act(page, "input[hx-post$='/totalen?typend=1']", **sent, **grid(A_1_work_1_to="x"))
    assert not page.select("[aria-invalid=true], .problems") and "15" in page.select_one("#agreements-totals").text


BLOCKS = {  # four weeks of A, two of B; a weekend more or less makes no difference
    "block_1_from": "2022-09-05",
    "block_1_to": "2022-10-02",
    "block_1_week": "A",
    "block_2_from": "2022-10-03",
    "block_2_to": "2022-10-14",
    "block_2_week": "B",
}


def test_the_sums_of_the_days_are_those_of_a_fresh_page(browser, world, recognition):
    draft = filled(world, recognition)
    typed = grid(B_0_work_1_from="9:00", B_0_work_1_to="12:00", rhythm="blocks", **BLOCKS)
    swapped = browser.act(
        browser.get(f"/overeenkomsten/{draft.id}/uurrooster").page,
        "input[hx-post$='/totalen?typend=1']",
        organisation=MEGA,
        **typed,
    )
    assert post(browser, draft, "uurrooster", **typed).status_code == 303
    loaded = browser.get(f"/overeenkomsten/{draft.id}/uurrooster").page
    for day in [f"day-{week}-{number}" for week in "AB" for number in (*range(7), "week")]:
        assert words(swapped.select_one(f"#{day}")) == words(loaded.select_one(f"#{day}")), day
    assert loaded.select_one("input[name=rhythm][value=blocks]").has_attr("checked")
    assert loaded.select_one("#block_1_from")["value"] == "2022-09-05"
    assert loaded.select_one("#block_2_week option[selected]")["value"] == "B"
    assert loaded.select_one("#block_2_week option[value=A]").text == "week A: werkplek"
    assert words(swapped.select_one("#agreements-totals")) == words(loaded.select_one("#agreements-totals"))
    assert "4 keer week A, 2 keer week B" in " ".join(loaded.select_one("#agreements-totals").text.split())


def words(tag):
    return BeautifulSoup(str(tag), "html.parser").text.split()


def test_weeks_a_and_b_are_kept_with_how_they_follow(world, recognition):
    typed = grid(B_0_work_1_from="9:00", B_0_work_1_to="12:00", B_weeks="20")
    weeks, _, wrong = read_timetable(typed)
    assert len(weeks) == 2 and not wrong
    assert (
        read_rhythm(typed, weeks)[0] == "alternating"
        and read_rhythm(typed | {"rhythm": "blocks"}, weeks)[0] == "blocks"
    )
    assert read_rhythm(typed | {"rhythm": "blocks"}, weeks[:1]) == ("same", "", {})
    draft = filled(world, recognition, timetable=json.dumps(weeks), rhythm="blocks", blocks="B in mei.")
    assert draft.content()["timetable"]["Wanneer"] == "B in mei.", "as it was told before there were dates"
    assert "Week b maandag" in draft.content()["timetable"]


def with_blocks(world, recognition, **changed):
    typed = grid(B_0_lessons_1_from="9:00", B_0_lessons_1_to="12:00", rhythm="blocks", **(BLOCKS | changed))
    weeks, full_time, _ = read_timetable(typed)
    rhythm, blocks, wrong = read_rhythm(typed, weeks)
    assert not wrong
    facts = {"timetable": json.dumps(weeks), "full_time": full_time, "rhythm": rhythm, "blocks": blocks}
    return filled(world, recognition, **facts)


def test_dated_blocks_decide_the_average_the_kind_and_what_the_document_says(world, recognition):
    draft = with_blocks(world, recognition)
    work, lessons = law.average_minutes(draft.weeks)
    assert [one.weeks for one in draft.weeks] == [4, 2] and work == Fraction(4 * 20 * 60, 6)
    assert lessons == Fraction(4 * 18 * 60 + 2 * 3 * 60, 6) and draft.derived_kind()[0] == "SAO"
    said = draft.content()["timetable"]
    assert said["Wanneer"] == (
        "Week A (werkplek) van 05/09/2022 tot en met 02/10/2022. Week B (les) van 03/10/2022 tot en met 14/10/2022."
    )
    assert said["In al die weken samen"] == "80 uur op de werkplek en 78 uur les"
    again = draft.copy(world.actor("mega", world.today))
    assert again.rhythm == "blocks" and not again.periods, "the days of last year are not those of the next"


@pytest.mark.parametrize(
    ("changed", "key", "blocks"),
    [
        ({"block_2_from": "2022-10-02"}, "blocks_crossed", True),
        ({"block_2_week": "A"}, "blocks_one_kind", True),
        ({"block_1_from": "2022-08-31"}, "blocks_outside", False),
        ({"block_2_to": "2023-07-01"}, "blocks_outside", False),
    ],
)
def test_blocks_that_cannot_be_are_found(world, recognition, changed, key, blocks):
    found = {one.key: one for one in with_blocks(world, recognition, **changed).findings(world.today)}
    assert found[key].blocks == blocks and found[key].field == "blocks"
    assert key not in {one.key for one in with_blocks(world, recognition, last_name="x").findings(world.today)}


def test_an_addendum_takes_dated_blocks_too(browser, world, recognition):
    agreement = registered(world, recognition)
    page = browser.get(f"/overeenkomsten/{agreement.id}/wijzigen/timetable").page
    typed = {"B_0_lessons_1_from": "9:00", "B_0_lessons_1_to": "12:00", "rhythm": "blocks", **BLOCKS}
    wrong = typed | {"block_1_to": "2022-09-01"}
    answer = browser.submit(page, "#timetable", effective_on="2022-09-05", **wrong)
    assert answer.status_code == 422 and answer.page.select_one("#block_1_to-wrong")
    assert answer.page.select_one("#block_1_from")["value"] == "2022-09-05"
    answer = browser.submit(page, "#timetable", effective_on="2022-09-05", **typed)
    assert answer.status_code == 422 and "SAO in plaats van een OAO" in answer.page.text


def test_the_sector_decides_what_a_minor_may_do_on_sunday(world, recognition):
    weeks, _, _ = read_timetable(grid(A_6_work_1_from="8:00", A_6_work_1_to="12:00"))
    facts = {"timetable": json.dumps(weeks)}
    assert "Zondagwerk mag niet" in blocking(filled(world, recognition, **facts))
    horeca = blocking(filled(world, recognition, joint_committee="302", **facts))
    assert "Zondagwerk" not in horeca and "één zondag op twee" in horeca


# --- annexes ----------------------------------------------------------------------------------------------------------


def upload(client, agreement, kind="plan", content=build.PDF, **more):
    return post(client, agreement, "bijlagen", kind=kind, file=(io.BytesIO(content), "plan.pdf"), **more)


def test_an_annex_is_added_read_by_the_school_and_fixed_by_freezing(browser, coach, world, recognition):
    agreement = filled(world, recognition)
    assert upload(browser, agreement, "other").status_code == 303
    added = Annex.get(Annex.kind == "other")
    agreement = fresh(agreement)
    agreement.freeze(world.actor("mega", world.today))
    assert added.document.sha256 in agreement.frozen().content
    answer = coach.get(f"/overeenkomsten/{agreement.id}/bijlagen/{added.id}")
    assert answer.data == build.PDF and "attachment" in answer.headers["Content-Disposition"]
    assert upload(browser, agreement).status_code == 422
    assert post(browser, agreement, f"bijlagen/{added.id}/verwijderen").status_code == 422
    assert {annex.kind for annex in agreement.annexes} == {"plan", "other"}


@pytest.mark.parametrize(("kind", "content"), [("plan", b"geen pdf"), ("plan", b""), ("roman", build.PDF)])
def test_what_is_no_annex_is_refused(browser, world, recognition, kind, content):
    agreement = filled(world, recognition)
    assert upload(browser, agreement, kind, content).status_code == 422
    assert agreement.annexes.count() == 1


def test_a_document_of_the_vault_can_be_an_annex_and_is_then_kept(browser, world, recognition):
    agreement, actor = filled(world, recognition), world.actor("mega", world.today)
    document = Document.store(actor, build.PDF + b"kluis", "afwijking.pdf", "other")
    assert post(browser, agreement, "bijlagen", kind="holiday", document=str(document.id)).status_code == 303
    with pytest.raises(RuleBroken, match="blijft daarom bewaard"):
        vault.throw_away(document, actor)
    annex = Annex.get(Annex.document == document)
    assert post(browser, agreement, f"bijlagen/{annex.id}/verwijderen").status_code == 303
    vault.throw_away(document, actor)
    assert not Document.select().where(Document.id == document.id).exists()


def test_somebody_else_s_document_is_no_annex(browser, world, recognition):
    agreement = filled(world, recognition)
    theirs = Document.store(world.actor("bakkerij", world.today), build.PDF, "x.pdf", "other")
    assert post(browser, agreement, "bijlagen", kind="plan", document=str(theirs.id)).status_code == 404
    with pytest.raises(RuleBroken):
        Annex.add(world.actor("mega", world.today), agreement, "plan", theirs)


def test_there_is_a_limit_to_annexes(world, recognition):
    agreement, actor = filled(world, recognition), world.actor("mega", world.today)
    with pytest.raises(RuleBroken, match="hoogstens 12"):
        for number in range(13):
            document = Document.store(actor, build.PDF + bytes([65 + number]), "x.pdf", "other")
            Annex.add(actor, agreement, "other", document)


# --- copies -----------------------------------------------------------------------------------------------------------


def test_a_copy_for_the_next_year_has_everything_but_its_dates(browser, world, recognition):
    agreement = signed(world, recognition, transport="Fiets")
    answer = post(browser, agreement, "kopieren")
    draft = Agreement.select().order_by(Agreement.id.desc()).get()
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/{draft.id}/looptijd")
    assert (draft.first_name, draft.insz_fingerprint, draft.transport) == (
        agreement.first_name,
        agreement.insz_fingerprint,
        "Fiets",
    )
    assert draft.timetable == agreement.timetable and draft.starts_on is None and draft.state == "draft"
    assert draft.version == 0 and not draft.annexes.count() and draft.declared == "[]"


def test_a_copy_stands_on_the_recognition_that_is_valid_now(world):
    old = world.ending_in(30, training="Winkelmedewerker duaal")
    agreement = filled(world, old, starts_on=date(2022, 2, 1), ends_on=date(2022, 2, 20))
    renewed = old.renew(world.actor("mega", world.today))
    facts = {"valid_from": date(2022, 2, 23), "valid_until": date(2027, 2, 22), "number": "E/20220123/000002"}
    facts |= {"submitted_on": world.today, "decided_on": world.today, "state": "approved"}
    type(old).update(**facts).where(type(old).id == renewed.id).execute()
    actor = world.actor("mega", world.today)
    assert agreement.copy(actor).recognition_id == renewed.id
    other = {"first_name": "Wout", "last_name": "Claes"}
    assert agreement.copy(actor, other).recognition_id == old.id, "it keeps a first day, which the old one covers"
    late = world.actor("mega", date(2022, 2, 23))
    assert agreement.copy(late, other).recognition_id == renewed.id, "nothing is made on what is over"


def test_several_learners_start_from_one_base(browser, world, recognition):
    base = filled(world, recognition)
    lines = f"{ANN}; Ann; Peeters; ann@voorbeeld.be\n\n05061500314\tBo\tD'Hondt <b>\n"
    answer = post(browser, base, "meer-leerlingen", learners=lines)
    assert answer.status_code == 303
    made = list(Agreement.select().where(Agreement.id > base.id).order_by(Agreement.id))
    assert [(one.first_name, one.last_name, one.email, one.insz_tail) for one in made] == [
        ("Ann", "Peeters", "ann@voorbeeld.be", "28"),
        ("Bo", "D'Hondt <b>", "", "14"),
    ]
    assert {one.timetable for one in made} == {base.timetable} and {one.starts_on for one in made} == {START}
    assert {one.guardian_name for one in made} == {""} and {one.coach_name for one in made} == {"Jan Wouters"}


@pytest.mark.parametrize(
    ("lines", "number", "word"),
    [
        ("", 1, "minstens één"),
        (f"{ANN}; Ann; Peeters\n1; Bo; Smet", 2, "11 cijfers"),
        (f"{ANN}; Ann; Peeters; geen-adres", 1, "e-mailadres"),
        (f"{ANN}; Ann", 1, "Schrijf: rijksregisternummer"),
        (f"{ANN}; Ann; Peeters\n{ANN}; Ann; Peeters", 2, "al hoger"),
        ("\n".join([f"{ANN}; A; B"] * 31), 31, "Hoogstens 30"),
        (f"{ANN}; {'x' * 256}; Peeters", 1, "255"),
    ],
)
def test_one_wrong_line_makes_no_agreement_at_all(browser, world, recognition, lines, number, word):
    base = filled(world, recognition)
    answer = post(browser, base, "meer-leerlingen", learners=lines)
    assert answer.status_code == 422 and Agreement.select().count() == 1
    assert f"Regel {number}: " in answer.text and word in answer.page.select_one(".problems").text
    assert answer.page.select_one("#learners").text.strip() == lines.strip()
    assert read_learners(lines)[1]


# --- from hand to hand ------------------------------------------------------------------------------------------------


def test_a_school_that_never_had_the_draft_is_not_said_to_have_filled_it_in(browser, world, recognition):
    page = browser.get(f"/overeenkomsten/{filled(world, recognition).id}/overzicht").page
    told = page.select_one("#agreements-handover").text
    assert "Heeft alles ingevuld" not in told and "Er ontbreekt niets." in told


def test_a_draft_goes_to_the_school_and_back(browser, coach, world, recognition):
    draft = filled(world, recognition, first_name="", insurer="", representative="")
    assert coach.get(f"/overeenkomsten/{draft.id}").status_code == 404
    page = browser.get(f"/overeenkomsten/{draft.id}/overzicht").page
    page = browser.submit(page, "form[action$='/doorgeven']", message="Wie is de leerling? <b>").page
    assert "Technisch Atheneum De Brug" in page.select_one("#agreements-handover").text
    theirs = coach.get(f"/overeenkomsten/{draft.id}/overzicht").page
    told = " ".join(theirs.select_one("#agreements-handover").text.split())
    assert "Wie is de leerling? <b>" in told and "Sinds vandaag." in told
    first, second = theirs.select("#agreements-handover h3")
    assert "De Brug heeft de werkversie" in " ".join(first.text.split()) and "Mega World NV" in second.text
    assert "voornaam" in first.find_next("ul").text and "tekent" in second.find_next("ul").text
    assert post(browser, draft, "onderneming", insurer="X").status_code == 422
    assert post(coach, draft, "leerling", **of_school(first_name="Fatima", last_name="A")).status_code == 303
    answer = post(coach, draft, "doorgeven", **of_school(message="Klaar."))
    assert answer.status_code == 303 and fresh(draft).holder == "employer" and fresh(draft).first_name == "Fatima"
    assert post(coach, draft, "leerling", **of_school(first_name="Anders")).status_code == 422
    names = [event.name for event in Event.of(draft)]
    assert names == ["drafted_agreement", "annex_added", "passed_on", "passed_on"]


def test_both_sides_read_field_by_field_who_must_fill_what_and_since_when(browser, coach, world, recognition):
    draft = filled(world, recognition, first_name="", address="", representative="", declared="[]")
    draft.pass_on(world.actor("mega", world.today - timedelta(days=3)), "Aan u.")
    place, read = f"/overeenkomsten/{draft.id}/overzicht", []
    for client in (browser, coach):
        part = client.get(place).page.select_one("#agreements-handover")
        for form in part.select("form"):
            form.decompose()
        school_heading, own_heading = part.select("h3")
        links = {
            heading: [(one.text, one["href"].rpartition("#")[2]) for one in heading.find_next("ul").select("a")]
            for heading in (school_heading, own_heading)
        }
        assert links[school_heading] == [
            ("Vul de voornaam van de leerling in.", "first_name"),
            ("Vul het adres van de leerling in.", "address"),
        ]
        assert [field for _, field in links[own_heading]] == ["representative", "declared"]
        assert "Sinds 20/01/2022: 3 dagen" in " ".join(part.text.split())
        for _, field in links[school_heading] + links[own_heading]:
            step = next(one["href"] for one in part.select("a") if one["href"].endswith(f"#{field}"))
            assert client.get(step).page.select_one(f"#{field}"), "each field is there to read for both"
        read.append(" ".join(part.text.split()))
    assert read[0] == read[1]
    assert [task.kind for task in tasks(draft.provider, world.today)] == ["fill"]
    assert "3 dagen" in tasks(draft.provider, world.today)[0].at_zero


def test_a_draft_is_taken_back_by_who_waits_for_it(browser, coach, world, recognition):
    draft = filled(world, recognition)
    assert post(browser, draft, "terugnemen").status_code == 422
    draft.pass_on(world.actor("mega", world.today), "Kijk na.")
    assert post(coach, draft, "terugnemen", **of_school()).status_code == 422
    assert post(browser, draft, "terugnemen").status_code == 303
    assert fresh(draft).holder == "employer"
    assert coach.get(f"/overeenkomsten/{draft.id}").status_code == 200  # it may still read


def test_a_draft_without_school_goes_nowhere(browser, world, recognition):
    draft = filled(world, recognition, provider=None)
    answer = post(browser, draft, "doorgeven", message="x")
    assert answer.status_code == 422 and "Kies eerst de school" in answer.page.select_one("#message-wrong").text


def test_the_school_does_not_give_the_draft_to_another_school(coach, world, recognition):
    draft = filled(world, recognition)
    other = Organisation.create(number="0199999991", name="Een andere school", kind="provider")
    draft.pass_on(world.actor("mega", world.today))
    with pytest.raises(RuleBroken, match="kiest de onderneming"):
        fresh(draft).edit(school(world), provider=other)
    fresh(draft).take_back(world.actor("mega", world.today))
    fresh(draft).edit(world.actor("mega", world.today), provider=other)
    assert coach.get(f"/overeenkomsten/{draft.id}").status_code == 404


def test_the_school_may_put_up_for_signing_what_it_has(world, recognition):
    draft = filled(world, recognition)
    with pytest.raises(RuleBroken):
        draft.freeze(school(world))
    draft.pass_on(world.actor("mega", world.today))
    with pytest.raises(RuleBroken):
        fresh(draft).freeze(world.actor("mega", world.today))
    fresh(draft).freeze(school(world))
    assert fresh(draft).state == "to_sign"


def test_two_who_pass_on_at_once_pass_on_once(world, recognition):
    draft, actor = filled(world, recognition), world.actor("mega", world.today)
    same = fresh(draft)
    draft.pass_on(actor, "Eerst.")
    with pytest.raises(RuleBroken):
        same.pass_on(actor, "Tweede.")
    assert fresh(draft).pass_message == "Eerst." and fresh(draft).holder == "provider"


def test_what_was_edited_meanwhile_is_not_frozen(world, recognition):
    draft, actor = filled(world, recognition), world.actor("mega", world.today)
    fresh(draft).edit(actor, coach_name="Iemand anders")
    with pytest.raises(RuleBroken):
        draft.freeze(actor)
    assert fresh(draft).state == "draft" and not AgreementVersion.select().exists()


@pytest.mark.parametrize(("extent", "status"), [("yes", 303), ("approval", 303), ("no", 403)])
def test_a_school_with_a_mandate_drafts_for_the_employer(signed_in, world, recognition, extent, status):
    world.give("school", agreements=extent, mentors="yes")
    client = signed_in("trajectbegeleider")
    assert client.get("/overeenkomsten/nieuw").status_code == 403
    assert client.post("/organisatie/wissel", data={"organisation": MEGA}).status_code == 303
    answer = client.post("/overeenkomsten/nieuw", data={"organisation": MEGA, "recognition": str(recognition.id)})
    assert answer.status_code == status
    if status == 303:
        draft = Agreement.get()
        assert draft.organisation_id == world.mega.id and draft.holder == "employer"
        assert post(client, draft, "onderneming", insurer="De Haven").status_code == 303
        assert Event.get(Event.name == "drafted_agreement").through_id == world.organisations["school"].id
    else:
        assert not Agreement.select().exists()


# --- what waits for whom ----------------------------------------------------------------------------------------------


def waiting(world, key, on=None):
    found = tasks(Organisation.get_by_id(world.organisations[key].id), on or world.today)
    return [(task.kind, task.title) for task in found if task.agreement]


def test_a_draft_that_was_passed_on_ages_as_a_task_of_who_has_it(signed_in, world, recognition):
    draft = filled(world, recognition)
    assert waiting(world, "mega") == [] and waiting(world, "school") == []
    draft.pass_on(world.actor("mega", world.today), "Aan u.")
    fill = ("fill", "Overeenkomst verder invullen")
    assert waiting(world, "school") == [fill] and waiting(world, "mega") == []
    [task] = tasks(school(world).organisation, world.today + timedelta(days=12))
    assert task.days_left == (START - world.today).days - 12
    assert task.at_zero == "begint de leerling zonder overeenkomst; ze ligt bij u sinds 23/01/2022, 12 dagen"
    assert task.organisation.id == world.organisations["school"].id
    page = signed_in("trajectbegeleider").get("/").page
    assert "Overeenkomst verder invullen" in page.select_one("#dashboard-tasks").text
    assert page.select_one("#dashboard-tasks a.button")["href"] == f"/overeenkomsten/{draft.id}/overzicht"
    fresh(draft).pass_on(school(world)._replace(on=world.today + timedelta(days=2)), "Terug.")
    assert waiting(world, "mega") == [fill] and waiting(world, "school") == []
    [task] = [one for one in tasks(world.mega, START + timedelta(days=1)) if one.agreement]
    assert task.days_left is None and task.at_zero.startswith("Deze werkversie ligt bij u sinds 25/01/2022")


@pytest.mark.parametrize("facts", [{}, {"insz": ADULT, "guardian_name": "", "guardian_kind": ""}])
def test_a_signature_is_a_task_of_whose_turn_it_is(world, recognition, facts):
    agreement, actor = frozen(world, recognition, **facts), world.actor("mega", world.today)
    sign = ("sign", "Overeenkomst ondertekenen")
    for party in agreement.needed_parties():
        assert waiting(world, "mega") == ([sign] if party == "employer" else []), party
        assert waiting(world, "school") == ([sign] if party == "provider" else []), party
        way = "counter" if party in ("employer", "provider") else "link"
        agreement.sign(school(world) if party == "provider" else actor, party, 1, "Naam", way)
    assert waiting(world, "school") == []
    assert waiting(world, "mega") == [("registration", "Overeenkomst registreren")]


def test_who_registers_has_the_task_to_do_so(world, recognition):
    Organisation.update(registers_agreements=False).where(Organisation.id == world.mega.id).execute()
    signed(world, recognition)
    assert waiting(world, "mega") == []
    assert waiting(world, "school") == [("registration", "Overeenkomst registreren")]


def test_somebody_of_a_school_and_an_enterprise_sees_the_tasks_of_both(signed_in, world, recognition):
    filled(world, recognition).pass_on(world.actor("mega", world.today))
    greet = User.get(User.subject == "demo:boekhouder")
    Membership.create(user=greet, organisation=world.organisations["school"], role="user", source="local")
    page = signed_in("boekhouder").get("/taken?organisaties=alle&soort=fill").page
    assert "Technisch Atheneum De Brug" in page.select_one("#dashboard-tasks .whose").text
    assert page.select_one("#dashboard-tasks form[action='/organisatie/wissel']")


def test_the_tasks_of_a_school_cost_as_much_for_twenty_as_for_one(signed_in, world, recognition):
    client, asked = signed_in("trajectbegeleider"), []
    for names in (["Een"], [f"Nr {number}" for number in range(20)]):
        for name in names:
            filled(world, recognition, last_name=name).pass_on(world.actor("mega", world.today))
        client.get("/taken")  # what is made once per process
        with counted() as ran:
            assert client.get("/taken").status_code == 200
        asked.append(len(ran))
    assert asked[0] == asked[1]


def test_looking_at_an_agreement_costs_as_much_with_twelve_annexes_as_with_one(browser, world, recognition):
    agreement, actor, asked = filled(world, recognition), world.actor("mega", world.today), []
    for number in range(11):
        if number in (0, 10):
            for place in ("overzicht", "bijlagen"):
                browser.get(f"/overeenkomsten/{agreement.id}/{place}")
                with counted() as ran:
                    browser.get(f"/overeenkomsten/{agreement.id}/{place}")
                asked.append(len(ran))
        document = Document.store(actor, build.PDF + bytes([65 + number]), "x.pdf", "other")
        Annex.add(actor, fresh(agreement), "other", document)
    assert asked[:2] == asked[2:]


# --- who registers ----------------------------------------------------------------------------------------------------


def test_the_employer_registers_unless_it_leaves_that_to_the_school(browser, coach, world, recognition):
    agreement = signed(world, recognition)
    assert agreement.can("register", world.actor("mega", world.today)) and not agreement.can("register", school(world))
    page = browser.get("/overeenkomsten/instellingen").page
    assert page.select_one("input[value=ja]").has_attr("checked")
    page = browser.submit(page, "form[action$='/instellingen']", registers="nee").page
    assert page.select_one("input[value=nee]").has_attr("checked")
    agreement = fresh(agreement)
    assert agreement.can("register", school(world)) and not agreement.can("register", world.actor("mega", world.today))
    assert post(browser, agreement, "registreren").status_code == 422
    assert (
        browser.post("/overeenkomsten/instellingen", data={"organisation": MEGA, "registers": "?"}).status_code == 422
    )
    assert Event.select().where(Event.name == "registrar_chosen").count() == 1


# --- seen by others ---------------------------------------------------------------------------------------------------


def test_whole_numbers_are_printed_only_on_request_and_noted(browser, world, recognition):
    agreement = frozen(world, recognition)
    assert not AccessLog.select().exists()
    browser.get(f"/overeenkomsten/{agreement.id}/pdf")
    assert not AccessLog.select().exists()
    answer = post(browser, agreement, "pdf")
    assert answer.data.startswith(b"%PDF") and "no-store" in answer.headers["Cache-Control"]
    assert AccessLog.get().subject_id == agreement.id and AccessLog.get().field == "insz"


def test_one_who_is_of_age_needs_no_guardian(world, recognition):
    agreement = frozen(world, recognition, insz=ADULT, guardian_name="", guardian_kind="")
    assert agreement.needed_parties() == ["learner", "employer", "provider"]
    assert law.WEEK_NAMES[0] == "A"
