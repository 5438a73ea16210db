"""The balance sheet balances and is what the ledger's accounts hold, told by plain SQL on the record."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import text

from models.metrics import catalogue
from models.metrics.kpi import Lens, Side
from models.metrics.query import answer, trend
from models.period import Month, Period
from models.snapshot import Snapshots
from sync.engine.publish import build_and_publish

from .asked import EVERYTHING, POSTINGS, ask
from .conftest import SOURCES

PROFIT_AND_LOSS = ("Income", "COGS", "Expense", "OthIncome", "OthExpense")
LIABILITIES = ("AcctPay", "CredCard", "DeferRevenue", "OthCurrLiab", "LongTermLiab")
ENDS = {"2025-12": "2025-12-31", "2026-06": "2026-06-30", "2026-10": "2026-10-31"}
# Every posting to an account, by subsidiary and account: all there was until a day.
HELD = f"""
    SELECT l.subsidiary, a.id, a.accttype, coalesce(a.eliminate, false) OR coalesce(l.eliminate, false)
        OR coalesce(h.intercoadj, false) OR coalesce(s.iselimination, false), sum(g.amount){POSTINGS}
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype NOT IN ('NonPosting', 'Stat')
        AND p.enddate <= :last AND p.enddate >= :first
    GROUP BY 1, 2, 3, 4"""
CLOSING = """
    SELECT r.fromsubsidiary, r.currentrate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND p.enddate = :last AND NOT p.isquarter AND NOT p.isyear"""


def _held(record, last, first="1900-01-01"):
    with record.connect() as connection:
        rows = connection.execute(text(HELD), {"last": last, "first": first}).all()
    return [(*row[:4], Decimal(row[4]).scaleb(-4)) for row in rows]


def _books(rows, wanted, sign=1):
    """By subsidiary, intercompany included: a subsidiary's own sheet."""
    found = defaultdict(Decimal)
    for subsidiary, _, kind, _, amount in rows:
        if wanted(kind):
            found[subsidiary] += sign * amount
    return {subsidiary: amount for subsidiary, amount in found.items() if amount}


def _told(loaded, key, period, lens=Lens.SUBSIDIARY):
    return _by_subsidiary(loaded.snapshot, key, Period.parse(period), lens)


def _is_asset(kind):
    return kind not in (*PROFIT_AND_LOSS, *LIABILITIES, "Equity")


@pytest.mark.parametrize("period", ENDS)
@pytest.mark.parametrize(
    ("key", "wanted", "sign"),
    [
        ("total_assets", _is_asset, 1),
        ("total_liabilities", lambda kind: kind in LIABILITIES, -1),
        ("total_equity", lambda kind: kind in (*PROFIT_AND_LOSS, "Equity"), -1),
        ("cash_balance", lambda kind: kind == "Bank", 1),
        ("receivables_ledger", lambda kind: kind == "AcctRec", 1),
        ("payables", lambda kind: kind == "AcctPay", -1),
        ("capital", lambda kind: kind == "Equity", -1),
    ],
)
def test_the_lines_of_the_balance_sheet_are_the_accounts_of_each_subsidiary(
    loaded, key, wanted, sign, period
):
    known = _books(_held(loaded.record, ENDS[period]), wanted, sign)

    assert _told(loaded, key, period) == known


@pytest.mark.parametrize("period", ENDS)
def test_results_are_the_current_years_and_those_of_the_years_before(loaded, period):
    first, before = f"{period[:4]}-01-01", f"{int(period[:4]) - 1}-12-31"
    last = ENDS[period]
    current = _books(_held(loaded.record, last, first), PROFIT_AND_LOSS.__contains__, -1)
    earlier = _books(_held(loaded.record, before), PROFIT_AND_LOSS.__contains__, -1)

    assert _told(loaded, "result_of_year", period) == current
    assert _told(loaded, "retained_earnings", period) == earlier


