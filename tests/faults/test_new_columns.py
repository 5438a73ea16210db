"""A later version that mirrors more of a record fills the new columns of records that never change again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync.entities.entity import Field, Kind

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class


@pytest.mark.parametrize(
    ("name", "source"), [("hours", "suiteprojects"), ("line", "netsuite"), ("rate", "netsuite")]
)
def test_a_new_column_is_filled_for_records_that_did_not_change(
    mirror: Mirror, name: str, source: str
) -> None:
    narrow, stub = getattr(mirror, name), getattr(mirror, source)
    mirror.run()
    held = len(mirror.rows(narrow))
    for record in stub.records[narrow.key].values():
        record["note"] = "kept"  # it has been there all along; nothing dates it
    more = {"note": Field(source="note", kind=Kind.TEXT)}
    wide = replace(narrow, fields=narrow.fields | more)

    mirror.run(entities={**mirror.entities, wide.key: wide})

    rows = mirror.rows(wide)
    assert len(rows) == held
    assert {row.note for row in rows.values()} == {"kept"}


def test_what_was_deleted_before_the_new_version_ran_is_buried_all_the_same(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(hours=1)
    gone = next(iter(mirror.suiteprojects.records[mirror.hours.key]))
    mirror.suiteprojects.remove(mirror.hours, *gone)
    more = {"note": Field(source="note", kind=Kind.TEXT)}
    wide = replace(mirror.hours, fields=mirror.hours.fields | more)
    mirror.clock.move(hours=1)

    mirror.run(entities={**mirror.entities, wide.key: wide})

    assert int(gone[0]) in mirror.rows(wide, deleted=True)
