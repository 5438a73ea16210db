"""SuiteProjects Pro: what may be sold, and whom it would take when."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

DEAL = Entity(
    key="suiteprojects__deal",
    title="Deals",
    area="sales",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Deal",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "owner_id": Field(source="userid", kind=Kind.ID),
        "status": Field(source="status", kind=Kind.TEXT),
        "stage": Field(source="stage", kind=Kind.TEXT),
        "rating": Field(source="rating", kind=Kind.TEXT),
        "opened": Field(source="opened", kind=Kind.DATE),
        "closed": Field(source="closed", kind=Kind.DATE),
        "is_active": Field(source="active", kind=Kind.FLAG),
        "netsuite_id": Field(source="netsuite_opportunity_id__c", kind=Kind.ID),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Deal",
)

ESTIMATE = Entity(
    key="suiteprojects__estimate",
    title="Estimates of deals",
    area="sales",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Estimate",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "deal_id": Field(source="dealid", kind=Kind.ID),
        "customer_id": Field(source="customerid", kind=Kind.ID),
        "name": Field(source="name", kind=Kind.TEXT),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Estimate",
    brings={"deal_id": "suiteprojects__deal"},
)

ESTIMATE_PHASE = Entity(
    key="suiteprojects__estimate_phase",
    title="Phases of estimates",
    area="sales",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Estimatephase",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "estimate_id": Field(source="estimateid", kind=Kind.ID),
        "name": Field(source="name", kind=Kind.TEXT),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Estimatephase",
)

ESTIMATE_LABOR = Entity(
    key="suiteprojects__estimate_labor",
    title="People in estimates",
    area="sales",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Estimatelabor",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "estimate_id": Field(source="estimateid", kind=Kind.ID, required=True),
        "phase_id": Field(source="phaseid", kind=Kind.ID),
        "user_id": Field(source="userid", kind=Kind.ID),
        "amount": Field(source="amount", kind=Kind.DECIMAL),
        "is_percentage": Field(source="amount_type", kind=Kind.FLAG),
        "start_date": Field(source="start_date", kind=Kind.DATE),
        "end_date": Field(source="end_date", kind=Kind.DATE),
        "bill_rate": Field(source="billing_rate", kind=Kind.DECIMAL),
        "loaded_cost": Field(source="loaded_cost", kind=Kind.DECIMAL),
        "description": Field(source="description", kind=Kind.TEXT),
        "created": Field(source="created", kind=Kind.INSTANT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Estimatelabor",
    measures=("amount",),
    brings={"estimate_id": "suiteprojects__estimate"},
)
