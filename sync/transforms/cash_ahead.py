"""Fees that are due and not invoiced, receipts to be paid out, and the payments to come (F5 to F7)."""

from __future__ import annotations

from models.tables import cash as tables

from .business import OF_CONTRACT, WORK_STREAM
from .pieces import CUSTOMER, PARENT_NEEDS, suiteprojects_parents
from .transform import Transform

# A fee hangs on a day, or on a task that is closed when it is reached; the system keeps no day of closing, so
# the task's planned end stands for it.
FIXED_FEE = Transform(
    key="fixed_fee",
    needs=(*PARENT_NEEDS, "fct_charge", "contract_stream"),
    sql=f"""
        WITH charged AS (
            SELECT billing_rule_id, currency, sum(amount)::DECIMAL(18,4) AS amount
            FROM fct_charge WHERE type = 'F' AND NOT is_credit GROUP BY ALL
        )
        SELECT r.id AS billing_rule_id, r.name, p.project_key, p.department_key, p.subsidiary_key,
            {CUSTOMER}, {WORK_STREAM} AS stream, r.amount AS fee, coalesce(nullif(r.currency, ''), p.currency) AS currency,
            coalesce(t.calculated_finish, r.start_date) AS planned_on,
            CASE WHEN t.id IS NULL OR t.is_closed
                THEN coalesce(t.calculated_finish, r.start_date) END AS reached_on,
            coalesce(c.amount, 0) AS charged
        FROM mirror.stg_suiteprojects__billing_rule r
        {suiteprojects_parents("r")}
        {OF_CONTRACT}
        LEFT JOIN mirror.stg_suiteprojects__project_task t ON t.id = r.end_milestone_id
        LEFT JOIN charged c ON c.billing_rule_id = r.id
            AND c.currency = coalesce(nullif(r.currency, ''), p.currency)
        WHERE r.type = 'F' AND r.amount > 0 AND (r.is_active OR c.amount IS NOT NULL)""",
)

_CLOSING = """
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.stated_day
        ASOF LEFT JOIN fx_closing c
            ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.stated_day // 100"""

FCT_MILESTONE = Transform(
    key="fct_milestone",
    target=tables.fct_milestone,
    needs=("stock_month", "fixed_fee", "fct_charge", "fx_daily", "fx_closing"),
    sql=f"""
        WITH invoiced AS (
            SELECT billing_rule_id, currency, invoice_day AS day,
                sum(sum(amount)) OVER (PARTITION BY billing_rule_id, currency ORDER BY invoice_day)
                    AS amount
            FROM fct_charge WHERE type = 'F' AND NOT is_credit AND invoice_day IS NOT NULL
            GROUP BY billing_rule_id, currency, invoice_day
        ),
        f AS (
            SELECT s.month, s.day, s.day AS stated_day, m.billing_rule_id, m.name, m.project_key,
                m.department_key, m.customer_key, m.subsidiary_key, m.stream, m.reached_on,
                (date_of(s.day) - m.reached_on)::INTEGER AS waiting_days, m.fee, m.currency,
                greatest(m.fee - coalesce(i.amount, 0), 0)::DECIMAL(18,4) AS amount
            FROM fixed_fee m
            JOIN stock_month s ON day_key(m.reached_on) <= s.day
            ASOF LEFT JOIN invoiced i ON i.billing_rule_id = m.billing_rule_id
                AND i.currency = m.currency AND i.day <= s.day
        )
        SELECT f.* EXCLUDE (stated_day), translate_once(f.amount, d.rate) AS amount_subsidiary,
            d.book AS subsidiary_currency, translate(f.amount, d.rate, c.rate) AS amount_base
        FROM f {_CLOSING}
        WHERE f.amount > 0 OR f.month = month_key(f.reached_on)""",
)

