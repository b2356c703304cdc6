"""What a page says to who does not see it: names, roles and values, as Chromium's accessibility tree has them.

Each picture of a journey is compared with the one kept in snapshots/; `make snapshots` keeps them anew.
"""

import os
import re
import time
from difflib import unified_diff
from pathlib import Path

KEPT = Path(__file__).parent / "snapshots"
PATIENCE = 15  # seconds; a swap may still be on its way, and two cores can be busy
CODES = {
    r"\b[A-Z0-9]{4}(-[A-Z0-9]{4})+\b": "CODE",
    r"(/tekenen|/controle|/agenda)/[\w.~-]+": r"\1/CODE",
}
TYPED = re.compile(r"\s*- (textbox|searchbox|spinbutton|combobox)\b")  # a value is told as it is
NUMBER = re.compile(r"(?<!\[level=)\d+")


def told(page):
    """The main part of a page as text, without what differs from run to run or from one demo world to the next."""
    text = page.locator("main").aria_snapshot()
    for code, mask in CODES.items():
        text = re.sub(code, mask, text)
    return "".join(f"{line if TYPED.match(line) else NUMBER.sub('0', line)}\n" for line in text.splitlines())


class Snapshots:
    """Those of one journey."""

    def __init__(self, journey):
        self.folder, self.is_new = KEPT / journey, os.environ.get("SNAPSHOTS") == "new"
        self.seen, self.differences = set(), []

    def compare(self, name, page):
        """Keep the page under that name, or note how it differs from what was kept."""
        self.seen.add(f"{name}.yml")
        place = self.folder / f"{name}.yml"
        if self.is_new:
            page.wait_for_load_state("networkidle")
            self.folder.mkdir(parents=True, exist_ok=True)
            place.write_text(told(page), encoding="utf-8")
            return
        kept = place.read_text(encoding="utf-8") if place.exists() else ""
        until = time.monotonic() + PATIENCE
        while (now := told(page)) != kept and time.monotonic() < until:
            page.wait_for_timeout(100)
        lines = kept.splitlines(), now.splitlines()
        self.differences += unified_diff(*lines, f"{place.relative_to(KEPT)}, kept", "now", lineterm="")

    def wrong(self):
        """What differs, and what was kept and never seen; when they are kept anew, nothing."""
        left_over = {place.name for place in self.folder.glob("*.yml")} - self.seen
        if self.is_new:
            for name in left_over:
                (self.folder / name).unlink()
            return []
        if not (left_over or self.differences):
            return []
        advice = "If this is what people should hear: make snapshots."
        return [*self.differences, *(f"no picture is called {name} any more" for name in left_over), advice]
