"""Large entities are read by a second process: the outcome is that of one process, whatever becomes of it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from models.errors import SourceUnavailableError
from sync.engine import ahead
from sync.engine.reading import Reader

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    """Every window is large enough for a second process; those that were begun."""
    begun: list[Reader] = []

    class Noted(Reader):
        def __init__(self, entity: Any) -> None:
            super().__init__(entity)
            begun.append(self)

    monkeypatch.setattr(ahead, "_ALONE", 0)
    monkeypatch.setattr(ahead, "Reader", Noted)
    monkeypatch.setattr(ahead.os, "cpu_count", lambda: 2)
    return begun


def _spoil(mirror: Mirror) -> None:
    mirror.netsuite.put(mirror.order, {"id": "500", "day": "2026-02-31", "amount": "1"})
    mirror.netsuite.put(mirror.order, {"id": "501", "day": "2026-02-01", "amount": "1e400"})
    mirror.netsuite.put(mirror.order, {"id": "502", "day": "2026-02-01", "number": "half \ud83d"})
    mirror.clock.move(minutes=1)


def test_two_processes_mirror_what_one_does(
    mirror: Mirror, readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    _spoil(mirror)
    assert mirror.run().state == "succeeded"
    by_two = mirror.state()
    count = len(readers)
    monkeypatch.setattr(ahead, "_ALONE", 1_000_000)
    mirror.clock.move(minutes=1)

    assert mirror.run(mode="full").state == "succeeded"

    by_one = mirror.state()
    assert count > 3
    assert len(readers) == count
    assert len(by_one["quarantine"]) == 3
    assert {key: value for key, value in by_one.items() if key != "cursors"} == {
        key: value for key, value in by_two.items() if key != "cursors"
    }


def test_a_reader_that_is_killed_costs_no_record(mirror: Mirror, readers: list[Reader]) -> None:
    def kill(_: Any) -> None:
        if readers:
            readers[-1].close()

    mirror.netsuite.before_page = kill

    assert mirror.run().state == "succeeded"
    assert readers
    assert len(mirror.rows(mirror.order)) == 120
    assert len(mirror.rows(mirror.line)) == 300


def test_no_process_is_left_when_the_source_fails(mirror: Mirror, readers: list[Reader]) -> None:
    def fail(_: Any) -> None:
        if mirror.netsuite.pages == 2:
            raise SourceUnavailableError("NetSuite did not answer.")

    mirror.netsuite.before_page = fail

    assert mirror.run().state == "failed"
    assert readers
    assert not any(reader.ask(b"{}") for reader in readers)
    assert len(mirror.rows(mirror.order)) == 40  # the pages before the fault


def test_the_process_ends_when_nobody_asks_any_more() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sync.engine.reading"],
        input=b"", capture_output=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0
    assert done.stdout == b""
