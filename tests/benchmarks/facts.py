"""The invented firm's facts: the declared tables of a snapshot, filled from its raw tables as the build fills them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from models.metrics import catalogue
from models.metrics.rollups import rollups
from models.tables.conformed import SNAPSHOT
from sync.engine.build import make_macros
from sync.engine.making import create_table, order_of
from sync.entities import ENTITIES
from sync.transforms import TRANSFORMS
from sync.transforms.transform import sources_of

from .firm import CURRENCY, DEPARTMENTS, TODAY, Size
from .members import BOOK, DIMENSIONS, PARENTS

_KEYS = 6  # columns of an order; no two rows agree in these
_DAY = TODAY.year * 10000 + TODAY.month * 100 + TODAY.day
_PROJECT = "JOIN raw.stg_suiteprojects__project p ON p.id"
_RATE = "JOIN raw.stg_netsuite__consolidatedexchangerate x ON x.fromsubsidiary"
_STREAM = "CASE WHEN p.kind = 'client' THEN 'services_tm' ELSE 'other' END AS stream"
_ROLLUP = "coalesce(g.percentage > 0, false) AS in_rollup"
_TARGET = "LEFT JOIN raw.stg_suiteprojects__target_utilization g ON g.user_id"
# every month, and the day that a stock is stated for
_STATED = f"""(SELECT a.id AS month, least(a.enddate, DATE '{TODAY}') AS stated,
    day_key(least(a.enddate, DATE '{TODAY}')) AS day FROM raw.stg_netsuite__accountingperiod a) s"""


def _money(amount: str, rate: str = "averagerate", stem: str = "amount") -> str:
    """An amount in the books' own currency, in each lens."""
    return (
        f"{amount} AS {stem}, b.currency AS currency, {amount} AS {stem}_subsidiary, "
        f"b.currency AS subsidiary_currency, {amount} * x.{rate} AS {stem}_base"
    )


def _capacity(days: str) -> str:
    return f"""
        SELECT 2 * u.id AS person_key, 2 * u.department_id AS department_key,
            u.subsidiary_id AS subsidiary_key, u.job_code_id AS role_key, day_key(d.day) AS day,
            month_key(d.day) AS month, u.day_hours AS scheduled_hours, 1 AS full_days,
            0 AS holiday_hours, u.day_hours AS gross_hours, coalesce(l.hours, 0) AS leave_hours,
            u.day_hours - coalesce(l.hours, 0) AS net_hours,
            (u.day_hours - coalesce(l.hours, 0)) * coalesce(g.percentage, 0) / 100 AS target_hours,
            {_ROLLUP}
        FROM raw.stg_suiteprojects__user u CROSS JOIN {days} d
        LEFT JOIN raw.stg_suiteprojects__schedule_request l ON l.user_id = u.id AND l.date = d.day
        {_TARGET} = u.id"""


_TIME_AHEAD = f"""(SELECT d::DATE AS day FROM range(TIMESTAMP '{TODAY}' + INTERVAL 1 DAY,
    TIMESTAMP '{TODAY}' + INTERVAL 1 YEAR, INTERVAL 1 DAY) AS t(d) WHERE isodow(d) < 6)"""


def _open_items(system: str, documents: str) -> str:
    """Documents (id, project_id, number, date, total, paid_on) that are open at the end of a month."""
    kind = "CustInvc" if system == "netsuite" else "Invoice"
    return f"""
        SELECT '{system}' AS system, s.month, s.day, i.id AS document_id, '{kind}' AS type, i.number,
            {PARENTS}, i.date AS invoiced_on, i.date + 30 AS due_on,
            {_money("i.total", "currentrate")}
        FROM ({documents}) i JOIN {_STATED}
            ON i.date <= s.stated AND coalesce(i.paid_on > s.stated, true)
        {_PROJECT} = i.project_id {BOOK} {_RATE} = p.subsidiary_id AND x.postingperiod = s.month"""


