"""Plain Dutch: what people read here is short sentences in everyday words, whichever page or refusal it stands in."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.test_house import files, modules, tree

MOST_WORDS = 20
OFFICIALESE = {  # what officials write: what people say
    "aangaande": "over",
    "alsmede": "en ook",
    "alvorens": "voor",
    "bij gebreke": "zonder",
    "conform": "volgens",
    "derhalve": "dus",
    "desgevallend": "als dat zo is",
    "dewelke": "die",
    "dient te": "moet",
    "dienen te": "moeten",
    "gelieve": "de gebiedende wijs",
    "heden": "vandaag",
    "hetgeen": "wat",
    "in het kader van": "voor, bij",
    "indien": "als",
    "ingevolge": "door",
    "inzake": "over",
    "krachtens": "volgens",
    "met betrekking tot": "over",
    "middels": "met",
    "nopens": "over",
    "omtrent": "over",
    "onderhavig": "deze",
    "overeenkomstig": "volgens",
    "reeds": "al",
    "te allen tijde": "altijd",
    "teneinde": "om",
    "tevens": "ook",
    "vermits": "omdat",
    "voornoemd": "die",
    "zulks": "dat",
}
AS_THE_LAW_NAMES_IT = {  # the names of things, and words taken over to the letter
    "Rijksregisternummer reeds in gebruik",
}
BLOCKS = ("p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "th", "td", "label", "legend", "summary", "button", "option")
ENDS = re.compile(r"(?<=[.!?:])\s+(?=[A-ZÀ-Ý\"'«X])")
SHORT = re.compile(r"\b(bv|nr|art|enz|m\.b\.t|o\.a|t\.e\.m|i\.p\.v|incl|max|min|tel)\.", re.IGNORECASE)


def sentences(text):
    """The sentences of a text, without the dots of abbreviations."""
    return [one.strip() for one in ENDS.split(SHORT.sub(r"\1", " ".join(text.split()))) if one.strip()]


def words(sentence):
    return [word for word in re.findall(r"[\w'’./@-]+", sentence) if re.search(r"\w", word)]


@cache
def spoken():
    """[(where, sentence)] of everything people read: templates, and the sentences in the code."""
    said = []
    for place, path in files("templates/**/*.html").items():
        said += [(place, sentence) for block in blocks(path) for sentence in sentences(block)]
    for place, path in modules().items():
        if place.split("/")[0].removesuffix(".py") not in ("tests", "migrations", "adapters"):
            said += [(place, one) for literal in literals(path) for one in sentences(literal)]
    return said


def blocks(path):
    """The texts of a template block by block; what Jinja fills in counts as one word."""
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*(else|elif)\b.*?%\}", "</p><p>", source, flags=re.DOTALL)  # either the one or the other
    source = re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}", "X", source, flags=re.DOTALL)
    page = BeautifulSoup(source, "html.parser")
    for tag in page.find_all(BLOCKS):
        if not tag.find(BLOCKS):
            yield tag.get_text(" ")


def literals(path):
    """The Dutch sentences written in a module, f-strings with X where something is filled in."""
    parsed = tree(path)
    inside = {id(part) for node in ast.walk(parsed) if isinstance(node, ast.JoinedStr) for part in node.values}
    inside |= {id(node.value) for node in ast.walk(parsed) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(parsed):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
        else:
            continue
        if re.fullmatch(r"[A-ZÀ-Ý{].*\s.*[.!?]", text.strip(), re.DOTALL):
            yield text


ENGLISH = re.compile(r"\b(the|and|of|your|with|must|should|has|not|are|this|from)\b")


def foreign(source):
    """What is written in English and does not say so: a screen reader would read it as Dutch."""
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}", "X", source, flags=re.DOTALL)
    for text in BeautifulSoup(source, "html.parser").find_all(string=True):
        spoken_in = next((tag["lang"] for tag in text.parents if tag.get("lang")), "nl")
        if spoken_in == "nl" and text.parent.name not in ("script", "style") and len(set(ENGLISH.findall(text))) > 1:
            yield " ".join(text.split())


def test_what_is_in_another_language_says_so():
    found = [f"{place}: {one}" for place, path in files("templates/**/*.html").items()
             for one in foreign(path.read_text(encoding="utf-8"))]  # fmt: skip
    assert not found, 'give it lang="en":\n' + "\n".join(found)
    planted = "<p>Zo: <q{}>Elements must have the right contrast</q> en {{{{ the_other.of }}}}</p>"
    assert list(foreign(planted.format(""))) and not list(foreign(planted.format(" lang=en")))


def test_sentences_are_short():
    long = [f"{place}: {one}" for place, one in spoken() if len(words(one)) > MOST_WORDS]
    assert not long, f"{len(long)} sentences of more than {MOST_WORDS} words; make two:\n" + "\n".join(
        sorted(set(long))
    )


def test_words_are_those_of_people():
    found = set()
    for place, one in spoken():
        text = one.lower()
        for name in AS_THE_LAW_NAMES_IT:
            text = text.replace(name.lower(), "")
        found |= {f"{place}: {word} ({plain}): {one}" for word, plain in OFFICIALESE.items()
                  if re.search(rf"\b{word}\b", text)}  # fmt: skip
    assert not found, "say it as people do:\n" + "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Kies een datum. Dat kan tot morgen.", 2),
        ("Schrijf het nummer, bv. 201. Dat staat op de loonbrief.", 2),
        ("Geldig tot 1.000 dagen.", 1),
    ],
)
def test_sentences_are_told_apart(text, count):
    assert len(sentences(text)) == count


def test_the_words_of_the_counter_are_found(tmp_path):
    page = Path(tmp_path / "x.html")
    page.write_text("<p>Eerst {% if a %}dit{% else %}dat{% endif %}, {{ naam }} en <b>zo</b>.</p>")
    assert [" ".join(one.split()) for one in blocks(page)] == ["Eerst dit", "dat, X en zo ."]
    assert len(spoken()) > 1000
