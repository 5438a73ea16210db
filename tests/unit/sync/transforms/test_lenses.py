"""Every fact's money is there as transacted, in the books of the subsidiary, and consolidated (R5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

D = Decimal
DAY = date(
    2026, 1, 7
)  # a franc is 0.90 euro; a euro of January 1.10 dollar on average, 1.12 at its end
OF_PROJECT = {
    "project_id": 101, "customer_id": 21, "date": DAY, "amount": D(100), "currency": "CHF",
}  # fmt: skip
FLOW = (100, "CHF", 90, "EUR", 99)


def lenses(row, stem="amount"):
    names = (stem, "currency", f"{stem}_subsidiary", "subsidiary_currency", f"{stem}_base")
    return tuple(row[name] for name in names)


@pytest.mark.parametrize(
    ("fact", "entity", "values"),
    [
        ("fct_charge", "charge", {"type": "T"}),
        ("fct_rev_rec", "recognition", {}),
        ("fct_projection", "projection", {}),
        ("fct_expense", "receipt", {}),
        ("fct_purchase", "purchase_item", {}),
    ],
)
def test_what_suiteprojects_pro_holds(facts, fact, entity, values):
    made = facts({f"suiteprojects__{entity}": [{"id": 1, **OF_PROJECT, **values}]})

    assert lenses(made.row(fact)) == FLOW


def test_without_a_daily_rate_only_the_transactions_amount_is_known(facts):
    made = facts(
        {"suiteprojects__charge": [{"id": 1, "type": "T", **OF_PROJECT, "date": date(2025, 12, 1)}]}
    )

    assert lenses(made.row("fct_charge")) == (100, "CHF", None, None, None)


def test_without_a_consolidated_rate_the_books_amount_stays(facts):
    made = facts(
        {"suiteprojects__charge": [{"id": 1, "type": "T", **OF_PROJECT}]},
        replace={"netsuite__consolidatedexchangerate": []},
    )

    assert lenses(made.row("fct_charge")) == (100, "CHF", 90, "EUR", None)


def test_the_cost_of_an_hour(facts):
    made = facts(
        {
            "suiteprojects__time_entry": [
                {"id": 1, "user_id": 11, "project_id": 101, "date": DAY, "hours": D(2)}
            ]
        },
        replace={
            "suiteprojects__loaded_cost": [
                {"id": 1, "user_id": 11, "cost": D(50), "currency": "CHF"}
            ]
        },
    )

    assert lenses(made.row("fct_time"), "cost") == FLOW


def _sold(kind, **values):
    head = {
        "id": 900, "tranid": "N900", "type": kind, "trandate": DAY, "entity": 601, "currency": 4,
        "exchangerate": "0.9", "postingperiod": 101, "posting": kind != "SalesOrd", "status": "B",
    }  # fmt: skip
    line = {"transaction": 900, "subsidiary": 2, "entity": 701}
    return {
        "netsuite__transaction": [head],
        "netsuite__transactionline": [
            {**line, "id": 0, "mainline": True, "foreignamount": D(100), "netamount": D(90)},
            {**line, "id": 1, "mainline": False, "item": 41, "foreignamount": D(-100),
             "netamount": D(-90), **values},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "kind"), [("fct_invoice_line", "CustInvc"), ("fct_so_line", "SalesOrd")]
)
def test_what_netsuite_holds(facts, fact, kind):
    assert lenses(facts(_sold(kind)).row(fact)) == FLOW


def test_what_is_open_is_in_the_books_as_posted_and_consolidated_at_the_closing_rate(facts):
    row = facts(_sold("CustInvc")).row("fct_ar_open", "month = 202601")

    assert lenses(row) == (100, "CHF", 90, "EUR", D("100.8"))


def test_what_is_left_to_be_earned_is_at_the_closing_rate(facts):
    row = facts(_sold("SalesOrd")).row("fct_backlog", "month = 202601")

    assert lenses(row) == (90, "EUR", 90, "EUR", D("100.8"))


def test_scheduled_revenue(facts):
    made = facts(
        {
            "netsuite__revenueelement": [{"id": 1, "entity": 701, "subsidiary": 2, "currency": 4}],
            "netsuite__revenueplan": [{"id": 2, "createdfrom": 1, "exchangerate": "0.9"}],
            "netsuite__revenueplanplannedrevenue": [
                {"id": 3, "revenueplan": 2, "plannedperiod": 101, "amount": D(100)}
            ],
        }
    )

    assert lenses(made.row("fct_rev_plan")) == FLOW
