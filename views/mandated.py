"""What a mandate opens, and what is handed in by one but waits for the employer: at the door, before any view.

It must not know what a page shows.
"""

import re

from flask import abort, current_app, flash, g, request, session, url_for

from models import Agreement, Mandate, Mentor, MentorApplication, Organisation, Proposal, Recognition, db
from rules import RuleBroken
from views.answers import go_to
from views.mandates import waiting

# What a mandate must be for, by endpoint, else by blueprint; () asks nothing more. What is not named here is closed.
PURPOSE_OF = {
    "dashboard": (),
    "dashboard.all_clocks": ("recognitions",),
    "organisation.choose": (),
    "organisation.switch": (),
    "organisation.profile": (),
    "finder.contact": (),
    "help": (),
    "search": (),  # it shows what the mandate is for, see views/search.py
    "frame": (),
    "frame.recognitions": ("recognitions",),
    "pairing": (),
    "workplaces": ("recognitions",),
    "recognitions": ("recognitions",),
    "application": ("recognitions",),
    "mentors": ("mentors",),
    "mentor_applications": ("mentors",),
    "documents": ("recognitions", "mentors"),  # either: the vault serves both
    "agreements": ("agreements",),
    "statuses": (),
    # Only the enterprise itself goes into appeal; who fills in for it may read.
    **dict.fromkeys(("appeals.sanctions", "appeals.sanction", "appeals.index", "appeals.show"), ("recognitions",)),
    "threads.of_recognition": ("recognitions",),
    "threads.write_in_recognition": ("recognitions",),
    "threads.read_recognition": ("recognitions",),
    "threads.of_agreement": ("agreements",),
    "threads.write_in_agreement": ("agreements",),
    "threads.read_agreement": ("agreements",),
}
# The enterprise signs itself, and chooses itself who registers.
NEVER = {
    "agreements.sign",
    "agreements.sign_on_paper",
    "agreements.sign_addendum",
    "agreements.choose_who_registers",
}

# What hands something in: what it is called, and the page on which the employer looks at it first.
BINDING = {
    "application.submit": ("Aanvraag indienen", "application.overview"),
    "recognitions.complete_file": ("Aanvulling indienen", "recognitions.show"),
    "recognitions.withdraw": ("Aanvraag intrekken", "recognitions.show"),
    "recognitions.stop": ("Erkenning stopzetten", "recognitions.show"),
    "recognitions.reconsider": ("Toch hernieuwen", "recognitions.show"),
    "recognitions.let_lapse": ("Erkenning niet hernieuwen", "recognitions.show"),
    "mentor_applications.submit": ("Mentoraanvraag indienen", "mentor_applications.show"),
    "mentor_applications.complete_file": ("Aanvulling over een mentor indienen", "mentor_applications.show"),
    "mentor_applications.withdraw": ("Mentoraanvraag intrekken", "mentor_applications.show"),
    "mentors.take_leave": ("Mentor laten vertrekken", "mentors.show"),
    "mentors.deactivate": ("Mentor deactiveren", "mentors.show"),
    "mentors.reactivate": ("Mentor opnieuw activeren", "mentors.show"),
    "workplaces.save": ("Werkplek aanpassen", "workplaces.show"),
    "workplaces.confirm": ("Werkplek bevestigen", "workplaces.show"),
    "agreements.freeze": ("Overeenkomst klaarzetten om te tekenen", "agreements.show"),
    "agreements.reopen": ("Overeenkomst weer werkversie maken", "agreements.show"),
    "agreements.discard": ("Werkversie weggooien", "agreements.show"),
    "agreements.register": ("Overeenkomst registreren", "agreements.show"),
    "agreements.cancel": ("Overeenkomst annuleren", "agreements.show"),
    "agreements.end": ("Overeenkomst beëindigen", "agreements.show"),
    "agreements.undo_end": ("Einde terugdraaien", "agreements.show"),
    "agreements.correct": ("Overeenkomst verbeteren", "agreements.show"),
    "agreements.draw_up": ("Bijlage klaarzetten om te tekenen", "agreements.show"),
    "agreements.withdraw_addendum": ("Bijlage intrekken", "agreements.show"),
    "agreements.suspend": ("Schorsing noteren", "agreements.show"),
    "agreements.resume": ("Schorsing beëindigen", "agreements.show"),
    "agreements.report_suspension": ("Schorsing melden", "agreements.show"),
    "agreements.complete_premium": ("Premiegegevens aanvullen", "agreements.premium"),
    "agreements.waive_premium": ("Geen premie vragen", "agreements.show"),
}
# What only prepares, tells or looks: it binds nobody, so it never waits. Every other form a mandate opens is above.
PREPARES = {
    "application.start",
    "application.save_establishment",
    "application.save_training",
    "application.save_mentor",
    "application.remove_mentor",
    "application.save_criteria",
    "application.upload",
    "application.choose_document",
    "application.remove_document",
    "application.confirm",  # of a renewal in the making: "this still holds"
    "recognitions.renew",  # opens a draft
    "recognitions.read_decision",
    "documents.add",
    "documents.throw_away",  # what no file uses
    "mentors.reveal",
    "mentors.renew_extract",
    "mentor_applications.start",
    "mentor_applications.save",
    "mentor_applications.upload",
    "mentor_applications.read_decision",
    "agreements.start",
    "agreements.start_several",
    "agreements.copy",
    "agreements.save_learner",
    "agreements.save_company",
    "agreements.save_period",
    "agreements.save_timetable",
    "agreements.totals",
    "agreements.save_terms",
    "agreements.add_annex",
    "agreements.remove_annex",
    "agreements.pass_on",
    "agreements.take_back",
    "agreements.download_whole",
    "agreements.send_link",  # to sign what was put up for signing
    "agreements.send_reminder",
    "agreements.send_addendum_link",
    "agreements.remind_of_addendum",
    "agreements.check_off",  # a list of what is left to do
    "threads.write_in_recognition",
    "threads.read_recognition",
    "threads.write_in_agreement",
    "threads.read_agreement",
}
RECORDS = {
    "recognition_id": Recognition,
    "application_id": MentorApplication,
    "mentor_id": Mentor,
    "agreement_id": Agreement,
}
CLOSED = "Uw machtiging geldt niet voor dit onderdeel. Vraag de onderneming om ze uit te breiden."


