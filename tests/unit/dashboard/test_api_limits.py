"""How often a token may ask: a minute's worth at once, then at an even pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboard.api.limiting import Limiter

START = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


def test_after_the_burst_requests_come_in_at_the_process_s_share_of_the_pace():
    clock = Clock()
    limiter = Limiter(120, 2, clock)  # one a second in each of two processes

    assert [limiter.wait(1) for _ in range(120)] == [0] * 120
    assert limiter.wait(1) == 1
    clock.now += timedelta(seconds=3)

    assert [limiter.wait(1) for _ in range(4)] == [0, 0, 0, 1]


def test_a_bucket_never_holds_more_than_a_minute_s_worth():
    clock = Clock()
    limiter = Limiter(2, 1, clock)
    limiter.wait(1)

    clock.now += timedelta(days=1)

    assert [limiter.wait(1) for _ in range(3)] == [0, 0, 30]


def test_a_clock_that_is_set_back_gives_and_takes_nothing():
    clock = Clock()
    limiter = Limiter(2, 1, clock)
    limiter.wait(1)

    clock.now -= timedelta(hours=1)

    assert [limiter.wait(1) for _ in range(2)] == [0, 30]


def test_many_tokens_do_not_let_a_spent_one_begin_anew():
    clock = Clock()
    limiter = Limiter(1, 1, clock)
    assert limiter.wait(0) == 0
    clock.now += timedelta(seconds=59)

    spent = [limiter.wait(token) for token in range(1, 12_000)]

    assert set(spent) == {0}
    assert limiter.wait(11_999) == 60
