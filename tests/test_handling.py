"""Case handling in the partnership: the queue, one file, its steps and decision, and what the employer sees of them."""

import io
from datetime import timedelta

import pytest

import rules
from models import (
    SECTIONS,
    AccessLog,
    Document,
    Establishment,
    Event,
    Membership,
    Mentor,
    Recognition,
    Training,
    User,
)
from tests import build
from tests.browser import text

MEGA = "0417390703"
STATES_OF = {  # queue: the states in it
    "open": ["submitted", "complete", "in_treatment"],
    "ingediend": ["submitted"],
    "volledig": ["complete"],
    "in-behandeling": ["in_treatment"],
    "wacht": ["incomplete"],
    "behandeld": ["approved", "refused", "withdrawn"],
    "alle": ["submitted", "incomplete", "complete", "in_treatment", "approved", "refused", "withdrawn"],
}
STEPS = ("nemen", "volledig", "starten", "vragen", "beslissen")


def ago(world, days):
    return world.today - timedelta(days=days)


def numbers(page):
    return [row.th.text for row in page.select("tbody tr")]


def file_page(client, recognition):
    return client.get(f"/behandeling/{recognition.id}").page


def panel(page, section):
    return next(found for found in page.select("details.panel") if found.h2.text.startswith(SECTIONS[section]))


def press(client, page, step, **typed):
    return client.submit(page, f"form[action$='/{step}']", **typed)


def one_of_each(world):
    """{state: file} for Handel, and a draft that is nobody's business yet."""
    world.ready("Onthaal, organisatie en sales duaal")
    withdrawn = world.handed_in("Restaurant en keuken duaal")
    withdrawn.withdraw(world.actor("mega", world.today))
    made = {
        "submitted": world.handed_in("Verkoper"),
        "incomplete": world.asked("Winkelbediende"),
        "complete": world.complete("Logistiek duaal"),
        "in_treatment": world.in_treatment("Slagerij duaal"),
        "approved": world.granted("Chocolatier duaal"),
        "refused": world.denied("Interieurbouwer duaal"),
        "withdrawn": withdrawn,
    }
    return made


# --- the queue --------------------------------------------------------------------------------------------------------


def test_what_waits_longest_stands_on_top(handler, world):
    late = world.handed_in("Winkelbediende", on=ago(world, 17))
    fresh, old, next_to_it = (
        world.handed_in(training, on=ago(world, days))
        for training, days in (("Verkoper", 2), ("Logistiek duaal", 9), ("Slagerij duaal", 9))
    )
    page = handler.get("/behandeling").page
    assert numbers(page) == [file.number for file in (late, old, next_to_it, fresh)]
    assert [clock.text.split(" (")[0] for clock in page.select("tbody .clock")] == [
        "3 dagen te laat",
        "nog 5 dagen",
        "nog 5 dagen",
        "nog 12 dagen",
    ]
    first, *_ = handler.get("/").page.select("#dashboard-files li")
    assert first.a.text == late.number and first.a["href"] == f"/behandeling/{late.id}"


def test_every_queue_holds_what_it_counts(handler, world):
    made = one_of_each(world)
    pills = handler.get("/behandeling").page.select(".pills a")
    for pill, states in zip(pills, STATES_OF.values(), strict=True):
        found = handler.get(pill["href"], htmx=True).page
        assert sorted(numbers(found)) == sorted(made[state].number for state in states)
        assert pill.select_one(".count").text == str(len(states))
        assert found.select_one("#status").text.startswith(f"{len(states)} dossier")


def test_the_queue_is_narrowed_by_every_filter(handler, world):
    inge = User.get(User.subject == "demo:behandelaar")
    mine = world.handed_in("Verkoper", on=ago(world, 15))
    mine.assign(world.actor("handel", world.today, inge))
    theirs = world.complete("Logistiek duaal")
    free = world.handed_in("Winkelbediende", "fiets")
    for address, found in {
        f"opleiding={mine.training_id}": [mine],
        "behandelaar=ik": [mine],
        "behandelaar=niemand": [free],
        "klok=te-laat": [mine],
        f"zoek={theirs.number}": [theirs],
        "zoek=m%C3%BCller": [free],
        "zoek=mega+world": [mine, theirs],
        "zoek=BRIAIN+verkoper": [mine],
        "wachtrij=volledig&zoek=briain": [theirs],
        "opleiding=x&behandelaar=x&klok=x&wachtrij=x": [mine, theirs, free],
    }.items():
        part = handler.get(f"/behandeling?{address}", htmx=True).page
        assert numbers(part) == [file.number for file in found], address


