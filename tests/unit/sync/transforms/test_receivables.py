"""What customers owed at each month's end, and owe today."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

D = Decimal


def document(id_, kind, day, amount, **values):
    """A document with its main line; `amount` as NetSuite shows it there."""
    header = {
        "id": id_, "tranid": f"N{id_}", "type": kind, "trandate": day, "duedate": day,
        "postingperiod": 100 + day.month, "posting": True, "entity": 601, "currency": 4,
        "exchangerate": "0.9", **values,
    }  # fmt: skip
    lines = [
        {"transaction": id_, "id": 0, "mainline": True, "subsidiary": 2, "foreignamount": D(amount)}
    ]
    if kind == "CustInvc":
        lines.append(
            {"transaction": id_, "id": 1, "mainline": False, "item": 41, "entity": 701, "subsidiary": 2,
             "foreignamount": -D(amount), "netamount": -D(amount)}
        )  # fmt: skip
    return header, lines


def applied(invoice, payer, amount):
    return {
        "previousdoc": invoice, "previousline": 0, "nextdoc": payer, "nextline": 1,
        "linktype": "Payment", "foreignamount": D(amount),
    }  # fmt: skip


def open_items(facts, documents, links=(), **more):
    made = facts(
        {
            "netsuite__transaction": [header for header, _ in documents],
            "netsuite__transactionline": [line for _, lines in documents for line in lines],
            "netsuite__nexttransactionlinelink": list(links),
            **more,
        }
    )
    return made.rows("fct_ar_open", "system = 'netsuite'")


INVOICE = document(900, "CustInvc", date(2026, 1, 10), 1000)


def test_an_invoice_is_open_from_its_day_until_it_is_paid(facts):
    found = open_items(
        facts,
        [INVOICE, document(901, "CustPymt", date(2026, 2, 10), 400),
         document(902, "CustPymt", date(2026, 3, 5), 600)],
        [applied(900, 901, 400), applied(900, 902, 600)],
    )  # fmt: skip

    assert [(row["document_id"], row["month"], row["amount"]) for row in found] == [
        (900, 202601, 1000), (900, 202602, 600),
    ]  # fmt: skip


def test_is_valued_at_the_documents_rate_and_the_closing_rate(facts):
    first, second, third = open_items(facts, [INVOICE])

    assert first["amount_base"] == D("1008")  # 1000 x 0.9 x 1.12
    assert second["amount_base"] == D("1125")  # 1000 x 0.9 x 1.25
    assert (third["day"], third["amount_base"]) == (20260310, D("1125"))
    assert (first["project_key"], first["customer_key"], first["subsidiary_key"]) == (202, 42, 2)
    assert (first["invoiced_on"], first["due_on"]) == (date(2026, 1, 10), date(2026, 1, 10))


def test_what_a_payment_or_credit_has_left_is_negative(facts):
    found = open_items(
        facts,
        [INVOICE, document(901, "CustPymt", date(2026, 1, 20), 1500),
         document(902, "CustCred", date(2026, 1, 25), -200)],
        [applied(900, 901, 1000)],
    )  # fmt: skip

    january = {row["document_id"]: row["amount"] for row in found if row["month"] == 202601}
    assert january == {901: -500, 902: -200}


def test_a_credit_memo_may_pay_an_invoice(facts):
    found = open_items(
        facts,
        [INVOICE, document(902, "CustCred", date(2026, 2, 25), -200)],
        [applied(900, 902, 200)],
    )

    assert {(row["document_id"], row["month"]): row["amount"] for row in found} == {
        (900, 202601): 1000, (900, 202602): 800, (900, 202603): 800,
    }  # fmt: skip


def test_an_application_whose_payer_has_not_arrived_counts_from_its_own_change(facts):
    link = {**applied(900, 999, 1000), "lastmodifieddate": datetime(2026, 2, 3, tzinfo=UTC)}

    assert [row["month"] for row in open_items(facts, [INVOICE], [link])] == [202601]


def test_other_links_are_no_payment(facts):
    link = {**applied(900, 950, 1000), "linktype": "OrdBill"}

    assert len(open_items(facts, [INVOICE], [link])) == 3


def test_an_invoice_of_several_projects_is_of_none(facts):
    header, lines = INVOICE
    other = {**lines[1], "id": 2, "entity": 702}
    found = open_items(
        facts, [(header, [*lines, other])], netsuite__job=[{"id": 702, "entityid": "P-2"}]
    )

    assert {row["project_key"] for row in found} == {-1}


def test_suiteprojects_takes_payments_off_approved_invoices(facts):
    invoice = {
        "number": "INV-5", "date": date(2026, 1, 31), "customer_id": 21, "currency": "CHF",
        "total": D(1190), "tax": D(190), "approval_status": "A",
    }  # fmt: skip
    made = facts(
        {
            "suiteprojects__invoice": [
                {"id": 5, **invoice},
                {"id": 6, **invoice, "approval_status": "S"},
                {"id": 7, **invoice, "total": D(-119), "tax": D(-19), "original_invoice_id": 5},
            ],
            "suiteprojects__charge": [
                {"id": 1, "project_id": 101, "invoice_id": 5, "amount": D(1000), "currency": "CHF",
                 "type": "T", "date": date(2026, 1, 7)},
            ],
            "suiteprojects__payment": [
                {"id": 1, "invoice_id": 5, "date": date(2026, 2, 20), "amount": D(1190), "currency": "CHF"}
            ],
        }
    )  # fmt: skip

    found = made.rows("fct_ar_open", "system = 'suiteprojects'")
    amounts = {(row["document_id"], row["month"]): row["amount"] for row in found}
    assert amounts == {
        (5, 202601): 1190, (7, 202601): -119, (7, 202602): -119, (7, 202603): -119,
    }  # fmt: skip
    (first,) = (row for row in found if row["document_id"] == 5)
    assert first["amount_base"] == D("1199.52")  # 1190 x 0.9 x 1.12
