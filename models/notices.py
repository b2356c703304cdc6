"""Who is told what when something happens: one table over all events, written down in the transaction of the step.

It must not know how people want to be told (preferences.py), nor what an address leads to.
"""

from typing import NamedTuple

import rules
from models.addenda import Addendum
from models.agreements import Agreement
from models.audience import audience
from models.handover import HOLDERS
from models.mandates import Mandate, Proposal
from models.messages import Message
from models.people import ACCESS_MANAGERS, Event, Membership, Organisation, User
from models.reference import Partnership
from models.sanctions import Appeal, Sanction


class Notice(NamedTuple):
    """What one side is told. {file} is the file, {who} the organisation that did it."""

    kind: str  # of MESSAGE_KINDS
    # employer, partnership, committee, provider, holder (of a mandate), others (all but who did it), next (whose turn
    # it is to sign), registrar (of the two parties who registers), besides (the other one of the two), or learner (with
    # a guardian: by mail, without an account)
    side: str
    subject: str
    text: str
    to_self: bool = False  # also to the person who did it, as a confirmation


def _employer(kind, subject, text, to_self=False):
    return Notice(kind, "employer", subject, text, to_self)


def _handed_in(subject, text):
    return Notice("handed_in", "partnership", subject, text)


def _right(what):
    """To those who manage access: who may do what for the organisation changed."""
    text = f"Bij uw organisatie {what}. Kijk bij Gebruikers na of dat klopt."
    return (_employer("rights", "Gebruikers van {file}", text),)


_RULED = "De commissie deed uitspraak over {file}. Lees ze met de motivering in het loket."
_SANCTION_STAYS = (
    _employer("decision", "Bevestigd: {file}", "{file} is bevestigd in beroep."),
    _handed_in("Bevestigd: {file}", "{file} is bevestigd in beroep."),
)

