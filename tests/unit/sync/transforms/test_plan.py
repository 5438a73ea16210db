"""The plan is what both systems budget and what people uploaded, at rates that do not move."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from models.business import default_business, load_file
from models.plan.choosing import Planned, compared, exchanged, grouped
from sync.engine.given import give

D = Decimal
PROJECT, DEPARTMENT, GERMANY = 202, 2, 2
_YEAR = {
    "id": 199, "periodname": "2026", "startdate": date(2026, 1, 1), "enddate": date(2026, 12, 31),
    "isyear": True,
}  # fmt: skip
BUDGETS = {
    "netsuite__accountingperiod": [_YEAR],
    "netsuite__budgetcategory": [{"id": 1, "name": "Budget"}, {"id": 2, "name": "Reforecast"}],
    "netsuite__budgets": [
        {
            "id": n, "account": account, "category": category, "department": 10, "subsidiary": 2,
            "year": 199, "total": D(900),
        }
        for n, account, category in ((1, 1, 1), (2, 2, 1), (3, 1, 2))
    ],
    "netsuite__budgetsmachine": [
        {"budget": budget, "period": period, "amount": D(amount)}
        for budget, period, amount in ((1, 101, 300), (1, 102, 600), (2, 102, 200), (3, 102, 500))
    ],
}  # fmt: skip


def _plan(connection, *rows):
    names = [
        "plan_id",
        "version",
        "approved_month",
        "row_number",
        "measure",
        "month",
        "subsidiary",
        "department",
        "customer",
        "project",
        "account",
        "stream",
        "line",
        "currency",
        "amount",
        "hours",
    ]
    for row in rows:
        values = {"row_number": 2, "approved_month": 202601, **row}
        connection.execute(
            f"INSERT INTO mirror.own_plan VALUES ({', '.join('?' * len(names))})",
            [values.get(name) for name in names],
        )


def test_a_budget_of_netsuite_is_a_version_by_its_category_month_and_account(facts):
    rows = facts(BUDGETS).rows("fct_plan")

    assert [
        (r["version"], r["measure"], r["month"], r["amount"], r["is_compared"]) for r in rows
    ] == [
        ("Budget", "revenue", 202601, D(300), True),
        ("Budget", "cost", 202602, D(200), True),
        ("Budget", "revenue", 202602, D(600), True),
        ("Reforecast", "revenue", 202602, D(500), False),
    ]
    assert {
        (r["source"], r["subsidiary_key"], r["department_key"], r["project_key"], r["currency"])
        for r in rows
    } == {("erp_budget", GERMANY, DEPARTMENT, -1, "EUR")}
    assert [r["line"] for r in rows] == ["revenue", "direct_labor", "revenue", "revenue"]


def test_a_budget_is_told_at_the_rate_of_the_month_before_its_year_or_of_its_first(facts):
    """None is known of December: then January's holds, in February, too."""
    rows = facts(BUDGETS).rows("fct_plan", "version = 'Budget' AND measure = 'revenue'")

    assert [r["amount_base"] for r in rows] == [D(330), D(660)]


def test_a_known_rate_of_the_month_before_holds_for_the_whole_year(facts):
    more = BUDGETS | {
        "netsuite__accountingperiod": [
            _YEAR, {"id": 90, "periodname": "2025-12", "startdate": date(2025, 12, 1)}
        ],
        "netsuite__consolidatedexchangerate": [
            {
                "id": 9, "postingperiod": 90, "fromsubsidiary": 2, "tosubsidiary": 1,
                "accountingbook": 1, "averagerate": "1.05", "currentrate": "1.06",
            }
        ],
    }  # fmt: skip
    rows = facts(more).rows("fct_plan", "version = 'Budget' AND measure = 'revenue'")

    assert [r["amount_base"] for r in rows] == [D(315), D(630)]


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ('approved = "2026-02"', D(360)),
        ("rates = { EUR = 1.5 }", D(450)),
        ('approved = "2026-02"\nrates = { EUR = 1.5 }', D(450)),
        ("rates = { GBP = 1.5 }", D(330)),
    ],
)
def test_a_version_may_have_rates_of_its_own(facts, tmp_path, said, base):
    path = tmp_path / "business.toml"
    path.write_text(f'[[plan.versions]]\nversion = "Budget"\n{said}\n', encoding="utf-8")
    made = facts(BUDGETS)
    give(made.connection, load_file(str(path)))

    row = made.row("fct_plan", "version = 'Budget' AND month = 202601")

    give(made.connection, default_business())
    assert row["amount_base"] == base


def test_a_project_budget_is_cost_of_its_project_by_month_and_what_is_not_spread_by_its_own(facts):
    made = facts(
        {
            "suiteprojects__project_budget": [
                {
                    "id": 7, "project_id": 101, "customer_id": 21, "date": date(2026, 1, 10),
                    "budget_category_id": 1, "total": D(1000), "currency": "CHF",
                }
            ],
            "suiteprojects__project_budget_allocation": [
                {"id": 1, "budget_id": 7, "date": date(2026, 1, 10), "total": D(400)},
                {"id": 2, "budget_id": 7, "date": date(2026, 2, 1), "total": D(500)},
            ],
        }
    )  # fmt: skip

    rows = made.rows("fct_plan")

    assert [(r["month"], r["amount"]) for r in rows] == [
        (202601, D(100)), (202601, D(400)), (202602, D(500)),
    ]  # fmt: skip
    assert {
        (r["measure"], r["source"], r["project_key"], r["customer_key"], r["line"]) for r in rows
    } == {("project_cost", "psa_budget", PROJECT, 42, "direct_labor")}
    assert rows[2]["amount_base"] == D("495"), "CHF at 0.9 into EUR, at January's 1.1 on"


