"""A workplace from the employer to whoever looks for one, and help on the way: on a phone, in every way."""

from playwright.sync_api import expect

from tests.e2e.steps import at, fill, follow, press


def test_a_workplace_is_published_and_found(phone):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Mijn werkplekken", "header")
    at(page, "Mijn werkplekken")
    page.get_by_role("link", name="Verkoper").click()
    page.get_by_label("Toon deze werkplek aan iedereen").check()
    fill(page, places="2", description="Vragen? Bel 0470 12 34 56")
    phone.picture("aanbod")
    press(page, "Bewaren")
    expect(page.locator("#description-wrong")).to_contain_text("Deze tekst is openbaar")
    expect(page.locator("#description")).to_have_value("Vragen? Bel 0470 12 34 56")
    expect(page.locator("#places")).to_have_value("2")
    page.fill("#description", "U leert klanten helpen.")
    press(page, "Bewaren")
    expect(page.locator(".note-good[role=status]")).to_contain_text("Iedereen vindt ze in de zoeker")

    press(page, "Afmelden", "header")
    at(page, "Toegang tot het loket")
    follow(page, "Zoek een werkplek", "footer")
    at(page, "Zoek een werkplek")
    page.fill("#plaats", "Heist-op-den-Berg")
    training = page.locator("#opleiding option", has_text="Verkoper").first.get_attribute("value")
    page.select_option("#opleiding", training)
    press(page, "Zoek")
    expect(page.locator("#gevonden")).to_contain_text("km van Heist-op-den-Berg")
    phone.picture("gevonden")
    page.locator(".offers a").first.click()
    expect(page.locator("main")).to_contain_text("U leert klanten helpen.")
    expect(page.locator("main")).not_to_contain_text("Leen")
    phone.picture("werkplek")
    given = {cookie["name"] for cookie in page.context.cookies()}
    assert given <= {"loket-licht"}, "whoever only looks, gets no cookie but the switch they pressed"


def test_somebody_searches_and_asks_for_help(phone):
    page = phone.sign_in("zaakvoerder")
    page.fill("#alles", "winkelb")
    if phone.has_htmx:
        expect(page.locator("#search-list a").first).to_contain_text("Winkelbediende")
        phone.picture("eerste-resultaten")
    press(page, "Zoek", "#search-box")
    at(page, "Zoeken")
    page.locator("#search-list a").first.click()
    expect(page.locator("h1")).to_contain_text("Winkelbediende")
    heading = page.locator("h1").inner_text()
    follow(page, "Hulp bij deze pagina", "body")
    at(page, "Erkenning opvolgen")
    page.fill("#alles", "")
    page.go_back()
    follow(page, "Vraag hulp", "footer")
    expect(page.locator("main")).to_contain_text(heading.split(" ")[0])
    fill(page, question="Klopt 85.07.30-033.28?", email="marleen@voorbeeld.be")
    press(page, "Versturen")
    expect(page.locator("#question-wrong")).to_contain_text("geen rijksregisternummer")
    page.fill("#question", "Wanneer kan ik hernieuwen?")
    press(page, "Versturen")
    expect(page.locator(".note-good[role=status]")).to_contain_text("Uw vraag is verstuurd")
    phone.picture("gevraagd")
