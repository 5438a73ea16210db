"""A million rows take no more memory than a few."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from sync.engine.memory import rare_collections

ROOT = Path(__file__).parents[2]
MOST = 400  # MB
JOB = """
import resource
import sys
from datetime import UTC, datetime, timedelta

from models.database import open_record, upgrade
from sync.engine.run import run_sync
from sync.entities.entity import Entity, Field, Kind, Surface, System
from sync.source import Page

ROWS, PAGE = 1_000_000, 1_000
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ROW = Entity(
    key="netsuite__row", title="Row", area="finance", system=System.NETSUITE, surface=Surface.SUITEQL,
    resource="row", identity=("id",), modified="changed",
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "changed": Field(source="changed", kind=Kind.INSTANT),
        "amount": Field(source="amount", kind=Kind.DECIMAL),
        **{f"text{n}": Field(source=f"text{n}", kind=Kind.TEXT) for n in range(9)},
    },
)


class Endless:
    system, account = System.NETSUITE, "stand-in"

    def clock(self): return NOW
    def begin_run(self, *, urgent=False): pass
    def close(self): pass
    def deletions(self, entity, since): return []
    def custom_fields(self, entity, *, fresh=False): return []
    def totals(self, entity, window): return None
    def by_id(self, entity, identities): return Page(records=[], position=None, expected=None, requests=1, bytes_read=0, waited_ms=0)

    def page(self, entity, window, after):
        start = after[0] if after else 0
        if window.modified_from is not None:
            start = ROWS
        records = [
            {"id": str(n), "changed": "2026-01-01T00:00:00Z", "amount": f"{n}.25"}
            | {f"text{t}": f"text {t} of row {n}" for t in range(9)}
            for n in range(start + 1, min(start + PAGE, ROWS) + 1)
        ]
        more = bool(records) and int(records[-1]["id"]) < ROWS
        return Page(records=records, position=[start + PAGE] if more else None, expected=None,
                    requests=1, bytes_read=0, waited_ms=0)

    def keys(self, entity, window, after):
        from models.errors import NotOfferedError
        raise NotOfferedError("not here")


record = open_record(sys.argv[1])
upgrade(record)
result = run_sync(record, [Endless()], lambda: NOW, trigger="command", build=lambda: None,
                  entities={ROW.key: ROW})
assert result.state == "succeeded", result.error
with record.connect() as connection:
    assert connection.exec_driver_sql("SELECT count(*) FROM stg_netsuite__row").scalar() == ROWS
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.all
@pytest.mark.fault(38)
def test_a_million_rows_stay_within_the_bound(record_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", JOB, record_url],
        cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) < MOST


def test_what_a_process_has_set_aside_for_good_is_not_looked_through_after_a_run() -> None:
    gc.freeze()
    aside, usual = gc.get_freeze_count(), gc.get_threshold()

    with rare_collections():
        assert gc.get_threshold() != usual

    assert (gc.get_freeze_count(), gc.get_threshold()) == (aside, usual)
