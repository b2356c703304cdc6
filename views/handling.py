"""Case handling: the partnership's queue, one file, and the handler's steps in it.

It must not know another partnership's files; what a step needs, the record decides.
"""

from flask import Blueprint, flash, g, request, url_for

import rules
from models import (
    SECTIONS,
    AccessLog,
    Appeal,
    Event,
    Membership,
    Mentor,
    Note,
    ReasonTemplate,
    Recognition,
    RecognitionMentor,
    Sanction,
    Visit,
    Vote,
)
from rules import RuleBroken
from views.answers import go_to, load, render
from views.forms import VisitForm, decision_form, questions_form
from views.statuses import explained, may_sanction

bp = Blueprint("handling", __name__, url_prefix="/behandeling")


def ours():
    return Recognition.handled_by(g.actor.organisation.partnership_id)


@bp.get("/<int:recognition_id>")
def show(recognition_id):
    """One file; ?sjabloon= starts the decision or the question from the partnership's own wording."""
    recognition = load(ours(), recognition_id)
    questions, decision = questions_form(SECTIONS), decision_form(recognition.mentor_links)
    template = chosen_template(request.args.get("sjabloon", ""))
    if template and template.kind == "ask":
        questions.question_criteria.data = template.text
    elif template:
        decision.decision.data, decision.reason.data = template.kind, template.text
    return file_page(recognition, questions=questions, decision=decision)


def chosen_template(typed):
    own = ReasonTemplate.of(g.actor.organisation.partnership)
    plain = typed.isascii() and typed.isdecimal() and len(typed) < 10
    return own.where(ReasonTemplate.id == int(typed)).first() if plain else None


def file_page(recognition, status=200, questions=None, decision=None, problem=None, revealed=None):
    versions = recognition.submissions()
    changed, imposed = recognition.changed(), Sanction.touching(recognition)
    return render(
        "handling/show.html",
        None,
        status,
        recognition=recognition,
        content=versions[-1],
        changed=changed,
        changed_sections={change.section for change in changed},
        is_completion=len(versions) > 1,
        events=list(Event.of(recognition)),
        questions=questions or questions_form(SECTIONS),
        decision=decision or decision_form(recognition.mentor_links),
        problem=problem,
        revealed=revealed or {},
        notes=list(Note.of(recognition)),
        votes=list(Vote.of(recognition)),
        visits=list(Visit.of(recognition)),
        colleagues=list(Membership.colleagues(g.actor.organisation)),
        typed=request.form,  # what a refused note, vote or report said
        visit=VisitForm(request.form or None),
        checklist=rules.VISIT_CHECKLIST,
        modes=rules.DECISION_MODES,
        templates=list(ReasonTemplate.of(recognition.partnership)),
        explanation=explained(recognition, g.actor, g.on),
        imposed=imposed,
        appeals=Appeal.about(recognition, imposed),
        may_sanction=may_sanction(recognition, g.actor),
    )


def back(recognition, told):
    flash(told)
    return go_to(url_for("handling.show", recognition_id=recognition.id))


def simple_step(recognition_id, step, told):
    recognition = load(ours(), recognition_id)
    try:
        getattr(recognition, step)(g.actor)
    except RuleBroken as broken:
        return file_page(load(ours(), recognition_id), 422, problem=str(broken))
    return back(recognition, told)


@bp.post("/<int:recognition_id>/nemen")
def assign(recognition_id):
    return simple_step(recognition_id, "assign", "U behandelt dit dossier.")


@bp.post("/<int:recognition_id>/volledig")
def declare_complete(recognition_id):
    told = "Het dossier is volledig verklaard. Start nu de behandeling."
    return simple_step(recognition_id, "declare_complete", told)


@bp.post("/<int:recognition_id>/hervatten")
def resume(recognition_id):
    return simple_step(recognition_id, "resume", "U gaat verder zonder het antwoord van de werkgever.")


@bp.post("/<int:recognition_id>/starten")
def start(recognition_id):
    return simple_step(recognition_id, "start", "De behandeling is gestart.")


@bp.post("/<int:recognition_id>/vragen")
def ask(recognition_id):
    """Ask for completion, per section."""
    recognition = load(ours(), recognition_id)
    form = questions_form(SECTIONS, request.form)
    try:
        if not form.validate():
            return file_page(recognition, 422, questions=form)
        texts = {section: form[f"question_{section}"].data for section in SECTIONS}
        recognition.ask(g.actor, texts, form.answer_by.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(load(ours(), recognition_id), 422, questions=form)
    return back(recognition, "Uw vraag staat bij de werkgever. De klok staat stil tot het antwoord er is.")


@bp.post("/<int:recognition_id>/beslissen")
def decide(recognition_id):
    recognition = load(ours(), recognition_id)
    form = decision_form(recognition.mentor_links, request.form)
    try:
        if not form.validate():
            return file_page(recognition, 422, decision=form)
        mentors = {
            link.id: (form[f"mentor_{link.id}"].data != "refuse", form[f"mentor_{link.id}_reason"].data)
            for link in recognition.mentor_links
        }
        approved = form.decision.data == "approve"
        recognition.decide(g.actor, approved, form.reason.data, mentors)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return file_page(load(ours(), recognition_id), 422, decision=form)
    told = "goedgekeurd" if approved else "afgekeurd"
    return back(recognition, f"De aanvraag is {told}. De werkgever krijgt een mail.")


@bp.post("/<int:recognition_id>/mentors/<int:mentor_id>/rijksregisternummer")
def reveal(recognition_id, mentor_id):
    """Show a mentor's national register number to who handles the file, once, and note who saw it."""
    recognition = load(ours(), recognition_id)
    links = RecognitionMentor.select(RecognitionMentor.mentor).where(RecognitionMentor.recognition == recognition)
    mentor = load(Mentor.select().where(Mentor.id.in_(links)), mentor_id)
    try:
        recognition.check_duty(g.actor)
    except RuleBroken as broken:
        return file_page(recognition, 422, problem=str(broken))
    AccessLog.note(mentor, "insz", g.actor, recognition.number)
    response = file_page(recognition, revealed={mentor.id: mentor.insz})
    response.headers["Cache-Control"] = "no-store"
    return response
