"""Change, page, crash, deletion and a second run in any order: the mirror ends as a plain dictionary says."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from models.errors import BusyError, RateLimitedError, SourceAuthError, SourceUnavailableError

Mirror = Any  # a fixture's class
EVERY = bool(os.environ.get("ONEVIEW_TEST_ALL"))
PASSING = {
    "fails": SourceUnavailableError("the page could not be read"),
    "limited": RateLimitedError("slow down"),
    "token": SourceAuthError("the token has ended"),
}
orders = st.integers(min_value=1, max_value=12)
amounts = st.integers(min_value=-10_000_000, max_value=10_000_000)


class Crash(BaseException):
    """As if the process were killed: nothing after it runs, whatever was open is rolled back."""


class Interleavings(RuleBasedStateMachine):
    """A source that lives, a record that mirrors it, and what a dictionary remembers of the source."""

    make: Callable[[], Mirror]

    def __init__(self) -> None:
        super().__init__()
        self.mirror = self.make()
        self.model: dict[int, str] = {}
        self.hours: dict[int, str] = {}
        self.bad: set[str] = set()

    # ------------------------------------------------------------ the source lives

    @rule(number=orders, amount=amounts)
    def somebody_saves_an_order(self, number: int, amount: int) -> None:
        text_ = f"{amount / 100:.2f}"
        record = {"id": str(number), "number": f"SO{number}", "day": "2026-01-05", "amount": text_}
        self.mirror.netsuite.put(self.mirror.order, record)
        self.model[number] = text_

    @rule(number=orders)
    def somebody_deletes_an_order(self, number: int) -> None:
        if self.model.pop(number, None) is not None:
            self.mirror.netsuite.remove(self.mirror.order, str(number))

    @rule(number=orders, hours=st.sampled_from(["1.25", "7.5", "nonsense", "1e400"]))
    def somebody_enters_hours(self, number: int, hours: str) -> None:
        record = {"id": number, "person": 1, "day": "2026-01-05", "hours": hours}
        self.mirror.suiteprojects.put(self.mirror.hours, record)
        if hours[0].isdigit() and "e" not in hours:
            self.hours[number] = hours
            self.bad.discard(str(number))
        else:
            self.bad.add(str(number))

    @rule(minutes=st.integers(min_value=1, max_value=90))
    def time_goes_on(self, minutes: int) -> None:
        self.mirror.clock.move(minutes=minutes)

    # ------------------------------------------------------------ the sync meets it

    @rule()
    def a_run(self) -> None:
        assert self.mirror.run().state == "succeeded"

    @rule(how=st.sampled_from(sorted(PASSING)), entity=st.sampled_from(["order", "hours"]))
    def a_run_in_which_a_page_fails(self, how: str, entity: str) -> None:
        key = getattr(self.mirror, entity).key
        source = self.mirror.netsuite if entity == "order" else self.mirror.suiteprojects
        source.faults[key] = PASSING[how]
        assert self.mirror.run().state == "failed"
        source.faults.clear()

    @rule(pages=st.integers(min_value=1, max_value=6))
    def a_run_that_is_killed(self, pages: int) -> None:
        before = self.mirror.netsuite.pages + self.mirror.suiteprojects.pages

        def die(_: object) -> None:
            if self.mirror.netsuite.pages + self.mirror.suiteprojects.pages - before >= pages:
                raise Crash

        self.both_before_a_page(die)
        try:
            self.mirror.run()
        except Crash:
            self.forget_the_lease()
        self.both_before_a_page(lambda _: None)

    @rule()
    def a_second_run_while_one_is_at_work(self) -> None:
        def again() -> None:
            with pytest.raises(BusyError):
                self.mirror.run()

        self.mirror.builds.before = again
        assert self.mirror.run().state == "succeeded"
        self.mirror.builds.before = lambda: None

    @rule()
    def a_run_that_saves_interrupt(self) -> None:
        """A record is saved between two pages of the run."""
        saved: list[int] = []

        def save(_: object) -> None:
            if not saved:
                saved.append(1)
                self.mirror.clock.move(seconds=1)
                self.somebody_saves_an_order(3, 777)

        self.mirror.suiteprojects.before_page = save
        assert self.mirror.run().state == "succeeded"
        self.mirror.suiteprojects.before_page = lambda _: None

    def both_before_a_page(self, do: Callable[[Any], None]) -> None:
        self.mirror.netsuite.before_page = self.mirror.suiteprojects.before_page = do

    def forget_the_lease(self) -> None:
        with self.mirror.engine.begin() as connection:
            connection.execute(text("DELETE FROM ops_lease"))

    # ------------------------------------------------------------ what must hold

    @invariant()
    def no_row_is_there_that_the_source_never_had(self) -> None:
        with self.mirror.engine.connect() as connection:
            tables = text("SELECT count(*) FROM ops_quarantine")
            assert int(connection.scalar(tables) or 0) <= 12

    def teardown(self) -> None:
        """In the end, after one good run, the mirror is what the dictionary remembers."""
        try:
            self.is_as_remembered()
        finally:
            self.mirror.let_go()  # there are many examples, and PostgreSQL lets in so many

    def is_as_remembered(self) -> None:
        self.mirror.clock.move(minutes=1)
        result = self.mirror.run()
        assert result.state == "succeeded", result.error
        mirrored = self.mirror.rows(self.mirror.order)
        assert {key: f"{row.amount:.2f}" for key, row in mirrored.items()} == self.model
        aside = {kept.record_key for kept in self.mirror.aside()}
        assert aside == self.bad
        entered = {key: str(row.hours) for key, row in self.mirror.rows(self.mirror.hours).items()}
        for number, hours in self.hours.items():
            if str(number) not in self.bad:
                assert float(entered[number]) == float(hours)


@pytest.mark.fault(1, 13, 21, 24)
def test_whatever_happens_in_whatever_order_the_mirror_ends_as_the_source_is(
    make_mirror: Callable[..., Mirror], record_url: str, tmp_path: Any
) -> None:
    postgresql = record_url.startswith("postgresql")
    if postgresql and not EVERY:
        pytest.skip("a full product of cases: make test-all")
    numbers = iter(range(1_000_000))

    def make() -> Mirror:
        if postgresql:
            mirror = make_mirror()
            with mirror.engine.begin() as connection:
                clear(connection, mirror)
        else:
            mirror = make_mirror(f"sqlite:///{tmp_path / f'{next(numbers)}.db'}")
        for source in (mirror.netsuite, mirror.suiteprojects):
            source.records.clear()
            source.page_size = 3
        return mirror

    machine = type("Machine", (Interleavings,), {"make": staticmethod(make)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=150 if EVERY else 6,
            stateful_step_count=14,
            derandomize=not EVERY,
            phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if EVERY else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )


def clear(connection: Any, mirror: Mirror) -> None:
    """Empty the record for the next example."""
    for entity in mirror.entities.values():
        connection.execute(text(f"DROP TABLE IF EXISTS {entity.table} CASCADE"))
    for table in ("ops_entity_run", "ops_run", "ops_cursor", "ops_lease", "ops_quarantine"):
        connection.execute(text(f"DELETE FROM {table}"))
