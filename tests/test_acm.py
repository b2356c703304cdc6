"""Sign-in at ACM/IDM: reading claims, what the register takes over, and the whole way past two real providers."""

import base64
import json
from contextlib import nullcontext
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

import adapters.acm as acm
from app import create_app
from models import (
    Event,
    Mandate,
    Membership,
    Organisation,
    Published,
    SignIn,
    User,
    admit,
    db,
)
from tests import oidc
from tests.browser import Browser
from tests.conftest import SECRET
from tests.oidc import HOME, ROLE, ann
from tests.test_guards import MEGA, at

BAKERY = "Bakkerij"
RIGHTS = {"Gebruiker": "user", "Raadpleger": "viewer", "Gebruiker-hoofd": "access_manager", "Beheerder": "manager"}
on_one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

# --- reading claims ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "rights"),
    [
        ("Gebruiker:0417390703", {"0417390703": ["user"]}),
        (["Gebruiker:0417.390.703"], {"0417390703": ["user"]}),
        (["Gebruiker-50042:0417390703"], {"0417390703": ["user"]}),
        (["Gebruiker-hoofd:OVO002949", "Raadpleger-x:OVO002949"], {"OVO002949": ["access_manager", "viewer"]}),
        (["Gebruiker:0417390703, 0400000095,"], {"0417390703": ["user"], "0400000095": ["user"]}),
        (["Gebruiker:0417390703", "Raadpleger:0400000095"], {"0417390703": ["user"], "0400000095": ["viewer"]}),
        (["Onbekend:0417390703", "gebruiker:1", "Gebruiker", "Gebruiker:", ":0417390703", ""], {}),
        (["Gebruiker : 0417390703 "], {"0417390703": ["user"]}),
        ([None, 7, {"a": 1}, ["Gebruiker:1"]], {}),
        (None, {}),
        ({"Gebruiker:1": 1}, {}),
        (7, {}),
    ],
)
def test_rights_are_read_from_every_shape_they_come_in(claim, rights):
    assert acm.read_rights(claim, RIGHTS) == rights


def test_an_identity_is_read_whatever_is_missing_or_odd():
    identity = acm.read_claims({"sub": "x", "vo_doelgroepcode": "ea", "vo_orgnaam": " A \n B ", "rrn": 7}, ROLE, RIGHTS)
    assert identity == acm.Identity("x", "", "", "", "", "EA", "", "A B", {}, "")
    assert acm.read_claims({"sub": "x", "wv_orgcode": MEGA}, ROLE, RIGHTS).group == "EA"
    whole = acm.read_claims(ann(wv_orgcode="0417.390.703", **{ROLE: "Gebruiker:1"}), ROLE, RIGHTS)
    assert whole.represents == MEGA and whole.rights == {"1": ["user"]} and whole.insz == "85073003328"


MEANS = acm.MEANS_PREFIX


@pytest.mark.parametrize(
    ("claims", "strength"),
    [
        ({"acr": f"{MEANS}itsme"}, "high"),
        ({"acr": f"{MEANS}csamsms"}, "substantial"),
        ({"acr": f"{MEANS}csampassword"}, "low"),
        ({"acr": f"{MEANS}iets-nieuws"}, "any"),
        ({"acr": f"{MEANS}iets-nieuws", "amr": ["mfa"]}, "any"),
        ({"acr": 7, "amr": "mfa"}, "any"),
        ({"acr": ["itsme"]}, "any"),
        ({"amr": ["pwd", "mfa"]}, "substantial"),
        ({"amr": ["pwd"]}, "any"),
        ({}, "any"),
    ],
)
def test_how_strongly_somebody_signed_in_is_read_whatever_is_missing_or_odd(claims, strength):
    assert acm.read_means(claims)[0] == strength
    accepted = [least for least in ("any", "substantial", "high") if acm.is_strong_enough(claims, least)]
    assert accepted == {"any": ["any"], "low": ["any"], "substantial": ["any", "substantial"]}.get(
        strength, ["any", "substantial", "high"]
    )


def test_a_hint_is_what_acm_documents():
    assert acm.login_hint(**acm.SWITCH) == "eyJzd2l0Y2hfaWQiOiB0cnVlfQ=="


# --- what the register takes over -------------------------------------------------------------------------------------


