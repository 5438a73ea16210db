"""What of backlog is staffed: hours cover a contract up to what is left of it, the surer first."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from .test_forecast import RULES, booking, entry, project
from .test_sales import invoice, line, order, product

D = Decimal
HOURS = {"suiteprojects__time_entry": [entry(1)]}  # 8 at 100
ORDER = {
    "netsuite__transaction": [order()],
    "netsuite__transactionline": [line(netamount=D(-10_000))],
}


@pytest.fixture
def staffed(facts):
    def ask(end=None, contract="Time and materials", system="netsuite", **rows):
        made = facts({**RULES, **ORDER, **rows}, replace=project(end, contract))
        found = defaultdict(D)
        for row in made.rows("fct_backlog_staffing", f"system = '{system}'"):
            found[row["staffing"]] += row["amount_subsidiary"]
        return dict(found)

    return ask


def test_work_comes_first_then_what_is_firm_then_what_is_tentative(staffed):
    bookings = [booking(1), booking(2, 2, hours=20)]

    assert staffed(**HOURS, suiteprojects__booking=bookings) == {
        "worked": 800, "booked": 4000, "soft": 2000, "open": 3200,
    }  # fmt: skip


def test_more_hours_than_are_ordered_staff_no_more_than_what_is_ordered(staffed):
    bookings = [booking(1, hours=120), booking(2, 2, hours=20)]

    assert staffed(suiteprojects__booking=bookings) == {"booked": 10_000}


def test_hours_cover_a_fee_as_they_cover_what_is_sold_by_the_hour(staffed):
    found = staffed(contract="Fixed fee, milestones", suiteprojects__booking=[booking(1)])

    assert found == {"booked": 4000, "open": 6000}


def test_goods_need_nobody(staffed):
    header, billed = invoice(901, date(2026, 2, 10), netamount=D(-400))
    found = staffed(
        netsuite__transaction=[order(), header], netsuite__transactionline=[product(), billed]
    )

    assert found == {"goods": 500}


def test_what_is_recognized_already_covers_nothing_of_the_backlog_it_is_out_of(staffed):
    rows = {
        "suiteprojects__recognition": [
            {
                "id": 1, "project_id": 101, "type": "T", "currency": "EUR", "amount": D(70),
                "netsuite_id": None, "date": entry(1)["date"],
            }
        ],
        "suiteprojects__customer_po": [
            {
                "id": 1, "number": "PO-1", "customer_id": 21, "currency": "EUR", "total": D(500),
                "date": order()["trandate"], "is_active": True,
            }
        ],
        "suiteprojects__customer_po_project": [
            {"id": 1, "customer_po_id": 1, "project_id": 101, "is_active": True}
        ],
    }  # fmt: skip

    assert staffed(**rows) == {"worked": 70, "open": 9930}
    assert staffed(system="suiteprojects", **rows) == {"open": 430}
