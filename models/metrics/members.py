"""Who and what there is, within a scope: lists for filters, the head of a project, who signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, or_, select

from ..access import Scope
from ..tables.conformed import (
    UNKNOWN,
    dim_customer,
    dim_department,
    dim_person,
    dim_project,
    dim_subsidiary,
)
from ..tables.staffing import fct_time
from .cache import ANSWERS
from .dimensions import NOT_ASSIGNED
from .scoping import restrict

if TYPE_CHECKING:
    from ..snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of a filter list."""

    key: Any
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the two systems know them."""

    person_key: int
    name: str
    email: str
    role: str | None
    department_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """The head of a project's page."""

    key: int
    code: str | None
    name: str
    kind: str | None
    contract_type: str | None
    stage: str | None
    currency: str | None
    starts_on: date | None
    ends_on: date | None
    budget_hours: Decimal | None
    contract_amount: Decimal | None
    customer_key: int
    customer: str
    department_key: int
    department: str
    subsidiary_key: int
    subsidiary: str
    manager_key: int
    manager: str
    netsuite_id: int | None
    suiteprojects_id: int | None


def departments(snapshot: Snapshot, scope: Scope) -> list[Member]:
    """Return the departments within `scope`: one's own, or those of one's projects."""
    key = dim_department.c.department_key
    conditions = [key.in_(_of_projects(scope, dim_project.c.department_key))]
    if scope.managers is None:
        conditions = [] if scope.departments is None else [key.in_(sorted(scope.departments))]
    return _listed(snapshot, scope, select(key, dim_department.c.name).where(*conditions))


def subsidiaries(snapshot: Snapshot, scope: Scope) -> list[Member]:
    """Return the subsidiaries with projects within `scope`."""
    key = dim_subsidiary.c.subsidiary_key
    query = select(key, dim_subsidiary.c.name)
    if not scope.is_unrestricted:
        query = query.where(key.in_(_of_projects(scope, dim_project.c.subsidiary_key)))
    return _listed(snapshot, scope, query)


def customers(snapshot: Snapshot, scope: Scope) -> list[Member]:
    """Return the customers with projects within `scope`."""
    key = dim_customer.c.customer_key
    query = select(key, dim_customer.c.name)
    if not scope.is_unrestricted:
        query = query.where(key.in_(_of_projects(scope, dim_project.c.customer_key)))
    return _listed(snapshot, scope, query)


def projects(snapshot: Snapshot, scope: Scope) -> list[Member]:
    """Return the projects within `scope`."""
    query = select(dim_project.c.project_key, dim_project.c.name, dim_project.c.code)
    return _listed(snapshot, scope, query.where(*_within(scope)))


def managers(snapshot: Snapshot, scope: Scope) -> list[Member]:
    """Return the people who manage projects within `scope`."""
    key = dim_person.c.person_key
    query = select(key, dim_person.c.name).where(
        key.in_(_of_projects(scope, dim_project.c.manager_key))
    )
    return _listed(snapshot, scope, query)


def managed(snapshot: Snapshot, scope: Scope, who: Sequence[int]) -> list[int]:
    """Return the keys of the projects within `scope` that these people manage."""
    if scope.is_nothing:
        return []
    query = _of_projects(scope, dim_project.c.project_key).where(
        dim_project.c.manager_key.in_(sorted(who)), dim_project.c.project_key != UNKNOWN
    )
    with snapshot.engine.connect() as connection:
        return sorted(connection.execute(query).scalars())


def people(snapshot: Snapshot, scope: Scope) -> list[Member]:
    """Return the people within `scope`: of the department, or who worked on one's projects."""
    key, conditions = dim_person.c.person_key, []
    if scope.departments is not None:
        conditions.append(dim_person.c.department_key.in_(sorted(scope.departments)))
    if scope.managers is not None:
        theirs = _of_projects(Scope(managers=scope.managers), dim_project.c.project_key)
        worked = select(fct_time.c.person_key).where(fct_time.c.project_key.in_(theirs))
        conditions.append(key.in_(worked))
    return _listed(snapshot, scope, select(key, dim_person.c.name).where(*conditions))


