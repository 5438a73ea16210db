"""NetSuite: which transaction follows which, which payment settles which invoice, and when it is due."""

from __future__ import annotations

from ..entity import Entity, Field, Kind, Surface, System

NEXTTRANSACTIONLINELINK = Entity(
    key="netsuite__nexttransactionlinelink",
    title="Links between transactions",
    area="billing",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="nexttransactionlinelink",
    identity=("previousdoc", "previousline", "nextdoc", "nextline", "linktype"),
    fields={
        "previousdoc": Field(source="previousdoc", kind=Kind.ID, required=True),
        "previousline": Field(source="previousline", kind=Kind.ID, required=True),
        "nextdoc": Field(source="nextdoc", kind=Kind.ID, required=True),
        "nextline": Field(source="nextline", kind=Kind.ID, required=True),
        "linktype": Field(source="linktype", kind=Kind.TEXT, required=True),
        "previoustype": Field(source="previoustype", kind=Kind.TEXT),
        "nexttype": Field(source="nexttype", kind=Kind.TEXT),
        "foreignamount": Field(source="foreignamount", kind=Kind.DECIMAL),
        "lastmodifieddate": Field(source="lastmodifieddate", kind=Kind.INSTANT),
    },
    modified="lastmodifieddate",
    parent="netsuite__transaction",
    parent_key="nextdoc",
    measures=("foreignamount",),
    group="frequent",
    belongs_to={"previousdoc": "netsuite__transaction"},
)

TERM = Entity(
    key="netsuite__term",
    title="Terms of payment",
    area="billing",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="term",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "name": Field(source="name", kind=Kind.TEXT, required=True),
        "daysuntilnetdue": Field(source="daysuntilnetdue", kind=Kind.INTEGER),
        "isinactive": Field(source="isinactive", kind=Kind.FLAG),
    },
    group="reference",
)
