"""`flask check`, `backup`, `purge`, `rotate` and `metrics`: what an operator does beside the counter.

It must not decide what is right or old; models do.
"""

import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import peewee
from flask import current_app
from flask.cli import with_appcontext
from playhouse.migrations import Runner

import adapters.backup as copies
import adapters.metrics
import adapters.moving as moving
import rules
from models import TERMS, Message, connect, database_at, db, findings, snapshot, unhurried, waiting_for_seal
from models import purge as throw_away
from models import rotate as seal_again
from views.health import free_bytes

HERE = Path(__file__).parent.parent


def as_owner():
    """Go on as the account that owns the tables, where that is another one than the one that serves."""
    if url := current_app.config["OWNER_URL"]:
        connect(url)


@click.command("check")
@click.option("--zegel", "seals", multiple=True, help="Een zegel uit het log: hoort dit journaal daar nog bij?")
@with_appcontext
def check(seals):
    """Look whether the register is as it should be; exit code 1 when something is not."""
    with db.connection_context():
        unhurried()
        with snapshot():
            found = list(findings(seals))
    current_app.extensions["meter"].checked(len(found))
    for sentence in found:
        click.echo(sentence)
    click.echo(f"{len(found)} zaken kloppen niet." if found else "Alles klopt.")
    sys.exit(1 if found else 0)


@click.command("backup")
@click.argument("path", metavar="BESTAND", type=click.Path(dir_okay=False))
@with_appcontext
def backup(path):
    """Copy the register to a new file while the counter runs."""
    try:
        copies.backup(current_app.config["DATABASE_URL"], path)
    except copies.BackupFailed as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    click.echo(f"De back-up staat in {path}.")


@click.command("move")
@click.argument("target", metavar="POSTGRESQL://…")
@with_appcontext
def move(target):
    """Move the register from SQLite to an empty database of PostgreSQL: all of it, or nothing."""
    url = current_app.config["DATABASE_URL"]
    if not (url.startswith("sqlite:///") and target.startswith("postgresql://")):
        raise click.UsageError("Verplaatsen gaat van sqlite:///… (LOKET_DATABASE_URL) naar postgresql://….")
    database = database_at(target)
    try:
        moved = moving.move(url.removeprefix("sqlite:///"), database, Runner(database, str(HERE / "migrations")).up)
    except moving.MoveRefused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    for table, count in moved.items():
        click.echo(f"  {table}: {count} rijen")
    click.echo(f"{sum(moved.values())} rijen verplaatst, en elke rij is vergeleken: alles is gelijk.")
    click.echo("Geef nu LOKET_DATABASE_URL het nieuwe adres, en start server en worker opnieuw.")
    click.echo("Wat iemand vanaf nu in de oude database schrijft, komt niet mee.")


@click.command("purge")
@click.option("--proef", "only_count", is_flag=True, help="Tel alleen: gooi niets weg.")
@click.option("--dagen", "days", multiple=True, type=(click.Choice(list(TERMS)), click.IntRange(1)))
@with_appcontext
def purge(only_count, days):
    """Throw away what need not be kept, and note what and why."""
    on = current_app.config["TODAY"] or datetime.now(rules.BELGIUM).date()
    as_owner()
    with db.connection_context():
        for key, count in throw_away(on, dict(days), only_count):
            term = TERMS[key]
            click.echo(f"{key}: {count} {'te vernietigen' if only_count else 'vernietigd'} ({term.what}). {term.why}")


@click.command("rotate")
@with_appcontext
def rotate():
    """Seal every national register number again with the key in use, while the counter runs."""
    as_owner()
    with db.connection_context():
        for table, count in seal_again().items():
            click.echo(f"{table}: {count} opnieuw verzegeld.")


@click.command("metrics")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=9464, show_default=True, type=click.IntRange(1, 65535))
@with_appcontext
def metrics(host, port):
    """Show the figures of all processes on this machine to Prometheus, until told to stop."""
    if not (folder := current_app.config["METRICS_DIR"]):
        raise click.ClickException("Geef LOKET_METRICS_DIR: de map waar server en worker hun cijfers bijhouden.")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # its threads inherit that
    server, thread = adapters.metrics.show(folder, host, port, figures_of(current_app._get_current_object()))
    click.echo(f"De cijfers staan op http://{host}:{port}/metrics (stoppen met Ctrl+C).")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    server.shutdown()
    thread.join()


def figures_of(app):
    """A function that reads the figures only the register knows: {name: (what it means, figure)}."""

    def read():
        with app.app_context():
            figures = {"disk_free_bytes": ("What is free where the register lies", free_bytes())}
            try:
                with db.connection_context():
                    at = datetime.now(UTC).replace(tzinfo=None)
                    return figures | of_the_queue(at) | of_the_journal(at)
            except peewee.PeeweeException:
                return figures | {"register_up": ("Does it answer", 0)}

    return read


def of_the_journal(at):
    """In the night nothing happens and nothing is sealed: what is not bound yet is what matters."""
    sealed, unsealed = waiting_for_seal()
    figures = {"journal_unsealed_seconds": ("How long the oldest event waits for its seal", age(unsealed, at) or 0)}
    if sealed:
        figures["journal_seal_age_seconds"] = ("How long ago the last seal was made", age(sealed, at))
    return figures


def age(moment, at):
    return moment and max((at - moment).total_seconds(), 0)


def of_the_queue(at):
    return {
        "register_up": ("Does it answer", 1),
        "queue_lag_seconds": ("How long the mail waits that waits longest for its first try", Message.lag(at)),
        "queue_waiting": ("Mails that could go out now", Message.waiting(at).count()),
        "queue_lost": ("Mails nobody tries any more", Message.given_up().count()),
    }
