"""The counter in a frame on another website: real Chromium, https, third-party cookies allowed and blocked."""

import re
from contextlib import ExitStack
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.conftest import free_port
from tests.e2e.conftest import ANY_CERTIFICATE, OUTPUT, PATIENCE, serve
from tests.e2e.sites import COUNTER, Portal, make_certificate, own_chromium, portals

FITS = "root => root.scrollHeight <= window.innerHeight + 1"  # there is nothing to scroll
FOCUSED = """() => {
    const tag = document.querySelector(":focus");
    return tag ? tag.name || tag.textContent.trim() : "";
}"""


@pytest.fixture(scope="module")
def sites(demo_world, tmp_path_factory):
    """{name: address} of the counter and of the websites around it; the last one is on nobody's list."""
    folder = tmp_path_factory.mktemp("sites")
    certificate, secret, _ = make_certificate(folder)
    with portals(certificate, secret) as port:
        found = {
            "portal": f"https://portaal.other:{port}",
            "third": f"https://derde.test:{port}",
            "sister": f"https://www.loket.example:{port}",
        }
        listed = " ".join(found.values())
        found |= {"stranger": f"https://vreemd.test:{port}", "counter": f"https://{COUNTER}:{free_port()}"}
        tls = ("--ssl-certificate", str(certificate), "--ssl-keyfile", str(secret))
        more = {"LOKET_FRAME_ANCESTORS": listed}
        with serve(demo_world, folder, "https", tls, more, found["counter"]) as local:
            fill(found, local)
            yield found


def fill(sites, local):
    """The pages of the other websites: each embed with the code our own page gives, and some that misbehave."""
    with urlopen(f"{local}/insluiten", context=ANY_CERTIFICATE) as answer:
        page = BeautifulSoup(answer.read(), "html.parser")
    top = "<!doctype html><html lang=nl><title>Portaal</title><h1>Portaal</h1><p><button id=before>Voor</button></p>"
    end = "<p><button id=after>Na</button></p>"
    for code in page.select("textarea.snippet"):
        snippet = code.text.replace(' loading="lazy"', "")
        path = "/" + re.search(r"/insluiten/([a-z-]+)", snippet)[1]
        Portal.pages[path] = ({}, top + snippet + end)
        Portal.pages[f"{path}-zonder-script"] = ({}, top + snippet.partition("<script")[0] + end)
        Portal.pages[f"{path}-afgesloten"] = ({"Cross-Origin-Opener-Policy": "same-origin"}, top + snippet + end)
    fake = "<script>parent.postMessage({type: 'loket-height', height: 3333}, '*')</script>"
    Portal.pages["/vals"] = ({}, fake)
    Portal.pages["/met-vals"] = (
        {},
        Portal.pages["/zelfscan"][1] + f"<iframe id=vals src='{sites['stranger']}/vals' style='height:99px'></iframe>",
    )
    frame = f"<iframe name=doel src='{sites['counter']}/insluiten/taken'></iframe>"
    form = f"<form method=post target=doel action='{sites['counter']}/insluiten/koppelen'><button id=post>x</button>"
    Portal.pages["/aanval"] = ({}, f"{top}{frame}{form}</form>")
    Portal.pages["/leeg"] = ({}, top)


@pytest.fixture(scope="module")
def chromium_with(playwright, tmp_path_factory):
    """A function: the Chromium with that profile, started when it is first asked for."""
    started = {}
    with ExitStack() as open_ones:

        def find(profile):
            if profile not in started:
                folder = tmp_path_factory.mktemp("chromium")
                own = own_chromium(playwright, folder, profile, "--ignore-certificate-errors")
                started[profile] = open_ones.enter_context(own)
            return started[profile]

        yield find


@pytest.fixture(params=["allowed", "blocked"])
def visitor(request, chromium_with, sites):
    context = chromium_with(request.param)
    yield context
    leave(context)


@pytest.fixture
def careful(chromium_with, sites):
    """Somebody who blocks what can be blocked by default."""
    context = chromium_with("blocked")
    yield context
    leave(context)


def leave(context):
    """Whoever comes next begins with one empty window and no cookie; the counter keeps nothing else in a browser."""
    for page in context.pages[1:]:
        page.close()
    context.clear_cookies()
    assert not context.cookies() and context.pages[0].url == "about:blank"


def open_on(context, site, path):
    page = context.new_page()
    page.goto(site + path)
    return page, page.frame_locator("iframe").first


def height(page):
    return page.locator("iframe").first.evaluate("frame => frame.getBoundingClientRect().height")


