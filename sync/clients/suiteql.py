"""Writes the SuiteQL that reads one page of an entity inside a window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..entities.entity import Entity, Kind
from ..source import Window
from .suiteql_filters import chosen, chosen_by_owner

_SECOND = "%Y-%m-%d %H:%M:%S"
_DAY = timedelta(days=1)  # more than any time zone is off


def page_query(
    entity: Entity, parent: Entity | None, window: Window, after: Sequence[Any] | None
) -> str:
    """The query for the records of `entity` after a position, ordered by identity.

    With a parent, the window is the parent's, and each parent that changed brings all of its records.
    """
    conditions = _inside(entity, parent, window)
    if after is not None:
        conditions.append(_after(entity, after))
    columns = [_column(entity, name) for name in entity.asked]
    return _ordered(entity, parent, columns, conditions)


def keys_query(
    entity: Entity, parent: Entity | None, window: Window, after: Sequence[Any] | None
) -> str:
    """The query for identity, stamp, measures and day (as `owner_day`) of the records of a page."""
    conditions = _inside(entity, parent, window)
    if after is not None:
        conditions.append(_after(entity, after))
    names = dict.fromkeys([*entity.identity, *filter(None, [entity.modified]), *entity.measures])
    columns = [_column(entity, name) for name in names]
    if day := _day_column(entity, parent):
        columns.append(f"TO_CHAR({day}, 'YYYY-MM-DD') AS owner_day")
    return _ordered(entity, parent, columns, conditions)


def records_query(
    entity: Entity, parent: Entity | None, identities: Sequence[Sequence[int | str]]
) -> str:
    """The query for the records with these identities."""
    columns = [_column(entity, name) for name in entity.asked]
    return _ordered(entity, parent, columns, [_one_of(entity, identities)])


def totals_query(entity: Entity, parent: Entity | None, window: Window) -> str:
    """The query for counts (`rows_`) and sums (`sum_0`, …) by month (`month_`, where there are days).

    Each value is rounded first, as the mirror keeps it: the sum of exact values would be another one.
    """
    columns = ["COUNT(*) AS rows_"]
    for place, name in enumerate(entity.measures):
        columns.append(f"SUM(ROUND(t.{_source(entity, name)}, 4)) AS sum_{place}")
    day = _day_column(entity, parent)
    month = f"TO_CHAR({day}, 'YYYY-MM')"
    if day:
        columns.insert(0, f"{month} AS month_")
    lines = _lines(entity, parent, columns, _inside(entity, parent, window))
    if day:
        lines += [f"GROUP BY {month}", f"ORDER BY {month}"]
    return "\n".join(lines)


def _ordered(
    entity: Entity, parent: Entity | None, columns: Sequence[str], conditions: Sequence[str]
) -> str:
    order = ", ".join(f"t.{_source(entity, name)}" for name in entity.identity)
    return "\n".join([*_lines(entity, parent, columns, conditions), f"ORDER BY {order}"])


def _lines(
    entity: Entity, parent: Entity | None, columns: Sequence[str], conditions: Sequence[str]
) -> list[str]:
    lines = ["SELECT " + ", ".join(columns), f"FROM {entity.resource} t"]
    if parent is not None and entity.parent_key is not None:
        key = entity.fields[entity.parent_key].source
        lines.append(
            f"JOIN {parent.resource} p ON p.{_source(parent, parent.identity[0])} = t.{key}"
        )
    if conditions:
        lines.append("WHERE " + "\n  AND ".join(conditions))
    return lines


def _inside(entity: Entity, parent: Entity | None, window: Window) -> list[str]:
    owner, alias = (entity, "t") if parent is None else (parent, "p")
    return [
        *_modified(entity, parent, window),
        *_dated(owner, alias, window),
        *chosen(entity, "t"),
        *(chosen_by_owner(entity, parent) if parent else ()),
    ]


def _day_column(entity: Entity, parent: Entity | None) -> str | None:
    """The column that a record is dated by: its own, or its parent's."""
    if parent is not None:
        return f"p.{_source(parent, parent.dated)}" if parent.dated else None
    return f"t.{_source(entity, entity.dated)}" if entity.dated else None


def _one_of(entity: Entity, identities: Sequence[Sequence[int | str]]) -> str:
    columns = [f"t.{_source(entity, name)}" for name in entity.identity]
    kinds = [entity.fields[name].kind for name in entity.identity]
    found = [
        [_literal(kind, value) for kind, value in zip(kinds, identity, strict=True)]
        for identity in identities
    ]
    if len(columns) == 1:
        return f"{columns[0]} IN ({', '.join(value for (value,) in found)})"
    either = [
        "(" + " AND ".join(f"{c} = {v}" for c, v in zip(columns, values, strict=True)) + ")"
        for values in found
    ]
    return f"({' OR '.join(either)})"


