"""Forecasts, burn, ends, changes and health of projects are what the record's rows give by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from sqlalchemy import text

from models.metrics.kpi import Reason, Side
from models.period import Period

from .asked import UNIT, ask, rows_of

CONTRACTS = (
    "Time and materials",
    "Capped time and materials",
    "Fixed fee, percent complete",
    "Fixed fee, milestones",
    "Retainer",
)
every_contract = pytest.mark.parametrize("contract", CONTRACTS)
CLOSE = Decimal("0.000002")

_APPROVED = """
    SELECT e.project_id, e.project_task_id, e.date, e.hours, l.cost, l.currency
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s._deleted_at IS NULL
    LEFT JOIN stg_suiteprojects__loaded_cost l ON l.user_id = e.user_id AND l._deleted_at IS NULL
        AND coalesce(l.level, 0) = 0
        AND (l.start_date IS NULL OR l.start_date <= e.date)
        AND (l.end_date IS NULL OR l.end_date >= e.date)
    WHERE s.status IN ('A', 'X') AND e._deleted_at IS NULL"""


@cache
def _approved_of_all(record):
    found = defaultdict(list)
    with record.connect() as connection:
        for row in connection.execute(text(_APPROVED)):
            found[row.project_id].append(row)
    return found


def _approved(loaded, project):
    """The approved time of a project; that of all is read once."""
    return _approved_of_all(loaded.record).get(project.id, [])


def _snapshot(loaded, sql, **given):
    with loaded.snapshot.engine.connect() as snapshot:
        return snapshot.execute(text(sql), given).all()


def _answered(loaded, key, where=None, period="2026-11", by=()):
    return ask(loaded, key, period, by=by, where=where)


def _told(loaded, key, where=None, period="2026-11"):
    return _answered(loaded, key, where, period).only


def _by_project(loaded, key):
    rows = _answered(loaded, key, by=("project",)).rows
    return {row.dimensions["project"]: row.psa for row in rows}


def _close(number, known):
    assert abs(number - known) <= max(CLOSE, abs(known) * CLOSE), (number, known)


def _day(value):
    return date.fromisoformat(str(value)[:10])


def _working_days(first, last):
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def _sum(rows, name):
    return Decimal(sum(getattr(row, name) or 0 for row in rows))


def _projects(loaded, contract, *, live=True):
    return rows_of(
        loaded,
        "SELECT * FROM stg_suiteprojects__project WHERE contract_type = :contract"
        " AND is_active = :live AND _deleted_at IS NULL ORDER BY id",
        contract=contract,
        live=live,
    )


def _cost(rows):
    return sum((Decimal(row.hours) * row.cost / UNIT for row in rows), Decimal(0))


def _at_home(loaded, contract):
    """Live projects that have begun, whose people, budgets and books are of the reporting currency."""
    home = {
        key // 2
        for (key,) in _snapshot(
            loaded,
            "SELECT project_key FROM dim_project p JOIN dim_subsidiary s"
            " ON s.subsidiary_key = p.subsidiary_key"
            " WHERE s.parent_key IS NULL AND p.currency = s.currency AND p.project_key % 2 = 0",
        )
    }
    own = loaded.snapshot.reporting_currency
    for project in _projects(loaded, contract):
        time = _approved(loaded, project)
        if project.id in home and time and all(row.currency == own for row in time):
            yield project, time


# --- what is used up, and how far it got


@every_contract
def test_duration_is_working_days_over_of_all_projects_of_a_contract_type(loaded, contract):
    today, over, whole = loaded.world.today, 0, 0
    for project in _projects(loaded, contract):
        first, last = _day(project.start_date), _day(project.finish_date)
        over += _working_days(first, min(last, today)) if first <= today else 0
        whole += _working_days(first, last)

    told = _told(loaded, "percent_complete_duration", {"contract_type": [contract]})

    _close(told.psa, Decimal(over) / whole)


@every_contract
def test_burn_ratio_and_runway_are_hours_by_hand(loaded, contract):
    project = _projects(loaded, contract)[0]
    of = {"project": [2 * project.id]}
    time = _approved(loaded, project)
    tasks = rows_of(
        loaded,
        "SELECT * FROM stg_suiteprojects__project_task WHERE project_id = :id AND planned_hours > 0"
        " AND percent_complete IS NOT NULL AND _deleted_at IS NULL",
        id=project.id,
    )
    done = sum(Decimal(task.planned_hours) * task.percent_complete / 1_000_000 for task in tasks)
    worked, burn = _sum(time, "hours"), _sum(time, "hours") / project.budget_hours
    days, day = 0, loaded.world.today
    while days < 20:  # back to the first of the last twenty working days
        days += day.weekday() < 5
        day -= timedelta(1)
    late = [row for row in time if _day(row.date) > day]

    _close(_told(loaded, "burn_ratio", of).psa, burn / (done / _sum(tasks, "planned_hours")))
    left, pace = project.budget_hours - worked, _sum(late, "hours") / 20
    assert abs(_told(loaded, "budget_runway", of).psa - left / pace) < Decimal("0.01")


@every_contract
def test_cost_burn_is_all_cost_over_the_budgets_of_cost(loaded, contract):
    project, time = next(_at_home(loaded, contract))
    budget, bought = (
        _sum(rows_of(loaded, sql, id=project.id), "amount")
        for sql in (
            (
                "SELECT total AS amount FROM stg_suiteprojects__project_budget"
                " WHERE project_id = :id AND _deleted_at IS NULL"
            ),
            (
                "SELECT r.amount FROM stg_suiteprojects__receipt r"
                " JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id"
                " WHERE r.project_id = :id AND e.status = 'A' AND r._deleted_at IS NULL"
                " UNION ALL SELECT amount FROM stg_suiteprojects__purchase_item"
                " WHERE project_id = :id AND _deleted_at IS NULL"
            ),
        )
    )

    told = _told(loaded, "budget_cost_burn", {"project": [2 * project.id]})

    _close(told.psa, (_cost(time) + bought) / budget)


def test_fee_burn_is_time_charged_over_the_cap_and_milestones_are_fees_charged(loaded):
    for contract, key, charge, amount in (
        ("Capped time and materials", "cap_burn", "T", "cap"),
        ("Fixed fee, milestones", "percent_complete_milestones", "F", "amount"),
    ):
        project = _projects(loaded, contract)[0]
        (agreed,), (charged,) = (
            rows_of(loaded, sql, id=project.id)[0]
            for sql in (
                (
                    f"SELECT sum({amount}) FROM stg_suiteprojects__billing_rule"
                    f" WHERE project_id = :id AND type = '{charge}' AND _deleted_at IS NULL"
                ),
                (
                    "SELECT sum(amount) FROM stg_suiteprojects__charge"
                    f" WHERE project_id = :id AND type = '{charge}' AND _deleted_at IS NULL"
                ),
            )
        )
        told = _told(loaded, key, {"project": [2 * project.id]})

        _close(told.psa, Decimal(charged) / agreed)


# --- what is to come


@every_contract
def test_estimates_at_completion_are_pmi_s_formulas_of_the_values_by_hand(loaded, contract):
    project, time = next(_at_home(loaded, contract))
    tasks = rows_of(
        loaded,
        "SELECT * FROM stg_suiteprojects__project_task WHERE project_id = :id AND budget_cost > 0"
        " AND _deleted_at IS NULL",
        id=project.id,
    )
    of, today = {"project": [2 * project.id]}, loaded.world.today
    bac = _sum(tasks, "budget_cost") / UNIT
    ev = sum(Decimal(t.budget_cost) * t.percent_complete / 1_000_000 for t in tasks) / UNIT
    pv = Decimal(0)
    for task in tasks:
        first, last = _day(task.calculated_start), _day(task.calculated_finish)
        due = Decimal(_working_days(first, min(last, today))) / _working_days(first, last)
        pv += task.budget_cost * due / UNIT
    ids = {task.id for task in tasks}
    ac = _cost([row for row in time if row.project_task_id in ids]) / UNIT

    _close(_told(loaded, "estimate_at_completion_cpi", of).psa, bac * ac / ev)
    _close(_told(loaded, "estimate_at_completion_plan", of).psa, ac + bac - ev)
    _close(
        _told(loaded, "estimate_at_completion_cpi_spi", of).psa,
        ac + (bac - ev) * ac * pv / (ev * ev),
    )
    eac = _told(loaded, "estimate_at_completion", of).psa
    _close(_told(loaded, "variance_at_completion", of).psa, bac - eac)


def test_cost_to_come_is_booked_or_else_the_planned_hours_that_are_left(loaded):
    booked, planned = 0, 0
    for contract in CONTRACTS:
        for project, time in _at_home(loaded, contract):
            ahead = _snapshot(
                loaded,
                "SELECT sum(cost_base) FROM fct_booking WHERE project_key = :key AND day > :today"
                " AND class = 'hard'",
                key=2 * project.id,
                today=int(f"{loaded.world.today:%Y%m%d}"),
            )[0][0]
            told = _told(loaded, "estimate_to_complete", {"project": [2 * project.id]}).psa
            if ahead is not None:
                assert told == ahead
                booked += 1
                continue
            tasks = rows_of(
                loaded,
                "SELECT * FROM stg_suiteprojects__project_task WHERE project_id = :id"
                " AND planned_hours > 0 AND _deleted_at IS NULL",
                id=project.id,
            )
            left = sum(
                max(
                    task.planned_hours - sum(r.hours for r in time if r.project_task_id == task.id),
                    0,
                )
                for task in tasks
                if not task.is_closed
            )
            _close(told, _cost(time) / _sum(time, "hours") * left / UNIT)
            planned += 1
    assert booked
    assert planned


def test_a_fixed_fee_ends_at_its_contract_and_losses_are_told_one_by_one(loaded):
    project, _ = next(_at_home(loaded, "Fixed fee, percent complete"))
    (contract,) = rows_of(
        loaded,
        "SELECT sum(p.total) AS total FROM stg_suiteprojects__customer_po p"
        " JOIN stg_suiteprojects__customer_po_project l ON l.customer_po_id = p.id"
        " WHERE l.project_id = :id AND p._deleted_at IS NULL AND l._deleted_at IS NULL",
        id=project.id,
    )

    told, planned = (
        _told(loaded, key, {"project": [2 * project.id]})
        for key in ("revenue_at_completion", "planned_project_revenue")
    )

    assert told.psa == planned.psa == Decimal(contract.total) / UNIT
    margins = _by_project(loaded, "forecast_project_margin").values()
    losses = [-margin for margin in margins if margin is not None and margin < 0]
    assert _told(loaded, "expected_contract_loss").psa == sum(losses) > 0
    assert _told(loaded, "loss_contracts").psa == len(losses)


def test_margin_erosion_is_the_forecast_percentage_less_the_planned_one(loaded):
    for contract in CONTRACTS:
        of = {"project": [2 * next(_at_home(loaded, contract))[0].id]}
        planned, forecast, erosion = (
            _told(loaded, key, of).psa
            for key in (
                "planned_project_margin_pct",
                "forecast_project_margin_pct",
                "margin_erosion",
            )
        )
        _close(erosion, forecast - planned)


# --- time


@every_contract
def test_earned_schedule_is_the_day_on_which_as_much_was_planned(loaded, contract):
    project = _projects(loaded, contract)[0]
    tasks = rows_of(
        loaded,
        "SELECT * FROM stg_suiteprojects__project_task WHERE project_id = :id AND budget_cost > 0"
        " AND _deleted_at IS NULL",
        id=project.id,
    )
    earned = sum(Decimal(t.budget_cost) * t.percent_complete / 1_000_000 for t in tasks)
    start = _day(project.start_date)

    def planned(day):
        found = Decimal(0)
        for task in tasks:
            first, last = _day(task.calculated_start), _day(task.calculated_finish)
            done = _working_days(first, min(day, last)) if first <= day else 0
            found += Decimal(task.budget_cost) * done / _working_days(first, last)
        return found

    day = start - timedelta(1)
    while planned(day + timedelta(1)) <= earned:
        day += timedelta(1)
    before, after = planned(day), planned(day + timedelta(1))
    days = _working_days(start, day) + (earned - before) / (after - before)
    passed = _working_days(start, loaded.world.today)
    of = {"project": [2 * project.id]}

    assert abs(_told(loaded, "schedule_variance_days", of).psa - (days - passed)) < Decimal("0.001")
    assert abs(_told(loaded, "schedule_performance_time", of).psa - days / passed) < Decimal(
        "0.0001"
    )


@pytest.mark.parametrize("period", ["2026-09", "2026-Q3", "2025"])
def test_on_time_is_the_last_approved_day_against_the_end_that_was_agreed(loaded, period):
    asked, counted, in_time = Period.parse(period), 0, 0
    for contract in CONTRACTS:
        for project in _projects(loaded, contract, live=False):
            days = [_day(r.date) for r in _approved(loaded, project) if r.hours > 0]
            if not days or not str(asked.first) <= f"{max(days):%Y-%m}" <= str(asked.last):
                continue
            counted += 1
            end = _day(project.finish_date)
            in_time += max(days) <= end or not _working_days(end + timedelta(1), max(days))

    told = _told(loaded, "on_time_delivery", period=period)

    assert counted
    _close(told.psa, Decimal(in_time) / counted)


# --- changes


def test_change_orders_are_all_but_the_first_order_of_a_project(loaded):
    orders = rows_of(
        loaded,
        "SELECT l.project_id, p.total, p.date FROM stg_suiteprojects__customer_po p"
        " JOIN stg_suiteprojects__customer_po_project l ON l.customer_po_id = p.id"
        " WHERE p._deleted_at IS NULL AND l._deleted_at IS NULL ORDER BY l.project_id, p.date, p.id",
    )
    home = {project.id for c in CONTRACTS for project, _ in _at_home(loaded, c)}
    of = [order for order in orders if order.project_id in home]
    first: dict[int, int] = {}
    for order in of:
        first.setdefault(order.project_id, order.total)
    changes = sum(order.total for order in of) - sum(first.values())
    where = {"project": [2 * key for key in sorted(home)]}

    told = _told(loaded, "change_order_yield", where)

    assert changes > 0
    _close(told.psa, Decimal(changes) / sum(first.values()))
    assert _told(loaded, "change_orders", where, "2023").psa == 0


# --- health


def test_rules_fire_where_numbers_pass_their_thresholds_and_the_worst_colour_stands(loaded):
    fired = {
        (key, rule)
        for key, rule in _snapshot(
            loaded, "SELECT project_key, rule FROM fct_project_health WHERE is_fired"
        )
    }
    expected = set()
    for rule, kpi, passes in (
        ("cpi", "cost_performance_index", lambda n: n < Decimal("0.89995")),
        ("spi", "schedule_performance_time", lambda n: n < Decimal("0.89995")),
        ("burn_ratio", "burn_ratio", lambda n: n > Decimal("1.15005")),
        ("margin_erosion", "margin_erosion", lambda n: n < Decimal("-0.05005")),
    ):
        numbers = _by_project(loaded, kpi)
        expected |= {(key, rule) for key, n in numbers.items() if n is not None and passes(n)}
    mine = {"cpi", "spi", "burn_ratio", "margin_erosion"}

    assert {pair for pair in fired if pair[1] in mine} == expected
    assert {rule for _, rule in expected} == mine
    red = {key for key, rule in fired if not rule.startswith("needs_")}
    assert _told(loaded, "red_projects").psa == len(red)
    assert _told(loaded, "project_alerts").psa == len(fired)
    assert set(_by_project(loaded, "red_projects")) >= red


def test_an_overdue_invoice_or_a_missing_budget_is_told_by_its_rule(loaded):
    late = {
        key
        for (key,) in _snapshot(
            loaded,
            "SELECT DISTINCT a.project_key FROM fct_ar_open a JOIN fct_project_value v"
            " ON v.project_key = a.project_key WHERE a.system = 'netsuite' AND a.month = 202611"
            " AND a.amount > 0 AND a.due_on < DATE '2026-10-21'",
        )
    }
    without = _snapshot(
        loaded,
        "SELECT project_key, health FROM fct_project_value"
        " WHERE budget_hours IS NULL AND planned_cost_base IS NULL",
    )
    overdue = _answered(
        loaded, "project_alerts", {"health_rule": ["overdue_days"]}, by=("project",)
    )

    assert late == {row.dimensions["project"] for row in overdue.rows if row.psa}
    assert [row.health for row in without] == ["amber"]
    of = {"project": [without[0].project_key]}
    for key, reason in (
        ("budget_cost_burn", Reason.NO_BUDGET),
        ("burn_ratio", Reason.NO_BUDGET),
        ("budget_runway", Reason.NO_BUDGET),
        ("planned_project_margin", Reason.NO_PLAN),
        ("estimate_to_complete", Reason.NO_PLAN),
        ("estimate_at_completion", Reason.NO_BASELINE),
        ("schedule_performance_time", Reason.NO_BASELINE),
        ("change_order_yield", Reason.NO_VALUE),
    ):
        told = _told(loaded, key, of)
        assert (told.psa, told.reasons[Side.PSA]) == (None, reason), key


def test_the_course_of_projects_ends_at_their_budget_and_at_what_they_have_cost(loaded):
    budget, cost = (
        _by_project(loaded, key) for key in ("budget_at_completion", "earned_value_cost")
    )
    ends = _answered(loaded, "planned_value_by_month", by=("project",), period="2031-12").rows
    spent = _by_project(loaded, "earned_value_cost_by_month")

    assert {row.dimensions["project"]: row.psa for row in ends} == budget
    assert {key: value for key, value in cost.items() if value} == {
        key: value for key, value in spent.items() if value
    }


def test_hours_of_people_are_those_they_are_assigned_and_have_worked(loaded):
    planned = rows_of(
        loaded,
        """SELECT t.project_id, sum(a.planned_hours) FROM stg_suiteprojects__assignment a
        JOIN stg_suiteprojects__project_task t ON t.id = a.project_task_id AND t._deleted_at IS NULL
        WHERE a._deleted_at IS NULL GROUP BY t.project_id""",
    )
    keys = dict(_snapshot(loaded, "SELECT suiteprojects_id, project_key FROM dim_project"))
    told = _by_project(loaded, "assigned_hours")

    assert told == {keys[project]: Decimal(hours) / UNIT for project, hours in planned if hours}
    worked = _told(loaded, "client_hours", period="2015-01..2026-11").psa
    assert _told(loaded, "client_hours_to_date").psa == worked
