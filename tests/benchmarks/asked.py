"""The questions that are measured: to the metric layer, and as SQL on the raw tables of both systems.

A question's answer is told as group -> (NetSuite's number, SuiteProjects Pro's), whoever answers it. The SQL
is what a reporting tool would send: no rollup, nothing prepared, the meaning written out in each query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from models.access import Scope
from models.metrics import catalogue, query
from models.metrics.countback import days_of
from models.metrics.vocabulary import Reason
from models.period import Month, Period
from models.snapshot import Snapshot

from .firm import TODAY

Told = Mapping[Any, tuple[float | None, float | None]]
CLOSED = Month.of(TODAY).plus(-1)
MONTH = Period.of(CLOSED)
YEAR = Period(CLOSED.plus(-11), CLOSED)
AHEAD = Period(CLOSED.plus(2), CLOSED.plus(4))
EVERYTHING = Scope.everything()
LIMIT_DAYS = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question.

    Attributes:
        group: headline: rollups answer it | facts: they cannot | forecast: what is scheduled ahead.
        sql: tells group and both numbers a row; of the days outstanding, both parts by month.
        months: month by month, so many.
        days: of the last month only so many.
    """

    key: str
    group: str
    kpi: str
    sql: str
    period: Period = MONTH
    by: tuple[str, ...] = ()
    months: int = 0
    days: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """What the SQL is sent with."""
        first = self.period.last.plus(1 - self.months) if self.months else self.period.first
        end = self.period.last.end
        return {
            "first": first.start, "last": end.replace(day=self.days) if self.days else end,
            "first_key": first.key, "last_key": self.period.last.key,
        }  # fmt: skip

    def ask(self, snapshot: Snapshot, back: int = 0) -> Told:
        """What the metric layer says; `back`: of so many months earlier."""
        kpi = catalogue.kpi(self.kpi)
        period = Period(self.period.first.plus(-back), self.period.last.plus(-back))
        if self.months:
            months = [period.last.plus(step - self.months + 1) for step in range(self.months)]
            points = query.trend(snapshot, kpi, months, EVERYTHING)
            return {one.month.key: (_float(one.erp), _float(one.psa)) for one in points}
        until = period.last.key * 100 + self.days if self.days else None
        one = query.Ask(kpi=kpi, period=period, by=self.by, until=until)
        [found] = query.answer_many(snapshot, [one], EVERYTHING)
        return {_member(row.dimensions): (_float(row.erp), _float(row.psa)) for row in found.rows}

    def told(self, rows: Sequence[Sequence[Any]]) -> Told:
        """What the rows of the SQL say."""
        if self.kpi == "days_sales_outstanding":
            return {"": (countback(dict(rows)), None)}  # type: ignore[arg-type]
        return {group: (_float(erp), _float(psa)) for group, erp, psa in rows}


def _member(keys: Mapping[str, Any]) -> Any:
    """The one member a line is of, as the facts call it."""
    return next((key for key in keys.values()), "")


def countback(amounts: dict[int, Any]) -> float | None:
    """The days that the balance (under 0) stands for in the billings of the months."""
    balance, *billings = (
        (month, Decimal(str(amount)).quantize(Decimal("0.0001")))
        for month, amount in sorted(amounts.items())
    )
    days = days_of(balance[1], dict(billings), CLOSED, TODAY, LIMIT_DAYS)
    return None if isinstance(days, Reason) else float(days)


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


# ---------------------------------------------------------------- SQL on the raw tables

_RATES = "stg_netsuite__consolidatedexchangerate"
_POSTED = f"""
    FROM stg_netsuite__transactionaccountingline g
    JOIN stg_netsuite__transaction h ON h.id = g.transaction
    JOIN stg_netsuite__transactionline l ON l.transaction = g.transaction AND l.id = g.transactionline
    JOIN stg_netsuite__account a ON a.id = g.account
    JOIN stg_netsuite__accountingperiod n ON n.id = h.postingperiod
    JOIN stg_netsuite__job j ON j.id = l.entity
    JOIN {_RATES} x ON x.fromsubsidiary = l.subsidiary AND x.postingperiod = h.postingperiod
    WHERE NOT j.isinternal AND n.startdate BETWEEN %(first)s AND %(last)s"""
