"""NetSuite: the chart of accounts, the calendar of the books, and what is sold."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

FISCALCALENDAR = Entity(
    key="netsuite__fiscalcalendar",
    title="Fiscal calendars",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="fiscalcalendar",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "fiscalmonth": Field(source="fiscalmonth", kind=Kind.TEXT),
        "isdefault": Field(source="isdefault", kind=Kind.FLAG),
    },
    group="reference",
)

ACCOUNTINGPERIOD = Entity(
    key="netsuite__accountingperiod",
    title="Accounting periods",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="accountingperiod",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "periodname": Field(source="periodname", kind=Kind.TEXT, required=True),
        "startdate": Field(source="startdate", kind=Kind.DATE, required=True),
        "enddate": Field(source="enddate", kind=Kind.DATE, required=True),
        "parent": Field(source="parent", kind=Kind.ID),
        "isposting": Field(source="isposting", kind=Kind.FLAG),
        "isquarter": Field(source="isquarter", kind=Kind.FLAG),
        "isyear": Field(source="isyear", kind=Kind.FLAG),
        "isadjust": Field(source="isadjust", kind=Kind.FLAG),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "closed": Field(source="closed", kind=Kind.FLAG),
        "closedondate": Field(source="closedondate", kind=Kind.DATE),
        "alllocked": Field(source="alllocked", kind=Kind.FLAG),
        "arlocked": Field(source="arlocked", kind=Kind.FLAG),
        "aplocked": Field(source="aplocked", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    group="reference",
)

ACCOUNTINGPERIODFISCALCALENDARS = Entity(
    key="netsuite__accountingperiodfiscalcalendars",
    title="Periods of fiscal calendars",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="accountingperiodfiscalcalendars",
    identity=("accountingperiod", "fiscalcalendar"),
    fields={
        "accountingperiod": Field(source="accountingperiod", kind=Kind.ID, required=True),
        "fiscalcalendar": Field(source="fiscalcalendar", kind=Kind.ID, required=True),
        "parent": Field(source="parent", kind=Kind.ID),
        "fullname": Field(source="fullname", kind=Kind.TEXT),
    },
    group="reference",
)

ACCOUNTINGBOOK = Entity(
    key="netsuite__accountingbook",
    title="Accounting books",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="accountingbook",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "isprimary": Field(source="isprimary", kind=Kind.FLAG),
        "isadjustmentonly": Field(source="isadjustmentonly", kind=Kind.FLAG),
        "isconsolidated": Field(source="isconsolidated", kind=Kind.FLAG),
    },
    group="reference",
)

ACCOUNT = Entity(
    key="netsuite__account",
    title="Accounts",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="account",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "acctnumber": Field(source="acctnumber", kind=Kind.TEXT),
        "accountsearchdisplayname": Field(source="accountsearchdisplayname", kind=Kind.TEXT),
        "fullname": Field(source="fullname", kind=Kind.TEXT, required=True),
        "accttype": Field(source="accttype", kind=Kind.TEXT, required=True),
        "parent": Field(source="parent", kind=Kind.ID),
        "currency": Field(source="currency", kind=Kind.ID),
        "generalrate": Field(source="generalrate", kind=Kind.TEXT),
        "cashflowrate": Field(source="cashflowrate", kind=Kind.TEXT),
        "eliminate": Field(source="eliminate", kind=Kind.FLAG),
        "sspecacct": Field(source="sspecacct", kind=Kind.TEXT),
        "issummary": Field(source="issummary", kind=Kind.FLAG),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    group="reference",
    is_member=True,
)

CLASSIFICATION = Entity(
    key="netsuite__classification",
    title="Classes",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="classification",
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
)

ITEM = Entity(
    key="netsuite__item",
    title="Items",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="item",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "itemid": Field(source="itemid", kind=Kind.TEXT, required=True),
        "displayname": Field(source="displayname", kind=Kind.TEXT),
        "fullname": Field(source="fullname", kind=Kind.TEXT),
        "itemtype": Field(source="itemtype", kind=Kind.TEXT),
        "subtype": Field(source="subtype", kind=Kind.TEXT),
        "parent": Field(source="parent", kind=Kind.ID),
        "department": Field(source="department", kind=Kind.ID),
        "class": Field(source="class", kind=Kind.ID),
        "location": Field(source="location", kind=Kind.ID),
        "incomeaccount": Field(source="incomeaccount", kind=Kind.ID),
        "expenseaccount": Field(source="expenseaccount", kind=Kind.ID),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
        "createddate": Field(source="createddate", kind=Kind.INSTANT),
        "externalid": Field(source="externalid", kind=Kind.TEXT),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    deletions="item",
    is_member=True,
)

EXPENSECATEGORY = Entity(
    key="netsuite__expensecategory",
    title="Expense categories",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="expensecategory",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
    },
    group="reference",
)
