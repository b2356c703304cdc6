"""A slow line and a lost one: what it takes to see a page, and that nothing typed or chosen is lost."""

import random
import struct
import zlib

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OUTPUT, PATIENCE, PHONE
from tests.e2e.sites import over_https
from tests.e2e.steps import INSZ, at, choose_place, choose_training, fill, follow, press, start_application

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s
LOST = "Geen verbinding: dit is nog niet verzonden. Wat u typte staat er nog."


@pytest.fixture
def page(chromium, counter):
    context = chromium.new_context(base_url=counter, viewport=PHONE)
    context.set_default_timeout(PATIENCE)
    context.request.post("/aanmelden/demo", form={"persona": "zaakvoerder"})
    page = context.new_page()
    yield page
    context.close()


def slow_down(page, **line):
    """A slow line from now on; a function that makes it another one."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def change(**line):
        session.send("Network.emulateNetworkConditions", SLOW | line)

    change(**line)
    return change


def lost(page):
    """The banner, which must stand right after the form it is about."""
    expect(page.locator("#line-lost")).to_be_visible()
    expect(page.locator("#line-lost")).to_contain_text(LOST)
    return page.locator("form + #line-lost").get_by_role("button", name="Probeer opnieuw")


# --- a lost line ------------------------------------------------------------------------------------------------------


def at_the_first_step(page):
    page.goto("/")
    start_application(page)
    choose_place(page)


def test_a_form_over_htmx_that_could_not_be_sent_says_so_and_is_sent_again(page):
    page.goto("/")
    start_application(page)
    page.locator("#establishment input").nth(1).check()
    fill(page, contact_name="Bo Ypres")
    page.context.set_offline(True)
    press(page, "Bewaren en verder")
    again = lost(page)
    page.screenshot(path=OUTPUT / "line-lost.png", caret="initial", full_page=True)
    assert page.input_value("#contact_name") == "Bo Ypres"
    again.click()
    expect(again).to_be_visible()  # still no line
    page.context.set_offline(False)
    again.click()
    at(page, "Opleiding")
    expect(page.locator("#line-lost")).to_be_hidden()


def test_a_plain_form_that_could_not_be_sent_says_so_and_is_sent_again(page):
    page.goto("/organisatie/sleutels")
    fill(page, label="Intranet")
    page.context.set_offline(True)
    press(page, "Maak een sleutel")
    again = lost(page)
    assert page.input_value("#label") == "Intranet"
    page.context.set_offline(False)
    again.click()
    expect(page.locator("#key")).to_be_visible()
    expect(page.locator(".rows > li")).to_have_count(1)


def test_a_form_whose_answer_was_lost_is_done_once(page):
    page.goto("/")
    start_application(page)
    page.locator("#establishment input").nth(1).check()
    keys = []

    def lose_the_answer(route):
        keys.append(route.request.post_data.partition("once=")[2].partition("&")[0])
        if len(keys) == 1:
            route.fetch(max_redirects=0)  # it arrives
            return route.abort("connectionreset")
        return route.continue_()

    page.route(
        "**/vestiging", lambda route: lose_the_answer(route) if route.request.method == "POST" else route.continue_()
    )
    press(page, "Bewaren en verder")
    lost(page).click()
    at(page, "Opleiding")
    expect(page.locator(".note-good")).to_contain_text("Dit was al goed aangekomen. Het is één keer verwerkt.")
    assert len(keys) == 2 and keys[0] == keys[1] != "", "the same form keeps its key"


def test_a_form_that_was_kept_after_all_is_done_once_when_it_is_sent_again(page):
    """The register went while keeping, and nobody knew: the form stays, keeps its key, and may be sent again."""
    page.goto("/")
    start_application(page)
    page.locator("#establishment input").nth(1).check()
    page.fill("#contact_email", "ann@voorbeeld.be")
    keys = []

    def trouble(route):
        keys.append(route.request.post_data.partition("once=")[2].partition("&")[0])
        if len(keys) > 1:
            return route.continue_()
        route.fetch(max_redirects=0)  # it arrives
        told = '<div id="errors-closed" role="alert"><h2>Het loket kan niet bij zijn gegevens</h2></div>'
        headers = {"HX-Retarget": "#beside", "HX-Reswap": "innerHTML", "Content-Type": "text/html"}
        return route.fulfill(status=503, headers=headers, body=told)

    page.route("**/vestiging", lambda route: trouble(route) if route.request.method == "POST" else route.continue_())
    press(page, "Bewaren en verder")
    expect(page.locator("#beside")).to_contain_text("Het loket kan niet bij zijn gegevens")
    expect(page.locator("#contact_email")).to_have_value("ann@voorbeeld.be")
    press(page, "Bewaren en verder")
    at(page, "Opleiding")
    expect(page.locator(".note-good")).to_contain_text("Dit was al goed aangekomen. Het is één keer verwerkt.")
    assert len(keys) == 2 and keys[0] == keys[1] != ""


def test_a_search_that_got_no_answer_can_be_asked_again(page):
    page.goto("/erkenningen")
    page.context.set_offline(True)
    page.fill("#zoek", "winkel")
    again = lost(page)
    page.context.set_offline(False)
    with page.expect_response(lambda answer: "zoek=winkel" in answer.url) as asked:
        again.click()
    assert asked.value.ok
    expect(page.locator("#line-lost")).to_be_hidden()


@pytest.mark.parametrize("section", ["Erkenningen", "Overeenkomsten"])
def test_who_follows_a_link_right_after_typing_arrives(page, section):
    """What is asked when the search is left would take the link away between pressing and letting go."""
    page.goto("/")
    follow(page, section, "nav.tabs")
    at(page, section)
    row = page.locator("tbody a").first
    address, number, asked = row.get_attribute("href"), row.inner_text().split()[0], []
    page.on("request", lambda request: asked.append(request.url))
    slow_down(page)
    page.fill("#zoek", number)
    expect(page.locator(".found")).to_contain_text("1 ")
    page.locator("#zoek").press("Tab")
    page.wait_for_timeout(1000)
    assert len(asked) == 1, asked
    page.locator("#zoek").press_sequentially(" ")
    page.route("**" + address, lambda route: (page.wait_for_timeout(1500), route.continue_()))
    row.click()  # the search begins, and is answered, before this is
    page.wait_for_url("**" + address)


def test_a_national_number_is_kept_nowhere_when_the_line_is_lost(page):
    at_the_first_step(page)
    choose_training(page, has_htmx=True)
    follow(page, "Iemand anders invoeren")
    fill(page, insz=INSZ, first_name="Ann", last_name="Peeters", profession="Verkoper", experience="7")
    page.context.set_offline(True)
    press(page, "Mentor bewaren")
    lost(page)
    assert page.input_value("#insz") == INSZ, "it is still in the field"
    kept = page.evaluate(
        "JSON.stringify([localStorage, sessionStorage, history.state, document.cookie, location.href])"
    )
    assert INSZ not in kept and "850730" not in kept
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


# --- an upload --------------------------------------------------------------------------------------------------------


def photo(width=1600, height=1200):
    """A PNG of noise: as large as a telephone makes them."""
    noise = random.Random(7)
    rows = b"".join(b"\0" + noise.randbytes(width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in pieces
    ]
    return {"name": "foto.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"".join(packed)}


def choose_file(page, file):
    page.goto("/documenten")
    page.locator("details:has(#file) summary").click()
    page.select_option("#kind", "other")
    page.set_input_files("#file", file)


def test_a_photo_is_made_smaller_and_its_way_is_shown(page):
    choose_file(page, photo())
    told = page.locator(".upload-tells")
    expect(told).to_contain_text("Foto kleiner gemaakt: van 1,9 MB naar")
    expect(told).to_contain_text("Op een trage lijn duurt versturen ongeveer")
    line = slow_down(page, uploadThroughput=30_000)  # it is not there before anybody looked
    press(page, "In de kluis leggen")
    expect(page.locator("progress")).to_be_visible()
    expect(told).to_contain_text(" verstuurd, nog ongeveer ")
    page.screenshot(path=OUTPUT / "upload.png", caret="initial", full_page=True)
    line(uploadThroughput=-1)
    expect(page.locator("main")).to_contain_text("foto.jpg")
    assert page.url.partition("?")[0].rstrip("/").endswith("/documenten") or "/documenten/" in page.url
    page.reload()
    expect(page.locator("main")).to_contain_text("foto.jpg")


def test_an_upload_that_was_refused_says_why_on_the_same_page(page):
    choose_file(page, {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"geen pdf"})
    press(page, "In de kluis leggen")
    expect(page.locator(".wrong").first).to_contain_text("Kies een PDF, JPEG of PNG.")
    expect(page.locator("#kind")).to_have_value("other")


def test_what_stands_typed_in_another_form_stays_when_a_file_is_sent(page):
    page.goto("/mentoren/1")
    page.locator("#mentors-stop summary").click()
    page.fill("#mentors-stop textarea", "Zes maanden elders.")
    page.set_input_files("#file-extract", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"geen pdf"})
    press(page, "Toevoegen")
    expect(page.locator(".wrong").first).to_contain_text("Vul in wanneer het uittreksel afgeleverd is.")
    expect(page.locator("#mentors-stop textarea")).to_have_value("Zes maanden elders.")


def test_an_upload_whose_line_was_lost_is_sent_again(page):
    choose_file(page, photo(700, 500) | {"name": "scan.png"})
    page.route("**/documenten", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    press(page, "In de kluis leggen")
    again = lost(page)
    page.unroute("**/documenten")
    again.click()
    expect(page.locator("main")).to_contain_text("scan.")


@pytest.mark.parametrize(("size", "told"), [(100, "1 seconde."), (100_000, "2 seconden."), (3_000_000, "1 minuut.")])
def test_how_long_a_file_takes_is_said_of_one_and_of_more(page, size, told):
    choose_file(page, {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"0" * size})
    expect(page.locator(".upload-tells")).to_contain_text(f"ongeveer {told}")


def test_only_a_page_with_a_file_to_choose_loads_what_uploads_need(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert not [url for url in asked if "upload.js" in url]
    page.goto("/documenten", wait_until="networkidle")
    assert len([url for url in asked if "upload.js" in url]) == 1


# --- a slow line ------------------------------------------------------------------------------------------------------

TIMES = """() => new Promise(done => new PerformanceObserver(seen => {
    const [paint] = seen.getEntriesByName("first-contentful-paint");
    const usable = performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;
    if (paint) done({paint: paint.startTime / 1000, usable: usable / 1000});
}).observe({type: "paint", buffered: true}))"""


PART_TIME = """() => new Promise(done => {
    document.addEventListener("htmx:after:swap", () => done((performance.now() - began) / 1000));
    const field = document.querySelector("#eindigt"), began = performance.now();
    field.value = "12";
    field.dispatchEvent(new Event("change", {bubbles: true}));
})"""


def slow_visit(browser, url):
    """Seconds on a slow line: until something is seen and can be used, and until a list is narrowed."""
    context = browser.new_context(base_url=url, ignore_https_errors=True)
    context.request.post("/aanmelden/demo", form={"persona": "zaakvoerder"})
    page = context.new_page()
    slow_down(page)
    page.goto("/", wait_until="networkidle")
    times = page.evaluate(TIMES)
    page.goto("/erkenningen", wait_until="networkidle")
    times["part"] = page.evaluate(PART_TIME)
    context.close()
    return times


def test_at_400_kbit_and_400_ms_the_dashboard_is_seen_and_a_list_is_narrowed(playwright, demo_world, tmp_path):
    with over_https(playwright, demo_world, tmp_path) as (browser, url):
        times = slow_visit(browser, url)
    waited = SLOW["latency"] / 1000
    assert all(seconds > waited for seconds in times.values()), f"that was no slow line: {times}"
