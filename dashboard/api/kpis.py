"""The KPIs there are, and a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.alarms import Alarm, open_alarms_if_known
from models.business import in_force
from models.errors import QuestionError
from models.metrics import contract
from models.metrics.catalogue import kpi, kpis
from models.metrics.dimensions import dimension
from models.metrics.kpi import Kpi

from ..auth.permissions import Permission, may
from . import parameters
from .asking import Asked
from .endpoint import Endpoint, Made, Reply
from .problems import UNKNOWN, Problem
from .schemas import ref

_USUAL_KPIS = 200
_ALARM = "An alarm is open for this table: mirror and source are known to differ. Ask your administrator."


def kpi_asked(asked: Asked) -> Kpi:
    """The KPI that the address names.

    Raises:
        Problem: there is none.
    """
    try:
        return kpi(asked.parts["key"])
    except QuestionError as error:
        raise Problem(UNKNOWN, str(error)) from error


def _list(asked: Asked) -> Reply:
    offset = asked.whole("offset", 0, least=0, most=parameters.FARTHEST)
    limit = asked.whole("limit", _USUAL_KPIS, least=1, most=_USUAL_KPIS)

    def make() -> Made:
        declared = list(kpis().values())
        end = offset + limit
        more = asked.following(end, pinned=False) if end < len(declared) else None
        body = {
            "kpis": [contract.described(one) for one in declared[offset:end]],
            "total": len(declared),
            "next": more,
        }
        return Made(body=body, more=more)

    return Reply(make=make, mark=tuple(kpis()))


def _answer(asked: Asked) -> Reply:
    wanted, period = kpi_asked(asked), asked.period()
    by = tuple(dict.fromkeys(asked.query.getlist("by")))
    for name in by:
        dimension(name, wanted.by)
    questions = asked.questions(asked.where(wanted))
    offset = asked.whole("offset", 0, least=0, most=parameters.FARTHEST)
    limit = asked.whole("limit", parameters.MOST_LINES, least=1, most=parameters.MOST_LINES)
    lens = asked.lens()
    compared = asked.one_of("compare", ("true", "false"), "false") == "true"
    earlier = asked.earlier if asked.wants_earlier else None
    alarms = _alarms(asked, wanted)

    def make() -> Made:
        beside = questions.since(earlier, wanted, period, by=by, lens=lens) if earlier else None
        answered = beside.now if beside else questions.answer(wanted, period, by=by, lens=lens)
        against = questions.compare([wanted], [period], by=by, lens=lens) if compared else {}
        end = offset + limit
        more = asked.following(end) if end < len(answered.rows) else None
        page = replace(answered, rows=answered.rows[offset:end])
        body = contract.document(
            asked.snapshot,
            page,
            alarms,
            compared=against.get((wanted.key, period)),
            told_since=beside,
        )
        return Made(body=body | ({"next": more} if more else {}), more=more)

    as_of = {system: str(state.as_of) for system, state in asked.snapshot.sources.items()}
    told = None if alarms is None else [(one.alarm_id, one.text) for one in alarms]
    published = repr(in_force(asked.snapshot).benchmarks(wanted.key)) if compared else None
    then = (earlier.version, str(earlier.path)) if earlier else None
    mark = (str(period), sorted(as_of.items()), told, published, then)
    return Reply(make=make, mark=mark)


def _alarms(asked: Asked, wanted: Kpi) -> Sequence[Alarm] | None:
    """The open alarms; their words, which name amounts and records, for who may open the page Sync."""
    behind = contract.entities_behind(asked.snapshot, wanted)
    found = open_alarms_if_known(asked.services.record, behind)
    if found is None or may(asked.person, Permission.VIEW_OPERATIONS):
        return found
    return [replace(one, text=_ALARM) for one in found]


KPIS = Endpoint(
    key="list_kpis",
    place=10,
    path="/kpis",
    title="The KPIs there are",
    description="Every number that can be asked for, with the dimensions it can be broken down by.",
    permission=Permission.VIEW_NUMBERS,
    parameters=(parameters.limit(_USUAL_KPIS, _USUAL_KPIS), parameters.OFFSET),
    schema=ref("Kpis"),
    answer=_list,
)
KPI = Endpoint(
    key="get_kpi",
    place=20,
    path="/kpis/<key>",
    title="A number",
    description="A KPI for a period, both systems side by side, within what you may see. With `compare` each line "
    "stands beside the period and year before, plan and benchmark; with `since` or `as=closed` beside what it was "
    "in an earlier version of the data, or when its last month was closed (why: /changes).",
    permission=Permission.VIEW_NUMBERS,
    parts=(parameters.KEY,),
    parameters=(
        parameters.PERIOD,
        parameters.BY,
        parameters.WHERE,
        parameters.CURRENCY,
        parameters.COMPARE,
        parameters.SINCE,
        parameters.AS,
        parameters.limit(parameters.MOST_LINES, parameters.MOST_LINES),
        parameters.OFFSET,
        parameters.SNAPSHOT,
    ),
    schema=ref("Answer"),
    answer=_answer,
    call="?period=2026-03&by=department",
)
