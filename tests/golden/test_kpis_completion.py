"""How far projects are by cost, what they will have cost, when they will end and what their hours cost (C6, C8, C9, C13).

By plain SQL on the mirrored records. These are known as of today alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from models.metrics.kpi import Lens, Reason, Side

from .asked import UNIT, ask, only_of, rows_of

NOW = "2026-11"
CLIENT = "p.is_active AND p._deleted_at IS NULL AND p.contract_type NOT LIKE 'Internal%' AND p.contract_type <> 'Time off'"
PAST = {  # why there is nothing for a month that is over
    "cost_at_completion": Reason.NO_PLAN,
    "percent_complete_cost": Reason.NO_PLAN,
    "forecast_slip_days": Reason.NO_BASELINE,
    "planned_cost_rate": Reason.NO_BASELINE,
    "actual_cost_rate": Reason.NO_BASELINE,
    "open_commitments": Reason.NO_DATA,
}
# live client projects of the subsidiary whose books are in the reporting currency, agreed and staffed in it
_HOME = f"""
    SELECT 2 * p.id AS key, p.id, p.contract_type FROM stg_suiteprojects__project p
    JOIN stg_netsuite__projectsubsidiaryrelationship r ON r.entity = p.netsuite_id AND r.subsidiary = 1
    WHERE {CLIENT} AND p.currency = 'USD' AND NOT EXISTS (
        SELECT 1 FROM stg_suiteprojects__time_entry e JOIN stg_suiteprojects__user u ON u.id = e.user_id
        WHERE e.project_id = p.id AND u.currency <> 'USD')"""
_HOURS = """
    SELECT e.project_id, e.project_task_id, e.hours, e.hours * l.cost / 10000.0 AS cost
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
    JOIN stg_suiteprojects__loaded_cost l ON l.user_id = e.user_id AND coalesce(l.level, 0) = 0
        AND e.date BETWEEN coalesce(l.start_date, '0001-01-01') AND coalesce(l.end_date, '9999-12-31')
    WHERE e._deleted_at IS NULL"""
_SPENT = f"""
    SELECT project_id, sum(cost) AS cost FROM (
        SELECT project_id, cost FROM ({_HOURS})
        UNION ALL
        SELECT r.project_id, r.amount FROM stg_suiteprojects__receipt r
        JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id AND e.status = 'A'
        WHERE r._deleted_at IS NULL
        UNION ALL
        SELECT project_id, amount FROM stg_suiteprojects__purchase_item WHERE _deleted_at IS NULL
    ) GROUP BY 1"""


def _of(loaded, key, **how):
    return {
        row.dimensions["project"]: row.psa
        for row in ask(loaded, key, NOW, by=("project",), **how).rows
    }


@pytest.fixture(scope="module")
def home(loaded):
    """Their numbers in SuiteProjects Pro by their keys."""
    found = {row.key: row for row in rows_of(loaded, _HOME)}
    assert {row.contract_type for row in found.values()} >= {"Time and materials", "Retainer"}
    return found


def _near(told, known, by=Decimal("0.01")):
    assert abs(told - Decimal(known)) <= by, (told, known)


# --- by cost


def test_a_project_will_have_cost_what_it_did_and_what_is_to_come(loaded, home):
    """What is to come is held to bookings and plans elsewhere."""
    spent = dict(map(tuple, rows_of(loaded, _SPENT)))
    told, left, done = (
        _of(loaded, key)
        for key in ("cost_at_completion", "estimate_to_complete", "percent_complete_cost")
    )
    seen = 0
    for key, project in home.items():
        if left.get(key) is not None:
            cost = Decimal(spent.get(project.id) or 0) / UNIT
            _near(told[key], cost + left[key])
            if told[key]:
                _near(done[key], cost / told[key], Decimal("0.00001"))
            seen += 1

    assert seen > 5


@pytest.mark.parametrize(
    "where", [{}, {"subsidiary": [1]}, {"subsidiary": [2]}, {"subsidiary": [3]}]
)
def test_all_projects_together_are_as_far_as_their_costs(loaded, where):
    told, left, share = (
        only_of(loaded, key, NOW, Side.PSA, where=where)
        for key in ("cost_at_completion", "estimate_to_complete", "percent_complete_cost")
    )
    each = ask(loaded, "cost_at_completion", NOW, by=("project",), where=where).rows

    assert told == sum(row.psa or 0 for row in each) > left > 0
    _near(share, (told - left) / told, Decimal("0.00001"))


# --- time


def _working_days_after(first, last):
    """Weekdays after a day until another one."""
    days = (first + timedelta(n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def test_projects_end_later_by_the_working_days_of_what_is_still_open(loaded):
    """No project was changed since it was first read: its baseline ends where it does."""
    known = defaultdict(list)
    for contract, subsidiary, agreed, planned in rows_of(
        loaded,
        f"""
        SELECT p.contract_type, j.subsidiary, p.finish_date, max(p.finish_date,
            coalesce((SELECT max(t.calculated_finish) FROM stg_suiteprojects__project_task t
                WHERE t.project_id = p.id AND NOT coalesce(t.is_closed, false) AND t._deleted_at IS NULL), ''),
            coalesce((SELECT max(b.end_date) FROM stg_suiteprojects__booking b
                JOIN stg_suiteprojects__booking_type y ON y.id = b.booking_type_id AND y.name = 'Hard'
                WHERE b.project_id = p.id AND coalesce(b.approval_status, 'O') <> 'R'
                    AND b._deleted_at IS NULL), ''))
        FROM stg_suiteprojects__project p
        LEFT JOIN stg_netsuite__projectsubsidiaryrelationship j ON j.entity = p.netsuite_id
        WHERE {CLIENT} AND p.finish_date IS NOT NULL""",
    ):
        late = _working_days_after(date.fromisoformat(agreed), date.fromisoformat(planned[:10]))
        for group in ({}, {"contract_type": [contract]}, {"subsidiary": [subsidiary]}):
            if group != {"subsidiary": [None]}:  # one is in SuiteProjects Pro alone
                known[str(group)].append((group, late))

    assert len(known) == 9
    for group in known.values():
        days = Decimal(sum(late for _, late in group)) / len(group)
        told = only_of(loaded, "forecast_slip_days", NOW, Side.PSA, where=group[0][0])
        _near(told, days, Decimal("0.00001"))


# --- what an hour costs

_VALUED = f"""
    SELECT t.id, t.project_id, p.contract_type, t.planned_hours, t.budget_cost
    FROM stg_suiteprojects__project_task t JOIN stg_suiteprojects__project p ON p.id = t.project_id
    WHERE {CLIENT} AND t._deleted_at IS NULL AND t.planned_hours > 0 AND t.budget_cost > 0
        AND t.percent_complete IS NOT NULL AND t.calculated_start IS NOT NULL
        AND t.calculated_finish IS NOT NULL"""


def test_the_hours_on_tasks_were_planned_to_cost_their_budgets_and_cost_their_people(loaded, home):
    """Of the projects of each contract type that are agreed and staffed in the reporting currency."""
    ids = {project.id: key for key, project in home.items()}
    worked = defaultdict(lambda: (0, Decimal(0)))
    for row in rows_of(loaded, _HOURS):
        hours, cost = worked[row.project_task_id]
        worked[row.project_task_id] = hours + row.hours, cost + Decimal(row.cost)
    tasks = defaultdict(list)
    for task in rows_of(loaded, _VALUED):
        if task.project_id in ids:
            tasks[task.contract_type].append(task)

    assert len(tasks) > 3
    for mine in tasks.values():
        where = {"project": sorted({ids[task.project_id] for task in mine})}
        planned, actual = (
            only_of(loaded, key, NOW, Side.PSA, where=where)
            for key in ("planned_cost_rate", "actual_cost_rate")
        )
        budget = Decimal(sum(task.budget_cost for task in mine))
        _near(planned, budget / sum(task.planned_hours for task in mine), Decimal("0.00001"))
        hours = sum(worked[task.id][0] for task in mine)
        cost = sum(worked[task.id][1] for task in mine)
        _near(actual, cost / hours, Decimal("0.0001"))


# --- what is not known


@pytest.mark.parametrize("period", ["2026-05", "2026-10", "2026-Q2", "2025"])
@pytest.mark.parametrize("key", PAST)
def test_of_a_period_that_is_over_nothing_was_written_down(loaded, key, period):
    row = ask(loaded, key, period).only

    assert (row.psa, row.reasons[Side.PSA]) == (None, PAST[key])
    assert (row.erp, row.reasons[Side.ERP]) == (None, Reason.NOT_HELD)


@pytest.mark.parametrize("lens", [Lens.SUBSIDIARY, Lens.TRANSACTION])
@pytest.mark.parametrize(
    "key", ["cost_at_completion", "percent_complete_cost", "planned_cost_rate", "actual_cost_rate"]
)
def test_costs_of_several_currencies_are_told_in_the_reporting_currency_alone(loaded, key, lens):
    row = ask(loaded, key, NOW, lens=lens).only

    assert (row.psa, row.reasons[Side.PSA]) == (None, Reason.LENS_NOT_HELD)


@pytest.mark.parametrize("lens", Lens)
def test_days_are_the_same_in_every_currency(loaded, lens):
    told = only_of(loaded, "forecast_slip_days", NOW, Side.PSA, lens=lens)

    assert told == only_of(loaded, "forecast_slip_days", NOW, Side.PSA)
