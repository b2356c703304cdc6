"""Machines for tests: servers and workers as processes of their own, with settings from the environment alone.

And people, who send what their browser would send, to whichever machine they like.
"""

import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

import requests
from playhouse.migrations import Runner

from models import connect, db
from models.profile import Seal
from tests import build
from tests.conftest import SECRET, TODAY, free_port
from tests.test_serving import environment
from views.commands import load_reference_data

ROOT = Path(__file__).parent.parent
MEGA = "0417390703"
PATIENCE = 60  # seconds; the machine that runs the tests may be busy


def settings(url, **more):
    return {"DEMO": 1, "SECRET_KEY": SECRET, "TODAY": TODAY, "DATABASE_URL": url, "WORKERS": 1} | more


class Machine:
    """One server of the counter, as an operator starts it."""

    verify = True

    def __init__(self, folder, url, **more):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{self.port}.log"
        own = environment(**settings(url, LISTEN=f"127.0.0.1:{self.port}", **more))
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=own, stdout=log, stderr=log)

    def wait(self):
        """Until it answers."""
        end = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
            try:
                urlopen(f"{self.address}/healthz", timeout=10).close()
                return
            except OSError:
                time.sleep(0.1)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()


@contextmanager
def serving(folder, url, count=2, **more):
    """That many machines on one register."""
    with ExitStack() as stack:
        machines = []
        for _ in range(count):
            machines.append(Machine(folder, url, **more))
            stack.callback(machines[-1].stop)
        for machine in machines:
            machine.wait()
        yield machines
        for machine in machines:  # all of them are told before the first is waited for
            machine.process.terminate()


def command(url, *words, **more):
    """A command of the counter, started; its words come over a pipe."""
    own = environment(**settings(url, **more))
    line = [sys.executable, "-m", "flask", "--app", "app", *words]
    return subprocess.Popen(line, cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@contextmanager
def opened(url):
    """The register of that address in this process; the one of the other tests comes back afterwards."""
    before, register = db.obj, connect(url)
    try:
        with db.connection_context():
            yield register
    finally:
        register.close_all()
        if before is not None:
            db.initialize(before)


def filled(url, furnish=lambda world: None):
    """Tables, reference data and people; `furnish` makes what else there is."""
    Seal.use(SECRET)
    with opened(url):
        Runner(db.obj, str(ROOT / "migrations")).up()
        load_reference_data()
        with db.atomic():
            furnish(build.World())


class Person:
    """A browser with one jar of cookies. It follows nothing by itself."""

    def __init__(self, persona=None, machine=None):
        self.session = requests.Session()
        self.session.trust_env = False
        if persona:
            answer = self.post(machine, "/aanmelden/demo", persona=persona)
            assert answer.status_code == 303, answer.text

    def get(self, machine, path):
        own = {"allow_redirects": False, "timeout": PATIENCE, "verify": machine.verify}
        return self.session.get(machine.address + path, **own)

    def post(self, machine, path, files=None, **typed):
        typed = {"organisation": MEGA} | typed
        own = {"allow_redirects": False, "timeout": PATIENCE, "verify": machine.verify}
        return self.session.post(machine.address + path, data=typed, files=files, **own)
