"""Numbers for records: each kind counts on its own."""

from __future__ import annotations

# NetSuite's numbers lie far from SuiteProjects Pro's, so that no id matches by accident.
_FIRST_IDS = {
    "entity": 1204,
    "document": 184_310,
    "timebill": 2_310_077,
    "uniquekey": 7_400_101,
    "element": 52_001,
    "plan": 61_001,
    "planned": 910_001,
    "subsidiary_link": 3_301,
    "project_task": 700_001,
    "allocation": 12_001,
    "budget": 8_001,
    "user": 11,
    "customer": 21,
    "project": 101,
    "task": 1001,
    "timesheet": 40_001,
    "entry": 300_001,
    "charge": 90_001,
    "invoice": 5_001,
    "payment": 7_001,
    "recognition": 60_001,
    "projection": 80_001,
    "report": 3_001,
    "receipt": 30_001,
    "purchase": 2_001,
    "order": 1_501,
    "order_link": 2_501,
    "product_invoice": 4_101,
    "cost": 901,
    "target": 401,
    "exception": 201,
}


class Ids:
    """Counters, one a kind of record."""

    def __init__(self) -> None:
        self._next: dict[str, int] = dict(_FIRST_IDS)

    def take(self, kind: str) -> int:
        """The next id of a kind."""
        taken = self._next[kind]
        self._next[kind] = taken + 1
        return taken
