"""Orders and receivables equal plain SQL on the record's tables, written from the catalogue (E1, E3, F1, F2, F4).

Amounts of the record are in ten-thousandths. What can be told in the currency it was agreed in is, so that no rate stands
between the number and the records.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import SIX, are_near, ask, by_name, rows_of

TODAY = date(2026, 11, 20)
FOUR = Decimal("0.0001")
# closed months, the running one, a quarter, a year, months across the turn of the year
PERIODS = ("2026-05", "2026-10", "2026-11", "2026-Q2", "2025", "2025-11..2026-03")
CLOSED = ("2026-05", "2026-10", "2026-Q2", "2025")
every_period = pytest.mark.parametrize("period", PERIODS)
closed_period = pytest.mark.parametrize("period", CLOSED)


def _bounds(period):
    asked = Period.parse(period)
    return asked.first.start, asked.last.end


def _told(loaded, key, period, *, by=(), lens=Lens.TRANSACTION):
    return by_name(loaded, key, period, Side.ERP, by, lens=lens)


def _without_nothing(sums):
    return {key: amount for key, amount in sums.items() if amount}


# --- orders

_ORDERS = """
    SELECT h.trandate, h.status, coalesce(h.closedate, date(h.lastmodifieddate)), coalesce(l.isclosed, 0),
        c.symbol, l.subsidiary, -l.foreignamount, -l.netamount, l.quantity, l.quantitybilled
    FROM stg_netsuite__transaction h JOIN stg_netsuite__transactionline l ON l."transaction" = h.id
    JOIN stg_netsuite__currency c ON c.id = h.currency
    WHERE h.type = 'SalesOrd' AND h.status <> 'A' AND NOT coalesce(l.mainline, 0)
        AND NOT coalesce(l.taxline, 0)"""
_RATES = """
    SELECT r.fromsubsidiary, p.startdate, r.averagerate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""


def _events(loaded):
    """Day, whether it takes off, currency, subsidiary, agreed amount and amount in the books of every order line."""
    for day, status, ended, closed, currency, owner, amount, net, quantity, billed in rows_of(
        loaded, _ORDERS
    ):
        agreed, booked = (Decimal(one or 0).scaleb(-4) for one in (amount, net))
        yield date.fromisoformat(day), False, currency, owner, agreed, booked
        if status in ("C", "H") or closed:
            left = (
                Decimal(1)
                if not quantity
                else max(1 - abs(Decimal(billed or 0) / Decimal(quantity)), Decimal(0))
            ).quantize(FOUR, ROUND_HALF_EVEN)
            gone = max(date.fromisoformat(ended), date.fromisoformat(day))
            yield (
                gone, True, currency, owner,
                *(-(one * left).quantize(FOUR, ROUND_HALF_EVEN) for one in (agreed, booked)),
            )  # fmt: skip


@every_period
def test_bookings_are_orders_by_their_day_less_what_was_called_off(loaded, period):
    first, last = _bounds(period)
    booked, gone = defaultdict(Decimal), defaultdict(Decimal)
    for day, takes_off, currency, _, agreed, _ in _events(loaded):
        if first <= day <= last:
            booked[currency,] += agreed
            if takes_off:
                gone[currency,] -= agreed

    assert _told(loaded, "bookings", period) == _without_nothing(booked)
    assert _told(loaded, "canceled_bookings", period) == _without_nothing(gone)
    assert (
        _told(loaded, "amended_bookings", period) == {}
    )  # nothing was changed since it was first read


def _booked(loaded, first, last):
    """Bookings in the reporting currency, at the average rate of the month of each event."""
    rates = {(one, str(day)[:7]): Decimal(str(rate)) for one, day, rate in rows_of(loaded, _RATES)}
    return sum(
        (booked * rates.get((owner, str(day)[:7]), Decimal(1))).quantize(FOUR, ROUND_HALF_EVEN)
        for day, _, _, owner, _, booked in _events(loaded)
        if first <= day <= last
    )


