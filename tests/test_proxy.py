"""The proxy of deploy/nginx.conf before a real counter: what it keeps from people, and what it tells them."""

import re
import ssl
import subprocess
import time
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import pytest
import requests

from tests.conftest import free_port
from tests.e2e.sites import make_certificate
from tests.machines import PATIENCE, ROOT, Person, filled, serving
from tests.test_slow_clients import MANY, SLOW, held, works

pytestmark = pytest.mark.processes
NGINX = "/usr/sbin/nginx"  # of Debian; `make test` installs it
FRAME = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 4096; }}
http {{ {paths} include {folder}/loket.conf; }}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def visit(proxy, path, **more):
    return requests.get(proxy.address + path, verify=proxy.verify, allow_redirects=False, timeout=PATIENCE, **more)


class Proxy:
    """nginx with our configuration, on other ports, before that machine."""

    def __init__(self, folder, machine):
        self.plain, self.port = free_port(), free_port()
        self.address, self.log = f"https://127.0.0.1:{self.port}", folder / "error.log"
        certificate, secret, _ = make_certificate(folder)
        self.verify = str(certificate)  # signed by nobody but itself
        text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{machine.port};",
            "/etc/ssl/loket/fullchain.pem": str(certificate),
            "/etc/ssl/loket/privkey.pem": str(secret),
            "/var/log/nginx/loket.log": str(self.log),
            "Host $host;": "Host $http_host;",  # with its port, which people see here
        }.items():
            assert old in text, f"the tests look for {old}"
            text = text.replace(old, new)
        (folder / "loket.conf").write_text(text, encoding="utf-8")
        paths = "".join(f"{name}_temp_path {folder}/{name}; " for name in TEMPORARY)
        (folder / "nginx.conf").write_text(FRAME.format(folder=folder, paths=paths))
        for above in (folder, *folder.parents[:3]):
            above.chmod(0o755)  # it works as another user than root
        command = [NGINX, "-p", folder, "-e", self.log, "-c", folder / "nginx.conf"]
        self.process = subprocess.Popen(command)

    def wait(self):
        end = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
            try:
                return visit(self, "/healthz")
            except requests.ConnectionError:
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


@contextmanager
def before(machine, folder):
    proxy = Proxy(folder, machine)
    try:
        proxy.wait()
        yield proxy
    finally:
        proxy.stop()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """Before a machine with two threads."""
    folder = tmp_path_factory.mktemp("proxy")
    url = f"sqlite:///{folder}/loket.db"
    filled(url)
    with serving(folder, url, 1, THREADS=2, PROXIES=1) as [machine], before(machine, folder) as proxy:
        yield proxy


def test_slow_lines_by_the_hundred_keep_nobody_waiting(proxy):
    """The proxy takes in a whole request before the counter hears of it: two threads serve while 1,200 lines wait."""
    trusting = ssl.create_default_context(cafile=proxy.verify)
    with held(proxy.port, SLOW, MANY, partial(trusting.wrap_socket, server_hostname="127.0.0.1")):
        assert works(proxy) == 200


def test_plain_http_leads_to_https(proxy):
    answer = requests.get(f"http://127.0.0.1:{proxy.plain}/privacy?x=1", allow_redirects=False, timeout=PATIENCE)
    assert answer.status_code == 301 and re.fullmatch(r"https://[^/]+/privacy\?x=1", answer.headers["Location"])


def test_a_file_that_is_too_large_is_refused_in_dutch_beside_the_form(proxy):
    person = Person("zaakvoerder", proxy)
    answer = person.post(proxy, "/documenten", files={"file": ("groot.pdf", b"x" * 13 * 1024 * 1024)})
    assert answer.status_code == 413 and "hoogstens 10 MB" in answer.text
    assert answer.headers["HX-Retarget"] == "#beside"


def test_nobody_says_themselves_from_where_they_ask(proxy):
    asked = [visit(proxy, "/controle", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(31)]
    assert asked == [200] * 30 + [429]


def test_a_form_from_another_website_is_refused(proxy):
    person = Person("zaakvoerder", proxy)
    person.session.headers["Origin"] = "https://kwaad.example"
    assert person.post(proxy, "/afmelden").status_code == 403


def test_while_the_counter_is_away_a_dutch_page_says_so(tmp_path):
    with before(SimpleNamespace(port=free_port()), tmp_path) as proxy:
        answer = visit(proxy, "/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Het loket is even weg" in answer.text and answer.headers["HX-Retarget"] == "#beside"
