"""Where a record stands in the counter, for somebody of an organisation: the links in mails and calendars.

It must not know why somebody goes there.
"""

from flask import current_app, url_for

from models import Agreement, Appeal, Membership, MentorApplication, Recognition, Sanction

# (table, kind of organisation): (endpoint, name of the id in it)
PLACES = {
    ("recognition", "employer"): ("recognitions.show", "recognition_id"),
    ("recognition", "partnership"): ("handling.show", "recognition_id"),
    ("mentor_application", "employer"): ("mentor_applications.show", "application_id"),
    ("mentor_application", "partnership"): ("mentor_handling.show", "application_id"),
    ("agreement", "employer"): ("agreements.show", "agreement_id"),
    ("agreement", "provider"): ("agreements.show", "agreement_id"),
    ("sanction", "employer"): ("appeals.sanction", "sanction_id"),
    ("sanction", "partnership"): ("sanctions.show", "sanction_id"),
    ("appeal", "employer"): ("appeals.show", "appeal_id"),
    ("appeal", "partnership"): ("appeal_handling.show", "appeal_id"),
    ("mandate", "employer"): ("mandates.show", "mandate_id"),
    ("mandate", "provider"): ("mandates.show", "mandate_id"),
    ("mandate", "partnership"): ("mandates.show", "mandate_id"),
    ("proposal", "employer"): ("mandates.proposals", None),
    **{("organisation", kind): ("users.index", None) for kind in ("employer", "provider", "partnership")},
}


FILES = {  # by the name of an id in an address, for the employer (or school), and for the partnership
    "recognition_id": (Recognition, Recognition.of, Recognition.handled_by),
    "application_id": (MentorApplication, MentorApplication.of, MentorApplication.handled_by),
    "sanction_id": (Sanction, Sanction.of, Sanction.handled_by),
    "appeal_id": (Appeal, Appeal.of, None),
    "agreement_id": (Agreement, Agreement.of, None),
}


def stands_with(organisation, arguments):
    """True when the file that the arguments of an address name is one that organisation's people see."""
    if len(arguments) != 1 or not set(arguments) <= set(FILES):
        return False
    [(name, record_id)] = arguments.items()
    model, own, handled = FILES[name]
    if organisation.kind == "partnership":
        found = handled(organisation.partnership) if handled else model.select().where(False)
    else:
        found = own(organisation)
    return found.where(model.id == record_id).exists()


def place_of(table, record_id, organisation):
    """The path of a record for the people of that organisation; the dashboard where it has no page of its own."""
    endpoint, name = PLACES.get((table, organisation.kind), (None, None))
    if not endpoint:
        return url_for("dashboard.index")
    return url_for(endpoint, **({name: record_id} if name else {}))


def outside(path):
    """The whole address of a path of ours, as the settings say it: a request may name any host it likes."""
    return current_app.config["PUBLIC_URL"].rstrip("/") + path


def way_to(user, organisation, path):
    """The whole address of a path for somebody who comes from outside; past the switch for who acts for others too."""
    mine = [one.organisation_id for one in Membership.of(user).limit(2)]
    if mine == [organisation.id]:
        return outside(path)
    return outside(url_for("organisation.choose", zoek=organisation.number, next=path))


def link_of(message):
    """[(what it is for, address)] under a mail."""
    organisation, user = message.organisation, message.user
    if not organisation or not (user or message.about):
        return []  # somebody without an account: the text says where to go
    path = place_of(message.about, message.about_id, organisation)
    if not user:
        return [("Ga verder op", outside(path))]
    choices = url_for("preferences.show")
    at_home = Membership.select().where(Membership.user == user, Membership.organisation == organisation).exists()
    # Who works by a mandate chooses mails where they work themselves.
    choose = outside(choices if at_home else url_for("organisation.choose", next=choices))
    return [("Ga verder op", way_to(user, organisation, path)), ("Minder of andere mails? Kies ze op", choose)]
