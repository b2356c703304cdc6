"""What any website may show in a frame: the self-scan, the calculator and the check; and the page that says how.

It must not know who asks: no cookie is read or set, and what it answers may be kept by anyone.
"""

from flask import Blueprint, current_app, request, send_from_directory, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

import rules
from models import Recognition, Training
from views import calculate as calculator
from views import finder as workplaces
from views.answers import render
from views.check import limiter
from views.forms import DutchForm
from views.headers import is_framable

bp = Blueprint("embed", __name__, url_prefix="/insluiten")

ACCENTS = {"blauw": "Blauw", "groen": "Groen", "paars": "Paars", "grijs": "Grijs"}
ANSWERS = [SelectChoice("ja", "Ja"), SelectChoice("nee", "Nee"), SelectChoice("weet-niet", "Weet ik niet")]
EMBEDS = {  # endpoint: (title of the frame, what it is for, the parameters it takes)
    "embed.scan": (
        "Zelfscan",
        "Kan mijn onderneming erkend worden? De voorwaarden als vragen.",
        ("opleiding", "kleur"),
    ),
    "embed.calculate": ("Rekenhulp", "Welke overeenkomst, welke vergoeding, tegen wanneer?", ("opleiding", "kleur")),
    "embed.finder": (
        "Zoek een werkplek",
        "Werkplekken met vrije plaatsen, per opleiding en plaats.",
        ("opleiding", "kleur"),
    ),
    "embed.check": ("Attest controleren", "Is een erkenning nog geldig? Met de code op het attest.", ("kleur",)),
    "frame.tasks": ("Taken", "Wat wacht op wie zich aanmeldt, om te bekijken.", ("kleur",)),
    "frame.recognitions": ("Erkenningen", "De erkenningen van wie zich aanmeldt, om te bekijken.", ("kleur",)),
}


@bp.app_context_processor
def about_the_frame():
    """`frame`: how a page in a frame looks and to whom it may tell its height; None outside."""
    if not is_framable():
        return {"frame": None}
    accent, own = request.args.get("kleur", ""), current_app.config["PUBLIC_URL"].split("/")[:3]
    return {
        "frame": {
            "accent": accent if accent in ACCENTS else "",
            "hosts": [*current_app.config["FRAME_ANCESTORS"], "/".join(own)],
        }
    }


@bp.get("", strict_slashes=False)
def index():
    """Every embed with its code to copy, for the training and the colour that were chosen."""
    training, accent = find_training(request.args.get("opleiding", "")), request.args.get("kleur", "")
    chosen = {"opleiding": training and str(training.id), "kleur": accent if accent in ACCENTS else None}

    def address(endpoint, parameters):
        return url_for(endpoint, **{name: value for name, value in chosen.items() if name in parameters})

    return render(
        "embed/index.html",
        embeds=EMBEDS,
        accents=ACCENTS,
        trainings=Training.search(""),
        chosen=chosen,
        address=address,
        public_url=current_app.config["PUBLIC_URL"].rstrip("/"),
    )


def find_training(typed):
    """The active training whose number an address names, or None."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        return None
    return Training.get_or_none(Training.id == int(typed), Training.is_active)


@bp.get("/hoogte")
def script():
    """The few lines a host page may load, so that a frame is as high as what is in it."""
    response = send_from_directory(current_app.static_folder, "host.js", mimetype="text/javascript")
    response.direct_passthrough = False  # a small file: compress it like a page
    return response


@bp.get("/bereken")
def calculate():
    form, outcome, status = calculator.answered()
    return render("embed/calculate.html", None, status, form=form, outcome=outcome)


@bp.get("/zoek-werkplek")
@limiter.limit(workplaces.OFTEN)
def finder():
    found, status = workplaces.answered()
    return render("embed/finder.html", None, status, **found)


@bp.get("/controle")
@limiter.limit("30/minute")
def check():
    """The form for a code, and below it what the certificate with that code is worth today."""
    typed = request.args.get("code", "")
    code = rules.read_code(typed)
    found = Recognition.certified(code) if code else None
    status = 200 if found or not typed else 404 if code else 422
    return render("embed/check.html", None, status, typed=typed, code=code, recognition=found)


@bp.get("/zelfscan")
def scan():
    """The conditions as questions; once one is answered, what is in order and what to prepare."""
    criteria = rules.ENTERPRISE_CRITERIA + rules.MENTOR_CRITERIA
    fields = {one.key: RadioField(one.label, [Optional()], choices=ANSWERS, description=one.help) for one in criteria}
    form = type("ScanForm", (DutchForm,), fields)(request.args)
    asked = any(one.key in request.args for one in criteria)
    answers = {one.key: form[one.key].data for one in criteria}
    valid = form.validate()
    return render(
        "embed/scan.html",
        None,
        200 if valid else 422,
        form=form,
        criteria=criteria,
        training=find_training(request.args.get("opleiding", "")),
        outcome=rules.self_scan(answers) if asked and valid else None,
        preparation=rules.PREPARATION,
    )