NOTICES = {  # by the name of an event; an empty tuple: nobody needs a mail for it
    "drafted": (),
    "submitted": (
        _employer("progress", "Ingediend: {file}", "{file} is ingediend. U volgt het dossier in het loket.", True),
        _handed_in("Nieuw: {file}", "{who} diende in: {file}."),
    ),
    "completed": (_handed_in("Aangevuld: {file}", "{who} vulde aan: {file}. De klok loopt weer."),),
    "withdrawn": (_handed_in("Ingetrokken: {file}", "{who} trok in: {file}."),),
    "let_lapse": (),
    "reconsidered": (),
    "renewing": (),
    "decision_read": (),
    "assigned": (_employer("progress", "Opgenomen: {file}", "Een behandelaar nam het dossier op: {file}."),),
    "declared_complete": (_employer("progress", "Volledig: {file}", "Het dossier is volledig: {file}."),),
    "asked": (
        _employer(
            "question",
            "Een vraag over {file}",
            "De behandelaar vraagt aanvulling bij {file}. De klok staat stil tot u antwoordt.",
        ),
    ),
    "resumed": (_employer("progress", "Weer in behandeling: {file}", "De klok loopt weer voor {file}."),),
    "started": (_employer("progress", "In behandeling: {file}", "De behandeling is gestart: {file}."),),
    "approved": (
        _employer("decision", "Goedgekeurd: {file}", "Er is beslist: {file} is goedgekeurd. Lees de beslissing."),
    ),
    "refused": (
        _employer(
            "decision",
            "Afgekeurd: {file}",
            "Er is beslist: {file} is afgekeurd. In het loket leest u waarom, en wat u nu kunt doen.",
        ),
    ),
    "handed_over": (
        Notice("deadline", "partnership", "Voor u: {file}", "Een collega gaf u een dossier door: {file}."),
    ),
    "stopped": (_handed_in("Stopgezet: {file}", "{who} zet stop: {file}."),),
    "reopened": (
        _employer("decision", "Heropend: {file}", "Na uw beroep wordt opnieuw beslist over {file}."),
        _handed_in("Heropend na beroep: {file}", "Na een beroep moet opnieuw beslist worden over {file}."),
    ),
    "visit_planned": (
        _employer("question", "Een bezoek voor {file}", "De behandelaar plande een bezoek voor {file}."),
    ),
    "visit_reported": (_employer("progress", "Bezocht: {file}", "Er is een verslag van het bezoek voor {file}."),),
    "visit_cancelled": (_employer("question", "Geen bezoek voor {file}", "Het bezoek voor {file} gaat niet door."),),
    "questioned": (
        _employer(
            "question",
            "Een vraag over {file}",
            "De behandelaar vraagt aanvulling bij {file}. De klok staat stil tot u antwoordt.",
        ),
    ),
    "document_added": (),
    "document_deleted": (),
    "mentor_added": (),  # the mentor application itself tells
    "mentor_left": (_handed_in("Een mentor minder: {file}", "Een mentor verliet {file}."),),
    "mentor_deactivated": (),
    "mentor_reactivated": (),
    "moved": (),
    "frame_paired": (),
    "portal_key_made": (),
    "portal_key_ended": (),
    **dict.fromkeys(("described", "committee_changed", "contact_added", "contact_changed", "contact_removed"), ()),
    **dict.fromkeys(("establishment_added", "establishment_checked", "establishment_typed"), ()),
    **dict.fromkeys(("establishment_deactivated", "establishment_reactivated", "registrar_chosen"), ()),
    "kbo_ceased": (
        _employer(
            "deadline", "Gestopt volgens de KBO: {file}", "Volgens de KBO gestopt: {file}. Kijk na wat u moet doen."
        ),
    ),
    **dict.fromkeys(("kbo_returned", "kbo_confirmed", "cessation_noted"), ()),
    "workplace_changed": (),
    "workplace_confirmed": (),
    "sanctioned": (),  # the sanction itself tells
    "sanction_overturned": (),
    "prepared": (),
    "imposed": (
        _employer(
            "decision",
            "Opgelegd: {file}",
            "Er is u een sanctie opgelegd: {file}. Lees waarom. "
            f"U kunt {rules.APPEAL_DAYS} dagen lang in beroep gaan.",
        ),
    ),
    "dropped": (),
    "appealed": (_handed_in("Beroep: {file}", "{who} gaat in beroep: {file}."),),
    "upheld": _SANCTION_STAYS,
    "overturned": (
        _employer("decision", "Vernietigd: {file}", "{file} is vernietigd in beroep en geldt niet."),
        _handed_in("Vernietigd: {file}", "{file} is vernietigd in beroep en geldt niet."),
    ),
    "appeal_drafted": (),
    "appeal_withdrawn": (Notice("handed_in", "committee", "Ingetrokken: {file}", "{who} trok in: {file}."),),
    "lodged": (
        _employer("progress", "Ingediend: {file}", "{file} is ingediend. U volgt het in het loket.", True),
        Notice("handed_in", "committee", "Nieuw: {file}", "{who} diende in: {file}."),
    ),
    "admitted": (_employer("decision", "Ontvankelijk: {file}", "{file} wordt ten gronde bekeken."),),
    "inadmissible": (_employer("decision", "Niet ontvankelijk: {file}", _RULED),),
    "granted": (_employer("decision", "Gegrond: {file}", _RULED),),
    "rejected": (_employer("decision", "Ongegrond: {file}", _RULED),),
    "drafted_agreement": (),
    "frozen": (Notice("agreement", "provider", "Klaar om te tekenen: {file}", "{who} zette klaar: {file}."),),
    "reopened_draft": (
        Notice(
            "agreement", "others", "Niet meer te tekenen: {file}", "{who} maakte er weer een werkversie van: {file}."
        ),
    ),
    "link_sent": (),  # the link is a mail of its own
    "signed": (Notice("signing", "next", "Uw handtekening: {file}", "Het is aan u om te ondertekenen: {file}."),),
    "all_signed": (
        Notice(
            "signing",
            "registrar",
            "Te registreren: {file}",
            "Alle partijen tekenden. U kunt nu registreren: {file}.",
            True,
        ),
        Notice("agreement", "besides", "Getekend: {file}", "Alle partijen tekenden: {file}."),
    ),
    "registered": (
        _employer("agreement", "Geregistreerd: {file}", "{file} is geregistreerd.", True),
        Notice("agreement", "provider", "Geregistreerd: {file}", "{who} registreerde {file}."),
        Notice("agreement", "learner", "Geregistreerd: uw overeenkomst", "{who} registreerde uw overeenkomst."),
    ),
    "cancelled": (
        Notice("agreement", "provider", "Geannuleerd: {file}", "{who} annuleerde {file}. Ze gaat niet door."),
        Notice("agreement", "learner", "Geannuleerd: uw overeenkomst", "{who} annuleerde uw overeenkomst."),
    ),
    "discarded": (),
    "passed_on": (Notice("signing", "others", "Nu bij u: {file}", "{who} gaf door: {file}. Vul verder aan."),),
    "taken_back": (Notice("agreement", "others", "Teruggenomen: {file}", "{who} nam terug: {file}."),),
    "addendum_drawn_up": (Notice("signing", "others", "Bijlage: {file}", "{who} maakte een bijlage bij {file}."),),
    "addendum_signed": (Notice("agreement", "others", "Bijlage: {file}", "{who} tekende een bijlage bij {file}."),),
    "addendum_signed_all": (
        Notice("agreement", "others", "Bijlage getekend: {file}", "Een bijlage geldt nu: {file}."),
    ),
    "addendum_withdrawn": (
        Notice("agreement", "others", "Geen bijlage: {file}", "{who} trok een bijlage in: {file}."),
    ),
    "suspended": (Notice("agreement", "others", "Geschorst: {file}", "{who} meldde een schorsing van {file}."),),
    "suspension_ended": (Notice("agreement", "others", "Schorsing voorbij: {file}", "De schorsing eindigt: {file}."),),
    "end_undone": (
        Notice("agreement", "others", "Loopt verder: {file}", "{who} maakte het einde ongedaan van {file}."),
    ),
    "corrected": (Notice("agreement", "provider", "Verbeterd: {file}", "{who} verbeterde gegevens van {file}."),),
    **dict.fromkeys(("checked_off", "premium_completed", "premium_waived", "suspension_reported"), ()),
    "annex_added": (),
    "annex_removed": (),
    "message_written": (
        Notice(
            "message", "others", "Een bericht in {file}", "{who} schreef een bericht in {file}. Lees het in het loket."
        ),
    ),
    "reminded": (),  # the reminder is a mail of its own
    "user_invited": _right("werd iemand uitgenodigd"),
    "user_given": _right("kreeg iemand een recht"),
    "user_joined": _right("aanvaardde iemand een recht"),
    "user_ended": _right("werd een recht beëindigd"),
    "user_role_changed": _right("kreeg iemand een andere rol"),
    "user_blocked": _right("werd iemand geblokkeerd"),
    "user_unblocked": _right("werd een blokkering opgeheven"),
    **dict.fromkeys(
        ("invitation_withdrawn", "users_confirmed", "blocked", "unblocked", "insight_sent", "sign_in_ended"), ()
    ),
    "mandate_given": (
        _employer(
            "rights", "Gegeven: {file}", "Uw organisatie gaf een {file}. In het loket ziet u wat ermee gebeurt.", True
        ),
        Notice("rights", "holder", "Gekregen: {file}", "{who} gaf uw organisatie een machtiging."),
    ),
    "mandate_offered": (_employer("rights", "Aangeboden: een machtiging", "Uw organisatie bood een machtiging aan."),),
    "offer_withdrawn": (),
    "mandate_taken_up": (
        _employer("rights", "Aanvaard: {file}", "Aanvaard: {file}. In het loket ziet u wat ermee gebeurt.", True),
    ),
    "mandate_ended": (
        _employer("rights", "Beëindigd: {file}", "Beëindigd: {file}.", True),
        Notice("rights", "holder", "Beëindigd: {file}", "{who} beëindigde de machtiging van uw organisatie."),
    ),
    "proposed": (_employer("rights", "Goed te keuren: {file}", "Er wacht iets op uw goedkeuring: {file}."),),
    "proposal_approved": (Notice("rights", "holder", "Goedgekeurd: {file}", "{who} keurde goed: {file}."),),
    "proposal_overtaken": (
        Notice("rights", "holder", "Zelf gedaan: {file}", "{who} deed het zelf, op een andere manier: {file}."),
    ),
    "proposal_refused": (
        Notice("rights", "holder", "Niet goedgekeurd: {file}", "{who} keurde niet goed: {file}. Lees waarom."),
    ),
    "ended": (
        Notice("agreement", "provider", "Beëindigd: {file}", "{who} noteerde een vroeger einde voor {file}."),
        Notice("agreement", "learner", "Einde van uw overeenkomst", "{who} noteerde een vroeger einde."),
    ),
}

