"""Settings: what the product asks people to decide, and how the firm counts, with who or what says so."""

from __future__ import annotations

from dash import Dash, dcc, html
from dash.development.base_component import Component

from models.texts import Text, _

from ..auth.permissions import Permission
from ..blocks.business import rules, thresholds, where
from ..blocks.decided import bind_decided, decided
from ..blocks.goals import benchmarks, targets
from ..blocks.links import links
from ..blocks.mapping import mapping
from ..blocks.noted import noted
from ..blocks.plan_choice import plan_choice
from ..blocks.plan_versions import bind_plan, plan_versions
from ..blocks.ruling import bind_rules, ruling
from ..blocks.setting_edit import bind_settings, setting_dialog
from ..components import skeleton
from ..components.prose import woven
from ..page import Page, Section
from ..visit import Visit

_WHAT: Text = (
    "What is decided here is kept with who decided it, and holds from the next build on: after the next sync, or at "
    "once with Refresh."
)


def _head(_visit: Visit) -> Component:
    return html.Div(
        [
            html.H1(_("Settings")),
            html.P(
                [
                    _(_WHAT),
                    " ",
                    *woven(
                        "Who may come in is under {page}.",
                        page=dcc.Link(_("Access tokens"), href="/access-tokens", refresh=False),
                    ),
                ],
                className="subline wrapping",
            ),
            html.Button(
                _("Open or close all"),
                className="button small folds-all",
                type="button",
                **{"data-opens-all": ""},
            ),
        ]
    )


def _bind(app: Dash) -> None:
    bind_plan(app)
    bind_decided(app)
    bind_settings(app)
    bind_rules(app)


SETTINGS = Page(
    key="settings",
    path="/settings",
    title="Settings",
    permission=Permission.VIEW_SETTINGS,
    needs_snapshot=False,
    first=2,
    folds=True,
    class_name="board",
    bind=_bind,
    sections=(
        Section(name="head", render=_head, skeleton=skeleton.heading, live=False),
        setting_dialog(),
        links(),
        where(),
        mapping(),
        ruling(),
        targets(),
        benchmarks(),
        thresholds(),
        rules(),
        plan_choice(),
        plan_versions(),
        decided(),
        noted(),
    ),
)