def install(app):
    """After everything else that stands before a view, because trying out runs the view."""
    app.before_request(bound_to_what_was_shown)
    app.before_request(hold_for_approval)


def purposes_of(endpoint):
    """The purposes of which a mandate must cover one, () when any will do; None where no mandate leads."""
    if endpoint in NEVER:
        return None
    return PURPOSE_OF.get(endpoint, PURPOSE_OF.get((endpoint or "").partition(".")[0]))


def opens(mandate, endpoint, on):
    """True when somebody with this mandate may use the endpoint."""
    wanted = purposes_of(endpoint)
    if wanted is None:
        return False
    return mandate.runs(on) and (not wanted or any(mandate.covers(purpose, on) for purpose in wanted))


def check_mandate():
    """403 for who acts by a mandate that does not open this."""
    if g.actor and g.actor.mandate and not opens(g.actor.mandate, request.endpoint, g.on):
        abort(403, CLOSED)


def find(user, number):
    """The running mandate by which this person may act for the organisation with that number, or None."""
    return Mandate.usable_by(user, g.on).where(Organisation.number == number).first()


def hold_for_approval():
    """Try what is handed in, undo it, and keep it for the employer; a refusal is answered as always."""
    waits = request.method == "POST" and request.endpoint in BINDING and g.actor and g.actor.mandate
    if not (waits and g.actor.mandate.awaits_approval(purposes_of(request.endpoint)[0], g.on)):
        return None
    if any(file.filename for file in request.files.values()):
        abort(403, "Een bestand kan niet wachten op goedkeuring. Vraag de onderneming om dit zelf te doen.")
    with db.atomic() as trial:
        answer = current_app.make_response(current_app.view_functions[request.endpoint](**request.view_args))
        trial.rollback(begin=False)
    if answer.status_code >= 400:
        return answer
    session.pop("_flashes", None)  # it did not happen yet
    what, shown_at = BINDING[request.endpoint]
    place = url_for(shown_at, **shown_by(shown_at, request.view_args))
    record = record_of(request.view_args)
    Proposal.hold(g.actor, request.path, form_to_keep(), what, called(record), place, record)
    flash(f"{what}: dat wacht nu op de goedkeuring van {g.actor.organisation}.")
    return go_to(place)


def shown_by(endpoint, view_args):
    """Of the arguments of an address those that the page to look at has too."""
    wanted = next(current_app.url_map.iter_rules(endpoint)).arguments
    return {name: value for name, value in view_args.items() if name in wanted}


def form_to_keep():
    own = ("organisation", "switch_back", "once", "proposal", "as_shown")
    return [(name, value) for name, value in request.form.items(multi=True) if name not in own]


def record_of(view_args):
    """The file an address is about."""
    name = next(name for name in RECORDS if name in view_args)
    return RECORDS[name].get_by_id(view_args[name])


def called(record):
    """What people call a file."""
    return " – ".join(filter(None, (str(record), getattr(record, "label", ""))))[:255]


def bound_to_what_was_shown():
    """Who approves, approves that form on the file as the page showed it; else nothing happens and they look."""
    number = request.form.get("proposal", "")
    own = g.actor and g.actor.is_employer and not g.actor.mandate
    if not (own and number and request.method == "POST" and request.endpoint in BINDING):
        return None
    found = Proposal.open(g.actor.organisation, g.on).where(Proposal.path == request.path)
    proposal = found.where(Proposal.id == (int(number) if re.fullmatch("[0-9]{1,9}", number) else 0)).first()
    try:
        if proposal is None:
            raise RuleBroken(state="Dit voorstel wacht niet meer op u. Er is niets goedgekeurd.")
        proposal.check_shown(request.form.get("as_shown", ""), form_to_keep())
    except RuleBroken as broken:
        return waiting(422, problem=str(broken))
    return None


def settle_approval():
    """Whatever waited for the employer at this address is done, now that the employer did it."""
    if request.endpoint in BINDING and g.actor and not g.actor.mandate and g.actor.is_employer:
        Proposal.settle(g.actor, request.path, form_to_keep())
