"""Both systems tell what the mirror is compared with: keys, single records, counts and sums."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sync.entities import ENTITIES
from sync.source import Window

TIME_ENTRY, CHARGE = ENTITIES["suiteprojects__time_entry"], ENTITIES["suiteprojects__charge"]
LINE, TRANSACTION = ENTITIES["netsuite__transactionline"], ENTITIES["netsuite__transaction"]
FEBRUARY = Window(dated_from=date(2026, 2, 1), dated_before=date(2026, 3, 1))


def all_keys(source, entity, window):
    pages = [source.keys(entity, window, None)]
    while pages[-1].position is not None:
        pages.append(source.keys(entity, window, pages[-1].position))
    return [key for page in pages for key in page.keys]


def test_netsuite_adds_up_by_month_in_one_query(netsuite):
    connected = netsuite()
    found = connected.source.totals(TRANSACTION, Window())
    assert found.by_month
    assert {total.month: (total.rows, total.sums["foreigntotal"]) for total in found.totals} == {
        202506: (1, Decimal("1250.75")),
        202602: (1, Decimal("1250.75")),
        202603: (1, Decimal("1250.75")),
    }
    assert sum("suiteql" in path for path in connected.wire.paths()) == 1


def test_lines_are_added_up_by_the_month_of_their_transaction(netsuite):
    found = netsuite().source.totals(LINE, FEBRUARY)
    [total] = found.totals
    assert (total.month, total.rows) == (202602, 500)
    assert total.sums == {"foreignamount": Decimal(-1250), "netamount": Decimal(0)}


def test_sums_are_of_values_as_the_mirror_rounds_them(netsuite):
    connected = netsuite()
    row = connected.system.tables["transactionline"].rows[(502, 1)]
    for number in range(10):
        changed = row | {"id": number, "foreignamount": Decimal("0.00004")}
        connected.system.put("transactionline", changed)
    [total] = connected.source.totals(LINE, FEBRUARY).totals
    assert total.sums["foreignamount"] == Decimal(-1225)


def test_what_has_no_date_is_one_total(netsuite):
    found = netsuite().source.totals(ENTITIES["netsuite__customer"], Window())
    assert [(total.month, total.rows) for total in found.totals] == [(None, 2300)]
    assert not found.by_month


def test_netsuite_lists_keys_with_stamp_day_and_measures(netsuite):
    found = all_keys(netsuite().source, LINE, FEBRUARY)
    assert [key.identity for key in found] == [(502, number) for number in range(500)]
    assert found[0].dated == "2026-02-27"
    assert found[0].modified == "2026-01-10T20:00:00Z"
    assert found[0].values == ("-2.5", None)


def test_a_listing_of_keys_goes_on_beyond_one_page(netsuite):
    assert len(all_keys(netsuite().source, ENTITIES["netsuite__customer"], Window())) == 2300


def test_netsuite_serves_single_records_by_identity(netsuite):
    source = netsuite().source
    page = source.by_id(LINE, [(502, 3), (999, 1), (501, 0)])
    assert [(r["transaction"], r["id"]) for r in page.records] == [("501", "0"), ("502", "3")]
    page = source.by_id(TRANSACTION, [(502,), (1,)])
    assert [record["tranid"] for record in page.records] == ["INV502"]


def test_rest_tells_how_many_there_are_between_two_days(suiteprojects):
    connected = suiteprojects()
    assert connected.source.totals(TIME_ENTRY, Window()).totals[0].rows == 2300
    window = Window(dated_from=date(2023, 2, 1), dated_before=date(2023, 3, 1))
    assert connected.source.totals(TIME_ENTRY, window).totals[0].rows == 56


def test_xml_tells_no_totals_so_none_are_claimed(suiteprojects):
    assert suiteprojects().source.totals(CHARGE, Window()) is None


@pytest.mark.parametrize("entity", [TIME_ENTRY, CHARGE])
def test_both_interfaces_list_keys_with_stamp_day_and_measures(suiteprojects, entity):
    window = Window(dated_from=date(2023, 2, 1), dated_before=date(2023, 3, 1))
    found = all_keys(suiteprojects().source, entity, window)
    assert [key.identity for key in found] == [(number,) for number in range(60, 116)]
    assert found[0].dated == "2023-02-01"
    assert found[0].modified == "2026-01-10T20:00:00Z"
    assert "7.75" in found[0].values


@pytest.mark.parametrize("entity", [TIME_ENTRY, CHARGE])
def test_both_interfaces_serve_single_records_by_id(suiteprojects, entity):
    source = suiteprojects().source
    page = source.by_id(entity, [(5,), (999_999,), (7,)])
    assert [int(record["id"]) for record in page.records] == [5, 7]
    assert page.records[0]["date"] == "2023-01-04"
    assert source.by_id(entity, [(999_999,)]).records == []


def test_keys_that_changed_are_listed_by_their_stamp(netsuite):
    connected = netsuite()
    now = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
    row = connected.system.tables["transaction"].rows[(502,)]
    connected.system.put("transaction", row | {"lastmodifieddate": now})
    window = Window(modified_from=now - timedelta(hours=1))
    assert [key.identity for key in all_keys(connected.source, TRANSACTION, window)] == [(502,)]
