"""`oneview kpi`: ask for a number on the command line, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from .access import Scope
from .alarms import Alarm, open_alarms_if_known
from .archive import Archives
from .business import in_force
from .change_table import print_change, print_since
from .database import open_record
from .errors import QuestionError
from .kpi_table import print_answer, print_kpis, print_members
from .metrics import catalogue, contract
from .metrics.compare import Compared, compare
from .metrics.dimensions import DIMENSIONS, Dimension, Key, dimension, find
from .metrics.explain import explain_change
from .metrics.kpi import Kpi, Lens, Side
from .metrics.query import Ask, answer_many, rows
from .metrics.since import since as told_since
from .metrics.visible import visible
from .period import Period
from .settings import WarehouseSettings
from .snapshot import Snapshot, Snapshots

app = typer.Typer(add_completion=False)

_SHOWN = 40  # rows behind a number on a terminal; JSON has them all
_WRONG_QUESTION = 2


@app.command()
def kpi(
    key: Annotated[str | None, typer.Argument(help="The KPI; without it, all are listed.")] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="2026-03, 2026-Q1, 2026, FY2026-Q1 or FY2026. Default: the last closed month."
        ),
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
    currency: Annotated[
        Lens,
        typer.Option(help="Money consolidated, or a line for each currency of the books or deals."),
    ] = Lens.CONSOLIDATED,
    with_comparison: Annotated[
        bool, typer.Option("--compare", help="Add the period and year before, plan, benchmark.")
    ] = False,
    with_rows: Annotated[bool, typer.Option("--rows", help="Add the rows behind.")] = False,
    since: Annotated[
        str | None,
        typer.Option(
            help="Explain what changed since a version of the data (41) or a day (2026-03-31); with --by or "
            "--compare, each line beside what it was."
        ),
    ] = None,
    as_closed: Annotated[
        bool,
        typer.Option(
            "--as-closed",
            help="The same, since the last month of the period was closed in the books.",
        ),
    ] = False,
    side: Annotated[
        Side | None, typer.Option(help="Whose change. Default: the side of record.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Ask for a number: `oneview kpi backlog --period 2026-03 --by department`."""
    try:
        if members is not None:
            _list_members(dimension(members, DIMENSIONS), as_json)
        elif key is None:
            _list(as_json)
        else:
            wanted = _Wanted(period, tuple(by or ()), tuple(where or ()), currency)
            asked = catalogue.kpi(key)
            if since is not None and as_closed:
                raise QuestionError("Say either --since or --as-closed.")
            then = _Then(since, as_closed)
            if then and not (wanted.by or with_comparison):
                _explain(asked, wanted, then, side or asked.record, as_json)
            else:
                _ask(asked, wanted, then, with_comparison, with_rows, as_json)
    except QuestionError as error:
        typer.secho(f"oneview: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(_WRONG_QUESTION) from error


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The question as it was typed."""

    period: str | None
    by: tuple[str, ...]
    where: tuple[str, ...]
    lens: Lens


@dataclass(frozen=True, slots=True)
class _Then:
    """What a number is to stand beside: itself in an earlier version, or as it was closed; false for nothing."""

    since: str | None
    as_closed: bool

    def __bool__(self) -> bool:
        return self.since is not None or self.as_closed

    def snapshot(self, warehouse: WarehouseSettings, period: Period) -> Snapshot:
        """The data as they were."""
        if self.since is not None:
            return Snapshots(warehouse.snapshot_dir).since(self.since)
        return Archives(warehouse.archive_dir).closed(period.last)


def _ask(
    asked: Kpi,
    wanted: _Wanted,
    then: _Then,
    with_comparison: bool,
    with_rows: bool,
    as_json: bool,
) -> None:
    if wanted.period:
        Period.parse(wanted.period)  # what is no period is told before any data are looked at
    for name in wanted.by:
        dimension(name, asked.by)
    filters = [_filter(text, asked) for text in wanted.where]
    warehouse = WarehouseSettings.load()
    snapshot = Snapshots(warehouse.snapshot_dir).current()
    said = snapshot.period(wanted.period) if wanted.period else None
    period = said or Period.of(snapshot.last_closed_month)
    where, lens, scope = _resolved(snapshot, filters), wanted.lens, Scope.everything()
    ask = Ask(kpi=asked, period=period, by=wanted.by, where=where, lens=lens)
    beside = told_since(then.snapshot(warehouse, period), snapshot, ask, scope) if then else None
    answered = beside.now if beside else answer_many(snapshot, [ask], scope)[0]
    compared: list[Compared] = []
    if with_comparison:
        published = next(iter(in_force(snapshot).benchmarks(asked.key).values()), None)
        compared = compare(
            snapshot,
            asked,
            period,
            scope,
            by=wanted.by,
            where=where,
            lens=lens,
            benchmark=published,
        )
    behind = {}
    if with_rows:
        limit = None if as_json else _SHOWN
        behind = {
            side: rows(snapshot, asked, side, period, scope, where=where, lens=lens, limit=limit)
            for side in Side
        }
    alarms = _alarms(snapshot, asked)
    if as_json:
        document = contract.document(snapshot, answered, alarms, behind, compared, beside)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print_answer(answered, behind, compared, alarms or ())
        if beside:
            print_since(beside)


def _explain(asked: Kpi, wanted: _Wanted, then: _Then, side: Side, as_json: bool) -> None:
    """What became of a number since an earlier version of the data, or since it was closed."""
    filters = [_filter(text, asked) for text in wanted.where]
    warehouse = WarehouseSettings.load()
    now = Snapshots(warehouse.snapshot_dir).current()
    period = now.period(wanted.period) if wanted.period else Period.of(now.last_closed_month)
    told = explain_change(
        then.snapshot(warehouse, period),
        now,
        asked,
        side,
        period,
        Scope.everything(),
        where=_resolved(now, filters),
        lens=wanted.lens,
        limit=None if as_json else _SHOWN,
    )
    if as_json:
        typer.echo(json.dumps(contract.change(now, told), indent=2, ensure_ascii=False))
    else:
        print_change(told)


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


def _list(as_json: bool) -> None:
    if as_json:
        declared = [contract.described(each) for each in catalogue.kpis().values()]
        typer.echo(json.dumps(declared, indent=2, ensure_ascii=False))
    else:
        print_kpis()


def _list_members(about: Dimension, as_json: bool) -> None:
    snapshot = Snapshots(WarehouseSettings.load().snapshot_dir).current()
    found = visible(snapshot, about, Scope.everything())
    if as_json:
        listed = [contract.member(one) for one in found]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        print_members(about, found)
