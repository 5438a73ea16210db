"""The ledger, line by line, and the revenue that is scheduled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

D = Decimal
JOURNAL = {
    "id": 950, "tranid": "JE950", "type": "Journal", "trandate": date(2026, 1, 31),
    "postingperiod": 101, "posting": True,
}  # fmt: skip
LINE = {
    "transaction": 950,
    "id": 1,
    "entity": 701,
    "subsidiary": 2,
    "department": 10,
    "memo": "Lake",
}
POSTING = {
    "transaction": 950, "transactionline": 1, "accountingbook": 1, "account": 1, "amount": D(-500),
    "posting": True,
}  # fmt: skip


def ledger(facts, posting=(), line=(), header=(), **more):
    return facts(
        {
            "netsuite__transaction": [{**JOURNAL, **dict(header)}],
            "netsuite__transactionline": [{**LINE, **dict(line)}],
            "netsuite__transactionaccountingline": [{**POSTING, **dict(posting)}],
            **more,
        }
    )


def test_a_posting_keeps_the_ledgers_sign_and_its_lines_coding(facts):
    row = ledger(facts).row("fct_gl")

    assert (row["amount"], row["currency"], row["amount_base"]) == (-500, "EUR", -550)
    assert (row["account_type"], row["project_key"], row["project_kind"]) == (
        "Income",
        202,
        "client",
    )
    assert (row["department_key"], row["customer_key"], row["stream"]) == (2, 42, "services_tm")
    assert (row["day"], row["month"], row["memo"]) == (20260131, 202601, "Lake")


def test_a_posting_without_project_has_no_kind(facts):
    row = ledger(facts, line={"entity": 601}).row("fct_gl")

    assert (row["project_key"], row["project_kind"], row["customer_key"]) == (-1, None, 42)
    assert row["stream"] == "services_tm", "its account says what it is"


def test_a_line_for_an_employee_bears_the_person(facts):
    assert ledger(facts, line={"entity": 501}).row("fct_gl")["person_key"] == 22


def test_only_postings_of_the_primary_book_count(facts):
    assert ledger(facts, posting={"accountingbook": 2}).rows("fct_gl") == []
    assert ledger(facts, posting={"posting": False}).rows("fct_gl") == []


def test_a_posting_whose_line_or_account_has_not_arrived_keeps_its_amount(facts):
    row = ledger(facts, posting={"transactionline": 7, "account": 99}).row("fct_gl")

    assert (row["amount"], row["amount_base"], row["account_key"]) == (-500, None, -1)
    assert row["month"] == 202601


def test_an_adjustment_period_counts_in_its_month(facts):
    adjustment = {
        "id": 199, "periodname": "Adjust", "startdate": date(2026, 2, 28),
        "enddate": date(2026, 2, 28), "isadjust": True,
    }  # fmt: skip
    made = ledger(facts, header={"postingperiod": 199}, netsuite__accountingperiod=[adjustment])

    assert made.row("fct_gl")["month"] == 202602
    assert len(made.rows("dim_period", "month = 202602")) == 1


def planned(facts, element=None, **values):
    return facts(
        {
            "netsuite__revenueelement": [
                {"id": 1, "entity": 701, "subsidiary": 2, "currency": 4, **(element or {})}
            ],
            "netsuite__revenueplan": [
                {"id": 2, "createdfrom": 1, "revenueplancurrency": 4, "exchangerate": "0.9"}
            ],
            "netsuite__revenueplanplannedrevenue": [
                {"id": 3, "revenueplan": 2, "plannedperiod": 104, "amount": D(100), "exchangerate": "0.95",
                 "isrecognized": False, **values}
            ],
        }
    )  # fmt: skip


def test_the_schedule_ahead_is_what_is_not_yet_recognised(facts):
    row = planned(facts).row("fct_rev_plan")

    assert (row["month"], row["currency"], row["amount"]) == (202604, "CHF", 100)
    assert row["amount_base"] == D("114")  # 100 x 0.95 x 1.2, the newest average there is
    assert (row["project_key"], row["customer_key"], row["subsidiary_key"]) == (202, 42, 2)
    assert planned(facts, isrecognized=True).rows("fct_rev_plan") == []


def test_the_schedule_is_of_its_item_else_of_the_account_it_will_be_posted_to(facts):
    def stream(element, **values):
        return planned(facts, element, **values).row("fct_rev_plan")["stream"]

    assert stream({"item": 61, "recognitionaccount": 1}) == "hardware"
    assert stream({"recognitionaccount": 1}) == "services_tm"
    assert stream({"entity": 31}) == "other"  # of no project, by nothing
