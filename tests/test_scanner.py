"""Uploads go past a virus scanner where there is one: what it refuses, or cannot look at, is not kept."""

import io
import socketserver
import threading
from datetime import timedelta

import pytest

from adapters.scanner import ScannerAway, is_clean
from app import read_settings
from models import Addendum, Document
from tests import build
from tests.conftest import SECRET
from tests.test_agreement_steps import Maker
from tests.test_vault import add

VIRUS = b"not a virus, but what the scanner below looks for"


class Clamd(socketserver.BaseRequestHandler):
    """As clamd answers INSTREAM: pieces with their length before them, until one of no length."""

    def handle(self):
        line = self.request.makefile("rb")
        assert line.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(line.read(4), "big"):
            content += line.read(length)
        self.server.seen.append(len(content))
        told = self.server.told or (b"stream: Test.Virus FOUND" if VIRUS in content else b"stream: OK")
        self.request.sendall(told + b"\0")


@pytest.fixture(params=["port", "socket"])
def clamd(request, tmp_path):
    """A scanner that listens; `told` is what it says whatever it gets."""
    if request.param == "port":
        server = socketserver.TCPServer(("127.0.0.1", 0), Clamd)
        server.address = f"127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.UnixStreamServer(str(tmp_path / "clamd"), Clamd)
        server.address = str(tmp_path / "clamd")
    server.seen, server.told = [], b""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def scanned(app, clamd, monkeypatch):
    monkeypatch.setitem(app.config, "CLAMD", clamd.address)
    return clamd


def test_a_file_of_any_length_gets_there_whole(clamd):
    for length in (0, 1, 64 * 1024, 200_001):
        assert is_clean(clamd.address, bytes(length))
    assert clamd.seen == [0, 1, 64 * 1024, 200_001]


def test_what_holds_a_virus_is_refused_at_its_field(browser, scanned):
    before = Document.select().count()
    answer = add(browser, build.PDF + VIRUS, kind="other")
    assert answer.status_code == 422
    assert "In dit bestand zit een virus. Het is niet bewaard." in answer.page.select_one("#file-wrong").text
    assert Document.select().count() == before
    assert (
        add(browser, build.PDF + b"clean", kind="other").status_code == 303 and Document.select().count() == before + 1
    )


@pytest.mark.parametrize("place", ["premie", "bijlagen/1/tekenen"])
def test_what_belongs_to_an_agreement_goes_past_the_scanner_too(browser, scanned, world, place):
    made = Maker(world)
    agreement = made("registered", -60)
    Addendum.draw_up(agreement, made.actor, "extension", None, ends_on=agreement.ends_on + timedelta(days=30))
    before = Document.select().count()
    sent = {"organisation": "0417390703", "party": "learner", "file": (io.BytesIO(build.PDF + VIRUS), "scan.pdf")}
    answer = browser.post(f"/overeenkomsten/{agreement.id}/{place}", data=sent)
    assert answer.status_code == 422 and "In dit bestand zit een virus." in answer.page.text
    sent["file"] = (io.BytesIO(build.PDF + b"clean"), "scan.pdf")
    answer = browser.post(f"/overeenkomsten/{agreement.id}/{place}", data=sent)
    assert answer.status_code == 303 and Document.select().count() == before + 1


@pytest.mark.parametrize("told", [b"INSTREAM size limit exceeded. ERROR", b"", b"what?", b"stream: OK FOUND OK"])
def test_what_the_scanner_cannot_say_is_no_yes(clamd, told):
    clamd.told = told or b"\0"
    with pytest.raises(ScannerAway):
        is_clean(clamd.address, b"content")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd"])
def test_while_the_scanner_is_away_nothing_comes_in(browser, app, monkeypatch, caplog, address):
    monkeypatch.setitem(app.config, "CLAMD", address)
    before = Document.select().count()
    answer = add(browser, kind="other")
    assert answer.status_code == 422
    assert "Probeer het later opnieuw" in answer.page.select_one("#file-wrong").text
    assert Document.select().count() == before
    assert "the virus scanner does not answer" in caplog.text


@pytest.mark.parametrize("address", ["clamd", "http://host:1/x", ":", "host:"])
def test_an_address_that_is_none_is_refused_at_the_start(address):
    with pytest.raises(RuntimeError, match="LOKET_CLAMD"):
        read_settings({"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET, "LOKET_CLAMD": address})
