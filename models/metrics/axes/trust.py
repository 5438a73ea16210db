"""What trust in the data is broken down by."""

from __future__ import annotations

from types import MappingProxyType

from ...tables.conformed import meta_entity
from ..dimensions import Dimension

CONTROL = Dimension(
    name="control",
    title="Control",
    is_text=True,
    words=MappingProxyType(
        {
            "RC-01": "RC-01 Invoices of both systems",
            "RC-02": "RC-02 Revenue of each project",
            "RC-07": "RC-07 Open items and control accounts",
            "RC-09": "RC-09 Income statement and trial balance",
            "RC-16": "RC-16 The balance sheet balances",
        }
    ),
)
ENTITY = Dimension(
    name="entity",
    title="Mirrored table",
    table=meta_entity,
    key=meta_entity.c.entity,
    is_text=True,
)
