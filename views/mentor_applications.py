"""Adding a mentor to a running recognition: the list, a new application, and filling it in until the decision.

What is allowed, the record decides; it must not know what the partnership does with it.
"""

from flask import Blueprint, flash, g, request, url_for

from models import MENTOR_STATES, Event, InszInUse, Mentor, MentorApplication, Recognition
from rules import RuleBroken
from views.answers import Page, go_to, load, remember_list, render
from views.forms import DocumentForm
from views.mentor_forms import KnownMentorForm, PersonForm, ReplyForm
from views.proving import enter, known_mentor
from views.statuses import WHAT_NOW, explained
from views.uploads import uploaded

bp = Blueprint("mentor_applications", __name__)

OVERVIEWS = {
    "alle": ("Alle", tuple(MENTOR_STATES)),
    "werkversie": ("Werkversie", ("draft",)),
    "ingediend": ("Ingediend", ("submitted", "incomplete")),
    "behandeld": ("Behandeld", ("approved", "refused", "withdrawn")),
}


def mine():
    return MentorApplication.of(g.actor.organisation)


@bp.get("/mentoraanvragen")
def index():
    """The organisation's mentor applications, the newest first."""
    remember_list()
    overview = request.args.get("overzicht", "alle")
    overview = overview if overview in OVERVIEWS else "alle"
    found = mine().where(MentorApplication.state.in_(OVERVIEWS[overview][1]))
    by_state = MentorApplication.counts(mine())
    return render(
        "mentor_applications/index.html",
        "mentor_applications/_list.html",
        page=Page(found, [(MentorApplication.id, "desc")], request.args.get("na"), request.args.get("voor")),
        overview=overview,
        overviews=OVERVIEWS,
        counts={key: sum(by_state.get(state, 0) for state in states) for key, (_, states) in OVERVIEWS.items()},
    )


# --- a new one --------------------------------------------------------------------------------------------------------


@bp.get("/erkenningen/<int:recognition_id>/mentoraanvraag")
def new(recognition_id):
    """Who becomes mentor: somebody known, or somebody new."""
    return new_page(load(Recognition.of(g.actor.organisation), recognition_id))


def new_page(recognition, status=200, form=None, in_use=None, problem=None):
    return render(
        "mentor_applications/new.html",
        None,
        status,
        recognition=recognition,
        candidates=list(MentorApplication.candidates(recognition, g.on)),
        running=list(MentorApplication.pending_on(recognition)),
        may_start=recognition.accepts_mentors(g.on) and g.actor.may_act,
        form=form or PersonForm(),
        in_use=in_use,
        problem=problem,
    )


@bp.post("/erkenningen/<int:recognition_id>/mentoraanvraag")
def start(recognition_id):
    """Open a draft for a known mentor by id, or for somebody new."""
    recognition = load(Recognition.of(g.actor.organisation), recognition_id)
    typed = request.form.get("mentor", "")
    known, form = known_mentor(typed), PersonForm(request.form)
    if typed and not known:
        return new_page(recognition, 422, problem="Kies een mentor uit de lijst.")
    try:
        if not (known or form.validate()):
            return new_page(recognition, 422, form)
        draft = MentorApplication.draft(g.actor, recognition, known or enter(form))
    except InszInUse as broken:
        form.add_problems(broken.problems)
        return new_page(recognition, 422, form, broken.mentor)
    except RuleBroken as broken:
        return new_page(recognition, 422, form if not known else None, problem=str(broken))
    return go_to(url_for("mentor_applications.show", application_id=draft.id))


# --- one application --------------------------------------------------------------------------------------------------


@bp.get("/mentoraanvragen/<int:application_id>")
def show(application_id):
    return file_page(load(mine(), application_id))


