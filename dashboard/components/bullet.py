"""A bullet: how far a number has come, and the plan, the year before, the target and what others published as marks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.compare import Compared
from models.metrics.kpi import Basis, Kpi
from models.texts import Text, _

from .. import formats
from .track import Mark, Scale, track

TICKS: Mapping[Basis, str] = {
    Basis.PLAN: "pl",
    Basis.PRIOR_YEAR: "py",
    Basis.BENCHMARK: "benchmark",
    Basis.TARGET: "target",
}
NAMES: Mapping[Basis, Text] = {
    Basis.PLAN: "PL",
    Basis.PRIOR_YEAR: "PY",
    Basis.BENCHMARK: "benchmark",
    Basis.TARGET: "target",
}
_SAID = (Basis.TARGET, Basis.BENCHMARK)  # what no column of changes tells
_ZERO = Decimal(0)
_AIMED = frozenset({Basis.PLAN, Basis.TARGET, Basis.BENCHMARK})


def known(line: Compared) -> Mapping[Basis, Decimal]:
    """What a number is held against, of all that may be marked; its target last, so that no mark hides it."""
    return {
        basis: against.reference
        for basis in TICKS
        if (against := line.against.get(basis)) and against.reference is not None
    }


def ticks(line: Compared, bases: Collection[Basis] = tuple(TICKS)) -> list[Mark]:
    """The marks of what a number is held against."""
    return [
        Mark(end=reference, role=TICKS[basis])
        for basis, reference in known(line).items()
        if basis in bases
    ]


def aims(kpi: Kpi, line: Compared) -> Component | None:
    """Target and benchmark in words, 'target 75.0%, benchmark 72.0%'; who published it, on hover."""
    held, told, sources = known(line), [], []
    for basis in _SAID:
        if basis not in held:
            continue
        number = formats.short(held[basis], kpi.unit, line.row.currency)
        told.append(
            _("target {number}", number=number)
            if basis is Basis.TARGET
            else _("benchmark {number}", number=number)
        )
        sources.append(line.against[basis].source)
    if not told:
        return None
    title = "; ".join(filter(None, sources)) or None
    return html.Span(", ".join(told), className="second-line", title=title)


def bullet(line: Compared) -> Component | None:
    """The bullet of a number that is planned, aimed at or published; its words stand beside it."""
    value, marks = line.row.value, ticks(line, _AIMED)
    if value is None or not marks:
        return None
    every = [Mark(start=_ZERO, end=value), *marks]
    return track(every, Scale.of(every))
