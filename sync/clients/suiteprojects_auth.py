"""Access tokens of SuiteProjects Pro: each refresh spends one refresh token and brings the next."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol
from urllib.parse import urlencode

from models.errors import SourceAuthError, SourceContractError

from ..settings import SyncSettings
from .http import Answer, Ask, Caller
from .pacing import Tally

_PATH = "/login/oauth2/v1/token"
_PATIENCE = (0.5, 1.0, 2.0)  # seconds that another process may need to keep what it was given


class TokenStore(Protocol):
    """Where the refresh token is kept."""

    def load(self) -> str:
        """The refresh token to use next."""

    def save(self, token: str) -> None:
        """Keep the refresh token that replaces the last one."""


class _Spent(Exception):
    """The refresh token was used before."""


class AccessTokens:
    """One access token for all threads. A refresh keeps the new refresh token before anything else."""

    def __init__(
        self,
        settings: SyncSettings,
        caller: Caller,
        store: TokenStore,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._url = settings.suiteprojects_url + _PATH
        self._client_id = settings.suiteprojects_client_id
        self._secret = settings.suiteprojects_client_secret
        self._redirect = settings.suiteprojects_redirect_uri
        self._caller = caller
        self._store = store
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = Lock()
        self._token = ""
        self._ends = 0.0

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
                self._refresh(tally)
            return self._token

    def begin_run(self) -> None:
        """Let the next request get a new token: an old one hides what was created after it."""
        with self._lock:
            self._token = ""

    def _refresh(self, tally: Tally) -> None:
        spent = self._store.load()
        for pause in (*_PATIENCE, None):
            try:
                access, refresh, seconds = self._exchange(spent, tally)
                break
            except _Spent as refusal:
                if pause is None:
                    raise SourceAuthError(
                        f"SuiteProjects Pro refuses our refresh token ({refusal}). What was fetched is "
                        "kept. Have a person consent to the application anew and set "
                        "ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN to the new token."
                    ) from None
                other = self._store.load()
                if other == spent:  # has another process just been given the next one?
                    self._sleep(pause)
                    other = self._store.load()
                spent = other
        self._store.save(refresh)
        self._token, self._ends = access, self._monotonic() + seconds - min(60.0, seconds / 10)

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
        raise SourceContractError("SuiteProjects Pro's token answer is not of the agreed shape.")
    if body.get("error") == "invalid_grant":
        raise _Spent(answer.clean(str(body.get("error_description") or "invalid_grant")))
    if answer.status != 200:
        raise SourceAuthError(
            f"SuiteProjects Pro refuses our application ({answer.clean(str(body.get('error')))}). "
            "Nothing was fetched. Check ONEVIEW_SUITEPROJECTS_CLIENT_ID and _CLIENT_SECRET."
        )
    try:
        return str(body["access_token"]), str(body["refresh_token"]), float(body["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            "SuiteProjects Pro's token answer lacks a token or its life."
        ) from None
