"""Mails against a real SMTP server: accepted, refused, put off, cut off, away; nothing lost, nothing sent twice."""

import ssl
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from secrets import token_urlsafe

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.datastructures import MultiDict

import adapters.mail as mail
from models import Message, User
from models.messages import CLAIM, RETRY_AFTER
from models.people import Actor
from tests.conftest import free_port
from views.agreement_forms import CompanyForm, LearnerForm, PeriodForm
from views.life_forms import CorrectionForm
from views.mentor_forms import PersonForm
from views.profile import ContactForm

NOW = datetime(2022, 1, 23, 9, 30)
SENDER = "loket@voorbeeld.be"
HOME = "https://loket.example"


class Letterbox:
    """What the server does with what it gets; `answers` come first, one per mail."""

    def __init__(self):
        self.mails, self.answers, self.refused = [], [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang up":
            server.transport.abort()
            return "250 too late"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


class CutsOff(SMTP):
    """Hangs up in the middle of the first mail: after a line of it has come in."""

    to_cut = 1

    async def smtp_DATA(self, arg):
        if CutsOff.to_cut:
            CutsOff.to_cut -= 1
            await self.push("354 Go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Server(Controller):
    """`of`: what speaks SMTP; the rest goes to it."""

    def __init__(self, letterbox, of=SMTP, port=0, **options):
        self.of, self.options = of, options
        super().__init__(letterbox, hostname="127.0.0.1", port=port or free_port(), ready_timeout=60)

    def factory(self):
        return self.of(self.handler, hostname="test", **self.options)


@pytest.fixture
def letterbox():
    return Letterbox()


@pytest.fixture
def server(letterbox):
    running = Server(letterbox)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def write(world):
    """A function: put a message in the queue for Mega World."""
    actor = Actor(None, world.mega, "user", NOW, world.today)

    def written(to="ann@voorbeeld.be", subject="Er is beslist", text="Beste Ann,\n\nLees de beslissing.", **facts):
        return Message.write(actor, to, subject, text, **facts)

    return written


def deliver(port, at=NOW, scheme="smtp", links=()):
    sender = mail.Sender(f"{scheme}://127.0.0.1:{port}", SENDER, HOME)
    return mail.deliver(Message.waiting(at), sender, lambda _: links, lambda: at)


def again(message):
    return Message.get_by_id(message.id)


def test_a_mail_arrives_as_text_and_html_and_names_the_organisation(server, letterbox, write):
    reader = User.get(User.subject == "demo:zaakvoerder")
    message = write(subject="Er is beslist: “Verkoper” & co", text="Beste <Ann>,\n\nLees ze.", user=reader)
    assert deliver(server.port, links=[("Ga verder op", "https://loket.example/erkenningen/12")]) == (1, 0)
    [got] = letterbox.mails
    assert got["To"] == "ann@voorbeeld.be" and "loket@voorbeeld.be" in got["From"]
    assert got["Subject"] == "Er is beslist: “Verkoper” & co" and got["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in got.iter_parts())
    for part in (text, html):
        assert "Mega World NV" in part and "Marleen Verdonck" in part and "/erkenningen/12" in part
    assert "Beste <Ann>," in text and "Beste &lt;Ann&gt;," in html
    assert '<a href="https://loket.example/erkenningen/12">' in html
    kept = again(message)
    assert kept.sent_at == NOW and kept.due_at is None and kept.tries == 1 and not kept.problem


FOREIGN = ("https://kwaad.example/x", "https://loket.example.kwaad.example/x", "https://loket.example@kwaad.example/")


@pytest.mark.parametrize("address", FOREIGN)
def test_only_what_leads_to_the_counter_is_a_link(server, letterbox, write, address):
    write(text=f"Beste Win op {address} nu,\n\nLees alles op {HOME}/tekenen/abc")
    assert deliver(server.port) == (1, 0)
    html = list(letterbox.mails[0].iter_parts())[1].get_content()
    assert address in html and f'<a href="{HOME}/tekenen/abc">' in html and html.count("<a ") == 1


NAMED = {
    LearnerForm: ("first_name", "last_name", "guardian_name"),
    PeriodForm: ("coach_name",),
    CompanyForm: ("representative",),
    CorrectionForm: ("coach_name",),
    PersonForm: ("first_name", "last_name"),
    ContactForm: ("name",),
}


@pytest.mark.parametrize("form", NAMED)
def test_who_is_named_in_a_mail_is_named_without_the_address_of_a_website(form):
    for name in NAMED[form]:
        for typed in ("Win op https://kwaad.example", "WWW.kwaad.example"):
            tried = form(MultiDict({name: typed}))
            assert not tried.validate() and "en geen adres van een website" in tried[name].errors[0]
        fine = form(MultiDict({name: "Jan-Piet d'Ursel, dr. 漢"}))
        assert fine.validate() or not fine[name].errors


def test_of_a_link_that_was_mailed_the_register_keeps_no_secret(server, letterbox, write):
    link = f"{HOME}/uitnodiging/{token_urlsafe(32)}"
    letterbox.answers = ["451 later"]
    message = write(text=f"Beste,\n\nAanvaard op {link}\n\nLees {HOME}/erkenningen/12 ook.")
    assert deliver(server.port) == (0, 1) and link in again(message).text, "it is tried again"
    assert deliver(server.port, NOW + timedelta(minutes=2)) == (1, 0)
    assert link in next(letterbox.mails[0].iter_parts()).get_content()
    assert again(message).text == f"Beste,\n\nAanvaard op {HOME}/uitnodiging/…\n\nLees {HOME}/erkenningen/12 ook."


def test_what_was_sent_is_not_sent_again(server, letterbox, write):
    for number in range(3):
        write(subject=f"Nummer {number}")
    assert deliver(server.port) == (3, 0)
    assert deliver(server.port, NOW + timedelta(days=9)) == (0, 0)
    assert [one["Subject"] for one in letterbox.mails] == ["Nummer 0", "Nummer 1", "Nummer 2"]
    assert len({one["Message-ID"] for one in letterbox.mails}) == 3


@pytest.mark.parametrize("number", ["85.07.30-033.28", "85073003328", "85 07 30 033 28", "850730-033-28"])
@pytest.mark.parametrize("place", ["subject", "text"])
def test_a_national_register_number_never_leaves(server, letterbox, write, number, place):
    message = write(**{place: f"Over {number}."})
    assert deliver(server.port) == (0, 1)
    assert not letterbox.mails and "rijksregisternummer" in again(message).problem and again(message).due_at is None


def test_what_only_looks_like_one_may_go(server, letterbox, write):
    write(text="E/20170620/011723, 0417.390.703, BE68 5390 0754 7034, 85.07.30-033.29, 123485073003328")
    assert deliver(server.port) == (1, 0)


def test_a_refused_recipient_is_a_dead_letter_that_can_be_retried(server, letterbox, write):
    letterbox.refused["weg@voorbeeld.be"] = "550 5.1.1 Unknown user"
    lost, other = write("weg@voorbeeld.be"), write()
    assert deliver(server.port) == (1, 1)
    assert again(lost).due_at is None and "Unknown user" in again(lost).problem and again(other).sent_at
    assert list(Message.given_up()) == [lost]
    assert deliver(server.port, NOW + timedelta(days=9)) == (0, 0)
    letterbox.refused.clear()
    assert again(lost).retry(NOW) and not again(lost).retry(NOW)
    assert deliver(server.port) == (1, 0) and not list(Message.given_up())


def test_what_is_put_off_is_tried_later_and_then_given_up(server, letterbox, write):
    letterbox.refused["ann@voorbeeld.be"] = "451 4.7.1 Greylisted"
    message, at = write(), NOW
    for number, minutes in enumerate(RETRY_AFTER, 1):
        assert deliver(server.port, at) == (0, 1)
        assert again(message).tries == number and again(message).due_at == at + timedelta(minutes=minutes)
        assert deliver(server.port, at + timedelta(minutes=minutes, seconds=-1)) == (0, 0)
        at += timedelta(minutes=minutes)
    assert deliver(server.port, at) == (0, 1)
    assert again(message).due_at is None and "Greylisted" in again(message).problem


def test_a_greylisted_mail_arrives_once_under_the_same_name(server, letterbox, write):
    write()
    letterbox.answers = ["451 Later", "250 OK"]
    assert deliver(server.port) == (0, 1)
    assert deliver(server.port, NOW + timedelta(minutes=1)) == (1, 0)
    assert len(letterbox.mails) == 1


@pytest.mark.parametrize("how", ["during", "after"])
def test_a_line_lost_while_sending_loses_nothing(letterbox, write, how):
    CutsOff.to_cut = 1
    server = Server(letterbox, CutsOff if how == "during" else SMTP)
    letterbox.answers = ["hang up"] if how == "after" else []
    server.start()
    try:
        first, second = write(subject="Eerst"), write(subject="Dan")
        assert deliver(server.port) == (1, 1)
        assert "viel weg" in again(first).problem and again(second).sent_at
        assert deliver(server.port, NOW + timedelta(minutes=1)) == (1, 0)
        assert [one["Subject"] for one in letterbox.mails] == ["Dan", "Eerst"]
    finally:
        server.stop()


def test_a_server_that_is_down_costs_no_tries_and_gets_everything_when_it_is_back(letterbox, write):
    port, messages = free_port(), [write(subject=str(number)) for number in range(3)]
    for day in range(20):
        with pytest.raises(mail.Unreachable):
            deliver(port, NOW + timedelta(days=day))
    assert [again(one).tries for one in messages] == [0, 0, 0]
    server = Server(letterbox, port=port)
    server.start()
    try:
        assert deliver(port, NOW + timedelta(days=20)) == (3, 0)
    finally:
        server.stop()
    assert len(letterbox.mails) == 3


def test_a_message_is_claimed_by_one_and_freed_when_that_one_died(write, world):
    message = write()
    one, other = again(message), again(message)
    assert one.claim(NOW) and not other.claim(NOW)
    assert not list(Message.waiting(NOW + CLAIM - timedelta(seconds=1)))
    [found] = Message.waiting(NOW + CLAIM)
    assert found.claim(NOW + CLAIM)
    assert not one.sent(NOW + CLAIM), "who comes back too late must not overrule the one that took over"
    assert found.sent(NOW + CLAIM) and found.mail_id == message.mail_id


@pytest.mark.parametrize("to", ["", "x", "a b@c", "ann@voorbeeld.be\nBcc: x@y.be"])
def test_an_impossible_address_does_not_stop_the_others(server, letterbox, write, to):
    bad, good = write(to), write()
    assert deliver(server.port) == (1, 1)
    assert again(bad).problem and again(good).sent_at and len(letterbox.mails) == 1


# --- over TLS ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for this machine that Python trusts for as long as the test lasts."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    since = datetime.now() - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, 0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(path)
    return trust


def test_smtp_turns_to_tls_and_signs_in_only_then(certificate, letterbox, write):
    asked = []

    def check(server, session, envelope, mechanism, login):
        asked.append((login.login, login.password, session.ssl is not None))
        from aiosmtpd.smtp import AuthResult

        return AuthResult(success=True)

    server = Server(letterbox, tls_context=certificate, require_starttls=True, authenticator=check, auth_required=True)
    server.start()
    try:
        write()
        sender = mail.Sender(f"smtp://loket:ge%40heim@localhost:{server.port}", SENDER, HOME)
        assert mail.deliver(Message.waiting(NOW), sender, lambda _: (), lambda: NOW) == (1, 0)
        assert asked == [(b"loket", b"ge@heim", True)]
    finally:
        server.stop()


def test_a_certificate_nobody_vouches_for_gets_no_mail(certificate, letterbox, write, monkeypatch):
    server = Server(letterbox, tls_context=certificate)
    server.start()
    monkeypatch.delenv("SSL_CERT_FILE")
    try:
        write()
        with pytest.raises(mail.Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            deliver(server.port)
        assert not letterbox.mails
    finally:
        server.stop()


def test_elsewhere_than_on_this_machine_nothing_goes_in_the_clear(server, letterbox, write, monkeypatch):
    monkeypatch.setattr(mail, "LOOPBACK", ())
    write()
    with pytest.raises(mail.Unreachable, match="STARTTLS"):
        deliver(server.port)
    assert not letterbox.mails


def test_smtps_is_tls_from_the_start(certificate, letterbox, write):
    server = Server(letterbox)
    server.ssl_context = certificate
    server.start()
    try:
        write()
        sender = mail.Sender(f"smtps://localhost:{server.port}", SENDER, HOME)
        assert mail.deliver(Message.waiting(NOW), sender, lambda _: (), lambda: NOW) == (1, 0)
    finally:
        server.stop()
