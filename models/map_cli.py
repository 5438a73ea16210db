"""`oneview map`: which records of the two systems may be one thing, and a person's word on it."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Row

from .database import open_record
from .decisions import decide, decisions
from .links_in_doubt import check, findings, known, suggestions
from .settings import WarehouseSettings
from .snapshot import Snapshots

app = typer.Typer(
    help="Records of both systems that may be one thing: list, confirm, refuse.",
    no_args_is_help=True,
    add_completion=False,
)
_WORDS = {
    "two_claims": "another record has that twin",
    "no_twin": "its twin is not in the mirror",
    "in_flight": "is being exported",
    "refused": "a person said that they are not one",
}
_KIND = typer.Argument(help="customer, project, person, department, service or invoice.")
_OURS = typer.Argument(help="The id in SuiteProjects Pro.")
_THEIRS = typer.Argument(help="The id in NetSuite.")
_NOTE = typer.Option(help="Why, for who reads it later.")


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(help="Only these, such as customer.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Tell what looks alike (likeliest first), which claims hold no link, and what people have said."""
    warehouse = WarehouseSettings.load()
    snapshot = Snapshots(warehouse.snapshot_dir).current()
    alike, in_doubt = suggestions(snapshot, kind), findings(snapshot, kind)
    record = open_record(warehouse.record_url)
    try:
        said = [one for one in decisions(record) if kind is None or one.kind == known(kind)]
    finally:
        record.dispose()
    if as_json:
        document = {"suggestions": alike, "findings": in_doubt, "decisions": said}
        told = {name: [_about(row) for row in rows] for name, rows in document.items()}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for row in alike:
        typer.echo(
            f"{row.kind} {row.suiteprojects_id} {row.suiteprojects_name!r} may be {row.netsuite_id} "
            f"{row.netsuite_name!r} ({row.score:.0%}: {row.reason})"
        )
    for row in in_doubt:
        named = "" if row.netsuite_id is None else f" with {row.netsuite_id}"
        holder = "" if row.held_by is None else f" ({row.held_by} is linked to it)"
        typer.echo(
            f"{row.kind} {row.suiteprojects_id} {row.name!r}{named}: {_WORDS[row.finding]}{holder}"
        )
    for row in said:
        why = f": {row.note}" if row.note else ""
        typer.echo(
            f"{row.kind} {row.suiteprojects_id} with {row.netsuite_id}: {row.state} by {row.decided_by} on "
            f"{row.decided_at:%Y-%m-%d}{why}"
        )
    typer.echo(
        f"Suggestions: {len(alike):,}. Claims that hold no link: {len(in_doubt):,}. Decided: {len(said):,}."
    )


@app.command()
def confirm(
    kind: Annotated[str, _KIND],
    suiteprojects_id: Annotated[int, _OURS],
    netsuite_id: Annotated[int, _THEIRS],
    note: Annotated[str | None, _NOTE] = None,
) -> None:
    """Say that two records are one thing; holds from the next build on."""
    _say("confirmed", kind, suiteprojects_id, netsuite_id, note)


@app.command()
def refuse(
    kind: Annotated[str, _KIND],
    suiteprojects_id: Annotated[int, _OURS],
    netsuite_id: Annotated[int, _THEIRS],
    note: Annotated[str | None, _NOTE] = None,
) -> None:
    """Say that two records are not one thing, whatever id they store; holds from the next build on."""
    _say("rejected", kind, suiteprojects_id, netsuite_id, note)


def _say(state: str, kind: str, suiteprojects_id: int, netsuite_id: int, note: str | None) -> None:
    warehouse = WarehouseSettings.load()
    snapshot = Snapshots(warehouse.snapshot_dir).current()
    check(snapshot, kind, suiteprojects_id, netsuite_id, confirming=state == "confirmed")
    record = open_record(warehouse.record_url)
    try:
        decide(
            record,
            kind=kind,
            suiteprojects_id=suiteprojects_id,
            netsuite_id=netsuite_id,
            state=state,
            decided_by=getpass.getuser(),
            now=datetime.now(UTC),
            note=note,
        )
    finally:
        record.dispose()
    typer.echo(
        f"{kind.capitalize()} {suiteprojects_id} and {netsuite_id}: {state}. It holds from the next build on."
    )


def _about(row: Row[Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else _plain(value)
        for name, value in row._mapping.items()
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else float(value)
