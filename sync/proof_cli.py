"""`oneview sync proof`: whether the mirror holds what the sources hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy import Engine, Row, func, select

from models.alarms import Alarm, open_alarms
from models.settings import WarehouseSettings
from models.tables.proof import ops_proof, ops_proof_key

from .command import builder, check_known, connected, now, payloads_of, record_of, stop_on_signal
from .engine.run import family, run_sync
from .entities import ENTITIES
from .settings import SyncSettings

_part, _key = ops_proof.c, ops_proof_key.c


def proof(
    entity: Annotated[str | None, typer.Option(help="Only this entity.")] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Mirror and compare now, instead of showing the newest.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Tell how source and mirror compared last; exit code 1 while an alarm is open."""
    check_known(entity)
    warehouse = WarehouseSettings.load()
    if run:
        _run(warehouse, entity)
    with record_of(warehouse) as engine:
        lines = newest_lines(engine, entity)
        keys = newest_keys(engine, lines)
        alarms = open_alarms(engine, None if entity is None else {entity})
    typer.echo(_as_json(lines, keys, alarms) if as_json else _as_text(lines, alarms))
    if alarms:
        raise typer.Exit(1)


def _run(warehouse: WarehouseSettings, entity: str | None) -> None:
    settings, stop = SyncSettings.load(), stop_on_signal()
    with connected(warehouse, settings, stop) as (engine, sources):
        result = run_sync(
            engine, sources, now,
            trigger="command",
            build=builder(engine, warehouse, settings),
            entities=family(ENTITIES, entity) if entity else ENTITIES,
            history_months=settings.history_months_first,
            must_stop=stop.is_set,
            quarantine_limit=settings.quarantine_limit,
            payloads=payloads_of(warehouse, settings),
            prove_all=True,
        )  # fmt: skip
    if result.error:
        typer.secho(f"Run {result.run_id} {result.state}. {result.error}", err=True)


def newest_lines(engine: Engine, entity: str | None = None) -> list[Row[Any]]:
    """The lines of every entity's newest proof, by entity and month."""
    newest = select(_part.entity, func.max(_part.run_id).label("run_id")).group_by(_part.entity)
    if entity is not None:
        newest = newest.where(_part.entity == entity)
    last = newest.subquery()
    both = (_part.entity == last.c.entity) & (_part.run_id == last.c.run_id)
    with engine.connect() as connection:
        found = connection.execute(select(ops_proof).join(last, both)).all()
    return sorted(found, key=lambda row: (row.entity, row.month or 0, row.proof_id))


def newest_keys(engine: Engine, lines: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The records that those proofs found to differ, explained or not."""
    runs = {(row.entity, row.run_id) for row in lines if row.state != "equal"}
    with engine.connect() as connection:
        return [
            row
            for entity, run_id in sorted(runs)
            for row in connection.execute(
                select(ops_proof_key).where(_key.entity == entity, _key.run_id == run_id)
            )
        ]


def _as_json(lines: Sequence[Row[Any]], keys: Sequence[Row[Any]], alarms: Sequence[Alarm]) -> str:
    document = {
        "lines": [dict(row._mapping) for row in lines],
        "records": [dict(row._mapping) for row in keys],
        "alarms": [asdict(alarm) for alarm in alarms],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _as_text(lines: Sequence[Row[Any]], alarms: Sequence[Alarm]) -> str:
    told: list[str] = []
    if not lines:
        told.append("Nothing has been compared yet: that follows each run of the sync.")
    for entity in dict.fromkeys(row.entity for row in lines):
        mine = [row for row in lines if row.entity == entity]
        told.append(_summary(entity, mine))
        told += [
            f"  {_month(row.month)} {row.measure}: source {row.source_value or '–'}, mirror "
            f"{row.mirror_value or '–'}: {row.state.replace('_', ' ')}. {row.detail or ''}".rstrip()
            for row in mine
            if row.state != "equal"
        ]
    told += ["", "No alarm is open." if not alarms else "Open alarms"]
    told += [f"  since {alarm.opened_at:%Y-%m-%d %H:%M} UTC: {alarm.text}" for alarm in alarms]
    return "\n".join(told)


def _summary(entity: str, lines: Sequence[Row[Any]]) -> str:
    rows = [row for row in lines if row.measure == "rows" and row.source_value is not None]
    if not rows:
        return f"{entity}: not compared"
    source = sum(int(row.source_value) for row in rows)
    mirror = sum(int(row.mirror_value) for row in rows)
    states = {row.state for row in lines}
    worst = next(one for one in ("differs", "not_checked", "explained", "equal") if one in states)
    at = max(row.proven_at for row in lines)
    return (
        f"{entity}: {worst.replace('_', ' ')}, {source:,} records in the source, {mirror:,} in the mirror "
        f"({at:%Y-%m-%d %H:%M} UTC)"
    )


def _month(month: int | None) -> str:
    return f"{month // 100:04d}-{month % 100:02d}" if month else "all"
