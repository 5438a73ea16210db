"""What becomes of work on its way to the cash: terms, what waits, what is paid in time, what exceeds the sale."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

D = Decimal


def rule(**values):
    return {"id": 7, "type": "T", "project_id": 101, "is_active": True, **values}


def entry(**values):
    return {
        "id": 1, "date": date(2026, 1, 7), "user_id": 11, "project_id": 101, "customer_id": 21,
        "project_task_id": 1001, "timesheet_id": 5, "hours": D(8), **values,
    }  # fmt: skip


def charge(**values):
    return {
        "id": 1, "type": "T", "date": date(2026, 1, 7), "project_id": 101, "customer_id": 21,
        "amount": D(1000), "currency": "CHF", **values,
    }  # fmt: skip


def invoice(**values):
    return {
        "id": 5, "number": "INV-5", "date": date(2026, 1, 31), "customer_id": 21, "currency": "CHF",
        "total": D(1000), "tax": D(0), "approval_status": "A", **values,
    }  # fmt: skip


SHEET = {"id": 5, "user_id": 11, "status": "A"}
LISTED = {"id": 11, "name": "Ada Berg", "rate": D(100), "currency": "CHF", "netsuite_id": 501}


@pytest.fixture
def worked(facts):
    """Facts of rows beside an approved timesheet of a person who is listed at 100 an hour."""

    def make(rows, **more):
        given = {"suiteprojects__timesheet": [SHEET], **rows}
        return facts(given, replace={"suiteprojects__user": [LISTED]}, **more)

    return make


@pytest.mark.parametrize(
    ("rules", "terms"),
    [
        ([], "none"),
        ([rule()], "hourly"),
        ([rule(), rule(id=8, type="E")], "hourly"),
        ([rule(cap=D(5000))], "capped"),
        ([rule(cap_hours=D(40))], "capped"),
        ([rule(type="F", amount=D(900))], "fixed"),
        ([rule(type="F"), rule(id=8)], "hourly"),
    ],
)
def test_a_project_is_billed_by_the_terms_of_its_rules(facts, rules, terms):
    made = facts({"suiteprojects__billing_rule": rules})

    row = made.row("dim_project_terms", "project_key = 202")
    assert (row["terms"], row["is_cap_reached"]) == (terms, False)
    assert made.row("dim_project_terms", "project_key = -1")["terms"] == "none"


@pytest.mark.parametrize(
    ("cap", "is_reached"),
    [({"cap": D(1000)}, True), ({"cap": D(1001)}, False), ({"cap_hours": D(8)}, True)],
)
def test_a_cap_is_reached_once_as_much_is_charged(facts, cap, is_reached):
    made = facts(
        {
            "suiteprojects__billing_rule": [rule(**cap)],
            "suiteprojects__charge": [charge(billing_rule_id=7, hours=D(8))],
        }
    )

    assert made.row("dim_project_terms", "project_key = 202")["is_cap_reached"] is is_reached


class TestCharges:
    def test_a_credit_belongs_to_the_month_of_the_invoice_it_is_given_on(self, worked):
        made = worked(
            {
                "suiteprojects__time_entry": [entry(charge_id=1)],
                "suiteprojects__charge": [
                    charge(invoice_id=5, hours=D(8)),
                    charge(id=2, type="O", date=date(2026, 2, 9), amount=D(-80), invoice_id=6),
                    charge(id=3, type="E", date=date(2026, 2, 9), amount=D(-5), invoice_id=6),
                ],
                "suiteprojects__invoice": [
                    invoice(),
                    invoice(id=6, date=date(2026, 2, 9), total=D(-85), original_invoice_id=5),
                ],
            }
        )

        found = {
            row["charge_id"]: (row["cohort_month"], row["is_credit"], row["is_for_time"])
            for row in made.rows("fct_charge")
        }
        assert found == {
            1: (202601, False, True), 2: (202601, True, True), 3: (202601, True, False),
        }  # fmt: skip
        assert {row["original_invoice_id"] for row in made.rows("fct_psa_invoice_line")} == {
            None,
            5,
        }

    def test_a_charge_knows_what_its_hours_are_listed_at_in_each_lens(self, worked):
        made = worked(
            {
                "suiteprojects__time_entry": [entry(charge_id=1), entry(id=2, charge_id=1)],
                "suiteprojects__charge": [charge(hours=D(16))],
            }
        )

        row = made.row("fct_charge")
        assert (row["list_value"], row["list_value_currency"]) == (1600, "CHF")
        assert (row["list_value_subsidiary"], row["list_value_base"]) == (1440, 1584)

    def test_what_a_charge_lacks_to_its_rate_is_its_cut(self, facts):
        made = facts(
            {
                "suiteprojects__billing_rule": [rule(cap=D(5000))],
                "suiteprojects__charge": [
                    charge(hours=D(8), rate=D(150), billing_rule_id=7),
                    charge(id=2, hours=D(8), rate=D(100)),
                    charge(id=3, type="E"),
                ],
            }
        )

        found = [
            (row["cut"], row["cut_subsidiary"], row["cut_base"], row["is_capped"])
            for row in made.rows("fct_charge")
        ]
        assert found == [
            (200, 180, 198, True), (0, 0, 0, False), (None, None, None, False),
        ]  # fmt: skip

    def test_days_to_invoice_run_from_the_work(self, facts):
        made = facts(
            {
                "suiteprojects__charge": [charge(invoice_id=5), charge(id=2)],
                "suiteprojects__invoice": [invoice(approval_status="S")],
            }
        )

        found = [(row["days_to_invoice"], row["invoice_status"]) for row in made.rows("fct_charge")]
        assert found == [(24, "submitted"), (None, None)]

    def test_the_days_to_the_invoice_are_told_step_by_step(self, facts):
        sheet = {**SHEET, "submitted": date(2026, 1, 9), "approved": date(2026, 1, 12)}
        made = facts(
            {
                "suiteprojects__timesheet": [sheet],
                "suiteprojects__time_entry": [entry(charge_id=1)],
                "suiteprojects__charge": [charge(invoice_id=5), charge(id=2, invoice_id=5)],
                "suiteprojects__invoice": [invoice()],
            }
        )

        steps = ("days_to_submit", "days_to_approve", "days_from_approval", "days_to_invoice")
        found = [tuple(row[step] for step in steps) for row in made.rows("fct_charge")]
        assert found == [(2, 3, 19, 24), (None, None, None, 24)]


class TestUnbilled:
    def test_a_charge_counts_from_the_61st_day_until_it_is_invoiced(self, facts):
        made = facts(
            {
                "suiteprojects__charge": [
                    charge(date=date(2025, 12, 2), invoice_id=5), charge(id=2, date=date(2025, 12, 1)),
                    charge(id=3, date=date(2026, 1, 10)),
                ],
                "suiteprojects__invoice": [
                    invoice(id=4, date=date(2025, 12, 1)), invoice(date=date(2026, 2, 20)),
                ],
            }
        )  # fmt: skip

        found = [
            (row["month"], row["item_id"], row["waiting_days"])
            for row in made.rows("fct_unbilled_item")
        ]
        assert sorted(found) == [(202601, 2, 61), (202602, 2, 89), (202603, 2, 99)]

    def test_time_that_nobody_charged_waits_unless_its_cap_is_reached(self, worked):
        rows = {
            "suiteprojects__time_entry": [entry(date=date(2025, 12, 1))],
            "suiteprojects__invoice": [invoice(date=date(2025, 12, 1))],
            "suiteprojects__charge": [charge(billing_rule_id=7, date=date(2026, 2, 1))],
        }
        waits = worked({"suiteprojects__billing_rule": [rule()], **rows})
        (row, *_) = waits.rows("fct_unbilled_item", "month = 202602")
        assert (row["kind"], row["hours"], row["amount"]) == ("time", 8, 800)

        capped = worked({"suiteprojects__billing_rule": [rule(cap=D(1000))], **rows})
        assert capped.rows("fct_unbilled_item") == []

    def test_a_billable_receipt_that_was_not_charged_waits(self, facts):
        def receipt(**values):
            return {
                "id": 1, "date": date(2025, 12, 1), "project_id": 101, "customer_id": 21,
                "user_id": 11, "amount": D(40), "currency": "EUR", "expense_report_id": 3, **values,
            }  # fmt: skip

        made = facts(
            {
                "suiteprojects__receipt": [
                    receipt(), receipt(id=2, is_non_billable=True), receipt(id=3, charge_id=1),
                ],
                "suiteprojects__expense_report": [{"id": 3, "user_id": 11, "status": "A"}],
                "suiteprojects__invoice": [invoice(date=date(2026, 1, 1))],
            }
        )  # fmt: skip

        found = [(row["kind"], row["item_id"]) for row in made.rows("fct_unbilled_item")]
        assert set(found) == {("expense", 1)}


class TestCollection:
    def _paid(self, facts, *payments, today=date(2026, 4, 20)):
        head = {
            "id": 900, "tranid": "INV-9", "type": "CustInvc", "trandate": date(2026, 1, 5), "entity": 601,
            "currency": 4, "exchangerate": "0.9", "status": "B", "posting": True, "foreigntotal": D(1000),
        }  # fmt: skip
        return facts(
            {
                "netsuite__transaction": [
                    head,
                    *(
                        {**head, "id": id_, "type": type_, "trandate": day}
                        for id_, type_, day, _ in payments
                    ),
                ],
                "netsuite__transactionline": [
                    {
                        "transaction": 900, "id": 0, "mainline": True, "subsidiary": 2,
                        "foreignamount": D(1000), "netamount": D(900),
                    }
                ],
                "netsuite__nexttransactionlinelink": [
                    {
                        "previousdoc": 900, "previousline": 0, "nextdoc": id_, "nextline": 1,
                        "linktype": "Payment", "foreignamount": amount,
                    }
                    for id_, _, _, amount in payments
                ],
            },
            today=today,
        )  # fmt: skip

    def test_what_came_within_90_days_is_collected_and_a_credit_is_not(self, facts):
        made = self._paid(
            facts,
            (901, "CustPymt", date(2026, 4, 5), D(600)),
            (902, "CustPymt", date(2026, 4, 6), D(300)),
            (903, "CustCred", date(2026, 2, 1), D(100)),
        )

        row = made.row("fct_collection")
        assert (row["month"], row["amount"], row["collected"]) == (202601, 1000, 600)
        assert (row["amount_subsidiary"], row["collected_subsidiary"]) == (900, 540)
        assert (row["amount_base"], row["collected_base"]) == (990, 594)

    def test_an_invoice_is_measured_when_it_is_90_days_old(self, facts):
        paid = (901, "CustPymt", date(2026, 2, 5), D(600))

        assert self._paid(facts, paid, today=date(2026, 4, 4)).rows("fct_collection") == []
        assert len(self._paid(facts, paid, today=date(2026, 4, 5)).rows("fct_collection")) == 1


class TestOverServicing:
    def _hours(self, worked, *hours, budget=10, planned=4, rules=None):
        months = (date(2026, 1, 7), date(2026, 2, 4), date(2026, 3, 4))
        return worked(
            {
                "suiteprojects__billing_rule": rules or [rule(type="F", amount=D(900))],
                "suiteprojects__project": [
                    {
                        "id": 103, "name": "Fixed", "customer_id": 21, "owner_id": 11,
                        "currency": "CHF", "budget_hours": budget, "contract_type": "Fixed fee",
                    }
                ],
                "suiteprojects__project_task": [
                    {"id": 1003, "name": "All", "project_id": 103, "planned_hours": D(50)},
                    {
                        "id": 1004, "name": "Part", "project_id": 103, "parent_id": 1003,
                        "planned_hours": planned,
                    },
                ],
                "suiteprojects__time_entry": [
                    entry(id=id_, date=months[id_ - 1], hours=D(count), project_id=103,
                        project_task_id=1004)
                    for id_, count in enumerate(hours, 1)
                ],
            }
        )  # fmt: skip

    def _over(self, made, grain):
        rows = made.rows("fct_over_servicing", f"grain = '{grain}'")
        return sorted((row["month"], row["over_hours"], row["value"]) for row in rows)

    def test_hours_count_in_the_month_in_which_they_exceed_what_was_sold(self, worked):
        made = self._hours(worked, 8, 5, 6, rules=[rule(type="F", project_id=103)])

        assert self._over(made, "project") == [(202602, 3, 300), (202603, 6, 600)]
        assert self._over(made, "task") == [
            (202601, 4, 400), (202602, 5, 500), (202603, 6, 600),
        ]  # fmt: skip

    def test_hours_taken_back_are_taken_off_again(self, worked):
        made = self._hours(worked, 12, -1, rules=[rule(type="F", project_id=103)])

        assert self._over(made, "project") == [(202601, 2, 200), (202602, -1, -100)]

    @pytest.mark.parametrize("budget", [None, 0])
    def test_a_project_without_hours_sold_has_none_too_many(self, worked, budget):
        made = self._hours(worked, 8, 5, budget=budget, rules=[rule(type="F", project_id=103)])

        assert self._over(made, "project") == []

    def test_a_project_billed_by_the_hour_is_not_over_serviced(self, worked):
        made = self._hours(worked, 8, 5, 6, rules=[rule(project_id=103)])

        assert made.rows("fct_over_servicing") == []


def test_how_long_work_may_wait_is_configured(facts):
    made = facts({"suiteprojects__charge": [charge(date=date(2025, 12, 1))],
                  "suiteprojects__invoice": [invoice(id=4, date=date(2025, 12, 1))]})  # fmt: skip
    made.connection.execute(
        "UPDATE mirror.cfg_setting SET value = '90' WHERE key = 'unbilled_days'"
    )

    assert [row["month"] for row in made.rows("fct_unbilled_item")] == [202603]
