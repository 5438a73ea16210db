"""Projects in order of margin, both systems side by side."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.margins import ProjectMargin
from models.period import Period
from models.texts import Text, _

from .. import formats
from .opening import Gist, gist_line, opening
from .states import nothing
from .table import framed


def ranking(
    title: Text, projects: Sequence[ProjectMargin], period: Period, currency: str
) -> Component:
    """A short table; each project leads to its page."""
    if not projects:
        body: Component = nothing(_("No further projects in this period."))
    else:
        widest = max(
            (
                abs(value)
                for one in projects
                for value in (one.erp_margin, one.psa_margin)
                if value is not None
            ),
            default=Decimal(1),
        ) or Decimal(1)
        body = framed(
            [
                html.Thead(
                    [
                        html.Tr(
                            [
                                html.Th(_("Project"), scope="col", rowSpan=2),
                                html.Th(
                                    "NetSuite", scope="colgroup", colSpan=2, className="figures"
                                ),
                                html.Th(
                                    "SuiteProjects Pro",
                                    scope="colgroup",
                                    colSpan=2,
                                    className="figures",
                                ),
                            ]
                        ),
                        html.Tr(
                            [
                                html.Th(text, scope="col", className="figures")
                                for text in (
                                    _("Margin {currency}", currency=currency),
                                    "%",
                                    _("Margin {currency}", currency=currency),
                                    "%",
                                )
                            ]
                        ),
                    ]
                ),
                html.Tbody([_row(one, period, currency, widest) for one in projects]),
            ],
            "ranking",
            folds=True,
        )
    head = html.Div([html.H2(_(title)), gist_line(_first(projects, currency))])
    return opening(title, [head], [body], "card")


def _first(projects: Sequence[ProjectMargin], currency: str) -> Gist:
    """The project that stands first."""
    if not projects:
        return ()
    first = projects[0]
    margin = first.psa_margin if first.erp_margin is None else first.erp_margin
    return ((first.label, formats.compact_money(margin, currency)),) if margin is not None else ()


def _row(one: ProjectMargin, period: Period, currency: str, widest: Decimal) -> Component:
    return html.Tr(
        [
            html.Th(_name(one, period), scope="row"),
            *_side(one.erp_margin, one.erp_pct, currency, widest, "erp"),
            *_side(one.psa_margin, one.psa_pct, currency, widest, "psa"),
        ]
    )


def _name(one: ProjectMargin, period: Period) -> Component:
    code, space, name = one.label.partition(" ")
    has_code = bool(space) and any(letter.isdigit() for letter in code)
    return dcc.Link(
        [
            html.Span(name if has_code else one.label, className="project-name"),
            html.Span(code, className="project-code") if has_code else None,
        ],
        href=f"/project/{one.project_key}?period={period}",
        refresh=False,
        title=one.label,
    )


def _side(
    margin: Decimal | None, share: Decimal | None, currency: str, widest: Decimal, side: str
) -> tuple[Component, Component]:
    if margin is None:
        return html.Td(formats.MISSING, className="figures"), html.Td(
            formats.MISSING, className="figures"
        )
    width = f"{min(abs(margin) / widest * 100, Decimal(100)):.1f}%"
    bar = html.Span(
        className=f"bar {side}{' negative' if margin < 0 else ''}",
        style={"width": width},
        **{"aria-hidden": "true"},
    )
    return (
        html.Td(
            [
                html.Span(bar, className="bar-track"),
                html.Span(
                    formats.compact_money(margin, currency),
                    className="negative" if margin < 0 else "",
                ),
            ],
            className="figures barred",
            title=formats.full_money(margin, currency),
        ),
        html.Td(
            formats.percent(share) if share is not None else formats.MISSING,
            className="figures share",
        ),
    )
