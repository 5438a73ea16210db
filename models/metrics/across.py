"""Rows that are not a SELECT: the months of a countback or a calendar, the members of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..period import Month
from . import countback
from .answer import RowColumn
from .dimensions import DIMENSIONS, labels
from .formula import Concentration, Countback, CountOf, Elapsed
from .leaves import Asking, contribution, elapsed, members
from .sums import Group, monthly, total_columns
from .terms import CURRENCY, PART, TECHNICAL, value_type
from .vocabulary import Reason
from .window import CLOSING, Span

Row = dict[str, Any]
Made = Countback | Elapsed | Concentration | CountOf

_WHAT = RowColumn(name="measure", title="What", type="text")
_MONTH = RowColumn(name="month", title="Month", type="month")


@dataclass(frozen=True, slots=True)
class Block:
    """Rows made beforehand, the columns they show, and what their contributions are."""

    columns: Sequence[RowColumn]
    rows: Sequence[Row]
    value_type: str


def block(asking: Asking, leaf: Made, part: str, sign: int, span: Span) -> Block:
    """The rows of a leaf for one span, in the order in which they read."""
    if isinstance(leaf, Countback):
        found = _months(asking, leaf, span)
    elif isinstance(leaf, Elapsed):
        found = _calendar(asking, leaf, span)
    else:
        found = _members(asking, leaf, span)
    system = leaf.measures[0].system if leaf.measures else None
    rows = [
        dict.fromkeys(TECHNICAL)
        | row
        | {PART: part, "system": system, "contribution": sign * row["contribution"]}
        for row in found.rows
    ]
    return replace(found, rows=rows)


def _months(asking: Asking, leaf: Countback, span: Span) -> Block:
    """The months that a countback went through, newest first."""
    window = CLOSING.of(span, Month.of(asking.today))
    columns = (
        _WHAT,
        _MONTH,
        RowColumn(name="billings", title="Billed, tax included", type="money"),
        RowColumn(name="days", title="Days of the month", type="integer"),
    )
    facts, asked = asking.facts, asking.asked
    balances = total_columns(facts, asked, leaf.balance, {window: window})[window]
    billings = monthly(facts, asked, leaf.billings, Span(None, window.last))
    rows: list[Row] = []
    for group, balance in sorted(balances.cells.items(), key=str):
        if isinstance(balance, Reason) or window.last is None:
            continue
        last = Month.from_key(window.last)
        steps = countback.steps(
            balance, billings.get(group, {}), last, asking.today, leaf.limit_days
        )
        rows += [
            {
                "measure": "Days of billings",
                "month": step.month,
                "billings": step.billings,
                "days": step.days,
                "contribution": step.contribution,
                CURRENCY: group[-1] if asked.apart else None,
            }
            for step in steps
        ]
    return Block(columns, rows, "days")


def _calendar(asking: Asking, leaf: Elapsed, span: Span) -> Block:
    window = asking.windows(leaf.window, [span])[span]
    rows = [
        {
            "measure": f"Calendar {leaf.unit.value}",
            "month": month,
            "contribution": Decimal(count),
        }
        for month, count in elapsed(leaf, window, asking.today, asking.calendar).items()
    ]
    return Block((_WHAT, _MONTH), rows, "days" if leaf.unit.value == "days" else "number")


def _members(asking: Asking, leaf: Concentration | CountOf, span: Span) -> Block:
    """The members with a number, the highest first."""
    names = (leaf.of,) if isinstance(leaf, Concentration) else leaf.of
    column = members(asking, leaf, [span])[span]
    start = len(asking.asked.by)
    named = _named(asking, names, [group[start:] for group in column.cells])
    rows: list[tuple[Decimal, Row]] = []
    for group, cell in column.cells.items():
        adds = contribution(leaf, cell)
        if adds is None or isinstance(cell, Reason):
            continue
        row: Row = {name: named[name][key] for name, key in zip(names, group[start:], strict=False)}
        row |= {
            "measure": _heading(leaf),
            "number": cell,
            "contribution": adds,
            CURRENCY: group[-1] if asking.asked.apart else None,
            "project_key": group[start + names.index("project")] if "project" in names else None,
        }
        rows.append((cell, row))
    rows.sort(key=lambda pair: (-pair[0], *(str(pair[1][name]) for name in names)))
    columns = (
        _WHAT,
        *(RowColumn(name=name, title=_title(name), type="text") for name in names),
        RowColumn(name="number", title="Number", type="number"),
    )
    return Block(columns, [row for _, row in rows], _unit(leaf))


def _named(
    asking: Asking, names: Sequence[str], keys: Sequence[Group]
) -> dict[str, Mapping[Any, str]]:
    found: dict[str, Mapping[Any, str]] = {}
    for place, name in enumerate(names):
        own = {group[place] for group in keys}
        found[name] = (
            labels(asking.facts.connection, DIMENSIONS[name], own)
            if name in DIMENSIONS
            else {key: str(key) for key in own}
        )
    return found


def _heading(leaf: Concentration | CountOf) -> str:
    return " and ".join(dict.fromkeys(one.title for one in leaf.measures)) or "Members"


def _title(name: str) -> str:
    return DIMENSIONS[name].title if name in DIMENSIONS else name.replace("_", " ").capitalize()


def _unit(leaf: Concentration | CountOf) -> str:
    return value_type(leaf.measures[0].counts) if isinstance(leaf, Concentration) else "number"
