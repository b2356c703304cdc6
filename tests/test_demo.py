"""The demo world: what a stranger sees after the first command, on any day."""

import re
import shutil
from collections import Counter
from datetime import date

import pytest
from playhouse.migrations import Runner

from app import create_app
from models import (
    AGREEMENT_STATES,
    APPEAL_STATES,
    CHORE_KINDS,
    ROLES,
    SANCTION_KINDS,
    SANCTION_STATES,
    STATES,
    TASK_KINDS,
    Addendum,
    Agreement,
    Appeal,
    CalendarFeed,
    Establishment,
    Invitation,
    Mandate,
    Membership,
    Mentor,
    Organisation,
    Proposal,
    Recognition,
    Sanction,
    Signature,
    Talk,
    Thread,
    chores,
    db,
    findings,
    tasks,
)
from tests.browser import Browser
from tests.build import keep
from tests.conftest import SECRET
from tests.e2e.conftest import demo_world  # noqa: F401 - a fixture; made once for all who want it
from views import demo
from views.commands import load_reference_data

PERSONAS = (
    "zaakvoerder",
    "medewerker",
    "boekhouder",
    "raadpleger",
    "trajectbegeleider",
    "behandelaar",
    "stemgerechtigde",
    "beheerder",
)


def made_on(folder, today):
    """The counter with its demo world as made on that day, on a register of its own; connected."""
    app = create_app(
        {
            "LOKET_DEMO": "1",
            "LOKET_SECRET_KEY": SECRET,
            "LOKET_DATABASE_URL": f"sqlite:///{folder}/demo.db",
            "LOKET_TODAY": today.isoformat(),
        }
    )
    app.test_client_class = Browser
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db.connect()
    db.execute_sql("PRAGMA synchronous = 0")
    Runner(db.obj, "migrations").up()
    load_reference_data()
    return app


