"""Every form there is, filled in a thousand times with what nobody thought of: no 5xx, and nobody else's record moves.

The forms are found by walking the pages, so that a new form is fuzzed without being named here.
"""

import io
import os
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException

from app import create_app
from models import (
    Addendum,
    Agreement,
    Appeal,
    CalendarFeed,
    Message,
    Organisation,
    Pairing,
    Partnership,
    PortalKey,
    Preference,
    ReasonTemplate,
    Recognition,
    Sanction,
    SignIn,
    SigningLink,
    Suspension,
    Talk,
    Training,
    User,
    Visit,
    Workplace,
    db,
)
from tests import build
from tests.browser import Browser
from tests.conftest import SECRET
from views.demo_agreements import make, make_agreements

READ_WITH_CARE = 25
BUTTON = 100  # examples for a form that is only a button: nothing can be typed in it
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1000"))
LESS = 4  # so many times fewer for forms apart from recognitions: the same readers, and a suite that ends in time
RECOGNITIONS = {
    *("application", "recognitions", "mentors", "mentor_applications", "documents", "handling", "mentor_handling"),
    *("sanctions", "appeals", "appeal_handling"),
}
WALKERS = ("zaakvoerder", "trajectbegeleider", "behandelaar", "beheerder", "stemgerechtigde")
WITHOUT_FORM = {
    "frame.ask",  # for who is not signed in, with a cookie of the frame's own; test_frames tries odd input
    "frame.claim",
    "access.sign_in_demo",  # the sign-in page is no page of somebody signed in; test_guards covers it
}
PAGES_OF_A_KIND = 16  # one recognition in each state, and some to spare

HOSTILE = [
    *("", " ", "0", "-1", "1", "2", "3", "9" * 40, "1e9", "0x10", "½", "٣", "NaN", "null", "true", "ja", "nee", "y"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "%", "_", "\\", "{{7*7}}", "\r\nSet-Cookie: x=1", "🙂", "e\u0301"),
    *(
        "\u202eabc",
        "\ufeff",
        "\ud7ff",
        "a" * 5000,
        "2022-02-30",
        "31/12/2021",
        "2022-01-23",
        "0001-01-01",
        "9999-12-31",
    ),
    *("85.07.30-033.28", "97061500176", "0417390703", "201", "202.01", "x@y", "approve", "refuse", "//evil.example"),
]


class Form(NamedTuple):
    persona: str
    url: str
    values: dict  # {field: values the page itself offers}
    files: tuple


def post_endpoints():
    """Every endpoint that answers a POST, for the parameters of the test."""
    app = create_app({"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET, "LOKET_DATABASE_URL": "sqlite:///:memory:"})
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods} - WITHOUT_FORM)


@pytest.fixture(scope="module")
def counter(app):
    """{endpoint: Form} on a register in which every form is shown to somebody."""
    db.initialize(app.database)
    db.connect(reuse_if_open=True)
    outermost = db.atomic()
    outermost.__enter__()
    unlinked = furnish(build.World(app.world.organisations))
    app.test_client_class = FlaskClient  # every page is read with care elsewhere
    found = walk(app, unlinked)
    app.test_client_class = Browser
    yield found
    outermost.__exit__(RuntimeError, None, None)
    db.close()


