"""Static files: read and compressed once, then kept by browsers for a year under an address that holds their hash.

It must not know what is in them.
"""

import gzip
import hashlib
import mimetypes
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import brotli
from flask import Response, abort, current_app, request

from views.addresses import url_for

YEAR = "public, max-age=31536000, immutable"
TEXTS = (".css", ".js", ".svg")  # pictures are compressed already
SOON = "public, max-age=300"  # under an address without the hash of what is there now


class StaticFile(NamedTuple):
    bodies: dict  # {encoding, "" for none: bytes}
    mimetype: str
    hash: str


def install(app):
    app.view_functions["static"] = serve
    app.jinja_env.globals["static_url"] = static_url


@cache
def read(place):
    """A file as it is sent; the best compression there is takes long, so it is done once."""
    content = shortened(place)
    bodies = {"": content}
    if place.suffix in TEXTS:
        bodies |= {"gzip": gzip.compress(content, 9, mtime=0), "br": brotli.compress(content, quality=11)}
    return StaticFile(bodies, mimetypes.guess_type(place.name)[0], hashlib.sha256(content).hexdigest()[:10])


def shortened(place):
    """A file of our own without the comments and the layout that are there for readers; its licence stays."""
    if place.suffix not in TEXTS:
        return place.read_bytes()
    text = place.read_text(encoding="utf-8")
    if place.suffix == ".js" and not place.name.startswith("htmx"):
        lines = (line.strip() for line in text.splitlines())
        text = "\n".join(line for line in lines if line and not line.startswith("//"))
    elif place.suffix == ".css":
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        text = re.sub(r"\n\s*", "", re.sub(r" *([{};,>]) *", r"\1", text))
        text = re.sub(r"(?<=[a-z]): ", ":", text).replace(";}", "}")
    return text.encode()


def find(name):
    """The static file with that name, or None; only what lies in the folder has one."""
    return found(current_app.static_folder, name)


@lru_cache(maxsize=256)
def found(folder, name):
    folder = Path(folder)
    return read(folder / name) if name in names(folder) else None


@cache
def names(folder):
    return {place.relative_to(folder).as_posix() for place in folder.rglob("*") if place.is_file()}


def static_url(name):
    return url_for("static", filename=name, v=find(name).hash)


def serve(filename):
    file = find(filename) or abort(404)
    encoding = next((one for one in ("br", "gzip") if one in file.bodies and one in request.accept_encodings), "")
    response = Response(file.bodies[encoding], mimetype=file.mimetype)
    response.headers["Cache-Control"] = YEAR if request.args.get("v") == file.hash else SOON
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(f"{file.hash}-{encoding}")
    return response.make_conditional(request)