_PROJECT = "JOIN stg_suiteprojects__project p ON p.id"


def _rate(day: str, of: str = "p.subsidiary_id") -> str:
    return (
        f"JOIN {_RATES} x ON x.fromsubsidiary = {of}"
        f" AND x.postingperiod = (extract(year FROM {day}) * 100 + extract(month FROM {day}))::int"
    )


_RECOGNIZED = f"""FROM stg_suiteprojects__revenue_recognition_transaction r
    {_PROJECT} = r.project_id {_rate("r.date")} WHERE r.date BETWEEN %(first)s AND %(last)s"""
_INCOME = f"(SELECT -sum(g.amount * x.averagerate) {_POSTED} AND a.accttype = 'Income')"
_KEPT = f"""(SELECT -sum(g.amount * x.averagerate) {_POSTED}
    AND a.accttype IN ('Income', 'COGS', 'Expense'))"""
_EARNED = f"(SELECT sum(r.amount * x.averagerate) {_RECOGNIZED})"
_LABOR = f"""(SELECT sum(e.hours * c.cost * x.averagerate)
    FROM stg_suiteprojects__time_entry e {_PROJECT} = e.project_id
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
    JOIN stg_suiteprojects__user u ON u.id = e.user_id
    JOIN stg_suiteprojects__loaded_cost c ON c.user_id = e.user_id
        AND e.date BETWEEN c.start_date AND c.end_date
    {_rate("coalesce(e.accounting_date, e.date)", "u.subsidiary_id")}
    WHERE s.status = 'A' AND p.kind = 'client'
        AND coalesce(e.accounting_date, e.date) BETWEEN %(first)s AND %(last)s)"""


def _spent(table: str) -> str:
    return f"""(SELECT coalesce(sum(t.amount * x.averagerate), 0) FROM {table} t
        {_PROJECT} = t.project_id {_rate("t.date")}
        WHERE p.kind = 'client' AND t.date BETWEEN %(first)s AND %(last)s)"""


_MARGIN = (
    f"({_EARNED} - {_LABOR} - {_spent('stg_suiteprojects__ticket')}"
    f" - {_spent('stg_suiteprojects__purchase_item')})"
)
_TARGETED = "JOIN stg_suiteprojects__target_utilization g ON g.percentage > 0 AND g.user_id"
_ENTRIES = f"""FROM stg_suiteprojects__time_entry e {_PROJECT} = e.project_id
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
    JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
    JOIN stg_suiteprojects__user u ON u.id = e.user_id {_TARGETED} = u.id
    WHERE s.status = 'A' AND e.date BETWEEN %(first)s AND %(last)s"""
_BILLS = f"""FROM stg_netsuite__timebill b
    JOIN stg_suiteprojects__user u ON u.id = b.employee - 100000 {_TARGETED} = u.id
    WHERE b.isbillable AND b.approvalstatus = '3' AND b.trandate BETWEEN %(first)s AND %(last)s"""
_CAPACITY = f"""FROM stg_suiteprojects__user u {_TARGETED} = u.id
    CROSS JOIN generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') d(day)
    LEFT JOIN stg_suiteprojects__schedule_request q ON q.user_id = u.id AND q.date = d.day::date
    WHERE extract(isodow FROM d.day) < 6"""
_CLOSING = f"JOIN {_RATES} x ON x.postingperiod = %(last_key)s AND x.fromsubsidiary"


