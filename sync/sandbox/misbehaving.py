"""The middleware that lets a simulated system misbehave when a test or a demo asks for it."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

XML_PATH = "/api.pl"
NETSUITE_PATH = "/services/rest/"
SUITEPROJECTS_PATH = "/rest/v1/"

Sleep = Callable[[float], None]


class Exchange:
    """One request, the application it is for, and the page that was served before it."""

    def __init__(
        self, app: WSGIApplication, request: Request, previous: Response | None, sleep: Sleep
    ) -> None:
        self._app = app
        self.request = request
        self.previous = previous
        self.sleep = sleep

    def genuine(self) -> Response:
        """What the system answers by itself."""
        return Response.from_app(self._app, self.request.environ, buffered=True)


Answer = Callable[[Exchange], Response]


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour.

    Attributes:
        about: the request's path or body must contain this; empty: any request for data.
        times: how many requests it lasts.
    """

    name: str
    answer: Answer
    about: str = ""
    times: int = 1

    def on(self, about: str) -> Fault:
        """The same fault, only for requests whose path or body contains a text."""
        return replace(self, about=about)

    def repeated(self, times: int) -> Fault:
        """The same fault for several requests."""
        return replace(self, times=times)

    def matches(self, request: Request) -> bool:
        """Whether the request is one this fault is meant for."""
        if not self.about:
            return asks_for_data(request.path)
        return self.about in request.path or self.about.encode() in request.get_data()


class Misbehaving:
    """An application that answers as the one inside it, but for the faults in its queue."""

    def __init__(self, app: WSGIApplication, sleep: Sleep = time.sleep) -> None:
        self.app = app
        self._sleep = sleep
        self._lock = threading.Lock()
        self._queue: list[Fault] = []
        self._pages: dict[str, Response] = {}

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of the faults still waiting for their request."""
        with self._lock:
            return tuple(fault.name for fault in self._queue)

    def misbehave(self, *faults: Fault) -> None:
        """Queue faults; each is used up by the next request it is meant for."""
        with self._lock:
            self._queue.extend(faults)

    def behave(self) -> None:
        """Drop the faults that wait."""
        with self._lock:
            self._queue.clear()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        fault = self._next(request)
        with self._lock:
            exchange = Exchange(self.app, request, self._pages.get(request.path), self._sleep)
        response = fault.answer(exchange) if fault else exchange.genuine()
        if fault is None and response.status_code == 200 and asks_for_data(request.path):
            with self._lock:
                self._pages[request.path] = response
        return response(environ, start_response)

    def _next(self, request: Request) -> Fault | None:
        with self._lock:
            for at, fault in enumerate(self._queue):
                if fault.matches(request):
                    if fault.times > 1:
                        self._queue[at] = fault.repeated(fault.times - 1)
                    else:
                        del self._queue[at]
                    return fault
        return None


def asks_for_data(path: str) -> bool:
    """Whether an address serves data, other than tokens and pages for people."""
    places = (XML_PATH, NETSUITE_PATH, SUITEPROJECTS_PATH)
    return path.startswith(places) and "/oauth2/" not in path
