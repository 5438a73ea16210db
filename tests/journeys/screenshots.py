"""Every page as a picture, in four variants; `make screenshots` puts them into a folder that is not committed.

It is no test: nothing is asserted but that every part of a page was filled. Somebody has to look.
"""

import os
from pathlib import Path

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from dashboard.page import pages

FOLDER = Path(os.environ.get("ONEVIEW_SCREENSHOTS", "screenshots"))
VARIANTS = {
    "light": (1440, 900, "screen", "light"),
    "dark": (1440, 900, "screen", "dark"),
    "390": (390, 844, "screen", "light"),
    "print": (1120, 900, "print", "light"),
}
TALLEST = 8000  # pixels; a picture that is taller is cut
FILLED = """
const waiting = document.querySelectorAll('.section .skeleton, [data-dash-is-loading="true"]');
return document.querySelectorAll('.section').length > 0 && waiting.length === 0;
"""


@pytest.fixture(scope="module")
def addresses(sign_in, stack):
    """Key of the page -> an address of it."""
    browser = sign_in("Chief financial officer")
    _until(browser, "return document.querySelector('.ranking tbody a') !== null")
    project = browser.execute_script(
        "return document.querySelector('.ranking tbody a').getAttribute('href')"
    )
    named = {
        "definition": "/definitions/recognized_revenue",
        "project": project,
        "rows": "/rows/recognized_revenue?side=erp",
    }
    return {
        key: stack.address + (named[key] if "<" in page.path else page.path)
        for key, page in pages().items()
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_pictures(sign_in, addresses, variant):
    width, height, media, scheme = VARIANTS[variant]
    browser = sign_in("Chief financial officer")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", _media(media, scheme))
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        for key, address in addresses.items():
            _size(browser, width, height)
            browser.get(address)
            _until(browser, FILLED)
            _size(browser, width, min(_height(browser), TALLEST))
            _until(browser, "return document.fonts.status === 'loaded'")
            browser.save_screenshot(str(FOLDER / f"{key}-{variant}.png"))
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", _media("", "light"))
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _media(media, scheme):
    features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    return {
        "media": media if media == "print" else "",
        "features": [{"name": name, "value": value} for name, value in features.items()],
    }


def _size(browser, width, height):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 640},
    )


def _height(browser):
    return browser.execute_script("return document.documentElement.scrollHeight")


def _until(browser, script):
    WebDriverWait(browser, 60).until(lambda one: one.execute_script(script))
