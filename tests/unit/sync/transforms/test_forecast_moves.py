"""What moved the forecast in a week: every project and deal by one cause, and the causes add up to the change."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from .test_forecast import RULES, booking, project
from .test_sales import line, order

D = Decimal
CLOSE = date(2026, 5, 4)


def deal(close=CLOSE, amount=1000, chance="0.25", status="A"):
    return {
        "netsuite__transaction": [
            {
                "id": 1, "tranid": "OPP1", "type": "Opprtnty", "status": status, "trandate": date(2026, 1, 12),
                "entity": 601, "currency": 2, "posting": False, "probability": chance,
                "expectedclosedate": close, "projectedtotal": D(amount), "closedate": date(2026, 3, 9),
            }
        ],
        "netsuite__transactionline": [
            {"transaction": 1, "id": 1, "mainline": False, "item": 41, "subsidiary": 2, "foreignamount": D(-amount)}
        ],
    }  # fmt: skip


def write_down(made, table, row):
    made.connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        list(row.values()),
    )


@pytest.fixture
def moved(facts):
    """What moved between a firm as it was a week ago and as it is: cause -> amount, and the rows."""

    def look(was, now, *, since=20260303, end_was=date(2026, 5, 31), end_now=date(2026, 5, 31)):
        made = facts({**RULES, **was}, replace=project(end_was))
        before = made.rows("forecast_item")
        closes = {row["transaction_id"]: row["expected_close"] for row in made.rows("fct_pipeline")}
        made = facts({**RULES, **now}, replace=project(end_now))
        for row in (
            *before,
            {"month": 202601, "layer": "actual"},
        ):  # one that is over, for a day to be known
            write_down(made, "fct_forecast_item_dated", {"from_day": since, **row})
        for key, close in closes.items():
            deal_then = {"from_day": since, "transaction_id": key, "expected_close": close}
            write_down(made, "fct_pipeline_dated", deal_then)
        found = made.rows("fct_forecast_move")
        by_cause = defaultdict(D)
        for row in found:
            by_cause[row["cause"]] += row["moved_subsidiary"]
        then = sum(row["amount_subsidiary"] for row in before)
        is_now = sum(row["amount_subsidiary"] for row in made.rows("forecast_item"))
        if found:
            assert sum(row["was_subsidiary"] for row in found) == then
            assert sum(by_cause.values()) == is_now - then
        return {cause: amount for cause, amount in by_cause.items() if amount}

    return look


def booked(*bookings):
    return {"suiteprojects__booking": list(bookings)}


LATER = {"first": date(2026, 4, 6), "last": date(2026, 4, 10)}


@pytest.mark.parametrize(
    ("was", "now", "known"),
    [
        (deal(), deal(), {}),
        ({}, deal(), {"new": 250}),
        (deal(), deal(status="D"), {"lost": -250}),
        (deal(), deal(status="C"), {"won": -250}),
        (deal(), deal(amount=1600), {"estimated": 150}),
        (deal(), deal(chance="0.5"), {"estimated": 250}),
        (deal(), deal(close=date(2026, 6, 4), amount=1600), {"slipped": 150}),
        ({}, booked(booking(1)), {"won": 4000}),
        (booked(booking(1)), {}, {"lost": -4000}),
        (booked(booking(1)), booked(booking(1), booking(2, **LATER)), {"staffed": 4000}),
        (booked(booking(1)), booked(booking(1, hours=30)), {"work": -1000}),
    ],
    ids=[
        "nothing", "new deal", "lost", "won", "re-estimated", "likelier", "slipped and larger", "new project",
        "gone project", "staffed", "worked",
    ],
)  # fmt: skip
def test_each_project_and_deal_moves_by_one_cause(moved, was, now, known):
    assert moved(was, now) == known


def test_what_is_earned_in_other_months_has_slipped_and_moves_nothing_as_a_whole(moved, facts):
    rows = {
        "netsuite__transaction": [order()],
        "netsuite__transactionline": [line(netamount=D(-9310))],
    }

    assert moved(rows, rows, end_now=date(2026, 8, 31)) == {}
    found = facts({**RULES, **rows}, replace=project(date(2026, 8, 31)))
    assert {row["layer"] for row in found.rows("forecast_item")} == {"backlog"}


def test_a_week_that_is_not_over_tells_nothing(moved):
    assert moved({}, booked(booking(1)), since=20260304) == {}
    assert moved(booked(booking(1)), {}, since=20260304) == {}


def test_another_rate_is_told_apart_from_what_else_moved(facts):
    made = facts({**RULES, **booked(booking(1))}, replace=project(date(2026, 5, 31)))
    (row,) = made.rows("forecast_item")
    seen = {"from_day": 20260303, **row, "amount_base": row["amount_base"] * D("0.9")}
    write_down(made, "fct_forecast_item_dated", seen)

    found = {move["cause"]: move["moved_base"] for move in made.rows("fct_forecast_move")}
    assert found == {"work": 0, "exchange": row["amount_base"] * D("0.1")}
