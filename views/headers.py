"""What every answer carries: what a page may load, who may show it in a frame, who may keep it and for how long.

It must not know what a page shows.
"""

from flask import current_app, request, session

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMABLE = "/insluiten/"  # nothing outside it may be framed, whatever the settings say
SHARED = {
    "embed": 300,
    "embed.check": 60,
    "embed.script": 86400,
    "embed.index": None,
    "finder": 300,
    "finder.contact": None,
    "service": 3600,
}  # by endpoint or blueprint: nobody's, kept by anyone for so many seconds
# A frame signs in through a window it opened: a page that cuts that bond on the way breaks the pairing for good.
ON_THE_WAY = {"access", "pairing"}


def is_framable():
    """True for the answers another site may show in a frame, its errors included."""
    return request.path.startswith(FRAMABLE) and request.path != FRAMABLE


def shared_seconds(endpoint):
    """For how long anyone may keep what this endpoint answers; None for what is somebody's."""
    return SHARED.get(endpoint, SHARED.get((endpoint or "").partition(".")[0]))


def headers():
    """The table of headers of the answer to this request."""
    policy, table = dict(POLICY), dict(HEADERS)
    if issuer := current_app.config["OIDC_ISSUER"]:  # forms lead on to it: signing out, another organisation
        policy["form-action"] += " " + "/".join(issuer.split("/")[:3])
    if is_framable():
        policy["frame-ancestors"] = " ".join(["'self'", *current_app.config["FRAME_ANCESTORS"]])
    elif request.endpoint == "embed.index":
        policy["frame-src"] = "'self'"  # it shows each of them
    table["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    if is_framable() or request.blueprint in ON_THE_WAY:
        table["Cross-Origin-Opener-Policy"] = "unsafe-none"
    if request.endpoint == "embed.script":
        table["Cross-Origin-Resource-Policy"] = "cross-origin"  # other sites load it
    return table


def protect(response):
    """The same headers on every answer of a kind, errors and static files included."""
    response.headers.update(headers())
    if not current_app.config["DEMO"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static":
        session.accessed = False  # or Flask says Vary: Cookie, and every new cookie costs all static files again
        return slim(response)
    seconds = shared_seconds(request.endpoint)
    if seconds:
        session.accessed = False  # nothing in it was looked at; Flask-Login asks by itself
    else:
        response.vary.update(("Cookie", "HX-Request", "HX-Request-Type", "Save-Data"))
    if seconds and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if response.status_code == 200 and request.method in ("GET", "HEAD") and not response.is_streamed:
        if response.content_encoding == "gzip":  # it holds the second it was made: no page would ever be the same
            response.set_data(response.get_data()[:4] + bytes(4) + response.get_data()[8:])
        response.add_etag()
        response.make_conditional(request)
    return slim(response)


def slim(response):
    """A 304 says that what the browser keeps still holds, the headers it came with included: none is sent again."""
    if response.status_code == 304:
        for name in HEADERS:
            response.headers.pop(name, None)
    return response