def furnish(world):
    """Fill the register; returns the pages that no link leads to."""
    names = iter(training.name for training in Training.select().order_by(Training.id))
    world.ready(next(names))
    world.asked(next(names), sections=("establishment", "training", "mentors", "criteria"))
    world.handed_in(next(names))
    world.complete(next(names))
    world.in_treatment(next(names))
    world.ending_in(100, training=next(names))
    world.offered(world.ending_in(900, training=next(names)))
    lapsing = world.ending_in(90, training=next(names))
    lapsing.let_lapse(world.actor("mega", world.today), "Gedaan.")
    world.granted(next(names), is_read=False)
    world.denied(next(names))
    world.ending_in(120, training=next(names)).renew(world.actor("mega", world.today))
    world.handed_in("Slagerij duaal", "bakkerij")
    world.granted("Brood- en banketbakkerij duaal", "bakkerij")
    world.furnish_more(names)
    visited = world.handed_in(next(names))
    handler = world.handler_of(visited, world.today)
    Visit.plan(visited, handler, world.today)
    world.asked(next(names), on=world.today - timedelta(days=40))  # nobody answered: to be resumed
    ReasonTemplate.add(handler._replace(organisation=world.organisations["handel"]), "ask", "Kort", "Wie?")
    Partnership.update(decision_mode="vote").where(Partnership.name.contains("Handel")).execute()
    treated = Recognition.get(Recognition.state == "in_treatment")
    make_agreements(world)
    agreement = Agreement.joined().where(Agreement.state == "to_sign").get()
    boss = world.actor("mega", world.today)
    Preference.go_away(boss, world.today, world.today, User.get(User.subject == "demo:medewerker").id)
    CalendarFeed.make(boss.user, boss.at)
    Talk.write(handler._replace(organisation=world.organisations["handel"]), treated, "Dag.")
    Talk.write(boss, treated, "Dag.")
    Talk.write(handler._replace(organisation=world.organisations["handel"]), visited, "Dag.")
    Talk.write(world.actor("school", world.today), agreement, "Dag.")
    Message.write(boss, "weg@voorbeeld.be", "Weg", "Beste", due_at=None, problem="550 Onbekend")
    paths = []
    SigningLink.send(world.actor("mega", world.today), agreement, "learner", lambda token: paths.append(token) or "")
    SigningLink.update(expires_at=datetime(2100, 1, 1), sent_at=datetime(2020, 1, 1)).execute()
    make(world, "mega", agreement.recognition, 5, "passed_on")
    ending = lived_through(world, agreement.recognition)
    make(world, "mega", agreement.recognition, 4, "to_sign")
    world.furnish_organisation(visited.establishment)
    ours = Agreement.joined().where(Agreement.state == "to_sign").order_by(Agreement.id.desc()).get()
    for party in ("learner", "guardian"):
        ours.sign(world.actor("mega", world.today), party, ours.version, "Naam", "link")
    _, token = Pairing.ask("kader", "https://portaal.example", datetime(2100, 1, 1))
    PortalKey.make(world.actor("mega", world.today), "Intranet")
    SignIn.start(boss.user, datetime(2100, 1, 1))  # on another device
    return [
        *world.unlinked,
        *("/hulp?van=/", ending),
        *(f"/tekenen/{token}" for token in paths),
        *("/organisatie/sleutels", f"/koppelen/{token}"),
        f"/behandeling/samen?file={treated.id}",
    ]


def lived_through(world, recognition):
    """Agreements that still ask everything that can be asked of a registered one; the last page before an end."""
    actor, on = world.actor("mega", world.today), world.today
    make(world, "mega", recognition, 5, "signed")
    suspended = make(world, "mega", recognition, 6, "registered")
    Suspension.start(suspended, actor, "illness", on - timedelta(days=20))
    waiting = Addendum.draw_up(suspended, actor, "holidays", on, deviation={"worked": "Krokus", "recovered": "Mei"})
    for party in waiting.needed_parties()[:-1]:  # so that the school is next
        waiting.sign(actor, party, "Naam", way="link")
    ended = make(world, "mega", recognition, 7, "registered")
    ended.end(actor._replace(at=datetime(2100, 1, 1)), on, "mutual")  # can be undone for as long as the tests run
    changed = make(world, "mega", recognition, 8, "registered")
    Addendum.draw_up(changed, actor, "holidays", on, deviation={"worked": "Krokus", "recovered": "Mei"})
    return f"/overeenkomsten/{suspended.id}/einde?initiative=both&kind=mutual&last_day={on}"


def signed_in(app, persona):
    client = app.test_client()
    client.post("/aanmelden/demo", data={"persona": persona})
    return client


def walk(app, unlinked):
    """{endpoint: Form} of every form on any page the walkers can reach by links; a few pages of each kind will do."""
    found = {}
    for persona in WALKERS:
        client, ahead, seen = signed_in(app, persona), ["/", *unlinked], Counter()
        while ahead:
            path = ahead.pop(0)
            kind = re.sub(r"\d+|(?<=naar=)[^&]+", "0", path)
            if seen[path] or seen[kind] >= PAGES_OF_A_KIND:
                continue
            seen.update({path, kind})
            answer = client.get(path)
            if answer.mimetype != "text/html":
                continue
            page = BeautifulSoup(answer.text, "html.parser")
            for form in page.select("form[method=post]"):
                for place in {form["action"], *(button["formaction"] for button in form.select("[formaction]"))}:
                    found.setdefault(endpoint_of(app, place), read(persona, place, form))
            ahead += [link["href"].partition("#")[0] for link in page.select("main a[href^='/'], .tabs a, .actor a")]
    return found


