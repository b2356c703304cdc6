"""The journal and the access log of an organisation, read back: newest first, narrowed, each with what it is about.

It must not write either of them, and it must not know which sentence an event becomes.
"""

from peewee import JOIN

from models.agreements import Agreement
from models.mentoring import MentorApplication
from models.people import AccessLog, Event, Organisation, User
from models.profile import Document, Establishment, Mentor
from models.recognitions import Recognition
from models.sanctions import Appeal, Sanction

ABOUT = {  # by table: what people call such a record, and the record
    "recognition": ("Erkenning", Recognition),
    "mentor_application": ("Mentoraanvraag", MentorApplication),
    "agreement": ("Overeenkomst", Agreement),
    "mentor": ("Mentor", Mentor),
    "document": ("Document", Document),
    "establishment": ("Vestiging", Establishment),
    "addendum": ("Bijlage bij een overeenkomst", None),
    "workplace": ("Werkplek", None),
    "sanction": ("Sanctie", Sanction),
    "appeal": ("Beroep", Appeal),
    "mandate": ("Machtiging", None),
    "mandate_offer": ("Machtiging", None),
    "proposal": ("Machtiging", None),
    "membership": ("Gebruikers", None),
    "user": ("Gebruikers", None),
    "organisation": ("Organisatie", None),
}
OTHER = ("Loket", None)  # what has no word of its own yet


# What the committee says of files that no other member of its organisation may open.
OF_COMMITTEE = sorted(
    {
        step.event
        for record in (Recognition, Sanction, Appeal)
        for step in record.STEPS.values()
        if step.who == "committee"
    }
)


def events(actor):
    """What was done for the organisation they act for, with who did it and by whose mandate."""
    found = _entries(Event).where(Event.organisation == actor.organisation)
    return found if actor.is_committee else found.where(Event.name.not_in(OF_COMMITTEE))


def looks(organisation):
    """Who of this organisation, or for it, opened which personal data."""
    return _entries(AccessLog).where(AccessLog.organisation == organisation)


def _entries(log):
    holder = Organisation.alias()
    return (
        log.select(log, User, holder)
        .join(User, JOIN.LEFT_OUTER, on=(log.user == User.id), attr="user")
        .switch(log)
        .join(holder, JOIN.LEFT_OUTER, on=(log.through == holder.id), attr="through")
    )


def by_mandate(mandate, log=Event):
    """What was done, or looked at, by this mandate: nothing else is its holder's business here."""
    own = (log.organisation == mandate.organisation) & (log.through == mandate.holder) & (log.at >= mandate.given_at)
    if mandate.person_id:
        own &= log.user == mandate.person_id
    found = _entries(log).where(own)
    return found.where(log.at <= mandate.ended_at) if mandate.ended_at else found


def named(entries):
    """{(table, id): what people call it} of what these entries are about; one query per kind of record."""
    wanted = {}
    for entry in entries:
        wanted.setdefault(entry.subject, set()).add(entry.subject_id)
    found = {}
    for table, numbers in wanted.items():
        kind, record = ABOUT.get(table, OTHER)
        found |= {(table, number): kind for number in numbers}
        if record is not None:
            rows = record.select().where(record.id.in_(numbers))
            found |= {(table, row.id): f"{kind} {_called(row)}" for row in rows}
    return found


def _called(record):
    if isinstance(record, Document):
        return record.filename
    return record.number or "zonder nummer" if isinstance(record, Agreement) else str(record)
