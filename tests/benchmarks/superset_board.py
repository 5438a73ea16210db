"""Nine visuals of One View as a dashboard of Apache Superset, made through its own API.

Each tells what ours of the same name tells, or less: one system where ours tells both with their difference, no
plan, no year before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from models.period import Month

MONTHS = 13  # of a trend, the last one is the month that is told

_EARNED = "account_type = 'Income' AND project_kind = 'client'"
_SPENT = "account_type IN ('COGS', 'Expense') AND project_kind = 'client'"

# virtual datasets; the others are tables
_QUERIES = {
    "both_systems": f"""
        SELECT month_start, -amount_base AS netsuite, NULL::numeric AS suiteprojects
        FROM fct_gl WHERE {_EARNED}
        UNION ALL SELECT month_start, NULL, amount_base FROM fct_rev_rec""",
    "departments": f"""
        SELECT n.*, d.name AS department FROM (
            SELECT month_start, department_key, -amount_base AS revenue, NULL::numeric AS booked,
                NULL::numeric AS backlog, NULL::numeric AS receivable
            FROM fct_gl WHERE {_EARNED}
            UNION ALL SELECT month_start, department_key, NULL, amount_base, NULL, NULL
            FROM fct_order_intake
            UNION ALL SELECT month_start, department_key, NULL, NULL, amount_base, NULL
            FROM fct_backlog WHERE system = 'netsuite'
            UNION ALL SELECT month_start, department_key, NULL, NULL, NULL, amount_base
            FROM fct_ar_open WHERE system = 'netsuite'
        ) n JOIN dim_department d USING (department_key)""",
    "project_margins": f"""
        SELECT m.*, p.code || ' ' || p.name AS project FROM (
            SELECT month_start, project_key, -amount_base AS netsuite_revenue,
                -amount_base AS netsuite_margin, NULL::numeric AS suiteprojects_revenue,
                NULL::numeric AS suiteprojects_margin
            FROM fct_gl WHERE {_EARNED}
            UNION ALL SELECT month_start, project_key, NULL, -amount_base, NULL, NULL
            FROM fct_gl WHERE {_SPENT}
            UNION ALL SELECT month_start, project_key, NULL, NULL, amount_base, amount_base
            FROM fct_rev_rec
            UNION ALL SELECT month_start, project_key, NULL, NULL, NULL, -cost_base
            FROM fct_time WHERE status = 'approved' AND kind = 'client'
            UNION ALL SELECT month_start, project_key, NULL, NULL, NULL, -amount_base
            FROM fct_expense WHERE status = 'approved'
            UNION ALL SELECT month_start, project_key, NULL, NULL, NULL, -amount_base
            FROM fct_purchase
        ) m JOIN dim_project p USING (project_key) WHERE p.kind = 'client'""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One visual.

    Attributes:
        kpi: ours whose number it shows; only of those that show one number.
        metrics: title -> SQL.
        where: SQL that its rows keep to.
        width, height: on the dashboard, in its columns (twelve are a row) and eighths of pixels.
    """

    title: str
    kind: str
    data: str
    metrics: Mapping[str, str]
    kpi: str = ""
    where: str = ""
    width: int
    height: int
    months: int = MONTHS
    more: Mapping[str, Any] = field(default_factory=dict)


def _number(kpi: str, title: str, data: str, sql: str, where: str, width: int) -> Chart:
    return Chart(
        title=title, kind="big_number", data=data, metrics={title: sql}, kpi=kpi, where=where,
        width=width, height=22,
        more={
            "show_trend_line": True, "start_y_axis_at_zero": True, "compare_lag": 1,
            "compare_suffix": "against the month before", "y_axis_format": ",.2f",
        },
    )  # fmt: skip


def _columns(title: str, data: str, metrics: Mapping[str, str], where: str = "") -> Chart:
    return Chart(
        title=title, kind="echarts_timeseries_bar", data=data, metrics=metrics, where=where,
        width=6, height=42,
        more={
            "groupby": [], "show_legend": True, "orientation": "vertical", "row_limit": 10000,
            "y_axis_format": "SMART_NUMBER", "rich_tooltip": True, "truncate_metric": True,
        },
    )  # fmt: skip


def _table(title: str, data: str, by: str, metrics: Mapping[str, str], rows: int) -> Chart:
    return Chart(
        title=title, kind="table", data=data, metrics=metrics, width=6, height=50, months=1,
        more={
            "query_mode": "aggregate", "groupby": [by], "row_limit": rows, "order_desc": True,
            "timeseries_limit_metric": _metric(*next(iter(metrics.items()))), "show_cell_bars": True,
        },
    )  # fmt: skip


def _metric(title: str, sql: str) -> dict[str, Any]:
    return {
        "expressionType": "SQL", "sqlExpression": sql, "label": title, "hasCustomLabel": True,
        "optionName": f"metric_{title}",
    }  # fmt: skip


_SUM = "SUM(amount_base)"
_OF_ERP = "system = 'netsuite'"
CHARTS = (
    _number("recognized_revenue", "Recognised revenue", "fct_gl", f"-{_SUM}", _EARNED, 2),
    _number("invoiced_revenue", "Invoiced revenue", "fct_invoice_line", _SUM, "NOT is_tax", 2),
    _number(
        "project_gross_margin", "Project gross margin", "fct_gl", f"-{_SUM}",
        f"({_EARNED}) OR ({_SPENT})", 2,
    ),
    _number("backlog", "Backlog", "fct_backlog", _SUM, _OF_ERP, 3),
    _number("receivables", "Receivables", "fct_ar_open", _SUM, _OF_ERP, 3),
    _columns("Revenue of the firm", "fct_gl", {"Revenue": f"-{_SUM}"}, "account_type = 'Income'"),
    _columns(
        "Recognised revenue, both systems", "both_systems",
        {"NetSuite": "SUM(netsuite)", "SuiteProjects Pro": "SUM(suiteprojects)"},
    ),
    _table(
        "Departments", "departments", "department",
        {
            "Recognised revenue": "SUM(revenue)", "Bookings": "SUM(booked)",
            "Backlog": "SUM(backlog)", "Receivables": "SUM(receivable)",
        },
        20,
    ),
    _table(
        "Highest margin", "project_margins", "project",
        {
            "Margin, NetSuite": "SUM(netsuite_margin)",
            "%, NetSuite": "SUM(netsuite_margin) / NULLIF(SUM(netsuite_revenue), 0)",
            "Margin, SuiteProjects Pro": "SUM(suiteprojects_margin)",
            "%, SuiteProjects Pro": "SUM(suiteprojects_margin) / NULLIF(SUM(suiteprojects_revenue), 0)",
        },
        10,
    ),
)  # fmt: skip
_ROWS = (CHARTS[:5], CHARTS[5:7], CHARTS[7:])


class Api:
    """Superset's API, for one who may do everything."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=120)
        given = {"username": name, "password": password}
        token = self._post("security/login", given | {"provider": "db", "refresh": False})
        self._client.headers["Authorization"] = f"Bearer {token['access_token']}"
        answer = self._client.get("/api/v1/security/csrf_token/").raise_for_status().json()
        self._client.headers.update({"X-CSRFToken": answer["result"], "Referer": address})
        self._given = given

    def make(self, kind: str, **values: Any) -> int:
        """Make an object; its number."""
        return int(self._post(f"{kind}/", values)["id"])

    def change(self, kind: str, number: int, **values: Any) -> None:
        """Change an object."""
        _told(self._client.put(f"/api/v1/{kind}/{number}", json=values))

    def session(self, cookie: str) -> str:
        """The cookie of a browser's session, opened by the form that people sign in with."""
        with httpx.Client(base_url=self._client.base_url, cookies=self._client.cookies) as form:
            token = self._client.headers["X-CSRFToken"]
            form.post("/login/", data=self._given | {"csrf_token": token})
            return form.cookies[cookie]

    def _post(self, path: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return _told(self._client.post(f"/api/v1/{path}", json=values))


def _told(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise SystemExit(
            f"Superset: {answer.request.url}: {answer.status_code} {answer.text[:500]}"
        )
    found: dict[str, Any] = answer.json()
    return found


def make_board(api: Api, facts: str, last: Month) -> str:
    """Make the dashboard; its path.

    Args:
        facts: the database's URL, as Superset's own driver takes it.
        last: the month that is told.
    """
    database = api.make(
        "database", database_name="facts", sqlalchemy_uri=facts, expose_in_sqllab=True
    )
    data = {
        name: api.make(
            "dataset", database=database, schema="public", table_name=name,
            **({"sql": _QUERIES[name]} if name in _QUERIES else {}),
        )
        for name in dict.fromkeys(chart.data for chart in CHARTS)
    }  # fmt: skip
    board = api.make("dashboard", dashboard_title="One View", slug="one-view", published=True)
    made = {
        chart.title: api.make(
            "chart", slice_name=chart.title, viz_type=chart.kind, datasource_id=data[chart.data],
            datasource_type="table", dashboards=[board],
            params=json.dumps(_parameters(chart, data[chart.data], last)),
        )
        for chart in CHARTS
    }  # fmt: skip
    api.change("dashboard", board, position_json=json.dumps(_layout(made)))
    return "/superset/dashboard/one-view/"


def _parameters(chart: Chart, data: int, last: Month) -> dict[str, Any]:
    span = f"{last.plus(1 - chart.months).start} : {last.plus(1).start}"
    kept: list[dict[str, Any]] = [
        {
            "clause": "WHERE", "expressionType": "SIMPLE", "subject": "month_start",
            "operator": "TEMPORAL_RANGE", "comparator": span,
        }
    ]  # fmt: skip
    if chart.where:
        kept.append({"clause": "WHERE", "expressionType": "SQL", "sqlExpression": chart.where})
    metrics = [_metric(title, sql) for title, sql in chart.metrics.items()]
    asked = {"metric": metrics[0]} if chart.kind == "big_number" else {"metrics": metrics}
    if chart.months > 1:
        asked |= {"x_axis": "month_start", "time_grain_sqla": "P1M"}  # type: ignore[dict-item]
    return {
        "viz_type": chart.kind, "datasource": f"{data}__table", "adhoc_filters": kept,
        **asked, **chart.more,
    }  # fmt: skip


def _layout(made: Mapping[str, int]) -> dict[str, Any]:
    rows = [f"ROW-{place}" for place in range(len(_ROWS))]
    layout: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": "One View"}},
    }
    for row, charts in zip(rows, _ROWS, strict=True):
        layout[row] = {
            "type": "ROW", "id": row, "parents": ["ROOT_ID", "GRID_ID"],
            "children": _names(charts, made), "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }  # fmt: skip
        for name, chart in zip(_names(charts, made), charts, strict=True):
            layout[name] = {
                "type": "CHART", "id": name, "children": [], "parents": ["ROOT_ID", "GRID_ID", row],
                "meta": {
                    "width": chart.width, "height": chart.height, "chartId": made[chart.title],
                    "sliceName": chart.title,
                },
            }  # fmt: skip
    return layout


def _names(charts: Sequence[Chart], made: Mapping[str, int]) -> list[str]:
    return [f"CHART-{made[chart.title]}" for chart in charts]
