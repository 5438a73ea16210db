"""What live projects were planned and sold at, and what is held against that, at rates that do not move (C7).

A plan is translated at the rates of the day and the month its project begins, and so is the cost that it is
compared with. What is still to be earned of a contract is told at today's.
"""

from __future__ import annotations

from .transform import Slicing, Transform

LIVE_PROJECT = (
    Transform(  # client projects that are under way or yet to begin, and when their plan was made
        key="live_project",
        needs=("dim_project",),
        sql="""
        SELECT project_key, suiteprojects_id, department_key, customer_key, subsidiary_key,
            manager_key, contract_type,
            currency, starts_on, ends_on, baseline_starts_on, baseline_ends_on, budget_hours,
            budget_amount, contract_amount, coalesce(day_key(starts_on), 99991231) AS plan_day,
            coalesce(month_key(starts_on), 999912) AS plan_month
        FROM dim_project
        WHERE kind = 'client' AND is_active AND NOT is_deleted AND NOT is_program
            AND project_key <> -1""",
    )
)

TASK_TIME = (
    Transform(  # approved time on tasks of client projects, apart by the currency of its cost
        key="task_time",
        needs=("fct_time",),
        sql="""
        SELECT project_key, task_key, currency, sum(hours)::DECIMAL(18,4) AS hours,
            sum(cost)::DECIMAL(18,4) AS cost
        FROM fct_time WHERE kind = 'client' AND status = 'approved' GROUP BY ALL""",
        slicings=(Slicing(by=("project_key",), of={"fct_time": ("project_key",)}),),
    )
)

PROJECT_FLOW = Transform(  # revenue, cost beside labour, and charges to date
    key="project_flow",
    needs=("fct_rev_rec", "fct_expense", "fct_purchase", "fct_charge"),
    sql="""
        SELECT project_key, what, currency, sum(amount)::DECIMAL(18,4) AS amount,
            sum(amount_base)::DECIMAL(18,4) AS amount_base, sum(hours)::DECIMAL(18,4) AS hours
        FROM (
            SELECT project_key, CASE method WHEN 'T' THEN 'time' ELSE 'revenue' END AS what,
                currency, amount, amount_base, hours FROM fct_rev_rec
            UNION ALL
            SELECT project_key, 'bought', currency, amount, amount_base, NULL FROM fct_expense
            WHERE status = 'approved'
            UNION ALL
            SELECT project_key, 'bought', currency, amount, amount_base, NULL FROM fct_purchase
            UNION ALL
            SELECT project_key, CASE type WHEN 'F' THEN 'fee_charged' ELSE 'capped' END, currency,
                amount, amount_base, NULL
            FROM fct_charge WHERE type = 'F' OR type = 'T' AND is_capped
        ) GROUP BY ALL""",
    slicings=(
        Slicing(
            by=("project_key",),
            of=dict.fromkeys(
                ("fct_rev_rec", "fct_expense", "fct_purchase", "fct_charge"), ("project_key",)
            ),
        ),
    ),
)

PLAN_MONEY = Transform(  # all in one, as the SQL of a translation is long
    key="plan_money",
    needs=("live_project", "dim_task", "task_time", "project_flow", "fx_daily", "fx_average"),
    sql="""
        WITH planned AS (
            SELECT p.project_key, t.task_key, 'budget' AS what, coalesce(t.currency, p.currency) AS currency,
                t.budget_cost AS amount
            FROM live_project p JOIN dim_task t ON t.project_key = p.project_key
            WHERE t.budget_cost > 0
            UNION ALL
            SELECT p.project_key, t.task_key, 'spent', t.currency, t.cost
            FROM live_project p JOIN task_time t ON t.project_key = p.project_key
            WHERE t.task_key <> -1 AND t.cost <> 0
            UNION ALL
            SELECT p.project_key, NULL, 'revenue', p.currency,
                coalesce(p.contract_amount, nullif(p.budget_amount, 0))
            FROM live_project p
            UNION ALL
            SELECT p.project_key, NULL, 'cost', coalesce(b.currency, p.currency), sum(b.total)
            FROM live_project p
            JOIN mirror.stg_suiteprojects__project_budget b ON b.project_id = p.suiteprojects_id
            GROUP BY ALL
            UNION ALL
            SELECT p.project_key, NULL, CASE b.type WHEN 'F' THEN 'fee' ELSE 'cap' END,
                coalesce(b.currency, p.currency), sum(CASE b.type WHEN 'F' THEN b.amount ELSE b.cap END)
            FROM live_project p
            JOIN mirror.stg_suiteprojects__billing_rule b ON b.project_id = p.suiteprojects_id
            WHERE b.type = 'F' AND b.amount <> 0 OR b.type = 'T' AND b.cap > 0
            GROUP BY ALL
            UNION ALL
            SELECT p.project_key, NULL, f.what, f.currency, f.amount
            FROM live_project p
            JOIN project_flow f ON f.project_key = p.project_key AND f.what IN ('capped', 'fee_charged')
        ),
        unearned AS (
            SELECT p.project_key, p.currency, greatest(
                any_value(coalesce(p.contract_amount, nullif(p.budget_amount, 0)))
                    - coalesce(sum(f.amount), 0), 0) AS amount
            FROM live_project p
            LEFT JOIN project_flow f ON f.project_key = p.project_key AND f.currency = p.currency
                AND f.what IN ('time', 'revenue')
            WHERE coalesce(p.contract_amount, nullif(p.budget_amount, 0)) IS NOT NULL
            GROUP BY p.project_key, p.currency
        ),
        item AS (
            SELECT i.*, p.subsidiary_key, p.plan_day AS day, p.plan_month AS month
            FROM planned i JOIN live_project p ON p.project_key = i.project_key
            UNION ALL
            SELECT u.project_key, NULL, 'unearned', u.currency, u.amount, p.subsidiary_key, r.day, r.month
            FROM unearned u JOIN live_project p ON p.project_key = u.project_key, run_day r
        )
        SELECT i.project_key, i.task_key, i.what, d.book,
            translate_once(i.amount, d.rate) AS subsidiary, translate(i.amount, d.rate, a.rate) AS base
        FROM item i
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = i.subsidiary_key
            AND d.currency = i.currency AND d.day <= i.day
        ASOF LEFT JOIN fx_average a ON a.subsidiary_key = i.subsidiary_key AND a.month <= i.month""",
)
