"""Custom fields of both systems, and the values that records have in them, by their types."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Numeric, String, Table

from .conformed import SNAPSHOT

custom_field = Table(  # one row a field of an entity
    "custom_field",
    SNAPSHOT,
    Column("entity", String),  # e.g. netsuite__transaction
    Column("field", String),  # the source's name: custbody_region, region__c
    Column("label", String),
    Column("kind", String),  # text, id, integer, decimal, date, instant, flag
    Column("source_type", String),  # the source's word
    Column("state", String),  # present | gone | forbidden: values stay in all three
)

custom_value = Table(  # one row a value; a record without one has no row
    "custom_value",
    SNAPSHOT,
    Column("entity", String),
    Column("record_id", String),  # the record's id in its system; several columns joined by |
    Column("field", String),
    Column("kind", String),
    Column("text_value", String),  # as it came, always
    Column("number_value", Numeric(28, 6)),  # of numbers; 1 and 0 of flags
    Column("date_value", DateTime),  # of dates and instants (UTC)
)
