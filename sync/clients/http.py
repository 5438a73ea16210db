"""The one way to the network: deadlines, retries, pacing and counting of every request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, TypeVar

import httpx
import orjson

from models.errors import RateLimitedError, SourceContractError, SourceUnavailableError

from .pacing import Governor, Patience, Tally
from .redaction import Redactor

_log = logging.getLogger(__name__)
_TIMEOUT = httpx.Timeout(connect=10.0, read=120.0, write=30.0, pool=None)
_DEADLINE = 300.0  # seconds for a whole answer, however slowly it drips
_AGENT = "One View"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, made anew for each attempt: signatures are good for one use."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer, whatever its status."""

    title: str  # of the system, for texts
    status: int
    headers: Mapping[str, str]
    content: bytes
    clean: Callable[[str], str] = field(repr=False)

    @property
    def media(self) -> str:
        """The content type, in lower case."""
        return self.headers.get("content-type", "").lower()

    @property
    def date(self) -> datetime | None:
        """The source's own clock when it answered."""
        return _moment(self.headers.get("date"))

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            SourceUnavailableError: it is a page for people, or was cut short.
        """
        if "json" not in self.media:
            raise SourceUnavailableError(
                f"{self.title} answered with {self.media or 'no content type'} instead of JSON "
                f"(status {self.status}): it may be closed for maintenance."
            )
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            raise SourceUnavailableError(
                f"{self.title} sent JSON that breaks off or is malformed ({len(self.content)} bytes)."
            ) from None

    def refuse_passing_faults(self) -> None:
        """Raise what is worth another try: too many requests, a server fault, maintenance."""
        if self.status == 429:
            raise RateLimitedError(f"{self.title} asks to slow down.", self.retry_after())
        if self.status == 408 or self.status >= 500:
            raise SourceUnavailableError(
                f"{self.title} answered with status {self.status}: {self.excerpt()}"
            )

    def retry_after(self) -> float | None:
        """The wait in seconds that the source names, by its own clock."""
        text = self.headers.get("retry-after", "").strip()
        if text.isdecimal():
            return float(text)
        until, now = _moment(text), self.date
        return max((until - now).total_seconds(), 0.0) if until and now else None

    def excerpt(self) -> str:
        """The beginning of the body, fit to be shown."""
        return self.clean(self.content[:2000].decode("utf-8", errors="replace"))


class Caller:
    """Sends requests to one system, with patience and within its limits. Safe between threads."""

    def __init__(
        self,
        title: str,
        *,
        concurrency: int,
        redactor: Redactor | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.title = title
        self.redactor = redactor or Redactor()
        self.governor = Governor(concurrency, monotonic)
        self._patience = patience or Patience()
        self._sleep = sleep
        self._monotonic = monotonic
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=concurrency + 1),
            headers={"User-Agent": _AGENT},
            transport=transport,
        )

    def call(self, ask: Callable[[], Ask], read: Callable[[Answer], T], tally: Tally) -> T:
        """Ask until `read` makes something of the answer, or patience ends.

        Raises:
            SourceUnavailableError: the source failed at each attempt.
        """
        waited = 0.0
        for attempt in count(1):
            request = ask()
            try:
                return self._attempt(request, read, tally)
            except SourceUnavailableError as error:
                wait = self._patience.wait(error, attempt)
                if attempt >= self._patience.attempts or waited + wait > self._patience.budget:
                    raise
                _log.info("%s Attempt %d, again in %.1f s.", error, attempt, wait)
            self._sleep(wait)
            waited += wait
            tally.waited_ms += round(wait * 1000)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _attempt(self, ask: Ask, read: Callable[[Answer], T], tally: Tally) -> T:
        answer = self._exchange(ask, tally)
        try:
            value = read(answer)
        except RateLimitedError:
            self.governor.slow_down()
            raise
        self.governor.carry_on()
        return value

    def _exchange(self, ask: Ask, tally: Tally) -> Answer:
        with self.governor.permit(tally):
            tally.requests += 1
            try:
                return self._receive(ask, tally)
            except (httpx.TransportError, httpx.DecodingError) as error:
                reason = self.redactor.clean(f"{type(error).__name__}: {error}")
            except httpx.HTTPError as error:
                reason = self.redactor.clean(f"{type(error).__name__}: {error}")
                raise SourceContractError(f"{self.title} cannot be talked to. {reason}") from None
        # Without the cause: httpx keeps the request in it, and with that the credentials.
        raise SourceUnavailableError(f"{self.title} did not answer. {reason}")

    def _receive(self, ask: Ask, tally: Tally) -> Answer:
        end = self._monotonic() + _DEADLINE
        with self._client.stream(
            ask.method, ask.url, headers=ask.headers, content=ask.content
        ) as response:
            parts = []
            for part in response.iter_bytes():
                parts.append(part)
                if self._monotonic() > end:
                    raise SourceUnavailableError(
                        f"{self.title} took more than {_DEADLINE:.0f} s for one answer."
                    )
            tally.bytes_read += response.num_bytes_downloaded
            return Answer(
                title=self.title,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                content=b"".join(parts),
                clean=self.redactor.clean,
            )


def _moment(text: str | None) -> datetime | None:
    """An HTTP date."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