@pytest.mark.parametrize("period", ENDS)
def test_what_is_owned_less_what_is_owed_at_closing_rates_is_the_equity(loaded, period):
    """The translation adjustment is found from the other side: the net assets, without intercompany."""
    with loaded.record.connect() as connection:
        rates = dict(connection.execute(text(CLOSING), {"last": ENDS[period]}).all())
    found = {"total_assets": Decimal(0), "total_liabilities": Decimal(0)}
    for subsidiary, _, kind, is_intercompany, amount in _held(loaded.record, ENDS[period]):
        if is_intercompany or kind in (*PROFIT_AND_LOSS, "Equity"):
            continue
        rate = Decimal(str(rates.get(subsidiary, 1)))
        base = (amount * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        key, sign = ("total_liabilities", -1) if kind in LIABILITIES else ("total_assets", 1)
        found[key] += sign * base

    told = {
        key: ask(loaded, key, period).only.erp
        for key in ("total_assets", "total_liabilities", "total_equity", "translation_adjustment")
    }
    assert {key: told[key] for key in found} == found
    assert told["total_equity"] == found["total_assets"] - found["total_liabilities"]
    assert told["translation_adjustment"]  # there is something to find


# Intercompany by subsidiary, kind of rate and month.
BETWEEN = f"""
    SELECT l.subsidiary, a.accttype IN ('Income', 'COGS', 'Expense', 'OthIncome', 'OthExpense') AS is_earned,
        p.enddate, sum(g.amount){POSTINGS}
    WHERE g.posting AND g.accountingbook = 1 AND p.enddate <= :last AND a.accttype <> 'Equity'
        AND (coalesce(a.eliminate, false) OR coalesce(l.eliminate, false) OR coalesce(h.intercoadj, false)
            OR coalesce(s.iselimination, false))
    GROUP BY 1, 2, 3"""
AVERAGE = """
    SELECT r.fromsubsidiary, p.enddate, r.averagerate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""


@pytest.mark.parametrize("period", ENDS)
def test_intercompany_leaves_behind_what_its_rates_do_not_cancel_out(loaded, period):
    last = {"last": ENDS[period]}
    with loaded.record.connect() as connection:
        rows = connection.execute(text(BETWEEN), last).all()
        closing = dict(connection.execute(text(CLOSING), last).all())
        average = {(one, str(end)): rate for one, end, rate in connection.execute(text(AVERAGE))}
    known = Decimal(0)
    for subsidiary, is_earned, end, amount in rows:
        rate = average.get((subsidiary, str(end)), 1) if is_earned else closing.get(subsidiary, 1)
        known -= Decimal(amount).scaleb(-4) * Decimal(str(rate))

    assert len(rows) > 10
    assert abs(ask(loaded, "intercompany_difference", period).only.erp - known) < Decimal("0.05")


@pytest.mark.parametrize("lens", [Lens.CONSOLIDATED, Lens.SUBSIDIARY])
def test_the_balance_sheet_sums_to_nothing_at_the_end_of_every_month(loaded, lens):
    """Consolidated and in each subsidiary's own books, the translation adjustment among the equity."""
    kpi = catalogue.kpi("balance_sheet_difference")
    months = [Month(2024, 1).plus(step) for step in range(35)]
    subsidiaries = [row.subsidiary_key for row in _subsidiaries(loaded)]

    for where in ({}, *({"subsidiary": [key]} for key in subsidiaries)):
        points = trend(loaded.snapshot, kpi, months, EVERYTHING, where=where, lens=lens)
        assert {point.month for point in points} == set(months)
        assert {point.erp for point in points} == {0}


@pytest.fixture(scope="module")
def fiscal(short, tmp_path_factory):
    """The firm of a shorter past, its books closed each September."""
    folder = tmp_path_factory.mktemp("fiscal")
    business = folder / "business.toml"
    business.write_text("[finance]\nfiscal_start_month = 10\n", encoding="utf-8")
    settings = short.settings.model_copy(
        update={
            "data_dir": folder,
            "business_file": str(business),
            "database_url": short.settings.record_url,
        }
    )
    assert build_and_publish(short.record, settings, SOURCES, short.clock)
    return Snapshots(settings.snapshot_dir).current()


def _earned(record, first, last, types=PROFIT_AND_LOSS):
    return _books(_held(record, last, first), types.__contains__, -1)


def _by_subsidiary(snapshot, key, period, lens=Lens.SUBSIDIARY):
    told = answer(snapshot, catalogue.kpi(key), period, EVERYTHING, by=("subsidiary",), lens=lens)
    return {
        row.dimensions["subsidiary"]: row.side(Side.ERP) for row in told.rows if row.side(Side.ERP)
    }


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("FY2026", "2025-10-01", "2026-09-30"),
        ("FY2026-Q2", "2026-01-01", "2026-03-31"),
        ("FY2027-Q1", "2026-10-01", "2026-12-31"),
        ("2026-08..2026-11", "2026-08-01", "2026-11-30"),  # across the turn of the fiscal year
    ],
)
def test_a_fiscal_period_holds_the_postings_of_its_months(fiscal, short, period, first, last):
    known = _earned(short.record, first, last)

    assert _by_subsidiary(fiscal, "net_income", fiscal.period(period)) == known


