"""NetSuite: which transaction follows which, and which payment settles which invoice."""

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
)
