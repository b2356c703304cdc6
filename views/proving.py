"""The next two steps of an application: who is mentor, and what proves that the conditions are met.

It must not know how an application is submitted.
"""

from flask import abort, flash, g, request, url_for

import rules
from models import Mentor, may_be_corrected, vault
from rules import RuleBroken
from views.answers import go_to, is_fragment, load
from views.application import after, bp, mine, step_page
from views.forms import DocumentForm, criteria_form
from views.mentor_forms import CorrectedMentorForm, KnownMentorForm, NewMentorForm
from views.uploads import uploaded

NAMED = ("first_name", "last_name", "email", "phone")


@bp.get("/<int:recognition_id>/mentors")
def mentors(recognition_id):
    """The mentors on the application; ?mentor= opens the form of one, or of a new one."""
    recognition = load(mine(), recognition_id)
    wanted = request.args.get("mentor", "")
    known = known_mentor(wanted)
    if wanted and wanted != "nieuw" and not known:
        abort(404)
    form = None
    if known:
        link = next((link for link in recognition.mentor_links if link.mentor_id == known.id), None)
        facts = {name: getattr(known, name) for name in ("trained_on", *NAMED)}
        form = form_for(known)(obj=link, **facts)
    elif wanted == "nieuw" or not recognition.mentor_links and not own_mentors().exists():
        form = NewMentorForm()
    return mentors_page(recognition, form, known)


def form_for(known):
    """What is asked about a mentor: all of somebody new, and the name too of who is in no file that was handed in."""
    if not known:
        return NewMentorForm
    return CorrectedMentorForm if may_be_corrected(known) else KnownMentorForm


def own_mentors():
    return Mentor.of(g.actor.organisation)


def known_mentor(typed):
    if not (typed.isdecimal() and len(typed) < 10):
        return None
    return own_mentors().where(Mentor.id == int(typed)).first()


def mentors_page(recognition, form=None, known=None, status=200, in_use=None):
    """`in_use`: the mentor whose national register number was typed for somebody new."""
    on_it = {link.mentor_id for link in recognition.mentor_links}
    others = [mentor for mentor in Mentor.choosable(g.actor.organisation) if mentor.id not in on_it]
    return step_page("mentors", recognition, status, form=form, known=known, others=others, in_use=in_use)


def enter(form):
    """The new mentor of a PersonForm. Raises InszInUse when that person is known already."""
    return Mentor.enter(
        g.actor.organisation,
        form.insz.data,
        first_name=form.first_name.data,
        last_name=form.last_name.data,
        email=form.email.data or "",
        phone=form.phone.data or "",
    )


