from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models.database import writing
from models.refresh import request_refresh
from models.tables.operations import ops_entity_run, ops_refresh_request, ops_run
from sync.selection.schedule import default_schedules
from sync.selection.select import Selection
from sync.worker import Worker, waiting_with

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def make_worker(mirror: Mirror, stop: threading.Event) -> Callable[[], Worker]:
    selection = Selection(entities=mirror.entities, schedules=default_schedules(60))

    def make() -> Worker:
        return Worker(
            mirror.engine, [mirror.netsuite, mirror.suiteprojects], mirror.clock, mirror.builds,
            selection=selection, history_months=14, stop=stop,
        )  # fmt: skip

    return make


@pytest.fixture
def worker(make_worker: Callable[[], Worker]) -> Worker:
    return make_worker()


def requests(mirror: Mirror) -> list[tuple[str, int | None]]:
    columns = (ops_refresh_request.c.state, ops_refresh_request.c.run_id)
    with mirror.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def runs(mirror: Mirror) -> list[tuple[str, str | None, str]]:
    columns = (ops_run.c.trigger, ops_run.c.requested_by, ops_run.c.state)
    with mirror.engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(select(*columns).order_by(ops_run.c.run_id))
        ]


def test_the_first_run_is_called_so_and_the_next_is_the_schedule_s(
    worker: Worker, mirror: Mirror
) -> None:
    worker.sync_on_schedule()
    worker.sync_on_schedule()

    assert runs(mirror) == [("first", None, "succeeded"), ("schedule", None, "succeeded")]


def test_a_request_leads_to_a_run_in_the_name_of_who_asked(worker: Worker, mirror: Mirror) -> None:
    request_refresh(mirror.engine, "cfo@example.com", mirror.clock())

    result = worker.serve_requests()

    assert result is not None
    assert runs(mirror) == [("refresh", "cfo@example.com", "succeeded")]
    assert requests(mirror) == [("done", result.run_id)]
    assert worker.serve_requests() is None


@pytest.mark.fault(24)
def test_who_asks_while_a_refresh_runs_joins_it(worker: Worker, mirror: Mirror) -> None:
    first = request_refresh(mirror.engine, "cfo@example.com", mirror.clock())
    joined: list[int] = []
    mirror.builds.before = lambda: joined.append(
        request_refresh(mirror.engine, "somebody else", mirror.clock())
    )

    worker.serve_requests()

    assert joined == [first, first]
    assert len(requests(mirror)) == 1


def test_who_asks_for_a_project_gets_a_run_of_it_and_who_waits_for_everything_goes_first(
    worker: Worker, mirror: Mirror
) -> None:
    def modes() -> list[str]:
        with mirror.engine.connect() as connection:
            return list(connection.scalars(select(ops_run.c.mode).order_by(ops_run.c.run_id)))

    request_refresh(mirror.engine, "pm@example.com", mirror.clock(), "ALPHA-1")

    result = worker.serve_requests()

    assert result is not None
    assert modes() == ["part: project ALPHA-1"]
    assert requests(mirror) == [("done", result.run_id)]

    request_refresh(mirror.engine, "pm@example.com", mirror.clock(), "ALPHA-1")
    request_refresh(mirror.engine, "cfo@example.com", mirror.clock())
    worker.serve_requests()

    assert modes()[1:] == ["incremental"]
    assert {state for state, _ in requests(mirror)} == {"done"}
    assert worker.serve_requests() is None


def test_a_refresh_after_one_that_is_done_is_a_new_one(worker: Worker, mirror: Mirror) -> None:
    first = request_refresh(mirror.engine, "cfo@example.com", mirror.clock())
    worker.serve_requests()

    assert request_refresh(mirror.engine, "cfo@example.com", mirror.clock()) != first


