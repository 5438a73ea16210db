"""Both systems tell which custom fields their records have, and serve them like any other field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from werkzeug.wrappers import Response

from models.errors import FieldRefusedError, NotOfferedError, SourceContractError
from sync.entities import ENTITIES
from sync.entities.entity import Field, Kind
from sync.sandbox.fields import add_field, allow_field, drop_field, forbid_field
from sync.sandbox.system import CustomField, SourceTable
from sync.source import SourceField, Window

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
ALL = Window(modified_to=NOW)
CUSTOMER, LINE = ENTITIES["netsuite__customer"], ENTITIES["netsuite__transactionline"]
TRANSACTION = ENTITIES["netsuite__transaction"]
ENTRY, CHARGE = ENTITIES["suiteprojects__time_entry"], ENTITIES["suiteprojects__charge"]
DATATYPE = {ENTRY.key: "Task", CHARGE.key: "Slip"}
both = pytest.mark.parametrize("entity", [ENTRY, CHARGE], ids=lambda entity: entity.key)


def with_custom(entity, fields):
    """The entity with custom fields beside its own."""
    more = {field.name: Field(source=field.name, kind=field.kind) for field in fields}
    return replace(entity, fields=entity.fields | more)


def field(table, name, type_="text", **more):
    return CustomField(table=table, name=name, type=type_, label=name.title(), **more)


def listed(connected):
    """An account of SuiteProjects Pro that lists its custom fields."""
    columns = ("id", "association", "name", "title", "type", "decpos", "active", "required")
    connected.system.tables["CustField"] = SourceTable("CustField", ("id",), columns, None)
    connected.system.shape += 1
    return connected


# ---------------------------------------------------------------- NetSuite


def test_netsuite_tells_custom_fields_with_their_types(netsuite):
    connected = netsuite()
    types = ("text", "integer", "decimal", "date", "moment", "flag", "list", "several")
    for type_ in types:
        add_field(connected.system, field("customer", f"custentity_{type_}", type_))

    found = {one.name: one for one in connected.source.custom_fields(CUSTOMER)}

    assert {name.removeprefix("custentity_"): one.kind for name, one in found.items()} == {
        "text": Kind.TEXT, "integer": Kind.INTEGER, "decimal": Kind.DECIMAL, "date": Kind.DATE,
        "moment": Kind.INSTANT, "flag": Kind.FLAG, "list": Kind.ID, "several": Kind.TEXT,
    }  # fmt: skip
    assert found["custentity_date"] == SourceField(
        name="custentity_date", type="string (date)", kind=Kind.DATE, label="Custentity_Date"
    )


def test_body_fields_of_every_kind_of_transaction_and_column_fields_of_their_lines(netsuite):
    connected = netsuite()
    system = connected.system
    add_field(system, field("transaction", "custbody_all"))
    add_field(system, field("transaction", "custbody_bill", records=frozenset({"vendorBill"})))
    add_field(system, field("transactionline", "custcol_phase"))

    names = [one.name for one in connected.source.custom_fields(TRANSACTION)]

    assert names == ["custbody_all", "custbody_bill"]
    assert [one.name for one in connected.source.custom_fields(LINE)] == ["custcol_phase"]


def test_netsuites_values_come_in_the_form_of_their_kind(netsuite):
    connected = netsuite()
    for type_, value in {
        "date": date(2026, 2, 3), "moment": datetime(2026, 2, 3, 23, 30, tzinfo=UTC),
        "decimal": Decimal("12.5"), "flag": True,
    }.items():  # fmt: skip
        add_field(connected.system, field("customer", f"custentity_{type_}", type_), {(5,): value})
    asked = with_custom(CUSTOMER, connected.source.custom_fields(CUSTOMER))

    fifth = connected.source.page(asked, ALL, None).records[4]

    assert {name: value for name, value in fifth.items() if name.startswith("cust")} == {
        "custentity_date": "2026-02-03", "custentity_moment": "2026-02-03T23:30:00Z",
        "custentity_decimal": "12.5", "custentity_flag": "T",
    }  # fmt: skip


def test_the_catalog_is_asked_once_a_run(netsuite):
    connected = netsuite()
    connected.source.custom_fields(TRANSACTION)
    asked = len(connected.wire.asked)
    connected.source.custom_fields(LINE)
    assert len(connected.wire.asked) == asked

    add_field(connected.system, field("transactionline", "custcol_new"))
    assert connected.source.custom_fields(LINE) == []
    assert len(connected.source.custom_fields(LINE, fresh=True)) == 1
    connected.source.begin_run()
    connected.source.custom_fields(CUSTOMER)
    assert connected.wire.asked[-1].path.endswith("/metadata-catalog/customer")


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_account_that_hides_its_catalog_is_told_from_a_broken_one(netsuite, status):
    connected = netsuite()
    connected.wire.misbehave(Response("{}", status), on="metadata-catalog")
    with pytest.raises(NotOfferedError, match="REST Web Services"):
        connected.source.custom_fields(CUSTOMER)
    broken = Response("[]", content_type="application/json")
    connected.wire.misbehave(broken, on="metadata-catalog")
    with pytest.raises(SourceContractError):
        connected.source.custom_fields(CUSTOMER, fresh=True)


def test_netsuite_names_the_column_that_it_refuses(netsuite):
    connected = netsuite()
    forbid_field(connected.system, "customer", "companyname")
    with pytest.raises(FieldRefusedError) as refusal:
        connected.source.page(CUSTOMER, ALL, None)
    assert refusal.value.names == ("companyname",)

    allow_field(connected.system, "customer", "companyname")
    assert "companyname" in connected.source.page(CUSTOMER, ALL, None).records[0]


# ---------------------------------------------------------------- SuiteProjects Pro


@both
def test_suiteprojects_tells_custom_fields_with_their_types(suiteprojects, entity):
    connected = listed(suiteprojects())
    table = DATATYPE[entity.key]
    for type_ in ("text", "decimal", "date", "flag", "list"):
        add_field(connected.system, field(table, f"my_{type_}__c", type_))
    add_field(connected.system, field("User", "another__c"))

    found = {one.name: one.kind for one in connected.source.custom_fields(entity)}

    assert found == {
        "my_text__c": Kind.TEXT, "my_decimal__c": Kind.DECIMAL, "my_date__c": Kind.DATE,
        "my_flag__c": Kind.FLAG, "my_list__c": Kind.TEXT,
    }  # fmt: skip


@both
def test_suiteprojects_values_come_under_one_name_from_both_interfaces(suiteprojects, entity):
    connected = listed(suiteprojects())
    table = DATATYPE[entity.key]
    add_field(connected.system, field(table, "phase__c"), {(3,): "Build & run"})
    add_field(connected.system, field(table, "due__c", "date"), {(3,): date(2026, 2, 3)})
    asked = with_custom(entity, connected.source.custom_fields(entity))

    third = connected.source.page(asked, ALL, None).records[2]

    assert (third["phase__c"], third["due__c"]) == ("Build & run", "2026-02-03")


def test_rest_names_the_field_that_it_refuses_and_xml_only_says_that_it_does(suiteprojects):
    connected = listed(suiteprojects())
    for table in ("Task", "Slip"):
        add_field(connected.system, field(table, "phase__c"))
    asked = {
        entity.key: with_custom(entity, connected.source.custom_fields(entity))
        for entity in (ENTRY, CHARGE)
    }
    for table in ("Task", "Slip"):
        drop_field(connected.system, table, "phase__c")
    named = {}
    for key, entity in asked.items():
        with pytest.raises(FieldRefusedError) as refusal:
            connected.source.page(entity, ALL, None)
        named[key] = refusal.value.names
    assert named == {ENTRY.key: ("phase__c",), CHARGE.key: ()}


def test_a_list_of_more_fields_than_one_page_is_read_to_its_end(suiteprojects):
    connected = listed(suiteprojects())
    rows = [
        {"id": number, "association": "Slip", "name": f"f{number:04d}", "active": number != 7}
        for number in range(1, 1206)
    ]
    connected.system.load("CustField", rows)

    names = [one.name for one in connected.source.custom_fields(CHARGE)]

    assert names == [f"f{number:04d}__c" for number in range(1, 1206) if number != 7]
