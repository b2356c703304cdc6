"""The employer's establishments: taken over from the KBO or typed in, each with its committee; deactivated, never gone.

It must not know what a partnership does with a difference; place_handling.py does.
"""

from flask import Blueprint, flash, g, request, url_for

import adapters.kbo as kbo
import rules
from models import ContactPerson, Establishment, running_at
from rules import RuleBroken
from views.answers import Page, go_to, load, render
from views.choosing import find_committee
from views.forms import DutchForm, line

bp = Blueprint("establishments", __name__, url_prefix="/organisatie/vestigingen")

SHOWN = 10  # KBO rows offered at once; typing finds the rest


class NumberForm(DutchForm):
    """A number, and the address of one that the KBO extract does not have yet."""

    number = line("Vestigingsnummer", 20, description="10 cijfers, bv. 2.147.812.701.")
    name = line("Naam van de vestiging")
    street = line("Straat en nummer")
    postcode = line("Postcode", 10)
    municipality = line("Gemeente")


class CommitteeForm(DutchForm):
    joint_committee = line(
        "Paritair comité van deze vestiging", 120, description="Laat leeg als het dat van de onderneming is."
    )


def mine():
    return Establishment.of(g.actor.organisation)


@bp.get("")
def index():
    page = Page(mine(), [(Establishment.id, "asc")], request.args.get("na"), request.args.get("voor"))
    return render("establishments/index.html", "establishments/_list.html", page=page, snapshot=kbo.snapshot())


@bp.get("/toevoegen")
def choose():
    """What the KBO has and the list has not, and a number to type."""
    return adding(NumberForm())


def adding(form, status=200, is_unknown=False):
    search = request.args.get("zoek", "")
    known = {int(place.number) for place in mine().select(Establishment.number)}
    found = kbo.establishments(int(g.actor.organisation.number), search, limit=None)
    fresh = [row for row in found if row.number not in known]
    return render(
        "establishments/add.html",
        "establishments/_found.html" if request.method == "GET" else None,
        status,
        form=form,
        is_unknown=is_unknown,
        found=fresh[:SHOWN],
        more=len(fresh) > SHOWN,
        search=search,
        snapshot=kbo.snapshot(),
    )


@bp.post("/toevoegen")
def add():
    """By number: from the KBO where it is there, else provisional with the address that is typed."""
    form = NumberForm(request.form)
    try:
        if not form.validate():
            return adding(form, 422, bool(form.name.data))
        if not rules.valid_establishment_number(form.number.data or ""):
            raise RuleBroken(number=rules.WRONG_ESTABLISHMENT)
        place = added(form)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return adding(form, 422, broken.problems.keys() <= {"name", "street", "postcode", "municipality"})
    flash(
        f"{place} is toegevoegd{', voorlopig: het partnerschap kijkt het nummer na' if place.is_provisional else ''}."
    )
    if not rules.in_region(place.region()):
        flash("Let op: deze vestiging ligt niet in Vlaanderen of Brussel. Een erkenning kan er misschien niet.")
    return go_to(url_for("establishments.show", establishment_id=place.id))


def added(form):
    number, own = int(rules.digits(form.number.data)), int(g.actor.organisation.number)
    owner = kbo.enterprise_of(number)
    if owner == own:
        row = next(row for row in kbo.establishments(own, limit=None) if row.number == number)
        return Establishment.add(g.actor, row)
    if owner:
        raise RuleBroken(number="Deze vestiging staat in de KBO op een andere onderneming. Kijk het nummer na.")
    address = {name: form[name].data or "" for name in ("name", "street", "postcode", "municipality")}
    return Establishment.add_provisional(g.actor, f"{number:010d}", **address)


@bp.get("/<int:establishment_id>")
def show(establishment_id):
    place = load(mine(), establishment_id)
    return one(place, CommitteeForm(joint_committee=str(place.joint_committee or "")))


def one(place, form, status=200):
    people = ContactPerson.of(g.actor.organisation).where(ContactPerson.establishment == place)
    return render(
        "establishments/show.html",
        None,
        status,
        place=place,
        form=form,
        running=running_at(place, g.on),
        people=list(people),
        outside=not rules.in_region(place.region()),
    )


@bp.post("/<int:establishment_id>/paritair-comite")
def assign_committee(establishment_id):
    """Another joint committee than the organisation's: it leads applications to another partnership."""
    place, form = load(mine(), establishment_id), CommitteeForm(request.form)
    committee = find_committee(form.joint_committee.data)
    if form.joint_committee.data and not committee:
        form.add_problems({"joint_committee": "Dit paritair comité kennen we niet. Schrijf het nummer, bv. 201."})
    if not (form.validate() if not form.errors else False):
        return one(place, form, 422)
    return changed(place, lambda: place.assign_committee(g.actor, committee), "Het paritair comité is bewaard.")


@bp.post("/<int:establishment_id>/deactiveren")
def deactivate(establishment_id):
    place = load(mine(), establishment_id)
    told = f"{place} is gedeactiveerd. Wat er loopt, loopt verder; nieuwe aanvragen kunnen er niet."
    return changed(place, lambda: place.deactivate(g.actor), told)


@bp.post("/<int:establishment_id>/activeren")
def reactivate(establishment_id):
    place = load(mine(), establishment_id)
    return changed(place, lambda: place.reactivate(g.actor), f"{place} is opnieuw actief.")


def changed(place, step, told):
    try:
        step()
    except RuleBroken as broken:
        form = CommitteeForm(joint_committee=str(place.joint_committee or ""))
        form.add_problems(broken.problems)
        return one(place, form, 422)
    flash(told)
    return go_to(url_for("establishments.show", establishment_id=place.id))
