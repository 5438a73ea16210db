"""Access tokens of SuiteProjects Pro: each refresh spends one refresh token and brings the next."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol
from urllib.parse import urlencode

from models.errors import SourceAuthError, SourceContractError
from models.told import told

from ..settings import SyncSettings
from .http import Answer, Ask, Caller
from .pacing import Tally

_PATH = "/login/oauth2/v1/token"
_LIFE_LEFT = 60.0  # seconds that a token must still be good for


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An access token that some process was given; moments by the store's clock."""

    access: str = field(repr=False)
    issued_at: datetime
    ends_at: datetime


class TokenStore(Protocol):
    """Where the tokens are kept, for all processes."""

    def now(self) -> datetime:
        """The clock that all processes share."""

    def turn(self) -> AbstractContextManager[object]:
        """The right to spend the refresh token: one process at a time has it."""

    def load(self) -> str:
        """The refresh token to use next."""

    def granted(self) -> Granted | None:
        """The newest access token, whichever process asked for it."""

    def save(self, token: str, granted: Granted) -> None:
        """Keep the refresh token that replaces the last one, with the access token it came with."""


class _Spent(Exception):
    """The refresh token was used before."""


class AccessTokens:
    """One access token for all threads and processes.

    A refresh is one process's at a time, and keeps the new refresh token before anything else is done
    with what came with it.
    """

    def __init__(
        self,
        settings: SyncSettings,
        caller: Caller,
        store: TokenStore,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = settings.suiteprojects_url + _PATH
        self._client_id = settings.suiteprojects_client_id
        self._secret = settings.suiteprojects_client_secret
        self._redirect = settings.suiteprojects_redirect_uri
        self._caller = caller
        self._store = store
        self._monotonic = monotonic
        self._lock = Lock()
        self._token = ""
        self._ends = 0.0
        self._not_before: datetime | None = None

    def current(self, tally: Tally) -> str:
        """An access token that is good for the next request."""
        with self._lock:
            if not self._token or self._monotonic() >= self._ends:
                self._refresh(tally)
            return self._token

    def renew(self, stale: str, tally: Tally) -> str:
        """Another access token than the one that was refused; one refresh serves all who ask."""
        with self._lock:
            if self._token == stale:
                self._refresh(tally, stale)
            return self._token

    def begin_run(self) -> None:
        """Let the next request get a new token: an old one hides what was created after it."""
        with self._lock:
            self._token, self._not_before = "", self._store.now()

    def _refresh(self, tally: Tally, stale: str = "") -> None:
        with self._store.turn():
            granted = self._store.granted()
            if granted is None or not self._serves(granted, stale):
                granted = self._spend(tally)
        self._caller.redactor.learn(granted.access)
        life = (granted.ends_at - self._store.now()).total_seconds()
        self._token, self._ends = granted.access, self._monotonic() + life - min(60.0, life / 10)

    def _serves(self, granted: Granted, stale: str) -> bool:
        """Whether the token of another process serves us: not refused, not about to end, not too old."""
        left = (granted.ends_at - self._store.now()).total_seconds()
        is_new = self._not_before is None or granted.issued_at > self._not_before
        return granted.access != stale and left > _LIFE_LEFT and is_new

    def _spend(self, tally: Tally) -> Granted:
        spent = self._store.load()
        try:
            access, refresh, seconds = self._exchange(spent, tally)
        except _Spent as refusal:
            raise SourceAuthError(
                told(
                    "SuiteProjects Pro must be connected anew: it refuses our refresh token ({refusal}). "
                    "That is so when the consent was withdrawn or has ended, or when a process was cut "
                    "off just as it was given the next token. What was fetched is kept, readers go on "
                    "seeing it. Have a person consent to the application and set "
                    "ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN to the new token; the next run goes on.",
                    refusal=refusal,
                )
            ) from None
        now = self._store.now()
        ends = now + timedelta(seconds=seconds)
        granted = Granted(access=access, issued_at=now, ends_at=ends)
        self._store.save(refresh, granted)
        return granted

    def _exchange(self, refresh: str, tally: Tally) -> tuple[str, str, float]:
        self._caller.redactor.learn(refresh)
        login = f"{self._client_id}:{self._secret.get_secret_value()}".encode()
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        if self._redirect:
            form["redirect_uri"] = self._redirect
        ask = Ask(
            method="POST",
            url=self._url,
            headers={
                "Authorization": f"Basic {base64.b64encode(login).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            content=urlencode(form).encode(),
        )
        access, following, seconds = self._caller.call(lambda: ask, _read, tally)
        self._caller.redactor.learn(access)
        self._caller.redactor.learn(following)
        return access, following, seconds


def _read(answer: Answer) -> tuple[str, str, float]:
    answer.refuse_passing_faults()
    body = answer.json()
    if not isinstance(body, dict):
        raise SourceContractError(
            told("SuiteProjects Pro's token answer is not of the agreed shape.")
        )
    if body.get("error") == "invalid_grant":
        raise _Spent(answer.clean(str(body.get("error_description") or "invalid_grant")))
    if answer.status != 200:
        raise SourceAuthError(
            told(
                "SuiteProjects Pro refuses our application ({reason}). Nothing was fetched. Check "
                "ONEVIEW_SUITEPROJECTS_CLIENT_ID and _CLIENT_SECRET.",
                reason=answer.clean(str(body.get("error"))),
            )
        )
    try:
        return str(body["access_token"]), str(body["refresh_token"]), float(body["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            told("SuiteProjects Pro's token answer lacks a token or its life.")
        ) from None