def _used(numbers: Mapping[str, str], by: str) -> str:
    """Hours of several kinds divided by capacity; each kind is a FROM, told apart by a column of the user."""
    parts = " UNION ALL ".join(
        f"SELECT {by} AS member, '{name}' AS part, {value} AS hours {source} GROUP BY 1"
        for name, (value, source) in {
            **{name: _hours(source) for name, source in numbers.items()},
            "capacity": ("sum(u.day_hours - coalesce(q.hours, 0))", _CAPACITY),
        }.items()
    )
    return f"""WITH told AS ({parts})
        SELECT member, sum(hours) FILTER (WHERE part = 'erp')
                / nullif(sum(hours) FILTER (WHERE part = 'capacity'), 0),
            sum(hours) FILTER (WHERE part = 'psa') / nullif(sum(hours) FILTER (WHERE part = 'capacity'), 0)
        FROM told GROUP BY member"""


def _hours(source: str) -> tuple[str, str]:
    return ("sum(b.hours)" if "timebill" in source else "sum(e.hours)"), source


_BILLABLE = f"{_ENTRIES} AND p.kind = 'client' AND t.is_billable"
_WORKED = f"{_ENTRIES} AND p.kind <> 'time_off'"
_PAID = """LEFT JOIN (SELECT previousdoc, sum(foreignamount) AS amount
        FROM stg_netsuite__nexttransactionlinelink WHERE date <= %(last)s GROUP BY previousdoc) k
        ON k.previousdoc = h.id"""
_OPEN = f"""SELECT sum((l.netamount - coalesce(k.amount, 0)) * x.currentrate)
    FROM stg_netsuite__transaction h
    JOIN stg_netsuite__transactionline l ON l.transaction = h.id AND l.mainline {_PAID}
    {_CLOSING} = l.subsidiary WHERE h.type = 'CustInvc' AND h.trandate <= %(last)s"""
_PSA_OPEN = f"""SELECT sum((i.gross - coalesce(y.total, 0)) * x.currentrate)
    FROM (SELECT i.id, i.project_id, sum(c.amount) * 1.2 AS gross FROM stg_suiteprojects__invoice i
        JOIN stg_suiteprojects__charge c ON c.invoice_id = i.id
        WHERE i.approval_status = 'A' AND i.date <= %(last)s GROUP BY i.id) i
    {_PROJECT} = i.project_id
    LEFT JOIN stg_suiteprojects__payment y ON y.invoice_id = i.id AND y.date <= %(last)s
    {_CLOSING} = p.subsidiary_id"""
_BACKLOG = f"""SELECT sum(greatest(o.total - coalesce(m.amount, 0), 0) * x.currentrate)
    FROM stg_suiteprojects__customerpo o {_PROJECT} = o.project_id
    LEFT JOIN (%s) m ON m.project_id = o.project_id {_CLOSING} = p.subsidiary_id
    WHERE o.date <= %%(last)s AND o.closed_on > %%(last)s""".replace(
    "%(last_key)s", "%%(last_key)s"
)
_ERP_DONE = """SELECT l.entity - 500000 AS project_id, -sum(g.amount) AS amount
    FROM stg_netsuite__transactionaccountingline g
    JOIN stg_netsuite__transaction h ON h.id = g.transaction
    JOIN stg_netsuite__transactionline l ON l.transaction = g.transaction AND l.id = g.transactionline
    JOIN stg_netsuite__account a ON a.id = g.account
    JOIN stg_netsuite__accountingperiod n ON n.id = h.postingperiod
    WHERE a.accttype = 'Income' AND n.startdate <= %(last)s GROUP BY l.entity"""
_PSA_DONE = """SELECT r.project_id, sum(r.amount) AS amount
    FROM stg_suiteprojects__revenue_recognition_transaction r WHERE r.date <= %(last)s
    GROUP BY r.project_id"""