@closed_period
@pytest.mark.parametrize(
    ("key", "months", "by"),
    [
        ("book_to_bill", 3, "firm_revenue"),
        ("book_to_bill_12", 12, "firm_revenue"),
        ("book_to_billings", 3, "invoiced_revenue"),
        ("book_to_billings_12", 12, "invoiced_revenue"),
    ],
)
def test_book_to_bill_is_bookings_over_what_was_earned_or_billed_of_so_many_months(
    loaded, key, months, by, period
):
    """The divisors are held to the ledger and to the firm's own invoices elsewhere."""
    last = Period.parse(period).last
    window = f"{last.plus(1 - months)}..{last}"
    known = _booked(loaded, *_bounds(window))
    ((_, under),) = _told(loaded, by, window, lens=Lens.CONSOLIDATED).items()

    ((_, told),) = _told(loaded, key, period, lens=Lens.CONSOLIDATED).items()

    assert abs(told - known / under) <= SIX


# --- receivables

_OPEN = """
    SELECT h.id, h.type, c.symbol, abs(h.foreigntotal), h.trandate, coalesce(h.duedate, h.trandate)
    FROM stg_netsuite__transaction h JOIN stg_netsuite__currency c ON c.id = h.currency
    WHERE h.type IN ('CustInvc', 'CustCred', 'CustPymt', 'DepAppl') AND h.trandate <= :day"""
_APPLIED = """
    SELECT k.previousdoc, k.nextdoc, k.foreignamount FROM stg_netsuite__nexttransactionlinelink k
    JOIN stg_netsuite__transaction i ON i.id = k.previousdoc AND i.type = 'CustInvc' AND i.trandate <= :day
    JOIN stg_netsuite__transaction h ON h.id = k.nextdoc AND h.trandate <= :day
    WHERE k.linktype = 'Payment'"""


def _open_on(loaded, day):
    """Currency, kind, amount left, days past due and days since the invoice of every document that is open."""
    left = {
        key: [kind, currency, Decimal(total).scaleb(-4), date.fromisoformat(on), date.fromisoformat(due)]
        for key, kind, currency, total, on, due in rows_of(loaded, _OPEN, day=str(day))
    }  # fmt: skip
    for invoice, payer, amount in rows_of(loaded, _APPLIED, day=str(day)):
        left[invoice][2] -= Decimal(amount).scaleb(-4)
        left[payer][2] -= Decimal(amount).scaleb(-4)
    for kind, currency, amount, on, due in left.values():
        if amount:
            sign = 1 if kind == "CustInvc" else -1
            yield currency, kind, sign * amount, (day - due).days, (day - on).days


def _stated(period):
    return min(_bounds(period)[1], TODAY)


def _bucket(kind, days, names):
    if kind != "CustInvc":
        return "Unapplied credits and payments"
    for limit, name in names:
        if days <= limit:
            return name
    return "Over 90 days"


PAST_DUE = ((0, "Not due"), (30, "1 to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days"))
SINCE = ((30, "Up to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days"))


@every_period
@pytest.mark.parametrize(("by", "names"), [("age", PAST_DUE), ("invoice_age", SINCE)])
def test_receivables_are_open_documents_by_their_age(loaded, period, by, names):
    known = defaultdict(Decimal)
    for currency, kind, amount, late, old in _open_on(loaded, _stated(period)):
        known[_bucket(kind, late if by == "age" else old, names), currency] += amount

    assert _told(loaded, "receivables", period, by=(by,)) == _without_nothing(known)


def _sums(loaded, day, wanted, weight=lambda _: 1):
    found = defaultdict(Decimal)
    for currency, kind, amount, late, _ in _open_on(loaded, day):
        if wanted(kind, late):
            found[currency,] += amount * weight(late)
    return _without_nothing(found)


def _is_invoice(kind, _late):
    return kind == "CustInvc"


def _is_late(kind, late):
    return kind == "CustInvc" and late > 0


def _is_current(kind, late):
    return kind == "CustInvc" and late <= 0


def _over(above, under):
    return {key: above[key] / amount for key, amount in under.items() if above.get(key)}


@every_period
def test_what_is_overdue_is_a_share_of_open_invoices_and_so_many_days_late(loaded, period):
    day = _stated(period)
    late, invoices = _sums(loaded, day, _is_late), _sums(loaded, day, _is_invoice)

    assert _told(loaded, "overdue_receivables", period) == late
    are_near(_told(loaded, "overdue_share", period), _over(late, invoices))
    weighted = _sums(loaded, day, _is_late, weight=lambda days: days)
    are_near(_told(loaded, "average_days_overdue", period), _over(weighted, late))
    unapplied = _sums(loaded, day, lambda kind, _: kind != "CustInvc")
    assert _told(loaded, "unapplied_credits", period) == unapplied


