"""What a partnership does around a file: hand it over, write notes, vote, visit, and set how it decides.

It must not decide on a file; handling.py does.
"""

from flask import flash, g, request, url_for

import rules
from models import DUTIES, TEMPLATE_KINDS, Membership, Note, Partnership, ReasonTemplate, Visit, Vote
from rules import RuleBroken
from views.answers import go_to, load, render
from views.forms import VisitForm
from views.handling import back, bp, file_page, ours


def around(recognition_id, act, told):
    """Do something around a file; refused, its page says why and keeps what was typed."""
    recognition = load(ours(), recognition_id)
    try:
        act(recognition)
    except RuleBroken as broken:
        return file_page(load(ours(), recognition_id), 422, problem=str(broken))
    return back(recognition, told)


@bp.post("/<int:recognition_id>/overdragen")
def hand_over(recognition_id):
    """Give the file to a colleague of the partnership."""
    typed = request.form.get("colleague", "")

    def act(recognition):
        number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
        colleague = Membership.colleagues(g.actor.organisation).where(Membership.user == number).first()
        if not colleague:
            raise RuleBroken(colleague="Kies een collega van uw partnerschap.")
        recognition.hand_over(g.actor, colleague.user)

    return around(recognition_id, act, "Het dossier is overgedragen.")


@bp.post("/<int:recognition_id>/notities")
def write_note(recognition_id):
    """An internal note; the employer never sees it."""
    text = request.form.get("note", "")
    return around(recognition_id, lambda recognition: Note.write(recognition, g.actor, text), "De notitie is bewaard.")


@bp.post("/<int:recognition_id>/stem")
def vote(recognition_id):
    """Say for or against, as second reader or voter."""
    chosen, reason = request.form.get("vote", ""), request.form.get("vote_reason", "")

    def act(recognition):
        if chosen not in ("approve", "refuse"):
            raise RuleBroken(vote="Kies voor of tegen.")
        Vote.cast(recognition, g.actor, chosen == "approve", reason)

    return around(recognition_id, act, "Uw stem is genoteerd.")


@bp.post("/<int:recognition_id>/bezoeken")
def plan_visit(recognition_id):
    """Plan a visit; the employer sees when."""
    form = VisitForm(request.form)

    def act(recognition):
        if not form.validate():
            raise RuleBroken(**{name: errors[0] for name, errors in form.errors.items()})
        Visit.plan(recognition, g.actor, form.planned_on.data, form.planned_at.data or "")

    return around(recognition_id, act, "Het bezoek is gepland. De werkgever ziet wanneer.")


def visit_of(recognition, visit_id):
    return load(Visit.select().where(Visit.recognition == recognition), visit_id)


@bp.post("/<int:recognition_id>/bezoeken/<int:visit_id>/verslag")
def report_visit(recognition_id, visit_id):
    """Report on a visit, with the checklist."""
    answers = {"ja": True, "nee": False}
    checklist = {key: answers.get(request.form.get(f"check_{key}")) for key in rules.VISIT_CHECKLIST}
    text = request.form.get("report", "")

    def act(recognition):
        visit = visit_of(recognition, visit_id)
        visit.recognition = recognition
        visit.write_report(g.actor, checklist, text)

    return around(recognition_id, act, "Het verslag is bewaard.")


@bp.post("/<int:recognition_id>/bezoeken/<int:visit_id>/annuleren")
def cancel_visit(recognition_id, visit_id):
    def act(recognition):
        visit = visit_of(recognition, visit_id)
        visit.recognition = recognition
        visit.cancel(g.actor)

    return around(recognition_id, act, "Het bezoek gaat niet door.")


@bp.get("/instellingen")
def preferences():
    """How the partnership decides, and who works here."""
    return preferences_page()


def preferences_page(status=200, problem=None, typed=None):
    return render(
        "handling/preferences.html",
        None,
        status,
        partnership=g.actor.organisation.partnership,
        modes=rules.DECISION_MODES,
        people=list(Membership.colleagues(g.actor.organisation)),
        duties=DUTIES,
        templates=list(ReasonTemplate.of(g.actor.organisation.partnership)),
        kinds=TEMPLATE_KINDS,
        typed=typed or {},
        problem=problem,
    )


@bp.post("/instellingen")
def save_preferences():
    mode, votes = request.form.get("decision_mode", ""), request.form.get("votes_needed", "")
    try:
        plain = votes.isascii() and votes.isdecimal() and len(votes) < 3
        number = int(votes) if plain else 0 if votes else None
        Partnership.set_decision_mode(g.actor, mode, number)
    except RuleBroken as broken:
        return preferences_page(422, str(broken))
    flash("De instelling is bewaard.")
    return go_to(url_for("handling.preferences"))
