"""Filling in an application, step by step: establishment, training, mentors, criteria and documents, overview.

Each step saves what is there and demands nothing; submitting does. It must not know what happens afterwards.
"""

from flask import Blueprint, abort, flash, g, request, url_for

import adapters.kbo as kbo
import rules
from models import SECTIONS, Document, Establishment, JointCommittee, Mentor, Recognition, Training
from rules import RuleBroken
from views.answers import go_to, is_fragment, load, render
from views.forms import (
    DocumentForm,
    EstablishmentForm,
    KnownMentorForm,
    NewMentorForm,
    TrainingForm,
    criteria_form,
    one_line,
)

bp = Blueprint("application", __name__, url_prefix="/erkenningen")

SHOWN = 20  # trainings or establishments in one list; typing finds the rest


def mine():
    return Recognition.of(g.actor.organisation)


@bp.get("/nieuw")
def new():
    """What to have at hand, and the drafts that already lie there."""
    drafts = mine().where(Recognition.state == "draft").order_by(Recognition.id.desc()).limit(10)
    return render("application/new.html", drafts=list(drafts))


@bp.post("/nieuw")
def start():
    draft = Recognition.draft(g.actor)
    return go_to(url_for("application.establishment", recognition_id=draft.id))


def after(section, recognition):
    """Where a saved step leads: the next one in a new draft, the overview or file where only a part is changed."""
    if request.form.get("then") == "stay":
        return go_to(request.path)
    if recognition.state == "incomplete":
        return go_to(url_for("recognitions.show", recognition_id=recognition.id))
    order = [*SECTIONS, "overview"]
    following = "overview" if recognition.renews_id else order[order.index(section) + 1]
    return go_to(url_for(f"application.{following}", recognition_id=recognition.id))


def step_page(section, recognition, status=200, part=None, **context):
    """A step: the page with the progress list, or only its form."""
    return render(
        f"application/{section}.html",
        part or f"application/_{section}.html",
        status,
        recognition=recognition,
        section=section,
        problems=recognition.problems(g.on),
        may_edit=recognition.may_edit(section, g.actor),
        **context,
    )


# --- 1. establishment -------------------------------------------------------------------------------------------------


@bp.get("/<int:recognition_id>/vestiging")
def establishment(recognition_id):
    recognition = load(mine(), recognition_id)
    known = recognition.establishment
    committee = (known and known.joint_committee) or g.actor.organisation.joint_committee
    form = EstablishmentForm(
        establishment=known.number if known else None,
        joint_committee=str(committee or ""),
        contact_name=recognition.contact_name,
        contact_email=recognition.contact_email,
        contact_phone=recognition.contact_phone,
    )
    if not known and not recognition.contact_name:
        form.contact_name.data = g.actor.user.name
    return establishment_page(recognition, form)


def establishment_page(recognition, form, status=200, part=None):
    search = request.values.get("zoek", "")
    found = kbo.establishments(int(g.actor.organisation.number), search, SHOWN + 1)
    committee = find_committee(form.joint_committee.data)
    return step_page(
        "establishment",
        recognition,
        status,
        part,
        form=form,
        found=found[:SHOWN],
        more=len(found) > SHOWN,
        search=search,
        committee=committee,
        competent=committee.competent() if committee else None,
        outside=bool(recognition.establishment) and not rules.in_region(recognition.establishment.region()),
    )


@bp.get("/<int:recognition_id>/vestigingen")
def establishments(recognition_id):
    """The establishments that match what is typed, to choose from."""
    recognition = load(mine(), recognition_id)
    form = EstablishmentForm(establishment=recognition.establishment and recognition.establishment.number)
    return establishment_page(recognition, form, part="application/_establishments.html")


@bp.get("/<int:recognition_id>/paritair-comite")
def committee(recognition_id):
    """Which partnership a joint committee leads to, while it is typed."""
    load(mine(), recognition_id)
    found = find_committee(request.args.get("joint_committee", ""))
    return render(
        "application/committee.html",
        "application/_committee.html",
        typed=request.args.get("joint_committee", ""),
        committee=found,
        competent=found.competent() if found else None,
        recognition_id=recognition_id,
    )


def find_committee(typed):
    """The joint committee whose number the text starts with, or None."""
    code = (typed or "").replace("PC", "").replace("pc", "").strip().partition(" ")[0]
    return JointCommittee.get_or_none(JointCommittee.code == code[:6]) if code else None


