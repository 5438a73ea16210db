"""NetSuite: the people and the time exported to it."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

EMPLOYEE = Entity(
    key="netsuite__employee",
    title="Employees",
    area="staffing",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="employee",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "entityid": Field(source="entityid", kind=Kind.TEXT, required=True),
        "firstname": Field(source="firstname", kind=Kind.TEXT),
        "lastname": Field(source="lastname", kind=Kind.TEXT),
        "email": Field(source="email", kind=Kind.TEXT),
        "department": Field(source="department", kind=Kind.ID),
        "subsidiary": Field(source="subsidiary", kind=Kind.ID),
        "supervisor": Field(source="supervisor", kind=Kind.ID),
        "hiredate": Field(source="hiredate", kind=Kind.DATE),
        "releasedate": Field(source="releasedate", kind=Kind.DATE),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="employee",
)

TIMEBILL = Entity(
    key="netsuite__timebill",
    title="Time bills",
    area="staffing",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="timebill",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "employee": Field(source="employee", kind=Kind.ID, required=True),
        "customer": Field(source="customer", kind=Kind.ID),
        "item": Field(source="item", kind=Kind.ID),
        "department": Field(source="department", kind=Kind.ID),
        "subsidiary": Field(source="subsidiary", kind=Kind.ID),
        "hours": Field(source="hours", kind=Kind.DECIMAL, required=True),
        "isbillable": Field(source="isbillable", kind=Kind.FLAG),
        "trandate": Field(source="trandate", kind=Kind.DATE, required=True),
        "approvalstatus": Field(source="approvalstatus", kind=Kind.TEXT),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    dated="trandate",
    deletions="timebill",
    measures=("hours",),
)
