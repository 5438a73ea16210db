"""NetSuite: the projects, and the parts of the group that do them."""

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
        "fullname": Field(source="fullname", kind=Kind.TEXT),
        "parent": Field(source="parent", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.ID),
        "country": Field(source="country", kind=Kind.TEXT),
        "fiscalcalendar": Field(source="fiscalcalendar", kind=Kind.ID),
        "iselimination": Field(source="iselimination", kind=Kind.FLAG),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    group="reference",
    is_member=True,
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
    group="reference",
    is_member=True,
)

LOCATION = Entity(
    key="netsuite__location",
    title="Locations",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="location",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "fullname": Field(source="fullname", kind=Kind.TEXT),
        "parent": Field(source="parent", kind=Kind.ID),
        "subsidiary": Field(source="subsidiary", kind=Kind.TEXT),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    group="reference",
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
        "parent": Field(source="parent", kind=Kind.ID),
        "customer": Field(source="customer", kind=Kind.ID),
        "entitystatus": Field(source="entitystatus", kind=Kind.ID),
        "jobtype": Field(source="jobtype", kind=Kind.ID),
        "jobbillingtype": Field(source="jobbillingtype", kind=Kind.TEXT),
        "currency": Field(source="currency", kind=Kind.ID),
        "projectmanager": Field(source="projectmanager", kind=Kind.ID),
        "startdate": Field(source="startdate", kind=Kind.DATE),
        "enddate": Field(source="enddate", kind=Kind.DATE),
        "projectedenddate": Field(source="projectedenddate", kind=Kind.DATE),
        "percentcomplete": Field(source="percentcomplete", kind=Kind.RATE),
        "estimatedtime": Field(source="estimatedtime", kind=Kind.DECIMAL),
        "actualtime": Field(source="actualtime", kind=Kind.DECIMAL),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "datecreated": Field(source="datecreated", kind=Kind.INSTANT),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="job",
    history=History(created="datecreated"),
    brings={"customer": "netsuite__customer"},
    is_member=True,
)

JOBTYPE = Entity(
    key="netsuite__jobtype",
    title="Kinds of project",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="jobtype",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
    },
    group="reference",
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
    belongs_to={"entity": "netsuite__job"},
)

PROJECTTASK = Entity(
    key="netsuite__projecttask",
    title="Project tasks",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="projecttask",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "project": Field(source="project", kind=Kind.ID, required=True),
        "title": Field(source="title", kind=Kind.TEXT, required=True),
        "estimatedwork": Field(source="estimatedwork", kind=Kind.DECIMAL),
        "actualwork": Field(source="actualwork", kind=Kind.DECIMAL),
        "status": Field(source="status", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="projecttask",
    measures=("estimatedwork",),
    belongs_to={"project": "netsuite__job"},
)
