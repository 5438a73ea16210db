"""Sales and services side by side equal what the mirrored orders and postings add up to, by SQL written by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side

from .asked import EXTERNAL, OF_CLIENT, OF_ITEM, POSTINGS, STREAM, ask, by_key, span_of

_POSTED = f"""{POSTINGS}{OF_ITEM}
    JOIN stg_netsuite__currency c ON c.id = s.currency
    WHERE g.posting AND g.accountingbook = 1 AND strftime('%Y-%m', p.startdate) BETWEEN :first AND :last
        AND {EXTERNAL}"""


def _told(loaded, key, period, *, by=(), lens=Lens.SUBSIDIARY):
    return by_key(loaded, key, period, Side.ERP, by, lens=lens)


@pytest.mark.parametrize("period", ["2026-09", "2026-Q3"])
def test_each_stream_leaves_its_income_less_project_cost_and_the_cost_of_what_is_resold(
    loaded, period
):
    with loaded.record.connect() as connection:
        rows = connection.execute(
            text(
                f"""
                SELECT stream, symbol, sum(CASE WHEN type = 'Income' OR type IN ('COGS', 'Expense')
                        AND (is_client OR NOT on_project AND stream IN ('hardware', 'subscription'))
                    THEN -amount ELSE 0 END) FROM (
                    SELECT {STREAM} AS stream, c.symbol, a.accttype AS type, {OF_CLIENT} AS is_client,
                        n.id IS NOT NULL AS on_project, g.amount {_POSTED}
                        AND a.accttype IN ('Income', 'COGS', 'Expense')
                ) GROUP BY 1, 2"""
            ),
            span_of(period),
        )
        known = {
            (stream, currency): Decimal(amount) / 10_000
            for stream, currency, amount in rows
            if amount
        }

    assert {"services_tm", "services_fixed", "managed_services", "subscription"} <= {
        stream for stream, _ in known
    }
    assert _told(loaded, "stream_gross_margin", period, by=("stream",)) == known


def test_the_margin_of_streams_is_a_share_of_their_income(loaded):
    margins, shares = (
        {stream: number for (stream, _), number in told.items()}
        for told in (
            _told(loaded, key, "2026-Q3", by=("stream",), lens=Lens.CONSOLIDATED)
            for key in ("stream_gross_margin", "stream_gross_margin_pct")
        )
    )

    for stream in ("services_tm", "services_fixed", "subscription", "hardware"):
        assert 0 < shares[stream] < 1
        assert margins[stream] > 0


def test_nobody_orders_services_with_goods_in_this_world_and_that_is_a_true_zero(loaded):
    with loaded.record.connect() as connection:
        mixed = connection.scalar(
            text(
                """
                SELECT count(*) FROM (
                    SELECT l."transaction" FROM stg_netsuite__transactionline l
                    JOIN stg_netsuite__transaction t ON t.id = l."transaction"
                    JOIN stg_netsuite__item i ON i.id = l.item
                    WHERE t.type = 'SalesOrd' GROUP BY 1
                    HAVING sum(i.itemtype = 'Service') > 0 AND sum(i.itemtype <> 'Service') > 0)"""
            )
        )
    found = ask(loaded, "services_attach", "2026").only

    assert mixed == 0
    assert found.erp == 0


def test_backlog_is_told_by_stream(loaded):
    asked = {"lens": Lens.CONSOLIDATED}
    streams = _told(loaded, "backlog", "2026-09", by=("stream",), **asked)
    (whole,) = _told(loaded, "backlog", "2026-09", **asked).values()

    assert {"services_tm", "services_fixed", "managed_services", "subscription"} <= {
        stream for stream, _ in streams
    }
    assert sum(streams.values()) == whole
