"""What many tests share: a fresh record on each engine that the product supports."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copy
from types import SimpleNamespace
from typing import Any

import pytest
import typer.testing
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, make_url, text
from xdist.scheduler import LoadFileScheduling

from models.database import open_record, upgrade
from tests.servers import is_installed, postgres

pytest.register_assert_rewrite(  # what is wrong is told from there as from the tests themselves
    "tests.faults.fields.account",
    "tests.golden.asked",
    "tests.golden.wire",
    "tests.unit.dashboard.api",
    "tests.unit.models.metrics.tried",
    "tests.unit.sync.transforms.both",
)

# Cases drawn at random are judged by what they find: that a busy machine is slow is no finding.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# To make a command's parser takes as long as many an answer: one is made of each, and used again.
typer.testing._get_command = cache(typer.testing._get_command)

SETTINGS = "-c fsync=off -c max_connections=50 -c shared_buffers=64MB"

NO_CASE = SimpleNamespace(params={})
COSTLY = ("journeys", "golden")  # folders whose fixtures take long: one worker makes them, once
LONG = (  # what takes longest goes first: no worker is left with it when the others have ended
    *(f"tests/{folder}/" for folder in COSTLY),
    "tests/faults/wire/test_answers.py",
    "tests/unit/sync/transforms/test_increments.py",
    "tests/unit/dashboard/test_api_numbers.py",
)


class OneWorkerAFolder(LoadFileScheduling):
    """Gives each file to one worker, and each costly folder as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return folder if folder in COSTLY else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerAFolder:
    """Share the tests out so that what is costly to set up is set up once."""
    return OneWorkerAFolder(config, log)


def pytest_collection() -> None:
    """What is collected is all kept: nothing of it is garbage, and looking for some takes seconds."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look no more for garbage among thousands of tests and the modules they are of: a tenth of the run."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    """What is there at the end ends with the process: pytest and Python look through all of it, several times."""
    gc.freeze()


def pytest_report_header() -> str:
    """Say what is not run: thousands of cases, each of them set up to be skipped, took their time."""
    if os.environ.get("ONEVIEW_TEST_ALL"):
        return "with full products of cases"
    return "without full products of cases, which `make test-all` runs"


def _turn(item: pytest.Item) -> int:
    found = (place for place, start in enumerate(LONG) if item.nodeid.startswith(start))
    return next(found, len(LONG))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put first what takes longest; leave full products of cases to `make test-all`."""
    items.sort(key=_turn)
    if os.environ.get("ONEVIEW_TEST_ALL"):
        return
    left = [item for item in items if item.get_closest_marker("all")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("all")]
    for item in items:
        engines = getattr(item, "callspec", NO_CASE).params.values()
        if item.get_closest_marker("once") and "postgresql" in engines:
            item.add_marker(pytest.mark.skip(reason="on the second engine: make test-all"))


def _unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} CI must test both engines.")
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str | None]:
    """The URL of a PostgreSQL server that is the tests' own; None when there is none."""
    given = os.environ.get("ONEVIEW_TEST_POSTGRES_URL")
    if given or not is_installed():
        yield given
        return
    with postgres(SETTINGS) as url:
        yield url


@contextmanager
def _database(server_url: str, *of: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that is made anew, as a copy `of` another one if given; dropped afterwards."""
    name = f"oneview_test_{secrets.token_hex(6)}"
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(" ".join([f"CREATE DATABASE {name}", *of])))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def postgres_url(postgres_server: str | None) -> Iterator[str]:
    """The URL of a fresh, empty PostgreSQL database."""
    if postgres_server is None:
        _unavailable("install postgresql-15 or set ONEVIEW_TEST_POSTGRES_URL.")
    with _database(str(postgres_server)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, once on SQLite and once on PostgreSQL: for what makes them."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'record.db'}"
    return str(request.getfixturevalue("postgres_url"))


def _prepared(url: str) -> str:
    """Make the tables of a record; what all steps there ever were take is taken once for all tests."""
    engine = open_record(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def sqlite_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a record with tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "record.db"
    _prepared(f"sqlite:///{path}")
    return path


@pytest.fixture
def record(sqlite_record: Path, tmp_path: Path) -> Iterator[Engine]:
    """A fresh record with nothing in its tables: for what does not hang on the engine."""
    engine = open_record(f"sqlite:///{copy(sqlite_record, tmp_path / 'record.db')}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_record(postgres_server: str | None) -> Iterator[str]:
    """The name of such a database, to be copied."""
    if postgres_server is None:
        _unavailable("install postgresql-15 or set ONEVIEW_TEST_POSTGRES_URL.")
    with _database(str(postgres_server)) as url:
        yield str(make_url(_prepared(url)).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def record_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh record with nothing in its tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "record.db"
        copy(request.getfixturevalue("sqlite_record"), path)
        yield f"sqlite:///{path}"
        return
    kept = request.getfixturevalue("postgres_record")
    with _database(str(request.getfixturevalue("postgres_server")), "TEMPLATE", kept) as url:
        yield url
