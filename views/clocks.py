"""Every clock of the organisation on one page, or of all organisations somebody acts for.

It must not know how a clock is reckoned; models.clocks does.
"""

from flask import g, request, url_for

from models import CLOCK_KINDS, Agreement, Membership, MentorApplication, Recognition, Sanction, Workplace, clocks
from views.answers import numbered, render
from views.dashboard import bp


@bp.get("/taken/klokken")
def all_clocks():
    """What runs out when, first what runs out first; ?soort= one kind, ?organisaties=alle, ?pagina= from 1."""
    everyone = request.args.get("organisaties") == "alle"
    kind = request.args.get("soort", "")
    kind = kind if kind in CLOCK_KINDS else ""
    running = [one for one in clocks(for_whom(everyone), g.on) if everyone or g.actor.covers(one.purpose)]
    chosen = [clock for clock in running if not kind or clock.kind == kind]
    shown, number, pages = numbered(chosen, request.args.get("pagina", "1"))
    return render(
        "dashboard/clocks.html",
        "dashboard/_clocks.html",
        rows=[(clock, *way_to_stop(clock)) for clock in shown],
        total=len(chosen),
        counts={key: sum(clock.kind == key for clock in running) for key in CLOCK_KINDS},
        kinds=CLOCK_KINDS,
        kind=kind,
        everyone=everyone,
        acts_for_several=Membership.of(g.actor.user).limit(2).count() > 1,
        number=number,
        pages=pages,
    )


def for_whom(everyone):
    """The active employer's organisation, or a select of all this person may act for."""
    if everyone:
        mine = Membership.of(g.actor.user).where(Membership.role != "viewer")
        return mine.select(Membership.organisation).order_by()
    return [g.actor.organisation.id] if g.actor.is_employer else []


def way_to_stop(clock):
    """(address, label) of the page on which something can be done about it."""
    record = clock.record
    if isinstance(record, Recognition):
        opens = clock.kind == "late" or clock.kind == "term" and record.may_be_renewed(g.on)
        if opens and g.actor.may_act:
            return url_for("recognitions.ask_renewal", recognition_id=record.id), "Beslissen over hernieuwing"
        label = {"answer": "Antwoorden", "appeal": "In beroep gaan"}.get(clock.kind, "Bekijken")
        return url_for("recognitions.show", recognition_id=record.id), label if g.actor.may_act else "Bekijken"
    if isinstance(record, Agreement):
        label = {"registration": "Registreren", "premium": "Aanvullen", "report": "Melden"}.get(clock.kind, "Bekijken")
        place = "agreements.premium" if clock.kind == "premium" else "agreements.show"
        return url_for(place, agreement_id=record.id), label if g.actor.may_act else "Bekijken"
    if isinstance(record, MentorApplication):
        return url_for("mentor_applications.show", application_id=record.id), "Bekijken"
    if isinstance(record, Workplace):
        url = url_for("workplaces.show", recognition_id=record.recognition_id)
        return url, "Bevestigen" if g.actor.may_act else "Bekijken"
    if isinstance(record, Sanction):
        return url_for("appeals.sanction", sanction_id=record.id), "Bekijken"
    if clock.kind == "appeal":
        return url_for("appeals.show", appeal_id=record.id), "Bekijken"
    label = {"training": "Mentoropleiding", "extract": "Uittreksel vernieuwen"}[clock.kind]
    return url_for("mentors.show", mentor_id=record.id), label if g.actor.may_act else "Bekijken"