WITHOUT_ACCOUNT = "Hebt u hier vragen over? Stel ze aan {organisation}."
STANDS_IN = "U krijgt deze mail omdat u {name} vervangt tot en met {until:%d/%m/%Y}."


class File(NamedTuple):
    """A record as mails speak of it."""

    name: str
    employer: Organisation | None
    partnership: Partnership | None = None
    provider: Organisation | None = None
    holder: Organisation | None = None  # of a mandate
    workers: tuple = ()  # ids of the employer's people who work on it
    handlers: tuple = ()  # of the partnership's
    person: int | None = None  # of a mandate for one person: nobody else of the holder hears of it
    purpose: str = ""  # what a mandate, or a contact person, must be for to hear of it
    establishment: object = None
    contact: str = ""  # the address in the application itself
    learner: tuple = ()  # (name, address) of who signs without an account


def file_of(record):
    """What a mail says of a record, and who stands around it. The record as kept: a step sets its fields afterwards."""
    record = type(record).get_by_id(record.id)
    if isinstance(record, Agreement):
        return _file_of_agreement(record)
    if isinstance(record, Sanction):
        facts = {"handlers": (record.prepared_by_id,), "purpose": "recognitions", "establishment": record.establishment}
        return File(f"sanctie {record}", record.organisation, record.partnership, **facts)
    if isinstance(record, Appeal):
        workers = (record.created_by_id,)
        return File(f"beroep {record}", record.organisation, workers=workers, purpose="recognitions")
    if hasattr(record, "recognition"):  # a mentor application
        around = file_of(record.recognition)
        name = f"mentoraanvraag {record} bij {around.name}"
        people = {"workers": (record.created_by_id,), "handlers": (record.handler_id,)}
        return around._replace(name=name, purpose="mentors", **people)
    if hasattr(record, "training"):  # a recognition
        kind = "erkenning" if record.state == "approved" else "aanvraag"
        return File(
            f"{kind} {record} {record.label}",
            record.organisation,
            record.partnership,
            workers=(record.created_by_id,),
            handlers=(record.handler_id,),
            purpose="recognitions",
            establishment=record.establishment,
            contact=record.contact_email,
        )
    if isinstance(record, Mandate):
        own = {"holder": record.holder, "person": record.person_id, "handlers": (record.person_id,)}
        return File(f"machtiging voor {record.whose}", record.organisation, **own)
    if isinstance(record, Proposal):
        holder = record.mandate.holder
        own = {"holder": holder, "person": record.mandate.person_id, "handlers": (record.user_id,)}
        return File(f"een voorstel van {holder}", record.organisation, **own)
    if isinstance(record, Organisation):
        managers = Membership.select(Membership.user).where(
            Membership.organisation == record, Membership.role.in_(ACCESS_MANAGERS)
        )
        return File(str(record), record, workers=tuple(one.user_id for one in managers))
    return File(str(record), getattr(record, "organisation", None))


