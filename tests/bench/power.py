"""The power goes at any moment: does SQLite still hold everything that was answered? `python -m tests.bench.power`.

One person writes while strace notes what goes to the disk. A disk holds what it was told to keep (fsync); of what was
written since it may hold any part, sector by sector, in any order. From that the files are made again as they may be
after a cut, and everything answered before it must be in them, once, with its event. Then the same with a register that
does not tell the disk to keep anything: that must be found to lose answers, or this measures nothing.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, namedtuple
from pathlib import Path

from app import create_app
from models import db
from tests.bench.crashes import Person, look, prepare, register
from tests.conftest import SECRET, TODAY
from tests.test_serving import ROOT, environment

ROUNDS, CUTS, SECTOR = 12, 300, 512  # rounds of four answers; moments at which the power goes; [bytes]
CALL = re.compile(r'^(\w+)\((\d+)<([^>]*)>(?:, "([^"]*)")?(?:, (\d+))?(?:, (\d+))?\) += (\d+)')
Write = namedtuple("Write", "place content")
FILES = ("loket.db", "loket.db-wal")


# --- who writes -------------------------------------------------------------------------------------------------------


class Writer(Person):
    """As those who write while the counter is killed, without a network. Each answer is noted in a file at once."""

    def __init__(self, client, file, ready, note):
        super().__init__("p0", "", "zaakvoerder", file, ready)
        self.client, self.note, self.told = client, note, 0

    def until_answered(self, path, fields):
        answer = self.client.post(path, data=fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code}"
        return answer

    def work(self):
        super().work()
        for answered in self.answered[self.told :]:
            os.write(self.note, f"{json.dumps(answered)}\n".encode())
        self.told = len(self.answered)


def write(url, file, ready, synchronous):
    """What runs under strace."""
    app = create_app()
    with db.connection_context():
        db.execute_sql(f"PRAGMA synchronous = {synchronous}")
        db.execute_sql("PRAGMA wal_autocheckpoint = 200")  # pages: several times in so few answers
    note = os.open(Path(url.removeprefix("sqlite:///")).with_name("answers"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    person = Writer(app.test_client(), int(file), json.loads(ready), note)
    person.sign_in()
    for _ in range(ROUNDS):
        person.work()
    os._exit(0)  # without the tidying of an orderly end


# --- what the disk was told -------------------------------------------------------------------------------------------


def unescaped(text):
    return bytes.fromhex(text.replace("\\x", ""))


def calls(trace):
    """(what, file, Write, size or None) in order."""
    with open(trace, encoding="ascii") as lines:
        for line in lines:
            if found := CALL.match(line):
                what, _fd, path, content, number, place, result = found.groups()
                name = Path(unescaped(path).decode()).name
                if what == "pwrite64":
                    content = unescaped(content)
                    assert len(content) == int(result) == int(number), line[:200]
                    yield "write", name, Write(int(place), content)
                elif what == "write":
                    yield "answer", name, unescaped(content)
                else:
                    yield {"fdatasync": "sync", "fsync": "sync", "ftruncate": "cut"}[what], name, number


class Disk:
    """The files as they are for sure, and what was written since."""

    def __init__(self, folder):
        self.sure = {name: bytearray((folder / name).read_bytes()) for name in FILES if (folder / name).exists()}
        self.since, self.answered = {name: [] for name in FILES}, []

    def take(self, what, name, fact):
        if what == "answer" and name == "answers":
            self.answered.append(tuple(json.loads(fact)))
        elif name in FILES and what == "write":
            self.since[name].append(fact)
        elif name in FILES and what == "cut":
            self.since[name].append(int(fact))
        elif name in FILES and what == "sync":
            for one in self.since[name]:
                apply(self.sure.setdefault(name, bytearray()), one)
            self.since[name] = []

    def lose_power(self, folder, way, chance):
        """Leave the files as one of the ways a disk may: with "nothing" of the last writes, "all", or some of them."""
        for name in FILES:
            content = bytearray(self.sure.get(name, b""))
            for one in self.since[name]:
                for part in parts(one, way, chance):
                    apply(content, part)
            if content:
                (folder / name).write_bytes(content)


def apply(content, one):
    """Write into, or cut off, the content of a file."""
    if isinstance(one, int):
        del content[one:]
        return
    content.extend(bytes(max(0, one.place - len(content))))
    content[one.place : one.place + len(one.content)] = one.content


def parts(one, way, chance):
    """What is left of a write that the disk was not told to keep."""
    if way == "nothing" or (way == "some writes" and chance.random() < 0.5):
        return []
    if way != "some sectors" or isinstance(one, int):
        return [one]
    bounds = range(0, len(one.content), SECTOR)
    return [Write(one.place + at, one.content[at : at + SECTOR]) for at in bounds if chance.random() < 0.5]


# --- cuts -------------------------------------------------------------------------------------------------------------


def traced(folder, synchronous):
    """(where the register was before, what the disk was told after)."""
    begin, url = folder / "begin", f"sqlite:///{folder}/loket.db"
    file, ready = prepare(url)
    begin.mkdir()
    for name in FILES:
        if (folder / name).exists():
            shutil.copy(folder / name, begin)
    asked = ["strace", "-y", "-xx", "-s", "100000", "-o", str(folder / "trace")]
    asked += ["-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate"]
    own = {"DEMO": 1, "SECRET_KEY": SECRET, "DATABASE_URL": url, "TODAY": TODAY.isoformat()}
    command = [*asked, sys.executable, "-m", "tests.bench.power", "write", url, str(file), json.dumps(ready)]
    subprocess.run([*command, synchronous], cwd=ROOT, env=environment(**own), check=True)
    return begin, list(calls(folder / "trace"))


def cuts(begin, told, folder, count, chance):
    """What went wrong, by kind of cut; and how many answers there were at the last one."""
    wrong, ways = Counter(), ("nothing", "all", "some writes", "some sectors")
    moments = sorted(chance.choices(range(len(told)), k=count))
    disk, at = Disk(begin), 0
    for number, moment in enumerate(moments):
        for one in told[at:moment]:
            disk.take(*one)
        at, way, place = moment, ways[number % len(ways)], folder / "cut"
        place.mkdir()
        disk.lose_power(place, way, chance)
        found = after(place, disk.answered)
        wrong[way] += bool(found)
        shutil.rmtree(place)
    return wrong, len(disk.answered)


def after(place, answered):
    """What is not as it should be once the power is back, as sentences."""
    url = f"sqlite:///{place}/{FILES[0]}"
    try:
        with register(url):
            whole = db.execute_sql("PRAGMA integrity_check").fetchall()
        return look(url, [], [answered]) + ([] if whole == [("ok",)] else [str(whole)])
    except Exception as problem:  # whatever it is, the register does not open
        return [repr(problem)]


def main():
    chance, missed = random.Random(20220123), []
    for synchronous in ("full", "off"):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            begin, told = traced(folder, synchronous)
            wrong, answers = cuts(begin, told, folder, CUTS, chance)
        bad, kinds = sum(wrong.values()), Counter(what for what, _name, _fact in told)
        print(f"synchronous {synchronous}: {CUTS} cuts, {answers} answers, {bad} with something lost {dict(+wrong)}")
        facts = {"cuts": CUTS, "answers": answers, "bad": bad, "calls": dict(kinds)}
        print(json.dumps({"bench": "power", "synchronous": synchronous} | facts))
        if bool(bad) != (synchronous == "off"):
            missed.append(f"{bad} of {CUTS} cuts lost something with synchronous {synchronous}")
    sys.exit("; ".join(missed) or None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(*sys.argv[2:])
    main()
