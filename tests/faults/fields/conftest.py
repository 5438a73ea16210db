"""Two systems whose fields come, go, change and are forbidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.fields.account import Account, opened


@pytest.fixture
def account(record_url: str, tmp_path: Path) -> Iterator[Account]:
    """Two systems with a few records each; nothing is synced yet."""
    with opened(record_url, tmp_path) as made:
        yield made
