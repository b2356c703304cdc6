"""What an operator is handed: every command, setting and figure in it exists, and the example starts nothing unsafe."""

import re
import shlex
from configparser import ConfigParser

import pytest

from app import read_settings
from tests.test_house import ROOT, files
from views.health import PARTS

GUIDE = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "deploy/loket.env.example").read_text(encoding="utf-8")
UNITS = [place for place in files("deploy/*") if place.endswith((".service", ".timer"))]


def read_by_the_code():
    return set(re.findall(r'\bsetting\(\s*"(\w+)"', (ROOT / "app.py").read_text(encoding="utf-8")))


def example():
    lines = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_guide_has_a_row_for_every_setting_and_no_other():
    table = GUIDE.split("\n## Settings\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == read_by_the_code()


def test_the_example_has_settings_that_exist_and_refuses_to_start_until_it_is_filled_in():
    assert {name.removeprefix("LOKET_") for name in example()} <= read_by_the_code()
    with pytest.raises(RuntimeError, match="LOKET_SECRET_KEY"):
        read_settings(example())
    keys = {"LOKET_SECRET_KEY": "een-sleutel-0123456789-abcdefghijklm"}
    with pytest.raises(RuntimeError, match="LOKET_INSZ_KEY"):
        read_settings(example() | keys)
    keys |= {"LOKET_INSZ_KEY": "andere-sleutel-0123456789-abcdefghijk"}
    filled = read_settings(example() | keys | {"LOKET_OIDC_CLIENT_ID": "x", "LOKET_OIDC_PRIVATE_KEY": "y"})
    assert filled["PROXIES"] == 1 and not filled["DEMO"]


def test_every_command_that_is_named_is_there(app):
    known = set(app.cli.commands)
    told = {"docs/OPERATIONS.md": GUIDE} | {place: path.read_text() for place, path in files("deploy/*").items()}
    named = {(place, name) for place, text in told.items() for name in re.findall(r"flask --app app ([a-z-]+)", text)}
    assert len(named) > 8
    assert {(place, name) for place, name in named if name not in known} == set()


@pytest.mark.parametrize("place", UNITS)
def test_a_unit_says_what_systemd_asks(place):
    unit = ConfigParser(strict=False, interpolation=None, delimiters="=")
    unit.optionxform = str
    unit.read(ROOT / place, encoding="utf-8")
    assert unit["Unit"]["Description"].startswith("Loket duaal leren: ")
    if place.endswith(".timer"):
        assert place.replace(".timer", ".service") in UNITS and unit["Timer"]["OnCalendar"]
        return
    service = unit["Service"]
    assert service["User"] == "loket" and service["EnvironmentFile"] == "/etc/loket/loket.env"
    assert service["ProtectSystem"] == "strict" and service["NoNewPrivileges"] == "yes"
    for line in (ROOT / place).read_text(encoding="utf-8").splitlines():
        if line.startswith(("ExecStart=", "ExecReload=")):
            program = shlex.split(line.partition("=")[2])[0]
            assert program.startswith(("/opt/loket/.venv/bin/", "/bin/", "/usr/bin/")), "systemd wants whole paths"


def test_the_image_takes_along_all_that_runs_and_nothing_else():
    taken = re.findall(r"^COPY (.+) \S+$", (ROOT / "deploy/Containerfile").read_text(), re.MULTILINE)
    taken = {name.rstrip("/") for line in taken for name in line.split()}
    rooms = {place.split("/")[0] for place in files("**/*.py") if "/" in place} - {"tests"}
    assert taken == rooms | {"requirements.lock", "app.py", "rules*.py", "data", "static", "templates"}


def test_every_figure_the_guide_watches_is_counted():
    counted = (ROOT / "adapters/metrics.py").read_text() + (ROOT / "views/operating.py").read_text()
    named = set(re.findall(r"`(?:loket_)(\w+?)(?:_total)?(?:\{[^}]*\})?`", GUIDE))
    assert len(named) > 8
    assert {name for name in named if f'"loket_{name}"' not in counted and f'"{name}"' not in counted} == set()
    assert {f"`{part}`" for part in PARTS} <= set(re.findall(r"`\w+`", GUIDE))


def test_every_make_target_of_the_guide_is_there():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z-]+)`", GUIDE)) <= set(targets)
