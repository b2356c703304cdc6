"""The agreements of the demo world, in every state, made by the same steps the pages take.

It must not write a state itself.
"""

import json
from datetime import date, timedelta

import rules
import rules_agreements as law
from models import CHECKLIST, Agreement, Annex, Document, Organisation, Recognition
from views.agreement_grid import read_timetable

LEARNERS = (  # invented; (first name, last name, day of birth)
    ("Fatima", "El Idrissi", (16, 3, 14)),
    ("Wout", "D'hondt", (17, 7, 2)),
    ("Zoë", "Çelik <b>", (18, 11, 21)),
    ("Mats", "Van den Broeck", (19, 5, 9)),
    ("Noor", "Ó Súilleabháin", (16, 9, 30)),
    ("Ilse", "Van Ransbeeck", (18, 1, 8)),
    ("Ilias", "Benali", (17, 1, 12)),
    ("Lotte", "De Smet-Van Hoof", (16, 6, 25)),
    ("Emre", "Yıldız", (19, 10, 3)),
    ("Amber", "Claes", (17, 2, 8)),
    ("Daan", "Peeters", (18, 12, 17)),
    ("Elif", "Kaya", (17, 8, 22)),
    ("Kobe", "Verstraeten", (16, 4, 19)),
    ("Marie-Lou", "d'Aspremont", (18, 3, 5)),
    ("Adam", "Nowak", (17, 11, 11)),
    ("Jana", "Vermeulen", (16, 10, 1)),
    ("Soufiane", "Amrani", (19, 2, 27)),
    ("Hanne", "De Backer", (17, 5, 30)),
    ("Niels", "Goossens", (16, 12, 9)),
)
PLAN = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%%s\n"
)
SCAN = b"%PDF-1.4\n% a signed page\n"
PREMIUM = {"wants_premium": True, "account_number": "BE68539007547034", "learner_account_number": "BE62510007547061"}
STATES = ("draft", "to_sign", "registered", "ended")  # none of them a task: Mega World has its own two


def timetable(start="8:00", end="13:30"):
    """Twenty hours of work and eighteen of lessons a week; the hours of a working day can be moved."""
    typed = {"full_time": "38", "A_weeks": "40", "A_4_lessons_1_from": "8:30", "A_4_lessons_1_to": "16:30"}
    for number in range(4):
        typed |= {f"A_{number}_work_1_from": start, f"A_{number}_work_1_to": end, f"A_{number}_pause": "30"}
        typed |= {f"A_{number}_lessons_1_from": "14:00", f"A_{number}_lessons_1_to": "16:30"}
    return read_timetable(typed)


def make_agreements(world, key="mega"):
    """One agreement in each state on the first valid duaal recognition of that organisation."""
    found = Recognition.of(world.organisations[key]).where(
        Recognition.valid(world.today), Recognition.end_kind.is_null()
    )
    recognition = next(one for one in found.order_by(Recognition.id) if one.training.kind == "duaal")
    for index, state in enumerate(STATES):
        agreement = make(world, key, recognition, index, state)
        actor = world.actor(key, world.today - timedelta(days=1))
        if state == "registered":
            agreement.complete_premium(actor, PREMIUM, SCAN, "verklaring.pdf")
        elif state == "ended":
            agreement.check_off(actor, CHECKLIST)


def make(world, key, recognition, index, state, starts_on=None):
    """One agreement, taken as far as `state`, as its record; "ended" is registered and ended early."""
    started = state in ("registered", "ended")
    starts_on = starts_on or world.today + timedelta(days=-60 if started else 21)
    on = min(starts_on - timedelta(days=14), world.today)
    actor = world.actor(key, on)
    draft = Agreement.draft(actor, recognition)
    draft.edit(actor, **facts_of(world, key, index, starts_on, recognition))
    add_plan(actor, draft)
    if state == "draft":
        return current(draft)
    if state == "passed_on":
        current(draft).pass_on(actor, "Wilt u de leerling en het uurrooster nakijken?")
        return current(draft)
    current(draft).freeze(actor)
    if state == "to_sign":
        return current(draft)
    agreement = current(draft)
    for party in agreement.needed_parties():
        way = "link" if party in ("learner", "guardian") else "counter"
        signer = world.actor("school", on) if party == "provider" else actor
        name = {"learner": agreement.learner, "guardian": agreement.guardian_name}.get(party, signer.user.name)
        agreement.sign(signer, party, agreement.version, name, way)
    if state == "signed":
        return current(draft)
    current(draft).register(actor, wants_premium=False)
    if state == "ended":
        yesterday = world.today - timedelta(days=1)
        current(draft).end(world.actor(key, yesterday), yesterday, "mutual", "De leerling koos een andere richting.")
    return current(draft)


def sign_all(world, addendum, key, on):
    """Every party's signature under an addendum."""
    for party in addendum.needed_parties():
        signer = world.actor("school" if party == "provider" else key, on)
        scan = SCAN if party in ("learner", "guardian") else None
        addendum.sign(signer, party, addendum.name_of(party) or signer.user.name, scan, f"{party}.pdf")


def add_plan(actor, draft):
    """The training plan, which is different for every learner."""
    plan = PLAN % str(draft.id).encode()
    Annex.add(actor, draft, "plan", Document.store(actor, plan, "opleidingsplan.pdf", "other"))


def current(draft):
    return draft.afresh()


def facts_of(world, key, index, starts_on, recognition):
    first_name, last_name, (years, month, day) = LEARNERS[index]
    born = date(world.today.year - years - 1, month, day)
    weeks, full_time, _ = timetable()
    is_minor = rules.age(born, min(starts_on - timedelta(days=14), world.today)) < rules.ADULT  # when they sign
    return {
        **Agreement.sealed(world.insz(born, 101 + 2 * index)),
        "first_name": first_name,
        "last_name": last_name,
        "address": f"Schoolstraat {index + 1}, 2800 Mechelen",
        "email": f"leerling{index + 1}@voorbeeld.be",
        "guardian_name": f"Sam {last_name}" if is_minor else "",
        "guardian_kind": "mother" if is_minor else "",
        "guardian_email": f"ouder{index + 1}@voorbeeld.be" if is_minor else "",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=280),
        "mentor": recognition.mentor_links[0].mentor,
        "provider": Organisation.get(Organisation.kind == "provider"),
        "coach_name": "Jan Wouters",
        "coach_email": "jan.wouters@voorbeeld.be",
        "timetable": json.dumps(weeks),
        "full_time": full_time,
        "representative": "Marleen Verdonck",
        "representative_role": "zaakvoerder",
        "insurer": "Verzekeringen De Haven",
        "policy_number": "AO-2022-118",
        "prevention_service": "Preventie Dijle",
        "social_secretariat": "Sociaal Bureau Nete",
        "contact_name": "Leen Ó Briain",
        "contact_email": "leen@voorbeeld.be",
        "declared": json.dumps(list(law.DECLARATIONS)),
    }
