"""NetSuite: currencies and what they are worth."""

from __future__ import annotations

from ..entity import Entity, Field, History, Kind, Surface, System

CURRENCY = Entity(
    key="netsuite__currency",
    title="Currencies",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="currency",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "symbol": Field(source="symbol", kind=Kind.TEXT, required=True),
        "name": Field(source="name", kind=Kind.TEXT),
        "isbasecurrency": Field(source="isbasecurrency", kind=Kind.FLAG),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
    },
    group="reference",
)

CONSOLIDATEDEXCHANGERATE = Entity(
    key="netsuite__consolidatedexchangerate",
    title="Consolidated exchange rates",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="consolidatedexchangerate",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "postingperiod": Field(source="postingperiod", kind=Kind.ID, required=True),
        "fromsubsidiary": Field(source="fromsubsidiary", kind=Kind.ID, required=True),
        "tosubsidiary": Field(source="tosubsidiary", kind=Kind.ID, required=True),
        "fromcurrency": Field(source="fromcurrency", kind=Kind.ID),
        "tocurrency": Field(source="tocurrency", kind=Kind.ID),
        "accountingbook": Field(source="accountingbook", kind=Kind.ID),
        "currentrate": Field(source="currentrate", kind=Kind.RATE),
        "averagerate": Field(source="averagerate", kind=Kind.RATE),
        "historicalrate": Field(source="historicalrate", kind=Kind.RATE),
    },
    history=History(),
    group="reference",
)

CURRENCYRATE = Entity(
    key="netsuite__currencyrate",
    title="Exchange rates",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="currencyrate",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "basecurrency": Field(source="basecurrency", kind=Kind.ID, required=True),
        "transactioncurrency": Field(source="transactioncurrency", kind=Kind.ID, required=True),
        "exchangerate": Field(source="exchangerate", kind=Kind.RATE, required=True),
        "effectivedate": Field(source="effectivedate", kind=Kind.DATE, required=True),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    history=History(),
    group="reference",
)
