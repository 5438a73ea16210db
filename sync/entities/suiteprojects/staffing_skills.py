"""SuiteProjects Pro: what people can do beside their job."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

RESOURCE_PROFILE_TYPE = Entity(
    key="suiteprojects__resource_profile_type",
    title="Skills and job roles",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Resourceprofile_type",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "type": Field(source="type", kind=Kind.TEXT, required=True),
        "is_active": Field(source="active", kind=Kind.FLAG),
        "external_id": Field(source="externalid", kind=Kind.TEXT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Resourceprofile_type",
    group="reference",
)

RESOURCE_PROFILE = Entity(
    key="suiteprojects__resource_profile",
    title="Skills of people",
    area="staffing",
    system=System.SUITEPROJECTS,
    surface=Surface.XML,
    resource="Resourceprofile",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "user_id": Field(source="userid", kind=Kind.ID, required=True),
        "resource_profile_type_id": Field(
            source="resourceprofile_typeid", kind=Kind.ID, required=True
        ),
        "type": Field(source="type", kind=Kind.TEXT),
        "attribute_id": Field(source="attributeid", kind=Kind.ID),
        "external_id": Field(source="externalid", kind=Kind.TEXT),
        "updated": Field(source="updated", kind=Kind.INSTANT),
    },
    modified="updated",
    deletions="Resourceprofile",
    group="reference",
)
