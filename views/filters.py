"""What templates may use: dates, numbers and sentences in Dutch, and what every page shows.

It must not decide anything; it only puts known things into words.
"""

from collections import defaultdict
from datetime import UTC, datetime

from flask import current_app, g, request
from flask_login import current_user

import rules
import rules_agreements as agreements
from models import COPY_DAYS, DUTIES, ROLES, SECTIONS, TARGET_GROUPS, tasks
from models.reminders import UNSEEN_DAYS
from views.answers import is_light, list_place
from views.headers import shared_seconds
from views.places import chore_place, place

MONTHS = (  # strftime would need a Dutch locale on the machine
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)

HISTORY = {  # what an event says in the history of a recognition; {who} did it, the rest are its facts
    "drafted": "{who} begon aan deze aanvraag.",
    "submitted": "{who} diende de aanvraag in.",
    "completed": "{who} vulde het dossier aan.",
    "withdrawn": "{who} trok de aanvraag in.",
    "let_lapse": "{who} koos om niet te hernieuwen: {reason}",
    "reconsidered": "{who} kwam terug op de keuze om niet te hernieuwen.",
    "renewing": "{who} begon aan de hernieuwing.",
    "decision_read": "{who} las de beslissing.",
    "assigned": "{who} nam het dossier in behandeling.",
    "declared_complete": "{who} verklaarde het dossier volledig.",
    "asked": "{who} vroeg aanvulling: {sections}.",
    "resumed": "{who} ging verder zonder antwoord van de werkgever.",
    "started": "{who} startte de behandeling.",
    "approved": "{who} keurde de aanvraag goed.",
    "refused": "{who} keurde de aanvraag af: {reason}",
    "handed_over": "{who} gaf het dossier door aan {colleague}.",
    "stopped": "{who} zette de erkenning stop: {reason}",
    "reopened": "{who} heropende het dossier na beroep.",
    "visit_planned": "{who} plande een bezoek op {day} {hour}",
    "visit_reported": "{who} maakte een verslag van het bezoek.",
    "visit_cancelled": "{who} annuleerde het bezoek.",
    "questioned": "{who} vroeg aanvulling: {reason}",
    "document_added": "{who} voegde toe: {kind}.",
    "document_deleted": "{who} verwijderde: {kind}.",
    "mentor_added": "{who} keurde {mentor} goed als mentor ({number}).",
    "mentor_left": "{mentor} is geen mentor meer op deze erkenning. Opvolger: {successor}",
    "mentor_deactivated": "{who} deactiveerde deze mentor: {reason}",
    "mentor_reactivated": "{who} activeerde deze mentor opnieuw.",
    "establishment_added": "{who} voegde deze vestiging toe uit de KBO.",
    "establishment_typed": "{who} voegde deze vestiging voorlopig toe.",
    "establishment_checked": "{who} keek de voorlopige vestiging na: ze bestaat.",
    "establishment_deactivated": "{who} deactiveerde deze vestiging.",
    "establishment_reactivated": "{who} activeerde deze vestiging opnieuw.",
    "committee_changed": "{who} koos het paritair comité: {committee}.",
    "kbo_ceased": "{called} staat niet meer in de KBO.",
    "kbo_returned": "{called} staat opnieuw in de KBO.",
    "kbo_confirmed": "{called} staat nu ook in de KBO.",
    "cessation_noted": "{who} nam kennis van de stopzetting van {called}.",
    "sign_in_ended": "{who} beëindigde een aanmelding: {device}.",
    "user_invited": "{who} nodigde {called} uit als {role}.",
    "user_given": "{who} gaf {called} het recht van {role}.",
    "user_joined": "{called} aanvaardde het recht van {role}.",
    "user_ended": "{who} beëindigde het recht van {called} ({role}).",
    "user_role_changed": "{who} gaf {called} een andere rol: {role}, voordien {before}.",
    "user_blocked": "{who} blokkeerde {called} ({role}).",
    "user_unblocked": "{who} hief de blokkering van {called} op ({role}).",
    "invitation_withdrawn": "{who} trok de uitnodiging van {called} in.",
    "users_confirmed": "{who} keek alle gebruikers na.",
    "insight_sent": "{who} stuurde een link om te lezen wie deze gegevens zag.",
    "described": "{who} wijzigde: {changed}.",
    "contact_added": "{who} voegde {called} toe als contactpersoon ({about}).",
    "contact_changed": "{who} wijzigde contactpersoon {called}.",
    "contact_removed": "{who} verwijderde contactpersoon {called}.",
    "moved": "{who} verwerkte de adreswijziging: {from} werd {to}.",
    "portal_key_made": "{who} maakte een sleutel voor {label}.",
    "portal_key_ended": "{who} trok de sleutel voor {label} in.",
    "frame_paired": "{who} liet het kader op {host} toe.",
    "sanctioned": "{who} legde een sanctie op: {kind} ({sanction}).",
    "sanction_overturned": "Sanctie {sanction} is vernietigd in beroep.",
    "appeal_drafted": "{who} begon aan dit beroep.",
    "appeal_withdrawn": "{who} trok het beroep in.",
    "prepared": "{who} bereidde deze sanctie voor.",
    "imposed": "{who} legde deze sanctie op.",
    "dropped": "{who} schrapte deze sanctie.",
    "appealed": "{who} ging in beroep.",
    "upheld": "De sanctie is bevestigd.",
    "overturned": "De sanctie is vernietigd.",
    "lodged": "{who} diende het beroep in.",
    "admitted": "{who} verklaarde het beroep ontvankelijk.",
    "inadmissible": "{who} verklaarde het beroep niet ontvankelijk: {reason}",
    "granted": "{who} verklaarde het beroep gegrond: {reason}",
    "rejected": "{who} verklaarde het beroep ongegrond: {reason}",
    "drafted_agreement": "{who} begon aan deze overeenkomst.",
    "registrar_chosen": "{who} koos wie de overeenkomsten registreert: {who_registers}.",
    "passed_on": "{who} gaf de werkversie door aan {to}. {message}",
    "taken_back": "{who} nam de werkversie terug.",
    "annex_added": "{who} voegde een bijlage toe: {annex}.",
    "annex_removed": "{who} haalde een bijlage weg: {annex}.",
    "frozen": "{who} zette versie {version} klaar om te tekenen.",
    "reopened_draft": "{who} maakte er weer een werkversie van; wie al tekende, tekent opnieuw.",
    "link_sent": "{who} stuurde een link om te tekenen: {party}.",
    "reminded": "{who} stuurde een herinnering om te tekenen: {party}.",
    "signed": "{signer} tekende ({party}).",
    "all_signed": "Alle partijen tekenden.",
    "registered": "{who} registreerde de overeenkomst.",
    "cancelled": "{who} annuleerde de overeenkomst: {reason}",
    "discarded": "{who} gooide de werkversie weg.",
    "message_written": "{who} schreef een bericht.",
    "workplace_changed": "{who} paste deze werkplek aan.",
    "workplace_confirmed": "{who} bevestigde dat alles nog klopt.",
    "mandate_given": "{who} gaf een machtiging aan {holder}, tot en met {until}.",
    "mandate_offered": "{who} bood {called} een machtiging aan, tot en met {until}.",
    "mandate_taken_up": "{who} aanvaardde de machtiging, tot en met {until}.",
    "offer_withdrawn": "{who} trok de machtiging voor {called} in, voor iemand ze aanvaardde.",
    "mandate_ended": "{who} beëindigde de machtiging van {holder}.",
    "proposed": "{who} legde ter goedkeuring voor: {what}, {about}.",
    "proposal_approved": "{who} keurde goed wat voorgelegd was: {what}, {about}.",
    "proposal_overtaken": "{who} deed zelf wat voorgelegd was, op een andere manier: {what}, {about}.",
    "proposal_refused": "{who} keurde niet goed: {what}, {about}. {reason}",
    "ended": "{who} beëindigde de overeenkomst: {reason}. Laatste dag {day}.",
    "end_undone": "{who} draaide het einde terug.",
    "checked_off": "{who} vinkte af: {words}.",
    "premium_completed": "{who} vulde premiegegevens aan. {words}",
    "premium_waived": "{who} zei dat er geen premie gevraagd wordt.",
    "corrected": "{who} verbeterde, zonder gevolg voor wat afgesproken is: {words}.",
    "suspended": "{who} schorste de overeenkomst: {reason}.",
    "suspension_ended": "{who} vulde de laatste dag van de schorsing in: {day}.",
    "suspension_reported": "{who} meldde de schorsing aan {coach}.",
    "addendum_drawn_up": "{who} legde een bijlage klaar om te tekenen: {kind}.",
    "addendum_signed": "{signer} tekende bijlage {ordinal} ({party}).",
    "addendum_signed_all": "Alle partijen tekenden de bijlage.",
    "addendum_withdrawn": "{who} trok de bijlage in.",
    "blocked": "De toegang werd geblokkeerd. {reason}",
    "unblocked": "De blokkering werd opgeheven. {reason}",
}


