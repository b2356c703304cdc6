"""How long the counter takes to start: processor time of a fresh process until `create_app` is done, and its memory."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TIMES = 7
MEASURED = """
import resource, time
import app
imported = time.process_time()
app.create_app()
print(imported, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOKET_", "PYTHON"))}
        environment |= {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": "geheim-voor-de-meting-0123456789-0123456789"}
        environment["PYTHONPYCACHEPREFIX"] = folder  # compiled once, as on a machine it was installed on
        runs = [measure(environment) for _ in range(TIMES + 1)][1:]
    imported, started, megabytes = (statistics.median(one) for one in zip(*runs, strict=True))
    found = {"what": "start", "imported_s": imported, "started_s": started, "memory_mb": megabytes}
    print(f"start: code loaded in {imported:.2f} s, ready in {started:.2f} s of processor time, {megabytes:.0f} MB")
    print(json.dumps(found))


def measure(environment):
    command = [sys.executable, "-c", MEASURED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return [float(figure) for figure in done.stdout.split()]


if __name__ == "__main__":
    main()