@pytest.mark.parametrize(
    ("month", "year", "before"),
    [
        ("2026-09", "2025-10-01", "2025-09-30"),
        ("2026-10", "2026-10-01", "2026-09-30"),
        ("2026-11", "2026-10-01", "2026-09-30"),
    ],
)
def test_results_of_the_year_are_retained_when_the_fiscal_year_turns(
    fiscal, short, month, year, before
):
    last = str(Period.parse(month).end)
    current = _earned(short.record, year, last)
    earlier = _earned(short.record, "1900-01-01", before)

    assert _by_subsidiary(fiscal, "result_of_year", fiscal.period(month)) == current
    assert _by_subsidiary(fiscal, "retained_earnings", fiscal.period(month)) == earlier
    difference = answer(
        fiscal, catalogue.kpi("balance_sheet_difference"), fiscal.period(month), EVERYTHING
    ).only
    assert difference.erp == 0


def _subsidiaries(loaded):
    with loaded.snapshot.engine.connect() as connection:
        return connection.execute(
            text("SELECT DISTINCT subsidiary_key FROM fct_gl_balance")
        ).all()  # fmt: skip


AGED = pytest.mark.parametrize("period", ["2025-12", "2026-03", "2026-10", "2026-11"])
CENT = Decimal("0.01")


def _aged(loaded, period, lens):
    """Receivables of every age, by subsidiary and currency."""
    aged = ask(loaded, "receivables", period, by=("subsidiary", "age"), lens=lens)
    found = defaultdict(Decimal)
    for row in aged.rows:
        found[row.dimensions["subsidiary"], row.currency] += row.side(Side.ERP) or 0
    return {key: amount for key, amount in found.items() if amount}


@AGED
def test_the_ages_of_receivables_are_the_control_accounts_in_each_subsidiarys_books(loaded, period):
    """Where invoices stand at their own rate as the accounts do: not a fraction differs."""
    found = {key: amount for (key, _), amount in _aged(loaded, period, Lens.SUBSIDIARY).items()}

    assert found
    assert found == _told(loaded, "receivables_ledger", period)


@AGED
def test_the_ages_of_receivables_are_the_control_accounts_consolidated_to_the_cent(loaded, period):
    """Each subsidiary and all of them; items are translated one by one, accounts as a whole."""
    aged = _aged(loaded, period, Lens.CONSOLIDATED)
    known = _told(loaded, "receivables_ledger", period, Lens.CONSOLIDATED)
    assert len(known) > 1
    assert {key for key, _ in aged} == known.keys()
    assert all(abs(amount - known[key]) < CENT / 2 for (key, _), amount in aged.items())
    assert abs(sum(aged.values()) - sum(known.values())) < CENT / 2


# What the control accounts hold in the currency of each document; a journal that takes what exchange rates left
# between an invoice and its payment is in the currency of the books alone.
IN_CURRENCY = f"""
    SELECT c.symbol, sum(l.foreignamount){POSTINGS}
    JOIN stg_netsuite__currency c ON c.id = h.currency
    WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'AcctRec' AND h.type <> 'Journal'
        AND h.trandate <= :last
    GROUP BY 1 HAVING sum(l.foreignamount) <> 0"""


@AGED
def test_the_ages_of_receivables_are_the_control_accounts_in_each_currency(loaded, period):
    last = min(Period.parse(period).end, loaded.world.today)
    with loaded.record.connect() as connection:
        rows = connection.execute(text(IN_CURRENCY), {"last": str(last)}).all()
    found = defaultdict(Decimal)
    for (_, currency), amount in _aged(loaded, period, Lens.TRANSACTION).items():
        found[currency] += amount

    assert len(rows) > 1
    assert dict(found) == {symbol: Decimal(amount).scaleb(-4) for symbol, amount in rows}
