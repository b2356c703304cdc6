"""Who gets what at every address: one table of routes, one of kinds, and everybody at every door."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest

import rules
from models import (
    Addendum,
    Agreement,
    Appeal,
    ContactPerson,
    Document,
    Establishment,
    Invitation,
    Mandate,
    MandateOffer,
    Membership,
    Mentor,
    MentorApplication,
    Message,
    Organisation,
    Partnership,
    Proposal,
    Question,
    ReasonTemplate,
    Recognition,
    RecognitionMentor,
    Sanction,
    Suspension,
    Talk,
    User,
    Visit,
    db,
)
from tests import build
from views.check import limiter
from views.demo import checked
from views.demo_agreements import make
from views.demo_mentors import apply_for
from views.demo_sanctions import appealed, fresh, sanctioned
from views.guards import access_of
from views.mandated import purposes_of

CANARY = "KANARIE-7731"
NOBODYS = 2**31 - 1  # an id no record has

PEOPLE = {  # who knocks: what the column is called, and the persona behind it
    "visitor": None,  # signed out
    "nobody": "zonderrecht",
    "viewer": "raadpleger",  # of Mega World
    "user": "medewerker",  # of Mega World
    "stranger": "boekhouder",  # of the bakery alone
    "handler": "behandelaar",  # of the competent partnership
    "voter": "stemgerechtigde",  # there too, but without files to handle
    "elsewhere": "collega",  # a case handler of another partnership
    "committee": "beheerder",  # of the default partnership
    "school": "trajectbegeleider",  # the provider named in Mega World's agreements
}

# What each kind of address answers, in the order of PEOPLE: a status, "in" where signing in is asked, "no" for
# a redirect to the page of who has no right. A voter is refused by the record (422), not at the door.
KINDS = {
    "public": "200 200 200 200 200 200 200 200 200 200",
    "public, unknown": "404 404 404 404 404 404 404 404 404 404",
    "no cookie": "403 403 403 403 403 403 403 403 403 403",
    "no key": "in in in in in in in in in in",  # a 401
    "member, unknown": "in no 404 404 404 404 404 404 404 404",
    "member, key": "in no 403 200 200 200 200 200 200 200",
    "member, nobody's": "in no 403 404 404 404 404 404 404 404",
    "public, step": "303 303 303 303 303 303 303 303 303 303",
    "sign out": "in in in in in in in in in in",
    "signed in": "in 200 200 200 200 200 200 200 200 200",
    "signed in, step": "in 303 303 303 303 303 303 303 303 303",
    "no right": "in 403 303 303 303 303 303 303 303 303",
    "member": "in no 200 200 200 200 200 200 200 200",
    "member, step": "in no 303 303 303 303 303 303 303 303",
    "member, chosen": "in no 403 303 303 303 303 303 303 303",
    "member, shown": "in no 403 200 200 200 200 200 200 200",
    "own mail": "in no 403 303 404 404 404 404 404 404",
    "employer": "in no 200 200 200 403 403 403 403 403",
    "employer, step": "in no 403 303 303 403 403 403 403 403",
    "file": "in no 200 200 404 403 403 403 403 403",
    "file, step": "in no 403 303 404 403 403 403 403 403",
    "file, reveal": "in no 403 200 404 403 403 403 403 403",
    "partnership": "in no 403 403 403 200 200 200 200 403",
    "case": "in no 403 403 403 200 200 404 404 403",
    "case, step": "in no 403 403 403 303 422 404 404 403",
    "case, voter too": "in no 403 403 403 303 303 404 404 403",
    "partnership, manager": "in no 403 403 403 303 422 422 303 403",
    "partnership, none chosen": "in no 403 403 403 422 422 422 422 403",
    "partnership, handler": "in no 403 403 403 303 422 303 303 403",
    "own wording": "in no 403 403 403 303 422 404 404 403",
    "committee": "in no 403 403 403 403 403 403 200 403",
    "committee, step": "in no 403 403 403 403 403 403 303 403",
    "case, number": "in no 403 403 403 200 422 404 404 403",
    "agreement": "in no 200 200 404 404 404 404 404 200",
    "agreement, drawn up": "in no 200 200 404 404 404 404 404 404",
    "agreement, made": "in no 403 303 404 404 404 404 404 404",
    "agreement, counted": "in no 403 200 404 404 404 404 404 404",
    "agreement, both": "in no 403 303 404 404 404 404 404 303",
    "agreement, school asks": "in no 403 422 404 404 404 404 404 303",
    "agreement, employer": "in no 403 303 404 404 404 404 404 422",
    "agreement, link": "in no 403 200 404 404 404 404 404 200",
    "agreement, leads back": "in no 303 303 404 404 404 404 404 303",
    "member, own": "in no 403 303 303 303 303 303 303 303",
    "own record": "in no 200 200 404 404 404 404 404 404",
    "own record, step": "in no 403 303 404 404 404 404 404 404",
    "right, managed": "in no 403 422 404 404 404 404 404 404",
    "member, managed": "in no 403 422 422 422 422 422 303 422",
    "member, nobody chosen": "in no 403 422 422 422 422 422 422 422",
    "signed in, unknown": "in 404 404 404 404 404 404 404 404 404",
    "mandate": "in no 200 200 404 404 404 404 404 200",
    "mandate, given": "in no 403 422 422 422 422 422 422 422",
    "mandate, ended": "in no 403 422 404 404 404 404 404 422",
    "proposal, refused": "in no 403 303 404 404 404 404 404 404",
    "agreement, begun": "in no 403 303 404 403 403 403 403 403",
}


def scan(_found=None):
    return {"kind": "other", "file": (io.BytesIO(build.PDF), "plan.pdf"), "issued_on": "2022-01-10"}


def extract(_found):
    return scan() | {"kind": "extract"}


def seen(found):
    sanction = found["sanction prepared"]
    return {"seen": sanction.preview(sanction.prepared_on).mark}


def own_user(persona):
    return User.get(User.subject == f"demo:{persona}").id


def mandate_form(_found):
    return {
        "who": "organisation",
        "holder": number_of("school"),
        "recognitions": "yes",
        "mentors": "no",
        "agreements": "no",
    }


def mail_choices():
    free = dict.fromkeys(("message", "agreement", "progress", "handed_in"), "now")
    return free | {"email": "ik@voorbeeld.be", "follows": "all"}


def away(found):
    """With a colleague of whoever asks; the access matrix lends everybody one."""
    return {"away_from": "2022-01-24", "away_until": "2022-01-30", "deputy": str(found["deputy"].id)}


def visit_report():
    return {f"check_{key}": "ja" for key in rules.VISIT_CHECKLIST} | {"report": "Gezien."}


TYPED_IN = f"{checked(77700001):010d}"  # a sound establishment number that the KBO extract does not have
PLACE = {"name": "Depot", "street": "Kaai 1", "postcode": "2000", "municipality": "Antwerpen"}
EXTENSION = {"ends_on": "2022-12-31", "reason": "Nog niet klaar."}
ENDING = {"last_day": "2022-01-23", "initiative": "both", "kind": "mutual", "told": "ja"}
PART = {"profession": "Kok", "experience": "7"}  # a mentor's part in a file
PERSON = PART | {"insz": "85.07.30-033.28", "first_name": "Ann", "last_name": "Peeters"}


# Every route: its kind, the record it is tried on (see `records`), and what is sent, or a function of the records.
ROUTES = {
    "static": ("public", None),
    "access.sign_in": ("public", None),
    "access.sign_in_demo": ("public, step", None, {"persona": "zaakvoerder"}),
    "access.sign_out": ("sign out", None),
    "access.leave": ("public, unknown", None),
    "access.come_back": ("public, unknown", None),
    "access.signed_in": ("signed in", None),
    "access.no_right": ("no right", None),
    "sign_ins.index": ("signed in", None),
    "sign_ins.end": ("signed in, unknown", None),
    "sign_ins.end_others": ("signed in, step", None),
    "health.show": ("public", None),
    "organisation.accessibility": ("public", None),
    "organisation.privacy": ("public", None),
    "calculate.show": ("public", None),
    "service.index": ("public", None),
    "service.as_csv": ("public", None),
    "check.ask": ("public", None),
    "check.show": ("public, unknown", None),
    "search.index": ("member", None),
    "manual.index": ("public", None),
    "manual.show": ("public", None),
    "help.ask": ("member", None),
    "help.send": ("member, step", None, {"question": "Hoe?", "email": "a@voorbeeld.be"}),
    "finder.index": ("public", None),
    "finder.show": ("public", "shown"),
    "finder.contact": ("member", "shown"),
    "light.switch": ("public, step", None),
    "embed.index": ("public", None),
    "embed.script": ("public", None),
    "embed.scan": ("public", None),
    "embed.calculate": ("public", None),
    "embed.check": ("public", None),
    "embed.finder": ("public", None),
    "frame.tasks": ("public", None),
    "frame.recognitions": ("public", None),
    "frame.ask": ("no cookie", None),
    "frame.wait": ("public, unknown", None),
    "frame.claim": ("public, unknown", None),
    "pairing.show": ("member, unknown", None),
    "pairing.confirm": ("member, unknown", None),
    "pairing.lead": ("member, unknown", None),
    "counting.count": ("no key", None),
    "counting.keys": ("member", None),
    "counting.make": ("member, key", None, {"label": "Intranet"}),
    "counting.end": ("member, nobody's", None),
    "signing.read": ("public, unknown", None),
    "signing.sign": ("public, unknown", None),
    "signing.download": ("public, unknown", None),
    "signing.annex": ("public, unknown", None),
    "outbox.index": ("public", None),
    "dashboard.index": ("member", None),
    "dashboard.tasks": ("member", None),
    "dashboard.all_clocks": ("member", None),
    "statuses.legend": ("member", None),
    "organisation.choose": ("member", None),
    "organisation.switch": ("member, step", None),
    "organisation.profile": ("member", None),
    "workplaces.index": ("employer", None),
    "workplaces.show": ("file", "approved"),
    "workplaces.save": ("file, step", "approved", {"places": "2"}),
    "workplaces.confirm": ("file, step", "approved"),
    "profile.edit": ("member", None),
    "profile.save": ("member, own", None, {"language": "nl"}),
    "profile.new_contact": ("member", None),
    "profile.add_contact": ("member, own", None, {"subject": "general", "name": "Bo", "email": "b@a.be"}),
    "profile.contact": ("own record", "contact"),
    "profile.save_contact": ("own record, step", "contact", {"subject": "general", "name": "Bo", "email": "b@a.be"}),
    "profile.remove_contact": ("own record, step", "contact"),
    "users.index": ("member", None),
    "users.new": ("member", None),
    "users.give": ("member, managed", None, {"email": "a@b.be", "role": "user"}),
    "users.end": ("right, managed", "right"),
    "users.change_role": ("right, managed", "right", {"role": "viewer"}),
    "users.block": ("right, managed", "right"),
    "users.unblock": ("right, managed", "blocked right"),
    "users.withdraw": ("right, managed", "invitation"),
    "users.confirm": ("member, managed", None),
    "invitations.show": ("signed in, unknown", None),
    "invitations.accept": ("signed in, unknown", None),
    "history.index": ("member", None),
    "history.looks": ("member", None),
    "history.send_link": ("member, nobody chosen", None),
    "insight.ask": ("public, unknown", None),
    "insight.show": ("public, unknown", None),
    "establishments.index": ("employer", None),
    "establishments.choose": ("employer", None),
    "establishments.add": ("employer, step", None, {"number": TYPED_IN, **PLACE}),
    "establishments.show": ("file", "place"),
    "establishments.assign_committee": ("file, step", "place", {"joint_committee": "202"}),
    "establishments.deactivate": ("file, step", "place"),
    "establishments.reactivate": ("file, step", "closed place"),
    "place_handling.index": ("partnership", None),
    "place_handling.accept_move": ("case, step", "place"),
    "place_handling.note_place": ("case, step", "place"),
    "place_handling.accept_provisional": ("case, step", "place"),
    "place_handling.note_employer": ("case, step", "employer"),
    "mandates.index": ("member", None),
    "mandates.new": ("employer", None),
    "mandates.give": ("mandate, given", None, lambda found: mandate_form(found)),
    "mandates.show": ("mandate", "mandate"),
    "mandates.end": ("mandate, ended", "mandate"),
    "mandates.withdraw": ("right, managed", "offer"),
    "mandate_offers.show": ("member, unknown", None),
    "mandate_offers.accept": ("member, nobody's", None),
    "mandates.proposals": ("member", None),
    "mandates.refuse": ("proposal, refused", "proposal", {"reason": "Nee."}),
    "preferences.show": ("member", None),
    "preferences.choose": ("member, chosen", None, lambda _: mail_choices()),
    "preferences.go_away": ("member, chosen", None, away),
    "preferences.come_back": ("member, chosen", None),
    "preferences.retry": ("own mail", "lost mail"),
    "calendars.make": ("member, shown", None),
    "calendars.revoke": ("member, chosen", None),
    "calendars.fetch": ("public, unknown", None),
    "threads.index": ("member", None),
    "threads.of_recognition": ("file", "submitted"),
    "threads.write_in_recognition": ("file, step", "submitted", {"text": "Dag."}),
    "threads.read_recognition": ("file, step", "submitted"),
    "threads.of_case": ("case", "submitted"),
    "threads.write_in_case": ("case, voter too", "submitted", {"text": "Dag."}),
    "threads.read_case": ("case, voter too", "submitted"),
    "threads.of_agreement": ("agreement", "to sign"),
    "threads.write_in_agreement": ("agreement, both", "to sign", {"text": "Dag."}),
    "threads.read_agreement": ("agreement, both", "to sign"),
    "documents.index": ("employer", None),
    "documents.add": ("employer, step", None, scan),
    "documents.show": ("file", "submitted"),
    "documents.download": ("file", "submitted"),
    "documents.throw_away": ("file, step", "loose"),
    "recognitions.index": ("employer", None),
    "recognitions.show": ("file", "approved"),
    "recognitions.receipt": ("file", "submitted"),
    "recognitions.certificate": ("file", "approved"),
    "recognitions.printed_certificate": ("file", "approved"),
    "recognitions.complete_file": ("file, step", "asked"),
    "recognitions.ask_withdraw": ("file", "submitted"),
    "recognitions.withdraw": ("file, step", "submitted"),
    "recognitions.ask_stop": ("file", "ending"),
    "recognitions.stop": ("file, step", "ending", {"reason": "We sluiten."}),
    "recognitions.read_decision": ("file, step", "approved"),
    "recognitions.ask_renewal": ("file", "ending"),
    "recognitions.renew": ("file, step", "ending"),
    "recognitions.let_lapse": ("file, step", "ending", {"reason": "We stoppen."}),
    "recognitions.reconsider": ("file, step", "lapsing"),
    "application.new": ("employer", None),
    "application.start": ("employer, step", None),
    "application.establishment": ("file", "draft"),
    "application.establishments": ("file", "draft"),
    "application.committee": ("file", "draft"),
    "application.save_establishment": ("file, step", "draft", {"contact_name": "Ann"}),
    "application.training": ("file", "draft"),
    "application.trainings": ("file", "draft"),
    "application.save_training": ("file, step", "draft"),
    "application.mentors": ("file", "draft"),
    "application.save_mentor": ("file, step", "draft", PERSON),
    "application.remove_mentor": ("file, step", "draft"),
    "application.criteria": ("file", "draft"),
    "application.save_criteria": ("file, step", "draft"),
    "application.upload": ("file, step", "draft", scan),
    "application.choose_document": ("file, step", "draft", lambda found: {"document": str(found["loose"].id)}),
    "application.remove_document": ("file, step", "draft"),
    "application.overview": ("file", "draft"),
    "application.confirm": ("file, step", "renewal", {"section": "training"}),
    "application.submit": ("file, step", "draft", {"is_true": "y"}),
    "mentors.index": ("employer", None),
    "mentors.show": ("file", "draft"),
    "mentors.reveal": ("file, reveal", "draft"),
    "mentors.renew_extract": ("file, step", "newcomer", extract),
    "mentors.deactivate": ("file, step", "newcomer", {"reason": "Elders."}),
    "mentors.reactivate": ("file, step", "inactive"),
    "mentors.ask_leave": ("file", "newcomer"),
    "mentors.take_leave": ("file, step", "newcomer", {"reason": "Met pensioen."}),
    "mentor_applications.index": ("employer", None),
    "mentor_applications.new": ("file", "lasting"),
    "mentor_applications.start": ("file, step", "lasting", lambda found: {"mentor": str(found["newcomer"].id)}),
    "mentor_applications.show": ("file", "mentor ready"),
    "mentor_applications.save": ("file, step", "mentor ready", PART),
    "mentor_applications.upload": ("file, step", "mentor ready", extract),
    "mentor_applications.submit": ("file, step", "mentor ready", {"is_true": "y"}),
    "mentor_applications.complete_file": ("file, step", "mentor asked", {"reply": "In Gent."}),
    "mentor_applications.withdraw": ("file, step", "mentor submitted"),
    "mentor_applications.read_decision": ("file, step", "mentor approved"),
    "handling.index": ("partnership", None),
    "handling.show": ("case", "submitted"),
    "handling.assign": ("case, step", "submitted"),
    "handling.declare_complete": ("case, step", "submitted"),
    "handling.ask": ("case, step", "submitted", {"question_mentors": "Wie?"}),
    "handling.resume": ("case, step", "unanswered"),
    "handling.start": ("case, step", "complete"),
    "handling.decide": ("case, step", "treated", {"decision": "approve"}),
    "handling.reveal": ("case, number", "submitted"),
    "handling.document": ("case", "submitted"),
    "handling.open_document": ("case, number", "submitted", {"reason": "Nakijken."}),
    "handling.hand_over": ("case, step", "submitted", lambda _: {"colleague": str(own_user("behandelaar"))}),
    "handling.write_note": ("case, voter too", "submitted", {"note": "Bellen."}),
    "handling.vote": ("case, voter too", "treated", {"vote": "approve"}),
    "handling.plan_visit": ("case, step", "submitted", {"planned_on": "2022-02-01"}),
    "handling.report_visit": ("case, step", "visited", lambda _: visit_report()),
    "handling.cancel_visit": ("case, step", "visited"),
    "handling.preferences": ("partnership", None),
    "handling.save_preferences": ("partnership, manager", None, {"decision_mode": "single"}),
    "handling.together": ("partnership", None),
    "handling.decide_together": ("partnership, none chosen", None, {"decision": "approve"}),
    "handling.add_template": ("partnership, handler", None, {"kind": "ask", "title": "Kort", "text": "Wie?"}),
    "handling.remove_template": ("own wording", "template"),
    "sanctions.index": ("partnership", None),
    "sanctions.new": ("case", "lasting"),
    "sanctions.prepare": ("case, step", "lasting", {"soort": "definite", "grounds": "Zo kan het niet."}),
    "sanctions.show": ("case", "sanction prepared"),
    "sanctions.impose": ("case, step", "sanction prepared", seen),
    "sanctions.drop": ("case, step", "sanction prepared"),
    "appeals.sanctions": ("employer", None),
    "appeals.sanction": ("file", "sanction decided"),
    "appeals.against_sanction": ("file, step", "sanction decided"),
    "appeals.against_refusal": ("file, step", "refused"),
    "appeals.index": ("employer", None),
    "appeals.show": ("file", "appeal draft"),
    "appeals.save": ("file, step", "appeal draft", {"grounds": "Dat klopt niet."}),
    "appeals.upload": ("file, step", "appeal draft", scan),
    "appeals.choose_document": ("file, step", "appeal draft", lambda found: {"document": str(found["loose"].id)}),
    "appeals.remove_document": ("file, step", "appeal draft"),
    "appeals.lodge": ("file, step", "appeal draft", {"grounds": "Dat klopt niet."}),
    "appeals.withdraw": ("file, step", "appeal draft"),
    "appeals.receipt": ("file", "appeal lodged"),
    "appeal_handling.index": ("committee", None),
    "appeal_handling.show": ("committee", "appeal lodged"),
    "appeal_handling.admit": ("committee, step", "appeal lodged", {"admissible": "ja"}),
    "appeal_handling.rule": ("committee, step", "appeal admissible", {"granted": "nee", "reason": "Het blijft."}),
    "appeal_handling.document": ("committee", "appeal lodged"),
    "appeal_handling.open_document": ("committee", "appeal lodged", {"reason": "Nakijken."}),
    "mentor_handling.index": ("partnership", None),
    "mentor_handling.missing": ("partnership", None),
    "mentor_handling.show": ("case", "mentor submitted"),
    "mentor_handling.assign": ("case, step", "mentor submitted"),
    "mentor_handling.ask": ("case, step", "mentor submitted", {"question": "Waar?"}),
    "mentor_handling.resume": ("case, step", "mentor asked"),
    "mentor_handling.decide": ("case, step", "mentor submitted", {"decision": "approve"}),
    "mentor_handling.reveal": ("case, number", "mentor submitted"),
    "agreements.index": ("member", None),
    "agreements.new": ("employer", None),
    "agreements.start": ("agreement, begun", None, lambda found: {"recognition": str(found["lasting"].id)}),
    "agreements.show": ("agreement", "to sign"),
    "agreements.articles": ("agreement", "to sign"),
    "agreements.download": ("agreement", "to sign"),
    "agreements.download_whole": ("agreement, link", "to sign"),
    "agreements.learner": ("agreement, drawn up", "agreement"),
    "agreements.company": ("agreement, drawn up", "agreement"),
    "agreements.period": ("agreement, drawn up", "agreement"),
    "agreements.timetable": ("agreement, drawn up", "agreement"),
    "agreements.terms": ("agreement, drawn up", "agreement"),
    "agreements.annexes": ("agreement, drawn up", "agreement"),
    "agreements.annex": ("agreement", "to sign"),
    "agreements.several": ("agreement, drawn up", "agreement"),
    "agreements.registrar": ("employer", None),
    "agreements.choose_who_registers": ("employer, step", None, {"registers": "ja"}),
    "agreements.overview": ("agreement", "to sign"),
    "agreements.save_learner": ("agreement, made", "agreement"),
    "agreements.save_company": ("agreement, made", "agreement"),
    "agreements.add_annex": ("agreement, made", "agreement", lambda _: scan() | {"kind": "plan"}),
    "agreements.remove_annex": ("agreement, made", "annexed"),
    "agreements.pass_on": ("agreement, made", "agreement", {"message": "Vult u aan?"}),
    "agreements.take_back": ("agreement, employer", "passed on"),
    "agreements.copy": ("agreement, employer", "to sign"),
    "agreements.start_several": (
        "agreement, made",
        "agreement",
        {"learners": "05.06.15-001.16; Fatima; Amrani; f@voorbeeld.be"},
    ),
    "agreements.save_period": ("agreement, made", "agreement"),
    "agreements.totals": ("agreement, counted", "agreement"),
    "agreements.save_timetable": ("agreement, made", "agreement"),
    "agreements.save_terms": ("agreement, made", "agreement", {"category": "first", "holidays": "school"}),
    "agreements.freeze": ("agreement, made", "agreement"),
    "agreements.discard": ("agreement, made", "agreement"),
    "agreements.reopen": ("agreement, both", "to sign"),
    "agreements.send_link": ("agreement, link", "to sign", {"party": "learner"}),
    "agreements.after_link": ("agreement, leads back", "to sign"),
    "agreements.sign_on_paper": (
        "agreement, both",
        "to sign",
        lambda _: scan() | {"parties": "learner", "version": 1, "signed_on": "2022-01-23"},
    ),
    "agreements.send_reminder": ("agreement, school asks", "ours"),
    "agreements.sign": ("agreement, employer", "ours", {"has_read": "y", "version": "1"}),
    "agreements.export_csv": ("member", None),
    "agreements.export_xlsx": ("member", None),
    "agreements.register": ("agreement, employer", "signed"),
    "agreements.premium": ("agreement", "running"),
    "agreements.complete_premium": ("agreement, both", "running", {"learner_account_number": "BE68539007547034"}),
    "agreements.waive_premium": ("agreement, employer", "running"),
    "agreements.correction": ("agreement", "running"),
    "agreements.correct": ("agreement, both", "running", {"address": "Elders 1", "coach_name": "Jan"}),
    "agreements.change": ("agreement", "running"),
    "agreements.draw_up": ("agreement, employer", "running", EXTENSION),
    "agreements.download_addendum": ("agreement", "running"),
    "agreements.sign_addendum": ("agreement, employer", "running", lambda _: scan() | {"party": "learner"}),
    "agreements.withdraw_addendum": ("agreement, employer", "running"),
    "agreements.send_addendum_link": ("agreement, link", "running", {"party": "learner"}),
    "agreements.remind_of_addendum": ("agreement, school asks", "ours running"),
    "agreements.suspend": ("agreement, employer", "ours running", {"ground": "illness", "starts_on": "2022-01-10"}),
    "agreements.resume": ("agreement, employer", "running", {"ends_on": "2022-01-20"}),
    "agreements.report_suspension": ("agreement, employer", "running"),
    "agreements.calendar": ("agreement", "running"),
    "agreements.ask_end": ("agreement", "running"),
    "agreements.end": ("agreement, employer", "running", ENDING),
    "agreements.undo_end": ("agreement, employer", "just ended"),
    "agreements.check_off": ("agreement, employer", "just ended", {"done": "dimona"}),
    "agreements.cancel": ("agreement, employer", "signed", {"reason": "Ziek."}),
}


APPEALED = {
    "draft": "Plant en milieu duaal",
    "lodged": "Kapper-stylist duaal",
    "admissible": "Groen- en tuinbeheer duaal",
}


def records(world):
    """{name: record} of Mega World, one in each situation the routes ask for."""
    on, actor = world.today, world.actor("mega", world.today)
    found = {
        "draft": world.ready("Verkoper"),
        "submitted": world.handed_in("Winkelbediende"),
        "asked": world.asked("Logistiek duaal"),
        "unanswered": world.asked("Slagerij duaal", on=on - timedelta(days=60)),
        "complete": world.complete("Chocolatier duaal"),
        "treated": world.in_treatment("Kinderbegeleider duaal"),
        "approved": world.granted("Interieurbouwer duaal", is_read=False),
        "ending": world.ending_in(90, training="Winkelmedewerker duaal"),
        "lapsing": world.ending_in(90, training="Fitnessbegeleider duaal"),
    }
    found["lapsing"].let_lapse(actor, "We stoppen ermee.")
    found["visited"] = world.handed_in("Zorgkundige duaal")
    found["template"] = ReasonTemplate.add(world.actor("handel", on), "ask", "Vast", "Wie?")
    Visit.plan(found["visited"], world.actor("handel", on), on)
    found["renewal"] = world.ending_in(90, training="Restaurant en keuken duaal").renew(actor)
    found["lasting"] = lasting = world.ending_in(1500, training="Haarverzorging duaal")
    found["shown"] = world.offered(lasting, places=99)
    places = {
        "agreement": "draft",
        "to sign": "to_sign",
        "signed": "signed",
        "running": "registered",
        "ours": "to_sign",
        "passed on": "passed_on",
        "ours running": "registered",
        "just ended": "registered",
    }
    for index, (name, state) in enumerate(places.items()):
        make(world, "mega", lasting, index, state)
        found[name] = Agreement.select().order_by(Agreement.id.desc()).get()
    found["annexed"] = found["agreement"]
    for party in found["ours"].needed_parties()[:-2]:  # so that the enterprise is next
        found["ours"].sign(actor, party, 1, "Naam", "link")
    Suspension.start(found["running"], actor, "illness", on - timedelta(days=20))
    Addendum.draw_up(found["running"], actor, "holidays", on, deviation={"worked": "Krokus", "recovered": "Mei"})
    waiting = Addendum.draw_up(
        found["ours running"], actor, "holidays", on, deviation={"worked": "a", "recovered": "b"}
    )
    for party in waiting.needed_parties()[:-2]:  # so that the enterprise is next
        waiting.sign(actor, party, "Naam", way="link")
    found["just ended"].end(actor._replace(at=datetime.now(UTC).replace(tzinfo=None)), on, "mutual")
    for state in ("submitted", "asked", "approved", "ready"):
        person, days = world.mentor("mega", "Bo", state.title()), 60 if state == "asked" else 1
        taken = {"asked": "incomplete", "ready": "draft"}.get(state, state)
        found[f"mentor {state}"] = apply_for(world, "mega", lasting, person, taken, on - timedelta(days=days))
    world.extract(actor, person, on)
    found["mentor ready"].edit(actor, profession="Winkelier", experience=9)
    found["newcomer"], found["inactive"] = world.mentor("mega", "Nieuw", "Komer"), world.mentor("mega", "Ver", "Weg")
    found["inactive"].deactivate(actor, "Een jaar in het buitenland.")
    found |= world.furnish_organisation(found["submitted"].establishment)
    found["loose"] = Document.store(actor, build.PDF + b"los", "los.pdf", "other")
    Talk.write(actor, found["submitted"], "Dag.")
    lost = Message.write(actor, "weg@voorbeeld.be", "Weg", "Beste", due_at=None, problem="550 Onbekend")
    found["lost mail"] = lost
    found["deputy"] = User.create(subject="collega", first_name="C", last_name="Ollega", email="c@voorbeeld.be")
    for organisation in Organisation.select():
        Membership.create(user=found["deputy"], organisation=organisation, role="user")
    found["refused"] = world.denied("Hotelreceptionist duaal")
    found["sanction prepared"] = sanctioned(world, world.granted("Machinaal houtbewerker duaal"), state="prepared")
    found["sanction decided"] = sanctioned(world, world.granted("Dakwerker duaal"))
    for state in ("draft", "lodged", "admissible"):
        extra = Document.store(actor, build.PDF + state.encode(), f"{state}.pdf", "other")
        fought = sanctioned(world, world.granted(APPEALED[state]))
        draft = appealed(world, "mega", fought, "draft")
        draft.attach(actor, extra)
        if state != "draft":
            draft.lodge(actor, "Niet akkoord.")
        if state == "admissible":
            draft.admit(world.actor("vlaams", on)._replace(duty="manager"))
        found[f"appeal {state}"] = fresh(draft)
    return found


@pytest.fixture
def neighbours(world):
    """Nobody in two places at once: the accountant leaves Mega World, a colleague goes to another partnership."""
    own = Membership.organisation == world.mega
    Membership.delete().where(own, Membership.user == User.get(User.subject == "demo:boekhouder")).execute()
    other = Partnership.get(Partnership.name == "Sectoraal Partnerschap Horeca")
    horeca = Organisation.create(number="0199999999", name=other.name, kind="partnership", partnership=other)
    colleague = User.get(User.subject == "demo:collega")
    Membership.update(organisation=horeca).where(Membership.user == colleague).execute()


@pytest.fixture
def person(app, signed_in, unread, neighbours):
    """A function: a fresh client for one of PEOPLE, signed in once and for all."""
    cookies = {who: signed_in(persona).get_cookie("loket").value for who, persona in PEOPLE.items() if persona}

    def knock(who):
        client = app.test_client()
        if who in cookies:
            client.set_cookie("loket", cookies[who])
        return client

    return knock


def number_of(who):
    user = PEOPLE[who] and User.get(User.subject == f"demo:{PEOPLE[who]}")
    mine = user and Membership.of(user).first()
    return mine.organisation.number if mine else "0417390703"


# What stands in an address for a record that needs nothing beside it.
PLAIN = (
    *("template_id", "workplace_id", "mandate_id", "proposal_id", "establishment_id", "person_id", "organisation_id"),
    *("message_id", "membership_id", "invitation_id", "offer_id"),
)


def arguments(rule, record):
    """What fills the address of a route, taken from the record it is tried on."""
    known = {
        "filename": "loket.css",
        **dict.fromkeys(PLAIN, getattr(record, "id", 0)),
        "code": "0000-0000-0000-0000",
        "token": "onbekend",
        "annex_id": NOBODYS,
        "slug": "toegang",
        "number": "onbekend",
        "key_id": NOBODYS,
        "sign_in_id": NOBODYS,
    }
    if isinstance(record, Sanction | Appeal):
        known |= {"sanction_id": record.id, "appeal_id": record.id, "document_id": NOBODYS}
        if isinstance(record, Appeal):
            known["document_id"] = record.documents[0].id
    elif isinstance(record, Agreement | MentorApplication | Mentor | Document):
        known[{Agreement: "agreement_id", Mentor: "mentor_id", Document: "document_id"}.get(type(record))] = record.id
        known["application_id"] = record.id
        if isinstance(record, Agreement):
            known["annex_id"] = record.annexes[0].id
        known |= {"kind": "extension", "ordinal": 1, "suspension_id": NOBODYS}
        if isinstance(record, Agreement) and (still := record.suspensions.first()):
            known["suspension_id"] = still.id
    elif isinstance(record, Recognition):
        link = RecognitionMentor.get(RecognitionMentor.recognition == record)
        document = record.documents[0].id if record.documents else NOBODYS
        known |= {"recognition_id": record.id, "mentor_id": link.mentor_id, "document_id": document}
        visit = record.visits.first()
        known["visit_id"] = visit.id if visit else NOBODYS
    return {name: known[name] for name in rule.arguments}


def method_of(rule):
    return "POST" if "POST" in rule.methods else "GET"


def doors(app, found):
    """[(rule, path, method)] of every route of the table."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ROUTES:
            method = method_of(rule)
            yield (
                rule,
                adapter.build(rule.endpoint, arguments(rule, found.get(ROUTES[rule.endpoint][1])), method),
                method,
            )


