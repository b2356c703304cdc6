"""Mail over SMTP: a message as text and HTML, delivered with what the server said of it.

It must not know why a message was written; it refuses to carry a national register number.
"""

import re
import smtplib
import ssl
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from html import escape
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import rules

TIMEOUT = 30  # seconds for each answer of the server
LOOPBACK = ("localhost", "127.0.0.1", "::1")
BATCH = 50  # messages over one connection
ADDRESS = re.compile(r"https?://[^\s<]+")
PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family:sans-serif;line-height:1.5;max-width:38em">
<p style="border-left:5px solid #ffed00;padding-left:.6em"><strong>Loket duaal leren</strong><br>{whose}</p>
{body}
</body></html>
"""


class Unreachable(Exception):
    """Nobody took the mail: no message is to blame."""


class Refused(Exception):
    """The server, or this module, did not take this message. `for_good`: another try has no sense."""

    def __init__(self, problem, for_good):
        super().__init__(problem)
        self.for_good = for_good


class Sender(NamedTuple):
    """Where mail goes, whom it comes from, and where the counter itself is: https://host, without a stroke behind it.

    `url`: smtp[s]://[user:password@]host[:port].
    """

    url: str
    address: str
    home: str


# --- what is sent -----------------------------------------------------------------------------------------------------


def compose(message, links, sender):
    """The mail of a message. `links`: [(what for, address)]. Raises Refused when it may not be sent."""
    whose = [f"Dit bericht gaat over {message.organisation.name}"] if message.organisation else []
    if message.user:
        whose.append(f"en is voor het account van {message.user.name}")
    whose = f"{' '.join(whose)}." if whose else ""
    told = [f"{what} {address}" for what, address in links]
    text = "\n\n".join(part for part in (message.text.strip(), *told, f"-- \n{whose}" if whose else "") if part)
    if rules.holds_insz(f"{message.subject}\n{text}"):
        raise Refused("Niet verstuurd: dit bericht bevat een rijksregisternummer.", for_good=True)
    mail = EmailMessage()
    try:
        mail["Subject"] = message.subject
        mail["From"] = Address("Loket duaal leren", addr_spec=sender.address)
        mail["To"] = Address(addr_spec=message.to)
    except (ValueError, IndexError) as problem:  # a line break, or what is no address
        raise Refused(f"Dit adres of onderwerp kan niet: {problem}", for_good=True) from None
    mail["Date"] = format_datetime(message.written_at.replace(tzinfo=UTC))
    mail["Message-ID"] = f"<{message.mail_id}@{sender.address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # nobody's holiday notice answers this
    mail.set_content(text + "\n")
    mail.add_alternative(
        PAGE.format(title=escape(message.subject), whose=escape(whose), body=as_html(text, sender.home)), "html"
    )
    return mail


def as_html(text, home):
    """Paragraphs with links, from the very text that is sent beside it. Only what leads to the counter is a link."""
    paragraphs = [part for part in text.partition("-- \n")[0].split("\n\n") if part.strip()]
    linked = [ADDRESS.sub(partial(_anchor, home), escape(part)).replace("\n", "<br>\n") for part in paragraphs]
    return "\n".join(f"<p>{part}</p>" for part in linked)


def _anchor(home, found):
    address = found[0].rstrip(".,")
    if address != home and not address.startswith(f"{home}/"):
        return found[0]  # somebody typed it, in a name for one: no mail of ours makes it a link
    return f'<a href="{address}">{address}</a>{found[0][len(address) :]}'


# --- how it is sent ---------------------------------------------------------------------------------------------------


def connect(url):
    """An open connection. smtps:// is TLS from the start; smtp:// turns to TLS, and only on this machine may it not.

    Raises Unreachable.
    """
    place, trust, server = urlsplit(url), ssl.create_default_context(), None
    host = place.hostname or "localhost"
    try:
        if place.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, place.port or 465, timeout=TIMEOUT, context=trust)
        else:
            server = smtplib.SMTP(host, place.port or 25, timeout=TIMEOUT)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls") or host not in LOOPBACK:
                server.starttls(context=trust)  # refuses when the server cannot: nothing goes in the clear
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
    except (OSError, smtplib.SMTPException) as problem:
        if server:
            server.close()
        raise Unreachable(f"{type(problem).__name__}: {problem}") from None
    return server


def hand_over(server, mail):
    """Give one mail to the server. Raises Refused with what the server said, or that the line was lost."""
    try:
        server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise Refused(_said(code, said), for_good=code >= 500) from None
    except smtplib.SMTPResponseException as refused:
        raise Refused(_said(refused.smtp_code, refused.smtp_error), for_good=refused.smtp_code >= 500) from None
    except smtplib.SMTPNotSupportedError as refused:
        raise Refused(str(refused), for_good=True) from None
    except (OSError, smtplib.SMTPException) as lost:
        raise Refused(f"De verbinding viel weg: {type(lost).__name__}.", for_good=False) from None


def _said(code, said):
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def deliver(found, sender, link_of, now):
    """Deliver what waits over one connection; (sent, failed). Raises Unreachable when there is none.

    `found`: a select of messages; `link_of`: message -> [(what for, address)]; `now`: () -> UTC. A message is claimed
    before it is handed over, and marked as sent right after the server said yes. Should this process die in between,
    the claim runs out and the message goes again under the same Message-ID: rather recognisably twice than never.
    """
    server, sent, failed = None, 0, 0
    try:
        for message in list(found.limit(BATCH)):  # all of them first: the next lines change what the select sees
            if not message.claim(now()):
                continue  # somebody else was first
            try:
                mail = compose(message, link_of(message), sender)
                server = server or connect(sender.url)
                hand_over(server, mail)
            except Refused as refused:
                message.failed(now(), str(refused), refused.for_good)
                failed += 1
                server = server if server and _is_alive(server) else None
            except Unreachable:
                message.put_back(now())
                raise
            else:
                message.sent(now())
                sent += 1
    finally:
        if server:
            _leave(server)
    return sent, failed


def _is_alive(server):
    """True when the connection can take another message."""
    try:
        return server.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        server.close()
        return False


def _leave(server):
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
