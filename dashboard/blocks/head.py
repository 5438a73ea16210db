"""The sentence on top of a page: what its numbers say, made from them, and the line that says of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.answer import AnswerRow
from models.metrics.compare import Against, Compared
from models.metrics.dimensions import DIMENSIONS, NOT_ASSIGNED
from models.metrics.kpi import Basis, Kpi, Lens
from models.period import Period
from models.snapshot import Snapshot
from models.texts import _, listed, within

from .. import formats
from ..components import skeleton
from ..components.changes import change_text
from ..components.filter_bar import LENSES
from ..components.words import SYSTEM_TITLES
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
            html.Span(_("closed") if closed else _("not closed yet")),
            html.Span(_currency(visit)),
            html.Span(whose(visit)),
            *as_of(snapshot),
        ],
        className="subline",
    )


def as_of(snapshot: Snapshot) -> list[Component]:
    """Up to which moment each system is told: on paper an age says nothing."""
    told = [
        _("{system} as of {moment}", system=title, moment=formats.moment(state.as_of))
        for system, title in SYSTEM_TITLES.items()
        if (state := snapshot.sources.get(system)) is not None and state.as_of is not None
    ]
    return [html.Span(text, className="on-paper") for text in told]


def _currency(visit: Visit) -> str:
    lens = visit.filters.lens
    if lens is Lens.CONSOLIDATED:
        return _("in {currency}, consolidated", currency=visit.snapshot.reporting_currency)
    return _(
        "{lens}; charts and lists in {currency} alone",
        lens=within(LENSES[lens]),
        currency=currency_of(visit),
    )


def sentence(visit: Visit, main: Kpi, others: Sequence[Kpi], driver: str | None) -> str:
    """What the numbers say; a plain word where they say nothing."""
    period, name = visit.period, formats.period_name(visit.period)
    found = visit.ask.compare([main, *others], [period])
    line = line_of(visit, found.get((main.key, period)))
    if line is None or line.row.value is None:
        return _("{period}: no {title} in view.", period=name, title=within(main.title))
    text = _(
        "{period}: {title} of {value}",
        period=name,
        title=within(main.title),
        value=_value(line.row.value, main, line.row),
    )
    against = next((one for basis in _ORDER if (one := _usable(line, basis))), None)
    if against is not None:
        text = f"{text}, {_against(against, main, line.row, period)}"
        if mainly := _mainly(visit, main, against, driver):
            text = f"{text}, {mainly}"
    if beside := _beside(visit, others, found):
        text = f"{text}; {beside}"
    return f"{text}. {_agreement(line.row, main)}".strip()


def _usable(line: Compared, basis: Basis) -> Against | None:
    found = line.against.get(basis)
    return found if found is not None and found.delta is not None else None


def _against(against: Against, kpi: Kpi, row: AnswerRow, period: Period) -> str:
    plan = against.basis is Basis.PLAN
    other = _("plan") if plan else _short(against.period or period, period)
    delta, share = against.delta or Decimal(0), against.delta_share
    if not delta or (share is not None and abs(share) < _SMALL):
        return _("level with {other}", other=other)
    text, _state = change_text(against, kpi, row.currency)
    size = text.lstrip(f"+{formats.MINUS}")
    if delta > 0:
        return _("{size} above {other}", size=size, other=other)
    return _("{size} below {other}", size=size, other=other)


def _short(other: Period, period: Period) -> str:
    name = formats.period_name(other)
    is_month = other.first == other.last
    return name.removesuffix(f" {period.first.year}") if is_month else name


def _mainly(visit: Visit, kpi: Kpi, against: Against, driver: str | None) -> str:
    """The member that moved most in the same direction."""
    delta = against.delta
    if driver is None or delta is None or visit.ask.lacks(kpi, driver):
        return ""
    if kpi.unit in formats.SHARES or len(visit.filters.where.get(driver, ())) == 1:
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
    if label == NOT_ASSIGNED:
        label = _("what no {dimension} is assigned to", dimension=within(DIMENSIONS[driver].title))
    size = formats.difference(step, kpi.unit, most.row.currency)
    return _("mainly {member} ({step})", member=label, step=_whole(size))


def _whole(size: str) -> str:
    """A size whose sign stays on the line of its digits."""
    return size.replace(formats.MINUS, f"{formats.MINUS}\u2060")


def _size(moved: tuple[Decimal, Compared]) -> Decimal:
    return abs(moved[0])


def _beside(
    visit: Visit, others: Sequence[Kpi], found: Mapping[tuple[str, Period], list[Compared]]
) -> str:
    told = []
    for kpi in others:
        line = line_of(visit, found.get((kpi.key, visit.period)))
        if line is not None and line.row.value is not None:
            told.append(f"{within(kpi.title)} {_value(line.row.value, kpi, line.row)}")
    return listed(told)


def _agreement(row: AnswerRow, kpi: Kpi) -> str:
    if row.within_tolerance is None or row.variance is None:
        return ""
    if row.within_tolerance:
        return _("The two systems agree on {title}.", title=within(kpi.title))
    size = formats.difference(abs(row.variance), kpi.unit, row.currency).lstrip("+")
    return _("The two systems differ by {size} on {title}.", size=size, title=within(kpi.title))


def _value(value: Decimal, kpi: Kpi, row: AnswerRow) -> str:
    return formats.short(value, kpi.unit, row.currency)