def wait_for_height(page, wanted):
    """Wait until the frame is as high as `wanted`, a function of its height, says."""
    for _ in range(PATIENCE // 100):
        if wanted(height(page)):
            return height(page)
        page.wait_for_timeout(100)
    raise AssertionError(f"the frame stays {height(page)} high")


def next_stop(page, frame, before):
    """What has the focus once it left `before`: a name in the frame, or "after". From page to frame takes a moment."""
    for _ in range(PATIENCE // 100):
        if page.evaluate("document.activeElement.id") == "after":
            return "after"
        now = frame.locator("html").evaluate(FOCUSED)
        if now not in ("", before):
            return now
        page.wait_for_timeout(100)
    raise AssertionError(f"the focus stays at {before}")


def sign_in(page, persona="zaakvoerder"):
    page.click(f"button[value={persona}]")


def press_sign_in(frame, context):
    """From the frame to the window beside it, with the code the frame shows."""
    frame.get_by_role("button", name="Aanmelden").click()
    expect(frame.locator("h1")).to_contain_text("Code ")
    code = frame.locator("h1").inner_text().removeprefix("Code ")
    with context.expect_page() as opened:
        frame.get_by_role("link", name="Open het loket in een nieuw venster").click()
    return opened.value, code


def pair(context, page, frame):
    window, code = press_sign_in(frame, context)
    expect(window.locator("button[value=zaakvoerder], strong.code").first).to_be_visible()
    if window.locator("button[value=zaakvoerder]").count():
        sign_in(window)
    expect(window.locator("strong.code")).to_have_text(code)
    window.get_by_role("button", name="Ja, dezelfde code").click()
    expect(frame.locator("h1")).to_have_text("Taken")


# --- for everyone -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/zelfscan", "/bereken", "/controle"])
def test_a_listed_site_shows_it_and_no_other_does(careful, sites, path):
    page, frame = open_on(careful, sites["portal"], path)
    expect(frame.locator("main h1")).to_be_visible()
    wait_for_height(page, lambda high: high != 560)
    page.screenshot(path=OUTPUT / f"frame{path.replace('/', '-')}.png", full_page=True, caret="initial")
    stranger = careful.new_page()
    with stranger.expect_console_message(lambda message: "frame-ancestors" in message.text):
        stranger.goto(sites["stranger"] + path)
    assert all(sites["counter"] not in one.url for one in stranger.frames if one.name != "")


def test_no_page_of_the_counter_itself_shows_in_a_frame(careful, sites):
    for path in ("/", "/aanmelden", "/bereken", "/insluiten"):
        page = careful.new_page()
        page.goto(sites["portal"] + "/leeg")
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.set_content(f"<iframe src='{sites['counter']}{path}'></iframe>")


def test_the_frame_is_as_high_as_what_is_in_it_up_and_down(careful, sites):
    page, frame = open_on(careful, sites["portal"], "/bereken")
    wait_for_height(page, lambda high: high not in (560, 0))
    low = wait_for_height(page, lambda _: frame.locator("html").evaluate(FITS))
    frame.get_by_text("Bijzondere situaties").click()
    wait_for_height(page, lambda high: high > low + 40)
    frame.get_by_text("Bijzondere situaties").click()
    wait_for_height(page, lambda high: high == low)
    frame.get_by_role("button", name="Bereken").click()
    expect(frame.locator(".problems")).to_be_visible()
    wait_for_height(page, lambda high: high > low + 100)


def test_without_the_script_the_frame_scrolls(careful, sites):
    page, frame = open_on(careful, sites["portal"], "/zelfscan-zonder-script")
    expect(frame.locator("main h1")).to_be_visible()
    assert height(page) == 560
    frame.locator("html").evaluate("root => root.scrollTo(0, 400)")
    assert frame.locator("html").evaluate("root => root.scrollTop") == 400


def test_a_height_that_another_site_claims_is_not_believed(careful, sites):
    page, frame = open_on(careful, sites["portal"], "/met-vals")
    wait_for_height(page, lambda high: high != 560)
    page.wait_for_timeout(300)
    assert height(page) < 3000
    assert page.locator("#vals").evaluate("frame => frame.getBoundingClientRect().height") < 110


def test_the_frame_has_a_name_and_a_way_past_it_and_the_keyboard_goes_through_in_order(careful, sites):
    page, frame = open_on(careful, sites["portal"], "/zelfscan")
    expect(frame.locator("main h1")).to_be_visible()
    assert page.locator("iframe").first.get_attribute("title") == "Zelfscan – Loket duaal leren"
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Sla het kader Zelfscan over")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#after")).to_be_focused()
    page.locator("#before").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    walk = []
    while (now := next_stop(page, frame, walk[-1] if walk else "")) != "after" and len(walk) < 40:
        walk.append(now)
        page.keyboard.press("Tab")
    names = frame.locator("input, button, a").evaluate_all("all => all.map(tag => tag.name || tag.textContent.trim())")
    order = [name for index, name in enumerate(names) if name not in names[:index]]
    assert walk == [name for name in order if name != "kleur"], "into the frame, through it in order, and out of it"


