"""The handbook of KPIs, `docs/kpis.md`: written from the declarations by `python -m models.metrics.handbook`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .catalogue import kpis
from .dimensions import DIMENSIONS
from .kpi import Countback, Formula, Kind, Kpi, NotHeld, Ratio, Reason, Side, Total, Unit

HANDBOOK = Path(__file__).parents[2] / "docs" / "kpis.md"

_SYSTEMS = {Side.ERP: "NetSuite", Side.PSA: "SuiteProjects Pro"}
_UNITS = {
    Unit.MONEY: "money, in the reporting currency",
    Unit.PERCENT: "percent (stored as a fraction of six places)",
    Unit.HOURS: "hours",
    Unit.DAYS: "days",
}
_KINDS = {
    Kind.FLOW: "summed over the period",
    Kind.STOCK: "as of the period's last day, today in a running period",
    Kind.RATIO: "both parts summed over the period first, then divided",
}
_REASONS = {
    Reason.NOT_HELD: "this system does not hold the number, or not by the dimension asked for",
    Reason.NO_CAPACITY: "there was no capacity to divide by",
    Reason.NO_REVENUE: "there was no revenue to divide by",
    Reason.NO_BILLINGS: "something is owed, but nothing was ever billed that it could be days of",
    Reason.NO_DATA: "the period lies before the first or after the newest data",
    Reason.HISTORY_LOADING: "the number needs more history than has been loaded so far",
    Reason.OUT_OF_SCOPE: "the person asking may not see what the number is made of",
}


def text() -> str:
    """Return the handbook as Markdown."""
    return "\n".join(_lines()) + "\n"


def write() -> None:
    """Write the handbook to its place."""
    HANDBOOK.write_text(text(), encoding="utf-8")


def _lines() -> Iterator[str]:
    yield "# The numbers and what they mean"
    yield ""
    yield "Written from the declarations in `models/metrics` by `python -m models.metrics.handbook`."
    yield "Every number is asked of both systems; the one of record is named, and neither side is ever"
    yield "filled in from the other. The ledger holds income as a negative and cost as a positive, so that"
    yield "its terms bear a minus. Ask on the command line: `oneview kpi KEY --period 2026-03`."
    yield ""
    yield "| key | title | number of record |"
    yield "|---|---|---|"
    for kpi in kpis().values():
        yield f"| [`{kpi.key}`](#{kpi.key}) | {kpi.title} | {_SYSTEMS[kpi.record]} |"
    for kpi in kpis().values():
        yield from _entry(kpi)
    yield from _missing()


def _entry(kpi: Kpi) -> Iterator[str]:
    yield ""
    yield f"## {kpi.key}"
    yield ""
    yield f"**{kpi.title}.** *{kpi.question}*"
    yield ""
    yield kpi.definition
    yield ""
    for side, system in _SYSTEMS.items():
        yield f"- {system}: {_formula(kpi.side(side))}"
    yield f"- Number of record: {_SYSTEMS[kpi.record]}; {kpi.better.value} is better"
    yield f"- Unit: {_UNITS[kpi.unit]}; {_KINDS[kpi.kind]}"
    yield f"- Broken down and filtered by: {', '.join(DIMENSIONS[name].name for name in kpi.by)}"
    yield f"- A difference is news above {_tolerance(kpi)}"
    if kpi.needs_history:
        yield "- Needs all history: it is blank until everything has been loaded"
    yield f"- Source: {kpi.source}"


def _formula(formula: Formula) -> str:
    if isinstance(formula, NotHeld):
        return f"not held. {formula.why}"
    if isinstance(formula, Ratio):
        return f"({_total(formula.numerator)}) ÷ ({_total(formula.denominator)})"
    if isinstance(formula, Countback):
        balance, billings = _total(formula.balance), _total(formula.billings)
        return f"days of {billings} that {balance} hold, at most {formula.limit_days}"
    return _total(formula)


def _total(total: Total) -> str:
    """The terms as they read; NetSuite holds income as a negative, so its terms bear a minus."""
    first, *rest = (
        f"{'−' if sign < 0 else '+'} {measure.title.lower()} (`{measure.table.name}`)"
        for sign, measure in total.terms
    )
    return " ".join([first.removeprefix("+ "), *rest])


def _tolerance(kpi: Kpi) -> str:
    if kpi.unit is Unit.PERCENT:
        return f"{(kpi.tolerance * 100).normalize():f} percentage points"
    unit = {Unit.MONEY: "in the reporting currency", Unit.DAYS: "day", Unit.HOURS: "hours"}
    share = (
        f" or {(kpi.tolerance_share * 100).normalize():f} % of NetSuite's number, whichever is more"
    )
    return f"{kpi.tolerance} {unit[kpi.unit]}{share if kpi.tolerance_share else ''}"


def _missing() -> Iterator[str]:
    yield ""
    yield "## Why a number may be missing"
    yield ""
    yield "A missing number is shown as “–” with its reason, never as 0. A true zero is shown as 0."
    yield ""
    yield "| reason | meaning |"
    yield "|---|---|"
    for reason, meaning in _REASONS.items():
        yield f"| `{reason.value}` | {meaning} |"


if __name__ == "__main__":
    write()
