"""What open deals would take, by plain SQL on the record's tables and worked out day by day in Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from statistics import median

from .days import TODAY

_UNIT = 10_000
_DEALS = f"""
    SELECT d.id, d.customer_id, o.id, CAST(o.probability AS TEXT), o.expectedclosedate
    FROM stg_suiteprojects__deal d
    LEFT JOIN stg_netsuite__transaction o ON o.id = d.netsuite_id
        AND o.type IN ('Opprtnty', 'Estimate') AND NOT coalesce(o.voided, 0)
    WHERE d.status NOT IN ('C', 'L') AND (o.id IS NULL OR o.status IN ('A', 'B')
        AND o.id NOT IN (
            SELECT l.createdfrom FROM stg_netsuite__transactionline l
            JOIN stg_netsuite__transaction s ON s.id = l."transaction" AND s.type = 'SalesOrd'
            WHERE l.createdfrom IS NOT NULL AND s.status <> 'C' AND s.trandate <= '{TODAY}'))
    ORDER BY d.id"""
_LINES = """
    SELECT e.deal_id, l.id, l.user_id, j.name, l.amount, l.is_percentage, l.start_date, l.end_date
    FROM stg_suiteprojects__estimate_labor l
    JOIN stg_suiteprojects__estimate e ON e.id = l.estimate_id
    LEFT JOIN stg_suiteprojects__user u ON u.id = l.user_id
    LEFT JOIN stg_suiteprojects__job_code j ON j.id = u.job_code_id
    WHERE NOT EXISTS (SELECT 1 FROM stg_suiteprojects__estimate n WHERE n.deal_id = e.deal_id
        AND (n.created > e.created OR n.created = e.created AND n.id > e.id))"""
_BEGUN = """
    SELECT min(t.trandate), p.start_date, p.finish_date FROM stg_suiteprojects__project p
    JOIN stg_netsuite__transactionline l ON l.entity = p.netsuite_id AND l.mainline = 0
    JOIN stg_netsuite__transaction t ON t.id = l."transaction"
    WHERE t.type = 'SalesOrd' AND t.status <> 'C' AND p.finish_date >= p.start_date GROUP BY p.id"""


@dataclass(frozen=True)
class Asked:
    """Hours that a deal asks of a role on a day; `why` it is no demand, if it is none."""

    deal: int
    customer: int
    role: str | None
    day: date
    hours: Fraction
    chance: Fraction | None
    why: str | None

    @property
    def weighted(self):
        return Fraction(0) if self.why else self.hours * self.chance


def asked_by_deals(firm):
    """Everything that open deals ask for from today on."""
    deals, claimed = {}, set()
    for id_, customer, twin, chance, close in firm.read(_DEALS):
        deals[id_] = customer, twin in claimed, chance and Fraction(chance), _day(close)
        claimed |= {twin} if twin else set()
    lag, lasts = _pace(firm)
    lines = [line for line in firm.read(_LINES) if line[0] in deals]
    first = {}
    for deal, *_, start, _end in lines:
        if start:
            first[deal] = min(first.get(deal, date.max), _day(start))
    found = []
    for deal, _id, user, role, amount, is_share, start, end in lines:
        customer, is_second, chance, close = deals[deal]
        closing = max(close or TODAY, TODAY)
        if start:
            later = timedelta(weeks=max(0, ceil((closing - first[deal]).days / 7)))
            span = _day(start) + later, _day(end) + later
        elif close:
            begins = closing + timedelta(days=lag)
            span = begins, begins + timedelta(days=lasts - 1)
        else:
            span = None
        why = "claim" if is_second else "likelihood" if chance is None else None
        if span is None:
            hours = Fraction(0) if is_share else Fraction(amount, _UNIT)
            found.append(Asked(deal, customer, role, TODAY, hours, chance, why and "dates"))
            continue
        weights = _weights(firm, user, *span)
        whole = sum(weights.values())
        for day, weight in weights.items():
            part = weight / 100 if is_share else weight / whole
            found.append(
                Asked(deal, customer, role, day, Fraction(amount, _UNIT) * part, chance, why)
            )
    return found


def _weights(firm, user, first, last):
    """Hours of the person's own days; of the weekdays where nobody is named, or nobody is there to the end."""
    days = firm.days(first, last)
    if user in firm.people and last.isoformat() <= firm.people[user][1]:
        own = {day: firm.gross(user, day) for day in days if firm.gross(user, day) > 0}
        if own:
            return own
    return {day: Fraction(8) for day in days if day.weekday() < 5}


def _pace(firm):
    """Days from a project's first order to its beginning, and how many it lasts: the medians."""
    begun = [tuple(map(_day, row)) for row in firm.read(_BEGUN)]
    return (
        int(max(median((start - order).days for order, start, _ in begun), 0)),
        int(median((end - start).days + 1 for _, start, end in begun)),
    )


def _day(value):
    return None if value is None else date.fromisoformat(str(value))