def install(app):
    app.jinja_env.filters.update(
        date=date,
        long_date=long_date,
        moment=moment,
        clock=clock,
        enterprise=rules.format_enterprise_number,
        establishment_number=rules.format_establishment_number,
        insz=rules.format_insz,
        code=rules.format_code,
        euro=agreements.euro,
        hours=agreements.hours,
        size=size,
        number=number,
        days=days,
        left=left,
        sentence=sentence,
        seen=seen,
        iban=iban,
    )
    app.jinja_env.globals.update(list_place=list_place, place=place, chore_place=chore_place, sections=SECTIONS)
    app.jinja_env.globals.update(  # a term is told from where it is set
        rules=rules, agreement_rules=agreements, copy_days=COPY_DAYS, unseen_days=UNSEEN_DAYS
    )
    app.context_processor(on_every_page)


def on_every_page():
    actor = g.get("actor")
    is_shared = shared_seconds(request.endpoint) is not None  # kept by anyone: nobody's words go in
    shows_end = actor and not is_shared and current_user.is_authenticated  # a frame has a session of its own
    return {
        "actor": actor,
        "is_shared": is_shared,
        "signed_in_until": current_user.signed_in_until if shows_end else None,
        "today": g.get("on"),
        "demo": current_app.config["DEMO"],
        "time_travel": current_app.config["TODAY"],
        "role_name": role_name(actor) if actor else "",
        "target_group": TARGET_GROUPS[actor.organisation.kind] if actor else "",
        "my_tasks": my_tasks,
        "light": is_light(),
    }


