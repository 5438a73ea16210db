"""The headline numbers of the firm, added up from its own objects: what One View must arrive at."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

from sync.sandbox.system import SourceSystem

from .calendar import end_of, month_from, month_of
from .firm_life import Life
from .flows import Cell, Flows
from .model import ZERO
from .stocks import Stocks

_LONGEST = 720  # days
_FOUR = Decimal("0.0001")
RATIOS = {
    "project_gross_margin_pct": ("project_gross_margin", "recognized_revenue"),
    "billable_utilization": ("billable_hours", "capacity"),
}
STOCKS = ("backlog", "receivables")
KPIS = (
    "recognized_revenue",
    "invoiced_revenue",
    "project_gross_margin",
    "project_gross_margin_pct",
    "billable_utilization",
    "backlog",
    "receivables",
    "days_sales_outstanding",
)


class Totals:
    """Known totals, by KPI, side and month; `forget` after the firm has changed."""

    def __init__(self, life: Life, *systems: SourceSystem) -> None:
        self._life, self._systems = life, systems
        self._flows, self._stocks = Flows(life), Stocks(life)
        self._cells: dict[tuple[str, str, int], list[Cell]] = {}
        self._known: set[tuple[str, str]] = set()

    def forget(self) -> None:
        """Add up afresh from now on."""
        self._cells.clear()
        self._known.clear()

    @property
    def rows(self) -> dict[str, int]:
        """Rows by system and table, such as 'netsuite.transaction'."""
        return {
            f"{system.name}.{name}": len(table.rows)
            for system in self._systems
            for name, table in system.tables.items()
        }

    @property
    def months(self) -> list[str]:
        """The months of history, the running one included."""
        return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in self._life.clock.months()]

    def kpi(
        self,
        key: str,
        side: str,
        month: str,
        *,
        department: str | None = None,
        project_code: str | None = None,
    ) -> Decimal | None:
        """The value of a KPI ('erp' or 'psa' side) in a month such as '2026-03'.

        None: the side does not hold it, or a ratio has nothing to be measured against. Ratios are exact
        quotients, not rounded. `department` is a department's name.
        """
        number = month_from(month)
        if key == "days_sales_outstanding":
            return None if side == "psa" or department or project_code else self._countback(number)
        if key in RATIOS:
            over, under = (
                self._sum(part, side, number, department, project_code) for part in RATIOS[key]
            )
            return over / under if under else None
        return self._sum(key, side, number, department, project_code)

    def parts(self, key: str, side: str, month: str) -> tuple[Decimal, Decimal]:
        """Numerator and denominator of a ratio."""
        over, under = RATIOS[key]
        number = month_from(month)
        return self._sum(over, side, number, None, None), self._sum(under, side, number, None, None)

    def _sum(
        self, key: str, side: str, month: int, department: str | None, project: str | None
    ) -> Decimal:
        cells = self._of(key, side, month)
        return sum(
            (
                cell.amount
                for cell in cells
                if (department is None or cell.department == department)
                and (project is None or cell.project == project)
            ),
            ZERO,
        )

    def _of(self, key: str, side: str, month: int) -> list[Cell]:
        if key in STOCKS:
            if (key, side, month) not in self._cells:
                self._cells[key, side, month] = list(self._stocks.sources[key, side](month))
            return self._cells[key, side, month]
        if (key, side) not in self._known:
            months: dict[int, list[Cell]] = defaultdict(list)
            for cell in self._flows.sources[key, side]():
                months[cell.month].append(cell)
            self._cells.update(((key, side, number), cells) for number, cells in months.items())
            self._known.add((key, side))
        return self._cells.get((key, side, month), [])

    def _countback(self, month: int) -> Decimal | None:
        """Days of billings that the open balance holds, newest month first."""
        balance = self._sum("receivables", "erp", month, None, None)
        if balance <= 0:
            return ZERO
        billings: dict[int, Decimal] = {}
        for number in range(self._life.clock.first, month + 1):
            billings[number] = self._sum("billings", "erp", number, None, None)
        if not any(billings.values()):
            return None
        counted, number = ZERO, month
        while balance > 0 and counted < _LONGEST:
            running = number == month_of(self._life.as_of)
            length = Decimal(self._life.as_of.day if running else end_of(number).day)
            billed = billings.get(number, ZERO)
            if billed > balance:
                part = (length * balance / billed).quantize(_FOUR, rounding=ROUND_HALF_EVEN)
                return min(counted + part, Decimal(_LONGEST))
            balance -= max(billed, ZERO)
            counted += length
            number -= 1
        return min(counted, Decimal(_LONGEST))
