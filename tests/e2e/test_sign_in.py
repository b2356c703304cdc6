"""A form left open while the sign-in ends; and signing in as outside the demo: https, at a certified provider."""

import ipaddress
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import expect

from tests import oidc
from tests.conftest import SECRET
from tests.e2e.conftest import PHONE, Phone, serve
from tests.e2e.steps import at, follow, press, start_application
from tests.oidc import ROLE, ann

MEGA = "0417390703"


def register(folder, statement):
    with closing(sqlite3.connect(folder / "loket.db")) as database, database:
        return database.execute(statement).fetchall()


def end_sign_ins(folder):
    register(folder, "UPDATE sign_in SET ends_at = '2020-01-01 00:00:00'")


def sign_in_beside(phone, persona="zaakvoerder"):
    """Sign in again in the window that opens beside the form; that window."""
    with phone.context.expect_page() as opened:
        follow(phone.page, "Aanmelden in een nieuw venster", "#access-again")
    beside = opened.value
    beside.click(f"button[value={persona}]")
    at(beside, "U bent aangemeld")
    return beside


def test_a_form_survives_the_end_of_the_sign_in(phone, tmp_path):
    page = phone.sign_in("zaakvoerder")
    start_application(page)
    page.locator("#establishment input").nth(1).check()
    page.fill("#joint_committee", "201")
    page.fill("#contact_email", "ann@voorbeeld.be")
    end_sign_ins(tmp_path)
    press(page, "Bewaren en verder")
    expect(page.locator("#access-again")).to_contain_text("U bent niet meer aangemeld")
    phone.picture("niet-meer-aangemeld")
    if phone.has_htmx:
        expect(page.locator("#contact_email")).to_have_value("ann@voorbeeld.be")
    beside = sign_in_beside(phone)
    phone.picture("aangemeld", beside)
    beside.close()
    if not phone.has_js:
        press(page, "Verstuur opnieuw")
    at(page, "Opleiding")
    assert ("ann@voorbeeld.be",) in register(tmp_path, "SELECT contact_email FROM recognition WHERE state = 'draft'")
    if phone.has_js:
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert register(tmp_path, "SELECT count(*) FROM once WHERE place LIKE '%/opleiding'") == [(1,)]


def test_a_plain_form_survives_it_too_and_is_done_once(phone, tmp_path):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Erkenningen", "nav.tabs")
    at(page, "Erkenningen")
    follow(page, "Nieuwe erkenning aanvragen")
    at(page, "Erkenning aanvragen")
    before = register(tmp_path, "SELECT count(*) FROM recognition")[0][0]
    end_sign_ins(tmp_path)
    press(page, "Nieuwe aanvraag starten")
    at(page, "Meld u opnieuw aan")
    sign_in_beside(phone).close()
    if not phone.has_js:
        press(page, "Verstuur opnieuw")
    at(page, "Vestiging")
    assert register(tmp_path, "SELECT count(*) FROM recognition") == [(before + 1,)]


def test_who_signs_in_as_somebody_else_sends_nothing_by_itself(phone, tmp_path):
    page = phone.sign_in("zaakvoerder")
    follow(page, "Erkenningen", "nav.tabs")
    at(page, "Erkenningen")
    follow(page, "Nieuwe erkenning aanvragen")
    at(page, "Erkenning aanvragen")
    end_sign_ins(tmp_path)
    press(page, "Nieuwe aanvraag starten")
    beside = sign_in_beside(phone, "medewerker")
    expect(beside.locator("main")).to_contain_text("Kijk het na en verstuur het zelf")
    page.wait_for_timeout(300)
    at(page, "Meld u opnieuw aan")


def test_who_is_about_to_be_signed_out_hears_it_in_time_and_stays(chromium, counter, tmp_path):
    context = chromium.new_context(base_url=counter, viewport=PHONE, reduced_motion="reduce")
    phone = Phone(context, "ending", "clock")
    page = phone.page
    page.clock.install()
    phone.sign_in("zaakvoerder")
    start_application(page)
    page.fill("#contact_email", "ann@voorbeeld.be")
    warning = page.locator("#ending")
    page.clock.fast_forward("01:49:00")
    expect(warning).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('main button')).transitionDuration") == "0s"
    page.clock.fast_forward("02:00")
    expect(warning).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="wordt u afgemeld")).to_contain_text("gaat niet verloren")
    register(tmp_path, "UPDATE sign_in SET ends_at = datetime('now', '+9 minutes')")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Blijf aangemeld").click()
    opened.value.click("button[value=zaakvoerder]")
    at(opened.value, "U bent aangemeld")
    expect(warning).to_be_hidden()
    expect(page.locator("#contact_email")).to_have_value("ann@voorbeeld.be")
    assert register(tmp_path, "SELECT 1 FROM sign_in WHERE ends_at > datetime('now', '+115 minutes')")
    page.clock.fast_forward("01:49:00")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("02:00")
    expect(warning).to_be_visible()
    context.close()
    assert not phone.mishaps


