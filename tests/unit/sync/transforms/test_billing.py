"""Invoices of both systems line by line, credits negative, tax told apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

D = Decimal


def charge(**values):
    return {
        "id": 1, "type": "T", "date": date(2026, 1, 7), "project_id": 101, "customer_id": 21,
        "amount": D(1000), "currency": "EUR", **values,
    }  # fmt: skip


def invoice(**values):
    return {
        "id": 5, "number": "INV-5", "date": date(2026, 1, 31), "customer_id": 21, "currency": "EUR",
        "total": D(1190), "tax": D(190), "approval_status": "A", **values,
    }  # fmt: skip


class TestSuiteProjects:
    def test_a_charge_is_translated_in_the_month_of_its_books(self, facts):
        made = facts(
            {
                "suiteprojects__charge": [
                    charge(), charge(id=2, accounting_date=date(2026, 2, 1), invoice_id=5),
                ]
            }
        )  # fmt: skip

        found = [
            (row["month"], row["amount_base"], row["invoice_id"]) for row in made.rows("fct_charge")
        ]
        assert found == [(202601, 1100, None), (202602, 1200, 5)]

    def test_a_charge_counts_when_its_invoice_does(self, facts):
        made = facts(
            {
                "suiteprojects__charge": [charge(invoice_id=5), charge(id=2)],
                "suiteprojects__invoice": [
                    invoice(accounting_date=date(2026, 2, 2), netsuite_id=-1)
                ],
            }
        )

        row = made.row("fct_psa_invoice_line")
        assert (row["status"], row["number"], row["month"]) == ("approved", "INV-5", 202602)
        assert (row["amount"], row["amount_base"]) == (1000, 1200)
        assert row["netsuite_id"] is None

    def test_a_credit_is_negative(self, facts):
        made = facts(
            {
                "suiteprojects__charge": [charge(invoice_id=6, amount=D(-50))],
                "suiteprojects__invoice": [
                    invoice(id=6, total=D("-59.5"), tax=D("-9.5"), original_invoice_id=5)
                ],
            }
        )

        assert made.row("fct_psa_invoice_line")["amount_base"] == -55

    def test_what_an_invoice_holds_beyond_its_charges_is_not_lost(self, facts):
        made = facts(
            {
                "suiteprojects__charge": [charge(invoice_id=5, amount=D(900))],
                "suiteprojects__invoice": [invoice(), invoice(id=6, number="INV-6")],
            }
        )

        rows = {
            row["invoice_id"]: row for row in made.rows("fct_psa_invoice_line", "charge_id IS NULL")
        }
        assert (rows[5]["amount"], rows[5]["project_key"]) == (100, 202)
        assert (rows[6]["amount"], rows[6]["project_key"], rows[6]["customer_key"]) == (
            1000,
            -1,
            42,
        )

    def test_a_charge_whose_invoice_has_not_arrived_is_not_approved(self, facts):
        made = facts({"suiteprojects__charge": [charge(invoice_id=77)]})

        assert made.row("fct_psa_invoice_line")["status"] == "open"


def document(**values):
    return {
        "id": 900, "tranid": "INV900", "type": "CustInvc", "trandate": date(2026, 1, 30),
        "postingperiod": 101, "posting": True, "entity": 601, "currency": 4,
        "exchangerate": "0.9", "status": "A", **values,
    }  # fmt: skip


def line(**values):
    return {
        "transaction": 900, "id": 1, "mainline": False, "taxline": False, "item": 41, "entity": 701,
        "subsidiary": 2, "department": 12, "foreignamount": D(-1000), "netamount": D(-900),
        "accountinglinetype": "INCOME", **values,
    }  # fmt: skip


class TestNetSuite:
    def test_an_invoice_line_is_positive_in_its_currency_and_at_the_months_average(self, facts):
        made = facts({"netsuite__transaction": [document()], "netsuite__transactionline": [line()]})

        row = made.row("fct_invoice_line")
        assert (row["amount"], row["currency"], row["amount_base"]) == (1000, "CHF", 990)
        assert (row["project_key"], row["customer_key"], row["department_key"]) == (202, 42, 2)
        assert (row["stream"], row["is_tax"], row["number"]) == ("services_tm", False, "INV900")

    def test_the_posting_period_is_the_month(self, facts):
        late = document(trandate=date(2026, 2, 1))
        made = facts({"netsuite__transaction": [late], "netsuite__transactionline": [line()]})

        row = made.row("fct_invoice_line")
        assert (row["day"], row["month"], row["amount_base"]) == (20260201, 202601, 990)

    def test_a_credit_memo_is_negative_and_tax_is_told_apart(self, facts):
        made = facts(
            {
                "netsuite__transaction": [document(type="CustCred")],
                "netsuite__transactionline": [
                    line(id=0, mainline=True, item=None, foreignamount=D(-1190)),
                    line(foreignamount=D(1000), netamount=D(900)),
                    line(id=2, item=None, taxline=True, foreignamount=D(190), netamount=D(171)),
                ],
            }
        )

        found = [(row["is_tax"], row["amount_base"]) for row in made.rows("fct_invoice_line")]
        assert sorted(found) == [(False, D(-990)), (True, D("-188.1"))]

    def test_cost_and_stock_lines_of_a_sold_product_are_no_billing(self, facts):
        made = facts(
            {
                "netsuite__transaction": [document()],
                "netsuite__transactionline": [
                    line(item=61, entity=601),
                    line(id=2, item=61, accountinglinetype="COGS", netamount=D(700)),
                    line(id=3, item=61, accountinglinetype="ASSET", netamount=D(-700)),
                ],
            }
        )

        row = made.row("fct_invoice_line")
        assert (row["stream"], row["project_key"], row["customer_key"]) == ("hardware", -1, 42)
        assert row["department_key"] == -1

    def test_an_invoice_that_waits_for_approval_is_not_counted(self, facts):
        made = facts(
            {
                "netsuite__transaction": [document(posting=False)],
                "netsuite__transactionline": [line()],
            }
        )

        assert made.rows("fct_invoice_line") == []

    def test_books_that_are_not_known_have_no_rate(self, facts):
        made = facts(
            {
                "netsuite__transaction": [document()],
                "netsuite__transactionline": [line(subsidiary=9)],
            }
        )

        row = made.row("fct_invoice_line")
        assert (row["subsidiary_key"], row["amount"], row["amount_base"]) == (-1, 1000, None)


def test_a_charge_knows_its_work_its_invoice_and_what_its_hours_are_listed_at(facts):
    made = facts(
        {
            "suiteprojects__charge": [
                charge(accounting_date=date(2026, 2, 1), invoice_id=5, hours=D(2)),
                charge(id=2, stage_id=1),
                charge(id=3),
            ],
            "suiteprojects__invoice": [invoice()],
            "suiteprojects__charge_stage": [
                {"id": 1, "name": "Wait", "is_excluded_from_invoicing": True}
            ],
            "suiteprojects__time_entry": [
                {"id": 1, "user_id": 11, "project_id": 101, "date": date(2026, 1, 7), "hours": D(2),
                 "charge_id": 1}
            ],
            "suiteprojects__rate_card_item": [
                {"id": 1, "rate_card_id": 8, "job_code_id": 3, "rate": D(100), "currency": "EUR"}
            ],
        },
        replace={"suiteprojects__project": [
            {"id": 101, "name": "Lake", "customer_id": 21, "rate_card_id": 8, "netsuite_id": 701}
        ]},
    )  # fmt: skip
    first, held, plain = (made.row("fct_charge", f"charge_id = {n}") for n in (1, 2, 3))

    assert (first["worked_day"], first["day"], first["invoice_day"]) == (
        20260107,
        20260201,
        20260131,
    )
    assert [row["status"] for row in (first, held, plain)] == ["invoiced", "on_hold", "open"]
    assert (first["entry_hours"], first["list_value_base"]) == (2, 220)
    assert plain["list_value_base"] is None