def _backlog(system: str, earned: str, number: str) -> str:
    """What of the orders is still to be earned; `earned` is (project_id, month, amount)."""
    return f"""
        WITH earned AS ({earned}),
        stated AS (
            SELECT o.*, s.month, s.day, s.stated,
                coalesce((SELECT sum(e.amount) FROM earned e
                    WHERE e.project_id = o.project_id AND e.month <= s.month), 0) AS done
            FROM raw.stg_suiteprojects__customerpo o
            JOIN {_STATED} ON o.date <= s.stated AND o.closed_on > s.stated
        )
        SELECT '{system}' AS system, o.month, o.day, {number} AS contract, {PARENTS},
            'services_tm' AS stream, o.total AS contracted, o.done AS recognized,
            o.total - o.done AS remaining,
            {_money("CAST(o.total - o.done AS DECIMAL(18,2))", "currentrate")}
        FROM stated o {_PROJECT} = o.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = o.month
        WHERE o.total > o.done"""


_ERP_EARNED = """
    SELECT project_id, month_key(date) AS month, -sum(amount) AS amount FROM raw.posting
    WHERE account BETWEEN 400 AND 499 GROUP BY ALL"""
_PSA_EARNED = """
    SELECT project_id, month_key(date) AS month, sum(amount) AS amount
    FROM raw.stg_suiteprojects__revenue_recognition_transaction GROUP BY ALL"""

