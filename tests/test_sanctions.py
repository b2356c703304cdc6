"""Sanctions and appeals: what may be done to whom, what it ends and when, and what everybody sees of it meanwhile."""

from datetime import timedelta

from models import Appeal, Sanction

STAMP = {"organisation": "0417390703"}


def prepared(world, kind="revocation", recognition=None, **options):
    """A sanction of Handel, written down but not imposed."""
    recognition = recognition or world.granted()
    if kind == "mentor":
        options.setdefault("mentor", recognition.mentor_links[0].mentor)
    if kind == "temporary":
        options.setdefault("until", world.today + timedelta(days=200))
    return Sanction.prepare(boss(world), kind, [recognition], "De leerling had geen begeleiding.", **options)


def boss(world, days=0):
    return world.actor("handel", world.today + timedelta(days=days))._replace(duty="manager")


def committee(world, days=0):
    return world.actor("vlaams", world.today + timedelta(days=days))._replace(duty="manager")


def test_a_sanction_is_imposed_fought_and_ruled_on(browser, handler, signed_in, world):
    recognition = world.granted()
    page = handler.get(f"/behandeling/{recognition.id}").page
    page = handler.get(page.find("a", string="Sanctie voorbereiden")["href"]).page
    page = handler.get(page.find("a", string="Opheffing van de erkenning")["href"]).page
    page = handler.submit(page, "main form[method=post]", grounds="De leerling stond er alleen voor.").page
    assert "1 erkenning" in page.select_one("#sanctions-impact").text
    assert browser.get("/sancties").page.select_one("td") is None, "what is only prepared is not told"
    handler.submit(page, "form[action$='/opleggen']")
    sanction = Sanction.get()
    assert (sanction.state, sanction.effective_on) == ("decided", world.today + timedelta(days=11))

    task = browser.get("/").page.select_one(".task-sanction")
    page = browser.get(task.select_one("a")["href"]).page
    assert "De leerling stond er alleen voor." in page.text
    page = browser.submit(page, "#beroep form").page
    page = browser.submit(page, "#motivering form", grounds="Dat klopt niet.").page
    appeal = Appeal.get()
    assert appeal.state == "lodged" and appeal.number in page.text
    assert browser.get(page.select_one("a[href$='/ontvangstbewijs']")["href"]).data.startswith(b"%PDF")
    for client, place in ((browser, "/erkenningen"), (handler, "/behandeling?wachtrij=alle")):
        assert f"Beroep {appeal.number} loopt" in client.get(place).page.text

    chair = signed_in("beheerder")
    place = f"/behandeling/beroepen/{appeal.id}"
    assert place in str(chair.get("/behandeling/beroepen").page)
    chair.submit(chair.get(place).page, "#ontvankelijkheid form", admissible="ja")
    chair.submit(chair.get(place).page, "#uitspraak form", granted="ja", reason="De begeleiding was in orde.")
    assert (Appeal.get().state, Sanction.get().state) == ("granted", "overturned")
    assert world.reload(recognition).end_kind is None
    assert "De begeleiding was in orde." in browser.get(f"/erkenningen/{recognition.id}").page.text
    assert "De begeleiding was in orde." in handler.get(f"/behandeling/sancties/{sanction.id}").page.text
