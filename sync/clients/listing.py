"""Listings: pages reduced to keys, and pages of single records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from models.errors import SourceContractError
from models.told import told

from ..entities.entity import Entity, Kind
from ..source import KeyPage, Listed, Page
from .pacing import Tally


@cache
def narrow(entity: Entity) -> Entity:
    """The entity with no more fields than a listing of keys needs."""
    names = dict.fromkeys(
        [*entity.identity, *filter(None, [entity.modified, entity.dated]), *entity.measures]
        + [condition.column for condition in entity.conditions if condition.via is None]
    )
    return replace(entity, fields={name: entity.fields[name] for name in names}, custom=None)


def listed(entity: Entity, page: Page, *, day: str | None = None) -> KeyPage:
    """The page as keys; `day` names what each record says it is dated by, if not by its own field."""
    if day is None and entity.dated:
        day = entity.fields[entity.dated].source
    return KeyPage(
        keys=[_listed(entity, record, day) for record in page.records],
        position=page.position,
        requests=page.requests,
        bytes_read=page.bytes_read,
        waited_ms=page.waited_ms,
    )


def page_of(records: Sequence[Mapping[str, Any]], tally: Tally) -> Page:
    """Records that were asked for one by one: there is no page after them."""
    return Page(
        records=records,
        position=None,
        expected=None,
        requests=tally.requests,
        bytes_read=tally.bytes_read,
        waited_ms=tally.waited_ms,
    )


def _listed(entity: Entity, record: Mapping[str, Any], day: str | None) -> Listed:
    modified = record.get(entity.fields[entity.modified].source) if entity.modified else None
    return Listed(
        identity=tuple(_part(entity, record, name) for name in entity.identity),
        modified=modified or None,
        dated=(record.get(day) or None) if day else None,
        values=tuple(record.get(entity.fields[name].source) for name in entity.measures),
    )


def _part(entity: Entity, record: Mapping[str, Any], name: str) -> int | str:
    field = entity.fields[name]
    try:
        value = record[field.source]
        return str(value) if field.kind is Kind.TEXT else int(value)
    except (KeyError, TypeError, ValueError):
        raise SourceContractError(
            told(
                "A record of {resource} was listed without its identity.", resource=entity.resource
            )
        ) from None