def role_name(actor):
    """What somebody is for the organisation: in a partnership the duty says it, unless they only look."""
    if actor.mandate:
        return "Gemachtigde"
    return DUTIES[actor.duty] if actor.is_handler and actor.may_act else ROLES[actor.role]


def my_tasks():
    """The tasks of the active employer or school, read once per request; a partnership has a queue instead.

    Who works by a mandate sees those it is for.
    """
    found = g.get("tasks")
    if found is None:
        actor = g.actor
        found = tasks(actor.organisation, g.on) if actor and not actor.is_handler else []
        found = g.tasks = [task for task in found if actor.covers(task.purpose)]
    return found


def date(day):
    """A day, or the Belgian day of a UTC moment."""
    day = rules.day_of(day) if isinstance(day, datetime) else day
    return f"{day:%d/%m/%Y}" if day else "–"


def long_date(day):
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment(at):
    """A UTC moment as Belgian time: "24/11/2026 om 14:05"."""
    return f"{at.replace(tzinfo=UTC).astimezone(rules.BELGIUM):%d/%m/%Y om %H:%M}"


def iban(number):
    """ "BE68539007547034" as people write it: "BE68 5390 0754 7034"."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def clock(at):
    """A UTC moment as Belgian time of day: "14:05", written as in a timetable and as an hour is typed."""
    return f"{at.replace(tzinfo=UTC).astimezone(rules.BELGIUM):%H:%M}"


def size(count):
    """Bytes in the words of people: "412 kB"."""
    if count < 1_000_000:
        return f"{max(round(count / 1000), 1)} kB"
    return f"{count / 1_000_000:.1f} MB".replace(".", ",")


def number(count):
    """ "100.000"."""
    return f"{count:,}".replace(",", ".")


def days(count):
    return "1 dag" if count == 1 else f"{count} dagen"


def left(count):
    """How many days there still are: "nog 3 dagen", and "vandaag" on the last one."""
    return f"nog {days(count)}" if count else "vandaag"


def sentence(event):
    """One event of a recognition as a sentence."""
    facts = event.facts
    sections = ", ".join(SECTIONS[section].lower() for section in facts.get("sections", ()))
    who = person(event)
    words = defaultdict(str, facts, who=who, sections=sections)
    return HISTORY[event.name].format_map(words).strip()


def person(entry):
    """Who did or saw something, and for which other organisation they did it by mandate."""
    name = entry.user.name if entry.user else "Het loket"
    return f"{name} ({entry.through}, met machtiging)" if entry.through else name


SEEN = {  # what an entry of the access log says was opened
    "insz": "het rijksregisternummer",
    "document": "een gevoelig document",
}


def seen(look, reader=False):
    """One entry of the access log: "Jan Wouters zag het rijksregisternummer".

    `reader`: the organisation that reads it, None for the person concerned; of others they learn the organisation.
    """
    own = reader is False or (reader is not None and look.organisation == reader and not look.through)
    who = person(look) if own else f"Iemand van {look.through or look.organisation}"
    return f"{who} zag {SEEN.get(look.field, look.field)}"
