"""Plugs the counter together: settings, the register, guards, views, error pages and commands.

It decides nothing itself; whatever it does more than once belongs in another room.
"""

import os
import re
import sys
from datetime import date
from urllib.parse import urlsplit

from flask import Flask
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import models
from adapters.acm import SCOPES
from views import (
    access,
    acm,
    addresses,
    admitting,
    agreement_annexes,
    agreement_changes,
    agreement_handover,
    agreement_life,
    agreement_list,
    agreement_parts,
    agreement_signing,
    agreement_timetable,
    agreements,
    appeal_handling,
    appeals,
    application,
    bodies,
    calculate,
    calendars,
    casework,
    check,
    choosing,
    clocks,
    commands,
    counting,
    dashboard,
    deciding,
    documents,
    embed,
    ending,
    errors,
    establishments,
    exports,
    filters,
    finder,
    frames,
    guards,
    handling,
    handling_documents,
    health,
    help,
    history,
    insight,
    invitations,
    leaving,
    light,
    maintenance,
    mandate_offers,
    mandated,
    mandates,
    manual,
    mentor_applications,
    mentor_handling,
    mentors,
    once,
    organisation,
    outbox,
    pairing,
    place_handling,
    preferences,
    profile,
    proving,
    queue,
    recognitions,
    sanctions,
    search,
    service,
    sign_ins,
    signing,
    statics,
    statuses,
    suspending,
    threads,
    users,
    watching,
    workplaces,
)

# The steps of an application are spread over three modules that share one blueprint.
PAGES = (
    access,
    acm,
    sign_ins,
    health,
    check,
    calculate,
    service,
    finder,
    manual,
    help,
    search,
    embed,
    frames,
    pairing,
    counting,
    light,
    dashboard,
    clocks,
    organisation,
    profile,
    establishments,
    mandates,
    mandate_offers,
    preferences,
    users,
    invitations,
    history,
    insight,
    calendars,
    threads,
    recognitions,
    ending,
    agreements,
    agreement_parts,
    agreement_timetable,
    agreement_annexes,
    agreement_handover,
    agreement_signing,
    agreement_list,
    exports,
    agreement_life,
    agreement_changes,
    suspending,
    signing,
    outbox,
    application,
    choosing,
    proving,
    mentors,
    leaving,
    mentor_applications,
    documents,
    workplaces,
    handling,
    queue,
    casework,
    deciding,
    handling_documents,
    mentor_handling,
    place_handling,
    sanctions,
    appeals,
    appeal_handling,
    statuses,
)
ENVIRONMENT = "LOKET_"
# What rights in a token mean here; the names are the dossier's to give, these are a guess. "Recht-context" may be said.
RIGHTS = (
    "DWSEWerkplekduaalGebruiker=user DWSEWerkplekduaalRaadpleger=viewer "
    "DWSEWerkplekduaalToegangsbeheerder=access_manager DWSEWerkplekduaalHoofdtoegangsbeheerder=head_access_manager "
    "DWSEWerkplekduaalBehandelaar=officer DWSEWerkplekduaalStemgerechtigde=voter DWSEWerkplekduaalBeheerder=manager"
)
MAX_REQUEST_BYTES = 12 * 1024 * 1024  # one upload of 10 MB and the form around it


def create_app(settings=None):
    """The application; `settings` go before the environment. Raises RuntimeError when it may not start like this."""
    app = Flask(__name__)
    app.ensure_sync = lambda view: view  # none of ours is async; Flask would ask each guard and each view each time
    app.config.update(read_settings(os.environ | (settings or {})))
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    models.connect(app.config["DATABASE_URL"])
    models.Seal.use(*app.config["INSZ_KEYS"])
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)
    filters.install(app)
    addresses.install(app)
    statics.install(app)
    watching.install(app)
    maintenance.install(app)
    bodies.install(app)
    guards.install(app)
    once.install(app)
    mandated.install(app)
    errors.install(app)
    acm.install(app)
    check.limiter.init_app(app)
    Compress(app)  # after the guards, so that it runs before them: the ETag is that of what is sent
    for blueprint in dict.fromkeys(module.bp for module in PAGES):
        app.register_blueprint(blueprint)
    commands.install(app)
    admitting.install(app)
    return app


