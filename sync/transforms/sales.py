"""Sales facts: orders line by line, and what of each contract was left at the end of each month."""

from __future__ import annotations

from models.tables import sales as tables

from .business import OF_CONTRACT, PROJECT_STREAM, contract_touched
from .pieces import BOOK_RATE, book_touched, referring, stock_touched
from .transform import Slicing, Transform

_BY_MONTH = Slicing(by=("month",), of={"stock_month": ("month",)})

FCT_SO_LINE = Transform(
    key="fct_so_line",
    target=tables.fct_so_line,
    needs=("sales_line", "fx_average"),
    sql=f"""
        WITH f AS (SELECT * FROM sales_line WHERE type = 'SalesOrd' AND NOT is_tax)
        SELECT f.transaction_id, f.line_id, f.number, f.project_key, f.department_key,
            f.customer_key, f.subsidiary_key, f.day, f.month, f.item, f.stream, f.status,
            f.amount, f.currency, f.net AS amount_subsidiary, f.book AS subsidiary_currency,
            translate_once(f.net, a.rate) AS amount_base
        FROM f {BOOK_RATE}""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"sales_line": ("transaction_id",)},
            touched=book_touched("fct_so_line", "transaction_id"),
        ),
    ),
)

ORDER_LINE = Transform(  # what counts towards a contract
    key="order_line",
    needs=("sales_line", "dim_project"),
    sql="""
        SELECT l.*, month_key(j.projectedenddate) AS end_month
        FROM sales_line l
        JOIN dim_project p ON p.project_key = l.project_key
        LEFT JOIN mirror.stg_netsuite__job j ON j.id = p.netsuite_id
        WHERE l.type = 'SalesOrd' AND NOT l.is_tax AND coalesce(l.status, '') <> 'C'""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"sales_line": ("transaction_id",)},
            touched={
                "dim_project": referring(
                    "transaction_id", "order_line", "project_key", "project_key"
                ),
                "stg_netsuite__job": """
                    SELECT transaction_id FROM order_line WHERE project_key IN (
                        SELECT project_key FROM dim_project
                        WHERE netsuite_id IN (SELECT id FROM changed))""",
            },
        ),
    ),
)

# What is ordered under a contract at a month's end is `contracted`; `gross` is that and what fell out in the month.
SERVICES_BACKLOG = Transform(  # one contract a project; closed lines fall out when the project ends
    key="services_backlog",
    needs=("order_line", "stock_month", "fct_gl"),
    sql="""
        WITH income AS (
            SELECT project_key, subsidiary_key, month,
                sum(-sum(amount_subsidiary)) OVER (PARTITION BY project_key, subsidiary_key ORDER BY month)
                    AS amount
            FROM fct_gl WHERE account_type = 'Income' AND project_key <> -1
            GROUP BY project_key, subsidiary_key, month
        ),
        ranked AS (
            SELECT *, rank() OVER (PARTITION BY project_key, subsidiary_key
                ORDER BY day, transaction_id) = 1 AS is_first
            FROM order_line WHERE project_key <> -1
        ),
        line AS (  -- a closed one counts until its project ends, and stands there to the end of that month
            SELECT o.*, s.month AS in_month, s.day AS in_day,
                NOT (o.is_closed AND s.month >= coalesce(o.end_month, 0)) AS is_open
            FROM ranked o JOIN stock_month s ON o.day <= s.day
            WHERE NOT (o.is_closed
                AND s.month > greatest(coalesce(o.end_month, 0), o.day // 100))
        ),
        contract AS (
            SELECT in_month AS month, in_day AS day, project_key, subsidiary_key,
                min(number) FILTER (WHERE is_open) AS first_number,
                count(DISTINCT number) FILTER (WHERE is_open) AS numbers,
                min_by(department_key, (NOT is_open, transaction_id, line_id)) AS department_key,
                min_by(customer_key, (NOT is_open, transaction_id, line_id)) AS customer_key,
                min_by(stream, (NOT is_open, transaction_id, line_id)) AS stream,
                coalesce(sum(net) FILTER (WHERE is_open), 0) AS contracted, sum(net) AS gross,
                coalesce(sum(net) FILTER (WHERE day // 100 = in_month AND is_first), 0) AS signed,
                coalesce(sum(net) FILTER (WHERE day // 100 = in_month AND NOT is_first), 0) AS changed
            FROM line GROUP BY in_month, in_day, project_key, subsidiary_key
        )
        SELECT c.*, coalesce(i.amount, 0) AS recognized
        FROM contract c
        ASOF LEFT JOIN income i ON i.project_key = c.project_key
            AND i.subsidiary_key = c.subsidiary_key AND i.month <= c.month""",
    slicings=(
        Slicing(
            by=("project_key",),
            of={"order_line": ("project_key",), "fct_gl": ("project_key",)},
            touched={
                "order_line": "SELECT project_key FROM changed WHERE project_key <> -1",
                "fct_gl": """
                    SELECT DISTINCT project_key FROM changed
                    WHERE account_type = 'Income' AND project_key <> -1""",
            },
        ),
        _BY_MONTH,
    ),
)

