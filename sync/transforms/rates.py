"""Exchange rates and months, as facts need them; all rates are NetSuite's (R5).

`rate` is an integer scaled by 10^14. A fact takes the newest rate not after its own month or day, by
ASOF join; no rate at all leaves its base amount empty, never taken at 1. What belongs to no
subsidiary (-1) is translated as if booked in the root.
"""

from __future__ import annotations

from .macros import ONE
from .transform import Transform

ROOT = Transform(
    key="root_subsidiary",
    sql="""
        SELECT s.id, c.symbol AS currency FROM mirror.stg_netsuite__subsidiary s
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = s.currency
        WHERE s.parent IS NULL ORDER BY coalesce(s.iselimination, false), s.id LIMIT 1""",
)

# A month's own period; any period's month, adjustment periods included. A 4-4-5 month may begin some days
# before the one it is called by: its fourteenth day tells.
BASE_PERIOD = Transform(
    key="base_period",
    sql="""
        WITH period AS (
            SELECT id, month_key(least(startdate + 13, enddate)) AS month,
                coalesce(isadjust, false) AS is_adjustment,
                coalesce(isquarter, false) OR coalesce(isyear, false) OR coalesce(isadjust, false)
                    AS is_other
            FROM mirror.stg_netsuite__accountingperiod
        )
        SELECT id, month, is_adjustment,
            NOT is_other AND row_number() OVER (PARTITION BY month, is_other ORDER BY id) = 1
                AS is_base
        FROM period""",
)


def _consolidated(rate: str) -> str:
    return f"""
        SELECT r.fromsubsidiary AS subsidiary_key, p.month, arg_max(rate_of(r.{rate}), r.id) AS rate
        FROM mirror.stg_netsuite__consolidatedexchangerate r
        JOIN base_period p ON p.id = r.postingperiod AND p.is_base
        JOIN root_subsidiary t ON t.id = r.tosubsidiary AND t.id <> r.fromsubsidiary
        WHERE coalesce(r.accountingbook, 1) = 1 AND rate_of(r.{rate}) IS NOT NULL
        GROUP BY ALL
        UNION ALL SELECT id, 0, {ONE} FROM root_subsidiary
        UNION ALL SELECT -1, 0, {ONE} FROM root_subsidiary"""


FX_AVERAGE = Transform(
    key="fx_average",
    needs=("base_period", "root_subsidiary"),
    sql=_consolidated("averagerate"),
)
FX_CLOSING = Transform(
    key="fx_closing",
    needs=("base_period", "root_subsidiary"),
    sql=_consolidated("currentrate"),
)
FX_HISTORICAL = Transform(
    key="fx_historical",
    needs=("base_period", "root_subsidiary"),
    sql=_consolidated("historicalrate"),
)

FX_PERIOD = Transform(  # all three of a subsidiary's rates in a month, each the newest until then
    key="fx_period",
    needs=("fx_average", "fx_closing", "fx_historical"),
    sql="""
        WITH rate AS (
            SELECT subsidiary_key, month, rate AS average, NULL::HUGEINT AS closing,
                NULL::HUGEINT AS historical FROM fx_average
            UNION ALL SELECT subsidiary_key, month, NULL, rate, NULL FROM fx_closing
            UNION ALL SELECT subsidiary_key, month, NULL, NULL, rate FROM fx_historical
        ),
        known AS (
            SELECT subsidiary_key, month, max(average) AS average, max(closing) AS closing,
                max(historical) AS historical
            FROM rate GROUP BY ALL
        )
        SELECT subsidiary_key, month, last_value(average IGNORE NULLS) OVER so_far AS average,
            last_value(closing IGNORE NULLS) OVER so_far AS closing,
            last_value(historical IGNORE NULLS) OVER so_far AS historical
        FROM known
        WINDOW so_far AS (PARTITION BY subsidiary_key ORDER BY month)""",
)

FX_DAILY = Transform(  # from a currency into the books of a subsidiary
    key="fx_daily",
    needs=("root_subsidiary",),
    sql=f"""
        WITH books AS (
            SELECT s.id, s.currency FROM mirror.stg_netsuite__subsidiary s
            UNION ALL
            SELECT -1, s.currency FROM mirror.stg_netsuite__subsidiary s
            JOIN root_subsidiary r ON r.id = s.id
        )
        SELECT b.id AS subsidiary_key, k.symbol AS book, c.symbol AS currency,
            day_key(r.effectivedate) AS day, arg_max(rate_of(r.exchangerate), r.id) AS rate
        FROM mirror.stg_netsuite__currencyrate r
        JOIN books b ON b.currency = r.basecurrency AND r.transactioncurrency <> r.basecurrency
        JOIN mirror.stg_netsuite__currency c ON c.id = r.transactioncurrency
        LEFT JOIN mirror.stg_netsuite__currency k ON k.id = b.currency
        WHERE rate_of(r.exchangerate) IS NOT NULL
        GROUP BY ALL
        UNION ALL
        SELECT b.id, c.symbol, c.symbol, 0, {ONE} FROM books b
        JOIN mirror.stg_netsuite__currency c ON c.id = b.currency""",
)

# The first month of the fiscal year a month is in: as configured, as NetSuite has it, or the calendar's.
FISCAL_YEAR = Transform(
    key="fiscal_year",
    needs=("stock_month", "base_period"),
    sql="""
        SELECT s.month, coalesce(
                max(year_of(s.month, k.value::INTEGER)), max(f.month), year_of(s.month, 1)) AS starts
        FROM stock_month s
        LEFT JOIN mirror.cfg_setting k ON k.key = 'fiscal_start_month'
        LEFT JOIN base_period b ON b.month = s.month AND b.is_base
        LEFT JOIN mirror.stg_netsuite__accountingperiod p ON p.id = b.id
        LEFT JOIN mirror.stg_netsuite__accountingperiod y
            ON y.isyear AND p.startdate BETWEEN y.startdate AND y.enddate
        LEFT JOIN base_period f ON f.id = y.id
        GROUP BY s.month""",
)

STOCK_MONTH = Transform(  # the months a stock is stated for, and the day it speaks of
    key="stock_month",
    sql="""
        WITH first_day AS (
            SELECT min(day) AS day FROM (
                SELECT min(trandate) AS day FROM mirror.stg_netsuite__transaction
                UNION ALL SELECT min(date) FROM mirror.stg_suiteprojects__invoice
                UNION ALL SELECT min(date) FROM mirror.stg_suiteprojects__customer_po
                UNION ALL SELECT min(coalesce(accounting_date, date))
                    FROM mirror.stg_suiteprojects__recognition
            )
        )
        SELECT month_key(start::DATE) AS month,
            day_key(least(last_day(start::DATE), r.today)) AS day
        FROM run_day r, first_day f,
            generate_series(date_trunc('month', f.day), r.today, INTERVAL 1 MONTH) AS m(start)""",
)
