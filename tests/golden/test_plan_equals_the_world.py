"""The plan holds the budgets of both systems to the cent, and shows each person their part of them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models.access import Scope
from models.metrics.catalogue import kpi
from models.metrics.compare import compare
from models.metrics.kpi import Basis
from models.metrics.plan import planned
from models.metrics.scoping import restrict_measure
from models.period import Month, Period
from models.tables.conformed import dim_account, dim_department
from models.tables.plan import fct_plan
from sync.sandbox.world.calendar import start_of
from sync.sandbox.world.planning import BUDGET_CATEGORIES


@pytest.fixture(scope="module")
def connection(loaded):
    with loaded.snapshot.engine.connect() as connection:
        yield connection


def test_budgets_of_netsuite_are_all_there_by_version_month_account_and_subsidiary(
    loaded, connection
):
    known: dict[tuple[str, int, str, int], Decimal] = defaultdict(Decimal)
    for budget in loaded.world.life.budgets:
        for month, amount in budget.months.items():
            day = start_of(month)
            place = (
                BUDGET_CATEGORIES[budget.category], day.year * 100 + day.month, budget.account,
                budget.subsidiary.id,
            )  # fmt: skip
            known[place] += amount

    query = (
        select(
            fct_plan.c.version, fct_plan.c.month, dim_account.c.number, fct_plan.c.subsidiary_key,
            func.sum(fct_plan.c.amount),
        )
        .join(dim_account, dim_account.c.account_key == fct_plan.c.account_key)
        .where(fct_plan.c.source == "erp_budget")
        .group_by(
            fct_plan.c.version, fct_plan.c.month, dim_account.c.number, fct_plan.c.subsidiary_key
        )
    )  # fmt: skip
    assert {tuple(row[:4]): row[4] for row in connection.execute(query)} == known


def test_project_budgets_of_suiteprojects_are_all_there_by_currency(loaded, connection):
    known: dict[str, Decimal] = defaultdict(Decimal)
    for row in loaded.world.suiteprojects.tables["Budget"].rows.values():
        known[row["currency"]] += row["total"]

    query = (
        select(fct_plan.c.currency, func.sum(fct_plan.c.amount))
        .where(fct_plan.c.source == "psa_budget")
        .group_by(fct_plan.c.currency)
    )
    assert {row[0]: row[1] for row in connection.execute(query)} == known
    assert not connection.scalar(
        select(func.count()).where(fct_plan.c.source == "psa_budget", fct_plan.c.project_key == -1)
    )


def test_every_amount_is_told_in_the_reporting_currency(connection):
    missing = select(func.count()).where(
        fct_plan.c.amount.is_not(None), fct_plan.c.amount_base.is_(None)
    )

    assert connection.scalar(missing) == 0


def test_a_lead_sees_the_plan_of_their_department_and_a_manager_that_of_their_projects(
    connection,
):
    revenue, cost = planned("revenue"), planned("project_cost")

    def seen(measure, scope: Scope) -> Decimal:
        query = select(func.sum(measure.value)).where(
            *measure.where, *restrict_measure(scope, measure)
        )
        return connection.scalar(query) or Decimal(0)

    everything = seen(revenue, Scope.everything())
    parts = [
        seen(revenue, Scope(departments=frozenset({key})))
        for key in connection.scalars(select(dim_department.c.department_key))
    ]
    assert 0 < max(parts) < everything
    assert sum(parts) == everything
    assert seen(revenue, Scope(managers=frozenset({1}))) == 0, "a budget is of no project"
    assert seen(cost, Scope.everything()) > 0
    assert seen(cost, Scope(managers=frozenset({-5}))) == 0
    assert seen(revenue, Scope.nothing()) == 0


def test_a_result_is_planned_as_its_revenue_less_its_costs_and_its_share_of_revenue_with_it(
    loaded, connection
):
    period = Period.of(Month(2026, 10))

    def plan(key: str) -> Decimal | None:
        (line,) = compare(loaded.snapshot, kpi(key), period, Scope.everything())
        return line.against[Basis.PLAN].reference

    amounts = dict(
        connection.execute(
            select(fct_plan.c.line, func.sum(fct_plan.c.amount_base))
            .where(
                fct_plan.c.month == 202610,
                fct_plan.c.source == "erp_budget",
                fct_plan.c.is_compared.is_(True),
            )
            .group_by(fct_plan.c.line)
        ).all()
    )
    revenue = amounts.pop("revenue")
    del amounts["depreciation"]
    assert plan("firm_revenue") == revenue
    assert plan("ebitda") == revenue - sum(amounts.values())
    assert plan("ebitda_pct") == round((revenue - sum(amounts.values())) / revenue, 6)
