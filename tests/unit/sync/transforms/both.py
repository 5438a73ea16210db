"""A mirror and the facts made of it step by step, to be held against those that are made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from models.business import Business, default_business
from sync.engine.build import make_facts
from sync.engine.carry import create_mirror_tables, take_in, to_arrow
from sync.engine.changes import Changes
from sync.engine.renew import Outcome
from sync.engine.workfiles import NOTHING, Known
from sync.entities import ENTITIES
from sync.entities.entity import Entity
from sync.transforms import TRANSFORMS

START = date(2026, 3, 10)
DATABASES = ("mirror", "facts")
SEARCHED = "SET search_path = 'facts.main,mirror.main'"


class Both:
    """One mirror, and the facts made of it step by step."""

    def __init__(self, work: duckdb.DuckDBPyConnection, known: Known = NOTHING) -> None:
        self.work = work
        self.known = known
        self.business = default_business()
        self.outcomes: dict[str, Outcome] = {}

    @classmethod
    def of(cls, held: Mapping[str, list[dict[str, Any]]]) -> Both:
        """What is held, and the first facts of it."""
        made = cls(empty())
        for key, rows in held.items():
            if rows:
                take_in(made.work, ENTITIES[key], incoming(ENTITIES[key], rows))
        made.renew(Changes(made.work), START)
        return made

    def step(self, changed: list[tuple[str, dict[str, Any], bool]], today: date) -> None:
        changes = Changes(self.work)
        for key, row, gone in changed:
            take_in(self.work, ENTITIES[key], incoming(ENTITIES[key], [row], gone=gone), changes)
        self.renew(changes, today)

    def decide(self, business: Business, today: date) -> None:
        self.business = business
        self.renew(Changes(self.work), today)

    def renew(self, changes: Changes, today: date) -> None:
        self.known, renewed = make_facts(self.work, today, changes, self.known, self.business)
        self.outcomes = {key: item.outcome for key, item in renewed.items()}
        for (name,) in self.work.execute(
            "SELECT table_name FROM duckdb_tables() WHERE temporary"
        ).fetchall():
            self.work.execute(f"DROP TABLE temp.{name}")

    def assert_equal_to_new(self) -> None:
        new = empty()
        for entity in ENTITIES.values():
            rows = self.work.execute(f"FROM mirror.{entity.table}").to_arrow_table()
            if rows.num_rows:
                new.register("rows", rows)
                new.execute(f"INSERT INTO mirror.{entity.table} FROM rows")
        day = self.known.today
        assert day is not None
        make_facts(new, day, Changes(new), NOTHING, self.business)
        for transform in TRANSFORMS.values():
            ours, theirs = (rows_in(c, transform.place) for c in (self.work, new))
            assert ours == theirs, transform.key
        new.close()


def databases() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    for name in DATABASES:
        connection.execute(f"ATTACH ':memory:' AS {name}")
    connection.execute("USE mirror")
    return connection


def empty() -> duckdb.DuckDBPyConnection:
    connection = databases()
    create_mirror_tables(connection, ENTITIES.values())
    connection.execute(SEARCHED)
    return connection


class Kept:
    """Mirror and facts in files: to copy them takes a tenth of the time that making them does."""

    def __init__(self, both: Both, folder: Path) -> None:
        self._folder, self._known = folder, both.known
        for name in DATABASES:
            both.work.execute(f"ATTACH '{folder / name}' AS kept")
            both.work.execute(f"COPY FROM DATABASE {name} TO kept")
            both.work.execute("DETACH kept")

    def copy(self) -> Both:
        """The same again, to go on from."""
        work = databases()
        for name in DATABASES:
            work.execute(f"ATTACH '{self._folder / name}' AS kept (READ_ONLY)")
            work.execute(f"COPY FROM DATABASE kept TO {name}")
            work.execute("DETACH kept")
        work.execute(SEARCHED)
        return Both(work, self._known)


def incoming(entity: Entity, rows: list[dict[str, Any]], *, gone: bool = False) -> Any:
    values = [[*(row.get(name) for name in (*entity.fields, "custom")), gone] for row in rows]
    return to_arrow(entity, values, sqlite=False)


def rows_in(connection: duckdb.DuckDBPyConnection, table: str) -> Counter[str]:
    return Counter(map(repr, connection.execute(f"FROM {table}").fetchall()))