FCT_REIMBURSABLE = Transform(
    key="fct_reimbursable",
    target=tables.fct_reimbursable,
    needs=("stock_month", "fct_expense"),
    sql="""
        SELECT s.month, s.day, e.receipt_id, e.report_number, e.project_key, e.department_key,
            e.customer_key, e.subsidiary_key, e.person_key, e.stream, e.submitted_on, e.approved_on,
            (date_of(s.day) - coalesce(e.submitted_on, e.approved_on))::INTEGER AS waiting_days,
            e.description, e.amount, e.currency, e.amount_subsidiary, e.subsidiary_currency,
            e.amount_base
        FROM fct_expense e
        JOIN stock_month s ON day_key(e.approved_on) <= s.day
            AND (e.paid_on IS NULL OR day_key(e.paid_on) > s.day)
        WHERE e.status = 'approved' AND e.is_reimbursable""",
)

# How late payments come, by the last two years' ones; of fewer than five nothing is concluded.
_HISTORY = 730
_ENOUGH = 5


def _medians(what: str, days: str, waiting: str) -> str:
    """The median of `days` of payments above what each customer's item has waited; its own, and the firm's."""
    return f"""
        {what}_own AS (
            SELECT k.customer_key, k.waiting, median(p.{days}) AS days
            FROM (SELECT DISTINCT customer_key, {waiting} AS waiting FROM {what}) k
            JOIN paid p ON p.customer_key = k.customer_key AND p.{days} > k.waiting
                AND k.customer_key <> -1
            GROUP BY ALL HAVING count(*) >= {_ENOUGH}
        ),
        {what}_firm AS (
            SELECT k.waiting, median(p.{days}) AS days
            FROM (SELECT DISTINCT {waiting} AS waiting FROM {what}) k
            JOIN paid p ON p.{days} > k.waiting
            GROUP BY ALL HAVING count(*) >= {_ENOUGH}
        )"""


def _dated(what: str, waiting: str) -> str:
    return f"""
            FROM {what} i
            LEFT JOIN {what}_own o ON o.customer_key = i.customer_key AND o.waiting = i.{waiting}
            LEFT JOIN {what}_firm g ON g.waiting = i.{waiting}"""


_BASIS = """CASE WHEN o.days IS NOT NULL THEN 'customer' WHEN g.days IS NOT NULL THEN 'firm'
                    ELSE 'none' END AS basis,
                CAST(ceil(coalesce(o.days, g.days)) AS INTEGER) AS days_after"""

FCT_RECEIPT_AHEAD = Transform(
    key="fct_receipt_ahead",
    target=tables.fct_receipt_ahead,
    needs=("fct_ar_open", "fct_application", "fixed_fee", "fx_daily", "fx_closing"),
    sql=f"""
        WITH paid AS (
            SELECT a.customer_key, a.days_late, a.days_to_pay
            FROM fct_application a, run_day r
            WHERE a.kind = 'payment' AND a.applied_on > r.today - {_HISTORY}
        ),
        open AS (  -- an invoice without a due date is due on its own day
            SELECT a.*, coalesce(a.due_on, a.invoiced_on) AS due,
                (r.today - coalesce(a.due_on, a.invoiced_on))::INTEGER AS waiting
            FROM fct_ar_open a JOIN run_day r ON r.month = a.month
            WHERE a.system = 'netsuite' AND a.type = 'CustInvc'
        ),
        scheduled AS (
            SELECT m.*, greatest(m.planned_on, r.today) AS due, -1 AS waiting, r.day AS stated_day,
                coalesce(m.reached_on <= r.today, false) AS is_reached,
                (m.fee - m.charged)::DECIMAL(18,4) AS amount
            FROM fixed_fee m, run_day r WHERE m.fee > m.charged
        ),
        {_medians("open", "days_late", "waiting")},
        {_medians("scheduled", "days_to_pay", "waiting")},
        f AS (
            SELECT 'scheduled' AS kind, NULL::BIGINT AS document_id, i.billing_rule_id,
                i.name AS number, i.project_key, i.department_key, i.customer_key,
                i.subsidiary_key, i.due AS due_on, i.planned_on, i.is_reached, {_BASIS}, i.amount,
                i.currency, i.stated_day
            {_dated("scheduled", "waiting")}
        ),
        told AS (
            SELECT 'open' AS kind, i.document_id, NULL::BIGINT AS billing_rule_id, i.number,
                i.project_key, i.department_key, i.customer_key, i.subsidiary_key,
                i.due AS due_on, {_BASIS}, i.amount, i.currency, i.amount_subsidiary,
                i.subsidiary_currency, i.amount_base
            {_dated("open", "waiting")}
            UNION ALL BY NAME
            SELECT f.* EXCLUDE (stated_day), translate_once(f.amount, d.rate) AS amount_subsidiary,
                d.book AS subsidiary_currency, translate(f.amount, d.rate, c.rate) AS amount_base
            FROM f {_CLOSING}
        )
        SELECT t.*, t.due_on + t.days_after AS expected_on,
            day_key(t.due_on + t.days_after) AS day, month_key(t.due_on + t.days_after) AS month,
            coalesce(t.due_on + t.days_after < r.today + 91, false) AS is_near
        FROM told t, run_day r""",
)

