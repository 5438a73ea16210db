"""Finds records that a source names twice with different content: the newest is taken, the other kept aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from models.told import told

from ..entities.entity import Entity, Kind
from .parse import CUSTOM, Key, Row, Unusable, key_text, parser_of

TAKEN, OTHER = "taken", "other"


def part(entity: Entity, rows: list[Row]) -> tuple[list[Row], list[Unusable]]:
    """One row for each record, and the others; the same content twice is no matter."""
    key_of = parser_of(entity).key
    if len({key_of(row) for row in rows}) == len(rows):
        return rows, []
    newest: dict[Key, Row] = {}
    others: dict[Key, Row] = {}
    for row in rows:
        key = key_of(row)
        before = newest.get(key)
        if before is None or before[-1] == row[-1]:
            newest[key] = row
            continue
        older, newer = (row, before) if _is_older(row, before) else (before, row)
        newest[key], others[key] = newer, older
    bad = [_aside(entity, key, newest[key], row) for key, row in others.items()]
    return list(newest.values()), bad


def _is_older(row: Row, than: Row) -> bool:
    modified, other = row[-2], than[-2]
    return modified is not None and other is not None and modified < other


def _aside(entity: Entity, key: Key, taken: Row, other: Row) -> Unusable:
    names = [
        name
        for name, left, right in zip([*entity.fields, CUSTOM], taken, other, strict=False)
        if left != right
    ]
    return Unusable(
        field=names[0] if names else None,
        reason=(
            told(
                "came twice with different content; the newest, or else the one that came last, was "
                "taken"
            )
        ),
        record_key=key_text(key),
        key=key,
        payload={TAKEN: _record(entity, taken), OTHER: _record(entity, other)},
    )


def _record(entity: Entity, row: Row) -> dict[str, Any]:
    """A row under the vendor's names, as a person reads it."""
    pairs: Sequence[tuple[str, Any]] = [
        (field.source, _plain(field.kind, value))
        for field, value in zip(entity.fields.values(), row, strict=False)
    ]
    return dict(pairs) | {CUSTOM: row[len(entity.fields)]}


def _plain(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.DECIMAL:
        return str(Decimal(value).scaleb(-4))
    if kind is Kind.INSTANT:
        return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