def read_settings(environment):
    """Flask's settings from the LOKET_ ones. Raises RuntimeError naming the setting that is missing or clashes."""

    def setting(name, default=None):
        return environment.get(ENVIRONMENT + name) or default

    demo = setting("DEMO") == "1"
    if demo and setting("OIDC_ISSUER"):
        raise RuntimeError("LOKET_DEMO=1 en LOKET_OIDC_ISSUER gaan niet samen: kies één manier van aanmelden.")
    if setting("TODAY") and not demo:
        raise RuntimeError("LOKET_TODAY (een andere dag) kan alleen met LOKET_DEMO=1.")
    if len(setting("SECRET_KEY", "")) < 32:
        raise RuntimeError("Geef LOKET_SECRET_KEY: een geheime sleutel van minstens 32 tekens.")
    public_url = setting("PUBLIC_URL", "http://127.0.0.1:8000")
    is_https = public_url.startswith("https://")
    if not (demo or is_https):
        raise RuntimeError("Buiten de demo draait het loket alleen over https: geef LOKET_PUBLIC_URL.")
    if not re.fullmatch(r"https?://[^\s/?#@]+/?", public_url):
        raise RuntimeError("LOKET_PUBLIC_URL is https://naam of https://naam:poort, met niets erachter.")
    sealing = [setting("INSZ_KEY", setting("SECRET_KEY") if demo else ""), *setting("INSZ_KEY_FALLBACKS", "").split()]
    if not demo:
        check_keys("SECRET_KEY", setting("SECRET_KEY"))
        check_keys("INSZ_KEY", sealing[0])
        check_keys("SECRET_KEY_FALLBACKS", *setting("SECRET_KEY_FALLBACKS", "").split())
        check_keys("INSZ_KEY_FALLBACKS", *sealing[1:])
    hosts = setting("FRAME_ANCESTORS", "").split()
    if wrong := [host for host in hosts if not re.fullmatch(r"https://[a-z0-9.-]+(:\d{1,5})?", host)]:
        raise RuntimeError(
            f"LOKET_FRAME_ANCESTORS: schrijf elke website als https://naam of https://naam:poort: {wrong}"
        )
    return {
        "SECRET_KEY": setting("SECRET_KEY"),
        "SECRET_KEY_FALLBACKS": setting("SECRET_KEY_FALLBACKS", "").split(),
        "INSZ_KEYS": sealing,
        "LISTEN": setting("LISTEN", "127.0.0.1:8000"),
        "WORKERS": read_number("WORKERS", setting("WORKERS", "2"), 1),
        "THREADS": read_number("THREADS", setting("THREADS", "4"), 1),
        "PROXIES": read_number("PROXIES", setting("PROXIES", "0"), 0),
        "DATABASE_URL": setting("DATABASE_URL", "sqlite:///loket.db"),
        "OWNER_URL": read_owner(setting("OWNER_URL"), setting("DATABASE_URL", "")),
        "DEMO": demo,
        "TODAY": date.fromisoformat(setting("TODAY")) if setting("TODAY") else None,
        "PUBLIC_URL": public_url,
        **read_sign_in_settings(setting),
        "FRAME_ANCESTORS": hosts,
        "SMTP_URL": setting("SMTP_URL"),
        "HELP_EMAIL": setting("HELP_EMAIL", "hulp@voorbeeld.be" if demo else None),
        "MAIL_FROM": setting("MAIL_FROM", f"loket@{urlsplit(public_url).hostname}"),
        "METRICS_DIR": setting("METRICS_DIR"),
        "MAINTENANCE_FILE": setting("MAINTENANCE_FILE"),
        "CLAMD": read_scanner(setting("CLAMD")),
        "LOG_LEVEL": read_log_level(setting("LOG_LEVEL", "WARNING" if demo else "INFO")),
        **read_limits_settings(setting("RATELIMIT_STORAGE_URI", "memory://")),
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        # A __Host- cookie needs https; the demo runs without.
        "SESSION_COOKIE_NAME": "__Host-loket" if is_https else "loket",
        "FRAME_COOKIE_NAME": "__Host-loket-kader" if is_https else "loket-kader",
        "LIGHT_COOKIE_NAME": "__Host-loket-licht" if is_https else "loket-licht",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "application/javascript"],
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
    }


def check_keys(name, *keys):
    """Outside the demo a key is long and not to be guessed; one of before still opens as much as the one of now."""
    if any(len(key) < 32 or len(set(key)) < 10 for key in keys):
        raise RuntimeError(f"Geef LOKET_{name}: minstens 32 tekens die niemand kan raden.")


