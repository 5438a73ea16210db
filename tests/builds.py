"""Builds of a few tables: what is not about all of the facts need not make them all, again and again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace

import pytest

from sync.engine.build import build
from sync.entities import ENTITIES
from sync.entities.entity import Entity
from sync.transforms import TRANSFORMS
from sync.transforms.transform import Transform, sources_of

ABOUT = ("root_subsidiary", "dim_period")  # what every snapshot speaks of itself by


def with_needs(keys: Iterable[str]) -> dict[str, Transform]:
    """These transforms and all they are made of."""
    found: dict[str, Transform] = {}
    waiting = [*ABOUT, *keys]
    while waiting:
        item = TRANSFORMS[waiting.pop()]
        if found.setdefault(item.key, item) is item:
            waiting += [need for need in item.needs if need not in found]
    return {key: item for key, item in TRANSFORMS.items() if key in found}


def entities_of(transforms: Mapping[str, Transform]) -> dict[str, Entity]:
    """The entities that some transforms are made of."""
    read = set().union(*(sources_of(item, transforms) for item in transforms.values()))
    return {key: entity for key, entity in ENTITIES.items() if entity.table in read}


def build_only(patch: pytest.MonkeyPatch, *keys: str) -> dict[str, Entity]:
    """Make builds of these tables, of what they are made of and of nothing else; return the entities read."""
    transforms = with_needs(keys)
    entities = entities_of(transforms)
    targets = [item.target for item in transforms.values() if item.target is not None]
    patch.setattr("sync.engine.build.TRANSFORMS", transforms)
    patch.setattr("sync.engine.build.OBSERVATIONS", {})
    patch.setattr("sync.engine.warehouse.SNAPSHOT", SimpleNamespace(sorted_tables=targets))
    patch.setitem(build.__kwdefaults__, "entities", entities)
    return entities
