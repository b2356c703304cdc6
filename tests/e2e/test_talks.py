"""A conversation in a file from both sides, and the calendar of deadlines: on a phone, in every way."""

from icalendar import Calendar
from playwright.sync_api import expect

from tests.e2e.steps import at, follow, press

NUMBER = "011723"  # a recognition of Mega World that runs, at Sectoraal Partnerschap Handel


def test_an_employer_and_a_handler_talk_in_a_file(phone):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Erkenningen", "nav.tabs")
    at(page, "Erkenningen")
    page.get_by_role("link", name=NUMBER).first.click()
    follow(page, "Berichten met het partnerschap")
    page.fill("#text", "Mijn mentor is 85.07.30-033.28.")
    press(page, "Versturen")
    expect(page.locator("#text-wrong")).to_contain_text("geen rijksregisternummer")
    page.fill("#text", "Mogen wij een tweede leerling opleiden?")
    phone.picture("bericht")
    press(page, "Versturen")
    expect(page.locator("main")).to_contain_text("zonder de inhoud")
    expect(page.locator("main")).to_contain_text("Marleen Verdonck")

    page = phone.sign_in("behandelaar")
    expect(page.locator("#threads-unread")).to_contain_text("ongelezen")
    follow(page, "Berichten in dossiers")
    at(page, "Berichten")
    expect(page.locator("main li").first).to_contain_text("Ongelezen")
    page.locator("main li a").first.click()
    expect(page.locator("main")).to_contain_text("Mogen wij een tweede leerling opleiden?")
    page.fill("#text", "Ja, met dezelfde erkenning.")
    press(page, "Versturen")
    expect(page.locator("main")).to_contain_text("Ja, met dezelfde erkenning.")  # sent before anybody else signs in
    phone.picture("antwoord")

    page = phone.sign_in("zaakvoerder")
    page.goto("/demo/berichten")
    expect(page.locator("main")).to_contain_text("Een bericht in erkenning")
    expect(page.locator("main")).not_to_contain_text("met dezelfde erkenning")
    page.goto("/berichten")
    page.locator("main li a").first.click()
    expect(page.locator("main")).to_contain_text("Ja, met dezelfde erkenning.")
    press(page, "Alles is gelezen")
    expect(page.locator("main")).not_to_contain_text("Ongelezen")


def test_a_calendar_is_made_read_and_revoked(phone):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Mijn organisatie", "header")
    follow(page, "Meldingen")
    at(page, "Meldingen")
    press(page, "Adres maken")
    address = page.locator(".note-good strong").inner_text()
    phone.picture("adres")
    days = Calendar.from_ical(page.request.get(address).body()).walk("VEVENT")
    assert any(NUMBER in str(day["summary"]) for day in days)
    page.get_by_text("Nieuw adres maken", exact=True).click()
    press(page, "Ja, nieuw adres maken")
    expect(page.locator(".note-good strong")).not_to_have_text(address)
    assert page.request.get(address).status == 404
    page.get_by_text("Adres intrekken").click()
    press(page, "Ja, intrekken")
    expect(page.locator("main")).to_contain_text("De agenda is niet meer te lezen")
