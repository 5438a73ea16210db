"""The JSON that stands for a number, the same from `oneview kpi --json` and from the HTTP API.

Amounts, hours and fractions are strings of exact decimals, days and months ISO 8601, moments UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..alarms import Alarm
from ..links import record_link
from ..period import Month, Period
from .answer import Answer, AnswerRow, RowPage
from .kpi import Kpi, Side
from .members import Member
from .trust import Concern, entities_of

if TYPE_CHECKING:
    from ..snapshot import Snapshot

SYSTEMS = ("netsuite", "suiteprojects")


def described(kpi: Kpi) -> dict[str, object]:
    """A KPI in a list of them."""
    return {"key": kpi.key, "title": kpi.title, "unit": kpi.unit.value, "by": list(kpi.by)}


def member(one: Member) -> dict[str, object]:
    """A member in a list of them."""
    return {"key": one.key, "name": one.name, "code": one.code}


def document(
    snapshot: Snapshot,
    answered: Answer,
    alarms: Sequence[Alarm] | None,
    behind: Mapping[Side, RowPage] | None = None,
) -> dict[str, object]:
    """An answer; `records` only where rows were asked for.

    Args:
        alarms: those open for the entities behind the number (`entities_behind`); None: not known.
        behind: side -> its rows.
    """
    found: dict[str, object] = {
        "key": answered.kpi.key,
        "title": answered.kpi.title,
        "unit": answered.kpi.unit.value,
        "currency": answered.currency,
        "period": span(answered.period),
        "as_of": fresh(answered.as_of),
        "rows": [_row(answered.kpi, row) for row in answered.rows],
        "trust": trust(answered.trust, alarms),
    }
    if behind:
        found["records"] = {side.value: records(snapshot, page) for side, page in behind.items()}
    return found


def span(period: Period) -> dict[str, str]:
    """A period's first and last day."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def fresh(as_of: Mapping[str, datetime | None]) -> dict[str, str | None]:
    """System -> the moment up to which it is mirrored."""
    return {
        system: moment_text(moment) if (moment := as_of.get(system)) else None for system in SYSTEMS
    }


def trust(
    left_out: Mapping[Side, Sequence[Concern]], alarms: Sequence[Alarm] | None
) -> dict[str, object]:
    """What of the tables behind the number is left out, and which alarms are open for them."""
    return {
        "quarantined": [
            {
                "side": side.value,
                "entity": one.entity,
                "title": one.title,
                "records": one.quarantined,
            }
            for side, found in left_out.items()
            for one in found
        ],
        "alarms": None  # the record could not be asked
        if alarms is None
        else [
            {
                "entity": one.entity,
                "month": str(Month.from_key(one.month)) if one.month else None,
                "text": one.text,
                "since": moment_text(one.opened_at),
            }
            for one in alarms
        ],
    }


def entities_behind(snapshot: Snapshot, kpi: Kpi) -> set[str]:
    """The entities that either side of a KPI is computed from."""
    return {entity for side in Side for entity in entities_of(snapshot, kpi, side)}


def records(snapshot: Snapshot, page: RowPage) -> list[dict[str, object]]:
    """The rows of a page, each with the address of its record in the source system."""
    return [_record(snapshot, page, row) for row in page.rows]


def cell(kind: str, value: Any) -> object:
    """One value of a column of that type."""
    if value is None:
        return None
    if kind == "day":
        return date(value // 10000, value // 100 % 100, value % 100).isoformat()
    if kind == "month":
        return str(Month.from_key(value))
    return exact(value) if isinstance(value, Decimal) else value


def exact(number: Decimal | None) -> str | None:
    """A number with all its places."""
    return None if number is None else format(number, "f")


def moment_text(moment: datetime) -> str:
    """2026-03-20T09:30:00Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _row(kpi: Kpi, row: AnswerRow) -> dict[str, object]:
    return {
        **row.labels,
        "erp": exact(row.erp),
        "psa": exact(row.psa),
        "variance": exact(row.variance),
        "value": exact(row.value),
        "reason": _reason(kpi, row),
    }


def _reason(kpi: Kpi, row: AnswerRow) -> str | None:
    """Why a number is missing: the side of record speaks first."""
    sides = sorted(row.reasons, key=lambda side: side is not kpi.record)
    return row.reasons[sides[0]].value if sides else None


def _record(snapshot: Snapshot, page: RowPage, row: Mapping[str, Any]) -> dict[str, object]:
    found = {
        column.name: cell(column.type, row[column.name])
        for column in page.columns
        if column.name in row
    }
    state = snapshot.sources.get(row["system"])
    link = record_link(
        row["system"], row["record_type"], row["record_id"], state.record_url if state else ""
    )
    return found | {"part": row["part"], "link": link}
