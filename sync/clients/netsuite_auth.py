"""Signs requests to NetSuite: OAuth 2.0 client credentials, or token-based (OAuth 1.0a)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from models.errors import SourceAuthError, SourceContractError
from models.told import told

from ..settings import SyncSettings
from .http import Answer, Ask, Caller
from .pacing import Tally

_TOKEN_PATH = "/services/rest/auth/oauth2/v1/token"  # noqa: S105 - a path
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(minutes=5)
_SKEW = timedelta(seconds=10)  # our clock may be ahead
_CURVES = {256: "ES256", 384: "ES384", 521: "ES512"}


class Signer(Protocol):
    """Puts the authorization on a request."""

    def header(self, method: str, url: str, tally: Tally) -> str:
        """The value of the Authorization header for one request, the query string in its URL."""

    def refused(self) -> bool:
        """The last authorization was refused: whether a new one is worth a try."""


class ClientCredentials:
    """OAuth 2.0 with a signed assertion; one token for all threads, renewed before it ends."""

    def __init__(
        self,
        settings: SyncSettings,
        caller: Caller,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = settings.netsuite_url + _TOKEN_PATH
        self._client_id = settings.netsuite_client_id
        self._certificate = settings.netsuite_certificate_id
        pem = settings.netsuite_private_key.get_secret_value().encode()
        self._key, self._algorithm = _signing_key(pem)
        self._caller = caller
        self._now = now
        self._monotonic = monotonic
        self._lock = Lock()
        self._token = ""
        self._ends = 0.0

    def header(self, method: str, url: str, tally: Tally) -> str:
        with self._lock:
            if not self._token or self._monotonic() >= self._ends:
                self._token, seconds = self._caller.call(self._ask, _read_token, tally)
                self._caller.redactor.learn(self._token)
                self._ends = self._monotonic() + seconds - min(60.0, seconds / 10)
            return f"Bearer {self._token}"

    def refused(self) -> bool:
        with self._lock:
            self._token = ""
        return True

    def _ask(self) -> Ask:
        issued = self._now() - _SKEW
        claims = {
            "iss": self._client_id,
            "scope": ["rest_webservices"],
            "aud": self._url,
            "iat": issued,
            "exp": issued + _ASSERTION_LIFE,
        }
        assertion = jwt.encode(
            claims, self._key, algorithm=self._algorithm, headers={"kid": self._certificate}
        )
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": assertion,
        }
        return Ask(
            method="POST",
            url=self._url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode(),
        )


class TokenBased:
    """OAuth 1.0a: each request, each attempt is signed with a new nonce."""

    def __init__(
        self, settings: SyncSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings = settings
        self._now = now

    def header(self, method: str, url: str, tally: Tally) -> str:
        settings = self._settings
        client = Client(
            settings.netsuite_consumer_key,
            client_secret=settings.netsuite_consumer_secret.get_secret_value(),
            resource_owner_key=settings.netsuite_token_id,
            resource_owner_secret=settings.netsuite_token_secret.get_secret_value(),
            signature_method=SIGNATURE_HMAC_SHA256,
            realm=settings.netsuite_account,
            timestamp=str(int(self._now().timestamp())),
        )
        _, headers, _ = client.sign(url, http_method=method)
        return str(headers["Authorization"])

    def refused(self) -> bool:
        return False  # the same keys would be refused again, and five refusals lock the account


def signer(settings: SyncSettings, caller: Caller, **clocks: Any) -> Signer:
    """The way of signing that the settings choose."""
    if settings.netsuite_auth == "tba":
        return TokenBased(settings)
    return ClientCredentials(settings, caller, **clocks)


def _signing_key(pem: bytes) -> tuple[rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, str]:
    key = load_pem_private_key(pem, password=None)
    if isinstance(key, rsa.RSAPrivateKey):
        return key, "PS256"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size in _CURVES:
        return key, _CURVES[key.curve.key_size]
    raise SourceAuthError(
        told("ONEVIEW_NETSUITE_PRIVATE_KEY is of a kind that NetSuite does not take.")
    )


def _read_token(answer: Answer) -> tuple[str, float]:
    answer.refuse_passing_faults()
    body = answer.json()
    if answer.status != 200:
        reason = body.get("error") if isinstance(body, dict) else None
        raise SourceAuthError(
            told(
                "NetSuite refuses our certificate ({reason}). Nothing was fetched. Check "
                "ONEVIEW_NETSUITE_CLIENT_ID, _CERTIFICATE_ID and _PRIVATE_KEY, and that the "
                "certificate has not ended.",
                reason=answer.clean(str(reason or answer.status)),
            )
        )
    try:
        return str(body["access_token"]), float(body["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            told("NetSuite's token answer lacks a token or its life.")
        ) from None