# An item may come as late as any payment of its basis that came later than it has waited already, each as likely.
FCT_RECEIPT_CHANCE = Transform(
    key="fct_receipt_chance",
    target=tables.fct_receipt_chance,
    needs=("fct_receipt_ahead", "fct_application"),
    sql=f"""
        WITH late AS (
            SELECT k.kind, a.customer_key,
                CASE k.kind WHEN 'open' THEN a.days_late ELSE a.days_to_pay END AS days, count(*) AS n
            FROM fct_application a, run_day r, (VALUES ('open'), ('scheduled')) AS k(kind)
            WHERE a.kind = 'payment' AND a.applied_on > r.today - {_HISTORY}
            GROUP BY ALL
        ),
        lag AS (
            SELECT kind, 'customer' AS basis, customer_key, days, n FROM late
            UNION ALL SELECT kind, 'firm', NULL, days, sum(n) FROM late GROUP BY kind, days
        ),
        item AS (
            SELECT a.*, row_number() OVER (ORDER BY a.kind, a.document_id, a.billing_rule_id, a.currency)
                    AS id,
                CASE a.kind WHEN 'open' THEN (r.today - a.due_on)::INTEGER ELSE -1 END AS waiting,
                r.today
            FROM fct_receipt_ahead a, run_day r WHERE a.basis <> 'none'
        ),
        placed AS (
            SELECT i.id, month_key(i.due_on + l.days::INTEGER) AS month,
                i.due_on + l.days::INTEGER < i.today + 91 AS is_near, sum(l.n) AS n
            FROM item i
            JOIN lag l ON l.kind = i.kind AND l.basis = i.basis AND l.days > i.waiting
                AND (l.customer_key = i.customer_key OR l.basis = 'firm')
            GROUP BY ALL
        ),
        counted AS (
            SELECT *, sum(n) OVER (PARTITION BY id ORDER BY month, is_near DESC) AS until,
                sum(n) OVER (PARTITION BY id) AS whole
            FROM placed
        ),
        reached AS (
            SELECT *, CAST(until::DOUBLE / whole AS DECIMAL(18,4)) AS chance_to FROM counted
        ),
        chance AS (
            SELECT *, coalesce(lag(chance_to) OVER (PARTITION BY id ORDER BY month, is_near DESC), 0)
                ::DECIMAL(18,4) AS chance_from
            FROM reached
        )
        SELECT i.kind, i.document_id, i.billing_rule_id, i.number, i.project_key, i.department_key,
            i.customer_key, i.subsidiary_key, i.due_on, i.basis, c.month, c.is_near,
            i.kind || ' ' || coalesce(i.document_id, i.billing_rule_id) AS item, c.chance_from,
            c.chance_to, product(i.amount, c.chance_to - c.chance_from) AS amount, i.currency,
            product(i.amount_subsidiary, c.chance_to - c.chance_from) AS amount_subsidiary,
            i.subsidiary_currency,
            product(i.amount_base, c.chance_to - c.chance_from) AS amount_base
        FROM chance c JOIN item i ON i.id = c.id WHERE c.chance_to > c.chance_from""",
)