@bp.post("/<int:recognition_id>/vestiging")
def save_establishment(recognition_id):
    recognition = load(mine(), recognition_id)
    form = EstablishmentForm(request.form)
    valid = form.validate()
    committee = find_committee(form.joint_committee.data)
    if form.joint_committee.data and not committee:
        form.add_problems({"joint_committee": "Dit paritair comité kennen we niet. Schrijf het nummer, bv. 201."})
        valid = False
    if not valid:
        return establishment_page(recognition, form, 422)
    try:
        chosen = chosen_establishment(recognition, form.establishment.data)
        recognition.edit(
            "establishment",
            g.actor,
            establishment=chosen,
            contact_name=form.contact_name.data,
            contact_email=form.contact_email.data or "",
            contact_phone=form.contact_phone.data or "",
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return establishment_page(recognition, form, 422)
    if chosen and committee and chosen.joint_committee_id != committee.id:
        Establishment.update(joint_committee=committee).where(Establishment.id == chosen.id).execute()
    return after("establishment", recognition)


def chosen_establishment(recognition, number):
    """The establishment chosen from the KBO, or None. Raises RuleBroken when it is not this enterprise's."""
    if not number:
        return recognition.establishment
    if recognition.establishment and recognition.establishment.number == number:
        return recognition.establishment
    if rules.valid_establishment_number(number):
        own = kbo.establishments(int(g.actor.organisation.number), limit=None)
        if found := next((one for one in own if one.number == int(rules.digits(number))), None):
            return Establishment.take_over(g.actor.organisation, found)
    raise RuleBroken(establishment="Deze vestiging staat in de KBO niet op uw onderneming. Kies er een uit de lijst.")


# --- 2. training ------------------------------------------------------------------------------------------------------


@bp.get("/<int:recognition_id>/opleiding")
def training(recognition_id):
    recognition = load(mine(), recognition_id)
    return training_page(recognition, TrainingForm(training=recognition.training_id))


def training_page(recognition, form, status=200, twins=()):
    search = request.values.get("zoek", "")
    found = list(Training.search(search).limit(SHOWN + 1))
    return step_page(
        "training",
        recognition,
        status,
        form=form,
        found=found[:SHOWN],
        more=len(found) > SHOWN,
        search=search,
        twins=twins,
    )


@bp.get("/<int:recognition_id>/opleidingen")
def trainings(recognition_id):
    """The trainings that match what is typed, to choose from."""
    recognition = load(mine(), recognition_id)
    search = request.args.get("zoek", "")
    found = list(Training.search(search).limit(SHOWN + 1))
    return step_page(
        "training",
        recognition,
        part="application/_trainings.html",
        form=TrainingForm(training=recognition.training_id),
        found=found[:SHOWN],
        more=len(found) > SHOWN,
        search=search,
        twins=(),
    )


@bp.post("/<int:recognition_id>/opleiding")
def save_training(recognition_id):
    recognition = load(mine(), recognition_id)
    form = TrainingForm(request.form)
    typed = form.training.data or ""
    chosen = Training.get_or_none(Training.id == int(typed)) if typed.isdecimal() and len(typed) < 10 else None
    if typed and not chosen:
        form.add_problems({"training": "Kies een opleiding uit de lijst."})
        return training_page(recognition, form, 422)
    if chosen and recognition.establishment and not request.form.get("second_draft"):
        twins = list(Recognition.drafts_like(g.actor.organisation, recognition.establishment, chosen, recognition.id))
        if twins:
            return training_page(recognition, form, 422, twins)
    try:
        recognition.edit("training", g.actor, training=chosen or recognition.training)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return training_page(recognition, form, 422)
    return after("training", recognition)


# --- 3. mentors -------------------------------------------------------------------------------------------------------


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
        form = (
            KnownMentorForm(obj=link, trained_on=known.trained_on)
            if link
            else KnownMentorForm(trained_on=known.trained_on)
        )
    elif wanted == "nieuw" or not recognition.mentor_links and not own_mentors().exists():
        form = NewMentorForm()
    return mentors_page(recognition, form, known)


def own_mentors():
    return Mentor.of(g.actor.organisation)


def known_mentor(typed):
    if not (typed.isdecimal() and len(typed) < 10):
        return None
    return own_mentors().where(Mentor.id == int(typed)).first()


def mentors_page(recognition, form=None, known=None, status=200):
    on_it = {link.mentor_id for link in recognition.mentor_links}
    others = [mentor for mentor in own_mentors() if mentor.id not in on_it]
    return step_page("mentors", recognition, status, form=form, known=known, others=others)


@bp.post("/<int:recognition_id>/mentors")
def save_mentor(recognition_id):
    """Put a mentor on the application: a known one by its id, or a new one."""
    recognition = load(mine(), recognition_id)
    known = known_mentor(request.form.get("mentor", ""))
    form = (KnownMentorForm if known else NewMentorForm)(request.form)
    if not form.validate():
        return mentors_page(recognition, form, known, 422)
    try:
        if not recognition.may_edit("mentors", g.actor):
            raise RuleBroken(state="Dit onderdeel kan nu niet gewijzigd worden.")
        person = known or Mentor.enter(
            g.actor.organisation,
            form.insz.data,
            first_name=form.first_name.data,
            last_name=form.last_name.data,
            email=form.email.data or "",
            phone=form.phone.data or "",
        )
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
        return mentors_page(recognition, form, known, 422)
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


# --- 4. criteria and documents ----------------------------------------------------------------------------------------


@bp.get("/<int:recognition_id>/criteria")
def criteria(recognition_id):
    recognition = load(mine(), recognition_id)
    return criteria_page(recognition, criteria_form(rules.ENTERPRISE_CRITERIA, answers=recognition.answers))


def criteria_page(recognition, form, status=200, upload=None, slot=None):
    """`upload`: the form of the slot (kind, mentor id) whose file was refused."""
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
    )


