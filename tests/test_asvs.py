"""docs/ASVS.md goes through every requirement of level 1 and 2, and what it names exists."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "ASVS.md").read_text(encoding="utf-8")
# How many requirements of level 1 and 2 each section of ASVS 5.0.0 has; they come first in it. A section of level 3
# alone is not there.
SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1
3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4
7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1
9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4
13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7
16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
LEVELS = {"1": 70, "2": 183}


def rows():
    """[number, level, about, answer, where, tests] of every line of the tables."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| \d.*$", TEXT, re.M)]


@cache
def names_in(place):
    tree = ast.parse((ROOT / "tests" / place).read_text(encoding="utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_no_requirement_is_missing_and_none_is_made_up():
    sections = [pair.split(":") for pair in SECTIONS.split()]
    expected = [f"{section}.{number + 1}" for section, count in sections for number in range(int(count))]
    assert [row[0] for row in rows()] == expected
    assert Counter(row[1] for row in rows()) == LEVELS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_every_line_gives_an_answer_and_what_it_names_is_there(row):
    number, _, about, answer, where, shown = row
    tests = re.findall(r"`([\w/]+\.py)::(test_\w+)`", shown)
    assert about and where and answer in ("met", "part", "not yet", "n/a"), number
    assert len(tests) == shown.count("`") / 2, f"{number}: name a test as `test_file.py::test_name`"
    for place, name in tests:
        assert name in names_in(place), f"{number}: there is no {place}::{name}"
    if answer == "met":
        place = re.search(r"`[^`]+`|above|Python|none|refused|there are", where)
        assert tests or place, f"{number}: name the test that shows it, or the place where it is met"


def test_every_file_that_is_named_is_there():
    named = set(re.findall(r"`((?:[\w-]+/)*[\w-]+(?:\.(?:py|js|html|toml|json)|/))`", TEXT))
    assert len(named) > 15 and "views/guards.py" in named
    assert not [place for place in named if not (ROOT / place).exists()]
