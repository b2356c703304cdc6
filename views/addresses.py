"""Addresses for templates: a page holds fifty, mostly the same ones as the last page, and making one is dear.

It must not know what any address leads to. An address follows from its parts alone, as the counter stands at one place:
none is ever out of date.
"""

from functools import lru_cache

import flask


def install(app):
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint, **parts):
    """As Flask's, for addresses on this site."""
    if endpoint.startswith(".") or "_external" in parts:  # these follow from the request as well
        return flask.url_for(endpoint, **parts)
    return _made(endpoint, tuple(parts), *parts.values())


@lru_cache(maxsize=4096, typed=True)  # typed: 1 and True are equal, but not in an address
def _made(endpoint, names, *values):
    return flask.url_for(endpoint, **dict(zip(names, values, strict=True)))
