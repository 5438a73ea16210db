"""What is open at the end of each month: documents less what was applied or paid by then."""

from __future__ import annotations

from models.tables import billing as tables

from .macros import ONE
from .pieces import IN_NETSUITE, referring, stock_touched
from .transform import Slicing, Transform

_LINKS = "mirror.stg_netsuite__nexttransactionlinelink"

RECEIVABLE = Transform(  # NetSuite's documents: invoices positive, credits and payments negative
    key="receivable",
    needs=("map_customer", "dim_subsidiary", "sales_line"),
    sql="""
        WITH parents AS (
            SELECT transaction_id,
                CASE WHEN count(DISTINCT project_key) = 1 THEN min(project_key) END AS project_key,
                CASE WHEN count(DISTINCT department_key) = 1 THEN min(department_key) END
                    AS department_key
            FROM sales_line WHERE NOT is_tax GROUP BY transaction_id
        ),
        document AS (
            SELECT h.*, l.subsidiary,
                CASE WHEN h.type = 'CustInvc' THEN coalesce(l.foreignamount, h.foreigntotal)
                    ELSE -abs(coalesce(l.foreignamount, h.foreigntotal)) END AS amount,
                CASE WHEN h.type = 'CustInvc' THEN l.netamount ELSE -abs(l.netamount) END AS booked
            FROM mirror.stg_netsuite__transaction h
            LEFT JOIN mirror.stg_netsuite__transactionline l
                ON l.transaction = h.id AND l.mainline
            WHERE h.type IN ('CustInvc', 'CustCred', 'CustPymt') AND coalesce(h.posting, true)
            QUALIFY row_number() OVER (PARTITION BY h.id ORDER BY l.id) = 1
        )
        SELECT d.id AS document_id, d.type, d.tranid AS number,
            coalesce(p.project_key, -1) AS project_key,
            coalesce(p.department_key, -1) AS department_key,
            coalesce(mc.customer_key, -1) AS customer_key,
            coalesce(b.subsidiary_key, -1) AS subsidiary_key,
            d.trandate AS invoiced_on, d.duedate AS due_on, day_key(d.trandate) AS from_day,
            d.amount, c.symbol AS currency, rate_of(d.exchangerate) AS rate,
            coalesce(d.booked, translate_once(d.amount, rate_of(d.exchangerate))) AS booked,
            b.currency AS book
        FROM document d
        LEFT JOIN parents p ON p.transaction_id = d.id
        LEFT JOIN map_customer mc ON mc.system = 'netsuite' AND mc.id = d.entity
        LEFT JOIN dim_subsidiary b ON b.subsidiary_key = d.subsidiary
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = d.currency""",
    slicings=(
        Slicing(
            by=("document_id",),
            of={
                "stg_netsuite__transaction": ("id",),
                "stg_netsuite__transactionline": ("transaction",),
                "sales_line": ("transaction_id",),
            },
            touched={
                "map_customer": referring(
                    "id", "mirror.stg_netsuite__transaction", "entity", where=IN_NETSUITE
                )
            },
        ),
    ),
)

# A receivable's balance from a day on, summed up event by event; in the books, what is applied goes off
# at the document's own rate to the cent, and what settles it takes along the rest.
OPENED = Transform(
    key="opened",
    needs=("receivable",),
    sql="""
        WITH applied AS (
            SELECT k.previousdoc, k.nextdoc, k.foreignamount AS amount,
                day_key(coalesce(h.trandate, k.lastmodifieddate::DATE)) AS day
            FROM mirror.stg_netsuite__nexttransactionlinelink k
            LEFT JOIN mirror.stg_netsuite__transaction h ON h.id = k.nextdoc
            WHERE k.linktype = 'Payment'
        ),
        event AS (
            SELECT document_id, from_day AS day, amount, booked FROM receivable
            UNION ALL
            SELECT r.document_id, greatest(a.day, r.from_day), -sign(r.amount) * a.amount,
                -sign(r.amount) * round(translate_once(a.amount, r.rate), 2)
            FROM applied a JOIN receivable r ON r.document_id IN (a.previousdoc, a.nextdoc)
        ),
        balance AS (
            SELECT document_id, day, sum(sum(amount)) OVER so_far AS amount,
                sum(sum(booked)) OVER so_far AS booked
            FROM event GROUP BY document_id, day
            WINDOW so_far AS (PARTITION BY document_id ORDER BY day)
        )
        SELECT document_id, day, amount,
            CASE WHEN amount = 0 THEN 0 ELSE booked END::DECIMAL(18,4) AS booked
        FROM balance""",
    slicings=(
        Slicing(
            by=("document_id",),
            of={"receivable": ("document_id",)},
            touched={
                "stg_netsuite__nexttransactionlinelink": (
                    "SELECT previousdoc FROM changed UNION ALL SELECT nextdoc FROM changed"
                ),
                "stg_netsuite__transaction": f"""
                    {referring("previousdoc", _LINKS, "nextdoc")}
                    UNION ALL {referring("nextdoc", _LINKS, "nextdoc")}""",
            },
        ),
    ),
)

