"""Several websites over https on one machine, and a Chromium with a profile of its own that believes in them."""

import hashlib
import json
import ssl
import subprocess
import threading
import time
from base64 import b64encode
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import free_port
from tests.e2e.conftest import CHROMIUM, PATIENCE, WHOLE, serve

COUNTER = "app.loket.example"
NAMES = (COUNTER, "www.loket.example", "portaal.other", "derde.test", "vreemd.test")
# Playwright's own launch switches off the partitioning of storage and the popup blocker: a false pass. So we start it.
PROFILES = {
    "allowed": {"cookie_controls_mode": 0, "block_third_party_cookies": False},
    "blocked": {"cookie_controls_mode": 1, "block_third_party_cookies": True},
    "no cookies": {"default_content_setting_values": {"cookies": 2}},
}


def make_certificate(folder):
    """(certificate file, key file, what Chromium calls the key) for all names, signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, COUNTER)])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1")), *map(x509.DNSName, NAMES)]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return certificate, secret, b64encode(hashlib.sha256(spki).digest()).decode()


@contextmanager
def over_https(playwright, world, folder):
    """(Chromium, address) of a counter over TLS and HTTP/2, as people reach it."""
    certificate, secret, name = make_certificate(folder)
    # Not --ignore-certificate-errors: with that, Chromium keeps nothing in its cache.
    flags = (*CHROMIUM, f"--ignore-certificate-errors-spki-list={name}")
    browser = playwright.chromium.launch(executable_path=WHOLE, args=flags)
    url, tls = f"https://127.0.0.1:{free_port()}", ("--ssl-certificate", str(certificate), "--ssl-keyfile", str(secret))
    with serve(world, folder, "https", tls, public_url=url):
        yield browser, url
    browser.close()


class Portal(BaseHTTPRequestHandler):
    """Pages of other websites: {path: (headers, text)}, under every name."""

    pages = {}

    def do_GET(self):
        headers, text = self.pages.get(self.path, ({}, None))
        self.send_response(200 if text is not None else 404)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *_arguments):
        pass


@contextmanager
def portals(certificate, secret):
    """The port on which all other websites answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def own_chromium(playwright, folder, profile=None, *flags):
    """A fresh Chromium for which every name leads here; `profile`: a key of PROFILES."""
    place = folder / "profile"
    (place / "Default").mkdir(parents=True)
    (place / "Default" / "Preferences").write_text(json.dumps({"profile": PROFILES.get(profile, {})}))
    command = [WHOLE, *CHROMIUM, *flags, "--headless=new", "--remote-debugging-port=0"]
    command += [f"--user-data-dir={place}", "--host-resolver-rules=MAP * 127.0.0.1", "about:blank"]
    with open(folder / "chromium.log", "wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words)
    try:
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{debugging_port(process, place)}")
        browser.contexts[0].set_default_timeout(PATIENCE)
        yield browser.contexts[0]
        browser.close()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE / 1000)


def debugging_port(process, place):
    end = time.monotonic() + 2 * PATIENCE / 1000
    while True:
        assert process.poll() is None and time.monotonic() < end, "Chromium does not say where it listens"
        try:
            return int((place / "DevToolsActivePort").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            time.sleep(0.05)