def clock_query() -> str:
    """The query for the account's own time, in UTC."""
    return f"SELECT {_utc_text('SYSDATE')} AS now FROM DUAL"  # noqa: S608 - no value in it


def deletions_query(since: datetime) -> str:
    """The query for the list of deleted records, oldest first."""
    conditions = _since("d.deleteddate", since)
    return (
        f"SELECT d.recordid AS recordid, d.type AS type, {_utc_text('d.deleteddate')} AS deleteddate\n"
        f"FROM deletedrecord d\nWHERE {' AND '.join(conditions)}\n"
        "ORDER BY d.deleteddate, d.recordid, d.type"
    )


def _column(entity: Entity, name: str) -> str:
    field = entity.fields[name]
    column = f"t.{field.source}"
    match field.kind:
        case Kind.DATE:
            column = f"TO_CHAR({column}, 'YYYY-MM-DD')"
        case Kind.INSTANT:
            column = _utc_text(column)
        case _:
            pass
    return f"{column} AS {field.source}"


def _utc_text(column: str) -> str:
    return f'TO_CHAR(SYS_EXTRACT_UTC({column}), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'


def _modified(entity: Entity, parent: Entity | None, window: Window) -> list[str]:
    """The window of change: a child's is its parent's, or that any of its siblings changed."""
    if parent is None:
        return _within(entity, "t", window)
    conditions = _within(parent, "p", window)
    if window.modified_from is None or entity.modified is None or entity.parent_key is None:
        return conditions
    key = entity.fields[entity.parent_key].source
    changed = " AND ".join(_within(entity, "c", window))
    siblings = f"SELECT c.{key} FROM {entity.resource} c WHERE {changed}"  # noqa: S608 - bounds only
    return [f"(({' AND '.join(conditions)}) OR t.{key} IN ({siblings}))"]


def _within(entity: Entity, alias: str, window: Window) -> list[str]:
    if entity.modified is None:
        return []
    column = f"{alias}.{_source(entity, entity.modified)}"
    conditions = []
    if window.modified_from is not None:
        conditions += _since(column, window.modified_from)
    if window.modified_to is not None:
        before = f"{column} < {_day(window.modified_to + 2 * _DAY)}"
        before += f" AND SYS_EXTRACT_UTC({column}) < {_timestamp(window.modified_to)}"
        # What never got a stamp is read with the history, once.
        undated = window.modified_from is None
        conditions.append(f"({column} IS NULL OR ({before}))" if undated else before)
    return conditions


def _since(column: str, moment: datetime) -> list[str]:
    """From an instant on; the first bound is in session time, a day wide of it, so that an index helps."""
    return [
        f"{column} >= {_day(moment - _DAY)}",
        f"SYS_EXTRACT_UTC({column}) >= {_timestamp(moment)}",
    ]


def _dated(entity: Entity, alias: str, window: Window) -> list[str]:
    if entity.dated is None:
        return []
    column = f"{alias}.{_source(entity, entity.dated)}"
    conditions = []
    if window.dated_from is not None:
        conditions.append(f"{column} >= {_day(window.dated_from)}")
    if window.dated_before is not None:
        conditions.append(f"{column} < {_day(window.dated_before)}")
    return conditions


def _after(entity: Entity, position: Sequence[Any]) -> str:
    """The identity is greater than the position, compared column by column."""
    columns = [f"t.{_source(entity, name)}" for name in entity.identity]
    kinds = [entity.fields[name].kind for name in entity.identity]
    values = [_literal(kind, value) for kind, value in zip(kinds, position, strict=True)]
    pairs = list(zip(columns, values, strict=True))
    either = []
    for place, (column, value) in enumerate(pairs):
        equal = [f"{left} = {right}" for left, right in pairs[:place]]
        either.append("(" + " AND ".join([*equal, f"{column} > {value}"]) + ")")
    return either[0] if len(either) == 1 else f"({' OR '.join(either)})"


def _literal(kind: Kind, value: Any) -> str:
    if kind is Kind.TEXT:
        return "'" + str(value).replace("'", "''") + "'"
    return str(int(value))


def _timestamp(moment: datetime) -> str:
    return f"TO_TIMESTAMP('{moment.astimezone(UTC):{_SECOND}}', 'YYYY-MM-DD HH24:MI:SS')"


def _day(moment: date) -> str:
    """The midnight of a day; of an instant, of its UTC day."""
    day = moment.astimezone(UTC) if isinstance(moment, datetime) else moment
    return f"TO_DATE('{day:%Y-%m-%d}', 'YYYY-MM-DD')"


def _source(entity: Entity, name: str) -> str:
    return entity.fields[name].source
