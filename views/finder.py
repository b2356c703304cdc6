"""The public finder of workplaces: by training, by place with a distance, with places free. For anyone, on a phone.

It must not know who asks, and never show a person: whom to contact is for schools that are signed in.
"""

from typing import NamedTuple

from flask import Blueprint, abort, g, request

from models import Establishment, Postcode, PostcodeCentre, Recognition, Training, Workplace
from views.answers import Page, Reckoned, render
from views.check import limiter

bp = Blueprint("finder", __name__, url_prefix="/zoek-werkplek")

RADII = ("5", "10", "20", "30", "50")  # kilometres
OFTEN = "60/minute"  # for one address; nobody reads faster
SUGGESTED = 8
NEAREST = (3, 8)  # postcodes looked at first, and then: where much is offered, the first fill a page


class Sought(NamedTuple):
    """Where somebody looks, as the address says it, and what came of it."""

    typed: str
    point: tuple | None = None  # latitude and longitude
    centres: tuple = ()  # (postcode, latitude, longitude) of what lies within the radius
    name: str = ""
    problem: str = ""
    suggestions: tuple = ()  # municipalities that may be meant


@bp.get("")
@limiter.limit(OFTEN)
def index():
    found, status = answered()
    return render("finder/index.html", None, status, **found)


def answered():
    """(what the finder shows for this request, status); a page of its own or one in a frame may show it."""
    training = request.args.get("opleiding", "")
    radius = request.args.get("straal", "")
    radius = radius if radius in RADII else "20"
    sought = look_up(request.args.get("plaats", ""), int(radius))
    rows = Workplace.joined(g.on).where(Workplace.published(g.on, bool(sought.point)))
    if training.isascii() and training.isdecimal() and len(training) < 10:
        rows = rows.where(Recognition.training == int(training))
    order = [(Workplace.confirmed_on, "desc"), (Workplace.id, "desc")]
    if sought.point:
        rows, squared, places = Workplace.around(rows, sought.point, sought.centres)
        order = [(Reckoned("squared", squared), "asc"), (Workplace.id, "asc")]
        rows = nearest_first(rows, order, places)
    page = None if sought.problem else Page(rows, order, request.args.get("na"), request.args.get("voor"))
    chosen = {"opleiding": training, "plaats": sought.typed, "straal": radius if sought.typed else ""}
    found = {
        "page": page,
        "sought": sought,
        "radius": radius,
        "radii": RADII,
        "training": training,
        "trainings": list(Training.search("")),
        "chosen": {name: value for name, value in chosen.items() if value},
    }
    return found, 422 if sought.problem else 200


def nearest_first(found, order, places):
    """What Page asks its rows of: those at the nearest postcodes, and those further off only when a page needs them."""

    def rows(limit, backwards, cursor):
        read = []
        for postcodes in apart(places, backwards, *cursor[:1]):
            near = found.where(Establishment.postcode.in_(postcodes))
            read.extend(Page.narrowed(near, order, backwards, cursor).limit(limit - len(read)))
            if len(read) == limit:
                break
        return read

    return rows


def apart(places, backwards, beyond=None):
    """Groups of postcodes, nearest first, from that square on; what is equally far, or about, stays together."""
    ahead = [one for one in places if beyond is None or (one[0] < beyond + 1 if backwards else one[0] > beyond - 1)]
    ahead = ahead[::-1] if backwards else ahead
    for cut in (*NEAREST, len(ahead)):
        while cut < len(ahead) and abs(ahead[cut][0] - ahead[cut - 1][0]) < 2:
            cut += 1
        if ahead[:cut]:
            yield [postcode for _, postcode in ahead[:cut]]
        ahead = ahead[cut:]


def look_up(typed, kilometres):
    """What place was meant: a postcode, a municipality, or the beginning of one."""
    typed = " ".join(typed.split())[:80]
    if not typed:
        return Sought("")
    found = Postcode.find(typed)
    names = tuple(dict.fromkeys(row.municipality for row in found))
    if not names:
        return Sought(typed, problem="We kennen deze plaats niet. Typ een postcode of de naam van een gemeente.")
    if len(names) > 1 and not typed[:4].isdecimal():
        return Sought(typed, problem="Welke gemeente bedoelt u? Typ er meer van.", suggestions=names[:SUGGESTED])
    point, centres = PostcodeCentre.around({row.postcode for row in found}, kilometres * 1000)
    if not point:
        return Sought(typed, problem="Van deze plaats kennen we de ligging niet. Kies een gemeente in de buurt.")
    return Sought(typed, point, centres, names[0])


def published(workplace_id):
    """The workplace with that id, if everybody may find it today; 404 otherwise."""
    rows = Workplace.joined(g.on).where(Workplace.published(g.on), Workplace.id == workplace_id)
    return rows.first() or abort(404)


@bp.get("/<int:workplace_id>")
@limiter.limit(OFTEN)
def show(workplace_id):
    return render("finder/show.html", workplace=published(workplace_id))


@bp.get("/<int:workplace_id>/contact")
def contact(workplace_id):
    """Whom to reach about a learner: for schools and for the enterprise itself; the link is there for everybody."""
    workplace = published(workplace_id)
    own = workplace.recognition.organisation_id == g.actor.organisation.id
    may_see = own or g.actor.organisation.kind == "provider"
    return render("finder/contact.html", workplace=workplace, may_see=may_see)
