"""Whether backlog is staffed (E2): what of each contract the hours cover that are worked or booked on its project."""

from __future__ import annotations

from models.business.rules import SERVICE_STREAMS
from models.tables import sales as tables

from .business import among
from .transform import Transform

FCT_BACKLOG_STAFFING = (
    Transform(  # cut up at the consolidated value; each lens adds up to its contract
        key="fct_backlog_staffing",
        target=tables.fct_backlog_staffing,
        needs=(
            "fct_backlog",
            "fct_booking",
            "forecast_sure",
            "dim_project",
            "fx_daily",
            "fx_closing",
        ),
        sql=f"""
        WITH covered AS (  -- by surety: worked and not earned, firmly booked, tentatively booked
            SELECT s.project_key, s.currency, 1 AS place, s.source = 'recognition' AS is_recognized,
                s.amount
            FROM forecast_sure s WHERE s.layer = 'in_flight'
            UNION ALL
            SELECT b.project_key, b.currency, CASE b.class WHEN 'hard' THEN 2 ELSE 3 END, false, b.value
            FROM fct_booking b CROSS JOIN run_day r
            WHERE b.class IN ('hard', 'soft') AND b.is_billable AND b.status <> 'rejected'
                AND b.day >= r.day
        ),
        f AS (
            SELECT c.project_key, c.currency, c.place, c.is_recognized, p.subsidiary_key, r.day, r.month,
                sum(c.amount)::DECIMAL(18,4) AS amount
            FROM covered c
            JOIN dim_project p ON p.project_key = c.project_key
            CROSS JOIN run_day r
            WHERE c.project_key <> -1 GROUP BY ALL
        ),
        cover AS (
            SELECT f.project_key, f.place, f.is_recognized, translate(f.amount, d.rate, c.rate) AS base
            FROM f
            ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
                AND d.currency = f.currency AND d.day <= f.day
            ASOF LEFT JOIN fx_closing c
                ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month
        ),
        reach AS (  -- how far each goes; what SuiteProjects Pro recognised is in its backlog no more
            SELECT y.system, c.project_key,
                sum(c.base) FILTER (WHERE c.place = 1) AS worked,
                sum(c.base) FILTER (WHERE c.place <= 2) AS booked,
                sum(c.base) AS soft
            FROM cover c, (VALUES ('netsuite'), ('suiteprojects')) AS y(system)
            WHERE y.system = 'netsuite' OR NOT c.is_recognized GROUP BY ALL
        ),
        contract AS (
            SELECT b.*, sum(b.amount_base) OVER contracts - b.amount_base AS before
            FROM fct_backlog b JOIN run_day r ON r.month = b.month
            WINDOW contracts AS (PARTITION BY b.system, b.project_key ORDER BY b.contract,
                b.customer_key, b.subsidiary_key, b.stream, b.currency, b.remaining
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        ),
        reached AS (  -- how far in a contract
            SELECT c.*, covered(h.worked, c.before, c.amount_base) AS worked,
                covered(h.booked, c.before, c.amount_base) AS booked,
                covered(h.soft, c.before, c.amount_base) AS soft
            FROM contract c
            LEFT JOIN reach h ON h.system = c.system AND h.project_key = c.project_key
        ),
        cut AS (  -- from where to where in it
            SELECT c.*, k.staffing, k.first, k.last
            FROM reached c, LATERAL (VALUES ('worked', 0, c.worked), ('booked', c.worked, c.booked),
                ('soft', c.booked, c.soft), ('open', c.soft, c.amount_base)) AS k(staffing, first, last)
        ),
        share AS (  -- without a rate nothing is known to be covered
            SELECT *, coalesce(first::DOUBLE / nullif(amount_base, 0)::DOUBLE, 0) AS since,
                coalesce(last::DOUBLE / nullif(amount_base, 0)::DOUBLE,
                    CASE WHEN staffing = 'open' THEN 1 ELSE 0 END) AS until
            FROM cut
        ),
        told AS (
            SELECT *, part_of(amount, until) - part_of(amount, since) AS part,
                part_of(amount_subsidiary, until) - part_of(amount_subsidiary, since) AS part_subsidiary,
                CASE WHEN until > since THEN last - first END AS part_base
            FROM share
        )
        SELECT system, month, day, contract, project_key, department_key, customer_key, subsidiary_key,
            stream, CASE WHEN project_key = -1 AND stream NOT IN {among(SERVICE_STREAMS)} THEN 'goods' ELSE staffing END
                AS staffing, remaining, part::DECIMAL(18,4) AS amount, currency,
            part_subsidiary::DECIMAL(18,4) AS amount_subsidiary, subsidiary_currency,
            part_base::DECIMAL(18,4) AS amount_base
        FROM told WHERE until > since""",
    )
)
