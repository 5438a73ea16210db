"""Recognition, expenses and purchases, translated by NetSuite's rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest


def recognition(**values):
    return {
        "id": 1, "project_id": 101, "date": date(2026, 1, 31), "amount": Decimal(1000),
        "currency": "EUR", "recognition_type": "R", **values,
    }  # fmt: skip


def test_money_goes_through_the_books_of_its_subsidiary(facts):
    made = facts(
        {
            "suiteprojects__recognition": [
                recognition(),
                recognition(id=2, currency="CHF"),
                recognition(id=3, currency="CHF", date=date(2026, 2, 14)),
                recognition(id=4, currency="CHF", date=date(2026, 2, 15)),
            ]
        }
    )

    assert {row["recognition_id"]: row["amount_base"] for row in made.rows("fct_rev_rec")} == {
        1: Decimal(1100),  # EUR, average of January
        2: Decimal(990),  # 0.9, then 1.1
        3: Decimal(1080),  # 0.9, then 1.2
        4: Decimal(1140),  # 0.95, then 1.2
    }


def test_a_month_without_a_rate_takes_the_newest_that_has_one(facts):
    later = recognition(date=date(2026, 3, 9))

    assert facts({"suiteprojects__recognition": [later]}).row("fct_rev_rec")["amount_base"] == 1200


@pytest.mark.parametrize(
    "values", [{"currency": "GBP"}, {"date": date(2025, 12, 31)}, {"currency": "XXX"}]
)
def test_a_missing_rate_leaves_the_base_amount_empty_and_the_row_there(facts, values):
    row = facts({"suiteprojects__recognition": [recognition(**values)]}).row("fct_rev_rec")

    assert row["amount"] == 1000
    assert row["amount_base"] is None


def test_the_accounting_date_decides_the_month(facts):
    row = facts(
        {"suiteprojects__recognition": [recognition(accounting_date=date(2026, 2, 3))]}
    ).row("fct_rev_rec")

    assert (row["day"], row["month"]) == (20260203, 202602)


def test_only_revenue_is_recognised_revenue(facts):
    made = facts({"suiteprojects__recognition": [recognition(recognition_type="C")]})

    assert made.rows("fct_rev_rec") == []


def test_a_record_without_its_parents_keeps_its_money(facts):
    lost = recognition(project_id=999, customer_id=21, user_id=998, currency="USD")
    row = facts({"suiteprojects__recognition": [lost]}).row("fct_rev_rec")

    assert (row["project_key"], row["person_key"], row["subsidiary_key"]) == (-1, -1, -1)
    assert row["customer_key"] == 42
    assert row["amount_base"] == 1000


def test_the_state_of_an_expense_is_its_reports(facts):
    receipt = {
        "project_id": 101,
        "date": date(2026, 1, 5),
        "amount": Decimal(10),
        "currency": "EUR",
    }
    made = facts(
        {
            "suiteprojects__expense_report": [
                {"id": 1, "user_id": 11, "status": "A"}, {"id": 2, "user_id": 11, "status": "S"},
            ],
            "suiteprojects__receipt": [
                {"id": 1, "expense_report_id": 1, **receipt},
                {"id": 2, "expense_report_id": 2, "is_non_billable": True, **receipt},
                {"id": 3, "expense_report_id": 9, **receipt},
            ],
        }
    )  # fmt: skip

    found = [
        (row["status"], row["is_billable"], row["person_key"]) for row in made.rows("fct_expense")
    ]
    assert found == [("approved", True, 22), ("submitted", False, 22), ("open", True, -1)]


def test_purchases_and_projections_are_translated_alike(facts):
    common = {"project_id": 101, "date": date(2026, 1, 5), "amount": Decimal(10), "currency": "EUR"}
    made = facts(
        {
            "suiteprojects__purchase_item": [{"id": 1, "name": "Help", **common}],
            "suiteprojects__projection": [{"id": 1, **common}],
        }
    )

    assert made.row("fct_purchase")["amount_base"] == 11
    assert made.row("fct_projection")["amount_base"] == 11


def test_what_projects_consume_is_of_their_contract_and_what_people_spend_on_them_of_expenses(
    facts,
):
    common = {"date": date(2026, 1, 5), "amount": Decimal(10), "currency": "EUR"}
    of = [{"id": n, "project_id": key, **common} for n, key in enumerate((101, 103, 102, 999))]
    made = facts(
        {
            "suiteprojects__project": [{"id": 103, "name": "Fee", "contract_type": "Fixed fee"}],
            "suiteprojects__purchase_item": of,
            "suiteprojects__receipt": of,
            "suiteprojects__projection": [
                *({**one, "type": "T"} for one in of),
                {**of[1], "id": 9, "type": "E"},
            ],
        }
    )

    by_contract = [
        "services_tm",
        "services_fixed",
        "other",
        "other",
    ]  # by the hour, fee, leave, lost
    for fact, key, known in (
        ("fct_purchase", "purchase_item_id", by_contract),
        ("fct_expense", "receipt_id", ["expenses", "expenses", "other", "other"]),
        ("fct_projection", "projection_id", [*by_contract, "expenses"]),
    ):
        found = {row[key]: row["stream"] for row in made.rows(fact)}
        assert [found[n] for n in sorted(found)] == known, fact


def test_a_receipt_knows_when_its_report_was_sent_granted_and_paid(facts):
    report = {"id": 7, "number": "ER-7", "status": "A", "submitted": date(2026, 1, 8),
              "approved": date(2026, 1, 9)}  # fmt: skip
    receipt = {"id": 1, "expense_report_id": 7, "project_id": 101, "date": date(2026, 1, 7),
               "amount": Decimal(10), "currency": "EUR"}  # fmt: skip
    paid = {"id": 50, "type": "ExpRept", "externalid": "7", "status": "I",
            "closedate": date(2026, 1, 20)}  # fmt: skip
    rows = {
        "suiteprojects__expense_report": [report], "suiteprojects__receipt": [receipt],
        "netsuite__transaction": [paid],
    }  # fmt: skip
    row = facts(rows).row("fct_expense")

    assert (row["submitted_on"], row["approved_on"]) == (date(2026, 1, 8), date(2026, 1, 9))
    assert (row["paid_on"], row["report_number"]) == (date(2026, 1, 20), "ER-7")
    rows["netsuite__transaction"] = [{**paid, "status": "F"}]
    assert facts(rows).row("fct_expense")["paid_on"] is None


def method_of(made, project=202):
    return made.row("dim_project_method", f"project_key = {project}")["method"]


def test_a_project_is_recognised_by_what_most_of_its_revenue_was_recognised_by(facts):
    made = facts(
        {
            "suiteprojects__recognition": [
                recognition(type="E", amount=Decimal(90)),
                recognition(id=2, type="T", amount=Decimal(60)),
                recognition(id=3, type="T", amount=Decimal(-40)),
            ]
        }
    )

    assert method_of(made) == "T"


def test_before_anything_is_recognised_a_projects_rule_tells_its_method(facts):
    rule = {"project_id": 101, "recognition_type": "R", "is_active": True}
    made = facts(
        {
            "suiteprojects__recognition_rule": [
                {**rule, "id": 1, "type": "E"},
                {**rule, "id": 2, "type": "F", "amount": Decimal(500)},
                {**rule, "id": 3, "type": "M", "amount": Decimal(900), "is_active": False},
            ]
        }
    )

    assert method_of(made) == "F"
    assert method_of(made, 204) is None
    assert method_of(made, -1) is None