def sent(rule, stamp, found):
    data = ROUTES[rule.endpoint][2] if len(ROUTES[rule.endpoint]) > 2 else {}
    return {"organisation": stamp} | (data(found) if callable(data) else data)


def outcome(answer):
    if answer.status_code == 401:
        return "in"
    if answer.status_code != 303:
        return str(answer.status_code)
    place = answer.headers["Location"].partition("?")[0]
    return {"/aanmelden": "in", "/aanmelden/geen-recht": "no"}.get(place, "303")


def test_every_route_says_who_may_use_it(app):
    routes = {rule.endpoint: rule.methods for rule in app.url_map.iter_rules()}
    missing, gone = sorted(set(routes) - set(ROUTES)), sorted(set(ROUTES) - set(routes))
    assert not missing, f"say in ROUTES, in tests/test_access.py, what kind these are and on which record: {missing}"
    assert not gone, f"these routes are gone, take them out of ROUTES in tests/test_access.py: {gone}"
    both = [endpoint for endpoint, methods in routes.items() if {"GET", "POST"} <= methods]
    assert not both, f"give showing and doing each a function of their own: {both}"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_everybody_gets_exactly_what_is_theirs(app, world, person):
    found, wrong = records(world), {}
    stamps = {who: number_of(who) for who in PEOPLE}
    for rule, path, method in doors(app, found):
        for who, wanted in zip(PEOPLE, KINDS[ROUTES[rule.endpoint][0]].split(), strict=True):
            data = sent(rule, stamps[who], found) if method == "POST" else None
            with db.atomic() as undo:
                got = outcome(person(who).open(path, method=method, data=data))
                undo.rollback(begin=False)
            if got != wanted:
                wrong[f"{rule.endpoint} for {who}"] = f"{got}, not {wanted}"
        limiter.reset()
    assert not wrong, "\n".join(f"{what}: {why}" for what, why in wrong.items())


