"""Recognitions as the employer sees them: overviews, one file, its receipt, and the steps after a decision.

Filling in an application is application.py's; what is allowed, the record decides.
"""

from base64 import b64encode

from flask import Blueprint, current_app, flash, g, request, url_for

import adapters.pdf as pdf
import rules
from models import (
    OVERVIEWS,
    SECTIONS,
    Appeal,
    Establishment,
    Event,
    MentorApplication,
    Recognition,
    RecognitionMentor,
    Sanction,
    Training,
)
from rules import RuleBroken
from views.answers import Page, attachment, go_to, load, remember_list, render
from views.filters import my_tasks
from views.forms import replies_form
from views.statuses import appealable, explained

bp = Blueprint("recognitions", __name__, url_prefix="/erkenningen")

ENDING = {str(most): f"{most} maanden" for most in (3, 6, 12)}


def mine():
    return Recognition.of(g.actor.organisation)


@bp.get("")
def index():
    """The overviews, narrowed by what the address says."""
    remember_list()
    chosen = {
        name: request.args.get(name, "") for name in ("zoek", "vestiging", "opleiding", "mentor", "eindigt", "actie")
    }
    overview = request.args.get("overzicht", "alle")
    chosen["overzicht"] = overview if overview in OVERVIEWS else "alle"
    found = narrowed(mine().where(Recognition.state.in_(OVERVIEWS[chosen["overzicht"]][1])), chosen)
    order = [(Recognition.valid_until, "asc")] if chosen["eindigt"] in ENDING else []
    page = Page(
        found, [*order, (Recognition.id, "asc" if order else "desc")], request.args.get("na"), request.args.get("voor")
    )
    return render(
        "recognitions/index.html",
        "recognitions/_list.html",
        page=page,
        total=found.limit(1001).count(),
        mentors=RecognitionMentor.names(page.rows),
        appeals=Appeal.pending([row.id for row in page.rows]),
        chosen={name: value for name, value in chosen.items() if value and (name, value) != ("overzicht", "alle")},
        overview=chosen["overzicht"],
        overviews=OVERVIEWS,
        counts=counts(),
        choices=choices(),
    )


def narrowed(found, chosen):
    """A finder with the filters of the overview applied; what is no filter is ignored."""
    for field, name in ((Recognition.establishment, "vestiging"), (Recognition.training, "opleiding")):
        if chosen[name].isdecimal() and len(chosen[name]) < 10:
            found = found.where(field == int(chosen[name]))
    if chosen["mentor"].isdecimal() and len(chosen["mentor"]) < 10:
        links = RecognitionMentor.select(RecognitionMentor.recognition)
        found = found.where(Recognition.id.in_(links.where(RecognitionMentor.mentor == int(chosen["mentor"]))))
    if chosen["eindigt"] in ENDING:
        found = found.where(Recognition.ending(g.on, int(chosen["eindigt"])))
    if chosen["actie"]:
        found = found.where(
            Recognition.id.in_([task.recognition.id for task in my_tasks() if task.recognition and not task.agreement])
        )
    return Recognition.search(found, chosen["zoek"], g.actor.organisation)


def counts():
    """How many recognitions each overview holds: {overview: count}, one query."""
    by_state = Recognition.counts(g.actor.organisation)
    return {key: sum(by_state.get(state, 0) for state in states) for key, (_, states) in OVERVIEWS.items()}


def choices():
    """What the filters offer: only what this organisation's recognitions hold."""
    used = Recognition.select().where(Recognition.organisation == g.actor.organisation)
    establishments = Establishment.select().where(Establishment.id.in_(used.select(Recognition.establishment)))
    trainings = Training.select().where(Training.id.in_(used.select(Recognition.training)))
    return {
        "establishments": list(establishments.order_by(Establishment.name, Establishment.id)),
        "trainings": list(trainings.order_by(Training.name)),
        "mentors": list(RecognitionMentor.mentors_of(g.actor.organisation)),
        "ending": ENDING,
    }


@bp.get("/<int:recognition_id>")
def show(recognition_id):
    return file_page(load(mine(), recognition_id))


def file_page(recognition, status=200, form=None):
    imposed = Sanction.touching(recognition)
    return render(
        "recognitions/show.html",
        None,
        status,
        recognition=recognition,
        events=list(Event.of(recognition)),
        problems=recognition.problems(g.on),
        form=form or replies_form(recognition.open_questions),
        is_renewable=recognition.is_renewable(g.on),
        renewals=list(recognition.renewals.order_by(Recognition.id)),
        mentor_applications=list(MentorApplication.pending_on(recognition).order_by(MentorApplication.id)),
        explanation=explained(recognition, g.actor, g.on),
        imposed=imposed,
        appeals=Appeal.about(recognition, imposed),
        may_appeal=appealable(recognition, g.actor),
        last_appeal_day=recognition.decided_on and rules.last_appeal_day(recognition.decided_on),
        lacks_mentor=recognition.is_valid(g.on) and not RecognitionMentor.valid_on(recognition, g.on).exists(),
    )


@bp.get("/<int:recognition_id>/ontvangstbewijs")
def receipt(recognition_id):
    """The receipt of a submission as a PDF."""
    recognition = load(mine().where(Recognition.submitted_on.is_null(False)), recognition_id)
    content = pdf.receipt(recognition, recognition.submissions()[-1], SECTIONS)
    return attachment(content, f"ontvangstbewijs-{recognition.number}.pdf")


@bp.get("/<int:recognition_id>/attest")
def certificate(recognition_id):
    """The approval as a PDF that anyone can check."""
    recognition = load(mine().where(Recognition.code.is_null(False)), recognition_id)
    return attachment(pdf.certificate(recognition, to_check(recognition)), f"erkenning-{recognition.number}.pdf")


def to_check(recognition):
    """The whole address at which anyone checks the certificate."""
    path = url_for("check.show", code=rules.format_code(recognition.code))
    return current_app.config["PUBLIC_URL"].rstrip("/") + path


@bp.get("/<int:recognition_id>/attest/afdruk")
def printed_certificate(recognition_id):
    """The approval as a page to print."""
    recognition = load(mine().where(Recognition.code.is_null(False)), recognition_id)
    url = to_check(recognition)
    qr = b64encode(pdf.drawn(url).encode()).decode()
    return render("recognitions/certificate.html", recognition=recognition, url=url, qr=qr)


@bp.post("/<int:recognition_id>/aanvullen")
def complete_file(recognition_id):
    """Answer the questions and hand in again."""
    recognition = load(mine(), recognition_id)
    form = replies_form(recognition.open_questions, request.form)
    replies = {section: form[f"reply_{section}"].data for section in recognition.open_questions}
    try:
        if not form.validate():
            return file_page(recognition, 422, form)
        recognition.complete_file(g.actor, replies)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(recognition, 422, form)
    flash("Uw aanvulling is ingediend. Het partnerschap gaat verder met uw dossier.")
    return go_to(url_for("recognitions.show", recognition_id=recognition.id))


@bp.post("/<int:recognition_id>/gelezen")
def read_decision(recognition_id):
    """The decision was read: the task disappears for everyone of the organisation."""
    recognition = load(mine(), recognition_id)
    try:
        recognition.read_decision(g.actor)
    except RuleBroken as broken:
        flash(str(broken))
    return go_to(url_for("recognitions.show", recognition_id=recognition.id))
