"""What a partnership does about establishments and employers that the KBO tells differently: one list, one click each.

It must not know how a difference is found; models/comparing.py does.
"""

from flask import Blueprint, abort, flash, g, request, url_for

from models import Establishment, ceased_employers, comparing, to_process
from rules import RuleBroken
from views.answers import go_to, load, numbered, render

bp = Blueprint("place_handling", __name__, url_prefix="/behandeling/vestigingen")


@bp.get("")
def index():
    return listing()


def listing(status=200, problem=""):
    partnership = g.actor.organisation.partnership
    if not partnership:
        abort(404)
    rows, number, pages = numbered(list(to_process(partnership)), request.args.get("pagina", "1"))
    return render(
        "place_handling/index.html",
        None,
        status,
        places=rows,
        number=number,
        pages=pages,
        employers=list(ceased_employers(partnership).limit(200)),
        problem=problem,
    )


def settle(record, step, told):
    try:
        step(record, g.actor)
    except RuleBroken as broken:
        return listing(422, str(broken))
    flash(told)
    return go_to(url_for("place_handling.index"))


def ours():
    return to_process(g.actor.organisation.partnership)


@bp.post("/<int:establishment_id>/adres")
def accept_move(establishment_id):
    """Adreswijziging vestiging verwerken: files go on with the address of the KBO."""
    return settle(load(ours(), establishment_id), comparing.accept_move, "De adreswijziging is verwerkt.")


@bp.post("/<int:establishment_id>/stopzetting")
def note_place(establishment_id):
    return settle(load(ours(), establishment_id), comparing.take_note, "U nam kennis van de stopzetting.")


@bp.post("/<int:establishment_id>/nagekeken")
def accept_provisional(establishment_id):
    place = load(ours().where(Establishment.is_provisional), establishment_id)
    return settle(place, comparing.accept_provisional, "De vestiging is niet langer voorlopig.")


@bp.post("/ondernemingen/<int:organisation_id>/stopzetting")
def note_employer(organisation_id):
    employer = load(ceased_employers(g.actor.organisation.partnership), organisation_id)
    return settle(employer, comparing.take_note, "U nam kennis van de stopzetting.")