_FACTS: dict[str, str] = {
    "fct_time": f"""
        SELECT e.id AS time_entry_id, 2 * e.user_id AS person_key, 2 * u.department_id AS department_key,
            p.subsidiary_id AS subsidiary_key, 2 * p.id AS project_key,
            2 * p.department_id AS project_department_key, 2 * p.customer_id AS customer_key,
            2 * e.project_task_id AS task_key, u.job_code_id AS role_key, day_key(e.date) AS day,
            month_key(e.date) AS month, month_key(coalesce(e.accounting_date, e.date)) AS accounting_month,
            e.hours, status_word(s.status) AS status, p.kind,
            {_STREAM}, p.kind = 'client' AND t.is_billable AS is_billable,
            {_ROLLUP}, {_money("CAST(e.hours * c.cost AS DECIMAL(18,2))", stem="cost")},
            CASE WHEN p.kind = 'client' THEN CAST(e.hours * p.hour_rate AS DECIMAL(18,2)) END AS list_value,
            o.currency AS list_value_currency, list_value AS list_value_subsidiary,
            list_value * y.averagerate AS list_value_base,
            CASE WHEN t.is_billable THEN list_value END AS agreed_value,
            o.currency AS agreed_value_currency, agreed_value AS agreed_value_subsidiary,
            agreed_value * y.averagerate AS agreed_value_base, o.currency AS value_subsidiary_currency,
            e.date AS entered_on, s.submitted AS submitted_on, s.approved AS approved_on,
            CASE WHEN p.kind = 'client' THEN e.id + 1000000000 END AS netsuite_id,
            'Work on task ' || e.project_task_id % 4 AS notes
        FROM raw.stg_suiteprojects__time_entry e {_PROJECT} = e.project_id
        JOIN raw.stg_suiteprojects__user u ON u.id = e.user_id
        JOIN raw.stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
        JOIN raw.stg_suiteprojects__project_task t ON t.id = e.project_task_id
        JOIN raw.stg_suiteprojects__loaded_cost c ON c.user_id = e.user_id
            AND e.date BETWEEN c.start_date AND c.end_date
        JOIN raw.stg_netsuite__subsidiary b ON b.id = u.subsidiary_id
        JOIN raw.stg_netsuite__subsidiary o ON o.id = p.subsidiary_id
        {_RATE} = u.subsidiary_id AND x.postingperiod = month_key(coalesce(e.accounting_date, e.date))
        JOIN raw.stg_netsuite__consolidatedexchangerate y ON y.fromsubsidiary = p.subsidiary_id
            AND y.postingperiod = month_key(coalesce(e.accounting_date, e.date))
        {_TARGET} = e.user_id""",
    "fct_time_bill": f"""
        SELECT t.id AS time_bill_id, 2 * u.id AS person_key, 2 * u.department_id AS department_key,
            p.subsidiary_id AS subsidiary_key, 2 * p.id AS project_key, 2 * p.customer_id AS customer_key,
            day_key(t.trandate) AS day, month_key(t.trandate) AS month, t.hours, t.isbillable AS is_billable,
            t.approvalstatus = '3' AS is_approved, {_ROLLUP}
        FROM raw.stg_netsuite__timebill t {_PROJECT} = t.customer - 500000
        JOIN raw.stg_suiteprojects__user u ON u.id = t.employee - 100000 {_TARGET} = u.id""",
    "fct_capacity": _capacity("raw.workday"),
    "fct_capacity_ahead": _capacity(_TIME_AHEAD),
    "fct_booking": f"""
        SELECT (u.id * 100 + u.m) * 2 + u.side AS booking_id, 2 * u.id AS person_key,
            2 * u.department_id AS department_key, p.subsidiary_id AS subsidiary_key, 2 * p.id AS project_key,
            2 * p.department_id AS project_department_key, 2 * p.customer_id AS customer_key,
            u.job_code_id AS role_key, -1 AS task_key, day_key(u.day) AS day, month_key(u.day) AS month,
            p.kind, {_STREAM}, true AS is_billable, {_ROLLUP}, 'Assigned' AS booking_type, 'hard' AS class,
            'approved' AS status, 'weekdays' AS method, 3 AS hours, 1 AS probability, 3 AS weighted_hours
        FROM (
            SELECT u.*, k.m, k.day, s.side,
                project_of(u.id, greatest(0, least(k.m, {{months}})), s.side) AS project_id
            FROM raw.stg_suiteprojects__user u
            CROSS JOIN (SELECT d::DATE AS day, datediff('month', {{first}}, d::DATE) AS m
                FROM range(TIMESTAMP '{TODAY}' - INTERVAL 1 YEAR, TIMESTAMP '{TODAY}' + INTERVAL 6 MONTH,
                    INTERVAL 1 DAY) AS t(d) WHERE isodow(d) < 6) k
            CROSS JOIN range(0, 2) AS s(side)
        ) u
        {_PROJECT} = u.project_id {_TARGET} = u.id""",
    "fct_rev_rec": f"""
        SELECT r.id AS recognition_id, {PARENTS}, 2 * r.user_id AS person_key, day_key(r.date) AS day,
            month_key(r.date) AS month, r.type AS method, 'services_tm' AS stream, r.hours,
            {_money("r.amount")}
        FROM raw.stg_suiteprojects__revenue_recognition_transaction r {_PROJECT} = r.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(r.date)""",
    "fct_gl": f"""
        SELECT g.transaction AS transaction_id, g.line AS line_id, 'T-' || g.transaction AS number, g.type,
            g.account AS account_key, a.accttype AS account_type, coalesce(2 * p.id, -1) AS project_key,
            p.kind AS project_kind, 2 * g.department_id AS department_key,
            -1 AS class_key, -1 AS location_key, -1 AS item_key,
            coalesce(2 * p.customer_id, -1) AS customer_key, g.subsidiary_id AS subsidiary_key,
            -1 AS person_key, CASE WHEN a.fullname ILIKE '%subscription%' THEN 'subscription'
                WHEN a.fullname ILIKE '%hardware%' THEN 'hardware' WHEN p.id IS NOT NULL THEN 'services_tm'
                ELSE 'other' END AS stream,
            day_key(g.date) AS day, month_key(g.date) AS month, false AS is_adjustment,
            false AS is_intercompany, false AS is_elimination,
            {_money("g.amount")}
        FROM raw.posting g JOIN raw.stg_netsuite__account a ON a.id = g.account
        LEFT {_PROJECT} = g.project_id JOIN raw.stg_netsuite__subsidiary b ON b.id = g.subsidiary_id
        {_RATE} = g.subsidiary_id AND x.postingperiod = month_key(g.date)""",
    "fct_invoice_line": f"""
        SELECT 40000000 + l.invoice_id AS transaction_id, l.line AS line_id, 'T-' || transaction_id AS number,
            'CustInvc' AS type, {PARENTS}, day_key(l.date) AS day, month_key(l.date) AS month,
            'Consulting' AS item, 'services_tm' AS stream, l.line = 1 AS is_tax, {_money("l.amount")}
        FROM raw.invoice_line l {_PROJECT} = l.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(l.date)
        WHERE l.line > 0""",
    "fct_psa_invoice_line": f"""
        SELECT c.id AS charge_id, i.id AS invoice_id, i.number, status_word(i.approval_status) AS status,
            {PARENTS}, day_key(i.date) AS day, month_key(i.date) AS month,
            'services_tm' AS stream, {_money("c.amount")}
        FROM raw.stg_suiteprojects__charge c
        JOIN raw.stg_suiteprojects__invoice i ON i.id = c.invoice_id {_PROJECT} = i.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(i.date)""",
    "fct_charge": f"""
        SELECT c.id AS charge_id, {PARENTS}, 2 * c.user_id AS person_key, day_key(c.date) AS day,
            month_key(c.date) AS month, day_key(c.date) AS worked_day, month_key(c.date) AS worked_month,
            CASE WHEN i.id IS NULL THEN 'open' ELSE 'invoiced' END AS status, {_STREAM}, 'T' AS type, c.hours,
            p.hour_rate AS rate, c.invoice_id, false AS is_credit, true AS is_for_time, false AS is_capped,
            month_key(i.date) AS cohort_month, day_key(i.date) AS invoice_day, {_money("c.amount")}
        FROM raw.stg_suiteprojects__charge c LEFT JOIN raw.stg_suiteprojects__invoice i ON i.id = c.invoice_id
        {_PROJECT} = c.project_id {BOOK} {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(c.date)""",
    "fct_expense": f"""
        SELECT t.id AS receipt_id, t.id AS expense_report_id, {PARENTS}, 2 * t.user_id AS person_key,
            day_key(t.date) AS day, month_key(t.date) AS month, 'approved' AS status, true AS is_billable,
            'expenses' AS stream, true AS is_reimbursable, {_money("t.amount")}
        FROM raw.stg_suiteprojects__ticket t {_PROJECT} = t.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(t.date)""",
    "fct_purchase": f"""
        SELECT t.id AS purchase_item_id, {PARENTS}, {_STREAM}, day_key(t.date) AS day, month_key(t.date) AS month,
            {_money("t.amount")}
        FROM raw.stg_suiteprojects__purchase_item t {_PROJECT} = t.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(t.date)""",
    "fct_ar_open": " UNION ALL BY NAME ".join((
        _open_items("netsuite", """
            SELECT 40000000 + l.invoice_id AS id, l.project_id, 'T-' || (40000000 + l.invoice_id) AS number,
                l.date, l.amount AS total, y.date AS paid_on
            FROM raw.invoice_line l LEFT JOIN raw.stg_suiteprojects__payment y ON y.invoice_id = l.invoice_id
            WHERE l.line = 0"""),
        _open_items("suiteprojects", """
            SELECT i.id, i.project_id, i.number, i.date, l.amount AS total, y.date AS paid_on
            FROM raw.stg_suiteprojects__invoice i
            JOIN raw.invoice_line l ON l.invoice_id = i.id AND l.line = 0
            LEFT JOIN raw.stg_suiteprojects__payment y ON y.invoice_id = i.id"""),
    )),
    "fct_backlog": " UNION ALL BY NAME ".join((
        f"({_backlog('netsuite', _ERP_EARNED, '''('SO-' || o.id)''')})",
        f"({_backlog('suiteprojects', _PSA_EARNED, 'o.number')})",
    )),
    "fct_order_intake": f"""
        SELECT 60000000 + o.id AS transaction_id, 1 AS line_id, 'SO-' || o.id AS number, 'order' AS kind,
            {PARENTS}, -1 AS item_key, 'services_tm' AS stream, day_key(o.date) AS day,
            month_key(o.date) AS month, {_money("o.total")}
        FROM raw.stg_suiteprojects__customerpo o {_PROJECT} = o.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(o.date)""",
    "fct_rev_plan": f"""
        SELECT r.id AS planned_revenue_id, {PARENTS}, {_STREAM}, r.plannedperiod AS month, {_money("r.amount")}
        FROM raw.stg_netsuite__plannedrevenue r {_PROJECT} = r.job - 500000 {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(DATE '{TODAY}')""",
    "fct_projection": f"""
        SELECT r.id AS projection_id, {PARENTS}, {_STREAM}, day_key(r.date) AS day, month_key(r.date) AS month,
            {_money("r.amount")}
        FROM raw.stg_suiteprojects__revenue_projection r {_PROJECT} = r.project_id {BOOK}
            {_RATE} = p.subsidiary_id AND x.postingperiod = month_key(DATE '{TODAY}')""",
}  # fmt: skip


