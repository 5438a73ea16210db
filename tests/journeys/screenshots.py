"""Every page as a picture, in four variants; `make screenshots` puts them into a folder that is not committed.

So are the states that a page may be in: a stranger's, one without the right to it, empty, a failed source, before the
first data. It is no test: nothing is asserted but that every part of a page was filled. Somebody has to look.
"""

import os
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from threading import Thread

import pytest
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import delete, insert
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.auth.person import Person
from dashboard.auth.session import COOKIE, Sessions
from dashboard.page import pages
from dashboard.settings import DashboardSettings
from models.access import Role
from models.database import open_record
from models.snapshot import Snapshots
from models.tables.operations import ops_entity_run, ops_run
from models.told import told

FOLDER = Path(os.environ.get("ONEVIEW_SCREENSHOTS", "screenshots"))
VARIANTS = {
    "light": (1440, 900, "screen", "light"),
    "dark": (1440, 900, "screen", "dark"),
    "390": (390, 844, "screen", "light"),
    "print": (703, 1030, "print", "light"),  # a sheet of A4 within its margins
}
LANDSCAPE = 1032
TALLEST = 16000  # pixels that Chromium draws at once; what is below is another picture
# What is as high as the window lets it be stays so while the window is made as high as the page.
PINNED = """
document.querySelectorAll('.grid-frame').forEach(one => { one.style.height = one.offsetHeight + 'px'; });
"""
FILLED = """
const all = css => [...document.querySelectorAll(css)], seen = one => one.offsetHeight > 0;
return all('.section, .notice, a.sign-in').length > 0
  && all('.section .skeleton, [data-dash-is-loading="true"]').length === 0
  && all('.chart-graph').filter(seen).every(one => one.querySelector('.main-svg'))
  && all('.grid-frame').filter(seen).every(one => one.querySelector('.ag-row .record-link, .ag-row .contribution'))
  && all('.ag-cell-loading, .ag-row-loading, .ag-skeleton-effect').filter(seen).length === 0
  && document.fonts.status === 'loaded';
"""
HEIGHT = "return document.documentElement.scrollHeight"
FAILED_RUN = 10**6


class Camera:
    """Takes pictures of whole pages in one variant."""

    def __init__(self, browser, variant: str) -> None:
        self.browser, self.variant = browser, variant
        self.width, self.height, self.medium, self.scheme = VARIANTS[variant]

    def take(self, name: str, address: str) -> None:
        """Open a page, and take the whole of it once nothing is awaited and it grows no more."""
        width = self.width
        self._show("screen")  # what is printed was on the screen before
        self._size(width, self.height)
        self.browser.get(address)
        self._until(FILLED)
        if self.medium == "print":
            width = LANDSCAPE if self._run("return document.querySelector('.page-rows')") else width
            self._run("window.dispatchEvent(new Event('beforeprint'))")
            self._show("print")
        self._run(PINNED)
        height = 0
        while height != (now := self._run(HEIGHT)):
            height = now
            self._size(width, max(height, self.height))
            self._run("return new Promise(done => setTimeout(() => done(true), 400))")
            self._until(FILLED)
        height = max(height, self.height)
        for part, top in enumerate(range(0, height, TALLEST), 1):
            part_height = min(height - top, TALLEST)
            clip = {"x": 0, "y": top, "width": width, "height": part_height, "scale": 1}
            told = self._tell("Page.captureScreenshot", clip=clip)
            place = f"{name}-{self.variant}" + (f"-{part}" if part > 1 else "")
            (FOLDER / f"{place}.png").write_bytes(b64decode(told["data"]))

    def done(self) -> None:
        """Leave the browser as others take it."""
        self._tell("Emulation.setEmulatedMedia", media="", features=[])
        self._tell("Emulation.clearDeviceMetricsOverride")

    def _show(self, medium: str) -> None:
        features = {"prefers-color-scheme": self.scheme, "prefers-reduced-motion": "reduce"}
        self._tell(
            "Emulation.setEmulatedMedia",
            media="print" if medium == "print" else "",
            features=[{"name": name, "value": value} for name, value in features.items()],
        )

    def _size(self, width: int, height: int) -> None:
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=self.width < 640,
        )

    def _run(self, script: str):
        return self.browser.execute_script(script)

    def _tell(self, command: str, **about):
        return self.browser.execute_cdp_cmd(command, about)

    def _until(self, script: str) -> None:
        WebDriverWait(self.browser, 60).until(lambda one: one.execute_script(script))


