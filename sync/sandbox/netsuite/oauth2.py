"""OAuth 2.0 client credentials: assertions in, bearer tokens out."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate
from werkzeug.wrappers import Request, Response

from .config import NetSuiteConfig
from .wire import ApiError

TOKEN_PATH = "/services/rest/auth/oauth2/v1/token"  # noqa: S105 - an address
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SCOPES = frozenset({"restlets", "rest_webservices", "suite_analytics"})
LONGEST_ASSERTION = timedelta(minutes=60)
_SKEW = timedelta(minutes=1)
_RSA_BITS = (3072, 4096)
_CURVES = ("secp256r1", "secp384r1", "secp521r1")

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class _TokenError(Exception):
    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


class TokenService:
    """Issues access tokens for client assertions and knows which ones are alive."""

    def __init__(self, config: NetSuiteConfig, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._clock = clock
        self._keys = {kid: _public_key(kid, pem) for kid, pem in config.certificates.items()}
        self._lock = threading.Lock()
        self._expiry: dict[str, datetime] = {}

    def issue(self, request: Request) -> Response:
        """The token endpoint."""
        try:
            self._check(request)
        except _TokenError as error:
            answer = _json({"error": error.error}, error.status)
            if error.status == 401:
                answer.headers["WWW-Authenticate"] = f'Basic realm="{self._config.account}"'
            return answer
        token = secrets.token_urlsafe(96)
        seconds = self._config.token_seconds
        now = self._clock()
        with self._lock:
            self._expiry = {old: end for old, end in self._expiry.items() if end > now}
            self._expiry[token] = now + timedelta(seconds=seconds)
        return _json({"access_token": token, "expires_in": seconds, "token_type": "Bearer"})

    def authenticate(self, token: str) -> None:
        """Let a request with this bearer token pass, or refuse it."""
        with self._lock:
            expiry = self._expiry.get(token)
        if expiry is None or expiry <= self._clock():
            raise invalid_token(self._config.account)

    def revoke_all(self) -> None:
        """Forget every token, as when an administrator revokes them."""
        with self._lock:
            self._expiry.clear()

    def _check(self, request: Request) -> None:
        form = request.form
        grant = form.get("grant_type")
        if not grant:
            raise _TokenError("invalid_request")
        if grant != "client_credentials":
            raise _TokenError("unsupported_grant_type")
        assertion = form.get("client_assertion")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not assertion:
            raise _TokenError("invalid_request")
        claims = self._verified(assertion, self._audiences(request))
        self._check_times(claims)
        scope = claims.get("scope")
        if not isinstance(scope, list) or not scope or not SCOPES.issuperset(scope):
            raise _TokenError("invalid_scope")
        if "rest_webservices" not in scope:
            raise _TokenError("invalid_scope")

    def _verified(self, assertion: str, audiences: list[str]) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.PyJWTError as error:
            raise _TokenError("invalid_request") from error
        key = self._keys.get(str(header.get("kid")))
        if header.get("typ") != "JWT" or header.get("alg") not in ALGORITHMS or key is None:
            raise _TokenError("invalid_client", 401)
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion,
                key,
                algorithms=[str(header["alg"])],
                audience=audiences,
                issuer=self._config.client_id,
                options={
                    "require": ["iss", "aud", "iat", "exp", "scope"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidAudienceError as error:
            raise _TokenError("invalid_grant") from error
        except jwt.MissingRequiredClaimError as error:
            raise _TokenError("invalid_request") from error
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise _TokenError("invalid_client", 401) from error
        return claims

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        issued, expires = claims["iat"], claims["exp"]
        if not isinstance(issued, int | float) or not isinstance(expires, int | float):
            raise _TokenError("invalid_request")
        now = self._clock().timestamp()
        too_long = expires - issued > LONGEST_ASSERTION.total_seconds()
        if too_long or expires <= now or issued > now + _SKEW.total_seconds():
            raise _TokenError("invalid_grant")

    def _audiences(self, request: Request) -> list[str]:
        label = self._config.host_label
        hosts = [f"https://{label}.{kind}.api.netsuite.com" for kind in ("suitetalk", "restlets")]
        hosts += [self._config.base_url.rstrip("/"), request.host_url.rstrip("/")]
        return [host + TOKEN_PATH for host in hosts]


def invalid_token(account: str) -> ApiError:
    """The answer to a bearer token that is expired, revoked or malformed."""
    challenge = (
        f'Bearer realm="{account}", error="invalid_token", '
        'error_description="Invalid login attempt."'
    )
    return invalid_login({"WWW-Authenticate": challenge})


def invalid_login(headers: Mapping[str, str] | None = None) -> ApiError:
    """The generic answer to any failure to sign in."""
    return ApiError(
        401,
        "INVALID_LOGIN",
        "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI "
        "at Setup > Users/Roles > User Management > View Login Audit Trail.",
        headers=headers,
    )


def _public_key(kid: str, pem: str) -> PublicKey:
    data = pem.encode()
    is_certificate = b"BEGIN CERTIFICATE" in data
    key = (
        load_pem_x509_certificate(data).public_key()
        if is_certificate
        else load_pem_public_key(data)
    )
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return key
    raise ValueError(
        f"Certificate {kid!r}: NetSuite takes RSA keys of 3072 or 4096 bits "
        "and EC keys on P-256, P-384 or P-521."
    )


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status=status, content_type="application/json")
