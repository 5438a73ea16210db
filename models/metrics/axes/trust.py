"""What trust in the data is broken down by."""

from __future__ import annotations

from types import MappingProxyType

from ...controls import CONTROLS
from ...tables.conformed import meta_entity
from ..dimensions import Dimension

CONTROL = Dimension(
    name="control",
    title="Control",
    is_text=True,
    words=MappingProxyType({key: f"{key} {one.title}" for key, one in CONTROLS.items()}),
)
ENTITY = Dimension(
    name="entity",
    title="Mirrored table",
    table=meta_entity,
    key=meta_entity.c.entity,
    is_text=True,
)
