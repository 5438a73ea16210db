"""The one way to the network: deadlines, retries, pacing and counting of every request."""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import count
from typing import Any, NoReturn, TypeVar

import httpx
import orjson

from models.errors import (
    QuotaSpentError,
    RateLimitedError,
    SourceAuthError,
    SourceContractError,
    SourceUnavailableError,
)
from models.told import told

from .pacing import Governor, Patience, Tally
from .redaction import Redactor
from .share import NotAskedError, RecordShare

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
    crowded: bool = (
        False  # so many of our requests were in flight that a refusal may mean just that
    )

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
                told(
                    "{title} answered with {kind} instead of JSON (status {status}): it may be closed "
                    "for maintenance.",
                    title=self.title,
                    kind=self.media or told("no content type"),
                    status=self.status,
                )
            )
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return self._lenient()

    def _lenient(self) -> Any:
        """Whole JSON with what is no JSON in single values: half a character, NaN.

        One record must not hold up its page for ever: such a value is read as text, and set aside with
        its record by whoever expects something else.
        """
        try:
            return json.loads(self.content, parse_float=str, parse_constant=str)
        except ValueError:
            raise SourceUnavailableError(
                told(
                    "{title} sent JSON that breaks off or is malformed ({count} bytes).",
                    title=self.title,
                    count=len(self.content),
                )
            ) from None

    def refuse_passing_faults(self) -> None:
        """Raise what is worth another try: too many requests, a server fault, maintenance."""
        if self.status == 429:
            raise RateLimitedError(
                told("{title} asks to slow down.", title=self.title), self.retry_after()
            )
        if self.status == 408 or self.status >= 500:
            raise SourceUnavailableError(
                told(
                    "{title} answered with status {status}: {excerpt}",
                    title=self.title,
                    status=self.status,
                    excerpt=self.excerpt(),
                )
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


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts; to read all of these authorities takes longer than a request."""
    return httpx.create_ssl_context()


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
        share: RecordShare | None = None,
    ) -> None:
        self.title = title
        self.redactor = redactor or Redactor()
        self.share = share
        held = None if share is None else lambda: share.held
        self.governor = Governor(concurrency, monotonic, held)
        self._patience = patience or Patience()
        self._sleep = sleep
        self._monotonic = monotonic
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=concurrency + 1),
            headers={"User-Agent": _AGENT},
            verify=_trusted(),
            transport=transport,
        )

    def call(self, ask: Callable[[], Ask], read: Callable[[Answer], T], tally: Tally) -> T:
        """Ask until `read` makes something of the answer, or patience ends.

        A small loop of our own and not `stamina`: that one sleeps by `time.sleep`, which neither a
        worker that is told to stop can end nor a test can turn; its jitter is added to the wait instead
        of spread over it; and its hook, where a wait that the source names would be honoured, is asked
        before the number of attempts, so it can keep no budget of waiting.

        Raises:
            SourceUnavailableError: the source failed at each attempt.
            QuotaSpentError: it takes no more requests today.
        """
        waited = 0.0
        for attempt in count(1):
            request = ask()
            try:
                return self._attempt(request, read, tally)
            except SourceUnavailableError as error:
                wait = self._patience.wait(error, attempt)
                if attempt >= self._patience.attempts or waited + wait > self._patience.budget:
                    self._give_up(error)
                _log.info("%s Attempt %d, again in %.1f s.", error, attempt, wait)
            self._sleep(wait)
            waited += wait
            tally.waited_ms += round(wait * 1000)
        raise AssertionError("unreachable")

    def begin(self, *, urgent: bool) -> None:
        """A piece of work begins; whether a person waits for it decides who goes first."""
        if self.share is not None:
            self.share.begin(urgent=urgent)

    @contextmanager
    def remembering_refusal(self) -> Iterator[None]:
        """Remember refused credentials, so that the schedule does not try them again and again."""
        try:
            yield
        except SourceAuthError as error:
            if self.share is not None and not isinstance(error, NotAskedError):
                self.share.refused(str(error))
            raise

    def close(self) -> None:
        """Let go of the connections, and of our share of the account."""
        self._client.close()
        if self.share is not None:
            self.share.close()

    def _give_up(self, error: SourceUnavailableError) -> NoReturn:
        """Patience has ended; a limit that no wait heals is that of the day."""
        share = self.share
        if share is None or not share.has_daily_quota or not isinstance(error, RateLimitedError):
            raise error
        until = share.park()
        raise QuotaSpentError(
            told(
                "{error} It refused us however long we waited, so its requests of the day are taken "
                "for used up. Nothing is asked of it until {until} UTC. What was fetched is kept; the"
                " first run after that goes on.",
                error=error,
                until=f"{until:%Y-%m-%d %H:%M}",
            ),
            until,
        ) from None

    def _attempt(self, ask: Ask, read: Callable[[Answer], T], tally: Tally) -> T:
        answer = self._exchange(ask, tally)
        try:
            value = read(answer)
        except RateLimitedError:
            self.governor.slow_down()
            raise
        self.governor.carry_on()
        if self.share is not None:
            self.share.accepted()
        return value

    def _exchange(self, ask: Ask, tally: Tally) -> Answer:
        if self.share is None:
            return self._send(ask, tally)
        while wait := self.share.turn():
            self._sleep(wait)
            tally.waited_ms += round(wait * 1000)
        try:
            return self._send(ask, tally)
        finally:
            self.share.done()

    def _send(self, ask: Ask, tally: Tally) -> Answer:
        with self.governor.permit(tally) as crowded:
            tally.requests += 1
            try:
                return self._receive(ask, tally, crowded=crowded)
            except (httpx.TransportError, httpx.DecodingError) as error:
                reason = self.redactor.clean(f"{type(error).__name__}: {error}")
            except httpx.HTTPError as error:
                reason = self.redactor.clean(f"{type(error).__name__}: {error}")
                raise SourceContractError(
                    told("{title} cannot be talked to. {reason}", title=self.title, reason=reason)
                ) from None
        # Without the cause: httpx keeps the request in it, and with that the credentials.
        raise SourceUnavailableError(
            told("{title} did not answer. {reason}", title=self.title, reason=reason)
        )

    def _receive(self, ask: Ask, tally: Tally, *, crowded: bool) -> Answer:
        end = self._monotonic() + _DEADLINE
        with self._client.stream(
            ask.method, ask.url, headers=ask.headers, content=ask.content
        ) as response:
            parts = []
            for part in response.iter_bytes():
                parts.append(part)
                if self._monotonic() > end:
                    raise SourceUnavailableError(
                        told(
                            "{title} took more than {deadline} s for one answer.",
                            title=self.title,
                            deadline=f"{_DEADLINE:.0f}",
                        )
                    )
            tally.bytes_read += response.num_bytes_downloaded
            return Answer(
                title=self.title,
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                content=b"".join(parts),
                clean=self.redactor.clean,
                crowded=crowded,
            )


def _moment(text: str | None) -> datetime | None:
    """An HTTP date."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
