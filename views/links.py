"""Where a record stands in the counter, for somebody of an organisation: the links in mails and calendars.

It must not know why somebody goes there.
"""

from flask import url_for

from models import Membership

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


def place_of(table, record_id, organisation):
    """The path of a record for the people of that organisation; the dashboard where it has no page of its own."""
    endpoint, name = PLACES.get((table, organisation.kind), (None, None))
    if not endpoint:
        return url_for("dashboard.index")
    return url_for(endpoint, **({name: record_id} if name else {}))


def outside(path):
    """The whole address of a path of ours."""
    return url_for("dashboard.index", _external=True).rstrip("/") + path


def link_of(message):
    """[(what it is for, address)] under a mail; who acts for several organisations passes by the switch."""
    if not message.organisation or not (message.user or message.about):
        return []  # somebody without an account: the text says where to go
    path = place_of(message.about, message.about_id, message.organisation)
    several = message.user and Membership.of(message.user).limit(2).count() > 1
    if several:
        go_on = url_for("organisation.choose", zoek=message.organisation.number, next=path, _external=True)
    else:
        go_on = outside(path)
    links = [("Ga verder op", go_on)]
    if message.user:
        links.append(("Minder of andere mails? Kies ze op", url_for("preferences.show", _external=True)))
    return links
