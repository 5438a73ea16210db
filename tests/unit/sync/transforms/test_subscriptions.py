"""Subscriptions ordered: the term that NetSuite tells of a line, and what of its value a year is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

D = Decimal
START = date(2026, 2, 1)
TOLD = ("term_start", "term_end", "term_months", "acv", "acv_subsidiary", "acv_base")


def subscribed(facts, *elements, line=(), kind="NonInvtPart", **head):
    """A subscription of 1000 francs, 900 euros in the books, ordered in January at 1.10 dollars a euro."""
    header = {
        "id": 800, "tranid": "SO800", "type": "SalesOrd", "trandate": date(2026, 1, 5), "entity": 601,
        "currency": 4, "exchangerate": "0.9", "status": "B", "posting": False, **head,
    }  # fmt: skip
    sold = {
        "transaction": 800, "id": 1, "mainline": False, "item": 71, "subsidiary": 2, "quantity": D(-4),
        "foreignamount": D(-1000), "netamount": D(-900), "quantitybilled": D(-1), "revenueelement": 5,
        **dict(line),
    }  # fmt: skip
    return facts(
        {
            "netsuite__item": [{"id": 71, "itemid": "SUB", "itemtype": kind}],
            "netsuite__transaction": [header],
            "netsuite__transactionline": [sold],
            "netsuite__revenueelement": list(elements),
        }
    )


def element(last, first=START, id_=5):
    return {"id": id_, "revrecstartdate": first, "revrecenddate": last, "subsidiary": 2}


def told(row):
    return tuple(row[name] for name in TOLD)


def test_a_year_of_a_term_of_two_years_is_half_in_every_currency(facts):
    row = subscribed(facts, element(date(2028, 1, 31))).row("fct_order_intake")

    assert told(row) == (START, date(2028, 1, 31), 24, 500, 450, 495)
    assert (row["amount"], row["currency"], row["amount_base"]) == (1000, "CHF", 990)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (START, date(2027, 1, 31), 12),
        (date(2026, 1, 15), date(2027, 1, 14), 12),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 3, 31), date(2026, 5, 30), 2),
        (
            date(2026, 1, 15),
            date(2026, 3, 31),
            D("2.5484"),
        ),  # 17 of the 31 days to the 15th of April
        (START, START, D("0.0357")),
    ],
)
def test_a_term_counts_whole_months_and_days_as_a_share_of_theirs(facts, first, last, months):
    row = subscribed(facts, element(last, first)).row("fct_order_intake")

    assert row["term_months"] == months


def test_a_term_of_less_than_a_year_is_worth_no_more_than_what_was_signed(facts):
    row = subscribed(facts, element(date(2026, 4, 30))).row("fct_order_intake")

    assert row["term_months"] == 3
    assert [row[f"acv{of}"] for of in ("", "_subsidiary", "_base")] == [1000, 900, 990]


def test_a_year_of_another_number_of_months_is_told_to_four_places(facts):
    row = subscribed(facts, element(date(2027, 8, 31)), line={"foreignamount": D("-100.0007")}).row(
        "fct_order_intake"
    )

    assert (row["term_months"], row["acv"]) == (19, D("63.1583"))  # 100.0007 x 12 / 19


def test_what_is_called_off_takes_off_its_part_of_a_year(facts):
    made = subscribed(
        facts, element(date(2028, 1, 31)), status="H", closedate=date(2026, 2, 20)
    ).rows("fct_order_intake")

    assert {(row["kind"], row["amount"], row["acv"], row["acv_base"]) for row in made} == {
        ("order", 1000, 500, 495),
        ("cancellation", -750, -375, -405),  # three of four were not billed; February's rate
    }


def test_a_change_of_an_order_is_for_the_term_that_its_line_has_today(facts):
    made = subscribed(facts, element(date(2028, 1, 31)))
    made.connection.execute(
        "INSERT INTO mirror.his_netsuite__transactionline "
        "(transaction, id, foreignamount, netamount, _valid_from, _valid_to, _is_deletion) "
        "VALUES (800, 1, -700, -630, ?, ?, false)",
        [
            datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None),
            datetime(2026, 2, 10, tzinfo=UTC).replace(tzinfo=None),
        ],
    )

    rows = made.rows("fct_order_intake")
    assert {(row["kind"], row["amount"], row["acv"]) for row in rows} == {
        ("order", 700, 350),
        ("amendment", 300, 150),
    }


OF_LINE = {"revrecstartdate": START, "revrecenddate": date(2029, 1, 31)}


@pytest.mark.parametrize(
    "elements",
    [
        pytest.param([], id="no element was made"),
        pytest.param([element(date(2028, 1, 31), id_=6)], id="the element is of another line"),
        pytest.param([element(None)], id="the element has no end"),
        pytest.param([element(date(2026, 1, 31))], id="the element ends before it begins"),
    ],
)
def test_without_a_term_there_is_no_value_of_a_year_but_that_of_the_whole(facts, elements):
    row = subscribed(facts, *elements).row("fct_order_intake")

    assert told(row) == (None,) * len(TOLD)
    assert (row["amount"], row["amount_base"]) == (1000, 990)
    of_line = subscribed(facts, *elements, line=OF_LINE).row("fct_order_intake")
    assert of_line["term_months"] == 36


def test_the_element_goes_before_the_line(facts):
    row = subscribed(facts, element(date(2028, 1, 31)), line=OF_LINE).row("fct_order_intake")

    assert row["term_months"] == 24


@pytest.mark.parametrize("kind", ["Service", "InvtPart"])
def test_what_is_no_subscription_has_no_term(facts, kind):
    row = subscribed(facts, element(date(2028, 1, 31)), kind=kind).row("fct_order_intake")

    assert told(row) == (None,) * len(TOLD)


def test_without_a_rate_a_year_is_known_in_the_currency_of_the_order_and_of_the_books(facts):
    made = subscribed(facts, element(date(2028, 1, 31)), trandate=date(2025, 12, 5))

    row = made.row("fct_order_intake")
    assert (row["acv"], row["acv_subsidiary"], row["acv_base"]) == (500, 450, None)