def test_a_failed_run_closes_its_request(worker: Worker, mirror: Mirror) -> None:
    mirror.builds.fault = RuntimeError("no space")
    request_refresh(mirror.engine, "cfo@example.com", mirror.clock())

    worker.serve_requests()

    assert [state for state, _ in requests(mirror)] == ["done"]
    assert runs(mirror)[0][2] == "failed"


def test_a_recent_good_run_is_not_repeated_when_the_worker_starts(
    worker: Worker, mirror: Mirror
) -> None:
    at_once = worker.first_at("standard")
    worker.sync_on_schedule()
    with writing(mirror.engine) as connection:
        connection.execute(update(ops_run).values(started_at=at_once))

    assert worker.first_at("standard") == at_once + timedelta(hours=1)


def test_the_worker_syncs_at_once_then_serves_requests_until_it_is_stopped(
    worker: Worker, mirror: Mirror, stop: threading.Event
) -> None:
    served = threading.Event()

    def ask_then_tell() -> None:
        if mirror.builds.calls == 0:  # the first run began without it
            request_refresh(mirror.engine, "cfo@example.com", mirror.clock())
        if mirror.builds.calls == 2:
            served.set()

    mirror.builds.before = ask_then_tell
    thread = threading.Thread(target=worker.serve)
    thread.start()
    in_time = served.wait(timeout=30)
    stop.set()
    thread.join(timeout=30)

    assert in_time
    assert not thread.is_alive()
    assert [trigger for trigger, _, _ in runs(mirror)] == ["first", "refresh"]
    assert [state for state, _ in requests(mirror)] == ["done"]


def test_what_a_dead_worker_had_taken_is_served_by_the_next(
    worker: Worker, mirror: Mirror, stop: threading.Event
) -> None:
    left_behind = {"requested_by": "a", "requested_at": mirror.clock(), "state": "taken"}
    with writing(mirror.engine) as connection:
        connection.execute(insert(ops_refresh_request).values(left_behind))
    mirror.builds.before = stop.set

    worker.serve()

    assert requests(mirror) == [("done", 1)]


@pytest.mark.fault(24)
def test_a_second_worker_waits_until_the_first_is_gone(
    make_worker: Callable[[], Worker], mirror: Mirror, stop: threading.Event
) -> None:
    first, second = (threading.Thread(target=make_worker().serve) for _ in range(2))

    first.start()
    second.start()
    stop.set()
    first.join(timeout=30)
    second.join(timeout=30)

    assert not first.is_alive()
    assert not second.is_alive()
    assert len(runs(mirror)) <= 1


@pytest.mark.fault(36)
def test_a_wait_between_attempts_ends_when_the_worker_is_stopped(
    mirror: Mirror, stop: threading.Event
) -> None:
    wait = waiting_with(stop)

    def answer_later(_: object) -> None:
        stop.set()
        wait(3_600)

    mirror.netsuite.before_page = answer_later

    assert mirror.run(must_stop=stop.is_set).state == "interrupted"


def test_groups_that_are_due_run_their_own_entities_and_a_person_s_refresh_runs_all(
    mirror: Mirror, stop: threading.Event
) -> None:
    rare = replace(mirror.rate, group="reference")
    entities = {**mirror.entities, rare.key: rare}
    selection = Selection(entities=entities, schedules=default_schedules(60))
    worker = Worker(
        mirror.engine, [mirror.netsuite, mirror.suiteprojects], mirror.clock, mirror.builds,
        selection=selection, history_months=14, stop=stop,
    )  # fmt: skip
    worker.sync_on_schedule(["standard"])  # the very first is of everything
    worker.sync_on_schedule(["standard"])
    request_refresh(mirror.engine, "cfo@example.com", mirror.clock())
    worker.serve_requests()

    part = ops_entity_run.c
    with mirror.engine.connect() as connection:
        found = connection.execute(select(part.run_id).where(part.entity == rare.key))
        assert sorted(found.scalars()) == [1, 3]
    assert [trigger for trigger, _, _ in runs(mirror)] == ["first", "schedule", "refresh"]
