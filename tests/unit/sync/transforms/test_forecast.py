"""Revenue ahead: every amount in one layer, the surer one first, and no cent lost on the way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from .test_sales import income, line, order

D = Decimal
DAY = date(2026, 3, 9)
RULES = {
    "suiteprojects__rate_card_item": [
        {"id": 1, "rate_card_id": 1, "job_code_id": 3, "rate": D(100), "currency": "EUR"}
    ],
    "suiteprojects__billing_rule": [
        {"id": 1, "type": "T", "project_id": 101, "rate_from": "R", "rate_card_id": 1}
    ],
    "suiteprojects__booking_type": [{"id": 1, "name": "Hard"}, {"id": 2, "name": "Soft"}],
    "suiteprojects__timesheet": [
        {"id": 1, "user_id": 11, "status": "A"},
        {"id": 2, "user_id": 11, "status": "S"},
        {"id": 3, "user_id": 11, "status": "O"},
    ],
}


def entry(id_, sheet=1, hours=8, day=DAY):
    return {
        "id": id_, "user_id": 11, "project_id": 101, "project_task_id": 1001, "customer_id": 21,
        "timesheet_id": sheet, "date": day, "hours": D(hours),
    }  # fmt: skip


def booking(id_, type_=1, hours=40, first=date(2026, 3, 16), last=date(2026, 3, 20)):
    return {
        "id": id_, "user_id": 11, "project_id": 101, "booking_type_id": type_, "start_date": first,
        "end_date": last, "hours": D(hours), "approval_status": "A", "job_code_id": 3,
    }  # fmt: skip


def by_layer(made):
    summed = defaultdict(D)
    for row in made.rows("fct_forecast"):
        summed[row["layer"]] += row["amount_subsidiary"]
    return dict(summed)


def by_month(made, layer):
    return {
        row["month"]: row["amount_subsidiary"]
        for row in made.rows("fct_forecast", f"layer = '{layer}'")
    }


def project(end, contract="Time and materials"):
    return {
        "suiteprojects__project": [
            {
                "id": 101, "name": "Lake", "code": "P-1", "customer_id": 21, "owner_id": 11,
                "currency": "EUR", "finish_date": end, "contract_type": contract, "netsuite_id": 701,
            }
        ]
    }  # fmt: skip


@pytest.fixture
def firm_of(facts):
    def make(end=date(2026, 5, 31), contract="Time and materials", **rows):
        return facts({**RULES, **rows}, replace=project(end, contract))

    return make


def test_work_is_in_flight_until_it_is_recognized_and_drafts_never_are(firm_of):
    entries = [entry(1), entry(2, 2), entry(3, 3)]
    recognized = {
        "id": 1, "project_id": 101, "user_id": 11, "date": DAY, "type": "T", "netsuite_id": 5,
        "currency": "EUR", "amount": D(800),
    }  # fmt: skip

    before = by_layer(firm_of(suiteprojects__time_entry=entries))
    after = by_layer(
        firm_of(suiteprojects__time_entry=entries, suiteprojects__recognition=[recognized])
    )

    assert (before, after) == ({"in_flight": 1600}, {"in_flight": 800})


def test_recognition_that_is_not_posted_is_in_flight_in_an_open_month_only(firm_of):
    told = {"project_id": 101, "type": "T", "currency": "EUR", "amount": D(70), "netsuite_id": None}
    made = firm_of(
        suiteprojects__recognition=[
            {"id": 1, "date": DAY, **told},
            {"id": 2, "date": date(2026, 1, 9), **told},
        ]
    )

    assert by_layer(made) == {"in_flight": 70}


def test_hours_are_booked_or_soft_by_the_type_of_their_booking(firm_of):
    made = firm_of(suiteprojects__booking=[booking(1), booking(2, 2, hours=20)])

    assert by_layer(made) == {"booked": 4000, "soft": 1000}  # half of what is tentative


def test_a_cap_is_used_up_by_the_surer_and_the_earlier_first(firm_of):
    rule = {**RULES["suiteprojects__billing_rule"][0], "cap": D(4500), "currency": "EUR"}
    made = firm_of(
        suiteprojects__booking=[
            booking(1),
            booking(2, 2, hours=20),
            booking(3, first=date(2026, 4, 6), last=date(2026, 4, 10)),
        ],
        suiteprojects__billing_rule=[rule],
    )

    assert by_layer(made) == {"booked": 4000, "soft": 500}


def test_a_fee_is_booked_as_projected_and_its_bookings_add_nothing(firm_of):
    made = firm_of(
        contract="Fixed fee, milestones",
        suiteprojects__booking=[booking(1)],
        suiteprojects__projection=[
            {"id": n, "project_id": 101, "date": day, "amount": D(300), "currency": "EUR"}
            for n, day in ((1, date(2026, 2, 28)), (2, date(2026, 3, 31)), (3, date(2026, 4, 30)))
        ],
    )

    assert by_month(made, "booked") == {202603: 300, 202604: 300}


def test_backlog_is_what_is_ordered_beyond_the_surer_layers_shared_out_by_days(firm_of):
    rows = {
        "netsuite__transaction": [order()],
        "netsuite__transactionline": [line(netamount=D(-9310))],
    }
    alone = by_month(firm_of(**rows), "backlog")
    beside = by_layer(firm_of(suiteprojects__booking=[booking(1)], **rows))

    assert sum(alone.values()) == 9310
    # 22 days of March from the tenth on, 30 of April, 31 of May
    assert {month: round(amount, 2) for month, amount in alone.items()} == {
        202603: D("2467.71"),
        202604: D("3365.06"),
        202605: D("3477.23"),
    }
    assert beside == {"booked": 4000, "backlog": 5310}


def test_an_order_in_the_books_of_another_company_is_held_against_bookings_consolidated(firm_of):
    """10,000 USD less 4,000 EUR at the rate at which those are foretold."""
    made = firm_of(
        suiteprojects__booking=[booking(1)],
        netsuite__transaction=[order()],
        netsuite__transactionline=[line(subsidiary=1, netamount=D(-10_000))],
    )
    rows = made.rows("fct_forecast", "layer = 'backlog'")

    assert {row["currency"] for row in rows} == {"USD"}
    rate = made.rows("fct_forecast", "layer = 'booked'")[0]["amount_base"] / 4000
    assert rate > 1
    assert sum(row["amount"] for row in rows) == 10_000 - 4000 * rate


def test_backlog_whose_end_has_passed_is_stale_and_moves_to_the_next_two_quarters(firm_of):
    made = firm_of(
        end=date(2026, 3, 1),
        netsuite__transaction=[order()],
        netsuite__transactionline=[line(netamount=D(-1830))],
    )

    assert by_month(made, "backlog") == {
        202604: 300, 202605: 310, 202606: 300, 202607: 310, 202608: 310, 202609: 300,
    }  # fmt: skip
    assert {row["burn"] for row in made.rows("fct_forecast")} == {"ended"}


def test_what_was_earned_is_no_backlog(firm_of):
    head, item, posting = income(950, 1, 900)
    made = firm_of(
        netsuite__transaction=[order(), head],
        netsuite__transactionline=[line(), item],
        netsuite__transactionaccountingline=[posting],
    )

    assert by_layer(made) == {}


def test_a_deal_is_earned_in_the_month_of_its_close_while_there_is_nothing_to_learn_from(facts):
    deal = {
        "id": 1, "tranid": "OPP1", "type": "Opprtnty", "status": "A", "trandate": date(2026, 1, 12),
        "entity": 601, "currency": 2, "posting": False, "probability": "0.25",
        "expectedclosedate": date(2026, 5, 4), "projectedtotal": D(1000),
    }  # fmt: skip
    made = facts({"netsuite__transaction": [deal], "netsuite__transactionline": [
        {"transaction": 1, "id": 1, "mainline": False, "item": 41, "subsidiary": 2, "foreignamount": D(-1000)}
    ]})  # fmt: skip

    row = made.row("fct_forecast")
    assert (row["layer"], row["month"], row["amount"], row["contract"]) == (
        "pipeline",
        202605,
        250,
        "OPP1",
    )


def test_a_deal_of_a_project_that_people_are_booked_on_is_in_their_bookings(firm_of):
    deal = {
        "id": 1, "tranid": "OPP1", "type": "Opprtnty", "status": "A", "trandate": date(2026, 1, 12),
        "entity": 701, "currency": 2, "posting": False, "probability": "0.25",
        "expectedclosedate": date(2026, 5, 4), "projectedtotal": D(1000),
    }  # fmt: skip
    made = firm_of(suiteprojects__booking=[booking(1, 2)], netsuite__transaction=[deal])

    assert set(by_layer(made)) == {"soft"}
