"""How programs ask for numbers: every address of the HTTP API, in plain words with an example."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from models.texts import Text, _

from ..api.description import braced
from ..api.endpoint import Endpoint, Parameter, Part, endpoints
from ..api.problems import KINDS
from ..auth.guard import API
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.prose import prose, woven
from ..components.table import Cell, table, words
from ..page import Page, Section
from ..visit import Visit

_PARAMETERS = words("Parameter", "What")
_PROBLEMS = words("Problem", "Status", "What to do")
_HOW: tuple[Text, ...] = (
    (
        "Amounts are exact decimals as text, never binary floats. What you see is what your pages show: "
        "the same departments or projects, the same measures kept back."
    ),
    (
        "Answers bear a weak ETag. Send it back as If-None-Match: what has not changed is answered with 304 "
        "and nothing else."
    ),
    (
        "Long lists come in pages. Follow `next` in the answer (the header Link says the same) until it is "
        "null: the pages then fit together although newer data may be published meanwhile."
    ),
)


def _body(visit: Visit) -> Component:
    settings = visit.services.settings
    base = f"{settings.public_url}{API}"
    return html.Div(
        [
            html.H1(_("The numbers for programs")),
            html.P(
                html.Span(
                    woven(
                        "Read-only, over HTTP, with a token from the page {page}. A token may ask {count} times a minute.",
                        page=dcc.Link(_("Access tokens"), href="/access-tokens", refresh=False),
                        count=str(settings.api_requests_per_minute),
                    )
                ),
                className="subline token-words",
            ),
            html.Div([html.P(prose(_(text)), className="hint") for text in _HOW], className="card"),
            *(_endpoint(one, base) for one in endpoints().values()),
            _problems(),
        ],
        className="api-reference",
    )


def _endpoint(one: Endpoint, base: str) -> Component:
    address = f"{base}{one.path}"
    for part in one.parts:
        address = address.replace(f"<{part.name}>", part.example)
    may_say: list[Part | Parameter] = [*one.parts, *one.parameters]
    asked: list[list[Cell]] = [
        [html.Code(part.name), html.Span(prose(_(part.description)), className="wrapping")]
        for part in may_say
    ]
    example = f"curl -H 'Authorization: Bearer ov_…' '{address}{one.call}'"
    return html.Div(
        [
            html.H2(_(one.title)),
            html.P(
                html.Code(f"GET {API}{braced(one.path)}", className="command"),
                className="api-address",
            ),
            html.P(prose(_(one.description)), className="hint"),
            table(_PARAMETERS, asked, stacks=True) if asked else None,
            html.Div(html.Pre(example), className="payload"),
        ],
        className="card",
    )


def _problems() -> Component:
    rows: list[list[Cell]] = [
        [
            html.Span(_(kind.title), id=kind.key),
            str(kind.status),
            html.Span(_(kind.advice), className="wrapping"),
        ]
        for kind in KINDS
    ]
    return html.Div([html.H2(_("Problems")), table(_PROBLEMS, rows, stacks=True)], className="card")


API_REFERENCE = Page(
    key="api_reference",
    path="/api-reference",
    title="API",
    permission=Permission.OWN_TOKENS,
    needs_snapshot=False,
    sections=(
        Section(name="reference", render=_body, skeleton=skeleton.of_height(600), live=False),
    ),
)
