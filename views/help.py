"""Asking for help: what somebody wonders goes to the help desk, with the page and the file it is about.

It must not let a national register number through, whoever typed it.
"""

from flask import Blueprint, current_app, flash, g, request, url_for
from wtforms.validators import Optional

import rules
from models import Agreement, MentorApplication, Message, Recognition
from views.answers import go_to, leads_to, local_path, render
from views.check import MAILING, account, limiter
from views.forms import EMAIL, DutchForm, line, required, text

bp = Blueprint("help", __name__, url_prefix="/hulp")

FILES = {"recognition_id": Recognition, "agreement_id": Agreement, "application_id": MentorApplication}


class HelpForm(DutchForm):
    question = text("Uw vraag", 2000, checks=[required("Schrijf wat u wilt weten.")])
    email = line("Uw e-mailadres", checks=[required("Vul in waar we u kunnen antwoorden."), Optional(), EMAIL])


def context(path):
    """{what: words} that goes along with a question asked on that page."""
    endpoint, arguments = leads_to(path)
    known = {
        "Organisatie": f"{g.actor.organisation} ({rules.format_enterprise_number(g.actor.organisation.number)})",
        "Gesteld door": g.actor.user.name,
        "Pagina": path.partition("?")[0] if endpoint else "",
    }
    for name, model in FILES.items():
        if name in arguments and endpoint:
            record = number_of(model, arguments[name])
            known["Dossier"] = str(record) if record else ""
    return {what: words for what, words in known.items() if words}


def number_of(model, record_id):
    """The record with that id, if the organisation acted for may see it; somebody else's file is never named."""
    organisation = g.actor.organisation
    if model is Recognition and g.actor.is_handler:
        found = Recognition.handled_by(organisation.partnership_id)
    else:
        found = model.of(organisation)
    return found.where(model.id == record_id).first()


@bp.get("")
def ask():
    return page(local_path(request.args.get("van", ""), ""))


def page(path, status=200, form=None):
    return render(
        "help/ask.html",
        None,
        status,
        form=form or HelpForm(email=g.actor.user.email),
        path=path,
        context=context(path),
        can_send=bool(current_app.config["HELP_EMAIL"]),
    )


@bp.post("")
@limiter.limit(MAILING, key_func=account)
def send():
    """Put the question in the mail to the help desk."""
    path, form = local_path(request.form.get("van", ""), ""), HelpForm(request.form)
    valid = form.validate()
    for field in form if valid else ():
        if rules.holds_insz(field.data):
            form.add_problems({field.name: "Schrijf geen rijksregisternummer: een e-mail is daar niet veilig voor."})
            valid = False
    if not (valid and current_app.config["HELP_EMAIL"]):
        return page(path, 422, form)
    about = context(path)
    lines = [form.question.data, "", f"Antwoord naar: {form.email.data}"]
    lines += [f"{what}: {words}" for what, words in about.items()]
    subject = " – ".join(["Vraag over het loket", *filter(None, [about.get("Dossier")]), g.actor.organisation.name])
    Message.write(g.actor, current_app.config["HELP_EMAIL"], subject, "\n".join(lines))
    flash(f"Uw vraag is verstuurd. U krijgt antwoord op {form.email.data}.")
    return go_to(path or url_for("manual.index"))
