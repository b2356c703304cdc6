"""Where somebody is signed in: shown to them alone, ended from elsewhere, and then of no use to anyone."""

from datetime import timedelta

import pytest

from models import Event, SignIn, User
from tests.test_guards import at, sent_to_sign_in
from tests.test_journal import written as asked
from views.sign_ins import device

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
PLACE = "/aanmeldingen"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox op Windows"),
        (IPHONE, "Safari op een iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome op een Android-toestel",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge op Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/18.0 Safari/605.1.15", "Safari op een Mac"),
        ("<script>" * 5000, "Een andere browser op een ander toestel"),
        ("", "Een andere browser op een ander toestel"),
    ],
)
def test_a_browser_is_called_in_plain_dutch(agent, words):
    assert device(agent) == words and len(words) <= 60


@pytest.fixture
def on_two(app, world):
    """(on a computer, on a telephone): the same person, signed in twice."""
    clients = []
    for agent in (FIREFOX, IPHONE):
        client = app.test_client()
        client.post("/aanmelden/demo", data={"persona": "zaakvoerder"}, headers={"User-Agent": agent})
        clients.append(client)
    return clients


def id_of(words):
    return SignIn.select(SignIn.id).where(SignIn.device == words).scalar()


def test_both_are_shown_and_this_one_is_marked(on_two):
    computer, _ = on_two
    rows = [row.get_text(" ", strip=True) for row in computer.get(PLACE).page.select("main .rows li")]
    assert [row.partition(" Aangemeld")[0] for row in rows] == ["Safari op een iPhone", "Firefox op Windows Deze"]
    assert "loopt tot" in rows[0] and rows[0].count("Beëindigen") == 1 and "Beëindigen" not in rows[1]


def test_an_ended_sign_in_opens_nothing_any_more(on_two):
    computer, telephone = on_two
    assert telephone.get("/").status_code == 200
    answer = computer.post(f"{PLACE}/{id_of('Safari op een iPhone')}/beeindigen")
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACE)
    assert sent_to_sign_in(telephone.get("/erkenningen")), "refused at the next request"
    assert len(computer.get(PLACE).page.select("main .rows li")) == 1


def test_ending_one_stands_in_the_journal_and_on_the_page_and_nowhere_of_an_organisation(on_two, signed_in):
    computer, _ = on_two
    computer.post(f"{PLACE}/{id_of('Safari op een iPhone')}/beeindigen")
    [event] = Event.select().where(Event.name == "sign_in_ended")
    user = User.get(User.subject == "demo:zaakvoerder")
    assert (event.subject, event.subject_id, event.user_id, event.organisation_id) == ("user", user.id, user.id, None)
    told = computer.get(PLACE).page.main.get_text(" ", strip=True)
    assert "Eerder beëindigd" in told and "beëindigde een aanmelding: Safari op een iPhone." in told
    assert "beëindigde een aanmelding" not in computer.get("/organisatie/historiek").text
    assert "Eerder beëindigd" not in signed_in("medewerker").get(PLACE).text


def test_ending_all_others_tells_of_each_and_ending_none_of_nothing(on_two):
    computer, telephone = on_two
    for _ in range(2):
        computer.post(f"{PLACE}/andere")
    assert [one.facts["device"] for one in Event.select().where(Event.name == "sign_in_ended")] == [
        "Safari op een iPhone"
    ]


def used(client):
    with client.session_transaction() as session:
        return SignIn.get(SignIn.token_hash == SignIn.hashed(session["_user_id"])).used_at


def test_when_it_was_last_used_is_known_to_five_minutes_and_reading_notes_nothing(on_two, monkeypatch):
    computer, telephone = on_two
    computer.get("/taken")
    assert used(computer) is None and "Laatst iets bewaard" not in computer.get(PLACE).text
    moments = []
    for minutes in (0, 4, 6, 10, 12):
        at(monkeypatch, timedelta(minutes=minutes))
        assert computer.post("/erkenningen/nieuw", data={"organisation": "0417390703"}).status_code == 303
        moments.append(used(computer))
    first, second, third = sorted(set(moments))
    assert moments == [first, first, second, second, third]
    assert timedelta(minutes=5) <= second - first < timedelta(minutes=8)
    refused = computer.post("/erkenningen/nieuw", data={})
    assert refused.status_code == 400 and used(telephone) is None
    assert computer.get(PLACE).page.main.text.count("Laatst iets bewaard om") == 1


def test_it_is_written_at_most_once_in_five_minutes(on_two):
    computer, _ = on_two
    for written in (1, 0, 0):
        with asked() as statements:
            computer.post("/erkenningen/nieuw", data={"organisation": "0417390703"})
        assert sum(sql.startswith('UPDATE "sign_in"') for sql in statements) == written


def test_all_others_end_at_once_and_this_one_stays(on_two, signed_in):
    computer, telephone = on_two
    tablet, colleague = signed_in("zaakvoerder"), signed_in("medewerker")
    assert computer.post(f"{PLACE}/andere").status_code == 303
    assert sent_to_sign_in(telephone.get("/erkenningen")) and sent_to_sign_in(tablet.get("/erkenningen"))
    assert computer.get("/").status_code == 200 and colleague.get("/").status_code == 200


def test_nobody_sees_or_ends_the_sign_in_of_somebody_else(on_two, signed_in):
    computer, telephone = on_two
    stranger = signed_in("medewerker")
    assert len(stranger.get(PLACE).page.select("main .rows li")) == 1
    assert stranger.post(f"{PLACE}/{id_of('Safari op een iPhone')}/beeindigen").status_code == 404
    assert stranger.post(f"{PLACE}/andere").status_code == 303
    assert telephone.get("/").status_code == computer.get("/").status_code == 200


def test_this_one_ends_by_signing_out_only(on_two):
    computer, _ = on_two
    assert computer.post(f"{PLACE}/{id_of('Firefox op Windows')}/beeindigen").status_code == 404
    assert computer.get("/").status_code == 200


def test_who_has_no_right_anywhere_sees_theirs_too(signed_in):
    nobody = signed_in("zonderrecht")
    assert len(nobody.get(PLACE).page.select("main .rows li")) == 1
    assert nobody.get("/aanmelden/geen-recht").page.select(f"main a[href='{PLACE}']")


def test_only_words_of_the_browser_are_kept(on_two):
    kept = set(SignIn.select(SignIn.device).join(User).where(User.subject == "demo:zaakvoerder").tuples())
    assert {("Safari op een iPhone",), ("Firefox op Windows",)} <= kept
