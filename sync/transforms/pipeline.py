"""The pipeline (E4, E5): every deal once, open or decided, and what of it moved on.

An opportunity drops out where an open estimate of it is there, an estimate where its sales order is.
"""

from __future__ import annotations

from models.tables import pipeline as tables

from .business import (
    ON_CLIENT_PROJECT,
    STREAM_NEEDS,
    contract_touched,
    item_touched,
    stream_joins,
    stream_of,
)
from .pieces import FLOW_RATES, IN_NETSUITE, TRANSLATED, referring
from .transform import Slicing, Transform

_LINE, _HEAD = "stg_netsuite__transactionline", "stg_netsuite__transaction"
_LINES, _HEADS = f"mirror.{_LINE}", f"mirror.{_HEAD}"
_PAST, _NEWEST = "mirror.his_netsuite__transaction", "mirror.now_netsuite__transaction"
_DEALS = "('Opprtnty', 'Estimate')"


# CTEs: what an order was made of, and what that was made of
SOLD = """ordered AS (
            SELECT origin_id FROM deal_origin WHERE type = 'SalesOrd' AND status <> 'C'
        ),
        sold AS (
            SELECT origin_id FROM ordered
            UNION ALL
            SELECT e.origin_id FROM deal_origin e
            WHERE e.type = 'Estimate' AND e.transaction_id IN (SELECT origin_id FROM ordered)
        )"""


def is_open(row: str) -> str:
    """Whether a deal may still be won: in progress, estimate issued; open, expired."""
    return (
        f"({row}.type = 'Opprtnty' AND {row}.status IN ('A', 'B')"
        f" OR {row}.type = 'Estimate' AND {row}.status IN ('A', 'X'))"
    )


DEAL_HEAD = Transform(
    key="deal_head",
    sql=f"""
        SELECT id AS transaction_id, type, right(status, 1) AS status, tranid AS number,
            least(trandate, createddate::DATE) AS opened_on,
            coalesce(closedate, lastmodifieddate::DATE) AS closed_on,
            expectedclosedate AS expected_close, entitystatus AS stage_id,
            CASE TRY_CAST(forecasttype AS INTEGER) WHEN 0 THEN 'omitted' WHEN 1 THEN 'worst_case'
                WHEN 2 THEN 'most_likely' WHEN 3 THEN 'upside' END AS forecast_type,
            CAST(CASE WHEN chance > 1 THEN chance / 100 ELSE chance END AS DECIMAL(18,4))
                AS probability,
            coalesce(projectedtotal, foreigntotal) - coalesce(taxtotal, 0) AS total,
            currency AS currency_id, entity AS entity_id
        FROM (
            SELECT *, TRY_CAST(probability AS DECIMAL(18,4)) AS chance FROM {_HEADS}
            WHERE type IN {_DEALS} AND NOT coalesce(voided, false)
        )""",
    slicings=(Slicing(by=("transaction_id",), of={_HEAD: ("id",)}),),
)

