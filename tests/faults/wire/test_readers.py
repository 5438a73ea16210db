"""Who reads while a snapshot is published sees the old one or the new one, whole."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from models.snapshot import read_pointer

pytestmark = pytest.mark.once

Firm = Any  # a fixture's class


@pytest.mark.fault(35)
def test_a_reader_sees_the_old_state_or_the_new_and_never_a_mix(firm: Firm) -> None:
    from tests.faults.wire.conftest import invoice

    firm.good_run()
    first = firm.published().version
    seen: set[tuple[int, int, int]] = set()
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while True:
                last = done.is_set()
                pointer = read_pointer(firm.warehouse.snapshot_dir)
                assert pointer is not None
                with duckdb.connect(str(pointer.path), read_only=True) as snapshot:
                    orders, lines = snapshot.execute(
                        "SELECT (SELECT count(*) FROM rows_netsuite__transaction), "
                        "(SELECT count(*) FROM rows_netsuite__transactionline)"
                    ).fetchall()[0]
                seen.add((pointer.version, orders, lines))
                if last:
                    return
        except BaseException as error:
            faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(101, 104):
        firm.clock.move(minutes=30)
        invoice(firm.netsuite.system, number, lastmodifieddate=firm.clock() - timedelta(minutes=5))
        firm.good_run()
    done.set()
    reader.join()

    assert faults == []
    assert (first + 3, 38, 76) in seen
    for version, orders, lines in seen:
        assert lines == 2 * orders == 2 * (35 + version - first)