_BILLED = """
    SELECT c.symbol, sum(h.foreigntotal) FROM stg_netsuite__transaction h
    JOIN stg_netsuite__currency c ON c.id = h.currency
    JOIN stg_netsuite__accountingperiod p ON p.id = h.postingperiod
    WHERE h.type IN ('CustInvc', 'CashSale', 'CustCred') AND p.startdate >= :first AND p.enddate <= :last
    GROUP BY 1"""


def _billed(loaded, first, last):
    """Tax included; a credit memo is negative in the record, too."""
    rows = rows_of(loaded, _BILLED, first=str(first), last=str(last))
    return {(currency,): Decimal(amount).scaleb(-4) for currency, amount in rows}


def _everything(*_):
    return True


@closed_period
def test_days_outstanding_are_receivables_over_three_months_of_billings(loaded, period):
    last = Period.parse(period).last
    first, end = _bounds(f"{last.plus(-2)}..{last}")
    days = (end - first).days + 1
    billed = _billed(loaded, first, end)
    owed, current = _sums(loaded, end, _everything), _sums(loaded, end, _is_current)

    simple = {key: days * number for key, number in _over(owed, billed).items()}
    best = {key: days * number for key, number in _over(current, billed).items()}
    are_near(_told(loaded, "dso_simple", period), simple)
    are_near(_told(loaded, "dso_best_possible", period), best)
    late = {key: simple[key] - best.get(key, 0) for key in simple if simple[key] != best.get(key)}
    are_near(_told(loaded, "days_delinquent", period), late)


@closed_period
def test_collection_is_effective_as_far_as_what_could_be_collected_was(loaded, period):
    first, last = _bounds(period)
    day_before = Period.parse(period).first.plus(-1).end
    opening, closing = (_sums(loaded, day, _everything) for day in (day_before, last))
    current, billed = _sums(loaded, last, _is_current), _billed(loaded, first, last)
    known = {}
    for key in opening.keys() | billed.keys():
        there = opening.get(key, 0) + billed.get(key, Decimal(0))
        known[key] = (there - closing.get(key, 0)) / (there - current.get(key, 0))

    are_near(_told(loaded, "collection_effectiveness", period), _without_nothing(known))


_PAID = """
    SELECT c.symbol, k.foreignamount, max(h.trandate, i.trandate), i.trandate, coalesce(i.duedate, i.trandate)
    FROM stg_netsuite__nexttransactionlinelink k
    JOIN stg_netsuite__transaction i ON i.id = k.previousdoc AND i.type = 'CustInvc'
    JOIN stg_netsuite__transaction h ON h.id = k.nextdoc AND h.type IN ('CustPymt', 'DepAppl')
    JOIN stg_netsuite__currency c ON c.id = i.currency
    WHERE k.linktype = 'Payment' AND max(h.trandate, i.trandate) BETWEEN :first AND :last"""


@every_period
def test_cash_is_what_was_paid_on_invoices_and_its_days_weigh_by_the_amount(loaded, period):
    first, last = _bounds(period)
    paid, waited, late = (defaultdict(Decimal) for _ in range(3))
    for currency, amount, on, invoiced, due in rows_of(
        loaded, _PAID, first=str(first), last=str(last)
    ):
        money, day = Decimal(amount).scaleb(-4), date.fromisoformat(on)
        paid[currency,] += money
        waited[currency,] += money * (day - date.fromisoformat(invoiced)).days
        late[currency,] += money * (day - date.fromisoformat(due)).days

    assert _told(loaded, "cash_collected", period) == dict(paid)
    are_near(_told(loaded, "invoice_to_cash", period), _over(waited, paid))
    are_near(_told(loaded, "due_to_paid", period), _over(late, paid))
    assert _told(loaded, "bad_debt", period) == {}  # no journal entry was set against an invoice


_INVOICES = """
    SELECT i.id, c.symbol, i.foreigntotal, i.trandate FROM stg_netsuite__transaction i
    JOIN stg_netsuite__currency c ON c.id = i.currency
    WHERE i.type = 'CustInvc' AND coalesce(i.posting, true)
        AND strftime('%Y-%m', i.trandate) BETWEEN :first AND :last"""
_SETTLED = """
    SELECT k.previousdoc, h.type IN ('CustPymt', 'DepAppl'), k.foreignamount, h.trandate
    FROM stg_netsuite__nexttransactionlinelink k JOIN stg_netsuite__transaction h ON h.id = k.nextdoc
    WHERE k.linktype = 'Payment'"""


