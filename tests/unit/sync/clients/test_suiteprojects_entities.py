"""Every kind of record of SuiteProjects Pro comes through the wire with every field it is declared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

import pytest

from models.errors import NotOfferedError
from sync.engine.parse import Unusable, parser_of
from sync.entities import ENTITIES
from sync.entities.entity import Surface, System
from sync.sandbox.suiteprojects.names import RESOURCES, rest_name
from sync.sandbox.system import SourceSystem
from sync.sandbox.world import World
from sync.source import Window

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
ROWS = 60
OURS = [entity for entity in ENTITIES.values() if entity.system is System.SUITEPROJECTS]


def datatype(entity):
    rest = entity.surface is Surface.REST
    return RESOURCES[entity.resource].datatype if rest else entity.resource


@pytest.fixture(scope="module")
def firm():
    """The last rows of every table of an invented firm."""
    whole = World(11, today=date(2026, 3, 31)).suiteprojects
    tables = [
        replace(table, rows=dict(islice(reversed(table.rows.items()), ROWS)))
        for table in whole.tables.values()
    ]
    return SourceSystem("suiteprojects", tables)


@pytest.fixture
def own_firm(firm):
    """The same rows, which a test may change."""
    tables = [replace(table, rows=dict(table.rows), deleted={}) for table in firm.tables.values()]
    return SourceSystem("suiteprojects", tables)


def held(value):
    """A value as a source gives it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def as_held(entity, table):
    """The firm's own rows of an entity, under the names that its fields have."""
    rest = entity.surface is Surface.REST
    names = {
        column: rest_name(table.name, column) if rest and not column.endswith("__c") else column
        for column in table.columns
    }
    for row in table.rows.values():
        yield {name: held(row.get(column)) for column, name in names.items()}


def test_every_field_of_every_kind_of_record_arrives_as_it_is_held(suiteprojects, firm):
    source = suiteprojects(system=firm).source
    for entity in OURS:
        parse = parser_of(entity).parse
        arrived = {parse(record)[: len(entity.fields)] for record in
                   source.page(entity, Window(), None).records}  # fmt: skip
        wanted = as_held(entity, firm.tables[datatype(entity)])
        assert arrived == {parse(record)[: len(entity.fields)] for record in wanted}, entity.key


def test_every_record_of_every_kind_arrives_and_can_be_used(suiteprojects, firm):
    source = suiteprojects(system=firm).source
    for entity in OURS:
        records = source.page(entity, Window(), None).records
        parsed = [parser_of(entity).parse(record) for record in records]
        assert not [bad for bad in parsed if isinstance(bad, Unusable)], entity.key
        rows = firm.tables[datatype(entity)].rows.values()
        assert {str(it["id"]) for it in records} == {str(row["id"]) for row in rows}, entity.key


def test_what_is_deleted_is_told_of_every_kind_and_not_listed_any_more(suiteprojects, own_firm):
    connected = suiteprojects(system=own_firm)
    deletable = [entity for entity in OURS if entity.deletions is not None]
    gone = {it.key: next(iter(own_firm.tables[it.deletions].rows)) for it in deletable}
    for entity in deletable:
        own_firm.remove(entity.deletions, gone[entity.key], NOW - timedelta(hours=1))
    connected.source.begin_run()
    for entity in deletable:
        found = connected.source.deletions(entity, NOW - timedelta(hours=2))
        told = [(it.identity, it.at) for it in found]
        assert told == [(gone[entity.key], NOW - timedelta(hours=1))], entity.key
        listed = connected.source.page(entity, Window(), None).records
        assert len(listed) == len(own_firm.tables[entity.deletions].rows), entity.key
        assert gone[entity.key][0] not in {int(record["id"]) for record in listed}, entity.key


def test_a_switched_off_feature_is_not_offered_and_stops_nothing_else(suiteprojects, firm):
    off = frozenset(datatype(entity) for entity in OURS) - {"Invoice", "Project"}
    source = suiteprojects(system=firm, datatypes_off=off).source
    for entity in OURS:
        if datatype(entity) in off:
            with pytest.raises(NotOfferedError):
                source.page(entity, Window(), None)
        else:
            assert source.page(entity, Window(), None).records


def test_records_without_an_id_get_one_from_what_they_are(suiteprojects, firm):
    source = suiteprojects(system=firm).source
    rates = source.page(ENTITIES["suiteprojects__currency_rate"], Window(), None).records
    assert all(rate["id"] == f"{rate['date']}|{rate['csymbol']}" for rate in rates)
    currencies = source.page(ENTITIES["suiteprojects__currency"], Window(), None).records
    assert {it["id"] for it in currencies} == {"USD", "EUR", "GBP", "CHF"}


def test_more_records_without_an_id_than_a_page_holds_are_read_once_each(suiteprojects, read_all):
    connected = suiteprojects()
    first = date(2020, 1, 1)
    connected.system.load(
        "Currencyrate",
        (
            {"id": f"{day}|{symbol}", "csymbol": symbol, "crate": 1, "date": day}
            for number in range(800)
            for day in [first + timedelta(days=number)]
            for symbol in ("CHF", "EUR", "GBP")
        ),
    )
    pages = read_all(connected.source, "suiteprojects__currency_rate", Window())
    ids = [record["id"] for page in pages for record in page.records]
    assert len(ids) == len(set(ids)) == 2400
    assert ids == sorted(ids)


def test_a_record_without_an_id_can_be_asked_for_and_listed_by_what_stands_for_it(
    suiteprojects, firm
):
    source, entity = suiteprojects(system=firm).source, ENTITIES["suiteprojects__currency_rate"]
    keys = [it.identity for it in source.keys(entity, Window(), None).keys]
    assert keys == sorted(keys)
    [rate] = source.by_id(entity, [keys[0]]).records
    assert (rate["id"],) == keys[0]
    assert rate["crate"]
