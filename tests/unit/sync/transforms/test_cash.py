"""Orders signed, changed and called off; payments and what they settle; what is earned and not billed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

D = Decimal


def order(facts, *, line=(), **head):
    header = {
        "id": 800, "tranid": "SO800", "type": "SalesOrd", "trandate": date(2026, 1, 5), "entity": 601,
        "currency": 4, "exchangerate": "0.9", "status": "B", "posting": False, **head,
    }  # fmt: skip
    sold = {
        "transaction": 800, "id": 1, "mainline": False, "item": 61, "subsidiary": 2, "quantity": D(-4),
        "foreignamount": D(-1000), "netamount": D(-900), "quantitybilled": D(-1), **dict(line),
    }  # fmt: skip
    return facts({"netsuite__transaction": [header], "netsuite__transactionline": [sold]})


def was(made, key, began, ended, **values):
    """An earlier version of a record."""
    names = [*values, "_valid_from", "_valid_to", "_is_deletion"]
    moments = (moment.replace(tzinfo=None) for moment in (began, ended))
    made.connection.execute(
        f"INSERT INTO mirror.his_netsuite__{key} ({', '.join(names)}) "
        f"VALUES ({', '.join('?' * len(names))})",
        [*values.values(), *moments, False],
    )


def at(month, day):
    return datetime(2026, month, day, tzinfo=UTC)


def intake(made):
    rows = made.rows("fct_order_intake")
    return sorted((row["day"], row["kind"], row["amount"], row["amount_base"]) for row in rows)


def test_an_order_counts_on_its_day(facts):
    assert intake(order(facts)) == [(20260105, "order", 1000, 990)]


def test_an_order_that_awaits_approval_does_not_count_yet(facts):
    assert intake(order(facts, status="A")) == []


def test_an_order_that_was_seen_waiting_counts_when_it_was_approved(facts):
    made = order(facts)
    was(made, "transaction", at(1, 5), at(2, 3), id=800, type="SalesOrd", status="A")

    assert intake(made) == [(20260203, "order", 1000, 1080)]


def test_a_change_of_an_order_counts_in_its_own_month(facts):
    made = order(facts)
    was(
        made, "transactionline", at(1, 5), at(2, 10), transaction=800, id=1, foreignamount=D(-700),
        netamount=D(-630),
    )  # fmt: skip

    assert intake(made) == [(20260105, "order", 700, 693), (20260210, "amendment", 300, 324)]


def test_what_is_called_off_is_taken_off_as_far_as_it_is_not_billed(facts):
    closed = order(facts, status="H", closedate=date(2026, 2, 20))

    assert intake(closed)[1] == (20260220, "cancellation", -750, -810)


def test_an_order_that_is_billed_in_full_is_closed_without_loss(facts):
    made = order(facts, line={"quantitybilled": D(-4)}, status="H", closedate=date(2026, 2, 20))

    assert [kind for _, kind, _, _ in intake(made)] == ["order"]


# --- applications


def paid(facts, type_="CustPymt", **payer):
    head = {"currency": 4, "exchangerate": "0.9", "entity": 601, "posting": True}
    return facts(
        {
            "netsuite__transaction": [
                {**head, "id": 900, "type": "CustInvc", "tranid": "I1", "trandate": date(2026, 1, 10),
                 "duedate": date(2026, 2, 9), "foreigntotal": D(1000)},
                {**head, "id": 901, "type": type_, "tranid": "P1", "trandate": date(2026, 2, 20), **payer},
            ],
            "netsuite__transactionline": [
                {"transaction": 900, "id": 0, "mainline": True, "subsidiary": 2,
                 "foreignamount": D(1000), "netamount": D(900)}
            ],
            "netsuite__nexttransactionlinelink": [
                {"previousdoc": 900, "previousline": 0, "nextdoc": 901, "nextline": 1,
                 "linktype": "Payment", "foreignamount": D("333.33")}
            ],
        }
    )  # fmt: skip


def test_a_payment_is_told_with_how_long_it_took(facts):
    row = paid(facts).row("fct_application")

    assert (row["kind"], row["day"], row["month"], row["invoice_month"]) == (
        "payment", 20260220, 202602, 202601,
    )  # fmt: skip
    assert (row["days_to_pay"], row["days_late"]) == (41, 11)
    assert (row["amount"], row["currency"]) == (D("333.33"), "CHF")
    assert (row["amount_subsidiary"], row["amount_base"]) == (300, D("359.9964"))


def test_a_credit_is_no_money(facts):
    assert paid(facts, "CustCred").row("fct_application")["kind"] == "credit"


# --- earned and billed


def unbilled(made, system="suiteprojects"):
    rows = made.rows("fct_unbilled", f"system = '{system}'")
    return {row["month"]: (row["asset"], row["liability"]) for row in rows}


def project(day, amount, **values):
    return {
        "id": 1, "project_id": 101, "customer_id": 21, "date": day, "amount": D(amount), "currency": "CHF",
        **values,
    }  # fmt: skip


def test_what_is_earned_before_it_is_billed_is_an_asset_and_the_reverse_a_liability(facts):
    made = facts(
        {
            "suiteprojects__recognition": [project(date(2026, 1, 10), 100)],
            "suiteprojects__charge": [project(date(2026, 2, 10), 150, type="T", invoice_id=5)],
            "suiteprojects__invoice": [
                {"id": 5, "number": "I", "date": date(2026, 2, 10), "customer_id": 21, "currency": "CHF",
                 "total": D(150), "approval_status": "A"}
            ],
        }
    )  # fmt: skip

    assert unbilled(made) == {202601: (100, 0), 202602: (0, 50), 202603: (0, 50)}
    january = made.row("fct_unbilled", "month = 202601")
    assert (january["asset_subsidiary"], january["asset_base"]) == (90, D("100.8"))
    assert (january["recognized"], january["billed"]) == (100, 0)


def test_one_projects_asset_does_not_make_up_for_anothers_liability(facts):
    made = facts(
        {
            "suiteprojects__project": [
                {"id": 103, "name": "Other", "customer_id": 21, "contract_type": "Fixed"}
            ],
            "suiteprojects__recognition": [
                project(date(2026, 1, 10), 100),
                project(date(2026, 1, 10), -40, id=2, project_id=103),
            ],
        }
    )
    rows = made.rows("fct_unbilled", "month = 202601")

    assert {row["project_key"]: (row["asset"], row["liability"]) for row in rows} == {
        202: (100, 0), 206: (0, 40),
    }  # fmt: skip


def test_the_ledger_tells_its_own_side(facts):
    made = facts(
        {
            "netsuite__transaction": [
                {"id": 1, "type": "Journal", "trandate": date(2026, 1, 31), "postingperiod": 101}
            ],
            "netsuite__transactionline": [
                {"transaction": 1, "id": 1, "subsidiary": 2, "entity": 701}
            ],
            "netsuite__transactionaccountingline": [
                {
                    "transaction": 1,
                    "transactionline": 1,
                    "account": 1,
                    "amount": D(-70),
                    "posting": True,
                }
            ],
        }
    )

    assert unbilled(made, "netsuite")[202601] == (70, 0)