def identity(group="EA", code=MEGA, rights=(MEGA,), meaning="user", represents="", name="Nieuw NV", **facts):
    read = acm.Identity(
        "ann", "Ann", "Peeters", "", "ann@x.be", group, code, name, {one: [meaning] for one in rights}, represents
    )
    return read._replace(**facts)


def taken(one, level="organisation", published=lambda number: None):
    user, vouched = admit(one, level, published)
    user.vouched = "".join(f",{one}" for one in vouched) + ","
    return {(right.organisation.number, right.role, right.duty) for right in Membership.of(user)}


def test_an_enterprise_nobody_knew_is_made_and_gets_its_name_from_the_kbo(world):
    number = valid(8999)
    assert taken(identity(code=number, rights=[number]), published=lambda _: Published("Echte Naam NV")) == {
        (number, "user", "officer")
    }
    made = Organisation.get(Organisation.number == number)
    assert (made.name, made.kind) == ("Echte Naam NV", "employer")
    other = valid(9001)
    taken(identity(code=other, rights=[other]))
    assert Organisation.get(Organisation.number == other).name == "Nieuw NV"


def test_an_enterprise_without_a_name_gets_one_when_somebody_knows_it(world):
    number = valid(9005)
    for name, wanted in (
        ("", number),
        ("", number),
        ("Later Genoemd NV", "Later Genoemd NV"),
        ("Anders", "Later Genoemd NV"),
    ):
        taken(identity(code=number, rights=[number], name=name))
        assert Organisation.get(Organisation.number == number).name == wanted


def valid(serial):
    """An enterprise number with these digits and the check that fits."""
    return f"{serial * 1000:08d}{97 - serial * 1000 % 97:02d}"


def test_many_organisations_in_one_token_are_all_there(world):
    bakery = Organisation.get(Organisation.name.startswith(BAKERY)).number
    assert taken(identity(rights=[MEGA, bakery]), "group") == {(MEGA, "user", "officer"), (bakery, "user", "officer")}


def test_the_legal_representative_needs_no_right(world):
    assert taken(identity(rights=(), represents=MEGA)) == {(MEGA, "legal_representative", "officer")}


def test_of_two_rights_the_strongest_counts(world):
    assert taken(identity(rights={}, code=MEGA)) == set()
    both = identity()._replace(rights={MEGA: ["viewer", "access_manager", "user"]})
    assert taken(both) == {(MEGA, "access_manager", "officer")}


def test_a_school_signs_in_by_its_own_number_and_is_made_when_unknown(world):
    assert taken(identity("OV", "123456", ["123456"], name="GO! School")) == {("123456", "user", "officer")}
    assert Organisation.get(Organisation.number == "123456").kind == "provider"


def test_who_handles_files_is_known_here_and_has_a_right(world):
    handel = Organisation.get(Organisation.kind == "partnership")
    entity = Organisation.create(number="OVO002949", name="WSE", kind="partnership", partnership=handel.partnership)
    assert taken(identity("GID", entity.number, [entity.number], "manager")) == {(entity.number, "user", "manager")}
    assert taken(identity("GID", "OVO000001", ["OVO000001"])) == set()
    assert not Organisation.select().where(Organisation.number == "OVO000001").exists()


def test_the_legal_representative_of_a_sector_fund_handles_no_files(world):
    fund = Organisation.get(Organisation.kind == "partnership")
    Organisation.update(number=valid(9003)).where(Organisation.id == fund.id).execute()
    assert taken(identity(code=valid(9003), rights=(), represents=valid(9003))) == set()
    assert taken(identity(code=valid(9003), rights=[valid(9003)], meaning="voter")) == {(valid(9003), "user", "voter")}


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ("EA", "0417390704"),
        ("EA", "OVO002949"),
        ("EA", "x" * 300),
        ("BUR", MEGA),
        ("VER", MEGA),
        ("", MEGA),
        ("OV", MEGA),
    ],
)
def test_a_code_that_is_not_of_its_target_group_gives_nothing(world, group, code):
    before = Organisation.select().count()
    assert taken(identity(group, code, [code]), "group") == set() and Organisation.select().count() == before


