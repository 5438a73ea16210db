"""`oneview kpi`: ask for a number on the command line, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from .access import Scope
from .alarms import Alarm, open_alarms_if_known
from .database import open_record
from .errors import QuestionError
from .links import record_link
from .metrics import catalogue
from .metrics.answer import Answer, AnswerRow, RowPage
from .metrics.dimensions import dimension, find
from .metrics.kpi import Kpi, NotHeld, Side, Unit
from .metrics.query import answer, rows
from .metrics.trust import entities_of
from .metrics.trust import in_words as trust_in_words
from .period import Month, Period
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
    with_rows: Annotated[bool, typer.Option("--rows", help="Add the rows behind.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Ask for a number: `oneview kpi backlog --period 2026-03 --by department`."""
    try:
        if key is None:
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
        typer.echo(json.dumps(_document(snapshot, answered, behind), indent=2, ensure_ascii=False))
    else:
        _print(snapshot, answered, behind)


def _filter(text: str, asked: Kpi) -> tuple[str, str]:
    name, separator, member = text.partition("=")
    if not separator or not member.strip():
        raise QuestionError(f"'{text}' is not a filter. Write dimension=member.")
    return dimension(name.strip(), asked.by).name, member.strip()


def _resolved(snapshot: Snapshot, filters: Sequence[tuple[str, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    with snapshot.engine.connect() as connection:
        for name, member in filters:
            key = find(connection, dimension(name, [name]), member)
            found.setdefault(name, []).append(key)
    return found


# --- JSON


def _document(
    snapshot: Snapshot, answered: Answer, behind: dict[Side, RowPage]
) -> dict[str, object]:
    """The contract of `oneview kpi --json`; `records` only where rows were asked for."""
    document: dict[str, object] = {
        "key": answered.kpi.key,
        "title": answered.kpi.title,
        "unit": answered.kpi.unit.value,
        "currency": answered.currency,
        "period": {
            "start": answered.period.start.isoformat(),
            "end": answered.period.end.isoformat(),
        },
        "as_of": {
            system: moment.isoformat().replace("+00:00", "Z") if moment else None
            for system, moment in (
                (system, answered.as_of.get(system)) for system in ("netsuite", "suiteprojects")
            )
        },
        "rows": [_row(answered.kpi, row) for row in answered.rows],
        "trust": _trust(snapshot, answered),
    }
    if behind:
        document["records"] = {
            side.value: [_record(snapshot, page, row) for row in page.rows]
            for side, page in behind.items()
        }
    return document


def _trust(snapshot: Snapshot, answered: Answer) -> dict[str, object]:
    """What of the tables behind the number is left out, and which alarms are open for them."""
    alarms = _alarms(snapshot, answered.kpi)
    return {
        "quarantined": [
            {
                "side": side.value,
                "entity": one.entity,
                "title": one.title,
                "records": one.quarantined,
            }
            for side, found in answered.trust.items()
            for one in found
        ],
        "alarms": None  # the record could not be asked
        if alarms is None
        else [
            {
                "entity": one.entity,
                "month": str(Month.from_key(one.month)) if one.month else None,
                "text": one.text,
                "since": one.opened_at.isoformat().replace("+00:00", "Z"),
            }
            for one in alarms
        ],
    }


def _alarms(snapshot: Snapshot, asked: Kpi) -> Sequence[Alarm] | None:
    behind = {entity for side in Side for entity in entities_of(snapshot, asked, side)}
    record = open_record(WarehouseSettings.load().record_url, read_only=True)
    try:
        return open_alarms_if_known(record, behind)
    finally:
        record.dispose()


def _row(asked: Kpi, row: AnswerRow) -> dict[str, object]:
    return {
        **row.labels,
        "erp": _text(row.erp),
        "psa": _text(row.psa),
        "variance": _text(row.variance),
        "value": _text(row.value),
        "reason": _reason(asked, row),
    }


def _reason(asked: Kpi, row: AnswerRow) -> str | None:
    """Why a number is missing: the side of record speaks first."""
    sides = sorted(row.reasons, key=lambda side: side is not asked.record)
    return row.reasons[sides[0]].value if sides else None


def _record(snapshot: Snapshot, page: RowPage, row: Any) -> dict[str, object]:
    found = {
        column.name: _cell(column.type, row[column.name])
        for column in page.columns
        if column.name in row
    }
    state = snapshot.sources.get(row["system"])
    link = record_link(
        row["system"], row["record_type"], row["record_id"], state.record_url if state else ""
    )
    return found | {"part": row["part"], "link": link}


def _cell(kind: str, value: Any) -> object:
    if value is None:
        return None
    if kind == "day":
        return date(value // 10000, value // 100 % 100, value % 100).isoformat()
    if kind == "month":
        return str(Month.from_key(value))
    return _text(value) if isinstance(value, Decimal) else value


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


# --- terminal


def _list(as_json: bool) -> None:
    declared = catalogue.kpis().values()
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {"key": each.key, "title": each.title, "unit": each.unit.value, "by": each.by}
                    for each in declared
                ],
                indent=2,
            )
        )
        return
    table = Table(Column("Key", no_wrap=True), "Title", "Unit", "Broken down by")
    for each in declared:
        table.add_row(each.key, each.title, each.unit.value, ", ".join(each.by))
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
    cell = _cell(kind, value)
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
