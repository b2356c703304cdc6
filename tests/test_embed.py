"""What another website may show in a frame: by whom, without a cookie, kept by anyone; and the code to copy."""

import re
from itertools import product
from pathlib import Path

import pytest

import rules
from app import read_settings
from models import Training
from tests.conftest import SECRET
from views.embed import ACCENTS, EMBEDS

PORTAL, OTHER = "https://portaal.example", "https://derde.example:8443"
PUBLIC = ("/insluiten/zelfscan", "/insluiten/bereken", "/insluiten/controle", "/insluiten/zoek-werkplek")
CRITERIA = [one.key for one in rules.ENTERPRISE_CRITERIA + rules.MENTOR_CRITERIA]


@pytest.fixture(autouse=True)
def hosts(app, monkeypatch):
    monkeypatch.setitem(app.config, "FRAME_ANCESTORS", [PORTAL, OTHER])


def ancestors(answer):
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    return policy["frame-ancestors"]


@pytest.mark.sweep
def test_only_what_lies_under_insluiten_may_be_framed_and_only_by_the_sites_in_the_setting(app, browser, visitor):
    adapter = app.url_map.bind("localhost")
    framable = set()
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            path = adapter.build(rule.endpoint, {name: "1" if name != "filename" else "x" for name in rule.arguments})
            answer = browser.get(path)
            assert "X-Frame-Options" not in answer.headers
            if ancestors(answer) != "'none'":
                assert ancestors(answer) == f"'self' {PORTAL} {OTHER}", path
                framable.add(path)
    assert framable and all(path.startswith("/insluiten/") for path in framable)
    assert set(PUBLIC) <= framable and "/insluiten" not in framable
    assert ancestors(visitor.get("/insluiten/")) == "'none'"
    assert ancestors(visitor.get("/insluiten/niets")) != "'none'", "a frame must be able to show its own 404"


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_frame_reads_and_sets_no_cookie_and_may_be_kept_by_anyone(browser, visitor, path):
    answers = [client.get(path) for client in (browser, visitor)]
    for answer in answers:
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.vary and "HX-Request" not in answer.vary
        assert answer.headers["Cache-Control"] in ("public, max-age=300", "public, max-age=60")
        assert not answer.page.select("script[src*=htmx]") and not answer.page.select("form[method=post]")
        assert "Boels" not in answer.text and "Afmelden" not in answer.text
    assert answers[0].data == answers[1].data and answers[0].headers["ETag"] == answers[1].headers["ETag"]
    again = visitor.get(path, headers={"If-None-Match": answers[0].headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_an_error_in_a_frame_is_told_in_the_frame(visitor):
    answer = visitor.get("/insluiten/niets")
    assert answer.status_code == 404 and answer.page.select_one("body.framed") and not answer.page.select(".top")


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("accent", [*ACCENTS, "rood", 'geel"><script>', ""])
def test_a_colour_comes_from_a_fixed_set_and_stays(visitor, path, accent):
    page = visitor.get(path, query_string={"kleur": accent}).page
    known = accent in ACCENTS
    assert page.html.get("class") == ([f"accent-{accent}"] if known else None)
    assert [one["value"] for one in page.select("form [name=kleur]")] == ([accent] if known else [])


def test_a_colour_has_its_rule_in_the_style_sheet():
    css = (Path(__file__).parent.parent / "static/loket.css").read_text(encoding="utf-8")
    assert set(re.findall(r"\.accent-(\w+)", css)) | {"blauw"} == set(ACCENTS)


@pytest.mark.parametrize("answer", ["ja", "nee", "weet-niet"])
@pytest.mark.parametrize("odd", CRITERIA)
def test_the_self_scan_says_which_condition_is_not_met_and_what_it_asks(visitor, odd, answer):
    page = visitor.get("/insluiten/zelfscan", query_string=dict.fromkeys(CRITERIA, "ja") | {odd: answer}).page
    heads = {
        "ja": "Uw onderneming kan een erkenning aanvragen",
        "nee": "1 voorwaarde niet",
        "weet-niet": "1 voorwaarde uit",
    }
    assert heads[answer] in page.select_one("#uitkomst").text
    marks = {"ja": "met", "nee": "unmet", "weet-niet": "warned"}
    label = next(one.label for one in rules.ENTERPRISE_CRITERIA + rules.MENTOR_CRITERIA if one.key == odd)
    [line] = [line for line in page.select(".checks li") if label in line.text]
    assert line["class"] == [marks[answer]]
    assert bool(page.select("a[href='/erkenningen/nieuw'][target=_blank]")) == (answer != "nee")
    assert all(line in page.text for line in rules.PREPARATION)


def test_what_is_not_answered_is_to_be_found_out(visitor):
    page = visitor.get("/insluiten/zelfscan?conduct=ja").page
    assert f"Nog {len(CRITERIA) - 1} voorwaarden" in page.select_one("#uitkomst").text
    assert not visitor.get("/insluiten/zelfscan").page.select("#uitkomst")


def test_an_answer_nobody_offered_is_refused(visitor):
    answer = visitor.get("/insluiten/zelfscan?conduct=misschien")
    assert answer.status_code == 422 and answer.page.select(".problems") and not answer.page.select("#uitkomst")
    assert "public" not in answer.headers["Cache-Control"]


def test_a_training_is_chosen_in_advance(visitor):
    training = Training.get(Training.name == "Verkoper")
    scan = visitor.get(f"/insluiten/zelfscan?opleiding={training.id}").page
    assert "Verkoper" in scan.main.text and scan.select_one("[name=opleiding]")["value"] == str(training.id)
    chosen = visitor.get(f"/insluiten/bereken?opleiding={training.id}").page.select_one("#training option[selected]")
    assert chosen.text == "Verkoper"
    for odd in ("0", "x", "99999999999999999999", "-1", "²"):
        assert visitor.get("/insluiten/zelfscan", query_string={"opleiding": odd}).status_code == 200
        assert visitor.get("/insluiten/bereken", query_string={"opleiding": odd}).status_code == 200


def test_the_calculator_answers_within_its_frame(visitor):
    filled = {"hours": "20", "starts_on": "2024-02-01", "born_on": "2007-06-15", "category": "second", "kleur": "groen"}
    inside = visitor.get("/insluiten/bereken", query_string=filled | {"region": "Vlaams Gewest"})
    outside = visitor.get("/bereken", query_string=filled | {"region": "Vlaams Gewest"})
    assert inside.page.select_one(".outcome") == outside.page.select_one(".outcome")
    assert inside.page.select_one("form")["action"] == "/insluiten/bereken"
    assert not inside.page.select("[hx-get], [hx-push-url]"), "an address pushed in a frame spoils the host's Back"
    assert visitor.get("/insluiten/bereken?hours=x").status_code == 422


def test_a_certificate_is_checked_within_its_frame(visitor, world):
    code = rules.format_code(world.granted().code)
    answer = visitor.get("/insluiten/controle", query_string={"code": code.lower()})
    assert answer.status_code == 200 and "Mega World NV" in answer.page.main.text
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert visitor.get("/insluiten/controle?code=0000-0000-0000-0000").status_code == 404
    wrong = visitor.get("/insluiten/controle?code=x")
    assert wrong.status_code == 422 and wrong.page.select_one("#code")["aria-describedby"] == "code-wrong"


def test_asking_too_often_is_refused_within_the_frame(visitor):
    statuses = [visitor.get("/insluiten/controle?code=x").status_code for _ in range(31)]
    assert statuses == [422] * 30 + [429]
    assert visitor.get("/insluiten/controle").page.select_one("body.framed")


@pytest.mark.parametrize(("accent", "with_training"), list(product(["", "paars", "zwart"], [False, True])))
def test_the_code_to_copy_is_what_the_page_shows(app, visitor, accent, with_training):
    training = Training.get(Training.name == "Verkoper")
    asked = {"kleur": accent} | ({"opleiding": str(training.id)} if with_training else {})
    page = visitor.get("/insluiten", query_string=asked).page
    codes, frames = page.select("textarea.snippet"), page.select("iframe.preview")
    assert len(codes) == len(frames) == len(EMBEDS)
    for code, frame in zip(codes, frames, strict=True):
        assert f'src="{app.config["PUBLIC_URL"]}{frame["src"]}"' in code.text and 'title="' in code.text
        assert f'title="{frame["title"]}"' in code.text, "a frame without title is a hole to a screen reader"
        assert f'src="{app.config["PUBLIC_URL"]}/insluiten/hoogte"' in code.text
        target = re.search(r'href="#([\w-]+)"', code.text)[1]
        assert f'id="{target}" tabindex="-1"' in code.text, "the way past the frame leads somewhere"
        assert visitor.get(frame["src"]).status_code == 200
        assert ("kleur=paars" in frame["src"]) == (accent == "paars")
    assert ("opleiding=" in frames[0]["src"]) == with_training


def test_the_script_for_host_pages_is_small_free_and_may_be_loaded_by_them(visitor):
    answer = visitor.get("/insluiten/hoogte")
    assert answer.mimetype == "text/javascript" and "MIT" in answer.text and len(answer.data) < 1000
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


SETTINGS = {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET}


@pytest.mark.parametrize(
    "wrong", ["*", "https://*.example", "http://a.example", "a.example", "https://a.example/x", "'self'"]
)
def test_a_site_that_is_no_whole_origin_is_refused_at_the_start(wrong):
    with pytest.raises(RuntimeError, match="FRAME_ANCESTORS"):
        read_settings(SETTINGS | {"LOKET_FRAME_ANCESTORS": f"{PORTAL} {wrong}"})


def test_nobody_may_frame_anything_unless_the_setting_says_so():
    assert read_settings(SETTINGS)["FRAME_ANCESTORS"] == []
    assert read_settings(SETTINGS | {"LOKET_FRAME_ANCESTORS": f"{PORTAL} {OTHER}"})["FRAME_ANCESTORS"] == [
        PORTAL,
        OTHER,
    ]
