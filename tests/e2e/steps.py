"""What people do in the counter, as small steps that leave a page where the next one starts."""

import re

from playwright.sync_api import expect

from views.demo import PDF

INSZ = "85.07.30-033.28"
EXTRACT = {"name": "uittreksel.pdf", "mimeType": "application/pdf", "buffer": PDF}
NUMBER = re.compile(r"E/20220123/\d{6}")
TRAINING = "Winkelmedewerker duaal"


def press(page, name, within="main"):
    page.locator(within).get_by_role("button", name=name).first.click()


def follow(page, name, within="main"):
    page.locator(within).get_by_role("link", name=name).first.click()


def fill(page, **typed):
    for field, text in typed.items():
        page.fill(f"#{field}", text)


def at(page, heading):
    """The page of that heading has come, down to its foot: what is counted on it is all there is."""
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_load_state("domcontentloaded")


def start_application(page):
    follow(page, "Erkenningen", "nav.tabs")
    at(page, "Erkenningen")
    follow(page, "Nieuwe erkenning aanvragen")
    at(page, "Erkenning aanvragen")
    press(page, "Nieuwe aanvraag starten")
    at(page, "Vestiging")


def choose_place(page):
    page.locator("#establishment input").nth(1).check()
    page.fill("#joint_committee", "201")
    page.fill("#contact_email", "marleen@voorbeeld.be")
    press(page, "Bewaren en verder")
    at(page, "Opleiding")


def choose_training(page, has_htmx, leads_to="Mentoren"):
    page.fill("#zoek", "winkelm")
    if not has_htmx:
        press(page, "Zoeken")
    expect(page.locator("#training label").first).to_contain_text(TRAINING)
    page.get_by_label(TRAINING).check()
    press(page, "Bewaren en verder")
    at(page, leads_to)


def type_mentor(page, insz):
    follow(page, "Iemand anders invoeren")
    fill(page, insz=insz, first_name="Ann", last_name="Peeters", profession="Verkoper", experience="7")
    press(page, "Mentor bewaren")


def to_criteria(page):
    expect(page.locator("#application-mentors")).to_contain_text("Verkoper, 7 jaar ervaring")
    follow(page, "Verder")
    at(page, "Criteria en documenten")


def add_extract(page, file, issued_on="2022-01-10"):
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator("input[name=issued_on]").first.fill(issued_on)
    press(page, "Toevoegen")


def answer_criteria(page):
    expect(page.get_by_role("link", name="uittreksel.pdf").first).to_be_visible()
    for criterion in ("equipment", "finances", "convictions"):
        page.check(f"input[name={criterion}][value=ja]")
    press(page, "Bewaren en verder")
    at(page, "Overzicht en indienen")


def hand_in(page):
    """Declare and submit; the number of the file."""
    page.get_by_label("Ik verklaar").check()
    press(page, "Indienen")
    expect(page.locator("h1")).to_contain_text(NUMBER)
    return NUMBER.search(page.locator("h1").inner_text())[0]


def downloaded(page, name):
    with page.expect_download() as download:
        follow(page, name)
    return download.value.path().read_bytes()


def act_for(page, organisation):
    follow(page, "Wissel van organisatie", "header")
    at(page, "Wissel van organisatie")
    if page.locator(".choices-list li", has_text=organisation).locator("button").count():
        press(page, f"Kies {organisation}")
    expect(page.locator(".actor-name")).to_have_text(organisation)


def start_agreement(page):
    follow(page, "Overeenkomsten", "nav.tabs")
    at(page, "Overeenkomsten")
    follow(page, "Nieuwe overeenkomst")
    at(page, "Nieuwe overeenkomst")
    press(page, re.compile("^Kies Logistiek duaal"))
    at(page, "Leerling")


def fill_agreement(page):
    """Learner and period; leaves the page at the timetable."""
    fill(page, insz="05.06.15-001.16", first_name="Fatima", last_name="Amrani", address="Kerkstraat 1, 2800 Mechelen")
    page.check("input[name=guardian_kind][value=mother]")
    fill(page, email="f@voorbeeld.be", guardian_name="Nora Amrani", guardian_email="n@voorbeeld.be")
    press(page, "Bewaren en verder")
    at(page, "Onderneming")
    fill(page, representative="Marleen Verdonck", representative_role="zaakvoerder", insurer="De Haven")
    press(page, "Bewaren en verder")
    at(page, "Looptijd en begeleiding")
    fill(page, starts_on="2022-09-01", ends_on="2023-06-30", coach_name="Jan Wouters")
    page.locator("input[name=mentor]").first.check()
    page.select_option("#provider", index=1)
    press(page, "Bewaren en verder")
    at(page, "Uurrooster")


def fill_timetable(page):
    """Twenty hours of work, eighteen of lessons."""
    fill(page, full_time="38", A_weeks="40", A_4_lessons_1_from="8:30", A_4_lessons_1_to="16:30")
    for day in range(4):
        for name, typed in {
            "work_1_from": "8:00",
            "work_1_to": "13:30",
            "lessons_1_from": "14:00",
            "lessons_1_to": "16:30",
            "pause": "30",
        }.items():
            page.fill(f"#A_{day}_{name}", typed)


def agree(page):
    """From the timetable to an agreement that can be signed."""
    press(page, "Bewaren en verder")
    at(page, "Afspraken")
    for declared in page.locator("input[name^=declared_]").all():
        declared.check()
    press(page, "Bewaren en verder")
    at(page, "Bijlagen")
    page.set_input_files("#file-plan", EXTRACT | {"name": "opleidingsplan.pdf"})
    press(page, "Toevoegen")
    expect(page.get_by_role("link", name="opleidingsplan.pdf")).to_be_visible()
    expect(page.get_by_text("Toegevoegd: opleidingsplan")).to_be_in_viewport()
    follow(page, "Verder")
    at(page, "Nakijken en klaarzetten")
    press(page, "Klaarzetten om te tekenen")
    expect(page.locator("main")).to_contain_text("De overeenkomst ligt klaar om te tekenen")


def send_link(page):
    """Mail a link to whose turn it is; (the link as it arrived, the code)."""
    press(page, "Link mailen")
    code = page.locator(".code").inner_text()
    messages = page.context.new_page()
    messages.goto("/demo/berichten")
    link = messages.locator("a[href*='/tekenen/']").first.get_attribute("href")
    messages.close()
    return link, code


def sign_by_link(page, name):
    place = page.url.removesuffix("/link")
    link, code = send_link(page)
    page.goto(link)
    fill(page, name=name, code=code)
    press(page, "Ik las de overeenkomst en teken")
    at(page, "U tekende de overeenkomst")
    page.goto(place)


def sign_in_counter(page):
    page.get_by_label("Ik las versie").check()
    press(page, "Ondertekenen")
    expect(page.locator("main")).to_contain_text("U tekende de overeenkomst.")
