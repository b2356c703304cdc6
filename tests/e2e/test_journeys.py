"""The journeys people make, each on a phone of 320 pixels wide, in all the ways of conftest.py."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.steps import (
    EXTRACT,
    INSZ,
    act_for,
    add_extract,
    agree,
    answer_criteria,
    at,
    choose_place,
    choose_training,
    downloaded,
    fill,
    fill_agreement,
    fill_timetable,
    follow,
    hand_in,
    press,
    send_link,
    sign_by_link,
    sign_in_counter,
    start_agreement,
    start_application,
    to_criteria,
    type_mentor,
)

WRONG_INSZ = "85.07.30-033.29"
NO_PDF = EXTRACT | {"buffer": b"geen pdf"}


def test_an_employer_applies(phone):
    page = phone.sign_in("zaakvoerder")
    phone.picture("dashboard")
    start_application(page)
    phone.picture("vestiging")
    choose_place(page)
    phone.picture("opleiding")
    choose_training(page, phone.has_htmx)

    type_mentor(page, WRONG_INSZ)
    expect(page.locator("#insz-wrong")).to_contain_text("controlecijfers")
    expect(page.locator("#first_name")).to_have_value("Ann")
    expect(page.locator("#insz")).to_have_value(WRONG_INSZ)
    expect(page.locator(".problems")).to_be_focused()
    expect(page.locator(".problems")).to_be_in_viewport()
    phone.picture("mentor-fout")
    page.fill("#insz", INSZ)
    press(page, "Mentor bewaren")
    to_criteria(page)
    phone.picture("criteria")

    add_extract(page, NO_PDF)
    expect(page.locator("#application-documents .wrong")).to_contain_text("PDF, JPEG of PNG")
    expect(page.locator("#application-documents .wrong")).to_be_in_viewport()
    expect(page.locator("input[name=issued_on]").first).to_have_value("2022-01-10")
    phone.picture("uittreksel-geweigerd")
    add_extract(page, EXTRACT)
    added = page.get_by_role("link", name="uittreksel.pdf").first
    expect(added).to_be_visible()
    if phone.has_htmx:
        expect(added).to_be_in_viewport()  # not the end of the part that came in its place
    answer_criteria(page)
    phone.picture("overzicht")

    press(page, "Indienen")
    expect(page.locator(".problems")).to_contain_text("Vink aan dat uw gegevens juist zijn.")
    expect(page.locator(".problems")).to_be_in_viewport()
    phone.picture("niet-verklaard")
    number = hand_in(page)
    expect(page.get_by_role("status").first).to_contain_text(f"Ingediend: uw aanvraag heeft nummer {number}.")
    phone.picture("ingediend")
    assert downloaded(page, f"Ontvangstbewijs {number}").startswith(b"%PDF")


def test_a_handler_asks_and_decides(phone):
    page = phone.sign_in("zaakvoerder")
    start_application(page)
    choose_place(page)
    choose_training(page, phone.has_htmx)
    type_mentor(page, INSZ)
    to_criteria(page)
    add_extract(page, EXTRACT)
    answer_criteria(page)
    number = hand_in(page)

    page = phone.sign_in("behandelaar")
    phone.picture("dashboard-behandelaar")
    follow(page, "Behandeling", "nav.tabs")
    at(page, "Behandeling")
    phone.picture("wachtrij")
    find_file(page, number, phone.has_htmx)
    phone.picture("dossier")
    press(page, "Ik neem dit dossier")
    expect(page.locator("main")).to_contain_text("U behandelt dit dossier.")
    follow(page, "Aanvulling vragen")
    page.fill("#question_mentors", "Wat doet de mentor precies?")
    phone.picture("vraag")
    press(page, "Vraag versturen")
    expect(page.locator("main")).to_contain_text("Uw vraag staat bij de werkgever.")

    page = phone.sign_in("zaakvoerder")
    task = page.locator(".task", has_text=number)
    expect(task).to_contain_text("Vraag van de behandelaar beantwoorden")
    phone.picture("taak")
    task.get_by_role("link", name="Verdergaan").click()
    expect(page.locator("blockquote")).to_have_text("Wat doet de mentor precies?")
    phone.picture("vraag-lezen")
    follow(page, "Mentoren aanpassen")
    at(page, "Mentoren")
    follow(page, "Wijzigen")
    page.fill("#experience", "9")
    press(page, "Mentor bewaren")
    expect(page.locator("#application-mentors")).to_contain_text("9 jaar ervaring")
    page.locator(".back a").click()
    page.fill("#reply_mentors", "Zij leidt de winkel.")
    phone.picture("antwoord")
    press(page, "Aanvulling indienen")
    expect(page.locator("main")).to_contain_text("Uw aanvulling is ingediend.")

    page = phone.sign_in("behandelaar")
    follow(page, "Behandeling", "nav.tabs")
    at(page, "Behandeling")
    find_file(page, number, phone.has_htmx)
    expect(page.locator("main details", has_text="Gewijzigd")).to_contain_text("Mentoren")
    expect(page.locator("#handling-changed ins").first).to_contain_text("9")
    phone.picture("gewijzigd")
    press(page, "Dossier is volledig")
    expect(page.locator("main")).to_contain_text("Het dossier is volledig verklaard.")
    press(page, "Behandeling starten")
    expect(page.locator("main")).to_contain_text("De behandeling is gestart.")
    follow(page, "Beslissen")
    page.get_by_label("Goedkeuren", exact=True).check()
    phone.picture("beslissen")
    press(page, "Beslissing nemen")
    expect(page.locator("main")).to_contain_text("De aanvraag is goedgekeurd.")

    page = phone.sign_in("zaakvoerder")
    page.locator(".task", has_text=number).get_by_role("link", name="Verdergaan").click()
    expect(page.locator("#beslissing")).to_have_text("Goedgekeurd op 23/01/2022")
    phone.picture("goedgekeurd")
    assert downloaded(page, f"Attest van erkenning {number}").startswith(b"%PDF")
    follow(page, "te controleren met code")
    at(page, "Deze erkenning is geldig")
    expect(page.locator("main")).to_contain_text("Geldig tot en met 23 januari 2027.")
    phone.picture("controle")


def find_file(page, number, has_htmx):
    page.fill("#zoek", number)
    if not has_htmx:
        press(page, "Filteren")
    expect(page.locator("#handling-list .found")).to_contain_text("1 dossier ")
    follow(page, number)
    expect(page.locator("h1")).to_contain_text(number)


def test_an_employer_renews(phone):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Verdergaan")
    at(page, "Beslissen hernieuwing erkenning")
    phone.picture("keuze")
    page.fill("#reason", "We stoppen met de winkel.")
    press(page, "Niet hernieuwen")
    expect(page.locator(".state-alert")).to_have_text("Wordt niet hernieuwd")
    phone.picture("niet-hernieuwd")
    press(page, "Toch hernieuwen")
    press(page, re.compile("^Hernieuwen"))
    at(page, "Overzicht en indienen")
    phone.picture("hernieuwing")

    for left in (4, 3, 2, 1):
        expect(page.get_by_role("button", name="Klopt nog")).to_have_count(left)
        press(page, "Klopt nog")
    expect(page.get_by_role("button", name="Klopt nog")).to_have_count(0)
    expect(page.locator("main .wrong")).to_contain_text("Voeg het uittreksel 596.2")
    phone.picture("bevestigd")
    follow(page, re.compile("Wijzigen.*Criteria"))
    at(page, "Criteria en documenten")
    add_extract(page, EXTRACT)
    expect(page.get_by_role("link", name="uittreksel.pdf").first).to_be_visible()
    press(page, "Bewaren en verder")
    at(page, "Overzicht en indienen")
    number = hand_in(page)
    expect(page.locator(".state-info")).to_have_text("Hernieuwing")
    phone.picture("ingediend")
    page.goto("/erkenningen")
    expect(page.locator("#recognitions-list")).to_contain_text(number)


def test_an_agreement_is_made_signed_and_registered(phone):
    page = phone.sign_in("zaakvoerder")
    start_agreement(page)
    phone.picture("leerling")
    fill_agreement(page)
    phone.picture("uurrooster")
    fill_timetable(page)
    press(page, "Tel de uren")
    expect(page.locator("#agreements-totals")).to_contain_text("20 uur werkplek, 18 uur les")
    phone.picture("totalen")
    agree(page)
    phone.picture("te-tekenen")
    agreement = page.url
    sign_by_link(page, "Fatima Amrani")
    sign_by_link(page, "Nora Amrani")
    sign_in_counter(page)
    phone.picture("getekend")

    page = phone.sign_in("trajectbegeleider")
    follow(page, "Overeenkomsten", "nav.tabs")
    at(page, "Overeenkomsten")
    follow(page, "Fatima Amrani")
    sign_in_counter(page)
    phone.picture("school")

    page = phone.sign_in("zaakvoerder")
    page.goto(agreement)
    page.get_by_label("Wij vragen de premie").check()
    page.fill("#account_number", "BE68 5390 0754 7035")
    press(page, "Registreren")
    expect(page.locator("#account_number-wrong")).to_contain_text("klopt niet")
    expect(page.locator(".problems")).to_be_in_viewport()
    phone.picture("rekening-fout")
    page.fill("#account_number", "BE68 5390 0754 7034")
    press(page, "Registreren")
    expect(page.locator("h1")).to_contain_text(re.compile(r"O/20220123/\d{6}"))
    phone.picture("geregistreerd")
    assert downloaded(page, "Download als PDF").startswith(b"%PDF")


def test_the_school_fills_in_what_the_employer_passes_on(phone):
    page = phone.sign_in("zaakvoerder")
    start_agreement(page)
    agreement = page.url.rsplit("/", 1)[0]
    page.goto(f"{agreement}/looptijd")
    page.select_option("#provider", index=1)
    press(page, "Bewaren en verder")
    at(page, "Uurrooster")
    page.goto(f"{agreement}/overzicht")
    expect(page.locator("ul.checks .unmet").first).to_be_visible()
    page.fill("#message", "Vult u de leerling aan?")
    phone.picture("doorgeven")
    press(page, "Laat de school dit invullen")
    expect(page.locator("main")).to_contain_text("De werkversie ligt nu bij Technisch Atheneum De Brug.")
    phone.picture("doorgegeven")

    page = phone.sign_in("trajectbegeleider")
    page.goto("/taken?soort=fill")
    phone.picture("taak-school")
    page.locator(".task", has_text="Nog geen leerling").get_by_role("link", name="Verdergaan").click()
    expect(page.locator("blockquote")).to_have_text("Vult u de leerling aan?")
    follow(page, "Vul de voornaam van de leerling in.")
    at(page, "Leerling")
    fill(page, insz="05.06.15-001.16", first_name="Fatima", last_name="Amrani", address="Kerkstraat 1, 2800 Mechelen")
    press(page, "Bewaren en verder")
    at(page, "Onderneming")
    page.goto(f"{agreement}/overzicht")
    press(page, "Geef terug aan de onderneming")
    expect(page.locator("main")).to_contain_text("De werkversie ligt nu bij Mega World NV.")

    page = phone.sign_in("zaakvoerder")
    task = page.locator(".task", has_text="Fatima Amrani")
    expect(task).to_contain_text("Overeenkomst verder invullen")
    task.get_by_role("link", name="Verdergaan").click()
    at(page, "Nakijken en klaarzetten")
    phone.picture("teruggekregen")


def test_everybody_signs_on_one_paper(phone):
    page = phone.sign_in("zaakvoerder")
    page.goto("/overeenkomsten?overzicht=tekenen")
    follow(page, "Wout D'hondt")
    page.get_by_role("heading", name="Op papier").click()
    for box in page.locator("input[name=parties]").all():
        box.check()
    press(page, "Scan toevoegen")
    expect(page.locator("#file-wrong")).to_contain_text("Kies eerst een bestand")
    expect(page.locator(".problems")).to_be_in_viewport()
    phone.picture("papier-fout")
    page.set_input_files("#file", EXTRACT)
    page.fill("#signed_on", "2022-01-22")
    press(page, "Scan toevoegen")
    expect(page.locator("main")).to_contain_text("De handtekening op papier is toegevoegd.")
    expect(page.locator("#agreements-signing .state-approved")).to_have_count(4)
    phone.picture("papier")


def test_a_registered_agreement_changes_stands_still_and_ends(phone):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Overeenkomsten", "nav.tabs")
    at(page, "Overeenkomsten")
    phone.picture("overzicht")
    follow(page, re.compile("^Loopt"))
    expect(page.locator("#agreements-list tbody tr")).to_have_count(1)
    with page.expect_download() as saved:
        page.get_by_role("link", name="1 naar CSV").click()
    assert "Loopt" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    page.locator("tbody th a").first.click()
    expect(page.locator("#agreements-parties")).to_be_visible()
    agreement = page.url
    phone.picture("overeenkomst")

    follow(page, "Een adres, e-mail of trajectbegeleider verbeteren")
    at(page, "Verbeteren")
    page.fill("#address", "Elders 1, 9000 Gent")
    press(page, "Meteen verbeteren")
    expect(page.locator("#agreements-addenda")).to_contain_text("Verbeterd")

    follow(page, "Verlenging")
    at(page, "Verlenging")
    page.fill("#ends_on", "2021-01-01")
    press(page, "Bijlage klaarzetten om te tekenen")
    expect(page.locator("#ends_on-wrong")).to_contain_text("Kies een dag na")
    phone.picture("verlenging-fout")
    page.fill("#ends_on", "2022-12-23")
    press(page, "Bijlage klaarzetten om te tekenen")
    expect(page.locator("#bijlage-1")).to_contain_text("Te ondertekenen")
    expect(page.get_by_text("ligt klaar om te tekenen, eerst door de leerling")).to_be_in_viewport()
    phone.picture("bijlage")
    link, code = send_link(page)
    page.goto(link)
    phone.picture("bijlage-lezen")
    fill(page, name="Noor Ó Súilleabháin", code=code)
    press(page, "Ik las de bijlage en teken")
    at(page, "U tekende de bijlage")
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Bijlage lezen")
    page.goto(agreement)
    page.locator("#bijlage-1").get_by_label("Ik las deze bijlage").check()
    press(page, "Bijlage ondertekenen")
    expect(page.locator("main")).to_contain_text("Nu is de opleidingsverstrekker aan de beurt.")
    page = phone.sign_in("trajectbegeleider")
    page.goto(agreement)
    page.locator("#bijlage-1").get_by_label("Ik las deze bijlage").check()
    press(page, "Bijlage ondertekenen")
    expect(page.locator("main")).to_contain_text("Alle partijen tekenden: de bijlage geldt.")
    expect(page.locator("#agreements-calendar")).to_contain_text("23/12/2022")

    page = phone.sign_in("zaakvoerder")
    page.goto(agreement)
    page.locator("summary", has_text="De overeenkomst laten stilstaan").click()
    page.get_by_label("Ziekte of ongeval").check()
    page.fill("#starts_on", "2022-01-05")
    press(page, "Schorsing noteren")
    expect(page.locator("#agreements-suspensions")).to_contain_text("Te melden tegen 19/01/2022")
    expect(page.locator("main > .note-good")).to_be_in_viewport()
    expect(page.locator("#agreements-suspensions h2, #schorsing").first).to_be_in_viewport()
    press(page, "Melden aan Jan Wouters")
    expect(page.locator("#agreements-suspensions")).to_contain_text("Gemeld op 23/01/2022")
    phone.picture("schorsing")

    follow(page, "Vroegtijdig beëindigen")
    at(page, "Vroegtijdig beëindigen")
    follow(page, "De leerling")
    page.get_by_label("De leerling stopt", exact=True).check()
    page.fill("#last_day", "2022-01-23")
    press(page, "Toon de gevolgen")
    expect(page.locator(".panel")).to_contain_text("20 opleidingsdagen")
    phone.picture("gevolgen")
    press(page, "Ja, beëindigen")
    expect(page.locator("#agreements-end")).to_contain_text("Terugdraaien kan nog tot")
    press(page, "Einde terugdraaien")
    expect(page.locator("main")).to_contain_text("de overeenkomst loopt gewoon door")


def test_a_bookkeeper_switches_in_another_tab(phone):
    page = phone.sign_in("boekhouder")
    act_for(page, "Mega World NV")
    start_application(page)
    page.fill("#contact_name", "Greet D'Hooghe & co")
    phone.picture("formulier")

    other = phone.context.new_page()
    other.goto("/")
    act_for(other, "Bakkerij 't Zoete Broodje BV")
    phone.picture("andere-tab", other)

    press(page, "Bewaren en verder")
    at(page, "U bent intussen van organisatie gewisseld")
    expect(page.locator("main")).to_contain_text("Er is niets verzonden.")
    page.locator("main summary").click()
    expect(page.locator("main details")).to_contain_text("Greet D'Hooghe & co")
    phone.picture("gewisseld")
    press(page, "Wissel terug en verstuur")
    at(page, "Opleiding")
    expect(page.locator("main")).to_contain_text("U bent teruggewisseld naar Mega World NV.")
    phone.picture("bewaard")
    follow(page, "Vestiging")
    expect(page.locator("#contact_name")).to_have_value("Greet D'Hooghe & co")


def test_a_bookkeeper_finds_one_of_four_hundred(phone):
    page = phone.sign_in("boekhouder")
    act_for(page, "Grootwarenhuis Overal NV")
    follow(page, "Erkenningen", "nav.tabs")
    at(page, "Erkenningen")
    found = page.locator("#recognitions-list .found")
    expect(found).to_contain_text("400 erkenningen")
    phone.picture("alles")
    if phone.has_htmx:
        page.evaluate("window.stayed = true")  # a new page would forget

    page.select_option("#eindigt", "12")
    if not phone.has_htmx:
        press(page, "Filteren")
    expect(page).to_have_url(re.compile("eindigt=12"))
    expect(found).not_to_contain_text("400 erkenningen")
    ending = count_of(page)
    phone.picture("eindigt")
    page.fill("#zoek", "Genk")
    if not phone.has_htmx:
        press(page, "Filteren")
    expect(page).to_have_url(re.compile("zoek=Genk"))
    expect(found).not_to_contain_text(f"{ending} erk")
    assert 0 < count_of(page) < ending
    phone.picture("genk")

    page.go_back()
    expect(page).not_to_have_url(re.compile("zoek=Genk"))
    expect(found).to_contain_text(f"{ending} erk")
    assert count_of(page) == ending
    expect(page.locator("#eindigt")).to_have_value("12")
    expect(page.locator("#zoek")).to_have_value("")
    if phone.has_htmx:
        assert page.evaluate("window.stayed")
    follow(page, "Wis de filters")
    expect(found).to_contain_text("400 erkenningen")
    walk_through_pages(page, phone.rows)
    phone.picture("gebladerd")


def count_of(page):
    """How many were found: on the page, and as told to who does not see it."""
    shown = page.locator("#recognitions-list .found").inner_text().split()[0]
    expect(page.locator("#status")).to_have_text(re.compile(f"^{shown} erkenning(en)? gevonden$"))
    return int(shown)


def walk_through_pages(page, rows):
    first = numbers(page, rows)
    follow(page, "Volgende")
    expect(page).to_have_url(re.compile("na="))
    expect(page.get_by_role("link", name="Vorige")).to_be_visible()
    second = numbers(page, rows)
    assert not set(first) & set(second)
    follow(page, "Vorige")
    expect(page).to_have_url(re.compile("voor="))
    expect(page.get_by_role("link", name="Vorige")).to_have_count(0)
    assert numbers(page, rows) == first


def numbers(page, rows):
    shown = page.locator("#recognitions-list tbody th")
    expect(shown).to_have_count(rows)
    return shown.all_inner_texts()
