"""What does not reconcile, check by check, and since when that has been seen (H3).

`fct_control` says how things are; since when a check has been failing is written down build by build, as neither system
keeps it (`fct_break_dated`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ..access import Scope
from ..controls import CONTROLS
from ..period import Month, day_of
from ..tables.conformed import dim_customer, dim_project, dim_subsidiary
from ..tables.controls import fct_control
from ..tables.dated import fct_break_dated, meta_observation
from .dimensions import Key
from .scoping import restrict

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_check, _seen = fct_control.c, fct_break_dated.c
_KEYS = ("subsidiary", "department", "customer", "project")
_HELD = and_(
    _seen.to_day.is_(None),
    *(
        one.is_not_distinct_from(_check[one.name])
        for one in _seen
        if one.name not in ("from_day", "to_day")
    ),
)
_FAILING = _check.holds.is_(False)
_OPEN = func.count().filter(_FAILING)
_APART = func.coalesce(func.sum(_check.unexplained_base).filter(_FAILING), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one control stands.

    Attributes:
        checks, open: how many checks there are, and how many of them do not hold.
        unexplained: how far apart these are, in the reporting currency.
        since: the day on which the first of them was seen failing; None while nothing fails, or nothing was seen yet.
    """

    checks: int
    open: int
    unexplained: Decimal
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A check that does not hold; amounts as of `fct_control`, its project, customer and subsidiary by name."""

    control: str
    month: Month
    name: str | None
    project_key: int
    subsidiary_key: int
    project: str | None
    customer: str | None
    subsidiary: str | None
    netsuite_id: int | None
    amount: Decimal | None
    against: Decimal | None
    currency: str | None
    unexplained: Decimal | None
    since: date | None


def first_seen(snapshot: Snapshot) -> date | None:
    """The first day on which failing checks were written down: what fails since then may have failed before."""
    query = select(meta_observation.c.first_day).where(meta_observation.c.observation == "breaks")
    with snapshot.engine.connect() as connection:
        return _day(connection.execute(query).scalar())


def standings(
    snapshot: Snapshot, months: Sequence[Month], scope: Scope, where: Mapping[str, Sequence[Key]]
) -> Mapping[str, Standing]:
    """The controls that were run in these months (of today's: today), by key, as far as the scope reaches."""
    query = (
        select(
            _check.control,
            func.count(),
            _OPEN,
            _APART,
            func.min(_seen.from_day).filter(_FAILING),
        )
        .select_from(fct_control.outerjoin(fct_break_dated, _HELD))
        .group_by(_check.control)
    )
    with snapshot.engine.connect() as connection:
        rows = connection.execute(_within(query, snapshot, months, scope, where)).all()
    return {
        control: Standing(checks=checks, open=open_, unexplained=Decimal(apart), since=_day(since))
        for control, checks, open_, apart, since in rows
    }


def course(
    snapshot: Snapshot, months: Sequence[Month], scope: Scope, where: Mapping[str, Sequence[Key]]
) -> Mapping[str, Mapping[Month, tuple[int, Decimal]]]:
    """Month by month, how many checks of a control do not hold, and how far apart they are; of months it ran in."""
    query = select(_check.control, _check.month, _OPEN, _APART)
    query = query.group_by(_check.control, _check.month)
    found: dict[str, dict[Month, tuple[int, Decimal]]] = {}
    with snapshot.engine.connect() as connection:
        for control, month, open_, apart in connection.execute(
            _within(query, snapshot, months, scope, where)
        ):
            found.setdefault(control, {})[Month.from_key(month)] = (open_, Decimal(apart))
    return found


def breaks(
    snapshot: Snapshot,
    months: Sequence[Month],
    scope: Scope,
    where: Mapping[str, Sequence[Key]],
    *,
    most: int,
) -> list[Break]:
    """What does not hold in these months, the widest apart first."""
    told = (
        "control",
        "name",
        "project_key",
        "subsidiary_key",
        "netsuite_id",
        "amount",
        "against",
        "currency",
    )
    query = (
        select(
            *(_check[name] for name in told),
            _check.month,
            _check.unexplained_base,
            _seen.from_day,
            func.concat_ws(" ", dim_project.c.code, dim_project.c.name).label("project"),
            dim_customer.c.name.label("customer"),
            dim_subsidiary.c.name.label("subsidiary"),
        )
        .select_from(
            fct_control.outerjoin(fct_break_dated, _HELD)
            .outerjoin(dim_project, and_(dim_project.c.project_key == _check.project_key, _check.project_key > 0))
            .outerjoin(dim_customer, and_(dim_customer.c.customer_key == _check.customer_key, _check.customer_key > 0))
            .outerjoin(dim_subsidiary, and_(dim_subsidiary.c.subsidiary_key == _check.subsidiary_key,
                                            _check.subsidiary_key > 0))
        )
        .where(_FAILING)
        .order_by(_check.unexplained_base.desc().nulls_last(), _check.month.desc(), _check.control,
                  _check.project_key, _check.name)
        .limit(most)
    )  # fmt: skip
    with snapshot.engine.connect() as connection:
        rows = connection.execute(_within(query, snapshot, months, scope, where)).mappings().all()
    return [
        Break(
            **{name: row[name] for name in told},
            month=Month.from_key(row["month"]),
            unexplained=row["unexplained_base"],
            since=_day(row["from_day"]),
            project=row["project"] or None,
            customer=row["customer"],
            subsidiary=row["subsidiary"],
        )
        for row in rows
    ]


def _within(
    query: Select[Any],
    snapshot: Snapshot,
    months: Sequence[Month],
    scope: Scope,
    where: Mapping[str, Sequence[Key]],
) -> Select[Any]:
    columns: dict[str, ColumnElement[Any]] = {name: _check[f"{name}_key"] for name in _KEYS}
    chosen = [columns[name].in_(keys) for name, keys in where.items() if name in columns]
    of_today = [key for key, one in CONTROLS.items() if one.is_of_today]
    asked = or_(
        _check.month.in_([month.key for month in months]),
        and_(_check.control.in_(of_today), _check.month == Month.of(snapshot.today).key),
    )
    return query.where(asked, *chosen, *restrict(scope, **columns))


def _day(key: int | None) -> date | None:
    return day_of(key) if key else None
