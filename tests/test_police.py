"""The reader of pages itself: a planted mistake is found and told in a sentence, a good page passes."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from tests import browser
from tests.browser import police

PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Proef – Loket</title></head>
<body><main id="main"><h1>Proef</h1>{}</main></body></html>"""
FORM = '<form action="/aanmelden" method="get"><label for="q">Zoek</label><input id="q" name="q">{}</form>'


@pytest.fixture(autouse=True)
def in_full(monkeypatch):
    monkeypatch.setattr(browser, "validates", True)


def read(app, html, template="proef/index.html"):
    page = BeautifulSoup(html, "html.parser")
    police(SimpleNamespace(page=page, text=html, data=html.encode(), status_code=200), app, template)


def test_a_good_page_passes(app):
    read(app, PAGE.format(FORM.format('<button hx-get="/aanmelden" formaction="/aanmelden" hx-target="#main"'
                                      ' hx-swap="outerHTML" aria-describedby="q">Zoek</button>')))  # fmt: skip
    read(app, '<p id="proef-list">Deel</p><p id="teller" hx-swap-oob="true">1</p>', "proef/_list.html")


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ('<p style="color:red">x</p>', "no inline style"),
        ('<p onclick="x()">x</p>', "no inline style"),
        ("<script>x()</script>", "no inline script"),
        ('<p id="a">x</p><p id="a">x</p>', "their own id"),
        ("<h1>Nog een</h1>", "one h1"),
        ('<a href="/nergens-heen">x</a>', "a dead link"),
        ('<a href="/" hx-get="/nergens" hx-target="#main" hx-swap="outerHTML">x</a>', "no route answers"),
        ('<a href="/aanmelden" hx-get="/aanmelden" hx-target="#main">x</a>', "hx-swap here"),
        (
            '<a href="/aanmelden" hx-get="/aanmelden" hx-target="#gone" hx-swap="outerHTML">x</a>',
            "nothing on this page",
        ),
        ('<button hx-get="/aanmelden" hx-target="#main" hx-swap="outerHTML">x</button>', "without JavaScript"),
        ('<form method="get"><button>x</button></form>', "where it goes"),
        ('<form action="/erkenningen/nieuw" method="post"><button>x</button></form>', "for which organisation"),
        ('<label for="gone">x</label>', "labels without field"),
        (FORM.format('<input name="loose">'), "a field without label"),
        ('<p aria-describedby="gone">x</p>', "points nowhere"),
        ('<img src="/static/icon.svg">', "say in alt"),
        ("<p><div>x</div></p>", "invalid HTML"),
    ],
)
def test_a_planted_mistake_is_found(app, mistake, sentence):
    with pytest.raises(AssertionError, match=sentence):
        read(app, PAGE.format(mistake))


def test_a_page_with_other_numbers_is_as_valid_and_one_with_other_tags_is_read_anew(app):
    for markup in ("<h2>Taak 1</h2><p>12 dagen</p>", "<h2>Taak 2</h2><p>3 dagen</p>"):
        read(app, PAGE.format(markup))
    for markup in ("<h2>Taak 1</h3><p>12 dagen</p>", "<h2>Taak 1</h2><p x-1='' x-1=''>3 dagen</p>"):
        with pytest.raises(AssertionError, match="invalid HTML"):
            read(app, PAGE.format(markup))


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("<p id='proef-list'>x</p><p>y</p>", "a part has one root"),
        ("<p id='other'>x</p>", "has id other"),
        ("<p id='t' hx-swap-oob='true'>1</p><p id='proef-list'>x</p>", "come after the root"),
    ],
)
def test_a_part_that_is_no_part_is_found(app, part, sentence):
    with pytest.raises(AssertionError, match=sentence):
        read(app, part, "proef/_list.html")