# --- signed in --------------------------------------------------------------------------------------------------------


def test_signing_in_beside_the_frame_lets_it_in(visitor, sites):
    page, frame = open_on(visitor, sites["portal"], "/taken")
    pair(visitor, page, frame)
    expect(frame.locator(".task")).not_to_have_count(0)
    wait_for_height(page, lambda high: high != 560)
    page.screenshot(path=OUTPUT / "frame-taken.png", full_page=True, caret="initial")
    page.reload()
    expect(frame.locator("h1")).to_have_text("Taken")
    page.goto(sites["portal"] + "/erkenningen")
    expect(frame.locator("h1")).to_have_text("Erkenningen")
    with visitor.expect_page() as opened:
        frame.locator("tbody a").first.click()
    expect(opened.value.locator("main h1")).to_contain_text("E/")
    assert opened.value.url.startswith(sites["counter"] + "/erkenningen/"), "at the right place in the counter"
    kept = {cookie["name"]: cookie for cookie in visitor.cookies(sites["counter"])}
    assert kept["__Host-loket"]["sameSite"] == "Lax" and kept["__Host-loket-kader"]["sameSite"] == "None"
    assert kept["__Host-loket-kader"]["secure"] and kept["__Host-loket-kader"]["httpOnly"]


def test_signing_out_at_the_counter_signs_the_frame_out(visitor, sites):
    page, frame = open_on(visitor, sites["portal"], "/taken")
    pair(visitor, page, frame)
    counter = visitor.new_page()
    counter.goto(sites["counter"] + "/")
    counter.get_by_role("button", name="Afmelden").click()
    expect(counter.locator("h1")).to_have_text("Toegang tot het loket")
    page.reload()
    expect(frame.get_by_role("button", name="Aanmelden")).to_be_visible()
    assert "Mega World" not in frame.locator("body").inner_text()


def test_a_frame_on_another_site_is_not_let_in_with_it(visitor, sites):
    page, frame = open_on(visitor, sites["portal"], "/taken")
    pair(visitor, page, frame)
    _, other = open_on(visitor, sites["third"], "/taken")
    expect(other.get_by_role("button", name="Aanmelden")).to_be_visible()


def test_where_the_window_is_cut_off_the_code_is_typed(visitor, sites):
    page, frame = open_on(visitor, sites["portal"], "/taken-afgesloten")
    window, code = press_sign_in(frame, visitor)
    sign_in(window)
    expect(window.locator("strong.code")).to_have_text(code)
    window.get_by_role("button", name="Ja, dezelfde code").click()
    secret = window.locator("#secret").inner_text()
    assert window.evaluate("window.opener") is None
    expect(frame.locator("h1")).to_contain_text(code)
    frame.get_by_text("Gaat dit kader niet vanzelf verder?").click()
    frame.get_by_label("Code uit het nieuwe venster").fill("AAAA-AAAA")
    frame.get_by_role("button", name="Verder").click()
    expect(frame.locator(".wrong")).to_be_visible()
    frame.get_by_label("Code uit het nieuwe venster").fill(secret.lower())
    frame.get_by_role("button", name="Verder").click()
    expect(frame.locator("h1")).to_have_text("Taken")


def test_a_host_page_cannot_press_a_button_in_the_frame(visitor, sites):
    page, frame = open_on(visitor, sites["portal"], "/taken")
    pair(visitor, page, frame)
    attack = visitor.new_page()
    attack.goto(sites["portal"] + "/aanval")
    with attack.expect_response(lambda answer: answer.request.method == "POST") as sent:
        attack.click("#post")
    assert sent.value.status == 403 and "loket-kader" in sent.value.request.all_headers().get("cookie", "")


def test_on_a_site_of_the_same_family_the_sign_in_of_the_counter_will_do(visitor, sites):
    counter = visitor.new_page()
    counter.goto(sites["counter"] + "/aanmelden")
    sign_in(counter)
    expect(counter.locator("h1")).to_have_text("Dashboard")
    _, frame = open_on(visitor, sites["sister"], "/taken")
    expect(frame.locator("h1")).to_have_text("Taken")
    _, frame = open_on(visitor, sites["portal"], "/taken")
    expect(frame.get_by_role("button", name="Aanmelden")).to_be_visible()


def test_who_blocks_all_cookies_gets_a_sentence_and_a_link(playwright, sites, tmp_path):
    with own_chromium(playwright, tmp_path, "no cookies", "--ignore-certificate-errors") as context:
        _, frame = open_on(context, sites["portal"], "/taken")
        frame.get_by_role("button", name="Aanmelden").click()
        expect(frame.locator("main")).to_contain_text("geen cookies")
        with context.expect_page() as opened:
            frame.get_by_role("link", name="Open het loket", exact=False).first.click()
        expect(opened.value.locator("h1")).to_have_text("Toegang tot het loket")