def test_a_right_gone_from_the_token_is_gone_and_a_local_one_stays(world):
    bakery = Organisation.get(Organisation.name.startswith(BAKERY))
    taken(identity(rights=[MEGA, bakery.number]), "group")
    user = User.get(User.subject == "acm:ann")
    cafe = Organisation.get(Organisation.name.startswith("Café"))
    Membership.create(user=user, organisation=cafe, role="user", source="local")
    assert {number for number, *_ in taken(identity(rights=[MEGA]), "group")} == {MEGA, cafe.number}
    assert Membership.select().where(Membership.user == user).count() == 2
    assert {number for number, *_ in taken(identity(rights=()), "group")} == {cafe.number}


def test_a_token_for_one_organisation_says_nothing_of_another_but_only_it_counts(world):
    bakery = Organisation.get(Organisation.name.startswith(BAKERY))
    taken(identity())
    assert {number for number, *_ in taken(identity(code=bakery.number, rights=[bakery.number]))} == {bakery.number}
    user = User.get(User.subject == "acm:ann")
    assert Membership.select().where(Membership.user == user).count() == 2
    user.vouched = f",{bakery.id},"
    assert [right.organisation.number for right in Membership.elsewhere(user)] == [MEGA]
    taken(identity(rights=()))
    assert [right.organisation_id for right in Membership.select().where(Membership.user == user)] == [bakery.id]


def test_a_local_right_is_not_changed_by_the_token(world):
    taken(identity(rights=()))
    user = User.get(User.subject == "acm:ann")
    Membership.create(user=user, organisation=world.mega, role="access_manager", source="local")
    assert taken(identity(meaning="viewer")) == {(MEGA, "access_manager", "officer")}


def test_a_block_survives_every_token(world):
    taken(identity())
    user = User.get(User.subject == "acm:ann")
    Membership.update(is_blocked=True).where(Membership.user == user).execute()
    for rights in ((), (MEGA,)):
        assert taken(identity(rights=rights)) == set()
    Membership.update(is_blocked=False).where(Membership.user == user).execute()
    assert taken(identity()) == {(MEGA, "user", "officer")}
    Organisation.update(is_blocked=True).where(Organisation.id == world.mega.id).execute()
    assert taken(identity()) == set()


def test_of_the_national_number_only_a_fingerprint_stays(world):
    admit(identity(insz="85073003328"), "organisation", lambda number: None)
    for values in User.select().tuples():
        assert "85073003328" not in str(values)
    known = User.get(User.subject == "acm:ann")
    assert len(known.insz_hash) == 64 and known.email == "ann@x.be"


# --- the whole way ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def started_provider():
    with oidc.certified() as provider:
        yield provider


@pytest.fixture
def certified_provider(started_provider):
    """Nobody is signed in there yet."""
    started_provider.forget()
    return started_provider


@pytest.fixture(scope="session")
def mock_provider():
    with oidc.mock() as provider:
        yield provider


@pytest.fixture(params=["mock", "certified"])
def provider(request):
    found = request.getfixturevalue(f"{request.param}_provider")
    found.forget()
    return found


@pytest.fixture
def counter(app, world):
    """A function: a visitor of a counter that runs outside the demo, with that provider."""

    def make(issuer, **settings):
        ours = {
            "SECRET_KEY": SECRET,
            "INSZ_KEY": SECRET,
            "DATABASE_URL": "sqlite:///:memory:",
            "PUBLIC_URL": HOME,
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": "loket",
            "OIDC_CLIENT_SECRET": "geheim",
            "OIDC_RIGHTS": "Gebruiker=user Raadpleger=viewer Beheerder=manager",
        } | settings
        nothing = dict.fromkeys(("LOKET_DEMO", "LOKET_TODAY"), "")
        live = create_app(nothing | {f"LOKET_{name}": value for name, value in ours.items()})
        db.initialize(app.database)
        live.test_client_class = Browser
        live.config["PREFERRED_URL_SCHEME"] = "https"
        return live.test_client()

    return make


def leave(client, **asked):
    answer = client.get("/aanmelden/acm", query_string=asked)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def enter(client, provider, claims=None, **asked):
    """Sign in as whoever these claims are about; the counter's last answer."""
    if claims:
        provider.tell(claims)
    return client.get(provider.answer(leave(client, **asked)))


def acting_for(client):
    return client.get("/").page.select_one(".actor").text


