"""What holds before any view runs and after it answered: who asks, for whom, from our own page, writing or not.

It must not know what a page shows.
"""

from datetime import UTC, datetime

import peewee
from flask import abort, current_app, flash, g, render_template, request, session, url_for
from flask_login import LoginManager, current_user

import models
import rules
from models import Membership, Pairing, SignIn, db
from views import mandated, sign_ins
from views.answers import go_to, is_fragment, render
from views.bodies import refuse
from views.forms import UNSHOWABLE, cleaned
from views.headers import protect, shared_seconds

READING = {"GET", "HEAD", "OPTIONS"}

# Who may use what: by endpoint, else by blueprint. What is not named here is refused.
ACCESS = {
    "static": "public",
    "access": "public",
    "access.signed_in": "signed_in",
    "access.no_right": "signed_in",
    **dict.fromkeys(("access.sign_out", "sign_ins"), "signed_in"),
    "health": "public",
    "organisation.accessibility": "public",
    "organisation.privacy": "public",
    "check": "public",
    "calculate": "public",
    "service": "public",
    "finder": "public",
    "manual": "public",
    "help": "member",
    "search": "member",
    "finder.contact": "member",
    "embed": "public",
    "light": "public",
    "frame": "frame",
    "pairing": "member",
    "counting": "member",
    "counting.count": "public",  # it asks for a key itself
    "signing": "public",
    "outbox": "public",
    "agreements": "member",
    "organisation": "member",
    **dict.fromkeys(("mandates", "mandate_offers"), "member"),
    "profile": "member",
    "users": "member",
    "history": "member",
    "invitations": "signed_in",
    "insight": "public",
    "establishments": "employer",
    "place_handling": "handler",
    **dict.fromkeys(("preferences", "calendars", "threads"), "member"),
    "calendars.fetch": "public",
    **{f"threads.{what}_recognition": "employer" for what in ("of", "write_in", "read")},
    **{f"threads.{what}_case": "handler" for what in ("of", "write_in", "read")},
    "dashboard": "member",
    "statuses": "member",
    "recognitions": "employer",
    "application": "employer",
    "mentors": "employer",
    "mentor_applications": "employer",
    "documents": "employer",
    "appeals": "employer",
    "workplaces": "employer",
    "handling": "handler",
    "sanctions": "handler",
    "appeal_handling": "committee",
    "mentor_handling": "handler",
}
# These speak with ACM, which may be slow: they hold no transaction meanwhile. Coming back is the one GET that writes.
OPENS_ITS_OWN = {"access.come_back", "access.sign_out"}
WITHOUT_STAMP = {"organisation.switch", "access.sign_out"}  # these do not act for an organisation
FOR_VIEWERS = {"help.send", "pairing.confirm"}  # who may only look, may still ask, and look elsewhere
UNBOUND = {"public", "signed_in", "frame"}  # kinds of access for which no organisation matters


def install(app):
    # The register first: even a refusal shows who is signed in.
    for guard in (open_register, supported_browser, storable, same_origin, let_in, same_organisation_as_the_page):
        app.before_request(guard)
    app.after_request(commit_success)
    app.after_request(protect)
    app.teardown_request(close_register)
    app.config["REMEMBER_COOKIE_NAME"] = ";"  # a name no cookie can have: nobody is remembered
    # After `protect`, so that its own last look at the session comes before; no page asks it who is signed in.
    manager = LoginManager(app, add_context_processor=False)
    manager.user_loader(user_of_token)
    manager.session_protection = None  # the sign-in row is the protection; an address may change on a train


def access_of(endpoint):
    """The kind of access an endpoint asks; None where nobody said so. What leads nowhere is anybody's 404."""
    if endpoint is None:
        return "public"
    return ACCESS.get(endpoint) or ACCESS.get(endpoint.partition(".")[0])


# --- before -----------------------------------------------------------------------------------------------------------


def supported_browser():
    """Internet Explorer is the only browser refused anything."""
    agent = request.headers.get("User-Agent", "")
    if request.endpoint != "static" and ("MSIE " in agent or "Trident/" in agent):
        return render_template("access/unsupported.html"), 403
    return None


def storable():
    """What no page can show and no database keeps never reaches a view; pasted text is full of it."""
    refuse()
    for value in (request.view_args or {}).values():
        if value >= 2**31 if isinstance(value, int) else UNSHOWABLE.search(value):
            abort(404)
    request.args, request.form = cleaned(request.args), cleaned(request.form)


def same_origin():
    """The browser must vouch that a write comes from one of our own pages: there is no token to steal."""
    if request.method in READING:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        abort(403, "Dit formulier kwam van een andere website.")
    if origin and origin.partition("://")[2] != request.host:
        abort(403, "Dit formulier kwam van een andere website.")


def open_register():
    """GET reads only, and the register itself sees to it; a write is one transaction, see commit_success."""
    g.at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    g.on = current_app.config["TODAY"] or datetime.now(rules.BELGIUM).date()
    if request.endpoint == "static":
        return
    g.opened = db.connect(reuse_if_open=True)
    is_sqlite, is_free = isinstance(db.obj, peewee.SqliteDatabase), request.endpoint in OPENS_ITS_OWN
    if is_sqlite:
        models.only_read(request.method in READING and not is_free)
    if is_free:
        return
    if request.method not in READING or not is_sqlite:
        g.transaction = db.atomic().__enter__()  # in one go: what could not begin has no end
        if request.method in READING:
            db.execute_sql("SET TRANSACTION READ ONLY")


def user_of_token(token):
    return SignIn.running(token, g.at)


