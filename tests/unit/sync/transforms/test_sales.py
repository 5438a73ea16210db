"""What of each contract was left to be earned at each month's end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

D = Decimal


def order(id_=800, day=date(2026, 1, 5), **values):
    return {
        "id": id_, "tranid": f"SO{id_}", "type": "SalesOrd", "trandate": day, "entity": 601,
        "currency": 4, "exchangerate": "0.9", "status": "B", "posting": False, **values,
    }  # fmt: skip


def line(transaction=800, **values):
    return {
        "transaction": transaction, "id": 1, "mainline": False, "item": 41, "entity": 701,
        "subsidiary": 2, "foreignamount": D(-1000), "netamount": D(-900), "isclosed": False, **values,
    }  # fmt: skip


def income(id_, month, amount):
    header = {
        "id": id_, "type": "Journal", "trandate": date(2026, month, 28),
        "postingperiod": 100 + month, "posting": True,
    }  # fmt: skip
    posting = {
        "transaction": id_, "transactionline": 1, "accountingbook": 1, "account": 1,
        "amount": -D(amount), "posting": True,
    }  # fmt: skip
    return header, {"transaction": id_, "id": 1, "entity": 701, "subsidiary": 2}, posting


def backlog(facts, orders, lines, incomes=(), **more):
    made = facts(
        {
            "netsuite__transaction": [*orders, *(header for header, _, _ in incomes)],
            "netsuite__transactionline": [*lines, *(item for _, item, _ in incomes)],
            "netsuite__transactionaccountingline": [posting for _, _, posting in incomes],
            **more,
        }
    )
    return made.rows("fct_backlog", "system = 'netsuite'")


def left(found):
    return {row["month"]: row["remaining"] for row in found}


def test_an_order_line_is_positive(facts):
    made = facts({"netsuite__transaction": [order()], "netsuite__transactionline": [line()]})

    row = made.row("fct_so_line")
    assert (row["amount"], row["currency"], row["amount_base"]) == (1000, "CHF", 990)
    assert (row["stream"], row["status"], row["number"]) == ("services_tm", "B", "SO800")


def test_a_services_contract_is_the_projects_orders_less_what_was_earned(facts):
    found = backlog(
        facts,
        [order(), order(801, date(2026, 2, 3))],
        [line(), line(801, netamount=D(-300))],
        [income(950, 1, 200), income(951, 2, 150)],
    )

    assert left(found) == {202601: 700, 202602: 850, 202603: 850}
    first, second, _ = found
    assert (first["contract"], first["amount_base"]) == ("SO800", D("784"))  # 700 x 1.12
    assert (second["contract"], second["contracted"], second["recognized"]) == (
        "SO800 +1",
        1200,
        350,
    )
    assert (first["currency"], first["project_key"], first["subsidiary_key"]) == ("EUR", 202, 2)


def test_a_contract_that_has_earned_more_is_no_negative_backlog(facts):
    assert left(backlog(facts, [order()], [line()], [income(950, 2, 901)])) == {202601: 900}


def test_a_cancelled_order_is_none(facts):
    assert backlog(facts, [order(status="C")], [line()]) == []


def test_a_closed_line_falls_out_in_the_month_the_project_ends(facts):
    assert left(backlog(facts, [order()], [line(isclosed=True)])) == {202601: 900}


def product(**values):
    return line(entity=601, item=61, **values)


def invoice(id_, day, **values):
    header = order(id_, day, type="CustInvc", posting=True, postingperiod=100 + day.month)
    return header, product(transaction=id_, createdfrom=800, **values)


def test_a_product_is_left_until_its_order_is_invoiced(facts):
    header, billed = invoice(901, date(2026, 2, 10), netamount=D(-400))

    found = backlog(facts, [order(), header], [product(), billed])

    assert left(found) == {202601: 900, 202602: 500, 202603: 500}
    assert {row["stream"] for row in found} == {"hardware"}


def test_a_closed_product_line_falls_out_with_its_last_invoice(facts):
    header, billed = invoice(901, date(2026, 2, 10), netamount=D(-400))

    assert left(backlog(facts, [order(), header], [product(isclosed=True), billed])) == {
        202601: 900
    }


def test_lines_of_one_product_are_invoiced_in_turn(facts):
    header, billed = invoice(901, date(2026, 1, 20), netamount=D(-1000))

    found = backlog(facts, [order(), header], [product(), product(id=2), billed])

    january = [row for row in found if row["month"] == 202601]
    assert [(row["recognized"], row["remaining"]) for row in january] == [(100, 800)]


def contracts(facts, orders, recognized=()):
    made = facts(
        {
            "suiteprojects__customer_po": [
                {"id": n, "number": f"PO-{n}", "date": day, "currency": "CHF", "total": D(total),
                 "is_active": active}
                for n, (day, total, active) in enumerate(orders, start=1)
            ],
            "suiteprojects__customer_po_project": [
                {"id": n, "customer_po_id": n, "project_id": 101} for n in range(1, len(orders) + 1)
            ],
            "suiteprojects__recognition": [
                {"id": n, "project_id": 101, "date": day, "amount": D(amount), "currency": "CHF",
                 "recognition_type": "R"}
                for n, (day, amount) in enumerate(recognized)
            ],
        }
    )  # fmt: skip
    return made.rows("fct_backlog", "system = 'suiteprojects'")


def test_suiteprojects_contract_is_its_orders_less_recognition_in_its_currency(facts):
    found = contracts(
        facts,
        [(date(2026, 1, 5), 1000, True), (date(2026, 2, 5), 500, False)],
        [(date(2026, 2, 28), 600)],
    )

    assert left(found) == {202601: 1000, 202602: 900, 202603: 900}
    january, february, _ = found
    assert january["amount_base"] == D("1008")  # 1000 x 0.9 x 1.12
    assert february["amount_base"] == D("1068.75")  # 900 x 0.95 x 1.25
    assert (february["contract"], february["currency"], february["project_key"]) == (
        "PO-1 +1",
        "CHF",
        202,
    )


def test_a_project_whose_orders_are_all_closed_falls_out_in_the_month_it_finishes(facts):
    assert left(contracts(facts, [(date(2026, 1, 5), 1000, False)])) == {202601: 1000}


def test_an_order_of_no_known_project_is_not_lost(facts):
    po = {"id": 1, "number": "PO-1", "date": date(2026, 1, 5), "currency": "USD", "total": D(10)}
    found = facts({"suiteprojects__customer_po": [po]}).rows("fct_backlog")

    assert {(row["project_key"], row["amount_base"]) for row in found} == {(-1, D(10))}


def test_an_order_that_sells_goods_beside_services_is_known_by_each_of_its_lines(facts):
    made = facts(
        {
            "netsuite__transaction": [order(), order(801)],
            "netsuite__transactionline": [line(), line(id=2, item=61), line(801)],
        }
    )

    found = {
        (row["transaction_id"], row["line_id"]): row["has_products"]
        for row in made.rows("fct_order_intake")
    }
    assert found == {(800, 1): True, (800, 2): True, (801, 1): False}


def moves(facts, orders, lines, incomes=()):
    """What moved backlog, by month and kind, in the currency of the books."""
    made = facts(
        {
            "netsuite__transaction": [*orders, *(header for header, _, _ in incomes)],
            "netsuite__transactionline": [*lines, *(item for _, item, _ in incomes)],
            "netsuite__transactionaccountingline": [posting for _, _, posting in incomes],
        }
    )
    return {
        (row["month"], row["kind"]): row["amount"]
        for row in made.rows("fct_backlog_move", "kind <> 'exchange'")
    }


def test_backlog_moves_by_new_and_change_orders_and_by_what_is_earned(facts):
    found = moves(
        facts,
        [order(), order(801, date(2026, 2, 3))],
        [line(), line(801, netamount=D(-300))],
        [income(950, 1, 200), income(951, 2, 150)],
    )

    assert found == {
        (202601, "order"): 900,
        (202601, "revenue"): -200,
        (202602, "change"): 300,
        (202602, "revenue"): -150,
    }


def test_what_is_earned_beyond_a_contract_is_not_from_backlog_until_an_order_takes_it_up(facts):
    found = moves(
        facts,
        [order(), order(801, date(2026, 2, 3))],
        [line(), line(801, netamount=D(-300))],
        [income(950, 1, 1000)],
    )

    assert found == {
        (202601, "order"): 900,
        (202601, "revenue"): -900,
        (202602, "change"): 300,
        (202602, "revenue"): -100,
    }


def test_what_is_left_when_a_closed_order_s_project_ends_is_closed(facts):
    found = moves(facts, [order()], [line(isclosed=True)], [income(950, 1, 200)])

    assert found == {
        (202601, "order"): 900,
        (202601, "revenue"): -200,
        (202602, "closure"): -700,
    }
