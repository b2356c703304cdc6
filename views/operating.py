"""`flask check`, `backup` and `purge`: what an operator does beside the counter.

It must not decide what is right or old; models do.
"""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

import adapters.backup as copies
from models import TERMS, db, findings
from models import purge as throw_away

BELGIUM = ZoneInfo("Europe/Brussels")


@click.command("check")
@with_appcontext
def check():
    """Look whether the register is as it should be; exit code 1 when something is not."""
    with db.connection_context():
        found = list(findings())
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


@click.command("purge")
@click.option("--proef", "only_count", is_flag=True, help="Tel alleen: gooi niets weg.")
@click.option("--dagen", "days", multiple=True, type=(click.Choice(list(TERMS)), click.IntRange(1)))
@with_appcontext
def purge(only_count, days):
    """Throw away what need not be kept, and note what and why."""
    on = current_app.config["TODAY"] or datetime.now(BELGIUM).date()
    with db.connection_context():
        for key, count in throw_away(on, dict(days), only_count):
            term = TERMS[key]
            click.echo(f"{key}: {count} {'te vernietigen' if only_count else 'vernietigd'} ({term.what}). {term.why}")
