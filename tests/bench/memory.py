"""What a worker keeps in memory over 100,000 requests: `python -m tests.bench.memory [REQUESTS]`, six to ten minutes.

A real `python app.py` with one worker; another process asks pages of all kinds over one connection. What it holds in
the last quarter may be at most 3 % over the second quarter: whatever is kept for each request would show.
"""

import http.client
import itertools
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench import registers

REQUESTS, SAMPLES, GROWN, MOST = 100_000, 100, 1.03, 90  # how much more at most; megabytes
PAGES = (
    *("/", "/", "/overeenkomsten", "/overeenkomsten?overzicht=loopt", "/overeenkomsten?zoek=fatima", "/erkenningen"),
    *(
        "/mentoren",
        "/taken",
        "/organisatie",
        "/zoek-werkplek",
        "/privacy",
        "/overeenkomsten/csv",
        "/bereken",
        "/bestaat-niet",
    ),
)


def kept(worker):
    """Megabytes of the worker: (its own, with the files it shares with others)."""
    told = Path(f"/proc/{worker}/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+)", told)[1]) / 1024 for name in ("RssAnon", "VmRSS"))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def worker_of(server):
    """The process that answers: of the children of the one that was started the largest."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return max(children, key=lambda child: kept(child)[1])


def connected(port):
    for _ in range(100):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            line.request("GET", "/privacy")
            line.getresponse().read()
            return line
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


def sign_in(line):
    body = "persona=zaakvoerder"
    line.request("POST", "/aanmelden/demo", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = line.getresponse()
    answer.read()
    return {"Cookie": answer.getheader("Set-Cookie").partition(";")[0], "Accept-Encoding": "gzip, br"}


def ask(line, path, headers):
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    if answer.status >= 500 or answer.status in (303, 401):
        sys.exit(f"{path} answers {answer.status}")


def main():
    requests = int(sys.argv[1]) if sys.argv[1:] else REQUESTS
    port = free_port()
    settings = registers.SETTINGS | {"LOKET_DATABASE_URL": registers.register("sqlite", 10_000)}
    settings |= {"LOKET_TODAY": str(registers.TODAY), "LOKET_WORKERS": "1", "LOKET_LISTEN": f"127.0.0.1:{port}"}
    server = subprocess.Popen([sys.executable, "app.py"], cwd=registers.ROOT, env=os.environ | settings)
    try:
        line, samples = connected(port), []
        worker, headers = worker_of(server.pid), sign_in(line)
        first, start = kept(worker), time.perf_counter()
        for number, path in zip(range(requests), itertools.cycle(PAGES), strict=False):
            ask(line, path, headers)
            if number % (requests // SAMPLES) == 0:
                samples.append(kept(worker))
        seconds = time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()
    sys.exit(tell(first, samples, requests, seconds))


def tell(first, samples, requests, seconds):
    quarter = len(samples) // 4
    second = statistics.median(own for own, _ in samples[quarter : 2 * quarter])
    last = statistics.median(own for own, _ in samples[-quarter:])
    most = max(own for own, _ in samples)  # not the pages of the register's file it looks at: those are the system's
    print(f"worker: {first[1]:.0f} MB at the start, {first[0]:.0f} of it its own; of its own at most {most:.0f} MB")
    print(
        f"over {requests:,} requests in {seconds:.0f} s: {second:.1f} MB in the second quarter, {last:.1f} in the last"
    )
    facts = {"start_mb": first[1], "own_mb": first[0], "most_mb": most, "second_mb": second, "last_mb": last}
    print(json.dumps({"bench": "memory", "requests": requests, "seconds": seconds, **facts}))
    if last > GROWN * second:
        return f"missed: memory grows, from {second:.1f} MB in the second quarter to {last:.1f} in the last"
    return f"missed: a worker takes {most:.0f} MB, at most {MOST}" if most > MOST else None


if __name__ == "__main__":
    main()
