"""What an account allows is shared by all processes, counted, and never used up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select, update

from models.database import open_record, upgrade, writing
from models.errors import QuotaSpentError, SourceAuthError
from models.tables.operations import ops_account, ops_permit, ops_quota
from sync.clients.limits import Limits, Seat, part_of, room_at
from sync.clients.share import RecordShare
from sync.quotas import quota_lines, read_quotas

pytestmark = pytest.mark.once

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Make = Callable[..., RecordShare]


@pytest.fixture
def record(record_url: str) -> Iterator[Engine]:
    engine = open_record(record_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def share(record: Engine) -> Iterator[Make]:
    """Makes the share of one more process in the one account."""
    made: list[RecordShare] = []

    def make(concurrency: int = 2, credentials: str = "these", **limits: Any) -> RecordShare:
        limit = Limits(concurrency=concurrency, **limits)
        made.append(RecordShare(record, "psa:demo", "The system", limit, credentials))
        return made[-1]

    yield make
    for one in made:
        one.close()


def ask(share: RecordShare, times: int = 1) -> float:
    """Send requests, one after the other; returns the last wait."""
    wait = 0.0
    for _ in range(times):
        wait = share.turn()
        if not wait:
            share.done()
    return wait


def sent(record: Engine, requests: int, ago: timedelta) -> None:
    """As if some process of ours had sent requests a while ago."""
    minute = (datetime.now(UTC) - ago).replace(second=0, microsecond=0)
    with writing(record) as connection:
        values = {"account": "psa:demo", "minute": minute, "requests": requests}
        connection.execute(insert(ops_quota).values(values))


@pytest.mark.fault(6)
def test_processes_together_never_hold_more_than_the_account_allows(
    share: Make, record: Engine
) -> None:
    first, second, third = share(5), share(5), share(5)

    ask(first)
    assert first.held == 5
    assert ask(second) > 0  # all are taken: it waits until the first renews
    for one in (first, second, third, first, second, third):
        one.renew()

    assert sorted([first.held, second.held, third.held]) == [1, 2, 2]
    with record.connect() as connection:
        assert connection.scalar(select(func.sum(ops_permit.c.held))) == 5


def test_the_permits_of_a_process_that_died_are_free_at_once(share: Make, record: Engine) -> None:
    dead, alive = share(), share()
    ask(dead)
    with writing(record) as connection:
        owner = connection.scalar(select(ops_permit.c.owner))
        host, boot, pid, _ = str(owner).rsplit(":", 3)
        connection.execute(update(ops_permit).values(owner=f"{host}:{boot}:{pid}:1"))

    ask(alive)

    assert alive.held == 2


def test_who_gives_back_lets_the_next_one_have_all(share: Make) -> None:
    first, second = share(), share()
    ask(first)
    first.close()

    ask(second)

    assert second.held == 2


def test_a_request_costs_no_write_of_its_own(share: Make, record: Engine) -> None:
    one = share(per_day=100_000)
    commits: list[object] = []
    event.listen(record, "commit", commits.append)

    ask(one, times=500)

    assert len(commits) <= 2
    one.renew()
    with record.connect() as connection:
        assert connection.scalar(select(func.sum(ops_quota.c.requests))) == 500


@pytest.mark.parametrize(
    ("held", "limit", "part"), [([0], 2, 2), ([0, 2], 2, 0), ([0, 1], 2, 1), ([0, 1, 1], 2, 0)]
)
def test_parts_are_equal_and_never_more_than_is_free(
    held: list[int], limit: int, part: int
) -> None:
    seats = [Seat(str(at), of, False, NOON + timedelta(at)) for at, of in enumerate(held)]

    assert part_of("0", seats, limit) == part


def test_a_person_s_wish_goes_first() -> None:
    early, urgent = Seat("a", 0, False, NOON), Seat("b", 0, True, NOON + timedelta(hours=1))

    assert part_of("b", [early, urgent], 1) == 1
    assert part_of("a", [early, urgent], 1) == 0


@pytest.mark.fault(7)
def test_the_schedule_leaves_the_reserve_and_the_last_tenth_alone_and_says_when_it_goes_on(
    share: Make, record: Engine
) -> None:
    sent(record, 700, timedelta(hours=20))
    one = share(per_day=1000, reserve=0.2)  # 800 are ours, 720 of them the schedule's

    ask(one, times=20)
    with pytest.raises(QuotaSpentError, match="until 20") as refused:
        ask(one)

    assert "1,000 in 24 hours" in str(refused.value)
    assert "720 were sent" in str(refused.value)
    expected = datetime.now(UTC) + timedelta(hours=4)
    assert abs(refused.value.until - expected) < timedelta(minutes=3)


@pytest.mark.fault(7)
def test_what_a_person_asks_for_may_use_the_last_tenth_but_not_the_reserve(
    share: Make, record: Engine
) -> None:
    sent(record, 790, timedelta(hours=20))
    one = share(per_day=1000, reserve=0.2)
    one.begin(urgent=True)

    ask(one, times=10)
    with pytest.raises(QuotaSpentError):
        ask(one)


@pytest.mark.fault(7)
def test_what_others_used_of_the_day_is_known_by_the_account_s_own_word(share: Make) -> None:
    one = share(per_day=1000, reserve=0.2)
    one.begin(urgent=True)
    ask(one)

    one.told(205)
    ask(one, times=5)

    with pytest.raises(QuotaSpentError):
        ask(one)


@pytest.mark.fault(7)
def test_every_process_leaves_a_parked_account_alone_until_it_is_due(
    share: Make, record: Engine
) -> None:
    until = share(per_day=1000).park()

    with pytest.raises(QuotaSpentError) as refused:
        ask(share(per_day=1000))
    assert refused.value.until == until
    with writing(record) as connection:
        connection.execute(update(ops_account).values(parked_until=datetime.now(UTC)))

    assert ask(share(per_day=1000)) == 0


def test_room_comes_when_enough_of_what_was_sent_is_a_day_old() -> None:
    told = {NOON - timedelta(hours=5): 10, NOON - timedelta(hours=3): 50}

    assert room_at(told, allowed=60, room=5, now=NOON) == NOON + timedelta(hours=19, minutes=1)
    assert room_at(told, allowed=60, room=20, now=NOON) == NOON + timedelta(hours=21, minutes=1)
    assert room_at(told, allowed=80, room=20, now=NOON) is None


def test_the_minute_s_limit_is_kept_by_waiting(record: Engine) -> None:
    seconds = [0.0]
    limits = Limits(concurrency=2, per_minute=10, reserve=0.5)
    one = RecordShare(record, "psa:demo", "It", limits, "these", lambda: seconds[0])

    assert ask(one, times=5) == 0
    seconds[0] = 20.0
    assert ask(one) == 40.0
    seconds[0] = 60.0
    assert ask(one) == 0
    one.close()


@pytest.mark.fault(29)
def test_refused_credentials_are_not_tried_again_until_they_change_or_a_person_asks(
    share: Make,
) -> None:
    def one_process(urgent: bool = False, **given: Any) -> float:
        process = share(**given)
        process.begin(urgent=urgent)
        try:
            wait = ask(process)
            process.accepted()
            return wait
        finally:
            process.close()

    assert one_process() == 0
    share().refused("The key has ended.")

    with pytest.raises(SourceAuthError, match=r"The key has ended.*not asked again"):
        one_process()
    assert one_process(credentials="others") == 0
    with pytest.raises(SourceAuthError):
        one_process()
    assert one_process(urgent=True) == 0  # and the good answer clears it
    assert one_process() == 0


def test_the_status_tells_what_is_used_and_what_is_left(share: Make, record: Engine) -> None:
    sent(record, 700, timedelta(hours=20))
    one = share(per_day=1000, reserve=0.2)
    one.begin(urgent=True)
    ask(one)
    one.told(290)
    ask(one, times=3)
    one.renew()

    with record.connect() as connection:
        (line,) = quota_lines(read_quotas(connection))

    assert line.startswith(
        "psa:demo: 704 requests in 24 hours of 1,000, 200 of them left to others"
    )
    assert line.endswith("287 are left")
