"""The handbook of KPIs, `docs/kpis.md`: written from the declarations by `python -m models.metrics.handbook`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .catalogue import GROUPS, grouped
from .dimensions import DIMENSIONS
from .kpi import Kpi, Unit
from .words import KINDS, REASONS, SYSTEMS, UNITS, better, formula, rows_words, source_fields

HANDBOOK = Path(__file__).parents[2] / "docs" / "kpis.md"


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
    for letter, title in GROUPS.items():
        declared = grouped().get(letter, ())
        if declared:
            yield f"**{letter}. {title}**"
            yield ""
            yield "| key | title | number of record |"
            yield "|---|---|---|"
            for kpi in declared:
                yield f"| [`{kpi.key}`](#{kpi.key}) | {kpi.title} | {SYSTEMS[kpi.record]} |"
            yield ""
    for declared in grouped().values():
        for kpi in declared:
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
    for side, system in SYSTEMS.items():
        yield f"- {system}: {formula(kpi.side(side))}"
    yield f"- Number of record: {SYSTEMS[kpi.record]}; {better(kpi)}"
    yield f"- Unit: {UNITS[kpi.unit]}; {KINDS[kpi.kind]}"
    yield f"- Broken down and filtered by: {', '.join(DIMENSIONS[name].name for name in kpi.by)}"
    yield f"- Compared with: {', '.join(basis.value.replace('_', ' ') for basis in kpi.compared)}"
    if kpi.plan is not None:
        yield f"- Plan: {formula(kpi.plan)}"
    yield f"- A difference is news above {_tolerance(kpi)}"
    if kpi.needs_history:
        yield "- Needs all history: it is blank until everything has been loaded"
    for side, system in SYSTEMS.items():
        fields = source_fields(kpi.side(side))
        if fields:
            yield f"- Fields of {system}'s side: {fields}"
    drill = rows_words(kpi)
    if drill:
        yield f"- Rows behind: {drill}"
    if kpi.edge_cases:
        yield f"- Mind: {kpi.edge_cases}"
    if kpi.controls:
        yield f"- Controls: {', '.join(kpi.controls)}"
    yield f"- Source: {kpi.source}"


def _tolerance(kpi: Kpi) -> str:
    if kpi.tolerance is None:
        return "none: each system's number is its own"
    if kpi.unit in {Unit.PERCENT, Unit.POINTS}:
        return f"{(kpi.tolerance * 100).normalize():f} percentage points"
    unit = {
        Unit.MONEY: " in the reporting currency",
        Unit.RATE: " in the reporting currency",
        Unit.DAYS: " day",
        Unit.HOURS: " hours",
        Unit.MINUTES: " minutes",
    }
    share = (
        f" or {(kpi.tolerance_share * 100).normalize():f} % of NetSuite's number, whichever is more"
    )
    return f"{kpi.tolerance}{unit.get(kpi.unit, '')}{share if kpi.tolerance_share else ''}"


def _missing() -> Iterator[str]:
    yield ""
    yield "## Why a number may be missing"
    yield ""
    yield "A missing number is shown as “–” with its reason, never as 0. A true zero is shown as 0."
    yield ""
    yield "| reason | meaning |"
    yield "|---|---|"
    for reason, meaning in REASONS.items():
        yield f"| `{reason.value}` | {meaning} |"


if __name__ == "__main__":
    write()
