"""Two OpenID Connect providers nobody here wrote, with the claims of ACM/IDM, for tests."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import requests
from joserfc.jwk import RSAKey

from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
HOME = "https://loket.example"
PATIENCE = 60  # seconds; two cores can be busy
ROLE = "dwse_werkplekduaal_rol_3d"


class Certified:
    """The certified provider of npm, in a process of its own."""

    name = "certified"

    def __init__(self, issuer, private_key):
        self.issuer, self.private_key, self._jar = issuer, private_key, requests.Session()

    def tell(self, claims=None, **facts):
        """From now on this person is there, and these odd things happen."""
        requests.post(f"{self.issuer}/tell", json={"claims": claims or {"sub": "niemand"}, **facts}, timeout=PATIENCE)

    def asked(self):
        """What the last authorization request said."""
        return requests.get(f"{self.issuer}/tell", timeout=PATIENCE).json()

    def forget(self):
        self._jar = requests.Session()

    def answer(self, place):
        """Where a browser that follows an authorization request is sent back to: path and query at the counter."""
        for _ in range(9):
            place = requests.compat.urljoin(self.issuer, place)
            if not place.startswith(self.issuer):
                parts = urlsplit(place)
                return f"{parts.path}?{parts.query}"
            place = self._jar.get(place, allow_redirects=False, timeout=PATIENCE).headers["Location"]
        raise AssertionError(f"no way back from {place}")


class Mock(Certified):
    """oidc-provider-mock: it asks no verifier, so the nonce alone stops a code of another sign-in."""

    name = "mock"

    def tell(self, claims=None):
        self.claims = {**claims}
        requests.put(f"{self.issuer}/users/{claims['sub']}", json=claims, timeout=PATIENCE)

    def answer(self, place):
        sent = requests.post(place, data={"sub": self.claims["sub"]}, allow_redirects=False, timeout=PATIENCE)
        parts = urlsplit(sent.headers["Location"])
        return f"{parts.path}?{parts.query}"


@contextmanager
def certified(*homes):
    """A certified provider that sends people back to these addresses."""
    key = RSAKey.generate_key(2048, {"use": "sig"}, private=True)
    facts = {"back": [HOME, *homes], "publicKey": {**key.as_dict(private=False), "kid": key.thumbprint()}}
    command = ["node", "tests/oidc/provider.mjs", json.dumps(facts)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    try:
        issuer = server.stdout.readline().strip()
        assert issuer, "run make test once, it installs oidc-provider"
        yield Certified(issuer, json.dumps(key.as_dict(private=True)))
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)
        server.stdout.close()


@contextmanager
def mock(*options):
    """A mock provider, in a process of its own too: its libraries warn of things that are not ours."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *options]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        provider = Mock(f"http://127.0.0.1:{port}", None)
        wait_for(f"{provider.issuer}/.well-known/openid-configuration")
        yield provider
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def wait_for(place):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(requests.ConnectionError):
            return requests.get(place, timeout=PATIENCE)
        time.sleep(0.1)
    raise AssertionError(f"nothing answers at {place}")


def ann(**claims):
    """Ann Peeters as the token of an employer has her."""
    return {
        "sub": f"ann-{time.monotonic_ns()}",
        "given_name": "Ann",
        "family_name": "Peeters",
        "rrn": "85073003328",
        "vo_id": "b7f1",
        "vo_doelgroepcode": "EA",
        "vo_doelgroepnaam": "Economische Actoren",
        "vo_orgcode": "0417390703",
        "vo_orgnaam": "Mega World NV",
        "vo_email": "ann@mega.example",
        "acr": "urn:be:vlaanderen:authmech:itsme",
        **claims,
    }
