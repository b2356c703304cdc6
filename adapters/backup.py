"""A copy of the register in one file, made while the counter runs.

It must not know what is in the register.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit


class BackupFailed(Exception):
    """No copy was made; the sentence says why. What was there before is untouched."""


def backup(url, target):
    """Copy the register at `url` to the file `target`, which must not exist yet. Raises BackupFailed."""
    target = Path(target)
    if target.exists():
        raise BackupFailed(f"{target} bestaat al. Kies een andere naam: een back-up overschrijft nooit iets.")
    part = target.with_name(target.name + ".deel")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)  # it holds everything: for the owner only
        if url.startswith("sqlite:///"):
            _copy_sqlite(url.removeprefix("sqlite:///"), part)
        else:
            _dump_postgresql(url, part)
        os.rename(part, target)  # whole, or not there
    except OSError as problem:
        raise BackupFailed(f"Schrijven lukt niet: {problem}") from None
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(path, part):
    """SQLite's own online backup: readers and writers go on; then the copy itself is looked at."""
    if not Path(path).exists():
        raise BackupFailed(f"Er is geen database in {path}.")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy, pages=1000)
            if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise BackupFailed(f"De kopie is niet gaaf: {found}")
            copy.execute("PRAGMA journal_mode = delete")  # one file, without a log beside it
    except sqlite3.Error as problem:
        raise BackupFailed(f"Kopiëren lukt niet: {problem}") from None


def _dump_postgresql(url, part):
    """By pg_dump, in its own format for pg_restore; the password stands in no list of processes."""
    program = shutil.which("pg_dump")
    if not program:
        raise BackupFailed(
            "pg_dump staat niet op deze machine. Installeer postgresql-client, even nieuw als de server."
        )
    place = urlsplit(url)
    environment = os.environ | ({"PGPASSWORD": place.password} if place.password else {})
    shown = url.replace(f":{place.password}@", "@", 1) if place.password else url
    command = [program, "--format=custom", "--no-password", f"--file={part}", f"--dbname={shown}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"pg_dump lukt niet: {done.stderr.strip() or done.returncode}")
