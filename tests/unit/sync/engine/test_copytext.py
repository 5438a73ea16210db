from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from models.database import open_record, writing
from sync.engine.copytext import copy_text

TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8
) | st.sampled_from(["\\N", "\\", "a\tb", "line\nline", "\r", "\\.", ""])
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63) + 1, 2**63 - 1) | st.none(),
        st.integers(-(10**17), 10**17) | st.none(),
        TEXTS | st.none(),
        st.booleans() | st.none(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_what_is_copied_arrives_as_it_was(postgres_url: str, rows: list[tuple[Any, ...]]) -> None:
    engine = open_record(postgres_url)
    with writing(engine) as connection:
        connection.execute(text("DROP TABLE IF EXISTS copied"))
        connection.execute(
            text(
                "CREATE TABLE copied (n bigint, d numeric(18, 4), t text, f boolean, at timestamptz)"
            )
        )
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy("COPY copied FROM STDIN") as copy:
            copy.write(
                copy_text([(*row, "2026-03-29 01:30:00.000000") for row in rows], decimals={1})
            )
        found = connection.execute(text("SELECT n, d, t, f, at FROM copied")).all()
    engine.dispose()

    expected = [(n, None if d is None else Decimal(d).scaleb(-4), t, f) for n, d, t, f in rows]
    assert [tuple(row[:4]) for row in found] == expected
    assert {row[4].isoformat() for row in found} == {"2026-03-29T01:30:00+00:00"}
