"""Why a number is not what it was: the records that make the difference between two versions of the data."""

from __future__ import annotations

from models.metrics import contract
from models.metrics.explain import kinds_of
from models.metrics.kpi import Side

from ..auth.permissions import Permission
from . import parameters
from .asking import Asked
from .endpoint import Endpoint, Made, Reply
from .kpis import kpi_asked
from .rows import line_asked, note_rows
from .schemas import ref


def _changes(asked: Asked) -> Reply:
    wanted, period = kpi_asked(asked), asked.period()
    side = Side(asked.one_of("side", [side.value for side in Side], wanted.record.value))
    questions, before = asked.questions(asked.where(wanted)), asked.earlier
    offset = asked.whole("offset", 0, least=0, most=parameters.FARTHEST)
    limit = asked.whole("limit", parameters.USUAL_ROWS, least=1, most=parameters.MOST_ROWS)
    kinds = kinds_of(asked.query.getlist("kind"))
    lens, line = line_asked(asked)

    def make() -> Made:
        told = questions.changes(
            before, wanted, side, period,
            lens=lens, currency=line, kinds=kinds, offset=offset, limit=limit,
        )  # fmt: skip
        end = offset + len(told.page.rows)
        more = asked.following(end) if told.page.rows and end < told.page.total_rows else None
        note_rows(asked, offset, len(told.page.rows))
        return Made(body=contract.change(asked.snapshot, told) | {"next": more}, more=more)

    return Reply(make=make, mark=(str(period), before.version, str(before.path)))


CHANGES = Endpoint(
    key="get_kpi_changes",
    place=40,
    path="/kpis/<key>/changes",
    title="Why a number is not what it was",
    description="One side of a number in an earlier version of the data and now, and the records that make the "
    "difference: new, gone, changed, re-dated (moved in or out of the period) or re-rated (the source says the same, a "
    "rate is another). What they change sums to the difference exactly; of a ratio, part by part.",
    permission=Permission.EXPORT,
    parts=(parameters.KEY,),
    parameters=(
        parameters.SINCE,
        parameters.AS,
        parameters.PERIOD,
        parameters.WHERE,
        parameters.SIDE,
        parameters.CURRENCY,
        parameters.LINE_CURRENCY,
        parameters.KIND,
        parameters.limit(parameters.USUAL_ROWS, parameters.MOST_ROWS),
        parameters.OFFSET,
        parameters.SNAPSHOT,
    ),
    schema=ref("Changes"),
    answer=_changes,
    call="?since=2026-03-31&period=2026-03",
)
