"""The filter bar's callbacks: a choice becomes an address, and the address renews the page."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from models.errors import NoSnapshotError, QuestionError
from models.metrics.kpi import Lens
from models.period import Period

from .filters import STATUS, SUBMITTED, Filters, others
from .services import services


def add_filtering(app: Dash) -> None:
    """Bind every control of type 'filter' to the address."""

    @app.callback(
        Output("url", "search"),
        Input({"type": "filter", "name": ALL}, "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(_values: list[Any], search: str) -> Any:
        values = {one["id"]["name"]: one.get("value") for one in ctx.inputs_list[0]}
        try:
            snapshot = services().snapshots.current()
            now = Filters.parse(search, snapshot.fiscal_start)
            before = chosen = now.settled(snapshot.last_closed_month)
            for name, value in values.items():
                chosen = changed(chosen, name, value, snapshot.fiscal_start)
        except (QuestionError, NoSnapshotError):
            return no_update
        if chosen == before:  # controls that have just been drawn report what the address says
            return no_update
        return chosen.search(**others(search))


def changed(filters: Filters, name: str, value: Any, year_starts: int = 1) -> Filters:
    """The filters after a choice."""
    if name == "period":
        return filters.with_period(Period.parse(value, year_starts)) if value else filters
    if name == "lens":
        return filters.with_lens(Lens(value)) if value else filters
    if name == STATUS:
        return filters.with_submitted(value == SUBMITTED) if value else filters
    return filters.with_members(name, tuple(int(key) for key in value or ()))
