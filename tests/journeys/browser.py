"""A browser, and the page that is open in it, as a person sees and uses it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import (
    ElementNotInteractableException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=en-GB",
    "--force-prefers-reduced-motion",  # drawn by the processor, a turning icon takes one of its cores
)  # fmt: skip
WIDE, NARROW = (1440, 900), (390, 844)
HARMLESS = ("favicon.ico",)  # the browser asks the simulated systems for one
PATIENCE, PAUSE = 300, 0.2  # seconds until what is waited for is given up, and between two looks

# What is read of an element, with the spaces of one line told as one sees them.
_READ = """
const read = one => {
  const drawn = one.checkVisibility() || getComputedStyle(one).display === 'contents';
  const text = !drawn ? '' : one.innerText ?? one.textContent;
  return text.replace(/[\\u00a0\\t]/g, ' ').replace(/ *\\n\\s*/g, '\\n').trim();
};
"""
_TEXT = _READ + "return read(arguments[0]);"
_TEXTS = _READ + "return [...document.querySelectorAll(arguments[0])].map(read);"
_FOUND = (
    _READ
    + """
const [css, text] = arguments;
return [...document.querySelectorAll(css)].find(one => !text || read(one).includes(text)) ?? null;
"""
)
_FOLLOWED = """
const address = new URL(arguments[0]), sections = [...document.querySelectorAll('.section')];
if (!window.oneview || !sections.length || address.origin !== location.origin
    || address.pathname === location.pathname) { return false; }
const link = document.createElement('a');
link.href = address;
link.setAttribute('data-go', '');
document.body.append(link);
link.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
link.remove();
window.left = sections;
return true;
"""
_ARRIVED = "return !window.left.some(one => one.isConnected)"
_MIDDLE = """
const at = arguments[0].getBoundingClientRect();
return {x: at.x + at.width / 2, y: at.y + at.height / 2};
"""
_INTO_VIEW = "arguments[0].scrollIntoView({block: 'center'})"
_FETCH = """
const done = arguments[1];
fetch(arguments[0]).then(async answer => done([answer.status, await answer.text()]));
"""


class Element(WebElement):
    """An element whose text the browser itself tells: the driver's own walk takes a second for a whole page."""

    @property
    def text(self) -> str:
        return str(self.parent.execute_script(_TEXT, self))


class Browser(webdriver.Chrome):
    """A headless Chromium in a fresh profile.

    Args:
        size: width and height of its window; `NARROW` is a telephone's.
        logs: the kinds of log that are kept, and from which level on.
    """

    _web_element_cls = Element

    def __init__(self, size: tuple[int, int], logs: dict[str, str]) -> None:
        options = Options()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--window-size={size[0]},{size[1]}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", logs)
        super().__init__(options=options, service=Service(str(DRIVER)))
        self.set_script_timeout(PATIENCE)  # a page is judged for as long as it takes
        if size == NARROW:
            metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 2, "mobile": True}
            self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


class Page:
    """The open page, and waiting for what is on it."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser

    def visit(self, address: str) -> None:
        """Go to another page as the links of the app do, or load it where the app is not open."""
        if self.browser.execute_script(_FOLLOWED, address):
            self.until(lambda: self.browser.execute_script(_ARRIVED))
        else:
            self.browser.get(address)

    def find(self, css: str, text: str = "", seconds: float = PATIENCE) -> Any:
        """The first element that reads `text`, as soon as there is one."""
        try:
            return WebDriverWait(self.browser, seconds, PAUSE).until(
                lambda browser: browser.execute_script(_FOUND, css, text)
            )
        except TimeoutException:
            pytest.fail(f"{css} {text!r} did not appear on {self.browser.current_url}")

    def all(self, css: str) -> list[Any]:
        return list(self.browser.find_elements(By.CSS_SELECTOR, css))

    def texts(self, css: str) -> list[str]:
        """What all such elements read at one moment."""
        return list(self.browser.execute_script(_TEXTS, css))

    def click(self, css: str, text: str = "") -> None:
        def press() -> bool:
            element = self.find(css, text)
            self.browser.execute_script(_INTO_VIEW, element)
            element.click()
            return True

        self.until(press)  # a person whose section is renewed under the pointer presses again

    def press(self, css: str, *keys: str, text: str = "") -> None:
        """Press keys on the first element that reads `text`; on its successor, if it was renewed."""

        def press() -> bool:
            with suppress(ElementNotInteractableException):  # a dialog before it is still closing
                self.find(css, text).send_keys(*keys)
                return True
            return False

        self.until(press)

    def tap(self, css: str) -> None:
        """Put a finger on the middle of something, and take it away."""
        element = self.find(css)
        self.browser.execute_script(_INTO_VIEW, element)
        place = self.browser.execute_script(_MIDDLE, element)
        for kind, points in (("touchStart", [place]), ("touchEnd", [])):
            touch = {"type": kind, "touchPoints": points}
            self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", touch)

    def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        stale = (StaleElementReferenceException,)  # a section was renewed while it was read
        return WebDriverWait(self.browser, seconds, PAUSE, ignored_exceptions=stale).until(
            lambda _: condition()
        )

    @property
    def query(self) -> dict[str, str]:
        asked = parse_qs(urlsplit(self.browser.current_url).query)
        return {name: values[0] for name, values in asked.items()}

    @property
    def path(self) -> str:
        return urlsplit(self.browser.current_url).path

    def fetched(self, address: str) -> Any:
        """A file as the signed-in browser gets it: status and text."""
        return self.browser.execute_async_script(_FETCH, address)

    def errors(self) -> list[str]:
        return [
            entry["message"]
            for entry in self.browser.get_log("browser")
            if entry["level"] == "SEVERE" and not any(word in entry["message"] for word in HARMLESS)
        ]
