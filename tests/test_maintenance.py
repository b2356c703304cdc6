"""The counter closed for a while: one page for everybody, whatever the register does, and open again afterwards."""

import peewee
import pytest

from app import create_app
from models import Recognition, db
from tests.browser import Browser
from tests.conftest import SECRET, TODAY
from tests.test_guards import MEGA


@pytest.fixture
def file(tmp_path):
    return tmp_path / "onderhoud"


@pytest.fixture
def employer(app, world, file):
    """Signed in at a counter that closes when the file is there, on the register of the test."""
    own = {"DEMO": "1", "SECRET_KEY": SECRET, "TODAY": TODAY.isoformat(), "MAINTENANCE_FILE": str(file)}
    own["DATABASE_URL"] = app.config["DATABASE_URL"]
    counter = create_app({f"LOKET_{name}": value for name, value in own.items()})
    db.initialize(app.database)
    counter.test_client_class = Browser
    client = counter.test_client()
    assert client.post("/aanmelden/demo", data={"persona": "zaakvoerder"}).status_code == 303
    return client


def test_while_the_file_is_there_everybody_gets_one_page_and_when_to_come_back(employer, file):
    assert employer.get("/").status_code == 200
    file.write_text("Om 14 uur zijn we er weer. <b>x</b>\n")
    for path in ("/", "/erkenningen", "/zoek-werkplek", "/aanmelden", "/insluiten/zelfscan", "/bestaat-niet"):
        answer = employer.get(path)
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "600", path
        assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
        assert answer.page.h1.text == "Het loket is even dicht"
        assert "Om 14 uur zijn we er weer. <b>x</b>" in answer.page.main.text
        style = answer.page.select_one("link[rel=stylesheet]")["href"]
    assert employer.get(style).status_code == 200
    file.unlink()
    assert employer.get("/").status_code == 200


def test_nothing_is_written_meanwhile_and_what_was_typed_stays(employer, file):
    file.touch()
    before = Recognition.select().count()
    assert employer.post("/erkenningen/nieuw", data={"organisation": MEGA}).status_code == 503
    part = employer.post("/erkenningen/nieuw", data={"organisation": MEGA}, htmx=True)
    assert part.status_code == 503 and part.headers["HX-Retarget"] == "#beside", "the form itself is left alone"
    assert "is niet aangekomen" in part.page.text
    assert Recognition.select().count() == before


def test_it_works_without_the_register_and_the_balancer_keeps_sending_people(employer, file, monkeypatch):
    def away(**_):
        raise peewee.OperationalError("away for a restore")

    monkeypatch.setattr(db.obj, "connect", away)
    assert employer.get("/healthz").status_code == 503
    file.touch()
    assert employer.get("/").status_code == 503 and employer.get("/").page.h1.text == "Het loket is even dicht"
    health = employer.get("/healthz")
    assert (health.status_code, health.json) == (200, {"status": "maintenance", "parts": {}})


def test_who_was_signed_in_still_is_afterwards(employer, file):
    file.touch()
    employer.get("/taken")
    file.unlink()
    assert employer.get("/taken").status_code == 200
