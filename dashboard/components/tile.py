"""A headline number: both systems, their difference, what it was before, when it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dash import dcc, html
from dash.development.base_component import Component

from models.alarms import Alarm
from models.metrics.answer import Answer, AnswerRow, TrendPoint
from models.metrics.compare import Compared
from models.metrics.kpi import Basis, Kpi, NotHeld, Reason, Side
from models.period import Period
from models.texts import _

from .. import formats
from ..filters import NOT_TOLD
from .ages import age
from .bullet import bullet
from .changes import against_line, reference_name
from .icons import icon
from .sparkline import sparkline
from .trust import trust_dot, trust_line
from .words import BADGES, OTHER, SIDE_SYSTEM, reason, reason_detail, system_of, why_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFacts:
    """What a tile shows.

    Attributes:
        lines: the number with its comparisons; several where it is told in several currencies.
        query: the address's filters, '?…'.
        late: what is wrong with a source that feeds it, in words.
    """

    answer: Answer
    lines: Sequence[Compared]
    trend: Sequence[TrendPoint]
    query: str
    now: datetime
    late: Sequence[str] = ()
    alarms: Sequence[Alarm] = ()  # open ones of the tables behind the number
    opens_sync: bool = False  # the reader may open the page that tells more of them


def tile(facts: TileFacts) -> Component:
    """The tile of one KPI."""
    kpi = facts.answer.kpi
    concerns = [concern for found in facts.answer.trust.values() for concern in found]
    doubt = trust_line(concerns, facts.alarms, late=facts.late, opens_sync=facts.opens_sync)
    body: list[Component | None]
    if len(facts.lines) == 1:
        sides, foot = html.Div(_sides(facts), className="sides"), _foot(facts)
        body = [sides, bullet(facts.lines[0]), doubt, foot]
    else:
        body = [_currencies(facts), doubt]
    return html.Article(
        [
            html.Header(
                [
                    html.H2(_(kpi.title)),
                    definition(kpi),
                    trust_dot(doubtful=doubt is not None),
                ],
                className="tile-head",
            ),
            *body,
        ],
        className=f"tile tile-{kpi.key}",
        **{"aria-label": _(kpi.title)},
    )


def _sides(facts: TileFacts) -> list[Component]:
    """Both numbers and their difference; what neither system can tell says so once."""
    kpi, row = facts.answer.kpi, facts.lines[0].row
    if compares_both(kpi):
        return [_side(facts, kpi.record, _("Both systems, compared"))]
    if all(row.side(side) is None for side in Side):
        missing = html.Div(formats.MISSING, className="number missing")
        return [html.Div([missing, html.Div(why_missing(kpi, row), className="why")])]
    return [_side(facts, Side.ERP), _side(facts, Side.PSA), _difference(facts)]


def compares_both(kpi: Kpi) -> bool:
    """Whether a number is of both systems at once, so that it has no two sides."""
    return any(isinstance(one, NotHeld) and one.is_of_both for one in (kpi.erp, kpi.psa))


def _foot(facts: TileFacts) -> Component | None:
    """What it was before; nothing of a number that is known of one month alone."""
    known = [one for one in facts.trend if one.erp is not None or one.psa is not None]
    compared = any(one.delta is not None for one in facts.lines[0].against.values())
    if not compared and len(known) < 2:
        return None
    return html.Footer([changes(facts), _spark(facts)], className="tile-foot")


def unanswered(kpi: Kpi, why: str) -> Component:
    """The tile of a KPI that cannot be asked with the filters chosen."""
    return html.Article(
        [
            html.Header([html.H2(_(kpi.title)), definition(kpi)], className="tile-head"),
            html.P([html.Span(formats.MISSING, className="number"), why], className="tile-none"),
        ],
        className="tile",
    )


def definition(kpi: Kpi) -> Component:
    """The definition, on hover, focus or tap; `assets/tips.js` shows it."""
    record = _("Number of record: {system}.", system=system_of(kpi.record))
    source = f" {_('Source: {source}.', source=_(kpi.source))}" if kpi.source else ""
    told = (
        (_(kpi.title), "tip-name"),
        (_(kpi.question), "tip-question"),
        (_(kpi.definition), ""),
        (record + source, "tip-small"),
    )
    return html.Button(
        [
            icon("info"),
            html.Span(
                [html.Span(text, className=name) for text, name in told],
                className="tip",
                hidden=True,
            ),
        ],
        className="quiet-button info-button",
        type="button",
        **{
            "aria-label": _(
                "What {title} means: {definition} {record}",
                title=_(kpi.title),
                definition=_(kpi.definition),
                record=record,
            ),
            "data-tip": "",
        },
    )


def named(kpi: Kpi) -> list[Component | str]:
    """The number's name that may wrap, its definition beside the last word."""
    before, space, last = _(kpi.title).rpartition(" ")
    return [before + space, html.Span([last, definition(kpi)], className="last-word")]


