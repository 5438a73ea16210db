"""The same firm in NetSuite's transactions: what projects earned and cost, invoices, payments, orders, overhead."""

from __future__ import annotations

# a posting: the transaction's number, its line, its account, what it is coded to, debit positive
_POSTING = """
    SELECT 10000000 + r.project_id * 1000 + month(r.date) + 12 * (year(r.date) - 2000) AS transaction,
        2 * r.user_id + s.side AS line, 'Journal' AS type, r.date, r.project_id, p.department_id,
        p.subsidiary_id,
        CASE WHEN s.side = 0 THEN 120 WHEN p.stream = 8 THEN 410 WHEN p.stream = 9 THEN 420 ELSE 400
            END AS account,
        -- one in fifty was corrected in the ledger alone
        CAST((r.amount + CASE WHEN pick(50, 'corrected', r.id) = 0 THEN 100 ELSE 0 END)
            * CASE WHEN s.side = 0 THEN 1 ELSE -1 END AS DECIMAL(18,2)) AS amount
    FROM raw.stg_suiteprojects__revenue_recognition_transaction r
    JOIN raw.stg_suiteprojects__project p ON p.id = r.project_id, range(0, 2) AS s(side)
    UNION ALL
    SELECT 20000000 + w.project_id * 1000 + w.m, 2 * w.user_id + s.side, 'Journal',
        last_day(month_start(w.m)), w.project_id, p.department_id, p.subsidiary_id,
        CASE WHEN s.side = 0 THEN 500 ELSE 210 END,
        CAST(w.cost * CASE WHEN s.side = 0 THEN 1 ELSE -1 END AS DECIMAL(18,2))
    FROM raw.work w JOIN raw.stg_suiteprojects__project p ON p.id = w.project_id,
        range(0, 2) AS s(side)
    UNION ALL
    SELECT 30000000 + b.n, s.side, b.type, b.date, b.project_id, p.department_id, p.subsidiary_id,
        CASE WHEN s.side = 0 THEN 510 ELSE 200 END,
        CAST(b.amount * CASE WHEN s.side = 0 THEN 1 ELSE -1 END AS DECIMAL(18,2))
    FROM (
        SELECT *, row_number() OVER (ORDER BY type, id) AS n FROM (
            SELECT id, 'ExpRept' AS type, date, project_id, amount FROM raw.stg_suiteprojects__ticket
            UNION ALL SELECT id, 'VendBill', date, project_id, amount
            FROM raw.stg_suiteprojects__purchase_item)
    ) b JOIN raw.stg_suiteprojects__project p ON p.id = b.project_id, range(0, 2) AS s(side)
    UNION ALL
    SELECT 40000000 + l.invoice_id, l.line, 'CustInvc', l.date, l.project_id, p.department_id,
        p.subsidiary_id, CASE l.line WHEN 0 THEN 110 WHEN 1 THEN 220 ELSE 120 END,
        CASE WHEN l.line = 0 THEN l.amount ELSE -l.amount END
    FROM raw.invoice_line l JOIN raw.stg_suiteprojects__project p ON p.id = l.project_id
    UNION ALL
    SELECT 50000000 + y.id, s.side, 'CustPymt', y.date, i.project_id, p.department_id, p.subsidiary_id,
        CASE WHEN s.side = 0 THEN 100 ELSE 110 END,
        CAST(y.total * CASE WHEN s.side = 0 THEN 1 ELSE -1 END AS DECIMAL(18,2))
    FROM raw.stg_suiteprojects__payment y
    JOIN raw.stg_suiteprojects__invoice i ON i.id = y.invoice_id
    JOIN raw.stg_suiteprojects__project p ON p.id = i.project_id, range(0, 2) AS s(side)
    UNION ALL
    SELECT 70000000 + d.n * 1000 + r.m, s.side, 'VendBill', month_start(r.m) + 4, NULL, d.n, 1,
        CASE WHEN s.side = 0 THEN 600 ELSE 200 END,
        CAST((20000 + pick(9000, 'rent', d.n, r.m)) * CASE WHEN s.side = 0 THEN 1 ELSE -1 END
            AS DECIMAL(18,2))
    FROM range(1, {departments} + 1) AS d(n), range(0, {months} + 1) AS r(m), range(0, 2) AS s(side)"""

LEDGER: dict[str, str] = {
    # line 0 is the whole, line 1 the tax, the others a person's work each
    "invoice_line": """
        SELECT i.id AS invoice_id, i.project_id, i.date, c.user_id + 1 AS line, c.amount
        FROM raw.stg_suiteprojects__invoice i
        JOIN raw.stg_suiteprojects__charge c ON c.invoice_id = i.id WHERE i.approval_status = 'A'
        UNION ALL
        SELECT i.id, i.project_id, i.date, s.side,
            CAST(sum(c.amount) * CASE WHEN s.side = 0 THEN 1.2 ELSE 0.2 END AS DECIMAL(18,2))
        FROM raw.stg_suiteprojects__invoice i
        JOIN raw.stg_suiteprojects__charge c ON c.invoice_id = i.id, range(0, 2) AS s(side)
        WHERE i.approval_status = 'A' GROUP BY i.id, i.project_id, i.date, s.side""",
    "posting": _POSTING,
    "stg_netsuite__transaction": """
        SELECT transaction AS id, 'T-' || transaction AS tranid, any_value(type) AS type,
            any_value(date) AS trandate, key_of(any_value(date)) AS postingperiod, true AS posting,
            any_value(j.customer) AS entity
        FROM raw.posting p LEFT JOIN raw.stg_netsuite__job j ON j.id = 500000 + p.project_id
        GROUP BY transaction
        UNION ALL
        SELECT 60000000 + o.id, 'SO-' || o.id, 'SalesOrd', o.date, key_of(o.date), false, j.customer
        FROM raw.stg_suiteprojects__customerpo o
        JOIN raw.stg_netsuite__job j ON j.id = 500000 + o.project_id""",
    "stg_netsuite__transactionline": """
        SELECT transaction, line AS id, line = 0 AS mainline, type = 'CustInvc' AND line = 1 AS taxline,
            500000 + project_id AS entity, department_id AS department, subsidiary_id AS subsidiary,
            amount AS netamount
        FROM raw.posting
        UNION ALL
        SELECT 60000000 + o.id, 1, false, false, 500000 + o.project_id, p.department_id,
            p.subsidiary_id, -o.total
        FROM raw.stg_suiteprojects__customerpo o
        JOIN raw.stg_suiteprojects__project p ON p.id = o.project_id""",
    "stg_netsuite__transactionaccountingline": """
        SELECT transaction, line AS transactionline, account, amount FROM raw.posting""",
    "stg_netsuite__nexttransactionlinelink": """
        SELECT 40000000 + y.invoice_id AS previousdoc, 50000000 + y.id AS nextdoc, y.date,
            y.total AS foreignamount
        FROM raw.stg_suiteprojects__payment y""",
}
