"""NetSuite: who we work for and who we buy from."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

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
        "altname": Field(source="altname", kind=Kind.TEXT),
        "isperson": Field(source="isperson", kind=Kind.FLAG),
        "parent": Field(source="parent", kind=Kind.ID),
        "entitystatus": Field(source="entitystatus", kind=Kind.ID),
        "searchstage": Field(source="searchstage", kind=Kind.TEXT),
        "category": Field(source="category", kind=Kind.ID),
        "salesrep": Field(source="salesrep", kind=Kind.ID),
        "terms": Field(source="terms", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.ID),
        "creditlimit": Field(source="creditlimit", kind=Kind.DECIMAL),
        "email": Field(source="email", kind=Kind.TEXT),
        "phone": Field(source="phone", kind=Kind.TEXT),
        "startdate": Field(source="startdate", kind=Kind.DATE),
        "dateclosed": Field(source="dateclosed", kind=Kind.DATE),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "datecreated": Field(source="datecreated", kind=Kind.INSTANT),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="customer",
    is_member=True,
)

ENTITYSTATUS = Entity(
    key="netsuite__entitystatus",
    title="Stages of customers",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="entitystatus",
    identity=("key",),
    fields={
        "key": Field(source="key", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "inactive": Field(source="inactive", kind=Kind.FLAG),
    },
    group="reference",
)

CUSTOMERCATEGORY = Entity(
    key="netsuite__customercategory",
    title="Kinds of customer",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="customercategory",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
    },
    group="reference",
)

CUSTOMERSUBSIDIARYRELATIONSHIP = Entity(
    key="netsuite__customersubsidiaryrelationship",
    title="Subsidiaries of customers",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="customersubsidiaryrelationship",
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

CONTACT = Entity(
    key="netsuite__contact",
    title="Contacts",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="contact",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "entityid": Field(source="entityid", kind=Kind.TEXT, required=True),
        "firstname": Field(source="firstname", kind=Kind.TEXT),
        "lastname": Field(source="lastname", kind=Kind.TEXT),
        "title": Field(source="title", kind=Kind.TEXT),
        "email": Field(source="email", kind=Kind.TEXT),
        "phone": Field(source="phone", kind=Kind.TEXT),
        "company": Field(source="company", kind=Kind.ID),
        "contactrole": Field(source="contactrole", kind=Kind.ID),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "datecreated": Field(source="datecreated", kind=Kind.INSTANT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="contact",
)

VENDOR = Entity(
    key="netsuite__vendor",
    title="Vendors",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="vendor",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "entityid": Field(source="entityid", kind=Kind.TEXT, required=True),
        "companyname": Field(source="companyname", kind=Kind.TEXT),
        "altname": Field(source="altname", kind=Kind.TEXT),
        "isperson": Field(source="isperson", kind=Kind.FLAG),
        "category": Field(source="category", kind=Kind.ID),
        "terms": Field(source="terms", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.ID),
        "subsidiary": Field(source="subsidiary", kind=Kind.ID),
        "payablesaccount": Field(source="payablesaccount", kind=Kind.ID),
        "isjobresourcevend": Field(source="isjobresourcevend", kind=Kind.FLAG),
        "email": Field(source="email", kind=Kind.TEXT),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "datecreated": Field(source="datecreated", kind=Kind.INSTANT),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="vendor",
)

VENDORCATEGORY = Entity(
    key="netsuite__vendorcategory",
    title="Kinds of vendor",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="vendorcategory",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
    },
    group="reference",
)

VENDORSUBSIDIARYRELATIONSHIP = Entity(
    key="netsuite__vendorsubsidiaryrelationship",
    title="Subsidiaries of vendors",
    area="projects",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="vendorsubsidiaryrelationship",
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
