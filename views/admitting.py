"""Commands for who keeps the door: emergency blocks on people and organisations, and who handles files.

It must not decide what a block or an appointment means; the register does.
"""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from models import Actor, Organisation, Partnership, Unknown, admit_partnership, db, set_block


def install(app):
    for command in (block, unblock, partnership):
        app.cli.add_command(command)


def whom(command):
    """Options that say who: a person, an organisation, or a person at one organisation."""
    command = click.option("--reden", default="", help="Komt in de historiek.")(command)
    command = click.option("--organisatie", metavar="NUMMER", help="Het nummer, zonder punten.")(command)
    return click.option("--gebruiker", metavar="NAAM", help='Zoals het register hem noemt, bv. "acm:1234".')(command)


@click.command("block")
@whom
@with_appcontext
def block(gebruiker, organisatie, reden):
    """Close the door at once, whatever ACM says: for a person, an organisation, or that person at that organisation."""
    change(gebruiker, organisatie, True, reden)


@click.command("unblock")
@whom
@with_appcontext
def unblock(gebruiker, organisatie, reden):
    """Open the door again."""
    change(gebruiker, organisatie, False, reden)


def change(subject, number, is_blocked, reason):
    if not (subject or number):
        raise click.UsageError("Zeg wie: --gebruiker, --organisatie of allebei.")
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    with db.connection_context():
        try:
            whose = set_block(subject, number, is_blocked, Actor(None, None, "", now, now.date()), reason)
        except Unknown as missing:
            raise click.ClickException(f"Onbekend: {missing}.") from None
    click.echo(f"{'Geblokkeerd' if is_blocked else 'Niet meer geblokkeerd'}: {whose}.")


@click.command("partnership")
@click.argument("number", metavar="NUMMER")
@click.argument("name", metavar="PARTNERSCHAP")
@with_appcontext
def partnership(number, name):
    """Name the organisation (OVO code or enterprise number) whose people handle the files of a partnership."""
    with db.connection_context():
        found = Partnership.get_or_none(Partnership.name == name)
        if not found:
            names = "".join(f"\n  {one.name}" for one in Partnership.select().order_by(Partnership.name))
            raise click.ClickException(f"Dit partnerschap bestaat niet. Kies uit:{names}")
        if Organisation.select().where(Organisation.number == number, Organisation.kind != "partnership").exists():
            raise click.ClickException("Dit nummer is van een werkgever of school in het loket.")
        admit_partnership(number, found)
    click.echo(f"Wie bij {number} een recht heeft, behandelt de dossiers van {name}.")
