"""A number against a reference: the period before, the year before, the plan, a benchmark; in words and a sign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.compare import Against
from models.metrics.kpi import Basis, Kpi, Reason, Unit
from models.texts import Text, _

from .. import formats

_SMALL = (
    Unit.PERCENT,
    Unit.DAYS,
    Unit.FACTOR,
    Unit.POINTS,
    Unit.MINUTES,
)  # a change of theirs is told as such, not in per cent

HEADS: Mapping[
    Basis, tuple[Text, Text]
] = {  # of columns of changes: what stands there, and what it means
    Basis.PLAN: ("ΔPL", "against the plan"),
    Basis.PRIOR_YEAR: ("ΔPY", "against the year before"),
}
WILD = 10  # a change of more than ten times says more as an amount


def against_line(against: Against, kpi: Kpi, currency: str | None) -> Component:
    """One line of a list: what it is compared with, and by how much it differs."""
    name = html.Dt(reference_name(against))
    text, full = change_text(against, kpi, currency)
    if not text:
        return html.Div(
            [name, html.Dd(formats.MISSING, title=full, **{"aria-label": full})],
        )
    return html.Div(
        [name, html.Dd([*arrow(against, text), text], className=tone(against, text), title=full)]
    )


def reference_name(against: Against) -> str:
    """vs Sep 26, vs plan, vs benchmark; of a running period only as much of the other."""
    if against.basis is Basis.PLAN:
        return _("vs plan")
    if against.basis is Basis.BENCHMARK:
        return _("vs benchmark")
    if against.basis is Basis.TARGET:
        return _("vs target")
    if against.period is None:
        return _("vs before")
    name = formats.period_name(against.period, long=False)
    return (
        _("vs {period}, equal part", period=name)
        if against.equal_part
        else _("vs {period}", period=name)
    )


def change_text(against: Against, kpi: Kpi, currency: str | None) -> tuple[str, str]:
    """A change in short and in full: relative where that says something, else absolute (R4); '' and why not."""
    if against.delta is None or against.reference is None:
        return "", why_not(against)
    unit = kpi.unit
    full = _full(
        against,
        formats.exact(against.reference, unit, currency),
        formats.difference(against.delta, unit, currency),
    )
    if unit in _SMALL or against.delta_share is None or abs(against.delta_share) >= WILD:
        return formats.difference(against.delta, unit, currency), full
    return signed_share(against.delta_share), full


def signed_share(share: Decimal) -> str:
    """A relative change: +4.9%, −7.2%, 0.0%."""
    text = formats.percent(share)
    is_signed = text.startswith(formats.MINUS) or _is_nothing(text)
    return text if is_signed else f"+{text}"


def _full(against: Against, number: str, step: str) -> str:
    if against.basis is Basis.PLAN:
        return _("{number} planned, {step}", number=number, step=step)
    if against.basis is Basis.TARGET:
        return _("{number} aimed at, {step}", number=number, step=step)
    if against.basis is Basis.BENCHMARK:
        return f"{number} {against.source}, {step}"
    return _("{number} before, {step}", number=number, step=step)


def why_not(against: Against) -> str:
    """Why there is nothing to compare with."""
    return {
        Reason.HISTORY_LOADING: _("history loading"),
        Reason.NO_PLAN: _("no plan"),
        Reason.NO_BENCHMARK: _("no benchmark"),
    }.get(against.reason or Reason.NO_HISTORY, _("no earlier number"))


def arrow(against: Against, shown: str) -> list[Component]:
    """▲ or ▼, whatever the colour says; = where what is shown of the change is nothing."""
    up = against.delta is not None and against.delta > 0
    sign = "=" if _is_nothing(shown) else "▲" if up else "▼"
    return [html.Span(sign, className="arrow", **{"aria-hidden": "true"})]


def tone(against: Against, shown: str) -> str:
    """Whether a difference is good or bad news; neither where what is shown of it is nothing."""
    return "" if _is_nothing(shown) else {True: "good", False: "bad", None: ""}[against.improved]


def _is_nothing(shown: str) -> bool:
    """0.0%, $0."""
    return not any(digit in shown for digit in "123456789")