@bp.post("/<int:recognition_id>/mentors")
def save_mentor(recognition_id):
    """Put a mentor on the application: a known one by its id, or a new one."""
    recognition = load(mine(), recognition_id)
    known = known_mentor(request.form.get("mentor", ""))
    form = form_for(known)(request.form)
    if not form.validate():
        return mentors_page(recognition, form, known, 422)
    try:
        if not recognition.may_edit("mentors", g.actor):
            raise RuleBroken(state="Dit onderdeel kan nu niet gewijzigd worden.")
        Mentor.check_training(form.trained_on.data, g.on)
        person = known or enter(form)
        for name in NAMED if isinstance(form, CorrectedMentorForm) else ():
            setattr(person, name, form[name].data or "")
        person.trained_on = form.trained_on.data
        person.save()
        recognition.add_mentor(
            g.actor,
            person,
            profession=form.profession.data,
            experience=form.experience.data,
            has_prior_education=form.has_prior_education.data,
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return mentors_page(recognition, form, known, 422, getattr(broken, "mentor", None))
    flash(f"{person} staat als mentor op deze aanvraag.")
    return go_to(url_for("application.mentors", recognition_id=recognition.id))


@bp.post("/<int:recognition_id>/mentors/<int:mentor_id>/verwijderen")
def remove_mentor(recognition_id, mentor_id):
    recognition = load(mine(), recognition_id)
    mentor = load(own_mentors(), mentor_id)
    try:
        recognition.remove_mentor(g.actor, mentor)
    except RuleBroken as broken:
        flash(str(broken))
    return go_to(url_for("application.mentors", recognition_id=recognition.id))


@bp.get("/<int:recognition_id>/criteria")
def criteria(recognition_id):
    recognition = load(mine(), recognition_id)
    return criteria_page(recognition, known_answers(recognition))


def known_answers(recognition):
    return criteria_form(rules.ENTERPRISE_CRITERIA, answers=recognition.answers)


def criteria_page(recognition, form, status=200, upload=None, slot=None, is_about_files=False):
    """`upload`: the form of the slot (kind, mentor id) whose file was refused.

    `is_about_files`: a file came or went, so that what stands typed among the answers is newer than what is kept.
    """
    return step_page(
        "criteria",
        recognition,
        status,
        form=form,
        criteria=rules.ENTERPRISE_CRITERIA,
        slots=document_slots(recognition),
        upload=upload or DocumentForm(),
        refused=slot,
        oldest=rules.add_months(g.on, -rules.EXTRACT_MONTHS),
        is_about_files=is_about_files,
    )


def document_slots(recognition):
    """What can be attached: (kind, mentor or None, what it is, documents there, required, others in the vault)."""
    slots = []
    for link in recognition.mentor_links:
        person = link.mentor
        slots.append(("extract", person, f"Uittreksel strafregister 596.2 van {person}", True))
        if link.has_prior_education:
            slots.append(("prior_education", person, f"Bewijs van vooropleiding van {person}", True))
        if person.trained_on:
            slots.append(("mentor_training", person, f"Attest van de mentoropleiding van {person}", False))
    partnership = recognition.competent_partnership()
    if partnership and partnership.extra_document:
        slots.append(("sector", None, f"Gevraagd door {partnership.name}: {partnership.extra_document}", True))
    slots.append(("other", None, "Ander document", False))
    kept, used = vault.usable(g.actor), {document.id for document in recognition.documents}
    return [
        (
            kind,
            who,
            title,
            recognition.documents_of(kind, who),
            needed,
            [one for one in kept[kind, who and who.id] if one.id not in used],
        )
        for kind, who, title, needed in slots
    ]


@bp.post("/<int:recognition_id>/criteria")
def save_criteria(recognition_id):
    recognition = load(mine(), recognition_id)
    form = criteria_form(rules.ENTERPRISE_CRITERIA, request.form)
    if not form.validate():
        return criteria_page(recognition, form, 422)
    answers = {
        criterion.key: (form[criterion.key].data == "ja", form[f"{criterion.key}_explanation"].data)
        for criterion in rules.ENTERPRISE_CRITERIA
        if form[criterion.key].data
    }
    try:
        recognition.answer_criteria(g.actor, answers)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return criteria_page(recognition, form, 422)
    return after("criteria", recognition)


@bp.post("/<int:recognition_id>/documenten")
def upload(recognition_id):
    """Attach a file to one of the slots."""
    recognition = load(mine(), recognition_id)
    kind, mentor = request.form.get("kind", ""), known_mentor(request.form.get("mentor", ""))
    slots = {(name, who and who.id) for name, who, *_ in document_slots(recognition)}
    slot = (kind, mentor and mentor.id)
    form = DocumentForm(request.form)
    if slot not in slots:
        form.add_problems({"state": "Dit document wordt bij deze aanvraag niet (meer) gevraagd."})
    document = slot in slots and uploaded(form, kind, mentor)
    return attached(recognition, document, form, slot)


def attached(recognition, document, form, slot=None):
    """The step again with the document on the application, or with what is wrong."""
    try:
        if document:
            recognition.attach(g.actor, document)
            return stay_at_documents(recognition)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
    return criteria_page(recognition, known_answers(recognition), 422, form, slot, is_about_files=True)


@bp.post("/<int:recognition_id>/documenten/kiezen")
def choose_document(recognition_id):
    """Use a document that is in the vault already."""
    recognition, form = load(mine(), recognition_id), DocumentForm()
    typed = request.form.get("document", "")
    offered = {str(one.id): one for *_, others in document_slots(recognition) for one in others}
    if typed not in offered:
        form.add_problems({"document": "Kies een document dat u hier kunt gebruiken."})
    return attached(recognition, offered.get(typed), form)


def stay_at_documents(recognition):
    """The same step again: for htmx at once, for others by a redirect to where they were."""
    if is_fragment():
        fresh = load(mine(), recognition.id)
        return criteria_page(fresh, known_answers(fresh), is_about_files=True)
    return go_to(url_for("application.criteria", recognition_id=recognition.id, _anchor="documenten"))


@bp.post("/<int:recognition_id>/documenten/<int:document_id>/verwijderen")
def remove_document(recognition_id, document_id):
    recognition = load(mine(), recognition_id)
    document = next((document for document in recognition.documents if document.id == document_id), None)
    if not document:
        abort(404)
    try:
        recognition.detach(g.actor, document)
    except RuleBroken as broken:
        form = DocumentForm()
        form.add_problems(broken.problems)
        return criteria_page(recognition, known_answers(recognition), 422, form, is_about_files=True)
    return stay_at_documents(recognition)
