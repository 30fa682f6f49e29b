"""An identity provider by OpenID Connect: where to send somebody, and whom it says she is when she comes back.

Authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636). Nothing is stored between
leaving and coming back: all three are derived from a random visit that the browser carries in a cookie.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

log = logging.getLogger(__name__)

DISCOVERY = "/.well-known/openid-configuration"
SECONDS = 10
"""How long any answer of the provider is waited for."""

KEPT_FOR = timedelta(hours=1)
"""How long its addresses and keys are believed before they are asked for again."""

KEYS_AGAIN = timedelta(minutes=1)
"""A token with an unknown key asks for the keys again, but not more often: anybody can send a token."""

SKEW = 60
"""Seconds that the provider's clock may be off ours."""

SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Only keys that the provider alone holds; never `none`, and no shared secret."""

LOCAL = ("localhost", "127.0.0.1", "::1")
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAway(Exception):
    """The identity provider does not answer, or not as one. Try again in a moment."""


class ProviderRefused(Exception):
    """What came back is no sign-in: cancelled, too old, not for us, or changed on the way. Sign in again."""


class NotAssured(Exception):
    """The provider vouches for her, but not at a level that is accepted here."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How this installation is known to the provider, and what it asks of it (settings STEGEN_OIDC_…).

    `acr`: accepted levels of assurance, the most wanted first; empty accepts any.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str
    acr: tuple[str, ...]
    scope: str
    back: str
    """The address that the provider sends people back to."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One way to the provider and back; what is secret about it comes out of a key of ours and the browser's cookie."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, cookie: str, secret_key: str) -> Visit:
        def derived(what: str) -> str:
            return hmac.digest(secret_key.encode(), f"visit {what} {cookie}".encode(), "sha256").hex()

        return cls(derived("state"), derived("nonce"), derived("verifier"))


class IdentityProvider:
    """One provider, with its addresses and keys as they were last read. Safe in every thread."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self._addresses: Mapping[str, Any] = {}
        self._addresses_until: datetime | None = None
        self._keys: KeySet | None = None
        self._keys_read: datetime | None = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self.registration.name

    def address(self, visit: Visit, now: datetime) -> str:
        """Where to send somebody who wants to sign in. Raises ProviderAway."""
        ours, asked = self.registration, {"claims": json.dumps(self._asked_for())}
        if ours.acr:
            asked["acr_values"] = " ".join(ours.acr)
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._at(now)["authorization_endpoint"], state=visit.state, nonce=visit.nonce,
                code_verifier=visit.verifier, **asked,
            )  # fmt: skip
        return str(url)

    def identity(self, visit: Visit, came_back: str, now: datetime) -> str:
        """Whom the provider says she is, by the address she came back with. Raises ProviderAway, ProviderRefused and
        NotAssured."""
        claims = self._claims(self._id_token(visit, came_back, now), visit, now)
        if self.registration.acr and claims.get("acr") not in self.registration.acr:
            raise NotAssured(NotAssured.__doc__)
        identity = claims.get(self.registration.claim)
        if not isinstance(identity, str) or not identity.strip():
            log.warning("The identity provider gave no claim %s; ask it for one.", self.registration.claim)
            raise ProviderRefused(ProviderRefused.__doc__)
        return identity.strip()

    def leaving(self, back: str, now: datetime) -> str:
        """Where somebody ends her sign-in at the provider too; "" when it has no such place. Raises ProviderAway."""
        address = str(self._at(now).get("end_session_endpoint") or "")
        if not address:
            return ""
        query = urlencode({"client_id": self.registration.client_id, "post_logout_redirect_uri": back})
        return f"{address}{'&' if urlsplit(address).query else '?'}{query}"

    def _asked_for(self) -> dict[str, Any]:
        """The `claims` parameter (OpenID Connect Core 5.5): in the id token, and no sign-in without them."""
        wanted: dict[str, Any] = {self.registration.claim: {"essential": True}}
        if self.registration.acr:
            wanted["acr"] = {"essential": True, "values": list(self.registration.acr)}
        return {"id_token": wanted}

    def _session(self) -> OAuth2Session:
        ours = self.registration
        session = OAuth2Session(
            ours.client_id, ours.client_secret, scope=ours.scope, redirect_uri=ours.back, code_challenge_method="S256"
        )
        session.trust_env = False
        return session

    def _id_token(self, visit: Visit, came_back: str, now: datetime) -> str:
        endpoint = self._at(now)["token_endpoint"]
        try:
            with self._session() as session:
                token = session.fetch_token(
                    endpoint, authorization_response=came_back, state=visit.state, code_verifier=visit.verifier,
                    timeout=SECONDS, allow_redirects=False,
                )  # fmt: skip
        except AuthlibBaseError as error:
            log.info("The identity provider gave no sign-in: %s.", error.error)
            raise ProviderRefused(ProviderRefused.__doc__) from error
        except (requests.RequestException, ValueError) as error:
            raise _away(error) from error
        return str(token.get("id_token") or "")

    def _claims(self, id_token: str, visit: Visit, now: datetime) -> dict[str, Any]:
        """The claims of a token that is signed, for us, for this visit, and of now (OpenID Connect Core 3.1.3.7)."""
        ours = self.registration
        rules = JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=SKEW, exp={"essential": True}, iat={"essential": True},
            iss={"essential": True, "value": ours.issuer}, aud={"essential": True, "value": ours.client_id},
            nonce={"essential": True, "value": visit.nonce},
        )  # fmt: skip
        try:
            claims = self._decoded(id_token, now)
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            log.warning("The identity provider's token is not accepted: %s.", error)
            raise ProviderRefused(ProviderRefused.__doc__) from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != ours.client_id:
            raise ProviderRefused(ProviderRefused.__doc__)
        return claims

    def _decoded(self, id_token: str, now: datetime) -> dict[str, Any]:
        """With the keys we have; when they do not fit, once more with those of now, which change from time to time."""
        try:
            return jwt.decode(id_token, self._key_set(now), algorithms=SIGNED_WITH).claims
        except (JoseError, ValueError):
            if self._keys_read is not None and now - self._keys_read < KEYS_AGAIN:
                raise
            return jwt.decode(id_token, self._key_set(now, again=True), algorithms=SIGNED_WITH).claims

    def _key_set(self, now: datetime, *, again: bool = False) -> KeySet:
        address = self._at(now)["jwks_uri"]
        with self._lock:
            stale = self._keys_read is None or now - self._keys_read > KEPT_FOR
            if self._keys is None or stale or again:
                self._keys, self._keys_read = KeySet.import_key_set(_read(address)), now
            return self._keys

    def _at(self, now: datetime) -> Mapping[str, Any]:
        """The provider's addresses (OpenID Connect Discovery 1.0). Raises ProviderAway."""
        with self._lock:
            if self._addresses_until is None or now >= self._addresses_until:
                found = _read(self.registration.issuer.rstrip("/") + DISCOVERY)
                _check(found, self.registration.issuer)
                self._addresses, self._addresses_until = found, now + KEPT_FOR
            return self._addresses


def _check(found: Mapping[str, Any], issuer: str) -> None:
    if found.get("issuer") != issuer:
        raise ProviderAway(f"{ProviderAway.__doc__} (it calls itself {found.get('issuer')!r}, not {issuer!r})")
    for name in NEEDED:
        parts = urlsplit(str(found.get(name) or ""))
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise ProviderAway(f"{ProviderAway.__doc__} (its {name} is no https address)")


def _read(address: str) -> Any:
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(address, timeout=SECONDS, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise _away(error) from error
    if not isinstance(found, dict):
        raise ProviderAway(ProviderAway.__doc__)
    return found


def _away(error: Exception) -> ProviderAway:
    log.warning("The identity provider does not answer: %s.", error)
    return ProviderAway(ProviderAway.__doc__)
