from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.tables.operations import ops_run

Mirror = Any  # a fixture's class
InChild = Callable[[Callable[[], object]], int | None]


def states(mirror: Mirror) -> list[str]:
    with mirror.engine.connect() as connection:
        return list(connection.scalars(select(ops_run.c.state).order_by(ops_run.c.run_id)))


def something_happens(mirror: Mirror) -> None:
    """A change, a new record, a deletion, a bad record, a replaced set of lines."""
    mirror.clock.move(minutes=30)
    netsuite, suiteprojects = mirror.netsuite, mirror.suiteprojects
    for number in range(40, 70):
        netsuite.put(mirror.order, {"id": str(number), "day": "2025-05-05", "amount": "3.33"})
    netsuite.remove(mirror.line, "41", "1", "A")
    netsuite.remove(mirror.order, "90")
    for index in (0, 1):
        netsuite.remove(mirror.line, "90", str(index), "A")
    netsuite.remove(mirror.rate, "4")
    suiteprojects.put(mirror.person, {"id": 50, "name": "New"})
    suiteprojects.put(mirror.hours, {"id": 3, "person": 1, "day": "2026-02-31", "hours": "1"})
    suiteprojects.remove(mirror.hours, 9)
    mirror.clock.move(minutes=1)


@pytest.mark.fault(1)
@pytest.mark.parametrize(("at", "count"), [("commit", 9), ("begin", 33), ("begin", 50)])
def test_a_first_load_that_was_killed_ends_in_the_same_record(
    mirror: Mirror, undisturbed: Mirror, in_child: InChild, at: str, count: int
) -> None:
    undisturbed.run()

    code = in_child(lambda: mirror.run_and_die(at, count))
    result = mirror.run()

    assert code == -signal.SIGKILL
    assert result.state == "succeeded", result.error
    assert mirror.state() == undisturbed.state()
    assert states(mirror) == ["interrupted", "succeeded"]


@pytest.mark.fault(1)
@pytest.mark.parametrize(("at", "count"), [("commit", 12), ("begin", 24)])
def test_a_run_for_changes_that_was_killed_ends_in_the_same_record(
    mirror: Mirror, undisturbed: Mirror, in_child: InChild, at: str, count: int
) -> None:
    for one in (mirror, undisturbed):
        one.run()
        something_happens(one)
    undisturbed.run()

    code = in_child(lambda: mirror.run_and_die(at, count))
    result = mirror.run()

    assert code == -signal.SIGKILL
    assert result.state == "succeeded", result.error
    assert mirror.state() == undisturbed.state()
    assert len(mirror.rows(mirror.line, deleted=True)) == 3


@pytest.mark.fault(1)
def test_a_load_that_is_killed_again_and_again_still_comes_to_its_end(
    mirror: Mirror, undisturbed: Mirror, in_child: InChild
) -> None:
    undisturbed.run()
    mirror.netsuite.page_size = 8

    codes = [in_child(lambda: mirror.run_and_die("commit", 45))]
    while codes[-1] == -signal.SIGKILL and len(codes) < 12:
        codes.append(in_child(lambda: mirror.run_and_die("commit", 45)))

    assert codes.count(-signal.SIGKILL) >= 2
    assert codes[-1] == 0
    assert mirror.state() == undisturbed.state()


@pytest.mark.fault(1)
def test_a_resumed_load_reads_no_page_again_that_was_committed(
    mirror: Mirror, in_child: InChild
) -> None:
    in_child(lambda: mirror.run_and_die("begin", 40))
    kept = sum(len(mirror.rows(entity)) for entity in mirror.entities.values())

    mirror.run()

    everything = sum(len(mirror.rows(entity)) for entity in mirror.entities.values())
    unfinished = 2 * mirror.netsuite.page_size + len(mirror.rows(mirror.rate))
    read = len(mirror.netsuite.served) + len(mirror.suiteprojects.served)
    assert kept > 0
    assert read <= everything - kept + unfinished


@pytest.mark.fault(36)
def test_a_run_that_is_asked_to_stop_is_gone_on_with_by_the_next(
    mirror: Mirror, undisturbed: Mirror
) -> None:
    undisturbed.run()

    stopped = mirror.run(must_stop=lambda: mirror.netsuite.pages >= 4)
    result = mirror.run()

    assert stopped.state == "interrupted"
    assert "goes on from there" in stopped.error
    assert result.state == "succeeded"
    assert mirror.state() == undisturbed.state()
