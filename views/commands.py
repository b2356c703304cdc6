"""The counter's commands for an operator: set up, fill with a demo world, take in KBO data.

It must not decide anything; it calls the same rooms the pages call.
"""

import csv
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

import adapters.kbo as kbo
import rules
from models import (
    Counter,
    JointCommittee,
    LegalForm,
    ManualPage,
    MinimumIncome,
    Occupied,
    Organisation,
    Partnership,
    Postcode,
    PostcodeCentre,
    Training,
    Unfit,
    catch_up_words,
    db,
    grant_serving,
    one_at_a_time,
    take_stock,
    unhurried,
    upgrade,
)
from views import demo, manual
from views.demo_messages import forget_old_mails
from views.operating import as_owner, backup, check, metrics, move, purge, rotate
from views.working import work

HERE = Path(__file__).parent.parent


def install(app):
    for command in (init, make_demo, import_kbo, work, check, backup, move, purge, metrics, rotate):
        app.cli.add_command(command)


@click.command("init")
@with_appcontext
def init():
    """Bring the database up to date and load the reference data; may be run any number of times."""
    as_owner()
    with db.connection_context(), one_at_a_time():
        try:
            count = upgrade(HERE / "migrations")
        except Occupied:
            raise click.ClickException("Een tabel bleef in gebruik, misschien voor een kopie. Probeer later.") from None
        with db.atomic():
            load_reference_data()
            grant()
        catch_up_words()  # what a migration would do in one go, while nobody could go on
        take_stock()
    click.echo(f"Database klaar ({count} migraties uitgevoerd).")


def grant():
    """What serving asks, to the account that serves, where that is another one than owns the tables."""
    if not current_app.config["OWNER_URL"]:
        return
    try:
        account = grant_serving(current_app.config["DATABASE_URL"])
    except Unfit as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"De account {account} kan nu bedienen, en niet meer dan dat.")


@click.command("demo")
@with_appcontext
def make_demo():
    """Fill an empty database with the demo world."""
    as_owner()
    today = current_app.config["TODAY"] or datetime.now(rules.BELGIUM).date()
    with db.connection_context():
        if Organisation.select().exists():
            click.echo("Er staan al organisaties in de database: de demowereld komt er niet bij.")
            return
        demo.make_world(today, current_app.config["PUBLIC_URL"])
        forget_old_mails(today)
        take_stock()
    click.echo("De demowereld staat klaar.")


@click.command("import-kbo")
@click.argument("path", metavar="BESTAND.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--met-activiteiten", is_flag=True, help="Lees ook activity.csv (1,6 GB voor het hele land).")
@with_appcontext
def import_kbo(path, met_activiteiten):
    """Take in a KBO Open Data file as published, full or update."""
    as_owner()
    with db.connection_context():
        unhurried()
        try:
            summary = kbo.import_extract(
                path,
                with_activities=met_activiteiten,
                now=datetime.now(UTC).replace(tzinfo=None),
                progress=sys.stderr.isatty(),
            )
        except kbo.ExtractRefused as refusal:
            raise click.ClickException(str(refusal)) from None
        noticed = kbo.compare_with_register(summary.snapshot_on, datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    click.echo(f"KBO-bestand {summary.number} van {summary.snapshot_on:%d/%m/%Y} ingelezen:")
    for table, count in summary.rows.items():
        click.echo(f"  {table}: {count} rijen")
    click.echo(f"  {noticed} verschillen met het register zijn nu taken")


# --- reference data ---------------------------------------------------------------------------------------------------


def load_reference_data():
    """Everything in data/*.csv: added or updated by its own key, never removed."""
    for kind in "EMOSB":
        Counter.insert(kind=kind).on_conflict_ignore().execute()
    partnership_of = load_partnerships()
    for row in rows("joint_committees"):
        upsert(JointCommittee, "code", code=row["code"], name=row["name"], partnership=partnership_of.get(row["code"]))
    for row in rows("trainings"):
        upsert(Training, "name", **row)
    for row in rows("legal_forms"):
        upsert(LegalForm, "code", **row)
    for row in rows("minimum_income"):
        upsert(MinimumIncome, "valid_from", valid_from=row["valid_from"], amount=Decimal(row["ggmmi"]))
    Postcode.insert_many(list(rows("postcodes"))).on_conflict_ignore().execute()
    PostcodeCentre.insert_many(list(rows("postcode_centres"))).on_conflict_ignore().execute()
    ManualPage.keep(manual.words())


def load_partnerships():
    """The partnerships; returns {joint committee code: partnership}."""
    found = {}
    for row in rows("partnerships"):
        months = {"Constructiv": 6}  # bouw sets six months; others follow the general year
        committees = [code for code in row["joint_committees"].split(";") if code]
        partnership = upsert(
            Partnership,
            "name",
            name=row["name"],
            short_name=row["organisation"],
            extra_document=row["extra_documents"],
            learners_per_mentor=row["learners_per_mentor"] or None,
            mentor_training_months=months.get(row["organisation"], 12),
            is_default=not committees,
        )
        found |= dict.fromkeys(committees, partnership)
    return found


def rows(name):
    with open(HERE / "data" / f"{name}.csv", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def upsert(model, key, **facts):
    """The record with that key, made or brought up to date."""
    record, is_new = model.get_or_create(**{key: facts[key]}, defaults=facts)
    if not is_new:
        model.update(**facts).where(model.id == record.id).execute()
    return record
