"""The frame of a block: heading, a line that explains, choices on the right, and words where nothing can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.compare import Compared
from models.metrics.kpi import Reason
from models.period import Month, Period
from models.texts import Text, _

from ..components.opening import Gist, gist_line, opening
from ..components.states import nothing
from ..filters import others
from ..visit import Visit

Body: TypeAlias = Component | str | Sequence[Component | str | None] | None


def card(
    title: Text,
    body: Body,
    *,
    says: Body = None,
    gist: Gist = (),
    tools: Body = None,
    definition: Body = None,
) -> Component:
    """A card with a heading.

    Args:
        gist: its key numbers, which stand in the place of `says` while a narrow screen keeps it closed.
    """
    return opening(
        title,
        [
            html.Div(
                [
                    html.Div(
                        [html.H2(_(title)), definition],
                        className="title-line" + (" defined" if definition else ""),
                    ),
                    html.P(
                        _(says) if isinstance(says, str) else says,
                        className="subline" + (" long" if gist else ""),
                    )
                    if says
                    else None,
                    gist_line(gist),
                ]
            ),
            html.Div(tools, className="card-tools") if tools else None,
        ],
        body if isinstance(body, list | tuple) else [body],
        "card",
    )


def empty_card(title: Text, words: Text) -> Component:
    """A card that says why it shows nothing."""
    return card(title, nothing(words))


def nothing_here(visit: Visit) -> str:
    """That there is nothing, of the period or of today, whichever the block speaks of."""
    is_today = visit.looked_at == Period.of(Month.of(visit.snapshot.today))
    return _("Nothing as of today.") if is_today else _("Nothing in this period.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entity that a block rests on, and what is said where nothing of it is mirrored."""

    entity: str
    missing: Text

    def lacks(self, visit: Visit) -> bool:
        """Whether nothing of it is there."""
        standing = visit.snapshot.entities.get(self.entity)
        return standing is None or not standing.rows


def is_loading(whole: Compared | None) -> bool:
    """Whether a number is missing because it needs all history, which is not here yet."""
    return whole is not None and Reason.HISTORY_LOADING in whole.row.reasons.values()


def history_loading() -> str:
    """What stands in the place of numbers that need all history."""
    return _("History is still loading; this needs all of it.")


def choice(
    visit: Visit, parameter: str, options: Mapping[str, str], chosen: str, label: str
) -> Component | None:
    """One of a few, as links: what is chosen stands in the address."""
    if len(options) < 2:
        return None
    return html.Div(
        [
            dcc.Link(
                _(words),
                href=with_parameters(visit, **{parameter: value}),
                refresh=False,
                className="segment" + (" current" if value == chosen else ""),
            )
            for value, words in options.items()
        ],
        className="segments small",
        role="group",
        **{"aria-label": label},
    )


def with_parameters(visit: Visit, **changed: str | None) -> str:
    """This page's address with other parameters; None takes one away."""
    kept: dict[str, str | None] = {**others(visit.search), **changed}
    return visit.path + visit.filters.search(
        **{name: value for name, value in kept.items() if value is not None}
    )
