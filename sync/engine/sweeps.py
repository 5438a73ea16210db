"""Which entities a run sweeps, and what becomes of a sweep that could not be done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from enum import StrEnum

from models.errors import LeaseLostError, NotOfferedError

from ..entities.entity import Entity
from . import sweep_store
from .extract import Stopped, Work
from .sweep import can_be_swept, sweep

_log = logging.getLogger(__name__)


class Sweeps(StrEnum):
    """Which entities' keys a run compares with the source's."""

    NONE = "none"
    DUE = "due"  # those that have not been for a week
    ALL = "all"


def chosen(work: Work, entities: Sequence[Entity], which: Sweeps) -> list[Entity]:
    """Those to be swept now."""
    able = [entity for entity in entities if can_be_swept(work, entity)]
    if which is not Sweeps.DUE:
        return able if which is Sweeps.ALL else []
    due = sweep_store.due(work.engine, [entity.key for entity in able], work.clock())
    return [entity for entity in able if entity.key in due]


def sweep_one(work: Work, entity: Entity, text_of: Callable[[Exception, str], str]) -> None:
    """Sweep an entity; a refusal is written down, and the run goes on: what is mirrored stays right."""
    try:
        sweep(work, entity)
    except (Stopped, LeaseLostError):
        raise
    except NotOfferedError:
        return
    except Exception as error:
        text = text_of(error, entity.key)
        _log.warning("Sweep of %s: %s", entity.key, text)
        with work.transaction() as connection:
            sweep_store.refused(connection, entity.key, work.clock(), text)