def test_an_uploaded_version_goes_before_the_budget_in_its_months_and_the_newest_first(facts):
    made = facts(BUDGETS)
    _plan(
        made.connection,
        {"plan_id": 1, "version": "Board", "measure": "revenue", "month": 202602, "amount": D(10)},
        {"plan_id": 2, "version": "May", "measure": "revenue", "month": 202602, "amount": D(20)},
    )

    rows = made.rows("fct_plan", "is_compared AND measure = 'revenue'")

    assert [(r["version"], r["month"]) for r in rows] == [("Budget", 202601), ("May", 202602)]


def test_the_version_the_configuration_prefers_goes_before_all(facts, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text('[plan]\nprefer = ["Reforecast"]\n', encoding="utf-8")
    made = facts(BUDGETS)
    give(made.connection, load_file(str(path)))

    rows = made.rows("fct_plan", "is_compared AND measure = 'revenue'")

    give(made.connection, default_business())
    assert [(r["version"], r["month"]) for r in rows] == [
        ("Budget", 202601),
        ("Reforecast", 202602),
    ]


@pytest.mark.parametrize("prefer", [(), ("Nowhere", "Reforecast", "Board")])
def test_the_page_tells_which_version_is_compared_with_just_as_the_build_decides(
    facts, tmp_path, prefer
):
    path = tmp_path / "business.toml"
    path.write_text(f"[plan]\nprefer = {list(prefer)}\n", encoding="utf-8")
    made = facts(BUDGETS)
    _plan(
        made.connection,
        {"plan_id": 1, "version": "Board", "measure": "revenue", "month": 202602, "amount": D(10)},
        {"plan_id": 2, "version": "May", "measure": "revenue", "month": 202602, "amount": D(20)},
        {"plan_id": 3, "version": "May", "measure": "revenue", "month": 202603, "amount": D(30)},
    )
    give(made.connection, load_file(str(path)))

    rows = made.rows("fct_plan")

    give(made.connection, default_business())
    names = [name for name in Planned.__slots__ if name != "rows"]
    there = grouped(Planned(rows=1, **{name: row[name] for name in names}) for row in rows)
    assert {of: version.name for of, version in compared(there, prefer).items()} == {
        (row["measure"], row["month"]): row["version"] for row in rows if row["is_compared"]
    }
    assert exchanged(there, prefer, prefer) == []
    (moved,) = exchanged(there, ["May"], ["Reforecast"])
    assert (moved.measure, moved.months) == ("revenue", [202602])
    was, becomes = (
        sum(row["amount_base"] for row in rows if row["version"] == name and row["month"] == 202602)
        for name in ("May", "Reforecast")
    )
    assert (moved.was, moved.becomes) == (was, becomes)


def test_an_uploaded_row_of_a_project_is_its_customer_s_and_department_s(facts):
    made = facts()
    _plan(
        made.connection,
        {
            "plan_id": 1, "version": "Board", "measure": "bookings", "month": 202603,
            "project": "suiteprojects:101", "amount": D(100), "stream": "hardware",
        },
        {
            "plan_id": 1, "version": "Board", "row_number": 3, "measure": "billable_hours",
            "month": 202603, "department": "netsuite:10", "hours": D(160),
        },
    )  # fmt: skip

    hours, money = made.rows("fct_plan")

    assert (money["project_key"], money["customer_key"], money["subsidiary_key"]) == (202, 42, 2)
    assert (money["currency"], money["amount_base"]) == ("EUR", D(110))
    assert (hours["department_key"], hours["hours"], hours["currency"]) == (2, D(160), None)
    assert hours["amount_base"] is None


def test_without_a_subsidiary_the_reporting_currency_is_meant(facts):
    made = facts()
    row = {"plan_id": 1, "version": "Board", "measure": "revenue", "month": 202603}
    _plan(
        made.connection,
        row | {"amount": D(100)},
        row | {"row_number": 3, "amount": D(100), "currency": "GBP"},
    )

    dollars, pounds = sorted(made.rows("fct_plan"), key=lambda r: r["row_number"])

    assert (dollars["currency"], dollars["amount_base"]) == ("USD", D(100))
    assert (pounds["currency"], pounds["amount_base"]) == ("GBP", None), "no rate, no amount"


def test_what_is_planned_in_the_reporting_currency_stands_whoever_s_books_it_is_for(facts):
    made = facts()
    _plan(
        made.connection,
        {
            "plan_id": 1, "version": "Board", "measure": "bookings", "month": 202603,
            "subsidiary": "netsuite:2", "amount": D(100), "currency": "USD",
        },
    )  # fmt: skip

    (row,) = made.rows("fct_plan")

    assert (row["subsidiary_key"], row["currency"], row["amount_base"]) == (2, "USD", D(100))
