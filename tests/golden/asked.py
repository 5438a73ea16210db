"""What golden tests ask: a number of the published snapshot, and what the record's own rows add up to."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import text

from models.access import Scope
from models.metrics import catalogue
from models.metrics.query import answer
from models.period import Period

EVERYTHING = Scope.everything()
SIX = Decimal("0.000001")
# every line of the ledger with what says how it counts; one asks for the primary book by `g.accountingbook = 1`
POSTINGS = """
    FROM stg_netsuite__transactionaccountingline g
    JOIN stg_netsuite__transaction h ON h.id = g."transaction"
    JOIN stg_netsuite__transactionline l ON l."transaction" = g."transaction" AND l.id = g.transactionline
    JOIN stg_netsuite__account a ON a.id = g.account
    JOIN stg_netsuite__subsidiary s ON s.id = l.subsidiary
    JOIN stg_netsuite__accountingperiod p ON p.id = h.postingperiod"""
IN_PRACTICE = """
    LEFT JOIN stg_netsuite__department o ON o.id = l.department
    LEFT JOIN stg_suiteprojects__department d ON d.name = o.name"""
EXTERNAL = """NOT coalesce(a.eliminate, false) AND NOT coalesce(l.eliminate, false)
    AND NOT coalesce(h.intercoadj, false) AND NOT coalesce(s.iselimination, false)"""  # no intercompany
OF_ITEM = """
    LEFT JOIN stg_netsuite__item i ON i.id = l.item
    LEFT JOIN stg_netsuite__job n ON n.id = coalesce(l.entity, h.entity)
    LEFT JOIN stg_suiteprojects__project j ON j.netsuite_id = n.id"""
OF_CLIENT = """(n.id IS NOT NULL AND coalesce(j.contract_type, '')
    NOT IN ('Internal productive', 'Internal administration', 'Time off'))"""
BY_CONTRACT = """CASE WHEN j.contract_type LIKE '%fixed%' THEN 'services_fixed'
    WHEN j.contract_type LIKE '%retainer%' THEN 'managed_services' ELSE 'services_tm' END"""
# the item's own, else its account's, else that of the project's contract
STREAM = f"""CASE i.itemtype WHEN 'InvtPart' THEN 'hardware' WHEN 'NonInvtPart' THEN 'subscription'
    WHEN 'OthCharge' THEN 'expenses'
    WHEN 'Service' THEN CASE WHEN i.displayname LIKE '%retainer%' THEN 'managed_services'
        WHEN i.displayname LIKE '%fixed%' THEN 'services_fixed'
        WHEN i.displayname LIKE '%time and material%' THEN 'services_tm' ELSE {BY_CONTRACT} END
    ELSE CASE WHEN a.accttype IN ('Income', 'COGS') AND a.fullname LIKE '%expense%' THEN 'expenses'
        WHEN a.accttype IN ('Income', 'COGS') AND a.fullname LIKE '%subscription%' THEN 'subscription'
        WHEN a.accttype IN ('Income', 'COGS') AND a.fullname LIKE '%hardware%' THEN 'hardware'
        WHEN a.accttype IN ('Income', 'COGS') AND a.fullname LIKE '%service%' THEN {BY_CONTRACT}
        WHEN {OF_CLIENT} THEN {BY_CONTRACT} ELSE 'other' END END"""
UNIT = Decimal(10_000)  # money and hours of the record are whole numbers of ten-thousandths


def ask(loaded, key, period, **how):
    """The answer to whoever may see everything, of a period or of its text."""
    asked = period if isinstance(period, Period) else Period.parse(period)
    return answer(loaded.snapshot, catalogue.kpi(key), asked, EVERYTHING, **how)


def only_of(loaded, key, period, side, **how):
    """What a side says in the only row of the answer."""
    return ask(loaded, key, period, **how).only.side(side)


def by_name(loaded, key, period, side, by=(), **how):
    """Names of the members and the currency -> what a side says, where that is something."""
    return {
        (*(row.labels[name] for name in by), row.currency): number
        for row in ask(loaded, key, period, by=by, **how).rows
        if (number := row.side(side))
    }


def by_key(loaded, key, period, side, by=(), **how):
    """Keys of the members and the currency -> what a side says, where that is something."""
    return {
        (*(row.dimensions[name] for name in by), row.currency): number
        for row in ask(loaded, key, period, by=by, **how).rows
        if (number := row.side(side))
    }


def span_of(period):
    """The first and last month of a period, for SQL on the record."""
    asked = Period.parse(period)
    return {"first": str(asked.first), "last": str(asked.last)}


def rows_of(loaded, sql, **values):
    """The rows of a question to the record."""
    with loaded.record.connect() as connection:
        return connection.execute(text(sql), values).all()


def sums_of(record, *parts, **values):
    """Amounts of the rows of one or several queries, by the columns before them; without noughts."""
    found = defaultdict(Decimal)
    for sql in parts:
        for *key, amount in record.execute(text(sql), values):
            found[tuple(key)] += Decimal(str(amount or 0))
    return {key: amount / UNIT for key, amount in found.items() if amount}


def by_currency(sums):
    """Sums by something and currency -> by currency alone."""
    found = defaultdict(Decimal)
    for (_, currency), amount in sums.items():
        found[(currency,)] += amount
    return dict(found)


def ratios_of(over, under):
    """What is above over what is below, rounded as a ratio is told."""
    return {
        key: (over.get(key, Decimal(0)) / amount).quantize(SIX, rounding=ROUND_HALF_EVEN)
        for key, amount in under.items()
        if over.get(key)
    }


def are_near(told, known, by=SIX):
    """Hold what is told of each member to what is known of it."""
    assert told.keys() == known.keys()
    for key, number in known.items():
        assert abs(told[key] - number) <= by, key