def test_a_filter_by_htmx_gives_the_same_page_as_by_its_address(handler, world):
    world.handed_in()
    page = handler.get("/behandeling").page
    part = handler.act(page, "#filters", zoek="verkoper", klok="te-laat")
    assert text(part.select_one("#handling-list")) == text(
        handler.get("/behandeling?zoek=verkoper&klok=te-laat").page.select_one("#handling-list")
    )
    assert part.select_one("#status").text == "0 dossiers gevonden" and "Geen dossiers gevonden" in part.text


def test_leafing_through_equal_dates_shows_every_file_once_both_ways(handler, world):
    first = world.handed_in()
    facts = {name: value for name, value in first.__data__.items() if name not in ("id", "number", "training")}
    others = Training.select().where(Training.id != first.training_id).limit(59)
    rows = [facts | {"number": f"E/20220123/9{row.id:05d}", "training": row.id} for row in others]
    Recognition.insert_many(rows).execute()
    page, seen = handler.get("/behandeling").page, []
    while link := page.select_one("a[rel=next]"):
        seen.append(numbers(page))
        page = handler.get(link["href"]).page
    seen.append(numbers(page))
    assert [len(part) for part in seen] == [25, 25, 10] and len({*sum(seen, [])}) == 60
    for part in reversed(seen):
        assert numbers(page) == part
        link = page.select_one("a[rel=prev]")
        page = link and handler.get(link["href"]).page
    assert page is None


def test_leaving_a_file_leads_back_to_the_list_as_it_stood(handler, world):
    recognition = world.handed_in()
    assert file_page(handler, recognition).select_one(".back a")["href"] == "/behandeling"
    place = "/behandeling?wachtrij=ingediend&zoek=verkoper"
    handler.get(place)
    page = press(handler, file_page(handler, recognition), "volledig").page
    link = page.select_one(".back a")
    assert (link.text, link["href"]) == ("Alle dossiers", place)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_file_shows_what_was_handed_in_whatever_became_of_it(handler, world):
    recognition = world.handed_in()
    Establishment.update(name="Winkel Nieuw").execute()
    Mentor.update(email="later@voorbeeld.be").execute()
    page = file_page(handler, recognition)
    for section, words in {
        "establishment": ["Mega World", "leen@voorbeeld.be", "201 "],
        "training": ["Verkoper"],
        "mentors": ["Winkelier", "12 jaar", "••.••.••-•••."],
        "criteria": ["uittreksel 596.2.pdf, afgeleverd op 03/01/2022", "financiële draagkracht"],
    }.items():
        found = panel(page, section)
        assert found.has_attr("open") and all(word in found.text for word in words), section
    assert "later@" not in page.text and "Winkel Nieuw" not in page.text


def test_a_handler_opens_the_documents_of_a_file_and_of_nothing_else(handler, world):
    recognition, draft, elsewhere = world.handed_in(), world.ready("Logistiek duaal"), world.handed_in(key="cafe")
    [link] = file_page(handler, recognition).select(f"a[href^='/behandeling/{recognition.id}/documenten/']")
    why = handler.get(link["href"]).page
    answer = handler.submit(why, "main form", reason="Ik kijk na of de mentor voldoet.")
    assert answer.data == build.PDF and answer.headers["Content-Disposition"].startswith("attachment")
    actor, mentor = world.actor("mega", world.today), draft.mentor_links[0].mentor
    draft.attach(actor, Document.store(actor, build.PDF + b"%", "nieuw.pdf", "extract", mentor, world.today))
    for document in (world.reload(draft).documents[-1], elsewhere.documents[0]):
        assert handler.get(f"/behandeling/{recognition.id}/documenten/{document.id}").status_code == 404
        assert handler.get(f"/documenten/{document.id}").status_code == 403


