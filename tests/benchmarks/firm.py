"""An invented firm of any size, in the raw tables of both systems: made by DuckDB, the same each time.

The tables are called as the mirror calls them and hold the columns that questions need. Amounts have two
places and rates two, so that products have four and nothing is rounded: every engine can be held to the same sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from models.period import Month

from .ledger import LEDGER

TODAY = date(2026, 11, 20)
CURRENCY = "GBP"  # the firm's, of subsidiary 1
DEPARTMENTS = 12
_LENGTH = 18  # months, of a project


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a firm is, and how long its history.

    Attributes:
        months: that are over; the running one comes on top.
    """

    people: int
    months: int = 60

    @property
    def projects(self) -> int:
        """Client projects; one for each person."""
        return self.people

    @property
    def customers(self) -> int:
        """One for four projects."""
        return max(2, self.people // 4)

    @property
    def first(self) -> Month:
        """The oldest month."""
        return Month.of(TODAY).plus(-self.months)

    @property
    def length(self) -> int:
        """How many months a project takes."""
        return min(_LENGTH, self.months)


def make_raw(connection: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Fill the attached database `raw` with a firm."""
    values = {
        "people": size.people, "projects": size.projects, "customers": size.customers,
        "months": size.months, "length": size.length, "span": size.months + size.length,
        "first": f"DATE '{size.first.start}'", "today": f"DATE '{TODAY}'", "departments": DEPARTMENTS,
    }  # fmt: skip
    for macro in _MACROS:
        connection.execute(macro.format(**values))
    for name, sql in (RAW | LEDGER).items():
        connection.execute(f"CREATE TABLE raw.{name} AS {sql.format(**values)}")


_MACROS = (
    # a number from 0 to n - 1 that looks like chance
    (
        "CREATE OR REPLACE TEMP MACRO pick(n, what, a, b := 0, c := 0) AS"
        " CAST(hash(what, CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(c AS BIGINT)) % n AS INTEGER)"
    ),
    "CREATE OR REPLACE TEMP MACRO month_start(m) AS CAST({first} + to_months(CAST(m AS INTEGER)) AS DATE)",
    "CREATE OR REPLACE TEMP MACRO key_of(day) AS CAST(year(day) * 100 + month(day) AS INTEGER)",
    # one of two client projects that a person works on in a month
    (
        "CREATE OR REPLACE TEMP MACRO project_of(person, m, side) AS"
        " 1 + CAST(floor((m + ({length} - 1) * (1 - pick(1000, 'on', person, m, side) / 1000.0))"
        " * {projects} / {span}) AS BIGINT)"
    ),
)

_MONTHS = "range(0, {months} + 1) AS r(m)"

# Tables whose name does not begin with stg_ help to make the others.
RAW: dict[str, str] = {
    "workday": """
        SELECT d::DATE AS day, (d::DATE - {first}) AS number,
            datediff('month', {first}, d::DATE) AS m
        FROM range({first}::TIMESTAMP, {today}::TIMESTAMP + INTERVAL 1 DAY, INTERVAL 1 DAY) AS t(d)
        WHERE isodow(d) < 6""",
    "stg_netsuite__subsidiary": """
        SELECT * FROM (VALUES (1, 'Northmere Group', 'GBP'), (2, 'Northmere GmbH', 'EUR'),
            (3, 'Northmere Inc', 'USD')) AS s(id, name, currency)""",
    "stg_netsuite__accountingperiod": f"""
        SELECT key_of(month_start(m)) AS id, strftime(month_start(m), '%b %Y') AS periodname,
            month_start(m) AS startdate, last_day(month_start(m)) AS enddate, m < {{months}} AS closed
        FROM {_MONTHS}""",
    "stg_netsuite__consolidatedexchangerate": """
        SELECT p.id AS postingperiod, s.id AS fromsubsidiary,
            CAST(CASE s.id WHEN 1 THEN 1 ELSE 0.75 + pick(12, 'average', s.id, p.id) / 100.0 END
                AS DECIMAL(9,2)) AS averagerate,
            CAST(CASE s.id WHEN 1 THEN 1 ELSE 0.75 + pick(12, 'closing', s.id, p.id) / 100.0 END
                AS DECIMAL(9,2)) AS currentrate
        FROM raw.stg_netsuite__accountingperiod p, raw.stg_netsuite__subsidiary s""",
    "stg_netsuite__account": """
        SELECT * FROM (VALUES (100, '1000', 'Bank', 'Bank'), (110, '1100', 'Receivables', 'AcctRec'),
            (120, '1200', 'Unbilled', 'OthCurrAsset'), (200, '2000', 'Payables', 'AcctPay'),
            (210, '2100', 'Payroll', 'OthCurrLiab'), (220, '2200', 'Tax', 'OthCurrLiab'),
            (400, '4000', 'Services revenue', 'Income'), (410, '4100', 'Subscription revenue', 'Income'),
            (420, '4200', 'Hardware revenue', 'Income'), (500, '5000', 'Labour', 'COGS'),
            (510, '5100', 'Project purchases', 'COGS'), (600, '6000', 'Rent and systems', 'Expense'))
            AS a(id, acctnumber, fullname, accttype)""",
    "stg_suiteprojects__user": """
        SELECT i AS id, 'Person ' || i AS name, 1 + pick({departments}, 'department', i) AS department_id,
            CAST(CASE WHEN pick(10, 'subsidiary', i) < 5 THEN 1 WHEN pick(10, 'subsidiary', i) < 8
                THEN 2 ELSE 3 END AS BIGINT) AS subsidiary_id,
            1 + pick(6, 'role', i) AS job_code_id, CAST(8 AS DECIMAL(18,4)) AS day_hours
        FROM range(1, {people} + 1) AS t(i)""",
    "stg_suiteprojects__target_utilization": """
        SELECT id, id AS user_id, CAST(70 + pick(20, 'share', id) AS DECIMAL(18,4)) AS percentage
        FROM raw.stg_suiteprojects__user WHERE pick(10, 'target', id) > 0""",
    "stg_suiteprojects__loaded_cost": """
        SELECT u.id * 100 + y.n AS id, u.id AS user_id,
            CAST(30 + pick(60, 'cost', u.id) + y.n AS DECIMAL(18,4)) AS cost,
            month_start(12 * y.n) AS start_date, month_start(12 * y.n + 12) - 1 AS end_date
        FROM raw.stg_suiteprojects__user u, range(0, {months} // 12 + 1) AS y(n)""",
    # four kinds of projects: the client's, then one each of productive, administrative and free time
    "stg_suiteprojects__project": """
        SELECT k AS id, 'P-' || k AS code,
            CASE WHEN k <= {projects} THEN 'Project ' || k ELSE 'Internal ' || (k - {projects}) END AS name,
            CASE k - {projects} WHEN 1 THEN 'internal_productive' WHEN 2 THEN 'internal_admin'
                WHEN 3 THEN 'time_off' ELSE 'client' END AS kind,
            1 + k % {customers} AS customer_id, 1 + pick({departments}, 'of', k) AS department_id,
            CAST(CASE WHEN pick(10, 'books', k) < 5 THEN 1 WHEN pick(10, 'books', k) < 8
                THEN 2 ELSE 3 END AS BIGINT) AS subsidiary_id,
            1 + pick({people}, 'manager', k // 20) AS manager_id,
            CAST(90 + pick(90, 'rate', k) AS DECIMAL(18,4)) AS hour_rate, k % 10 AS stream,
            CAST(floor((k - 1) * {span} / {projects}) - {length} + 1 AS BIGINT) AS begins,
            CAST(CASE WHEN k <= {projects} AND k % 4 > 0 THEN 400 + pick(4000, 'budget', k) END
                AS DECIMAL(18,4)) AS budget_hours
        FROM range(1, {projects} + 4) AS t(k)""",
    "stg_netsuite__job": """
        SELECT 500000 + id AS id, code AS entityid, kind <> 'client' AS isinternal,
            600000 + customer_id AS customer, department_id AS department
        FROM raw.stg_suiteprojects__project""",
    "stg_suiteprojects__project_task": """
        SELECT p.id * 4 + t.n AS id, p.id AS project_id, 'Task ' || (t.n + 1) AS name,
            p.kind = 'client' AND t.n < 3 AS is_billable
        FROM raw.stg_suiteprojects__project p, range(0, 4) AS t(n)""",
    "stg_suiteprojects__schedule_request": """
        SELECT u.id * 4000 + d.number AS id, u.id AS user_id, d.day AS date, u.day_hours AS hours
        FROM raw.stg_suiteprojects__user u, raw.workday d WHERE pick(13, 'leave', u.id, d.number) = 0""",
    "stg_suiteprojects__timesheet": """
        SELECT u.id * 1000 + w.week AS id, u.id AS user_id, w.ends + 1 AS submitted,
            CASE WHEN w.ends < {today} - 21 THEN w.ends + 3 END AS approved,
            CASE WHEN w.ends >= {today} - 7 THEN 'O' WHEN w.ends >= {today} - 21 THEN 'S'
                WHEN pick(100, 'rejected', u.id, w.week) = 0 THEN 'R' ELSE 'A' END AS status
        FROM raw.stg_suiteprojects__user u,
            (SELECT number // 7 AS week, max(day) AS ends FROM raw.workday GROUP BY 1) w""",
    # two entries on a workday and sometimes a third
    "stg_suiteprojects__time_entry": """
        WITH entry AS (
            SELECT u.id AS user_id, d.day AS date, d.number, d.m, s.slot,
                pick(13, 'leave', u.id, d.number) = 0 AS is_leave,
                pick(100, 'kind', u.id, d.number, s.slot) AS kind
            FROM raw.stg_suiteprojects__user u, raw.workday d, range(0, 3) AS s(slot)
            WHERE s.slot < 2 OR pick(6, 'third', u.id, d.number) = 0
        ),
        placed AS (
            SELECT *, CASE WHEN is_leave THEN {projects} + 3
                WHEN kind < 78 THEN project_of(user_id, m, slot % 2)
                WHEN kind < 87 THEN {projects} + 1 ELSE {projects} + 2 END AS project_id
            FROM entry
        )
        SELECT (user_id * 4000 + number) * 3 + slot AS id, user_id, project_id,
            project_id * 4 + pick(4, 'task', user_id, number, slot) AS project_task_id,
            user_id * 1000 + number // 7 AS timesheet_id, date,
            -- late: its month was closed when it was written
            CASE WHEN pick(200, 'late', user_id, number) = 0 AND m < {months}
                THEN month_start(m + 1) END AS accounting_date,
            CAST(CASE slot WHEN 2 THEN 1 ELSE 3 + pick(5, 'hours', user_id, number, slot) / 2.0 END
                AS DECIMAL(18,4)) AS hours
        FROM placed""",
    "stg_netsuite__timebill": """
        SELECT e.id + 1000000000 AS id, 100000 + e.user_id AS employee, 500000 + e.project_id AS customer,
            e.date AS trandate, e.hours, t.is_billable AS isbillable, '3' AS approvalstatus
        FROM raw.stg_suiteprojects__time_entry e
        JOIN raw.stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status = 'A'
        JOIN raw.stg_suiteprojects__project_task t ON t.id = e.project_task_id
        WHERE e.project_id <= {projects} AND pick(400, 'lost', e.id) > 0""",
    # what a person did for a client's project in a month of the books
    "work": """
        SELECT e.project_id, e.user_id,
            datediff('month', {first}, coalesce(e.accounting_date, e.date)) AS m,
            CAST(sum(e.hours) AS DECIMAL(18,4)) AS hours,
            CAST(sum(e.hours * c.cost) AS DECIMAL(18,2)) AS cost
        FROM raw.stg_suiteprojects__time_entry e
        JOIN raw.stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status = 'A'
        JOIN raw.stg_suiteprojects__loaded_cost c ON c.user_id = e.user_id
            AND e.date BETWEEN c.start_date AND c.end_date
        WHERE e.project_id <= {projects} GROUP BY ALL""",
    "stg_suiteprojects__revenue_recognition_transaction": """
        SELECT (w.project_id * 100000 + w.user_id) * 100 + w.m AS id, w.project_id, w.user_id,
            last_day(month_start(w.m)) AS date, 'T' AS type, w.hours,
            CAST(w.hours * p.hour_rate AS DECIMAL(18,2)) AS amount
        FROM raw.work w JOIN raw.stg_suiteprojects__project p ON p.id = w.project_id""",
    # a month's work is invoiced in the next month
    "stg_suiteprojects__invoice": """
        SELECT project_id * 1000 + m + 1 AS id, project_id, 'I-' || project_id || '-' || m AS number,
            month_start(m + 1) + pick(12, 'issued', project_id, m) AS date,
            CASE WHEN pick(60, 'draft', project_id, m) = 0 THEN 'O' ELSE 'A' END AS approval_status
        FROM raw.work WHERE m < {months} GROUP BY project_id, m""",
    "stg_suiteprojects__charge": """
        SELECT r.id, r.project_id, r.user_id, r.date, r.hours, r.amount,
            nullif(CASE WHEN month_start(0) <= r.date AND r.date < month_start({months})
                THEN r.project_id * 1000 + datediff('month', {first}, r.date) + 1 END, 0) AS invoice_id
        FROM raw.stg_suiteprojects__revenue_recognition_transaction r""",
    "stg_suiteprojects__ticket": """
        SELECT (w.project_id * 100000 + w.user_id) * 100 + w.m AS id, w.project_id, w.user_id,
            month_start(w.m) + 9 AS date,
            CAST(20 + pick(900, 'receipt', w.project_id, w.user_id, w.m) AS DECIMAL(18,2)) AS amount
        FROM raw.work w WHERE pick(9, 'travel', w.project_id, w.user_id, w.m) = 0""",
    "stg_suiteprojects__purchase_item": """
        SELECT project_id * 1000 + m AS id, project_id, month_start(m) + 14 AS date,
            CAST(500 + pick(9000, 'purchase', project_id, m) AS DECIMAL(18,2)) AS amount
        FROM raw.work WHERE pick(6, 'buys', project_id, m) = 0 GROUP BY project_id, m""",
    "stg_suiteprojects__payment": """
        SELECT i.id, i.id AS invoice_id, i.date + 15 + pick(75, 'paid', i.id) AS date,
            CAST(sum(c.amount) * 1.2 AS DECIMAL(18,2)) AS total
        FROM raw.stg_suiteprojects__invoice i JOIN raw.stg_suiteprojects__charge c ON c.invoice_id = i.id
        WHERE i.approval_status = 'A' AND i.date + 15 + pick(75, 'paid', i.id) <= {today}
        GROUP BY i.id, i.date""",
    "stg_suiteprojects__customerpo": """
        SELECT p.id, p.id AS project_id, 'PO-' || p.id AS number,
            month_start(greatest(p.begins, 0)) AS date, month_start(p.begins + {length} + 1) AS closed_on,
            CAST(sum(r.amount) * 1.1 AS DECIMAL(18,0))::DECIMAL(18,2) AS total
        FROM raw.stg_suiteprojects__project p
        JOIN raw.stg_suiteprojects__revenue_recognition_transaction r ON r.project_id = p.id
        GROUP BY ALL""",
    # what is still to be earned of the projects that run on, a month each
    "stg_suiteprojects__revenue_projection": """
        SELECT p.id * 100 + a.n AS id, p.id AS project_id,
            CAST({today} + to_months(CAST(a.n AS INTEGER)) AS DATE) AS date,
            CAST(9000 + pick(5000, 'plan', p.id, a.n) AS DECIMAL(18,2)) AS amount
        FROM raw.stg_suiteprojects__project p, range(1, 10) AS a(n)
        WHERE p.kind = 'client' AND p.begins + {length} >= {months} + a.n""",
    "stg_netsuite__plannedrevenue": """
        SELECT r.id, 500000 + r.project_id AS job, key_of(r.date) AS plannedperiod,
            p.department_id AS department, p.subsidiary_id AS subsidiary, r.amount
        FROM raw.stg_suiteprojects__revenue_projection r
        JOIN raw.stg_suiteprojects__project p ON p.id = r.project_id""",
}
