"""Which invoice or credit of SuiteProjects Pro is which document of NetSuite, and how that is known."""

from __future__ import annotations

from models.tables import maps as tables

from .transform import Transform

_OURS = "mirror.stg_suiteprojects__invoice"
DOCUMENTS = "('CustInvc', 'CustCred', 'CashSale')"

MAP_INVOICE = Transform(
    key="map_invoice",
    target=tables.map_invoice,
    sql=f"""
        WITH document AS (
            SELECT id, tranid AS number, TRY_CAST(externalid AS BIGINT) AS told
            FROM mirror.stg_netsuite__transaction WHERE type IN {DOCUMENTS}
        ),
        claim AS (
            SELECT s.id AS suiteprojects_id, n.id AS netsuite_id, 1 AS strength
            FROM {_OURS} s JOIN document n ON n.id = linked(s.netsuite_id)
            UNION ALL SELECT s.id, n.id, 2 FROM {_OURS} s JOIN document n ON n.told = s.id
            UNION ALL
            SELECT s.id, n.id, 3
            FROM (SELECT number, min(id) AS id FROM {_OURS} GROUP BY 1 HAVING count(*) = 1) s
            JOIN (SELECT number, min(id) AS id FROM document GROUP BY 1 HAVING count(*) = 1) n
                ON n.number = s.number
            UNION ALL
            SELECT d.suiteprojects_id, d.netsuite_id, 4
            FROM mirror.own_map_decision d
            JOIN {_OURS} s ON s.id = d.suiteprojects_id JOIN document n ON n.id = d.netsuite_id
            WHERE d.kind = 'invoice' AND d.state = 'confirmed'
        ),
        judged AS (
            SELECT c.*, CASE WHEN d.state = 'confirmed' AND c.strength < 4 THEN 0 ELSE c.strength END
                AS rank
            FROM claim c
            LEFT JOIN mirror.own_map_decision d ON d.kind = 'invoice'
                AND d.suiteprojects_id = c.suiteprojects_id AND d.netsuite_id = c.netsuite_id
            WHERE d.state IS DISTINCT FROM 'rejected'
        ),
        held AS (
            FROM judged QUALIFY row_number() OVER (
                PARTITION BY suiteprojects_id ORDER BY rank, strength, netsuite_id) = 1
        )
        SELECT suiteprojects_id, netsuite_id,
            CASE strength WHEN 1 THEN 'suiteprojects' WHEN 2 THEN 'netsuite' WHEN 3 THEN 'number'
                ELSE 'person' END AS told_by
        FROM held
        QUALIFY row_number() OVER (PARTITION BY netsuite_id ORDER BY rank, strength, suiteprojects_id) = 1""",
)

_NEAR = 7  # days between two documents that may be one

INVOICE_FINDINGS = f"""
        SELECT 'invoice' AS kind, CASE WHEN s.netsuite_id = -1 THEN 'in_flight'
                WHEN d.state IS NOT NULL THEN 'refused' WHEN n.id IS NULL THEN 'no_twin'
                ELSE 'two_claims' END AS finding,
            s.id AS suiteprojects_id, s.number AS name, linked(s.netsuite_id) AS netsuite_id,
            w.suiteprojects_id AS held_by
        FROM {_OURS} s
        LEFT JOIN map_invoice l ON l.suiteprojects_id = s.id
        LEFT JOIN mirror.stg_netsuite__transaction n
            ON n.id = s.netsuite_id AND n.type IN {DOCUMENTS}
        LEFT JOIN mirror.own_map_decision d ON d.kind = 'invoice' AND d.state = 'rejected'
            AND d.suiteprojects_id = s.id AND d.netsuite_id = s.netsuite_id
        LEFT JOIN map_invoice w
            ON w.netsuite_id = s.netsuite_id AND w.suiteprojects_id IS DISTINCT FROM s.id
        WHERE s.netsuite_id IS NOT NULL AND s.netsuite_id <> 0
            AND l.netsuite_id IS DISTINCT FROM s.netsuite_id
        UNION ALL
        SELECT 'invoice', 'two_claims', s.id, s.number, n.id, l.suiteprojects_id
        FROM mirror.stg_netsuite__transaction n
        JOIN {_OURS} s ON s.id = TRY_CAST(n.externalid AS BIGINT)
        LEFT JOIN map_invoice l ON l.netsuite_id = n.id
        WHERE n.type IN {DOCUMENTS} AND l.suiteprojects_id IS DISTINCT FROM s.id
            AND s.netsuite_id IS DISTINCT FROM n.id"""

INVOICE_SUGGESTIONS = f"""
        SELECT 'invoice' AS kind, s.id AS suiteprojects_id, s.number AS suiteprojects_name,
            n.id AS netsuite_id, n.tranid AS netsuite_name,
            CASE WHEN n.trandate = s.date THEN 0.85 ELSE 0.7 END::DECIMAL(18,4) AS score,
            CASE WHEN n.trandate = s.date THEN 'customer, amount and day are the same'
                ELSE 'customer and amount are the same, the days are near' END AS reason
        FROM {_OURS} s
        JOIN map_customer sc ON sc.system = 'suiteprojects' AND sc.id = s.customer_id
        JOIN map_customer nc ON nc.system = 'netsuite' AND nc.customer_key = sc.customer_key
        JOIN mirror.stg_netsuite__transaction n ON n.entity = nc.id AND n.type IN {DOCUMENTS}
            AND abs(n.foreigntotal) = abs(s.total) AND (n.type = 'CustCred') = (s.total < 0)
            AND abs(n.trandate - s.date) <= {_NEAR}
        JOIN mirror.stg_netsuite__currency c ON c.id = n.currency AND c.symbol = s.currency
        ANTI JOIN map_invoice a ON a.suiteprojects_id = s.id
        ANTI JOIN map_invoice b ON b.netsuite_id = n.id
        WHERE status_word(s.approval_status) = 'approved' AND coalesce(s.netsuite_id, 0) <> -1"""
