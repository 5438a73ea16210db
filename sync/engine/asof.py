"""The record as it was: every version of an entity, and the ones that held at a moment."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    Table,
    and_,
    func,
    null,
    select,
    text,
    true,
    union_all,
)

from models.errors import QuestionError

from ..entities.entity import Entity, Kind
from .parse import CUSTOM
from .stage import (
    DELETED,
    IS_DELETION,
    IS_FIRST,
    KNOWN_FROM,
    KNOWN_TO,
    MODIFIED,
    RUN,
    SYNCED,
    VALID_FROM,
    VALID_TO,
    history_table,
    staging_table,
)
from .versions import has_versions

VALIDITY = (VALID_FROM, VALID_TO, KNOWN_FROM, KNOWN_TO, IS_FIRST, IS_DELETION, RUN)
_FILTER = re.compile(r"\s*(\w+)\s*(!=|<=|>=|=|<|>)\s*(.*)", re.DOTALL)
_COMPARE = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition on one column, as a person wrote it: `type=Opprtnty`, `total>=1000`."""

    column: str
    sign: str
    value: str

    @classmethod
    def parse(cls, text_: str) -> Filter:
        """Read a condition.

        Raises:
            QuestionError: it is not of the form column, sign, value.
        """
        match = _FILTER.fullmatch(text_)
        if match is None:
            raise QuestionError(
                f"The condition '{text_}' is not understood. Write a column, one of = != < <= > >= "
                "and a value, such as type=Opprtnty."
            )
        return cls(column=match[1], sign=match[2], value=match[3].strip())


def versions(entity: Entity) -> Select[Any]:
    """Every version of the records of an entity, the newest ones included.

    Its columns are the entity's, `custom` and those of `VALIDITY`; `_valid_to` and `_known_to` are null
    for the newest version of a record. Ranges include their beginning and not their end.

    Raises:
        QuestionError: the entity keeps no versions.
    """
    if entity.history is None:
        raise QuestionError(f"{entity.title} keeps no earlier versions.")
    stored, past = staging_table(entity), history_table(entity)
    kept = [text(has_versions(entity, table.name)) for table in (stored, past)]
    identity = entity.identity
    ends = (
        select(*(past.c[name] for name in identity), func.max(past.c[VALID_TO]).label("_before"))
        .group_by(*(past.c[name] for name in identity))
        .subquery("ended")
    )
    same = and_(*(stored.c[name] == ends.c[name] for name in identity))
    created = entity.history.created
    began = func.coalesce(
        ends.c["_before"],
        stored.c[DELETED],
        *([stored.c[created]] if created else []),
        stored.c[MODIFIED],
        stored.c[SYNCED],
    )
    fields = [*entity.fields, CUSTOM]
    newest = (
        select(
            *(stored.c[name] for name in fields),
            began.label(VALID_FROM),
            _nothing(past, VALID_TO),
            stored.c[SYNCED].label(KNOWN_FROM),
            _nothing(past, KNOWN_TO),
            ends.c["_before"].is_(None).label(IS_FIRST),
            stored.c[DELETED].is_not(None).label(IS_DELETION),
            stored.c[RUN].label(RUN),
        )
        .select_from(stored.outerjoin(ends, same))
        .where(kept[0])
    )
    earlier = select(
        *(past.c[name] for name in fields), *(past.c[name] for name in VALIDITY)
    ).where(kept[1])
    both = union_all(earlier, newest).subquery("version")
    return select(both)


def _nothing(like: Table, name: str) -> ColumnElement[Any]:
    return null().cast(like.c[name].type).label(name)


def as_of(
    entity: Entity,
    at: datetime,
    *,
    known: datetime | None = None,
    filters: Sequence[Filter] = (),
) -> Select[Any]:
    """The records of an entity as they were at a moment; those that were deleted by then are left out.

    Args:
        at: the moment, in the time of the source.
        known: leave out what was learnt later, and take for open what had not yet been seen to end.

    Raises:
        QuestionError: the entity keeps no versions, or a filter does not fit it.
    """
    version = versions(entity).subquery("v")
    column = version.c
    ended = and_(column[VALID_TO].is_not(None), column[VALID_TO] <= at)
    was_known: ColumnElement[bool] = true()
    if known is not None:
        ended = and_(ended, column[KNOWN_TO] <= known)
        was_known = column[KNOWN_FROM] <= known
    conditions = [_condition(entity, version.c, item) for item in filters]
    return (
        select(version)
        .where(column[VALID_FROM] <= at, ~ended, was_known, column[IS_DELETION].is_(False))
        .where(*conditions)
        .order_by(*(column[name] for name in entity.identity))
    )


def _condition(entity: Entity, columns: Any, item: Filter) -> ColumnElement[bool]:
    field = entity.fields.get(item.column)
    if field is None:
        raise QuestionError(
            f"{entity.title} has no column '{item.column}'. It has: {', '.join(entity.fields)}."
        )
    column: ColumnElement[Any] = columns[item.column]
    if item.value.lower() == "null" and item.sign in ("=", "!="):
        return column.is_(None) if item.sign == "=" else column.is_not(None)
    try:
        value = _value(field.kind, item.value)
    except (ValueError, KeyError, InvalidOperation):
        raise QuestionError(
            f"'{item.value}' is not a value of the column '{item.column}' ({field.kind})."
        ) from None
    compared: ColumnElement[bool] = _COMPARE[item.sign](column, value)
    return compared


def _value(kind: Kind, text_: str) -> Any:
    match kind:
        case Kind.ID | Kind.INTEGER:
            return int(text_)
        case Kind.DECIMAL:
            value = Decimal(text_)
            if not value.is_finite():
                raise ValueError
            return value
        case Kind.DATE:
            return date.fromisoformat(text_)
        case Kind.INSTANT:
            moment = datetime.fromisoformat(text_)
            if moment.tzinfo is None:
                raise ValueError
            return moment
        case Kind.FLAG:
            return {"true": True, "yes": True, "false": False, "no": False}[text_.lower()]
        case _:
            return text_


def read_as_of(
    engine: Engine,
    entity: Entity,
    at: datetime,
    *,
    known: datetime | None = None,
    filters: Sequence[Filter] = (),
) -> Iterator[Mapping[str, Any]]:
    """The records of an entity as they were, one by one; see `as_of`."""
    statement = as_of(entity, at, known=known, filters=filters)
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=1_000).execute(statement)
        for row in rows.mappings():
            yield {str(name): value for name, value in row.items()}
