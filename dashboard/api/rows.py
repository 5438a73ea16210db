"""The rows behind one side of a number, in pages that fit together and sum to it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from models.errors import QuestionError
from models.metrics import contract
from models.metrics.kpi import Lens, Side

from .. import audit
from ..auth.permissions import Permission
from ..finding import parse_order
from . import parameters
from .asking import Asked
from .endpoint import Endpoint, Made, Reply
from .kpis import kpi_asked
from .schemas import ref


def _rows(asked: Asked) -> Reply:
    wanted, period = kpi_asked(asked), asked.period()
    side = Side(asked.one_of("side", [side.value for side in Side], wanted.record.value))
    questions = asked.questions(asked.where(wanted))
    offset = asked.whole("offset", 0, least=0, most=parameters.FARTHEST)
    limit = asked.whole("limit", parameters.USUAL_ROWS, least=1, most=parameters.MOST_ROWS)
    lens, line = line_asked(asked)
    consolidated = lens is Lens.CONSOLIDATED
    order = parse_order(asked.query.get("order", ""))

    def make() -> Made:
        page = questions.rows(
            wanted, side, period,
            lens=lens, currency=line, offset=offset, limit=limit, order=order,
        )  # fmt: skip
        end = offset + len(page.rows)
        more = asked.following(end) if page.rows and end < page.total_rows else None
        note_rows(asked, offset, len(page.rows))
        body = {
            "key": wanted.key,
            "title": wanted.title,
            "side": side.value,
            "currency": asked.snapshot.reporting_currency
            if wanted.is_money and consolidated
            else line,
            "period": contract.span(period),
            "snapshot": asked.snapshot.version,
            "columns": contract.columns(page),
            "records": contract.records(asked.snapshot, page),
            "total": page.total_rows,
            "totals": _sums(page.totals),
            "by_currency": {code: _sums(sums) for code, sums in page.by_currency.items()},
            "withheld": page.withheld,
            "next": more,
        }
        return Made(body=body, more=more)

    return Reply(make=make, mark=(str(period),))


def line_asked(asked: Asked) -> tuple[Lens, str | None]:
    """The lens, and the one currency whose rows are wanted."""
    lens, line = asked.lens(), asked.query.get("line_currency")
    if lens is Lens.CONSOLIDATED and line:
        raise QuestionError(
            "'line_currency' chooses among the currencies of currency=subsidiary or transaction."
        )
    return lens, line


def _sums(sums: Mapping[str, Decimal]) -> dict[str, str | None]:
    return {part: contract.exact(amount) for part, amount in sums.items()}


def note_rows(asked: Asked, offset: int, rows: int) -> None:
    """What leaves the house is written down, as with an export."""
    here = asked.services
    detail = {"question": str(asked.question()), "offset": offset, "rows": rows}
    audit.note(here.record, here.clock(), asked.person.subject, "api_rows", detail)


ROWS = Endpoint(
    key="get_kpi_rows",
    place=30,
    path="/kpis/<key>/rows",
    title="The rows behind a number",
    description="The records that one side of a number is made of; their contributions sum to it exactly, over "
    "all pages. Of a ratio, numerator and denominator are told apart by `part`.",
    permission=Permission.EXPORT,
    parts=(parameters.KEY,),
    parameters=(
        parameters.PERIOD,
        parameters.WHERE,
        parameters.SIDE,
        parameters.CURRENCY,
        parameters.LINE_CURRENCY,
        parameters.ORDER,
        parameters.limit(parameters.USUAL_ROWS, parameters.MOST_ROWS),
        parameters.OFFSET,
        parameters.SNAPSHOT,
    ),
    schema=ref("Rows"),
    answer=_rows,
    call="?period=2026-03&side=erp&limit=1000",
)
