"""A firm that publishes, of whose tables only some are made."""

from __future__ import annotations

from shutil import copy

import pytest

from tests.builds import build_only
from tests.unit.sync.engine.firm import Firm


@pytest.fixture
def firm(sqlite_record, tmp_path):
    """A firm of whose tables only some are made: these tests are about the files, not about numbers."""
    with pytest.MonkeyPatch.context() as patch:  # its own: tests undo theirs half-way
        entities = build_only(
            patch,
            *("dim_account", "dim_item", "dim_service", "dim_pnl_line", "dim_stream_map"),
            "dim_department",
        )
        copy(sqlite_record, tmp_path / "record.db")
        made = Firm(tmp_path, entities)
        made.put("Sales")
        yield made
        made.record.dispose()