DEAL_LINE = Transform(  # net of tax; what the total has beyond its lines is a line, too
    key="deal_line",
    needs=(
        "deal_head",
        "map_project",
        "dim_project",
        "map_customer",
        "map_department",
        "dim_subsidiary",
        *STREAM_NEEDS,
    ),
    sql=f"""
        WITH line AS (
            SELECT l.transaction, l.id, -l.foreignamount AS amount, l.item, l.department, l.subsidiary,
                l.entity, coalesce(l.mainline, false) AS is_main
            FROM {_LINES} l JOIN deal_head h ON h.transaction_id = l.transaction
            WHERE NOT coalesce(l.taxline, false)
                AND (l.mainline OR coalesce(l.accountinglinetype, '') NOT IN ('COGS', 'ASSET'))
        ),
        main AS (
            SELECT transaction, max(subsidiary) AS subsidiary,
                coalesce(sum(amount) FILTER (WHERE NOT is_main), 0) AS amount
            FROM line GROUP BY transaction
        ),
        part AS (
            SELECT * EXCLUDE (is_main) FROM line WHERE NOT is_main
            UNION ALL BY NAME
            SELECT h.transaction_id AS transaction, 0 AS id, h.total - coalesce(m.amount, 0) AS amount
            FROM deal_head h LEFT JOIN main m ON m.transaction = h.transaction_id
            WHERE h.total <> coalesce(m.amount, 0)
        )
        SELECT h.transaction_id, r.id AS line_id, h.type, h.status, h.number,
            row_number() OVER (PARTITION BY h.transaction_id ORDER BY r.amount DESC NULLS LAST, r.id) = 1
                AS is_head,
            p.project_key,
            coalesce(md.department_key, nullif(p.department_key, -1), -1) AS department_key,
            coalesce(mc.customer_key, nullif(p.customer_key, -1), ml.customer_key, -1)
                AS customer_key,
            coalesce(b.subsidiary_key, -1) AS subsidiary_key,
            coalesce(i.displayname, i.itemid) AS item, {stream_of(ON_CLIENT_PROJECT)} AS stream,
            h.opened_on, h.closed_on, h.expected_close, h.stage_id, h.forecast_type, h.probability,
            r.amount::DECIMAL(18,4) AS amount, c.symbol AS currency
        FROM part r
        JOIN deal_head h ON h.transaction_id = r.transaction
        LEFT JOIN main m ON m.transaction = h.transaction_id
        LEFT JOIN map_project mp ON mp.system = 'netsuite' AND mp.id = r.entity
        LEFT JOIN map_project mh ON mh.system = 'netsuite' AND mh.id = h.entity_id
        JOIN dim_project p ON p.project_key = coalesce(mp.project_key, mh.project_key, -1)
        LEFT JOIN map_customer mc ON mc.system = 'netsuite' AND mc.id = h.entity_id
        LEFT JOIN map_customer ml ON ml.system = 'netsuite' AND ml.id = r.entity
        LEFT JOIN map_department md ON md.system = 'netsuite' AND md.id = r.department
        LEFT JOIN dim_subsidiary b ON b.subsidiary_key
            = coalesce(r.subsidiary, m.subsidiary, nullif(p.subsidiary_key, -1))
        LEFT JOIN mirror.stg_netsuite__item i ON i.id = r.item
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = h.currency_id
        {stream_joins(item="i.id", account="i.incomeaccount", contract="p.contract_type")}""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={_LINE: ("transaction",), "deal_head": ("transaction_id",)},
            touched={
                **{
                    name: referring("transaction", _LINES, "entity", where=IN_NETSUITE)
                    + " UNION ALL "
                    + referring("transaction_id", "deal_head", "entity_id", where=IN_NETSUITE)
                    for name in ("map_project", "map_customer")
                },
                "map_department": referring("transaction", _LINES, "department", where=IN_NETSUITE),
                "dim_project": referring(
                    "transaction_id", "deal_line", "project_key", "project_key"
                ),
                "stg_netsuite__item": referring("transaction", _LINES, "item"),
                **item_touched(_LINES),
                **contract_touched("deal_line", "transaction_id"),
            },
        ),
    ),
)

DEAL_ORIGIN = Transform(  # which estimate or order was made of which deal
    key="deal_origin",
    sql=f"""
        SELECT DISTINCT h.id AS transaction_id, h.type, right(h.status, 1) AS status,
            h.trandate AS day, l.createdfrom AS origin_id
        FROM {_LINES} l JOIN {_HEADS} h ON h.id = l.transaction
        WHERE h.type IN ('Estimate', 'SalesOrd') AND NOT coalesce(h.voided, false)
            AND l.createdfrom IS NOT NULL""",
    slicings=(Slicing(by=("transaction_id",), of={_LINE: ("transaction",), _HEAD: ("id",)}),),
)

DEAL_VERSION = Transform(  # how a deal stood, and since when that has been known
    key="deal_version",
    sql=f"""
        SELECT id AS transaction_id, type, right(status, 1) AS status, entitystatus AS stage_id,
            expectedclosedate AS expected_close, _valid_from AS began, _valid_to AS ended,
            _known_from AS known_from
        FROM {_PAST} WHERE type IN {_DEALS} AND NOT _is_deletion AND NOT coalesce(voided, false)
        UNION ALL
        SELECT h.id, h.type, right(h.status, 1), h.entitystatus, h.expectedclosedate,
            n._valid_from, NULL, n._known_from
        FROM {_HEADS} h LEFT JOIN {_NEWEST} n ON n.id = h.id
        WHERE h.type IN {_DEALS} AND NOT coalesce(h.voided, false)""",
    slicings=(Slicing(by=("transaction_id",), of={_HEAD: ("id",)}),),
)

DEAL_STAGE = (
    Transform(  # since when a deal has been in its stage; null where nobody saw it come there
        key="deal_staged",
        needs=("deal_version",),
        sql="""
        WITH step AS (
            SELECT *, row_number() OVER deal AS place,
                lag(stage_id) OVER deal IS DISTINCT FROM stage_id AS is_new
            FROM deal_version
            WINDOW deal AS (PARTITION BY transaction_id ORDER BY began, known_from)
        )
        SELECT transaction_id, max(CASE WHEN place > 1 AND is_new
                OR place = 1 AND known_from::DATE <= began::DATE + 1 THEN began END)::DATE AS since
        FROM step GROUP BY transaction_id""",
        slicings=(Slicing(by=("transaction_id",), of={"deal_version": ("transaction_id",)}),),
    )
)

DEAL_CALIBRATION = Transform(  # how many of the decided deals that were seen in a stage were won, where enough were
    key="deal_calibration",
    needs=("deal_version", "fct_deal"),
    sql=f"""
        SELECT v.stage_id, count(*) AS decided, CAST(
                count(*) FILTER (WHERE d.is_won)::DOUBLE / count(*) AS DECIMAL(18,4)) AS probability
        FROM (
            SELECT DISTINCT v.transaction_id, v.stage_id FROM deal_version v
            WHERE v.stage_id IS NOT NULL AND {is_open("v")}
        ) v
        JOIN fct_deal d ON d.transaction_id = v.transaction_id AND d.is_head
        GROUP BY v.stage_id
        HAVING count(*) >= (SELECT max(value)::INTEGER FROM mirror.cfg_setting
            WHERE key = 'calibrate_from')""",
)

FCT_PIPELINE = Transform(
    key="fct_pipeline",
    target=tables.fct_pipeline,
    needs=("deal_line", "deal_origin", "deal_staged", "deal_calibration", "fx_daily", "fx_closing"),
    sql=f"""
        WITH {SOLD},
        deal AS (
            SELECT l.transaction_id, l.type, l.status, l.forecast_type, o.origin_id,
                row_number() OVER (PARTITION BY coalesce(o.origin_id, -l.transaction_id), l.type
                    ORDER BY o.day DESC, l.transaction_id DESC) = 1 AS is_newest
            FROM deal_line l
            LEFT JOIN (
                SELECT transaction_id, day, min(origin_id) AS origin_id FROM deal_origin
                WHERE type = 'Estimate' GROUP BY ALL
            ) o ON o.transaction_id = l.transaction_id
            WHERE l.is_head AND {is_open("l")}
                AND l.transaction_id NOT IN (SELECT origin_id FROM sold)
        ),
        chosen AS (
            SELECT d.transaction_id, coalesce(d.forecast_type, a.forecast_type) AS forecast_type
            FROM deal d
            LEFT JOIN (
                SELECT transaction_id, forecast_type FROM deal_line
                WHERE is_head AND type = 'Opprtnty'
            ) a ON a.transaction_id = d.origin_id
            WHERE d.type = 'Estimate' AND d.is_newest
            UNION ALL
            SELECT transaction_id, forecast_type FROM deal
            WHERE type = 'Opprtnty' AND transaction_id NOT IN (
                SELECT origin_id FROM deal WHERE origin_id IS NOT NULL)
        ),
        f AS (
            SELECT l.transaction_id, l.line_id, l.type, l.number, l.is_head, l.project_key,
                l.department_key, l.customer_key, l.subsidiary_key, l.item, l.stream, l.opened_on,
                r.day, r.month, y.name AS stage, s.since AS stage_since, c.forecast_type,
                l.probability, b.probability AS calibrated_probability, l.expected_close,
                coalesce(l.expected_close < r.today, false) AS is_stale,
                greatest(coalesce(l.expected_close, r.today), r.today) AS closing,
                r.today - l.opened_on AS age_days, r.today - s.since AS stage_days,
                l.amount, l.currency
            FROM deal_line l
            JOIN chosen c ON c.transaction_id = l.transaction_id
            CROSS JOIN run_day r
            LEFT JOIN deal_staged s ON s.transaction_id = l.transaction_id
            LEFT JOIN deal_calibration b ON b.stage_id = l.stage_id
            LEFT JOIN mirror.stg_netsuite__entitystatus y ON y.key = l.stage_id
        ),
        factor AS (
            SELECT max(value)::DECIMAL(18,4) AS stale FROM mirror.cfg_setting
            WHERE key = 'stale_factor'
        )
        SELECT f.* EXCLUDE (closing), month_key(f.closing) AS close_month,
            strftime(f.closing, '%Y-%m') AS close_text,
            CASE WHEN f.is_stale THEN product(coalesce(f.calibrated_probability, f.probability), k.stale)
                ELSE coalesce(f.calibrated_probability, f.probability) END AS forecast_probability,
            translate_once(f.amount, d.rate) AS amount_subsidiary, d.book AS subsidiary_currency,
            translate(f.amount, d.rate, a.rate) AS amount_base
        FROM f
        CROSS JOIN factor k
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_closing a ON a.subsidiary_key = f.subsidiary_key AND a.month <= f.month""",
)

FCT_DEAL = Transform(  # an opportunity, or an estimate without one
    key="fct_deal",
    target=tables.fct_deal,
    needs=("deal_line", "deal_origin", "fx_daily", "fx_average"),
    sql=f"""
        WITH f AS (
            SELECT l.transaction_id, l.line_id, l.type, l.number, l.is_head, l.project_key,
                l.department_key, l.customer_key, l.subsidiary_key, l.item, l.stream, l.opened_on,
                day_key(l.closed_on) AS day, month_key(l.closed_on) AS month,
                l.type = 'Opprtnty' AND l.status = 'C' OR l.type = 'Estimate' AND l.status = 'B'
                    AS is_won,
                l.closed_on - l.opened_on AS cycle_days, l.amount, l.currency
            FROM deal_line l
            WHERE (l.type = 'Opprtnty' AND l.status IN ('C', 'D')
                OR l.type = 'Estimate' AND l.status IN ('B', 'C') AND l.transaction_id NOT IN (
                    SELECT o.transaction_id FROM deal_origin o
                    JOIN deal_line a ON a.transaction_id = o.origin_id AND a.type = 'Opprtnty'))
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
)

FCT_SLIPPAGE = (
    Transform(  # only what was known when the quarter began: a version learnt later says nothing
        key="fct_slippage",
        target=tables.fct_slippage,
        needs=("deal_line", "deal_origin", "deal_version", "dim_period"),
        sql=f"""
        WITH quarter AS (
            SELECT quarter_month, min(starts_on) AS starts, max(ends_on) AS ends
            FROM dim_period, run_day r WHERE quarter_month IS NOT NULL
            GROUP BY quarter_month, r.today HAVING min(starts_on) <= r.today
        ),
        expected AS (
            SELECT v.transaction_id, q.ends, least(q.ends, r.today) AS until, v.expected_close
            FROM quarter q CROSS JOIN run_day r
            JOIN deal_version v ON v.began::DATE <= q.starts AND v.known_from::DATE <= q.starts
                AND (v.ended IS NULL OR v.ended::DATE > q.starts)
                AND v.expected_close BETWEEN q.starts AND q.ends
            WHERE {is_open("v")}
        )
        SELECT l.transaction_id, l.type, l.number, l.project_key, l.department_key, l.customer_key,
            l.subsidiary_key, l.stream, l.opened_on, month_key(e.expected_close) AS month,
            e.expected_close, max(v.expected_close) AS expected_now,
            coalesce(bool_or(v.expected_close > e.ends
                AND {is_open("v")}), false)
                AS is_slipped
        FROM expected e
        JOIN deal_line l ON l.transaction_id = e.transaction_id AND l.is_head
        LEFT JOIN deal_version v ON v.transaction_id = e.transaction_id
            AND v.began::DATE <= e.until AND (v.ended IS NULL OR v.ended::DATE > e.until)
        WHERE l.type = 'Opprtnty' OR l.transaction_id NOT IN (
            SELECT o.transaction_id FROM deal_origin o
            JOIN deal_line a ON a.transaction_id = o.origin_id AND a.type = 'Opprtnty')
        GROUP BY ALL""",
    )
)
