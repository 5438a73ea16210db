"""What became of a real record's numbers after corrections: equal to plain SQL on both snapshots."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Hidden, Scope
from models.metrics import catalogue
from models.metrics.change import Moved
from models.metrics.explain import explain_change
from models.metrics.kpi import Side

EVERYTHING = Scope.everything()


def explained(corrected, key, side, scope=EVERYTHING, **how):
    before = how.pop("before", corrected.before)
    change = explain_change(
        before, corrected.now, catalogue.kpi(key), side, corrected.period, scope, **how
    )
    for part in change.parts:
        assert sum((one.amount for one in part.kinds.values()), Decimal(0)) == part.difference
    return change


def sums(change):
    (part,) = change.parts
    return {kind: one.amount for kind, one in part.kinds.items() if one.rows}


def test_invoices_gone_and_re_rated_are_those_of_plain_sql(corrected):
    ((gone, rated),) = corrected.sql(
        """
        WITH b AS (SELECT transaction_id, sum(amount_base) AS base, sum(amount) AS amount
                FROM b.fct_invoice_line WHERE month = {month} AND NOT is_tax GROUP BY ALL),
            n AS (SELECT transaction_id, sum(amount_base) AS base, sum(amount) AS amount
                FROM n.fct_invoice_line WHERE month = {month} AND NOT is_tax GROUP BY ALL)
        SELECT -sum(b.base) FILTER (n.transaction_id IS NULL),
            sum(n.base - b.base) FILTER (n.amount = b.amount)
        FROM b LEFT JOIN n USING (transaction_id)"""
    )
    change = explained(corrected, "invoiced_revenue", Side.ERP)

    assert sums(change) == {Moved.GONE: gone, Moved.RE_RATED: rated}
    assert change.difference == gone + rated
    assert rated != 0


def test_recognition_moved_on_is_re_dated(corrected):
    ((moved,),) = corrected.sql(
        """
        SELECT -sum(b.amount_base) FROM b.fct_rev_rec b JOIN n.fct_rev_rec n USING (recognition_id)
        WHERE b.month = {month} AND n.month <> {month}"""
    )
    change = explained(corrected, "recognized_revenue", Side.PSA)

    assert sums(change)[Moved.RE_DATED] == moved
    assert set(sums(change)) <= {Moved.RE_DATED, Moved.RE_RATED}


def test_hours_that_rose_have_changed_one_by_one(corrected):
    ((rows, hours),) = corrected.sql(
        """
        SELECT count(*), sum(n.hours - b.hours) FROM b.fct_time b JOIN n.fct_time n USING (time_entry_id)
        WHERE b.month = {month} AND b.hours <> n.hours AND b.in_rollup AND b.is_billable
            AND b.status = 'approved'"""
    )
    change = explained(corrected, "billable_utilization", Side.PSA)
    (part,) = [one for one in change.parts if one.part == "numerator"]

    assert (part.kinds[Moved.CHANGED].rows, part.difference) == (rows, hours)


def test_as_closed_is_the_number_before_and_explains_the_same(corrected):
    assert corrected.closed in corrected.archives.months()
    closed = corrected.archives.closed(corrected.closed)
    for key, side in (
        ("invoiced_revenue", Side.ERP), ("project_gross_margin_pct", Side.PSA),
        ("backlog", Side.PSA), ("net_income", Side.ERP), ("days_sales_outstanding", Side.ERP),
    ):  # fmt: skip
        since, as_closed = (
            explained(corrected, key, side, before=one) for one in (corrected.before, closed)
        )
        assert as_closed.before.number == since.before.number
        assert as_closed.parts == since.parts
        assert as_closed.page.rows == since.page.rows


@pytest.mark.parametrize("turn", range(8))
def test_numbers_of_a_real_record_are_explained_to_the_last_place(corrected, turn):
    manager = Scope(departments=frozenset({2, 4, 6}), hidden=frozenset({Hidden.PERSON_COST}))
    for kpi in list(catalogue.kpis().values())[turn * 2 :: 47]:
        explained(corrected, kpi.key, kpi.record, limit=5)
        explained(corrected, kpi.key, kpi.record, manager, limit=5)
