"""Every form there is, filled in with what nobody thought of: no 5xx, and nobody else's record moves.

The forms are found by walking the pages, so that a new form is fuzzed without being named here.
"""

import io
import os
import pickle
import re
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playhouse.migrations import Runner
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
from tests.conftest import SECRET, TODAY
from views.commands import load_reference_data
from views.demo_agreements import make, make_agreements

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))  # with each change; `make fuzz` takes a thousand, new ones
READ_WITH_CARE = 10  # examples of which the answer is read as a reviewer would
BUTTON = 25  # examples for a form that is only a button: nothing can be typed in it
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


def counter_on(path):
    """A counter of this module's own, on the register in that file."""
    address = {"LOKET_DATABASE_URL": f"sqlite:///{path}", "LOKET_TODAY": TODAY.isoformat()}
    app = create_app({"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET} | address)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def make_forms(path):
    """Pickled: a register in which every form is shown to somebody, and {endpoint: Form} of what a walk found in it."""
    with tempfile.TemporaryDirectory() as folder:
        register = Path(folder) / "loket.db"
        app = counter_on(register)
        with db.connection_context():
            Runner(db.obj, "migrations").up()
            load_reference_data()
            with db.atomic():
                unlinked = furnish(build.World())
            with db.atomic():
                found = walk(app, unlinked)
        db.obj.close_all()
        path.write_bytes(pickle.dumps((register.read_bytes(), found)))


@pytest.fixture(scope="module")
def counter(made_once, tmp_path_factory):
    """(app, {endpoint: Form}) on such a register; what is done with it is undone in the end."""
    before = db.obj
    content, found = pickle.loads(made_once("forms.pickle", make_forms).read_bytes())
    register = tmp_path_factory.mktemp("forms") / "loket.db"
    register.write_bytes(content)
    app = counter_on(register)
    own = db.obj
    db.connect()
    outermost = db.atomic()
    outermost.__enter__()
    yield app, found
    db.initialize(own)
    outermost.__exit__(RuntimeError, None, None)
    db.close()
    own.close_all()
    if before is not None:
        db.initialize(before)


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
            kind = re.sub(r"\d+|(?<=next=)[^&]+|(?<=tekenen/)[^/]+", "0", path)
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
        return app.url_map.bind("localhost").match(urlsplit(path).path, method="POST")[0]
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


def asked_of_others(own):
    """[(SQL, parameters)]: everything of other organisations that a form could touch."""
    strangers = Organisation.select(Organisation.id).where(Organisation.number != own)
    theirs = Recognition.select().where(Recognition.organisation.in_(strangers))
    everything = [
        *(one.select().where(one.organisation.in_(strangers)) for one in (Recognition, Sanction, Appeal, Agreement)),
        Workplace.select().where(Workplace.recognition.in_(theirs.select(Recognition.id))),
        Organisation.select().where(Organisation.number != own),
    ]
    return [query.order_by(query.model.id).sql() for query in everything]


@pytest.mark.parametrize("endpoint", post_endpoints())
def test_no_form_breaks_or_reaches_beyond_its_organisation(endpoint, counter):
    app, forms = counter
    assert endpoint in forms, f"no page shows a form for {endpoint}: furnish the world so that one does"
    form = forms[endpoint]
    app.test_client_class = Browser
    reader = signed_in(app, form.persona)
    own = reader.get("/").page.select_one("body")["hx-headers:inherited"].split('"')[3]
    fuzz(reader, form, own, examples=min(EXAMPLES, READ_WITH_CARE))
    app.test_client_class = FlaskClient  # reading a page with care takes ten times as long as making it
    is_button = len(form.values) <= 1 and not form.files
    fuzz(signed_in(app, form.persona), form, own, min(EXAMPLES, BUTTON) if is_button else EXAMPLES)


def fuzz(client, form, own, examples):
    guarded = asked_of_others(own) if form.persona == "zaakvoerder" else []

    def others():
        return [db.execute_sql(*one).fetchall() for one in guarded]

    before, headers = others(), {"HX-Request": "true", "HX-Request-Type": "partial"}

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
            if answer.status_code < 400:
                assert others() == before, "another organisation's record changed"
            undo.rollback(begin=False)

    try_out()