LIKE = {  # who is not in the table above: whom they are treated like
    "access_manager": "user",
    "head_access_manager": "user",
    "legal_representative": "user",
    "blocked": "nobody",
    "organisation blocked": "nobody",
    "mandate": "user",
    "ended mandate": "stranger",
}
# What only who manages access may do; the others are refused by the record.
MANAGED = (
    "mandates.end",
    "mandates.withdraw",
    "users.give",
    "users.end",
    "users.change_role",
    "users.block",
    "users.unblock",
    "users.withdraw",
    "users.confirm",
)


def knocker(world, client, who):
    """A client of the colleague, in the shoes of one of LIKE; for a mandate, of the bakery's accountant."""
    mine = Membership.user == own_user("boekhouder" if "mandate" in who else "medewerker")
    if who in rules.MAY_GIVE:
        Membership.update(role=who).where(mine).execute()
    elif who == "blocked":
        Membership.update(is_blocked=True).where(mine).execute()
    elif who == "organisation blocked":
        Organisation.update(is_blocked=True).where(Organisation.id == world.mega.id).execute()
    else:
        mandate = world.give("bakkerij")
        assert client.post("/organisatie/wissel", data={"organisation": world.mega.number}).status_code == 303
        if who == "ended mandate":
            mandate.end(world.actor("mega", world.today, role="legal_representative"))
    return client


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", LIKE)
@pytest.mark.sweep
def test_managers_the_blocked_and_the_mandated_get_exactly_what_is_theirs(app, world, person, who):
    found, wrong = records(world), {}
    cookie = knocker(world, person("stranger" if "mandate" in who else "user"), who).get_cookie("loket").value
    column = list(PEOPLE).index(LIKE[who])
    for rule, path, method in doors(app, found):
        wanted = KINDS[ROUTES[rule.endpoint][0]].split()[column]
        if who in rules.MAY_GIVE and rule.endpoint in MANAGED:
            wanted = "303"
        if who == "mandate" and access_of(rule.endpoint) not in ("public", "signed_in"):
            wanted = wanted if purposes_of(rule.endpoint) is not None else "403"
        stamp = number_of("stranger") if who == "ended mandate" else world.mega.number
        data = sent(rule, stamp, found) if method == "POST" else None
        client = app.test_client()
        client.set_cookie("loket", cookie)
        with db.atomic() as undo:
            got = outcome(client.open(path, method=method, data=data))
            undo.rollback(begin=False)
        if got != wanted:
            wrong[rule.endpoint] = f"{got}, not {wanted}"
        limiter.reset()
    assert not wrong, "\n".join(f"{what}: {why}" for what, why in wrong.items())