def test_an_employer_signs_in_and_the_cookie_holds_nothing_of_the_token(counter, provider):
    client = counter(provider.issuer)
    answer = enter(client, provider, ann(**{ROLE: ["Gebruiker-50042:0417390703"]}), next="/erkenningen?zoek=a")
    assert answer.status_code == 303 and answer.headers["Location"] == "/erkenningen?zoek=a"
    assert "Mega World NV" in acting_for(client) and "Gebruiker" in acting_for(client)
    with client.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "organisation", "is_same"}
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-loket=") and "Secure" in cookie and "85073003328" not in cookie
    for model in (User, SignIn, Membership):
        assert "85073003328" not in str(list(model.select().tuples()))


@on_one_engine
def test_what_is_asked_of_the_provider_is_what_acm_wants(counter, certified_provider):
    client = counter(certified_provider.issuer)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leave(client)).query).items()}
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{HOME}/aanmelden/terug" and asked["client_id"] == "loket"
    assert asked["scope"] == "openid profile rrn vo wettelijkvertegenwoordiger dwse_werkplekduaal"
    assert len(asked["state"]) > 30 and len(asked["nonce"]) > 30 and len(asked["code_challenge"]) == 43
    other = parse_qs(urlsplit(leave(client)).query)
    assert not set(asked.values()) & {other[name][0] for name in ("state", "nonce", "code_challenge")}


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({ROLE: ["Gebruiker:0417390703"]}, "Mega World NV"),
        ({ROLE: ["Raadpleger:0417.390.703"]}, "Raadpleger"),
        ({"wv_orgcode": "0417390703"}, "Beheerder"),
        ({ROLE: ["Gebruiker-a:0417390703", "Raadpleger-b:0417390703"]}, "Gebruiker"),
        (
            {"vo_doelgroepcode": "OV", "vo_orgcode": "123456", "vo_orgnaam": "GO! X", ROLE: ["Gebruiker:123456"]},
            "GO! X",
        ),
        ({"vo_doelgroepcode": "GID", "vo_orgcode": "OVO002949", ROLE: ["Beheerder:OVO002949"]}, "Vlaamse Entiteit"),
    ],
)
@on_one_engine
def test_every_capacity_of_acm_signs_in(counter, provider, world, claims, words):
    handel = Organisation.get(Organisation.kind == "partnership")
    Organisation.create(number="OVO002949", name="WSE", kind="partnership", partnership=handel.partnership)
    client = counter(provider.issuer)
    assert enter(client, provider, ann(**claims)).status_code == 303
    assert words in acting_for(client)


@on_one_engine
@pytest.mark.parametrize(
    ("least", "means", "status"),
    [
        ("", "itsme", 303),
        ("", "csamsms", 303),
        ("", "password", 403),
        ("", None, 403),
        ("high", "csamsms", 403),
        ("high", "eid", 303),
        ("any", "password", 303),
        ("any", None, 303),
    ],
)
def test_who_signed_in_less_strongly_than_is_asked_is_told_what_to_do(counter, provider, least, means, status):
    client, claims = counter(provider.issuer, OIDC_STRENGTH=least), ann(**{ROLE: ["Gebruiker:0417390703"]})
    claims["acr"] = means and MEANS + means
    before = SignIn.select().count()
    answer = enter(client, provider, {name: value for name, value in claims.items() if value})
    assert answer.status_code == status
    assert SignIn.select().count() == before + (status == 303)
    if status == 403:
        assert "niet sterk genoeg" in answer.page.main.text and "itsme" in answer.page.main.text
        assert answer.page.select_one("main a[href='/aanmelden']") and client.get("/").status_code == 303


@on_one_engine
def test_with_what_somebody_signed_in_is_kept_with_the_sign_in(counter, provider):
    client = counter(provider.issuer)
    enter(client, provider, ann(acr=f"{MEANS}csamsms", **{ROLE: ["Gebruiker:0417390703"]}))
    assert SignIn.select().order_by(SignIn.id.desc()).get().means == "een code via sms"
    assert "met een code via sms" in client.get("/aanmeldingen").page.main.text


@on_one_engine
def test_acm_is_asked_for_the_means_that_are_accepted(counter, certified_provider):
    for least, asked in (("", 6), ("high", 3), ("any", 0)):
        query = parse_qs(urlsplit(leave(counter(certified_provider.issuer, OIDC_STRENGTH=least))).query)
        means = query.get("acr_values", [""])[0].split()
        assert len(means) == asked and all(one.startswith(MEANS) for one in means)