def _waits(loaded, period):
    """Currency -> days, whether it is paid, whether it is open, and the amount of each part of a year's invoices."""
    last = Period.parse(period).last
    settled = defaultdict(list)
    for invoice, is_paid, amount, on in rows_of(loaded, _SETTLED):
        settled[invoice].append((bool(is_paid), Decimal(amount).scaleb(-4), date.fromisoformat(on)))
    found = defaultdict(list)
    for invoice, currency, total, on in rows_of(
        loaded, _INVOICES, first=str(last.plus(-11)), last=str(last)
    ):
        began, left = date.fromisoformat(on), Decimal(total).scaleb(-4)
        for is_paid, amount, day in settled[invoice]:
            found[currency,].append((max((day - began).days, 0), is_paid, False, amount))
            left -= amount
        if left:
            found[currency,].append(((TODAY - began).days, False, True, left))
    return found


@pytest.mark.parametrize("period", ["2026-05", "2026-10", "2025"])
def test_half_of_the_money_is_there_when_half_is_left_of_what_is_known_that_far(loaded, period):
    waits = _waits(loaded, period)
    medians, shares = {}, {}
    for key, parts in waits.items():
        left = 1.0
        for day in range(max(days for days, *_ in parts) + 1):
            lasting = sum(float(amount) for days, _, _, amount in parts if days >= day)
            ended = sum(float(amount) for days, paid, _, amount in parts if paid and days == day)
            left *= 1 - ended / lasting
            if left <= 0.5:
                medians[key] = Decimal(day)
                break
        still = sum(amount for _, _, is_open, amount in parts if is_open)
        if still:
            shares[key] = still / sum(amount for *_, amount in parts)

    assert len(medians) > 2
    assert _told(loaded, "days_to_pay_median", period) == medians
    are_near(_told(loaded, "invoiced_not_paid_share", period), shares)


def test_of_invoices_that_half_has_not_been_paid_of_there_is_no_such_day(loaded):
    found = ask(loaded, "days_to_pay_median", "2026-11", by=("customer",)).rows

    assert {row.reasons[Side.ERP] for row in found if row.erp is None} == {Reason.NOT_REACHED}
    assert any(row.erp is not None for row in found)


@closed_period
def test_lock_up_is_days_unbilled_and_days_outstanding(loaded, period):
    """Unbilled revenue, revenue and the countback are held to the record elsewhere."""
    last = Period.parse(period).last
    window = f"{last.plus(-2)}..{last}"
    first, end = _bounds(window)
    told = {
        key: ask(loaded, key, asked).only
        for key, asked in (
            ("unbilled_receivable", period), ("deferred_revenue", period), ("recognized_revenue", window),
            ("days_sales_unbilled", period), ("days_sales_outstanding", period), ("lock_up", period),
            ("net_lock_up", period),
        )
    }  # fmt: skip
    days = (end - first).days + 1
    for side in Side:
        revenue = told["recognized_revenue"].side(side)
        known = told["unbilled_receivable"].side(side) / revenue * days
        assert abs(told["days_sales_unbilled"].side(side) - known) <= SIX
    whole = told["days_sales_unbilled"].erp + told["days_sales_outstanding"].erp
    assert abs(told["lock_up"].erp - whole) <= 2 * SIX
    ahead = told["deferred_revenue"].erp / told["recognized_revenue"].erp * days
    assert abs(told["net_lock_up"].erp - (whole - ahead)) <= 3 * SIX


@pytest.mark.parametrize(
    ("key", "reasons"),
    [
        ("dso_simple", {Reason.NO_BILLINGS, Reason.NO_HISTORY, Reason.NO_DATA}),
        ("overdue_share", {Reason.NO_VALUE, Reason.NO_DATA}),
        ("invoice_to_cash", {Reason.NO_CASES, Reason.NO_DATA}),
        ("book_to_bill", {Reason.NO_REVENUE, Reason.NO_HISTORY, Reason.NO_DATA}),
        ("collection_effectiveness", {Reason.NO_BILLINGS, Reason.NO_VALUE, Reason.NO_DATA}),
    ],
)
def test_before_the_first_invoice_there_is_a_reason_and_no_number(loaded, key, reasons):
    row = ask(loaded, key, "2023-01").only

    assert row.erp is None
    assert row.reasons[Side.ERP] in reasons