# --- somebody else's record does not exist ----------------------------------------------------------------------------

OUTSIDE = {  # by the start of the kind: for whom those records are somebody else's
    "file": ("stranger",),
    "case": ("elsewhere", "committee"),
    "own record": ("stranger", "handler", "school"),
    "right": ("stranger", "committee", "school"),
    "agreement": ("stranger", "handler", "elsewhere"),
}


def told(answer, path):
    """What an answer tells, apart from the address that was asked and the number of this one request."""
    heads = {name: value for name, value in answer.headers if name not in ("Content-Length", "ETag", "Date")}
    number = heads.pop("X-Request-ID")
    return answer.status_code, heads, answer.text.replace(path, "").replace(number, "")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_somebody_else_s_record_is_answered_as_one_that_does_not_exist(app, world, person):
    found, tried = records(world), 0
    for rule, path, method in doors(app, found):
        for who in OUTSIDE.get(ROUTES[rule.endpoint][0].partition(",")[0], ()) if rule.arguments else ():
            data = sent(rule, number_of(who), found) if method == "POST" else None
            nothing = re.sub(r"\d+", str(NOBODYS), path)
            theirs = person(who).open(path, method=method, data=data)
            data = sent(rule, number_of(who), found) if method == "POST" else None
            none = person(who).open(nothing, method=method, data=data)
            assert theirs.status_code == 404, f"{who} at {method} {path}"
            assert told(theirs, path) == told(none, nothing), f"{who} at {method} {path}"
            tried += 1
    assert tried > 60


