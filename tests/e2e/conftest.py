"""A real counter in a process of its own with its own copy of the demo world, and phones to visit it with."""

import os
import sqlite3
import ssl
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests.conftest import SECRET, TODAY, free_port
from tests.e2e.keyboard import without_mouse
from tests.e2e.snapshots import Snapshots

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "tests" / "output"
PHONE = {"width": 320, "height": 640}
ANY_CERTIFICATE = ssl._create_unverified_context()  # ours, made a minute ago
PATIENCE = 30_000  # milliseconds; two cores can be busy
CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WHOLE, HEADLESS = "/usr/bin/chromium", "/usr/bin/chromium-headless-shell"  # which walks in two thirds of the time
GRANIAN = (
    *("granian", "--interface", "wsgi", "--factory", "app:create_app", "--host", "127.0.0.1"),
    *("--workers", "1", "--blocking-threads", "4", "--backlog", "2048", "--log-level", "warning"),
)


# --- the counter ------------------------------------------------------------------------------------------------------


def settings(database, url="http://127.0.0.1:8000"):
    return os.environ | {
        "LOKET_DEMO": "1",
        "LOKET_SECRET_KEY": SECRET,
        "LOKET_TODAY": TODAY.isoformat(),
        "LOKET_DATABASE_URL": f"sqlite:///{database}",
        "LOKET_PUBLIC_URL": url,
    }


def flask(database, *command):
    """What a command of the counter says."""
    command = [sys.executable, "-m", "flask", "--app", "app", *command]
    return subprocess.run(command, cwd=ROOT, env=settings(database), check=True, capture_output=True, text=True).stdout


def make_demo_world(path):
    flask(path, "init")
    flask(path, "demo")


@pytest.fixture(scope="session")
def demo_world(made_once):
    """The database everybody starts from; nobody writes in it."""
    return made_once("demo.db", make_demo_world)


@contextmanager
def serve(world, folder, scheme="http", options=(), more=None, public_url=None):
    """The address of a counter on a copy of that world; `more` are settings, `options` the server's own.

    `public_url`: how others know it, if not by that address.
    """
    database = folder / "loket.db"
    with closing(sqlite3.connect(world)) as source, closing(sqlite3.connect(database)) as copy:
        source.backup(copy)
    port = urlsplit(public_url).port if public_url else free_port()
    url, log = f"{scheme}://127.0.0.1:{port}", folder / "granian.log"
    command = [sys.executable, "-m", *GRANIAN, "--port", str(port), *options]
    environment = settings(database, public_url or url) | (more or {})
    with open(log, "wb") as words:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=words, stderr=words)
    try:
        wait_for(server, url, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE / 1000)


def wait_for(server, url, log):
    end = time.monotonic() + 2 * PATIENCE / 1000
    while True:
        assert server.poll() is None and time.monotonic() < end, f"the counter does not answer: {log.read_text()}"
        try:
            with urlopen(f"{url}/healthz", context=ANY_CERTIFICATE, timeout=10):
                return
        except OSError:
            time.sleep(0.05)


@pytest.fixture
def counter(demo_world, tmp_path):
    """A counter of this test's own."""
    with serve(demo_world, tmp_path) as url:
        yield url


# --- the phone --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def playwright():
    OUTPUT.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright):
    """Chromium without the part that draws windows, for whoever walks through pages."""
    browser = playwright.chromium.launch(executable_path=HEADLESS, args=CHROMIUM)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def whole_chromium(playwright):
    """For pictures and paper; who looks at frames, or counts bytes, starts one as well (sites.py)."""
    browser = playwright.chromium.launch(executable_path=WHOLE, args=CHROMIUM)
    yield browser
    browser.close()


WAYS = {  # what the browser is told
    "js": {},
    "keyboard": {},
    "nojs": {"java_script_enabled": False},
    "light": {},
}


class Phone:
    """Somebody's browser, 320 pixels wide. It takes a picture of every step and keeps what went wrong."""

    def __init__(self, context, journey, way):
        self.context, self.way, self.journey = context, way, journey
        self.has_js, self.has_htmx = way != "nojs", way not in ("nojs", "light")
        self.rows = 10 if way == "light" else 25  # of a list, at once
        self.pictures, self.mishaps = 0, []
        self.snapshots = Snapshots(journey) if way == "js" else None
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.mishaps.append(str(error.error)))
        context.on("response", self._look_at)
        self.page = context.new_page()
        if way == "light":
            self.page.goto("/aanmelden")
            self.page.get_by_role("button", name="Lichte weergave").click()
            expect(self.page.get_by_role("button", name="Gewone weergave")).to_be_visible()
            self.mishaps.clear()  # until here it was as for everybody

    def _hear(self, message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):  # _look_at judges those
            self.mishaps.append(f"{message.text} ({message.page.url if message.page else '?'})")

    def _look_at(self, response):
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.mishaps.append(f"{response.status} {response.url}")
        if "/static/htmx" in response.url and self.way == "light":  # without JavaScript the browser itself decides
            self.mishaps.append(f"{response.url} came, {self.way}, on {response.frame.url}")

    def sign_in(self, persona):
        """Sign out whoever is there, and sign in as one of the personas."""
        self.page.wait_for_load_state("domcontentloaded")
        sign_out = self.page.get_by_role("button", name="Afmelden")
        if sign_out.count():
            sign_out.click()
            expect(self.page).to_have_title("Toegang tot het loket – Loket duaal leren")
        self.page.goto("/aanmelden")
        self.page.click(f"button[value={persona}]")
        expect(self.page.locator("h1")).to_have_text("Dashboard")
        return self.page

    def picture(self, step, page=None):
        """What is on the screen now, in tests/output/; and what it says to who does not see it, as it was before."""
        self.pictures += 1
        name, page = f"{self.pictures:02d}-{step}", page or self.page
        path = OUTPUT / f"{self.journey}-{self.way}-{name}.png"
        try:
            photograph(page, path)
        except Error:  # this browser can be too busy to draw; a second time it is not
            photograph(page, path)
        if self.snapshots:
            self.snapshots.compare(name, page)


def photograph(page, path):
    # A hidden caret would be an inline style, which the counter's policy forbids.
    page.screenshot(path=path, caret="initial", animations="allow")


@pytest.fixture(params=WAYS)
def phone(request, chromium, counter, monkeypatch):
    """A phone with JavaScript, one without touch screen, one without JavaScript, one in the light display.

    Afterwards nothing may have gone wrong.
    """
    way, journey = request.param, request.node.originalname.removeprefix("test_")
    context = chromium.new_context(base_url=counter, viewport=PHONE, **WAYS[way])
    phone = Phone(context, journey, way)
    if way == "keyboard":
        without_mouse(monkeypatch)
    yield phone
    context.close()
    assert not phone.mishaps
    if phone.snapshots:
        assert not phone.snapshots.wrong(), "\n".join(phone.snapshots.wrong())
