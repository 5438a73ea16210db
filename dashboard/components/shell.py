"""The frame around every page: brand, navigation, freshness, refresh, theme, person. Free of data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.texts import _

from .. import formats
from ..auth.permissions import ROLE_TITLES, Permission, may
from ..auth.person import Person
from ..filters import TRAVELLING
from ..locales import LOCALES, using
from ..page import Page, pages, resolve
from .icons import icon
from .plain import Html, inside
from .skeleton import heading, tiles

IDLE_MS = 20_000
BUSY_MS = 1_000


def shell() -> Component:
    """The frame, the same for all who read one language; what is in it comes by callbacks, after the gate."""
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="shown"),
            dcc.Store(id="title"),
            dcc.Store(id="version"),
            dcc.Store(id="pulse"),
            dcc.Store(id="refresh"),
            dcc.Store(id="refresh-tick"),
            dcc.Store(id="started", data=True),
            dcc.Store(id="locale-asked"),
            dcc.Store(id="locale-kept"),
            dcc.Store(id="columns-left"),
            dcc.Store(id="columns-kept"),
            dcc.Store(id="noted"),
            dcc.Interval(id="tick", interval=IDLE_MS),
            dcc.Interval(id="first-tick", interval=BUSY_MS, disabled=True),
            html.A(_("Skip to the page"), href="#main", className="skip-link"),
            html.Header(
                [
                    dcc.Link(
                        [
                            html.Span(className="logo", **{"aria-hidden": "true"}),
                            html.Span("One View"),
                        ],
                        href="/",
                        className="brand",
                        refresh=False,
                    ),
                    html.Nav(
                        id="nav",
                        className="nav",
                        **{"aria-label": _("Pages"), "data-names": " ".join(TRAVELLING)},
                    ),
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
            dcc.Store(id="note-asked"),
            html.Div(id="note-place"),
            _words(),
            html.Div(id="nowhere", hidden=True),
            html.Div(id="nowhere-else", hidden=True),
        ]
    )


def _words() -> Component:
    """What the browser writes by itself, in the reader's language (`assets/oneview.js`)."""
    told = {
        "data-now": _(formats.NOW),
        "data-minutes": _(formats.MINUTES_AGO),
        "data-hours": _(formats.HOURS_AGO),
        "data-days": _(formats.DAYS_AGO),
        "data-file": _("File"),
        "data-as-of": _("{text} as of {moment} UTC"),
    }
    return html.Div(id="words", hidden=True, **told)


def navigation(person: Person, path: str, search: str = "", kept: str = "") -> list[Component]:
    """Links to the pages this person may open.

    Args:
        search: the query part of the address that they are made for. Where the reader has gone on since,
            `assets/oneview.js` leads on from where they are.
        kept: what of it goes along to the pages that speak of a period.
    """
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
        html.A(
            _(page.title),
            href=page.path + (kept if page.dated else ""),
            className="nav-link"
            + (" current" if here and (here[0] is page or _is_below(path, page)) else ""),
            **{"data-go": ""} | ({"data-kept": kept, "data-of": search} if page.dated else {}),
        )
        for page in listed
    ]


def _is_below(path: str, page: Page) -> bool:
    """Whether an address is of something that a page lists: a definition, of the definitions."""
    return page.path != "/" and path.startswith(f"{page.path}/")


def tools(person: Person, locale: str | None = None) -> list[Component]:
    """Refresh, theme, and who is signed in; `locale` is what they chose, None what their browser asks for."""
    refresh = (
        [
            html.Button(
                [icon("refresh"), html.Span(_("Refresh"))],
                id="refresh-button",
                className="button primary",
                type="button",
                title=_("Fetch what changed in NetSuite and SuiteProjects Pro"),
            )
        ]
        if may(person, Permission.REFRESH)
        else []
    )
    return [
        *refresh,
        html.Button(
            icon("theme"),
            className="quiet-button",
            type="button",
            title=_("Light or dark"),
            **{"data-press": "theme", "aria-label": _("Switch between light and dark")},
        ),
        Html("details", inside(*_menu(person, locale)), {"className": "chooser person-menu"}),
    ]


def _menu(person: Person, locale: str | None) -> list[Component | None]:
    """Who is signed in, and what is theirs."""
    told = _("{initials}: signed in as {name}", initials=person.initials, name=person.name)
    settings = may(person, Permission.VIEW_SETTINGS)
    return [
        html.Summary(person.initials, className="avatar", **{"aria-label": told}),
        html.Div(
            [
                html.Div(
                    [
                        html.Strong(person.name),
                        html.Span(person.email),
                        html.Span(_(ROLE_TITLES[person.role])),
                    ],
                    className="person-card",
                ),
                html.Div(_locales(locale), role="group", **{"aria-labelledby": "locales"}),
                html.Div(
                    [
                        _leads("/settings", _("Settings")) if settings else None,
                        _press("print", _("Print or save as PDF")),
                        _leads("/access-tokens", _("Access tokens")),
                        _leads("/api-reference", "API"),
                        _press("sign-out", _("Sign out")),
                    ]
                ),
            ],
            className="chooser-list",
        ),
    ]


def _leads(href: str, words: str) -> Component:
    return dcc.Link(words, href=href, refresh=False)


def _press(does: str, words: Any, **told: str) -> Component:
    """A line that does something when it is pressed (`assets/oneview.js`)."""
    return html.Button(words, type="button", **{"data-press": does}, **told)


def _locales(chosen: str | None) -> list[Component]:
    """How numbers, money and dates are written."""
    offered = {"": _("As the browser asks"), **LOCALES}
    return [
        html.Div(_("Numbers, money and dates"), id="locales", className="menu-label"),
        *(
            _press(
                "locale",
                [
                    html.Span(
                        className="icon icon-check" if name == (chosen or "") else "icon-place",
                        **{"aria-hidden": "true"},
                    ),
                    html.Span(
                        [title, html.Span(_sample(name), className="soft") if name else None],
                        className="locale-line",
                    ),
                ],
                **{"data-value": name or "browser"},
                **{"aria-current": "true"} if name == (chosen or "") else {},
            )
            for name, title in offered.items()
        ),
    ]


def _sample(locale: str) -> str:
    with using(locale):
        return f"{formats.full_money(Decimal('1234.5'), 'EUR')}, {formats.day(20261231)}"
