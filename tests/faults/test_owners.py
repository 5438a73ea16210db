"""Who may write: one run at a time, whoever asks, whoever slept, whoever is told to end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update

from models.database import writing
from models.errors import BusyError
from models.refresh import request_refresh
from models.tables.operations import ops_lease, ops_refresh_request, ops_run
from sync.command import stop_on_signal

Mirror = Any  # a fixture's class
fork = multiprocessing.get_context("fork")


def runs(mirror: Mirror) -> list[str]:
    with mirror.engine.connect() as connection:
        return list(connection.scalars(select(ops_run.c.state).order_by(ops_run.c.run_id)))


def expire(mirror: Mirror) -> None:
    """As if the owner had been silent for longer than the lease lasts."""
    with writing(mirror.engine) as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(ops_lease).values(expires_at=past))


def is_free(engine: Engine) -> bool:
    """Whether nobody else is in a transaction that would make us wait."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database), timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            return True
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
    )
    with engine.connect() as connection:
        return connection.scalar(others) == 0


@pytest.mark.fault(24)
def test_of_twenty_runs_at_once_one_runs_and_the_others_are_told_so(mirror: Mirror) -> None:
    ready = threading.Barrier(20)

    def attempt(_: int) -> str:
        ready.wait(timeout=30)
        try:
            return str(mirror.run().state)
        except BusyError:
            return "busy"

    busy = threading.Event()

    def hold_until_all_have_asked(_: object) -> None:
        busy.wait(timeout=30)

    mirror.netsuite.before_page = hold_until_all_have_asked
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(attempt, number) for number in range(20)]
        try:
            refused = [one.result() for one in islice(as_completed(asked, timeout=60), 19)]
        finally:
            busy.set()
        outcomes = [one.result(timeout=60) for one in asked]

    assert refused == ["busy"] * 19
    assert sorted(outcomes) == ["busy"] * 19 + ["succeeded"]
    assert runs(mirror) == ["succeeded"]


@pytest.mark.fault(24)
def test_twenty_people_who_ask_at_once_get_the_same_request(mirror: Mirror) -> None:
    ready = threading.Barrier(20)

    def ask(number: int) -> int:
        ready.wait(timeout=30)
        return request_refresh(mirror.engine, f"person {number}", mirror.clock())

    with ThreadPoolExecutor(20) as pool:
        requests = set(pool.map(ask, range(20)))

    assert len(requests) == 1
    with mirror.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ops_refresh_request)) == 1


@pytest.mark.fault(25)
def test_an_owner_that_was_stopped_and_wakes_after_its_lease_writes_nothing_more(
    mirror: Mirror, undisturbed: Mirror
) -> None:
    undisturbed.run()

    def slow_run() -> None:
        mirror.reopen()

        def stop() -> bool:
            """Between two pages the whole process stands still, as a laptop that sleeps."""
            if mirror.suiteprojects.pages >= 2:
                os.kill(os.getpid(), signal.SIGSTOP)
            return False

        result = mirror.run(mirror.suiteprojects, must_stop=stop)
        os._exit({"interrupted": 3, "succeeded": 0}.get(result.state, 1))

    mirror.let_go()
    child = fork.Process(target=slow_run)
    child.start()
    try:
        _, how = os.waitpid(child.pid, os.WUNTRACED)
        while os.WIFSTOPPED(how) and not is_free(mirror.engine):  # its heart beat at that moment
            os.kill(child.pid, signal.SIGCONT)
            _, how = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(how)
        expire(mirror)
        result = mirror.run()
        state = mirror.state()
        while os.WIFSTOPPED(how):
            os.kill(child.pid, signal.SIGCONT)
            _, how = os.waitpid(child.pid, os.WUNTRACED)
    finally:
        child.kill()

    assert result.state == "succeeded", result.error
    assert os.waitstatus_to_exitcode(how) == 3
    assert mirror.state() == state == undisturbed.state()
    assert runs(mirror) == ["interrupted", "succeeded"]


@pytest.mark.fault(36)
def test_a_process_that_is_told_to_end_finishes_its_chunk_and_the_next_goes_on(
    mirror: Mirror, undisturbed: Mirror
) -> None:
    undisturbed.run()
    reached = fork.Event()

    def run_until_told() -> None:
        mirror.reopen()
        stop = stop_on_signal()

        def say(_: object) -> None:
            if mirror.netsuite.pages == 3 and not reached.is_set():
                reached.set()
                stop.wait(60)

        mirror.netsuite.before_page = say
        os._exit({"interrupted": 3, "succeeded": 0}.get(mirror.run(must_stop=stop.is_set).state, 1))

    mirror.let_go()
    child = fork.Process(target=run_until_told)
    child.start()
    try:
        assert reached.wait(60)
        os.kill(child.pid, signal.SIGTERM)
        child.join(60)
    finally:
        child.kill()
        child.join()
    kept = sum(len(mirror.rows(entity)) for entity in mirror.entities.values())
    result = mirror.run()

    assert child.exitcode == 3
    assert kept > 0
    assert result.state == "succeeded", result.error
    assert runs(mirror) == ["interrupted", "succeeded"]
    assert mirror.state() == undisturbed.state()
