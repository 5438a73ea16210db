"""The JSON that stands for a number, the same from `oneview kpi --json` and from the HTTP API.

Amounts, hours and fractions are strings of exact decimals, days and months ISO 8601, moments UTC.

An answer:

    key, title, unit   of the KPI; unit: money | percent | hours | days | count | rate | factor | points | minutes
    lens               consolidated | subsidiary | transaction
    currency           ISO 4217 where the number is money in the reporting currency, else null
    period             {start, end}: the first and the last day
    as_of              {netsuite, suiteprojects}: the moment up to which each is mirrored, or null
    rows               its lines: one, or one a member of each dimension of `by` (and a currency)
    trust              what is left out: quarantined records and open alarms of the tables behind
    records            only where rows were asked for: {erp: [...], psa: [...]}

A line:

    <dimension>        the member's name, for each dimension of `by`
    currency           the line's own, where money is told in several; else as above
    erp, psa           the two sides; variance is erp - psa; value is the side of record's
    reason             why a number is missing (`docs/kpis.md` lists the reasons), the side of record first
    blank              how many rows count for nothing, because no rate or cost is known
    compared           only where asked for: {basis: {period, primary, reference, delta, delta_share, improved,
                       equal_part, reason, source}} for prior_period, prior_year, plan, benchmark
    before, change     only since an earlier version, or since the period was closed: {erp, psa, value, reason} then,
                       and value now - value then. A member that is in one of the two alone has a line, too

Then the answer bears `before`, too: {version, built_at, closed}, as below.

What a number was and is, and why (`--since`, `--as-closed`, `/changes`):

    key, title, unit, side, lens, currency, period   as asked
    before, now        {version, built_at, number, reason, closed}; difference is now - before. closed: null, or
                       {month, kept_at, was_seen} where it is a closed month as it was kept
    parts              the sums behind it (value, or numerator and denominator): before, now, difference, and
                       kinds {new, gone, changed, re_dated, re_rated}: {rows, amount}, which sum to difference
    columns, records, total   what became of each record, the largest change first: kind, before, now, change

A record: a cell for each column of the rows behind, with `contribution`, `part` and `link`; `contribution_currency`
where money is told in several currencies. The contributions of a part make the number (`docs/metrics.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..alarms import Alarm
from ..links import record_link
from ..period import Month, Period, day_of
from .answer import Answer, AnswerRow, RowPage
from .change import Change, Standing
from .compare import Against, Compared
from .kpi import Basis, Kpi, Lens, Side
from .members import Member
from .since import Beside, Since
from .terms import CURRENCY
from .trust import Concern, entities_of
from .words import formula

if TYPE_CHECKING:
    from ..snapshot import Snapshot

SYSTEMS = ("netsuite", "suiteprojects")


def described(kpi: Kpi) -> dict[str, object]:
    """A KPI in a list of them."""
    return {
        "key": kpi.key,
        "group": kpi.group,
        "title": kpi.title,
        "question": kpi.question,
        "definition": kpi.definition,
        "unit": kpi.unit.value,
        "kind": kpi.kind.value,
        "better": kpi.better.value,
        "record": kpi.record.value,
        "by": list(kpi.by),
        "compared": [basis.value for basis in kpi.compared],
        "formula": {side.value: formula(kpi.side(side)) for side in Side},
        "facts": list(kpi.facts),
        "edge_cases": kpi.edge_cases,
        "controls": list(kpi.controls),
        "source": kpi.source,
    }


def member(one: Member) -> dict[str, object]:
    """A member in a list of them."""
    return {"key": one.key, "name": one.name, "code": one.code}


def document(
    snapshot: Snapshot,
    answered: Answer,
    alarms: Sequence[Alarm] | None,
    behind: Mapping[Side, RowPage] | None = None,
    compared: Sequence[Compared] | None = None,
    told_since: Since | None = None,
) -> dict[str, object]:
    """An answer; `records`, `compared` and `before` only where they were asked for.

    Args:
        alarms: those open for the entities behind the number (`entities_behind`); None: not known.
        behind: side -> its rows.
        compared: lines of the answer with what they are compared with.
        told_since: the lines with what they were in an earlier version.
    """
    against = {_member(one.row): one.against for one in compared or ()}
    then = {_member(one.now): one for one in told_since.lines} if told_since else {}
    lines = [
        _row(answered.kpi, row)
        | _compared(against.get(_member(row)))
        | _before(answered.kpi, then.get(_member(row)))
        for row in answered.rows
    ]
    found: dict[str, object] = {
        "key": answered.kpi.key,
        "title": answered.kpi.title,
        "unit": answered.kpi.unit.value,
        "lens": answered.lens.value,
        "currency": answered.currency,
        "period": span(answered.period),
        "as_of": fresh(answered.as_of),
        "rows": lines,
        "trust": trust(answered.trust, alarms),
    }
    if told_since:
        found["before"] = _version(told_since.earlier)
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


def change(snapshot: Snapshot, told: Change) -> dict[str, object]:
    """What a number was and is, and a page of the records that make the difference."""
    consolidated = told.kpi.is_money and told.lens is Lens.CONSOLIDATED
    return {
        "key": told.kpi.key,
        "title": told.kpi.title,
        "unit": told.kpi.unit.value,
        "side": told.side.value,
        "lens": told.lens.value,
        "currency": snapshot.reporting_currency if consolidated else told.currency,
        "period": span(told.period),
        "before": _standing(told.before),
        "now": _standing(told.now),
        "difference": exact(told.difference),
        "parts": [
            {
                "part": part.part,
                "currency": part.currency,
                "before": exact(part.before),
                "now": exact(part.now),
                "difference": exact(part.difference),
                "kinds": {
                    kind.value: {"rows": one.rows, "amount": exact(one.amount)}
                    for kind, one in part.kinds.items()
                },
            }
            for part in told.parts
        ],
        "columns": columns(told.page),
        "records": records(snapshot, told.page),
        "total": told.page.total_rows,
        "withheld": told.page.withheld,
    }


def columns(page: RowPage) -> list[dict[str, str]]:
    """The columns of a page of rows."""
    return [{"name": one.name, "title": one.title, "type": one.type} for one in page.columns]


def _standing(one: Standing) -> dict[str, object]:
    number = {
        "number": exact(one.number),
        "reason": one.reason.value if one.reason else None,
    }
    return _version(one) | number


def _version(one: Standing | Snapshot) -> dict[str, object]:
    return {
        "version": one.version,
        "built_at": moment_text(one.built_at),
        "closed": None
        if one.closing is None
        else {
            "month": str(one.closing.month),
            "kept_at": moment_text(one.closing.kept_at),
            "was_seen": one.closing.was_seen,
        },
    }


def cell(kind: str, value: Any) -> object:
    """One value of a column of that type."""
    if value is None:
        return None
    if kind == "day":
        return day_of(value).isoformat()
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
        "currency": row.currency,
        "erp": exact(row.erp),
        "psa": exact(row.psa),
        "variance": exact(row.variance),
        "value": exact(row.value),
        "reason": _reason(kpi, row),
        "blank": sum(row.blank.values()),
    }


def _member(row: AnswerRow) -> tuple[object, ...]:
    return (*row.dimensions.items(), row.currency)


def _compared(against: Mapping[Basis, Against] | None) -> dict[str, object]:
    if against is None:
        return {}
    return {"compared": {basis.value: _against(one) for basis, one in against.items()}}


def _before(kpi: Kpi, one: Beside | None) -> dict[str, object]:
    if one is None:
        return {}
    then = _row(kpi, one.before)
    names = ("erp", "psa", "value", "reason")
    return {"before": {name: then[name] for name in names}, "change": exact(one.change)}


def _against(one: Against) -> dict[str, object]:
    return {
        "period": span(one.period) if one.period else None,
        "primary": exact(one.primary),
        "reference": exact(one.reference),
        "delta": exact(one.delta),
        "delta_share": exact(one.delta_share),
        "improved": one.improved,
        "equal_part": one.equal_part,
        "reason": one.reason.value if one.reason else None,
        "source": one.source or None,
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
    currency = row.get(CURRENCY)
    told = {CURRENCY: currency} if currency else {}
    return found | told | {"part": row["part"], "link": link}
