"""What the terminal shows while the first sync runs: entities, rows, the rest of the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

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


def newest_run(record: Engine) -> int:
    """The id of the newest run; 0 before the first."""
    with record.connect() as connection:
        return int(connection.scalar(select(func.coalesce(func.max(ops_run.c.run_id), 0))) or 0)


def read_progress(record: Engine, after: int) -> Progress | None:
    """The first run later than `after`, as it stands; None while there is none."""
    entity = ops_entity_run.c
    with record.connect() as connection:
        run = connection.execute(
            select(ops_run).where(ops_run.c.run_id > after).order_by(ops_run.c.run_id).limit(1)
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
    entities, done, read, expected = (int(number) for number in rows)
    return Progress(run.state, run.stage, entities, done, read, expected, run.error)


def follow(
    record: Engine, after: int, show: Callable[[Progress], None], pause: Callable[[], None]
) -> Progress:
    """Show the first run later than `after` until it is over; `pause` waits between looks."""
    while True:
        progress = read_progress(record, after)
        if progress:
            show(progress)
            if progress.is_over:
                return progress
        pause()
