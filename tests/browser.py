"""A test client that reads every HTML answer, refuses a page that breaks a house rule, and can click like htmx."""

import re
from functools import cache
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask import template_rendered
from flask.testing import FlaskClient
from html5lib import HTMLParser
from peewee import SqliteDatabase
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from models import db
from models.base import only_read
from views.headers import HEADERS

NUMBER = re.compile(r"(?<![\w#&])\d+(?![\w-]*=)")  # not that of a heading (h2), a letter (&#39;), an attribute (x-1=)
read = set()  # pages that are valid HTML, numbers apart
validates = True  # whether it is asked at all
VERBS = ("get", "post", "put", "patch", "delete")
KILOBYTES = 90_000  # raw; a page over this is too long to read, let alone to send
UNSTAMPED = (
    "/aanmelden/demo",
    "/aanmeldingen",
    "/afmelden",
    "/tekenen/",
    "/uitnodiging/",
    "/inzage/",
    "/insluiten/koppelen",
    "/weergave",
)  # nobody acts for an organisation there


class Browser(FlaskClient):
    def open(self, *args, htmx=False, headers=None, **kwargs):
        headers = dict(headers or {})
        if htmx:
            headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
        rendered = []

        def note(_sender, template, **_context):
            rendered.append(template.name)

        with template_rendered.connected_to(note, self.application):
            response = super().open(*args, headers=headers, **kwargs)
        if isinstance(db.obj, SqliteDatabase):
            only_read(False)  # the test's own connection is the page's; a test may write again
        policy, alone = response.headers.get("Content-Security-Policy"), " frame-ancestors 'none'"
        if response.status_code == 304:  # the browser keeps the headers it has
            assert policy is None
            return response
        if issuer := self.application.config["OIDC_ISSUER"]:
            policy = policy.replace(f"form-action 'self' {issuer}", "form-action 'self'")
        assert policy.startswith(HEADERS["Content-Security-Policy"].removesuffix(alone))
        is_framable = response.request.path.startswith("/insluiten/") and response.request.path != "/insluiten/"
        assert (alone in policy) != is_framable, "who may show this in a frame?"
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            response.page = BeautifulSoup(response.text, "html.parser")
            if isinstance(db.obj, SqliteDatabase):  # the other engine draws the same pages
                police(response, self.application, rendered[-1] if rendered else "")
        return response

    def act(self, page, selector, **typed):
        """Do what htmx would do for the element at `selector`: send, swap, and apply out-of-band parts."""
        element = page.select_one(selector)
        verb = next(verb for verb in VERBS if f"hx-{verb}" in element.attrs)
        stamp = page.body and page.body.get("hx-headers:inherited")
        headers = {"X-Organisation": stamp.split('"')[3]} if stamp else {}
        fields = values_of(element) | typed if element.name == "form" else typed
        field = "query_string" if verb == "get" else "data"
        sent = {field: fields} if fields else {}
        answer = self.open(element[f"hx-{verb}"], method=verb.upper(), htmx=True, headers=headers, **sent)
        if place := answer.headers.get("HX-Redirect"):
            return self.get(place).page
        swap(page, answer, answer.headers.get("HX-Retarget") or element["hx-target"])
        return page

    def submit(self, page, selector, button=None, **typed):
        """Send a form as a browser without JavaScript does, and follow where it leads; the answer."""
        form = page.select_one(selector)
        if form.name != "form":
            form = form.find_parent("form")
        fields = values_of(form) | typed
        if button:
            pressed = form.select_one(button)
            fields[pressed["name"]] = pressed.get("value", "")
        method = form.get("method", "get").upper()
        place = form["action"]
        if method == "GET":
            return self.get(place, query_string=fields)
        return self.post(place, data=fields, follow_redirects=True)


def values_of(form):
    """What a browser would send of a form as it stands, files aside."""
    values = {}
    for field in form.select("[name]"):
        kind = field.get("type", "text") if field.name == "input" else field.name
        if (
            field.name == "button"
            or kind == "file"
            or (kind in ("radio", "checkbox") and not field.has_attr("checked"))
        ):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            values[field["name"]] = chosen.get("value", chosen.text) if chosen else ""
        else:
            values[field["name"]] = field.text.removeprefix("\n") if kind == "textarea" else field.get("value", "on")
    return values


def swap(page, answer, target):
    """Apply an answer to the page: the part itself, then what goes out of band."""
    part = BeautifulSoup(answer.text, "html.parser")
    apart = [found.extract() for found in part.select("[hx-swap-oob]")]
    place = page.select_one(target)
    for kept in part.select("[hx-preserve]"):
        kept.replace_with(page.select_one(f"#{kept['id']}").extract())
    if answer.headers.get("HX-Reswap") == "innerHTML":
        place.clear()
        place.append(part)
    else:
        place.replace_with(part.find(True))
    for found in apart:
        way = found.attrs.pop("hx-swap-oob")
        old = page.select_one(f"#{found['id']}")
        if way == "innerHTML":
            old.clear()
            old.extend(list(found.contents))
        else:
            old.replace_with(found)


