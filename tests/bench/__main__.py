"""Every benchmark in turn, then one table of what was promised and what was found: `make bench`.

Each prints its own table and lines of JSON, and says in a sentence what it misses. The long ones say how long.
"""

import json
import subprocess
import sys
import time

RUN = {  # in this order: what steers first
    "side_by_side": "two minutes, and one to make the registers the first time",
    "startup": "",
    "pages": "",
    "slow_line": "",
    "queue": "",
    "agreements": "two minutes",
    "kbo_import": "",
    "growth": "twenty minutes, and as many to make the registers the first time",
    "memory": "ten minutes",
    "people": "an hour and a half",
    "crashes": "",
    "power": "",
    "tampering": "",
}


def run(name, note):
    """(what it told as JSON, its last word where it missed something)."""
    print(f"\n== {name}{f' ({note})' if note else ''}", flush=True)
    start, told, last = time.perf_counter(), [], ""
    command = [sys.executable, "-m", f"tests.bench.{name}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout:
            last = line.strip() or last
            if line.startswith("{"):
                told.append(json.loads(line))
            print(line, end="", flush=True)
    print(f"   {time.perf_counter() - start:.0f} s")
    return told, last if process.returncode else None


def rows(told):
    """(what, how much) for the last table."""
    for one in told.get("side_by_side", ()):
        what = f"{one['page']} on {one['engine']}, beside {one['beside']}"
        yield what, f"{one['ratio']:.2f} times (99th percentile {one['p99']:.2f}), at most {one['most']:.2f}"
    for one in told.get("kbo_import", ())[-1:]:
        yield "import of a KBO file", f"{one['rows_per_second']:,} rows/s, {one['peak_rss_mb']} MB"
    for one in told.get("agreements", ()):
        if "export" in one:
            yield f"export of 100,000 agreements as {one['export']}", f"{one['seconds']:.1f} s, {one['peak_mb']:.0f} MB"
    for one in told.get("growth", ()):
        sizes = f"{one['sizes'][0]:,} to {one['sizes'][-1]:,} agreements"
        yield f"{one['page']} on {one['engine']}, {sizes}", f"{one['ratio']:.2f} times"
    for one in told.get("startup", ()):
        yield "start", f"{one['started_s']:.2f} s of processor time, {one['memory_mb']:.0f} MB"
    for one in told.get("memory", ()):
        grown = one["last_mb"] / one["second_mb"]
        yield f"a worker over {one['requests']:,} requests", f"at most {one['most_mb']:.0f} MB, {grown:.3f} times"


def main():
    told, missed = {}, {}
    for name in sys.argv[1:] or RUN:
        told[name], wrong = run(name, RUN[name])
        if wrong:
            missed[name] = wrong
    print("\n== what was found")
    for what, found in rows(told):
        print(f"{what:64} {found}")
    sys.exit("\n".join(f"{name}: {wrong}" for name, wrong in missed.items()) or None)


if __name__ == "__main__":
    main()
