"""Every page of the counter, by everybody who may see it: WCAG 2.2 A and AA, 320 pixels wide, walked by keyboard."""

import json
import re
from datetime import date

from playwright.sync_api import expect
from werkzeug.routing import Map, Rule

from tests.e2e.conftest import OUTPUT, PHONE, flask, serve
from tests.e2e.inspector import NO_PAGE, WAYS, Inspector
from tests.e2e.steps import (
    EXTRACT,
    add_extract,
    at,
    choose_place,
    choose_training,
    fill,
    follow,
    press,
    send_link,
    sign_in_counter,
    start_application,
    type_mentor,
)
from views.access import PERSONAS

MEGA, BAKERY, CHAIN = "0417390703", "1999000150", "1999000249"
OLD = "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)"


def test_everybody_can_use_every_page(chromium, demo_world, tmp_path):
    """One tour of everything, so that every page is opened once; then what was wrong, page by page."""
    routes = routes_of(demo_world)
    with serve(demo_world, tmp_path) as url:
        inspector = Inspector(chromium, url, Map([rule.empty() for rule in routes]).bind("localhost"))
        drafts(inspector)
        mentor_applications(inspector)
        agreements(inspector)
        appeal(inspector)
        mailed_links(inspector)
        beside_a_frame(inspector)
        inspector.become("nobody")
        inspector.crawl("/aanmelden")
        for persona in PERSONAS:
            inspector.become(persona)
            inspector.crawl()
        steps_that_come_too_late(inspector)
        numbers_revealed(inspector)
        behind_a_button(inspector)
        another_organisation(inspector)
        errors(inspector)
        inspector.leave()
    sights = inspector.sights
    wrong = [f"{sight.where}: {fault}" for sight in sights for fault in (*sight.faults, *sight.stumbles)]
    wrong += [f"{sight.where} is {sight.width} pixels wide" for sight in sights if sight.width > PHONE["width"]]
    pages = {rule.endpoint for rule in routes if "GET" in rule.methods} - NO_PAGE
    report(sights, wrong)
    wrong += [
        f"nothing leads to {page}: link to it, or add it here" for page in pages - {one.endpoint for one in sights}
    ]
    assert not wrong, "\n".join(sorted(wrong))


def test_the_skip_link_leads_to_the_page_itself(chromium, counter):
    context = chromium.new_context(base_url=counter, viewport=PHONE)
    page = context.new_page()
    page.goto("/aanmelden")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main").locator(":focus")).to_have_count(1)
    context.close()


def test_an_answer_while_somebody_types_leaves_them_where_they_are(chromium, counter):
    """A refusal takes the focus once; a look-up for the field it is about does not take it again."""
    context = chromium.new_context(base_url=counter, viewport=PHONE)
    context.request.post("/aanmelden/demo", form={"persona": "zaakvoerder"})
    page = context.new_page()
    page.goto("/")
    start_application(page)
    page.fill("#contact_name", "x" * 1100)
    press(page, "Bewaren en verder")
    expect(page.locator(".problems")).to_be_focused()
    page.locator("#joint_committee").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("202.01", delay=30)
    expect(page.locator("#application-committee")).to_contain_text("202.01")
    expect(page.locator("#joint_committee")).to_be_focused()
    context.close()


