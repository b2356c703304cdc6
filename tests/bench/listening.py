"""How whoever serves a page is asked for it and timed, without a network: the standard library alone."""

import gc
import io
import json
import sys
import time
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults

WARMING = 20  # requests before the first counts


def asked(address, headers, cookie):
    """The environ of a GET, as a browser sends it."""
    path, _, query = address.partition("?")
    environ = {
        "PATH_INFO": unquote(path),
        "QUERY_STRING": query,
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "HTTP_COOKIE": cookie,
    }
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    return environ


def answer(app, environ):
    """(status, headers, body) of a WSGI application."""
    told = []
    body = app(
        environ | {"wsgi.input": io.BytesIO()}, lambda status, headers, _wrong=None: told.extend((status, headers))
    )
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return told[0], dict(told[1]), content


def milliseconds(app, environ, others):
    """Processor time of one request; `others` tells what the database server used."""
    start = time.process_time_ns() + others()
    status, _headers, _body = answer(app, environ)
    took = (time.process_time_ns() + others() - start) / 1_000_000
    if not status.startswith("304" if "HTTP_IF_NONE_MATCH" in environ else "200"):
        sys.exit(f"{environ['PATH_INFO']} answers {status}")
    return took


def listen(app, environs, others=lambda: 0):
    """Answer each line of stdin, a page and how often it is asked for, with how long each took."""
    for environ in environs.values():
        for _ in range(WARMING):
            milliseconds(app, environ, others)
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        name, times = line.rsplit(maxsplit=1)
        took = [milliseconds(app, environs[name], others) for _ in range(int(times))]
        print(json.dumps(took), flush=True)