def test_every_condition_of_a_mentor_is_checked_in_sight(handler, world):
    recognition = world.handed_in()
    checks = file_page(handler, recognition).select("#handling-mentors .checks li")
    assert [check.strong.text for check in checks] == [
        "Uittreksel van 03/01/2022.",
        "42 jaar.",
        "12 jaar.",
        "Gevolgd op 10/03/2016.",
    ]
    assert all(check["class"] == ["met"] for check in checks)
    Mentor.update(born_on=ago(world, 24 * 366), trained_on=None).execute()
    _, age, _, training = file_page(handler, recognition).select("#handling-mentors .checks li")
    assert age["class"] == ["unmet"] and age.text.startswith("Niet in orde") and "bewijs van vooropleiding" in age.text
    assert "binnen 12 maanden na de erkenning" in training.text


def test_a_national_register_number_is_shown_once_and_noted(handler, world):
    recognition = world.handed_in()
    mentor = recognition.mentor_links[0].mentor
    page = file_page(handler, recognition)
    assert mentor.insz not in page.text and mentor.masked_insz in page.text
    answer = handler.submit(page, "form[action$='/rijksregisternummer#handling-mentors']")
    assert rules.format_insz(mentor.insz) in answer.page.text and answer.headers["Cache-Control"] == "no-store"
    [note] = AccessLog.select()
    assert (note.subject, note.subject_id, note.field, note.reason) == ("mentor", mentor.id, "insz", recognition.number)
    assert (note.user.subject, note.organisation) == ("demo:behandelaar", world.organisations["handel"])
    assert rules.format_insz(mentor.insz) not in file_page(handler, recognition).text


def test_a_mentor_of_another_file_is_not_revealed(handler, world):
    recognition, other = world.handed_in(), world.handed_in(key="fiets")
    stranger = other.mentor_links[0].mentor_id
    stamp = {"organisation": world.organisations["handel"].number}
    answer = handler.post(f"/behandeling/{recognition.id}/mentors/{stranger}/rijksregisternummer", data=stamp)
    assert answer.status_code == 404 and not AccessLog.select().exists()


# --- steps ------------------------------------------------------------------------------------------------------------


def test_a_file_is_taken_checked_and_treated_by_plain_buttons(handler, world):
    recognition = world.handed_in()
    page = file_page(handler, recognition)
    for step, told, label in (
        ("nemen", "U behandelt dit dossier.", "Ingediend"),
        ("volledig", "Het dossier is volledig verklaard. Start nu de behandeling.", "Dossier volledig"),
        ("starten", "De behandeling is gestart.", "In behandeling"),
    ):
        page = press(handler, page, step).page
        assert page.select_one(".note-good").text.strip() == told
        assert page.select_one("main > p .state").text == label
        assert not page.select(f"form[action$='/{step}']")
    assert world.reload(recognition).handler.subject == "demo:behandelaar"
    assert "Inge Lambrechts startte de behandeling." in page.select_one("#recognitions-history").text


STALE = [  # (state a page was drawn in, step, what is typed, what is said when the file was withdrawn meanwhile)
    ("submitted", "nemen", {}, "Over dit dossier is al beslist."),
    ("submitted", "volledig", {}, "De volledigheid is al beoordeeld."),
    ("complete", "starten", {}, "De behandeling is al gestart."),
    ("submitted", "vragen", {"question_mentors": "Sinds wanneer?"}, "U kunt nu geen aanvulling vragen"),
    ("in_treatment", "beslissen", {"decision": "refuse", "reason": "Te weinig werk."}, "niet (meer) in behandeling"),
]


@pytest.mark.parametrize(("state", "step", "typed", "sentence"), STALE, ids=[row[1] for row in STALE])
def test_a_step_that_came_too_late_is_refused_in_words(handler, world, state, step, typed, sentence):
    recognition = world.in_state(state)
    page = file_page(handler, recognition)
    recognition.withdraw(world.actor("mega", world.today))
    answer = press(handler, page, step, **typed)
    assert answer.status_code == 422 and sentence in answer.page.select_one("main [role=alert]").text
    assert world.reload(recognition).state == "withdrawn"
    kept = {field["name"]: field.text.strip() for field in answer.page.select("textarea")}
    assert all(kept[name] == words for name, words in typed.items() if name != "decision")


