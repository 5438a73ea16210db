"""Tables are made whatever memory one of them takes."""

from __future__ import annotations

import duckdb
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from sync.engine.changes import Changes
from sync.engine.renew import Outcome, renew
from sync.engine.workfiles import Limits, attach_facts, open_work_file
from sync.transforms.transform import Transform

LIMIT = 96  # MB, the least that a build may be given
ROWS = 3000


def table(name, *more):
    return Table(name, MetaData(), Column("id", BigInteger), *more)


SMALL = Transform(key="small", target=table("small"), sql="SELECT id FROM mirror.stg_row")
WIDE = Transform(  # a join takes some MB, and thirty of them more than there is
    key="wide",
    target=table("wide", Column("name", Text)),
    needs=("small",),
    sql="SELECT r.id, "
    + " || ".join(f"r{n}.name" for n in range(30))
    + " AS name FROM mirror.stg_row r "
    + " ".join(f"LEFT JOIN mirror.stg_row r{n} ON r{n}.id = r.id" for n in range(30)),
)
LAST = Transform(key="last", target=table("last"), needs=("wide",), sql="SELECT id FROM wide")
ALL = {item.key: item for item in (SMALL, WIDE, LAST)}


@pytest.fixture
def work(tmp_path):
    with open_work_file(tmp_path / "mirror.duckdb", Limits(memory_mb=LIMIT)) as connection:
        connection.execute(
            f"CREATE TABLE stg_row AS SELECT range AS id, 'n' || range AS name FROM range({ROWS})"
        )
        attach_facts(connection, tmp_path / "facts.duckdb")
        connection.execute("SET search_path = 'facts.main,mirror.main'")
        yield connection


def count(work, name):
    return work.execute(f"SELECT count(*), count(name) FROM {name}").fetchone()


def limit(work):
    return work.execute("SELECT current_setting('memory_limit')").fetchone()


def test_a_table_that_takes_more_memory_than_a_build_may_is_made_with_more_and_named(work, caplog):
    usual = limit(work)
    with pytest.raises(duckdb.OutOfMemoryException):
        work.execute(WIDE.sql).fetchall()

    done = renew(work, ALL, Changes(work), frozenset())

    assert {key: item.outcome for key, item in done.items()} == dict.fromkeys(ALL, Outcome.WHOLE)
    assert count(work, "wide") == (ROWS, ROWS)
    assert work.execute("SELECT count(*) FROM last").fetchone() == (ROWS,)
    assert "wide could not be made" in caplog.text
    assert "ONEVIEW_BUILD_MEMORY_MB" in caplog.text
    assert limit(work) == usual


def test_such_a_table_is_renewed_after_a_change_as_well(work):
    changes = Changes(work)
    renew(work, ALL, changes, frozenset())
    work.execute(f"INSERT INTO mirror.stg_row VALUES ({ROWS}, 'new')")
    changes = Changes(work)
    changes.add("stg_row", "mirror.stg_row", f"SELECT * FROM mirror.stg_row WHERE id = {ROWS}")

    done = renew(work, ALL, changes, frozenset(ALL))

    assert done["wide"].outcome is Outcome.WHOLE
    assert count(work, "wide") == (ROWS + 1, ROWS + 1)
    assert work.execute("SELECT count(*) FROM last").fetchone() == (ROWS + 1,)


def test_many_small_tables_do_not_fill_the_memory_until_the_end(work):
    """Each of 2,400 columns holds some 20 kB until it is written to its file; neither file grows enough for that."""
    columns = [f"c{n}" for n in range(20)]
    told = ", ".join(f"id + {n} AS {name}" for n, name in enumerate(columns))
    many = {
        key: Transform(
            key=key,
            target=table(key, *(Column(name, BigInteger) for name in columns)),
            sql=f"SELECT id, {told} FROM mirror.stg_row WHERE id < 50",
        )
        for key in (f"many_{n}" for n in range(120))
    }

    renew(work, many, Changes(work), frozenset())

    held = work.execute(
        "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
    ).fetchone()
    assert held < (LIMIT * 2**20 // 3,)
    assert work.execute("SELECT count(*) FROM many_119").fetchone() == (50,)
