"""The calendar of NetSuite's books: months, the quarters and years they are in, adjustment periods."""

from __future__ import annotations

from models.tables import calendar, chart, conformed

from .transform import Transform

DIM_FISCAL_PERIOD = Transform(
    key="dim_fiscal_period",
    target=chart.dim_fiscal_period,
    needs=("base_period",),
    sql="""
        SELECT p.id AS period_key, p.periodname AS name,
            CASE WHEN p.isyear THEN 'year' WHEN p.isquarter THEN 'quarter'
                WHEN p.isadjust THEN 'adjustment' ELSE 'month' END AS kind,
            b.month, coalesce(p.parent, c.parent) AS parent_key, k.name AS calendar,
            p.startdate AS starts_on, p.enddate AS ends_on,
            CASE WHEN NOT (coalesce(p.isyear, false) OR coalesce(p.isquarter, false)
                    OR coalesce(p.isadjust, false))
                AND day(p.startdate) <> 1 AND (p.enddate - p.startdate + 1) % 7 = 0
                THEN ((p.enddate - p.startdate + 1) // 7)::INTEGER END AS weeks,
            coalesce(p.closed, false) AS is_closed
        FROM mirror.stg_netsuite__accountingperiod p
        JOIN base_period b ON b.id = p.id
        LEFT JOIN (
            SELECT accountingperiod, min(fiscalcalendar) AS fiscalcalendar,
                arg_min(parent, fiscalcalendar) AS parent
            FROM mirror.stg_netsuite__accountingperiodfiscalcalendars GROUP BY accountingperiod
        ) c ON c.accountingperiod = p.id
        LEFT JOIN mirror.stg_netsuite__fiscalcalendar k ON k.id = c.fiscalcalendar""",
)

DIM_PERIOD = Transform(
    key="dim_period",
    target=conformed.dim_period,
    needs=("base_period",),
    sql="""
        WITH above AS (
            SELECT p.id, p.periodname, p.startdate, p.enddate, b.month,
                coalesce(p.isyear, false) AS is_year
            FROM mirror.stg_netsuite__accountingperiod p JOIN base_period b ON b.id = p.id
            WHERE p.isyear OR p.isquarter
        )
        SELECT b.month, p.id AS netsuite_id, p.periodname AS name, p.startdate AS starts_on,
            p.enddate AS ends_on,
            CASE WHEN b.starts IS NULL THEN q.periodname
                ELSE format('Q{} FY{}', (b.month % 100 - b.starts + 12) % 12 // 3 + 1, b.named) END AS quarter,
            coalesce(quarter_of(b.month, b.starts), q.month) AS quarter_month,
            CASE WHEN b.starts IS NULL THEN y.periodname ELSE format('FY{}', b.named) END AS year,
            coalesce(year_of(b.month, b.starts), y.month) AS year_month,
            coalesce(p.closed, false) AS is_closed
        FROM (
            SELECT b.*, k.starts,
                month_less(year_of(b.month, k.starts), -11) // 100 AS named
            FROM base_period b LEFT JOIN (
                SELECT value::INTEGER AS starts FROM mirror.cfg_setting WHERE key = 'fiscal_start_month'
            ) k ON true
        ) b
        JOIN mirror.stg_netsuite__accountingperiod p ON p.id = b.id
        LEFT JOIN above q ON NOT q.is_year AND p.startdate BETWEEN q.startdate AND q.enddate
        LEFT JOIN above y ON y.is_year AND p.startdate BETWEEN y.startdate AND y.enddate
        WHERE b.is_base
        QUALIFY row_number() OVER (PARTITION BY b.month ORDER BY q.id, y.id) = 1""",
)

DIM_DAY = Transform(
    key="dim_day",
    target=calendar.dim_day,
    sql="""
        SELECT day_key(d.day) AS day, month_key(d.day) AS month, d.day::DATE AS date,
            strftime(d.day, '%G-W%V') AS week, d.day >= r.today AS is_ahead
        FROM run_day r, generate_series(DATE '2000-01-01',
            last_day(CAST(r.today + INTERVAL 10 YEAR AS DATE)), INTERVAL 1 DAY) AS d(day)""",
)
