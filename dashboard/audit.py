"""The audit trail: who signed in, was refused, exported or asked for a refresh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert

from models.database import writing
from models.tables.operations import ops_audit


def note(
    record: Engine, at: datetime, subject: str | None, action: str, detail: Mapping[str, Any]
) -> None:
    """Write one line of the trail."""
    with writing(record) as connection:
        connection.execute(
            insert(ops_audit).values(at=at, subject=subject, action=action, detail=dict(detail))
        )
