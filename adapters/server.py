"""Granian with several workers: `python -m adapters.server ADDRESS:PORT WORKERS THREADS`. `app.py` leads here.

It must not load the application: each worker does, anew at every reload (SIGHUP), so that a reload brings new code.
"""

import sys

from granian import Granian
from granian.constants import Interfaces

BACKLOG = 2048  # at Granian's own default many connections at once are refused
READY = 10  # seconds a new worker gets to start before the old one goes; it needs one, a busy machine more
GRACE = 30  # seconds a worker that goes may take to finish what it is at
LINES = {"generic": {"()": "adapters.logs.Line"}, "access": {"()": "adapters.logs.Line"}}


def serve(host, port, workers, threads):
    """Until SIGTERM. Answers under way are finished first, at a reload too."""
    Granian(
        "app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=READY,
        workers_kill_timeout=GRACE,
        log_dictconfig={"formatters": LINES},
    ).serve()


if __name__ == "__main__":
    address, workers, threads = sys.argv[1:]
    host, _, port = address.rpartition(":")
    serve(host, int(port), int(workers), int(threads))