def endpoint_of(app, path):
    try:
        return app.url_map.bind("localhost").match(path.partition("?")[0], method="POST")[0]
    except HTTPException:
        raise AssertionError(f"no route takes the form at {path}") from None


def read(persona, url, form):
    values, files = {}, []
    for field in form.select("[name]"):
        if field.get("type") == "file":
            files.append(field["name"])
            continue
        offered = [option.get("value", "") for option in field.select("option")] or [field.get("value", "")]
        values.setdefault(field["name"], []).extend(offered)
    return Form(persona, url, values, tuple(files))


def filled(form):
    """A strategy: the form as somebody, something or nobody would fill it in."""
    hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.integers().map(str))
    fields = {
        # Mostly for our own organisation, or no example would get past the first guard.
        name: st.one_of(st.just(offered[0]), st.just(offered[0]), st.just(offered[0]), hostile)
        if name == "organisation"
        else st.one_of(st.sampled_from(offered), hostile)
        for name, offered in form.values.items()
    }
    content = st.one_of(st.sampled_from([b"", build.PDF, b"\xff\xd8\xff", b"GIF89a"]), st.binary(max_size=50))
    upload = st.tuples(content, st.one_of(st.just("a.pdf"), st.text(max_size=20)))
    return st.tuples(
        st.fixed_dictionaries({}, optional=fields),
        st.dictionaries(st.text(max_size=10), hostile, max_size=2),
        st.fixed_dictionaries({}, optional=dict.fromkeys(form.files, upload)),
    )


def others(own):
    """Everything of other organisations that a form could touch, as one comparable value."""
    strangers = Organisation.select(Organisation.id).where(Organisation.number != own)
    theirs = Recognition.select().where(Recognition.organisation.in_(strangers))
    return (
        list(theirs.order_by(Recognition.id).tuples()),
        list(Sanction.select().where(Sanction.organisation.in_(strangers)).order_by(Sanction.id).tuples()),
        list(Appeal.select().where(Appeal.organisation.in_(strangers)).order_by(Appeal.id).tuples()),
        list(Agreement.select().where(Agreement.organisation.in_(strangers)).order_by(Agreement.id).tuples()),
        list(
            Workplace.select()
            .where(Workplace.recognition.in_(theirs.select(Recognition.id)))
            .order_by(Workplace.id)
            .tuples()
        ),
        list(Organisation.select().where(Organisation.number != own).order_by(Organisation.id).tuples()),
    )


@pytest.mark.parametrize("endpoint", post_endpoints())
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_form_breaks_or_reaches_beyond_its_organisation(endpoint, app, counter):
    assert endpoint in counter, f"no page shows a form for {endpoint}: furnish the world so that one does"
    form = counter[endpoint]
    reader = signed_in(app, form.persona)
    own = reader.get("/").page.select_one("body")["hx-headers:inherited"].split('"')[3]
    fuzz(reader, form, own, examples=min(EXAMPLES, READ_WITH_CARE))
    app.test_client_class = FlaskClient  # reading a page with care takes ten times as long as making it
    try:
        fuzz(signed_in(app, form.persona), form, own, examples_of(endpoint, form))
    finally:
        app.test_client_class = Browser


def examples_of(endpoint, form):
    if len(form.values) <= 1 and not form.files:
        return min(EXAMPLES, BUTTON)
    return EXAMPLES if endpoint.partition(".")[0] in RECOGNITIONS else EXAMPLES // LESS


def fuzz(client, form, own, examples):
    before = others(own) if form.persona == "zaakvoerder" else None
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(filled(form))
    def try_out(typed):
        fields, extra, uploads = typed
        data = extra | fields
        # Mostly as htmx sends it, for the page around a part costs as much again; drawn, it would be every other time.
        is_plain = crc32(repr(typed).encode("utf-8", "backslashreplace")) % 8 == 0
        for name, (content, filename) in uploads.items():
            data[name] = (io.BytesIO(content), filename)
        with db.atomic() as undo:
            answer = client.post(form.url, data=data, headers={} if is_plain else headers)
            assert answer.status_code < 500, f"{answer.status_code}: {answer.text[:300]}"
            if before and answer.status_code < 400:
                assert others(own) == before, "another organisation's record changed"
            undo.rollback()

    try_out()
