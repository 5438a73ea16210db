"""NetSuite: budgets, by account and part of the group, month by month."""

from __future__ import annotations

from ..entity import Entity, Field, History, Kind, Surface, System

BUDGETCATEGORY = Entity(
    key="netsuite__budgetcategory",
    title="Budget categories",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="budgetcategory",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
    },
    group="reference",
)

BUDGETS = Entity(
    key="netsuite__budgets",
    title="Budgets",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="budgets",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "account": Field(source="account", kind=Kind.ID, required=True),
        "category": Field(source="category", kind=Kind.ID),
        "department": Field(source="department", kind=Kind.ID),
        "class": Field(source="class", kind=Kind.ID),
        "location": Field(source="location", kind=Kind.ID),
        "subsidiary": Field(source="subsidiary", kind=Kind.ID),
        "year": Field(source="year", kind=Kind.ID, required=True),
        "total": Field(source="total", kind=Kind.DECIMAL),
    },
    history=History(),
    measures=("total",),
    group="reference",
)

BUDGETSMACHINE = Entity(
    key="netsuite__budgetsmachine",
    title="Months of budgets",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="budgetsmachine",
    identity=("budget", "period"),
    fields={
        "budget": Field(source="budget", kind=Kind.ID, required=True),
        "period": Field(source="period", kind=Kind.ID, required=True),
        "amount": Field(source="amount", kind=Kind.DECIMAL),
    },
    history=History(),
    measures=("amount",),
    group="reference",
)
