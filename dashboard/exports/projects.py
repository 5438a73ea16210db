"""Projects: the tasks of a project, the revenue recognised on it."""

from __future__ import annotations

from models.metrics.answer import RowPage
from models.metrics.catalogue import kpi
from models.metrics.kpi import Side
from models.period import Month, Period

from ..export import Export, Order
from ..finding import find_of
from ..visit import Visit
from .records import project_key, records

_FIRST = Month(1990, 1)  # before any project


def _recognition(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
    whole = Period(_FIRST, Month.of(visit.snapshot.today))
    ask = visit.ask.narrowed("project", project_key(visit))
    recognized = kpi("recognized_revenue")
    return ask.rows(
        recognized,
        Side.PSA,
        whole,
        offset=offset,
        limit=limit,
        order=order,
        search=find_of(visit, "recognition"),
    )


TASKS = Export(
    key="tasks",
    title="Tasks",
    page="project",
    system="suiteprojects",
    place=5,
    rows=records("tasks"),
)
RECOGNITION = Export(
    key="recognition",
    title="Recognition",
    page="project",
    system="suiteprojects",
    place=60,
    rows=_recognition,
)
