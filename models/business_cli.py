"""`oneview business`: how the firm counts, value by value, each with who or what says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from .business import Business, load, merged
from .business.deciding import value_at
from .business.decision import BENCHMARKS, MAP, RULED, TARGETS, Place, dumped, plain, target_place
from .database import open_record, require_current
from .settings import WarehouseSettings

app = typer.Typer(
    help="How the firm counts: the file, and what people decided on the page Settings.",
    no_args_is_help=True,
    add_completion=False,
)
_RULES = ("streams", "lines", "bookings", "practices", "purposes", "crediting", "deals")


@app.callback()
def _business() -> None:
    """How the firm counts: the file, and what people decided on the page Settings."""


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Print every value as it is in force from the next build on, and where it is said."""
    settings = WarehouseSettings.load()
    base = load(settings)
    record = open_record(settings.record_url, read_only=True)
    try:
        require_current(record)
        business = merged(record, base)
    finally:
        record.dispose()
    told = [about(business, base, place) for place in places(business)]
    if as_json:
        typer.echo(dumped(told))
        return
    for one in told:
        typer.echo(f"{'.'.join(one['place'])} = {dumped(one['value'])}  ({_said(one)})")
    for place, what in business.ignored.items():
        typer.echo(f"{'.'.join(place)}: what was decided does not fit any more: it {what}")
    typer.echo(f"Values: {len(told):,}. Decided by people: {len(business.decided):,}.")


def places(business: Business) -> Iterator[Place]:
    """Every place of a value; of rules and single records those that somebody spoke of."""
    for head, part in business.file:
        if head == TARGETS:
            yield from map(target_place, part)
        elif head == BENCHMARKS:
            yield from ((head, key, name) for key, named in part.items() for name in named)
        elif head not in _RULES:
            yield from _within((head,), plain(part))
    yield from (place for place in business.decided if place[0] == MAP or place in RULED)


def about(business: Business, base: Business, place: Place) -> dict[str, Any]:
    """A value, who or what says it, and what the file says where somebody decided."""
    told = business.decided.get(place)
    found: dict[str, Any] = {"place": list(place), "value": value_at(business, place)}
    if told is not None:
        found |= {
            "said_by": told.by,
            "at": told.at.isoformat() if told.at else None,
            "note": told.note,
            "file_says": value_at(base, place),
        }
        return found
    if place[0] == TARGETS:
        line = base.document.line((TARGETS, str(_number(base, place))))
    else:
        line = base.line_of(*place)
    return found | {"said_by": "built in" if line is None else f"{base.path}, line {line}"}


def _within(place: Place, part: dict[str, Any]) -> Iterator[Place]:
    for name, value in part.items():
        if isinstance(value, dict):
            yield from _within((*place, name), value)
        else:
            yield (*place, name)


def _number(base: Business, place: Place) -> int:
    return next((n for n, one in enumerate(base.file.targets) if target_place(one) == place), -1)


def _said(one: dict[str, Any]) -> str:
    if "file_says" not in one:
        return str(one["said_by"])
    day = str(one["at"] or "")[:10]
    why = f": {one['note']}" if one["note"] else ""
    return f"{one['said_by']}, {day}{why}; else {dumped(one['file_says'])}"
