"""The whole product, running: simulated systems, worker, identity provider, web app, and a browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ADDRESS = re.compile(r"One View is ready: (http://\S+)")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=en-GB",
    "--force-prefers-reduced-motion",  # drawn by the processor, a turning icon takes one of its cores
)  # fmt: skip
WIDE, NARROW = (1440, 900), (390, 844)
_opened: list[webdriver.Chrome] = []


class Stack:
    """A running demonstration."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def new_browser() -> Iterator[Callable[..., webdriver.Chrome]]:
    """Start a headless Chromium of a given window size, in a fresh profile."""
    if not (CHROMIUM and DRIVER):
        if os.environ.get("CI") == "true":
            pytest.fail("Install chromium and chromium-driver: CI must run the browser journeys.")
        pytest.skip("NOT TESTED IN A BROWSER: install chromium and chromium-driver.")
    opened = _opened

    def start(size: tuple[int, int] = WIDE) -> webdriver.Chrome:
        options = Options()
        options.binary_location = str(CHROMIUM)
        for flag in FLAGS:
            options.add_argument(flag)
        options.add_argument(f"--window-size={size[0]},{size[1]}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        browser = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        if size == NARROW:
            metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 2, "mobile": True}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        opened.append(browser)
        return browser

    yield start
    for browser in opened:
        browser.quit()
    opened.clear()


@pytest.fixture(autouse=True)
def pages_rest() -> Iterator[None]:
    """A page that stays open goes on asking for news; between the tests none does."""
    yield
    for browser in _opened:
        browser.get("about:blank")


@pytest.fixture(scope="session")
def sign_in(
    stack: Stack, new_browser: Callable[..., webdriver.Chrome]
) -> Callable[..., webdriver.Chrome]:
    """A browser signed in as 'Chief financial officer', 'Practice lead', 'Project manager', 'Administrator'.

    Asked for the same person and size again it is the same browser, back on the start page.
    """
    kept: dict[tuple[str, tuple[int, int]], webdriver.Chrome] = {}

    def as_(title: str, size: tuple[int, int] = WIDE, *, afresh: bool = False) -> webdriver.Chrome:
        if not afresh and (title, size) in kept:
            kept[title, size].get_log("browser")  # what was said before is not this test's
            kept[title, size].get(stack.address)
            return kept[title, size]
        browser = new_browser(size)
        browser.get(stack.address)
        wait = WebDriverWait(browser, 30)
        wait.until(lambda page: page.find_element(By.CSS_SELECTOR, "a.sign-in")).click()
        picked = f"//*[self::button or self::a][contains(normalize-space(.), '{title}')]"
        wait.until(lambda page: page.find_element(By.XPATH, picked)).click()
        wait.until(lambda page: page.current_url.startswith(stack.address))
        if not afresh:
            kept[title, size] = browser
        return browser

    return as_
