"""How the forecast has moved in a week, and by what: every amount of a project or deal beside what it was (section 6).

What it was is read from what was written down (`sync.observations.revenue`): a day that is past never changes, so that
the tables here depend on it by the day alone.
"""

from __future__ import annotations

from models.tables import forecast as tables

from .transform import Transform

_DAYS = 7  # back
_EQUAL = 1  # in the reporting currency: no more is rounding

FORECAST_ITEM = Transform(  # what each project, contract and deal is to earn in the running month and the year after it
    key="forecast_item",
    needs=("fct_forecast", "fct_gl"),
    sql="""
        WITH item AS (
            SELECT f.month, layer, source, project_key, customer_key, department_key, subsidiary_key, stream,
                contract, transaction_id, false AS is_intercompany, amount, currency, amount_subsidiary,
                subsidiary_currency, amount_base
            FROM fct_forecast f
            UNION ALL BY NAME
            SELECT g.month, 'actual' AS layer, 'ledger' AS source, project_key, customer_key, department_key,
                subsidiary_key, stream, is_intercompany,
                -amount AS amount, currency, -amount_subsidiary AS amount_subsidiary, subsidiary_currency,
                -amount_base AS amount_base
            FROM fct_gl g WHERE account_type = 'Income'
        )
        SELECT i.* EXCLUDE (amount, amount_subsidiary, amount_base), sum(amount)::DECIMAL(18,4) AS amount,
            sum(amount_subsidiary)::DECIMAL(18,4) AS amount_subsidiary,
            sum(amount_base)::DECIMAL(18,4) AS amount_base
        FROM item i, run_day r
        WHERE i.month BETWEEN r.month AND month_less(r.month, -12) GROUP BY ALL""",
)

_TOLD = (
    "month, layer, source, project_key, customer_key, department_key, subsidiary_key, stream, contract,"
    " transaction_id, is_intercompany, subsidiary_currency"
)
_KEYS = f"{_TOLD}, currency"

