"""One of those who serve the same pages, in a process of its own: `python -m tests.bench.contender WHO ADDRESS`.

It answers on stdin and stdout: a page and how often, and gets how long each took. `WHO`: "counter", as it is; or
"floor", the least that could give the same bytes: the same statements, asked of a kept sqlite3 connection, and the same
templates, given what the counter gave them. No framework: no routes, guards, cookies or records, and every address was
written before. Nothing can be quicker without leaving out a statement or a tag.
"""

import hashlib
import sqlite3
import sys

import brotli
import jinja2
from flask import before_render_template
from werkzeug.local import LocalProxy

from models import Recognition, db
from tests.bench import registers
from tests.bench.backends import backends
from tests.bench.listening import answer, asked, listen

OVERVIEW = "/overeenkomsten?overzicht=loopt"
PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "agreements-list"}


def pages_of():
    """{page: (address, headers)}, as a browser asks for them."""
    with db.connection_context():
        draft = Recognition.get(Recognition.state == "draft")
    return {
        "dashboard": ("/", {}),
        "overview": (OVERVIEW, {}),
        "form step": (f"/erkenningen/{draft.id}/mentors", {}),
        "part": (OVERVIEW, PART),
        "304": ("/", {}),
    }


def counter(url):
    """The counter, and its pages as somebody who is signed in asks for them."""
    app = registers.counter(url)
    client = registers.client_of(app, "zaakvoerder")
    cookie = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
    return app, {name: asked(path, headers, cookie) for name, (path, headers) in pages_of().items()}


# --- the floor --------------------------------------------------------------------------------------------------------


class Recorder:
    """A function of the templates that remembers what it said, and then says only that."""

    def __init__(self, function):
        self.function, self.said = function, {}

    def __call__(self, *arguments, **named):
        key = (*[one if isinstance(one, str | int) else id(one) for one in arguments], *named.items())
        if key not in self.said:
            self.said[key] = self.function(*arguments, **named)
        return self.said[key]


class Page:
    """What the counter did for one page."""

    def __init__(self):
        self.statements, self.template, self.context, self.mimetype = [], None, {}, "text/html; charset=utf-8"


def record(app, environ):
    """Let the counter make a page, and write down what it asks and what it gives its template."""
    page, original = Page(), db.obj.execute_sql

    def note(sql, params=None, *rest, **more):
        page.statements += [(sql, tuple(params or ()))] if "SELECT" in sql else []
        return original(sql, params, *rest, **more)

    def keep(_app, template, context):
        for name, value in context.items():
            value = value._get_current_object() if isinstance(value, LocalProxy) else value
            context[name] = Recorder(value) if callable(value) and not isinstance(value, type) else value
        page.template, page.context = template.name, dict(context)

    db.obj.execute_sql = note
    with before_render_template.connected_to(keep, app):
        page.body = plain(answer(app, environ))
    del db.obj.execute_sql
    return page


def plain(answered):
    _status, headers, body = answered
    return brotli.decompress(body) if headers.get("Content-Encoding") == "br" else body


def floor(url):
    """A WSGI callable of twenty lines, and the same pages."""
    app, environs = counter(url)
    said = app.jinja_env.globals
    said.update({name: Recorder(one) for name, one in said.items() if callable(one) and not isinstance(one, type)})
    recorded = {name: record(app, environ) for name, environ in environs.items()}
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader("templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        auto_reload=False,
    )
    templates.filters, templates.tests = app.jinja_env.filters, app.jinja_env.tests
    templates.globals.update({name: one for name, one in said.items() if not isinstance(one, LocalProxy)})
    pages = {
        (one["PATH_INFO"], one["QUERY_STRING"], one.get("HTTP_HX_REQUEST")): recorded[name]
        for name, one in environs.items()
    }
    db.obj.close_all()
    register = sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False)
    register.execute("PRAGMA mmap_size = 268435456")

    def serve(environ, start_response):
        page = pages[environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_HX_REQUEST")]
        for sql, parameters in page.statements:
            register.execute(sql, parameters).fetchall()
        body = templates.get_template(page.template).render(page.context).encode()
        etag = f'"{hashlib.sha1(body).hexdigest()}"'
        if environ.get("HTTP_IF_NONE_MATCH") == etag:
            start_response("304 NOT MODIFIED", [("ETag", etag)])
            return []
        body = brotli.compress(body, quality=5)
        facts = [("Content-Type", page.mimetype), ("Content-Encoding", "br"), ("Content-Length", str(len(body)))]
        start_response("200 OK", [*facts, ("ETag", etag)])
        return [body]

    for name, environ in environs.items():
        served = plain(answer(serve, environ))
        if served != recorded[name].body:
            sys.exit(f"the floor shows another page than the counter: {name}")
    return serve, environs


def unchanged(app, environs):
    """The last page is one that the browser has."""
    _status, headers, _body = answer(app, environs["304"])
    environs["304"] = environs["304"] | {"HTTP_IF_NONE_MATCH": headers["ETag"]}


def main():
    who, url = sys.argv[1:]
    server = url.startswith("postgresql") and registers.server()  # held on to, or it stops
    app, environs = {"counter": counter, "floor": floor}[who](url)
    unchanged(app, environs)
    listen(app, environs, backends() if server else lambda: 0)


if __name__ == "__main__":
    main()
