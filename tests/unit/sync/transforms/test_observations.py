"""What is written down day by day: each observation fills its table, one row a grain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sync.observations import OBSERVATIONS
from sync.transforms import TRANSFORMS

D = Decimal
every_observation = pytest.mark.parametrize(
    "observation", OBSERVATIONS.values(), ids=lambda item: item.key
)


def seen(made, key):
    """What an observation sees, as dictionaries."""
    for transform in TRANSFORMS:
        made.make(transform)
    found = made.connection.execute(OBSERVATIONS[key].sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@every_observation
def test_fills_its_table_and_tells_its_rows_apart_by_columns_of_it(facts, observation):
    made = facts()
    for transform in TRANSFORMS:
        made.make(transform)

    found = made.connection.execute(f"DESCRIBE {observation.sql}").fetchall()
    assert {row[0] for row in found} == set(observation.columns)
    assert list(observation.target.c.keys())[:2] == ["from_day", "to_day"]
    assert observation.grain
    assert set(observation.grain) <= set(observation.columns)


def test_the_backlog_of_a_contract_is_that_of_today(facts):
    order = {
        "id": 800, "tranid": "SO800", "type": "SalesOrd", "trandate": date(2026, 1, 5),
        "entity": 601, "currency": 4, "exchangerate": "0.9", "status": "B", "posting": False,
    }  # fmt: skip
    lines = [
        {
            "transaction": 800, "id": number, "mainline": False, "item": 61, "entity": 601,
            "subsidiary": 2, "foreignamount": D(-1000), "netamount": D(-900), "isclosed": False,
        }
        for number in (1, 2)
    ]  # fmt: skip
    made = facts({"netsuite__transaction": [order], "netsuite__transactionline": lines})

    (row,) = [row for row in seen(made, "backlog") if row["system"] == "netsuite"]
    assert (row["contract"], row["stream"], row["remaining"]) == ("SO800", "hardware", D(1800))
    assert row["currency"] == "EUR"


def test_open_offers_are_observed_and_closed_ones_are_not(facts):
    def offer(id_, **values):
        return {
            "id": id_, "tranid": f"O{id_}", "type": "Opprtnty", "trandate": date(2026, 1, 5),
            "entity": 601, "currency": 4, "status": "A", "foreigntotal": D(100),
            "probability": "0.4", "weightedtotal": D(40), "expectedclosedate": date(2026, 6, 1),
            "forecasttype": "2", **values,
        }  # fmt: skip

    made = facts(
        {
            "netsuite__transaction": [
                offer(1),
                offer(2, status="C"),
                offer(3, type="Estimate", probability="65", weightedtotal=None),
                offer(4, voided=True),
                offer(5, type="SalesOrd"),
            ]
        }
    )

    found = {row["transaction_id"]: row for row in seen(made, "pipeline")}
    assert sorted(found) == [1, 3]
    assert (found[1]["probability"], found[1]["weighted_total"]) == (D("0.4"), D(40))
    assert (found[1]["currency"], found[1]["expected_close"]) == ("CHF", date(2026, 6, 1))
    assert (found[3]["probability"], found[3]["weighted_total"]) == (D("0.65"), None)


COSTS = "suiteprojects__loaded_cost"


def entry(id_, hours, task=1001, **values):
    return {
        "id": id_, "user_id": 11, "project_id": 101, "project_task_id": task,
        "date": date(2026, 2, 2), "hours": D(hours), **values,
    }  # fmt: skip


def cost(**values):
    return {"id": 1, "user_id": 11, "cost": D(50), "currency": "EUR", **values}


def planned(hours, **values):
    task = {"id": 1003, "name": "More", "project_id": 101, "planned_hours": D(hours)}
    return {"suiteprojects__project_task": [task | values]}


def eac(made):
    (row,) = [row for row in seen(made, "eac") if row["project_key"] == 202]
    return row


def test_what_a_project_will_cost_is_its_planned_hours_left_at_the_cost_of_an_hour_so_far(facts):
    made = facts(
        {
            "suiteprojects__time_entry": [entry(1, 10), entry(2, 5, task=1003)],
            "suiteprojects__loaded_cost": [cost()],
            **planned(45),
        }
    )

    row = eac(made)
    assert row["reason"] is None
    assert row["worked_hours"] == 15
    assert row["remaining_hours"] == 40
    an_hour = row["cost_to_date_base"] / 15
    assert row["remaining_cost_base"] == 40 * an_hour
    assert row["eac_base"] == 55 * an_hour


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"suiteprojects__time_entry": [entry(1, 10)], **planned(45)}, "no loaded cost"),
        (
            {
                "suiteprojects__time_entry": [entry(1, 10)],
                COSTS: [cost()],
            },
            "no open task has planned hours",
        ),
        (planned(45), "no hour has been worked yet"),
    ],
)
def test_what_cannot_be_estimated_is_left_open_with_its_reason(facts, rows, reason):
    row = eac(
        facts({k: v for k, v in rows.items() if k != COSTS}, replace={COSTS: rows.get(COSTS, [])})
    )

    assert reason in row["reason"]
    assert (row["method"], row["remaining_cost_base"], row["eac_base"]) == (None, None, None)