def test_a_record_of_another_file_is_not_found_through_an_own_one(browser, handler, world):
    draft, other = world.ready("Verkoper"), world.ready("Slagerij duaal", "bakkerij")
    mine, theirs = world.handed_in("Winkelbediende"), world.handed_in("Chocolatier duaal", "bakkerij")
    foreign = other.mentor_links[0].mentor_id
    stamp = {"organisation": "0417390703"}
    for path in (
        f"/erkenningen/{draft.id}/mentors/{foreign}/verwijderen",
        f"/erkenningen/{draft.id}/documenten/{other.documents[0].id}/verwijderen",
        f"/erkenningen/{draft.id}/documenten/{mine.documents[0].id + 1000}/verwijderen",
        f"/mentoren/{foreign}/rijksregisternummer",
    ):
        assert browser.post(path, data=stamp).status_code == 404, path
    assert browser.get(f"/erkenningen/{draft.id}/mentors?mentor={foreign}").status_code == 404
    known = stamp | {"mentor": str(foreign), "profession": "Kok", "experience": "7"}
    assert browser.post(f"/erkenningen/{draft.id}/mentors", data=known).status_code == 422
    assert browser.post(
        f"/erkenningen/{draft.id}/documenten", data=stamp | scan() | {"mentor": foreign}
    ).status_code in (
        303,
        422,
    )
    assert not Document.select().where(Document.organisation == world.mega, Document.mentor == foreign).exists()
    assert [link.mentor_id for link in world.reload(draft).mentor_links] != [foreign]
    stamp = {"organisation": number_of("handler")}
    path = f"/behandeling/{mine.id}/mentors/{theirs.mentor_links[0].mentor_id}/rijksregisternummer"
    assert handler.post(path, data=stamp).status_code == 404


