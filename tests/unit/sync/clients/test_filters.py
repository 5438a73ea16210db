"""What the configuration narrows an entity to is all that is read, however the source can be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sync.entities import ENTITIES
from sync.entities.condition import Compared, Condition
from sync.selection.filters import words_of
from sync.source import Window

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
ALL = Window(modified_to=NOW)
TRANSACTION = ENTITIES["netsuite__transaction"]
LINE = ENTITIES["netsuite__transactionline"]
TIME = ENTITIES["suiteprojects__time_entry"]
CHARGE = ENTITIES["suiteprojects__charge"]


def narrowed(entity, **words):
    known = words_of(entity, ENTITIES)
    conditions = [
        replace(known[word], since=value)
        if isinstance(value, date)
        else replace(known[word], values=tuple(value))
        for word, value in words.items()
    ]
    return replace(entity, conditions=tuple(conditions))


def ids(source, entity, column="id"):
    found, after = [], None
    while True:
        page = source.page(entity, ALL, after)
        found += [int(record[column]) for record in page.records]
        if page.position is None:
            return found
        after = page.position


def put_lines_in_subsidiaries(system):
    for key, row in system.tables["transactionline"].rows.items():
        system.load("transactionline", [row | {"subsidiary": key[0] - 500}])


def test_netsuite_is_asked_for_what_was_chosen_alone(netsuite):
    source = netsuite().source

    recent = narrowed(TRANSACTION, **{"from": date(2026, 2, 1)})
    assert ids(source, recent) == [502, 503]
    assert ids(source, narrowed(TRANSACTION, types=["CustInvc"])) == [501, 502, 503]
    assert ids(source, narrowed(TRANSACTION, types=["O'Brien"])) == []


def test_transactions_are_chosen_by_the_subsidiary_of_their_lines_and_their_lines_follow(netsuite):
    connected = netsuite()
    put_lines_in_subsidiaries(connected.system)
    chosen = narrowed(TRANSACTION, subsidiaries=[2, 3])
    lines = replace(LINE, owner_conditions=chosen.conditions)

    assert ids(connected.source, chosen) == [502, 503]
    assert set(ids(connected.source, lines, "transaction")) == {502, 503}


def test_a_column_that_is_left_out_is_not_asked_for(netsuite):
    connected = netsuite()
    page = connected.source.page(replace(TRANSACTION, left_out=frozenset({"tranid"})), ALL, None)

    assert page.records
    assert not any("tranid" in record for record in page.records)


def test_a_list_by_rest_is_asked_for_what_was_chosen(suiteprojects):
    connected = suiteprojects()
    chosen = narrowed(TIME, **{"from": date(2026, 2, 1)}, projects=[11])

    found = ids(connected.source, chosen)
    assert found
    assert found[0] == min(
        key[0]
        for key, row in connected.system.tables["Task"].rows.items()
        if row["date"] >= date(2026, 2, 1)
    )
    assert ids(connected.source, narrowed(TIME, projects=[12])) == []


def test_a_list_whose_filter_is_refused_is_read_whole_and_judged_here(suiteprojects):
    connected = suiteprojects(not_queryable=frozenset({"Task.projectid"}))

    assert len(ids(connected.source, narrowed(TIME, projects=[11]))) == 2300
    assert ids(connected.source, narrowed(TIME, projects=[12])) == []
    assert connected.source.totals(narrowed(TIME, projects=[12]), Window()) is None


def test_xml_is_asked_by_days_and_the_rest_is_judged_here(suiteprojects):
    connected = suiteprojects()
    for key, row in list(connected.system.tables["Slip"].rows.items()):
        connected.system.put("Slip", row | {"projectid": key[0] % 3})

    chosen = narrowed(CHARGE, **{"from": date(2025, 6, 1)}, projects=[1])
    found = ids(connected.source, chosen)
    assert found
    assert {number % 3 for number in found} == {1}
    assert "newer-than" in connected.wire.asked[-1].get_data(as_text=True)


def test_a_value_is_never_more_than_a_value(suiteprojects, netsuite):
    trap = Condition(
        column="notes", source="notes", compared=Compared.TEXT, values=("' OR id BETWEEN [1,9]",)
    )

    assert ids(suiteprojects().source, replace(TIME, conditions=(trap,))) == []
    assert ids(netsuite().source, narrowed(TRANSACTION, types=["' OR '1'='1"])) == []
