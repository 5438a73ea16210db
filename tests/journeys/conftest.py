"""The whole product, running: simulated systems, worker, identity provider, web app, and a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.browser import CHROMIUM, DRIVER, WIDE, Browser, Page

ADDRESS = re.compile(r"One View is ready: (http://\S+)")


class Stack:
    """A running demonstration."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`oneview demo`, as a user starts it; the firm lives quickly, so that a refresh changes something."""
    folder = tmp_path_factory.mktemp("demo")
    output = folder / "output.txt"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "120"}
    with output.open("wb") as terminal:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "oneview",
                "demo",
                "--data-dir",
                str(folder / "data"),
                "--live",
                "10",
                "--months",
                "14",
                "--size",
                "0.4",
            ],
            cwd=Path(__file__).resolve().parents[2],
            env=environment,
            stdout=terminal,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Stack(_wait_until_loaded(process, output), folder / "data")
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_until_loaded(process: subprocess.Popen[bytes], output: Path) -> str:
    deadline = time.monotonic() + 420
    while time.monotonic() < deadline:
        text = output.read_text(errors="replace")
        found = ADDRESS.search(text)
        if found and "All data is here" in text:
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.5)
    pytest.fail(f"The demonstration did not start:\n{output.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="package")
def new_browser() -> Iterator[Callable[..., Browser]]:
    """Start a headless Chromium of a given window size, in a fresh profile."""
    if not (CHROMIUM and DRIVER):
        if os.environ.get("CI") == "true":
            pytest.fail("Install chromium and chromium-driver: CI must run the browser journeys.")
        pytest.skip("NOT TESTED IN A BROWSER: install chromium and chromium-driver.")
    opened: list[Browser] = []

    def start(size: tuple[int, int] = WIDE, **logs: str) -> Browser:
        opened.append(Browser(size, logs or {"browser": "ALL"}))
        return opened[-1]

    yield start
    for browser in opened:
        browser.quit()


class Readers:
    """Browsers of people who have signed in; one of them is looked at, the others rest."""

    def __init__(self, start: Callable[..., Browser], address: str) -> None:
        self._start, self._address = start, address
        self._kept: dict[tuple[str, tuple[int, int]], Browser] = {}
        self._current: Browser | None = None

    def of(
        self, title: str, size: tuple[int, int] = WIDE, path: str = "/", *, afresh: bool = False
    ) -> Browser:
        known = None if afresh else self._kept.get((title, size))
        if known is not self._current:
            self.rest()  # a page that stays open goes on asking for news
        browser = known or self._signed_in(title, size)
        if known:
            browser.get_log("browser")  # what was said before is not this test's
        if known or path != "/":
            Page(browser).visit(self._address + path)
        if not afresh:
            self._kept[title, size] = browser
        self._current = browser
        return browser

    def rest(self) -> None:
        """Leave the page that is open: the next one is loaded anew."""
        if self._current:
            self._current.get("about:blank")

    def _signed_in(self, title: str, size: tuple[int, int]) -> Browser:
        browser = self._start(size)
        browser.get(self._address)
        page = Page(browser)
        page.click("a.sign-in")
        page.click("a, button", title)
        page.until(lambda: browser.current_url.startswith(self._address))
        return browser


@pytest.fixture(scope="package")
def readers(stack: Stack, new_browser: Callable[..., Browser]) -> Readers:
    return Readers(new_browser, stack.address)


@pytest.fixture(scope="package")
def sign_in(readers: Readers) -> Callable[..., Browser]:
    """A browser signed in as 'Chief financial officer', 'Practice lead', 'Project manager', 'Administrator'.

    Asked for the same person and size again it is the same browser, back on the start page or on that of `path`.
    """
    return readers.of


@pytest.fixture(autouse=True)
def after_a_failure_all_begins_anew(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a failed test has left open is no other test's."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed != failed and "readers" in request.fixturenames:
        request.getfixturevalue("readers").rest()


@pytest.fixture(scope="package")
def cfo_at(sign_in: Callable[..., Browser]) -> Callable[[str], Page]:
    """The page at a path, as the chief financial officer sees it; nothing on it is waited for."""
    return lambda path: Page(sign_in("Chief financial officer", path=path))


@pytest.fixture
def cfo(sign_in: Callable[..., Browser]) -> Page:
    page = Page(sign_in("Chief financial officer"))
    page.find(".tile .number")
    return page