def test_of_a_form_that_arrives_eight_times_at_once_one_is_done(counter, tmp_path):
    visitor = requests.Session()
    visitor.post(f"{counter}/aanmelden/demo", data={"persona": "zaakvoerder"})
    before = register(tmp_path, "SELECT count(*) FROM recognition")[0][0]

    def send(_):
        sent = {"organisation": MEGA, "once": "acht"}
        place = f"{counter}/erkenningen/nieuw"
        return requests.post(place, data=sent, cookies=visitor.cookies, allow_redirects=False, timeout=30)

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(send, range(8)))
    assert {one.status_code for one in answers} == {303} and len({one.headers["Location"] for one in answers}) == 1
    assert register(tmp_path, "SELECT count(*) FROM recognition") == [(before + 1,)]


# --- outside the demo -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of this machine's own, and its key: granian's options to serve https."""
    folder, key = tmp_path_factory.mktemp("tls"), rsa.generate_private_key(65537, 2048)
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*shape))
    return "--ssl-certificate", str(folder / "cert.pem"), "--ssl-keyfile", str(folder / "key.pem")


@pytest.fixture
def live(chromium, demo_world, tmp_path, certificate):
    """A phone at a counter outside the demo, and the provider people sign in at."""
    with oidc.certified() as provider:
        settings = {
            "LOKET_DEMO": "",
            "LOKET_TODAY": "",
            "LOKET_INSZ_KEY": SECRET,
            "LOKET_OIDC_ISSUER": provider.issuer,
            "LOKET_OIDC_CLIENT_ID": "loket",
            "LOKET_OIDC_CLIENT_SECRET": "geheim",
            "LOKET_OIDC_RIGHTS": "Gebruiker=user",
        }
        with serve(demo_world, tmp_path, "https", certificate, settings) as url:
            provider.tell(ann(**{ROLE: [f"Gebruiker:{MEGA}"]}), home=url)
            context = chromium.new_context(base_url=url, viewport=PHONE, ignore_https_errors=True)
            phone = Phone(context, "live", "https")
            phone.provider = provider
            yield phone
            context.close()
            assert not phone.mishaps


def test_signing_in_and_out_at_a_certified_provider(live, tmp_path):
    page = live.page
    answer = page.goto("/erkenningen?zoek=verkoper")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert not page.locator(".demo-band").count()
    live.picture("aanmelden")
    follow(page, "Aanmelden met e-ID")
    at(page, "Erkenningen")
    assert page.url.endswith("/erkenningen?zoek=verkoper")
    expect(page.locator("#organisation-actor")).to_contain_text("Mega World NV")
    live.picture("aangemeld")
    (cookie,) = (one for one in live.context.cookies() if "loket" in one["name"])
    assert cookie["name"] == "__Host-loket" and cookie["secure"] and cookie["httpOnly"] and cookie["path"] == "/"
    assert "85073003328" not in str(live.context.cookies()) + page.content()

    end_sign_ins(tmp_path)
    page.goto("/erkenningen")
    follow(page, "Aanmelden met e-ID")
    at(page, "Erkenningen")
    with page.expect_request(lambda request: request.url.startswith(live.provider.issuer)) as left:
        page.locator("header").get_by_role("button", name="Afmelden").click()
    assert "post_logout_redirect_uri=https" in left.value.url
    assert not register(tmp_path, "SELECT 1 FROM sign_in WHERE ends_at > datetime('now')")


def test_another_organisation_is_reached_through_the_provider(live, tmp_path):
    page = live.page
    page.goto("/aanmelden")
    follow(page, "Aanmelden met e-ID")
    at(page, "Dashboard")
    page.goto("/organisatie/wissel")
    live.picture("wissel")
    follow(page, "Kies een andere hoedanigheid")
    at(page, "Dashboard")
    assert live.provider.asked()["login_hint"] == "eyJzd2l0Y2hfaWQiOiB0cnVlfQ=="


def test_a_form_survives_the_end_of_a_sign_in_at_the_provider(live, tmp_path):
    page = live.page
    page.goto("/erkenningen/nieuw")
    follow(page, "Aanmelden met e-ID")
    end_sign_ins(tmp_path)
    press(page, "Nieuwe aanvraag starten")
    at(page, "Meld u opnieuw aan")
    with live.context.expect_page() as opened:
        follow(page, "Aanmelden in een nieuw venster")
    follow(opened.value, "Aanmelden met e-ID")
    at(opened.value, "U bent aangemeld")
    at(page, "Vestiging")