QUESTION = {"question_mentors": "Sinds <b>wanneer</b>?"}


@pytest.mark.parametrize(
    ("typed", "place", "word"),
    [
        ({}, ".problems", "minstens één onderdeel"),
        (QUESTION | {"answer_by": "2022-01-22"}, "#answer_by-wrong", "die nog moet komen"),
        (QUESTION | {"answer_by": "morgen"}, "#answer_by-wrong", "31/12/2026"),
    ],
)
def test_a_question_that_cannot_be_asked_comes_back_with_what_was_typed(handler, world, typed, place, word):
    recognition = world.handed_in()
    answer = press(handler, file_page(handler, recognition), "vragen", **typed)
    assert answer.status_code == 422 and world.reload(recognition).state == "submitted"
    form = answer.page.select_one("#handling-ask")
    assert form.has_attr("open") and word in form.select_one(place).text
    assert form.select_one("#question_mentors").text.strip() == typed.get("question_mentors", "")


@pytest.mark.parametrize(
    ("typed", "place", "word"),
    [
        ({}, "#decision-wrong", "Kies goedkeuren of afkeuren"),
        ({"decision": "refuse"}, "#reason-wrong", "Motiveer de afkeuring"),
        ({"decision": "approve", "mentor": "refuse"}, ".problems", "minstens één goedgekeurde mentor"),
    ],
)
def test_a_decision_that_cannot_be_taken_comes_back_with_what_was_chosen(handler, world, typed, place, word):
    recognition = world.in_treatment()
    name = f"mentor_{recognition.mentor_links[0].id}"
    sent = {{"mentor": name}.get(field, field): value for field, value in typed.items()} | {
        f"{name}_reason": "Te jong."
    }
    answer = press(handler, file_page(handler, recognition), "beslissen", **sent)
    assert answer.status_code == 422 and world.reload(recognition).state == "in_treatment"
    form = answer.page.select_one("#handling-decide")
    assert word in form.select_one(place).text and form.select_one(f"#{name}_reason")["value"] == "Te jong."
    chosen = {field["name"]: field["value"] for field in form.select("input[checked]")}
    assert chosen == {name: "approve"} | {field: value for field, value in sent.items() if field in ("decision", name)}


def test_the_form_says_when_a_reason_is_required(handler, world):
    recognition = world.in_treatment()
    form, name = file_page(handler, recognition).select_one("#handling-decide"), recognition.mentor_links[0].id
    told = {label["for"]: label.text for label in form.select("label[for]")}
    assert told["reason"] == "Motivering (verplicht als u afkeurt)"
    assert told[f"mentor_{name}_reason"] == "Waarom niet? (verplicht als u niet aanvaardt)"


def test_a_voter_and_a_viewer_read_a_file_and_take_no_step(signed_in, world):
    recognition, stamp = world.in_treatment(), {"organisation": world.organisations["handel"].number}
    events = Event.select().count()
    Membership.update(role="viewer").where(Membership.user == User.get(User.subject == "demo:collega")).execute()
    for persona, steps, status in (("stemgerechtigde", STEPS, 422), ("collega", STEPS[:1], 403)):
        client = signed_in(persona)
        assert not file_page(client, recognition).select("#handling-steps form, #handling-ask, #handling-decide")
        for step in steps:
            typed = {"question_mentors": "Hoe?", "decision": "approve"}
            answer = client.post(f"/behandeling/{recognition.id}/{step}", data=stamp | typed)
            assert answer.status_code == status, f"{persona} {step}"
            assert "rechten" in answer.page.main.text, f"{persona} {step}"
    assert world.reload(recognition).state == "in_treatment" and Event.select().count() == events


def test_a_voter_judges_without_the_national_number_of_a_mentor(signed_in, world):
    recognition, voter = world.in_treatment(), signed_in("stemgerechtigde")
    mentor = recognition.mentor_links[0].mentor
    place = f"/behandeling/{recognition.id}/mentors/{mentor.id}/rijksregisternummer"
    assert not file_page(voter, recognition).select("form[action*='rijksregisternummer']")
    answer = voter.post(place, data={"organisation": world.organisations["handel"].number})
    assert answer.status_code == 422 and "rechten" in answer.page.main.text
    assert rules.format_insz(mentor.insz) not in answer.text and not AccessLog.select().exists()


