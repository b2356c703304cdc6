"""The first two steps of an application: which establishment, which training.

It must not know mentors or documents.
"""

from flask import g, request

import adapters.kbo as kbo
import rules
from models import Establishment, JointCommittee, Recognition, Training, db
from rules import RuleBroken
from views.answers import load, render
from views.application import after, bp, mine, step_page
from views.forms import EstablishmentForm, TrainingForm

OFF_LIST = Establishment.is_provisional | Establishment.inactive_from.is_null(False)  # not simply as the KBO says
SHOWN = 20  # trainings or establishments in one list; typing finds the rest


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
    own = list(Establishment.of(g.actor.organisation).where(OFF_LIST))
    closed = {int(place.number) for place in own if place.inactive_from}
    found = kbo.establishments(int(g.actor.organisation.number), search, SHOWN + 1 + len(closed))
    found = [row for row in found if row.number not in closed]
    committee = find_committee(form.joint_committee.data)
    return step_page(
        "establishment",
        recognition,
        status,
        part,
        form=form,
        found=found[:SHOWN],
        provisional=[place for place in own if place.is_provisional and not place.inactive_from],
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
        with db.atomic():
            recognition.edit(
                "establishment",
                g.actor,
                establishment=chosen,
                contact_name=form.contact_name.data,
                contact_email=form.contact_email.data or "",
                contact_phone=form.contact_phone.data or "",
            )
            if chosen:
                chosen.choose_committee(g.actor, committee)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return establishment_page(recognition, form, 422)
    return after("establishment", recognition)


def chosen_establishment(recognition, number):
    """The establishment chosen from the KBO, or None. Raises RuleBroken when it is not this enterprise's."""
    if not number:
        return recognition.establishment
    if recognition.establishment and recognition.establishment.number == number:
        return recognition.establishment
    if typed_in := Establishment.of(g.actor.organisation).where(OFF_LIST, Establishment.number == number).first():
        if typed_in.inactive_from:
            raise RuleBroken(establishment="Deze vestiging is gedeactiveerd. Activeer ze eerst onder Mijn organisatie.")
        return typed_in
    if rules.valid_establishment_number(number):
        own = kbo.establishments(int(g.actor.organisation.number), limit=None)
        if found := next((one for one in own if one.number == int(rules.digits(number))), None):
            return Establishment.take_over(g.actor.organisation, found)
    raise RuleBroken(establishment="Deze vestiging staat in de KBO niet op uw onderneming. Kies er een uit de lijst.")


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
