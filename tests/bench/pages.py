"""What every page, part and frame weighs over the wire, beside what it may weigh: a table, and JSON lines."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import flask
from tests.e2e.sites import over_https
from tests.e2e.weigh import LOADS, UNCHANGED, weigh_all


def main():
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        world = folder / "demo.db"
        flask(world, "init")
        flask(world, "demo")
        with over_https(playwright, world, folder) as (browser, url):
            weighed = weigh_all(browser, url, world)
    print(f"{'over de lijn, in bytes':38}{'brotli':>8}{'mag':>8}{'gzip':>8}{'verzoeken':>11}{'ongewijzigd':>13}")
    for load in LOADS:
        now = weighed[load]
        print(f"{load.what:38}{now.brotli:8}{load.budget:8}{now.gzip:8}{now.requests:11}{now.unchanged or '':>13}")
    for load in LOADS:
        facts = {"budget": load.budget, "most_unchanged": UNCHANGED} | weighed[load]._asdict()
        print(json.dumps({"bench": "pages", "what": load.what} | facts))


if __name__ == "__main__":
    main()
