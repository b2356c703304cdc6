"""Who may work for the organisation: the list, giving and ending rights, the yearly look.

It must not know which roles may give which; models/users.py does.
"""

from flask import Blueprint, flash, g, request, url_for
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

import rules
from models import ROLES, Invitation, Membership, may_change, may_give, people_of, users, users_due
from rules import RuleBroken
from views.answers import Page, go_to, load, render
from views.check import MAILING, account, limiter
from views.forms import EMAIL, DutchForm, line
from views.links import outside

bp = Blueprint("users", __name__, url_prefix="/organisatie/gebruikers")

SOURCES = {"acm": "ACM/IDM", "local": "dit loket"}


class UserForm(DutchForm):
    role = SelectField("Rol", choices=[], validate_choice=False)
    email = line("E-mail", checks=[Optional(), EMAIL], description="We sturen een link die één keer werkt.")
    insz = line("Of: rijksregisternummer", 20, description="Het recht staat klaar zodra deze persoon zich aanmeldt.")
    note = line("Voor wie?", 100, description="Zo herkent u de uitnodiging in de lijst.")

    def offer(self, actor):
        self.role.choices = [SelectChoice(key, label) for key, label in ROLES.items() if may_give(actor, key)]
        return self


@bp.get("")
def index():
    return listing()


def listing(status=200, problem=""):
    organisation = g.actor.organisation
    page = Page(people_of(organisation), [(Membership.id, "asc")], request.args.get("na"), request.args.get("voor"))
    return render(
        "users/index.html",
        "users/_list.html" if status == 200 else None,
        status,
        page=page,
        sources=SOURCES,
        may_change=may_change,
        roles={key: label for key, label in ROLES.items() if may_give(g.actor, key)},
        invitations=list(Invitation.open(organisation, g.at).limit(100)),
        confirmed_on=organisation.users_confirmed_on,
        due=users_due(organisation),
        problem=problem,
    )


@bp.get("/nieuw")
def new():
    return giving(UserForm(role="user"))


def giving(form, status=200):
    return render("users/new.html", "users/_form.html", status, form=form.offer(g.actor))


@bp.post("")
@limiter.limit(MAILING, key_func=account)
def give():
    """By e-mail or by national number; the number is used to recognise the person and never shown again."""
    form = UserForm(request.form)
    try:
        if not form.validate():
            return giving(form, 422)
        told = given(form)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return giving(form, 422)
    flash(told)
    return go_to(url_for("users.index"))


def given(form):
    if form.email.data:
        Invitation.by_mail(g.actor, form.email.data, form.role.data or "", address_of)
        return f"{form.email.data} krijgt een mail met een link om te aanvaarden."
    if not form.insz.data:
        raise RuleBroken(email="Vul een e-mailadres of een rijksregisternummer in.")
    try:
        insz = rules.read_insz(form.insz.data)
    except ValueError as problem:
        raise RuleBroken(insz=str(problem)) from None
    right = Invitation.by_number(g.actor, insz, form.role.data or "", form.note.data)
    if isinstance(right, Membership):
        return f"{right.user.name} kan vanaf nu voor uw organisatie werken."
    return "Het recht staat klaar. Het begint zodra deze persoon zich aanmeldt."


def address_of(token):
    return outside(url_for("invitations.show", token=token))


def settle(step, told):
    try:
        step()
    except RuleBroken as broken:
        return listing(422, str(broken))
    flash(told)
    return go_to(url_for("users.index"))


def change(membership_id, step, told):
    right = load(people_of(g.actor.organisation), membership_id)
    return settle(lambda: step(right, g.actor), told.format(right.user.name))


@bp.post("/<int:membership_id>/beeindigen")
def end(membership_id):
    return change(membership_id, users.end_right, "{} werkt niet langer voor uw organisatie.")


@bp.post("/<int:membership_id>/rol")
def change_role(membership_id):
    role = request.form.get("role", "")
    told = f"{{}} is vanaf nu {ROLES.get(role, '').lower()}."
    return change(membership_id, lambda right, actor: users.change_role(right, actor, role), told)


@bp.post("/<int:membership_id>/blokkeren")
def block(membership_id):
    return change(membership_id, users.block, "{} is geblokkeerd. Dat werkt meteen.")


@bp.post("/<int:membership_id>/deblokkeren")
def unblock(membership_id):
    return change(membership_id, users.unblock, "{} is niet langer geblokkeerd.")


@bp.post("/uitnodigingen/<int:invitation_id>/intrekken")
def withdraw(invitation_id):
    invitation = load(Invitation.open(g.actor.organisation, g.at), invitation_id)
    return settle(lambda: invitation.withdraw(g.actor), "De uitnodiging is ingetrokken.")


@bp.post("/bevestigen")
def confirm():
    """The yearly look: everybody in the list still belongs there."""
    return settle(
        lambda: users.confirm_users(g.actor), "Genoteerd: deze gebruikers kloppen. Over een jaar vragen we het opnieuw."
    )
