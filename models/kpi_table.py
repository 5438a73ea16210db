"""What `oneview kpi` shows on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from .alarms import Alarm
from .metrics import contract
from .metrics.answer import Answer, AnswerRow, RowPage
from .metrics.catalogue import GROUPS, grouped
from .metrics.compare import Against, Compared
from .metrics.dimensions import Dimension, dimension
from .metrics.kpi import Basis, Kpi, Lens, NotHeld, Side, Unit
from .metrics.members import Member
from .metrics.trust import in_words as trust_in_words
from .metrics.words import SYSTEMS

_BASES = {
    Basis.PRIOR_PERIOD: "Period before",
    Basis.PRIOR_YEAR: "Year before",
    Basis.PLAN: "Plan",
    Basis.BENCHMARK: "Benchmark",
    Basis.TARGET: "Target",
}


def print_kpis() -> None:
    """Every number there is, group by group."""
    for letter, declared in grouped().items():
        table = Table(
            Column("Key", no_wrap=True),
            "Title",
            "Unit",
            "Broken down by",
            title=f"{letter}. {GROUPS.get(letter, 'Others')}",
            title_justify="left",
        )
        for each in declared:
            table.add_row(each.key, each.title, each.unit.value, ", ".join(each.by))
        Console().print(table)


def print_members(about: Dimension, found: Iterable[Member]) -> None:
    """The members of a dimension."""
    table = Table(Column("Key", no_wrap=True), "Code", "Name", title=about.title)
    for one in found:
        table.add_row(str(one.key), one.code or "", one.name)
    Console().print(table)


def print_answer(
    answered: Answer,
    behind: Mapping[Side, RowPage],
    compared: Sequence[Compared],
    alarms: Sequence[Alarm],
) -> None:
    """A number, what it is compared with, what is left out, and its rows."""
    console = Console()
    console.print(_answer_table(answered))
    if compared:
        console.print(_compared_table(answered, compared))
    for side, found in answered.trust.items():
        if found:
            console.print(
                f"{SYSTEMS[side]}: {trust_in_words(found)}. See: oneview sync quarantine list"
            )
    for alarm in alarms:
        console.print(f"Alarm: {alarm.text}")
    for side, page in behind.items():
        _print_rows(console, side, page)


def _answer_table(answered: Answer) -> Table:
    unit = answered.currency or answered.kpi.unit.value
    table = Table(title=f"{answered.kpi.title}, {answered.period}, {unit}")
    names = _named(table, answered)
    for title in (*SYSTEMS.values(), "Difference"):
        table.add_column(title, justify="right")
    incomplete = any(row.reasons or row.blank for row in answered.rows)
    if incomplete:
        table.add_column("Why missing")
    for row in answered.rows:
        table.add_row(
            *_names_of(answered, row, names),
            *(told_number(answered.kpi, number) for number in (row.erp, row.psa, row.variance)),
            *([_words(answered.kpi, row)] if incomplete else []),
        )
    return table


def _compared_table(answered: Answer, compared: Sequence[Compared]) -> Table:
    table = Table(title="Compared")
    names = _named(table, answered)
    table.add_column("With")
    for title in ("Number", "Reference", "Difference", "%"):
        table.add_column(title, justify="right")
    table.add_column("Note")
    for line in compared:
        for basis, one in line.against.items():
            table.add_row(
                *_names_of(answered, line.row, names),
                _BASES[basis],
                *(
                    told_number(answered.kpi, number)
                    for number in (one.primary, one.reference, one.delta)
                ),
                "–" if one.delta_share is None else f"{_rounded(one.delta_share * 100, 1)} %",
                _note(one),
            )
    return table


def _note(one: Against) -> str:
    if one.reason is not None:
        return one.reason.value.replace("_", " ")
    said = [one.source] if one.source else []
    if one.equal_part:
        said.append(f"equal part of {one.period}")
    elif one.period is not None:
        said.append(str(one.period))
    return ", ".join(said)


def _named(table: Table, answered: Answer) -> list[str]:
    """The first columns: the dimensions, and the currency where lines are by currency."""
    names = list(answered.rows[0].labels) if answered.rows else []
    for name in names:
        table.add_column(dimension(name, [name]).title)
    if answered.lens is not Lens.CONSOLIDATED:
        table.add_column("Currency")
    return names


def _names_of(answered: Answer, row: AnswerRow, names: Sequence[str]) -> list[str]:
    found = [row.labels[name] for name in names]
    return found if answered.lens is Lens.CONSOLIDATED else [*found, row.currency or ""]


def _print_rows(console: Console, side: Side, page: RowPage) -> None:
    columns = [
        column for column in page.columns if any(row[column.name] is not None for row in page.rows)
    ]
    table = Table(title=f"{SYSTEMS[side]}: {page.total_rows} rows")
    for column in columns:
        right = column.type in {"money", "hours", "days", "integer", "number", "share"}
        table.add_column(column.title, justify="right" if right else "left")
    for row in page.rows:
        table.add_row(*(terse(column.type, row[column.name]) for column in columns))
    console.print(table if page.rows else f"{SYSTEMS[side]}: no rows.")
    if page.withheld:
        console.print(page.withheld)
    if page.total_rows > len(page.rows):
        console.print(f"The first {len(page.rows)} of {page.total_rows}; --json has them all.")


def terse(kind: str, value: Any) -> str:
    """A cell of a row behind, for reading."""
    if isinstance(value, Decimal):
        return _rounded(value, 2)
    cell = contract.cell(kind, value)
    return "" if cell is None else str(cell)


def told_number(asked: Kpi, number: Decimal | None) -> str:
    """A number, for reading."""
    if number is None:
        return "–"
    if asked.unit is Unit.PERCENT:
        return f"{_rounded(number * 100, 1)} %"
    if asked.unit is Unit.POINTS:
        return f"{_rounded(number * 100, 1)} pp"
    return _rounded(number, 1 if asked.unit is Unit.DAYS else 2)


def _rounded(number: Decimal, places: int) -> str:
    """Rounded for reading; what rounds to nothing bears no minus."""
    return f"{round(number, places) + 0:,}"


def _words(asked: Kpi, row: AnswerRow) -> str:
    said = []
    for side, reason in row.reasons.items():
        formula = asked.side(side)
        why = formula.why if isinstance(formula, NotHeld) else reason.value.replace("_", " ")
        said.append(f"{SYSTEMS[side]}: {why}")
    said += [f"{SYSTEMS[side]}: {rows:,} rows without a value" for side, rows in row.blank.items()]
    return "; ".join(said)
