"""Where tasks and chores lead: the page on which something can be done about them.

It must not know how a task is found, nor how it is shown.
"""

from flask import g

from views.addresses import url_for


def place(task):
    """Where "Verdergaan" leads."""
    if task.proposal:
        return url_for("mandates.proposals", _anchor=f"voorstel-{task.proposal.id}")
    if task.agreement:
        return place_of_agreement(task)
    if task.application:
        return url_for("mentor_applications.show", application_id=task.application.id)
    recognition_id = task.recognition.id
    if task.sanction:
        return url_for("appeals.sanction", sanction_id=task.sanction.id)
    if task.kind == "workplace":
        return url_for("workplaces.show", recognition_id=recognition_id)
    if not g.actor.may_act:
        return url_for("recognitions.show", recognition_id=recognition_id)
    if task.kind == "renewal":
        return url_for("recognitions.ask_renewal", recognition_id=recognition_id)
    if task.kind in ("draft", "renewal_draft"):
        return url_for("application.overview", recognition_id=recognition_id)
    return url_for("recognitions.show", recognition_id=recognition_id)


def chore_place(chore):
    """Where a chore is looked after."""
    if chore.kind == "establishment":
        return url_for("establishments.show", establishment_id=chore.record.id)
    return url_for("users.index" if chore.kind == "users" else "organisation.profile")


def place_of_agreement(task):
    """The page of the agreement where the task is done, or the list it is about."""
    if task.kind == "premium":
        return url_for("agreements.index", premie="onvolledig")
    if task.kind == "fill":
        return url_for("agreements.overview", agreement_id=task.agreement.id)
    anchor = {"sign": "agreements-signing", "suspension": "schorsing", "addendum": "bijlagen", "ending": "einde"}.get(
        task.kind
    )
    if g.actor.may_act and task.kind == "mentor_lost":
        return url_for("agreements.change", agreement_id=task.agreement.id, kind="mentor")
    return url_for("agreements.show", agreement_id=task.agreement.id, _anchor=anchor)