@on_one_engine
def test_only_the_token_of_this_sign_in_says_how_strong_it_was(counter, mock_provider, monkeypatch):
    client = counter(mock_provider.issuer)
    monkeypatch.setattr(acm.Provider, "userinfo", lambda self, token: {"sub": claims["sub"], "acr": f"{MEANS}eid"})
    claims = ann(acr="", **{ROLE: ["Gebruiker:0417390703"]})
    assert enter(client, mock_provider, claims).status_code == 403


@on_one_engine
def test_several_organisations_in_one_token_can_be_switched_between_here(counter, provider):
    bakery = Organisation.get(Organisation.name.startswith(BAKERY))
    client = counter(provider.issuer, OIDC_LEVEL="group")
    enter(client, provider, ann(**{ROLE: [f"Gebruiker:{MEGA},{bakery.number}"]}))
    assert MEGA in client.get("/").page.body["hx-headers:inherited"]
    client.post("/organisatie/wissel", data={"organisation": bakery.number})
    assert BAKERY in acting_for(client)


def test_an_unknown_right_is_no_right(counter, provider):
    client = counter(provider.issuer)
    assert enter(client, provider, ann(**{ROLE: ["IetsAnders:0417390703"]})).status_code == 303
    assert client.get("/").headers["Location"] == "/aanmelden/geen-recht"
    assert "Ann Peeters" in client.get("/aanmelden/geen-recht").text


@on_one_engine
def test_a_right_that_went_is_gone_at_the_next_sign_in_and_a_block_at_the_next_request(counter, provider):
    client, claims = counter(provider.issuer), ann(**{ROLE: ["Gebruiker:0417390703"]})
    enter(client, provider, claims)
    Membership.update(is_blocked=True).where(
        Membership.user == User.get(User.subject == f"acm:{claims['sub']}")
    ).execute()
    assert client.get("/").headers["Location"] == "/aanmelden/geen-recht"
    Membership.update(is_blocked=False).execute()
    assert client.get("/").status_code == 200
    enter(client, provider, claims | {ROLE: []})
    assert client.get("/").headers["Location"] == "/aanmelden/geen-recht"


@on_one_engine
def test_who_is_blocked_here_does_not_get_in_with_any_token(counter, provider):
    client, claims = counter(provider.issuer), ann(**{ROLE: ["Gebruiker:0417390703"]})
    enter(client, provider, claims)
    User.update(is_blocked=True).where(User.subject == f"acm:{claims['sub']}").execute()
    assert client.get("/").headers["Location"] == "/aanmelden"
    answer = enter(client, provider)
    assert answer.status_code == 403 and "geblokkeerd" in answer.page.main.text
    assert client.get("/").headers["Location"] == "/aanmelden"


@on_one_engine
def test_a_state_counts_once_and_only_in_its_own_browser(counter, provider):
    client = counter(provider.issuer)
    provider.tell(ann(**{ROLE: ["Gebruiker:0417390703"]}))
    back = provider.answer(leave(client))
    thief = client.application.test_client()
    assert thief.get(back).status_code == 400
    assert client.get(back).status_code == 303
    again = client.get(back)
    assert again.status_code == 400 and "al gebruikt" in again.page.main.text
    assert client.get("/").status_code == 200


@on_one_engine
def test_a_code_of_another_sign_in_is_refused(counter, provider):
    """By the verifier where the provider asks one, else by the nonce."""
    client = counter(provider.issuer)
    provider.tell(ann())
    stolen = parse_qs(urlsplit(provider.answer(leave(client.application.test_client()))).query)["code"][0]
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get("/aanmelden/terug", query_string={"code": stolen, "state": state})
    assert answer.status_code == 400 and "niet bevestigen" in answer.page.main.text
    assert client.get("/").status_code == 303


@on_one_engine
def test_a_code_counts_once_at_the_provider_too(counter, certified_provider):
    client = counter(certified_provider.issuer)
    certified_provider.tell(ann())
    back = certified_provider.answer(leave(client))
    with client.session_transaction() as session:
        kept = dict(session)
    assert client.get(back).status_code == 303
    with client.session_transaction() as session:
        session.update(kept)  # a copy of the cookie as it was
    assert client.get(back).status_code == 400


