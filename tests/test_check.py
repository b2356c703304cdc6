"""The public check of a certificate: what it says to anyone, and what it keeps to itself."""

from datetime import timedelta

import pytest

import rules
from models import Recognition


def shown(visitor, code):
    return visitor.get(f"/controle/{code}")


def test_a_valid_certificate_says_until_when(visitor, world):
    recognition = world.granted()
    answer = shown(visitor, rules.format_code(recognition.code))
    assert answer.status_code == 200
    text = " ".join(answer.page.main.text.split())
    assert "Mega World NV" in text and "Verkoper" in text and "23 januari 2027" in text
    for secret in ("Leen", "Briain", "596.2", "voorbeeld.be", "Winkelier"):
        assert secret not in text


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")])
def test_a_code_is_read_however_it_is_typed(visitor, world, write):
    code = rules.format_code(world.granted().code)
    answer = visitor.get("/controle", query_string={"code": write(code)}, follow_redirects=True)
    assert answer.status_code == 200 and "Mega World NV" in answer.text


def test_letters_that_look_alike_are_read_as_what_they_were(visitor, world):
    recognition = world.granted()
    Recognition.update(code="0101ABCDEFGHJKMN").where(Recognition.id == recognition.id).execute()
    assert shown(visitor, "OIOL-ABCD-EFGH-JKMN").status_code == 200


def test_an_ended_one_says_so(visitor, world):
    recognition = world.ending_in(-1)
    assert "ze liep tot en met 22 januari 2022" in shown(visitor, rules.format_code(recognition.code)).text


def test_a_lifted_one_says_since_when_and_not_why(visitor, world):
    recognition = world.granted()
    Recognition.update(
        end_kind="revoked", ended_on=world.today - timedelta(days=1), end_reason="Een geheime reden."
    ).where(Recognition.id == recognition.id).execute()
    text = shown(visitor, rules.format_code(recognition.code)).text
    assert "geheime reden" not in text and "Niet meer geldig sinds 22 januari 2022" in text


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "x", "<script>", "%00", "A" * 500])
def test_an_unknown_code_is_not_found(visitor, world, code):
    assert shown(visitor, code).status_code == 404


@pytest.mark.parametrize("state", ["draft", "submitted", "in_treatment", "refused", "withdrawn"])
def test_nothing_that_was_not_approved_has_a_code(world, state):
    assert world.in_state(state).code is None


def test_codes_are_long_and_never_the_same():
    codes = {rules.new_code() for _ in range(2000)}
    assert len(codes) == 2000 and all(len(code) == 16 and set(code) <= set(rules.CODE_LETTERS) for code in codes)


def test_who_asks_too_often_waits(visitor, world):
    statuses = [shown(visitor, "0000-0000-0000-0000").status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]
