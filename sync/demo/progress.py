"""What the terminal shows while the first sync runs: entities, rows, the rest of the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from models.tables.operations import ops_entity_run, ops_run


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the newest run is."""

    state: str
    stage: str
    entities: int
    entities_done: int
    rows_read: int
    rows_expected: int
    error: str | None

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, well or not."""
        return self.state in {"succeeded", "failed", "interrupted"}


def read_progress(record: Engine) -> Progress | None:
    """The newest run as it stands; None before the first one."""
    entity = ops_entity_run.c
    try:
        with record.connect() as connection:
            run = connection.execute(
                select(ops_run).order_by(ops_run.c.run_id.desc()).limit(1)
            ).first()
            if run is None:
                return None
            rows = connection.execute(
                select(
                    func.count(),
                    func.count().filter(entity.finished_at.is_not(None)),
                    func.coalesce(func.sum(entity.rows_read), 0),
                    func.coalesce(func.sum(func.coalesce(entity.rows_expected, 0)), 0),
                ).where(entity.run_id == run.run_id)
            ).one()
    except (OperationalError, ProgrammingError):  # the schema is not there yet
        return None
    entities, done, read, expected = (int(number) for number in rows)
    return Progress(run.state, run.stage, entities, done, read, expected, run.error)


def follow(
    record: Engine,
    show: Callable[[Progress], None],
    is_done: Callable[[Progress | None], bool],
    pause: Callable[[], None],
) -> Progress | None:
    """Show the progress until `is_done` says so; `pause` waits between looks (and may raise)."""
    while True:
        progress = read_progress(record)
        if progress:
            show(progress)
        if is_done(progress):
            return progress
        pause()