@on_one_engine
@pytest.mark.parametrize("before, after", [({"nonce": "een-ander"}, {}), ({}, {"clock": -7200})])
def test_a_token_with_a_wrong_nonce_or_past_its_time_is_refused(counter, certified_provider, before, after):
    client, person = counter(certified_provider.issuer), ann()
    certified_provider.forget()
    certified_provider.tell(person, **before)
    back = certified_provider.answer(leave(client))
    certified_provider.tell(person, **after)
    answer = client.get(back)
    certified_provider.tell()
    assert answer.status_code == 400 and "niet bevestigen" in answer.page.main.text
    assert client.get("/").headers["Location"].startswith("/aanmelden")


@on_one_engine
@pytest.mark.processes
def test_an_expired_token_of_the_mock_is_refused_too(counter):
    with oidc.mock("--token-max-age", "-300") as provider:
        assert enter(counter(provider.issuer), provider, ann()).status_code == 400


@on_one_engine
def test_a_provider_that_changes_its_keys_is_believed_with_the_new_ones(counter, certified_provider):
    client, claims = counter(certified_provider.issuer), ann(**{ROLE: ["Gebruiker:0417390703"]})
    assert enter(client, certified_provider, claims).headers["Location"] == "/"
    certified_provider.tell(claims, rotate=True)
    assert client.get(certified_provider.answer(leave(client))).headers["Location"] == "/"
    assert "Mega World" in acting_for(client)


@on_one_engine
def test_a_client_may_prove_itself_with_its_own_key(counter, certified_provider):
    settings = {"OIDC_CLIENT_ID": "loket-sleutel", "OIDC_CLIENT_SECRET": ""}
    client = counter(certified_provider.issuer, OIDC_PRIVATE_KEY=certified_provider.private_key, **settings)
    assert enter(client, certified_provider, ann(**{ROLE: ["Gebruiker:0417390703"]})).headers["Location"] == "/"
    wrong = RSAKey.generate_key(2048, private=True).as_pem(private=True).decode()
    stranger = counter(certified_provider.issuer, OIDC_PRIVATE_KEY=wrong, **settings)
    assert enter(stranger, certified_provider).status_code == 400


@on_one_engine
def test_a_wrong_secret_is_a_sentence(counter, certified_provider):
    client = counter(certified_provider.issuer, OIDC_CLIENT_SECRET="anders")
    answer = enter(client, certified_provider, ann())
    assert answer.status_code == 400 and "niet bevestigen" in answer.text


@on_one_engine
def test_who_breaks_off_is_told_so(counter, certified_provider):
    client = counter(certified_provider.issuer)
    certified_provider.forget()
    certified_provider.tell(refuse=True)
    answer = client.get(certified_provider.answer(leave(client)))
    assert answer.status_code == 400 and "afgebroken" in answer.page.main.text


@on_one_engine
def test_a_provider_that_is_down_is_a_sentence_before_and_after(counter, certified_provider):
    nowhere = counter("http://127.0.0.1:9").get("/aanmelden/acm")
    assert nowhere.status_code == 503 and "antwoordt nu niet" in nowhere.page.main.text
    client = counter(certified_provider.issuer)
    certified_provider.tell(ann(**{ROLE: ["Gebruiker:0417390703"]}))
    back = certified_provider.answer(leave(client))
    certified_provider.tell(down=True)
    answer = client.get(back)
    assert answer.status_code == 503 and "antwoordt nu niet" in answer.page.main.text
    certified_provider.tell(ann(**{ROLE: ["Gebruiker:0417390703"]}))
    assert enter(client, certified_provider).headers["Location"] == "/"


@on_one_engine
def test_what_the_provider_said_of_itself_lasts_while_it_is_down(counter, certified_provider, monkeypatch):
    client = counter(certified_provider.issuer)
    leave(client)
    known = client.application.extensions["acm"]
    certified_provider.tell(down=True)
    known.server_metadata["_loaded_at"] -= 2 * acm.FRESH
    assert leave(client).startswith(certified_provider.issuer)
    certified_provider.tell()


@on_one_engine
def test_a_provider_that_did_not_answer_is_left_alone_for_a_while(counter, monkeypatch):
    client = counter("http://127.0.0.1:9")
    provider, asked = client.application.extensions["acm"], []
    monkeypatch.setattr(provider, "_get_session", lambda: asked.append(1) or acm.OAuth2Session())
    assert [client.get("/aanmelden/acm").status_code for _ in range(3)] == [503] * 3 and len(asked) == 1
    provider._rests_until = 0
    client.get("/aanmelden/acm")
    assert len(asked) == 2