PSA_OPENED = Transform(
    key="psa_opened",
    needs=("psa_invoice",),
    sql="""
        WITH event AS (
            SELECT id AS document_id, day_key(date) AS day, total AS amount FROM psa_invoice
            WHERE status = 'approved'
            UNION ALL
            SELECT i.id, greatest(day_key(p.date), day_key(i.date)), -p.amount
            FROM mirror.stg_suiteprojects__payment p JOIN psa_invoice i ON i.id = p.invoice_id
            WHERE i.status = 'approved'
        )
        SELECT document_id, day, sum(sum(amount)) OVER (PARTITION BY document_id ORDER BY day)
            AS amount
        FROM event GROUP BY document_id, day""",
    slicings=(
        Slicing(
            by=("document_id",),
            of={"psa_invoice": ("id",), "stg_suiteprojects__payment": ("invoice_id",)},
        ),
    ),
)

FCT_AR_OPEN = Transform(
    key="fct_ar_open",
    target=tables.fct_ar_open,
    needs=(
        "stock_month",
        "receivable",
        "opened",
        "psa_invoice",
        "psa_opened",
        "fx_closing",
        "fx_daily",
    ),
    sql=f"""
        WITH netsuite AS (
            SELECT 'netsuite' AS system, s.month, s.day, r.* EXCLUDE (amount, from_day, booked, rate),
                o.amount, o.booked, o.booked AS held, {ONE} AS rate  -- as the control accounts hold it
            FROM receivable r JOIN stock_month s ON r.from_day <= s.day
            ASOF JOIN opened o ON o.document_id = r.document_id AND o.day <= s.day
        ),
        suiteprojects AS (
            SELECT 'suiteprojects' AS system, s.month, s.day, i.id AS document_id,
                CASE WHEN i.total < 0 THEN 'Credit' ELSE 'Invoice' END AS type, i.number,
                i.project_key, i.department_key, i.customer_key, i.subsidiary_key,
                i.date AS invoiced_on, o.amount, i.currency, d.rate,
                translate_once(o.amount, d.rate) AS booked, o.amount AS held, d.book
            FROM psa_invoice i JOIN stock_month s ON day_key(i.date) <= s.day
            ASOF JOIN psa_opened o ON o.document_id = i.id AND o.day <= s.day
            ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = i.subsidiary_key
                AND d.currency = i.currency AND d.day <= s.day
            WHERE i.status = 'approved'
        ),
        f AS (
            SELECT * FROM netsuite WHERE amount <> 0
            UNION ALL BY NAME SELECT * FROM suiteprojects WHERE amount <> 0
        )
        SELECT f.* EXCLUDE (rate, booked, held, book), f.booked AS amount_subsidiary,
            f.book AS subsidiary_currency, translate(f.held, f.rate, c.rate) AS amount_base
        FROM f
        ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month""",
    slicings=(
        Slicing(
            by=("system", "document_id"),
            of={
                "receivable": ("'netsuite'", "document_id"),
                "opened": ("'netsuite'", "document_id"),
                "psa_invoice": ("'suiteprojects'", "id"),
                "psa_opened": ("'suiteprojects'", "document_id"),
            },
        ),
        Slicing(
            by=("month",), of={"stock_month": ("month",)}, touched=stock_touched("fct_ar_open")
        ),
    ),
)
