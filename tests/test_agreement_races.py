"""Two people at the same moment: one wins, the other is told, nothing is half done; on both engines, for real.

On PostgreSQL they are threads with a connection each, on SQLite processes: that is how both are served.
"""

import multiprocessing
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from app import create_app
from models import (
    Addendum,
    Agreement,
    Event,
    Mandate,
    MandateOffer,
    Mentor,
    Organisation,
    Recognition,
    Sanction,
    Signature,
    Suspension,
    User,
    Vote,
    db,
)
from rules import RuleBroken
from tests import build
from tests.conftest import SECRET, TODAY, new_database
from views.commands import load_reference_data
from views.demo_agreements import current, make

DAY = timedelta(days=1)
PARTY, OTHER = "employer", "Iemand anders"
PATIENCE = 60  # seconds

pytestmark = pytest.mark.processes


def opened(url):
    settings = {"LOKET_DEMO": "1", "LOKET_SECRET_KEY": SECRET, "LOKET_DATABASE_URL": url}
    return create_app(settings | {"LOKET_TODAY": TODAY.isoformat()})


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request, tmp_path_factory):
    """The address of a register of this module's own, in which everything is really kept."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('races')}/races.db"
    else:
        url = new_database(request.getfixturevalue("postgresql_url"))
    before = db.obj
    opened(url)
    with db.connection_context():
        Runner(db.obj, str(Path(__file__).parent.parent / "migrations")).up()
        load_reference_data()
        with db.atomic():
            build.World()
    register = db.obj
    yield url
    register.close_all()
    if before is not None:
        db.initialize(before)


@pytest.fixture
def register(place):
    """The register of the races; the one of the other tests comes back afterwards."""
    before = db.obj
    opened(place)
    mine = db.obj
    yield place
    mine.close_all()
    db.initialize(before)


def world_of():
    """The organisations as the first world of this register made them."""
    kinds = {"employer": "mega", "provider": "school"}
    found = Organisation.select().where((Organisation.kind == "provider") | (Organisation.number == "0417390703"))
    world = build.World({kinds[one.kind]: one for one in found})
    world.mentors = {("mega", one.first_name, one.last_name): one for one in Mentor.select()}
    return world


def prepared(state, index, starts_on=None):
    """(agreement id, recognition id) of a new agreement on a recognition of its own."""
    with db.connection_context(), db.atomic():
        world = world_of()
        trainings = ("Haarverzorging duaal", "Slagerij duaal", "Verkoper", "Logistiek duaal", "Chocolatier duaal")
        more = ("Zorgkundige duaal", "Fitnessbegeleider duaal", "Winkelmedewerker duaal", "Kinderbegeleider duaal")
        more += ("Interieurbouwer duaal", "Dakwerker duaal", "Vloerder duaal", "Stukadoor duaal")
        recognition = world.ending_in(1500, training=(*trainings, *more)[index])
        agreement = make(world, "mega", recognition, index, state, starts_on=starts_on)
        if state == "to_sign":
            for party in agreement.needed_parties()[:-2]:
                agreement.sign(world.actor("mega", TODAY), party, agreement.version, "Naam", "link")
        return agreement.id, recognition.id


def voter(recognition, actor):
    """The same person as one who votes in the partnership of that file."""
    theirs = Organisation.partnership == recognition.partnership, Organisation.kind == "partnership"
    return actor._replace(organisation=Organisation.get(*theirs), duty="voter")


def give(actor):
    """A mandate for the school, of who manages the access."""
    school = Organisation.get(Organisation.kind == "provider")
    return Mandate.give(actor._replace(role="legal_representative"), school, actor.on, actor.on + DAY, mentors="yes")


def accept(actor):
    """The school takes up what was mailed."""
    coach = User.get(User.subject == "demo:trajectbegeleider")
    school = Organisation.get(Organisation.kind == "provider")
    MandateOffer.get().accept(actor._replace(user=coach, organisation=school))


def impose(one, actor, grounds):
    """The sanction prepared with those grounds, by who manages the partnership of that file."""
    sanction = Sanction.get(Sanction.grounds == grounds)
    sanction.impose(voter(one.recognition, actor)._replace(duty="manager"))


# What somebody does, knowing the agreement as it was before the other moved.
DEEDS = {
    "register": lambda one, actor: one.register(actor, False),
    "sign": lambda one, actor: one.sign(actor, "employer", one.version, "Marleen Verdonck"),
    "reopen": lambda one, actor: one.reopen(actor),
    "edit": lambda one, actor: one.edit(actor, seen=one.revision, coach_name=OTHER),
    "end": lambda one, actor: one.end(actor, actor.on, "mutual"),
    "correct": lambda one, actor: one.correct(actor, {"address": "Elders 1, 9000 Gent"}),
    "suspend": lambda one, actor: Suspension.start(one, actor, "illness", actor.on),
    "extend": lambda one, actor: Addendum.draw_up(one, actor, "extension", None, ends_on=one.ends_on + DAY),
    "stop": lambda one, actor: Recognition.get_by_id(one.recognition_id).stop(actor, "We sluiten."),
    "cancel": lambda one, actor: one.cancel(actor, "Toch niet."),
    "vote": lambda one, actor: Vote.cast(one.recognition, voter(one.recognition, actor), True),
    "give": lambda one, actor: give(actor),
    "accept": lambda one, actor: accept(actor),
    "impose": lambda one, actor: impose(one, actor, "Geen begeleiding."),
    "impose another": lambda one, actor: impose(one, actor, "Geen loon."),
}


def act(deed, agreement_id, ready, told):
    """Look, wait until everybody looked, and then do it; tell what became of it."""
    with db.connection_context():
        agreement, actor = current(Agreement(id=agreement_id)), world_of().actor("mega", TODAY)
        ready.wait(PATIENCE)
        try:
            with db.atomic():
                DEEDS[deed](agreement, actor)
            told.put((deed, "won"))
        except RuleBroken as broken:
            told.put((deed, str(broken)))


def act_in_a_process(url, *arguments):
    opened(url)
    act(*arguments)


def together(url, agreement_id, *deeds):
    """[(deed, "won" or the Dutch sentence)] of people who all looked before anybody moved."""
    if url.startswith("sqlite"):
        context = multiprocessing.get_context("forkserver")  # which loads the counter once
        context.set_forkserver_preload([__name__])
        ready, told = context.Barrier(len(deeds)), context.Queue()
        people = [
            context.Process(target=act_in_a_process, args=(url, deed, agreement_id, ready, told)) for deed in deeds
        ]
    else:
        import queue

        ready, told = threading.Barrier(len(deeds)), queue.Queue()
        people = [threading.Thread(target=act, args=(deed, agreement_id, ready, told)) for deed in deeds]
    for one in people:
        one.start()
    answers = [told.get(timeout=PATIENCE) for _ in people]
    for one in people:
        one.join(PATIENCE)
    return answers


RACES = [  # (deed, state it starts from, index, how the register counts what was done)
    ("register", "signed", 0, lambda one: Event.select().where(Event.name == "registered", Event.subject_id == one)),
    (
        "sign",
        "to_sign",
        1,
        lambda one: Signature.select().where(Signature.agreement == one, Signature.party == "employer"),
    ),
    ("edit", "draft", 2, lambda one: Agreement.select().where(Agreement.id == one, Agreement.coach_name == OTHER)),
    ("end", "registered", 3, lambda one: Event.select().where(Event.name == "ended", Event.subject_id == one)),
    ("correct", "registered", 4, lambda one: Event.select().where(Event.name == "corrected", Event.subject_id == one)),
    ("suspend", "registered", 5, lambda one: Suspension.select().where(Suspension.agreement == one)),
    ("extend", "registered", 6, lambda one: Addendum.select().where(Addendum.agreement == one)),
]


@pytest.mark.parametrize(("deed", "state", "index", "done"), RACES, ids=[race[0] for race in RACES])
def test_of_two_people_at_the_same_moment_one_wins_and_the_other_is_told(register, deed, state, index, done):
    agreement_id, _ = prepared(state, index)
    answers = together(register, agreement_id, deed, deed)
    lost = [told for _, told in answers if told != "won"]
    assert len(lost) == 1, answers
    assert lost[0].endswith(".") and len(lost[0]) > 15
    with db.connection_context():
        assert done(agreement_id).count() == 1


def test_a_recognition_is_not_stopped_while_an_agreement_is_registered_on_it(register):
    """Whoever is first: an agreement without recognition comes out of neither order."""
    agreement_id, recognition_id = prepared("signed", 7)
    answers = together(register, agreement_id, "register", "stop")
    assert [told for _, told in answers].count("won") == 1, answers
    with db.connection_context():
        agreement, recognition = current(Agreement(id=agreement_id)), Recognition.get_by_id(recognition_id)
        assert (agreement.state == "registered") is (recognition.end_kind is None)
        assert (agreement.number is None) is (agreement.state != "registered")


def test_who_votes_twice_at_once_has_one_vote(register):
    agreement_id, recognition_id = prepared("registered", 9)
    with db.connection_context():
        Recognition.update(state="in_treatment").where(Recognition.id == recognition_id).execute()
    assert {told for _, told in together(register, agreement_id, *["vote"] * 6)} == {"won"}
    with db.connection_context():
        assert Vote.select().where(Vote.recognition == recognition_id).count() == 1


def test_signing_and_reopening_at_once_leave_one_story(register):
    agreement_id, _ = prepared("to_sign", 8)
    answers = together(register, agreement_id, "sign", "reopen")
    with db.connection_context():
        agreement = current(Agreement(id=agreement_id))
        if ("reopen", "won") in answers:
            assert agreement.state == "draft"
        else:
            assert "employer" in agreement.signatures()
        assert "won" in [told for _, told in answers]


def test_two_colleagues_give_one_mandate(register):
    """Nor is one that was mailed taken up beside it: with both it is unclear by which one somebody acts."""
    agreement_id, _ = prepared("registered", 10)
    with db.connection_context(), db.atomic():
        actor = world_of().actor("mega", TODAY, role="legal_representative")
        days = TODAY, TODAY + DAY
        MandateOffer.by_mail(actor, "coach@voorbeeld.be", lambda token: "", *days, mentors="approval")
    answers = together(register, agreement_id, "give", "give", "accept")
    assert [told for _, told in answers].count("won") == 1, answers
    with db.connection_context():
        assert Mandate.select().count() == 1


def test_a_recognition_is_revoked_once(register):
    agreement_id, recognition_id = prepared("registered", 11)
    with db.connection_context(), db.atomic():
        file = Recognition.get_by_id(recognition_id)
        boss = voter(file, world_of().actor("mega", TODAY))._replace(duty="manager")
        for grounds in ("Geen begeleiding.", "Geen loon."):
            Sanction.prepare(boss, "revocation", [file], grounds)
    answers = together(register, agreement_id, "impose", "impose another")
    assert sorted(told for _, told in answers) == [
        "Er is geen lopende erkenning meer waarop deze sanctie werkt.",
        "won",
    ]
