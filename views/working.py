"""`flask work`: the worker beside the server; it delivers what waits and does the jobs of the day.

It must not decide who is told what, nor know SMTP; models and adapters do.
"""

import logging
import signal
import threading
from datetime import UTC, datetime

import click
import peewee
from flask import current_app
from flask.cli import with_appcontext

import adapters.mail as mail
import rules
from adapters.logs import EVIDENCE
from models import Message, catch_up_words, db, keep_paces, seal, take_stock, trouble_of, write_reminders
from views.links import link_of

log = logging.getLogger(EVIDENCE)
PAUSE = 2  # seconds between two looks at the queue
LONGEST_PAUSE = 300  # while the mail server does not answer
REGISTER_PAUSE = 10  # at most, while the register does not: another machine takes over soon


@click.command("work")
@click.option("--een-keer", "once", is_flag=True, help="Doe wat er nu te doen is en stop.")
@with_appcontext
def work(once):
    """Deliver mails and do the jobs of the day, until told to stop (Ctrl+C or SIGTERM)."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())  # the message under way is finished first
    if not current_app.config["SMTP_URL"]:
        click.echo("Geen LOKET_SMTP_URL: berichten worden geschreven en bewaard, niet verstuurd.")
    pause, reminded_on = PAUSE, []
    while not stop.is_set():
        try:
            with db.connection_context():
                busy = one_pass(utc_now(), today(), reminded_on)
            current_app.extensions["meter"].round()
            pause = 0 if busy else PAUSE
        except (mail.Unreachable, peewee.PeeweeException) as problem:
            if not (isinstance(problem, mail.Unreachable) or trouble_of(problem)):
                raise
            longest = LONGEST_PAUSE if isinstance(problem, mail.Unreachable) else REGISTER_PAUSE
            pause = min(max(pause, PAUSE) * 2, longest)
            click.echo(f"Even wachten, {pause} s: {problem}", err=True)
        if once and pause:
            return
        stop.wait(pause)


def one_pass(at, on, reminded_on):
    """One look at everything; true when more may wait. Raises mail.Unreachable. `reminded_on`: [days done so far]."""
    if on not in reminded_on:
        written = write_reminders(at, on)
        keep_paces(on)
        catch_up_words()
        take_stock()
        reminded_on.append(on)  # after a restart it is done again: no mail is written twice, no figure is another
        count("reminders", "written", written)
        if written:
            click.echo(f"{written} herinneringen geschreven.")
    tell_of_seal(seal(at))
    return deliver(at)


def tell_of_seal(made):
    """The line with a seal leaves this machine with the log: there nobody who can change the register can reach it."""
    if made:
        log.info("journal sealed", extra={"facts": {"seal": made.id, "last": made.last, "digest": made.digest}})


def deliver(at):
    """Hand over what waits, as far as a mail server is set."""
    if not current_app.config["SMTP_URL"]:
        return False
    config = current_app.config
    sender = mail.Sender(config["SMTP_URL"], config["MAIL_FROM"], config["PUBLIC_URL"].rstrip("/"))
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        sent, failed = mail.deliver(Message.waiting(at), sender, link_of, utc_now)
    count("mail", "sent", sent)
    count("mail", "failed", failed)
    if sent or failed:
        click.echo(f"{sent} verstuurd, {failed} niet gelukt.")
    return Message.waiting(utc_now()).exists()


def count(job, outcome, number):
    current_app.extensions["meter"].job(job, outcome, number)


def utc_now():
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def today():
    return current_app.config["TODAY"] or datetime.now(rules.BELGIUM).date()
