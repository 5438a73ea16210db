"""Which columns the facts are made of: these are always mirrored."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..entities.entity import Entity
from ..transforms import TRANSFORMS

_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def needed(entity: Entity) -> Mapping[str, str]:
    """Column -> why it cannot be left out."""
    found: dict[str, str] = {}
    for transform in TRANSFORMS.values():
        words = set(_WORD.findall(transform.sql))
        if entity.table in words:
            for column in words & entity.fields.keys():
                found.setdefault(column, f"{transform.key} is made of it")
    found |= dict.fromkeys(entity.measures, "its sums prove the mirror")
    if entity.history is not None and entity.history.column is not None:
        found[entity.history.column] = "it says which records keep versions"
    found |= {name: "it is always there" for name, field in entity.fields.items() if field.required}
    if entity.dated is not None:
        found[entity.dated] = "it tells how old a record is"
    if entity.modified is not None:
        found[entity.modified] = "it tells what changed"
    if entity.parent_key is not None:
        found[entity.parent_key] = "it names the owner"
    found |= dict.fromkeys(entity.identity, "it identifies a record")
    return found
