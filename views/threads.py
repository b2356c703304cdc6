"""Messages inside a file, as the employer, the school and the partnership read and write them.

It must not decide who sees a file: each side comes in through its own finder, and the rest is a 404.
"""

from flask import Blueprint, flash, g, request, url_for

from models import Agreement, Recognition, Talk, Thread
from rules import RuleBroken
from views.answers import Page, go_to, load, render
from views.forms import DutchForm, text
from views.links import place_of

bp = Blueprint("threads", __name__)


class TalkForm(DutchForm):
    text = text("Uw bericht", 4000, description="Schrijf geen rijksregisternummer en geen gezondheidsgegevens.")


@bp.get("/berichten")
def index():
    """Every file with messages this organisation sees, the newest on top, and what is unread."""
    newest = Thread.of(g.actor.organisation)
    page = Page(newest, [(Thread.last, "desc")], request.args.get("na"), request.args.get("voor"))
    return render("threads/index.html", page=page, place=place)


def recognition_here(recognition_id):
    return load(Recognition.of(g.actor.organisation), recognition_id)


def case_here(recognition_id):
    return load(Recognition.handled_by(g.actor.organisation.partnership), recognition_id)


def agreement_here(agreement_id):
    return load(Agreement.of(g.actor.organisation), agreement_id)


def place(file):
    return place_of(file._meta.table_name, file.id, g.actor.organisation)


def thread_page(file, status=200, form=None):
    newest = Page(
        Talk.of(file, g.actor.organisation), [(Talk.id, "desc")], request.args.get("na"), request.args.get("voor")
    )
    return render(
        "threads/show.html",
        None,
        status,
        file=file,
        file_place=place(file),
        page=newest,
        partner=Talk.partners(file, g.actor.organisation),
        has_unread=Thread.unread(g.actor.organisation).where(Thread.about(file)).exists(),
        form=form or TalkForm(),
    )


def write(file):
    form = TalkForm(request.form)
    try:
        if not form.validate():
            return thread_page(file, 422, form)
        Talk.write(g.actor, file, form.text.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return thread_page(file, 422, form)
    flash("Verstuurd. De anderen krijgen een mail dat er een bericht is, zonder de inhoud.")
    return go_to(place(file) + "/berichten")


def mark_read(file):
    Talk.mark_read(g.actor, file)
    flash("Gelezen.")
    return go_to(url_for("threads.index"))


@bp.get("/erkenningen/<int:recognition_id>/berichten")
def of_recognition(recognition_id):
    return thread_page(recognition_here(recognition_id))


@bp.post("/erkenningen/<int:recognition_id>/berichten")
def write_in_recognition(recognition_id):
    return write(recognition_here(recognition_id))


@bp.post("/erkenningen/<int:recognition_id>/berichten/gelezen")
def read_recognition(recognition_id):
    return mark_read(recognition_here(recognition_id))


@bp.get("/behandeling/<int:recognition_id>/berichten")
def of_case(recognition_id):
    return thread_page(case_here(recognition_id))


@bp.post("/behandeling/<int:recognition_id>/berichten")
def write_in_case(recognition_id):
    return write(case_here(recognition_id))


@bp.post("/behandeling/<int:recognition_id>/berichten/gelezen")
def read_case(recognition_id):
    return mark_read(case_here(recognition_id))


@bp.get("/overeenkomsten/<int:agreement_id>/berichten")
def of_agreement(agreement_id):
    return thread_page(agreement_here(agreement_id))


@bp.post("/overeenkomsten/<int:agreement_id>/berichten")
def write_in_agreement(agreement_id):
    return write(agreement_here(agreement_id))


@bp.post("/overeenkomsten/<int:agreement_id>/berichten/gelezen")
def read_agreement(agreement_id):
    return mark_read(agreement_here(agreement_id))
