"""The pictures in the manual: made anew by every run, of the screens as they are; none missing, none left over."""

import base64
import re

import pytest

from tests.e2e.conftest import ROOT
from views.manual import PAGES, TEMPLATES

PICTURES = ROOT / "static" / "manual"
SCREEN = {"width": 800, "height": 900}  # tables are tables from 768 on
HIGHEST = 460  # pixels of a part that is shown; what is longer is cut
SHOTS = {  # name: (persona, page, links to follow first, the part that is shown)
    "taken": ("zaakvoerder", "/", (), ".tasks"),
    "kader": ("zaakvoerder", "/", (), ".actor"),
    "stappen": ("boekhouder", "/erkenningen?overzicht=werkversie", ("tbody a",), ".progress"),
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


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_of_the_screen_as_it_is(chromium, counter, name):
    persona, path, links, part = SHOTS[name]
    context = chromium.new_context(base_url=counter, viewport=SCREEN)
    page = context.new_page()
    page.goto("/aanmelden")
    page.click(f"button[value={persona}]")
    page.goto(path)
    for link in links:
        page.locator(link).first.click()
    box = page.locator(part).first.bounding_box()
    clip = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "scale": 1}
    clip["height"] = min(box["height"] + 16, HIGHEST)
    taken = context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": 60, "clip": clip, "captureBeyondViewport": True}
    )
    context.close()
    content = base64.b64decode(taken["data"])
    assert 1_000 < len(content) < 30_000, f"{len(content)} bytes: show less of the screen"
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.webp").write_bytes(content)