@on_one_engine
def test_an_issuer_that_calls_itself_something_else_is_not_believed(counter, certified_provider):
    client = counter(certified_provider.issuer.replace("127.0.0.1", "localhost"))
    assert client.get("/aanmelden/acm").status_code == 503


@on_one_engine
@pytest.mark.parametrize(
    "place", ["https://kwaad.example", "//kwaad.example", "/\\kwaad.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere_after_signing_in(counter, mock_provider, place):
    claims = ann(**{ROLE: ["Gebruiker:0417390703"]})
    assert enter(counter(mock_provider.issuer), mock_provider, claims, next=place).headers["Location"] == "/"


@on_one_engine
@pytest.mark.parametrize(
    "query", ["", "?state=x", "?code=x", "?state=x&code=x", "?error=x&state=x", "?state=&code=", "?iss=x"]
)
def test_coming_back_without_having_left_is_a_sentence(counter, mock_provider, query):
    answer = counter(mock_provider.issuer).get(f"/aanmelden/terug{query}")
    assert answer.status_code == 400 and "al gebruikt" in answer.page.main.text


@on_one_engine
def test_an_old_sign_in_under_way_is_forgotten_so_that_the_cookie_stays_small(counter, mock_provider):
    client = counter(mock_provider.issuer)
    mock_provider.tell(ann())
    backs = [mock_provider.answer(leave(client)) for _ in range(4)]
    assert client.get(backs[0]).status_code == 400 and client.get(backs[1]).status_code == 303


# --- another organisation, and out ------------------------------------------------------------------------------------


def hint_of(place):
    hints = parse_qs(urlsplit(place).query).get("login_hint")
    return hints and json.loads(base64.b64decode(hints[0]))


@on_one_engine
@pytest.mark.parametrize(("level", "more"), [("organisation", {"code_hint": MEGA}), ("group", {})])
def test_acm_is_told_which_organisation_is_meant(counter, mock_provider, level, more):
    client = counter(mock_provider.issuer, OIDC_LEVEL=level)
    assert hint_of(leave(client)) is None
    assert hint_of(leave(client, organisatie="0417.390.703")) == {"cap_hint": "EA"} | more
    assert hint_of(leave(client, wissel="1")) == {"switch_id": True}


@on_one_engine
def test_an_organisation_outside_the_token_is_reached_through_acm(counter, provider):
    bakery = Organisation.get(Organisation.name.startswith(BAKERY))
    client, claims = counter(provider.issuer), ann(**{ROLE: ["Gebruiker:0417390703"]})
    enter(client, provider, claims | {"vo_orgcode": bakery.number, ROLE: [f"Gebruiker:{bakery.number}"]})
    enter(client, provider, claims)
    page = client.get("/organisatie/wissel").page
    assert page.select_one("main a[href^='/aanmelden/acm?wissel=1']")
    button = page.select_one(f"button[value='{bakery.number}']")
    assert "ACM" in button.find_parent("li").text
    answer = client.post("/organisatie/wissel", data={"organisation": bakery.number, "next": "/erkenningen"})
    assert answer.status_code == 303
    place = client.get(answer.headers["Location"]).headers["Location"]
    assert hint_of(place) == {"cap_hint": "EA", "code_hint": bakery.number}
    provider.tell(claims | {"vo_orgcode": bakery.number, ROLE: [f"Gebruiker:{bakery.number}"]})
    assert client.get(provider.answer(place)).headers["Location"] == "/erkenningen"
    assert BAKERY in acting_for(client)


@on_one_engine
def test_signing_out_ends_here_first_and_then_at_the_provider(counter, provider):
    client = counter(provider.issuer)
    enter(client, provider, ann(**{ROLE: ["Gebruiker:0417390703"]}))
    answer = client.post("/afmelden")
    assert answer.status_code == 303
    place = urlsplit(answer.headers["Location"])
    assert f"{place.scheme}://{place.netloc}" == provider.issuer
    assert parse_qs(place.query) == {"client_id": ["loket"], "post_logout_redirect_uri": [f"{HOME}/aanmelden"]}
    assert client.get("/").status_code == 303 and provider.issuer in answer.headers["Content-Security-Policy"]


@on_one_engine
def test_signing_out_works_while_the_provider_is_down(counter, mock_provider):
    client = counter("http://127.0.0.1:9")
    assert client.post("/afmelden").headers["Location"] == "/aanmelden"


@on_one_engine
def test_signing_in_again_in_the_middle_of_a_form_is_by_the_same_person(counter, provider, monkeypatch):
    client, claims = counter(provider.issuer), ann(**{ROLE: ["Gebruiker:0417390703"]})
    enter(client, provider, claims)
    at(monkeypatch, timedelta(hours=3))
    assert client.post("/erkenningen/nieuw", data={"organisation": MEGA, "once": "1"}).status_code == 401
    assert enter(client, provider, next="/aanmelden/klaar").headers["Location"] == "/aanmelden/klaar"
    assert client.get("/aanmelden/klaar").page.select_one("#signed-in")


@pytest.mark.parametrize("path", ["/aanmelden/acm", "/aanmelden/terug?state=x&code=y"])
@on_one_engine
def test_in_the_demo_there_is_no_acm(visitor, path):
    assert visitor.get(path).status_code == 404


# --- who keeps the door -----------------------------------------------------------------------------------------------


def told(app, *words):
    done = app.test_cli_runner().invoke(args=list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def commands(app, browser, monkeypatch):
    """A function: run a command on the register of the test."""
    monkeypatch.setattr(type(db), "connection_context", lambda _: nullcontext())
    return lambda *words: told(app, *words)


@pytest.mark.parametrize(
    ("whose", "place"),
    [
        (("--organisatie", MEGA), "/aanmelden/geen-recht"),
        (("--gebruiker", "demo:zaakvoerder"), "/aanmelden"),
        (("--gebruiker", "demo:zaakvoerder", "--organisatie", MEGA), "/aanmelden/geen-recht"),
    ],
)
def test_a_block_counts_at_the_next_request_and_so_does_its_end(browser, commands, whose, place):
    assert browser.get("/").status_code == 200
    code, said = commands("block", *whose, "--reden", "Misbruik.")
    assert code == 0 and said.startswith("Geblokkeerd: "), said
    assert browser.get("/").headers["Location"] == place
    event = Event.select().order_by(Event.id.desc()).get()
    assert event.name == "blocked" and event.facts == {"reason": "Misbruik."}
    assert commands("unblock", *whose)[0] == 0 and browser.get("/").status_code == 200


@on_one_engine
@pytest.mark.parametrize(
    "words",
    [
        ("block",),
        ("block", "--gebruiker", "niemand"),
        ("unblock", "--organisatie", "0"),
        ("block", "--gebruiker", "demo:zonderrecht", "--organisatie", MEGA),
        ("partnership", "OVO002949", "Bestaat niet"),
        ("partnership", MEGA, "Sectoraal Partnerschap Handel"),
    ],
)
def test_a_command_that_names_nobody_changes_nothing(commands, words):
    code, said = commands(*words)
    assert code and "Traceback" not in said
    assert not User.select().where(User.is_blocked).exists() and not Event.select().exists()
    assert Organisation.get(Organisation.number == MEGA).kind == "employer"


@on_one_engine
def test_who_handles_the_files_of_a_partnership_is_named_and_may_be_named_again(commands):
    for name in ("Sectoraal Partnerschap Horeca", "Sectoraal Partnerschap Handel"):
        assert commands("partnership", "OVO002949", name)[0] == 0
    made = Organisation.get(Organisation.number == "OVO002949")
    assert (made.kind, made.partnership.name) == ("partnership", "Sectoraal Partnerschap Handel")


@on_one_engine
def test_a_blocked_organisation_is_closed_to_who_has_a_mandate_too(world):
    user = User.get(User.subject == "demo:trajectbegeleider")
    actor = world.actor("mega", world.today)
    school = Membership.of(user).first().organisation
    Mandate.create(
        organisation=world.mega,
        holder=school,
        recognitions="yes",
        valid_from=world.today,
        valid_until=world.today,
        given_by=actor.user,
        given_at=actor.at,
    )
    assert Mandate.usable_by(user, world.today).count() == 1
    for closed in (world.mega, school):
        Organisation.update(is_blocked=True).where(Organisation.id == closed.id).execute()
        assert not Mandate.usable_by(user, world.today).count()
        Organisation.update(is_blocked=False).execute()
    user.vouched = ",0,"
    assert not Mandate.usable_by(user, world.today).count()
