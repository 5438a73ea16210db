"""The sentence on top of One View: what the numbers say, in plain words."""

from __future__ import annotations

from decimal import Decimal

from models.metrics.answer import Answer
from models.metrics.catalogue import kpi as kpi_of
from models.metrics.kpi import Basis, Kpi, Unit
from models.period import Period
from models.texts import _, listed, within

from .. import formats
from ..auth.permissions import Permission, may
from ..headline import headline_kpis
from ..visit import Visit

_SMALL = Decimal("0.005")


def message(visit: Visit) -> str:
    """One sentence on revenue and margin, one on how far the systems agree."""
    kpis, period = headline_kpis(), visit.period
    visit.ask.compare([*kpis.values(), *_of_plan(visit)], [period])  # all of it is read together
    answers = {key: visit.ask.answer(kpi, period) for key, kpi in kpis.items() if _can(kpi, visit)}
    name = formats.period_name(period)
    revenue = answers.get("recognized_revenue")
    if revenue is None or not revenue.only.value:
        return _("{period}: no recognised revenue in view.", period=name)
    before = visit.ask.answer(kpis["recognized_revenue"], period.prior).only.value
    text = _(
        "{period}: revenue of {value}",
        period=name,
        value=formats.short(revenue.only.value, Unit.MONEY, revenue.currency),
    )
    if against := _against(revenue.only.value, before, _before(period)):
        text = f"{text}, {against}"
    margin = answers.get("project_gross_margin_pct")
    if margin and margin.only.value is not None:
        share = formats.percent(margin.only.value)
        text = f"{text}, {_('at a margin of {share}', share=share)}"
    if planned := _planned(visit):
        text = f"{text}; {planned}"
    return f"{text}. {_agreement(list(answers.values()))}"


def _planned(visit: Visit) -> str:
    """How the firm stands against its plan, where there is one and the reader may know."""
    told = [one for kpi in _of_plan(visit) if (one := _from_plan(visit, kpi))]
    same = len(told) == 2 and told[0][1] == told[1][1]
    parts = [(listed([name for name, _above in told]), told[0][1])] if same else told
    return listed(
        [
            _("{numbers} above plan", numbers=name)
            if above
            else _("{numbers} below plan", numbers=name)
            for name, above in parts
        ]
    )


def _of_plan(visit: Visit) -> list[Kpi]:
    """What is held against the plan."""
    if not may(visit.person, Permission.VIEW_STATEMENT):
        return []
    return [kpi for key in ("firm_revenue", "ebitda") if not visit.ask.lacks(kpi := kpi_of(key))]


def _from_plan(visit: Visit, kpi: Kpi) -> tuple[str, bool] | None:
    """How far a number is from its plan, and whether it is above it."""
    found = visit.ask.compare([kpi], [visit.period], bases=(Basis.PLAN,))[kpi.key, visit.period]
    against = found[0].against[Basis.PLAN] if len(found) == 1 else None
    if against is None or against.delta is None:
        return None
    size = formats.short(abs(against.delta), kpi.unit, found[0].row.currency)
    return f"{within(kpi.title)} {size}", against.delta > 0


def _before(period: Period) -> str:
    """The prior period, without a year that goes without saying."""
    if period.first != period.last:
        return formats.period_name(period.prior)
    name = formats.month_name(period.prior.first)
    return name.removesuffix(f" {period.first.year}")


def _can(kpi: Kpi, visit: Visit) -> bool:
    return all(name in kpi.by for name, keys in visit.filters.where.items() if keys)


def _against(now: Decimal, before: Decimal | None, name: str) -> str:
    if before is None or before <= 0:
        return ""
    step = (now - before) / before
    if abs(step) < _SMALL:
        return _("level with {other}", other=name)
    size = formats.percent(abs(step))
    if step > 0:
        return _("{size} above {other}", size=size, other=name)
    return _("{size} below {other}", size=size, other=name)


def _agreement(answers: list[Answer]) -> str:
    both = [answer for answer in answers if answer.only.within_tolerance is not None]
    apart = [answer for answer in both if not answer.only.within_tolerance]
    if not both:
        return _("Only one system has numbers to show.")
    if not apart:
        return (
            _("The two systems agree on all of it.")
            if len(both) > 1
            else _("The two systems agree.")
        )
    money = [answer for answer in apart if answer.kpi.unit is Unit.MONEY] or apart
    widest = max(money, key=lambda answer: abs(answer.only.variance or Decimal(0)))
    gap = abs(widest.only.variance or Decimal(0))
    size = (
        formats.points(gap)
        if widest.kpi.unit is Unit.PERCENT
        else formats.short(gap, widest.kpi.unit, widest.currency)
    )
    return _(
        "The systems differ on {count} of {total} numbers, most on {title} ({size}).",
        count=len(apart),
        total=len(both),
        title=within(widest.kpi.title),
        size=size,
    )
