"""PostgreSQL that goes away and comes back: people are told, nothing acknowledged is lost, nothing is done twice."""

import io
from contextlib import contextmanager

import peewee
import psycopg
import pytest
from playhouse.pool import MaxConnectionsExceeded

from models import Once, Recognition
from models.base import database_at, is_away
from tests import build
from tests.browser import values_of
from tests.test_guards import MEGA

TITLE = "Het loket is even niet bereikbaar"
TYPED = {"organisation": MEGA, "once": "sleutel", "contact_name": 'Ann <&> "Ó"', "contact_phone": ""}


def lost(words="server closed the connection unexpectedly to loket:geheim@db"):
    problem = psycopg.OperationalError(words)
    return peewee.OperationalError(problem, *problem.args)


def with_code(kind):
    problem = psycopg.errors.lookup(kind)("told")
    return peewee.OperationalError(problem, *problem.args)


# --- what people see --------------------------------------------------------------------------------------------------


@pytest.fixture
def away(app, monkeypatch):
    """A function: a context in which nobody reaches the register."""

    @contextmanager
    def block(problem=None):
        with monkeypatch.context() as patch:
            patch.setattr(app.database, "connect", failing(problem or lost()))
            yield

    return block


def failing(problem):
    def fail(*_, **__):
        raise problem

    return fail


def told(answer):
    """The page, or part of it, of a register that is away: when to come back, and nothing of the inside."""
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) <= 30
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    assert answer.page.select_one("h1, h2").text == TITLE and "geheim" not in answer.text
    return answer.page


@pytest.mark.parametrize("problem", [lost(), with_code("57P01"), MaxConnectionsExceeded("20")], ids=type)
def test_a_page_that_cannot_reach_the_register_says_so(browser, away, problem):
    with away(problem):
        assert not told(browser.get("/erkenningen")).select("form")
    assert browser.get("/erkenningen").status_code == 200


def test_what_was_typed_comes_back_and_is_sent_again_with_one_button(browser, away, world):
    path = f"/erkenningen/{world.open_draft().id}/vestiging"
    with away():
        page = told(browser.post(path, data=TYPED))
        form = page.select_one("form")
        assert values_of(form) == TYPED and form["action"] == path
        assert told(browser.post(form["action"], data=values_of(form))).select_one("form")
    assert [browser.post(form["action"], data=values_of(form)).status_code for _ in range(2)] == [303, 303]
    assert Recognition.get().contact_name == TYPED["contact_name"] and Once.select().count() == 1


def test_a_file_is_asked_for_again(browser, away):
    data = {"organisation": MEGA, "kind": "other", "file": (io.BytesIO(build.PDF), "plan.pdf")}
    with away():
        form = told(browser.post("/documenten", data=data)).select_one("form[enctype]")
    assert form.select_one("input[type=file][name=file]") and values_of(form)["kind"] == "other"


def test_a_form_that_is_too_large_is_turned_away_too(app, browser, away):
    data = {"organisation": MEGA, "file": (io.BytesIO(bytes(app.config["MAX_CONTENT_LENGTH"] + 1)), "groot.pdf")}
    with away():
        assert not told(browser.post("/documenten", data=data)).select("form")


def test_a_part_is_told_beside_the_form_which_stays(browser, away):
    with away():
        answer = browser.post("/erkenningen/nieuw", data={"organisation": MEGA}, htmx=True)
        told(answer)
    assert answer.headers["HX-Retarget"] == "#beside"


def test_a_register_that_goes_away_in_the_middle_leaves_nothing(app, browser, monkeypatch):
    before = Recognition.select().count()

    def break_off():
        Recognition.update(contact_name="Half").execute()
        raise lost()

    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "application.start", break_off)
        told(browser.post("/erkenningen/nieuw", data={"organisation": MEGA, "once": "x"}))
    assert Recognition.select().count() == before and not Once.select().exists()
    assert browser.post("/erkenningen/nieuw", data={"organisation": MEGA, "once": "x"}).status_code == 303


def test_what_is_wrong_with_a_question_is_our_own_fault_and_not_the_registers():
    for code in ("40P01", "23505", "25006", "42P01", "57014"):
        assert not is_away(with_code(code)), code
    assert not is_away(peewee.OperationalError("no such table")) and not is_away(RuntimeError())
    assert is_away(lost()) and is_away(with_code("57P03")) and is_away(with_code("08006"))


# --- where it is ------------------------------------------------------------------------------------------------------


def test_an_address_with_several_machines_goes_through_and_nobody_waits_long_for_a_dead_one():
    url = "postgresql://loket@een:5432,twee:5433/loket?target_session_attrs=read-write&connect_timeout=9"
    found = database_at(url)
    assert found.database == url and "connect_timeout" not in found.connect_params, "what it says goes before"
    assert found.connect_params["tcp_user_timeout"] == 5000 and found.connect_params["keepalives_idle"] == 10
    assert database_at("postgresql://een/loket").connect_params["connect_timeout"] == 3
