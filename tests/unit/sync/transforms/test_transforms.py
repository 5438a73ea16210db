"""What must hold for every transform, those yet to be written included."""

from __future__ import annotations

import re

import pytest

from models.tables.conformed import SNAPSHOT
from sync.engine.meta import META
from sync.entities import ENTITIES
from sync.observations import OBSERVATIONS
from sync.transforms import TRANSFORMS

every_transform = pytest.mark.parametrize(
    "transform", TRANSFORMS.values(), ids=lambda transform: transform.key
)
_WORDS = re.compile(r"[a-z_0-9]+")


@every_transform
def test_needs_what_it_reads_and_nothing_else(transform):
    words = set(_WORDS.findall(transform.sql)) - {transform.key}

    assert set(transform.needs) == words & TRANSFORMS.keys()


@every_transform
def test_reads_only_what_is_mirrored(transform):
    read = set(re.findall(r"mirror\.stg_(\w+)", transform.sql))

    assert read <= {*ENTITIES, "field"}  # the last: custom fields, carried from the record's list


def _slicings():
    for transform in TRANSFORMS.values():
        for number, slicing in enumerate(transform.slicings):
            yield pytest.param(transform, slicing, id=f"{transform.key}-{number}")


@pytest.mark.parametrize(("transform", "slicing"), _slicings())
def test_a_slicing_speaks_of_what_its_transform_reads_and_nothing_else(transform, slicing):
    """Else it would follow no change, or read what may not have been renewed yet."""
    assert slicing.covers <= transform.inputs
    assert {len(expressions) for expressions in slicing.of.values()} <= {len(slicing.by)}
    queries = " ".join(slicing.touched.values())
    words = set(_WORDS.findall(queries))
    assert words & TRANSFORMS.keys() <= {transform.key, *transform.needs}
    assert {f"stg_{name}" for name in re.findall(r"mirror\.stg_(\w+)", queries)} <= transform.inputs


@pytest.mark.parametrize(("transform", "slicing"), _slicings())
def test_a_slicing_is_by_columns_of_its_table(transform, slicing, facts):
    made = facts()
    made.make(transform.key)
    columns = {row[0] for row in made.connection.execute(f"DESCRIBE {transform.key}").fetchall()}

    assert set(slicing.by) <= columns


@every_transform
def test_makes_a_table_of_its_own_name(transform):
    assert transform.target is None or transform.target.name == transform.key


def test_every_table_of_a_snapshot_is_made():
    made = {item.target.name for item in TRANSFORMS.values() if item.target is not None}

    made |= {item.target.name for item in OBSERVATIONS.values()} | {"meta_observation"}

    assert made | {table.name for table in META} == set(SNAPSHOT.tables)


def test_every_column_of_a_snapshot_is_filled_by_its_transform(facts):
    made = facts()
    for transform in TRANSFORMS.values():
        made.make(transform.key)
        if transform.target is not None:
            found = made.connection.execute(f"DESCRIBE {transform.sql}").fetchall()
            assert {row[0] for row in found} == set(transform.target.c.keys()), transform.key


def test_no_published_column_is_of_a_type_that_is_slow_to_read(facts):
    made = facts()
    for transform in TRANSFORMS.values():
        made.make(transform.key)
    types = made.connection.execute(
        "SELECT DISTINCT data_type FROM duckdb_columns() WHERE table_name LIKE 'fct_%' "
        "OR table_name LIKE 'dim_%'"
    ).fetchall()

    assert {row[0] for row in types} == {
        "BIGINT", "INTEGER", "VARCHAR", "BOOLEAN", "DATE", "DECIMAL(18,4)",
    }  # fmt: skip
