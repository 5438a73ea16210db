"""Observations are kept day by day, in the record; what is past is never written anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
)

from models.database import open_record, upgrade, writing
from models.errors import QuestionError, WarehouseError
from models.tables.history import ops_observation
from models.tables.types import money
from sync.engine.dated import bring_dated
from sync.engine.observe import as_observed, dated_table, heads, observe
from sync.observations.observation import Observation

FIRST = date(2026, 3, 29)
NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
LEFT = Observation(
    key="left",
    title="What is left",
    target=Table(
        "fct_left_dated",
        MetaData(),
        Column("from_day", Integer),
        Column("to_day", Integer),
        Column("contract", String),
        Column("project_key", BigInteger),
        Column("remaining", money()),
        Column("due", Date),
    ),
    grain=("contract", "project_key"),
    sql="SELECT * FROM now_left",
)


class Watch:
    """A record, and facts that are set by hand."""

    def __init__(self, url):
        self.record = open_record(url)
        upgrade(self.record)
        self.sequence = 0
        self.work = self.open_facts()

    def open_facts(self):
        work = duckdb.connect()
        work.execute("ATTACH ':memory:' AS facts")
        work.execute("SET search_path = 'facts.main'")
        work.execute(
            "CREATE TABLE now_left (contract VARCHAR, project_key BIGINT, remaining DECIMAL(18,4), due DATE)"
        )
        return work

    def see(self, day, found, *, sequence=None, of=LEFT):
        """Observe a day on which these contracts have so much left."""
        self.sequence = sequence or self.sequence + 1
        self.work.execute("DELETE FROM now_left")
        for contract, remaining in found.items():
            self.work.execute(
                "INSERT INTO now_left VALUES (?, 1, ?, ?)",
                [contract, Decimal(remaining), date(2026, 9, 1)],
            )
        observe(self.record, self.work, [of], day=day, sequence=self.sequence, now=NOW)
        bring_dated(self.record, self.work, [LEFT])

    def on(self, day):
        """What the record tells of a day; what the snapshot tells must be the same."""
        rows = as_observed(self.record, LEFT, day)
        found = {row["contract"]: row["remaining"] for row in rows}
        number = int(f"{day:%Y%m%d}")
        shown = self.work.execute(
            "SELECT contract, remaining FROM facts.fct_left_dated "
            "WHERE from_day <= ? AND (to_day IS NULL OR to_day >= ?)",
            [number, number],
        ).fetchall()
        assert dict(shown) == found
        assert len(shown) == len(found)
        return found

    def ranges(self):
        with self.record.connect() as connection:
            return connection.scalar(select(func.count()).select_from(dated_table(LEFT)))


@pytest.fixture
def watch(record_url):
    made = Watch(record_url)
    yield made
    made.record.dispose()


def days_on(days):
    return FIRST + timedelta(days=days)


def test_a_day_is_seen_as_it_was_after_things_have_changed(watch):
    watch.see(FIRST, {"A": "100.25", "B": 50})
    watch.see(days_on(1), {"A": 80, "B": 50})
    watch.see(days_on(2), {"B": 50, "C": 7})

    assert watch.on(FIRST) == {"A": Decimal("100.25"), "B": 50}
    assert watch.on(days_on(1)) == {"A": 80, "B": 50}
    assert watch.on(days_on(2)) == {"B": 50, "C": 7}


@pytest.mark.once
def test_what_does_not_change_takes_no_room(watch):
    for day in range(30):
        watch.see(days_on(day), {"A": 100, "B": 50})

    assert watch.ranges() == 2
    assert watch.on(days_on(17)) == {"A": 100, "B": 50}


@pytest.mark.once
def test_the_last_look_at_a_day_stands_for_it(watch):
    watch.see(FIRST, {"A": 100, "B": 50})
    watch.see(days_on(1), {"A": 1, "C": 2})
    watch.see(days_on(1), {"A": 100, "D": 3})
    watch.see(days_on(1), {"A": 100, "D": 3})

    assert watch.on(FIRST) == {"A": 100, "B": 50}
    assert watch.on(days_on(1)) == {"A": 100, "D": 3}
    assert watch.ranges() == 3


@pytest.mark.once
def test_the_past_is_not_written_anew(watch):
    watch.see(FIRST, {"A": 100})
    watch.see(days_on(2), {"A": 80})
    watch.see(days_on(1), {"A": 1}, sequence=99)  # a rebuild on an old state, a clock set back
    watch.see(days_on(2), {"A": 2}, sequence=1)  # a builder that was overtaken

    assert watch.on(days_on(1)) == {"A": 100}
    assert watch.on(days_on(2)) == {"A": 80}


@pytest.mark.once
def test_days_without_a_build_are_as_the_one_before_and_days_before_the_first_are_unknown(watch):
    watch.see(FIRST, {"A": 100})
    watch.see(days_on(5), {"A": 80})

    assert watch.on(days_on(4)) == {"A": 100}
    for day in (days_on(-1), days_on(6)):
        with pytest.raises(QuestionError, match="are known from 2026-03-29 to 2026-04-03"):
            watch.on(day)


@pytest.mark.once
def test_a_lost_work_file_gets_the_whole_past_again(watch):
    watch.see(FIRST, {"A": 100})
    watch.see(days_on(1), {"A": 80})
    watch.work = watch.open_facts()
    watch.see(days_on(2), {"A": 80})

    assert watch.on(FIRST) == {"A": 100}
    assert watch.on(days_on(2)) == {"A": 80}


@pytest.mark.once
def test_rows_that_nothing_tells_apart_are_refused_and_the_day_stays_as_it_was(watch):
    watch.see(FIRST, {"A": 100})
    watch.work.execute("INSERT INTO now_left SELECT * FROM now_left")

    with pytest.raises(WarehouseError, match="What is left: two rows"):
        observe(watch.record, watch.work, [LEFT], day=days_on(1), sequence=9, now=NOW)

    with watch.record.connect() as connection:
        assert heads(connection)["left"].last_day == FIRST


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    looks=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.dictionaries(st.sampled_from("ABC"), st.integers(0, 2), max_size=3),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_each_day_is_what_was_last_seen_on_it_or_before(watch, looks):
    with writing(watch.record) as connection:
        connection.execute(delete(ops_observation))
        if connection.dialect.has_table(connection, LEFT.table):
            connection.execute(delete(dated_table(LEFT)))
    watch.work = watch.open_facts()
    day, diary = FIRST, {}
    for later, found in looks:
        day += timedelta(days=later)
        watch.see(day, found)
        diary[day] = found

    first = min(diary)
    for number in range((day - first).days + 1):
        asked = first + timedelta(days=number)
        assert watch.on(asked) == diary[max(seen for seen in diary if seen <= asked)]


def test_the_first_look_at_a_day_may_stand_for_it(watch):
    once = replace(LEFT, once=True)
    watch.see(FIRST, {"SO1": 100}, of=once)
    watch.see(FIRST, {"SO1": 70}, of=once)
    watch.see(FIRST + timedelta(days=1), {"SO1": 50}, of=once)

    told = [list(as_observed(watch.record, once, FIRST + timedelta(days=n))) for n in (0, 1)]
    assert [row["remaining"] for (row,) in told] == [100, 50]


def test_what_is_kept_for_some_days_is_forgotten_then(watch):
    brief = replace(LEFT, keep_days=3)
    for day in range(8):
        watch.see(FIRST + timedelta(days=day), {"SO1": 100 - day, "SO2": 5}, of=brief)

    with watch.record.connect() as connection:
        rows = connection.execute(select(dated_table(brief))).all()
        head = heads(connection)["left"]
    assert head.first_day == FIRST + timedelta(days=4)
    assert len(rows) == 5  # four days of one contract, and the one that has not changed
    with pytest.raises(QuestionError):
        list(as_observed(watch.record, brief, FIRST + timedelta(days=3)))
    (first, second) = as_observed(watch.record, brief, FIRST + timedelta(days=4))
    assert (first["remaining"], second["remaining"]) == (96, 5)
