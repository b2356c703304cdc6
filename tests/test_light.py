"""What the counter weighs, part one: static files as small as can be, and the light display for a slow line."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from views.answers import LIGHT_LENGTH
from views.statics import shortened

STATIC = Path(__file__).parent.parent / "static"
FILES = sorted(place.name for place in STATIC.iterdir() if place.is_file())
BUDGETS = {
    "loket.css": 5000,
    "loket.js": 1500,
    "embed.js": 700,
    "upload.js": 1500,
    "host.js": 600,
    "pairing.js": 300,
}  # bytes of brotli
READ = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


def address(visitor, name):
    """A static file's address as the pages name it."""
    return re.search(rf"/static/{re.escape(name)}\?v=\w+", visitor.get("/aanmelden").text)[0]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", READ)
def test_a_static_file_is_sent_as_small_as_can_be(visitor, name, encoding):
    answer = visitor.get(f"/static/{name}", headers={"Accept-Encoding": encoding})
    content = shortened(STATIC / name)
    assert READ[encoding](answer.data) == content and answer.headers.get("Content-Encoding", "") == encoding
    assert set(answer.vary) == {"Accept-Encoding"} and answer.headers["X-Content-Type-Options"] == "nosniff"
    if encoding == "br":
        assert len(answer.data) == len(brotli.compress(content, quality=11))


def words(text):
    text = re.sub(r"\s+", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    return text.replace(";}", "}")  # the last one of a rule says nothing


def test_what_is_there_for_readers_is_all_that_is_left_out():
    for name in FILES:
        text = (STATIC / name).read_text()
        if name.endswith(".js"):
            text = "\n".join(line for line in text.splitlines() if not line.strip().startswith("//"))
        assert words(shortened(STATIC / name).decode()) == words(text)


@pytest.mark.parametrize("name", BUDGETS)
def test_own_styles_and_scripts_stay_within_their_budget(name):
    assert len(brotli.compress(shortened(STATIC / name), quality=11)) <= BUDGETS[name]


def test_no_font_and_no_picture_is_sent():
    assert {Path(name).suffix for name in FILES} == {".css", ".js"}
    assert "@font-face" not in (STATIC / "loket.css").read_text() and "url(" not in (STATIC / "loket.css").read_text()


def test_nothing_moves():
    style = (STATIC / "loket.css").read_text()
    assert "{" in style and not re.search(r"transition|animation|@keyframes|scroll-behavior", style)
    assert not re.search(r"behavior|animate\(|startViewTransition", "".join(
        (STATIC / name).read_text() for name in FILES if name.endswith(".js") and "htmx" not in name))  # fmt: skip


def test_no_page_asks_by_itself_whether_something_is_new():
    """Polling is for who waits; here somebody who waits is told by the window beside, or looks again."""
    asks = re.compile(r"hx-trigger=\"[^\"]*\bevery\b|setInterval|http-equiv=\"?refresh", re.IGNORECASE)
    own = [place for place in STATIC.glob("*.js") if "htmx" not in place.name]
    for place in (*own, *(STATIC.parent / "templates").rglob("*.html")):
        assert not asks.search(place.read_text(encoding="utf-8")), f"{place.name}: slow down, and stop when hidden"
    assert asks.search('<div hx-trigger="load, every 2s">')


def test_only_an_address_with_the_right_hash_is_kept_for_a_year(visitor):
    kept = visitor.get(address(visitor, "loket.css")).headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    for path in ("/static/loket.css", "/static/loket.css?v=0000000000"):
        assert visitor.get(path).headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("encoding", READ)
def test_a_static_file_that_did_not_change_is_not_sent_again(visitor, encoding):
    headers = {"Accept-Encoding": encoding}
    first = visitor.get("/static/loket.css", headers=headers)
    again = visitor.get("/static/loket.css", headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data


@pytest.mark.parametrize("path", ["niets.css", "../app.py", "..%2fapp.py", "%2e%2e/app.py", "a/b.css", "loket.css/"])
def test_nothing_else_is_a_static_file(visitor, path):
    assert visitor.get(f"/static/{path}").status_code == 404


# --- the light display ------------------------------------------------------------------------------------------------

LIGHT = {"Save-Data": "on"}


def rows_of(client, path, **options):
    page = client.get(path, **options).page
    return len(page.select("tbody tr, .tasks > li")), bool(page.select("script[src*=htmx]"))


@pytest.fixture
def many(world):
    from tests.test_queries import recognitions

    recognitions(world, 40)


def test_who_saves_data_gets_fewer_rows_and_no_htmx(browser, many):
    for path in ("/erkenningen", "/taken"):
        full, light = rows_of(browser, path), rows_of(browser, path, headers=LIGHT)
        assert light == (min(LIGHT_LENGTH, full[0]), False) and full[1]
    answer = browser.get("/erkenningen", headers=LIGHT)
    assert "Save-Data" in answer.vary and answer.headers["ETag"] != browser.get("/erkenningen").headers["ETag"]
    second = browser.get(answer.page.select_one("a[rel=next]")["href"], headers=LIGHT).page
    assert len(second.select("tbody tr")) == LIGHT_LENGTH
    assert not {row.text for row in second.select("tbody tr")} & {row.text for row in answer.page.select("tbody tr")}


def test_what_anyone_may_keep_is_the_same_for_everybody_and_has_no_htmx_at_all(visitor):
    for path in ("/zoek-werkplek", "/insluiten/zelfscan", "/insluiten/bereken"):
        full, light = visitor.get(path), visitor.get(path, headers=LIGHT)
        assert full.data == light.data and not full.page.select("script[src*=htmx], [hx-get], [hx-post]"), path


def press(client, path):
    """Press the switch at the foot of that page; a browser says where it stood."""
    button = client.get(path).page.select_one("form[action='/weergave'] button")
    headers = {"Referer": f"http://localhost{path}"}
    return client.post("/weergave", data={"light": button["value"]}, headers=headers, follow_redirects=True)


def test_a_switch_on_every_page_does_the_same_and_is_remembered(browser, many, visitor):
    for client in (browser, visitor):
        answer = press(client, "/bereken?hours=20")
        assert answer.request.full_path == "/bereken?hours=20" and not answer.page.select("script[src*=htmx]")
    assert rows_of(browser, "/erkenningen") == (LIGHT_LENGTH, False)
    press(browser, "/")
    assert rows_of(browser, "/erkenningen") == (25, True)
    assert rows_of(browser, "/erkenningen", headers=LIGHT) == (25, True), "what somebody chose goes first"


@pytest.mark.parametrize(
    "place", ["https://kwaad.example", "https://kwaad.example//kwaad.example", "http://a/\\\\b", "", "x"]
)
def test_the_switch_leads_nowhere_else(visitor, place):
    answer = visitor.post("/weergave", data={"light": "1"}, headers={"Referer": place})
    assert answer.headers["Location"] == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=31536000" in cookie
