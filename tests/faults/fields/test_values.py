"""Values of custom fields that are not of their kind are kept as they came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from sync.entities.entity import Kind
from sync.source import SourceField

pytestmark = pytest.mark.once


@pytest.mark.fault(23)
def test_absurd_values_are_kept_and_typed_views_leave_out_what_is_not_of_the_kind(
    mirror: Any,
) -> None:
    kinds = {
        "custbody_text": Kind.TEXT, "custbody_number": Kind.DECIMAL, "custbody_whole": Kind.INTEGER,
        "custbody_day": Kind.DATE, "custbody_flag": Kind.FLAG, "custbody_at": Kind.INSTANT,
        'custbody_"odd': Kind.TEXT,
    }  # fmt: skip
    mirror.netsuite.custom[mirror.order.key] = [
        SourceField(name=name, type=str(kind), kind=kind) for name, kind in kinds.items()
    ]
    absurd = {
        "1": {"custbody_text": "nul \0 and \ud800 🙂", "custbody_number": "1e308",
              "custbody_whole": "12 apples", "custbody_day": "2026-02-31", "custbody_flag": "maybe",
              "custbody_at": "yesterday", 'custbody_"odd': "'; DROP TABLE x; --"},
        "2": {"custbody_text": 12.5, "custbody_number": "-0.25", "custbody_whole": 7,
              "custbody_day": "2024-02-29", "custbody_flag": "T",
              "custbody_at": "2026-03-01T10:20:30Z"},
        "3": {"custbody_number": "", "custbody_day": "2023-02-29", "custbody_flag": False,
              "custbody_whole": "9" * 40},
    }  # fmt: skip
    for number, values in absurd.items():
        record = mirror.netsuite.records[mirror.order.key][(number,)]
        record.update(values)

    assert mirror.run().state == "succeeded"

    assert mirror.aside() == []
    kept = orjson.loads(mirror.rows(mirror.order)[1].custom)
    assert kept["custbody_text"] == "nul \\u0000 and \\ud800 🙂"
    assert kept["custbody_number"] == "1e308"
    assert kept["custbody_day"] == "2026-02-31"
    assert kept['custbody_"odd'] == "'; DROP TABLE x; --"
    with mirror.engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT * FROM cst_{mirror.order.key} WHERE id <= 3 ORDER BY id")
        )
        one, two, three = found.mappings()
    assert (one["custbody_whole"], one["custbody_day"], one["custbody_flag"]) == (None,) * 3
    assert one["custbody_at"] is None
    assert two["custbody_text"] == "12.5"
    assert two["custbody_number"] == Decimal("-0.25")
    assert two["custbody_whole"] == 7
    assert str(two["custbody_day"]) == "2024-02-29"
    assert str(two["custbody_at"])[:19] == "2026-03-01 10:20:30"
    assert two["custbody_flag"] in (True, 1)
    assert (three["custbody_number"], three["custbody_day"]) == (None, None)
    assert three["custbody_flag"] in (False, 0)
    assert three["custbody_flag"] is not None
