"""Plain HTML says what the components said, and nothing that a browser would run."""

from __future__ import annotations

from html.parser import HTMLParser

import dash_mantine_components as dmc
import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.plain import Html, as_json, plain


class Reader(HTMLParser):
    """What a browser makes of HTML: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@given(st.text(), st.text())
def test_text_and_attributes_arrive_as_they_were_whatever_they_hold(text, title):
    text, title = text.replace("\r", "\n"), title.replace("\r", "\n")
    read = Reader(plain(html.Div([html.Span(text, title=title)])).html)

    assert read.elements == [("span", {"title": title})]
    assert read.text == text


def test_a_list_of_links_is_one_component_and_each_link_stays_within_the_app():
    made = plain(html.Ul([html.Li(dcc.Link("Cash", href="/cash?a=1&b=2", refresh=False))]))

    assert isinstance(made, Html)
    assert made.tag == "ul"
    assert Reader(made.html).elements == [
        ("li", {}),
        ("a", {"href": "/cash?a=1&b=2", "data-go": ""}),
    ]


def test_an_address_that_would_be_run_is_left_out():
    made = plain(html.P([html.A("x", href="javascript:alert(1)"), html.A("y", href="/cash")]))

    assert [attributes for _, attributes in Reader(made.html).elements] == [{}, {"href": "/cash"}]


def test_attributes_are_written_as_html_names_them():
    cell = html.Td(
        "1", colSpan=2, className="figures", style={"maskImage": "none", "--heat": "3%"}, hidden=True,
        **{"aria-hidden": "true", "data-ago": "x"},
    )  # fmt: skip
    made = plain(html.Tr([cell]))

    assert Reader(made.html).elements == [
        (
            "td",
            {
                "colspan": "2", "class": "figures", "style": "mask-image:none;--heat:3%", "hidden": None,
                "aria-hidden": "true", "data-ago": "x",
            },
        )
    ]  # fmt: skip


def test_what_a_callback_speaks_to_stays_a_component_and_the_rest_around_it_does_not():
    made = plain(
        html.Div(
            [
                html.P(["one ", html.B("two")]),
                html.Div(html.P([html.I("three")]), id="spoken-to"),
                dmc.Tooltip(html.Span([html.B("four"), html.P([html.I("five")])]), label="why"),
            ]
        )
    )

    text, spoken_to, tooltip = made.children
    assert isinstance(text, Html)
    assert spoken_to.id == "spoken-to"
    assert isinstance(spoken_to.children, Html)
    assert isinstance(tooltip.children, html.Span)  # what the other library holds on to
    assert isinstance(tooltip.children.children[1], Html)


@pytest.mark.parametrize(
    "heard", ["data-tip", "data-setting", "data-opens", "data-unfolds", "data-folds"]
)
def test_a_button_that_our_script_hears_is_plain_and_one_that_may_be_listened_to_is_not(heard):
    tip = html.Span(html.Span("what it means"), className="tip", hidden=True)

    assert isinstance(plain(html.H2([html.Button(tip, **{heard: ""})])), Html)
    assert isinstance(plain(html.H2([html.Button(tip)])), html.H2)


def test_an_element_that_the_reader_opens_stays_a_component():
    made = plain(html.Details([html.Summary("more"), html.P([html.B("text")])]))

    assert isinstance(made, html.Details)
    assert isinstance(made.children[1], Html)


@pytest.mark.parametrize(
    "part",
    [
        html.Div(["text", html.B("bold")], id="named", style={"--heat": "3%"}, title=None),
        html.Button("press", n_clicks=0, **{"data-tip": "", "aria-label": "press"}),
        html.Span(),
        dcc.Link("rows", href="/rows", refresh=False),
        dcc.Store(id={"type": "asked", "name": "head"}, data={"place": "/"}),
        dmc.Tooltip(html.Span("why"), label="why", **{"data-ago": "x"}),
        Html("p", "text", {"className": "lead"}),
    ],
)
def test_a_component_is_told_as_dash_tells_it(part):
    assert as_json(part) == part.to_plotly_json()