FCT_FORECAST_MOVE = Transform(
    key="fct_forecast_move",
    target=tables.fct_forecast_move,
    needs=("forecast_item", "fct_pipeline", "fct_deal"),
    sql=f"""
        WITH week AS (
            SELECT day_key(r.today - {_DAYS}) AS day, r.month AS running,
                month_key(r.today - {_DAYS} + INTERVAL 12 MONTH) AS last
            FROM run_day r
        ),
        beside AS (
            SELECT {_KEYS}, amount, amount_subsidiary, amount_base, true AS is_now
            FROM forecast_item i, week w
            WHERE i.month <= w.last
                AND w.day >= (SELECT min(from_day) FROM fct_forecast_item_dated)
            UNION ALL
            SELECT {_KEYS}, amount, amount_subsidiary, amount_base, false
            FROM fct_forecast_item_dated d, week w
            WHERE d.from_day <= w.day AND (d.to_day IS NULL OR d.to_day >= w.day) AND d.month >= w.running
        ),
        paired AS (
            SELECT {_KEYS},
                coalesce(sum(amount) FILTER (WHERE NOT is_now), 0) AS was,
                coalesce(sum(amount) FILTER (WHERE is_now), 0) AS amount,
                coalesce(sum(amount_subsidiary) FILTER (WHERE NOT is_now), 0) AS was_subsidiary,
                coalesce(sum(amount_subsidiary) FILTER (WHERE is_now), 0) AS amount_subsidiary,
                coalesce(sum(amount_base) FILTER (WHERE NOT is_now), 0) AS was_base,
                coalesce(sum(amount_base) FILTER (WHERE is_now), 0) AS amount_base,
                CASE WHEN layer = 'pipeline' THEN 'deal ' || transaction_id
                    WHEN layer = 'unidentified' THEN 'experience'
                    WHEN project_key <> -1 THEN 'project ' || project_key
                    ELSE format('customer {{}} {{}}', customer_key, coalesce(contract, '')) END AS thing
            FROM beside GROUP BY ALL
        ),
        rated AS (  -- the same amount at two rates
            SELECT *, CASE WHEN was <> 0 AND amount <> 0
                AND abs(was::DOUBLE * amount_base::DOUBLE / amount::DOUBLE - was_base::DOUBLE)
                    > 0.01 + abs(was_base::DOUBLE) / 1e6
                THEN CAST(was::DOUBLE * amount_base::DOUBLE / amount::DOUBLE AS DECIMAL(18,4)) - was_base
                ELSE 0 END::DECIMAL(18,4) AS exchange
            FROM paired
        ),
        by_month AS (
            SELECT r.thing, r.month > any_value(w.running) AS is_later,
                sum(r.amount_base - r.was_base - r.exchange) AS moved,
                sum(r.amount_base - r.was_base - r.exchange) FILTER (WHERE r.source = 'booking') AS booked,
                bool_or(r.was <> 0) AS was_there, bool_or(r.amount <> 0) AS is_there
            FROM rated r, week w GROUP BY r.thing, r.month
        ),
        thing AS (
            SELECT thing, abs(sum(moved)) AS net, sum(abs(moved)) AS gross,
                coalesce(sum(abs(moved)) FILTER (WHERE is_later), 0) AS later,
                coalesce(sum(abs(booked)) FILTER (WHERE is_later), 0) AS booked,
                bool_or(was_there) AS was_there, bool_or(is_there) AS is_there
            FROM by_month GROUP BY thing
        ),
        closing AS (  -- when deals were expected to close, and are
            SELECT p.transaction_id, bool_or(d.expected_close IS DISTINCT FROM p.expected_close
                AND d.transaction_id IS NOT NULL) OR bool_or(p.is_stale) AS has_moved
            FROM fct_pipeline p JOIN week w ON true
            LEFT JOIN fct_pipeline_dated d ON d.transaction_id = p.transaction_id AND d.from_day <= w.day
                AND (d.to_day IS NULL OR d.to_day >= w.day)
            GROUP BY p.transaction_id
        ),
        decided AS (SELECT transaction_id, bool_or(is_won) AS is_won FROM fct_deal GROUP BY transaction_id),
        told AS (
            SELECT r.*, CASE
                WHEN r.layer = 'unidentified' THEN 'experience'
                WHEN r.layer = 'pipeline' AND NOT t.was_there THEN 'new'
                WHEN r.layer = 'pipeline' AND t.is_there
                    THEN CASE WHEN c.has_moved THEN 'slipped' ELSE 'estimated' END
                WHEN r.layer = 'pipeline' THEN CASE WHEN e.is_won THEN 'won' WHEN NOT e.is_won THEN 'lost'
                    WHEN r.project_key IN (SELECT project_key FROM forecast_item WHERE source = 'booking')
                    THEN 'staffed' ELSE 'estimated' END
                WHEN NOT t.was_there THEN 'won'
                WHEN NOT t.is_there THEN 'lost'
                WHEN t.gross > {_EQUAL} AND t.net <= t.gross / 200 THEN 'slipped'
                WHEN t.booked > {_EQUAL} THEN 'staffed'
                WHEN t.later > {_EQUAL} THEN 'estimated'
                ELSE 'work' END AS cause
            FROM rated r
            JOIN thing t ON t.thing = r.thing
            LEFT JOIN closing c ON c.transaction_id = r.transaction_id
            LEFT JOIN decided e ON e.transaction_id = r.transaction_id
        )
        SELECT {_TOLD}, cause, (SELECT day FROM week) AS since_day,
            was_subsidiary::DECIMAL(18,4) AS was_subsidiary, was_base::DECIMAL(18,4) AS was_base,
            (amount_subsidiary - was_subsidiary)::DECIMAL(18,4) AS moved_subsidiary,
            (amount_base - was_base - exchange)::DECIMAL(18,4) AS moved_base
        FROM told
        UNION ALL BY NAME
        SELECT {_TOLD}, 'exchange' AS cause, (SELECT day FROM week) AS since_day, 0 AS was_subsidiary, 0 AS was_base,
            0 AS moved_subsidiary, exchange AS moved_base
        FROM told WHERE exchange <> 0""",
)