PRODUCT_BACKLOG = Transform(  # one contract an order line; lines of one item are invoiced in turn
    key="product_backlog",
    needs=("order_line", "stock_month", "sales_line"),
    sql="""
        WITH invoiced AS (
            SELECT createdfrom, item_id, day,
                sum(sum(net)) OVER (PARTITION BY createdfrom, item_id ORDER BY day) AS amount
            FROM sales_line WHERE type IN ('CustInvc', 'CashSale') AND NOT is_tax AND is_posting
            GROUP BY createdfrom, item_id, day
        ),
        last_invoice AS (
            SELECT createdfrom, max(day) // 100 AS month FROM invoiced GROUP BY createdfrom
        ),
        line AS (
            SELECT o.*, sum(o.net) OVER (PARTITION BY o.transaction_id, o.item_id
                ORDER BY o.line_id) - o.net AS before
            FROM order_line o WHERE o.project_key = -1
        )
        SELECT s.month, s.day, l.transaction_id, l.project_key, l.subsidiary_key,
            l.number AS first_number, l.department_key, l.customer_key, l.stream, l.line_id,
            CASE WHEN l.is_closed AND s.month >= coalesce(f.month, 0) THEN 0 ELSE 1 END AS numbers,
            CASE WHEN l.is_closed AND s.month >= coalesce(f.month, 0) THEN 0 ELSE l.net END
                ::DECIMAL(18,4) AS contracted,
            l.net AS gross, CASE WHEN l.day // 100 = s.month THEN l.net ELSE 0 END::DECIMAL(18,4) AS signed,
            greatest(least(coalesce(i.amount, 0) - l.before, l.net), 0) AS recognized
        FROM line l
        JOIN stock_month s ON l.day <= s.day
        LEFT JOIN last_invoice f ON f.createdfrom = l.transaction_id
        ASOF LEFT JOIN invoiced i ON i.createdfrom = l.transaction_id
            AND i.item_id = l.item_id AND i.day <= s.day
        WHERE NOT (l.is_closed AND s.month > greatest(coalesce(f.month, 0), l.day // 100))""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"order_line": ("transaction_id",), "sales_line": ("createdfrom",)},
            touched={
                "order_line": "SELECT transaction_id FROM changed WHERE project_key = -1",
                "sales_line": "SELECT createdfrom FROM changed WHERE createdfrom IS NOT NULL",
            },
        ),
        _BY_MONTH,
    ),
)

PSA_BACKLOG = Transform(  # one contract a project and currency
    key="psa_backlog",
    needs=("po_project", "dim_project", "stock_month", "fct_rev_rec", "contract_stream"),
    sql=f"""
        WITH recognized AS (
            SELECT project_key, currency, month,
                sum(sum(amount)) OVER (PARTITION BY project_key, currency ORDER BY month) AS amount
            FROM fct_rev_rec GROUP BY project_key, currency, month
        ),
        closed AS (
            SELECT k.project_key, coalesce(month_key(any_value(p.ends_on)), 0) AS month
            FROM po_project k JOIN dim_project p ON p.project_key = k.project_key
            GROUP BY k.project_key HAVING NOT bool_or(k.is_active)
        ),
        contract AS (
            SELECT s.month, s.day, k.project_key, k.currency, min(k.number) AS first_number,
                count(DISTINCT k.number) AS numbers, sum(k.total) AS contracted
            FROM po_project k
            JOIN stock_month s ON coalesce(day_key(k.date), 0) <= s.day
            LEFT JOIN closed c ON c.project_key = k.project_key
            WHERE c.month IS NULL OR s.month < c.month
            GROUP BY ALL
        )
        SELECT c.*, p.department_key, p.customer_key, p.subsidiary_key, {PROJECT_STREAM} AS stream,
            coalesce(r.amount, 0) AS recognized
        FROM contract c
        JOIN dim_project p ON p.project_key = c.project_key
        {OF_CONTRACT}
        ASOF LEFT JOIN recognized r ON r.project_key = c.project_key
            AND r.currency = c.currency AND r.month <= c.month""",
    slicings=(
        Slicing(
            by=("project_key",),
            of={
                "po_project": ("project_key",),
                "dim_project": ("project_key",),
                "fct_rev_rec": ("project_key",),
            },
            touched=contract_touched("dim_project", "project_key"),
        ),
        _BY_MONTH,
    ),
)

_CONTRACTS = ("services_backlog", "product_backlog", "psa_backlog")

FCT_BACKLOG = Transform(
    key="fct_backlog",
    target=tables.fct_backlog,
    needs=(
        *_CONTRACTS,
        "dim_subsidiary",
        "fx_daily",
        "fx_closing",
    ),
    sql="""
        WITH ordered AS (
            SELECT * FROM services_backlog UNION ALL BY NAME SELECT * FROM product_backlog
        ),
        f AS (
            SELECT 'netsuite' AS system, o.*, b.currency FROM ordered o
            LEFT JOIN dim_subsidiary b ON b.subsidiary_key = o.subsidiary_key
            WHERE o.numbers > 0
            UNION ALL BY NAME
            SELECT 'suiteprojects' AS system, * FROM psa_backlog
        )
        SELECT f.system, f.month, f.day,
            f.first_number || CASE WHEN f.numbers > 1 THEN ' +' || (f.numbers - 1) ELSE '' END
                AS contract,
            f.project_key, f.department_key, f.customer_key, f.subsidiary_key, f.stream,
            f.contracted, f.recognized, f.contracted - f.recognized AS remaining,
            f.contracted - f.recognized AS amount, f.currency,
            translate_once((f.contracted - f.recognized)::DECIMAL(18,4), d.rate)
                AS amount_subsidiary, d.book AS subsidiary_currency,
            translate((f.contracted - f.recognized)::DECIMAL(18,4), d.rate, c.rate) AS amount_base
        FROM f
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month
        WHERE f.contracted > f.recognized""",
    slicings=(
        Slicing(by=("project_key",), of=dict.fromkeys(_CONTRACTS, ("project_key",))),
        Slicing(
            by=("month",),
            of=dict.fromkeys(_CONTRACTS, ("month",)),
            touched=stock_touched("fct_backlog"),
        ),
    ),
)
