"""Token-based authentication: OAuth 1.0a requests signed with HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from werkzeug.wrappers import Request

from .config import NetSuiteConfig, TokenCredentials
from .oauth2 import invalid_login

WINDOW_SECONDS = 300
SHORTEST_NONCE = 6
_PARAMETER = re.compile(r'\s*([A-Za-z_0-9]+)="([^"]*)"\s*(?:,|$)')
_REQUIRED = (
    "oauth_consumer_key",
    "oauth_token",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_signature_method",
    "oauth_signature",
)
_AUDIT_LENGTH = 100


class _Refused(Exception):
    """Carries the cause as the login audit trail names it."""


def signature(
    method: str, url: str, parameters: Iterable[tuple[str, str]], credentials: TokenCredentials
) -> str:
    """The HMAC-SHA256 signature of a request; `url` may bring query parameters of its own."""
    parts = urlsplit(url)
    signed = [(name, value) for name, value in parameters if name != "oauth_signature"]
    signed += parse_qsl(parts.query, keep_blank_values=True)
    pairs = sorted((_pct(name), _pct(value)) for name, value in signed if name != "realm")
    place = f"{parts.scheme.lower()}://{_host(parts.scheme, parts.netloc)}{parts.path or '/'}"
    base = "&".join(
        (method.upper(), _pct(place), _pct("&".join(f"{name}={value}" for name, value in pairs)))
    )
    key = f"{_pct(credentials.consumer_secret)}&{_pct(credentials.token_secret)}"
    return b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha256)).decode()


class TokenBasedAuthentication:
    """Checks `Authorization: OAuth …` headers; keeps a short audit trail of refusals."""

    def __init__(self, config: NetSuiteConfig, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._clock = clock
        self._credentials = config.token
        self._lock = threading.Lock()
        self._used: dict[tuple[str, str, str], int] = {}
        self.audit: deque[str] = deque(maxlen=_AUDIT_LENGTH)

    def authenticate(self, request: Request, header: str) -> None:
        """Let the request pass, or refuse it without telling why."""
        try:
            self._check(request, header)
        except _Refused as refused:
            self.audit.append(str(refused))
            raise invalid_login() from refused

    def _check(self, request: Request, header: str) -> None:
        parameters = _parameters(header)
        values = dict(parameters)
        if len(values) != len(parameters):
            raise _Refused("parameter_rejected")
        if any(not values.get(name) for name in _REQUIRED):
            raise _Refused("MissingTokenPassportRequiredFields")
        if values["oauth_signature_method"] != "HMAC-SHA256":
            raise _Refused("UnknownAlgorithm")
        if values.get("oauth_version", "1.0") != "1.0":
            raise _Refused("VersionRejected")
        if values.get("realm") != self._config.account:
            raise _Refused("permission_denied")
        credentials = self._known(values)
        self._check_signature(request, parameters, values["oauth_signature"], credentials)
        self._check_moment(values)

    def _known(self, values: dict[str, str]) -> TokenCredentials:
        known = self._credentials
        if known is None or values["oauth_consumer_key"] != known.consumer_key:
            raise _Refused("consumer_key_unknown")
        if values["oauth_token"] != known.token_id:
            raise _Refused("token_rejected")
        return known

    def _check_signature(
        self,
        request: Request,
        parameters: list[tuple[str, str]],
        given: str,
        credentials: TokenCredentials,
    ) -> None:
        query = request.query_string.decode()
        # A client signs the address it knows, which a proxy in front may have changed.
        for root in (request.host_url, self._config.base_url):
            url = f"{root.rstrip('/')}{quote(request.path)}?{query}"
            expected = signature(request.method, url, parameters, credentials)
            if hmac.compare_digest(expected.encode(), given.encode()):
                return
        raise _Refused("InvalidSignature")

    def _check_moment(self, values: dict[str, str]) -> None:
        stamp, nonce = values["oauth_timestamp"], values["oauth_nonce"]
        now = int(self._clock().timestamp())
        if not stamp.isdigit() or abs(now - int(stamp)) > WINDOW_SECONDS:
            raise _Refused("InvalidTimestamp")
        if len(nonce) < SHORTEST_NONCE:
            raise _Refused("nonce_rejected")
        use = (values["oauth_token"], stamp, nonce)
        with self._lock:
            oldest = now - 2 * WINDOW_SECONDS
            self._used = {key: at for key, at in self._used.items() if at >= oldest}
            if use in self._used:
                raise _Refused("nonce_used")
            self._used[use] = int(stamp)


def _parameters(header: str) -> list[tuple[str, str]]:
    _, _, rest = header.partition(" ")
    found = []
    at = 0
    while at < len(rest):
        match = _PARAMETER.match(rest, at)
        if match is None:
            raise _Refused("parameter_rejected")
        found.append((match[1], unquote(match[2])))
        at = match.end()
    return found


def _host(scheme: str, netloc: str) -> str:
    host = netloc.lower()
    default = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return host.removesuffix(default) if default else host


def _pct(text: str) -> str:
    return quote(text, safe="-._~")
