"""Mentor applications as the partnership handles them: the queue, one application, and the handler's steps in it.

It must not know another partnership's applications; what a step needs, the record decides.
"""

from flask import Blueprint, flash, g, request, url_for

from models import BEREFT, AccessLog, Event, MentorApplication, Recognition
from rules import RuleBroken
from views.answers import Page, go_to, load, remember_list, render
from views.mentor_forms import QuestionForm, VerdictForm
from views.statuses import explained

bp = Blueprint("mentor_handling", __name__, url_prefix="/behandeling/mentors")

QUEUES = {
    "open": ("Te doen", ("submitted",)),
    "wacht": ("Wacht op de werkgever", ("incomplete",)),
    "onbeantwoord": ("Antwoord te laat", ("incomplete",)),  # part of the one before
    "behandeld": ("Behandeld", ("approved", "refused", "withdrawn")),
    "alle": ("Alle mentoraanvragen", ("submitted", "incomplete", "approved", "refused", "withdrawn")),
}


def ours():
    return MentorApplication.handled_by(g.actor.organisation.partnership_id)


def without_mentor():
    """The partnership's valid recognitions on which nobody may guide a learner."""
    theirs = Recognition.partnership == g.actor.organisation.partnership_id
    return Recognition.select(Recognition.id).where(theirs, Recognition.without_mentor(g.on))


@bp.get("")
def index():
    """The queue, the oldest submission first."""
    remember_list()
    queue = request.args.get("wachtrij", "open")
    queue = queue if queue in QUEUES else "open"
    found = ours().where(MentorApplication.unanswered(g.on)) if queue == "onbeantwoord" else ours()
    # Each state is read by itself, as the index has it.
    apart = [MentorApplication.state == state for state in QUEUES[queue][1]]
    order = [(MentorApplication.clock_from, "asc"), (MentorApplication.id, "asc")]
    counted = MentorApplication.select().where(MentorApplication.is_for(g.actor.organisation.partnership_id))
    by_state = MentorApplication.counts(counted)
    return render(
        "mentor_handling/index.html",
        "mentor_handling/_list.html",
        page=Page(found, order, request.args.get("na"), request.args.get("voor"), apart),
        queue=queue,
        queues=QUEUES,
        counts={key: sum(by_state.get(state, 0) for state in states) for key, (_, states) in QUEUES.items()}
        | {"onbeantwoord": counted.where(MentorApplication.unanswered(g.on)).limit(1001).count()},
        without=without_mentor().limit(BEREFT + 1).count(),
        most_without=BEREFT,
    )


@bp.get("/ontbrekend")
def missing():
    """Recognitions without a valid mentor: they do not lapse by themselves, somebody looks at them."""
    # Found first, joined then: of nine tables at once PostgreSQL weighs every order, longer than it reads.
    page = Page(without_mentor(), [(Recognition.id, "asc")], request.args.get("na"), request.args.get("voor"))
    files = Recognition.handled_by(g.actor.organisation.partnership_id)
    page.rows = list(files.where(Recognition.id.in_(page.rows)).order_by(Recognition.id))
    return render("mentor_handling/missing.html", "mentor_handling/_missing.html", page=page)


@bp.get("/<int:application_id>")
def show(application_id):
    return file_page(load(ours(), application_id))


def file_page(application, status=200, question=None, verdict=None, problem=None, insz=None):
    versions = application.submissions()
    return render(
        "mentor_handling/show.html",
        None,
        status,
        application=application,
        content=versions[-1],
        changed=application.changed(),
        is_completion=len(versions) > 1,
        checks=application.checks(g.on, application.proofs),
        question=question or QuestionForm(),
        verdict=verdict or VerdictForm(),
        explanation=explained(application, g.actor, g.on),
        events=list(Event.of(application)),
        problem=problem,
        insz=insz,
    )


def back(application, told):
    flash(told)
    return go_to(url_for("mentor_handling.show", application_id=application.id))


def simple_step(application_id, step, told):
    application = load(ours(), application_id)
    try:
        getattr(application, step)(g.actor)
    except RuleBroken as broken:
        return file_page(load(ours(), application_id), 422, problem=str(broken))
    return back(application, told)


@bp.post("/<int:application_id>/nemen")
def assign(application_id):
    return simple_step(application_id, "assign", "U behandelt deze mentoraanvraag.")


@bp.post("/<int:application_id>/hervatten")
def resume(application_id):
    return simple_step(application_id, "resume", "U gaat verder zonder het antwoord van de werkgever.")


@bp.post("/<int:application_id>/vragen")
def ask(application_id):
    """Ask for completion."""
    application, form = load(ours(), application_id), QuestionForm(request.form)
    try:
        if not form.validate():
            return file_page(application, 422, question=form)
        application.ask(g.actor, form.question.data, form.answer_by.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(load(ours(), application_id), 422, question=form)
    return back(application, "Uw vraag staat bij de werkgever. De klok staat stil tot het antwoord er is.")


@bp.post("/<int:application_id>/beslissen")
def decide(application_id):
    application, form = load(ours(), application_id), VerdictForm(request.form)
    try:
        if not form.validate():
            return file_page(application, 422, verdict=form)
        approved = form.decision.data == "approve"
        application.decide(g.actor, approved, form.reason.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(load(ours(), application_id), 422, verdict=form)
    told = "goedgekeurd" if approved else "afgekeurd"
    return back(application, f"{application.mentor} is {told} als mentor. De werkgever krijgt een mail.")


@bp.post("/<int:application_id>/rijksregisternummer")
def reveal(application_id):
    """Show the mentor's national register number to who handles the file, once, and note who saw it."""
    application = load(ours(), application_id)
    try:
        application.check_duty(g.actor)
    except RuleBroken as broken:
        return file_page(application, 422, problem=str(broken))
    AccessLog.note(application.mentor, "insz", g.actor, application.number)
    response = file_page(application, insz=application.mentor.insz)
    response.headers["Cache-Control"] = "no-store"
    return response
