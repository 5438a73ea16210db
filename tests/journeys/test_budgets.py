"""What a page transfers and how often it asks, by Chromium's own network log over the web app as it is run."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import PATIENCE, PAUSE

KB = 1000
MANY = "/_dash-update-components"
READY = """
const waiting = document.querySelectorAll('.section .skeleton, [data-dash-is-loading="true"]').length;
const drawn = document.querySelectorAll('.chart-graph .main-svg').length > 0;
return document.querySelectorAll('.section').length > 0 && !waiting
  && (drawn || !document.querySelector('.chart-graph'));
"""
IN_VIEW = """
return [...document.querySelectorAll('[id*=\\'"type":"section"\\']')].filter(place => {
  const box = place.getBoundingClientRect();
  return box.top < window.innerHeight && box.bottom >= 0;
}).map(place => JSON.parse(place.id).name);
"""


@dataclass
class Transfer:
    """One request: its bytes on the wire, headers and all, as the server sent them."""

    url: str
    sent: float
    body: str
    size: int = 0
    cached: bool = False
    done: float = 0.0

    @property
    def sections(self):
        """The sections of a page that it asks for."""
        if MANY not in self.url:
            return []
        ids = [
            part["outputs"].get("id")
            for part in json.loads(self.body)
            if isinstance(part["outputs"], dict)
        ]
        return [one["name"] for one in ids if isinstance(one, dict) and one["type"] == "section"]  # fmt: skip


class Watched:
    """A signed-in browser whose requests are counted."""

    def __init__(self, browser, address):
        self.browser = browser
        self.address = address

    def cold(self, path, ready=READY):
        """Open a page that nothing is kept of."""
        self.browser.get("about:blank")
        self.browser.execute_cdp_cmd("Network.clearBrowserCache", {})
        return self.open(path, ready)

    def open(self, path, ready=READY):
        self.browser.get_log("performance")
        self.browser.get(self.address + path)
        return self.since(ready)

    def since(self, ready=READY):
        """What was asked until a page is ready and every answer has come to its end."""
        found = {}
        self.until(lambda one: one.execute_script(ready))
        # an answer that has come may lead the page to its next question: only a page that is ready asks no more
        self.until(
            lambda one: self._ended(found) and one.execute_script(ready) and self._ended(found)
        )
        return [one for one in found.values() if one.url.startswith(self.address)]

    def until(self, condition):
        WebDriverWait(self.browser, PATIENCE, PAUSE).until(condition)

    def _ended(self, found):
        return all(one.done for one in self._heard(found).values())

    def _heard(self, found):
        for line in self.browser.get_log("performance"):
            event = json.loads(line["message"])["message"]
            _heard(found, event["method"], event["params"])
        return found


def _heard(found, method, params):
    one = found.get(params.get("requestId"))
    if method == "Network.requestWillBeSent":
        asked = params["request"]
        found[params["requestId"]] = Transfer(
            asked["url"], params["timestamp"], asked.get("postData", "")
        )
    elif one is None:
        return
    elif method == "Network.requestServedFromCache":
        one.cached = True
    elif method == "Network.responseReceived":
        one.cached = one.cached or params["response"].get("fromDiskCache", False)
    elif method == "Network.loadingFinished":
        one.size, one.done = params["encodedDataLength"], params["timestamp"]
    elif method == "Network.loadingFailed":
        one.done = params["timestamp"]


def asked_of_the_server(log):
    return [one for one in log if not one.cached]


def size(log):
    return sum(one.size for one in asked_of_the_server(log))


@pytest.fixture(scope="module")
def watched(stack, sign_in, new_browser):
    cookie = sign_in("Chief financial officer").get_cookie("ov_session")
    browser = new_browser(performance="ALL")
    browser.get(f"{stack.address}/sign-in")
    browser.add_cookie({name: cookie[name] for name in ("name", "value", "path")})
    yield Watched(browser, stack.address.rstrip("/"))
    browser.quit()


@dataclass(frozen=True)
class Course:
    """What a reader's way asked for: a page nothing is kept of, once more, then another period.

    Attributes:
        seen: the sections that were in view as the period was changed.
    """

    cold: list
    warm: list
    seen: set
    filtered: list


@pytest.fixture(scope="module")
def with_charts(watched):
    cold = watched.cold("/revenue")
    watched.browser.get("about:blank")  # so that what is kept is kept on disk, not by the page
    warm = watched.open("/revenue?period=2026-09")
    seen = set(watched.browser.execute_script(IN_VIEW))
    before = _title(watched.browser)
    watched.browser.execute_script("document.querySelector('.period-control a.step').click()")
    watched.until(lambda one: _title(one) not in ("", before))
    return Course(cold, warm, seen, watched.since())


@pytest.fixture(scope="module")
def without_charts(watched):
    return watched.cold("/profit-and-loss")


def test_a_page_with_charts_comes_in_at_most_20_requests_of_1350_kb(with_charts):
    log = with_charts.cold

    assert any("plotly" in one.url for one in log)
    assert len(log) <= 20, [one.url for one in log]
    assert size(log) <= 1350 * KB


def test_what_a_page_asks_while_its_libraries_load_is_not_asked_again(watched):
    log = watched.cold("/revenue?period=2026-09")

    first, *rest = sorted((one for one in log if MANY in one.url), key=lambda one: one.sent)
    assert {"head", "tiles"} <= set(first.sections)
    assert [one for one in (first, *rest) if "main.children" in one.body] == [first]
    sections = [name for one in (first, *rest) for name in one.sections]
    assert len(sections) == len(set(sections))
    layouts = [one for one in log if one.url.endswith(("/_dash-layout", "/_dash-dependencies"))]
    assert len(layouts) == len({one.url for one in layouts}) == 2


def test_a_page_without_charts_comes_in_600_kb(without_charts):
    assert not [one.url for one in without_charts if "plotly" in one.url or "ag_grid" in one.url]
    assert 0 < size(without_charts) <= 600 * KB


def test_the_document_comes_in_20_kb_and_the_way_in_in_30_kb(watched, without_charts):
    (document,) = [one for one in without_charts if urlsplit(one.url).path == "/profit-and-loss"]
    way_in = watched.cold("/sign-in", "return document.querySelector('a.sign-in, h1') !== null")

    assert 0 < document.size <= 20 * KB
    assert 0 < size(way_in) <= 30 * KB


def test_once_its_files_are_there_a_page_asks_at_most_five_times_until_its_first_data(with_charts):
    first = min((one for one in with_charts.warm if one.sections), key=lambda one: one.sent)
    before = [one.url for one in asked_of_the_server(with_charts.warm) if one.sent <= first.done]
    assert {"head", "tiles"} <= set(first.sections)
    assert 0 < len(before) <= 5, before


def test_another_filter_is_one_request_for_what_is_in_view_and_the_rest_waits(with_charts):
    log = [one for one in with_charts.filtered if one.sections]

    first, *rest = sorted(log, key=lambda one: one.sent)
    assert {"tiles", "head"} <= with_charts.seen <= set(first.sections)
    later = [name for one in rest for name in one.sections]
    assert later
    assert not set(later) & with_charts.seen
    assert all(one.sent >= first.done for one in rest)


def _title(browser):
    return browser.execute_script("return document.querySelector('h1')?.textContent ?? ''")
