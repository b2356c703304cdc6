"""One line of JSON for everything that is logged, with nothing personal in it.

Values never reach a line by themselves: of what a library says only the words it was written with are kept, of a
mishap only its kind and its place. What may be told is handed over as `facts`.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

import rules

# What must be kept elsewhere, whatever the level: without its seals in the log nobody can prove the journal whole.
EVIDENCE = "loket.journal"
HERE = Path(__file__).parent.parent


class Line(logging.Formatter):
    def format(self, record):
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": words(record.msg),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            said["mishaps"] = list(mishaps(record.exc_info[1]))
        return json.dumps(said, ensure_ascii=False, default=str)


def install(level):
    """All that is logged in this process goes to its standard error, line by line."""
    root = logging.getLogger()
    if not any(isinstance(one.formatter, Line) for one in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(Line())
        root.addHandler(handler)
    logging.getLogger("loket").setLevel(level)
    logging.getLogger(EVIDENCE).setLevel(logging.INFO)


def words(message):
    """A message without what was filled in; one that was put together beforehand may hold anything."""
    text = message if isinstance(message, str) else type(message).__name__
    return "(not told)" if "@" in text or rules.holds_insz(text) else text[:300]


def mishaps(problem):
    """What went wrong and what was behind it, the last first: kind, the database's own code, and where."""
    seen = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        code = getattr(problem, "sqlstate", None) or getattr(problem, "sqlite_errorname", None)
        yield {"kind": type(problem).__name__, "code": code, "where": list(places(problem.__traceback__))}
        problem = problem.__cause__ or problem.__context__


def places(trace):
    """Our own lines and the last one of others."""
    frames = traceback.extract_tb(trace)
    for frame in frames:
        path = Path(frame.filename)
        own = path.is_relative_to(HERE) and ".venv" not in path.parts
        if own or frame is frames[-1]:
            name = path.relative_to(HERE).as_posix() if own else path.name
            yield f"{name}:{frame.lineno} {frame.name}"