def _currencies(facts: TileFacts) -> Component:
    """The number of record in each currency; they are never added up."""
    kpi, told = facts.answer.kpi, [one.row for one in facts.lines]
    lines = [
        html.Li(
            dcc.Link(
                formats.short(value, kpi.unit, row.currency),
                href=rows_address(
                    kpi,
                    kpi.record,
                    facts.answer.period,
                    f"{facts.query}&currency={row.currency or NOT_TOLD}",
                ),
                className="number",
                refresh=False,
                title=_(
                    "{number}: see the rows behind it",
                    number=formats.exact(value, kpi.unit, row.currency),
                ),
            )
        )
        for row in told
        if (value := row.value) is not None
    ]
    if not lines:
        return html.P(
            [html.Span(formats.MISSING, className="number"), _("Nothing in this currency.")],
            className="tile-none",
        )
    return html.Ul(lines, className="tile-currencies")


def _side(facts: TileFacts, side: Side, title: str = "") -> Component:
    answer, kpi = facts.answer, facts.answer.kpi
    row = facts.lines[0].row
    value = row.side(side)
    name = html.Div(title or system_of(side), className="side-name")
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
            className=f"side{record}"
            + (" not-held" if row.reasons.get(side) is Reason.NOT_HELD else ""),
        )
    full = formats.exact(value, kpi.unit, row.currency)
    as_of = answer.as_of.get(SIDE_SYSTEM[side])
    return html.Div(
        [
            name,
            dcc.Link(
                number(formats.beside(value, row.side(OTHER[side]), kpi.unit, row.currency)),
                className="number",
                refresh=False,
                href=rows_address(kpi, side, answer.period, facts.query),
                title=_("{number}: see the rows behind it", number=full),
            ),
            html.Div(
                [
                    None if title else html.Span(BADGES[side], className="badge"),
                    age(as_of, facts.now) if as_of else _("age not known"),
                ],
                className="as-of",
                title=_("How old the data is"),
            ),
        ],
        className=f"side{record}",
    )


def number(text: str) -> list[Component | str]:
    """A number with its unit set smaller; where it takes too much room it goes below."""
    figure, space, unit = text.partition("\xa0")
    if space:  # as many locales write it: 4,21 Mio. £
        return [figure, " ", html.Span(unit, className="unit")]
    figure, space, unit = text.partition(" ")
    return [figure, " ", html.Span(unit, className="unit")] if space and unit.isalpha() else [text]


def rows_address(kpi: Kpi, side: Side, period: Period, query: str) -> str:
    """Where the rows behind one side of a number are."""
    rest = "&".join(
        part
        for part in query.removeprefix("?").split("&")
        if part and not part.startswith("period=")
    )
    return f"/rows/{kpi.key}?side={side.value}&period={period}" + (f"&{rest}" if rest else "")


def _why_no_difference(row: AnswerRow) -> str:
    if row.variance is not None:
        return _("each system's own")
    return _("one side only") if row.value is not None else _("nothing to compare")


def _difference(facts: TileFacts) -> Component:
    kpi, row = facts.answer.kpi, facts.lines[0].row
    head = html.Div(_("Difference"), className="side-name")
    if row.variance is None or kpi.tolerance is None:
        return html.Div(
            [
                head,
                html.Div(formats.MISSING, className="number missing"),
                html.Div(_why_no_difference(row), className="why"),
            ],
            className="side side-difference",
        )
    within = row.within_tolerance
    state = _("within tolerance") if within else _("outside tolerance")
    return html.Div(
        [
            head,
            html.Div(
                number(formats.difference(row.variance, kpi.unit, row.currency)),
                className="number",
                title=formats.exact(row.variance, kpi.unit, row.currency),
            ),
            html.Div(
                [icon("check" if within else "alert"), html.Span(state)],
                className=f"verdict {'good' if within else 'bad'}",
            ),
        ],
        className="side side-difference",
    )


_WHERE_KNOWN = frozenset({Basis.PLAN, Basis.BENCHMARK})  # not every firm has them


def changes(facts: TileFacts) -> Component:
    """The number against each of its references; of a whole year the period before is the year before, told once."""
    line, kpi = facts.lines[0], facts.answer.kpi
    shown = {
        reference_name(against): against_line(against, kpi, line.row.currency)
        for against in line.against.values()
        if against.basis not in _WHERE_KNOWN or against.reference is not None
    }
    return html.Dl(list(shown.values()), className="changes")


def _spark(facts: TileFacts) -> Component:
    points = facts.trend
    if not points:
        return html.Div(className="spark spark-empty")
    label = _(
        "{title}, {first} to {last}: dark line NetSuite, light line SuiteProjects Pro",
        title=_(facts.answer.kpi.title),
        first=formats.month_name(points[0].month),
        last=formats.month_name(points[-1].month),
    )
    return sparkline([p.erp for p in points], [p.psa for p in points], label)
