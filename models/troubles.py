"""What is wrong with the register itself, when it is: told from what the database calls it, never from its words.

It must not know who asked for what, nor what people are told.
"""

import errno

import psycopg
from playhouse.pool import MaxConnectionsExceeded

TROUBLES = {  # by the beginning of the code of PostgreSQL, or of the name of SQLite
    "busy": ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014", "40", "53300", "25P03"),
    "full": ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "53100"),
    "read_only": ("SQLITE_READONLY", "25006"),
    "away": ("SQLITE_CANTOPEN", "SQLITE_IOERR", "08", "57P"),
}


def trouble_of(problem):
    """One of TROUBLES, or None when the register is not to blame; what was behind a problem is looked at too."""
    seen = []
    while problem is not None and problem not in seen:
        seen.append(problem)
        if found := _named(problem):
            return found
        problem = problem.__cause__ or problem.__context__
    return None


def _named(problem):
    if isinstance(problem, MaxConnectionsExceeded):
        return "busy"
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return "read_only" if problem.errno == errno.EROFS else "full"
    code = getattr(problem, "sqlite_errorname", None) or getattr(problem, "sqlstate", None)
    if not code:  # the line broke before PostgreSQL could say why
        return "away" if isinstance(problem, psycopg.OperationalError) else None
    return next((kind for kind, begins in TROUBLES.items() if code.startswith(begins)), None)
