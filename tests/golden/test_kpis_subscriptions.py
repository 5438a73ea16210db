"""Subscriptions booked equal plain SQL on the record's tables, and what the world's customers ordered (E1).

Amounts of the record are in ten-thousandths.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period
from sync.sandbox.world.firm import SUBSCRIPTIONS

from .asked import ask, by_key, by_name, rows_of

FOUR = Decimal("0.0001")
PERIODS = ("2026-05", "2026-10", "2026-11", "2026-Q2", "2025", "2025-11..2026-03")
every_period = pytest.mark.parametrize("period", PERIODS)

_LINES = """
    SELECT h.trandate, h.status, coalesce(h.closedate, date(h.lastmodifieddate)), coalesce(l.isclosed, 0),
        c.symbol, h.entity, l.subsidiary, -l.foreignamount, -l.netamount, l.quantity, l.quantitybilled,
        e.revrecstartdate, e.revrecenddate, l.revrecstartdate, l.revrecenddate
    FROM stg_netsuite__transaction h JOIN stg_netsuite__transactionline l ON l."transaction" = h.id
    JOIN stg_netsuite__item i ON i.id = l.item AND i.itemtype = 'NonInvtPart'
    JOIN stg_netsuite__currency c ON c.id = h.currency
    LEFT JOIN stg_netsuite__revenueelement e ON e.id = l.revenueelement AND e._deleted_at IS NULL
    WHERE h.type = 'SalesOrd' AND h.status <> 'A' AND NOT coalesce(l.mainline, 0)
        AND NOT coalesce(l.taxline, 0)"""
_RATES = """
    SELECT r.fromsubsidiary, p.startdate, r.averagerate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""


def _day(text):
    return None if text is None else date.fromisoformat(str(text))


def _later(day, months):
    """So many months later; the first of the month after where there is no such day."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    found = first + timedelta(days=day.day - 1)
    return found if found.month == first.month else found.replace(day=1)


def _months(first, last):
    """The months of a term; None without one."""
    if first is None or last is None or last < first:
        return None
    whole, until = 0, last + timedelta(days=1)
    while _later(first, whole + 1) <= until:
        whole += 1
    begun = _later(first, whole)
    share = Decimal((until - begun).days) / (_later(first, whole + 1) - begun).days
    return (whole + share).quantize(FOUR)


def _rounded(amount):
    return amount.quantize(FOUR, ROUND_HALF_EVEN)


def _a_year(amount, months):
    return None if months is None else _rounded(amount * 12 / max(months, Decimal(12)))


def _events(loaded):
    """Day, currency, customer, subsidiary, months of the term, agreed and booked amount of every line's events."""
    for row in rows_of(loaded, _LINES):
        day, status, ended, closed, currency, customer, owner, amount, net, quantity, billed = row[
            :11
        ]
        of_element, of_line = (_months(*map(_day, row[at : at + 2])) for at in (11, 13))
        months = of_line if of_element is None else of_element
        agreed, booked = (Decimal(one or 0).scaleb(-4) for one in (amount, net))
        yield _day(day), currency, customer, owner, months, agreed, booked
        if status in ("C", "H") or closed:
            left = max(1 - abs(Decimal(billed or 0) / Decimal(quantity)), Decimal(0))
            gone = max(_day(ended), _day(day))
            taken = [-_rounded(one * _rounded(left)) for one in (agreed, booked)]
            if any(taken):
                yield gone, currency, customer, owner, months, *taken


def _within(period, day):
    asked = Period.parse(period)
    return asked.first.start <= day <= asked.last.end


def _known(loaded, period):
    """TCV, ACV and TCV without a term by currency, as agreed; what is nothing is left out."""
    found = [defaultdict(Decimal) for _ in range(3)]
    for day, currency, _, _, months, agreed, _ in _events(loaded):
        if _within(period, day):
            found[0][currency,] += agreed
            if months is None:
                found[2][currency,] += agreed
            else:
                found[1][currency,] += _a_year(agreed, months)
    return [{key: amount for key, amount in sums.items() if amount} for sums in found]


KEYS = ("subscription_tcv", "subscription_acv", "subscription_tcv_without_term")


def _told(loaded, period, lens=Lens.TRANSACTION):
    return [by_name(loaded, key, period, Side.ERP, lens=lens) for key in KEYS]


@every_period
def test_subscriptions_are_told_over_their_term_and_by_the_year(loaded, period):
    known = _known(loaded, period)

    assert _told(loaded, period) == known
    assert known[2] == {}
    assert known[0].keys() == known[1].keys()


@pytest.mark.parametrize("period", ["2026-05", "2026-Q2", "2025"])
def test_customers_acv_is_translated_at_the_average_rate_of_the_month(loaded, period):
    rates = {(one, str(day)[:7]): Decimal(str(rate)) for one, day, rate in rows_of(loaded, _RATES)}
    known = defaultdict(Decimal)
    for day, _, customer, owner, months, _, booked in _events(loaded):
        if _within(period, day):
            rate = rates.get((owner, str(day)[:7]), Decimal(1))
            known[customer] += _rounded(_a_year(booked, months) * rate)

    assert len(known) > 0
    told = by_key(loaded, "subscription_acv", period, Side.ERP, ("customer",))
    assert sorted(told.values()) == sorted(amount for amount in known.values() if amount)
    assert sum(told.values()) == ask(loaded, "subscription_acv", period).only.erp


def test_the_world_s_customers_ordered_as_much_a_year(loaded):
    """All of history: by the firm's own objects, of which some are for several years."""
    tcv, acv, terms = defaultdict(Decimal), defaultdict(Decimal), set()
    for order in loaded.world.life.documents:
        for line in order.lines if order.type == "SalesOrd" else ():
            if line.item in SUBSCRIPTIONS:
                months = (
                    (line.ends.year - line.starts.year) * 12
                    + line.ends.month
                    - line.starts.month
                    + 1
                )
                terms.add(months)
                tcv[order.currency,] -= line.foreign
                acv[order.currency,] += _a_year(-line.foreign, Decimal(months))

    assert terms == {12, 24, 36}
    assert _told(loaded, "2023-11..2026-11") == [tcv, acv, {}]


# --- terms that are short, odd, or not told


@pytest.mark.parametrize("period", ["2026-11", "2026-Q3", "2026", "2025"])
def test_terms_that_are_short_or_odd_count_as_they_are_and_what_has_none_is_told_apart(
    gaps, period
):
    assert _told(gaps, period) == _known(gaps, period)


def test_where_no_line_has_a_term_there_is_no_acv_and_it_is_said_why(gaps):
    lines = list(_events(gaps))
    assert {months is None or months < 12 for *_, months, _, _ in lines} == {True, False}
    seen = 0
    for month in Period.parse("2025-06..2026-11").months:
        there = defaultdict(set)
        for day, _, customer, _, months, _, _ in lines:
            if _within(str(month), day):
                there[customer].add(months)
        untold = sum(terms == {None} for terms in there.values())
        rows = ask(gaps, "subscription_acv", str(month), by=("customer",)).rows
        missing = [row.reasons[Side.ERP] for row in rows if row.erp is None]
        assert missing == [Reason.NO_TERM] * untold
        assert sum(row.blank.get(Side.ERP, 0) for row in rows) == sum(
            months is None and _within(str(month), day) for day, _, _, _, months, _, _ in lines
        )
        seen += untold
    assert seen
