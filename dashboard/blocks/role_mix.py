"""Why the margin of hours differs from the year before: how many, by whom, at which price, at which cost."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.kpi import Lens, Unit
from models.metrics.mix import MarginBridge, RoleEffect
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.table import Cell, numbers, table, words
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .bridge import Step, bridge_table
from .card import card, empty_card
from .tiles import lacking

_ROLES = 8
_KPI = "hourly_work_margin"


def role_mix(*, title: Text, name: str = "role_mix", class_name: str = "") -> Section:
    """The bridge of price, mix and volume as a section, and the roles that moved most."""

    def render(visit: Visit) -> Component:
        kpi = kpis()[_KPI]
        if missing := visit.ask.lacks(kpi):
            return empty_card(title, lacking(missing))
        if visit.filters.lens is not Lens.CONSOLIDATED:
            return empty_card(title, _("Known in the reporting currency alone."))
        found = visit.ask.bridge(visit.period.prior_year, visit.period)
        if found is None:
            return empty_card(title, _("It tells what hours cost, which is not yours to see."))
        if not found.roles:
            return empty_card(title, _("No hours were sold by the hour a year before."))
        currency = visit.snapshot.reporting_currency
        before = formats.period_name(visit.period.prior_year)
        says = _(
            "Hours sold by the hour, from {before} to {period}; blue helps, orange hurts",
            before=before,
            period=formats.period_name(visit.period),
        )
        steps = _steps(found, before)
        body = html.Div(
            [bridge_table(steps, currency), _roles(found, currency)], className="two-columns"
        )
        return card(
            title,
            body,
            says=says,
            gist=gist.of_ends([one.total for one in steps], currency),
            definition=definition(kpi),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(349),
        label=title,
        class_name=class_name,
    )


def _steps(found: MarginBridge, before: str) -> list[Step]:
    return [
        Step(name=before, total=found.before, role="py"),
        Step(name=_("More or fewer hours"), effect=found.volume),
        Step(name=_("Mix of roles"), effect=found.mix),
        Step(name=_("Price of an hour"), effect=found.rate),
        Step(name=_("Cost of an hour"), effect=found.cost_rate),
        Step(name=_("Now"), total=found.after, role="ac"),
    ]


def _roles(found: MarginBridge, currency: str) -> Component:
    columns = (
        *words(_("Role")),
        *numbers(_("Hours before"), _("Hours"), _("Mix"), _("Price"), _("Cost")),
    )
    shown = found.roles[:_ROLES]
    return table(columns, [_role(one, currency) for one in shown], stacks=True)


def _role(one: RoleEffect, currency: str) -> list[Cell]:
    return [
        one.role or _("Without a role"),
        formats.short_hours(one.before.hours),
        formats.short_hours(one.after.hours),
        *(
            formats.difference(effect, Unit.MONEY, currency)
            for effect in (one.mix, one.rate, one.cost_rate)
        ),
    ]
