"""Builds the facts: the record's changed rows into the mirror, then what they reach, table by table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from models.business import Business, default_business
from models.errors import WarehouseError
from models.told import told

from ..entities import ENTITIES
from ..entities.entity import Entity
from ..observations import OBSERVATIONS
from ..transforms import TRANSFORMS
from ..transforms.macros import create_macros
from ..transforms.transform import RUN_DAY
from .carry import RecordState, carry
from .changes import Changes
from .compact import compact, is_loose, sort_again
from .dated import bring_dated, make_room
from .given import fingerprint, give
from .memory import give_back
from .meta import SourceInfo, is_whole, today_of, write_meta
from .observe import observe
from .renew import Outcome, Renewed, renew
from .workfiles import (
    FACTS,
    MIRROR,
    NOTHING,
    Known,
    Limits,
    attach_facts,
    begin_facts,
    discard,
    fingerprints,
    mark,
    open_work_file,
)

Clock = Callable[[], datetime]
_DAY = (
    "SELECT d AS today, day_key(d) AS day, month_key(d) AS month FROM (SELECT CAST(? AS DATE) AS d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A file of facts, complete and checkpointed.

    Attributes:
        state: the record it was built of.
        given: stands for how it was made, as `made_from` tells.
        at: when.
        renewed: table -> what became of it.
    """

    path: Path
    state: RecordState
    given: str
    today: date
    at: datetime
    renewed: Mapping[str, Renewed]

    @property
    def sequence(self) -> int:
        """The record's newest change it holds."""
        return self.state.sequence


def build(
    engine: Engine,
    work_dir: Path,
    sources: Sequence[SourceInfo],
    clock: Clock,
    *,
    version: int,
    rebuild: bool = False,
    entities: Mapping[str, Entity] = ENTITIES,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    observing: bool = True,
    business: Business | None = None,
) -> Built:
    """Make the facts of the record as it is now; what no change reaches is left as it is.

    Args:
        version: what the snapshot made of it will be called.
        rebuild: carry every row again and make every table anew.
        observing: write down in the record how things stand on this day.
        business: how the firm counts; by default as built in.

    Raises:
        WarehouseError: the record cannot be read, or the facts cannot be made; what is published stays.
    """
    mirror, facts = work_dir / MIRROR, work_dir / FACTS
    now = clock().astimezone(UTC)
    business = business or default_business()
    try:
        with closing(open_work_file(mirror, limits)) as work:
            known = attach_facts(work, facts)
            changes = Changes(work)
            limits.halve(work)  # beside it, Python holds rows and the record its pages
            state = carry(engine, work, list(entities.values()), changes, rebuild=rebuild)
            give_back(engine)  # the facts are made by DuckDB alone
            limits.restore(work)
            if known is not NOTHING and changes.in_all(item.table for item in entities.values()):
                known = NOTHING
                begin_facts(work, facts)
            today = today_of(state, now)
            work.execute("SET search_path = 'facts.main,mirror.main'")
            bring_dated(engine, work, list(OBSERVATIONS.values()))
            known, renewed = make_facts(work, today, changes, known, business)
            if observing and is_whole(state):
                observe(
                    engine, work, list(OBSERVATIONS.values()),
                    day=today, sequence=state.sequence, now=now,
                )  # fmt: skip
            bring_dated(engine, work, list(OBSERVATIONS.values()))
            write_meta(work, state, sources, entities, version, now, today, business)
            mark(work, known)
            loose = [path for path in (mirror, facts) if is_loose(work, path.stem)]
        for path in loose:
            compact(path, limits)
    except duckdb.Error as error:
        for path in (mirror, facts):  # whatever is wrong, the next build starts from the record
            discard(path)
        raise WarehouseError(
            told(
                "The facts could not be built; the published snapshot stays. {error}",
                error=str(error).partition("\n")[0],  # hints for who writes SQL follow
            )
        ) from error
    return Built(
        path=facts, state=state, given=made_from(business), today=today, at=now, renewed=renewed
    )


def make_facts(
    work: duckdb.DuckDBPyConnection,
    today: date,
    changes: Changes,
    known: Known,
    business: Business | None = None,
) -> tuple[Known, dict[str, Renewed]]:
    """Bring every table up to the mirror, the day and the configuration; tell what is known then, and done."""
    make_macros(work)
    make_room(work, OBSERVATIONS.values())
    give(work, business or default_business(), changes)
    speak_of(work, today)
    if known.today != today:
        changes.add(RUN_DAY, RUN_DAY, f"FROM {RUN_DAY}")
        if known.today is not None:
            work.execute(f"INSERT INTO {changes.table(RUN_DAY)} {_DAY}", [known.today])
    wanted = fingerprints(TRANSFORMS.values())
    same = frozenset(key for key, text in known.made.items() if wanted.get(key) == text)
    _drop_unknown(work, known)
    renewed = renew(work, TRANSFORMS, changes, same)
    unsorted = {
        key: item.added + (known.unsorted.get(key, 0) if item.outcome is not Outcome.WHOLE else 0)
        for key, item in renewed.items()
    }
    sort_again(work, TRANSFORMS, unsorted)
    return Known(made=wanted, unsorted=unsorted, today=today), renewed


def made_from(business: Business) -> str:
    """Stands for what makes a snapshot of the same rows: this version's declarations, and how the firm counts."""
    declared = sorted(fingerprints(TRANSFORMS.values()).items())
    counted = (
        fingerprint(business),
        business.mark,
    )  # with this version's defaults, and who said so
    return hashlib.sha256(repr((declared, *counted)).encode()).hexdigest()[:16]


def make_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the macros that every transform may use."""
    for statement in create_macros():
        connection.execute(statement)


def speak_of(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Tell the transforms which day is today."""
    connection.execute(f"CREATE TEMP TABLE {RUN_DAY} AS {_DAY}", [today])


def _drop_unknown(work: duckdb.DuckDBPyConnection, known: Known) -> None:
    """Take away the tables of transforms that are no more."""
    for key in known.made.keys() - TRANSFORMS.keys():
        for place in ("facts", "mirror"):
            work.execute(f"DROP TABLE IF EXISTS {place}.{key}")
