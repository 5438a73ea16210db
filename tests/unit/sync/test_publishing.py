"""A scheduled run leaves readers their snapshot for a while; a person's refresh does not wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.errors import WarehouseError
from sync.publishing import Publishing


class Firm:
    """Counts what is published, on a clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds, self.published, self.fails = 100.0, 0, False
        self.publishing = Publishing(self.build, timedelta(minutes=1), clock=lambda: self.seconds)

    def build(self) -> int:
        if self.fails:
            raise WarehouseError("the disk is full")
        self.published += 1
        return self.published

    def run(self, trigger: str) -> int | None:
        return self.publishing.of_run(trigger)()


@pytest.fixture
def firm():
    return Firm()


def test_the_first_scheduled_run_publishes_at_once(firm):
    assert firm.run("schedule") == 1


def test_a_scheduled_run_within_the_minute_leaves_it_for_when_the_minute_is_over(firm):
    firm.run("schedule")
    firm.seconds += 20
    assert firm.run("schedule") is None
    assert not firm.publishing.is_due()

    firm.seconds += 40
    assert firm.publishing.is_due()
    assert firm.publishing.now() == 2
    assert not firm.publishing.is_due()


@pytest.mark.parametrize("trigger", ["refresh", "first", "command"])
def test_who_asked_for_it_sees_it_at_once(firm, trigger):
    firm.run("schedule")

    assert firm.run(trigger) == 2


def test_the_next_run_takes_along_what_was_left_out(firm):
    firm.run("schedule")
    firm.run("schedule")
    firm.seconds += 61

    assert firm.run("schedule") == 2
    assert not firm.publishing.is_due()


def test_what_a_failed_run_left_half_read_is_not_published(firm):
    firm.run("schedule")
    firm.run("schedule")
    firm.publishing.of_run("schedule")  # begins, and fails before it publishes
    firm.seconds += 61

    assert not firm.publishing.is_due()


def test_what_could_not_be_published_is_tried_again_a_minute_later(firm):
    firm.run("schedule")
    firm.run("schedule")
    firm.seconds, firm.fails = firm.seconds + 61, True
    with pytest.raises(WarehouseError):
        firm.publishing.now()
    assert not firm.publishing.is_due()

    firm.seconds, firm.fails = firm.seconds + 61, False
    assert firm.publishing.is_due()
    assert firm.publishing.now() == 2