def read_number(name, text, least):
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= 1000):
        raise RuntimeError(f"LOKET_{name} is een getal vanaf {least}.")
    return int(text)


def read_limits_settings(storage):
    """Where the limits are counted. A storage that does not answer holds nobody up for long."""
    if not re.match(r"memory://$|rediss?://.", storage):
        raise RuntimeError("LOKET_RATELIMIT_STORAGE_URI is redis://machine:poort, rediss://… of memory://.")
    patience = {"socket_connect_timeout": 1, "socket_timeout": 1} if storage != "memory://" else {}
    return {"RATELIMIT_STORAGE_URI": storage, "RATELIMIT_STORAGE_OPTIONS": patience}


def read_owner(address, serving):
    """The account that owns the tables, for who runs `init`; beside the one that serves."""
    if address and not all(one.startswith("postgresql://") for one in (address, serving)):
        raise RuntimeError(
            "LOKET_OWNER_URL en LOKET_DATABASE_URL zijn dan allebei postgresql://…, elk met een account."
        )
    return address


def read_scanner(address):
    if address and not re.fullmatch(r"/.+|[^/\s]+:[0-9]{1,5}", address):
        raise RuntimeError("LOKET_CLAMD is het pad van een socket, of machine:poort.")
    return address


def read_log_level(name):
    if name not in ("INFO", "WARNING", "ERROR"):
        raise RuntimeError("LOKET_LOG_LEVEL is INFO (elk verzoek een regel), WARNING of ERROR.")
    return name


def read_sign_in_settings(setting):
    """The settings of ACM/IDM, as its dossier gives them."""
    issuer, claim = setting("OIDC_ISSUER"), setting("OIDC_ROLE_CLAIM", "dwse_werkplekduaal_rol_3d")
    if issuer:
        if not re.match(r"https://|http://(127\.0\.0\.1|localhost)(:|/|$)", issuer):
            raise RuntimeError("LOKET_OIDC_ISSUER begint met https://.")
        if not (setting("OIDC_CLIENT_ID") and (setting("OIDC_CLIENT_SECRET") or setting("OIDC_PRIVATE_KEY"))):
            raise RuntimeError("Geef LOKET_OIDC_CLIENT_ID, en LOKET_OIDC_CLIENT_SECRET of LOKET_OIDC_PRIVATE_KEY.")
    level = setting("OIDC_LEVEL", "organisation")
    if level not in ("organisation", "group"):
        raise RuntimeError("LOKET_OIDC_LEVEL is organisation of group: het niveau in het integratiedossier.")
    strength = setting("OIDC_STRENGTH", "substantial")
    if strength not in ("any", "substantial", "high"):
        raise RuntimeError("LOKET_OIDC_STRENGTH is substantial, high of any: hoe sterk iemand zich bij ACM aanmeldt.")
    rights = dict(pair.rpartition("=")[::2] for pair in setting("OIDC_RIGHTS", RIGHTS).split())
    if wrong := sorted({*rights.values()} - {*models.ROLES, *models.DUTIES}):
        raise RuntimeError(f"LOKET_OIDC_RIGHTS: dit betekent hier niets: {wrong}. Schrijf Recht=user.")
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": setting("OIDC_CLIENT_ID"),
        "OIDC_CLIENT_SECRET": setting("OIDC_CLIENT_SECRET"),
        "OIDC_PRIVATE_KEY": setting("OIDC_PRIVATE_KEY"),
        "OIDC_ROLE_CLAIM": claim,
        "OIDC_SCOPE": setting("OIDC_SCOPE", f"{SCOPES} {claim.removesuffix('_rol_3d')}"),
        "OIDC_LEVEL": level,
        "OIDC_STRENGTH": strength,
        "OIDC_RIGHTS": rights,
    }


def start():
    """Serve as the settings say, or say in one sentence why not; with --check only the latter."""
    try:
        config = create_app().config
        if config["OWNER_URL"]:
            raise RuntimeError("LOKET_OWNER_URL is voor wie beheert. De server mag hem niet kennen: haal hem daar weg.")
    except (RuntimeError, ValueError) as refusal:
        sys.exit(str(refusal))
    if "--check" not in sys.argv:
        numbers = (str(config["WORKERS"]), str(config["THREADS"]))
        os.execv(sys.executable, [sys.executable, "-m", "adapters.server", config["LISTEN"], *numbers])


if __name__ == "__main__":
    start()