def _file_of_agreement(record):
    coach = record.coach_email and User.get_or_none(User.email == record.coach_email)
    name = f"overeenkomst {record.number}" if record.number else "de overeenkomst"
    people = ((record.learner, record.email), (record.guardian_name, record.guardian_email))
    return File(
        f"{name} voor {record.recognition.training.name}",
        record.organisation,
        provider=record.provider,
        workers=(record.created_by_id,),
        handlers=(coach.id,) if coach else (),
        purpose="agreements",
        establishment=record.recognition.establishment,
        learner=tuple((name, address) for name, address in people if address),
    )


def tell(record, name, actor):
    """Write the mails an event asks for; called for every event, inside the transaction of its step."""
    notices = NOTICES[name]
    if not notices:
        return
    record = record.agreement if isinstance(record, Addendum) else record  # that is where one reads it
    file = file_of(record)
    for notice in notices:
        who = actor.organisation.name if actor.organisation else ""
        words = {"file": file.name, "who": who}
        subject, text = (_capital(part.format(**words)) for part in (notice.subject, notice.text))
        if notice.side == "learner":
            _tell_learner(actor, file, subject, text)
        for organisation, own in _sides(notice, file, record, actor):
            besides = None if notice.to_self else actor.user
            told = {"is_own_business": notice.side == "next", "duty": notice.side == "committee" and "manager"}
            for reader in audience(file, organisation, notice.kind, own, actor.on, besides, **told):
                write_to(actor, organisation, reader, subject, text, record)


