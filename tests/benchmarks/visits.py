"""A browser that opens a page: when what it waits for was drawn, and what came over the wire until then."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys import browser as journeys

_PATIENCE = 120  # s until a page is given up
_TICK = 20  # ms between two looks at a page

# begins with the document: notes at which millisecond each condition first held, with the frame that showed it
_WATCH = """
(() => {
  const wanted = {%s}, marks = {};
  window.marked = marks;
  const look = () => {
    for (const [name, holds] of Object.entries(wanted)) {
      if (name in marks || !document.body || !holds()) continue;
      marks[name] = 0;
      requestAnimationFrame(() => { marks[name] = performance.now(); });
    }
    if (Object.keys(wanted).every(name => marks[name])) clearInterval(clock);
  };
  const clock = setInterval(look, %d);
})();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page and how it is known to be ready.

    Attributes:
        marks: name -> what holds then, an expression of the browser.
        cookie: name and value of a session.
    """

    address: str
    cookie: tuple[str, str]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a visit took.

    Attributes:
        ready: mark -> seconds from the start of the navigation.
        sent: bytes on the wire until the last mark, headers and all.
        requests: that reached the server until then.
    """

    ready: Mapping[str, float]
    sent: float
    requests: int


class Browser:
    """A Chromium in a fresh profile, signed in to one place."""

    def __init__(self, driver: webdriver.Chrome, place: Place) -> None:
        self.driver = driver
        self._place = place
        name, value = place.cookie
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd(
            "Network.setCookie", {"name": name, "value": value, "url": place.address}
        )
        wanted = ", ".join(
            f"{json.dumps(name)}: () => {held}" for name, held in place.marks.items()
        )
        driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH % (wanted, _TICK)}
        )

    def open(self, path: str) -> Visit:
        """Open a page in a tab that showed nothing."""
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get(self._place.address + path)
        try:
            WebDriverWait(self.driver, _PATIENCE, 0.2).until(lambda _: self._ready())
        except TimeoutException:
            seen = Path(tempfile.gettempdir()) / "not-ready.png"
            self.driver.save_screenshot(str(seen))
            told = f"{self._place.address}{path} was not ready, see {seen}: {self._marks()}"
            raise SystemExit(told) from None
        ready = {name: at / 1e3 for name, at in self._marks().items()}
        sent, requests = self._transfers(max(ready.values()))
        return Visit(ready=ready, sent=sent, requests=requests)

    def _marks(self) -> dict[str, float]:
        found: dict[str, float] = self.driver.execute_script("return window.marked ?? {}")
        return found

    def _ready(self) -> bool:
        marks = self._marks()
        return all(marks.get(name) for name in self._place.marks)

    def _transfers(self, until: float) -> tuple[float, int]:
        """Bytes and requests of those that were asked for until so many seconds after the first."""
        asked: dict[str, _Request] = {}
        WebDriverWait(self.driver, _PATIENCE, 0.2).until(lambda _: self._heard(asked, until))
        counted = [
            one
            for one in asked.values()
            if not one.kept and one.url.startswith(self._place.address)
        ]
        return sum(one.size for one in counted), len(counted)

    def _heard(self, asked: dict[str, _Request], until: float) -> bool:
        for line in self.driver.get_log("performance"):
            event = json.loads(line["message"])["message"]
            _note(asked, event["method"], event["params"])
        first = min(one.at for one in asked.values())
        for key in [key for key, one in asked.items() if one.at > first + until]:
            del asked[key]
        return all(one.is_over for one in asked.values())


@dataclass(slots=True)
class _Request:
    url: str
    at: float
    size: float = 0
    kept: bool = False  # by the browser
    is_over: bool = False


def _note(asked: dict[str, _Request], method: str, told: dict[str, Any]) -> None:
    one = asked.get(told.get("requestId", ""))
    if method == "Network.requestWillBeSent":
        asked[told["requestId"]] = _Request(told["request"]["url"], told["timestamp"])
    elif one is None:
        return
    elif method == "Network.requestServedFromCache":
        one.kept = True
    elif method == "Network.responseReceived":
        one.kept = one.kept or told["response"].get("fromDiskCache", False)
    elif method == "Network.loadingFinished":
        one.size, one.is_over = told["encodedDataLength"], True
    elif method == "Network.loadingFailed":
        one.is_over = True


@contextmanager
def browser(place: Place) -> Iterator[Browser]:
    """A browser that has never been anywhere."""
    driver = journeys.Browser(journeys.WIDE, {"performance": "ALL"})
    try:
        yield Browser(driver, place)
    finally:
        driver.quit()
