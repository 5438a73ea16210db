"""Every version of a record is kept: how it was on any day, and what we knew of it on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, inspect, select, text

from models.database import writing
from models.errors import QuestionError
from sync.engine.asof import Filter
from sync.engine.parse import parser_of
from sync.engine.stage import ensure_tables, history_table
from sync.engine.upsert import upsert
from sync.entities import ENTITIES

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class
AN_HOUR = timedelta(hours=1)


def order(number: int, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "number": f"SO{number}",
        "day": "2026-02-01",
        "amount": amount,
    } | more


def change(mirror: Mirror, record: dict[str, Any]) -> datetime:
    """Save an order an hour later, and mirror it an hour after that; returns when it was saved."""
    mirror.clock.move(hours=1)
    at: datetime = mirror.clock()
    mirror.netsuite.put(mirror.order, record)
    mirror.clock.move(hours=1)
    assert mirror.run().state == "succeeded"
    return at


def test_a_first_load_writes_no_version_twice(mirror: Mirror) -> None:
    mirror.run()

    with mirror.engine.connect() as connection:
        for entity in (mirror.order, mirror.line, mirror.rate):
            assert connection.scalar(select(func.count()).select_from(history_table(entity))) == 0
    assert len(mirror.as_of(mirror.order, mirror.clock())) == 120


def test_what_did_not_change_makes_no_version(mirror: Mirror) -> None:
    mirror.run()
    for _ in range(2):
        mirror.clock.move(hours=1)
        mirror.run(mode="full")

    assert len(mirror.versions(mirror.order, 7)) == 1
    assert len(mirror.versions(mirror.rate, 3)) == 1


def test_a_record_is_seen_as_it_was_on_an_earlier_day(mirror: Mirror) -> None:
    mirror.run()
    changed = change(mirror, order(7, "100"))

    before = mirror.as_of(mirror.order, changed - timedelta(seconds=1))[7]
    after = mirror.as_of(mirror.order, changed)[7]
    assert (before["amount"], before["custom"]) == (Decimal("7.1"), '{"custbody_region":"North"}')
    assert (after["amount"], after["custom"]) == (Decimal(100), None)
    assert before["_valid_to"] == after["_valid_from"] == changed
    assert after["_run_id"] > before["_run_id"]


def test_two_changes_between_two_runs_are_one_version(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.put(mirror.order, order(7, "50"))
    changed = change(mirror, order(7, "100"))

    amounts = [row.amount for row in mirror.versions(mirror.order, 7)]
    assert amounts == [Decimal("7.1"), Decimal(100)]
    assert mirror.versions(mirror.order, 7)[1]._valid_from == changed


def test_what_was_known_on_a_day_can_be_asked_apart_from_what_was_true(mirror: Mirror) -> None:
    mirror.run()
    first_known = mirror.clock()
    changed = change(mirror, order(7, "100"))
    learnt = mirror.clock()

    def amount(known: datetime) -> Decimal:
        row = mirror.as_of(mirror.order, changed + timedelta(minutes=1), known=known)[7]
        return Decimal(row["amount"])

    assert amount(learnt - timedelta(seconds=1)) == Decimal("7.1")  # not yet seen to have ended
    assert amount(learnt) == Decimal(100)
    assert mirror.as_of(mirror.order, changed, known=first_known - AN_HOUR) == {}


def test_a_first_version_says_that_nothing_is_known_of_the_time_before(mirror: Mirror) -> None:
    mirror.run()
    change(mirror, order(7, "100"))

    first, second = mirror.versions(mirror.order, 7)
    assert (first._is_first, second._is_first) == (True, False)


def test_a_record_without_a_stamp_has_versions_from_when_each_was_seen(mirror: Mirror) -> None:
    mirror.run()
    seen = mirror.clock()
    mirror.clock.move(hours=3)
    mirror.netsuite.put(mirror.rate, {"id": "3", "rate": "9.9"})
    mirror.run()

    first, second = mirror.versions(mirror.rate, 3)
    assert (first._valid_from, first._valid_to) == (seen, mirror.clock())
    assert (second.rate, second._valid_from, second._valid_to) == ("9.9", mirror.clock(), None)


def test_a_deleted_record_is_seen_before_and_not_after_its_deletion(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(hours=1)
    deleted = mirror.clock()
    for key in [key for key in mirror.netsuite.records[mirror.line.key] if key[0] == "7"]:
        mirror.netsuite.remove(mirror.line, *key)
    mirror.netsuite.remove(mirror.order, "7")
    mirror.clock.move(hours=1)
    mirror.run()

    assert 7 in mirror.as_of(mirror.order, deleted - AN_HOUR / 2)
    assert 7 not in mirror.as_of(mirror.order, deleted)
    assert 7 in mirror.as_of(mirror.order, deleted, known=deleted)  # nobody knew yet
    lines = {key for key in mirror.as_of(mirror.line, deleted - AN_HOUR / 2) if key[0] == 7}
    assert len(lines) == 3
    assert not {key for key in mirror.as_of(mirror.line, deleted) if key[0] == 7}


def test_a_record_that_comes_back_was_away_meanwhile(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(hours=1)
    deleted = mirror.clock()
    mirror.netsuite.remove(mirror.order, "7")
    mirror.clock.move(hours=1)
    mirror.run()
    again = change(mirror, order(7, "70"))

    kinds = [(row._is_deletion, row.amount) for row in mirror.versions(mirror.order, 7)]
    assert kinds == [(False, Decimal("7.1")), (True, Decimal("7.1")), (False, Decimal(70))]
    assert 7 not in mirror.as_of(mirror.order, (deleted + (again - deleted) / 2))
    assert mirror.as_of(mirror.order, again)[7]["amount"] == 70


def test_an_older_stamp_that_arrives_late_replaces_nothing(mirror: Mirror) -> None:
    mirror.run()
    changed = change(mirror, order(7, "100"))
    mirror.netsuite.put(
        mirror.order, order(7, "1", changed=(changed - AN_HOUR).strftime("%Y-%m-%dT%H:%M:%SZ"))
    )
    mirror.clock.move(hours=1)
    mirror.run(mode="full")

    amounts = [row.amount for row in mirror.versions(mirror.order, 7)]
    assert amounts == [Decimal("7.1"), Decimal(100)]


def test_lines_have_versions_of_their_own(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(hours=1)
    changed = mirror.clock()
    mirror.netsuite.put(mirror.line, {"order": "7", "id": "0", "kind": "A", "amount": "5"})
    mirror.clock.move(hours=1)
    mirror.run()

    assert mirror.as_of(mirror.line, changed - AN_HOUR / 2)[7, 0, "A"]["amount"] == Decimal("-0.05")
    assert mirror.as_of(mirror.line, changed)[7, 0, "A"]["amount"] == 5
    assert len(mirror.as_of(mirror.line, changed)) == 300


def test_a_run_that_died_leaves_no_half_version(
    mirror: Mirror, in_child: Callable[[Callable[[], object]], int | None]
) -> None:
    mirror.run()
    mirror.clock.move(hours=1)
    changed = mirror.clock()
    for number in range(1, 61):
        mirror.netsuite.put(mirror.order, order(number, "100"))
    mirror.clock.move(hours=1)

    assert in_child(lambda: mirror.run_and_die("commit", 9)) == -9
    mirror.reopen()
    mirror.clock.move(hours=1)
    mirror.run()

    for number in range(1, 61):
        first, second = mirror.versions(mirror.order, number)
        assert first._valid_to == second._valid_from == changed
        assert (first.amount, second.amount) == (Decimal(f"{number}.1"), Decimal(100))


# ------------------------------------------------------------ which records


@pytest.fixture
def books(mirror: Mirror) -> Callable[..., None]:
    """Writes transactions and lines as a run would."""
    ensure_tables(mirror.engine, ENTITIES.values())

    def put(key: str, **record: Any) -> None:
        mirror.clock.move(hours=1)
        stamp = f"{mirror.clock():%Y-%m-%dT%H:%M:%SZ}"
        entity = ENTITIES[key]
        assert entity.modified is not None
        row = parser_of(entity).parse(record | {entity.modified: stamp})
        assert isinstance(row, tuple), row
        with writing(mirror.engine) as connection:
            upsert(connection, entity, [row], run_id=1, now=mirror.clock())

    return put


HEAD, LINE = "netsuite__transaction", "netsuite__transactionline"


def test_only_the_declared_types_of_transactions_and_their_lines_have_versions(
    mirror: Mirror, books: Callable[..., None]
) -> None:
    for total in ("10", "20"):
        for number, kind in enumerate(("Opprtnty", "CustInvc"), start=1):
            books(HEAD, id=number, type=kind, trandate="2026-03-01", foreigntotal=total)
            books(LINE, transaction=number, id=0, netamount=total)

    with mirror.engine.connect() as connection:
        for key, column in ((HEAD, "id"), (LINE, "transaction")):
            table = history_table(ENTITIES[key])
            assert connection.scalars(select(table.c[column])).all() == [1]
    assert list(mirror.as_of(ENTITIES[HEAD], mirror.clock())) == [1]
    assert list(mirror.as_of(ENTITIES[LINE], mirror.clock())) == [(1, 0)]


def test_a_record_that_joins_those_with_versions_did_not_belong_to_them_before(
    mirror: Mirror, books: Callable[..., None]
) -> None:
    books(HEAD, id=1, type="CustInvc", trandate="2026-03-01", foreigntotal="10")
    before = mirror.clock()
    books(HEAD, id=1, type="SalesOrd", trandate="2026-03-01", foreigntotal="10")

    assert mirror.as_of(ENTITIES[HEAD], before) == {}
    assert list(mirror.as_of(ENTITIES[HEAD], mirror.clock())) == [1]


def test_the_first_version_of_a_record_begins_with_its_creation(
    mirror: Mirror, books: Callable[..., None]
) -> None:
    books("suiteprojects__project", id=5, name="Rollout", created="2024-05-01T08:00:00Z")

    was = mirror.as_of(ENTITIES["suiteprojects__project"], datetime(2025, 3, 31, tzinfo=UTC))
    assert was[5]["_is_first"]
    assert was[5]["_valid_from"] == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert was[5]["_known_from"] == mirror.clock()


def test_conditions_choose_among_the_records_and_what_does_not_fit_is_named(
    mirror: Mirror,
) -> None:
    mirror.run()

    def numbers(*texts: str) -> list[int]:
        filters = [Filter.parse(text) for text in texts]
        return list(mirror.as_of(mirror.order, mirror.clock(), filters=filters))

    assert numbers("amount>118.5") == [119, 120]
    assert numbers("id >= 5", "amount<7", "posting=yes") == [5, 6]
    assert numbers("number=SO9' OR '1'='1") == []
    assert numbers("day=null") == []
    for wrong, told in (
        ("colour=red", "no column 'colour'"), ("amount>much", "not a value"), ("amount", "condition"),
    ):  # fmt: skip
        with pytest.raises(QuestionError, match=told):
            numbers(wrong)
    with pytest.raises(QuestionError, match="no earlier versions"):
        mirror.as_of(mirror.hours, mirror.clock())


# ------------------------------------------------------------ any order of events

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.integers(1, 3), st.integers(0, 4)),
        st.tuples(st.just("delete"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("run"), st.just(0), st.just(0)),
        st.tuples(st.just("crash"), st.integers(1, 25), st.just(0)),
    ),
    max_size=14,
)


@pytest.fixture
def make_history(record_url: str, make_mirror: Callable[..., Mirror]) -> Callable[[], Mirror]:
    """Makes a mirror of a source that holds nothing yet, on a record that holds nothing either."""

    def make() -> Mirror:
        mirror = make_mirror(record_url)
        mirror.netsuite.records.clear()
        with writing(mirror.engine) as connection:
            for name in inspect(connection).get_table_names():
                if name != "alembic_version":
                    connection.execute(text(f"DELETE FROM {name}"))
        return mirror

    return make


class Lost(Exception):
    """Stands for a crash: a transaction that never commits."""


def _run_into_crash(mirror: Mirror, count: int) -> None:
    left = count

    def crash(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Lost

    event.listen(mirror.engine, "commit", crash)
    try:
        mirror.run(mirror.netsuite)
    except Lost:
        pass
    finally:
        event.remove(mirror.engine, "commit", crash)
        with writing(mirror.engine) as connection:  # a process that is dead holds no lease
            connection.execute(text("DELETE FROM ops_lease"))


class Diary:
    """What a person would have written down of each order: since when it was how; None: gone."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._orders = mirror.netsuite.records.setdefault(mirror.order.key, {})
        self._deleted: dict[int, datetime] = {}
        self.pages: dict[int, list[tuple[datetime, Decimal | None]]] = {1: [], 2: [], 3: []}

    def do(self, kind: str, number: int, amount: int) -> None:
        """Let an hour pass and something happen, or be seen."""
        mirror = self._mirror
        mirror.clock.move(hours=1)
        if kind == "save":
            mirror.netsuite.put(mirror.order, order(number, str(amount)))
        elif kind == "delete" and (str(number),) in self._orders:
            self._deleted[number] = mirror.clock()
            mirror.netsuite.remove(mirror.order, str(number))
        elif kind == "crash":
            _run_into_crash(mirror, number)
            self._write()
        elif kind == "run":
            assert mirror.run(mirror.netsuite).state == "succeeded"
            self._write()

    def _write(self) -> None:
        """Note what is new, as far as the run came."""
        mirrored = self._mirror.rows(self._mirror.order)
        for number, page in self.pages.items():
            since, now = self._at_source(number)
            seen = now == (mirrored[number].amount if number in mirrored else None)
            is_news = page[-1][1] != now if page else now is not None
            if since is not None and seen and is_news:
                page.append((since, now))

    def _at_source(self, number: int) -> tuple[datetime | None, Decimal | None]:
        record = self._orders.get((str(number),))
        if record is None:
            return self._deleted.get(number), None
        return datetime.fromisoformat(record["changed"]), Decimal(record["amount"])

    def at(self, moment: datetime) -> dict[int, Decimal]:
        """How the orders were."""
        past = {
            number: [value for since, value in page if since <= moment]
            for number, page in self.pages.items()
        }
        return {
            number: values[-1]
            for number, values in past.items()
            if values and values[-1] is not None
        }


@pytest.mark.once
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_happens_the_past_is_as_a_plain_diary_tells_it(
    make_history: Callable[[], Mirror], steps: list[tuple[str, int, int]]
) -> None:
    mirror = make_history()
    diary = Diary(mirror)
    for step in [*steps, ("run", 0, 0)]:
        diary.do(*step)

    for number in diary.pages:
        for one, following in pairwise(mirror.versions(mirror.order, number)):
            assert one._valid_from <= one._valid_to == following._valid_from
            assert one._known_from < one._known_to == following._known_from
    moments = {since for page in diary.pages.values() for since, _ in page}
    for moment in moments | {at - AN_HOUR / 2 for at in moments} | {mirror.clock()}:
        found = mirror.as_of(mirror.order, moment)
        assert {key: row["amount"] for key, row in found.items()} == diary.at(moment)