def document_slots(recognition):
    """What can be attached: (kind, mentor or None, what it is, documents there, required)."""
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
    return [(kind, who, title, recognition.documents_of(kind, who), needed) for kind, who, title, needed in slots]


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
    valid = form.validate()
    file = request.files.get("file")
    problems = {}
    if slot not in slots:
        problems["file"] = "Dit document wordt bij deze aanvraag niet gevraagd."
    elif not file or not file.filename:
        problems["file"] = "Kies eerst een bestand."
    if kind == "extract":
        problems |= extract_problem(form.issued_on.data)
    try:
        if valid and not problems:
            content = file.read(rules.MAX_UPLOAD_BYTES + 1)
            document = Document.store(g.actor, content, one_line(file.filename), kind, mentor, form.issued_on.data)
            recognition.attach(g.actor, document)
    except RuleBroken as broken:
        problems = broken.problems
    if problems or not valid:
        form.add_problems(problems)
        known = criteria_form(rules.ENTERPRISE_CRITERIA, answers=recognition.answers)
        return criteria_page(recognition, known, 422, form, slot)
    return stay_at_documents(recognition)


def stay_at_documents(recognition):
    """The same step again: for htmx at once, for others by a redirect to where they were."""
    if is_fragment():
        return criteria(recognition.id)
    return go_to(url_for("application.criteria", recognition_id=recognition.id, _anchor="documenten"))


def extract_problem(issued_on):
    if not issued_on:
        return {"issued_on": "Vul in wanneer het uittreksel afgeleverd is. De datum staat op het uittreksel."}
    if issued_on > g.on:
        return {"issued_on": "Deze datum moet nog komen. Kijk de datum op het uittreksel na."}
    if not rules.extract_valid(issued_on, g.on):
        return {"issued_on": "Dit uittreksel is ouder dan een jaar. Vraag een recent aan bij de gemeente."}
    return {}


@bp.post("/<int:recognition_id>/documenten/<int:document_id>/verwijderen")
def remove_document(recognition_id, document_id):
    recognition = load(mine(), recognition_id)
    document = next((document for document in recognition.documents if document.id == document_id), None)
    if not document:
        abort(404)
    try:
        recognition.detach(g.actor, document)
    except RuleBroken as broken:
        flash(str(broken))
    return stay_at_documents(recognition)


# --- 5. overview ------------------------------------------------------------------------------------------------------


@bp.get("/<int:recognition_id>/overzicht")
def overview(recognition_id):
    return overview_page(load(mine(), recognition_id))


def overview_page(recognition, status=200, problem=None):
    return step_page(
        "overview",
        recognition,
        status,
        content=recognition.content(),
        changed={change.section for change in recognition.changed()},
        competent=recognition.competent_partnership(),
        problem=problem,
    )


@bp.post("/<int:recognition_id>/bevestigen")
def confirm(recognition_id):
    """ "Klopt dit nog?" Yes: one section of a renewal is right still."""
    recognition = load(mine(), recognition_id)
    section = request.form.get("section")
    if section not in SECTIONS:
        abort(404)
    try:
        recognition.confirm(section, g.actor)
    except RuleBroken as broken:
        return overview_page(recognition, 422, str(broken))
    return go_to(url_for("application.overview", recognition_id=recognition.id, _anchor=section))


@bp.post("/<int:recognition_id>/indienen")
def submit(recognition_id):
    recognition = load(mine(), recognition_id)
    if not request.form.get("is_true"):
        return overview_page(recognition, 422, "Vink aan dat uw gegevens juist zijn.")
    try:
        recognition.submit(g.actor)
    except RuleBroken as broken:
        return overview_page(recognition, 422, str(broken))
    flash(f"Ingediend: uw aanvraag heeft nummer {recognition.number}.")
    return go_to(url_for("recognitions.show", recognition_id=recognition.id))
