"""Reconciliation and trust: what is compared with what, whether it holds, and where the systems differ."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from models.texts import _, within

from .. import formats
from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.controls import controls, standing
from ..blocks.filters import filters
from ..blocks.head import subline
from ..blocks.links import bind_links, links
from ..blocks.mapping import unmapped_notice
from ..blocks.reconciliation import bind_reconciliation, reconciliation, side_by_side
from ..blocks.sides import sides
from ..blocks.tiles import tiles
from ..blocks.trend import trend
from ..components import skeleton
from ..page import Page, Section
from ..visit import Visit


def _head(visit: Visit) -> Component:
    told = [one for one in standing(visit) if one.holds is not None]
    broken = [one for one in told if not one.holds]
    name = formats.period_name(visit.period)
    if not broken:
        text = _("{period}: all {count} general controls hold.", period=name, count=len(told))
    else:
        agreement = told[0]
        text = _(
            "{period}: {count} of {total} general controls hold",
            period=name,
            count=len(told) - len(broken),
            total=len(told),
        )
        if agreement.apart:
            text = _(
                "{text}; the systems differ on {count} of {total} numbers, {title} among them",
                text=text,
                count=agreement.open,
                total=agreement.checked,
                title=within(agreement.apart[0]),
            )
        text = f"{text}."
    return html.Div([html.H1(text), subline(visit)], className="message")


def _bind(app: Dash) -> None:
    bind_links(app)
    bind_reconciliation(app)


TRUST = Page(
    key="trust",
    path="/trust",
    title="Trust",
    nav=90,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    bind=_bind,
    sections=(
        filters(),
        Section(name="head", render=_head, skeleton=skeleton.heading, label="The message"),
        tiles(
            "reconciliation_score",
            "checks_passed",
            "control_breaks",
            "data_age",
            name="score",
            title="How far the numbers can be trusted",
            heading="How far the numbers can be trusted",
        ),
        reconciliation(),
        side_by_side(),
        controls(),
        trend(
            "control_breaks",
            title="Checks that do not hold, by month",
            class_name="half",
        ),
        breakdown(
            "control_breaks",
            by=("control", "project", "customer", "subsidiary"),
            name="breaks",
            title="Which checks do not hold",
        ),
        tiles(
            "invoices_without_twin",
            "postings_without_department",
            "postings_without_project",
            "charges_without_project",
            "hours_without_cost",
            "rows_without_rate",
            "open_months",
            "transactions_after_close",
            name="gaps",
            title="What the data lack",
            heading="What the data lack",
        ),
        unmapped_notice(),
        links(),
        sides(title="Both systems, number by number"),
        breakdown(
            "reconciliation_score",
            by=("control", "subsidiary", "department"),
            title="How much is reconciled, by control",
            class_name="",
        ),
        breakdown(
            "recognized_revenue",
            by=("project", "customer", "department"),
            title="Where recognised revenue differs",
            apart=True,
        ),
        breakdown(
            "invoiced_revenue",
            by=("project", "customer", "department"),
            title="Where invoiced revenue differs",
            apart=True,
        ),
        breakdown(
            "unbilled_receivable",
            by=("project", "customer", "department"),
            title="Where the unbilled differs",
            apart=True,
        ),
        breakdown(
            "backlog",
            by=("project", "customer", "department"),
            title="Where the backlog differs",
            apart=True,
        ),
    ),
)