def make_facts(connection: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Fill the attached database `facts` with a whole snapshot: every declared table, the rollups, what it is."""
    make_macros(connection)
    catalogue.kpis()  # every fact is declared then
    kept = rollups()
    values = {
        "departments": DEPARTMENTS, "customers": size.customers, "months": size.months, "length": size.length,
        "first": f"DATE '{size.first.start}'",
    }  # fmt: skip
    for table in [*SNAPSHOT.sorted_tables]:
        if table.name not in kept:
            create_table(connection, table)
    for name, sql in (DIMENSIONS | _FACTS).items():
        _fill(connection, name, sql.format(**values))
    connection.execute("USE facts")
    for rollup in kept.values():
        create_table(connection, rollup.table)
        _fill(connection, rollup.key, rollup.sql)
    _tell(connection)
    connection.execute("CHECKPOINT facts")


def _fill(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    told = {line[0] for line in connection.execute(f"DESCRIBE {sql}").fetchall()}
    order = order_of(SNAPSHOT.tables[name]).split(", ")
    known = ", ".join([column for column in order if column.strip('"') in told][:_KEYS])
    connection.execute(f"INSERT INTO facts.{name} BY NAME SELECT * FROM ({sql}) ORDER BY {known}")


def _tell(connection: duckdb.DuckDBPyConnection) -> None:
    """What the snapshot is, and of which entities its tables are made."""
    at = f"TIMESTAMP '{TODAY} 12:00:00'"
    connection.execute(
        f"INSERT INTO facts.meta_snapshot VALUES (1, {at}, 1, '{CURRENCY}', {_DAY});"
        f"INSERT INTO facts.meta_source VALUES ('netsuite', {at}, NULL, 'BENCH', 'https://erp.example', 0),"
        f" ('suiteprojects', {at}, NULL, 'BENCH', 'https://psa.example', 0)"
    )
    entities = {entity.table: entity for entity in ENTITIES.values()}
    _insert(
        connection,
        "meta_entity (entity, system, rows, quarantined, title, area)",
        [(one.key, str(one.system), 0, 0, one.title, one.area) for one in entities.values()],
    )
    lines = [
        (transform.target.name, entities[table].key, entities[table].title)
        for transform in TRANSFORMS.values()
        if transform.target is not None
        for table in sorted(sources_of(transform, TRANSFORMS))
        if table in entities
    ]
    _insert(connection, "meta_lineage", lines)
    connection.execute(f"UPDATE facts.meta_entity SET as_of = {at}")


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """All rows by one statement: one each takes a second for a thousand."""
    places = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
    connection.execute(
        f"INSERT INTO facts.{table} VALUES {places}", [value for row in rows for value in row]
    )
