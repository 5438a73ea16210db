"""A plain table: names on the left, numbers aligned on the right, scrolling in its own frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _, ngettext

from .. import formats

FIRST = 6  # rows that a folded table shows, its total among them
_WORTH = 2
Cell: TypeAlias = "Component | str"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading.

    Attributes:
        number: whether it holds numbers.
        minor: whether it is left out where rows become cards on a narrow screen.
    """

    title: Text
    number: bool = False
    minor: bool = False


def words(*titles: Text) -> tuple[Column, ...]:
    """Columns of words."""
    return tuple(Column(title) for title in titles)


def numbers(*titles: Text) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(title, number=True) for title in titles)


def minor(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The same columns, to be left out on a narrow screen."""
    return tuple(replace(one, minor=True) for one in columns)


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, stacks: bool = False
) -> Component:
    """One table; the first cell of a row names it.

    Args:
        stacks: on a narrow screen each row becomes a card, its cells below each other with their headings; many fold.
    """
    body = html.Tbody([_row(columns, row) for row in rows])
    return _with_head(columns, [body], stacks=stacks, folds=stacks)


def grouped_table(
    columns: Sequence[Column],
    groups: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    stacks: bool = False,
    folds: bool = True,
) -> Component:
    """A table whose rows stand under the headings of their groups.

    Args:
        stacks: as of `table`, but each group folds by itself.
        folds: as of `framed`, for each group.
    """
    bodies = [_group(columns, title, rows, folds=folds) for title, rows in groups.items()]
    return _with_head(columns, bodies, stacks=stacks)


def _group(
    columns: Sequence[Column], title: str, rows: Sequence[Sequence[Cell]], *, folds: bool
) -> Component:
    head = html.Tr(html.Th(title, colSpan=len(columns), scope="colgroup"), className="group-row")
    body = [head, *(_row(columns, row) for row in rows)]
    more = unfolds(len(body)) if folds else None
    if more is None:
        return html.Tbody(body)
    last = html.Tr(html.Td(more, colSpan=len(columns)), className="fold-row")
    return html.Tbody([*body, last], className="folds")


def _with_head(
    columns: Sequence[Column], bodies: list[Component], *, stacks: bool, folds: bool = False
) -> Component:
    head = html.Tr([html.Th(_(one.title), className=_class(one), scope="col") for one in columns])
    return framed([html.Thead(head), *bodies], "stacks" if stacks else "", folds=folds)


def framed(parts: Sequence[Component], kind: str = "", *, folds: bool = False) -> Component:
    """The head and bodies of a table in the frame that it scrolls sideways in, by hand and keyboard.

    Args:
        folds: whether a narrow screen shows its first rows alone until more are asked for: lists do, in which each
            row stands for itself; what only makes sense as a whole does not.
    """
    inner = html.Table(list(parts), className=f"table {kind}".strip())
    frame = html.Div(inner, className="table-frame", tabIndex=0)
    rows = sum(len(part.children or ()) for part in parts if isinstance(part, html.Tbody))
    more = unfolds(rows) if folds else None
    return html.Div([frame, more], className="folds") if more else frame


def labelled(cells: Sequence[Component], names: Iterable[str]) -> list[Component]:
    """Cells that bear the names of their columns, which a narrow screen shows where rows become cards."""
    for cell, name in zip(cells, names, strict=True):
        setattr(cell, "data-label", name)
    return list(cells)


def unfolds(count: int, first: int = FIRST) -> Component | None:
    """The button that shows the rest of what `assets/50-narrow.css` folds on a narrow screen: of `count` parts all but
    the first; None where that is too little to fold."""
    rest = count - first
    if rest < _WORTH:
        return None
    return html.Button(
        ngettext("Show {count} more", "Show {count} more", rest, count=rest),
        className="fold-more",
        type="button",
        **{"data-unfolds": "", "aria-expanded": "false"},
    )


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> Component:
    rest = zip(columns[1:], row[1:], strict=True)
    return html.Tr(
        [
            html.Th(row[0], scope="row", className=_class(columns[0])),
            *(_cell(column, cell) for column, cell in rest),
        ]
    )


def _cell(column: Column, cell: Cell) -> Component:
    """A cell; what has nothing to say under its heading says so, and is left out where rows become cards."""
    lacks = cell == "" and bool(column.title)
    return html.Td(
        formats.MISSING if lacks else cell,
        className=" ".join(filter(None, (_class(column), "lacking" if lacks else ""))),
        **{"data-label": _(column.title)},
    )


def _class(column: Column) -> str:
    names = ("figures" if column.number else "", "minor" if column.minor else "")
    return " ".join(filter(None, names))