def test_a_file_of_another_partnership_and_a_draft_are_nowhere(app, handler, world):
    elsewhere, draft = world.handed_in("Restaurant en keuken duaal", "cafe"), world.ready()
    stamp, events = {"organisation": world.organisations["handel"].number}, Event.select().count()
    routes = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("handling.") and rule.arguments]
    assert len(routes) >= 7
    adapter = app.url_map.bind("localhost")
    for recognition in (elsewhere, draft):
        known = {"recognition_id": recognition.id, "mentor_id": recognition.mentor_links[0].mentor_id}
        for rule in routes:
            if not rule.arguments <= known.keys():
                continue
            place = adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            for method in rule.methods & {"GET", "POST"}:
                assert handler.open(place, method=method, data=stamp).status_code == 404, f"{method} {place}"
    assert numbers(handler.get("/behandeling?wachtrij=alle").page) == []
    assert Event.select().count() == events and not AccessLog.select().exists()


# --- asking for completion --------------------------------------------------------------------------------------------


FORGED = {  # what a page would send to change a section
    "establishment": [("vestiging", {"contact_name": "Iemand anders"})],
    "training": [("opleiding", {"training": "{training}"})],
    "mentors": [
        ("mentors", {"mentor": "{mentor}", "profession": "Kok", "experience": "9"}),
        ("mentors/{mentor}/verwijderen", {}),
    ],
    "criteria": [
        ("criteria", {"equipment": "nee", "equipment_explanation": "Toch niet."}),
        ("documenten/{document}/verwijderen", {}),
    ],
}


ADDRESSES = dict(zip(SECTIONS, ("vestiging", "opleiding", "mentors", "criteria"), strict=True))


@pytest.mark.parametrize("asked", [("establishment", "criteria"), ("training", "mentors")], ids="+".join)
def test_only_what_is_asked_about_opens_again_for_the_employer(browser, world, asked):
    recognition = world.asked(sections=asked)
    place, before = f"/erkenningen/{recognition.id}", recognition.content()
    names = {
        "mentor": recognition.mentor_links[0].mentor_id,
        "document": recognition.documents[0].id,
        "training": Training.get(Training.name == "Winkelbediende").id,
    }

    def forge(address, typed):
        data = {name: value.format(**names) for name, value in typed.items()}
        return browser.post(f"{place}/{address.format(**names)}", data={"organisation": MEGA} | data)

    opened = {*asked, *(["criteria"] if "mentors" in asked else [])}  # where the proofs of a mentor are
    for section in SECTIONS:
        page, is_open = browser.get(f"{place}/{ADDRESSES[section]}").page, section in opened
        said = (not is_open, section in asked)
        assert ("staat nu niet open" in page.text, f"Licht {section} toe." in page.text) == said
        assert bool(page.select("main form[method=post] button, main a[href*='mentor=']")) == is_open, section
    for section in SECTIONS.keys() - opened:
        for address, typed in FORGED[section]:
            answer = forge(address, typed)
            page = answer.page if answer.status_code == 422 else browser.get(answer.location).page
            assert "kan nu niet gewijzigd worden" in page.text, address
    assert world.reload(recognition).content() == before
    for section in asked:
        assert forge(*FORGED[section][0]).status_code == 303
    changed = world.reload(recognition).content()
    assert [section for section in SECTIONS if changed[section] != before[section]] == list(asked)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_document_of_a_closed_section_stays_and_the_refusal_is_said(browser, world, htmx):
    recognition = world.asked(sections=("establishment",))
    [document], place = recognition.documents, f"/erkenningen/{recognition.id}/documenten"
    upload = {"kind": "extract", "mentor": str(document.mentor_id), "issued_on": "2022-01-10"}
    for address, typed in ((f"{place}/{document.id}/verwijderen", {}), (place, upload)):
        typed = typed and typed | {"file": (io.BytesIO(build.PDF), "nieuw.pdf")}
        answer = browser.post(address, data={"organisation": MEGA} | typed, htmx=htmx)
        assert answer.status_code == 422
        assert "kan nu niet gewijzigd worden" in answer.page.select_one("#application-documents [role=alert]").text
    assert world.reload(recognition).documents == [document] and Document.select().count() == 1


