"""The vocabulary of the build: a transform is one SELECT that makes one table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from types import MappingProxyType

from sqlalchemy import Table

RUN_DAY = "run_day"
_STAGED = re.compile(r"\bmirror\.(stg_\w+)")
_GIVEN = re.compile(r"\bmirror\.((?:cfg|own)_\w+)")  # the configuration; what people have put in


@dataclass(frozen=True, kw_only=True)
class Slicing:
    """A way to renew a table in part: only the slices that changed rows of its inputs touch.

    A slice is the rows that agree in the columns `by`. It must hold: of an input in `of`, a slice
    depends on no rows but those for which the expressions give that slice; of an input in `touched`,
    a changed row matters to no slices but those that the SELECT names. Naming too many is safe, too
    few is not. A change of an input that no slicing names makes the whole table anew.

    Attributes:
        by: columns of the table.
        of: input -> one expression over its columns for each of `by`; the SELECT then sees only
            the input's rows of the slices at hand.
        touched: input -> SELECT of the slices that its rows in `changed` touch. `changed` holds the
            rows that went and those that came; every other table is as it is now, the transform's
            own as it was. May stand in for `of` where only some changes of such an input matter.
    """

    by: tuple[str, ...]
    of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    touched: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def covers(self) -> frozenset[str]:
        """The inputs whose changes it can follow."""
        return frozenset({*self.of, *self.touched})


@dataclass(frozen=True, kw_only=True, eq=False)
class Transform:
    """One table of the work files and the SELECT that fills it.

    The SELECT runs in DuckDB. It reads the mirror as `mirror.stg_…`, the configuration as `mirror.cfg_…`,
    other transforms by their key, and the one-row helper `run_day` (today, day, month). Its columns are matched by name. What it
    makes may depend on nothing else: a table none of whose inputs changed is left as it is.

    Attributes:
        key: the name of the table it makes.
        target: the snapshot's table; None for a helper that is not published.
        sql: the SELECT.
        needs: keys of the transforms it reads.
        slicings: how it is renewed in part; none: whole, whichever input changed.
    """

    key: str
    target: Table | None = None
    sql: str
    needs: tuple[str, ...] = ()
    slicings: tuple[Slicing, ...] = ()

    @cached_property
    def inputs(self) -> frozenset[str]:
        """All it reads: staging tables, what the build is given, transforms, and the day if it asks for it."""
        day = {RUN_DAY} if re.search(rf"\b{RUN_DAY}\b", self.sql) else set()
        read = (*_STAGED.findall(self.sql), *_GIVEN.findall(self.sql))
        return frozenset({*read, *self.needs, *day})

    @property
    def file(self) -> str:
        """The file its table is in: with what is published, or beside the mirror."""
        return "mirror" if self.target is None else "facts"

    @property
    def place(self) -> str:
        """Its table's full name."""
        return f"{self.file}.{self.key}"


def in_order(transforms: Mapping[str, Transform]) -> list[Transform]:
    """The transforms, each after all it needs; as long as there are, those of one file."""
    graph = TopologicalSorter({item.key: item.needs for item in transforms.values()})
    graph.prepare()
    found: list[Transform] = []
    waiting: list[Transform] = []
    while graph.is_active():
        waiting += [transforms[key] for key in graph.get_ready()]
        file = found[-1].file if found else ""
        here = [item for item in waiting if item.file == file] or waiting
        waiting = [item for item in waiting if item not in here]
        found += here
        graph.done(*(item.key for item in here))
    return found


def sources_of(transform: Transform, transforms: Mapping[str, Transform]) -> frozenset[str]:
    """The staging tables that a transform is made of, directly or through others."""
    found: set[str] = set()
    met: set[str] = set()
    waiting = [transform]
    while waiting:
        for name in waiting.pop().inputs - met:
            met.add(name)
            if name in transforms:
                waiting.append(transforms[name])
            elif name.startswith("stg_"):
                found.add(name)
    return frozenset(found)
