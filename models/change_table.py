"""What `oneview kpi KEY --since …` shows on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from .kpi_table import terse, told_number
from .metrics.change import Change, Moved, Standing
from .metrics.dimensions import dimension
from .metrics.since import Since
from .metrics.words import SYSTEMS

KINDS = {
    Moved.NEW: "New",
    Moved.GONE: "Gone",
    Moved.CHANGED: "Changed",
    Moved.RE_DATED: "Re-dated",
    Moved.RE_RATED: "Re-rated",
}

NOT_SEEN = "The month was closed before One View first looked; it was kept as it stood on {}."


def print_change(told: Change) -> None:
    """A number then and now, what became of its records, and the largest changes."""
    console = Console()
    console.print(f"{told.kpi.title}, {told.period}, {SYSTEMS[told.side]}")
    closed = told.before.closing
    names = ("As closed", "As known now") if closed else ("Before", "Now")
    for name, one in zip(names, (told.before, told.now), strict=True):
        console.print(
            f"{name}: {_number(told, one)} (version {one.version}, {one.built_at:%Y-%m-%d %H:%M} UTC)"
        )
    if closed and not closed.was_seen:
        console.print(NOT_SEEN.format(f"{closed.kept_at:%Y-%m-%d}"))
    if told.difference is not None:
        console.print(f"Difference: {told_number(told.kpi, told.difference)}")
    if told.page.withheld:
        console.print(told.page.withheld)
    if told.parts:
        console.print(_kinds(told))
    if told.page.rows:
        console.print(_records(told))
    if told.page.total_rows > len(told.page.rows):
        console.print(
            f"The largest {len(told.page.rows)} of {told.page.total_rows}; --json has them all."
        )


def print_since(told: Since) -> None:
    """Each line of an answer beside what it was."""
    kpi, closed = told.now.kpi, told.earlier.closing
    made = f"version {told.earlier.version}, {told.earlier.built_at:%Y-%m-%d %H:%M} UTC"
    table = Table(title=f"Since the month was closed ({made})" if closed else f"Since {made}")
    apart = any(line.now.currency != told.now.currency for line in told.lines)
    for name in told.lines[0].now.labels if told.lines else ():
        table.add_column(dimension(name, [name]).title)
    for title in ("Currency",) if apart else ():
        table.add_column(title)
    for title in ("As closed" if closed else "Before", "Now", "Difference"):
        table.add_column(title, justify="right")
    for line in told.lines:
        numbers = (line.before.value, line.now.value, line.change)
        table.add_row(
            *line.now.labels.values(),
            *([line.now.currency or ""] if apart else []),
            *(told_number(kpi, number) for number in numbers),
        )
    Console().print(table)
    if closed and not closed.was_seen:
        Console().print(NOT_SEEN.format(f"{closed.kept_at:%Y-%m-%d}"))


def _number(told: Change, one: Standing) -> str:
    if one.number is None and one.reason is not None:
        return one.reason.value.replace("_", " ")
    return told_number(told.kpi, one.number)


def _kinds(told: Change) -> Table:
    table = Table(title="What became of its records")
    for title in ("Part", "What"):
        table.add_column(title)
    for title in ("Records", "Amount"):
        table.add_column(title, justify="right")
    for part in told.parts:
        name = f"{part.part} {part.currency}" if part.currency else part.part
        table.add_row(name, "Before", "", terse("number", part.before))
        for kind, one in part.kinds.items():
            if one.rows:
                table.add_row("", KINDS[kind], f"{one.rows:,}", terse("number", one.amount))
        table.add_row("", "Now", "", terse("number", part.now), end_section=True)
    return table


def _records(told: Change) -> Table:
    columns = [
        one for one in told.page.columns if any(row[one.name] is not None for row in told.page.rows)
    ]
    table = Table(title="The largest changes")
    for one in columns:
        table.add_column(
            one.title, justify="left" if one.type in {"text", "day", "month"} else "right"
        )
    for row in told.page.rows:
        table.add_row(*(_cell(one.type, one.name, row[one.name]) for one in columns))
    return table


def _cell(kind: str, name: str, value: Any) -> str:
    return KINDS[Moved(value)] if name == "kind" else terse(kind, value)
