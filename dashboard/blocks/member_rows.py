"""Members with several numbers each as rows of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.metrics.answer import RowColumn, RowPage
from models.metrics.dimensions import DIMENSIONS, Key
from models.texts import _

from ..components.words import system_of
from ..finding import is_found
from ..visit import Visit
from .member_extras import Extras, extras_of
from .member_lines import Column, Lines, able_columns, label_of, member_lines, ordered_keys


def rows_of_members(
    visit: Visit,
    by: str,
    columns: Sequence[Column],
    sort: str,
    offset: int,
    limit: int | None,
    search: str = "",
) -> RowPage:
    """The list as rows of a file, in full precision; only those whose name holds what is looked for."""
    offered = able_columns(visit, by, columns)
    able = [one for one in offered if not one.weeks]
    lines = member_lines(visit, by, able)
    keys = ordered_keys(lines, sort, able[0].key if able else "", by)
    keys = [key for key in keys if is_found(label_of(key, lines, by), search)]
    end = None if limit is None else offset + limit
    heads = [RowColumn(name=by, title=_(DIMENSIONS[by].title), type="text")]
    heads += [
        RowColumn(
            name=f"{one.key}_{side.value}",
            title=f"{one.title} ({system_of(side)})",
            type="number",
        )
        for one in able
        for side in one.sides
    ]
    shown = keys[offset:end]
    extras = extras_of(visit, by, [one for one in offered if one.weeks], shown)
    heads += [
        RowColumn(name=f"{one.key}_{week}", title=f"{one.title} {week}", type="number")
        for one in offered
        for week in extras.names.get(one.key, ())
    ]
    return RowPage(
        columns=heads,
        rows=[_row(key, lines, able, by) | _ahead(key, extras) for key in shown],
        total_rows=len(keys),
        totals={},
    )


def _row(key: Key, lines: Lines, columns: Sequence[Column], by: str) -> dict[str, Any]:
    row: dict[str, Any] = {by: label_of(key, lines, by)}
    for one in columns:
        line = lines[one.key].get(key)
        for side in one.sides:
            row[f"{one.key}_{side.value}"] = line.row.side(side) if line else None
    return row


def _ahead(key: Key, extras: Extras) -> dict[str, Any]:
    return {
        f"{name}_{week}": line.row.value
        for name, members in extras.weeks.items()
        for week, line in members.get(key, {}).items()
        if week in extras.names[name]
    }
