"""What an organisation says of itself beside the KBO: contact details, account, language, people to reach per subject.

It must not know what is mailed to whom.
"""

from flask import Blueprint, flash, g, request, url_for
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from models import LANGUAGES, SUBJECTS, ContactPerson, Establishment, describe
from rules import RuleBroken
from views.answers import go_to, load, render
from views.choosing import find_committee
from views.forms import EMAIL, NAME, PHONE, DutchForm, line, required

bp = Blueprint("profile", __name__, url_prefix="/organisatie")

WEBSITE = Regexp(r"^https?://[^\s/]+\.\S+$", message="Schrijf een website als https://www.voorbeeld.be.")
PLACES = 500  # in a list to choose from


class OwnForm(DutchForm):
    email = line("E-mail", checks=[Optional(), EMAIL])
    phone = line("Telefoon", checks=[Optional(), PHONE])
    website = line("Website", checks=[Optional(), WEBSITE])
    joint_committee = line(
        "Paritair comité", 120, description="Het nummer, bv. 201 of 202.01. Per vestiging kan het een ander zijn."
    )
    account_number = line("Rekeningnummer", 42, description="Voor premies, bv. BE68 5390 0754 7034.")
    language = SelectField(
        "Taal van mails",
        choices=[SelectChoice(key, label) for key, label in LANGUAGES.items()],
        validate_choice=False,
        description="Mails van de overheid zijn in het Nederlands. In een andere taal komt er een korte uitleg bij.",
    )


class ContactForm(DutchForm):
    subject = SelectField(
        "Onderwerp", choices=[SelectChoice(key, label) for key, label in SUBJECTS.items()], validate_choice=False
    )
    establishment = SelectField("Vestiging", choices=[], validate_choice=False)
    name = line("Naam", checks=[required("Vul de naam in."), NAME])
    email = line("E-mail", checks=[Optional(), EMAIL])
    phone = line("Telefoon", checks=[Optional(), PHONE])

    def offer(self, places):
        rows = [SelectChoice(str(place.id), str(place)) for place in places]
        self.establishment.choices = [SelectChoice("", "Alle vestigingen"), *rows]
        return self


@bp.get("/gegevens")
def edit():
    own = g.actor.organisation
    known = {name: getattr(own, name) for name in ("email", "phone", "website", "account_number", "language")}
    return own_page(OwnForm(**known, joint_committee=str(own.joint_committee or "")))


def own_page(form, status=200):
    return render("profile/edit.html", "profile/_own.html", status, form=form)


@bp.post("/gegevens")
def save():
    form = OwnForm(request.form)
    committee = find_committee(form.joint_committee.data)
    try:
        valid = form.validate()
        if form.joint_committee.data and not committee:
            raise RuleBroken(joint_committee="Dit paritair comité kennen we niet. Schrijf het nummer, bv. 201.")
        if not valid:
            return own_page(form, 422)
        names = ("email", "phone", "website", "account_number", "language")
        describe(g.actor, joint_committee=committee, **{name: form[name].data or "" for name in names})
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return own_page(form, 422)
    flash("De gegevens zijn bewaard.")
    return go_to(url_for("organisation.profile"))


# --- people to reach --------------------------------------------------------------------------------------------------


def people():
    return ContactPerson.of(g.actor.organisation)


def places():
    return Establishment.of(g.actor.organisation).order_by(Establishment.name, Establishment.id).limit(PLACES)


@bp.get("/contactpersonen/nieuw")
def new_contact():
    return contact_page(ContactForm(establishment=request.args.get("vestiging", "")))


def contact_page(form, status=200, person=None):
    return render("profile/contact.html", "profile/_contact.html", status, form=form.offer(places()), person=person)


def typed(form):
    """The values of the form; an establishment that is not the organisation's own is none. May raise RuleBroken."""
    facts = {name: form[name].data or "" for name in ("subject", "name", "email", "phone")}
    chosen = form.establishment.data or ""
    place = next((one for one in places() if str(one.id) == chosen), None)
    if chosen and not place:
        raise RuleBroken(establishment="Kies een vestiging uit de lijst.")
    return facts | {"establishment": place}


@bp.post("/contactpersonen")
def add_contact():
    form = ContactForm(request.form)
    try:
        if not form.validate():
            return contact_page(form, 422)
        person = ContactPerson.add(g.actor, **typed(form))
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return contact_page(form, 422)
    flash(f"{person.name} is toegevoegd als contactpersoon.")
    return go_to(url_for("organisation.profile"))


@bp.get("/contactpersonen/<int:person_id>")
def contact(person_id):
    person = load(people(), person_id)
    known = {name: getattr(person, name) for name in ("subject", "name", "email", "phone")}
    return contact_page(ContactForm(**known, establishment=str(person.establishment_id or "")), person=person)


@bp.post("/contactpersonen/<int:person_id>")
def save_contact(person_id):
    person, form = load(people(), person_id), ContactForm(request.form)
    try:
        if not form.validate():
            return contact_page(form, 422, person)
        person.edit(g.actor, **typed(form))
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return contact_page(form, 422, person)
    flash("De contactpersoon is bewaard.")
    return go_to(url_for("organisation.profile"))


@bp.post("/contactpersonen/<int:person_id>/verwijderen")
def remove_contact(person_id):
    person = load(people(), person_id)
    person.remove(g.actor)
    flash(f"{person.name} is geen contactpersoon meer.")
    return go_to(url_for("organisation.profile"))
