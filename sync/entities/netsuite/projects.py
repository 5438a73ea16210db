"""NetSuite: who we work for, on what, in which part of the group."""

from __future__ import annotations

from ..entity import Entity, Field, History, Kind, Surface, System

SUBSIDIARY = Entity(
    key="netsuite__subsidiary",
    title="Subsidiaries",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="subsidiary",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "parent": Field(source="parent", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.ID),
        "iselimination": Field(source="iselimination", kind=Kind.FLAG),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
)

DEPARTMENT = Entity(
    key="netsuite__department",
    title="Departments",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="department",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "fullname": Field(source="fullname", kind=Kind.TEXT),
        "parent": Field(source="parent", kind=Kind.ID),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
)

CUSTOMER = Entity(
    key="netsuite__customer",
    title="Customers",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="customer",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "entityid": Field(source="entityid", kind=Kind.TEXT, required=True),
        "companyname": Field(source="companyname", kind=Kind.TEXT),
        "parent": Field(source="parent", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.ID),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "datecreated": Field(source="datecreated", kind=Kind.INSTANT),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="customer",
)

JOB = Entity(
    key="netsuite__job",
    title="Projects",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="job",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "entityid": Field(source="entityid", kind=Kind.TEXT, required=True),
        "companyname": Field(source="companyname", kind=Kind.TEXT),
        "customer": Field(source="customer", kind=Kind.ID),
        "jobtype": Field(source="jobtype", kind=Kind.ID),
        "jobbillingtype": Field(source="jobbillingtype", kind=Kind.TEXT),
        "currency": Field(source="currency", kind=Kind.ID),
        "projectmanager": Field(source="projectmanager", kind=Kind.ID),
        "startdate": Field(source="startdate", kind=Kind.DATE),
        "projectedenddate": Field(source="projectedenddate", kind=Kind.DATE),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="job",
    history=History(),
)

PROJECTSUBSIDIARYRELATIONSHIP = Entity(
    key="netsuite__projectsubsidiaryrelationship",
    title="Subsidiaries of projects",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="projectsubsidiaryrelationship",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "entity": Field(source="entity", kind=Kind.ID, required=True),
        "subsidiary": Field(source="subsidiary", kind=Kind.ID, required=True),
        "isprimarysub": Field(source="isprimarysub", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
)