@pytest.fixture(scope="module")
def addresses(sign_in, stack):
    """Key of the page -> an address of it."""
    browser = sign_in("Chief financial officer")
    WebDriverWait(browser, 60).until(
        lambda one: one.execute_script("return document.querySelector('.ranking tbody a')")
    )
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


@pytest.fixture
def camera():
    """Make a camera of a browser: camera(browser, variant)."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = []

    def make(browser, variant):
        made.append(Camera(browser, variant))
        return made[-1]

    yield make
    for one in made:
        one.done()


@pytest.fixture(scope="module")
def stranger(new_browser):
    """A browser in which nobody has signed in."""
    return new_browser()


@pytest.fixture(scope="module")
def beginning(sqlite_record, tmp_path_factory):
    """One View before its first sync: its address, and role -> the cookie of somebody who has signed in."""
    folder = tmp_path_factory.mktemp("beginning")
    record = open_record(f"sqlite:///{copy(sqlite_record, folder / 'record.db')}")
    server = make_server("127.0.0.1", 0, None, threaded=True)
    settings = DashboardSettings(
        secret_key="k" * 40,
        oidc_issuer="http://localhost:1",
        oidc_client_id="one-view",
        oidc_client_secret="s" * 40,
        public_url=f"http://127.0.0.1:{server.port}",
    )
    now = datetime.now(UTC)
    server.app = create_app(settings, record, Snapshots(folder), lambda: now).server
    sessions = Sessions(record, settings, lambda: now)
    cookies = {
        role: sessions.open(
            Person(subject=role, name="Ada Moss", email="ada@example.com", role=role)
        )
        for role in (Role.ADMINISTRATOR, Role.CFO)
    }
    Thread(target=server.serve_forever, daemon=True).start()
    yield settings.public_url, cookies
    server.shutdown()
    record.dispose()


@contextmanager
def failed(stack, system: str) -> Iterator[None]:
    """Meanwhile the last sync of a system has failed."""
    record, now = open_record(f"sqlite:///{stack.folder / 'record.db'}"), datetime.now(UTC)
    about = {"run_id": FAILED_RUN, "started_at": now, "finished_at": now, "state": "failed"}
    error = told("NetSuite answers 503 to every request. It is asked again in 15 minutes.")
    run = {"trigger": "schedule", "mode": "incremental", "heartbeat_at": now, "stage": "fetching"}
    with record.begin() as connection:
        connection.execute(insert(ops_run).values(about | run | {"error": error}))
        connection.execute(
            insert(ops_entity_run).values(about | {"entity": f"{system}__invoice", "error": error})
        )
    try:
        yield
    finally:
        with record.begin() as connection:
            for table in (ops_entity_run, ops_run):
                connection.execute(delete(table).where(table.c.run_id == FAILED_RUN))
        record.dispose()


@pytest.mark.parametrize("variant", VARIANTS)
def test_pictures(sign_in, addresses, camera, variant):
    take = camera(sign_in("Chief financial officer"), variant).take
    for key, address in addresses.items():
        take(key, address)


@pytest.mark.parametrize("variant", VARIANTS)
def test_pictures_of_states(sign_in, stack, stranger, beginning, camera, variant):
    camera(stranger, variant).take("sign_in", stack.address)

    cfo = camera(sign_in("Chief financial officer"), variant)
    cfo.take("empty", f"{stack.address}/revenue?period=2020-01")
    cfo.take("unknown", f"{stack.address}/nowhere")
    with failed(stack, "netsuite"):
        cfo.take("failed_source", stack.address)

    manager = camera(sign_in("Project manager"), variant)
    manager.take("forbidden", f"{stack.address}/profit-and-loss")

    address, cookies = beginning
    new = camera(stranger, variant)
    stranger.get(f"{address}/assets/rules.js")
    for name, role in {"first_run": Role.ADMINISTRATOR, "waiting": Role.CFO}.items():
        stranger.add_cookie({"name": COOKIE, "value": cookies[role], "path": "/"})
        new.take(name, address)
    stranger.delete_all_cookies()
