"""What was deleted in NetSuite in the course of history: duplicates, mostly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sync.sandbox.system import Row

from .calendar import Clock
from .dice import dice
from .ids import Ids

# table, number of its kind, name of the record, how the record is called, kind of id, how many
_KINDS = (
    ("timebill", -256, "timebill", "Time {}", "timebill", 46),
    ("transaction", -30, "invoice", "INV-{} (duplicate)", "document", 7),
    ("transaction", -30, "journalentry", "JE{}", "document", 9),
    ("transaction", -30, "vendorbill", "BILL{}", "document", 5),
    ("transaction", -30, "opportunity", "OPP{}", "document", 8),
    ("contact", -6, "contact", "Contact {}", "entity", 12),
    ("customer", -2, "customer", "C{} (merged)", "entity", 4),
    ("projecttask", -27, "projecttask", "Task {}", "project_task", 6),
)


def removed(seed: int, clock: Clock, ids: Ids) -> Iterator[Row]:
    """Rows of deletedrecord, of records that are no more."""
    random = dice(seed, "removed")
    span = (clock.yesterday - clock.start).days
    for table, kind, type_, name, counter, count in _KINDS:
        for _ in range(count):
            id_ = ids.take(counter)
            day = clock.start + timedelta(days=random.randint(20, span))
            at = clock.at(day, random.randint(8, 17), random.randint(0, 59))
            yield _row(kind, id_, table, type_, name.format(id_), at)


def _row(kind: int, id_: int, table: str, type_: str, name: str, at: datetime) -> Row:
    return {
        "recordtypeid": kind, "recordid": id_, "scriptid": table.upper(), "type": type_, "name": name,
        "deleteddate": at, "deletedby": None, "context": "UIF", "iscustomlist": False,
        "iscustomrecord": False, "iscustomtransaction": False,
    }  # fmt: skip
