"""A grid of tiles: each number in both systems, against its references, thirteen months behind it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta

from dash import html
from dash.development.base_component import Component

from models.alarms import Alarm
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi, Side
from models.metrics.trust import entities_of
from models.period import Month
from models.texts import Text, _, listed, within

from .. import formats
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.opening import gist_line, opening
from ..components.table import unfolds
from ..components.tile import TileFacts, tile, unanswered
from ..components.words import SYSTEM_TITLES
from ..page import Section, page_key
from ..visit import Visit
from . import gist
from .asking import line_of

MONTHS = 13
_STALE = timedelta(hours=2)

_FIRST = 4  # tiles that a narrow screen shows until more are asked for


def tiles(
    *keys: str, name: str = "tiles", title: Text = "Headline numbers", heading: Text | None = None
) -> Section:
    """A section of tiles, asked together.

    Args:
        keys: of the KPIs, in order.
        heading: shown above them; none by default.
    """

    def render(visit: Visit) -> Component:
        more = unfolds(len(keys), _FIRST)
        grid = html.Div(
            [*tiles_of(visit, keys), more],
            className=f"tiles of-{min(len(keys), 4)}" + (" folds" if more else ""),
        )
        if heading is None:
            return grid
        told = visit.ask.compare([visit.kpi(key) for key in keys], [visit.period])
        said = gist.of_kpis(
            (kpis()[key], line_of(visit, lines)) for (key, _period), lines in told.items()
        )
        head = html.Div([html.H2(_(heading), className="band"), gist_line(said)])
        return opening(heading, [head], [grid], "strip")

    return Section(
        name=name,
        render=render,
        skeleton=lambda: skeleton.tiles(len(keys), heading),
        label=title,
        kept=standing,
    )


def standing(visit: Visit) -> Hashable:
    """What tiles tell beside numbers: open alarms, sources that are late, how old each source's data is."""
    now, sources = visit.services.clock(), visit.snapshot.sources.values()
    return (
        tuple(visit.alarms),
        tuple(late_sources(visit).items()),
        tuple(formats.ago(one.as_of, now) for one in sources if one.as_of),
    )


def tiles_of(visit: Visit, keys: Sequence[str]) -> list[Component]:
    """The tiles of these KPIs for a visit."""
    wanted = [visit.kpi(key) for key in keys]
    period = visit.period
    lines = visit.ask.compare(wanted, [period])
    trends = visit.ask.trends(wanted, months_to(period.last))
    late = late_sources(visit)
    query = visit.filters.search(**({"from": key} if (key := page_key(visit.path)) else {}))

    def make(kpi: Kpi) -> Component:
        if missing := visit.ask.lacks(kpi):
            return unanswered(kpi, lacking(missing))
        behind = {entity for side in Side for entity in entities_of(visit.snapshot, kpi, side)}
        return tile(
            TileFacts(
                answer=visit.ask.answer(kpi, period),
                lines=lines[kpi.key, period],
                trend=trends[kpi.key],
                query=query,
                now=visit.services.clock(),
                alarms=_of(visit.alarms, behind),
                late=[words for system, words in late.items() if system in _systems(kpi)],
                opens_sync=may(visit.person, Permission.VIEW_OPERATIONS),
            )
        )

    return [make(kpi) for kpi in wanted]


def lacking(names: Sequence[str]) -> str:
    """Why a number cannot be told with the filters chosen."""
    titles = [within(DIMENSIONS[name].title) for name in names]
    return _("Not told by {dimensions}; lift that filter to see it.", dimensions=listed(titles))


def months_to(last: Month, count: int = MONTHS, *, ahead: int = 0) -> list[Month]:
    """So many months up to this one, and so many after it, the oldest first."""
    return [last.plus(step - count + 1) for step in range(count + ahead)]


def late_sources(visit: Visit) -> dict[str, str]:
    """System -> what is wrong with its data, in words."""
    now, found = visit.services.clock(), {}
    for system, title in SYSTEM_TITLES.items():
        state = visit.snapshot.sources.get(system)
        if state is None or state.as_of is None:
            continue
        as_of = _aware(state.as_of)
        age = formats.ago(as_of, now)
        if system in visit.failed:
            found[system] = _(
                "{system}: the last sync failed, data from {age}", system=title, age=age
            )
        elif now - as_of > _STALE:
            found[system] = _("{system}'s data is from {age}", system=title, age=age)
    return found


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _systems(kpi: Kpi) -> set[str]:
    """The systems that a number is computed from."""
    return {measure.system for side in Side for measure in kpi.side(side).measures}


def _of(alarms: Sequence[Alarm], entities: set[str]) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.entity in entities]
