"""Fixed fees that are due and not invoiced, receipts to be paid out, payments to come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .test_billing import charge, invoice

D = Decimal


def fee(id_, amount, day=date(2026, 1, 10), **values):
    return {
        "id": id_, "name": f"Fee {id_}", "type": "F", "project_id": 101, "customer_id": 21, "amount": D(amount),
        "currency": "EUR", "start_date": day, "is_active": True, **values,
    }  # fmt: skip


def of_fee(id_, rule, amount, invoice_id, **values):
    return charge(
        id=id_, type="F", billing_rule_id=rule, amount=D(amount), invoice_id=invoice_id, **values
    )


def waiting(made):
    return {
        (row["month"], row["name"]): (row["amount"], row["waiting_days"])
        for row in made.rows("fct_milestone", "amount > 0")
    }


INVOICES = [invoice(), invoice(id=6, number="INV-6", date=date(2026, 3, 2))]


def test_a_fee_waits_from_its_day_until_all_of_it_bears_an_invoice(facts):
    made = facts(
        {
            "suiteprojects__billing_rule": [fee(7, 1000)],
            "suiteprojects__charge": [of_fee(1, 7, 600, 5), of_fee(2, 7, 400, 6)],
            "suiteprojects__invoice": INVOICES,
        }
    )

    assert waiting(made) == {(202601, "Fee 7"): (400, 21), (202602, "Fee 7"): (400, 49)}
    assert {row["amount_base"] for row in made.rows("fct_milestone")} == {D(448), D(500)}


def test_a_milestone_is_reached_when_its_task_is_closed(facts):
    tasks = [
        {"id": id_, "name": "Report", "project_id": 101, "is_closed": closed,
         "calculated_finish": date(2026, 2, 10)}
        for id_, closed in ((1003, False), (1004, True))
    ]  # fmt: skip
    made = facts(
        {
            "suiteprojects__project_task": tasks,
            "suiteprojects__billing_rule": [
                fee(8, 100, end_milestone_id=1003), fee(9, 500, end_milestone_id=1004),
            ],
            "suiteprojects__charge": [charge(invoice_id=5)],
            "suiteprojects__invoice": INVOICES,
        }
    )  # fmt: skip

    assert waiting(made) == {(202602, "Fee 9"): (500, 18), (202603, "Fee 9"): (500, 28)}


def test_a_fee_that_was_called_off_or_recurs_does_not_wait(facts):
    made = facts(
        {
            "suiteprojects__billing_rule": [fee(10, 100), fee(11, 300, is_active=False)],
            "suiteprojects__charge": [of_fee(n, 10, 100, 5) for n in (1, 2, 3)],
            "suiteprojects__invoice": INVOICES,
        }
    )

    assert waiting(made) == {}


def test_a_fee_to_come_is_expected_only_where_payments_tell_how_late(facts):
    made = facts(
        {
            "suiteprojects__billing_rule": [fee(12, 900, day=date(2026, 5, 1))],
            "suiteprojects__charge": [charge(invoice_id=5)],
            "suiteprojects__invoice": INVOICES,
        }
    )
    row = made.row("fct_receipt_ahead", "kind = 'scheduled'")

    assert (row["due_on"], row["amount"], row["basis"]) == (date(2026, 5, 1), 900, "none")
    assert (row["expected_on"], row["is_near"]) == (None, False)
    assert (row["planned_on"], row["is_reached"]) == (date(2026, 5, 1), False)


def test_a_fee_whose_milestone_is_late_keeps_its_planned_day_and_is_not_reached(facts):
    tasks = [
        {"id": 1003, "project_id": 101, "name": "Late", "is_closed": False,
         "calculated_finish": date(2026, 3, 1)},
        {"id": 1004, "project_id": 101, "name": "Done", "is_closed": True,
         "calculated_finish": date(2026, 3, 2)},
    ]  # fmt: skip
    made = facts(
        {
            "suiteprojects__project_task": tasks,
            "suiteprojects__billing_rule": [
                fee(8, 100, end_milestone_id=1003), fee(9, 500, end_milestone_id=1004),
            ],
        }
    )  # fmt: skip

    found = {row["number"]: row for row in made.rows("fct_receipt_ahead")}
    assert (found["Fee 8"]["planned_on"], found["Fee 8"]["is_reached"]) == (date(2026, 3, 1), False)
    assert (found["Fee 9"]["planned_on"], found["Fee 9"]["is_reached"]) == (date(2026, 3, 2), True)
    assert found["Fee 8"]["due_on"] > found["Fee 8"]["planned_on"]


def test_a_receipt_is_owed_from_its_approval_until_netsuite_has_paid_its_report(facts):
    made = facts(
        {
            "suiteprojects__invoice": INVOICES,
            "suiteprojects__expense_report": [
                {"id": 3, "number": "ER-3", "user_id": 11, "status": "A", "reimbursable": D(50),
                 "submitted": date(2026, 1, 20), "approved": date(2026, 1, 25)},
            ],
            "suiteprojects__receipt": [
                {"id": 4, "expense_report_id": 3, "date": date(2026, 1, 5), "user_id": 11,
                 "project_id": 101, "amount": D(50), "currency": "EUR"},
            ],
            "netsuite__transaction": [
                {"id": 60, "type": "ExpRept", "externalid": "3", "status": "ExpRept:I",
                 "closedate": date(2026, 3, 5), "trandate": date(2026, 1, 25)},
            ],
        }
    )  # fmt: skip

    found = {row["month"]: row["waiting_days"] for row in made.rows("fct_reimbursable")}
    assert found == {202601: 11, 202602: 39}
    assert made.row("fct_expense")["days_to_submit"] == 15