def _sides(notice, file, record, actor):
    """[(organisation, ids of its people who work on it)] of a notice."""
    side = notice.side
    if side == "next":
        side = record.next_party() or ""
    if side in ("registrar", "besides"):
        parties = sorted(HOLDERS, key=lambda party: party != record.registrar)
        side = parties[side == "besides"]
    if side == "others":
        both = [(file.employer, file.workers), (file.provider, file.handlers)]
        both += [(one, file.handlers) for one in _of(file.partnership)]
        return [(one, own) for one, own in both if one and one != actor.organisation]
    if side == "committee":
        return [(one, ()) for one in _of(Partnership.get_or_none(Partnership.is_default))]
    if side == "partnership":
        return [(one, file.handlers) for one in _of(file.partnership)]
    found = {
        "employer": (file.employer, file.workers),
        "provider": (file.provider, file.handlers),
        "holder": (file.holder, file.handlers),
    }.get(side)
    return [found] if found and found[0] else []


def _of(partnership):
    """The organisations that work for a partnership."""
    if not partnership:
        return []
    return list(
        Organisation.select().where(Organisation.partnership == partnership, Organisation.kind == "partnership")
    )


def _tell_learner(actor, file, subject, text):
    for name, address in file.learner:
        question = WITHOUT_ACCOUNT.format(organisation=file.employer.name)
        Message.write(actor, address, subject, f"Beste {name}\n\n{text}\n\n{question}", organisation=file.employer)


def write_to(actor, organisation, reader, subject, text, record=None):
    """One mail to a reader, at once or for the weekly one."""
    parts = [f"Beste {reader.called}".strip(), text]
    if reader.instead_of:
        parts.append(STANDS_IN.format(name=reader.instead_of.name, until=reader.until))
    if reader.note:
        parts.append(reader.note)
    facts = {"organisation": organisation, "user": reader.user}
    if record is not None:
        facts |= {"about": record._meta.table_name, "about_id": record.id}
    if reader.way == "weekly":
        facts |= {"is_weekly": True, "due_at": None}
    return Message.write(actor, reader.to, subject, "\n\n".join(parts), **facts)


def _capital(text):
    return text[:1].upper() + text[1:]


Event.listeners.append(tell)
