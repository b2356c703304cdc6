"""ACM/IDM as an OpenID Connect provider: where to send somebody, and who comes back with which rights.

It must not know pages, cookies or the counter's own records; nothing of a token leaves this room.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import NamedTuple

from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from requests import RequestException
from requests.adapters import HTTPAdapter
from urllib3 import Retry

PATIENCE = 5  # seconds per answer; a code lives thirty
FRESH = 3600  # seconds that addresses and keys are kept
REST = 20  # seconds not to ask again who did not answer: waiting for it would hold up everybody else
ALGORITHMS = ["RS256"]  # all ACM signs with, whatever a discovery document says
LEEWAY = 60  # seconds that clocks may differ
SWITCH = {"switch_id": True}  # a hint: let them choose another capacity
# What a client may ask is in its dossier and not in the discovery document; one scope too many refuses everybody.
SCOPES = "openid profile rrn vo wettelijkvertegenwoordiger"

# How somebody can sign in there, as ACM names it in `acr`: how strong that is (eIDAS) and what people call it.
MEANS_PREFIX = "urn:be:vlaanderen:authmech:"
MEANS = {
    "eid": ("high", "eID"),
    "eidashigh": ("high", "een Europese eID"),
    "itsme": ("high", "itsme"),
    "csamtotp": ("substantial", "een code via app"),
    "csamsms": ("substantial", "een code via sms"),
    "eidassubstantial": ("substantial", "een Europese eID"),
    "tlsclient": ("low", "een certificaat"),
    "kerberos": ("low", "een werkplek"),
    "password": ("low", "een wachtwoord"),
    "csampassword": ("low", "een wachtwoord"),
    "csamselfreg": ("low", "een wachtwoord"),
}
STRENGTHS = ("any", "low", "substantial", "high")  # "any": whatever the dossier lets people choose from


class Down(Exception):
    """The provider does not answer, or with something that is not OpenID Connect."""


class Refused(Exception):
    """The provider, or our own check of what it sent, says no; `by_person`: they broke it off themselves."""

    def __init__(self, reason, by_person=False):
        super().__init__(reason)
        self.by_person = by_person


class Identity(NamedTuple):
    """Who signed in, in which capacity, and what the token lets them do."""

    subject: str
    first_name: str
    last_name: str
    insz: str  # may be empty; never kept as it is
    email: str  # of the working relation, may be empty
    group: str  # target group: EA, LB, OV, GID, BUR, VER
    code: str  # the organisation chosen, if any
    name: str  # what the token calls it
    rights: dict  # {organisation code: meanings, the strongest as the settings have them}
    represents: str  # the organisation signed in for as legal representative, if any
    means: str = ""  # with what, in words; empty when the provider does not say


# --- reading claims ---------------------------------------------------------------------------------------------------


def read_claims(claims, role_claim, meanings):
    """The identity in a set of claims. `meanings`: {"Recht" or "Recht-context": what it means here}."""
    return Identity(
        subject=words(claims.get("sub")),
        first_name=words(claims.get("given_name")),
        last_name=words(claims.get("family_name")),
        insz=plain(claims.get("rrn")),
        email=words(claims.get("vo_email")),
        # Who signs in as legal representative does so for an enterprise, also where the token leaves that out.
        group=words(claims.get("vo_doelgroepcode")).upper() or ("EA" if plain(claims.get("wv_orgcode")) else ""),
        code=plain(claims.get("vo_orgcode")),
        name=words(claims.get("vo_orgnaam")),
        rights=read_rights(claims.get(role_claim), meanings),
        represents=plain(claims.get("wv_orgcode")),
        means=read_means(claims)[1],
    )


def read_means(claims):
    """(strength, words) of how somebody signed in. What the provider does not say counts for nothing."""
    if known := MEANS.get(words(claims.get("acr")).removeprefix(MEANS_PREFIX)):
        return known
    factors = claims.get("amr")
    if isinstance(factors, list) and "mfa" in factors and not claims.get("acr"):  # RFC 8176: more than one
        return "substantial", "meer dan één bewijs"
    return "any", ""


def is_strong_enough(claims, least):
    return STRENGTHS.index(read_means(claims)[0]) >= STRENGTHS.index(least)


def means_from(least):
    """What to ask of the provider, so that people are shown what is accepted here alone; it says which it was."""
    strong = [name for name, (strength, _) in MEANS.items() if STRENGTHS.index(strength) >= STRENGTHS.index(least)]
    return " ".join(MEANS_PREFIX + name for name in strong) if least != "any" else None


def read_rights(claim, meanings):
    """{organisation code: [meaning]} of "Recht[-context]:code,code" entries; what is not in the settings is ignored."""
    found = {}
    for entry in [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []:
        right, _, codes = words(entry).partition(":")
        meaning = meanings.get(right.strip()) or meanings.get(right.partition("-")[0].strip())
        for code in filter(None, map(plain, codes.split(","))) if meaning else ():
            found.setdefault(code, []).append(meaning)
    return found


def words(value):
    """A claim as one line of text; anything else than text is nothing."""
    return " ".join(value.split())[:255] if isinstance(value, str) else ""


def plain(value):
    """A code without dots and spaces."""
    return "".join(letter for letter in words(value) if letter.isalnum())


def login_hint(**wishes):
    """What tells ACM beforehand which capacity is meant."""
    return base64.b64encode(json.dumps(wishes).encode()).decode()


# --- the provider -----------------------------------------------------------------------------------------------------


class SignedWithKey(PrivateKeyJWT):
    """Proves the client with its own key. The statement is short-lived and names the key."""

    def sign(self, auth, token_endpoint):
        text = auth.client_secret
        key = RSAKey.import_key(json.loads(text) if text.lstrip().startswith("{") else text)
        header = {"kid": key.kid or key.thumbprint()}
        return private_key_jwt_sign(key, auth.client_id, token_endpoint, header=header, expires_in=300)


class Line(OAuth2Session):
    """The line to the provider: an address that leads on elsewhere is no answer, whoever it may lead to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_redirects = 0


