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

BASE_PERIOD = Transform(  # a month's own period; any period's month, adjustment periods included
    key="base_period",
    sql="""
        SELECT id, month_key(startdate) AS month,
            row_number() OVER (
                PARTITION BY month_key(startdate),
                    coalesce(isquarter, false) OR coalesce(isyear, false) OR coalesce(isadjust, false)
                ORDER BY id) = 1
            AND NOT (coalesce(isquarter, false) OR coalesce(isyear, false) OR coalesce(isadjust, false))
            AS is_base
        FROM mirror.stg_netsuite__accountingperiod""",
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
        SELECT b.id AS subsidiary_key, c.symbol AS currency, day_key(r.effectivedate) AS day,
            arg_max(rate_of(r.exchangerate), r.id) AS rate
        FROM mirror.stg_netsuite__currencyrate r
        JOIN books b ON b.currency = r.basecurrency AND r.transactioncurrency <> r.basecurrency
        JOIN mirror.stg_netsuite__currency c ON c.id = r.transactioncurrency
        WHERE rate_of(r.exchangerate) IS NOT NULL
        GROUP BY ALL
        UNION ALL
        SELECT b.id, c.symbol, 0, {ONE} FROM books b
        JOIN mirror.stg_netsuite__currency c ON c.id = b.currency""",
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
