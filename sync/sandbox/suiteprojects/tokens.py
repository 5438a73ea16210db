"""The authorization server's memory: codes, access tokens and rotating refresh tokens."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from .config import SuiteProjectsConfig

SCOPES = ("rest", "xml")
_CODE_LIFE = timedelta(minutes=10)


class InvalidGrantError(Exception):
    """The code or refresh token is unknown, spent, expired or meant for another address."""


@dataclass(slots=True)
class Access:
    """An access token's reach: its scopes, its end, and what each surface's cache knows of."""

    scopes: frozenset[str]
    expires: datetime
    seen: dict[str, int]
    """Per surface, the version of the system at which the filter-set cache was made."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint answers with."""

    access_token: str
    refresh_token: str
    scopes: frozenset[str]
    seconds: int


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    scopes: frozenset[str]
    expires: datetime


class TokenStore:
    """Issues tokens and tells which are good. With a state file, tokens outlive a restart."""

    def __init__(
        self, config: SuiteProjectsConfig, clock: Callable[[], datetime], version: Callable[[], int]
    ) -> None:
        self._config = config
        self._clock = clock
        self._version = version
        self._lock = RLock()
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, Access] = {}
        self._refresh: dict[str, frozenset[str]] = {}
        if config.refresh_token:
            self._refresh[config.refresh_token] = frozenset(SCOPES)
        if config.state_file and config.state_file.exists():
            self._recall(config.state_file)

    def code(self, redirect_uri: str, scopes: frozenset[str]) -> str:
        """A new single-use code for a consent just given."""
        with self._lock:
            code = secrets.token_urlsafe(24)
            self._codes[code] = _Code(redirect_uri, scopes, self._clock() + _CODE_LIFE)
            return code

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        """Tokens for a code, which is spent by it."""
        with self._lock:
            found = self._codes.pop(code, None)
            if found is None or found.expires <= self._clock():
                raise InvalidGrantError("The authorization code is not valid.")
            if found.redirect_uri != redirect_uri:
                raise InvalidGrantError("The redirect_uri is not the one the code was issued for.")
            return self._issue(found.scopes)

    def rotate(self, refresh_token: str) -> Grant:
        """Tokens for a refresh token, which is spent by it."""
        with self._lock:
            scopes = self._refresh.pop(refresh_token, None)
            if scopes is None:
                raise InvalidGrantError("The refresh token is not valid.")
            return self._issue(scopes, None if self._config.rotates else refresh_token)

    def access(self, token: str) -> Access | None:
        """What an access token may do, or None when it is unknown or expired."""
        with self._lock:
            found = self._access.get(token)
            return found if found is not None and found.expires > self._clock() else None

    def is_known(self, token: str) -> bool:
        """Whether an access token was ever issued (and not yet forgotten)."""
        return token in self._access

    def renew_cache(self, access: Access, surface: str) -> None:
        """Make the filter-set cache of one surface anew: all there is by now is seen."""
        access.seen[surface] = self._version()

    def _issue(self, scopes: frozenset[str], refresh_token: str | None = None) -> Grant:
        now, version = self._clock(), self._version()
        forgotten = now - timedelta(days=1)
        self._access = {
            token: access for token, access in self._access.items() if access.expires > forgotten
        }
        if self._config.one_access_token:
            self._access.clear()
        refresh = refresh_token or secrets.token_urlsafe(32)
        grant = Grant(secrets.token_urlsafe(32), refresh, scopes, self._config.token_seconds)
        expires = now + timedelta(seconds=grant.seconds)
        self._access[grant.access_token] = Access(scopes, expires, dict.fromkeys(SCOPES, version))
        self._refresh[grant.refresh_token] = scopes
        self._keep()
        return grant

    def _keep(self) -> None:
        path = self._config.state_file
        if path is None:
            return
        state = {
            "issued_for": self._config.refresh_token,
            "refresh": {token: sorted(scopes) for token, scopes in self._refresh.items()},
            "access": {
                token: {"scopes": sorted(access.scopes), "expires": access.expires.isoformat()}
                for token, access in self._access.items()
            },
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(state, file)
        draft.replace(path)

    def _recall(self, path: Path) -> None:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if state["issued_for"] != self._config.refresh_token:
            return  # another account's tokens: a new pre-issued token starts anew
        self._refresh = {token: frozenset(scopes) for token, scopes in state["refresh"].items()}
        self._access = {
            token: Access(
                frozenset(kept["scopes"]),
                datetime.fromisoformat(kept["expires"]),
                dict.fromkeys(SCOPES, self._version()),
            )
            for token, kept in state["access"].items()
        }