def test_what_the_employer_changed_stands_out_and_the_rest_is_folded(handler, world):
    recognition, actor = world.asked(), world.actor("mega", world.today)
    mentor = recognition.mentor_links[0].mentor
    recognition.add_mentor(actor, mentor, profession="Slager", experience=12, has_prior_education=False)
    assert "Slager" not in panel(file_page(handler, recognition), "mentors").text
    world.reload(recognition).complete_file(actor, {"mentors": "Verbeterd."})
    page = file_page(handler, recognition)
    for section in SECTIONS:
        found, is_changed = panel(page, section), section == "mentors"
        assert (found.has_attr("open"), "Gewijzigd" in found.h2.text) == (is_changed, is_changed), section
    [line] = page.select("#handling-changed dl > div")
    assert line.dt.text == "Mentoren – Leen Ó Briain: beroep"
    assert (line.dd.find("del").text, line.ins.text) == ("Winkelier", "Slager")
    assert "Verbeterd." in page.select_one("#handling-asked").text


def test_an_answer_without_changes_is_said_to_be_one(handler, world):
    recognition = world.asked()
    recognition.complete_file(world.actor("mega", world.today), {"mentors": "Alles klopt."})
    page = file_page(handler, recognition)
    told = page.select_one("#handling-changed")
    assert told.text.startswith("Er is niets gewijzigd sinds de vorige indiening. De werkgever antwoordde wel")
    assert page.select_one(told.a["href"])
    assert all(panel(page, section).has_attr("open") for section in SECTIONS)


def test_a_renewal_shows_what_changed_since_the_recognition_it_renews(handler, world):
    old = world.ending_in(90)
    page = file_page(handler, world.renewal(old))
    assert "tegenover de vorige erkenning" in page.select_one("#handling-changed h2").text
    assert [line.ins.text for line in page.select("#handling-changed dl > div")] == [
        "16 jaar",
        "nieuw uittreksel.pdf, afgeleverd op 23/01/2022",
    ]
    assert page.select_one(".state-info").text == "Hernieuwing" and old.number in page.select_one(".facts").text
    assert not panel(page, "training").has_attr("open") and panel(page, "mentors").has_attr("open")


def test_an_answer_that_came_twice_is_refused_in_words(browser, world):
    recognition = world.asked()
    page = browser.get(f"/erkenningen/{recognition.id}").page
    recognition.complete_file(world.actor("mega", world.today), {})
    answer = press(browser, page, "aanvullen", reply_mentors="Sinds 2010.")
    assert answer.status_code == 422
    assert "Er is geen aanvulling meer gevraagd." in answer.page.select_one("main [role=alert]").text


# --- the decision, and what the employer sees -------------------------------------------------------------------------


def test_a_mentor_can_be_refused_while_the_recognition_is_approved(handler, browser, world):
    draft = world.ready()
    world.second_mentor(draft)
    world.reload(draft).submit(world.actor("mega", world.today))
    recognition = world.reload(draft)
    actor = world.actor("handel", world.today)
    recognition.declare_complete(actor)
    recognition.start(actor)
    link = recognition.mentor_links[1].id
    typed = {"decision": "approve", "reason": "Een mooi dossier.", f"mentor_{link}": "refuse"}
    page = file_page(handler, recognition)
    answer = press(handler, page, "beslissen", **typed)
    assert answer.status_code == 422 and "Motiveer waarom Bé Smet" in answer.page.select_one("#handling-decide").text
    typed[f"mentor_{link}_reason"] = "Te weinig ervaring."
    page = press(handler, answer.page, "beslissen", **typed).page
    assert "goedgekeurd. De werkgever krijgt een mail." in page.text and not page.select("#handling-decide")
    page = browser.get(f"/erkenningen/{recognition.id}").page
    assert "Motivering: Een mooi dossier." in page.select_one("#recognitions-decision").text
    seen = [row.text for row in page.select("section[aria-labelledby=mentors] li")]
    assert "Goedgekeurd" in seen[0] and "Afgekeurd Te weinig ervaring." in " ".join(seen[1].split())