def report(sights, wrong):
    """What the statement tells; `make statement` keeps it."""
    found = {
        "on": date.today().isoformat(),
        "pages": sorted({sight.endpoint for sight in sights if sight.endpoint} - NO_PAGE),
        "sights": len(sights),
        "ways": WAYS,
        "faults": sorted(wrong),
    }
    (OUTPUT / "accessibility.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def routes_of(demo_world):
    """The addresses of the counter, as `flask routes` tells them."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in flask(demo_world, "routes").splitlines()[2:]]
    return [Rule(path, endpoint=endpoint, methods=methods.split(", ")) for endpoint, methods, path in lines]


# --- what no link leads to --------------------------------------------------------------------------------------------


def drafts(inspector):
    """An application with a mentor; a second one for the same, with the same mentor as if new; and its look-ups."""
    page = inspector.become("zaakvoerder")
    page.goto("/")
    for is_second in (False, True):
        start_application(page)
        choose_place(page)
        choose_training(page, has_htmx=True, leads_to="Opleiding" if is_second else "Mentoren")
        if is_second:
            expect(page.locator("main .note[role=alert]")).to_contain_text("U hebt al een werkversie")
            inspector.look("a twin")
            press(page, "Toch een tweede werkversie maken")
            at(page, "Mentoren")
        type_mentor(page, "85.07.30-033.28")
        expect(page.locator("#application-mentors")).to_contain_text("in gebruik" if is_second else "7 jaar ervaring")
    inspector.look("a mentor twice")
    draft = page.url.rsplit("/", 1)[0].removeprefix(inspector.url)
    for lookup in (
        *("vestiging?zoek=mega", "vestiging?zoek=nergens", "vestigingen?zoek=mega", "vestigingen?zoek=nergens"),
        *("paritair-comite?joint_committee=201", "paritair-comite?joint_committee=999", "opleiding?zoek=nergens"),
    ):
        inspector.go(f"{draft}/{lookup}", 200)
        inspector.look()


def mentor_applications(inspector):
    """One handed in for somebody known, and a draft for somebody new."""
    page = inspector.become("zaakvoerder")
    for choose in ("Verder met deze mentor", "Verder met deze nieuwe mentor"):
        page.goto("/erkenningen?overzicht=behandeld")
        page.locator("tbody a").first.click()
        follow(page, "Mentor toevoegen")
        if "nieuwe" in choose:
            fill(page, insz="99.01.24-001.07", first_name="Bo", last_name="Claes")
        press(page, choose)
        expect(page.locator("main")).to_contain_text("Nog niet ingediend.")
        if "nieuwe" not in choose:
            fill(page, profession="Verkoper", experience="7")
            press(page, "Bewaren")
            expect(page.locator("main .note-good")).to_contain_text("Bewaard.")
            add_extract(page, EXTRACT)
            expect(page.get_by_role("link", name="uittreksel.pdf").first).to_be_visible()
            page.get_by_label("Ik verklaar").check()
            press(page, "Indienen")
            expect(page.locator("main")).to_contain_text("Ingediend: uw mentoraanvraag")


def agreements(inspector):
    """One is signed by learner, parent and employer, each with what they see; then it is the school's turn."""
    page = inspector.become("zaakvoerder")
    page.goto("/overeenkomsten?overzicht=tekenen")
    page.locator("tbody a").first.click()
    expect(page).to_have_url(re.compile(r"/overeenkomsten/\d+"))
    agreement = page.url
    for name in ("Wout D'hondt", "Sam D'hondt"):
        link, code = send_link(page)
        inspector.look("a code to hand over")
        page.goto(link)
        inspector.look("a link")
        inspector.make_mistakes(link)
        page.goto(link)
        fill(page, name=name, code=code)
        press(page, "Ik las de overeenkomst en teken")
        at(page, "U tekende de overeenkomst")
        inspector.look("signed")
        page.goto(agreement)
    sign_in_counter(page)
    inspector.become("trajectbegeleider").goto(agreement)
    inspector.look("the school signs")


def appeal(inspector):
    """One that is lodged with an extract: who handles it is asked why they open that."""
    page = inspector.become("boekhouder")
    inspector.post("/organisatie/wissel", organisation=CHAIN)
    page.goto("/beroepen")
    page.locator("main tbody tr", has_text="indienen tegen").locator("th a").first.click()
    extract = page.locator("#document option", has_text="596.2").first.get_attribute("value")
    page.select_option("#document", extract)
    press(page, "Toevoegen uit de kluis")
    expect(page.locator("#appeals-documents li", has_text="596.2")).to_be_visible()
    page.fill("#grounds", "De feiten kloppen niet.")
    press(page, "Indienen")
    expect(page.locator("main .note-good")).to_contain_text("Ingediend: uw beroep heeft nummer")


def mailed_links(inspector):
    """What only a mail leads to: an invitation, a mandate to take up, and a look at who saw one's data."""
    page = inspector.become("zaakvoerder")
    page.goto("/organisatie/gebruikers/nieuw")
    page.select_option("#role", index=1)
    page.fill("#email", "bo@voorbeeld.be")
    press(page, "Toevoegen")
    expect(page.locator("main .note-good")).to_be_visible()
    page.goto("/organisatie/machtigingen/nieuw")
    page.check("[name=who][value=person]")
    page.fill("#email", "jan@voorbeeld.be")
    page.check("[name=recognitions][value=yes]")
    press(page, "Machtiging geven")
    expect(page.locator("main .note-good")).to_contain_text("krijgt een mail")
    page.goto("/organisatie/toegangslog")
    page.select_option("#person", index=1)
    press(page, "Link sturen")
    expect(page.locator("main .note-good")).to_contain_text("krijgt een mail")
    page.goto("/demo/berichten")
    invitation, mandate, insight = (
        page.locator(f"a[href*='{place}']").first.get_attribute("href")
        for place in ("/uitnodiging/", "/machtiging/", "/inzage/")
    )
    inspector.become("zonderrecht")
    inspector.go(invitation, 200)
    inspector.look("an invitation")
    inspector.become("trajectbegeleider")
    inspector.go(mandate, 200)
    inspector.look("a mandate to take up")
    page = inspector.become("nobody")
    inspector.go(insight, 200)
    inspector.look("a personal link")
    press(page, "Toon wie mijn gegevens zag")
    expect(page.locator("main")).to_contain_text("Dit is alles wat het loket noteerde")
    inspector.look("who saw it")
    inspector.go(insight, 404)
    inspector.look("used")


def beside_a_frame(inspector):
    """A frame that waits, as a page of its own; the window beside it; and where the frame leads to."""
    page = inspector.become("nobody")
    page.goto("/insluiten/taken")
    press(page, "Aanmelden")
    expect(page.locator("h1")).to_contain_text("Code ")
    inspector.look("a frame that waits")
    window = page.locator("[data-pair]").get_attribute("href")
    inspector.become("zaakvoerder")
    inspector.go(window, 200)
    inspector.look("the window beside a frame")
    press(inspector.page, "Ja, dezelfde code")
    expect(inspector.page.locator("#secret")).to_be_visible()
    inspector.look("confirmed")
    inspector.become("boekhouder")
    inspector.post("/organisatie/wissel", organisation=BAKERY)
    inspector.go(f"/koppelen/naar/{MEGA}?naar=/erkenningen", 200)
    inspector.look("for another organisation")


def steps_that_come_too_late(inspector):
    page = inspector.become("zaakvoerder")
    page.goto("/erkenningen/nieuw")
    page.locator("#drafts ~ ul a").first.click()
    expect(page).to_have_url(re.compile(r"/erkenningen/\d+/"))
    draft = page.url.rsplit("/", 1)[0]
    page.goto(f"{draft}/intrekken")
    inspector.post(f"{draft}/intrekken", organisation=MEGA)
    press(page, "Ja, weggooien")
    expect(page.locator("main .note[role=alert]")).to_be_visible()
    inspector.look("too late")
    page = inspector.become("behandelaar")
    page.goto("/behandeling?wachtrij=ingediend")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("button", name="Dossier is volledig")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    press(other, "Dossier is volledig")
    expect(other.locator("main .note-good")).to_be_visible()
    press(page, "Dossier is volledig")
    expect(page.locator("main .note[role=alert]")).to_be_visible()
    inspector.look("too late")


def numbers_revealed(inspector):
    for persona, overview in (("zaakvoerder", "/mentoren"), ("behandelaar", "/behandeling")):
        page = inspector.become(persona)
        page.goto(overview)
        page.locator("tbody a").first.click()
        press(page, "Toon het rijksregisternummer")
        expect(page.locator("main")).to_contain_text(re.compile(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"))
        expect(page.get_by_role("button", name="Toon het rijksregisternummer")).to_have_count(0)
        inspector.look("revealed")


def behind_a_button(inspector):
    """Where a sanction is prepared, from a recognition that runs; and where signing in beside a form ends."""
    page = inspector.become("behandelaar")
    page.goto("/behandeling?wachtrij=behandeld")
    for place in page.evaluate("[...document.querySelectorAll('tbody th a')].map(link => link.href)"):
        page.goto(place)
        if page.get_by_role("link", name="Sanctie voorbereiden").count():
            break
    follow(page, "Sanctie voorbereiden")
    at(page, "Een sanctie voorbereiden")
    inspector.look()
    inspector.go("/aanmelden/klaar")
    inspector.look()


def another_organisation(inspector):
    """A form, an upload and a search, each on a page of an organisation that is no longer the active one."""
    page = inspector.become("boekhouder")
    inspector.post("/organisatie/wissel", organisation=MEGA)
    page.goto("/erkenningen/nieuw")
    page.locator("#drafts ~ ul a").first.click()
    expect(page).to_have_url(re.compile(r"/erkenningen/\d+/"))
    draft = page.url.rsplit("/", 1)[0]
    for place, act in (
        (f"{draft}/vestiging", lambda: page.evaluate("document.querySelector('main form[method=post]').submit()")),
        (f"{draft}/vestiging", lambda: press(page, "Bewaren en verder")),
        (f"{draft}/criteria", lambda: press(page, "Toevoegen")),
        ("/erkenningen", lambda: page.fill("#zoek", "winkel")),
    ):
        inspector.post("/organisatie/wissel", organisation=MEGA)
        page.goto(place)
        inspector.post("/organisatie/wissel", organisation=BAKERY)
        act()
        at(page, "U bent intussen van organisatie gewisseld")
        inspector.look("switched")


def errors(inspector):
    inspector.become("nobody", user_agent=OLD).goto("/aanmelden")
    inspector.look("in Internet Explorer")
    for persona, path, status in [
        ("nobody", "/nergens", 404),
        ("nobody", "/tekenen/nergens", 404),
        ("nobody", "/controle/ABCD-EFGH-JKMN-PQRS", 404),
        ("nobody", "/controle?code=fout", 422),
        ("behandelaar", "/behandeling/999999", 404),
        ("zaakvoerder", "/erkenningen/999999", 404),
        ("zaakvoerder", "/behandeling", 403),
        ("zaakvoerder", "/afmelden", 405),
    ]:
        inspector.become(persona)
        inspector.go(path, status)
        inspector.look(str(status))
