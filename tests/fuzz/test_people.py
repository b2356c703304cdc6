"""Everybody at once, at random, over HTTP: nobody reads or changes what the model says is not theirs."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from models import Agreement, Membership, Recognition, db
from tests.fuzz.people import in_world
from tests.fuzz.world import TOLD, World

STEPS = int(os.environ.get("PEOPLE_STEPS", "5000"))  # of each of the two evenings; tests/bench/people.py takes more
LONG = 100  # steps in one story
on_one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def furnished(app):
    """The world the stories begin in, undone when the last one is told."""
    db.initialize(app.database)
    db.connect(reuse_if_open=True)
    db.execute_sql("PRAGMA query_only = 0")
    outermost = db.atomic()
    outermost.__enter__()
    yield World(app)
    outermost.__exit__(RuntimeError, None, None)
    db.close()  # the triggers are of this connection, and go with it


def tell(world, steps, seed=0):
    """Stories of so many steps together; raises what the first of them found."""
    quiet = settings(
        max_examples=max(2, steps // LONG),
        stateful_step_count=LONG,
        derandomize=settings.default.derandomize,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(in_world(world, seed), settings=quiet)


@on_one_engine
@pytest.mark.parametrize("evening", [1, 2])
def test_nobody_reads_or_changes_what_is_not_theirs(evening, app, furnished):
    """0 leaks, 0 answers of 500, no row of a stranger touched, and only the steps that the model knows."""
    TOLD.clear()
    tell(furnished, STEPS, evening)
    moved = {what for what in TOLD if " > " in what}
    assert TOLD["steps"] >= 0.9 * STEPS and len(moved) >= 15, sorted(moved)
    assert min(TOLD["tags read"], TOLD["closed doors"], TOLD["doors that opened"]) > STEPS / 20, TOLD
    assert TOLD["signed by link"] and TOLD["switched"] and TOLD["rows touched"] > STEPS / 4, TOLD


# --- it can fail ------------------------------------------------------------------------------------------------------


def every(_organisation):
    return Agreement.joined()


def of_any_partnership(_partnership):
    return handled_by_all()


def handled_by_all(found=Recognition.handled_by):
    return found(Recognition.partnership)


def any_right(_user, _number):
    return Membership.select().first()


MISTAKES = {
    "a finder that forgot whose agreements": (Agreement, "of", every, "reads|opens|touches"),
    "a finder that forgot which partnership": (Recognition, "handled_by", of_any_partnership, "reads|opens|touches"),
    "a right that nobody looked at": (Membership, "preferred", any_right, "reads|opens|touches|is for another"),
}


@on_one_engine
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_leak_is_found(mistake, app, furnished, monkeypatch):
    owner, name, planted, told = MISTAKES[mistake]
    monkeypatch.setattr(owner, name, staticmethod(planted))
    with pytest.raises(AssertionError, match=told):
        tell(furnished, 2000)


@on_one_engine
def test_a_planted_mishap_is_found(app, furnished, monkeypatch):
    def broken():
        raise RuntimeError("kapot")

    monkeypatch.setitem(app.view_functions, "dashboard.index", broken)
    with pytest.raises(AssertionError, match="500 for"):
        tell(furnished, 2000)
