"""The sentence on top of a page: what its numbers say, made from them, and the line that says of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.answer import AnswerRow
from models.metrics.compare import Against, Compared
from models.metrics.kpi import Basis, Kpi, Lens, Unit
from models.period import Period

from .. import formats
from ..components import skeleton
from ..components.changes import change_text
from ..components.filter_bar import LENSES
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import currency_of, line_of, lines_of
from .filters import whose

_ORDER = (Basis.PLAN, Basis.PRIOR_YEAR, Basis.PRIOR_PERIOD)
_SMALL = Decimal("0.005")
_TELLING = Decimal("0.25")  # a member that moved less than this part of the whole explains nothing


def head(kpi: str, *, beside: Sequence[str] = (), driver: str | None = "department") -> Section:
    """The message of a page.

    Args:
        kpi: the number the page is about.
        beside: numbers told in the same breath.
        driver: the dimension whose members explain the change.
    """

    def render(visit: Visit) -> Component:
        main, others = visit.kpi(kpi), [visit.kpi(key) for key in beside]
        return html.Div(
            [html.H1(sentence(visit, main, others, driver)), subline(visit)], className="message"
        )

    return Section(
        name="head",
        render=render,
        skeleton=skeleton.heading,
        label="The message",
        kept=nothing_else,
    )


def subline(visit: Visit) -> Component:
    """Period, currency, and whose numbers."""
    snapshot, period = visit.snapshot, visit.period
    closed = period.last <= snapshot.last_closed_month
    return html.P(
        [
            html.Span(formats.period_name(period)),
            html.Span("closed" if closed else "not closed yet"),
            html.Span(_currency(visit)),
            html.Span(whose(visit)),
        ],
        className="subline",
    )


def _currency(visit: Visit) -> str:
    lens = visit.filters.lens
    if lens is Lens.CONSOLIDATED:
        return f"in {visit.snapshot.reporting_currency}, consolidated"
    return f"{LENSES[lens].lower()}; charts and lists in {currency_of(visit)} alone"


def sentence(visit: Visit, main: Kpi, others: Sequence[Kpi], driver: str | None) -> str:
    """What the numbers say; a plain word where they say nothing."""
    period, name = visit.period, formats.period_name(visit.period)
    found = visit.ask.compare([main, *others], [period])
    line = line_of(visit, found.get((main.key, period)))
    if line is None or line.row.value is None:
        return f"{name}: no {lower(main.title)} in view."
    text = f"{name}: {lower(main.title)} of {_value(line.row.value, main, line.row)}"
    against = next((one for basis in _ORDER if (one := _usable(line, basis))), None)
    if against is not None:
        text += _against(against, main, line.row, period)
        text += _mainly(visit, main, against, driver)
    text += _beside(visit, others, found)
    return f"{text}. {_agreement(line.row, main)}".strip()


def _usable(line: Compared, basis: Basis) -> Against | None:
    found = line.against.get(basis)
    return found if found is not None and found.delta is not None else None


def _against(against: Against, kpi: Kpi, row: AnswerRow, period: Period) -> str:
    plan = against.basis is Basis.PLAN
    other = "plan" if plan else _short(against.period or period, period)
    delta, share = against.delta or Decimal(0), against.delta_share
    if not delta or (share is not None and abs(share) < _SMALL):
        return f", level with {other}"
    text, _ = change_text(against, kpi, row.currency)
    size = text.lstrip(f"+{formats.MINUS}")
    return f", {size} {'above' if delta > 0 else 'below'} {other}"


def _short(other: Period, period: Period) -> str:
    name = formats.period_name(other)
    is_month = other.first == other.last
    return name.removesuffix(f" {period.first.year}") if is_month else name


def _mainly(visit: Visit, kpi: Kpi, against: Against, driver: str | None) -> str:
    """The member that moved most in the same direction."""
    delta = against.delta
    if driver is None or delta is None or visit.ask.lacks(kpi, driver):
        return ""
    if kpi.unit in {Unit.PERCENT, Unit.POINTS} or len(visit.filters.where.get(driver, ())) == 1:
        return ""
    lines = visit.ask.compare([kpi], [visit.period], by=(driver,), bases=(against.basis,))
    moved = [
        (one.against[against.basis].delta, one)
        for one in lines_of(visit, lines[kpi.key, visit.period])
    ]
    same = [(step, one) for step, one in moved if step and (step > 0) == (delta > 0)]
    if len(moved) < 2 or not same:
        return ""
    step, most = max(same, key=_size)
    if abs(step) < abs(delta) * _TELLING:
        return ""
    label = most.row.labels[driver]
    return f", mainly {label} ({formats.difference(step, kpi.unit, most.row.currency)})"


def _size(moved: tuple[Decimal, Compared]) -> Decimal:
    return abs(moved[0])


def _beside(
    visit: Visit, others: Sequence[Kpi], found: Mapping[tuple[str, Period], list[Compared]]
) -> str:
    told = []
    for kpi in others:
        line = line_of(visit, found.get((kpi.key, visit.period)))
        if line is not None and line.row.value is not None:
            told.append(f"{lower(kpi.title)} {_value(line.row.value, kpi, line.row)}")
    return f"; {' and '.join(told)}" if told else ""


def _agreement(row: AnswerRow, kpi: Kpi) -> str:
    if row.within_tolerance is None or row.variance is None:
        return ""
    if row.within_tolerance:
        return "The two systems agree."
    size = formats.difference(abs(row.variance), kpi.unit, row.currency).lstrip("+")
    return f"The two systems differ by {size}."


def _value(value: Decimal, kpi: Kpi, row: AnswerRow) -> str:
    return formats.short(value, kpi.unit, row.currency)


def lower(title: str) -> str:
    """A title within a sentence: 'EBITDA' stays as it is."""
    return title if title[1:2].isupper() else title[0].lower() + title[1:]