def police(response, app, template):
    """Read a page as a reviewer would. Every test pays for this: tags are walked once, not selected again and again."""
    page, tags = response.page, response.page.find_all(True)
    assert len(response.data) < KILOBYTES, f"{template} is {len(response.data)} bytes: show less at once"
    ids = [tag["id"] for tag in tags if "id" in tag.attrs]
    assert len(ids) == len(set(ids)), f"give these their own id: {sorted({i for i in ids if ids.count(i) > 1})}"
    for tag in tags:
        police_tag(tag, app)
    if page.html:
        police_page(response, tags, set(ids))
    elif response.status_code < 400 or "/_" in template:
        police_part(page, template)


def police_tag(tag, app):
    for name in tag.attrs:
        assert name != "style" and not name.startswith("on"), f"no inline style or script: <{tag.name} {name}>"
    for verb in VERBS:
        if url := tag.attrs.get(f"hx-{verb}"):
            assert leads_somewhere(app, url, verb), f"no route answers {verb.upper()} {url}"
            assert tag.get("hx-target") and tag.get("hx-swap"), f"say hx-target and hx-swap here: {tag.name} {url}"
            plain = tag.get("action") or tag.get("href") or tag.get("formaction")
            plain = plain or (tag.name == "input" and tag.find_parent("form"))
            assert plain, f"make it work without JavaScript: {url}"
    if tag.name == "a" and tag.get("href", "").startswith("/") and not tag["href"].startswith("//"):
        assert leads_somewhere(app, tag["href"], "get"), f"a dead link: {tag['href']}"
    if tag.name == "form":
        police_form(tag, app)
    if tag.name == "img":
        assert tag.has_attr("alt"), "say in alt what the image shows, or leave it empty"
    if tag.name == "script":
        assert tag.get("src"), "no inline script"


def police_form(form, app):
    method = form.get("method", "get")
    assert form.get("action"), "a form says where it goes"
    assert leads_somewhere(app, form["action"], method), f"no route answers {method.upper()} {form['action']}"
    if method == "post" and not form["action"].startswith(UNSTAMPED):
        # An empty list of organisations has no button to carry one.
        assert form.select_one("[name=organisation]") or form["action"] == "/organisatie/wissel", (
            f"this form does not say for which organisation it was drawn: {form['action']}"
        )


def police_page(response, tags, ids):
    page = response.page
    police_markup(response.text)
    assert page.html.get("lang") == "nl"
    assert sum(tag.name == "h1" for tag in tags) == 1, "one h1 per page"
    heading = " ".join(page.h1.text.split())
    assert " ".join(page.title.text.split()).startswith(heading), f"the title starts with the h1: {heading}"
    labelled = {tag["for"] for tag in tags if tag.name == "label" and tag.get("for")}
    assert labelled <= ids, f"labels without field: {labelled - ids}"
    for tag in tags:
        police_references(tag, ids)
        if tag.name in ("input", "select", "textarea") and tag.get("type") != "hidden":
            named = tag.get("id") in labelled or tag.find_parent("label") or tag.get("aria-label")
            assert named, f"a field without label: {tag.get('name')}"


def police_markup(text):
    """Valid HTML. That takes longest of all, and other numbers in the same page make it no less valid."""
    mark = hash(NUMBER.sub("0", text))
    if validates and mark not in read:
        parser = HTMLParser()
        parser.parse(text)
        assert not parser.errors, f"invalid HTML: {parser.errors[-1]}"
        read.add(mark)


def police_references(tag, ids):
    """What a tag points at is on the page."""
    target = tag.attrs.get("hx-target", "")
    assert not target.startswith("#") or target[1:] in ids, f"nothing on this page is {target}"
    for name in ("aria-describedby", "aria-labelledby"):
        pointed = set(tag.attrs.get(name, "").split())
        assert pointed <= ids, f"{name} points nowhere: {pointed - ids}"


def police_part(page, template):
    roots = page.find_all(True, recursive=False)
    own = [tag for tag in roots if not tag.get("hx-swap-oob")]
    assert len(own) == 1, f"a part has one root, {template} has {[tag.name for tag in own]}"
    wanted = template.removesuffix(".html").replace("/_", "-").replace("_", "-")
    assert own[0].get("id") == wanted, f"the root of {template} has id {own[0].get('id')}, not {wanted}"
    assert roots[0] is own[0], "out-of-band parts come after the root"


@cache
def leads_somewhere(app, url, verb):
    try:
        app.url_map.bind("localhost").match(urlsplit(url).path, method=verb.upper())
    except MethodNotAllowed:
        return False
    except HTTPException:
        return False
    return True


def choose(page, selector, value):
    """What somebody chose in a select; htmx does not redraw the form."""
    for option in page.select(f"{selector} option"):
        option.attrs.pop("selected", None)
        if option.get("value") == value:
            option["selected"] = ""
    return page


def type_in(page, selector, text):
    """What somebody typed in a field."""
    page.select_one(selector)["value"] = text
    return page


def text(page):
    """The page as comparable lines, blind to whitespace."""
    return [line for line in (raw.strip() for raw in page.prettify().splitlines()) if line]