def test_a_draft_is_nobody_s_business_but_the_own_organisation_s(handler, signed_in, world):
    draft = world.ready()
    document = draft.documents[0]
    for client in (handler, signed_in("beheerder"), signed_in("trajectbegeleider")):
        for path in (f"/behandeling/{draft.id}", f"/behandeling/{draft.id}/documenten/{document.id}"):
            assert client.get(path).status_code in (403, 404)
    assert "Leen Ó Briain" not in handler.get("/behandeling?wachtrij=alle").text
    draft.submit(world.actor("mega", world.today))
    assert handler.get(f"/behandeling/{draft.id}/documenten/{document.id}").status_code == 200


# --- nothing of it leaks elsewhere ------------------------------------------------------------------------------------

OUTSIDERS = ("visitor", "nobody", "stranger", "elsewhere", "committee", "school")
PART_PLEASE = {"HX-Request": "true", "HX-Request-Type": "partial"}
MAY_TELL = {  # what anyone reads: in the demo every mail; and a workplace its employer published
    "outbox.index",
    "finder.index",
    "finder.show",
    "finder.contact",
    "embed.finder",  # the same in a frame
}
OF_THE_COMMITTEE = "appeal_handling"  # every appeal is the committee's business


def plant(world):
    """The canary in every text of Mega World's that a page could show."""
    mega = world.mega
    places = Establishment.update(name=CANARY, street=CANARY, municipality=CANARY)
    places.where(Establishment.organisation == mega).execute()
    people = Mentor.update(first_name=CANARY, last_name=CANARY, email=f"{CANARY}@a.be", phone=CANARY)
    people.where(Mentor.organisation == mega).execute()
    Document.update(filename=f"{CANARY}.pdf").where(Document.organisation == mega).execute()
    mine = Recognition.select(Recognition.id).where(Recognition.organisation == mega)
    Question.update(text=CANARY, reply=CANARY).where(Question.recognition.in_(mine)).execute()
    RecognitionMentor.update(profession=CANARY).where(RecognitionMentor.recognition.in_(mine)).execute()
    texts = Recognition.update(contact_name=CANARY, contact_email=CANARY, decision_reason=CANARY)
    texts.where(Recognition.organisation == mega).execute()
    # The school is an outsider here: it is named in none of these.
    texts = Agreement.update(first_name=CANARY, last_name=CANARY, address=CANARY, coach_name=CANARY, provider=None)
    texts.where(Agreement.organisation == mega).execute()
    texts = MentorApplication.update(profession=CANARY, question=CANARY, reply=CANARY, decision_reason=CANARY)
    texts.where(MentorApplication.recognition.in_(mine)).execute()
    Sanction.update(grounds=CANARY).where(Sanction.organisation == mega).execute()
    Appeal.update(grounds=CANARY, reason=CANARY).where(Appeal.organisation == mega).execute()
    Message.update(subject=CANARY, text=CANARY).execute()
    texts = ContactPerson.update(name=CANARY, email=CANARY, phone=CANARY)
    texts.where(ContactPerson.organisation == mega).execute()
    texts = Organisation.update(email=CANARY, phone=CANARY, website=CANARY, account_number=CANARY)
    texts.where(Organisation.id == mega.id).execute()
    MandateOffer.update(email=CANARY).where(MandateOffer.organisation == mega).execute()
    Invitation.update(email=CANARY, note=CANARY).where(Invitation.organisation == mega).execute()
    # Who holds a mandate knows who gave it: nobody here does.
    Mandate.update(holder=world.organisations["fiets"]).where(Mandate.organisation == mega).execute()
    Proposal.update(what=CANARY, about=CANARY, reason=CANARY).where(Proposal.organisation == mega).execute()
    Talk.update(text=CANARY).execute()
    lent = User.select(User.id).where(User.subject == "collega")  # is of every organisation, see `away`
    staff = Membership.select(Membership.user).where(Membership.organisation == mega, Membership.user.not_in(lent))
    User.update(last_name=CANARY).where(User.id.in_(staff)).execute()
    Organisation.update(name=CANARY).where(Organisation.id == mega.id).execute()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.sweep
def test_nothing_of_another_organisation_is_told_at_any_address(app, world, person):
    found = records(world)
    plant(world)
    search = dict.fromkeys(("zoek", "code", "mentor", "vestiging", "opleiding", "joint_committee"), CANARY[1:])
    telling = set()
    for rule, path, method in doors(app, found):
        if method != "GET" or rule.endpoint in MAY_TELL:
            continue
        for who in OUTSIDERS:
            if who == "committee" and rule.endpoint.startswith(OF_THE_COMMITTEE):
                continue
            client = person(who)
            answers = [client.get(path)]
            if not rule.arguments:
                answers.append(client.get(path, query_string=search, headers=PART_PLEASE))
            for answer in answers:
                said = answer.data + str(answer.headers).encode()
                assert CANARY.encode() not in said, f"{who} reads of Mega World at {path}"
        if CANARY.encode() in person("user").get(path).data:
            telling.add(rule.endpoint)
        limiter.reset()
    assert len(telling) > 25, f"the canary must sing for its own people, or this proves nothing: {sorted(telling)}"
