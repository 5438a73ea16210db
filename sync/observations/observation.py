"""The vocabulary of dated records: an observation is one SELECT whose answer is kept day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Observation:
    """Something that changes without trace in the systems, and so is written down after each build.

    The SELECT runs in DuckDB on the facts of the day. It reads facts and dimensions by name, the mirror
    as `mirror.stg_…`, and the one-row helper `run_day` (today, day, month).

    Attributes:
        key: names the record's table `dated_<key>`.
        title: what it is, as people say.
        target: the snapshot's table; it begins with `from_day` and `to_day`.
        grain: the columns that tell its rows apart; no two rows of a day are equal in all of them.
        sql: the SELECT; its columns are the target's other than the two days, matched by name.
        once: the first look at a day stands for it, not the last one: of what is large and changes all day.
        keep_days: how long what no longer holds is kept; None: for good.
        made: what makes the target's columns, in order, of the SELECT's rows where SQL alone cannot.
    """

    key: str
    title: str
    target: Table
    grain: tuple[str, ...]
    sql: str
    once: bool = False
    keep_days: int | None = None
    made: Callable[[Rows], Rows] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What is observed, in the target's order."""
        return tuple(
            name
            for name in self.target.c.keys()  # noqa: SIM118 - columns, not names
            if name not in ("from_day", "to_day")
        )

    @property
    def table(self) -> str:
        """The name of the record's table."""
        return f"dated_{self.key}"