class Provider(OAuth2Mixin, OpenIDMixin, BaseApp):
    """One issuer and what it told about itself. Made once; several threads may use it."""

    client_cls = Line

    def __init__(self, issuer, client_id, secret=None, private_key=None, scope=SCOPES, seed=b"", least="any"):
        self.issuer, self._seed, self._rests_until = issuer.rstrip("/"), seed, 0
        self._means = means_from(least)
        method = "private_key_jwt" if private_key else "client_secret_basic"
        super().__init__(
            framework=None,
            client_id=client_id,
            client_secret=private_key or secret,
            client_auth_methods=[SignedWithKey()],
            client_kwargs={
                "scope": scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
                "default_timeout": PATIENCE,
            },
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            user_agent="loket",
        )

    def departure(self, state, back, hint=None):
        """Where to send the browser. Raises Down. Verifier and nonce follow from the state, so that nothing is kept."""
        wishes = {"login_hint": hint, "acr_values": self._means}
        wishes = {name: wish for name, wish in wishes.items() if wish}
        proof = {"code_verifier": self._derived("verifier", state), "nonce": self._derived("nonce", state)}
        with no_mishaps():
            return self.create_authorization_url(back, state=state, **proof, **wishes)["url"]

    def arrival(self, code, state, back):
        """The claims about who comes back with this code. Raises Down or Refused."""
        with no_mishaps():
            token = self.fetch_access_token(back, code=code, code_verifier=self._derived("verifier", state))
            claims = self.parse_id_token(token, nonce=self._derived("nonce", state), leeway=LEEWAY)
            if claims is None:
                raise Refused("no id_token")
            if self.client_id not in (claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]):
                raise Refused("the id_token is for somebody else")  # the library is content with azp
            more = self.userinfo(token=token) if "userinfo_endpoint" in self.load_server_metadata() else {}
        if more and more.get("sub") != claims["sub"]:
            raise Refused("userinfo is about somebody else")
        # How somebody signed in, only the id_token says: it is about this sign-in.
        return {name: value for name, value in more.items() if name not in ("acr", "amr")} | dict(claims)

    def farewell(self, back):
        """Where signing out of the provider itself happens, or `back` when it does not say."""
        with no_mishaps():
            place = self.load_server_metadata().get("end_session_endpoint")
        ours = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        return add_params_to_uri(place, list(ours.items())) if place else back

    def load_server_metadata(self):
        """What the issuer says of itself, kept for an hour; longer when it does not answer now."""
        known, now = self.server_metadata, time.time()
        if now - known.get("_loaded_at", 0) > FRESH and now > self._rests_until:
            try:
                known = self.server_metadata = self._discovered()  # in one go: other threads read it
            except (RequestException, Down):
                self._rests_until = now + REST
        if not known:
            raise Down("no discovery document")
        return known

    def _discovered(self):
        with self._get_session() as session:
            response = session.get(self._server_metadata_url, withhold_token=True)
            response.raise_for_status()
            found = response.json()
        if not isinstance(found, dict) or str(found.get("issuer")).rstrip("/") != self.issuer:
            raise Down("the issuer calls itself something else")
        return {**found, "_loaded_at": time.time(), "id_token_signing_alg_values_supported": ALGORITHMS}

    def _get_session(self):
        """For what may be asked again: addresses, keys."""
        session = super()._get_session()
        retry = Retry(total=1, backoff_factor=0.2, status_forcelist=(502, 503, 504))
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        return session

    def _derived(self, purpose, state):
        digest = hmac.new(self._seed, f"{purpose}:{state}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class no_mishaps:
    """Whatever the line, the provider or a library says, as Down or Refused."""

    def __enter__(self):
        return self

    def __exit__(self, kind, problem, _trace):
        if isinstance(problem, (Down, Refused)) or problem is None:
            return
        if isinstance(problem, (AuthlibBaseError, JoseError)):
            raise Refused(f"{kind.__name__}: {problem}") from problem
        if isinstance(problem, (RequestException, ValueError, KeyError, TypeError, RuntimeError)):
            raise Down(f"{kind.__name__}: {problem}") from problem
