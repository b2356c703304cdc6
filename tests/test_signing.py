"""Signing an agreement: who may take which step, the paper with its version, the reminders, and what a signer reads."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest

import rules
import rules_agreements as law
import rules_wording as wording
from models import (
    Addendum,
    Agreement,
    Event,
    Message,
    Organisation,
    Recognition,
    Signature,
    SigningLink,
    last_asked,
    remind,
    tasks,
)
from models.signing import CODE_TRIES
from rules import RuleBroken
from tests import build
from tests.test_agreements import END, MEGA, START, filled, fresh, frozen, registered, school, signed

ME, SCHOOL = "mega", "school"


@pytest.fixture
def recognition(world):
    return world.granted("Winkelmedewerker duaal")


def post(client, agreement, place, **typed):
    return client.post(f"/overeenkomsten/{agreement.id}/{place}", data={"organisation": MEGA, **typed})


# --- the table of steps -----------------------------------------------------------------------------------------------


def passed_on(world, recognition, **changed):
    draft = filled(world, recognition, **changed)
    draft.pass_on(world.actor(ME, world.today), "Aan u.")
    return fresh(draft)


def cancelled(world, recognition):
    agreement = signed(world, recognition)
    agreement.cancel(world.actor(ME, world.today), "Toch niet.")
    return fresh(agreement)


def discarded(world, recognition):
    agreement = filled(world, recognition)
    agreement.discard(world.actor(ME, world.today))
    return fresh(agreement)


def left_to_school(world, recognition):
    Organisation.update(registers_agreements=False).where(Organisation.id == world.mega.id).execute()
    return signed(world, recognition)


SITUATIONS = {  # how an agreement can stand, and which steps of making and signing employer and school may take then
    "draft": (filled, "freeze pass_on discard", ""),
    "draft, passed on": (passed_on, "take_back discard", "freeze pass_on"),
    "to sign": (frozen, "reopen", "reopen"),
    "signed": (signed, "reopen register", "reopen"),
    "signed, the school registers": (left_to_school, "reopen", "reopen register"),
    "registered": (registered, "", ""),
    "cancelled": (cancelled, "", ""),
    "discarded": (discarded, "", ""),
}
TAKE = {
    "freeze": lambda one, actor: one.freeze(actor),
    "pass_on": lambda one, actor: one.pass_on(actor, ""),
    "take_back": lambda one, actor: one.take_back(actor),
    "reopen": lambda one, actor: one.reopen(actor),
    "discard": lambda one, actor: one.discard(actor),
    "register": lambda one, actor: one.register(actor, False),
}


def everybody(world):
    """{who: actor} of all who could try."""
    return {
        "employer": world.actor(ME, world.today),
        "school": school(world),
        "viewer": world.actor(ME, world.today, role="viewer"),
        "stranger": world.actor("bakkerij", world.today),
        "handler": world.actor("handel", world.today),
    }


@pytest.mark.parametrize("situation", SITUATIONS)
def test_everybody_takes_exactly_the_steps_that_are_theirs(world, recognition, situation):
    make, employer, provider = SITUATIONS[situation]
    agreement = make(world, recognition)
    allowed = {"employer": employer.split(), "school": provider.split()}
    for who, actor in everybody(world).items():
        for step, take in TAKE.items():
            one, wanted = fresh(agreement), step in allowed.get(who, ())
            assert one.can(step, actor) == wanted, f"{who} {step} in {situation}"
            if not wanted:
                with pytest.raises(RuleBroken):
                    take(one, actor)
    assert untouched(agreement)


def untouched(agreement):
    kept = Agreement.get_by_id(agreement.id)
    return {name: kept.__data__[name] for name in kept.__data__} == {
        name: agreement.__data__[name] for name in kept.__data__
    }


@pytest.mark.parametrize(
    ("situation", "step", "who", "state", "event"),
    [
        ("draft", "freeze", "employer", "to_sign", "frozen"),
        ("draft", "pass_on", "employer", "draft", "passed_on"),
        ("draft", "discard", "employer", "discarded", "discarded"),
        ("draft, passed on", "take_back", "employer", "draft", "taken_back"),
        ("draft, passed on", "freeze", "school", "to_sign", "frozen"),
        ("to sign", "reopen", "school", "draft", "reopened_draft"),
        ("signed", "reopen", "employer", "draft", "reopened_draft"),
        ("signed", "register", "employer", "registered", "registered"),
        ("signed, the school registers", "register", "school", "registered", "registered"),
    ],
)
def test_a_step_leads_where_the_table_says_and_is_noted(world, recognition, situation, step, who, state, event):
    agreement = SITUATIONS[situation][0](world, recognition)
    TAKE[step](agreement, everybody(world)[who])
    assert fresh(agreement).state == state
    last = list(Event.of(agreement))[-1]
    assert last.name == event and last.user == everybody(world)[who].user


# --- the version ------------------------------------------------------------------------------------------------------


def test_the_paper_says_kind_version_hash_and_who_signed(browser, world, recognition):
    agreement = frozen(world, recognition)
    agreement.sign(world.actor(ME, world.today), "learner", 1, "Fatima", "link")
    paper = pypdf.PdfReader(io.BytesIO(browser.get(f"/overeenkomsten/{agreement.id}/pdf").data))
    root = paper.trailer["/Root"]
    assert root["/Lang"] == "nl" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    texts = [" ".join(page.extract_text().split()) for page in paper.pages]
    assert all(f"Versie 1. Kenmerk van de inhoud (sha256): {agreement.content_hash}" in text for text in texts)
    text = " ".join(texts)
    assert law.KINDS["OAO"] in text and "Fatima, op 23/01/2022 met een persoonlijke link" in text
    assert text.index("Voorwerp") < text.index("Aansprakelijkheid") < text.index("Handtekeningen")
    assert "O'Neill <b>" in text and "05.06.15" not in text and "uurrooster" in texts[-1]
    whole = pypdf.PdfReader(io.BytesIO(post(browser, agreement, "pdf").data))
    text = " ".join(page.extract_text() for page in whole.pages)
    assert "05.06.15-001.16" in text and world.mentor(ME).masked_insz not in text


def test_a_draft_on_paper_says_it_is_one(browser, world, recognition):
    draft = filled(world, recognition)
    paper = pypdf.PdfReader(io.BytesIO(browser.get(f"/overeenkomsten/{draft.id}/pdf").data))
    text = paper.pages[0].extract_text()
    assert "Ontwerp: " in text and "niet om te ondertekenen" in text


@pytest.mark.parametrize("kind", law.KINDS)
@pytest.mark.parametrize(
    "on", [date(2015, 1, 1), date(2018, 7, 1), date(2019, 8, 31), date(2019, 9, 1), date(2030, 1, 1)]
)
def test_every_kind_has_one_wording_on_every_day(kind, on):
    model = wording.model_for(kind, on)
    assert kind in model.kinds and model.articles["Aansprakelijkheid"] and model.articles["Voorwerp"]
    newer = [one for one in wording.MODELS if kind in one.kinds and model.valid_from < one.valid_from <= on]
    assert not newer


def test_the_wording_is_that_of_the_day_it_is_put_up_for_signing():
    assert wording.model_for("OAO", date(2019, 8, 31)).name == "OAO-1"
    assert wording.model_for("OAO", date(2019, 9, 1)).name == "OAO-2"
    assert "Vakantie" not in wording.model_for("OAO", date(2019, 8, 31)).articles


def test_wordings_are_named_once_and_short_enough_to_read():
    names = [model.name for model in wording.MODELS]
    assert len(names) == len(set(names))
    for model in wording.MODELS:
        for sentence in re.split(r"(?<=[.:])\s", " ".join(model.articles.values())):
            assert len(sentence.split()) <= 22, sentence


def test_going_back_to_a_draft_tells_of_no_signatures_where_nobody_signed(browser, world, recognition):
    agreement = frozen(world, recognition)
    page = browser.get(f"/overeenkomsten/{agreement.id}").page
    page = browser.submit(page, "form[action$='/heropenen']").page
    assert "weer een werkversie van; wie al tekende, tekent opnieuw." in page.text and "vervielen" not in page.text


def test_going_back_to_a_draft_says_first_whose_signatures_lapse(browser, world, recognition):
    agreement = frozen(world, recognition)
    agreement.sign(world.actor(ME, world.today), "learner", 1, "Fatima O'Neill", "link")
    page = browser.get(f"/overeenkomsten/{agreement.id}").page
    assert "Deze handtekeningen vervallen: Fatima O'Neill." in " ".join(page.text.split())
    page = browser.submit(page, "form[action$='/heropenen']").page
    assert "Werkversie" in page.text and fresh(agreement).readable(world.today) is not None
    fresh(agreement).freeze(world.actor(ME, world.today))
    again = fresh(agreement)
    assert again.version == 2 and not again.signatures() and Signature.select().count() == 1


def test_a_version_that_was_replaced_is_never_signed_whole(world, recognition):
    agreement, actor = frozen(world, recognition), world.actor(ME, world.today)
    stale = fresh(agreement)
    for party in ("learner", "guardian", "employer"):
        fresh(agreement).sign(actor, party, 1, "Naam", "counter" if party == "employer" else "link")
    fresh(agreement).reopen(actor)
    fresh(agreement).freeze(actor)
    with pytest.raises(RuleBroken):
        stale.sign(school(world), "provider", 1, "Naam")
    assert fresh(agreement).state == "to_sign" and not fresh(agreement).signatures()


# --- on paper ---------------------------------------------------------------------------------------------------------


def scan(**typed):
    sent = {"version": "1", "parties": ["learner", "guardian"], "signed_on": "2022-01-20"}
    return sent | {"file": (io.BytesIO(build.PDF), "getekend.pdf")} | typed


def test_one_paper_signs_for_everybody_on_it(browser, world, recognition):
    agreement = frozen(world, recognition)
    parties = ["provider", "employer", "guardian", "learner"]
    assert post(browser, agreement, "papier", **scan(parties=parties)).status_code == 303
    found = agreement.signatures()
    assert set(found) == set(parties) and {one.way for one in found.values()} == {"paper"}
    assert {one.signed_on for one in found.values()} == {date(2022, 1, 20)}
    assert found["guardian"].name == "Nora Amrani" and fresh(agreement).state == "signed"
    assert "op 20/01/2022" in " ".join(browser.get(f"/overeenkomsten/{agreement.id}").page.text.split())


def test_the_school_may_add_the_paper_too(signed_in, world, recognition):
    agreement, coach = frozen(world, recognition), signed_in("trajectbegeleider")
    number = Organisation.get(Organisation.kind == "provider").number
    assert post(coach, agreement, "papier", **scan(organisation=number)).status_code == 303
    assert set(agreement.signatures()) == {"learner", "guardian"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"version": "2"}, "version"),
        ({"version": "x"}, "version"),
        ({"parties": []}, "parties"),
        ({"signed_on": ""}, "signed_on"),
        ({"signed_on": "2022-01-24"}, "signed_on"),
        ({"file": b"x"}, "file"),
    ],
)
def test_a_paper_that_does_not_fit_signs_nothing(browser, world, recognition, typed, field):
    agreement = frozen(world, recognition)
    if "file" in typed:
        typed = {
            "file": (io.BytesIO(typed["file"]), "x.pdf")
        }  # it is read to its end, so each engine has one of its own
    answer = post(browser, agreement, "papier", **scan(**typed))
    assert answer.status_code == 422 and answer.page.select_one(f"#{field}-wrong").text.strip()
    assert not agreement.signatures() and answer.page.select_one("details[open] #version")


def test_a_paper_of_an_older_version_is_refused_by_its_name(browser, world, recognition):
    agreement, actor = frozen(world, recognition), world.actor(ME, world.today)
    fresh(agreement).reopen(actor)
    fresh(agreement).freeze(actor)
    page = browser.get(f"/overeenkomsten/{agreement.id}").page
    assert [option["value"] for option in page.select("#version option")] == ["2", "1"]
    answer = post(browser, agreement, "papier", **scan(version="1"))
    assert answer.status_code == 422 and "Alleen versie 2" in answer.page.select_one("#version-wrong").text


def test_a_paper_out_of_turn_signs_nothing(browser, world, recognition):
    agreement = frozen(world, recognition)
    answer = post(browser, agreement, "papier", **scan(parties=["guardian"]))
    assert answer.status_code == 422 and "niet de beurt" in answer.text and not agreement.signatures()


# --- asking again -----------------------------------------------------------------------------------------------------


def turn_of(world, recognition, party):
    """An agreement whose turn it is for that party."""
    agreement, actor = frozen(world, recognition, contact_email="m@voorbeeld.be", coach_email="j@voorbeeld.be"), None
    for one in agreement.needed_parties():
        if one == party:
            return agreement
        actor = world.actor(ME, world.today)
        agreement.sign(actor, one, 1, "Naam", "counter" if one == "employer" else "link")
    return agreement


@pytest.mark.parametrize(("party", "to"), [("provider", "j@voorbeeld.be"), ("employer", "m@voorbeeld.be")])
def test_the_other_party_is_reminded_once_a_day(world, recognition, party, to):
    agreement = turn_of(world, recognition, party)
    actor, own = world.actor(ME, world.today), school(world)
    asking, waited_for = (actor, own) if party == "provider" else (own, actor)
    remind(asking, agreement, "https://loket")
    sent = Message.select().where(Message.subject.startswith("Herinnering")).order_by(Message.id)
    assert sent.get().to == to
    asked = last_asked(agreement, party)
    assert asked.again_at - asked.at == timedelta(hours=24)
    with pytest.raises(RuleBroken, match="24 uur"):
        remind(asking, agreement, "https://loket")
    remind(asking._replace(at=asking.at + timedelta(hours=24)), agreement, "https://loket")
    with pytest.raises(RuleBroken, match="zelf aan de beurt"):
        remind(waited_for._replace(at=asking.at + timedelta(days=9)), agreement, "https://loket")
    assert sent.count() == 2


def test_nobody_is_reminded_without_an_address_or_before_their_turn(world, recognition):
    agreement = frozen(world, recognition)
    with pytest.raises(RuleBroken, match="rechten"):
        remind(world.actor(ME, world.today), agreement, "x")
    for party in ("learner", "guardian"):
        agreement.sign(world.actor(ME, world.today), party, 1, "Naam", "link")
    agreement.sign(world.actor(ME, world.today), "employer", 1, "Naam")
    with pytest.raises(RuleBroken, match="geen e-mailadres"):
        remind(world.actor(ME, world.today), agreement, "x")


def test_the_page_says_when_somebody_was_asked_and_can_be_again(browser, world, recognition):
    agreement = frozen(world, recognition)
    SigningLink.send(world.actor(ME, world.today), agreement, "learner", lambda token: "x")
    shown = " ".join(browser.get(f"/overeenkomsten/{agreement.id}").page.select_one("#agreements-signing").text.split())
    assert "gevraagd op 23/01/2022 om 10:30; herinneren kan vanaf 24/01/2022 om 10:30" in shown


def test_signing_after_the_start_is_warned_about(browser, world, recognition):
    agreement = frozen(world, recognition, starts_on=date(2022, 1, 23), ends_on=date(2022, 6, 30))
    assert "De eerste dag is voorbij" not in browser.get(f"/overeenkomsten/{agreement.id}").text
    Agreement.update(starts_on=date(2022, 1, 22)).where(Agreement.id == agreement.id).execute()
    assert "De eerste dag is voorbij" in browser.get(f"/overeenkomsten/{agreement.id}").text


# --- who has no account -----------------------------------------------------------------------------------------------


def test_a_signer_reads_every_file_behind_the_link_and_nobody_else_s(visitor, world, recognition):
    agreement, tokens = frozen(world, recognition), []
    other = frozen(world, recognition, insz="85.07.30-033.28", last_name="Anders")
    SigningLink.send(world.actor(ME, world.today), agreement, "learner", lambda token: tokens.append(token) or "x")
    SigningLink.update(expires_at=datetime(2100, 1, 1)).execute()
    page = visitor.get(f"/tekenen/{tokens[0]}").page
    links = [link["href"] for link in page.select("section ul a")]
    assert len(links) == 2
    for place in links:
        assert visitor.get(place).data.startswith(b"%PDF")
    theirs = links[1].replace(f"/{agreement.annexes[0].id}", f"/{other.annexes[0].id}")
    assert theirs != links[1] and visitor.get(theirs).status_code == 404
    agreement.reopen(world.actor(ME, world.today))
    assert [visitor.get(place).status_code for place in links] == [404, 404]
    assert START < END


def link_to(world, file, party, **changed):
    """(token, code) of a fresh link that works today."""
    tokens, actor = [], world.actor(ME, world.today)._replace(**changed)
    code = SigningLink.send(actor, file, party, lambda token: tokens.append(token) or f"https://loket/{token}")
    fresh_one = SigningLink.select().order_by(SigningLink.id.desc()).get()
    SigningLink.update(expires_at=datetime(2100, 1, 1)).where(SigningLink.id == fresh_one.id).execute()
    return tokens[0], code


def put_off(code):
    """A code that is not the right one."""
    return "000000" if code != "000000" else "111111"


def test_an_empty_code_is_a_field_to_fill_in_and_costs_no_try(visitor, world, recognition):
    agreement = frozen(world, recognition)
    token, code = link_to(world, agreement, "learner")
    for typed in ({}, {"code": ""}, {"code": "  "}):
        answer = visitor.post(f"/tekenen/{token}", data={"name": "Fatima", **typed})
        assert answer.status_code == 422 and "Vul de code" in answer.page.select_one("#code-wrong").text
        assert answer.page.select_one("#code")["aria-invalid"] and answer.page.select_one("#name")["value"] == "Fatima"
    assert SigningLink.get().tries == 0
    assert visitor.post(f"/tekenen/{token}", data={"name": "Fatima", "code": code}).status_code == 200


@pytest.mark.parametrize("for_addendum", [False, True])
def test_a_blocked_link_is_told_to_both_and_a_new_one_is_there_at_once(
    browser, visitor, world, recognition, request, for_addendum
):
    file = request.getfixturevalue("addendum") if for_addendum else frozen(world, recognition)
    agreement, form = (file.agreement, "#bijlage-1 form") if for_addendum else (file, "#agreements-signing form")
    token, code = link_to(world, file, "learner", at=datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    typed = {"name": "Fatima", "code": put_off(code)}
    answers = [visitor.post(f"/tekenen/{token}", data=typed) for _ in range(CODE_TRIES)]
    told = "Deze link is geblokkeerd na vijf foute codes. Vraag de onderneming een nieuwe."
    for answer in (answers[-1], visitor.get(f"/tekenen/{token}")):
        assert answer.status_code == 404 and told in answer.page.text
    page = browser.get(f"/overeenkomsten/{agreement.id}").page
    assert "geblokkeerd na vijf foute codes" in page.text and "herinneren kan vanaf" not in page.text
    code = browser.submit(page, f"{form}[action$='/link']", "button[name=party]").page.select_one(".code").text
    assert SigningLink.select().count() == 2, "without waiting a day"
    assert told not in visitor.get(f"/tekenen/{token}").text, "it is replaced: like any other that is no more"
    path = re.search(r"/tekenen/\S+", Message.select().order_by(Message.id.desc()).get().text).group()
    assert visitor.post(path, data={"name": "Fatima", "code": code}).status_code == 200


def test_a_dead_link_tells_nothing_but_that_it_was_blocked(visitor, world, recognition):
    agreement = frozen(world, recognition)
    token, _ = link_to(world, agreement, "learner")
    SigningLink.update(tries=CODE_TRIES, expires_at=datetime(2000, 1, 1)).execute()
    told = {visitor.get(f"/tekenen/{one}").page.select_one("main").text for one in (token, "onbekend")}
    SigningLink.update(expires_at=datetime(2100, 1, 1)).execute()
    agreement.reopen(world.actor(ME, world.today))
    told.add(visitor.get(f"/tekenen/{token}").page.select_one("main").text)
    assert len(told) == 1 and "geblokkeerd" not in told.pop()


def test_a_lost_code_is_made_anew_with_its_link_without_waiting(browser, visitor, world, recognition):
    agreement = frozen(world, recognition)
    place = f"/overeenkomsten/{agreement.id}"
    page = browser.submit(browser.get(place).page, f"form[action='{place}/link']", "button[name=party]").page
    first = page.select_one(".code").text
    assert browser.post(f"{place}/link", data={"organisation": MEGA, "party": "learner"}).status_code == 422, "reloaded"
    page = browser.get(place).page
    assert "Code kwijt?" in page.text and first not in page.text
    second = browser.submit(page, f"form[action='{place}/link']", "button[name=party]").page.select_one(".code").text
    mails = Message.select().where(Message.text.contains("/tekenen/")).order_by(Message.id)
    old, new = (re.search(r"/tekenen/\S+", mail.text).group() for mail in mails)
    assert visitor.post(old, data={"name": "Fatima", "code": first}).status_code == 404
    assert visitor.post(new, data={"name": "Fatima", "code": second}).status_code == 200


def test_opening_the_page_of_a_code_again_leads_to_the_agreement(browser, world, addendum):
    place = f"/overeenkomsten/{addendum.agreement_id}"
    for path in (f"{place}/link", f"{place}/bijlagen/1/link"):
        answer = browser.get(path)
        assert answer.status_code == 303 and answer.headers["Location"] == place
    assert not SigningLink.select().exists() and browser.get("/overeenkomsten/0/link").status_code == 404


def test_one_person_mails_so_many_links_and_no_more(browser, world, recognition):
    agreement = frozen(world, recognition)
    answers = [post(browser, agreement, "link", party="learner", lost="y").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429] and SigningLink.select().count() == 20


def test_who_signed_keeps_the_link_for_a_copy_with_every_signature(visitor, world, recognition):
    agreement = frozen(world, recognition)
    token, code = link_to(world, agreement, "learner")
    done = visitor.post(f"/tekenen/{token}", data={"name": "Fatima O'Neill", "code": code}).page
    assert "60 dagen" in done.text and done.select_one(f"a[href='/tekenen/{token}/pdf']")
    link = SigningLink.get()
    assert link.used_at and link.expires_at == rules.last_moment(link.used_at, 60)
    page = visitor.get(f"/tekenen/{token}").page
    assert "U tekende deze overeenkomst als leerling" in page.text and not page.select_one("form[action^='/tekenen']")
    assert visitor.post(f"/tekenen/{token}", data={"name": "Nog eens", "code": code}).status_code == 404
    agreement.sign(world.actor(ME, world.today), "guardian", 1, "Nora Amrani", "link")
    paper = pypdf.PdfReader(io.BytesIO(visitor.get(f"/tekenen/{token}/pdf").data))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "Fatima O'Neill, op" in text and "Nora Amrani, op 23/01/2022" in text
    assert "Nora Amrani" in visitor.get(f"/tekenen/{token}").page.select_one("section[aria-labelledby=signed]").text
    SigningLink.update(expires_at=link.used_at).execute()
    assert [visitor.get(f"/tekenen/{token}{place}").status_code for place in ("", "/pdf")] == [404, 404]


def test_a_copy_is_gone_with_the_version_it_is_of(visitor, world, recognition):
    agreement, actor = frozen(world, recognition), world.actor(ME, world.today)
    token, code = link_to(world, agreement, "learner")
    visitor.post(f"/tekenen/{token}", data={"name": "Fatima", "code": code})
    fresh(agreement).reopen(actor)
    assert visitor.get(f"/tekenen/{token}").status_code == 404
    fresh(agreement).freeze(actor)
    assert visitor.get(f"/tekenen/{token}").status_code == 404


# --- an addendum ------------------------------------------------------------------------------------------------------


@pytest.fixture
def addendum(world, recognition):
    agreement = registered(world, recognition, starts_on=date(2022, 1, 23), ends_on=date(2022, 6, 30))
    deviation = {"worked": "Krokus <b>", "recovered": "Mei"}
    drawn = Addendum.draw_up(agreement, world.actor(ME, world.today), "holidays", world.today, deviation=deviation)
    return next(one for one in Addendum.of(fresh(agreement)) if one.id == drawn.id)


def again(addendum):
    return next(one for one in Addendum.of(fresh(addendum.agreement)) if one.id == addendum.id)


def test_an_addendum_is_signed_by_link_in_turn_and_works_when_all_did(browser, signed_in, visitor, world, addendum):
    place = f"/overeenkomsten/{addendum.agreement_id}"
    for party, name in (("learner", "Fatima O'Neill"), ("guardian", "Nora Amrani")):
        page = browser.get(place).page
        answer = browser.submit(page, "#bijlage-1 form[action$='/link']", f"button[value={party}]")
        code = answer.page.select_one(".code").text
        assert answer.headers["Cache-Control"] == "no-store"
        mail = Message.select().where(Message.text.contains("/tekenen/")).order_by(Message.id.desc()).get()
        assert code not in mail.text and "een bijlage bij de overeenkomst" in mail.subject
        path = re.search(r"/tekenen/\S+", mail.text).group()
        SigningLink.update(expires_at=datetime(2100, 1, 1)).execute()
        read = visitor.get(path).page
        assert read.h1.text == "Bijlage lezen en ondertekenen" and "Krokus <b>" in read.text and "Mei" in read.text
        assert visitor.get(f"{path}/pdf").data.startswith(b"%PDF")
        assert visitor.get(f"{path}/bijlagen/{addendum.agreement.annexes[0].id}").status_code == 404
        done = visitor.post(path, data={"name": name, "code": code}).page
        assert "tekende" in done.h1.text and "bijlage 1" in done.text
        kept = again(addendum).signatures()[party]
        assert (kept.name, kept.way, kept.document) == (name, "link", None)
        assert "U tekende deze bijlage" in visitor.get(path).page.text
        assert visitor.post(path, data={"name": name, "code": code}).status_code == 404
    page = browser.submit(browser.get(place).page, "#bijlage-1 form:has([name=has_read])", has_read="ja").page
    assert "De handtekening staat erbij. Nu is de opleidingsverstrekker aan de beurt." in page.text
    again(addendum).sign(school(world), "provider", "Jan")
    assert again(addendum).state == "signed"
    shown = browser.get(place).page
    assert "met een persoonlijke link" in shown.select_one("#bijlage-1").text
    assert "stuurde een link om te tekenen: leerling" in shown.select_one("#recognitions-history").text


def test_a_link_for_an_addendum_dies_with_it_and_after_five_wrong_codes(visitor, world, addendum):
    token, code = link_to(world, addendum, "learner")
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        answer = visitor.post(f"/tekenen/{token}", data={"name": "F", "code": wrong})
        assert answer.status_code == 422
        said = answer.page.select_one(".problems")
        assert "klopt niet" in said.text and said.find_next_sibling("form"), (
            "beside the code, not above all there is to read"
        )
    assert visitor.get(f"/tekenen/{token}").status_code == 200
    addendum.withdraw(world.actor(ME, world.today))
    assert visitor.get(f"/tekenen/{token}").status_code == 404
    for typed in (wrong, code):
        assert visitor.post(f"/tekenen/{token}", data={"name": "F", "code": typed}).status_code == 404
    assert not again(addendum).signatures()


@pytest.mark.parametrize("how", ["end", "cancel"])
def test_an_addendum_is_signed_no_more_once_its_agreement_is_over(browser, visitor, world, recognition, how):
    me, first = world.actor(ME, world.today), world.today + timedelta(days=30 if how == "cancel" else 0)
    agreement = registered(world, recognition, starts_on=first, ends_on=date(2022, 6, 30))
    Addendum.draw_up(agreement, me, "extension", None, ends_on=date(2022, 7, 30))
    [drawn] = Addendum.of(fresh(agreement))
    token, code = link_to(world, drawn, "learner")
    over = {"end": lambda one: one.end(me, world.today, "mutual"), "cancel": lambda one: one.cancel(me, "Toch niet.")}
    waits = {task.kind for task in tasks(world.mega, world.today)}
    over[how](fresh(agreement))
    assert visitor.get(f"/tekenen/{token}").status_code == 404
    assert visitor.post(f"/tekenen/{token}", data={"name": "F", "code": code}).status_code == 404
    with pytest.raises(RuleBroken, match="intussen geëindigd"):
        drawn.sign(me, "learner", "F", way="link")  # as it was loaded before
    with pytest.raises(RuleBroken, match="niets te ondertekenen"):
        link_to(world, again(drawn), "learner", at=me.at + timedelta(hours=25))
    assert "addendum" in waits and "addendum" not in {task.kind for task in tasks(world.mega, world.today)}
    assert browser.get(f"/overeenkomsten/{agreement.id}").status_code == 200


def test_by_a_link_nobody_signs_an_addendum_that_fits_no_more(visitor, world, recognition):
    me = world.actor(ME, world.today)
    agreement = registered(world, recognition, starts_on=world.today, ends_on=date(2022, 6, 30))
    Addendum.draw_up(agreement, me, "extension", None, ends_on=date(2022, 7, 30))
    [drawn] = Addendum.of(fresh(agreement))
    token, code = link_to(world, drawn, "learner")
    Recognition.update(valid_until=date(2022, 7, 1)).where(Recognition.id == recognition.id).execute()
    answer = visitor.post(f"/tekenen/{token}", data={"name": "F", "code": code})
    assert answer.status_code == 422 and "loopt niet zo lang" in answer.page.select_one(".problems").text
    assert SigningLink.get().used_at is None and not again(drawn).signatures()


def test_codes_tried_at_the_same_moment_are_five_together(world, recognition):
    token, code = link_to(world, frozen(world, recognition), "learner")
    several = [SigningLink.get() for _ in range(CODE_TRIES + 1)]  # each as its own request loaded it
    wrong = "000000" if code != "000000" else "111111"
    assert not any(link.fits(token, wrong) for link in several[:-1])
    assert not several[-1].fits(token, code)


def test_links_for_an_agreement_and_its_addendum_do_not_know_each_other(visitor, world, addendum):
    with pytest.raises(RuleBroken, match="niets te ondertekenen"):
        link_to(world, addendum.agreement, "learner")
    first, code = link_to(world, addendum, "learner")
    assert last_asked(addendum.agreement, "learner") is None and last_asked(addendum, "learner")
    with pytest.raises(RuleBroken, match="24 uur"):
        link_to(world, addendum, "learner")
    later = world.actor(ME, world.today).at + timedelta(hours=25)
    second, _ = link_to(world, addendum, "learner", at=later)
    assert SigningLink.usable(first, later) is None and SigningLink.usable(second, later).file == addendum
    with pytest.raises(RuleBroken, match="rechten"):
        SigningLink.send(world.actor("bakkerij", world.today), addendum, "learner", lambda token: "x")
    for party in ("employer", "niemand"):
        with pytest.raises(RuleBroken, match="Kies of de link"):
            link_to(world, addendum, party)


def test_a_guardian_waits_for_the_learner_at_an_addendum_too(visitor, world, addendum):
    token, code = link_to(world, addendum, "guardian")
    assert "nog niet aan de beurt" in visitor.get(f"/tekenen/{token}").page.text
    answer = visitor.post(f"/tekenen/{token}", data={"name": "Nora", "code": code})
    assert answer.status_code == 422 and "niet de beurt" in answer.text
    assert SigningLink.get().used_at is None and not again(addendum).signatures()


def test_enterprise_and_school_are_reminded_of_an_addendum_once_a_day(browser, world, addendum):
    place = f"/overeenkomsten/{addendum.agreement_id}/bijlagen/1/herinneren"
    assert browser.post(place, data={"organisation": MEGA}).status_code == 422, "it is the learner's turn"
    for party in ("learner", "guardian"):
        again(addendum).sign(world.actor(ME, world.today), party, "Naam", way="link")
    assert browser.post(place, data={"organisation": MEGA}).status_code == 422, "it is one's own turn"
    again(addendum).sign(world.actor(ME, world.today), "employer", "Marleen")
    Agreement.update(coach_email="j@voorbeeld.be").where(Agreement.id == addendum.agreement_id).execute()
    page = browser.get(f"/overeenkomsten/{addendum.agreement_id}").page
    assert "herinnering is verstuurd" in browser.submit(page, "#bijlage-1 form[action$='/herinneren']").page.text
    sent = Message.select().where(Message.subject.startswith("Herinnering: een bijlage")).get()
    assert sent.to == "j@voorbeeld.be"
    assert browser.post(place, data={"organisation": MEGA}).status_code == 422
