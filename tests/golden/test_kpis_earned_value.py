"""Progress and earned value are what the record's tasks, timesheets and costs add up to by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Reason, Side

from .asked import ask, rows_of

CONTRACTS = (
    "Time and materials",
    "Capped time and materials",
    "Fixed fee, percent complete",
    "Fixed fee, milestones",
    "Retainer",
)
every_contract = pytest.mark.parametrize("contract", CONTRACTS)
CLOSE = Decimal("0.000002")

# all amounts are whole numbers of ten-thousandths
_TASKS = """
    SELECT t.id, t.planned_hours, t.budget_cost, t.percent_complete, t.calculated_start,
        t.calculated_finish, t.is_closed
    FROM stg_suiteprojects__project_task t
    JOIN stg_suiteprojects__project p ON p.id = t.project_id
    WHERE t.planned_hours > 0 AND t._deleted_at IS NULL AND p._deleted_at IS NULL
        AND p.is_active AND p.contract_type = :contract {more} ORDER BY t.id"""
_TIME = """
    SELECT e.hours, l.cost, l.currency, p.currency AS own
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s._deleted_at IS NULL
    JOIN stg_suiteprojects__project p ON p.id = e.project_id
    LEFT JOIN stg_suiteprojects__loaded_cost l ON l.user_id = e.user_id AND l._deleted_at IS NULL
        AND coalesce(l.level, 0) = 0
        AND (l.start_date IS NULL OR l.start_date <= e.date)
        AND (l.end_date IS NULL OR l.end_date >= e.date)
    WHERE e.project_task_id = :task AND s.status IN ('A', 'X') AND e._deleted_at IS NULL"""


def _told(loaded, key, where=None, period="2026-11"):
    return ask(loaded, key, period, where=where).only


def _hours(loaded, task):
    return Decimal(sum(row.hours for row in rows_of(loaded, _TIME, task=task)))


def _day(value):
    return date.fromisoformat(str(value)[:10])


def _working_days(first, last):
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def _due(task, today):
    """The share of a task's working days that is over."""
    first, last = _day(task.calculated_start), _day(task.calculated_finish)
    return Decimal(_working_days(first, min(last, today))) / _working_days(first, last)


def _close(number, known):
    assert abs(number - known) <= CLOSE, (number, known)


@every_contract
def test_percent_complete_is_told_by_hours_by_plan_and_as_reported(loaded, contract):
    tasks = rows_of(loaded, _TASKS.format(more=""), contract=contract)
    of = {"contract_type": [contract]}
    done, left, planned = Decimal(0), Decimal(0), Decimal(0)
    for task in tasks:
        hours = _hours(loaded, task.id)
        done, planned = done + hours, planned + task.planned_hours
        left += 0 if task.is_closed else max(task.planned_hours - hours, 0)
    reported = [task for task in tasks if task.percent_complete is not None]
    weighed = sum(
        Decimal(task.planned_hours) * task.percent_complete / 1_000_000 for task in reported
    )

    assert done > 0
    _close(_told(loaded, "percent_complete_hours", of).psa, done / (done + left))
    _close(_told(loaded, "percent_complete_plan", of).psa, done / planned)
    _close(
        _told(loaded, "percent_complete_reported", of).psa,
        weighed / sum(task.planned_hours for task in reported),
    )


def _of_one_currency(loaded, contract):
    """A project that has begun, whose people all cost its own currency; its tasks and their time."""
    ids = rows_of(
        loaded,
        "SELECT id, name FROM stg_suiteprojects__project WHERE is_active AND contract_type = :contract"
        " AND start_date < '2026-10-01' AND _deleted_at IS NULL ORDER BY id",
        contract=contract,
    )
    for project in ids:
        tasks = rows_of(
            loaded, _TASKS.format(more="AND p.id = :id"), contract=contract, id=project.id
        )
        time = [rows_of(loaded, _TIME, task=task.id) for task in tasks]
        if all(row.currency == row.own for rows in time for row in rows):
            return 2 * project.id, tasks, time
    raise AssertionError(f"no project of {contract} is staffed in its own currency")


@every_contract
def test_indexes_are_earned_over_spent_and_due_by_hand(loaded, contract):
    project, tasks, time = _of_one_currency(loaded, contract)
    today = loaded.world.today
    budget = sum(Decimal(task.budget_cost) for task in tasks)
    earned = sum(Decimal(task.budget_cost) * task.percent_complete / 1_000_000 for task in tasks)
    due = sum(task.budget_cost * _due(task, today) for task in tasks)
    spent = sum(Decimal(row.hours) * row.cost / 10_000 for rows in time for row in rows)
    of = {"project": [project]}

    _close(_told(loaded, "cost_performance_index", of).psa, earned / spent)
    _close(_told(loaded, "schedule_performance_index", of).psa, earned / due)
    _close(_told(loaded, "cost_schedule_index", of).psa, earned / spent * earned / due)
    left = _told(loaded, "to_complete_index", of)
    if budget > spent:
        _close(left.psa, (budget - earned) / (budget - spent))
    else:
        assert (left.psa, left.reasons[Side.PSA]) == (None, Reason.BUDGET_EXHAUSTED)


def test_variances_are_differences_of_the_values_and_projects_add_up(loaded):
    bac, pv, ev, ac = (
        _told(loaded, key).psa
        for key in ("budget_at_completion", "planned_value", "earned_value", "earned_value_cost")
    )

    assert 0 < pv < bac
    assert 0 < ev < bac
    assert _told(loaded, "cost_variance").psa == ev - ac
    assert _told(loaded, "schedule_variance").psa == ev - pv
    by_project = ask(loaded, "cost_variance", "2026-11", by=("project",))
    assert sum(row.psa for row in by_project.rows) == ev - ac


def test_what_was_never_kept_and_what_has_no_budget_has_no_number(loaded):
    with loaded.snapshot.engine.connect() as snapshot:
        (internal,) = snapshot.execute(
            text("SELECT min(project_key) FROM dim_project WHERE kind = 'internal_productive'")
        ).one()

    past = _told(loaded, "cost_performance_index", period="2026-09")
    without = _told(loaded, "schedule_performance_index", {"project": [internal]})

    assert (past.psa, past.reasons[Side.PSA]) == (None, Reason.NO_BASELINE)
    assert (without.psa, without.reasons[Side.PSA]) == (None, Reason.NO_BASELINE)
    assert without.reasons[Side.ERP] is Reason.NOT_HELD


def test_a_project_that_has_not_begun_has_a_budget_and_no_index(loaded):
    (project,) = rows_of(
        loaded,
        "SELECT min(id) AS id FROM stg_suiteprojects__project WHERE is_active"
        " AND start_date > '2026-12-01' AND contract_type IS NOT NULL",
    )
    of = {"project": [2 * project.id]}

    assert _told(loaded, "budget_at_completion", of).psa > 0
    assert _told(loaded, "cost_performance_index", of).reasons[Side.PSA] is Reason.NO_COST
    assert _told(loaded, "schedule_performance_index", of).reasons[Side.PSA] is Reason.NO_VALUE
    assert _told(loaded, "percent_complete_plan", of).psa == 0
