"""The invented firm is believable, its books balance, and its two systems differ only on purpose."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from sync.sandbox.world.ledger import is_balanced

YEAR_TWO_AND_THREE = slice(12, 36)
LAST_YEAR = slice(24, 36)


def _sum(world, key, months, side="erp"):
    return sum(world.totals.kpi(key, side, month) for month in world.totals.months[months])


def test_every_posting_transaction_balances(world):
    posting = [it for it in world.life.documents if it.posting]

    assert len(posting) > 5_000
    assert [it.id for it in posting if not is_balanced(it)] == []


def test_accounting_lines_of_the_netsuite_rows_sum_to_zero_per_transaction(world):
    sums = defaultdict(Decimal)
    for row in world.netsuite.tables["transactionaccountingline"].rows.values():
        if row["posting"]:
            sums[row["transaction"], row["accountingbook"]] += row["amount"]

    assert set(sums.values()) == {Decimal(0)}


def test_the_rows_of_both_systems_stay_within_what_a_demo_can_load(world):
    assert 240_000 < sum(world.totals.rows.values()) < 400_000


def test_every_table_has_rows_and_no_row_has_an_unknown_column(world):
    for system in (world.netsuite, world.suiteprojects):
        for table in system.tables.values():
            assert table.rows, table.name
            row = next(iter(table.rows.values()))
            assert set(row) <= set(table.columns), table.name


def test_no_row_was_changed_after_the_moment_history_ends(world):
    for system in (world.netsuite, world.suiteprojects):
        for table in system.tables.values():
            if table.modified:
                newest = max(row[table.modified] for row in table.rows.values())
                assert newest <= world.now, table.name


def test_people_customers_and_projects_are_as_many_as_told(world):
    life = world.life

    assert 170 <= len(life.people.everyone) <= 230
    assert 60 <= len(life.customers) <= 80
    assert 220 <= len(life.clients) <= 310
    assert len({project.contract_type for project in life.clients}) == 5
    assert len({project.name for project in life.portfolio.all}) == len(life.portfolio.all)
    assert len({person.email for person in life.people.everyone}) == len(life.people.everyone)


def test_entity_numbers_of_netsuite_never_collide(world):
    tables = ("employee", "customer", "vendor", "job")
    ids = [key for name in tables for key in world.netsuite.tables[name].rows]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("side", ["erp", "psa"])
def test_billable_utilization_lies_where_the_industry_is(world, side):
    totals = world.totals
    parts = [totals.parts("billable_utilization", side, month) for month in totals.months[:36]]
    overall = sum(over for over, _ in parts) / sum(under for _, under in parts)

    assert Decimal("0.66") < overall < Decimal("0.74")


def test_august_and_december_are_quiet(world):
    totals = world.totals
    by_month = {
        month: totals.kpi("billable_utilization", "psa", month) for month in totals.months[:36]
    }
    usual = sum(by_month.values()) / len(by_month)

    assert all(by_month[month] < usual for month in by_month if month[5:] in ("08", "12"))


@pytest.mark.parametrize("side", ["erp", "psa"])
def test_project_margin_lies_where_the_industry_is(world, side):
    margin = _sum(world, "project_gross_margin", YEAR_TWO_AND_THREE, side)
    revenue = _sum(world, "recognized_revenue", YEAR_TWO_AND_THREE, side)

    assert Decimal("0.32") < margin / revenue < Decimal("0.40")


def test_some_projects_lose_money(world):
    margins = defaultdict(Decimal)
    for month in world.totals.months[24:36]:
        for project in world.life.clients:
            margins[project.code] += world.totals.kpi(
                "project_gross_margin", "psa", month, project_code=project.code
            )
    earned = [margin for margin in margins.values() if margin]

    assert 3 <= sum(margin < 0 for margin in earned) < len(earned) / 4


def test_revenue_grows_year_by_year(world):
    first, second, third = (
        _sum(world, "recognized_revenue", slice(start, start + 12)) for start in (0, 12, 24)
    )

    assert Decimal("1.05") < second / first < Decimal("1.11")
    assert Decimal("1.05") < third / second < Decimal("1.11")


def test_customers_take_two_months_to_pay(world):
    days = [
        world.totals.kpi("days_sales_outstanding", "erp", month)
        for month in world.totals.months[LAST_YEAR]
    ]

    assert Decimal(45) < sum(days) / len(days) < Decimal(65)


def test_what_the_psa_does_not_hold_is_not_stated(world):
    assert world.totals.kpi("days_sales_outstanding", "psa", world.totals.months[35]) is None


def test_both_systems_agree_before_the_first_planted_difference(world):
    month = world.totals.months[2]

    for key in ("recognized_revenue", "project_gross_margin"):
        erp, psa = (world.totals.kpi(key, side, month) for side in ("erp", "psa"))
        assert abs(erp - psa) < 1
    hours = [world.totals.parts("billable_utilization", side, month) for side in ("erp", "psa")]
    assert hours[0] == hours[1]


def test_departments_and_projects_add_up_to_the_whole(world):
    totals, month = world.totals, world.totals.months[35]
    for key in ("recognized_revenue", "project_gross_margin"):
        for side in ("erp", "psa"):
            departments = (
                totals.kpi(key, side, month, department=name) for name in world.life.departments
            )
            codes = [p.code for p in (*world.life.clients, world.life.orphan_job)]
            projects = (totals.kpi(key, side, month, project_code=code) for code in codes)
            whole = totals.kpi(key, side, month)
            assert sum(departments) == whole
            assert sum(projects) == whole


def test_the_cast_of_a_demo_is_four_people_still_with_the_firm(world):
    cast = world.cast

    assert len(set(cast.values())) == 4
    assert all(person.released is None for person in cast.values())
    assert cast["practice_lead"].department.delivery
    assert sum(p.owner is cast["project_manager"] and not p.ended for p in world.life.clients) >= 2