@pytest.fixture(scope="module")
def counter(demo_world, tmp_path_factory):  # noqa: F811
    """The whole world, on the day everybody knows."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(demo_world, folder / "demo.db")
    app, register = made_on(folder, date(2022, 1, 23)), db.obj
    db.close()
    yield app, register
    register.close_all()


@pytest.fixture
def opened(counter):
    app, register = counter
    db.initialize(register)
    db.connect(reuse_if_open=True)
    yield app
    db.execute_sql("PRAGMA query_only = 0")
    db.close()


def test_mega_world_has_exactly_the_two_tasks_everybody_knows(opened):
    found = tasks(Organisation.get(Organisation.number == "0417390703"), date(2022, 1, 23))
    assert [(task.title, task.days_left, task.recognition.number, task.recognition.label) for task in found] == [
        ("Beslissen hernieuwing erkenning", 148, "E/20170620/011723", "Verkoper"),
        ("Beslissen hernieuwing erkenning", 148, "E/20170620/011724", "Winkelbediende"),
    ]


def test_the_demo_world_is_as_a_register_should_be(opened):
    assert list(findings()) == []


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 3, 31), date(2026, 11, 24)])
def test_the_two_tasks_are_there_on_any_day(tmp_path, today):
    made_on(tmp_path, today)
    register = db.obj
    with db.atomic():
        for index, facts in enumerate(demo.ENTERPRISES):
            keep(demo.invented(index, *facts))
        world = demo.World(today)
        world.people()
        world.seed_tasks()
        found = tasks(world.organisations["mega"], today)
        assert [(task.kind, task.days_left) for task in found] == [("renewal", 148)] * 2
    db.close()
    register.close_all()


def test_there_is_every_state_and_every_kind_of_task(opened):
    assert {row.state for row in Recognition.select()} == set(STATES)
    assert {row.state for row in Agreement.select()} == set(AGREEMENT_STATES)
    assert {row.holder for row in Agreement.select().where(Agreement.state == "draft")} == {"employer", "provider"}
    assert {row.way for row in Signature.select()} == set(Signature.WAYS)
    assert {one.status(date(2022, 1, 23))[0] for one in Agreement.select()} >= {"running", "upcoming", "ended_early"}
    assert {row.state for row in Addendum.select()} >= {"to_sign", "signed"}
    employers = Organisation.select().where(Organisation.kind == "employer")
    kinds = {task.kind for employer in employers for task in tasks(employer, date(2022, 1, 23))}
    school = Organisation.get(Organisation.kind == "provider")
    assert {task.kind for task in tasks(school, date(2022, 1, 23))} == {"fill", "sign"}
    assert kinds == set(TASK_KINDS) - {"premium"}  # there is a premium since September 2023
    assert {row.state for row in Sanction.select()} == set(SANCTION_STATES)
    assert {row.kind for row in Sanction.select()} == set(SANCTION_KINDS)
    assert {row.state for row in Appeal.select()} == set(APPEAL_STATES)


def test_there_are_users_mandates_and_differences_of_every_kind(opened):
    on, users = date(2022, 1, 23), list(Membership.select())
    assert {one.role for one in users} == set(ROLES) and {one.source for one in users} == {"acm", "local"}
    assert any(one.is_blocked for one in users) and Invitation.select().exists()
    assert {one.status(on)[0] for one in Mandate.select()} >= {"approved", "ended"}
    places = list(Establishment.select())
    assert any(one.is_provisional for one in places)
    assert any(one.moved_to for one in places) and any(one.ceased_on for one in places)
    kinds = {chore.kind for one in Organisation.select() for chore in chores(one, on)}
    assert kinds == set(CHORE_KINDS) - {"enterprise"}
    assert not chores(Organisation.get(Organisation.number == "0417390703"), on), "its first screen is the known one"
    [waiting] = Recognition.select().where(Recognition.id.in_(Proposal.select(Proposal.subject_id)))
    assert not any(waiting.problems(on).values()), "what waits for approval can be approved"


def test_there_are_conversations_that_somebody_still_has_to_read(opened):
    unread = {one.name: Thread.unread(one).count() for one in Organisation.select()}
    shown = {name for name, count in unread.items() if count}
    assert shown == {"Sectoraal Partnerschap Handel", "Bakkerij 't Zoete Broodje BV", "Technisch Atheneum De Brug"}
    assert {one.file_key[0] for one in Talk.select()} == {"recognition", "agreement"}
    client = opened.test_client()
    client.post("/aanmelden/demo", data={"persona": "behandelaar"})
    page = client.get(client.get("/berichten").page.select_one("main ul a")["href"]).page
    assert "Kan het bezoek na de middag?" in page.text and CalendarFeed.select().exists()


def test_one_organisation_has_four_hundred_recognitions(opened):
    by_name = Counter(row.organisation.name for row in Recognition.select(Recognition, Organisation).join(Organisation))
    assert by_name["Grootwarenhuis Overal NV"] == 400


def test_names_hold_what_breaks_careless_pages(opened):
    names = " ".join(one.name for one in Organisation.select()) + " ".join(str(one) for one in Mentor.select())
    assert "<b>" in names and "'" in names and "é" in names and "ü" in names


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_a_persona_can_reach_obeys_the_house(opened, persona):
    client = opened.test_client()
    client.post("/aanmelden/demo", data={"persona": persona})
    ahead, seen = ["/"], Counter()
    while ahead:
        path = ahead.pop(0)
        kind = re.sub(r"\d+", "0", path.partition("?")[0])
        if seen[path] or seen[kind] >= 4:
            continue
        seen.update({path, kind})
        answer = client.get(path)
        assert answer.status_code in (200, 303), f"{answer.status_code} at {path}"
        if page := getattr(answer, "page", None):
            ahead += [link["href"].partition("#")[0] for link in page.select("a[href^='/']")]
    assert len(seen) > 10


def test_setting_up_twice_changes_nothing(opened):
    before = Organisation.select().count()
    runner = opened.test_cli_runner()
    db.close()
    assert "0 migraties" in runner.invoke(args=["init"]).output
    assert "komt er niet bij" in runner.invoke(args=["demo"]).output
    db.connect(reuse_if_open=True)
    assert Organisation.select().count() == before
