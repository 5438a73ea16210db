"""What each reconciliation control looks at: that it holds where both sides agree, and says where they do not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sync.transforms.checks.check import table_of

from .conftest import PROJECT

D = Decimal
DAY = date(2026, 1, 20)
AMOUNTS = ("month", "project_key", "amount", "against", "holds")


def checks(made, control):
    rows = made.rows(table_of(control))
    return sorted(tuple(row[name] for name in AMOUNTS) for row in rows)


def names(made, control, holds):
    return sorted(row["name"] for row in made.rows(table_of(control), f"holds = {holds}"))


def test_a_control_without_its_records_makes_no_check(empty):
    assert empty.rows("fct_control") == []


def test_every_control_that_has_checks_tells_them_under_its_own_name(facts):
    found = {row["control"] for row in facts(hours(12, 8, 4)).rows("fct_control")}

    assert {"RC-03", "RC-12", "RC-13", "RC-15"} == found


def hours(charged, *entries, day=DAY):
    return {
        "suiteprojects__timesheet": [{"id": 1, "user_id": 11, "status": "A"}],
        "suiteprojects__time_entry": [
            {
                "id": n, "user_id": 11, "project_id": 101, "project_task_id": 1001, "customer_id": 21,
                "timesheet_id": 1, "date": day, "hours": D(worked), "charge_id": 9,
            }
            for n, worked in enumerate(entries, 1)
        ],
        "suiteprojects__charge": [
            {
                "id": 9, "type": "T", "user_id": 11, "project_id": 101, "customer_id": 21, "date": day,
                "hours": D(charged), "rate": D(100), "amount": D(charged) * 100, "currency": "EUR",
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("charged", "holds", "apart"), [(12, True, 0), (10, False, 220)])
def test_a_charge_bears_the_hours_of_its_time_entries(facts, charged, holds, apart):
    made = facts(hours(charged, 8, 4))

    assert checks(made, "RC-03") == [(202601, PROJECT, 12, charged, holds)]
    row = made.row(table_of("RC-03"))
    assert row["unexplained_base"] == apart  # two hours of ten, of 1,000 EUR at 1.1


def test_a_time_charge_without_time_entries_is_unexplained_as_a_whole(facts):
    made = facts(hours(10))

    assert checks(made, "RC-03") == [(202601, PROJECT, 0, 10, False)]
    assert made.row(table_of("RC-03"))["unexplained_base"] == 1100


def time_bill(worked):
    return [{"id": 1, "employee": 501, "customer": 701, "trandate": DAY, "hours": D(worked)}]


@pytest.mark.parametrize(("got", "holds"), [(12, True), (8, False)])
def test_netsuite_has_the_approved_hours_of_a_project(facts, got, holds):
    made = facts(hours(12, 8, 4) | {"netsuite__timebill": time_bill(got)})

    assert checks(made, "RC-11") == [(202601, PROJECT, 12, got, holds)]


def test_hours_are_not_compared_where_netsuite_gets_none(facts):
    assert checks(facts(hours(12, 8, 4)), "RC-11") == []


def report(total, posted, currency=2):
    return {
        "suiteprojects__expense_report": [
            {"id": 5, "number": "ER-5", "user_id": 11, "status": "A", "date": DAY, "currency": "EUR",
             "total": D(total)},
            {"id": 6, "number": "ER-6", "user_id": 11, "status": "S", "date": DAY, "currency": "EUR",
             "total": D(1)},
        ],
        "suiteprojects__receipt": [
            {"id": 1, "expense_report_id": 5, "project_id": 101, "customer_id": 21, "date": DAY,
             "currency": "EUR", "amount": D(total)}
        ],
        "netsuite__transaction": [
            {"id": n, "type": "ExpRept", "tranid": f"ER-{external}", "externalid": external,
             "trandate": DAY, "currency": currency, "foreigntotal": D(-amount)}
            for n, (external, amount) in enumerate(posted.items(), 1)
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("posted", "against", "apart"),
    [({"5": 100}, 100, 0), ({"5": 90}, 90, 11), ({"7": 1}, None, 110)],
)
def test_an_approved_expense_report_is_posted_with_the_same_total(facts, posted, against, apart):
    row = facts(report(100, posted)).row(table_of("RC-10"))

    assert (row["name"], row["amount"], row["against"]) == ("ER-5", 100, against)
    assert (row["holds"], row["unexplained_base"]) == (apart == 0, apart)


def test_an_expense_report_in_another_currency_is_not_the_same(facts):
    assert checks(facts(report(100, {"5": 100}, currency=4)), "RC-10")[0][-1] is False


def test_who_left_and_is_still_active_in_suiteprojects_is_told(facts, firm_rows):
    (employee,) = firm_rows["netsuite__employee"]
    gone = [{**employee, "releasedate": date(2026, 2, 28)}]

    assert names(facts(), "RC-12", True) == ["Ada Berg", "Alpina", "P-1"]
    assert names(facts(replace={"netsuite__employee": gone}), "RC-12", False) == ["Ada Berg"]


@pytest.mark.parametrize(
    "more",
    [
        {"suiteprojects__project": [{"id": 103, "name": "Sea", "code": "P-3", "is_active": True}]},
        {"netsuite__job": [{"id": 703, "entityid": "P-3", "companyname": "Sea"}]},
    ],
)
def test_a_project_that_only_one_system_has_is_told(facts, more):
    assert names(facts(more), "RC-12", False) == ["P-3"]


def agreed(ordered, purchase, currency=4):
    return {
        "suiteprojects__customer_po": [
            {"id": 1, "number": "PO1", "date": DAY, "currency": "CHF", "total": D(purchase)}
        ],
        "suiteprojects__customer_po_project": [{"id": 1, "customer_po_id": 1, "project_id": 101}],
        "netsuite__transaction": [
            {"id": 1, "type": "SalesOrd", "tranid": "SO1", "trandate": DAY, "currency": currency,
             "status": "B", "exchangerate": "1"}
        ],
        "netsuite__transactionline": [
            {"transaction": 1, "id": line, "subsidiary": 2, "mainline": line == 0, "entity": 701,
             "item": item, "foreignamount": D(amount), "netamount": D(amount)}
            for line, item, amount in ((0, None, ordered), (1, 41, -ordered))
        ],
    }  # fmt: skip


JOB = {"id": 701, "entityid": "P-1", "companyname": "Lake", "customer": 601, "currency": 4}


@pytest.mark.parametrize(
    ("ordered", "job", "told"),
    [
        (900, {}, "P-1"),
        (800, {}, "P-1, contract value"),
        (900, {"currency": 2}, "P-1, currency"),
        (900, {"customer": 602}, "P-1, customer"),
    ],
)
def test_a_project_is_agreed_at_the_same_in_both_systems(facts, ordered, job, told):
    made = facts(agreed(ordered, 900), replace={"netsuite__job": [JOB | job]})
    row = made.row(table_of("RC-13"))

    assert (row["name"], row["holds"]) == (told, told == "P-1")
    assert (row["amount"], row["against"], row["currency"]) == (900, ordered, "CHF")


GROUP = [
    {"id": 7, "acctnumber": "8100", "fullname": "Fees to the group", "accttype": "OthIncome", "eliminate": True},
    {"id": 8, "acctnumber": "6900", "fullname": "Fees from the group", "accttype": "Expense", "eliminate": True},
    {"id": 9, "acctnumber": "2300", "fullname": "Contracts", "accttype": "DeferRevenue"},
]  # fmt: skip


def posted(account, amount, subsidiary, number, entity=None):
    """Rows of a journal of one line."""
    return {
        "netsuite__transaction": {
            "id": number, "type": "Journal", "tranid": f"JE{number}", "trandate": DAY, "posting": True,
            "postingperiod": 101, "currency": 2,
        },
        "netsuite__transactionline": {
            "transaction": number, "id": 0, "subsidiary": subsidiary, "netamount": D(amount),
            "entity": entity,
        },
        "netsuite__transactionaccountingline": {
            "transaction": number, "transactionline": 0, "accountingbook": 1, "account": account,
            "amount": D(amount), "posting": True,
        },
    }  # fmt: skip


def ledger(*postings):
    rows = {key: [one[key] for one in postings] for key in postings[0]}
    return rows | {"netsuite__account": GROUP}


@pytest.mark.parametrize(("cost", "holds"), [(100, True), (98, False)])
def test_what_the_group_charges_itself_nets_to_nothing_at_average_rates(facts, cost, holds):
    made = facts(ledger(posted(7, -110, 1, 1), posted(8, cost, 2, 2)))

    assert checks(made, "RC-14") == [(202601, -1, 110, D(cost) * D("1.1"), holds)]


@pytest.mark.parametrize(("booked", "holds"), [(1000, True), (300, False)])
def test_unbilled_work_of_a_project_is_what_its_accounts_hold(facts, booked, holds):
    recognized = {
        "suiteprojects__recognition": [
            {"id": 1, "user_id": 11, "project_id": 101, "customer_id": 21, "date": DAY, "currency": "EUR",
             "amount": D(1000)}
        ]
    }  # fmt: skip
    made = facts(ledger(posted(9, booked, 2, 1, entity=701)) | recognized)

    assert checks(made, "RC-05") == [
        (202601, PROJECT, 1120, D(booked) * D("1.12"), holds),
        (202602, PROJECT, 1250, D(booked) * D("1.25"), holds),
        (202603, PROJECT, 1250, D(booked) * D("1.25"), holds),
    ]
    assert checks(made, "RC-06") == []


def test_deferred_revenue_that_only_the_ledger_knows_is_told(facts):
    made = facts(ledger(posted(9, -1000, 2, 1, entity=701)))

    assert checks(made, "RC-06")[0] == (202601, PROJECT, 0, 1120, False)


@pytest.mark.parametrize(("currency", "found"), [("CHF", 1), ("GBP", 0)])
def test_an_amount_without_a_rate_is_told_by_its_currency_and_month(facts, currency, found):
    charge = {
        "id": 9, "type": "F", "project_id": 101, "customer_id": 21, "date": DAY, "amount": D(100),
        "currency": currency,
    }  # fmt: skip
    row = facts({"suiteprojects__charge": [charge]}).row(table_of("RC-15"))

    assert (row["currency"], row["amount"], row["against"]) == (currency, 1, found)
    assert row["holds"] is (found == 1)
