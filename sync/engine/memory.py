"""Keeps a run that makes millions of rows within little memory."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pyarrow as pa
from sqlalchemy import Engine

_ALLOCATIONS = 200_000  # between two collections of the youngest objects


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for reference cycles rarely: a run makes millions of rows and hardly a cycle.

    What lived before the run, a million objects of modules and declarations, is not looked through: nor
    afterwards where a process has set it aside for good.
    """
    before, is_set_aside = gc.get_threshold(), _is_set_aside()
    gc.set_threshold(_ALLOCATIONS, *before[1:])
    if not is_set_aside:
        gc.freeze()
    try:
        yield
    finally:
        if not is_set_aside:
            gc.unfreeze()
        gc.set_threshold(*before)


@cache
def _is_set_aside() -> bool:
    """Whether the process set aside what lived before its first run; to count it takes long, so it is asked once."""
    return gc.get_freeze_count() > 0


def give_back(record: Engine) -> None:
    """Hand freed memory back to the system before another stage takes its own.

    The record's idle connections go, too: each holds pages of it.
    """
    record.dispose()
    gc.collect(1)  # what is older was there before, and costs most to look through
    pa.default_memory_pool().release_unused()
    trim()


def trim() -> None:
    """Hand back what the allocator keeps of what was freed."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return  # not glibc: its allocator decides by itself
