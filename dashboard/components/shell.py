"""The frame around every page: brand, navigation, freshness, refresh, theme, person. Free of data."""

from __future__ import annotations

from decimal import Decimal

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from .. import formats
from ..auth.permissions import ROLE_TITLES, Permission, may
from ..auth.person import Person
from ..locales import LOCALES, using
from ..page import pages, resolve
from .icons import icon
from .note_dialog import note_dialog
from .skeleton import heading, tiles

IDLE_MS = 20_000
BUSY_MS = 1_000

THEME = {
    "fontFamily": 'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", '
    '"DejaVu Sans", sans-serif',
    "primaryColor": "blue",
    "defaultRadius": "md",
    "cursorType": "pointer",
    "respectReducedMotion": True,
    "focusRing": "auto",
}


def shell() -> Component:
    """The static frame; what is in it comes by callbacks, after the gate."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="shown"),
            dcc.Store(id="title"),
            dcc.Store(id="version"),
            dcc.Store(id="pulse"),
            dcc.Store(id="refresh"),
            dcc.Store(id="refresh-tick"),
            dcc.Store(id="started", data=True),
            dcc.Store(id="scheme"),
            dcc.Store(id="locale-kept"),
            dcc.Store(id="noted"),
            dcc.Store(id="theme-kept", storage_type="local"),
            dcc.Interval(id="tick", interval=IDLE_MS),
            dcc.Interval(id="first-tick", interval=BUSY_MS, disabled=True),
            html.A("Skip to the page", href="#main", className="skip-link"),
            html.Header(
                [
                    dcc.Link(
                        [html.Span(className="logo", **{"aria-hidden": "true"}), "One View"],
                        href="/",
                        className="brand",
                        refresh=False,
                    ),
                    html.Nav(id="nav", className="nav", **{"aria-label": "Pages"}),
                    html.Div(
                        id="freshness", className="freshness-place", **{"aria-live": "polite"}
                    ),
                    html.Div(id="tools", className="tools"),
                ],
                className="topbar",
            ),
            html.Main(html.Div([heading(), tiles()], className="page"), id="main", tabIndex=-1),
            html.Div(
                id="refresh-panel",
                className="refresh-panel",
                role="status",
                **{"aria-live": "polite"},
            ),
            note_dialog(),
            html.Div(id="nowhere", hidden=True),
            html.Div(id="nowhere-else", hidden=True),
        ],
        id="theme",
        theme=THEME,
        defaultColorScheme="auto",
    )


def navigation(person: Person, path: str, search: str = "") -> list[Component]:
    """Links to the pages this person may open; `search` goes along to those that speak of a period."""
    here = resolve(path)
    listed = sorted(
        (
            page
            for page in pages().values()
            if page.nav is not None and may(person, page.permission)
        ),
        key=lambda page: page.nav or 0,
    )
    return [
        dcc.Link(
            page.title,
            href=page.path + (search if page.dated else ""),
            refresh=False,
            className="nav-link" + (" current" if here and here[0] is page else ""),
        )
        for page in listed
    ]


def tools(person: Person, locale: str | None = None) -> list[Component]:
    """Refresh, theme, and who is signed in; `locale` is what they chose, None what their browser asks for."""
    refresh = (
        [
            html.Button(
                [icon("refresh"), html.Span("Refresh")],
                id="refresh-button",
                className="button primary",
                type="button",
                title="Fetch what changed in NetSuite and SuiteProjects Pro",
            )
        ]
        if may(person, Permission.REFRESH)
        else []
    )
    return [
        *refresh,
        html.Button(
            icon("theme"),
            id="theme-button",
            className="quiet-button",
            type="button",
            title="Light or dark",
            **{"aria-label": "Switch between light and dark"},
        ),
        dmc.Menu(
            [
                dmc.MenuTarget(
                    html.Button(
                        person.initials,
                        className="avatar",
                        type="button",
                        id="person-button",
                        **{"aria-label": f"{person.initials}: signed in as {person.name}"},
                    )
                ),
                dmc.MenuDropdown(
                    [
                        html.Div(
                            [
                                html.Strong(person.name),
                                html.Span(person.email),
                                html.Span(ROLE_TITLES[person.role]),
                            ],
                            className="person-card",
                        ),
                        dmc.MenuDivider(),
                        *_locales(locale),
                        dmc.MenuDivider(),
                        *(
                            [dmc.MenuItem("Settings", href="/settings")]
                            if may(person, Permission.VIEW_SETTINGS)
                            else []
                        ),
                        dmc.MenuItem("Print or save as PDF", id="print-page"),
                        dmc.MenuItem("Access tokens", href="/access-tokens"),
                        dmc.MenuItem("API", href="/api-reference"),
                        dmc.MenuItem("Sign out", id="sign-out", n_clicks=0),
                    ]
                ),
            ],
            position="bottom-end",
            withArrow=False,
            shadow="md",
            width=280,
        ),
    ]


def _locales(chosen: str | None) -> list[Component]:
    """How numbers, money and dates are written."""
    offered = {"": "As the browser asks", **LOCALES}
    return [
        dmc.MenuLabel("Numbers, money and dates"),
        *(
            dmc.MenuItem(
                html.Span(
                    [title, html.Span(_sample(name), className="soft") if name else None],
                    className="locale-line",
                ),
                id={"type": "locale", "name": name or "browser"},
                leftSection=html.Span(
                    className="icon icon-check" if name == (chosen or "") else "icon-place",
                    **{"aria-hidden": "true"},
                ),
                n_clicks=0,
                **{"aria-current": "true"} if name == (chosen or "") else {},
            )
            for name, title in offered.items()
        ),
    ]


def _sample(locale: str) -> str:
    with using(locale):
        return f"{formats.full_money(Decimal('1234.5'), 'EUR')}, {formats.day(20261231)}"