def let_in():
    """Default deny: an endpoint without a named access is refused."""
    g.actor = None
    wanted = access_of(request.endpoint)
    if request.endpoint == "static" or shared_seconds(request.endpoint):  # nobody's: who asks is not looked at
        return None
    if wanted == "frame":
        return enter_frame()
    if is_signed_in := current_user.is_authenticated:
        remember_membership()
    if wanted == "public":
        return None
    if not is_signed_in:
        return ask_to_sign_in()
    if wanted == "signed_in":
        return None
    if not g.actor:
        return go_to(url_for("access.no_right"))
    check_right(wanted)
    return None


def check_right(wanted):
    """403 unless the organisation acted for, and the role in it, allow what is asked."""
    allowed = {
        "member": True,
        "employer": g.actor.is_employer,
        "handler": g.actor.is_handler,
        "committee": g.actor.is_committee,
    }
    if not allowed.get(wanted, False):
        abort(403, "Dit deel van het loket hoort niet bij de organisatie waarvoor u nu aangemeld bent.")
    mandated.check_mandate()
    if request.method not in READING and not g.actor.may_act and request.endpoint not in WITHOUT_STAMP | FOR_VIEWERS:
        abort(403, "U hebt leesrechten: u kunt alles bekijken, maar niets wijzigen.")


def remember_membership():
    """The session holds a preference, the register holds the right."""
    use_right(right_for(current_user._get_current_object(), session.get("organisation")))


def right_for(user, number):
    """By which membership or mandate this person acts for that organisation, else for their first; None without any."""
    right = Membership.preferred(user, number)
    if number and not (right and right.organisation.number == number):
        right = mandated.find(user, number) or right
    return right


def enter_frame():
    """A frame has a session of its own, or where the sites are the same that of the counter; or it asks for one."""
    if paired := Pairing.running(request.cookies.get(current_app.config["FRAME_COOKIE_NAME"], ""), g.at):
        user, number = paired.sign_in.user, paired.organisation.number
        right = right_for(user, number)
        use_right(right if right and right.organisation.number == number else None, user)
    elif current_user.is_authenticated:
        remember_membership()
    mandated.check_mandate()


def act_for(organisation):
    """Remember for whom to act from now on; how lists stood for another organisation is forgotten."""
    for key in [key for key in session if key.startswith("list.")]:
        del session[key]
    session["organisation"] = organisation.number


def use_right(right, user=None):
    """Act by this membership or mandate for the rest of the request."""
    if right:
        g.actor = right.actor(user or current_user._get_current_object(), g.at, g.on)


def ask_to_sign_in():
    """A page is asked for after signing in; a form or a part stays where it is, and signing in happens beside it."""
    if is_fragment() or request.form.get("organisation"):
        typed = list(request.form.items(multi=True))
        response = render("access/again.html", "access/_again.html", 401, typed=typed, files=list(request.files))
        response.headers.update({"HX-Retarget": "#beside", "HX-Reswap": "innerHTML", "Cache-Control": "no-store"})
        return response
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return "", 303, {"Location": url_for("access.sign_in", next=back if back != "/" else None)}


def same_organisation_as_the_page():
    """Another tab may have switched: never act for, or draw parts of, an organisation the page did not show."""
    if not g.actor or access_of(request.endpoint) in UNBOUND or request.endpoint in WITHOUT_STAMP:
        return None
    reading = request.method in READING
    stamp = request.headers.get("X-Organisation") if reading else request.form.get("organisation", "")
    if stamp == g.actor.organisation.number or (reading and not (stamp and is_fragment())):
        return None
    if reading:
        return tell_about_switch(find_mine(stamp))
    if not stamp:
        abort(400, "Aan dit formulier ontbreekt de organisatie waarvoor het ingevuld is. Laad de pagina opnieuw.")
    theirs = find_mine(stamp)
    if theirs and request.form.get("switch_back"):
        act_for(theirs.organisation)
        use_right(theirs)
        check_right(access_of(request.endpoint))
        flash(f"U bent teruggewisseld naar {theirs.organisation}.")
        return None
    return tell_about_switch(theirs)


def find_mine(number):
    """The membership, or else the mandate, by which this person may act for that organisation now; or None."""
    if not number:
        return None
    own = Membership.of(current_user).where(models.Organisation.number == number).first()
    return own or mandated.find(current_user, number)


def tell_about_switch(theirs):
    """409, with what was typed kept and one button to switch back and send."""
    own = ("organisation", "switch_back")
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in own]
    response = render(
        "errors/other_organisation.html",
        "errors/_other_organisation.html",
        409,
        theirs=theirs and theirs.organisation,
        typed=typed,
        files=list(request.files),
    )
    response.headers.update({"HX-Retarget": "#main", "HX-Reswap": "innerHTML", "Cache-Control": "no-store"})
    return response


# --- after ------------------------------------------------------------------------------------------------------------


def commit_success(response):
    """A write counts only when it answered success; whatever else happened, nothing is half done."""
    succeeded = response.status_code < 400 or g.get("keep", False)  # `keep`: a refusal that itself must be counted
    if keep := succeeded and request.method not in READING:
        mandated.settle_approval()
        sign_ins.note_use()  # the last thing, so that nobody waits for that row
        g.keeping = True
    end_transaction(keep)
    return response


def end_transaction(keep):
    if transaction := g.pop("transaction", None):
        transaction.__exit__(None if keep else RuntimeError, None, None)  # as a with-block that did or did not raise


def close_register(_problem):
    end_transaction(keep=False)
    if g.pop("opened", False):
        db.close()
