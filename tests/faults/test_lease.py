from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.database import writing
from models.errors import BusyError, LeaseLostError
from models.tables.operations import ops_lease
from sync.engine.lease import Lease, take

Mirror = Any  # a fixture's class


def expire(mirror: Mirror) -> None:
    """As if the owner had been silent for longer than the lease lasts."""
    with writing(mirror.engine) as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(ops_lease).values(expires_at=past))


@pytest.mark.fault(24)
def test_a_second_owner_is_refused_while_the_first_lives(mirror: Mirror) -> None:
    take(mirror.engine, "sync")

    with pytest.raises(BusyError, match="sync"):
        take(mirror.engine, "sync")


def test_a_released_lease_is_taken_with_a_greater_token(mirror: Mirror) -> None:
    first = take(mirror.engine, "sync")
    first.release(mirror.engine)

    second = take(mirror.engine, "sync")

    assert second.token > first.token


@pytest.mark.fault(25)
def test_the_lease_of_a_killed_process_is_free_at_once(
    mirror: Mirror, in_child: Callable[[Callable[[], object]], int | None]
) -> None:
    def hold_and_die() -> None:
        mirror.reopen()
        take(mirror.engine, "sync")
        os.kill(os.getpid(), signal.SIGKILL)

    in_child(hold_and_die)

    assert take(mirror.engine, "sync").token == 2


@pytest.mark.fault(16, 25)
def test_the_lease_of_another_machine_is_free_only_when_it_has_run_out(mirror: Mirror) -> None:
    take(mirror.engine, "sync")
    with writing(mirror.engine) as connection:
        connection.execute(update(ops_lease).values(owner="elsewhere:0a1b2c3d:77:1234"))
    with pytest.raises(BusyError):
        take(mirror.engine, "sync")

    expire(mirror)

    assert take(mirror.engine, "sync").token == 2


@pytest.mark.fault(25)
def test_an_owner_that_slept_too_long_can_neither_prolong_nor_release(mirror: Mirror) -> None:
    slept = take(mirror.engine, "sync")
    expire(mirror)
    awake = take(mirror.engine, "sync")

    with pytest.raises(LeaseLostError), writing(mirror.engine) as connection:
        slept.extend(connection)
    slept.release(mirror.engine)

    with pytest.raises(BusyError):
        take(mirror.engine, "sync")
    with writing(mirror.engine) as connection:
        awake.extend(connection)


@pytest.mark.fault(24)
def test_a_run_is_refused_while_another_is_at_work(mirror: Mirror) -> None:
    refusals: list[str] = []

    def run_meanwhile() -> None:
        with pytest.raises(BusyError) as refused:
            mirror.run()
        refusals.append(str(refused.value))

    mirror.builds.before = run_meanwhile

    assert mirror.run().state == "succeeded"
    assert refusals


@pytest.mark.fault(25)
def test_a_run_whose_lease_was_taken_over_writes_nothing_more(
    mirror: Mirror, undisturbed: Mirror
) -> None:
    undisturbed.run()
    taken: list[Lease] = []

    def take_over(_: object) -> None:
        if mirror.suiteprojects.pages == 3 and not taken:
            expire(mirror)
            taken.append(take(mirror.engine, "sync"))

    mirror.suiteprojects.before_page = take_over
    slow = mirror.run(mirror.suiteprojects)
    kept = len(mirror.rows(mirror.hours))
    with mirror.engine.connect() as connection:
        token = connection.scalar(select(ops_lease.c.token))
    taken[0].release(mirror.engine)
    result = mirror.run()

    assert slow.state == "interrupted"
    assert mirror.builds.calls == 2  # both of them the second run's
    assert kept < 90
    assert token == taken[0].token
    assert result.state == "succeeded"
    assert mirror.state() == undisturbed.state()
