"""The pictures in the manual: made anew by every run, of the screens as they are; none missing, none left over."""

import base64
import io
import re
import unicodedata

import pytest
from pypdf import PdfReader

from tests.e2e.conftest import ROOT, serve
from tests.e2e.steps import at
from views.manual import PAGES, TEMPLATES

PICTURES = ROOT / "static" / "manual"
SCREEN = {"width": 800, "height": 900}  # tables are tables from 768 on
HIGHEST = 460  # pixels of a part that is shown; what is longer is cut
DRAFT = "tbody tr:has-text('Chocolatier duaal') a"  # the one that is half way
SHOTS = {  # name: (persona, page, links to follow first, the part that is shown)
    "taken": ("zaakvoerder", "/", (), ".tasks"),
    "kader": ("zaakvoerder", "/", (), ".actor"),
    "stappen": ("boekhouder", "/erkenningen?overzicht=werkversie", (DRAFT,), ".progress"),
    "erkenningen": ("zaakvoerder", "/erkenningen", (), "#recognitions-list"),
    "mentors": ("zaakvoerder", "/mentoren", (), "#mentors-list"),
    "kluis": ("zaakvoerder", "/documenten", (), "#documents-list"),
    "werkplekken": ("zaakvoerder", "/werkplekken", (), "#workplaces-list"),
    "overeenkomsten": ("zaakvoerder", "/overeenkomsten", (), "#agreements-list"),
}


def named():
    """The pictures the pages of the manual name."""
    texts = [(TEMPLATES / page.template).read_text(encoding="utf-8") for page in PAGES.values()]
    return {name for text in texts for name in re.findall(r'\bscreen\("([a-z-]+)"', text)}


def test_every_picture_that_is_named_is_made_and_no_other():
    assert named() == set(SHOTS)


@pytest.fixture(scope="module")
def looked_at(demo_world, tmp_path_factory):
    """A counter for all pictures: who takes one, changes nothing."""
    with serve(demo_world, tmp_path_factory.mktemp("manual")) as url:
        yield url


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_of_the_screen_as_it_is(whole_chromium, looked_at, name):
    persona, path, links, part = SHOTS[name]
    context = whole_chromium.new_context(base_url=looked_at, viewport=SCREEN)
    page = context.new_page()
    page.goto("/aanmelden")
    page.click(f"button[value={persona}]")
    at(page, "Dashboard")
    page.goto(path)
    for link in links:
        page.locator(link).first.click()
    box = page.locator(part).first.bounding_box()
    clip = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "scale": 1}
    clip["height"] = min(box["height"] + 8, HIGHEST)  # nothing of what stands under it
    taken = context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": 60, "clip": clip, "captureBeyondViewport": True}
    )
    context.close()
    content = base64.b64decode(taken["data"])
    assert 1_000 < len(content) < 30_000, f"{len(content)} bytes: show less of the screen"
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.webp").write_bytes(content)


NOT_ON_PAPER = ".lookup, .tabs, .foot, .help, .skip, .pages, .demo-band, .back, button"


def squeezed(text):
    """Without white space and ligatures: paper breaks lines elsewhere."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_every_page_of_the_manual_can_be_printed_whole_and_without_the_counter_around_it(whole_chromium, counter):
    context = whole_chromium.new_context(base_url=counter)
    page = context.new_page()
    page.goto("/aanmelden")
    page.click("button[value=zaakvoerder]")
    at(page, "Dashboard")
    for slug in PAGES:
        page.goto(f"/handleiding/{slug}")
        shown = page.locator("h1, .manual p, .manual li, .manual h2, .manual th, .manual td, .manual dt, .manual dd")
        words = shown.all_inner_texts()
        pictures = page.locator(".manual img").count()
        page.emulate_media(media="print")
        left = [one for one in page.locator(NOT_ON_PAPER).all() if one.is_visible()]
        assert not left, f"{slug}: {left[0].inner_text()[:60]}"
        paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
        page.emulate_media(media=None)
        printed = squeezed("".join(sheet.extract_text() for sheet in paper.pages))
        missing = [line for line in words if squeezed(line) not in printed]
        assert not missing and len(words) > 3, f"{slug}: {missing}"
        assert sum(len(sheet.images) for sheet in paper.pages) == pictures, f"{slug}: a picture did not come along"
        assert "Lichteweergave" not in printed and "Attestcontroleren" not in printed
    context.close()
