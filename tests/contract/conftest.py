"""The books of a small firm, written once for all contracts that are about numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.snapshot import Snapshot

from .books import opened, write


@pytest.fixture(scope="session")
def books_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the snapshot with the firm's books and without rollups."""
    path = tmp_path_factory.mktemp("books") / "books.duckdb"
    write(path)
    return path


@pytest.fixture(scope="session")
def books(books_file: Path) -> Iterator[Snapshot]:
    """The snapshot of the firm's books; nobody writes to it."""
    found = opened(books_file)
    yield found
    found.engine.dispose()
