"""The key of national register numbers changes: everything stays findable meanwhile, and then the old key may go."""

import pytest

import models.rotation
from adapters.acm import Identity
from models import Agreement, InszInUse, Invitation, Mentor, Seal, User, admit, db, findings, rotate
from rules import RuleBroken
from tests.conftest import SECRET
from views.demo_agreements import make

NEW = "nieuwe-sleutel-0123456789-abcdefghij"
INSZ = "85073003328"


@pytest.fixture(autouse=True)
def key_of_the_tests():
    yield
    Seal.use(SECRET)


def sealed():
    """Every sealed number with its fingerprint."""
    rows = [row for record in (Mentor, Agreement) for row in record.select() if row.insz_sealed]
    return sorted((row.insz_sealed, row.insz_fingerprint) for row in rows)


def test_after_rotating_the_old_key_opens_nothing_and_the_new_one_all(world, monkeypatch):
    monkeypatch.setattr(models.rotation, "BATCH", 2)
    agreement = make(world, "mega", world.ending_in(1500), 0, "signed")
    Agreement.update(guardian_insz_sealed=Seal.close(INSZ)).where(Agreement.id == agreement.id).execute()
    for number in range(5):
        Mentor.create(
            organisation=world.mega,
            first_name="Jo",
            last_name=str(number),
            insz_sealed=Seal.close(f"{number:011d}"),
            insz_fingerprint=Seal.fingerprint(f"{number:011d}"),
            insz_tail="00",
            born_on="1980-01-01",
        )
    before = {one.id: Seal.open(one.insz_sealed) for one in Mentor.select()}
    Seal.use(NEW, SECRET)
    assert not [one for one in findings() if "rijksregisternummer" in one], "both keys open them"
    done = rotate()
    assert done == {"mentor": len(before), "agreement": 2} and sum(rotate().values()) == 0, "a second time does nothing"
    Seal.use(NEW)
    assert {one.id: Seal.open(one.insz_sealed) for one in Mentor.select()} == before
    assert Seal.open(Agreement.get_by_id(agreement.id).guardian_insz_sealed) == INSZ
    assert not [one for one in findings() if "rijksregisternummer" in one]
    Seal.use(SECRET)
    assert len([one for one in findings() if "rijksregisternummer" in one]) == len(sealed())


def test_what_was_done_before_it_broke_off_is_not_done_again(world, monkeypatch):
    world.mentor("mega")
    Seal.use(NEW, SECRET)
    first = rotate()["mentor"]
    kept = sealed()
    assert first and rotate()["mentor"] == 0 and sealed() == kept


def test_while_keys_change_nobody_is_entered_twice(world):
    Mentor.enter(world.mega, INSZ, first_name="Ann", last_name="Peeters")
    Seal.use(NEW, SECRET)
    with pytest.raises(InszInUse):
        Mentor.enter(world.mega, INSZ, first_name="Ann", last_name="Peeters")
    assert not rotate()["agreement"]
    Seal.use(NEW)
    with pytest.raises(InszInUse):
        Mentor.enter(world.mega, INSZ, first_name="Ann", last_name="Peeters")


def test_while_keys_change_an_invitation_by_number_waits_for_the_same_person(world):
    actor = world.actor("mega", world.today)._replace(role="legal_representative")
    invitation = Invitation.by_number(actor, INSZ, "user", "Ann")
    Seal.use(NEW, SECRET)
    with pytest.raises(RuleBroken, match="al een recht klaar"):
        Invitation.by_number(actor, INSZ, "user", "Ann")
    user, _ = admit(Identity("ann", "Ann", "Peeters", INSZ, "", "EA", "", "", {}, ""), "group", lambda _: None)
    assert user.insz_hash == Seal.fingerprint(INSZ)
    Invitation.take_up(user, lambda right: right.actor(user, actor.at, actor.on), actor.at)
    assert Invitation.get_by_id(invitation.id).accepted_by == user
    assert User.get_by_id(user.id).insz_hash == Seal.fingerprint(INSZ)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_command_says_what_it_did(app):
    db.initialize(app.database)
    db.close()
    done = app.test_cli_runner().invoke(args=["rotate"])
    assert done.exit_code == 0 and "mentor: 0" in done.output