def file_page(application, status=200, part=None, upload=None, refused=None, reply=None, problem=None):
    """`refused`: the kind of document whose upload was refused."""
    may_edit, is_open = application.may_edit(g.actor), application.is_open
    proofs = application.documents(g.on)
    frozen = application.submissions()
    return render(
        "mentor_applications/show.html",
        None,
        status,
        application=application,
        may_edit=may_edit,
        problems=application.problems(g.on) if may_edit else [],
        checks=application.checks(g.on, proofs.values() if is_open else application.proofs),
        slots=slots(application, proofs),
        content=application.content(g.on) if is_open or not frozen else frozen[-1],
        part=part or KnownMentorForm(obj=application, trained_on=application.mentor.trained_on),
        upload=upload or DocumentForm(),
        refused=refused,
        reply=reply or ReplyForm(),
        explanation=explained(application, g.actor, g.on),
        events=list(Event.of(application)),
        problem=problem,
    )


def slots(application, proofs):
    """What can be shown of this mentor: (kind, title, the document that counts or None, required)."""
    wanted = [("extract", "Uittreksel strafregister 596.2", True)]
    if application.has_prior_education:
        wanted.append(("prior_education", "Bewijs van vooropleiding", True))
    if application.mentor.trained_on:
        wanted.append(("mentor_training", "Attest van de mentoropleiding", False))
    return [(kind, title, proofs.get(kind), needed) for kind, title, needed in wanted]


def back(application, anchor=None):
    return go_to(url_for("mentor_applications.show", application_id=application.id, _anchor=anchor))


@bp.post("/mentoraanvragen/<int:application_id>/gegevens")
def save(application_id):
    """The mentor's part in the file."""
    application, form = load(mine(), application_id), KnownMentorForm(request.form)
    if not form.validate():
        return file_page(application, 422, part=form)
    facts = {name: form[name].data for name in ("profession", "experience", "has_prior_education")}
    try:
        Mentor.check_training(form.trained_on.data, g.on)
        application.edit(g.actor, **facts)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(application, 422, part=form)
    application.mentor.trained_on = form.trained_on.data
    application.mentor.save()
    flash("Bewaard.")
    return back(application)


@bp.post("/mentoraanvragen/<int:application_id>/documenten")
def upload(application_id):
    """A proof for the vault: the newest one of each kind counts."""
    application, form = load(mine(), application_id), DocumentForm(request.form)
    kinds = {kind for kind, *_ in slots(application, {})}
    kind = request.form.get("kind", "")
    if kind not in kinds or not application.may_edit(g.actor):
        return file_page(application, 422, problem="Dit document wordt hier niet (meer) gevraagd.")
    if not uploaded(form, kind, application.mentor):
        return file_page(application, 422, upload=form, refused=kind)
    return back(application, "bewijzen")


@bp.post("/mentoraanvragen/<int:application_id>/indienen")
def submit(application_id):
    application = load(mine(), application_id)
    if not request.form.get("is_true"):
        return file_page(application, 422, problem="Vink aan dat uw gegevens juist zijn.")
    try:
        application.submit(g.actor)
    except RuleBroken as broken:
        return file_page(load(mine(), application_id), 422, problem=str(broken))
    flash(f"Ingediend: uw mentoraanvraag heeft nummer {application.number}. {WHAT_NOW}")
    return back(application)


@bp.post("/mentoraanvragen/<int:application_id>/aanvullen")
def complete_file(application_id):
    """Answer the question and hand in again."""
    application, form = load(mine(), application_id), ReplyForm(request.form)
    try:
        if not form.validate():
            return file_page(application, 422, reply=form)
        application.complete_file(g.actor, form.reply.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(load(mine(), application_id), 422, reply=form)
    flash("Uw aanvulling is ingediend. Het partnerschap gaat verder met uw mentoraanvraag.")
    return back(application)


@bp.post("/mentoraanvragen/<int:application_id>/intrekken")
def withdraw(application_id):
    application = load(mine(), application_id)
    try:
        application.withdraw(g.actor)
    except RuleBroken as broken:
        return file_page(load(mine(), application_id), 422, problem=str(broken))
    flash("De mentoraanvraag is ingetrokken.")
    return back(application)


@bp.post("/mentoraanvragen/<int:application_id>/gelezen")
def read_decision(application_id):
    """The decision was read by somebody of the organisation."""
    application = load(mine(), application_id)
    try:
        application.read_decision(g.actor)
    except RuleBroken as broken:
        return file_page(load(mine(), application_id), 422, problem=str(broken))
    return back(application)
