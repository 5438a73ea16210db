"""The proofs of one run: which entities are due, within which bounds, and what is kept of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, select

from models.errors import (
    LeaseLostError,
    NotOfferedError,
    OneViewError,
    SourceAuthError,
    SourceUnavailableError,
)
from models.tables.operations import ops_entity_run
from models.told import told

from ..entities.entity import Entity, System
from . import alarms, cursors, progress, proof_store
from .extract import Stopped, Work
from .proof_store import Verdict
from .prove import not_checked, prove
from .sides import Budget

DUE_AFTER = timedelta(hours=24)  # also of what no run touches
_part = ops_entity_run.c
_log = logging.getLogger(__name__)


def prove_run(works: Sequence[Work], *, everything: bool = False) -> bool:
    """Prove what this run touched, what is due, and what has an open alarm; never fails the run.

    Returns:
        Whether the mirror was mended on the way, so that there is something new to publish.
    """
    with ThreadPoolExecutor(len(System), thread_name_prefix="proof") as pool:
        return any(list(pool.map(partial(_prove_system, everything=everything), works)))


def _prove_system(work: Work, *, everything: bool) -> bool:
    budget, mended = Budget(), False
    silent: str | None = None
    for entity, whole in _due(work, everything=everything):
        if silent is None and budget.left <= 0:
            silent = told("The requests that a run may spend on proofs were spent before its turn.")
        if silent is not None:
            _keep(work, entity, not_checked(silent))
            continue
        try:
            verdict = _one(work, entity, budget, whole=whole)
        except LeaseLostError:
            raise
        except Stopped:
            silent = told("The run was asked to stop.")
            continue
        except (SourceUnavailableError, SourceAuthError) as error:
            silent = told("The source did not answer the proof: {error}", error=error)
            verdict = not_checked(silent)
        mended = mended or bool(verdict.healed)
        _keep(work, entity, verdict)
    return mended


def _one(work: Work, entity: Entity, budget: Budget, *, whole: bool) -> Verdict:
    """Prove one entity; what goes wrong with the proof itself is told, and is no fault of the mirror."""
    if work.must_stop():
        raise Stopped
    try:
        return prove(work, entity, budget, whole=whole)
    except (Stopped, LeaseLostError, SourceUnavailableError, SourceAuthError):
        raise
    except NotOfferedError as error:
        return not_checked(str(error))
    except OneViewError as error:
        return not_checked(told("The proof could not be made: {error}", error=error))
    except Exception as error:  # a fault of ours: the run has read and published all the same
        _log.exception("the proof of %s failed", entity.key)
        return not_checked(
            told("The proof failed ({name}); the log has the details.", name=type(error).__name__)
        )


def _keep(work: Work, entity: Entity, verdict: Verdict) -> None:
    with work.transaction() as connection:
        proof_store.keep(connection, entity, verdict, run_id=work.run_id, now=work.clock())
        if verdict.requests:
            progress.add_requests(connection, work.run_id, entity.key, verdict.requests)


def _due(work: Work, *, everything: bool) -> list[tuple[Entity, bool]]:
    """The entities to prove, owners first, each with whether its turn of the day has come."""
    with work.engine.connect() as connection:
        touched, read = _of_run(connection, work.run_id)
        last = proof_store.last_proofs(connection)
        alarmed = alarms.open_entities(connection, proof_store.ALARM)
    daily = work.clock() - DUE_AFTER
    found = []
    for entity in _owners_first(work):
        whole = everything or entity.key not in last or last[entity.key] <= daily
        if entity.key in read and (whole or entity.key in touched or entity.key in alarmed):
            found.append((entity, whole))
    return found


def _owners_first(work: Work) -> Iterable[Entity]:
    mine = [one for one in work.entities.values() if one.system is work.source.system]
    mine = [one for one in mine if cursors.load(work.engine, one.key).complete_from is None]
    return sorted(mine, key=lambda entity: entity.parent is not None)


def _of_run(connection: Connection, run_id: int) -> tuple[set[str], set[str]]:
    """The entities whose records this run wrote, and those it read to the end."""
    rows = connection.execute(select(ops_entity_run).where(_part.run_id == run_id)).all()
    read = {row.entity for row in rows if row.state == progress.SUCCEEDED}
    touched = {
        row.entity
        for row in rows
        if row.rows_inserted + row.rows_updated + row.rows_deleted + row.rows_quarantined
    }
    return touched, read
