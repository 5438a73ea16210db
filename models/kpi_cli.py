"""`oneview kpi`: ask for a number on the command line, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from .access import Scope
from .alarms import Alarm, open_alarms_if_known
from .database import open_record
from .errors import QuestionError
from .metrics import catalogue, contract
from .metrics.answer import Answer, AnswerRow, RowPage
from .metrics.dimensions import DIMENSIONS, Dimension, Key, dimension, find
from .metrics.kpi import Kpi, NotHeld, Side, Unit
from .metrics.query import answer, rows
from .metrics.trust import in_words as trust_in_words
from .metrics.visible import visible
from .period import Period
from .settings import WarehouseSettings
from .snapshot import Snapshot, Snapshots

app = typer.Typer(add_completion=False)

_SIDES = {Side.ERP: "NetSuite", Side.PSA: "SuiteProjects Pro"}
_SHOWN = 40  # rows behind a number on a terminal; JSON has them all
_WRONG_QUESTION = 2


@app.command()
def kpi(
    key: Annotated[str | None, typer.Argument(help="The KPI; without it, all are listed.")] = None,
    period: Annotated[
        str | None,
        typer.Option(help="2026-03, 2026-Q1 or 2026. Default: the last closed month."),
    ] = None,
    by: Annotated[list[str] | None, typer.Option(help="Break down by a dimension.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Filter, as dimension=member: a name, a code or a key."),
    ] = None,
    members: Annotated[
        str | None,
        typer.Option(help="List the members of a dimension: what --where may name."),
    ] = None,
    with_rows: Annotated[bool, typer.Option("--rows", help="Add the rows behind.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Ask for a number: `oneview kpi backlog --period 2026-03 --by department`."""
    try:
        if members is not None:
            _list_members(dimension(members, DIMENSIONS), as_json)
        elif key is None:
            _list(as_json)
        else:
            _ask(catalogue.kpi(key), period, by or [], where or [], with_rows, as_json)
    except QuestionError as error:
        typer.secho(f"oneview: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(_WRONG_QUESTION) from error


def _ask(
    asked: Kpi,
    period: str | None,
    by: Sequence[str],
    where: Sequence[str],
    with_rows: bool,
    as_json: bool,
) -> None:
    wanted = Period.parse(period) if period else None
    for name in by:
        dimension(name, asked.by)
    filters = [_filter(text, asked) for text in where]
    snapshot = Snapshots(WarehouseSettings.load().snapshot_dir).current()
    wanted = wanted or Period.of(snapshot.last_closed_month)
    found = _resolved(snapshot, filters)
    scope = Scope.everything()
    answered = answer(snapshot, asked, wanted, scope, by=by, where=found)
    behind = {}
    if with_rows:
        for side in Side:
            limit = None if as_json else _SHOWN
            behind[side] = rows(snapshot, asked, side, wanted, scope, where=found, limit=limit)
    if as_json:
        document = contract.document(snapshot, answered, _alarms(snapshot, asked), behind)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print(snapshot, answered, behind)


def _filter(text: str, asked: Kpi) -> tuple[str, str]:
    name, separator, member = text.partition("=")
    if not separator or not member.strip():
        raise QuestionError(f"'{text}' is not a filter. Write dimension=member.")
    return dimension(name.strip(), asked.by).name, member.strip()


def _resolved(snapshot: Snapshot, filters: Sequence[tuple[str, str]]) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    with snapshot.engine.connect() as connection:
        for name, member in filters:
            key = find(connection, dimension(name, [name]), member)
            found.setdefault(name, []).append(key)
    return found


def _alarms(snapshot: Snapshot, asked: Kpi) -> Sequence[Alarm] | None:
    record = open_record(WarehouseSettings.load().record_url, read_only=True)
    try:
        return open_alarms_if_known(record, contract.entities_behind(snapshot, asked))
    finally:
        record.dispose()


# --- terminal


def _list(as_json: bool) -> None:
    declared = catalogue.kpis().values()
    if as_json:
        typer.echo(json.dumps([contract.described(each) for each in declared], indent=2))
        return
    table = Table(Column("Key", no_wrap=True), "Title", "Unit", "Broken down by")
    for each in declared:
        table.add_row(each.key, each.title, each.unit.value, ", ".join(each.by))
    Console().print(table)


def _list_members(about: Dimension, as_json: bool) -> None:
    snapshot = Snapshots(WarehouseSettings.load().snapshot_dir).current()
    found = visible(snapshot, about, Scope.everything())
    if as_json:
        listed = [contract.member(one) for one in found]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    table = Table(Column("Key", no_wrap=True), "Code", "Name", title=about.title)
    for one in found:
        table.add_row(str(one.key), one.code or "", one.name)
    Console().print(table)


def _print(snapshot: Snapshot, answered: Answer, behind: dict[Side, RowPage]) -> None:
    console = Console()
    unit = answered.currency or answered.kpi.unit.value
    table = Table(title=f"{answered.kpi.title}, {answered.period}, {unit}")
    names = list(answered.rows[0].labels) if answered.rows else []
    for name in names:
        table.add_column(dimension(name, [name]).title)
    for title in (*_SIDES.values(), "Difference"):
        table.add_column(title, justify="right")
    incomplete = any(row.reasons for row in answered.rows)
    if incomplete:
        table.add_column("Why missing")
    for row in answered.rows:
        table.add_row(
            *(row.labels[name] for name in names),
            *(_shown(answered.kpi, number) for number in (row.erp, row.psa, row.variance)),
            *([_words(answered.kpi, row)] if incomplete else []),
        )
    console.print(table)
    for side, found in answered.trust.items():
        if found:
            console.print(
                f"{_SIDES[side]}: {trust_in_words(found)}. See: oneview sync quarantine list"
            )
    for alarm in _alarms(snapshot, answered.kpi) or ():
        console.print(f"Alarm: {alarm.text}")
    for side, page in behind.items():
        _print_rows(console, side, page)


def _print_rows(console: Console, side: Side, page: RowPage) -> None:
    columns = [
        column for column in page.columns if any(row[column.name] is not None for row in page.rows)
    ]
    table = Table(title=f"{_SIDES[side]}: {page.total_rows} rows")
    for column in columns:
        right = column.type in {"money", "hours", "days", "integer"}
        table.add_column(column.title, justify="right" if right else "left")
    for row in page.rows:
        table.add_row(*(_terse(column.type, row[column.name]) for column in columns))
    console.print(table if page.rows else f"{_SIDES[side]}: no rows.")
    if page.withheld:
        console.print(page.withheld)
    if page.total_rows > len(page.rows):
        console.print(f"The first {len(page.rows)} of {page.total_rows}; --json has them all.")


def _terse(kind: str, value: Any) -> str:
    """A cell of a row behind, for reading."""
    if isinstance(value, Decimal):
        return _rounded(value, 2)
    cell = contract.cell(kind, value)
    return "" if cell is None else str(cell)


def _shown(asked: Kpi, number: Decimal | None) -> str:
    if number is None:
        return "–"
    if asked.unit is Unit.PERCENT:
        return f"{_rounded(number * 100, 1)} %"
    return _rounded(number, 1 if asked.unit is Unit.DAYS else 2)


def _rounded(number: Decimal, places: int) -> str:
    """Rounded for reading; what rounds to nothing bears no minus."""
    return f"{round(number, places) + 0:,}"


def _words(asked: Kpi, row: AnswerRow) -> str:
    said = []
    for side, reason in row.reasons.items():
        formula = asked.side(side)
        why = formula.why if isinstance(formula, NotHeld) else reason.value.replace("_", " ")
        said.append(f"{_SIDES[side]}: {why}")
    return "; ".join(said)
