"""A headline number: both systems, their difference, what it was before, when it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.alarms import Alarm
from models.metrics.answer import Answer, AnswerRow, TrendPoint
from models.metrics.kpi import Kpi, Reason, Side, Unit
from models.period import Period

from .. import formats
from .ages import age
from .icons import icon
from .sparkline import sparkline
from .trust import trust_line
from .words import BADGES, SIDE_SYSTEM, reason, reason_detail, system_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFacts:
    """What a tile shows."""

    answer: Answer
    prior: AnswerRow | None
    prior_year: AnswerRow | None
    trend: list[TrendPoint]
    query: str  # the address's filters, '?…'
    now: datetime
    alarms: Sequence[Alarm] = ()  # open ones of the tables behind the number
    opens_sync: bool = False  # the reader may open the page that tells more of them


def tile(facts: TileFacts) -> Component:
    """The tile of one KPI."""
    kpi = facts.answer.kpi
    return html.Article(
        [
            html.Header(
                [
                    html.H2(kpi.title, id=f"tile-{kpi.key}"),
                    definition(kpi),
                ],
                className="tile-head",
            ),
            html.Div(
                [
                    _side(facts, Side.ERP),
                    _side(facts, Side.PSA),
                    _difference(facts),
                ],
                className="sides",
            ),
            trust_line(
                [concern for found in facts.answer.trust.values() for concern in found],
                facts.alarms,
                opens_sync=facts.opens_sync,
            ),
            html.Footer([_changes(facts), _spark(facts)], className="tile-foot"),
        ],
        className="tile",
        **{"aria-labelledby": f"tile-{kpi.key}"},
    )


def unanswered(kpi: Kpi, why: str) -> Component:
    """The tile of a KPI that cannot be asked with the filters chosen."""
    return html.Article(
        [
            html.Header([html.H2(kpi.title), definition(kpi)], className="tile-head"),
            html.P([html.Span(formats.MISSING, className="number"), why], className="tile-none"),
        ],
        className="tile",
    )


def definition(kpi: Kpi) -> Component:
    """The definition, on hover, focus or tap."""
    record = f"Number of record: {system_of(kpi.record)}."
    return dmc.Tooltip(
        html.Button(
            icon("info"),
            className="quiet-button info-button",
            type="button",
            **{"aria-label": f"What {kpi.title} means: {kpi.definition} {record}"},
        ),
        label=html.Div(
            [
                html.Strong(kpi.title),
                html.P(kpi.question, className="tip-question"),
                html.P(kpi.definition),
                html.P(
                    [record, f" Source: {kpi.source}." if kpi.source else ""], className="tip-small"
                ),
            ],
            className="tip",
        ),
        multiline=True,
        w=340,
        withArrow=True,
        position="bottom-start",
        events={"hover": True, "focus": True, "touch": True},
    )


def _side(facts: TileFacts, side: Side) -> Component:
    answer, kpi = facts.answer, facts.answer.kpi
    row, value = answer.only, answer.only.side(side)
    name = html.Div(system_of(side), className="side-name")
    record = " of-record" if kpi.record is side else ""
    if value is None:
        return html.Div(
            [
                name,
                html.Div(formats.MISSING, className="number missing"),
                html.Div(
                    reason(row.reasons.get(side), side),
                    className="why",
                    title=reason_detail(kpi, side),
                ),
            ],
            className=f"side{record}",
        )
    full = formats.exact(value, kpi.unit, answer.currency)
    as_of = answer.as_of.get(SIDE_SYSTEM[side])
    return html.Div(
        [
            name,
            dcc.Link(
                number(formats.short(value, kpi.unit, answer.currency)),
                className="number",
                refresh=False,
                href=rows_address(kpi, side, answer.period, facts.query),
                title=f"{full}: see the rows behind it",
            ),
            html.Div(
                [
                    html.Span(BADGES[side], className="badge"),
                    age(as_of, facts.now) if as_of else "age not known",
                ],
                className="as-of",
                title="How old the data is",
            ),
        ],
        className=f"side{record}",
    )


def number(text: str) -> list[Component | str]:
    """A number with its unit set smaller."""
    figure, space, unit = text.partition(" ")
    return [figure, html.Span(f" {unit}", className="unit")] if space and unit.isalpha() else [text]


def rows_address(kpi: Kpi, side: Side, period: Period, query: str) -> str:
    """Where the rows behind one side of a number are."""
    rest = "&".join(
        part
        for part in query.removeprefix("?").split("&")
        if part and not part.startswith("period=")
    )
    return f"/rows/{kpi.key}?side={side.value}&period={period}" + (f"&{rest}" if rest else "")


def _difference(facts: TileFacts) -> Component:
    answer, kpi, row = facts.answer, facts.answer.kpi, facts.answer.only
    head = html.Div("Difference", className="side-name")
    if row.variance is None:
        return html.Div(
            [
                head,
                html.Div(formats.MISSING, className="number missing"),
                html.Div(
                    "one side only" if row.value is not None else "nothing to compare",
                    className="why",
                ),
            ],
            className="side side-difference",
        )
    within = row.within_tolerance
    state = "within tolerance" if within else "outside tolerance"
    return html.Div(
        [
            head,
            html.Div(
                number(formats.difference(row.variance, kpi.unit, answer.currency)),
                className="number",
                title=formats.exact(row.variance, kpi.unit, answer.currency),
            ),
            html.Div(
                [icon("check" if within else "alert"), html.Span(state)],
                className=f"verdict {'good' if within else 'bad'}",
            ),
        ],
        className="side side-difference",
    )


def _changes(facts: TileFacts) -> Component:
    period = facts.answer.period
    return html.Dl(
        [
            _change(facts, facts.prior, period.prior),
            _change(facts, facts.prior_year, period.prior_year),
        ],
        className="changes",
    )


def _change(facts: TileFacts, before: AnswerRow | None, period: Period) -> Component:
    kpi, now = facts.answer.kpi, facts.answer.only.value
    name = html.Dt(f"vs {formats.period_name(period, long=False)}")
    then = before.value if before else None
    if now is None or then is None:
        reasons = before.reasons.values() if before else ()
        loading = Reason.HISTORY_LOADING in reasons
        why = "history loading" if loading else "no earlier number"
        return html.Div([name, html.Dd(f"{formats.MISSING}", title=why, **{"aria-label": why})])
    text, full = change_text(now, then, kpi.unit, facts.answer.currency)
    step = now - then
    tone = {True: "good", False: "bad", None: ""}[kpi.improved(now, then)]
    arrow = "▲" if step > 0 else "▼" if step < 0 else "="
    return html.Div(
        [
            name,
            html.Dd(
                [html.Span(arrow, className="arrow", **{"aria-hidden": "true"}), text],
                className=tone,
                title=full,
            ),
        ]
    )


def change_text(now: Decimal, then: Decimal, unit: Unit, currency: str | None) -> tuple[str, str]:
    """A change in short and in full: relative where that says something, else absolute (R4)."""
    step = now - then
    full = (
        f"{formats.exact(then, unit, currency)} before, "
        f"{formats.difference(step, unit, currency)} since"
    )
    if unit is Unit.PERCENT or unit is Unit.DAYS or then <= 0:
        return formats.difference(step, unit, currency), full
    relative = step / then
    text = formats.percent(relative)
    return (text if text.startswith(formats.MINUS) else f"+{text}"), full


def _spark(facts: TileFacts) -> Component:
    points = facts.trend
    if not points:
        return html.Div(className="spark spark-empty")
    label = (
        f"{facts.answer.kpi.title}, {formats.month_name(points[0].month)} to "
        f"{formats.month_name(points[-1].month)}: dark line NetSuite, light line SuiteProjects Pro"
    )
    return sparkline([p.erp for p in points], [p.psa for p in points], label)