_NEWEST = f"x.postingperiod = (SELECT max(postingperiod) FROM {_RATES})"
_SCHEDULED = f"""SELECT r.department, sum(r.amount * x.averagerate) AS erp, NULL::numeric AS psa
        FROM stg_netsuite__plannedrevenue r JOIN {_RATES} x ON x.fromsubsidiary = r.subsidiary AND {_NEWEST}
        WHERE r.plannedperiod BETWEEN %(first_key)s AND %(last_key)s GROUP BY 1
    UNION ALL
    SELECT p.department_id, NULL, sum(r.amount * x.averagerate)
        FROM stg_suiteprojects__revenue_projection r {_PROJECT} = r.project_id
        JOIN {_RATES} x ON x.fromsubsidiary = p.subsidiary_id AND {_NEWEST}
        WHERE r.date BETWEEN %(first)s AND %(last)s GROUP BY 1"""

ASKED: tuple[Asked, ...] = (
    Asked(key="revenue", group="headline", kpi="recognized_revenue", sql=f"SELECT '', {_INCOME}, {_EARNED}"),
    Asked(key="invoiced", group="headline", kpi="invoiced_revenue", sql=f"""
        SELECT '', (SELECT -sum(l.netamount * x.averagerate) FROM stg_netsuite__transactionline l
            JOIN stg_netsuite__transaction h ON h.id = l.transaction
            JOIN stg_netsuite__accountingperiod n ON n.id = h.postingperiod
            JOIN {_RATES} x ON x.fromsubsidiary = l.subsidiary AND x.postingperiod = h.postingperiod
            WHERE h.type = 'CustInvc' AND NOT l.mainline AND NOT l.taxline
                AND n.startdate BETWEEN %(first)s AND %(last)s),
        (SELECT sum(c.amount * x.averagerate) FROM stg_suiteprojects__charge c
            JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
            {_PROJECT} = c.project_id {_rate("i.date")}
            WHERE i.approval_status = 'A' AND i.date BETWEEN %(first)s AND %(last)s)"""),
    Asked(key="margin", group="headline", kpi="project_gross_margin", sql=f"SELECT '', {_KEPT}, {_MARGIN}"),
    Asked(key="margin %", group="headline", kpi="project_gross_margin_pct",
          sql=f"SELECT '', {_KEPT} / nullif({_INCOME}, 0), {_MARGIN} / nullif({_EARNED}, 0)"),
    Asked(key="utilisation", group="headline", kpi="billable_utilization",
          sql=_used({"erp": _BILLS, "psa": _BILLABLE}, "''")),
    Asked(key="backlog", group="headline", kpi="backlog",
          sql=f"SELECT '', ({_BACKLOG % _ERP_DONE}), ({_BACKLOG % _PSA_DONE})"),
    Asked(key="receivables", group="headline", kpi="receivables", sql=f"SELECT '', ({_OPEN}), ({_PSA_OPEN})"),
    Asked(key="days outstanding", group="headline", kpi="days_sales_outstanding", sql=f"""
        SELECT 0, ({_OPEN}) UNION ALL
        SELECT h.postingperiod, -sum(l.netamount * x.averagerate) FROM stg_netsuite__transactionline l
        JOIN stg_netsuite__transaction h ON h.id = l.transaction
        JOIN {_RATES} x ON x.fromsubsidiary = l.subsidiary AND x.postingperiod = h.postingperiod
        WHERE h.type = 'CustInvc' AND NOT l.mainline AND h.postingperiod <= %(last_key)s GROUP BY 1"""),
    Asked(key="revenue, 13 months", group="headline", kpi="recognized_revenue", months=13, sql=f"""
        SELECT month, sum(erp), sum(psa) FROM (
            SELECT h.postingperiod AS month, -sum(g.amount * x.averagerate) AS erp, NULL::numeric AS psa
            {_POSTED} AND a.accttype = 'Income' GROUP BY 1
            UNION ALL
            SELECT x.postingperiod, NULL, sum(r.amount * x.averagerate) {_RECOGNIZED} GROUP BY 1) t
        GROUP BY month"""),
    Asked(key="margin by department, a year", group="headline", kpi="project_gross_margin", period=YEAR,
          by=("department",), sql=f"""
        SELECT 2 * department, sum(erp), sum(psa) FROM (
            SELECT l.department, -sum(g.amount * x.averagerate) AS erp, NULL::numeric AS psa {_POSTED}
                AND a.accttype IN ('Income', 'COGS', 'Expense') GROUP BY 1
            UNION ALL SELECT p.department_id, NULL, sum(r.amount * x.averagerate) {_RECOGNIZED} GROUP BY 1
            UNION ALL {_LABOR[1:-1].replace("SELECT sum", "SELECT p.department_id, NULL, -sum")} GROUP BY 1
            UNION ALL SELECT p.department_id, NULL, -sum(t.amount * x.averagerate)
                FROM (SELECT project_id, date, amount FROM stg_suiteprojects__ticket
                    UNION ALL SELECT project_id, date, amount FROM stg_suiteprojects__purchase_item) t
                {_PROJECT} = t.project_id {_rate("t.date")}
                WHERE p.kind = 'client' AND t.date BETWEEN %(first)s AND %(last)s GROUP BY 1
        ) t GROUP BY department"""),
    Asked(key="total utilisation by department, a year", group="headline", kpi="total_utilization", period=YEAR,
          by=("department",), sql=_used({"psa": _WORKED}, "2 * u.department_id")),
    Asked(key="utilisation by role, a year", group="headline", kpi="billable_utilization", period=YEAR,
          by=("role",), sql=_used({"erp": _BILLS, "psa": _BILLABLE}, "'Grade ' || u.job_code_id")),
    Asked(key="revenue by stream, a year", group="facts", kpi="recognized_revenue", period=YEAR,
          by=("stream",), sql=f"""
        SELECT stream, sum(erp), sum(psa) FROM (
            SELECT CASE WHEN a.fullname ILIKE '%%subscription%%' THEN 'subscription'
                    WHEN a.fullname ILIKE '%%hardware%%' THEN 'hardware' ELSE 'services_tm' END AS stream,
                -sum(g.amount * x.averagerate) AS erp, NULL AS psa
            {_POSTED} AND a.accttype = 'Income' GROUP BY 1
            UNION ALL SELECT 'services_tm', NULL, sum(r.amount * x.averagerate) {_RECOGNIZED}
        ) t GROUP BY stream"""),
    Asked(key="hours of budgets used, all years", group="headline", kpi="budget_hours_burn", sql=f"""
        SELECT '', NULL, (SELECT sum(e.hours) FROM stg_suiteprojects__time_entry e {_PROJECT} = e.project_id
            JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
            WHERE s.status = 'A' AND p.kind = 'client' AND p.budget_hours > 0 AND e.date <= %(last)s)
        / (SELECT sum(budget_hours) FROM stg_suiteprojects__project
            WHERE kind = 'client' AND budget_hours > 0)"""),
    Asked(key="scheduled by department, three months", group="forecast", kpi="scheduled_revenue",
          period=AHEAD, by=("department",),
          sql=f"SELECT 2 * department, sum(erp), sum(psa) FROM ({_SCHEDULED}) t GROUP BY department"),
    Asked(key="earned and scheduled by department, a year", group="forecast", kpi="committed_revenue",
          period=Period(CLOSED.plus(-7), CLOSED.plus(4)), by=("department",), sql=f"""
        SELECT 2 * department, sum(erp), sum(psa) FROM (
            {_SCHEDULED}
            UNION ALL SELECT l.department, -sum(g.amount * x.averagerate), NULL {_POSTED}
                AND a.accttype = 'Income' GROUP BY 1
            UNION ALL SELECT p.department_id, NULL, sum(r.amount * x.averagerate) {_RECOGNIZED} GROUP BY 1
        ) t GROUP BY department"""),
)  # fmt: skip
# no rollup holds a part of a month: the same questions, of a year that is not over yet
ASKED += tuple(
    replace(one, key=one.key.replace("a year", "up to a day"), group="facts", days=15)
    for one in ASKED
    if one.key in ("total utilisation by department, a year", "utilisation by role, a year")
)