def test_a_refusal_tells_the_employer_why_and_how_to_appeal(handler, browser, world):
    recognition = world.in_treatment()
    page = file_page(handler, recognition)
    page = press(handler, page, "beslissen", decision="refuse", reason="Te weinig\nwerk.").page
    assert "De aanvraag is afgekeurd." in page.text
    seen = browser.get(f"/erkenningen/{recognition.id}").page.select_one("#recognitions-decision")
    assert "Afgekeurd op 23/01/2022" in seen.h2.text and "tot 10 dagen" in seen.text
    assert "Motivering: Te weinig\nwerk." in seen.text


SEEN = [  # (state, what the employer reads: status, clock, step of the way, and more)
    ("draft", "Werkversie", None, "Werkversie", "Nog niet ingediend."),
    ("submitted", "Ingediend", "nog 14 dagen (tegen 06/02/2022)", "Ingediend", "Ontvangstbewijs E/20220123/000001"),
    ("incomplete", "Aanvulling gevraagd", "De klok staat stil sinds 23/01/2022", "Ingediend", "Licht mentors toe."),
    ("complete", "Dossier volledig", "nog 14 dagen (tegen 06/02/2022)", "Dossier volledig", "Aanvraag intrekken"),
    ("in_treatment", "In behandeling", "nog 14 dagen (tegen 06/02/2022)", "In behandeling", "startte de behandeling"),
    ("approved", "Goedgekeurd", None, "Beslissing", "van 23 januari 2022 tot en met 23 januari 2027"),
    ("refused", "Afgekeurd", None, "Beslissing", "Motivering: Te weinig werk."),
    ("withdrawn", "Ingetrokken", None, "", "trok de aanvraag in"),
]


@pytest.mark.parametrize(("state", "status", "clock", "step", "more"), SEEN, ids=[row[0] for row in SEEN])
def test_the_employer_sees_how_the_file_stands(browser, world, state, status, clock, step, more):
    recognition = world.in_state(state)
    page = browser.get(f"/erkenningen/{recognition.id}").page
    assert page.select_one("main > p .state").text == status
    shown = page.select_one("main > p .clock")
    assert (shown and shown.text) == clock and more in page.text
    assert page.select_one("#recognitions-timeline [aria-current]").text.startswith(step)


def test_a_question_is_asked_answered_and_the_application_approved(handler, browser, world):
    recognition = world.handed_in()
    page = file_page(handler, recognition)
    page = press(handler, page, "vragen", question_mentors="Sinds wanneer?", answer_by="2022-02-01").page
    assert "Uw vraag staat bij de werkgever." in page.text
    assert "Nog niet beantwoord; gevraagd tegen 01/02/2022." in page.select_one("#handling-asked").text

    page = browser.get("/").page
    page = browser.get(page.select_one("li.task a")["href"]).page
    asked = page.select_one("#recognitions-questions")
    assert "Sinds wanneer?" in asked.text and "01/02/2022" in asked.text
    page = browser.get(asked.select_one("a.button")["href"]).page
    page = browser.get(page.select_one("main .rows a[href*='mentor=']")["href"]).page
    page = browser.submit(page, "form.panel", experience="14").page
    page = browser.get(f"/erkenningen/{recognition.id}").page
    page = press(browser, page, "aanvullen", reply_mentors="Sinds 2008.").page
    assert "Uw aanvulling is ingediend." in page.text and "Sinds 2008." in page.text

    page = file_page(handler, recognition)
    assert "Sinds 2008." in page.text and page.select_one("#handling-changed ins").text == "14 jaar"
    page = press(handler, press(handler, page, "volledig").page, "starten").page
    page = press(handler, page, "beslissen", decision="approve").page
    assert page.select_one("main > p .state").text == "Goedgekeurd"

    page = browser.get(f"/erkenningen/{recognition.id}").page
    assert "tot en met 23 januari 2027" in page.select_one("#recognitions-decision").text
    assert [event.name for event in Event.of(recognition)][-6:] == [
        "submitted",
        "asked",
        "completed",
        "declared_complete",
        "started",
        "approved",
    ]
