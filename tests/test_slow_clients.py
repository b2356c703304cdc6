"""People on slow lines, and those who only pretend: whoever sends half a request keeps nobody else waiting."""

import socket
import time
from contextlib import ExitStack, contextmanager

import pytest

from tests.machines import PATIENCE, Person, filled, serving

pytestmark = pytest.mark.processes
pytestmark = pytest.mark.processes
MANY = 300  # of each kind at once
HEAD = "POST /aanmelden/demo HTTP/1.1\r\nHost: {host}\r\n"
FORM = HEAD + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\npersona=za"
FILE = HEAD + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n--b\r\n"
SLOW = {"nothing": "", "half a header": HEAD + "X-Half: ", "half a form": FORM, "half a file": FILE}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('slow')}/loket.db"
    filled(url)
    return url


@contextmanager
def held(port, kinds, count, wrap=lambda line: line):
    """That many connections of each of those kinds, which say no more."""
    with ExitStack() as stack:
        for kind in kinds:
            words = SLOW[kind].format(host=f"127.0.0.1:{port}").encode()
            for _ in range(count):
                plain = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
                stack.enter_context(wrap(plain)).sendall(words)
        yield


def works(machine):
    """Somebody signs in, which writes, and reads."""
    person = Person("zaakvoerder", machine)
    return person.get(machine, "/taken").status_code


def test_who_sends_half_a_form_holds_no_register_that_others_write_to(tmp_path, url):
    with serving(tmp_path, url, 1, THREADS=4) as [machine]:
        assert works(machine) == 200
        with held(machine.port, ["half a form", "half a file"], 1):
            time.sleep(0.5)  # long enough for a thread of the server to have each of them before it
            assert works(machine) == 200
        assert "mishap" not in machine.log.read_text()


def test_who_sends_nothing_or_half_a_header_does_not_get_that_far(tmp_path, url):
    with serving(tmp_path, url, 1, THREADS=1) as [machine], held(machine.port, ["nothing", "half a header"], MANY):
        assert works(machine) == 200
