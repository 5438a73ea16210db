"""What a firm would have in its record that had looked ahead at every month's end, and what its months brought."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import text

from models.period import Month
from sync.engine.observe import FROM, GRAIN, TO

from .asked import EXTERNAL, IN_PRACTICE, OF_ITEM, POSTINGS, STREAM

D = Decimal
FIRST = Month(2025, 4)  # the first month end that was written down
LAST = Month(2026, 10)  # closed
FIXED = {before: D(before - 2) / 5 for before in range(3, 7)}  # of what experience expects counts
_EARNED = f"""
    SELECT d.id AS department, s.id AS company, strftime('%Y-%m', p.startdate) AS month, -sum(g.amount) AS amount
    {POSTINGS}{IN_PRACTICE}
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'Income' AND {EXTERNAL}
    GROUP BY 1, 2, 3"""
_BY_STREAM = f"""
    SELECT d.id, s.id, strftime('%Y-%m', p.startdate), {STREAM}, -sum(g.amount)
    {POSTINGS}{IN_PRACTICE}{OF_ITEM}
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'Income' AND {EXTERNAL}
    GROUP BY 1, 2, 3, 4"""
_RATES = """
    SELECT r.fromsubsidiary, strftime('%Y-%m', p.startdate), r.averagerate
    FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    JOIN stg_netsuite__subsidiary t ON t.id = r.tosubsidiary AND t.parent IS NULL
    WHERE coalesce(r.accountingbook, 1) = 1"""


def months_between(first, last):
    while first <= last:
        yield first
        first = first.plus(1)


def earned(connection):
    """Department (the warehouse's key), company and month -> external revenue at the month's average rate."""
    rates = {(company, month): D(rate) for company, month, rate in connection.execute(text(_RATES))}
    found = defaultdict(D)
    for department, company, month, amount in connection.execute(text(_EARNED)):
        key = (-1 if department is None else 2 * department, company, int(month.replace("-", "")))
        found[key] += D(amount) / 10_000 * rates.get((company, month), D(1))
    return found


def written_down(amounts):
    """What a firm that looked ahead at every month's end for a year and a half would have in its record, some of it far off."""
    for at in months_between(FIRST, LAST):
        for (department, company, month, *stream), amount in amounts.items():
            before = (month // 100 - at.year) * 12 + month % 100 - at.number
            if 1 <= before <= 6:
                guess = amount * (1 + D((department * 7 + month + company) % 9 - 4) * before / 40)
                holds = {
                    GRAIN: f"{department} {company} {month} {stream}", FROM: at.end,
                    TO: at.plus(1).end.replace(day=1), "month": month,
                    "department_key": department, "subsidiary_key": company,
                }  # fmt: skip
                yield holds, before, guess.quantize(D("0.01"))


def in_layers(holds, before, stream, guess):
    """A forecast as its rows: what is seen of it, and what counts of what experience expects."""
    counts = (guess * FIXED.get(before, 0) * (holds["month"] % 5 + 1) / 20).quantize(D("0.01"))
    for layer, part in (
        ("booked", guess - counts - 100), ("pipeline", D(100)), ("unidentified", counts),
    ):  # fmt: skip
        yield holds | {
            GRAIN: f"{holds[GRAIN]} {layer}", "layer": layer, "stream": stream,
            "is_intercompany": False, "amount_subsidiary": part, "amount_base": part,
            "subsidiary_currency": "USD",
        }  # fmt: skip


def by_stream(connection):
    """Department, company, month and stream -> external revenue at the month's average rate."""
    rates = {(at, month): D(rate) for at, month, rate in connection.execute(text(_RATES))}
    found = defaultdict(D)
    for department, company, month, stream, amount in connection.execute(text(_BY_STREAM)):
        key = -1 if department is None else 2 * department, company, int(month.replace("-", ""))
        found[*key, stream] += D(amount) / 10_000 * rates.get((company, month), D(1))
    return found
