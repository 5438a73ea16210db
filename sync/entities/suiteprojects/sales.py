"""SuiteProjects Pro: what customers ordered."""

from __future__ import annotations

from ..entity import Entity, Field, History, Kind, Surface, System

CUSTOMER_PO = Entity(
    key="suiteprojects__customer_po",
    title="Customer purchase orders",
    area="sales",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Customerpo",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "number": Field(source="number", kind=Kind.TEXT, required=True),
        "name": Field(source="name", kind=Kind.TEXT),
        "date": Field(source="date", kind=Kind.DATE),
        "accounting_date": Field(source="acct_date", kind=Kind.DATE),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.TEXT, required=True),
        "total": Field(source="total", kind=Kind.DECIMAL, required=True),
        "is_active": Field(source="active", kind=Kind.FLAG),
        "external_id": Field(source="externalid", kind=Kind.TEXT),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Customerpo",
    history=History(),
    measures=("total",),
)

CUSTOMER_PO_PROJECT = Entity(
    key="suiteprojects__customer_po_project",
    title="Purchase orders of projects",
    area="sales",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Customerpo_to_project",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "customer_po_id": Field(source="customerpoid", kind=Kind.ID, required=True),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "project_id": Field(source="projectid", kind=Kind.ID, required=True),
        "is_active": Field(source="active", kind=Kind.FLAG),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Customerpo_to_project",
    history=History(),
    brings={"customer_po_id": "suiteprojects__customer_po"},
)