def person_by_email(snapshot: Snapshot, email: str) -> Person | None:
    """Return the person with this e-mail address; None if nobody bears it, or more than one."""
    query = select(
        dim_person.c.person_key,
        dim_person.c.name,
        dim_person.c.email,
        dim_person.c.role,
        dim_person.c.department_key,
    ).where(dim_person.c.email == email.strip().lower(), dim_person.c.person_key != UNKNOWN)
    with snapshot.engine.connect() as connection:
        found = connection.execute(query).mappings().all()
    return Person(**found[0]) if len(found) == 1 else None


def has_left(snapshot: Snapshot, email: str) -> bool:
    """Whether the two systems know this e-mail address, but only of people who have left."""
    known = email.strip().lower()
    return ANSWERS.of_snapshot(
        snapshot, ("has left", known, snapshot.today), lambda: _has_left(snapshot, known)
    )


def _has_left(snapshot: Snapshot, email: str) -> bool:
    left = or_(dim_person.c.is_deleted.is_(True), dim_person.c.released_on < snapshot.today)
    query = select(left).where(dim_person.c.email == email, dim_person.c.person_key != UNKNOWN)
    with snapshot.engine.connect() as connection:
        found = connection.execute(query).scalars().all()
    return bool(found) and all(found)


def project_exists(snapshot: Snapshot, key: int) -> bool:
    """Whether there is such a project, whoever may see it."""
    query = select(dim_project.c.project_key).where(
        dim_project.c.project_key == key, dim_project.c.project_key != UNKNOWN
    )
    with snapshot.engine.connect() as connection:
        return connection.execute(query).first() is not None


def project(snapshot: Snapshot, key: int, scope: Scope) -> ProjectFacts | None:
    """Return a project's facts; None outside `scope`, or if there is none (see `project_exists`)."""
    if scope.is_nothing or key == UNKNOWN:
        return None
    query = _facts().where(dim_project.c.project_key == key, *_within(scope))
    with snapshot.engine.connect() as connection:
        found = connection.execute(query).mappings().first()
    if found is None:
        return None
    named = {
        name: found[name] or NOT_ASSIGNED
        for name in ("name", "customer", "department", "subsidiary", "manager")
    }
    return ProjectFacts(**{**found, **named})


def _facts() -> Select[Any]:
    plain = (
        "code",
        "name",
        "kind",
        "contract_type",
        "stage",
        "currency",
        "starts_on",
        "ends_on",
        "budget_hours",
        "contract_amount",
        "customer_key",
        "department_key",
        "subsidiary_key",
        "manager_key",
        "netsuite_id",
        "suiteprojects_id",
    )
    joined = (
        dim_project.outerjoin(
            dim_customer, dim_customer.c.customer_key == dim_project.c.customer_key
        )
        .outerjoin(dim_department, dim_department.c.department_key == dim_project.c.department_key)
        .outerjoin(dim_subsidiary, dim_subsidiary.c.subsidiary_key == dim_project.c.subsidiary_key)
        .outerjoin(dim_person, dim_person.c.person_key == dim_project.c.manager_key)
    )
    return select(
        dim_project.c.project_key.label("key"),
        *(dim_project.c[name] for name in plain),
        dim_customer.c.name.label("customer"),
        dim_department.c.name.label("department"),
        dim_subsidiary.c.name.label("subsidiary"),
        dim_person.c.name.label("manager"),
    ).select_from(joined)


def _within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return restrict(
        scope,
        department=dim_project.c.department_key,
        project=dim_project.c.project_key,
        subsidiary=dim_project.c.subsidiary_key,
        customer=dim_project.c.customer_key,
    )


def _of_projects(scope: Scope, column: ColumnElement[Any]) -> Select[Any]:
    return select(column).where(*_within(scope))


def _listed(snapshot: Snapshot, scope: Scope, query: Select[Any]) -> list[Member]:
    if scope.is_nothing:
        return []
    with snapshot.engine.connect() as connection:
        rows = connection.execute(query).all()
    found = [
        Member(key=row[0], name=row[1] or NOT_ASSIGNED, code=row[2] if len(row) > 2 else None)
        for row in rows
        if row[0] != UNKNOWN
    ]
    return sorted(found, key=lambda member: (member.name.casefold(), member.key))
