"""Projects: the tasks of a project, the revenue recognised on it, what was changed."""

from __future__ import annotations

from models.metrics.answer import RowPage
from models.metrics.catalogue import kpi
from models.metrics.kpi import Side
from models.metrics.project_changes import NEWEST_FIRST, OLDEST_SEEN, as_shown
from models.period import Month, Period
from models.texts import _

from .. import formats
from ..export import Export, Order
from ..finding import find_of, unsearched
from ..visit import Visit
from .records import project_key, records

_ALL_CHANGES = records("changes")

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


def _changes(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
    return as_shown(_ALL_CHANGES(visit, offset, limit, order or NEWEST_FIRST))


def _known_since(visit: Visit) -> str:
    """Since when what is changed on the project is known, and what is not told."""
    first = as_shown(_ALL_CHANGES(unsearched(visit, "changes"), 0, 1, OLDEST_SEEN)).rows
    if not first:
        return ""
    return _(
        "Known since {day}, when the project was first loaded; what was changed before is not known. Changes between two "
        "refreshes are one. The systems do not tell who made them.",
        day=formats.day(first[0]["seen_at"]),
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
CHANGES = Export(
    key="changes",
    title="Changes",
    page="project",
    place=90,
    rows=_changes,
    says=_known_since,
)
